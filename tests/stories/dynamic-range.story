# A home line: its range may not send mail directly, and no delisting changes that. The words are
# those of Gmail for NotAuthorizedError; the way out is the relay of the internet provider.
title   Gmail takes nothing from a dynamic range
about   rule:google.not-authorized block advice

address out-a 203.0.113.24
at      2026-03-09T08:00:00Z
mail    6/h from orders@shop.example via out-a to google,t-online
+6d
mark    block
answer  google "550-5.7.1 [$ip] The IP you're using to send mail is not authorized to send email directly to our servers. Please use the SMTP relay at your service provider instead. 550 5.7.1 https://support.google.com/mail/?p=NotAuthorizedError q16si3475662wrs.311 - gsmtp" at dot
+8h
expect  told opened "Google (Gmail) has refused the only message from 203.0.113.24"
expect  told updated "Still: Google (Gmail) has refused all mail from 203.0.113.24"
expect  incident provider=google class=blocked rule=google.not-authorized
expect  advice 1 contains "relay of your internet provider"
expect  advice contains "relayhost = [HOST]:587"
expect  advice lacks "hold mail"
expect  advice lacks "delisting request"
expect  why contains "Delisting does not help"
