#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
sink.py -- a scripted mail world on loopback: SMTP and LMTP servers, a content
filter that hands mail on, and a small DNS server. Python 3.9+, standard library only.

    sink.py SCRIPT.json EVENTS.jsonl

Prints "ready" once everything listens, then serves until SIGTERM or SIGINT. Every
answer that decides the fate of a message or of a recipient is written to EVENTS.jsonl
at the moment it is given: what a test calls the truth.

SCRIPT.json
    public    {peer: address}      what "{ip}" in a reply becomes, by the peer's address
    dns       {listen: [ip, port], names: {name: {"MX": [[10, host]], "A": [..],
              "AAAA": [..]} | "SERVFAIL" | "SILENT"}}        other names: NXDOMAIN
    servers   list of
              name      host name, said in the banner
              listen    [ip, port], or the path of a unix socket
              proto     smtp (default), lmtp, or filter: smtp that hands accepted mail on
              next      [ip, port]     (filter) where it hands it on
              banner    list of lines instead of "220 NAME ESMTP"
              keywords  list of EHLO keywords
              rules     list, the first that fits is used; without one: accept
    rule      at        connect ehlo mail rcpt data body dot
              from, to  regular expressions over the whole address (to: at rcpt that
                        recipient, at data, body and dot any accepted recipient)
              first     only so many times for the same recipient (rcpt), sender (mail, data,
                        body, dot) or server (connect, ehlo); later it is passed over
              say       a line or a list of lines with code, sent as they are. {ip}, {to}
                        and {from} are filled in. 421 closes the connection
              do        "drop" (close without a word), "stall" (never answer); instead of say

EVENTS.jsonl, one object a line
    session-level (connect, ehlo) and message-level (mail, data, body, dot):
              to null: it holds for the recipients in `open`; null: all not refused yet
    recipient-level (rcpt refusals, accepted and per-recipient LMTP results): `to` set
    always    seq, t, server, ip, port, proto, peer, session, from, queue_id (the id in the
              first Received line, once the body was seen), next_id (filter), rest (a
              recipient: it holds for whoever else is in the transaction, perhaps for nobody)
    did       reply, drop, stall, left (the client went away of its own will)
