# The pool of a relay is refused; it hands the reply on. The address in it is the pool's, never ours.
# doc/sources.md, 5.1 (S3140 on a shared pool).
title   A shared relay pool is refused: the route is the subject, no own address
about   relay block

config  relay backup { host .relay.example; note "shared pool"; }
address out-a 203.0.113.24
at      2026-06-08T00:00:00Z
mail    10/h from news@shop.example via out-a to google
mail    10/h from reset@shop.example via relay to microsoft-consumer relay smtp.relay.example[10.20.0.9]:587
+6d
expect  no incident
answer  microsoft-consumer via relay "550 5.7.1 Unfortunately, messages from [192.0.2.200] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3140)." at dot
+6h
expect  told opened "Mail through the relay backup has been refused"
expect  told updated "Still: Mail through the relay backup has been refused"
expect  1 incident
expect  incident route=backup class=blocked
expect  why contains "the relay backup"
expect  state backup relay.example blocked
expect  no incident source=203.0.113.24
expect  advice contains "tell the support of the relay"
expect  advice lacks "for domain in"
