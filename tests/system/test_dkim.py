#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_dkim.py [REPUTED] -- `reputed dkim verify` and `dkim check` on messages signed here with the
openssl command, keys on a DNS server on loopback; and the messages of the shared corpus where they
are. What is demanded of a failure is its reason, not only that there is one. TAP.
"""

import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import util         # noqa: E402

MESSAGE = (b"Received: from a by b; Tue, 3 Nov 2026 06:42:11 +0000\r\n"
           b"From: Jo  Smith <jo@example.com>\r\nTo: sam@example.net\r\n"
           b"Subject: A  word\r\n about  dinner\r\nDate: Tue, 3 Nov 2026 06:42:11 +0000\r\n"
           b"Message-ID: <1@example.com>\r\n\r\nHi  Sam. \r\n\r\nWe lost.\t The game.\r\n\r\n\r\n")
CLEAN = b"From: Jo Smith <jo@example.com>\r\nTo: sam@example.net\r\n\r\nHi Sam.\r\n"
DOMAIN = "example.com"


def at(selector):
    return "%s._domainkey.%s" % (selector, DOMAIN)


class Case:
    def __init__(self, name, message, result, cause=None, words="", zone=None, **more):
        self.name, self.message, self.result = name, message, result
        self.cause, self.words, self.zone, self.more = cause, words, zone or {}, more


def cases(rsa, other, ed, weak):
    zone = {at("r"): [("TXT", rsa.record())], at("e"): [("TXT", ed.record())],
            at("weak"): [("TXT", weak.record())], at("gone2"): [("A", "192.0.2.1")],
            at("revoked"): [("TXT", "v=DKIM1; p=")], at("slow"): dns_stub.TIMEOUT,
            at("fails"): dns_stub.SERVFAIL, at("garbage"): [("TXT", "v=DKIM1; p=%%%")],
            at("notkey"): [("TXT", "v=DKIM1; p=aGVsbG8=")], at("v2"): [("TXT", "v=DKIM2; p=" + rsa.p())],
            at("sha1"): [("TXT", rsa.record("h=sha1; "))], at("tls"): [("TXT", rsa.record("s=tlsrpt; "))],
            at("strict"): [("TXT", rsa.record("t=s; "))], at("test"): [("TXT", rsa.record("t=y; "))],
            at("kind"): [("TXT", "v=DKIM1; k=dsa; p=" + rsa.p())], at("nop"): [("TXT", "v=DKIM1")],
            at("alias"): [("CNAME", "key.provider.example")],
            "key.provider.example": [("TXT", rsa.record())],
            at("two"): [("TXT", "v=DKIM1; p=%%%"), ("TXT", rsa.record())],
            at("split"): [("TXT", [rsa.record()[:100], rsa.record()[100:]])]}
    signed = dkim_sign.sign

    def s(key=rsa, selector="r", message=MESSAGE, **more):
        return signed(message, key, DOMAIN, selector, **more)

    def swap(message, old, new):
        assert old in message
        return message.replace(old, new, 1)

    out = []
    for c in ("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"):
        out.append(Case("rsa " + c, s(c=c), "pass"))
        out.append(Case("ed25519 " + c, s(ed, "e", c=c), "pass"))
    for n in (b"", b"\r\n", b"\r\n\r\n", b"x", b"no end of line", b" \t \r\n \r\n"):
        m = MESSAGE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + n
        for c in ("simple/simple", "relaxed/relaxed"):
            out.append(Case("body %r %s" % (n, c), s(message=m, c=c), "pass"))
    out += [
        Case("blanks folded on the way, relaxed",
             swap(swap(s(c="relaxed/relaxed"), b"A  word\r\n about", b"A word about"), b"Hi  Sam. ", b"Hi Sam."),
             "pass"),
        Case("a header without the version of the body", s(c="relaxed"), "pass"),
        Case("two of a name, the last is signed",
             s(message=swap(MESSAGE, b"To: sam", b"To: first@example.net\r\nTo: sam"), h="from:to"), "pass"),
        Case("both of a name", s(message=swap(MESSAGE, b"To: sam", b"To: first@example.net\r\nTo: sam"),
                                h="from:to:to"), "pass"),
        Case("over-signed", s(h="from:from:to:subject"), "pass"),
        Case("i= below d=", s(more="i=@mail.example.com; "), "pass"),
        Case("l= of all", s(limit=32, c="simple/simple"), "pass", words=""),
        Case("l= and more behind it", s(limit=20, c="simple/simple") + b"and more\r\n", "pass",
             words="not signed"),
        Case("t= and x= ahead", s(more="t=1700000000; x=1900000000; "), "pass"),
        Case("a key by an alias", s(selector="alias"), "pass"),
        Case("a key in two strings", s(selector="split"), "pass"),
        Case("a good key beside a broken one", s(selector="two"), "pass"),
        Case("a key in testing", s(selector="test"), "pass", words="marked as a test"),
        Case("t=s and i= of d= itself", s(selector="strict", more="i=jo@example.com; "), "pass"),
        Case("an mbox line in front", b"From jo Tue Nov  3 06:42:11 2026\r\n" + s(), "pass"),
        Case("line ends of Unix", s(c="simple/simple").replace(b"\r\n", b"\n"), "pass"),
        # what was changed
        Case("body changed", swap(s(), b"We lost", b"We won!"), "fail", "body-changed", "body"),
        Case("a footer added", s() + b"--\r\nlist footer\r\n", "fail", "body-changed", "last 2 lines"),
        Case("blanks in the body, simple", swap(s(message=CLEAN, c="simple/simple"), b"Hi Sam",
             b"Hi  Sam"), "fail", "body-changed", "c=relaxed"),
        Case("signed before there was a body",
             s(message=MESSAGE.partition(b"\r\n\r\n")[0] + b"\r\n\r\n") + b"here it is\r\n",
             "fail", "body-changed", "empty body"),
        Case("a header changed", swap(s(), b"To: sam", b"To: tom"), "fail", "header-changed",
             "key is right"),
        Case("a header taken out", swap(s(), b"To: sam@example.net\r\n", b""), "fail", "header-changed"),
        Case("Subject with the name of a list",
             swap(s(), b"Subject: A  word", b"Subject: [club] A  word"), "fail", "header-changed",
             "Subject"),
        Case("a header folded, simple", swap(s(message=CLEAN, h="from", c="simple/relaxed"), b"Jo Smith",
             b"Jo\r\n Smith"), "fail", "header-changed", "c=relaxed"),
        Case("a second From", swap(s(h="from:from:to"), b"From:", b"From: x@evil.example\r\nFrom:"),
             "fail", "header-changed", "added"),
        Case("a Reply-To added where none was signed", swap(s(h="from:reply-to"), b"To: sam",
             b"Reply-To: x@evil.example\r\nTo: sam"), "fail", "header-changed", "reply-to was added"),
        Case("another key", s(other), "fail", "wrong-key", "published key"),
        Case("header changed, ed25519", swap(s(ed, "e"), b"To: sam", b"To: tom"), "fail",
             "header-changed-or-wrong-key"),
        Case("b= damaged", swap(s(), b"b=", b"b=AAAA"), "fail"),
        # keys
        Case("no key, no name", s(selector="gone"), "permerror", "no-key", "no key for signature"),
        Case("no key, another record", s(selector="gone2"), "permerror", "no-key"),
        Case("revoked", s(selector="revoked"), "permerror", "key-unusable", "revoked"),
        Case("p= no base64", s(selector="garbage"), "permerror", "key-unusable"),
        Case("p= no key", s(selector="notkey"), "permerror", "key-unusable"),
        Case("no p=", s(selector="nop"), "permerror", "key-unusable"),
        Case("v= of another kind", s(selector="v2"), "permerror", "key-unusable"),
        Case("k= of another kind", s(selector="kind"), "permerror", "key-unusable"),
        Case("h= of SHA-1", s(selector="sha1"), "permerror", "key-unusable"),
        Case("s= not for mail", s(selector="tls"), "permerror", "key-unusable"),
        Case("t=s and i= below", s(selector="strict", more="i=@mail.example.com; "), "permerror",
             "key-unusable"),
        Case("rsa key, ed25519 signature", s(ed, "r"), "permerror", "key-unusable"),
        Case("768 bits", s(weak, "weak"), "policy", "not-acceptable", "768 bits"),
        Case("DNS is silent", s(selector="slow"), "temperror", "dns"),
        Case("DNS fails", s(selector="fails"), "temperror", "dns"),
        # signatures
        Case("SHA-1", s(digest="sha1"), "policy", "not-acceptable"),
        Case("an unknown algorithm", swap(s(), b"a=rsa-sha256", b"a=rsa-sha999"), "permerror", "syntax"),
        Case("no version", s(version=""), "permerror", "syntax"),
        Case("version 2", s(version="v=2; "), "permerror", "syntax"),
        Case("From not signed", s(h="to:subject"), "permerror", "syntax", "From"),
        Case("i= elsewhere", s(more="i=@example.net; "), "permerror", "syntax"),
        Case("i= that only ends alike", s(more="i=@badexample.com; "), "permerror", "syntax"),
        Case("expired", s(more="t=1600000000; x=1600000001; "), "permerror", "expired"),
        Case("x= before t=", s(more="t=1700000000; x=1600000000; "), "permerror", "syntax"),
        Case("a tag twice", s(more="t=1; t=2; "), "permerror", "syntax", "twice"),
        Case("q= of another kind", s(more="q=dns/spf; "), "permerror", "syntax"),
        Case("an unknown c=", swap(s(), b"c=relaxed/relaxed", b"c=relaxed/nice"), "permerror", "syntax"),
        Case("l= beyond the body", swap(s(limit=10), b"l=10", b"l=9999"), "permerror", "body-changed"),
        Case("l= no number", swap(s(limit=10), b"l=10", b"l=-1"), "permerror", "syntax"),
        Case("bh= too short", swap(s(), b"bh=", b"bh=AAAA; x="), "permerror", "syntax"),
        Case("d= with a parenthesis", swap(s(), b"d=example.com", b"d=example.com(.evil.example"),
             "permerror", "no-key"),
    ]
    return zone, out


def own(tap, world):
    box = world.box("own")
    keys = [dkim_sign.Key("rsa", 2048), dkim_sign.Key("rsa", 1024), dkim_sign.Key("ed25519"),
            dkim_sign.Key("rsa", 768)]
    try:
        zone, todo = cases(*keys)
        with dns_stub.Stub(zone) as dns:
            for case in todo:
                path = util.write(box.path("m.eml"), case.message)
                done = box.run("dkim", "verify", path, "--json", "--server", dns.server,
                               "--timeout-ms", "200", "--now", "2026-11-03T07:00:00Z")
                s = done.json()["signatures"][0] if done.out else {}
                good = s.get("result") == case.result and \
                    (case.cause is None or s["cause"] == case.cause) and \
                    case.words in (s["reason"] or "") and \
                    done.code == {"pass": 0, "temperror": done.code}.get(case.result, 1)
                tap.ok(good, case.name, ["wanted %s %s" % (case.result, case.cause)] + done.told())
            plain = util.write(box.path("plain.eml"), MESSAGE)
            done = box.run("dkim", "verify", plain, "--json", "--server", dns.server)
            tap.ok(done.code == 1 and done.json()["signatures"] == [], "no signature", done.told())
            done = box.run("dkim", "verify", "-", "--json", "--server", dns.server,
                           data=dkim_sign.sign(MESSAGE, keys[0], DOMAIN, "r"))
            tap.ok(done.code == 0, "standard input", done.told())
            for raw, why in ((b"", "empty"), (b"\0\1\2", "no header"), (b"\r\n\r\nbody", "no field")):
                done = box.run("dkim", "verify", "-", "--server", dns.server, data=raw)
                tap.ok(done.code == 3 and done.err, "no message: " + why, done.told())
            keys_of(tap, box, dns)
    finally:
        for key in keys:
            key.remove()


def keys_of(tap, box, dns):
    """dkim check finds what is wrong with the keys."""
    wanted = {"r": None, "e": None, "weak": "dkim-key-short", "revoked": "dkim-key-revoked",
              "garbage": "dkim-key-syntax", "gone": "dkim-key-missing", "test": "dkim-key-testing",
              "sha1": "dkim-key-sha1", "tls": "dkim-key-not-email", "two": "dkim-key-several"}
    for selector, finding in wanted.items():
        done = box.run("dkim", "check", DOMAIN, "--selector", selector, "--json", "--server",
                       dns.server, "--timeout-ms", "200")
        mine = [f["id"] for f in done.json()["findings"] if f["subject"].startswith(selector + ".")]
        tap.ok((finding in mine) if finding else not mine,
               "dkim check %s: %s" % (selector, finding), [mine] + done.told())


def name_servers(tap, world):
    """One of two name servers does not answer, or not over TCP, or the answer is large."""
    key = dkim_sign.Key("rsa", 2048)
    record = key.record()
    key.remove()
    zone = {at("r"): [("TXT", record)], DOMAIN: [("NS", "ns1.example.com"), ("NS", "ns2.example.com")],
            "ns1.example.com": [("A", "127.0.0.1")], "ns2.example.com": [("A", "127.0.0.1")],
            at("big"): [("TXT", record + " ;n=" + "x" * 1100)],
            at("chain"): [("CNAME", "c1.example.com")], "c1.example.com": [("CNAME", "c2.example.com")],
            "c2.example.com": [("TXT", record)],
            at("away"): [("CNAME", "k.service.example")], "k.service.example": dns_stub.SERVFAIL,
            at("circle"): [("CNAME", "a1.service.example")], "a1.service.example": [("CNAME", at("circle"))],
            at("eight"): [("CNAME", "e1.example.com")], "e8.example.com": dns_stub.SERVFAIL,
            at("nine"): [("CNAME", "e0.example.com")], "e0.example.com": [("CNAME", "e1.example.com")],
            **{"e%d.example.com" % n: [("CNAME", "e%d.example.com" % (n + 1))] for n in range(1, 8)},
            at("afar"): [("CNAME", "k.reseller.example")], "k.reseller.example": [("CNAME", "k.service.example")]}
    box = world.box("ns")
    with dns_stub.Stub(zone) as dns:
        def check(selector):
            return box.run("dkim", "check", DOMAIN, "--selector", selector, "--json", "--server",
                           dns.server, "--timeout-ms", "400")
        done = check("r")
        tap.ok(done.code == 0 and not done.json()["findings"], "two good name servers", done.told())
        ns = done.json()["keys"][0]["name_servers"]
        tap.ok(len(ns) == 2 and all(n["udp"] == n["tcp"] == "an answer" for n in ns),
               "each is asked over UDP and TCP", [ns])
        ids = [f["id"] for f in check("big").json()["findings"]]
        tap.ok("dkim-answer-large" in ids, "a large answer", ids)
        ids = [f["id"] for f in check("chain").json()["findings"]]
        tap.ok("dkim-cname-chain" in ids, "a chain of aliases", ids)
        for selector, name in (("away", "an alias"), ("afar", "an alias of an alias")):
            got = check(selector).json()["findings"]
            tap.ok([f["id"] for f in got] == ["dkim-ns-failing"] and "(CNAME) of k.service.example" in got[0]["evidence"] and
                   "ask whoever runs service.example" in got[0]["fix"], name + " into a zone that does not answer", got)
        for selector, name, followed in (("eight", "eight aliases", True), ("nine", "nine", False),
                                         ("circle", "a circle", False)):
            got = check(selector).json()["findings"]
            tap.ok([f["id"] for f in got] == ["dkim-ns-failing"] and
                   ("ask whoever runs example.com" in got[0]["fix"]) == followed and
                   ("leads over 7 others" in got[0]["fix"]) != followed, name + ": whether all were followed", got)
        dns.put("ns2.example.com", [("A", "127.0.0.77")])   # nobody is there
        done = check("r")
        ids = [f["id"] for f in done.json()["findings"]]
        tap.ok(ids == ["dkim-ns-failing"], "a dead name server", done.told())
        for ip, wanted, more in (("127.0.0.78", "dkim-ns-no-tcp", {"tcp": False}),
                                 ("127.0.0.79", "dkim-ns-slow", {"delay": 1.6})):
            dns.put("ns2.example.com", [("A", ip)])
            with dns_stub.Stub(zone, ip=ip, port=dns.port, **more):
                done = box.run("dkim", "check", DOMAIN, "--selector", "r", "--json", "--server", dns.server,
                               "--timeout-ms", "6000")
                ids = [f["id"] for f in done.json()["findings"]]
                tap.ok(ids == [wanted], "a name server: " + wanted, [ids, done.json()["keys"][0]["name_servers"]])


def corpus(tap, world):
    where = os.path.join(os.path.dirname(util.TREE), "shared", "corpus", "auth")
    box = world.box("corpus")
    paths = sorted(glob.glob(where + "/mail-auth/dkim/*.txt") + glob.glob(where + "/mail-auth/arc/*.txt"))
    if not paths:
        tap.skip("messages of the corpus", "no ../shared/corpus/auth beside the clone")
    for path in paths:
        head, message = util.read(path).replace(b"\r\n", b"\n").split(b"\n\n", 1)
        zone = {}
        for line in head.split(b"\n"):
            name, _, text = line.partition(b" ")
            zone[name] = [("TXT", text)]
        with dns_stub.Stub(zone) as dns:
            done = box.run("dkim", "verify", "-", "--json", "--server", dns.server, "--now", "2023-01-01",
                           data=message.replace(b"\n", b"\r\n"))
        found = done.json()
        good = found["arc"]["result"] == "pass" if "/arc/" in path else \
            all(s["result"] == "pass" for s in found["signatures"])
        tap.ok(good and found["signatures"], os.path.basename(os.path.dirname(path)) + "/" +
               os.path.basename(path), done.told())


def arc(tap, world):
    """The suite of ValiMail: what its signers must make, read as a validator reads it."""
    where = os.path.join(os.path.dirname(util.TREE), "shared", "corpus", "auth", "arc_test_suite")
    try:
        import yaml
    except ImportError:
        tap.skip("the ARC suite", "python3-yaml is not installed")
        return
    box = world.box("arc")
    paths = sorted(glob.glob(where + "/*.yml"))
    if not paths:
        tap.skip("the ARC suite", "no ../shared/corpus/auth beside the clone")
    for path in paths:
        with open(path, encoding="utf-8") as file:
            scenarios = [s for s in yaml.safe_load_all(file) if s]
        for scenario in scenarios:
            zone = {n: [("TXT", "".join(t.split("\n")))] for n, t in
                    (scenario.get("txt-records") or {}).items() if t}
            with dns_stub.Stub(zone) as dns:
                for name, test in scenario["tests"].items():
                    one_arc(tap, box, dns, name, test)


def fold(text):
    """A long base64 is one word; after a semicolon the line is folded."""
    return re.sub(r"(?<!;)\n\s*", "", text.strip()).replace("\n", "\n  ")


def one_arc(tap, box, dns, name, test):
    raw, wanted = test["message"], test.get("cv")
    if "AS" in test:
        if not test["AS"] or "cv=fail" in test["AS"].replace(" ", ""):
            return
        wanted = "pass"
        raw = "ARC-Seal: %s\nARC-Message-Signature: %s\nARC-Authentication-Results: %s\n%s" % (
            fold(test["AS"]), fold(test["AMS"]), test["AAR"].strip().replace("\n", "\n  "), raw)
    done = box.run("dkim", "verify", "-", "--json", "--server", dns.server, "--timeout-ms", "200",
                   "--now", "2017-06-01", data=raw.replace("\r\n", "\n").replace("\n", "\r\n").encode())
    got = done.json()["arc"]["result"] if done.out else None
    tap.ok(got == str(wanted).lower(), "arc: %s is %s" % (name, wanted), done.told())


if __name__ == "__main__":
    sys.exit(util.main([own, name_servers, corpus, arc]))
