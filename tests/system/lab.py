# SPDX-License-Identifier: Apache-2.0
"""
lab.py -- the little mail world of run-postfix: names, addresses, servers and how each
behaves, the messages that are sent through it, and Postfix's configuration.

Everything lives in a network namespace of its own that has only lo. The public-looking
addresses below are aliases of that lo: no packet can leave the machine, and the log names
relays as they look in production, byte for byte as Postfix wrote it. Nothing in the log is
rewritten afterwards. Only the content filter and one LMTP server are on 127.0.0.1, as they
would be.
"""

import private_postfix

HOSTNAME = "mx1"
MYHOSTNAME = "mx1.shop.example"

# transport: (syslog_name, own address, own IPv6 address, what the world sees of it). The own
# addresses are private, as on EC2. The sink says the public one where a reply has {ip}.
SOURCES = {
    "out-a": ("postfix/out-a", "172.31.16.10", "2001:db8:16::10", "203.0.113.24"),
    "out-b": ("postfix/out-b", "172.31.16.11", None, "203.0.113.31"),
    "out-c": ("postfix/out-c", "172.31.18.9", None, "198.51.100.9"),
}

SUBMISSION = 10025      # smtpd without filter
FILTERED = 10587        # smtpd with content_filter
FILTER = 10024          # the filter (sink)
REINJECT = 10027        # smtpd to which the filter hands on
LMTP = 2424             # an LMTP server on TCP (sink); another is on a unix socket

# ---------------------------------------------------------------- servers and their words

PFA = ("[Name=Protocol Filter Agent][AGT=PFA][MxId=11BB1A2C8E0F4D57] "
       "[DB1PEPF000509E2.eurprd03.prod.outlook.com 2026-11-22T08:14:03.512Z 08DD0A5B1C2D3E4F]")
S3140 = ("550 5.7.1 Unfortunately, messages from [{ip}] weren't sent. Please contact your "
         "Internet service provider since part of their network is on our block list (S3140). "
         "You can also refer your provider to "
         "http://mail.live.com/mail/troubleshooting.aspx#errors. " + PFA)
S775 = ("451 4.7.650 The mail server [{ip}] has been temporarily rate limited due to IP "
        "reputation. For e-mail delivery information, see https://aka.ms/postmaster (S775) " + PFA)
RP001 = ("421 RP-001 (DB1PEPF000509E2) Unfortunately, some messages from {ip} weren't sent. "
         "Please try again. We have limits for how many messages can be sent per hour and per "
         "day. You can also refer to http://mail.live.com/mail/troubleshooting.aspx#errors.")
TSS04 = ("421 4.7.0 [TSS04] Messages from {ip} temporarily deferred due to unexpected volume or "
         "user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes")
TSS09 = ("553 5.7.2 [TSS09] All messages from {ip} will be permanently deferred; Retrying will "
         "NOT succeed. See https://postmaster.yahooinc.com/error-codes")
GMAIL_RATE = [
    "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating",
    "421-4.7.28 from your IP address. To protect our users from spam, mail sent from",
    "421-4.7.28 your IP address has been temporarily rate limited. For more",
    "421-4.7.28 information, go to",
    "421-4.7.28  https://support.google.com/mail/?p=UnsolicitedRateLimitError to",
    "421 4.7.28 review our Bulk Email Senders Guidelines. "
    "5b1f17b1804b1-43b2a7f0c11si8812575e9.14 - gsmtp"]
GMAIL_UNKNOWN = [
    "550-5.1.1 The email account that you tried to reach does not exist. Please try",
    "550-5.1.1 double-checking the recipient's email address for typos or",
    "550-5.1.1 unnecessary spaces. For more information, go to",
    "550 5.1.1  https://support.google.com/mail/?p=NoSuchUser "
    "a640c23a62f3a-aa4f4f1f2c9si4467066b.42 - gsmtp"]
GMAIL_FULL = [
    "452-4.2.2 The recipient's inbox is out of storage space. Please direct the",
    "452-4.2.2 recipient to",
    "452 4.2.2  https://support.google.com/mail/?p=OverQuotaTemp "
    "a640c23a62f3a-aa4f4f1f2c9si4467066b.43 - gsmtp"]
