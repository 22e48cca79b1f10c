#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_image.py FOLDER -- the image for containers, run as the snippets of doc/containers.md run it: another user than
root, a log volume that it may only read, a volume of its own. TAP. buildah runs it in a chroot: a daemon of containers
is not needed, and nothing is said of what one adds (networks, its own seccomp profile).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, TOP + "/tests/system"]
sys.dont_write_bytecode = True

import check        # noqa: E402
import test_deb     # noqa: E402

CONF = """watch /var/log/mail/mail.log
key-file /var/lib/reputed/key
"""
USER = 10025


class Image:
    def __init__(self, archive, top):
        self.store = ["--root=" + top + "/storage", "--runroot=" + top + "/run", "--storage-driver=vfs"]
        done = self.buildah("pull", "-q", archive)
        self.id = done.stdout.split()[-1] if done.stdout.split() else ""
        self.container = self.buildah("from", "--pull-never", self.id).stdout.strip()

    def buildah(self, command, *args):
        return subprocess.run(["buildah"] + self.store + [command] + list(args), check=False, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=200)

    def run(self, volumes, *args, seconds=60):
        line = ["buildah"] + self.store + ["run", "--isolation", "chroot"]
        for volume in volumes:
            line += ["-v", volume]
        try:
            done = subprocess.run(["timeout", "-k", "5", str(seconds)] + line + [self.container, "--"] + list(args),
                                  check=False, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT)
        except OSError as error:
            return 127, str(error)
        return done.returncode, done.stdout

    def close(self):
        self.buildah("rm", "--all")
        self.buildah("rmi", "--all", "--force")


def use(tap, image, top):
    for name in ("logs", "state", "conf"):
        os.mkdir(top + "/" + name)
    os.chown(top + "/state", USER, USER)
    with open(top + "/logs/mail.log", "w", encoding="utf-8") as file:
        file.write(test_deb.LOG)
    with open(top + "/conf/reputed.conf", "w", encoding="utf-8") as file:
        file.write(CONF)
    volumes = [top + "/logs:/var/log/mail:ro", top + "/state:/var/lib/reputed",
               top + "/conf/reputed.conf:/etc/reputed/reputed.conf:ro"]
    code, out = image.run([], "/usr/bin/reputed", "--version")
    tap.ok(code == 0 and out.startswith("reputed "), "it runs", [code, out])
    code, out = image.run([], "/bin/sh", "-c", "true")
    tap.ok(code != 0 and re.search(r"no such file|not found", out, re.I), "there is no shell in it", [code, out])
    code, out = image.run(volumes, "/usr/bin/reputed", "config", "check")
    tap.ok(code == 0, "the configuration of the page", [code, out])
    code, out = image.run(volumes, "/usr/bin/reputed", "serve", seconds=8)
    tap.ok("has refused all mail" in out and "died" not in out, "serve reads the log volume and tells of the block",
           [code] + out.splitlines())
    tap.ok({os.stat(top + "/state/" + n).st_uid for n in os.listdir(top + "/state")} == {USER} and
           {"key", "reputed.db"} <= set(os.listdir(top + "/state")),
           "key and database are in the volume, of its own user", os.listdir(top + "/state"))
    code, out = image.run(volumes, "/usr/bin/reputed", "why")
    tap.ok(code == 1 and "S3140" in out, "docker exec: reputed why", [code, out])
    code, out = image.run(volumes, "/usr/bin/reputed", "alert", "list")
    tap.ok(code == 0, "the check of its health", [code, out])
    code, out = image.run(volumes, "/usr/bin/reputed", "queue")
    tap.ok(code == 4 and "postqueue" in out, "it cannot ask for the queue, and says so", [code, out])
    os.chmod(top + "/logs/mail.log", 0o640)
    os.chown(top + "/logs/mail.log", 0, 4)
    code, out = image.run(volumes, "/usr/bin/reputed", "ingest", "/var/log/mail/mail.log")
    tap.ok(code == 3 and "ermission denied" in out, "without the group of the log it says that it may not read it",
           [code, out])


def main():
    if os.geteuid() != 0 or not shutil.which("buildah"):
        print("1..0 # SKIP needs root and buildah")
        return 0
    tap = check.Tap()
    top = tempfile.mkdtemp(prefix="reputed-image.", dir="/var/tmp")
    os.chmod(top, 0o755)
    folder = os.path.abspath(sys.argv[1])
    image = None
    try:
        shutil.copy(folder + "/reputed-docker.tar.gz", top + "/d.tar.gz")
        subprocess.run(["gunzip", top + "/d.tar.gz"], check=True)
        other = Image("docker-archive:" + top + "/d.tar", top + "/other")
        tap.ok(other.container, "docker load: the archive holds an image")
        other.close()
        image = Image("oci-archive:%s/reputed-oci.tar" % folder, top)
        if tap.ok(image.container, "the OCI archive holds an image"):
            use(tap, image, top)
    finally:
        if image:
            image.close()
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
