#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_tls_reports.py [REPUTED] -- TLS reports and failure reports: every container and wrong type, what is hostile, what a
plain ingest counts of them; and those of the shared corpus (../shared beside the clone, or REPUTED_CORPUS), each compared
with Python's own reading of it, skipped aloud where it is not there. TAP.
"""

import base64
import email
import email.policy
import glob
import gzip
import io
import json
import os
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dns_stub # noqa: E402
import mails    # noqa: E402
import util     # noqa: E402
import util_schema  # noqa: E402

CORPUS = os.path.join(os.environ.get("REPUTED_CORPUS", os.path.join(util.TREE, "..", "shared", "corpus")), "dmarc")


def report(number=7, policies=2):
    return {"organization-name": "r.example", "contact-info": "tls@r.example", "report-id": str(number),
            "date-range": {"start-datetime": "2026-11-02T00:00:00Z", "end-datetime": "2026-11-02T23:59:59Z"},
            "policies": [{"policy": {"policy-type": "sts", "policy-domain": "shop.example",
                                     "policy-string": ["version: STSv1"], "mx-host": ["mx%d.shop.example" % i]},
                          "summary": {"total-successful-session-count": 10 + i, "total-failure-session-count": i},
                          "failure-details": [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
                                               "receiving-mx-hostname": "mx%d.shop.example" % i,
                                               "failed-session-count": i}]} for i in range(policies)]}


def mail(body, kind, encoding="base64", extra=""):
    """A mail as RFC 8460 5.3 has it, with a part of any type."""
    data = base64.encodebytes(body).decode() if encoding == "base64" else body.decode()
    return ("From: tls@r.example\nTo: tls@shop.example\nDate: Tue, 3 Nov 2026 06:42:11 +0000\nSubject: Report Domain: "
            "shop.example Submitter: r.example Report-ID: <7@r.example>\nTLS-Report-Domain: shop.example\n%sMIME-Version: "
            "1.0\nContent-Type: multipart/report; report-type=\"tlsrpt\"; boundary=\"b\"\n\n--b\nContent-Type: text/plain"
            "\n\nThis is an aggregate TLS report.\n--b\nContent-Type: %s\nContent-Transfer-Encoding: %s\n\n%s\n--b--\n"
            % (extra, kind, encoding, data))


def failure(number=1):
    return ("From: dmarc@r.example\nTo: ruf@shop.example\nDate: Tue, 3 Nov 2026 06:43:00 +0000\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=feedback-report; boundary=\"f\"\n\n--f\n\nA message failed.\n--f\n"
            "Content-Type: message/feedback-report\n\nFeedback-Type: auth-failure\nVersion: 1\nUser-Agent: X/1\n"
            "Auth-Failure: dmarc\nIdentity-Alignment: none\nAuthentication-Results: mx; dmarc=fail\nSource-IP: 203.0.113.%d\n"
            "Reported-Domain: shop.example\nOriginal-Rcpt-To: <al@stranger.example>\n\n--f\nContent-Type: message/rfc822\n\n"
            "From: s@shop.example\nTo: al@stranger.example\nMessage-ID: <%d@shop.example>\nSubject: secret\n\nHello\n--f--\n"
            % (number, number))


def with_parts(*parts):
    """A mail with attachments, and no word of a report in its own text."""
    return ("From: tls@r.example\nTo: tls@shop.example\nDate: Tue, 3 Nov 2026 06:42:11 +0000\nSubject: Report Domain: "
            "shop.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"p\"\n\n%s--p--\n" % "".join(
                "--p\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n%s\n" %
                base64.encodebytes(x).decode() for x in parts))


def zip_of(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, data)
    return out.getvalue()


def dry(box, *args, **more):
    return box.ingest("--dry-run", "--json", *args, **more)


def told(o):
    """What of a report every way must give."""
    return (o["org"], o["report_id"], [(p["type"], p["domain"], p["mx"], p["successful"], p["failed"],
                                        [(f["result"], f["mx"], f["count"]) for f in p["failures"]])
                                       for p in o["policies"]])


def truth(o):
    """The same by Python."""
    def number(p, name):
        return p.get("summary", {}).get(name)
    rows = []
    for p in o["policies"]:
        policy, mx = p["policy"], p["policy"].get("mx-host", [])
        rows.append((policy.get("policy-type"), policy.get("policy-domain"), [mx] if isinstance(mx, str) else mx,
                     number(p, "total-successful-session-count"), number(p, "total-failure-session-count"),
                     [(f["result-type"], f.get("receiving-mx-hostname"), f["failed-session-count"])
                      for f in p.get("failure-details", [])]))
    return o["organization-name"], o["report-id"], rows


def containers(tap, world):
    box = world.box("containers")
    plain = json.dumps(report()).encode()
    packed = gzip.compress(plain)
    archive, nested = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("../../etc/report.txt", plain)
    with zipfile.ZipFile(nested, "w") as z:
        z.writestr("a.json.gz", packed)
    ways = {
        "a file named as a log": ("mail.log", plain), "pretty, in lines": ("a", json.dumps(report(), indent=4).encode()),
        ".json.gz": ("r.json.gz", packed), "gzip named .json": ("r.json", packed), "zip": ("r.gz", archive.getvalue()),
        "gzip in zip": ("n", nested.getvalue()),
        "tlsrpt+gzip": ("1.eml", mail(packed, "application/tlsrpt+gzip").encode()),
        "tlsrpt+json": ("2.eml", mail(plain, "application/tlsrpt+json", "7bit").encode()),
        "gzip called JSON": ("3.eml", mail(packed, "application/json; name=report.json").encode()),
        "JSON called gzip": ("4.eml", mail(plain, "application/gzip; name=report.json.gz").encode()),
        "zip called text": ("5.eml", mail(archive.getvalue(), "text/plain").encode()),
        "encoded twice": ("6.eml", mail(base64.b64encode(packed), "application/octet-stream").encode()),
        "encoded twice, not packed": ("7.eml", mail(base64.b64encode(plain), "application/octet-stream").encode()),
        "a mail that says it was sent by a machine": ("8.eml", mail(
            packed, "application/tlsrpt+gzip", extra="Auto-Submitted: auto-generated\nPrecedence: bulk\n").encode()),
        "a mail without a part around it": ("9.eml", (
            "From: tls@r.example\nSubject: Report Domain: shop.example\nContent-Type: application/tlsrpt+gzip\n"
            "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(packed).decode()).encode()),
    }
    for name, (file, data) in ways.items():
        done = dry(box, util.write(box.path(file), data))
        tap.ok(done.code == 0 and [told(o) for o in done.lines()] == [truth(report())] and done.lines()[0]["notes"] == [],
               name, done.told())
    both = mails.mbox(mail(packed, "application/tlsrpt+gzip"), failure(1), mails.dsn(), failure(2), mails.arf())
    done = dry(box, util.write(box.path("mbox"), both))
    tap.ok([o["kind"] for o in done.lines()] == ["tls-report", "dmarc-failure", "bounce", "dmarc-failure", "complaint"] and
           [o["input"]["message"] for o in done.lines()] == [1, 2, 3, 4, 5], "an mbox of all kinds", done.told())
    done = box.ingest("--dry-run", box.path("1.eml"), box.path("mbox"))
    tap.ok(done.code == 0 and "TLS report of r.example for shop.example and others, 2026-11-02T00:00:00Z" in done.out and
           "  certificate-expired: 1 session from 192.0.2.1 to mx1.shop.example\n" in done.out and
           "failure report of r.example for shop.example" in done.out, "as text", done.told())
    done = box.ingest("--dry-run", util.write(box.path("early"), plain[:-20].replace(b'"tls@r.example"', b"null")))
    tap.ok(done.code == 0 and "/early, byte %d: the report ends too early\n" % (len(plain) - 31) in done.out and
           "/early: contact-info is missing\n" in done.out, "its faults as text", done.told())


def around_an_archive(tap, world):
    """A mail in an archive in a mail: what is attached around it is read too."""
    box = world.box("around")
    reports = [json.dumps(report(n)).encode() for n in (1, 2, 3)]
    hello = "From: a@b.example\nSubject: hello\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"q\"\n\n" + \
        "--q\n\nHello\n" * 3 + "--q--\n"
    inner = {"a mail of nothing": (hello, []), "a mail with a report": (mail(json.dumps(report(9)).encode(), "application/json"), ["9"]),
             "a mail with a zip archive": (with_parts(zip_of("h.eml", hello), json.dumps(report(9)).encode()), ["9"])}
    for name, (text, more) in inner.items():
        packed = zip_of("inner.eml", text)
        for at, where in enumerate(("first", "second", "third", "last")):
            done = dry(box, util.write(box.path("m"), with_parts(*reports[:at], packed, *reports[at:])))
            got = sorted(o["report_id"] for o in done.lines()) if done.code == 0 else []
            tap.ok(got == ["1", "2", "3"] + more, "%s, packed, %s among three reports" % (name, where), [got] + done.told())


def counted(tap, world):
    """What is kept is kept once; a failure report is no complaint."""
    box = world.box("counted")
    done = box.ingest("--json", util.write(box.path("m"), mails.mbox(
        mail(json.dumps(report()).encode(), "application/tlsrpt+json"), failure(1), failure(2))))
    n = done.json()["documents"] if done.code == 0 else {}
    tap.ok((n.get("read"), n.get("tls_reports"), n.get("dmarc_failures"), n.get("complaints"), n.get("nothing")) ==
           (3, 1, 2, 0, 0), "a plain ingest counts them, and a failure report is no complaint", done.told())
    done = box.ingest(box.path("m"))
    tap.ok(done.code == 0 and "1 TLS report known already; 2 failure reports known already" in done.out, "and says so", done.told())
    done = box.run("complaints", "--json")
    n = done.json() if done.code == 0 else {}
    tap.ok((n.get("complaints"), n.get("others"), n.get("unmatched")) == (0, 0, 0), "complaints knows nothing of it",
           done.told())


def answered(tap, world):
    """reputed tls report: what failed, at which host, of whom; each report once; a mail only when it is proven."""
    box = world.box("answered")
    done = box.run("tls", "report")
    tap.ok("reputed ingest" in done.out + done.err, "nothing read: what to do", done.told())
    for n in (1, 2):
        box.run("ingest", util.write(box.path("r%d.json" % n), json.dumps(report(n, 3)).encode()))
    box.run("ingest", util.write(box.path("again.json.gz"), gzip.compress(json.dumps(report(1, 3)).encode())))
    done = box.run("tls", "report", "SHOP.example", "--json")
    out = json.loads(done.out or "{}")
    tap.ok(done.code == 1 and out["reports"] == 2 and out["successful"] == 2 * 33 and out["failed"] == 2 * 3,
           "two reports, the third is the first again", [done.code, out])
    with open(util.TREE + "/doc/json/%s.schema.json" % "tls", encoding="utf-8") as file:
        wrong = util_schema.errors(out, json.load(file), closed=True)
    tap.ok(not wrong, "as its schema says", wrong)
    tap.ok([(f["host"], f["result"], f["sessions"]) for f in out["failures"]]
           == [("mx2.shop.example", "certificate-expired", 4), ("mx1.shop.example", "certificate-expired", 2)],
           "each reason at each host, most sessions first", out["failures"])
    text = box.run("tls", "report")
    tap.ok("The certificate had ended. Renew it" in " ".join(text.out.split()), "text: what to do", text.told())
    tap.ok(box.run("tls", "report", "elsewhere.example").code == 0, "another domain has none", text.told())
    tap.ok(box.run("tls").code == 2 and box.run("tls", "report", "--since", "x").code == 2, "wrong arguments end with 2")
    box.run("ingest", util.write(box.path("m.eml"), mail(gzip.compress(json.dumps(report(3)).encode()),
                                                        "application/tlsrpt+gzip").encode()))
    out = json.loads(box.run("tls", "report", "--json").out)
    tap.ok(out["reports"] == 2 and out["unproven_reports"] == 1, "a mail is not counted until it is proven", out)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("authserv-id mx1.shop.example\n")
    box.run("ingest", util.write(box.path("m2.eml"), (
        "Authentication-Results: mx1.shop.example; dkim=pass header.d=r.example\nReceived: from r.example (r.example "
        "[192.0.2.1]) by mx1.shop.example with ESMTPS\n"
        + mail(gzip.compress(json.dumps(report(3)).encode()), "application/tlsrpt+gzip")).encode()))
    out = json.loads(box.run("tls", "report", "--json").out)
    tap.ok(out["reports"] == 3 and out["unproven_reports"] == 0, "proven, the same report counts, once", out)
    evil = report(9)
    evil["date-range"] = {"start-datetime": "2099-11-02T00:00:00Z", "end-datetime": "2099-11-02T23:59:59Z"}
    evil["policies"] = evil["policies"][:1]
    evil["policies"][0]["policy"]["policy-domain"] = "elsewhere.example"
    box.run("ingest", util.write(box.path("evil.eml"), mail(json.dumps(evil).encode(), "application/tlsrpt+json").encode()))
    out = json.loads(box.run("tls", "report", "shop.example", "--json").out)
    tap.ok(out["reports"] == 3 and out["unproven_reports"] == 0, "a stranger's report of another century and domain changes nothing", out)
    several = report(5, 1)
    several["date-range"] = {"start-datetime": "2026-11-01T00:00:00Z", "end-datetime": "2026-11-01T23:59:59Z"}
    several["policies"] = several["policies"] * 3
    other = world.box("several")
    other.run("ingest", util.write(other.path("s.json"), json.dumps(several).encode()))
    out = json.loads(other.run("tls", "report", "--json").out)
    tap.ok(out["reports"] == 1 and [d["reports"] for d in out["domains"]] == [1], "three policies of a domain are one report", out)
    few = report(4)
    few["policies"] = [{"policy": {"policy-type": "sts", "policy-domain": "shop.example"},
                        "summary": {"total-successful-session-count": 1, "total-failure-session-count": 5}}]
    box.run("ingest", util.write(box.path("few.json"), json.dumps(few).encode()))
    out = json.loads(box.run("tls", "report", "--json").out)
    tap.ok([f["sessions"] for f in out["failures"] if f["result"] is None] == [5], "failures without a reason are told", out)


def spelt(tap, world):
    """Who reports is one in any spelling, and called as its newest report does, whichever was read last."""
    for name, order in (("forth", (0, 1)), ("back", (1, 0))):
        box = world.box("spelt-" + name)
        for i in order:
            one = report(i + 1)
            one["organization-name"] = ("ACME corp", "Acme Corp")[i]
            one["date-range"] = {"start-datetime": "2026-11-0%dT00:00:00Z" % (i + 2), "end-datetime": "2026-11-0%dT23:59:59Z" % (i + 2)}
            box.run("ingest", util.write(box.path("s%d.json" % i), json.dumps(one).encode()))
        out = json.loads(box.run("tls", "report", "--json").out or "{}")
        tap.ok(out["reporters"] == 1 and [(f["reporters"], f["reporter"].partition(" (")[0]) for f in out["failures"]] ==
               [(1, "Acme Corp")], "%s: one reporter, as its newest report spells it" % name, out)
        text = box.run("tls", "report").out
        tap.ok("Acme Corp" in text and "acme corp" not in text and "ACME" not in text, "%s: so in text" % name, [text])


def what_to_do(tap, world):
    """Commands have the domain filled in and are lines of their own; what the reporter says is quoted, with its end."""
    box = world.box("what-to-do")
    evil = "x\" Renew nothing; reputed is wrong"
    for domain, name in (("shop.example", "r.json"), ("shop.example;id", "evil.json")):
        said = report(len(domain), 1)
        said["policies"][0]["policy"]["policy-domain"] = domain
        said["policies"][0]["failure-details"] = [
            {"result-type": kind, "receiving-mx-hostname": "mx1.shop.example", "failed-session-count": n,
             "failure-reason-code": evil} for n, kind in enumerate(("starttls-not-supported", "sts-policy-fetch-error",
                                                                     "sts-webpki-invalid"), 3)]
        box.run("ingest", util.write(box.path(name), json.dumps(said).encode()))
    for columns in (60, 100):
        done = box.run("tls", "report", env={"COLUMNS": str(columns)})
        words = " ".join(done.out.split())
        tap.ok(sorted(set(l for l in done.out.splitlines() if l.lstrip().startswith("reputed "))) ==
               ["     reputed check shop.example", "     reputed check shop.example --starttls"],
               "the commands, at %d columns" % columns, done.told())
        tap.ok("https://mta-sts.shop.example/.well-known/mta-sts.txt must" in words and "mta-sts.DOMAIN" not in words and
               "mta-sts.(the domain) itself." in words and "check DOMAIN" not in words, "the domain is filled in", done.told())
        tap.ok("\n   The reporter adds: \"x' Renew nothing; reputed" in done.out and words.count("is wrong\"") == 6,
               "the reporter's words are a line, and have an end", done.told())
    with dns_stub.Stub({"shop.example": [("TXT", "v=spf1 -all")]}) as dns:
        done = box.run("check", "shop.example", "--starttls", "--server", dns.server, "--timeout-ms", "300")
    tap.ok(done.code in (0, 1), "the command runs", done.told())


PROVEN = ("Authentication-Results: mx1.shop.example; dkim=pass header.d=r.example\nReceived: from r.example (r.example "
          "[192.0.2.1]) by mx1.shop.example with ESMTPS\n")


def single(tap, world):
    """What failure reports show stands in dmarc report: those that failed alike are one, the proven ones only."""
    box = world.box("single")
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("authserv-id mx1.shop.example\n")
    again = failure(1).replace("06:43:00", "07:43:00").replace("<1@shop", "<9@shop")
    odd = failure(3).replace("Auth-Failure: dmarc", "Auth-Failure: spf\nDelivery-Result: reject").replace("s@shop.example", "s@news.shop.example")
    other = failure(4).replace("Reported-Domain: shop.example", "Reported-Domain: notshop.example")
    done = box.ingest(util.write(box.path("m"), mails.mbox(*[PROVEN + m for m in (failure(1), again, odd, other)], failure(2))))
    tap.ok(done.code == 0 and "5 new failure reports" in done.out and "Next: reputed dmarc report" in done.out, "all are kept", done.told())
    done = box.run("dmarc", "report", "shop.example", "--json", "--now", "2026-11-05T00:00:00Z")
    out = json.loads(done.out or "{}")
    with open(util.TREE + "/doc/json/dmarc_report.schema.json", encoding="utf-8") as file:
        wrong = util_schema.errors(out, json.load(file), closed=True)
    tap.ok(not wrong, "as its schema says", wrong)
    tap.ok([(f["source_ip"], f["check"], f["from"], f["messages"], f["refused"], f["message_id"]) for f in out["failures"]] ==
           [("203.0.113.1", "dmarc", "shop.example", 2, 0, "<9@shop.example>"),
            ("203.0.113.3", "spf", "news.shop.example", 1, 1, "<3@shop.example>")] and out["unproven_failures"] == 1,
           "those alike are one; of the domain asked for and below it; what is not proven is counted apart", out["failures"])
    done = box.run("dmarc", "report", "--now", "2026-11-05T00:00:00Z")
    tap.ok("Single messages, by failure reports" in done.out and "2 messages of shop.example from 203.0.113.1 failed DMARC" in done.out and "1 was refused" in " ".join(done.out.split()), "as text", done.told())
    tap.ok("secret" not in done.out and "al@stranger" not in done.out, "who was to get it is not in it", done.told())
    out = json.loads(box.run("dmarc", "report", "--json", "--now", "2026-10-05T00:00:00Z").out)
    tap.ok(out["failures"] == [], "of the time asked for only", out)
    box.ingest(box.path("m"))
    out = json.loads(box.run("dmarc", "report", "--json", "--now", "2026-11-05T00:00:00Z").out)
    tap.ok(sum(f["messages"] for f in out["failures"]) == 4, "read again, nothing counts twice", out["failures"])


def times(tap, world):
    """The time of a failure report is its writer's word: nothing stays until 2035, nothing old is new each time."""
    box = world.box("times")
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("authserv-id mx1.shop.example\n")

    def at(number, arrival, date="Tue, 3 Nov 2026 06:43:00 +0000"):
        return PROVEN + failure(number).replace("Tue, 3 Nov 2026 06:43:00 +0000", date).replace(
            "Source-IP", "Arrival-Date: %s\nSource-IP" % arrival)
    future, old = "Sat, 3 Nov 2035 06:43:00 +0000", "Sun, 3 May 2026 06:43:00 +0000"
    path = util.write(box.path("m"), mails.mbox(at(1, future), at(2, future, future), at(3, old), at(4, "Tue, 3 Nov 2026 06:42:00 +0000")))
    done = box.ingest(path)
    tap.ok(done.code == 0 and "3 new failure reports; 1 failure report of a message older than 90 days not kept" in done.out,
           "an old one is not kept, and that is said", done.told())
    out = json.loads(box.run("dmarc", "report", "--json", "--now", "2026-11-05T00:00:00Z").out)
    tap.ok(sorted((f["source_ip"], f["last"]) for f in out["failures"]) ==
           [("203.0.113.1", "2026-11-03T06:43:00Z"), ("203.0.113.2", util.NOW), ("203.0.113.4", "2026-11-03T06:42:00Z")], "those of the future have the time of the mail, or of reading", out["failures"])
    done = box.run("ingest", "--json", "--now", "2026-11-06T00:00:00Z", path)
    n = done.json()["documents"]
    tap.ok((n["dmarc_failures"], n["dmarc_failures_known"], n["dmarc_failures_old"]) == (0, 3, 1),
           "read again later, none is new", n)
    out = json.loads(box.run("dmarc", "report", "--json", "--since", "30d", "--now", "2027-06-01T00:00:00Z").out)
    tap.ok(out["failures"] == [], "half a year later no answer shows them", out["failures"])


