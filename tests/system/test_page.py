#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_page.py [REPUTED] -- `why --html` and `status --html`: a page is well-formed as XML and as HTML, stands
alone (no script, nothing from outside), has the words of the text in the same order and the numbers of
--json and of the log; what strangers wrote cannot become markup; no recipient is in it. `check --html`: the
findings of --json in their order, each record once and whole, and nothing in order that is only not known. TAP.
"""

import collections
import html.parser
import os
import re
import sys
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import test_lists   # noqa: E402
import util         # noqa: E402
from test_trend import KINDS, at, kind    # noqa: E402

X = "{http://www.w3.org/1999/xhtml}"
ALONE = {"html", "head", "meta", "title", "style", "body", "header", "main", "footer", "article", "h1", "h2", "h3",
         "p", "ol", "li", "dl", "dt", "dd", "pre", "a", "span", "figure", "figcaption", "svg", "rect", "line", "circle", "path",
         "text", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "div"}
ATTRIBUTES = {"class", "lang", "charset", "name", "content", "http-equiv", "href", "rel", "role", "aria-label",
              "aria-hidden", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "rx", "cx", "cy", "r", "d", "text-anchor", "scope", "data-title",
              "preserveAspectRatio"}
EVIL = ('550 5.7.1 <script>alert(1)</script> "quoted" \'single\' & &lt;b&gt; ]]> --> </pre></main> '
        'https://evil.example/"onmouseover=alert(1)> javascript:alert(2) <img src=x onerror=y> (S3140)')
HIDDEN = "\x1b[31m \x07 \u202e \u200b \ufeff \x9b \x01" + "0" * 16 + "1"
LINE = ('2026-11-03T%02d:%02d:%02dZ mx1 postfix/smtp[7]: 4F%05X: to=<%s>, relay=%s[192.0.2.9]:25, delay=1, '
        'delays=0/0/1/0, dsn=%s, status=%s (%s)\n')


class Plain(html.parser.HTMLParser):
    """Tags that were left open, and the text of main without its pictures."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.text, self.skip, self.inside = [], [], [], 0, False

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.inside = self.inside or tag == "main"
        self.skip += tag in ("figure", "svg")
        if tag not in ("span", "a"):
            self.text.append(" ")

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
        self.skip -= tag in ("figure", "svg")
        self.inside = self.inside and tag != "main"
        if tag not in ("span", "a"):
            self.text.append(" ")

    def handle_data(self, data):
        if self.inside and not self.skip:
            self.text.append(data)


def words(text):
    """Without blanks, and without the lines between incidents."""
    return [w for w in text.split() if not re.fullmatch("-{20,}", w)]


def page(tap, box, name, *args, code=None, **more):
    """The page, held against all that is promised of every page."""
    done = box.run(args[0], "--html", *args[1:], **more)
    text = done.out
    tap.ok(done.code in (0, 1) if code is None else done.code == code, "%s: a page" % name, done.told())
    try:
        root = ET.fromstring(text.partition("\n")[2])
    except ET.ParseError as error:
        tap.ok(False, "%s: is well-formed" % name, [str(error)])
        return None, text, ""
    parser = Plain()
    parser.feed(text)
    tap.ok(text.startswith("<!DOCTYPE html>\n") and not parser.wrong and not [
        t for t in parser.open if t != "meta"], "%s: is well-formed, as XML and as HTML" % name,
        [parser.wrong, parser.open])
    every = list(root.iter())
    odd = {e.tag.replace(X, "") for e in every} - ALONE
    odd_at = {a for e in every for a in e.attrib} - ATTRIBUTES
    tap.ok(not odd and not odd_at, "%s: no element or attribute that could run or load anything" % name,
           [odd, odd_at])
    bad = [e.attrib["href"] for e in every if "href" in e.attrib and not e.attrib["href"].startswith("https://")]
    style = root.find(X + "head/" + X + "style").text
    tap.ok(not bad and "url(" not in style and "@import" not in style
           and "default-src 'none'" in text, "%s: stands alone" % name, bad)
    tap.ok("prefers-color-scheme:dark" in style and "@media print" in style and "max-width:640px" in style,
           "%s: is made for dark, paper and phones" % name)
    controls = [c for c in text if (ord(c) < 32 and c != "\n" and c != "\t") or 0x7f <= ord(c) < 0xa0
                or 0x200b <= ord(c) < 0x2010 or 0x202a <= ord(c) < 0x202f or c == "\ufeff"]
    tap.ok(not controls, "%s: no hidden character" % name, [repr(controls[:5])])
    return root, text, "".join(parser.text)


