#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_metrics.py [REPUTED] -- metrics are what their format says (OpenMetrics 1.0 by our own reading of it), of a made-up
world and as a `reputed serve` answers them; who may have them; that they name no person; the alert rules fire as they
should (promtool); dashboard and rules ask only for metrics, labels and values that there are. TAP.

promtool is a part of Debian's package prometheus (96 MB): without it those checks are skipped, which is said.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check        # noqa: E402
import test_serve   # noqa: E402
import test_web     # noqa: E402
import util         # noqa: E402

PROMTOOL = shutil.which(os.environ.get("PROMTOOL", "promtool"))
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\d+)$')
LABELS = {"provider", "source", "class", "status", "state", "trouble", "waits", "feed", "kind", "version"}
END = {"counter": ("_total",), "gauge": ("",), "info": ("_info",)}
TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
ASKERS = ("reputed.rules.yml", "reputed.grafana.json")
# Of an expression: a metric, and perhaps what its labels have to be.
ASKED = re.compile(r"\b(reputed_\w+)(?:\{([^}]*)\})?")
WANTED = re.compile(r'(\w+)(=~|!~|!=|=)\\?"([^"\\]*)\\?"')


def written():
    """Metrics of a made-up world, by the unit test that makes it."""
    program = os.path.join(os.path.dirname(os.path.dirname(check.binary())), "tests/test_web_feeds")
    return subprocess.run([program, "metrics"], check=True, stdout=subprocess.PIPE, timeout=100).stdout.decode()


def promtool(*args, text=None):
    return subprocess.run([PROMTOOL] + list(args), check=False, input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=100, cwd=TOP + "/share")


def faults(text):
    """What is wrong with it by OpenMetrics 1.0: families in one piece, TYPE before samples, names, labels, the end."""
    found, families, name, kind, seen = [], set(), None, None, set()
    lines = text.split("\n")
    if lines[-2:] != ["# EOF", ""]:
        found.append("it does not end with # EOF and a line end")
    for line in lines[:-2]:
        meta = re.match(r"# (TYPE|UNIT|HELP) (\S+) (.+)$", line)
        if meta and meta.group(1) == "TYPE":
            name, kind = meta.group(2), meta.group(3)
            if name in families or kind not in END:
                found.append("%s: twice, or of no known type" % line)
            families.add(name)
        elif meta:
            if meta.group(2) != name or (meta.group(1) == "UNIT" and not name.endswith("_" + meta.group(3))):
                found.append("%s: does not belong to %s" % (line, name))
        else:
            sample = SAMPLE.match(line)
            if not sample or sample.group(1) not in [name + end for end in END[kind]]:
                found.append("%s: no sample of %s" % (line, name))
            elif line.rpartition(" ")[0] in seen:
                found.append("%s: twice" % line)
            else:
                seen.add(line.rpartition(" ")[0])
                found += ["%s: label %s" % (line, x) for x in re.findall(r'(\w+)="', sample.group(2) or "") if x not in LABELS]
    return found


def format_holds(tap, _world):
    text = written()
    tap.ok(text.count("\n") > 100 and not faults(text), "OpenMetrics 1.0", faults(text))
    tap.ok(faults(text.replace("# EOF\n", "")) and faults(text.replace("_total{", "{")) and faults(text + "x 1\n"),
           "which would find what is wrong")
    asked = [file for file, expr in expressions() if ASKED.search(expr)]
    for name in ASKERS:
        with open(os.path.join(TOP, "share", name), encoding="utf-8") as file:
            n = len(re.findall(r"\breputed_\w+", file.read()))
        tap.ok(asked.count(name) > 5 and sum(len(ASKED.findall(e)) for f, e in expressions() if f == name) == n,
               "every expression of %s is looked at" % name, ["%d names in it" % n, asked])


def classic(text):
    """The same in the older format of Prometheus, which is what promtool checks: the family of a counter is named as its rows are."""
    out, kinds = [], dict(re.findall(r"(?m)^# TYPE (\S+) (\w+)$", text))
    for line in text.splitlines():
        meta = re.match(r"# (TYPE|HELP) (\S+) (.*)$", line)
        if meta:
            what, name, rest = meta.groups()
            out.append("# %s %s%s %s" % (what, name, END[kinds[name]][0], "gauge" if what == "TYPE" and rest == "info" else rest))
        elif not line.startswith("#"):
            out.append(line)
    return "\n".join(out) + "\n"


