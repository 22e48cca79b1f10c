# 550-5.7.1 after the message: the sending domain is the subject. mastodon/mastodon#16059,
# postalserver/postal#595.
title   Gmail refuses for the reputation of the domain, after the message
about   rule:google.low-domain block advice

config  source out-a { public 203.0.113.24; }
at      2026-03-02T08:00:00Z
mail    20/h from news@shop.example via out-a to google
mail    12/h from news@shop.example via out-a to microsoft-consumer
+7d
mark    block
answer  google "550-5.7.1 [$ip] Gmail has detected that this message is likely suspicious due to the very low reputation of the sending domain. To best protect our users from spam, the message has been blocked. 550 5.7.1 $n - gsmtp" at dot
+8h
expect  told opened "Google (Gmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused all mail from 203.0.113.24"
expect  incident provider=google class=blocked rule=google.low-domain stage=dot state=active since=block~20m
expect  cause own-reputation likeliest
expect  cause range unlikely
expect  no cannot-be content
expect  no evidence stage_before_message
expect  advice contains "Repair the domain"
expect  advice lacks "delisting"
expect  advice lacks "relay"
expect  advice lacks "another network"
expect  advice lacks "elsewhere"
