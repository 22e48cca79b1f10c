#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_alias.py [REPUTED] -- a private Postfix hands bounces to `|reputed ingest -` by an alias: a
bounce that somebody mails, and one that this Postfix makes itself, whose log line is the same
failure. TAP. Skipped, with the reason, where no Postfix may be started (root, Debian's postfix).

High ports on loopback only; configuration, queue and log in one temporary folder.
"""

import os
import pwd
import smtplib
import socket
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import mails    # noqa: E402
import util     # noqa: E402

SERVICES = """
127.0.0.1:%d inet n - n - - smtpd
  -o rewrite_service_name=rewrite-static
rewrite-static unix - - n - - trivial-rewrite
  -o transport_maps=
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


def why_not():
    if os.geteuid() != 0:
        return "not root"
    if not os.access("/usr/sbin/postfix", os.X_OK):
        return "postfix is not installed"
    try:
        pwd.getpwnam("postfix")
        pwd.getpwnam("nobody")
    except KeyError as error:
        return str(error)
    return None


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postfix:
    def __init__(self, box):
        self.top, self.port = box.path("postfix"), free_port()
        self.log = self.top + "/log"
        for name in ("", "/conf", "/queue", "/data"):
            os.mkdir(self.top + name)
            os.chmod(self.top + name, 0o755)
        owner = pwd.getpwnam("postfix")
        os.chown(self.top + "/data", owner.pw_uid, owner.pw_gid)
        command = '|%s ingest --config %s --now %s - || test $? -eq 3 || exit 75' % (
            box.world.reputed, box.config, util.NOW)
        util.write(self.top + "/conf/aliases", 'bounces "%s"\n' % command)
        util.write(self.top + "/conf/transport", "gone.example error:5.1.1 no such user\n")
        util.write(self.top + "/conf/master.cf", SERVICES % self.port)
        util.write(self.top + "/conf/main.cf", """compatibility_level = 3.6
queue_directory = {0}/queue
data_directory = {0}/data
maillog_file = {0}/log
maillog_file_prefixes = {0}
myhostname = mx1.shop.example
mydestination = shop.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps = texthash:{0}/conf/aliases
alias_database =
transport_maps = texthash:{0}/conf/transport
local_recipient_maps =
default_privs = nobody
disable_dns_lookups = yes
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
""".format(self.top))

    def start(self):
        done = subprocess.run(["postfix", "-c", self.top + "/conf", "start"], check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60)
        return done.returncode == 0, done.stdout.decode("utf-8", "replace")

    def stop(self):
        subprocess.run(["postfix", "-c", self.top + "/conf", "stop"], check=False, timeout=60,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def send(self, sender, to, text):
        with smtplib.SMTP("127.0.0.1", self.port, timeout=20, local_hostname="client.shop.example") as smtp:
            smtp.sendmail(sender, [to], text.encode())

    def lines(self):
        return util.read(self.log).decode("utf-8", "replace").splitlines() \
            if os.path.exists(self.log) else []

    def wait(self, test, seconds=40):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if test(self.lines()):
                return True
            time.sleep(0.2)
        return False


def handed_over(lines, n):
    return sum("status=sent (delivered to command" in x for x in lines) >= n


def alias(tap, world):
    reason = why_not()
    if reason:
        tap.skip("a bounce through an alias", reason)
        return
    box = world.box("alias")
    nobody = pwd.getpwnam("nobody")
    for path in (box.top, box.config):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    postfix = Postfix(box)
    started, said = postfix.start()
    if not tap.ok(started, "a private Postfix starts", said.splitlines() + postfix.lines()):
        return
    try:
        postfix.send("", "bounces@shop.example", mails.dsn(1, "a@example.com"))
        fine = postfix.wait(lambda lines: handed_over(lines, 1))
        tap.ok(fine, "a bounce is handed to reputed", postfix.lines()[-12:])
        tap.ok(count(box) == 1, "and counted", [str(box.status().out)])
        postfix.send("", "bounces@shop.example", mails.dsn(1, "a@example.com"))
        postfix.wait(lambda lines: handed_over(lines, 2))
        tap.ok(count(box) == 1, "the same once more is still one", [str(box.status().out)])
        # a failure of this Postfix: its bounce comes by the alias, its log line by the file
        postfix.send("bounces@shop.example", "jo@gone.example", mails.original(5, "jo@gone.example"))
        fine = postfix.wait(lambda lines: handed_over(lines, 3))
        tap.ok(fine and count(box) == 2, "a bounce that Postfix makes itself",
               postfix.lines()[-12:] + [str(box.status().out)])
        for name in os.listdir(box.top):    # from here on as root
            os.chown(box.path(name), 0, 0)
        os.chown(box.top, 0, 0)
        done = box.run("ingest", postfix.log)
        tap.ok(done.code == 0 and count(box) == 2, "its line in the log is the same failure",
               done.told() + [str(box.status().out)])
    finally:
        postfix.stop()


def count(box):
    done = box.status()
    return done.json()["totals"]["bounced"] if done.code in (0, 1) else done.err


if __name__ == "__main__":
    sys.exit(util.main([alias]))
