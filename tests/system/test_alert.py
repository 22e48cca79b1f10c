#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_alert.py -- `reputed alert test` against real receivers on loopback: what each kind of channel sends,
byte for byte where it counts, and receivers that refuse, hang, redirect, close, or repeat a secret. Mail goes to
a script in sendmail's place; test_alert_postfix.py has the real one. TAP.
"""

import email
import email.header
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util             # noqa: E402
import util_schema      # noqa: E402

GOOD, USAGE, FAILED = 0, 2, 4
FAST = {"REPUTED_ALERT_TIMEOUT_MS": "1500"}
SECRET = "sEcr3t/B0/xyzzy-7Q2w9"


class Sink:
    """An HTTP server that does what the path says, and notes (path, headers, body) of each request."""

    def __init__(self, cert=None):
        self.got, self.connects, sink = [], [], self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body=b"", *headers):
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_CONNECT(self):
                sink.connects.append(self.path)
                self.answer(403)

            def do_GET(self):
                sink.got.append((self.path, dict(self.headers), b"GET"))
                self.answer(200)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                sink.got.append((self.path, dict(self.headers), body))
                word = self.path.split("/")[1]
                if word.isdigit():
                    self.answer(int(word), b"no \x1b[31msuch\r\n topic\xff")
                elif word == "redirect":
                    self.answer(302, b"", ("Location", "/stolen"))
                elif word == "hang":
                    time.sleep(6)
                elif word == "half":        # it says that it took it, and the rest never comes
                    self.send_response(200)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(6)
                elif word == "close":
                    self.close_connection = True
                elif word == "large":
                    self.answer(404, b"y" * 3000000)
                elif word == "echo":        # as many servers do in "not found"
                    self.answer(404, ("The URL %s was not found. You sent %s %s" % (
                        self.path, self.headers.get("Authorization"), body.decode())).encode())
                else:
                    self.answer(200, b"ok")

        class Server(util.HttpServer):
            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        if cert:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*cert)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path, tls=False, host="127.0.0.1"):
        return "http%s://%s:%d%s" % ("s" if tls else "", host, self.port, path)

    def last(self):
        return self.got[-1] if self.got else (None, {}, b"")


def channels(world, name, text, secrets=None):
    """A box with these blocks; {top} is its folder. Secrets: name to (content, mode)."""
    box = world.box(name)
    for file, (content, mode) in (secrets or {}).items():
        util.write(box.path(file), content)
        os.chmod(box.path(file), mode)
    util.append(box.config, text.replace("{top}", box.top))
    return box


def program(path, text):
    util.write(path, "#!/bin/sh\n" + text)
    os.chmod(path, 0o755)


def tried(box, *names, env=None):
    """The run, and its only channel."""
    done = box.run("alert", "test", "--json", *names, env=dict(FAST, **(env or {})))
    return done, done.json()["channels"][-1] if done.out else {}


def schema(name):
    with open("%s/doc/json/%s.schema.json" % (util.TREE, name), encoding="utf-8") as file:
        return json.load(file)


def use(tap, world):
    box = world.box("none")
    done = box.run("alert", "test")
    block = done.err.partition("\n")[2]
    tap.ok(done.code == USAGE and "no channel" in done.err and not done.out and "\nalert post {" in block,
           "without a channel it says so, with an example", done.told())
    again = box.run("config", "check", util.write(box.path("example.conf"), block))
    tap.ok(again.code == GOOD and "2 alerts" in again.out, "the example is a configuration", again.told())
    box = channels(world, "names", "alert phone { by exec; to /bin/true }\nalert post { by exec; to /bin/true }\n")
    for args in (["alert"], ["alert", "tset"], ["alert", "test", "phone", "post"]):
        done = box.run(*args)
        tap.ok(done.code == USAGE and "reputed alert test [NAME]" in done.err, "%s: wrong use" % " ".join(args),
               done.told())
    done = box.run("alert", "test", "phnoe")
    tap.ok(done.code == USAGE and 'did you mean "phone"?' in done.err, "an unknown name: did you mean",
           done.told())
    done = box.run("alert", "test")
    tap.ok(done.code == GOOD and re.search(r"^phone  exec +taken in \d+\.\d\d s\n"
                                           r"post   exec +taken in \d+\.\d\d s\n$", done.out),
           "each channel has its line", done.told())
    done = box.run("alert", "test", "PHONE")
    tap.ok(done.code == GOOD and len(done.out.splitlines()) == 1, "one by its name", done.told())
    done, one = tried(box)
    wrong = util_schema.errors(done.json(), schema("alert_test"), closed=True)
    tap.ok(done.code == GOOD and not wrong and one["taken"] and one["again"] is None, "--json", wrong + done.told())


def webhook(tap, world):
    sink = Sink()
    box = channels(world, "hook", "alert a { by webhook; to %s; secret-file {top}/key1 }\n"
                   "alert b { by webhook; to %s }\n" % (sink.url("/hook?x=1"), sink.url("/plain")),
                   {"key1": ("k3y of ours\nnot this\n", 0o600)})
    before = time.time()
    done, one = tried(box, "a")
    path, head, body = sink.last()
    tap.ok(done.code == GOOD and one["taken"] and path == "/hook?x=1" and len(sink.got) == 1,
           "webhook: taken, once", done.told() + sink.got)
    message = json.loads(body)
    wrong = util_schema.errors(message, schema("alert"), closed=True)
    tap.ok(not wrong and message["event"] == "test", "webhook: the object is as its schema says", wrong + [body])
    tap.ok(head["X-Reputed-Id"] == message["id"] and head["Content-Type"] == "application/json" and
           head["User-Agent"].startswith("reputed/") and "Expect" not in head, "webhook: headers", [head])
    hit = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", head["X-Reputed-Signature"])
    want = hmac.new(b"k3y of ours", hit.group(1).encode() + b"." + body, hashlib.sha256).hexdigest()
    tap.ok(hmac.compare_digest(want, hit.group(2)) and abs(int(hit.group(1)) - before) < 60,
           "webhook: Python's hmac has the same signature", [head])
    page = util.read(util.TREE + "/doc/json.md").decode()
    code = re.search(r"^    import hashlib.*?\n\n(?!    )", page, re.S | re.M).group(0)
    names = {}
    exec(re.sub(r"^    ", "", code, flags=re.M), names)     # pylint: disable=exec-used
    signature = head["X-Reputed-Signature"].encode()
    tap.ok(names["ours"](b"k3y of ours", signature, body) and not names["ours"](b"k", signature, body) and
           not names["ours"](b"k3y of ours", signature, body + b" ") and
           not names["ours"](b"k3y of ours", re.sub(rb"t=\d+", b"t=1", signature), body),
           "webhook: what doc/json.md says a receiver does, works")
    tried(box, "b")
    tap.ok("X-Reputed-Signature" not in sink.last()[1], "webhook: without a key it is not signed")


def answers(tap, world):
    sink = Sink()
    rows = [("500", True), ("503", True), ("404", False), ("400", False), ("410", False), ("408", True),
            ("425", True), ("429", True), ("redirect", True), ("close", True), ("large", False), ("hang", True)]
    box = channels(world, "answers", "".join("alert a%s { by webhook; to %s }\n" % (w, sink.url("/" + w))
                                             for w, _ in rows) +
                   "alert half { by webhook; to %s }\n" % sink.url("/half") +
                   "alert nobody { by webhook; to http://127.0.0.1:1/x }\n")
    for word, again in rows:
        begun = time.monotonic()
        done, one = tried(box, "a" + word)
        took = time.monotonic() - begun
        tap.ok(done.code == FAILED and one["taken"] is False and one["again"] is again and took < 5,
               "%s: not taken, %s" % (word, "again later" if again else "not again"), done.told())
        said = one["error"]
        tap.ok("127.0.0.1" in said and all(c >= " " for c in said) and len(said) < 400 and
               ("change" in said) == (not again), "%s: it says why" % word, [said])
        if word == "404":
            tap.ok("answers 404 (no ?[31msuch topic?)" in said, "with what was answered, made harmless", [said])
        if word == "hang":
            tap.ok("no answer within 1500 ms" in said, "with the time", [said])
        if word == "redirect":
            tap.ok("another address" in said, "a redirect is named", [said])
    tap.ok(not [x for x in sink.got if "stolen" in x[0] or x[2] == b"GET"], "no redirect is followed")
    done, one = tried(box, "half")
    tap.ok(done.code == GOOD and one["taken"], "2xx is taken, whatever becomes of its text", done.told())
    done, one = tried(box, "nobody")
    tap.ok(done.code == FAILED and one["again"] and "connect" in one["error"], "nobody there: tried again", done.told())
    text = box.run("alert", "test", "a404")
    tap.ok(text.code == FAILED and re.match(r"a404 +webhook +not taken after [\d.]+ s: http://127", text.out),
           "and for people", text.told())


def certificates(top, name="localhost"):
    """A private CA, and a certificate of it for this name; None: no openssl."""
    if not shutil.which("openssl"):
        return None

    def run(*args):
        subprocess.run(["openssl", *args], cwd=top, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    util.write(top + "/san", "subjectAltName=DNS:%s\n" % name)
    run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30",
        "-subj", "/CN=a private CA", "-addext", "basicConstraints=critical,CA:TRUE")
    run("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "csr.pem", "-subj", "/CN=" + name)
    run("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
        "cert.pem", "-days", "30", "-extfile", "san")
    return top + "/cert.pem", top + "/key.pem"


def tls(tap, world):
    top = world.path("tls-files")
    os.mkdir(top)
    cert = certificates(top)
    if not cert:
        tap.skip("https", "no openssl")
        return
    sink, plain = Sink(cert), Sink()
    box = channels(world, "tls", "alert a { by webhook; to %s }\nalert b { by webhook; to %s }\n"
                   "alert c { by webhook; to %s }\n" % (
                       sink.url("/ok", True, "localhost"), sink.url("/ok", True), plain.url("/ok")))
    ca = {"REPUTED_ALERT_CA": top + "/ca.pem"}
    done, one = tried(box, "a", env=ca)
    tap.ok(done.code == GOOD and one["taken"], "https: a certificate of a known authority", done.told())
    n = len(sink.got)
    done, one = tried(box, "a")
    tap.ok(done.code == FAILED and one["again"] and "certificate" in one["error"],
           "https: one of an unknown authority is refused", done.told())
    done, one = tried(box, "b", env=ca)
    tap.ok(done.code == FAILED and one["again"] and len(sink.got) == n, "https: so is one of another name, and "
           "nothing was sent", done.told())
    proxy = {"https_proxy": plain.url(""), "http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1",
             "all_proxy": "http://127.0.0.1:1"}
    done, one = tried(box, "a", env=dict(ca, **proxy))
    tap.ok(done.code == FAILED and plain.connects == ["localhost:%d" % sink.port] and one["again"],
           "https goes through the proxy of the environment", done.told() + plain.connects)
    done, one = tried(box, "a", env=dict(ca, no_proxy="localhost", **proxy))
    tap.ok(done.code == GOOD, "but not where no_proxy says so", done.told())
    done, one = tried(box, "c", env=proxy)
    tap.ok(done.code == GOOD and one["taken"], "http goes directly: a proxy would read it", done.told())


def services(tap, world):
    """Slack, PagerDuty and ntfy."""
    sink = Sink()
    box = channels(world, "services", """
