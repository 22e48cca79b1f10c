#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_stops.py [REPUTED] -- stopped at every commit, and by kill -9 at any moment, then started
again: what is stored and said equals that of an undisturbed run. TAP.

REPUTED_KILLS=1000 (make kills) kills ingest, forget and store check so often, and stops at commits
three times as close, with every answer of the process that opens inputs and more seeds; else a few
of each. A start costs some 40 ms under the sanitizers, and there are hundreds.
"""

import gzip
import os
import random
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import mails    # noqa: E402
import util     # noqa: E402

STOPPED = 70    # exit code of REPUTED_STOP_AFTER_COMMIT
CYCLES = 400    # more restarts than any of these runs can need
LONG = "REPUTED_KILLS" in os.environ


class Case:
    """Some inputs, how to read them, and what an undisturbed run stored."""

    def __init__(self, world, name, files, flags=(), data=None):
        self.world, self.name, self.files, self.flags, self.data = world, name, files, flags, data
        self.key = world.path("key")
        self.n = 0
        box = self.box()
        began = time.monotonic()
        self.first = self.ingest(box)
        self.seconds = time.monotonic() - began
        self.judged, self.stored = util.judged(box), util.stored(box.db)
        self.read = box.read
        self.known = {util.fingerprint(box.db): (self.judged, self.read)}

    def box(self):
        self.n += 1
        return self.world.box("%s-%d" % (self.name, self.n), self.key)

    def args(self):
        return ["ingest", "--now", util.NOW, *self.flags, *self.files]

    def ingest(self, box, commit_lines=0, stop_after=0):
        env = {}
        if commit_lines:
            env["REPUTED_COMMIT_LINES"] = str(commit_lines)
        if stop_after:
            env["REPUTED_STOP_AFTER_COMMIT"] = str(stop_after)
        return box.run(*self.args(), env=env, data=self.data)

    def wrong(self, box):
        found = util.differences(self.stored, util.stored(box.db))
        what = util.fingerprint(box.db)
        if what not in self.known:
            judged = util.judged(box)
            self.known[what] = judged, box.read
        judged, read = self.known[what]
        found += util.differences(self.judged, judged)
        # standard input is read again from its beginning, so its lines are more
        if self.data is None and read != self.read:
            found.append("read: %s, not %s" % (read, self.read))
        return found


def boundaries(tap, case, lines):
    """A stop at the n-th commit for every n, then one run to the end."""
    wrong, stops = [], 0
    lines = lines // 3 if LONG else lines
    for n in range(1, CYCLES):
        box = case.box()
        done = case.ingest(box, lines, n)
        if done.code == STOPPED:
            stops += 1
            after = case.ingest(box, lines)
            if after.code != 0:
                wrong += after.told()
        elif done.code != 0:
            wrong += done.told()
        wrong += ["stop at commit %d: %s" % (n, x) for x in case.wrong(box)]
        shutil.rmtree(box.top)
        if done.code != STOPPED:
            break
    tap.ok(not wrong and stops >= 5, "%s: stopped at each of %d commits, then run to the end: "
           "the same" % (case.name, stops), wrong)


def chain(tap, case, lines, every):
    """Stopped after a few commits, over and over, until it is through.

    The end of each file is a commit, also where nothing new was in it: so more than one a file,
    or the last file is never reached."""
    box, stops, done = case.box(), 0, None
    while stops < CYCLES:
        done = case.ingest(box, lines, every)
        if done.code != STOPPED:
            break
        stops += 1
    wrong = [] if done.code == 0 else done.told()
    wrong += case.wrong(box)
    tap.ok(not wrong and stops > 0, "%s: stopped %d times in one reading, after %d commits each: "
           "the same" % (case.name, stops, every), wrong)


def kills(tap, case, lines, seeds):
    """kill -9 at random moments until one run comes through. Further seeds until there was a kill: a run may be
    over before the first moment."""
    wrong, killed, seeds = [], 0, list(seeds)
    for seed in seeds + list(range(100, 120)):
        if seed >= 100 and killed:
            break
        chance = random.Random(seed)
        box = case.box()
        for turn in range(CYCLES):
            # the window grows, or a slow machine would never come through
            wait = chance.uniform(0, case.seconds * (0.6 + turn / 6))
            process = box.start(*case.args(), env={"REPUTED_COMMIT_LINES": str(lines)})
            try:
                out, err = process.communicate(timeout=wait)
            except util.subprocess.TimeoutExpired:
                process.kill()
                killed += 1
                out, err = process.communicate()
            done = box.look(case.args(), process.returncode, out, err)
            if done.code == 0:
                break
            if done.code != -9:
                wrong += ["seed %d" % seed] + done.told()
                break
        wrong += ["seed %d: %s" % (seed, x) for x in case.wrong(box)]
        shutil.rmtree(box.top)
    tap.ok(not wrong and killed > 0, "%s: kill -9 at %d random moments: the same" %
           (case.name, killed), wrong)


def readers(tap, case, every):
    """The process that reads the log is killed at every n-th message, for each n.

    The first time another one reads on, and nothing is lost but a sentence. The second time the
    rest is left out and said; the next run has it. A pipe cannot be read on at all."""
    wrong, noted, left = [], 0, 0
    for n in range(1, CYCLES):
        box = case.box()
        done = box.run(*case.args(), data=case.data, env={"REPUTED_COMMIT_LINES": str(every),
                                                          "REPUTED_KILL_READER_AT": str(n)})
        noted += "another one read on" in done.err
        through = "(signal 9)" not in done.err
        if done.code == 3:
            left += 1
            if through:
                wrong += ["killed at %d: what was left out is not told" % n] + done.told()
            done = case.ingest(box, every)
        if done.code != 0:
            wrong += done.told()
        wrong += ["killed at %d: %s" % (n, x) for x in case.wrong(box)]
        shutil.rmtree(box.top)
        if through:
            break
    tap.ok(not wrong and left > 2 and (noted > 2) == (case.data is None),
           "%s: its reader killed at each message: another one read on %d times, the rest was left "
           "out and said %d times, and the next run has it" % (case.name, noted, left), wrong)


def inputs(world):
    """Three files, the oldest one gzipped."""
    log = world.log("aws-morning", 1)
    packed = world.path("mail.log.2.gz")
    if not os.path.exists(packed):
        util.write(packed, gzip.compress(util.read(log.files[0]), mtime=1793577600))
    return log, [packed] + log.files[1:]


def plain(tap, world):
    log, files = inputs(world)
    case = Case(world, "files", files)
    got = {}
    for cell in case.judged["status"]["cells"]:
        for status in util.STATUS:
            if cell[status]:
                where = cell["source_label"], cell["provider"], status
                got[where] = got.get(where, 0) + cell[status]
    tap.ok(case.first.code == 0 and got == log.truth, "undisturbed: the counts of the truth",
           case.first.told() + util.differences(log.truth, got))
    boundaries(tap, case, 1800)
    chain(tap, case, 300 if LONG else 600, len(case.files) + 1)
    chain(tap, case, 37, 11 if LONG else 30)
    kills(tap, case, 150, range(20 if LONG else 2))


def rollups_only(tap, world):
    case = Case(world, "rollups-only", inputs(world)[1], ["--rollups-only"])
    tap.ok(not case.stored["fact"] and case.stored["day"], "rollups-only keeps counts, no facts",
           case.first.told())
    boundaries(tap, case, 3000)
    chain(tap, case, 300 if LONG else 600, len(case.files) + 1)
    kills(tap, case, 150, range(20, 40 if LONG else 21))


def standard_input(tap, world):
    """Cannot go back: all comes again from its beginning, and every line is looked up."""
    log = world.log("single", 3)
    case = Case(world, "standard input", ["-"], data=log.bytes())
    lines = 100 if LONG else 180
    boundaries(tap, case, 180)
    readers(tap, case, lines)
    readers(tap, Case(world, "one file", log.files), lines)
    # As a service would: the stream is gone with the process, and begins anew.
    chain_grows = case.box()
    stops = 0
    for n in range(1, 40):
        done = case.ingest(chain_grows, lines, n)
        if done.code != STOPPED:
            break
        stops += 1
    wrong = [] if done.code == 0 else done.told()
    wrong += case.wrong(chain_grows)
    tap.ok(not wrong and stops > 0, "standard input: begun again %d times, a commit further each "
           "time: the same" % stops, wrong)


def openings(tap, world):
    """The process that opens inputs is killed before each of its answers: who was asked about is
    left out and said, all others are read, and the next run has it."""
    top = world.path("mails")
    os.mkdir(top)
    for n in range(40):
        util.write(os.path.join(top, "%02d.eml" % n), mails.dsn(n, "u%d@example.com" % n))
        util.write(os.path.join(top, "%02d.log" % n), mails.postfix(n + 100))
    case = Case(world, "a folder", [top])
    tap.ok(case.first.code == 0 and len(case.stored["fact"]) == 80, "a folder of 40 mails and 40 logs",
           case.first.told())
    wrong, left, asked = [], 0, 0
    # the first seven, then one in five: mails and logs by turns
    for n in [n for n in range(1, 200) if LONG or n < 8 or n % 5 == 0]:
        box = case.box()
        done = box.run(*case.args(), env={"REPUTED_KILL_OPEN_AT": str(n)})
        if "(signal 9)" not in done.err:
            break
        left, asked = left + 1, n
        if done.code != 3 or done.err.count("(signal 9)") != 1:
            wrong += ["killed at %d: one is left out and told" % n] + done.told()
        done = case.ingest(box, 1000)
        if done.code != 0:
            wrong += ["killed at %d" % n] + done.told()
        wrong += ["killed at %d: %s" % (n, x) for x in case.wrong(box)]
        shutil.rmtree(box.top)
    # each is opened once to look at it; of the logs, some are opened again
    tap.ok(not wrong and asked >= 80, "its reader killed before %d of some %d answers: the others are "
           "read, and the next run has the one" % (left, asked), wrong)


class Round:
    """ingest, forget and store check one after the other, each until it comes through."""

    def __init__(self, world):
        log = world.log("single", 1)
        self.world, self.key, self.n = world, world.path("key-round"), 0
        self.facts = ["ingest", "--now", util.NOW, *log.files]
        self.steps = [self.facts, ["store", "check"], ["forget", self.somebody(log)],
                      ["store", "check"]]
        box = self.box()
        began = time.monotonic()
        self.codes = [box.run(*step).code for step in self.steps]
        self.seconds = (time.monotonic() - began) / len(self.steps)
        self.stored, self.judged = util.stored(box.db), util.judged(box)
        self.killed = {step[0]: 0 for step in self.steps}

    @staticmethod
    def somebody(log):
        """A recipient that was refused, so that there is something to forget."""
        text = log.bytes().decode()
        line = next(x for x in text.splitlines() if "status=bounced" in x)
        return line.partition("to=<")[2].partition(">")[0]

    def box(self):
        self.n += 1
        return self.world.box("round-%d" % self.n, self.key)

    def step(self, box, step, chance, left):
        """Kills at most `left` runs of a step, then lets it through. How often; what is wrong."""
        killed = 0
        for turn in range(CYCLES):
            process = box.start(*step, env={"REPUTED_COMMIT_LINES": "40"})
            wait = None
            if killed < min(left, 5):
                wait = chance.uniform(0, self.seconds * (1 + turn / 4))
            try:
                out, err = process.communicate(timeout=wait)
            except util.subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
            done = box.look(step, process.returncode, out, err)
            if done.code != -9:
                break
            killed += 1
        self.killed[step[0]] += killed
        return killed, [] if done.code == 0 else done.told()

    def play(self, seed, most):
        box, chance, killed, wrong = self.box(), random.Random(seed), 0, []
        for step in self.steps:
            n, said = self.step(box, step, chance, most - killed)
            killed += n
            wrong += said
        wrong += util.differences(self.stored, util.stored(box.db))
        wrong += util.differences(self.judged, util.judged(box))
        shutil.rmtree(box.top)
        return killed, ["seed %d: %s" % (seed, x) for x in wrong]


def kill_rounds(tap, world, wanted=12):
    """Kills until it were so many; every round ends as the undisturbed one did."""
    rounds, killed, wrong, seed = Round(world), 0, [], 0
    tap.ok(rounds.codes == [0] * len(rounds.steps), "undisturbed: ingest, check, forget, check",
           ["exit codes %s" % rounds.codes])
    while killed < wanted and seed < wanted * 4:
        seed += 1
        n, said = rounds.play(seed, wanted - killed)
        killed += n
        wrong += said
    tap.ok(not wrong and killed == wanted, "kill -9 at %d random moments in %d rounds (%s): the "
           "same" % (killed, seed, ", ".join("%s %d" % x for x in rounds.killed.items())), wrong)


def many_kills(tap, world):
    kill_rounds(tap, world, int(os.environ["REPUTED_KILLS"]))


if __name__ == "__main__":
    sys.exit(util.main([plain, rollups_only, standard_input, openings,
                        many_kills if LONG else kill_rounds]))
