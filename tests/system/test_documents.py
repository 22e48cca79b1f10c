#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_documents.py [REPUTED] -- bounces, complaints and events: every container, each failure
counted once by whatever way it comes, killed anywhere, hostile in every way, the quarantine,
complaint rates. TAP.
"""

import base64
import gzip
import io
import itertools
import json
import os
import random
import signal
import sqlite3
import sys
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import mails    # noqa: E402
import util     # noqa: E402

BOUNCE_KEYS = {"kind", "action", "recipient", "original_recipient", "sender", "code", "enhanced",
               "class", "scope", "rule", "provider", "host", "source", "reporting_mta", "text",
               "message_id", "queue_id", "time", "input"}
LATER = "Sat, 7 Nov 2026 06:42:11 +0000"
COMPLAINT_KEYS = {"kind", "feedback_type", "source_ip", "reported_domain", "arrival", "stream",
                  "original", "redacted", "input"}


def dry(box, *args, **more):
    return box.ingest("--dry-run", "--json", *args, **more)


def facts(done):
    return [json.loads(x) for x in done.out.splitlines()]


def total(box):
    done = box.status()
    return done.json()["totals"] if done.code in (0, 1) else {"said": done.err}


# --- what is printed --------------------------------------------------------------------------------

def contract(tap, world):
    box = world.box("contract")
    done = dry(box, util.write(box.path("a"), mails.dsn()))
    fact = facts(done)[0] if done.out else {}
    tap.ok(BOUNCE_KEYS <= set(fact), "a bounce has its keys", [str(BOUNCE_KEYS - set(fact))])
    want = {"kind": "bounce", "action": "failed", "recipient": "jo@example.com",
            "original_recipient": "jo@example.com", "sender": "bounce-7@shop.example", "code": 550,
            "enhanced": "5.1.1", "class": "recipient", "host": "mx.example.com",
            "reporting_mta": "mx1.shop.example", "message_id": "<7@shop.example>",
            "queue_id": "4F1ABC7", "time": "2026-11-03T06:42:11Z"}
    tap.ok(not util.differences(want, {k: fact.get(k) for k in want}), "and says what the mail says",
           util.differences(want, {k: fact.get(k) for k in want}))
    done = dry(box, util.write(box.path("c"), mails.arf()))
    fact = facts(done)[0] if done.out else {}
    tap.ok(COMPLAINT_KEYS <= set(fact) and set(fact.get("original", {})) ==
           {"message_id", "from_domain", "feedback_id", "list_id", "verp"},
           "a complaint has its keys", done.told())
    tap.ok(fact.get("source_ip") == "203.0.113.24" and not fact.get("redacted") and
           fact.get("original", {}).get("from_domain") == "shop.example",
           "and says what the report says", done.told())
    done = dry(box, util.write(box.path("s"), mails.ses_bounce()))
    fact = facts(done)[0] if done.out else {}
    tap.ok(fact.get("kind") == "delivery" and fact.get("route") == "amazon-ses" and
           fact.get("status") == "bounced", "an event is a delivery over its route", done.told())


def containers(tap, world):
    box = world.box("containers")
    one, two = mails.dsn(1, "a@example.com"), mails.dsn(2, "b@example.com")
    os.makedirs(box.path("Maildir/new"))
    os.makedirs(box.path("Maildir/cur"))
    os.makedirs(box.path("Maildir/tmp"))
    util.write(box.path("Maildir/new/1.x"), one)
    util.write(box.path("Maildir/cur/2.x:2,S"), two)
    util.write(box.path("Maildir/tmp/3.x"), mails.dsn(3, "c@example.com"))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("../../etc/a.eml", one)
        z.writestr("dir/b.log", two)
    both = mails.mbox(one, two)
    # names that lie: the content tells
    ways = {
        "a Maildir": [box.path("Maildir")],
        "an mbox": [util.write(box.path("mail.log"), both)],
        "an mbox, gzipped": [util.write(box.path("x.txt"), gzip.compress(both.encode()))],
        "two files": [util.write(box.path("p.json"), one), util.write(box.path("q.csv"), two)],
        "a zip archive": [util.write(box.path("z"), archive.getvalue())],
        "line ends of Windows": [util.write(box.path("w"), both.replace("\n", "\r\n"))],
    }
    for name, args in ways.items():
        done = dry(box, *args)
        got = sorted(f["recipient"] for f in facts(done)) if done.code == 0 else []
        tap.ok(got == ["a@example.com", "b@example.com"], name, done.told())
    for name, data in (("standard input", both), ("one mail on standard input", one)):
        done = dry(box, "-", data=data.encode())
        tap.ok(done.code == 0 and len(facts(done)) == (2 if data is both else 1), name, done.told())
    done = dry(box, util.write(box.path("from"), mails.mbox(
        one.replace("It did not work.", "It did not work.\n\nFrom here on it is quiet.\n"))))
    tap.ok(len(facts(done)) == 1, "a sentence that begins with From begins no message", done.told())


# --- once -------------------------------------------------------------------------------------------------

def once(tap, world):
    ways = {"log": mails.postfix(), "dsn": mails.dsn(), "event": mails.ses_bounce()}
    for order in itertools.permutations(ways):
        box = world.box("once-" + "-".join(order))
        for way in order:
            done = box.ingest(util.write(box.path(way), ways[way]))
            if done.code != 0:
                tap.ok(False, "%s is read" % way, done.told())
        tap.ok(total(box)["bounced"] == 1, "one failure, told by %s, then %s, then %s" % order,
               [str(total(box))])
    box = world.box("twice")
    mailbox = util.write(box.path("m"), mails.mbox(*(mails.dsn(i, "u%d@example.com" % i)
                                                    for i in range(40)), mails.arf()))
    box.ingest(mailbox)
    first, kept = total(box), notes(box)
    box.ingest(mailbox)
    tap.ok(first["bounced"] == 40 and total(box) == first and notes(box) == kept,
           "the same mailbox twice counts once", [str(first), str(total(box))])
    # without queue id and Message-ID: by recipient, code and time
    box = world.box("weak")
    weak = mails.dsn().replace("X-Postfix-Queue-ID: 4F1ABC7\n", "")
    weak = weak[:weak.index("Content-Type: message/rfc822")].rstrip("-b/7\n") + "\n--b/7--\n"
    box.ingest(util.write(box.path("log"), mails.postfix()))
    box.ingest(util.write(box.path("weak"), weak))
    tap.ok(total(box)["bounced"] == 1, "a bounce without ids is joined by recipient, code and time",
           [str(total(box))])
    box.ingest(util.write(box.path("other"), mails.dsn(8, "jo@example.com").replace(
        "4F1ABC8", "4F1ABD8")))
    tap.ok(total(box)["bounced"] == 2, "another message to the same address is another failure",
           [str(total(box))])


def notes(box):
    base = sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)
    try:
        return sorted(base.execute("SELECT kind, id, bytes FROM note"))
    finally:
        base.close()


def killed(tap, world):
    """Workers killed at each job, the program stopped at each commit and at any moment."""
    data = mails.mbox(*(mails.dsn(i, "u%d@example.com" % i) for i in range(12)), mails.arf())
    whole = world.box("whole")
    mailbox = util.write(whole.path("m"), data)
    whole.ingest(mailbox)
    want, want_notes = util.stored(whole.db), notes(whole)
    wrong = []
    for at in range(1, 14):
        box = world.box("killed-%d" % at, whole.key)
        done = box.ingest(mailbox, env={"REPUTED_KILL_WORKER_AT": str(at)})
        if done.code != 0 or util.stored(box.db) != want or notes(box) != want_notes:
            wrong += ["job %d" % at] + done.told()
    tap.ok(not wrong, "a worker killed at each of 13 jobs: the database is the same", wrong)
    wrong = []
    for stop in range(1, 8):
        box = world.box("stopped-%d" % stop, whole.key)
        box.ingest(mailbox, env={"REPUTED_COMMIT_LINES": "2", "REPUTED_STOP_AFTER_COMMIT": str(stop)})
        done = box.ingest(mailbox)
        if done.code != 0 or total(box) != total(whole) or notes(box) != want_notes:
            wrong += ["commit %d" % stop] + done.told()
    tap.ok(not wrong, "stopped after each commit, then run again: the counts are the same", wrong)
    wrong, rng = [], random.Random(7)
    for i in range(6):
        box = world.box("kill9-%d" % i, whole.key)
        process = box.start("ingest", "--now", util.NOW, mailbox,
                            env={"REPUTED_COMMIT_LINES": "1"})
        time.sleep(rng.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        done = box.ingest(mailbox)
        if done.code != 0 or total(box) != total(whole) or notes(box) != want_notes:
            wrong += done.told()
    tap.ok(not wrong, "kill -9 at any moment, then run again: the counts are the same", wrong)


# --- hostile ------------------------------------------------------------------------------------------------

def nested(depth):
    head = "From: MAILER-DAEMON@x.example\nSubject: failed\nMIME-Version: 1.0\n"
    body = "".join("Content-Type: multipart/mixed; boundary=\"n%d\"\n\n--n%d\n" % (i, i)
                   for i in range(depth))
    return head + body + "\nend\n"


def bomb(megabytes):
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0) as f:
        for _ in range(megabytes):
            f.write(b"\0" * (1 << 20))
    return out.getvalue()


def zip_of(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, data)
    return out.getvalue()


def hostile_ones():
    fine = mails.dsn()
    head, _, body = fine.partition("\n\n")
    many = head.replace("b/7", "m") + "\n\n" + "--m\nContent-Type: text/plain\n\nx\n" * 1000000
    inner = zip_of("a", b"\0" * (80 << 20))
    yield "MIME nested 1,000 deep", nested(1000).encode(), None
    yield "MIME nested 30,000 deep", nested(30000).encode(), None
    yield "a million parts", many.encode(), None
    yield "boundaries that begin alike", fine.replace(
        "--b/7\nContent-Type: text/plain", "--b/77\nx\n--b/7\nContent-Type: text/plain").encode(), 1
    yield "a header of 10 MB in one line", (
        "X-Long: " + "a" * (10 << 20) + "\n" + fine).encode(), None
    yield "a header of 10 MB in many lines", (
        head + "\n" + "X-Many: b\n" * (1 << 20) + "\n" + body).encode(), 1
    yield "NUL bytes in it", fine.replace("It did", "It\0\0did").encode(), 1
    yield "NUL bytes in the header", fine.replace("Subject: ", "Subject: \0").encode(), None
    yield "broken base64", fine.replace(
        "Content-Type: text/plain\n", "Content-Type: text/plain\nContent-Transfer-Encoding: "
        "base64\n").encode(), 1
    yield "encoded words that lie", fine.replace(
        "Subject: Undelivered", "Subject: =?utf-8?B?" + "A" * 5000 + "=?= =?x?Q?=ZZ?= =??B??=").encode(), 1
    yield "an address of a megabyte", fine.replace("jo@example.com", "j" * (1 << 20) + "@example.com").encode(), None
    yield "a zip bomb", inner, None
    yield "a zip bomb in a zip archive", zip_of("b.zip", inner), None
    yield "gzip within gzip within gzip", gzip.compress(gzip.compress(gzip.compress(
        gzip.compress(gzip.compress(gzip.compress(gzip.compress(fine.encode()))))))), None
    yield "a gzip bomb of zeros", bomb(80), None
    yield "a zip archive cut off", zip_of("a.eml", fine)[:-60], None
    yield "names that climb out", zip_of("../../../../tmp/reputed-out", fine), 1
    yield "JSON nested 100,000 deep", b"[" * 100000, None
    yield "an event that is a number", b'{"eventType":"Bounce","mail":{},"bounce":7}', None
    yield "an event in an event in an event", json.dumps({"Message": json.dumps(
        {"Message": json.dumps({"Message": json.dumps({"Message": json.dumps(
            {"Message": json.dumps({"Message": "{}"})})})})})}).encode(), None
    yield "a CSV whose quotes never end", b'type,timeLogged,rcpt\nd,1793688131,"' + b"a" * (4 << 20), None
    yield "random bytes behind a header", b"Received: x\n\n" + base64.b64decode(
        base64.b64encode(random.Random(1).randbytes(300000))), None


def hostile(tap, world):
    fine = mails.dsn(99, "fine@example.com")
    for i, (name, data, wanted) in enumerate(hostile_ones()):
        box = world.box("hostile-%d" % i)
        bad, good = util.write(box.path("a-bad"), data), util.write(box.path("b-good"), fine)
        began = time.monotonic()
        done = dry(box, bad, good, timeout=90)
        took = time.monotonic() - began
        got = [f for f in facts(done) if f.get("recipient") == "fine@example.com"] \
            if isinstance(done.code, int) else []
        bounded = isinstance(done.code, int) and done.code in (0, 3) and len(got) == 1
        tap.ok(bounded, "%s: bounded, and the rest is read" % name, done.told() + ["%.1f s" % took])
        tap.ok(done.code == 0 or "a-bad" in done.err, "%s: a reason where it was refused" % name,
               done.told())
        if wanted is not None:
            rest = [f for f in facts(done) if f not in got]
            tap.ok(len(rest) == wanted, "%s: %d salvaged" % (name, wanted), done.told())
    tap.ok(not os.path.exists("/tmp/reputed-out"), "nothing was written where a name pointed")


def forged(tap, world):
    """A bounce is nobody's word for sure: many are told as what they are, of no source of ours."""
    box = world.box("forged")
    s3140 = ("550 5.7.1 Unfortunately, messages from [203.0.113.77] weren't sent. part of their "
             "network is on our block list (S3140)")
    host = "hotmail-com.olc.protection.outlook.com"
    box.ingest(util.write(box.path("m"), mails.mbox(*(
        mails.dsn(i, "u%d@hotmail.com" % i, s3140, host=host) for i in range(60)))))
    why = box.run("why", "--json")
    told = why.json()["incidents"]
    tap.ok(why.code == 1 and len(told) == 1 and told[0]["subject"]["source_label"] == "bounces" and
           told[0]["rule"] == "microsoft-consumer.s3140",
           "sixty blocks that only bounces tell are one incident of the bounces", why.told())
    tap.ok(not why.json()["across"], "and of nothing else", why.told())
    base = sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)
    tap.ok(not list(base.execute("SELECT * FROM source")), "and teach no address")
    base.close()


