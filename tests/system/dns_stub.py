# SPDX-License-Identifier: Apache-2.0
"""
dns_stub.py -- a DNS server on loopback that says what a test wants, well or badly.

    with Stub({"example.com": [("TXT", "v=spf1 -all")], "slow.example": TIMEOUT}) as dns:
        ... dns.server ...      "127.0.0.1:PORT"; UDP and TCP

A name holds a list of (TYPE, value), or TIMEOUT, SERVFAIL, REFUSED, or a function of the question
that returns the packets to send (bytes, any number). Values: addresses, names, (preference, name)
of MX, text or bytes (or a list of them: several strings) of TXT, bytes of anything else. A first
label "*" answers for every name below. Every question is kept in `asked` with its time, and as it is
in `questions`. `first`, a function of the question, may answer before the zone does; None: it does not.
"""

import errno
import ipaddress
import socket
import struct
import threading
import time

TIMEOUT, SERVFAIL, REFUSED = "TIMEOUT", "SERVFAIL", "REFUSED"
TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28,
         "DS": 43, "TLSA": 52, "SPF": 99, "ANY": 255, "CAA": 257}
NAMES = {v: k for k, v in TYPES.items()}


def wire_name(name):
    """Of text; bytes are taken as they are. Labels too long for DNS are cut: the test's fault."""
    raw = name if isinstance(name, bytes) else name.encode("utf-8")
    out = b""
    for label in raw.rstrip(b".").split(b"."):
        if label:
            out += bytes([min(len(label), 63)]) + label[:63]
    return out + b"\0"


def read_name(data, at):
    labels = []
    while data[at]:
        n = data[at]
        labels.append(data[at + 1:at + 1 + n])
        at += n + 1
    return b".".join(labels).lower(), at + 1


def strings(value):
    """The strings of a TXT record."""
    out = b""
    for part in value if isinstance(value, (list, tuple)) else [value]:
        raw = part if isinstance(part, bytes) else part.encode("utf-8")
        pieces = [raw[i:i + 255] for i in range(0, len(raw), 255)] or [b""]
        for piece in pieces:
            out += bytes([len(piece)]) + piece
    return out


def data_of(kind, value):
    if kind == "A" or kind == "AAAA":
        return ipaddress.ip_address(value).packed
    if kind == "MX":
        return struct.pack("!H", value[0]) + wire_name(value[1])
    if kind in ("NS", "CNAME", "PTR"):
        return wire_name(value)
    if kind in ("TXT", "SPF"):
        return strings(value)
    return value


class Question:
    def __init__(self, packet, tcp):
        self.packet, self.tcp = packet, tcp
        self.id, self.flags = struct.unpack("!HH", packet[:4])
        self.name, at = read_name(packet, 12)
        self.type = struct.unpack("!H", packet[at:at + 2])[0]
        self.raw = packet[12:at + 4]
        self.size = 512
        self.edns, self.cd, self.ad = packet[11] > 0, bool(packet[3] & 0x10), bool(packet[3] & 0x20)
        if self.edns and len(packet) >= at + 15:
            self.size = struct.unpack("!H", packet[at + 7:at + 9])[0]

    def reply(self, records=(), rcode=0, flags=0x8580, qid=None, authority=b"", counts=None):
        """records: (owner as wire bytes, type, ttl, rdata)"""
        body = b"".join(owner + struct.pack("!HHIH", kind, 1, ttl, len(data)) + data
                        for owner, kind, ttl, data in records)
        counts = counts or (1, len(records), 1 if authority else 0, 0)
        head = struct.pack("!HHHHHH", self.id if qid is None else qid, flags | rcode, *counts)
        return head + self.raw + body + authority

    def fit(self, packet):
        """Over UDP: cut at what the asker takes, with TC."""
        if self.tcp or len(packet) <= self.size:
            return packet
        return struct.pack("!HHHHHH", self.id, 0x8780, 1, 0, 0, 0) + self.raw


