#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_control.py [REPUTED] -- the control socket of reputed serve: each command that writes says and does the same with
and without a daemon; who may use it; messages that are none; what happens when one of the two ends. TAP.
"""

import array
import contextlib
import gzip
import os
import pty
import re
import resource
import signal
import socket
import sqlite3
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import dns_stub     # noqa: E402
import mails        # noqa: E402
import util         # noqa: E402
from test_serve import SOON, Daemon, Mail, deliveries, has, wait     # noqa: E402

NOW = util.NOW
AT = 1793750000     # before NOW
MAIL, NOBODY = 8, 65534     # a group and a user that every Debian has
SERVICE, MEMBER, OTHER = 64001, 64003, 64004
# Of serve/msg.h
KINDS = [x.split()[0] for x in re.sub(r"/\*.*?\*/", "", re.search(
    r"enum rep_msg_type \{(.*?)\};", util.read(util.TREE + "/src/serve/msg.h").decode(), re.S).group(1),
    flags=re.S).split(",") if x.strip()]


def log(box, name, n=5, sent=True):
    """A log of n deliveries that no other has."""
    mail = Mail()
    mail.n = 0x10000 * (1 + sum(name.encode()))
    return util.write(box.path(name), mail.lines(n, "203.0.113.24", sent, AT, AT + 600))


def plain(box, done):
    """What was said, without what differs between two boxes."""
    text = re.sub(r"; open are: \d+|\d+\.\d\d s\b", "", done.out + "\n--\n" + done.err).replace(box.top, "TOP")
    return done.code, re.sub(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ|\d\d:\d\d UTC today", "TIME", text)


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, IndexError):
            if entry.isdigit() and int(util.read("/proc/%s/stat" % entry).rsplit(b")", 1)[1].split()[1]) == pid:
                found.append(int(entry))
    return found


def at_work(d, client):
    """The process of the daemon that works for this client: it prints to the same pipe."""
    for pid in children(d.process.pid):
        with contextlib.suppress(OSError):
            if os.readlink("/proc/%d/fd/1" % pid) == os.readlink("/proc/self/fd/%d" % client.stdout.fileno()):
                return pid
    return None


@contextlib.contextmanager
def serving(box, *more, **options):
    util.write(box.path("watched.log"), "")
    d = Daemon(box, box.path("watched.log"), *more, **options)
    if not wait(lambda: os.path.exists(box.db + "-control")):
        raise AssertionError("no socket: " + d.text)
    try:
        yield d
    finally:
        if d.process.poll() is None:
            d.stop()


# --- the same as without ---------------------------------------------------------------------------------

def steps(box, server):
    """Each command that writes, in all its forms. server: none when the daemon has it."""
    os.mkdir(box.path("mails"))
    for i in range(50):     # more than are open at once
        util.write(box.path("mails/%02d" % i), mails.dsn(i))
        util.write(box.path("mails/%02d.gz" % i), gzip.compress(Mail_of(i).encode()))
    os.mkfifo(box.path("mails/pipe"))
    bad = util.write(box.path("bad.zip"), b"PK\x03\x04" + b"\xff" * 60)
    first = log(box, "first.log")
    yield ("ingest", "--now", NOW, first), {}
    yield ("ingest", "--now", NOW, first, log(box, "second.log")), {}
    yield ("ingest", "--now", NOW, "--json", box.path("mails")), {}
    yield ("ingest", "--now", NOW, box.path("missing.log"), log(box, "third.log"), box.path("mails")), {}
    yield ("ingest", "--now", NOW, bad), {}
    yield ("ingest", "--now", NOW, "-"), {"data": util.read(log(box, "fourth.log"))}
    yield ("ingest", "--now", NOW, "--rollups-only", "--source", "203.0.113.9", log(box, "fifth.log")), {}
    yield ("ingest", "--now", NOW, "first.log", log(box, "sixth.log", sent=False)), {}
    yield ("ingest", "--timezone", "No/Such", first), {}
    yield ("ingest", "--source", "10.0.0.1", first), {}
    yield ("ingest", "--dry-run", "--json", "--now", NOW, first), {}
    yield ("ingest",), {}
    yield ("forget", "--json", "u1@outlook.com"), {}
    yield ("forget", "u2@outlook.com"), {}
    yield ("forget", "nobody"), {}
    yield ("forget",), {}
    yield ("quarantine", "retry"), {}
    yield ("quarantine", "retry", "--json"), {}
    yield ("quarantine", "purge", "0" * 16), {}
    yield ("quarantine", "purge"), {}
    yield ("quarantine",), {}
    yield ("alert", "ack", "9"), {}
    yield ("alert", "snooze", "9", "4h"), {}
    yield ("alert", "snooze", "9", "4 parsecs"), {}
    yield ("check", "--now", NOW, *server, "--ip", "203.0.113.24", "--json", "shop.example"), {}
    yield ("check", "--now", NOW, *server, "--ip", "203.0.113.24", "shop.example"), {}
    yield ("check", "--now", NOW, *server, "--html", "shop.example"), {}
    yield ("check", "--ip", "nonsense", "shop.example"), {}
    # each address once: two looks in a second are one
    yield ("ptr", *server, "203.0.113.31"), {}
    yield ("ptr", *server, "--json", "203.0.113.24"), {}
    yield ("dnsbl", *server, "--json", "203.0.113.24"), {}


def Mail_of(i):
    mail = Mail()
    mail.n = 0x4000000 + i * 16
    return mail.lines(3, "203.0.113.31", True, AT + i, AT + i + 5)


def same(tap, world):
    boxes = world.box("with"), world.box("without", world.path("with") + "/key")
    said = ([], [])
    with dns_stub.Stub({}) as dns:
        server = ("--server", "127.0.0.1:%d" % dns.port)
        with serving(boxes[0], *server) as d:
            boxes[1].run("ingest", util.write(boxes[1].path("watched.log"), ""))
            for i, box in enumerate(boxes):
                for args, more in steps(box, server if box is boxes[1] else ()):
                    said[i].append((args, plain(box, box.run(*args, **more))))
            for (args, mine), (_, other) in zip(*said):
                shown = " ".join(args).replace(boxes[0].top, "TOP")
                tap.ok(mine == other, "the same with and without a daemon: %s" % shown,
                       ["with: %s %s" % mine, "without: %s %s" % other])
            tap.ok(len(said[0]) > 30 and {x[1][0] for x in said[0]} >= {0, 1, 2, 3}, "with every exit code",
                   [sorted({x[1][0] for x in said[0]})])
            want, got = util.stored(boxes[1].db), util.stored(boxes[0].db)
            for x in want, got:
                x.pop("incident")
            tap.ok(not util.differences(want, got), "and the same is stored", util.differences(want, got))

            def left():
                return re.sub(r"(?ms)^[^\n]*\bincident \d+.*?\breputed why \d+\n", "", d.text).strip()
            tap.ok(wait(lambda: not left()), "the daemon has nothing but the news to say of it", [left(), d.text])


def terminal(box, *args):
    """What a command prints on a terminal of 100 columns."""
    master, slave = pty.openpty()
    env = box.environment({"COLUMNS": "100", "TERM": "xterm"})
    del env["NO_COLOR"]
    line = [box.world.reputed, args[0], "--config", box.config, *args[1:]]
    with subprocess.Popen(line, env=env, cwd=box.top, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        text = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(master, 65536):
                text += chunk
        os.close(master)
        return process.wait(SOON), text.decode().replace(box.top, "TOP")


def on_a_terminal(tap, world):
    with dns_stub.Stub({}) as dns:
        args, server = ("check", "--now", NOW, "shop.example"), ("--server", "127.0.0.1:%d" % dns.port)
        box = world.box("tty")
        box.run("ingest", log(box, "one.log"))
        without = terminal(box, *args, *server)
        box = world.box("tty-with")
        box.run("ingest", log(box, "one.log"))
        with serving(box, *server):
            with_daemon = terminal(box, *args)
    tap.ok("\033[" in without[1], "a terminal gets colours", [without[1][:300]])
    tap.ok(with_daemon == without, "and the same ones from a daemon", [repr(with_daemon), repr(without)])


def only_to_print(tap, world):
    """Of a terminal the service can read nothing, not even what is typed later."""
    box = world.box("only-to-print")
    os.mkfifo(box.path("fifo"))
    with serving(box) as d:
        master, slave = pty.openpty()
        name = os.ttyname(slave)
        line = [box.world.reputed, "ingest", "--config", box.config, box.path("fifo")]
        with subprocess.Popen(line, env=box.environment(), stdin=slave, stdout=slave, stderr=slave) as client:
            found = []

            def there():
                for pid in children(d.process.pid):
                    with contextlib.suppress(OSError):
                        if os.readlink("/proc/%d/fd/1" % pid) == name:
                            found[:] = [os.readlink("/proc/%d/fd/0" % pid)] + [
                                int(re.search(rb"flags:\s+(\d+)", util.read("/proc/%d/fdinfo/%d" % (pid, fd))).group(1), 8) & 3
                                for fd in (1, 2)]
                return found
            wait(there)
            tap.ok(found == ["/dev/null", os.O_WRONLY, os.O_WRONLY], "a terminal is given away only to print to", found)
            client.kill()
        for fd in master, slave:
            os.close(fd)


# --- who may ---------------------------------------------------------------------------------------------------

def service_box(world, name):
    """A box of a service with a user of its own, that the group mail may reach."""
    box = world.box(name)
    os.mkdir(box.path("state"))
    os.chown(box.path("state"), SERVICE, MAIL)
    os.chmod(box.path("state"), 0o710)
    os.chmod(box.top, 0o755)
    box.db, box.key = box.path("state/reputed.db"), box.path("state/key")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
    return box


def as_service():
    return {"prefix": ("setpriv", "--reuid", str(SERVICE), "--regid", str(MAIL), "--clear-groups")}


def who(user, *groups):
    return {"user": user, "group": user, "extra_groups": list(groups)}


def users(tap, world):
    if os.geteuid() != 0:
        tap.skip("who may use it", "only root can be several users")
        return
    box = service_box(world, "users")
    with serving(box, **as_service()) as d:
        st = os.stat(box.db + "-control")
        tap.ok(st.st_mode & 0o777 == 0o660 and (st.st_uid, st.st_gid) == (SERVICE, MAIL), "the socket is the group's",
               [oct(st.st_mode), st.st_uid, st.st_gid])
        own = log(box, "own.log")
        os.chown(own, MEMBER, MEMBER)
        os.chmod(own, 0o600)
        done = box.run("ingest", "--now", NOW, own, **who(MEMBER, MAIL))
        tap.ok(done.code == 0 and "5 new deliveries" in done.out, "a member hands over a file that only the member reads",
               done.told())
        tap.ok(deliveries(box) == 5 and os.stat(box.db).st_uid == SERVICE, "the service stored it")
        done = box.run("ingest", "--now", NOW, log(box, "primary.log"), user=MEMBER, group=MAIL, extra_groups=[])
        tap.ok(done.code == 0 and "5 new deliveries" in done.out, "also one whose primary group it is", done.told())
        secret = log(box, "secret.log")
        os.chown(secret, SERVICE, MAIL)
        os.chmod(secret, 0o600)
        os.symlink(secret, box.path("link.log"))
        for name in secret, box.path("link.log"), box.key:
            done = box.run("ingest", "--now", NOW, name, **who(MEMBER, MAIL))
            tap.ok(done.code == 3 and "Permission denied" in done.err and "delivery" not in done.out.replace("No delivery", ""),
                   "a file that only the service may read is not read: %s" % os.path.basename(name), done.told())
        tap.ok(deliveries(box) == 10, "and nothing of it is stored")
        done = box.run("forget", "u1@outlook.com", user=OTHER, group=OTHER, extra_groups=[])
        tap.ok(done.code == 4 and "permission denied" in done.err and "sudo" in done.err and "adduser" not in done.err and
               not done.out, "who cannot see the socket is not told whose it is", done.told())
        os.chmod(box.path("state"), 0o711)
        done = box.run("forget", "u1@outlook.com", user=OTHER, group=OTHER, extra_groups=[])
        tap.ok(done.code == 4 and "if a reputed serve runs there, only members of the group mail may hand work" in done.err and
               not done.out, "another user is refused", done.told())
        done = box.run("forget", "u1@outlook.com", **who(NOBODY))
        tap.ok("adduser nobody mail" in done.err, "and told how to become a member", done.told())
        os.chmod(box.path("state"), 0o710)
        with dns_stub.Stub({}) as dns:
            args = "ptr", "--server", "127.0.0.1:%d" % dns.port, "203.0.113.24"
            done = box.run(*args, **who(OTHER))
            tap.ok("203.0.113.24" in done.out and "members" not in done.err,
                   "but what is only stored beside an answer is no reason for none", done.told())
        for now, user, code in (("2999-01-01T00:00:00Z", MEMBER, 2), (NOW, MEMBER, 0), ("2999-01-01T00:00:00Z", 0, 0)):
            done = box.run("ingest", "--now", now, own, **who(user, MAIL))
            tap.ok(done.code == code and (code == 0 or "more than a day ahead" in done.err), "--now %s of user %d" % (now, user),
                   done.told())
        util.write(box.path("state/list-keys"), "spamhaus-dqs sEcReTkEy\n")
        os.chown(box.path("state/list-keys"), SERVICE, MAIL)
        os.chmod(box.path("state/list-keys"), 0o600)
        with dns_stub.Stub({}) as dns:
            for args in ("dnsbl", "203.0.113.24"), ("ptr", "203.0.113.24"), ("check", "--ip", "203.0.113.24", "shop.example"):
                box.run(*args, "--server", "127.0.0.1:%d" % dns.port, **who(MEMBER, MAIL))
            asked = [q.name for q in list(dns.questions)]
            tap.ok(asked and not any(b"secretkey" in name for name in asked),
                   "the DNS server of a member never gets the service's keys of lists", asked[:20])
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
            seen = db.execute("select * from looked").fetchall()
        tap.ok(not seen, "and what it says is not stored", seen)
        util.write(box.path("other.conf"), 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
        done = box.run("forget", "--config", box.path("other.conf"), "u1@outlook.com", **who(MEMBER, MAIL))
        tap.ok(done.code == 4 and "goes by %s, not by what --config says" % box.config in done.err and
               "may not write" in done.err, "with another configuration it is not handed over", done.told())
        done = box.run("ingest", "--now", NOW, "--know", box.path("state"), own, **who(0))
        tap.ok("goes by" not in done.err and done.code in (0, 3), "but done, by one who may write the database", done.told())
        os.chmod(box.db + "-control", 0o666)
        os.chmod(box.path("state"), 0o711)
        done = box.run("forget", "u1@outlook.com", **who(OTHER))
        tap.ok(done.code == 4 and "members of the socket's group" in done.err,
               "the daemon looks too, should the file let everybody in", done.told())
        tap.ok(d.says("user %d was refused" % OTHER), "and says so", [d.text])
        done = box.run("forget", "u1@outlook.com", **who(MEMBER, MAIL))
        tap.ok(done.code == 0, "members still may", done.told())


def changed(tap, world):
    """A configuration that was edited is never ignored without a word."""
    if os.geteuid() != 0:
        tap.skip("a configuration that was edited", "only root can be another user")
        return
    box = service_box(world, "changed")
    os.mkdir(box.path("reputed"))
    os.rename(box.config, box.path("reputed/reputed.conf"))
    box.config = box.path("reputed/reputed.conf")      # the usual one of this user
    says = "reputed.conf was changed since reputed serve read it: systemctl reload reputed"
    me = {"user": SERVICE, "group": MAIL, "extra_groups": []}
    with serving(box, **as_service()) as d:
        for config in True, False:
            done = box.run("ingest", "--now", NOW, log(box, "first.log"), config=config, **me)
            tap.ok(done.code == 0 and not done.err, "as it was read", done.told())
        for name, config in ("named", True), ("usual", False):
            util.append(box.config, "\n")
            done = box.run("ingest", "--now", NOW, log(box, name + ".log"), config=config, **me)
            tap.ok(done.code == 0 and says in done.err, "edited in place is said: the %s one" % name, done.told())
        tap.ok(deliveries(box) == 15, "and done by the command itself", [deliveries(box)])
        with dns_stub.Stub({}) as dns:
            done = box.run("ptr", "--server", "127.0.0.1:%d" % dns.port, "203.0.113.24", **who(OTHER, MAIL))
        tap.ok("203.0.113.24" in done.out and says not in done.err, "what is not handed over has nothing to do with it", done.told())
        done = box.run("forget", "nobody@shop.example", **who(OTHER, MAIL))
        tap.ok(done.code == 4 and says in done.err and "may not write" in done.err and not done.out,
               "a member of the group is told, and nothing is done", done.told())
        d.process.send_signal(signal.SIGHUP)
        tap.ok(d.says("the configuration was read again"), "a reload", [d.text])
        done = box.run("forget", "nobody@shop.example", **who(OTHER, MAIL))
        tap.ok(done.code == 0 and says not in done.err, "ends that", done.told())
        util.write(box.path("new"), util.read(box.config))
        os.chmod(box.path("new"), 0o644)
        os.rename(box.path("new"), box.config)
        done = box.run("forget", "nobody@shop.example", config=False, **me)
        tap.ok(done.code == 0 and says in done.err, "another file in its place", done.told())
        util.append(box.config, "nonsense yes\n")
        d.process.send_signal(signal.SIGHUP)
        tap.ok(d.says("the one before stays in force"), "one that cannot be read again", [d.text])
        done = box.run("forget", "nobody@shop.example", **who(OTHER, MAIL))
        tap.ok(done.code == 4 and says in done.err, "is not what the daemon goes by", done.told())


def root_group(tap, world):
    """Group 0 is not root: others may be in it."""
    if os.geteuid() != 0:
        tap.skip("the group of root", "only root can be several users")
        return
    box = world.box("root-group")
    os.chmod(box.top, 0o755)
    with serving(box) as d:
        st = os.stat(box.db + "-control")
        tap.ok((st.st_mode & 0o777, st.st_uid, st.st_gid) == (0o600, 0, 0), "a socket of the group root is root's alone",
               [oct(st.st_mode), st.st_uid, st.st_gid])
        for mode, says in (0o600, "only root may hand work"), (0o666, "members of the socket's group"):
            os.chmod(box.db + "-control", mode)
            for groups in {"group": 0, "extra_groups": []}, {"group": OTHER, "extra_groups": [0]}:
                done = box.run("forget", "u1@outlook.com", user=OTHER, **groups)
                tap.ok(done.code == 4 and says in done.err, "%o: a member of the group 0 is refused" % mode, done.told() + [d.text])


def no_socket(tap, world):
    """What stands where the socket would be is removed only when it is one."""
    box = world.box("no-socket")
    util.write(box.path("watched.log"), "")
    util.write(box.path("precious"), "precious")
    os.symlink(box.path("precious"), box.path("link"))
    os.mkfifo(box.path("fifo"))
    for name in "precious", "link", "fifo":
        os.rename(box.path(name), box.db + "-control")
        before = os.lstat(box.db + "-control")
        d = Daemon(box, box.path("watched.log"))
        tap.ok(d.says("-control: is not a socket"), "%s is no socket: that is said" % name, [d.text])
        tap.ok(os.path.lexists(box.db + "-control") and os.lstat(box.db + "-control").st_ino == before.st_ino,
               "%s is still there" % name)
        d.stop()
        os.rename(box.db + "-control", box.path(name))


def of_root(tap, world):
    """Root's daemon in the folder of a service gives its socket to the service."""
    if os.geteuid() != 0:
        tap.skip("a daemon of root", "only root can give away")
        return
    box = service_box(world, "of-root")
    with serving(box):
        st = os.lstat(box.db + "-control")
        tap.ok((st.st_uid, st.st_gid, st.st_mode & 0o777) == (SERVICE, MAIL, 0o660), "a socket of root is given to the service",
               [oct(st.st_mode), st.st_uid, st.st_gid])