# --- quarantine ----------------------------------------------------------------------------------------------

def quarantine(tap, world):
    box = world.box("quarantine")
    bad = util.write(box.path("bad"), zip_of("a", b"\0" * (80 << 20)))
    done = box.ingest(bad)
    tap.ok(done.code == 3 and "kept in the quarantine" in done.err, "what cannot be read is kept aside", done.told())
    folder = os.path.join(os.path.dirname(box.db), "quarantine")
    tap.ok(os.stat(folder).st_mode & 0o777 == 0o700, "in a private folder")
    tap.ok(all(os.stat(os.path.join(folder, f)).st_mode & 0o777 == 0o600
               for f in os.listdir(folder)), "of private files")
    done = box.run("quarantine", "list", "--json")
    rows = done.json()
    tap.ok(len(rows) == 1 and rows[0]["reason"] and rows[0]["file"] == bad, "it is listed with its reason",
           done.told())
    name = rows[0]["id"] if rows else "0" * 16
    done = box.run("quarantine", "show", name)
    tap.ok(done.raw == util.read(bad), "its bytes are shown as they are")
    box.ingest(bad)
    tap.ok(len(box.run("quarantine", "list", "--json").json()) == 1, "the same again is there once")
    done = box.run("quarantine", "retry")
    tap.ok(done.code == 3 and "0 of 1" in done.out, "what still cannot be read stays", done.told())
    # an older reputed could not read it: this one can
    util.write(os.path.join(folder, "00000000000000aa"), mails.dsn())
    util.write(os.path.join(folder, "00000000000000aa.why"), util.NOW + "\nno reader\nsomewhere\n")
    done = box.run("quarantine", "retry", "00000000000000aa", "--json")
    tap.ok(done.code == 0 and done.json() == {"tried": 1, "read": 1, "kept": 0} and
           total(box)["bounced"] == 1, "what can be read now is counted, and leaves", done.told())
    tap.ok(box.run("quarantine", "purge", "../../key").code == 2 and os.path.exists(box.key),
           "an id that is a path is none")
    done = box.run("quarantine", "purge", name)
    tap.ok(done.code == 0 and not box.run("quarantine", "list", "--json").json(), "purge removes it",
           done.told())
    util.write(os.path.join(folder, "00000000000000ab"), "x")
    util.write(os.path.join(folder, "00000000000000ab.why"), "2020-01-01T00:00:00Z\nold\nx\n")
    done = box.ingest(util.write(box.path("fine"), mails.dsn(3)))
    tap.ok(done.code == 0 and "1 of the documents in the quarantine" in done.err,
           "what is older than 14 days is told", done.told())
    tap.ok(not box.run("quarantine", "list", "--json").json(), "after 14 days it goes by itself")
    unfinished(tap, box, folder)
    large = b"From: x@y.example\nSubject: large\n\n" + b"0123456789abcde\n" * (33 << 16)
    done = box.ingest(util.write(box.path("large"), large))
    rows = box.run("quarantine", "list", "--json").json()
    tap.ok(done.code == 3 and len(rows) == 1 and "64 KB" in rows[0]["reason"] and
           box.run("quarantine", "show", rows[0]["id"]).raw == large[:64 << 10],
           "of what is too large the first bytes are kept, as they were", done.told() + [str(rows)])


