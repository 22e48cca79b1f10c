# Two Microsofts, two lists: 5.7.606 at a customer's Exchange Online, while Outlook.com takes all.
# reacherhq/check-if-email-exists#48 has the reply.
title   Microsoft 365 has banned the address, Outlook.com has not
about   rule:microsoft-365.banned-ip block elsewhere advice learn

address out-a 203.0.113.24
at      2026-05-04T00:00:00Z
mail    10/h from orders@shop.example via out-a to microsoft-365
mail    20/h from orders@shop.example via out-a to microsoft-consumer
+8d
mark    block
answer  microsoft-365 "550 5.7.606 Access denied, banned sending IP [$ip]. To request removal from this list please visit https://sender.office.com/ and follow the directions." at rcpt
+12h
expect  told opened "Microsoft 365 has refused all mail from 203.0.113.24"
expect  told updated "Still: Microsoft 365 has refused all mail from 203.0.113.24"
expect  1 incident
expect  incident provider=microsoft-365 source=203.0.113.24 class=blocked rule=microsoft-365.banned-ip stage=rcpt state=active
expect  state out-a microsoft-consumer well
expect  evidence elsewhere_accepted
expect  advice contains "sender.office.com"
expect  advice lacks "olcsupport"
expect  why contains "Microsoft 365 has refused"
