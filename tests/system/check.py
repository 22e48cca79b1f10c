# SPDX-License-Identifier: Apache-2.0
"""
check.py -- TAP, and the comparison of what reputed reads in a log with the truth of it.

Used by test_golden.py and test_postfix.py. A record of the truth is described in truth.py;
what is demanded of `reputed ingest --json` and `reputed status --json` is the contract of
json.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

SHOWN = 12      # differences printed for one test


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def ok(self, good, name, details=()):
        self.count += 1
        self.failed += not good
        print("%s %d - %s" % ("ok" if good else "not ok", self.count, name))
        details = [] if good else list(details)
        for line in details[:SHOWN]:
            self.note(line)
        if len(details) > SHOWN:
            self.note("... and %d more" % (len(details) - SHOWN))
        sys.stdout.flush()
        return good

    def skip(self, name, reason):
        self.count += 1
        print("ok %d - %s # SKIP %s" % (self.count, name, reason), flush=True)

    @staticmethod
    def note(text):
        for line in str(text).splitlines():
            print("# " + line)
        sys.stdout.flush()

    def done(self):
        print("1..%d" % self.count)
        return 1 if self.failed else 0


def binary():
    """The reputed to test: the first argument, else $REPUTED, else the one built in this tree."""
    tree = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if len(sys.argv) > 1:
        return os.path.abspath(sys.argv[1])
    if os.environ.get("REPUTED"):
        return os.path.abspath(os.environ["REPUTED"])
    built = [tree + "/build/src/reputed", tree + "/build/reputed"]
    return next((path for path in built if os.access(path, os.X_OK)), built[0])


class Reputed:
    """Runs the binary with a home, a configuration and a clock zone of its own."""

    def __init__(self, path):
        self.path = path
        self.top = tempfile.mkdtemp(prefix="reputed-test.")
        self.config = self.top + "/reputed.conf"
        with open(self.config, "w", encoding="ascii") as file:
            file.write("# nothing stated: labels and addresses are learnt from the log\n")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.top, ignore_errors=True)

    def run(self, *args, data=None):
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.top, "TZ": "UTC",
               "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": self.top, "XDG_CONFIG_HOME": self.top,
               "XDG_STATE_HOME": self.top, "NO_COLOR": "1"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                env[name] = os.environ[name]
        try:
            done = subprocess.run([self.path, args[0], "--config", self.config, *args[1:]],
                                  input=data, stdin=None if data is not None
                                  else subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=env, timeout=120, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            return 127, "", str(error)
        return (done.returncode, done.stdout.decode("utf-8", "replace"),
                done.stderr.decode("utf-8", "replace"))


def fits(wanted, got):
    return got in wanted if isinstance(wanted, list) else got == wanted


def told(record):
    return "line %s %s %s %s" % (record["line"], record["queue_id"], record["recipient"],
                                 record["status"])


def key(queue_id, recipient, line):
    return (queue_id, (recipient or "").casefold(), line)


def nameless(found, record):
    """An expiry's line names no recipient: one fact for each, its recipient perhaps null."""
    domain = record["recipient"].rpartition("@")[2].lower()
    where = key(record["queue_id"], None, record["line"])
    for fact in found.get(where, []):
        if fact.get("recipient_domain") == domain:
            found[where].remove(fact)
            if not found[where]:
                del found[where]
            return [fact]
    return []