def unfinished(tap, box, folder):
    """Who is stopped while a document is put aside leaves parts: seen, and not for ever."""
    bytes_only, temporary = "deadbeefdeadbeef", ".deadbeefdeadbee1.123"
    reason_only = "deadbeefdeadbee2.why"
    for name in (bytes_only, temporary, reason_only):
        util.write(os.path.join(folder, name), "jo@example.com")
    rows = box.run("quarantine", "list", "--json").json()
    tap.ok([r["id"] for r in rows] == [bytes_only] and rows[0]["reason"],
           "bytes without a reason are listed", [str(rows)])
    box.ingest(box.path("fine"))
    tap.ok(len(os.listdir(folder)) == 3, "what is young stays", os.listdir(folder))
    for name in (bytes_only, temporary, reason_only):
        os.utime(os.path.join(folder, name), (1577836800, 1577836800))
    box.ingest(box.path("fine"))
    tap.ok(not os.listdir(folder), "after 14 days all of it goes", os.listdir(folder))


# --- complaints ----------------------------------------------------------------------------------------------

def complaints(tap, world):
    box = world.box("complaints")
    log = "".join(mails.postfix(i, "u%d@yahoo.com" % i, "250 2.0.0 OK", "sent",
                                "mta5.am0.yahoodns.net") for i in range(1000))
    box.ingest(util.write(box.path("log"), log))
    box.ingest(util.write(box.path("fbl"), mails.mbox(*(
        mails.arf(i, "u%d@yahoo.com" % i, frm="arf.mail.yahoo.com") for i in range(5)))))
    done = box.run("complaints", "--json")
    view = done.json()
    rows = {(r["provider"], r["stream"]): r for r in view["rates"]}
    row = rows.get(("yahoo", None), {})
    tap.ok((row.get("complaints"), row.get("accepted"), row.get("state")) ==
           (5, 1000, "over the limit"), "0.5 % at Yahoo is over its limit", done.told())
    tap.ok(any(s for p, s in rows if p == "yahoo"), "by stream as well", done.told())
    tap.ok(view["rates"][0]["state"] == "over the limit", "the worst comes first", done.told())
    tap.ok("over the limit" in box.run("complaints").out, "and says so in words")
    done = box.ingest(util.write(box.path("foreign"), mails.arf(
        1, "jo@yahoo.com", "stranger.example", "198.51.100.200")))
    tap.ok("not found in your logs" in done.err, "a complaint about nobody we know is an alarm", done.told())
    tap.ok(box.run("complaints", "--json").json()["unmatched"] == 1, "and is counted apart")
    done = box.ingest(util.write(box.path("again"), mails.arf(
        2, "jo2@yahoo.com", "stranger.example", "198.51.100.200")))
    tap.ok("not found in your logs" in done.err, "a stranger does not become known by it", done.told())
    box.ingest(util.write(box.path("same"), mails.arf(3, "u3@yahoo.com", frm="arf.mail.yahoo.com")))
    tap.ok(box.run("complaints", "--json").json()["rates"][0]["complaints"] == 5,
           "the same complaint counts once")
    empty = world.box("quiet")
    empty.ingest(util.write(empty.path("log"), log))
    tap.ok("No complaint was read yet" in empty.run("complaints").out, "no feed is told from no complaint")


