#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_corpus.py [REPUTED] -- real replies and logs of other projects, where they lie beside this
clone (../shared/corpus, or REPUTED_CORPUS); skipped aloud where they do not. TAP.

Nothing of them is in the project. What is asked of the replies stands in
bench/replies-expected.tsv; of the logs, that every line is read and every fact whole.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.normpath(HERE + "/../..")
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check    # noqa: E402

CORPUS = os.environ.get("REPUTED_CORPUS", os.path.join(TOP, "..", "shared", "corpus"))


def replies(tap, binary):
    with tempfile.NamedTemporaryFile(suffix=".md") as out:
        run = subprocess.run([TOP + "/tools/replies-table", "--bin", binary, "--corpus", CORPUS,
                              "--out", out.name], capture_output=True, text=True, check=False)
    tap.ok(run.returncode == 0,
           "replies: 97 % of the decidable right, none certain and wrong, no block read as a "
           "recipient", (run.stdout + run.stderr).splitlines()[-8:])


def logs(tap, binary):
    for name in ("postfix_exporter/mail.log", "crowdsec-hub/postfix-logs.log"):
        path = os.path.join(CORPUS, "logs", name)
        run = subprocess.run([binary, "ingest", "--dry-run", "--json", path],
                             capture_output=True, text=True, check=False)
        facts = [json.loads(line) for line in run.stdout.splitlines()]
        wrong = [f for f in facts if f["kind"] == "delivery" and
                 (f["status"] is None or f["queue_id"] is None or f["provider"] is None)]
        tap.ok(run.returncode == 0 and not run.stderr and not wrong,
               "%s is read whole" % name, [run.stderr, str(wrong)[:300]])


def main():
    tap = check.Tap()
    binary = check.binary()
    if not os.path.isdir(CORPUS):
        tap.skip("real replies and logs", "no corpus at %s" % os.path.normpath(CORPUS))
        return tap.done()
    replies(tap, binary)
    logs(tap, binary)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
