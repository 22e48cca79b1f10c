#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_lists.py [REPUTED] -- `reputed dnsbl` and `reputed ptr` against a DNS server on loopback that plays
every list of know/lists.lists: what is a listing, what is an error, what is asked and how often. TAP.
"""

import fcntl
import json
import os
import re
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dns_stub     # noqa: E402
import util         # noqa: E402

IP, REV = "192.0.2.7", "7.2.0.192"
SOA = ("SOA", b"\0\0" + b"\0\0\0\1" * 5)


def lists(about="address"):
    """zone: fields, of the lists that answer on addresses and need no key."""
    with open(util.TREE + "/know/lists.lists", encoding="utf-8") as file:
        text = file.read()
    out = {}
    for zone, body in re.findall(r"^list (\S+) \{\n(.*?)^\}", text, re.S | re.M):
        fields = re.findall(r"^ +(\w+) +(.*)$", body, re.M)
        if any(k == "dead" for k, _ in fields):
            out[zone] = None
        elif ("about", about) in fields and not zone.startswith("KEY."):
            out[zone] = dict(fields)
    return out


def world_of_lists(change=None):
    """All lists, alive, with nobody on them."""
    zone = {}
    for name, fields in lists().items():
        if fields is None:
            continue
        zone[name] = [SOA]
        if fields["test"] != "none":
            zone["2.0.0.127." + name] = [("A", "127.0.0.99" if "suomi" in name else "127.0.0.2")]
            six = "2.0.0.0.0.0.f.7.f.f.f.f." + "0." * 20
            zone[six + name] = [("A", "127.0.0.2")]
    for name, fields in lists("domain").items():
        if fields is not None:
            zone[name] = [SOA]
            zone[fields["test"] + "." + name] = [("A", "127.0.0.2" if "bit" in fields else "127.0.1.2")]
    zone.update(change or {})
    return zone


def ask(box, change, *more, ip=IP, timeout="1500"):
    try:
        os.remove(box.path("list-usage"))
    except OSError:
        pass
    with dns_stub.Stub(world_of_lists(change)) as dns:
        done = box.run("dnsbl", ip, "--json", "--server", dns.server, "--timeout-ms", timeout, *more)
        return done, {z["zone"]: z for z in done.json()["zones"]} if done.out else {}, dns


def verdicts(tap, world):
    box = world.box("verdicts")
    zen, cop, l3 = "zen.spamhaus.org", "bl.spamcop.net", "dnsbl-3.uceprotect.net"
    done, zones, dns = ask(box, {})
    known = {z for z, f in lists().items() if f and "v4" in f["family"]}
    tap.ok(set(zones) == known, "every living list is asked, and no other", [known ^ set(zones)])
    tap.ok(done.code == 0 and all(z["state"] == "clean" for z in zones.values()),
           "nobody lists it: clean", [z for z in zones.values() if z["state"] != "clean"][:3] + done.told())
    dead = [z for z, f in lists().items() if f is None]
    tap.ok(not [n for _, n, _, _ in dns.asked if any(n.endswith(d.encode()) for d in dead)],
           "a dead list is never asked")
    tap.ok(set(zones[zen]) >= {"zone", "state", "codes", "text", "scope", "kind", "why"},
           "the keys of the contract", zones[zen])
    rows = [
        ("on SBL", zen, {REV + "." + zen: [("A", "127.0.0.2"), ("TXT", "see \x1b[31m here")]},
         "listed", "abuse", 1),
        ("on PBL: policy", zen, {REV + "." + zen: [("A", "127.0.0.10")]}, "listed", "policy", 1),
        ("on SBL and PBL: the worse", zen,
         {REV + "." + zen: [("A", "127.0.0.10"), ("A", "127.0.0.3")]}, "listed", "abuse", 1),
        ("public resolver", zen, {"2.0.0.127." + zen: [("A", "127.255.255.254")]}, "unknown", None, 0),
        ("too many queries, at the address", zen, {REV + "." + zen: [("A", "127.255.255.255")]},
         "unknown", None, 0),
        ("an error that no row has", cop, {REV + "." + cop: [("A", "127.255.255.7")]}, "unknown", None, 0),
        ("127.0.0.1", cop, {REV + "." + cop: [("A", "127.0.0.1")]}, "unknown", None, 0),
        ("NXDOMAIN rewritten", cop, {REV + "." + cop: [("A", "198.51.100.1")]}, "unknown", None, 0),
        ("a code nobody knows", zen, {REV + "." + zen: [("A", "127.0.0.77")]}, "unknown", None, 0),
        ("REFUSED", cop, {"2.0.0.127." + cop: dns_stub.REFUSED}, "unknown", None, 0),
        ("SERVFAIL", cop, {REV + "." + cop: dns_stub.SERVFAIL}, "unknown", None, 0),
        ("silence", "b.barracudacentral.org", {"2.0.0.127.b.barracudacentral.org": dns_stub.TIMEOUT},
         "unknown", None, 0),
        ("it answers everything", cop, {"*." + cop: [("A", "127.0.0.2")]}, "unknown", None, 0),
        ("its test entry is missing", cop, {"2.0.0.127." + cop: [("TXT", "x")]}, "unknown", None, 0),
        ("the zone is gone", "dnsbl.dronebl.org", {"dnsbl.dronebl.org": [("A", "127.0.0.9")]},
         "unknown", None, 0),
        ("a good score", "rep.mailspike.net", {REV + ".rep.mailspike.net": [("A", "127.0.0.18")]},
         "clean", None, 0),
        ("a bad score", "rep.mailspike.net", {REV + ".rep.mailspike.net": [("A", "127.0.0.10")]},
         "listed", "abuse", 1),
        ("white", "hostkarma.junkemailfilter.com",
         {REV + ".hostkarma.junkemailfilter.com": [("A", "127.0.0.1")]}, "clean", None, 0),
        ("an allow list", "list.dnswl.org", {REV + ".list.dnswl.org": [("A", "127.0.5.2")]},
         "listed", "allow", 0),
        ("an allow list that refuses", "list.dnswl.org", {REV + ".list.dnswl.org": [("A", "127.0.0.255")]},
         "unknown", None, 0),
        ("a whole AS", l3, {REV + "." + l3: [("A", "127.0.0.2")]}, "listed", "policy", 0),
    ]
    for name, zone, change, state, kind, code in rows:
        done, zones, dns = ask(box, change)
        mine = zones.get(zone, {})
        others = [z for z in zones.values() if z["zone"] != zone and z["state"] != "clean"]
        good = mine.get("state") == state and (kind is None or mine["kind"] == kind) and \
            done.code == code and not others and (state != "unknown" or mine["why"])
        tap.ok(good, name, [mine, others[:2]] + done.told()[:1])
    tap.ok(zones[l3]["scope"] == "asn" and zones[zen]["scope"] == "address", "scope stands on every row")
    done, zones, dns = ask(box, {"2.0.0.127." + zen: [("A", "127.255.255.254")]})
    asked = [n for _, n, _, _ in dns.asked if n.endswith(zen.encode())]
    tap.ok(len(asked) == 1, "after an error code nothing more is asked of that list", asked)
    done, zones, dns = ask(box, {}, ip="2001:db8::7")
    tap.ok(done.code == 0 and zones and all(z["state"] == "clean" for z in zones.values()),
           "an address of version 6", [z for z in zones.values() if z["state"] != "clean"][:2])
    done, zones, dns = ask(box, {z: dns_stub.REFUSED for z in world_of_lists()})
    tap.ok(done.code == 4 and all(z["state"] == "unknown" for z in zones.values()),
           "everybody refuses: nothing is clean", done.told())


def text_of(tap, world):
    box = world.box("text")
    zen = "zen.spamhaus.org"
    change = {REV + "." + zen: [("A", "127.0.0.2"), ("TXT", "see \x1b[31m here")],
              "2.0.0.127.bl.spamcop.net": dns_stub.REFUSED, "2.0.0.127.psbl.surriel.com": dns_stub.REFUSED}
    with dns_stub.Stub(world_of_lists(change)) as dns:
        done = box.run("dnsbl", IP, "--server", dns.server, "--timeout-ms", "1500")
    tap.ok("\x1b" not in done.out and "\\x1b" in done.out, "what a list says is shown escaped", done.told())
    tap.ok(done.out.count("apt-get install unbound") == 1, "the way out of a refusal is told once", done.told())
    tap.ok(done.out.index("listed") < done.out.index("unknown"), "worst first")
    with dns_stub.Stub(world_of_lists({REV + "." + zen: [("A", "127.0.0.10")]})) as dns:
        done = box.run("dnsbl", IP, "--server", dns.server, "--timeout-ms", "1500")
    tap.ok(done.code == 1 and done.out.startswith("listed") and "refuse mail from such addresses" in " ".join(done.out.split()) and
           "Then ask for removal: https://" in " ".join(done.out.split()), "on the PBL: what it costs, and the way out", done.told())


def limits(tap, world):
    """Counts last across runs, whatever the options; a used-up day is not asked and not clean."""
    box = world.box("limits")
    cop = "bl.spamcop.net"
    done, zones, _ = ask(box, {})
    used = util.read(box.path("list-usage")).decode()
    row = re.search(r"^%s (\d+) (\d+) (\d+)$" % re.escape(cop), used, re.M)
    tap.ok(row and int(row.group(2)) == 3, "three questions to a list were counted", [used[:300]])
    with dns_stub.Stub(world_of_lists({})) as dns:
        for _ in range(3):
            box.run("dnsbl", IP, "--json", "--server", dns.server, "--timeout-ms", "1500")
        used = util.read(box.path("list-usage")).decode()
        row = re.search(r"^%s (\d+) (\d+) (\d+)$" % re.escape(cop), used, re.M)
        tap.ok(int(row.group(2)) == 12, "and those of later runs with them", [row.group(0)])
        times = [t for t, n, _, _ in dns.asked if n.endswith(cop.encode())]
        worst = max(sum(1 for x in times if t <= x < t + 1) for t in times)
        tap.ok(worst <= 10, "no second above the rate, over all runs", [worst])
        util.write(box.path("list-usage"), "%s %d 2000 1\n" % (cop, time.time() // 86400))
        dns.asked.clear()
        done = box.run("dnsbl", IP, "--json", "--server", dns.server, "--timeout-ms", "1500")
        mine = [z for z in done.json()["zones"] if z["zone"] == cop][0]
        tap.ok(mine["state"] == "unknown" and "daily" in mine["why"] and
               not [n for _, n, _, _ in dns.asked if n.endswith(cop.encode())],
               "a day that is used up: not asked, unknown", [mine])
        os.mkdir(box.path("know"))
        util.write(box.path("know/mine.lists"), "list bl.mine.example {\n about address\n family v4\n"
                   " code 127.0.0.2 abuse \"mine\"\n test 127.0.0.2\n rate 100000\n daily 100000000\n"
                   " terms own yes\n}\n")
        dns.put("2.0.0.127.bl.mine.example", [("A", "127.0.0.2")])
        dns.put(REV + ".bl.mine.example", [("A", "127.0.0.2")])
        done = box.run("dnsbl", IP, "--json", "--server", dns.server, "--know", box.path("know"))
        mine = [z for z in done.json()["zones"] if z["zone"] == "bl.mine.example"]
        tap.ok(mine and mine[0]["state"] == "listed", "a list of one's own", done.told())
        util.write(box.path("list-usage"), "bl.mine.example %d 20000 1\n" % (time.time() // 86400))
        done = box.run("dnsbl", IP, "--json", "--server", dns.server, "--know", box.path("know"))
        mine = [z for z in done.json()["zones"] if z["zone"] == "bl.mine.example"]
        tap.ok(mine[0]["state"] == "unknown", "no file goes beyond the compiled-in day", mine)
        util.write(box.path("list-usage"), "%s rubbish\n" % cop)
        done = box.run("dnsbl", IP, "--json", "--server", dns.server)
        mine = [z for z in done.json()["zones"] if z["zone"] == cop][0]
        tap.ok(mine["state"] == "unknown", "a damaged count is a used-up day", [mine])


def keys(tap, world):
    """A key is used when it is there, and never shown."""
    box = world.box("keys")
    util.write(box.path("list-keys"), "spamhaus-dqs sEcReTkEy\n")
    os.chmod(box.path("list-keys"), 0o600)
    zone = "sEcReTkEy.zen.dq.spamhaus.net"
    change = {"2.0.0.127." + zone: [("A", "127.0.0.2")], REV + "." + zone: [("A", "127.0.0.3")]}
    with dns_stub.Stub(world_of_lists(change)) as dns:
        plain = box.run("dnsbl", IP, "--server", dns.server, "--timeout-ms", "1500")
        done = box.run("dnsbl", IP, "--json", "--server", dns.server, "--timeout-ms", "1500")
        names = [n for _, n, _, _ in dns.asked]
    zones = {z["zone"]: z for z in done.json()["zones"]}
    tap.ok(zones.get("zen.dq.spamhaus.net", {}).get("state") == "listed", "the zone of the key is asked",
           [zones.get("zen.dq.spamhaus.net")])
    tap.ok(not [n for n in names if n.endswith(b".zen.spamhaus.org")],
           "and the one without a key is not")
    told = (plain.out + plain.err + done.out + done.err + util.read(box.path("list-usage")).decode()).lower()
    tap.ok("secretkey" not in told, "the key is nowhere in what is printed or kept")
    os.chmod(box.path("list-keys"), 0o644)
    with dns_stub.Stub(world_of_lists(change)) as dns:
        done = box.run("dnsbl", IP, "--json", "--server", dns.server, "--timeout-ms", "1500")
    tap.ok(done.code == 3 and "chmod 600" in done.err, "a file that others may read is not used", done.told())


def names(tap, world):
    box = world.box("ptr")
    arpa = REV + ".in-addr.arpa"
    rows = [
        ("confirmed", {arpa: [("PTR", "mx1.example.com")], "mx1.example.com": [("A", IP)]}, "confirmed", [], 0),
        ("missing", {}, "missing", ["ptr-missing"], 1),
        ("unconfirmed", {arpa: [("PTR", "mx1.example.com")], "mx1.example.com": [("A", "192.0.2.8")]},
         "unconfirmed", ["ptr-unconfirmed"], 1),
        ("leads nowhere", {arpa: [("PTR", "mx1.example.com")]}, "unconfirmed", ["ptr-unconfirmed"], 1),
        ("EC2", {arpa: [("PTR", "ec2-192-0-2-7.eu-west-1.compute.amazonaws.com")],
                 "ec2-192-0-2-7.eu-west-1.compute.amazonaws.com": [("A", IP)]}, "generic", ["ptr-generic"], 1),
        ("numbers of the address", {arpa: [("PTR", "host-7-2-0-192.isp.example")],
                                    "host-7-2-0-192.isp.example": [("A", IP)]}, "generic", ["ptr-generic"], 1),
        ("two names, one good", {arpa: [("PTR", "a.example"), ("PTR", "b.example")], "b.example": [("A", IP)]},
         "confirmed", ["ptr-several"], 1),
        ("DNS fails", {arpa: dns_stub.SERVFAIL}, "unknown", ["ptr-unknown"], 1),
        ("forward fails", {arpa: [("PTR", "a.example")], "a.example": dns_stub.SERVFAIL}, "unknown",
         ["ptr-unknown"], 1),
    ]
    for name, zone, state, ids, code in rows:
        with dns_stub.Stub(zone) as dns:
            done = box.run("ptr", IP, "--json", "--server", dns.server, "--timeout-ms", "1500")
        got = done.json()
        tap.ok(got["state"] == state and [f["id"] for f in got["findings"]] == ids and done.code == code,
               "ptr: " + name, done.told())
        if ids == ["ptr-unknown"]:
            tap.ok(("runs a.example" if "forward" in name else "its reverse zone") in got["findings"][0]["fix"],
                   "ptr: %s: whose zone does not answer is told" % name, [got["findings"][0]["fix"]])
        if name == "EC2":
            tap.ok("modify-address-attribute" in got["findings"][0]["fix"], "the exact call is told",
                   [got["findings"][0]["fix"]])
    zone = {arpa: [("PTR", "mx1.example.com")], "mx1.example.com": [("A", IP)]}
    with dns_stub.Stub(zone) as dns:
        for helo, ids in (("mx1.example.com", []), ("other.example.com", ["helo-unconfirmed"]),
                          ("localhost", ["helo-syntax"]), ("bad_name.example", ["helo-syntax"])):
            done = box.run("ptr", IP, "--helo", helo, "--json", "--server", dns.server)
            tap.ok([f["id"] for f in done.json()["findings"]] == ids, "helo: " + helo, done.told())
    done = box.run("ptr", IP, "--server", "127.0.0.1:1", "--timeout-ms", "200")
    tap.ok(done.code == 4 and "DNS does not work" in done.err, "no DNS: exit code 4", done.told())
    done = box.run("ptr", "no-address")
    tap.ok(done.code == 2, "no address: usage", done.told())


class Release:
    """Gives a lock back after some seconds, or at the end."""

    def __init__(self, file, seconds):
        self.timer = threading.Timer(seconds, fcntl.flock, (file, fcntl.LOCK_UN))

    def __enter__(self):
        self.timer.start()

    def __exit__(self, *what):
        self.timer.cancel()


def in_turn(tap, world):
    """The counts are somebody else's for a while, or for longer than the command waits."""
    box = world.box("in-turn")
    with dns_stub.Stub(world_of_lists()) as dns, open(box.path("list-usage"), "w", encoding="ascii") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with Release(held, 20):
            done = box.run("dnsbl", IP, "--server", dns.server, "--budget-ms", "300")
            tap.ok(done.code == 4 and "cannot be counted now" in done.err and "unknown" in done.err and not done.out,
                   "counts that others keep: said within the time for all answers", done.told())
            tap.ok(not dns.asked, "and no list is asked", [dns.asked])
            done = box.run("check", "shop.example", "--ip", IP, "--json", "--server", dns.server, "--budget-ms", "3000")
            tap.ok(done.code == 4 and json.loads(done.out)["lists"]["why"] == "they could not be asked",
                   "check says that nothing is known of lists", done.told())
        fcntl.flock(held, fcntl.LOCK_EX)
        with Release(held, 1):
            done = box.run("dnsbl", IP, "--server", dns.server)
            tap.ok(done.code != 4 and "cannot be counted" not in done.err and dns.asked, "one that ends is waited for", done.told())


if __name__ == "__main__":
    sys.exit(util.main([verdicts, text_of, limits, in_turn, keys, names]))
