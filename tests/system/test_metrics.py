#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_metrics.py -- metrics are what their format says (OpenMetrics 1.0 by our own reading of it), the alert
rules fire as they should (promtool), the dashboard asks only for what there is. TAP.

promtool is a part of Debian's package prometheus (96 MB): without it those checks are skipped, which is said.
"""

import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402

PROMTOOL = shutil.which(os.environ.get("PROMTOOL", "promtool"))
SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (\d+)$')
LABELS = {"provider", "source", "class", "status", "state", "trouble", "waits", "feed", "kind", "version"}
END = {"counter": ("_total",), "gauge": ("",), "info": ("_info",)}


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


def format_holds(tap):
    text = written()
    tap.ok(text.count("\n") > 100 and not faults(text), "OpenMetrics 1.0", faults(text))
    tap.ok(faults(text.replace("# EOF\n", "")) and faults(text.replace("_total{", "{")) and faults(text + "x 1\n"),
           "which would find what is wrong")
    names = set(re.findall(r"^(\w+)[{ ]", re.sub(r"(?m)^#.*\n", "", text), re.M))
    for file in ("reputed.rules.yml", "reputed.grafana.json"):
        with open(os.path.join(TOP, "share", file), encoding="utf-8") as page:
            asked = set(re.findall(r"\breputed_\w+", page.read()))
        # What waits is missing where no queue is known, as in this world.
        lacks = asked - names - {"reputed_queue_messages", "reputed_queue_expiring_messages"}
        tap.ok(asked and not lacks, "%s asks for what there is" % file, sorted(lacks))


def dashboard(tap):
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


def by_promtool(tap):
    if PROMTOOL is None:
        tap.skip("promtool", "it is not there: apt-get install prometheus, or PROMTOOL=PATH")
        return
    done = promtool("check", "rules", "reputed.rules.yml")
    tap.ok(done.returncode == 0, "promtool check rules", done.stdout.splitlines())
    done = promtool("test", "rules", "reputed.rules.test.yml")
    tap.ok(done.returncode == 0, "promtool test rules", done.stdout.splitlines())


def main():
    tap = check.Tap()
    format_holds(tap)
    dashboard(tap)
    by_promtool(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