# As PrivateUsers=yes of the unit: only root, its own user and its group are known in there.
PRIVATE = """
import ctypes, os, sys
def put(name, text):
    with open("/proc/%d/%s" % (os.getppid(), name), "w") as file:
        file.write(text)
begun, mapped = os.pipe(), os.pipe()
if os.fork() == 0:
    os.read(begun[0], 1)
    put("uid_map", "0 0 1\\n{0} {0} 1\\n")
    put("gid_map", "0 0 1\\n{1} {1} 1\\n")
    os._exit(os.write(mapped[1], b"x") - 1)
if ctypes.CDLL(None).unshare(0x10000000) != 0:
    sys.exit("no user namespace")
os.write(begun[1], b"x")
os.read(mapped[0], 1)
os.wait()
os.setgroups([])
os.setgid({1})
os.setuid({0})
os.execv(sys.argv[1], sys.argv[1:])
"""


def private_users(tap, world):
    code = PRIVATE.format(SERVICE, MAIL)
    if os.geteuid() != 0 or subprocess.run([sys.executable, "-c", code, "/bin/true"], check=False,
                                           stderr=subprocess.DEVNULL).returncode != 0:
        tap.skip("a service in a user namespace", "not root, or none can be made")
        return
    box = service_box(world, "private-users")
    with serving(box, prefix=(sys.executable, "-c", code)) as d:
        own = log(box, "own.log")
        os.chown(own, MEMBER, MEMBER)
        os.chmod(own, 0o600)
        done = box.run("ingest", "--now", NOW, own, **who(MEMBER, MAIL))
        tap.ok(done.code == 0 and deliveries(box) == 5, "in a user namespace: a member", done.told() + [d.text])
        done = box.run("ingest", "--now", NOW, log(box, "root.log"))
        tap.ok(done.code == 0 and deliveries(box) == 10, "root", done.told() + [d.text])
        os.chmod(box.db + "-control", 0o666)
        os.chmod(box.path("state"), 0o711)
        done = box.run("forget", "u1@outlook.com", **who(OTHER))
        tap.ok(done.code == 4 and "members of the socket's group" in done.err, "nobody else", done.told())
        tap.ok(d.says(r"another user \(process \d+\) was refused") and "65534" not in d.text,
               "who has no number in there is said by the process", [d.text])


