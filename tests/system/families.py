# SPDX-License-Identifier: Apache-2.0
"""
families.py -- a notice of every kind of mail server that test_variations.py alters: the forms
are those of the servers, the words and everything told are made up here.

Each is a Family: its bytes, and what must be read of it.
"""

AT = "Tue, 3 Nov 2026 06:42:11 +0000"
TO_US = "To: bounce-7@shop.example\nDate: %s\n" % AT
DAEMON = "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx1.shop.example>\n" + TO_US
FOREIGN = "Return-Path: <>\nFrom: postmaster@example.com\n" + TO_US
ORIGINAL = ("Return-Path: <bounce-7@shop.example>\nReceived: from app by mx1.shop.example with ESMTP "
            "id 4F1ABC7;\n\tTue, 3 Nov 2026 06:42:00 +0000\nFrom: News <news@shop.example>\nTo: "
            "jo@example.com\nMessage-ID: <7@shop.example>\nSubject: Hello\nDate: %s\n\nHi,\n\nthis is "
            "the news.\n" % AT)


class Family:
    def __init__(self, name, mail, **want):
        self.name, self.mail = name, mail
        self.want = {"kind": "bounce", "action": "failed", "recipient": "jo@example.com",
                     "class": "recipient", **want}

    def report(self):
        return "multipart/report" in self.mail


def dsn(head, words, fields, original=ORIGINAL, kind="message/rfc822", subtype="delivery-status",
        status_kind="message/delivery-status"):
    return (head + "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=%s;\n\t"
            "boundary=\"=_b/7\"\n\n--=_b/7\nContent-Type: text/plain; charset=us-ascii\n\n%s\n--=_b/7\n"
            "Content-Type: %s\n\n%s\n--=_b/7\nContent-Type: %s\n\n%s\n--=_b/7--\n" % (
                subtype, words, status_kind, fields, kind, original))


