# A 550 before any command: Postfix defers it. github.com/ActiveCampaign/smtp-field-manual/pull/60
# has such a log line (OFR006_102).
title   Orange refuses at the greeting
about   rule:orange.102-cloudmark stage block advice

address out-a 203.0.113.24
at      2026-05-04T00:00:00Z
mail    8/h from invoices@shop.example via out-a to orange
mail    8/h from invoices@shop.example via out-a to google
+8d
mark    block
answer  orange "550 mwinf5c14 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 Ref http://csi.cloudmark.com/reset-request/?ip=$ip [102]" at connect
+6h
expect  told opened "Orange has refused the only message from 203.0.113.24"
expect  told updated "Still: Orange has refused all mail from 203.0.113.24"
expect  incident provider=orange source=203.0.113.24 class=listed rule=orange.102-cloudmark stage=connect state=active since=block~20m
expect  state out-a orange listed
expect  cannot-be content
expect  cannot-be authentication
expect  evidence stage_before_message
expect  why contains "refused at the greeting"
expect  lost 0
expect  advice contains "cloudmark"
expect  advice lacks "mail of this domain"
