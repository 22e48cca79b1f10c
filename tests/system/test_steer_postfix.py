#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_steer_postfix.py -- reputed steer postfix on a real Postfix: what is shown, changed, and changed back to the byte;
and which refusals wait, asked of postmap(1) and seen in the queue. TAP; skipped, with the reason, where no private
Postfix can run.
"""

import json
import os
import pty
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402
import util_schema          # noqa: E402

REPUTED = os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed"))
MX = "outlook-com.olc.protection.outlook.com"
REFUSAL = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your "
           "Internet service provider since part of their network is on our block list (S3140).")
ZONE = {"outlook.com": [("MX", (10, MX))], MX: [("A", "52.101.8.42")],
        "gmail.com": [("MX", (10, "gmail-smtp-in.l.google.com"))],
        "gmail-smtp-in.l.google.com": [("A", "142.250.27.27")]}
FILES = ("/etc/postfix/main.cf", "/etc/postfix/master.cf")

# Configurations as people have them: (name, more of main.cf, more of master.cf).
SETUPS = (
    ("as Debian installs it", "", ""),
    ("lists over several lines, with comments between", """
# maps of ours
transport_maps =
    inline:{ { slow.example = smtp: } },
# the old one stays
    hash:/etc/postfix/transport

defer_transports = uucp,
   slow
smtp_delivery_status_filter = regexp:/etc/postfix/mine
""", ""),
    ("a filter in front, and a service with a filter of its own", "content_filter = smtp-amavis:[127.0.0.1]:10024\n",
     """smtp-amavis unix - - n - 2 smtp
  -o smtp_data_done_timeout=1200
out-b unix - - n - - smtp
  -o smtp_delivery_status_filter=regexp:/etc/postfix/mine
  -o syslog_name=postfix/out-b
127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
"""),
    ("no line end at the end", "\nmailbox_size_limit = 60000000", ""),
)


def ok(tap, what, good, *details):
    tap.ok(good, what, details)


def texts():
    found = []
    for path in FILES:
        with open(path, "rb") as file:
            found.append(file.read())
    return found


def reputed(top, *words, answer=None):
    """(exit code, what it printed). answer: it has a terminal, and gets that."""
    argv = [REPUTED, *words, "--config", top + "/reputed.conf"]
    if answer is None:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, check=False, cwd=top)
        return done.returncode, done.stdout
    main, other = pty.openpty()
    with subprocess.Popen(argv, stdin=other, stdout=other, stderr=other, cwd=top) as child:
        os.close(other)
        os.write(main, answer.encode())
        said = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:
                break
            if not part:
                break
            said += part
    os.close(main)
    return child.returncode, said.decode("utf-8", "replace").replace("\r\n", "\n")


def steer(top, *words, answer=None):
    return reputed(top, "steer", "postfix", *words, answer=answer)


class Setup:
    """The private Postfix with more in its files, for a while."""

    def __init__(self, pf, main, master=""):
        self.pf, self.was, self.more = pf, texts(), (main, master)

    def __enter__(self):
        for path, was, more in zip(FILES, self.was, self.more):
            private_postfix.write(path, was.decode() + more)
        self.pf.shell("postfix reload")
        return self.pf

    def __exit__(self, *_):
        for path, was in zip(FILES, self.was):
            private_postfix.write(path, was.decode())
        self.pf.shell("postfix reload")


def as_json(tap, top, pf):
    """plan and status as JSON: before, after, with a part that is gone, and with a table of other rules."""
    with open(os.path.join(os.environ["TOP"], "doc", "json", "%s.schema.json" % "steer_postfix"), encoding="utf-8") as file:
        rules = json.load(file)
    with Setup(pf, ""):
        def state(what="status"):
            code, said = steer(top, what, "--json")
            got = json.loads(said)
            wrong = util_schema.errors(got, rules, closed=True)
            return code, got["enabled"], got["table_is_current"], len(got["changes"]), wrong

        seen = [state("plan"), state()]
        steer(top, "enable", "--yes")
        seen += [state("plan"), state()]
        with open("/etc/postfix/reputed/softened", "a", encoding="ascii") as file:
            file.write("# of before\n")
        seen.append(state())
        steer(top, "enable", "--yes")
        seen.append(state())
        pf.shell("postconf -e defer_transports=")
        seen.append(state())
        again = steer(top, "enable", "--yes")
        steer(top, "disable")
        ok(tap, "status says what is in force: not, all of it, an old table, a part", seen == [
            (0, False, None, 3, []), (0, False, None, 3, []), (0, True, None, 0, []), (0, True, True, 0, []),
            (1, True, False, 0, []), (0, True, True, 0, []), (1, True, None, 1, [])] and again[0] == 1 and
            "disable" in again[1], seen, again)


def another_name(tap, top, pf):
    """A line in which a person names our map in another way: nothing is taken from under Postfix's feet."""
    with Setup(pf, ""):
        steer(top, "enable", "--yes")
        pf.shell("postmap lmdb:/etc/postfix/reputed/hold 2>/dev/null; postconf -e transport_maps=texthash:/etc/postfix/reputed/hold")
        was = texts()
        got = steer(top, "disable")
        ok(tap, "a line of a person that names our folder stops disable, which says it", got[0] == 4 and
           "take it out" in got[1] and texts() == was and os.path.exists("/etc/postfix/reputed/hold"), got)
        pf.shell("postconf -e transport_maps=")
        got = steer(top, "disable")
        ok(tap, "without it all of it goes", got[0] == 0 and not os.path.exists("/etc/postfix/reputed") and
           "reputed" not in "".join(x.decode() for x in texts()[:1]).replace("reputed-pp", ""), got, texts()[0])


