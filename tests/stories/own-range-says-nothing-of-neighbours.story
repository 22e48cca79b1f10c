# Made up: the same falling together, in a range that is all one's own: no neighbours to blame.
title   Blocked together in a range of one's own
about   config siblings share

config  source out-a { public 203.0.113.24; tenancy own; }
config  source out-b { public 203.0.113.31; tenancy own; }
at      2026-02-02T00:00:00Z
mail    16/h from news@shop.example via out-a to microsoft-consumer
mail    4/h from reset@shop.example via out-b to microsoft-consumer
+8d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+16h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "More: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.31 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.31 and 203.0.113.24"
expect  incident source=203.0.113.24
expect  cause own-reputation likeliest
expect  cause range unlikely
expect  evidence siblings_together_own
expect  evidence subnet_mostly_own
expect  no evidence siblings_together_unlike
expect  why contains "this says nothing about neighbours"
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
