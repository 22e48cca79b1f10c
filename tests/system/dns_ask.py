# SPDX-License-Identifier: Apache-2.0
"""
dns_ask.py -- a DNS client of the tests' own: what a server on loopback really says.

    dns = Ask("127.0.0.1:5300")
    dns.ask("example.com", "TXT")   -> (rcode, [value, ...]); each question is asked once and kept

Values: addresses as text, names in lower case without a dot at the end, (preference, name) of MX, a list of byte
strings of TXT. Aliases (CNAME) are followed. A packet that cannot be read, or no answer within two seconds, raises
OSError: on loopback that is the fault of the test.
"""

import ipaddress
import socket
import struct
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28}
OK, SERVFAIL, NXDOMAIN, REFUSED = 0, 2, 3, 5
ALIASES = 10


def wire(name):
    out = b""
    for label in name.rstrip(".").encode("utf-8").split(b"."):
        if not 0 < len(label) < 64:
            raise ValueError("no name: %r" % name)
        out += bytes([len(label)]) + label
    if len(out) > 254:
        raise ValueError("too long: %r" % name)
    return out + b"\0"


def name_at(data, at):
    """A name of a packet and where it ends."""
    labels, end, jumps = [], None, 0
    while data[at]:
        if data[at] >= 0xc0:
            end = end or at + 2
            at = struct.unpack("!H", data[at:at + 2])[0] & 0x3fff
            jumps += 1
            if jumps > 50:
                raise OSError("a name in a circle")
            continue
        labels.append(data[at + 1:at + 1 + data[at]])
        at += 1 + data[at]
    return b".".join(labels).decode("latin-1").lower(), end or at + 1


def value_at(data, at, size, kind):
    raw = data[at:at + size]
    if kind in (1, 28):
        return str(ipaddress.ip_address(raw))
    if kind in (2, 5, 12):
        return name_at(data, at)[0]
    if kind == 15:
        return struct.unpack("!H", raw[:2])[0], name_at(data, at + 2)[0]
    if kind == 16:
        out, i = [], 0
        while i < len(raw):
            out.append(raw[i + 1:i + 1 + raw[i]])
            i += 1 + raw[i]
        return out
    return raw


class Ask:
    def __init__(self, server):
        host, _, port = server.rpartition(":")
        self.where = host, int(port)
        self.kept, self.number = {}, 0
        self.lock = threading.Lock()
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.settimeout(2)
        self.udp.connect(self.where)

    def close(self):
        self.udp.close()

    def packet(self, question):
        self.udp.send(question)
        while True:
            data = self.udp.recv(65535)
            if data[:2] == question[:2]:
                break
        if not data[2] & 2:
            return data
        with socket.create_connection(self.where, timeout=2) as tcp:    # it was cut (TC)
            tcp.sendall(struct.pack("!H", len(question)) + question)
            data = b""
            while len(data) < 2 or len(data) < 2 + struct.unpack("!H", data[:2])[0]:
                more = tcp.recv(65535)
                if not more:
                    raise OSError("the server closed the connection")
                data += more
            return data[2:]

    def once(self, name, kind):
        """(rcode, alias or None, values) of one question."""
        self.number = (self.number + 1) % 65536
        question = struct.pack("!HHHHHH", self.number, 0x0100, 1, 0, 0, 1) + wire(name) + \
            struct.pack("!HH", TYPES[kind], 1) + b"\0" + struct.pack("!HHIH", 41, 1232, 0, 0)
        data = self.packet(question)
        _, flags, questions, answers = struct.unpack("!HHHH", data[:8])
        at, values, alias = 12, [], None
        for _ in range(questions):
            at = name_at(data, at)[1] + 4
        for _ in range(answers):
            at = name_at(data, at)[1]
            found, _, _, size = struct.unpack("!HHIH", data[at:at + 10])
            at += 10
            if found == TYPES[kind]:
                values.append(value_at(data, at, size, found))
            elif found == TYPES["CNAME"]:
                alias = value_at(data, at, size, found)
            at += size
        return flags & 15, alias, values

    def ask(self, name, kind):
        key = name.rstrip(".").lower(), kind
        with self.lock:
            if key in self.kept:
                return self.kept[key]
            try:
                rcode, alias, values = self.once(*key)
                for _ in range(ALIASES):
                    if values or not alias or rcode == SERVFAIL:
                        break
                    rcode, alias, values = self.once(alias, kind)
            except (ValueError, UnicodeError):
                rcode, values = NXDOMAIN, []    # not a name: nobody can have it
            self.kept[key] = rcode, values
            return self.kept[key]
