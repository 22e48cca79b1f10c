# pool-s3150 in small: the neighbourhood is the probable cause, so a way around would be named. But 40
# complaints on 6,000 messages in the week are 0.7 %: over the limit nobody gets a way around.
title   Complaints over 0.1 % close the way around, whatever the cause is
about   complaints advice

address out-a 198.51.100.11
address out-b 198.51.100.12
address out-c 198.51.100.13
at      2026-02-01T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer
mail    12/h from news@shop.example via out-b to microsoft-consumer
mail    12/h from receipts@shop.example via out-c to microsoft-consumer
+10d
complaints microsoft-consumer 40
answer  microsoft-consumer via out-a "550 5.7.1 Unfortunately, messages from [198.51.100.11] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)." at mail
answer  microsoft-consumer via out-b "550 5.7.1 Unfortunately, messages from [198.51.100.12] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)." at mail
answer  microsoft-consumer via out-c "550 5.7.1 Unfortunately, messages from [198.51.100.13] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)." at mail
+10h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.11, 198.51.100.13 and 198.51.100.12"
expect  told opened "Complaints of people at Microsoft (Outlook.com, Hotmail) are near the limit"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.11, 198.51.100.13 and 198.51.100.12"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.11, 198.51.100.13 and 198.51.100.12"
expect  incident provider=microsoft-consumer class=blocked rule=microsoft-consumer.s3150 state=active
expect  evidence complaints_high
expect  advice contains "do not move this mail elsewhere"
expect  advice contains "complaints were"
expect  advice contains "the limit is 0.1 %"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
