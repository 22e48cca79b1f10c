#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_cli.py [REPUTED] -- the command line as doc/words.md and doc/json.md promise it: help, options,
exit codes, the keys of every JSON object, and what people read. TAP.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402

GOOD, TROUBLE, USAGE, BAD, FAILED = range(5)
COMMANDS = ("setup", "ingest", "serve", "alert", "note", "status", "top", "why", "trend", "report", "mcp", "trace", "queue", "options", "classify", "explain",
            "rules", "config", "complaints", "quarantine", "forget", "user", "steer", "store", "check", "spf", "dkim",
            "dmarc", "tls", "ptr", "dnsbl")
OPTIONS = {"--json": None, "--csv": None, "--names": None, "--html": None, "--db": "PATH", "--config": "FILE", "--know": "DIR", "--now": "TIME",
           "--timezone": "ZONE", "--source": "[LABEL=]IP", "--dry-run": None,
           "--rollups-only": None, "--trace": None, "--replay": None, "--all": None,
           "--help": None, "--ip": "IP", "--from": "ADDRESS", "--helo": "NAME", "--starttls": None,
           "--selector": "NAME", "--scope": "WORD", "--yes": None, "--metadata": None, "--alert-mail": "ADDRESS", "--done": "STEP", "--undone": "STEP", "--by": "NAME",
           "--postfix": "DIR", "--since": "LENGTH", "--server": "ADDR[:PORT]", "--timeout-ms": "N", "--budget-ms": "N"}
READING = ("status", "why", "options")
S3140 = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your "
         "Internet service provider since part of their network is on our block list (S3140).")

# The keys of json.md, each with the kinds of value it may have.
TEXT, NUMBER, REAL, FLAG, NONE = str, int, (int, float), bool, type(None)
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
STATES = ("well", "throttled", "blocked", "listed", "failing", "unknown")
CLASSES = ("accepted throttled blocked listed greylisted authentication identity content recipient "
           "mailbox policy capacity network tls protocol unknown").split()
SCOPES = ("source source-or-subnet subnet range domain route message url recipient session "
          "provider").split() + [None]
STAGES = ["connect", "ehlo", "mail", "rcpt", "data", "dot", None]
ADVICE = ["retry", "slower", "not-this-path", "never", "fix-first", None]
CAUSES = ("range own-reputation hygiene authentication identity volume content provider").split()
LIVES = ["suspected", "active", "handling", "over"]
DELIVERY = ("kind time source source_label route provider host host_ip sender_domain stream "
            "recipient recipient_domain status code enhanced stage class scope rule certain "
            "evidence text message_id queue_id delay_s input").split()
CLASSIFIED = ("line provider code enhanced stage class scope rule certain permanent retry meaning "
              "remedy url captures").split()
STATUS = ["now", "window_s", "totals", "cells", "not_watched"]
CELL = ("source source_label provider sent deferred bounced expired classes state since "
        "incident").split()
WHY = ["now", "incidents"]
INCIDENT = ("id subject provider class rule state since until returns lost causes evidence "
            "cannot_be unknown next").split()
EVIDENCE = "name family sentence speaks_for speaks_against ratio facts".split()


def missing(thing, keys, where):
    return ["%s: no key %s" % (where, k) for k in keys if k not in thing]


def one_of(value, some, where):
    return [] if value in some else ["%s: %r" % (where, value)]


def is_time(value, where, none=False):
    if value is None and none:
        return []
    return [] if isinstance(value, str) and TIME.fullmatch(value) else ["%s: %r" % (where, value)]


def is_a(value, kinds, where):
    good = isinstance(value, kinds) and (kinds is FLAG or not isinstance(value, bool))
    return [] if good else ["%s: %r" % (where, value)]


def stores(world):
    """A blocked store, one without trouble, one with nothing in it, one where nothing was read."""
    if not hasattr(world, "cli"):
        world.cli = {}
        for name, scenario, scale in (("blocked", "aws-morning", 3), ("well", "boring", 3)):
            box = world.cli[name] = world.box(name)
            box.ingest(*world.log(scenario, scale).files)
        box = world.cli["empty"] = world.box("empty")
        box.ingest(util.write(box.path("mail.log"),
                              "2026-11-03T06:00:00Z mx1 postfix/master[1]: daemon started\n"))
        world.cli["none"] = world.box("none")
    return world.cli


