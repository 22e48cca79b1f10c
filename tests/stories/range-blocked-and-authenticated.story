# The network is on Outlook.com's own list (S3140), refused after the message here. Its reports say that what reached it
# passed, so nobody need look at DKIM and SPF.
title   Outlook.com blocks the network, and its reports say that the mail authenticates
about   reports block

config  source out-a { public 203.0.113.24; }
config  source out-b { public 203.0.113.25; }
at      2026-03-02T00:00:00Z
mail    20/h from news@shop.example via out-a to microsoft-consumer,google
mail    20/h from code@bank.example via out-b to microsoft-consumer,google
+14d
reported microsoft-consumer shop.example via out-a 480 dkim 479 spf 478 for 14d
mark    block
answer  microsoft-consumer 90% "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [$id]" at dot
+1d
reported microsoft-consumer shop.example via out-a 48 dkim 48 spf 48 for 1d
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused part of the mail from 203.0.113.25 and 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused part of the mail from 203.0.113.25 and 203.0.113.24"
expect  incident provider=microsoft-consumer source=203.0.113.24 class=blocked state=active since=block~1h
expect  evidence reports_pass
expect  cause range likeliest
expect  cause authentication unlikely
expect  why contains "itself reports that 100.0 % of your mail passed DMARC while this went on (48 messages)"
expect  advice contains "delisting request"
expect  advice lacks "repair SPF"