def impostor(tap, world):
    """Somebody else listens where the daemon would: it gets nothing."""
    if os.geteuid() != 0:
        tap.skip("an impostor", "only root can be several users")
        return
    box = world.box("impostor")
    box.run("ingest", log(box, "one.log"))
    os.chmod(box.top, 0o777)
    says, hears = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setgroups([])
        os.setgid(OTHER)
        os.setuid(OTHER)
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.bind(box.db + "-control")
        s.listen(5)
        os.write(hears, b"listens")
        os.write(hears, b"%d" % len(s.accept()[0].recv(1 << 17)))
        os._exit(0)
    os.read(says, 100)
    done = box.run("ingest", log(box, "two.log"))
    tap.ok(done.code == 4 and "not the owner of the database" in done.err, "who is not the owner is not talked to",
           done.told())
    tap.ok(os.read(says, 100) == b"0", "and gets no request")
    os.waitpid(pid, 0)
    for fd in says, hears:
        os.close(fd)


# --- messages that are none ----------------------------------------------------------------------------------------

def message(kind, payload, ident=0):
    return struct.pack("<IIIQ", 0x31505252, KINDS.index("REP_MSG_" + kind), len(payload), ident) + payload


def text(s):
    return struct.pack("<I", len(s)) + s


def command(*words, version=2, worst=0, zone=b""):
    return message("COMMAND", struct.pack("<IB", version, worst) + 2 * struct.pack("<BQQQQI", 0, 0, 0, 0, 0, 0) +
                   2 * (b"\0" + text(b"")) + (b"\1" if zone else b"\0") + text(zone) +
                   struct.pack("<I", len(words)) + b"".join(text(w) for w in words))