def hostile(tap, world):
    box = world.box("hostile")
    whole = json.dumps(report())
    deep = '{"organization-name":"r","report-id":"7","policies":[%s],"x":' % json.dumps(report(1)["policies"][0])
    bomb = gzip.compress(b'{"organization-name":"r","policies":[' + b" " * (70 << 20))
    cut = whole[:whole.index("failure-details", 500)]
    cases = {
        "nested 100,000 deep": (deep + "[" * 100000, 0, 1), "objects 100,000 deep": (deep + '{"a":' * 100000, 0, 1),
        "nothing but depth": ('{"organization-name":' + "[" * 100000, 3, 0),
        "cut in its second policy": (cut, 0, 1), "cut before any policy": (whole[:60], 3, 0),
        "NUL in texts, and behind the report": (whole.replace("r.example", "r\\u0000.example") + "\0" * 100, 0, 1),
        "a NUL in a name": (whole.replace("report-id", "report\\u0000-id"), 0, 1),
        "counts of 2^64": (whole.replace(": 10,", ": 18446744073709551616,"), 0, 1),
        "100,000 names twice": (whole[:-1] + ', "report-id": "7"' * 100000 + "}", 0, 1),
        "a bomb of 70 MB": (bomb, 3, 0), "20 MB": (deep + '"' + "x" * (20 << 20) + '"}', 3, 0),
        "a million empty lists": (deep + "[" + "[]," * 1000000 + "[]]}", 0, 1),
    }
    for name, (data, code, n) in cases.items():
        done = dry(box, util.write(box.path("x.json"), data))
        tap.ok(done.code == code and len(done.lines()) == n and (n == 0 or done.lines()[0]["policies"]) and
               (code == 0 or done.err.startswith("reputed: ")), name, done.told())


