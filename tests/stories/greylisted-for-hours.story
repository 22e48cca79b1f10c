# Made up: words of a greylist, but no second or third attempt is taken: they slow everything.
title   A greylist of everything, for hours, is a trouble
about   mute

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to yahoo,google
answer  yahoo 5% "451 4.7.1 <$to>: Recipient address rejected: Greylisted" at rcpt
+10d
mark    slowed
answer  yahoo 90% "451 4.7.1 <$to>: Recipient address rejected: Greylisted" at rcpt
+9h
expect  told opened "Yahoo (with AOL and AT&T) has accepted less mail than usual from mx1/postfix/out-a"
expect  1 incident
expect  incident provider=yahoo class=greylisted state=active since=slowed~90m
expect  state out-a google well
expect  no evidence wording_hygiene
expect  advice lacks "another network"
expect  advice 1 contains "Do not remove these recipients"
