# SPDX-License-Identifier: Apache-2.0
"""
truth.py -- joins what the sink answered (its events) with what Postfix logged, and says for
every attempt what a reader of the log must find.

What an attempt met (status, code, enhanced code, stage) comes from the sink, never from the
log's words; from the log come the queue id (checked against the answer to the injection and
the Received line that the sink saw), the line number, and whatever the sink cannot see: no
connection, no such domain, suspended, expired. Every smtp event must have its line and every
line its event, else Mismatch is raised: a truth with a hole is none.

A record:
    queue_id recipient status code enhanced stage host host_ip label source sender
    evidence line dsn
A value that is a list: any of these is right (the log does not tell more). A key that is
left out: nothing can be demanded. null: null is demanded. "kind" is delivery; "none" for a
line that is no delivery to a provider (filter hop, lmtp, local, discard, pipe); "aside" for
what one host said before Postfix asked the next (a line without recipient and status, which
is a reply of a provider, but no delivery).
"""

import calendar
import re
import time

LINE = re.compile(r"^(\w{3} [ \d]\d \d\d:\d\d:\d\d) (\S+) ([^\s\[]+)\[\d+\]: (.*)$")
ADDR = r"((?:\"(?:[^\"\\]|\\.)*\"|[^>\"])*)"
TO = re.compile(r"^([0-9A-Za-z]+): to=<" + ADDR + r">, (?:orig_to=<" + ADDR + r">, )?relay=(.*?), "
                r"(?:conn_use=\d+, )?delay=[\d.]+, delays=[\d./]+, dsn=(\d\.\d+\.\d+), "
                r"status=(\w+) \((.*)\)$")
FROM = re.compile(r"^([0-9A-Za-z]+): from=<" + ADDR + r">, (?:size=\d+|status=([\w-]+), )")
RELAY = re.compile(r"^([^\[\s]+)\[([0-9A-Fa-f.:]+)\]:(\d+)$")
ASIDE = re.compile(r"^([0-9A-Za-z]+): host ([^\[\s]+)\[([^\]]+)\] (?:said|refused to talk to "
                   r"me): ")
SEEN_HOST = re.compile(r"\bto ([^\[\s]+)\[([0-9A-Fa-f.:]+)\]:\d+: ")
PHASES = [
    ("receiving the initial server greeting", "connect"),
    ("performing the EHLO handshake", "ehlo"),
    ("performing the HELO handshake", "ehlo"),
    ("sending MAIL FROM", "mail"),
    ("sending RCPT TO", "rcpt"),
    ("sending DATA command", "data"),
    ("sending message body", ["data", "dot"]),
    ("sending end of data", "dot"),
]


class Mismatch(Exception):
    pass


def _seconds(stamp, year):
    return calendar.timegm(time.strptime("%d %s" % (year, stamp), "%Y %b %d %H:%M:%S"))


def _norm(text):
    """As Postfix logs a reply: one line, blanks as they are."""
    return re.sub(r"\s+", " ", text).strip()