def attached(path):
    """The reports in the parts of a mail, by Python."""
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    for part in message.walk():
        data = part.get_payload(decode=True) or b""
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        if data.lstrip()[:1] == b"{":
            yield json.loads(data)


def corpus(tap, world):
    box = world.box("corpus")
    if not os.path.isdir(CORPUS):
        tap.skip("reports of other projects", "no corpus at %s" % os.path.normpath(CORPUS))
        return
    tls = [p for p in glob.glob(CORPUS + "/*/*tls*/*") + glob.glob(CORPUS + "/*/*tls*.json") if os.path.isfile(p)]
    tap.ok(len(tls) >= 10, "%d TLS reports" % len(tls))
    for path in sorted(tls):
        if path.endswith(".eml"):
            want = list(attached(path))
        else:
            with open(path, encoding="utf-8-sig") as file:
                want = [json.load(file)]
        done = dry(box, path)
        tap.ok(done.code == 0 and want and [told(o) for o in done.lines()] == [truth(o) for o in want],
               os.path.relpath(path, CORPUS), done.told())
    for path in sorted(glob.glob(CORPUS + "/*/failure/*") + glob.glob(CORPUS + "/*/arf/*.eml")):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read()
        wanted = "dmarc-failure" if "\nFeedback-Type: auth-failure" in text else "complaint"
        done = dry(box, path)
        found = done.lines() if done.code == 0 else []
        tap.ok(found and {o["kind"] for o in found} == {wanted}, "%s: %s" % (os.path.relpath(path, CORPUS), wanted),
               done.told())
        if wanted == "dmarc-failure" and found:
            domain = text.split("\nReported-Domain: ")[1].split()[0]
            address = text.split("\nSource-IP: ")[1].split()[0]
            tap.ok((found[0]["reported_domain"], found[0]["source_ip"], found[0]["auth_failure"]) ==
                   (domain, address, "dmarc"), "its domain, address and check", done.told())


if __name__ == "__main__":
    sys.exit(util.main([containers, around_an_archive, counted, answered, spelt, what_to_do, single, times, hostile, corpus]))
