# SPDX-License-Identifier: Apache-2.0
"""
ownpostfix.py -- a private Postfix whose mail does not leave: each provider is a transport that
defers with that provider's words (error(8) as `retry`), so a queue of any size stands still.

smtpd would refuse recipients whose transport is `retry`, so it resolves without the table. Needs
root and Debian's postfix; nothing of the system's own is used. Configuration, queue and log
are in one folder. It listens on 127.0.0.1 only.
"""

import grp
import os
import pwd
import shutil
import subprocess
import time

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
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
transport_maps = texthash:{top}/etc/transport
default_transport = hold:
defer_transports = hold
maximal_queue_lifetime = 3d
bounce_queue_lifetime = 3d
queue_run_delay = 300s
smtpd_recipient_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
"""
MASTER = """127.0.0.1:{port} inet n - n - 100 smtpd
  -o rewrite_service_name=plain
plain unix - - n - - trivial-rewrite
  -o transport_maps=
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
hold unix - - n - - discard
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
verify unix - - n - 1 verify
postlog unix-dgram n - n - 1 postlogd
"""


class OwnPostfix:
    def __init__(self, top, main="enable_long_queue_ids = yes\n"):
        self.top, self.etc = top, top + "/etc"
        for name in ("/etc", "/spool", "/data"):
            os.makedirs(top + name)
        os.chmod(top, 0o755)
        os.chown(top + "/data", pwd.getpwnam("postfix").pw_uid, -1)
        self.transports({"hotmail.com": "retry:" + S775, "full.example": "retry:" + FULL,
                         "there.example": "discard:"})
        for name, text in (("main.cf", MAIN + main), ("master.cf", MASTER)):
            with open("%s/%s" % (self.etc, name), "w", encoding="utf-8") as f:
                f.write(text.format(top=top, port=PORT))
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
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if until(self.queue()):
                return True
            time.sleep(0.3)
        return False

    def log(self):
        with open(self.top + "/mail.log", encoding="utf-8", errors="replace") as f:
            return f.read()
