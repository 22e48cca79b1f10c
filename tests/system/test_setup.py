#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_setup.py [REPUTED] -- `reputed setup` on machines that are folders: stock Postfix, a content filter, several
instances, a relay, a journal, nothing; keys of OpenDKIM and Rspamd; the metadata service; a terminal; twice; and what
a person edited. postconf is Debian's own, on configurations of the test. DNS is NSD. TAP.
"""

import http.server
import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import sys
import termios
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import nsd                      # noqa: E402
import test_serve_journal       # noqa: E402
import util                     # noqa: E402

GOOD, TROUBLE, USAGE, BAD, FAILED = range(5)
POSTCONF = "/usr/sbin/postconf"
STOCK = "/usr/share/postfix/main.cf.debian"
MASTER = "/usr/share/postfix/master.cf.dist"
S3140 = ("550 5.7.1 Unfortunately, messages from [%s] weren't sent. Please contact your Internet service provider "
         "since part of their network is on our block list (S3140).")
MX = {"outlook.com": "outlook-com.olc.protection.outlook.com[52.101.8.42]",
      "gmail.com": "gmail-smtp-in.l.google.com[142.250.27.27]"}
ZONES = {"shop.example": "@ IN TXT \"v=spf1 ip4:203.0.113.24 -all\"\n@ IN MX 10 mx1\nmx1 IN A 203.0.113.24\n"
                         "mail2026._domainkey IN TXT \"v=DKIM1; p=\"\n",
         "113.0.203.in-addr.arpa": "24 IN PTR mx1.shop.example.\n",
         "hotmail-like.example": "@ IN MX 10 hotmail-like.olc.protection.outlook.com.\n",
         "elsewhere.example": "@ IN MX 10 mx.elsewhere.example.\n",
         "example": "", "arpa": "", "com": "", "net": "", "org": "", ".": ""}
AMAVIS = """smtp-amavis unix - - y - 2 smtp
  -o smtp_data_done_timeout=1200
  -o syslog_name=postfix/amavis
127.0.0.1:10025 inet n - y - - smtpd
  -o content_filter=
