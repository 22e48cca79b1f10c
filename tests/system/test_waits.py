#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_waits.py [REPUTED] -- mail that waits: held by its own server, listed by postqueue -j, given up
after days, and mail whose deliveries are in no log that was read. TAP.
"""

import datetime
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util         # noqa: E402

MX = "outlook-com.olc.protection.outlook.com[52.101.8.42]:25"
S3140 = ("host %s said: 550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please "
         "contact your Internet service provider since part of their network is on our block list "
         "(S3140). (in reply to MAIL FROM command)" % MX.partition(":")[0])
MORNING = datetime.datetime(2026, 11, 10, 6, 42)


class Mail:
    """The log of a Postfix, a message at a time."""

    def __init__(self, host="mx1"):
        self.lines, self.n, self.host = [], 0, host

    def line(self, at, daemon, text):
        self.lines.append((at, "%s %s postfix/%s[7]: %s" % (
            at.strftime("%Y-%m-%dT%H:%M:%SZ"), self.host, daemon, text)))

    def queued(self, at, sender="news@shop.example", rcpts=1):
        self.n += 1
        qid = "4F%05X" % self.n
        self.line(at, "qmgr", "%s: from=<%s>, size=4711, nrcpt=%d (queue active)" % (qid, sender, rcpts))
        return qid

    def tried(self, at, qid, domain, status, words, relay=MX, daemon="smtp", delay=1):
        self.line(at, daemon, "%s: to=<u%s@%s>, relay=%s, delay=%d, dsn=4.0.0, status=%s (%s)" % (
            qid, qid, domain, relay, delay, status, words))

    def whole(self, at, domain, status, words, relay=MX):
        qid = self.queued(at)
        self.tried(at, qid, domain, status, words, relay)
        self.line(at, "qmgr", qid + ": removed")

    def held(self, at, domain, words="deferred transport"):
        qid = self.queued(at)
        self.tried(at, qid, domain, "deferred", words, "none", "error")
        return qid

    def text(self):
        return "".join(x + "\n" for _, x in sorted(self.lines, key=lambda x: x[0]))


def minutes(n):
    return MORNING + datetime.timedelta(minutes=n)


def ordinary():
    """Two days of mail that is accepted."""
    m = Mail()
    for n in range(480):
        m.whole(minutes(-2880 + 6 * n), "outlook.com", "sent", "250 2.6.0 Queued mail for delivery")
    return m


def blocked():
    m = ordinary()
    for n in range(60):
        m.whole(minutes(n), "outlook.com", "bounced", S3140)
    return m


def read(world, name, mail):
    box = world.box(name)
    done = box.run("ingest", "--source", "203.0.113.24", util.write(box.path("mail.log"), mail.text()))
    return box, done


def words(text):
    return re.sub(r"\s+", " ", text)


def held(tap, world):
    m = blocked()
    for n in range(100):
        m.held(minutes(80 + n / 2), "outlook.com")
    box, _ = read(world, "held", m)
    why = words(box.run("why").out)
    tap.ok("100 messages are held by your own server since 2026-11-10 08:02 UTC, not refused." in why,
           "held mail is told in the summary, apart from what is refused", [why[:900]])
    tap.ok("1 Leave it held, and try one message" in why and "hold mail for" not in why.lower(),
           "the first step is to try one, not to hold again", [why[:900]])
    tap.ok("returns to its sender at 2026-11-15T08:01:59Z" in why and "reputed explain hold" in why,
           "until when, and where the commands are", [why])
    queue = box.run("why", "--json").json()["queue"]
    row = queue["waiting"][0]
    tap.ok(queue["from"] == "log" and len(queue["waiting"]) == 1 and row["messages"] == 100 and
           row["waits"] == "deferred-transport" and row["provider"] == "microsoft-consumer" and
           row["since"] == "2026-11-10T08:02:00Z" and
           row["first_expires"] == "2026-11-15T08:01:59Z", "the same as JSON", [str(queue)])
    status = words(box.run("status").out)
    tap.ok("Held by this server: 100 messages for Microsoft (Outlook.com, Hotmail), since 2026-11-10 08:02" in
           status, "a word in status", [status])


def still_refused(tap, world):
    """A hold that leaks: refusals go on, so the commands to hold are still the first step."""
    m = blocked()
    for n in range(100):
        m.held(minutes(20 + n / 2), "outlook.com")
    for n in range(40):
        m.whole(minutes(90 + n), "outlook.com", "bounced", S3140)
    box, _ = read(world, "leaks", m)
    why = words(box.run("why").out)
    tap.ok("1 Hold mail for Microsoft" in why, "where refusals go on, the hold is not complete",
           [why[:900]])


def lifted(tap, world):
    m = blocked()
    for n in range(100):
        m.held(minutes(61 + n / 4), "outlook.com")
    for n in range(3):
        m.whole(minutes(90 + n), "outlook.com", "sent", "250 2.6.0 Queued mail for delivery")
    box, _ = read(world, "lifted", m)
    why = words(box.run("why").out)
    tap.ok("refused all mail from 203.0.113.24 from 2026-11-10 06:42 UTC to 2026-11-10 07:41 UTC. 3 messages were "
           "accepted since 2026-11-10 08:12 UTC, none refused: it looks lifted." in why,
           "what was accepted since is the headline, although the rest is held", [why[:900]])
    tap.ok("1 Release held mail in small batches, never all at once" in why and
           "100 messages are still held" in why, "and the first step", [why[:1500]])


def nothing_else(tap, world):
    """All else is well: held mail comes first, and nobody is said to refuse it."""
    m = ordinary()
    for n in range(7):
        m.held(minutes(n), "gmail.com")
    m.held(minutes(3), "small.example", "mail transport unavailable")
    box, _ = read(world, "alone", m)
    done = box.run("why")
    why = words(done.out)
    tap.ok(why.startswith("7 messages for Google (Gmail)") and
           "This server holds them back. They are not refused." in why, "held mail comes first",
           done.told())
    tap.ok("1 message for the mail hosts of small.example waits in your own queue" in why and
           "postconf -M" in why, "a transport that is not there is our own fault", done.told())
    tap.ok(done.code == 0 and "All well" not in why and "refuses" in why, "and no trouble of a provider",
           done.told())
    one = words(box.run("why", "gmail").out)
    tap.ok("7 messages for Google" in one and "small.example" not in one, "why of one provider", [one])


def given_up(tap, world):
    """Held for five days: it comes back, counted as lost, and no longer waits."""
    m = ordinary()
    ids = [m.held(minutes(n), "outlook.com") for n in range(5)]
    for hour in range(1, 130):
        for n, qid in enumerate(ids):
            at = minutes(60 * hour + n)
            if hour < 120:
                m.tried(at, qid, "outlook.com", "deferred", "deferred transport", "none", "error",
                        3600 * hour)
            elif hour == 120:
                m.line(at, "qmgr", qid + ": from=<news@shop.example>, status=expired, returned to sender")
                m.line(at, "qmgr", qid + ": removed")
    box, _ = read(world, "expired", m)
    why = words(box.run("why").out)
    tap.ok("Lost by waiting, in the last 7 days 5 messages to Microsoft (Outlook.com, Hotmail), the last "
           "at 2026-11-15 06:46 UTC: 5 of shop.example/news." in why and "All well" not in why,
           "how many were lost, and of whom", [why])
    tap.ok("Lost by waiting too long, in 7 days: 5 messages" in words(box.run("status").out),
           "a word in status")
    out = box.run("status", "--json", "--all").json()
    tap.ok(out["totals"]["expired"] == 5 and out["queue"] is None or not out["queue"]["waiting"],
           "what expires was lost, and waits no more", [str(out["totals"]), str(out["queue"])])


def listing(box, name, messages, at):
    text = "".join(json.dumps({
        "queue_name": queue, "queue_id": "5F%05X" % n, "arrival_time": at - n, "message_size": 99,
        "forced_expire": False, "sender": "news@shop.example",
        "recipients": [{"address": "jo%d@%s" % (n, domain), "delay_reason": reason}]}) + "\n"
        for n, (queue, domain, reason) in enumerate(messages))
    path = util.write(box.path(name), text)
    os.utime(path, (at, at))
    return path


def listed(tap, world):
    m = blocked()
    for n in range(10):
        m.held(minutes(80 + n), "outlook.com")
    box, _ = read(world, "listed", m)
    at = int(minutes(300).replace(tzinfo=datetime.timezone.utc).timestamp())
    path = listing(box, "queue.json", [("deferred", "outlook.com", "deferred transport")] * 812 +
                   [("hold", "hotmail.com", "")] * 3, at)
    done = box.run("ingest", path)
    tap.ok(done.code == 0 and "a listing of the queue, 815 messages wait in it" in words(done.out),
           "ingest knows a listing", done.told())
    queue = box.run("why", "--json").json()["queue"]
    tap.ok(queue["from"] == "listing" and queue["at"] == "2026-11-10T11:42:00Z" and
           sum(r["messages"] for r in queue["waiting"]) == 815 and
           queue["waiting"][0]["since"] == "2026-11-10T08:02:00Z",
           "it is newer than the log, so it holds; the log says since when", [str(queue)])
    why = words(box.run("why").out)
    tap.ok("815 messages are held by your own server since 2026-11-10 08:02" in why, "and why tells it", [why[:600]])
    with open(box.db, "rb") as file:
        raw = file.read()
    tap.ok(b"jo1@" not in raw, "no recipient of it is stored")
    older = listing(box, "older.json", [("deferred", "outlook.com", "deferred transport")], at - 3600)
    box.run("ingest", older)
    same = box.run("why", "--json").json()["queue"]
    tap.ok(same == queue, "an older listing does not take its place", [str(same)])
    newer = listing(box, "newer.json", [("deferred", "outlook.com", "deferred transport")], at + 3600)
    box.run("queue", newer)
    tap.ok(box.run("why", "--json").json()["queue"]["waiting"][0]["messages"] == 1,
           "what reputed queue read is remembered too")
    done = world.box("no-database").run("queue", newer)
    tap.ok(done.code == 0 and not os.path.exists(world.path("no-database") + "/reputed.db"),
           "without a database none is made", done.told())
    domains = ["gmail.com", "yahoo.com", "hotmail.com", "orange.fr", "gmx.de", "icloud.com"]
    box = world.box("alone-listed")
    box.ingest(listing(box, "alone.json", [("deferred", d, "deferred transport") for d in domains], at))
    status = words(box.run("status").out)
    tap.ok("only what waits in the queue" in status and status.count("Held by this server") == 4 and
           "Held for 2 more providers" in status, "status shows a listing that is all there is", [status])
    tap.ok("No provider refuses" not in status and "1970" not in status,
           "and says nothing of deliveries that nobody read", [status])


def unseen(tap, world):
    m = ordinary()
    ids = []
    for n in range(30):     # sent, and gone, without a line of its delivery
        qid = m.queued(minutes(n), "news@club.example", 2)
        m.line(minutes(n + 1), "qmgr", qid + ": removed")
        ids.append(qid)
    for n in range(4):      # tried again and again, and never a line
        qid = m.queued(minutes(n))
        for again in (10, 40, 100):
            m.line(minutes(n + again), "qmgr",
                   qid + ": from=<news@shop.example>, size=4711, nrcpt=1 (queue active)")
        ids.append(qid)
    for n in range(9):      # only recent, or restarted
        qid = m.queued(minutes(100 + n))
        m.line(minutes(101 + n), "qmgr",
               qid + ": from=<news@shop.example>, size=4711, nrcpt=1 (queue active)")
    inside = m.queued(minutes(50))
    m.line(minutes(50), "lmtp", inside + ": to=<jo@shop.example>, relay=mx1[private/dovecot-lmtp], "
           "delay=1, dsn=2.0.0, status=sent (250 2.0.0 saved)")
    m.line(minutes(50), "qmgr", inside + ": removed")
    box, done = read(world, "unseen", m)
    tap.ok("34 messages of mx1 (one of them from club.example) were sent between 2026-11-10 06:42" in
           words(done.out) and done.code == 0 and "journalctl -o json SYSLOG_FACILITY=2" in words(done.out),
           "ingest says how many, since when, and what to add", done.told())
    why = words(box.run("why").out)
    tap.ok("34 messages of mx1" in why and "All well" not in why, "why says it too", [why])
    status = words(box.run("status").out)
    tap.ok("Deliveries of 34 messages of mx1 are not in what was read" in status and
           "No provider refuses" not in status, "and status", [status])
    other = Mail()
    for n, qid in enumerate(ids):
        other.tried(minutes(n), qid, "gmail.com", "sent", "250 2.0.0 OK",
                    "gmail-smtp-in.l.google.com[142.250.27.27]:25", "out-b/smtp")
    done = box.run("ingest", util.write(box.path("out-b.log"), other.text()))
    tap.ok("no line of what was read" not in words(done.out) and
           not box.run("status", "--json").json()["queue"]["unseen"],
           "the log that was missing settles it", done.told())
    cells = box.run("status", "--json", "--all").json()["cells"]
    google = [c for c in cells if c["provider"] == "google"]
    tap.ok(google and google[0]["sent"] == 34, "its deliveries count", [str(google)])


if __name__ == "__main__":
    sys.exit(util.main([held, still_refused, lifted, nothing_else, given_up, listed, unseen]))
