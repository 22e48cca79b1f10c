#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_alert_postfix.py -- `reputed alert test` by mail, through the sendmail of a real Postfix of its own into a
maildir. TAP; skipped, with the reason, where no private Postfix can run.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", os.path.join(HERE, "../../build/src/reputed")))
UID = 65534
MAIN = """virtual_mailbox_domains = inbox.example
virtual_mailbox_base = {top}/inbox
virtual_mailbox_maps = static:box/
virtual_uid_maps = static:%d
virtual_gid_maps = static:%d
""" % (UID, UID)


def main():
    if private_postfix.outside():
        return private_postfix.run(__file__)
    tap = check.Tap()
    top = os.environ[private_postfix.MARK].split(",")[0]
    os.mkdir(top + "/inbox")
    os.chown(top + "/inbox", UID, UID)
    private_postfix.write(top + "/reputed.conf", 'database "%s/r.db"\nkey-file "%s/key"\n'
                          "alert a { by mail; to admin@inbox.example; from reputed@shop.example }\n"
                          "alert b { by mail; to admin@inbox.example }\n" % (top, top))
    with private_postfix.Postfix({}, MAIN.format(top=top)) as postfix:
        done = subprocess.run([REPUTED, "alert", "test", "--config", top + "/reputed.conf"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=top)
        got = private_postfix.mails(top, 2)
        told = [done.stdout] + postfix.log()[-12:] + [m.as_string() for m in got]
        tap.ok(done.returncode == 0 and done.stdout.count("taken in") == 2, "Postfix takes both", told)
        if tap.ok(len(got) == 2, "and delivers both", told):
            one = [m for m in got if m["From"] == "reputed <reputed@shop.example>"]
            other = [m for m in got if m not in one]
            tap.ok(len(one) == 1 and one[0]["Return-Path"] == "<reputed@shop.example>",
                   "from the address of the configuration, also in the envelope", told)
            tap.ok(len(other) == 1 and "reputed" in other[0]["From"] and "@shop.example" in other[0]["From"],
                   "or from what sendmail takes", told)
            tap.ok(all(m["X-Reputed-Id"] in m["Message-ID"] and not m.defects and
                       m["Auto-Submitted"] == "auto-generated" and m["Subject"].startswith("[reputed] ") and
                       m.get_content().startswith("This is a test.") for m in got),
                   "with the header and the text as they were sent", told)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
