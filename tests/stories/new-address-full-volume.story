# An address of last week, at the volume of the old one. doc/sources.md, 1.3: S3150 "typical for fresh
# cloud ranges".
title   A new address begins at full volume
about   volume learn

address out-a 203.0.113.24
address out-n 198.51.100.77
at      2026-06-01T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-consumer,google
+25d
stop
mail    20/h from news@shop.example via out-n to microsoft-consumer,google
+3d
answer  microsoft-consumer via out-n "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)." at mail
+6h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.77"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.77"
expect  incident provider=microsoft-consumer source=198.51.100.77 class=blocked
expect  cause volume >= 0.20
expect  evidence new_source
expect  no evidence volume_steady
expect  why contains "this source had sent for only 3 days when it was refused"
expect  advice 2 contains "tell whoever rents you the address"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
