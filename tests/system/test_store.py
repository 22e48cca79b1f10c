#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_store.py [REPUTED] -- a damaged database, a flood of small domains, a pipe that waits. TAP.
"""

import bz2
import gzip
import lzma
import os
import sqlite3
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import mails    # noqa: E402
import util     # noqa: E402

GOOD, TROUBLE, BAD_INPUT, FAILED = 0, 1, 3, 4
FLOOD = 3000
LABELS = 5000


def line(i, domain, text, status="bounced", host="mx1"):
    """A line of Postfix: what `domain` said, in the second i of 3 November."""
    return ("2025-11-03T%02d:%02d:%02dZ %s postfix/smtp[1]: %010X: to=<u%d@%s>, relay=mx.%s[192.0.2.9]:25, "
            "delay=1, dsn=5.7.1, status=%s (%s)\n"
            % (i // 3600 % 24, i // 60 % 60, i % 60, host, i, i, domain, domain, status, text)).encode()


def refused(i, domain):
    return line(i, domain, "host mx.%s[192.0.2.9] said: 550 5.7.1 blocked (in reply to RCPT TO command)" % domain)


def versions(tap, world):
    """A number of tables that no program wrote is damage, not a place to read statements from."""
    log = util.write(world.path("v.log"), refused(1, "firm.example"))
    for version in (-1, -2, -1000000, -2 ** 31):
        box = world.box("version%d" % version)
        box.ingest(log)
        with sqlite3.connect(box.db) as db:
            db.execute("PRAGMA user_version = %d" % version)
        for args in (("ingest", log), ("status",), ("why",), ("store", "check"), ("forget", "jo@example.com")):
            done = box.run(*args)
            tap.ok(done.code == FAILED and "is damaged" in done.err and "store rebuild" in done.err,
                   "version %d, %s: said, with the way back" % (version, args[0]), done.told())
        done = box.run("store", "rebuild", log)
        tap.ok(done.code == GOOD and box.run("store", "check").code == GOOD,
               "version %d: made anew" % version, done.told())


def check_and_rebuild(tap, world):
    log = world.log("aws-morning", 1)
    box = world.box("rebuild")
    box.ingest(*log.files)
    before = util.stored(box.db)
    done = box.run("store", "check")
    tap.ok(done.code == GOOD and "no damage" in done.out, "a sound database", done.told())
    with sqlite3.connect(box.db) as db:
        db.execute("UPDATE meta SET value = value + 1 WHERE id = 2")
        db.execute("UPDATE fact SET class = 200 WHERE id = (SELECT min(id) FROM fact)")
        db.execute("UPDATE fact SET label = 4000000 WHERE id = (SELECT max(id) FROM fact)")
    done = box.run("store", "check")
    tap.ok(done.code == TROUBLE and "were counted" in done.out and
           "2 deliveries have a name or a word that does not exist" in done.out,
           "sums, words and names that cannot be", done.told())
    done = box.run("store", "rebuild", box.path("missing.log"))
    tap.ok(done.code != GOOD and box.run("store", "check").code == TROUBLE,
           "without a log nothing is changed", done.told())
    done = box.run("store", "rebuild", "--now", util.NOW, *log.files)
    tap.ok(done.code == GOOD and "not in these logs" in done.err and "kept as" in done.err,
           "made anew; what does not come back is said", done.told())
    tap.ok(not util.differences(before, util.stored(box.db)), "with the same in it",
           util.differences(before, util.stored(box.db)))
    left = [f for f in os.listdir(box.top) if "rebuilt" in f]
    tap.ok(not left, "nothing is left of the making", left)
    tap.ok(any(".old-" in f for f in os.listdir(box.top)), "the old one is kept", os.listdir(box.top))


def names_out_of_range(tap, world):
    """Numbers of names come from the file and are used as indices."""
    box = world.box("names")
    log = util.write(world.path("n.log"), b"".join(refused(i, "firm.example") for i in range(20)))
    box.ingest(log)
    with sqlite3.connect(box.db) as db:
        db.execute("DELETE FROM name WHERE id >= 3")
    for args in (("status",), ("why",), ("status", "--json"), ("ingest", log)):
        done = box.run(*args)
        tap.ok(done.code in (GOOD, TROUBLE, FAILED), "%s: names that are missing" % args[0], done.told())
    done = box.run("store", "check")
    tap.ok(done.code == TROUBLE, "and check says it", done.told())


def flood(tap, world):
    """Domains that refuse once, by the thousand, and a real one among them that refuses much."""
    lines = []
    for i in range(FLOOD):
        lines.append(refused(i, "d%d.example" % i))
        if i % 50 == 7:
            lines.append(refused(100000 + i, "firm.test"))
    log = util.write(world.path("flood.log"), b"".join(lines))
    box = world.box("flood")
    done = box.ingest(log, now="2025-11-04T00:00:00Z")
    tap.ok(done.code == GOOD, "it is read", done.told())
    done = box.run("status")
    tap.ok(done.code == TROUBLE and "counted together" in done.out and "firm.test" in done.out,
           "status: what is counted together is said, and the real one is seen",
           done.told()[:1] + done.out.splitlines()[-8:])
    shown = box.run("status", "--json").json()
    tap.ok(sum(c["bounced"] for c in shown["cells"]) == len(lines), "status: nothing is lost",
           [sum(c["bounced"] for c in shown["cells"]), len(lines)])
    tap.ok(shown["limits"].get("small_refusals_together", 0) > FLOOD - 2100, "JSON: how many", [shown["limits"]])
    done = box.run("why", "firm.test")
    tap.ok(done.code == TROUBLE and "firm.test" in done.out, "why: of the real one", done.told()[:5])
    cut = world.box("flood-cut", box.key)
    cut.run("ingest", "--now", "2025-11-04T00:00:00Z", log, env={"REPUTED_COMMIT_LINES": "501"})
    tap.ok(not util.differences(util.stored(box.db), util.stored(cut.db)),
           "the same, however it is cut into commits", util.differences(util.stored(box.db), util.stored(cut.db)))
    for args in (("ingest", log), ("forget", "u7@d7.example"), ("store", "check"), ("ingest", log)):
        done = box.run(*args)
        tap.ok(done.code == GOOD, "%s on such a database" % args[0], done.told())


def labels(tap, world):
    """Invented log hosts by the thousand, each with an address of its own, and the real one among them."""
    said = ("host hotmail-com.olc.protection.outlook.com[192.0.2.9] said: 550 5.7.1 Unfortunately, messages "
            "from [198.18.%d.%d] weren't sent. Please contact your Internet service provider since part of "
            "their network is on our block list (S3140). (in reply to MAIL FROM command)")
    lines = []
    for i in range(LABELS):
        lines.append(line(i, "hotmail.com", said % (i >> 8, i & 255), host="h%d" % i))
        if i % 20 == 7:
            lines.append(line(100000 + i, "hotmail.com", said % (0, 1), host="real"))
    log = util.write(world.path("labels.log"), b"".join(lines))
    box = world.box("labels")
    done = box.ingest(log, now="2025-11-04T00:00:00Z")
    tap.ok(done.code == GOOD, "many log hosts: no line is left out", done.told())
    tap.ok("more than 4096 of your addresses" in done.err, "many addresses: said", done.told())
    with sqlite3.connect(box.db) as db:
        kept = db.execute("SELECT count(*) FROM source").fetchone()[0]
        hosts = db.execute("SELECT count(DISTINCT label) FROM fact").fetchone()[0]
    tap.ok(0 < kept <= 4096 and hosts < 3000, "many log hosts: a bounded number of rows", [kept, hosts])
    done = box.run("status")
    tap.ok(done.code == TROUBLE and "counted together, as (other sources)" in " ".join(done.out.split()) and
           "judged together" in " ".join(done.out.split()),
           "status: what is counted together is said", done.out.splitlines()[-8:])
    shown = box.run("status", "--json", "--all").json()
    tap.ok(sum(c["bounced"] for c in shown["cells"]) == len(lines), "status: nothing is lost",
           [sum(c["bounced"] for c in shown["cells"]), len(lines)])
    real = [c for c in shown["cells"] if c["source_label"].startswith("real/")]
    tap.ok(sum(c["bounced"] for c in real) >= LABELS // 20 - 16, "status: the real one is there", [real[:1]])
    tap.ok(shown["limits"].get("label_deliveries_together", 0) > LABELS - 3000 and
           shown["limits"].get("labels_together", 0) > 0, "JSON: how many", [shown["limits"]])
    done = box.run("why", "198.18.0.1")
    tap.ok(done.code == TROUBLE, "why: of the real one", done.told()[:5])
    cut = world.box("labels-cut", box.key)
    cut.run("ingest", "--now", "2025-11-04T00:00:00Z", log, env={"REPUTED_COMMIT_LINES": "501"})
    tap.ok(not util.differences(util.stored(box.db), util.stored(cut.db)),
           "the same, however it is cut into commits", util.differences(util.stored(box.db), util.stored(cut.db)))


def until(what):
    """Waits for something that must come; None when it does not within a minute."""
    for _ in range(600):
        got = what()
        if got:
            return got
        time.sleep(0.1)
    return None


def facts(box):
    if not os.path.exists(box.db):
        return 0
    try:
        with sqlite3.connect(box.db) as db:
            return db.execute("SELECT count(*) FROM fact").fetchone()[0]
    except sqlite3.Error:
        return 0


def slow_pipe(tap, world):
    """A pipe that waits: what came is kept, and others can write meanwhile."""
    box = world.box("pipe")
    first = box.ingest(util.write(world.path("a.log"), refused(1, "firm.example")))
    tap.ok(first.code == GOOD, "a database", first.told())
    process = box.start("ingest", "--now", util.NOW, "-", stdin=-1)
    for n in range(3):
        process.stdin.write(refused(10 + n, "firm.example"))
        process.stdin.flush()
        tap.ok(until(lambda: facts(box) == 2 + 2 * n), "line %d is kept while the pipe waits" % n,
               [facts(box)])
        done = box.ingest(util.write(world.path("b%d.log" % n), refused(20 + n, "firm.example")))
        tap.ok(done.code == GOOD and facts(box) == 3 + 2 * n, "another ingest works meanwhile",
               done.told())
        done = box.run("forget", "nobody@example.com")
        tap.ok(done.code == GOOD, "and forget", done.told())
    process.stdin.write(refused(30, "firm.example")[:-40])      # half a line: waits for the rest
    process.stdin.flush()
    time.sleep(0.5)
    done = box.ingest(util.write(world.path("c.log"), refused(40, "firm.example")))
    tap.ok(done.code == GOOD, "also while half a line waits", done.told())
    process.stdin.write(refused(30, "firm.example")[-40:])
    out, err = process.communicate(timeout=100)
    done = box.look(("ingest",), process.returncode, out, err)
    tap.ok(done.code == GOOD and facts(box) == 9, "all is there in the end", done.told() + [facts(box)])
    box.ingest(world.path("a.log"))
    tap.ok(facts(box) == 9, "once")


def packed_pipe(tap, world):
    """A packed pipe that pauses within its packing holds nobody up."""
    first, more = (b"".join(refused(n, "firm.example") for n in r) for r in (range(3), range(3, 400)))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    begin = packer.compress(first) + packer.flush(zlib.Z_SYNC_FLUSH)
    rest = packer.compress(more) + packer.flush()
    path = world.path("packed.fifo")
    os.mkfifo(path)
    for name, args, stdin in (("standard input", ("ingest", "--now", util.NOW, "-"), -1),
                              ("named pipe", ("ingest", "--now", util.NOW, path), None)):
        box = world.box("packed " + name.split()[0])
        box.ingest(util.write(world.path("first.log"), refused(500, "firm.example")))
        process = box.start(*args, stdin=stdin)
        pipe = process.stdin if stdin else open(path, "wb", buffering=0)    # pylint: disable=consider-using-with
        pipe.write(begin)
        pipe.flush()
        for k in range(20):     # these give no text: what follows is waited for inside the packing
            pipe.write(rest[k:k + 1])
            pipe.flush()
            time.sleep(0.03)
        tap.ok(until(lambda b=box: facts(b) >= 4), "%s: what came is kept" % name, [facts(box)])
        done = box.run("ingest", "--now", util.NOW, util.write(world.path("other.log"), refused(600, "firm.example")))
        tap.ok(done.code == GOOD and facts(box) == 5, "%s: another ingest works meanwhile" % name, done.told())
        pipe.write(rest[20:-9])
        pipe.flush()
        done = box.run("forget", "nobody@example.com")
        tap.ok(done.code == GOOD, "%s: and forget, with the end of the packing missing" % name, done.told())
        pipe.write(rest[-9:])
        if not stdin:
            pipe.close()
        out, err = process.communicate(timeout=100)
        done = box.look(("ingest",), process.returncode, out, err)
        tap.ok(done.code == GOOD and facts(box) == 402, "%s: all is there in the end" % name,
               done.told() + [facts(box)])


def packed_members(tap, world):
    """A pipe of several packed pieces, as `cat *.xz` gives it, that pauses between them: what the first
    holds is kept meanwhile. Logs, and mailboxes."""
    logs = [b"".join(refused(n, "firm.example") for n in r) for r in (range(3), range(3, 40))]
    boxes = [mails.mbox(*(mails.dsn(n, "u%d@firm.example" % n) for n in r)).encode() for r in (range(3), range(3, 40))]
    for packing, pack in (("gzip", gzip.compress), ("bzip2", bz2.compress), ("xz", lzma.compress)):
        # the last mail of a mailbox ends with the next one, so it waits
        for what, (first, more), least in (("log", logs, 3), ("mailbox", boxes, 2)):
            box = world.box("members %s %s" % (packing, what))
            process = box.start("ingest", "--now", util.NOW, "-", stdin=-1)
            process.stdin.write(pack(first))
            process.stdin.flush()
            came = until(lambda b=box, n=least: facts(b) >= n)
            tap.ok(came, "%s of %s: what the first piece holds is kept" % (what, packing))
            process.stdin.write(pack(more))
            out, err = process.communicate(timeout=100)
            done = box.look(("ingest",), process.returncode, out, err)
            tap.ok(done.code == GOOD and facts(box) == 40, "%s of %s: all is there in the end" % (what, packing),
                   done.told() + [facts(box)])


def queue_of_two(tap, world):
    """A pipe and a file, one after the other: each has the open queue ids of the other."""
    box = world.box("queue")
    queued = ("2025-11-03T08:00:0%dZ mx1 postfix/qmgr[1]: %s: from=<news@shop%d.example>, size=100, nrcpt=1 "
              "(queue active)\n")
    sent = ("2025-11-03T08:00:1%dZ mx1 postfix/smtp[1]: %s: to=<jo@gmail.com>, relay=gmail-smtp-in.l.google.com"
            "[142.250.1.26]:25, delay=1, dsn=2.0.0, status=sent (250 ok)\n")
    process = box.start("ingest", "--now", util.NOW, "-", stdin=-1)
    process.stdin.write((queued % (1, "AA01AA01", 1) + sent % (1, "CC01CC01")).encode())
    process.stdin.flush()
    tap.ok(until(lambda: facts(box) == 1), "the pipe's lines are kept", [facts(box)])
    box.ingest(util.write(world.path("q.log"), (queued % (2, "BB01BB01", 2) + sent % (2, "CC02CC02")).encode()))
    process.stdin.write((sent % (3, "AA01AA01") + sent % (4, "BB01BB01")).encode())
    process.communicate(timeout=100)
    with sqlite3.connect(box.db) as db:
        got = sorted(r[0] for r in db.execute("SELECT n.name FROM fact f JOIN name n ON n.id = f.stream"))
    tap.ok(got == ["shop1.example/news", "shop2.example/news"], "each delivery has its stream", got)


def streams(box):
    with sqlite3.connect(box.db) as db:
        return [r[0] for r in db.execute("SELECT n.name FROM fact f LEFT JOIN name n ON n.id = f.stream ORDER BY f.id")]


def used_again(tap, world):
    """A queue id that comes back without the end of its first message in the log."""
    head = "2025-11-0%dT08:00:0%dZ mx1 postfix/"
    queued = head + "qmgr[1]: AA01AA01: from=<%s@shop.example>, size=100, nrcpt=1 (queue active)\n"
    ident = head + "cleanup[1]: AA01AA01: message-id=<%s@shop.example>\n"
    sent = head + ("smtp[1]: AA01AA01: to=<%s@gmail.com>, relay=gmail-smtp-in.l.google.com[142.250.1.26]:25, "
                   "delay=1, dsn=2.0.0, status=sent (250 ok)\n")
    first = ident % (3, 1, "a") + queued % (3, 1, "news") + sent % (3, 2, "jo")
    for name, then, want in (
            ("an hour later", sent % (3, 9, "al"), "shop.example/news"),
            ("four days later", sent % (7, 2, "al"), None),
            ("another Message-ID", ident % (3, 5, "b") + sent % (3, 6, "al"), None),
            ("the same Message-ID", ident % (3, 5, "a") + sent % (3, 6, "al"), "shop.example/news"),
            ("another sender", ident % (7, 5, "b") + queued % (7, 5, "codes") + sent % (7, 6, "al"),
             "shop.example/codes")):
        for lines in (first + then,), (first, then):
            box = world.box("again-%d-%s" % (len(lines), name.replace(" ", "-")))
            for n, text in enumerate(lines):
                box.ingest(util.write(box.path("%d.log" % n), text.encode()), now="2025-11-10T00:00:00Z")
            tap.ok(streams(box) == ["shop.example/news", want], "%s, %d inputs" % (name, len(lines)), streams(box))


def two_names(tap, world):
    """One host, logged short here and with its domain there, counts once."""
    lines = [line(i, "firm.example", "250 ok", "sent", host) for i in range(40) for host in ("mx1", "mx1.shop.example")]
    for name, order in (("short first", lines), ("domain first", [x for p in zip(lines[1::2], lines[::2]) for x in p]),
                        ("apart", lines[::2] + lines[1::2]), ("domain twice", lines[1::2] * 2)):
        box = world.box("names-" + name.replace(" ", "-"))
        box.ingest(util.write(box.path("x.log"), b"".join(order)))
        tap.ok(facts(box) == 40, "%s: each delivery once" % name, [facts(box)])
    other = [line(i, "firm.example", "250 ok", "sent", host) for i in range(40) for host in ("mx1", "mx2.shop.example",
             "192.0.2.1", "192.0.3.1")]
    box = world.box("names-others")
    box.ingest(util.write(box.path("x.log"), b"".join(other)))
    tap.ok(facts(box) == 160, "hosts of other names, and addresses, are others", [facts(box)])


sys.exit(util.main((versions, check_and_rebuild, names_out_of_range, flood, labels, slow_pipe, packed_pipe, packed_members, queue_of_two,
                    used_again, two_names)))
