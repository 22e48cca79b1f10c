#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_hold.py -- holds mail on a real Postfix with the commands that `reputed why` prints, tries one
message, and releases the rest with those of `reputed explain hold`. What is pasted is what is
printed, blanks included. TAP; skipped, with the reason, where no private Postfix can run.

The provider's server refuses everything for a day of the log, then opens, and closes again when
more than 15 messages come within 5 seconds: one flush would bounce.
"""

import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed"))
MX = "outlook-com.olc.protection.outlook.com"
REFUSAL = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your "
           "Internet service provider since part of their network is on our block list (S3140).")
# A domain of one's own customers whose MX is the same provider's, told by the log alone.
DOMAINS = ("outlook.com", "hotmail.com", "kunde.example")
ZONE = {"gmail.com": [("MX", (10, "gmail-smtp-in.l.google.com"))],
        "gmail-smtp-in.l.google.com": [("A", "127.0.1.2")], MX: [("A", "127.0.1.1")]}
ZONE.update({name: [("MX", (10, MX))] for name in DOMAINS})
MAIN = """default_transport = out-a
sender_dependent_default_transport_maps = inline:{{ resets@shop.example = out-c: }}
transport_maps = inline:{ { slow.example = out-b: } }, hash:/etc/postfix/transport
defer_transports = uucp, slow
queue_run_delay = 2s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
"""
MASTER = "".join("""out-%s unix - - n - - smtp
  -o syslog_name=postfix/out-%s
  -o smtp_bind_address=127.9.1.%d
