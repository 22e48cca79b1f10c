# Made up: Google names SPF; Orange refuses in the same hour in words that say nothing.
title   Another provider names the reason
about   named

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to google,orange,yahoo
+10d
answer  google 90% "550-5.7.26 This mail has been blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM. 550 5.7.26 SPF [shop.example] with ip: [$ip] = did not pass" at dot
answer  orange 90% "550 5.7.0 zkx-40 not today" at dot
+8h
expect  told opened "Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  told opened "Orange has refused all mail from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  incident provider=orange
expect  evidence elsewhere_names_authentication
expect  advice 1 contains "one stream or everything"
expect  cause authentication likeliest
expect  why contains "SPF, DKIM or DMARC"
