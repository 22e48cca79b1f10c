#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_account.py -- who handed in mail as never before: named by `reputed why`, and stopped on a real
Postfix with the commands that it prints. TAP; skipped, with the reason, where no private Postfix
can run. Logins are checked by a stub that speaks Dovecot's protocol for clients.
"""

import base64
import json
import os
import re
import smtplib
import socket
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import pasted               # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed"))
MX = "gmail-smtp-in.l.google.com"
REFUSAL = ("host %s[198.51.100.1] said: 550-5.7.1 [203.0.113.24] Our system has detected an unusual "
           "rate of 550-5.7.1 unsolicited mail originating from your IP address. To protect our "
           "550-5.7.1 users from spam, mail sent from your IP address has been blocked. (in reply "
           "to end of DATA command)" % MX)
OK = "250 2.0.0 OK  1699000000 a1si1234567edb.1 - gsmtp"
START, HOURS = 6 * 86400 // 3600, 8     # the trouble begins on the seventh day
LOGIN = "client=laptop.example[198.51.100.77], sasl_method=PLAIN, sasl_username=%s"


def stamp(second):
    return "2026-11-%02dT%02d:%02d:%02dZ" % (second // 86400 + 1, second // 3600 % 24,
                                             second // 60 % 60, second % 60)


def message(second, qid, who, words, filtered=False):
    """The lines of one message. filtered: a content filter gives it back under another id."""
    daemon = "pickup" if who.startswith("uid=") else "submission/smtpd"
    lines = [(daemon, who)]
    if filtered:
        lines.append(("smtpd", "client=localhost[127.0.0.1], orig_queue_id=%s, orig_client="
                      "laptop.example[198.51.100.77]" % ("A" + qid[1:])))
    status = "sent" if words == OK else "bounced"
    lines += [("cleanup", "message-id=<%s@shop.example>" % qid),
              ("qmgr", "from=<news@shop.example>, size=900, nrcpt=1 (queue active)"),
              ("smtp", "to=<u%s@gmail.com>, relay=%s[198.51.100.1]:25, delay=1, dsn=2.0.0, "
               "status=%s (%s)" % (qid, MX, status, words)), ("qmgr", "removed")]
    return ["%s mx1 postfix/%s[1]: %s: %s" % (
        stamp(second), name, "A" + qid[1:] if filtered and n == 0 else qid, text)
        for n, (name, text) in enumerate(lines)]


def made_up_log(usual, bad, rate, before=0, filtered=False):
    """A week in which `usual` hands in 6 an hour; `bad` `rate` an hour at last, `before` before."""
    lines, n = [], 0
    for hour in range(START + HOURS):
        late = hour >= START - 2
        for who, many in ((usual, 6), (bad, rate if late else before)):
            for k in range(many):
                n += 1
                lines += message(hour * 3600 + k * 3500 // many, "B%07X" % n, who,
                                 REFUSAL if hour >= START else OK, filtered)
    return "\n".join(lines) + "\n"


class Box:
    """reputed with a database of its own."""

    def __init__(self, top, name, log):
        self.where = os.path.join(top, name)
        os.mkdir(self.where)
        with open(self.where + "/reputed.conf", "w", encoding="ascii") as file:
            file.write("database %s/db\nkey-file %s/key\n" % (self.where, self.where))
        with open(self.where + "/log", "w", encoding="ascii") as file:
            file.write(log)
        self.run("ingest", self.where + "/log")

    def run(self, *words):
        return subprocess.run([REPUTED, words[0], "--config", self.where + "/reputed.conf",
                               *words[1:]], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False).stdout

    def named(self):
        return [(a["kind"], a["name"], a["new"], a["before"])
                for a in json.loads(self.run("why", "--json"))["accounts"]]


def naming(tap, top):
    quiet = LOGIN % "jo@shop.example"
    box = Box(top, "new", made_up_log(quiet, LOGIN % "eva@shop.example", 60))
    why = box.run("why")
    tap.ok(box.named() == [("login", "eva@shop.example", True, 0)],
           "a login that was never seen is named", [str(box.named())] + why.splitlines()[:30])
    tap.ok(why.startswith("The login eva@shop.example") and "change the password" in why and
           "First lock the account that submits this mail" in why, "it comes first, with what to do",
           why.splitlines()[:30])
    evidence = [e for i in json.loads(box.run("why", "--json"))["incidents"]
                for e in i["evidence"] if e["name"] == "account"]
    tap.ok(evidence and "own-reputation" in evidence[0]["speaks_for"],
           "and is evidence for own reputation", [str(evidence)])
    box.run("ingest", box.where + "/log")
    tap.ok("Nothing" not in why and box.run("why") == why, "read again, nothing counts twice")
    box.run("forget", "Eva@Shop.example")
    with open(box.where + "/db", "rb") as file:
        tap.ok(b"eva@shop.example" not in file.read(), "forget leaves no byte of the login")
    tap.ok(not box.named(), "and it is named no more", [str(box.named())])

    for name, bad, before, want in (
            ("jump", LOGIN % "eva", 2, [("login", "eva", False, 2)]),
            ("usual", LOGIN % "eva", 40, []),
            ("uid", "uid=33 from=<www-data>", 0, [("uid", "33", True, 0)]),
            ("client", "client=unknown[198.51.100.9]", 0, [("client", "198.51.100.9", True, 0)])):
        box = Box(top, name, made_up_log(quiet, bad, 60, before))
        tap.ok(box.named() == want, "%s: %s" % (name, want), [str(box.named())])
    box = Box(top, "filter", made_up_log(quiet, LOGIN % "eva", 60, 0, True))
    tap.ok(box.named() == [("login", "eva", True, 0)], "through a content filter, too",
           [str(box.named())])
    short = "\n".join(line for line in made_up_log(quiet, LOGIN % "eva", 60).splitlines()
                      if line >= stamp((START - 30) * 3600)) + "\n"
    tap.ok(not Box(top, "short", short).named(), "a log that reaches back 30 hours names nobody")


# ---------------------------------------------------------------- on a real Postfix

class Logins:
    """Dovecot's protocol for clients, as far as Postfix asks: every password is right."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(path)
        os.chmod(path, 0o666)
        self.socket.listen(16)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer, _ = self.socket.accept()
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    @staticmethod
    def talk(peer):
        with peer, peer.makefile("rwb") as stream:
            stream.write(b"VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nSPID\t1\nCUID\t1\nCOOKIE\t1\n"
                         b"DONE\n")
            stream.flush()
            for raw in stream:
                words = raw.decode().rstrip("\n").split("\t")
                if words[0] != "AUTH":
                    continue
                given = next(w[5:] for w in words if w.startswith("resp="))
                user = base64.b64decode(given).split(b"\0")[1].decode()
                stream.write(("OK\t%s\tuser=%s\n" % (words[1], user)).encode())
                stream.flush()


