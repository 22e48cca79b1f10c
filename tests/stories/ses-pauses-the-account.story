# Amazon SES stops taking mail for the account after too many bounces: nothing of ours is listed.
# docs.aws, "Sending paused"; doc/sources.md, 5.1.
title   Amazon SES pauses the account: the route is the subject
about   rule:amazon-ses.paused drop

address out-a 203.0.113.24
at      2026-06-08T08:00:00Z
mail    10/h from news@shop.example via out-a to google
mail    20/h from news@shop.example via ses to yahoo relay email-smtp.eu-west-1.amazonaws.com[198.51.100.200]:587
+8d
mark    paused
answer  yahoo via ses "554 Message rejected: Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account." at dot
+10h
expect  told opened "Mail through the relay amazon-ses has been accepted less than usual by Amazon SES"
expect  told updated "Still: Mail through the relay amazon-ses has been accepted less than usual by Amazon SES"
expect  1 incident
expect  incident route=amazon-ses rule=amazon-ses.paused state=active since=paused~1h
expect  state out-a google well
expect  why contains "the relay amazon-ses"
expect  advice contains "Answer the case"
expect  advice lacks "another relay"