def values(text):
    """Of each metric its labels, each with the values that it has."""
    found = {}
    for line in text.splitlines():
        sample = SAMPLE.match(line)
        if sample:
            labels = found.setdefault(sample.group(1), {})
            for name, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', sample.group(2) or ""):
                labels.setdefault(name, set()).add(value)
    return found


def expressions():
    """(file, expression) of everything that the package asks Prometheus for."""
    with open(os.path.join(TOP, "share", "reputed.rules.yml"), encoding="utf-8") as file:
        for expr in re.findall(r"(?m)^ +expr: (.+)$", file.read()):
            yield "reputed.rules.yml", expr
    with open(os.path.join(TOP, "share", "reputed.grafana.json"), encoding="utf-8") as file:
        board = json.load(file)
    for panel in board["panels"]:
        for target in panel["targets"]:
            yield "reputed.grafana.json", target["expr"]
    for var in board["templating"]["list"]:
        if var["type"] == "query":
            yield "reputed.grafana.json", var["query"]["query"]


def lacks(text):
    """What dashboard and rules ask for and these metrics do not have: a name, a label, a value of a label."""
    there, found = values(text), []
    with open(os.path.join(TOP, "src/fact/words.c"), encoding="utf-8") as file:
        classes = set(re.findall(r'"([a-z-]+)"', re.search(r"class_words\[REP_CLASS_N\] = \{([^}]*)\}", file.read()).group(1)))
    for file, expr in expressions():
        for name, wanted in ASKED.findall(expr):
            if name not in there:
                found.append("%s: %s" % (file, name))
                continue
            for label, _, value in WANTED.findall(wanted):
                words = [] if value.startswith("$") else value.split("|")
                if label == "instance":         # of Prometheus itself
                    continue
                if label not in there[name]:
                    found.append("%s: %s has no label %s" % (file, name, label))
                elif label == "class":          # only those that occurred have rows
                    found += ["%s: no class is called %s" % (file, w) for w in words if w not in classes]
                else:
                    found += ["%s: no %s of %s is %s" % (file, label, name, w) for w in words if w not in there[name][label]]
    return found


