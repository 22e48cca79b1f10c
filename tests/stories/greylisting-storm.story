# Every first try of a new receiver is put off; nothing is wrong. postgrey's words.
title   A storm of greylisting is no trouble
about   misread:any.greylisted

address out-a 203.0.113.24
at      2026-06-08T00:00:00Z
mail    6/h from orders@shop.example via out-a to one.example,two.example,three.example
mail    6/h from orders@shop.example via out-a to google
answer  one.example "450 4.7.1 <$to>: Recipient address rejected: Greylisted, see http://postgrey.example/help" at rcpt young 5m
answer  two.example "451 4.7.1 Greylisting in action, please come back later" at rcpt young 15m
answer  three.example "450 4.2.0 <$to>: Recipient address rejected: Greylisted for 300 seconds" at rcpt young 5m
+4d
expect  no incident
expect  state out-a other well
