#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_width.py -- what a person reads fits the terminal: at 60, 80 and 120 columns, in a pipe.

A line may be longer when it holds a word that cannot be broken (a link, a rule, a path), or when it
is pasted elsewhere and must stay as it is. What looks at DNS is held to more: only a single word may
be too long, and every record begins a line and is whole.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import dns_stub     # noqa: E402
import report_year  # noqa: E402
import test_lists   # noqa: E402
import util         # noqa: E402

COMMANDS = (("status",), ("status", "--all"), ("why",), ("why", "--all"), ("options",),
            ("options", "--all"), ("complaints",),
            ("trend",), ("report",), ("report", "--help"), ("explain", "microsoft-consumer.s3140"), ("rules", "list", "microsoft"),
            ("--help",), ("ingest", "--help"), ("check", "--help"), ("why", "--help"))
PASTED = re.compile(r"^(Commands|Text) for step|^To take it back")
EXAMPLE = re.compile(r"^  (reputed|printf|echo|journalctl|postqueue) ")
BLOCK = re.compile(r"^(postconf|postqueue|postmap|postfix|install|echo|printf|grep|nc) ")
AFTER = re.compile(r"^-----|^Also open|^Over now|^Do now|^Seen")


def too_wide(text, width):
    pasted = False
    for line in text.splitlines():
        if PASTED.match(line):
            pasted = True
            continue
        pasted = pasted and not AFTER.match(line)
        if EXAMPLE.match(line) or BLOCK.match(line):
            continue
        indent = len(line) - len(line.lstrip())
        longest = max((len(w) for w in line.split()), default=0)
        if len(line) > width and not pasted and longest + max(indent, 24) <= width:
            yield line


def widths(tap, world):
    box, log = world.box("width"), world.log("aws-morning", 3)
    box.ingest(*log.files)
    for width in (60, 80, 120):
        wrong, shown = [], 0
        for command in COMMANDS:
            done = box.run(*command, env={"COLUMNS": str(width)})
            shown += len(done.out.splitlines())
            wrong += ["%s: %s" % (" ".join(command), x) for x in too_wide(done.out, width)]
        tap.ok(shown > 300 and not wrong, "%d columns: %d lines fit" % (width, shown), wrong[:30])


IP, OTHER = "192.0.2.7", "192.0.2.9"
LONG = "a-rather-long-name-of-a-mail-service-with-many-words.mail.example"
SPF = ("v=spf1 ip4:192.0.2.128/25 ip4:198.51.100.0/24 include:%s include:spf.mail.example a:gone.shop.example "
       "exists:gone2.shop.example -all" % LONG)
ZONE = {
    "shop.example": [("TXT", SPF), ("MX", (10, "mx.shop.example")), ("MX", (20, LONG))],
    "spf.mail.example": [("TXT", "v=spf1 include:deep.mail.example -all")],
    "deep.mail.example": [("TXT", "v=spf1 include:deeper.mail.example ip4:203.0.113.0/24 -all")],
    "deeper.mail.example": [("TXT", "v=spf1 include:deepest.mail.example -all")],
    "deepest.mail.example": [("TXT", "v=spf1 include:bottom.mail.example ip4:192.0.2.77 ip4:192.0.2.78 -all")],
    "bottom.mail.example": [("TXT", "v=spf1 ip4:192.0.2.79 ip4:192.0.2.80 ?all")],
    "mx.shop.example": [("A", IP)], LONG: [("A", "10.0.0.1"), ("TXT", "v=spf1 ip4:192.0.2.99 -all")],
    "_dmarc.shop.example": [("TXT", "v=DMARC1; p=reject; pct=20; rua=mailto:reports@another.example; fo=1; adkim=s")],
    "_smtp._tls.shop.example": [("TXT", "v=TLSRPTv1; rua=mailto:tls@mail.shop.example"),
                                ("TXT", "v=TLSRPTv1; rua=mailto:other@mail.shop.example")],
    "_mta-sts.shop.example": [("TXT", "v=STSv1; id=1")],
    "s1._domainkey.shop.example": [("TXT", "v=DKIM1; k=rsa; p=%%%% this is no key at all and has many words")],
    "7.2.0.192.in-addr.arpa": [("PTR", "ec2-192-0-2-7.compute-1.amazonaws.com"), ("PTR", "mx.shop.example"), ("PTR", LONG)],
    "7.2.0.192.zen.spamhaus.org": [("A", "127.0.0.2"), ("TXT", "Listed by somebody, see https://www.spamhaus.org/query/ip/192.0.2.7")],
    "7.2.0.192.dnsbl-2.uceprotect.net": [("A", "127.0.0.2")],
    "2.0.0.127.bl.spamcop.net": dns_stub.SERVFAIL, "2.0.0.127.psbl.surriel.com": [],
}
LOOKS = (("check", "shop.example", "--ip", IP, "--ip", OTHER, "--selector", "s1", "--helo", "localhost"),
         ("check", "shop.example"), ("check", "null.example"),
         ("spf", "check", "shop.example", "--ip", IP), ("spf", "check", "deep.mail.example"),
         ("spf", "check", "--ip", IP, "--from", "jo@shop.example", "--helo", "mx.shop.example"),
         ("dkim", "check", "shop.example", "--selector", "s1", "--selector", "none-of-this-name-was-ever-published"),
         ("dmarc", "check", "a.b.shop.example"), ("dmarc", "check", "nowhere.example"),
         ("ptr", IP, "--helo", "localhost"), ("ptr", OTHER), ("dnsbl", IP), ("dnsbl", OTHER))
