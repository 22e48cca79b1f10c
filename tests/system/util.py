# SPDX-License-Identifier: Apache-2.0
"""
util.py -- a reputed with a home of its own, logs that never happened, and what a database holds.

Used by most system tests. Needs python, and a C compiler where tools/genlog is not built; no network,
no root, and writes only below its own temporary folder. Every run is looked at for a sanitizer's report and for JSON that stops
in the middle; main() adds these two tests to each program.
"""

import ctypes
import datetime
import glob
import hashlib
import http.server
import json
import os
import re
import shutil
import socket
import socketserver
import sqlite3
import subprocess
import sys
import tempfile

import check

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NOW = "2026-11-04T00:00:00Z"    # behind every log of genlog, whatever the clock of the machine
REPORT = re.compile(r"runtime error: |ERROR: \w+Sanitizer|SUMMARY: \w+Sanitizer|Assertion .* failed")
STATUS = ("sent", "deferred", "bounced", "expired")


class HttpServer(http.server.ThreadingHTTPServer):
    """Does not ask the system's resolver for a name of its address, as python's does."""

    daemon_threads = True

    def server_bind(self):
        socketserver.TCPServer.server_bind(self)


def free_port():
    """Of TCP on 127.0.0.1, that nobody has now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Done:
    """What a run answered."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.raw, self.err = args, code, out, err
        self.out = out.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return [json.loads(x) for x in self.out.splitlines()]

    def told(self):
        return ["reputed %s: exit %s" % (" ".join(self.args), self.code),
                "stdout: " + self.out[:600], "stderr: " + self.err[:1500]]


class World:
    """A folder, a reputed, and what went wrong in any run."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="reputed-test.")
        os.chmod(self.top, 0o755)
        # a copy: users without rights in the tree run it as well
        self.reputed = self.top + "/reputed"
        shutil.copy(check.binary(), self.reputed)
        os.chmod(self.reputed, 0o755)
        self.reports, self.torn, self.logs = [], [], {}
        self.genlog = None

    def remove(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.top, name)

    def box(self, name, key=None):
        return Box(self, name, key)

    def generator(self):
        """genlog: that of $GENLOG, else the one that was built beside the binary, else built here."""
        if self.genlog is None:
            path = os.environ.get("GENLOG") or os.path.join(os.path.dirname(os.path.dirname(check.binary())), "tools", "genlog")
            if not (os.path.isfile(path) and os.access(path, os.X_OK)):
                path = self.path("genlog")
                subprocess.run([os.environ.get("CC", "cc"), "-O1", "-std=gnu17", "-o", path,
                                *sorted(glob.glob(TREE + "/tools/genlog/*.c")), "-lm"], check=True)
            self.genlog = path
        return self.genlog

    def log(self, scenario, scale, *more, seed=1):
        """The folder of a generated log, its counts and its files, oldest first."""
        what = (scenario, scale, seed) + more
        if what in self.logs:
            return self.logs[what]
        where = "%s/%s" % (self.top, "-".join(str(x).strip("-") for x in what))
        subprocess.run([self.generator(), scenario, "--seed", str(seed), "--scale", str(scale),
                        "--out", where, "--truth", where + ".truth", *more],
                       check=True, stderr=subprocess.DEVNULL)
        files = sorted((where + "/" + f for f in os.listdir(where)),
                       key=lambda f: -int(f.rpartition(".")[2]) if f[-1].isdigit() else 0)
        truth = {}
        with open(where + ".truth", encoding="utf-8") as file:
            for line in file:
                label, provider, status, n = line.split("\t")[:4]
                truth[label, provider, status] = int(n)
        self.logs[what] = Log(files, truth)
        return self.logs[what]


class Log:
    def __init__(self, files, truth):
        self.files, self.truth = files, truth

    def total(self):
        return sum(self.truth.values())

    def bytes(self):
        return b"".join(read(f) for f in self.files)


class Box:
    """A home, a configuration, a key and a database."""

    def __init__(self, world, name, key=None):
        self.world, self.top = world, world.path(name)
        os.mkdir(self.top)
        self.db, self.config = self.top + "/reputed.db", self.top + "/reputed.conf"
        self.key = key or self.top + "/key"
        self.read = None        # lines and so on, of the last judged()
        write(self.config, 'database "%s"\nkey-file "%s"\n' % (self.db, self.key))

    def path(self, name):
        return os.path.join(self.top, name)

    def environment(self, more=None):
        env = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": self.top, "TZ": "UTC",
               "LC_ALL": "C.UTF-8", "XDG_DATA_HOME": self.top, "XDG_CONFIG_HOME": self.top,
               "XDG_STATE_HOME": self.top, "NO_COLOR": "1"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE"):
            if name in os.environ:
                env[name] = os.environ[name]
        env.update(more or {})
        return env

    def start(self, *args, env=None, config=True, prefix=(), **more):
        """A process; most tests want run()."""
        line = [*prefix, self.world.reputed, *args]
        if config and args and not args[0].startswith("-") and "--config" not in args:
            at = len(prefix) + 2
            line[at:at] = ["--config", self.config]
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("stdout", subprocess.PIPE)
        more.setdefault("stderr", subprocess.PIPE)
        return subprocess.Popen(line, env=self.environment(env), cwd=self.top, **more)

    def run(self, *args, data=None, env=None, timeout=100, **more):
        if data is not None:
            more["stdin"] = subprocess.PIPE
        with self.start(*args, env=env, **more) as process:
            try:
                out, err = process.communicate(data, timeout=timeout)
                code = process.returncode
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                code = "none after %d s" % timeout
        return self.look(args, code, out, err)

    def look(self, args, code, out, err):
        done = Done(args, code, out or b"", (err or b"").decode("utf-8", "replace"))
        if REPORT.search(done.err) or (isinstance(code, int) and code < 0 and code != -9):
            self.world.reports += done.told()
        if "--json" in args and "--help" not in args and code not in (70, -9):
            try:
                if args[0] in ("config", "rules") and done.out[:1] == "{" and "\n{" not in done.out:
                    done.json()
                else:
                    done.lines()
            except ValueError as error:
                self.world.torn += [str(error)] + done.told()
            if done.out and not done.out.endswith("\n"):
                self.world.torn += ["no newline at the end"] + done.told()
        return done

    def ingest(self, *args, now=NOW, **more):
        return self.run("ingest", "--now", now, *args, **more)

    def status(self):
        return self.run("status", "--json", "--all")

    def counts(self):
        """As the truth of genlog: (label, provider, status) to number; what was said if none."""
        done = self.status()
        if done.code not in (0, 1):
            return {"reputed said": done.err}
        n = {}
        for cell in done.json()["cells"]:
            for status in STATUS:
                if cell[status]:
                    where = cell["source_label"], cell["provider"], status
                    n[where] = n.get(where, 0) + cell[status]
        return n


def write(path, data, mode="wb"):
    with open(path, mode) as file:
        file.write(data if isinstance(data, bytes) else data.encode())
    return path


def append(path, data):
    return write(path, data, "ab")


def descends(pid, from_pid):
    """Whether a process is a child of another, or a child's child."""
    while pid > 1 and pid != from_pid:
        pid = int(read("/proc/%d/stat" % pid).rsplit(b")", 1)[1].split()[1])
    return pid == from_pid


