# SPDX-License-Identifier: Apache-2.0
"""
vt100.py -- a terminal for tests: a program runs on it, keys are pressed, and the screen is read.

Used by test_top.py. It knows what ncurses sends to a vt100 and to an xterm, and nothing more: any other
sequence is kept in `unknown`, and so is every control character. Needs nothing but python.
"""

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

SOON = 60       # seconds; far more than anything here needs, also on a loaded machine
# what a terminal is told besides text; `final` says what to do
CSI = re.compile(rb"\x1b\[([?>=]?)([0-9;]*)([@-~])")
OTHER = re.compile(rb"\x1b([=>78M]|[()][A-Z0-9])")
MODES = "hlrtcq"        # of which nothing is seen on the screen


class Screen:
    def __init__(self, lines, columns):
        self.unknown, self.colours = [], False
        self.sgr, self.rest = b"", b""
        self.resize(lines, columns)

    def resize(self, lines, columns):
        self.height, self.width = lines, columns
        self.cells = [[" "] * columns for _ in range(lines)]
        self.y = self.x = 0

    def lines(self):
        return ["".join(line).rstrip() for line in self.cells]

    def text(self):
        return "\n".join(self.lines())

    def feed(self, data):
        data, self.rest = self.rest + data, b""
        i = 0
        while i < len(data):
            byte = data[i:i + 1]
            if byte == b"\x1b":
                found = CSI.match(data, i) or OTHER.match(data, i)
                if not found and len(data) - i < 24:
                    self.rest = data[i:]    # its end has not come yet
                    return
                if not found:
                    self.unknown.append(data[i:i + 24])
                    i += 1
                    continue
                if found.re is CSI:
                    self.obey(found.group(1), found.group(2), found.group(3).decode(), found.group(0))
                elif found.group(1) == b"M":
                    self.y = max(0, self.y - 1)
                i = found.end()
            elif byte < b" ":
                self.control(byte)
                i += 1
            else:
                length = 1 if data[i] < 0x80 else 2 if data[i] < 0xe0 else 3 if data[i] < 0xf0 else 4
                if len(data) - i < length:
                    self.rest = data[i:]
                    return
                self.put(data[i:i + length].decode("utf-8", "replace"))
                i += length

    def control(self, byte):
        if byte == b"\r":
            self.x = 0
        elif byte == b"\n":
            self.down()
        elif byte == b"\b":
            self.x = max(0, min(self.x, self.width - 1) - 1)
        elif byte == b"\t":
            self.x = min(self.width - 1, self.x // 8 * 8 + 8)
        elif byte not in (b"\x0e", b"\x0f", b"\x00"):   # other character set, and back
            self.unknown.append(byte)

    def down(self):
        if self.y + 1 == self.height:
            self.cells = self.cells[1:] + [[" "] * self.width]
        self.y = min(self.y + 1, self.height - 1)

    def put(self, char):
        if self.x == self.width:    # the last column is left with the next character
            self.x = 0
            self.down()
        self.cells[self.y][self.x] = self.last = char
        self.x += 1

    def obey(self, private, numbers, final, whole):
        n = [int(x) if x else 0 for x in numbers.split(b";")]
        one = max(1, n[0])
        if final == "m":
            self.sgr = numbers
            self.colours = self.colours or any(30 <= x < 50 and x not in (39, 49) for x in n)
        elif private or final in MODES:
            pass
        elif final in "Hf":
            self.y, self.x = max(1, n[0]) - 1, max(1, (n + [1])[1]) - 1
        elif final in "ABCD":
            self.y += {"A": -one, "B": one}.get(final, 0)
            self.x += {"C": one, "D": -one}.get(final, 0)
        elif final == "d":
            self.y = one - 1
        elif final == "G":
            self.x = one - 1
        elif final == "K":
            self.blank(self.y, *((self.x, self.width), (0, self.x + 1), (0, self.width))[n[0]])
        elif final == "J":
            for y in range(self.height):
                if n[0] == 2 or y > self.y:
                    self.blank(y, 0, self.width)
            if n[0] == 0:
                self.blank(self.y, self.x, self.width)
        elif final == "X":
            self.blank(self.y, self.x, self.x + one)
        elif final == "b":
            for _ in range(one):
                self.put(self.last)
        else:
            self.unknown.append(whole)
        self.y, self.x = max(0, min(self.y, self.height - 1)), max(0, min(self.x, self.width))

    def blank(self, y, begin, end):
        for x in range(begin, min(end, self.width)):
            self.cells[y][x] = " "


class Terminal:
    """A program on a terminal of its own. `sent` is all that it wrote."""

    def __init__(self, line, env, lines=24, columns=80):
        self.screen, self.sent, self.code = Screen(lines, columns), b"", None
        self.master, self.slave = os.openpty()
        self.size(lines, columns)
        self.before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setsid()
                fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
                for fd in range(3):
                    os.dup2(self.slave, fd)
                os.closerange(3, 64)
                os.execve(line[0], line, env)
            finally:
                os._exit(127)

    def size(self, lines, columns):
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def resize(self, lines, columns):
        self.screen.resize(lines, columns)
        self.size(lines, columns)

    def read(self, seconds=0.1):
        """What comes within so many seconds, to the screen. Returns how many bytes."""
        until, n = time.monotonic() + seconds, 0
        while time.monotonic() < until:
            if select.select([self.master], [], [], 0.05)[0]:
                data = os.read(self.master, 1 << 16)
                self.sent += data
                self.screen.feed(data)
                n += len(data)
        return n

    def press(self, keys):
        os.write(self.master, keys)

    def shows(self, *words):
        """Waits until each is on the screen."""
        return self.until(lambda: all(w in self.screen.text() for w in words))

    def until(self, true):
        until = time.monotonic() + SOON
        while time.monotonic() < until:
            self.read()
            if true():
                return True
            if self.ended():
                self.read()
                return true()
        return False

    def ended(self):
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid != 0:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code is not None

    def end(self):
        """Waits for its end; kills it when there is none. Returns its exit code."""
        if not self.until(self.ended):
            os.kill(self.pid, signal.SIGKILL)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.read()
        return self.code

    def restored(self):
        """Whether the settings of the terminal (stty) are those of before."""
        return termios.tcgetattr(self.slave) == self.before

    def close(self):
        os.close(self.master)
        os.close(self.slave)

    def told(self):
        return ["exit: %s, %d bytes" % (self.code, len(self.sent))] + self.screen.lines()