def stopped(tap, top, pf):
    """enable that is stopped between its steps, and copies that are gone: disable puts it right."""
    with Setup(pf, "transport_maps =\n  inline:{ { slow.example = smtp: } }\n"):
        was = texts()
        steer(top, "enable", "--yes")
        now = texts()
        private_postfix.write(FILES[0], was[0].decode())    # as if it had been stopped before main.cf was written
        seen = steer(top, "status"), steer(top, "disable")
        ok(tap, "stopped before main.cf was written: a part, and disable takes back", seen[0][0] == 1 and seen[1][0] == 0 and
           texts() == was, seen)
        steer(top, "enable", "--yes")
        for name in ("main.cf.before", "main.cf.after", "master.cf.before", "master.cf.after"):
            os.unlink("/etc/postfix/reputed/" + name)
        seen = steer(top, "status"), steer(top, "enable", "--yes"), steer(top, "disable")
        left = pf.shell("postconf -h transport_maps defer_transports smtp_delivery_status_filter; postfix check")[1]
        ok(tap, "without the copies: said, and our parts are taken out", seen[0][0] == seen[1][0] == 1 and seen[2][0] == 0 and
           now[0] != was[0] and "slow.example" in left and "reputed" not in left, seen, left)


def hostile_folder(tap, top, pf):
    """A folder that somebody else may write is not used: main.cf comes back from a copy in it."""
    with Setup(pf, ""):
        was = texts()
        os.mkdir("/etc/postfix/reputed")
        os.chown("/etc/postfix/reputed", 65534, 65534)
        got = steer(top, "enable", "--yes")
        ok(tap, "a folder of somebody else is refused", got[0] == 4 and "move it away" in got[1] and texts() == was, got)
        os.rmdir("/etc/postfix/reputed")


