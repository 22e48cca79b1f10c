#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_cases.py [REPUTED] -- what a person reads who has one bounce, ten lines or a day of refusals.
Each row is a kind of case that was reported in public (tests/cases.md), told with names of its
own: what `why` and `status` must say, what they must not say, and how they exit. TAP.
"""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402

NOW = "2026-11-26T12:00:00Z"


def times(n, *lines):
    """The lines n times, three minutes apart; each with a queue id of its own."""
    out = []
    for k in range(n):
        stamp = "Nov 26 %02d:%02d" % (6 + k * 3 // 60, k * 3 % 60)
        for i, line in enumerate(lines):
            out.append("%s:%02d mx7 %s" % (stamp, i, line.replace("QID", "4F%03X%02X" % (k, i // 2))))
    return ("\n".join(out) + "\n").encode()


def sent(to, relay, words, dsn="5.7.1", status="bounced", qid="QID"):
    return "postfix/smtp[812]: %s: to=<%s>, relay=%s:25, delay=1, delays=0/0/0.5/0.5, dsn=%s, " \
        "status=%s (%s)" % (qid, to, relay, dsn, status, words)


def said(to, relay, words, dsn="5.7.1", status="bounced"):
    return sent(to, relay, "host %s said: %s" % (relay, words), dsn, status)


def bounce(to, host, words, action="failed", subject="Returned mail", day=26, n=0):
    return ("Return-Path: <>\nFrom: MAILER-DAEMON@mx7.firm.example\nTo: desk@firm.example\n"
            "Date: Thu, %d Nov 2026 06:%02d:11 +0000\nSubject: %s\nMIME-Version: 1.0\n"
            "Message-Id: <dsn%d@mx7.firm.example>\n"
            "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b/1\"\n\n"
            "--b/1\nContent-Type: text/plain\n\nThis is what happened.\n\n--b/1\n"
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx7.firm.example\n\n"
            "Final-Recipient: rfc822; %s\nAction: %s\nStatus: %s\nRemote-MTA: dns; %s\n"
            "Diagnostic-Code: smtp; %s\n\n--b/1--\n" %
            (day, n, subject, n, to, action, "4.0.0" if action == "delayed" else "5.0.0", host,
             words)).encode()


def returned(message, header):
    """The bounce with the header of the message that came back."""
    end = b"\n--b/1--\n"
    assert message.endswith(end)
    return message[:-len(end)] + b"\n--b/1\nContent-Type: text/rfc822-headers\n\n" + header.encode() + end


OLC = "hotmail-com.olc.protection.outlook.com[104.47.59.161]"
GMAIL = "gmail-smtp-in.l.google.com[66.102.1.27]"
S3140 = "550 5.7.1 Unfortunately, messages from [203.0.113.40] weren't sent. Please contact your " \
    "Internet service provider since part of their network is on our block list (S3140)."
HEADER = "554-Transaction failed 554-Reject due to policy restrictions. 554 For explanation visit " \
    "https://web.de/email/senderguidelines?ip=203.0.113.40&c=%s"
TIMEOUT = "connect to %s[%s]:25: Connection timed out"


def timed_out(to, host, ip):
    return sent(to, "none", TIMEOUT % (host, ip), "4.4.1", "deferred").replace("none:25", "none")


# name, input, exit of status and why, what why says, what neither may say
CASES = (
    # One reply or notice: never "all well".
    ("one bounce", bounce("al@hotmail.com", "hotmail-com.olc.protection.outlook.com", S3140), 0,
     ["1 bounce from Microsoft", "more bounces like this would make a verdict",
      "reputed explain S3140"], ["All well", "No provider refuses"]),
    ("one bounce of Exim's words", b"Return-path: <>\nFrom: Mail Delivery System <Mailer-Daemon@h.example>\n"
     b"To: pat@firm.example\nX-Failed-Recipients: kim@yahoo.com\n"
     b"Subject: Mail delivery failed: returning message to sender\n"
     b"Date: Thu, 26 Nov 2026 05:00:00 +0000\nMessage-Id: <e2@h.example>\n\n"
     b"This message was created automatically by mail delivery software.\n\n"
     b"A message that you sent could not be delivered to one or more of its\nrecipients. "
     b"This is a permanent error. The following address(es) failed:\n\n  kim@yahoo.com\n"
     b"    host mta6.am0.yahoodns.net [67.195.228.109]\n    SMTP error from remote mail server "
     b"after MAIL FROM:<pat@firm.example>:\n    553 5.7.2 [TSS09] All messages from 203.0.113.40 "
     b"will be permanently deferred; Retrying will NOT succeed.\n", 0,
     ["1 bounce from Yahoo", "TSS09"], ["All well", "No provider refuses"]),
    ("thirty bounces", b"".join(b"From MAILER-DAEMON Thu Nov 26 06:00:00 2026\n" +
                                bounce("u%d@hotmail.com" % k, "hotmail-com.olc.protection.outlook.com",
                                       S3140, n=k) + b"\n" for k in range(30)), 1,
     ["Microsoft (Outlook.com, Hotmail) has refused", "mail from 203.0.113.40, the address in the latest bounce", "S3140",
      "Mail from our address 203.0.113.40 is refused", "Counted in the bounces", "The commands need the log of the server"],
     ["All well", "No provider refuses"]),
    ("twelve bounces of another", b"".join(
        b"From MAILER-DAEMON Thu Nov 26 06:00:00 2026\n" +
        bounce("u%d@web.de" % k, "mx-ha02.web.de", HEADER % "hi", n=k) + b"\n" for k in range(12)), 1,
     ["GMX, WEB.DE and IONOS have refused", "header of the message is malformed"],
     ["All well", "No provider refuses"]),
    ("a notice of delay", bounce("bo@yahoo.com", "mta5.am0.yahoodns.net",
                                 "421 4.7.0 [TSS04] Messages from 203.0.113.40 temporarily deferred "
                                 "due to user complaints - 4.16.55.1", "delayed", "Delayed mail"), 0,
     ["1 notice of delay for mail to Yahoo", "TSS04", "A notice of delay says nothing"],
     ["All well", "Nothing to show yet", "No provider refuses"]),
    ("a notice of delay of a small host", bounce("bo@club.example", "mx.club.example",
                                                 "450 4.7.1 Client host rejected: cannot find your "
                                                 "reverse hostname, [203.0.113.40]", "delayed"), 0,
     ["1 notice of delay for mail to"], ["All well", "Nothing to show yet"]),
    # Words that are not about us.
    ("a forwarder quotes the next hop", times(20, said(
        "ann@alias.example", "mx1.fwd.example[198.51.100.185]",
        "550 Error for ann@alias.example of \"Invalid greeting. response=550 5.7.0 Blocked - see "
        "https://support.proofpoint.com/dnsbl-lookup.cgi?ip=198.51.100.185\"", "5.0.0")), 1,
     ["The address in them, 198.51.100.185, is the receiver's", "Nothing of yours is listed", "Tell the recipient"],
     ["delisting request", "your own reputation", "retry:4.7.1"]),
    ("a list server quotes the next hop", times(20, said(
        "all@list.example", "mx.list.example[198.51.100.9]",
        "554 5.7.1 Could not forward: mx.big.example said: 550 5.7.1 Service unavailable, client "
        "[198.51.100.9] blocked using zen.spamhaus.org", "5.7.1")), 1,
     ["Nothing of yours is listed"], ["delisting request", "your own reputation"]),
    ("a receiver reads an error as a listing", times(20, said(
        "jo@school.example", "mx.school.example[198.51.100.51]",
        "554 5.7.1 Service unavailable; Client host [203.0.113.40] blocked using zen.spamhaus.org; "
        "Error: open resolver; https://www.spamhaus.org/returnc/pub/198.51.100.176")), 1,
     ["Nobody is listed", "20 refusals by school.example", "Tell them", "through a resolver of your own"],
     ["No provider refuses", "delisting request"]),
    # The provider's word, wherever it stands.
    ("said without a recipient", times(
        20, "postfix/smtp[812]: QID: host mta5.am0.yahoodns.net[67.195.228.110] said: 421 4.7.0 "
        "[TSS04] Messages from 203.0.113.40 temporarily deferred due to user complaints - "
        "4.16.55.1 (in reply to MAIL FROM command)",
        sent("kim@yahoo.com", "mta6.am0.yahoodns.net[67.195.228.109]",
             "lost connection with mta6.am0.yahoodns.net[67.195.228.109] while sending RCPT TO",
             "4.4.2", "deferred")), 1,
     ["Yahoo (with AOL and AT&T) has slowed mail", "user complaints"], ["All well"]),
    ("said without a recipient, of Gmail", times(
        20, "postfix/smtp[812]: QID: host alt1.gmail-smtp-in.l.google.com[64.233.190.27] said: 421 "
        "4.7.28 [203.0.113.40 15] Our system has detected an unusual rate of unsolicited mail "
        "originating from your IP address. To protect our users from spam, mail sent from your IP "
        "address has been temporarily rate limited. (in reply to end of DATA command)",
        sent("kim@gmail.com", GMAIL, "lost connection with " + GMAIL + " while sending end of data "
             "-- message may be sent more than once", "4.4.2", "deferred")), 1,
     ["Google (Gmail) has slowed mail"], ["All well"]),
    ("the header, by the code behind the link", times(20, said(
        "kim@web.de", "mx-ha02.web.de[212.227.17.8]", HEADER % "hi", "5.0.0")), 1,
     ["header of the message is malformed", "the content of the mail"],
     ["your own reputation, then", "delisting request"]),
    ("the Date in the header", times(20, said(
        "lou@gmx.de", "mx00.emig.gmx.net[212.227.15.9]", HEADER % "hd", "5.0.0")), 1,
     ["header of the message is malformed"], ["delisting request"]),
    # Across receivers.
    ("four unrelated receivers", times(
        20, sent("a@port.example", "mx2.port.example[198.51.100.52]",
                 "host mx2.port.example[198.51.100.52] refused to talk to me: 554 Your access to this "
                 "mail system has been rejected due to the sending MTA's poor reputation.",
                 "4.0.0", "deferred"),
        said("b@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.110]",
             "421 4.7.0 [TSS04] Messages from 203.0.113.40 temporarily deferred due to user "
             "complaints - 4.16.55.1 (in reply to MAIL FROM command)", "4.7.0", "deferred"),
        sent("c@icloud.com", "mx02.mail.icloud.com[17.56.9.18]",
             "host mx02.mail.icloud.com[17.56.9.18] refused to talk to me: 550 5.7.0 Blocked - see "
             "https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.40", "4.7.0",
             "deferred")), 1,
     ["3 unrelated receivers have refused or slowed mail", "postsuper -d -", "not the neighbourhood",
      "[*!#]+", "NF == 7", "for good", "mail.log.1",
      "Ask for delisting only after that"], ["if mail is urgent", "All well"]),
    ("a dynamic range, and a list of them", times(
        20, said("a@gmail.com", GMAIL, "550-5.7.1 [203.0.113.40] The IP you're using to send mail is "
                 "not 550-5.7.1 authorized to send email directly to our servers. 550 5.7.1 "
                 "https://support.google.com/mail/?p=NotAuthorizedError q16 - gsmtp (in reply to end "
                 "of DATA command)"),
        said("b@outlook.com", "outlook-com.olc.protection.outlook.com[104.47.17.97]",
             "550 5.7.1 Service unavailable, Client host [203.0.113.40] blocked using Spamhaus. To "
             "request removal from this list see https://www.spamhaus.org/query/ip/203.0.113.40 "
             "(AS3130). (in reply to MAIL FROM command)")), 1,
     ["for one reason: its range", "Google (Gmail) refuses 203.0.113.40", "Delisting does not help"],
     ["less mail than usual", "send the delisting request"]),
    ("port 25 is closed", times(10, timed_out("a@yahoo.com", "mta6.am0.yahoodns.net", "67.195.228.106"),
                                timed_out("b@gmail.com", "gmail-smtp-in.l.google.com",
                                          "64.233.190.27")), 1,
     ["Port 25 is closed on the way out", "Yahoo", "Google", "nc -vz", "relayhost = [HOST]:587"],
     ["All well", "delisting request"]),
    ("port 25 is closed, seen twice", times(1, timed_out("a@gmx.de", "mx00.emig.gmx.net",
                                                         "212.227.15.9"),
                                            timed_out("b@icloud.com", "mx01.mail.icloud.com",
                                                      "17.57.155.25")), 1,
     ["Port 25 is closed on the way out", "GMX", "Apple"], ["All well"]),
    # What there is of a log, when it is all that somebody has.
    ("a reply without its recipient", b"postfix-1  | Nov 26 06:11:42 mx7 postfix/smtp[812]: 4F1A2B7C: "
     b"host mta5.am0.yahoodns.net[67.195.228.106] said: 421 4.7.0 [TSS04] Messages from 203.0.113.40 "
     b"temporarily deferred due to unexpected volume or user complaints - 4.16.55.1 (in reply to MAIL "
     b"FROM command)\n", 0,
     ["1 reply of Yahoo", "The whole mail log has them", "reputed explain TSS04",
      "Check that all mail that leaves is yours"],
     ["All well", "Nothing to tell", "No mail was sent"]),
    ("a reply of which the delivery follows elsewhere", times(
        1, "postfix/smtp[812]: QID: host mx00.emig.gmx.net[212.227.15.9] said: 450 4.7.0 later "
        "(in reply to RCPT TO command)",
        sent("a@gmx.de", "mx01.emig.gmx.net[212.227.17.5]", "250 Requested mail action okay", "2.0.0",
             "sent")), 0, ["All well"], ["1 reply of"]),
    ("timeouts of one provider, and nothing else", times(2, timed_out(
        "a@outlook.com", "outlook-com.olc.protection.outlook.com", "104.47.18.33")), 0,
     ["attempts that did not reach Microsoft", "port 25 is closed on the way out",
      "so nobody refused anything"], ["All well", "No provider refuses", "mistake at the receiver"]),
    ("the address that does not answer stands in a line of its own", times(
        1, "postfix/smtp[812]: connect to gmail-smtp-in.l.google.com[66.102.1.27]:25: Connection timed out",
        "postfix/smtp[812]: 5AQID: to=<a@gmail.com>, relay=none, delay=60, delays=0/0/60/0, dsn=4.4.1, "
        "status=deferred (connect to gmail-smtp-in.l.google.com[2a00:1450:4013:c07::1b]:25: Network is "
        "unreachable)"), 0, ["telnet gmail-smtp-in.l.google.com 25"], ["All well"]),
    ("one look-up that fails", times(1, sent(
        "a@gmail.com", "none", "Host or domain name not found. Name service error for name=gmail.com "
        "type=MX: Host not found, try again", "4.4.3", "deferred").replace("none:25", "none")), 0,
     ["your own resolver fails", "dig MX gmail.com"], ["All well"]),
    ("one dead address, and nothing else", times(1, said(
        "a@club.example", "mx.club.example[198.51.100.7]", "550 5.1.1 <a@club.example>: User unknown")), 0,
     ["1 refusal by club.example", "There is no such mailbox"], ["All well"]),
    ("one provider is away, another answers", "".join(
        "2026-11-26 %02d:%02d:01 1eSVj%s-0000GA-8b %s\n" % (
            k * 20 // 60, k * 20 % 60, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"[k], line)
        for k in range(36) for line in (
            "== ann@gmail.com R=dnslookup T=remote_smtp defer (110): Connection timed out",
            "** bo@club.example R=dnslookup T=remote_smtp H=mx.club.example [198.51.100.7]: SMTP error from "
            "remote mail server after EHLO localhost: 550 invalid helo given")).encode(), 1,
     ["Set the HELO name", "primary_hostname"], ["No provider can be reached"]),
    ("the domain of the sender has no records", times(20, said(
        "jo@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.106]", "451 Resources temporarily not available - "
        "Please try again later [#4.16.5]. unresolvable RFC.5321 from domain", "4.0.0", "deferred")), 1,
     ["the identity of the sender"], ["PTR or HELO"]),
    ("one block of the address", times(1, said(
        "a@t-online.de", "mx03.t-online.de[194.25.134.73]", "554 IP=203.0.113.40 - A problem occurred. (Ask "
        "your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)", "5.0.0")), 1,
     [], ["All well"]),
    ("two filters and two lists of providers", times(
        20, said("a@hotmail.com", OLC, S3140), said(
            "b@gmail.com", GMAIL, "550-5.7.1 [203.0.113.40      19] Our system has detected that this message "
            "is 550-5.7.1 likely unsolicited mail. 550 5.7.1 "
            "https://support.google.com/mail/?p=UnsolicitedMessageError x1 - gsmtp (in reply to end of DATA "
            "command)"), said(
                "d@laposte.net", "smtpz4.laposte.net[160.92.124.66]", "550 5.7.1 Service refuse. Veuillez "
                "essayer plus tard. service refused, please try later. LPN007_510 (in reply to end of DATA "
                "command)"), said(
                    "c@t-online.de", "mx03.t-online.de[194.25.134.73]", "554 IP=203.0.113.40 - A problem "
                    "occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) "
                    "(BL)", "5.0.0")), 1,
     ["unrelated receivers have refused or slowed mail", "Before anything else, look at what leaves this server"], []),
    ("a forwarder quotes in marks", times(20, said(
        "me@nick.example", "mx1.improvmx.com[51.81.61.70]", "554 5.7.1 Delivery to jo@gmail.com failed: "
        "\"550-5.7.26 Unauthenticated email from other.example is not accepted due to domain's DMARC policy\" "
        "(in reply to end of DATA command)")), 1,
     ["Tell the recipient"], ["Sign with DKIM", "Sign with d="]),
    ("a forwarder names the error of the next hop", times(1, said(
        "me@nick.example", "isaac.mx.cloudflare.net[162.159.205.11]", "521 5.3.0 Upstream error, please check "
        "https://developers.cloudflare.com/email-routing/postmaster for possible reasons why. upstream "
        "(mx01.mail.icloud.com.) error: Permanent error (550): 5.7.1 [104.30.8.1] is listed (in reply to end "
        "of DATA command)", "5.3.0")), 0,
     ["The receiver forwards mail"], ["All well", "Look the address up"]),
    ("dynamic for T-Online, whoever is to be written to", times(1, sent(
        "a@t-online.de", "mx00.t-online.de[194.25.134.8]", "host mx00.t-online.de[194.25.134.8] refused to talk "
        "to me: 554 IP=203.0.113.40 - Dialup/transient IP not allowed. Use a mailgateway/smarthost or contact "
        "tobr@rx.t-online.de to clarify. (DYN)", "4.0.0", "deferred")), 0,
     ["considers the address or its range dynamic"], ["does not know this address"]),
    ("dynamic for Trend Micro", times(1, said(
        "c@firm.example", "firm.in.tmes.trendmicro.com[18.208.22.90]", "550 5.7.1 Service unavailable; Client "
        "host [203.0.113.40] blocked using Trend Micro Email Reputation Service (ERS-DUL). Please see "
        "https://servicecentral.trendmicro.com/en-us/ers/ip-lookup/")), 1,
     ["as dynamic (DUL)"], ["own reputation lists hold"]),
    ("the header, at mail.com", times(1, said(
        "a@mail.com", "mx00.mail.com[74.208.5.20]", HEADER % "hi", "5.0.0")), 0, ["united-internet"],
     ["All well", "any.policy-words"]),
    # Whose mail, and whose address.
    ("mail that an address passes on", times(20, said(
        "jo@gmail.com", GMAIL, "550-5.7.26 Unauthenticated email from bank.example is not accepted due to "
        "domain's DMARC policy. Please contact the administrator of bank.example domain. "
        "https://support.google.com/mail/answer/2451690 x9 - gsmtp (in reply to end of DATA command)",
        "5.7.26").replace("to=<jo@gmail.com>,", "to=<jo@gmail.com>, orig_to=<info@club.example>,")), 1,
     ["This is mail that you forward", "rewrite the envelope sender (SRS)"],
     ["Sign with the From domain in d="]),
    ("the same, once", times(1, said(
        "jo@gmail.com", GMAIL, "550-5.7.26 Unauthenticated email from bank.example is not accepted due to "
        "domain's DMARC policy. - gsmtp", "5.7.26").replace(
            "to=<jo@gmail.com>,", "to=<jo@gmail.com>, orig_to=<info@club.example>,")), 0,
     ["This is mail that you forward"], ["Sign with the From domain in d="]),
    ("an alias of one's own, for one's own mail", times(
        1, "postfix/qmgr[3]: QID: from=<cron@club.example>, size=400, nrcpt=1 (queue active)", said(
            "jo@gmail.com", GMAIL, "550-5.7.26 Unauthenticated email from club.example is not accepted "
            "due to domain's DMARC policy. - gsmtp", "5.7.26").replace(
                "to=<jo@gmail.com>,", "to=<jo@gmail.com>, orig_to=<root@club.example>,")), 0,
     ["Sign with the From domain in d="], ["mail that you forward"]),
    ("a bounce of somebody else's server", bounce(
        "kim@town.example", "mx.town.example", "553 Your IP is BLACKLISTED at UCEPROTECT-LEVEL 1 - See: "
        "http://www.uceprotect.net/rblcheck.php?ipr=203.0.113.66"), 0,
     ["the server that wrote this mail (Reporting-MTA in it)"], ["All well"]),
    # Who is not known there.
    ("T-Online does not know the address", times(20, sent(
        "ann@t-online.de", "mx03.t-online.de[194.25.134.73]",
        "host mx03.t-online.de[194.25.134.73] refused to talk to me: 554 IP=203.0.113.40 - None/bad "
        "reputation. Ask your postmaster for help or to contact tobr@rx.t-online.de for reset. (NOWL)",
        "4.0.0", "deferred")), 1,
     ["they do not know you", "tobr@rx.t-online.de", "imprint"], ["t***@rx.t-online.de"]),
    ("the first mail of a new server", times(1, said(
        "ann@gmail.com", GMAIL, "550-5.7.1 [203.0.113.40       1] Our system has detected an unusual "
        "rate of 550-5.7.1 unsolicited mail originating from your IP address. To protect our "
        "550-5.7.1 users from spam, mail sent from your IP address has been blocked. 550 5.7.1 "
        "https://support.google.com/mail/?p=UnsolicitedIPError q16 - gsmtp (in reply to end of DATA "
        "command)")), 1,
     ["no mail from this source that was ever accepted there", "gmail_bulk_sender_escalation",
      "start again small"], ["Form:\n       https://support.google.com/mail/answer/81126"]),
    ("a provider's own list for some days", times(20, sent(
        "ann@fastmail.com", "in2-smtp.messagingengine.com[66.111.4.72]",
        "host in2-smtp.messagingengine.com[66.111.4.72] refused to talk to me: 421 Client host "
        "[203.0.113.40] blocked using internal list; Too many timeouts. Expected removal in 3.2 days",
        "4.0.0", "deferred")), 1,
     ["its own list", "connections of yours that hang", "from 203.0.113.40", "it ends by itself",
      "ss -tno dport = :25"],
     ["Look the address up on that list", "delisting request"]),
    ("a rule of theirs, and as often what it is", times(
        15, said("a@web.de", "mx-ha02.web.de[212.227.17.8]", HEADER % "ip"),
        said("b@web.de", "mx-ha02.web.de[212.227.17.8]", HEADER % "hi").replace("QID", "5A7QID")), 1,
     ["1 Look at the header of a refused message", "15 replies say"], ["1 Look up which rule it was"]),
    # Two families.
    ("refused over IPv6 only", times(
        15, said("a@gmail.com", "gmail-smtp-in.l.google.com[2a00:1450:4013:c07::1b]",
                 "550-5.7.1 [2001:db8:77::25] Our system has detected that this message does 550-5.7.1 "
                 "not meet IPv6 sending guidelines regarding PTR records and 550-5.7.1 authentication. "
                 "550-5.7.1 https://support.google.com/mail/?p=IPv6AuthError 550 5.7.1 . v5 - gsmtp "
                 "(in reply to end of DATA command)"),
        "postfix/smtp[812]: 77QID: to=<c@gmail.com>, relay=" + GMAIL + ":25, delay=1, "
        "delays=0/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 OK - gsmtp)"), 1,
     ["refused over IPv6 only", "15 of 15", "2001:db8:77::25", "smtp_address_preference=ipv4"],
     ["give each address its own syslog_name"]),
    ("refused over IPv6 only, for its name", times(
        15, said("a@gmail.com", "gmail-smtp-in.l.google.com[2a00:1450:4013:c07::1b]",
                 "550-5.7.25 [2001:db8:77::25] The IP address sending this message does not have a PTR record "
                 "setup, or the corresponding forward DNS entry does not point to the sending IP. - gsmtp (in "
                 "reply to end of DATA command)", "5.7.25"),
        "postfix/smtp[812]: 77QID: to=<c@gmail.com>, relay=" + GMAIL + ":25, delay=1, "
        "delays=0/0/0.5/0.5, dsn=2.0.0, status=sent (250 2.0.0 OK - gsmtp)"), 1,
     ["1 Send over IPv4 for now", "refused over IPv6 only: over IPv4 they accepted 15 of 15"], []),
    ("forwarded mail that is slowed", times(
        15, "postfix/qmgr[3]: QID: from=<SRS0=DDqf=6E=isp.example=jo@shop.example>, size=9, nrcpt=1 (queue active)",
        said("b@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.110]",
             "421 4.7.0 [TSS04] Messages from 203.0.113.40 temporarily deferred due to user "
             "complaints - 4.16.55.1 (in reply to MAIL FROM command)", "4.7.0", "deferred")), 1,
     ["1 Most of what is refused is mail that you forward", "names the domains", "Commands for step 1",
      "SRS[01][-+=]"], []),
    ("a server of Exim, at three receivers", "".join(
        "2026-11-26 %02d:%02d:0%d 1pN3%s%s-0001aB-Qx %s\n" % (6 + k * 3 // 60, k * 3 % 60, 3 * n + i,
                                                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[k], "xyz"[n], x)
        for k in range(20) for n, (to, host, words) in enumerate((
            ("c@icloud.com", "mx02.mail.icloud.com [17.56.9.18]", "550 5.7.0 Blocked - see "
             "https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.40"),
            ("d@t-online.de", "mx00.t-online.de [194.25.134.8]", "554 IP=203.0.113.40 - A problem occurred. "
             "(Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)"),
            ("b@yahoo.com", "mta5.am0.yahoodns.net [67.195.228.110]", "553 5.7.2 [TSS09] All messages from "
             "203.0.113.40 will be permanently deferred; Retrying will NOT succeed.")))
        for i, x in enumerate((
            "<= w@shop.example U=www-data P=local S=2101",
            "** %s R=dnslookup T=remote_smtp H=%s: SMTP error from remote mail server after MAIL FROM:"
            "<w@shop.example>: %s" % (to, host, words)))).encode(), 1,
     ["3 unrelated receivers", "exim -bp", "exiqgrep -i -f '^<SENDER>$' | xargs -r exim -Mrm"],
     ["postqueue", "postsuper"]),
    ("a reply of which the log has the code alone", b"".join(
        b"Nov 26 0%d:00:01 web sm-mta[90%d]: 4AR5Xk0%d9001: to=<z@club.example>, delay=00:00:01, "
        b"mailer=esmtp, pri=120321, relay=mx.club.example. [198.51.100.7], dsn=5.0.0, "
        b"stat=Service unavailable\n" % (k, k, k) for k in range(2)), 0,
     ["The log has only the code of the reply, not its words"], ["Read the words above"]),
    ("a message without an id, said for certain", times(12, said(
        "u@gmail.com", GMAIL, "550-5.7.1 [203.0.113.40] Messages missing a valid Message-ID header are not "
        "550-5.7.1 accepted. 550 5.7.1 https://support.google.com/mail/?p=RfcMessageNonCompliant q1 - gsmtp "
        "(in reply to end of DATA command)")), 0, ["the reason is clear"], ["too little to judge", "All well"]),
    # Our own side: the account at the smarthost, and the resolver.
    ("the login at the smarthost does not own the sender", times(20, sent(
        "a@list.example", "mail.service.example[198.51.100.100]",
        "host mail.service.example[198.51.100.100] said: 553 5.7.1 <frank@firm.example>: Sender address "
        "rejected: not owned by user frank@service.example (in reply to RCPT TO command)").replace(
            ":25,", ":587,")), 1,
     ["The mail service that you log in to does not let this account send with that sender",
      "Log in with the account that owns the sender"],
     ["All well", "covered by SPF"]),
    ("no domain can be looked up", times(10, *[
        "postfix/smtp[812]: QID: to=<a@%s>, relay=none, delay=24, delays=4/0/20/0, dsn=4.4.3, "
        "status=deferred (Host or domain name not found. Name service error for name=%s type=MX: Host "
        "not found, try again)" % (d, d) for d in ("gmail.com", "yahoo.com")]), 0,
     ["your own resolver", "dig MX gmail.com"], ["All well"]),
    ("no domain can be looked up, seen once", times(1, *[
        "postfix/smtp[812]: QID: to=<a@%s>, relay=none, delay=24, delays=4/0/20/0, dsn=4.4.3, "
        "status=deferred (Host or domain name not found. Name service error for name=%s type=MX: Host "
        "not found, try again)" % (d, d) for d in ("gmail.com", "yahoo.com")]), 0,
     ["your own resolver", "dig MX gmail.com"], ["All well"]),
    ("which fields are wrong", returned(
        bounce("u@web.de", "mx-ha02.web.de", HEADER % "hi"),
        "Received: from app\nFrom: A <a@firm.example>\nTo: \nCc: \nSubject: x\n"), 0,
     ["Here       In the header of a message that came back, To and Cc are empty; there is no Date"], ["All well"]),
    ("which fields are wrong, in one of twelve", b"".join(
        b"From MAILER-DAEMON Thu Nov 26 06:00:00 2026\n" + returned(
            bounce("u%d@web.de" % k, "mx-ha02.web.de", HEADER % "hi", n=k),
            "Received: from app\nDate: Thu, 26 Nov 2026 06:00:00 +0000\nFrom: A <a@firm.example>\n%sTo: b@web.de\n"
            % ("To: c@web.de\n" if k == 3 else "")) + b"\n" for k in range(12)), 1,
     ["Here       In the header of a message that came back, To is there more than once"], ["All well"]),
    # One refusal whose words are clear: the next steps, and what to send; but no verdict.
    ("one bounce, and what to do about it", bounce("al@hotmail.com", OLC.split("[", 1)[0], S3140), 0,
     ["refused 1 message and says why (blocked, S3140)", "so this is no incident", "the reason is clear",
      "1 See whose address 203.0.113.40 is. It belongs to", "2 Check what they see of you",
      "reputed check YOUR.DOMAIN --ip 203.0.113.40", "reputed ingest /var/log/mail.log*",
      "4 Send the request, when nothing of that is wrong any more",
      "Mail from our address 203.0.113.40 is refused by your servers.", "9 more bounces like this"],
     ["All well", "Seen, too little to judge"]),
    ("one listing on the PBL, with its address", bounce(
        "kim@club.example", "mx.club.example", "550 5.7.1 Service unavailable; client [203.0.113.40] blocked "
        "using pbl.spamhaus.org; https://www.spamhaus.org/query/ip/203.0.113.40"), 0,
     ["The mail host of club.example refused 1 message and says why", "a policy listing, not a complaint",
      "See whose address 203.0.113.40 is", "remove the single address at check.spamhaus.org"],
     ["All well", "is refused by your servers"]),
    ("no request while the name of the server is in doubt", b"".join((
        b"From MAILER-DAEMON Thu Nov 26 06:00:00 2026\n", bounce("al@hotmail.com", OLC.split("[", 1)[0], S3140),
        b"\nFrom MAILER-DAEMON Thu Nov 26 06:00:00 2026\n", bounce(
            "bo@gmail.com", "gmail-smtp-in.l.google.com", "550-5.7.25 [203.0.113.40] The IP address sending "
            "this message does not have a PTR record setup, or the corresponding forward DNS entry does not "
            "point to the sending IP. - gsmtp", n=1))), 0,
     ["S3140", "Do not ask before: a request is turned down while the name of the server"], ["is refused by your servers"]),
    ("one receiver more, which is too little for an incident", times(
        1, sent("a@port.example", "mx2.port.example[198.51.100.52]",
                "host mx2.port.example[198.51.100.52] refused to talk to me: 554 Your access to this "
                "mail system has been rejected due to the sending MTA's poor reputation.", "4.0.0", "deferred"),
        sent("c@icloud.com", "mx02.mail.icloud.com[17.56.9.18]",
             "host mx02.mail.icloud.com[17.56.9.18] refused to talk to me: 550 5.7.0 Blocked - see "
             "https://support.proofpoint.com/dnsbl-lookup.cgi?ip=203.0.113.40", "4.7.0", "deferred"),
        sent("d@pp.example", "mxb-0001.gslb.pphosted.com[67.231.156.189]",
             "host mxb-0001.gslb.pphosted.com[67.231.156.189] refused to talk to me: 554 Blocked - see "
             "https://ipcheck.proofpoint.com/?ip=203.0.113.40", "4.0.0", "deferred").replace("QID", "5BQID"),
        said("b@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.110]",
             "421 4.7.0 [TSS04] Messages from 203.0.113.40 temporarily deferred due to user "
             "complaints - 4.16.55.1 (in reply to MAIL FROM command)", "4.7.0", "deferred").replace(
                 "QID", "5CQID"),
        "postfix/qmgr[3]: 5DQID: from=<SRS0=DDqf=6E=isp.example=jo@shop.example>, size=9, nrcpt=1 (queue active)"),
     1, ["4 unrelated receivers", "Yahoo (with AOL and AT&T)", "This log shows forwarded mail (1 message)",
         "SRS[01][-+=]"], ["All well"]),
    ("the first mail, and one thing to do", times(1, said(
        "ann@gmail.com", GMAIL, "550-5.7.1 [203.0.113.40       1] Our system has detected an unusual "
        "rate of 550-5.7.1 unsolicited mail originating from your IP address. To protect our "
        "550-5.7.1 users from spam, mail sent from your IP address has been blocked. 550 5.7.1 "
        "https://support.google.com/mail/?p=UnsolicitedIPError q16 - gsmtp (in reply to end of DATA "
        "command)")), 1,
     ["If this address is new to you, ask the hoster to replace it, once",
      "Replacing an address once, and keeping the new one, is different"], ["Do not move this mail"]),
    ("the header is not why", returned(
        bounce("u@hotmail.com", "hotmail-com.olc.protection.outlook.com", S3140),
        "Received: from app\nFrom: A <a@firm.example>\nTo: \n"), 0,
     ["S3140"], ["Here  ", "To is empty"]),
    # The same kinds once more: few replies that say one thing together, other servers, other words.
    ("slowed at two, refused at one, and nothing accepted", times(
        4, said("a@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.110]", "421 4.7.0 [TSS04] Messages from "
                "203.0.113.40 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1 "
                "(in reply to MAIL FROM command)", "4.7.0", "deferred"),
        said("b@gmail.com", GMAIL, "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating "
             "from your IP address 203.0.113.40. 421 4.7.28 - gsmtp (in reply to end of DATA command)", "4.7.28",
             "deferred").replace("QID", "5BQID"),
        said("c@gmx.de", "mx00.emig.gmx.net[212.227.15.9]", "554-gmx.net (mxgmx016) Nemesis ESMTP Service not "
             "available 554-No SMTP service 554-IP address is block listed. 554 For explanation visit "
             "https://postmaster.gmx.net/en/case?c=r1601&i=ip&v=203.0.113.40&r=1", "5.0.0").replace(
                 "QID", "5CQID")), 1,
     ["3 unrelated receivers", "GMX, WEB.DE and IONOS", "Yahoo (with AOL and AT&T)", "Google (Gmail)",
      "Ask for delisting only after that"], ["send the delisting request", "they do not know you", "All well"]),
    ("the same, where both take other mail", times(
        4, said("a@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.110]", "421 4.7.0 [TSS04] Messages from "
                "203.0.113.40 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1 "
                "(in reply to MAIL FROM command)", "4.7.0", "deferred"),
        said("b@gmail.com", GMAIL, "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating "
             "from your IP address 203.0.113.40. 421 4.7.28 - gsmtp (in reply to end of DATA command)", "4.7.28",
             "deferred").replace("QID", "5BQID"),
        said("c@gmx.de", "mx00.emig.gmx.net[212.227.15.9]", "554-gmx.net (mxgmx016) Nemesis ESMTP Service not "
             "available 554-No SMTP service 554-IP address is block listed. 554 For explanation visit "
             "https://postmaster.gmx.net/en/case?c=r1601&i=ip&v=203.0.113.40&r=1", "5.0.0").replace(
                 "QID", "5CQID"),
        *(sent(to, host, "250 2.0.0 OK", "2.0.0", "sent", "5%dQID" % n) for n, (to, host) in enumerate((
            ("d@yahoo.com", "mta5.am0.yahoodns.net[67.195.228.110]"), ("e@gmail.com", GMAIL))))), 1,
     ["GMX, WEB.DE and IONOS have refused all mail"], ["unrelated receivers"]),
    ("a dynamic range, by T-Online's words and by the PBL", times(
        1, sent("a@t-online.de", "mx03.t-online.de[194.25.134.73]", "host mx03.t-online.de[194.25.134.73] refused "
                "to talk to me: 554 IP=203.0.113.40 - Dialup/transient IP not allowed. Use a mailgateway/smarthost "
                "or contact toda@rx.t-online.de for assistance. (DIAL)", "4.0.0", "deferred"),
        said("b@firm.example", "mx.firm.example[198.51.100.9]", "554 5.7.1 Service unavailable; Client host "
             "[203.0.113.40] blocked using zen.spamhaus.org=127.0.0.11; https://www.spamhaus.org/query/ip/"
             "203.0.113.40 (in reply to RCPT TO command)").replace("QID", "5BQID")), 1,
     ["2 receivers have refused 203.0.113.40", "for one reason: its range", "Telekom (T-Online)", "firm.example",
      "Delisting does not help", "toda@rx.t-online.de"], ["own reputation", "t***@"]),
    ("a name without PTR, once at each of two", times(
        1, said("a@seznam.example", "mx1.seznam.cz[77.75.78.42]", "550 5.7.25 cannot find your reverse hostname, "
                "[203.0.113.40] (in reply to RCPT TO command)"),
        said("b@firm.example", "mx.firm.example[198.51.100.9]", "450 4.7.25 Client host rejected: cannot find your "
             "reverse hostname, [203.0.113.40] (in reply to RCPT TO command)", "4.7.25", "deferred").replace(
                 "QID", "5BQID")), 1,
     ["2 receivers have refused", "for one reason: the name of the server, PTR or HELO"], ["All well"]),
    ("port 25 is closed, at a server of Exim", "".join(
        "2026-11-26 06:%02d:%02d 1pN3%sx-0001aB-Qx %s\n" % (k * 3, 2 * i, "ABCDEF"[k], x) for k in range(6)
        for i, x in enumerate(("<= w@shop.example U=www-data P=local S=2101", "== %s R=dnslookup T=remote_smtp "
                               "defer (110): Connection timed out" % ("a@gmail.com", "b@web.de", "c@outlook.com")[
                                   k % 3]))).encode(), 1,
     ["Port 25 is closed on the way out", "dc_smarthost='HOST::587'", "telnet gmail-smtp-in.l.google.com 25"],
     ["postconf", "Their problem"]),
    ("OpenSMTPD names the host by its PTR", b"Nov 26 06:00:01 sd smtpd[1234]: 8c1f0e5d6a7b8c9d mta delivery "
     b"evpid=a1b2c3d4e5f60718 from=<info@verein.example> to=<kim@gmail.com> rcpt=<-> source=\"203.0.113.40\" "
     b"relay=\"142.250.27.27 (ra-in-f27.1e100.net)\" delay=1s result=\"PermFail\" stat=\"550-5.7.26 Your email "
     b"has been blocked because the sender is unauthenticated. 550 5.7.26 - gsmtp\"\n", 0,
     ["Google (Gmail) refused 1 attempt", "sign with DKIM"], ["too little to judge", "1e100", "All well"]),
    ("Sendmail has the reply in a field of its own", b"Nov 26 06:00:01 web sm-mta[90]: 4AR5Xk009001: to=<z@icloud.com>, "
     b"delay=00:00:01, mailer=esmtp, pri=120321, relay=mx01.mail.icloud.com. [17.57.155.25], dsn=5.7.1, reply=550 5.7.1 "
     b"[CS01] Message rejected due to local policy., stat=Service unavailable\n", 0,
     ["reputed explain CS01"], ["only the code of the reply", "All well"]),
    ("the account at the smarthost, in other words", times(1, sent(
        "a@gmail.com", "smtp.hoster.example[198.51.100.145]", "host smtp.hoster.example[198.51.100.145] said: 550 5.7.0 "
        "Sender address <root@box.example> not allowed for this account (in reply to MAIL FROM command)").replace(
            ":25,", ":587,")), 0, ["Log in with the account that owns the sender"], ["All well"]),
    ("greylisting, in words of trouble", times(1, said(
        "x@law.example", "eu-smtp-inbound-1.mimecast.com[195.130.217.221]", "451 Internal resources are temporarily "
        "unavailable - https://community.mimecast.com/docs/DOC-1369#451 (in reply to RCPT TO command)", "4.0.0",
        "deferred")), 0, ["Greylisting is usual"], ["ask the postmaster there", "All well"]),
    ("the only message", times(1, sent(
        "a@t-online.de", "mx03.t-online.de[194.25.134.73]", "host mx03.t-online.de[194.25.134.73] refused to talk to "
        "me: 554 IP=203.0.113.40 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de "
        "to clarify.) (BL)", "4.0.0", "deferred")), 1,
     ["has refused the only message from 203.0.113.40 so far, at",
      "fill in each [____]. They answer within a day or two"], ["refused all mail", "Then write to"]),
    ("refused once over IPv6, accepted over IPv4", times(
        1, said("a@seznam.cz", "mx1.seznam.cz[2a02:598:a::78:42]", "550 5.7.25 Client host rejected: cannot find "
                "your reverse hostname, [2001:db8:1000::1] (in reply to RCPT TO command)", "5.7.25"),
        sent("b@seznam.cz", "mx1.seznam.cz[77.75.78.42]", "250 2.0.0 Ok: queued as 12345", "2.0.0", "sent",
             "5BQID")), 0,
     ["1 Send over IPv4 for now: over IPv4 they accepted 1 message from the same server",
      "smtp_address_preference=ipv4", "2 Set a PTR for the address"], ["All well"]),
    ("a trouble of the receiver alone", times(1, said(
        "list@club.example", "mx.club.example[198.51.100.51]", "554 5.7.1 Service unavailable; Client host "
        "[203.0.113.40] blocked using dbl.spamhaus.org; Error: query refused via public/open resolver 192.0.2.1 (in "
        "reply to RCPT TO command)")), 0,
     ["No incident, and nothing to fix on your side. 1 attempt failed", "Tell them"], ["All well"]),
)


def cases(tap, world):
    for k, (name, data, code, says, never) in enumerate(CASES):
        box = world.box("case%d" % k)
        first = box.ingest(util.write(box.path("input"), data), now=NOW)
        why, status = box.run("why"), box.run("status")
        text = " ".join(why.out.split())
        both = why.out + status.out
        wrong = ["lacks: " + x for x in says if " ".join(x.split()) not in text]
        wrong += ["says: " + x for x in never if x in both]
        wrong += ["%s exits %s" % (x.args[0], x.code) for x in (why, status) if x.code != code]
        wrong += first.told() if first.code != 0 else []
        tap.ok(not wrong, name, wrong + both.splitlines()[:40] if wrong else [])


def day(tap, world):
    """Who reads an old log is not told that its day is today."""
    box = world.box("day")
    box.ingest(util.write(box.path("input"), times(20, said(
        "al@hotmail.com", OLC, S3140 + " (in reply to MAIL FROM command)"))), now=NOW)
    old, then = box.run("why").out, box.run("why", "--now", NOW).out
    tap.ok("since 2026-11-26 06:00 UTC" in old and "today" not in old, "the day of an old log", [old])
    tap.ok("since 06:00 UTC today" in then, "today, for who says that it is", [then])


def ends(tap, world):
    """When a block ends: the last reply, and the time in it. Later it has not ended."""
    box = world.box("ends")
    box.ingest(util.write(box.path("input"), times(20, sent(
        "ann@fastmail.com", "in2-smtp.messagingengine.com[66.111.4.72]",
        "host in2-smtp.messagingengine.com[66.111.4.72] refused to talk to me: 421 Client host "
        "[203.0.113.40] blocked using internal list; Too many timeouts. Expected removal in 36 hours",
        "4.0.0", "deferred"))), now=NOW)
    now, later = (" ".join(box.run("why", "--now", t).out.split()) for t in (NOW, "2026-11-27T19:00:00Z"))
    tap.ok("It ends by itself, about 2026-11-27 18:57 UTC at the latest" in now, "when it ends", [now[:400]])
    tap.ok("It should have ended by itself about 18:57 UTC today, but did not" in later, "it did not end", [later[:400]])
    found = box.run("why", "--now", NOW, "--json").json()["incidents"][0]["ends"]
    tap.ok(found == "2026-11-27T18:57:00Z", "the same in JSON", [str(found)])


def closed(tap, world):
    """Port 25 is closed: a relay is no way around a refusal. But not for a list of dead recipients."""
    yahoo = "mta5.am0.yahoodns.net[67.195.228.110]"
    out = "Nov 24 %02d:%02d:00 mx7 postfix/smtp[9]: 5B%04X: to=<u%d@yahoo.com>, relay=" + yahoo + \
        ":25, delay=1, delays=0/0/0/1, dsn=%s\n"
    good = "2.0.0, status=sent (250 2.0.0 OK)"
    bad = "5.1.1, status=bounced (host %s said: 550 5.1.1 no such user (in reply to RCPT TO command))" % yahoo
    # with few attempts it is told of all providers, with many also as an incident of one
    for n in (21, 100):
        for dead in (0, 40):
            box = world.box("closed-%d-%d" % (n, dead))
            before = "".join(out % (6 + k // 60, k % 60, k, k, bad if k < dead else good) for k in range(300))
            after = times(n, timed_out("a@yahoo.com", "mta5.am0.yahoodns.net", "67.195.228.110"),
                          timed_out("b@gmail.com", "gmail-smtp-in.l.google.com", "66.102.1.27"))
            box.ingest(util.write(box.path("input"), before.encode() + after), now=NOW)
            why, said = box.run("why"), box.run("options", "--all")
            tap.ok("Port 25 is closed" in why.out and "have port 25 opened" in said.out and
                   ("relay" in said.out) is (dead == 0),
                   "port 25 is closed, %d of 300 dead, %d attempts" % (dead, n),
                   why.out.splitlines()[:4] + said.out.splitlines()[:30])


def waits(tap, world):
    """ingest says for how long delayed mail has waited, by a field or by Exim's sentence."""
    words = "421 4.7.0 [TSS04] Messages from 203.0.113.40 temporarily deferred due to user complaints"
    exim = ("Return-path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx7.firm.example>\n"
            "To: desk@firm.example\nSubject: Warning: message 1abCDe-0001ep-Ga delayed 48 hours\n"
            "Date: Thu, 26 Nov 2026 06:10:00 +0000\n\n"
            "A message that you sent has not yet been delivered to one or more of its\n"
            "recipients after more than 48 hours on the queue on mx7.firm.example.\n\n"
            "The date of the message is:    Tue, 24 Nov 2026 06:09:00 +0000\n\n"
            "The address to which the message has not yet been delivered is:\n\n"
            "  bo@yahoo.com\n    host mta5.am0.yahoodns.net [67.195.204.72]\n"
            "    Delay reason: SMTP error from remote mail server after MAIL FROM:\n    %s\n" % words)
    field = bounce("bo@yahoo.com", "mta5.am0.yahoodns.net", words, "delayed").replace(
        b"dns; mx7.firm.example\n\n", b"dns; mx7.firm.example\nArrival-Date: Thu, 26 Nov 2026 01:00:11 +0000\n\n")
    for name, data, span in (("a sentence", exim.encode(), "2 days"), ("a field", field, "5 h")):
        box = world.box("waits" + name[2:4])
        said = box.ingest(util.write(box.path("input"), data), now=NOW)
        tap.ok("delayed for %s by Yahoo" % span in said.out, "how long mail waits, by " + name, said.told())


