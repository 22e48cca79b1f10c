# 421-4.7.28 names what is limited: here the DKIM domain, not the address.
# Purelymail/purelymail-issues#354 has the twin for an SPF domain.
title   Gmail limits the rate of a DKIM domain
about   rule:google.rate-dkim-domain throttle

config  source out-a { public 203.0.113.24; }
config  source out-b { public 198.51.100.9; }
at      2026-03-02T08:00:00Z
mail    20/h from news@shop.example via out-a,out-b to google
mail    6/h from reset@id.example via out-a to google
+7d
mark    slow
answer  google from news@shop.example 60% "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM domain [shop.example      36]. To protect our users from spam, mail sent from your domain has been temporarily rate limited. 421 4.7.28 $n - gsmtp" at dot
+1d
expect  told opened "Google (Gmail) has slowed mail from 198.51.100.9"
expect  told updated "More: Google (Gmail) has slowed mail from 203.0.113.24 and 198.51.100.9"
expect  told updated "Still: Google (Gmail) has slowed mail from 203.0.113.24 and 198.51.100.9"
expect  2 incidents provider=google class=throttled rule=google.rate-dkim-domain stage=dot state=active since=slow~1h
expect  state out-a google throttled
expect  no cannot-be content
expect  why lacks "reset"
expect  advice 1 contains "Cut the volume of this domain"
expect  advice lacks "delisting request"
expect  advice lacks "relay"
expect  advice lacks "elsewhere"
