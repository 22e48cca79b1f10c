#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""
peer_dkim.py HOST PORT -- dkimpy (Debian's python3-dkim), asked in lines "FILE"; "pass" or "fail: why" a line.

The first signature of each message is verified. All questions go to the server at HOST:PORT.
"""

import os
import sys

import dkim

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "tests", "system"))

import dns_ask  # noqa: E402


def main(argv):
    if len(argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    dns = dns_ask.Ask("%s:%s" % tuple(argv))

    def key(name, timeout=5):   # pylint: disable=unused-argument
        rcode, values = dns.ask(name.decode("utf-8"), "TXT")
        if rcode not in (dns_ask.OK, dns_ask.NXDOMAIN):
            raise dkim.DnsTimeoutError("rcode %d" % rcode)
        return b"".join(values[0]) if values else None

    for line in sys.stdin:
        with open(line.rstrip("\n"), "rb") as file:
            message = file.read()
        try:
            result = "pass" if dkim.DKIM(message).verify(dnsfunc=key) else "fail: the signature is wrong"
        except dkim.DKIMException as error:
            result = "fail: %s" % error
        except Exception as error:      # pylint: disable=broad-except
            result = "died: %r" % error
        print(" ".join(result.split()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
