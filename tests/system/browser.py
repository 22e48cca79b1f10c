# SPDX-License-Identifier: Apache-2.0
"""A page in a real Chromium, without a window: over its debugging pipe, with nothing but python.

with Browser(path of a page) as b: b.size(390, 800); b.value("document.title"); b.asked, b.said
"""
import json
import os
import select
import shutil
import subprocess
import tempfile

import loopback

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")
WAIT_S = 60     # for an answer: a machine may be busy


class Browser:
    """One page. `asked` are the addresses that it asked for, `said` what the browser said of it."""

    def __init__(self, page):
        self.folder = tempfile.mkdtemp(prefix="reputed-browser.")
        self.n, self.rest, self.asked, self.said = 0, b"", [], []
        read, theirs_w = os.pipe()
        theirs_r, write = os.pipe()

        def pipes():
            # the browser reads from 3 and writes to 4
            a, b = os.dup(theirs_r), os.dup(theirs_w)
            os.dup2(a, 3)
            os.dup2(b, 4)
            # It looks for a network by itself, and the test has none: it gets one of its own, without even loopback.
            loopback.unshare(loopback.NEWNET | (0 if os.geteuid() == 0 else loopback.NEWUSER))

        self.process = subprocess.Popen(
            [PROGRAM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps",
             "--disable-domain-reliability", "--no-pings", "--host-resolver-rules=MAP * ~NOTFOUND",
             "--user-data-dir=" + self.folder, "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_r)
        os.close(theirs_w)
        self.read, self.write, self.session = read, write, None
        target = [t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page"][0]
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable")
        self.call("Page.navigate", url="file://" + page)
        while not self.value("location.protocol == 'file:' && document.readyState == 'complete'"):
            pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.write)
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
        os.write(self.write, json.dumps(wish).encode() + b"\0")
        while True:
            got = self.message()
            if got.get("id") == self.n:
                if "error" in got:
                    raise RuntimeError("%s: %s" % (method, got["error"]))
                return got["result"]
            if got.get("method") == "Network.requestWillBeSent":
                self.asked.append(got["params"]["request"]["url"])
            elif got.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
                self.said.append(json.dumps(got["params"])[:500])

    def value(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)

    def media(self, kind="", scheme="light"):
        self.call("Emulation.setEmulatedMedia", media=kind, features=[{"name": "prefers-color-scheme", "value": scheme}])
