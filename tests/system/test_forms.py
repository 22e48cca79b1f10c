# SPDX-License-Identifier: Apache-2.0
"""
test_forms.py -- logs as people have them: from containers, from journalctl, packed; and what is
not read is named. Each form must give the same delivery as the plain line.
"""

import bz2
import gzip
import lzma
import os
import re
import shutil
import subprocess
import sys

from util import main, write

LINE = ("Nov  3 06:42:11 mx1 postfix/smtp[77]: 4F1A2B: to=<jo@hotmail.com>, "
        "relay=shop.olc.protection.outlook.com[198.51.100.3]:25, delay=1, delays=0/0/1/0, "
        "dsn=5.7.1, status=bounced (host shop.olc.protection.outlook.com[198.51.100.3] said: 550 "
        "5.7.1 Unfortunately, messages from [203.0.113.10] weren't sent, part of their network is "
        "on our block list (S3140). (in reply to MAIL FROM command))")
REST = LINE[16:]
FORMS = [
    ("plain", "%s"),
    ("compose with colour", "\x1b[36mpostfix-1  |\x1b[0m %s"),
    ("mailcow", "postfix-mailcow-1  | %s"),
    ("docker logs -t", "2026-11-03T06:42:11.123456789Z %s"),
    ("CRI", "2026-11-03T06:42:11.5Z stdout F %s"),
    ("kubectl --prefix", "[pod/mail-0/postfix] %s"),
    ("portainer", "2026-11-03 06:42:11 | %s"),
]
# the same second, so one fact, whatever the form
STAMPS = [
    ("RFC 3339", "2026-11-03T06:42:11.123456+00:00 %s"),
    ("short-iso", "2026-11-03T06:42:11+0000 %s"),
    ("short-full", "Tue 2026-11-03 06:42:11 UTC %s"),
    ("short-unix", "1793688131.123456 %s"),
    ("a year", "Nov  3 2026 06:42:11 %s"),
    ("microseconds", "Nov  3 06:42:11.123456 %s"),
    ("a blank for the T", "2026-11-03 06:42:11 %s"),
]
NOW = ("--now", "2026-11-04T00:00:00Z")


def one_fact(tap, name, box, path):
    done = box.run("ingest", *NOW, "--dry-run", "--json", path)
    facts = done.lines() if done.code == 0 else []
    tap.ok(len(facts) == 1 and facts[0]["rule"] == "microsoft-consumer.s3140" and
           facts[0]["time"] == "2026-11-03T06:42:11Z", name, done.told())


def forms(tap, world):
    box = world.box("forms")
    paths = []
    for i, (name, form) in enumerate(FORMS + STAMPS):
        text = form % (LINE if i < len(FORMS) else REST)
        paths.append(box.path("%d.log" % i))
        write(paths[-1], text + "\n")
        one_fact(tap, "read: " + name, box, paths[-1])
    done = box.run("ingest", *NOW, "--json", *paths)
    tap.ok(done.code == 0 and done.json()["deliveries"] == 1,
           "all forms together are one delivery", done.told())


def packed(tap, world):
    box = world.box("packed")
    for name, pack in (("gzip", gzip.compress), ("bzip2", bz2.compress), ("xz", lzma.compress)):
        path = box.path("mail.log." + name)
        with open(path, "wb") as f:
            f.write(pack((LINE + "\n").encode()))
        one_fact(tap, "packed by " + name, box, path)
        with open(path, "rb") as f:
            whole = f.read()
        with open(path, "wb") as f:
            f.write(whole[:-9])
        done = box.run("ingest", *NOW, "--dry-run", path)
        tap.ok(done.code == 3 and name in done.err, "cut off, and named: " + name, done.told())


def not_read(tap, world):
    box = world.box("not_read")
    rows = [
        ("Haraka", "2026-11-03T06:42:11.123Z [NOTICE] [1C4B.1.1] [outbound] delivered file=1 "
                   "domain=example.com response=\"OK\"\n" * 3),
        ("msmtp", "Nov  3 06:42:11 host=smtp.example.com tls=on auth=on from=a@b.example "
                  "exitcode=EX_OK\n"),
        ("msmtp", "Nov  3 06:42:11 mx1 msmtp: host=smtp.example.com exitcode=EX_OK\n"),
        ("qmail", "@400000006365 delivery 1: success: 192.0.2.1_accepted_message./\n"),
        ("nullmailer", "Nov  3 06:42:11 mx1 nullmailer[7]: Delivery complete, 0 message(s) left\n"),
    ]
    for i, (name, text) in enumerate(rows):
        path = box.path("other-%d.log" % i)
        write(path, text)
        done = box.run("ingest", *NOW, path)
        tap.ok(done.code == 3 and done.err.count("lines of " + name) == 1 and
               "Is this the log" not in done.out, "named once: " + name, done.told())
    path = box.path("renamed.log")
    write(path, LINE.replace("postfix/smtp[77]", "relayer[77]") + "\n")
    done = box.run("ingest", *NOW, path)
    tap.ok(done.code == 3 and '"relayer"' in done.err, "a delivery of a daemon that is not known",
           done.told())
    path = box.path("quoted.log")
    write(path, "Nov  3 06:42:11 mx1 sshd[7]: Invalid user %s\n" % LINE.replace(", relay=", " x="))
    done = box.run("ingest", *NOW, path)
    tap.ok(done.code == 0 and "0 new deliveries" in done.out,
           "what another daemon quotes is no delivery", done.told())


def journal(tap, world):
    """The command that is printed must run: a journalctl of our own shows what it was asked."""
    box = world.box("journal")
    folder = box.path("it's a journal/9fd03ed8")
    os.makedirs(folder)
    with open(folder + "/system.journal", "wb") as f:
        f.write(b"LPKSHHRH" + b"\0" * 200)
    done = box.run("ingest", *NOW, box.path("it's a journal"))
    command = [x for x in done.err.splitlines() if x.startswith("journalctl ")]
    tap.ok(done.code == 3 and len(command) == 1, "a folder of the journal is answered", done.told())
    os.mkdir(box.path("bin"))
    for name, text in (("journalctl", 'printf "%s\\n" "$@"'), ("reputed", "cat")):
        write(box.path("bin/" + name), "#!/bin/sh\n%s\n" % text)
        os.chmod(box.path("bin/" + name), 0o755)
    got = subprocess.run(["sh", "-c", command[0] if command else "false"], check=False,
                         stdout=subprocess.PIPE, env={"PATH": box.path("bin") + ":/usr/bin:/bin"})
    tap.ok(got.stdout.decode().splitlines() ==
           ["-D", folder, "-o", "json", "SYSLOG_FACILITY=2"],
           "pasted into a shell, journalctl gets its words", [repr(got.stdout)])
    if shutil.which("journalctl"):
        empty = re.sub(r" -D .* -o", " -D %s -o" % box.path("bin"), (command + ["false"])[0])
        got = subprocess.run([empty.split(" |")[0]],
                             shell=True, check=False, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        tap.ok(got.returncode == 0, "the real journalctl takes it", [repr(got.stderr)])
    else:
        tap.skip("the real journalctl takes it", "no journalctl here")
    write(box.path("it's a journal/mail.log"), LINE + "\n")
    done = box.run("ingest", *NOW, box.path("it's a journal"))
    tap.ok(done.code == 0 and "1 new delivery" in done.out and "journalctl" in done.err,
           "beside a log it is a note", done.told())


if __name__ == "__main__":
    sys.exit(main([forms, packed, not_read, journal]))
