#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_serve_days.py [REPUTED] -- the watch on bad days: a disk that is full, a clock that jumps, the nights in which
clocks are changed, no DNS, a database that somebody else holds, channels that hang or refuse. TAP.

Each day says what a person would want to be told, and that nothing else was. The clock is that of REPUTED_CLOCK
(doc/testing.md, Faults).
"""

import ctypes
import datetime
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import zoneinfo
from contextlib import closing

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import test_alert   # noqa: E402
import util         # noqa: E402
from test_serve import Channel, Daemon, Mail, append, deliveries, has, same_as_ingest, wait     # noqa: E402

HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
A, B = "203.0.113.24", "203.0.113.31"


class Clock:
    """What reputed takes for the time: the clock of this machine, and so many seconds."""

    def __init__(self, box, skew=0):
        self.at = box.path("clock")
        self.set(skew)
        self.env = {"REPUTED_CLOCK": self.at}

    def set(self, skew):
        util.write(self.at + ".new", "%d\n" % skew)
        os.rename(self.at + ".new", self.at)
        self.skew = skew

    def now(self):
        return time.time() + self.skew


QUIET = "audit off\nqueue no\n"     # no DNS, and no Postfix of this machine


def quiet_box(world, name):
    box = world.box(name)
    append(box.config, QUIET)
    return box


def history(mail, now, *ips):
    """Three days of mail that was accepted, until eleven hours ago."""
    return "".join(mail.lines(200, ip, True, now - 3 * DAY, now - 11 * HOUR) for ip in ips or (A, B))


def block(mail, now, ip=A):
    return mail.lines(60, ip, False, now - 10 * HOUR, now - 9 * HOUR)


def end(mail, now, *ips):
    return "".join(mail.lines(300, ip, True, now - 8.9 * HOUR, now) for ip in ips or (A, B))


def judged_again(d):
    """A judgement that is asked for has ended: what it would have told is told."""
    before = len([x for x in d.told if x.startswith("STATUS=") and "read up to" in x])
    d.process.send_signal(1)
    return wait(lambda: len([x for x in d.told if x.startswith("STATUS=") and "read up to" in x]) > before)


def quiet_end(t, d, ops, events, what):
    """
    It ends well; the channel got these messages and no other. What is written at once may be read in two passes: that
    one of two addresses is over before the other is as good.
    """
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), what + ": SIGTERM ends it", [d.text])
    got = [x[0] for x in ops.lines() if not (x[0] == "updated" and x[2].startswith("Over: "))]
    t.ok(got == list(events), what + ": no other message was sent", ops.lines() + [d.text])


# --- the disk -------------------------------------------------------------------------------------------

def own_mounts():
    """A mount namespace for this process. False: it cannot be had."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_ns, private = 0x20000, 1 << 18 | 1 << 14    # CLONE_NEWNS; MS_PRIVATE | MS_REC
    return os.geteuid() == 0 and libc.unshare(new_ns) == 0 and libc.mount(b"none", b"/", None, private, None) == 0


def mount(what, at, kind, flags=0, data=None):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(what.encode(), at.encode(), kind, flags, data) != 0:
        raise OSError(ctypes.get_errno(), "mount " + at)


def unmount(at):
    ctypes.CDLL(None).umount2(at.encode(), 2)


def fill(path):
    """Takes all room that is left beside it."""
    with open(path, "wb", buffering=0) as file:
        for size in 1 << 16, 1 << 12:
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                pass


def disk(t, world):
    """The disk of the database is full, and has room again."""
    if not OWN_MOUNTS:
        t.skip("a full disk", "no mount namespace")
        return
    now, mail, box = time.time(), Mail(), quiet_box(world, "disk")
    small = box.path("small")
    os.mkdir(small)
    mount("tmpfs", small, b"tmpfs", 0, b"size=4m")
    try:
        box.db = small + "/reputed.db"
        util.write(box.config, util.read(box.config).decode().replace(box.top + "/reputed.db", box.db))
        log, ops = box.path("mail.log"), Channel(box, "ops")
        append(log, history(mail, now))
        d = Daemon(box, log)
        t.ok(has(box, 400) and d.text == "", "disk: what is there is read", [d.text])
        fill(small + "/filler")
        append(log, block(mail, now))
        t.ok(d.says(r"(?i)full|no space"), "disk: that it is full is said", [d.text])
        time.sleep(3)
        t.ok(d.process.poll() is None and not ops.lines(), "disk: it goes on", [d.text])
        t.ok(len(re.findall(r"(?i)full|no space", d.text)) == 1, "disk: it is said once", [d.text])
        os.remove(small + "/filler")
        t.ok(has(box, 460) and ops.gets("opened"), "disk: with room again all is read, and told", ops.lines() + [d.text])
        t.ok(d.says("works again"), "disk: that it works again is said", [d.text])
        append(log, end(mail, now))
        t.ok(has(box, 1060) and wait(lambda: ops.events()[-1:] == ["resolved"]), "disk: and so is the end",
             ops.lines() + [d.text])
        quiet_end(t, d, ops, ("opened", "resolved"), "disk")
        same_as_ingest(t, world, box, [log], "disk")
    finally:
        unmount(small)


