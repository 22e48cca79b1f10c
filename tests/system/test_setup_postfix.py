#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_setup_postfix.py -- `reputed setup` beside a real Postfix that has sent: its stock transport behind a content filter,
and a second instance with an address of its own, to servers of providers' names. What setup says is compared with what
these servers saw. TAP; skipped, with the reason, where no private Postfix can run.
"""

import json
import os
import shutil
import smtplib
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed")))
OUTLOOK, GMAIL = "outlook-com.olc.protection.outlook.com", "gmail-smtp-in.l.google.com"
OWN, OTHER = "203.0.113.24", "203.0.113.31"
HOSTS = {OUTLOOK: "52.101.8.42", GMAIL: "142.250.27.27"}
ZONE = {"outlook.com": [("MX", (10, OUTLOOK))], "gmail.com": [("MX", (10, GMAIL))],
        "24.113.0.203.in-addr.arpa": [("PTR", "mx1.shop.example")],
        "mx1.shop.example": [("A", OWN)], "shop.example": [("TXT", "v=spf1 ip4:203.0.113.0/24 -all")],
        **{name: [("A", address)] for name, address in HOSTS.items()}}
REFUSED = ("550 5.7.1 Unfortunately, messages from [%s] weren't sent. Please contact your Internet service provider "
           "since part of their network is on our block list (S3140)." % OWN)
# What a shop with amavis has, as amavisd's own manual for Postfix says it.
MAIN = """content_filter = smtp-amavis:[127.0.0.1]:10024
smtp_bind_address = 172.31.16.10
multi_instance_enable = yes
multi_instance_wrapper = ${{command_directory}}/postmulti -p --
multi_instance_directories = {top}/etc-out
"""
MASTER = """smtp-amavis unix - - n - 2 smtp
  -o smtp_data_done_timeout=1200
  -o smtp_bind_address=127.0.0.1
127.0.0.1:10025 inet n - n - - smtpd
  -o content_filter=
  -o mynetworks=127.0.0.0/8
"""
SECOND = private_postfix.PLACES.replace("{top}/", "{top}/out-").replace(
    "maillog_file = {top}/out-mail.log", "maillog_file = {top}/log/out.log").replace(
        "maillog_file_prefixes = {top}/out-", "maillog_file_prefixes = {top}") + """myhostname = out.shop.example
