# Unblocked by support and blocked again, more than once: the cat-and-mouse of
# github.com/simple-login/app/issues/1875 and of mailcow/mailcow#374 ("conditionally unblocked").
title   Unblocked three times, back each time
about   returns history forecast rule:microsoft-consumer.s3140

address out-a 203.0.113.24
at      2026-01-05T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-consumer
+6d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 2d
+9d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+6d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 3d
+10d
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  1 incident
expect  incident provider=microsoft-consumer class=blocked state=over returns=2

mark    again
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+5h
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  1 incident
expect  incident provider=microsoft-consumer rule=microsoft-consumer.s3140 state=active returns=3 since=again~15m
expect  evidence returns
expect  why contains "it was lifted 3 times before and came back after"
expect  why contains "third return"
expect  why contains "it will be back within 30 days with a chance of about"
expect  why contains "lifted 3 times here before, and in 3 of them it came back"
expect  why contains "asking is unlikely to help"
expect  advice contains "send the delisting request"
expect  advice contains "returns 3 (lifted before, and back)"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