MAIN = """smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = %s/logins
defer_transports = smtp
"""


def submit(login, to, address="127.0.0.1"):
    with smtplib.SMTP("127.0.0.1", 25, local_hostname="localhost", timeout=30,
                      source_address=(address, 0)) as s:
        s.ehlo()
        if login:
            s.login(login, "x")
        s.sendmail("news@shop.example", [to], "Subject: x\r\n\r\nx\r\n")


def blocks(why, log):
    """What stands at column 0 between the steps, with the log where this Postfix has it."""
    found = re.findall(r"^(awk -v .*?)\n\n.*?^(postsuper -d .*?)\n\n", why, re.M | re.S)
    return [part.replace("/var/log/mail.log", log).replace("/root/", os.path.dirname(log) + "/")
            for part in found[0]] if found else None


def play(tap, pf, name, bad, mine):
    """bad, mine: send one message to the recipient that they are given."""
    why = Box(pf.top, "play-" + name, made_up_log(LOGIN % "jo@shop.example", {
        "login": LOGIN % "eva@shop.example", "uid": "uid=%d from=<www-data>" % os.getuid(),
        "client": "client=unknown[198.51.100.9]"}[name], 60)).run("why")
    found = blocks(why.replace("[198.51.100.9]", "[127.0.0.9]"), pf.log_path)
    if not tap.ok(found is not None, "%s: commands are printed" % name, why.splitlines()[:40]):
        return
    for n in range(3):
        bad("bad%d@%s.example" % (n, name))
        mine("mine%d@%s.example" % (n, name))

    def waiting(kind):
        return sorted(r["address"] for m in pf.queue() if m["queue_name"] in kind
                      for r in m["recipients"] if r["address"].endswith("@%s.example" % name))
    private_postfix.wait_for(lambda: len(waiting(("deferred",))) == 6, 20)
    code, said = pf.shell(found[0])
    tap.ok(code == 0 and waiting(("hold",)) == ["bad%d@%s.example" % (n, name) for n in range(3)],
           "%s: its mail is put on hold, and no other" % name, [said, str(pf.queue())])
    tap.ok(said.count("bad") == 3 and "mine" not in said, "%s: and shown" % name, [said])
    code, said = pf.shell(found[1])
    left = waiting(("hold", "deferred", "active", "incoming"))
    tap.ok(code == 0 and left == ["mine%d@%s.example" % (n, name) for n in range(3)],
           "%s: then deleted, and no other" % name, [said, str(left)])


