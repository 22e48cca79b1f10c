#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_forget.py [REPUTED] -- reputed forget ADDRESS: no byte of the person stays, counts do. TAP.
"""

import base64
import collections
import glob
import os
import re
import sqlite3
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import test_tls_reports     # noqa: E402
import util     # noqa: E402

MASK64 = (1 << 64) - 1


def siphash(key, data):
    """SipHash-2-4 (Aumasson, Bernstein 2012), as base/hash.h says: what a recipient becomes."""
    k0, k1 = (int.from_bytes(key[i:i + 8], "little") for i in (0, 8))
    v = [k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d,
         k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573]

    def turn(x, n):
        return (x << n | x >> 64 - n) & MASK64

    def rounds(n):
        for _ in range(n):
            v[0] = v[0] + v[1] & MASK64
            v[1] = turn(v[1], 13) ^ v[0]
            v[0] = turn(v[0], 32)
            v[2] = v[2] + v[3] & MASK64
            v[3] = turn(v[3], 16) ^ v[2]
            v[0] = v[0] + v[3] & MASK64
            v[3] = turn(v[3], 21) ^ v[0]
            v[2] = v[2] + v[1] & MASK64
            v[1] = turn(v[1], 17) ^ v[2]
            v[2] = turn(v[2], 32)

    whole = data + bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    for i in range(0, len(whole), 8):
        m = int.from_bytes(whole[i:i + 8], "little")
        v[3] ^= m
        rounds(2)
        v[0] ^= m
    v[2] ^= 255
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def hashes(box, address):
    """The bytes of its hashes, as SQLite and as states of readers write them."""
    key = bytes.fromhex(util.read(box.key).decode().strip())
    out = {}
    for name, text in (("hash", address), ("identity", address + "\0")):
        number = siphash(key, text.lower().encode())
        out[name + ", most significant byte first"] = number.to_bytes(8, "big")
        out[name + ", least significant byte first"] = number.to_bytes(8, "little")
    return out


def files(box):
    return [f for f in glob.glob(box.db + "*")]


def found(box, what):
    """Which of these stand in the database, its -wal or its -shm."""
    out = []
    for path in files(box):
        data = util.read(path).lower() if what.__class__ is not bytes else util.read(path)
        low = data.lower()
        for name, raw in what.items():
            if (raw.lower() in low) if name[0] == "'" else (raw in util.read(path)):
                out.append("%s in %s" % (name, os.path.basename(path)))
    return out


def words(address):
    """The address, its parts and its masked form, as they could stand in a text."""
    local, _, domain = address.partition("@")
    forms = [address, local + "=" + domain, local + "%40" + domain, "%s***@%s" % (local[0], domain)]
    return {"'%s'" % x: x.encode() for x in forms}


def line(at, pid, rest):
    return "2026-11-03T0%d:%02d:%02d.5+00:00 mx9 postfix/%s[%d]: %s\n" % (
        at // 3600, at // 60 % 60, at % 60, rest[0], pid, rest[1])


def person_log(person):
    """Mail to one person: taken, refused in words that name them, still in the queue; others."""
    out = []
    for n in range(30):
        to = person if n % 3 == 0 else "other%d@elsewhere.example" % n
        verp = "bounce-%d-%s@shop.example" % (n, to.replace("@", "="))
        queue = "4F%05X" % (0xabc00 + n)
        out.append(line(60 * n, 7, ("qmgr", "%s: from=<%s>, size=8000, nrcpt=1 (queue active)" %
                                    (queue, verp))))
        head = ("%s: to=<%s>, relay=mail.quiet.example[192.0.2.25]:25, delay=1, "
                "delays=0/0/0.5/0.5, " % (queue, to))
        host = "host mail.quiet.example[192.0.2.25] said: "
        if n % 3 == 0 and n % 2 == 0:
            out.append(line(60 * n + 1, 8, ("smtp", head + "dsn=5.1.1, status=bounced (" + host +
                            "550 5.1.1 <%s>: Recipient address rejected: no %s here "
                            "(in reply to RCPT TO command))" % (to, to.upper()))))
        elif n % 3 == 0:
            out.append(line(60 * n + 1, 8, ("smtp", head + "dsn=4.2.2, status=deferred (" + host +
                            "452 4.2.2 <%s>: mailbox full, see https://q.example/?u=%s "
                            "(in reply to RCPT TO command))" % (to, to.replace("@", "%40")))))
            continue            # stays in the queue
        else:
            out.append(line(60 * n + 1, 8, ("smtp", head + "dsn=2.0.0, status=sent "
                                            "(250 2.0.0 Ok: queued as 12345)")))
        out.append(line(60 * n + 2, 7, ("qmgr", queue + ": removed")))
    return "".join(out).encode()


def forgets(tap, world, name, address, box, paths, spelled=None):
    """Forgets an address of a filled store, and looks for it."""
    what = dict(words(address), **hashes(box, address))
    before, counts = util.stored(box.db), box.counts()
    there = found(box, what)
    tap.ok(there, "%s: before, something of the address is stored" % name, [sorted(what)])
    done = box.run("forget", "--json", spelled or address)
    facts = done.json().get("facts") if done.code == 0 else None
    after = util.stored(box.db)
    tap.ok(done.code == 0 and facts == len(before["fact"]) - len(after["fact"]) and facts,
           "%s: it says how many deliveries went" % name, done.told())
    left = found(box, what)
    tap.ok(not left, "%s: nothing of it stays in %s" %
           (name, ", ".join(os.path.basename(f) for f in files(box))), left)
    tap.ok(box.counts() == counts and after["day"] == before["day"] and
           after["hour"] == before["hour"] and after["minute"] == before["minute"],
           "%s: counts stay" % name, util.differences(counts, box.counts()))
    others = len([f for f in after["fact"] if f not in before["fact"]])
    tap.ok(others == 0, "%s: other facts stay as they were" % name, [others])
    # The log still has the person.
    for way in (paths, [util.write(box.path("copy.log"), b"\n" + b"".join(map(util.read, paths)))]):
        done = box.ingest(*way)
        left = found(box, what)
        tap.ok(done.code == 0 and not left and box.counts() == counts and
               len(util.stored(box.db)["fact"]) == len(after["fact"]),
               "%s: reading the same log again (%s) does not bring it back" %
               (name, os.path.basename(way[0])), left + done.told())
    done = box.run("forget", spelled or address)
    tap.ok(done.code == 0 and done.out.startswith("0 "), "%s: forgotten twice is no failure" % name,
           done.told())


def of_generated(tap, world):
    log = world.log("single", 20)
    box = world.box("generated")
    box.ingest(*log.files)
    people = collections.Counter(re.findall(
        rb"smtp\[\d+\]: \w+: to=<([^>]+)>[^\n]*status=(?:deferred|bounced)", log.bytes()))
    address = people.most_common(1)[0][0].decode()
    forgets(tap, world, "of a generated log", address, box, log.files)


def of_texts(tap, world):
    person = "jolanthe.q@quiet.example"
    box = world.box("texts")
    mail = util.write(box.path("mail.log"), person_log(person))
    done = box.ingest(mail)
    tap.ok(done.code == 0, "a log that names a person in many ways", done.told())
    whole = {k: v for k, v in words(person).items() if b"***" not in v}
    left = found(box, whole)
    tap.ok(not left, "recipients are masked in everything stored", left)
    forgets(tap, world, "named in replies", person, box, [mail], "<Jolanthe.Q@Quiet.Example>")


def of_failure_reports(tap, world):
    """A failure report is kept without the recipient, whatever field names them."""
    person = "jolanthe.q@quiet.example"
    verp = person.replace("@", "=")
    box = world.box("failure-reports")
    text = test_tls_reports.failure().replace("al@stranger.example", person).replace(
        "<1@shop.example>", "<%s.123@shop.example>" % verp).replace(
        "Source-IP:", "Original-Mail-From: <bounce-7-%s@shop.example>\nDKIM-Identity: %s@shop.example\nSource-IP:" % (verp, verp))
    text = test_tls_reports.PROVEN + text
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("authserv-id mx1.shop.example\n")
    done = box.ingest(util.write(box.path("f.eml"), text))
    out = box.run("dmarc", "report", "--json", "--now", "2026-11-05T00:00:00Z").json()
    tap.ok(done.code == 0 and [f["message_id"] for f in out["failures"]] == ["<***@shop.example>"],
           "a failure report is kept, and its Message-ID is masked", done.told() + [out.get("failures")])
    left = found(box, words(person))
    tap.ok(not left, "nothing of the recipient of a failure report is stored", left)
    done = box.run("forget", person)
    tap.ok(done.code == 0 and not found(box, words(person)), "nor when they are forgotten", done.told())


def still_queued(tap, world):
    """What the queue remembers of a person goes too; the message still counts when it expires."""
    person = "jolanthe.q@quiet.example"
    box = world.box("queued")
    first = person_log(person)
    mail = util.write(box.path("mail.log"), first)
    box.ingest(mail)
    box.run("forget", person)
    gave_up = b"".join(line(7000 + n, 7, ("qmgr", "4F%05X: from=<a@shop.example>, status=expired, "
                                          "returned to sender" % (0xabc00 + n))).encode()
                       for n in range(3, 30, 6))
    util.append(mail, gave_up)
    done = box.ingest(mail)
    left = found(box, dict(words(person), **hashes(box, person)))
    tap.ok(done.code == 0 and not left, "its messages expire later: nothing of it comes back",
           left + done.told())
    expired = sum(n for (_, _, status), n in box.counts().items() if status == "expired")
    tap.ok(expired == 5, "and they are counted as expired", ["%d, not 5" % expired])
    # The same, with the log read again in between.
    box = world.box("queued-again")
    box.ingest(util.write(mail, first))
    box.run("forget", person)
    box.ingest("-", data=first)
    box.ingest("-", data=first + gave_up)
    expired = sum(n for (_, _, status), n in box.counts().items() if status == "expired")
    tap.ok(expired == 5, "read again before they expire: each expires once",
           ["%d, not 5" % expired])


def outbox(*texts):
    """The outbox with an alert, and a message of it that waits: title, text, and why it was not taken."""
    title, text, why = (x.encode() for x in texts)
    return (b"o 1 1 77\na 1 1 0 1762160000 0 0 %d\n%s\nm 1 1 0 1762160000 %d %d\n%s\n%s\n"
            b"w 0 3 0 1762160000 1762160000 0 3 %d\nops\n%s\n"
            % (len(title), title, len(title), len(text), title, text, len(why), why))


def held(kind, subject, of=""):
    """What is known of a condition, as the state "conditions" has it: told, and not over."""
    return "\t".join([kind, subject, of, "1762160000", "1762160000", "1762160000", "0", "1", "0", ""]) + "\n"


def of_alerts(tap, world):
    """A message that waits for its channel names the person: it stays, without the name."""
    person = "jolanthe.q@quiet.example"
    box = world.box("alerts")
    mail = util.write(box.path("mail.log"), person_log(person))
    box.ingest(mail)
    value = outbox("Quiet refused mail: 550 <Jolanthe.Q@quiet.example>", "<b-jolanthe.q=quiet.example@shop.example>\n"
                   "j***@quiet.example, u=jolanthe.q%40quiet.example\nThe login jolanthe.q sent it. The login jolanthe.qu "
                   "did not, nor login jolanthe.q.x.\n", "no mailbox JOLANTHE.Q@QUIET.EXAMPLE here")
    others = [held("ptr-lost", "192.0.2.1"), held("account-unusual", "login jolanthe.qu"),
              held("account-unusual", "login jolanthe.q.x"), held("record-gone", "shop.example", "dmarc-missing dmarc")]
    theirs = [held("account-unusual", "login jolanthe.q"), held("account-unusual", "login Jolanthe.Q@quiet.example"),
              held("record-changed", "shop.example", "dmarc mailto:jolanthe.q@quiet.example"),
              "some-other\t%s\t\n" % person]
    with sqlite3.connect(box.db) as db:
        db.execute("insert into state values ('outbox', ?)", (value,))
        db.execute("insert into state values ('conditions', ?)", ("".join(theirs[:2] + others + theirs[2:]).encode(),))
    forgets(tap, world, "named in alerts", person, box, [mail])
    with sqlite3.connect(box.db) as db:
        left = db.execute("select bytes from state where name = 'conditions'").fetchall()
    tap.ok(left == [("".join(others).encode(),)], "named in alerts: other conditions stay as they were", [str(left)])
    got = box.run("alert", "list", "--json").json()
    message = got["messages"][0]
    tap.ok(got["alerts"][0]["title"] == message["title"] == "Quiet refused mail: 550 <[forgotten]>" and
           message["channels"][0]["why"] == "no mailbox [forgotten] here" and message["channels"][0]["state"] == "waits",
           "named in alerts: the alert and its message stay", [str(got)])
    tap.ok(message["text"] == "<b-[forgotten]@shop.example>\n[forgotten], u=[forgotten]\nThe login [forgotten] sent it. "
           "The login jolanthe.qu did not, nor login jolanthe.q.x.\n", "named in alerts: in every form", [message["text"]])


def of_alerts_of_others(tap, world):
    """Somebody whose address has that of the person in it is somebody else."""
    box = world.box("others")
    box.ingest(util.write(box.path("mail.log"), person_log("o@shop.co")))
    others = [held("account-unusual", "login jo@shop.com"), held("account-unusual", "login o@shop.com"),
              held("account-unusual", "login jo@shop.co"), held("account-unusual", "login o@shop.co.uk"),
              held("account-unusual", "login j.o@shop.co"),
              held("record-changed", "shop.com", "dmarc mailto:jo@shop.com")]
    theirs = [held("account-unusual", "login o@shop.co"), held("account-unusual", "login o"),
              held("record-changed", "shop.co", "dmarc mailto:o@shop.co.")]
    text = "<jo@shop.com> <o@shop.com> b-jo=shop.co@x.example jo%40shop.co 'o@shop.co' <o@shop.co>, e=o@shop.co; " \
           "u=%3Co%40shop.co%3E b+o=shop.co@x.example jo@shop.co!o@shop.co\n"
    with sqlite3.connect(box.db) as db:
        db.execute("insert into state values ('outbox', ?)", (outbox("o@shop.com", text, "to jo@shop.co"),))
        db.execute("insert into state values ('conditions', ?)", ("".join(others + theirs).encode(),))
    done = box.run("forget", "o@shop.co")
    with sqlite3.connect(box.db) as db:
        left = b"".join(x for x, in db.execute("select bytes from state where name = 'conditions'")).decode()
    tap.ok(done.code == 0 and left == "".join(others), "conditions of others stay", done.told() + left.split("\n"))
    message = box.run("alert", "list", "--json").json()["messages"][0]
    tap.ok(message["title"] == "o@shop.com" and message["channels"][0]["why"] == "to jo@shop.co" and
           message["text"] == "<jo@shop.com> <o@shop.com> b-jo=shop.co@x.example jo%40shop.co '[forgotten]' <[forgotten]>, "
           "e=[forgotten]; u=%3C[forgotten]%3E b+[forgotten]@x.example jo@shop.co![forgotten]\n",
           "messages about others stay as they were", [str(message)])


def nested(*words):
    """A mail whose parts lie deeper than is read."""
    lines = ["From: MAILER-DAEMON@mx.example", "MIME-Version: 1.0"]
    for i in range(60):
        lines += ["Content-Type: multipart/mixed; boundary=b%d" % i, "", "--b%d" % i]
    return "\n".join(lines + ["", *words, ""]).encode()


def kept_aside(tap, world):
    """Documents of the quarantine that name the person go, those of others stay."""
    box = world.box("aside")
    folder = os.path.join(os.path.dirname(box.db), "quarantine")
    box.ingest(*world.log("single", 1).files)
    os.makedirs(folder, exist_ok=True)
    other = b"From: x@y.example\n\nto bojo@example.com, jo@example.com.au\n"
    documents = {"plain": nested("jo@example.com"), "case": b"From: x@y.example\n\n<JO@Example.COM>\n",
                 "verp": b"Return-Path: <b+jo=example.com@us.example>\n\nx\n",
                 "coded": b"From: x@y.example\nContent-Transfer-Encoding: base64\n\n" +
                 base64.b64encode(b"user jo@example.com is not known") + b"\n",
                 "other": other, "packed": b"PK\003\004" + b"\xff" * 1000}
    ids = {}
    for n, (name, data) in enumerate(documents.items()):
        ids[name] = "%016x" % (0xa0 + n)
        util.write(os.path.join(folder, ids[name]), data)
        util.write(os.path.join(folder, ids[name] + ".why"), util.NOW + "\nno reader\nsomewhere\n")
    done = box.run("forget", "--json", "jo@example.com")
    left = {n for n in ids if os.path.exists(os.path.join(folder, ids[n]))}
    tap.ok(left == {"other", "packed"} and len(os.listdir(folder)) == 4,
           "kept aside: what names the person goes with its reason", [str(left)] + done.told())
    tap.ok(done.code == 3 and ids["packed"] in done.err and done.json()["quarantine"] ==
           {"removed": 4, "not_judged": [ids["packed"]]},
           "kept aside: what cannot be looked into is named", done.told())


def wrong_use(tap, world):
    box = world.box("wrong")
    done = box.run("forget", "jo@example.com")
    tap.ok(done.code == 4 and not os.path.exists(box.db) and done.err,
           "without a database: says so, and makes none", done.told())
    for args in ([], ["no-address"], ["a@b.example", "c@d.example"], [""]):
        done = box.run("forget", *args)
        tap.ok(done.code == 2 and done.err and not done.out, "forget %s is wrong use" % (args,),
               done.told())
    box.ingest(*world.log("single", 1).files)
    done = box.run("forget", "--json", "never.seen@nowhere.example")
    tap.ok(done.code == 0 and done.json() ==
           {"facts": 0, "quarantine": {"removed": 0, "not_judged": []}}, "somebody never seen is no failure",
           done.told())


if __name__ == "__main__":
    sys.exit(util.main([of_generated, of_texts, of_failure_reports, of_alerts, of_alerts_of_others, still_queued, kept_aside, wrong_use]))
