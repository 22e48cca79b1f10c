#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_proofs.py [REPUTED] -- reports that came by mail, proven by a DKIM key that is still published: signed here with the openssl
command, the keys on a DNS server on loopback. What forges, and what DNS does not answer; after an ingest, and by the service.
TAP.
"""

import atexit
import base64
import functools
import gzip
import io
import json
import os
import sys
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import report_year  # noqa: E402
import test_tls_reports     # noqa: E402
import util         # noqa: E402

FROM = "receiver-1.example"
AT = "s1._domainkey.receiver-1.example"


@functools.lru_cache(maxsize=None)
def keys():
    made = dkim_sign.Key("rsa", 2048), dkim_sign.Key("rsa", 2048), dkim_sign.Key("ed25519")
    for key in made:
        atexit.register(key.remove)
    return made


def mail(day=3, receiver=1, sender=FROM, change=None):
    """The report of one receiver, attached to a mail of `sender`."""
    xml = report_year.report(day, receiver).encode()
    xml = change(xml) if change else xml
    body = base64.encodebytes(gzip.compress(xml, mtime=0)).replace(b"\n", b"\r\n")
    return (b"From: DMARC <dmarc@" + sender.encode() + b">\r\nTo: d@shop.example\r\nSubject: Report domain: shop.example\r\n"
            b"Date: Tue, 3 Nov 2026 06:42:11 +0000\r\nMIME-Version: 1.0\r\nContent-Type: application/gzip\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n" + body)


def more(xml):
    """Another report of the same reporter, with the same id and period, that says more mail was forged."""
    return xml.replace(b"<count>", b"<count>9", 1)


def report(box):
    done = box.run("dmarc", "report", "--json", "--since", "900d")
    return json.loads(done.out)


def ingest(box, dns, name, content, *args):
    return box.run("ingest", "--server", dns.server, "--timeout-ms", "300", *args, util.write(box.path(name), content))


def counts(tap, box, done, name, reports, unproven):
    out = report(box)
    tap.ok(done.code == 0 and out["reports"] == reports and out["unproven_reports"] == unproven,
           "%s: %d counted, %d not" % (name, reports, unproven),
           done.told() + [out["reports"], out["unproven_reports"]])
    return out


def kinds(tap, world):
    key, other, ed = keys()
    signed = dkim_sign.sign
    zone = {AT: [("TXT", key.record())], "e._domainkey." + FROM: [("TXT", ed.record())],
            "revoked._domainkey." + FROM: [("TXT", "v=DKIM1; p=")],
            "s1._domainkey.evil.example": [("TXT", other.record())],
            "s1._domainkey.mail." + FROM: [("TXT", key.record())],
            "strict._domainkey." + FROM: [("TXT", key.record("t=s; "))]}
    cases = (
        ("a plain signature", signed(mail(), key, FROM, "s1"), 1),
        ("lines that end in LF", signed(mail(), key, FROM, "s1").replace(b"\r\n", b"\n"), 1),
        ("simple and relaxed", signed(mail(), key, FROM, "s1", c="simple/simple"), 1),
        ("Ed25519", signed(mail(), ed, FROM, "e"), 1),
        ("a domain below that in From", signed(mail(), key, "mail." + FROM, "s1"), 1),
        ("it expired long ago", signed(mail(), key, FROM, "s1", more="t=1000000000; x=1000000600; "), 1),
        ("fields that were added on the way", b"X-Spam: no\r\n" + signed(mail(), key, FROM, "s1"), 1),
        ("a second one that does not hold", signed(signed(mail(), key, FROM, "s1"), other, FROM, "s1"), 1),
        ("in a mailbox", b"From d@r Tue Nov  3 06:42:11 2026\n" + signed(mail(), key, FROM, "s1").replace(b"\r\n", b"\n"), 1),
        ("another key", signed(mail(), other, FROM, "s1"), 0),
        ("anybody's valid signature", signed(mail(), other, "evil.example", "s1"), 0),
        ("a changed body", signed(mail(change=more), key, FROM, "s1").partition(b"\r\n\r\n")[0] + b"\r\n\r\n" +
         mail().partition(b"\r\n\r\n")[2], 0),
        ("a changed From", signed(mail(), key, FROM, "s1").replace(b"DMARC <dmarc@", b"DMARC <x@"), 0),
        ("only the first bytes are signed", signed(mail(), key, FROM, "s1", limit=20), 0),
        ("a key that was revoked", signed(mail(), key, FROM, "revoked"), 0),
        ("a key that is not there", signed(mail(), key, FROM, "gone"), 0),
        ("a key for its own domain only", signed(mail(), key, FROM, "strict", more="i=@a.%s; " % FROM), 0),
        ("no signature", mail(), 0),
        ("From of another domain", signed(mail(sender="other.example"), key, FROM, "s1"), 0),
        ("SHA-1", signed(mail(), key, FROM, "s1", digest="sha1"), 0),
    )
    with dns_stub.Stub(zone) as dns:
        for i, (name, content, proven) in enumerate(cases):
            box = world.box("kind-%d" % i)
            done = ingest(box, dns, "m.eml", content)
            out = counts(tap, box, done, name, proven, 1 - proven)
            if proven and i == 0:
                tap.ok("1 mail with reports is proven" in done.out, "that is said", done.told())
                tap.ok([r["name"] for r in out["receivers"]] == ["receiver-1.example"], "whose it is", out["receivers"])
                asked = len(dns.asked)
                done = ingest(box, dns, "m.eml", content)
                counts(tap, box, done, "the same mail again: known", 1, 0)
                tap.ok("1 aggregate report known already" in done.out and len(dns.asked) == asked,
                       "and its key is not asked for again", done.told())
        box = world.box("dry")
        before = len(dns.asked)
        done = ingest(box, dns, "m.eml", cases[0][1], "--dry-run")
        tap.ok(done.code == 0 and len(dns.asked) == before, "a dry run asks nothing", done.told())


def forged(tap, world):
    """Forged copies, before and after, take nobody's place."""
    key, other, _ = keys()
    true = dkim_sign.sign(mail(), key, FROM, "s1")
    copies = {"unsigned": mail(change=more), "signed by a key that is not theirs": dkim_sign.sign(mail(change=more), other, FROM, "s1"),
              "signed by a stranger": dkim_sign.sign(mail(change=more), other, "evil.example", "s1")}
    zone = {AT: [("TXT", key.record())], "s1._domainkey.evil.example": [("TXT", other.record())]}
    with dns_stub.Stub(zone) as dns, dns_stub.Stub({AT: dns_stub.SERVFAIL, "s1._domainkey.evil.example": dns_stub.SERVFAIL}) as away:
        alone = world.box("alone")
        ingest(alone, dns, "true.eml", true)
        want = report(alone)["messages"]
        for i, (name, copy) in enumerate(copies.items()):
            for j, order in enumerate(((true, copy), (copy, true), (copy, true, copy))):
                box = world.box("forged-%d-%d" % (i, j))
                for k, content in enumerate(order):
                    ingest(box, away, "%d.eml" % k, content)
                done = ingest(box, dns, "nothing.eml", b"From: a@b.example\nSubject: hello\n\nHello\n")
                out = report(box)
                tap.ok(out["reports"] == 1 and out["messages"] == want,
                       "a copy %s, order %d: the true one counts" % (name, j), done.told() + [out["reports"], out["messages"], want])


