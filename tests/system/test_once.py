#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_once.py [REPUTED] -- every delivery counts once, by whatever way its line comes: the same
file, grown, rotated, gzipped, truncated after a copy, standard input, journald, any order. TAP.
"""

import collections
import gzip
import os
import random
import re
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402

IN_A_DELIVERY = re.compile(rb"\n[^\n]*postfix\S*/smtp\[\d+\]: \w+: to=[^\n]*")


def counted(tap, box, truth, name, done=None):
    got = box.counts()
    wrong = util.differences(truth, got)
    if done is not None and done.code != 0:
        wrong += done.told()
    return tap.ok(not wrong, name + ": the counts of the truth", wrong)


def told_counts(judged):
    """As box.counts(), of a status that is there already."""
    n = {}
    for cell in judged["status"]["cells"]:
        for status in util.STATUS:
            if cell[status]:
                where = cell["source_label"], cell["provider"], status
                n[where] = n.get(where, 0) + cell[status]
    return n


SEEN_SHIFT = 10     # seconds of a bucket, as a power of two (src/store/seen.h)
NEAR_US = 50000     # src/intake/journal.c


def near_seconds(data):
    """How many deliveries of a log are near another second, by the bucket of that one."""
    n = collections.Counter()
    for line in IN_A_DELIVERY.findall(b"\n" + data):
        second, us = divmod(util.micros(line[1:].split(b" ")[0].decode()), 1000000)
        if us < NEAR_US or us >= 1000000 - NEAR_US:
            n[(second - 1 if us < NEAR_US else second + 1) >> SEEN_SHIFT] += 1
    return n


def more_seen(before, now, expected):
    """What is wrong when so many identities came to each bucket, and none went."""
    wrong = []
    for where in sorted(set(before) | set(now) | set(expected)):
        old, new = set(before.get(where, [])), set(now.get(where, []))
        if old - new or len(new - old) != expected[where]:
            wrong.append("bucket %d: %d identities are gone, %d came, expected %d"
                         % (where, len(old - new), len(new - old), expected[where]))
    return wrong + ([] if sum(expected.values()) > 0 else ["no delivery is near another second"])


def plain_ways(tap, world):
    log = world.log("single", 10)
    data = log.bytes()
    box = world.box("ways")
    mail = util.write(box.path("mail.log"), data)
    counted(tap, box, log.truth, "a file", box.ingest(mail))
    first = util.stored(box.db)

    def again(name, *args, given=None, near=False):
        """near: deliveries of the journal that are near another second are known in that one too, from now on."""
        done = box.ingest(*args, data=given)
        wrong = done.told() if done.code else []
        now = util.stored(box.db)
        if near:
            wrong += more_seen(first["seen"], now["seen"], near_seconds(data))
            first["seen"] = now["seen"]
        wrong += util.differences(first, now)
        tap.ok(not wrong, name + ": nothing in the database is other than before", wrong)

    again("the same file again", mail)
    again("the same file twice on one command line", mail, mail)
    again("a copy under another name", shutil.copy(mail, box.path("another name")))
    again("a link to it", symlink(mail, box.path("link")), mail)
    again("the same gzipped", util.write(box.path("mail.log.1.gz"), gzip.compress(data)))
    again("gzipped in two members", util.write(
        box.path("two.gz"), gzip.compress(data[:70000]) + gzip.compress(data[70000:])))
    again("standard input", "-", given=data)
    again("gzip on standard input", "-", given=gzip.compress(data))
    again("journald JSON", "-", given=util.journal(data), near=True)
    again("journald JSON as a file", util.write(box.path("journal.json"), util.journal(data)))
    again("lines that end in CR LF", "-", given=data.replace(b"\n", b"\r\n"))
    again("lines with a priority before them", "-",
          given=b"".join(b"<22>" + x for x in data.splitlines(True)))
    again("everything but its first half", "-", given=data[data.index(b"\n", len(data) // 2) + 1:])
    again("all of them at once", mail, box.path("another name"), box.path("mail.log.1.gz"),
          box.path("journal.json"), "-", given=data)
    counted(tap, box, log.truth, "after all of these ways")
    other = world.box("other", box.key)
    done = other.ingest("-", data=util.journal(data))
    counted(tap, other, log.truth, "journald JSON first", done)
    counted(tap, other, log.truth, "then the file", other.ingest(mail))


def symlink(to, path):
    os.symlink(to, path)
    return path


def grown(tap, world):
    """In pieces: whole lines, in the middle of lines, between a message and its delivery."""
    log = world.log("single", 5)
    data = log.bytes()
    whole = world.box("whole")
    whole.ingest(util.write(whole.path("mail.log"), data))
    wanted, judged = util.stored(whole.db), util.judged(whole)
    wrong = util.differences(log.truth, told_counts(judged))
    tap.ok(not wrong, "at once: the counts of the truth", wrong)

    def pieces(name, cuts):
        box = world.box(re.sub(r"\W", "-", name), whole.key)
        mail, at, wrong = util.write(box.path("mail.log"), b""), 0, []
        for cut in sorted(cuts) + [len(data)]:
            util.append(mail, data[at:cut])
            at = cut
            done = box.ingest(mail)
            if done.code != 0:
                wrong += ["cut at %d" % cut] + done.told()
        wrong += util.differences(wanted, util.stored(box.db))
        wrong += util.differences(judged, util.judged(box))
        if box.read != whole.read:
            wrong.append("read: %s, not %s" % (box.read, whole.read))
        tap.ok(not wrong, "grown, %s (%d pieces): the same as at once" % (name, len(cuts) + 1),
               wrong)

    chance = random.Random(5)
    ends = [m.start() + 1 for m in re.finditer(b"\n", data)]
    pieces("at ends of lines", chance.sample(ends, 6))
    pieces("in the middle of lines", chance.sample(range(len(data)), 6))
    places = [m.start() + 1 for m in IN_A_DELIVERY.finditer(data)]
    pieces("between a message and its delivery", chance.sample(places, 6))
    # The last line lies there without its newline: it counts, and does not count again.
    pieces("a delivery without its newline", [m.end() for m in chance.sample(
        list(IN_A_DELIVERY.finditer(data)), 6)])
    refused = [m for m in IN_A_DELIVERY.finditer(data) if b"status=sent" not in m.group()]
    inside = []
    for hit in refused[:3]:
        text = hit.group()
        inside += [hit.start() + m.end() for m in re.finditer(rb"[)\] (:]", text)
                   if m.end() > text.index(b"status=")]
    pieces("within the text of refusals", sorted(set(inside))[::6])
    pieces("byte by byte about the end of a refusal", range(refused[-1].end() - 14,
                                                            refused[-1].end() + 2))


def cut_then_gone(tap, world):
    """Rotated while its last line was half written; the rest of the line is in the same file."""
    log = world.log("single", 5)
    data = log.bytes()
    box = world.box("cut-then-gone")
    mail = util.write(box.path("mail.log"), b"")
    hit = list(IN_A_DELIVERY.finditer(data))[40]
    half = hit.start() + 60
    util.append(mail, data[:half])
    box.ingest(mail)
    util.append(mail, data[half:hit.end() + 1])
    os.rename(mail, mail + ".1")
    util.write(mail, data[hit.end() + 1:])
    counted(tap, box, log.truth, "rotated with half a line read",
            box.ingest(mail, mail + ".1"))


def unnumbered(judged):
    """A number is given when an incident is first seen, so it tells in which pieces was read."""
    for cell in judged["status"]["cells"]:
        cell["incident"] = cell["incident"] is not None
    for incident in judged["why"]["incidents"]:
        incident["id"] = 0
    return judged


def rotated(tap, world):
    log = world.log("aws-morning", 1)
    box = world.box("rotated")
    day = [util.read(f) for f in log.files]
    mail = box.path("mail.log")
    wrong = []
    # As logrotate does: read half of it, rename, gzip, write on under the old name.
    for n, data in enumerate(day):
        half = data.index(b"\n", len(data) // 2) + 1
        util.write(mail, data[:half])
        done = box.ingest(mail)
        wrong += done.told() if done.code else []
        util.append(mail, data[half:])
        if n + 1 < len(day):
            for old in range(n, 0, -1):
                os.rename("%s.%d.gz" % (mail, old), "%s.%d.gz" % (mail, old + 1))
            util.write(mail + ".1.gz", gzip.compress(util.read(mail)))
            os.remove(mail)
    names = [mail] + ["%s.%d.gz" % (mail, n) for n in range(1, len(day))]
    done = box.ingest(*names)
    tap.ok(not wrong and done.code == 0, "rotated files are read", wrong + done.told())
    counted(tap, box, log.truth, "rotated by rename and gzipped while it was read")
    tap.ok("known already" not in done.out, "a rotated file goes on where it was left", done.told())
    counted(tap, box, log.truth, "all files again", box.ingest(*names))
    whole = world.box("rotated-whole", box.key)
    whole.ingest(*log.files)
    wrong = util.differences(unnumbered(util.judged(whole)), unnumbered(util.judged(box)))
    tap.ok(not wrong, "rotated: the verdicts of reading all at once", wrong)
    tap.ok(whole.read == box.read, "rotated: each line counts as read once",
           ["%s, not %s" % (box.read, whole.read)])


def renamed(tap, world):
    log = world.log("single", 5)
    data = log.bytes()
    box = world.box("renamed")
    mail = util.write(box.path("mail.log"), data[:data.index(b"\n", len(data) // 3) + 1])
    box.ingest(mail)
    os.rename(mail, mail + ".1")
    util.append(mail + ".1", data[os.path.getsize(mail + ".1"):])
    done = box.ingest(mail + ".1")
    counted(tap, box, log.truth, "renamed and grown", done)
    tap.ok("known already" not in done.out, "renamed and grown: only its new lines are read",
           done.told())


def copytruncate(tap, world):
    log = world.log("single", 10)
    data = log.bytes()
    a, b = (data.index(b"\n", len(data) * k // 3) + 1 for k in (1, 2))
    for name, size in (("shorter than before", b), ("longer than before", a // 2)):
        size = data.index(b"\n", size) + 1
        box = world.box("copytruncate-" + name.split()[0])
        mail = util.write(box.path("mail.log"), data[:size])
        box.ingest(mail)
        shutil.copy(mail, mail + ".1")
        with open(mail, "r+b") as file:     # the same inode
            file.truncate(0)
        util.append(mail, data[size:])
        counted(tap, box, log.truth, "copytruncate, new lines %s" % name, box.ingest(mail))
        counted(tap, box, log.truth, "and its copy", box.ingest(mail + ".1", mail))
    box = world.box("copytruncate-unread")
    mail = util.write(box.path("mail.log"), data[:a])
    box.ingest(mail)
    util.append(mail, data[a:b])            # not read before it is copied away
    shutil.copy(mail, mail + ".1")
    with open(mail, "r+b") as file:
        file.truncate(0)
    util.append(mail, data[b:])
    counted(tap, box, log.truth, "copytruncate with lines not read yet",
            box.ingest(mail, mail + ".1"))


def orders(tap, world):
    log = world.log("aws-morning", 1)
    whole = world.box("in-order")
    counted(tap, whole, log.truth, "in order", whole.ingest(*log.files))
    box = world.box("reversed", whole.key)
    counted(tap, box, log.truth, "reversed on one command line", box.ingest(*log.files[::-1]))
    wrong = util.differences(util.stored(whole.db), util.stored(box.db))
    tap.ok(not wrong, "reversed on one command line: the same database", wrong)
    box = world.box("newest-first")
    for path in log.files[::-1]:
        box.ingest(path)
    counted(tap, box, log.truth, "newest first, one by one")
    box.ingest(*log.files)
    counted(tap, box, log.truth, "and all of it again")


def rollups(tap, world):
    log = world.log("aws-morning", 1)
    for name, ways in (("rollups-only, then plain", (["--rollups-only"], [])),
                       ("plain, then rollups-only", ([], ["--rollups-only"]))):
        box = world.box(name.replace(", ", "-").replace(" ", "-"))
        for flags in ways:
            done = box.ingest(*flags, *log.files)
            wrong = done.told() if done.code else []
        tap.ok(not wrong, name + ": works", wrong)
        counted(tap, box, log.truth, name)
        # Not the fast path: a copy with another beginning.
        copies = [util.write(box.path("copy-%d" % n), b"\n" + util.read(f))
                  for n, f in enumerate(log.files)]
        done = box.ingest(*ways[1], *copies)
        counted(tap, box, log.truth, name + ", every line looked up", done)


def old_stamps(tap, world):
    """Stamps without a year or a zone: the file's time tells the year."""
    log = world.log("single", 5, "--stamp", "3164")
    data = log.bytes()
    box = world.box("stamps")
    mail = util.write(box.path("mail.log"), data)
    os.utime(mail, (1793707200, 1793707200))        # 2026-11-03T12:00:00Z
    counted(tap, box, log.truth, "stamps without a year", box.ingest(mail))
    packed = util.write(box.path("mail.log.1.gz"), gzip.compress(data, mtime=1793707200))
    counted(tap, box, log.truth, "and gzipped", box.ingest(packed))
    counted(tap, box, log.truth, "and from standard input", box.ingest("-", data=data))
    box = world.box("stamps-and-journal")
    full = world.log("single", 5)
    box.ingest(mail)
    counted(tap, box, log.truth, "the same second in full, from journald",
            box.ingest("-", data=util.journal(full.bytes())))


def truths(tap, world):
    """The counts of reputed are those of the generator, also where much goes wrong."""
    for scenario, scale in (("boring", 1), ("single", 30), ("aws-morning", 2)):
        log = world.log(scenario, scale, seed=7)
        box = world.box("truth-" + scenario)
        counted(tap, box, log.truth, "%s at %d %%" % (scenario, scale), box.ingest(*log.files))


if __name__ == "__main__":
    sys.exit(util.main([plain_ways, grown, cut_then_gone, rotated, renamed, copytruncate, orders,
                        rollups, old_stamps, truths]))