def there_and_back(tap, top, pf):
    private_postfix.write("/etc/postfix/transport", "")
    private_postfix.write("/etc/postfix/mine", "/^5\\.9\\.9 (.*)$/ 4.9.9 $1\n")
    pf.shell("postmap /etc/postfix/transport")
    for name, main, master in SETUPS:
        with Setup(pf, main, master):
            was = texts()
            plan = steer(top, "plan")
            enabled = steer(top, "enable", "--yes")
            now = texts()
            settings = pf.shell("postconf -h transport_maps defer_transports smtp_delivery_status_filter; "
                                "postconf -P '*/*/smtp_delivery_status_filter'; postfix check")[1]
            again = steer(top, "plan")
            twice = steer(top, "enable", "--yes")
            ok(tap, name + ": plan shows it, enable does it",
                      plan[0] == 0 and enabled[0] == 0 and was != now and
                      all("reputed/hold" in x and "reputed-hold" in x for x in (plan[1], enabled[1], settings)) and
                      "All of it is in place" in again[1] and twice[0] == 0 and texts() == now,
                      plan, enabled, settings, again, twice)
            kept = [x for x in ("slow.example", "/etc/postfix/transport", "uucp", "slow") if x in main]
            ok(tap, name + ": what was there stays", all(x in settings for x in kept) and
                      settings.count("regexp:/etc/postfix/mine") == (main + master).count("regexp:/etc/postfix/mine") and
                      settings.count("reputed/softened") == 1 + master.count("status_filter"), settings)
            gone = steer(top, "disable")
            ok(tap, name + ": disable gives every byte back", gone[0] == 0 and texts() == was and
                      not os.path.exists("/etc/postfix/reputed"), gone, was, texts())
            steer(top, "enable", "--yes")
            person = [("message_size_limit = 9000000\n", "after"), ("# a comment\n", "before")]
            for text, where in person:
                now = texts()[0]
                private_postfix.write(FILES[0], (now + text.encode() if where == "after" else
                                                 text.encode() + now).decode())
            gone = steer(top, "disable")
            want = b"# a comment\n" + was[0] + (b"" if was[0].endswith(b"\n") else b"\n") + \
                b"message_size_limit = 9000000\n"
            ok(tap, name + ": also when a person has changed other lines", gone[0] == 0 and texts() == [want, was[1]],
                      gone, want, texts())
            steer(top, "enable", "--yes")
            pf.shell("postconf -e \"transport_maps = $(postconf -h transport_maps), inline:{{new.example=smtp:}}\"")
            gone = steer(top, "disable")
            left = pf.shell("postconf -h transport_maps defer_transports smtp_delivery_status_filter; postconf -P; "
                            "postfix check")[1]
            ok(tap, name + ": of a line that a person changed too, only our part goes",
                      gone[0] == 0 and "only the part" in gone[1] and "new.example" in left and "reputed" not in left,
                      gone, left)


def refuses(tap, top, pf):
    """What cannot be steered is refused with its reason, and nothing is touched."""
    for what, main, word, code in (
            ("relayhost", "relayhost = [smtp.relay.example]:587\n", "relayhost", 1),
            ("a default transport with a next hop", "default_transport = smtp:[relay.example]\n", "default_transport", 1),
            ("a database that reputed cannot write", "default_database_type = sdbm\n", "sdbm", 1),
            ("several instances", "multi_instance_directories = /etc/postfix-out\n", "--postfix", 2)):
        with Setup(pf, main):
            was = texts()
            got = steer(top, "plan")[0], steer(top, "enable", "--yes")[0], steer(top, "plan", "--json")[0]
            said = steer(top, "plan")[1]
            ok(tap, "%s: refused, with the reason" % what, got == (code,) * 3 and word in said and
               texts() == was and not os.path.exists("/etc/postfix/reputed"), got, said)
    with Setup(pf, ""):
        was = texts()
        os.mkdir("/etc/postfix/reputed")
        os.chown("/etc/postfix/reputed", 65534, 65534)
        got = steer(top, "enable", "--yes")
        ok(tap, "a folder of somebody else is refused", got[0] == 4 and "move it away" in got[1] and texts() == was, got)
        os.rmdir("/etc/postfix/reputed")


