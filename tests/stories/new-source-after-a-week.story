# Made up: a second address takes over at full volume; the log is only a week older than it.
title   A new address is slowed, and the log is young
about   volume

address out-a 203.0.113.24
address out-b 198.51.100.30
at      2026-06-01T08:00:00Z
mail    30/h from news@shop.example via out-a to google,yahoo
+7d
mail    60/h from news@shop.example via out-b to google,yahoo
+1d
mark    slow
answer  google via out-b 80% "421 4.7.28 [$ip] Our system has detected an unusual rate of unsolicited mail originating from your IP address" at connect
+10h
expect  told opened "Google (Gmail) has slowed mail from 198.51.100.30"
expect  told updated "Still: Google (Gmail) has slowed mail from 198.51.100.30"
expect  incident provider=google source=198.51.100.30 class=throttled state=active since=slow~1h
expect  evidence new_source
expect  why contains "this source had sent for only 24 h when it was refused"
expect  advice 1 contains "Cut the volume"