# --- the clock ------------------------------------------------------------------------------------------

def behind(t, world):
    """The clock goes back an hour while a block lasts, and a channel fails."""
    mail, box = Mail(), quiet_box(world, "behind")
    clock, log = Clock(box), box.path("mail.log")
    now, ops = time.time(), Channel(box, "ops")
    append(log, history(mail, now))
    d = Daemon(box, log, env=clock.env, notify=True)
    t.ok(has(box, 400), "back: what is there is read", [d.text])
    ops.fails(True)
    append(log, block(mail, now))
    t.ok(d.says("alert ops: .*is tried again"), "back: the channel fails", [d.text])
    clock.set(-HOUR)
    ops.fails(False)
    append(log, mail.lines(60, B, False, now - 9.5 * HOUR, now - 9 * HOUR))
    t.ok(ops.gets("opened", "updated"), "back: the alert is sent soon all the same, and the news after it",
         ops.lines() + [d.text])
    t.ok(judged_again(d), "back: it judges", [d.text])
    append(log, mail.lines(20, B, False, clock.now() - 60, clock.now()))
    t.ok(has(box, 540) and judged_again(d), "back: mail of this hour is read", [d.text])
    clock.set(0)
    now = time.time()
    append(log, mail.lines(300, A, True, now - 1800, now) + mail.lines(300, B, True, now - 1800, now))
    t.ok(wait(lambda: ops.events()[-1:] == ["resolved"]), "back: the end is told when mail is accepted",
         ops.lines() + [d.text])
    quiet_end(t, d, ops, ("opened", "updated", "resolved"), "back")
    same_as_ingest(t, world, box, [log], "back")


def counts(box):
    with closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
        return [db.execute("select count(*) from " + x).fetchone()[0] for x in ("minute", "hour", "day")]


def ahead(t, world):
    """The clock of the whole machine is a year ahead for a while, in the middle of a block."""
    mail, box = Mail(), quiet_box(world, "ahead")
    clock, log = Clock(box), box.path("mail.log")
    now, ops = time.time(), Channel(box, "ops")
    append(log, "".join(mail.lines(70, ip, True, now - 70 * DAY, now - 4 * DAY) for ip in (A, B)) +
           history(mail, now) + block(mail, now))
    d = Daemon(box, log, env=clock.env, notify=True)
    t.ok(has(box, 600) and ops.gets("opened"), "ahead: a block", ops.lines() + [d.text])
    before = counts(box)
    clock.set(YEAR)
    t.ok(judged_again(d), "ahead: it judges a year later", [d.text])
    append(log, mail.lines(3, B, True, clock.now() - 60, clock.now()))
    t.ok(has(box, 603), "ahead: mail of next year is stored, and none of the last 90 days is removed", [d.text])
    t.ok(judged_again(d) and deliveries(box) == 603 and all(x >= y for x, y in zip(counts(box), before)),
         "ahead: nor are counts", [str(before), str(counts(box)), d.text])
    t.ok(len(re.findall("was a clock wrong", d.text)) == 1, "ahead: that is said once", [d.text])
    clock.set(0)
    now = time.time()
    append(log, mail.lines(30, A, False, now - 5 * HOUR, now - 4.9 * HOUR))
    t.ok(has(box, 633) and judged_again(d), "ahead: the clock is right again, and mail of today is stored", [d.text])
    t.ok(box.run("why", env=clock.env).code == 1, "ahead: why still has the block",
         box.run("why", env=clock.env).told())
    status = box.run("status", "--json", env=clock.env).json()
    # Soon after midnight the newest mail is of the day before.
    t.ok(status["now"][:10] == time.strftime("%Y-%m-%d", time.gmtime(now - 4.9 * HOUR)), "ahead: status is of the newest mail",
         [str(status)[:300]])
    with closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
        minute = db.execute("select max(from_s) from minute where from_s < ?", (now + DAY,)).fetchone()[0]
    t.ok(minute > now - 6 * HOUR, "ahead: counts of today are kept by minute", [str(minute)])
    append(log, mail.lines(300, A, True, now - 4.8 * HOUR, now) + mail.lines(300, B, True, now - 4.8 * HOUR, now))
    t.ok(has(box, 1233), "ahead: more of today", [d.text])
    t.ok(wait(lambda: ops.events()[-1:] == ["resolved"]), "ahead: the end is told", ops.lines() + [d.text])
    quiet_end(t, d, ops, ("opened", "resolved"), "ahead")


BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


class BerlinMail(Mail):
    """As syslogd writes it in Berlin: without a year, and without a zone."""

    def stamp(self, at):
        return datetime.datetime.fromtimestamp(int(at), BERLIN).strftime("%b %e %H:%M:%S")


def last_sunday(month):
    """01:00 UTC of the last Sunday of that month, the last time that it was two days ago."""
    year = time.gmtime().tm_year
    while True:
        day = datetime.datetime(year, month, 31, 1, tzinfo=datetime.timezone.utc)
        day -= datetime.timedelta(days=(day.weekday() + 1) % 7)
        if day.timestamp() < time.time() - 2 * DAY:
            return int(day.timestamp())
        year -= 1


def night(t, world, month, name):
    """A block begins half an hour after the clocks were changed; the daemon reads it in pieces."""
    at, mail, box = last_sunday(month), BerlinMail(), quiet_box(world, name)
    clock, log, ops = Clock(box, at - HOUR - int(time.time())), box.path("mail.log"), Channel(box, "ops")
    append(log, mail.lines(200, A, True, at - 3 * DAY, at - 1.5 * HOUR) +
           mail.lines(200, B, True, at - 3 * DAY, at - 1.5 * HOUR))
    d = Daemon(box, log, env=dict(clock.env, TZ="Europe/Berlin"), notify=True)
    t.ok(has(box, 400), name + ": what is there is read", [d.text])
    n = 400
    for k in range(-2, 4):      # each half hour, from an hour before it to two hours after
        clock.set(at + (k + 1) * 1800 - int(time.time()))
        append(log, "".join(mail.line(at + k * 1800 + 60 * i, ip, ip == B or k != 1)
                            for i in range(30) for ip in (A, B)))
        n += 60
        t.ok(has(box, n), name + ": %+d minutes" % (k * 30), [d.text, str(deliveries(box))])
    t.ok(judged_again(d), name + ": judged", [d.text])
    with closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
        times = [x[0] >> 24 for x in db.execute("select id from fact order by id").fetchall()[400:]]
    want = sorted(at + k * 1800 + 60 * i for k in range(-2, 4) for i in range(30) for _ in (A, B))
    t.ok(times == want, name + ": each line has its time",
         ["%d: %+d, not %+d" % (i, a - at, b - at) for i, (a, b) in enumerate(zip(times, want)) if a != b][:5])
    why = box.run("why", "--json", "--all", env=dict(clock.env, TZ="Europe/Berlin")).json()
    since = [x["since"] for i in why["incidents"] for x in i["episodes"]]
    t.ok(since == [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at + 1800))], name + ": the block has its time",
         since)
    quiet_end(t, d, ops, ("opened", "resolved"), name)


def october(t, world):
    night(t, world, 10, "october")


def march(t, world):
    night(t, world, 3, "march")


# --- the database ---------------------------------------------------------------------------------------