class Raw:
    """A connection, and what comes on it."""

    def __init__(self, box):
        self.s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.s.settimeout(SOON)
        self.s.connect(box.db + "-control")
        self.null = [os.open("/dev/null", os.O_RDWR) for _ in range(12)]

    def send(self, packet, fds=0):
        beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", self.null[:fds]))] if fds else []
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.s.sendmsg([packet], beside)
        return self

    def hears(self):
        """The kind of the next message and its text; "end"."""
        for _ in range(2):
            with contextlib.suppress(ConnectionResetError):
                packet = self.s.recv(1 << 17)
                if not packet:
                    return "end", ""
                return KINDS[struct.unpack("<I", packet[4:8])[0]][8:], packet[24:].decode("utf-8", "replace")
        return "end", ""

    def close(self):
        self.s.close()
        for fd in self.null:
            os.close(fd)


HOSTILE = (
    ("garbage", b"GET / HTTP/1.1\r\n\r\n", 0, "does not have the form"),
    ("one byte", b"x", 3, "does not have the form"),
    ("cut", command(b"forget", b"--", b"a@b.example")[:-4], 3, "does not have the form"),
    ("a byte too many", command(b"forget", b"--", b"a@b.example") + b"x", 3, "does not have the form"),
    ("huge", command(b"forget", b"--", b"a" * 100000), 3, "longer than 65536 bytes"),
    ("a length that lies", b"RRP1" + struct.pack("<IIQ", KINDS.index("REP_MSG_COMMAND"), 1 << 30, 0), 3,
     "does not have the form"),
    ("another kind", message("READY", b""), 3, "does not have the form"),
    ("an answer", message("DONE", b"\0"), 3, "does not have the form"),
    ("another version", command(b"forget", version=1), 3, "another version"),
    ("no word", command(), 3, "does not have the form"),
    ("a NUL", command(b"for\0get"), 3, "does not have the form"),
    ("a zone that is a file", command(b"forget", zone=b"/etc/shadow"), 3, "does not have the form"),
    ("no descriptor", command(b"forget", b"--", b"a@b.example"), 0, "3 descriptors"),
    ("two descriptors", command(b"forget", b"--", b"a@b.example"), 2, "3 descriptors"),
    ("four descriptors", command(b"forget", b"--", b"a@b.example"), 4, "3 descriptors"),
    ("twelve descriptors", command(b"forget", b"--", b"a@b.example"), 12, "too many descriptors"),
)
# These have the form, so they are begun; what they want is not for others.
NOT_DONE = ((b"rm", b"--", b"x"), (b"status", b"--"), (b"serve", b"--", b"x"), (b"setup", b"--"),
            (b"store", b"--", b"rebuild", b"x"), (b"quarantine", b"--", b"show", b"x"), (b"alert", b"--", b"test"),
            (b"forget", b"--db=/tmp/x", b"--", b"a@b.example"), (b"ingest", b"--know=/tmp", b"--"),
            (b"ingest", b"--config=/etc/passwd", b"--"), (b"ingest", b"--dry-run", b"--"),
            (b"ingest", b"--", b"/etc/passwd"), (b"check", b"--nonsense", b"--", b"x"),
            (b"check", b"--server=127.0.0.1:9", b"--", b"shop.example"), (b"ptr", b"--timeout-ms=600000", b"--", b"203.0.113.24"),
            (b"dnsbl", b"--budget-ms=600000", b"--", b"203.0.113.24"))


