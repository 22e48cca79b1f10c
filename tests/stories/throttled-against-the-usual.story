# A code that greylisting uses, at ten times the usual share, for a day: slowed, by measure.
title   Deferred ten times as often as usual, with ordinary words
about   drop

config  source out-a { public 203.0.113.24; }
at      2026-06-08T08:00:00Z
mail    20/h from news@shop.example via out-a to orange
mail    20/h from news@shop.example via out-a to google
answer  orange 4% "451 4.7.1 Please try again later" at rcpt
+10d
expect  no incident
mark    slow
answer  orange 50% "451 4.7.1 Please try again later" at rcpt
+1d
expect  told opened "Orange has accepted less mail than usual from 203.0.113.24"
expect  told updated "Still: Orange has accepted less mail than usual from 203.0.113.24"
expect  incident provider=orange state=open rule=any.try-later since=slow~2h
expect  why contains "accepted less mail than usual"
expect  state out-a google well
expect  advice 1 contains "Leave it in the queue"
expect  advice lacks "delisting request"
