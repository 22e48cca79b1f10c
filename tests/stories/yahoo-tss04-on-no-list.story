# TSS04 from an address that is on no public list: postalserver/postal#843. The reply is about
# volume and complaints; nothing else is wrong.
title   Yahoo defers with TSS04 while no list names the address
about   rule:yahoo.tss04 throttle advice not_watched

address out-a 203.0.113.24
at      2026-04-06T00:00:00Z
mail    16/h from news@shop.example via out-a to yahoo day
mail    10/h from news@shop.example via out-a to google,microsoft-consumer day
+8d10h
expect  no incident

mark    slow
answer  yahoo 70% "421 4.7.0 [TSS04] Messages from $ip temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes" at mail
+1d
expect  told opened "Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  1 incident
expect  incident provider=yahoo source=203.0.113.24 class=throttled rule=yahoo.tss04 stage=mail state=active since=slow~30m
expect  state out-a yahoo throttled
expect  state out-a google well
expect  unknown complaints
expect  advice 1 contains "Send less to Yahoo and AOL"
expect  advice contains "senders.yahooinc.com"
expect  why lacks "delisting"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
