#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_json.py [REPUTED] -- real outputs against the schemas of doc/json: every key is there,
every value is one that is allowed, no key is undescribed; the schemas list the very words of
src/fact/words.c; and every example of doc/json.md is what its schema says. TAP.
"""

import copy
import json
import os
import re
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import mails            # noqa: E402
import util             # noqa: E402
import util_schema      # noqa: E402

SCHEMAS = ("classify", "delivery", "bounce", "complaint", "dmarc_aggregate", "dmarc_failure",
           "tls_report", "status", "why", "replay", "options", "ingest",
           "rule", "config", "quarantine", "quarantine_retry", "quarantine_purge", "forget",
           "store_check")
S3140 = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your "
         "Internet service provider since part of their network is on our block list (S3140).")
REPLIES = [
    ("hotmail-com.olc.protection.outlook.com", S3140),
    (None, S3140),
    ("outlook-com.olc.protection.outlook.com", "451 4.7.650 The mail server [203.0.113.24] has "
     "been temporarily rate limited due to IP reputation. (S775)"),
    ("gmail-smtp-in.l.google.com", "550-5.1.1 The email account that you tried to reach does not "
     "exist. 550 5.1.1 https://support.google.com/mail/?p=NoSuchUser x1-2 - gsmtp"),
    ("gmail-smtp-in.l.google.com", "421-4.7.28 Gmail has detected an unusual rate of unsolicited "
     "mail originating from your IP address. 421 4.7.28 gsmtp"),
    ("mta5.am0.yahoodns.net", "421 4.7.0 [TSS04] Messages from 203.0.113.24 temporarily deferred "
     "due to unexpected volume or user complaints"),
    ("smtp-in.orange.fr", "550 5.2.0 Mail rejete. Mail rejected. OFR_506 [506]"),
    ("mx.example.net", "451 4.7.1 Greylisting in action, please come back later"),
    ("mx.example.net", "554 5.7.1 Service unavailable; Client host [203.0.113.24] blocked using "
     "zen.spamhaus.org; https://www.spamhaus.org/query/ip/203.0.113.24"),
    ("mx.example.net", "552 5.2.2 Mailbox full"),
    ("mx.example.net", "250 2.0.0 Ok: queued as 4F1ABC"),
    ("mx.example.net", "599 what nobody ever said"),
    (None, "host mx1.example.net[192.0.2.7] said: 550 5.7.26 Unauthenticated email is not accepted "
     "(in reply to end of DATA command)"),
    (None, "connect to mx1.example.net[192.0.2.7]:25: Connection timed out"),
    (None, "no reply at all \u2014 just words"),
]


def schema(name):
    with open("%s/doc/json/%s.schema.json" % (util.TREE, name), encoding="utf-8") as file:
        return json.load(file)


def valid(tap, name, what, values):
    """Every value of an output is as its schema says."""
    rules = schema(name)
    wrong = [] if values else ["there is no output"]
    for i, value in enumerate(values):
        wrong += ["object %d: %s" % (i + 1, e) for e in
                  util_schema.errors(value, rules, closed=True)]
    return tap.ok(not wrong, "%s: %s (%d)" % (name, what, len(values)), wrong)


def schemas(tap, _world):
    for name in SCHEMAS:
        try:
            util_schema.check_schema(schema(name))
            wrong = []
        except (OSError, ValueError, util_schema.SchemaError) as error:
            wrong = [repr(error)]
        tap.ok(not wrong, "doc/json/%s.schema.json is one" % name, wrong)


def words(tap, _world):
    """The schemas' lists against the vocabulary of the program."""
    with open(util.TREE + "/src/fact/words.c", encoding="utf-8") as file:
        text = file.read()
    table = {}
    for name, body in re.findall(r"char \*const (\w+)_words\[\w+\] = \{(.*?)\};", text, re.S):
        table[name] = re.findall(r'"([a-z-]+)"', body)
    delivery = schema("delivery")["properties"]
    incident = schema("why")["properties"]["incidents"]["items"]["properties"]
    for name, got in (
            ("class", delivery["class"]["enum"]),
            ("scope", delivery["scope"]["enum"]),
            ("stage", delivery["stage"]["enum"]),
            ("status", delivery["status"]["enum"]),
            ("retry", schema("classify")["properties"]["retry"]["properties"]["advice"]["enum"]),
            ("cause", incident["cannot_be"]["items"]["enum"])):
        got = sorted(x for x in got if x is not None)
        tap.ok(got == sorted(table.get(name, [])), "the schemas list every %s of fact/words.c" %
               name, ["schema %s" % got, "program %s" % sorted(table.get(name, []))])


