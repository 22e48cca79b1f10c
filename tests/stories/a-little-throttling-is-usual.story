# Some hosts put off a few percent always. Against one's own usual share that is nothing; ten times
# as much is.
title   A little throttling every day is usual, a lot of it is not
about   throttle rule:laposte.104

config  source out-a { public 203.0.113.24; }
at      2026-06-08T08:00:00Z
mail    20/h from news@shop.example via out-a to laposte,google
answer  laposte 3% "421 4.7.0 Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. LPN104_104" at mail
+14d
expect  told opened "La Poste has slowed mail from 203.0.113.24"
expect  told resolved "Over: La Poste no longer slows mail from 203.0.113.24"
expect  no incident state=active
expect  state out-a laposte well
mark    slow
answer  laposte 40% "421 4.7.0 Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. LPN104_104" at mail
+10h
expect  told opened "Back: La Poste has slowed mail from 203.0.113.24"
expect  told updated "Still: La Poste has slowed mail from 203.0.113.24"
expect  1 incident state=active
expect  incident provider=laposte class=throttled rule=laposte.104 state=active since=slow~1h
expect  state out-a laposte throttled
expect  advice 1 contains "at most two connections"
expect  advice lacks "delisting request"
