# Our own resolver is away: no provider has said a word. Postfix's words.
title   The own resolver fails for three hours: nobody refuses anything
about   misread:postfix.dns-later

config  source out-a { public 203.0.113.24; }
at      2026-03-16T08:00:00Z
mail    10/h from orders@shop.example via out-a to google,yahoo,microsoft-consumer
+4d
answer  all no-dns for 3h
+4h
expect  told opened "No provider can be reached from any of your addresses"
expect  told resolved "Over: Providers can be reached again from your addresses"
expect  no incident class=blocked
expect  no incident class=throttled
expect  state out-a google well
expect  state out-a yahoo well
