#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_report_html.py [REPUTED] -- `reputed report --html`: a page as test_page.py wants each, of the month that tools/demo-month
makes. Its figures, strips, pictures and tables are counted again here from single deliveries; its sentences are those of the
text. In a real Chromium, where there is one: it asks for nothing, nothing is cut or wider than a phone or paper. TAP.
"""

import calendar
import collections
import email.utils
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import browser          # noqa: E402
import util             # noqa: E402
from test_page import X, flat, page    # noqa: E402

END = calendar.timegm((2026, 11, 3, 10, 31, 0))
DAY, HALF = 86400, 43200
KINDS = ("accepted", "slowed", "refused", "other")


def month(world):
    """The month of the demo, a fifth of it; and its single deliveries, read apart from the report."""
    box = world.box("month")
    done = subprocess.run([sys.executable, os.path.join(util.TREE, "tools", "demo-month"), box.top, "--end", str(END), "--scale", "20",
                           "--days", "60", "--bin", world.reputed, "--genlog", world.generator()], env=box.environment(),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    mail = [d for d in box.ingest("--dry-run", "--json", box.path("mail.log"), timeout=300).lines() if d["kind"] == "delivery"]
    return box, mail


def at(text):
    return calendar.timegm(time.strptime(text[:19].rstrip("Z"), "%Y-%m-%dT%H:%M:%S"))


def kind(d):
    person = d["class"] in ("recipient", "mailbox") or not d["evidence"]
    if d["status"] == "sent":
        return "accepted" if d["evidence"] else "other"
    if d["status"] == "deferred":
        return "other" if person else "slowed"
    return "other" if person else "refused"


def number(text):
    return int(re.sub(r"[^0-9]", "", text))


def part(root, begin):
    return next(a for a in root.iter(X + "article") if flat(a[0]).startswith(begin))


def table(e):
    return [[flat(c) for c in tr] for tr in e.find(".//" + X + "div[@class='wide']/" + X + "table/" + X + "tbody")]


def percent(n, of):
    """As pages write it: what is not all is never 100."""
    exact = 100 * n / of
    return "100 %" if n == of else "%s %%" % (min(max(round(exact, 1), 0.1), 99.9))


def figures(tap, root, mail, from_s):
    got = {flat(div[0]): flat(div[1]) for div in root.find(".//" + X + "dl[@class='big']")}
    n = collections.Counter()
    for d in mail:
        if at(d["time"]) >= from_s and d["status"] != "deferred":
            n["all"] += 1
            n["sent"] += d["status"] == "sent"
            n["dead"] += d["status"] != "sent" and d["class"] == "recipient"
            n["refused"] += d["status"] != "sent" and d["class"] not in ("recipient", "mailbox")
    tap.ok(number(got["Refused by providers"]) == n["refused"] > 500 and number(got["Recipients that do not exist"]) == n["dead"] > 100 and
           got["Delivered"] == percent(n["sent"], n["all"]), "the figures are those of the single deliveries", [got, dict(n)])
    first = part(root, "Microsoft (Outlook.com")
    tap.ok("%s of %s messages were delivered" % (percent(n["sent"], n["all"]), "{:,}".format(n["all"])) in flat(first),
           "and those of the sentence", [flat(first)[:400]])
    return n


def lost(tap, root, mail, from_s):
    n, streams = collections.Counter(), collections.Counter()
    for d in mail:
        if at(d["time"]) >= from_s and d["status"] in ("bounced", "expired") and kind(d) == "refused":
            n[d["provider"], d["class"]] += 1
            streams[d["stream"].rpartition("/")[2]] += 1
    rows = table(part(root, "What was lost"))
    tap.ok([number(r[1]) for r in rows] == sorted(n.values(), reverse=True)[:10] and rows[0][2] == "blocked" and
           rows[0][3].startswith("password-reset %s (urgent)" % "{:,}".format(streams["password-reset"])),
           "what was lost: by provider and reason, urgent streams first", [rows, n, streams])


def strips(tap, root, mail, from_s):
    """The cells of each strip have the kinds that there were."""
    e = part(root, "Who takes your mail").find(".//" + X + "table")
    heads = [flat(c) for c in e.find(X + "thead")[0]][1:]
    tap.ok(heads == ["198.51.100.9", "203.0.113.24", "203.0.113.31"], "the sources stand side by side, in order", heads)
    want = collections.defaultdict(collections.Counter)
    seen = set()
    label = dict(zip(heads, ("mx1/postfix/out-c", "mx1/postfix/out-a", "mx1/postfix/out-b")))
    for d in mail:
        if at(d["time"]) >= from_s:
            seen.add(d["provider"])
            want[d["provider"], d["source_label"], kind(d)][(at(d["time"]) - from_s) // HALF] += 1
    rows = list(e.find(X + "tbody"))
    tap.ok(len(rows) == len(seen) > 8, "a row for each provider", [len(rows), sorted(seen)])
    names = {"Microsoft (Outlook.com, Hotmail)": "microsoft-consumer", "Orange": "orange", "Google (Gmail)": "google"}
    wrong, held = [], 0
    for tr in rows:
        provider = names.get(flat(tr[0]))
        for head, cell in zip(heads, list(tr)[1:]):
            if provider is None:
                continue
            for k, css in (("accepted", "a"), ("slowed", "s"), ("refused", "r")):
                got = sum(r.attrib["class"] == css for r in cell.find(X + "svg").iter(X + "rect"))
                held += 1
                if got != len(want[provider, label[head], k]):
                    wrong.append([provider, head, k, got, len(want[provider, label[head], k])])
    tap.ok(not wrong and held == 27, "the cells of strips have what was accepted, slowed and refused then", wrong[:5])
    now = {flat(tr[0]): [flat(c) for c in list(tr)[1:]] for tr in rows}
    microsoft = now["Microsoft (Outlook.com, Hotmail)"]
    tap.ok(microsoft[1].endswith("blocked now") and microsoft[2].endswith("blocked now") and microsoft[0] == "100 %",
           "below each strip how it stands now", [microsoft])


def stays(tap, box, root, mail, from_s):
    why = box.run("why", "--all", "--json").json()
    e = [a for a in root.iter(X + "article") if flat(a[0]).startswith("Microsoft (Outlook.com")][1]
    rows = table(e)
    tap.ok([r[1] for r in rows] == ["slowed", "refused", "slowed again", "refused again", "slowed again", "refused again, now"],
           "Microsoft: slowed, refused, and both again", rows)
    begins = {x["since"][:16].replace("T", " ") for i in why["incidents"] for x in i["episodes"]}
    tap.ok(all(r[2] in begins for r in rows) and [r[2] for r in rows] == sorted(r[2] for r in rows) and rows[-1][3] == "still so",
           "since when, as --json says", [rows, sorted(begins)])
    n = sum(d["provider"] == "microsoft-consumer" and kind(d) == "refused" and "203.0.113" in d["text"] for d in mail
            if at(d["time"]) >= from_s)
    tap.ok(sum(number(r[5]) for r in rows) == n > 500, "and all that was lost then", [rows, n])
    svg = e.find(".//" + X + "svg[@class='fig']")
    marks = [flat(t) for t in svg.iter(X + "text") if t.attrib.get("class") == "mark-n"]
    bands = [r.attrib for r in svg.iter(X + "rect") if r.attrib["class"].startswith("band")]
    tap.ok(marks == [r[0] for r in rows] and len(bands) == 6 and len(list(svg.iter(X + "path"))) == 2,
           "each has its number and its band in the picture; two ends of a block have a triangle", [marks, len(bands)])
    scale = 720 / (1 + (END - 6 - from_s) // HALF) / HALF
    wrong = [[b["x"], r[2]] for b, r in zip(bands, rows) if abs(float(b["x"]) - (at(r[2].replace(" ", "T") + ":00") - from_s) * scale) > 1]
    tap.ok(not wrong, "and the band begins at that time", wrong)
    want = collections.Counter()
    for d in mail:
        if d["source_label"] in ("mx1/postfix/out-a", "mx1/postfix/out-b") and at(d["time"]) >= from_s:
            bucket = (at(d["time"]) - from_s) // HALF
            want[bucket, "own"] += 1
            want[bucket, "unknown"] += d["class"] == "recipient" and d["status"] == "bounced"
            if d["provider"] == "microsoft-consumer":
                want[bucket, kind(d)] += 1
    wrong = []
    numbers = list(e.find(".//" + X + "details").iter(X + "tr"))[1:]
    for tr in numbers:
        got = [flat(c) for c in tr]
        bucket = (at(got[0]) - from_s) // HALF
        if [int(c) for c in got[1:7]] != [want[bucket, k] for k in (*KINDS, "own", "unknown")]:
            wrong.append([got, [want[bucket, k] for k in (*KINDS, "own", "unknown")]])
    tap.ok(not wrong and len(numbers) == 57, "the numbers of the picture are those of the single deliveries", wrong[:3])
    fbl = re.findall(r"^Date: (.*)\nFrom: Feedback <staff@hotmail", util.read(box.path("returned.mbox")).decode(), re.M)
    n = sum(email.utils.parsedate_to_datetime(d).timestamp() >= from_s for d in fbl)
    told = next(flat(t) for t in svg.iter(X + "text") if flat(t).startswith("Complaints of people there: ")).split()[-1]
    tap.ok(sum(int(flat(tr[7])) for tr in numbers) == n == int(told) > 0, "with the complaints of its people", [n, told])


def parts(tap, box, root, text):
    said = [flat(a[0]) for a in root.iter(X + "article")]
    tap.ok(said[0] == said[3] and said[1:3] == ["Who takes your mail", "What was lost"] and said[4].startswith("Orange has slowed mail") and
           said[5] == "Who complains" and "pass DMARC" in said[6] and
           said[7] == "What is not watched, and what that hides", "its parts, in order", said)
    over = table(part(root, "Who complains"))
    tap.ok(over and over[0][1] == "yahoo" and "limit" in over[0][5], "who complains: nearest to a limit first", over)
    shown = box.run("report", env={"COLUMNS": "120"})
    lines = [" ".join(p.split()) for p in re.split(r"\n\n+|\n(?=  \d|[A-Z])", re.sub(
        r"(^|\n)(\d+)\. ", r"\1\2 ", re.sub("-{20,}|[▁▂▃▄▅▆▇█·]{3,}", " ", shown.out)))]
    page_words = " ".join(text.split())
    sentences = [p for p in lines if p.endswith(".") and not re.match(r"\d|\(all\)|for |against |unknown ", p)]
    absent = [p for p in sentences if p not in page_words and not p.startswith("Attempts that were accepted")]
    tap.ok(len(sentences) > 10 and not absent, "the sentences of the text, in its words", absent[:5])
    tap.ok(shown.code == 1 and "user" not in " ".join(re.findall(r"\S+@\S+", shown.out)), "no recipient is in it")
    levels = [int(x.tag[-1]) for x in root.iter() if re.fullmatch(re.escape(X) + "h[1-6]", x.tag)]
    tap.ok(all(b <= a + 1 for a, b in zip(levels, levels[1:])) and levels.count(1) == 1, "no level of heading is left out", levels)


def of_month(tap, world):
    box, mail = month(world)
    now = max(at(d["time"]) for d in mail)
    from_s = (now - 28 * DAY) // HALF * HALF
    root, text, said = page(tap, box, "report", "report", code=1)
    figures(tap, root, mail, from_s)
    lost(tap, root, mail, from_s)
    strips(tap, root, mail, from_s)
    stays(tap, box, root, mail, from_s)
    parts(tap, box, root, said)
    again = box.run("report", "--html").out
    tap.ok(again == text, "the same twice")
    spans(tap, box)
    shown(tap, box, text)


def spans(tap, box):
    for since, days in (("1d", 1), ("3d", 3), ("12w", 84), ("400d", 400), ("520w", 3640)):
        root, _, said = page(tap, box, "--since " + since, "report", "--since", since, code=1)
        begin = re.search(r"delivered from (\d{4}-\d\d-\d\d)", said)
        got = (END - at(begin.group(1) + "T00:00:00")) / DAY if begin else None
        tap.ok(got is not None and days <= got <= days * 1.1 + 29, "--since %s: it begins then" % since, [got])
    for args, words in ((("--since", "5h"), "a day at least"), (("--since", "soon"), "a length of time"), (("google",), "takes no argument")):
        done = box.run("report", "--html", *args)
        tap.ok(done.code == 2 and not done.out and words in done.err, "report %s: is refused" % " ".join(args), done.told())
    done = box.run("report", "--html", "--now", "2026-10-15T00:00:00Z")
    tap.ok(done.code == 0 and "No provider refuses or slows your mail now" in done.out and "no longer refuses mail" in done.out,
           "with --now between the blocks: nothing is open, and what was is told", done.told()[:3])


def shown(tap, box, text):
    if browser.PROGRAM is None:
        tap.skip("the page in a browser", "chromium is not installed")
        return
    path = util.write(box.path("page.html"), text.encode())
    with browser.Browser(path) as b:
        tap.ok(b.asked == ["file://" + path] and not b.said, "browser: it asks for nothing, and nothing is wrong", b.asked + b.said)
        for media, width, height in (("screen", 360, 740), ("screen", 390, 844), ("screen", 900, 1024), ("screen", 1440, 900), ("print", 672, 950)):
            b.size(width, height)
            b.media(media, "light")
            wide = b.value("document.documentElement.scrollWidth")
            out = b.value("""[...document.querySelectorAll('main *')].filter(e => !e.closest('details, svg') &&
                e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80)).slice(0, 5)""")
            tap.ok(wide <= width and not out, "browser: %s of %d: nothing is wider" % (media, width), [wide, out])
            cut = b.value("""[...document.querySelectorAll('svg.fig text')].filter(e => { const t = e.getBoundingClientRect(),
                s = e.ownerSVGElement.getBoundingClientRect(); return t.width > 0 && (t.left < s.left - 1 || t.right > s.right + 1 ||
                t.bottom > s.bottom + 1 || t.top < s.top - 1); }).map(e => e.textContent)""")
            tap.ok(cut == [], "browser: %s of %d: no word of a picture is cut" % (media, width), [cut])
            over = b.value("""[...document.querySelectorAll('svg.fig')].flatMap(s => { const t = [...s.querySelectorAll('text')]
                .map(e => [e.textContent, e.getBoundingClientRect()]).filter(r => r[1].width > 0); return t.filter((p, i) =>
                t.some((q, k) => k > i && p[1].left < q[1].right && q[1].left < p[1].right && p[1].top < q[1].bottom - 2 &&
                q[1].top < p[1].bottom - 2)).map(p => p[0]); })""")
            tap.ok(over == [], "browser: %s of %d: nor is one on another" % (media, width), over)
        b.size(1440, 900)
        seen = []
        for scheme in ("light", "dark"):
            b.media("screen", scheme)
            seen.append([b.value("getComputedStyle(document.body).backgroundColor"), b.value("getComputedStyle(document.body).color")])
        tap.ok(seen[0][0] != seen[1][0] and seen[0][1] != seen[1][1], "browser: it follows light and dark", seen)


if __name__ == "__main__":
    sys.exit(util.main([of_month]))
