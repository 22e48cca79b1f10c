# pool-s3150 with forwarded mail: the neighbourhood is the probable cause, so a way around would be
# named. But mail forwarded with SRS carries other people's spam, and would be refused there too.
title   Forwarded mail is never moved, whatever the cause is
about   advice

address out-a 198.51.100.11
address out-b 198.51.100.12
address out-c 198.51.100.13
address out-d 198.51.100.14
address out-e 198.51.100.15
at      2026-02-02T00:00:00Z
mail    4/h from SRS0=hX=TT=other.example=jo@shop.example via out-a,out-b,out-c,out-d,out-e to microsoft-consumer
mail    2/h from receipts@shop.example via out-a,out-b,out-c,out-d,out-e to google
+9d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)." at mail
+6h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.13, 198.51.100.11 and 198.51.100.12"
expect  told updated "More: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.15, 198.51.100.14, 198.51.100.13, 198.51.100.11 and 198.51.100.12"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.15, 198.51.100.14, 198.51.100.13, 198.51.100.11 and 198.51.100.12"
expect  5 incidents provider=microsoft-consumer class=blocked rule=microsoft-consumer.s3150 state=active
expect  cause range likeliest
expect  advice 1 contains "mail that you forward"
expect  advice contains "do not move this mail elsewhere yet: most of it is mail that you forward"
expect  advice lacks "Then use an address in another range"
expect  advice lacks "another address of the same network would be refused alike"
