#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_conditions.py [REPUTED] -- what `serve` tells besides incidents: records that go, come and change in a real NSD, a
listing, a disk that is nearly full, an account that sends as never before, a log or a mailbox that is silent, the queue of a real
Postfix; each once, through kill -9; and a quiet week without a message. TAP.
"""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import nsd          # noqa: E402
import ownpostfix   # noqa: E402
import test_serve   # noqa: E402
import util         # noqa: E402

from test_serve import Daemon, append, has, wait   # noqa: E402

IP = "203.0.113.24"
GOOGLE = "gmail-smtp-in.l.google.com[142.250.27.27]"
HOUR, DAY = 3600, 86400

ZONE = """@ IN TXT "v=spf1 ip4:%s -all"
_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@shop.example"
@ IN MX 10 mx1
mx1 IN A %s
""" % (IP, IP)
REVERSE = "24 IN PTR mx1.shop.example.\n"
LIST = "2.0.0.127 IN A 127.0.0.2\n"


class Log:
    """Lines of Postfix to Google, each message with an id of its own."""

    def __init__(self):
        self.n = 0

    def line(self, at, says="status=sent (250 2.0.0 OK)", dsn="2.0.0", login=None):
        self.n += 1
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(at))
        queue = "%08X" % (0xB0000000 + self.n)
        client = "" if login is None else (
            "%s mx1 postfix/submission/smtpd[3]: %s: client=app.shop.example[198.51.100.9], sasl_method=PLAIN, "
            "sasl_username=%s\n" % (stamp, queue, login))
        return (client + "%s mx1 postfix/qmgr[9]: %s: from=<news@shop.example>, size=1200, nrcpt=1 (queue active)\n"
                "%s mx1 postfix/smtp[7]: %s: to=<u%d@gmail.com>, relay=%s:25, delay=1, delays=0/0/0/1, dsn=%s, %s\n"
                "%s mx1 postfix/qmgr[9]: %s: removed\n"
                % (stamp, queue, stamp, queue, self.n, GOOGLE, dsn, says, stamp, queue))

    def lines(self, n, begin, end, **more):
        return "".join(self.line(begin + (end - begin) * k / n, **more) for k in range(n))


def zones(spf=True, dmarc=True, reverse=REVERSE, listed=False, text=ZONE):
    lines = text.splitlines(True)
    kept = [x for x in lines if (spf or "spf1" not in x) and (dmarc or "DMARC1" not in x)]
    return {"shop.example": "".join(kept), "113.0.203.in-addr.arpa": reverse,
            "zen.spamhaus.org": LIST + ("24.113.0.203 IN A 127.0.0.2\n" if listed else ""), ".": ""}


def audit_again(box, daemon):
    """The next audit is in hours: it is made due, as if they were over."""
    with sqlite3.connect(box.db, timeout=60) as db:
        db.execute("delete from state where name='audited'")
    os.remove(box.db + "-list-usage") if os.path.exists(box.db + "-list-usage") else None
    daemon.process.send_signal(signal.SIGHUP)


def audited(box):
    try:
        with sqlite3.connect("file:%s?mode=ro" % box.db, uri=True) as db:
            return db.execute("select count(*) from state where name='audited'").fetchone()[0] == 1
    except sqlite3.Error:
        return False


def looked(box):
    with sqlite3.connect("file:%s?mode=ro" % box.db, uri=True) as db:
        return {x[0] for x in db.execute("select subject from looked")}


def alerts(box):
    return box.run("alert", "list", "--json").json()


def events(box):
    return [(m["event"], m["title"]) for m in reversed(alerts(box)["messages"])]


def settings(box, text):
    """What a test does not turn off is on: other tests with a daemon turn both off."""
    lines = ["%s %s\n" % (key, value) for key, value in (("audit", "6h"), ("queue", "yes")) if key + " " not in text]
    util.append(box.config, "".join(lines) + text)


def records(t, world):
    """Records change in a real name server, while the daemon looks at them."""
    if nsd.PROGRAM is None:
        t.skip("records of a real name server", "nsd is not installed")
        return
    box, log, now = world.box("records"), Log(), time.time()
    settings(box, "queue no\nsource out-a {\n\tlabel mx1\n\tpublic %s\n}\n"
             "domain shop.example {\n\tselector odd-1\n}\n" % IP)
    signs = dkim_sign.Key("rsa", 2048)
    text = "v=DKIM1; k=rsa; p=" + signs.p()
    signs.remove()
    dkim = "odd-1._domainkey IN TXT %s\n" % " ".join('"%s"' % text[k:k + 200] for k in range(0, len(text), 200))
    path = box.path("mail.log")
    append(path, log.lines(300, now - 3 * DAY, now - HOUR))
    with nsd.Nsd(zones(text=ZONE + dkim)) as dns:
        port, server = dns.port, dns.server
        d = Daemon(box, path, "--server", server, "--timeout-ms", "1500")
        t.ok(wait(lambda: audited(box)), "own domains and addresses are looked at", [d.text])
        t.ok({"shop.example", IP} <= looked(box), "those of the log and the configuration")
        t.ok(d.text == "", "what the first look finds is no news", [d.text])
    with nsd.Nsd(zones(spf=False, reverse="", listed=True, text=ZONE + dkim), port=port):
        audit_again(box, d)
        t.ok(d.says(r"shop\.example has lost a record"), "an SPF record that is gone is told", [d.text])
        t.ok(d.says(r"The PTR name of 203\.0\.113\.24 is not right any more"), "so is a PTR name", [d.text])
        t.ok(d.says(r"203\.0\.113\.24 is on a blocklist"), "and a listing", [d.text])
        t.ok(d.says(r"What to do: publish it again; what to write is in:\n  reputed check shop\.example"),
             "with what to do", [d.text])
        first = [e for e, _ in events(box)]
        t.ok(first == ["opened"] * 3, "each opens an alert", events(box))
        audit_again(box, d)
        t.ok(wait(lambda: audited(box)), "they are looked at again", [d.text])
        time.sleep(2)
        t.ok(len(events(box)) == 3, "nothing is told twice", events(box))
        d.kill()
        d = Daemon(box, path, "--server", server, "--timeout-ms", "1500", notify=True)
        t.ok(d.is_told("READY=1"), "the next one is ready")
        audit_again(box, d)
        t.ok(wait(lambda: audited(box)), "nor after kill -9", [d.text])
        time.sleep(2)
        t.ok(len(events(box)) == 3 and d.text.count("lost") == 0, "of the daemon", events(box))
    changed = ZONE.replace("-all", "~all") + dkim
    with nsd.Nsd(zones(text=changed), port=port):
        audit_again(box, d)
        t.ok(wait(lambda: len([1 for e, _ in events(box) if e == "resolved"]) == 3), "all three are over",
             events(box) + [d.text])
    with nsd.Nsd(zones(text=changed.replace("~all", "?all")), port=port):
        audit_again(box, d)
        t.ok(d.says(r'The SPF record was ".*~all" and is now ".*\?all"'), "a record that has changed is told", [d.text])
        shown = alerts(box)["alerts"][0]
        t.ok("has changed" in shown["title"] and not shown["open"], "and is no open alert", [shown])
        t.ok((shown["kind"], shown["incidents"]) == ("condition", []), "but one of a condition", [shown])
    with nsd.Nsd(zones(text=changed.replace("~all", "?all").replace("p=MII", "p=; x=")), port=port):
        audit_again(box, d)
        t.ok(d.says(r"A DKIM key of shop\.example was revoked"), "a DKIM key that is revoked is told", [d.text])
    with nsd.Nsd(zones(text=changed.replace("~all", "?all").replace(dkim, "")), port=port):
        audit_again(box, d)
        t.ok(d.says(r"lost a record that receivers ask for.*\n(.*\n)?.*DKIM key|odd-1"), "and one that is gone", [d.text])
    with nsd.Nsd({"shop.example": ZONE.replace("p=reject", "p=rejct; p=none").replace("v=spf1 ip4", "v=spf1 ipv4"),
                  "113.0.203.in-addr.arpa": REVERSE, ".": ""}, port=port):
        audit_again(box, d)
        t.ok(d.says(r"(A record of shop\.example does|Records of .* do) not work any more"),
             "one that does not parse is told", [d.text])
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "the daemon ends well", [d.text])


def one_fails(t, world):
    """A domain in the log that is none holds up neither the other one nor the lists, and is not asked again at once."""
    if nsd.PROGRAM is None:
        t.skip("an audit in which one domain fails", "nsd is not installed")
        return
    box, log, now = world.box("one-fails"), Log(), time.time()
    settings(box, "queue no\nsource out-a {\n\tlabel mx1\n\tpublic %s\n}\n" % IP)
    path = box.path("mail.log")
    append(path, log.lines(300, now - 3 * DAY, now - HOUR) +
           log.lines(600, now - 3 * DAY, now - HOUR).replace("@shop.example", "@shop,one.example"))
    with nsd.Nsd(zones(listed=True)) as dns:
        d = Daemon(box, path, "--server", dns.server, "--timeout-ms", "1500")
        t.ok(d.says(r"the audit: shop,one\.example could not be looked at"), "the domain that fails is named", [d.text])
        t.ok(wait(lambda: audited(box)), "the audit comes to its end", [d.text])
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
            rows = list(db.execute("select * from looked"))
        t.ok(any("shop.example" in map(str, x) for x in rows), "the other domain is looked at", rows)
        util.write(box.config, util.read(box.config).decode() + "domain new.example {\n}\n")
        d.process.send_signal(signal.SIGHUP)
        t.ok(wait(lambda: "new.example" in looked(box)), "a domain that is new is looked at after SIGHUP", [d.text])
        t.ok(any(IP in map(str, x) and any("spamhaus" in str(y) for y in x) for x in rows), "lists are asked", rows)
        t.ok(d.stop() == 0, "the daemon ends", [d.text])


def dns_away(t, world):
    """DNS that does not answer is one alert, that the watch limps; no record is told as gone. When it is back, that is over."""
    if nsd.PROGRAM is None:
        t.skip("an audit without DNS", "nsd is not installed")
        return
    box, log, now = world.box("dns-away"), Log(), time.time()
    util.write(box.path("ops"), "#!/bin/sh\ncat >> %s\necho >> %s\n" % (box.path("told"), box.path("told")))
    os.chmod(box.path("ops"), 0o755)
    settings(box, 'queue no\nalert ops {\n\tby exec\n\tto "%s"\n}\nsource out-a {\n\tlabel mx1\n\tpublic %s\n}\n' % (box.path("ops"), IP))
    os.mkdir(box.path("know"))
    with open(util.TREE + "/know/alerts.alerts", encoding="utf-8") as file:
        limps = re.search(r"^alert watch-limps \{.*?^\}", file.read(), re.M | re.S).group(0)
    util.write(box.path("know/now.alerts"), re.sub(r"(after|quiet) +10m", r"\1 0s", limps) + "\n")
    path = box.path("mail.log")
    append(path, log.lines(300, now - 3 * DAY, now - HOUR))
    with nsd.Nsd(zones()) as dns:
        port, server = dns.port, dns.server
        d = Daemon(box, path, "--know", box.path("know"), "--server", server, "--timeout-ms", "300")
        t.ok(wait(lambda: audited(box)), "DNS away: first it is there", [d.text])
    for n in range(3):
        said = d.text.count("DNS does not work")
        audit_again(box, d)
        t.ok(wait(lambda: d.text.count("DNS does not work") > said), "DNS away: audit %d does not work, and says so" % (n + 1), [d.text])
    t.ok(wait(lambda: ("opened", "reputed could not look at your domains in DNS") in events(box)), "DNS away: it is told that nothing is seen",
         [events(box), d.text])
    append(path, log.lines(30, now - HOUR, now))
    t.ok(has(box, 330), "DNS away: logs are read meanwhile", [d.text])
    with nsd.Nsd(zones(), port=port) as dns:
        audit_again(box, d)
        t.ok(wait(lambda: ("resolved", "Over: reputed could not look at your domains in DNS") in events(box)), "DNS is back: that is over",
             [events(box), d.text])
        t.ok([e for e in events(box) if "could not look" not in e[1]] == [], "and nothing else was told", events(box))
        t.ok(d.stop() == 0, "the daemon ends", [d.text])


def started_again(t, world):
    """An audit that failed before the daemon was started still fails until one has worked."""
    box, mail, now = world.box("started-again"), test_serve.Mail(), time.time()
    settings(box, "queue no\n")
    path, dead = box.path("mail.log"), ("--server", "127.0.0.1:9", "--timeout-ms", "500")
    append(path, mail.lines(200, IP, True, now - 3 * DAY, now - 11 * HOUR))
    d = Daemon(box, path, *dead, notify=True)
    t.ok(d.is_told("STATUS=0 open"), "the log is read", [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])

    def held():
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
            got = db.execute("select bytes from state where name='conditions'").fetchone()
        return bytes(got[0]).decode().split("\t")[3:8] if got and b"look at your domains" in bytes(got[0]) else None
    then = str(int(now) - HOUR)
    line = "\t".join(["watch-limps", "look at your domains in DNS", "", then, then, then, "0", "41", "0", ""]) + "\n"
    with sqlite3.connect(box.db, timeout=60) as db:
        db.execute("insert or replace into state (name, bytes) values ('conditions', ?)", (line.encode(),))
    append(path, mail.lines(60, IP, False, now - 10 * HOUR, now - 9 * HOUR))
    d = Daemon(box, path, *dead)
    t.ok(wait(lambda: held() and held()[1] != then), "the condition is looked at", [held(), d.text])
    t.ok(held()[0] == then and held()[3] == "0", "and holds still", [held()])
    t.ok(wait(lambda: [a["alert"] for a in alerts(box)["alerts"]] == [42]), "its number is not given again",
         [alerts(box), d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def off(t, world):
    box, log = world.box("off"), Log()
    settings(box, "audit off\nqueue no\n")
    append(box.path("mail.log"), log.lines(300, time.time() - 2 * DAY, time.time()))
    d = Daemon(box, box.path("mail.log"), "--server", "127.0.0.1:9", "--timeout-ms", "500")
    t.ok(has(box, 300), "the log is read", [d.text])
    time.sleep(8)
    t.ok(not audited(box) and d.text == "", "with `audit off` nothing is asked", [d.text])
    d.stop()


def account(t, world):
    """A login that sends as never before; and the ordinary days before it."""
    box, log, now = world.box("account"), Log(), time.time()
    settings(box, "audit off\nqueue no\n")
    path = box.path("mail.log")
    append(path, "".join(log.lines(6, now - day * DAY, now - day * DAY + HOUR, login="jo@shop.example")
                         for day in range(12, 0, -1)))
    d = Daemon(box, path)
    t.ok(has(box, 72), "twelve days are read", [d.text])
    t.ok(d.text == "", "and are no news", [d.text])
    hour = now // HOUR * HOUR - HOUR
    append(path, log.lines(130, hour + 60, hour + 1800, login="jo@shop.example"))
    t.ok(d.says(r"login jo@shop\.example sends as never before"), "a hundred in an hour are", [d.text])
    t.ok(d.says(r"130 recipients of other hosts in the hour"), "with how many", [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def unread(t, world):
    """Nobody reads what is printed: it is stored as told all the same, and the database is free meanwhile."""
    box, log, now = world.box("unread"), Log(), time.time()
    settings(box, "audit off\nqueue no\n")
    hour = now // HOUR * HOUR - HOUR
    append(box.path("mail.log"),
           "".join(log.lines(6, now - day * DAY, now - day * DAY + HOUR, login="jo@shop.example")
                   for day in range(12, 0, -1)) + log.lines(130, hour + 60, hour + 1800, login="jo@shop.example"))
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    process = box.start("serve", box.path("mail.log"), stdout=writing, stderr=subprocess.DEVNULL)
    os.close(writing)
    t.ok(wait(lambda: has(box, 202) and any("sends as never before" in title for _, title in events(box))),
         "what cannot be printed is stored")
    answer = box.run("ingest", box.path("mail.log"), env={"REPUTED_WAIT_S": "1"})
    t.ok(answer.code == 0, "others can write to the database", answer.told())
    got = b""
    while b"sends as never before" not in got[-4096:]:
        got += os.read(reading, 65536)
    process.terminate()
    t.ok(process.wait(60) == 0, "it is printed when somebody reads, and the daemon ends")
    os.close(reading)


def silent(t, world):
    """A log that always has deliveries, and then none for two hours."""
    box, log, now = world.box("silent"), Log(), time.time()
    settings(box, "audit off\nqueue no\n")
    path = box.path("mail.log")
    append(path, log.lines(6 * 7 * 24 * 12, now - 6 * 7 * DAY, now - 2.2 * HOUR))
    d = Daemon(box, path)
    t.ok(d.says(r"The log of mx1 has gone silent"), "two hours without a delivery are told", [d.text])
    append(path, log.lines(20, now - 60, now))
    t.ok(wait(lambda: ("resolved", "Over: The log of mx1 has gone silent") in events(box)),
         "and that there are some again", events(box) + [d.text, str(box.run("status").out)])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def mail_of(folder, name, at):
    """A mail that says nothing of deliveries, written at that time."""
    path = os.path.join(folder, "new", name)
    util.append(path, "From: a@shop.example\nTo: b@shop.example\nSubject: x\n\nhello\n")
    os.utime(path, (at, at))


def folder(t, world):
    """A Maildir that had a mail each day, and has none since; and one that seldom has any."""
    box, now = world.box("folder"), time.time()
    settings(box, "audit off\nqueue no\n")
    often, seldom = box.path("complaints"), box.path("reports")
    for at in (often, seldom):
        for part in ("new", "cur", "tmp"):
            os.makedirs(os.path.join(at, part))
    for day in range(8, 8 + 63):
        mail_of(often, "m%d" % day, now - day * DAY)
        if day % 7 == 0:
            mail_of(seldom, "m%d" % day, now - 20 * DAY - day * DAY)
    d = Daemon(box, often, seldom)
    told = "complaints gives no documents any more"
    t.ok(d.says(re.escape(told)), "a week without one is told", [d.text])
    t.ok(d.says(r"had documents on 63, never more than 1 day apart"), "and what is usual", [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])
    d = Daemon(box, often, seldom)
    mail_of(often, "now", now)
    t.ok(wait(lambda: [e for e, title in events(box) if told in title] == ["opened", "resolved"]),
         "told once, over a restart; a mail ends it", events(box) + [d.text])
    t.ok(all("reports" not in title for _, title in events(box)), "the one that seldom has any is not told", events(box))
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def bounces(t, world):
    box, log, now = world.box("bounces"), Log(), time.time()
    settings(box, "audit off\nqueue no\nsource out-a {\n\tlabel mx1\n\tpublic %s\n}\n" % IP)
    path = box.path("mail.log")
    append(path, log.lines(700, now - 3 * DAY, now - 6 * HOUR))
    d = Daemon(box, path)
    t.ok(has(box, 700) and d.text == "", "mail that is accepted is no news", [d.text])
    gone = "status=bounced (host %s said: 550-5.1.1 The email account that you tried to reach does not exist " \
        "(in reply to RCPT TO command))" % GOOGLE
    # In turn with mail that is accepted: an hour in which nearly all recipients do not exist is not counted.
    for begins in (now - hour * HOUR for hour in range(5, 0, -1)):
        append(path, log.lines(10, begins, begins + HOUR / 2, says=gone, dsn="5.1.1") +
               log.lines(10, begins + HOUR / 2, begins + HOUR - 60))
    t.ok(d.says(r"Too many recipients of mail from 203\.0\.113\.24 do not exist"), "5 % that do not exist are",
         [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def disk(t, world):
    """A real disk of its own, with little room; the catalogue is changed by a file of one's own."""
    box, log = world.box("disk"), Log()
    small = box.path("small")
    os.mkdir(small)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "none", small], check=False,
                          stderr=subprocess.PIPE)
    if done.returncode:
        t.skip("a disk that is nearly full", "nothing can be mounted: " + done.stderr.decode().strip())
        return
    try:
        know = box.path("know.d")
        os.mkdir(know)
        util.write(os.path.join(know, "own.alerts"),
                   'alert disk-full {\n\ttitle "Little room in {subject}"; several "x"\n\tdo "make room"\n'
                   "\tweight now; after 0s; quiet 0s\n}\n")
        checked = box.run("rules", "check", os.path.join(know, "own.alerts"), config=False)
        t.ok(checked.code == 0 and "0 problems" in checked.out, "rules check reads the file", checked.told())
        box.db = small + "/reputed.db"
        settings(box, "audit off\nqueue no\n")
        util.write(box.config, util.read(box.config).decode().replace(box.top + "/reputed.db", box.db))
        append(box.path("mail.log"), log.lines(50, time.time() - HOUR, time.time()))
        d = Daemon(box, box.path("mail.log"), "--know", know)
        t.ok(d.says(r"Little room in .*/small\.\nSince .*\n?.*MiB of 64 MiB are free"), "a disk with little room",
             [d.text])
        t.ok(d.stop() == 0, "the daemon ends", [d.text])
    finally:
        subprocess.run(["umount", "-l", small], check=False)