""" % (x, x, i) for i, x in enumerate("abc", 1))
BURST, WITHIN = 15, 5


class Provider:
    """Open or shut; when open, shuts for good on a burst."""

    def __init__(self):
        self.shut, self.refused, self.times = False, 0, []

    def __call__(self, stage, text):
        if stage != "mail":
            return None
        now = time.monotonic()
        self.times = [t for t in self.times if now - t < WITHIN] + [now]
        self.shut = self.shut or len(self.times) > BURST
        self.refused += self.shut
        return REFUSAL if self.shut else None


def log_line(second, label, n, domain, sender, status):
    words = {"sent": "250 2.0.0 Ok", "bounced": "host %s[198.51.100.1] said: %s (in reply to MAIL "
             "FROM command)" % (MX, REFUSAL)}[status]
    stamp = "2026-11-%02dT%02d:%02d:%02dZ" % (second // 86400 + 1, second // 3600 % 24,
                                            second // 60 % 60, second % 60)
    return "\n".join([
        "%s mx1 postfix/qmgr[1]: %05X: from=<%s@shop.example>, size=9, nrcpt=1 (queue active)" %
        (stamp, 0xA0000 + n, sender),
        "%s mx1 postfix/%ssmtp[2]: %05X: to=<u%d@%s>, relay=%s[198.51.100.1]:25, delay=1, "
        "dsn=2.0.0, status=%s (%s)" % (stamp, label, 0xA0000 + n, n, domain, MX, status, words)])


def made_up_log(with_c):
    """Ten days of mail, and a block of the last hours; with_c: out-c goes on being accepted."""
    lines = []
    for n in range(1200):
        second = 720 * n
        domain = DOMAINS[n % 3]
        blocked = n >= 1180
        lines.append(log_line(second, "out-a/", n, domain, "news", "bounced" if blocked else "sent"))
        if with_c:
            lines.append(log_line(second + 5, "out-c/", 5000 + n, domain, "resets", "sent"))
    return "\n".join(lines) + "\n"


def reputed(top, *words):
    done = subprocess.run([REPUTED, words[0], "--config", top + "/reputed.conf", *words[1:]],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          cwd=top)
    return done.stdout


def advice(top, name, with_c):
    """(commands, commands that take them back), as `reputed why` shows them."""
    where = os.path.join(top, name)
    os.mkdir(where)
    with open(where + "/reputed.conf", "w", encoding="ascii") as file:
        file.write("database %s/db\nkey-file %s/key\nsource out-a { public 203.0.113.24 }\n"
                   "source out-c { public 198.51.100.9 }\n" % (where, where))
    with open(where + "/log", "w", encoding="ascii") as file:
        file.write(made_up_log(with_c))
    reputed(where, "ingest", where + "/log")
    why = reputed(where, "why")
    hit = re.search(r"^Commands for step 1\n\n(.*?)\n\nTo take it back.*?\n\n(.*?)\n\n", why,
                    re.M | re.S)
    return hit.groups() if hit else (None, why)


def guide_blocks(top):
    """The indented blocks of `reputed explain hold` that are for a shell, as shown."""
    with open(top + "/none.conf", "w", encoding="ascii") as file:
        file.write("database %s/none\nkey-file %s/none.key\n" % (top, top))
    page = subprocess.run([REPUTED, "explain", "--config", top + "/none.conf", "hold"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout
    return re.findall(r"(?:^ {9}.*\n)+", page, re.M)


def block(blocks, *words):
    found = [b for b in blocks if all(w in b for w in words)]
    if len(found) != 1:
        raise AssertionError("%d blocks with %s" % (len(found), words))
    return found[0]


def settings(pf):
    return pf.shell("postconf transport_maps defer_transports; postconf -M; postconf -P")[1]


def sends(tap, pf, what, held, free):
    """Mail by sendmail and by SMTP: an application sees no refusal; `held` wait, `free` go."""
    before, told, want = len(pf.log()), [], {}
    for pairs, status in ((held, "deferred"), (free, "sent")):
        for to, sender in pairs:
            for way, name in ((pf.sendmail, "s."), (pf.smtp, "t.")):
                said = way(name + to, sender)
                told += [] if said == 0 or said[0] == 250 else ["%s: %s" % (name + to, said)]
                want[name + to] = {status}
    tap.ok(not told, "%s: no application is refused" % what, told)

    def now():
        seen = {}
        for to, status, _ in pf.statuses(before):
            if to in want:
                seen.setdefault(to, set()).add(status)
        return seen
    private_postfix.wait_for(lambda: len(now()) == len(want), 40)
    tap.ok(now() == want, "%s: held is held, the rest goes" % what, [str(now())] + pf.log()[-20:])


def waiting(pf):
    return sum(m["queue_name"] != "hold" for m in pf.queue())


def canary(tap, pf, what, commands, provider, sink):
    taken, waits = len(sink.taken), len(pf.queue())
    code, said = pf.shell(commands)
    private_postfix.wait_for(lambda: len(sink.taken) > taken, 20)
    time.sleep(3)
    # a message on its way from one queue of Postfix to another is listed twice, or not at all
    left = private_postfix.wait_for(lambda: len(pf.queue()) == waits - 1, 20)
    tap.ok(code == 0 and len(sink.taken) == taken + 1 and left,
           "%s: one message gets through, all others wait" % what,
           [said, str(len(sink.taken) - taken), str(len(pf.queue())), str(waits)] + pf.log()[-12:])
    tap.ok(provider.refused == 0, "%s: and it was accepted" % what)


def release(tap, pf, what, blocks, undo, sink, before):
    waits, taken = len(pf.queue()), len(sink.taken)
    code, said = pf.shell(block(blocks, "postsuper -h"))
    tap.ok(code == 0 and waiting(pf) == 0, "%s: what waits is parked" % what, [said])
    code, said = pf.shell(undo + "\n" + block(blocks, "reputed-try(, *", "postfix reload"))
    pf.shell("postconf -MX reputed-try/unix 2>/dev/null")
    tap.ok(code == 0 and settings(pf) == before, "%s: every setting is as it was" % what,
           [said, before, settings(pf)])
    time.sleep(4)
    tap.ok(len(sink.taken) == taken, "%s: parked mail stays" % what)
    while pf.queue():
        there = len(pf.queue())
        code, said = pf.shell(block(blocks, "postsuper -H"))
        private_postfix.wait_for(lambda: len(pf.queue()) <= max(0, there - 10), 20)
        if not tap.ok(code == 0 and len(pf.queue()) == max(0, there - 10),
                      "%s: a batch leaves, %d wait" % (what, len(pf.queue())),
                      [said] + pf.log()[-12:]):
            return
        time.sleep(WITHIN + 1)
    tap.ok(len(sink.taken) == taken + waits, "%s: all %d arrived" % (what, waits),
           ["%d arrived before, %d waited, %d arrived in all" % (taken, waits, len(sink.taken))] +
           ["%.1f %s %s" % one for one in sink.taken] + pf.log()[-60:])


def fine(tap, pf, what, provider):
    bad = [x for x in pf.statuses() if x[1] not in ("sent", "deferred")]
    rejected = [x for x in pf.log() if "NOQUEUE" in x or " 450 " in x]
    tap.ok(not bad and not rejected and provider.refused == 0,
           "%s: none bounced, none refused" % what, [str(x) for x in bad] + rejected)


def by_domain(tap, pf, blocks, sink, provider):
    what = "by domain"
    do, undo = advice(pf.top, "one", False)
    if not tap.ok(do is not None, "why prints the commands", (undo or "").splitlines()[-60:]):
        return
    tap.ok("kunde.example" in do, "a customer's own domain at that provider is in them", [do])
    before = settings(pf)
    pf.shell("for i in 1 2 3; do sendmail -f news@shop.example old$i@gmail.com </dev/null; done")
    first = pf.shell(do)
    once = settings(pf)
    again = pf.shell(do)
    tap.ok(first[0] == 0 and first[1].splitlines()[-1:] == ["hold:"], "the check prints hold:",
           [first[1]])
    tap.ok(again[0] == 0 and settings(pf) == once, "pasted twice changes nothing more", [again[1]])
    tap.ok("slow.example" in once and "hash:/etc/postfix/transport" in once and
           re.search(r"defer_transports = uucp, slow, hold$", once, re.M) is not None,
           "what was set before is still set", once.splitlines()[:2])
    sends(tap, pf, what, [("u%d@%s" % (i, d), "news@shop.example") for d in DOMAINS
                          for i in range(5)], [("a@gmail.com", "news@shop.example")])
    canary(tap, pf, what, block(blocks, "grep 'deferred transport' | tail"), provider, sink)
    canary(tap, pf, what + ", again", block(blocks, "grep 'deferred transport' | tail"), provider,
           sink)
    release(tap, pf, what, blocks, undo, sink, before)
    fine(tap, pf, what, provider)


def by_filter(tap, pf, blocks, sink, provider):
    what = "by transport"
    do, undo = advice(pf.top, "two", True)
    if not tap.ok(do is not None and "smtp_dns_reply_filter" in do,
                  "why prints other commands where another path works", (undo or "").splitlines()):
        return
    before = settings(pf)
    first = pf.shell(do)
    once = settings(pf)
    again = pf.shell(do)
    tap.ok(first[0] == 0 and "out-a/unix/smtp_dns_reply_filter" in first[1] and
           "out-c/unix/smtp_dns" not in first[1], "the check names the blocked transport alone",
           [first[1]])
    tap.ok(again[0] == 0 and settings(pf) == once, "pasted twice changes nothing more", [again[1]])
    sends(tap, pf, what, [("v%d@%s" % (i, d), "news@shop.example")
                          for d in ("outlook.com", "kunde.example") for i in range(6)],
          [("b@gmail.com", "news@shop.example"), ("code@outlook.com", "resets@shop.example"),
           ("code@kunde.example", "resets@shop.example")])
    time.sleep(WITHIN + 1)
    canary(tap, pf, what, block(blocks, "grep 'DNS reply filter' | tail"), provider, sink)
    release(tap, pf, what, blocks, undo, sink, before)
    fine(tap, pf, what, provider)


def inside():
    tap = check.Tap()
    provider = Provider()
    sink = private_postfix.Sink("127.0.1.1", provider)
    private_postfix.Sink("127.0.1.2")
    with private_postfix.Postfix(ZONE, MAIN, MASTER,
                                 {"transport": "hotmail.com out-b:\n"}) as pf:
        blocks = guide_blocks(pf.top)
        by_domain(tap, pf, blocks, sink, provider)
        time.sleep(WITHIN + 1)
        by_filter(tap, pf, blocks, sink, provider)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(private_postfix.run(__file__) if private_postfix.outside() else inside())
