#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_audit_json.py [REPUTED] -- real outputs of the commands that look at DNS against the schemas of
doc/json; and hostile DNS: answers that lie, never end, or are not ours. Time and memory stay
bounded, the finding says what is the matter, and nothing steers the terminal. TAP.
"""

import os
import re
import resource
import struct
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import test_dkim    # noqa: E402
import test_json    # noqa: E402
import test_lists   # noqa: E402
import util         # noqa: E402

IP = "192.0.2.7"


def world_of_a_sender(key):
    return {**test_lists.world_of_lists({test_lists.REV + ".zen.spamhaus.org": [("A", "127.0.0.2"), ("TXT", "x")]}),
            "s.example": [("TXT", "v=spf1 ip4:192.0.2.9 include:inc.s.example a:none.s.example -all"),
                          ("MX", (10, "mx.s.example")), ("NS", "ns.s.example")],
            "ns.s.example": [("A", "127.0.0.1")], "inc.s.example": [("TXT", "v=spf1 mx ~all")],
            "mx.s.example": [("A", IP)], "_25._tcp.mx.s.example": [("TLSA", b"\3\1\1" + b"x" * 32)],
            "k._domainkey.s.example": [("TXT", key.record())],
            "_dmarc.s.example": [("TXT", "v=DMARC1; p=none; pct=5; rua=mailto:a@other.example")],
            "_smtp._tls.s.example": [("TXT", "v=TLSRPTv1; rua=mailto:t@s.example")],
            "7.2.0.192.in-addr.arpa": [("PTR", "mx.s.example"), ("PTR", "ec2-192-0-2-7.compute-1.amazonaws.com")]}


def schemas(tap, world):
    box = world.box("schemas")
    key = dkim_sign.Key("rsa", 2048)
    test_json.SCHEMAS = ("spf", "spf_record", "dkim_verify", "dkim_check", "dmarc", "ptr", "dnsbl", "check")
    test_json.schemas(tap, world)
    message = util.write(box.path("m.eml"), dkim_sign.sign(test_dkim.MESSAGE, key, "s.example", "k",
                                                           more="t=1700000000; x=1900000000; ") + b"x\r\n")
    with dns_stub.Stub(world_of_a_sender(key)) as dns:
        for schema, args in (
                ("spf", ["spf", "check", "--ip", IP, "--from", "jo@s.example", "--helo", "mx.s.example"]),
                ("spf", ["spf", "check", "--ip", "2001:db8::1", "--from", "", "--helo", "gone.example"]),
                ("spf_record", ["spf", "check", "s.example", "--ip", IP, "--ip", "2001:db8::1"]),
                ("spf_record", ["spf", "check", "gone.example"]),
                ("dkim_verify", ["dkim", "verify", message]),
                ("dkim_check", ["dkim", "check", "s.example", "--selector", "k", "--selector", "gone"]),
                ("dmarc", ["dmarc", "check", "a.b.s.example"]), ("dmarc", ["dmarc", "check", "gone.example"]),
                ("ptr", ["ptr", IP]), ("ptr", ["ptr", "192.0.2.99", "--helo", "mx.s.example"]),
                ("dnsbl", ["dnsbl", IP]),
                ("check", ["check", "s.example", "--ip", IP, "--selector", "k"]), ("check", ["check", "gone.example"])):
            done = box.run(*args, "--json", "--server", dns.server, "--timeout-ms", "400")
            test_json.valid(tap, schema, " ".join(args[1:3]), done.lines() if done.out else [])
            plain = box.run(*args, "--server", dns.server, "--timeout-ms", "400")
            tap.ok(plain.code == done.code and plain.out and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", plain.out),
                   "%s: as text, with the same exit code" % " ".join(args[:3]), plain.told())
    key.remove()


# --- hostile DNS ------------------------------------------------------------------------------------

def lies(kind):
    """A function of the question that gives packets with something wrong."""
    def count(q):
        return [struct.pack("!HHHHHH", q.id, 0x8580, 1, 60000, 60000, 60000) + q.raw]

    def length(q):
        return [q.reply([(b"\xc0\x0c", 16, 60, b"\xff" + b"v=spf1 +all")])]

    def beyond(q):
        return [q.reply([(b"\xc0\x0c", 16, 60, b"\x03abc")])[:-2]]

    def pointer(q):
        at = 12 + len(q.raw)
        return [q.reply([(struct.pack("!H", 0xc000 | at), 16, 60, b"\x03abc")])]

    def other(q):
        return [struct.pack("!HHHHHH", q.id, 0x8580, 1, 1, 0, 0) + dns_stub.wire_name("evil.example") +
                q.raw[-4:] + b"\xc0\x0c" + struct.pack("!HHIH", 16, 1, 60, 12) + b"\x0bv=spf1 +all"]

    def forged(q):
        bad = [q.reply([(b"\xc0\x0c", 16, 60, dns_stub.strings("v=spf1 +all"))], qid=(q.id + i) & 65535)
               for i in range(1, 200)]
        return bad + [q.reply([(b"\xc0\x0c", 16, 60, dns_stub.strings("v=spf1 -all"))])]

    def noise(q):
        return [os.urandom(n) for n in (0, 1, 11, 12, 40, 1200)]

    def empty(q):
        return [b""]

    def truncated(q):
        return [q.reply(flags=0x8780)] if not q.tcp else []
    return locals()[kind]


def hostile(tap, world):
    box = world.box("hostile")
    zone = {kind + ".example": lies(kind) for kind in
            ("count", "length", "beyond", "pointer", "other", "forged", "noise", "empty", "truncated")}
    zone["silent.example"] = dns_stub.TIMEOUT
    zone["loop.example"] = [("CNAME", "pool.example")]
    zone["pool.example"] = [("CNAME", "loop.example")]
    zone["chain0.example"] = [("CNAME", "chain1.example")]
    for i in range(1, 60):
        zone["chain%d.example" % i] = [("CNAME", "chain%d.example" % (i + 1))]
    big = [b"v=spf1 " + b"a:x " * 50] + [b"y" * 255] * 240
    zone["big.example"] = [("TXT", big)]
    zone["wide.example"] = [("TXT", "v=spf1 %s -all" % " ".join("include:i%d.example" % i for i in range(1000)))]
    for i in range(1000):
        zone["i%d.example" % i] = [("TXT", "v=spf1 ip4:198.51.100.%d -all" % (i % 250))]
    for i in range(300):
        zone["deep%d.example" % i] = [("TXT", "v=spf1 include:deep%d.example -all" % (i + 1))]
    zone["terminal.example"] = [("TXT", b"v=spf1 \x1b]0;owned\x07 \x9b31m\xff -all")]
    wanted = {"count": "temperror", "length": "temperror", "beyond": "temperror", "pointer": "temperror",
              "other": "temperror", "forged": "fail", "noise": "temperror", "empty": "temperror",
              "truncated": "temperror", "silent": "temperror", "loop": "temperror", "chain0": "temperror",
              "big": "permerror", "wide": "permerror", "deep0": "permerror", "terminal": "permerror"}
    with dns_stub.Stub(zone) as dns:
        for name, result in wanted.items():
            began = time.monotonic()
            done = box.run("spf", "check", "--ip", IP, "--from", "jo@%s.example" % name, "--helo", "h.example",
                           "--json", "--server", dns.server, "--timeout-ms", "300")
            took = time.monotonic() - began
            got = done.json() if done.out else {"result": None}
            tap.ok(got["result"] == result and (got["reason"] or result == "fail") and took < 20,
                   "hostile, %s: %s" % (name, result), ["%.1f s" % took] + done.told())
        for name in ("wide", "deep0", "big", "terminal", "loop", "silent"):
            began, before = time.monotonic(), len(dns.asked)
            done = box.run("spf", "check", name + ".example", "--server", dns.server, "--timeout-ms", "300")
            took, asked = time.monotonic() - began, len(dns.asked) - before
            tap.ok(done.code in (1, 4) and "[spf-" in done.out and took < 30 and asked < 3000,
                   "hostile, the record of %s: a finding, in bounds" % name,
                   ["%.1f s, %d questions" % (took, asked)] + done.told())
            tap.ok(not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f]", done.out),
                   "hostile, %s: nothing steers the terminal" % name, [repr(done.out[:300])])


def memory(tap, _world):
    """Of all the runs before, the largest; the sanitizer's share is in it."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    tap.ok(peak < 500, "hostile DNS never took more than 500 MB (%d)" % peak)


