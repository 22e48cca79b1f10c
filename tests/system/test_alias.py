#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_alias.py [REPUTED] -- a private Postfix hands bounces to `|reputed ingest -` by an alias: a
bounce that somebody mails, and one that this Postfix makes itself, whose log line is the same
failure. TAP. Skipped, with the reason, where no Postfix may be started (root, Debian's postfix).

High ports on loopback only; configuration, queue and log in one temporary folder.
"""

import os
import pwd
import smtplib
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import mails            # noqa: E402
import ownpostfix       # noqa: E402
import private_postfix  # noqa: E402
import util             # noqa: E402

MAIN = """mydestination = shop.example
local_recipient_maps =
default_privs = nobody
disable_dns_lookups = yes
alias_maps = texthash:{top}/etc/aliases
"""


class Postfix(ownpostfix.OwnPostfix):
    def __init__(self, box):
        command = '|%s ingest --config %s --now %s - || test $? -eq 3 || exit 75' % (
            box.world.reputed, box.config, util.NOW)
        super().__init__(box.path("postfix"), MAIN, {"gone.example": "error:5.1.1 no such user"},
                         {"aliases": 'bounces "%s"\n' % command})

    def mail(self, sender, to, text):
        with smtplib.SMTP("127.0.0.1", ownpostfix.PORT, timeout=20,
                          local_hostname="client.shop.example") as smtp:
            smtp.sendmail(sender, [to], text.encode())

    def lines(self):
        return self.log().splitlines()

    def wait_lines(self, test):
        return private_postfix.wait_for(lambda: test(self.lines()), 40, 0.2)


def handed_over(lines, n):
    return sum("status=sent (delivered to command" in x for x in lines) >= n


def alias(tap, world):
    reason = ownpostfix.why_not()
    if reason:
        tap.skip("a bounce through an alias", reason)
        return
    box = world.box("alias")
    nobody = pwd.getpwnam("nobody")
    for path in (box.top, box.config):
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    postfix = Postfix(box)
    try:
        postfix.start()
        postfix.mail("", "bounces@shop.example", mails.dsn(1, "a@example.com"))
        fine = postfix.wait_lines(lambda lines: handed_over(lines, 1))
        tap.ok(fine, "a bounce is handed to reputed", postfix.lines()[-12:])
        tap.ok(count(box) == 1, "and counted", [str(box.status().out)])
        postfix.mail("", "bounces@shop.example", mails.dsn(1, "a@example.com"))
        postfix.wait_lines(lambda lines: handed_over(lines, 2))
        tap.ok(count(box) == 1, "the same once more is still one", [str(box.status().out)])
        # a failure of this Postfix: its bounce comes by the alias, its log line by the file
        postfix.mail("bounces@shop.example", "jo@gone.example", mails.original(5, "jo@gone.example"))
        fine = postfix.wait_lines(lambda lines: handed_over(lines, 3))
        tap.ok(fine and count(box) == 2, "a bounce that Postfix makes itself",
               postfix.lines()[-12:] + [str(box.status().out)])
        for name in os.listdir(box.top):    # from here on as root
            os.chown(box.path(name), 0, 0)
        os.chown(box.top, 0, 0)
        done = box.run("ingest", postfix.top + "/mail.log")
        tap.ok(done.code == 0 and count(box) == 2, "its line in the log is the same failure",
               done.told() + [str(box.status().out)])
    finally:
        postfix.stop()


def count(box):
    done = box.status()
    return done.json()["totals"]["bounced"] if done.code in (0, 1) else done.err


if __name__ == "__main__":
    sys.exit(util.main([alias]))