def workers(kind):
    """The processes of this kind ("fetch-worker") that this test began; other tests run beside it."""
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and read("/proc/%s/cmdline" % entry).split(b"\0")[1:2] == [kind] and \
                    descends(int(entry), os.getpid()):
                yield int(entry)
        except OSError:
            pass    # it ended


def adopt_orphans():
    """From now on a process whose parent ended is a child of this test, so that workers() sees it."""
    subreaper = 36      # PR_SET_CHILD_SUBREAPER of sys/prctl.h
    if ctypes.CDLL(None, use_errno=True).prctl(subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def differences(wanted, got, name=""):
    """Sentences on where two plain structures differ."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        found = []
        for key in list(wanted) + [k for k in got if k not in wanted]:
            if wanted.get(key) != got.get(key):
                found += differences(wanted.get(key), got.get(key), "%s %s" % (name, key))
        return found
    if isinstance(wanted, list) and isinstance(got, list) and len(wanted) == len(got):
        found = []
        for i, (a, b) in enumerate(zip(wanted, got)):
            if a != b:
                found += differences(a, b, "%s[%d]" % (name, i))
        return found
    if isinstance(wanted, list) and isinstance(got, list):
        left = [x for x in wanted if x not in got]
        more = [x for x in got if x not in wanted]
        return ["%s: %d, not %d; missing %s; more %s" %
                (name, len(got), len(wanted), left[:3], more[:3])]
    return ["%s: %r, not %r" % (name, got, wanted)]


def unpacked(row):
    """The cells of a row of minute, hour or day (src/store/rollup.c): fields, counts."""
    assert row[0] == 1, "packed another way"
    at = 1

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = row[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    fields = [0] * 7  # label, route, provider, provider_domain, stream, rule, kind
    while at < len(row):
        differ = row[at]
        at += 1
        for i in range(7):
            if differ >> i & 1:
                fields[i] = number()
        yield tuple(fields), (number(), number(), number())


def stored(db):
    """What a database holds, without the numbers that names happened to get."""
    base = sqlite3.connect("file:%s?mode=ro" % db, uri=True)
    try:
        names = dict(base.execute("SELECT id, name FROM name"))
        domains = dict(base.execute("SELECT id, name FROM domain"))
        names.setdefault(0, "")

        def name(i):
            return i if i is None else names[i]

        out = {}
        for level in ("minute", "hour", "day"):
            out[level] = {}
            for from_s, row in base.execute("SELECT from_s, cells FROM " + level):
                for fields, counts in unpacked(row):
                    where = (from_s,) + tuple(map(name, fields[:6])) + (fields[6],)
                    assert where not in out[level], where
                    out[level][where] = counts
        out["source"] = sorted((name(r[0]),) + r[1:] for r in base.execute(
            "SELECT label, known_by, hex(address), first_s, last_s, count FROM source"))
        out["sample"] = sorted((name(r[0]), name(r[1]), name(r[2])) + r[3:] for r in base.execute(
            "SELECT provider, provider_domain, rule, class, code, count, first_s, last_s,"
            " coalesce(host, ''), coalesce(text, '') FROM sample"))
        out["watched"] = sorted(name(r[0]) for r in base.execute("SELECT name FROM watched"))
        out["incident"] = sorted(base.execute("SELECT id, key FROM incident"))
        out["fact"] = sorted(((r[0] >> 24,) + tuple(map(name, r[1:5])) +
                              (domains.get(r[5], r[5]), name(r[6]), r[7], domains.get(r[8], r[8]))
                              + r[9:13] + (name(r[13]),) + r[14:]
                              for r in base.execute(
                                  "SELECT id, label, route, provider, provider_domain, host,"
                                  " stream, recipient, domain, status, class, stage, scope, rule,"
                                  " code, enhanced, flags, queue_id, message, delay_ms"
                                  " FROM fact")), key=repr)
        ids = {}
        for where, raw in base.execute("SELECT id >> 20, ids FROM seen"):
            ids.setdefault(where, []).extend(raw[i:i + 8] for i in range(0, len(raw), 8))
        out["seen"] = {where: sorted(v) for where, v in ids.items()}
        return out
    finally:
        base.close()


def fingerprint(db):
    """Of each row of each table as it stands, but for the clock at which an input was read. Where it
    is the same, so is what reputed says (test_cli.py: byte for byte), and need not be asked again."""
    base, copy = sqlite3.connect("file:%s?mode=ro" % db, uri=True), sqlite3.connect(":memory:")
    try:
        base.backup(copy)
        copy.execute("UPDATE input SET read_s = 0")
        return hashlib.sha256("\n".join(copy.iterdump()).encode("utf-8", "surrogateescape")).digest()
    finally:
        base.close()
        copy.close()


def judged(box):
    """status and why, as JSON, without the clock and the lines read."""
    status, why = box.status(), box.run("why", "--json", "--all")
    if status.code not in (0, 1) or why.code not in (0, 1):
        return {"reputed said": status.told() + why.told()}
    status, why = status.json(), why.json()
    status.pop("now")
    box.read = status.pop("read", None)
    why.pop("now")
    return {"status": status, "why": why}


def micros(stamp):
    when = datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (when - epoch) // datetime.timedelta(microseconds=1)


def journal(data):
    """Lines of a log with RFC 3339 stamps as journalctl -o json would show them."""
    out = []
    for line in data.decode("utf-8", "surrogateescape").splitlines():
        stamp, host, rest = line.split(" ", 2)
        tag, _, message = rest.partition(": ")
        name, _, pid = tag.rstrip("]").partition("[")
        raw = message.encode("utf-8", "surrogateescape")
        try:
            message = raw.decode("utf-8")
        except UnicodeDecodeError:
            message = list(raw)     # as journald does
        out.append(json.dumps({
            "__CURSOR": "s=0;i=%x" % len(out), "__REALTIME_TIMESTAMP": str(micros(stamp)),
            "_HOSTNAME": host, "SYSLOG_IDENTIFIER": name, "SYSLOG_PID": pid, "PRIORITY": "6",
            "_TRANSPORT": "syslog", "MESSAGE": message}))
    return ("\n".join(out) + "\n").encode()


def main(tests):
    """Runs each with (tap, world); one that breaks down is one failure, the others still run."""
    tap = check.Tap()
    if not os.access(check.binary(), os.X_OK):
        tap.ok(False, "there is a reputed to test", [check.binary() + " is not there"])
        return tap.done()
    world = World()
    try:
        for test in tests:
            tap.note(test.__name__)
            try:
                test(tap, world)
            except Exception as error:      # pylint: disable=broad-except
                import traceback
                tap.ok(False, "%s comes to its end" % test.__name__,
                       traceback.format_exc().splitlines()[-8:] + [repr(error)])
        tap.ok(not world.reports, "no sanitizer reported anything", world.reports)
        tap.ok(not world.torn, "every JSON output was whole", world.torn)
    finally:
        world.remove()
    return tap.done()


if __name__ == "__main__":
    sys.exit("util.py is no test")