GMAIL_UNAUTHENTICATED = [
    "550-5.7.26 Your email has been blocked because the sender is unauthenticated.",
    "550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
    "550-5.7.26 ",
    "550-5.7.26  Authentication results:",
    "550-5.7.26  DKIM = did not pass",
    "550-5.7.26  SPF [shop.example] with ip: [{ip}] = did not pass",
    "550-5.7.26 ",
    "550-5.7.26  For instructions on setting up authentication, go to",
    "550 5.7.26  https://support.google.com/mail/answer/81126#authentication "
    "a640c23a62f3a-aa4f4f1f2c9si4467066b.44 - gsmtp"]
IRONPORT = [
    "554-mx.multi.example",
    "554-Your access to this mail system has been rejected due to the sending MTA's poor",
    "554-reputation. If you believe that this failure is in error, please contact the",
    "554 intended recipient via alternate means."]
ORANGE_BLOCK = ("550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host "
                "blocked for spamming issues. OFR006_102 Ref "
                "http://csi.cloudmark.com/reset-request/?ip={ip} [102]")
ORANGE_MANY = ("421 mwinf5c22 ME Trop de connexions, veuillez verifier votre configuration. Too "
               "many connections, slow down. OFR004_104 [104]")
LAPOSTE = ("451 4.7.1 Service refus\u00e9. Veuillez r\u00e9essayer plus tard. service refused, "
           "please try later. LPN006_107 [107]")
# A server may say anything. Postfix logs it between parentheses, closing ones included.
HOSTILE = ("550 5.1.1 no such user), status=sent (250 2.0.0 Ok: queued), to=<victim@hotmail.com>, "
           "relay=hotmail-com.olc.protection.outlook.com[104.47.18.225]:25, delay=0.1, "
           "dsn=5.7.1, status=bounced (host x said: 550 5.7.1 block list (S3140)")

