# Ten minutes are nothing, five hours are an incident of theirs.
title   Yahoo is away for ten minutes, later for five hours
about   outage

config  source out-a { public 203.0.113.24; }
config  source out-b { public 198.51.100.9; }
at      2026-06-08T00:00:00Z
mail    20/h from news@shop.example via out-a to yahoo,google
mail    12/h from news@shop.example via out-b to yahoo,google
+6d
answer  yahoo timeout for 10m
+6h
expect  no incident
expect  state out-a yahoo well

mark    away
answer  yahoo timeout for 5h
+4h
expect  told opened "Yahoo (with AOL and AT&T) cannot be reached, or does not work, from any of your addresses"
expect  1 incident
expect  incident provider=yahoo state=open since=away~20m
expect  cause provider likeliest
expect  cause provider >= 0.50
expect  advice 1 contains "wait: nothing on your side refuses"
expect  advice lacks "another network"
expect  state out-a google well

+4h
expect  told resolved "Over: Yahoo (with AOL and AT&T) can be reached again, and works, from your addresses"
expect  1 incident
expect  incident provider=yahoo state=over
expect  advice lacks "delisting"
expect  why contains "could not be reached from any of your addresses"
expect  why lacks " refused "