def helps(tap, world):
    box = world.box("help")
    done = box.run("--help")
    wrong = [c for c in COMMANDS if not re.search(r"^  %s +\w" % c, done.out, re.M)]
    tap.ok(done.code == GOOD and not done.err and not wrong, "--help names every command",
           wrong + done.told())
    named = re.findall(r"^  ([a-z]+) +\w", done.out.partition("Commands:")[2], re.M)
    tap.ok(sorted(named) == sorted(COMMANDS), "and no other", [named])
    for args in (["-h"], ["help"]):
        tap.ok(box.run(*args).out == done.out, "%s is the same" % args[0])
    done = box.run()
    tap.ok(done.code == USAGE and "Commands:" in done.err and not done.out,
           "without a command: the same on standard error, wrong use", done.told())
    tap.ok(re.fullmatch(r"reputed \d+\.\d+\.\d+\n", box.run("--version").out), "--version")
    values = {"PATH": "/dev/null", "FILE": box.config, "DIR": box.top, "TIME": util.NOW, "LENGTH": "30d",
              "ZONE": "UTC", "[LABEL=]IP": "203.0.113.9", "IP": "203.0.113.9",
              "ADDRESS": "jo@example.com", "WORD": "read", "NAME": "mx1.example.com",
              "ADDR[:PORT]": "127.0.0.1:53", "N": "100", "STEP": "2"}
    without = set()
    for at, command in enumerate(COMMANDS):
        done = box.run(command, "--help")
        lines = done.out.splitlines()
        tap.ok(done.code == GOOD and not done.err and
               re.search(r"(^|[|;] *|^  echo .*\| )reputed %s\b" % command, lines[0].strip()) and
               lines[0].startswith("  "), "%s --help begins with examples" % command, done.told())
        tap.ok(max(map(len, lines)) <= 100, "%s --help fits 100 columns" % command, done.told())
        tap.ok(box.run(command, "-h").out == done.out, "%s -h is the same" % command)
        offered = re.findall(r"^  (--[a-z-]+)", done.out, re.M)
        wrong = []
        # With --help at the end nothing is done, but all before it is read: all that is offered in
        # one line, once for each way to give a value. What is not offered ends a line, so it comes
        # alone, in one way and the other by turns.
        ways = [[], []]
        for name, value in OPTIONS.items():
            way = [[name], [name]] if value is None else [[name, values[value]],
                                                          ["%s=%s" % (name, values[value])]]
            if name in offered:
                ways = [all_of + one for all_of, one in zip(ways, way)]
            else:
                got = box.run(command, *way[at % 2], "--help", config=False)
                if got.code == GOOD:
                    wrong += ["%s is not offered" % name] + got.told()
            # One piece of code reads values for every command.
            if value is not None and name in offered and name not in without:
                without.add(name)
                got = box.run(command, name, config=False)
                if got.code != USAGE or name not in got.err or value not in got.err:
                    wrong += ["without a value:"] + got.told()
        # Each flag also just before --help: one that takes the next word would take it.
        ways += [[name] for name in offered if name in OPTIONS and OPTIONS[name] is None]
        for all_of in ways:
            got = box.run(command, *all_of, "--help", config=False)
            if got.code != GOOD or got.raw != done.raw:
                wrong += ["is offered:"] + got.told()
        wrong += ["%s is offered, and in no list of this test" % x for x in offered if x not in OPTIONS]
        tap.ok(not wrong, "%s: takes the options its help offers, and no other" % command, wrong)
        wanted = ["--config"] + (["--json"] if command not in ("serve", "setup", "top", "report", "mcp") else [])    # they print as they go; a page of what has --json
        wanted += ["--db"] if command in ("ingest", "forget") + READING else []
        wanted += ["--now"] if command in READING else []
        tap.ok(set(wanted) <= set(offered), "%s offers %s" % (command, " ".join(wanted)), offered)
        example = [x for x in lines[:lines.index("")] if "reputed" in x]
        used = set(re.findall(r" (--[a-z-]+)", " ".join(example))) - set(offered)
        tap.ok(not used, "%s: its examples use what it offers" % command, used)