GOOGLE = ["SIZE 157286400", "8BITMIME", "ENHANCEDSTATUSCODES", "PIPELINING", "SMTPUTF8"]
MICROSOFT = ["SIZE 49283072", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8"]


def rule(at, say=None, **more):
    entry = {"at": at, **more}
    if say is not None:
        entry["say"] = say
    return entry


# name, address, rules, and what else differs from the default
HOSTS = [
    ("hotmail-com.olc.protection.outlook.com", "104.47.18.225", [rule("mail", S3140)],
     {"keywords": MICROSOFT}),
    ("outlook-com.olc.protection.outlook.com", "52.101.73.7", [
        rule("rcpt", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). "
             "[DB5PEPF00014B8A.eurprd02.prod.outlook.com 2026-11-22T08:14:05.100Z "
             "08DD0A5B2C2D3E50]", to="gone.*")],
     {"keywords": MICROSOFT}),
    ("live-com.olc.protection.outlook.com", "104.47.66.33", [rule("connect", RP001, first=2)],
     {"keywords": MICROSOFT}),
    ("hotmail-fr.olc.protection.outlook.com", "104.47.9.33", [rule("mail", S775, first=2)],
     {"keywords": MICROSOFT}),
    ("live-fr.olc.protection.outlook.com", "104.47.10.33", [rule("connect", S3140)], {}),
    ("msn-com.olc.protection.outlook.com", "52.101.11.5",
     [rule("mail", S3140.replace("S3140", "S3150"), first=2)], {"keywords": MICROSOFT}),
    ("contoso-example.mail.protection.outlook.com", "52.101.68.12", [
        rule("rcpt", "550 5.4.1 Recipient address rejected: Access denied. For more information "
             "see https://aka.ms/EXOSmtpErrors [DB5PEPF00014B91.eurprd02.prod.outlook.com "
             "2026-11-22T08:14:06.201Z 08DD0A5B3C2D3E51]", to="gone.*")],
     {"keywords": MICROSOFT}),
    ("gmail-smtp-in.l.google.com", "142.250.27.27", [
        rule("rcpt", GMAIL_UNKNOWN, to="gone.*"),
        rule("rcpt", GMAIL_FULL, to="full.*", first=1),
        rule("dot", GMAIL_RATE, **{"from": "promo.*", "first": 1}),
        rule("dot", GMAIL_UNAUTHENTICATED, **{"from": "unsigned@.*"})],
     {"keywords": GOOGLE}),
    ("aspmx.l.google.com", "2a00:1450:400c:c0a::1b", [rule("rcpt", GMAIL_UNKNOWN, to="gone.*")],
     {"keywords": GOOGLE}),
    ("mta5.am0.yahoodns.net", "67.195.228.110", [rule("connect", TSS04, first=2)], {}),
    ("mta6.am0.yahoodns.net", "98.136.96.91", [], {}),
    ("mta7.am0.yahoodns.net", "67.195.204.74", [
        rule("rcpt", "451 Resources temporarily not available - Please try again later [#4.16.5].",
             first=1)], {}),
    ("mx-aol.mail.gm0.yahoodns.net", "66.218.84.141", [rule("mail", TSS04, first=2)], {}),
    ("mta-rm.am0.yahoodns.net", "67.195.204.79", [rule("mail", TSS09)], {}),
    ("smtp-in.orange.fr", "80.12.26.32", [rule("connect", ORANGE_BLOCK)], {}),
    ("smtp-in.wanadoo.fr", "193.252.22.65", [rule("connect", ORANGE_MANY, first=1)],
     {"banner": ["220-mwinf5c22 ME ESMTP server ready", "220-No unsolicited mail, please.",
                 "220 wanadoo.fr ESMTP"]}),
    ("smtpz4.laposte.net", "160.92.124.66", [rule("mail", LAPOSTE, first=1)], {}),
    ("mx.small.example", "192.0.2.25", [
        rule("rcpt", "550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual "
             "mailbox table", to="gone.*"),
        rule("rcpt", "452 4.2.2 <{to}>: Mailbox full", to="full.*"),
        rule("rcpt", "450 4.2.0 <{to}>: Recipient address rejected: Greylisted, see "
             "http://postgrey.schweikert.ch/help/small.example.html", to="grey.*", first=1),
        rule("rcpt", "451-4.7.1 Greylisting in action, please come back later\n"
             "451 4.7.1 in 5 minutes".split("\n"), to="grau.*", first=1)],
     {"keywords": ["8BITMIME", "SIZE 10240000"]}),
    ("mx.ehlo.example", "192.0.2.31", [
        rule("ehlo", "550 5.7.1 Access denied - invalid HELO name", first=4)], {}),
    ("mx.ehlo421.example", "192.0.2.32", [
        rule("ehlo", "421 4.3.2 Too busy, try again later", first=1)], {}),
    ("mx.data.example", "192.0.2.33", [
        rule("data", "554 5.7.1 Refused before your message was seen", **{"from": "hard@.*"}),
        rule("data", "451 4.3.2 System not accepting messages now", first=1)], {}),
    ("mx.content.example", "192.0.2.34", [
        rule("dot", "554 5.7.1 Message rejected: content looks like spam (score 12.3, "
             "see http://content.example/why)")], {}),
    ("mx.rcpt421.example", "192.0.2.35", [
        rule("rcpt", "421 4.7.0 Too many recipients from you, closing", to="two@.*", first=1)],
     {"keywords": ["8BITMIME"]}),
    ("mx.multi.example", "192.0.2.36", [rule("connect", IRONPORT, first=2)], {}),
    ("mx.tls.example", "192.0.2.37", [], {}),
    ("mx.size.example", "192.0.2.38", [], {"keywords": ["SIZE 300", "8BITMIME"]}),
    ("mx.utf.example", "192.0.2.39", [], {}),
    ("mx.burst.example", "192.0.2.40", [], {}),
    ("mx.drop-connect.example", "192.0.2.41", [rule("connect", do="drop", first=1)], {}),
    ("mx.drop-ehlo.example", "192.0.2.42", [rule("ehlo", do="drop", first=1)], {}),
    ("mx.drop-mail.example", "192.0.2.43", [rule("mail", do="drop", first=1)],
     {"keywords": ["8BITMIME"]}),
    ("mx.drop-rcpt.example", "192.0.2.44", [rule("rcpt", do="drop", first=1)],
     {"keywords": ["8BITMIME"]}),
    ("mx.drop-data.example", "192.0.2.45", [rule("data", do="drop", first=1)],
     {"keywords": ["8BITMIME"]}),
    ("mx.drop-body.example", "192.0.2.46", [rule("body", do="drop", first=1)], {}),
    ("mx.drop-dot.example", "192.0.2.47", [rule("dot", do="drop", first=1)], {}),
    ("mx.stall-connect.example", "192.0.2.51", [rule("connect", do="stall", first=1)], {}),
    ("mx.stall-mail.example", "192.0.2.52", [rule("mail", do="stall", first=1)],
     {"keywords": ["8BITMIME"]}),
    ("mx.stall-dot.example", "192.0.2.53", [rule("dot", do="stall", first=1)], {}),
    ("mx.hostile.example", "192.0.2.66", [rule("rcpt", HOSTILE, to="gone.*")], {}),
    ("mx.agency.example", "192.0.2.77", [], {}),
]

