#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_docs.py [REPUTED] -- what is written agrees with what is: commands and options of --help
with reputed(1), keys with reputed.conf(5), fields of the rule language with reputed-rules(5)
and doc/rules.md, weights with doc/judge.md, exit codes, examples, links, what comments and data cite, and scdoc. TAP.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util     # noqa: E402

MAN = util.TREE + "/doc/man/"
ROOMS = ("src", "doc", "know", "tests", "tools", "bench", "demo")


def text(path):
    with open(os.path.join(util.TREE, path), encoding="utf-8") as file:
        return file.read()


def prose():
    """Every page of this manual, by its path."""
    paths = sorted(glob.glob("*.md", root_dir=util.TREE)) + sorted(glob.glob(util.TREE + "/doc/**/*.md", recursive=True)) + \
        sorted(glob.glob(MAN + "*.scd"))
    return {os.path.relpath(os.path.join(util.TREE, p), util.TREE): text(p) for p in paths}


def agree(tap, name, wanted, got):
    """Two sets are the same."""
    wanted, got = set(wanted), set(got)
    return tap.ok(wanted == got and wanted, name,
                  ["only in the program: %s" % sorted(wanted - got),
                   "only in the text: %s" % sorted(got - wanted)])


def section(page, title, level="#"):
    """The lines below a heading, to the next of its kind or above."""
    hit = re.search(r"^%s %s\n(.*?)(?=^#{1,%d} |\Z)" % (level, re.escape(title), len(level)), page,
                    re.S | re.M)
    return hit.group(1) if hit else ""


def unescaped(s):
    return re.sub(r"\\(.)", r"\1", s)


# --- reputed(1) ---------------------------------------------------------------------------------

def commands_of(box):
    out = box.run("--help").out
    return re.findall(r"^  (\w+) ", out[out.index("Commands:"):], re.M)


def commands(tap, world):
    box = world.box("commands")
    page = text(MAN + "reputed.1.scd")
    part = section(page, "COMMANDS")
    agree(tap, "reputed(1) has every command, and no other", commands_of(box),
          re.findall(r"^## (\w+)$", part, re.M))
    named, values = set(), {}
    for name in commands_of(box):
        done = box.run(name, "--help")
        has = dict(re.findall(r"^  (--[a-z-]+) +((?:[A-Z\[][^ ]*)?) ", done.out, re.M))
        shown = re.search(r"^Options: (.*)$", section(part, name, "##"), re.M)
        agree(tap, "reputed(1): the options of %s" % name, has,
              re.findall(r"\*(--[a-z-]+)\*", shown.group(1) if shown else ""))
        usage = re.search(r"^reputed %s ?(.*)$" % name, done.out, re.M).group(1)
        words = re.findall(r"[A-Z]{2,}", usage)
        missing = [w for w in words if "_%s_" % w not in section(part, name, "##")]
        tap.ok(not missing, "reputed(1): the arguments of %s" % name, missing)
        named |= set(has)
        values.update(has)
    told = re.findall(r"^\*(--[a-z-]+)\*(.*)$", section(page, "OPTIONS"), re.M)
    agree(tap, "reputed(1) describes every option once", named | {"--version", "--completion"},
          [o for o, _ in told])
    tap.ok(len(told) == len({o for o, _ in told}), "reputed(1) describes no option twice", told)
    wrong = ["%s: %r in the manual, %r in --help" % (o, re.sub("[_ ]", "", rest), values[o])
             for o, rest in told if o in values and re.sub("[_ ]", "", rest) != values[o]]
    tap.ok(not wrong, "reputed(1) and --help name the values of options alike", wrong)
    for page_name in ("reputed.1", "reputed.conf.5", "reputed-rules.5"):
        heads = re.findall(r"^# (.*)$", text(MAN + page_name + ".scd"), re.M)
        tap.ok("EXAMPLES" in heads and heads.index("EXAMPLES") < heads.index("DESCRIPTION"),
               page_name + " begins with examples", heads)


