# A HELO of "localhost": strict hosts refuse it (sisimai/set-of-emails#11 has iCloud's words);
# this one is small, and Gmail takes the mail.
title   A host refuses the HELO name
about   rule:any.helo fail

config  source out-a { public 203.0.113.24; helo localhost; }
at      2026-03-16T08:00:00Z
mail    6/h from orders@shop.example via out-a to strict.example,google
answer  strict.example "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname" at rcpt
+2d
expect  told opened "The mail hosts of strict.example have refused mail for its authentication or identity from 203.0.113.24"
expect  told updated "Still: The mail hosts of strict.example have refused mail for its authentication or identity from 203.0.113.24"
expect  incident provider=strict.example class=identity rule=any.helo state=active
expect  cause identity likeliest
expect  state out-a google well
expect  advice 1 contains "smtp_helo_name"
expect  advice lacks "delisting request"
expect  advice lacks "another network"
