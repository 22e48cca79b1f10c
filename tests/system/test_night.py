#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_night.py -- a night, from the installation to the end of a block. A real Postfix sends from two addresses to a
server of a provider's name, which begins to refuse one, then the other, and accepts again. `reputed setup --yes`, a
channel that the person adds, `reputed serve`; what a real HTTP server and a real SMTP server get. Between the steps the
daemon is ended by kill -9. TAP; skipped, with the reason, where no private Postfix can run.

Every line is one that Postfix wrote. Only its time is another one: a night passes in a minute, so each line gets a
time of the night when it is copied to the log that is watched.
"""

import email
import email.policy
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402
import util                 # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed")))
OUTLOOK, GMAIL, INBOX = "outlook-com.olc.protection.outlook.com", "gmail-smtp-in.l.google.com", "mx.inbox.example"
FIRST, SECOND = "203.0.113.24", "203.0.113.31"
HOSTS = {OUTLOOK: "52.101.8.42", GMAIL: "142.250.27.27", INBOX: "192.0.2.25"}
ZONE = {"outlook.com": [("MX", (10, OUTLOOK))], "gmail.com": [("MX", (10, GMAIL))],
        "inbox.example": [("MX", (10, INBOX))], **{name: [("A", address)] for name, address in HOSTS.items()},
        "24.113.0.203.in-addr.arpa": [("PTR", "a.shop.example")], "a.shop.example": [("A", FIRST)],
        "31.113.0.203.in-addr.arpa": [("PTR", "b.shop.example")], "b.shop.example": [("A", SECOND)],
        "shop.example": [("TXT", "v=spf1 ip4:203.0.113.0/24 -all"), ("MX", (10, "a.shop.example"))]}
MAIN = """default_transport = out-a
sender_dependent_default_transport_maps = inline:{{ offers@shop.example = out-b: }}
default_process_limit = 50
smtpd_client_connection_count_limit = 0
qmgr_message_active_limit = 2000
"""
MASTER = "".join("""out-%s unix - - n - 20 smtp
  -o syslog_name=postfix/out-%s
  -o smtp_bind_address=%s
  -o smtp_helo_name=%s.shop.example
""" % (x, x, address, x) for x, address in (("a", FIRST), ("b", SECOND)))
NEWS, OFFERS = "news@shop.example", "offers@shop.example"
S3140 = ("550 5.7.1 Unfortunately, messages from [%s] weren't sent. Please contact your Internet service provider "
         "since part of their network is on our block list (S3140).")
HOUR = 3600


class Provider:
    """Refuses mail from some addresses, each with its own name in the reply."""

    def __init__(self):
        self.refused = {}       # sender to the address it comes from

    def __call__(self, stage, text):
        return S3140 % self.refused[text] if stage == "mail" and text in self.refused else None


class Clock:
    """Copies what Postfix logs to the log that is watched, with times of the night."""

    def __init__(self, source, to):
        self.source, self.to = source, to
        self.phase(time.time(), time.time(), 1)
        threading.Thread(target=self.run, daemon=True).start()

    def phase(self, begin, end, speed):
        """From now on lines are of this time, `speed` times as fast as the clock, and at most of `end`."""
        self.at = (time.time(), begin, end, speed)

    def run(self):
        with open(self.source, encoding="utf-8", errors="surrogateescape") as source, \
                open(self.to, "a", encoding="utf-8", errors="surrogateescape") as to:
            part = ""
            while True:
                part += source.readline()
                if not part.endswith("\n"):
                    time.sleep(0.05)
                    continue
                since, begin, end, speed = self.at
                when = time.gmtime(min(begin + (time.time() - since) * speed, end))
                to.write(time.strftime("%Y-%m-%dT%H:%M:%S+00:00", when) + part[15:])
                to.flush()
                part = ""


class Hook(http.server.BaseHTTPRequestHandler):
    """A webhook: the objects that came, in their order."""

    got = []

    def do_POST(self):      # pylint: disable=invalid-name
        self.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


class Daemon:
    """reputed serve."""

    def __init__(self, top):
        self.top, self.text, self.process = top, "", None
        self.start()

    def start(self):
        env = dict(os.environ, REPUTED_TOGETHER_S="1", NO_COLOR="1")
        self.process = subprocess.Popen([REPUTED, "serve", "--config", self.top + "/reputed.conf"], env=env,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self.read, args=(self.process.stdout,), daemon=True).start()

    def read(self, out):
        for line in out:
            self.text += line.decode("utf-8", "replace")

    def kill(self):
        self.process.kill()
        self.process.wait(60)
        self.start()

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)


def send(sender, domain, n):
    """n messages, by Postfix's own injector."""
    subprocess.run(["smtp-source", "-s", "10", "-m", str(n), "-l", "500", "-f", sender, "-N", "-t", "u@" + domain,
                    "127.0.0.1:25"], check=True)


