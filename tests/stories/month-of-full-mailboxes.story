# A month in which mailboxes fill up and are emptied again: the recipients' matter. OFR_417:
# sisimai/p5-sisimai#240.
title   A month of full mailboxes is no trouble of the sender
about   misread:any.mailbox-full misread:google.mailbox-full-4xx misread:orange.417

config  source out-a { public 203.0.113.24; }
at      2026-03-01T00:00:00Z
mail    2/h from news@shop.example via out-a to google,orange,small.example
answer  google 3% "452-4.2.2 The recipient's inbox is out of storage space. 452 4.2.2 $n - gsmtp" at rcpt
answer  orange 4% "552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]" at rcpt
answer  small.example 20% "452 4.2.2 <$to>: Recipient address rejected: mailbox is full" at rcpt
+30d
expect  no incident
expect  state out-a google well
expect  state out-a orange well
expect  state out-a other well
