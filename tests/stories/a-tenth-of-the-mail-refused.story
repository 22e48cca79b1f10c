# Made up: a newsletter that began on this day is refused as spam. It is a tenth of the mail, so the share
# of the whole says little; the stream shows it.
title   A new newsletter is refused among much other mail
about   streams

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    60/h from orders@shop.example via out-a to t-online
mail    20/h from orders@shop.example via out-a to google
+10d
mark    begin
mail    4/h from spring@shop.example via out-a to t-online
answer  t-online from spring@shop.example 90% "550 5.7.0 Message considered as spam or virus, rejected" at dot
+9h
expect  told opened "Telekom (T-Online) has accepted less mail than usual from mx1/postfix/out-a"
expect  1 incident
expect  incident provider=t-online class=content state=active since=begin~90m
expect  evidence one_stream
expect  evidence new_stream
expect  cause content likeliest
expect  cause range unlikely
expect  state out-a google well
expect  why contains "is new: nothing of it was sent before"
expect  advice 1 contains "compare"