def unknown(tap, world):
    box = world.box("unknown")
    for word, near in (("statsu", "status"), ("wyh", "why"), ("ingset", "ingest"),
                       ("clasify", "classify"), ("explian", "explain"), ("Status", "status")):
        done = box.run(word)
        tap.ok(done.code == USAGE and '"%s"' % word in done.err and near in done.err and
               not done.out, "%s: did you mean %s?" % (word, near), done.told())
    done = box.run("zzzzzzzzz")
    tap.ok(done.code == USAGE and "did you mean" not in done.err, "zzzzzzzzz: nothing is near",
           done.told())
    for command, word, near in (("status", "--jsno", "--json"), ("status", "--al", "--all"),
                                ("why", "--tarce", "--trace"), ("ingest", "--dryrun", "--dry-run"),
                                ("ingest", "--timezon=UTC", "--timezone"),
                                ("ingest", "--rollup-only", "--rollups-only")):
        done = box.run(command, word)
        tap.ok(done.code == USAGE and near in done.err and "did you mean" in done.err and
               "%s --help" % command in done.err and not done.out,
               "%s %s: did you mean %s?" % (command, word, near), done.told())
    for args in (["status", "--trace"], ["why", "--dry-run"], ["classify", "--db", "x"],
                 ["status", "-x"], ["why", "1", "2"], ["status", "google"], ["rules"],
                 ["rules", "chekc"], ["config"], ["config", "print"],
                 ["config", "check", "a", "b"], ["rules", "list", "a", "b"]):
        done = box.run(*args)
        tap.ok(done.code == USAGE and done.err and not done.out, "%s is wrong use" % " ".join(args),
               done.told())


def read_status(tap, world):
    for name, code in (("blocked", TROUBLE), ("well", GOOD), ("empty", GOOD), ("none", FAILED)):
        box = stores(world)[name]
        for more in ([], ["--all"], ["--now", util.NOW], ["--now", "2031-01-01T00:00:00Z"]):
            done = box.run("status", *more)
            here = code if not (more[:1] == ["--now"] and code == TROUBLE) else done.code
            tap.ok(done.code == here and done.code in (GOOD, TROUBLE, FAILED) and
                   max(map(len, done.out.splitlines()), default=0) <= 100,
                   "status of %s store%s: exit code %d, 100 columns" %
                   ("a blocked" if name == "blocked" else "the " + name,
                    "".join(" " + x for x in more), here), done.told())
            if name != "none":
                tap.ok("\x1b" not in done.out and not done.err, "no colour, no noise", done.told())
    out = stores(world)["blocked"].run("status").out
    tap.ok("203.0.113.24" in out and "microsoft-consumer" in out and "blocked since" in out and
           "reputed why" in out, "status of a blocked store says who, where, since when", [out])
    first = out.splitlines()[1]
    tap.ok("blocked" in first, "status: the worst comes first", [out])
    now = stores(world)["blocked"].run("status", "--json").json()["now"]
    tap.ok("now is %s." % now in out, "status says which now", [out])
    out = stores(world)["blocked"].run("status", "--all").out
    tap.ok(re.search(r"^203\.0\.113\.24 .* incident \d+$", out, re.M), "and the number of the "
           "incident", [out])
    out = stores(world)["well"].run("status").out
    tap.ok("No provider refuses" in out, "status of a store without trouble says so", [out])
    out = stores(world)["empty"].run("status").out
    tap.ok("Nothing to show yet" in out and "reputed ingest" in out, "status of an empty store says "
           "so, and what to do", [out])
    done = stores(world)["none"].run("status")
    tap.ok("reputed ingest" in done.err and not done.out, "status of nothing says what to do",
           done.told())


def status_json(tap, world):
    for name in ("blocked", "well", "empty"):
        box = stores(world)[name]
        for more, window in (([], 86400), (["--all"], None)):
            done = box.run("status", "--json", *more)
            s = done.json()
            wrong = missing(s, STATUS, "status")
            wrong += is_time(s["now"], "now", name == "empty")
            wrong += [] if s["window_s"] == window else ["window_s: %r" % s["window_s"]]
            wrong += missing(s["totals"], util.STATUS, "totals")
            wrong += [] if s["not_watched"] == ["snds", "complaints"] else ["not_watched"]
            for c in s["cells"]:
                where = "cell %s %s" % (c.get("source"), c.get("provider"))
                wrong += missing(c, CELL, where)
                wrong += one_of(c["state"], STATES, where + " state")
                wrong += is_time(c["since"], where + " since", True)
                wrong += is_a(c["incident"], (NUMBER, NONE), where + " incident")
                wrong += ["%s class %s" % (where, k) for k in c["classes"] if k not in CLASSES]
                wrong += [where + " since, and well"] if c["state"] == "blocked" and not c["since"] \
                    else []
                for k in util.STATUS:
                    wrong += is_a(c[k], NUMBER, "%s %s" % (where, k))
            for k in util.STATUS:
                n = sum(c[k] for c in s["cells"])
                wrong += [] if s["totals"][k] == n else ["totals %s: %s, cells %d" %
                                                         (k, s["totals"][k], n)]
            tap.ok(not wrong, "status --json%s of the %s store holds what json.md promises" %
                   ("".join(" " + x for x in more), name), wrong)
    s = stores(world)["blocked"].run("status", "--json").json()
    mine = {(c["source"], c["provider"]): c for c in s["cells"]}
    cell = mine.get(("203.0.113.24", "microsoft-consumer"), {})
    tap.ok(cell.get("state") == "blocked" and cell.get("since") == "2026-11-03T06:42:11Z" and
           cell.get("source_label") == "mx1/postfix/out-a", "the block has its beginning", [cell])
    s = stores(world)["empty"].run("status", "--json").json()
    tap.ok(s["now"] is None and s["cells"] == [] and s["totals"]["sent"] == 0,
           "status --json of an empty store: null and nothing", [s])


