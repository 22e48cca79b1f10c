#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_width.py -- what a person reads fits the terminal: at 60, 80 and 120 columns, in a pipe.

A line may be longer when it holds a word that cannot be broken (a link, a rule, a path), or when it
is pasted elsewhere and must stay as it is.
"""

import re
import sys

import util

COMMANDS = (("status",), ("status", "--all"), ("why",), ("why", "--all"), ("options",),
            ("options", "--all"), ("complaints",),
            ("trend",), ("explain", "microsoft-consumer.s3140"), ("rules", "list", "microsoft"),
            ("--help",), ("ingest", "--help"), ("check", "--help"), ("why", "--help"))
PASTED = re.compile(r"^(Commands|Text) for step|^To take it back")
EXAMPLE = re.compile(r"^  (reputed|printf|echo|journalctl|postqueue) ")
BLOCK = re.compile(r"^(postconf|postqueue|postmap|postfix|install|echo|printf|grep|nc) ")
AFTER = re.compile(r"^-----|^Also open|^Over now|^Do now|^Seen")


def too_wide(text, width):
    pasted = False
    for line in text.splitlines():
        if PASTED.match(line):
            pasted = True
            continue
        pasted = pasted and not AFTER.match(line)
        if EXAMPLE.match(line) or BLOCK.match(line):
            continue
        indent = len(line) - len(line.lstrip())
        longest = max((len(w) for w in line.split()), default=0)
        if len(line) > width and not pasted and longest + max(indent, 24) <= width:
            yield line


def widths(tap, world):
    box, log = world.box("width"), world.log("aws-morning", 3)
    box.ingest(*log.files)
    for width in (60, 80, 120):
        wrong, shown = [], 0
        for command in COMMANDS:
            done = box.run(*command, env={"COLUMNS": str(width)})
            shown += len(done.out.splitlines())
            wrong += ["%s: %s" % (" ".join(command), x) for x in too_wide(done.out, width)]
        tap.ok(shown > 300 and not wrong, "%d columns: %d lines fit" % (width, shown), wrong[:30])


if __name__ == "__main__":
    sys.exit(util.main([widths]))
