#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_starttls.py [REPUTED] -- `check --starttls`: Debian's Postfix with certificates of a CA of its own, and
servers that refuse, hang or lie, on port 25 of loopback addresses. What is said to them is looked at. TAP.
"""

import hashlib
import os
import re
import socket
import ssl
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402
import test_json            # noqa: E402
import test_lists           # noqa: E402
import util                 # noqa: E402

IDS = ("mx-no-tls", "mx-certificate", "mx-tls-unknown", "tlsa-mismatch")
DAY_S = 86400
RECORD = "_25._tcp."
STS = "version: STSv1\nmode: %s\nmx: *.%s\nmax_age: 604800\n"
# Names of hosts of Postfix, the last byte of their address, and what is added to their smtpd.
HOSTS = {"good": (11, "tls-good"), "plain": (12, None), "other": (13, "tls-other"), "self": (14, "tls-self"),
         "cut": (15, "tls-cut"), "sub": (16, "tls-sub")}


# ---------------------------------------------------------------- certificates

def openssl(*args, cwd):
    subprocess.run(("openssl",) + args, check=True, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def authority(top, name, parent=None):
    """NAME.pem and NAME.key, of an authority; signed by parent."""
    subject = ["-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-subj", "/CN=" + name]
    extra = "basicConstraints=critical,CA:TRUE"
    if parent is None:
        openssl("req", "-x509", *subject, "-out", name + ".pem", "-days", "3650", "-addext", extra, cwd=top)
        return
    openssl("req", "-new", *subject, "-out", name + ".csr", cwd=top)
    private_postfix.write(top + "/ext", extra + "\n")
    openssl("x509", "-req", "-in", name + ".csr", "-CA", parent + ".pem", "-CAkey", parent + ".key", "-CAcreateserial",
            "-out", name + ".pem", "-days", "3650", "-extfile", "ext", cwd=top)


def leaf(top, name, host, parent, days=2):
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", name + ".key", "-subj", "/CN=" + host,
            "-out", name + ".csr", cwd=top)
    private_postfix.write(top + "/ext", "subjectAltName=DNS:%s\n" % host)
    openssl("x509", "-req", "-in", name + ".csr", "-CA", parent + ".pem", "-CAkey", parent + ".key", "-CAcreateserial",
            "-out", name + ".pem", "-days", str(days), "-extfile", "ext", cwd=top)


def chain(top, out, *names):
    """A file for smtpd_tls_chain_files: the key, then certificates."""
    text = util.read("%s/%s.key" % (top, names[0])).decode()
    private_postfix.write(top + "/" + out, text + "".join(util.read("%s/%s.pem" % (top, n)).decode() for n in names), 0o600)


def make_certificates(top):
    authority(top, "root")
    authority(top, "middle", "root")
    leaf(top, "good", "mx.good.example", "root")
    leaf(top, "wrong", "mx.elsewhere.example", "root")
    leaf(top, "cut", "mx.cut.example", "middle")
    leaf(top, "sub", "*.sub.example", "middle")
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "self.key", "-out", "self.pem", "-days", "2",
            "-subj", "/CN=mx.self.example", "-addext", "subjectAltName=DNS:mx.self.example", cwd=top)
    for out, names in (("tls-good", ["good"]), ("tls-other", ["wrong"]), ("tls-self", ["self"]), ("tls-cut", ["cut"]),
                       ("tls-sub", ["sub", "middle"])):
        chain(top, out, *names)


def der(top, name):
    return ssl.PEM_cert_to_DER_cert(util.read("%s/%s.pem" % (top, name)).decode())


def key_der(top, name):
    done = subprocess.run("openssl x509 -in %s.pem -noout -pubkey | openssl pkey -pubin -outform DER" % name, shell=True,
                          cwd=top, check=True, stdout=subprocess.PIPE)
    return done.stdout


# ---------------------------------------------------------------- servers that do as they like

class Liar:
    """An SMTP server on ADDRESS:25; keeps each line that it hears."""

    def __init__(self, address, kind, context):
        self.kind, self.context, self.heard = kind, context, []
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind((address, 25))
        self.socket.listen(8)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            peer = self.socket.accept()[0]
            peer.settimeout(20)
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer):
        try:
            self.lie(peer)
        except (OSError, ssl.SSLError):
            pass
        finally:
            peer.close()

    def line(self, stream):
        text = stream.readline().decode("latin-1").strip()
        if text:
            self.heard.append(text)
        return text

    def lie(self, peer):
        kind, stream = self.kind, peer.makefile("rwb", buffering=0)
        if kind == "silent":
            time.sleep(15)
        if kind == "refuses":
            stream.write(b"554 5.7.1 not you\x1b[31m\r\n")
        elif kind == "noise":
            stream.write(os.urandom(3000) + b"\r\n")
        elif kind == "closes":
            return
        else:
            stream.write(b"220 liar ESMTP\r\n")
        if not self.line(stream):
            return
        if kind == "no ehlo":
            stream.write(b"502 5.5.1 what\r\n")
        elif kind == "endless":
            while True:
                stream.write(b"250-X\r\n" * 1000)
        else:
            stream.write(b"250-liar\r\n250 STARTTLS\r\n")
        if not self.line(stream):
            return
        stream.write(b"454 4.7.0 no key\r\n" if kind == "not today" else b"220 go\r\n")
        if kind == "no tls":
            stream.write(b"HTTP/1.0 200 OK\r\n\r\n" * 20)
            self.line(stream)
        elif kind in ("hangs after", "injects", "honest"):
            if kind == "injects":
                stream.write(b"250 STARTTLS\r\n")
            with self.context.wrap_socket(peer, server_side=True) as tls:
                stream = tls.makefile("rwb", buffering=0)
                while self.line(stream) and kind != "hangs after":
                    stream.write(b"250 fine\r\n" if self.heard[-1] != "QUIT" else b"221 bye\r\n")
                time.sleep(12 if kind == "hangs after" else 0)


# What a server does, and (the state that is shown, the finding).
LIES = {
    "honest": ("encrypted", None), "refuses": ("no-smtp", "mx-tls-unknown"), "noise": ("no-smtp", "mx-tls-unknown"),
    "closes": ("no-smtp", "mx-tls-unknown"), "silent": ("no-smtp", "mx-tls-unknown"), "no ehlo": ("no-smtp", "mx-tls-unknown"),
    "endless": ("no-smtp", "mx-tls-unknown"), "not today": ("failed", "mx-no-tls"), "no tls": ("failed", "mx-no-tls"),
    "hangs after": ("encrypted", None), "injects": ("failed", "mx-no-tls"),
}


# ---------------------------------------------------------------- what is checked

class Look:
    def __init__(self, tap, box, pf):
        self.tap, self.box, self.pf, self.top = tap, box, pf, pf.top

    def run(self, domain, *more, ca=True):
        env = {"SSL_CERT_FILE": self.top + "/root.pem"} if ca else None
        done = self.box.run("check", domain, "--starttls", "--json", "--server", "127.0.0.53", *more, env=env)
        found = {f["id"]: f for f in done.json()["findings"] if f["id"] in IDS}
        return found, [x for m in done.json()["seen"]["mx"] for x in m["starttls"]], done

    def expect(self, name, domain, wanted, *more, ca=True):
        """wanted: {id: severity}. Returns (findings, what was seen)."""
        found, seen, done = self.run(domain, *more, ca=ca)
        test_json.valid(self.tap, "check", name, done.lines())
        self.tap.ok({k: f["severity"] for k, f in found.items()} == wanted, name, [found, seen] + done.told())
        return found, seen


def real(look, tap):
    top = look.top
    _, seen = look.expect("Postfix, a good certificate", "good.example", {})
    one = seen[0]
    tap.ok(len(seen) == 1 and [one[k] for k in ("ip", "state", "trusted", "named", "names", "why")] ==
           ["127.0.0.11", "encrypted", True, True, "mx.good.example", None], "and it is shown", seen)
    tap.ok(one["certificate_sha256"] == hashlib.sha256(der(top, "good")).hexdigest() and
           one["key_sha256"] == hashlib.sha256(key_der(top, "good")).hexdigest(), "with its hashes", seen)
    ends = subprocess.run(["openssl", "x509", "-in", top + "/good.pem", "-noout", "-enddate", "-dateopt", "iso_8601"],
                          stdout=subprocess.PIPE, text=True, check=True).stdout.strip().split("=")[1].replace(" ", "T")
    tap.ok(one["expires"] == ends, "and its end", [one["expires"], ends])
    look.expect("no STARTTLS", "plain.example", {"mx-no-tls": "warning"})
    found, seen = look.expect("another name", "other.example", {"mx-certificate": "info"})
    tap.ok(seen[0]["trusted"] and not seen[0]["named"] and "mx.elsewhere.example" in found["mx-certificate"]["evidence"] and
           "names mx.other.example" in found["mx-certificate"]["fix"], "it says which name", [found, seen])
    found, seen = look.expect("signed by itself", "self.example", {"mx-certificate": "info"})
    tap.ok(not seen[0]["trusted"] and seen[0]["named"] and "self-signed" in seen[0]["why"], "it says so", seen)
    found, seen = look.expect("the certificate between is missing", "cut.example", {"mx-certificate": "info"})
    tap.ok("fullchain" in found["mx-certificate"]["fix"], "it says what to do", found)
    look.expect("a star, and the certificate between", "sub.example", {})
    look.expect("an authority that nobody knows", "good.example", {"mx-certificate": "info"}, ca=False)
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 5 * DAY_S))
    found, seen = look.expect("expired", "good.example", {"mx-certificate": "info"}, "--now", later)
    tap.ok("expired" in seen[0]["why"] and "renew" in found["mx-certificate"]["fix"], "it says so", [found, seen])
    found, _ = look.expect("nobody there", "gone.example", {"mx-tls-unknown": "info"})
    tap.ok("refused" in found["mx-tls-unknown"]["evidence"], "the reason is told", found)
    log = [x for x in look.pf.log() if "postfix/smtpd" in x]
    tap.ok(not any(re.search(r"improper|after (STARTTLS|NOOP)| (mail|rcpt|vrfy)=", x) for x in log) and
           any("disconnect" in x and "ehlo=2 starttls=1 noop=1 quit=1 commands=5" in x for x in log),
           "Postfix sees five commands, and no mail", log[-20:])


def dane(look, tap):
    """TLSA records in a signed zone, that fit and that do not."""
    top, zone = look.top, look.pf.stub.zone
    cert, key = der(top, "good"), key_der(top, "good")
    middle = key_der(top, "middle")
    zone[b"good.example"].append(("DS", b"\0\1\10\2" + b"\1" * 32))
    zone[b"sub.example"].append(("DS", b"\0\1\10\2" + b"\1" * 32))
    zone[b"plain.example"].append(("DS", b"\0\1\10\2" + b"\1" * 32))
    sha = hashlib.sha256
    mismatch = {"tlsa-mismatch": "serious"}
    for name, host, record, wanted, ca in (
            ("3 1 1 fits", "good", b"\3\1\1" + sha(key).digest(), {}, True),
            ("3 0 2 fits", "good", b"\3\0\2" + hashlib.sha512(cert).digest(), {}, True),
            ("3 0 0 fits, without an authority", "good", b"\3\0\0" + cert, {}, False),
            ("3 1 1 of another key", "good", b"\3\1\1" + b"\7" * 32, mismatch, True),
            ("2 1 1 of the one between fits", "sub", b"\2\1\1" + sha(middle).digest(), {}, False),
            ("3 1 1 of the one between does not", "sub", b"\3\1\1" + sha(middle).digest(), mismatch, True),
            ("TLSA, but no STARTTLS", "plain", b"\3\1\1" + b"\7" * 32, {"mx-no-tls": "serious"}, True)):
        owner = (RECORD + "mx.%s.example" % host).encode()
        zone[owner] = [("TLSA", record)]
        found, _ = look.expect("DANE: " + name, host + ".example", wanted, ca=ca)
        if name == "3 1 1 of another key":
            words = found["tlsa-mismatch"]["publish"][0].split()
            tap.ok(words[:6] == ["_25._tcp.mx.good.example.", "IN", "TLSA", "3", "1", "1"], "the record to publish", words)
            zone[owner].append(("TLSA", bytes(int(x) for x in words[3:6]) + bytes.fromhex(words[6])))
            look.expect("and it cures", "good.example", {})
        del zone[owner]
    zone[b"good.example"].pop()
    zone[b"_25._tcp.mx.good.example"] = [("TLSA", b"\3\1\1" + b"\7" * 32)]
    look.expect("DANE: not signed, so nobody looks", "good.example", {})
    del zone[b"_25._tcp.mx.good.example"]


def mta_sts(look):
    """The policy comes from an HTTPS server with the same authority."""
    import http.server
    top, zone, text = look.top, look.pf.stub.zone, {}
    leaf(top, "web", "mta-sts.other.example", "root")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):   # pylint: disable=invalid-name
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text["body"].encode())

        def log_message(self, *_):  # pylint: disable=arguments-differ
            pass
    server = util.HttpServer(("127.0.0.44", 443), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(top + "/web.pem", top + "/web.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    zone[b"_mta-sts.other.example"] = [("TXT", "v=STSv1; id=1;")]
    zone[b"mta-sts.other.example"] = [("A", "127.0.0.44")]
    for mode, severity in (("enforce", "serious"), ("testing", "warning"), ("none", "info")):
        text["body"] = STS % (mode, "other.example")
        look.expect("MTA-STS in mode %s, and another name" % mode, "other.example", {"mx-certificate": severity})
    server.shutdown()


def lying(look, tap):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf(look.top, "liar", "mx.liar.example", "root")
    context.load_cert_chain(look.top + "/liar.pem", look.top + "/liar.key")
    zone = look.pf.stub.zone
    zone[b"liar.example"] = [("TXT", "v=spf1 -all"), ("MX", (10, "mx.liar.example"))]
    for i, (kind, (state, finding)) in enumerate(LIES.items()):
        address = "127.0.0.%d" % (100 + i)
        liar = Liar(address, kind, context)
        zone[b"mx.liar.example"] = [("A", address)]
        began = time.monotonic()
        helo = ["--helo", "mx1.shop.example"] if kind == "honest" else []
        found, seen, done = look.run("liar.example", "--budget-ms", "3000", *helo)
        took = time.monotonic() - began
        tap.ok([x["state"] for x in seen] == [state] and list(found) == ([finding] if finding else []) and took < 30,
               "a server that %s: %s" % (kind, state), [seen, found, took] + done.told())
        tap.ok(not any("\x1b" in str(x["why"]) for x in seen) and
               all(x.split()[0] in ("EHLO", "STARTTLS", "NOOP", "QUIT", "HELO") for x in liar.heard if kind != "no tls"),
               "%s: it heard nothing but that" % kind, liar.heard)
        if kind == "honest":
            tap.ok(liar.heard == ["EHLO mx1.shop.example", "STARTTLS", "EHLO mx1.shop.example", "NOOP", "QUIT"],
                   "and this is all", liar.heard)
        elif kind == "not today":
            tap.ok(liar.heard[:1] == ["EHLO [127.0.0.1]"], "without --helo: the address as a literal", liar.heard)


def many(look, tap):
    zone = look.pf.stub.zone
    zone[b"many.example"] = [("TXT", "v=spf1 -all")] + [("MX", (i, "mx%d.many.example" % i)) for i in range(5)]
    for i in range(5):
        zone[b"mx%d.many.example" % i] = [("A", "127.0.0.12"), ("A", "127.0.2.%d" % i)]
    zone[b"mx5.many.example"] = zone[b"mx4.many.example"]
    found, seen, done = look.run("many.example")
    tap.ok(len(seen) == 8 and sum(x["ip"] == "127.0.0.12" for x in seen) == 5 and
           "2 more addresses were not asked" in found["mx-tls-unknown"]["evidence"],
           "eight at most, one of each MX first", [seen, found])
    plain = look.box.run("check", "many.example", "--starttls", "--server", "127.0.0.53")
    tap.ok("STARTTLS: 0 of 10 addresses of MX encrypt, 5 unknown." in plain.out, "as text", plain.told())
    zone[b"none.example"] = [("TXT", "v=spf1 -all"), ("A", "127.0.0.11")]
    plain = look.box.run("check", "none.example", "--starttls", "--server", "127.0.0.53")
    tap.ok("STARTTLS: there is no MX with an address to ask." in plain.out, "no MX, as text", plain.told())
    zone[b"odd.example"] = [("TXT", "v=spf1 -all"), ("MX", (10, "a@b/c.odd.example"))]
    zone[b"a@b/c.odd.example"] = [("A", "127.0.0.11")]
    _, seen, done = look.run("odd.example")
    tap.ok([x["state"] for x in seen] == ["not-asked"] and "no host name" in seen[0]["why"], "a name that is no host's", seen)
    done = look.box.run("check", "good.example", "--json", "--server", "127.0.0.53")
    tap.ok(done.json()["seen"]["mx"][0]["starttls"] is None and not
           [f for f in done.json()["findings"] if f["id"] in IDS], "nothing without --starttls", done.told())


def inside():
    tap = check.Tap()
    zone, master = {**test_lists.world_of_lists()}, "tlsmgr unix - - n 1000? 1 tlsmgr\n"
    top = os.environ[private_postfix.MARK].split(",")[0]
    make_certificates(top)
    for host, (last, file) in list(HOSTS.items()) + [("gone", (17, None))]:
        zone["%s.example" % host] = [("TXT", "v=spf1 -all"), ("MX", (10, "mx.%s.example" % host))]
        zone["mx.%s.example" % host] = [("A", "127.0.0.%d" % last)]
        if host != "gone":
            master += "127.0.0.%d:25 inet n - n - - smtpd\n" % last
            if file:
                master += "  -o smtpd_tls_security_level=may -o smtpd_tls_chain_files=%s/%s\n" % (top, file)
    world = util.World()
    with private_postfix.Postfix(zone, master=master) as pf:
        look = Look(tap, world.box("starttls"), pf)
        real(look, tap)
        dane(look, tap)
        mta_sts(look)
        lying(look, tap)
        many(look, tap)
    world.remove()
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(private_postfix.run(__file__) if private_postfix.outside() else inside())
