# Made up: one stream is refused in words that say nothing, the others are accepted as ever.
title   Only one stream of several is refused
about   shape

address out-a 203.0.113.24
at      2026-06-01T08:00:00Z
mail    20/h from news@shop.example via out-a to orange
mail    20/h from orders@shop.example via out-a to orange
+10d
answer  orange from news@shop.example 95% "550 5.7.0 zkx-40 not today" at dot
+12h
expect  told opened "Orange has accepted less mail than usual from mx1/postfix/out-a"
expect  told updated "Still: Orange has accepted less mail than usual from mx1/postfix/out-a"
expect  incident provider=orange
expect  evidence one_stream
expect  advice 1 contains "one stream or everything"
expect  cause content likeliest
expect  cause range unlikely
expect  why contains "it hits one stream"