class Stub:
    """`tcp` false: nobody there over TCP; `delay`: seconds before each answer."""

    def __init__(self, zone, soa_ttl=60, ip="127.0.0.1", port=0, tcp=True, delay=0, first=None):
        self.ip, self.port, self.with_tcp, self.delay, self.first = ip, port, tcp, delay, first
        self.zone = {}
        self.asked, self.questions = [], []
        self.lock = threading.Lock()
        for name, value in zone.items():
            self.put(name, value)
        self.soa_ttl = soa_ttl
        self.udp = self.tcp = None

    def put(self, name, value):
        raw = (name if isinstance(name, bytes) else name.encode("utf-8")).lower().rstrip(b".")
        self.zone[raw] = value

    def __enter__(self):
        family = socket.AF_INET6 if ":" in self.ip else socket.AF_INET
        for _ in range(100):
            self.udp = socket.socket(family, socket.SOCK_DGRAM)
            self.tcp = socket.socket(family, socket.SOCK_STREAM)
            self.tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                self.udp.bind((self.ip, self.port))
                self.tcp.bind((self.ip, self.udp.getsockname()[1]))
                break
            except OSError as error:
                self.udp.close()
                self.tcp.close()
                if error.errno != errno.EADDRINUSE:
                    raise
                time.sleep(0.02 if self.port else 0)    # one before may be about to go
        self.port = self.udp.getsockname()[1]
        self.udp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        if self.with_tcp:
            self.tcp.listen(64)
        self.server = ("[%s]:%d" if ":" in self.ip else "%s:%d") % (self.ip, self.port)
        for work in (self.serve_udp, self.serve_tcp) if self.with_tcp else (self.serve_udp,):
            threading.Thread(target=work, daemon=True).start()
        return self

    def __exit__(self, *_):
        for s in (self.udp, self.tcp):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            s.close()

    # --- what is said ---------------------------------------------------------------------------

    def find(self, name):
        if name in self.zone:
            return self.zone[name]
        labels = name.split(b".")
        for i in range(1, len(labels)):
            star = b".".join([b"*"] + labels[i:])
            if star in self.zone:
                return self.zone[star]
        return None

    def exists(self, name):
        return any(have.endswith(b"." + name) for have in self.zone)

    def negative(self, q, rcode):
        soa = wire_name("ns.invalid") + wire_name("hostmaster.invalid") + \
            struct.pack("!IIIII", 1, 60, 60, 60, self.soa_ttl)
        owner = b"\0" + struct.pack("!HHIH", 6, 1, self.soa_ttl, len(soa)) + soa
        return q.reply(rcode=rcode, authority=owner)

    def answers(self, q):
        records, name, owner, seen = [], q.name, b"\xc0\x0c", set()
        while True:
            value = self.find(name)
            if value in (TIMEOUT, SERVFAIL, REFUSED) and isinstance(value, str):
                return {TIMEOUT: [], SERVFAIL: [q.reply(rcode=2)],
                        REFUSED: [q.reply(rcode=5)]}[value]
            if callable(value):
                return value(q)
            if value is None:
                if records:
                    return [q.reply(records)]
                return [self.negative(q, 0 if self.exists(name) else 3)]
            if any(v == TIMEOUT for v in value) and \
                    not any(v[0] == NAMES.get(q.type) for v in value if v != TIMEOUT):
                return []
            mine = [v for v in value if v != TIMEOUT]
            alias = [v for k, v in mine if k == "CNAME"]
            if alias and q.type != 5:
                records.append((owner, 5, 300, data_of("CNAME", alias[0])))
                name = alias[0].lower().rstrip(".").encode()
                owner = wire_name(name)
                if name in seen:
                    return [q.reply(records)]
                seen.add(name)
                continue
            records += [(owner, TYPES[k], 300, data_of(k, v)) for k, v in mine
                        if TYPES[k] == q.type]
            if not records:
                return [self.negative(q, 0)]
            return [q.reply(records)]

    def hear(self, packet, tcp):
        try:
            q = Question(packet, tcp)
        except (IndexError, struct.error):
            return []
        time.sleep(self.delay)
        with self.lock:
            self.asked.append((time.monotonic(), q.name, NAMES.get(q.type, q.type), tcp))
            self.questions.append(q)
        packets = self.first(q) if self.first else None
        return [p if getattr(p, "raw", False) else q.fit(p)
                for p in (self.answers(q) if packets is None else packets)]

    def serve_udp(self):
        while True:
            try:
                packet, where = self.udp.recvfrom(65535)
                for reply in self.hear(packet, False):
                    self.udp.sendto(reply, where)
            except OSError:
                if self.udp.fileno() < 0:
                    return

    def serve_tcp(self):
        while True:
            try:
                peer, _ = self.tcp.accept()
            except OSError:
                return
            threading.Thread(target=self.serve_peer, args=(peer,), daemon=True).start()

    def serve_peer(self, peer):
        def exactly(n):
            data = b""
            while len(data) < n:
                more = peer.recv(n - len(data))
                if not more:
                    raise OSError("closed")
                data += more
            return data
        with peer:
            try:
                while True:
                    n = struct.unpack("!H", exactly(2))[0]
                    for reply in self.hear(exactly(n), True):
                        peer.sendall(struct.pack("!H", len(reply)) + reply)
            except OSError:
                return
