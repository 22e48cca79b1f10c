#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reputed dmarc report and path: who a source is, and what to do there.

By what it passes for (know/services.services, and files of one's own), and, of addresses that nothing names, by their
confirmed names in DNS: bounded, after the answer, and never a condition of it.
"""
import csv
import io
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report_year      # noqa: E402
import util             # noqa: E402

OWN = "203.0.113.24"
SES, UNNAMED, CLOUD, CLAIMED, NAMELESS = "192.0.2.61", "198.51.100.20", "198.51.100.66", "198.51.100.67", "198.51.100.68"
EC2, OUT = "ec2-198-51-100-66.compute-1.amazonaws.com", "a24-1.smtp-out.amazonses.com"
CONFIG = "source s1 {\n    public %s\n}\n" % OWN


def records(day):
    """What each receiver sees on a day: address, messages, dkim, spf, signatures, SPF domain."""
    ours, d = ("shop.example", "s1", "pass"), "shop.example"
    yield OWN, 50, "pass", "pass", [ours], (d, "pass")
    yield SES, 9, "fail", "fail", [("amazonses.com", "k7", "pass")], ("eu-west-1.amazonses.com", "pass")
    yield "192.0.2.62", 2, "fail", "fail", [("amazonses.com", "k7", "pass")], ("us-east-1.amazonses.com", "pass")
    for i in (1, 2):
        host = "mail%d.suw11.mcsv.net" % i
        yield "192.0.2.7%d" % i, 4, "fail", "fail", [(host, "k2", "pass")], (host, "pass")
    yield "192.0.2.81", 3, "fail", "fail", [("contoso.onmicrosoft.com", "sel", "pass")], ("contoso.onmicrosoft.com", "pass")
    yield "192.0.2.82", 2, "fail", "fail", [("gmail.com", "g", "pass")], ("gmail.com", "pass")
    yield "192.0.2.83", 2, "fail", "fail", [("amazonses.com", "k7", "pass"), ("crm.example", "c", "pass")], ("b.crm.example", "pass")
    yield "192.0.2.84", 2, "fail", "fail", [("mill.example", "m", "pass")], ("mill.example", "pass")
    yield UNNAMED, 5, "pass", "pass", [("shop.example", "ses", "pass")], ("bounce.shop.example", "pass")
    good = day % 2 == 0
    yield ("192.0.2.85", 6, "pass" if good else "fail", "fail",
           [("shop.example", "s9", "pass" if good else "fail")] + [("desk.example", "x", "pass")], ("desk.example", "pass"))
    for ip, days in ((CLOUD, 12), (CLAIMED, 5), (NAMELESS, 1)):
        if day < days:
            yield ip, 3, "fail", "fail", [], (d, "fail")


def report(org, email, n, begin, rows):
    body = "".join(report_year.record(ip, count, "none", dkim, spf, report_year.auth(signed, [mfrom]))
                   for ip, count, dkim, spf, signed, mfrom in rows)
    return ("<feedback><report_metadata><org_name>%s</org_name><email>%s</email><report_id>%s</report_id><date_range>"
            "<begin>%d</begin><end>%d</end></date_range></report_metadata><policy_published><domain>shop.example</domain>"
            "<p>none</p></policy_published>%s</feedback>" % (org, email, n, begin, begin + 86399, body)).encode()


def write(folder, days=30):
    for day in range(days):
        begin = report_year.BEGIN + day * report_year.DAY
        for k, (org, email) in enumerate((("YAHOO" if day < 20 else "Yahoo", "d@yahoo.com"),
                                          ("Enterprise Outlook", "d@microsoft.com"), ("google.com", "n@google.com"),
                                          ("Gone!", "d@gone.example"))):
            if k == 3 and day > 12:
                continue
            util.write(os.path.join(folder, "%d-%d.xml" % (day, k)), report(org, email, "%d.%d" % (day, k), begin, records(day)))


def box_with(world, name, days=30):
    box = world.box(name)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(CONFIG)
    os.makedirs(box.path("reports"))
    write(box.path("reports"), days)
    box.run("ingest", box.path("reports"))
    return box


def ask(box, *words):
    done = box.run("dmarc", *words, "--json")
    return json.loads(done.out)


def flat(text):
    return " ".join(text.split())


def spelt(tap, world):
    """Organisations are shown as their newest report spells them, and are one whatever the case."""
    box = box_with(world, "spelt")
    out = ask(box, "report", "shop.example")
    is_ = sorted(r["name"] for r in out["receivers"])
    tap.ok(is_ == ["Enterprise Outlook (microsoft.com)", "Gone! (gone.example)", "Yahoo (yahoo.com)", "google.com"], "in JSON", is_)
    text = box.run("dmarc", "report", "shop.example").out
    tap.ok("Yahoo (yahoo.com)" in text and "YAHOO" not in text and "Gone! (gone.example): its last report ends on" in text,
           "in the text", text.splitlines()[-25:])
    is_ = {r["receiver"] for r in csv.DictReader(io.StringIO(box.run("dmarc", "report", "shop.example", "--csv").out, newline=""))}
    tap.ok("Yahoo (yahoo.com)" in is_, "in CSV", is_)


def future(tap, world):
    """A report of a time to come is not counted, and that is said."""
    box = box_with(world, "future", 5)
    box.run("ingest", util.write(box.path("r.xml"), report("a.example", "a@a.example", "9", 4070908800, records(0))))
    out = ask(box, "report", "shop.example")
    tap.ok(out["future_reports"] == 1 and "a.example" not in [r["name"] for r in out["receivers"]], "one, not counted", [out["future_reports"]])
    for words in (("report", "shop.example"), ("path", "shop.example"), ("report",)):
        text = flat(box.run("dmarc", *words).out)
        tap.ok("1 report is not counted: its time ends after today (the last on 2099-01-0" in text, "said by %s" % " ".join(words), [text[-900:]])
    tap.ok(ask(box, "report", "other.example")["future_reports"] == 0, "not of another domain")


if __name__ == "__main__":
    sys.exit(util.main([spelt, future]))