alert s { by slack; secret-file {top}/slack }
alert p { by pagerduty; to %s; secret-file {top}/pager }
alert n { by ntfy; to %s; secret-file {top}/token }
alert o { by ntfy; to %s }
""" % (sink.url("/202/enqueue"), sink.url("/topic"), sink.url("/open")), {
        "slack": (sink.url("/services/T0/" + SECRET) + "\n", 0o600),
        "pager": ("R0utingKey0123456789abcdef012345\n", 0o400), "token": ("tk_abcdef0123\n", 0o600)})
    done, one = tried(box, "s")
    path, head, body = sink.last()
    message = json.loads(body)
    tap.ok(done.code == GOOD and path.endswith(SECRET) and set(message) == {"text", "mrkdwn"} and
           message["text"].startswith("Test message from "), "slack", done.told() + [sink.last()])
    n = len(sink.got)
    done, one = tried(box, "p")
    events = [json.loads(x[2]) for x in sink.got[n:]]
    tap.ok(done.code == GOOD and [e["event_action"] for e in events] == ["trigger", "resolve"] and
           events[0]["dedup_key"] == events[1]["dedup_key"] and
           events[0]["routing_key"] == "R0utingKey0123456789abcdef012345" and
           set(events[0]["payload"]) >= {"summary", "source", "severity"},
           "pagerduty: a test opens and resolves", done.told() + events)
    done, one = tried(box, "n")
    path, head, body = sink.last()
    title = str(email.header.make_header(email.header.decode_header(head["Title"])))
    tap.ok(done.code == GOOD and path == "/topic" and title.startswith("Test message from ") and
           head["Priority"] == "3" and head["Tags"] == "information_source" and
           head["Authorization"] == "Bearer tk_abcdef0123" and body.startswith(b"This is a test."),
           "ntfy", done.told() + [head, body])
    tried(box, "o")
    tap.ok("Authorization" not in sink.last()[1], "ntfy: without a token it sends none")


def secrets(tap, world):
    """No secret is in anything that is printed, and no file that others may read is used."""
    sink = Sink()
    box = channels(world, "secrets", """
