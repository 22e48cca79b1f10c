# SPDX-License-Identifier: Apache-2.0
"""
dnstap.py -- NSD's own log of queries: its dnstap frames, taken from a socket.

    with Tap() as log, nsd.Nsd(zones, log.conf()) as dns:  ... log.queries(dns)  [(time, b"name", type)]

The time is NSD's, when it read the query. Frame Streams and the three fields of the protocol buffer
that are needed are read here; anything else is skipped.
"""

import os
import shutil
import socket
import struct
import tempfile
import threading
import time

import dns_stub

CONTENT = b"protobuf:dnstap.Dnstap"
ACCEPT, START, STOP, READY, FINISH = 1, 2, 3, 4, 5


def fields(data):
    """(number, value) of a protocol buffer."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            n = {1: 8, 5: 4}.get(key & 7)
            n = varint() if n is None else n
            yield key >> 3, data[at:at + n]
            at += n


def query_of(frame):
    """(time, name, type) of a frame about a query; None of any other."""
    message = dict(fields(dict(fields(frame)).get(14, b"")))
    if message.get(1) != 1 or 10 not in message:     # AUTH_QUERY
        return None
    question = dns_stub.Question(message[10], True)
    nanoseconds = struct.unpack("<I", message[9])[0]
    return message[8] + nanoseconds / 1e9, question.name, question.type


class Tap:
    def __enter__(self):
        self.top = tempfile.mkdtemp(prefix="reputed-tap.")
        self.path = self.top + "/socket"
        self.seen, self.lock, self.probes = [], threading.Lock(), 0
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(self.path)
        self.listener.listen(8)
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        try:
            self.listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.listener.close()
        shutil.rmtree(self.top, ignore_errors=True)

    def conf(self):
        return ('dnstap:\n    dnstap-enable: yes\n    dnstap-socket-path: "%s"\n'
                "    dnstap-log-auth-query-messages: yes\n" % self.path)

    def serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.hear, args=(peer,), daemon=True).start()

    def hear(self, peer):
        def exactly(n):
            data = b""
            while len(data) < n:
                more = peer.recv(n - len(data))
                if not more:
                    raise OSError("closed")
                data += more
            return data

        def control(kind):
            body = struct.pack("!I", kind)
            if kind == ACCEPT:
                body += struct.pack("!II", 1, len(CONTENT)) + CONTENT
            peer.sendall(struct.pack("!II", 0, len(body)) + body)

        with peer:
            try:
                while True:
                    n = struct.unpack("!I", exactly(4))[0]
                    if n > 0:
                        query = query_of(exactly(n))
                        if query is not None:
                            with self.lock:
                                self.seen.append(query)
                        continue
                    kind = struct.unpack("!I", exactly(struct.unpack("!I", exactly(4))[0])[:4])[0]
                    if kind == READY:
                        control(ACCEPT)
                    elif kind == STOP:
                        control(FINISH)
            except OSError:
                return

    def probe(self, dns, name):
        """Asks NSD for a name below probe.invalid."""
        packet = struct.pack("!HHHHHH", 1, 0, 1, 0, 0, 0) + dns_stub.wire_name(name) + struct.pack("!HH", 1, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(packet, ("127.0.0.1", dns.port))

    def wait(self, dns, again, patience=10.0):
        """Until a question of ours has come through, and so all before it: NSD sends them in bundles."""
        self.probes += 1
        name, until = "p%d.probe.invalid" % self.probes, time.monotonic() + patience
        self.probe(dns, name)
        while time.monotonic() < until:
            with self.lock:
                if any(n == name.encode() for _, n, _ in self.seen):
                    return True
            if again:       # nobody listened yet
                self.probe(dns, name)
            time.sleep(0.05)
        return False

    def connected(self, dns):
        """Whether NSD tells what it is asked: it connects a moment after its start."""
        return self.wait(dns, True)

    def queries(self, dns):
        """All so far, by their time."""
        if not self.wait(dns, False):
            raise RuntimeError("NSD's log of queries stopped")
        with self.lock:
            return sorted(q for q in self.seen if not q[1].endswith(b".probe.invalid"))
