# Made up: a new rule of the provider hits every own address at once, in unrelated networks.
title   All sources in two networks are refused within minutes
about   siblings

config  source out-a { public 203.0.113.24; }
config  source out-b { public 198.51.100.9; }
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to microsoft-consumer,google
mail    20/h from orders@shop.example via out-b to microsoft-consumer,google
+12d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+8h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.9 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.9 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.9 and 203.0.113.24"
expect  incident provider=microsoft-consumer source=203.0.113.24
expect  evidence all_sources_refused
expect  advice 1 contains "so that no more is lost"
expect  cause range unlikely
expect  why contains "all 2 of your sources that mail them are refused"
