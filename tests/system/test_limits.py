#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_limits.py [REPUTED] -- the real limits, seen from the other side: 12 lists at 50 queries a second
and 20 addresses, at Debian's NSD on loopback, behind a forwarder that notes when each came. No second above
the rate, also when several reputed run at once; nothing more to a list after its first error. TAP.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dns_tap      # noqa: E402
import nsd          # noqa: E402
import util         # noqa: E402

LISTS, ADDRESSES, RATE = 12, 20, 50
AT_ONCE = 3
# list: (addresses with an error, the code); 0 is the test entry. After it nothing may come.
ERRORS = {3: (9, "127.255.255.255"), 4: (1, "127.0.0.1"), 6: (0, "127.255.255.254"), 7: (14, "203.0.113.5")}
REFUSED, LISTED = 5, 8
MUST = b"2.0.0.127"


def zone(i):
    return "bl%d.limits.example" % i


def know():
    return "".join(
        "list %s {\n about address\n family v4\n code 127.0.0.2 abuse \"mine\"\n test 127.0.0.2\n"
        " rate %d\n daily 20000\n terms own yes\n}\n" % (zone(i), RATE) for i in range(LISTS))


def zones():
    """Those that are not there at all, as every list built in, are refused by NSD."""
    out = {"s.example": '@ IN TXT "v=spf1 -all"\n'}
    for i in range(LISTS):
        if i == REFUSED:
            continue
        text = "2.0.0.127 IN A 127.0.0.2\n" if i not in ERRORS or ERRORS[i][0] else ""
        if i in ERRORS:
            text += "%d.2.0.%s IN A %s\n" % ((ERRORS[i][0], "192", ERRORS[i][1]) if ERRORS[i][0] else
                                             (2, "0.127", ERRORS[i][1]))
        if i == LISTED:
            text += '5.2.0.192 IN A 127.0.0.2\n5.2.0.192 IN TXT "you know why"\n'
        out[zone(i)] = text
    out[zone(6)] = "2.0.0.127 IN A %s\n" % ERRORS[6][1]
    return out


def expected(i):
    """The names that one run asks of a list, in order: its test entries, then each address."""
    names = [MUST, b"1.0.0.127"] + [b"%d.2.0.192" % k for k in range(1, ADDRESSES + 1)]
    if i == REFUSED:
        return names[:1]
    if i in ERRORS:
        return names[:ERRORS[i][0] + 2 if ERRORS[i][0] else 1]
    if i == LISTED:
        at = names.index(b"5.2.0.192")
        return names[:at + 1] + names[at:]      # and its TXT
    return names


def worst_second(times):
    return max((sum(1 for x in times if t <= x < t + 1) for t in times), default=0)


def of_list(queries, i):
    tail = ("." + zone(i)).encode()
    return [(t, name[:-len(tail)]) for t, name, _ in queries if name.endswith(tail)]


def call(box, log):
    ips = [x for k in range(1, ADDRESSES + 1) for x in ("--ip", "192.0.2.%d" % k)]
    return ["check", "s.example", *ips, "--json", "--know", box.path("know"), "--server", log.server,
            "--timeout-ms", "20000"]


def one_run(tap, box, log):
    done = box.run(*call(box, log))
    queries = log.queries()
    tap.ok(done.code in (0, 1) and done.json()["lists"]["listed"] == 1, "%d addresses on %d lists" % (ADDRESSES, LISTS),
           done.told())
    for i in range(LISTS):
        names = [name for _, name in of_list(queries, i)]
        what = "nothing after its error" if i in ERRORS or i == REFUSED else "each question once, in order"
        tap.ok(names == expected(i), "%s: %s" % (zone(i), what), ["asked: %s" % names, "not: %s" % expected(i)])
    asked = of_list(queries, 0)
    span = asked[-1][0] - asked[0][0]
    tap.ok(span >= (len(asked) - 3) / RATE, "they are spread: %d questions in %.2f s" % (len(asked), span))
    return len(queries)


def several_runs(tap, box, log, before):
    """Started at once: they count together."""
    running = [box.start(*call(box, log)) for _ in range(AT_ONCE)]
    for process in running:
        out, err = process.communicate(timeout=100)
        box.look(call(box, log), process.returncode, out, err)
    queries = log.queries()[before:]
    for i in range(LISTS):
        asked = of_list(queries, i)
        worst = worst_second([t for t, _ in asked])
        tap.ok([n for _, n in asked] == AT_ONCE * expected(i) and worst <= RATE,
               "%s, %d runs at once: %d questions, at most %d a second" % (zone(i), AT_ONCE, len(asked), RATE),
               ["the worst second had %d" % worst])
    free = of_list(queries, 0)
    tap.ok(len(free) > RATE and worst_second([t for t, _ in free]) > RATE // 2,
           "the rate was the bound, not the machine", ["%d in the worst second" % worst_second([t for t, _ in free])])


def limits(tap, world):
    if nsd.PROGRAM is None:
        tap.skip("the limits of lists, at NSD", "Debian's nsd is not installed")
        return
    box = world.box("limits")
    os.mkdir(box.path("know"))
    util.write(box.path("know/mine.lists"), know())
    with nsd.Nsd(zones()) as dns, dns_tap.Tap(dns.port) as log:
        before = one_run(tap, box, log)
        several_runs(tap, box, log, before)


if __name__ == "__main__":
    sys.exit(util.main([limits]))