def exit_codes(tap, world):
    out = " ".join(world.box("codes").run("--help").out.split())
    hit = re.search(r"Exit codes: (.*)\.", out)
    told = dict(re.findall(r"(\d) ([^,]+)", hit.group(1) if hit else ""))
    tap.ok(sorted(told) == list("01234"), "--help tells five exit codes", [out[-300:]])
    rows = dict(re.findall(r"^\| `(\d)` \| ([^|:]+?)(?::[^|]*)? \|$", text("doc/manual.md"), re.M))
    tap.ok(rows == told, "doc/manual.md tells the same exit codes", util.differences(told, rows))
    part = section(text(MAN + "reputed.1.scd"), "EXIT STATUS")
    rows = {k: v.split(" (*")[0] for k, v in re.findall(r"^\*(\d)\*\n\t(.*)$", part, re.M)}
    tap.ok(rows == told, "reputed(1) tells the same exit codes", util.differences(told, rows))


# --- reputed.conf(5), reputed-rules(5), doc/rules.md, doc/judge.md -------------------------------

def is_blocks(value):
    return isinstance(value, list) and value and isinstance(value[0], dict)


def keys(tap, world):
    box = world.box("keys")
    path = util.write(box.path("all.conf"),
                      "source a { public 203.0.113.1 }\nrelay b { host x.example }\n"
                      "stream c { from *@x.example }\n"
                      "option ask { days 3 }\n"
                      "alert d { by mail; to a@x.example }\n"
                      "domain x.example { selector s1 }\nsns e { topic arn:aws:sns:eu-west-1:123456789012:e }\n")
    done = box.run("config", "dump", "--json", path)
    tap.ok(done.code == 0, "a block of each kind is read", done.told())
    dump = json.loads(done.out)
    page = text(MAN + "reputed.conf.5.scd")
    for title, block in (("AT THE TOP", dump), ("SOURCE", dump["sources"][0]),
                         ("RELAY", dump["relays"][0]), ("STREAM", dump["streams"][0]),
                         ("OPTION", dump["options"][0]), ("ALERT", dump["alerts"][0]),
                         ("DOMAIN", dump["domains"][0]), ("SNS", dump["sns"][0])):
        has = [k.replace("_", "-") for k, v in block.items()
               if k != "name" and not (block is dump and is_blocks(v))]
        told = re.findall(r"^\*([a-z-]+)\* [_*](?!NAME_ \{)", section(page, title), re.M)
        agree(tap, "reputed.conf(5), %s: every key" % title.lower(), has, told)
    agree(tap, "reputed.conf(5) has every block", [k if k == "sns" else k[:-1] for k, v in dump.items()
                                                  if is_blocks(v)],
          re.findall(r"^\*(\w+)\* _NAME_ \{", page, re.M))
    example = re.search(r"^```\n(.*?)^```", page, re.S | re.M).group(1)
    done = box.run("config", "check", util.write(box.path("example.conf"), example))
    tap.ok(done.code == 0 and not done.err, "the example of reputed.conf(5) has no problem",
           done.told())


