# Made up: our own resolver is away, so every provider seems to be. That is one trouble of our own,
# told once, and not an outage at each of them.
title   When no name can be looked up, it is the own network or resolver
about   elsewhere outage misread:postfix.dns-later

config  source out-a { public 203.0.113.24; }
at      2026-03-16T08:00:00Z
mail    20/h from orders@shop.example via out-a to google,yahoo,microsoft-consumer
+6d
mark    away
answer  all no-dns for 5h
+4h
expect  told opened "No provider can be reached from any of your addresses"
expect  no incident class=blocked
expect  incident provider=yahoo class=network rule=postfix.dns-later state=open since=away~20m
expect  cause provider unlikely
expect  evidence nobody_reached
expect  why contains "No provider can be reached from any of your addresses"
expect  why lacks "Yahoo (with AOL and AT&T) cannot be reached"
expect  advice contains "your own network first"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
+6h
expect  told resolved "Over: Providers can be reached again from your addresses"
expect  no incident state=open
expect  state out-a yahoo well