def validator(tap, _world):
    """The validator finds what is wrong: a missing key, a wrong word, a wrong type, a key more."""
    rules = schema("status")
    good = {"now": None, "window_s": None,
            "totals": {"sent": 1, "deferred": 0, "bounced": 0, "expired": 0},
            "cells": [{"source": "a", "source_label": "a", "route": None, "provider": "google",
                       "provider_domain": None, "sent": 1, "deferred": 0, "bounced": 0,
                       "expired": 0, "classes": {"mailbox": 1}, "state": "well",
                       "since": "2026-11-03T06:42:11Z", "incident": None,
                       "ledger": None}],
            "seen": [], "given_up": [], "queue": None, "not_watched": [], "read": {"lines": 1, "skipped": 0, "deliveries": 1},
            "limits": {"wordings_dropped": 0, "unnamed": 0}}
    tap.ok(util_schema.errors(good, rules, closed=True) == [], "a good object passes",
           util_schema.errors(good, rules, closed=True))

    def broken(name, change):
        bad = copy.deepcopy(good)
        change(bad)
        tap.ok(len(util_schema.errors(bad, rules, closed=True)) == 1, name + " is found",
               util_schema.errors(bad, rules, closed=True) or ["nothing was found"])

    broken("a missing key", lambda o: o["cells"][0].pop("since"))
    broken("a word that is none", lambda o: o["cells"][0].update(state="blokced"))
    broken("a wrong type", lambda o: o["cells"][0].update(sent="1"))
    broken("true for a number", lambda o: o["totals"].update(sent=True))
    broken("a negative count", lambda o: o["totals"].update(sent=-1))
    broken("a wrong time", lambda o: o["cells"][0].update(since="yesterday"))
    broken("a class that is none", lambda o: o["cells"][0].update(classes={"accepted": 1}))
    broken("a key that is not described", lambda o: o["cells"][0].update(colour="red"))
    bad = dict(good, colour="red")
    tap.ok(util_schema.errors(bad, rules) == [], "for others a schema stays open")
    try:
        util_schema.check_schema({"type": "object", "dependentRequired": {}})
        tap.ok(False, "a keyword that is not known is refused")
    except util_schema.SchemaError:
        tap.ok(True, "a keyword that is not known is refused")


def classify(tap, world):
    box = world.box("classify")
    text = "".join("%s%s\n" % (host + "\t" if host else "", reply) for host, reply in REPLIES)
    done = box.run("classify", "--json", data=text.encode())
    out = done.lines() if done.code == 0 else []
    tap.ok(len(out) == len(REPLIES), "classify: one object for each reply", done.told())
    valid(tap, "classify", "replies of every kind", out)
    seen = {o["class"] for o in out}
    want = {"blocked", "throttled", "recipient", "greylisted", "listed", "mailbox", "accepted",
            "authentication", "network", "unknown"}
    tap.ok(want <= seen, "classify: the samples reach many classes", [sorted(want - seen)])
    known = [o for o in out if o["rule"] == "microsoft-consumer.s3140"]
    tap.ok([o["certain"] for o in known] == [True, False],
           "classify: the same words are certain only from the provider's own host", known)


