# Made up: five times the mail was slowed, and each time the block came within a day; the sixth time
# it must be said.
title   Slowed for the sixth time: five times a block came within a day
about   forecast throttle

config  source out-a { public 203.0.113.24; }
at      2026-01-05T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer
+5d
answer  microsoft-consumer 50% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail for 8h
+8h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+1d
+5d
answer  microsoft-consumer 50% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail for 8h
+8h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+1d
+5d
answer  microsoft-consumer 50% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail for 8h
+8h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+1d
+5d
answer  microsoft-consumer 50% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail for 8h
+8h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+1d
+5d
answer  microsoft-consumer 50% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail for 8h
+8h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail for 1d
+1d
+6d
answer  microsoft-consumer 50% "451 4.7.650 The mail server [$ip] has been temporarily rate limited due to IP reputation. For e-mail delivery information see https://postmaster.live.com (S775)" at mail for 8h
+4h
expect  told opened "Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Not over: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Not over: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Not over: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Not over: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Not over: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told resolved "Over: Microsoft (Outlook.com, Hotmail) no longer refuses mail from 203.0.113.24"
expect  told opened "Back: Microsoft (Outlook.com, Hotmail) has slowed mail from 203.0.113.24"
expect  incident provider=microsoft-consumer class=throttled state=active
expect  why contains "it becomes a block within a day of its beginning with a chance of about"
expect  advice 1 contains "no new try before 30 min"
expect  advice 1 contains "hold bulk mail"
expect  advice lacks "delisting request"
