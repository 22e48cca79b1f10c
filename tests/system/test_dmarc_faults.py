#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reputed dmarc report: what fails at some receivers only, and for a part of the mail, in reports with chance (report_faults.py).

How soon it is found, and what is told of quiet years: tools/report-differences, bench/reports-differences.md.
"""
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report_faults    # noqa: E402
import util             # noqa: E402
import util_schema      # noqa: E402

CONFIG = "source a {\n    public 203.0.113.24\n}\nsource b {\n    public 203.0.113.25\n}\n"
NAMELESS, BEGIN, DAYS = (3, 8), 40, 60


def asked(world, name, days=DAYS, **options):
    """The answer as JSON and as text, of reports that begin on day 30."""
    box = world.box(name)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(CONFIG)
    report_faults.write(box.path("in"), report_faults.World(1, nameless=NAMELESS, weekly=(5,), **options), range(days))
    box.run("ingest", box.path("in"))
    out = json.loads(box.run("dmarc", "report", "shop.example", "--json", "--since", "60d").out)
    return out, " ".join(box.run("dmarc", "report", "shop.example", "--since", "60d").out.split())


def near(text, day):
    at = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(report_faults.BEGIN + day * report_faults.DAY))
    off = 0 if text is None else abs(time.mktime(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")) -
                                     time.mktime(time.strptime(at, "%Y-%m-%dT%H:%M:%SZ"))) / report_faults.DAY
    return text is not None and off <= 1.01


def rows(out):
    return [(d["what"], d["selector"], d["receiver"]) for d in out["differs"]]


def a_part(tap, world):
    """A tenth, at one receiver."""
    out, text = asked(world, "tenth", fault=dict(what="s1", result="temperror", at=(4,), rate=0.1, begin=BEGIN))
    tap.ok(rows(out) == [("dkim", "s1", "r04.example")] and near(out["differs"][0]["since"], BEGIN) and not out["broken"]
           and not out["healed"], "a tenth at one of 20 receivers: it, its day, and nothing else", [out["differs"], out["healed"]])
    tap.ok("Seen differently by one receiver" in text and "r04.example: the signature of shop.example with selector s1 fails there"
           in text, "it is said", [text])
    with open(util.TREE + "/doc/json/dmarc_report.schema.json", encoding="utf-8") as file:
        tap.ok(not util_schema.errors(out, json.load(file), closed=True), "as its schema says")


def several(tap, world):
    """A signature that fails at a third of the receivers is neither a broken key nor one receiver."""
    at = (1, 2, 6, 7, 9, 10, 12)
    out, text = asked(world, "several", fault=dict(what="s1", result="fail", at=at, rate=0.9, begin=BEGIN))
    tap.ok(sorted(rows(out)) == [("dkim", "s1", "r%02d.example" % n) for n in at] and not out["broken"]
           and all(near(d["since"], BEGIN) for d in out["differs"]), "each of seven receivers, and nothing is broken", out["differs"])
    tap.ok("The signature of shop.example with selector s1 fails at 7 receivers, and passes at" in text
           and text.count("with selector s1 fails") == 1 and "r12.example since" in text, "they are told together", [text])


def without_selectors(tap, world):
    """A receiver that names no selectors is compared by the domain."""
    out, text = asked(world, "nameless", fault=dict(what="s1", result="fail", at=(3,), rate=0.2, begin=BEGIN))
    tap.ok(rows(out) == [("dkim", None, "r03.example")] and out["differs"][0]["by_domain"] and not out["broken"],
           "a receiver that names no selectors, and nothing else", [out["differs"], out["broken"]])
    tap.ok("r03.example: the signature of shop.example fails there" in text and "It names no selectors, so all signatures" in text,
           "that is said", [text])


def all_of_them(tap, world):
    """A key that breaks is told once, also where some name no selectors."""
    out, _ = asked(world, "all", fault=dict(what="s1", result="fail", at="all", rate=1, begin=BEGIN))
    tap.ok([(b["what"], b["selector"]) for b in out["broken"]] == [("dkim", "s1")] and near(out["broken"][0]["since"], BEGIN)
           and not out["differs"], "a broken key is one row, without another one for those that name no selectors",
           [out["broken"], out["differs"]])


def healed(tap, world):
    """What failed for a time leaves a trace, and is no trouble."""
    out, text = asked(world, "healed", fault=dict(what="s2", result="fail", at="all", rate=1, begin=30, end=37))
    tap.ok([(h["what"], h["selector"], h["receiver"]) for h in out["healed"]] == [("dkim", "s2", None)]
           and near(out["healed"][0]["since"], 30) and not out["broken"] and not out["differs"],
           "a key that was broken for a week", [out["healed"], out["broken"], out["differs"]])
    tap.ok("Failed for a time, and passes again" in text and "The signature of shop.example with selector s2 failed at" in text
           and "from 2024-01-31 until 2024-02-0" in text, "from when until when", [text])
    out, text = asked(world, "healed-one", fault=dict(what="spf", result="temperror", at=(2,), rate=0.5, begin=30, end=38))
    tap.ok([(h["what"], h["receiver"]) for h in out["healed"]] == [("spf", "r02.example")] and near(out["healed"][0]["since"], 30)
           and near(out["healed"][0]["until"], 38), "a week of errors at one receiver", out["healed"])


def lost_address(tap, world):
    """An own address that the SPF record does not name any more: DMARC passes by the signature, and a few fail."""
    out, text = asked(world, "lost", lost=BEGIN)
    own = {s["address"]: (s["spf_lost"] > 0, s["spf_lost_since"]) for s in out["sources"] if s["who"] == "own"}
    tap.ok(own["203.0.113.24"] == (False, None) and own["203.0.113.25"][0] and near(own["203.0.113.25"][1], BEGIN),
           "the address that lost SPF, and its day", [own])
    tap.ok("203.0.113.25: DMARC passes by the signature alone, and fails where that breaks on the way. SPF of shop.example fails for it "
           "since 2024-02-10" in text and "reputed spf check shop.example --ip 203.0.113.25" in text, "it is said", [text])
    mine = text[text.index(". 203.0.113.25: "):].split("Own addresses that SPF")[0].split(" 2. ")[0]
    tap.ok("The key is right" in mine and "dkim check" not in mine and "spf check shop.example --ip 203.0.113.25" in mine,
           "of the few that fail the record is to blame, not the key", [mine])


def quiet(tap, world):
    """A quarter in which nothing happens."""
    out, text = asked(world, "quiet", days=90)
    tap.ok(not out["differs"] and not out["broken"] and not out["healed"] and "Seen differently" not in text,
           "where nothing happens, nothing is told", [out["differs"], out["broken"], out["healed"]])


if __name__ == "__main__":
    sys.exit(util.main([a_part, several, without_selectors, all_of_them, healed, lost_address, quiet]))
