# Postfix tells senders of a delay and tells postmaster of bounces; neither is a delivery.
title   Delay warnings and notices of our own count as no delivery
about   once

at      2026-02-02T10:00:00Z
log     postfix/cleanup[210]: 4FB2C3D4E5: message-id=<1@shop.example>
log     postfix/qmgr[88]: 4FB2C3D4E5: from=<orders@shop.example>, size=3121, nrcpt=1 (queue active)
log     postfix/smtp[301]: 4FB2C3D4E5: to=<jo@small.example>, relay=none, delay=14402, delays=14372/0.1/30/0, dsn=4.4.1, status=deferred (connect to mx.small.example[192.0.2.7]:25: Connection timed out)
log     postfix/bounce[330]: 4FB2C3D4E5: sender delay notification: 4FC3D4E5F6
log     postfix/cleanup[210]: 4FC3D4E5F6: message-id=<20260202100000.4FC3D4E5F6@mx1.shop.example>
log     postfix/qmgr[88]: 4FC3D4E5F6: from=<>, size=5210, nrcpt=1 (queue active)
log     postfix/local[402]: 4FC3D4E5F6: to=<orders@mx1.shop.example>, relay=local, delay=0.05, delays=0.03/0/0/0.02, dsn=2.0.0, status=sent (delivered to mailbox)
log     postfix/qmgr[88]: 4FC3D4E5F6: removed
+1h
log     postfix/smtp[301]: 4FB2C3D4E5: to=<jo@small.example>, relay=mx.small.example[192.0.2.7]:25, delay=18003, delays=18001/0.1/0.9/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 9F1)
log     postfix/qmgr[88]: 4FB2C3D4E5: removed
expect  deliveries 2
again
expect  deliveries 2
expect  no incident
expect  bad 0