"""


def stamp(when):
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(when))


class Mail:
    """Lines of Postfix."""

    def __init__(self, host="mx1"):
        self.host, self.n = host, 0

    def sent(self, when, sender="news@shop.example", domain="gmail.com", tag="postfix/smtp", public=None,
             relay=None, filtered=False):
        """One message; public: the provider refuses it, and names that address."""
        self.n += 1
        queue, at = "%05X" % (0xA0000 + self.n), stamp(when)
        out = ["%s %s postfix/qmgr[1]: %s: from=<%s>, size=900, nrcpt=1 (queue active)" %
               (at, self.host, queue, sender)]
        if filtered:
            out.append("%s %s postfix/amavis/smtp[7]: %s: to=<u%d@%s>, relay=127.0.0.1[127.0.0.1]:10024, delay=1, "
                       "dsn=2.0.0, status=sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued)"
                       % (at, self.host, queue, self.n, domain))
            return out
        host = relay or MX[domain]
        said = "status=sent (250 2.0.0 Ok)" if public is None else \
            "status=bounced (host %s said: %s (in reply to MAIL FROM command))" % (host, S3140 % public)
        out.append("%s %s %s[2]: %s: to=<u%d@%s>, relay=%s:%d, delay=1, delays=0/0/0/1, dsn=%s, %s" %
                   (at, self.host, tag, queue, self.n, domain, host, 587 if relay else 25,
                    "2.0.0" if public is None else "5.7.1", said))
        return out

    def hours(self, n=60, blocked=True, **more):
        """The last hours: to Gmail and Outlook.com, which refuses at the end and names the address."""
        now, out = time.time() - 60, []
        for i in range(n):
            outlook = i % 2 == 1
            refused = blocked and outlook and i > n * 3 // 4
            out += self.sent(now - (n - i) * 300, domain="outlook.com" if outlook else "gmail.com",
                             public="203.0.113.24" if refused else None, **more)
        return "\n".join(out) + "\n"


class Machine:
    """A folder that setup takes for the root of the machine."""

    def __init__(self, world, name, postfix=True):
        self.box = world.box(name)
        os.remove(self.box.config)
        self.root = self.box.path("root")
        self.env = {"REPUTED_SETUP_ROOT": self.root, "REPUTED_SETUP_METADATA": "http://127.0.0.1:1"}
        self.server = "127.0.0.1:9"     # nobody answers; a test with DNS has NSD
        self.wait = ["--timeout-ms", "100", "--budget-ms", "400"]
        for folder in ("usr/sbin", "usr/bin", "var/log", "etc"):
            os.makedirs("%s/%s" % (self.root, folder))
        if postfix:
            os.symlink(POSTCONF, self.root + "/usr/sbin/postconf")
            self.instance("postfix", "myhostname = mx1.shop.example\nmydomain = shop.example\n")

    def instance(self, name, main="", master="", syslog=""):
        """A configuration folder as Debian makes it, with lines added."""
        self.put("etc/%s/main.cf" % name, util.read(STOCK).decode() + syslog + main)
        self.put("etc/%s/master.cf" % name, util.read(MASTER).decode() + master)
        return "%s/etc/%s" % (self.root, name)

    def put(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return util.write(path, text)

    def log(self, text, name="mail.log"):
        return self.put("var/log/" + name, text)

    def setup(self, *args, **more):
        return self.box.run("setup", "--db", self.box.db, "--server", self.server, *self.wait, *args,
                            env=self.env, **more)

    def conf(self):
        try:
            return util.read(self.box.config).decode()
        except FileNotFoundError:
            return None

    def dump(self):
        return self.box.run("config", "dump", "--json").json()

    def talk(self, answers, *args, prefix=()):
        """At a terminal: each answer is typed when its question is there. (exit code, all that was shown)"""
        line = [*prefix, self.box.world.reputed, "setup", "--config", self.box.config, "--db", self.box.db, "--server",
                self.server, *self.wait, *args]
        pid, fd = self.at_terminal(line)
        out, at, end = b"", 0, time.monotonic() + 120
        for question, answer in answers + [(None, None)]:
            while question is None or not re.search(question, out[at:].decode("utf-8", "replace"), re.S):
                if time.monotonic() > end or not self.more(fd):
                    break
                try:
                    got = os.read(fd, 65536)
                except OSError:     # the terminal is closed
                    got = b""
                if not got:
                    break
                out += got
            if question is not None:
                at = len(out)
                os.write(fd, answer.encode() + b"\n")
        os.close(fd)
        text = out.decode("utf-8", "replace").replace("\r\n", "\n")
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        self.box.look(["setup"], code, out, text.encode())
        return code, text

    def at_terminal(self, line):
        pid, fd = pty.fork()
        if pid == 0:
            env = self.box.environment(dict(self.env, COLUMNS="100", TERM="dumb"))
            os.chdir(self.box.top)
            os.execvpe(line[0], line, env)
        return pid, fd

    def killed(self, number):
        """At the question for a secret comes a signal. (how it ended, whether the terminal shows what is typed)"""
        pid, fd = self.at_terminal([self.box.world.reputed, "setup", "--config", self.box.config, "--db", self.box.db,
                                    "--server", self.server, *self.wait])
        out, asked = b"", False
        while b"(not shown)" not in out and self.more(fd):
            out += os.read(fd, 65536)
            if b"nobody yet:" in out and not asked:
                os.write(fd, b"slack\n")
                asked = True
        hidden = not termios.tcgetattr(fd)[3] & termios.ECHO
        os.kill(pid, number)
        while self.more(fd):
            try:
                if not os.read(fd, 65536):
                    break
            except OSError:     # the program ended
                break
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        shows = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
        os.close(fd)
        return hidden, code, shows

    @staticmethod
    def more(fd):
        return bool(select.select([fd], [], [], 60)[0])


def without_postfix(tap, what):
    if os.access(POSTCONF, os.X_OK) and os.path.exists(STOCK):
        return False
    tap.skip(what, "Debian's postfix is not installed")
    return True


# ---------------------------------------------------------------- machines

def stock(tap, world):
    """A Debian Postfix, a log of some hours with a block, an older log that is packed."""
    if without_postfix(tap, "a stock Postfix"):
        return
    m = Machine(world, "stock")
    old = Mail()
    old.n = 5000
    m.log("\n".join(old.sent(time.time() - 20 * 86400)) + "\n", "mail.log.2")
    subprocess.run(["gzip", m.root + "/var/log/mail.log.2"], check=True)
    m.log(Mail().hours())
    done = m.setup()
    tap.ok(done.code == USAGE and m.conf() is None and not os.path.exists(m.box.db) and
           "reputed setup --yes" in done.err and "source mx1.shop.example {" in done.out,
           "without a terminal it shows all and writes nothing", done.told())
    done = m.setup("--yes")
    conf = m.conf()
    tap.ok(done.code == GOOD and conf and conf in done.out, "with --yes it writes what it shows", done.told())
    got = m.dump()
    tap.ok(got["watch"] == [m.root + "/var/log/mail.log"] and
           [(s["name"], s["label"], s["public"], s["helo"]) for s in got["sources"]] ==
           [("mx1.shop.example", ["postfix"], "203.0.113.24", "mx1.shop.example")] and
           got["domains"] == [{"name": "shop.example", "selector": []}] and not got["alerts"],
           "log, address from a refusal, HELO and domain", [conf])
    words = "a provider's reply named the address"
    tap.ok("203.0.113.24 (%s)" % words in " ".join(done.out.split()) and "\n# %s\n" % words in conf,
           "how an address is known is said in the same words on the screen and in the file", done.told())
    tap.ok("61 new deliveries" in done.out, "it reads the old logs too", done.told())
    tap.ok(re.search(r"203\.0\.113\.24 +microsoft-consumer .*blocked", done.out) and "reputed why" in done.out,
           "and ends with the first status", done.told())
    tap.ok("Nobody is told yet" in done.out and "\nreputed serve --config " in done.out,
           "says that nobody is told, and what to type next", done.told())
    tap.ok(os.stat(m.box.config).st_mode & 0o777 == 0o644, "everybody may read the configuration")
    # Again: nothing changes, nothing counts twice.
    again = m.setup("--yes")
    tap.ok(again.code == GOOD and m.conf() == conf and "Nothing is to be written" in again.out and
           "0 new deliveries" in again.out, "again it changes nothing", again.told())


def places(tap, world):
    """What rsyslog says; a Maildir beside the log; what has no mail is not taken."""
    m = Machine(world, "places", postfix=False)
    m.log("%s mx1 kernel: hello\n" % stamp(time.time()), "syslog")
    m.put("etc/rsyslog.conf", "*.*;auth,authpriv.none -/var/log/syslog\nkern.* -/var/log/kern.log\n")
    m.put("etc/rsyslog.d/50-mail.conf", "# x\nmail.*\t\t-/var/log/postal.log\n")
    m.log(Mail().hours(), "postal.log")
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and m.dump()["watch"] == [m.root + "/var/log/postal.log"] and
           "rsyslog writes mail there" in " ".join(done.out.split()), "the file that rsyslog writes mail to",
           done.told())
    os.remove(m.box.config)
    box = m.box.path("Maildir")
    for name in ("new", "cur", "tmp"):
        os.makedirs("%s/%s" % (box, name))
    done = m.setup(m.root + "/var/log/postal.log", box, "--yes")
    tap.ok(done.code == GOOD and m.dump()["watch"] == [m.root + "/var/log/postal.log", box],
           "a mailbox can be named beside the log", done.told())
    m = Machine(world, "everything", postfix=False)
    m.log(Mail().hours(), "syslog")
    done = m.setup("--yes")
    tap.ok(m.dump()["watch"] == [m.root + "/var/log/syslog"], "the file of everything, where nothing else has mail",
           done.told())
    m = Machine(world, "named-everything", postfix=False)
    m.put("etc/rsyslog.conf", "mail.* -/var/log/messages\n")
    m.log("", "messages")
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and m.dump()["watch"] == [m.root + "/var/log/messages"],
           "and, before any mail was sent, where rsyslog says that mail goes there", done.told())


def edited(tap, world):
    """What a person edited stays, byte for byte, whatever is found."""
    if without_postfix(tap, "an edited configuration"):
        return
    m = Machine(world, "edited")
    log = m.log(Mail().hours())
    mine = ("# mine\nwatch %s   # as it is\nkey-file %s/key\nsource old { label postfix; public 203.0.113.99 }\n"
            "domain other.example {\n}\n" % (log, m.box.top))
    util.write(m.box.config, mine)
    done = m.setup("--yes", "--alert-mail", "admin@elsewhere.example")
    tap.ok(done.code == GOOD and m.conf() == mine and "domain shop.example {" in done.out and
           "alert mail {" in done.out and "Only a person at a terminal" in done.err and "public 203.0.113.24"
           not in done.out, "what is missing is shown, and nothing is added by a script", done.told())
    os.remove(m.box.db)
    done = m.setup()
    tap.ok(done.code == USAGE and m.conf() == mine and not os.path.exists(m.box.db) and
           "domain shop.example {" in done.out and "nothing was written or read" in done.err,
           "without a terminal and --yes no log is read either", done.told())
    code, text = m.talk([(r"nobody yet:", ""), (r"Add this to the end of .*\?.*\[y/N\]", "n")])
    tap.ok(code == GOOD and m.conf() == mine, "at a terminal nothing is added on a no", [text])
    code, text = m.talk([(r"nobody yet:", ""), (r"Add this to the end of .*\?.*\[y/N\]", "y")])
    now = m.conf()
    tap.ok(code == GOOD and now.startswith(mine) and "domain shop.example {" in now[len(mine):],
           "on a yes it is added to the end", [text, now])
    tap.ok(m.box.run("config", "check").code == GOOD, "and all of it is sound")
    util.write(m.box.config, mine)
    os.chmod(m.box.config, 0o644)
    code, text = m.talk([(r"nobody yet:", "ntfy"), (r"topic.*:", "https://ntfy.sh/shop-k7Zq2"),
                         (r"Add this to the end of .*\?.*\[y/N\]", "y")])
    tap.ok(code == GOOD and "https://ntfy.sh/shop-k7Zq2" in m.conf() and os.stat(m.box.config).st_mode & 0o007 == 0 and
           "others cannot read it any more" in " ".join(text.split()),
           "with a secret URL in it, others cannot read it any more", [text, oct(os.stat(m.box.config).st_mode)])
    util.write(m.box.config, mine + "alert Mail { by mail; to admin@elsewhere.example }\n")
    for address, words in (("x@y.example", "has an alert block Mail already"),
                           ("admin@elsewhere.example", "admin@elsewhere.example is told already")):
        done = m.setup("--yes", "--metadata", "--alert-mail", address)
        tap.ok(done.code == GOOD and words in " ".join(done.err.split()) and "alert mail" not in done.out and
               "metadata service was not asked" in done.err, "an alert that is there stands, which is said", done.told())
    util.write(m.box.config, mine + "sourc x { }\n")
    done = m.setup("--yes")
    tap.ok(m.conf() == mine + "sourc x { }\n" and "mistakes" in done.err,
           "nothing is added to one with a mistake", done.told())


def hostile(tap, world):
    """A label of the log is text of a stranger: it becomes no statement, in a comment neither."""
    m = Machine(world, "hostile-labels", postfix=False)
    m.log(Mail().hours() + "".join(Mail().hours(n=8, blocked=False, tag=tag + "/smtp") for tag in
                                   ('x"y', "x}alert{", "x#y", "x;y")))
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and [s["label"] for s in m.dump()["sources"]] == [["postfix"]] and
           not m.dump()["alerts"] and not re.search(r'x["}#;]', m.conf()) and "4 labels" in done.out,
           "labels that are not plain are left out, and said", done.told())


def failures(tap, world):
    """What cannot be written leaves nothing behind, so that a second run can."""
    m = Machine(world, "failures", postfix=False)
    log = m.log(Mail().hours())
    hook, slack = "https://hooks.slack.example/services/T0/B0/Xs3cr3t", m.box.path("slack.secret")
    mine = "watch %s\nkey-file %s/key\n%s" % (log, m.box.top, "# mine\n" * 21900)
    mine += "#" * (300 * 512 - len(mine) - 9) + "\n"
    util.write(m.box.config, mine)
    answers = [(r"nobody yet:", "slack"), (r"not shown.*:", hook), (r"Add this to the end of .*\?.*\[y/N\]", "y")]
    code, text = m.talk(answers, prefix=["sh", "-c", 'trap "" XFSZ; ulimit -f 300; exec "$@"', "sh"])
    tap.ok(code == FAILED and m.conf() == mine and "cannot be written: No space left" in " ".join(text.split()) and
           not os.path.exists(slack), "a disk without room: the file is as it was, and no secret stays", [text[-600:]])
    util.write(slack, "old\n")
    code, text = m.talk(answers)
    tap.ok(code == FAILED and m.conf() == mine and util.read(slack) == b"old\n" and
           "slack.secret is there already, and is not overwritten" in " ".join(text.split()),
           "a secret that is there stays, and what to do is said", [text[-600:]])
    os.remove(slack)
    code, text = m.talk(answers)
    tap.ok(code == GOOD and util.read(slack).decode() == hook + "\n" and m.conf().startswith(mine),
           "then it can be written", [text[-600:]])
    where = m.box.path("new/a 'folder'/reputed.conf")
    done = m.setup("--yes", "--config", where)
    tap.ok("Written: " in done.out and os.path.exists(where), "folders that are missing are made", done.told())
    shutil.copy(m.box.key, os.path.dirname(where))
    done = m.setup("--yes", "--config", where)
    lines = re.findall(r"^(reputed .*)$", done.out, re.M)
    tap.ok(done.code == GOOD and lines and all(shlex.split(line)[-2:] == ["--config", where] for line in lines),
           "what is to be typed next has the path as a shell takes it", done.told())


def amavis(tap, world):
    if without_postfix(tap, "a content filter"):
        return
    m = Machine(world, "amavis")
    m.instance("postfix", "myhostname = mx1.shop.example\ncontent_filter = smtp-amavis:[127.0.0.1]:10024\n", AMAVIS)
    mail = Mail()
    m.log("\n".join(mail.sent(time.time() - 4000, filtered=True)) + "\n" + mail.hours())
    done = m.setup("--yes")
    got = m.dump()
    tap.ok(done.code == GOOD and [s["label"] for s in got["sources"]] == [["postfix"]],
           "the hop to a content filter is no way out", done.told())
    tap.ok("content filter smtp-amavis:[127.0.0.1]:10024, which is no way out" in " ".join(done.out.split()),
           "and it is named", done.told())
    m = Machine(world, "amavis-new")
    m.instance("postfix", "myhostname = mx1.shop.example\ncontent_filter = smtp-amavis:[127.0.0.1]:10024\n",
               AMAVIS.replace("syslog_name=postfix/amavis", "smtp_bind_address=203.0.113.7"))
    m.log("")
    done = m.setup("--yes", "--source", "203.0.113.24")
    tap.ok([s["public"] for s in m.dump()["sources"]] == ["203.0.113.24"],
           "nor where nothing was sent yet, whatever it binds to", done.told())


def instances(tap, world):
    """A second instance for mail out, with two addresses; a third one is disabled."""
    if without_postfix(tap, "several instances"):
        return
    m = Machine(world, "instances")
    out = m.instance("postfix-out", "multi_instance_name = postfix-out\nmulti_instance_enable = yes\n"
                     "syslog_name = postfix-out\nmyhostname = out.shop.example\n"
                     "maillog_file = %s/var/log/out.log\n" % m.root,
                     "out-b unix - - y - - smtp\n  -o syslog_name=postfix-out/out-b\n"
                     "  -o smtp_bind_address=203.0.113.31\n  -o smtp_helo_name=b.shop.example\n")
    off = m.instance("postfix-off", "multi_instance_name = postfix-off\nmulti_instance_enable = no\n"
                     "syslog_name = postfix-off\nsmtp_bind_address = 203.0.113.66\n")
    m.instance("postfix", "myhostname = mx1.shop.example\nmulti_instance_enable = yes\n"
               "multi_instance_directories = %s %s\n" % (out, off))
    mail = Mail()
    m.log("\n".join(mail.sent(time.time() - 900)) + "\n")
    m.log(mail.hours(tag="postfix-out/smtp"), "out.log")
    done = m.setup("--yes")
    got = m.dump()
    tap.ok(done.code == GOOD and {(s["name"], s["label"][0], s["public"], s["helo"]) for s in got["sources"]} ==
           {("postfix-out", "postfix-out", "203.0.113.24", "out.shop.example"),
            ("out-b", "postfix-out/out-b", "203.0.113.31", "b.shop.example")},
           "the ways out of each instance that is enabled", done.told() + [m.conf()])
    tap.ok(set(got["watch"]) == {m.root + "/var/log/out.log", m.root + "/var/log/mail.log"},
           "and the log of each", [got["watch"]])
    tap.ok("203.0.113.66" not in done.out, "one that is disabled has none", done.told())
    os.remove(m.box.config)
    done = m.setup("--yes", "--postfix", out)
    flat = " ".join(done.out.split())
    tap.ok(done.code == GOOD and "Postfix %s: version" % out in flat and flat.count(": version") == 1 and
           {s["name"] for s in m.dump()["sources"]} == {"postfix-out", "out-b"} and "mx1.shop.example" not in m.conf(),
           "--postfix names one of them, and no other is asked", done.told() + [m.conf()])


def relay(tap, world):
    if without_postfix(tap, "a relay"):
        return
    m = Machine(world, "relay")
    m.instance("postfix", "myhostname = web.shop.example\nrelayhost = [smtp.post.example]:587\n")
    m.log(Mail().hours(blocked=False, relay="smtp.post.example[192.0.2.9]"))
    done = m.setup("--yes")
    got = m.dump()
    tap.ok(done.code == GOOD and [(r["name"], r["host"]) for r in got["relays"]] ==
           [("post", ["smtp.post.example"])], "relayhost is a relay", done.told())
    status = m.box.run("status", "--json").json()
    tap.ok({c["route"] for c in status["cells"]} == {"post"}, "and what it says counts for it",
           [str(status["cells"])])
    m = Machine(world, "relay-mx")
    m.instance("postfix", "relayhost = post.example\n")
    m.log("")
    m.setup("--yes")
    tap.ok([r["host"] for r in m.dump()["relays"]] == [["post.example", ".post.example"]],
           "without brackets, its MX hosts too", [m.conf()])
    m = Machine(world, "relay-inside")
    m.instance("postfix", "relayhost = [10.0.0.5]\n")
    m.log(Mail().hours(n=4, blocked=False, relay="10.0.0.5[10.0.0.5]"))
    done = m.setup("--yes")
    tap.ok(not m.dump()["relays"] and "Providers answer that host, not this one" in " ".join(done.out.split()),
           "one inside the own network is none, and what to do is said", done.told())


def nothing(tap, world):
    """No Postfix, no log; then a log of another server, and one that a person names."""
    m = Machine(world, "nothing", postfix=False)
    done = m.setup("--yes")
    tap.ok(done.code == USAGE and m.conf() is None and not done.out and "reputed setup PATH" in done.err,
           "nothing is found: what is missing is said", done.told())
    code, text = m.talk([(r"Path of the mail log", "/nonexistent"), (r"No such file.*Path of the mail log", "journals"),
                         (r"\"journals\": a path .*Path of the mail log", "")])
    tap.ok(code == GOOD and m.conf() is None and "nothing was written" in text,
           "at a terminal it is asked for", [text])
    log = util.write(m.box.path("elsewhere.log"), Mail().hours())
    done = m.setup(log, "--yes")
    tap.ok(done.code == GOOD and m.dump()["watch"] == [log] and "No Postfix was found" in done.out and
           m.dump()["sources"][0]["label"] == ["postfix"], "a log that is named is enough", done.told())
    m = Machine(world, "exim", postfix=False)
    lines, now = [], time.time() - 4000
    for i in range(20):
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now + i))
        lines += ["%s 1rXZ%02d-0001AB-2C <= news@shop.example U=www P=local S=900" % (at, i),
                  "%s 1rXZ%02d-0001AB-2C => u%d@gmail.com R=dnslookup T=remote_smtp H=gmail-smtp-in.l.google.com "
                  "[142.250.27.27] C=\"250 2.0.0 OK\"" % (at, i, i)]
    m.log("\n".join(lines) + "\n", "exim4/mainlog")
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and m.dump()["watch"] == [m.root + "/var/log/exim4/mainlog"] and
           "20 new deliveries" in done.out, "the log of Exim is found", done.told())
    if os.geteuid() != 0:
        tap.skip("a log that may not be read", "needs root, to make one")
        return
    m = Machine(world, "denied", postfix=False)
    os.chmod(m.log("x\n"), 0o600)
    os.chmod(m.box.top, 0o777)
    done = m.setup("--yes", prefix=["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
    tap.ok(done.code == USAGE and "use sudo" in done.err, "a log that may not be read is named", done.told())


def broken(tap, world):
    """A Postfix that cannot be asked, values that are no values, and hostile ones."""
    if without_postfix(tap, "a broken Postfix"):
        return
    m = Machine(world, "broken")
    os.remove(m.root + "/etc/postfix/main.cf")
    m.log(Mail().hours())
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and "Postfix was not asked" in done.out and m.dump()["sources"][0]["label"] == ["postfix"],
           "one that cannot be asked is said, and the log is used", done.told())
    m = Machine(world, "hostile")
    m.instance("postfix", "myhostname = \"x} {\\ \x1b[31m\nsmtp_helo_name = a;b\nsmtp_bind_address = 1.2.3\n"
               "mydestination = \x01 } source x { public 198.51.100.1 }\nrelayhost = [\nmyorigin = {\n")
    m.log(Mail().hours())
    done = m.setup("--yes")
    got = m.dump()
    tap.ok(done.code == GOOD and len(got["sources"]) == 1 and got["sources"][0]["helo"] is None and
           "\x1b" not in done.out and not got["relays"], "hostile values become no statements", done.told())


def old_log(tap, world):
    """A file to which nothing is written any more, beside the journal that has what comes now."""
    if not os.path.exists(test_serve_journal.REMOTE):
        tap.skip("a journal", "systemd-journal-remote is not installed")
        return
    m = Machine(world, "journal", postfix=False)
    os.symlink("/usr/bin/journalctl", m.root + "/usr/bin/journalctl")
    mail = Mail()
    os.makedirs(m.root + "/var/log/journal")
    journal = test_serve_journal.Journal(m.box, "root/var/log/journal/" + test_serve_journal.MACHINE)
    journal.add(mail.hours())
    done = m.setup("--yes")
    where = "journal:%s/var/log/journal" % m.root
    tap.ok(done.code == GOOD and m.dump()["watch"] == [where] and "60 new deliveries" in done.out and
           m.dump()["sources"][0]["public"] == "203.0.113.24", "the journal is found, looked at and read",
           done.told())
    os.remove(m.box.config)
    old = Mail()
    old.n = 7000
    m.log("\n".join("\n".join(old.sent(time.time() - 9 * 86400 + i)) for i in range(5)) + "\n")
    done = m.setup("--yes")
    tap.ok(m.dump()["watch"] == [where] and "5 new deliveries" in done.out and "read once" in done.out,
           "an old file beside it is read, and not watched", done.told())
    os.remove(m.box.config)
    m.log(Mail().hours())
    done = m.setup("--yes")
    tap.ok(m.dump()["watch"] == [m.root + "/var/log/mail.log"], "a file that goes on is watched instead",
           done.told())


# ---------------------------------------------------------------- keys, addresses

def keys(tap, world):
    m = Machine(world, "opendkim", postfix=False)
    m.log(Mail().hours())
    m.put("etc/opendkim.conf", "Syslog yes\nKeyTable refile:/etc/opendkim/key.table\n")
    m.put("etc/opendkim/key.table", "m1 shop.example:mail2026:/etc/opendkim/keys/shop.example/mail2026.private\n"
          "m2 news.example:n1:/etc/opendkim/keys/news.example/n1.private\n")
    m.put("etc/opendkim/keys/shop.example/retired.private", "-----BEGIN")
    done = m.setup("--yes")
    tap.ok({d["name"]: d["selector"] for d in m.dump()["domains"]} ==
           {"shop.example": ["mail2026"], "news.example": ["n1"]}, "OpenDKIM's KeyTable, and no retired key",
           done.told())
    m = Machine(world, "opendkim-folder", postfix=False)
    m.log(Mail().hours())
    m.put("etc/opendkim/keys/shop.example/mail2026.private", "-----BEGIN")
    m.put("etc/opendkim/keys/shop.example/mail2026.txt", "x")
    m.put("etc/opendkim/keys/README", "x")
    done = m.setup("--yes")
    tap.ok(m.dump()["domains"] == [{"name": "shop.example", "selector": ["mail2026"]}],
           "its key folder, where no table says which", done.told())
    m = Machine(world, "rspamd", postfix=False)
    m.log(Mail().hours())
    m.put("etc/rspamd/local.d/dkim_signing.conf",
          "selector = \"mail2026\";\npath = \"/var/lib/rspamd/dkim/$domain.$selector.key\";\n"
          "domain {\n  extra.example { selector = \"x1\"; }\n}\n")
    m.put("var/lib/rspamd/dkim/shop.example.mail2026.key", "-----BEGIN")
    m.put("var/lib/rspamd/dkim/other.example.s2.key", "-----BEGIN")
    done = m.setup("--yes")
    tap.ok({d["name"]: d["selector"] for d in m.dump()["domains"]} ==
           {"shop.example": ["mail2026"], "other.example": ["s2"], "extra.example": ["x1"]},
           "Rspamd's configuration and key folder", done.told())
    m = Machine(world, "signed", postfix=False)
    m.log(Mail().hours() + "%s mx1 opendkim[9]: A0001: DKIM-Signature field added (s=logged, d=shop.example)\n" %
          stamp(time.time() - 30))
    done = m.setup("--yes")
    tap.ok(m.dump()["domains"] == [{"name": "shop.example", "selector": ["logged"]}],
           "and what OpenDKIM logs", done.told())


def limits(tap, world):
    """What is too large or too much is left out, and said."""
    m = Machine(world, "limits", postfix=False)
    log = m.log(Mail().hours() + "".join(
        "%s mx1 opendkim[9]: A%04d: DKIM-Signature field added (s=s%d, d=d%d.example)\n" % (
            stamp(time.time() - 30), i, i, i) for i in range(257)))
    table = m.put("etc/opendkim/key.table", "m1 shop.example:mail2026:/k\n" + "#" * (1 << 20))
    m.put("etc/opendkim.conf", "KeyTable /etc/opendkim/key.table\n")
    for i in range(33):
        m.put("var/lib/rspamd/dkim/shop.example.s%d.key" % i, "-----BEGIN")
    for i in range(4064):
        m.put("var/lib/rspamd/dkim/%d" % i, "")
    done = m.setup("--yes")
    flat = " ".join(done.out.split())
    tap.ok(done.code == GOOD and "%s has more than 1048576 bytes, and was not read" % table in flat,
           "a table of keys that is too large is named", done.told())
    tap.ok("%s/var/lib/rspamd/dkim has more than 4096 names" % m.root in flat, "and a folder with too many names",
           done.told())
    tap.ok("%s names more ways out, sender domains or DKIM keys" % log in flat, "and a log with too many keys",
           done.told())
    for i in range(2000):
        os.remove("%s/var/lib/rspamd/dkim/%d" % (m.root, i))
    os.remove(m.box.config)
    m.log(Mail().hours())
    util.write(table, "m1 shop.example:mail2026:/k\n")
    done = m.setup("--yes")
    flat = " ".join(done.out.split())
    tap.ok("More than 32 DKIM selectors of shop.example were found" in flat and
           [len(d["selector"]) for d in m.dump()["domains"]] == [32], "and a domain with too many selectors",
           done.told())
    tap.ok("more than 1048576" not in flat and "more than 4096" not in flat and "names more" not in flat,
           "nothing is said where nothing is left out", done.told())


def limits_of_reading(tap, world):
    """A configuration of a person names a log: what beside it is not read is said, though it was not shown."""
    m = Machine(world, "limits-read", postfix=False)
    log = m.log(Mail().hours())
    for folder, n, name in (("srv/a", 513, "mail.log.%d"), ("srv/b", 4096, "%d")):
        for i in range(n):
            m.put("%s/%s" % (folder, name % i), "")
        m.put(folder + "/mail.log", Mail().hours(n=2))
    util.write(m.box.config, "watch %s %s/srv/a/mail.log %s/srv/b/mail.log\nkey-file %s/key\n" % (
        log, m.root, m.root, m.box.top))
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and "1 more log was not read, as there are too many" in done.err, "older logs",
           done.told())
    tap.ok("%s/srv/b/ has more than 4096 names" % m.root in done.err and "%s/srv/a" % m.root not in done.err,
           "and a folder with too many names", done.told())


class Metadata(http.server.BaseHTTPRequestHandler):
    """EC2's metadata service, version 2: nothing without a token. Two interfaces' addresses."""

    asked, token = [], "AQAEAHzt0ken=="
    paths = {"/latest/meta-data/public-ipv4": "198.51.100.10",
             "/latest/meta-data/network/interfaces/macs/": "02:29:96:8f:6a:2d/\n02:29:96:8f:6a:2e/",
             "/latest/meta-data/network/interfaces/macs/02:29:96:8f:6a:2d/ipv4-associations/":
                 "198.51.100.10\n198.51.100.11",
             "/latest/meta-data/network/interfaces/macs/02:29:96:8f:6a:2d/ipv4-associations/198.51.100.10":
                 "172.31.16.10",
             "/latest/meta-data/network/interfaces/macs/02:29:96:8f:6a:2d/ipv4-associations/198.51.100.11":
                 "172.31.16.11"}
    known = "ec2"

    def answer(self, code, text=""):
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_PUT(self):       # pylint: disable=invalid-name
        self.asked.append("PUT " + self.path)
        fine = self.known == "ec2" and self.path == "/latest/api/token" and \
            self.headers["X-aws-ec2-metadata-token-ttl-seconds"]
        self.answer(200, self.token) if fine else self.answer(404)

    def do_GET(self):       # pylint: disable=invalid-name
        self.asked.append("GET " + self.path)
        if self.known == "hetzner":
            if self.path == "/hetzner/v1/metadata/public-ipv4":
                return self.answer(200, "198.51.100.77")
            return self.answer(404)
        if self.headers["X-aws-ec2-metadata-token"] != self.token:
            return self.answer(401)
        text = self.paths.get(self.path)
        return self.answer(404) if text is None else self.answer(200, text)

    def log_message(self, *_):
        pass


def metadata(tap, world):
    """Asked only after a yes to that very question."""
    if without_postfix(tap, "the metadata service"):
        return
    server = util.HttpServer(("127.0.0.1", 0), Metadata)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def machine(name):
        m = Machine(world, name)
        m.instance("postfix", "myhostname = mx1.shop.example\n",
                   "out-b unix - - y - - smtp\n  -o syslog_name=postfix/out-b\n"
                   "  -o smtp_bind_address=172.31.16.11\n")
        m.log(Mail().hours(blocked=False))
        m.env["REPUTED_SETUP_METADATA"] = "http://127.0.0.1:%d" % server.server_address[1]
        return m

    m = machine("metadata-yes")
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and not Metadata.asked and not m.dump()["sources"] and
           "is not known" in done.out, "--yes does not mean it: nobody is asked", done.told() + Metadata.asked)
    m = machine("metadata-option")
    done = m.setup("--yes", "--metadata")
    got = {s["label"][0]: (s["public"], s["bind"]) for s in m.dump()["sources"]}
    tap.ok(done.code == GOOD and got == {"postfix": ("198.51.100.10", None),
                                         "postfix/out-b": ("198.51.100.11", "172.31.16.11")},
           "--metadata does: with a token, and each private address has its own", done.told() + [str(got)])
    tap.ok("more addresses than" not in done.err, "and no more are spoken of than there are", done.told())
    tap.ok(Metadata.asked[0] == "PUT /latest/api/token" and len(Metadata.asked) == 7, "in seven questions",
           Metadata.asked)
    Metadata.asked.clear()
    m = machine("metadata-no")
    code, text = m.talk([(r"May\s+reputed\s+ask\s+http://169\.254\.169\.254", "n"),
                         (r"see\s+for\s+mail\s+of\s+postfix\?.*it\.", "10.0.0.1"),
                         (r"is private.*of\s+postfix\?.*it\.", ""),
                         (r"mail\s+of\s+postfix/out-b\?.*it\.", "198.51.100.99"),
                         (r"nobody yet:", ""), (r"Write .*\[y/N\]", "y")])
    tap.ok(code == GOOD and not Metadata.asked and
           [(s["label"], s["public"]) for s in m.dump()["sources"]] == [(["postfix/out-b"], "198.51.100.99")],
           "a no is a no; then the person is asked", [text] + Metadata.asked)
    m = machine("metadata-asked")
    code, text = m.talk([(r"May\s+reputed\s+ask\s+http://169\.254\.169\.254", "y"), (r"nobody yet:", ""),
                         (r"Write .*\[y/N\]", "y")])
    tap.ok(code == GOOD and len(m.dump()["sources"]) == 2, "a yes to that question is one", [text])
    few = dict(Metadata.paths)
    for interfaces, each in ((7, 10), (1, 45)):
        top = "/latest/meta-data/network/interfaces/macs/"
        Metadata.paths[top] = "\n".join("02:29:96:8f:6b:0%d/" % i for i in range(interfaces))
        for i in range(interfaces):
            mac, all_ = top + "02:29:96:8f:6b:0%d/ipv4-associations/" % i, range(100 + each * i, 100 + each * (i + 1))
            Metadata.paths[mac] = "\n".join("198.51.100.%d" % k for k in all_)
            for k in all_:
                Metadata.paths["%s198.51.100.%d" % (mac, k)] = "172.31.%d.%d" % (i, k)
        m = machine("metadata-%d-%d" % (interfaces, each))
        done = m.setup("--yes", "--metadata")
        tap.ok(done.code == GOOD and "names more addresses than are read" in done.err,
               "%d times %d addresses are too many, and it says so" % (interfaces, each), done.told())
    Metadata.paths = few
    Metadata.known = "hetzner"
    Metadata.asked.clear()
    m = machine("metadata-other")
    done = m.setup("--yes", "--metadata")
    tap.ok([(s["label"], s["public"]) for s in m.dump()["sources"]] == [(["postfix"], "198.51.100.77")] and
           Metadata.asked[-1] == "GET /hetzner/v1/metadata/public-ipv4" and
           "\n# the metadata service of Hetzner Cloud\n" in m.conf(),
           "another cloud answers its own question, for mail that is bound to no address",
           done.told() + Metadata.asked + [m.conf()])
    server.shutdown()
    m = machine("metadata-nobody")
    m.env["REPUTED_SETUP_METADATA"] = "http://127.0.0.1:1"
    done = m.setup("--yes", "--metadata")
    tap.ok(done.code == GOOD and "nobody answers there" in done.err and not m.dump()["sources"],
           "where nobody answers, that is said", done.told())


# ---------------------------------------------------------------- the terminal

def asked(tap, world):
    if without_postfix(tap, "the questions"):
        return
    m = Machine(world, "asked")
    m.log(Mail().hours())
    code, text = m.talk([(r"Number, or nothing for nobody yet:", ""), (r"Write .*reputed\.conf\? \[y/N\]", "")])
    tap.ok(code == GOOD and m.conf() is None and "nothing was written" in text and not os.path.exists(m.box.db),
           "an empty answer writes nothing", [text])
    code, text = m.talk([(r"Number", "9"), (r"from 1 to 6.*Number", "1"), (r"Address:", "admin"),
                         (r"an address such as.*Address:", "admin@elsewhere.example"), (r"Write .*\[y/N\]", "yes")])
    tap.ok(code == GOOD and [(a["name"], a["by"], a["to"]) for a in m.dump()["alerts"]] ==
           [("mail", "mail", "admin@elsewhere.example")],
           "who is told, by mail; what cannot be used is asked again", [text])
    tap.ok(re.search(r"\[#+\.*\] +\d+ %|Read: ", text) and "reputed alert test" in text,
           "the end says how to try it", [text])
    for kind, answer, stored in (("slack", "https://hooks.slack.example/services/T0/B0/Xs3cr3t", None),
                                 ("ntfy", "https://ntfy.sh/shop-k7Zq2", "https://ntfy.sh/shop-k7Zq2"),
                                 ("exec", "/usr/local/bin/tell-me", "/usr/local/bin/tell-me")):
        m = Machine(world, "asked-" + kind)
        m.log(Mail().hours())
        code, text = m.talk([(r"Number", kind), (r"(not shown|topic|program).*:", answer),
                             (r"Write .*\[y/N\]", "y")])
        alert = m.dump()["alerts"]
        fine = code == GOOD and len(alert) == 1 and alert[0]["by"] == kind and alert[0]["to"] == stored
        secret = alert[0]["secret_file"] if alert else None
        if kind == "slack":
            fine = fine and util.read(secret).decode() == answer + "\n" and \
                os.stat(secret).st_mode & 0o777 == 0o600 and "Xs3cr3t" not in text + m.conf()
        if kind == "ntfy":
            fine = fine and os.stat(m.box.config).st_mode & 0o777 in (0o600, 0o640)
        tap.ok(fine, "told by %s; a secret is shown to nobody" % kind, [text, str(alert)])
    m = Machine(world, "asked-killed")
    m.log(Mail().hours())
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        tap.ok(m.killed(number) == (True, -number, True), "%s gives the terminal back" % number.name)
    code, text = m.talk([(r"Number", "slack"), (r"not shown.*:", "https://hooks.slack.example/" + "x" * 600),
                         (r"longer than 511 bytes, and was not taken.*not shown.*:", ""), (r"Write .*\[y/N\]", "n")])
    tap.ok("longer than 511 bytes" in text and m.conf() is None, "an answer that is too long is asked for again", [text])
    m = Machine(world, "asked-often")
    m.log(Mail().hours())
    for answers in ([(r"Number", "7")] + [(r"from 1 to 6.*Number", "7")] * 4,
                    [(r"Number", "1"), (r"Address:", "admin")] + [(r"such as.*Address:", "admin")] * 4):
        code, text = m.talk(answers + [(r"5 answers could not be used.*Write .*\[y/N\]", "n")])
        tap.ok(code == GOOD and "5 answers could not be used" in text, "after five wrong answers it goes on, and says so",
               [text])
    # A terminal that is closed at a question is a no.
    m = Machine(world, "asked-closed")
    m.log(Mail().hours())
    code, text = m.talk([(r"Number", ""), (r"Write .*\[y/N\]", "\x04")])
    tap.ok(m.conf() is None, "an end of the input is a no", [text])


def bar(tap, world):
    """Long enough to be seen."""
    if without_postfix(tap, "the bar"):
        return
    m = Machine(world, "bar")
    m.log(Mail().hours())
    big = Mail("mx1")
    m.log("\n".join("\n".join(big.sent(time.time() - 86400 * 2 + i)) for i in range(60000)) + "\n", "mail.log.1")
    code, text = m.talk([(r"Number", ""), (r"Write .*\[y/N\]", "y")])
    tap.ok(code == GOOD and re.search(r"\[[#.]{30}\] +\d+ % +[\d,]+ lines  .*mail\.log", text),
           "a bar shows how far the old logs are read", [text[-900:]])
    tap.ok("60,060 new deliveries" in text, "and they are read", [text[-900:]])


# ---------------------------------------------------------------- DNS

def dns(tap, world):
    if nsd.PROGRAM is None or without_postfix(tap, "with DNS"):
        tap.skip("with DNS", "needs nsd and postfix")
        return
    with nsd.Nsd(ZONES) as server:
        m = Machine(world, "dns")
        m.server, m.wait = server.server, []
        m.log(Mail().hours() + "%s mx1 opendkim[9]: A1: DKIM-Signature field added (s=mail2026, d=shop.example)\n" %
              stamp(time.time() - 30))
        done = m.setup("--yes", "--alert-mail", "admin@hotmail-like.example")
        flat = " ".join(done.out.split())
        tap.ok("PTR mx1.shop.example" in flat, "the PTR of the address is shown", done.told())
        tap.ok("shop.example: the worst of" in flat and re.search(r"(critical|serious) ", flat),
               "it ends with the worst that check finds", done.told())
        tap.ok("is a mailbox at" in done.err and "Outlook.com" in done.err and m.dump()["alerts"],
               "a mailbox at the provider that blocks is warned of", done.told())
        worst = re.search(r"the worst of (\d+) findings", flat)
        check = m.box.run("check", "shop.example", "--server", server.server, "--db", m.box.db, "--json").json()
        tap.ok(worst and int(worst.group(1)) == len(check["findings"]) and
               check["seen"]["addresses"][0]["ip"] == "203.0.113.24" and
               check["seen"]["dkim_selectors"] == ["mail2026"],
               "check looks at the addresses and selectors of the configuration", [flat[-600:], str(check)[:800]])
        other = Machine(world, "dns-else")
        other.server, other.wait = server.server, []
        other.log(Mail().hours())
        done = other.setup("--yes", "--alert-mail", "admin@elsewhere.example")
        tap.ok("is a mailbox at" not in done.err and other.dump()["alerts"][0]["to"] == "admin@elsewhere.example",
               "one elsewhere is not", done.told())


def usage(tap, world):
    m = Machine(world, "usage", postfix=False)
    m.log(Mail().hours())
    for args, words in ((["mail.log"], "a path that begins with '/'"), (["-"], "a path"),
                        (["journal.log", "--yes"], "a path"), (["journal:", "--yes"], "a path"),
                        (["/nonexistent/mail.log", "--yes"], "No such file"),
                        (["--alert-mail", "x", "--yes"], "--alert-mail x: "),
                        (["--source", "10.0.0.1"], "private")):
        done = m.setup(*args)
        tap.ok(done.code == USAGE and words in done.err and m.conf() is None, "wrong use: %s" % " ".join(args),
               done.told())
    if os.geteuid() == 0:
        os.mkdir(m.box.path("closed"), 0o555)
        where = m.box.path("closed/reputed.conf")
        done = m.setup("--yes", "--config", where,
                       prefix=["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
        tap.ok(done.code == FAILED and "cannot be written" in done.err and "sudo" in done.err,
               "a folder that may not be written: what to do is said", done.told())
    unit = m.put("usr/lib/systemd/system/reputed.service", "[Unit]\n")
    done = m.setup("--yes")
    tap.ok("reputed serve --config" in done.out and os.path.exists(unit),
           "with a configuration in another place, serve names it", done.told())
    # What it prints to be typed next is typed, but for what runs on.
    for line in re.findall(r"^(reputed .*)$", done.out, re.M):
        words = line.split()[1:]
        if words[0] == "serve":
            continue
        got = m.box.run(*words, *(["--server", "127.0.0.1:9", "--budget-ms", "500"] if words[0] == "check" else []))
        tap.ok(got.code in (GOOD, TROUBLE, FAILED) and "no command" not in got.err and "expected" not in got.err,
               "it can be typed: " + line, got.told())


def variables(tap, world):
    """Those for tests lead no run elsewhere that a person starts, and are never quiet."""
    m = Machine(world, "variables", postfix=False)
    m.log(Mail().hours())
    done = m.setup("--yes")
    tap.ok(done.code == GOOD and "REPUTED_SETUP_ROOT is set, for tests: the machine is the folder " + m.root in done.err
           and "the metadata service is http://127.0.0.1:1" in done.err, "what is used is said", done.told())
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.geteuid() == 0 else []
    os.chmod(m.box.top, 0o755)
    for name, value in m.env.items():
        done = m.box.run("setup", "--server", m.server, *m.wait, config=False, prefix=nobody, env={name: value})
        tap.ok(done.code == USAGE and not done.out and "%s is set, which is for tests and needs --config" % name
               in done.err, "%s does not count without --config" % name, done.told())
    for url in ("http://203.0.113.1", "http://169.254.169.254", "https://127.0.0.1", "http://127.0.0.1@203.0.113.1"):
        m.env["REPUTED_SETUP_METADATA"] = url
        done = m.setup("--metadata")
        tap.ok(done.code == USAGE and not done.out and "a loopback address, not " + url in done.err,
               "a metadata service is not at %s" % url, done.told())


if __name__ == "__main__":
    sys.exit(util.main([stock, places, edited, hostile, failures, amavis, instances, relay, nothing, broken, old_log,
                        keys, limits, limits_of_reading, metadata, asked, bar, dns, usage, variables]))