def same(tap, box, name, *args):
    """The page and the text have the same words; returns the page."""
    root, text, said = page(tap, box, name, *args)
    # wide, so that nothing is cut; a strip is a picture in the page
    shown = box.run(*args, env={"COLUMNS": "120"}).out
    shown = re.sub("[▁▂▃▄▅▆▇█·]{3,}", " ", shown)
    a, b = words(said), words(shown)
    n = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    tap.ok(a == b and len(a) > 10, "%s: the words of the text, in the same order" % name,
           ["page " + " ".join(a[n:n + 8]), "text " + " ".join(b[n:n + 8])])
    return root, text


def rows_of(root, where):
    return [["".join(c.itertext()) for c in tr] for tr in root.iter(X + "tr")
            if (tr[0].tag == X + "td") and where(tr)]


def morning(tap, world):
    log, box = world.log("aws-morning", 10), world.box("page")
    box.ingest(*log.files)
    root, _ = same(tap, box, "why", "why")
    why = box.run("why", "--json").json()
    opened = [i for i in why["incidents"] if i["state"] != "over"]
    lost = sum(i["lost"]["bounced"] for i in opened)
    first = "".join(root.find(".//" + X + "article")[1].itertext())
    tap.ok(first.startswith("%d messages bounced" % lost), "why: as many bounced as --json says", [lost, first])
    tap.ok([e.tag.replace(X, "") for e in root.find(".//" + X + "article")][:2] == ["h2", "p"]
           and root.find(".//" + X + "figure") is not None, "why: what is wrong, how bad, a picture")
    links = {e.attrib["href"] for e in root.iter(X + "a")}
    urls = {n["url"] for i in opened for n in i["next"] if (n["url"] or "").startswith("https://")}
    tap.ok(urls and urls <= links and all(flat(e) == e.attrib["href"] for e in root.iter(X + "a")),
           "why: the pages of its steps are links", [urls, links])
    pasted = ["".join(e.itertext()).strip() for e in root.iter(X + "pre")]
    texts = [n["text"].strip() for n in opened[0]["next"] if n["text"]]
    tap.ok(pasted and all(t in pasted for t in texts), "why: what is pasted is in <pre>, whole",
           [texts, pasted])
    deliveries = [d for d in box.ingest("--dry-run", "--json", *log.files).lines() if d["kind"] == "delivery"]
    labels = {i["subject"]["source_label"] for i in opened}
    want, got = collections.Counter(), collections.Counter()
    rows = rows_of(root, lambda tr: True)
    from_s = at(rows[0][0])
    for d in deliveries:
        if d["source_label"] in labels and kind(d) and at(d["time"]) >= from_s:
            hour = int((at(d["time"]) - from_s) // 3600)
            want[hour, "all"] += 1
            if d["provider"] == opened[0]["provider"]:
                want[hour, kind(d)] += 1
    for row in rows:
        for key, n in zip(KINDS + ("all",), row[1:]):
            if int(n):
                got[int((at(row[0]) - from_s) // 3600), key] = int(n)
    tap.ok(want == got and got, "why: the picture's numbers are those of the log", [want - got, got - want])
    svg = root.find(".//" + X + "figure/" + X + "svg")
    tall = {c: round(sum(float(r.attrib["height"]) for r in svg.iter(X + "rect") if r.attrib["class"] == c))
            for c in "asr"}
    tap.ok(all(tall.values()) and tall["a"] > tall["s"], "why: and it has bars of them", [tall])
    marks = " ".join("".join(t.itertext()) for t in svg.iter(X + "text"))
    tap.ok("since 11-03 06:42" in marks and "12:00" in marks, "why: with its times", [marks])


def status(tap, world):
    box = world.box("page-status")
    box.ingest(*world.log("aws-morning", 10).files)
    root, _ = same(tap, box, "status", "status")
    cells = box.run("status", "--json").json()["cells"]
    rows = rows_of(root, lambda tr: len(tr) == 7)
    want = [[c["source"], c["provider_domain"] or c["provider"], "", c["sent"], c["deferred"],
             c["bounced"] + c["expired"]] for c in cells]
    got = [r[:3] + [int(x.replace(",", "")) for x in r[3:6]] for r in rows]
    tap.ok(want == got and got, "status: the numbers of --json", util.differences(want, got)[:5])
    pictures = [td for td in root.iter(X + "td") if td.attrib["class"] == "c2"]
    tap.ok(all(td.find(X + "svg") is not None for td in pictures), "status: each row has its picture")
    same(tap, box, "status --all", "status", "--all")
    same(tap, box, "why of one", "why", "microsoft-consumer")
    same(tap, box, "why --trace", "why", "--trace")
    for args in (("why", "--html", "--json"), ("status", "--html", "--json"), ("why", "--html", "--replay")):
        done = box.run(*args)
        tap.ok(done.code == 2 and not done.out, "%s: not both" % " ".join(args), done.told())


def hostile(tap, world):
    """A block whose words, host and stream are markup."""
    box = world.box("page-evil")
    log = ""
    for n in range(120):
        sender = "<x\"&'><b>%d@shop.example>" % (n % 3)
        log += ("2026-11-03T06:%02d:%02dZ mx1 postfix/qmgr[5]: 4F%05X: from=<%s, size=9, nrcpt=1 (queue active)\n"
                % (n // 60, n % 60, n, sender))
        log += LINE % (6, n // 60, n % 60, n, "secret.person%d@hotmail.com" % n,
                       "hotmail-com.olc.protection.outlook.com", "5.7.1", "bounced",
                       "host hotmail-com.olc.protection.outlook.com[192.0.2.9] said: " + EVIL + HIDDEN +
                       " for secret.person%d@hotmail.com (in reply to MAIL FROM command)" % n)
        log += LINE % (7, n // 60, n % 60, n + 500, "secret.person%d@evil.example" % n,
                       "mx.<b>evil</b>.example", "5.7.1", "bounced",
                       "host mx.evil.example[192.0.2.7] said: " + EVIL + " (in reply to MAIL FROM command)")
    box.ingest(util.write(box.path("evil.log"), log.encode()), now="2026-11-03T12:00:00Z")
    seen = ""
    for args in (("why",), ("why", "--trace"), ("status",), ("report",)):
        root, text, said = page(tap, box, "hostile %s" % " ".join(args), *args)
        seen += said
        tap.ok("<script" not in text and "<img" not in text and "<b>" not in text and "onmouseover=\"" not in text,
               "hostile %s: no markup of strangers" % " ".join(args))
        bad = [e.attrib["href"] for e in root.iter(X + "a") if "evil" in e.attrib["href"]]
        tap.ok(not bad and "https://evil.example/" in said + seen, "hostile %s: no link out of a reply" % " ".join(args), bad)
        tap.ok("secret.person" not in text, "hostile %s: no recipient" % " ".join(args),
               re.findall(".{40}secret.{40}", text)[:3])
    tap.ok("<script>alert(1)</script>" in seen and "\"quoted\" 'single' & &lt;b&gt;" in seen,
           "hostile: what they wrote is there to read", [seen[:800]])


def small(tap, world):
    """Nothing read, nothing wrong, and a block that has only just begun."""
    empty = world.box("page-empty")
    empty.ingest(util.write(empty.path("empty.log"), ""))
    for name in ("why", "status", "report"):
        page(tap, empty, "nothing read: " + name, name, code=0)
    quiet = world.box("page-quiet")
    quiet.ingest(*world.log("boring", 3).files)
    same(tap, quiet, "no trouble: status", "status")
    page(tap, quiet, "no trouble: why", "why", code=0)
    page(tap, quiet, "no trouble: report", "report", code=0)
    one = world.box("page-one")
    one.ingest(util.write(one.path("one.log"), (LINE % (6, 0, 0, 1, "jo@hotmail.com",
                          "hotmail-com.olc.protection.outlook.com", "5.7.1", "bounced",
                          "host said: 550 5.7.1 part of their network is on our block list (S3140)")).encode()),
               now="2026-11-03T12:00:00Z")
    root, _ = same(tap, one, "too little to judge: why", "why")
    tap.ok([e for e in root.iter(X + "dt")], "too little to judge: its parts have their names")
    same(tap, one, "too little to judge: status", "status")
    fresh = world.box("page-fresh")
    fresh.ingest(world.log("aws-morning", 10).files[-1])
    same(tap, fresh, "a short log: why", "why")
    old = world.box("page-old")
    old.ingest(*world.log("single", 30).files)
    same(tap, old, "another trouble: why", "why")


IP, OTHER = "192.0.2.7", "192.0.2.9"
SHOP = {
    "shop.example": [("TXT", "v=spf1 include:gone.shop.example ip4:192.0.2.7 -all"), ("MX", (10, "mx.shop.example")),
                     ("MX", (20, "gone.shop.example"))],
    "mx.shop.example": [("A", IP)],
    "_mta-sts.shop.example": [("TXT", "v=STSv1; id=1")],
    "7.2.0.192.in-addr.arpa": [("PTR", "mx.shop.example")],
    "7.2.0.192.zen.spamhaus.org": [("A", "127.0.0.2")],
}
SOUND = {"shop.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.shop.example"))], "mx.shop.example": [("A", IP)],
         "_dmarc.shop.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@shop.example")],
         "7.2.0.192.in-addr.arpa": [("PTR", "mx.shop.example")]}


