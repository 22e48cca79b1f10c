#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_relay.py -- the commands that `reputed why` prints for an address that may not send directly,
played on a Postfix of its own: they run as pasted, and mail then goes to the relay on port 587 and
nowhere else. TAP.
"""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check                # noqa: E402
import private_postfix      # noqa: E402

REPUTED = os.path.realpath(os.environ.get("REPUTED", HERE + "/../../build/src/reputed"))
ZONE = {"gmail.com": [("MX", (10, "mx.gmail.com"))], "mx.gmail.com": [("A", "127.0.1.2")],
        "relay.isp.example": [("A", "127.0.1.3")]}
LINE = ("Nov 26 07:%02d:39 mx1 postfix/smtp[812]: 4F%04d: to=<a@gmail.com>, "
        "relay=gmail-smtp-in.l.google.com[142.250.1.27]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, "
        "status=bounced (host gmail-smtp-in.l.google.com[142.250.1.27] said: 550-5.7.1 [203.0.113.40] "
        "The IP you're using to send mail is not authorized to send email directly to our servers. "
        "550 5.7.1 https://support.google.com/mail/?p=NotAuthorizedError q16 - gsmtp (in reply to end "
        "of DATA command))\n")


def printed(pf):
    """The block below "Commands for step", as `reputed why` prints it."""
    config = pf.top + "/reputed.conf"
    private_postfix.write(config, 'database "%s/db"\nkey-file "%s/key"\n' % (pf.top, pf.top))
    private_postfix.write(pf.top + "/old.log", "".join(LINE % (n, n) for n in range(20)))
    run = '"%s" %%s --config "%s"' % (REPUTED, config)
    pf.shell(run % ("ingest --now 2026-11-26T09:00:00Z %s/old.log" % pf.top))
    _, why = pf.shell(run % "why")
    return why.partition("Commands for step 1\n\n")[2], why


def played(tap, pf):
    block, why = printed(pf)
    tap.ok("relayhost = [HOST]:587" in block, "why prints the commands", why.splitlines())
    for word, with_ in (("HOST", "relay.isp.example"), ("USER", "me"), ("PASSWORD", "s3cret")):
        block = block.replace(word, with_)
    code, said = pf.shell("set -e\n" + block)
    tap.ok(code == 0 and "warning" not in said and "fatal" not in said, "they run as pasted", [said])
    _, login = pf.shell("postmap -q '[relay.isp.example]:587' hash:/etc/postfix/relay-login; "
                        "stat -c %a /etc/postfix/relay-login; postconf -h relayhost")
    tap.ok(login.split() == ["me:s3cret", "600", "[relay.isp.example]:587"],
           "the login is found, and only root can read it", [login])
    before = len(pf.log())
    pf.sendmail("a@gmail.com")
    tap.ok(private_postfix.wait_for(lambda: any("relay.isp.example" in x and ":587" in x
                                                for x in pf.log()[before:]), 20),
           "mail goes to the relay on port 587", pf.log()[-10:])
    tap.ok(not any("mx.gmail.com" in x for x in pf.log()[before:]), "and not to the receiver's MX",
           pf.log()[-10:])


def inside():
    tap = check.Tap()
    with private_postfix.Postfix(ZONE) as pf:
        played(tap, pf)
    print("1..%d" % tap.count)
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(private_postfix.run(__file__) if private_postfix.outside() else inside())
