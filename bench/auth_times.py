#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
auth_times.py REPUTED ROUNDS -- how long `reputed check` takes when DNS is well, and when parts of it are
mute. Started by tools/bench-auth in a network of its own (tests/system/loopback.py), where port 53 is free.

One domain with five DKIM keys on Debian's NSD, and every list that `check` asks. A mute server is a socket
that is never read. Prints a line of JSON for each situation: its name, and the seconds by the clock of each
round; null where the situation cannot be made here.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(TREE, "tests", "system"))

import dkim_sign    # noqa: E402
import nsd          # noqa: E402
import test_check   # noqa: E402

DOMAIN, IP = "sender.example", "192.0.2.7"
MUTE, MUTE_NS = "127.0.0.53", "127.0.0.77"
SELECTORS = ("default", "mail", "s1", "k1", "google")


def zones(second_ns):
    """A sound sender and all lists; the second name server of its zone is at this address."""
    key = dkim_sign.Key("rsa", 2048)
    record = " ".join('"%s"' % x for x in (key.record()[:200], key.record()[200:]))
    key.remove()
    out = test_check.list_zones()
    out["."] = ""
    out["2.0.192.in-addr.arpa"] = "7 IN PTR mx1.%s.\n" % DOMAIN
    out[DOMAIN] = ('@ IN NS ns2\nns2 IN A %s\n@ IN TXT "v=spf1 include:_spf ip4:192.0.2.7 -all"\n'.replace(
        "_spf", "_spf." + DOMAIN) + '_spf IN TXT "v=spf1 a:mx1.%s ~all"\n@ IN MX 10 mx1\nmx1 IN A 192.0.2.7\n'
        '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@%s"\n') % (second_ns, DOMAIN, DOMAIN)
    out[DOMAIN] += "".join("%s._domainkey IN TXT %s\n" % (s, record) for s in SELECTORS)
    return out


@contextlib.contextmanager
def silent(ip, port):
    """Takes everything at this address, and never says a word."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind((ip, port))
        tcp.bind((ip, port))
        tcp.listen(64)
        yield


def resolv_conf(top, *servers):
    """In front of the program: it sees these servers in /etc/resolv.conf. None: that is not possible here."""
    path = top + "/resolv.conf"
    with open(path, "w", encoding="ascii") as file:
        file.write("".join("nameserver %s\n" % s for s in servers))
    if os.geteuid() != 0 or not shutil.which("unshare") or not os.path.exists("/etc/resolv.conf"):
        return None
    return ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', path]


def check(reputed, top, prefix, server, codes, words):
    """Seconds of one run, which must end with one of these codes and say these words."""
    for name in ("list-usage", "reputed.db"):
        with contextlib.suppress(OSError):
            os.remove("%s/%s" % (top, name))
    began = time.monotonic()
    done = subprocess.run([*prefix, reputed, "check", "--config", top + "/conf", DOMAIN, "--ip", IP,
                           *(["--server", server] if server else [])], capture_output=True, text=True,
                          env={**os.environ, "HOME": top, "XDG_CONFIG_HOME": top})
    took = time.monotonic() - began
    if done.returncode not in codes or words not in done.stdout + done.stderr:
        sys.exit("auth_times.py: check ended with %d:\n%s%s" % (done.returncode, done.stdout, done.stderr))
    return took


def main(reputed, rounds):
    top = tempfile.mkdtemp(prefix="reputed-times.")
    with open(top + "/conf", "w", encoding="ascii") as file:
        file.write('database "%s/reputed.db"\nkey-file "%s/key"\n' % (top, top))
    two = resolv_conf(top, MUTE, "127.0.0.1")
    mute = "%s:%d" % (MUTE, 53)
    rows = (("healthy", "127.0.0.1", [], "127.0.0.1:53", (0,), "no problem"),
            ("one of the zone's two name servers is mute", MUTE_NS, [], "127.0.0.1:53", (1,), "dkim-ns-failing"),
            ("the resolver is mute", "127.0.0.1", [], mute, (4,), "DNS does not work"),
            ("the first of two resolvers is mute", "127.0.0.1", two, None, (0,), "no problem"))
    try:
        for name, second_ns, prefix, server, codes, words in rows:
            took = None
            if prefix is not None:
                with nsd.Nsd(zones(second_ns), port=53), silent(MUTE, 53), silent(MUTE_NS, 53):
                    took = [check(reputed, top, prefix, server, codes, words) for _ in range(rounds)]
            print(json.dumps([name, took]), flush=True)
    finally:
        shutil.rmtree(top)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
