# One of two domains loses its DKIM key, and is a hundredth of the mail: the share of its source hardly moves, so there
# is no incident. When the other one is refused in the same way, there is. docker-mailserver#2996 has the reply.
title   Gmail refuses a small domain for its authentication, and later all mail
about   rule:google.unauthenticated fail

config  source out-a { public 203.0.113.24; }
config  domain shop.example { }
config  domain big.example { }
at      2026-03-16T08:00:00Z
mail    100/h from news@big.example via out-a to google
mail    1/h from code@shop.example via out-a to google
+8d
answer  google from code@shop.example "550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. Authentication results: DKIM = did not pass SPF [shop.example] with ip: [$ip] = did not pass 550 5.7.26 $n - gsmtp" at dot
+12h
expect  told opened "More mail of shop.example than ever before is refused for its authentication"
expect  no incident provider=google
mark    all
answer  google "550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM. Authentication results: DKIM = did not pass SPF [big.example] with ip: [$ip] = did not pass 550 5.7.26 $n - gsmtp" at dot
+2h
expect  told opened "Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  incident provider=google rule=google.unauthenticated class=authentication state=active since=all~20m
expect  advice contains "SPF"
end     google
end     google from code@shop.example
+3d
expect  told resolved "Over: Google (Gmail) no longer refuses mail for its authentication or identity from 203.0.113.24"
expect  told resolved "Over: More mail of shop.example than ever before is refused for its authentication"
expect  no incident state=open