def there_and_back(tap, top, pf):
    private_postfix.write("/etc/postfix/transport", "")
    private_postfix.write("/etc/postfix/mine", "/^5\\.9\\.9 (.*)$/ 4.9.9 $1\n")
    pf.shell("postmap /etc/postfix/transport")
    for name, main, master in SETUPS:
        with Setup(pf, main, master):
            was = texts()
            plan = steer(top, "plan")
            enabled = steer(top, "enable", "--yes")
            now = texts()
            settings = pf.shell("postconf -h transport_maps defer_transports smtp_delivery_status_filter; "
                                "postconf -P '*/*/smtp_delivery_status_filter'; postfix check")[1]
            again = steer(top, "plan")
            twice = steer(top, "enable", "--yes")
            ok(tap, name + ": plan shows it, enable does it",
                      plan[0] == 0 and enabled[0] == 0 and was != now and
                      all("reputed/hold" in x and "reputed-hold" in x for x in (plan[1], enabled[1], settings)) and
                      "All of it is in place" in again[1] and twice[0] == 0 and texts() == now,
                      plan, enabled, settings, again, twice)
            kept = [x for x in ("slow.example", "/etc/postfix/transport", "uucp", "slow") if x in main]
            ok(tap, name + ": what was there stays", all(x in settings for x in kept) and
                      settings.count("regexp:/etc/postfix/mine") == (main + master).count("regexp:/etc/postfix/mine") and
                      settings.count("reputed/softened") == 1 + master.count("status_filter"), settings)
            gone = steer(top, "disable")
            ok(tap, name + ": disable gives every byte back", gone[0] == 0 and texts() == was and
                      not os.path.exists("/etc/postfix/reputed"), gone, was, texts())
            steer(top, "enable", "--yes")
            person = [("message_size_limit = 9000000\n", "after"), ("# a comment\n", "before")]
            for text, where in person:
                now = texts()[0]
                private_postfix.write(FILES[0], (now + text.encode() if where == "after" else
                                                 text.encode() + now).decode())
            gone = steer(top, "disable")
            want = b"# a comment\n" + was[0] + (b"" if was[0].endswith(b"\n") else b"\n") + \
                b"message_size_limit = 9000000\n"
            ok(tap, name + ": also when a person has changed other lines", gone[0] == 0 and texts() == [want, was[1]],
                      gone, want, texts())
            steer(top, "enable", "--yes")
            pf.shell("postconf -e \"transport_maps = $(postconf -h transport_maps), inline:{{new.example=smtp:}}\"")
            gone = steer(top, "disable")
            left = pf.shell("postconf -h transport_maps defer_transports smtp_delivery_status_filter; postconf -P; "
                            "postfix check")[1]
            ok(tap, name + ": of a line that a person changed too, only our part goes",
                      gone[0] == 0 and "only the part" in gone[1] and "new.example" in left and "reputed" not in left,
                      gone, left)


def refuses(tap, top, pf):
    """What cannot be steered is refused with its reason, and nothing is touched."""
    for what, main, word in (("relayhost", "relayhost = [smtp.relay.example]:587\n", "relayhost"),
                             ("a database that reputed cannot write", "default_database_type = sdbm\n", "sdbm"),
                             ("several instances", "multi_instance_directories = /etc/postfix-out\n", "--postfix")):
        with Setup(pf, main):
            was = texts()
            got = [steer(top, x, "--yes")[0] if x == "enable" else steer(top, x)[0] for x in ("plan", "enable")]
            said = steer(top, "plan")[1]
            ok(tap, "%s: refused, with the reason" % what, all(x in (1, 2) for x in got) and word in said and
                      texts() == was and not os.path.exists("/etc/postfix/reputed"), got, said)
    with Setup(pf, ""):
        was = texts()
        nobody, no = steer(top, "enable"), steer(top, "enable", answer="n\n")
        ok(tap, "without a yes nothing is changed", nobody[0] == 2 and "--yes" in nobody[1] and no[0] == 0 and
                  texts() == was, nobody, no)
        yes = steer(top, "enable", answer="y\n")
        ok(tap, "with a yes at the terminal it is", yes[0] == 0 and texts() != was and "Done" in yes[1], yes)
        steer(top, "disable")


