# SPDX-License-Identifier: Apache-2.0
"""
auth_world.py -- what tools/bench-auth measures on: domains with the SPF records that senders really
have, calls about them, and a message of 20 kB that is signed. The same bytes every time, but for the
key.
"""

import base64
import random

WORDS = ("your order has been shipped and will arrive on Thursday between nine and twelve please "
         "keep this message until then if you are not at home a neighbour may take it we say so "
         "on the card that you find in your letter box").split()


def spf_zones():
    """The text of the zones: two large services, and 60 domains of five kinds."""
    out = []

    def add(owner, kind, value):
        out.append("%s %s %s" % (owner, kind, value))

    add("_spf.service.example", "TXT", "v=spf1 " +
        " ".join("include:_net%d.service.example" % i for i in range(3)) + " ~all")
    for i in range(3):
        add("_net%d.service.example" % i, "TXT", "v=spf1 " +
            " ".join("ip4:203.0.%d.0/%d" % (113 + i * 16 + k, 22 + k % 3) for k in range(12)) +
            " ip6:2001:db8:%d::/48 ~all" % i)
    add("spf.office.example", "TXT", "v=spf1 " +
        " ".join("ip4:198.51.%d.0/24" % (100 + k) for k in range(14)) +
        " ip6:2001:db8:100::/40 -all")
    add("spf.relay.example", "TXT", "v=spf1 ip4:192.0.2.128/26 ?all")
    records = ("v=spf1 ip4:192.0.2.%(i)d -all", "v=spf1 mx a -all",
               "v=spf1 include:_spf.service.example ~all",
               "v=spf1 mx ip4:192.0.2.%(i)d include:spf.office.example include:spf.relay.example -all",
               "v=spf1 a:out.%(d)s exists:%%{ir}.%%{v}.ok.%(d)s redirect=spf.office.example")
    for i in range(60):
        domain = "d%d.example" % i
        add(domain, "TXT", records[i % 5] % {"i": i + 1, "d": domain})
        add(domain, "TXT", "some-site-verification=%032x" % (i * 7919))
        add(domain, "A", "192.0.2.%d" % (i + 1))
        add(domain, "MX", "10 mx1.%s" % domain)
        add(domain, "MX", "20 mx2.%s" % domain)
        add("mx1.%s" % domain, "A", "192.0.2.%d" % (i + 1))
        add("mx2.%s" % domain, "A", "192.0.2.%d" % (i + 101))
        add("out.%s" % domain, "A", "192.0.2.%d" % (i + 1))
        add("%d.2.0.192.in-addr.ok.%s" % (i + 61, domain), "A", "127.0.0.2")
    return "\n".join(out) + "\n"


def spf_calls():
    """Lines "ADDRESS HELO SENDER": each domain from eight addresses, good ones and others."""
    out = []
    for i in range(60):
        for address in ("192.0.2.%d" % (i + 1), "192.0.2.%d" % (i + 61), "192.0.2.150",
                        "203.0.%d.9" % (113 + i % 40), "198.51.%d.20" % (100 + i % 20),
                        "2001:db8:1::%x" % (i + 1), "2001:db8:ff::1", "10.0.0.%d" % (i + 1)):
            out.append("%s mx1.d%d.example jo.doe@d%d.example" % (address, i, i))
    return "\n".join(out) + "\n"


def message(size=20000):
    """A message as a shop sends it: text and HTML, quoted-printable width, CRLF."""
    chance = random.Random(20)
    head = ("Received: from app1.shop.example (app1.shop.example [10.0.0.5])\r\n"
            "\tby out.shop.example (Postfix) with ESMTPS id 4T5pQz3kZzz1b\r\n"
            "\tfor <jo@recipient.example>; Tue, 24 Nov 2026 10:00:00 +0000 (UTC)\r\n"
            "From: \"The Shop\" <orders@shop.example>\r\nTo: Jo Doe <jo@recipient.example>\r\n"
            "Subject: Your order 48151623 has been shipped\r\n"
            "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <48151623.42@shop.example>\r\n"
            "MIME-Version: 1.0\r\nReply-To: help@shop.example\r\n"
            "List-Unsubscribe: <https://shop.example/u/0123456789abcdef>\r\n"
            "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nFeedback-ID: order:shop:mail\r\n"
            "Content-Type: multipart/alternative; boundary=\"=_part_17\"\r\n\r\n")
    body = ["--=_part_17", "Content-Type: text/plain; charset=utf-8", ""]
    html = False
    while len(head) + sum(len(x) + 2 for x in body) < size - 20:
        if not html and sum(map(len, body)) > size // 4:
            body += ["", "--=_part_17", "Content-Type: text/html; charset=utf-8", ""]
            html = True
        line = "        <td style=\"padding:4px\">" if html else ""
        while len(line) < 66:
            line += chance.choice(WORDS) + " "
        body.append(line + ("</td>" if html else ""))
    body += ["--=_part_17--", ""]
    return (head + "\r\n".join(body)).encode()


def dkim_files(folder, kinds):
    """Writes KIND.eml, KIND.header, KIND.body, KIND.sig for each (name, c=), key.der and zones."""
    import dkim_sign

    class Key(dkim_sign.Key):
        """Keeps what it signed."""

        def sign(self, data, digest="sha256"):
            self.data, self.made = data, super().sign(data, digest)
            return self.made

    key = Key("rsa", 2048)
    plain = message()
    for name, form in kinds:
        signed = dkim_sign.sign(plain, key, "shop.example", "s1", c=form,
                                h="from:to:subject:date:message-id:mime-version:reply-to:"
                                  "list-unsubscribe:list-unsubscribe-post:feedback-id:content-type")
        body = dkim_sign.body_of(dkim_sign.split(plain)[1], form.endswith("relaxed"))
        for kind, data in (("eml", signed), ("header", key.data), ("body", body), ("sig", key.made)):
            with open("%s/%s.%s" % (folder, name, kind), "wb") as file:
                file.write(data)
    with open(folder + "/key.der", "wb") as file:
        file.write(key.der)
    with open(folder + "/keys.zones", "w", encoding="ascii") as file:
        file.write("s1._domainkey.shop.example TXT v=DKIM1; k=rsa; p=%s\n" %
                   base64.b64encode(key.der).decode())
    key.remove()


def list_zones(zones, addresses):
    """Zones for NSD: each with its test entry and every fortieth address on it."""
    out = {}
    for i in range(zones):
        lines = ["2.0.0.127 IN A 127.0.0.2"]
        lines += ["%d.%d.0.192 IN A 127.0.0.2" % (k % 256, 2 + k // 256)
                  for k in range(addresses) if (k + i) % 40 == 0]
        out["bl%d.example" % i] = "\n".join(lines) + "\n"
    return out


def list_questions(zones, addresses):
    """The same questions for dnsperf, in the order in which the library comes to ask them."""
    return "".join("%d.%d.0.192.bl%d.example A\n" % (k % 256, 2 + k // 256, i)
                   for k in range(addresses) for i in range(zones))