def sent_on(kind, *parts):
    """A mail of the receiver that answers, with what came to it."""
    return (b"From: Jo <jo@" + FROM.encode() + b">\r\nTo: d@shop.example\r\nSubject: Re: Report domain\r\n"
            b"Date: Tue, 3 Nov 2026 07:42:11 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"o\"\r\n"
            b"\r\n--o\r\n\r\nI am away.\r\n" +
            b"".join(b"--o\r\nContent-Type: " + kind.encode() + b"\r\n" + part + b"\r\n" for part in parts) + b"--o--\r\n")


def packed(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, content)
    return b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(out.getvalue()).replace(b"\n", b"\r\n")


def quoted(tap, world):
    """Who answers signs what a stranger wrote: that proves nothing of a report in it."""
    key = keys()[0]
    xml, stranger = report_year.report(3, 1).encode(), mail()
    twice = sent_on("message/rfc822", b"\r\n" + stranger).replace(b"boundary=\"o\"", b"boundary=\"i\"").replace(b"--o", b"--i")
    tls_mail = test_tls_reports.mail(json.dumps(test_tls_reports.report()).encode(), "application/tlsrpt+json").replace("\n", "\r\n").encode()
    whole = base64.encodebytes(gzip.compress(xml)).replace(b"\n", b"\r\n")
    cases = (
        ("a report that is attached to the signed mail itself", "application/zip", (packed("r.xml", xml),), "dmarc", 1, 0),
        ("a mail that is forwarded as an attachment", "message/rfc822", (b"\r\n" + stranger,), "dmarc", 0, 1),
        ("a mail in a mail in the signed mail", "message/rfc822", (b"\r\n" + twice,), "dmarc", 0, 1),
        ("a mail in a zip archive", "application/zip", (packed("m.eml", stranger),), "dmarc", 0, 1),
        ("a mailbox in a zip archive", "application/zip", (packed("m", b"From x@y Tue Nov  3 06:42:11 2026\n" + stranger),), "dmarc", 0, 1),
        ("an archive in a forwarded mail", "message/rfc822", (b"\r\n" + sent_on("application/zip", packed("r.xml", xml)).replace(
            b"boundary=\"o\"", b"boundary=\"i\"").replace(b"--o", b"--i"),), "dmarc", 0, 1),
        ("a forwarded mail beside one of its own", "message/rfc822", (b"\r\n" + stranger + b"\r\n--o\r\nContent-Type: application/gzip\r\n"
         b"Content-Transfer-Encoding: base64\r\n\r\n" + whole,), "dmarc", 0, 1),
        ("a TLS report in a forwarded mail", "message/rfc822", (b"\r\n" + tls_mail,), "tls", 0, 1),
        ("a failure report in a forwarded mail", "message/rfc822", (b"\r\n" + test_tls_reports.failure().replace("\n", "\r\n").encode(),), "failures", 0, 1),
        ("a failure report in a zip archive", "application/zip", (packed("f.eml", test_tls_reports.failure()),), "failures", 0, 1),
    )
    ways = {"signed": lambda m: dkim_sign.sign(m, key, FROM, "s1"),
            "as our server says": lambda m: b"Authentication-Results: mx1.shop.example; dkim=pass header.d=" + FROM.encode() +
            b"\r\nReceived: from r (r.example [192.0.2.1]) by mx1.shop.example with ESMTPS\r\n" + m}
    with dns_stub.Stub({AT: [("TXT", key.record())]}) as dns:
        for i, (name, kind, parts, of, proven, unproven) in enumerate(cases):
            for way, change in ways.items():
                box = world.box("quoted-%d-%s" % (i, way[:2]))
                with open(box.config, "a", encoding="utf-8") as file:
                    file.write("authserv-id mx1.shop.example\n")
                done = ingest(box, dns, "m.eml", change(sent_on(kind, *parts)), "--now", util.NOW)
                out = json.loads(box.run("tls" if of == "tls" else "dmarc", "report", "--json", "--since", "900d").out)
                got = (len(out["failures"]), out["unproven_failures"]) if of == "failures" else \
                    (out["reports"], out["unproven_reports"])
                tap.ok(done.code == 0 and got == (proven, unproven), "%s, %s: %d counted, %d not" % (name, way, proven, unproven),
                       done.told() + [got])


