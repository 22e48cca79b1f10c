#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_recipe.py -- two recipes of "How to add" in doc/architecture.md, followed to the letter: a
provider with a rule, and a command.

The files of a recipe are read from the page. In a copy of the tree exactly these are touched; the
copy is built and must then do what the recipe promises, with the manual and the schemas in
agreement. So a recipe that leaves a file out fails here. Then each file is put back as it was, one
at a time: something must be missed, or the recipe names a file that it does not need. TAP.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402
import util     # noqa: E402

HOST, REPLY = "mx1.fabrikam-post.example", "550 5.7.1 refused, FBK17: the address is on our list"
CASE = "a provider that a recipe added"
GREETING = {"greeting": "hello"}


def run(line, where, **more):
    return subprocess.run(line, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False, **more)


class Copy:
    """The tree in a folder of its own, built without optimization and sanitizers."""

    def __init__(self, top):
        self.top, self.reputed = top, top + "/b/src/reputed"
        named = run(["git", "ls-files", "-co", "--exclude-standard", "-z"], util.TREE)
        files = named.stdout.decode().split("\0") if named.returncode == 0 else [
            os.path.relpath(os.path.join(f, n), util.TREE) for f, d, names in os.walk(util.TREE)
            for n in names if not re.search(r"/(build[\w-]*|\.git)(/|$)", f)]
        for name in filter(None, files):
            if os.path.isfile(os.path.join(util.TREE, name)):
                os.makedirs(os.path.dirname(os.path.join(top, name)) or top, exist_ok=True)
                shutil.copy(os.path.join(util.TREE, name), os.path.join(top, name))
        self.problem = self.said(["meson", "setup", "b", "-Dbuildtype=plain", "-Dc_args=-O0"]) or self.build()

    def said(self, line):
        """What a command complained about; empty when it worked."""
        done = run(line, self.top)
        return [] if done.returncode == 0 else [" ".join(line) + ":"] + done.stdout.decode("utf-8", "replace").splitlines()

    def build(self):
        return self.said(["ninja", "-C", "b", "--quiet", "src/reputed", "tests/test_replies"])

    def read(self, path):
        try:
            with open(os.path.join(self.top, path), encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def put(self, path, text):
        full = os.path.join(self.top, path)
        if text is None:
            os.remove(full)
        else:
            os.makedirs(os.path.dirname(full), exist_ok=True)
            util.write(full, text)

    def tests(self, *names):
        """What tests of the copy, run on its own binary, find wrong."""
        modules = sorted({n.split(".")[0] for n in names})
        code = "import sys; sys.path.insert(0, 'tests/system'); import util, %s; sys.exit(util.main([%s]))" % (
            ", ".join(modules), ", ".join(names))
        done = run([sys.executable, "-B", "-c", code, self.reputed], self.top)
        out = done.stdout.decode("utf-8", "replace").splitlines()
        wrong = [x for x in out if x.startswith("not ok")]
        return wrong or ([] if done.returncode == 0 else out[-8:])


def after(mark, new):
    """An edit: new lines behind the one that the pattern finds."""
    def edit(text):
        hit = re.search(mark, text, re.M)
        assert hit, "nothing looks like %s" % mark
        return text[:hit.end()] + hit.expand(new) + text[hit.end():]
    return edit


def before(mark, new):
    def edit(text):
        hit = re.search(mark, text, re.M)
        assert hit, "nothing looks like %s" % mark
        return text[:hit.start()] + hit.expand(new) + text[hit.start():]
    return edit


# --- what the two recipes are followed with -------------------------------------------------------

PROVIDER = {
    "know/providers.providers": lambda text: text + '\nprovider fabrikam {\n        name    "Fabrikam Post"\n'
    '        short   "Fabrikam"\n        kind    mailbox\n        mx      .fabrikam-post.example\n}\n',
    "know/fabrikam.rules": lambda _: "speaker provider fabrikam\n\nrule list {\n        token   FBK17\n"
    "        class   blocked\n        scope   source\n        retry   not-this-path\n"
    '        meaning "Its own list holds the address."\n        source  "made up"\n        certain yes\n}\n',
    "tests/unit/test_replies.c": before(
        r"^\t\{ \"S3140[^\n]*OLC,$", '\t{ "%s", "%s",\n\t    "%s", REP_CLASS_BLOCKED, REP_SCOPE_SOURCE,\n'
        '\t    "fabrikam.list", 1 },\n' % (CASE, HOST, REPLY)),
}

COMMAND = {
    "src/cli/cmd_greeting.c": lambda _: '/* SPDX-License-Identifier: Apache-2.0 */\n#include "cli/cli.h"\n\n'
    "#include <stdio.h>\n\nint\nrep_cmd_greeting(struct rep_cli *c)\n{\n"
    '\tputs(c->json ? "%s" : "hello");\n\treturn REP_EXIT_OK;\n}\n' % json.dumps(GREETING).replace('"', '\\"'),
    "src/cli/cli.h": after(r"^int rep_cmd_forget\((.*)\);\n", r"int rep_cmd_greeting(\1);\n"),
    "src/cli/commands.c": before(r"^\t\{ \"forget\", rep_cmd_forget,",
                                 '\t{ "greeting", rep_cmd_greeting, "", "say hello", "  reputed greeting\\\\\\\\n",\n'
                                 '\t    " --json --config --help " },\n'),
    "src/meson.build": after(r"^  'cli/cmd_forget.c',\n", "  'cli/cmd_greeting.c',\n"),
    "doc/man/reputed.1.scd": before(r"^## forget$", "## greeting\n\n*reputed greeting*\n\nSays hello.\n\n"
                                    "Options: *--json*, *--config*, *--help*\n\n"),
    "doc/json/greeting.schema.json": lambda _: json.dumps({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "reputed greeting --json",
        "type": "object", "required": ["greeting"], "properties": {"greeting": {"type": "string"}}}) + "\n",
    "doc/json.md": before(r"^## forget$", "## greeting\n\nIt says hello.\n\n"
                          "Schema: [greeting](json/greeting.schema.json)\n\n```json\n%s\n```\n\n" %
                          json.dumps(GREETING)),
    "tests/system/test_json.py": after(r"^ +for name, args in \(", '("greeting", ("greeting",)),\n                       '),
    "doc/manual.md": before(r"^\[forget\]\(json/forget", "[greeting](json/greeting.schema.json);\n"),
}


def provider_works(copy):
    wrong = copy.build()
    if wrong:
        return wrong
    done = run([copy.reputed, "classify", "--json"], copy.top, input=("%s\t%s\n" % (HOST, REPLY)).encode())
    got = json.loads(done.stdout) if done.returncode == 0 else {}
    wanted = {"provider": "fabrikam", "rule": "fabrikam.list", "class": "blocked", "certain": True}
    wrong = ["classify: %s is %r" % (k, got.get(k)) for k in wanted if got.get(k) != wanted[k]]
    wrong += copy.said([copy.reputed, "rules", "check"])
    done = run([copy.top + "/b/tests/test_replies"], copy.top)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    wrong += [x for x in lines if x.startswith("not ok")]
    if not any(x.startswith("ok") and CASE in x for x in lines):
        wrong.append("test_replies does not try it")
    return wrong


def command_works(copy):
    wrong = copy.build()
    if wrong:
        return wrong
    done = run([copy.reputed, "greeting"], copy.top)
    if done.stdout != b"hello\n":
        wrong.append("reputed greeting says %r" % done.stdout)
    for name in ("test_docs.commands", "test_docs.claims", "test_json.held", "test_json.examples",
                 "test_json.of_files"):     # the quick ones first: one that fails is enough
        wrong = wrong or copy.tests(name)
    return wrong


def recipe(title, name):
    """The files of a recipe, in its order; NAME and ID are ours."""
    with open(util.TREE + "/doc/architecture.md", encoding="utf-8") as file:
        page = file.read()
    body = re.search(r"^### %s\n(.*?)(?=^##|\Z)" % re.escape(title), page, re.S | re.M)
    heads = re.findall(r"^- ((?:`[^`]+`(?:, )?)+):", body.group(1) if body else "", re.M)
    return [re.sub("NAME|ID", name, path) for head in heads for path in re.findall("`([^`]+)`", head)]


def follow(tap, copy, title, name, edits, works):
    files = recipe(title, name)
    extra = [f for f in files if f not in edits]
    if not tap.ok(files and not extra, "%s: the recipe names files (%d) that this test can touch" %
                  (title, len(files)), extra):
        return
    old = {path: copy.read(path) for path in files}
    new = {path: edits[path](old[path]) for path in files}
    for path in files:
        copy.put(path, new[path])
    tap.ok(not (wrong := works(copy)), "%s: its files, and no other, are enough" % title, wrong)
    for path in files:
        copy.put(path, old[path])
        wrong = works(copy)
        tap.ok(wrong, "%s: without %s something is missed" % (title, path))
        tap.note(wrong[-1] if wrong else "nothing")
        copy.put(path, new[path])
    for path in files:
        copy.put(path, old[path])


def main():
    tap = check.Tap()
    if shutil.which("meson") is None or shutil.which("ninja") is None:
        tap.skip("the recipes are followed", "meson and ninja are not installed")
        return tap.done()
    top = tempfile.mkdtemp(prefix="reputed-recipe.")
    try:
        copy = Copy(top)
        if tap.ok(not copy.problem, "a copy of the tree is built", copy.problem):
            follow(tap, copy, "A provider", "fabrikam", PROVIDER, provider_works)
            follow(tap, copy, "A command", "greeting", COMMAND, command_works)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
