# Deferred for five days, then returned: what expires is lost, and counted as lost.
title   Six days of TSS04: the mail of the first day expires
about   rule:yahoo.tss04 throttle ledger

address out-a 203.0.113.24
at      2026-02-02T00:00:00Z
mail    4/h from news@shop.example via out-a to yahoo
+4d
answer  yahoo "421 4.7.0 [TSS04] Messages from $ip temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes" at mail
+1d
stop
+5d
expect  told opened "Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  incident provider=yahoo class=throttled rule=yahoo.tss04 state=active
expect  lost >= 80
expect  why contains "waited too long in the queue and came back"
expect  advice 1 contains "no new try before 2 h"
expect  advice 1 contains "Send less to Yahoo and AOL"
expect  advice lacks "delisting request"
