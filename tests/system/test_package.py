#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_package.py -- what the Debian package and the image are made from, without making them: one version, a unit that
systemd accepts and that is locked, snippets for compose that are valid. TAP. tests/package/ has the package itself.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402

EXPOSURE_MAX = 2.0


def read(path):
    with open(TOP + "/" + path, encoding="utf-8") as file:
        return file.read()


def run(*line, **more):
    return subprocess.run(line, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=100, **more)


def versions(tap):
    found = {"src/base/version.h": re.search(r'REP_VERSION "(.*)"', read("src/base/version.h")).group(1),
             "meson.build": re.search(r"version: '(.*?)'", read("meson.build")).group(1),
             "debian/changelog": re.match(r"reputed \((.*?)\)", read("debian/changelog")).group(1)}
    tap.ok(len(set(found.values())) == 1, "one version", [found])
    images = set(re.findall(r"image: reputed:(\S+)", read("doc/containers.md")))
    tap.ok(images == set(found.values()), "also in the snippets for containers", [images])


def scripts(tap):
    for path in ("debian/reputed.postinst", "debian/reputed.postrm", "tools/deb", "tools/image"):
        done = run("sh", "-n", TOP + "/" + path)
        tap.ok(done.returncode == 0, path + " is a script", [done.stdout])


def unit(tap, top):
    """The program is not installed here, so its path is replaced."""
    if not shutil.which("systemd-analyze"):
        tap.skip("the unit", "no systemd-analyze")
        return
    text = read("debian/reputed.service")
    with open(top + "/reputed.service", "w", encoding="utf-8") as file:
        file.write(text.replace("/usr/bin/reputed", "/bin/true"))
    done = run("systemd-analyze", "verify", "--man=no", top + "/reputed.service")
    told = [x for x in done.stdout.splitlines() if "reputed.service" in x]
    tap.ok(done.returncode == 0 and not told, "systemd accepts the unit", done.stdout.splitlines())
    done = run("systemd-analyze", "security", "--offline=yes", "--threshold=%d" % (EXPOSURE_MAX * 10),
               top + "/reputed.service", env=dict(os.environ, LC_ALL="C.UTF-8"))
    score = re.search(r"exposure level for reputed\.service: ([0-9.]+)", done.stdout)
    tap.ok(score and float(score.group(1)) <= EXPOSURE_MAX, "its exposure is at most %.1f: %s" % (
        EXPOSURE_MAX, score.group(1) if score else "?"), done.stdout.splitlines()[-3:])


def snippets(tap, top):
    blocks = re.findall(r"^```yaml\n(.*?)^```$", read("doc/containers.md"), re.M | re.S)
    tap.ok(len(blocks) == 4, "the page has its snippets", [len(blocks)])
    for n, block in enumerate(blocks):
        parsed = yaml.safe_load(block)
        tap.ok("docker.sock" not in block and all(
            s.get("read_only") and s.get("cap_drop") == ["ALL"] and "no-new-privileges:true" in s["security_opt"]
            for s in parsed["services"].values() if s.get("image")),
               "snippet %d: YAML; what it runs is locked, and has no docker.sock" % (n + 1))
        compose = shutil.which("docker-compose")
        if not compose:
            tap.skip("snippet %d by docker-compose" % (n + 1), "docker-compose is not installed")
            continue
        # As it is used: over the file of the mail server, which has the services that are only changed.
        base = {"version": "3.7", "services": {name: {"image": "other"} for name, s in parsed["services"].items()
                                               if "image" not in s}}
        parsed["version"] = "3.7"
        files = []
        for name, content in (("base", base), ("over", parsed)):
            if content["services"]:
                files += ["-f", "%s/%d-%s.yaml" % (top, n, name)]
                with open(files[-1], "w", encoding="utf-8") as file:
                    yaml.safe_dump(content, file)
        done = run(compose, *files, "config", cwd=top, env=dict(os.environ, JOURNAL_GID="101"))
        tap.ok(done.returncode == 0, "snippet %d: docker-compose accepts it" % (n + 1), done.stdout.splitlines())


def main():
    tap = check.Tap()
    top = tempfile.mkdtemp(prefix="reputed-test.")
    try:
        versions(tap)
        scripts(tap)
        unit(tap, top)
        snippets(tap, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
