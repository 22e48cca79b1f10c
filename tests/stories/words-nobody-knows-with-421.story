# Made up: 421 with words that no rule knows. The code alone is no trouble of the provider.
title   Slowed in new words, after a 421
about   drop

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to google,orange
+10d
mark    slow
answer  google 80% "421 4.7.37 mail of this origin is taken in smaller portions zkx" at mail
+8h
expect  told opened "Google (Gmail) has accepted less mail than usual from mx1/postfix/out-a"
expect  told updated "Still: Google (Gmail) has accepted less mail than usual from mx1/postfix/out-a"
expect  incident provider=google class=unknown state=active since=slow~2h
expect  cause provider <= 0.40
expect  advice 1 contains "Leave it in the queue"
expect  why lacks "wait until"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
