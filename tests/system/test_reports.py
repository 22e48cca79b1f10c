#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_reports.py [REPUTED] -- what must hold for whatever a person has: for each public report that
lies beside this clone (../shared/cases, or REPUTED_CASES) and for each made-up scenario, whole and
cut to a few lines. `why`, `status` and `options` say the same, fit the terminal, and match their
schemas; nobody who holds a refusal reads that all is well. Skipped aloud where there is none. TAP.
"""

import json
import os
import sys

import test_width
import util
import util_schema

CASES = os.environ.get("REPUTED_CASES", os.path.join(util.TREE, "..", "shared", "cases"))
NOW = "2026-11-28T12:00:00Z"    # after all of them
WELL = ("All well", "No provider refuses or slows your mail")
REFUSED = ("throttled", "blocked", "listed", "authentication", "identity", "content", "policy")
MOVES = ("a small host in another network", "amazon ses", "another mail service", "leased address")
COMMANDS = (("why",), ("status",), ("options",), ("why", "--all"), ("options", "--all"))


def reports():
    """(name, files) of each case; a case with several files also with each of them alone."""
    for name in sorted(os.listdir(CASES)) if os.path.isdir(CASES) else ():
        folder = os.path.join(CASES, name)
        files = [os.path.join(folder, x) for x in sorted(os.listdir(folder)) if x != "expect.txt"] \
            if os.path.isfile(os.path.join(folder, "expect.txt")) else []
        files = [x for x in files if os.path.isfile(x)]
        if files:
            yield name, files
        if len(files) > 1:
            for path in files:
                yield name + "/" + os.path.basename(path), [path]


def refusals(box, files):
    """How many facts say that a receiver refused, as a dry run tells them."""
    done = box.ingest("--dry-run", "--json", *files, now=NOW)
    facts = [json.loads(x) for x in done.out.splitlines() if x.startswith("{")]
    return sum(1 for f in facts if f.get("kind") in ("delivery", "bounce") and
               f.get("class") in REFUSED and
               (f.get("status") in ("deferred", "bounced") or f.get("action") in ("failed", "delayed")))


def wrong_words(box, refused):
    why, status, options = (box.run(x) for x in ("why", "status", "options"))
    text = [" ".join(x.out.split()) for x in (why, status, options)]
    if why.code not in (0, 1) or status.code != why.code or options.code not in (0, 1):
        yield "why exits %s, status %s, options %s" % (why.code, status.code, options.code)
    for said in text[:2]:
        if refused and any(x in said for x in WELL):
            yield "%d refusals, and yet: %s" % (refused, said[:200])
    if why.code == 1 and "nothing to fix" in text[2]:
        yield "why has an incident, options nothing to fix"
    advised = text[2].lower().split("do now", 1)[-1].split("possible", 1)[0] if "Do now" in text[2] else ""
    if "do not move this mail elsewhere" in text[0].lower() and any(x in advised for x in MOVES):
        yield "why says not to move, options to move: " + advised[:200]


def wrong_shape(box):
    for width in (60, 80, 120):
        for command in COMMANDS:
            done = box.run(*command, env={"COLUMNS": str(width)})
            for line in test_width.too_wide(done.out, width):
                yield "%s at %d: %s" % (" ".join(command), width, line)
    for name in ("why", "status", "options"):
        with open(os.path.join(util.TREE, "doc", "json", name + ".schema.json"), encoding="utf-8") as file:
            schema = json.load(file)
        for wrong in util_schema.errors(box.run(name, "--json").json(), schema, closed=True):
            yield "%s --json: %s" % (name, wrong)


def one(tap, world, name, files, whole=True):
    box = world.box("report-" + name.replace("/", "-").replace(" ", "-"))
    refused = refusals(box, files)
    done = box.ingest(*files, now=NOW)
    wrong = [] if done.code in (0, 3) else ["ingest exits %s" % done.code] + done.told()
    wrong += list(wrong_words(box, refused)) + (list(wrong_shape(box)) if whole else [])
    tap.ok(not wrong, "%s (%d refusals)" % (name, refused), wrong[:20])


def public(tap, world):
    cases = list(reports())
    if not cases:
        tap.skip("public reports", "no cases at %s" % os.path.normpath(CASES))
    for name, files in cases:
        one(tap, world, name, files, whole="/" not in name)


def made_up(tap, world):
    """The same of our own scenarios: whole, and as the few lines that somebody pastes."""
    for scenario in ("aws-morning", "single"):
        files = world.log(scenario, 4).files
        one(tap, world, scenario, files)
        with open(files[-1], "rb") as file:
            lines = file.read().splitlines(keepends=True)
        few = util.write(world.path(scenario + ".few"), b"".join(lines[-12:]))
        one(tap, world, scenario + ", its last lines", [few])


if __name__ == "__main__":
    sys.exit(util.main([public, made_up]))
