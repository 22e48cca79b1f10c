#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_user.py -- `reputed user`: accounts and tokens of the web page, in a file that no other user can read, written as a
whole; passwords typed at a terminal that does not show them, or read from standard input. TAP.
"""

import base64
import hashlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util             # noqa: E402
import util_schema      # noqa: E402

GOOD, USAGE, FAILED = 0, 2, 4
PASSWORD = "four random words"
OTHER = 65534
ALL = ["read", "act", "trace", "metrics"]


def user(box, *args, data=None, **more):
    return box.run("user", *args, data=data, **more)


def add(box, name, *args, password=PASSWORD):
    return user(box, "add", name, *args, data=(password + "\n").encode())


def file(box):
    return util.read(box.db + "-users").decode()


def fits(box, name, password):
    """Whether a password is the one whose hash stands in the file, by Python's own scrypt."""
    n, r, p, salt, hashed = re.search(r"^user %s \S+ \S+ scrypt (\d+) (\d+) (\d+) (\S+) (\S+)$" % re.escape(name), file(box),
                                      re.M).groups()
    got = hashlib.scrypt(password.encode(), salt=bytes.fromhex(salt), n=int(n), r=int(r), p=int(p), maxmem=1 << 27, dklen=32)
    return got.hex() == hashed


def valid(tap, schema, what, value):
    with open("%s/doc/json/%s.schema.json" % (util.TREE, schema), encoding="utf-8") as f:
        wrong = util_schema.errors(value, json.load(f), closed=True)
    tap.ok(not wrong, "%s: as its schema says" % what, wrong)


def accounts(tap, world):
    box = world.box("accounts")
    done = user(box, "list")
    tap.ok(done.code == GOOD and "reputed user add" in done.out and not os.path.exists(box.db + "-users"),
           "without accounts, list says how to make one, and makes no file", done.told())
    done = add(box, "alice")
    tap.ok(done.code == GOOD and "alice can log in" in done.out and PASSWORD not in done.out + done.err,
           "an account", done.told())
    tap.ok(fits(box, "alice", PASSWORD), "with the hash of its password", [file(box)])
    tap.ok(re.search(r" scrypt 32768 8 3 [0-9a-f]{32} ", file(box)), "at the cost of OWASP", [file(box)])
    tap.ok(os.stat(box.db + "-users").st_mode & 0o777 == 0o600, "in a file that nobody else can read")
    first = file(box)
    done = add(box, "alice")
    tap.ok(done.code == USAGE and "reputed user password alice" in done.err and file(box) == first,
           "a second time it is refused, and nothing changes", done.told())
    done = add(box, "viewer", "--scope", "metrics", "--scope", "read")
    tap.ok(done.code == GOOD and "may: read, metrics." in done.out, "an account with two scopes", done.told())
    tap.ok(re.findall(r"scrypt \d+ 8 3 (\S+)", file(box))[0] != re.findall(r"scrypt \d+ 8 3 (\S+)", file(box))[1],
           "the same password has another salt", [file(box)])
    for password, says in (("", "0 characters"), ("short", "5 characters"), ("x" * 300, "more than 256 bytes"),
                           ("y" * 5000, "more than 256 bytes"), ("aaaaaaaaaaaaaa", "one or two"),
                           ("bob@example.com", "is the name"), ("tab\tin the middle", "control")):
        done = add(box, "bob@example.com", password=password)
        tap.ok(done.code == USAGE and says in done.err and (not password or password not in done.err) and
               "bob" not in file(box), "refused: %s" % says, done.told())
    done = user(box, "add", "bob", data=b"one two\0three four five\n")
    tap.ok(done.code == USAGE and "control" in done.err, "refused: a NUL", done.told())
    done = user(box, "add", "bob", data=b"")
    tap.ok(done.code == USAGE and "standard input" in done.err, "refused: nothing", done.told())
    done = user(box, "add", "bob", data=b"no line end at all")
    tap.ok(done.code == GOOD and fits(box, "bob", "no line end at all"), "a line without an end is one", done.told())
    done = user(box, "add", "eve", data="  blanks, ä and CR  \r\nmore\n".encode())
    tap.ok(done.code == GOOD and fits(box, "eve", "blanks, ä and CR"), "blanks at both ends do not count", done.told())
    for name in ("", "Bob", "b b", "../x", ".x", "x" * 65, "bö"):
        done = add(box, name)
        tap.ok(done.code == USAGE and done.err, "%r cannot be a name" % name, done.told())
    made = json.loads(add(box, "carl", "--json").out)
    valid(tap, "user", "user add --json", made)
    tap.ok(made["user"] == "carl" and made["scopes"] == ALL, "and has all scopes", [made])