def delivery(tap, world):
    box = world.box("delivery")
    for name in ("golden-long", "golden-short"):
        log = "%s/tests/data/postfix/%s.log" % (util.TREE, name)
        # behind the log whatever the machine's clock
        done = box.run("ingest", "--dry-run", "--json", "--now", "2027-01-01T00:00:00Z", log)
        out = done.lines() if done.code == 0 else []
        valid(tap, "delivery", name + ".log", out)
        tap.ok({o["status"] for o in out} == set(util.STATUS) | {None},
               "delivery: %s.log has every status, and samples" % name,
               [sorted(str(o["status"]) for o in out)[:3]] + done.told())
        wrong = [o for o in out if (o["kind"] == "sample") != (o["status"] is None)]
        tap.ok(not wrong, "delivery: %s.log: a sample, and only one, has no status" % name, wrong)
    tap.ok(not os.path.exists(box.db), "ingest --dry-run makes no database")


def stored(tap, world, scenario, scale, now):
    log = world.log(scenario, scale)
    box = world.box(scenario)
    done = box.ingest(*log.files, now=now)
    tap.ok(done.code == 0, "%s is read" % scenario, done.told())
    for args in (("--now", now), ("--all",), ()):
        shown = scenario + " " + " ".join(args[:1])
        done = box.run("status", "--json", *args)
        valid(tap, "status", shown, done.lines() if done.code in (0, 1) else [])
        done = box.run("why", "--json", *args)
        valid(tap, "why", shown, done.lines() if done.code in (0, 1) else [])
        if "--all" not in args:
            done = box.run("trend", "--json", *args)
            valid(tap, "trend", shown, done.lines() if done.code == 0 else [])
            done = box.run("options", "--json", *args)
            valid(tap, "options", shown, done.lines() if done.code == 0 else [])
    return box


def status_and_why(tap, world):
    box = stored(tap, world, "single", 30, "2026-11-03T12:00:00Z")
    status, why = box.run("status", "--json").json(), box.run("why", "--json").json()
    tap.ok(len(why["incidents"]) > 0, "single: there is an incident to look at")
    cells = [c["incident"] for c in status["cells"] if c["incident"] is not None]
    open_ones = [i["id"] for i in why["incidents"] if i["state"] != "over"]
    tap.ok(sorted(cells) == sorted(open_ones), "status and why number the same incidents",
           [cells, open_ones])
    for i in why["incidents"]:
        p = [c["probability"] for c in i["causes"]]
        tap.ok(p == sorted(p, reverse=True), "incident %d: likeliest cause first" % i["id"], [p])
        names = [c["cause"] for c in i["causes"]] + i["cannot_be"]
        tap.ok(len(names) == 8 and len(set(names)) == 8,
               "incident %d: every cause once, or told as impossible" % i["id"], [names])
        tap.ok(i["returns"] == len(i["episodes"]) - 1,
               "incident %d: a return is one more episode" % i["id"])


def limits_of_the_store(tap, world):
    """What the database had no room for is counted in it, and status says so; else it is silent."""
    box, log = world.box("limits"), world.log("single", 30)
    box.ingest(*log.files, now="2026-11-03T12:00:00Z")
    text = box.run("status").out
    tap.ok("wordings" not in text and "without the name" not in text,
           "status: nothing of limits where none was reached", [text])
    with sqlite3.connect(box.db) as db:
        db.executemany("INSERT OR REPLACE INTO meta (id, value) VALUES (?, ?)", [(6, 1234), (7, 5), (8, 77)])
    shown = box.run("status", "--json").json()
    tap.ok(shown["limits"] == {"wordings_dropped": 1234, "unnamed": 5, "small_refusals_together": 77},
           "status --json: what the database had no room for", [shown["limits"]])
    text = box.run("status").out
    tap.ok("1,234 older wordings of replies were dropped" in text
           and "\n5 deliveries and complaints are counted without the name" in text,
           "status: and a sentence of each", [text])


def returns_and_ends(tap, world):
    box = stored(tap, world, "aws-morning", 30, "2026-11-03T10:31:07Z")
    states = {i["state"] for i in box.run("why", "--json").json()["incidents"]}
    tap.ok("over" in states and "active" in states, "aws-morning: incidents open and over",
           [states])


def well_and_empty(tap, world):
    box = world.box("empty")
    util.write(box.path("empty.log"), b"")
    box.ingest(box.path("empty.log"))
    for name in ("status", "why", "options", "trend"):
        done = box.run(name, "--json")
        valid(tap, name, "nothing read", done.lines() if done.code == 0 else [])
        tap.ok(done.json()["now"] is None, name + ": nothing read has no now", done.told())