def certificates_at(box):
    """When Postfix was asked last which certificates it has."""
    with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
        row = db.execute("select bytes from state where name='certificates'").fetchone()
    return int(row[0].split()[1]) if row else 0


def queue(t, world):
    """The queue of a real Postfix, held back by its own server until it is about to be returned."""
    if ownpostfix.why_not():
        t.skip("the queue of a real Postfix", ownpostfix.why_not())
        return
    box, log = world.box("queue"), Log()
    settings(box, "audit off\n")
    append(box.path("mail.log"), log.lines(50, time.time() - HOUR, time.time()))
    mta = ownpostfix.OwnPostfix(world.path("mta-conditions"),
                                main=ownpostfix.STILL.format(long="yes").replace("3d", "12h"))
    env = {"MAIL_CONFIG": mta.etc, "PATH": mta.env["PATH"]}
    try:
        pem = mta.etc + "/mx1.pem"
        done = subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "5", "-subj",
                               "/CN=mx1.shop.example", "-keyout", pem + ".key", "-out", pem], check=False,
                              stderr=subprocess.PIPE)
        t.ok(done.returncode == 0, "a certificate of five days", [done.stderr.decode()])
        with open(mta.etc + "/main.cf", "a", encoding="ascii") as file:
            file.write("smtpd_tls_cert_file = %s\nsmtpd_tls_key_file = %s.key\n" % (pem, pem))
        mta.start()
        mta.send("u@gmail.com", "news@shop.example", 3)
        t.ok(mta.wait(lambda q: q.count(b"deferred transport") == 3), "three messages wait", [mta.queue()])
        d = Daemon(box, box.path("mail.log"), env=env)
        t.ok(d.says(r"Mail in the queue of .* is about to be returned"), "mail that is held, and expires in 12 hours",
             [d.text])
        t.ok(d.says(r"3 messages will be returned within a day"), "how many", [d.text])
        t.ok(d.says(r"The certificate .*/mx1\.pem expires soon"), "its certificate", [d.text])
        t.ok("cannot be read" not in d.text, "which can be read", [d.text])
        t.ok(d.stop() == 0, "the daemon ends", [d.text])
        os.rename(pem, pem + ".away")
        d = Daemon(box, box.path("mail.log"), env=env)
        t.ok(d.says(r"the certificate .*/mx1\.pem of Postfix cannot be read: No such file or directory; when it expires is not told"),
             "that it cannot be read any more", [d.text])
        t.ok(d.stop() == 0, "the daemon ends", [d.text])
        before = certificates_at(box)
        d = Daemon(box, box.path("mail.log"), env=env)
        t.ok(wait(lambda: certificates_at(box) > before), "Postfix is asked again", [d.text])
        t.ok("cannot be read" not in d.text, "it is said once", [d.text])
        shown = [(a["title"], a["open"]) for a in alerts(box)["alerts"] if "mx1.pem" in a["title"]]
        t.ok(len(shown) == 1 and shown[0][1], "its alert stays open", shown)
        t.ok(d.stop() == 0, "the daemon ends", [d.text])
    finally:
        mta.remove()


