# Forwarded spam or a stolen login: unrelated receivers refuse one address within minutes
# (Mailu#1458). The word of Yahoo stands in a line without a recipient.
title   Four unrelated receivers refuse one address at once
about   across

address out-a 203.0.113.24
at      2026-05-11T00:00:00Z
mail    10/h from news@shop.example via out-a to google,small.example,apple,yahoo,proofpoint
+4d
answer  small.example "554 5.7.1 Your access to this mail system has been rejected due to the sending MTA's poor reputation." at connect
answer  apple "550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=$ip" at connect
answer  yahoo "421 4.7.0 [TSS04] Messages from $ip temporarily deferred due to user complaints - 4.16.55.1" at mail
answer  proofpoint "554 Blocked - see https://ipcheck.proofpoint.com/?ip=$ip" at connect
+6h
expect  told opened "Proofpoint has refused the only message from 203.0.113.24"
expect  told opened "The mail hosts of small.example have refused the only message from 203.0.113.24"
expect  told opened "Apple (iCloud) has refused the only message from 203.0.113.24"
expect  told opened "Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  told updated "Still: Proofpoint has refused all mail from 203.0.113.24"
expect  told updated "Still: The mail hosts of small.example have refused all mail from 203.0.113.24"
expect  told updated "Still: Apple (iCloud) has refused all mail from 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  why contains "unrelated receivers"
expect  why contains "postsuper -d -"
expect  why lacks "if mail is urgent"
expect  advice contains "first find and stop the unwanted mail that leaves this server"
