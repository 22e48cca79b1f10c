# SPDX-License-Identifier: Apache-2.0
"""
dns_tap.py -- a forwarder of DNS over UDP that notes what it passes on.

    with nsd.Nsd(zones) as dns, dns_tap.Tap(dns.port) as log:  ... --server log.server ...  log.queries()

NSD's own log of queries (dnstap) loses some when many come at once, so it cannot prove that one is missing.
"""

import select
import socket
import struct
import threading
import time

import dns_stub


class Tap:
    def __init__(self, port):
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for s in (self.front, self.back):
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self.front.bind(("127.0.0.1", 0))
        self.back.connect(("127.0.0.1", port))
        self.server = "127.0.0.1:%d" % self.front.getsockname()[1]
        self.seen, self.waiting, self.next, self.over = [], {}, 0, False
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over = True
        self.thread.join()
        self.front.close()
        self.back.close()

    def serve(self):
        while not self.over:
            for s in select.select([self.front, self.back], [], [], 0.1)[0]:
                if s is self.front:
                    self.question(*s.recvfrom(65536))
                else:
                    self.answer(s.recv(65536))

    def question(self, packet, sender):
        asked = dns_stub.Question(packet, True)
        self.seen.append((time.monotonic(), asked.name, asked.type))
        self.next = (self.next + 1) % 65536
        self.waiting[self.next] = (packet[:2], sender)
        self.back.send(struct.pack("!H", self.next) + packet[2:])

    def answer(self, packet):
        own, sender = self.waiting.pop(struct.unpack("!H", packet[:2])[0])
        self.front.sendto(own + packet[2:], sender)

    def queries(self):
        """(time, b"name", type) of all so far, as they came."""
        return list(self.seen)
