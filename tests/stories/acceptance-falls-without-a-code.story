# No reply that any rule knows, but half of the mail stops being taken: seen all the same.
title   Half of the mail is refused with words nobody knows
about   drop

config  source out-a { public 203.0.113.24; }
at      2026-06-08T08:00:00Z
mail    20/h from news@shop.example via out-a to orange
mail    20/h from news@shop.example via out-a to google
+10d
mark    drop
answer  orange 60% "550 5.7.0 zkx-40 not today" at dot
+12h
expect  told opened "Orange has accepted less mail than usual from 203.0.113.24"
expect  told updated "Still: Orange has accepted less mail than usual from 203.0.113.24"
expect  incident provider=orange state=open since=drop~2h
expect  state out-a google well
expect  why contains "less mail than usual"
expect  advice 1 contains "Check whether it hits one recipient, one stream or everything"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
