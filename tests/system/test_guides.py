#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_guides.py [REPUTED] -- the pages of reputed explain: every topic is there, every view says
who, since when, how sure and where; what a page advises exists; topics and words find pages;
replies go on coming first; JSON is as its schemas say; files of the user add and replace; and
doc/guides.md and doc/guides-review.md agree with all of it. TAP.
"""

import functools
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util             # noqa: E402
import util_schema      # noqa: E402

GOOD, BAD = 0, 3
TOPICS = ("S3140", "SNDS", "JMRP", "delisting", "rdns", "warmup", "ses", "shared-vs-dedicated",
          "why-aws", "5.7.515", "throttling", "junk", "spf", "dkim", "dmarc", "list-hygiene",
          "cold-mail", "resolver", "options", "blocklists", "complaints", "hold")
ALIASES = {"s3150": "s3140", "outlook": "s3140", "ptr": "rdns", "reverse-dns": "rdns",
           "reverse dns": "rdns", "Reverse  DNS": "rdns", "warm-up": "warmup", "amazon": "why-aws",
           "DMARC": "dmarc", "helo": "rdns", "spamhaus": "blocklists", "fbl": "jmrp",
           "unbound": "resolver", "bounces": "list-hygiene", "cold email": "cold-mail",
           "s775": "throttling", "microsoft 365": "delisting"}
# Words, and the page that must come first; "=" before it: alone.
WORDS = {"my mail goes to junk": "=junk", "mail lands in the spam folder": "=junk",
         "reverse dns aws": "rdns", "why is my ip blacklisted": "=blocklists",
         "how do I get delisted": "=delisting", "outlook blocks me": "=s3140",
         "blocked by microsoft": "=s3140", "should I use amazon ses": "=ses",
         "warm up a new ip": "=warmup", "people complain": "=complaints",
         "a bought list": "=cold-mail", "is a dedicated ip better": "=shared-vs-dedicated",
         "spamhaus refuses my resolver": "resolver", "move to another server": "=options",
         "gmail": "", "dmarc fails": "=dmarc"}
# Replies: with a code, or words of one without; each must stay a reply.
REPLIES = ("550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your "
           "Internet service provider since part of their network is on our block list (S3140).",
           "451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP "
           "reputation. (S775)", "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred",
           "550 5.7.1 does not have a reverse dns record on aws", "554 5.7.1 blocked using "
           "zen.spamhaus.org", "Mailbox full", "User unknown", "too many connections",
           "host mx1.example.net[192.0.2.7] said: 550 5.7.26 Unauthenticated email is not accepted",
           "connect to mx1.example.net[192.0.2.7]:25: Connection timed out")
COMING = set()  # commands that pages may mention before they are there


def text(path):
    with open(os.path.join(util.TREE, path), encoding="utf-8") as file:
        return file.read()


def schema(name):
    return json.loads(text("doc/json/%s.schema.json" % name))


@functools.lru_cache(maxsize=None)
def pages_of(world):
    """Every guide as --json tells it, by name: the same for every test, so it is asked for once."""
    box, out = world.box("pages"), {}
    for short in box.run("explain", "--json").json():
        got = box.run("explain", "--json", short["guide"]).json()
        if isinstance(got, list):       # a code with rules: the page is within each
            got = got[0]["guide"]
        out[short["guide"]] = got
    return out


def prose(page):
    """All that a page says, pastes too."""
    return "\n".join([page["title"], page["summary"]] +
                     [b["text"] for s in page["sections"] for b in s["blocks"]] +
                     [v["says"] for v in page["views"]])


# --- the pages themselves ---------------------------------------------------------------------

def every_topic(tap, world):
    box = world.box("topics")
    done = box.run("explain")
    lines = [x for x in done.out.splitlines() if x.startswith("  ")]
    names = [x.split()[0] for x in lines if not x.startswith("  reputed")]
    tap.ok(done.code == GOOD and not done.err, "without an argument: exit code 0", done.told())
    missing = [t for t in TOPICS if t.lower() not in names]
    tap.ok(not missing, "and every topic in a line of its own", missing)
    short = box.run("explain", "--json").json()
    tap.ok([s["guide"] for s in short] == names, "the same in --json", [short[:2], names])
    for topic in TOPICS:
        done = box.run("explain", topic)
        lines = done.out.splitlines()
        tap.ok(done.code == GOOD and all(h in lines for h in ("What it is", "What to do",
                                                              "Who says so")),
               "explain %s: what, what to do, who says so" % topic, done.told())
        long = [x for x in lines if len(x) > 100]
        tap.ok(40 <= len(lines) <= 100 and not long, "%s: 40 to 100 lines (%d), 100 columns" %
               (topic, len(lines)), long)


def views(tap, world):
    everything = pages_of(world)
    for name, page in everything.items():
        wrong = ["%s: %s" % (v["who"], k) for v in page["views"]
                 for k in ("who", "kind", "since", "sure", "says", "source") if not v[k]]
        kinds = {v["kind"] for v in page["views"]}
        tap.ok(len(page["views"]) >= 3 and not wrong and kinds & {"document", "expert"},
               "%s: %d views, each with who, since, how sure and source" %
               (name, len(page["views"])), wrong)
        odd = [v["who"] for v in page["views"] if v["sure"] == "certain" and
               (v["kind"] in ("marketer", "experience") or re.search("second hand|general knowledge",
                                                                     v["source"]))]
        tap.ok(not odd, "%s: what a seller or hearsay says is not certain" % name, odd)
        gone = [s for s in page["see"] if s not in everything]
        tap.ok(page["see"] and not gone, "%s: what it says to see is there" % name, gone)
    kinds = [v["kind"] for p in everything.values() for v in p["views"]]
    tap.ok(all(kinds.count(k) > 5 for k in ("document", "expert", "marketer", "experience")),
           "documents, experts, marketers and experience are told apart", kinds)


def advice(tap, world):
    """A page advises only what there is."""
    box = world.box("advice")
    help_text = box.run("--help").out
    commands = set(re.findall(r"^  (\w+) ", help_text[help_text.index("Commands:"):], re.M))
    options = {c: set(re.findall(r"^  (--[a-z-]+)", box.run(c, "--help").out, re.M))
               for c in commands}
    everything, n = pages_of(world), 0
    topics = {t for p in everything.values() for t in p["topics"]}
    for name, page in everything.items():
        wrong = []
        for command, rest in re.findall(r"\breputed ([a-z]+)\b([^`\n]*)", prose(page)):
            if command not in commands | COMING | {"uses", "reads", "is", "that"}:
                wrong.append("reputed %s is no command" % command)
                continue
            if command not in commands:
                continue
            n += 1
            wrong += ["reputed %s has no %s" % (command, o)
                      for o in re.findall(r"(?<![\w-])(--[a-z-]+)", rest)
                      if o not in options[command]]
            # every topic that a sentence sends to: "reputed explain spf, dkim or dmarc"
            if command == "explain" and "'" not in rest:
                first = re.split(r"[.;:)](?:\s|$)|$", rest.strip())[0]
                for word in re.split(r", (?:step \d+)?| or | and |\s{2,}", first):
                    if word and not re.match(r"step \d", word) and word.split()[0] not in topics:
                        wrong.append("reputed explain %s finds no page" % word)
        tap.ok(not wrong, "%s: commands and topics it mentions exist" % name, wrong)
    tap.ok(n > 40, "there were commands to look at (%d)" % n)


def conduct(tap, world):
    """Words of what reputed will not do stand where they belong."""
    everything = pages_of(world)
    for name, wanted in (("s3140", ["retry into the block", "try one address after the other", "5xx"]),
                         ("options", ["one new address for a provider in 30 days", "cold mail"]),
                         ("why-aws", ["release Elastic IPs until you get a clean one"]),
                         ("warmup", ["At most one new address"]),
                         ("cold-mail", ["Stop sending it", "not wanted mail"]),
                         ("list-hygiene", ["RCPT checks"]),
                         ("delisting", ["at most one in 48 hours"]),
                         ("resolver", ["It is \"unknown\""])):
        lacks = [w for w in wanted if w not in prose(everything[name])]
        tap.ok(not lacks, "%s keeps to the Conduct" % name, lacks)


# --- what finds them -----------------------------------------------------------------------------

def name_of(done):
    """The page an answer is about: a guide, or the guide of its first rule."""
    got = done.json()
    if isinstance(got, dict):
        return got["guide"]
    return (got[0]["guide"] or {}).get("guide") if got and "rule" in got[0] else None


def found(tap, world):
    box = world.box("found")
    short = box.run("explain", "--json").json()
    wrong = []
    for page in short:
        for topic in page["topics"]:
            done = box.run("explain", "--json", topic)
            if done.code != GOOD or name_of(done) != page["guide"]:
                wrong += ["%s: %s" % (topic, done.out[:80])]
    n = sum(len(p["topics"]) for p in short)
    tap.ok(n > 150 and not wrong, "every alias finds its page (%d)" % n, wrong)
    for alias, name in ALIASES.items():
        done = box.run("explain", "--json", *alias.split(" "))
        tap.ok(done.code == GOOD and name_of(done) == name, "%s finds %s" % (alias, name),
               done.told())
    for words, want in WORDS.items():
        done = box.run("explain", "--json", *words.split())
        got = done.json()
        first = "=" + got["guide"] if isinstance(got, dict) else got[0].get("guide") if got else ""
        tap.ok(done.code == GOOD and (first == want or (not want and len(got) > 1)),
               "\"%s\" finds %s" % (words, want or "several"), done.told())
        tap.ok(box.run("explain", "--json", *words.split()).raw == done.raw, "the same again")
        shown = box.run("explain", *words.split())
        tap.ok(shown.code == GOOD and
               ("Pages on \"%s\"" % words in shown.out) == isinstance(got, list) and
               max(map(len, shown.out.splitlines())) <= 100, "and for people", shown.told())


def replies(tap, world):
    box = world.box("replies")
    for reply in REPLIES:
        got = box.run("explain", "--json", reply).json()
        tap.ok(isinstance(got, list) and len(got) == 1 and "rule" in got[0],
               "a reply stays one: %s" % reply[:50], got)
        done = box.run("explain", reply)
        tap.ok(got and done.out.startswith(got[0].get("rule", "?") + "\n"), "and is shown first",
               done.told())
        guide = got[0].get("guide") if got else None
        tap.ok((guide is None) == ("reputed explain " not in done.out) and
               (guide is None or "  more     reputed explain %s\n" % guide["guide"] in done.out),
               "with the page that tells more, if there is one", done.told())
    done = box.run("explain", "S3140")
    rule, page = done.out.find("microsoft-consumer.s3140"), done.out.find("What it is")
    tap.ok(rule == 0 and page > 0, "explain S3140: the rule, then the page", done.told())
    done = box.run("explain", "spf")
    tap.ok(done.out.startswith("SPF:") and "Rules with that name: reputed explain" in done.out,
           "explain spf: the page, and where the rules are", done.told())
    done = box.run("explain", "reverse", "dns", "aws")
    tap.ok("these words are any.no-ptr: reputed explain any.no-ptr" in done.out,
           "words that a rule knows as well: it is named", done.told())


def unknown(tap, world):
    box = world.box("unknown")
    for words, near in (("dkmi", "dkim"), ("warmpu", "warmup"), ("delistin", "delisting"),
                        ("trottling", "throttling"), ("xyzzy", None),
                        ("zzz-nobody-knows", None), ("554 what nobody ever said of warmup", None),
                        ("599 warmup", None)):
        done = box.run("explain", words)
        has = re.findall(r"^  (\S+)  ", done.out, re.M)
        tap.ok(done.code == BAD and (near in has if near else not has),
               "%s: unknown, nearest %s" % (words, near or "none"), done.told())
        done = box.run("explain", "--json", words)
        tap.ok(done.code == BAD and done.json() == [], "and [] in --json", done.told())


# --- JSON ------------------------------------------------------------------------------------------

def schemas(tap, world):
    box = world.box("schemas")
    for name in ("guide", "topic", "explain"):
        try:
            util_schema.check_schema(schema(name))
            wrong = []
        except (ValueError, util_schema.SchemaError) as error:
            wrong = [repr(error)]
        tap.ok(not wrong, "doc/json/%s.schema.json is one" % name, wrong)

    def valid(name, what, values):
        wrong = [] if values else ["nothing"]
        for value in values:
            wrong += util_schema.errors(value, schema(name), closed=True)
        tap.ok(not wrong, "%s: %s (%d)" % (name, what, len(values)), wrong[:5])

    valid("guide", "every page", list(pages_of(world).values()))
    valid("topic", "the list", box.run("explain", "--json").json())
    valid("topic", "candidates", box.run("explain", "--json", "reverse", "dns", "aws").json())
    for what in ("S3140", "5.7.515", "550 5.1.1 user unknown", "452 4.3.1 out of disk"):
        valid("explain", what, box.run("explain", "--json", what).json())
    page = dict(schema("guide"))
    within = schema("explain")["properties"]["guide"]
    tap.ok(all(within[k] == page[k] for k in ("properties", "required")),
           "explain.schema.json holds guide.schema.json as it is")
    for guide in pages_of(world).values():
        sources = [v["source"] for v in guide["views"]]
        tap.ok(sorted(set(sources)) == sorted(guide["sources"]),
               "%s: sources are those of its views" % guide["guide"])


# --- files of the user ---------------------------------------------------------------------------------

MINE = """guide pigeon
title Mail by pigeon
summary A bird brings it.
topics birds, s999