def asked(tap, world):
    """why: all, by number, address, provider, domain."""
    box = stores(world)["blocked"]
    everything = box.run("why", "--json").json()["incidents"]
    both = sorted(i["subject"]["value"] for i in everything if i["state"] == "active")
    tap.ok(both == ["203.0.113.24", "203.0.113.31"], "why --json has both addresses", [both])
    for word, wanted in ((str(everything[0]["id"]), {everything[0]["subject"]["value"]}),
                         ("203.0.113.31", {"203.0.113.31"}), ("mx1/postfix/out-b", {"203.0.113.31"}),
                         ("out-b", {"203.0.113.31"}),
                         ("microsoft-consumer", set(both)), ("Microsoft-Consumer", set(both)),
                         ("hotmail.com", set(both)), ("outlook.com", set(both)),
                         ("google", set())):
        done = box.run("why", "--json", word)
        got = {i["subject"]["value"] for i in done.json()["incidents"]}
        tap.ok(got == wanted and done.code == (TROUBLE if wanted else GOOD),
               "why %s: %s" % (word, ", ".join(sorted(wanted)) or "nothing"), done.told())
        done = box.run("why", word)
        tap.ok(done.code == (TROUBLE if wanted else GOOD) and all(w in done.out for w in wanted) and
               (wanted or word in done.out), "and for people", done.told())
    for word in ("9999", "198.51.100.1", "nobody.example"):
        done = box.run("why", word)
        tap.ok(done.code == 2 and done.out == "" and done.err, "why %s: not known, no all-clear" % word,
               done.told())


def why_text(tap, world):
    done = stores(world)["blocked"].run("why")
    wrong = [w for w in ("203.0.113.24", "S3140", "Why", "for", "unknown", "Do now", "cannot be")
             if w not in done.out]
    # What speaks against the likeliest cause stands under "against", and nothing under "for" does.
    sides = re.search(r"^  for  (.*?)(?:^  against (.*?))?^  (?:unknown|cannot be)", done.out, re.S | re.M)
    words = [" ".join((side or "").split()) for side in sides.groups()] if sides else ["", ""]
    told = re.search(r"^ +incidents? (\d+)", done.out, re.M)      # the first of those that are told together
    leading = [i for i in stores(world)["blocked"].run("why", "--json").json()["incidents"] if told and i["id"] == int(told.group(1))][0]
    for e in leading["evidence"]:
        if leading["causes"][0]["cause"] in e["speaks_against"]:
            said = " ".join(e["sentence"].split())[:60]
            wrong += ["against: %s" % said] if said not in words[1] or said in words[0] else []
    tap.ok(done.code == TROUBLE and not wrong and not done.err, "why tells the verdict, the evidence "
           "for and against, what is not known, what to do", wrong + done.told())
    tap.ok(not re.search(r"probability|\b0\.\d\d\b", done.out.partition("Text for")[0]),
           "numbers are for --trace", done.told())
    trace = stores(world)["blocked"].run("why", "--trace")
    tap.ok(trace.code == TROUBLE and len(trace.out) > len(done.out) and
           re.search(r"\d\.\d", trace.out), "why --trace has numbers", trace.told())
    for name, word in (("well", "All well"), ("empty", "Nothing to show yet")):
        done = stores(world)[name].run("why")
        tap.ok(done.code == GOOD and word in done.out and not done.err, "why of the %s store: %s" %
               (name, word), done.told())
    done = stores(world)["none"].run("why")
    tap.ok(done.code == FAILED and "reputed ingest" in done.err, "why of nothing says what to do",
           done.told())
    first = stores(world)["blocked"]
    tap.ok(first.run("why", "--json").raw == first.run("why", "--json").raw and
           first.run("why").raw == first.run("why").raw, "the same facts, the same verdict, byte for "
           "byte")


