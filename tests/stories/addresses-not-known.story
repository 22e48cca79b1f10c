# Two ways out, and nobody told their addresses: nothing can be compared, and that is said.
title   Nobody knows the addresses of the own sources
about   siblings not_watched

at      2026-02-02T00:00:00Z
mail    10/h from news@shop.example via out-a,out-b to free
+6d
answer  free via out-a "421 Too many spams from your IP, please visit http://postmaster.free.fr/" at connect
+10h
expect  told opened "Free has refused all mail from mx1/postfix/out-a"
expect  told updated "Still: Free has refused all mail from mx1/postfix/out-a"
expect  incident provider=free source=mx1/postfix/out-a
expect  unknown "addresses of all own sources"
expect  no unknown "another network"
expect  unknown complaints
expect  why contains "--source LABEL=IP"
expect  why contains "mx1/postfix/out-a"
expect  advice 1 contains "none of it is lost"
expect  advice 2 contains "postmaster.free.fr"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
