#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_dns.py [REPUTED] -- DNS as it is: servers that know no EDNS, are slow, mute, refuse or rewrite, and
records that cannot be read. No time is asserted: what counts is what was asked, and what is said. TAP.
"""

import os
import re
import shutil
import struct
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import dnssec       # noqa: E402
import test_lists   # noqa: E402
import util         # noqa: E402

IP = "192.0.2.7"
SOUND = {"x.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.x.example"))],
         "mx.x.example": [("A", IP)],
         "_dmarc.x.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@x.example")],
         "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")]}
WAIT = "600"    # ms for one question: long enough for a busy machine


def world_of(change=None):
    return {**test_lists.world_of_lists(), **SOUND, **(change or {})}


def check(box, dns, *more, timeout="3000"):
    done = box.run("check", "x.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", timeout, *more)
    return done, {f["id"]: f for f in done.json()["findings"]} if done.out else {}


# --- EDNS ----------------------------------------------------------------------------------------

def refusing_edns(how):
    """RFC 6891, 7: one that does not know EDNS; `header`: without the question."""
    def first(q):
        if not q.edns:
            return None
        if how == "header":
            return [struct.pack("!HHHHHH", q.id, 0x8181, 0, 0, 0, 0)]
        return [q.reply(rcode=1 if how == "FORMERR" else 4)]
    return first


def edns(tap, world):
    box = world.box("edns")
    with dns_stub.Stub(world_of()) as dns:
        sound, _ = check(box, dns)
        asked = len(dns.questions)
    tap.ok(sound.code == 0 and all(q.edns for q in dns.questions), "questions carry EDNS", sound.told())
    long = [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("TXT", "x" * 700), ("MX", (10, "mx.x.example"))]
    for how in ("FORMERR", "NOTIMP", "header"):
        with dns_stub.Stub(world_of({"x.example": long}), first=refusing_edns(how)) as dns:
            done, found = check(box, dns)
        tap.ok(done.code == 0 and set(found) == {"dkim-none-found"}, how + " to EDNS: everything is found without it",
               done.told())
        twice = [q for q in dns.questions if q.edns]
        last = max(i for i, q in enumerate(dns.questions) if q.edns)
        plain = min(i for i, q in enumerate(dns.questions) if not q.edns)
        later = {q.name for q in dns.questions[last:]} - {q.name for q in twice}
        tap.ok(len(twice) < asked / 2 and plain < last + 2 and any(b"spamhaus" in n for n in later),
               how + ": it is remembered", ["%d of %d with EDNS" % (len(twice), len(dns.questions))])
        tap.ok(any(q.tcp and q.name == b"x.example" for q in dns.questions), how + ": above 512 bytes over TCP")
    with dns_stub.Stub(world_of(), first=lambda q: [q.reply(rcode=1)] if b"_dmarc" in q.name else None) as dns:
        done, found = check(box, dns)
    tap.ok("dmarc-unknown" in found and sum(not q.edns for q in dns.questions) <= 6,
           "FORMERR to one name, with and without EDNS: that is no sign of the server", done.told())


# --- records that cannot be read -----------------------------------------------------------------

def odd_records(tap, world):
    box = world.box("records")
    spf = ("TXT", "v=spf1 ip4:192.0.2.7 -all")
    mx = ("MX", (10, "mx.x.example"))

    def txt(*data):
        """All TXT records as they are; other types as ever."""
        def answer(q):
            if q.type == 15:
                return [q.reply([(b"\xc0\x0c", 15, 300, dns_stub.data_of(*mx))])]
            return [q.reply([(b"\xc0\x0c", 16, 300, x) for x in data] if q.type == 16 else [])]
        return answer
    good = dns_stub.data_of(*spf)
    for name, value, wanted in (
            ("before another", txt(b"", good), set()), ("after another", txt(good, b""), set()),
            ("alone", txt(b""), {"spf-missing"}), ("cut short", txt(good, good[:-3]), {"spf-unknown"})):
        with dns_stub.Stub(world_of({"x.example": value})) as dns:
            done, found = check(box, dns)
        tap.ok(set(found) - {"dkim-none-found"} == wanted, "a TXT record of no string or a broken one, " + name,
               [sorted(found)] + done.told())


# --- name servers that are slow ------------------------------------------------------------------

def slow(tap, world):
    """A name server that needs 1.8 s is slow; it is one without TCP only if TCP alone fails."""
    box = world.box("slow")
    key = dkim_sign.Key("rsa", 2048)
    zone = {"k._domainkey.x.example": [("TXT", key.record())],
            "x.example": [("NS", "ns1.x.example"), ("NS", "ns2.x.example")],
            "ns1.x.example": [("A", "127.0.0.1")], "ns2.x.example": [("A", "127.0.0.80")]}
    key.remove()

    def no_answer(tcp, delay=0):
        def first(q):
            time.sleep(delay)
            return [] if q.tcp == tcp else None
        return first
    for name, wait, more, wanted in (
            ("1.8 s", None, {"delay": 1.8}, ["dkim-ns-slow"]),
            ("nobody there over TCP", None, {"tcp": False}, ["dkim-ns-no-tcp"]),
            ("silent over TCP", "600", {"first": no_answer(True)}, ["dkim-ns-no-tcp"]),
            ("silent over TCP, and slow over UDP", "2400", {"first": no_answer(True, 1.6)}, ["dkim-ns-slow"]),
            ("silent over UDP", "600", {"first": no_answer(False)}, ["dkim-ns-failing"])):
        with dns_stub.Stub(zone) as dns, dns_stub.Stub(zone, ip="127.0.0.80", port=dns.port, **more):
            done = box.run("dkim", "check", "x.example", "--selector", "k", "--json", "--server", dns.server,
                           *(["--timeout-ms", wait] if wait else []))
        got = [f["id"] for f in done.json()["findings"]]
        tap.ok(got == wanted, "a name server: " + name, done.told())


# --- several resolvers ---------------------------------------------------------------------------

def own_resolv_conf(box, *servers):
    """The command in front of the program, so that it sees these servers in /etc/resolv.conf."""
    util.write(box.path("resolv.conf"), "".join("nameserver %s\n" % s for s in servers))
    return ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', box.path("resolv.conf")]


def port_53():
    try:
        with dns_stub.Stub({}, ip="127.0.0.53", port=53), dns_stub.Stub({}, ip="::1", port=53):
            return os.geteuid() == 0 and shutil.which("unshare") and os.path.exists("/etc/resolv.conf")
    except OSError:
        return False


def mute(tap, world):
    """The silence of a server is waited for once: everything after it goes to the next."""
    if not port_53():
        tap.skip("several resolvers, of which some are mute", "not root, or port 53 of loopback is not ours")
        return
    box = world.box("mute")
    for name, silent, heard in (("the first of two", ["127.0.0.53"], "127.0.0.54"),
                                ("the first, of the other family", ["::1"], "127.0.0.54"),
                                ("two of three", ["127.0.0.53", "::1"], "127.0.0.54")):
        dead = [dns_stub.Stub({}, ip=ip, port=53, first=lambda q: []) for ip in silent]
        with dns_stub.Stub(world_of(), ip=heard, port=53) as dns:
            for stub in dead:
                stub.__enter__()
            done = box.run("check", "x.example", "--ip", IP, "--json", "--timeout-ms", WAIT,
                           prefix=own_resolv_conf(box, *silent, heard))
            for stub in dead:
                stub.__exit__()
        ids = {f["id"] for f in done.json()["findings"]} if done.out else None
        tap.ok(done.code == 0 and ids == {"dkim-none-found"}, name + " is mute: all is found", done.told())
        lost = [{(q.name, q.type) for q in stub.questions} for stub in dead]
        lists = [q.name for stub in dead for q in stub.questions if b"spamhaus" in q.name]
        tap.ok(lost[0] and not lists and all(len(stub.questions) <= 2 * len(x) for stub, x in zip(dead, lost)),
               name + " is mute: it is not asked after its first silence", lists + [len(x) for x in lost])
        tap.ok(any(b"spamhaus" in q.name for q in dns.questions), name + " is mute: the other is")
    deaf = dns_stub.Stub({}, ip="127.0.0.53", port=53, first=lambda q: [] if b"_dmarc" in q.name else None)
    with deaf, dns_stub.Stub(world_of(), ip="127.0.0.54", port=53) as dns:
        deaf.zone.update(dns.zone)
        done = box.run("check", "x.example", "--ip", IP, "--json", "--timeout-ms", WAIT,
                       prefix=own_resolv_conf(box, "127.0.0.53", "127.0.0.54"))
    asked = {q.name for q in dns.questions}
    tap.ok(done.code == 0 and b"_dmarc.x.example" in asked and not any(b"spamhaus" in n for n in asked),
           "one that does not answer for one name is not mute", [sorted(asked)] + done.told())


# --- nothing is answered -------------------------------------------------------------------------

COMMANDS = (["check", "x.example", "--ip", IP], ["dnsbl", IP], ["spf", "check", "x.example", "--ip", IP],
            ["spf", "check", "--ip", IP, "--from", "a@x.example", "--helo", "mx.x.example"],
            ["dkim", "check", "x.example", "--selector", "s"], ["dmarc", "check", "x.example"], ["ptr", IP])


def nothing(tap, world):
    """One line, exit code 4, and no finding: nothing was found out."""
    box = world.box("nothing")
    for name, words, first in (("refuses everything", "refuses every question", lambda q: [q.reply(rcode=5)]),
                               ("can nothing", "refuses every question", lambda q: [q.reply(rcode=4)]),
                               ("is mute", "answered none of", lambda q: [])):
        with dns_stub.Stub({}, first=first) as dns:
            for args in COMMANDS:
                more = ["--server", dns.server, "--timeout-ms", "150"]
                text, json = box.run(*args, *more), box.run(*args, *more, "--json")
                lines = text.err.splitlines()
                tap.ok(text.code == 4 and not text.out and len(lines) == 1 and words in lines[0] and
                       dns.server in lines[0], "a resolver that %s: %s" % (name, " ".join(args[:2])), text.told())
                shown = json.json()
                listed = [z for z in shown.get("zones", []) if z["state"] != "unknown"]
                tap.ok(json.code == 4 and not shown.get("findings") and not listed, "  its JSON", json.told())
    with dns_stub.Stub({}, first=lambda q: []) as dns:
        done = box.run("check", "x.example", "--ip", IP, "--server", dns.server, "--timeout-ms", "150")
    asked = [q.name for q in dns.questions]
    tap.ok(b"_dmarc.x.example" in asked and asked[-1] == b"" and asked.count(b"") == 2 and
           "DNS does not work" in done.err, "a mute one is given up after a round of questions, and one for the root",
           [asked[-3:]] + done.told())
    with dns_stub.Stub(world_of(), first=lambda q: [q.reply(rcode=5)] if b"x.example" in q.name else None) as dns:
        done, found = check(box, dns)
    tap.ok(done.code == 1 and {"spf-unknown", "dmarc-unknown", "mx-unknown"} <= set(found),
           "one that refuses some: they are findings", done.told())
    with dns_stub.Stub({"x.example": dns_stub.SERVFAIL}) as dns:
        done = box.run("spf", "check", "x.example", "--json", "--server", dns.server)
    tap.ok(done.code == 1 and [f["id"] for f in done.json()["findings"]] == ["spf-unknown"],
           "one that tries and fails: that is a finding", done.told())
    with dns_stub.Stub({"x.example": dns_stub.TIMEOUT}) as dns:
        done = box.run("spf", "check", "x.example", "--json", "--server", dns.server, "--timeout-ms", "150")
    tap.ok(done.code == 1 and [f["id"] for f in done.json()["findings"]] == ["spf-unknown"],
           "one that is silent about a domain, but not about the root: that is a finding", done.told())


# --- nothing is known of lists -------------------------------------------------------------------

def rewriting(q):
    """A resolver that has an address for every name that does not exist."""
    if q.type == 1 and REWRITER.find(q.name) is None:
        return [q.reply([(b"\xc0\x0c", 1, 60, bytes([198, 51, 100, 1]))])]
    return None


REWRITER = dns_stub.Stub(world_of())


def blind(tap, world):
    """Where nothing is known of any list, that is the first line, a warning, and no green line."""
    box = world.box("blind")
    only_lists = {z: dns_stub.SERVFAIL for z in test_lists.world_of_lists()}
    for name, change, first, words in (
            ("NXDOMAIN is rewritten", {}, rewriting, "your resolver rewrites NXDOMAIN"),
            ("all lists fail", only_lists, None, "no list gave an answer that counts"),
            ("all lists refuse", {z: dns_stub.REFUSED for z in only_lists}, None, "refuses your resolver (REFUSED)")):
        with dns_stub.Stub(world_of(change), first=first) as dns:
            done, found = check(box, dns)
            shown = box.run("check", "x.example", "--ip", IP, "--server", dns.server)
            lists = box.run("dnsbl", IP, "--server", dns.server)
        start = shown.out.split("\n\n")[0].replace("\n", " ")
        tap.ok(done.code == 1 and set(found) == {"lists-unknown", "dkim-none-found"} and
               words in found["lists-unknown"]["evidence"] and words in done.json()["lists"]["why"],
               name + ": check warns of it", done.told())
        tap.ok(start.startswith("Blocklists: nothing is known, because ") and words in start and
               "no problem" not in shown.out and "0 clean" not in shown.out, name + ": its first line", shown.told())
        rows = [x for x in lists.out.splitlines() if x.startswith("unknown")]
        if lists.code != 4:     # else the resolver itself refuses: one line, in nothing()
            tap.ok(lists.code == 1 and lists.out.startswith("Nothing is known of " + IP) and
                   len(rows) < 5 and "clean" not in lists.out, name + ": dnsbl in few lines", lists.told())
    with dns_stub.Stub(world_of()) as dns:
        done, found = check(box, dns)
    tap.ok(done.json()["lists"]["why"] is None and "lists-unknown" not in found, "else it is not said", done.told())


# --- DNSSEC --------------------------------------------------------------------------------------

def with_ad(answer):
    """The packets with the bit AD set."""
    return [p[:3] + bytes([p[3] | 0x20]) + p[4:] for p in answer]


def bits(tap, world):
    """What is asked for it, and what is made of the bits: a resolver that only plays one that validates."""
    box = world.box("bits")
    zone, plain = world_of(), dns_stub.Stub(world_of({"": [("SOA", b"\0\0" + b"\0\0\0\1" * 5)]}))
    soa = [(b"", "SOA")]

    def resolver(signed, validates, fails=(), bogus=False):
        def first(q):
            own = q.name.endswith(b"x.example")
            if any(q.name == n for n in fails) and not (bogus and q.cd):
                return [q.reply(rcode=2)]
            answer = plain.answers(q)
            return with_ad(answer) if q.ad and validates and (signed or not own) else answer
        return first
    own = (b"x.example", b"_dmarc.x.example")
    unknown = {"spf-unknown", "mx-unknown", "dmarc-unknown"}
    for name, args, state, ids, roots, cds in (
            ("signed", (True, True), "signed", set(), [], 0),
            ("unsigned", (False, True), "unsigned", set(), soa, 0),
            ("a resolver that does not validate", (False, False), None, set(), soa, 0),
            ("bogus", (True, True, own, True), "bogus", {"dnssec-bogus"}, soa, 3),
            ("only DMARC is bogus", (True, True, own[1:], True), "bogus", {"dnssec-bogus"}, soa, 1),
            ("SERVFAIL for another reason", (True, True, own), None, unknown, [], 3),
            ("SERVFAIL once, of one that does not validate", (False, False, own, True), None, unknown, soa, 3),
            ("its PTR name is bogus", (True, True, (b"7.2.0.192.in-addr.arpa",), True), "signed", {"dnssec-bogus-elsewhere"}, soa, 1)):
        with dns_stub.Stub(zone, first=resolver(*args)) as dns:
            done, found = check(box, dns)
        asked = [(q.name, dns_stub.NAMES.get(q.type)) for q in dns.questions if q.name == b""]
        tap.ok(done.json()["seen"]["dnssec"] == state and set(found) - {"dkim-none-found"} == ids, "DNSSEC: " + name,
               [done.json()["seen"]["dnssec"], sorted(found)] + done.told())
        tap.ok(asked == roots and sum(q.cd for q in dns.questions) == cds, "DNSSEC: %s: nothing more is asked" % name,
               [asked, [(q.name, q.type) for q in dns.questions if q.cd]])


def bogus_elsewhere(tap, world):
    """Selectors that are aliases into more bogus zones than are told by name: the others are not kept quiet."""
    box = world.box("bogus-elsewhere")
    names = {"k%d._domainkey.x.example" % i: [("CNAME", "k.zone%d.example" % i)] for i in range(10)}
    plain = dns_stub.Stub(world_of({"": [("SOA", b"\0\0" + b"\0\0\0\1" * 5)], **names,
                                    **{"k.zone%d.example" % i: [("TXT", "v=DKIM1; p=")] for i in range(10)}}))

    def first(q):
        bad = q.name.startswith(b"k.zone") or (q.name.startswith(b"k") and b"._domainkey." in q.name and q.type != dns_stub.TYPES["CNAME"])
        if bad and q.name.partition(b".")[0] in [b"k"] + [b"k%d" % i for i in range(10)] and not q.cd:
            return [q.reply(rcode=2)]
        return with_ad(plain.answers(q)) if q.ad else plain.answers(q)
    with dns_stub.Stub(world_of(), first=first) as dns:
        done = box.run("check", "x.example", *[x for i in range(10) for x in ("--selector", "k%d" % i)], "--json", "--server", dns.server,
                       "--timeout-ms", "3000")
        args = ["check", "x.example", "--selector", "k0", "--db", box.path("h.db"), "--timeout-ms", "3000"]
        box.run(*args, "--server", dns.server, "--now", "2026-11-01T10:00:00Z")
    with dns_stub.Stub(world_of(), first=lambda q: with_ad(plain.answers(q)) if q.ad else plain.answers(q)) as dns:
        again = box.run(*args, "--server", dns.server, "--now", "2026-11-02T10:00:00Z")
    tap.ok("No longer found since then:\n  dnssec-bogus-elsewhere  x.example, there since 2026-11-01" in again.out,
           "DNSSEC: what was found of a zone of others ends when that is signed again", [again.out[-1500:]])
    found = done.json()["findings"]
    told = {"zone%d" % i for i in range(10) for f in found if f["subject"] == "zone%d.example" % i}
    fails = [f for f in found if f["id"] == "dkim-ns-failing"]
    tap.ok(len(told) == 8 and len(fails) == 2 and {f["id"] for f in found if f["subject"].startswith("zone")} == {"dnssec-bogus-elsewhere"}, "DNSSEC: eight zones of others by name, the others as names that fail",
           [sorted(told), [(f["id"], f["subject"]) for f in found]] + done.told())


def validated(tap, world):
    """A real unbound, and zones that are signed well, badly, or not."""
    if dnssec.MISSING:
        tap.skip("DNSSEC through a real resolver", "not installed: " + ", ".join(dnssec.MISSING))
        return
    box = world.box("dnssec")
    text = ('@ IN TXT "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.0/24 -all"\n@ IN MX 10 mx1\nmx1 IN A 192.0.2.7\n'
            'mx1 IN A 198.51.100.7\n_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@%s"\n')
    kinds = {"good": dnssec.GOOD, "old": dnssec.EXPIRED, "moved": dnssec.DS_ONLY, "plain": dnssec.UNSIGNED,
             "dead": dnssec.DEAD}
    zones = {"%s.example" % k: (text % ("%s.example" % k), how) for k, how in kinds.items()}
    zones["uses.example"] = (text.replace("198.51.100.0/24 -all", "198.51.100.0/24 include:old.example a:mx1.old.example "
                                          "include:dead.example -all") % "uses.example", dnssec.GOOD)
    zones["2.0.192.in-addr.arpa"] = ("7 IN PTR mx1.good.example.\n", dnssec.GOOD)
    zones["100.51.198.in-addr.arpa"] = ("7 IN PTR mx1.good.example.\n", dnssec.EXPIRED)
    unknown = {"spf-unknown", "mx-unknown", "dmarc-unknown"}
    zones["far.example"] = ((text % "far.example").replace("MX 10 mx1", "MX 10 mx1.old.example."), dnssec.GOOD)
    # an alias into a zone that is bogus: the own zone is good
    zones["alias.example"] = ((text % "alias.example").replace('_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@alias.example"',
                              "_dmarc IN CNAME _dmarc.old.example.\nk._domainkey IN CNAME k._domainkey.old.example."), dnssec.GOOD)
    zones["old.example"] = (zones["old.example"][0] + 'k._domainkey IN TXT "v=DKIM1; p="\n', dnssec.EXPIRED)
    zones["off.example"] = ((text % "off.example").replace("MX 10 mx1", "MX 10 mx1.dead.example."), dnssec.GOOD)

    def dig(dns, fix):
        """The commands of the fix, asked of this resolver: each must print something."""
        out = []
        for command in re.findall(r"dig [^,.]*\.example", fix):
            line = [*command.split(), "+short", "@127.0.0.1", "-p", str(dns.port)]
            out.append(subprocess.run(line, stdout=subprocess.PIPE, text=True, check=False).stdout.split())
        return out

    def look(dns, domain, *more):
        done = box.run("check", domain, *more, "--json", "--server", dns.server, "--timeout-ms", "6000")
        shown = done.json() if done.out else {"findings": [], "seen": {"dnssec": "no output"}}
        ids = {f["id"] for f in shown["findings"]} - {"dkim-none-found", "lists-unknown", "ptr-foreign"}
        return shown, ids, [shown["seen"]["dnssec"], sorted(ids)] + done.told()
    with dnssec.Signed(zones) as dns:
        for name, more, state, wanted in (
                ("good", ["--ip", IP], "signed", set()), ("old", [], "bogus", {"dnssec-bogus"}),
                ("moved", [], "bogus", {"dnssec-bogus"}), ("plain", ["--ip", IP], "unsigned", set()),
                ("dead", [], None, unknown), ("far", [], "signed", {"dnssec-bogus-elsewhere"}),
                ("off", [], "signed", {"mx-address-unknown"}), ("good", ["--ip", "198.51.100.7"], "signed", {"dnssec-bogus-elsewhere"})):
            shown, ids, told = look(dns, name + ".example", *more)
            tap.ok(shown["seen"]["dnssec"] == state and ids == wanted, "validated by unbound: %s %s" % (name, " ".join(more)),
                   told)
            for f in shown["findings"]:
                if f["id"].startswith("dnssec-bogus"):
                    tap.ok(f["severity"] == ("warning" if name == "far" else "critical") and "SERVFAIL" in f["evidence"] and "DS" in f["fix"],
                           "  the finding", [f])
                if f["id"] == "mx-address-unknown" or (name == "far" and f["id"].startswith("dnssec-")):
                    tap.ok(("bogus" in f["effect"] and "signatures" in f["fix"] and "do not answer" not in f["fix"]) ==
                           (name == "far"), "  an MX in a zone that is bogus, or dead", [f])
                if f["id"] == "dnssec-bogus" and f["subject"] == "old.example" and shutil.which("dig"):
                    ds, key = (dig(dns, f["fix"]) + [[], []])[:2]
                    tap.ok(len(ds) >= 4 and ds[1] == "13" and key[:1] == ["257"], "  its commands", [f["fix"], ds, key])
        shown, ids, told = look(dns, "alias.example", "--ip", IP, "--selector", "k")
        f = [x for x in shown["findings"] if x["id"] == "dnssec-bogus-elsewhere"]
        tap.ok(shown["seen"]["dnssec"] == "signed" and ids == {"dnssec-bogus-elsewhere"} and len(f) == 1 and f[0]["subject"] == "old.example" and
               "whoever runs old.example" in f[0]["fix"] and "remove" not in f[0]["fix"] and "dig" not in f[0]["fix"] and
               all(x in f[0]["evidence"] for x in ("_dmarc.alias.example (an alias of _dmarc.old.example)", "k._domainkey.alias")),
               "an alias into a zone that is bogus: whoever runs that is asked", told + f)
        shown, ids, told = look(dns, "uses.example", "--ip", IP)
        fixes = {f["evidence"].split('"')[1]: f["fix"] for f in shown["findings"] if f["id"] == "spf-unknown"}
        tap.ok(ids == {"spf-unknown"} and len(fixes) == 3 and "again when the name server answers" in fixes["include:dead.example"] and
               all("signatures" in fixes[x] and "owner of " + x.partition(":")[2] in fixes[x]
                   for x in ("include:old.example", "a:mx1.old.example")), "what SPF includes is bogus: its owner is asked", told + [fixes])
    with dnssec.Signed({k: zones[k] for k in ("good.example", "old.example")}, validate=False) as dns:
        for name in ("good", "old"):
            shown, ids, told = look(dns, name + ".example")
            tap.ok(shown["seen"]["dnssec"] is None and not ids, "one that does not validate: " + name, told)


if __name__ == "__main__":
    sys.exit(util.main([edns, odd_records, slow, mute, nothing, blind, bits, bogus_elsewhere, validated]))