def without_time(tap, world):
    """Lines that have no time are read as of the time of the file, and that is said once."""
    box = world.box("timeless")
    lines = "smtp-1  | postfix/smtp[812]: 4F1A2B7%d: to=<a@gmail.com>, relay=" + GMAIL + ":25, " \
        "delay=1, delays=0/0/0.5/0.5, dsn=5.7.1, status=bounced (host " + GMAIL + " said: 550-5.7.26 " \
        "This mail has been blocked because the sender is unauthenticated.)\n"
    first = box.ingest(util.write(box.path("input"), (lines % 1 + lines % 2).encode()), now=NOW)
    why = box.run("why")
    tap.ok(first.code == 3 and first.err.count("no line has a time") == 1 and
           "docker compose logs -t" in " ".join(first.err.split()), "no line has a time", first.told())
    tap.ok("2 refusals by Google" in why.out, "no line has a time: they are read", why.told())
    end = box.ingest(util.write(box.path("end"), (" " + lines[lines.index("to=<"):]).encode()), now=NOW)
    tap.ok(end.code == 3 and "only the end of a Postfix line" in " ".join(end.err.split()),
           "the end of a line is named", end.told())


def words(tap, world):
    """`why WORD` knows what people say, and never takes an unknown word for an all-clear."""
    box = world.box("words")
    box.ingest(util.write(box.path("input"), CASES[7][1] + times(5, said(
        "al@hotmail.com", OLC, S3140 + " (in reply to MAIL FROM command)"))), now=NOW)
    for word in ("microsoft", "outlook", "hotmail", "outlook.com", "microsoft-consumer", "S3140",
                 "microsoft-consumer.s3140", "203.0.113.40", OLC.split("[", 1)[0]):
        done = box.run("why", word)
        tap.ok(done.code == 1 and "Microsoft" in done.out, "why %s" % word, done.told())
    for word in ("list.example", "mx.list.example", "other"):
        done = box.run("why", word)
        tap.ok("list.example" in done.out, "why %s" % word, done.told())
    done = box.run("why", "hotmial")
    tap.ok(done.code == 2 and "did you mean \"hotmail\"" in done.err and done.out == "",
           "a word that is nowhere", done.told())
    done = box.run("why", "99")
    tap.ok(done.code == 2 and done.out == "", "an incident that is not there", done.told())