def fields(tap, world):
    body = re.search(r"\bfields\[\] = \{\n(.*?)\n\};", text("src/know/rule.c"), re.S).group(1)
    wanted = re.findall(r'^\t\{ "([a-z]+)",', body, re.M)
    page = text(MAN + "reputed-rules.5.scd")
    agree(tap, "reputed-rules(5) has every field of a rule", wanted,
          re.findall(r"^\*([a-z]+)\* [_*]", section(page, "FIELDS"), re.M))
    rows = re.findall(r"^\| (`[^|]*) \|", section(text("doc/rules.md"), "The fields", "##"), re.M)
    agree(tap, "doc/rules.md has every field of a rule", wanted,
          re.findall(r"`([a-z]+)`", " ".join(rows)))
    code = text("src/know/provider.c")
    body = re.search(r"\nfield\(.*?\bnames\[\] = \{(.*?)\};", code, re.S).group(1)
    wanted = re.findall(r'"([a-z]+)"', body)
    limit = re.search(r"\nlimit_field\(.*?\bnames\[\] = \{(.*?)\};", code, re.S).group(1)
    told = section(page, "PROVIDERS")
    missing = [k for k in wanted + re.findall(r'"([a-z]+)"', limit) if "*%s*" % k not in told]
    tap.ok(len(wanted) > 6 and not missing, "reputed-rules(5) has every field of a provider", missing)
    example = section(text("doc/rules.md"), "Providers", "##")
    missing = [k for k in wanted + re.findall(r'"([a-z]+)"', limit)
               if k != "source" and not re.search(r"^ .*\b%s " % k, example, re.M)]
    tap.ok(not missing, "doc/rules.md has every field of a provider", missing)
    box = world.box("rules")
    os.mkdir(box.path("know"))
    blocks = re.findall(r"^```\n(.*?)^```", page, re.S | re.M)
    util.write(box.path("know/mine.providers"), blocks[0])
    mine = util.write(box.path("know/mine.rules"), blocks[1])
    done = box.run("rules", "check", mine)
    tap.ok(done.code == 0 and not done.err, "the example of reputed-rules(5) has no problem",
           done.told())
    reply = re.search(r"printf '(.*)\\\\n' \| reputed classify", blocks[2])
    reply = reply.group(1).replace("\\\\t", "\t")
    done = box.run("classify", "--json", "--know", box.path("know"), data=reply.encode() + b"\n")
    tap.ok(done.code == 0 and done.json()["rule"] == "example-isp.bl-17" and done.json()["certain"],
           "the example of reputed-rules(5) does what it says", done.told())
    # The example of doc/rules.md is a rule that is built in, as it might be written.
    first = re.search(r"## The file\n\n((?:    .*\n|\n)*)", text("doc/rules.md")).group(1)
    path = util.write(box.path("example.rules"), re.sub("^    ", "", first, flags=re.M))
    done = box.run("rules", "check", path)
    tap.ok(done.code == 0, "the example of doc/rules.md has no problem", done.told())


def service_fields(tap, world):
    code = text("src/know/service.c")
    wanted = [w for part in re.findall(r"names\[\] = \{(.*?)\};", code, re.S) for w in re.findall(r'"([a-z]+)"', part)]
    told, example = section(text(MAN + "reputed-rules.5.scd"), "SENDING SERVICES"), section(text("doc/rules.md"), "Sending services", "##")
    missing = [w for w in wanted if "*%s*" % w not in told or not re.search(r"^ .*\b%s " % w, example, re.M)]
    tap.ok(len(wanted) == 11 and not missing, "reputed-rules(5) and doc/rules.md have every field of a service", missing)


def option_fields(tap, world):
    body = re.search(r"names\[\] = \{ (\"title\".*?)\};", text("src/know/ways.c"), re.S).group(1)
    wanted = re.findall(r'"([a-z]+)"', body)
    rows = re.findall(r"^\| (`[^|]*) \|", section(text("doc/options.md"), "The file", "##"), re.M)
    agree(tap, "doc/options.md has every field of an option", wanted,
          re.findall(r"`([a-z]+)`", " ".join(rows)))
    part = section(text(MAN + "reputed-rules.5.scd"), "WAYS OUT")
    missing = [w for w in wanted if "*%s*" % w not in part]
    tap.ok(not missing, "reputed-rules(5) names every field of an option", missing)
    units = re.search(r"unit_words\[REP_UNIT_N\] = \{(.*?)\};", text("src/fact/cost.c"), re.S)
    units = re.findall(r'"([\w-]+)"', units.group(1))
    page, man = text("doc/options.md"), text(MAN + "reputed.conf.5.scd")
    tap.ok(units and all("`%s`" % u in page and "*%s*" % u in man for u in units),
           "every unit of a cost is described", units)
    box = world.box("options")
    first = section(page, "The file", "##")
    first = re.match(r"\n((?:    .*\n|\n)*)", first).group(1)
    path = util.write(box.path("mine.options"), re.sub("^    ", "", first, flags=re.M))
    done = box.run("rules", "check", path)
    tap.ok(done.code == 0 and "options with this file" in done.out,
           "the example of doc/options.md has no problem", done.told())
    ids = re.findall(r"^option (\S+) \{", text("know/ways.options"), re.M)
    told = section(man, "OPTION")
    tap.ok(ids and all("*%s*" % i in told for i in ids), "reputed.conf(5) names every option", ids)


