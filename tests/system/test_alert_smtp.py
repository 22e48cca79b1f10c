#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_alert_smtp.py -- `reputed alert test` by mail through a server (`server smtp://..`): a real Postfix, in the clear
on this machine and by STARTTLS with a certificate, and a server that asks for a login, refuses, or says nothing. TAP;
skipped, with the reason, where no private Postfix can run.
"""

import base64
import json
import os
import socket
import ssl
import subprocess
import sys
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed")))
UID = 65534
NAME = "mail.inbox.example"     # leads to 127.0.0.1, but is not one of the names of this machine
MAIN = """virtual_mailbox_domains = inbox.example
virtual_mailbox_base = {top}/inbox
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:%d
virtual_gid_maps = static:%d
smtpd_tls_security_level = may
smtpd_tls_cert_file = {top}/cert.pem
smtpd_tls_key_file = {top}/key.pem
smtpd_tls_received_header = yes
smtpd_recipient_restrictions = check_recipient_access hash:/etc/postfix/access, permit_mynetworks, reject
""" % (UID, UID)
ACCESS = "later@inbox.example 451 4.2.1 Not now\nnever@inbox.example 550 5.1.1 No such user\n"
MASTER = "tlsmgr unix - - n 1000? 1 tlsmgr\n"
SECRET = "xyzzy:7Q2w9/B0"


class Server:
    """One that offers STARTTLS and AUTH PLAIN, or is told otherwise; notes what it hears."""

    def __init__(self, port, cert=None, mute=False, tls=False):
        self.heard, self.cert, self.mute, self.tls = [], cert, mute, tls
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(8)
        threading.Thread(target=self.serve, daemon=True).start()

    def context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.cert)
        return context

    def serve(self):
        while True:
            peer, _ = self.socket.accept()
            threading.Thread(target=self.talk, args=(peer,), daemon=True).start()

    def talk(self, peer):
        try:
            if self.mute:
                peer.recv(1)
                return
            if self.tls:
                peer = self.context().wrap_socket(peer, server_side=True)
            self.session(peer)
        except OSError:
            pass

    def session(self, peer):
        stream, text = peer.makefile("rwb"), False
        stream.write(b"220 test\r\n")
        stream.flush()
        while True:
            line = stream.readline().decode().rstrip("\r\n")
            if not line and not text:
                return
            self.heard.append(line)
            if text:
                text = line != "."
                say = None if text else "250 2.0.0 taken"
            elif line.startswith("EHLO"):
                say = "250-test\r\n%s250 AUTH PLAIN" % ("250-STARTTLS\r\n" if self.cert and not self.tls else "")
            elif line == "STARTTLS":
                stream.write(b"220 go\r\n")
                stream.flush()
                peer = self.context().wrap_socket(peer, server_side=True)
                stream = peer.makefile("rwb")
                self.heard.append("(TLS)")
                continue
            elif line == "AUTH PLAIN":
                stream.write(b"334 \r\n")
                stream.flush()
                given = base64.b64decode(stream.readline()).decode()
                self.heard.append(given)
                say = "235 welcome" if given == "\0robot\0" + SECRET else "535 5.7.8 not you: %s" % given[7:]
            elif line == "DATA":
                say, text = "354 go on", True
            elif line == "QUIT":
                say = "221 bye"
            else:
                say = "250 ok"
            if say:
                stream.write((say + "\r\n").encode())
                stream.flush()


def certificate(top, name, file):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                    "-addext", "subjectAltName=DNS:" + name, "-keyout", top + "/%skey.pem" % file,
                    "-out", top + "/%scert.pem" % file], check=True, stderr=subprocess.DEVNULL)
    os.chmod(top + "/%skey.pem" % file, 0o600)
    return top + "/%scert.pem" % file, top + "/%skey.pem" % file


class Box:
    def __init__(self, top):
        self.top = top

    def test(self, more, to="admin@inbox.example", ca=None, secret=None):
        """(exit code, the channel's result, all that was printed)"""
        text = 'database "%s/r.db"\nkey-file "%s/key"\nalert a { by mail; to %s; from reputed@shop.example; %s }\n' % (
            self.top, self.top, to, more)
        if secret is not None:
            private_postfix.write(self.top + "/secret", secret + "\n", 0o600)
            text = text.replace(" }", "; secret-file %s/secret }" % self.top)
        private_postfix.write(self.top + "/reputed.conf", text)
        env = dict(os.environ, REPUTED_ALERT_TIMEOUT_MS="3000", all_proxy="http://127.0.0.1:9")
        if ca:
            env["REPUTED_ALERT_CA"] = ca
        done = subprocess.run([REPUTED, "alert", "test", "--json", "--config", self.top + "/reputed.conf"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.top, env=env)
        one = json.loads(done.stdout)["channels"][0] if done.stdout else {}
        return done.returncode, one, [done.stdout, done.stderr]


def through_postfix(tap, top, box):
    cert = certificate(top, NAME, "")[0]
    with private_postfix.Postfix({NAME: [("A", "127.0.0.1")]}, MAIN.format(top=top), MASTER,
                                 {"access": ACCESS}) as postfix:
        code, one, told = box.test("server smtp://127.0.0.1")
        got = private_postfix.mails(top, 1)
        tap.ok(code == 0 and one["taken"] and len(got) == 1, "Postfix on this machine takes it in the clear",
               told + postfix.log()[-8:])
        if got:
            one = got[0]
            tap.ok(one["Return-Path"] == "<reputed@shop.example>" and one["From"] == "reputed <reputed@shop.example>" and
                   one["To"] == "admin@inbox.example" and one["X-Reputed-Id"] in one["Message-ID"] and
                   not one.defects and one.get_content().startswith("This is a test. Nothing is wrong.\n"),
                   "header and text as they were sent", [one.as_string()])
        for to, again, words in (("later@inbox.example", True, "451 "), ("never@inbox.example", False, "550 ")):
            code, one, told = box.test("server smtp://localhost:25", to=to)
            tap.ok(code == 4 and one["again"] is again and "smtp://localhost:25 answers " + words in one["error"] and
                   "Recipient address rejected: N" in one["error"], "%s: its answer is told" % to, told)
        code, one, told = box.test("server smtp://%s" % NAME, ca=cert)
        got = private_postfix.mails(top, 2)
        tap.ok(code == 0 and len(got) == 2 and "TLSv1" in got[-1]["Received"], "elsewhere by STARTTLS",
               told + postfix.log()[-8:])
        code, one, told = box.test("server smtp://%s" % NAME)
        tap.ok(code == 4 and one["again"] and "certificate" in one["error"], "an authority that is not known: not sent", told)
        code, one, told = box.test("server smtp://mx1.shop.example", ca=cert)
        tap.ok(code == 4 and one["again"] and "mx1.shop.example" in one["error"], "another name: not sent", told)
        tap.ok(len(private_postfix.mails(top, 2)) == 2, "none of those came")
        names(tap, top, box)


def names(tap, top, box):
    cert = certificate(top, NAME, "other-")
    plain, tls, immediate, _ = (Server(2501), Server(2502, cert), Server(2503, cert, tls=True), Server(2504, mute=True))
    code, one, told = box.test("server smtp://%s:2502" % NAME, ca=cert[0], secret="robot:" + SECRET)
    tap.ok(code == 0 and "(TLS)" in tls.heard and
           tls.heard.index("(TLS)") < tls.heard.index("\0robot\0" + SECRET) and
           "MAIL FROM:<reputed@shop.example>" in "\n".join(tls.heard), "a login, only behind TLS", told + tls.heard)
    code, one, told = box.test("server smtps://%s:2503" % NAME, ca=cert[0], secret="robot:" + SECRET)
    tap.ok(code == 0 and "\0robot\0" + SECRET in immediate.heard, "TLS from the first byte (smtps)", told + immediate.heard)
    code, one, told = box.test("server smtp://%s:2501" % NAME, ca=cert[0], secret="robot:" + SECRET)
    tap.ok(code == 4 and "offers no TLS" in one["error"] and one["again"] and
           not [x for x in plain.heard if "AUTH" in x or "MAIL" in x or SECRET in x],
           "no STARTTLS elsewhere: no login, no mail", told + plain.heard)
    code, one, told = box.test("server smtp://127.0.0.1:2501", secret="robot:" + SECRET)
    tap.ok(code == 0 and "\0robot\0" + SECRET in plain.heard, "a login on this machine, in the clear", told + plain.heard)
    code, one, told = box.test("server smtp://127.0.0.1:2501", secret="robot:wrong-" + SECRET)
    tap.ok(code == 4 and one["again"] is False and SECRET not in "".join(told) and "535" in one["error"],
           "a wrong login: only a person can change it, and no secret is told", told)
    for secret in ("robot", ":" + SECRET, "robot:"):
        code, one, told = box.test("server smtp://127.0.0.1:2501", secret=secret)
        tap.ok(code == 4 and "must be LOGIN:PASSWORD" in one["error"] and SECRET not in "".join(told),
               "a secret without one of both", told)
    code, one, told = box.test("server smtp://127.0.0.1:2504")
    tap.ok(code == 4 and one["again"] and "no answer within 3000 ms" in one["error"], "a mute server", told)
    code, one, told = box.test("server smtp://127.0.0.1:2599")
    tap.ok(code == 4 and one["again"] and "2599" in one["error"], "none there", told)


def main():
    if private_postfix.outside():
        return private_postfix.run(__file__)
    tap = check.Tap()
    top = os.environ[private_postfix.MARK].split(",")[0]
    os.mkdir(top + "/inbox")
    os.chown(top + "/inbox", UID, UID)
    through_postfix(tap, top, Box(top))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
