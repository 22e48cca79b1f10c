#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_serve_journal.py [REPUTED] -- the watch of a journal: what is in it, what comes, rotation, entries that are
removed before they are read, kill -9 at any moment, permissions; the same mail from a file. TAP.

The journals are made by Debian's systemd-journal-remote in folders of the test; that of this machine is not read.
"""

import grp
import os
import pwd
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util         # noqa: E402
from test_serve import Daemon, Mail, append, deliveries, has, same_as_ingest, wait     # noqa: E402

REMOTE = "/lib/systemd/systemd-journal-remote"
BOOT = "f2e8a336aa58410aa76e6b96fcb4a001"
MACHINE = "3d1219c7c4c5404aaa1f6d2a48adfda4"


class Journal:
    """Files of the journal in a folder."""

    def __init__(self, box, name="journal"):
        self.folder, self.name, self.at = box.path(name), "system", 0
        os.makedirs(self.folder)

    def add(self, lines, name=None, facility="2", more=b"", after_us=200000):
        """
        Lines of a log (RFC 3339, TAG[PID]: message) as entries, so long after the second of the line; below 0: before
        it, as when syslogd got the line after journald.
        """
        out = b""
        for line in lines.splitlines():
            stamp, host, rest = line.split(" ", 2)
            tag, _, message = rest.partition(": ")
            ident, _, pid = tag.rstrip("]").partition("[")
            us = util.micros(stamp) + after_us
            self.at = max(us + 300, self.at + 1)
            raw = message.encode("utf-8", "surrogateescape")
            out += (("__REALTIME_TIMESTAMP=%d\n__MONOTONIC_TIMESTAMP=%d\n_BOOT_ID=%s\n_MACHINE_ID=%s\n"
                     "_TRANSPORT=syslog\n_HOSTNAME=%s\n_SOURCE_REALTIME_TIMESTAMP=%d\n"
                     % (self.at, self.at - 10**15, BOOT, MACHINE, host, us)).encode() +
                    (("SYSLOG_FACILITY=%s\n" % facility).encode() if facility else b"") + more +
                    ("SYSLOG_IDENTIFIER=%s\nSYSLOG_PID=%s\n" % (ident, pid)).encode() +
                    b"MESSAGE\n" + len(raw).to_bytes(8, "little") + raw + b"\n\n")
        subprocess.run([REMOTE, "-o", "%s/%s.journal" % (self.folder, name or self.name), "-"], input=out,
                       check=True, stderr=subprocess.DEVNULL)

    def rotate(self):
        """As journald does it: the file gets another name, and a new one is begun."""
        at = "%s@%016x-%016x" % (self.name, len(os.listdir(self.folder)), self.at)
        os.rename("%s/%s.journal" % (self.folder, self.name), "%s/%s.journal" % (self.folder, at))
        return at


def sent(mail, n, now):
    return mail.lines(n, "203.0.113.24", True, now - 3600, now - 60)


def reads(t, world):
    """What is in it, what comes, what is not mail; the same mail in a file counts once, in each order."""
    now, mail, box = time.time(), Mail(), world.box("reads")
    journal, log = Journal(box), box.path("mail.log")
    first = sent(mail, 50, now)
    journal.add(first)
    d = Daemon(box, journal.folder)
    t.ok(has(box, 50), "what is in it is read, from the oldest entry on", [d.text])
    more = sent(mail, 5, now)
    journal.add(more)
    t.ok(has(box, 55), "what comes is read", [d.text])
    journal.add(sent(mail, 4, now), facility="3")
    other = sent(mail, 3, now)
    journal.add(other)
    t.ok(has(box, 58), "what is not mail is not", [d.text])
    journal.rotate()
    after = sent(mail, 7, now)
    journal.add(after)
    t.ok(has(box, 65), "a file that was rotated, and the new one", [d.text])
    t.ok(d.stop() == 0 and d.text == "", "it has nothing to tell", [d.text])
    while_stopped = sent(mail, 6, now)
    journal.add(while_stopped)
    d = Daemon(box, "journal:" + journal.folder)
    t.ok(has(box, 71), "what came while it was stopped", [d.text])
    append(log, first + more + other + after + while_stopped)
    d.stop()
    both = Daemon(box, "journal:" + journal.folder, log)
    new = sent(mail, 2, now)
    append(log, new)
    journal.add(new)
    t.ok(has(box, 73), "the same mail in a log counts once", [both.text])
    time.sleep(3)
    t.ok(deliveries(box) == 73 and both.stop() == 0, "and no more of it comes", [both.text])
    same_as_ingest(t, world, box, [log], "journal and log")
    box = world.box("reads-file-first")
    t.ok(box.run("ingest", log).code == 0, "the log first")
    d = Daemon(box, journal.folder)
    t.ok(wait(lambda: cursor(box) is not None) and deliveries(box) == 73, "then the journal adds nothing", [d.text])
    d.stop()


def seconds(t, world):
    """The journal has a line in the second before the log has it, or after: in each order, it counts once."""
    now, mail = time.time(), Mail()
    lines = sent(mail, 40, now)
    for name, first, after_us in (("journal-first", "journal", -400), ("log-first", "log", -400),
                                  ("journal-first-later", "journal", 1000400), ("log-first-later", "log", 1000400)):
        box = world.box(name)
        journal, log = Journal(box), box.path("mail.log")
        journal.add(lines, after_us=after_us)
        append(log, lines)
        if first == "log":
            t.ok(box.run("ingest", log).code == 0 and deliveries(box) == 40, "the log first")
        d = Daemon(box, journal.folder)
        t.ok(has(box, 40) and wait(lambda: cursor(box) is not None), "the journal", [d.text])
        d.stop()
        t.ok(box.run("ingest", log).code == 0 and deliveries(box) == 40, name + ": counted once",
             [str(deliveries(box))])


def cursor(box):
    try:
        with sqlite3.connect("file:%s?mode=ro" % box.db, uri=True) as db:
            row = db.execute("select bytes from state where name like 'cursor %'").fetchone()
            return row[0] if row else None
    except sqlite3.Error:
        return None


def killed(t, world):
    """kill -9 of the daemon, of a pass, and of what watches the journal, while it grows."""
    rng, now, mail, box = random.Random(11), time.time(), Mail(), world.box("killed")
    journal, lines = Journal(box), ""

    def add(n):
        nonlocal lines
        text = mail.lines(n, "203.0.113.24", True, now - 7000 + len(lines) % 1000, now - 5000)
        journal.add(text)
        lines += text

    add(400)
    for k in range(8):
        d = Daemon(box, journal.folder)
        time.sleep(rng.uniform(0, 1.5))
        add(30)
        if k == 4:
            journal.rotate()
        if k % 2 == 0:
            subprocess.run(["pkill", "-KILL", "-P", str(d.process.pid)], check=False)
            time.sleep(rng.uniform(0, 1.5))
        d.kill()
    d = Daemon(box, journal.folder)
    t.ok(has(box, 640), "after eight kills all is read", [str(deliveries(box)), d.text])
    subprocess.run(["pkill", "-KILL", "-P", str(d.process.pid)], check=False)
    add(10)
    t.ok(has(box, 650), "what watches the journal is started again", [str(deliveries(box)), d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    util.write(box.path("mail.log"), lines)
    same_as_ingest(t, world, box, [box.path("mail.log")], "kills")


def unreadable(t, world):
    """A reader that dies of an entry: it is left out. One that cannot be had: nothing is."""
    now, mail, box = time.time(), Mail(), world.box("unreadable")
    journal = Journal(box)
    journal.add(sent(mail, 1, now).splitlines()[1])
    d = Daemon(box, journal.folder, env={"REPUTED_KILL_OPEN_AT": "1"})
    t.ok(d.says(r"signal 9\).*tried again until it works"), "its reader dies at once: the pass fails, and is made again", [d.text])
    t.ok("left out" not in d.text and not cursor(box) and d.stop() == 0, "no entry is left out", [d.text])
    d = Daemon(box, journal.folder)
    t.ok(has(box, 1) and d.stop() == 0, "the next one reads it", [d.text])
    box = world.box("left-out")
    d = Daemon(box, journal.folder, env={"REPUTED_KILL_READER_AT": "1"})
    t.ok(d.says(r"the entry of \S+Z \(cursor s=[^)]*\) is left out: the process that reads it dies of it") and
         wait(lambda: cursor(box)), "readers die of an entry, and of nothing else: it is left out, and named",
         [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])


def bad(t, world):
    """An entry that libsystemd cannot read: what is before it and behind it is used, and it is named, once."""
    left_out = r"what is between the entry of %s \(cursor %s\) and %s is left out: .*made bad by a test"
    now, known = time.time(), (r"\S+Z", r"s=[^)]*")
    for name, at, said in (("first", 1, ("an unknown time", "not known", r"\S+Z")), ("middle", 32, known + (r"\S+Z",)),
                           ("last", 60, known + ("the end",))):
        mail, box = Mail(), world.box("bad-" + name)
        journal = Journal(box)
        journal.add(sent(mail, 20, now).rsplit("\n", 2)[0] + "\n" if at == 60 else sent(mail, 20, now))
        if at == 60:
            journal.add(mail.lines(1, "203.0.113.24", True, now, now).splitlines()[1])
        n = 20 if name != "middle" else 19
        d = Daemon(box, journal.folder, env={"REPUTED_JOURNALD_BAD_AT": str(at)})
        t.ok(d.says(left_out % said) and has(box, n), name + ": what can be read is read", [str(deliveries(box)), d.text])
        journal.add(sent(mail, 3, now))
        n += 3 if at != 60 else 4
        t.ok(has(box, n) and d.stop() == 0, name + ": it is read on", [str(deliveries(box)), d.text])
        if at != 1:     # the first that the next pass comes to is that of the cursor
            t.ok(d.text.count("left out") == 1, name + ": told once", [d.text])
        d = Daemon(box, journal.folder)
        journal.add(sent(mail, 1, now))
        t.ok(has(box, n + 1) and d.stop() == 0 and d.text == "", name + ": it holds nothing up",
             [str(deliveries(box)), d.text])


def strange(t, world):
    """Entries that are no lines, or no good ones: named by their time, and counted."""
    now, mail, box = time.time(), Mail(), world.box("strange")
    journal = Journal(box)
    journal.add(sent(mail, 3, now))
    journal.add(sent(mail, 1, now).replace("Queued", "Queued" + 70000 * "x"))
    journal.add(sent(mail, 1, now).replace("Queued", "Queued" + 20000 * "\udce9"))
    journal.add(sent(mail, 2, now))
    journal.add(sent(mail, 1, now).splitlines()[1], after_us=3 * 86400 * 10**6)
    d = Daemon(box, journal.folder)
    t.ok(has(box, 5), "what is between them is read", [str(deliveries(box)), d.text])
    t.ok(d.says(r"the entry of \S+Z by postfix/out-24/smtp \(cursor s=[^)]*\) is left out: as a line of "
                r"JSON it has \d+ bytes, and at most 65536 are read", 2),
         "too long, or as numbers too long: each is named", [d.text])
    t.ok(d.says(r"journal: the entry of \S+Z is left out: .*future"), "a bad line is named by its time", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    with sqlite3.connect("file:%s?mode=ro" % box.db, uri=True) as db:
        t.ok(db.execute("select lines, bad from input").fetchall() == [(25 - 3, 3)], "they are counted",
             [str(db.execute("select lines, bad from input").fetchall())])


def damaged(t, world):
    """A file in which a message was overwritten."""
    now, mail, box = time.time(), Mail(), world.box("damaged")
    journal = Journal(box)
    journal.add(sent(mail, 30, now))
    with open(journal.folder + "/system.journal", "r+b") as file:
        file.seek(file.read().index(b"to=<u20@") - 64)
        file.write(48 * b"\xff")
    d = Daemon(box, journal.folder)
    t.ok(has(box, 29), "all others are read", [str(deliveries(box)), d.text])
    t.ok(d.says(r"the entry of \S+Z by postfix/out-24/smtp \(cursor s=[^)]*\) is left out: it has no MESSAGE, or one "
                "that is damaged"), "it is named", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])


def chunks(t, world):
    """More than one commit, and more than one pass, for what is in a journal."""
    now, mail, box = time.time(), Mail(), world.box("chunks")
    journal, log = Journal(box), box.path("mail.log")
    lines = sent(mail, 40, now)
    other = ["%s mx1 qmail[%d]: @400000006365 delivery %d: success: accepted" % (lines.split(" ")[0], n, n)
             for n in range(3)]
    for k in range(4):
        journal.add("".join(x + "\n" for x in lines.splitlines()[30 * k:30 * k + 30]))
        journal.add("".join(x + "\n" for x in other))
    append(log, lines)
    d = Daemon(box, journal.folder, env={"REPUTED_JOURNALD_CHUNK": "7"})
    t.ok(has(box, 40), "twenty commits of a pass", [str(deliveries(box)), d.text])
    t.ok(d.says("qmail") and d.stop() == 0 and d.text.count("qmail") == 1 == len(d.text.splitlines()),
         "what is not read of them is told once", [d.text])
    same_as_ingest(t, world, box, [log], "chunks")
    box = world.box("passes")
    os.symlink(journal.folder, box.path("link"))
    d = Daemon(box, "journal:" + box.path("link"), env={"REPUTED_JOURNALD_CHUNK": "7", "REPUTED_JOURNALD_PASS": "20"})
    t.ok(has(box, 40), "a pass that ends before the end of it: the next one reads on", [str(deliveries(box)), d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    same_as_ingest(t, world, box, [log], "passes")


def halved(t, world):
    """A reader that dies twice of a chunk: the halves of it are read."""
    now, mail, box = time.time(), Mail(), world.box("halved")
    journal, log = Journal(box), box.path("mail.log")
    lines = sent(mail, 600, now)
    journal.add(lines)
    append(log, lines)
    d = Daemon(box, journal.folder, env={"REPUTED_KILL_READER_AT": "3"})
    t.ok(has(box, 600) and wait(lambda: cursor(box)), "all of it is read", [str(deliveries(box)), d.text])
    t.ok(d.says(r"died \(signal 9\); what it had read was used\n") and d.stop() == 0 and "left out" not in d.text,
         "in halves, and nothing is left out", [d.text])
    same_as_ingest(t, world, box, [log], "halves")


def vacuumed(t, world):
    """The entry that was read last is removed, with others that were not read."""
    now, mail, box = time.time(), Mail(), world.box("vacuumed")
    journal = Journal(box)
    journal.add(sent(mail, 20, now))
    d = Daemon(box, journal.folder)
    t.ok(has(box, 20), "read", [d.text])
    d.stop()
    journal.add(sent(mail, 5, now))
    old = journal.rotate()
    journal.add(sent(mail, 4, now))
    os.remove("%s/%s.journal" % (journal.folder, old))
    d = Daemon(box, journal.folder)
    t.ok(has(box, 24), "what is left is read", [d.text])
    t.ok(d.says("the entry that was read last is removed"), "that entries are missing is told", [d.text])
    journal.add(sent(mail, 3, now))
    t.ok(has(box, 27), "it is read on", [d.text])
    d.stop()
    t.ok(d.text.count("removed") == 1, "and told once", [d.text])
    old = journal.rotate()
    journal.add(sent(mail, 4, now))
    for name in os.listdir(journal.folder):
        if name != "system.journal":
            os.remove(journal.folder + "/" + name)
    d = Daemon(box, journal.folder, env={"REPUTED_JOURNALD_BAD_AT": "2"})
    t.ok(has(box, 31) and d.says("the entry that was read last is removed, and others may have been .*made bad"),
         "the first that is left cannot be read: that is told, and the rest is read", [str(deliveries(box)), d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])


def absent(t, world):
    """A journal that is not there, comes, goes, and comes back."""
    now, mail, box = time.time(), Mail(), world.box("absent")
    journal = Journal(box)
    d = Daemon(box, "journal:" + journal.folder)
    t.ok(d.says("has no files of a journal"), "that there is none is told", [d.text])
    journal.add(sent(mail, 3, now))
    t.ok(has(box, 3) and d.says("is there again"), "it is read when it comes", [d.text])
    os.rename(journal.folder, box.path("away"))
    t.ok(d.says("has no files of a journal", 2), "that it went is told", [d.text])
    os.rename(box.path("away"), journal.folder)
    journal.add(sent(mail, 3, now))
    t.ok(has(box, 6) and d.says("is there again", 2), "it is read on when it is back", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    box = world.box("absent-and-log")
    log = box.path("mail.log")
    append(log, mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 11 * 3600) +
           mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    d = Daemon(box, log, "journal:" + box.path("never there"))
    t.ok(d.says(r"New trouble \(incident 1\)"), "news of a log come while a journal is not there", [d.text])
    t.ok(has(box, 260) and d.stop() == 0, "and all of the log is read", [d.text])


def many(t, world):
    """More paths than can be watched, with a journal among them: none is left out in silence."""
    box = world.box("many")
    done = box.run("serve", *[box.path("log-%d" % n) for n in range(64)], "journal:" + box.path("journal"))
    t.ok(done.code == 4 and "more than 64 paths" in done.err, "too many paths, one is a journal", done.told())
    done = box.run("serve", "journal:/" + 625 * "x")
    t.ok(done.code == 4 and "named with at most 632 bytes, and this one has 634" in done.err,
         "a name that is too long for a row of the database", done.told())
    d = Daemon(box, "journal:/" + 623 * "x")
    t.ok(d.says("has no files of a journal") and d.stop() == 0, "the longest one", [d.text])


def other_user(t, world, box):
    """setpriv and its words, for a user who may not read what we may; [] when that is us; None: it cannot be."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    if not shutil.which("setpriv"):
        t.skip("no permission", "root may read everything, and setpriv is not here")
        return None
    user = ["setpriv", "--reuid=%d" % nobody.pw_uid, "--regid=%d" % nobody.pw_gid]
    for at in (world.top, box.top):
        os.chmod(at, 0o755)
    os.chown(box.top, nobody.pw_uid, nobody.pw_gid)
    try:
        subprocess.run(user + ["--clear-groups", world.reputed, "--version"], check=True, stdout=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        t.skip("no permission", "another user cannot run this reputed")
        return None
    return user


def denied(t, world):
    """A user who may not read it hears why, and the group that may."""
    now, mail, box = time.time(), Mail(), world.box("denied")
    journal = Journal(box)
    journal.add(sent(mail, 3, now))
    file = journal.folder + "/system.journal"
    os.chmod(file, 0)
    user = other_user(t, world, box)
    if user is None:
        return
    alone = user + ["--clear-groups"] if user else []
    log = box.path("mail.log")
    append(log, "")
    d = Daemon(box, journal.folder, log, prefix=alone)
    t.ok(d.says(r"the user \S+ may not read %s; .* its mode is 0000" % file), "that it cannot be read is told",
         [d.text])
    time.sleep(5)
    t.ok(d.text.count("may not read") == 1, "once", [d.text])
    append(log, sent(mail, 4, now))
    t.ok(has(box, 4), "a log beside it is read", [d.text])
    os.chmod(file, 0o644)
    t.ok(has(box, 7) and d.says("is there again"), "it is read when it can be", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    if user:
        denied_to_group(t, journal, box, user)


def denied_to_group(t, journal, box, user):
    """As on a server: the files are those of root and a group."""
    group = next((g for g in map(by_name, ("systemd-journal", "adm")) if g), None)
    if group is None:
        t.skip("no permission, by a group", "there is no group systemd-journal here, and no adm")
        return
    file = journal.folder + "/system.journal"
    os.chown(file, 0, group.gr_gid)
    os.chmod(file, 0o640)
    d = Daemon(box, journal.folder, prefix=user + ["--clear-groups"])
    t.ok(d.says("the user is not in the group %s, which may. Do this, and restart serve: "
                "usermod -aG %s nobody" % (group.gr_name, group.gr_name)), "which user is not in which group", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    journal.add(sent(Mail(), 1, time.time()).replace("A0000001", "B0000001"))
    os.chown(file, 0, group.gr_gid)
    os.chmod(file, 0o640)
    d = Daemon(box, journal.folder, prefix=user + ["--groups=%d" % group.gr_gid])
    t.ok(has(box, 8) and d.stop() == 0 and d.text == "", "in the group it is read", [d.text])
    os.chmod(journal.folder, 0)
    d = Daemon(box, "journal:" + journal.folder, prefix=user + ["--clear-groups"])
    t.ok(d.says("may not read %s; .* its mode is 0000" % journal.folder), "a folder that may not be opened", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])


def by_name(name):
    try:
        return grp.getgrnam(name)
    except KeyError:
        return None


def containers(t, world):
    """A container's lines have no facility: they are chosen by its name. Bytes that are no text are read too."""
    now, mail, box = time.time(), Mail(), world.box("containers")
    journal = Journal(box)
    inner = sent(mail, 4, now)
    journal.add("".join("%s mx1 b8f1e0: %s\n" % (x.split(" ")[0], x) for x in inner.splitlines()),
                facility=None, more=b"CONTAINER_NAME=mailserver\n")
    journal.add(sent(mail, 3, now), facility=None, more=b"CONTAINER_NAME=other\n")
    strange = sent(mail, 1, now).replace("Queued mail", "Queued\udce9mail")
    journal.add(strange)
    d = Daemon(box, "journal:%s:CONTAINER_NAME=mailserver" % journal.folder)
    t.ok(has(box, 4), "a container by its name", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    with open(box.config, "a", encoding="ascii") as file:
        file.write('watch "journal:%s:CONTAINER_NAME=mailserver" "journal:%s"\n' % (journal.folder, journal.folder))
    d = Daemon(box)
    t.ok(has(box, 5), "two parts of one journal, by the configuration", [d.text])
    t.ok(d.stop() == 0 and d.text == "", "stopped", [d.text])


FEED = """
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.connect("/run/systemd/journal/dev-log")
for line in sys.stdin:
    stamp, host, rest = line.rstrip("\\n").split(" ", 2)
    s.send(("<22>%s %s" % (time.strftime("%b %e %H:%M:%S"), rest)).encode())
"""

JOURNALD = """
mount --make-rprivate / && mount -t tmpfs none /run && mount -t tmpfs none /var/log || exit 1
mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /run/log/journal
printf '[Journal]\\nReadKMsg=no\\nAudit=no\\n' >/run/systemd/journald.conf.d/test.conf
exec /lib/systemd/systemd-journald
"""


def real(t, world):
    """A journald of the test's own, with `watch journal`: it rotates and removes as on a server."""
    name = "a journald of the test's own"
    if os.geteuid() != 0 or not os.access("/lib/systemd/systemd-journald", os.X_OK):
        t.skip(name, "it takes root, and systemd-journald")
        return
    if not os.path.exists("/etc/machine-id"):
        t.skip(name, "this machine has no id")
        return
    journald = subprocess.Popen(["unshare", "-m", "sh", "-c", JOURNALD], stderr=subprocess.DEVNULL)
    inside = ["nsenter", "-m", "-t", str(journald.pid)]
    try:
        if not wait(lambda: journald.poll() is not None or subprocess.run(
                inside + ["test", "-S", "/run/systemd/journal/dev-log"], check=False).returncode == 0) or \
                journald.poll() is not None:
            t.skip(name, "it cannot be started here")
            return
        of_journald(t, world, inside)
    finally:
        journald.kill()
        journald.wait()


def of_journald(t, world, inside):
    mail, box = Mail(), world.box("real")

    def run(*words, given=None):
        subprocess.run(inside + list(words), input=given, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def add(n):
        now = time.time()
        run(sys.executable, "-c", FEED, given=mail.lines(n, "203.0.113.24", True, now, now).encode())

    add(50)
    with open(box.config, "a", encoding="ascii") as file:
        file.write("watch journal\n")
    d = Daemon(box, prefix=inside)
    t.ok(has(box, 50), "journald: what is in it is read", [d.text])
    add(5)
    t.ok(has(box, 55), "journald: and what comes", [d.text])
    run("journalctl", "--rotate")
    add(10)
    t.ok(has(box, 65), "journald: it was rotated", [d.text])
    d.kill()
    add(20)
    run("journalctl", "--rotate")
    add(3)
    run("journalctl", "--rotate")
    add(4)
    run("journalctl", "--vacuum-files=1")
    d = Daemon(box, prefix=inside)
    t.ok(has(box, 69), "journald: what it still has is read", [str(deliveries(box)), d.text])
    t.ok(d.says(r"journal: journald has removed \d+ entries \(of mail or of others\) before they were read"), "journald: what it has not is told",
         [d.text])
    add(2)
    t.ok(has(box, 71) and d.stop() == 0, "journald: and it is read on", [d.text])
    t.ok(d.text.count("removed") == 1, "journald: told once", [d.text])


def main():
    if not os.access(REMOTE, os.X_OK):
        print("1..0 # SKIP no %s here (package systemd-journal-remote)" % REMOTE)
        return
    util.main([reads, seconds, killed, unreadable, bad, strange, damaged, chunks, halved, vacuumed,
               absent, many, denied, containers, real])


if __name__ == "__main__":
    main()