multi_instance_name = postfix-out
multi_instance_enable = yes
syslog_name = postfix-out
smtp_bind_address = %s
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
""" % OTHER
SECOND_MASTER = private_postfix.SERVICES + "127.0.0.1:2525 inet n - n - - smtpd\n"


def passed_on(sender, recipients, lines):
    """The filter gives the message back to port 10025, as amavis does."""
    with smtplib.SMTP("127.0.0.1", 10025, local_hostname="localhost", timeout=30) as s:
        s.sendmail(sender, recipients, b"\r\n".join(lines))
    return "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued"


def second_instance(top):
    """Another Postfix of the same programs, as postmulti makes one; it starts and stops with the first."""
    folder = top + "/etc-out"
    shutil.copytree("/etc/postfix", folder, dirs_exist_ok=True)
    private_postfix.write(folder + "/main.cf", SECOND.format(top=top))
    private_postfix.write(folder + "/master.cf", SECOND_MASTER)
    for name in ("out-spool", "out-data"):
        os.mkdir("%s/%s" % (top, name))
    shutil.chown(top + "/out-data", "postfix")


def send(port, to, n):
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost", timeout=30) as s:
        for i in range(n):
            s.sendmail("news@shop.example", ["u%d@%s" % (i, to)],
                       "From: news@shop.example\r\nSubject: x\r\n\r\nx\r\n")


def reputed(top, *words):
    done = subprocess.run([REPUTED, words[0], "--config", top + "/reputed.conf", *words[1:]], check=False, cwd=top,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout


def played(tap, postfix, top, outlook, gmail):
    code, said = postfix.shell("postmulti -l")
    tap.ok(code == 0 and top + "/etc-out" in said and private_postfix.wait_for(
        lambda: os.path.exists(top + "/log/out.log")), "postmulti has two instances, and the second one logs", [said])
    send(25, "outlook.com", 12)
    send(25, "gmail.com", 12)
    private_postfix.wait_for(lambda: len(outlook.taken) == 0 and len(gmail.taken) == 12 and
                             sum(s[1] == "bounced" for s in postfix.statuses()) >= 12)
    send(2525, "gmail.com", 8)
    tap.ok(private_postfix.wait_for(lambda: len(gmail.taken) == 20), "mail was sent by both, through the filter",
           postfix.log()[-10:])
    code, said = reputed(top, "setup", "--yes", "--db", top + "/r.db")
    got = json.loads(reputed(top, "config", "dump", "--json")[1])
    told = said.splitlines()
    ways = {(s["label"][0], s["public"], s["bind"]) for s in got["sources"]}
    tap.ok(code == 0 and ways == {("postfix", OWN, "172.31.16.10"), ("postfix-out", OTHER, OTHER)},
           "both ways out: one as a reply named it, one as Postfix binds it", [str(ways)] + told)
    saw = {peer: gmail.peers.count(peer) for peer in set(gmail.peers)}
    tap.ok(saw == {"172.31.16.10": 12, OTHER: 8}, "which is what the provider saw", [str(saw)])
    tap.ok("smtp-amavis" not in " ".join(s["name"] + " ".join(s["label"]) for s in got["sources"]) and
           "content filter smtp-amavis:[127.0.0.1]:10024" in " ".join(said.split()), "the filter is none", told)
    tap.ok(set(got["watch"]) == {postfix.log_path, top + "/log/out.log"}, "the log of each is watched",
           [str(got["watch"])])
    status = json.loads(reputed(top, "status", "--json")[1])
    counts = {(c["source"], c["provider"]): (c["sent"], c["bounced"]) for c in status["cells"]}
    tap.ok(counts == {(OWN, "microsoft-consumer"): (0, 12), (OWN, "google"): (12, 0), (OTHER, "google"): (8, 0)},
           "and each message counts once, not its hop to the filter", [str(counts)])
    tap.ok("PTR mx1.shop.example" in " ".join(said.split()), "the PTR is looked up", told)
    before = text_of(top + "/reputed.conf")
    code, said = reputed(top, "setup", "--yes")
    tap.ok(code == 0 and text_of(top + "/reputed.conf") == before and "0 new deliveries" in said,
           "again nothing changes", said.splitlines())
    # With a newer log of the first instance the same configuration still holds.
    code, said = reputed(top, "config", "check")
    tap.ok(code == 0, "what it wrote is sound", said.splitlines())


def installed(tap, top):
    """With the file that the service reads, and its unit: what is printed to be typed next is for both."""
    os.makedirs("/etc/systemd/system", exist_ok=True)
    private_postfix.write("/etc/systemd/system/reputed.service", "[Service]\nExecStart=/usr/bin/reputed serve\n")
    usual = "/etc/reputed/reputed.conf"
    done = subprocess.run([REPUTED, "setup", "--config", usual, "--db", top + "/usual.db", "--yes"], check=False,
                          cwd=top, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          stdin=subprocess.DEVNULL)
    tap.ok(done.returncode == 0 and os.stat(usual).st_mode & 0o777 == 0o644 and
           "\nsystemctl enable --now reputed\n" in done.stdout and
           "\nreputed check shop.example\n" in done.stdout, "with its unit there, the service is named",
           done.stdout.splitlines()[-12:])
    tap.ok(os.stat("/etc/reputed/key").st_mode & 0o777 == 0o600, "the key is beside it, for its owner alone")


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main():
    if private_postfix.outside():
        return private_postfix.run(__file__)
    tap = check.Tap()
    top = os.environ[private_postfix.MARK].split(",")[0]
    for name in ("log", "var-log"):
        os.mkdir("%s/%s" % (top, name))
    shutil.copytree("/etc", top + "/etc-all", symlinks=True, ignore_dangling_symlinks=True)
    private_postfix.bind(top + "/etc-all", "/etc")
    second_instance(top)
    with private_postfix.Postfix(ZONE, MAIN.format(top=top), MASTER) as postfix:
        for address in list(HOSTS.values()) + [OWN, OTHER, "172.31.16.10"]:
            private_postfix.add_address(address)
        private_postfix.bind(top + "/var-log", "/var/log")
        outlook = private_postfix.Sink(HOSTS[OUTLOOK], lambda stage, text: REFUSED if stage == "mail" else None)
        gmail = private_postfix.Sink(HOSTS[GMAIL])
        private_postfix.Sink("127.0.0.1", port=10024, message=passed_on)
        played(tap, postfix, top, outlook, gmail)
        installed(tap, top)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
