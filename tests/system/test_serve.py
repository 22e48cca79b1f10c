#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_serve.py [REPUTED] -- the watch: a log that grows, is rotated, goes and comes back; what it tells, once;
kill -9 of the daemon and of a pass at any moment; signals and the service manager. TAP.

What is stored at the end is compared with one ingest of the same lines.
"""

import contextlib
import gzip
import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import mails        # noqa: E402
import util         # noqa: E402
import util_schema  # noqa: E402

SOON = 60       # seconds; far more than anything here needs, also on a loaded machine
HOST = "outlook-com.olc.protection.outlook.com[52.101.8.1]"
REFUSED = ("dsn=5.7.1, status=bounced (host %s said: 550 5.7.1 Unfortunately, messages from [%%s] weren't "
           "sent. Please contact your Internet service provider since part of their network is on our "
           "block list (S3140). (in reply to MAIL FROM command))" % HOST)
SENT = "dsn=2.6.0, status=sent (250 2.6.0 <x@shop.example> Queued mail for delivery)"


class Mail:
    """Lines of Postfix, each message with an id of its own."""

    def __init__(self):
        self.n = 0

    def stamp(self, at):
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))

    def line(self, at, ip, sent):
        self.n += 1
        tag = "postfix/out-%s" % ip.rpartition(".")[2]
        stamp = self.stamp(at)
        queue = "%08X" % (0xA0000000 + self.n)
        says = SENT if sent else REFUSED % ip
        return ("%s mx1 %s/qmgr[9]: %s: from=<news@shop.example>, size=1200, nrcpt=1 (queue active)\n"
                "%s mx1 %s/smtp[7]: %s: to=<u%d@outlook.com>, relay=%s:25, delay=1, delays=0/0/0/1, %s\n"
                "%s mx1 %s/qmgr[9]: %s: removed\n"
                % (stamp, tag, queue, stamp, tag, queue, self.n, HOST, says, stamp, tag, queue))

    def lines(self, n, ip, sent, begin, end):
        return "".join(self.line(begin + (end - begin) * k / n, ip, sent) for k in range(n))


def settled(box):
    """Nothing is looked at in DNS, nor is the Postfix of this machine asked, unless a test says so."""
    with open(box.config, "r+", encoding="utf-8") as file:
        text = file.read()
        for key, value in ("audit", "off"), ("queue", "no"):
            if not re.search("(?m)^%s " % key, text):
                file.write("%s %s\n" % (key, value))


class Daemon:
    """reputed serve, and what it said so far."""

    def __init__(self, box, *paths, env=None, notify=False, prefix=()):
        self.box, self.text, self.told = box, "", []
        env = {"REPUTED_TOGETHER_S": "1", **(env or {})}
        settled(box)
        if notify:
            at = box.path("notify")
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.socket.bind(at)
            env.update(NOTIFY_SOCKET=at, WATCHDOG_USEC="2000000")
            threading.Thread(target=self.listen, daemon=True).start()
        self.process = box.start("serve", *paths, env=env, prefix=prefix, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, daemon=True).start()

    def listen(self):
        while True:
            self.told.append(self.socket.recv(4096).decode())

    def read(self):
        for line in self.process.stdout:
            self.text += line.decode("utf-8", "replace")

    def says(self, pattern, times=1):
        return wait(lambda: len(re.findall(pattern, self.text)) >= times)

    def is_told(self, pattern):
        return wait(lambda: any(re.search(pattern, x) for x in list(self.told)))

    def stop(self):
        self.process.terminate()
        code = self.process.wait(SOON)
        time.sleep(0.1)
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(SOON)


def wait(true):
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        if true():
            return True
        time.sleep(0.05)
    return False


def append(path, text):
    with open(path, "a", encoding="ascii") as file:
        file.write(text)


def deliveries(box):
    """How many the database has; 0 while there is none."""
    try:
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
            return db.execute("select count(*) from fact").fetchone()[0]
    except sqlite3.Error:
        return 0


def has(box, n):
    return wait(lambda: deliveries(box) == n)


def same_as_ingest(t, world, box, files, name):
    """What the watch stored is what one ingest of these files stores."""
    other = world.box(os.path.basename(box.top) + "-ingest", box.key)
    t.ok(other.run("ingest", *files).code == 0, name + ": one ingest of the same")
    want, got = util.stored(other.db), util.stored(box.db)
    for x in (want, got):
        x.pop("incident")   # numbered when they are first seen
    found = util.differences(want, got)
    t.ok(not found, name + ": the same is stored", found)


def trouble(t, world):
    """The night of a block: two addresses, and what is told of it."""
    now, mail, box = time.time(), Mail(), world.box("trouble")
    log = box.path("mail.log")
    append(log, mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 11 * 3600) +
           mail.lines(200, "203.0.113.31", True, now - 3 * 86400, now - 11 * 3600))
    d = Daemon(box, log, notify=True)
    t.ok(d.is_told("READY=1"), "the manager is told that it is ready")
    t.ok(has(box, 400), "what was in the log is read", [d.text])
    t.ok(d.text == "", "mail that is accepted is no news", [d.text])
    append(log, mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    t.ok(d.says(r"New trouble \(incident 1\)\nMicrosoft .*203\.0\.113\.24"), "the block is told", [d.text])
    t.ok(d.says("All of it, with what to paste: reputed why 1"), "with where to read on", [d.text])
    t.ok("below)" not in d.text, "and nothing is said to stand below", [d.text])
    t.ok(d.is_told("STATUS=1 open incident;"), "the manager shows that it is open", d.told)
    why = box.run("why", "1")
    t.ok(why.code == 1 and "203.0.113.24" in why.out, "why reads beside it", why.told())
    append(log, mail.lines(60, "203.0.113.31", False, now - 9.5 * 3600, now - 9 * 3600))
    t.ok(d.says(r"The trouble has grown \(incident \d+\)\nMicrosoft .*203\.0\.113\.(24|31)"),
         "the second address is more of the same", [d.text])
    append(log, mail.lines(300, "203.0.113.24", True, now - 8.9 * 3600, now) +
           mail.lines(300, "203.0.113.31", True, now - 8.9 * 3600, now))
    t.ok(d.says(r"The trouble is over \(incident \d+\)"), "that it is over is told", [d.text])
    t.ok(d.is_told("STATUS=0 open incidents;"), "and shown", d.told)
    before = d.text
    append(log, mail.lines(10, "203.0.113.24", True, now, now))
    t.ok(has(box, 1130), "more mail is read", [d.text])
    t.ok(d.stop() == 0 and d.is_told("STOPPING=1"), "SIGTERM ends it", d.told)
    t.ok(d.text == before, "nothing is told twice", [d.text])
    again = Daemon(box, log, notify=False)
    append(log, mail.lines(10, "203.0.113.24", True, now, now))
    t.ok(has(box, 1140), "it starts again, and reads on", [again.text])
    t.ok(again.stop() == 0 and again.text == "", "and tells nothing of what was told", [again.text])
    same_as_ingest(t, world, box, [log], "a night")


def rotated(t, world):
    """Lines before and after each way of rotation count once, also when nobody watched it."""
    now, mail, box = time.time(), Mail(), world.box("rotated")
    log = box.path("mail.log")

    def more():
        return mail.lines(20, "203.0.113.24", True, now - 3600, now)

    append(log, more())
    d = Daemon(box, log)
    t.ok(has(box, 20), "the log", [d.text])
    os.rename(log, log + ".1")
    append(log + ".1", more())
    append(log, more())
    t.ok(has(box, 60), "renamed: the rest of the old file and the new one", [d.text])
    append(log + ".1", more())
    t.ok(has(box, 80), "what is still written to the old one", [d.text])
    append(log, more())
    shutil.copy(log, log + "-20261130")
    os.truncate(log, 0)
    append(log, more())
    t.ok(has(box, 120), "copied and cut", [d.text])
    os.rename(log, box.path("gone"))
    t.ok(d.says("mail.log is not there"), "that the log is gone is told", [d.text])
    append(log, more())
    t.ok(has(box, 140) and d.says("is there again"), "it is back, and read", [d.text])
    d.stop()
    append(log, more())
    with open(log, "rb") as file, gzip.open(log + ".2.gz", "wb") as packed:
        packed.write(file.read())
    os.remove(log)
    append(log, more())
    d = Daemon(box, log)
    t.ok(has(box, 180), "rotated and packed while it was stopped", [d.text])
    t.ok(d.stop() == 0, "a log that was gone makes no bad end", [d.text])
    append(log, more())
    os.rename(log, log + ".3")
    append(log, more())
    util.write(box.path("other"), mail.lines(3, "203.0.113.24", True, now - 9000, now - 8000))
    t.ok(box.run("ingest", box.path("other")).code == 0, "something else is read meanwhile")
    d = Daemon(box, log)
    t.ok(has(box, 223), "what was rotated before that is read all the same", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    same_as_ingest(t, world, box, [box.path(x) for x in sorted(os.listdir(box.top)) if x in ("gone", "other") or x.startswith("mail.log")],
                   "rotation")


PROGRAM = """#!/bin/sh
text=$(cat)
[ -e "%(top)s/%(name)s.fails" ] && { echo "nobody there" >&2; exit 1; }
echo "$REPUTED_ALERT_EVENT $REPUTED_ALERT_ID $REPUTED_ALERT_TITLE" >> "%(top)s/%(name)s"
echo "$text" >> "%(top)s/%(name)s.text"
"""


class Channel:
    """A program that is told of alerts, and what it was told."""

    def __init__(self, box, name):
        self.at = box.path(name)
        program = box.path(name + ".sh")
        util.write(program, PROGRAM % {"top": box.top, "name": name})
        os.chmod(program, 0o755)
        with open(box.config, "a", encoding="ascii") as file:
            file.write("alert %s {\n\tby exec\n\tto %s\n}\n" % (name, program))

    def fails(self, on):
        if on:
            util.write(self.at + ".fails", "")
        else:
            os.remove(self.at + ".fails")

    def lines(self):
        try:
            with open(self.at, encoding="utf-8") as file:
                return [x.split(" ", 2) for x in file.read().splitlines()]
        except FileNotFoundError:
            return []

    def events(self):
        """Each message once, in the order in which it came first."""
        seen = {}
        for event, number, _ in self.lines():
            seen.setdefault(number, event)
        return list(seen.values())

    def gets(self, *events):
        return wait(lambda: self.events() == list(events))


def told(t, world):
    """Two channels, one of which fails: each gets the opening, the update and the end, whatever is killed."""
    now, mail, box = time.time(), Mail(), world.box("told")
    log, ops, other = box.path("mail.log"), Channel(box, "ops"), Channel(box, "other")
    append(log, mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 11 * 3600) +
           mail.lines(200, "203.0.113.31", True, now - 3 * 86400, now - 11 * 3600))
    other.fails(True)
    d = Daemon(box, log)
    t.ok(has(box, 400) and not ops.lines(), "mail that is accepted alerts nobody", [d.text])
    append(log, mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    t.ok(ops.gets("opened"), "the block opens an alert", ops.lines() + [d.text])
    t.ok(d.says("alert other: .*is tried again"), "that the other channel fails is said", [d.text])
    done = box.run("alert", "list")
    t.ok(done.code == 0 and re.search(r"Alert 1, open since .*: Microsoft .*203\.0\.113\.24", " ".join(done.out.split())) and
         "ops took it" in done.out and "other failed" in done.out, "alert list shows it", done.told())
    t.ok(re.search(r"^    1  Hold mail", done.out, re.M), "with what to do", done.told())
    t.ok(" ".join(done.out.split()).count("has refused all mail") == 1, "and its headline once", done.told())
    with open(ops.at + ".text", encoding="utf-8") as file:
        text = file.read()
    t.ok(re.match(r"Microsoft [^\0]*203\.0\.113\.24[^\0]*since[^\0]*60 messages bounced[^\0]*  1  Hold mail[^\0]*"
                  r"(?:robably|likely)[^\0]*reputed why 1\n", text) and "\x1b" not in text,
         "the text says what, since when, how much, and what to do, then why", [text])
    d.kill()
    append(log, mail.lines(60, "203.0.113.31", False, now - 9.5 * 3600, now - 9 * 3600))
    d = Daemon(box, log)
    t.ok(ops.gets("opened", "updated"), "after kill -9 the second address is an update", ops.lines() + [d.text])
    other.fails(False)
    t.ok(other.gets("opened", "updated"), "the other channel gets both, in their order, when it works",
         other.lines() + [d.text])
    t.ok(d.says("alert other: works again"), "which is said", [d.text])
    append(log, mail.lines(300, "203.0.113.24", True, now - 8.9 * 3600, now) +
           mail.lines(300, "203.0.113.31", True, now - 8.9 * 3600, now))
    t.ok(ops.gets("opened", "updated", "resolved") and other.gets("opened", "updated", "resolved"),
         "the end resolves it", ops.lines() + other.lines() + [d.text])
    t.ok({x[1] for x in ops.lines()} == {x[1] for x in other.lines()}, "with the same ids", ops.lines() + other.lines())
    t.ok("No alert is open" in box.run("alert", "list").out, "alert list shows nothing open")
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "stopped", [d.text])


def together(t, world):
    """What is new of an alert just after a message waits, and is not lost."""
    now, mail, box = time.time(), Mail(), world.box("together")
    log, ops = box.path("mail.log"), Channel(box, "ops")
    append(log, "".join(mail.lines(200, "203.0.113.%d" % k, True, now - 3 * 86400, now - 11 * 3600)
                        for k in (24, 31, 32)))
    d = Daemon(box, log, env={"REPUTED_TOGETHER_S": "3600"})
    t.ok(has(box, 600), "mail is accepted", [d.text])
    append(log, mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    t.ok(ops.gets("opened"), "a block opens an alert", ops.lines() + [d.text])
    for k in 31, 32:
        append(log, mail.lines(60, "203.0.113.%d" % k, False, now - 9.5 * 3600, now - 9 * 3600))
        t.ok(has(box, 660 + 60 * (k - 30)), "another address falls", [d.text])
    t.ok(len(re.findall("incident 1", d.text)) == 1 and len(ops.lines()) == 1, "it is not told at once",
         ops.lines() + [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    d = Daemon(box, log)
    t.ok(ops.gets("opened", "updated") and d.says("The trouble has grown"), "when it is time, both are one message",
         ops.lines() + [d.text])
    t.ok(all("203.0.113.%d" % k in ops.lines()[-1][2] for k in (24, 31, 32)), "which names all three", ops.lines())
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "stopped", [d.text])


def put_off(box, until):
    """What waits in the outbox is due then, as after many tries."""
    with sqlite3.connect(box.db) as db:
        value = db.execute("select bytes from state where name = 'outbox'").fetchone()[0]
        value, n = re.subn(rb"(?m)^(w 0) \d+ (\d \d+) \d+ ", b"\\1 20 \\2 %d " % until, bytes(value))
        db.execute("update state set bytes = ? where name = 'outbox'", (value,))
    return n


def reloaded(t, world):
    """SIGHUP: what a channel did not take is tried again at once, not in an hour."""
    now, mail, box = time.time(), Mail(), world.box("reloaded")
    log, ops = box.path("mail.log"), Channel(box, "ops")
    append(log, mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 11 * 3600) +
           mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    ops.fails(True)
    d = Daemon(box, log)
    t.ok(d.says("alert ops: .*is tried again"), "a channel fails", [d.text])
    done = box.run("alert", "ack", "1")
    t.ok(done.code == 0 and "no updates are sent" in done.out and "ops has not taken it yet" in done.out,
         "acknowledged before the channel got it: what is still sent is said", done.told())
    d.kill()
    t.ok(put_off(box, int(now) + 3500) == 1, "it is tried again in an hour")
    ops.fails(False)
    d = Daemon(box, log, notify=True)
    t.ok(d.is_told("STATUS=1 open incident") and not ops.lines(), "which is stored", ops.lines() + [d.text])
    d.process.send_signal(signal.SIGHUP)
    t.ok(ops.gets("opened"), "with the configuration read again it gets the alert", ops.lines() + [d.text])
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "stopped", [d.text])


def answered(t, world):
    """ack and snooze, and what is no alert."""
    now, mail, box = time.time(), Mail(), world.box("answered")
    log, ops = box.path("mail.log"), Channel(box, "ops")
    early = box.run("alert", "list")
    t.ok(early.code == 4 and "nothing was read yet" in early.err, "before anything was read", early.told())
    append(log, mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 11 * 3600) +
           mail.lines(200, "203.0.113.31", True, now - 3 * 86400, now - 11 * 3600) +
           mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    d = Daemon(box, log)
    t.ok(ops.gets("opened"), "an alert", ops.lines() + [d.text])
    for args, word in ((("ack",), "alert ack NUMBER"), (("ack", "7"), "open are: 1"), (("snooze", "1"), "NUMBER 4h"),
                       (("snooze", "1", "31d"), "at most 30d"), (("snooze", "1", "0h"), "30d"), (("snooze", "x", "4h"), "open are: 1"),
                       (("lst",), "reputed alert list"), (("list", "1"), "reputed alert list")):
        done = box.run("alert", *args)
        t.ok(done.code == 2 and word in done.err, "alert " + " ".join(args), done.told())
    done = box.run("alert", "snooze", "1", "4h")
    t.ok(done.code == 0 and "Alert 1 is quiet until" in done.out, "snoozed", done.told())
    got = box.run("alert", "list", "--json").json()
    with open(os.path.join(util.TREE, "doc/json/%s.schema.json" % "alert_list"), encoding="utf-8") as file:
        wrong = util_schema.errors(got, json.load(file), closed=True)
    t.ok(not wrong, "alert list --json is as its schema says", wrong)
    known = sorted(i["id"] for i in box.run("why", "--json").json()["incidents"])
    t.ok(known and [(a["kind"], a["incidents"]) for a in got["alerts"]] == [("incident", known)], "it names its incidents", [str(got), str(known)])
    t.ok(got["alerts"][0]["snoozed_until"] and got["messages"][0]["channels"][0]["state"] == "waits",
         "its reminder waits", [str(got)])
    done = box.run("alert", "snooze", "1", "9h")
    got = box.run("alert", "list", "--json").json()["messages"]
    t.ok(done.code == 0 and [x["channels"][0]["state"] for x in got[:2]] == ["waits", "given_up"],
         "snoozed for longer: one reminder", [str(got)])
    done = box.run("alert", "ack", "1")
    got = box.run("alert", "list", "--json").json()["messages"]
    t.ok(got[0]["channels"][0]["state"] == "given_up", "acknowledged: no reminder", [str(got)])
    t.ok("not taken" not in done.out, "its opening was taken", done.told())
    t.ok(done.code == 0 and "acknowledged" in done.out and "acknowledged" in box.run("alert", "list").out, "acknowledged", done.told())
    append(log, mail.lines(60, "203.0.113.31", False, now - 9.5 * 3600, now - 9 * 3600))
    t.ok(d.says("The trouble has grown"), "it grows", [d.text])
    append(log, mail.lines(300, "203.0.113.24", True, now - 8.9 * 3600, now) +
           mail.lines(300, "203.0.113.31", True, now - 8.9 * 3600, now))
    t.ok(ops.gets("opened", "resolved"), "of which nobody is told but that it is over", ops.lines() + [d.text])
    got = box.run("alert", "list", "--json").json()
    t.ok(got["alerts"][0]["title"].startswith("Microsoft") and len(got["alerts"]) == 1, "the alert has its own title", [str(got)])
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "stopped", [d.text])


def mailbox(t, world):
    """Bounces that come into a mailbox are read as they come; one that moves is not read again."""
    box = world.box("mailbox")
    for name in ("box", "box/new", "box/cur"):
        os.mkdir(box.path(name))
    d = Daemon(box, box.path("box"))
    for k in range(3):
        with open(box.path("box/new/%d" % k), "wb") as file:
            file.write(mails.dsn(1000 + k, "u%d@example.com" % k).encode())
    t.ok(has(box, 3), "bounces that come are read", [d.text])
    os.rename(box.path("box/new/1"), box.path("box/cur/1:2,S"))
    with open(box.path("box/new/9"), "wb") as file:
        file.write(mails.dsn(1009, "u9@example.com").encode())
    t.ok(has(box, 4), "and others, while some are moved", [d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])


def killed(t, world):
    """kill -9 of the daemon, and of a pass, at any moment: nothing is lost, nothing counts twice."""
    rng, now, mail, box = random.Random(7), time.time(), Mail(), world.box("killed")
    log, told = box.path("mail.log"), ""
    append(log, mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 7200))
    for k in range(6):
        d = Daemon(box, log)
        append(log, mail.lines(30, "203.0.113.24", False, now - 7000 + 60 * k, now - 6950 + 60 * k))
        time.sleep(rng.uniform(0, 1.5))
        if k % 2 == 0:
            subprocess.run(["pkill", "-KILL", "-P", str(d.process.pid)], check=False)
            time.sleep(rng.uniform(0, 1.5))
        d.kill()
        told += d.text
    d = Daemon(box, log)
    t.ok(has(box, 380), "after six kills all is read", [d.text])
    t.ok(wait(lambda: "New trouble (incident 1)" in told + d.text), "the block was told", [told + d.text])
    t.ok(d.stop() == 0, "stopped", [d.text])
    same_as_ingest(t, world, box, [log], "kills")


def manners(t, world):
    """Signals, a second daemon, a configuration with an error, a database that is busy."""
    now, mail, box = time.time(), Mail(), world.box("manners")
    log = box.path("mail.log")
    append(log, mail.lines(5, "203.0.113.24", True, now - 60, now))
    none = box.run("serve")
    t.ok(none.code == 2 and "watch /var/log/mail.log" in none.err, "without paths: what to give", none.told())
    with open(box.config, "a", encoding="ascii") as file:
        file.write('watch "%s"\n' % log)
    d = Daemon(box, env={"REPUTED_WAIT_S": "1"})
    t.ok(has(box, 5), "what the configuration says is watched", [d.text])
    second = box.run("serve", log)
    t.ok(second.code == 4 and "another reputed serve" in second.err, "a second one is refused", second.told())
    with open(box.config, encoding="ascii") as file:
        good = file.read()
    util.write(box.config, good + "sorce x {\n}\n")
    d.process.send_signal(signal.SIGHUP)
    t.ok(d.says("the one before stays in force"), "a configuration with an error is refused", [d.text])
    util.write(box.config, good.replace(box.db, box.db + "-2"))
    d.process.send_signal(signal.SIGHUP)
    t.ok(d.says("timezone change only with a restart"), "another database is refused", [d.text])
    util.write(box.config, good + "timezone America/New_York\n")
    d.process.send_signal(signal.SIGHUP)
    t.ok(d.says("timezone change only with a restart", 2), "and another time zone", [d.text])
    util.write(box.config, good)
    d.process.send_signal(signal.SIGHUP)
    t.ok(d.says("the configuration was read again"), "a good one is taken", [d.text])
    with sqlite3.connect(box.db, isolation_level=None) as db:
        db.execute("begin immediate")
        append(log, mail.lines(5, "203.0.113.24", True, now, now))
        t.ok(d.says(r"(?i)(lock|busy|writes)"), "a database that is held by another is told", [d.text])
        db.execute("rollback")
    t.ok(has(box, 10), "and read on when it is free", [d.text])
    t.ok(d.stop() == 0, "SIGTERM ends it", [d.text])
    t.ok(not util.REPORT.search(d.text), "no sanitizer has found anything", [d.text])
    know = box.path("know.d")
    os.mkdir(know)
    util.write(os.path.join(know, "own.rules"), "rule nonsense {\n")
    d = Daemon(box, "--know", know)
    for k in range(2):
        append(log, mail.lines(5, "203.0.113.24", True, now, now))
        t.ok(has(box, 15 + 5 * k), "read with own rules that are broken", [d.text])
    t.ok(len(re.findall("own.rules:1:1", d.text)) == 1, "of which it is said once what is wrong", [d.text])
    append(log, mail.lines(2000, "203.0.113.24", True, now - 3600, now))
    d.process.send_signal(signal.SIGTERM)
    subprocess.run(["pkill", "-TERM", "-P", str(d.process.pid)], check=False)
    t.ok(d.process.wait(SOON) == 0 and "ended by signal" not in d.text, "both are ended, without an alarm", [d.text])


def main():
    util.main([trouble, rotated, told, together, reloaded, answered, mailbox, killed, manners])


if __name__ == "__main__":
    main()
