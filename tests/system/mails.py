# SPDX-License-Identifier: Apache-2.0
"""
mails.py -- mails, events and logs that never happened, of one shop; used by test_documents.py
and test_alias.py.
"""

import json

AT = "Tue, 3 Nov 2026 06:42:11 +0000"
RFC3339 = "2026-11-03T06:42:11Z"


def original(n=7, to="jo@example.com"):
    return ("Return-Path: <bounce-%d@shop.example>\nReceived: from app by mx1.shop.example with "
            "ESMTP id 4F1ABC%d;\n\tTue, 3 Nov 2026 06:42:00 +0000\nFrom: News "
            "<news@shop.example>\nTo: %s\nMessage-ID: <%d@shop.example>\nList-Id: "
            "<news.shop.example>\nSubject: Hello\n\nHi\n" % (n, n, to, n))


def dsn(n=7, to="jo@example.com", reply="550 5.1.1 no such user", action="failed",
        host="mx.example.com"):
    return ("Return-Path: <>\nFrom: MAILER-DAEMON@mx1.shop.example (Mail Delivery System)\n"
            "To: bounce-%d@shop.example\nDate: %s\nSubject: Undelivered Mail Returned to Sender\n"
            "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
            "\tboundary=\"b/%d\"\n\n--b/%d\nContent-Type: text/plain\n\nIt did not work.\n\n"
            "--b/%d\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
            "mx1.shop.example\nX-Postfix-Queue-ID: 4F1ABC%d\n\nFinal-Recipient: rfc822; %s\n"
            "Original-Recipient: rfc822;%s\nAction: %s\nStatus: %s\nRemote-MTA: dns; %s\n"
            "Diagnostic-Code: smtp; %s\n\n--b/%d\nContent-Type: message/rfc822\n\n%s\n--b/%d--\n" %
            (n, AT, n, n, n, n, to, to, action, reply.split()[1], host, reply, n, original(n, to),
             n))


def arf(n=7, to="jo@example.com", sender="shop.example", ip="203.0.113.24", frm="fbl.example.com"):
    return ("From: feedback@%s\nTo: fbl@shop.example\nDate: %s\nSubject: FW: Hello\nMIME-Version: "
            "1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"f\"\n\n"
            "--f\n\nA complaint.\n--f\nContent-Type: message/feedback-report\n\nFeedback-Type: "
            "abuse\nVersion: 1\nOriginal-Mail-From: <bounce-%d@%s>\nOriginal-Rcpt-To: <%s>\n"
            "Source-IP: %s\nReported-Domain: %s\nArrival-Date: %s\n\n--f\nContent-Type: "
            "message/rfc822\n\n%s\n--f--\n" % (
                frm, AT, n, sender, to, ip, sender, AT,
                original(n, to).replace("shop.example", sender)))


def ses_bounce(n=7, to="jo@example.com", kind="notificationType"):
    return json.dumps({
        kind: "Bounce",
        "mail": {"timestamp": RFC3339, "messageId": "0100-%d" % n,
                 "source": "bounce-%d@shop.example" % n,
                 "commonHeaders": {"messageId": "<%d@shop.example>" % n}},
        "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": RFC3339,
                   "bouncedRecipients": [{"emailAddress": to, "action": "failed",
                                          "status": "5.1.1",
                                          "diagnosticCode": "smtp; 550 5.1.1 no such user"}],
                   "reportingMTA": "dsn; a8-70.smtp-out.amazonses.com"}}) + "\n"


def postfix(n=7, to="jo@example.com", reply="550 5.1.1 no such user", status="bounced",
            host="mx.example.com"):
    head = "2026-11-03T06:42:11+00:00 mx1 postfix/"
    return ("%scleanup[1]: 4F1ABC%d: message-id=<%d@shop.example>\n"
            "%sqmgr[1]: 4F1ABC%d: from=<bounce-%d@shop.example>, size=900, nrcpt=1 (queue active)\n"
            "%ssmtp[2]: 4F1ABC%d: to=<%s>, relay=%s[198.51.100.7]:25, delay=1, "
            "delays=0/0/0/1, dsn=%s, status=%s (%s)\n" % (
                head, n, n, head, n, n, head, n, to, host, reply.split()[1], status,
                reply if status == "sent" else "host %s[198.51.100.7] said: %s (in reply to RCPT TO "
                "command)" % (host, reply)))


def mbox(*mails):
    return "".join("From MAILER-DAEMON Tue Nov  3 06:42:11 2026\n%s\n" % m for m in mails)
