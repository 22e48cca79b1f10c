# The twin of ec2-s3140: the same reply, but a tenth of the recipients does not exist.
title   S3140 again, but the own hygiene is bad: another verdict
about   hygiene advice

address out-a 203.0.113.24
at      2026-01-05T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer,google
mail    4/h from password-reset@shop.example via out-a to microsoft-consumer,yahoo
answer  all 9% "550 5.1.1 <$to>: mailbox unavailable, user unknown" at rcpt
+10d
mark    block
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+10h
expect  told opened "Too many recipients of mail from mx1/postfix/out-a do not exist"
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer source=203.0.113.24 class=blocked rule=microsoft-consumer.s3140 since=block~15m
expect  cause hygiene likeliest
expect  evidence hygiene_high
expect  why contains "over 5 % looks like a bought or dead list"
expect  advice contains "do not move this mail elsewhere before that is fixed"
expect  advice lacks "another network"
expect  advice contains "when that is fixed, send the delisting request"
