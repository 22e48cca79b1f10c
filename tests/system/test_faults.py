#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_faults.py [REPUTED] -- memory that runs out: one allocation fails, or it and all after it, at
each place of each command. TAP.

The library tests/faults/alloc.c is preloaded. A command may end with 4, having said why; or, where
it can do without, with the very output and exit code of the undisturbed run. What was committed
before is there, and the same command afterwards stores what the undisturbed one stored.

REPUTED_FAULTS=places (make faults) tries each place in the program, which is an allocation with all
its callers: its first, second and last time. REPUTED_FAULTS=all tries every allocation,
REPUTED_FAULTS=N every Nth; else some of each command.
"""

import concurrent.futures
import os
import re
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import mails    # noqa: E402
import util     # noqa: E402

SOURCE = os.path.join(util.TREE, "tests", "faults", "alloc.c")
PLACES = 6      # of each command and way, without REPUTED_FAULTS
FAILED = 4
QUEUE = ('{"queue_name": "deferred", "queue_id": "4F1A2B", "arrival_time": 1793688131, '
         '"message_size": 1051, "forced_expire": false, "sender": "a@shop.example", "recipients": '
         '[{"address": "jo@example.com", "delay_reason": "host mx.example.com[192.0.2.1] said: '
         '451 4.7.1 Greylisted"}]}\n')
REFUSAL = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your "
           "Internet service provider since part of their network is on our block list (S3140).")
USERS = "reputed-users 1\n" + "".join("user %s read 2026-11-03T06:42:11Z scrypt 32768 8 3 %s %s\n" % (n, "00" * 16, "00" * 32)
                                      for n in ("alice", "viewer"))
CONFIG = """
source "mx1/postfix/smtp" { public 203.0.113.24; }
"""


class Place:
    """A home that every run gets a copy of: what was committed before, and the inputs."""

    def __init__(self, world):
        self.world = world
        self.lib = world.path("alloc.so")
        subprocess.run([os.environ.get("CC", "cc"), "-O1", "-std=gnu17", "-shared", "-fPIC",
                        "-o", self.lib, SOURCE, "-ldl"], check=True)
        self.box = world.box("before")
        refused = "".join(mails.postfix(
            n, "al%d@hotmail.com" % n, REFUSAL,
            host="hotmail-com.olc.protection.outlook.com") for n in range(100, 106))
        util.write(self.box.path("first.log"), "".join(
            mails.postfix(n, status="sent", reply="250 2.0.0 OK") for n in range(20, 24)) + refused)
        util.write(self.box.path("second.log"), "".join(
            mails.postfix(n, "bo%d@example.net" % n) for n in range(40, 46)))
        util.write(self.box.path("some.mbox"), mails.mbox(
            mails.dsn(50), mails.arf(51), mails.dsn(52, "bo@example.net")))
        util.write(self.box.path("queue.json"), QUEUE)
        util.write(self.box.path("replies"), REFUSAL + "\nmx.example.com\t451 4.7.1 Greylisted\n")
        util.write(self.box.db + "-users", USERS)
        os.chmod(self.box.db + "-users", 0o600)
        done = self.box.ingest(self.box.path("first.log"))
        if done.code != 0:
            raise RuntimeError("\n".join(done.told()))
        self.before = util.stored(self.box.db)

    def copy(self, name):
        """The same paths inside, so that outputs can be compared: the folder is moved there."""
        box = util.Box.__new__(util.Box)
        box.world, box.top, box.read = self.world, self.world.path(name), None
        shutil.copytree(self.box.top, box.top)
        box.db, box.config, box.key = box.top + "/reputed.db", box.top + "/reputed.conf", \
            box.top + "/key"
        util.write(box.config, 'database "%s"\nkey-file "%s"\n' % (box.db, box.key))
        return box


class Command:
    """One command, and what it said and stored when nothing failed."""

    def __init__(self, place, name, args, writes=False):
        self.place, self.name, self.args, self.writes = place, name, args, writes
        stacks = place.world.path("stacks")
        box = place.copy(name + "-undisturbed")
        done, _ = self.run(box, {"FAULT_STACKS": stacks})
        self.said = self.without_paths(box, done)
        self.code = done.code
        self.stored = util.stored(box.db)
        self.stacks = util.read(stacks).split()
        self.told = done.told()

    def run(self, box, env):
        env = dict(env, LD_PRELOAD=self.place.lib, ASAN_OPTIONS=asan(), LSAN_OPTIONS="",
                   REPUTED_SETUP_ROOT=box.top + "/none")
        args = [x.replace("@", box.top, 1) if x.startswith("@") else x for x in self.args]
        done = box.run(*args, env=env)
        return done, args

    def without_paths(self, box, done):
        out = done.out.replace(box.top, "")
        # Where its lines are wrapped depends on the length of the paths in them.
        return " ".join(out.split()) if self.args[0] == "setup" else out

    def fault(self, at):
        """What is wrong when the allocation `at` ("17", "17+") fails."""
        name = "%s-%s" % (self.name, at)
        box = self.place.copy(name)
        done, _ = self.run(box, {"FAULT_AT": at})
        wrong = []
        if done.code == self.code:
            if self.without_paths(box, done) != self.said:
                wrong.append("exit %s, but another output" % done.code)
        elif done.code != FAILED:
            wrong.append("exit %s, neither %d nor %s" % (done.code, FAILED, self.code))
        elif not re.sub(r"^reputed: REPUTED_SETUP_ROOT is set.*$", "", done.err, flags=re.M).strip():
            wrong.append("exit %d without a word" % FAILED)
        wrong += self.kept(box, done)
        shutil.rmtree(box.top)
        return ["%s: %s" % (name, x) for x in wrong] + (done.told() if wrong else [])

    def kept(self, box, done):
        """Nothing of before is lost; and what was not done can be done now."""
        if not self.writes:
            return util.differences(self.place.before, util.stored(box.db))
        if done.code == self.code:
            return util.differences(self.stored, util.stored(box.db))
        args = [x.replace("@", box.top, 1) if x.startswith("@") else x for x in self.args]
        again = box.run(*args, env={"REPUTED_SETUP_ROOT": box.top + "/none"})
        wrong = [] if again.code == self.code else ["again: "] + again.told()
        return wrong + util.differences(self.stored, util.stored(box.db))


def asan():
    """Of a sanitized build: it stands behind our library, and who fails need not free all."""
    return os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"


def places(stacks):
    """Which allocations fail. In a sample, another distance from each other every time."""
    wanted = os.environ.get("REPUTED_FAULTS", "")
    n = len(stacks)
    if wanted == "places":
        times = {}
        for at, stack in enumerate(stacks, 1):
            times.setdefault(stack, []).append(at)
        return sorted({at for all_of in times.values() for at in all_of[:2] + all_of[-1:]})
    step = 1 if wanted == "all" else int(wanted or 0)
    if step > 0:
        return range(1, n + 1, step)
    return sorted({1 + (i * n + n // 2) // PLACES for i in range(PLACES) if i < n})


def attempts(stacks):
    return [str(at) + way for at in places(stacks) for way in ("", "+")]


def commands(tap, world):
    place = Place(world)
    now = ["--now", util.NOW]
    todo = [
        ("ingest-log", ["ingest", *now, "@/second.log"], True),
        ("ingest-mbox", ["ingest", *now, "@/some.mbox"], True),
        ("status", ["status", *now]),
        ("status-json", ["status", "--json", "--all", *now]),
        ("why", ["why", *now]),
        ("why-json", ["why", "--json", "--all", *now]),
        ("options", ["options", *now]),
        ("complaints", ["complaints", "--all", *now]),
        ("classify", ["classify", "@/replies"]),
        ("explain", ["explain", "S3140"]),
        ("rules", ["rules", "list"]),
        ("queue", ["queue", *now, "@/queue.json"]),
        ("trace", ["trace", *now, "al100@hotmail.com", "@/queue.json"]),
        ("trend", ["trend", *now]),
        ("forget", ["forget", "al100@hotmail.com"], True),
        ("store-check", ["store", "check"]),
        ("config", ["config", "dump"]),
        ("user-list", ["user", "list"]),
        ("user-remove", ["user", "remove", "viewer"]),
        ("setup", ["setup", "--yes", "--server", "127.0.0.1:9", "--timeout-ms", "50", "--budget-ms", "200",
                   "@/second.log"], True),
    ]
    with concurrent.futures.ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for one in todo:
            command = Command(place, *one)
            if command.code not in (0, 1) or not command.stacks:
                tap.ok(False, "%s: undisturbed" % command.name, command.told)
                continue
            tried = attempts(command.stacks)
            wrong = [x for found in pool.map(command.fault, tried) for x in found]
            tap.ok(not wrong, "%s: %d of %d allocations (%d places) failed, alone and with all later "
                   "ones: said or the same" % (command.name, len(tried) // 2, len(command.stacks),
                                               len(set(command.stacks))), wrong)


if __name__ == "__main__":
    sys.exit(util.main([commands]))
