#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_advice.py [REPUTED] -- what `reputed check` found becomes steps of `reputed why` before the
request for delisting, and fills the blanks of the request; mail that is held is no refusal; mail
accepted after the last refusal reads as "looks lifted". TAP.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dns_stub     # noqa: E402
import test_hold    # noqa: E402
import util         # noqa: E402

IP = "203.0.113.24"
NOW = "2026-11-10T23:59:00Z"
ZONE = {"shop.example": [("TXT", "v=spf1 ip4:198.51.100.9 -all"), ("MX", (10, "mx1.shop.example"))],
        "mx1.shop.example": [("A", IP)], "24.113.0.203.in-addr.arpa": [("PTR", "mx1.shop.example")]}


def ingested(world, name, more=""):
    box = world.box(name)
    log = util.write(box.path("mail.log"), test_hold.made_up_log(False) + more)
    box.run("ingest", "--now", NOW, "--source", IP, log)
    return box


def steps(why):
    """{number: text} of the steps, and what is pasted below."""
    text = why.split("Do now", 1)[-1]
    head, _, below = text.partition("\nCommands for step")
    found = re.findall(r"^  (\d+)  ((?:.*\n(?:     .*\n)*))", head, re.M)
    return [re.sub(r"\s+", " ", s) for _, s in found], below


def looked_at(tap, world):
    box = ingested(world, "looked")
    before, _ = steps(box.run("why", "--now", NOW).out)
    tap.ok(not any("reputed check found" in s for s in before), "nothing was looked at: no such step",
           before)
    with dns_stub.Stub(ZONE) as dns:
        box.run("check", "--now", NOW, "--server", dns.server, "--timeout-ms", "500", "shop.example",
                "--ip", IP)
    why = box.run("why", "--now", NOW).out
    after, below = steps(why)
    found = [i for i, s in enumerate(after) if "reputed check found" in s]
    ask = [i for i, s in enumerate(after) if "delisting request" in s]
    tap.ok(found and ask and max(found) < ask[0], "what check found comes before the request", after)
    tap.ok(any("DMARC of shop.example" in s for s in after), "the missing DMARC record is a step",
           after)
    tap.ok("sender domains: shop.example" in why and
           "%s is mx1.shop.example" % IP in why and
           "SPF v=spf1 ip4:198.51.100.9 -all" in why and "no DMARC record found" in why,
           "the request has domain, PTR and records", below.splitlines()[-25:])
    tap.ok("how they unsubscribe: [____]" in why, "what nobody told is a clear blank")


def line(n, second, domain, status, words, relay="none"):
    return ("2026-11-10T23:%02d:%02dZ mx1 postfix/error[9]: %05X: to=<h%d@%s>, relay=%s, delay=1, "
            "dsn=4.3.2, status=%s (%s)\n" % (second // 60, second % 60, 0xB0000 + n, n, domain, relay,
                                            status, words))


def held(tap, world):
    more = "".join(line(n, n, "outlook.com", "deferred", words) for n, words in enumerate([
        "deferred transport", "Error looking up name=outlook.com type=MX: DNS reply filter drops all "
        "results", "delivery temporarily suspended: Error looking up name=outlook.com type=MX: DNS "
        "reply filter drops all results"]))
    one, two = ingested(world, "plain"), ingested(world, "held", more)
    same = [[(c["provider"], c["counts"] if "counts" in c else c) for c in
             b.run("status", "--json", "--all").json()["cells"]] for b in (one, two)]
    tap.ok(same[0] == same[1], "mail that its own server holds is no attempt at a provider",
           [str(x) for x in same])


def lifted(tap, world):
    more = "".join(
        "2026-11-10T23:%02d:00Z mx1 postfix/out-a/smtp[9]: %05X: to=<k%d@outlook.com>, relay=%s"
        "[198.51.100.1]:25, delay=1, dsn=2.0.0, status=sent (250 2.0.0 Ok)\n" %
        (55 + n, 0xC0000 + n, n, test_hold.MX) for n in range(2))
    now, _ = steps(ingested(world, "lifted", more).run("why", "--now", NOW).out)
    tap.ok(now and "2 messages were accepted since 2026-11-10T23:55:00Z, none refused: it looks "
           "lifted" in now[0], "accepted after the last refusal: it looks lifted", now)
    tap.ok(not any(s.startswith("Hold mail") for s in now), "and nobody is told to hold", now)


def to_many(tap, world):
    """from=<> to many people is no bounce: who sends it comes first."""
    log = ""
    for n in range(30):
        log += "2026-11-10T23:%02d:00Z mx1 postfix/qmgr[9]: %05X: from=<>, size=4711, nrcpt=3 (queue active)\n" \
            % (n, 0xD0000 + n)
        for k in range(3):
            log += ("2026-11-10T23:%02d:0%dZ mx1 postfix/smtp[9]: %05X: to=<m%d@outlook.com>, relay=%s"
                    "[198.51.100.1]:25, delay=1, dsn=5.7.1, status=bounced (host %s[198.51.100.1] said: 550 "
                    "5.7.1 Unfortunately, messages from [%s] weren't sent. part of their network is on "
                    "our block list (S3140). (in reply to MAIL FROM command))\n"
                    % (n, k + 1, 0xD0000 + n, k, test_hold.MX, test_hold.MX, IP))
    box = world.box("to-many")
    box.run("ingest", "--now", NOW, util.write(box.path("mail.log"), log))
    why = box.run("why", "--now", NOW).out
    now, _ = steps(why)
    tap.ok(now and "Find what sends with an empty sender to many recipients" in now[0],
           "from=<> to many people: who sends it comes first", now)
    tap.ok("all of them with an empty sender" in re.sub(r"\s+", " ", why), "in words", why.splitlines()[:6])


def once(tap, world):
    """A PTR that is refused for and was looked at is one step, with one refusal and with many."""
    for n in (1, 20):
        box = world.box("ptr%d" % n)
        box.ingest("--source", IP, util.write(box.path("mail.log"), "".join(
            line(k, k, "club.example", "deferred", "host mx.club.example[198.51.100.7] said: 450 4.7.1 "
                 "Client host rejected: cannot find your reverse hostname, [%s] (in reply to RCPT TO command)"
                 % IP, "mx.club.example[198.51.100.7]:25").replace("postfix/error", "postfix/smtp")
            for k in range(n))), now=NOW)
        before = box.run("why", "--now", NOW).out
        with dns_stub.Stub({"shop.example": [("TXT", "v=spf1 -all")]}) as dns:
            box.run("check", "--now", NOW, "--server", dns.server, "--timeout-ms", "500", "shop.example",
                    "--ip", IP)
        after = box.run("why", "--now", NOW).out
        tap.ok(before.count("Set a PTR for the address") == (1 if n == 1 else 2) and
               "Set a PTR for the address" not in after and
               "Fix the reverse name of %s" % IP in after, "the PTR is one step, %d replies" % n,
               before.splitlines() + after.splitlines())


if __name__ == "__main__":
    sys.exit(util.main([looked_at, held, lifted, to_many, once]))
