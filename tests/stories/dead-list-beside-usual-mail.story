# Made up: a dead list mailed beside the usual mail. That is many unknown recipients, and no silent refusal.
title   A dead list beside mail that is accepted as usual
about   hygiene

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to t-online,microsoft-consumer
answer  all from news@shop.example 1% "550 5.1.1 <$to> user unknown" at rcpt
+10d
mail    60/h from old@shop.example via out-a to t-online for 24h
answer  t-online from old@shop.example 95% "550 5.1.1 <$to> user unknown" at rcpt
+20h
expect  told opened "Too many recipients of mail from mx1/postfix/out-a do not exist"
expect  no incident provider=t-online
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+3h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  no incident provider=t-online
expect  incident provider=microsoft-consumer class=blocked
expect  evidence hygiene_high
expect  advice contains "look at the list that was mailed"
expect  cause hygiene likeliest