HOLDER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
db.execute("pragma locking_mode=" + sys.argv[2])
db.execute("begin exclusive")
print("held", flush=True)
sys.stdin.read()
db.execute("rollback")
db.close()
"""


def hold(path, mode):
    """A process that holds the database for itself; in mode "exclusive" nobody else can even read."""
    for _ in range(SOON * 5):
        p = subprocess.Popen([sys.executable, "-c", HOLDER, path, mode], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if p.stdout.readline() == b"held\n":
            return p
        p.communicate()     # somebody has it open
        time.sleep(0.1)
    raise TimeoutError("the database is never free")


def locked(t, world):
    """A backup, and a program that holds the database for itself for longer than serve waits."""
    now, mail, box = time.time(), Mail(), quiet_box(world, "locked")
    log, ops = box.path("mail.log"), Channel(box, "ops")
    append(log, history(mail, now))
    d = Daemon(box, log, env={"REPUTED_WAIT_S": "1"})
    t.ok(has(box, 400), "locked: what is there is read", [d.text])
    with closing(sqlite3.connect(box.db)) as db, closing(sqlite3.connect(box.path("backup.db"))) as copy:
        added = []

        def step(*_):
            if not added:
                added.append(append(log, mail.lines(10, A, True, now - 10.5 * HOUR, now - 10.4 * HOUR)))
            time.sleep(0.01)

        db.backup(copy, pages=4, progress=step)
    t.ok(has(box, 410) and d.text == "", "locked: a backup holds nothing up", [d.text])
    for mode in "normal", "exclusive":
        holder = hold(box.db, mode)
        said = d.text
        append(log, block(mail, now) if mode == "normal" else mail.lines(60, B, False, now - 9.5 * HOUR, now - 9 * HOUR))
        t.ok(wait(lambda: d.text != said), "locked (%s): that it waits is said" % mode, [d.text])
        time.sleep(6)
        t.ok(len(d.text[len(said):].splitlines()) <= 2, "locked (%s): once, and that it is tried again" % mode, [d.text])
        t.ok(d.process.poll() is None, "locked (%s): it goes on" % mode, [d.text])
        holder.communicate()
        n = 470 if mode == "normal" else 530
        t.ok(has(box, n), "locked (%s): all is read when it is free" % mode, [d.text, str(deliveries(box))])
        # The pass goes on a little: another trouble would be one with this one.
        wait(lambda: "reading works again" in d.text[len(said):])
    t.ok(ops.gets("opened", "updated"), "locked: and told", ops.lines() + [d.text])
    quiet_end(t, d, ops, ("opened", "updated"), "locked")
    same_as_ingest(t, world, box, [log], "locked")


# --- channels -------------------------------------------------------------------------------------------

NAME = "alerts.example"


def names(t, world):
    """The name of a webhook cannot be looked up, and then it can."""
    top = world.path("names-tls")
    os.mkdir(top)
    cert = test_alert.certificates(top, NAME)
    if not OWN_MOUNTS or not cert:
        t.skip("no DNS", "no mount namespace, or no openssl")
        return
    sink, now, mail, box = test_alert.Sink(cert), time.time(), Mail(), quiet_box(world, "names")
    hosts, log, ops = box.path("hosts"), box.path("mail.log"), Channel(box, "ops")
    servers = box.path("resolv.conf")
    util.write(hosts, "127.0.0.1 localhost\n")
    util.write(servers, "nameserver 127.0.0.1\n")      # nobody answers there
    mount(hosts, "/etc/hosts", None, 0x1000)    # MS_BIND
    mount(servers, "/etc/resolv.conf", None, 0x1000)
    try:
        append(box.config, "alert hook {\n\tby webhook\n\tto %s\n}\n" % sink.url("/ok", True, NAME))
        append(log, history(mail, now) + block(mail, now))
        d = Daemon(box, log, env={"REPUTED_ALERT_CA": top + "/ca.pem"})
        t.ok(ops.gets("opened"), "names: the other channel gets it", ops.lines() + [d.text])
        t.ok(d.says("alert hook: .*is tried again"), "names: that one has no name is said", [d.text])
        said = d.text
        for _ in range(3):
            d.process.send_signal(1)
            time.sleep(1)
        t.ok("alert hook" not in d.text[len(said):], "names: once, not at each try", [d.text])
        with open(hosts, "a", encoding="ascii") as file:
            file.write("127.0.0.1 %s\n" % NAME)
        d.process.send_signal(1)
        t.ok(wait(lambda: len(sink.got) == 1) and d.says("alert hook: works again"), "names: with a name it gets it",
             [str(sink.got)[:300], d.text])
        t.ok(len(sink.got) == 1, "names: once", [str(sink.got)[:300]])
        quiet_end(t, d, ops, ("opened",), "names")
    finally:
        unmount("/etc/resolv.conf")
        unmount("/etc/hosts")


def receivers(t, world):
    """A webhook that hangs, and a mail system that refuses: each gets it later, and holds up nobody."""
    sink, now, mail, box = test_alert.Sink(), time.time(), Mail(), quiet_box(world, "receivers")
    log, ops, sendmail = box.path("mail.log"), Channel(box, "ops"), box.path("sendmail")
    append(box.config, "alert hook {\n\tby webhook\n\tto %s\n}\n"
           "alert post {\n\tby mail\n\tto admin@other.example\n}\n" % sink.url("/hang"))
    test_alert.program(sendmail, "[ -e %s/mended ] || { echo 'queue file write error' >&2; exit 75; }\n"
                       "cat >> %s/sent\n" % (box.top, box.top))
    append(log, history(mail, now) + block(mail, now))
    d = Daemon(box, log, env={"REPUTED_ALERT_SENDMAIL": sendmail, "REPUTED_ALERT_TIMEOUT_MS": "1500"})
    t.ok(ops.gets("opened"), "receivers: the one that works gets it", ops.lines() + [d.text])
    t.ok(d.says("alert hook: .*is tried again") and d.says("alert post: .*queue file write error.*is tried again"),
         "receivers: what the others say is said", [d.text])
    append(log, end(mail, now))
    t.ok(ops.gets("opened", "resolved"), "receivers: the watch goes on", ops.lines() + [d.text])
    util.write(box.path("mended"), "")
    util.write(box.config, util.read(box.config).replace(b"/hang", b"/ok"))
    d.process.send_signal(1)
    t.ok(d.says("alert hook: works again") and d.says("alert post: works again"), "receivers: both work again", [d.text])

    def sent():
        return re.findall(rb"(?m)^Subject: (.*)", util.read(box.path("sent"))) if os.path.exists(box.path("sent")) else []

    t.ok(wait(lambda: len(sent()) == 2 and len([x for x in sink.got if x[0] == "/ok"]) == 2),
         "receivers: each gets both messages", [str(sent()), str([x[0] for x in sink.got])])
    t.ok(len(re.findall("alert (hook|post):", d.text)) == 4, "receivers: nothing more is said of them", [d.text])
    quiet_end(t, d, ops, ("opened", "resolved"), "receivers")


# --- the same verdict --------------------------------------------------------------------------------------

LOOK = """
insert into finding values ('shop.example', 'spf', 'spf-missing', '', %d, 0, %d, 0, 2, 'no SPF record', 'publish one');
insert into looked values ('shop.example', 'spf', '', '', %d, 0);
"""


def equal(t, world):
    """What the daemon finds when it tells something is what `why --now` finds for the same moment, byte for byte."""
    now, mail, box = time.time(), Mail(), quiet_box(world, "equal")
    log, kept, copies = box.path("mail.log"), box.path("kept"), []
    os.mkdir(kept)
    append(log, history(mail, now))
    d = Daemon(box, log, env={"REPUTED_VERDICTS": kept}, notify=True)
    t.ok(has(box, 400), "equal: what is there is read", [d.text])
    with closing(sqlite3.connect(box.db)) as db:
        db.executescript(LOOK % (now - 2 * DAY, now - DAY, now - DAY))
    for name, n, text in (("it begins", 460, block(mail, now)),
                          ("it grows", 520, mail.lines(60, B, False, now - 9.5 * HOUR, now - 9 * HOUR)),
                          ("it is over", 1120, end(mail, now)),
                          ("it returns", 1160, mail.lines(40, A, False, now - 600, now - 60))):
        before = set(os.listdir(kept))
        append(log, text)
        t.ok(has(box, n) and wait(lambda: set(os.listdir(kept)) > before) and judged_again(d) and judged_again(d),
             "equal: %s, which is told" % name, [d.text])
        # what is written at once may be read in two passes: the last one has all that the copy has
        last = max(set(os.listdir(kept)) - before, key=lambda x: os.stat(os.path.join(kept, x)).st_mtime_ns)
        copies.append((last, box.path("copy-%s.db" % last)))
        with closing(sqlite3.connect(box.db)) as db, closing(sqlite3.connect(copies[-1][1])) as copy:
            db.backup(copy)
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "equal: SIGTERM ends it", [d.text])
    for name, copy in copies:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(name.partition(".")[0])))
        why = box.run("why", "--json", "--now", at, "--db", copy)
        daemon = util.read(os.path.join(kept, name))
        t.ok(why.raw == daemon, "equal: byte for byte, %d bytes" % len(daemon),
             why.told() + util.differences(json.loads(daemon), why.json())[:5])
    t.ok(all(json.loads(util.read(os.path.join(kept, name)))["incidents"] for name, _ in copies) and
         b"spf-missing" in daemon, "equal: of incidents, and with what looks found")


SOON = 60
OWN_MOUNTS = False


def main():
    global OWN_MOUNTS
    OWN_MOUNTS = own_mounts()
    days = [disk, behind, ahead, october, march, locked, names, receivers, equal]
    only = os.environ.get("DAYS", "").split()
    util.main([x for x in days if not only or x.__name__ in only])


if __name__ == "__main__":
    main()
