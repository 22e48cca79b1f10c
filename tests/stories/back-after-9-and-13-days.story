# The intervals are the finding: what is lifted for the address and comes back with the range.
# The intervals are made up.
title   It came back after 9 and after 13 days
about   returns history

address out-a 203.0.113.24
at      2026-01-05T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-consumer
+5d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+10d1h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+14d1h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+3h
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
expect  incident provider=microsoft-consumer state=active returns=2
expect  cause range likeliest
expect  evidence returns
expect  why contains "came back after 9 days and 13 days"
expect  advice 1 contains "so that no more is lost"
expect  advice contains "send the delisting request"
expect  advice contains "returns 2 (lifted before, and back)"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