alert s { by slack; secret-file {top}/slack }
alert p { by pagerduty; to %s; secret-file {top}/pager }
alert n { by ntfy; to %s; secret-file {top}/token }
""" % (sink.url("/echo"), sink.url("/echo")), {
        "slack": (sink.url("/echo/" + SECRET) + "\n", 0o600), "pager": ("R0utingKey012345\n", 0o600),
        "token": ("tk_abcdef0123\n", 0o600)})
    done = box.run("alert", "test", env=FAST)
    shown = done.out + done.err + "".join(box.run(*a, env=FAST).out for a in (
        ["alert", "test", "--json"], ["config", "dump"], ["config", "dump", "--json"]))
    tap.ok(done.code == FAILED and "[secret]" in done.out and len(sink.got) >= 3 and
           not [x for x in (SECRET, "xyzzy", "R0uting", "tk_abc") if x in shown],
           "an answer that repeats the secret is told without it", [shown])
    for mode in (0o640, 0o604, 0o666, 0o620):
        n = len(sink.got)
        os.chmod(box.path("token"), mode)
        done, one = tried(box, "n")
        tap.ok(done.code == FAILED and "chmod 600 " + box.path("token") in one["error"] and one["again"] and
               len(sink.got) == n and "tk_" not in done.out, "mode %04o: nothing is sent" % mode, done.told())
    pasted = re.search(r"fix it: (chmod 600 \S+)", one["error"]).group(1)
    subprocess.run(pasted, shell=True, check=True)
    n = len(sink.got)
    done, one = tried(box, "n")
    tap.ok(len(sink.got) == n + 1 and "answers 404" in one["error"], "what it says to paste fixes it", done.told())
    for content, words in (("", "is empty"), ("a\x07b\n", "not plain text"), ("x" * 600, "longer than 512")):
        util.write(box.path("token"), content)
        done, one = tried(box, "n")
        tap.ok(done.code == FAILED and words in one["error"], "a secret that %s" % words, done.told())
    os.remove(box.path("token"))
    done, one = tried(box, "n")
    tap.ok(done.code == FAILED and "No such file" in one["error"] and one["again"], "one that is missing",
           done.told())
    util.write(box.path("slack"), "not a URL\n")
    done, one = tried(box, "s")
    tap.ok(done.code == FAILED and "no URL" in one["error"] and "not a URL" not in done.out,
           "slack: a file with something else", done.told())


def mail(tap, world):
    box = channels(world, "mail", "alert a { by mail; to admin@other.example; from reputed@shop.example }\n"
                   "alert b { by mail; to admin@other.example }\n")
    fake = box.path("sendmail")
    env = {"REPUTED_ALERT_SENDMAIL": fake}
    program(fake, 'cat > %s/mail\nprintf "%%s\\n" "$@" > %s/args\n' % (box.top, box.top))
    done, one = tried(box, "a", env=env)
    args = util.read(box.path("args")).decode().splitlines()
    raw = util.read(box.path("mail"))
    message = email.message_from_bytes(raw, policy=email.policy.default)
    tap.ok(done.code == GOOD and one["taken"] and args == ["-i", "-f", "reputed@shop.example", "--",
                                                           "admin@other.example"], "mail: sendmail's arguments",
           done.told() + args)
    head = dict(message.items())
    tap.ok(str(head["From"]) == "reputed <reputed@shop.example>" and head["To"] == "admin@other.example" and
           head["Subject"].startswith("[reputed] Test message from ") and
           head["Auto-Submitted"] == "auto-generated" and
           re.fullmatch(r"<test-[\d-]+\.message@[\w.-]+>", head["Message-ID"]) and
           head["X-Reputed-Id"] in head["Message-ID"] and not message.defects and
           abs(head["Date"].datetime.timestamp() - time.time()) < 60 and
           message.get_content_type() == "text/plain" and b"\r" not in raw, "mail: its header", [raw])
    tap.ok(message.get_content().startswith("This is a test. Nothing is wrong.\n"), "mail: its text", [raw])
    tried(box, "b", env=env)
    tap.ok(util.read(box.path("args")).decode().splitlines() == ["-i", "-F", "reputed", "--", "admin@other.example"]
           and b"From:" not in util.read(box.path("mail")), "mail: without from, sendmail takes its own")
    program(fake, "echo 'fatal: queue file write error' >&2\nexit 75\n")
    done, one = tried(box, "a", env=env)
    tap.ok(done.code == FAILED and one["again"] and "exit code 75: fatal: queue file write error" in one["error"],
           "mail: sendmail that fails", done.told())
    done, one = tried(box, "a", env={"REPUTED_ALERT_SENDMAIL": "/nonexistent/sendmail"})
    tap.ok(done.code == FAILED and one["again"] and "No such file" in one["error"], "mail: no sendmail", done.told())
    text = box.run("alert", "test", "a", env=dict(env, REPUTED_ALERT_SENDMAIL="/bin/true"))
    tap.ok("by sendmail; look whether it arrives at admin@other.example" in " ".join(text.out.split()),
           "mail: taken is not arrived, and that is said", text.told())


def only(tap, world):
    """The provider that has the mailbox is the one that may refuse."""
    env = {"REPUTED_ALERT_SENDMAIL": "/bin/true"}
    outlook = "alert a { by mail; to admin@outlook.com }\nalert b { by mail; to admin@hotmail.com }\n"
    for name, text, said in (("one provider", outlook, "microsoft-consumer"),
                             ("two providers", outlook + "alert c { by mail; to admin@gmail.com }\n", None),
                             ("another way", outlook + "alert c { by exec; to /bin/true }\n", None),
                             ("a host of one's own", "alert c { by mail; to admin@other.example }\n", None)):
        box = channels(world, "only-" + name.split()[0] + name.split()[1], text)
        done = box.run("alert", "test", "--json", env=env)
        got = {c["only_provider"] for c in done.json()["channels"]}
        tap.ok(done.code == GOOD and got == {said}, "%s: %s" % (name, said), done.told())
        text = " ".join(box.run("alert", "test", env=env).out.split())
        tap.ok(("add a second channel" in text) == (said is not None), "%s: in words" % name, [text])


def programs(tap, world):
    box = channels(world, "exec", """
