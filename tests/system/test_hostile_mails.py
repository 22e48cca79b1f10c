#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_hostile_mails.py [REPUTED] -- one mailbox in which every second message is hostile, and files that
are: what is honest is read to the last fact, what is not is bounded in memory, refused or salvaged
with a reason, and kept aside byte for byte. TAP.

test_documents.py tries more hostile things for what comes of them; here they also come together,
and what the program and its workers took is measured.
"""

import gzip
import io
import json
import os
import signal
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import mails    # noqa: E402
import util     # noqa: E402

MIB = 1 << 20
# MiB of the largest process. A document is 32 MB at most; what was measured is 62 for the mailbox.
PEAK = 160
PEAK_SANITIZED = 640    # AddressSanitizer keeps what was freed for a while
SECONDS = 100


def nested(depth, kind="multipart/mixed"):
    out = ["From: MAILER-DAEMON@x.example\nSubject: failed\nMIME-Version: 1.0\n"]
    for i in range(depth):
        if kind == "message/rfc822":
            out.append("Content-Type: message/rfc822\n\nSubject: %d\n" % i)
        else:
            out.append("Content-Type: %s; boundary=\"n%d\"\n\n--n%d\n" % (kind, i, i))
    return "".join(out) + "\nend\n"


def prefixes():
    """Each boundary is the beginning of the next one."""
    fine = mails.dsn(40, "prefix@example.com")
    return fine.replace("boundary=\"b/40\"", "boundary=\"b\"").replace("--b/40", "--b").replace(
        "It did not work.", "It did not work.\n--bb\n--bbb\n--b-\n--b --\n--bb--")


def hostile_mails():
    """Name, message, how many facts must come of it (None: as many as can be saved)."""
    fine = mails.dsn(41, "salvaged@example.com")
    head, _, body = fine.partition("\n\n")
    yield "parts nested 1,000 deep", nested(1000), None
    yield "messages nested 1,000 deep", nested(1000, "message/rfc822"), None
    yield "a million parts", head.replace("b/41", "m") + "\n\n" + "--m\n\nx\n" * 1000000, None
    yield "boundaries that begin with each other", prefixes(), None
    yield "a header of 10 MB", head + "\n" + "X-Many: %s\n" % ("a" * 60) * 150000 + "\n" + body, 1
    yield "a field of 10 MB", head + "\nX-Long: " + "a" * 10 * MIB + "\n\n" + body, None
    yield "a field folded a million times", head + "\nX-Fold: a" + "\n b" * 1000000 + "\n\n" + body, None
    yield "NUL bytes", fine.replace("It did not", "It\0did\0not").replace("Hello", "Hel\0lo"), 1
    yield "broken base64", fine.replace(
        "Content-Type: text/plain\n\nIt did not work.", "Content-Type: text/plain\nContent-Transfer-"
        "Encoding: base64\n\n=A=B!!##" + "%" * 4000), 1
    yield "encoded words that lie", fine.replace(
        "Subject: Undelivered", "Subject: =?utf-16?B?////?= =?x-none?Q?=ZZ=?= =?utf-8?B?" + "=" * 9000), 1
    yield "a thousand recipients in one group", fine.replace(
        "Action: failed\n", "Final-Recipient: rfc822; x@example.com\n" * 1000 + "Action: failed\n"), None
    yield "ten thousand groups", fine.replace(
        "\n\n--b/41\nContent-Type: message/rfc822", "\n\nFinal-Recipient: rfc822; y@example.com\nAction: "
        "failed\nStatus: 5.1.1\n" * 10000 + "\n--b/41\nContent-Type: message/rfc822"), None
    yield "a boundary of a megabyte", fine.replace("b/41", "b" * MIB), None
    yield "names that climb out", fine.replace(
        "Content-Type: text/plain\n", "Content-Type: text/plain; name=\"../../../../tmp/reputed-out\"\n"
        "Content-Disposition: attachment; filename=\"/tmp/reputed-out\"\n", 1), 1


def zipped(*names, data=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name in names:
            z.writestr(name, data)
    return out.getvalue()


def hostile_files():
    fine = mails.dsn(42, "zipped@example.com").encode()
    zeros = b"\0" * (70 * MIB)
    many = zipped(*("f%d" % i for i in range(20000)), data=b"x")
    yield "a zip bomb", zipped("a.eml", data=zeros), 0
    yield "a zip bomb in a zip archive", zipped("a.zip", data=zipped("a.eml", data=zeros)), 0
    yield "a gzip bomb", gzip.compress(zeros, mtime=0), None
    yield "a gzip bomb that calls itself a mail", gzip.compress(b"Subject: " + zeros, mtime=0), None
    yield "twenty thousand files", many, 0
    yield "a name that climbs out", zipped("../../../../tmp/reputed-out", data=fine), 1
    yield "an absolute name", zipped("/tmp/reputed-out", data=fine), 1
    yield "a zip archive of nothing but its end", b"PK\005\006" + b"\xff" * 18, None


# Runs a program and says what its largest process took, workers included, since it waits for them.
MEASURE = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]); "
           "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss));"
           " sys.exit(code if code >= 0 else 128 - code)")


def dry(tap, box, name, path):
    """The facts and what was answered; that it is bounded is a test of its own."""
    with box.start("ingest", "--now", util.NOW, "--dry-run", "--json", path,
                   prefix=[sys.executable, "-c", MEASURE, box.path("rss")],
                   start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=SECONDS)
        except util.subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err += b"\nnot through after %d s" % SECONDS
    done = box.look(("ingest", "--json"), process.returncode, out, err)
    most = int(util.read(box.path("rss"))) // 1024 if process.returncode >= 0 else -1
    peak = PEAK_SANITIZED if b"__asan_" in util.read(box.world.reputed) else PEAK
    tap.ok(done.code in (0, 3) and 0 <= most < peak, "%s: through, and no process took %d MiB (%d)" %
           (name, peak, most), done.told())
    return [json.loads(x) for x in done.out.splitlines()], done


def mailbox(tap, world):
    box = world.box("mailbox")
    hostile = list(hostile_mails())
    honest = ["fine%d@example.com" % i for i in range(len(hostile) + 1)]
    parts = [mails.dsn(1000, honest[0])]
    for i, (_, message, _) in enumerate(hostile):
        parts += [message, mails.dsn(1001 + i, honest[i + 1])]
    path = util.write(box.path("mbox"), mails.mbox(*parts))
    facts, done = dry(tap, box, "the mailbox", path)
    got = sorted(f["recipient"] or "" for f in facts if (f["recipient"] or "").startswith("fine"))
    tap.ok(got == sorted(honest), "every honest message among %d hostile ones is read, once" %
           len(hostile), ["%d of %d" % (len(got), len(honest))] + done.told())
    tap.ok(done.code == 3 and done.err.count("\n") < 40, "exit code 3, and few words", done.told())
    tap.ok(not os.path.exists("/tmp/reputed-out"), "nothing was written where a name pointed")


def one_by_one(tap, world):
    box = world.box("mails")
    for i, (name, message, wanted) in enumerate(hostile_mails()):
        path = util.write(box.path("m%d" % i), message)
        facts, done = dry(tap, box, name, path)
        tap.ok(done.code == 0 or (done.code == 3 and "m%d" % i in done.err),
               "%s: read, or a reason" % name, done.told())
        if wanted is not None:
            tap.ok([f["recipient"] for f in facts] == ["salvaged@example.com"] * wanted,
                   "%s: what it says is saved" % name, done.told())
        tap.ok(len(facts) <= 10100, "%s: bounded in what comes of it (%d)" % (name, len(facts)))


def files(tap, world):
    box = world.box("files")
    for i, (name, data, wanted) in enumerate(hostile_files()):
        path = util.write(box.path("f%d" % i), data)
        facts, done = dry(tap, box, name, path)
        tap.ok(done.code == 0 or (done.code == 3 and "f%d" % i in done.err),
               "%s: read, or a reason" % name, done.told())
        if wanted is not None:
            tap.ok(len(facts) == wanted and (wanted > 0 or done.code == 3), "%s: %d facts" %
                   (name, wanted), done.told())
    tap.ok(not os.path.exists("/tmp/reputed-out"), "nothing was written where a name pointed")


def kept_aside(tap, world):
    """What could not be read lies in the quarantine as it came; what could is counted."""
    box = world.box("kept")
    bombs = [zipped("a.eml", data=b"\0" * (70 * MIB)), b"PK\003\004" + b"\xff" * 1000]
    paths = [util.write(box.path("b%d" % i), data) for i, data in enumerate(bombs)]
    fine = util.write(box.path("fine"), mails.dsn(1))
    done = box.ingest(paths[0], fine, paths[1])
    tap.ok(done.code == 3, "exit code 3", done.told())
    status = box.status()
    tap.ok(status.json()["totals"]["bounced"] == 1, "what stands between the bombs is counted",
           status.told())
    rows = box.run("quarantine", "list", "--json").json()
    tap.ok(sorted(r["file"] for r in rows) == sorted(paths) and all(r["reason"] for r in rows),
           "both bombs are kept aside, each with its reason", [str(rows)])
    shown = [box.run("quarantine", "show", r["id"]).raw for r in rows]
    tap.ok(sorted(shown) == sorted(bombs), "byte for byte")
    again = box.ingest(*paths, fine)
    tap.ok(again.code == 3 and len(box.run("quarantine", "list", "--json").json()) == 2 and
           box.status().json()["totals"]["bounced"] == 1, "the same again: nothing twice", again.told())


if __name__ == "__main__":
    sys.exit(util.main([mailbox, one_by_one, files, kept_aside]))
