# Made up: one mailing to an old list among streams that are well; it must be named.
title   One bad campaign among good streams
about   hygiene

address out-a 203.0.113.24
at      2026-06-01T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer,yahoo
mail    4/h from receipts@shop.example via out-a to microsoft-consumer,yahoo
mail    3/h from spring@shop.example via out-a to microsoft-consumer,yahoo
answer  all 0.5% "550 5.1.1 <$to> user unknown" at rcpt
+12d
mark    campaign
answer  all from spring@shop.example 15% "550 5.1.1 <$to> user unknown" at rcpt
+2d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+6h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer class=blocked
expect  cause hygiene >= 0.30
expect  evidence hygiene_rise
expect  no evidence hygiene_high
expect  why contains "(stream: shop.example/spring)"
expect  why contains "unknown recipients rose from"
expect  advice 1 contains "look at the list that was mailed"
expect  advice 1 contains "14.6 %"
expect  advice contains "do not move this mail elsewhere before that is fixed"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
