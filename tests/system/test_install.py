#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_install.py [--make] -- what is installed is complete, and works away from the tree. TAP.

Installs build/ (which `make test` has just built) below a temporary folder; with --make it calls
`make install`, which builds and installs the release build.
"""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402

TOP = os.path.dirname(os.path.dirname(HERE))
PAGES = ("man1/reputed.1", "man5/reputed.conf.5", "man5/reputed-rules.5")


def install(where, with_make):
    if with_make:
        return ["make", "-C", TOP, "install", "DESTDIR=" + where, "PREFIX=/opt/mail"], "/opt/mail"
    return ["meson", "install", "-C", TOP + "/build", "--no-rebuild", "--quiet",
            "--destdir", where], "/usr/local"


def tree(top):
    return sorted(os.path.relpath(os.path.join(folder, name), top)
                  for folder, _, names in os.walk(top) for name in names)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def run(home, *line):
    """Without anything of the tree or of the user at hand."""
    env = {"PATH": "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    return subprocess.run(line, cwd=home, env=env, check=False, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100)


def test(tap, top, with_make):
    dest, home = top + "/dest", top + "/home"
    os.mkdir(home)
    command, prefix = install(dest, with_make)
    done = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if not tap.ok(done.returncode == 0, " ".join(command[:2]) + " works",
                  done.stdout.decode("utf-8", "replace").splitlines()[-20:]):
        return
    under = dest + prefix
    files = tree(dest)
    outside = [f for f in files if not f.startswith(prefix[1:] + "/")]
    tap.ok(not outside, "nothing is installed outside " + prefix, outside)
    if tap.ok(os.access(under + "/bin/reputed", os.X_OK), "bin/reputed is there", files):
        done = run(home, under + "/bin/reputed", "--version")
        tap.ok(done.returncode == 0 and done.stdout.startswith(b"reputed "), "it says its version",
               [str(done)])
        done = run(home, under + "/bin/reputed", "explain", "S3140")
        tap.ok(done.returncode == 0 and b"Microsoft" in done.stdout,
               "it brings with it what it knows of providers", [str(done)])
    for page in PAGES:
        if shutil.which("scdoc") is None:
            tap.skip("the manual page " + page, "scdoc is not installed")
            continue
        path = "%s/share/man/%s" % (under, page)
        name = os.path.basename(page).rpartition(".")[0].encode()
        tap.ok(os.path.exists(path) and b'.TH "' + name + b'"' in read(path),
               "the manual page " + page, files)
    shells = ("bash-completion/completions/reputed.bash", "zsh/site-functions/_reputed",
              "fish/vendor_completions.d/reputed.fish")
    missing = [s for s in shells if b"rollups-only" not in read("%s/share/%s" % (under, s))]
    tap.ok(not missing, "completion for bash, zsh and fish", missing)
    docs = under + "/share/doc/reputed/"
    missing = [n for n in ["README.md", "LICENSE"] +
               ["doc/" + n for n in os.listdir(TOP + "/doc") if n.endswith(".md")] +
               ["doc/json/" + n for n in os.listdir(TOP + "/doc/json")]
               if not os.path.exists(docs + n)]
    tap.ok(not missing, "README, licence, documents and the schemas of JSON", missing)
    build = [f for f in files if f.endswith((".build", ".scd", ".a", ".o"))]
    tap.ok(not build, "nothing that only the build needs", build)


def main():
    tap = check.Tap()
    top = tempfile.mkdtemp(prefix="reputed-test.")
    try:
        test(tap, top, "--make" in sys.argv[1:])
    finally:
        shutil.rmtree(top, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
