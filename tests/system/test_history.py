#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_history.py [REPUTED] -- what `reputed check` finds is kept: what is new, what is gone and since
when, in text and JSON; no database is made for it; one that cannot be written is said; no key of a
list gets in. TAP.
"""

import os
import sqlite3
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import test_json    # noqa: E402
import test_lists   # noqa: E402
import test_why     # noqa: E402
import util         # noqa: E402

IP = "192.0.2.7"
DOMAIN = "shop.example"
KEY = dkim_sign.Key("rsa", 2048)
PUBLIC = KEY.p()
KEY.remove()
DAYS = ["2026-11-%02dT10:00:00Z" % day for day in (1, 3, 5, 7)]


def zone(**change):
    """A sound sender, and what a test puts in its place (None: not there)."""
    names = {"spf": (DOMAIN, ("TXT", "v=spf1 ip4:%s -all" % IP)), "mx": (DOMAIN, ("MX", (10, "mx1." + DOMAIN))),
             "host": ("mx1." + DOMAIN, ("A", IP)),
             "dkim": ("mail._domainkey." + DOMAIN, ("TXT", "v=DKIM1; k=rsa; p=" + KEY.p())),
             "dmarc": ("_dmarc." + DOMAIN, ("TXT", "v=DMARC1; p=reject; rua=mailto:d@" + DOMAIN)),
             "ptr": ("7.2.0.192.in-addr.arpa", ("PTR", "mx1." + DOMAIN))}
    out = {}
    for part, (name, record) in names.items():
        value = change.get(part, record[1])
        if value is not None:
            out.setdefault(name, [])
            out[name] = value if isinstance(value, str) and value in (dns_stub.TIMEOUT, dns_stub.SERVFAIL) \
                else out[name] + [(record[0], value)]
    return out


def check(box, zones, day, *more, lists=None, args=("check", DOMAIN, "--ip", IP)):
    util.write(box.path("list-usage"), "")
    with dns_stub.Stub({**test_lists.world_of_lists(lists), **zones}) as dns:
        now = ["--now", day] if args[0] == "check" else []
        return box.run(*args, *now, "--server", dns.server, "--timeout-ms", "1500", *more)


def told(found, name):
    return [f for f in found["findings"] if f["id"] == name]


def records(found, kind):
    return [(r["value"], r["since"], r["changed"]) for r in found["history"]["records"] if r["kind"] == kind]


def history(tap, world):
    box = world.box("history")
    listed = {test_lists.REV + ".zen.spamhaus.org": [("A", "127.0.0.2")]}
    db = ("--db", box.path("named.db"), "--json")
    first = check(box, zone(dmarc=None, ptr=None), DAYS[0], *db, lists=listed)
    found = first.json()
    one = told(found, "dmarc-missing")[0]
    tap.ok(os.path.exists(box.path("named.db")) and one["since"] == DAYS[0] and one["changed"] == "first" and
           found["history"]["before"] is None and found["history"]["gone"] == [],
           "--db names a database: it is made; all is seen for the first time", [one] + first.told())
    second = check(box, zone(spf="v=spf1 ip4:192.0.2.9 -all"), DAYS[1], *db,
                   lists={"*.zen.spamhaus.org": dns_stub.SERVFAIL})
    found = second.json()
    gone = {g["id"]: g for g in found["history"]["gone"]}
    one = told(found, "spf-does-not-cover")[0]
    tap.ok(one["changed"] == "new" and one["since"] == DAYS[1], "a finding that was not there is new", [one])
    tap.ok(sorted(gone) == ["dmarc-missing", "ptr-missing"] and gone["dmarc-missing"]["since"] == DAYS[0] and
           found["history"]["before"] == DAYS[0], "what is not there any more is gone, and was there since then",
           found["history"]["gone"])
    spf = records(found, "spf")
    tap.ok(("v=spf1 ip4:192.0.2.7 -all", DAYS[0], "gone") in spf and ("v=spf1 ip4:192.0.2.9 -all", DAYS[1], "new") in spf,
           "the old and the new record, with their times", spf)
    tap.ok(records(found, "dkim")[0][1:] == (DAYS[0], "same") and records(found, "mx")[0][1:] == (DAYS[0], "same") and
           records(found, "ptr")[0][1:] == (DAYS[1], "new") and records(found, "dmarc")[0][1:] == (DAYS[1], "new"),
           "and each record's own time", found["history"]["records"])
    third = check(box, {**zone(), "_dmarc." + DOMAIN: dns_stub.SERVFAIL}, DAYS[2], *db, lists=listed)
    test_json.SCHEMAS = ("check", "ptr", "dnsbl")
    test_json.schemas(tap, world)
    for schema, done in (("check", first), ("check", second), ("check", third)):
        test_json.valid(tap, schema, "with a history", done.lines())
    found = third.json()
    one = told(found, "listed-abuse")[0]
    tap.ok(one["changed"] == "same" and one["since"] == DAYS[0],
           "a list that did not answer meanwhile ended nothing", [one])
    tap.ok(records(found, "dmarc")[0][2] == "same" and [g["id"] for g in found["history"]["gone"]] == ["spf-does-not-cover"],
           "DMARC that could not be asked is not gone", [found["history"]["gone"], records(found, "dmarc")])
    text = check(box, zone(dmarc=None), DAYS[3], "--db", box.path("named.db"))
    tap.ok("since     new: it was not there on 2026-11-03 10:00 UTC" in text.out and
           "Checked before, last on 2026-11-05 10:00 UTC. No longer found since then:" in text.out and
           "\n  listed-abuse  192.0.2.7, there since 2026-11-01: " in text.out and
           "  mx     2026-11-01  shop.example  10 mx1.shop.example" in text.out, "as text", text.told())
    old = check(box, zone(), DAYS[0], *db).json()
    again = check(box, zone(dmarc=None), DAYS[3], *db).json()
    tap.ok(old["history"] is None and told(again, "dmarc-missing")[0]["since"] == DAYS[3],
           "a look of before the last changes nothing", [old["history"], told(again, "dmarc-missing")])


def databases(tap, world):
    box = world.box("databases")
    done = check(box, zone(dmarc=None), DAYS[0], "--json")
    tap.ok(done.code == 1 and not done.err and not os.path.exists(box.db) and done.json()["history"] is None and
           told(done.json(), "dmarc-missing")[0]["since"] is None, "no database: none is made, nothing is said", done.told())
    tap.ok(check(box, zone(), DAYS[0], "--db", box.path("x/y/new.db")).code == 0 and os.path.exists(box.path("x/y/new.db")),
           "--db in a folder that is not there: both are made")
    box.ingest(util.write(box.path("mail.log"), ""))
    done = check(box, zone(dmarc=None), DAYS[0], "--json")
    tap.ok(done.json()["history"]["before"] is None and not done.err, "a database that is there is used", done.told())
    for args in (("ptr", IP), ("dnsbl", IP)):
        done = check(box, zone(), None, "--json", args=args)
        test_json.valid(tap, args[0], "with a history", done.lines())
        tap.ok(done.json()["history"] is not None and done.json()["history"]["before"], args[0] + ": of an address looked at before",
               done.told())
    with sqlite3.connect(box.db) as db:
        before = db.execute("SELECT count(*) FROM looked").fetchone()[0]
    for args in (("ptr", "192.0.2.99"), ("dnsbl", "192.0.2.99")):
        done = check(box, zone(), None, "--json", args=args)
        tap.ok(done.json()["history"] is None and not done.err, args[0] + ": of a stranger's address nothing is kept", done.told())
    with sqlite3.connect(box.db) as db:
        tap.ok(db.execute("SELECT count(*) FROM looked").fetchone()[0] == before, "and nothing of it is in the database")
    util.write(box.path("text.db"), "this is no database, but a text of some length\n" * 40)
    done = check(box, zone(), DAYS[0], "--db", box.path("text.db"))
    tap.ok(done.code == 0 and "DNS shows no problem" in done.out and "could not be stored" in done.err,
           "a file that is no database: said, and the check is whole", done.told())
    with sqlite3.connect(box.db) as db:
        db.execute("PRAGMA user_version=99")
    done = check(box, zone(), DAYS[1])
    tap.ok(done.code == 0 and "newer reputed" in done.err and "DNS shows no problem" in done.out,
           "a database of a newer reputed: the same", done.told())
    if os.geteuid() == 0:
        tap.skip("a database that may not be written", "root may write everything")
        return
    with sqlite3.connect(box.db) as db:
        db.execute("PRAGMA user_version=3")
    os.chmod(box.db, 0o400)
    done = check(box, zone(), DAYS[1])
    tap.ok(done.code == 0 and "no permission to write" in done.err, "a database that may not be written: the same", done.told())


def secrets(tap, world):
    box = world.box("secrets")
    key = "abcdefghijklmnopqrstuvwxyz"
    util.write(box.path("list-keys"), "spamhaus-dqs %s\n" % key)
    os.chmod(box.path("list-keys"), 0o600)
    listed = {test_lists.REV + ".%s.zen.dq.spamhaus.net" % key: [("A", "127.0.0.2")],
              "2.0.0.127.%s.zen.dq.spamhaus.net" % key: [("A", "127.0.0.2")]}
    done = check(box, zone(dmarc="v=DMARC1; p=none; rua=mailto:Jo@example.com"), DAYS[0], "--db", box.db, "--json", lists=listed)
    with sqlite3.connect(box.db) as db:
        parts = [row[0] for row in db.execute("SELECT part FROM looked WHERE known_s IS NOT NULL")]
        texts = "\n".join(row[0] for row in db.execute("SELECT text || detail FROM finding"))
    tap.ok(any("zen.dq.spamhaus.net" in part for part in parts), "the list of the key was asked", parts + done.told())
    files = b"".join(util.read(box.path(name)) for name in os.listdir(box.top) if name.startswith("reputed.db"))
    tap.ok(key.encode() not in files and b"zen.dq.spamhaus.net" in files, "its key is not in the database")
    tap.ok("Jo@example.com" in texts, "a report address stands in the record")
    box.run("forget", "jo@example.com")
    files = b"".join(util.read(box.path(name)) for name in os.listdir(box.top) if name.startswith("reputed.db"))
    tap.ok(b"Jo@example.com" not in files, "forget: and after it nowhere")


def why(box, *more):
    return box.run("why", "--json", *more).json()["incidents"][0]


def pieces(incident):
    return {e["name"]: e for e in incident["evidence"]}


def evidence(tap, world):
    """What check found is weighed by why, with the record to publish as a step."""
    box, mail = world.box("evidence"), test_why.Mail()
    google = ("gmail.com", "gmail-smtp-in.l.google.com")
    mail.many(range(0, 20 * 24), 3, *google)
    mail.many(range(20 * 24, 20 * 24 + 20), 5, *google, "bounced", "550-5.7.26 This mail has been blocked because the "
              "sender is unauthenticated. 550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
              stage="end of DATA")
    mail.many(range(20 * 24, 20 * 24 + 20), 5, *test_why.OUTLOOK, "bounced", test_why.S3140)
    box.ingest("--source", IP, mail.write(box.path("mail.log")))
    incidents = {i["provider"]: i for i in box.run("why", "--json").json()["incidents"]}
    auth, block = incidents["google"], incidents["microsoft-consumer"]
    tap.ok(all([u["how"] for u in i["unknown"] if u["what"] == "what DNS shows about you"] and
               "reputed check shop.example --ip " + IP in str(i["unknown"]) for i in (auth, block)),
           "never looked at: it is unknown, with the command", [auth["unknown"], block["unknown"]])
    before = {c["cause"]: c["probability"] for c in block["causes"]}
    bad = zone(spf=None, ptr=None)
    done = check(box, bad, "2026-09-21T12:00:00Z", lists={test_lists.REV + ".zen.spamhaus.org": [("A", "127.0.0.2")]})
    tap.ok(not done.err and done.code == 1, "looked at", done.told()[:3])
    told = box.run("why", "--json").json()
    test_json.SCHEMAS = ("why", "replay")
    test_json.schemas(tap, world)
    test_json.valid(tap, "why", "with what DNS shows", [told])
    incidents = {i["provider"]: i for i in told["incidents"]}
    auth, block = incidents["google"], incidents["microsoft-consumer"]
    spf = pieces(auth).get("audit_spf_missing")
    tap.ok(spf and not spf["counted"] and spf["facts"]["finding"] == "spf-missing" and
           spf["facts"]["first_seen"] == "2026-09-21T12:00:00Z", "a refusal that names SPF, and no SPF: told, weighed once",
           [spf, sorted(pieces(auth))])
    tap.ok('shop.example. IN TXT "v=spf1 ip4:%s ~all"' % IP in (auth["next"][0]["text"] or "") and
           "reputed explain spf" in auth["next"][0]["step"], "the first step is the record to publish", auth["next"])
    after = {c["cause"]: c["probability"] for c in block["causes"]}
    tap.ok({"audit_ptr_missing", "audit_listed"} <= set(pieces(block)) and "audit_spf_missing" not in pieces(block) and
           after["identity"] > before["identity"] and after["own-reputation"] > before["own-reputation"],
           "a block at MAIL FROM: the name and the list are weighed, SPF cannot be", [sorted(pieces(block)), before, after])
    tap.ok("what DNS shows about you" not in [u["what"] for i in (auth, block) for u in i["unknown"]], "and it is unknown no more")
    text = box.run("why")
    tap.ok("DNS: the address has no PTR name (192.0.2.7" in " ".join(text.out.split()), "as text", [text.out])
    early = pieces([i for i in box.run("why", "--json", "--now", "2026-09-21T11:00:00Z").json()["incidents"]
                    if i["provider"] == "google"][0])
    tap.ok(not [name for name in early if name.startswith("audit")], "--now before the look: not known then", sorted(early))
    replay = box.run("why", "--replay", "--json")
    test_json.valid(tap, "replay", "with what DNS shows", [replay.json()])
    tap.ok(replay.code == 1 and "the results of reputed check have changed" in box.run("why", "--replay").out,
           "replay: the look is the reason of what differs", replay.told())


if __name__ == "__main__":
    sys.exit(util.main([history, databases, secrets, evidence]))