def named(tap, world):
    """Bounces tell no server, but the address that they name is told, and can be asked for."""
    many = b"".join(b"From MAILER-DAEMON Thu Nov 26 06:00:00 2026\n" +
                    bounce("u%d@hotmail.com" % k, OLC.split("[", 1)[0], S3140, n=k) + b"\n"
                    for k in range(30))
    box = world.box("many")
    box.ingest(util.write(box.path("input"), many), now=NOW)
    asked, other, options = (box.run(*x) for x in (["why", "203.0.113.40"], ["why", "203.0.113.41"],
                                                   ["options"]))
    tap.ok(asked.code == 1 and "S3140" in asked.out, "why ADDRESS of bounces", asked.told())
    tap.ok(other.code == 2, "why of another address", other.told())
    tap.ok("all your mail leaves" not in " ".join(options.out.split()) and
           "leaves from one network" not in asked.out, "bounces do not tell over which paths mail leaves",
           options.told())
    box = world.box("one")
    box.ingest(util.write(box.path("input"), bounce("al@hotmail.com", OLC.split("[", 1)[0], S3140)), now=NOW)
    asked = box.run("why", "203.0.113.40")
    tap.ok(asked.code == 0 and "1 bounce from Microsoft" in asked.out, "why ADDRESS of one bounce",
           asked.told())
    # A log tells its own sources: an address that anybody may have written into a bounce is not told.
    box.ingest(util.write(box.path("mail.log"), times(2, said("bo@yahoo.com", "mta5.am0.yahoodns.net"
                                                              "[67.195.228.110]", "250 ok", "2.0.0", "sent"))),
               now=NOW)
    asked = box.run("why", "203.0.113.40")
    tap.ok(asked.code == 2, "beside a log nothing is known of that address", asked.told())


