# SPDX-License-Identifier: Apache-2.0
"""A page in a real Chromium, without a window: over its debugging pipe, with nothing but python.

with Browser(path of a page) as b: b.size(390, 800); b.value("document.title"); b.asked, b.said
with Browser("http://127.0.0.1:8025/") as b: b.open("http://127.0.0.1:8025/#/queue"); b.key("Enter"); b.picture("queue.png")
"""
import base64
import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import loopback

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_S = 60     # for an answer: a machine may be busy


def pump(a, b):
    """What comes of one goes to the other, both ways, until both have ended."""
    with a, b:
        to, ends = {a: b, b: a}, []
        while len(ends) < 2:
            for s in select.select([x for x in to if x not in ends], [], [])[0]:
                data = b""
                with contextlib.suppress(OSError):
                    data = s.recv(65536)
                with contextlib.suppress(OSError):
                    if data:
                        to[s].sendall(data)
                    else:
                        to[s].shutdown(socket.SHUT_WR)
                if not data:
                    ends.append(s)


def listen_for(family, place, connect):
    """Whoever connects to the place is connected on."""
    server = socket.socket(family)
    server.bind(place)
    server.listen(128)

    def serve():
        while True:
            one = server.accept()[0]
            try:
                threading.Thread(target=pump, args=(one, connect()), daemon=True).start()
            except OSError:
                one.close()
    threading.Thread(target=serve, daemon=True).start()


def inside(port, bridge, *command):
    """The browser, in a network of its own in which one port leads to the bridge."""
    def connect():
        s = socket.socket(socket.AF_UNIX)
        s.connect(bridge)
        return s
    loopback.enter()
    listen_for(socket.AF_INET, ("127.0.0.1", int(port)), connect)
    return subprocess.run(command, close_fds=False, check=False).returncode


class Browser:
    """One page. `asked` are the addresses that it asked for, `said` what the browser said of it.

    It looks for a network by itself, so it is in one of its own. For a page of a file that has not even loopback; for one of a
    server its port leads to the same port of the test's network, and nothing else leads anywhere."""

    def __init__(self, page):
        served = page.startswith("http://127.0.0.1:")
        self.folder = tempfile.mkdtemp(prefix="reputed-browser.")
        self.n, self.rest, self.asked, self.said = 0, b"", [], []
        read, theirs_w = os.pipe()
        theirs_r, write = os.pipe()

        def pipes():
            # the browser reads from 3 and writes to 4
            a, b = os.dup(theirs_r), os.dup(theirs_w)
            os.dup2(a, 3)
            os.dup2(b, 4)
            if not served:
                loopback.unshare(loopback.NEWNET | (0 if os.geteuid() == 0 else loopback.NEWUSER))

        before = []
        if served:
            port, bridge = page.split(":")[2].split("/")[0], self.folder + "/bridge"
            listen_for(socket.AF_UNIX, bridge, lambda: socket.create_connection(("127.0.0.1", int(port))))
            before = [sys.executable, os.path.abspath(__file__), port, bridge]
        self.process = subprocess.Popen(
            [*before, PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
             "--disable-domain-reliability", "--no-pings", "--host-resolver-rules=MAP * ~NOTFOUND" + (", EXCLUDE 127.0.0.1" if served else ""),
             "--user-data-dir=" + self.folder, "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_r)
        os.close(theirs_w)
        self.read, self.pipe, self.session = read, write, None
        target = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"][0]
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable")
        self.open(page if served else "file://" + page)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.pipe)
        try:
            self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        os.close(self.read)
        shutil.rmtree(self.folder, ignore_errors=True)

    def message(self):
        while b"\0" not in self.rest:
            if not select.select([self.read], [], [], WAIT_S)[0]:
                raise RuntimeError("the browser does not answer")
            got = os.read(self.read, 1 << 16)
            if not got:
                raise RuntimeError("the browser has ended")
            self.rest += got
        one, self.rest = self.rest.split(b"\0", 1)
        return json.loads(one)

    def call(self, method, **params):
        self.n += 1
        wish = {"id": self.n, "method": method, "params": params}
        if self.session:
            wish["sessionId"] = self.session
        os.write(self.pipe, json.dumps(wish).encode() + b"\0")
        while True:
            got = self.message()
            if got.get("id") == self.n:
                if "error" in got:
                    raise RuntimeError("%s: %s" % (method, got["error"]))
                return got["result"]
            if got.get("method") == "Network.requestWillBeSent":
                self.asked.append(got["params"]["request"]["url"])
            elif got.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
                self.said.append(json.dumps(got["params"])[:2000])

    def value(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def open(self, address):
        """Goes there. Between two parts of one page nothing is loaded anew."""
        self.call("Page.navigate", url=address)
        while not self.value("location.protocol != 'about:' && document.readyState == 'complete'"):
            pass

    def until(self, expression, seconds=WAIT_S):
        """Waits until the expression holds, and says whether it does."""
        end = time.monotonic() + seconds
        while not self.value(expression):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True

    def promise(self, expression):
        """The value of a promise."""
        got = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in got:
            raise RuntimeError(json.dumps(got["exceptionDetails"])[:2000])
        return got["result"].get("value")

    def key(self, name, text=None, shift=False):
        """One key pressed and let go: "Tab", "Enter", "a"."""
        code = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowUp": 38, "ArrowDown": 40}.get(name, ord(name.upper()[0]))
        text = {"Enter": "\r", "Tab": None, "Escape": None}.get(name, name if len(name) == 1 else None) if text is None else text
        press = {"key": name, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        if text:
            press["text"] = text
        self.call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", **press)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=name, windowsVirtualKeyCode=code)

    def write(self, text):
        """Types into what has the focus."""
        for char in text:
            self.key(char)

    def picture(self, path, width, height):
        """The whole page as PNG, at most so high."""
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        got = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        with open(path, "wb") as file:
            file.write(base64.b64decode(got["data"]))

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def media(self, kind="", scheme="light"):
        self.call("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])


if __name__ == "__main__":
    sys.exit(inside(*sys.argv[1:]))
