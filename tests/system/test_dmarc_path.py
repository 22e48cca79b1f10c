#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reputed dmarc path, and what dmarc report answers of a time of other shapes (report_other.py).

What happened must be in the answers, each on its day, and nothing else; and a step is safe only when it is.
"""
import csv
import io
import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import report_other     # noqa: E402
import report_year      # noqa: E402
import util             # noqa: E402
import util_schema      # noqa: E402

CONFIG = "".join("source s%d {\n    public %s\n}\n" % x for x in enumerate(report_other.OWN + report_year.OWN))


def box_with(world, name, write):
    box = world.box(name)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(CONFIG)
    write(box.path("reports"))
    box.run("ingest", box.path("reports"))
    return box


def ask(box, *words):
    done = box.run("dmarc", *words, "--json")
    return done, (json.loads(done.out) if done.out else {})


def schema(tap, name, value, what):
    with open(util.TREE + "/doc/json/%s.schema.json" % name, encoding="utf-8") as file:
        wrong = util_schema.errors(value, json.load(file), closed=True)
    tap.ok(not wrong, "%s: as its schema says" % what, wrong)


def day(n):
    return time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(report_other.BEGIN + n * report_year.DAY))


def other(tap, world):
    """Twelve weeks of other shapes: what happened, and nothing else."""
    box = box_with(world, "other", report_other.write)
    _, out = ask(box, "report", "shop.example", "--since", "90d")
    schema(tap, "dmarc_report", out, "report")
    is_ = [(b["what"], b["domain"], b["selector"], b["since"]) for b in out["broken"]]
    monday = -(-report_other.KEY // 7) * 7
    tap.ok(is_ == [("dkim", "shop.example", "k1", day(monday))], "the newsletter's key, on the Monday after, and no other", is_)
    is_ = [(d["what"], d["receiver"], d["selector"], d["since"]) for d in out["differs"]]
    tap.ok(is_ == [("dkim", "gate.example", "mail", day(report_other.GATE))], "the gateway, on its day, and no other", is_)
    is_ = [r["name"] for r in out["receivers"] if r["silent"]]
    tap.ok(is_ == ["gone.example"], "who stopped, and neither the weekly nor the rare one", is_)
    is_ = sorted((s["who"], s["name"], s["first"][:10]) for s in out["sources"] if s["new"])
    tap.ok(is_ == sorted([("signed", "crm.example", day(report_other.CRM)[:10]),
                          ("unknown", None, day(report_other.BURST)[:10])]), "who is new, since when, and no other", is_)
    is_ = sorted((s["who"], s["name"] or "") for s in out["sources"])
    tap.ok(is_ == sorted([("own", ""), ("own", ""), ("signed", "bulk.example"), ("signed", "crm.example"),
                          ("forwarder", ""), ("forwarder", "lists.example"), ("unknown", "")]),
           "each sender is what it is, once", is_)
    is_ = [s["name"] for s in out["sources"] if s["mend"]]
    tap.ok(is_ == ["bulk.example"], "the newsletter is to be fixed, and no other", is_)
    tap.ok(out["overlaps"] == 0, "nothing overlaps", out["overlaps"])

    done, way = ask(box, "path", "shop.example", "--since", "90d")
    schema(tap, "dmarc_path", way, "path")
    tap.ok(done.code == 1 and way["verdict"] == "mend", "path: something is to be fixed first", [done.code, way["verdict"]])
    is_ = [s["name"] for s in way["steps"][0]["sources"] if s["fix_first"]]
    tap.ok(is_ == ["bulk.example"], "path: the newsletter", is_)
    is_ = [(s["to"], s["forwarded_failed"] > 0, s["changes"]) for s in way["steps"]]
    tap.ok(is_ == [("quarantine", True, [{"tag": "p", "from": "none", "to": "quarantine"}]),
                   ("reject", True, [{"tag": "p", "from": "none", "to": "reject"}])], "path: two steps, what each changes", is_)


def safe(tap, world):
    """Before anything happened: the step is safe; and after it was taken, reject is not advised because of the list."""
    box = box_with(world, "safe", lambda folder: report_other.write(folder, range(35)))
    done = box.run("dmarc", "path", "shop.example")
    words = " ".join(done.out.split())
    tap.ok(done.code == 0 and words.startswith("shop.example can go from p=none to p=quarantine: of the mail of your senders"),
           "safe: exit code 0, said first", done.told())
    for want in ("record of _dmarc.shop.example change p=none to p=quarantine", "v=DMARC1; p=quarantine", "above all rua=",
                 "RFC 9989 (7.4)", "Step 2, to reject: not advised", "reputed dmarc check shop.example"):
        tap.ok(want in words, "text: %s" % want, done.told())
    box = box_with(world, "stay", lambda folder: report_other.write(folder, range(35), lambda d: "none" if d < 3 else "quarantine"))
    done, way = ask(box, "path", "SHOP.example.")
    tap.ok(done.code == 1 and way["now"] == "quarantine" and way["verdict"] == "forwarded" and len(way["steps"]) == 1,
           "at quarantine: what the list breaks would be lost", [done.code, way["verdict"]])
    text = " ".join(box.run("dmarc", "path", "shop.example").out.split())
    tap.ok("should stay as it is" in text and "What to change" not in text, "and nothing is proposed", text)
    box = box_with(world, "done", lambda folder: report_other.write(folder, range(35), lambda d: "reject"))
    done, way = ask(box, "path", "shop.example")
    tap.ok(done.code == 0 and way["verdict"] == "done" and not way["steps"], "at reject there is no further step",
           [done.code, way["verdict"]])
    schema(tap, "dmarc_path", way, "done")
    tap.ok("no further step" in " ".join(box.run("dmarc", "path", "shop.example").out.split()), "and the text says so")


def few(tap, world):
    """Too few reports; none; wrong arguments."""
    box = box_with(world, "few", lambda folder: report_year.write(folder, range(10), range(1, 3)))
    done, way = ask(box, "path", "shop.example")
    tap.ok(done.code == 1 and way["verdict"] == "mend" and way["days"] == 10, "what fails is known at once",
           [done.code, way["verdict"], way["days"]])
    box = box_with(world, "early", lambda folder: report_other.write(folder, range(5)))
    done = box.run("dmarc", "path", "shop.example")
    words = " ".join(done.out.split())
    tap.ok(done.code == 1 and "should wait before it goes from p=none to p=quarantine" in words and "Wait for" in words,
           "how many more days", done.told())
    done, way = ask(box, "path", "elsewhere.example")
    tap.ok(done.code == 1 and way["verdict"] == "wait" and way["reports"] == 0 and not way["policy"]["known"],
           "no report of the domain: not safe", [done.code, way])
    schema(tap, "dmarc_path", way, "no report")
    done = box.run("dmarc", "path", "elsewhere.example")
    tap.ok(done.code == 1 and "No report of elsewhere.example" in done.out, "and the text says so", done.told())
    box = world.box("nothing")
    box.run("ingest", util.write(box.path("mail.log"), b""))
    done = box.run("dmarc", "path", "shop.example")
    tap.ok(done.code == 1 and "No aggregate report was read yet" in done.out, "no report at all", done.told())
    for words, want in ((("path",), "dmarc path wants a domain"), (("path",), "dmarc path DOMAIN"), (("path", "a.example", "b.example"), "dmarc path DOMAIN"),
                        (("path", "not a domain"), "not a domain"), (("path", "a.example", "--since", "x"), "--since wants"),
                        (("path", "a.example", "--csv"), "--csv works with dmarc report"),
                        (("report", "--csv", "--json"), "--csv works with dmarc report"), (("check", "a.example", "--csv"), "dmarc check"),
                        (("path", "a.example", "--html"), "--html works with dmarc report"),
                        (("report", "--html", "--json"), "--html works with dmarc report"),
                        (("report", "--html", "--csv"), "--csv works with dmarc report"), (("check", "a.example", "--html"), "dmarc check"),
                        (("check", "a.example", "--names"), "dmarc check"), (("report", "--csv", "--names"), "--names does not work"),
                        (("paths", "a.example"), "dmarc check")):
        done = box.run("dmarc", *words)
        tap.ok(done.code == 2 and want in done.err and not done.out, "wrong: %s" % " ".join(words), done.told())


def sheet(tap, world):
    """CSV: each source by each receiver once, the sums are those of the report, and no cell is a formula."""
    box = box_with(world, "sheet", lambda folder: report_other.write(folder, range(28)))
    _, out = ask(box, "report", "shop.example")
    done = box.run("dmarc", "report", "shop.example", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    tap.ok(sum(int(r["messages"]) for r in rows) == out["messages"] and
           sum(int(r["passed"]) for r in rows) == out["passed"], "the sums are those of the report", len(rows))
    keys = [(r["who"], r["source"], r["address"], r["receiver"]) for r in rows]
    tap.ok(len(set(keys)) == len(keys) == sum(s["receivers"] for s in out["sources"]), "each pair once", len(keys))
    tap.ok(len(rows[0]) == 19 and None not in rows[0], "every row has all columns", rows[0])
    box = world.box("formula")
    evil = {"=cmd|x": "'=cmd|x", "+1": "'+1", "-1": "'-1", "@sum": "'@sum", "a,b": "a,b", "say &quot;x&quot;": 'say "x"'}
    for i, name in enumerate(evil):
        text = report_year.report(i, 0).replace("receiver-0.example", name)
        box.run("ingest", util.write(box.path("r%d.xml" % i), text.encode()))
    done = box.run("dmarc", "report", "shop.example", "--csv", "--since", "900d")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    tap.ok({r["receiver"].split(" (")[0] for r in rows} == set(evil.values()), "a name that a spreadsheet would calculate is text",
           sorted({r["receiver"] for r in rows}))
    box = world.box("no-rows")
    box.run("ingest", util.write(box.path("mail.log"), b""))
    done = box.run("dmarc", "report", "--csv")
    tap.ok(done.code == 0 and done.out.startswith("who,source,") and len(done.out.splitlines()) == 1,
           "without reports: the head alone", done.told())


def years(tap, world):
    """Cuts of report_year.py: other days, other receivers."""
    box = box_with(world, "cut", lambda folder: report_year.write(folder, range(280, 340), (0, 2, 5, 7)))
    _, out = ask(box, "report", "shop.example", "--since", "60d")
    is_ = [(b["selector"], b["since"][:10]) for b in out["broken"]]
    tap.ok(is_ == [("s2", "2025-10-28")], "four receivers: the key on its day", is_)
    tap.ok([r["name"] for r in out["receivers"] if r["silent"]] == ["receiver-7.example"], "four receivers: who stopped")
    tap.ok(not out["differs"], "four receivers: nobody differs", out["differs"])
    box = box_with(world, "weeks", lambda folder: report_year.write(folder, range(0, 365, 7), range(3)))
    _, out = ask(box, "report", "shop.example", "--since", "400d")
    is_ = [(b["selector"], b["since"][:10]) for b in out["broken"]]
    tap.ok(is_ == [("s2", "2025-10-29")], "one day a week: the first of them behind the rotation", is_)
    tap.ok(not [r for r in out["receivers"] if r["silent"]] and not out["differs"], "one day a week is no silence")


if __name__ == "__main__":
    sys.exit(util.main([other, safe, few, sheet, years]))
