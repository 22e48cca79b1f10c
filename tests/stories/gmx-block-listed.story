# GMX turns the address away at the greeting: anujtenani/goaffpro#61 (lifted when the postmaster was
# asked).
title   GMX has the address on its list
about   rule:united-internet.ip-listed block stage

config  source out-a { public 203.0.113.24; }
at      2026-03-09T08:00:00Z
mail    8/h from orders@shop.example via out-a to united-internet,google
+6d
mark    block
answer  united-internet "554-gmx.net (mxgmx016) Nemesis ESMTP Service not available 554-No SMTP service 554-IP address is block listed. 554 For explanation visit https://postmaster.gmx.net/en/error-messages?ip=$ip&c=bl" at connect
+5h
expect  told opened "GMX, WEB.DE and IONOS have refused the only message from 203.0.113.24"
expect  told updated "Still: GMX, WEB.DE and IONOS have refused all mail from 203.0.113.24"
expect  incident provider=united-internet source=203.0.113.24 class=blocked rule=united-internet.ip-listed stage=connect state=active since=block~20m
expect  cannot-be content
expect  why contains "GMX, WEB.DE and IONOS have refused"
expect  lost 0
expect  advice 1 contains "none of it is lost"
expect  advice 2 contains "Open the link in the last line of the reply"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
