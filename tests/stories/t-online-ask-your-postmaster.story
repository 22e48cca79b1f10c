# "A problem occurred. Ask your postmaster": the way out is one address. mailcow-dockerized#2639,
# Alvestrasza/SimSoar#45 (lifted by hand).
title   T-Online says "ask your postmaster" (BL)
about   rule:t-online.bl block advice

address out-a 203.0.113.24
at      2026-03-09T08:00:00Z
mail    6/h from orders@shop.example via out-a to t-online,google
+6d
mark    block
answer  t-online "554 IP=$ip - A problem occurred. Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify. (BL)" at connect
+8h
expect  told opened "Telekom (T-Online) has refused the only message from 203.0.113.24"
expect  told updated "Still: Telekom (T-Online) has refused all mail from 203.0.113.24"
expect  incident provider=t-online class=blocked rule=t-online.bl stage=connect state=active since=block~20m
expect  advice contains "tosa@rx.t-online.de"
expect  why contains "Telekom (T-Online)"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