def example(tap, page, ratios, caps, source):
    """The worked example of doc/judge.md, worked out again with the numbers of the weights file."""
    prior, begins, rows, probability, word = re.search(
        r"^\| prior \| ([\d.]+) \| ([\d.]+) \|\n((?:\| family .*\n)*)"
        r"\| probability \| ([\d.]+): \*([\w ]+)\* \|", page, re.M).groups()
    in_file = re.search(r"^prior blocked source-or-subnet \{\s*range ([\d.]+);", source, re.M).group(1)
    odds = float(in_file) / (1 - float(in_file))
    wrong = [] if prior == in_file and begins == "%.2f" % odds else ["prior: %s" % in_file]
    for family, pieces, product, after in re.findall(
            r"^\| family ([\w-]+) \| (.*) = ([\d.]+) \| ([\d.]+) \|$", rows, re.M):
        ratio = 1.0
        for name in re.findall(r"`(\w+)`", pieces):
            of, numbers = ratios[name]
            ratio *= float(re.search(r"range ([\d.]+)", numbers).group(1)) if of == family else float("nan")
        ratio = min(ratio, float(caps[family]))
        odds *= ratio
        if float(product) != ratio or after != "%.2f" % odds:
            wrong.append("%s: %g, then %.2f" % (family, ratio, odds))
    p = odds / (1 + odds)
    least = dict(re.findall(r"([a-z-]+) ([\d.]+)", re.search(r"^words \{(.*)\}", source, re.M).group(1)))
    if probability != "%.2f" % p or not float(least[word]) <= p < float(least["almost-surely"]):
        wrong.append("probability: %.2f" % p)
    tap.ok(not wrong and rows, "doc/judge.md: the example follows from the weights", wrong)


def ratios_of(name, body):
    """What the table of doc/judge.md says of a weight: a curve by its ends."""
    lines = [x.split() for x in re.split(r"[;\n]", body) if x.split() and x.split()[0] not in ("family", "origin")]
    at = next((x[1:] for x in lines if x[0] == "at"), None)
    said = ", ".join("%s %s" % (x[0], x[1] if x[1] == x[-1] else "%s to %s" % (x[1], x[-1]))
                     for x in lines if x[0] != "at")
    if at is None:
        return said
    measure = re.search(r'X\(\w+, "%s", "([^"]*)"\)' % name, text("src/judge/evidence_id.h")).group(1)
    return "from %s to %s %s: %s" % (at[0], at[-1], measure, said)


def weights(tap, _world):
    page = text("doc/judge.md")
    rows = {m[0]: m[1:] for m in re.findall(r"^\| `(\w+)` \| ([\w-]+) \| ([^|]+) \|$", page, re.M)}
    wanted = {}
    source = text("know/judge.weights")
    for name, body in re.findall(r"^weight (\S+) \{\n(.*?)^\}", source, re.S | re.M):
        body = re.sub(r'"[^"]*"', '""', body)
        family = re.search(r"family (\S+)", body).group(1)
        wanted[name] = (family, ratios_of(name, body))
    tap.ok(rows == wanted and wanted, "doc/judge.md has every weight, with its numbers",
           util.differences(wanted, rows))
    caps = dict(re.findall(r"^family (\S+) +\{ cap (\d+) \}", source, re.M))
    told = dict(re.findall(r"^\| `([\w-]+)` \| (\d+) \|$", page, re.M))
    tap.ok(caps == told and caps, "doc/judge.md has every family and its cap",
           util.differences(caps, told))
    example(tap, page, wanted, caps, source)
    part = section(text(MAN + "reputed-rules.5.scd"), "WEIGHTS")
    part = re.search(r"^\*limit\* .*\n((?:\t.*\n)*)", part, re.M).group(1)
    agree(tap, "reputed-rules(5) has every limit", re.findall(r"^limit (\S+)", source, re.M),
          re.findall(r"\*([a-z-]+)\*", part))
    numbers = re.search(r"^words \{(.*)\}", source, re.M).group(1)
    for word, p in re.findall(r"([a-z-]+) ([\d.]+)", numbers):
        word = word.replace("-", " ")
        tap.ok(re.search(r"%s\s+\*%s\*" % (re.escape(p), word), page),
               "doc/judge.md: %s is %s" % (word, p))


# --- all pages ------------------------------------------------------------------------------------

# --- limits ---------------------------------------------------------------------------------------

