# SPDX-License-Identifier: Apache-2.0
"""
ownpostfix.py -- a private Postfix in one folder: configuration, queue and log. It listens on a port
of 127.0.0.1 only, and nothing of the system's own is used. Needs root and Debian's postfix.

smtpd resolves recipients without the table of transports, for it refuses those whose transport is
`retry` or `error`.
"""

import grp
import os
import pwd
import shutil
import subprocess

import private_postfix

PORT = 10031
S775 = ("4.7.650 host hotmail-com.olc.protection.outlook.com[52.101.8.42] said: 451 4.7.650 The mail "
        "server [203.0.113.10] has been temporarily rate limited due to IP reputation (S775) (in reply "
        "to MAIL FROM command)")
FULL = ("4.2.2 host mx.full.example[192.0.2.7] said: 452 4.2.2 mailbox full (in reply to RCPT TO "
        "command)")


def why_not():
    if os.geteuid() != 0:
        return "not root"
    for tool in ("/usr/sbin/postfix", "/usr/lib/postfix/sbin/master", "/usr/sbin/smtp-source"):
        if not os.access(tool, os.X_OK):
            return "postfix is not installed"
    try:
        pwd.getpwnam("postfix")
        grp.getgrnam("postdrop")
    except KeyError:
        return "postfix is not installed: no user postfix or group postdrop"
    return None


MAIN = private_postfix.PLACES + """import_environment = MAIL_CONFIG TZ=UTC LANG=C
myhostname = mx1.shop.example
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_database =
transport_maps = texthash:{top}/etc/transport
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
"""
MASTER = private_postfix.SERVICES + """127.0.0.1:{port} inet n - n - 100 smtpd
  -o rewrite_service_name=plain
plain unix - - n - - trivial-rewrite
  -o transport_maps=
pickup unix n - n 1 1 pickup
hold unix - - n - - discard
"""
# Mail does not leave: a provider is a transport that defers with its words (error(8) as `retry`), so a
# queue of any size stands still.
STILL = """mydestination =
alias_maps =
enable_long_queue_ids = {long}
default_transport = hold:
defer_transports = hold
maximal_queue_lifetime = 3d
bounce_queue_lifetime = 3d
queue_run_delay = 300s
"""
PROVIDERS = {"hotmail.com": "retry:" + S775, "full.example": "retry:" + FULL, "there.example": "discard:"}


class OwnPostfix:
    """`main` is added to main.cf; texts of `tables` are files beside it."""

    def __init__(self, top, main=STILL.format(long="yes"), transports=None, tables=None):
        self.top, self.etc = top, top + "/etc"
        for name in ("/etc", "/spool", "/data"):
            os.makedirs(top + name)
            os.chmod(top + name, 0o755)
        os.chmod(top, 0o755)
        os.chown(top + "/data", pwd.getpwnam("postfix").pw_uid, -1)
        self.transports(PROVIDERS if transports is None else transports)
        for name, text in dict(tables or {}, **{"main.cf": (MAIN + main).format(top=top),
                                                "master.cf": MASTER.format(port=PORT)}).items():
            with open("%s/%s" % (self.etc, name), "w", encoding="utf-8") as f:
                f.write(text)
        self.env = dict(os.environ, MAIL_CONFIG=self.etc, TZ="UTC",
                        PATH="/usr/sbin:/usr/bin:/sbin:/bin")

    def transports(self, table):
        with open(self.etc + "/transport", "w", encoding="utf-8") as f:
            f.write("".join("%s %s\n" % x for x in table.items()))

    def run(self, *args, **more):
        more.setdefault("check", True)
        return subprocess.run(args, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              **more)

    def start(self):
        self.run("postfix", "start")

    def stop(self):
        self.run("postfix", "stop", check=False)

    def remove(self):
        self.stop()
        shutil.rmtree(self.top, ignore_errors=True)

    def send(self, to, sender, n):
        """n messages in one go, by SMTP."""
        self.run("smtp-source", "-m", str(n), "-s", "10", "-f", sender, "-t", to, "-l", "900",
                 "-M", "client.shop.example", "127.0.0.1:%d" % PORT)

    def queue(self):
        return self.run("postqueue", "-j").stdout

    def wait(self, until, seconds=60):
        """Until the queue is as wanted."""
        return private_postfix.wait_for(lambda: until(self.queue()), seconds, 0.3)

    def log(self):
        try:
            with open(self.top + "/mail.log", encoding="utf-8", errors="replace") as f:
                return f.read()
        except FileNotFoundError:
            return ""
