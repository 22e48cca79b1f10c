# SPDX-License-Identifier: Apache-2.0
"""
nsd.py -- Debian's NSD on loopback, with a configuration and zones of the test's own.

    with Nsd({"example.com": "@ IN TXT \\"v=spf1 -all\\"\\n..."}) as dns:  ... dns.server ...

A zone's text is put behind an SOA and an NS record ("." is the root), but not with `whole`: then it is all of
the zone. `more` goes to the end of the configuration. Started as the user who runs the test, on a high port, in
a folder that is removed; stopped with the test.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time

import util

PROGRAM = shutil.which("nsd") or ("/usr/sbin/nsd" if os.path.exists("/usr/sbin/nsd") else None)

CONF = """server:
    ip-address: 127.0.0.1@%(port)d
    port: %(port)d
    do-ip6: no
    username: ""
    chroot: ""
    zonesdir: "%(top)s"
    database: ""
    pidfile: "%(top)s/nsd.pid"
    xfrdfile: "%(top)s/xfrd.state"
    zonelistfile: "%(top)s/zone.list"
    cookie-secret-file: "%(top)s/cookie"
    logfile: "%(top)s/nsd.log"
    verbosity: 1
    server-count: 1
    rrl-ratelimit: 0
remote-control:
    control-enable: no
"""

HEAD = """$ORIGIN %s.
$TTL 300
@ IN SOA ns1 hostmaster 1 3600 600 86400 60
@ IN NS ns1
ns1 IN A 127.0.0.1
"""


class Nsd:
    def __init__(self, zones, more="", whole=False, port=0):
        self.zones, self.more, self.whole, self.fixed = zones, more, whole, port

    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="reputed-nsd.")
        self.port = self.fixed or util.free_port()
        conf = CONF % {"port": self.port, "top": self.top}
        for i, (zone, text) in enumerate(self.zones.items()):
            name = "zone%d" % i
            conf += 'zone:\n    name: "%s"\n    zonefile: "%s"\n' % (zone, name)
            with open("%s/%s" % (self.top, name), "w", encoding="ascii") as file:
                file.write(text if self.whole else HEAD % zone.rstrip(".") + text)
        with open(self.top + "/nsd.conf", "w", encoding="ascii") as file:
            file.write(conf + self.more)
        self.process = subprocess.Popen([PROGRAM, "-d", "-c", self.top + "/nsd.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.server = "127.0.0.1:%d" % self.port
        for _ in range(100):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        told = self.log()
        self.__exit__()
        raise RuntimeError("NSD did not start: " + told[-500:])

    def log(self):
        try:
            with open(self.top + "/nsd.log", encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        shutil.rmtree(self.top, ignore_errors=True)