def why_json(tap, world):
    for name in ("blocked", "well", "empty"):
        w = stores(world)[name].run("why", "--json", "--all").json()
        wrong = missing(w, WHY, "why") + is_time(w["now"], "now", name == "empty")
        for i in w["incidents"]:
            where = "incident %s" % i.get("id")
            wrong += missing(i, INCIDENT, where)
            wrong += missing(i["subject"], ["kind", "value"], where + " subject")
            wrong += one_of(i["subject"]["kind"], ("source", "subnet", "route", "domain"), where)
            wrong += one_of(i["state"], LIVES, where + " state")
            wrong += one_of(i["class"], CLASSES, where + " class")
            wrong += is_time(i["since"], where + " since")
            wrong += is_time(i["until"], where + " until", True)
            wrong += is_a(i["returns"], NUMBER, where + " returns")
            wrong += is_a(i["rule"], (TEXT, NONE), where + " rule")
            wrong += missing(i["lost"], ["bounced", "streams"], where + " lost")
            for c in i["causes"]:
                wrong += missing(c, ["cause", "probability", "words"], where + " cause")
                wrong += one_of(c["cause"], CAUSES, where + " cause")
                wrong += is_a(c["words"], TEXT, where + " words")
                if not 0 <= c["probability"] <= 1:
                    wrong.append("%s probability %r" % (where, c["probability"]))
            for e in i["evidence"]:
                wrong += missing(e, EVIDENCE, where + " evidence")
                wrong += is_a(e["ratio"], REAL, where + " ratio")
                wrong += is_a(e["facts"], dict, where + " facts")
                wrong += ["%s %s" % (where, c) for c in e["speaks_for"] + e["speaks_against"]
                          if c not in CAUSES]
            for u in i["unknown"]:
                wrong += missing(u, ["what", "would_tell", "how"], where + " unknown")
            for n in i["next"]:
                wrong += missing(n, ["step", "text", "url"], where + " next")
            wrong += ["%s: %s cannot be, and is a cause" % (where, c["cause"]) for c in i["causes"]
                      if c["cause"] in i["cannot_be"]]
        if name == "blocked":
            wrong += [] if w["incidents"] else ["no incident"]
            wrong += ["no next step"] if not all(i["next"] for i in w["incidents"]
                                                 if i["state"] == "active") else []
        tap.ok(not wrong, "why --json of the %s store holds what json.md promises" % name, wrong)


def dry_run(tap, world):
    box = world.box("dry")
    log = world.log("aws-morning", 1)
    done = box.ingest("--dry-run", "--json", *log.files)
    facts = [f for f in done.lines() if f["kind"] == "delivery"]
    wrong = []
    for f in facts:
        where = "fact %s" % f.get("queue_id")
        wrong += missing(f, DELIVERY, where) + is_time(f["time"], where)
        wrong += one_of(f["status"], util.STATUS, where) + one_of(f["class"], CLASSES, where)
        wrong += one_of(f["scope"], SCOPES, where) + one_of(f["stage"], STAGES, where)
        wrong += is_a(f["certain"], FLAG, where) + is_a(f["evidence"], FLAG, where)
        wrong += missing(f["input"], ["file", "line"], where) + is_a(f["code"], (NUMBER, NONE), where)
        wrong += is_a(f["delay_s"], REAL + (NONE,), where) + is_a(f["rule"], (TEXT, NONE), where)
    tap.ok(not wrong and done.code == GOOD, "ingest --dry-run --json holds what json.md promises",
           wrong)
    got = {}
    for f in facts:
        where = f["source_label"], f["provider"], f["status"]
        got[where] = got.get(where, 0) + 1
    tap.ok(got == log.truth, "a fact for each delivery", util.differences(log.truth, got))
    tap.ok(not os.path.exists(box.db) and not os.path.exists(box.key), "and nothing is stored")
    tap.ok(all(f["source"] == "203.0.113.24" for f in facts
               if f["source_label"] == "mx1/postfix/out-a"), "a learnt address holds for earlier "
           "deliveries too")
    text = box.ingest("--dry-run", *log.files).out.splitlines()
    tap.ok(len(text) == len(done.lines()), "as text: a line for each", [len(text)])
    full = log.files[0], int(facts[0]["input"]["line"])
    line = util.read(full[0]).split(b"\n")[full[1] - 1].decode()
    tap.ok(facts[0]["queue_id"] in line and facts[0]["recipient"] in line, "its input names the line",
           [line, facts[0]])
    data = log.bytes()
    piped = [f for f in box.ingest("--dry-run", "--json", "-", data=data).lines()
             if f["kind"] == "delivery"]
    tap.ok(len(piped) == len(facts) and piped[0]["source"] == facts[0]["source"],
           "standard input the same", [len(piped)])
    done = box.ingest("--json", *log.files)
    s = done.json()
    wrong = missing(s, ["inputs", "deliveries"], "ingest")
    for i in s["inputs"]:
        wrong += missing(i, ["file", "lines", "skipped", "new", "known"], "input")
    tap.ok(not wrong and s["deliveries"] == log.total() and len(s["inputs"]) == 3,
           "ingest --json sums up", wrong + done.told())
    mode = [oct(os.stat(p).st_mode & 0o777) for p in (box.db, box.key)]
    tap.ok(mode == ["0o600", "0o600"], "database and key are for their owner alone", mode)


