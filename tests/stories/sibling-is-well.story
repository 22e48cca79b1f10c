# Made up: one address is refused, its neighbour of the same /24 and owner is taken: not the network.
title   One address is blocked while its sibling in the same /24 is well
about   siblings config

config  source out-a { public 203.0.113.24; }
config  source out-b { public 203.0.113.31; }
at      2026-02-02T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer
mail    12/h from invoices@shop.example via out-b to microsoft-consumer
+8d
answer  microsoft-consumer via out-a "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+1d
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  1 incident
expect  incident source=203.0.113.24
expect  cause range unlikely
expect  cause own-reputation likeliest
expect  evidence sibling_well
expect  why contains "203.0.113.31, in the same 203.0.113.0/24, was accepted all that time"
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
