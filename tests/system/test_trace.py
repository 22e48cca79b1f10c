# SPDX-License-Identifier: Apache-2.0
"""
test_trace.py [REPUTED] -- reputed trace: a person, a queue id, a Message-ID; over a re-queue, into the
queue (saved, piped, of a real Postfix), and what the store does not keep.
"""

import json
import os
import sys

import ownpostfix
import test_queue
import test_terminal
import util
import util_schema
from test_json import schema

NOW = ("--now", "2026-11-03T12:00:00Z")
OLC = "hotmail-com.olc.protection.outlook.com[198.51.100.3]"
S775 = "host %s said: 451 4.7.650 The mail server [203.0.113.10] has been temporarily rate limited " \
       "due to IP reputation (S775) (in reply to MAIL FROM command)" % OLC
S3140 = "host %s said: 550 5.7.1 Unfortunately, messages from [203.0.113.10] weren't sent, part of " \
        "their network is on our block list (S3140). (in reply to MAIL FROM command)" % OLC


def line(at, daemon, text):
    return "2026-11-03T%sZ mx1 postfix/%s[9]: %s\n" % (at, daemon, text)


def attempt(at, queue_id, to, status, text, delay=11):
    return line(at, "smtp", "%s: to=<%s>, relay=%s:25, delay=%d, dsn=4.0.0, status=%s (%s)" %
                (queue_id, to, OLC, delay, status, text))


LOG = (line("06:41:00", "cleanup", "4F1A2B: message-id=<a.b@shop.example>") +
       line("06:41:00", "qmgr", "4F1A2B: from=<news-1@shop.example>, size=9, nrcpt=2 (queue active)") +
       attempt("06:41:11", "4F1A2B", "jo@hotmail.com", "deferred", S775) +
       attempt("06:41:12", "4F1A2B", "ann@hotmail.com", "sent", "250 Ok", 12) +
       line("06:50:00", "cleanup", "4F1A2C: message-id=<a.b@shop.example>") +
       attempt("06:51:11", "4F1A2C", "jo@hotmail.com", "bounced", S3140, 71) +
       attempt("07:00:00", "4F1A2D", "Jo@Hotmail.com", "deferred", S775, 3))


def asked(box, word, *more, data=None):
    done = box.run("trace", *NOW, "--json", word, *more, data=data)
    return done, done.json() if done.code == 0 else {"messages": [], "waiting": []}


def states(out):
    return [(m["state"], [s["queue_id"] for s in m["steps"]]) for m in out["messages"]]


def history(tap, world):
    box = world.box("history")
    box.run("ingest", *NOW, util.write(box.path("mail.log"), LOG))
    queue = util.write(box.path("q.json"), test_queue.message(0, "hotmail.com").replace(
        "4F00000", "4F1A2D").replace("u0@", "jo@") + test_queue.message(1, "hotmail.com"))
    done, out = asked(box, "jo@hotmail.com", queue)
    tap.ok(util_schema.errors(out, schema("trace"), closed=True) == [], "as its schema says",
           util_schema.errors(out, schema("trace"), closed=True))
    tap.ok(states(out) == [("returned", ["4F1A2B", "4F1A2C"]), ("waiting", ["4F1A2D"])],
           "a person: over a new queue id, and into the queue", done.told())
    first = out["messages"][0]
    tap.ok(first["accepted"] == "2026-11-03T06:41:00Z" and
           [s["rule"] for s in first["steps"]] == ["microsoft-consumer.s775",
                                                   "microsoft-consumer.s3140"] and
           "blocklist" in first["steps"][1]["meaning"], "acceptance, and what each reply means",
           [str(first)])
    waiting = out["messages"][1]["waiting"]
    tap.ok(len(waiting) == 1 and waiting[0]["expires"] == "2026-11-08T06:42:11Z" and
           waiting[0]["rule"] == "microsoft-consumer.s3140", "where it is now", [str(waiting)])
    with open(queue, "rb") as f:
        tap.ok(asked(box, "JO@hotmail.com", "-", data=f.read())[1] == out,
               "case makes no difference; the queue through a pipe")
    for word in ("4F1A2B", "4F1A2C", "<a.b@shop.example>", "a.b@shop.example"):
        done, out = asked(box, word, queue)
        tap.ok(states(out) == [("mixed", ["4F1A2B", "4F1A2B", "4F1A2C"])],
               "one message by " + word, done.told())
    done, out = asked(box, "u1@hotmail.com", queue)
    tap.ok(out["messages"] == [] and [w["queue_id"] for w in out["waiting"]] == ["4F00001"],
           "what no log names is found in the queue", done.told())
    done = box.run("trace", *NOW, "nobody@x.example", queue)
    tap.ok(done.code == 0 and "No delivery of it is known" in done.out and "90 days" in done.out,
           "nothing known", done.told())
    done, out = asked(box, "jo@hotmail.com", util.write(box.path("empty"), ""))
    tap.ok([m["state"] for m in out["messages"]] == ["returned", "gone"],
           "deferred, and in the queue no more", done.told())
    for width in (60, 80, 120):
        text = box.run("trace", *NOW, "jo@hotmail.com", queue, env={"COLUMNS": str(width)}).out
        long = [x for x in text.splitlines() if len(x) > width]
        tap.ok(not long and "S3140" in text and "jo@" not in text, "fits %d columns" % width, long)


