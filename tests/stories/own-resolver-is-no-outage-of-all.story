# Made up: our own resolver is away, so every provider seems to be. That is one trouble of our own,
# not an outage at each of them.
title   When no provider can be reached at all, it is the own network
about   misread:postfix.dns-later

config  source out-a { public 203.0.113.24; }
at      2026-03-16T08:00:00Z
mail    20/h from orders@shop.example via out-a to google,yahoo,microsoft-consumer
+6d
answer  all no-dns for 5h
+4h
expect  no incident provider=google
expect  no incident provider=yahoo
expect  no incident provider=microsoft-consumer
expect  why lacks "Yahoo (with AOL and AT&T) cannot be reached"
+4h
expect  no incident provider=yahoo