def sources(tap, world):
    """--source and the configuration say what the world sees."""
    log = world.log("boring", 1)
    for name, args, conf, wanted, code in (
            ("--source IP", ["--source", "203.0.113.90"], "", "203.0.113.90", GOOD),
            ("--source LABEL=IP", ["--source", "mx3/postfix=203.0.113.91"], "", "203.0.113.91",
             GOOD),
            ("--source of another", ["--source", "mx4=203.0.113.91"], "", "mx3/postfix", 3),
            ("a source block", [], "source here { label mx3/postfix; public 203.0.113.92 }\n",
             "203.0.113.92", GOOD),
            ("nothing", [], "", "mx3/postfix", GOOD)):
        box = world.box("source-" + re.sub(r"\W", "-", name))
        util.append(box.config, conf)
        done = box.ingest(*args, *log.files)
        got = {c["source"] for c in box.status().json()["cells"]}
        tap.ok(done.code == code and got == {wanted}, "%s: %s" % (name, wanted), [got] + done.told())
        if code != GOOD:
            tap.ok("mx4=203.0.113.91 matches no label" in done.err and "mx3/postfix" in done.err,
                   "what names no label is told, with the labels there are", done.told())
    box = world.box("source-later")
    box.ingest(*log.files)
    done = box.ingest("--source", "203.0.113.93", *log.files)
    got = {c["source"] for c in box.status().json()["cells"]}
    tap.ok(done.code == GOOD and got == {"203.0.113.93"},
           "--source given later holds for what is stored", [got] + done.told())
    for private in ("10.1.2.3", "172.31.0.10", "192.168.0.2", "127.0.0.1", "100.64.0.1", "fd00::1",
                    "::1", "fe80::1"):
        done = box.ingest("--source", private, *log.files)
        tap.ok(done.code == 2 and "private" in done.err, "--source %s is refused" % private,
               done.told())


