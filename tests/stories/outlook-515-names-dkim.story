# The rule for who sends a lot (May 2025): the reply names the domain and what failed.
# doc/sources.md, 1.5.
title   Outlook.com names the domain whose DKIM fails
about   rule:microsoft-consumer.auth-515-dkim fail wording advice

address out-a 203.0.113.24
at      2026-05-11T00:00:00Z
mail    15/h from news@shop.example via out-a to microsoft-consumer
mail    5/h from reset@id.example via out-a to microsoft-consumer
+6d
mark    refused
answer  microsoft-consumer from news@shop.example "550 5.7.515 Access denied, sending domain shop.example does not meet the required authentication level. Spf= Pass , Dkim= Fail , DMARC= Fail" at dot
+8h
expect  told opened "Microsoft (Outlook.com, Hotmail) has refused mail for its authentication or identity from mx1/postfix/out-a"
expect  told updated "Still: Microsoft (Outlook.com, Hotmail) has refused mail for its authentication or identity from mx1/postfix/out-a"
expect  incident provider=microsoft-consumer class=authentication rule=microsoft-consumer.auth-515-dkim stage=dot state=active since=refused~20m
expect  state out-a microsoft-consumer failing
expect  cause authentication almost-surely
expect  evidence wording_authentication
expect  no cannot-be content
expect  advice contains "Sign with a key of the From domain"
expect  why contains "DKIM failed for this domain while SPF passed"
expect  why lacks "delisting request"
expect  advice lacks "another network"
