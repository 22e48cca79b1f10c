# Made up: what several providers refuse at once is seldom the neighbourhood.
title   Two providers refuse the same source on the same day
about   elsewhere

address out-a 203.0.113.24
at      2026-02-02T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer,united-internet
+8d
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at mail
answer  united-internet "554-gmx.net (mxgmx016) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is block listed. 554 For explanation visit https://postmaster.gmx.net/en/error-messages?ip=$ip&c=bl" at connect
+10h
expect  told opened "GMX, WEB.DE and IONOS have refused the only message from 203.0.113.24"
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: GMX, WEB.DE and IONOS have refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: GMX, WEB.DE and IONOS have refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-consumer
expect  cause own-reputation >= 0.25
expect  cause range cannot-tell
expect  evidence elsewhere_refused
expect  why contains "GMX, WEB.DE and IONOS refuse or slow the same source at the same time"
expect  advice 1 contains "so that no more is lost"
expect  advice contains "send the delisting request"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