"""

import asyncio
import json
import os
import re
import signal
import smtplib
import socket
import struct
import sys
import time

KEYWORDS = ["PIPELINING", "SIZE 36700160", "8BITMIME", "ENHANCEDSTATUSCODES"]
ENHANCED = re.compile(r"^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?= |$)")
PATH = re.compile(r"^\s*(?:FROM|TO):\s*<((?:\"(?:[^\"\\]|\\.)*\"|[^>\"])*)>", re.I)


class Script:
    def __init__(self, data, out):
        self.public = data.get("public", {})
        self.servers = data.get("servers", [])
        self.dns = data.get("dns")
        self.used = {}
        self.out = out
        self.seq = 0
        self.sessions = 0

    def event(self, **fields):
        self.seq += 1
        record = {"seq": self.seq, "t": round(time.time(), 6)}
        record.update(fields)
        self.out.write(json.dumps(record) + "\n")
        self.out.flush()

    def rule(self, number, server, at, sender, recipients):
        """The rule that holds now, or None; counts its use."""
        for i, rule in enumerate(server.get("rules", [])):
            if rule["at"] != at:
                continue
            if "from" in rule and (sender is None or not re.fullmatch(rule["from"], sender)):
                continue
            if "to" in rule and not any(re.fullmatch(rule["to"], r) for r in recipients):
                continue
            if "first" in rule:
                key = (number, i, recipients[0] if at == "rcpt" else sender)
                if self.used.get(key, 0) >= rule["first"]:
                    continue
                self.used[key] = self.used.get(key, 0) + 1
            return rule
        return None


class Gone(Exception):
    """The conversation is over."""


class Session:
    def __init__(self, script, number, server, reader, writer):
        self.script, self.number, self.server = script, number, server
        self.reader, self.writer = reader, writer
        script.sessions += 1
        self.id = script.sessions
        peer = writer.get_extra_info("peername")
        self.peer = peer[0] if isinstance(peer, tuple) else "unix"
        self.proto = server.get("proto", "smtp")
        self.helo_refused = None
        self.reset()

    def reset(self):
        self.sender = None
        self.mail_failed = False
        self.accepted = []      # RCPT answered 250, no result yet
        self.open = None        # for whom a message-level event holds; None: not known
        self.queue_id = None
        self.next_id = None

    # What is said and what is noted

    def note(self, stage, did, lines=None, to=None, rest=None):
        listen = self.server["listen"]
        code = enhanced = text = None
        if lines:
            code = int(lines[-1][:3])
            for line in lines:
                match = ENHANCED.match(line)
                if match:
                    enhanced = match.group(1)
                    break
            text = " ".join(lines)
        self.script.event(
            server=self.server["name"], proto=self.proto, session=self.id, peer=self.peer,
            ip=listen[0] if isinstance(listen, list) else listen,
            port=listen[1] if isinstance(listen, list) else None,
            to=to, open=self.open if to is None else None, stage=stage, did=did, code=code,
            enhanced=enhanced, text=text, queue_id=self.queue_id, next_id=self.next_id,
            rest=rest, **{"from": self.sender})

    async def say(self, lines):
        if isinstance(lines, str):
            lines = [lines]
        self.writer.write("".join(line + "\r\n" for line in lines).encode("utf-8"))
        await self.writer.drain()

    def fill(self, say, to=""):
        lines = [say] if isinstance(say, str) else say
        values = {"{ip}": self.script.public.get(self.peer, self.peer),
                  "{to}": to, "{from}": self.sender or ""}
        return [re.sub(r"\{(?:ip|to|from)\}", lambda m: values[m.group(0)], line)
                for line in lines]

    def rule(self, at, recipients=()):
        return self.script.rule(self.number, self.server, at, self.sender, list(recipients))

    async def obey(self, rule, stage, to=None, note=True):
        """Do what a rule says. Returns the lines said; raises Gone when that ends it."""
        did = rule.get("do", "reply")
        if did == "drop":
            self.note(stage, did, to=to)
            raise Gone
        if did == "stall":
            self.note(stage, did, to=to)
            try:
                while await asyncio.wait_for(self.reader.read(65536), 300):
                    pass
            except (asyncio.TimeoutError, ConnectionError):
                pass
            raise Gone
        lines = self.fill(rule["say"], to or "")
        if note:
            self.note(stage, did, lines, to=to)
        await self.say(lines)
        if lines[-1].startswith("421"):
            raise Gone
        return lines

    # The dialogue

    async def line(self):
        data = await self.reader.readline()
        if not data.endswith(b"\n"):
            raise Gone
        return data.decode("utf-8", "surrogateescape").rstrip("\r\n")

    async def run(self):
        try:
            rule = self.rule("connect")
            if rule:
                await self.obey(rule, "connect")
                while not (await self.line()).upper().startswith("QUIT"):
                    await self.say("503 5.5.1 Bad sequence of commands")
                await self.say("221 2.0.0 Bye")
                return
            await self.say(self.server.get("banner") or
                           "220 %s ESMTP" % self.server["name"])
            while await self.command(await self.line()):
                pass
        except (Gone, ConnectionError, asyncio.LimitOverrunError, ValueError):
            pass
        finally:
            if self.helo_refused:
                self.note("ehlo", "reply", self.helo_refused)
            self.left()
            self.writer.close()

    def left(self):
        """Open recipients whose fate the client did not wait for."""
        for to in self.accepted:
            self.note(None, "left", to=to)
        self.reset()

    async def command(self, line):
        verb, _, rest = line.partition(" ")
        verb = verb.upper()
        if verb in ("EHLO", "HELO", "LHLO"):
            await self.greet(verb)
        elif verb == "MAIL":
            await self.mail(rest)
        elif verb == "RCPT":
            await self.rcpt(rest)
        elif verb == "DATA":
            await self.data()
        elif verb == "RSET":
            self.left()
            await self.say("250 2.0.0 Ok")
        elif verb == "NOOP":
            await self.say("250 2.0.0 Ok")
        elif verb == "QUIT":
            await self.say("221 2.0.0 Bye")
            return False
        else:
            await self.say("502 5.5.2 Error: command not recognized")
        return True

    async def greet(self, verb):
        self.left()
        rule = self.rule("ehlo")
        if rule:
            # A client refused at EHLO tries HELO: one refusal, noted when it gives up.
            self.helo_refused = None
            said = rule.get("say", "")
            if rule.get("do") or (said if isinstance(said, str) else said[-1])[:3] == "421":
                await self.obey(rule, "ehlo")
            self.helo_refused = await self.obey(rule, "ehlo", note=False)
            return
        self.helo_refused = None
        lines = [self.server["name"]]
        if verb != "HELO":
            lines += self.server.get("keywords", KEYWORDS)
        await self.say(["250%s%s" % ("-" if i + 1 < len(lines) else " ", text)
                        for i, text in enumerate(lines)])

    async def mail(self, rest):
        self.left()
        match = PATH.match(rest)
        if not match:
            await self.say("501 5.1.7 Bad sender address syntax")
            return
        self.sender = match.group(1)
        rule = self.rule("mail")
        if rule:
            await self.obey(rule, "mail")
            self.mail_failed = True
            return
        await self.say("250 2.1.0 Sender OK")

    async def rcpt(self, rest):
        match = PATH.match(rest)
        if self.sender is None or self.mail_failed or not match:
            await self.say("503 5.5.1 Error: need MAIL command")
            return
        to = match.group(1)
        rule = self.rule("rcpt", [to])
        if rule and rule.get("do"):
            # The connection ends here for everybody in this transaction.
            self.open, self.accepted = None, []
            await self.obey(rule, "rcpt")
        if rule:
            said = rule["say"] if isinstance(rule["say"], str) else rule["say"][-1]
            if said.startswith("421"):
                # Told to this recipient; whoever else is in the transaction sees us go.
                self.open, self.accepted = None, []
                try:
                    await self.obey(rule, "rcpt", to=to)
                finally:
                    self.note("rcpt", "drop", rest=to)
            await self.obey(rule, "rcpt", to=to)
            return
        self.accepted.append(to)
        await self.say("250 2.1.5 Recipient OK")

    async def data(self):
        if not self.accepted:
            await self.say("554 5.5.1 Error: no valid recipients")
            return
        rule = self.rule("data", self.accepted)
        if rule:
            self.open, self.accepted = self.accepted, []
            await self.obey(rule, "data")
            self.mail_failed = True
            return
        await self.say("354 Go ahead")
        rule = self.rule("body", self.accepted)
        if rule:
            await self.reader.read(1024)
            self.open, self.accepted = self.accepted, []
            await self.obey(rule, "body")
        body = []
        while True:
            line = await self.reader.readline()
            if not line:
                raise Gone
            if line.rstrip(b"\r\n") == b".":
                break
            body.append(line[1:] if line.startswith(b"..") else line)
        self.queue_id = received_id(body)
        await self.dot(b"".join(body))

    async def dot(self, body):
        recipients = self.open = self.accepted
        self.accepted = []
        if self.proto == "lmtp":
            for to in recipients:
                rule = self.rule("dot", [to])
                if rule:
                    await self.obey(rule, "dot", to=to)
                    continue
                lines = ["250 2.0.0 <%s> saved" % to]
                self.note("dot", "reply", lines, to=to)
                await self.say(lines)
            self.reset()
            return
        rule = self.rule("dot", recipients)
        if rule:
            await self.obey(rule, "dot")
            self.reset()
            return
        if self.proto == "filter":
            lines = await asyncio.get_running_loop().run_in_executor(
                None, self.hand_on, recipients, body)
        else:
            lines = ["250 2.0.0 Ok: queued as SINK%05d" % (self.script.seq + 1)]
        for to in recipients:
            self.note("dot", "reply", lines, to=to)
        await self.say(lines)
        self.reset()

    def hand_on(self, recipients, body):
        """A content filter passes the message on, as amavis would, and quotes the answer."""
        ip, port = self.server["next"]
        try:
            with smtplib.SMTP(ip, port, local_hostname="localhost", timeout=30) as client:
                client.ehlo()
                client.docmd("MAIL", "FROM:<%s>" % self.sender)
                for to in recipients:
                    client.docmd("RCPT", "TO:<%s>" % to)
                code, text = client.data(body)
        except (OSError, smtplib.SMTPException) as error:
            return ["451 4.5.0 hand over failed: %s" % type(error).__name__]
        text = text.decode("ascii", "replace")
        match = re.search(r"queued as (\S+)", text)
        self.next_id = match.group(1) if match else None
        return ["%d %s from MTA(smtp:[%s]:%d): %d %s" %
                (code, "2.0.0" if code == 250 else "4.5.0", ip, port, code, text)]


def received_id(body):
    """The id under which the sending Postfix queues the message: the first Received line."""
    head = b""
    for line in body:
        if head and line[:1] not in b" \t":
            break
        if line.lower().startswith(b"received:") or head:
            head += line
    match = re.search(rb"\bid ([0-9A-Za-z]+)", head)
    return match.group(1).decode() if match else None


class Dns(asyncio.DatagramProtocol):
    TYPES = {1: "A", 15: "MX", 28: "AAAA"}

    def __init__(self, names):
        self.names = {name.lower(): value for name, value in names.items()}
        self.transport = None

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        try:
            reply = self.answer(data)
        except (IndexError, struct.error, UnicodeDecodeError):
            return
        if reply:
            self.transport.sendto(reply, addr)

    @staticmethod
    def encode(name):
        if name in ("", "."):
            return b"\0"
        return b"".join(bytes([len(p)]) + p.encode() for p in name.rstrip(".").split(".")) + b"\0"

    def answer(self, data):
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1:at + 1 + data[at]].decode("ascii"))
            at += 1 + data[at]
        question = data[12:at + 5]
        qtype = struct.unpack(">H", data[at + 1:at + 3])[0]
        entry = self.names.get(".".join(labels).lower())
        if entry == "SILENT":
            return None
        rcode = 3 if entry is None else 2 if entry == "SERVFAIL" else 0
        records = []
        if isinstance(entry, dict):
            for value in entry.get(self.TYPES.get(qtype), []):
                if qtype == 15:
                    rdata = struct.pack(">H", value[0]) + self.encode(value[1])
                else:
                    rdata = socket.inet_pton(
                        socket.AF_INET if qtype == 1 else socket.AF_INET6, value)
                records.append(b"\xc0\x0c" + struct.pack(">HHIH", qtype, 1, 60, len(rdata)) + rdata)
        flags = 0x8580 | rcode
        return (data[:2] + struct.pack(">HHHHH", flags, 1, len(records), 0, 0) + question +
                b"".join(records))


async def serve(script):
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listening = []
    for number, server in enumerate(script.servers):
        async def on_client(reader, writer, number=number, server=server):
            await Session(script, number, server, reader, writer).run()
        listen = server["listen"]
        if isinstance(listen, str):
            listening.append(await asyncio.start_unix_server(on_client, listen))
            os.chmod(listen, 0o666)
        else:
            listening.append(await asyncio.start_server(on_client, listen[0], listen[1]))
    if script.dns:
        await loop.create_datagram_endpoint(lambda: Dns(script.dns["names"]),
                                            local_addr=tuple(script.dns["listen"]))
    print("ready", flush=True)
    await stop.wait()
    for server in listening:
        server.close()


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: sink.py SCRIPT.json EVENTS.jsonl")
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    with open(sys.argv[2], "w", encoding="utf-8") as out:
        asyncio.run(serve(Script(data, out)))


if __name__ == "__main__":
    main()
