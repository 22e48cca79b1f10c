#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_hostile.py [REPUTED] -- DNS that means harm, to every command that asks it: forged sources, TCP
that lies, drips or hangs, records of 64 kB and by the thousand, and control bytes in every record
and name. Whatever comes, the time, the memory and the number of questions are bounded, the exit
code is one of the manual's, the JSON is whole, and no control byte reaches the terminal. TAP.

test_audit_json.py has the messages that contradict themselves.
"""

import os
import re
import resource
import signal
import socket
import struct
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import test_dkim    # noqa: E402
import util         # noqa: E402

IP, ARPA = "192.0.2.7", "7.2.0.192.in-addr.arpa"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\udc80-\udcff]")   # and what is no UTF-8
EVIL = b"\x1b]0;owned\x07\x1b[2J\x9b31m\xc2\x9b2J\r\n\x00\xff"
SECONDS, QUESTIONS, MEGABYTES = 30, 6000, 300     # of a run; a question is sent twice where nobody answers


def steers(done):
    """What of its output would steer a terminal."""
    return CONTROL.search(done.raw.decode("utf-8", "surrogateescape")) or CONTROL.search(done.err)


def every_command(message):
    """Each with the domain that is hostile; `message` is signed by it."""
    return (["spf", "check", "--ip", IP, "--from", "jo@evil.example", "--helo", "h.evil.example"],
            ["spf", "check", "evil.example", "--ip", IP], ["dkim", "check", "evil.example", "--selector", "k"],
            ["dkim", "verify", message], ["dmarc", "check", "a.b.c.evil.example"], ["ptr", IP],
            ["check", "evil.example", "--ip", IP, "--selector", "k"])


def mail(box, key):
    return util.write(box.path("m.eml"), dkim_sign.sign(test_dkim.MESSAGE, key, "evil.example", "k"))


def bounded(tap, box, dns, what, args, codes=(0, 1), timeout="300"):
    """Runs it as text, as JSON and, where there is one, as a page; all are looked at."""
    told = None
    for more in ([], ["--html"], ["--json"]) if args[0] == "check" else ([], ["--json"]):
        before, began = len(dns.asked), time.monotonic()
        done = box.run(*args, *more, "--server", dns.server, "--timeout-ms", timeout)
        took, asked = time.monotonic() - began, len(dns.asked) - before
        steered = steers(done)
        if done.code not in codes or took > SECONDS or asked > QUESTIONS or steered or not (done.raw or done.err):
            told = ["%.1f s, %d questions, control: %s" % (took, asked, steered)] + done.told()
    tap.ok(told is None, "%s: reputed %s" % (what, " ".join(args[:2])), told)
    return done


# --- who answers ------------------------------------------------------------------------------------

class Forging(dns_stub.Stub):
    """Before it answers, others do: with the right id and question, from ports and addresses of their own."""

    def hear(self, packet, tcp):
        replies = super().hear(packet, tcp)
        q = dns_stub.Question(packet, tcp)
        lie = q.reply([(b"\xc0\x0c", 16, 60, dns_stub.strings("v=spf1 +all"))])
        for source in ("127.0.0.1", "127.0.0.53"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
                s.bind((source, 0))
                for _ in range(20):
                    s.sendto(lie, self.where)
        time.sleep(0.05)
        return replies

    def serve_udp(self):
        while True:
            try:
                packet, self.where = self.udp.recvfrom(65535)
                for reply in self.hear(packet, False):
                    self.udp.sendto(reply, self.where)
            except OSError:
                if self.udp.fileno() < 0:
                    return


def forged(tap, world):
    box = world.box("forged")
    with Forging({"evil.example": [("TXT", "v=spf1 -all")]}) as dns:
        done = bounded(tap, box, dns, "forged sources", every_command("")[0], (1,), "2000")
    tap.ok(done.json()["result"] == "fail", "what others send is not believed", done.told())


class Numbered(dns_stub.Stub):
    """Notes the id of each question."""

    def __init__(self, zone):
        self.ids = []
        super().__init__(zone)

    def hear(self, packet, tcp):
        self.ids += struct.unpack("!H", packet[:2]) if packet else ()
        return super().hear(packet, tcp)


def ids(tap, world):
    """Who cannot see a question has to guess its id: two in a row that are near must be rare."""
    with Numbered({"evil.example": [("TXT", "v=spf1 -all"), ("MX", (10, "mx.evil.example"))]}) as dns:
        world.box("ids").run("check", "evil.example", "--server", dns.server, "--timeout-ms", "300")
        near = sum(abs(a - b) < 256 for a, b in zip(dns.ids, dns.ids[1:]))
        tap.ok(len(dns.ids) > 20 and near < len(dns.ids) / 5, "the ids of questions cannot be guessed",
               ["%d of %d are near the one before" % (near, len(dns.ids)), dns.ids[:40]])


class Tcp(dns_stub.Stub):
    """Over UDP all is truncated; over TCP `way` is done to whoever connects."""

    def __init__(self, way):
        super().__init__({})
        self.way, self.closing = way, threading.Event()

    def __exit__(self, *_):
        self.closing.set()
        super().__exit__()

    def answers(self, q):
        return [q.reply(flags=0x8780)]

    def serve_peer(self, peer):
        with peer:
            try:
                self.way(self, peer, dns_stub.Question(peer.recv(2000)[2:], True))
            except (OSError, IndexError, struct.error):
                pass


def good_reply(q):
    return q.reply([(b"\xc0\x0c", 16, 60, dns_stub.strings("v=spf1 +all"))])


def tcp_hangs(dns, _peer, _q):
    dns.closing.wait(60)


def tcp_drips(dns, peer, q):
    whole = good_reply(q)
    for byte in struct.pack("!H", len(whole)) + whole:
        peer.sendall(bytes([byte]))
        if dns.closing.wait(0.3):
            return


def tcp_short(_dns, peer, q):
    peer.sendall(struct.pack("!H", 60000) + good_reply(q))


def tcp_long(_dns, peer, q):
    peer.sendall(struct.pack("!H", 20) + good_reply(q))


def tcp_nothing(_dns, peer, _q):
    peer.sendall(b"\0\0" * 2000)


def tcp_noise(_dns, peer, q):
    peer.sendall(struct.pack("!HH", 65535, q.id) + b"\x85\x80" + os.urandom(65531))


def tcp_resets(_dns, peer, _q):
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def tcp_floods(dns, peer, q):
    lie = q.reply([(b"\xc0\x0c", 16, 60, dns_stub.strings("v=spf1 +all"))], qid=q.id ^ 1)
    until = time.monotonic() + 5
    while time.monotonic() < until and not dns.closing.is_set():
        peer.sendall((struct.pack("!H", len(lie)) + lie) * 100)


def tcp(tap, world):
    box = world.box("tcp")
    for way in (tcp_hangs, tcp_drips, tcp_short, tcp_long, tcp_nothing, tcp_noise, tcp_resets, tcp_floods):
        with Tcp(way) as dns:
            done = bounded(tap, box, dns, way.__name__, every_command("")[0], (1, 4))
        tap.ok(done.json()["result"] == "temperror" and done.json()["reason"], "%s is told" % way.__name__, done.told())


# --- what is answered -------------------------------------------------------------------------------

def silence(tap, world):
    """Nobody answers, or only the first question is answered: never well, never for ever."""
    box = world.box("silence")
    key = dkim_sign.Key("rsa", 2048)
    message = mail(box, key)
    with dns_stub.Stub({}, first=lambda q: []) as dns:
        for args in every_command(message):
            bounded(tap, box, dns, "silence", args, (4,), "200")
    some = {"*.evil.example": dns_stub.TIMEOUT, "*.arpa": dns_stub.TIMEOUT,
            "evil.example": [("TXT", "v=spf1 include:a.evil.example mx -all"), ("MX", (10, "mx.evil.example")),
                             ("NS", "ns.evil.example")]}
    with dns_stub.Stub(some) as dns:
        done = bounded(tap, box, dns, "all but one is silent", every_command(message)[-1], (1,), "200")
        ids = {f["id"] for f in done.json()["findings"]}
        tap.ok({"dmarc-unknown", "ptr-unknown"} <= ids and "dmarc-missing" not in ids and "ptr-missing" not in ids,
               "silence is not taken for absence", [sorted(ids)])
        tap.ok("spf-unknown" in ids and "spf-does-not-cover" not in ids,
               "an include that cannot be looked up is not one that does not cover", [sorted(ids)])
    key.remove()


def late(tap, world):
    """Each answer comes in its own time, all together never: one budget ends every command, with one code."""
    box = world.box("late")
    key = dkim_sign.Key("rsa", 2048)
    message = mail(box, key)
    key.remove()
    chain = {"%s%d.evil.example" % (a, i): [(kind, data % (i + 1))] for i in range(40) for a, kind, data in (
        ("i", "TXT", "v=spf1 include:i%d.evil.example -all"), ("c", "CNAME", "c%d.evil.example"))}
    zone = {"evil.example": [("TXT", "v=spf1 include:i0.evil.example -all"), ("MX", (10, "mx.evil.example"))],
            "k._domainkey.evil.example": [("CNAME", "c0.evil.example")], ARPA: [("PTR", "c0.evil.example")],
            "_dmarc.evil.example": [("TXT", "v=DMARC1; p=none; rua=mailto:a@r.example")], **chain}
    for args in [*every_command(message), ["dnsbl", IP]]:
        with dns_stub.Stub(zone, delay=0.7) as dns:
            done = bounded(tap, box, dns, "slow and endless", [*args, "--budget-ms", "1000"], (4,), "5000")
        said = done.err if isinstance(done.err, str) else done.err.decode()
        tap.ok("took too long" in said or "does not work" in said, "it is said that the time was over: " + args[0], done.told())
        tap.ok('"result":"pass"' not in done.raw.decode().replace(" ", "") if isinstance(done.raw, bytes) else True,
               "and nothing is called well: " + args[0], done.told())
    with dns_stub.Stub({"evil.example": [("TXT", "v=spf1 -all")]}) as dns:
        done = box.run("spf", "check", "evil.example", "--server", dns.server, "--budget-ms", "60000")
        tap.ok(done.code in (0, 1), "who answers in time is not late", done.told())
    for bad in ("0", "x", "-1", "700000"):
        tap.ok(box.run("ptr", IP, "--budget-ms", bad).code == 2, "--budget-ms %s is no number of it" % bad)


class Killing(dns_stub.Stub):
    """Answers some questions; at the next one, whoever asks it is killed."""

    def __init__(self, zone, after):
        self.left = after
        super().__init__(zone)

    def answers(self, q):
        self.left -= 1
        if self.left == -1:
            for pid in util.workers(b"resolve-worker"):
                os.kill(pid, signal.SIGKILL)
        return super().answers(q)


def killed(tap, world):
    """The process that speaks with servers dies at a question: exit code 4 and why, and nothing half done."""
    util.adopt_orphans()
    box = world.box("killed")
    key = dkim_sign.Key("rsa", 2048)
    message = mail(box, key)
    key.remove()
    zone = {"evil.example": [("TXT", "v=spf1 include:i.evil.example -all"), ("MX", (10, "mx.evil.example"))],
            "i.evil.example": [("TXT", "v=spf1 ip4:192.0.2.0/24 -all")], "mx.evil.example": [("A", IP)],
            ARPA: [("PTR", "mx.evil.example")], "_dmarc.evil.example": [("TXT", "v=DMARC1; p=none")]}
    for args in [*every_command(message), ["dnsbl", IP]]:
        told, deaths = None, 0
        for after in (0, 1, 2, 3, 5, 8, 13, 40, 100):
            with Killing(zone, after) as dns:
                done = box.run(*args, "--server", dns.server, "--timeout-ms", "2000")
                dead = dns.left < 0
            said = b"DNS cannot be asked any more: the process that reads its answers died (signal 9)" in done.err.encode()
            deaths += dead
            # Of check, what was found about the domain is whole before lists are asked, and is shown.
            if dead and (done.code != 4 or not said or (done.raw and args[0] != "check")):
                told = ["after %d questions" % after] + done.told()
            if dead and not done.raw and os.path.exists(box.db):
                told = ["after %d questions: something was stored" % after] + done.told()
            if os.path.exists(box.db):
                os.remove(box.db)
        tap.ok(told is None and deaths > 0, "killed at %d questions: reputed %s" % (deaths, " ".join(args[:2])), told)
    tap.ok(not list(util.workers(b"resolve-worker")), "no process is left")


def numbered(prefix, n):
    return ["%s%d.evil.example" % (prefix, i) for i in range(n)]


def many(tap, world):
    """By the thousand, and 64 kB long."""
    box = world.box("many")
    key = dkim_sign.Key("rsa", 2048)
    message = mail(box, key)
    key.remove()
    huge = [b"y" * 255] * 250
    worlds = {
        "a thousand includes": {
            "evil.example": [("TXT", "v=spf1 %s -all" % " ".join("include:" + x for x in numbered("i", 1000)))],
            **{x: [("TXT", "v=spf1 include:%s -all" % x.replace("i", "j", 1))] for x in numbered("i", 1000)}},
        "includes without end": {
            "*.evil.example": lambda q: [q.reply([(b"\xc0\x0c", 16, 60, dns_stub.strings(
                b"v=spf1 include:n" + q.name[:40].replace(b".", b"") + b".evil.example include:m" +
                q.name[:40].replace(b".", b"") + b".evil.example -all"))])],
            "evil.example": [("TXT", "v=spf1 include:a.evil.example -all")]},
        "64 kB of everything": {
            name: [("TXT", [start] + huge)] for name, start in (
                ("evil.example", b"v=spf1 "), ("_dmarc.evil.example", b"v=DMARC1; p=none; rua=mailto:"),
                ("k._domainkey.evil.example", b"v=DKIM1; p="), ("_smtp._tls.evil.example", b"v=TLSRPTv1; rua="),
                ("_mta-sts.evil.example", b"v=STSv1; id="), ("default._bimi.evil.example", b"v=BIMI1; l="))},
        "a thousand MX": {
            "evil.example": [("TXT", "v=spf1 mx -all")] + [("MX", (i, x)) for i, x in enumerate(numbered("x", 1000))],
            **{x: [("A", "198.51.100.1")] for x in numbered("x", 1000)}},
        "a thousand names of the address": {
            "evil.example": [("TXT", "v=spf1 ptr -all")],
            ARPA: [("PTR", x) for x in numbered("p", 1000)],
            **{x: [("A", IP)] for x in numbered("p", 1000)}},
        "a thousand name servers": {
            "evil.example": [("NS", x) for x in numbered("n", 1000)],
            "k._domainkey.evil.example": [("TXT", "v=DKIM1; p=")],
            **{x: [("A", "127.0.0.%d" % (1 + i % 250))] for i, x in enumerate(numbered("n", 1000))}},
        "a thousand report addresses": {
            "_dmarc.evil.example": [("TXT", "v=DMARC1; p=none; rua=" + ",".join(
                "mailto:a@r%d.example" % i for i in range(1000)))]},
        "a thousand records at each name": {
            name: [("TXT", "%s%d" % (start, i)) for i in range(1000)] for name, start in (
                ("evil.example", "v=spf1 -all exp="), ("_dmarc.evil.example", "v=DMARC1; p=none; x="),
                ("k._domainkey.evil.example", "v=DKIM1; n=x; p="))},
    }
    for what, zone in worlds.items():
        with dns_stub.Stub(zone) as dns:
            for args in every_command(message):
                bounded(tap, box, dns, what, args)


def escapes(tap, world):
    """Control bytes wherever DNS lets somebody write."""
    box = world.box("escapes")
    key = dkim_sign.Key("rsa", 2048)
    message = mail(box, key)
    key.remove()
    name, server = (x + EVIL.replace(b".", b"") + b".evil.example" for x in (b"h", b"s"))
    records = {
        "in text": [("evil.example", [("TXT", b"v=spf1 exp=x.evil.example a:%{l}" + EVIL + b" -all")]),
                    ("_dmarc.evil.example", [("TXT", b"v=DMARC1; p=none; rua=mailto:" + EVIL + b"@x.example; " + EVIL)]),
                    ("k._domainkey.evil.example", [("TXT", b"v=DKIM1; k=" + EVIL + b"; n=" + EVIL + b"; p=" + EVIL)])],
        "in explanations": [("evil.example", [("TXT", b"v=spf1 exp=x.evil.example -all")]),
                            ("x.evil.example", [("TXT", b"go away " + EVIL + b"%{i}")]),
                            ("_dmarc.evil.example", [("TXT", b"v=DMARC1; p=" + EVIL)]),
                            ("k._domainkey.evil.example", [("TXT", EVIL + b"=x")])],
        "in names": [("evil.example", [("TXT", b"v=spf1 mx ptr include:" + name + b" -all"), ("MX", (10, name)),
                                       ("NS", server)]),
                     (server, [("A", "127.0.0.77")]),    # is asked for the key itself; nobody is there
                     (ARPA, [("PTR", name)]), (name, [("A", IP), ("TXT", b"v=spf1 " + EVIL)]),
                     ("k._domainkey.evil.example", [("CNAME", "q.evil.example")]),
                     ("q.evil.example", lambda q: [q.reply([(b"\xc0\x0c", 5, 60, dns_stub.wire_name(name))])])],
        "in the rest": [("evil.example", [("TXT", "v=spf1 -all"), ("MX", (10, "mx.evil.example"))]),
                        ("_smtp._tls.evil.example", [("TXT", b"v=TLSRPTv1; rua=" + EVIL)]),
                        ("_mta-sts.evil.example", [("TXT", b"v=STSv1; id=" + EVIL)]),
                        ("default._bimi.evil.example", [("TXT", b"v=BIMI1; l=" + EVIL)])]}
    for what, zone in records.items():
        with dns_stub.Stub(dict(zone)) as dns:
            for args in every_command(message):
                bounded(tap, box, dns, "control bytes " + what, args)
    typed = "evil.example" + EVIL.replace(b"\x00", b"").decode("latin-1")
    for args in (["check", typed], ["dmarc", "check", typed], ["spf", "check", typed], ["ptr", typed],
                 ["dkim", "check", "evil.example", "--selector", typed], ["check", "evil.example", "--server", typed]):
        done = box.run(*args, "--timeout-ms", "200", *([] if "--server" in args else ["--server", "127.0.0.1:1"]))
        steered = steers(done)
        tap.ok(not steered and done.code in (2, 4), "typed control bytes: reputed " + " ".join(args[:-1]).split("evil")[0],
               [str(steered)] + done.told())


def memory(tap, _world):
    """Of all the runs before, the largest; the sanitizer's share is in it."""
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    tap.ok(peak < MEGABYTES, "no run took more than %d MB (%d)" % (MEGABYTES, peak))


if __name__ == "__main__":
    sys.exit(util.main([forged, ids, tcp, silence, late, killed, many, escapes, memory]))
