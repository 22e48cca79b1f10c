#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_accounts.py [REPUTED] -- the public accounts in bench/accounts/: each can be read and is whole, names
where it is from, its cause and what was assumed, and holds documentation names and addresses only; the
log made from one is the same each time, and `reputed ingest` reads every line of it. TAP.
"""

import glob
import importlib.machinery
import importlib.util
import ipaddress
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util     # noqa: E402

# What a provider's own reply, or the host of a place, may name besides.
PROVIDERS = re.compile(
    r"(?:^|\.)(?:google\.com|live\.com|outlook\.com|office\.com|microsoft\.com|spamhaus\.org|surbl\.org|yahoo\.com|"
    r"yahooinc\.com|proofpoint\.com|apple\.com|t-online\.de|gmx\.net|ionos\.com|freenet\.de|emailsrvr\.com|"
    r"amazonaws\.com|gmail\.com)$", re.I)
DOCUMENTATION = re.compile(r"(?:^|\.)example(?:\.(?:com|net|org))?$")
NETWORKS = [ipaddress.ip_network(n) for n in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")]
NAME = re.compile(r"(?<![\w.{/-])(?:[a-z0-9_-]+\.)+(?:[a-z]{2,})(?![\w.-]*[}@\w])", re.I)
ADDRESS = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![\w:])[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){3,7}", re.I)
CODES = ("4.16.55.1",)  # Yahoo's number of a reply looks like an address
FREE = ("source",)      # a source is named as it is
OWN_WORDS = ("title", "report", "assumed")
IN_TEXT = re.compile(r"outlook\.com|web\.de|localhost\.localdomain", re.I)   # providers as people call them; a wrong HELO


def tool():
    loader = importlib.machinery.SourceFileLoader("accounts", os.path.join(util.TREE, "tools", "accounts"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("accounts", loader))
    loader.exec_module(module)
    return module


accounts = tool()


def foreign(statement):
    """Names and addresses in a statement that are nobody's to give."""
    key, _, rest = statement.partition(" ")
    if key in FREE:
        return []
    found = []
    for text in ADDRESS.findall(rest):
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            continue
        if text not in CODES and not any(address in n for n in NETWORKS if n.version == address.version):
            found.append(text)
    for name in NAME.findall(rest) + re.findall(r"https?://([^/\s?]+)", rest):
        allowed = key in ("reply", "place") and PROVIDERS.search(name) or key in OWN_WORDS and IN_TEXT.fullmatch(name)
        if not DOCUMENTATION.search(name) and not allowed:
            found.append(name)
    return found


def files_are_whole(tap, _world):
    paths = sorted(glob.glob(os.path.join(accounts.ACCOUNTS, "*.account")))
    bad, causes = [], []
    for path in paths:
        try:
            a = accounts.Account(path)
            causes.append(a.causes[0])
            bad += ["%s: not an address of the web: %s" % (a.name, s) for s in a.sources
                    if not re.fullmatch(r"https?://[^\s<>]+", s)]
        except accounts.CannotMeasure as e:
            bad.append(str(e))
    tap.ok(len(paths) >= 40 and not bad, "every account has a source, a cause, how sure it is, and what was assumed", bad)
    tap.ok(all(causes.count(c) >= 3 for c in accounts.CAUSES), "every cause stands at least three times",
           ["%s: %d" % (c, causes.count(c)) for c in accounts.CAUSES])


def nothing_real(tap, _world):
    bad = []
    for path in sorted(glob.glob(os.path.join(accounts.ACCOUNTS, "*.account"))):
        for number, statement in accounts.statements(path):
            bad += ["%s:%d: %s" % (os.path.basename(path), number, x) for x in foreign(statement)]
    tap.ok(not bad, "accounts hold documentation names and addresses only", bad)
    for statement in ("reply x mail 550 5.7.1 from 8.8.8.8", "stream a me@somewhere.net 3 users 1",
                      "reply x end 554 see https://list.somebody.net/why", "report the host mail.somebody.net said so",
                      "address a 2a00:1450:4013:c01::1a"):
        tap.ok(foreign(statement), "a real name or address is noticed: " + statement)


def broken_files_are_refused(tap, world):
    whole = util.read(os.path.join(accounts.ACCOUNTS, "list-two-reply-to-2024.account")).decode()
    for what, old, new in (("no cause", "cause   content", ""), ("a cause that is none", "cause   content", "cause   moon"),
                           ("no assumed list", "assumed volume", "# volume"), ("an unknown statement", "days ", "weeks "),
                           ("a reply nobody gives", "refuse  google rfc", "refuse  google abc"),
                           ("a time that is none", "10/00:00", "noon")):
        path = world.path("broken.account")
        util.write(path, whole.replace(old, new, 1))
        try:
            accounts.Account(path)
            tap.ok(False, "refused: " + what)
        except accounts.CannotMeasure as e:
            tap.ok(path in str(e), "refused, with the file and what was expected: " + what, [str(e)])


def same_log_and_every_line_read(tap, world):
    for name in ("spf-forgets-ipv6-2025", "srs-relay-spam-2018", "orange-connections-2022"):
        account = accounts.accounts([name])[0]
        log = accounts.Maker(account).made()
        tap.ok(log == accounts.Maker(accounts.accounts([name])[0]).made() and log, "the same log twice: " + name)
        with tempfile.TemporaryDirectory(dir=world.top) as folder:
            path = os.path.join(folder, "mail.log")
            util.write(path, log)
            box = world.box("box-" + name)
            done = box.run("ingest", "--json", path)
            read = done.lines()[0] if done.out else {}
            lines, facts = log.count("\n"), len(re.findall(r" status=(?:sent|deferred|bounced) |, status=expired,", log))
            got = read.get("inputs", [{}])[0]
            tap.ok(done.code == 0 and (got.get("lines"), got.get("skipped"), got.get("new")) == (lines, 0, facts),
                   "ingest reads every line of it: " + name,
                   done.told() + ["lines %d, deliveries and expiries %d" % (lines, facts)])


if __name__ == "__main__":
    sys.exit(util.main([files_are_whole, nothing_real, broken_files_are_refused, same_log_and_every_line_read]))
