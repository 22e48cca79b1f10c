# Made up: two addresses of unlike conduct in one /24 fall within minutes; a third elsewhere carries
# the same mail without trouble: the neighbourhood, and where to move what is urgent.
title   Unlike siblings fall together, another network is well
about   siblings advice config

config  source out-a { public 203.0.113.24; tenancy dedicated; }
config  source out-b { public 203.0.113.31; tenancy dedicated; }
config  source out-c { public 198.51.100.9; tenancy dedicated; }
config  stream password-reset { from reset@shop.example; urgent yes; }
at      2026-02-02T00:00:00Z
mail    16/h from news@shop.example via out-a to microsoft-consumer
mail    4/h from reset@shop.example via out-a,out-b to microsoft-consumer
mail    16/h from reset@shop.example via out-c to microsoft-consumer
+8d
mark    block
answer  microsoft-consumer via out-a "550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
answer  microsoft-consumer via out-b "550 5.7.1 Unfortunately, messages from [203.0.113.31] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+16h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "More: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.31 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.31 and 203.0.113.24"
expect  2 incidents provider=microsoft-consumer state=active since=block~30m
expect  incident source=203.0.113.24
expect  cause range probably
expect  cause own-reputation unlikely
expect  evidence siblings_together_unlike
expect  evidence other_subnet_well
expect  advice contains "move what people wait for"
expect  advice contains "198.51.100.9"
expect  why contains "of them password-reset (urgent)"
expect  advice lacks "do not move this mail"
