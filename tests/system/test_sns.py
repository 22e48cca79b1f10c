#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_sns.py -- messages of SNS, signed here, with certificates that are fetched by DNS and HTTPS from a server on
loopback whose authority is a local one; and what is stored of them. TAP.

First the work is done by test_sns_job, the unit test beside the program, which links what the daemon does; then by a
`reputed serve`, to whose page the messages are posted.
"""

import base64
import concurrent.futures
import json
import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check        # noqa: E402
import dns_stub     # noqa: E402
import test_alert   # noqa: E402
import test_web     # noqa: E402
import util         # noqa: E402

JOB = os.path.join(os.path.dirname(os.path.dirname(check.binary())), "tests", "test_sns_job")
HOST, AT = "sns.us-east-1.amazonaws.com", "127.0.0.46"
TOPIC = "arn:aws:sns:us-east-1:123456789012:ses-events"
TOKEN = "2336412f37fb687f5d51e6e241d09c80"
ASK = "/?Action=ConfirmSubscription&TopicArn=%s&Token=%s" % (TOPIC, TOKEN)


class Amazon:
    """An HTTPS server that gives files; every path that is asked for is kept."""

    def __init__(self, certificate, files):
        self.asked, self.files = [], files
        amazon = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):       # pylint: disable=invalid-name
                amazon.asked.append((self.headers["Host"], self.path))
                status, body = amazon.files.get(self.path, (404, b""))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "https://%s/real.pem" % HOST)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):      # pylint: disable=arguments-differ
                pass

        self.server = util.HttpServer((AT, 443), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Signer:
    def __init__(self, top, name):
        self.key = os.path.join(top, name + ".key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", self.key, "-out",
                        self.key + ".pem", "-days", "30", "-subj", "/CN=sns.amazonaws.com"], check=True,
                       stderr=subprocess.DEVNULL)
        self.pem = util.read(self.key + ".pem")

    def post(self, **fields):
        m = {"Type": "Notification", "MessageId": "m1", "TopicArn": TOPIC, "Message": bounce("0100-1"),
             "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), "SignatureVersion": "1",
             "SigningCertURL": "https://%s/real.pem" % HOST}
        m.update(fields)
        keys = ["Message", "MessageId", "Timestamp", "TopicArn", "Type"] if m["Type"] == "Notification" else \
            ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
        text = "".join("%s\n%s\n" % (k, m[k]) for k in keys)
        digest = "-sha1" if m["SignatureVersion"] == "1" else "-sha256"
        signed = subprocess.run(["openssl", "dgst", digest, "-sign", self.key], input=text.encode(), check=True,
                                stdout=subprocess.PIPE).stdout
        return json.dumps(dict(m, Signature=base64.b64encode(signed).decode())).encode()


def bounce(message_id):
    now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    return json.dumps({"eventType": "Bounce", "mail": {"timestamp": now, "messageId": message_id, "source": "news@shop.example",
                                                       "destination": ["jo@hotmail.com"]},
                       "bounce": {"bounceType": "Permanent", "bounceSubType": "General", "timestamp": now,
                                  "bouncedRecipients": [{"emailAddress": "jo@hotmail.com", "action": "failed",
                                                         "status": "5.7.1", "diagnosticCode": "smtp; 550 5.7.1 blocked"}],
                                  "reportingMTA": "dsn; a8-70.smtp-out.amazonses.com"}})


def post(box, dns, *bodies, more=(), **env):
    """The words of the answers, each with its status and why."""
    files = [util.write(box.path("body-%d" % i), b) for i, b in enumerate(bodies)]
    done = subprocess.run([JOB, "run", box.config, dns.server, "ses", *files, *more], env=box.environment(env),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100, check=False)
    return [x.split(" ", 2) for x in done.stdout.decode().splitlines()] or [[done.stderr.decode(), "", ""]]


def stored(box):
    """The daemon judges afterwards; here, the next ingest does."""
    done = box.ingest(util.write(box.path("empty.log"), b""))
    done = box.run("status", "--json", "--all")
    return done.json()["totals"]["bounced"] if done.code in (0, 1) else done.told()


def all_of_it(tap, world):
    if not shutil.which("openssl") or not os.path.exists(JOB):
        tap.skip("SNS", "no openssl" if os.path.exists(JOB) else "no test_sns_job beside the program")
        return
    box = world.box("sns")
    util.write(box.config, 'database "%s"\nkey-file "%s"\nsns ses { topic %s }\n' % (box.db, box.key, TOPIC))
    certificate = test_alert.certificates(box.top, HOST)
    ca = {"SSL_CERT_FILE": box.path("ca.pem")}
    signer, stranger = Signer(box.top, "amazon"), Signer(box.top, "stranger")
    try:
        amazon = Amazon(certificate, {"/real.pem": (200, signer.pem), "/evil.pem": (200, stranger.pem), ASK: (200, b"<ok/>"),
                                      "/moved.pem": (302, b""), "/large.pem": (200, b"x" * 20000)})
    except OSError:
        tap.skip("SNS", "port 443 of %s is not ours" % AT)
        return
    # A second name of the same server, of which no certificate is.
    zone = {HOST: [("A", AT)], "sns.eu-west-1.amazonaws.com": [("A", AT)]}
    with dns_stub.Stub(zone) as dns:
        got = post(box, dns, signer.post(), signer.post(MessageId="m2", Message=bounce("0100-2"), SignatureVersion="2"),
                   more=["again"], **ca)
        tap.ok([x[:2] for x in got] == [["stored", "200"]] * 2 + [["known", "200"]] * 2, "two events, each once", got)
        tap.ok(amazon.asked == [(HOST, "/real.pem")], "the certificate is fetched once", amazon.asked)
        tap.ok(stored(box) == 2, "both bounces are stored", [stored(box)])
        del amazon.asked[:]
        got = post(box, dns, signer.post(MessageId="m3"))
        tap.ok(got[0][:2] == ["no-certificate", "503"] and "certificate" in got[0][2] and not amazon.asked,
               "a server whose authority nobody knows is not believed", got)
        got = post(box, dns, stranger.post(MessageId="m4"), **ca)
        tap.ok(got[0][:2] == ["forged", "403"], "signed by a stranger", got)
        for url, word, status in (("https://sns.eu-west-1.amazonaws.com/real.pem", "no-certificate", "503"),
                                  ("https://sns.eu-west-2.amazonaws.com/real.pem", "no-certificate", "503"),
                                  ("https://%s/missing.pem" % HOST, "no-certificate", "503"),
                                  ("https://%s/moved.pem" % HOST, "no-certificate", "503"),
                                  ("https://%s/large.pem" % HOST, "no-certificate", "503"),
                                  ("https://%s/evil.pem" % HOST, "forged", "403"),
                                  ("https://evil.example/real.pem", "other-host", "403")):
            got = post(box, dns, signer.post(MessageId="m5", SigningCertURL=url), **ca)
            tap.ok(got[0][:2] == [word, status], "%s: %s" % (url, word), got)
        asked = {q[0] for q in dns.asked}
        tap.ok(not any("evil" in str(q) for q in asked), "nobody else's name was asked for", [asked])
        got = post(box, dns, signer.post(TopicArn=TOPIC + "-2"), signer.post(Timestamp="2026-01-01T00:00:00Z"), b"{}", b"",
                   **ca)
        tap.ok([x[:2] for x in got] == [["other-topic", "403"], ["old", "403"], ["malformed", "400"], ["malformed", "400"]],
               "another topic, an old message, no message", got)
        del amazon.asked[:]
        confirmation = {"Type": "SubscriptionConfirmation", "Token": TOKEN, "Message": "You have chosen",
                        "SubscribeURL": "https://" + HOST + ASK}
        got = post(box, dns, stranger.post(MessageId="s1", **confirmation), **ca)
        tap.ok(got[0][0] == "forged" and amazon.asked == [(HOST, "/real.pem")], "a subscription of a stranger", got)
        got = post(box, dns, signer.post(MessageId="s2", **dict(confirmation, SubscribeURL="https://evil.example" + ASK)), **ca)
        tap.ok(got[0][0] == "other-host" and len(amazon.asked) == 1, "one to somebody else's host", got)
        got = post(box, dns, signer.post(MessageId="s3", **confirmation), **ca)
        tap.ok(got[0][:2] == ["confirmed", "200"] and amazon.asked[-1] == (HOST, ASK), "one that Amazon signed is confirmed",
               got + amazon.asked)
        amazon.files[ASK] = (500, b"")
        got = post(box, dns, signer.post(MessageId="s4", **confirmation), **ca)
        tap.ok(got[0][:2] == ["not-done", "503"], "one that Amazon does not take comes again", got)
        amazon.close()
        got = post(box, dns, signer.post(MessageId="m6"), **ca)
        tap.ok(got[0][:2] == ["no-certificate", "503"], "Amazon cannot be reached", got)
    tap.ok(stored(box) == 2, "of all that nothing else was stored", [stored(box)])


CONFIRMATION = {"Type": "SubscriptionConfirmation", "Token": TOKEN, "Message": "You have chosen", "SubscribeURL": "https://" + HOST + ASK}


class Poster:
    """Posts to the page as SNS does, and keeps what came back."""

    def __init__(self, d):
        self.page = test_web.Page(d.port)

    def __call__(self, body, name="ses"):
        done = self.page.ask("POST", "/sns/" + name, body, {"Content-Type": "text/plain; charset=UTF-8",
                                                            "x-amz-sns-message-type": "Notification"})
        return done.code, done.json(), done.headers

    def all_at_once(self, bodies):
        codes = []
        threads = [threading.Thread(target=lambda b=b: codes.append(self(b)[0])) for b in bodies]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        return codes

    def again(self, bodies):
        """All of them once more, and those that are answered 503, or not at all, until they are taken."""
        while bodies:
            left = []

            def one(body):
                code = brave(self, body)
                if code in (0, 503):
                    left.append(body)       # pylint: disable=cell-var-from-loop
                return code
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                codes = set(pool.map(one, bodies))
            assert codes <= {0, 200, 503}, codes
            bodies = left
            time.sleep(0.1)


def events(box):
    """The messages of which an event of SES was stored."""
    done = box.run("status", "--json", "--all")
    return done.json()["totals"]["bounced"] if done.code in (0, 1) else -1


def large(n):
    """A bounce as SES writes it when the message had many headers, of about n bytes."""
    event = json.loads(bounce("0100-large"))
    event["mail"]["headers"] = [{"name": "X-Large", "value": '"' * 900} for _ in range(n // 1840)]
    return json.dumps(event)


def posted(tap, d, amazon, signer, stranger):
    post_it, before = Poster(d), events(d.box)
    code, said, _ = post_it(signer.post())
    tap.ok(code == 200 and said == {}, "an event that Amazon signed is taken", [code, said, d.text])
    tap.ok(events(d.box) == before + 1, "it was stored before that was said", [events(d.box), before])
    code, said, _ = post_it(signer.post())
    tap.ok(code == 200 and events(d.box) == before + 1, "the same again is one", [code, said])
    code, said, _ = post_it(stranger.post(MessageId="w2", Message=bounce("0100-w2")))
    tap.ok(code == 403 and said["error"]["why"], "forged: 403, and the delivery ends", [code, said])
    code, said, _ = post_it(signer.post(MessageId="w3", TopicArn=TOPIC + "-2", Message=bounce("0100-w3")))
    tap.ok(code == 403, "another topic: 403", [code, said])
    code, said, _ = post_it(signer.post(MessageId="w4", Timestamp="2026-01-01T00:00:00Z", Message=bounce("0100-w4")))
    tap.ok(code == 403, "an old one: 403", [code, said])
    tap.ok(post_it(b"{}")[0] == 400, "no message: 400")
    tap.ok(post_it(signer.post(), "sess")[0] == 404, "a name that the configuration has not: 404")
    body = signer.post(MessageId="w5", Message=large(256 << 10))
    code, said, _ = post_it(body)
    tap.ok(len(body) > 400 << 10 and code == 200 and events(d.box) == before + 2, "%d KB are taken" % (len(body) >> 10), [code, said, d.text])
    got = test_web.raw(d.port, b"POST /sns/ses HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n{" % ((1 << 20) + 1), 3)
    tap.ok(b" 413 " in got[:20], "more than 1 MiB is not: 413", [got])
    del amazon.asked[:]
    code, said, _ = post_it(signer.post(MessageId="w6", **CONFIRMATION))
    tap.ok(code == 200 and amazon.asked == [(HOST, ASK)], "a subscription is confirmed", [code, said, amazon.asked])
    tap.ok(d.says("/sns/ses: the subscription of %s is confirmed" % TOPIC), "and said", [d.text])
    amazon.files[ASK] = (500, b"")
    code, said, headers = post_it(signer.post(MessageId="w7", **CONFIRMATION))
    tap.ok(code == 503 and int(headers["Retry-After"]) > 0 and HOST not in str(said), "one that Amazon does not take comes again: 503", [code, said])
    for i in range(5):
        post_it(stranger.post(MessageId="x%d" % i))
    tap.ok(len(re.findall(r"\(forged\)", d.text)) == 1, "six forged ones are said once", [d.text])


def at_once(tap, d, signer):
    """More than wait here at once: each is stored, or was answered 503 and comes again."""
    post_it, before = Poster(d), events(d.box)
    bodies = [signer.post(MessageId="y%d" % i, Message=bounce("0100-y%d" % i)) for i in range(60)]
    codes = post_it.all_at_once(bodies)
    tap.ok(set(codes) <= {200, 503} and codes.count(200) >= 32, "60 at once", [codes])
    tap.ok(events(d.box) == before + codes.count(200), "what was taken is stored", [events(d.box), before, codes])
    post_it.again(bodies)
    tap.ok(events(d.box) == before + 60, "each is one after all of them came again", [events(d.box), before])


def killed(tap, d, signer):
    """Whatever dies: the watch goes on, and a message that comes again counts once."""
    post_it, before = Poster(d), events(d.box)
    bodies = [signer.post(MessageId="z%d" % i, Message=bounce("0100-z%d" % i)) for i in range(20)]
    codes = []
    thread = threading.Thread(target=lambda: codes.extend(brave(post_it, b) for b in bodies))
    thread.start()
    test_web.wait(lambda: len(codes) >= 3)
    os.kill(test_web.front_of(d), signal.SIGKILL)
    thread.join()
    tap.ok(d.says("front of the page was ended by signal 9") and test_web.up(d.port), "the front is killed, and another one begins", [d.text])
    post_it.again(bodies)
    tap.ok(events(d.box) == before + 20, "after all came again, each is stored once", [events(d.box), before, codes])
    test_web.append(d.box.path("mail.log"), d.mail.lines(3, "203.0.113.24", False, time.time() - 5, time.time()))
    tap.ok(test_web.wait(lambda: events(d.box) == before + 23), "the watch went on", [d.text])


def brave(post_it, body):
    try:
        return post_it(body)[0]
    except (OSError, test_web.http.client.HTTPException):
        return 0


def by_serve(tap, world):
    if not shutil.which("openssl"):
        tap.skip("SNS to serve", "no openssl")
        return
    top = world.path("amazon")
    os.mkdir(top)
    certificate, signer, stranger = test_alert.certificates(top, HOST), Signer(top, "amazon"), Signer(top, "stranger")
    try:
        amazon = Amazon(certificate, {"/real.pem": (200, signer.pem), ASK: (200, b"<ok/>")})
    except OSError:
        tap.skip("SNS to serve", "port 443 of %s is not ours" % AT)
        return
    with dns_stub.Stub({HOST: [("A", AT)]}) as dns:
        with test_web.serving(world, "serve", "sns ses { topic %s }" % TOPIC, env={"SSL_CERT_FILE": top + "/ca.pem"},
                              args=("--server", dns.server)) as d:
            posted(tap, d, amazon, signer, stranger)
            told(tap, d, signer)
            at_once(tap, d, signer)
            killed(tap, d, signer)
    amazon.close()


def told(tap, d, signer):
    """The daemon judges soon after: without anything new it would do so after five minutes."""
    post_it, before = Poster(d), d.text
    texts = []
    for i in range(30):
        event = json.loads(bounce("0100-n%d" % i))
        event["mail"]["destination"] = event["bounce"]["bouncedRecipients"][0]["emailAddress"] = "u%d@gmail.com" % i
        event["mail"]["destination"] = ["u%d@gmail.com" % i]
        event["bounce"]["bouncedRecipients"][0]["diagnosticCode"] = "smtp; 550-5.7.1 [203.0.113.24] Our system has detected that this message is likely unsolicited mail."
        texts.append(signer.post(MessageId="n%d" % i, Message=json.dumps(event)))
    codes = post_it.all_at_once(texts)
    post_it.again(texts)
    tap.ok("Google" not in before and d.says("Google"), "what they mean is told at once", [codes, d.text])


def main():
    return util.main([all_of_it, by_serve])


if __name__ == "__main__":
    sys.exit(main())
