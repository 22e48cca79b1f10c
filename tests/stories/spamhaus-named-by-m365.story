# Exchange Online says which list: aad-for-linux/pam_aad#15 (AS16012611).
title   Microsoft 365 refuses for a named Spamhaus listing
about   rule:microsoft-365.spamhaus-ip block advice

address out-a 203.0.113.24
at      2026-05-11T00:00:00Z
mail    10/h from news@shop.example via out-a to microsoft-365,google
+6d
answer  microsoft-365 "550 5.7.1 Service unavailable, Client host [$ip] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/$ip (AS16012611)" at rcpt
+6h
expect  told opened "Microsoft 365 has refused the only message from 203.0.113.24"
expect  told updated "Still: Microsoft 365 has refused all mail from 203.0.113.24"
expect  incident provider=microsoft-365 source=out-a class=listed rule=microsoft-365.spamhaus-ip state=active
expect  state out-a microsoft-365 listed
expect  cause own-reputation likeliest
expect  advice contains "spamhaus"
expect  advice lacks "send the delisting request"
expect  advice lacks "another network"
