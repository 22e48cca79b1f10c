# The typical reader of this project. Such accounts: regnull/ubikom#26 (an EC2 address; the first
# answer was that it does not qualify for mitigation), openaustralia/righttoknow#985.
title   A clean sender on EC2 meets S3140 at Outlook.com
about   rule:microsoft-consumer.s3140 stage block advice learn not_watched ledger

address out-a 203.0.113.24
at      2026-01-05T00:00:00Z
mail    12/h from news@shop.example via out-a to microsoft-consumer,google
mail    4/h from password-reset@shop.example via out-a to microsoft-consumer,yahoo
answer  all 0.5% "550 5.1.1 <$to>: mailbox unavailable, user unknown" at rcpt
+10d
expect  no incident
expect  state out-a microsoft-consumer well

mark    block
answer  microsoft-consumer "550 5.7.1 Unfortunately, messages from [$ip] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors." at mail
+10h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"
expect  1 incident
expect  incident provider=microsoft-consumer source=203.0.113.24 class=blocked rule=microsoft-consumer.s3140 stage=mail state=active since=block~15m returns=0
expect  cannot-be content
expect  cannot-be authentication
expect  cause range likeliest
expect  evidence stage_before_message
expect  unknown complaints
expect  state out-a microsoft-consumer blocked
expect  state out-a google well
expect  advice contains "olcsupport.office.com"
expect  lost >= 140
expect  why contains "Holding the mail from the first refusal on would have saved"
expect  why contains "the neighbourhood"
expect  why contains "S3140"
expect  advice contains "send the delisting request"
expect  advice contains "reply to that ticket"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