ENUM = re.compile(r"\benum\s*(?:\w+\s*)?\{(.*?)\}", re.S)
LIMIT = re.compile(r"^\s*([A-Z][A-Z0-9_]*)\s*=\s*([0-9x<<*+/() A-Z_]+?)\s*$")
# What is wide, long or a factor, and no limit of what is read.
NO_LIMIT = {"REP_PLACES_MOST", "ACCEPTED_MAX", "SURGE_MAX", "BURSTS_MAX", "STEM_MAX", "PATTERN_MAX",
            "LABEL_PART_MAX", "NAME_MAX_BYTES", "PENDING_STRING_MAX", "WINDOW_LOG_MAX", "DER_MAX",
            "ADDRESS_BYTES_MAX", "PATH_BYTES_MAX", "HASHED_BYTES_MAX", "CELL_BYTES_MAX",
            "REP_EVIDENCE_MAX", "REP_UNKNOWN_MAX"}
# Buffers and arenas: each ends its work with a sentence.
MEMORY = {"ARENA_MAX", "SIGNED_MAX", "SEALED_MAX", "TARGET_MAX", "TEXT_MAX", "TEXTS_MAX", "ROW_BYTES_MAX",
          "RESULT_BYTES_MAX", "REP_CELLS_MAX", "NEWS_MAX", "MAX_TEXT", "MAX_LIST", "MAX_DEPTH"}


def constants(path):
    """Every named number of a file that is written as one: name to value."""
    code, out = re.sub(r"/\*.*?\*/", "", text(path), flags=re.S), {}
    for body in ENUM.findall(code):
        for item in body.split(","):
            hit = LIMIT.match(item)
            if hit:
                words = re.sub(r"[A-Z_][A-Z0-9_]*", lambda m: str(out.get(m.group(), "None")), hit.group(2))
                try:
                    out[hit.group(1)] = eval(words.replace("/", "//"), {"__builtins__": {}})
                except TypeError:
                    continue    # of names of another file
    return out


def limits(tap, _world):
    """Rows of doc/limits.md: the constant is there, with that number; and none is missing."""
    rows = re.findall(r"^\| `(\w+)` \| ([0-9,]+)( MiB)? \| (src/\S+) \| (.+?) \| (.+?) \|$",
                      text("doc/limits.md"), re.M)
    lines = [x for x in text("doc/limits.md").splitlines() if x.startswith("| `")]
    tap.ok(len(rows) == len(lines) and len(rows) > 80, "limits.md: every row is whole",
           ["%d of %d" % (len(rows), len(lines))])
    wrong, told = [], set()
    for name, number, mib, path, _, _ in rows:
        is_ = constants(path).get(name) if os.path.exists(os.path.join(util.TREE, path)) else None
        says = int(number.replace(",", "")) << (20 if mib else 0)
        told.add((path, name))
        if is_ != says:
            wrong.append("%s: %s is %s, the page says %s" % (path, name, is_, says))
    tap.ok(not wrong, "limits.md: each constant stands there, with that number", wrong)
    missing = ["%s: %s" % (path, name)
               for room in ("judge", "know", "audit", "auth", "intake", "mail", "store", "api", "web")
               for path in sorted(glob.glob("src/%s/*.[ch]" % room, root_dir=util.TREE))
               for name in constants(path)
               if "MAX" in name and name not in NO_LIMIT | MEMORY and (path, name) not in told]
    tap.ok(not missing, "limits.md: no limit is missing", missing)


