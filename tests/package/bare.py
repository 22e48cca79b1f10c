# SPDX-License-Identifier: Apache-2.0
"""
bare.py -- a bare Debian 12 in a folder, made by debootstrap, and what to do with it: commands in it without an init
(run), and a start of its systemd with nothing but loopback as network (boot). Both by systemd-nspawn; needs root.

The first root is made from the mirror and kept, packed, in ~/.cache/reputed-deb for thirty days; so are the packages
that were downloaded.
"""

import os
import shutil
import subprocess
import tempfile
import time

CACHE = os.path.expanduser("~/.cache/reputed-deb")
MIRROR = os.environ.get("DEB_MIRROR", "http://deb.debian.org/debian")
SUITE = "bookworm"
DAYS = 30


def why_not():
    """Why no root can be made here, or None."""
    if os.geteuid() != 0:
        return "not root"
    for tool in ("debootstrap", "systemd-nspawn", "dpkg-deb"):
        if not shutil.which(tool):
            return "no " + tool
    return None


def packed():
    """The path of the packed root; made where there is none."""
    path = "%s/%s.tar" % (CACHE, SUITE)
    if os.path.exists(path) and time.time() - os.path.getmtime(path) < DAYS * 86400:
        return path
    os.makedirs(CACHE + "/archives/partial", exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="reputed-bare.", dir="/var/tmp") as top:
        os.chmod(top, 0o755)
        subprocess.run(["debootstrap", "--variant=minbase", SUITE, top, MIRROR], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run(["tar", "--numeric-owner", "--xattrs", "-C", top, "-cf", path + ".new", "."], check=True)
    os.rename(path + ".new", path)
    return path


class Root:
    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="reputed-bare.", dir="/var/tmp")
        os.chmod(self.top, 0o755)
        subprocess.run(["tar", "--xattrs", "-C", self.top, "-xf", packed()], check=True)
        with open(self.top + "/etc/apt/sources.list", "w", encoding="ascii") as file:
            file.write("deb %s %s main\n" % (MIRROR, SUITE))

    def close(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def path(self, name):
        return self.top + "/" + name.lstrip("/")

    def write(self, name, text, mode=0o644):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def read(self, name):
        try:
            with open(self.path(name), encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def nspawn(self, *more, **how):
        env = {"PATH": os.environ["PATH"], "SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1",
               "SYSTEMD_SECCOMP": "0",      # its own filter knows no landlock; that of the unit stays
               "HOME": "/root"}
        return subprocess.run(["systemd-nspawn", "-q", "--register=no", "--keep-unit", "-D", self.top,
                               "--console=pipe"] + list(more), env=env, check=False, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)

    def run(self, line):
        """A line for sh, in this root, with the network of the machine. .code and .out"""
        done = self.nspawn("--bind=%s/archives:/var/cache/apt/archives" % CACHE, "--resolv-conf=copy-host",
                           "--setenv=DEBIAN_FRONTEND=noninteractive", "--setenv=LC_ALL=C.UTF-8", "--setenv=TZ=UTC",
                           "--as-pid2", "sh", "-c", line, timeout=1200)
        return Done(done)

    def boot(self, script, seconds):
        """Starts systemd, which runs the script (sh) when all else is up, and then ends."""
        self.write("/inside", "#!/bin/sh\n" + script, 0o755)
        self.write("/etc/systemd/system/inside.service",
                   "[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nTimeoutStartSec=infinity\n"
                   "StandardOutput=file:/inside.out\nStandardError=inherit\nExecStart=/inside\n"
                   "ExecStopPost=/bin/systemctl poweroff --force\n[Install]\nWantedBy=multi-user.target\n")
        os.makedirs(self.path("/etc/systemd/system/multi-user.target.wants"), exist_ok=True)
        link = self.path("/etc/systemd/system/multi-user.target.wants/inside.service")
        if not os.path.islink(link):
            os.symlink("../inside.service", link)
        if os.path.exists(self.path("/inside.out")):
            os.unlink(self.path("/inside.out"))
        try:
            done = self.nspawn("--private-network", "-b", timeout=seconds)
            told = done.stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            told = "it did not end within %d s" % seconds
        return self.read("/inside.out"), told


class Done:
    def __init__(self, done):
        self.code = done.returncode
        self.out = "".join(x for x in done.stdout.decode("utf-8", "replace").replace("\r\n", "\n").splitlines(True)
                           if not x.startswith("Attempted to remove disk file system"))     # nspawn's own

    def told(self):
        return ["exit code %d" % self.code] + self.out.splitlines()[-12:]
