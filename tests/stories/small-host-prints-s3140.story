# Anybody can print S3140; only Microsoft's hosts are believed it. doc/words.md, What must always hold.
title   small.example prints S3140, and is not believed
about   speaker:microsoft-consumer.s3140

address out-a 203.0.113.24
at      2026-07-06T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-consumer,small.example
+4d
answer  small.example "550 5.7.1 Unfortunately, messages from [198.18.0.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+8h
expect  told opened "The mail hosts of small.example have refused all mail from mx1/postfix/out-a"
expect  told updated "Still: The mail hosts of small.example have refused all mail from mx1/postfix/out-a"
expect  no incident provider=microsoft-consumer
expect  no incident rule=microsoft-consumer.s3140
expect  no incident certain=yes
expect  state out-a microsoft-consumer well
expect  incident provider=small.example source=mx1/postfix/out-a
expect  why lacks "198.18.0.1 "
expect  advice lacks "olcsupport"
expect  advice 2 contains "ask the postmaster there, with the reply and the times"
expect  advice contains "do not move this mail elsewhere yet"