def descriptors(d):
    return len(os.listdir("/proc/%d/fd" % d.process.pid))


def hostile(tap, world):
    box = world.box("hostile")
    with serving(box) as d:
        has(box, 0)
        wait(lambda: not children(d.process.pid))
        before = descriptors(d)
        for name, packet, fds, says in HOSTILE:
            raw = Raw(box).send(packet, fds)
            kind, why = raw.hears()
            tap.ok(kind == "REFUSED" and says in why and raw.hears()[0] == "end", "refused: " + name, [kind, why])
            raw.close()
        for words in NOT_DONE:
            raw = Raw(box).send(command(*words), 3)
            heard = [raw.hears(), raw.hears(), raw.hears()]
            tap.ok([x[0] for x in heard] == ["TAKEN", "REFUSED", "end"], "not done: %s" % b" ".join(words).decode(), heard)
            raw.close()
        for name, answer, fds in (("garbage", b"x" * 50, 0), ("a name with a NUL", message("NAMES", b"\1\0\1" + text(b"a\0")), 0),
                                  ("no end of it", message("NAMES", b"\0\0"), 0), ("silence that ends", None, 0)):
            raw = Raw(box).send(command(b"ingest", b"--"), 3)
            heard = [raw.hears()[0], raw.hears()[0]]
            if answer is not None:
                raw.send(answer, fds)
                heard.append(raw.hears()[0])
            raw.close()
            tap.ok(heard[:2] == ["TAKEN", "WANT_NAMES"] and heard[2:] in ([], ["DONE"]), "names: " + name, heard)
        one = message("NAMES", b"\1\0\1" + text(b"/etc/passwd"))
        for name, answer, fds in (("no descriptor", message("FILE", text(b"")), 0), ("two", message("FILE", text(b"")), 2),
                                  ("garbage", b"?", 1)):
            raw = Raw(box).send(command(b"ingest", b"--"), 3)
            heard = [raw.hears()[0], raw.hears()[0]]
            raw.send(one)
            heard.append(raw.hears()[0])
            raw.send(answer, fds)
            heard.append(raw.hears()[0])
            raw.close()
            tap.ok(heard == ["TAKEN", "WANT_NAMES", "WANT_FILE", "DONE"], "a file: " + name, heard)
        silent, gone = Raw(box), [Raw(box) for _ in range(3)]
        for raw in gone:
            raw.close()
        kind, why = silent.hears()
        tap.ok(kind == "REFUSED" and "no request came within 5 s" in why, "refused: silence", [kind, why])
        silent.close()
        many = [Raw(box).send(b"x" * (i % 70000 + 1)) for i in range(0, 70000, 1750)]
        tap.ok(all(raw.hears()[0] == "REFUSED" for raw in many), "forty at once")
        for raw in many:
            raw.close()
        done = box.run("ingest", "--now", NOW, log(box, "one.log"))
        tap.ok(done.code == 0 and deliveries(box) == 5 and d.process.poll() is None, "the daemon goes on", done.told())
        wait(lambda: not children(d.process.pid))
        tap.ok(wait(lambda: descriptors(d) <= before), "and has no descriptor left over", [before, descriptors(d)])
        tap.ok(not util.REPORT.search(d.text) and "signal" not in d.text, "no process of it broke down", [d.text[:3000]])


# --- ends ------------------------------------------------------------------------------------------------------------