def anchors(page):
    out = set()
    for head in re.findall(r"^#+ (.*)$", re.sub(r"^```.*?^```", "", page, flags=re.S | re.M), re.M):
        out.add(re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-"))
    return out


def links(tap, _world):
    pages, wrong, n = prose(), [], 0
    for path, page in pages.items():
        if not path.endswith(".md"):
            continue
        for target in re.findall(r"\]\(([^)\s]+)\)", page):
            if re.match(r"[a-z]+:", target):
                continue
            n += 1
            file, _, anchor = target.partition("#")
            full = os.path.normpath(os.path.join(util.TREE, os.path.dirname(path), file)) \
                if file else os.path.join(util.TREE, path)
            if not os.path.exists(full):
                wrong.append("%s: %s is not there" % (path, target))
            elif anchor and anchor not in anchors(text(full)):
                wrong.append("%s: %s has no such heading" % (path, target))
    tap.ok(n > 10 and not wrong, "every link leads somewhere (%d)" % n, wrong)
    wrong, n = [], 0
    for path, page in pages.items():
        for name in re.findall(r"`((?:%s)/[\w./*-]+)`" % "|".join(ROOMS), page):
            n += 1
            if not glob.glob(os.path.join(util.TREE, re.sub("NAME|ID|ROOM", "*", name))):
                wrong.append("%s: %s is not there" % (path, name))
    tap.ok(n > 20 and not wrong, "every file that is named is there (%d)" % n, wrong)


def read_by_people():
    """Every text of the tree that cites pages, by its path."""
    for top in ("src", "know", "tests", "tools", "bench", "demo", "doc"):
        for folder, folders, files in os.walk(os.path.join(util.TREE, top)):
            folders[:] = sorted(f for f in folders if f not in ("seeds", "data", "__pycache__"))
            for name in sorted(files):
                path = os.path.relpath(os.path.join(folder, name), util.TREE)
                if not name.endswith((".pyc", ".log", ".mbox", ".png")):
                    yield path, text(path)
    for name in sorted(os.listdir(util.TREE)):
        if name.endswith(".md") or name in ("Makefile", "meson.build"):
            yield name, text(name)


def places(path, name):
    """Where a page that is called by its name may lie."""
    for folder in ("", os.path.dirname(path), "doc", "bench", "demo", "tests/stories"):
        full = os.path.normpath(os.path.join(util.TREE, folder, name))
        if os.path.isfile(full):
            return full
    return None


def citations(tap, _world):
    """What comments, data and pages cite is there: files, headings, numbered sections, words."""
    sources = set(re.findall(r"^#+ ([\d.]+) ", text("doc/sources.md"), re.M))
    words = text("doc/words.md").lower()
    heads = set(re.findall(r"^#+ (.+)$", words, re.M))
    rows = set(re.findall(r"^\| `?([\w -]+)`?(?: \([^|]*)? \|", words, re.M))
    wrong, n = [], 0
    for path, page in read_by_people():
        if os.path.basename(path) in ("test_docs.py", "test_recipe.py"):    # they name what is not there
            continue
        flat = re.sub(r"\n[ \t]*(?:\*|#)?[ \t]*", " ", page)
        for name, anchor in re.findall(r"(?<![\w./-])((?:\.\./)*(?:[\w.-]+/)*[\w-]{3,}\.md)\b(?:#([\w-]+))?", page):
            n += 1
            full = places(path, name)
            if full is None:
                wrong.append("%s: %s is not there" % (path, name))
            elif anchor and anchor not in anchors(text(full)):
                wrong.append("%s: %s has no heading #%s" % (path, name, anchor))
        for name in re.findall(r"(?<![\w/-])doc/[\w./-]*\w", page):
            if not re.search("NAME|ID|ROOM", name) and not os.path.exists(os.path.join(util.TREE, name)) and \
                    not glob.glob(os.path.join(util.TREE, name) + "*"):
                wrong.append("%s: %s is not there" % (path, name))
        for numbers in re.findall(r"sources\.md,? (\d+(?:\.\d+)?(?:, \d+(?:\.\d+)?)*)", flat):
            wrong += ["%s: doc/sources.md has no section %s" % (path, x)
                      for x in numbers.split(", ") if x not in sources]
        wrong += ["%s: doc/words.md has no word %r" % (path, w)
                  for w in re.findall(r"words\.md: ([\w ]+)", flat)
                  if w.lower() not in rows and w.lower() not in words]
        wrong += ["%s: doc/words.md has no heading %r" % (path, w)
                  for w in re.findall(r"words\.md, ([A-Z]\w+(?: \w+)*)", flat)
                  if not any(w.lower().startswith(h) for h in heads)]
    tap.ok(n > 100 and not wrong, "every page, heading, section and word that is cited is there (%d)" % n, wrong)


def claims(tap, world):
    """What the pages tell people to type exists."""
    box, pages, wrong, n = world.box("claims"), prose(), [], 0
    known = {c: set(re.findall(r"^  (--[a-z-]+)", box.run(c, "--help").out, re.M))
             for c in commands_of(box)}
    for path, page in pages.items():
        for name, rest in re.findall(r"^(?:    |\t)?(?:[^#\n]*[|$] )?reputed ([a-z]+)\b(.*)$", page,
                                     re.M):
            if name not in known:
                continue
            n += 1
            used = re.findall(r"(?<![\w-])(--[a-z-]+)", rest.split("#")[0].split("|")[0])
            wrong += ["%s: reputed %s has no %s" % (path, name, o)
                      for o in used if o not in known[name]]
        for goal in re.findall(r"(?:^    |`)make ([a-z]+)", page, re.M):
            n += 1
            if not re.search(r"^%s:" % goal, text("Makefile"), re.M):
                wrong.append("%s: make %s is no target" % (path, goal))
        for variable in set(re.findall(r"REPUTED_[A-Z_]+", page)):
            n += 1
            sources = (glob.glob(util.TREE + "/src/cli/*.c") + glob.glob(util.TREE + "/src/act/*.c") +
                       glob.glob(HERE + "/*.py"))
            if not any(variable in text(s) for s in sources):
                wrong.append("%s: nothing reads %s" % (path, variable))
    tap.ok(n > 20 and not wrong, "every command and option shown exists (%d)" % n, wrong)
    marks = [path for path, page in pages.items() if "@@" in page or "TODO" in page]
    tap.ok(not marks, "no page is left unfinished", marks)
    schemas = {os.path.basename(p) for p in glob.glob(util.TREE + "/doc/json/*.schema.json")}
    told = set(re.findall(r"\(json/(\w+\.schema\.json)", text("doc/manual.md")))
    agree(tap, "doc/manual.md names every schema", schemas, told)


def manual(tap, _world):
    pages = sorted(glob.glob(MAN + "*.scd"))
    if shutil.which("scdoc") is None:
        for path in pages:
            tap.skip("%s is made by scdoc" % os.path.basename(path), "scdoc is not installed")
        return
    for path in pages:
        with open(path, "rb") as file:
            done = subprocess.run(["scdoc"], stdin=file, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, check=False)
        name, number = os.path.basename(path).split(".")[:-2], os.path.basename(path)[-5]
        tap.ok(done.returncode == 0 and b".TH" in done.stdout and not done.stderr,
               "%s is made by scdoc" % os.path.basename(path), [done.stderr.decode()])
        head = text(path).splitlines()[0]
        tap.ok(head == "%s(%s)" % (".".join(name), number), "%s says its own name" %
               os.path.basename(path), [head])


def tests_listed(tap, _world):
    """doc/testing.md says of each system test what it is about, and names no other."""
    page = text("doc/testing.md")
    rows = re.findall(r"(?m)^\| ((?:`test_\w+\.py`(?:, )?)+) \| \S", page)
    told = [name for row in rows for name in re.findall(r"`(test_\w+\.py)`", row)]
    agree(tap, "doc/testing.md has every system test", glob.glob("test_*.py", root_dir=HERE), told)
    tap.ok(len(told) == len(set(told)), "each once", sorted(x for x in set(told) if told.count(x) > 1))


def ways_around(tap, _world):
    """A rule's remedy is shown to everybody; only its `way` may name another path (judge/conduct.h)."""
    another = re.compile(r"(?:another|other) (?:range|network|address|relay|provider|service)\b|elsewhere|"
                         r"(?:through|via|by) (?:a|another) relay|over another", re.I)
    named, ways = [], 0
    for path in sorted(glob.glob(os.path.join(util.TREE, "know", "*.rules"))):
        joined = re.sub(r'"\s*\\\n\s*"', "", text(path))
        ways += len(re.findall(r"(?m)^\s+way\s", joined))
        for said in re.findall(r'(?m)^\s+remedy\s+"((?:[^"\\]|\\.)*)"', joined):
            if another.search(said) and not re.search(r"does not help|goes along", said):
                named.append("%s: %s" % (os.path.basename(path), said))
    tap.ok(not named and ways > 5, "no remedy names a way around", named)


def main():
    return util.main([tests_listed, ways_around, commands, exit_codes, keys, fields, service_fields, option_fields, weights, limits, links, citations, claims,
                      manual])


if __name__ == "__main__":
    sys.exit(main())
