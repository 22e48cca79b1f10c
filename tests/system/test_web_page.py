#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_web_page.py [REPUTED] -- the page of `reputed serve`, in a real Chromium, on the month of tools/demo-month. Every screen
at the widths of a telephone, a tablet and a desk, light and dark: axe finds nothing to object to, nothing is wider than the
screen, the console is silent, no other host is asked, and what is shown is what the API answers. With the keyboard alone,
from the login to the text of the delisting request. A step that was done is remembered with who did it. What strangers
wrote is text. Skipped aloud where there is no Chromium. TAP.

REPUTED_PAGE_PICTURES=FOLDER keeps a picture of each. REPUTED_PAGE_AT=http://127.0.0.1:PORT/ looks at a page that somebody
else serves, where anna may log in with "secret".
"""

import calendar
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
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
# Written by strangers: into a reply of a mail server, the name of an organisation, a stream.
SCRIPT = '<img src=x onerror="window.broken=1">'
STREAM = "<img/src=x/onerror=window.broken=true>"     # digits and blanks of a sender are replaced in the name of its stream
TABS = 80       # from one thing to the next by Tab: more is not to be expected of anybody


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Served:
    """reputed serve on the month of tools/demo-month, with one account."""

    def __init__(self, world, scale=10, days=60, strangers=True):
        self.top = world.path("month")
        genlog = world.path("genlog")
        sources = [os.path.join(util.TREE, "tools", "genlog", f) for f in sorted(os.listdir(os.path.join(util.TREE, "tools", "genlog"))) if f.endswith(".c")]
        subprocess.run([os.environ.get("CC", "cc"), "-O1", "-std=gnu17", "-o", genlog, *sources, "-lm"], check=True)
        subprocess.run([sys.executable, os.path.join(util.TREE, "tools", "demo-month"), self.top, "--scale", str(scale), "--days", str(days),
                        "--bin", world.reputed, "--genlog", genlog], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
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
        subprocess.run([world.reputed, "ingest", "--config", self.config, os.path.join(self.top, "mail.log")], check=True, stdout=subprocess.DEVNULL)
        self.hostile_report(world)

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

    def hostile_report(self, world):
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
        subprocess.run([world.reputed, "ingest", "--config", self.config, path], check=True, stdout=subprocess.DEVNULL)

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
# Loaded: there is a heading, and nothing waits for an answer.
READY = ("document.readyState == 'complete' && !!document.querySelector('main h1') && !document.querySelector('.loading')"
         " && !!document.querySelector('main[data-screen]')")


class Look:
    """The page in a browser, logged in."""

    def __init__(self, b, base):
        self.b, self.base = b, base

    def to(self, where):
        self.b.value("location.hash = '#/%s'" % where)
        # a screen shows its heading at once, and asks for what it shows in the same moment
        return self.b.until("location.hash == '#/%s' && %s" % (where, READY))

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

    def focus(self):
        return self.b.value("(e => (e.tagName + ' ' + (e.textContent || e.name || '')).trim())(document.activeElement)")

    def tab_to(self, wanted):
        """Presses Tab until what has the focus begins so. False: it never did."""
        for _ in range(TABS):
            self.b.key("Tab")
            if self.focus().startswith(wanted):
                return True
        return False


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


def keyboard(tap, b, base):
    """From the login to the text of the delisting request, without a pointer."""
    look = Look(b, base)
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
    tap.ok(b.until("!!document.querySelector('[data-is=sentence]') && " + READY), "name and password open the overview",
           [b.value("document.body.innerText")])
    tap.ok(look.tab_to("A Why, and what to do"), "Tab leads to the incident", [look.focus()])
    b.key("Enter")
    tap.ok(b.until("!!document.querySelector('[data-is=verdict]') && " + READY), "Enter opens it")
    there = look.tab_to("SUMMARY Show the text")
    b.key("Enter")
    shown = b.until("!!document.querySelector('details[open] pre') && [...document.querySelectorAll('details[open] pre')]"
                    ".some(p => p.checkVisibility() && p.textContent.includes('is refused by your servers'))", 10)
    tap.ok(there and shown, "Tab and Enter show the text of the delisting request", [look.focus()])
    b.key("g")
    b.key("t")
    tap.ok(b.until("location.hash == '#/timeline' && " + READY), "g t goes to the timeline")
    b.key("/")
    b.write("s3140")
    b.until("!!document.querySelector('[role=option]')")
    b.key("Enter")
    tap.ok(b.until("location.hash == '#/guide/s3140' && " + READY), "/ finds a code", [b.value("location.hash")])
    b.value("history.back()")
    tap.ok(b.until("location.hash == '#/timeline'"), "and back is where one was before")
    b.key("/")
    b.write("some.body@outlook.com")
    b.key("Enter")
    tap.ok(b.until("location.hash == '#/trace' && " + READY + " && !!document.querySelector('main [data-messages], main .note')"),
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


def equals(tap, look):
    """What is shown is what the API answers."""
    look.to("")
    strips, status = look.api("strips?span=day"), look.api("status")
    opened = look.api("incidents?state=open")["incidents"]
    same(tap, "the overview has every row of the strips, with its state and its sums",
         sorted(look.data("[data-cell]", "cell", "state", "accepted", "refused")),
         sorted((r["source"] + " " + r["provider"] + ("/" + r["provider_domain"] if r["provider_domain"] else ""), r["state"],
                 str(r["sum"]["accepted"]), str(r["sum"]["refused"])) for r in strips["rows"]))
    same(tap, "and every open incident", sorted(int(i) for ids in look.data("article[data-incident]", "incident") for i in ids.split()),
         sorted(i["id"] for i in opened))
    same(tap, "as many as the menu counts", b_text(look, ".side .count"), str(len(opened)))
    same(tap, "and a link to each", sorted({a.split("/")[-1] for a in look.b.value("[...document.querySelectorAll('article[data-incident] .card-top a')].map(a => a.hash)")}),
         sorted(str(i["id"]) for i in opened))
    waits = sum(w["messages"] for w in status["queue"]["waiting"]) if status["queue"] else None
    same(tap, "and what waits", look.data("[data-is=queue]", "messages"), [str(waits)] if waits is not None else [])
    words = b_text(look, "h1")
    worst = [i for i in opened if i["class"] == "blocked"]
    tap.ok(worst and worst[0]["provider_name"] in words and "probably the neighbourhood" in words,
           "its sentence names the provider and the cause", [words])
    mail = look.api("series?by=hour&from=%s" % time.strftime("%Y-%m-%d", time.gmtime(seconds(status["now"]) - 8 * 86400)))
    day = look.b.value("document.querySelector('[data-is=today]').dataset.accepted")
    full = seconds(status["now"]) // 3600 * 3600
    midnight = (full - 1) // 86400 * 86400      # the browser of this test is in UTC; before the first full hour: all of the day before
    s, start = mail["series"][0], seconds(mail["from"])
    want = sum(v or 0 for i, v in enumerate(s["accepted"]) if midnight <= start + i * 3600 < full)
    same(tap, "and the mail of the day up to the last full hour", day, str(want))

    for width in (1440, 360):
        look.b.size(width, 900)
        look.to("")
        tap.ok(look.b.until("(e => e && e.getBoundingClientRect().bottom < innerHeight)(document.querySelector('.say [data-is=than]'))"),
               "better or worse than yesterday is seen without scrolling at %d" % width, [b_text(look, ".say")])
    look.b.size(1440, 900)

    one = worst[0]["id"]
    look.to("incident/%d" % one)
    why = next(i for i in look.api("why?subject=%d" % one)["incidents"] if i["id"] == one)
    same(tap, "an incident has its cause", look.data("main [data-incident]", "incident", "cause"), [(str(one), why["causes"][0]["cause"])])
    same(tap, "all its evidence", sorted(look.data("[data-evidence]", "evidence")), sorted(e["name"] for e in why["evidence"]))
    same(tap, "every step", len(look.data("[data-step]", "step")), len(why["next"]))
    same(tap, "and what was lost", b_text(look, "[data-is=bounced]").replace(",", ""), str(why["ledger"]["last"]["bounced"] + why["ledger"]["last"]["expired"]))
    texts = look.b.value("[...document.querySelectorAll('.steps pre')].map(p => p.textContent)")
    tap.ok(all(s["text"] in texts for s in why["next"] if s["text"]), "texts to paste are those of the API, byte for byte")

    same(tap, "what they said is there, word for word", look.b.value("[...document.querySelectorAll('#replies pre')].map(p => p.textContent)"),
         [r["text"] for r in look.api("replies?incident=%d" % one)["replies"]])

    look.to("dmarc")
    d = look.api("dmarc/report?since=30d")
    same(tap, "DMARC has the messages of the report", look.data("[data-is=dmarc]", "messages", "passed"), [(str(d["messages"]), str(d["passed"]))])
    same(tap, "and all who send", look.data("[data-sources]", "sources"), [str(len(d["sources"]))])
    same(tap, "and what receivers did with what fails", look.data("[data-is=acted]", "quarantined", "rejected"),
         [(str(d["quarantined"]), str(d["rejected"]))] if d["quarantined"] + d["rejected"] else [])
    look.to("tls")
    same(tap, "TLS has what failed", look.data("[data-is=tls]", "failed"), [str(look.api("tls/report")["failed"])])
    look.to("complaints")
    same(tap, "complaints are counted", look.data("[data-is=complaints]", "complaints"), [str(look.api("complaints")["complaints"])])
    same(tap, "and streams with unknown recipients", look.data("[data-streams]", "streams"), [str(len(look.api("bounces?days=30")["rows"]))])
    look.to("domain/shop.example")
    spf = look.api("looks?subject=shop.example")["spf"]
    tap.ok(spf and spf["lookups"] > 3 and max(t["depth"] for t in spf["terms"]) > 0, "the look kept what the SPF record costs", [spf])
    same(tap, "a domain shows it in all", look.data("[data-is=spf]", "lookups", "terms"), [(str(spf["lookups"]), str(len(spf["terms"])))])
    shown = [(a, int(b)) for a, b in look.data("[data-term]", "term", "lookups")]
    same(tap, "and of each include", [x for x in shown if x[1]], [(t["term"], t["lookups"]) for t in spf["terms"] if t["lookups"]])
    tap.ok(set(shown) >= {(t["term"], t["lookups"]) for t in spf["terms"] if not t["depth"]}, "with every term of the own record", shown)
    look.to("incidents")
    same(tap, "incidents are all found", look.data("[data-found]", "found"), [str(look.api("incidents?state=all")["found"])])
    for screen, asked in (("provider/" + worst[0]["provider"], "provider=" + worst[0]["provider"]), ("source/" + worst[0]["source"], "source=" + worst[0]["source"])):
        look.to(screen)
        found = look.api("incidents?" + asked)
        links = look.b.value("[...document.querySelectorAll('[aria-labelledby=inc-title] tbody th a')].map(a => +a.hash.split('/')[2])")
        same(tap, "%s has its incidents" % screen.split("/")[0], links, [i["id"] for i in found["incidents"]])
        tap.ok(0 < len(links) == found["found"] and not look.data("[aria-labelledby=inc-title] [data-left-out]", "left-out"), "and all of them", [found["found"]])
        look.to("incidents?" + asked)
        same(tap, "and the search finds the same", look.data("[data-found]", "found"), [str(found["found"])])
    look.to("timeline")
    events = look.api("timeline")["events"]
    same(tap, "the timeline says how many events there are", look.data("[data-found]", "found"), [str(look.api("timeline")["found"])])
    rows = look.data(".events li", "kinds")
    same(tap, "the timeline has every event", sorted(k for r in rows for k in r.split()), sorted(e["kind"] for e in events))
    times = look.b.value("[...document.querySelectorAll('.events time')].map(t => t.dateTime)")
    same(tap, "the newest first", [t[:16] for t in times], sorted((t[:16] for t in times), reverse=True))
    minute = [(t[:16], s) for t, s in zip(times, look.b.value("[...document.querySelectorAll('.events li > span')].map(s => s.innerText.split(' Alert not')[0])"))]
    tap.ok(len(rows) < len(events) and len(set(minute)) == len(minute), "and says nothing twice", minute)
    lifted = [r for r in rows if "incident-lifted" in r and r != "incident-lifted"]
    tap.ok(lifted, "a lift in the minute of a block is no row of its own", rows)
    look.to("settings")
    same(tap, "settings have every feed", look.data("[data-feeds]", "feeds"), [str(len(look.api("feeds")["feeds"]))])


def seconds(stamp):
    return calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))


def b_text(look, selector):
    return look.b.value("document.querySelector(%s).innerText" % json.dumps(selector))


def asks_once(tap, look):
    """Whoever shows the same answer shares it: each path is asked for once, and no screen asks more than it needs."""
    b = look.b
    # what the server tells of a change is asked for again, and rightly: here it tells of none
    script = b.call("Page.addScriptToEvaluateOnNewDocument", source="window.EventSource = class { addEventListener() {} close() {} }")["identifier"]
    for where in ("", "providers", "settings"):
        before = len(b.asked)
        b.open(look.base + "?once-%s#/%s" % (name_of(where), where))
        b.until(READY)
        b.promise("new Promise(done => setTimeout(done, 500))")
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
            b.call("Emulation.setTimezoneOverride", timezoneId="UTC")
            look = keyboard(tap, b, base)
            walk(tap, look, script is not None)
            equals(tap, look)
            if served:
                hostile(tap, look)
            in_utc(tap, look)
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