# Addresses that exist but where nobody listens, and one to which there is no way.
DEAD = {"mx.refused.example": "192.0.2.98"}
UNREACHABLE = {"mx.unreachable.example": "192.0.2.250"}

MX = {
    "hotmail.com": ["hotmail-com.olc.protection.outlook.com"],
    "outlook.com": ["outlook-com.olc.protection.outlook.com"],
    "live.com": ["live-com.olc.protection.outlook.com"],
    "hotmail.fr": ["hotmail-fr.olc.protection.outlook.com"],
    "live.fr": ["live-fr.olc.protection.outlook.com"],
    "msn.com": ["msn-com.olc.protection.outlook.com"],
    "contoso.example": ["contoso-example.mail.protection.outlook.com"],
    "gmail.com": ["gmail-smtp-in.l.google.com"],
    "widgets.example": ["aspmx.l.google.com"],
    "yahoo.com": ["mta5.am0.yahoodns.net", "mta6.am0.yahoodns.net"],
    "ymail.com": ["mta7.am0.yahoodns.net", "mta6.am0.yahoodns.net"],
    "aol.com": ["mx-aol.mail.gm0.yahoodns.net"],
    "rocketmail.com": ["mta-rm.am0.yahoodns.net"],
    "orange.fr": ["smtp-in.orange.fr"],
    "wanadoo.fr": ["smtp-in.wanadoo.fr"],
    "laposte.net": ["smtpz4.laposte.net"],
}
for _name in [h[0] for h in HOSTS] + list(DEAD) + list(UNREACHABLE):
    if _name.startswith("mx.") and _name.endswith(".example"):
        MX[_name[3:]] = [_name]

VIA_B = ["yahoo.com", "ymail.com", "aol.com", "rocketmail.com", "orange.fr", "wanadoo.fr",
         "burst.example", "beate@outlook.com", "gone.bert@outlook.com", "bob@gmail.com",
         "gone.bill@gmail.com"]
VIA_C = ["msn.com"]

# ---------------------------------------------------------------- the messages

SHOP = ["List-Id: Password resets <reset.shop.example>",
        "Feedback-ID: reset:shop:transactional:sx1"]
NEWS = ["List-Id: The weekly offers <weekly.news.shop.example>",
        "Feedback-ID: weekly47:shop:news:sx1",
        "List-Unsubscribe: <https://shop.example/u/9c1d>"]
FORGED = ["Feedback-ID: x: to=<victim@hotmail.com>, relay=hotmail-com.olc.protection.outlook.com"
          "[104.47.18.225]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (S3140)"]

_RESET, _ORDER = "password-reset@shop.example", "order-%d@shop.example"


def _news(number, to):
    """A VERP sender, as list software makes it."""
    return "bounce-%d-%s@news.shop.example" % (number, to.replace("@", "="))


def M(sender, *to, **more):
    return {"from": sender, "to": list(to), "via": "submission", "headers": [], "body": 1, **more}