def classify(tap, world):
    box = world.box("classify")
    olc = "hotmail-com.olc.protection.outlook.com\t"
    data = "\n".join([olc + S3140, "", "mx1.small.example\t451 4.7.1 Greylisted, please try again",
                      "   ", "mx.small.example\t" + S3140, "what is this", "550 5.1.1 User unknown",
                      S3140.replace("550", "250 ok 550", 0)]).encode() + b"\n"
    done = box.run("classify", "--json", data=data)
    got = done.lines()
    wrong = []
    for r in got:
        where = "line %s" % r.get("line")
        wrong += missing(r, CLASSIFIED, where)
        wrong += one_of(r["class"], CLASSES, where) + one_of(r["scope"], SCOPES, where)
        wrong += one_of(r["stage"], STAGES, where) + is_a(r["certain"], FLAG, where)
        wrong += is_a(r["permanent"], FLAG, where) + is_a(r["captures"], dict, where)
        wrong += missing(r["retry"], ["advice", "after_s"], where)
        wrong += one_of(r["retry"]["advice"], ADVICE, where)
    tap.ok(not wrong and done.code == GOOD, "classify --json holds what json.md promises", wrong)
    tap.ok([r["line"] for r in got] == [1, 3, 5, 6, 7, 8], "line is the number of the input line",
           [[r["line"] for r in got]])
    first = got[0]
    tap.ok((first["provider"], first["class"], first["scope"], first["rule"], first["code"],
            first["enhanced"], first["permanent"], first["certain"], first["retry"]["advice"]) ==
           ("microsoft-consumer", "blocked", "source-or-subnet", "microsoft-consumer.s3140", 550,
            "5.7.1", True, True, "not-this-path"), "S3140 from Microsoft", [first])
    tap.ok(first["captures"].get("address") == "203.0.113.24" and
           first["captures"].get("code") == "S3140", "with its parts", [first["captures"]])
    tap.ok(got[1]["class"] == "greylisted" and not got[1]["permanent"], "greylisting", [got[1]])
    tap.ok(got[2]["provider"] == "other" and not got[2]["certain"],
           "S3140 from mx.small.example does not make it Microsoft", [got[2]])
    wrapped = ("mx.small.example[192.0.2.9] said: 550 5.7.1\n    Unfortunately, messages from\n"
               "    [203.0.113.24] weren't sent (in reply to MAIL\n    FROM command)\n"
               "550-5.7.1 one\n550 5.7.1 two\n421 other\n")
    joined = box.run("classify", "--json", data=wrapped.encode())
    tap.ok([(r["line"], r["code"]) for r in joined.lines()] == [(1, 550), (5, 550), (7, 421)],
           "wrapped lines are one reply", joined.told())
    tap.ok(got[4]["class"] == "recipient", "an unknown recipient", [got[4]])
    text = box.run("classify", data=data)
    rows = [x.split("\t") for x in text.out.splitlines()]
    tap.ok(text.code == GOOD and [int(r[0]) for r in rows] == [1, 3, 5, 6, 7, 8] and
           rows[0][1] == "blocked", "for people: a line each, with its number", text.told())
    path = util.write(box.path("replies.txt"), data)
    tap.ok(box.run("classify", "--json", path).raw == done.raw, "from a file the same")
    tap.ok(box.run("classify", "--json", "-", data=data).raw == done.raw, "from - the same")
    empty = box.run("classify", "--json", data=b"")
    tap.ok(empty.code == GOOD and not empty.raw, "of nothing: nothing", empty.told())


def explain(tap, world):
    box = world.box("explain")
    for words in (["S3140"], ["s3140"], ["microsoft-consumer.s3140"], [S3140], S3140.split()):
        done = box.run("explain", *words)
        tap.ok(done.code == GOOD and "microsoft-consumer.s3140" in done.out and
               "https://" in done.out, "explain %s" % " ".join(words)[:40], done.told())
        tap.ok(max(map(len, done.out.splitlines())) <= 100, "and fits 100 columns", done.told())
    done = box.run("explain", "--json", "S3140")
    wrong = []
    for r in done.json():
        wrong += missing(r, ["rule", "class", "scope", "meaning", "remedy", "url", "source",
                             "certain"], "rule")
    tap.ok(done.json() and not wrong, "explain --json", wrong + done.told())
    done = box.run("explain", "--json", "zzz-nobody-knows")
    tap.ok(done.code == BAD and done.json() == [], "explain of what nobody knows: nothing, code 3",
           done.told())
    done = box.run("explain", "zzz-nobody-knows")
    tap.ok(done.code == BAD and "zzz-nobody-knows" in done.out + done.err, "and for people", done.told())


