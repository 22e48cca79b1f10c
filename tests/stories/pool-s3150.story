# S3150 is what fresh addresses of a cloud meet: simple-login/app#1875,
# bentonow.com/posts/microsoft-delisting-s3150-s3140. That five fall at once is made up.
title   Five addresses of a pool meet S3150 within the hour
about   rule:microsoft-consumer.s3150 siblings block learn

address out-a 198.51.100.11
address out-b 198.51.100.12
address out-c 198.51.100.13
address out-d 198.51.100.14
address out-e 198.51.100.15
at      2026-02-02T00:00:00Z
mail    4/h from news@shop.example via out-a,out-b,out-c,out-d,out-e to microsoft-consumer
mail    2/h from receipts@shop.example via out-a,out-b,out-c,out-d,out-e to google
+9d
expect  no incident

mark    block
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150)." at mail
+6h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.13, 198.51.100.11 and 198.51.100.12"
expect  told updated "More: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.15, 198.51.100.14, 198.51.100.13, 198.51.100.11 and 198.51.100.12"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 198.51.100.15, 198.51.100.14, 198.51.100.13, 198.51.100.11 and 198.51.100.12"
expect  5 incidents provider=microsoft-consumer class=blocked rule=microsoft-consumer.s3150 state=active since=block~1h
expect  incident source=198.51.100.15 stage=mail
expect  cause range likeliest
expect  evidence siblings_together_alike
expect  why contains "198.51.100.11"
expect  why contains "198.51.100.15"
expect  why contains "both in 198.51.100.0/24, were refused within"
expect  advice 2 contains "Then use an address in another range"
expect  advice 3 contains "another address of the same network would be refused too"