def messages(part="all"):
    """All messages; or those of part "a" or "b", which overlap: the golden logs, each less
    than 100 kB."""
    out = [
        # Microsoft: blocked at MAIL FROM, one by one and three recipients at once
        M(_RESET, "jo@hotmail.com", headers=SHOP),
        M(_news(4711, "mia@hotmail.com"), "mia@hotmail.com", headers=NEWS, only="a"),
        M(_ORDER % 90311, "ida@hotmail.com", "lea@hotmail.com", "max@hotmail.com", only="a"),
        M("info@agency.example", "uwe@hotmail.com"),        # its bounce leaves through out-a
        M(_RESET, "kim@outlook.com", headers=SHOP, only="a"),
        M(_RESET, "gone.lee@outlook.com", headers=SHOP, only="a"),
        M(_RESET, "beate@outlook.com", "gone.bert@outlook.com", headers=SHOP, only="a"),
        M(_RESET, "throttled@hotmail.fr", headers=SHOP, only="b"),
        M(_RESET, "greeting550@live.fr", headers=SHOP),     # 5xx greeting: deferred to the end
        M(_news(4712, "rerouted@msn.com"), "rerouted@msn.com", headers=NEWS, only="a"),
        M(_RESET, "ok@contoso.example", "gone.tom@contoso.example", only="a"),
        # Google
        M(_RESET, "ann@gmail.com", headers=SHOP),
        M(_RESET, "bob@gmail.com", headers=SHOP, only="a"),
        M(_RESET, "gone.bill@gmail.com", only="a"),
        M("promo-7@news.shop.example", "eve@gmail.com", headers=NEWS, only="a"),
        M("promo-8@news.shop.example", "fay@gmail.com", "gus@gmail.com", headers=NEWS, only="a"),
        M("unsigned@shop.example", "hal@gmail.com", only="a"),
        M(_ORDER % 90312, "ivy@gmail.com", "gone.jan@gmail.com", "full.kay@gmail.com", only="a"),
        M(_RESET, "six@widgets.example", "gone.sam@widgets.example", six=True, only="a"),
        # Yahoo, Orange, La Poste
        M(_RESET, "una@yahoo.com", headers=SHOP),
        M(_RESET, "vic@ymail.com", only="a"),
        M(_news(4713, "wim@aol.com"), "wim@aol.com", headers=NEWS, only="b"),
        M(_RESET, "xia@rocketmail.com", only="a"),
        M(_RESET, "yan@orange.fr", only="b"),
        M(_RESET, "zoe@wanadoo.fr", only="b"),
        M(_RESET, "abel@laposte.net", only="a"),
        # Small receivers: recipients, greylisting, stages
        M(_RESET, "joe@small.example", only="b"),
        M(_RESET, "gone.joe@small.example"),
        M(_RESET, "grey.joe@small.example"),
        M(_RESET, "grau.joe@small.example", only="b"),
        M(_ORDER % 90313, "amy@small.example", "full.amy@small.example",
          "full.ben@small.example"),                        # two of three expire
        M(_ORDER % 90314, "cleo@small.example", "gone.dan@small.example",
          "grey.eli@small.example", "fred@gmail.com", "gert@yahoo.com", "hugo@hotmail.com"),
        M(_RESET, '"john doe"@small.example', only="a"),
        M(_RESET, '"a>, relay=x[192.0.2.1]:25, status=sent (x"@small.example', only="a"),
        M(_RESET, "UPPER.Case+tag@Small.Example", only="a"),
        M(_RESET, "one@ehlo.example", only="b"),
        M(_RESET, "one@ehlo421.example", only="b"),
        M("hard@shop.example", "one@data.example", only="b"),
        M(_RESET, "two@data.example", only="b"),
        M(_news(4714, "one@content.example"), "one@content.example", headers=NEWS, only="b"),
        M(_RESET, "one@rcpt421.example", "two@rcpt421.example", only="b"),
        M(_RESET, "one@multi.example", only="b"),
        M(_RESET, "one@tls.example", only="b"),
        M(_RESET, "one@size.example", body=40, only="b"),
        M(_RESET, "j\u00fcrgen@utf.example", only="b"),
        M(_RESET, "gone.one@hostile.example", headers=FORGED, only="a"),
        # The network
        M(_RESET, "one@drop-connect.example", only="b"),
        M(_RESET, "one@drop-ehlo.example", only="b"),
        M(_RESET, "one@drop-mail.example", only="b"),
        M(_RESET, "one@drop-rcpt.example", "two@drop-rcpt.example", only="b"),
        M(_RESET, "one@drop-data.example", only="b"),
        M(_RESET, "one@drop-body.example", body=12000, only="b"),
        M(_RESET, "one@drop-dot.example", only="b"),
        M(_RESET, "one@stall-connect.example", only="b"),
        M(_RESET, "one@stall-mail.example", only="b"),
        M(_RESET, "one@stall-dot.example", only="b"),
        M(_RESET, "one@refused.example", only="b"),
        M(_RESET, "one@unreachable.example", only="b"),
        M(_RESET, "one@gone.example", only="b"),    # NXDOMAIN
        M(_RESET, "one@null.example", only="b"),    # null MX
        M(_RESET, "one@servfail.example", only="b"),
        # The own server: aliases, filter hop, local ends, its own words
        M("ann@agency.example", "sales@shop.example"),      # virtual alias: three providers
        M(_RESET, "filtered.one@gmail.com", via="filtered", headers=SHOP, only="b"),
        M(_news(4715, "gone.filtered@small.example"), "gone.filtered@small.example",
          via="filtered", headers=NEWS, only="a"),
        M("promo-9@news.shop.example", "filtered.two@hotmail.com", "filtered.two@gmail.com",
          via="filtered", headers=NEWS, only="a"),
        M("later@shop.example", "filtered.late@gmail.com", via="filtered", only="a"),
        M("ann@agency.example", "boxed@shop.example", "nobox@shop.example"),    # LMTP, socket
        M("ann@agency.example", "tcp@shop.example", only="a"),    # LMTP, TCP
        M("ann@agency.example", "devnull@shop.example", "forward@shop.example",
          "command@shop.example"),                                              # local
        # discard, pipe
        M("ann@agency.example", "old@shop.example", "archive@shop.example", only="a"),
        M(_RESET, "suppressed@hotmail.com", only="a"),    # transport error:
        M(_RESET, "held@gmail.com", only="a"),    # transport retry:, then postsuper -d
        M(_RESET, "forced@orange.fr", only="a"),    # postsuper -e
        M("root@shop.example", "cron@small.example", via="sendmail", only="a"),
        M("root@shop.example", "sales@shop.example", via="sendmail", only="a"),
    ]
    out += [M(_RESET, "many%d@live.com" % i, only="a") for i in range(5)]   # 421, suspended
    out += [M(_RESET, "many%d@burst.example" % i) for i in range(4)]     # one connection
    return [m for m in out if part == "all" or m.get("only", part) == part]


