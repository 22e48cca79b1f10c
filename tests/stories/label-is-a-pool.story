# One way out behind a NAT with two addresses: the replies name both, and neither is guessed.
title   Two addresses behind one label make it a pool, never a guess
about   learn

at      2026-06-08T08:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer
+6d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
answer  microsoft-consumer 50% "550 5.7.1 Unfortunately, messages from [203.0.113.25] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+6h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from mx1/postfix/out-a"
expect  1 incident
expect  incident provider=microsoft-consumer source=mx1/postfix/out-a
expect  no incident source=203.0.113.24
expect  unknown "which address of a pool"
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