def others(tap, world):
    box = world.box("others")
    add(box, "alice")
    token = user(box, "token", "alice", "--scope", "read").out.split()[0]
    before = file(box)
    done = user(box, "password", "alice", data=b"quite another one\n")
    tap.ok(done.code == GOOD and fits(box, "alice", "quite another one") and not fits(box, "alice", PASSWORD) and
           file(box) != before, "another password", done.told())
    tap.ok(hashlib.sha256(token.encode()).hexdigest() in file(box), "leaves the token")
    done = user(box, "password", "bob", data=b"quite another one\n")
    tap.ok(done.code == USAGE and "no account bob" in done.err, "not of an account that is not there", done.told())
    valid(tap, "user", "user password --json", json.loads(user(box, "password", "alice", "--json", data=b"a third password\n").out))
    done = user(box, "remove", "ALICE")
    tap.ok(done.code == GOOD and "1 token" in done.out and "alice" not in file(box), "an account goes with its token",
           done.told())
    done = user(box, "remove", "alice")
    tap.ok(done.code == USAGE and "no account" in done.err, "once", done.told())
    add(box, "alice")
    valid(tap, "user_remove", "user remove --json", json.loads(user(box, "remove", "alice", "--json").out))
    for args in ([], ["add"], ["add", "a", "b"], ["list", "x"], ["remove"], ["token"], ["revoke"], ["print"],
                 ["list", "--scope", "read"], ["remove", "a", "--scope", "read"], ["add", "a", "--scope", "root"],
                 ["add", "a", PASSWORD]):
        done = user(box, *args, data=(PASSWORD + "\n").encode())
        tap.ok(done.code == USAGE and done.err and not done.out and "user " not in file(box).partition("\n# ")[2].partition("\n")[2],
               "user %s is wrong use" % " ".join(args), done.told())


def tokens(tap, world):
    box = world.box("tokens")
    add(box, "alice")
    add(box, "viewer", "--scope", "read")
    done = user(box, "token", "alice", "--scope", "metrics")
    text = done.out.splitlines()[0]
    tap.ok(done.code == GOOD and re.fullmatch(r"rep_[A-Za-z0-9_-]{43}", text), "a token of 32 bytes, on a line of its own",
           done.told())
    tap.ok(len(base64.urlsafe_b64decode(text[4:] + "=")) == 32, "in base64url", [text])
    tap.ok(text not in file(box) and text[4:] not in file(box) and hashlib.sha256(text.encode()).hexdigest() in file(box),
           "the file has its SHA-256 alone", [file(box)])
    made = json.loads(user(box, "token", "viewer", "--json").out)
    valid(tap, "user_token", "user token --json", made)
    tap.ok(made["scopes"] == ["read"] and made["token"] != text, "without --scope: what the account may do", [made])
    done = user(box, "token", "viewer", "--scope", "act")
    tap.ok(done.code == USAGE and "viewer may do no more" in done.err, "no more than that", done.told())
    done = user(box, "token", "nobody")
    tap.ok(done.code == USAGE and "no account" in done.err, "none without an account", done.told())
    listed = json.loads(user(box, "list", "--json").out)
    valid(tap, "user_list", "user list --json", listed)
    tap.ok([(u["user"], u["scopes"], [t["scopes"] for t in u["tokens"]]) for u in listed["users"]] ==
           [("alice", ALL, [["metrics"]]), ("viewer", ["read"], [["read"]])], "list has all", [listed])
    done = user(box, "list")
    tap.ok(all(x in done.out for x in ("alice ", "viewer ", made["id"])) and made["token"] not in done.out and
           not re.search(r"[0-9a-f]{32}", done.out), "as text, without any hash", done.told())
    done = user(box, "revoke", made["id"])
    tap.ok(done.code == GOOD and made["id"] not in file(box), "one is revoked", done.told())
    done = user(box, "revoke", made["id"])
    tap.ok(done.code == USAGE and "no token" in done.err, "once", done.told())
    again = json.loads(user(box, "token", "viewer", "--json").out)
    valid(tap, "user_revoke", "user revoke --json", json.loads(user(box, "revoke", again["id"], "--json").out))
    tap.ok(listed["users"][0]["tokens"][0]["id"] in file(box), "the other is there")