def from_outside(tap, world):
    """Nothing that is mailed to us makes an address or a domain one of ours."""
    def complaint(n, domain, ip):
        return mails.arf(n, "jo@yahoo.com", domain, ip).replace("Message-ID:", "X-Was:")

    box = world.box("from-outside")
    box.ingest("--source", "203.0.113.24", util.write(box.path("log"), mails.postfix(
        1, "u@yahoo.com", "250 2.0.0 OK", "sent", "mta5.am0.yahoodns.net")))
    box.ingest(util.write(box.path("claimed"), complaint(
        11, "claimed.example", "203.0.113.24")))
    done = box.ingest(util.write(box.path("later"), complaint(
        12, "claimed.example", "198.51.100.200")))
    tap.ok("not found in your logs" in done.err,
           "a complaint that claims our address makes no domain ours", done.told())
    box.ingest(util.write(box.path("bounce"), mails.dsn(13).replace("shop.example", "forged.example")))
    done = box.ingest(util.write(box.path("after"), complaint(
        14, "forged.example", "198.51.100.200")))
    tap.ok("not found in your logs" in done.err, "nor does a bounce of its mail", done.told())
    event = "From: no-reply@sns.amazonaws.com\nTo: postmaster@shop.example\n" \
        "Subject: AWS Notification Message\n\n" + mails.ses_bounce().replace("shop.example", "event.example")
    done = dry(box, util.write(box.path("event"), event))
    fact = facts(done)[0] if done.out else {}
    tap.ok(fact.get("kind") == "bounce", "an event that came by mail is a bounce like any other", done.told())
    box.ingest(util.write(box.path("event"), event))
    sources = {c["source"] for c in box.status().json()["cells"]}
    tap.ok(sources == {"203.0.113.24", "bounces"}, "it makes no source", [str(sources)])
    done = box.ingest(util.write(box.path("of-event"), complaint(15, "event.example", "198.51.100.200")))
    tap.ok("not found in your logs" in done.err, "nor does it make a domain ours", done.told())