def waiting(n, at):
    """A message that waits: lines of Postfix."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))
    head, queue = "%s mx1 postfix/" % stamp, "B%07X" % n
    return ("%sqmgr[9]: %s: from=<news@shop.example>, size=1200, nrcpt=1 (queue active)\n"
            "%ssmtp[7]: %s: to=<w%d@gmail.com>, relay=gmail-smtp-in.l.google.com[142.250.27.27]:25, delay=1, delays=0/0/0/1, "
            "dsn=4.2.2, status=deferred (host gmail-smtp-in.l.google.com[142.250.27.27] said: 452 4.2.2 The recipient's inbox is "
            "out of storage space (in reply to RCPT TO command))\n" % (head, queue, head, queue, n))


def served(tap, world):
    """What a running daemon answers to who scrapes it."""
    with test_web.serving(world, "metrics") as d:
        now = time.time()
        test_serve.append(d.box.path("mail.log"), "".join(waiting(n, now - 3600) for n in range(5)))
        one, other = test_web.Page(d.port), test_web.Page(d.port)
        tap.ok(one.ask("GET", "/metrics").code == 401, "nobody gets metrics without a token")
        one.token = d.box.run("user", "token", "anna", "--scope", "metrics", "--json").json()["token"]
        other.token = d.box.run("user", "token", "anna", "--scope", "act", "--json").json()["token"]

        def known():
            return "reputed_queue_messages" in one.ask("GET", "/metrics").body.decode()
        test_serve.wait(known)
        done = one.ask("GET", "/metrics")
        text = done.body.decode()
        tap.ok(done.code == 200 and done.headers["Content-Type"] == TYPE, "a token with the scope metrics gets them, as OpenMetrics",
               done.told())
        tap.ok(one.get("status").code == 403, "and nothing else")
        tap.ok(other.ask("GET", "/metrics").code == 403, "one that may only act does not")
        tap.ok(text.count("\n") > 100 and not faults(text), "what is served is OpenMetrics 1.0", faults(text))
        tap.ok(not lacks(text), "dashboard and rules ask for what is served: names, labels and their values", lacks(text))
        tap.ok(lacks(text.replace("reputed_feed_ok", "reputed_feed_fine")) and lacks(text.replace('state="blocked"', 'state="barred"')),
               "which would find what is not there")
        there = values(text)
        status = d.box.run("status", "--json", "--all").json()
        counts = {s: sum(int(n) for n in re.findall(r'(?m)^reputed_attempts_total\{.*status="%s"\} (\d+)$' % s, text)) for s in util.STATUS}
        tap.ok(counts == {s: status["totals"][s] for s in util.STATUS} and counts["bounced"] > 0, "its counts are those of status",
               [counts, status["totals"]])
        tap.ok(re.search(r'(?m)^reputed_state\{source="203\.0\.113\.24",provider="microsoft-consumer",state="blocked"\} 1$', text),
               "who refuses is told", re.findall(r"reputed_state.* 1\n", text))
        tap.ok(re.search(r'(?m)^reputed_queue_messages\{.*\} 5$', text), "and what waits", re.findall(r"reputed_queue.*", text))
        tap.ok("@" not in text and not [v for labels in there.values() for name, all_of in labels.items() for v in all_of
                                        if name != "version" and re.search(r"\.(example|com|org|net)$", v)],
               "no person and no domain is in them", [str(there)[:600]])
        packed = one.ask("GET", "/metrics", headers={"Accept-Encoding": "gzip"})
        tap.ok(packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < len(done.body) / 4, "packed when asked for so", packed.told()[:1])
        tap.ok(one.ask("POST", "/metrics", {}).code == 405, "they are only read")
        if PROMTOOL is None:
            tap.skip("promtool check metrics", "it is not there: apt-get install prometheus, or PROMTOOL=PATH")
            return
        checked = promtool("check", "metrics", text=classic(text))
        tap.ok(checked.returncode == 0 and not checked.stdout, "promtool check metrics has nothing to say", checked.stdout.splitlines())
        checked = promtool("check", "metrics", text=classic(text).replace("# HELP reputed_state ", "# "))
        tap.ok(checked.returncode != 0 and "help" in checked.stdout, "which would, of a metric without help", checked.stdout.splitlines())


def dashboard(tap, _world):
    with open(os.path.join(TOP, "share/reputed.grafana.json"), encoding="utf-8") as file:
        board = json.load(file)
    panels = board["panels"]
    tap.ok(len({p["id"] for p in panels}) == len(panels) and all(p["targets"] and p["title"] and p["description"] for p in panels),
           "every panel of the dashboard has a number, a title, a description and a question")
    taken = set()
    for p in panels:
        at = p["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        tap.ok(not cells & taken and at["x"] + at["w"] <= 24, "%s has its own place" % p["title"])
        taken |= cells
    if PROMTOOL is None:
        return
    for p in panels:
        for t in p["targets"]:
            asked = t["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*").replace("$provider", ".*")
            rules = json.dumps({"groups": [{"name": "x", "rules": [{"record": "x:x", "expr": asked}]}]})
            done = promtool("check", "rules", "/dev/stdin", text=rules)
            tap.ok(done.returncode == 0, "%s: promtool understands its question" % p["title"], done.stdout.splitlines())


def by_promtool(tap, _world):
    if PROMTOOL is None:
        tap.skip("promtool", "it is not there: apt-get install prometheus, or PROMTOOL=PATH")
        return
    done = promtool("check", "rules", "reputed.rules.yml")
    tap.ok(done.returncode == 0, "promtool check rules", done.stdout.splitlines())
    done = promtool("test", "rules", "reputed.rules.test.yml")
    tap.ok(done.returncode == 0, "promtool test rules", done.stdout.splitlines())


def main():
    return util.main([format_holds, dashboard, by_promtool, served])


if __name__ == "__main__":
    sys.exit(main())
