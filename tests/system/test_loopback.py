#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_loopback.py -- the network that every test runs in: what leaves it fails and is noticed, what
stays in it works. TAP. Skipped, with the reason, where no such network can be made.
"""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check        # noqa: E402
import loopback     # noqa: E402

TOP = os.path.dirname(os.path.dirname(HERE))
HEAD = """
import errno, socket, sys
def connect(family, kind, where):
    with socket.socket(family, kind) as s:
        s.settimeout(5)
        return errno.errorcode.get(s.connect_ex(where), "ok")
"""
TCP = 'print(connect(socket.AF_INET, socket.SOCK_STREAM, ("192.0.2.7", 53)))'
UDP = 'print(connect(socket.AF_INET, socket.SOCK_DGRAM, ("192.0.2.7", 53)))'
SIX = 'print(connect(socket.AF_INET6, socket.SOCK_DGRAM, ("2001:db8::7", 53)))'
INSIDE = """
with socket.create_server(("127.0.0.9", 443)) as there:
    print(connect(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.9", 443)))
"""
OTHER_PORT = INSIDE.replace("443", "4430")
HOLD = """
with socket.create_server(("127.0.0.9", 5300)):
    print("here", flush=True)
    sys.stdin.read()
"""


def inside(code, *command):
    """(exit code, what was printed, what was told) of a program in such a network."""
    told, tell = os.pipe()
    done = subprocess.run([sys.executable, loopback.__file__, "--tell", str(tell)] + (
        list(command) or [sys.executable, "-c", HEAD + code]), check=False, pass_fds=(tell,),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    os.close(tell)
    with os.fdopen(told) as pipe:
        return done.returncode, done.stdout.decode().strip(), pipe.read().strip()


def leaves(tap):
    cases = [("TCP", TCP), ("UDP", UDP)]
    if os.path.exists("/proc/self/net/if_inet6"):
        cases.append(("IPv6", SIX))
    for name, code in cases:
        got = inside(code)
        tap.ok(got == (0, "ENETUNREACH", "1"), name + " to an address outside: unreachable, and told",
               [got])
    got = inside(TCP + "\n" + UDP + "\n" + UDP)
    tap.ok(got[2] == "3", "each attempt is told", [got])


def stays(tap):
    got = inside(INSIDE if os.geteuid() == 0 else OTHER_PORT)
    tap.ok(got == (0, "ok", "0"), "a server on 127.0.0.9 is reached, and nothing told", [got])
    line = [sys.executable, loopback.__file__, sys.executable, "-c", HEAD + HOLD]
    two = [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL) for _ in range(2)]
    said = [p.stdout.readline() for p in two]
    for p in two:
        p.communicate()
    tap.ok(said == [b"here\n"] * 2, "two programs hold the same port at once", said)


def ends(tap):
    tap.ok(inside("", "sh", "-c", "exit 7")[0] == 7, "the exit code is the command's")
    tap.ok(inside("", "sh", "-c", "kill -9 $$")[0] == -9, "and so is the signal that ended it")
    got = inside("import os; print(os.getuid())")
    tap.ok(got[1] == str(os.getuid()), "the program runs as the same user", [got])


def noticed(tap):
    """run-tests fails a program that asked, though it says itself that all is fine."""
    loader = importlib.machinery.SourceFileLoader("run_tests", TOP + "/tools/run-tests")
    run_tests = importlib.util.module_from_spec(importlib.util.spec_from_loader("run_tests", loader))
    loader.exec_module(run_tests)
    for name, code, failed in (("asks", UDP, 1), ("does not ask", "print(1)", 0)):
        job = {"name": name, "timeout": 60, "tap": True, "cmd": [
            sys.executable, "-c", HEAD + code + '\nprint("ok 1 - fine\\n1..1")']}
        result = run_tests.run(job, True)
        tap.ok(result.passed == 1 and len(result.failed) == failed and
               all("beyond loopback" in what for what, _ in result.failed),
               "run-tests: a program that %s has %s" % (name, "failed" if failed else "passed"),
               [result.failed])


def main():
    tap = check.Tap()
    why = loopback.why_not()
    if why is not None and why.startswith("unshare: "):
        tap.skip("a network with nothing but loopback", why)
        return tap.done()
    tap.ok(why is None, "nothing gets out of the network", [why])
    for test in (leaves, stays, ends, noticed):
        test(tap)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