def waits(tap, world):
    """DNS that does not answer: the mail waits, and no ingest fails for it."""
    key = keys()[0]
    content = dkim_sign.sign(mail(), key, FROM, "s1")
    box = world.box("waits")
    with dns_stub.Stub({AT: dns_stub.TIMEOUT}) as dns:
        done = ingest(box, dns, "m.eml", content, "--budget-ms", "2000")
        counts(tap, box, done, "DNS is silent", 0, 1)
        tap.ok("waits for a DNS answer" in done.out, "that is said", done.told())
    done = box.run("ingest", "--json", "--server", "127.0.0.1:1", util.write(box.path("n.eml"), b"From: a@b\nSubject: x\n\nx\n"))
    tap.ok(done.code == 0 and json.loads(done.out)["proofs"] == {"proven": 0, "refused": 0, "unanswered": 1},
           "no server there: it still waits", done.told())
    done = box.run("dmarc", "report", "--since", "900d")
    text = " ".join(done.out.split())
    tap.ok("came by mail, and nothing proves who sent it" in text and "the next reputed ingest asks again" in text and
           "authserv-id" not in text, "the answer says that it is not counted, and what it waits for", done.told())
    other = world.box("refused")
    with dns_stub.Stub({}) as dns:
        ingest(other, dns, "m.eml", content)
    text = " ".join(other.run("dmarc", "report", "--since", "900d").out.split())
    tap.ok("No published key fits its signature, or it has none" in text and "authserv-id" in text and "asks again" not in text,
           "without a key: what is left to do", [text])
    with dns_stub.Stub({AT: [("TXT", key.record())]}) as dns:
        done = box.run("ingest", "--json", "--server", dns.server, box.path("n.eml"))
        tap.ok(json.loads(done.out)["proofs"] == {"proven": 1, "refused": 0, "unanswered": 0}, "the next ingest proves it", done.told())
        counts(tap, box, done, "then", 1, 0)
    # The user's own server said so meanwhile, or the file was given: nothing waits any more.
    box = world.box("given")
    with dns_stub.Stub({AT: dns_stub.SERVFAIL}) as dns:
        ingest(box, dns, "m.eml", content)
        ingest(box, dns, "r.xml", report_year.report(3, 1).encode())
    with dns_stub.Stub({AT: [("TXT", key.record())]}) as dns:
        done = ingest(box, dns, "n.eml", b"From: a@b\nSubject: x\n\nx\n")
        counts(tap, box, done, "the same report as a file and proven is one", 1, 0)


