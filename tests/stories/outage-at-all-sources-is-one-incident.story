# A provider that does not answer from any own address: one incident of theirs, not one a source.
title   Gmail is away from three own networks: one incident
about   outage

config  source out-a { public 203.0.113.24; }
config  source out-b { public 198.51.100.9; }
config  source out-c { public 192.0.2.77; }
at      2026-06-08T08:00:00Z
mail    20/h from news@shop.example via out-a,out-b,out-c to google
mail    10/h from news@shop.example via out-a,out-b,out-c to microsoft-consumer
+6d
mark    away
answer  google "421 4.3.0 Temporary System Problem.  Try again later. $n - gsmtp" at connect for 5h
+5h
expect  told opened "Google (Gmail) cannot be reached, or does not work, from any of your addresses"
expect  1 incident
expect  incident provider=google state=open since=away~20m
expect  cause provider probably
expect  advice lacks "delisting"
expect  advice 1 contains "wait: nothing on your side refuses"
