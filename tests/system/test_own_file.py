#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_own_file.py -- what root makes in the folder of another user, as when it runs a command by hand with the
database of the service: that user can go on with it, and nothing is given away that was there before. TAP; as
another user than root there is nothing to test.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util     # noqa: E402

OTHER = 65534
NOBODY = {"user": OTHER, "group": OTHER, "extra_groups": []}
LINE = ("2026-11-03T06:42:11Z mx1 postfix/smtp[1]: %s: to=<jo@example.com>, relay=mx.example.com[192.0.2.5]:25, "
        "delay=1, delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)\n")
BAD_ZIP = b"PK\x03\x04" + b"\xff" * 60


def owners(top):
    """{path: uid} of all that is below top."""
    return {os.path.relpath(os.path.join(folder, name), top): os.lstat(os.path.join(folder, name)).st_uid
            for folder, folders, names in os.walk(top) for name in folders + names}


def root_first(tap, world):
    box = world.box("root-first")
    os.mkdir(box.path("state"))
    os.chown(box.path("state"), OTHER, OTHER)
    os.chown(box.top, OTHER, OTHER)
    box.db = box.path("state/reputed.db")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
    done = box.ingest(util.write(box.path("one.log"), LINE % "4AAA1"), util.write(box.path("bad.zip"), BAD_ZIP))
    made = owners(box.path("state"))
    tap.ok(set(made) >= {"reputed.db", "reputed.db-queue", "quarantine"} and set(made.values()) == {OTHER},
           "all that root makes in the folder of another user is that user's", [made] + done.told())
    tap.ok(os.stat(box.db).st_mode & 0o777 == 0o600, "and nobody else's")
    os.chown(box.key, OTHER, OTHER)
    done = box.ingest(util.write(box.path("two.log"), LINE % "4AAA2"), **NOBODY)
    tap.ok(done.code == 0 and "1 new delivery" in done.out, "who can go on with it", done.told())
    done = box.run("status", **NOBODY)
    tap.ok(done.code == 0 and "2 deliveries" in done.out, "and sees both", done.told())


def links(tap, world):
    """Whoever owns the folder can put a link where root will write."""
    box = world.box("links")
    os.mkdir(box.path("state"))
    os.chown(box.path("state"), OTHER, OTHER)
    box.db = box.path("state/reputed.db")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
    there = util.write(box.path("shadow"), "")
    for name in ("reputed.db-queue", "list-usage", "quarantine", "reputed.db-serve"):
        os.symlink(there, box.path("state/" + name))
    box.ingest(util.write(box.path("one.log"), LINE % "4AAA1"), util.write(box.path("bad.zip"), BAD_ZIP))
    box.run("dnsbl", "203.0.113.24", "--server", "127.0.0.1:9", "--budget-ms", "100")
    tap.ok(os.stat(there).st_uid == 0, "a file that a link leads to stays root's")
    missing = world.box("dangling")
    os.mkdir(missing.path("state"))
    os.chown(missing.path("state"), OTHER, OTHER)
    os.symlink(missing.path("made"), missing.path("state/reputed.db"))
    missing.db = missing.path("state/reputed.db")
    util.write(missing.config, 'database "%s"\nkey-file "%s"\n' % (missing.db, missing.key))
    missing.ingest(util.write(missing.path("one.log"), LINE % "4AAA1"))
    tap.ok(not os.path.exists(missing.path("made")), "one that was not there is not made", [owners(missing.top)])
    for name, make in (("dangling", lambda to, at: os.symlink(to, at)), ("second name", os.link),
                       ("pipe", lambda to, at: os.mkfifo(at))):
        for file in ("list-usage", "reputed.db-queue"):
            box = world.box("%s-%s" % (name.split(" ", maxsplit=1)[0], file))
            os.mkdir(box.path("state"))
            os.chown(box.path("state"), OTHER, OTHER)
            box.db = box.path("state/reputed.db")
            util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
            target = box.path("target")
            if name != "dangling":
                util.write(target, "root's\n")
            make(target, box.path("state/" + file))
            done = box.ingest(util.write(box.path("one.log"), LINE % "4AAA1")) if file == "reputed.db-queue" else \
                box.run("dnsbl", "203.0.113.24", "--server", "127.0.0.1:9", "--budget-ms", "100")
            tap.ok((file in done.err and done.code == 4 or file == "reputed.db-queue") and
                   (not os.path.exists(target) if name == "dangling" else util.read(target) == b"root's\n"),
                   "root writes to no %s at %s" % (name, file), done.told())


def roots_own(tap, world):
    box = world.box("roots-own")
    box.ingest(util.write(box.path("one.log"), LINE % "4AAA1"))
    made = owners(box.top)
    tap.ok(set(made.values()) == {0}, "in root's own folder all is root's", [made])


def main():
    if os.geteuid() != 0:
        print("1..0 # SKIP only root makes files for others")
        return 0
    return util.main([root_first, links, roots_own])


if __name__ == "__main__":
    sys.exit(main())