RECORD = re.compile(r'^(\S+\. IN [A-Z]+ \S|v=(spf1|DMARC1)\b)')
# what stands at the left of a column: a label, or the word and the name before a hanging text
LABEL = re.compile(r"^ *((seen|since|effect|do|then|see|why|they say|cost)\s+|(listed|policy|unknown|allowed)\s+)?")


def records_of(found):
    """Every record that --json has for this output, as it must stand in the text."""
    for f in found.get("findings", []):
        yield from f["publish"]
        yield from f["run"]
        yield from (f["file"]["text"].splitlines() if f["file"] else [])
    if "proposed" in found or "reports_to" in found:
        yield found["record"]


def looks(tap, world):
    """The commands that ask DNS, first and second time: then each finding has its history."""
    box, said = world.box("looks"), {}
    with dns_stub.Stub({**test_lists.world_of_lists(), **ZONE, "null.example": [("MX", (0, "."))]}) as dns:
        def run(command, *more, **env):
            util.write(box.path("list-usage"), "")
            return box.run(*command, *more, "--server", dns.server, "--timeout-ms", "400", env=env)
        for command in LOOKS:
            found = run(command, "--json").json() if "--from" not in command else {}
            for width in (60, 80, 120):
                done = run(command, COLUMNS=str(width))
                lines = done.out.splitlines()
                records = list(records_of(found))
                wrong = [x for x in lines if len(x) > width and x not in records and not RECORD.match(x)
                         and " " in LABEL.sub("", x, 1)]
                name = "%d columns: %s" % (width, " ".join(command[:3]))
                tap.ok(len(lines) > 1 and not wrong, "%s: %d lines fit" % (name, len(lines)), wrong + done.told()[2:])
                # MTA-STS: the id of a new policy is the time
                torn = [r for r in records if r and r not in lines and '"v=STSv1; id=' not in r]
                tap.ok(not torn, name + ": every record is a line of its own", torn)
                said[width, command] = re.sub(r"\d+ ms|\d\d:\d\d UTC", "", " ".join(done.out.split()))
    tap.ok(all(said[60, c] == said[80, c] == said[120, c] for c in LOOKS if c[0] not in ("check", "spf")),
           "the width changes no word", [])
    every = [r for v in said.values() for r in v.split() if r == "IN"]
    tap.ok(len(every) > 20, "%d records were shown" % len(every))


def reports(tap, world):
    """A domain of which everything is to be said, at receivers whose names are long."""
    box, long = world.box("reports"), "the-reports-of-receiver-"
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("source a {\n    public %s\n}\nsource b {\n    public %s\n}\n" % report_year.OWN)
    for day in range(280, report_year.DAYS):
        for k in range(9):
            if k != 7 or day < report_year.STOPS:
                util.write(box.path("report-%d-%d.xml" % (day, k)), report_year.report(day, k).replace("receiver-", long))
    box.run("ingest", *(box.path(x) for x in sorted(os.listdir(box.path(""))) if x.endswith(".xml")))
    for width in (60, 80, 120):
        for command in (("report",), ("path",)):
            done = box.run("dmarc", *command, "shop.example", "--since", "400d", env={"COLUMNS": str(width)})
            wrong = list(too_wide(done.out, width))
            name = "%d columns: dmarc %s: " % (width, command[0])
            tap.ok(len(done.out.splitlines()) > 20 and not wrong, name + "every line fits", wrong + done.told()[2:])
            if command == ("report",):
                heads = [h for h in ("No longer reporting", "New senders", "Seen differently by one receiver",
                                     "Broken at most receivers") if h not in done.out]
                tap.ok(not heads, name + "of all that is wrong", heads)


if __name__ == "__main__":
    sys.exit(util.main([widths, looks, reports]))