FAMILIES = (
    Family("Postfix", dsn(
        DAEMON + "Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n",
        "This is the mail system at host mx1.shop.example.\n\nYour message was not delivered.\n\n"
        "<jo@example.com>: host mx.example.com[198.51.100.7] said: 550 5.1.1 <jo@example.com>:\n"
        "    Recipient address rejected: User unknown (in reply to RCPT TO command)\n",
        "Reporting-MTA: dns; mx1.shop.example\nX-Postfix-Queue-ID: 4F1ABC7\nX-Postfix-Sender: "
        "rfc822; bounce-7@shop.example\nArrival-Date: %s\n\nFinal-Recipient: rfc822; "
        "jo@example.com\nOriginal-Recipient: rfc822;jo@example.com\nAction: failed\nStatus: 5.1.1\n"
        "Remote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; 550 5.1.1 <jo@example.com>:\n"
        "    Recipient address rejected: User unknown\n" % AT),
           code=550, enhanced="5.1.1", host="mx.example.com", message_id="<7@shop.example>",
           queue_id="4F1ABC7"),
    Family("Postfix, delayed", dsn(
        DAEMON + "Subject: Delayed Mail (still being retried)\n",
        "This is the mail system at host mx1.shop.example.\n\nYour message could not be delivered "
        "for 4 hours. It will be retried.\n\n<jo@example.com>: connect to "
        "mx.example.com[198.51.100.7]:25: Connection timed out\n",
        "Reporting-MTA: dns; mx1.shop.example\nX-Postfix-Queue-ID: 4F1ABC7\n\nFinal-Recipient: "
        "rfc822; jo@example.com\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; "
        "connect to\n    mx.example.com[198.51.100.7]:25: Connection timed out\n",
        kind="text/rfc822-headers", original=ORIGINAL.split("\n\n", maxsplit=1)[0] + "\n"),
           action="delayed", enhanced="4.4.1", **{"class": "network"}),
    Family("Sendmail", dsn(
        DAEMON + "Subject: Returned mail: see transcript for details\n",
        "The original message was received at %s\nfrom app [10.0.0.7]\n\n   ----- The following "
        "addresses had permanent fatal errors -----\n<jo@example.com>\n    (reason: 550 5.1.1 "
        "<jo@example.com>... User unknown)\n\n   ----- Transcript of session follows -----\n... "
        "while talking to mx.example.com.:\n>>> RCPT To:<jo@example.com>\n<<< 550 5.1.1 "
        "<jo@example.com>... User unknown\n550 5.1.1 <jo@example.com>... User unknown\n" % AT,
        "Reporting-MTA: dns; mx1.shop.example\nReceived-From-MTA: DNS; app\nArrival-Date: %s\n\n"
        "Final-Recipient: RFC822; jo@example.com\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; "
        "mx.example.com\nDiagnostic-Code: SMTP; 550 5.1.1 <jo@example.com>... User unknown\n"
        "Last-Attempt-Date: %s\n" % (AT, AT)),
           code=550, enhanced="5.1.1", host="mx.example.com"),
    Family("Exchange", dsn(
        FOREIGN + "Subject: Undeliverable: Hello\nX-MS-Exchange-Message-Is-Ndr:\n",
        "Delivery has failed to these recipients or groups:\n\njo@example.com\nThe email address "
        "you entered couldn't be found. Please check it and try to resend the message.\n\n"
        "Diagnostic information for administrators:\n\nGenerating server: EX1.example.com\n\n"
        "jo@example.com\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound; "
        "Recipient jo@example.com not found by SMTP address lookup'\n",
        "Reporting-MTA: dns; EX1.example.com\nArrival-Date: %s\n\nFinal-Recipient: rfc822; "
        "jo@example.com\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp; 550 5.1.10 "
        "RESOLVER.ADR.RecipientNotFound; Recipient\n jo@example.com not found by SMTP address "
        "lookup\n" % AT), code=550, enhanced="5.1.10"),
    Family("Exchange of old", FOREIGN + "Subject: Undeliverable: Hello\nX-Mailer: Internet Mail "
           "Service (5.5.2653.19)\nMIME-Version: 1.0\nContent-Type: text/plain\n\nYour message\n\n"
           "  To:      jo@example.com\n  Subject: Hello\n  Sent:    Tue, 3 Nov 2026 06:42:00 +0000\n\n"
           "did not reach the following recipient(s):\n\njo@example.com on Tue, 3 Nov 2026 06:42:11 "
           "+0000\n    The recipient name is not recognized\n\tThe MTS-ID of the original message "
           "is: c=us;a= ;p=example;l=EX1-261103\n    MSEXCH:IMS:Example:SITE:EX1 0 (000C05A6) "
           "Unknown Recipient\n"),
    Family("X.400", dsn(
        FOREIGN + "Subject: Delivery Report (failure) for jo@example.com\n",
        "This report relates to your message: Subject: Hello\n\nYour message was not delivered to\n"
        "\tjo@example.com\nfor the following reason:\n\tDiagnostic was Unable to transfer, Message "
        "timed out or unrecognised O/R name\n\tInformation unknown user\n",
        "Reporting-MTA: x400; mta gw in /PRMD=EXAMPLE/ADMD= /C=DE/\nArrival-Date: %s\nDSN-Gateway: "
        "dns; gw.example.com\n\nFinal-Recipient: rfc822; jo@example.com\nOriginal-Recipient: "
        "rfc822;jo@example.com\nAction: failed\nStatus: 5.1.1 (bad destination mailbox address)\n"
        "Diagnostic-Code: x400; unrecognised-OR-name (0)\nX-Supplementary-Info: unknown user\n"
        % AT), enhanced="5.1.1"),
    Family("qmail", DAEMON + "Subject: failure notice\n\nHi. This is the qmail-send program at "
           "mx1.shop.example.\nI'm afraid I wasn't able to deliver your message to the following "
           "addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
           "<jo@example.com>:\n198.51.100.7 does not like recipient.\nRemote host said: 550 5.1.1 "
           "<jo@example.com> User unknown\nGiving up on 198.51.100.7.\n\n--- Below this line is a "
           "copy of the message.\n\n" + ORIGINAL, code=550, enhanced="5.1.1",
           message_id="<7@shop.example>"),
    Family("Exim", DAEMON + "X-Failed-Recipients: jo@example.com\nAuto-Submitted: auto-replied\n"
           "Subject: Mail delivery failed: returning message to sender\n\nThis message was created "
           "automatically by mail delivery software.\n\nA message that you sent could not be "
           "delivered to one or more of its\nrecipients. This is a permanent error. The following "
           "address(es) failed:\n\n  jo@example.com\n    host mx.example.com [198.51.100.7]\n    SMTP "
           "error from remote mail server after RCPT TO:<jo@example.com>:\n    550 5.1.1 "
           "<jo@example.com>: User unknown\n\n------ This is a copy of the message, including all "
           "the headers. ------\n\n" + ORIGINAL, code=550, enhanced="5.1.1",
           message_id="<7@shop.example>"),
    Family("Domino", dsn(
        FOREIGN + "Subject: DELIVERY FAILURE: User jo (jo@example.com) not listed in Domino "
        "Directory\n",
        "Your message\n\n  Subject: Hello\n\nwas not delivered to:\n\n  jo@example.com\n\nbecause:\n\n"
        "  User jo (jo@example.com) not listed in Domino Directory\n",
        "Reporting-MTA: dns;domino.example.com\n\nFinal-Recipient: rfc822;jo@example.com\nAction: "
        "failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User jo (jo@example.com) not listed in "
        "Domino Directory\n"), enhanced="5.1.1"),
    Family("Courier", dsn(
        FOREIGN.replace("postmaster@", "\"Courier mail server at example.com\" <@") +
        "Subject: NOTICE: mail delivery status.\n",
        "This is a delivery status notification from mx.example.com,\nrunning the Courier mail "
        "server, version 0.65.2.\n\nThe original message was received on %s\n\n---------------------"
        "------------------------------------------------------\n\n                           "
        "UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n"
        "<jo@example.com>:\n    mx.example.com [198.51.100.7]:\n>>> RCPT TO:<jo@example.com>\n<<< 550 "
        "5.1.1 User unknown.\n" % AT,
        "Reporting-MTA: dns; mx.example.com\nArrival-Date: %s\n\nFinal-Recipient: rfc822; "
        "jo@example.com\nAction: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx.example.com "
        "[198.51.100.7]\nDiagnostic-Code: smtp; 550 5.1.1 User unknown.\n" % AT),
           code=550, enhanced="5.1.1"),
    Family("Gmail", dsn(
        "Return-Path: <>\nFrom: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n" + TO_US +
        "Auto-Submitted: auto-replied\nX-Failed-Recipients: jo@example.com\nSubject: Delivery "
        "Status Notification (Failure)\n",
        "** Address not found **\n\nYour message wasn't delivered to jo@example.com because the "
        "address couldn't be found.\n\nThe response was:\n\n550 5.1.1 The email account that you "
        "tried to reach does not exist. - gsmtp\n",
        "Reporting-MTA: dns; googlemail.com\nArrival-Date: %s\nX-Original-Message-ID: "
        "<7@shop.example>\n\nFinal-Recipient: rfc822; jo@example.com\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
        " 550 5.1.1 - gsmtp\n" % AT, kind="text/rfc822-headers",
        original=ORIGINAL.split("\n\n", maxsplit=1)[0] + "\n"),
           code=550, enhanced="5.1.1"),
    Family("Yahoo", FOREIGN + "Subject: Failure Notice\n\nSorry, we were unable to deliver your "
           "message to the following address.\n\n<jo@example.com>:\n552: 5.2.2 <jo@example.com>: "
           "mailbox is full\n\n--- Below this line is a copy of the message.\n\n" + ORIGINAL,
           **{"class": "mailbox"}),
    Family("a carrier of Japan, with a report", dsn(
        FOREIGN + "Subject: Returned mail: User unknown\n",
        "The user(s) account is disabled.\n\n   ----- The following addresses had delivery problems "
        "-----\n<jo@example.com>\n\n   ----- Non-delivered information -----\nThe number of messages "
        "in recipient's mailbox exceeded the local limit.\n",
        "Reporting-MTA: dns; mfsmax.example.com\nArrival-Date: %s\n\nFinal-Recipient: rfc822; "
        "jo@example.com\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 mailbox "
        "full\n" % AT), enhanced="5.2.2", **{"class": "mailbox"}),
    Family("a carrier of Japan, in words", FOREIGN + "Subject: Mail System Error - Returned Mail\n"
           "MIME-Version: 1.0\nContent-Type: text/plain; charset=ISO-2022-JP\n\n\033$B$3$N%a!<%k"
           "\033(B\n\nThe following recipients did not receive this message:\n\n  <jo@example.com>\n\n"
           "550 5.1.1 <jo@example.com>: User unknown\n\n-------- original message\n\n" + ORIGINAL,
           code=550, enhanced="5.1.1"),
    Family("IMail", FOREIGN + "Subject: Undeliverable Mail\nX-Mailer: <SMTP32 v8.22>\n\nUnknown user: "
           "jo@example.com\n\n\nOriginal message follows.\n\n" + ORIGINAL),
    Family("a complaint", dsn(
        "From: feedback@fbl.example.com\nTo: fbl@shop.example\nDate: %s\nSubject: FW: Hello\n" % AT,
        "This is an abuse report.\n", "Feedback-Type: abuse\nUser-Agent: fbl/1\nVersion: 1\n"
        "Original-Mail-From: <bounce-7@shop.example>\nOriginal-Rcpt-To: <jo@example.com>\n"
        "Source-IP: 203.0.113.24\nArrival-Date: %s\nReported-Domain: shop.example\n" % AT,
        subtype="feedback-report", status_kind="message/feedback-report"),
           kind="complaint", action=None, recipient=None, feedback_type="abuse",
           source_ip="203.0.113.24", reported_domain="shop.example", redacted=False,
           **{"class": None}),
)
