#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_report_alerts.py [REPUTED] -- what `serve` tells of the reports of receivers: twelve weeks in which what happens is known
(report_other.py) drop into a watched folder, and a program is told of each trouble once, with a command that shows it. TLS reports; an
archive of last year; reports that nothing proves; reports that stop while mail is sent. TAP.

The clock is that of REPUTED_CLOCK (doc/testing.md, Faults).
"""

import base64
import gzip
import json
import os
import re
import signal
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import report_other     # noqa: E402
import test_conditions  # noqa: E402
import test_serve       # noqa: E402
import util             # noqa: E402

from test_conditions import DAY, HOUR                   # noqa: E402
from test_serve import Daemon, append, has, wait        # noqa: E402
from test_serve_days import Clock                       # noqa: E402

OWN = "domain shop.example {\n}\n" + "".join("source s%d {\n\tpublic %s\n}\n" % (i, ip) for i, ip in enumerate(report_other.OWN))
# A message is there as a whole, or not yet.
CHANNEL = '#!/bin/sh\n{ echo "== $REPUTED_ALERT_EVENT: $REPUTED_ALERT_TITLE"; cat; } > "%s.$$"\ncat "%s.$$" >> "%s"\n'


class Weeks:
    """A daemon, the reports that it was given, the messages of its channel, and a clock."""

    def __init__(self, world, name, days, config=OWN):
        """The clock stands at nine in the morning behind the last of so many days of reports, from the beginning on."""
        self.box = world.box(name)
        test_conditions.settings(self.box, "audit off\nqueue no\n%salert post {\n\tby exec\n\tto %s\n}\n"
                                 % (config, self.box.path("post")))
        util.write(self.box.path("post"), CHANNEL % ((self.box.path("got"),) * 3))
        os.chmod(self.box.path("post"), 0o755)
        self.folder = self.box.path("reports")
        os.mkdir(self.folder)
        self.day = days
        begin = int(time.time()) // DAY * DAY - days * DAY
        report_other.BEGIN = self.begin = begin
        self.clock = Clock(self.box)
        self.clock.set(begin + days * DAY + 9 * HOUR - int(time.time()))
        self.seen, self.daemon, self.waiting = 0, None, []

    def write(self, reports):
        for receiver, begin, text in reports:
            at = os.path.join(self.folder, "%s!shop.example!%d.xml.gz" % (receiver, begin))
            with open(at + ".part", "wb") as file:
                file.write(gzip.compress(text.encode(), 1, mtime=0))
            os.rename(at + ".part", at)

    def ended(self, days, now):
        """Reports of these days, and those before, that have ended by now."""
        length = {"weekly.example": 7 * DAY, "twice.example": DAY // 2}
        self.waiting += list(report_other.reports(days, lambda day: "none"))
        ended = [x for x in self.waiting if x[1] + length.get(x[0], DAY) <= now]
        self.waiting = [x for x in self.waiting if x not in ended]
        return sorted(ended, key=lambda x: x[1])

    def drop(self, days):
        self.write(self.ended(days, self.clock.now()))

    def start(self, *paths):
        self.daemon = Daemon(self.box, self.folder, *paths, env=self.clock.env)

    def made(self):
        """When what reports say was found last, by the clock of the daemon; 0: never."""
        try:
            with sqlite3.connect("file:%s?mode=ro" % self.box.db, uri=True) as db:
                row = db.execute("select bytes from state where name='alarms'").fetchone()
        except sqlite3.Error:
            return 0
        return int(row[0].split()[1]) if row else 0

    def known(self):
        try:
            with sqlite3.connect("file:%s?mode=ro" % self.box.db, uri=True) as db:
                return db.execute("select count(*) from report").fetchone()[0]
        except sqlite3.Error:
            return 0

    def pass_to(self, day):
        """Reports up to a day come, the newest first, and it is the next morning. True: they were looked at."""
        now = self.begin + (day + 1) * DAY + 9 * HOUR
        new, before = self.ended(range(self.day, day + 1), now)[::-1], self.known()
        self.day = day + 1
        # A pass between these steps would look an hour before it may, or on the next day without the last one.
        self.write(new[:-1])
        if not wait(lambda: self.known() == before + len(new) - 1):
            return False
        self.clock.set(now - int(time.time()))
        self.write(new[-1:])
        return wait(lambda: self.made() >= now - 1)

    def later(self, seconds):
        """The clock goes on, and nothing comes."""
        self.clock.set(self.clock.skew + seconds)
        self.daemon.process.send_signal(signal.SIGHUP)

    def messages(self):
        """Those that are new: [(event, text)]."""
        text = util.read(self.box.path("got")).decode() if os.path.exists(self.box.path("got")) else ""
        new, self.seen = text[self.seen:], len(text)
        return [x.split(": ", 1) for x in new.split("== ")[1:]]

    def told(self, *patterns):
        """Waits for as many messages, and then a little for more. What is wrong, or ""."""
        got = []

        def all_here():
            got.extend(self.messages())
            return len(got) >= len(patterns)
        wait(all_here) if patterns else time.sleep(1)
        time.sleep(0.5)
        got.extend(self.messages())
        texts = [event + ": " + " ".join(text.split()) for event, text in got]
        fine = len(texts) == len(patterns) and all(re.search(p, x) for p, x in zip(patterns, texts))
        self.last = [text for _, text in got]
        return "" if fine else str([texts, patterns, self.daemon.text])

    def printed(self):
        """What the commands of the last messages print."""
        out = ""
        for text in self.last:
            for line in re.findall(r"(?m)^  reputed (.+)$", text):
                done = self.box.run(*line.split(), env=self.clock.env)
                out += "%s\n%s%s" % (line, done.out, "" if done.code in (0, 1, 3) else "DOES NOT WORK: " + done.err)
        return out


def weeks(t, world):
    """Each trouble of the twelve weeks is told once, and what is between them is silent."""
    w = Weeks(world, "weeks", report_other.CRM)
    w.drop(range(report_other.CRM))
    w.start()
    t.ok(wait(lambda: w.made() > 0), "five weeks of reports are looked at", [w.daemon.text])
    wrong = w.told()
    t.ok(not wrong, "in which nothing happened", [wrong])
    for day, what, patterns, shows in (
            (report_other.CRM + 2, "a new service",
             (r"opened: Somebody new sends as shop\.example .*crm\.example \(192\.0\.2\.99\) sent [\d,]+ messages as shop\.example",),
             "crm.example"),
            (report_other.GATE - 1, "nothing", (), None),
            (report_other.GATE + 3, "a gateway",
             (r"opened: One receiver sees .*selector mail fails at gate\.example: ([\d,]+) of \1 messages \(fail\)\. It passes at \d+ other",),
             "gate.example"),
            (55, "a key that nobody has used yet", (), None),
            (57, "a key",
             (r"opened: Mail of shop\.example fails .*selector k1 fails at \d+ receivers: ([\d,]+) of \1 messages \(fail\).*DMARC fails for all",),
             "selector k1"),
            (report_other.BURST, "a forger",
             (r"opened: Much more mail than ever before is forged .*never more than 0 on a day before.*let [\d,]+ through\. Your policy is none",),
             "p=quarantine"),
            (report_other.BURST + 9, "the end of it", (r"resolved: Over: Much more mail",), None),
            (report_other.STOPS + 9, "a receiver that stopped",
             (r"opened: A receiver that reported on mail of shop\.example each day has stopped .*gone\.example reported on 28 of 28",),
             "gone.example")):
        t.ok(w.pass_to(day), "day %d: its reports are looked at" % day, [w.daemon.text])
        wrong = w.told(*patterns)
        t.ok(not wrong, "day %d: %s" % (day, what), [wrong])
        if shows:
            printed = w.printed()
            t.ok(shows in printed and "DOES NOT WORK" not in printed, "day %d: the command shows %s" % (day, shows), [printed[:3000]])
    w.daemon.kill()
    w.start()
    t.ok(w.pass_to(report_other.STOPS + 10), "after kill -9 it goes on", [w.daemon.text])
    wrong = w.told()
    t.ok(not wrong, "and nothing is told again", [wrong])
    now = w.clock.now() + 5 * DAY
    w.later(5 * DAY)
    t.ok(wait(lambda: w.made() >= now - 1), "five days without a report", [w.daemon.text])
    wrong = w.told()
    t.ok(not wrong, "of which nothing is told at once: they may come", [wrong])
    w.later(6 * HOUR)
    wrong = w.told(r"opened: No receiver reports each day on mail of shop\.example any more .*\d receivers reported each day")
    t.ok(not wrong, "but six hours later", [wrong])
    # It needs DNS: test_conditions.py plays it.
    t.ok("\n  reputed check shop.example\n" in w.last[0], "and its command", w.last)
    t.ok(w.pass_to(report_other.STOPS + 16), "they come", [w.daemon.text])
    wrong = w.told(r"resolved: Over: No receiver reports")
    t.ok(not wrong, "and it is over", [wrong])
    t.ok(w.daemon.stop() == 0 and not util.REPORT.search(w.daemon.text), "the daemon ends well", [w.daemon.text])


def archive(t, world):
    """All twelve weeks at once, of last year, and the mails of nobody knows whom."""
    w = Weeks(world, "archive", report_other.DAYS)
    w.drop(range(report_other.DAYS))
    w.clock.set(w.clock.skew + 300 * DAY)
    w.start()
    t.ok(wait(lambda: w.made() > 0), "an archive is looked at", [w.daemon.text])
    wrong = w.told()
    t.ok(not wrong, "and nothing is told of last year", [wrong])
    t.ok(w.daemon.stop() == 0, "the daemon ends", [w.daemon.text])

    w = Weeks(world, "unproven", report_other.CRM)
    for n, (receiver, begin, text) in enumerate(report_other.reports(range(58), lambda day: "none")):
        body = base64.encodebytes(gzip.compress(text.encode(), 1, mtime=0)).decode()
        util.write(os.path.join(w.folder, "%d.eml" % n),
                   "From: d@%s\nTo: d@shop.example\nSubject: Report Domain: shop.example\nMIME-Version: 1.0\nContent-Type: "
                   "application/gzip; name=\"%s!shop.example!%d!%d.xml.gz\"\nContent-Transfer-Encoding: base64\n\n%s"
                   % (receiver, receiver, begin, begin + DAY - 1, body))
    w.clock.set(w.clock.skew + (58 - report_other.CRM) * DAY)
    w.start()
    t.ok(wait(lambda: w.made() > 0), "mails that anybody may have sent are looked at", [w.daemon.text])
    wrong = w.told()
    t.ok(not wrong, "and not believed", [wrong])
    t.ok(w.daemon.stop() == 0, "the daemon ends", [w.daemon.text])


def tls(t, world):
    """Sessions to our servers fail since yesterday: the certificate has expired."""
    w = Weeks(world, "tls", 30)
    for day in range(30):
        bad = 60 if day == 29 else 0
        begin = report_other.BEGIN + day * DAY
        report = {"organization-name": "r.example", "contact-info": "tls@r.example", "report-id": str(day),
                  "date-range": {"start-datetime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin)),
                                 "end-datetime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begin + DAY - 1))},
                  "policies": [{"policy": {"policy-type": "sts", "policy-domain": "shop.example"},
                                "summary": {"total-successful-session-count": 100 - bad, "total-failure-session-count": bad},
                                "failure-details": [{"result-type": "certificate-expired", "receiving-mx-hostname":
                                                     "mx1.shop.example", "failed-session-count": bad}] if bad else []}]}
        util.write(os.path.join(w.folder, "%d.json" % day), json.dumps(report))
    w.start()
    wrong = w.told(r"opened: Many more sessions than before to mail servers of shop\.example fail .*In the last days 60 of 400 sessions "
                   r"failed \(15\.0 %\); before that 0\.0 %\. Most of them: certificate-expired at mx1\.shop\.example")
    t.ok(not wrong, "a certificate that has expired", [wrong])
    printed = w.printed()
    t.ok("certificate-expired" in printed and "DOES NOT WORK" not in printed, "the command shows it", [printed])
    t.ok(w.daemon.stop() == 0, "the daemon ends", [w.daemon.text])


def rests(t, world):
    """Reports stop since nothing is sent: that is no trouble. With mail it is."""
    for sent in (False, True):
        w, mail = Weeks(world, "sent" if sent else "rests", 30), test_serve.Mail()
        w.drop(range(30))
        path, begin = w.box.path("mail.log"), report_other.BEGIN
        append(path, mail.lines(300, test_conditions.IP, True, begin, begin + 30 * DAY))
        w.start(path)
        t.ok(has(w.box, 300) and wait(lambda w=w: w.made() > 0), "a month of mail and reports", [w.daemon.text])
        w.clock.set(w.clock.skew + 5 * DAY)
        append(path, mail.lines(50 if sent else 1, test_conditions.IP, True, begin + 30 * DAY, begin + 35 * DAY))
        t.ok(has(w.box, 350 if sent else 301) and wait(lambda w=w: w.made() > w.clock.now() - HOUR), "five days later",
             [w.daemon.text])
        w.later(6 * HOUR)
        wrong = w.told(r"opened: No receiver reports" if sent else r"opened: The log of mx1 has gone silent")
        t.ok(not wrong, "no reports, and %s" % ("mail" if sent else "no mail"), [wrong])
        t.ok(w.daemon.stop() == 0, "the daemon ends", [w.daemon.text])


if __name__ == "__main__":
    util.main([weeks, archive, tls, rests])