def reading(box, *args, **more):
    """An ingest that waits for more on its standard input."""
    return box.start("ingest", "--now", NOW, *args, "-", stdin=subprocess.PIPE, **more)


def feed(process, data):
    process.stdin.write(data)
    process.stdin.flush()


def ended(box, process):
    with process:
        out, err = process.communicate(timeout=SOON)
    return box.look(("ingest", "-"), process.returncode, out, err)


def interrupted(tap, world):
    box = world.box("interrupted")
    data = util.read(log(box, "data", 20))
    with serving(box) as d:
        client = reading(box)
        feed(client, data)
        tap.ok(has(box, 20), "what comes through a pipe is stored while it waits for more")
        tap.ok(at_work(d, client) is not None, "a process of the daemon works for it")
        client.send_signal(signal.SIGINT)
        tap.ok(client.wait(SOON) == -signal.SIGINT, "Ctrl-C ends the command")
        tap.ok(wait(lambda: at_work(d, client) is None and not util_readers(d)), "and the process of the daemon")
        client.communicate()
        client = reading(box)
        feed(client, data)
        tap.ok(wait(lambda: at_work(d, client) is not None), "again")
        os.kill(at_work(d, client), signal.SIGKILL)
        done = ended(box, client)
        tap.ok(done.code == 4 and "ended before this was done" in done.err and
               "not stored yet is lost: send it again" in done.err, "kill -9 of that process: the command says so", done.told())
        tap.ok(d.says("ended by signal 9"), "the daemon, too", [d.text])
        done = box.run("ingest", "--now", NOW, box.path("data"))
        tap.ok(done.code == 0 and deliveries(box) == 20, "and nothing is counted twice", done.told())
        client = reading(box)
        feed(client, data)
        tap.ok(wait(lambda: at_work(d, client) is not None), "and again")
        d.process.send_signal(signal.SIGHUP)
        tap.ok(d.says("the configuration was read again"), "SIGHUP meanwhile", [d.text])
        feed(client, util.read(log(box, "more", 3)))
        done = ended(box, client)
        tap.ok(done.code == 0 and "3 new deliveries" in done.out, "disturbs nothing", done.told())
        client = reading(box)
        feed(client, data)
        tap.ok(wait(lambda: at_work(d, client) is not None), "once more")
        tap.ok(d.stop() == 0 and not os.path.exists(box.db + "-control"), "SIGTERM ends the daemon, and its socket goes")
        done = ended(box, client)
        tap.ok(done.code == 4 and "ended before this was done" in done.err, "the command says so", done.told())
    done = box.run("ingest", "--now", NOW, log(box, "alone"))
    tap.ok(done.code == 0 and deliveries(box) == 28, "then it is done without", done.told())


def util_readers(d):
    return [p for p in util.workers(b"read-worker") if util.descends(p, d.process.pid)]


def killed(tap, world):
    box = world.box("killed")
    data = util.read(log(box, "data", 20))
    with serving(box) as d:
        client = reading(box)
        feed(client, data)
        tap.ok(has(box, 20) and at_work(d, client) is not None, "a command is at work")
        d.kill()
        done = ended(box, client)
        tap.ok(done.code == 4 and "ended before this was done" in done.err, "kill -9 of the daemon: it says so", done.told())
    tap.ok(os.path.exists(box.db + "-control"), "the socket is left over")
    done = box.run("ingest", "--now", NOW, box.path("data"), log(box, "two"))
    tap.ok(done.code == 0 and deliveries(box) == 25, "what is left over is nobody: it is done without", done.told())
    with serving(box) as d:
        tap.ok(wait(lambda: connects(box)), "the next daemon takes its place", [d.text])
        done = box.run("forget", "--json", "u1@outlook.com")
        tap.ok(done.code == 0, "and does the work", done.told())
        done = box.run("store", "rebuild", box.path("data"))
        tap.ok(done.code == 4 and "Stop it first" in done.err, "the database is not made anew under it", done.told())


def made_anew(tap, world):
    """The database is not made anew under a daemon, even when it has no socket, and no daemon begins meanwhile."""
    box = world.box("made-anew")
    first = log(box, "first.log")
    with serving(box) as d:
        os.remove(box.db + "-control")
        box.run("ingest", first)
        before = os.stat(box.db).st_ino
        done = box.run("store", "rebuild", first)
        tap.ok(done.code == 4 and "Stop serve first" in done.err and os.stat(box.db).st_ino == before,
               "a daemon without a socket: it is not done", done.told())
        tap.ok(d.process.poll() is None, "the daemon goes on", [d.text])
    client = box.start("store", "rebuild", "--now", NOW, "-", stdin=subprocess.PIPE)
    feed(client, util.read(first))
    tap.ok(wait(lambda: os.path.exists(box.db + ".rebuilt")), "a rebuild that waits for its input")
    d = Daemon(box, box.path("watched.log"))
    tap.ok(d.process.wait(SOON) == 4, "meanwhile no daemon begins", [d.text])
    done = box.run("store", "rebuild", first)
    tap.ok(done.code == 4 and "another rebuild" in done.err, "and no other rebuild", done.told())
    done = ended(box, client)
    tap.ok(done.code == 0 and os.stat(box.db).st_ino != before and deliveries(box) == 5, "it comes to its end", done.told())
    with serving(box):
        tap.ok(connects(box), "then a daemon begins")


def connects(box):
    with contextlib.suppress(OSError):
        Raw(box).close()
        return True
    return False