[what]
A pigeon.

[do]
* Feed it.

    reputed status

[view]
who    me
kind   experience
since  2026
sure   likely
says   It works.
"""


def of_user(tap, world):
    box = world.box("user")
    know = box.path("know.d")
    os.mkdir(know)
    mine = util.write(know + "/mine.guide", MINE)
    done = box.run("rules", "check", mine)
    tap.ok(done.code == GOOD and not done.err and "24 guides with this file (23 without it), 0 "
           "problems" in done.out, "rules check FILE.guide", done.told())
    done = box.run("explain", "--know", know, "birds")
    tap.ok(done.code == GOOD and "Mail by pigeon" in done.out and "1  Feed it." in done.out,
           "a guide of --know is found", done.told())
    tap.ok("pigeon" in box.run("explain", "--know", know).out, "and listed")
    util.write(know + "/spf.guide", MINE.replace("pigeon\n", "spf\n", 1))
    done = box.run("explain", "--know", know, "spf")
    tap.ok("Mail by pigeon" in done.out and "TXT record" not in done.out,
           "one of the same name replaces the built-in one", done.told())
    broken = util.write(know + "/spf.guide", MINE.replace("sure   likely", "sure   perhaps")
                        .replace("[do]", "see nowhere\n[doo]"))
    done = box.run("rules", "check", broken)
    tap.ok(done.code == BAD and broken + ":10:2: no section \"doo\"; did you mean \"do\"?" in done.err
           and ":19:8: no word for how sure \"perhaps\"" in done.err and
           "is ignored" in done.err, "problems are told with their place", done.told())
    done = box.run("explain", "--know", know, "spf")
    tap.ok(done.code == BAD and "SPF:" in done.out and broken in done.err,
           "a guide that is none leaves the built-in one in force, and is told", done.told())
    lost = util.write(box.path("lost.guide"), MINE.replace("topics birds", "see nowhere\ntopics spf"))
    done = box.run("rules", "check", lost)
    tap.ok(done.code == BAD and "names a guide that does not exist: \"nowhere\"" in done.err and
           "claims the topic \"spf\"" in done.err and "2 problems" in done.out,
           "what does not hold between guides is told", done.told())
    done = box.run("rules", "check")
    tap.ok(done.code == GOOD and "; 23 guides" in done.out, "rules check: all built in",
           done.told())
    evil = util.write(know + "/evil.guide", MINE.replace("A pigeon.", "A \x1b[2J pigeon.")
                      .replace("pigeon\n", "evil\n", 1))
    done = box.run("explain", "--know", know, "evil")
    tap.ok("\x1b" not in done.out + done.err and evil in done.err, "no control character gets out",
           done.told())


# --- what is written about them ---------------------------------------------------------------------------

def documents(tap, world):
    box = world.box("documents")
    source = text("src/know/guide.c")
    page = text("doc/guides.md")
    for table in ("head_fields", "view_fields"):
        names = re.findall(r'^\t\{ "([a-z]+)",', re.search(
            r"\b%s\[\] = \{\n(.*?)\n\};" % table, source, re.S).group(1), re.M)
        told = [n for n in names if "| `%s` |" % n in page]
        tap.ok(names and told == names, "doc/guides.md has every field of %s" % table,
               [names, told])
    for words in ("section_words", "kind_words", "sure_words"):
        names = re.findall(r'"([a-z]+)"', re.search(r"%s\[\] = \{(.*?)\}" % words, source,
                                                    re.S).group(1))
        lacks = [n for n in names if "`%s`" % n not in page and "`[%s]`" % n not in page]
        tap.ok(names and not lacks, "doc/guides.md has every word of %s" % words, lacks)
    example = re.search(r"^## The file\n\n((?:    .*\n|\n)*)", page, re.M).group(1)
    path = util.write(box.path("example.guide"), re.sub("^    ", "", example, flags=re.M))
    done = box.run("rules", "check", path)
    tap.ok(done.code == GOOD and not done.err, "the example of doc/guides.md has no problem",
           done.told())
    example = re.search(r"^```\n(guide .*?)^```", text("doc/man/reputed-rules.5.scd"), re.S | re.M)
    path = util.write(box.path("manual.guide"), example.group(1))
    done = box.run("rules", "check", path)
    tap.ok(done.code == GOOD and not done.err, "the guide of reputed-rules(5) has no problem",
           done.told())
    review = text("doc/guides-review.md")
    sources = set(re.findall(r"^#+ ([\d.]+) ", text("doc/sources.md"), re.M))
    words = set(re.findall(r"^#+ (.+)$", text("doc/words.md"), re.M))
    for name, guide in pages_of(world).items():
        part = re.search(r"^## %s\n(.*?)(?=^## |\Z)" % re.escape(name), review, re.S | re.M)
        rows = re.findall(r"^\| (?!where|---)([^|]+) \| ([^|]+) \| ([^|]+) \|$",
                          part.group(1) if part else "", re.M)
        parts = {r[0].split()[0] for r in rows}
        wanted = {s["section"] for s in guide["sections"]} | {"views"}
        tap.ok(rows and wanted <= parts, "doc/guides-review.md: %s, every section (%d rows)" %
               (name, len(rows)), [sorted(wanted - parts)])
        gone = set()
        for cell in (r[2] for r in rows):
            gone |= set(re.findall(r"[\w.-]+\.(?:md|tsv)\b", cell)) - {
                "sources.md", "words.md", "judge.md"}
            for numbers in re.findall(r"sources\.md (\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)", cell):
                gone |= {"sources.md " + n for n in numbers.split(", ") if n not in sources}
            gone |= {"words.md " + w for w in re.findall(r"words\.md ?([^,;(|]*)", cell)
                     if w.strip() not in words}
        tap.ok(not gone, "%s: the facts it names are there" % name, sorted(gone))


def main():
    return util.main([every_topic, views, advice, conduct, found, replies, unknown, schemas,
                      of_user, documents])


if __name__ == "__main__":
    sys.exit(main())
