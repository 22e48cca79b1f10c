#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_web_build.py -- how the page is made: archives of packages count only with the SHA-512 of web/packages, what is there is
not fetched again, and a registry that cannot be reached is said with what to do; the same sources give the same bytes, of
at most 80 KB on their way; nothing in the page is inline, and it names no other host. A stand-in for curl answers; nothing
leaves the machine. TAP.
"""

import gzip
import hashlib
import io
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import check            # noqa: E402
import util             # noqa: E402

BUDGET = 81920
# Stands in for curl: the file that FAKE names goes to --output; without one there is no network.
CURL = """#!/bin/sh
echo "$@" >>"$FAKE_LOG"
out=
while [ $# -gt 0 ]; do
	[ "$1" != --output ] || out=$2
	shift
done
[ -n "$FAKE" ] || { echo "curl: (6) Could not resolve host" >&2; exit 6; }
cp "$FAKE" "$out"
"""


def archive(files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo("package/" + name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def fetching(tap, top):
    os.makedirs(top + "/tree/tools")
    os.makedirs(top + "/tree/web")
    os.makedirs(top + "/bin")
    shutil.copy(util.TREE + "/tools/web-fetch", top + "/tree/tools/web-fetch")
    util.write(top + "/bin/curl", CURL)
    os.chmod(top + "/bin/curl", os.stat(top + "/bin/curl").st_mode | stat.S_IXUSR)
    good, bad = archive({"package.json": b"{}"}), archive({"package.json": b"{\"evil\":1}"})
    util.write(top + "/good.tgz", good)
    util.write(top + "/bad.tgz", bad)
    util.write(top + "/tree/web/packages", "# made up\npage thing 1.2.3 %s\ntest other 1.0.0 %s\n" % ((hashlib.sha512(good).hexdigest(),) * 2))

    def fetch(fake, *args):
        env = dict(os.environ, PATH=top + "/bin:" + os.environ["PATH"], FAKE=fake, FAKE_LOG=top + "/log", REPUTED_WEB_CACHE=top + "/cache")
        return subprocess.run([top + "/tree/tools/web-fetch", *args], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True, check=False)

    def asked():
        return util.read(top + "/log").decode().splitlines() if os.path.exists(top + "/log") else []

    none = fetch("")
    tap.ok(none.returncode == 1 and "could not be fetched" in none.stderr and "https_proxy" in none.stderr,
           "a registry that cannot be reached is said, with what to do", [none.stderr])
    wrong = fetch(top + "/bad.tgz")
    tap.ok(wrong.returncode == 1 and "is not what web/packages names" in wrong.stderr and
           not any("package.json" in files for _, _, files in os.walk(top + "/cache")),
           "an archive with another SHA-512 is not unpacked", [wrong.stderr])
    right = fetch(top + "/good.tgz")
    there = os.path.join(right.stdout.strip(), "node_modules/thing/package.json")
    tap.ok(right.returncode == 0 and os.path.exists(there), "one with the right sum is", [right.stderr])
    tap.ok(all("https://registry.npmjs.org/thing/-/thing-1.2.3.tgz" in a for a in asked()), "only its own address was asked for", asked())
    before = len(asked())
    tap.ok(fetch("").returncode == 0 and len(asked()) == before, "what is there is not asked for again")
    tap.ok(fetch(top + "/good.tgz", "--test").returncode == 0 and len(asked()) == before + 1, "what only tests need is fetched for them")
    util.write(top + "/tree/web/packages", "page thing 1.2.3 abc\n")
    short = fetch(top + "/good.tgz")
    tap.ok(short.returncode == 1 and "has no SHA-512" in short.stderr, "a package without a sum is refused", [short.stderr])


def depending(tap, top):
    """tools/deps fetches what the page is built with, unless it is built already."""
    tree = top + "/deps"
    os.makedirs(tree + "/tools")
    os.makedirs(tree + "/bin")
    shutil.copy(util.TREE + "/tools/deps", tree + "/tools/deps")
    for name, text in (("tools/web-fetch", '#!/bin/sh\necho "asked $*" >&2\nexit 1\n'), ("bin/dpkg-query", "#!/bin/sh\nprintf installed\n"),
                       ("bin/apt-get", "#!/bin/sh\nexit 1\n")):
        util.write(os.path.join(tree, name), text)
        os.chmod(os.path.join(tree, name), 0o755)

    def deps(what):
        return subprocess.run([tree + "/tools/deps", what], env=dict(os.environ, PATH=tree + "/bin:" + os.environ["PATH"]),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, check=False)

    without = deps("build")
    tap.ok(without.returncode == 1 and "asked" in without.stderr and "what the page is built with is not here" in without.stderr,
           "tools/deps says that the page cannot be built, and ends with 1", [without.stdout, without.stderr])
    os.makedirs(tree + "/web/dist")
    built = deps("build")
    tap.ok(built.returncode == 0 and "asked" not in built.stderr, "where it is built already, nothing is fetched", [built.stdout, built.stderr])
    test = deps("test")
    tap.ok(test.returncode == 1 and "asked --test" in test.stderr, "but what its tests need is", [test.stdout, test.stderr])


def building(tap, top):
    def build(name):
        out = os.path.join(top, name)
        done = subprocess.run([util.TREE + "/tools/web-build", out], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if done.returncode:
            return None, done.stdout.decode()
        return {f: util.read(os.path.join(out, f)) for f in sorted(os.listdir(out))}, None

    one, why = build("one")
    if one is None and "could not be fetched" in why:
        tap.skip("the page can be built", "its packages are not in the cache, and the registry cannot be reached")
        return
    two, _ = build("two")
    tap.ok(one == two, "the same sources give the same bytes")
    tap.ok(sorted(one or {}) == ["app.css", "app.js", "icon.svg", "index.html"], "one file each of HTML, CSS and JavaScript, and the icon", [sorted(one or {}), why])
    size = sum(len(gzip.compress(v, 9, mtime=0)) for v in one.values())
    tap.ok(size <= BUDGET, "at most 80 KB on their way (%d bytes)" % size)
    page = one["index.html"].decode()
    tap.ok(not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", page), "nothing in the HTML is inline", [page])
    named = re.findall(r"(?:src|href)=\"([^\"]*)\"", page)
    tap.ok(named and not [n for n in named if n.startswith("/") or ":" in n], "what it names lies beside it, so that it works below any path", named)
    urls = set(re.findall(rb"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\"'` )]*", one["app.js"] + one["app.css"]))
    tap.ok(urls <= {b"http://www.w3.org/2000/svg", b"http://www.w3.org/1998/Math/MathML", b"http://www.w3.org/1999/xhtml"},
           "no other host is named but as the name of a language", sorted(urls))
    tap.ok(not re.search(rb"url\(|@import|@font-face", one["app.css"]), "the CSS loads nothing")
    shown = re.findall(r"dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function",
                       "".join(util.read(os.path.join(f, n)).decode() for f, _, names in os.walk(util.TREE + "/web/src") for n in names))
    tap.ok(not shown, "its source makes no markup of text", shown)


def main():
    tap = check.Tap()
    top = tempfile.mkdtemp(prefix="reputed-test.")
    try:
        fetching(tap, top)
        depending(tap, top)
        building(tap, top)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
