#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_top.py [REPUTED] -- reputed top on a terminal (vt100.py): what it shows, its keys, its sizes, a database
that changes beneath it, a daemon beside it, how it ends, and how many bytes it sends. TAP.

    test_top.py --write [REPUTED]       writes the picture of doc/manual.md anew
"""

import os
import re
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import test_serve       # noqa: E402
import test_terminal    # noqa: E402
import util             # noqa: E402
import vt100            # noqa: E402

NOW = "2026-11-03T10:31:07Z"    # of the demo (tools/demo)
MANUAL = util.TREE + "/doc/manual.md"
MARKS = "<!-- top -->\n\n", "\n<!-- end -->"
CONF = ('source out-c { public 198.51.100.9 }\nstream weekly-offers { from bounce-*@shop.example }\n'
        'stream password-reset { from password-reset@shop.example; urgent yes }\n')
KEYS = {"up": b"\x1b[A", "down": b"\x1b[B", "page down": b"\x1b[6~", "escape": b"\x1b"}


class Top(vt100.Terminal):
    def __init__(self, box, *args, lines=24, columns=80, term="vt100", **env):
        own = box.environment({"TERM": term, **env})
        if "NO_COLOR" in env and env["NO_COLOR"] is None:
            own.pop("NO_COLOR")
        line = [box.world.reputed, "top", "--config", box.config, *args]
        super().__init__(line, own, lines, columns)
        self.box = box

    def words(self):
        return self.sent.decode("utf-8", "replace")

    def quit(self):
        self.press(b"q")
        return self.done()

    def done(self):
        code = self.end()
        if util.REPORT.search(self.words()):
            self.box.world.reports += [self.words()[-1500:]]
        return code


def demo(world):
    """The database of the demo, once for all tests."""
    if not os.path.exists(world.path("demo")):
        box = world.box("demo")
        util.append(box.config, CONF)
        world.demo = box
        world.demo_read = box.ingest(*world.log("aws-morning", 100).files, now=NOW)
    return world.demo


def opens(tap, world):
    box = demo(world)
    top = Top(box, "--now", NOW)
    tap.ok(top.shows("q quit"), "it opens", top.told() + world.demo_read.told())
    lines = top.screen.lines()
    tap.ok(re.match(r"2026-11-03 10:31 UTC  3 open incidents +log read to 10:31:02$", lines[0]),
           "the first line: the time, the incidents, up to when the log is read", top.told())
    tap.ok(lines[2].startswith("> 1  Microsoft (Outlook.com, Hotmail) has refused all mail from 203.0.113.24"),
           "what is wrong comes first", top.told())
    tap.ok("Do now: Hold mail for Microsoft" in top.screen.text(), "and what to do", top.told())
    tap.ok(any(re.match(r" 203\.0\.113\.31 +microsoft-co\.\. .{20}\u2588{4} +24 % +2,566 blocked$", x)
               for x in lines), "a row for a source and a provider, hour by hour", top.told())
    opening, idle = len(top.sent), top.read(5)
    tap.ok(idle == 0, "nothing is sent while nothing changes", [str(idle)])
    top.press(b"j")
    tap.ok(top.shows("> 5  Orange"), "j: the next", top.told())
    moved = len(top.sent) - opening
    top.press(b"?")
    tap.ok(top.shows("Ctrl-L", "q back"), "?: the keys", top.told())
    top.press(b"q")
    tap.ok(top.shows("> 5  Orange"), "q: back to where one was", top.told())
    tap.ok(top.quit() == 0 and top.restored(), "q ends it, and the terminal is as before", top.told())
    tap.ok(top.screen.unknown == [], "nothing but what a VT100 knows", top.screen.unknown)
    tap.note("bytes: %d for the first screen, 0 in 5 s without a change, %d for a step" % (opening, moved))
    top.close()


def why(tap, world):
    box = demo(world)
    top = Top(box, "--now", NOW, lines=40, columns=100)
    top.shows("q quit")
    top.press(b"\r")
    tap.ok(top.shows("reputed why 1 ", "Why        probably the neighbourhood"), "Enter: why", top.told())
    whole = box.run("why", "microsoft-consumer", "--now", NOW, env={"COLUMNS": "100"}).out.splitlines()
    seen = top.screen.lines()[1:-1]
    tap.ok(seen == [x.rstrip() for x in whole[:38]], "the same words as reputed why", seen)
    top.press(KEYS["page down"])
    tap.ok(top.until(lambda: top.screen.lines()[1] == whole[37].rstrip()), "a page further", top.told())
    top.press(KEYS["escape"])
    tap.ok(top.shows("What is wrong"), "Escape: back", top.told())
    top.press(KEYS["down"] * 2)
    tap.ok(top.shows("\n>203.0.113.31"), "the arrows move, also where TERM names other keys", top.told())
    top.press(b"\r")
    tap.ok(top.shows("reputed why microsoft-consumer"), "Enter on a row: about its provider", top.told())
    top.press(b"q")
    tap.ok(top.shows("What is wrong") and top.quit() == 0, "q, and q again: the end", top.told())
    top.close()


def sizes(tap, world):
    top = Top(demo(world), "--now", NOW)
    top.shows("q quit")
    top.resize(50, 132)
    tap.ok(top.shows("blocked since 06:42, s3140, incident 2") and
           top.screen.lines()[49].startswith("Enter why"), "a larger screen is used", top.told())
    top.resize(20, 60)
    tap.ok(top.shows("needs 80 columns and 24 lines", "this terminal has\n60 and 20", "Microsoft"),
           "on a small one it says so, and what is wrong", top.told())
    top.resize(24, 80)
    tap.ok(top.shows("What is wrong", "q quit"), "and is whole again", top.told())
    top.press(b"\r")
    top.shows("q back")
    top.resize(30, 100)
    tap.ok(top.shows("q back") and top.until(lambda: any(len(x) > 80 for x in top.screen.lines())),
           "a page is laid out again, too", top.told())
    os.kill(top.pid, signal.SIGTERM)
    tap.ok(top.done() == 0 and top.restored(), "SIGTERM ends it, and the terminal is as before", top.told())
    top.close()


def plain(tap, world):
    """Without colours, without UTF-8, and a locale that the machine does not have."""
    for name, env, utf8, colours in (
            ("colours", {"NO_COLOR": None, "term": "xterm-256color"}, True, True),
            ("NO_COLOR", {"NO_COLOR": "1", "term": "xterm-256color"}, True, False),
            ("a VT100", {"NO_COLOR": None}, True, False),
            ("ASCII", {"LC_ALL": "C"}, False, False),
            ("a locale that is not there", {"LC_ALL": "xx_YY.UTF-8"}, True, False)):
        top = Top(demo(world), "--now", NOW, **env)
        tap.ok(top.shows("q quit") and top.screen.colours == colours, "%s: %s" %
               (name, "colours" if colours else "no colours"), top.told())
        text = top.screen.text()
        tap.ok(("\u2588\u2588" in text) == utf8 and ("XXXX" in text) != utf8 and text.isascii() != utf8,
               "%s: %s" % (name, "blocks" if utf8 else "letters"), top.told())
        tap.ok(top.quit() == 0 and not top.screen.unknown, "%s: nothing unknown is sent" % name,
               top.screen.unknown)
        top.close()


def changes(tap, world):
    """What is read while it is open appears, and it keeps nobody from writing."""
    box, mail = world.box("changes"), test_serve.Mail()
    begin = 1793700000      # 2026-11-03T06:40:00Z
    now = "2026-11-03T10:31:07Z"
    util.write(box.path("a.log"), mail.lines(400, "203.0.113.24", True, begin - 86400, begin))
    box.ingest(box.path("a.log"), now=now)
    top = Top(box, "--now", now)
    tap.ok(top.shows("no open incident", "No provider refuses"), "nothing is wrong yet", top.told())
    util.write(box.path("b.log"), mail.lines(60, "203.0.113.24", False, begin, begin + 3000))
    box.ingest(box.path("b.log"), now=now)
    tap.ok(top.shows("1 open incident", "has refused all mail"), "what is read meanwhile appears", top.told())
    done = box.run("forget", "u7@outlook.com")
    tap.ok(done.code == 0, "forget is not kept waiting", done.told())
    sent = len(top.sent)
    os.rename(box.db, box.db + ".away")
    top.press(b"r")
    tap.ok(top.shows("not read, what is shown is older", "1 open incident"),
           "where the database is gone, it says so and shows what it has", top.told())
    os.rename(box.db + ".away", box.db)
    tap.ok(top.shows("q quit"), "and reads it again when it is back", top.told())
    tap.note("bytes for the two changes of the last line: %d" % (len(top.sent) - sent))
    tap.ok(top.quit() == 0, "and ends", top.told())
    top.close()


def beside(tap, world):
    """A daemon writes while it is open."""
    box, mail, now = world.box("beside"), test_serve.Mail(), int(time.time())
    log = util.write(box.path("mail.log"),
                     mail.lines(400, "203.0.113.24", True, now - 90000, now - 4000))
    daemon = test_serve.Daemon(box, log)
    daemon.says("mail.log|reads|watch")
    test_serve.wait(lambda: box.run("status").code == 0)
    top = Top(box)
    tap.ok(top.shows("no open incident", "newest delivery: 1 h"), "an old log is called old", top.told())
    util.append(log, mail.lines(60, "203.0.113.24", False, now - 3900, now - 5))
    tap.ok(top.shows("1 open incident", "log read to"), "what the daemon reads appears", top.told())
    tap.ok(daemon.stop() == 0 and top.quit() == 0, "both end", [daemon.text] + top.told())
    top.close()


def ends(tap, world):
    """Where there can be no screen, it says what to use; and it ends when its terminal does."""
    box = demo(world)
    done = box.run("top")
    tap.ok(done.code == 2 and "needs a terminal" in done.err and "reputed status" in done.err,
           "without a terminal: what to use instead", done.told())
    for term in ("dumb", "", "no-such-terminal"):
        top = Top(box, "--now", NOW, term=term)
        tap.ok(top.done() == 2 and "reputed status" in top.words() and top.restored(),
               "TERM=%s: the same" % term, top.told())
        top.close()
    top = Top(box, "microsoft-consumer")
    tap.ok(top.done() == 2 and "reputed why microsoft-consumer" in top.words(),
           "an argument: what to use instead", top.told())
    top.close()
    top = Top(world.box("empty"))
    tap.ok(top.done() == 4 and "reputed ingest" in top.words() and top.restored(),
           "without a database: what to do", top.told())
    top.close()
    library = world.path("no-signalfd.so")
    subprocess.run([os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-o", library, "-"], check=True,
                   text=True, input="#include <errno.h>\nint signalfd(int fd, const void *set, int flags)\n"
                   "{ (void)fd; (void)set; (void)flags; errno = EMFILE; return -1; }\n")
    top = Top(box, "--now", NOW, LD_PRELOAD=library,
              ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0")
    tap.ok(top.done() == 4 and "signals cannot be waited for: Too many open files" in top.words() and top.restored(),
           "without signals: exit code 4, and why", top.told())
    top.close()
    for number in (signal.SIGINT, signal.SIGHUP):
        top = Top(box, "--now", NOW)
        top.shows("q quit")
        os.kill(top.pid, number)
        tap.ok(top.done() == 0 and top.restored(), "%s ends it" % number.name, top.told())
        top.close()


def hostile(tap, world):
    box = world.box("hostile")
    said = b"S3140 block list " + test_terminal.EVIL
    util.write(box.path("l.log"), test_terminal.log(
        60, lambda i: b"hotmail-com.olc.protection.outlook.com[52.101.8.42]", said)
        .replace(b"@hotmail-com.olc.protection.outlook.com[52.101.8.42]>", b"@outlook.com>"))
    box.ingest(box.path("l.log"), now="2026-11-03T12:00:00Z")
    top = Top(box, "--now", "2026-11-03T12:00:00Z", lines=50, columns=200)
    tap.ok(top.shows("550 5.7.1 S3140 block list"), "their words are shown", top.told())
    top.press(b"\r")
    tap.ok(top.shows("They say"), "on the page, too", top.told())
    top.quit()
    hidden = {c for c in top.words() if c in test_terminal.HIDDEN}
    tap.ok(hidden <= {"\x1b", "\r", "\b", "\x0e", "\x0f"} and not top.screen.unknown and
           "\ufffd" not in top.words(),
           "nothing of it reaches the terminal as it is", [repr(hidden), repr(top.screen.unknown)])
    top.close()


def picture(world):
    top = Top(demo(world), "--now", NOW, LC_ALL="C")
    top.shows("q quit")
    lines = top.screen.lines()
    top.quit()
    top.close()
    return "".join(("    " + x).rstrip() + "\n" for x in lines)


def manual(tap, world):
    with open(MANUAL, encoding="utf-8") as file:
        text = file.read()
    there = text.partition(MARKS[0])[2].partition(MARKS[1])[0]
    tap.ok(there == picture(world), "the picture in the manual is what it shows (test_top.py --write)",
           picture(world).splitlines())


def write():
    world = util.World()
    try:
        with open(MANUAL, encoding="utf-8") as file:
            text = file.read()
        before, _, rest = text.partition(MARKS[0])
        util.write(MANUAL, before + MARKS[0] + picture(world) + MARKS[1] + rest.partition(MARKS[1])[2])
    finally:
        world.remove()


if __name__ == "__main__":
    if "--write" in sys.argv:
        sys.argv.remove("--write")
        sys.exit(write())
    sys.exit(util.main([opens, why, sizes, plain, changes, beside, ends, hostile, manual]))
