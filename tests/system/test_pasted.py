#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_pasted.py -- every block of commands or configuration in guides, README, documents and manual
pages is played on the program it is for, or stands in pasted.tsv with the reason why not. A block
that is in no row fails, and so does a row without its block. TAP.

pasted.tsv: page, first line of the block, kind, and for `no` the reason. The kinds:
    text      nothing to paste: a list, an example of output, an address
    reputed   commands of reputed; test_guides.py and test_docs.py look whether they exist
    hold      played by test_hold.py
    shell     commands that need files or hosts of the reader: read by bash -n
    postfix   commands for Postfix, run in one, which then still delivers
    main.cf, master.cf, map    put into a private Postfix, which then still delivers
    aliases   put into /etc/aliases; a bounce must arrive in the folder
    zone      records, read by nsd-checkzone
    conf      put into a configuration of reputed: reputed config check
    options   a file of ways out: reputed rules check
    cron      a line of /etc/cron.d: five fields, a user, a full path, and its command is run
    systemd   a unit, read by systemd-analyze verify
    no        cannot be played here
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import pasted               # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", HERE + "/../../build/src/reputed"))
ZONE = {"gmail.com": [("MX", (10, "mx.gmail.com"))], "mx.gmail.com": [("A", "127.0.1.2")],
        "outlook.com": [("MX", (10, "mx.outlook.com"))], "mx.outlook.com": [("A", "127.0.1.2")]}


