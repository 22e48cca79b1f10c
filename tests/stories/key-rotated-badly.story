# The DKIM key was replaced in DNS, and the server signs with the old one: SPF is not aligned (the envelope is that of a
# sending host), so DMARC fails everywhere. Words with 5.7.1 alone name no reason; the reports of the same provider do.
title   A DKIM key is rotated badly; Gmail refuses without a reason, and reports it
about   reports drop

config  source out-a { public 203.0.113.24; }
at      2026-03-02T00:00:00Z
mail    20/h from news@shop.example via out-a to google
+14d
reported google shop.example via out-a 480 dkim 479 spf 0 for 14d
mark    rotated
answer  google "550 5.7.1 Message refused. $n - gsmtp" at dot
+1d
expect  told opened "Google (Gmail) has refused all mail from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused all mail from 203.0.113.24"
expect  incident provider=google stage=dot state=active since=rotated~1h
expect  unknown "DMARC reports of this provider"
expect  cause authentication <= 0.35
+1d
reported google shop.example via out-a 480 dkim 0 spf 0 for 2d
expect  incident provider=google state=active
expect  evidence reports_fell
expect  cause authentication probably
expect  cause authentication likeliest
expect  why contains "Google (Gmail) itself reports that of your mail of shop.example only 0.0 % passed DMARC while this went on (960 messages), and 99.8 % before"
expect  why contains "aligned DKIM passed for 99.8 % before, and for 0.0 % since; it began on 2026-03-16"
expect  advice 1 contains "repair SPF and DKIM of shop.example first: they fail there, as the reports of Google (Gmail) say"
expect  advice lacks "delisting"