class Join:
    def __init__(self, log, events, sources, injected):
        """log: list of lines; injected: {queue_id: sender}; sources: as in lab.py."""
        self.lines = log
        self.events = [e for e in events if e["proto"] == "smtp"]
        self.labels = {syslog: (v4, v6, public) for syslog, v4, v6, public in sources.values()}
        self.injected = injected
        self.sender = {}
        self.bound = {}         # event seq -> (queue id, recipients)
        self.records = []
        self.last = {}          # (queue id, recipient) -> its records, oldest first

    def run(self):
        year = time.gmtime(self.events[0]["t"]).tm_year
        for number, line in enumerate(self.lines, 1):
            match = LINE.match(line)
            if not match:
                raise Mismatch("line %d: not a log line: %s" % (number, line))
            stamp, log_host, ident, body = match.groups()
            name, _, program = ident.rpartition("/")
            at = _seconds(stamp, year)
            found = FROM.match(body)
            if found and program == "qmgr":
                self.sender[found.group(1)] = found.group(2)
                if found.group(3):
                    self.expired(number, found.group(1), found.group(3))
                continue
            found = TO.match(body)
            if found:
                self.attempt(number, at, log_host, name, program, *found.groups())
                continue
            found = ASIDE.match(body)
            if found and name in self.labels:
                event = self.find(at, found.group(1), None, name, found.group(3), None, None)
                if event is None:
                    raise Mismatch("line %d: no answer of the sink for: %s" % (number, line))
                self.records.append({
                    "kind": "aside", "queue_id": found.group(1), "recipient": None,
                    "status": None, "line": number, "label": "%s/%s" % (log_host, name),
                    "source": self.labels[name][2], "host": found.group(2),
                    "host_ip": found.group(3), "code": event["code"],
                    "enhanced": event["enhanced"], "stage": event["stage"]})
            elif re.match(r"[0-9A-Za-z]+: to=<", body):
                raise Mismatch("line %d: not understood: %s" % (number, line))
        self.close()
        return self.records

    def add(self, record):
        self.records.append(record)
        self.last.setdefault((record["queue_id"], record["recipient"]), []).append(record)

    def attempt(self, number, at, log_host, name, program, queue_id, to, orig_to, relay, dsn,
                status, text):
        record = {"kind": "delivery", "queue_id": queue_id, "recipient": to, "status": status,
                  "sender": self.sender.get(queue_id), "line": number, "dsn": dsn}
        if orig_to is not None:
            record["orig_to"] = orig_to
        own = name not in self.labels
        if program == "error":
            # The queue manager's or a table's own words; nobody was asked.
            record["evidence"] = False
            if status == "deferred" and "suspended" in text:
                record["suspended"] = True
            self.add(record)
            return
        if own:
            record.update(kind="none", by=program, relay=relay)
            self.add(record)
            return
        record.update(label="%s/%s" % (log_host, name), source=self.labels[name][2])
        match = RELAY.match(relay)
        if match and ":" in (match.group(2) or ""):     # over IPv6: a source of its own
            record.update(label=record["label"] + "/ipv6", source=record["label"] + "/ipv6")
        if match:
            record.update(host=match.group(1), host_ip=match.group(2))
        elif relay == "none":
            seen = SEEN_HOST.search(text)
            record.update(host=seen.group(1) if seen else None,
                          host_ip=seen.group(2) if seen else None)
        else:
            raise Mismatch("line %d: relay %s" % (number, relay))
        if not match or re.match(r"TLS is required|SMTPUTF8 is required|message size ", text):
            # No answer decided this: Postfix's own words about the network, DNS or a feature.
            record.update(code=None)
            if text.startswith("connect to"):
                record["stage"] = [None, "connect"]
            self.add(record)
            return
        event = self.find(at, queue_id, to, name, record["host_ip"], text, number)
        if event is None:
            raise Mismatch("line %d: no answer of the sink for: %s" %
                           (number, self.lines[number - 1]))
        self.settle(record, event, text, number)
        self.add(record)

    def settle(self, record, event, text, number):
        """The sink's answer becomes the truth; the log must not contradict it."""
        record.update(evidence=True, code=event["code"], enhanced=event["enhanced"],
                      stage=event["stage"])
        first = event["code"] // 100 if event["code"] else 0
        if event["did"] in ("drop", "stall"):
            phase = [stage for words, stage in PHASES if "while " + words in text]
            if not phase:
                raise Mismatch("line %d: no phase in: %s" % (number, text))
            record["stage"] = phase[0]
            expected = "deferred"
        elif event["stage"] == "connect":
            expected = "deferred"       # also a 5xx: smtp_skip_5xx_greeting
        elif event["stage"] == "ehlo":
            expected = "bounced" if first == 5 else "deferred"
            record["stage"] = ["connect", "ehlo"]       # "refused to talk to me" says no more
        else:
            expected = {2: "sent", 4: "deferred", 5: "bounced"}[first]
        if text.startswith("reputed-reroute "):
            expected = "deferred"
        if record["status"] != expected:
            raise Mismatch("line %d: %s, but the sink said %s %s" %
                           (number, record["status"], event["did"], event["text"]))
        if event["text"]:
            said = event["text"].encode("ascii", "replace").decode()
            logged = text.encode("ascii", "replace").decode()
            squeeze = (lambda s: re.sub(r"[\s?]+", "", s))
            if squeeze(said)[:200] not in squeeze(logged):
                raise Mismatch("line %d: the sink said %r, logged %r" % (number, said, logged))
        for mine in (event["queue_id"],):
            if mine and mine != record["queue_id"]:
                raise Mismatch("line %d: the sink got it as %s" % (number, mine))

    def find(self, at, queue_id, to, name, ip, text, number):
        """The oldest answer that fits and is not used up; marks it as used."""
        v4, v6, _ = self.labels[name]
        for event in self.events:
            if event["t"] > at + 2:
                break
            if event["ip"] != ip or event["peer"] not in (v4, v6):
                continue
            if event["from"] is not None and event["from"] != self.sender.get(queue_id):
                continue
            bound = self.bound.get(event["seq"])
            if to is None:
                if bound:
                    continue
                self.bound[event["seq"]] = (queue_id, None)
                return event
            if event["did"] == "left":
                continue
            if event["to"] is not None:
                if bound or event["to"] != to:
                    continue
            elif bound and (bound[0] != queue_id or bound[1] is None or to in bound[1]):
                continue
            elif event["open"] is not None and to not in event["open"]:
                continue
            elif event["rest"] == to:
                continue
            self.bound.setdefault(event["seq"], (queue_id, []))[1].append(to)
            return event
        return None

    def expired(self, number, queue_id, word):
        """The queue manager gives up: for every recipient whose last word was deferred."""
        for (mine, to), records in list(self.last.items()):
            if mine != queue_id or records[-1]["status"] != "deferred":
                continue
            if records[-1]["kind"] != "delivery":
                continue
            asked = [r for r in records if "label" in r]
            record = {"kind": "delivery", "queue_id": queue_id, "recipient": to,
                      "status": "expired", "word": word, "sender": self.sender.get(queue_id),
                      "line": number}
            if asked:
                newest = asked[-1]
                record.update(label=newest["label"], source=newest["source"],
                              host=[None, newest["host"]],
                              code=[None, newest["code"]])
            self.add(record)

    def close(self):
        left = [e for e in self.events
                if e["seq"] not in self.bound and e["did"] != "left" and not e["rest"]]
        if left:
            raise Mismatch("%d answers of the sink are not in the log, the first: %s" %
                           (len(left), left[0]))
        seen = {record["queue_id"] for record in self.records}
        for queue_id, sender in self.injected.items():
            if queue_id not in self.sender or self.sender[queue_id] != sender:
                raise Mismatch("injected as %s from <%s>: not in the log" % (queue_id, sender))
            if queue_id not in seen:
                raise Mismatch("injected as %s: no delivery in the log" % queue_id)