def redacted(message, domain="redacted.example", ip="198.51.100.77", env="x@redacted.example"):
    """A report that has taken out everything but the Message-ID."""
    return (mails.arf(7, "redacted", domain, ip, "arf.mail.yahoo.com")
            .replace("bounce-7@" + domain, env).replace("<7@%s>" % domain, message))


def by_message(tap, world):
    """A complaint is tied to its stream by the Message-ID when nothing else is left."""
    log = "".join(mails.postfix(i, "u%d@yahoo.com" % i, "250 2.0.0 OK", "sent",
                                "mta5.am0.yahoodns.net")
                  .replace("from=<bounce-%d@" % i, "from=<%s@" % ("news", "bills")[i % 2])
                  for i in range(40))

    def told(box, text, *args):
        done = box.ingest("--json", *args, util.write(box.path("fbl"), text))
        view = box.run("complaints", "--json").json()
        return done, view, {(r["provider"], r["stream"]): r["complaints"] for r in view["rates"]}

    box = world.box("by-message")
    box.ingest(util.write(box.path("log"), log))
    done, view, rates = told(box, redacted("<3@shop.example>"))
    hit = [s for p, s in rates if s]
    tap.ok(len(hit) == 1 and "bills" in hit[0] and view["unmatched"] == 0 and
           "not found in your logs" not in done.err,
           "a Message-ID alone ties a redacted complaint to its stream", [str(rates)] + done.told())
    done, view, rates = told(box, redacted("<3@shop.example>", "shop.example", env="news@shop.example"))
    tap.ok(done.json()["documents"]["known"] == 1, "and it counts once, whatever else it says", done.told())
    done, view, rates = told(box, redacted("<5@shop.example>", "shop.example", env="news@shop.example"))
    tap.ok([n for (p, s), n in rates.items() if s and "bills" in s] == [2],
           "it goes before List-Id and the envelope sender", [str(rates)] + done.told())
    done, view, rates = told(box, redacted("<9999@elsewhere.example>"))
    tap.ok("not found in your logs" in done.err and view["unmatched"] == 1,
           "an unknown Message-ID of nobody is an alarm", done.told())
    done, view, rates = told(box, redacted("<8888@shop.example>", "shop.example",
                                           env="news@shop.example"))
    tap.ok("not found in your logs" in done.err and view["unmatched"] == 2 and
           rates.get(("yahoo", None)) == 3,
           "one in our name is an alarm too, and in the rate", [str(rates)] + done.told())
    done, view, rates = told(box, redacted("<7777@shop.example>", "shop.example",
                                           env="news@shop.example").replace(mails.AT, LATER))
    tap.ok("not found in your logs" not in done.err, "but not of a time that no log was read of", done.told())

    box = world.box("by-message-at-once")
    done = box.ingest("--json", util.write(box.path("fbl"), redacted("<3@shop.example>")),
                      util.write(box.path("log"), log))
    tap.ok(done.json()["documents"]["unmatched"] == 0, "the log may come after the report", done.told())

    box = world.box("by-message-rollups")
    box.ingest("--rollups-only", util.write(box.path("log"), log))
    done, view, rates = told(box, redacted("<8888@shop.example>", "shop.example",
                                           env="news@shop.example"), "--rollups-only")
    tap.ok("not found in your logs" not in done.err and view["unmatched"] == 0,
           "where no facts are kept an unknown Message-ID says nothing", done.told())


