#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reputed dmarc report: a year of reports in which what happens is known (report_year.py), and what may go wrong.

What happened in that year must be in the answer, each on its day, and nothing else.
"""
import base64
import bz2
import gzip
import io
import json
import os
import quopri
import re
import sys
import time
import xml.etree.ElementTree
import zipfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dkim_sign        # noqa: E402
import dns_stub         # noqa: E402
import report_year      # noqa: E402
import util             # noqa: E402
import util_schema      # noqa: E402

OUTSIDE = "Received: from x.example (x.example [192.0.2.1]) by mx1.shop.example with ESMTPS id 4F1\n"
CONFIG = "source a {\n    public 203.0.113.24\n}\nsource b {\n    public 203.0.113.25\n}\n"


def box_with(world, name, **years):
    box = world.box(name)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(CONFIG)
    report_year.write(box.path("reports"), **years)
    done = box.run("ingest", box.path("reports"))
    return box, done


def answer(box, *more):
    done = box.run("dmarc", "report", "shop.example", "--json", *more)
    return done, (json.loads(done.out) if done.out else {})


def day(n):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(report_year.BEGIN + n * report_year.DAY))


def year(tap, world):
    """All that happened is named, on its day, and nothing else."""
    box, done = box_with(world, "year")
    tap.ok(done.code == 0 and "new aggregate report" in done.out, "ingest reads them", done.told())
    again = box.run("ingest", box.path("reports"))
    tap.ok("14,565 aggregate reports known already" in again.out and "new aggregate" not in again.out, "read again, none is new", again.told())
    done, all_of_it = answer(box, "--since", "400d")
    tap.ok(done.code == 1, "exit code 1: something is to be mended", done.told())
    with open(util.TREE + "/doc/json/%s.schema.json" % "dmarc_report", encoding="utf-8") as file:
        wrong = util_schema.errors(all_of_it, json.load(file), closed=True)
    tap.ok(not wrong, "as its schema says", wrong)
    want = sum(int(n) for d in range(report_year.DAYS) for r in range(report_year.RECEIVERS)
               if not (r == 7 and d >= report_year.STOPS)
               for n in _counts(d, r))
    tap.ok(all_of_it["messages"] == want, "every message counts once", [all_of_it["messages"], want])
    days = {d["day"]: d for d in all_of_it["days"]}
    tap.ok([d["day"] for d in all_of_it["days"]] == [day(n) for n in range(report_year.DAYS)] and
           all(d["messages"] == sum(int(n) for r in range(report_year.RECEIVERS) for n in _counts(i, r)
                                    if not (r == 7 and i >= report_year.STOPS)) for i, d in enumerate(all_of_it["days"])),
           "every message counts on its day", all_of_it["days"][:3])
    kinds = ("passed", "mend", "forwarded", "others", "unknown")
    tap.ok(all(d["messages"] == sum(d[k] for k in kinds) for d in days.values()), "each message is one thing")
    tap.ok(min(d for d in days if days[d]["unknown"]) == day(report_year.SPOOF), "what is forged begins on its day")
    tap.ok(all(sum(d[k] for d in days.values()) == sum(
        s["messages"] - s["passed"] for s in all_of_it["sources"] if test(s)) for k, test in (
            ("mend", lambda s: s["mend"]), ("unknown", lambda s: s["who"] == "unknown"),
            ("forwarded", lambda s: s["who"] == "forwarder"))), "as much of each as the sources have")
    broken = [(b["what"], b["domain"], b["selector"], b["since"]) for b in all_of_it["broken"]]
    tap.ok(broken == [("dkim", "shop.example", "s2", day(report_year.KEY))],
           "the key that was rotated badly, on its day, and no other", broken)
    differs = [(d["what"], d["receiver"], d["selector"], d["result"], d["since"]) for d in all_of_it["differs"]]
    tap.ok(differs == [("dkim", "receiver-3.example", "s1", "temperror", day(report_year.SLOW))],
           "the receiver that gets no answer in time, on its day, and no other", differs)
    silent = [r["name"] for r in all_of_it["receivers"] if r["silent"]]
    tap.ok(silent == ["receiver-7.example"], "the receiver that stopped, and no other", silent)
    mend = [s["name"] for s in all_of_it["sources"] if s["mend"]]
    tap.ok(mend == ["letters.example"], "the service that does not sign as the domain, and no other", mend)
    new = [(s["who"], s["first"]) for s in all_of_it["sources"] if s["new"]]
    tap.ok(new == [("unknown", day(report_year.SPOOF))], "who forges, since its day, and no other", new)
    who = {s["who"] for s in all_of_it["sources"]}
    tap.ok(who == {"own", "signed", "service", "unknown", "forwarder"}, "each source is what it is", sorted(who))
    signed = sorted(s["name"] for s in all_of_it["sources"] if s["who"] == "signed" and s["name"])
    tap.ok(signed == ["bulk.example", "desk.example", "mailer.example"], "services that sign as the domain are no forwarders",
           signed)
    own = sorted(s["address"] for s in all_of_it["sources"] if s["who"] == "own")
    tap.ok(own == list(report_year.OWN), "own addresses of the configuration", own)

    _, month = answer(box)
    tap.ok([r["name"] for r in month["receivers"] if r["silent"]] == ["receiver-7.example"],
           "in a month: who stopped before it is named", [r["name"] for r in month["receivers"] if r["silent"]])
    tap.ok(month["reports"] == 30 * 39, "a month is 30 days of 39 receivers", month["reports"])
    text = box.run("dmarc", "report", "shop.example")
    for words in ("letters.example", "receiver-3.example", "receiver-7.example", "selector s2", "nothing vouches for",
                  "Receivers let all of them through", "dkim check shop.example --selector s2"):
        tap.ok(words in " ".join(text.out.split()), "text: %s" % words, text.told())


def _counts(d, r):
    for rec in report_year.records(d, r):
        yield re.search(r"<count>(\d+)</count>", rec).group(1)


def quiet(tap, world):
    """A month in which only what is always so is so."""
    box, _ = box_with(world, "quiet", days=range(30))
    _, out = answer(box)
    tap.ok(not out["broken"] and not out["differs"] and not [r for r in out["receivers"] if r["silent"]]
           and not [s for s in out["sources"] if s["new"]], "nothing is found where nothing happened",
           [out["broken"], out["differs"], [s for s in out["sources"] if s["new"]]])


def looked_at(tap, world):
    """What `reputed check` saw in DNS stands beside what receivers see: the key that changed, or that it did not."""
    box, _ = box_with(world, "looked-at")
    keys = [dkim_sign.Key("rsa", 2048) for _ in range(3)]

    def look(n, s1, s2):
        zone = {"shop.example": [("TXT", "v=spf1 ip4:203.0.113.24 -all")], "s1._domainkey.shop.example": [("TXT", s1)],
                "s2._domainkey.shop.example": [("TXT", s2)]}
        with dns_stub.Stub(zone) as dns:
            return box.run("check", "shop.example", "--selector", "s1", "--selector", "s2", "--server", dns.server, "--ip",
                           "203.0.113.24", "--now", day(n))

    look(report_year.KEY - 30, keys[0].record(), keys[1].record())
    look(report_year.KEY - 1, keys[0].record(), keys[1].record())
    look(report_year.KEY + 1, keys[0].record(), keys[2].record())
    look(report_year.DAYS - 1, keys[0].record(), keys[2].record())
    _, out = answer(box, "--since", "400d")
    s2 = [b for b in out["broken"] if b["selector"] == "s2"]
    tap.ok(len(s2) == 1 and s2[0]["change"] and s2[0]["change"]["after"] == day(report_year.KEY - 1) and
           s2[0]["change"]["until"] == day(report_year.KEY + 1) and keys[1].p()[:40] in s2[0]["change"]["was"] and
           keys[2].p()[:40] in s2[0]["change"]["is"], "the key that was rotated badly: when it changed, and what it was", s2)
    s1 = [d for d in out["differs"] if d["selector"] == "s1"]
    tap.ok(len(s1) == 1 and s1[0]["change"] is None and s1[0]["unchanged_since"] == day(report_year.KEY - 30),
           "the key that one receiver cannot get: it is the same as before", s1)
    done = box.run("dmarc", "report", "shop.example", "--since", "400d")
    text = " ".join(done.out.split())
    tap.ok("The key changed between " in text and "The key has not changed: reputed has seen the same one since" in text, "both in words", done.told())
    for k in keys:
        k.remove()


def nothing(tap, world):
    """No report, none of the domain, wrong arguments."""
    box = world.box("nothing")
    box.run("ingest", util.write(box.path("mail.log"), b""))
    done = box.run("dmarc", "report")
    tap.ok(done.code == 0 and "No aggregate report was read yet" in done.out, "no report: what to do", done.told())
    box, _ = box_with(world, "other", days=range(2), receivers=range(2))
    done = box.run("dmarc", "report", "elsewhere.example")
    tap.ok(done.code == 0 and "No report of elsewhere.example is in the time from 2" in " ".join(done.out.split()), "none of the domain", done.told())
    done = box.run("dmarc", "report", "SHOP.example.")
    tap.ok("letters.example" in done.out, "a domain in any case, with a dot", done.told())
    done = box.run("dmarc", "report", "--since", "soon")
    tap.ok(done.code == 2 and "--since wants" in done.err, "--since that is no length of time", done.told())
    done = box.run("dmarc", "report", "a.example", "b.example")
    tap.ok(done.code == 2, "two domains are one too many", done.told())


def mailed(tap, world):
    """A report in a mail is anybody's: kept apart until it is proven."""
    box, _ = box_with(world, "mailed", days=range(3), receivers=range(2))
    before = answer(box)[1]
    report = report_year.report(3, 1)
    mail = ("From: dmarc@receiver-1.example\nTo: d@shop.example\nSubject: Report domain: shop.example\n"
            "MIME-Version: 1.0\nContent-Type: text/xml\n\n" + report)
    done = box.run("ingest", util.write(box.path("report.eml"), mail.encode()))
    tap.ok("1 new aggregate report" in done.out, "it is read and kept", done.told())
    after = answer(box)[1]
    tap.ok(after["messages"] == before["messages"] and after["unproven_reports"] == 1
           and after["unproven_messages"] > 0, "it is not counted, and that is said",
           [before["messages"], after["messages"], after["unproven_reports"]])
    for name, header, counts in (
            ("none", "", False),
            ("another server", "Authentication-Results: mx9.else.example; dkim=pass header.d=receiver-1.example\n", False),
            ("another signer", "Authentication-Results: mx1.shop.example; dkim=pass header.d=evil.example\n", False),
            ("below our Received", OUTSIDE + "Authentication-Results: mx1.shop.example; "
             "dkim=pass header.d=receiver-1.example\n", False),
            ("never received", None, False),
            ("another filter first", "Authentication-Results: OpenDMARC; dmarc=pass\nAuthentication-Results: mx1.shop.example; "
             "dkim=pass header.d=receiver-1.example\n", True),
            ("behind LMTP", "Received: from mx1 by mx1 with LMTP id x\nAuthentication-Results: mx1.shop.example; "
             "dkim=pass header.d=receiver-1.example\n", True),
            ("the reporter's", "Authentication-Results: mx1.shop.example;\n dkim=pass header.d=receiver-1.example\n", True)):
        other, _ = box_with(world, "mailed-" + name.replace(" ", "-"), days=range(1), receivers=range(1))
        with open(other.config, "a", encoding="utf-8") as file:
            file.write("authserv-id mx1.shop.example\n")
        was = answer(other)[1]["messages"]
        text = ("Authentication-Results: mx1.shop.example; dkim=pass header.d=receiver-1.example\n" + mail if header is None
                else header + OUTSIDE + mail)
        other.run("ingest", util.write(other.path("report.eml"), text.encode()))
        now = answer(other)[1]
        tap.ok((now["messages"] > was) == counts and now["unproven_reports"] == (0 if counts else 1),
               "Authentication-Results: %s: %s" % (name, "counts" if counts else "does not count"),
               [was, now["messages"], now["unproven_reports"]])
        # The same report as a file is called by the address in it, and the mail by who proves it: it counts once.
        other.run("ingest", util.write(other.path("file.xml"), report.encode()))
        file = answer(other)[1]
        other.run("ingest", util.write(other.path("other.eml"), (header or "").replace("receiver-1", "sends").encode() + OUTSIDE.encode() +
                                       mail.replace("From: dmarc@receiver-1", "From: dmarc@sends").encode()))
        both = answer(other)[1]
        tap.ok(file["messages"] > was and [both[k] for k in ("messages", "reports", "unproven_reports")] ==
               [file[k] for k in ("messages", "reports", "unproven_reports")],
               "%s: the same by mail of another domain, and as a file, counts once" % name,
               [was, now, [[x[k] for k in ("messages", "reports", "unproven_reports")] for x in (file, both)]])
    done = box.run("ingest", util.write(box.path("same.xml"), report.encode()))
    after = answer(box)[1]
    tap.ok(after["messages"] > before["messages"] and after["unproven_reports"] == 0,
           "given as a file it counts, once", [done.out, after["messages"], after["unproven_reports"]])


