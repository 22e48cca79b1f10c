#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_bad_input.py [REPUTED] -- what is broken, hostile or missing is named, with its place and
what was expected; the rest is used; the exit code is that of doc/words.md; nothing crashes. TAP.
"""

import gzip
import os
import random
import subprocess
import resource
import shutil
import sqlite3
import sys
import tty

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402

GOOD, TROUBLE, USAGE, BAD, FAILED = range(5)
S3140 = ("550 5.7.1 Unfortunately, messages from [203.0.113.5] weren't sent. Please contact your "
         "Internet service provider since part of their network is on our block list (S3140).")


def says(tap, name, done, code, *words):
    """The exit code, and each word on standard error (any of them, for a tuple)."""
    wrong = [] if done.code == code else ["exit code %s, not %s" % (done.code, code)]
    for word in words:
        some = word if isinstance(word, tuple) else (word,)
        if not any(w.lower() in done.err.lower() for w in some):
            wrong.append("standard error does not say %s" % " or ".join(map(repr, some)))
    if code not in (GOOD, TROUBLE) and not done.err.strip():
        wrong.append("nothing on standard error")
    return tap.ok(not wrong, name, wrong + done.told())


def sent(n, at="2026-11-03T06:00:%02d+00:00", to="a%d@there.example", tail="(250 2.0.0 Ok)"):
    return ((at % (n % 60) if "%" in at else at) + " mx1 postfix/smtp[9]: 4F%05X: to=<%s>, "
            "relay=mx.there.example[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, "
            "status=sent %s\n" % (n, to % n if "%" in to else to, tail)).encode()


def total(box):
    return sum(n for n in box.counts().values() if isinstance(n, int))


def holds(tap, name, box, n):
    got = box.counts()
    return tap.ok(sum(x for x in got.values() if isinstance(x, int)) == n,
                  "%s: the rest is used" % name, ["%s, not %d" % (got, n)])


def damaged_gzip(tap, world):
    log = world.log("single", 10)
    whole = gzip.compress(log.bytes(), mtime=1)
    box = world.box("gzip")
    path = util.write(box.path("mail.log.gz"), whole[:len(whole) * 2 // 3])
    done = box.ingest(path)
    says(tap, "a gzip file cut off", done, BAD, path, "ends too early", "bytes of text")
    some = total(box)
    tap.ok(log.total() // 3 < some < log.total(), "a gzip file cut off: what came before is used",
           ["%d of %d" % (some, log.total())])
    util.write(path, whole)
    done = box.ingest(path)
    tap.ok(done.code == GOOD and box.counts() == log.truth, "the whole file then: counted once",
           done.told() + util.differences(log.truth, box.counts()))
    # Read while it is still being packed: cut at many places, in deliveries too.
    wrong, small = [], gzip.compress(world.log("single", 1).bytes(), 0, mtime=1)
    for seed in range(8):
        box = world.box("packing-%d" % seed, box.key)
        path = util.write(box.path("mail.log.gz"), b"")
        for cut in sorted(random.Random(seed).sample(range(30, len(small)), 2)) + [len(small)]:
            util.write(path, small[:cut])
            done = box.ingest(path)
        wrong += done.told() if done.code else []
        wrong += util.differences(world.log("single", 1).truth, box.counts(), "seed %d" % seed)
    tap.ok(not wrong, "a gzip file read while it is being packed: nothing lost, nothing twice",
           wrong)

    box = world.box("gzip-damaged")
    broken = bytearray(whole)
    broken[len(broken) // 2:len(broken) // 2 + 64] = bytes(range(64))
    path = util.write(box.path("mail.log.gz"), bytes(broken))
    other = util.write(box.path("other.log"), b"".join(sent(n) for n in range(5)))
    says(tap, "a damaged gzip file", box.ingest(path, other), BAD, path, "damaged", "bytes of text")
    got = box.counts()
    tap.ok(got.get(("mx1/postfix", "other", "sent")) == 5 and len(got) > 1,
           "a damaged gzip file: what came before and other files are used", [got])
    for name, raw in (("ten bytes of gzip", whole[:10]),
                      ("a gzip head and rubbish", whole[:10] + b"\xff" * 5000)):
        path = util.write(box.path("short.gz"), raw)
        says(tap, name, box.ingest(path), BAD, path)
    says(tap, "the same as standard input", box.ingest("-", data=whole[:10] + b"\xff" * 5000),
         BAD, "standard input", "damaged")


def odd_lines(tap, world):
    box, before = world.box("odd"), 0

    def odd(name, middle, code, *words, more=0, after=b"\n"):
        nonlocal before
        path = util.write(box.path(name.replace(" ", "-")), b"".join(
            sent(n, to="%s%%d@there.example" % name.replace(" ", "")) for n in range(10)) + middle +
            after + b"".join(sent(n, to="%s%%d@there.example" % name.replace(" ", ""))
                             for n in range(10, 20)))
        done = box.ingest(path)
        says(tap, name, done, code, *words)
        before += 20 + more
        holds(tap, name, box, before)
        return done

    odd("a line of NULs", b"\0" * 300, BAD, ":11:", "skipped", "expected")
    odd("NULs within a delivery", sent(50, to="a\0%d@there.example").rstrip(b"\n"), GOOD, more=1)
    odd("a line of 10 MB", b"x" * (10 << 20), BAD, ":11:", "longer than 65536 bytes", "skipped")
    odd("a delivery of 10 MB", sent(51, tail="(250 " + "y" * (10 << 20) + ")"), BAD, ":11:",
        "longer than 65536 bytes")
    odd("invalid UTF-8", b"\xff\xfe\xe9 nothing of a log \xc3", BAD, ":11:", "expected")
    odd("invalid UTF-8 in a delivery", sent(52, to="%d@there.example").replace(
        b"<52@", b"<jos\xe9@").rstrip(b"\n"), GOOD, more=1)
    odd("no time stamp", b"somebody said something", BAD, ":11:", "no time stamp", "expected")
    odd("a date that is none", b"2026-02-31T06:00:00Z mx1 postfix/smtp[9]: x", BAD, ":11:")
    odd("half an object of journald", b'{"__REALTIME_TIMESTAMP":"17936', BAD, ":11:", "expected")
    odd("an object of somebody else", b'{"time":5,"msg":"hello"}', BAD, ":11:",
        "__REALTIME_TIMESTAMP")
    odd("deeply nested JSON", b"[" * 30000, BAD, ":11:")
    odd("a deeply nested object", b'{"a":' * 10000, BAD, ":11:")
    odd("a stamp and nothing", b"2026-11-03T06:00:00Z", BAD, ":11:")
    done = box.run("ingest", "--dry-run", "--json", "--now", util.NOW,
                   box.path("invalid-UTF-8-in-a-delivery"))
    try:
        done.raw.decode("utf-8")
        valid = True
    except UnicodeDecodeError:
        valid = False
    tap.ok(valid and len(done.lines()) == 21, "invalid UTF-8 does not come into JSON", done.told())
    done = box.run("status", "--json", "--all")
    skipped = done.json()["read"]["skipped"]
    tap.ok(skipped == 11, "status says how many lines were skipped", ["%s, not 11" % skipped])


def odd_files(tap, world):
    box = world.box("files")
    good = util.write(box.path("good.log"), b"".join(sent(n) for n in range(7)))
    noise = util.write(box.path("binary"), random.Random(3).randbytes(300000))
    done = box.ingest(noise, good)
    says(tap, "a binary file", done, BAD, noise + ":", "expected", "lines could not be read")
    tap.ok(done.err.count("\n") <= 8, "a binary file: no flood of messages", done.told())
    holds(tap, "a binary file", box, 7)
    says(tap, "the binary reputed itself", box.ingest(world.reputed), BAD, world.reputed)
    one = world.box("returns")
    path = util.write(one.path("returns.log"), b"".join(sent(n) for n in range(7)).replace(b"\n", b"\r"))
    done = one.ingest(path)
    says(tap, "lines that end in a carriage return", done, BAD, path + ":1:", "lines end in a line feed",
         "tr '\\r' '\\n' < FILE | reputed ingest -")
    with open(path, "rb") as f:     # the advice, played
        feeds = subprocess.run(["tr", "\\r", "\\n"], stdin=f, stdout=subprocess.PIPE, check=True).stdout
    says(tap, "and read as told", one.ingest("-", data=feeds), GOOD)
    holds(tap, "lines that end in a carriage return", one, 7)
    one = world.box("return-within")
    says(tap, "a carriage return inside a line", one.ingest("-", data=b"".join(
        sent(n).replace(b"status=sent (", b"status=sent (x\r") for n in range(7))), GOOD)
    holds(tap, "a carriage return inside a line", one, 7)
    says(tap, "an empty file", box.ingest(util.write(box.path("empty"), b"")), GOOD)
    says(tap, "empty standard input", box.ingest("-", data=b""), GOOD)
    for name, path, word in (("a missing file", box.path("none.log"), "no such file"),
                             ("a file below a file", good + "/x", "not a directory")):
        one = world.box(name.replace(" ", "-"))
        done = one.ingest(path, good)
        says(tap, name, done, BAD, path, word)
        holds(tap, name, one, 7)
        says(tap, name + ", dry run", one.ingest("--dry-run", "--json", path, good), BAD, path)
        says(tap, name + " for classify", one.run("classify", path), FAILED, path, word)
    one = world.box("a-folder")
    key = util.write(box.path("a-key"), b"437d19e654b4689e3c8cbf139337970e\n")
    done = one.ingest(box.top)
    says(tap, "a folder: what is no log and no mail is named and left out", done, GOOD, key,
         "neither a mail log nor mail")
    tap.ok(b"437d19e6" not in done.err.encode() and b"437d19e6" not in done.out.encode(),
           "a folder: nothing of such a file is shown", done.told())
    holds(tap, "a folder", one, 7)
    says(tap, "a folder for classify", box.run("classify", box.top), FAILED, box.top, "directory")
    fresh = world.box("empty")
    done = fresh.ingest(fresh.path("none.log"))
    says(tap, "nothing but a missing file", done, BAD, "none.log", "no such file")
    done = fresh.ingest(util.write(fresh.path("e"), b""))
    tap.ok("No delivery" in done.out, "an empty log: it says that nothing was found", done.told())
    if os.geteuid() == 0:
        os.chmod(good, 0)
        nobody = world.box("nobody")
        os.chown(nobody.top, 65534, 65534)
        done = nobody.ingest(good, user=65534, group=65534, extra_groups=[])
        says(tap, "a file without the right to read", done, BAD, good, "permission denied")
        os.chmod(good, 0o644)
    else:
        tap.skip("a file without the right to read", "needs root to become another user")


NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


def folders(tap, world):
    """One bad thing in a folder never stops the rest, and is named for what it is."""
    box = world.box("folders")
    mails = box.path("mails")
    os.makedirs(mails + "/sub")
    util.write(mails + "/a.log", sent(1))
    util.write(mails + "/z.log", sent(2))
    locked = util.write(mails + "/locked.log", sent(3))
    util.write(mails + "/sub/in.log", sent(4))
    deep = mails
    for _ in range(18):
        deep += "/d"
        os.mkdir(deep)
    util.write(deep + "/deep.log", sent(5))
    done = box.ingest(mails)
    says(tap, "a folder too deep", done, BAD, "/d/d", "deeper than 16")
    holds(tap, "a folder too deep", box, 4)
    if os.geteuid() != 0:
        tap.skip("what may not be read in a folder", "needs root to become another user")
        return
    other = world.box("folders-nobody")
    os.chown(other.top, 65534, 65534)
    os.chmod(locked, 0)
    os.chmod(mails + "/sub", 0)
    done = other.ingest(mails, **NOBODY)
    says(tap, "a file and a folder without the right to read in a folder", done, BAD,
         locked + ": permission denied", mails + "/sub: permission denied")
    tap.ok("neither" not in done.err, "and nothing is said of what could not be read", done.told())
    holds(tap, "both", other, 2)


def standard_input(tap, world):
    """It has a name, is read once, and an error in the middle of it is told."""
    box = world.box("stdin")
    for args in ((), ("--dry-run",), ("--dry-run", "--json")):
        done = box.ingest(*args, "-", data=sent(1) + b"no log line\n")
        says(tap, "a bad line of standard input %s" % (args,), done, BAD, "standard input:2:")
        tap.ok("/proc/" not in done.err + done.out, "and no other name is told", done.told())
    for args in ((), ("--dry-run", "--json")):
        one = world.box("stdin-broken-%d" % len(args))
        try:
            master, slave = os.openpty()
        except OSError as e:
            tap.skip("a read error on standard input %s" % (args,), "no pseudo terminal here: %s" % e.strerror)
            continue
        tty.setraw(slave)
        os.write(slave, sent(1) + sent(2))
        os.close(slave)         # now there are two lines to read, and then EIO
        done = one.ingest(*args, "-", stdin=master)
        os.close(master)
        says(tap, "a read error on standard input %s" % (args,), done, BAD,
             "standard input: input/output error")
        tap.ok(len(done.lines()) == 2 if args else total(one) == 2,
               "and what came before it is used", done.told())
        done = box.ingest(*args, "-", prefix=("sh", "-c", 'exec "$@" <&-', "sh"))
        says(tap, "standard input that is closed %s" % (args,), done, BAD, "standard input",
             "bad file descriptor")
    says(tap, "a line of standard input that is too long for classify",
         box.run("classify", "-", data=b"550 " + b"x" * 70000 + b"\n"), BAD, "standard input:1:")
    many = world.log("single", 5)
    one = world.box("pipe")
    done = one.run("ingest", "--now", util.NOW, prefix=(
        "bash", "-c", 'f=$1; shift; exec "$@" <(cat "$f")', "bash", many.files[-1]))
    two = world.box("pipe-as-file")
    two.ingest(many.files[-1])
    tap.ok(done.code == GOOD and one.counts() == two.counts() and total(one) > 0,
           "a pipe is read from its first byte", done.told() +
           util.differences(two.counts(), one.counts()))


def limits(tap, world):
    """What there is too much of is told."""
    box = world.box("limits")
    log = util.write(box.path("mail.log"), sent(1))
    for command, option, value in ((("ingest", log), "--source", "203.0.113.%d"),
                                   (("check", "example.com"), "--ip", "203.0.113.%d"),
                                   (("check", "example.com"), "--selector", "s%d")):
        many = [x for i in range(65) for x in (option, value % i)]
        says(tap, "65 times %s" % option, box.run(*command, *many), USAGE, option, value % 64,
             "more than 64")
    know = box.path("know")
    os.mkdir(know)
    for i in range(258):
        util.write("%s/%03d.rules" % (know, i), b"")
    done = box.run("classify", "--know", know, data=b"550 x\n")
    says(tap, "258 files of know", done, BAD, know, "more than 256", "256.rules")
    logs = [util.write(box.path("%03d.log" % i), sent(i)) for i in range(200)]
    one = world.box("many-logs")
    done = one.ingest(*reversed(logs), preexec_fn=lambda: resource.setrlimit(
        resource.RLIMIT_NOFILE, (80, 80)))
    tap.ok(done.code == GOOD and total(one) == 200, "200 logs with 80 descriptors", done.told())
    mail = util.write(box.path("mail"), b"From: x@y.example\n\nx\n")
    told = []
    for n in range(5, 16):
        one = world.box("descriptors-%d" % n)
        done = one.ingest(mail, preexec_fn=lambda n=n: resource.setrlimit(
            resource.RLIMIT_NOFILE, (n, n)))
        told.append(done.err)
    tap.ok(any("worker cannot be started: Too many open files" in e for e in told) and
           not any("Bad file descriptor" in e for e in told),
           "too few descriptors are called that", told)


def future(tap, world):
    box = world.box("future")
    path = util.write(box.path("mail.log"), sent(1) + sent(2, at="2031-01-01T00:00:00Z") +
                      sent(3) + sent(4, at="9999-12-31T23:59:59Z"))
    done = box.ingest(path)
    says(tap, "lines of the future", done, BAD, path + ":2:", path + ":4:", "2031-01-01T00:00:00Z",
         "future")
    holds(tap, "lines of the future", box, 2)
    now = box.status().json()["now"]
    tap.ok(now == "2026-11-03T06:00:03Z", "lines of the future: now stays the newest fact", [now])
    before = util.write(box.path("past.log"), sent(5, at="0001-01-01T00:00:00Z") +
                        sent(6, at="1970-01-01T00:00:00Z") + sent(7, at="2026-11-03T25:00:00Z"))
    done = box.ingest(before)
    says(tap, "lines of before and of no time", done, BAD, before + ":3:")
    done = box.status()
    tap.ok(done.code in (GOOD, TROUBLE) and done.json()["now"] == now, "and status still tells",
           done.told())


def wrong_values(tap, world):
    box = world.box("values")
    path = util.write(box.path("mail.log"), sent(1))
    for args, words in (
            (["--timezone", "Europe/Atlantis"], ["--timezone", "Europe/Atlantis", "Europe/Paris"]),
            (["--timezone", "../../etc/passwd"], ["--timezone"]),
            (["--timezone"], ["--timezone", "ZONE"]),
            (["--now", "yesterday"], ["--now", "yesterday"]),
            (["--now", "2026-13-01T00:00:00Z"], ["--now"]),
            (["--now", ""], ["--now"]),
            (["--source", "203.0.113"], ["--source", "203.0.113", "[LABEL=]IP"]),
            (["--source", "mx1/postfix=elsewhere"], ["--source", "[LABEL=]IP"]),
            (["--source", "mx1/postfix="], ["--source", "[LABEL=]IP"]),
            (["--json=yes"], ["--json", "no value"])):
        done = box.run("ingest", path, *args)
        says(tap, "ingest %s" % " ".join(args), done, USAGE, *words)
        tap.ok(not os.path.exists(box.db) and not done.out, "and nothing is done", done.told())
    says(tap, "ingest of nothing", box.run("ingest"), USAGE, "which log")
    says(tap, "an empty --timezone", box.run("ingest", "--timezone", "", path), GOOD)


def bad_config(tap, world):
    box = world.box("config")
    path = util.write(box.path("mail.log"), b"".join(sent(n) for n in range(4)))
    good = util.read(box.config).decode()
    odd = util.write(box.path("odd.conf"), good + 'colour blue\nsource a {\n    public 300.1.2.3\n'
                     '    lable x\n}\nsource b { public 203.0.113.9; label mx1/postfix }\n')
    done = box.run("ingest", "--config", odd, "--now", util.NOW, path)
    says(tap, "a configuration with faults", done, BAD, odd + ":3", odd + ":5", odd + ":6", "colour",
         "300.1.2.3", "lable")
    holds(tap, "a configuration with faults", box, 4)
    cells = box.run("status", "--config", odd, "--json").json()["cells"]
    tap.ok([c["source"] for c in cells] == ["203.0.113.9"],
           "a configuration with faults: its good parts are used", [cells])
    says(tap, "and config check", box.run("config", "check", odd), BAD, odd + ":3", odd + ":5")
    for name, text in (("a block never closed", good + "source a {\n public 203.0.113.9\n"),
                       ("a string never closed", good + 'timezone "UTC\n'),
                       ("NULs", good + "\0\0\0\n"), ("rubbish", b"\xff\xfe{{{}}};;\"\\"),
                       ("a zone that is none", good + "timezone Europe/Atlantis\n")):
        conf = util.write(box.path("bad.conf"), text)
        done = box.run("config", "check", conf)
        says(tap, "config check: " + name, done, BAD, conf + ":")
    says(tap, "a configuration that is not there", box.run("status", "--config", box.path("no.conf")),
         FAILED, "no.conf", "no such file")
    says(tap, "a configuration that is a folder", box.run("status", "--config", box.top), FAILED,
         box.top)
    done = box.run("status", "--config", odd, "--now", "soon")
    says(tap, "wrong use is worse than bad input", done, USAGE, "--now")
    os.mkdir(box.path("folder.db"))
    done = box.run("ingest", "--config", odd, "--db", box.path("folder.db"), path)
    says(tap, "what could not work is worse than bad input", done, FAILED, "folder.db", odd + ":3")


def bad_rules(tap, world):
    box = world.box("rules")
    know = box.path("know.d")
    os.mkdir(know)
    bad = util.write(know + "/a.rules", 'speaker provider microsoft-consumer\n'
                     'rule broken {\n  class nonsense\n  text "x"\n}\n'
                     'rule fine {\n  token ZQX77\n  class blocked\n  scope source\n'
                     '  meaning "m"\n  source "s"\n  certain yes\n}\n')
    done = box.run("classify", "--json", "--know", know, data=b"550 5.7.1 no (ZQX77)\n")
    says(tap, "a bad rule in --know", done, BAD, bad + ":3", "nonsense")
    tap.ok(done.lines()[0]["rule"] == "microsoft-consumer.fine", "a bad rule: the others are used",
           done.told())
    says(tap, "rules check of it", box.run("rules", "check", bad), BAD, bad + ":3", "nonsense")
    path = util.write(box.path("mail.log"), sent(1))
    says(tap, "a bad rule for ingest", box.ingest("--know", know, path), BAD, bad + ":3")
    holds(tap, "a bad rule for ingest", box, 1)
    says(tap, "and for status", box.run("status", "--know", know), BAD, bad + ":3")
    util.write(bad, b"\0\xff\x00{{{{ rule \"")
    says(tap, "rubbish in --know", box.run("classify", "--know", know, data=b"550 no\n"), BAD, bad)
    says(tap, "--know that is not there", box.run("classify", "--know", box.path("none"),
                                                  data=b"550 no\n"), FAILED, box.path("none"))


FULL = """
mount -t tmpfs -o size=%dk tmpfs "$1" || exit 77
shift 1
"$@" >"$OUT" 2>"$ERR"; echo $? >"$CODE"
mount -o remount,size=64m "$MNT" || exit 78
"$@" >>"$OUT" 2>>"$ERR"; echo $? >>"$CODE"
"$REPUTED" status --config "$CONF" --json --all >"$OUT.status" 2>>"$ERR"; echo $? >>"$CODE"
"""


def full_disk(tap, world):
    log = world.log("single", 30)
    box = world.box("full")
    small = box.path("disk")
    os.mkdir(small)
    util.write(box.config, 'database "%s/reputed.db"\nkey-file "%s"\n' % (small, box.key))
    names = {"OUT": box.path("out"), "ERR": box.path("err"), "CODE": box.path("code"), "MNT": small,
             "REPUTED": world.reputed, "CONF": box.config}
    done = None
    if os.geteuid() == 0 and shutil.which("unshare"):
        for size in (8, 64, 200, 320):
            done = box.run("ingest", "--json", "--now", util.NOW, *log.files, prefix=[
                "unshare", "-m", "sh", "-c", FULL % size, "sh", small], env=names)
            if done.code != 0:
                break
            codes = util.read(names["CODE"]).split()
            err = util.read(names["ERR"]).decode()
            first = box.look(["ingest"], int(codes[0]), b"", err.encode())
            says(tap, "a disk of %d kB" % size, first, FAILED, small + "/reputed.db", "disk full")
            counts = {}
            for cell in util.json.loads(util.read(names["OUT"] + ".status"))["cells"]:
                for status in util.STATUS:
                    if cell[status]:
                        counts[cell["source_label"], cell["provider"], status] = cell[status]
            tap.ok(codes[1] == b"0" and counts == log.truth,
                   "a disk of %d kB, then room again: every delivery once" % size,
                   [codes, err] + util.differences(log.truth, counts))
    if done is None or done.code != 0:
        tap.skip("a small disk", "needs root and the right to mount")
    # Everywhere: files may not grow further than this.
    box = world.box("limit")
    limit = ["sh", "-c", 'ulimit -f 300; exec "$@"', "sh"]
    done = box.ingest(*log.files, prefix=limit)
    says(tap, "files that may not grow", done, FAILED, box.db, ("disk full", "disk I/O error"))
    done = box.ingest(*log.files)
    tap.ok(done.code == 0 and box.counts() == log.truth, "and then may: every delivery once",
           done.told() + util.differences(log.truth, box.counts()))


def full_output(tap, world):
    if not os.path.exists("/dev/full"):
        tap.skip("standard output that is full", "no /dev/full here")
        return
    log = world.log("single", 3)
    box = world.box("output")
    box.ingest(*log.files)
    for args in (["status"], ["status", "--json"], ["why"], ["why", "--json"],
                 ["ingest", "--dry-run", "--json", "--now", util.NOW, *log.files],
                 ["ingest", "--now", util.NOW, *log.files], ["explain", "S3140"], ["rules", "list"],
                 ["rules", "check"], ["config", "dump"], ["config", "check"],
                 ["forget", "jo@a.example"], ["alert", "list"], ["alert", "list", "--json"], ["status", "--help"], ["--help"], ["--version"],
                 ["classify"]):
        with open("/dev/full", "wb") as full:
            done = box.run(*args, stdout=full, data=b"550 5.7.1 no\n" * 3)
        says(tap, "%s into a full standard output" % " ".join(args[:3]), done, FAILED,
             "standard output")


def read_only(tap, world):
    log = world.log("single", 3)
    box = world.box("readonly")
    box.ingest(*log.files)
    if os.geteuid() != 0:
        tap.skip("a database without the right to write", "needs root to become another user")
        return
    nobody = {"user": 65534, "group": 65534, "extra_groups": []}
    shutil.copy(box.key, box.path("key2"))
    util.append(box.config, b"")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.path("key2")))
    os.chown(box.path("key2"), 65534, 65534)
    os.chmod(box.path("key2"), 0o600)
    os.chmod(box.db, 0o444)
    os.chmod(box.top, 0o555)
    before = util.read(box.db)
    done = box.run("status", "--json", **nobody)
    tap.ok(done.code == TROUBLE and done.json()["cells"], "status of a database that may only be "
           "read", done.told())
    done = box.run("why", **nobody)
    tap.ok(done.code == TROUBLE, "why of it", done.told())
    done = box.ingest(*log.files, **nobody)
    says(tap, "ingest into a database that may only be read", done, FAILED, box.db,
         ("permission", "able to write"))
    says(tap, "forget in it", box.run("forget", "jo@a.example", **nobody), FAILED, box.db)
    tap.ok(util.read(box.db) == before, "it is as before")
    done = box.ingest("--db", box.path("new.db"), *log.files, **nobody)
    says(tap, "a folder that may only be read", done, FAILED, "new.db", "permission denied")
    os.chmod(box.db, 0o600)
    done = box.run("status", **nobody)
    says(tap, "a database of somebody else", done, FAILED, box.db)


def bad_database(tap, world):
    log = world.log("single", 20)
    first = world.box("first")
    first.ingest(*log.files)
    base = sqlite3.connect(first.db)
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()
    whole = util.read(first.db)
    noise = random.Random(8)

    def version(path):
        other = sqlite3.connect(path)
        other.execute("PRAGMA user_version=99")
        other.commit()
        other.close()

    def foreign(path):
        os.remove(path)
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE recipes (name TEXT)")
        other.commit()
        other.close()

    def dropped(path):
        other = sqlite3.connect(path)
        other.execute("DROP TABLE day")
        other.commit()
        other.close()

    half = len(whole) // 2 & ~4095
    for name, data, change, words in (
            ("rubbish in its head", noise.randbytes(100) + whole[100:], None, ["database"]),
            ("rubbish in its middle", whole[:4096] + noise.randbytes(len(whole) - 8192) +
             whole[-4096:], None, ["damaged"]),
            ("only half of it", whole[:half], None, ["damaged"]),
            ("cut within a page", whole[:half + 1000], None, ["damaged"]),
            ("only its head", whole[:4096], None, ["damaged"]),
            ("cut within its head", whole[:60], None, ["database"]),
            ("a table missing", whole, dropped, ["damaged"]),
            ("a text file", b"dear diary\n" * 500, None, ["not a reputed database"]),
            ("a version to come", whole, version, ["newer"]),
            ("of another program", whole, foreign, ["belongs to another program"])):
        box = world.box("db-" + name.replace(" ", "-"), first.key)
        util.write(box.db, data)
        if change is not None:
            change(box.db)
        before = util.read(box.db)
        for args in (["status", "--json"], ["why"], ["ingest", "--now", util.NOW, *log.files],
                     ["forget", "jo@a.example"]):
            done = box.run(*args)
            # what forget and ingest never read, they need not notice
            if done.code == GOOD and args[0] == "forget" and "missing" in name:
                continue
            says(tap, "database, %s: %s" % (name, args[0]), done, FAILED, box.db, *words)
        if "damaged" not in words:
            tap.ok(util.read(box.db) == before, "database, %s: not touched" % name)
    # Small damage may go unseen, but never crash anything. make flips does it 10,000 times.
    wrong = []
    for seed in range(5):
        chance = random.Random(seed)
        box = world.box("hurt-%d" % seed, first.key)
        data = bytearray(whole)
        for _ in range(20):
            at = chance.randrange(100, len(data) - 40)
            data[at:at + 30] = chance.randbytes(30)
        util.write(box.db, bytes(data))
        for args in (["status", "--json"], ["why", "--json"],
                     ["ingest", "--now", util.NOW, *log.files], ["status", "--json", "--all"]):
            done = box.run(*args)
            if done.code not in (GOOD, TROUBLE, FAILED) or (done.code == FAILED and not done.err):
                wrong += ["seed %d" % seed] + done.told()
    tap.ok(not wrong, "databases with a few bytes wrong: no crash", wrong)
    box = world.box("db-empty", first.key)
    util.write(box.db, b"")
    says(tap, "status of an empty file", box.run("status"), FAILED, box.db)
    done = box.ingest(*log.files)
    tap.ok(done.code == 0 and box.counts() == log.truth, "ingest fills an empty file", done.told())
    box = world.box("db-none")
    says(tap, "status of nothing", box.run("status"), FAILED, box.db, "reputed ingest")
    tap.ok(not os.path.exists(box.db), "and makes no database")
    says(tap, "a database that is a folder", box.ingest("--db", box.top, *log.files), FAILED, box.top,
         "folder")
    says(tap, "a database that is a device", box.ingest("--db", "/dev/null", *log.files), FAILED,
         "/dev/null")


def keys(tap, world):
    log = world.log("single", 3)
    box = world.box("keys")
    box.ingest(*log.files)
    os.chmod(box.key, 0o644)
    says(tap, "a key that others may read", box.ingest(*log.files), FAILED, box.key, "0644",
         "chmod 600")
    tap.ok(box.status().code == TROUBLE, "reading needs no key")
    os.chmod(box.key, 0o600)
    os.rename(box.key, box.key + ".old")
    copy = util.write(box.path("copy.log"), b"\n" + log.bytes())
    for name in ("the key is gone", "the key is another one"):
        done = box.ingest(copy)
        says(tap, "%s: nothing is counted twice, and it says so" % name, done, FAILED, "key")
        tap.ok(box.counts() == log.truth, "%s: counts stay" % name,
               util.differences(log.truth, box.counts()))
        tap.note("%s: %s" % (name, done.err.strip()))
    os.rename(box.key + ".old", box.key)
    done = box.ingest(copy)
    tap.ok(done.code == 0 and box.counts() == log.truth, "the right key again: all is well",
           done.told())
    for name, text in (("empty", b""), ("too short", b"abcdef\n"), ("no hexadecimal", b"z" * 32),
                       ("too long", b"a" * 300)):
        util.write(box.key, text)
        says(tap, "a key that is %s" % name, box.ingest(*log.files), FAILED, box.key, "32")
    os.remove(box.key)
    os.mkdir(box.key)
    says(tap, "a key that is a folder", box.ingest(*log.files), FAILED, box.key)


def two_at_once(tap, world):
    log = world.log("aws-morning", 1)
    box = world.box("two")
    env = {"REPUTED_COMMIT_LINES": "300"}
    lines = [["ingest", "--now", util.NOW, f] for f in (log.files + log.files[::-1])]
    running = [box.start(*args, env=env) for args in lines]
    done = []
    for args, process in zip(lines, running):
        out, err = process.communicate(timeout=100)
        done.append(box.look(args, process.returncode, out, err))
    wrong = [x for d in done for x in d.told()
             if d.code != GOOD and not (d.code == FAILED and "another reputed" in d.err)]
    tap.ok(not wrong, "six at once: each works, or says that another holds the database", wrong)
    box.ingest(*log.files)
    tap.ok(box.counts() == log.truth, "and every delivery counts once",
           util.differences(log.truth, box.counts()))
    base = sqlite3.connect(box.db, isolation_level=None)
    base.execute("BEGIN IMMEDIATE")
    done = box.run("ingest", "--now", util.NOW, *log.files, env={"REPUTED_WAIT_S": "2"})
    tap.ok("waiting for it" in done.err, "one that waits says so", done.told())
    says(tap, "a database held by another", done, FAILED, box.db, "another program holds")
    done = box.run("status")
    tap.ok(done.code == TROUBLE, "status reads it meanwhile", done.told())
    base.execute("ROLLBACK")
    base.close()
    tap.ok(box.ingest(*log.files).code == GOOD, "and when it is free again, ingest works")


def impostors(tap, world):
    """Anybody can print S3140. It counts only from a host of Microsoft."""
    olc = "hotmail-com.olc.protection.outlook.com[104.47.0.33]"
    small = "mx.small.example[192.0.2.9]"
    texts = {
        "printed": "host %s said: %s (in reply to MAIL FROM command)" % (small, S3140),
        "quoted": "host %s said: 550 5.7.1 host %s said: %s (in reply to MAIL FROM command) "
                  "(in reply to RCPT TO command)" % (small, olc, S3140),
        "in our own words": "host %s said: 550 reputed-reroute host %s said: %s (in reply to MAIL "
                            "FROM command)" % (small, olc, S3140),
        "refused": "host %s refused to talk to me: 550 5.7.1 host %s said: %s" % (small, olc, S3140),
        "with brackets": "host %s said: 550 x) (host %s said: %s (in reply to MAIL FROM command)) "
                         "(in reply to end of DATA command)" % (small, olc, S3140),
    }
    for name, text in texts.items():
        for domain, relay in (("small.example", small), ("hotmail.com", small)):
            box = world.box("impostor-%s-%s" % (name.replace(" ", "-"), domain))
            data = b"".join(
                ("2026-11-03T0%d:%02d:00+00:00 mx1 postfix/smtp[9]: 5F%05X: to=<u%d@%s>, "
                 "relay=%s:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (%s)\n" %
                 (n // 60, n % 60, n, n, domain, relay, text)).encode() for n in range(120))
            done = box.ingest(util.write(box.path("mail.log"), data))
            status, why = box.status().json(), box.run("why", "--json", "--all").json()
            wrong = [] if done.code == 0 else done.told()
            wrong += ["a cell of %s" % c["provider"] for c in status["cells"]
                      if c["provider"] != "other"]
            wrong += ["source %s" % c["source"] for c in status["cells"]
                      if c["source"] != "mx1/postfix"]
            wrong += ["an incident of %s, %s" % (i["provider"], i["rule"]) for i in why["incidents"]
                      if "microsoft" in i["provider"] or "microsoft" in (i["rule"] or "")]
            wrong += ["a stored address: %s" % (s,) for s in util.stored(box.db)["source"]]
            if status["totals"]["bounced"] != 120:
                wrong.append("%s" % status["totals"])
            tap.ok(not wrong, "S3140 %s by mx.small.example, to %s: no word of Microsoft's, no "
                   "address of ours" % (name, domain), wrong)
    box = world.box("real")
    data = b"".join(
        ("2026-11-03T0%d:%02d:00+00:00 mx1 postfix/smtp[9]: 5F%05X: to=<u%d@hotmail.com>, relay="
         "%s:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host %s said: %s (in reply to "
         "MAIL FROM command))\n" % (n // 60, n % 60, n, n, olc, olc, S3140)).encode()
        for n in range(120))
    box.ingest(util.write(box.path("mail.log"), data))
    cells = box.status().json()["cells"]
    tap.ok([(c["source"], c["provider"], c["state"]) for c in cells] ==
           [("203.0.113.5", "microsoft-consumer", "blocked")], "and from Microsoft it counts", cells)


def escapes(tap, world):
    """Neither a reply nor a broken line steers the terminal."""
    box = world.box("escapes")
    tricks = "\x1b]0;owned\x07\x1b[2J\x1b[1mall well\r\x08\x7f"
    olc = "hotmail-com.olc.protection.outlook.com[104.47.0.33]"
    data = b"".join(
        ("2026-11-03T0%d:%02d:00+00:00 mx1 postfix/smtp[9]: 5F%05X: to=<u%d@hotmail.com>, relay="
         "%s:25, delay=1, delays=0/0/0/1, dsn=5.7.1, status=bounced (host %s said: %s %s (in reply "
         "to MAIL FROM command))\n" % (n // 60, n % 60, n, n, olc, olc, S3140, tricks)).encode()
        for n in range(120)) + tricks.encode() + b" is no line of a log\n"
    path = util.write(box.path("mail.log"), data)
    wrong = []
    for args in (["ingest", "--now", util.NOW, "--dry-run", path], ["ingest", "--now", util.NOW, path],
                 ["status"], ["why"], ["why", "--trace"], ["why", "--json"], ["status", "--json"],
                 ["classify", path], ["explain", "550 5.7.1 (S3140) " + tricks],
                 ["why", tricks], ["explain", tricks], ["status", "--" + tricks]):
        done = box.run(*args)
        if any(ord(c) < 32 and c not in "\n\t" or ord(c) == 127 for c in done.out + done.err):
            wrong += ["control characters:"] + done.told()
    tap.ok(not wrong, "control characters of a log reach no terminal", [repr(x) for x in wrong])


if __name__ == "__main__":
    sys.exit(util.main([damaged_gzip, odd_lines, odd_files, folders, standard_input, limits, future,
                        wrong_values, bad_config, bad_rules, full_disk, full_output, read_only, bad_database, keys,
                        two_at_once, impostors, escapes]))
