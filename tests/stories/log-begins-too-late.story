# The log was rotated away: conduct and volume before the block are unknown, not clean.
title   The log begins too late to tell of the own conduct
about   hygiene volume

address out-a 203.0.113.24
at      2026-02-02T00:00:00Z
mail    6/h from news@shop.example via out-a to microsoft-consumer
+3h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+6h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer class=blocked
expect  unknown "own conduct before it"
expect  unknown "volume before it"
expect  no evidence hygiene_low
expect  no evidence volume_steady
expect  why contains "read older logs"
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