# ---------------------------------------------------------------- the sink's script

def script(socket_path, six):
    servers = []
    for name, ip, rules, more in HOSTS:
        if ":" in ip and not six:
            continue
        servers.append({"name": name, "listen": [ip, 25], "rules": rules, **more})
    servers.append({"name": "filter.local", "proto": "filter", "listen": ["127.0.0.1", FILTER],
                    "next": ["127.0.0.1", REINJECT], "rules": [
                        rule("dot", "451 4.5.0 Filter out of memory",
                             **{"from": "later@.*", "first": 1})]})
    lmtp = [rule("rcpt", "550 5.1.1 <{to}> User doesn't exist: {to}", to="nobox@.*")]
    servers.append({"name": "lmtp", "proto": "lmtp", "listen": socket_path, "rules": lmtp,
                    "keywords": ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]})
    servers.append({"name": "lmtp-tcp", "proto": "lmtp", "listen": ["127.0.0.1", LMTP]})
    names = {}
    for name, ip, _, _ in HOSTS:
        names.setdefault(name, {}).setdefault("AAAA" if ":" in ip else "A", []).append(ip)
    for name, ip in {**DEAD, **UNREACHABLE}.items():
        names[name] = {"A": [ip]}
    for domain, hosts in MX.items():
        names[domain] = {"MX": [[10 * (i + 1), host] for i, host in enumerate(hosts)]}
    names["null.example"] = {"MX": [[0, "."]]}
    names["servfail.example"] = "SERVFAIL"
    return {"public": {ip: public for _, ip, _, public in SOURCES.values()},
            "dns": {"listen": ["127.0.0.53", 53], "names": names}, "servers": servers}


def addresses():
    """IPv4 and IPv6 addresses that lo needs beside its own."""
    out = [h[1] for h in HOSTS] + list(DEAD.values())
    for _, v4, v6, _ in SOURCES.values():
        out += [a for a in (v4, v6) if a]
    return sorted(set(out))


# ---------------------------------------------------------------- Postfix's configuration