def not_kept(tap, world):
    box = world.box("not_kept")
    log = util.write(box.path("mail.log"), LOG)
    done = box.run("trace", *NOW, "jo@hotmail.com")
    tap.ok(done.code == 4 and "reputed ingest" in done.err, "nothing was read yet", done.told())
    box.run("ingest", *NOW, "--rollups-only", log)
    done = box.run("trace", *NOW, "jo@hotmail.com", util.write(box.path("q"), ""))
    tap.ok(done.code == 0 and "counts only" in done.out, "counts only: it is said", done.told())
    os.remove(box.path("key"))
    done = box.run("trace", *NOW, "jo@hotmail.com")
    tap.ok(done.code == 4 and "key" in done.err, "without the key nobody can ask", done.told())
    done = box.run("trace", *NOW)
    tap.ok(done.code == 2, "no question", done.told())


def hostile(tap, world):
    box = world.box("hostile")
    evil = test_terminal.EVIL.decode("utf-8", "replace")
    box.run("ingest", *NOW, util.write(box.path("mail.log"), LOG.replace("S3140", "S3140 " + evil)))
    queue = util.write(box.path("q"), json.dumps(
        {"queue_name": "deferred", "queue_id": "X\n" + evil, "arrival_time": 1793688131,
         "message_size": 1, "forced_expire": False, "sender": "", "recipients": [
             {"address": "jo@hotmail.com", "delay_reason": S3140 + evil}]}) + "\nbroken\n")
    for args in ((), ("--json",)):
        done = box.run("trace", *NOW, *args, "jo@hotmail.com", queue)
        tap.ok(done.code == 3 and test_terminal.clean(done.out) == [] and done.out,
               "nothing hidden" + str(args), test_terminal.clean(done.out) + done.told())


def real(tap, world):
    if ownpostfix.why_not():
        tap.skip("a real Postfix", ownpostfix.why_not())
        return
    box = world.box("real")
    mta = ownpostfix.OwnPostfix(world.path("mta"))
    try:
        mta.start()
        mta.send("jo@hotmail.com", "a@shop.example", 1)
        mta.send("ann@hotmail.com", "a@shop.example", 2)
        mta.wait(lambda q: q.count(b'"delay_reason"') == 3)
        box.run("ingest", mta.top + "/mail.log")
        done = box.run("trace", "--json", "jo@hotmail.com", env={
            "MAIL_CONFIG": mta.etc, "PATH": mta.env["PATH"]})
        out = done.json()
        tap.ok([m["state"] for m in out["messages"]] == ["waiting"] and
               out["messages"][0]["steps"][0]["rule"] == "microsoft-consumer.s775" and
               not out["times_are_defaults"], "in the log, and in the queue of this machine",
               done.told())
        for width in (60, 80, 120):
            text = box.run("trace", "jo@hotmail.com", env={
                "MAIL_CONFIG": mta.etc, "PATH": mta.env["PATH"], "COLUMNS": str(width)}).out
            long = [x for x in text.splitlines() if len(x) > width]
            tap.ok(not long and "\x1b" not in text and text.startswith("1 message.\n") and
                   "last said: the same as above" in text and text.count("(S775)") == 1,
                   "%d columns: what was said is told once" % width, long + [text])
        mta.send("eve@elsewhere.example", "a@shop.example", 1)
        mta.wait(lambda q: q.count(b'"delay_reason"') == 4)
        box.run("ingest", mta.top + "/mail.log")
        done = box.run("trace", "eve@elsewhere.example", env={
            "MAIL_CONFIG": mta.etc, "PATH": mta.env["PATH"]})
        tap.ok(": no attempt to deliver it was read from a log\n" in done.out and
               "You hold it" in done.out, "held before any attempt: only the queue knows it",
               done.told())
    finally:
        mta.remove()


if __name__ == "__main__":
    sys.exit(util.main([history, not_kept, hostile, real]))