def many(tap, world):
    """One key for many mails is asked for once."""
    key = keys()[0]
    box = world.box("many")
    for day in range(40):
        util.write(box.path("mails-%02d.eml" % day), dkim_sign.sign(mail(day), key, FROM, "s1"))
    with dns_stub.Stub({AT: [("TXT", key.record())]}) as dns:
        done = box.run("ingest", "--server", dns.server, *[box.path("mails-%02d.eml" % d) for d in range(40)])
        counts(tap, box, done, "40 mails", 40, 0)
        asked = [q for q in dns.asked if q[1] == AT.encode()]
        tap.ok(1 <= len(asked) <= 2, "their key was asked for once", [len(dns.asked), dns.asked[:4]])


def options(tap, world):
    """What cannot be asked with is a mistake of who typed it, not of DNS: nothing is read."""
    box = world.box("options")
    path = util.write(box.path("m.eml"), dkim_sign.sign(mail(), keys()[0], FROM, "s1"))
    for args, words in ((("--timeout-ms", "abc"), "expected a number"), (("--budget-ms", "0"), "expected a number"),
                        (("--server", "nonsense"), "nonsense")):
        done = box.run("ingest", *args, path)
        tap.ok(done.code == 2 and words in done.err and not os.path.exists(box.db), "ingest %s %s" % args, done.told())


def crowd(tap, world):
    """A stranger's mails, of any name below his domain, do not take the place of another's."""
    key, other, _ = keys()
    box = world.box("crowd")
    with dns_stub.Stub({AT: [("TXT", key.record())], "s1._domainkey.evil.example": dns_stub.SERVFAIL}) as dns:
        paths = [util.write(box.path("%d.eml" % n), dkim_sign.sign(mail(n % 40, sender=("s%d.Evil.example", "s%d.evil.EXAMPLE")[n % 2] % n),
                                                                   other, "evil.example", "s1")) for n in range(210)]
        paths.append(util.write(box.path("true.eml"), dkim_sign.sign(mail(), key, FROM, "s1")))
        done = box.run("ingest", "--server", dns.server, *paths)
        tap.ok("1 mail with reports is proven" in done.out and "200 mails with reports wait for a DNS answer" in done.out
               and "10 more mails with reports wait" in done.out, "of one domain 200 are asked for in one go", done.told())


def tls(tap, world):
    key = keys()[0]
    text = test_tls_reports.mail(json.dumps(test_tls_reports.report()).encode(), "application/tlsrpt+json")
    content = dkim_sign.sign(text.replace("\n", "\r\n").encode(), key, "r.example", "s1")
    box = world.box("tls")
    with dns_stub.Stub({"s1._domainkey.r.example": [("TXT", key.record())]}) as dns:
        done = ingest(box, dns, "m.eml", content)
        out = json.loads(box.run("tls", "report", "--json", "--since", "900d").out)
        tap.ok("1 mail with reports is proven" in done.out and out["reports"] == 1, "a TLS report", done.told() + [out])


def service(tap, world):
    """The service reads the mails of a folder, and asks by itself."""
    key = keys()[0]
    box = world.box("service")
    os.makedirs(box.path("mails"))
    util.write(box.path("mails/m.eml"), dkim_sign.sign(mail(), key, FROM, "s1"))
    with dns_stub.Stub({AT: [("TXT", key.record())]}) as dns:
        box.run("ingest", "--server", "127.0.0.1:1", box.path("mails"))
        with box.start("serve", "--server", dns.server, box.path("mails")) as process:
            try:
                for _ in range(600):
                    if report(box)["reports"] == 1 or process.poll() is not None:
                        break
                    time.sleep(0.1)
            finally:
                process.terminate()
                out, err = process.communicate(timeout=60)
        tap.ok(report(box)["reports"] == 1, "the service asks for the key", [out, err])


if __name__ == "__main__":
    sys.exit(util.main([kinds, forged, quoted, waits, many, options, crowd, tls, service]))
