# A list of years ago mailed at once: unknown recipients, then the block.
# bentonow.com/posts/microsoft-delisting-s3150-s3140 names bounces as a reason.
title   A dead list was imported, then the block came
about   hygiene advice block

address out-a 203.0.113.24
at      2026-06-01T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-consumer,google
answer  all 0.4% "550 5.5.0 Requested action not taken: mailbox unavailable" at rcpt
+14d
mail    25/h from winback@shop.example via out-a to microsoft-consumer,google for 40h
answer  microsoft-consumer from winback@shop.example 18% "550 5.5.0 Requested action not taken: mailbox unavailable" at rcpt
answer  google from winback@shop.example 18% "550-5.1.1 The email account that you tried to reach does not exist. 550 5.1.1 $n - gsmtp" at rcpt
+40h
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+6h
expect  told opened "Too many recipients of mail from mx1/postfix/out-a do not exist"
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer class=blocked state=active
expect  cause hygiene likeliest
expect  cause hygiene probably
expect  evidence hygiene_high
expect  advice contains "look at the list that was mailed"
expect  advice contains "do not move this mail elsewhere"
expect  advice lacks "move what people wait for"
expect  advice lacks "another network"
