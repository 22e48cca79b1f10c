# The same reply through two networks at once: their side, or the domain, not one address.
# tutao/tutanota#7113: it went away on Yahoo's side; kumomta#376 tells of the same codes.
title   Yahoo defers the same mail through both networks
about   siblings throttle rule:yahoo.tss04

config  source out-a { public 203.0.113.24; }
config  source out-b { public 198.51.100.9; }
at      2026-04-06T00:00:00Z
mail    16/h from news@shop.example via out-a,out-b to yahoo
+8d
answer  yahoo 80% "421 4.7.0 [TSS04] Messages from $ip temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes" at mail
+1d
expect  told opened "Yahoo (with AOL and AT&T) has slowed mail from 198.51.100.9 and 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 198.51.100.9 and 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 198.51.100.9 and 203.0.113.24"
expect  2 incidents provider=yahoo class=throttled rule=yahoo.tss04 state=active
expect  incident source=203.0.113.24
expect  cause range unlikely
expect  evidence other_subnet_refused
expect  why contains "the same streams are refused from 198.51.100.9 too"
expect  advice 1 contains "no new try before 2 h"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