def flat(e):
    return " ".join("".join(e.itertext()).split())


def article(root, heading):
    """The terms of the article with that heading, each with its texts."""
    for a in root.iter(X + "article"):
        if flat(a[0]) == heading:
            out, term = {}, None
            for e in a.iter():
                term = flat(e) if e.tag == X + "dt" else term
                if e.tag == X + "dd":
                    out.setdefault(term, []).append(flat(e))
            return out
    return {}


def look(tap, box, name, zone, *args, code=None):
    """The page of a zone, and --json of the same."""
    with dns_stub.Stub({**test_lists.world_of_lists(), **zone}) as dns:
        more = (*args, "--server", dns.server, "--timeout-ms", "400")
        util.write(box.path("list-usage"), "")
        found = box.run("check", "shop.example", *more, "--json").json()
        util.write(box.path("list-usage"), "")
        root, text, said = page(tap, box, "check: " + name, "check", "shop.example", *more, code=code)
    tap.ok('class="green"' not in text, "check: %s: nothing is green" % name)
    return root, text, " ".join(said.split()), found


def sets(lines):
    """Lines to publish, as the blocks that a person copies: one for each name and type."""
    out = []
    for line in lines:
        if out and line.split(" ")[:3] == out[-1][0].split(" ")[:3]:
            out[-1].append(line)
        else:
            out.append([line])
    return ["\n".join(x) for x in out]


