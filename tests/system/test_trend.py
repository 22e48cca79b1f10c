#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_trend.py [REPUTED] -- hours and days as a picture: the numbers are those of the log, counted here a
second time from what `ingest --dry-run` prints; the picture fits 60 to 120 columns, needs neither colour
nor UTF-8; words of people are understood; too little to compare is said. And the strip of `status`. TAP.
"""

import collections
import datetime
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402

BLOCKS = "▁▂▃▄▅▆▇█"
KINDS = ("accepted", "slowed", "refused", "other")


def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def kind(d):
    """The kind of a delivery, as doc/json.md has it; None: it is no attempt."""
    if d["status"] is None:
        return None
    if not d["evidence"] or d["class"] in ("recipient", "mailbox"):
        return "other"
    return {"sent": "accepted", "deferred": "slowed"}.get(d["status"], "refused")


def morning(world):
    """A store of a morning at AWS, and its deliveries."""
    if not hasattr(world, "trend"):
        box, log = world.box("morning"), world.log("aws-morning", 10)
        box.ingest(*log.files)
        world.trend = box, [d for d in box.ingest("--dry-run", "--json", *log.files).lines()
                            if d["kind"] == "delivery"]
    return world.trend


def counted(deliveries, buckets, step, pick):
    """What each bucket should hold, and what it holds."""
    want, got = collections.Counter(), collections.Counter()
    starts = [at(b["from"]) for b in buckets]
    for d in filter(pick, deliveries):
        n = int((at(d["time"]) - starts[0]) // step)
        if 0 <= n < len(buckets) and kind(d):
            want[n, kind(d)] += 1
    for n, b in enumerate(buckets):
        for k in KINDS:
            if b[k]:
                got[n, k] = b[k]
    return want, got


def numbers(tap, world):
    box, deliveries = morning(world)
    for word, pick in (
            ((), lambda d: True),
            (("microsoft-consumer",), lambda d: d["provider"] == "microsoft-consumer"),
            (("203.0.113.24",), lambda d: d["source"] == "203.0.113.24")):
        done = box.run("trend", "--json", *word)
        t = done.json()
        for key, step, n in (("hours", 3600, 24), ("days", 86400, 28)):
            want, got = counted(deliveries, t[key], step, pick)
            tap.ok(len(t[key]) == n and want == got, "%s of %s: as many as the log has" %
                   (key, word or "all mail"), [len(t[key]), want - got, got - want])
        sums = [b for b in t["hours"] + t["days"] if b["attempts"] is not None
                and b["attempts"] != sum(b[k] for k in KINDS)]
        tap.ok(not sums, "attempts are the sum of their kinds", sums)
        c = t["compared"]
        tap.ok(at(c["until"]) - at(c["from"]) == 23 * 3600 and c["until"] == t["hours"][-1]["from"],
               "compared: the whole hours, without the one that has just begun", [c])
        for side, back in (("now", 0), ("then", 7 * 86400)):
            ours = [d for d in filter(pick, deliveries)
                    if at(c["from"]) - back <= at(d["time"]) < at(c["until"]) - back and kind(d)]
            want = {k: sum(kind(d) == k for d in ours) for k in KINDS}
            tap.ok({k: c[side][k] for k in KINDS} == want, "compared: %s" % side, [c[side], want])
            delays = sorted(d["delay_s"] for d in ours if kind(d) == "accepted"
                            and d["delay_s"] is not None)
            for key, share in (("delay_half_s", 0.5), ("delay_95_s", 0.95)):
                exact = max(delays[min(int(share * len(delays)), len(delays) - 1)], 0.1)
                tap.ok(exact * 0.85 <= c[side][key] <= exact * 1.2,
                       "compared: %s of %s is near what the log has" % (key, side),
                       [c[side][key], exact])
    refused = box.run("trend", "microsoft-consumer", "--json").json()["compared"]
    tap.ok(refused["refused"] == "worse" and refused["slowed"] in ("same", "worse"),
           "a morning with a block is worse than a week before", [refused])
    every = box.run("trend", "--json").json()
    tap.ok(sum(p["compared"]["now"]["attempts"] for p in every["providers"])
           == every["compared"]["now"]["attempts"], "all providers together are all mail")


def fits(tap, world):
    box, _ = morning(world)
    for width in (60, 80, 100, 120):
        for word in ((), ("microsoft",), ("orange",)):
            for locale in ("C.UTF-8", "C"):
                done = box.run("trend", *word, env={"COLUMNS": str(width), "LC_ALL": locale})
                long = [x for x in done.out.splitlines() if len(x) > width]
                tap.ok(done.code == 0 and done.out and not long, "%d columns, %s%s: fits" %
                       (width, locale, " ".join(("",) + word)), long + done.told())
                tap.ok(b"\x1b" not in done.raw and (locale != "C" or max(done.raw) < 128),
                       "%d columns, %s: no colour into a pipe, no character it cannot show" %
                       (width, locale), [done.out])
    for env, utf8 in (({"LC_ALL": "", "LC_CTYPE": "", "LANG": "de_DE.utf8"}, True),
                      ({"LC_ALL": "", "LC_CTYPE": "C", "LANG": "de_DE.UTF-8"}, False),
                      ({"LC_ALL": "POSIX", "LC_CTYPE": "C.UTF-8", "LANG": "C.UTF-8"}, False),
                      ({"LC_ALL": "", "LC_CTYPE": "", "LANG": ""}, False)):
        out = box.run("trend", env=env).out
        tap.ok(any(c in out for c in BLOCKS) == utf8, "block characters %s: %s" %
               ("shown" if utf8 else "not shown", env), [out])


def said(tap, world):
    box, _ = morning(world)
    for word, kinds, names in (
            ("microsoft", "provider", {"microsoft-consumer", "microsoft-365"}),
            ("hotmail.com", "provider", {"microsoft-consumer"}), ("GMail", "provider", {"google"}),
            ("203.0.113.31", "source", {"mx1/postfix/out-b"}), ("out-c", "source", {"mx1/postfix/out-c"})):
        done = box.run("trend", word, "--json")
        of = done.json()["of"] if done.code == 0 else {"name": ""}
        tap.ok(done.code == 0 and of["kind"] == kinds and set(of["name"].split(", ")) == names,
               "%s is understood" % word, [of] + done.told())
    streams = {d["stream"] for d in morning(world)[1] if d["stream"]}
    done = box.run("trend", sorted(streams)[0], "--json")
    tap.ok(done.code == 0 and done.json()["of"]["kind"] == "stream", "a stream is understood", done.told())
    done = box.run("trend", "gogle")
    tap.ok(done.code == 2 and not done.out and "did you mean google?" in done.err,
           "an unknown word is an error, with the nearest name", done.told())
    done = box.run("trend", "t-online.de")
    tap.ok(done.code == 2 and not done.out, "a provider that got no mail is no empty picture", done.told())
    tap.ok(box.run("trend", "a", "b").code == 2, "two words are one too many")
    done = box.run("trend", "microsoft-consumer")
    tap.ok(re.search(r"^Worse than a week before: \d+ % refused, then 0\.0 %\.$", done.out, re.M)
           and "Tuesday 2026-10-27" in done.out, "the comparison is said in words, with its day", done.told())
    done = box.run("trend", "google")
    tap.ok(re.search(r"^Like a week before: 0\.0 % refused, \d+(\.\d)? % slowed\.$", done.out, re.M),
           "no difference is said with its numbers, which may be bad ones", done.told())


def too_little(tap, world):
    box, _ = morning(world)
    done = box.run("trend", "laposte")
    tap.ok("Too little to compare" in done.out and "needs 50" in done.out
           and "Worse" not in done.out and "Better" not in done.out, "too little is said", done.told())
    young = world.box("young")
    young.ingest(world.log("aws-morning", 10).files[-1])
    done = young.run("trend")
    tap.ok("Nothing to compare with: the log begins at 2026-11-03" in
           " ".join(done.out.split()), "a log that begins too late is said", done.told())
    t = young.run("trend", "--json").json()
    tap.ok(t["compared"]["then"]["attempts"] is None and t["hours"][0]["attempts"] is None
           and t["compared"]["refused"] is None, "and is null in JSON, not zero", [t["compared"]])
    tap.ok("\n  attempts              " in young.run("trend").out.replace("·", "x"),
           "and a blank in the picture")
    empty = world.box("nothing")
    empty.ingest(util.write(empty.path("empty.log"), ""))
    done = empty.run("trend")
    tap.ok(done.code == 0 and "Nothing to show yet" in done.out, "nothing read is said", done.told())
    bare = world.box("bare")
    bare.ingest("--rollups-only", *world.log("aws-morning", 10).files)
    t = bare.run("trend", "--json").json()
    tap.ok(t["compared"]["now"]["delay_95_s"] is None and t["compared"]["refused"] == "worse"
           and "delay" not in bare.run("trend").out, "without single facts there are no delays")


def status_strip(tap, world):
    box, _ = morning(world)
    wide = box.run("status", env={"COLUMNS": "120"}).out.splitlines()
    row = [x for x in wide if x.startswith("203.0.113.24") and "microsoft-consumer" in x][0]
    strip = re.search("[%s·]{24}" % BLOCKS, row)
    tap.ok(strip and strip[0].endswith("···") and strip[0][0] in BLOCKS,
           "status: a row has a strip of 24 hours, and after a block it is empty", [row])
    tap.ok(all(len(x) <= 120 for x in wide) and wide[0].index("STATE") == row.index("blocked"),
           "status: in its column", wide[:3])
    ascii_row = box.run("status", env={"COLUMNS": "120", "LC_ALL": "C"})
    tap.ok(max(ascii_row.raw) < 128 and "..." in ascii_row.out.splitlines()[1],
           "status: in ASCII where the locale is not UTF-8", [ascii_row.out])
    for args, env in ((("--all",), {"COLUMNS": "120"}), ((), {"COLUMNS": "80"})):
        out = box.run("status", *args, env=env).out
        tap.ok(not any(c in out for c in BLOCKS), "status %s: no strip (%s columns)" %
               (" ".join(args), env["COLUMNS"]), [out])


if __name__ == "__main__":
    sys.exit(util.main([numbers, fits, said, too_little, status_strip]))
