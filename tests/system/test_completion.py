#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_completion.py -- what bash, zsh and fish offer after `reputed` and TAB, and that it is what --help says. TAP.

Bash's function is called as readline calls it, for every command. The keys are pressed in a real terminal, in bash
and in zsh; fish answers for itself (complete -C). A shell that is not installed is skipped, and named.
"""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed")))
FIRST = {"config": {"check", "dump"}, "alert": {"list", "ack", "snooze", "test"}, "spf": {"check"},
         "dkim": {"verify", "check"}, "dmarc": {"check", "report", "path"}, "rules": {"check", "list"},
         "quarantine": {"list", "show", "retry", "purge"}, "store": {"check", "rebuild"},
         "user": {"list", "add", "password", "remove", "token", "revoke"}}

CALL = r"""
compopt() { :; }
source "$1"; shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_reputed
printf '%s\n' "${COMPREPLY[@]}"
"""


def run(*line, **more):
    return subprocess.run(line, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=100, **more)


def helps():
    """{command: its options}, from --help."""
    table = {}
    for name in re.findall(r"^  ([a-z]+) +\w", run(REPUTED, "--help").stdout.partition("Commands:")[2], re.M):
        table[name] = set(re.findall(r"^  (--[a-z-]+)", run(REPUTED, name, "--help").stdout, re.M))
    return table


class Keys:
    """A shell in a terminal of its own."""

    def __init__(self, line, top):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(top)
            os.execvpe(line[0], line, {"PATH": "/usr/bin:/bin", "HOME": top, "TERM": "xterm", "LC_ALL": "C.UTF-8",
                                       "ZDOTDIR": top, "PS1": "% "})
        self.text = ""

    def press(self, keys):
        os.write(self.fd, keys.encode())

    def until(self, words, seconds=20):
        """Reads until all the words were shown after the last press; false when they never are."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if all(w in self.text for w in words):
                return True
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self.fd, 65536).decode("utf-8", "replace")
                except OSError:
                    break
        return all(w in self.text for w in words)

    def close(self):
        os.close(self.fd)
        try:
            os.kill(self.pid, 9)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)


def test_bash(tap, top, table):
    script = top + "/reputed.bash"

    def offered(*words):
        done = run("bash", "--norc", "-c", CALL, "bash", script, *words, cwd=top)
        return set(done.stdout.split("\n")) - {""} if not done.stderr else {done.stderr}

    tap.ok(offered("reputed", "") == set(table) | {"--help", "--version"}, "bash: every command")
    tap.ok(offered("reputed", "al") == {"alert"}, "bash: al TAB is alert")
    wrong = ["%s: %s" % (c, sorted(offered("reputed", c, "--") ^ o)) for c, o in table.items()
             if offered("reputed", c, "--") != o]
    tap.ok(not wrong, "bash: the options of each command are those of its --help", wrong)
    wrong = [c for c, words in FIRST.items() if offered("reputed", c, "") != words]
    tap.ok(not wrong, "bash: words that a command begins with", wrong)
    files = {"mail.log", "a folder", "reputed.bash", "_reputed", "reputed.fish"}
    for words, want in ((("reputed", "ingest", ""), files), (("reputed", "ingest", "ma"), {"mail.log"}),
                        (("reputed", "status", "--db", "ma"), {"mail.log"}),
                        (("reputed", "status", "--db", "=", "ma"), {"mail.log"}),
                        (("reputed", "status", "--db", "="), files),
                        (("reputed", "why", "--know", ""), {"a folder"}),
                        (("reputed", "why", "--now", ""), set()),
                        (("reputed", "config", "--config", "mail.log", "du"), {"dump"}),
                        (("reputed", "config", "dump", "ma"), {"mail.log"}),
                        (("reputed", "serve", "j"), {"journal"}), (("reputed", "serve", "ma"), {"mail.log"}),
                        (("reputed", "status", ""), set()), (("reputed", "nonsense", ""), set())):
        got = offered(*words)
        tap.ok(got == want, "bash: %s" % " ".join(words), sorted(got))


def test_keys(tap, top, shell, line, start):
    """TAB in a terminal."""
    keys = Keys(line, top)
    try:
        keys.press(start)
        ready = keys.until(["ready-now"])
        keys.text = ""
        keys.press("reputed al\t")
        alone = keys.until(["alert"])
        keys.press("s\t")       # "snooze", where the shell has put a blank behind the command
        word = keys.until(["snooze"])
        keys.press("\x15reputed config --js\t")
        tap.ok(ready and alone and word and keys.until(["--json"]),
               "%s: TAB in a terminal: a command, its word, an option" % shell, keys.text.splitlines()[-20:])
    finally:
        keys.close()


def test_fish(tap, top, table):
    def offered(line):
        done = run("fish", "--no-config", "-c", "source %s/reputed.fish; complete -C '%s'" % (top, line), cwd=top,
                   env={"PATH": "/usr/bin:/bin", "HOME": top, "LC_ALL": "C.UTF-8"})
        return {x.split("\t")[0] for x in done.stdout.splitlines()}

    tap.ok(offered("reputed ") == set(table), "fish: every command", sorted(offered("reputed ")))
    tap.ok(offered("reputed al") == {"alert"}, "fish: al TAB is alert")
    wrong = ["%s: %s" % (c, sorted({x.rstrip("=") for x in offered("reputed %s --" % c)} ^ o)) for c, o in table.items()
             if {x.rstrip("=") for x in offered("reputed %s --" % c)} != o]
    tap.ok(not wrong, "fish: the options of each command are those of its --help", wrong)
    wrong = ["%s: %s" % (c, sorted(offered("reputed %s " % c))) for c, words in FIRST.items()
             if offered("reputed %s " % c) != words]
    tap.ok(not wrong, "fish: words that a command begins with", wrong)
    tap.ok("mail.log" in offered("reputed ingest ma") and "mail.log" in offered("reputed config dump ma") and
           "mail.log" in offered("reputed status --db ma"), "fish: files")


def main():
    tap = check.Tap()
    top = tempfile.mkdtemp(prefix="reputed-test.")
    try:
        table = helps()
        for shell, name in (("bash", "reputed.bash"), ("zsh", "_reputed"), ("fish", "reputed.fish")):
            done = run(REPUTED, "--completion", shell)
            tap.ok(done.returncode == 0 and not done.stderr and done.stdout, "a script for " + shell, [str(done)])
            with open(os.path.join(top, name), "w", encoding="utf-8") as file:
                file.write(done.stdout)
        tap.ok(run(REPUTED, "--completion", "csh").returncode == 2, "none for a shell that is not known")
        os.mkdir(top + "/a folder")
        with open(top + "/mail.log", "w", encoding="utf-8"):
            pass
        test_bash(tap, top, table)
        if shutil.which("fish"):
            test_fish(tap, top, table)
        else:
            tap.skip("fish", "not installed")
        test_keys(tap, top, "bash", ["bash", "--norc", "--noprofile", "-i"],
                  "source ./reputed.bash; bind 'set show-all-if-ambiguous on'; echo ready-''now\r")
        if shutil.which("zsh"):
            test_keys(tap, top, "zsh", ["zsh", "-f", "-i"],
                      "fpath=($PWD $fpath); autoload -U compinit; compinit -u -D; echo ready-''now\r")
        else:
            tap.skip("zsh", "not installed")
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