def without_host(tap, world):
    """Codes of one provider alone name it without a host; uncertain."""
    box = world.box("codes")
    for reply, cls, rule in (
            ("421 4.2.1 Service refuse. Veuillez essayer plus tard. LPN104_424", "capacity",
             "laposte.424"),
            ("550 5.1.0 Authentification requise. OFR004_402 [402]", "authentication", "orange.402"),
            ("554 IP=203.0.113.40 - None/bad reputation. (NOWL)", "blocked", "t-online.reputation"),
            ("550 5.7.1 https://support.google.com/mail/?p=NotAuthorizedError", "blocked",
             "google.not-authorized")):
        done = box.run("classify", "--json", reply)
        got = done.lines()[0]
        tap.ok(got["class"] == cls and got["rule"] == rule and not got["certain"],
               "classify \"%s\"" % reply[:40], done.told())
    for code in ("LPN104_424", "OFR004_402"):
        done = box.run("explain", code)
        tap.ok(done.code == 0 and "means" in done.out, "explain " + code, done.told())


# Replies met in public (icoremail.net support, zone-mta#251, helpdesk pages) that no rule knew.
FRESH = (
    ("550 Requested mail action not taken: Invalid IP", "blocked", "source"),
    ("550 IP is Hangup", "blocked", "source"),
    ("550 Requested mail action not taken: Fake sender", "policy", "domain"),
    ("550 User in blacklist", "policy", "recipient"),
    ("550 User hangup", "mailbox", "recipient"),
    ("550 Envelope blocked - User Entry - https://community.mimecast.com/docs/DOC-1369#550", "policy",
     "recipient"),
    ("550 Sorry, no access for this ip", "blocked", "source"),
    ("550-Your message was rejected by this user and was not delivered", "policy", "recipient"),
    ("451 From:domain must resolve", "identity", "domain"),
    ("554 5.7.1 recipient verify from directory failed", "recipient", "recipient"),
    ("421 4.7.0 No valid 'x-host-mail-auth' DNS record found for 'shop.example'", "authentication", "domain"),
    ("550 5.7.1 Connection rejected by policy [7.3] 41, see https://support.symantec.com/en_US/"
     "article.TECH246726.html", "blocked", "source"),
    ("551 O endereço do remetente não é válido para o seu login", "policy", "domain"),
    ("550 This domain is not associated with your account", "policy", "domain"),
    ("550-Message rejected because [203.0.113.9]:16741 is blacklisted 550 - Too many failed logins", "blocked",
     "source"),
    ("554 Message refused by the scanner", "content", "message"),
    ("550 The sender is in a black list rbl.lists.example", "listed", "source"),
)


