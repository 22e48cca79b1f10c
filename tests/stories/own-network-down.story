# Made up: connections time out everywhere at once.
title   The own network is down for five hours: nobody can be reached
about   elsewhere outage
address out-a 203.0.113.24
at      2026-01-05T00:00:00Z
mail    20/h from news@shop.example via out-a to microsoft-consumer,google,yahoo,orange
+10d
answer  all timeout
+5h
expect  told opened "No provider can be reached from any of your addresses"
expect  why contains "No provider can be reached from any of your addresses"
expect  evidence nobody_reached
expect  cause provider unlikely
expect  advice contains "your own network first"
