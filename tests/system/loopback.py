# SPDX-License-Identifier: Apache-2.0
"""
loopback.py -- a network of its own for a program, with nothing in it but loopback.

    loopback.py [--tell FD] COMMAND...      exit code of the command; 125: not possible here

The program has every port to itself, so programs can run side by side, and an attempt to reach
anything beyond loopback fails at once with "Network is unreachable". How often that happened is
written to FD at the end: the kernel counts it for each network. tools/run-tests starts every
test this way. run-postfix makes its own namespaces and uses interface_up().

As root, a network namespace is enough. Any other user gets a user namespace around it and keeps
their own uid in there, without extra rights.
"""

import ctypes
import errno
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys

CANNOT = 125
NEWNET, NEWUSER = 0x40000000, 0x10000000
BEYOND = ("192.0.2.7", 53)      # RFC 5737: nobody's address


def unshare(flags):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def interface_up():
    """Switches lo on: in a new network it is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh22x", b"lo", 0)
        flags = struct.unpack("16sh", fcntl.ioctl(s, 0x8913, request)[:18])[1]
        fcntl.ioctl(s, 0x8914, struct.pack("16sh22x", b"lo", flags | 1))    # IFF_UP


def enter():
    """Give this process a network of its own. OSError where that is not possible."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        unshare(NEWNET)
    else:
        unshare(NEWUSER | NEWNET)
        write("/proc/self/setgroups", "deny")
        write("/proc/self/uid_map", "%d %d 1" % (uid, uid))
        write("/proc/self/gid_map", "%d %d 1" % (gid, gid))
    interface_up()


def holds():
    """None if nothing can leave this network, else what is wrong."""
    if [name for _, name in socket.if_nameindex()] != ["lo"]:
        return "there are other interfaces than lo"
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as s:
            s.settimeout(5)
            got = s.connect_ex(BEYOND)
            if got != errno.ENETUNREACH:
                return "connect to %s: %s" % (BEYOND[0], os.strerror(got) if got else "it worked")
    return None


def column(path, line, name):
    """A counter of /proc/self/net/snmp: a line of names, then a line of numbers. 0 if not there."""
    with open(path, encoding="ascii") as file:
        rows = [x.split() for x in file if x.startswith(line + ":")]
    return int(rows[1][rows[0].index(name)]) if rows and name in rows[0] else 0


def left():
    """How often something in this network asked for an address that it has no route to."""
    n = column("/proc/self/net/snmp", "Ip", "OutNoRoutes")
    if os.path.exists("/proc/self/net/snmp6"):
        with open("/proc/self/net/snmp6", encoding="ascii") as file:
            n += sum(int(x.split()[1]) for x in file if x.startswith("Ip6OutNoRoutes"))
    return n


def why_not():
    """None if such a network can be made and nothing gets out of it, else why not: "unshare: .."
    where it cannot be made."""
    done = subprocess.run([sys.executable, os.path.abspath(__file__), "--probe"], check=False,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    said = done.stdout.decode("utf-8", "replace").strip()
    return None if done.returncode == 0 else said or "exit code %d" % done.returncode


def watch(command, tell):
    """Run the command, tell how often it tried to get out, and end the way it ended."""
    try:
        enter()
    except OSError as error:
        print("loopback: unshare: " + error.strerror, file=sys.stderr)
        return CANNOT
    try:
        code = subprocess.call(command)
    except OSError as error:
        print("loopback: %s: %s" % (command[0], error), file=sys.stderr)
        return 127
    if tell is not None:
        os.write(tell, b"%d\n" % left())
    if code < 0:
        if -code not in (signal.SIGKILL, signal.SIGSTOP):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


def probe():
    try:
        enter()
    except OSError as error:
        print("unshare: " + error.strerror)
        return CANNOT
    wrong = holds()
    if wrong:
        print(wrong)
    return 1 if wrong else 0


def main(args):
    tell = None
    if args == ["--probe"]:
        return probe()
    if args[:1] == ["--tell"] and len(args) > 1:
        tell, args = int(args[1]), args[2:]
    if not args:
        print("usage: loopback.py [--tell FD] COMMAND...", file=sys.stderr)
        return 2
    return watch(args, tell)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