def checked(tap, world):
    box = world.box("check")
    root, text, said, found = look(tap, box, "a blocked sender", SHOP, "--ip", IP, "--ip", OTHER, code=1)
    findings = found["findings"]
    n = sum(f["severity"] == "critical" for f in findings)
    tap.ok(n > 2 and flat(root.find(".//" + X + "h2")) == "%d things make receivers refuse mail of shop.example." % n,
           "check: first one sentence: how it stands", [n, said[:200]])
    heads = [flat(e) for e in root.iter(X + "h2")][1:-2]
    tap.ok(heads == ["%d. %s: %s" % (i, f["title"], f["subject"]) for i, f in enumerate(findings, 1)],
           "check: then the findings, in the order of --json", heads)
    lost = [f["id"] + " " + k for f in findings for k in ("evidence", "effect", "reference", "id", "severity")
            if " ".join(f[k].split()) not in said]
    tap.ok(not lost, "check: each with what was seen, its effect and its source", lost)
    blocks = ["".join(e.itertext()).rstrip("\n") for e in root.iter(X + "pre")]
    want, run = [], {line for f in findings for line in f["run"]}
    commands = [b for b in blocks if set(b.splitlines()) <= run]
    blocks = [b for b in blocks if b not in commands]
    tap.ok(len(set(commands)) == len(commands) and {x for b in commands for x in b.splitlines()} == run,
           "check: each command once", [commands, sorted(run)])
    for f in findings:
        for block in ([f["file"]["text"].rstrip("\n")] if f["file"] else []) + sets(f["publish"]):
            # the id of a policy is the time
            block = re.sub(r"id=\d+Z", "id=", block)
            want += [block] if block not in want else []
    tap.ok([re.sub(r"id=\d+Z", "id=", b) for b in blocks] == want and len(want) > 3,
           "check: each record once and whole, in a block of its own", [want, blocks])
    number = 1 + [f["id"][:4] for f in findings].index("spf-")
    tap.ok(said.count("what number %d says fixes this too" % number) == sum(f["id"][:4] == "spf-" for f in findings) - 1 > 0, "check: what fixes two findings is said once", [said])
    facts = article(root, flat(root.find(".//" + X + "h2")))
    tap.ok(facts.get("domain") == ["shop.example"] and facts.get("address") == ["%s, %s" % (IP, OTHER)] and
           re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", facts.get("checked", [""])[0]), "check: of what, and when", [facts])
    version = box.run("--version").out.split()[1]
    tap.ok(re.search(r"<footer>From DNS at \S+Z\. All times are UTC\. Made by reputed %s\.</footer>" % re.escape(version), text),
           "check: and by what it was made")
    order = article(root, "Found in order")
    tap.ok("SPF" not in order and "MX" not in order and "MTA-STS" not in order and
           order.get("PTR") == [IP + " has the name mx.shop.example, which leads back to it"] and
           any(OTHER in x and "Spamhaus ZEN" in x for x in order["lists"]) and
           not any(IP + " " in x and "Spamhaus ZEN" in x for x in order["lists"]), "check: in order is only what has no finding",
           [order])
    root, _, _, found = look(tap, box, "no MX", {"shop.example": SOUND["shop.example"][:1]}, "--ip", OTHER)
    more = next(f["publish"] for f in found["findings"] if f["id"] == "mx-missing")
    blocks = ["".join(e.itertext()).rstrip("\n") for e in root.iter(X + "pre")]
    tap.ok(len(more) > 1 and len(sets(more)) > 1 and all(x in blocks for x in sets(more)) and
           len(blocks) == len(set(blocks)), "check: each set of records is a block of its own", [more, blocks])
    for args in (("--json",), ()):
        done = box.run("check", "--html", *args, *(["shop.example"] if args else []))
        tap.ok(done.code == 2 and not done.out, "check --html %s: is refused" % " ".join(args), done.told())


def checked_well(tap, world):
    """A sound sender, and the same when some of DNS fails."""
    box, key = world.box("check-well"), dkim_sign.Key("rsa", 2048)
    sound = {**SOUND, "mail._domainkey.shop.example": [("TXT", key.record())]}
    key.remove()
    root, _, said, found = look(tap, box, "a sound sender", sound, "--ip", IP, "--helo", "mx.shop.example", code=0)
    order = article(root, "Found in order")
    tap.ok(not found["findings"] and "Nothing was found that receivers hold against mail of shop.example." in said,
           "check: a sound sender is told so", [said[:300]])
    tap.ok([x[0][:len(y)] for x, y in zip(map(order.get, ("SPF", "DKIM", "DMARC", "MX", "PTR", "HELO")), (
        "v=spf1 ip4:192.0.2.7 -all", "selector mail: RSA, 2048 bits", "v=DMARC1; p=reject", "10 mx.shop.example", IP,
        "mx.shop.example"))] and "192.0.2.7 passes" in order["SPF"][0], "check: and what is in order", [order])
    lists = {x.split(" ")[0]: x for x in order["lists"]}
    tap.ok("Spamhaus ZEN" in lists[IP] and "SURBL" in lists["shop.example"] and list(article(root, "Not known")) == ["DNSSEC"],
           "check: with the lists that were asked", [lists])
    root, _, said, _ = look(tap, box, "DNS fails", {
        **sound, "shop.example": dns_stub.SERVFAIL, "_dmarc.shop.example": dns_stub.SERVFAIL,
        "7.2.0.192.in-addr.arpa": dns_stub.SERVFAIL, "mail._domainkey.shop.example": dns_stub.SERVFAIL,
        "2.0.0.127.zen.spamhaus.org": [("A", "127.255.255.254")]}, "--ip", IP)
    order, unknown = article(root, "Found in order"), article(root, "Not known")
    tap.ok(not {"SPF", "DKIM", "DMARC", "MX", "PTR"} & set(order) and
           not any("Spamhaus ZEN" in x for x in order["lists"]), "check: what is not known is not in order", [order])
    tap.ok({"SPF", "DKIM", "DMARC", "MX", "PTR", "lists"} <= set(unknown) and
           any("Spamhaus ZEN" in x and "resolver" in x for x in unknown["lists"]), "check: and is told with its reason", [unknown])
    first = flat(root.find(".//" + X + "h2"))
    tap.ok(first == "Nothing was found against mail of shop.example, but not everything could be looked up.",
           "check: the sentence does not say that all is well", [first])
    root, _, said, _ = look(tap, box, "no address", sound, code=0)
    tap.ok("address" in article(root, "Not known") and "PTR" not in article(root, "Found in order"),
           "check: without an address, that is said")
    dead = {name: dns_stub.SERVFAIL for name in test_lists.world_of_lists()}
    root, _, said, _ = look(tap, box, "no list works", {**dead, **sound}, "--ip", IP)
    tap.ok("lists" not in article(root, "Found in order") and "Spamhaus ZEN" in " ".join(
        article(root, "Not known")["lists"]) and "Nothing is known of any blocklist, because " in said,
        "check: lists that do not work are not clean", [said[:600]])
    with dns_stub.Stub({}) as dns:
        dead = box.run("check", "shop.example", "--html", "--server", dns.server.replace("127.0.0.1", "127.0.0.99"),
                       "--timeout-ms", "200")
    tap.ok(dead.code == 4 and not dead.out and "DNS does not work" in dead.err, "check: no page when DNS is dead", dead.told())


def checked_evil(tap, world):
    """Records that are markup, or that would steer a terminal."""
    box = world.box("check-evil")
    evil = 'https://evil.example/pay <script>alert(1)</script> "&lt;" </pre></main> <img src=x onerror=y> \x1b[31m\u202e\n' + "0" * 16
    root, text, said, _ = look(tap, box, "hostile", {
        "shop.example": [("TXT", "v=spf1 include:<b>x</b>.example ip4:192.0.2.7 -all " + evil), ("MX", (10, "<b>.shop.example"))],
        "_dmarc.shop.example": [("TXT", "v=DMARC1; p=none; rua=mailto:<i>@shop.example; " + evil)],
        "mail._domainkey.shop.example": [("TXT", "v=DKIM1; p=" + evil)], "mta-sts.shop.example": [("A", IP)],
        "_smtp._tls.shop.example": [("TXT", "v=TLSRPTv1; rua=" + evil)], "7.2.0.192.in-addr.arpa": [("PTR", "<u>.\n\n-----.example")],
        "7.2.0.192.zen.spamhaus.org": [("A", "127.0.0.2"), ("TXT", evil)]}, "--ip", IP, "--helo", "<s>.example")
    tap.ok(root is not None and "<script" not in text and "<img" not in text and "<b>" not in text and "<u>" not in text,
           "check: no markup of strangers")
    bad = [e.attrib["href"] for e in root.iter(X + "a") if "evil" in e.attrib["href"]]
    tap.ok(not bad and "https://evil.example/pay" in said, "check: no link out of a record", bad)
    tap.ok("<script>alert(1)</script>" in said and "\\x1b[31m" in said, "check: what they wrote is there to read", [said[:900]])


if __name__ == "__main__":
    sys.exit(util.main([morning, status, hostile, small, checked, checked_well, checked_evil]))
