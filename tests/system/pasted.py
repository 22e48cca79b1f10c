# SPDX-License-Identifier: Apache-2.0
"""
pasted.py -- finds every block that a person might paste: in guides, README, documents and manual
pages, each with the page it stands on; and every command or record that the program itself prints,
with the file whose text it is. test_pasted.py says what becomes of them.
"""

import glob
import os
import re

TREE = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def pages():
    """Paths from the top of the tree."""
    found = []
    for pattern in ("know/*.guide", "*.md", "doc/*.md", "doc/man/*.scd", "demo/*.md"):
        found += sorted(glob.glob(os.path.join(TREE, pattern)))
    return [os.path.relpath(path, TREE) for path in found]


def guide_text(text):
    """A guide without its head and its views: these hold no blocks."""
    begin = text.find("\n[")
    end = text.find("\n[view]")
    return text[begin + 1:end if end > 0 else len(text)]


def indented(text):
    out, now, before = [], [], ""
    for line in text.splitlines() + [""]:
        if line.startswith("    ") and (now or before == "" or text.startswith("[")):
            now.append(line[4:])
        elif now:
            out.append("\n".join(now))
            now = []
        before = line
    return out


def blocks(path):
    """The blocks of a page, in order, without the four blanks before them."""
    with open(os.path.join(TREE, path), encoding="utf-8") as file:
        text = file.read()
    fenced = re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)
    if path.endswith(".scd"):
        return [b.rstrip("\n") for b in fenced]
    if path.endswith(".guide"):
        return indented(guide_text(text))
    return [b.rstrip("\n") for b in fenced] + indented(re.sub(r"^```.*?^```", "", text,
                                                              flags=re.M | re.S))


# Words of other programs, and records of a zone. A text that holds one is a command, or says why not.
COMMAND = re.compile(
    r"\b(?:postconf|postqueue|postsuper|postmap|postalias|postcat|journalctl|systemctl|apt-get|chmod"
    r"|dig|nc|ss|sed|awk|grep|xargs|aws ec2|postfix (?:reload|check|start)|sendmail|exim|openssl) [^ ]"
    r"|\. IN (?:A|AAAA|MX|TXT|%s) ")
LITERAL = r'"((?:[^"\\\n]|\\.)*)"'
ESCAPES = {"n": "\n", "t": "\t"}


def printed():
    """(file, text) of each text of the program that holds a command; texts that stand together are one."""
    for pattern, between in (("src/**/*.c", r"\s*"), ("know/*.rules", r"\s*\\?\s*"),
                             ("know/*.options", r"\s*\\?\s*"), ("know/*.lists", r"\s*\\?\s*")):
        for path in sorted(glob.glob(os.path.join(TREE, pattern), recursive=True)):
            with open(path, encoding="utf-8") as file:
                source = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
            for hit in re.finditer("%s(?:%s%s)*" % (LITERAL, between, LITERAL), source):
                text = re.sub(r"\\(.)", lambda x: ESCAPES.get(x.group(1), x.group(1)),
                              "".join(re.findall(LITERAL, hit.group(0))))
                if COMMAND.search(text):
                    yield os.path.relpath(path, TREE), text
