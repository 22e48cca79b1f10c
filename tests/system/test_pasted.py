#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_pasted.py -- every block of commands or configuration in guides, README, documents and manual
pages is played on the program it is for, or stands in pasted.tsv with the reason why not. A block
that is in no row fails, and so does a row without its block. So it is with what the program itself
prints: printed.tsv says which test plays it. The examples of --help are run here. TAP.

pasted.tsv: page, first line of the block, kind, and for `no` the reason. The kinds:
    text      nothing to paste: a list, an example of output, an address
    reputed   commands of reputed, run as they stand where /var/log has a mail.log
    hold      played by test_hold.py
    shell     commands that need files or hosts of the reader: read by bash -n
    postfix   commands for Postfix, run in one, which then still delivers
    main.cf, master.cf, map    put into a private Postfix, which then still delivers
    aliases   put into /etc/aliases; a bounce must arrive in the folder
    zone      records, read by nsd-checkzone
    dig       asked at a name server that has these names; each line must print something
    rbl       a word of smtpd_recipient_restrictions: who is listed is refused, nobody else
    conf      put into a configuration of reputed: reputed config check
    options   a file of ways out: reputed rules check
    alerts   the same, entries of the catalogue of alerts
    cron      a line of /etc/cron.d: five fields, a user, a full path, and its command is run
    systemd   a unit, read by systemd-analyze verify
    no        cannot be played here
