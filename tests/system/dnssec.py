# SPDX-License-Identifier: Apache-2.0
"""
dnssec.py -- signed zones on Debian's NSD, and a real unbound that validates them, all on loopback.

    with Signed({"good.example": (text, GOOD), "old.example": (text, EXPIRED)}) as dns:  ... dns.server ...

The root is signed with a key of the test's own, which is unbound's trust anchor, and holds the DS record of
each zone that has one. Keys and zones are made by ldns-keygen and ldns-signzone. unbound asks NSD for each
zone (stub-zone); with validate=False it does not look at signatures. Both run as the user who runs the test,
on high ports, in folders that are removed, and are stopped with the test.
"""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import time

import nsd
import util

# How a zone is signed: as it should be; signatures that expired; a DS of the zone above, but no signatures;
# not at all; nobody serves it.
GOOD, EXPIRED, DS_ONLY, UNSIGNED, DEAD = range(5)
DAY = 86400

CONF = """server:
    interface: 127.0.0.1@%(port)d
    port: %(port)d
    do-ip6: no
    do-daemonize: no
    use-syslog: no
    logfile: "%(top)s/unbound.log"
    pidfile: ""
    username: ""
    chroot: ""
    directory: "%(top)s"
    num-threads: 1
    access-control: 127.0.0.0/8 allow_snoop
    do-not-query-localhost: no
    val-clean-additional: yes
    module-config: "%(modules)s"
    trust-anchor-file: "%(top)s/anchor"
    local-zone: "2.0.192.in-addr.arpa." nodefault
    local-zone: "100.51.198.in-addr.arpa." nodefault
remote-control:
    control-enable: no
"""


def find(name):
    return shutil.which(name) or next((p for p in ("/usr/sbin/" + name,) if os.path.exists(p)), None)


UNBOUND = find("unbound")
MISSING = [name for name in ("nsd", "unbound", "ldns-keygen", "ldns-signzone") if find(name) is None]


class Signed:
    def __init__(self, zones, validate=True):
        self.zones, self.validate = zones, validate
        self.process = self.nsd = None

    def key(self, zone):
        """The base name of a new key."""
        made = subprocess.run([find("ldns-keygen"), "-a", "ECDSAP256SHA256", "-k", zone], cwd=self.top, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return os.path.join(self.top, made.stdout.strip())

    def sign(self, zone, text, key, how):
        """The text of the zone, signed."""
        path, now = os.path.join(self.top, "zone"), int(time.time())
        # unbound forgives a tenth of the lifetime of a signature, up to a day
        end = now - 4 * DAY if how == EXPIRED else now + 30 * DAY
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        subprocess.run([find("ldns-signzone"), "-i", str(now - 30 * DAY), "-e", str(end), "-o", zone, "-f", path + ".signed",
                        path, key], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(path + ".signed", encoding="ascii") as file:
            return file.read()

    def texts(self):
        """Zone to text, the root among them."""
        out, root = {}, nsd.HEAD % "" + "example TXT \"not empty\"\n"
        for zone, (text, how) in self.zones.items():
            whole = nsd.HEAD % zone + text
            root += "%s. IN NS ns1.%s.\nns1.%s. IN A 127.0.0.1\n" % (zone, zone, zone)
            if how in (GOOD, EXPIRED, DS_ONLY):
                key = self.key(zone)
                whole = self.sign(zone, whole, key, how) if how != DS_ONLY else whole
                with open(glob.glob(key + ".ds")[0], encoding="ascii") as file:
                    root += file.read()
            if how != DEAD:
                out[zone] = whole
        key = self.key(".")
        out["."] = self.sign(".", root, key, GOOD)
        shutil.copy(key + ".ds", os.path.join(self.top, "anchor"))
        return out

    def start(self):
        self.nsd = nsd.Nsd(self.texts(), whole=True).__enter__()
        self.port = util.free_port()
        conf = CONF % {"port": self.port, "top": self.top, "modules": "validator iterator" if self.validate else "iterator"}
        for zone, (_, how) in [(".", ("", GOOD)), *self.zones.items()]:
            port = 1 if how == DEAD else self.nsd.port
            conf += 'stub-zone:\n    name: "%s"\n    stub-addr: 127.0.0.1@%d\n' % (zone, port)
        with open(self.top + "/unbound.conf", "w", encoding="ascii") as file:
            file.write(conf)
        self.process = subprocess.Popen([UNBOUND, "-d", "-c", self.top + "/unbound.conf"], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.server = "127.0.0.1:%d" % self.port
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise RuntimeError("unbound did not start: " + self.log()[-500:])

    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="reputed-unbound.")
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def log(self):
        try:
            with open(self.top + "/unbound.log", encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.nsd is not None:
            self.nsd.__exit__()
        shutil.rmtree(self.top, ignore_errors=True)