def compare(tap, facts, truth, log):
    """One test for each thing that must be right, over all records of the truth."""
    wanted = [r for r in truth if r["kind"] == "delivery"]
    found = {}
    for fact in facts:
        if fact.get("kind") == "delivery":
            found.setdefault(key(fact["queue_id"], fact["recipient"],
                                 (fact.get("input") or {}).get("line")), []).append(fact)

    wrong, pairs = [], []
    for record in wanted:
        mine = found.pop(key(record["queue_id"], record["recipient"], record["line"]), [])
        if not mine and record["status"] == "expired":
            mine = nameless(found, record)
        if len(mine) != 1:
            wrong.append("%d times: %s" % (len(mine), told(record)))
        if mine:
            pairs.append((record, mine[0]))
    tap.ok(not wrong, "every delivery of the truth (%d) is found once" % len(wanted), wrong)

    none = {key(r["queue_id"], r["recipient"], r["line"]): r for r in truth if r["kind"] == "none"}
    hops = [told(none[k]) + " by " + none[k]["by"] for k in found if k in none]
    tap.ok(not hops, "filter hop, lmtp, local, discard and pipe (%d) are no deliveries" %
           len(none), hops)
    # A reply tied to no recipient may be told, but then it is no delivery of anything.
    asides = {r["line"]: r for r in truth if r["kind"] == "aside"}
    more = ["%s: %s" % (k, log[k[2] - 1][:200] if isinstance(k[2], int) else "")
            for k, facts in found.items() if k not in none and
            (k[2] not in asides or any(f.get("status") for f in facts))]
    tap.ok(not more, "nothing else is a delivery", more)

    wrong = []
    samples = [f for f in facts if (f.get("input") or {}).get("line") in asides]
    for fact in samples:
        record = asides[fact["input"]["line"]]
        got = {k: fact.get(k) for k in ("queue_id", "host", "code", "enhanced", "stage")}
        got["label"] = fact.get("source_label")
        wrong += ["%s: %s %r, not %r" % (told(record), k, got[k], record[k]) for k in got
                  if got[k] != record[k]]
    tap.ok(not wrong, "what a host said before the next was asked (%d of %d told)" %
           (len(samples), len(asides)), wrong)

    def same(name, keys, read):
        wrong = []
        for record, fact in pairs:
            for one in keys:
                if one in record and not fits(record[one], read(fact, one)):
                    wrong.append("%s: %s %r, not %r" %
                                 (told(record), one, read(fact, one), record[one]))
                    break
        tap.ok(not wrong, "%s (%d checked)" %
               (name, sum(any(k in r for k in keys) for r, _ in pairs)), wrong)

    def plain(fact, one):
        return fact.get(one)

    same("status", ["status"], plain)
    same("code", ["code"], plain)
    same("enhanced code", ["enhanced"], lambda f, k: f.get(k))
    same("stage", ["stage"], plain)
    same("host and its address", ["host", "host_ip"], plain)
    same("label", ["label"], lambda f, _: f.get("source_label"))
    same("evidence", ["evidence"], plain)

    wrong = []
    for record, fact in pairs:
        domain = (record["sender"] or "").rpartition("@")[2].lower() or None
        if fact.get("sender_domain") != domain:
            wrong.append("%s: %r, not %r" % (told(record), fact.get("sender_domain"), domain))
    tap.ok(not wrong, "sender domain", wrong)

    wrong = []
    for record, fact in pairs:
        domain = record["recipient"].rpartition("@")[2].lower()
        if fact.get("recipient_domain") != domain:
            wrong.append("%s: %r, not %r" % (told(record), fact.get("recipient_domain"), domain))
    tap.ok(not wrong, "recipient domain", wrong)

    wrong = []
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    for record, fact in pairs:
        month, day, clock = log[record["line"] - 1].split()[:3]
        stamp = "-%02d-%02dT%s" % (months.index(month) + 1, int(day), clock)
        if not re.fullmatch(r"\d{4}" + stamp + r"(\.\d+)?Z", fact.get("time") or ""):
            wrong.append("%s: %r, not ....%sZ" % (told(record), fact.get("time"), stamp))
    tap.ok(not wrong, "time, but for the year", wrong)

    wrong = ["%s: %r" % (told(r), f.get("source")) for r, f in pairs
             if "source" in r and f.get("source") not in (r["source"], r.get("label"))]
    tap.ok(not wrong, "the source is the public address or the label", wrong)


def counts(truth, sure):
    """Totals: at least the attempts that a server answered, at most all of them."""
    total = dict.fromkeys(("sent", "deferred", "bounced", "expired"), 0)
    for record in truth:
        if record["kind"] != "delivery":
            continue
        if record["status"] == "expired":
            total["expired"] += not sure or "label" in record
        elif not sure or record.get("evidence") is True:
            total[record["status"]] += 1
    return total