def evidence(tap, world):
    """Complaints of the week before a block speak in why; and the feed is not unknown any more."""
    s3140 = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. part of their "
             "network is on our block list (S3140)")
    host = "hotmail-com.olc.protection.outlook.com"
    day = ("2026-11-03T", "2026-11-02T")
    log = "".join(mails.postfix(i, "u%d@hotmail.com" % i, "250 2.0.0 OK", "sent", host)
                  .replace(*day).replace("06:42:11", "%02d:%02d:11" % (i // 60, i % 60))
                  for i in range(1000))
    log += "".join(mails.postfix(5000 + i, "v%d@hotmail.com" % i, s3140, "bounced", host)
                   .replace("06:42:11", "06:%02d:11" % (i % 60)) for i in range(60))

    def heard(name, *feeds):
        box = world.box(name)
        box.ingest(util.write(box.path("log"), log))
        for i, feed in enumerate(feeds):
            box.ingest(util.write(box.path("f%d" % i), feed))
        done = box.run("why", "--json")
        found = done.json()["incidents"] if done.code in (0, 1) else []
        return ({e["name"] for x in found for e in x["evidence"]},
                {u["what"] for x in found for u in x["unknown"]}, done)

    names, unknown, done = heard("no-feed")
    tap.ok(not any(n.startswith("complaints") for n in names) and "complaints" in unknown,
           "without a feed complaints are unknown", done.told())
    reports = mails.mbox(*(mails.arf(i, "u%d@hotmail.com" % i, frm="hotmail.com").replace(
        "3 Nov 2026 06:42:11", "2 Nov 2026 20:%02d:11" % i) for i in range(8)))
    names, unknown, done = heard("a-feed", reports)
    tap.ok("complaints_high" in names and "complaints" not in unknown,
           "0.8 % of complaints is evidence of own reputation", [str(names), str(unknown)] + done.told())


if __name__ == "__main__":
    sys.exit(util.main([contract, containers, once, killed, hostile, forged, quarantine, complaints, from_outside,
                        by_message, evidence]))