def rates(tap, world):
    """12 lists at 50 a second, 20 addresses: no second above the rate, nothing after an error code."""
    box = world.box("rates")
    os.mkdir(box.path("know"))
    text, zone = "", dict(test_lists.world_of_lists())
    for i in range(12):
        name = "bl%d.mine.example" % i
        text += ("list %s {\n about address\n family v4\n code 127.0.0.2 abuse \"mine\"\n test 127.0.0.2\n"
                 " rate 50\n daily 20000\n terms own yes\n}\n" % name)
        zone["2.0.0.127." + name] = [("A", "127.0.0.2")]
    zone["9.2.0.192.bl3.mine.example"] = [("A", "127.255.255.255")]
    util.write(box.path("know/mine.lists"), text)
    ips = [x for i in range(1, 21) for x in ("--ip", "192.0.2.%d" % i)]
    with dns_stub.Stub(zone) as dns:
        done = box.run("check", "s.example", *ips, "--json", "--know", box.path("know"), "--server", dns.server,
                       "--timeout-ms", "400")
        asked = list(dns.asked)
    tap.ok(done.code in (0, 1), "20 addresses are looked up", done.told())
    for i in range(12):
        times = [t for t, n, _, _ in asked if n.endswith(b".bl%d.mine.example" % i)]
        worst = max(sum(1 for x in times if t <= x < t + 1) for t in times)
        want = 22 if i != 3 else 2 + 9
        tap.ok(worst <= 50 and len(times) == want, "bl%d: %d questions, at most %d in a second" % (i, len(times), worst),
               [want])
    slow = [t for t, n, _, _ in asked if n.endswith(b".all.s5h.net")]
    worst = max(sum(1 for x in slow if t <= x < t + 1) for t in slow)
    tap.ok(worst <= 10 and len(slow) == 22, "a list of 10 a second gets %d" % worst)


if __name__ == "__main__":
    sys.exit(util.main([schemas, hostile, memory, rates]))
