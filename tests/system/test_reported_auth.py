#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_reported_auth.py [REPUTED] -- why believes what the provider itself reports of own mail: DMARC reports as evidence. TAP.

Twenty days of mail to Google, then it refuses all of it after the message, in words that leave open why.
"""

import datetime
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import test_why     # noqa: E402
import util         # noqa: E402
import util_schema  # noqa: E402

GOOGLE = ("gmail.com", "gmail-smtp-in.l.google.com")
REFUSED = "550 5.7.1 Message refused. Please ask the administrator of your domain."
DAYS, IP, FROM = 20, "203.0.113.24", "shop.example"
BEGIN = int(test_why.START.timestamp())
CONFIG = "source mx1 {\n    public %s\n}\nauthserv-id mx1.shop.example\n" % IP


def day(n):
    return (test_why.START + datetime.timedelta(days=n)).strftime("%Y-%m-%d")


def report(n, passes, of=200, ip=IP, org="google.com", email="noreply-dmarc-support@google.com", domain=FROM):
    """What a receiver saw on day n: passes of `of` messages have aligned DKIM and SPF."""
    row = ("<record><row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>none</disposition>"
           "<dkim>%s</dkim><spf>%s</spf></policy_evaluated></row><identifiers><header_from>%s</header_from></identifiers>"
           "<auth_results><dkim><domain>%s</domain><selector>s1</selector><result>%s</result></dkim></auth_results></record>")
    rows = [row % (ip, k, word, word, domain, domain, word)
            for k, word in ((passes, "pass"), (of - passes, "fail")) if k > 0]
    return ("<?xml version=\"1.0\"?><feedback><report_metadata><org_name>%s</org_name><email>%s</email>"
            "<report_id>%d-%s</report_id><date_range><begin>%d</begin><end>%d</end></date_range></report_metadata>"
            "<policy_published><domain>%s</domain><p>none</p></policy_published>%s</feedback>"
            % (org, email, n, org, BEGIN + n * 86400, BEGIN + n * 86400 + 86399, domain, "".join(rows)))


def mailed_by(sender, header, body):
    """A report in a mail. header: what our own server says of it."""
    return ("%sReceived: from x.example (x.example [192.0.2.1]) by mx1.shop.example with ESMTPS id 4F1\nFrom: dmarc@%s\n"
            "To: d@shop.example\nSubject: Report domain\nMIME-Version: 1.0\nContent-Type: text/xml\n\n%s"
            % (header, sender, body))


def signed(domain):
    return "Authentication-Results: mx1.shop.example; dkim=pass header.d=%s\n" % domain


def reports(box, days, passes, name="r", sender="google.com", **more):
    """Of each day one, in a mail whose signature is proven."""
    folder = box.path("reports-%s-%d" % (name, days[0]))
    os.mkdir(folder)
    for n in days:
        util.write(os.path.join(folder, "%d.eml" % n), mailed_by(sender, signed(sender), report(n, passes, **more)))
    return folder


def refused_box(world, name):
    box, mail = world.box(name), test_why.Mail()
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(CONFIG)
    mail.many(range(DAYS * 24), 4, *GOOGLE)
    mail.many(range(DAYS * 24, DAYS * 24 + 49), 4, *GOOGLE, "bounced", REFUSED, stage="end of DATA")
    return box, mail.write(box.path("mail.log"))


def google(box, *more):
    return next(i for i in box.run("why", "google", "--json", *more).json()["incidents"] if i["provider"] == "google")


def authentication(incident):
    return next(c["probability"] for c in incident["causes"] if c["cause"] == "authentication")


def pieces(incident):
    return [e["name"] for e in incident["evidence"] if e["name"].startswith("reports_")]


def asked(incident):
    return [u["what"] for u in incident["unknown"] if "DMARC" in u["what"]]


def fell(tap, world):
    """The key is broken since: Google says so itself."""
    box, log = refused_box(world, "fell")
    done = box.run("ingest", log)
    without = google(box)
    tap.ok(done.code == 0 and not pieces(without) and asked(without) == ["DMARC reports of this provider"],
           "no report: it is unknown, and that is said", [without["evidence"], without["unknown"]])
    tap.ok("no DMARC report of Google (Gmail) about the time since %s was read" % day(DAYS) in
           " ".join(box.run("why", "--all").out.split()), "no report: in words", [box.run("why", "--all").out])
    box.run("ingest", reports(box, range(DAYS), 199), reports(box, range(DAYS, DAYS + 2), 24))
    with_them = google(box)
    tap.ok(pieces(with_them) == ["reports_fell"] and not asked(with_them), "reports: heard", [with_them["evidence"]])
    tap.ok(authentication(without) < 0.3 and authentication(with_them) > 0.75 and
           with_them["causes"][0]["cause"] == "authentication", "reports: probably authentication",
           [authentication(without), authentication(with_them)])
    piece = next(e for e in with_them["evidence"] if e["name"] == "reports_fell")
    tap.ok(piece["facts"]["domain"] == FROM and piece["facts"]["messages"] == 400 and piece["facts"]["passed"] == 48 and
           piece["facts"]["before"]["messages"] == 13 * 200 and piece["facts"]["refused_share"] == 1.0,
           "reports: the numbers", [piece])
    with open(util.TREE + "/doc/json/why.schema.json", encoding="utf-8") as file:
        wrong = util_schema.errors(box.run("why", "--json").json(), json.load(file), closed=True)
    tap.ok(not wrong, "reports: as the schema of why says", wrong)
    text = " ".join(box.run("why").out.split())
    tap.ok("Google (Gmail) itself reports that of your mail of shop.example only 12.0 % passed DMARC while this went on "
           "(400 messages), and 99.5 % before" in text and "it began on %s" % day(DAYS) in text,
           "reports: in words", [text[:3000]])
    tap.ok("1 Repair SPF and DKIM of shop.example first: they fail there, as the reports of Google (Gmail) say" in text,
           "reports: what to do", [text[:3000]])
    for command in (("dmarc", "report", FROM), ("check", FROM)):
        tap.ok("reputed " + " ".join(command) in text, "reports: the command %s" % " ".join(command), [text])
    done = box.run("dmarc", "report", FROM)
    tap.ok(done.code == 1 and "What to fix\n1. %s" % IP in done.out, "reports: which says what to fix",
           done.told())
    trace = box.run("why", "--trace").out
    tap.ok("reports_fell" in trace and "share of what is refused" in trace, "reports: why --trace has what was measured",
           [trace[-3000:]])


def passed(tap, world):
    """It passed, says Google: then it is something else."""
    box, log = refused_box(world, "passed")
    box.run("ingest", log)
    without = google(box)
    box.run("ingest", reports(box, range(DAYS + 2), 199))
    with_them = google(box)
    tap.ok(pieces(with_them) == ["reports_pass"] and authentication(with_them) < authentication(without) / 2,
           "it passed: against authentication", [pieces(with_them), authentication(without), authentication(with_them)])
    tap.ok("itself reports that 99.5 % of your mail passed DMARC while this went on (400 messages)" in
           " ".join(box.run("why").out.split()), "it passed: in words", [box.run("why").out])


def others(tap, world):
    """What does not count: another receiver, another address, somebody who calls himself Google."""
    for name, more in (("another receiver", {"org": "Outlook.com", "email": "dmarcreport@microsoft.com",
                                               "sender": "microsoft.com"}),
                       ("another address", {"ip": "198.51.100.9"}), ("another domain", {"domain": "other.example"}),
                       ("a false name", {"sender": "evil.example"}), ("a user of Google", {"sender": "gmail.com"}),
                       ("a user who calls himself Google", {"sender": "gmail.com", "org": "dmarc.gmail.com"})):
        box, log = refused_box(world, name.replace(" ", "-"))
        box.run("ingest", log, reports(box, range(DAYS), 199, **more),
                reports(box, range(DAYS, DAYS + 2), 0, **more))
        tap.ok(pieces(google(box)) == [], "%s: no evidence" % name, [google(box)["evidence"]])


def mailed(tap, world):
    """Reports that come by mail count when Google's signature is proven, and under the name of who signed."""
    for name, header, said in (("not proven", "", []), ("proven", signed("google.com"), ["reports_fell"]),
                               ("of another", signed("evil.example"), []), ("as a file", None, [])):
        box, log = refused_box(world, "mailed-" + name.replace(" ", "-"))
        folder = box.path("mails")
        os.mkdir(folder)
        sender = "evil.example" if "evil" in (header or "") else "google.com"
        for n in range(DAYS + 2):
            body = report(n, 199 if n < DAYS else 0)
            util.write(os.path.join(folder, "%d.%s" % (n, "xml" if header is None else "eml")),
                       body if header is None else mailed_by(sender, header, body))
        done = box.run("ingest", log, folder)
        tap.ok(done.code == 0 and pieces(google(box)) == said, "mailed, %s: %s" % (name, said or "no evidence"),
               [pieces(google(box))] + done.told())


