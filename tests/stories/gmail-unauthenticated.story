# 5.7.26: neither SPF nor DKIM. jtojnar/nixfiles#13 has the log line, docker-mailserver#2996 the 4xx.
title   Gmail takes nothing that neither SPF nor DKIM vouches for
about   rule:google.unauthenticated fail wording advice

config  source out-a { public 203.0.113.24; }
at      2026-03-16T08:00:00Z
mail    10/h from orders@shop.example via out-a to google
mail    5/h from alerts@monitor.example via out-a to google
answer  google from alerts@monitor.example "550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. Authentication results: DKIM = did not pass SPF [monitor.example] with ip: [$ip] = did not pass 550 5.7.26 $n - gsmtp" at dot
+2d
expect  told opened "Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  incident provider=google class=authentication rule=google.unauthenticated stage=dot state=active
expect  cause authentication almost-surely
expect  evidence wording_authentication
expect  advice contains "SPF"
expect  why contains "monitor.example/alerts"
expect  advice lacks "delisting"
expect  advice lacks "elsewhere"
