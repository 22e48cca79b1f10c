# SPDX-License-Identifier: Apache-2.0
"""
private_postfix.py -- a Postfix of its own in /etc/postfix, for commands that are pasted as printed.

    if private_postfix.outside():               # in main(): the outer half, which waits
        return private_postfix.run(__file__)    # where it cannot run: a skipped plan
    with private_postfix.Postfix() as pf: ...   # the inner half

The inner half has namespaces of its own (mount, network with nothing but loopback, process ids,
host name). Its /etc/postfix is a temporary folder, its resolver is a stub, and its "providers" are
sinks on 127.0.0.0/8. So a block that says /etc/postfix and port 25 is played as it stands, and
nothing of the system is touched. Needs root, Debian's postfix and unshare(1).
"""

import ctypes
import email
import email.policy
import glob
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time

import dns_stub
import loopback

MARK = "REPUTED_PRIVATE_POSTFIX"
NAMESPACES = ["unshare", "--mount", "--net", "--uts", "--pid", "--fork", "--kill-child",
              "--mount-proc"]


# ---------------------------------------------------------------- the outer half

def why_not():
    """The reason for which nothing can be played here, or None."""
    if os.geteuid() != 0:
        return "not root"
    if not os.access("/usr/lib/postfix/sbin/master", os.X_OK) or not os.path.isdir("/etc/postfix"):
        return "postfix is not installed"
    try:
        pwd.getpwnam("postfix")
    except KeyError:
        return "postfix is not installed: no user postfix"
    if not shutil.which("unshare"):
        return "no unshare(1)"
    done = subprocess.run(NAMESPACES + ["true"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    return "unshare is not possible here: " + done.stderr.strip() if done.returncode else None


def outside():
    return MARK not in os.environ


def run(program):
    """Starts `program` again inside, and waits. The TAP plan is the inner half's."""
    reason = why_not()
    if reason:
        print("1..0 # SKIP " + reason)
        return 0
    top = tempfile.mkdtemp(prefix="reputed-pp.")
    os.chmod(top, 0o755)
    child = None
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        child = subprocess.Popen(
            NAMESPACES + [sys.executable, os.path.abspath(program)] + sys.argv[1:],
            env=dict(os.environ, **{MARK: top + "," + os.readlink("/proc/self/ns/mnt")}),
            preexec_fn=lambda: ctypes.CDLL(None).prctl(1, signal.SIGKILL))
        return child.wait()
    finally:
        if child and child.poll() is None:
            child.kill()        # --kill-child: all that runs inside goes with it
            child.wait()
        shutil.rmtree(top, ignore_errors=True)


# ---------------------------------------------------------------- the inner half

def write(path, text, mode=0o644):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def bind(what, where):
    subprocess.run(["mount", "--bind", what, os.path.realpath(where)], check=True)


def wait_for(test, seconds=30, step=0.1):
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            return False
        time.sleep(step)
    return True


def add_address(address):
    """An address that looks public, on loopback: the log then names hosts as in production. No packet can leave."""
    subprocess.run(["ip", "address", "add", address + "/32", "dev", "lo"], check=True)


def mails(top, n):
    """The messages in the maildir inbox/box, once there are n of them; the oldest first."""
    wait_for(lambda: len(glob.glob(top + "/inbox/box/new/*")) >= n)
    found = []
    for path in sorted(glob.glob(top + "/inbox/box/new/*"), key=os.path.getmtime):
        with open(path, "rb") as file:
            found.append(email.message_from_binary_file(file, policy=email.policy.default))
    return found


class Sink:
    """An SMTP server on ADDRESS:25. `answer(stage, text)` gives a reply, or None to accept.

    `taken` has (time, sender, recipient) of each message accepted after the dot, `peers` where it came from, in the
    same order. `message(sender, recipients, lines)`, if given, gets each message at the dot; what it returns is the
    reply.
    """

    def __init__(self, address, answer=None, port=25, message=None):
        self.address, self.answer = address, answer or (lambda stage, text: None)
        self.taken, self.peers, self.asked, self.lock = [], [], 0, threading.Lock()
        self.message = message
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, port))
        self.socket.listen(128)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def say(self, stream, stage, text, fine):
        with self.lock:
            reply = self.answer(stage, text)
        stream.write(((reply or fine) + "\r\n").encode())
        stream.flush()
        return reply is None

    def talk(self, peer):
        sender, to = "", []
        with self.lock:
            self.asked += 1
        try:
            with peer, peer.makefile("rwb") as stream:
                if not self.say(stream, "connect", "", "220 sink ESMTP"):
                    return
                for raw in stream:
                    line = raw.decode("utf-8", "replace").strip()
                    word = line[:4].upper()
                    if word in ("EHLO", "HELO"):
                        self.say(stream, "ehlo", line, "250 sink")
                    elif word == "MAIL":
                        sender, to = line[line.find("<") + 1:line.find(">")], []
                        self.say(stream, "mail", sender, "250 2.1.0 Ok")
                    elif word == "RCPT":
                        one = line[line.find("<") + 1:line.find(">")]
                        if self.say(stream, "rcpt", one, "250 2.1.5 Ok"):
                            to.append(one)
                    elif word == "DATA":
                        if not to:
                            stream.write(b"503 5.5.1 no recipient\r\n")
                            stream.flush()
                            continue
                        stream.write(b"354 go on\r\n")
                        stream.flush()
                        lines = []
                        for raw in iter(stream.readline, b""):
                            if raw.strip(b"\r\n") == b".":
                                break
                            lines.append(raw.rstrip(b"\r\n"))
                        fine = self.message(sender, to, lines) if self.message else "250 2.0.0 Ok"
                        if self.say(stream, "dot", sender, fine):
                            with self.lock:
                                self.taken += [(time.time(), sender, one) for one in to]
                                self.peers += [peer.getpeername()[0]] * len(to)
                    elif word == "QUIT":
                        stream.write(b"221 bye\r\n")
                        stream.flush()
                        return
                    else:
                        stream.write(b"250 Ok\r\n")
                        stream.flush()
        except OSError:
            pass