def many(tap, world):
    box = world.box("many")
    logs = [log(box, "x" * i + ".log", 7) for i in range(1, 21)]
    os.mkdir(box.path("folder"))
    for i in range(800):    # their names fill several messages
        util.write(box.path("folder/%s-%04d" % ("n" * 200, i)), b"" if i else Mail_of(1).encode())
    with serving(box) as d:
        clients = [box.start("ingest", "--now", NOW, path) for path in logs]
        done = [ended(box, client) for client in clients]
        wrong = [line for x in done if x.code != 0 or "7 new deliveries" not in x.out for line in x.told()]
        tap.ok(not wrong and deliveries(box) == 140, "twenty commands at once", wrong + [deliveries(box)])
        done = box.run("ingest", "--now", NOW, box.path("folder"))
        tap.ok(done.code == 0 and done.err.count("neither a mail log nor mail") == 799 and deliveries(box) == 143,
               "eight hundred files of long names", [done.code, done.err[-600:], deliveries(box)])
        os.mkfifo(box.path("fifo"))
        client = box.start("ingest", "--now", NOW, box.path("fifo"))
        util.write(box.path("fifo"), Mail_of(9).encode())
        done = ended(box, client)
        tap.ok(done.code == 0 and deliveries(box) == 146, "a pipe with a name", done.told())
        for zone in "/etc/passwd", "no such", "x" * 300:
            done = box.run("ingest", "--now", NOW, logs[0], env={"TZ": zone})
            tap.ok(done.code == 2 and "TZ=%s is not the name of a time zone" % zone in done.err,
                   "what is no time zone is not handed over: %.12s" % zone, done.told())
        for env in {"NO_COLOR": "x" * 5000}, {"COLUMNS": "9" * 5000}, {"COLUMNS": "wide"}, {"NO_COLOR": "\x1b\n"}:
            done = box.run("ingest", "--now", NOW, logs[0], env=env)
            tap.ok(done.code == 0, "%s may be anything" % "".join(env), done.told())
        done = box.run("ingest", "--now", NOW, logs[0], env={"TZ": ":/etc/localtime"})
        tap.ok(done.code == 0, "but the usual one is", done.told())
        done = box.run("ingest", "--now", NOW, log(box, "fault.log"), env={"REPUTED_STOP_AFTER_COMMIT": "1"})
        tap.ok(done.code == 0 and deliveries(box) == 151, "faults of a test are the daemon's, never the caller's", done.told())
        done = box.run("quarantine", "retry", *["%016x" % i for i in range(1100)])
        tap.ok(done.code == 2 and "1024 words" in done.err, "too many words are said", done.told())
        tap.ok(d.process.poll() is None, "the daemon goes on")


def news(tap, world):
    """What stores nothing costs no judgement."""
    box = world.box("news")
    with serving(box, notify=True) as d:
        d.is_told("open incident")

        def passes():
            return sum("open incident" in x for x in list(d.told))
        before = passes()
        for packet in b"garbage", command(b"forget", version=1), b"x" * 70000:
            raw = Raw(box).send(packet, 3)
            tap.ok(raw.hears()[0] == "REFUSED", "refused")
            raw.close()
        time.sleep(3)
        tap.ok(passes() == before, "what was refused is followed by no judgement", [before, *d.told])
        box.run("forget", "nobody@shop.example")
        tap.ok(wait(lambda: passes() > before), "what was done is", d.told)


def deaf(tap, world):
    """Short of processes for a moment, also while a pass is at work: a connection is not left waiting."""
    if os.geteuid() != 0:
        tap.skip("short of processes", "only root can be another user")
        return
    box = service_box(world, "deaf")
    util.write(box.path("large.log"), Mail().lines(60000, "203.0.113.24", True, AT, AT + 600))
    with serving(box, box.path("large.log"), **as_service()) as d:
        wait(lambda: util_readers(d))
        at_pass = next(pid for pid in children(d.process.pid) if util.descends(util_readers(d)[0], pid))
        os.kill(at_pass, signal.SIGSTOP)
        wait(lambda: children(d.process.pid) == [at_pass])

        def limit(n):
            subprocess.run(["prlimit", "--pid", str(d.process.pid), "--nproc=%s:" % n], check=True,
                           user=SERVICE, group=MAIL, extra_groups=[])
        limit(1)
        raw = Raw(box).send(b"garbage")
        raw.s.settimeout(20)
        tap.ok(d.says("no process could be started"), "no process can be started", [d.text])
        limit(resource.getrlimit(resource.RLIMIT_NPROC)[0])
        kind = "nothing"
        with contextlib.suppress(TimeoutError):
            kind = raw.hears()[0]
        tap.ok(kind == "REFUSED" and at_pass in children(d.process.pid), "then it hears within a moment", [kind, d.text])
        raw.close()
        os.kill(at_pass, signal.SIGCONT)


def crowd(box):
    """As many connections as there may be that nobody has looked at."""
    held = []
    with contextlib.suppress(BlockingIOError):
        while len(held) < 1000:
            s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            held.append(s)
            s.setblocking(False)
            s.connect(box.db + "-control")
    return held


def full(tap, world):
    """More commands than may wait: one that cannot even connect says that it waits."""
    box = world.box("full")
    with serving(box) as d:
        d.process.send_signal(signal.SIGSTOP)
        held = crowd(box)
        with dns_stub.Stub({}) as dns:
            done = box.run("ptr", "--server", "127.0.0.1:%d" % dns.port, "203.0.113.24", timeout=30)
        tap.ok("203.0.113.24" in done.out and "busy" not in done.err, "a question to a DNS server of its own never waits",
               done.told())
        client = box.start("forget", "nobody@shop.example")
        said = client.stderr.readline().decode()
        tap.ok("busy with the commands of others; waiting for it" in said, "another command says that it waits", [said])
        for s in held:
            s.close()
        d.process.send_signal(signal.SIGCONT)
        done = ended(box, client)
        tap.ok(done.code == 0 and "0 stored deliveries" in done.out, "and gets through", done.told())


