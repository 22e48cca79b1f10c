#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_dmarc_html.py [REPUTED] -- `dmarc report --html`: a page as test_page.py wants each, whose sentences are those of the
text, and whose figures, bars and tables have the numbers of --json. What strangers wrote cannot become markup. Its colours
can be told apart and read, by people who see colours otherwise as well. In a real Chromium, where there is one: it asks
for nothing, nothing is wider than the screen of a phone or than paper. TAP.
"""

import html.parser
import itertools
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import browser          # noqa: E402
import report_other     # noqa: E402
import report_year      # noqa: E402
import test_page        # noqa: E402
import util             # noqa: E402
from test_page import X, flat, page    # noqa: E402

OWN = "source a {\n    public %s\n}\nsource b {\n    public %s\n}\n"
KINDS = ("passed", "mend", "forwarded", "others", "unknown")
CLASSES = ("pass", "mend", "handed", "other", "nobody")
NAMES = ("passed", "may be yours, and failed", "forwarded by others, and failed", "sent as you by somebody else",
         "nothing vouches for it")
DAY = 86400


def box_of(world, name, own=report_year.OWN, reports=()):
    box = world.box(name)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(OWN % own)
    os.makedirs(box.path("reports"), exist_ok=True)
    for i, text in enumerate(reports):
        util.write(box.path("reports/%d.xml" % i), text.encode())
    return box


def number(text):
    return int(text.replace(",", ""))


def at(stamp):
    return int(time.mktime(time.strptime(stamp[:10], "%Y-%m-%d"))) - time.timezone


def figures(root):
    """Each big figure: its name, its value, what is said below it."""
    big = root.find(".//" + X + "dl[@class='big']")
    return {flat(div[0]): (flat(div[1]), flat(div[2])) for div in big}


def article(root, heading):
    return next(a for a in root.iter(X + "article") if flat(a[0]) == heading)


def rows(table):
    return [[flat(c) for c in tr] for tr in table.find(X + "tbody")]


def paragraphs(text):
    """What the text says outside its tables, as it is in a page: titles and numbers of steps without their full stop."""
    out = []
    for block in re.split(r"\n\n+", text):
        lines = block.splitlines()
        if lines and not re.match(r"(WHO|RECEIVER) ", lines[0]):
            out.append(re.sub(r"(^|\n)(\d+)\. ", r"\1\2 ", "\n".join(lines)))
    return [" ".join(p.split()) for p in out]


def held(tap, box, name, *args):
    """Holds a page against text and --json. Returns it."""
    done = box.run("dmarc", "report", *args, "--json")
    is_json = done.json()
    root, text, said = page(tap, box, name, "dmarc", "report", *args)
    said = " ".join(said.split())
    shown = box.run("dmarc", "report", *args, env={"COLUMNS": "120"})
    tap.ok(shown.code == done.code, "%s: the exit code of the text" % name, [shown.code, done.code])
    lost = [p for p in paragraphs(shown.out) if p not in said]
    tap.ok(not lost and len(paragraphs(shown.out)) > 1, "%s: every sentence of the text, in its words" % name, lost)
    first = flat(root.find(".//" + X + "article")[0]) + " " + flat(root.find(".//" + X + "article")[1])
    tap.ok(first.startswith(paragraphs(shown.out)[0][:200]), "%s: the answer comes first" % name, [first])
    tap.ok(len(list(root.iter(X + "h1"))) == 1 and root.attrib["lang"] == "en" and
           len(root.findall(X + "head/" + X + "title")) == 1, "%s: one h1, a title and a language" % name)
    levels = [int(e.tag[-1]) for e in root.iter() if re.fullmatch(re.escape(X) + "h[1-6]", e.tag)]
    tap.ok(all(b <= a + 1 for a, b in zip(levels, levels[1:])), "%s: no level of heading is left out" % name, [levels])
    bad = [flat(t) for t in root.iter(X + "table") if t.find(X + "thead") is None or any(
        c.tag != X + "th" or c.attrib.get("scope") != "col" for c in t.find(X + "thead")[0])
        or any([c.attrib.get("scope") for c in tr].count("row") != 1 for tr in t.find(X + "tbody"))]
    tap.ok(not bad, "%s: tables have heads for columns and rows" % name, bad[:2])
    return root, text, said, is_json


def numbers(tap, name, root, is_json):
    """Figures, chart and tables."""
    failed = {k: sum(d[k] for d in is_json["days"]) for k in KINDS}
    got, not_ours = figures(root), failed["others"] + failed["unknown"]
    mend = [s for s in is_json["sources"] if s["mend"]]
    want = {"Messages": "{:,}".format(is_json["messages"]), "May be yours, and failed": "{:,}".format(failed["mend"])}
    tap.ok(all(got[k][0] == v for k, v in want.items()) and number(got["Passed DMARC"][1].split()[0]) == is_json["passed"]
           and got["May be yours, and failed"][1] == ("from %d sender%s" % (len(mend), "s"[len(mend) == 1:]) if mend
                                                      else "no sender to fix")
           and got["Not known as yours, let through"][1].startswith("of {:,} message".format(not_ours) if not_ours else "none"),
           "%s: the figures are those of --json" % name, [got, want])
    stopped = sum(s["quarantined"] + s["rejected"] for s in is_json["sources"] if s["who"] in ("service", "unknown") and not s["mend"])
    tap.ok(number(got["Not known as yours, let through"][0]) == not_ours - stopped, "%s: and what was let through" % name, [got])
    figure = root.find(".//" + X + "figure")
    table = figure.find(".//" + X + "table")
    names = [flat(c) for c in table.find(X + "thead")[0]][1:]
    tap.ok(names == [n for n, k in zip(NAMES, KINDS) if failed[k]] and all(n in flat(figure[0]) for n in names),
           "%s: the chart has a key for each kind that there is" % name, names)
    cells = rows(table)
    begins = [at(r[0]) for r in cells] + [at(is_json["days"][-1]["day"]) + DAY]
    want = [[sum(d[k] for d in is_json["days"] if a <= at(d["day"]) < b) for k in KINDS if failed[k]]
            for a, b in zip(begins, begins[1:])]
    tap.ok([[number(c) for c in r[1:]] for r in cells] == want and begins[0] == at(is_json["days"][0]["day"]),
           "%s: its numbers are those of the days" % name, util.differences(want, cells)[:3])
    svg = figure.find(X + "svg")
    high = {c: sum(float(r.attrib["height"]) for r in svg.iter(X + "rect") if r.attrib["class"] == c) for c in CLASSES}
    most = max(sum(w) for w in want)
    off = [c for c, k in zip(CLASSES, KINDS) if abs(high[c] - failed[k] / most * 194) > len(want)]
    tap.ok(not off and all((high[c] > 0) == (failed[k] > 0) for c, k in zip(CLASSES, KINDS)),
           "%s: and its bars are as high" % name, [off, high])
    told = svg.attrib["aria-label"]
    tap.ok(all("%s: {:,}".format(failed[k]) % n in told for n, k in zip(NAMES, KINDS) if failed[k]),
           "%s: and it is told in words" % name, [told])
    table = article(root, "Who sends").find(".//" + X + "table")
    want = [[s["who"], "{:,}".format(s["addresses"]), "{:,}".format(s["messages"])] for s in is_json["sources"]]
    tap.ok([[r[0], r[2], r[3]] for r in rows(table)] == want[:12] or len(want) > 12 and len(rows(table)) == len(want),
           "%s: the sources of --json" % name, util.differences(want, rows(table))[:3])
    bars = [[float(x.attrib["width"]) for x in tr.iter(X + "rect")] for tr in table.find(X + "tbody")]
    longest = max(s["messages"] for s in is_json["sources"])
    off = [(b, s["messages"]) for b, s in zip(bars, is_json["sources"])
           if abs(sum(b) - s["messages"] / longest * 120) > 3 or len(b) != (s["passed"] > 0) + (s["passed"] < s["messages"])]
    tap.ok(bars and not off, "%s: each with a bar as long" % name, off)
    table = article(root, "Who reported").find(".//" + X + "table")
    want = [[v["name"], "{:,}".format(v["reports"]), "{:,}".format(v["messages"])] for v in is_json["receivers"] if v["reports"]]
    tap.ok([r[:3] for r in rows(table)] == want[:12], "%s: the receivers of --json" % name, [rows(table)[:3], want[:3]])
    basis = flat(article(root, "What these figures rest on"))
    tap.ok("%s to %s" % (is_json["from"][:10], is_json["until"][:10]) in basis and "reports{:,}".format(
        is_json["reports"]) in basis.replace(" ", ""), "%s: what the figures rest on" % name, [basis])


def years(tap, world):
    """What happened in two made-up years, and how it would be to tighten the policy."""
    box = box_of(world, "year", reports=[
        report_year.report(day, k).replace("<org_name>receiver", "<org_name>Receiver")
        for day in range(280, 365) for k in range(9) if k != 7 or day < report_year.STOPS])
    box.run("ingest", box.path("reports"))
    root, *_, is_json = held(tap, box, "year", "shop.example", "--since", "400d")
    numbers(tap, "year", root, is_json)
    tap.ok(flat(root.find(X + "body/" + X + "header")) == flat(root.find(X + "head/" + X + "title")) ==
           "DMARC report of shop.example", "year: it says what it is")
    wrong = article(root, "What is wrong, and what to do")
    items = ["".join(li.itertext()) for li in wrong.iter(X + "li")]
    tap.ok(len(items) == 1 and items[0].startswith("1 letters.example: "), "year: what to fix is a list", items)
    table = rows(wrong.find(".//" + X + "table"))
    want = [["DKIM of shop.example, selector s1", d["receiver"], "{:,} of {:,}".format(d["failed"], d["messages"]),
             "{:,} of {:,}".format(d["failed_elsewhere"], d["messages_elsewhere"]), d["result"], d["since"][:10]]
            for d in is_json["differs"]]
    tap.ok(table == want and want[0][1].startswith("Receiver-"), "year: one receiver beside the others, as --json has it",
           [table, want])
    heads = [flat(h) for h in wrong.iter(X + "h3")]
    place = heads.index("Seen differently by one receiver") if "Seen differently by one receiver" in heads else -9
    tap.ok(heads[place + 1:place + 3] == ["How much fails at one receiver, and at the others", "No longer reporting"],
           "year: directly behind what is said of that receiver", heads)
    done = box.run("dmarc", "path", "shop.example", "--since", "400d", env={"COLUMNS": "120"})
    way = paragraphs(done.out)
    step = article(root, "What receivers are asked to do, and the next step")
    want = [way[0], way[1].partition(" WHO ")[0]]
    tap.ok(want[1].startswith("Step 1") and all(p in " ".join(flat(step).split()) for p in want),
           "year: the next step, in the words of dmarc path", [want, flat(step)])
    every = root, text, *_ = page(tap, box, "every domain", "dmarc", "report", "--since", "400d")
    tap.ok("the next step" not in text and "DMARC report of all domains" in text, "every domain: no policy, no step", every[2:])
    box = box_of(world, "long")
    report_year.write(box.path("reports"), receivers=range(2))
    box.run("ingest", box.path("reports"))
    root, *_, is_json = held(tap, box, "weeks", "shop.example", "--since", "400d")
    numbers(tap, "weeks", root, is_json)
    tap.ok("Messages a week (UTC)" in flat(root.find(".//" + X + "figcaption")) and
           "The first bar is of 1 day only." in flat(root.find(".//" + X + "figcaption")), "weeks: a year is drawn by the week")
    box = box_of(world, "other", report_other.OWN)
    report_other.write(box.path("reports"))
    box.run("ingest", box.path("reports"))
    root, *_, is_json = held(tap, box, "other", "shop.example", "--since", "400d")
    numbers(tap, "other", root, is_json)
    box = box_of(world, "service", reports=[report_year.report(day, 0).replace("letters.example", "sendgrid.net") for day in range(30)])
    box.run("ingest", box.path("reports"))
    root, _, said = page(tap, box, "service", "dmarc", "report", "shop.example", "--since", "900d")
    pages, links = re.findall(r"More: (https://\S+)", said), [e.attrib["href"] for e in root.iter(X + "a")]
    tap.ok(pages and pages == links, "service: its page is a link, and nothing else is", [pages, links])
    forged = report_year.record("100.64.0.1", 40, "%s", "fail", "fail", report_year.auth([], [("shop.example", "fail")]))
    box = box_of(world, "stopped", reports=[report_year.report(day, k).replace("</feedback>", forged % (
        "none", "quarantine", "reject")[k] + "</feedback>") for day in range(40) for k in range(3)])
    box.run("ingest", box.path("reports"))
    root, *_, is_json = held(tap, box, "stopped", "shop.example", "--since", "900d")
    numbers(tap, "stopped", root, is_json)
    tap.ok(figures(root)["Not known as yours, let through"][0] == "1,600", "stopped: what was let through of it", [figures(root)])


def small(tap, world):
    """Nothing, one report, and a domain that is as it should be."""
    box = box_of(world, "empty")
    box.ingest(util.write(box.path("empty.log"), ""))
    _, _, said = page(tap, box, "nothing read", "dmarc", "report", code=0)
    tap.ok("No aggregate report was read yet." in said, "nothing read: that is said", [said])
    box = box_of(world, "one", reports=[report_year.report(0, 0)])
    box.run("ingest", box.path("reports"))
    _, _, said = page(tap, box, "no report of it", "dmarc", "report", "else.example", "--since", "900d")
    tap.ok("No report of else.example is in the time" in said, "no report of it: that is said", [said])
    root, *_ = held(tap, box, "one report", "shop.example", "--since", "900d")
    tap.ok(root.find(".//" + X + "figure") is None and len(figures(root)) == 4, "one report: figures, and no chart of one day")
    box = box_of(world, "no mail", reports=[re.sub("<count>[0-9]+", "<count>0", report_year.report(0, 0))])
    box.run("ingest", box.path("reports"))
    root, *_ = page(tap, box, "no mail", "dmarc", "report", "shop.example", "--since", "900d")
    tap.ok([v[0] for v in figures(root).values()] == ["0", "-", "0", "0"] and "good" not in [d.attrib["class"] for d in root.iter(
        X + "div") if "class" in d.attrib], "no mail: nothing is said to pass", [figures(root)])
    mine = report_year.record(report_year.OWN[0], 5, "none", "pass", "pass",
                              report_year.auth([("shop.example", "s1", "pass")], [("shop.example", "pass")]))
    sound = [re.sub("<record>.*</record>", mine, report_year.report(day, k)).replace("<p>none", "<p>reject")
             for day in range(30) for k in range(3)]
    box = box_of(world, "sound", reports=sound)
    box.run("ingest", box.path("reports"))
    root, _, said, is_json = held(tap, box, "sound", "shop.example", "--since", "900d")
    numbers(tap, "sound", root, is_json)
    tap.ok("Nothing: no mail that may be yours fails" in said and "there is no further step" in said and not [
        d for d in root.iter(X + "div") if d.attrib.get("class") == "ours"], "sound: that nothing is wrong is said", [said[:800]])


EVIL = ('<script>alert(1)</script>', '"onload="alert(1)', "'><img src=x onerror=y>", "</title></style></main><b>x", "--><i>y",
        "]]> &lt;u&gt; &#60;", "javascript:alert(2)", "https://evil.example/\"x", "-" * 30, "1. pay here", "  for  something")
ODD = ("\u202eabc", "a\u200bb", "\ufeffc", "\u2028d", "\x85e")


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.comments = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, sorted(name for name, _ in attrs)))

    def handle_comment(self, data):
        self.comments.append(data)

    handle_decl = unknown_decl = handle_pi = lambda self, data: None


def hostile(tap, world):
    """Every name that a report has is markup, or would steer a terminal."""
    reports = []
    for n, evil in enumerate(EVIL + ODD):
        for day in range(30):
            text = report_year.report(day, n % 4)
            # the receiver, what its mail passes for, the envelope, the selector, a comment, the report's id
            for old, new in (("<org_name>receiver-%d.example" % (n % 4), "<org_name>" + escaped(evil)),
                             ("<domain>letters.example", "<domain>" + escaped(evil)), ("<selector>k", "<selector>" + escaped(evil)),
                             ("<result>pass", "<result>" + (escaped(evil) if day % 7 == 0 else "pass")),
                             ("<comment>arc=pass", "<comment>" + escaped(evil)), ("<report_id>", "<report_id>" + escaped(evil))):
                text = text.replace(old, new)
            reports.append(text)
    box = box_of(world, "evil", reports=reports)
    box.run("ingest", box.path("reports"))
    for args in (("shop.example",), (), ("shop.example", "--all")):
        name = "hostile " + " ".join(args)
        root, text, said = page(tap, box, name, "dmarc", "report", *args, "--since", "900d")
        tags = Tags()
        tags.feed(text)
        names = {t for t, _ in tags.tags}
        tap.ok(not names & {"script", "img", "b", "i", "u"} and not tags.comments and not any(
            a.startswith("on") for _, attrs in tags.tags for a in attrs) and root is not None, "%s: no markup of strangers" % name,
            [names, tags.comments[:3]])
        bad = [e.attrib["href"] for e in root.iter(X + "a") if "evil" in e.attrib["href"]]
        tap.ok(not bad and ("https://evil.example/" in said or "--all" not in args), "%s: no link out of a report" % name, bad)
        tap.ok(flat(root.find(X + "head/" + X + "title")).startswith("DMARC report of ") and
               len(list(root.iter(X + "main"))) == 1, "%s: it stays in its place" % name)
    tap.ok(all(e.strip() in " ".join(said.split()) for e in ("<script>alert(1)</script>", "]]> &lt;u&gt; &#60;")),
           "hostile: what they wrote is there to read", [said[:500]])
    done = box.run("dmarc", "report", "<b>\"x.example", "--html")
    tap.ok(done.code == 2 and not done.out, "hostile: no page of a domain that is none", done.told())


# --- colours --------------------------------------------------------------------------------------------------------

# How the three kinds of cones answer when one is missing: Machado, Oliveira, Fernandes 2009, severity 1.
SEES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((.152286, 1.052583, -.204868), (.114503, .786281, .099216), (-.003882, -.048116, 1.051998)),
    "no green": ((.367322, .860646, -.227968), (.280085, .672501, .047413), (-.011820, .042940, .968881)),
    "no blue": ((1.255528, -.076749, -.178779), (-.078411, .930809, .147602), (.004733, .691367, .303900)),
}


def linear(colour):
    colour = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(colour[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    return [c / 12.92 if c <= .04045 else ((c + .055) / 1.055) ** 2.4 for c in parts]


def contrast(one, other):
    """WCAG 2."""
    a, b = sorted(sum(w * c for w, c in zip((.2126, .7152, .0722), linear(x))) for x in (one, other))
    return (b + .05) / (a + .05)


def lab(rgb):
    xyz = [sum(w * c for w, c in zip(m, rgb)) for m in ((.4124, .3576, .1805), (.2126, .7152, .0722), (.0193, .1192, .9505))]
    f = [c ** (1 / 3) if c > .008856 else 7.787 * c + 16 / 116
         for c in (max(v / w, 0) for v, w in zip(xyz, (.9505, 1, 1.089)))]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def apart(one, other, sees):
    """CIE 1976: 2 can just be seen side by side, and 20 is another colour."""
    a, b = (lab([min(1, max(0, sum(w * c for w, c in zip(m, linear(x))))) for m in sees]) for x in (one, other))
    return sum((p - q) ** 2 for p, q in zip(a, b)) ** .5


def colours(tap, world):
    box = box_of(world, "colours")
    box.ingest(util.write(box.path("empty.log"), ""))
    style = box.run("dmarc", "report", "--html").out
    schemes = [dict(re.findall(r"--(\w+):(#[0-9a-f]+)", x)) for x in re.findall(r":root\{[^}]*\}", style)]
    tap.ok(len(schemes) == 3 and all(set(CLASSES) <= {c for c in s} | set() for s in schemes), "light, dark and paper have colours",
           [sorted(s) for s in schemes])
    for name, own in zip(("light", "dark", "paper"), schemes):
        scheme = {**schemes[0], **own}
        low = [(c, on, round(contrast(scheme[c], scheme[on]), 2)) for c in ("ink", "soft", "bad", "amber", "link")
               for on in ("card", "paper") if contrast(scheme[c], scheme[on]) < 4.5]
        tap.ok(not low, "%s: words can be read (WCAG AA)" % name, low)
        low = [(c, round(contrast(scheme[c], scheme["card"]), 2)) for c in CLASSES if contrast(scheme[c], scheme["card"]) < 3]
        tap.ok(not low, "%s: bars can be seen (WCAG AA)" % name, low)
        near = [(a, b, who, round(apart(scheme[a], scheme[b], sees))) for a, b in itertools.combinations(CLASSES, 2)
                for who, sees in SEES.items() if apart(scheme[a], scheme[b], sees) < 20]
        tap.ok(not near, "%s: and be told apart, without one kind of cones too" % name, near)


# --- in a browser ---------------------------------------------------------------------------------------------------

def shown(tap, world):
    """A page with everything in it, and long names, as Chromium lays it out."""
    if browser.PROGRAM is None:
        tap.skip("the page in a browser", "chromium is not installed")
        return
    long = "a-name-" * 8 + "x." + "y" * 60 + ".example"
    reports = [report_year.report(day, k).replace("letters.example", long).replace("<org_name>receiver-1.example", "<org_name>" + long)
               for day in range(320, 365) for k in range(9) if k != 7 or day < report_year.STOPS]
    box = box_of(world, "shown", reports=reports)
    box.run("ingest", box.path("reports"))
    done = box.run("dmarc", "report", "shop.example", "--since", "900d", "--html")
    path = util.write(box.path("page.html"), done.out.encode())
    with browser.Browser(path) as b:
        tap.ok(b.asked == ["file://" + path] and not b.said, "browser: it asks for nothing, and nothing is wrong", b.asked + b.said)
        tap.ok(b.value("document.compatMode") == "CSS1Compat" and b.value("document.title") == "DMARC report of shop.example",
               "browser: it is a page of today")
        for kind, width, height in (("screen", 360, 740), ("screen", 768, 1024), ("screen", 1440, 900), ("print", 672, 950)):
            b.size(width, height)
            b.media(kind, "light")
            wide = b.value("document.documentElement.scrollWidth")
            out = b.value("""[...document.querySelectorAll('main *')].filter(e => !e.closest('details, svg') &&
                e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80)).slice(0, 5)""")
            tap.ok(wide <= width and not out, "browser: %s of %d: nothing is wider" % (kind, width), [wide, out])
            cut = b.value("""[...document.querySelectorAll('svg.fig text')].filter(e => { const t = e.getBoundingClientRect(),
                s = e.ownerSVGElement.getBoundingClientRect(); return t.width > 0 && (t.left < s.left - 1 || t.right > s.right + 1 ||
                t.bottom > s.bottom + 1 || t.top < s.top - 1); }).map(e => e.textContent)""")
            tap.ok(cut == [], "browser: %s of %d: no word of the chart is cut" % (kind, width), [cut])
            over = b.value("""(() => { const t = [...document.querySelectorAll('svg.fig text')].map(e => e.getBoundingClientRect())
                .filter(r => r.width > 0); return t.filter((p, i) => t.some((q, k) => k > i && p.left < q.right && q.left < p.right &&
                p.top < q.bottom - 2 && q.top < p.bottom - 2)).length; })()""")
            tap.ok(over == 0, "browser: %s of %d: nor is one on another" % (kind, width), [over])
        b.size(1440, 900)
        seen = []
        for scheme in ("light", "dark"):
            b.media("screen", scheme)
            seen.append([b.value("getComputedStyle(document.body).backgroundColor"), b.value("getComputedStyle(document.body).color")])
        tap.ok(seen[0] == seen[1][::-1] or len({c for pair in seen for c in pair}) == 4, "browser: it follows light and dark", seen)
        b.media("print", "dark")
        tap.ok(b.value("getComputedStyle(document.body).color") == "rgb(0, 0, 0)", "browser: on paper it is black on white")


if __name__ == "__main__":
    sys.exit(util.main([years, small, hostile, colours, shown]))
