# 421 at the greeting: a block in the form of a delay. No log was at hand, so the rule is uncertain.
title   Free puts everything off: "too many spams from your IP"
about   rule:free.too-many-spams block

address out-a 203.0.113.24
at      2026-03-09T08:00:00Z
mail    8/h from news@shop.example via out-a to free,google
+6d
mark    block
answer  free "421 Too many spams from your IP ($ip), please visit http://postmaster.free.fr/" at connect
+8h
expect  told opened "Free has refused all mail from mx1/postfix/out-a"
expect  told updated "Still: Free has refused all mail from mx1/postfix/out-a"
expect  incident provider=free class=blocked rule=free.too-many-spams stage=connect certain=no state=active since=block~20m
expect  lost 0
expect  why contains "uncertain"
expect  state out-a google well
expect  advice 1 contains "none of it is lost"
expect  advice 2 contains "Stop, find what was classified as spam"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