class Server:
    """Refuses the client, a recipient, or a message, as the sender's name says."""

    def __call__(self, stage, text):
        if stage == "mail":
            self.sender = text
            return REFUSAL if text.startswith("client") else None
        if stage == "rcpt" and self.sender.startswith("rcpt"):
            return REFUSAL
        if stage == "dot" and self.sender.startswith("dot"):
            return REFUSAL
        if stage == "rcpt" and text.startswith("gone"):
            return "550 5.1.1 no such user"
        return None


def in_the_queue(tap, top, pf):
    """The same words wait where they refuse the client, and return where they refuse a person or a message."""
    with Setup(pf, ""):
        pf.shell("postconf -F smtp/unix/chroot=y; q=$(postconf -h queue_directory); mkdir -p $q/etc; "
                 "cp /etc/resolv.conf /etc/services /etc/hosts $q/etc/; postfix reload")    # as Debian has it
        sinks = [private_postfix.Sink(x, Server()) for x in ("52.101.8.42", "142.250.27.27")]
        steer(top, "enable", "--yes")
        for sender, to in (("client", "a@outlook.com"), ("rcpt", "b@outlook.com"), ("dot", "c@outlook.com"),
                           ("news", "gone@outlook.com"), ("news", "fine@outlook.com"), ("client", "d@gmail.com")):
            pf.sendmail(to, sender + "@shop.example")
        private_postfix.wait_for(lambda: len(pf.statuses()) >= 6)
        got = {m.group(1): m.group(2, 3) for m in (re.search(r"to=<([^>]*)>.*dsn=(\S+), status=(\w+)", x)
                                                   for x in pf.log()) if m and "@shop.example" not in m.group(1)}
        ok(tap, "a refusal of the client waits, with the provider's words", got.get("a@outlook.com") ==
                  ("4.7.0", "deferred") and any("reputed-softened host " + MX in x and "S3140" in x for x in pf.log()),
                  got, pf.log()[-20:])
        ok(tap, "the same words for a recipient or a message return to the sender", got.get("b@outlook.com") ==
                  got.get("c@outlook.com") == ("5.7.1", "bounced"), got)
        ok(tap, "an unknown recipient returns, accepted mail goes", got.get("gone@outlook.com") ==
                  ("5.1.1", "bounced") and got.get("fine@outlook.com", ("", ""))[1] == "sent", got)
        queue = json.loads(pf.shell("postqueue -j | grep a@outlook.com")[1].splitlines()[0])
        reputed(top, "ingest", pf.top + "/mail.log")
        listed = reputed(top, "queue", "--json")[1]
        why = reputed(top, "why", "outlook.com")[1]
        ok(tap, "reputed reads the refusal behind its own mark", "softened" in queue["recipients"][0]["delay_reason"]
                  and "s3140" in listed and "s3140" in why.lower() and "softened" not in why, listed, why)
        steer(top, "disable")
        del sinks


def main():
    if private_postfix.outside():
        return private_postfix.run(__file__)
    tap = check.Tap()
    top = os.environ[private_postfix.MARK].split(",")[0]
    private_postfix.write(top + "/reputed.conf", "database %s/db\nkey-file %s/key\nsource mx1 { public 203.0.113.24 }\n" % (top, top))
    private_postfix.add_address("52.101.8.42")
    private_postfix.add_address("142.250.27.27")
    with private_postfix.Postfix(ZONE) as pf:
        there_and_back(tap, top, pf)
        refuses(tap, top, pf)
        as_json(tap, top, pf)
        another_name(tap, top, pf)
        stopped(tap, top, pf)
        hostile_folder(tap, top, pf)
        in_the_queue(tap, top, pf)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