def damaged(tap, world):
    """Nobody comes in by half a file, and no command makes it worse."""
    for name, change, says in (
            ("a word of another kind", lambda s: s + "group staff\n", ":4: neither"),
            ("cut", lambda s: s[:-10], ":3: the last line"),
            ("a newer version", lambda s: s.replace("users 1", "users 2"), ":1: the first line"),
            ("twice", lambda s: s + s.splitlines()[2] + "\n", ":4: the user alice a second time"),
            ("too long", lambda s: s + "#" * (1 << 20) + "\n", "more than 1048576 bytes"),
            ("empty", lambda s: "", ":1: the first line")):
        box = world.box("damaged-" + name.replace(" ", "-"))
        add(box, "alice")
        broken = change(file(box))
        util.write(box.db + "-users", broken)
        os.chmod(box.db + "-users", 0o600)
        wrong = []
        for args in (["list"], ["add", "bob"], ["password", "alice"], ["remove", "alice"], ["token", "alice"],
                     ["revoke", "0123456789ab"]):
            done = user(box, *args, data=(PASSWORD + "\n").encode())
            if done.code != FAILED or says not in done.err or done.out or file(box) != broken:
                wrong += done.told()
        tap.ok(not wrong, "%s: every command says what is wrong, and changes nothing" % name, wrong)
    box = world.box("damaged-mode")
    add(box, "alice")
    os.chmod(box.db + "-users", 0o640)
    done = user(box, "list")
    tap.ok(done.code == FAILED and "chmod 600 " + box.db + "-users" in done.err, "a file that others can read is not used",
           done.told())
    for name, make in (("link", os.symlink), ("pipe", lambda to, at: os.mkfifo(at, 0o600)), ("folder", lambda to, at: os.mkdir(at))):
        box = world.box("damaged-" + name)
        util.write(box.path("target"), "reputed-users 1\n")
        os.chmod(box.path("target"), 0o600)
        make(box.path("target"), box.db + "-users")
        done = user(box, "list")
        tap.ok(done.code == FAILED and "reputed.db-users" in done.err, "a %s is no file of accounts" % name, done.told())
    box = world.box("damaged-folder-missing")
    done = user(box, "add", "alice", "--db", box.path("none/reputed.db"), data=(PASSWORD + "\n").encode())
    tap.ok(done.code == FAILED and "makes its folder" in done.err, "without a folder it says who makes it", done.told())


def at_once(tap, world):
    """Twelve at once: all are there. One that is killed at any moment leaves the file whole."""
    box = world.box("at-once")
    add(box, "alice")
    running = [box.start("user", "token", "alice", "--json") for _ in range(12)]
    ids = {json.loads(p.communicate(timeout=100)[0])["id"] for p in running}
    tap.ok(len(ids) == 12 and all(i in file(box) for i in ids), "twelve tokens made at once are all there", [ids, file(box)])
    wrong = []
    for nth in range(20):
        with box.start("user", "token", "alice") as p:
            time.sleep(nth * 0.002)
            p.kill()
            p.communicate()
        done = user(box, "list")
        if done.code != GOOD or "alice" not in done.out:
            wrong += done.told()
    tap.ok(not wrong, "killed while it writes: the file is whole", wrong)
    tap.ok(user(box, "token", "alice").code == GOOD, "and the next one can write")