# All that a Postfix of its own has in one folder.
PLACES = """compatibility_level = 3.6
queue_directory = {top}/spool
data_directory = {top}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {top}
maillog_file = {top}/mail.log
"""
MAIN = PLACES + """myhostname = mx1.shop.example
myorigin = shop.example
mydestination = shop.example, localhost
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
local_recipient_maps =
alias_maps =
alias_database =
"""

# The services of any Postfix here. Each adds what accepts mail, and pickup.
SERVICES = """cleanup   unix  n  -  n  -   0  cleanup
qmgr      unix  n  -  n  300 1  qmgr
rewrite   unix  -  -  n  -   -  trivial-rewrite
bounce    unix  -  -  n  -   0  bounce
defer     unix  -  -  n  -   0  bounce
trace     unix  -  -  n  -   0  bounce
verify    unix  -  -  n  -   1  verify
flush     unix  n  -  n  1000? 0 flush
proxymap  unix  -  -  n  -   -  proxymap
showq     unix  n  -  n  -   -  showq
error     unix  -  -  n  -   -  error
retry     unix  -  -  n  -   -  error
discard   unix  -  -  n  -   -  discard
local     unix  -  n  n  -   -  local
smtp      unix  -  -  n  -   -  smtp
anvil     unix  -  -  n  -   1  anvil
scache    unix  -  -  n  -   1  scache
postlog   unix-dgram n  -  n  -  1  postlogd
"""
MASTER = SERVICES + """127.0.0.1:25 inet n - n - - smtpd
pickup    unix  n  -  n  60  1  pickup
virtual   unix  -  n  n  -   -  virtual
lmtp      unix  -  -  n  -   -  lmtp
"""