def relay(t, world):
    """A relay that refuses the password is an incident; one whose quota is used up is told as such."""
    host = "email-smtp.eu-west-1.amazonaws.com[52.16.0.1]"
    for name, dsn, says, want in (
            ("password", "4.7.8", "SASL authentication failed; server %s said: 535 Authentication Credentials Invalid",
             r"New trouble \(incident 1\)\nMail through the relay ses"),
            ("quota", "4.0.0", "host %s said: 454 Throttling failure: Daily message quota exceeded (in reply to end of "
             "DATA command)", r"The quota of the relay ses is used up")):
        box, log, now = world.box("relay-" + name), Log(), time.time()
        settings(box, "audit off\nqueue no\nrelay ses {\n\thost .amazonaws.com\n}\n")
        path = box.path("mail.log")
        lines = log.lines(300, now - 3 * DAY, now - 2 * HOUR) + \
            log.lines(60, now - 1.5 * HOUR, now - 60, says="status=deferred (%s)" % (says % host), dsn=dsn)
        append(path, lines.replace(GOOGLE + ":25", host + ":587"))
        d = Daemon(box, path)
        t.ok(d.says(want), "the %s of a relay" % name, [d.text])
        t.ok(d.stop() == 0, "the daemon ends", [d.text])


def maintenance(t, world):
    """In a time of maintenance nothing is told; what is still so afterwards is."""
    box, mail, now = world.box("maintenance"), test_serve.Mail(), time.time()
    span = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + s)) for s in (-HOUR, HOUR)]
    plain = util.read(box.config).decode() + "audit off\nqueue no\n"
    util.write(box.config, plain + "maintenance %s/%s\n" % tuple(span))
    path = box.path("mail.log")
    append(path, mail.lines(200, IP, True, now - 3 * DAY, now - 11 * HOUR) +
           mail.lines(60, IP, False, now - 10 * HOUR, now - 9 * HOUR))
    d = Daemon(box, path, notify=True)
    t.ok(d.is_told("STATUS=1 open incident;"), "an incident is open", d.told)
    t.ok(d.text == "", "and is not told", [d.text])
    util.write(box.config, plain)
    d.process.send_signal(signal.SIGHUP)
    t.ok(d.says(r"New trouble \(incident 1\)"), "until the time is over", [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def digest(t, world):
    """Once a week, to the channels that want it; a quiet week is nothing but that."""
    box, log, now = world.box("digest"), Log(), time.time()
    settings(box, "audit off\nqueue no\nalert post {\n\tby exec\n\tto %s\n\tdigest yes\n}\n"
             "alert phone {\n\tby exec\n\tto %s\n}\n" % (box.path("post"), box.path("phone")))
    for name in ("post", "phone"):
        util.write(box.path(name), '#!/bin/sh\n{ echo "== $REPUTED_ALERT_EVENT: $REPUTED_ALERT_TITLE"; cat; } >> "%s"\n'
                   % box.path("got-" + name))
        os.chmod(box.path(name), 0o755)
    path = box.path("mail.log")
    append(path, log.lines(2100, now - 20 * DAY, now))
    d = Daemon(box, path)
    t.ok(has(box, 2100), "three weeks are read", [d.text])
    t.ok(events(box) == [], "in the first week there is no digest", events(box))
    with sqlite3.connect(box.db, timeout=60) as db:
        db.execute("update state set bytes=? where name='digest'", (str(int(now - 15 * DAY)).encode(),))
    d.process.send_signal(signal.SIGHUP)
    t.ok(wait(lambda: os.path.exists(box.path("got-post"))), "then there is one", [d.text])
    time.sleep(2)
    got = util.read(box.path("got-post")).decode()
    t.ok(got.startswith("== digest: Your mail of the week\nThe week from "), "it says what it is", [got])
    t.ok("Google" in got and "100.0 %" in got and "none: no incident in this week" in got,
         "what was accepted, and that nothing was wrong", [got])
    t.ok(len(got.splitlines()) <= 24 and max(map(len, got.splitlines())) <= 80, "on a screen", [got])
    t.ok(not os.path.exists(box.path("got-phone")), "another channel gets none")
    t.ok(set(d.text.splitlines()) <= {"reputed: the configuration was read again; what is watched changes with a restart"},
         "and nothing else was told in these weeks", [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def beside(t, world):
    """Five things at once, and then a digest, while an incident is open."""
    if nsd.PROGRAM is None:
        t.skip("many things at once beside an incident", "nsd is not installed")
        return
    box, mail, now = world.box("beside"), test_serve.Mail(), time.time()
    settings(box, "queue no\nsource out-a {\n\tlabel mx1/postfix/out-24\n\tpublic %s\n}\n"
             "domain shop.example {\n\tselector odd-1\n}\nalert post {\n\tby exec\n\tto %s\n\tdigest yes\n}\n"
             % (IP, box.path("post")))
    util.write(box.path("post"), '#!/bin/sh\n{ echo "== $REPUTED_ALERT_EVENT: $REPUTED_ALERT_TITLE"; cat; } >> "%s"\n'
               % box.path("got"))
    os.chmod(box.path("post"), 0o755)
    plain, path = util.read(box.config).decode(), box.path("mail.log")

    def got(what):
        return os.path.exists(box.path("got")) and what in util.read(box.path("got")).decode()

    def configured(d, text):
        util.write(box.config, text)
        before = d.text.count("the configuration was read again")
        d.process.send_signal(signal.SIGHUP)
        return d.says("the configuration was read again", before + 1)
    key = 'odd-1._domainkey IN TXT "v=DKIM1; p=%s"\n'
    signs = dkim_sign.Key("ed25519")
    good = key.replace("v=DKIM1;", "v=DKIM1; k=ed25519;") % signs.p()
    signs.remove()
    # Older than any week that a digest is about: it is in each.
    append(path, mail.lines(300, IP, True, now - 20 * DAY, now - 9 * DAY) +
           mail.lines(300, IP, False, now - 9 * DAY, now - 60))
    with nsd.Nsd(zones(text=ZONE + good)) as dns:
        port = dns.port
        d = Daemon(box, path, "--server", dns.server, "--timeout-ms", "1500")
        t.ok(d.says(r"New trouble \(incident 1\)") and wait(lambda: audited(box)), "an incident is open", [d.text])
        span = [time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + s)) for s in (-HOUR, HOUR)]
        t.ok(configured(d, plain + "maintenance %s/%s\n" % tuple(span)), "a time of maintenance begins", [d.text])
    broken = ZONE.replace("p=reject", "p=rejct; p=none") + key % ""
    with nsd.Nsd(zones(spf=False, reverse="", listed=True, text=broken), port=port):
        audit_again(box, d)
        t.ok(wait(lambda: audited(box)), "all is looked at again", [d.text])
        time.sleep(1)
        t.ok([e for e, _ in events(box)] == ["opened"], "of which nothing is told", events(box))
        t.ok(configured(d, plain) and d.says(r"\n5 things at once:\n(- .*\n){5}\n"), "then five things are one message",
             [d.text])
        shown = alerts(box)["alerts"]
        t.ok([(a["alert"], a["open"]) for a in shown] == [(2, True), (1, True)], "beside the alert of the incident",
             [str(shown)])
        listed = box.run("alert", "list")
        for title, command in (("shop.example has lost a record that receivers ask for", "check shop.example"),
                               ("A record of shop.example does not work any more", "check shop.example"),
                               ("A DKIM key of shop.example was revoked", "check shop.example"),
                               ("The PTR name of %s is not right any more" % IP, "ptr " + IP),
                               ("%s is on a blocklist" % IP, "dnsbl " + IP)):
            says = r"\n%s\.\n(.+\n)+?What to do: .*:\n  reputed %s\n" % (re.escape(title), re.escape(command))
            t.ok(wait(lambda says=says: got("5 things") and re.search(says, util.read(box.path("got")).decode())),
                 "the channel gets what to do: " + title, [d.text])
            t.ok(re.search(says.replace(r"\n", r"\n *").replace("(.+", "( *[^ ].*"), listed.out), "alert list has it", listed.told())
    with sqlite3.connect(box.db, timeout=60) as db:
        db.execute("update state set bytes=? where name='digest'", (str(int(now - 15 * DAY)).encode(),))
    d.process.send_signal(signal.SIGHUP)
    t.ok(wait(lambda: got("== digest: Your mail of the week\n")), "a digest comes", [d.text])
    text = util.read(box.path("got")).decode().partition("== digest")[2]
    t.ok(re.search(r"\nTrouble\n  Microsoft.*, mail from 203\.0\.113\.24: blocked from .*, and still is \(reputed why 1\)\n",
                   text), "the incident", [text])
    t.ok(re.search(r"\nLook at next\n  alert 1: Microsoft.*\n  alert 2: 5 things at once\. The first: .*\n", text),
         "and both alerts", [text])
    t.ok(d.stop() == 0 and not util.REPORT.search(d.text), "the daemon ends well", [d.text])


def distress(t, world):
    """Passes that fail: the outbox is in the database that cannot be used, so the daemon tells it itself."""
    box, log, now = world.box("distress"), Log(), time.time()
    settings(box, "audit off\nqueue no\nalert post {\n\tby exec\n\tto %s\n}\n" % box.path("post"))
    util.write(box.path("post"), '#!/bin/sh\n{ echo "== $REPUTED_ALERT_EVENT: $REPUTED_ALERT_TITLE"; cat; } >> "%s"\n'
               % box.path("got"))
    os.chmod(box.path("post"), 0o755)
    path = box.path("mail.log")
    append(path, log.lines(50, now - HOUR, now))
    d = Daemon(box, path, env={"REPUTED_DISTRESS_S": "3"})
    t.ok(has(box, 50), "the log is read", [d.text])
    key = util.read(box.key)
    util.write(box.key, "f" * 32 + "\n")
    os.chmod(box.key, 0o600)
    append(path, log.lines(10, now, now))

    def got(what):
        return os.path.exists(box.path("got")) and what in util.read(box.path("got")).decode()
    t.ok(wait(lambda: got("cannot read or store any more\nNo pass has ended well since ")), "with another key no pass can",
         [d.text])
    with open(box.key, "wb") as file:
        file.write(key)
    t.ok(wait(lambda: got("== resolved: Over: reputed on ")), "that it can again is told, too", [d.text])
    t.ok(has(box, 60), "and what came meanwhile is read", [d.text])
    t.ok(util.read(box.path("got")).decode().count("== ") == 2, "each once", [util.read(box.path("got"))])
    t.ok(re.search(r"no pass has ended well for [1-9][0-9]* s; the channels are told", d.text), "with how long", [d.text])
    with contextlib.closing(sqlite3.connect(box.db, isolation_level=None)) as db:
        db.execute("begin immediate")
        append(path, log.lines(10, now, now))
        t.ok(wait(lambda: got("does not come to an end with reading\nNo pass has ended well since ")),
             "a pass that waits for the database is told", [d.text])
        db.execute("rollback")
    t.ok(wait(lambda: got("Over: reputed on %s does not come to an end" % socket.gethostname())), "and its end",
         [d.text, util.read(box.path("got"))])
    t.ok(has(box, 70), "then it is read", [d.text])
    t.ok(d.stop() == 0, "the daemon ends", [d.text])


def main():
    util.main([distress, records, beside, one_fails, dns_away, started_again, off, account, unread, silent, folder, bounces, relay, maintenance, digest, disk, queue])


if __name__ == "__main__":
    main()