class Terminal:
    """A command at a terminal; what the person sees, and whether the terminal echoes."""

    def __init__(self, box, *args):
        self.seen = b""
        line = [box.world.reputed, args[0], "--config", box.config, *args[1:]]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(box.top)
            os.execve(line[0], line, box.environment({"TERM": "xterm"}))

    def until(self, text):
        end = time.monotonic() + 60
        while text.encode() not in self.seen and time.monotonic() < end:
            if select.select([self.fd], [], [], 1)[0]:
                try:
                    got = os.read(self.fd, 4096)
                except OSError:
                    break
                if not got:
                    break
                self.seen += got
        return text.encode() in self.seen

    def type(self, text):
        os.write(self.fd, text.encode())

    def end(self):
        self.until("no such text")
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.fd)
        return code


def typed(tap, world):
    box = world.box("typed")
    t = Terminal(box, "user", "add", "alice")
    asked = t.until("12 characters or more:")
    t.type(PASSWORD + "\r")
    again = t.until("The same again:")
    t.type(PASSWORD + "\r")
    code = t.end()
    tap.ok(asked and again and code == GOOD and fits(box, "alice", PASSWORD), "typed twice at a terminal", [t.seen])
    tap.ok(PASSWORD.encode() not in t.seen, "which does not show it", [t.seen])
    for what, one, two in (("two that differ", PASSWORD, PASSWORD + "x"), ("too short", "short", None),
                           ("nothing", "", None)):
        t = Terminal(box, "user", "add", "bob")
        t.until("or more:")
        t.type(one + "\r")
        if two is not None:
            t.until("again:")
            t.type(two + "\r")
        code = t.end()
        tap.ok(code == USAGE and "bob" not in file(box), "%s: nothing is changed" % what, [t.seen])
    t = Terminal(box, "user", "add", "bob")
    t.until("or more:")
    os.kill(t.pid, signal.SIGINT)
    code = t.end()
    tap.ok(code == -signal.SIGINT and "bob" not in file(box), "Ctrl-C ends it", [code, t.seen])
    # Standard output in a file, input at a terminal: nobody would see the question, and all would see the answer.
    control, line = pty.openpty()
    with subprocess.Popen([world.reputed, "user", "--config", box.config, "add", "bob"], stdin=line, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=box.environment()) as p:
        out, err = p.communicate(timeout=60)
    tap.ok(p.returncode == USAGE and b"no terminal" in err and not out, "no question that nobody can see", [err])
    os.close(control)
    os.close(line)


def of_root(tap, world):
    if os.geteuid() != 0:
        tap.skip("what root makes", "only root makes files for others")
        return
    box = world.box("of-root")
    os.mkdir(box.path("state"))
    os.chown(box.path("state"), OTHER, OTHER)
    os.chown(box.top, OTHER, OTHER)
    box.db = box.path("state/reputed.db")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
    nobody = {"user": OTHER, "group": OTHER, "extra_groups": []}
    add(box, "alice")
    made = {n: (os.stat(box.path("state/" + n)).st_uid, os.stat(box.path("state/" + n)).st_mode & 0o777)
            for n in os.listdir(box.path("state"))}
    tap.ok(set(made) == {"reputed.db-users", "reputed.db-users-lock"} and set(made.values()) == {(OTHER, 0o600)},
           "what root makes belongs to the owner of the folder", [made])
    done = user(box, "token", "alice", **nobody)
    tap.ok(done.code == GOOD, "who can go on with it", done.told())
    done = add(box, "bob")
    tap.ok(done.code == GOOD and os.stat(box.db + "-users").st_uid == OTHER, "and root after that", done.told())
    done = user(box, "list", user=1, group=1, extra_groups=[])
    tap.ok(done.code == FAILED and "its owner and root may read it" in done.err, "somebody else cannot read it", done.told())
    there = util.write(box.path("shadow"), "root's\n")
    for name in ("reputed.db-users-new", "reputed.db-users-lock"):
        if os.path.lexists(box.path("state/" + name)):
            os.unlink(box.path("state/" + name))
        os.symlink(there, box.path("state/" + name))
        add(box, "carl")
        tap.ok(util.read(there) == b"root's\n" and os.stat(there).st_uid == 0, "root writes through no link at %s" % name)
        if os.path.lexists(box.path("state/" + name)):
            os.unlink(box.path("state/" + name))


def main():
    return util.main([accounts, others, tokens, damaged, at_once, typed, of_root])


if __name__ == "__main__":
    sys.exit(main())
