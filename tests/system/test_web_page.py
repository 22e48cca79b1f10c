#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_web_page.py [REPUTED] -- the page of `reputed serve`, in a real Chromium, on the month of tools/demo-month. Every screen
at the widths of a telephone, a tablet and a desk, light and dark: axe finds nothing to object to, nothing is wider than the
screen, the console is silent, no other host is asked. What each screen shows is what the API answers. With the keyboard alone,
from the login to the text of the delisting request. New mail is shown without a reload and without flicker; what is printed is
dark on white. A step that was done is remembered with who did it. What strangers wrote is text. Skipped aloud where there is
no Chromium. TAP.

REPUTED_PAGE_PICTURES=FOLDER keeps a picture of each. REPUTED_PAGE_AT=http://127.0.0.1:PORT/ looks at a page that somebody
else serves, where anna may log in with "secret".
"""

import base64
import calendar
import importlib.machinery
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import browser          # noqa: E402
import check            # noqa: E402
import util             # noqa: E402

WIDTHS = (360, 900, 1440)
SCHEMES = ("light", "dark")
PICTURES = os.environ.get("REPUTED_PAGE_PICTURES")
ALREADY = os.environ.get("REPUTED_PAGE_AT")
NAME, PASSWORD = "anna", "secret" if ALREADY else "correct horse battery staple"
# Written by strangers: into a reply of a mail server, the name of an organisation, a stream, a List-Id, a selector, a PTR.
SCRIPT = '<img src=x onerror="window.broken=1">'
STREAM = "<img/src=x/onerror=window.broken=true>"     # digits and blanks of a sender are replaced in the name of its stream
LIST = "<img/src=x/onerror=window.broken=list>"
SELECTOR = "<img/src=x/onerror=alert>"      # in lower case, without what ends a name of DNS
PTR = "<img src=x onerror=alert>.evil.example"
TABS = 80       # from one thing to the next by Tab: more is not to be expected of anybody


def demo_month():
    loader = importlib.machinery.SourceFileLoader("demo_month", os.path.join(util.TREE, "tools", "demo-month"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("demo_month", loader))
    loader.exec_module(module)
    return module


DEMO = demo_month()


class Served:
    """reputed serve on the month of tools/demo-month, with one account."""

    def __init__(self, world, scale=10, days=60, strangers=True):
        self.top, self.reputed = world.path("month"), world.reputed
        subprocess.run([sys.executable, os.path.join(util.TREE, "tools", "demo-month"), self.top, "--scale", str(scale), "--days", str(days),
                        "--bin", world.reputed, "--genlog", world.generator()], check=True, stdout=subprocess.DEVNULL)
        port = util.free_port()
        self.config = os.path.join(self.top, "reputed.conf")
        with open(self.config, "a", encoding="utf-8") as file:
            file.write("web 127.0.0.1:%d\nwatch %s/mail.log\naudit off\nqueue no\n" % (port, self.top))
        if strangers:
            self.strangers(world)
        done = subprocess.run([world.reputed, "user", "add", NAME, "--config", self.config], input=(PASSWORD + "\n").encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            raise RuntimeError("user add: " + done.stdout.decode("utf-8", "replace"))
        self.said = open(os.path.join(self.top, "serve.out"), "wb")
        self.process = subprocess.Popen([world.reputed, "serve", "--config", self.config], stdin=subprocess.DEVNULL,
                                        stdout=self.said, stderr=subprocess.STDOUT)
        self.base = "http://127.0.0.1:%d/" % port
        end = time.monotonic() + 120
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(self.base + "healthz", timeout=5).read()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError("reputed serve does not answer: " + self.out())

    def strangers(self, world):
        self.hostile_mail()
        self.ingest("mail.log")
        self.hostile_report()
        self.hostile_selector()
        self.hostile_list()
        self.hostile_name(world)

    def ingest(self, *names):
        subprocess.run([self.reputed, "ingest", "--config", self.config, *[os.path.join(self.top, n) for n in names]], check=True,
                       stdout=subprocess.DEVNULL)

    def hostile_selector(self):
        """Signatures that fail at five receivers for six days, by a key whose selector holds a script."""
        folder = os.path.join(self.top, "selector")
        os.mkdir(folder)
        today = int(time.time()) // 86400 * 86400
        for name, _, _ in DEMO.RECEIVERS[:5]:
            for ago in range(1, 7):
                begin = today - ago * 86400
                util.write(os.path.join(folder, "%s-%d.xml" % (name.replace(" ", "-"), ago)), (
                    "<feedback><report_metadata><org_name>%s</org_name><email>a@%s</email><report_id>selector.%d</report_id><date_range>"
                    "<begin>%d</begin><end>%d</end></date_range></report_metadata><policy_published><domain>shop.example</domain><p>none</p>"
                    "</policy_published>%s</feedback>" % (name, "x.example", ago, begin, begin + 86399, DEMO.record(
                        DEMO.OWN[2], 400, "none", False, True, DEMO.auth([(DEMO.DOMAIN, SELECTOR.replace("<", "&lt;"), "fail")], (DEMO.DOMAIN, "pass"))))).encode())
        self.ingest("selector")

    def hostile_list(self):
        """Complaints about mail of a list whose List-Id holds a script."""
        at = int(time.time()) - 2 * 86400
        mails = "".join(DEMO.complaint("staff@hotmail.com", "Microsoft-JMRP/1.0", DEMO.Sent(at + n, "X", "list-%d@shop.example" % n, "offers@shop.example",
                                                                                           "x@hotmail.com", DEMO.OWN[0]), at + 600 + n, 90000 + n)
                        for n in range(3))
        util.write(os.path.join(self.top, "list.mbox"), mails.replace("Subject: This week's offers\nMessage-ID",
                                                                     "Subject: This week's offers\nList-Id: %s\nMessage-ID" % LIST).encode())
        self.ingest("list.mbox")

    def hostile_name(self, world):
        """A look at DNS that finds a PTR with a script in it."""
        def run(*args):
            subprocess.run([world.reputed, args[0], "--config", self.config, *args[1:]], check=False, stdout=subprocess.DEVNULL)
        was, arpa = DEMO.zone, ".".join(reversed(DEMO.OWN[2].split("."))) + ".in-addr.arpa"
        DEMO.zone = lambda ago: {**was(ago), arpa: [("PTR", PTR), ("PTR", "mx1." + DEMO.DOMAIN)]}
        try:
            DEMO.look(run, self.top, int(time.time()), 0)
        finally:
            DEMO.zone = was

    def hostile_mail(self):
        """Two more messages that Microsoft refuses, of a sender and with a reply that hold a script."""
        log = os.path.join(self.top, "mail.log")
        with open(log, encoding="utf-8") as file:
            refused = [line for line in file if "status=bounced" in line and "(S3140)" in line]
        with open(log, "a", encoding="utf-8") as file:
            for k, source in enumerate(sorted({re.search(r"messages from \[([^]]*)\]", line).group(1) for line in refused})):
                line = [x for x in refused if source in x][-1]
                stamp, host, daemon = line.split()[:3]
                queue_id = "EA0000000%d" % k
                manager = "%s %s %s: %s: " % (stamp, host, re.sub(r"smtp\[\d+\]:", "qmgr[812151]", daemon), queue_id)
                file.write(manager + 'from=<"%s"@shop.example>, size=2000, nrcpt=1 (queue active)\n' % STREAM)
                file.write(re.sub(r": [0-9A-F]{10}: ", ": %s: " % queue_id, line, count=1).replace("(S3140)", SCRIPT + " (S3140)"))
                file.write(manager + "removed\n")

    def hostile_report(self):
        report = ("<feedback><report_metadata><org_name>%s</org_name><email>a@evil.example</email><report_id>1</report_id>"
                  "<date_range><begin>%d</begin><end>%d</end></date_range></report_metadata><policy_published><domain>shop.example"
                  "</domain><p>none</p></policy_published><record><row><source_ip>192.0.2.99</source_ip><count>7</count>"
                  "<policy_evaluated><disposition>none</disposition><dkim>fail</dkim><spf>fail</spf></policy_evaluated></row>"
                  "<identifiers><header_from>shop.example</header_from></identifiers><auth_results><spf><domain>%s</domain>"
                  "<result>fail</result></spf></auth_results></record></feedback>")
        day = int(time.time()) // 86400 * 86400 - 3 * 86400
        escaped = SCRIPT.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
        path = os.path.join(self.top, "evil.xml")
        util.write(path, (report % (escaped, day, day + 86399, escaped)).encode())
        self.ingest("evil.xml")

    def log(self):
        with open(os.path.join(self.top, "mail.log"), encoding="utf-8") as file:
            return file.read()

    def out(self):
        with open(os.path.join(self.top, "serve.out"), encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.close()
        return self.process.returncode


def axe():
    folder = subprocess.run([os.path.join(util.TREE, "tools", "web-fetch"), "--test"], stdout=subprocess.PIPE, check=False)
    if folder.returncode:
        return None
    with open(os.path.join(folder.stdout.decode().strip(), "node_modules", "axe-core", "axe.min.js"), encoding="utf-8") as file:
        return file.read()


AXE_RUN = ("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => v.id + ': ' + "
           "v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' (' + n.failureSummary.split('\\n').slice(1).join(' ') + ')').join('; ')))")
# Loaded: there is a heading, not that of a screen before, and nothing waits for an answer.
READY = ("document.readyState == 'complete' && !!document.querySelector('main h1') && !document.querySelector('main h1').isOld"
         " && !document.querySelector('.loading') && !!document.querySelector('main[data-screen]')")


def on(screen):
    """That screen is there: the address says so before it is."""
    return READY + " && document.querySelector('main').dataset.screen == '%s'" % screen


# Counts what was asked for and is not answered yet.
COUNTS = ("{ const was = window.fetch; window.asking = 0; window.fetch = (...a) => { asking++; return was(...a).finally(() => asking--); }; }")
# Nothing has been asked for in four frames one after the other: an answer may make the page ask for more.
QUIET = ("new Promise(done => { let quiet = 0; const look = () => { quiet = window.asking ? 0 : quiet + 1;"
         " quiet > 3 ? done(true) : requestAnimationFrame(look); }; look(); })")


class Look:
    """The page in a browser, logged in."""

    def __init__(self, b, base, served=None):
        self.b, self.base, self.served = b, base, served

    def to(self, where):
        """Waits for that screen: what is there now does not count, unless only what follows the ? is another."""
        name = where.partition("?")[0].partition("/")[0]
        self.b.value("(() => { const now = (location.hash || '#/').split('?')[0]; if (location.hash == '#/%s') return;"
                     " if (now != '#/%s') document.querySelectorAll('main h1').forEach(h => h.isOld = true);"
                     " location.hash = '#/%s'; })()" % (where, where.partition("?")[0], where))
        there = self.b.until("(location.hash || '#/') == '#/%s' && document.querySelector('main').dataset.screen == '%s' && %s" % (
            where, name or "overview", READY))
        return there and self.b.promise(QUIET) and self.b.value(READY)

    def api(self, path):
        """What the API answers this session, as the page gets it."""
        got = self.b.promise("fetch('api/v1/%s', {credentials: 'same-origin'}).then(r => r.json())" % path)
        if isinstance(got, dict) and "error" in got:
            raise RuntimeError("api/v1/%s: %s" % (path, got["error"]))
        return got

    def data(self, selector, *names):
        """The data- attributes of all elements: as tuples, or plain when one is asked for."""
        rows = self.b.value("[...document.querySelectorAll(%s)].map(e => %s.map(n => e.getAttribute('data-' + n)))" % (
            json.dumps(selector), json.dumps(list(names))))
        return [r[0] for r in rows] if len(names) == 1 else [tuple(r) for r in rows]

    def post(self, path, body):
        """What the API answers to a POST of this session."""
        return self.b.promise("fetch('api/v1/session').then(r => r.json()).then(s => fetch('api/v1/%s', {method: 'POST', body: %s, headers:"
                              " {'Content-Type': 'application/json', 'X-CSRF-Token': s.csrf}})).then(r => r.json())" % (path, json.dumps(json.dumps(body))))

    def rows(self, within):
        """A table as it is read: the text of each cell, by row; numbers as numbers."""
        return [[number(c) for c in r] for r in self.b.value("[...document.querySelectorAll(%s)].map(r => [...r.children].map(c => c.innerText.trim()))" %
                                                             json.dumps(within + " tbody tr"))]

    def shown_rows(self, within):
        """Those of all tables there, also of what is folded."""
        self.b.value("document.querySelectorAll(%s).forEach(d => d.open = true)" % json.dumps(within + " details"))
        return self.rows(within)

    def links(self, within):
        return [urllib.parse.unquote(a) for a in self.b.value("[...document.querySelectorAll(%s)].map(a => a.hash)" % json.dumps(within))]

    def texts(self, within):
        return self.b.value("[...document.querySelectorAll(%s)].map(e => e.textContent)" % json.dumps(within))

    def focus(self):
        return self.b.value("(e => (e.tagName + ' ' + (e.textContent || e.name || '')).trim())(document.activeElement)")

    def search(self, text, offered):
        """Types into the search, and takes what it offers first once that begins so."""
        self.b.key("/")
        self.b.until("document.activeElement.id == 'search'")
        self.b.write(text)
        self.b.until("(document.querySelector('[role=option]') || {textContent: ''}).textContent.startsWith(%s)" % json.dumps(offered))
        self.b.key("Enter")

    def tab_to(self, wanted):
        """Presses Tab until what has the focus begins so. False: it never did."""
        for _ in range(TABS):
            self.b.key("Tab")
            if self.focus().startswith(wanted):
                return True
        return False


def number(text):
    """1,234 as 1234, and a dash as None; any other text as it is."""
    return None if text == "–" else int(text.replace(",", "")) if re.fullmatch(r"\d{1,3}(,\d{3})*", text) else text


def screens(look):
    """Every screen that can be looked at, with what is in the database."""
    incidents = look.api("incidents?state=all")["incidents"]
    first = next((i for i in incidents if i["class"] == "blocked" and i["state"] != "over"), incidents[0])
    over = next((i for i in incidents if i["state"] == "over"), None)
    return (["", "?span=week", "?span=quarter", "incidents", "incident/%d" % first["id"]] + (["incident/%d" % over["id"]] if over else []) +
            ["providers", "provider/" + first["provider"], "sources", "source/" + first["source"], "domains", "domain/shop.example",
             "complaints", "dmarc", "dmarc/shop.example", "tls", "timeline", "queue", "guides", "guide/s3140", "guide/550%205.7.1",
             "settings", "trace", "no-such-screen"])


def name_of(where):
    return re.sub(r"[^a-z0-9]+", "-", where.lower()).strip("-") or "overview"


def log_in(b, base):
    b.open(base)
    b.until("!!document.querySelector('[data-screen=login] form')")
    b.write(NAME)
    b.key("Tab")
    b.write(PASSWORD)
    b.key("Enter")
    return b.until("!!document.querySelector('[data-is=sentence]') && " + READY)


def keyboard(tap, b, base, served):
    """From the login to the text of the delisting request, without a pointer."""
    look = Look(b, base, served)
    b.size(1440, 900)
    b.open(base)
    tap.ok(b.until("!!document.querySelector('[data-screen=login] form')"), "without a session there is nothing but the login")
    asked = [a for a in b.asked if "/api/" in a]
    tap.ok(all(a.endswith("api/v1/session") for a in asked), "and nothing was asked for but who is logged in", asked)
    b.write(NAME)
    b.key("Tab")
    b.write("wrong")
    b.key("Enter")
    tap.ok(b.until("!!document.querySelector('[role=alert]')"), "a wrong password is said to be wrong")
    time.sleep(2)       # who typed a wrong one has to wait for a moment: b.write() must not be faster
    b.write(PASSWORD)
    b.key("Enter")
    tap.ok(b.until("!!document.querySelector('[data-is=sentence]') && " + on("overview")), "name and password open the overview",
           [b.value("document.body.innerText")])
    tap.ok(look.tab_to("A Why, and what to do"), "Tab leads to the incident", [look.focus()])
    b.key("Enter")
    tap.ok(b.until("!!document.querySelector('[data-is=verdict]') && " + on("incident")), "Enter opens it")
    there = look.tab_to("SUMMARY Show the text")
    b.key("Enter")
    shown = b.until("!!document.querySelector('details[open] pre') && [...document.querySelectorAll('details[open] pre')]"
                    ".some(p => p.checkVisibility() && p.textContent.includes('is refused by your servers'))", 10)
    tap.ok(there and shown, "Tab and Enter show the text of the delisting request", [look.focus()])
    b.key("g")
    b.key("t")
    tap.ok(b.until("location.hash == '#/timeline' && " + on("timeline")), "g t goes to the timeline")
    look.search("s3140", "What s3140 means")
    tap.ok(b.until("location.hash == '#/guide/s3140' && " + on("guide")), "/ finds a code", [b.value("location.hash")])
    b.value("history.back()")
    tap.ok(b.until("location.hash == '#/timeline' && " + on("timeline")), "and back is where one was before")
    look.search("some.body@outlook.com", "Follow the mail")
    tap.ok(b.until("location.hash == '#/trace' && " + on("trace") + " && !!document.querySelector('main [data-messages], main .note')"),
           "/ and an address follow the mail to it", [b.value("document.body.innerText")])
    tap.ok(not [a for a in b.asked if "some.body" in a] and "some.body" not in b.value("location.href"),
           "whose address stands in no address of the page")
    b.value("document.activeElement.blur()")
    b.key("?", shift=True)
    tap.ok(b.until("document.querySelector('dialog').open"), "? lists the keys")
    b.key("Escape")
    return look


def walk(tap, look, check_axe):
    b = look.b
    wide, faults, loud, empty, marked = [], [], [], [], []
    n = 0
    for where in screens(look):
        for width in WIDTHS:
            for scheme in SCHEMES:
                what = "%s at %d, %s" % (where or "overview", width, scheme)
                b.size(width, 900)
                b.media(scheme=scheme)
                if not look.to(where):
                    empty.append(what + ": " + str(b.value("document.querySelector('main') && document.querySelector('main').innerText.slice(0, 300)")))
                    continue
                n += 1
                if b.value("document.documentElement.scrollWidth > innerWidth"):
                    wide.append(what)
                if b.value("document.querySelectorAll('main img, main script').length"):
                    marked.append(what)
                if where != "no-such-screen" and b.value("!!document.querySelector('main .note.bad')"):
                    loud.append(what + ": " + b.value("document.querySelector('main .note.bad').innerText.replace(/\\s+/g, ' ')"))
                if check_axe:
                    faults += [what + ": " + f for f in b.promise(AXE_RUN)]
                if PICTURES:
                    height = b.value("document.documentElement.scrollHeight")
                    b.picture(os.path.join(PICTURES, "%s-%d-%s.png" % (name_of(where), width, scheme)), width, min(height, 6000))
    tap.ok(not empty, "every screen shows what it is for (%d looked at)" % n, empty)
    tap.ok(not wide, "no screen is wider than it may be", wide)
    tap.ok(not marked and not b.value("'broken' in window"), "on no screen what strangers wrote is markup", marked)
    tap.ok(not loud, "no screen says that something failed", loud)
    if check_axe:
        tap.ok(not faults, "axe objects to nothing", faults)
    else:
        tap.skip("axe objects to nothing", "axe-core is not in the cache, and the registry cannot be reached")
    b.size(1440, 900)
    b.media(scheme="light")


def same(tap, name, shown, answer):
    tap.ok(shown == answer, name, ["shown:  %s" % (shown,), "answer: %s" % (answer,)])


# --- what is shown is what the API answers --------------------------------------------------------------------------------

SUMS = ("attempts", "accepted", "slowed", "refused")


def provider_of(r):
    return r["provider"] + ("/" + r["provider_domain"] if r["provider_domain"] else "")


def cells(tap, look, name, **asked):
    """Every row of the strips is a cell, with its state and its sums; each strip draws its cells."""
    strips = look.api("strips?" + urllib.parse.urlencode(asked))
    same(tap, name, sorted(look.data("[data-cell]", "cell", "state", "accepted", "refused")),
         sorted((r["source"] + " " + provider_of(r), r["state"], str(r["sum"]["accepted"]), str(r["sum"]["refused"])) for r in strips["rows"]))
    return strips


def gathered(strips, key):
    """Sums by provider or by source, as lists of numbers."""
    sums = {}
    for r in strips["rows"]:
        of = sums.setdefault(key(r), [0] * len(SUMS))
        for i, what in enumerate(SUMS):
            of[i] += r["sum"][what]
    return sorted([k] + v for k, v in sums.items())


def shared(look, place):
    return sorted([a.split("/", 2)[2]] + r[2:6] for a, r in zip(look.links("main tbody th a"), look.rows("main")) if a.startswith("#/%s/" % place))


def overview(tap, look):
    began = seconds(look.api("status")["now"])
    look.to("")
    strips, status = cells(tap, look, "the overview has every row of the strips, with its state and its sums", span="day"), look.api("status")
    opened = look.api("incidents?state=open")["incidents"]
    same(tap, "and every open incident", sorted(int(i) for ids in look.data("article[data-incident]", "incident") for i in ids.split()),
         sorted(i["id"] for i in opened))
    same(tap, "as many as the menu counts", b_text(look, ".side .count"), str(len(opened)))
    same(tap, "and a link to each", sorted({a.split("/")[-1] for a in look.links("article[data-incident] .card-top a")}), sorted(str(i["id"]) for i in opened))
    waits = sum(w["messages"] for w in status["queue"]["waiting"]) if status["queue"] else None
    same(tap, "and what waits", look.data("[data-is=queue]", "messages"), [str(waits)] if waits is not None else [])
    words = b_text(look, "h1")
    worst = [i for i in opened if i["class"] == "blocked"]
    tap.ok(worst and worst[0]["provider_name"] in words and "probably the neighbourhood" in words,
           "its sentence names the provider and the cause", [words])
    mail = look.api("series?by=hour&from=%s" % time.strftime("%Y-%m-%d", time.gmtime(seconds(status["now"]) - 8 * 86400)))
    day = look.b.value("document.querySelector('[data-is=today]').dataset.accepted")
    s, start, want = mail["series"][0], seconds(mail["from"]), []
    for now in (began, seconds(status["now"])):      # an hour may end between the two
        full = now // 3600 * 3600
        midnight = (full - 1) // 86400 * 86400      # the browser of this test is in UTC; before the first full hour: all of the day before
        want.append(str(sum(v or 0 for i, v in enumerate(s["accepted"]) if midnight <= start + i * 3600 < full)))
    tap.ok(day in want, "and the mail of the day up to the last full hour", ["shown: %s, answer: %s" % (day, want)])
    same(tap, "and what is not watched", len(look.texts(".hides li")), len(look.api("feeds")["not_watched"]))
    drawn = look.b.value("[...document.querySelectorAll('.strip svg')].map(s => [...s.querySelectorAll('path')].reduce((n, p) => n + p.getAttribute('d').split('M').length - 1, 0))")
    same(tap, "each strip draws what the log covers of its 90 cells", sorted(drawn), sorted(sum(c is not None for c in r["states"]) for r in strips["rows"]))
    for span in ("week", "quarter"):
        look.to("?span=" + span)
        cells(tap, look, "the same over a %s" % span, span=span)
    for width in (1440, 360):
        look.b.size(width, 900)
        look.to("")
        tap.ok(look.b.until("(e => e && e.getBoundingClientRect().bottom < innerHeight)(document.querySelector('.say [data-is=than]'))"),
               "better or worse than yesterday is seen without scrolling at %d" % width, [b_text(look, ".say")])
    look.b.size(1440, 900)


def incident(tap, look):
    opened = look.api("incidents?state=open")["incidents"]
    over = look.api("incidents?state=over")["incidents"][:1]
    worst = next(i for i in opened if i["class"] == "blocked")
    for found in [worst] + over:
        one, name = found["id"], "an incident" if found is worst else "one that is over"
        look.to("incident/%d" % one)
        why = next(i for i in look.api("why?subject=%d" % one)["incidents"] if i["id"] == one)
        same(tap, name + " has its cause", look.data("main [data-incident]", "incident", "cause"), [(str(one), why["causes"][0]["cause"] if why["causes"] else None)])
        same(tap, "all its evidence", sorted(look.data("[data-evidence]", "evidence")), sorted(e["name"] for e in why["evidence"]))
        same(tap, "every step", len(look.data("[data-step]", "step")), len(why["next"]))
        last = why["ledger"]["last"]
        lost = last["bounced"] + last["expired"] if last and (last["bounced"] or last["expired"] or last["delayed_attempts"]) else None
        same(tap, "what was lost", [number(x) for x in look.texts("[data-is=bounced]")], [lost] if lost is not None else [])
        same(tap, "by stream", look.rows("[aria-labelledby=lost-title]") if lost is not None else [],
             [[s["stream"], s["bounced"], s["expired"], s["would_be_waiting"]] for s in last["streams"]] if lost is not None else [])
        same(tap, "and all its times", [r[4] for r in look.rows("[aria-labelledby=times-title]")],
             [e["replies"] for e in reversed(why["episodes"])] if len(why["episodes"]) > 1 else [])
        texts = look.texts(".steps pre")
        tap.ok(all(s["text"] in texts for s in why["next"] if s["text"]), "texts to paste are those of the API, byte for byte", texts)
        replies = look.api("replies?incident=%d" % one)["replies"]
        same(tap, "what they said is there, word for word", look.texts("#replies pre"), [r["text"] for r in replies])
        same(tap, "and how often", look.data("[data-reply]", "reply", "count"), [(r["rule"], str(r["count"])) for r in replies])


def incidents(tap, look):
    for where, asked in (("incidents", "state=all"), ("incidents?state=open", "state=open"), ("incidents?q=microsoft", "state=all&q=microsoft")):
        look.to(where)
        got = look.api("incidents?" + asked)
        same(tap, where + ": all are found", look.data("[data-found]", "found"), [str(got["found"])])
        same(tap, "each with its sentence", [r[0] for r in look.rows("main")], [i["sentence"] for i in got["incidents"]])
        same(tap, "and what bounced and came back", [r[5:7] for r in look.rows("main")], [[i["bounced"], i["returns"]] for i in got["incidents"]])
        same(tap, "and a link", look.links("main tbody th a"), ["#/incident/%d" % i["id"] for i in got["incidents"]])


def of_one(tap, look, what, one, fits):
    """What the screens of a provider and of a source have in common."""
    asked = urllib.parse.urlencode({what: one})
    strips = cells(tap, look, "a %s has its cells" % what, span="day", **{what: one})
    since = time.strftime("%Y-%m-%d", time.gmtime(seconds(strips["now"][:10] + "T00:00:00Z") - 7 * 86400))
    sums = look.api("series?by=hour&from=%s&%s" % (since, asked))["series"][0]["sum"]
    same(tap, "the mail of a week", look.data("[aria-labelledby=mail-title] .chart", "accepted"), [str(sums["accepted"])])
    found = look.api("incidents?" + asked)
    links = look.links("[aria-labelledby=inc-title] tbody th a")
    same(tap, "its incidents", links, ["#/incident/%d" % i["id"] for i in found["incidents"]])
    tap.ok(len(links) == found["found"] and all(fits(i) for i in found["incidents"]) and
           not look.data("[aria-labelledby=inc-title] [data-left-out]", "left-out"), "all of them, and no other", [found])
    look.to("incidents?" + asked)
    same(tap, "and the search finds the same", look.data("[data-found]", "found"), [str(found["found"])] if found["found"] else [])
    look.to("%s/%s" % (what, one))
    happened(tap, look, one)


def happened(tap, look, one):
    events = look.api("timeline?subject=" + urllib.parse.quote(one))["events"][:20]
    same(tap, "and what happened lately", sorted(k for r in look.data("[aria-labelledby=ev-title] li[data-kinds]", "kinds") for k in r.split()),
         sorted(e["kind"] for e in events))


def providers(tap, look):
    look.to("providers")
    same(tap, "providers have their sums", shared(look, "provider"), gathered(look.api("strips?span=week"), provider_of))
    one = next(i for i in look.api("incidents?state=open")["incidents"] if i["class"] == "blocked")["provider"]
    look.to("provider/" + one)
    of_one(tap, look, "provider", one, lambda i: i["provider"] == one)
    ways = next((p["options"] for p in look.api("options?provider=" + one)["providers"] if p["provider"] == one), [])
    same(tap, "and every way out", [r[0] for r in look.rows("[aria-labelledby=ways-title]")], [o["title"] for o in ways])


def records(tap, look, looks):
    same(tap, "every finding that holds", sorted(look.data("[data-finding]", "finding")), sorted(f["id"] for f in looks["findings"] if not f["gone"]))


def sources(tap, look):
    look.to("sources")
    same(tap, "sources have their sums", shared(look, "source"), gathered(look.api("strips?span=week"), lambda r: r["source"]))
    listed = {s["subject"]: s["listed"] for s in look.api("looks")["subjects"]}
    same(tap, "and how many lists they are on", sorted((a.split("/")[2], r[-1]) for a, r in zip(look.links("main tbody th a"), look.rows("main"))),
         sorted((s, "not looked at" if s not in listed else "on %d list%s" % (listed[s], "s" * (listed[s] > 1)) if listed[s] else "none known")
                for s in {r["source"] for r in look.api("strips?span=week")["rows"]}))
    for one in ("203.0.113.31", "198.51.100.9"):
        look.to("source/" + one)
        of_one(tap, look, "source", one, lambda i, one=one: one in (i["source"], i["source_label"]))
        looks = look.api("looks?subject=" + one)
        records(tap, look, looks)
        same(tap, "its records", [r[1] for r in look.rows("[aria-labelledby=name-title] > .table")], [r["value"] for r in looks["records"] if not r["gone"]])
        same(tap, "the lists that it is on", look.data("[data-is=lists]", "listed"),
             [str(sum(x["listed"] is True and x["kind"] not in ("allow", "good") for x in looks["lists"]))] if looks["lists"] else [])
        same(tap, "and every list", sorted(r[0] for r in look.shown_rows("[aria-labelledby=lists-title]")), sorted(x["zone"] for x in looks["lists"]))


def domains(tap, look):
    look.to("domains")
    seen = [s for s in look.api("looks")["subjects"] if s["kind"] == "domain"]
    more = [d["name"] for d in look.api("config")["domains"] if d["name"] not in [s["subject"] for s in seen]]
    same(tap, "domains are all there, with findings and records", [[r[0], r[2], r[4]] for r in look.rows("main")],
         [[s["subject"], s["findings"], s["records"]] for s in seen] + [[d, None, None] for d in more])
    look.to("domain/shop.example")
    looks = look.api("looks?subject=shop.example")
    records(tap, look, looks)
    spf = looks["spf"]
    tap.ok(spf and spf["lookups"] > 3 and max(t["depth"] for t in spf["terms"]) > 0, "the look kept what the SPF record costs", [spf])
    same(tap, "a domain shows it in all", look.data("[data-is=spf]", "lookups", "terms"), [(str(spf["lookups"]), str(len(spf["terms"])))])
    shown = [(a, int(b)) for a, b in look.data("[data-term]", "term", "lookups")]
    same(tap, "and of each include", [x for x in shown if x[1]], [(t["term"], t["lookups"]) for t in spf["terms"] if t["lookups"]])
    tap.ok(set(shown) >= {(t["term"], t["lookups"]) for t in spf["terms"] if not t["depth"]}, "with every term of the own record", shown)
    same(tap, "every key", sorted(r[0] for r in look.rows("[aria-labelledby=dkim-title]")), sorted(r["selector"] for r in looks["records"] if r["kind"] == "dkim"))
    same(tap, "every change", look.texts("[aria-labelledby=change-title] article .value"),
         [v for c in looks["changes"] for v in c["was"] + c["now"] if v is not None])
    same(tap, "every other record", [r[1] for r in look.rows("[aria-labelledby=rec-title]")], [r["value"] for r in looks["records"] if not r["gone"] and r["kind"] != "dkim"])
    path = look.api("dmarc/path?domain=shop.example")
    same(tap, "and each step on the way to reject", look.b.value("[...document.querySelectorAll('[aria-labelledby=path-title] article p.value')].map(p => p.innerText.split('\\n')[0].trim().replace(/ *Copy.*$/, ''))"),
         [s["record"] for s in path["steps"]])


def complaints(tap, look):
    look.to("complaints")
    got, bounced = look.api("complaints"), look.api("bounces?days=30")["rows"]
    same(tap, "complaints are counted", look.data("[data-is=complaints]", "complaints"), [str(got["complaints"])])
    same(tap, "by stream and provider", [[r[0], r[3], r[4]] for r in look.rows("[aria-labelledby=c-title]")],
         [[r["stream"] or "all streams", r["complaints"], r["accepted"]] for r in got["rates"]])
    same(tap, "and streams with unknown recipients", [[r[0], r[2], r[3], r[6]] for r in look.rows("[aria-labelledby=b-title]")],
         [[r["stream"] or "not known", r["unknown_recipients"], r["attempts"], r["refused"]] for r in bounced])


def dmarc(tap, look):
    for where, asked in (("dmarc", "since=30d"), ("dmarc/shop.example?since=90d", "domain=shop.example&since=90d")):
        look.to(where)
        d = look.api("dmarc/report?" + asked)
        same(tap, where + " has the messages of the report", look.data("[data-is=dmarc]", "messages", "passed"), [(str(d["messages"]), str(d["passed"]))])
        same(tap, "what receivers did with what fails", look.data("[data-is=acted]", "quarantined", "rejected"),
             [(str(d["quarantined"]), str(d["rejected"]))] if d["quarantined"] + d["rejected"] else [])
        same(tap, "all who send", [r[2] for r in look.rows("[aria-labelledby=who-title]")], [x["messages"] for x in d["sources"]])
        same(tap, "all receivers", [[r[0], r[1], r[-2]] for r in look.rows("[aria-labelledby=rec-title]")], [[r["name"], r["messages"], r["reports"]] for r in d["receivers"]])
        same(tap, "all strangers", [[r[0], r[1], r[2], r[3]] for r in look.rows("[aria-labelledby=str-title]")],
             [[x["address"], x["messages"], x["days"], x["receivers"]] for x in d["strangers"]])
        same(tap, "what one receiver sees differently", len(look.texts("[aria-labelledby=diff-title] article")), len(d["differs"]) + sum(h["receiver"] is not None for h in d["healed"]))
        same(tap, "and what fails everywhere", len(look.texts("[aria-labelledby=broken-title] article")), len(d["broken"]) + sum(h["receiver"] is None for h in d["healed"]))
    same(tap, "and each step on the way to reject", len(look.texts("[aria-labelledby=path-title] article")), len(look.api("dmarc/path?domain=shop.example")["steps"]))


def tls(tap, look):
    look.to("tls")
    got = look.api("tls/report")
    same(tap, "TLS has what failed", look.data("[data-is=tls]", "failed"), [str(got["failed"])])
    same(tap, "each failure", [[r[0], r[1], r[2]] for r in look.rows("[aria-labelledby=fail-title]")], [[f["result"], f["host"], f["sessions"]] for f in got["failures"]])
    same(tap, "and each domain", [[r[0], r[2], r[3], r[4]] for r in look.rows("[aria-labelledby=dom-title]")],
         [[d["domain"], d["reports"], d["successful"], d["failed"]] for d in got["domains"]])


def timeline(tap, look):
    look.to("timeline")
    got = look.api("timeline")
    events = got["events"]
    same(tap, "the timeline says how many events there are", look.data("[data-found]", "found"), [str(got["found"])])
    rows = look.data(".events li", "kinds")
    same(tap, "the timeline has every event", sorted(k for r in rows for k in r.split()), sorted(e["kind"] for e in events))
    times = look.b.value("[...document.querySelectorAll('.events time')].map(t => t.dateTime)")
    same(tap, "the newest first", [t[:16] for t in times], sorted((t[:16] for t in times), reverse=True))
    minute = [(t[:16], s) for t, s in zip(times, look.b.value("[...document.querySelectorAll('.events li > span')].map(s => s.innerText.split(' Alert not')[0])"))]
    tap.ok(len(rows) < len(events) and len(set(minute)) == len(minute), "and says nothing twice", minute)
    lifted = [r for r in rows if "incident-lifted" in r and r != "incident-lifted"]
    tap.ok(lifted, "a lift in the minute of a block is no row of its own", rows)
    look.to("timeline?kinds=dns%2Creport")
    same(tap, "of two kinds only those", {k for r in look.data(".events li", "kinds") for k in r.split()}, {e["kind"] for e in look.api("timeline?kinds=dns,report")["events"]})


def queue(tap, look):
    look.to("queue")
    got = look.api("waiting")
    same(tap, "the queue has all that waits", [[r[2], r[5]] for r in look.rows("[aria-labelledby=known-title]")],
         [[w["messages"], w["expire_within_day"]] for w in (got["queue"] or {"waiting": []})["waiting"]])
    same(tap, "and what was given up", [r[1] for r in look.rows("[aria-labelledby=up-title]")], [g["messages"] for g in got["given_up"]])
    tap.ok("Nobody asks Postfix" in b_text(look, "[aria-labelledby=q-title]"), "and says that Postfix is not asked", [b_text(look, "[aria-labelledby=q-title]")])


def guides(tap, look):
    look.to("guides")
    every = look.api("explain")
    same(tap, "guides are all there", look.texts("main .card h2"), [g["title"] for g in every])
    page, name = None, None
    for name in (g["guide"] for g in every):        # the name of some is a word of replies, too
        page = look.api("explain?topic=" + name)
        if isinstance(page, dict):
            break
    look.to("guide/" + name)
    same(tap, "a guide has its sections", [b_text(look, "h1")] + look.texts("main section section h2"),
         [page["title"]] + [s["title"] for s in page["sections"]] + ["Who says so"] * bool(page["views"]))
    same(tap, "and its texts to paste, byte for byte", look.texts("main .guide pre"), [b["text"] for s in page["sections"] for b in s["blocks"] if b["kind"] == "paste"])
    for code in ("s3140", "550 5.7.1"):
        look.to("guide/" + urllib.parse.quote(code))
        got = look.api("explain?topic=" + urllib.parse.quote(code))
        titles = [r["rule"] for r in got][:8] if isinstance(got, list) else [s["title"] for s in got["sections"]]
        shown = [t.strip() for t in look.texts("main h2")]
        tap.ok(titles and all(any(s.endswith(t) for s in shown) for t in titles), "a code has each rule", [titles, shown])


def settings(tap, look):
    look.to("settings")
    got, config = look.api("feeds"), look.api("config")
    same(tap, "settings have every feed", look.data("[data-feeds]", "feeds"), [str(len(got["feeds"]))])
    same(tap, "with its state", [r[1] for r in look.rows("[aria-labelledby=feeds-title]")], [f["state"] for f in got["feeds"]])
    same(tap, "every input, with its lines", [[r[0], r[3], r[4]] for r in look.rows("[aria-labelledby=in-title] > .table")], [[i["name"], i["lines"], i["bad"]] for i in got["inputs"]])
    alerts = look.api("alerts")
    same(tap, "the newest alerts", look.data("[data-alert]", "alert"), [str(a["alert"]) for a in alerts["alerts"][:10]])
    shown = {r[0].replace(" ", "_"): str(r[1]) for r in look.rows("[aria-labelledby=conf-title]")}
    want = {k for k, v in config.items() if v is not None and v != []}
    tap.ok(set(shown) == want and config["database"] in shown["database"], "and the configuration", ["%s" % sorted(set(shown) ^ want)])


def trace(tap, look):
    log = look.served.log() if look.served else ""
    person = re.findall(r" to=<([^>]*)>", log)[-1] if log else "nobody@shop.example"
    look.to("trace")
    look.b.value("document.querySelector('main input[name=subject]').value = %s" % json.dumps(person))
    look.b.value("document.querySelector('main form').requestSubmit()")
    there = look.b.until("!!document.querySelector('main [data-messages]')")
    look.b.promise(QUIET)
    got = look.post("trace", {"subject": person})
    same(tap, "trace finds the messages to a person", there and look.data("[data-messages]", "messages"), [str(len(got["messages"]))])
    same(tap, "with what was said, word for word", look.texts("main .said-by"),
         [x["text"] for m in got["messages"] for x in m["steps"] + m["waiting"] if x["text"]] + [w["text"] for w in got["waiting"] if w["text"]])
    if log:
        tap.ok(got["messages"], "and there are some", [person])


SCREENS = {"overview": overview, "incidents": incidents, "incident": incident, "providers": providers, "provider": providers, "sources": sources,
           "source": sources, "domains": domains, "domain": domains, "complaints": complaints, "dmarc": dmarc, "tls": tls, "timeline": timeline,
           "queue": queue, "guides": guides, "guide": guides, "settings": settings, "trace": trace}


def equals(tap, look):
    with open(os.path.join(util.TREE, "web", "src", "app.jsx"), encoding="utf-8") as file:
        there = set(re.findall(r"(\w+): \[\w+", re.search(r"const SCREENS = \{(.*?)\};", file.read(), re.S).group(1)))
    tap.ok(there == set(SCREENS) | {"feeds"}, "every screen of the page is held against the API", sorted(there ^ set(SCREENS)))
    for screen in dict.fromkeys(SCREENS.values()):
        tap.note(screen.__name__)
        try:
            screen(tap, look)
        except Exception as error:      # pylint: disable=broad-except
            tap.ok(False, "%s is compared to its end" % screen.__name__, traceback.format_exc().splitlines()[-6:] + [repr(error)[:500]])


def seconds(stamp):
    return calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))


def b_text(look, selector):
    return look.b.value("document.querySelector(%s).innerText" % json.dumps(selector))


# Every thing of the screen is marked; what is taken away or shown as loading is kept in `flicker`.
WATCHES = ("(() => { window.mine = true; window.flicker = []; document.querySelectorAll('main *').forEach(e => e.mine = true);"
           " document.querySelector('main .grid-name a').focus({preventScroll: true}); scrollTo(0, 240);"
           " window.place = document.activeElement.getBoundingClientRect().top;"
           " const bad = (n, what) => n.nodeType == 1 && (n.matches(what) || n.querySelector(what)) && flicker.push(n.outerHTML.slice(0, 200));"
           " new MutationObserver(all => all.forEach(m => { m.addedNodes.forEach(n => bad(n, '.loading'));"
           " m.removedNodes.forEach(n => bad(n, 'h1, section, article, [data-cell], svg')); })).observe("
           "document.querySelector('main'), {childList: true, subtree: true}); })()")


LONG_S = 300    # until a change is seen: the watch judges, and all answers that are looked at are made anew, on a machine that is busy


def live(tap, look, served):
    """New mail is on the screen by itself, and so is what somebody else notes: nothing is loaded anew, and nothing flickers."""
    b = look.b
    sums = "[...document.querySelectorAll('[data-cell]')].map(e => [e.dataset.cell, e.dataset.state, e.dataset.accepted, e.dataset.refused].join(' ')).sort().join('; ')"
    look.to("")
    tap.ok(b.until("!!document.querySelector('.live.is-live')"), "the page says that it is live", [b_text(look, ".live")])
    before, pages = b.value(sums), sum(a.split("?")[0] == look.base for a in b.asked)
    b.value(WATCHES)
    line = [x for x in served.log().splitlines() if "status=sent" in x and "gmail-smtp-in" in x][-1]
    sent = [re.sub(r"^\S+", time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()), re.sub(r": [0-9A-F]{10}: ", ": EB0000000%d: " % k, line, count=1))
            for k in range(9)]
    with open(os.path.join(served.top, "mail.log"), "a", encoding="utf-8") as file:
        file.write("\n".join(sent) + "\n")
    tap.ok(b.until("%s != %s" % (sums, json.dumps(before)), LONG_S), "nine more messages in the log change what is shown", [before])
    rows = look.api("strips?span=day")["rows"]
    want = "; ".join(sorted(" ".join((r["source"] + " " + provider_of(r), r["state"], str(r["sum"]["accepted"]), str(r["sum"]["refused"]))) for r in rows))
    tap.ok(b.until("%s == %s" % (sums, json.dumps(want)), LONG_S), "to what the API answers now", [b.value(sums), want])
    b.promise(QUIET)
    tap.ok(b.value("window.mine === true") and sum(a.split("?")[0] == look.base for a in b.asked) == pages, "the page was not loaded again")
    tap.ok(not b.value("flicker"), "nothing was taken away or shown as loading", b.value("flicker"))
    tap.ok(b.value("document.querySelector('main h1').mine && [...document.querySelectorAll('[data-cell]')].every(e => e.mine)"),
           "the heading and every cell are the same things as before")
    moved = "Math.abs(document.activeElement.getBoundingClientRect().top - place)"
    tap.ok(b.value("document.activeElement.mine && document.activeElement.matches('.grid-name a')") and b.value(moved) < 2,
           "the reader is where they were, with the same thing in focus", [b.value("scrollY"), b.value(moved), look.focus()[:200]])
    one = next(i["id"] for i in look.api("incidents?state=open")["incidents"] if i["class"] == "blocked")
    look.to("incident/%d" % one)
    b.value("window.mine = true")
    done = subprocess.run([served.reputed, "note", str(one), "called the hosting company", "--config", served.config], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    tap.ok(done.returncode == 0 and b.until("[...document.querySelectorAll('.notes li')].some(l => l.textContent.includes('called the hosting'))", LONG_S),
           "what somebody notes by a command is on the screen of who looks on", [done.stdout.decode(), b_text(look, "[aria-labelledby=notes-title]")])
    tap.ok(b.value("window.mine === true"), "without a reload")


def on_paper(tap, look, check_axe):
    """Printed: dark on white whatever the screen has, no menus and buttons, nothing cut off."""
    b = look.b
    b.size(718, 1000)       # what A4 has between its margins, at 96 points an inch
    one = next(i["id"] for i in look.api("incidents?state=open")["incidents"] if i["class"] == "blocked")
    wide, shown, dark, cut, faults = [], [], [], [], []
    where = ("", "incident/%d" % one, "source/203.0.113.31", "domain/shop.example", "dmarc", "timeline", "queue")
    for scheme in SCHEMES:
        for screen in where:
            b.media(scheme=scheme)
            look.to(screen)
            b.media(kind="print", scheme=scheme)
            what = "%s, %s" % (screen or "overview", scheme)
            if b.value("document.documentElement.scrollWidth > innerWidth"):
                wide.append(what)
            shown += ["%s: %s" % (what, t) for t in b.value(
                "[...document.querySelectorAll('.top, .side, .skip, button, .switch, form')].filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 120))")]
            light = b.value("(() => { const l = c => c.match(/[\\d.]+/g).slice(0, 3).reduce((s, x, i) => s + x * [.299, .587, .114][i], 0);"
                            " const s = e => getComputedStyle(e); const card = document.querySelector('main .card');"
                            " return [l(s(document.body).backgroundColor), l(s(card).backgroundColor), l(s(document.querySelector('main h1')).color), l(s(card).color)]; })()")
            if not (light[0] > 250 and light[1] > 240 and light[2] < 80 and light[3] < 80):
                dark.append("%s: paper %d, card %d, heading %d, text %d" % (what, *light))
            cut += ["%s: %s" % (what, t) for t in b.value(
                "[...document.querySelectorAll('main pre, main p, main td')].filter(e => e.checkVisibility() && e.scrollHeight > e.clientHeight + 2"
                " && getComputedStyle(e).overflowY != 'visible').map(e => e.textContent.slice(0, 80))")]
            if check_axe:
                faults += [what + ": " + f for f in b.promise(AXE_RUN) if f.startswith("color-contrast")]
            if PICTURES:
                b.picture(os.path.join(PICTURES, "%s-print-%s.png" % (name_of(screen), scheme)), 718, min(b.value("document.documentElement.scrollHeight"), 6000))
    tap.ok(not wide, "on paper no screen is wider than the sheet", wide)
    tap.ok(not shown, "no menu and no button is printed", shown)
    tap.ok(not dark, "it is dark on white, also of a dark screen", dark)
    tap.ok(not cut, "no text is cut off", cut)
    if check_axe:
        tap.ok(not faults, "and all of it can be read", faults)
    look.to("incident/%d" % one)
    pdf = base64.b64decode(b.call("Page.printToPDF", printBackground=False)["data"])
    tap.ok(pdf.startswith(b"%PDF") and len(pdf) > 20000, "an incident becomes a PDF", [len(pdf)])
    b.media()
    b.size(1440, 900)


def asks_once(tap, look):
    """Whoever shows the same answer shares it: each path is asked for once, and no screen asks more than it needs."""
    b = look.b
    # what the server tells of a change is asked for again, and rightly: here it tells of none
    script = b.call("Page.addScriptToEvaluateOnNewDocument", source="window.EventSource = class { addEventListener() {} close() {} }")["identifier"]
    for where in ("", "providers", "settings"):
        before = len(b.asked)
        b.open(look.base + "?once-%s#/%s" % (name_of(where), where))
        b.until(READY)
        b.promise(QUIET)
        asked = [a.split("api/v1/")[1] for a in b.asked[before:] if "api/v1/" in a]
        twice = sorted({a for a in asked if asked.count(a) > 1})
        tap.ok(asked and not twice, "%s asks for each answer once" % (where or "overview"), twice or asked)
    b.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)


# What the month does not have: an answer of the server, changed on its way to the page.
CHANGED = """(() => {
	const theirs = window.fetch;
	window.fetch = async (where, how) => {
		const got = await theirs(where, how);
		const path = String(where).split('api/v1/')[1] || '';
		const change = ({%s})[path.split('?')[0]];
		if (!change || !got.ok)
			return got;
		const d = await got.json();
		change(d);
		return new Response(JSON.stringify(d), { headers: { 'Content-Type': 'application/json' } });
	};
})()"""


def rare(tap, look):
    """What several receivers show together, who handed in too much, and that a list goes on elsewhere."""
    b = look.b
    one = next(i for i in look.api("incidents?state=open")["incidents"] if i["class"] == "blocked")
    change = {"why": "d.across = [{is: 'own-mail', source: 'x', source_label: 'x', since: d.now, sentence: 'Five receivers %s', incidents: [%d, 99]}];"
                     "d.accounts = [{kind: 'login', name: 'shop', source_label: d.incidents[0].subject.source_label, new: false, since: d.now,"
                     " peak_at: d.now, peak: 1200, before: 40, before_at_most: true, sum: 3000}];" % (SCRIPT, one["id"]),
              "incidents": "d.found += 57; d.open += 57", "dmarc/report": "d.failures = [{source_ip: '192.0.2.1', check: 'dmarc', from: 'a.example',"
              " dkim_domain: null, dkim_selector: null, messages: 3, delivered: 1, refused: 2, first: d.from, last: d.from, reporter: 'r.example',"
              " message_id: null}]; d.failures_left_out = 4"}
    script = b.call("Page.addScriptToEvaluateOnNewDocument", source=CHANGED % ", ".join("%s: d => { %s }" % (json.dumps(name), how) for name, how in change.items()))["identifier"]
    b.open(look.base + "?rare#/incident/%d" % one["id"])
    tap.ok(b.until("!!document.querySelector('[data-across]') && " + READY), "an incident shows what several receivers show together", [b_text(look, "main")])
    tap.ok(SCRIPT in b_text(look, "[data-across]") and not b.value("document.querySelectorAll('main img').length"), "as text", [b_text(look, "[data-across]")])
    tap.ok("1,200 recipients" in b_text(look, "[data-account]") and "at most 40" in b_text(look, "[data-account]"), "and who handed in too much",
           [b_text(look, "[data-account]")])
    for screen in ("", "provider/" + one["provider"], "source/" + one["source"]):
        look.to(screen)
        tap.ok("57" in look.data("[data-left-out]", "left-out"), "%s says how many incidents are not shown" % (screen or "overview"), [b_text(look, "main")])
    tap.ok(b.value("[...document.querySelectorAll('[data-left-out] a')].some(a => a.hash.startsWith('#/incidents?source='))"), "and leads to them")
    look.to("dmarc")
    same(tap, "single messages that failed are a table", look.data("[data-failures]", "failures"), ["1"])
    tap.ok("4" in look.data("[data-left-out]", "left-out"), "that says how many it lacks", look.data("[data-left-out]", "left-out"))
    b.call("Page.removeScriptToEvaluateOnNewDocument", identifier=script)
    b.open(look.base + "?usual#/")
    b.until(READY)


def remembers(tap, look):
    """A step that is ticked is remembered, with who did it."""
    b = look.b
    one = next(i["id"] for i in look.api("incidents?state=open")["incidents"] if i["class"] == "blocked")
    look.to("incident/%d" % one)
    b.value("document.querySelector('.steps input').click()")
    tap.ok(b.until("!!document.querySelector('.steps li.done')"), "a step is ticked", [b_text(look, ".steps li")])
    steps = look.api("notes?incident=%d" % one)["steps"]
    tap.ok([s["who"] for s in steps if s["done"]] == [NAME], "the API knows who did it", steps)
    b.value("document.querySelector('#note-text').value = %s" % json.dumps(SCRIPT))
    b.value("document.querySelector('.form').requestSubmit()")
    tap.ok(b.until("[...document.querySelectorAll('.notes li')].some(l => l.textContent.includes('onerror'))"), "a note is kept as it was written")
    b.open(look.base + "?again#/incident/%d" % one)
    tap.ok(b.until("!!document.querySelector('.steps li.done') && document.querySelector('.steps li.done').innerText.includes('%s')" % NAME),
           "after a reload it is still there, with the name")


def in_utc(tap, look):
    """Settings switch all times to exact ones in UTC, and the browser remembers it."""
    b = look.b
    b.call("Emulation.setTimezoneOverride", timezoneId="Asia/Tokyo")
    look.to("settings")
    b.value("document.querySelector('input[name=zone][value=utc]').click()")
    b.open(look.base + "?utc#/")
    b.until("!!document.querySelector('[data-is=sentence] time') && " + READY)
    b.size(360, 900)
    tap.ok(b.value("document.querySelector('[data-is=sentence] time').innerText == document.querySelector('[data-is=sentence] time').title"),
           "after a reload times are exact and in UTC", [b_text(look, "[data-is=sentence]")])
    wide = []
    for where in screens(look):
        look.to(where)
        if b.value("document.documentElement.scrollWidth > innerWidth"):
            wide.append(where or "overview")
    tap.ok(not wide, "and no screen is wider for it", wide)
    b.size(1440, 900)
    look.to("settings")
    b.value("document.querySelector('input[name=zone][value=local]').click()")
    b.call("Emulation.setTimezoneOverride", timezoneId="UTC")


def hostile(tap, look):
    """What strangers wrote is seen as they wrote it."""
    def seen(text, within):
        return look.b.value("[...document.querySelectorAll(%s)].some(e => e.checkVisibility() && e.innerText.includes(%s))" % (json.dumps(within), json.dumps(text)))

    look.to("dmarc")
    tap.ok(seen(SCRIPT, "main td, main th"), "the name of an organisation is seen as it is written", [b_text(look, "main")[-1500:]])
    tap.ok(seen(SELECTOR, "[aria-labelledby=broken-title] h3"), "so is the selector of a signature", [b_text(look, "[aria-labelledby=broken-title]")])
    look.to("complaints")
    tap.ok(seen(LIST, "[aria-labelledby=c-title] th"), "the List-Id of mail that somebody complained about", [b_text(look, "[aria-labelledby=c-title]")])
    look.to("source/198.51.100.9")
    name = PTR.replace(" ", "\\032")       # as DNS writes a blank in a name (RFC 1035, 5.1)
    tap.ok(seen(name, "[aria-labelledby=name-title] .value") and seen(name, "[data-finding] p"), "a PTR name, as a record and in a finding",
           [b_text(look, "[aria-labelledby=name-title]")])
    for screen in ("complaints", "source/198.51.100.9", "dmarc", "timeline", "", "domain/shop.example"):
        look.to(screen)
        tap.ok(not look.b.value("document.querySelectorAll('main img, main script').length"), "and on %s nothing of it is markup" % (screen or "overview"))
    for i in look.api("incidents?state=open")["incidents"]:
        if i["class"] == "blocked":
            look.to("incident/%d" % i["id"])
            look.b.value("document.querySelector('#replies').open = true")
            tap.ok(seen(SCRIPT, "#replies pre"), "so is a reply to %s" % i["source"], [b_text(look, "#replies")])
            tap.ok(seen(STREAM, "main td, main th"), "and a sender", [b_text(look, "[aria-labelledby=lost-title]")])
            tap.ok(not look.b.value("document.querySelectorAll('main img, main script').length"), "and nothing of it is markup")


def main():
    tap = check.Tap()
    if not browser.PROGRAM:
        tap.skip("the page in a browser", "chromium is not installed")
        return tap.done()
    script = axe()
    world = util.World()
    served = None
    try:
        if not ALREADY:
            served = Served(world)
        base = ALREADY or served.base
        with browser.Browser(base) as b:
            if script:
                b.call("Page.addScriptToEvaluateOnNewDocument", source=script)
            b.call("Page.addScriptToEvaluateOnNewDocument", source=COUNTS)
            b.call("Emulation.setTimezoneOverride", timezoneId="UTC")
            look = keyboard(tap, b, base, served)
            walk(tap, look, script is not None)
            equals(tap, look)
            on_paper(tap, look, script is not None)
            if served:
                hostile(tap, look)
            in_utc(tap, look)
            if served:
                live(tap, look, served)
            asks_once(tap, look)
            rare(tap, look)
            remembers(tap, look)
            tap.ok(not b.value("'broken' in window") and not b.value("[...document.querySelectorAll('main img, main script')].length"),
                   "what strangers wrote is text")
            elsewhere = sorted({a for a in b.asked if not a.startswith(base) and not a.startswith(("about:", "data:"))})
            tap.ok(not elsewhere, "no other host is asked", elsewhere)
            for name in ("app.js", "app.css"):
                n = sum(a.split("?")[0] == base + name for a in b.asked)
                pages = sum(a.split("?")[0] == base for a in b.asked)
                tap.ok(n == pages, "%s is asked for once for each page" % name, ["%d times for %d pages" % (n, pages)])
            # Chromium says of each answer of 4xx that it failed: nobody is logged in, the password is wrong
            said = [s for s in b.said if not ("api/v1/session" in s and " 401 " in s)]
            tap.ok(not said, "the console is silent", said)
    finally:
        if served:
            code = served.stop()
            tap.ok(code == 0, "reputed serve ends as it should", [served.out()])
        world.remove()
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
