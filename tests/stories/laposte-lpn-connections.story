# LPN codes are laposte.net's, in Orange's form: sisimai/p5-sisimai#241 and #243.
title   La Poste: too many connections (LPN)
about   rule:laposte.104 throttle advice

address out-a 203.0.113.24
at      2026-03-09T08:00:00Z
mail    20/h from news@shop.example via out-a to laposte
+6d
mark    slow
answer  laposte 50% "421 4.7.0 Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. LPN104_104" at mail
+10h
expect  told opened "La Poste has slowed mail from mx1/postfix/out-a"
expect  told updated "Still: La Poste has slowed mail from mx1/postfix/out-a"
expect  incident provider=laposte class=throttled rule=laposte.104 state=active since=slow~1h
expect  state out-a laposte throttled
expect  advice 1 contains "at most two connections"
expect  advice lacks "delisting request"