class Postfix:
    """`zone`: names for the stub (dns_stub.py); `main`, `master`: added to the files."""

    def __init__(self, zone, main="", master="", tables=None):
        self.top, outer = os.environ[MARK].split(",")
        if os.readlink("/proc/self/ns/mnt") == outer or os.getpid() != 1:
            sys.exit("private_postfix: not in namespaces of its own")
        self.log_path = self.top + "/mail.log"
        self.zone, self.stub = zone, None
        self.files = (MAIN.format(top=self.top) + main, MASTER + master, tables or {})

    def __enter__(self):
        loopback.interface_up()
        socket.sethostname("mx1")
        os.environ.update(TZ="UTC", LANG="C", LC_ALL="C.UTF-8",
                          PATH="/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin")
        os.umask(0o022)
        for path, text in {
                "/etc/hosts": "127.0.0.1 localhost mx1.shop.example mx1\n",
                "/etc/resolv.conf": "nameserver 127.0.0.53\noptions timeout:1 attempts:1\n",
                "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n"
                                      "services: files\nprotocols: files\n"}.items():
            write(self.top + "/ns-" + os.path.basename(path), text)
            bind(self.top + "/ns-" + os.path.basename(path), path)
        self.stub = dns_stub.Stub(self.zone, ip="127.0.0.53", port=53).__enter__()
        shutil.copytree("/etc/postfix", self.top + "/etc")      # post-install and its tables
        for name in ("spool", "data"):
            os.mkdir(self.top + "/" + name)
        os.chown(self.top + "/data", pwd.getpwnam("postfix").pw_uid, -1)
        write(self.top + "/etc/main.cf", self.files[0])
        write(self.top + "/etc/master.cf", self.files[1])
        bind(self.top + "/etc", "/etc/postfix")
        for name, text in self.files[2].items():
            write("/etc/postfix/" + name, text)
            if not text.startswith("/"):
                subprocess.run(["postmap", "/etc/postfix/" + name], check=True)
        self.shell("postfix check; postfix start", quiet=True)
        if not wait_for(lambda: smtp_answers(), 20):
            sys.exit("private_postfix: it does not start:\n" + "\n".join(self.log()[-20:]))
        return self

    def __exit__(self, *_):
        self.shell("postfix stop", quiet=True)
        self.stub.__exit__()

    def shell(self, text, quiet=False):
        """What a person pastes, in one shell. (exit code, all it printed)"""
        done = subprocess.run(["bash", "-c", text], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              cwd=self.top, timeout=120)
        if done.returncode and quiet:
            print("# " + done.stdout.replace("\n", "\n# "))
        return done.returncode, done.stdout

    def log(self):
        try:
            with open(self.log_path, encoding="utf-8", errors="replace") as file:
                return file.read().splitlines()
        except FileNotFoundError:
            return []

    def queue(self):
        out = subprocess.run(["postqueue", "-j"], stdout=subprocess.PIPE, text=True,
                             check=True).stdout
        return [json.loads(line) for line in out.splitlines()]

    def sendmail(self, to, sender="news@shop.example"):
        """Exit code of sendmail: what an application sees."""
        return subprocess.run(["sendmail", "-f", sender, "-i", "--", to], check=False, text=True,
                              input="From: %s\nSubject: x\n\nx\n" % sender).returncode

    def smtp(self, to, sender="news@shop.example"):
        """The replies to MAIL, RCPT and the message: what an application sees."""
        with smtplib.SMTP("127.0.0.1", 25, local_hostname="localhost", timeout=30) as s:
            s.ehlo()
            said = s.docmd("MAIL", "FROM:<%s>" % sender)
            if said[0] == 250:
                said = s.docmd("RCPT", "TO:<%s>" % to)
            if said[0] == 250:
                said = s.data(("From: <%s>\r\nSubject: x\r\n\r\nx\r\n" % sender).encode())
            return said[0], said[1].decode()

    def statuses(self, since=0):
        """(recipient, status, words) of each delivery line after line `since` of the log."""
        found = []
        for line in self.log()[since:]:
            hit = re.search(r": to=<([^>]*)>.* status=(\w+) \((.*)\)$", line)
            if hit:
                found.append(hit.groups())
        return found


def smtp_answers():
    try:
        socket.create_connection(("127.0.0.1", 25), 1).close()
        return True
    except OSError:
        return False
