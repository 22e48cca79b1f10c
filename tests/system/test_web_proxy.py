#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_web_proxy.py -- the page behind nginx and Caddy, as doc/web.md tells to paste it: below a path, over a socket and over a
port. Each proxy is the real one, with a configuration of its own in a folder of the test, on loopback. nginx has a certificate
that is made here; Caddy would ask for one, so here it has its recipe without TLS (http:// before the name, and a port). TAP.
"""
import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import pasted       # noqa: E402
import test_alert   # noqa: E402
import test_web     # noqa: E402
import util         # noqa: E402
from test_serve import SOON, append, wait     # noqa: E402

HOST, SOCKET = "mail.shop.example", "/run/reputed/web.sock"


def recipe(first):
    """The block of doc/web.md that begins with this line."""
    return next(b for b in pasted.blocks("doc/web.md") if b.startswith(first))


def put(text, old, new):
    assert text.count(old) == 1, (old, text)
    return text.replace(old, new)


class Proxy:
    def __init__(self, top, port, tls, *command, env=None):
        self.top, self.port, self.tls, self.log = top, port, tls, os.path.join(top, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=top,
                                            env={**os.environ, **(env or {})})

    def told(self):
        return [util.read(self.log).decode("utf-8", "replace")[-3000:]]

    def close(self):
        self.process.terminate()
        self.process.wait(SOON)


def nginx(top, to):
    port = util.free_port()
    certificate, key = test_alert.certificates(top, HOST)
    config = util.write(top + "/nginx.conf", (
        "daemon off; master_process off; pid %s/pid; error_log stderr;\n"
        "events {}\nhttp {\n    access_log off;\n%s\n    server {\n        listen 127.0.0.1:%d ssl;\n        server_name %s;\n"
        "        ssl_certificate %s;\n        ssl_certificate_key %s;\n%s\n    }\n}\n" % (
            top, "".join("    %s_temp_path %s/%s;\n" % (x, top, x) for x in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")),
            port, HOST, certificate, key, put(recipe("location /reputed/"), "unix:%s:" % SOCKET, to))).encode())
    return Proxy(top, port, ssl.create_default_context(cafile=top + "/ca.pem"), "nginx", "-p", top, "-c", config, "-e", "stderr")


def caddy(top, to):
    port = util.free_port()
    text = put(recipe(HOST + " {"), HOST + " {", "http://%s:%d {\n    bind 127.0.0.1" % (HOST, port))
    config = util.write(top + "/Caddyfile", ("{\n    admin off\n    auto_https off\n}\n" + put(text, "unix/" + SOCKET, to)).encode())
    return Proxy(top, port, None, "caddy", "run", "--config", config, "--adapter", "caddyfile",
                 env={"HOME": top, "XDG_DATA_HOME": top, "XDG_CONFIG_HOME": top})


class Behind(test_web.Page):
    """One who uses the page through the proxy, from an address of his own."""

    def __init__(self, proxy, address="127.0.0.1"):
        super().__init__(proxy.port)
        self.proxy, self.address = proxy, address

    def connect(self):
        s = socket.create_connection(("127.0.0.1", self.port), timeout=SOON, source_address=(self.address, 0))
        return self.proxy.tls.wrap_socket(s, server_hostname=HOST) if self.proxy.tls else s

    def ask(self, method, target, body=None, headers=None):
        more = {"Host": HOST}
        if self.cookie:
            more["Cookie"] = "reputed=" + self.cookie
        if self.csrf and method != "GET":
            more["X-CSRF-Token"] = self.csrf
        if isinstance(body, dict):
            body = json.dumps(body)
            more["Content-Type"] = "application/json"
        c = http.client.HTTPConnection(HOST)
        c.sock = self.connect()
        with contextlib.closing(c):
            c.request(method, target if target == "/reputed" else "/reputed" + target, body, {**more, **(headers or {})})
            return test_web.Answer(c.getresponse())


def comes(tap, p):
    done = p.ask("GET", "/")
    tap.ok(done.code == 200 and b"<!doctype html>" in done.body.lower(), "the page comes", done.told())
    links = re.findall(rb'(?:src|href)="([^"]+)"', done.body)
    tap.ok(links and not [x for x in links if x.startswith(b"/") or b"//" in x], "with links that go on below its path", links)
    for link in {x.decode() for x in links}:
        done = p.ask("GET", "/" + link.removeprefix("./"))
        tap.ok(done.code == 200 and done.body, "and so does %s" % link, done.told())
    done = p.ask("GET", "/reputed")
    tap.ok(done.code in (301, 302, 308) and done.headers["Location"].endswith("/reputed/"), "its path without the / leads there", done.told())


def logs_in(tap, p):
    tap.ok(p.get("status").code == 401, "nobody is logged in")
    done = p.login(headers={"Origin": "https://" + HOST})
    cookie = done.headers["Set-Cookie"] or ""
    tap.ok(done.code == 200 and "Path=/reputed/;" in cookie and cookie.endswith("; Secure"), "a login, whose cookie is for https and for its path",
           done.told())
    tap.ok(p.get("status").json()["totals"], "it reads")
    done = p.ask("POST", "/api/v1/alerts/1/ack", {}, {"Origin": "https://" + HOST})
    tap.ok(done.code == 200, "and acts", done.told())
    done = p.ask("POST", "/api/v1/alerts/1/ack", {}, {"Origin": "https://evil.example"})
    tap.ok(done.code == 403, "another site does not", done.told())
    done = p.get("explain", Accept_Encoding="gzip")
    again = p.get("explain", If_None_Match=done.headers["ETag"])
    tap.ok(done.headers["Content-Encoding"] == "gzip" and again.code == 304, "packed, and not twice", done.told()[:1] + again.told())


def looks_on(tap, d, p):
    """Each event has to come at once: the connection stays, so what is kept back never comes."""
    with contextlib.closing(p.connect()) as s:
        s.sendall(("GET /reputed/api/v1/events HTTP/1.1\r\nHost: %s\r\nCookie: reputed=%s\r\n\r\n" % (HOST, p.cookie)).encode())
        got = b""
        with contextlib.suppress(socket.timeout):
            while b"\n:" not in got:
                got += s.recv(65536)
        tap.ok(b" 200 " in got and b"text/event-stream" in got and b"\n:" in got, "who looks on is connected", [got])
        append(d.box.path("mail.log"), d.mail.lines(5, "203.0.113.24", False, time.time() - 5, time.time()))
        with contextlib.suppress(socket.timeout):
            while b"event: changed" not in got:
                got += s.recv(65536)
        tap.ok(b"event: changed" in got, "and is told while it is open", [got])


def limited(tap, proxy):
    """Who tries passwords waits; neither who is elsewhere, nor because of an address that he makes up, does it change."""
    bad, other, codes = Behind(proxy, "127.0.0.2"), Behind(proxy, "127.0.0.3"), []
    for i in range(5):
        codes.append(bad.login(name="bad%d" % i, password="wrong horse battery", headers={"X-Forwarded-For": "192.0.2.%d" % i}).code)
        if codes[-1] == 429:
            break
    tap.ok(codes[-1] == 429 and set(codes[:-1]) == {401}, "one who tries passwords has to wait, whoever he says he is", [codes])
    done = other.login(name="other", password="wrong horse battery")
    tap.ok(done.code == 401, "another one does not, behind the same proxy", done.told())


def hosts(tap, proxy, d):
    p, evil = Behind(proxy), {"Host": "evil.example"}
    done = p.ask("GET", "/healthz")
    tap.ok(done.code == 200, "the host of web-url is answered", done.told())
    done = p.ask("GET", "/", headers=evil)
    tap.ok(done.code == 421 if proxy.tls else not done.body, "no other one is", done.told())      # Caddy has an empty page for those
    done = test_web.Page(d.port).ask("GET", "/", headers=evil)
    tap.ok(done.code == 421, "nor without the proxy", done.told())


def behind(tap, world, name, start):
    if not shutil.which(name) or not shutil.which("openssl"):
        tap.skip("the page behind " + name, "no %s or no openssl" % name)
        return
    with test_web.serving(world, name, "web-url https://%s/reputed/" % HOST) as d:
        for way, to in (("socket", {"nginx": "unix:%s:", "caddy": "unix/%s"}[name] % d.box.path("web.sock")), ("port", "127.0.0.1:%d" % d.port)):
            top = world.path("%s-%s" % (name, way))
            os.mkdir(top)
            proxy = start(top, to)
            try:
                p = Behind(proxy)
                there = wait(lambda: proxy.process.poll() is not None or is_up(p)) and is_up(p)
                if not tap.ok(there, "%s begins, over a %s" % (name, way), proxy.told()):
                    continue
                if way == "port":
                    hosts(tap, proxy, d)
                    continue
                comes(tap, p)
                logs_in(tap, p)
                looks_on(tap, d, p)
                limited(tap, proxy)
                done = p.ask("POST", "/sns/none", b"{}")
                tap.ok(done.code == 404, "what SNS posts comes through", done.told())
            finally:
                proxy.close()


def is_up(p):
    with contextlib.suppress(OSError, http.client.HTTPException):
        return p.ask("GET", "/healthz").code == 200
    return False


def by_nginx(tap, world):
    behind(tap, world, "nginx", nginx)


def by_caddy(tap, world):
    behind(tap, world, "caddy", caddy)


if __name__ == "__main__":
    util.main([by_nginx, by_caddy])