def packed_zip(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members:
            archive.writestr(name, text)
    return out.getvalue()


def mail(content_type, coding, body):
    return (b"From: d@r.example\nTo: d@shop.example\nSubject: Report domain: shop.example\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nA report.\n--b\nContent-Type: "
            + content_type + b"\nContent-Transfer-Encoding: " + coding + b"\n\n" + body + b"\n--b--\n")


def containers(tap, world):
    """The same report in whatever receivers put around it: it is found, and it is the same."""
    one, two = report_year.report(0, 0).encode(), report_year.report(1, 0).encode()
    text = base64.encodebytes
    forms = {
        "xml": (one, 1), "xml.gz": (gzip.compress(one), 1), "xml.bz2": (bz2.compress(one), 1),
        "no-first-line.xml": (one.split(b"?>", 1)[1], 1), "utf-16.xml": (one.decode().encode("utf-16"), 1),
        "mark.xml": (b"\xef\xbb\xbf" + one, 1), "two-in-one.xml": (one + b"\n" + two, 2),
        "zip": (packed_zip(("r.xml", one)), 1), "two.zip": (packed_zip(("a.xml", one), ("b.xml", two)), 2),
        "zip-in-zip.zip": (packed_zip(("in.zip", packed_zip(("r.xml", one)))), 1),
        "gz-in-zip.zip": (packed_zip(("r.xml.gz", gzip.compress(one))), 1),
        "attached.eml": (mail(b"application/gzip", b"base64", text(gzip.compress(one))), 1),
        "wrong-type.eml": (mail(b"text/html; charset=utf-8", b"base64", text(packed_zip(("r.xml", one)))), 1),
        "gzip-called-zip.eml": (mail(b"application/zip; name=r.zip", b"base64", text(gzip.compress(one))), 1),
        "not-packed.eml": (mail(b"text/xml", b"8bit", one), 1),
        "quoted.eml": (mail(b"application/xml", b"quoted-printable", quopri.encodestring(one)), 1),
        "twice.eml": (mail(b"application/gzip", b"base64", text(text(gzip.compress(one)))), 1),
        "only-part.eml": (b"From: d@r.example\nSubject: report\nContent-Type: application/gzip\n"
                          b"Content-Transfer-Encoding: base64\n\n" + text(gzip.compress(one)), 1),
        "forwarded.eml": (mail(b"message/rfc822", b"8bit", mail(b"application/gzip", b"base64",
                                                                text(gzip.compress(one))).replace(b"--b", b"--c")
                               .replace(b"boundary=b", b"boundary=c")), 1),
        "box.mbox": (b"".join(b"From d@r.example Tue Nov  3 06:42:11 2026\n" + mail(b"application/gzip", b"base64",
                                                                               text(gzip.compress(x))) + b"\n"
                              for x in (one, two)), 2),
    }
    box = world.box("containers")
    want = None
    for name, (content, reports) in forms.items():
        done = box.run("ingest", "--dry-run", "--json", util.write(box.path(name), content))
        out = [json.loads(line) for line in done.out.splitlines()]
        for o in out:
            o.pop("input")
            o["records"] = [{k: v for k, v in r.items()} for r in o["records"]]
        want = want or out[:1]
        tap.ok(len(out) == reports and out[:1] == want, "%s: %d, the same" % (name, reports), done.told())
    done = box.run("ingest", "--dry-run", "--json",
                   util.write(box.path("cut.eml"), mail(b"application/gzip", b"base64", text(gzip.compress(one)[:300]))))
    tap.ok(done.code == 3 and done.err, "a report whose packed bytes end early is told", done.told())
    # Packed bytes that end in the middle: each record that is complete, whatever packed it.
    many = one.replace(b"</feedback>", b"".join(report_year.record("198.51.100.%d" % (i % 250), i % 97 + 1, "none", "pass", "pass", "").encode()
                                                for i in range(300)) + b"</feedback>")
    for name, packed, first in (("gz", gzip.compress(many), 0), ("zip", packed_zip(("r.xml", many)), 0),
                                ("second.zip", packed_zip(("a.xml", one), ("r.xml", many)), 1)):
        got = []
        for part in (3, 2, 1):
            done = box.run("ingest", "--dry-run", "--json", util.write(box.path("half." + name), packed[:len(packed) - len(packed) * part // 4]))
            out = [json.loads(line) for line in done.out.splitlines()]
            got.append(len(out[first]["records"]) if len(out) > first else 0)
            tap.ok(done.code == 3 and done.err, "%s, cut: it is told" % name, done.told()[:1])
        whole = len(want[0]["records"]) + 300
        tap.ok((first or 0 < got[0]) and got[0] < got[1] < got[2] < whole and (not first or len(out[0]["records"]) == len(want[0]["records"])),
               "%s, cut: the records that are complete, %s of %d" % (name, got, whole), got)
    # A damaged member: its records are never those of the next one.
    noise = re.sub(b"</feedback>", b"".join(b"<!-- %032x -->" % (i * 7919 ** 5) for i in range(4000)) + b"</feedback>", one)
    broken = bytearray(packed_zip(("a.xml", noise), ("b.xml", two)))
    at = len(broken) // 2
    broken[at:at + 200] = os.urandom(200)
    done = box.run("ingest", "--dry-run", "--json", util.write(box.path("broken.zip"), bytes(broken)))
    out = [json.loads(line) for line in done.out.splitlines()]
    tap.ok(done.code == 3 and "damaged" in done.err and all(len(o["records"]) <= want[0]["records"].__len__() for o in out),
           "a damaged member of an archive: told, and nothing of it is counted elsewhere",
           done.told() if len(done.out) < 3000 else [len(o["records"]) for o in out])
    eml = mail(b"application/gzip", b"base64", text(gzip.compress(one)))
    box.run("ingest", util.write(box.path("mails.zip"), packed_zip(("m.eml", eml))))
    done = box.run("dmarc", "report", "--json", "--since", "900d")
    kept = json.loads(done.out or '{"reports": -1}')
    tap.ok(kept["reports"] == 0 and kept["unproven_reports"] == 1, "a mail in an archive is a mail: unproven", done.told())
    done = box.run("ingest", "--dry-run", "--json",
                   util.write(box.path("letter.eml"), mail(b"application/zip", b"base64", text(packed_zip(("a.txt", b"hello"))))
                              .replace(b"Report domain: shop.example", b"Holiday")))
    tap.ok(done.code == 0 and not done.out, "a letter with an archive is no report, and no error", done.told())


def namespaces(tap, world):
    """The same report whatever its namespaces are, and whatever stands around it or was never closed: the same records."""
    plain = report_year.report(0, 0)
    body = re.search(r"<feedback[^>]*>(.*)</feedback>", plain, re.S).group(1)
    old, new, schema = "http://dmarc.org/dmarc-xml/0.1", "urn:ietf:params:xml:ns:dmarc-2.0", "http://www.w3.org/2001/XMLSchema"
    every = re.sub(r"<(/?)(\w)", r"<\1d:\2", body)
    records = re.sub(r"<(/?)record>", r"<\1q:record>", body)
    forms = {
        "of the root only": '<d:feedback xmlns:d="%s">%s</d:feedback>' % (old, body),
        "of all": '<d:feedback xmlns:d="%s">%s</d:feedback>' % (new, every),
        "of root and records": '<d:feedback xmlns:d="%s">%s</d:feedback>' % (new, re.sub(r"<(/?)record>", r"<\1d:record>", body)),
        "two mixed": '<feedback xmlns="%s" xmlns:q="%s">%s</feedback>' % (new, old, records),
        "a schema around": '<xs:schema xmlns:xs="%s"><feedback>%s</feedback></xs:schema>' % (schema, body),
        "a schema before, not closed": '<xs:schema xmlns:xs="%s" targetNamespace="x"><feedback>%s</feedback>' % (schema, body),
        "a schema within, not closed": '<feedback><xs:schema xmlns:xs="%s">%s</feedback>' % (schema, body),
        "a schema, empty": '<xs:schema xmlns:xs="%s"/><feedback>%s</feedback>' % (schema, body),
        "an envelope": '<s:Envelope xmlns:s="x"><s:Body><feedback>%s</feedback></s:Body></s:Envelope>' % body,
        "an extension with names of ours": '<feedback><extension><x:record xmlns:x="x"><x:row><x:count>9</x:count></x:row></x:record>'
                                           "</extension>%s</feedback>" % body,
    }
    box = world.box("namespaces")
    want = None
    for name, text in [("plain", "<feedback>%s</feedback>" % body)] + list(forms.items()):
        done = box.run("ingest", "--dry-run", "--json", util.write(box.path("n.xml"), ('<?xml version="1.0"?>' + text).encode()))
        out = [json.loads(line) for line in done.out.splitlines()]
        got = [(o["org"], o["domain"], o["begin"], o["records"]) for o in out]
        want = want or got
        tap.ok(len(got) == 1 and got == want and want[0][3], "namespaces: %s" % name, done.told() if len(done.out) < 4000 else [name])


def retried(tap, world):
    """A report that an older reputed could not read: quarantine retry keeps it."""
    box = world.box("retried")
    folder = os.path.join(os.path.dirname(box.db), "quarantine")
    box.run("ingest", util.write(box.path("bad.zip"), b"PK\3\4" + b"\x99" * 200))
    util.write(os.path.join(folder, "00000000000000aa"), report_year.report(0, 0).encode())
    util.write(os.path.join(folder, "00000000000000aa.why"), util.NOW + "\nno reader\nsomewhere\n")
    done = box.run("quarantine", "retry", "00000000000000aa")
    out = json.loads(box.run("dmarc", "report", "--json", "--since", "900d").out or '{"reports": -1}')
    tap.ok("1 of 1 could be read" in done.out and out["reports"] == 1, "it is read, and counts", done.told() + [out["reports"]])


CORPUS = os.path.join(os.path.dirname(util.TREE), "shared", "corpus", "dmarc")


def local(tag):
    return tag.split("}")[-1].lower()


def counted(path):
    """Records, the sum of their counts and their results, as another parser finds them; None: not well-formed."""
    try:
        tree = xml.etree.ElementTree.parse(path).getroot()
    except xml.etree.ElementTree.ParseError:
        return None
    records = [e for e in tree.iter() if local(e.tag) == "record"]
    sums = 0
    for r in records:
        count = [e.text for e in r.iter() if local(e.tag) == "count"]
        sums += int(float(count[0])) if count and count[0] else 1
    return len(records), sums, sum(1 for e in tree.iter() if local(e.tag) in ("dkim", "spf") and len(e))


def corpus(tap, world):
    """Every report of the shared corpus: what is well-formed as another parser counts it, the rest read or refused."""
    files = sorted(os.path.join(d, f) for d, _, fs in os.walk(CORPUS) for f in fs if f.endswith(".xml"))
    if not files:
        tap.skip("the reports of the corpus", "the shared corpus is not beside this tree")
        return
    box = world.box("corpus")
    done = box.run("ingest", "--dry-run", "--json", CORPUS)
    got = {}
    for o in map(json.loads, done.out.splitlines()):
        if o["kind"] == "dmarc-aggregate":
            got.setdefault(o["input"]["file"], []).append(o)
    wrong, broken, refused = [], 0, []
    for path in files:
        reports, want = got.get(path, []), counted(path)
        records = [r for o in reports for r in o["records"]]
        have = (len(records), sum(r["count"] for r in records),
                sum(len(r["auth"]["dkim"]) + len(r["auth"]["spf"]) for r in records))
        broken += want is None
        if want is not None and (len(reports) != 1 or have != want):
            wrong.append((path, have, want))
        if not reports:
            refused.append(os.path.relpath(path, CORPUS))
    tap.ok(not wrong, "%d reports are well-formed: records, counts and results as another parser has them"
           % (len(files) - broken), wrong[:5])
    tap.ok(sorted(refused) == ["domainaware+parsedmarc/empty.xml", "keltia+dmarc-cat/bad.xml"],
           "of %d files two have no report in them, and are told" % len(files), refused)
    untold = [p for p in refused if p not in done.err]
    tap.ok(not untold, "each of these is named with the reason", untold)


def hostile(tap, world):
    """Names that a terminal would obey."""
    box = world.box("hostile")
    report = report_year.report(0, 0).replace("receiver-0.example", "evil&#x1b;[31m.example")
    box.run("ingest", util.write(box.path("evil.xml"), report.encode()))
    done = box.run("dmarc", "report", "--since", "9999d")
    tap.ok("\x1b" not in done.out, "no escape reaches the terminal", done.told())
    done = box.run("dmarc", "report", "--since", "900d")
    tap.ok("\x1b" not in done.out and "evil" in done.out, "the name is shown without it", done.told())
    # Who sends mail chooses the selector: it never stands in a command that somebody pastes.
    box = world.box("pasted")
    for day_n in range(report_year.KEY - 20, report_year.KEY + 20):
        for receiver in range(4):
            text = report_year.report(day_n, receiver).replace("<selector>s2<", "<selector>s2$(touch x)<").replace(
                "<selector>s1<", "<selector>s1;id<")
            util.write(box.path("%d-%d.xml" % (day_n, receiver)), text.encode())
    box.run("ingest", box.top)
    done = box.run("dmarc", "report", "--since", "900d")
    commands = re.findall(r"reputed (?:dkim |spf |dmarc )?check [^\n]*", done.out)
    tap.ok("$(touch" in done.out and not commands and "The selector is no name that DNS can have" in " ".join(done.out.split()),
           "a selector that a shell would run is shown, and in no command", done.told())


if __name__ == "__main__":
    sys.exit(util.main([year, looked_at, quiet, nothing, mailed, containers, namespaces, retried, corpus, hostile]))
