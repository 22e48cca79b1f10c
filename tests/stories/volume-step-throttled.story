# Made up: four times the usual mail on one day, and the rate limit answers it.
title   A sudden step in volume is throttled
about   volume throttle advice

address out-a 203.0.113.24
at      2026-02-02T00:00:00Z
mail    8/h from news@shop.example via out-a to yahoo
+12d
mail    24/h from sale@shop.example via out-a to yahoo for 36h
+24h
mark    slow
answer  yahoo 60% "421 4.7.0 [TSS04] Messages from $ip temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes" at mail
+10h
expect  told opened "Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  told updated "Still: Yahoo (with AOL and AT&T) has slowed mail from 203.0.113.24"
expect  incident provider=yahoo class=throttled state=active since=slow~30m
expect  cause volume likeliest
expect  cause volume probably
expect  evidence volume_big_step
expect  advice contains "go back to the usual volume"
expect  advice contains "go back to the usual volume"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