def table():
    rows = []
    with open(HERE + "/pasted.tsv", encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                fields = line.rstrip("\n").split("\t")
                rows.append((fields[0], fields[1], fields[2], fields[3] if len(fields) > 3 else ""))
    return rows


def found():
    return [(page, block.split("\n")[0].strip(), block) for page in pasted.pages()
            for block in pasted.blocks(page)]


def complete(tap, rows):
    have = sorted((page, first) for page, first, _ in found())
    want = sorted((page, first) for page, first, _, _ in rows)
    tap.ok(not [x for x in have if x not in want], "every block is in pasted.tsv",
           ["not there: %s: %s" % x for x in have if x not in want])
    tap.ok(not [x for x in want if x not in have], "every row of pasted.tsv has its block",
           ["gone: %s: %s" % x for x in want if x not in have])
    bad = [r for r in rows if (r[2] == "no") != bool(r[3])]
    tap.ok(not bad, "what cannot be played says why", [str(x) for x in bad])


def of_kind(rows, *kinds):
    wanted = {(page, first): kind for page, first, kind, _ in rows if kind in kinds}
    done = set()
    for page, first, block in found():
        kind = wanted.get((page, first))
        if kind and block not in done:
            done.add(block)
            yield page, kind, block


def run(*words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **more)
    return done.returncode, done.stdout


def plain(tap, rows, top):
    for page, _, block in of_kind(rows, "shell"):
        code, said = run("bash", "-n", "-c", block)
        tap.ok(code == 0, "%s: a shell reads: %s" % (page, block.split("\n")[0][:50]), [said])
    checker = shutil.which("nsd-checkzone") or "/usr/sbin/nsd-checkzone"
    for page, _, block in of_kind(rows, "zone"):
        what = "%s: a name server reads: %s" % (page, block.split("\n")[0][:50])
        if not os.access(checker, os.X_OK):
            tap.skip(what, "no nsd-checkzone")
            continue
        with open(top + "/zone", "w", encoding="ascii") as file:
            file.write("$ORIGIN example.\n$TTL 60\n@ IN SOA ns.invalid. root.invalid. 1 60 60 60 60\n"
                       "@ IN NS ns.invalid.\n" + block + "\n")
        code, said = run(checker, "example", top + "/zone")
        tap.ok(code == 0, what, [said])
    for page, _, block in of_kind(rows, "conf"):
        with open(top + "/reputed.conf", "w", encoding="utf-8") as file:
            file.write(block + "\n")
        code, said = run(REPUTED, "config", "check", top + "/reputed.conf")
        tap.ok(code == 0, "%s: reputed reads the configuration: %s" %
               (page, block.split("\n")[0][:50]), [said])
    for page, _, block in of_kind(rows, "options"):
        with open(top + "/pasted.options", "w", encoding="utf-8") as file:
            file.write(block + "\n")
        code, said = run(REPUTED, "rules", "check", top + "/pasted.options")
        tap.ok(code == 0, "%s: reputed reads the ways out: %s" %
               (page, block.split("\n")[0][:50]), [said])
    for page, _, block in of_kind(rows, "systemd"):
        name = "/reputed-ingest." + ("timer" if "[Timer]" in block else "service")
        with open(top + name, "w", encoding="ascii") as file:
            file.write(block.replace("/usr/local/bin/reputed", REPUTED) + "\n")
    if shutil.which("systemd-analyze"):
        code, said = run("systemd-analyze", "verify", top + "/reputed-ingest.service",
                         top + "/reputed-ingest.timer")
        tap.ok("reputed-ingest" not in said, "systemd reads the units", [said])
    else:
        tap.skip("systemd reads the units", "no systemd-analyze")
    for page, _, block in of_kind(rows, "cron"):
        for line in block.split("\n"):
            hit = re.match(r"((?:[*/0-9,-]+\s+){5})(\w+)\s+(/\S+) (.*)$", line)
            tap.ok(hit is not None and "%" not in line, "%s: cron reads: %s" % (page, line[:60]))
            code, said = run("sh", "-n", "-c", line.split("root", 1)[1])
            tap.ok(code == 0, "%s: and a shell its command" % page, [said])


def delivers(pf, what):
    before = len(pf.log())
    pf.sendmail(what + "@gmail.com")
    return private_postfix.wait_for(
        lambda: any(s[1] == "sent" for s in pf.statuses(before)), 20)


def on_postfix(tap, rows):
    private_postfix.Sink("127.0.1.2")
    with private_postfix.Postfix(ZONE) as pf:
        n = 0
        for page, kind, block in of_kind(rows, "postfix", "main.cf", "master.cf", "map", "aliases"):
            n += 1
            files = {}
            for name in ("main.cf", "master.cf"):
                with open("/etc/postfix/" + name, encoding="utf-8") as file:
                    files[name] = file.read()
            what = "%s: Postfix takes: %s" % (page, block.split("\n")[0][:50])
            if kind == "postfix":
                code, said = pf.shell(block)
            elif kind == "map":
                private_postfix.write("/etc/postfix/pasted-map", block + "\n")
                code, said = pf.shell("postmap /etc/postfix/pasted-map && "
                                      "postmap -s hash:/etc/postfix/pasted-map")
            elif kind == "aliases":
                pf.shell("install -d -m 700 -o nobody /etc/postfix/reputed-bounces")
                private_postfix.write("/etc/postfix/aliases", block.replace(
                    "/var/spool/", "/etc/postfix/") + "\n")
                pf.shell("chmod 711 /etc/postfix; postconf -e alias_maps=hash:/etc/postfix/aliases "
                         "default_privs=nobody; postalias /etc/postfix/aliases; postfix reload")
                pf.sendmail("bounces@shop.example")
                code = 0 if private_postfix.wait_for(
                    lambda: os.path.isdir("/etc/postfix/reputed-bounces/new") and
                    os.listdir("/etc/postfix/reputed-bounces/new"), 20) else 1
                said = "\n".join(pf.log()[-12:])
            else:
                private_postfix.write("/etc/postfix/" + kind, files[kind] + block + "\n")
                if kind == "main.cf":       # the transport that it speaks of is the reader's own
                    private_postfix.write("/etc/postfix/master.cf", files["master.cf"] + "".join(
                        "%s unix - - n - - smtp\n" % x
                        for x in set(re.findall(r"^(out-[a-z]+)_", block, re.M))))
                for name in re.findall(r"(?:hash|texthash|regexp):/etc/postfix/(\w+)", block):
                    private_postfix.write("/etc/postfix/" + name, "x@x.example x\n")
                    pf.shell("postmap /etc/postfix/" + name)
                code, said = pf.shell("postfix check && postconf -n >/dev/null && postconf -M "
                                      ">/dev/null && postfix reload")
            good = code == 0 and "warning" not in said and "fatal" not in said
            tap.ok(good and delivers(pf, "m%d" % n), what, said.splitlines() + pf.log()[-8:])
            for name, text in files.items():
                private_postfix.write("/etc/postfix/" + name, text)
            pf.shell("postfix reload")


def inside():
    tap, rows = check.Tap(), table()
    on_postfix(tap, rows)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


def main():
    if not private_postfix.outside():
        return inside()
    tap, rows = check.Tap(), table()
    top = tempfile.mkdtemp(prefix="reputed-pasted.")
    try:
        complete(tap, rows)
        plain(tap, rows, top)
    finally:
        shutil.rmtree(top)
    reason = private_postfix.why_not()
    if reason:
        tap.skip("blocks for Postfix", reason)
    else:
        sys.stdout.flush()
        done = subprocess.run([sys.executable, "-c", "import sys; sys.path.insert(0, %r); import "
                               "private_postfix; sys.exit(private_postfix.run(%r))" %
                               (HERE, os.path.abspath(__file__))],
                              stdout=subprocess.PIPE, text=True, check=False)
        for line in done.stdout.splitlines():
            hit = re.match(r"(not )?ok \d+ - (.*)$", line)
            if hit:
                tap.ok(not hit.group(1), hit.group(2))
            elif line.startswith("#"):
                print(line)
        tap.ok(done.returncode == 0, "the private Postfix came to its end")
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
