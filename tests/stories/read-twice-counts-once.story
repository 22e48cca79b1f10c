# The same lines by another way (a rotated copy) and a clock that went back an hour: counted once.
title   The same log read twice counts once, and a clock set back loses nothing
about   once

address out-a 203.0.113.24
at      2026-02-02T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-consumer
+2d
expect  deliveries 480
again
expect  deliveries 480
skew    -1h
+2h
expect  deliveries 500
expect  bad 0
skew    +0
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
+3h
again
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  deliveries 530
expect  incident provider=microsoft-consumer replies=30
expect  lost 30
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