def reputed(top, *words):
    done = subprocess.run([REPUTED, words[0], "--config", top + "/reputed.conf", *words[1:]], check=False, cwd=top,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


def text_of(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def wait(true):
    return private_postfix.wait_for(true, 90)


def through(log, n):
    """So many deliveries are in the log that is watched."""
    return wait(lambda: len(re.findall(r" status=", text_of(log))) >= n)


def events(what=None):
    """What the webhook got, each message once: a double has the id of the first."""
    once = {}
    for x in list(Hook.got):
        once.setdefault(x["id"], x)
    return [x for x in once.values() if what is None or x["event"] == what]


class Night:
    def __init__(self, tap, postfix, top):
        self.tap, self.postfix, self.top = tap, postfix, top
        self.now = time.time()
        self.log = "/var/log/mail.log"
        self.outlook = Provider()
        self.sinks = {name: private_postfix.Sink(HOSTS[name], self.outlook if name == OUTLOOK else None,
                                                 message=self.mail if name == INBOX else None)
                      for name in HOSTS}
        self.mails, self.sent = [], 0
        self.clock = Clock(postfix.log_path, top + "/var-log/mail.log")

    def mail(self, _sender, _recipients, lines):
        self.mails.append(email.message_from_bytes(b"\r\n".join(lines), policy=email.policy.default))
        return "250 2.0.0 Ok"

    def send(self, n, begin, end, senders=(NEWS, OFFERS), domains=("outlook.com", "gmail.com")):
        """Mail that is sent within seconds, and of this part of the night."""
        self.clock.phase(self.now + begin, self.now + end, (end - begin) / 6)
        for sender in senders:
            for domain in domains:
                send(sender, domain, n)
                self.sent += n
        return through(self.log, self.sent)

    def subjects(self):
        return [m["Subject"] for m in self.mails]

    def installed(self):
        tap = self.tap
        tap.ok(self.send(60, -60 * HOUR, -11 * HOUR), "mail is sent from two addresses", self.postfix.log()[-8:])
        # Without the name it would take the log that Postfix writes, with the times of today.
        code, said = reputed(self.top, "setup", self.log, "--yes", "--alert-mail", "admin@inbox.example", "--db",
                             self.top + "/r.db")
        got = json.loads(reputed(self.top, "config", "dump", "--json")[1])
        told = said.splitlines()
        tap.ok(code == 0 and {(s["name"], s["public"], s["helo"]) for s in got["sources"]} ==
               {("out-a", FIRST, "a.shop.example"), ("out-b", SECOND, "b.shop.example")}, "setup finds both", told)
        tap.ok(got["watch"] == [self.log] and [d["name"] for d in got["domains"]] == ["shop.example"] and
               [a["to"] for a in got["alerts"]] == ["admin@inbox.example"], "the log, the domain, who is told", told)
        tap.ok("240 new deliveries" in said and "No provider refuses" in said and "reputed alert test" in said,
               "reads the log, and all is well", told)
        with open(self.top + "/reputed.conf", "a", encoding="ascii") as file:
            file.write("alert hook { by webhook; to http://127.0.0.1:8025/hook }\n")
        before = text_of(self.top + "/reputed.conf")
        code, said = reputed(self.top, "setup", self.log, "--yes", "--alert-mail", "admin@inbox.example")
        tap.ok(code == 0 and text_of(self.top + "/reputed.conf") == before, "again it leaves what was added", [said])

    def blocked(self, daemon):
        tap = self.tap
        self.outlook.refused[NEWS] = FIRST
        tap.ok(self.send(60, -10 * HOUR, -9.7 * HOUR, [NEWS], ["outlook.com"]), "the provider refuses the first address",
               self.postfix.log()[-4:])
        tap.ok(wait(lambda: len(events()) == 1) and events()[0]["event"] == "opened", "the webhook is told at once",
               [str(events()), daemon.text])
        tap.ok(events() and re.search(r"Microsoft.*203\.0\.113\.24", events()[0]["title"]) and
               SECOND not in events()[0]["title"], "who refuses, and which address", [str(events()[:1])])
        tap.ok(wait(lambda: len(self.mails) >= 1) and "Microsoft" in self.subjects()[0] and
               self.mails[0]["X-Reputed-Id"] == events()[0]["id"] and
               "reputed why" in self.mails[0].get_content(), "and so is a mailbox elsewhere, with the same id",
               [str(self.subjects()), daemon.text])
        code, said = reputed(self.top, "why")
        tap.ok(code == 1 and FIRST in said and "S3140" in said.upper(), "why says the rest", said.splitlines()[:12])

    def grown(self, daemon):
        tap = self.tap
        daemon.kill()
        self.outlook.refused[OFFERS] = SECOND
        tap.ok(self.send(60, -9.5 * HOUR, -9.2 * HOUR, [OFFERS], ["outlook.com"]),
               "the daemon is killed; the second address falls", self.postfix.log()[-4:])
        tap.ok(wait(lambda: events("updated")) and SECOND in json.dumps(events("updated")[0]),
               "that is an update of the same alert", [str(events()), daemon.text])
        tap.ok(len({x["alert"] for x in events()}) == 1 and wait(lambda: len(set(m["X-Reputed-Id"] for m in self.mails)) >= 2),
               "not a new one, and the mailbox gets it", [str(events()), str(self.subjects())])

    def over(self, daemon):
        tap = self.tap
        daemon.kill()
        self.outlook.refused.clear()
        tap.ok(self.send(150, -8.9 * HOUR, 0, domains=["outlook.com"]),
               "killed once more; the provider accepts again", self.postfix.log()[-4:])
        tap.ok(wait(lambda: events("resolved")), "the alert is resolved", [str(events()), daemon.text])
        daemon.kill()
        tap.ok(wait(lambda: any("over" in s.lower() or "resolved" in s.lower() for s in self.subjects())),
               "and the mailbox is told", [str(self.subjects()), daemon.text])
        kinds = [x["event"] for x in events()]
        tap.ok(kinds[0] == "opened" and kinds[-1] == "resolved" and kinds.count("opened") == 1 and
               kinds.count("resolved") == 1 and set(kinds) == {"opened", "updated", "resolved"},
               "one alert, from its opening to its end", [str(kinds)])
        ids = {x["id"] for x in events()}
        tap.ok(wait(lambda: {m["X-Reputed-Id"] for m in self.mails} == ids), "both got the same messages",
               [str(ids), str([m["X-Reputed-Id"] for m in self.mails])])
        same = all(x == y for x in Hook.got for y in Hook.got if x["id"] == y["id"])
        tap.ok(same, "what came twice is the same, with the same id", [str(Hook.got)])
        code, said = reputed(self.top, "alert", "list")
        tap.ok(code == 0 and "No alert is open" in said, "nothing is open", said.splitlines())

    def counts(self):
        """(accepted, bounced) by address and provider."""
        got = {}
        for c in json.loads(reputed(self.top, "status", "--json", "--all")[1])["cells"]:
            if c["provider"] in ("microsoft-consumer", "google"):
                key = c["source"], c["provider"]
                got[key] = tuple(x + y for x, y in zip(got.get(key, (0, 0)), (c["sent"], c["bounced"])))
        return got

    def counted(self, daemon):
        """What is stored is what the servers of the providers saw."""
        tap = self.tap
        took = {(ip, name): (self.sinks[host].peers.count(ip), 60 if host == OUTLOOK else 0) for host, name in
                ((OUTLOOK, "microsoft-consumer"), (GMAIL, "google")) for ip in (FIRST, SECOND)}
        wait(lambda: self.counts() == took)
        tap.ok(daemon.stop() == 0 and "Sanitizer" not in daemon.text, "the daemon ends", [daemon.text[-800:]])
        tap.ok(self.counts() == took, "each delivery counts once, whatever was killed",
               [str(self.counts()), str(took)])


def main():
    if private_postfix.outside():
        return private_postfix.run(__file__)
    tap = check.Tap()
    top = os.environ[private_postfix.MARK].split(",")[0]
    os.mkdir(top + "/var-log")
    private_postfix.bind(top + "/var-log", "/var/log")
    with private_postfix.Postfix(ZONE, MAIN, MASTER) as postfix:
        for address in list(HOSTS.values()) + [FIRST, SECOND]:
            private_postfix.add_address(address)
        server = util.HttpServer(("127.0.0.1", 8025), Hook)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        night = Night(tap, postfix, top)
        night.installed()
        daemon = Daemon(top)
        for step in (night.blocked, night.grown, night.over, night.counted):
            step(daemon)
        daemon.process.kill()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
