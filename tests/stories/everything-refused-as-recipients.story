# Made up: a provider refuses everything, in words about one mailbox each. "All well" was the answer.
title   Everything is refused in words about recipients
about   mute

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to t-online,google
answer  all 1% "550 5.1.1 <$to> user unknown" at rcpt
+10d
mark    silent
answer  t-online "550 5.1.1 <$to> no longer accepts mail" at rcpt
+30h
expect  told opened "Telekom (T-Online) has refused all mail from mx1/postfix/out-a"
expect  incident provider=t-online class=recipient state=active since=silent~3h
expect  state out-a google well
expect  why contains "everything that was tried there since then got such a reply"
expect  no evidence wording_hygiene
expect  why contains "So it is not about these recipients"
expect  advice 1 contains "Do not remove these recipients"
expect  advice lacks "remove addresses that do not exist"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
