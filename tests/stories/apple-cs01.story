# [CS01]: Apple judged some of the messages; the sender is not refused. chatmail/core#6547 (of five
# messages some came back). Three in ten is worth a word, but not a request to be delisted.
title   Apple refuses messages with CS01, not the sender
about   misread:apple.cs01 drop

address out-a 203.0.113.24
at      2026-03-02T08:00:00Z
mail    10/h from news@shop.example via out-a to apple
mail    4/h from receipts@shop.example via out-a to apple
+6d
mark    refused
answer  apple from news@shop.example 30% "554 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137" at dot
+1d
expect  told opened "Apple (iCloud) has accepted less mail than usual from mx1/postfix/out-a"
expect  no incident class=blocked
expect  incident provider=apple class=content rule=apple.cs01 stage=dot state=active since=refused~1h
expect  cause content likeliest
expect  cause range unlikely
expect  advice lacks "delisting request"
expect  why contains "all of them shop.example/news"
expect  advice 1 contains "write to icloudadmin@apple.com with log lines"
