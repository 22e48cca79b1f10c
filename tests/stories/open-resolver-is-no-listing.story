# A receiver whose own resolver Spamhaus refuses turns everybody away (127.255.255.254):
# simple-login/app#2675, spamhaus/spamassassin-dqs#53, openstreetmap/operations#674.
title   A receiver takes "refused your resolver" for a listing
about   rule:resolver.public misread:resolver.public

address out-a 203.0.113.24
at      2026-05-11T00:00:00Z
mail    10/h from list@club.example via out-a to small.example,tiny.example,google
+4d
answer  small.example "554 5.7.1 Service unavailable; Client host [$ip] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/192.0.2.53/" at rcpt
answer  tiny.example "554 5.7.1 <$to>: refused, your address $ip is listed: zen.spamhaus.org 127.255.255.254" at rcpt
+1d
expect  no incident class=listed
expect  no incident class=blocked
expect  state out-a google well
expect  why contains "Nobody is listed"