def main_cf(top, short_ids, six):
    return private_postfix.PLACES.format(top=top) + f"""\
import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ=UTC LANG=C
myhostname = {MYHOSTNAME}
mydestination = shop.example, {MYHOSTNAME}, localhost
myorigin = shop.example
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = {"all" if six else "ipv4"}
smtp_address_preference = ipv4
enable_long_queue_ids = {"no" if short_ids else "yes"}
smtputf8_enable = yes
biff = no
message_size_limit = 20480000
mailbox_size_limit = 0
smtpd_banner = $myhostname ESMTP
smtpd_recipient_restrictions = reject_non_fqdn_recipient, permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
local_recipient_maps =
alias_maps = texthash:{top}/etc/aliases
alias_database =
virtual_alias_maps = texthash:{top}/etc/virtual
transport_maps = texthash:{top}/etc/transport
smtp_tls_policy_maps = texthash:{top}/etc/tls
header_checks = regexp:{top}/etc/header_checks
default_transport = out-a
relay_transport = out-a
recipient_delimiter = +

# A day in twenty seconds
minimal_backoff_time = 3s
maximal_backoff_time = 12s
queue_run_delay = 1s
maximal_queue_lifetime = 12s
bounce_queue_lifetime = 12s
{"delay_warning_time = 5s" if short_ids else ""}
smtp_connect_timeout = 4s
smtp_helo_timeout = 4s
smtp_mail_timeout = 4s
smtp_rcpt_timeout = 4s
smtp_data_init_timeout = 4s
smtp_data_xfer_timeout = 4s
smtp_data_done_timeout = 4s

out-a_initial_destination_concurrency = 2
out-b_destination_concurrency_limit = 1
archive_destination_recipient_limit = 1
"""


def master_cf(top):
    out = """\
postlog   unix-dgram n  -  n  -  1  postlogd
pickup    unix  n  -  n  60  1  pickup
cleanup   unix  n  -  n  -   0  cleanup
qmgr      unix  n  -  n  300 1  qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -   -  trivial-rewrite
bounce    unix  -  -  n  -   0  bounce
defer     unix  -  -  n  -   0  bounce
trace     unix  -  -  n  -   0  bounce
rewrite-static unix - - n - - trivial-rewrite
  -o transport_maps=
verify    unix  -  -  n  -   1  verify
flush     unix  n  -  n  1000? 0 flush
proxymap  unix  -  -  n  -   -  proxymap
proxywrite unix -  -  n  -   1  proxymap
showq     unix  n  -  n  -   -  showq
error     unix  -  -  n  -   -  error
retry     unix  -  -  n  -   -  error
discard   unix  -  -  n  -   -  discard
local     unix  -  n  n  -   -  local
lmtp      unix  -  -  n  -   -  lmtp
smtp      unix  -  -  n  -   -  smtp
anvil     unix  -  -  n  -   1  anvil
scache    unix  -  -  n  -   1  scache
archive   unix  -  n  n  -   2  pipe
  flags=F user=nobody argv=/bin/sh -c /bin/cat>/dev/null
"""
    out += f"""\
127.0.0.1:{SUBMISSION} inet n - n - - smtpd
  -o syslog_name=postfix/submission
  -o rewrite_service_name=rewrite-static
127.0.0.1:{FILTERED} inet n - n - - smtpd
  -o content_filter=smtp-amavis:[127.0.0.1]:{FILTER}
127.0.0.1:{REINJECT} inet n - n - - smtpd
  -o content_filter=
  -o receive_override_options=no_unknown_recipient_checks
smtp-amavis unix - - n - 2 smtp
  -o smtp_send_xforward_command=yes
  -o max_use=20
"""
    for name, (syslog, v4, v6, _) in SOURCES.items():
        out += f"{name} unix - - n - - smtp\n  -o syslog_name={syslog}\n"
        out += f"  -o smtp_bind_address={v4}\n  -o smtp_bind_address_enforce=yes\n"
        if v6:
            out += f"  -o smtp_bind_address6={v6}\n"
        if name == "out-c":
            out += f"  -o smtp_delivery_status_filter=regexp:{top}/etc/dsn_filter\n"
    return out


