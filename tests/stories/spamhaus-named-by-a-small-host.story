# The same host, honestly: the list is named with its own link, as in osm-fr/infrastructure#207.
title   A small host names Spamhaus, and the listing is real
about   rule:spamhaus.zen block

address out-a 203.0.113.24
at      2026-05-11T00:00:00Z
mail    10/h from list@club.example via out-a to small.example,google
+4d
answer  small.example "554 5.7.1 Service unavailable; Client host [$ip] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/$ip" at rcpt
+6h
expect  told opened "The mail hosts of small.example have refused the only message from mx1/postfix/out-a"
expect  told updated "Still: The mail hosts of small.example have refused all mail from mx1/postfix/out-a"
expect  incident provider=small.example class=listed rule=spamhaus.zen state=active
expect  why contains "The mail hosts of small.example have refused"
expect  advice 2 contains "Look the address up at check.spamhaus.org"
expect  advice contains "do not move this mail elsewhere yet"
expect  advice lacks "delisting request"
expect  advice lacks "relay or an address in another network"
expect  advice lacks "another range"