alert a { by exec; to {top}/takes }
alert b { by exec; to {top}/hangs }
alert c { by exec; to {top}/fails }
alert d { by exec; to {top}/missing }
alert e { by exec; to {top}/no-program }
""")
    program(box.path("takes"), "cat > %s/in\nenv | sort > %s/env\npwd >> %s/env\n" % ((box.top,) * 3))
    program(box.path("hangs"), "sleep 300 & echo $! > %s/child\nwait\n" % box.top)
    program(box.path("fails"), "echo no route to the phone\nexit 3\n")
    util.write(box.path("no-program"), "x")
    done, one = tried(box, "a", env={"REPUTED_SECRET_OF_OURS": "x"})
    env = dict(x.split("=", 1) for x in util.read(box.path("env")).decode().splitlines() if "=" in x)
    tap.ok(done.code == GOOD and util.read(box.path("in")).startswith(b"This is a test."), "exec: taken",
           done.told())
    tap.ok(set(env) - {"PWD", "SHLVL", "_", "OLDPWD"} == {
        "PATH", "LANG", "REPUTED_ALERT_ID", "REPUTED_ALERT_ALERT", "REPUTED_ALERT_EVENT", "REPUTED_ALERT_TITLE",
        "REPUTED_ALERT_TIME", "REPUTED_ALERT_HOST", "REPUTED_ALERT_CHANNEL"}, "exec: nothing else is in its "
        "environment", [env])
    tap.ok(env["REPUTED_ALERT_EVENT"] == "test" and env["REPUTED_ALERT_CHANNEL"] == "a" and
           env["REPUTED_ALERT_TITLE"].startswith("Test message from "), "exec: what it is told", [env])
    begun = time.monotonic()
    done, one = tried(box, "b")
    child = int(util.read(box.path("child")))
    tap.ok(done.code == FAILED and one["again"] and "was killed" in one["error"] and time.monotonic() - begun < 6,
           "exec: one that hangs is killed", done.told())
    for _ in range(50):
        if not alive(child):
            break
        time.sleep(0.1)
    tap.ok(not alive(child), "exec: and so is its child")
    done, one = tried(box, "c")
    tap.ok(done.code == FAILED and one["again"] and "exit code 3: no route to the phone" in one["error"],
           "exec: one that fails", done.told())
    for name, words in (("d", "No such file"), ("e", "Permission denied")):
        done, one = tried(box, name)
        tap.ok(done.code == FAILED and one["again"] and words in one["error"], "exec: %s" % words, done.told())


def alive(pid):
    try:
        with open("/proc/%d/stat" % pid, encoding="ascii") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(util.main([use, webhook, answers, tls, services, secrets, mail, only, programs]))
