#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
auth_peers.py spf ZONES CALLS [SECONDS] | dkim ZONES MESSAGE [SECONDS]

The peers of bench/auth_bench.c, on the same files: pyspf and dkimpy as Debian has them (so Debian's
own Python). DNS is a table in memory, made before the clock starts. Prints a figure a second of CPU
time, or with 0 SECONDS each result.
"""

import sys
import time


def zones(path):
    """(name, type): values."""
    table = {}
    with open(path, encoding="ascii") as file:
        for line in file:
            if line.startswith(";") or not line.strip():
                continue
            owner, kind, value = line.strip().split(None, 2)
            if kind == "MX":
                preference, _, host = value.partition(" ")
                value = int(preference), host
            elif kind == "TXT":
                value = value.encode()
            table.setdefault((owner.lower(), kind), []).append(value)
    return table


def spf_work(table, path):
    import spf

    def lookup(name, qtype, *_more):
        name = name.lower().rstrip(".")
        alias = table.get((name, "CNAME"))
        if alias and qtype != "CNAME":
            return [((name, "CNAME"), alias[0])]
        found = table.get((name, qtype), ())
        return [((name, qtype), [v] if qtype == "TXT" else v) for v in found]

    spf.DNSLookup = lookup
    with open(path, encoding="ascii") as file:
        calls = [line.split() for line in file]

    def once(show):
        for address, helo, sender in calls:
            result = spf.check2(i=address, s=sender, h=helo, receiver="unknown", querytime=0)[0]
            if show:
                print(result)
    return once, len(calls)


def dkim_work(table, path):
    import dkim
    records = {name: values[0] for (name, kind), values in table.items() if kind == "TXT"}
    with open(path, "rb") as file:
        message = file.read()

    def key(name, timeout=5):   # pylint: disable=unused-argument
        return records[name.decode().lower().rstrip(".")]

    def once(show):
        good = dkim.verify(message, dnsfunc=key)
        if show:
            print("pass" if good else "fail")
    return once, 1


def main(argv):
    work = {"spf": spf_work, "dkim": dkim_work}
    if len(argv) not in (3, 4) or argv[0] not in work:
        print(__doc__, file=sys.stderr)
        return 2
    once, units = work[argv[0]](zones(argv[1]), argv[2])
    wanted = float(argv[3]) if len(argv) == 4 else 1.0
    if wanted <= 0:
        once(True)
        return 0
    once(False)
    done, began = 0, time.process_time()
    while True:
        once(False)
        done += units
        took = time.process_time() - began
        if took >= wanted:
            print("%.1f" % (done / took))
            return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