def replay(tap, world):
    """why --replay: the same, and another rule."""
    box, log = world.box("replay"), world.log("aws-morning", 10)
    box.ingest(*log.files)
    done = box.run("why", "--replay", "--json")
    valid(tap, "replay", "the same", done.lines() if done.code == 0 else [])
    os.mkdir(box.path("know"))
    util.write(box.path("know/own.rules"),
               "speaker provider microsoft-consumer\nrule mine { token S3140; stage mail; class "
               "listed; scope source; meaning m; source s; certain yes }\nrule s3140 { token NEVER17; "
               "class blocked; meaning m; source s; certain yes }\n")
    done = box.run("why", "--replay", "--json", "--know", box.path("know"))
    valid(tap, "replay", "other rules", done.lines() if done.code == 1 else [])


REPORT = (b"<feedback><report_metadata><org_name>r.example</org_name><date_range><begin>1790000000</begin>"
          b"<end>1790086399</end></date_range></report_metadata><policy_published><domain>shop.example</domain>"
          b"<p>None</p></policy_published><record><row><source_ip>192.0.2.1</source_ip><count>2</count>"
          b"<policy_evaluated><disposition>none</disposition><reason><type>forwarded</type></reason></policy_evaluated>"
          b"</row><identifiers><header_from>shop.example</header_from></identifiers><auth_results><dkim>"
          b"<domain>shop.example</domain><selector>s</selector><result>pass</result></dkim><spf><domain>shop.example"
          b"</domain><result>hardfail</result></spf></auth_results></record></feedback>")


TLS_REPORT = (b'{"organization-name": "r.example", "date-range": {"start-datetime": "2026-11-02T00:00:00Z", "end-datetime":'
              b' 1793663999}, "contact-info": null, "policies": [{"policy": {"policy-type": "sts", "policy-string": ["mode: x"],'
              b' "policy-domain": "shop.example", "mx-host": "mx1.shop.example"}, "summary": {"total-successful-session-count":'
              b' "12"}, "failure-details": [{"result-type": "odd-one", "sending-mta-ip": "192.0.2.1", "failed-session-count":'
              b' 3}]}]} and more')
FAILURE = (b"From: dmarc@r.example\nDate: Tue, 3 Nov 2026 06:43:00 +0000\nContent-Type: multipart/report; boundary=b\n\n"
           b"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: auth-failure\nAuth-Failure: dmarc\n"
           b"Identity-Alignment: none\nSource-IP: 192.0.2.1 (x)\nReported-Domain: shop.example\nDelivery-Result: smg\n"
           b"Original-Rcpt-To: al@stranger.example\n\n--b\nContent-Type: message/rfc822\n\nFrom: s@shop.example\n"
           b"To: al@stranger.example\n\nHello\n--b--\n")


