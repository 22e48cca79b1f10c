#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_web.py [REPUTED] -- the page of reputed serve over HTTP: who may come in, what it answers, and what it does with
requests that mean no good, or never end. A broken page never disturbs the watch. TAP.
"""
import contextlib
import gzip
import http.client
import json
import os
import re
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402
from test_serve import SOON, Daemon, Mail, append, deliveries, wait     # noqa: E402

PASSWORD = "correct horse battery"
READ = ("status", "why", "options", "explain", "trend", "complaints", "alerts", "dmarc/report", "tls/report", "quarantine", "config",
        "series", "strips", "incidents", "notes", "dmarc/path?domain=shop.example", "looks?subject=shop.example")
SELF = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"


class Local(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response):
        self.code, self.body, self.headers = response.status, response.read(), response.headers

    def json(self):
        return json.loads(self.body)

    def told(self):
        return ["%d %s" % (self.code, dict(self.headers)), repr(self.body[:600])]


class Page:
    """One who uses the page: with a cookie, a token, or neither."""

    def __init__(self, port, path=None):
        self.port, self.path = port, path
        self.cookie = self.csrf = self.token = None

    def ask(self, method, target, body=None, headers=None):
        c = Local(self.path) if self.path else http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        more = {}
        if self.cookie:
            more["Cookie"] = "reputed=" + self.cookie
        if self.csrf and method != "GET":
            more["X-CSRF-Token"] = self.csrf
        if self.token:
            more["Authorization"] = "Bearer " + self.token
        if body is not None:
            body = body if isinstance(body, bytes) else json.dumps(body)
            more["Content-Type"] = "application/json"
        with contextlib.closing(c):
            c.request(method, target, body, {**more, **(headers or {})})
            return Answer(c.getresponse())

    def get(self, path, **headers):
        return self.ask("GET", "/api/v1/" + path, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def login(self, name="anna", password=PASSWORD, **more):
        done = self.ask("POST", "/api/v1/session", {"name": name, "password": password}, more.get("headers"))
        if done.code == 200:
            self.cookie = re.match(r"reputed=([^;]+)", done.headers["Set-Cookie"]).group(1)
            self.csrf = done.json()["csrf"]
        return done


def raw(port, data, wait_s=5):
    """What comes back for these bytes, up to the end or the time."""
    with contextlib.closing(socket.create_connection(("127.0.0.1", port), timeout=wait_s)) as s:
        s.sendall(data)
        got = b""
        with contextlib.suppress(socket.timeout, ConnectionError):
            while True:
                more = s.recv(65536)
                if not more:
                    break
                got += more
        return got


def comes(true):
    """As wait, for a page that is being started: it may not be there yet, or go once more."""
    def there():
        with contextlib.suppress(OSError, http.client.HTTPException):
            return true()
        return False
    return wait(there)


def up(port):
    def there():
        return Page(port).ask("GET", "/healthz").code == 200
    return comes(there)


@contextlib.contextmanager
def serving(world, name, *config, account=True, env=None, args=()):
    box, port = world.box(name), util.free_port()
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("web 127.0.0.1:%d %s\n" % (port, box.path("web.sock")) + "".join(x + "\n" for x in config))
    util.write(box.path("mail.log"), "")
    now = int(time.time())
    append(box.path("mail.log"), Mail().lines(60, "203.0.113.24", True, now - 200000, now - 40000))
    mail = Mail()
    mail.n = 0x1000
    append(box.path("mail.log"), mail.lines(40, "203.0.113.24", False, now - 36000, now - 600))
    if account:
        done = box.run("user", "add", "anna", data=PASSWORD.encode() + b"\n")
        assert done.code == 0, done.told()
    d = Daemon(box, box.path("mail.log"), *args, env=env)
    d.port, d.mail = port, mail
    try:
        if account:
            assert up(port), d.text
        d.says(r"New trouble")
        yield d
    finally:
        if d.process.poll() is None:
            d.stop()


def below(pid, depth=0):
    """All processes that were started by this one, and by those."""
    found = []
    for entry in os.listdir("/proc"):
        with contextlib.suppress(OSError, IndexError):
            if entry.isdigit() and int(util.read("/proc/%s/stat" % entry).rsplit(b")", 1)[1].split()[1]) == pid:
                found += [(int(entry), depth)] + below(int(entry), depth + 1)
    return found


def front_of(d):
    """The process that listens, which the desk has started: two below the daemon, with a connection of packets."""
    for pid, depth in below(d.process.pid):
        with contextlib.suppress(OSError):
            if depth == 1 and re.search(rb"Seccomp:\s*2", util.read("/proc/%d/status" % pid)):
                return pid
    return None


# --- parts -------------------------------------------------------------------------------------------------

def nobody(tap, world):
    with serving(world, "nobody", account=False) as d:
        tap.ok(d.says("New trouble"), "the watch is at work", [d.text])
        with contextlib.closing(socket.socket()) as s:
            tap.ok(s.connect_ex(("127.0.0.1", d.port)) != 0, "without an account nothing listens")
        done = d.box.run("user", "add", "anna", data=PASSWORD.encode() + b"\n")
        tap.ok(done.code == 0 and up(d.port), "after the first account the page is there", done.told() + [d.text])
        p = Page(d.port)
        for path in READ + ("events", "openapi.json", "queue"):
            done = p.get(path)
            if not tap.ok(done.code == 401 and done.json()["error"]["do"], "nobody may read " + path, done.told()):
                break
        for method, path in ("POST", "trace"), ("POST", "alerts/1/ack"), ("DELETE", "session"), ("POST", "notes"), ("GET", "session"):
            done = p.ask(method, "/api/v1/" + path, {} if method == "POST" else None)
            tap.ok(done.code == 401, "nor %s %s" % (method, path), done.told())
        tap.ok(p.ask("GET", "/metrics").code == 401, "nor the metrics")
        done = p.ask("GET", "/")
        tap.ok(done.code == 200 and b"<!doctype html>" in done.body.lower() and done.headers["Content-Security-Policy"] == SELF,
               "the page itself comes, and nothing is in it", done.told())
        for path in "/app.js", "/app.css", "/third-party.txt":
            done = p.ask("GET", path)
            again = p.ask("GET", path, headers={"If-None-Match": done.headers["ETag"], "Accept-Encoding": "gzip"})
            tap.ok(done.code == 200 and again.code == 304 and not again.body, "%s, and not twice" % path, done.told())
        tap.ok(done.body == util.read(os.path.join(util.TREE, "doc", "third-party.md")) and b"Permission is hereby granted" in done.body,
               "the licence of what is bundled is part of the page")
        tap.ok(p.ask("GET", "/healthz").json() == {"ok": True}, "/healthz is for everybody")


def sessions(tap, world):
    with serving(world, "sessions") as d:
        p, other = Page(d.port), Page(d.port)
        done = p.login(password="correct horse batterz")
        tap.ok(done.code == 401 and "Set-Cookie" not in done.headers, "a wrong password", done.told())
        time.sleep(1.1)
        tap.ok(p.login(name="bob").code == 401, "somebody there is not")
        time.sleep(2.1)
        mine = "A" * 43
        p.cookie = mine
        done = p.login()
        tap.ok(done.code == 200 and p.cookie != mine, "a login gets a session of its own, not the one it came with (fixation)", done.told())
        flags = done.headers["Set-Cookie"]
        tap.ok("HttpOnly" in flags and "SameSite=Strict" in flags and "Path=/" in flags and "Secure" not in flags, "its cookie", [flags])
        tap.ok(done.json() == {"user": "anna", "scopes": ["read", "act", "trace", "metrics"], "csrf": p.csrf}, "who it is", done.told())
        first = p.cookie
        other.cookie = mine
        tap.ok(other.get("session").code == 401, "the one it came with is of no use")
        tap.ok(p.login().code == 200 and p.cookie != first, "the next login rotates it")
        other.cookie = first
        tap.ok(other.get("session").code == 401, "and the one before has ended")
        tap.ok(p.get("session").json()["csrf"] == p.csrf, "the session is asked for again")
        for wrong in ("", "x" * 43, p.csrf[:-1], p.cookie):
            done = p.ask("POST", "/api/v1/alerts/1/ack", {}, {"X-CSRF-Token": wrong})
            tap.ok(done.code == 403, "an act with the token \"%s\"" % wrong[:8], done.told())
        done = p.ask("POST", "/api/v1/alerts/1/ack", {}, {"Origin": "https://evil.example"})
        tap.ok(done.code == 403, "an act from another site", done.told())
        done = p.ask("POST", "/api/v1/alerts/1/ack", {})
        tap.ok(done.code == 200, "an act of the page", done.told())
        alerts = d.box.run("alert", "list", "--json").json()["alerts"]
        tap.ok(alerts[-1]["acknowledged"], "it was done", [alerts])
        notes = p.get("notes").json()
        tap.ok(notes["notes"][0]["act"] == "ack" and notes["notes"][0]["who"] == "anna", "and it is noted who did it", [notes])
        tap.ok(p.ask("POST", "/api/v1/alerts/999/ack", {}).code == 400, "an alert that there is not")
        done = p.ask("DELETE", "/api/v1/session")
        tap.ok(done.code == 200 and "Max-Age=0" in done.headers["Set-Cookie"] and p.get("status").code == 401, "logout ends it",
               done.told())
        p.login()
        d.box.run("user", "password", "anna", data=b"another horse battery\n")
        tap.ok(wait(lambda: p.get("status").code == 401), "another password ends it")
        tap.ok(p.login(password="another horse battery").code == 200, "the other one is good")
        d.box.run("user", "remove", "anna")
        tap.ok(wait(lambda: p.get("status").code == 401), "so does the end of the account")


def tokens(tap, world):
    with serving(world, "tokens") as d:
        p = Page(d.port)
        token = d.box.run("user", "token", "anna", "--scope", "read", "--json").json()
        p.token = token["token"]
        tap.ok(p.get("status").code == 200 and p.get("session").json() == {"user": "anna", "scopes": ["read"], "csrf": None},
               "a token reads", p.get("status").told())
        tap.ok(p.ask("POST", "/api/v1/alerts/1/ack", {}).code == 403, "and does not act")
        tap.ok(p.ask("POST", "/api/v1/trace", {"subject": "jo@example.com"}).code == 403, "nor asks for people")
        wide = Page(d.port)
        wide.token = d.box.run("user", "token", "anna", "--scope", "act", "--scope", "trace", "--json").json()["token"]
        tap.ok(wide.get("status").code == 403, "one that acts does not read")
        done = wide.ask("POST", "/api/v1/alerts/1/ack", {})
        tap.ok(done.code == 200, "it acts, without the token of a page", done.told())
        incident = p.get("incidents").json()["incidents"][0]["id"]
        done = wide.ask("POST", "/api/v1/notes", {"incident": incident, "text": "by a machine"})
        tap.ok(done.code == 200 and done.json() == {}, "it notes, and does not read what others noted", done.told())
        notes = p.get("notes").json()["notes"]
        tap.ok([n["text"] for n in notes].count("by a machine") == 1, "its note is there, once", [notes])
        done = wide.ask("POST", "/api/v1/notes", {"incident": "list", "text": "x"})
        tap.ok(done.code == 400, "a word is no incident", done.told())
        done = wide.ask("POST", "/api/v1/trace", {"subject": "u1@outlook.com"})
        tap.ok(done.code == 200 and done.json()["messages"] and "no-store" in done.headers["Cache-Control"], "and asks for people", done.told())
        bad = Page(d.port)
        bad.token = token["token"][:-1] + ("A" if token["token"][-1] != "A" else "B")
        tap.ok(bad.get("status").code == 401, "one that is wrong by its last letter")
        codes = [bad.get("status").code for _ in range(40)]
        tap.ok(429 in codes, "many wrong ones are not looked at", [codes])
        tap.ok(p.get("status").code == 200, "one that is known goes on")
        d.box.run("user", "revoke", token["id"])
        tap.ok(wait(lambda: p.get("status").code in (401, 429)), "revoked, it has ended")


def answers(tap, world):
    with serving(world, "answers") as d:
        p = Page(d.port)
        p.login()
        for path, line in (("status", "status"), ("status?all", "status --all"), ("why", "why"), ("options", "options"), ("trend", "trend"),
                           ("trend?of=microsoft", "trend microsoft"), ("complaints", "complaints"), ("alerts", "alert list"),
                           ("why?subject=microsoft", "why microsoft"),
                           ("explain?topic=rdns", "explain rdns"), ("dmarc/report", "dmarc report"), ("tls/report", "tls report"),
                           ("dmarc/path?domain=shop.example", "dmarc path shop.example"), ("quarantine", "quarantine list"),
                           ("config", "config dump"), ("notes", "note list")):
            done = p.get(path)
            if not tap.ok(done.code == 200, "GET " + path, done.told()):
                continue
            got = done.json()
            now = ["--now", got["now"]] if isinstance(got, dict) and got.get("now", "").startswith("20") else []
            if line.split()[0] in ("alert", "config", "quarantine", "explain", "note"):
                now = []
            own = d.box.run(*line.split(), "--json", *now)
            want = json.loads(own.out) if own.out[:1] in ("[", "{") else own.told()
            if line == "note list":
                got.pop("now")
                want = {k: v for k, v in want.items() if k != "now"} if isinstance(want, dict) else want
            tap.ok(got == want, "it is what %s prints" % line, util.differences(want, got)[:5])
        done = p.get("status", Accept_Encoding="gzip")
        tap.ok(done.headers["Content-Encoding"] == "gzip" or len(done.body) < 1024, "packed when it is large", done.told())
        big = p.get("explain", Accept_Encoding="gzip")
        tap.ok(big.headers["Content-Encoding"] == "gzip" and json.loads(gzip.decompress(big.body)) == p.get("explain").json(),
               "packed, it is the same", big.told()[:1])
        again = p.get("explain", If_None_Match=big.headers["ETag"])
        tap.ok(again.code == 304 and not again.body, "not twice to who has it", again.told())
        tap.ok(p.get("explain", If_None_Match='"0"').code == 200, "but to who has another one")
        tap.ok(p.ask("HEAD", "/api/v1/explain").code == 200 and not p.ask("HEAD", "/api/v1/explain").body, "HEAD has no body")
        for path in ("why?subject=nonsense", "status?x=1", "series?by=x", "dmarc/path", "why?subject=--db", "trend?of=" + "x" * 600):
            done = p.get(path)
            tap.ok(done.code == 400 and done.json()["error"]["why"], "400: " + path[:40], done.told())
        tap.ok(p.get("nothing").code == 404, "404")
        done = p.ask("POST", "/api/v1/status", {})
        tap.ok(done.code == 405 and done.headers["Allow"] == "GET", "405, and what it takes", done.told())
        local = Page(0, d.box.path("web.sock"))
        tap.ok(local.ask("GET", "/healthz").code == 200, "over the path of a socket")
        series = p.get("series?by=hour&group=provider").json()
        tap.ok(series["series"], "a series", [str(series)[:300]])


def events(tap, world):
    with serving(world, "events") as d:
        p = Page(d.port)
        p.login()
        before = p.get("status")
        with contextlib.closing(socket.create_connection(("127.0.0.1", d.port), timeout=SOON)) as s:
            s.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nCookie: reputed=%s\r\n\r\n" % p.cookie.encode())
            got = s.recv(65536)
            tap.ok(b" 200 " in got and b"text/event-stream" in got, "who looks on is told that it is connected", [got])
            append(d.box.path("mail.log"), d.mail.lines(5, "203.0.113.24", False, time.time() - 5, time.time()))
            with contextlib.suppress(socket.timeout):
                while b"event: changed" not in got:
                    got += s.recv(65536)
            data = re.search(rb"data: (.*)\n", got)
            tap.ok(data and "/api/v1/status" in json.loads(data.group(1))["paths"], "and when something has changed", [got[-400:]])
            after = p.get("status")
            tap.ok(after.headers["ETag"] != before.headers["ETag"] and after.json()["totals"]["bounced"] > before.json()["totals"]["bounced"],
                   "which is there then")
            p.ask("DELETE", "/api/v1/session")
            s.settimeout(SOON)
            end = b""
            with contextlib.suppress(socket.timeout, ConnectionError):
                while not end.endswith(b"0\r\n\r\n"):
                    end += s.recv(65536)
            tap.ok(end.endswith(b"\r\n0\r\n\r\n") or end == b"0\r\n\r\n", "it ends with its session", [end])


def bad_requests(tap, world):
    with serving(world, "bad") as d:
        port, p = d.port, Page(d.port)
        p.login()
        host = b"Host: localhost\r\n"
        for name, data, codes in (
                ("a foreign host", b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n", (421,)),
                ("no host", b"GET /healthz HTTP/1.1\r\n\r\n", (400,)),
                ("two hosts", b"GET /healthz HTTP/1.1\r\n" + host + host + b"\r\n", (400,)),
                ("length and encoding", b"POST /api/v1/session HTTP/1.1\r\n" + host +
                 b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
                ("an encoding", b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
                ("a strange encoding", b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Transfer-Encoding: xchunked\r\n\r\n", (400,)),
                ("two lengths", b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!", (400,)),
                ("a negative length", b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Length: -1\r\n\r\n", (400,)),
                ("a length of 2^64", b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Length: 18446744073709551617\r\n\r\n", (400, 413)),
                ("a long body", b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Length: 99999999\r\n\r\n", (413,)),
                ("a long target", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + host + b"\r\n", (414, 404)),
                ("long headers", b"GET / HTTP/1.1\r\n" + host + b"X: " + b"a" * 60000 + b"\r\n\r\n", (413, 431, 414, 400)),
                ("a path outside", b"GET /../../../../etc/passwd HTTP/1.1\r\n" + host + b"\r\n", (404,)),
                ("the same, in other letters", b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + host + b"\r\n", (404,)),
                ("a NUL", b"GET /healthz%00.html HTTP/1.1\r\n" + host + b"\r\n", (400,)),
                ("a blank before the colon", b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n", (400,)),
                ("no HTTP", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", (400, 0)),
                ("another version", b"GET /healthz HTTP/9.9\r\n" + host + b"\r\n", (400, 505, 0)),
        ):
            got = raw(port, data)
            code = int(got.split()[1]) if got.startswith(b"HTTP/1.") else 0
            # The head of an error of its own libmicrohttpd 0.9.75 writes twice, and ends the connection.
            tap.ok(code in codes and got.count(b"HTTP/1.1 ") <= (2 if b"<html>" in got else 1), "%s: %s" % (name, codes), [got[:300]])
        done = p.get("why?subject=a%0d%0aSet-Cookie:%20x=1")
        tap.ok(done.code == 400 and "Set-Cookie" not in done.headers, "no header is made of a parameter", done.told())
        # What is behind a body that is refused is not taken as a request.
        got = raw(port, b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", 3)
        tap.ok(b'"ok"' not in got, "a request within a request is none", [got])
        smuggled(tap, port, host)
        slow = []
        for _ in range(100):
            s = socket.create_connection(("127.0.0.1", port))
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: ")
            slow.append(s)
        for _ in range(100):
            s = socket.create_connection(("127.0.0.1", port))
            s.sendall(b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Length: 50\r\n\r\n{")
            slow.append(s)
        tap.ok(p.get("status").code == 200, "200 slow ones keep nobody out")
        for s in slow:
            s.close()
        for body in (b"[]", b"{", b'{"name":"anna"}', b'{"name":"anna","name":"x","password":"y"}', b"\xff\xfe", b'{"name":' + b"[" * 8000):
            done = p.ask("POST", "/api/v1/session", body)
            tap.ok(done.code == 400, "the login %r" % body[:30], done.told())


INSIDE = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
# Forms of a length of a body, N bytes, in which two readers may not agree where it ends (RFC 9112, 6.1 to 6.3, 11.2).
FORMS = (
    "Content-Length: N\r\nContent-Length: N", "Content-Length: N\r\nContent-Length: 0", "Content-Length: 0\r\nContent-Length: N",
    "Content-Length: N, 0", "Content-Length: 0, N", "Content-Length: +N", "Content-Length: -N", "Content-Length: 0xN", "Content-Length: N.0",
    "Content-Length: N N", "Content-Length: \x00N", "Content-Length:\x0bN", "Content-Length : N", "Content-Length: N\r\n Content-Length: 0",
    "Content-Length: N\r\n Y", "Content-Length: N\r\n\t", "Content-Length:\r\n N",
    "Content-Length: N\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: N", "Transfer-Encoding: chunked",
    "Transfer-Encoding: xchunked", "Transfer-Encoding: identity\r\nContent-Length: N", "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: identity, chunked", "Transfer-Encoding : chunked\r\nContent-Length: N", "Transfer-Encoding:\tchunked\r\nContent-Length: N",
    "Transfer-Encoding: \x0bchunked\r\nContent-Length: N", "Transfer-Encoding:\r\n chunked\r\nContent-Length: N",
    "transfer-encoding: CHUNKED\r\nContent-Length: N", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: N",
    "Transfer-Encoding: \r\nContent-Length: N", "X: a\r\nContent-Length: N\r\nTransfer-Encoding: chunked\r\nConnection: Transfer-Encoding")


def smuggled(tap, port, host):
    """A request in the body of one whose end is not clear is never answered, whoever is asked, and the next is not disturbed."""
    many = []
    for form in FORMS:
        for line in ("POST /api/v1/session", "POST /sns/none", "GET /healthz", "GET /", "POST /api/v1/alerts/1/ack"):
            for body in (INSIDE, b"0\r\n\r\n" + INSIDE, b"2d\r\n" + INSIDE + b"\r\n0\r\n\r\n"):
                s = socket.create_connection(("127.0.0.1", port), timeout=SOON)
                s.sendall(line.encode() + b" HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\n" +
                          form.replace("N", str(len(body))).encode() + b"\r\n\r\n" + body)
                many.append((form, line, s))
    # who is asked after all of these is answered after them: one loop takes them in turn
    for _ in range(3):
        assert up(port)
    taken = []
    for form, line, s in many:
        s.settimeout(0.02)
        got = b""
        with contextlib.suppress(socket.timeout, ConnectionError):
            while True:
                more = s.recv(65536)
                if not more:
                    break
                got += more
        s.close()
        # a GET /healthz whose own body is refused must not be answered, either; one answer of an error may be written twice
        if b'"ok"' in got or b" 200 " in got:
            taken.append("%s, %r: %r" % (line, form, got[:300]))
    tap.ok(not taken, "of %d forms of a smuggled request none is answered" % len(many), taken)


def flood(tap, world):
    with serving(world, "flood") as d:
        p = Page(d.port)
        tap.ok(p.login().code == 200, "somebody is logged in")
        codes = {}
        for i in range(1000):
            done = Page(d.port).ask("POST", "/api/v1/session", {"name": "u%d" % (i % 7), "password": "wrong horse battery"})
            codes[done.code] = codes.get(done.code, 0) + 1
        tap.ok(codes.get(401, 0) <= 40 and codes.get(429, 0) >= 900 and set(codes) == {401, 429}, "of 1,000 logins a few are looked at",
               [codes])
        tap.ok(p.get("status").code == 200, "who was there is still there")
        done = Page(d.port).ask("POST", "/api/v1/session", {"name": "anna", "password": "wrong horse battery"})
        tap.ok(done.code in (401, 429) and (done.code == 401 or int(done.headers["Retry-After"]) > 0), "and is told when to try again",
               done.told())


def broken(tap, world):
    with serving(world, "broken") as d:
        p = Page(d.port)
        p.login()
        front = front_of(d)
        tap.ok(front is not None, "the front is locked", [below(d.process.pid)])
        status = util.read("/proc/%d/status" % front).decode()
        tap.ok(re.search(r"CapEff:\s*0+\n", status) and re.search(r"NoNewPrivs:\s*1", status), "it may do nothing", [status])
        open_files = [os.readlink("/proc/%d/fd/%s" % (front, x)) for x in os.listdir("/proc/%d/fd" % front)] \
            if os.access("/proc/%d/fd" % front, os.R_OK) and os.geteuid() == 0 else []
        tap.ok(not [x for x in open_files if "reputed.db" in x or x.endswith("key")], "it has no database", open_files)
        n = deliveries(d.box)
        os.kill(front, signal.SIGKILL)
        append(d.box.path("mail.log"), d.mail.lines(7, "203.0.113.24", False, time.time() - 5, time.time()))
        tap.ok(wait(lambda: deliveries(d.box) == n + 7), "while it is gone, the watch goes on", [d.text])
        tap.ok(d.says("the front of the page was ended by signal 9") and up(d.port), "and another one begins", [d.text])
        tap.ok(comes(lambda: p.get("status").code == 401) and comes(lambda: p.login().code == 200), "its sessions have gone with it")
        desk = [pid for pid, depth in below(d.process.pid) if depth == 0 and pid != d.process.pid and
                any(x == front_of(d) for x, _ in below(pid))]
        tap.ok(len(desk) == 1, "the desk", [desk])
        os.kill(desk[0], signal.SIGKILL)
        append(d.box.path("mail.log"), d.mail.lines(3, "203.0.113.24", False, time.time() - 5, time.time()))
        tap.ok(wait(lambda: deliveries(d.box) == n + 10) and up(d.port), "the same with the desk", [d.text])
        tap.ok(comes(lambda: p.login().code == 200) and p.get("status").code == 200, "the page works again")
        os.kill(d.process.pid, signal.SIGHUP)
        tap.ok(d.says("configuration was read again") and comes(lambda: p.login().code == 200), "and after a reload", [d.text])
        taken = util.free_port()
        d.stop()
        with contextlib.closing(socket.socket()) as s:
            s.bind(("127.0.0.1", taken))
            s.listen()
            text = util.read(d.box.config).decode()
            util.write(d.box.config, re.sub("web .*", "web 127.0.0.1:%d" % taken, text).encode())
            again = Daemon(d.box, d.box.path("mail.log"))
            tap.ok(again.says("Address already in use"), "a place that is taken is said", [again.text])
            append(d.box.path("mail.log"), d.mail.lines(2, "203.0.113.24", False, time.time() - 5, time.time()))
            tap.ok(wait(lambda: deliveries(d.box) == n + 12), "and disturbs nothing", [again.text])
        tap.ok(up(taken), "it begins when the place is free", [again.text])
        tap.ok(again.stop() == 0, "and ends with the service")
        with contextlib.closing(socket.socket()) as s:
            tap.ok(s.connect_ex(("127.0.0.1", taken)) != 0, "nothing listens any more")


def second_place(tap, world):
    """One of two places is taken: the page is at the other, and later at both."""
    with contextlib.closing(socket.socket()) as s:
        s.bind(("127.0.0.1", 0))
        s.listen()
        taken = s.getsockname()[1]
        with serving(world, "second", "web 127.0.0.1:%d" % taken) as d:
            tap.ok(d.says("port %d: Address already in use; tried again" % taken), "a place that is taken is said", [d.text])
            tap.ok(Page(d.port).ask("GET", "/healthz").code == 200, "the page is at the other one")
            s.close()
            tap.ok(up(taken) and up(d.port), "and at both when that is free", [d.text])


# --- clients that take their time --------------------------------------------------------------------------------

class Slow(threading.Thread):
    """One who sends a part, then a byte now and then or nothing, until the server has had enough: `ended` then."""

    def __init__(self, port, first, drip=None, takes=True):
        super().__init__(daemon=True)
        self.s = socket.socket()
        if not takes:
            self.s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2304)
        self.s.connect(("127.0.0.1", port))
        self.s.sendall(first)
        self.drip, self.takes, self.ended, self.got = drip, takes, False, b""
        self.over = time.monotonic() + SLOW_S
        if takes:
            self.start()

    def run(self):
        self.s.settimeout(2)
        while time.monotonic() < self.over:
            try:
                more = self.s.recv(65536)
                self.got += more
                if not more:
                    self.ended = True
                    return
            except socket.timeout:
                pass
            except ConnectionError:
                self.ended = True
                return
            if self.drip:
                with contextlib.suppress(ConnectionError):
                    self.s.sendall(self.drip)

    def take(self):
        """What comes at last, up to the end."""
        self.s.settimeout(SOON)
        with contextlib.suppress(ConnectionError):
            while True:
                more = self.s.recv(1 << 20)
                if not more:
                    break
                self.got += more
        return self.got


MANY = 60           # answers of the largest file of the page
SLOW_S = 400        # far more than the server gives anybody (web/front.h)
LINGER = contextlib.ExitStack()
SLOW = {}


def slow_begin(tap, world):
    """They begin here, and are looked at when everything else is done: it takes two minutes of waiting."""
    d = SLOW["at"] = LINGER.enter_context(serving(world, "slow"))
    p = SLOW["page"] = Page(d.port)
    tap.ok(p.login().code == 200, "somebody is logged in, before slow ones come")
    host, cookie = b"Host: localhost\r\n", b"Cookie: reputed=%s\r\n" % p.cookie.encode()
    body = b"POST /api/v1/session HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{"
    SLOW["whole"] = len(p.ask("GET", "/app.js").body)
    SLOW["ones"] = {
        "says nothing": Slow(d.port, b""),
        "stops in its headers": Slow(d.port, b"GET / HTTP/1.1\r\n" + host + b"X: "),
        "sends its headers by the byte": Slow(d.port, b"GET / HTTP/1.1\r\n" + host + b"X: ", b"x"),
        "stops in its body": Slow(d.port, body),
        "sends its body by the byte": Slow(d.port, body, b" "),
        "stops in a body that may be large": Slow(d.port, body.replace(b"/api/v1/session", b"/sns/none")),
        "asks, and stays without a word": Slow(d.port, b"GET /healthz HTTP/1.1\r\n" + host + b"\r\n")}
    # so much that no buffer of the system has it all
    SLOW["idle"] = Slow(d.port, (b"GET /app.js HTTP/1.1\r\n" + host + b"\r\n") * MANY, takes=False)
    SLOW["looks on"] = Slow(d.port, b"GET /api/v1/events HTTP/1.1\r\n" + host + cookie + b"\r\n")


def slow_end(tap, _world):
    with LINGER:
        d, p = SLOW["at"], SLOW["page"]
        for name, one in SLOW["ones"].items():
            one.join()
            tap.ok(one.ended and b" 200 " not in one.got.replace(b" 200 OK", b"", name.startswith("asks")), "who %s is let go" % name, [one.got[:300]])
        got = SLOW["idle"].take()
        tap.ok(b" 200 " in got[:20] and len(got) < MANY * SLOW["whole"], "so is who does not take answers: they are not whole then",
               [len(got), MANY * SLOW["whole"]])
        looks = SLOW["looks on"]
        tap.ok(looks.is_alive() and not looks.ended and b"text/event-stream" in looks.got, "but who looks on stays", [looks.got[-300:]])
        tap.ok(p.get("status").code == 200 and len(p.ask("GET", "/app.js").body) == SLOW["whole"], "and who is quick is served as before")
        tap.ok(not re.search(r"front of the page (was )?ended", d.text), "by the same front", [d.text])


if __name__ == "__main__":
    sys.exit(util.main([slow_begin, nobody, sessions, tokens, answers, events, bad_requests, flood, broken, second_place, slow_end]))