# Puts the first argument in the place of /etc/resolv.conf, for the command that follows and nobody else.
OWN_RESOLVER = ("unshare", "--mount", "--propagation", "private", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"')


def beside(tap, world):
    """What only looks at DNS is done by the command itself when the daemon is too busy for it, with the same result."""
    if os.geteuid() != 0 or not os.path.exists("/etc/resolv.conf"):
        tap.skip("a command beside a busy daemon", "only root can have a resolv.conf of its own")
        return
    box = world.box("beside")
    util.append(box.config, "audit off\nqueue no\nsource out-a {\n\tlabel mx1\n\tpublic 203.0.113.24\n}\n")
    zone = {"24.113.0.203.in-addr.arpa": [("PTR", "mail.shop.example")], "mail.shop.example": [("A", "203.0.113.24")]}
    with dns_stub.Stub(zone, port=53) as dns:
        own = util.write(box.path("resolv.conf"), "nameserver 127.0.0.1\n")

        def ptr():
            """To files: a daemon that stands still keeps the descriptors that it was sent, and a pipe would not end."""
            with open(box.path("out"), "wb") as out, open(box.path("err"), "wb") as err, \
                    box.start("ptr", "203.0.113.24", prefix=(*OWN_RESOLVER, own), stdout=out, stderr=err) as process:
                code = process.wait(60)
            return box.look(("ptr",), code, util.read(box.path("out")), util.read(box.path("err")))

        def looked():
            with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
                return db.execute("select count(*) from looked").fetchone()[0]

        def found(done):
            """Without when it was last looked."""
            return done.out.partition("Checked before")[0].split()

        alone = ptr()
        tap.ok(alone.code == 0 and "mail.shop.example" in alone.out and not alone.err, "without a daemon", alone.told())
        with serving(box, "--server", "127.0.0.1") as d:
            handed = ptr()
            tap.ok(found(handed) == found(alone) and handed.code == 0 and not handed.err, "the daemon does the same", handed.told())
            n = looked()
            d.process.send_signal(signal.SIGSTOP)
            try:
                asked = len(dns.questions)
                done = ptr()
                tap.ok("busy with the commands of others; this is done without it" in done.err, "one that does not answer: it says so",
                       done.told())
                tap.ok(found(done) == found(alone) and done.code == 0 and len(dns.questions) > asked, "and does it itself, with the same result",
                       done.told())
                held = crowd(box)
                done = ptr()
                tap.ok(found(done) == found(alone) and done.code == 0 and "this is done without it" in done.err,
                       "one that nobody can connect to: the same", done.told())
                for s in held:
                    s.close()
            finally:
                d.process.send_signal(signal.SIGCONT)
            done = ptr()
            tap.ok(found(done) == found(alone) and done.code == 0 and not done.err, "once it is free again, the daemon does it", done.told())
            tap.ok(looked() == n > 0 and d.process.poll() is None, "what was found is stored once", [n, looked()])


def reserved(tap, world):
    """Commands of others that wait for their input keep nobody else from what is quickly done."""
    if os.geteuid() != 0:
        tap.skip("commands of several users", "only root can be several users")
        return
    box = service_box(world, "reserved")
    with serving(box, **as_service()) as d:
        clients = [reading(box, **who(MEMBER, MAIL)) for _ in range(9)]
        tap.ok(wait(lambda: sum(at_work(d, x) is not None for x in clients) == 7), "seven of nine are begun",
               [at_work(d, x) for x in clients])
        for user in who(0), {"user": SERVICE, "group": MAIL, "extra_groups": []}:
            done = box.run("forget", "nobody@shop.example", timeout=20, **user)
            tap.ok(done.code == 0 and not done.err, "user %d gets through" % user["user"], done.told())
        with dns_stub.Stub({}) as dns:
            done = box.run("ptr", "--server", "127.0.0.1:%d" % dns.port, "203.0.113.24", timeout=20, **who(MEMBER, MAIL))
        tap.ok("203.0.113.24" in done.out and "busy" not in done.err, "a question to a DNS server of its own never waits",
               done.told())
        clients.pop().kill()
        clients[0].stdin.close()
        clients[0].stdin = None
        done = ended(box, clients.pop(0))
        tap.ok(done.code == 0, "one ends", done.told())
        tap.ok(wait(lambda: sum(at_work(d, x) is not None for x in clients) == 7), "and the next one begins")
        for client in clients:
            client.kill()
        tap.ok(wait(lambda: not any(at_work(d, x) for x in clients)), "all are gone")


def zones(tap, world):
    """A line without a zone is in that of the caller, with and without a daemon."""
    line = "Nov  3 06:42:11 mx1 postfix/smtp[1]: 4AAA%d: to=<jo@outlook.com>, relay=mx.example.com[192.0.2.5]:25, delay=1, " \
           "delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)\n"
    box = world.box("zones")
    with serving(box, env={"TZ": "Asia/Tokyo"}):
        for i, (env, args, want) in enumerate((({"TZ": "America/New_York"}, (), "T11:42:11Z"), ({"TZ": "UTC"}, (), "T06:42:11Z"),
                                               ({"TZ": "UTC"}, ("--timezone", "Europe/Paris"), "T05:42:11Z"))):
            path = util.write(box.path("%d.log" % i), line % i)
            done = box.run("ingest", "--now", NOW, *args, path, env=env)
            tap.ok(want in done.out, "the zone is %s %s" % (env["TZ"], " ".join(args)), done.told())


def long_path(tap, world):
    box = world.box("long-path")
    os.makedirs(box.path("d" * 100))
    box.db = box.path("d" * 100 + "/reputed.db")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
    util.write(box.path("watched.log"), "")
    d = Daemon(box, box.path("watched.log"))
    tap.ok(d.says("the path is longer than the 107 bytes that a socket can have"), "a path that no socket has is said", [d.text])
    done = box.run("ingest", "--now", NOW, log(box, "one.log"))
    tap.ok(done.code == 0 and deliveries(box) == 5, "and commands do their work themselves", done.told())
    tap.ok(d.stop() == 0, "the daemon watches without", [d.text])


def told(tap, world):
    """What a command brings is judged at once, not with the next look at the clock."""
    now, mail, box = time.time(), Mail(), world.box("told")
    before = util.write(box.path("before.log"), mail.lines(200, "203.0.113.24", True, now - 3 * 86400, now - 11 * 3600))
    after = util.write(box.path("after.log"), mail.lines(60, "203.0.113.24", False, now - 10 * 3600, now - 9 * 3600))
    with serving(box) as d:
        tap.ok(box.run("ingest", before).code == 0 and d.text == "", "mail that is accepted is no news", [d.text])
        done = box.run("ingest", after)
        tap.ok(d.says("New trouble"), "trouble that a command brings is told", done.told() + [d.text])
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % box.db, uri=True)) as db:
            tap.ok(db.execute("pragma integrity_check").fetchone()[0] == "ok", "the database is whole")


if __name__ == "__main__":
    sys.exit(util.main([same, on_a_terminal, only_to_print, users, changed, root_group, no_socket, of_root, private_users, impostor,
                        hostile, interrupted, killed, made_anew, many, full, beside, reserved, news, deaf, zones, long_path, told]))
