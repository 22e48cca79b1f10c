#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_terminal.py [REPUTED] -- what a server said cannot steer, hide or turn what stands on a terminal:
controls of C1 (as UTF-8 and as raw bytes), directions, what has no width, tags, and bytes that are no
UTF-8. And a trouble of more hosts than fit anywhere is one headline. Needs nothing.
"""
import json
import os
import sys

import util

EVIL = (b"\xc2\x9b31m \x9b32m \xe2\x80\xae \xe2\x80\x8b \xef\xbb\xbf \xf3\xa0\x81\x81 \x1b[8m \xff \xe2\x81\xa6 "
        b"\xcd\x8f \xef\xb8\x8f \xf3\xa0\x84\x80 \xe1\xa0\x8e \xe1\x85\x9f \xe3\x85\xa4 \xef\xbe\xa0")
HIDDEN = ({chr(c) for c in range(0x20)} - {"\n", "\t"}) | {chr(c) for c in range(0x7f, 0xa0)} | \
    {chr(c) for c in (*range(0x200b, 0x2010), *range(0x202a, 0x202f), *range(0x2066, 0x206a), 0xfeff)} | \
    {chr(c) for c in (0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x3164, 0xffa0, *range(0x180b, 0x1810), *range(0xfe00, 0xfe10))} | \
    {chr(c) for c in range(0xe0000, 0xe1000)}


def log(n, host, said):
    return b"".join(
        b"2026-11-03T10:%02d:%02dZ mx1 postfix/smtp[1]: AB%06X: to=<a%d@%s>, relay=%s:25, delay=1, "
        b"dsn=5.7.1, status=bounced (host %s said: 550 5.7.1 %s (in reply to MAIL FROM command))\n" %
        (i // 60, i % 60, i, i, *([host(i)] * 3), said) for i in range(n))


def clean(out):
    """What of it is hidden or no UTF-8; none: fine."""
    raw = out if isinstance(out, bytes) else out.encode("utf-8", "surrogateescape")
    try:
        return sorted({hex(ord(c)) for c in raw.decode("utf-8")} & {hex(ord(c)) for c in HIDDEN})
    except UnicodeDecodeError as e:
        return [str(e)]


def terminal(tap, world):
    box = world.box("terminal")
    said = b"S3140 block list " + EVIL
    util.write(box.path("l.log"), log(60, lambda i: b"hotmail-com.olc.protection.outlook.com[52.101.8.42]", said)
               .replace(b"@hotmail-com.olc.protection.outlook.com[52.101.8.42]>", b"@outlook.com>"))
    box.run("ingest", box.path("l.log"))
    util.write(box.path("replies"), b"550 5.7.1 " + said + b"\n")
    for args in (["why"], ["why", "--json"], ["status"], ["status", "--json"],
                 ["classify", box.path("replies")], ["classify", "--json", box.path("replies")],
                 ["explain", "550 5.7.1 S3140 \u202e\u200b\u009b31m"]):
        done = box.run(*args)
        tap.ok(clean(done.out) == [] and len(done.out) > 0, "nothing hidden: reputed " + " ".join(args[:2]),
               clean(done.out) + done.told())
    for line in box.run("classify", "--json", box.path("replies")).out.splitlines():
        json.loads(line)


def files(tap, world):
    """A file whose name and whose every line steer a terminal, given to each command that reads one."""
    box = world.box("files")
    evil = EVIL.replace(b"\x00", b"").replace(b"/", b"")
    lines = b"rule a" + evil + b" { class b" + evil + b" }\n" + evil + b" x\nprovider " + evil + b"\n{" + evil + b"\n"
    words = {"rules": (".rules", ".providers", ".guide", ".options", ".weights", ".services", ""), "config": (".conf",),
             "classify": ("",), "queue": (".json",), "ingest": (".log", ".eml", ".gz", ".rar")}
    sub = {"rules": ["check"], "config": ["check"], "ingest": ["--dry-run"]}
    for command, suffixes in words.items():
        for suffix in suffixes:
            path = os.fsencode(box.path("")) + b"f" + evil + suffix.encode()
            util.write(path, lines)
            for name in (path, path + b"-absent"):
                done = box.run(command, *sub.get(command, ()), os.fsdecode(name))
                tap.ok(clean(done.out) + clean(done.err) == [] and 0 <= done.code <= 4,
                       "nothing hidden: reputed %s of a file*%s%s" % (command, suffix, "" if name == path else ", absent"),
                       clean(done.out) + clean(done.err) + done.told())


def many_hosts(tap, world):
    box = world.box("many")
    util.write(box.path("l.log"), b"".join(
        log(6, lambda i, k=k: b"mx.small%d.example[192.0.2.9]" % k,
            b"listed by zen.spamhaus.org").replace(b"AB0", b"A%06X" % k).replace(b".example[192.0.2.9]>", b".example>")
        for k in range(500)))
    box.run("ingest", box.path("l.log"))
    out = box.run("why").out
    tap.ok(out.count("mail hosts (") == 1 and "500 mail hosts (" in out,
           "a list that 500 hosts refuse by is one headline", out.splitlines()[:4])


if __name__ == "__main__":
    sys.exit(util.main([terminal, files, many_hosts]))