def status(reputed, db):
    code, out, err = reputed.run("status", "--json", "--all", "--db", db)
    if code not in (0, 1):
        return None, "exit %d: %s" % (code, err)
    try:
        return json.loads(out), ""
    except ValueError as error:
        return None, "%s in %r" % (error, out[:300])


def check_store(tap, reputed, log_path, truth):
    db = reputed.top + "/facts.db"
    code, out, err = reputed.run("ingest", "--db", db, log_path)
    if not tap.ok(code == 0, "ingest into a database", [code, out, err]):
        return
    first, why = status(reputed, db)
    if not tap.ok(first is not None, "status of it", [why]):
        return
    low, high = counts(truth, True), counts(truth, False)
    totals = first.get("totals", {})
    wrong = ["%s: %r, not %d..%d" % (k, totals.get(k), low[k], high[k]) for k in low
             if not isinstance(totals.get(k), int) or not low[k] <= totals[k] <= high[k]]
    tap.ok(not wrong, "its totals are those of the truth", wrong)
    cells = {k: sum(c.get(k) or 0 for c in first.get("cells", [])) for k in low}
    tap.ok(cells == {k: totals.get(k) for k in low}, "its cells add up to them",
           ["%s, not %s" % (cells, totals)])
    public = {r["label"]: r["source"] for r in truth
              if isinstance(r.get("label"), str)}
    wrong = ["%s %s: %r, not %s" % (c.get("source_label"), c.get("provider"), c.get("source"),
                                    public[c["source_label"]])
             for c in first.get("cells", [])
             if public.get(c.get("source_label"), c.get("source")) != c.get("source")]
    tap.ok(not wrong, "its sources are learnt from what providers said", wrong)
    seen = {c.get("source_label") for c in first.get("cells", [])}
    tap.ok(set(public) <= seen, "every label has its cells",
           ["missing: %s" % sorted(set(public) - seen)])

    copy = reputed.top + "/copy of mail.log"
    shutil.copy(log_path, copy)
    with open(log_path, "rb") as file:
        data = file.read()
    ways = (("the same file", [log_path], None), ("a copy", [copy], None),
            ("standard input", ["-"], data))
    for name, args, given in ways:
        code, out, err = reputed.run("ingest", "--db", db, *args, data=given)
        again, why = status(reputed, db)
        good = code == 0 and again is not None and again.get("totals") == totals
        tap.ok(good, "%s again counts nothing twice" % name,
               [code, err, why, "%s, not %s" % ((again or {}).get("totals"), totals)])
    # A log that grew: its first part, then all of it.
    db = reputed.top + "/grown.db"
    half = data[:data.index(b"\n", len(data) // 2) + 1]
    growing = reputed.top + "/grow.log"
    for part in (half, data):
        with open(growing, "wb") as file:
            file.write(part)
        code, out, err = reputed.run("ingest", "--db", db, growing)
    again, why = status(reputed, db)
    tap.ok(code == 0 and again is not None and again.get("totals") == totals,
           "in two halves it is the same",
           [code, err, why, "%s, not %s" % ((again or {}).get("totals"), totals)])


def check_log(tap, path, log_path, truth_path):
    with open(truth_path, encoding="utf-8") as file:
        truth = json.load(file)
    with open(log_path, encoding="utf-8", errors="surrogateescape") as file:
        log = file.read().splitlines()
    with Reputed(path) as reputed:
        code, out, err = reputed.run("ingest", "--dry-run", "--json", log_path)
        facts, bad = [], []
        for number, line in enumerate(out.splitlines(), 1):
            try:
                facts.append(json.loads(line))
            except ValueError as error:
                bad.append("output line %d: %s: %s" % (number, error, line[:200]))
        if tap.ok(code == 0 and not bad and facts, "ingest --dry-run --json of %s" %
                  os.path.basename(log_path), ["exit %d" % code] + bad + err.splitlines()):
            compare(tap, facts, truth, log)
        check_store(tap, reputed, log_path, truth)
