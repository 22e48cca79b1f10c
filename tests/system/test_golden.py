#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_golden.py [REPUTED] -- reputed must read in the committed Postfix logs what the servers
in them really answered. TAP. Needs no Postfix, no root and no network.

The logs were written by Postfix 3.7.11 in run-postfix and are byte for byte its own; to
make them anew:
    run-postfix --part a             --log golden-long.log  --truth golden-long.truth.json
    run-postfix --part b --short-ids --log golden-short.log --truth golden-short.truth.json
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402


def main():
    tap = check.Tap()
    path = check.binary()
    data = os.path.normpath(HERE + "/../data/postfix")
    if not os.access(path, os.X_OK):
        tap.ok(False, "there is a reputed to test", [path + " is not there"])
        return tap.done()
    for name in ("golden-long", "golden-short"):
        tap.note(name)
        check.check_log(tap, path, "%s/%s.log" % (data, name), "%s/%s.truth.json" % (data, name))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
