# A gateway's own list, met at every customer of it: LukeSmithxyz/emailwiz#233.
title   Proofpoint's own list, met at a customer's gateway
about   rule:proofpoint.own-pdr block advice learn

address out-a 203.0.113.24
at      2026-03-09T08:00:00Z
mail    8/h from orders@shop.example via out-a to proofpoint,google
+6d
answer  proofpoint "554 Blocked - see https://ipcheck.proofpoint.com/?ip=$ip" at mail
+5h
expect  told opened "Proofpoint has refused the only message from 203.0.113.24"
expect  told updated "Still: Proofpoint has refused all mail from 203.0.113.24"
expect  incident provider=proofpoint source=203.0.113.24 class=blocked rule=proofpoint.own-pdr state=active
expect  advice contains "ipcheck.proofpoint.com"
expect  state out-a google well
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
