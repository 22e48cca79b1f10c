#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_postfix.py [REPUTED] -- a real Postfix delivers to scripted servers (run-postfix), once
with long and once with short queue ids; then reputed must read in its log what those servers
answered. TAP; takes about 40 s. Skipped, with the reason, where run-postfix cannot run.

REPUTED_TEST_KEEP=DIR keeps the logs and truths there.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402

SKIP = 77
RUNS = {"long": [], "short": ["--short-ids"]}


def stop(children):
    """run-postfix removes what it made when told to end; the kernel ends the rest."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def main():
    tap = check.Tap()
    path = check.binary()
    if not os.access(path, os.X_OK):
        tap.ok(False, "there is a reputed to test", [path + " is not there"])
        return tap.done()
    top = tempfile.mkdtemp(prefix="reputed-test.")
    children = {}
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        for name, args in RUNS.items():
            children[name] = subprocess.Popen(
                [sys.executable, HERE + "/run-postfix", *args, "--log", "%s/%s.log" % (top, name),
                 "--truth", "%s/%s.truth.json" % (top, name)],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for name, child in children.items():
            try:
                said = child.communicate(timeout=300)[0].decode("utf-8", "replace")
            except subprocess.TimeoutExpired:
                tap.ok(False, "a run with %s queue ids ends" % name)
                continue
            if child.returncode == SKIP:
                tap.skip("a real Postfix, %s queue ids" % name, said.strip())
            elif tap.ok(child.returncode == 0, "a run with %s queue ids" % name,
                        said.splitlines()):
                check.check_log(tap, path, "%s/%s.log" % (top, name),
                                "%s/%s.truth.json" % (top, name))
    finally:
        stop(children)
        if os.environ.get("REPUTED_TEST_KEEP"):
            shutil.copytree(top, os.environ["REPUTED_TEST_KEEP"], dirs_exist_ok=True)
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
