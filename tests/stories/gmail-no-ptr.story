# 5.7.25 the day after the address changed: identity, and nothing to ask of anybody.
# doc/sources.md, 2.
title   Gmail misses the PTR record
about   rule:google.ptr fail wording

config  source out-a { public 203.0.113.24; }
at      2026-03-16T08:00:00Z
mail    10/h from orders@shop.example via out-a to google
mail    6/h from orders@shop.example via out-a to microsoft-consumer
+5d
mark    refused
answer  google "550-5.7.25 [$ip] The IP address sending this message does not have a PTR record setup, or the corresponding forward DNS entry does not match the sending IP. 550 5.7.25 $n - gsmtp" at dot
+6h
expect  told opened "Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused mail for its authentication or identity from 203.0.113.24"
expect  incident provider=google class=identity rule=google.ptr state=active since=refused~20m
expect  cause identity almost-surely
expect  evidence wording_identity
expect  state out-a google failing
expect  advice lacks "delisting request"
expect  advice lacks "another network"
expect  advice 1 contains "Set the PTR where the address is rented"
expect  advice 2 contains "then send one message there and look"
