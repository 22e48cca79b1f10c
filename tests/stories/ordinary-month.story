# What every month has: full mailboxes, greylisting, a message called spam, dead addresses, a host
# that is away for a night. None of it is an incident.
title   An ordinary month has no incident
about   misread:google.content-spam misread:any.mailbox-full

config  source out-a { public 203.0.113.24; }
config  source out-b { public 203.0.113.25; }
at      2026-03-01T00:00:00Z
mail    6/h from news@shop.example via out-a to google,microsoft-consumer week
mail    2/h from orders@shop.example via out-b to google,microsoft-consumer,tiny.example day
mail    1/h from - via out-b to tiny.example
answer  all 0.7% "550 5.1.1 <$to>: user unknown" at rcpt
answer  google 1% "550-5.7.1 [$ip      12] Gmail has detected that this message is likely unsolicited mail. To reduce the amount of spam sent to Gmail, this message has been blocked. 550 5.7.1 $n - gsmtp" at dot
answer  tiny.example "450 4.2.0 <$to>: Recipient address rejected: Greylisted" at rcpt young 5m
+12d
answer  tiny.example timeout for 9h
answer  microsoft-consumer 2% "452 4.2.2 <$to> mailbox full" at rcpt
+19d
expect  no incident
expect  state out-a google well
expect  state out-a microsoft-consumer well
expect  state out-b google well
expect  why contains "All well"
