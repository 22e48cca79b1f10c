# A receiver whose resolver Spamhaus refuses loses all mail of a day (simple-login/app#2675). It is
# no listing and no block, but 240 messages came back: "all well" is wrong.
title   A small host refuses everything for a reason of its own, and that is told
about   rule:resolver.public

config  source out-a { public 203.0.113.24; }
at      2026-05-11T00:00:00Z
mail    10/h from list@club.example via out-a to small.example,google
+8d
answer  small.example "554 5.7.1 Service unavailable; Client host [$ip] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/192.0.2.53/" at rcpt
+1d
expect  no incident class=listed
expect  no incident class=blocked
expect  no incident
expect  state out-a other failing
expect  why lacks "All well"
expect  why contains "failed in the last 24 hours"
