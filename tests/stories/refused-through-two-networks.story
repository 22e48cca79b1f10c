# Made up: one stream refused through unlike networks: the mail or the domain is what they share.
title   The same stream is refused through another network as well
about   siblings

config  source out-a { public 203.0.113.24; }
config  source out-b { public 198.51.100.9; }
at      2026-02-02T00:00:00Z
mail    16/h from news@shop.example via out-a,out-b to microsoft-consumer
mail    16/h from news@shop.example via out-a to google
+8d
answer  microsoft-consumer via out-a "550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+9h
answer  microsoft-consumer via out-b "550 5.7.1 Unfortunately, messages from [198.51.100.9] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+16h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "More: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.9 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.9 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.9 and 203.0.113.24"
expect  incident source=203.0.113.24
expect  cause range unlikely
expect  cause own-reputation likeliest
expect  evidence other_subnet_refused
expect  advice lacks "move what people wait for"
expect  advice lacks "another network"
expect  advice 1 contains "so that no more is lost"
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
