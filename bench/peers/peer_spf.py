#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
peer_spf.py HOST PORT -- pyspf (Debian's python3-spf), asked in lines "ADDRESS DOMAIN [SENDER HELO]"; a result a line.

All questions go to the server at HOST:PORT. Without SENDER it is postmaster@DOMAIN; "<>" is the null sender.
"""

import os
import sys

import spf

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "system"))

import dns_ask  # noqa: E402


def lookups(dns):
    """What pyspf calls for DNS; the answers in the form of its own use of dnspython."""
    def lookup(name, qtype, *_more, **_named):
        if qtype not in dns_ask.TYPES:
            return []
        rcode, values = dns.ask(name, qtype)
        if rcode not in (dns_ask.OK, dns_ask.NXDOMAIN):
            raise spf.TempError("DNS: rcode %d" % rcode)
        return [((name, qtype), v) for v in values]
    return lookup


def main(argv):
    if len(argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    spf.DNSLookup = lookups(dns_ask.Ask("%s:%s" % tuple(argv)))
    for line in sys.stdin:
        address, domain, *more = line.rstrip("\n").split(" ")
        sender, helo = more if len(more) == 2 else ("postmaster@" + domain, "mx." + domain)
        try:
            result = spf.check2(i=address, s="" if sender == "<>" else sender, h=helo, querytime=0)[0]
        except Exception as error:      # pylint: disable=broad-except
            result = "died: %r" % error
        print(result, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
