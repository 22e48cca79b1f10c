# Made up: two messages an hour, and all of them are refused in words about one mailbox each.
title   A small sender is refused in words about recipients
about   mute

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    2/h from news@shop.example via out-a to t-online,google
+10d
mark    silent
answer  t-online "550 5.1.1 <$to> no longer accepts mail" at rcpt
+14h
expect  told opened "Telekom (T-Online) has refused all mail from mx1/postfix/out-a"
expect  incident provider=t-online class=recipient state=active since=silent~3h
expect  state out-a google well
expect  advice 1 contains "Do not remove these recipients"