def fresh(tap, world):
    """What was unknown, or read as a block of the address, when it was first met."""
    box = world.box("fresh")
    done = box.run("classify", "--json", "-", data="\n".join(x[0] for x in FRESH).encode() + b"\n")
    for row, got in zip(FRESH, done.lines()):
        tap.ok((got["class"], got["scope"], got["certain"]) == (row[1], row[2], False), row[0],
               [str(got)])


def one_voice(tap, world):
    """options, the request and the headline say what why found, in words for who reads them."""
    box = world.box("closed")
    box.ingest(util.write(box.path("mail.log"), times(20, *(
        timed_out("a@gmail.com", "gmail-smtp-in.l.google.com", "142.250.1.27"),
        timed_out("a@yahoo.com", "mta5.am0.yahoodns.net", "67.195.228.110")))), now=NOW)
    out = box.run("options").out
    tap.ok("nothing to fix" not in out and "have port 25 opened, or send through a relay" in
           " ".join(out.split()) and "relay (smarthost) of your internet provider" in out,
           "nothing leaves this server: options does not say that all is well", [out])
    box = world.box("stranger")
    box.ingest(util.write(box.path("mail.log"), times(30, sent(
        "al@hotmail.com", OLC, S3140.replace("[203.0.113.40]", "") +
        " (in reply to MAIL FROM command)"))), now=NOW)
    out = box.run("why").out
    tap.ok("Mail from our address [____ its address] is refused" in out and
           "our address mx7" not in out, "a request names no label to a stranger", [out])
    box = world.box("three-names")
    box.ingest(util.write(box.path("mail.log"), b"".join(
        times(20, sent("al@hotmail.com", OLC, S3140 + " (in reply to MAIL FROM command)")).replace(
            b"mx7", b"mx%d" % n) for n in (1, 2, 3))), now=NOW)
    out = box.run("why").out
    tap.ok("from 203.0.113.40 since" in out.partition("They say")[0] and
           "our address 203.0.113.40 is refused" in out, "an address of three labels is named once", [out])


if __name__ == "__main__":
    sys.exit(util.main((cases, day, ends, closed, waits, without_time, words, named, without_host, fresh, one_voice)))