"""

import json
import os
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import dns_stub             # noqa: E402
import pasted               # noqa: E402
import private_postfix      # noqa: E402
import test_queue           # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", HERE + "/../../build/src/reputed"))
ZONE = {"gmail.com": [("MX", (10, "mx.gmail.com"))], "mx.gmail.com": [("A", "127.0.1.2")],
        "outlook.com": [("MX", (10, "mx.outlook.com"))], "mx.outlook.com": [("A", "127.0.1.2")],
        "gmail-smtp-in.l.google.com": [("A", "127.0.1.2")],
        "mx-aol.mail.gm0.yahoodns.net": [("A", "127.0.1.2")],
        "shop.example": [("TXT", "v=spf1 -all"), ("NS", "ns1.shop.example")],
        "ns1.shop.example": [("A", "127.0.0.53")], "_dmarc.shop.example": [("TXT", "v=DMARC1; p=none")],
        "*._domainkey.shop.example": [("TXT", "v=DKIM1; p=")],
        "24.113.0.203.in-addr.arpa": [("PTR", "mx1.shop.example")],
        "mx1.shop.example": [("A", "203.0.113.24")],
        # on the list; clean; and a list that refuses to answer, which must refuse nobody
        "9.0.0.127.zen.spamhaus.org": [("A", "127.0.0.2")],
        "7.0.0.127.zen.spamhaus.org": [("A", "127.255.255.254")],
        "24.113.0.203.zen.spamhaus.org": [("A", "127.0.0.2")],
        "2.0.0.127.zen.spamhaus.org": [("A", "127.0.0.2")]}
REFUSED = ("host outlook-com.olc.protection.outlook.com[52.101.8.42] said: 550 5.7.1 Unfortunately, messages "
           "from [203.0.113.24] weren't sent, part of their network is on our block list (S3140). (in "
           "reply to MAIL FROM command)")
SES = ('{"eventType":"Bounce","mail":{"timestamp":"2026-11-03T06:42:00.000Z","messageId":"0100018b","source":'
       '"news@shop.example","destination":["jo@example.com"]},"bounce":{"bounceType":"Permanent",'
       '"bounceSubType":"General","timestamp":"2026-11-03T06:42:01.000Z","bouncedRecipients":[{'
       '"emailAddress":"jo@example.com","status":"5.7.1","action":"failed","diagnosticCode":'
       '"smtp; 550 5.7.1 blocked"}]}}\n')
# Where an example cannot end with 0 or 1: it asks for what is not there.
ELSE = {r"reputed setup(?!.* --yes)": 2, r"reputed steer postfix enable": 2, r"reputed top": 2, r"reputed (why|note) 7\b": 2, r"reputed trend password-reset": 2, r"reputed quarantine purge": 2}


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


def printed_complete(tap):
    """Each text of the program with a command has its row, each row its text and its player."""
    rows, used, missing, wrong = [], set(), [], []
    with open(HERE + "/printed.tsv", encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                rows.append((line.rstrip("\n").split("\t") + [""])[:4])
    for path, text in pasted.printed():
        row = next((n for n, r in enumerate(rows) if r[0] == path and
                    (r[1] == "*" or text.strip().startswith(r[1]))), None)
        if row is None:
            missing.append("%s: %s" % (path, text[:70]))
        used.add(row)
    for path, begin, player, why in rows:
        there = any(os.path.isfile(os.path.join(HERE, folder, player)) for folder in ("", "../unit"))
        if not (player == "no" and why or player == "text" or there):
            wrong.append("%s: %s: %s" % (path, begin, player))
    tap.ok(not missing, "every text of the program that holds a command is in printed.tsv", missing)
    tap.ok(used >= set(range(len(rows))), "every row of printed.tsv has its text",
           [str(rows[n]) for n in sorted(set(range(len(rows))) - used)])
    tap.ok(not wrong, "every row of printed.tsv has a test that is there, or the reason", wrong)


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
    for kind, check, what in (("conf", "config", "the configuration"), ("options", "rules", "the ways out"),
                              ("alerts", "rules", "the catalogue of alerts"), ("services", "rules", "the sending services")):
        for page, _, block in of_kind(rows, kind):
            with open(top + "/pasted." + kind, "w", encoding="utf-8") as file:
                file.write(block + "\n")
            code, said = run(REPUTED, check, "check", top + "/pasted." + kind)
            tap.ok(code == 0, "%s: reputed reads %s: %s" % (page, what, block.split("\n")[0][:50]), [said])
    units = []
    for page, _, block in of_kind(rows, "systemd"):
        units.append(top + "/reputed-ingest." + ("timer" if "[Timer]" in block else "service"))
        with open(units[-1], "w", encoding="ascii") as file:
            file.write(block.replace("/usr/local/bin/reputed", REPUTED) + "\n")
    if shutil.which("systemd-analyze"):
        code, said = run("systemd-analyze", "verify", *units)
        tap.ok(len(set(units)) == 2 and not re.search(r"/reputed-ingest\.(service|timer)", said),
               "systemd reads the units", [said])
    else:
        tap.skip("systemd reads the units", "no systemd-analyze")
    for page, _, block in of_kind(rows, "cron"):
        for line in block.split("\n"):
            hit = re.match(r"((?:[*/0-9,-]+\s+){5})(\w+)\s+(/\S+) (.*)$", line)
            tap.ok(hit is not None and "%" not in line, "%s: cron reads: %s" % (page, line[:60]))
            code, said = run("sh", "-n", "-c", line.split("root", 1)[1])
            tap.ok(code == 0, "%s: and a shell its command" % page, [said])


def hanging(tap, pf):
    """ss shows a connection to port 25 that stays open."""
    lines = sorted({x for _, text in pasted.printed() for x in re.findall(r"\bss -\w+ dport = :25", text)})
    tap.ok(lines, "a text names ss")
    for line in lines:
        with socket.create_connection(("127.0.1.2", 25), timeout=30):
            code, said = pf.shell(line)
        tap.ok(code == 0 and "127.0.1.2:25" in said, "ss shows what is open: " + line, [said])


def asked(tap, rows, pf):
    """dig, against the name server of this namespace; nc, at hosts that listen."""
    if not shutil.which("dig"):
        tap.skip("dig", "no dig (bind9-dnsutils)")
    for page, _, block in of_kind(rows, "dig"):
        for line in block.splitlines() if shutil.which("dig") else ():
            code, said = pf.shell(line)
            tap.ok(code == 0 and said.strip() and "timed out" not in said,
                   "%s: dig is answered: %s" % (page, line), [said])
    hanging(tap, pf)
    lines = sorted({x for _, text in pasted.printed() for x in
                    re.findall(r"\bnc -vz (?:-w \d+ )?[\w.-]+ 25\b", text)})
    if not shutil.which("nc"):
        tap.skip("nc", "no nc (netcat-openbsd)")
        return
    for line in lines:
        host = re.sub(r"\b(?:MX|HOST)\b", "mx.gmail.com", line)
        code, said = pf.shell(host)
        tap.ok(code == 0 and "succeeded" in said, "nc finds an open port: " + line, [said])
        code, said = pf.shell(re.sub(r"[\w.-]+ 25$", "127.0.1.77 25", host))
        tap.ok(code != 0, "and a closed one: " + line, [said])


def on_list(tap, rows, pf):
    """A client whose address is listed is refused; not one whose list answers nonsense."""
    for page, _, block in of_kind(rows, "rbl"):
        pf.shell("postconf -e 'smtpd_recipient_restrictions = %s, permit_mynetworks, reject'; "
                 "postfix reload" % block.strip())
        got = []
        for n in (9, 8, 7):
            with smtplib.SMTP("127.0.0.1", 25, timeout=30, local_hostname="localhost",
                              source_address=("127.0.0.%d" % n, 0)) as client:
                client.ehlo()
                client.docmd("MAIL", "FROM:<a@shop.example>")
                got.append(client.docmd("RCPT", "TO:<b@gmail.com>")[0])
        tap.ok(got == [554, 250, 250], "%s: refuses who is on the list: %s" % (page, block), [str(got)])
        pf.shell("postconf -X smtpd_recipient_restrictions; postfix reload")


def fits(done):
    """An inline `postconf -e` of a rule is a command like any other."""
    return done[0] == 0 and "warning" not in done[1] and "fatal" not in done[1]


def inline(tap, pf):
    for path, text in pasted.printed():
        for line in re.findall(r"postconf -e \w+=\w+(?=, then)", text):
            done = pf.shell(line + " && postfix reload")
            tap.ok(fits(done) and delivers(pf, "inline"), "%s: Postfix takes: %s" % (path, line), [done[1]])
    asked = {x for _, text in pasted.printed() for x in
             re.findall(r"\bpostconf(?: -[hMP])?(?: '\*/[^']+'| (?:relayhost|[a-z]+_[a-z_]+))+|\bpostconf -M", text)}
    for line in sorted(asked):
        code, said = pf.shell(line)
        tap.ok(code == 0 and "unknown" not in said, "Postfix answers: %s" % line, [said])
    tap.ok(len(asked) > 3, "and there are such questions", sorted(asked))


# They need an alert, a password or an id: test_serve.py and test_user.py play them.
ANSWERS = ("reputed alert ack", "reputed alert snooze", "reputed user ")


def examples():
    """(where, line): what --help shows first, and blocks of commands in documents."""
    names = re.findall(r"^  ([a-z]+) +\S", run(REPUTED, "--help")[1], re.M)
    names = [x for x in names if x != "reputed"]
    for name in names:
        if name == "serve":
            continue    # it does not end: test_serve.py plays it
        for line in run(REPUTED, name, "--help")[1].split("\n\n")[0].splitlines():
            if not line.strip().startswith(ANSWERS):
                yield name + " --help", line.strip()
    for page, _, block in of_kind(table(), "reputed"):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip() and line.strip()[0] != "#":
                yield page, line.strip()


def prepare(pf):
    """A folder with all files that the examples name, and /var/log with a log."""
    top = pf.top + "/examples"
    for name in ("/bin", "/log/exim4", "/ses-events", "/home/Maildir/new", "/home/Maildir/cur", "/home/Maildir/.dmarc/new", "/know.d", "/mail"):
        os.makedirs(top + name)
    config = top + "/reputed.conf"
    private_postfix.write(config, 'database "%s/db"\nkey-file "%s/key"\n'
                          'alert phone { by exec; to /bin/true }\n' % (top, top))
    private_postfix.write(top + "/bin/reputed", '#!/bin/sh\nexec "%s" "$@" --config "%s"\n' %
                          (REPUTED, config), 0o755)
    log = "".join(
        "2026-11-03T0%d:%02d:00Z mx1 postfix/out-%s/smtp[7]: 4Kx1y2z%d: to=<jo@example.com>, relay="
        "outlook-com.olc.protection.outlook.com[52.101.8.42]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, "
        "status=bounced (%s)\n" % (n // 60, n % 60, "ab"[n % 2], n, REFUSED) for n in range(90))
    for name in ("mail.log", "mail.log.1", "exim.log", "exim_mainlog", "exim4/mainlog", "mx1.log"):
        private_postfix.write(top + "/log/" + name, log)
    shutil.copytree(top + "/log", top, dirs_exist_ok=True)
    subprocess.run(["gzip", "-k", top + "/log/mail.log.1"], check=True)
    os.rename(top + "/log/mail.log.1.gz", top + "/log/mail.log.2.gz")
    mail = "From: a@b.example\nMessage-ID: <a@b.example>\n\nx\n"
    for name, text in (("queue.json", test_queue.message(1, "hotmail.com")), ("message.eml", mail),
                       ("ses-events.json", SES), ("ses-events/1", SES),
                       ("kumomta.json.zst", log), ("pmta-acct.csv", log), ("kumo.zst", log), ("kumo.log.zst", log),
                       ("accounting.csv", log), ("mine.weights", ""), ("know.d/mine.rules", ""),
                       ("bounces.mbox", "From a Mon Nov  2 00:00:00 2026\n" + mail),
                       ("mail/bounces", mail), ("home/Maildir/new/1", mail)):
        private_postfix.write(top + "/" + name, text)
    # the other machine is this one
    private_postfix.write(top + "/bin/ssh", '#!/bin/sh\nshift\nexec "$@"\n', 0o755)
    private_postfix.bind(top + "/log", "/var/log")
    private_postfix.bind(top + "/mail", "/var/mail")
    return top


def played(tap, pf):
    top = prepare(pf)
    before = "cd %s; export HOME=%s/home PATH=%s/bin:$PATH; set -o pipefail\n" % (top, top, top)
    pf.shell(before + "reputed ingest mail.log; reputed why >/dev/null")
    lines = {}
    for where, line in examples():
        if "THE WHOLE" not in line:
            lines.setdefault(line, where)
    with dns_stub.Stub(ZONE, ip="127.0.0.1", port=53):      # "your own resolver"
        for line, where in lines.items():
            code, said = pf.shell(before + line.replace("/etc/reputed/", top + "/"))
            wanted = [c for pattern, c in ELSE.items() if re.match(pattern, line)] or [0, 1]
            tap.ok(code in wanted, "%s: runs: %s" % (where, line), ["exit code %d" % code, said[-1500:]])
    # status ends with 1 where there is trouble, which is when the rest of the line is wanted
    with open(os.path.join(pasted.TREE, "tools", "demo"), encoding="utf-8") as file:
        line = re.search(r"^Or only on your own log: (.*)$", file.read(), re.M).group(1).replace("$bin", "reputed")
    code, said = pf.shell(before + line)
    tap.ok(all(x in said for x in ("new lines", "SOURCE", "Do now")),
           "the end of the demo runs to its end: %s" % line, [said[-1500:]])


def delivers(pf, what):
    before = len(pf.log())
    pf.sendmail(what + "@gmail.com")
    return private_postfix.wait_for(
        lambda: any(s[1] == "sent" for s in pf.statuses(before)), 20)


def helo_names(tap, pf):
    """What check prints for two addresses with a name each, and a HELO that is none: both settings hold."""
    one, two, out = "192.0.2.7", "192.0.2.8", "out2.shop.example"
    zone = {"shop.example": [("MX", (10, "mx1.shop.example"))], "mx1.shop.example": [("A", one)], out: [("A", two)],
            "7.2.0.192.in-addr.arpa": [("PTR", "mx1.shop.example")], "8.2.0.192.in-addr.arpa": [("PTR", out)]}
    private_postfix.write("/etc/postfix/pasted.conf", 'database "/etc/postfix/pasted.db"\nkey-file "/etc/postfix/pasted.key"\n')
    with dns_stub.Stub(zone) as dns:
        done = subprocess.run([REPUTED, "check", "shop.example", "--ip", one, "--ip", two, "--helo", "localhost", "--json",
                               "--server", dns.server, "--config", "/etc/postfix/pasted.conf", "--budget-ms", "5000"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    lines = [line for f in json.loads(done.stdout)["findings"] for line in f["run"]]
    tap.ok(len(lines) == 4, "check prints two settings of HELO", lines + [done.stderr])
    with open("/etc/postfix/master.cf", encoding="utf-8") as file:
        master = file.read()
    private_postfix.write("/etc/postfix/master.cf", master + "out-b unix - - n - - smtp\n  -o smtp_bind_address=%s\n" % two)
    said = [pf.shell(line) for line in lines]
    tap.ok(all(fits(x) for x in said), "Postfix takes them", [str(x) for x in said])
    tap.ok([pf.shell(x)[1].strip() for x in ("postconf -h smtp_helo_name", "postconf -P out-b/unix/smtp_helo_name")] ==
           ["mx1.shop.example", "out-b/unix/smtp_helo_name = " + out], "each in its place", pf.shell("postconf -P")[1].splitlines())
    tap.ok(delivers(pf, "helo"), "and Postfix still delivers", pf.log()[-8:])
    private_postfix.write("/etc/postfix/master.cf", master)
    said = pf.shell("postconf -xh smtp_helo_name")[1].strip()
    tap.ok(said == "mx1.shop.example", "what HELO says is printed", said)
    pf.shell("postconf -X smtp_helo_name; postfix reload")


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
        asked(tap, rows, pf)
        on_list(tap, rows, pf)
        inline(tap, pf)
        helo_names(tap, pf)
        played(tap, pf)


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
        printed_complete(tap)
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
