# Made up: a dead list mailed at six times the usual volume: both must be told.
title   Too much and to a dead list, at once
about   hygiene volume advice

address out-a 203.0.113.24
at      2026-07-06T00:00:00Z
mail    8/h from news@shop.example via out-a to microsoft-consumer,google
answer  all 0.4% "550 5.1.1 <$to> user unknown" at rcpt
+16d
mail    40/h from sale@shop.example via out-a to microsoft-consumer,google for 24h
answer  all from sale@shop.example 15% "550 5.1.1 <$to> user unknown" at rcpt
+24h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+6h
expect  told opened "Too many recipients of mail from mx1/postfix/out-a do not exist"
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer class=blocked
expect  cause hygiene probably
expect  cause volume >= 0.20
expect  evidence hygiene_high
expect  evidence volume_big_step
expect  advice contains "go back to the usual volume"
expect  advice contains "look at the list that was mailed"
expect  advice lacks "move what people wait for"