def of_files(tap, world):
    """What ingest, forget, quarantine, rules and config say of themselves."""
    box = world.box("of-files")
    log = util.read(util.TREE + "/tests/data/postfix/golden-short.log")
    util.write(box.path("mail.log"), log)
    util.write(box.path("broken.zip"), b"PK\3\4" + b"\x99" * 200)
    for name, args in (("ingest", ("ingest", "--now", "2027-01-01T00:00:00Z", "mail.log", "broken.zip")),
                       ("forget", ("forget", "jo@example.com")),
                       ("quarantine", ("quarantine", "list")),
                       ("quarantine_retry", ("quarantine", "retry")),
                       ("quarantine_purge", ("quarantine", "purge")),
                       ("store_check", ("store", "check")),
                       ("rule", ("rules", "list")),
                       ("config", ("config", "dump", box.config))):
        done = box.run(*args, "--json")
        out = done.lines() if done.out else []
        valid(tap, name, " ".join(args[:2]), out[0] if out and isinstance(out[0], list) else out)
    for name, mail in (("bounce", mails.dsn()), ("complaint", mails.arf())):
        done = box.run("ingest", "--dry-run", "--json", "--now", "2027-01-01T00:00:00Z",
                       util.write(box.path(name + ".eml"), mail))
        valid(tap, name, "a mail", done.lines())
    done = box.run("ingest", "--dry-run", "--json", util.write(box.path("report.xml"), REPORT))
    valid(tap, "dmarc_aggregate", "a report with faults", done.lines())
    tap.ok([o["notes"] != [] and o["records"][0]["auth"]["spf"][0]["result_raw"] for o in done.lines()] == ["hardfail"],
           "dmarc_aggregate: the word as it was written", done.lines())
    done = box.run("ingest", "--dry-run", "--json", util.write(box.path("tls.json"), TLS_REPORT))
    valid(tap, "tls_report", "a report with faults", done.lines())
    tap.ok([o["policies"][0]["failures"][0]["result_raw"] for o in done.lines()] == ["odd-one"] and
           {n["fault"] for n in done.lines()[0]["notes"]} == {"missing", "type", "time", "word", "behind"},
           "tls_report: the word as it was written, and each fault", done.lines())
    done = box.run("ingest", "--dry-run", "--json", util.write(box.path("failure.eml"), FAILURE))
    valid(tap, "dmarc_failure", "a report with faults", done.lines())
    tap.ok([(o["source_ip"], o["envelope_to"]) for o in done.lines()] == [("192.0.2.1", True)] and
           "stranger" not in done.out, "dmarc_failure: who was to get the message is not in it", done.out)
    source = ("source out-a { public 203.0.113.1 }\nrelay b { host x.example }\n"
              "alert d { by mail; to a@x.example }\n"
              "stream c { from *@x.example }\noption ask { days 3 }\nsns e { topic arn:aws:sns:eu-west-1:123456789012:e }\n")
    done = box.run("config", "dump", "--json", util.write(box.path("all.conf"), source))
    valid(tap, "config", "a block of each kind", done.lines())


def examples(tap, world):
    """doc/json.md: every example is valid JSON, as its schema says; no schema or command is left out."""
    with open(util.TREE + "/doc/json.md", encoding="utf-8") as file:
        page = file.read()
    blocks = re.findall(r"^Schema: \[\S+\]\(json/(\w+)\.schema\.json\)\n\n```json\n(.*?)^```", page, re.S | re.M)
    tap.ok(len(blocks) == page.count("```json"), "doc/json.md: every example has its schema above it",
           [len(blocks), page.count("```json")])
    for name, text in blocks:
        try:
            value = json.loads(text)
        except ValueError as error:
            tap.ok(False, "doc/json.md: the example of %s is JSON" % name, [str(error)])
            continue
        valid(tap, name, "the example of doc/json.md", value if isinstance(value, list) else [value])
    every = {f.split(".")[0] for f in os.listdir(util.TREE + "/doc/json")}
    tap.ok(every == {n for n, _ in blocks}, "doc/json.md has an example of every schema",
           ["without: %s" % sorted(every - {n for n, _ in blocks})])
    box = world.box("json-commands")
    commands = re.findall(r"^  (\w+) ", box.run("--help").out.partition("Commands:")[2], re.M)
    heads = re.findall(r"^#+ (.+)$", page, re.M)
    lacks = [c for c in commands if "--json" in box.run(c, "--help").out
             and not any(h.split()[0] == c for h in heads)]
    tap.ok(commands and not lacks, "doc/json.md has every command with --json", lacks)


def held(tap, _world):
    """No schema lies about that no test holds against a real output."""
    here = os.path.dirname(os.path.abspath(__file__))
    tests = "".join(open(os.path.join(here, f), encoding="utf-8").read() for f in sorted(os.listdir(here))
                    if f.startswith("test_") and f.endswith(".py") and f != "test_recipe.py")
    lacks = [f for f in sorted(os.listdir(util.TREE + "/doc/json"))
             if '"%s"' % f.split(".")[0] not in tests]
    tap.ok(not lacks, "every schema is held against a real output", lacks)


def main():
    return util.main([schemas, words, validator, classify, delivery, status_and_why,
                      limits_of_the_store, returns_and_ends, well_and_empty, replay, of_files, examples, held])


if __name__ == "__main__":
    sys.exit(main())