def rules(tap, world):
    box = world.box("rules")
    done = box.run("rules", "check")
    tap.ok(done.code == GOOD and not done.err and re.search(r"^\d+ rules, 0 ties, 0 problems; \d+ guides$", done.out),
           "rules check: what is built in has no fault", done.told())
    every = box.run("rules", "list", "--json").lines()
    keys = ["rule", "class", "scope", "retry", "certain", "meaning", "remedy", "url", "source",
            "file", "line"]
    wrong = [x for r in every for x in missing(r, keys, r.get("rule"))]
    tap.ok(len(every) > 200 and not wrong, "rules list --json", wrong)
    some = box.run("rules", "list", "microsoft-consumer").out.splitlines()[1:]
    tap.ok(some and all("microsoft-consumer" in x for x in some), "rules list of a word", some[:5])
    know = box.path("know.d")
    os.mkdir(know)
    mine = util.write(know + "/mine.rules", 'speaker provider microsoft-consumer\n'
                      'rule s3140 {\n  token S3140\n  class throttled\n  scope source\n'
                      '  retry slower\n  meaning "Ours."\n  source "me"\n  certain no\n}\n'
                      'speaker any\nrule odd-word {\n  text "xyzzy"\n  class policy\n'
                      '  scope message\n  meaning "A word."\n  source "me"\n  certain yes\n}\n')
    host = b"hotmail-com.olc.protection.outlook.com\t"
    before = box.run("classify", "--json", data=host + S3140.encode() + b"\n554 xyzzy\n").lines()
    after = box.run("classify", "--json", "--know", know,
                    data=host + S3140.encode() + b"\n554 xyzzy\n").lines()
    tap.ok(before[0]["class"] == "blocked" and after[0]["class"] == "throttled" and
           after[0]["rule"] == "microsoft-consumer.s3140" and after[0]["meaning"] == "Ours.",
           "a rule of --know overrides the one of its name", [before[0], after[0]])
    tap.ok(before[1]["class"] != "policy" and after[1]["rule"] == "any.odd-word",
           "and adds others", [before[1], after[1]])
    one = [r for r in box.run("rules", "list", "--json", "--know", know).lines()
           if r["rule"] == "microsoft-consumer.s3140"]
    tap.ok(len(one) == 1 and one[0]["file"] == mine and one[0]["line"] == 2,
           "rules list says where it stands", one)
    done = box.run("rules", "check", mine)
    tap.ok(done.code == GOOD and mine in done.out and "0 problems" in done.out, "rules check FILE",
           done.told())
    dead = util.write(box.path("dead.rules"), 'speaker any\nrule dead {\n  text "not xyzzy"\n  unless xyzzy\n'
                      '  class policy\n  meaning "A word."\n  source "me"\n  certain no\n}\n')
    done = box.run("rules", "check", dead)
    tap.ok(done.code == BAD and "1 problem," in done.out and "never matches" in done.err,
           "rules check FILE tells of a text that its own unless always goes with", done.told())
    mill = util.write(box.path("mill.services"), 'service mill { domains mill.example; fix { dkim "Add DOMAIN." } }\n')
    done = box.run("rules", "check", mill)
    tap.ok(done.code == GOOD and "31 services with this file (30 without it), 0 problems" in done.out,
           "rules check FILE.services", done.told())
    done = box.run("rules", "check", util.write(box.path("wrong.services"), "service mill { domains mill.example }\nservce b { }\n"))
    tap.ok(done.code == BAD and "wrong.services:2:1: expected service ID" in done.err and "1 problem" in done.out,
           "rules check FILE.services tells the place", done.told())
    done = box.run("explain", "--know", know, "S3140")
    tap.ok("Ours." in done.out, "explain uses it", done.told())
    log = world.log("aws-morning", 1)
    box.ingest("--know", know, *log.files)
    classes = [c["classes"] for c in box.status().json()["cells"]
               if c["provider"] == "microsoft-consumer"]
    tap.ok(any("throttled" in c for c in classes) and not any("blocked" in c for c in classes),
           "and ingest", classes)


def config(tap, world):
    box = world.box("config")
    util.append(box.config, 'timezone Europe/Paris\nsource out-a {\n  public 203.0.113.24\n'
                '  bind 172.31.4.10\n  tenancy dedicated\n}\nrelay ses {\n'
                '  host email-smtp.eu-west-1.amazonaws.com:587\n}\n'
                'stream resets {\n  from noreply@shop.example\n  urgent yes\n}\n'
                'alert post { by mail; to admin@other.example }\n')
    done = box.run("config", "check")
    tap.ok(done.code == GOOD and "1 source, 1 relay, 1 stream, 1 alert" in done.out and not done.err,
           "config check", done.told())
    done = box.run("config", "dump")
    again = util.write(box.path("again.conf"), done.out)
    tap.ok(done.code == GOOD and box.run("config", "dump", again).out == done.out,
           "config dump can be read again and is the same", done.told())
    j = box.run("config", "dump", "--json").json()
    wrong = missing(j, ["database", "key_file", "timezone", "sources", "relays", "streams", "alerts"],
                    "config")
    tap.ok(not wrong and j["database"] == box.db and j["timezone"] == "Europe/Paris" and
           j["sources"][0]["public"] == "203.0.113.24", "config dump --json", wrong + [j])
    plain = world.box("config-plain")
    os.remove(plain.config)
    done = plain.run("config", "dump", config=False)
    tap.ok(done.code == GOOD and "database" in done.out, "without any file: the defaults",
           done.told())


if __name__ == "__main__":
    sys.exit(util.main([helps, unknown, read_status, status_json, asked, why_text, why_json, dry_run,
                        sources, classify, explain, rules, config]))