def looked(tap, pf):
    """What `why` prints when several receivers refuse at once: who fills the queue, and its mail deleted."""
    lines = [text for path, text in pasted.printed() if path == "src/cli/across_text.c" and
             not text.startswith(("nc ", "exi", "grep -ho ' A=", "grep -ho ' U=", "grep -hoi ' <="))]
    lines[3:3] = [text for path, text in pasted.printed() if path == "src/judge/advised.c" and
                  text.startswith("grep -hoi")]
    log = pf.log_path
    for n in range(3):
        pf.sendmail("lost%d@look.example" % n, "lost@shop.example")
        pf.sendmail("on%d@look.example" % n, "SRS0=x%dQ+=6E=isp.example=jo@shop.example" % n)
    private_postfix.wait_for(lambda: sum(m["sender"] == "lost@shop.example" and
                                         m["queue_name"] == "deferred" for m in pf.queue()) == 3, 20)
    private_postfix.wait_for(lambda: sum(m["sender"].startswith("SRS0=") for m in pf.queue()) == 3, 20)
    said = [pf.shell(x.replace("/var/log/mail.log", log).replace("SENDER", "lost@shop.example"))
            for x in lines]
    tap.ok(len(said) == 5 and all(code == 0 for code, _ in said), "five commands to look and to delete",
           [str(x) for x in zip(lines, said)])
    tap.ok(re.search(r"^ *3 lost@shop\.example$", said[0][1], re.M), "who fills the queue", [said[0][1]])
    tap.ok(re.search(r"^ *[1-9]\d* isp\.example$", said[3][1], re.M), "for which domains mail is forwarded",
           [said[3][1]])
    tap.ok(re.search(r"^ *\d+ sasl_username=eva@shop\.example$", said[1][1], re.M), "which login sent",
           [said[1][1]])
    tap.ok(re.search(r"^ *\d+ uid=%d$" % os.getuid(), said[2][1], re.M), "which local user", [said[2][1]])
    left = [m["sender"] for m in pf.queue()]
    tap.ok(left and "lost@shop.example" not in left, "its mail is deleted, and no other", [str(left)])


def inside():
    tap = check.Tap()
    top = os.environ[private_postfix.MARK].split(",")[0]
    naming(tap, top)
    Logins(top + "/logins")
    with private_postfix.Postfix({}, MAIN % top) as pf:
        play(tap, pf, "login", lambda to: submit("eva@shop.example", to),
             lambda to: submit("eva@shop.example.org", to))
        play(tap, pf, "uid", pf.sendmail, lambda to: submit("jo@shop.example", to))
        play(tap, pf, "client", lambda to: submit(None, to, "127.0.0.9"),
             lambda to: submit(None, to, "127.0.0.99"))
        looked(tap, pf)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(private_postfix.run(__file__) if private_postfix.outside() else inside())