def replayed(tap, world):
    """As of a moment, later reports are not there. What was told before they came is the same when it is judged again."""
    box, log = refused_box(world, "replayed")
    box.run("ingest", log)
    box.run("ingest", reports(box, range(DAYS), 199), reports(box, range(DAYS, DAYS + 2), 24))
    done = box.run("why", "--replay", "--json")
    told = done.json()["recordings"]
    verdicts = [[i["verdict"] for i in r["incidents"]] for r in told]
    tap.ok(done.code == 0 and verdicts == [["same"], ["same"]] and not any(r["changed"]["reports"] for r in told),
           "replay: with no report, and with those that came since", done.told())
    moment = day(DAYS) + "T20:00:00Z"
    tap.ok(pieces(google(box, "--now", moment)) == [], "as of a moment: a day that has not ended is not reported",
           [google(box, "--now", moment)["evidence"]])
    moment = day(DAYS + 1) + "T20:00:00Z"
    piece = next((e for e in google(box, "--now", moment)["evidence"] if e["name"] == "reports_fell"), None)
    tap.ok(piece is not None and piece["facts"]["messages"] == 200, "as of a moment: the days that have ended", [piece])
    same = [box.run("why", "--json").out for _ in range(2)]
    tap.ok(same[0] == same[1] and "reports_fell" in same[0], "the same twice, byte for byte")
    # One of them is replaced by another: then what was told with it cannot be told again, and that is said.
    folder = box.path("changed")
    os.mkdir(folder)
    util.write(os.path.join(folder, "1.eml"), mailed_by("google.com", signed("google.com"), report(DAYS + 1, 200)))
    box.run("ingest", folder)
    done = box.run("why", "--replay", "--json")
    told = done.json()["recordings"]
    tap.ok([r["changed"]["reports"] for r in told] == [False, True, False], "replay: a report was replaced", done.told())


if __name__ == "__main__":
    sys.exit(util.main([fell, passed, others, mailed, replayed]))