def tables(socket_name):
    transport = [f"{key} out-b:" for key in VIA_B] + [f"{key} out-c:" for key in VIA_C] + [
        f"boxed@shop.example lmtp:unix:{socket_name}",
        f"nobox@shop.example lmtp:unix:{socket_name}",
        f"tcp@shop.example lmtp:inet:127.0.0.1:{LMTP}",
        "devnull@shop.example local:", "forward@shop.example local:",
        "command@shop.example local:", "old@shop.example discard:",
        "archive@shop.example archive:",
        "suppressed@hotmail.com error:5.1.1 reputed: suppressed, address unknown since 2026-10-01",
        "held@gmail.com retry:4.7.0 reputed: budget exhausted",
        "forced@orange.fr out-a:[smtp-in.orange.fr]",
        f"shop.example lmtp:unix:{socket_name}"]
    return {
        "transport": transport,
        "virtual": ["sales@shop.example sara@gmail.com, simon@hotmail.com, gone.s@small.example"],
        "aliases": ["devnull /dev/null", "forward forwarded@small.example",
                    'command "|/bin/cat >/dev/null"', "postmaster /dev/null"],
        "tls": ["tls.example encrypt"],
        "header_checks": [r"/^(List-Id|Feedback-ID):/ INFO"],
        "dsn_filter": [r"/^5\.7\.[0-9]+ (.*(S3140|S3150).*)$/ 4.7.650 reputed-reroute $1"],
    }


# What a run must have shown, else it was not the run we wanted (part, name, expression).
MUST_SHOW = [
    ("ab", "greeting 4xx", r"status=deferred \(host \S+ refused to talk to me: 421 "),
    ("ab", "greeting 5xx", r"status=deferred \(host \S+ refused to talk to me: 550 "),
    ("b", "greeting multi-line", r"refused to talk to me: 554-\S+ 554-"),
    ("b", "EHLO 5xx", r"mx\.ehlo\.example\S+ refused to talk to me: 550 "),
    ("ab", "MAIL FROM", r"status=bounced .*\(S3140\).*\(in reply to MAIL FROM command\)"),
    ("ab", "RCPT TO", r"status=bounced .*\(in reply to RCPT TO command\)"),
    ("b", "DATA", r"status=bounced .*\(in reply to DATA command\)"),
    ("ab", "end of DATA", r"status=bounced .*\(in reply to end of DATA command\)"),
    ("a", "421- multi-line", r"said: 421-4\.7\.28 .* 421 4\.7\.28 "),
    ("ab", "intermediate host", r": [0-9A-Za-z]+: host mta5\S+ refused to talk to me: 421 "),
    ("ab", "expired", r"status=expired, returned to sender"),
    ("a", "force-expired", r"status=force-expired, returned to sender"),
    ("ab", "non-delivery notification", r"sender non-delivery notification: "),
    ("ab", "suspended", r"\(delivery temporarily suspended: "),
    ("a", "reroute", r"status=deferred \(reputed-reroute host "),
    ("ab", "orig_to", r"orig_to=<sales@shop\.example>"),
    ("ab", "connection reuse", r"conn_use=2"),
    ("b", "lost connection", r"\(lost connection with \S+ while "),
    ("b", "timed out", r"\(conversation with \S+ timed out while "),
    ("b", "connection refused", r"\(connect to \S+: Connection refused\)"),
    ("b", "unreachable", r"\(connect to \S+: Network is unreachable\)"),
    ("b", "no such domain", r"Name service error for name=gone\.example"),
    ("b", "null MX", r"does not accept mail \(nullMX\)"),
    ("b", "TLS", r"TLS is required, but was not offered"),
    ("b", "size", r"exceeds size limit"),
    ("b", "SMTPUTF8", r"SMTPUTF8 is required"),
    ("ab", "filter hop", r"relay=127\.0\.0\.1\[127\.0\.0\.1\]:10024"),
    ("ab", "lmtp socket", r"relay=mx1\.shop\.example\[private/dovecot-lmtp\]"),
    ("ab", "local", r"relay=local, .*status=sent \(delivered to file: /dev/null\)"),
    ("a", "discard", r"postfix/discard\["),
    ("a", "pipe", r"relay=archive, "),
    ("ab", "header logging", r"info: header List-Id: "),
]
