#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_deb.py PACKAGE.deb -- the Debian package in a bare Debian 12: installed, upgraded, removed, purged, installed over
what root used before, and its service under a real systemd. TAP. `make deb-test` runs it; tests/package/bare.py says
what it needs.
"""

import email.utils
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [HERE, TOP + "/tests/system"]
sys.dont_write_bytecode = True

import bare     # noqa: E402
import check    # noqa: E402
import mails    # noqa: E402
import pasted   # noqa: E402

LOG = "".join(
    "2026-11-%02dT%02d:%02d:11Z mx1 postfix/smtp[1]: 4%02d%02d%02d: to=<u%d@hotmail.com>, "
    "relay=hotmail-com.olc.protection.outlook.com[192.0.2.5]:25, delay=1, delays=0/0/1/0, dsn=%s\n" % (
        day, hour, minute, day, hour, minute, minute,
        "2.0.0, status=sent (250 2.6.0 Queued mail for delivery)" if (day, hour) < (3, 6) else
        "5.7.1, status=bounced (host hotmail-com.olc.protection.outlook.com[192.0.2.5] said: 550 5.7.1 Unfortunately, "
        "messages from [203.0.113.24] weren't sent. Please contact your Internet service provider since part of their "
        "network is on our block list (S3140). (in reply to MAIL FROM command))")
    for day in (1, 2, 3) for hour in range(0, 10) for minute in range(0, 60, 2))
FILES = ("/usr/bin/reputed", "/lib/systemd/system/reputed.service", "/usr/lib/sysusers.d/reputed.conf",
         "/usr/lib/tmpfiles.d/reputed.conf", "/usr/share/bash-completion/completions/reputed.bash",
         "/usr/share/zsh/site-functions/_reputed", "/usr/share/fish/vendor_completions.d/reputed.fish",
         "/usr/share/man/man1/reputed.1.gz", "/usr/share/man/man5/reputed.conf.5.gz",
         "/usr/share/man/man5/reputed-rules.5.gz", "/usr/share/doc/reputed/copyright",
         "/usr/share/doc/reputed/README.md", "/usr/share/doc/reputed/doc/web.md", "/usr/share/reputed/reputed.rules.yml",
         "/usr/share/reputed/reputed.grafana.json")


def version(deb):
    return subprocess.run(["dpkg-deb", "-f", deb, "Version"], check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


def higher(deb, where):
    """The same package with a higher version."""
    subprocess.run(["dpkg-deb", "-R", deb, where + "/next"], check=True)
    path = where + "/next/DEBIAN/control"
    with open(path, encoding="utf-8") as file:
        text = re.sub(r"^Version: (.*)$", r"Version: \1+next1", file.read(), flags=re.M)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", where + "/next", where + "/next.deb"], check=True,
                   stdout=subprocess.DEVNULL)
    return where + "/next.deb"


def owner(root, path):
    """"user:group mode", "" where there is nothing."""
    return root.run("stat -c '%%U:%%G %%a' %s 2>/dev/null" % path).out.strip()


def installed(tap, root, deb):
    """To the first verdict, as the README has it."""
    root.write("/var/log/mail.log", LOG)
    shutil.copy(deb, root.path("/root/reputed_0_amd64.deb"))
    begun = time.monotonic()
    done = root.run("apt-get update -qq && cd /root && apt-get install -y -q ./reputed_*.deb && "
                    "reputed ingest /var/log/mail.log; reputed why")
    took = time.monotonic() - begun
    tap.ok("has refused all mail" in done.out and "S3140" in done.out,
           "apt install, ingest, why: the first verdict", done.told())
    tap.note("to the first verdict: %.0f s, most of it apt" % took)
    begun = time.monotonic()
    root.run("rm -rf /var/lib/reputed/*; reputed ingest /var/log/mail.log; reputed why")
    tap.note("of that reputed itself, with the start of the root: %.1f s" % (time.monotonic() - begun))
    files = [f for f in FILES if not os.path.exists(root.path(f))]
    tap.ok(not files, "all files are there", files)
    tap.ok(root.run("id -nG reputed").out.split() == ["reputed", "adm", "systemd-journal"],
           "the user has the groups of logs and journal", [root.run("id reputed").out])
    tap.ok(root.run("getent passwd reputed").out.strip().endswith(":/var/lib/reputed:/usr/sbin/nologin"),
           "and no shell")
    for path, want in (("/var/lib/reputed", "reputed:reputed 710"), ("/etc/reputed", "root:root 755"),
                       ("/etc/reputed/key", "reputed:reputed 600"),
                       ("/var/lib/reputed/reputed.db", "reputed:reputed 600")):
        tap.ok(owner(root, path) == want, "%s is %s" % (path, want), [owner(root, path)])
    done = root.run("cd /tmp; su -s /bin/sh reputed -c 'XDG_CONFIG_HOME=/etc XDG_DATA_HOME=/var/lib reputed status'")
    tap.ok(done.code == 1 and "blocked since" in done.out, "its user sees the database that root made", done.told())
    done = root.run("useradd jo; cd /tmp; su jo -c 'reputed status'")
    tap.ok("is in /var/lib/reputed: use sudo" in done.out, "another user is told where it is", done.told())
    done = root.run("systemd-analyze verify --man=no reputed.service; systemd-analyze security --offline=yes --threshold=20 "
                    "reputed.service | tail -1")
    score = re.search(r"exposure level for reputed\.service: ([0-9.]+)", done.out)
    tap.ok(score and float(score.group(1)) <= 2.0 and done.code == 0 and len(done.out.splitlines()) <= 2,
           "systemd-analyze: the unit is right, and its exposure at most 2.0", done.told())
    tap.note(done.out.strip())
    done = root.run("man --version >/dev/null 2>&1 || zcat /usr/share/man/man1/reputed.1.gz | head -3; "
                    "systemctl is-enabled reputed.service")
    tap.ok("enabled" in done.out, "the service starts with the machine, once there is a configuration", done.told())


def postfix_later(tap, root):
    done = root.run("apt-get install -y -q --no-install-recommends postfix; id -nG reputed")
    tap.ok("postdrop" in done.out.splitlines()[-1].split(), "Postfix comes later: the user joins its group",
           done.told())


def upgraded(tap, root, deb, where):
    root.write("/etc/reputed/reputed.conf", "watch /var/log/mail.log\n")
    before = root.read("/etc/reputed/key")
    shutil.copy(higher(deb, where), root.path("/root/next.deb"))
    done = root.run("apt-get install -y -q /root/next.deb && dpkg-query -W reputed && reputed status")
    tap.ok("+next1" in done.out and "blocked since" in done.out and root.read("/etc/reputed/key") == before and before,
           "upgrade: version, data and key", done.told())
    done = root.run("dpkg-reconfigure reputed; reputed status; dpkg -V reputed")
    tap.ok(done.code == 0 and "blocked since" in done.out, "configured again: nothing changes", done.told())


def removed(tap, root):
    done = root.run("apt-get remove -y -q reputed")
    left = [f for f in FILES if os.path.exists(root.path(f))]
    tap.ok(done.code == 0 and not left, "remove takes the program", done.told() + left)
    kept = [f for f in ("/etc/reputed/key", "/etc/reputed/reputed.conf", "/var/lib/reputed/reputed.db")
            if not os.path.exists(root.path(f))]
    tap.ok(not kept, "and keeps configuration, key and database", kept)
    done = root.run("apt-get install -y -q /root/next.deb && reputed status")
    tap.ok("blocked since" in done.out, "installed again, it goes on", done.told())
    done = root.run("apt-get purge -y -q reputed")
    left = [f for f in ("/etc/reputed", "/var/lib/reputed", "/etc/systemd/system/multi-user.target.wants/"
                        "reputed.service") if os.path.lexists(root.path(f))]
    tap.ok(done.code == 0 and not left, "purge takes all of it", done.told() + left)
    done = root.run("find / -xdev -name '*reputed*' -not -path '/proc/*' -not -path '/root/*' "
                    "-not -path '/var/cache/*' -not -path '/run/*'; getent passwd reputed")
    left = [x for x in done.out.splitlines() if not x.startswith("reputed:")]
    tap.ok(not left, "nothing of that name stays but the user", left)


def adopted(tap, root):
    """What root used before there was a package."""
    root.run("dpkg-deb -x /root/next.deb /opt/early; /opt/early/usr/bin/reputed ingest /var/log/mail.log; "
             "printf 'PK\\003\\004xx' > /root/bad.zip; /opt/early/usr/bin/reputed ingest /root/bad.zip; "
             "touch /etc/reputed/other; ln -s /root/bad.zip /var/lib/reputed/list-usage")
    tap.ok(owner(root, "/var/lib/reputed/reputed.db") == "root:root 600" and
           owner(root, "/etc/reputed/key") == "root:root 600", "root has used it before, by hand")
    key = root.read("/etc/reputed/key")
    done = root.run("apt-get install -y -q /root/next.deb; find /var/lib/reputed -not -user reputed -printf '%p\\n'")
    tap.ok(done.out.splitlines()[-1] == "/var/lib/reputed/list-usage" and root.read("/etc/reputed/key") == key and
           owner(root, "/etc/reputed/key") == "reputed:reputed 600", "all of it becomes the service's", done.told())
    tap.ok(owner(root, "/etc/reputed/other") == "root:root 644" and owner(root, "/root/bad.zip") == "root:root 644",
           "and nothing else, nor what a link leads to")
    done = root.run("rm /var/lib/reputed/list-usage; cd /tmp; su -s /bin/sh reputed -c 'XDG_CONFIG_HOME=/etc "
                    "XDG_DATA_HOME=/var/lib reputed ingest /var/log/mail.log'")
    tap.ok(re.search(r"\b(no|0) new deliver", done.out),
           "the service's user goes on with it: nothing counts twice", done.told())
    done = root.run("rm /etc/reputed/key; dpkg-reconfigure reputed; ls /etc/reputed")
    tap.ok("key" not in done.out.split(), "no new key for a database that has lost its own", done.told())
    root.write("/etc/reputed/key", key, 0o600)
    root.run("chown reputed:reputed /etc/reputed/key")


CONF = """watch /var/log/mail.log
watch /home/jo/Maildir
alert post { by mail; to jo@inside.example; from reputed@inside.example; server smtp://127.0.0.1 }
alert plain { by mail; to ann@inside.example }
alert prog { by exec; to /usr/local/bin/told }
"""

INSIDE = r"""
wait_for() { n=0; until eval "$1" >/dev/null 2>&1; do n=$((n + 1)); test $n -lt 100 || { echo "NOT: $1"; return 1; }; sleep 0.2; done; echo "YES: $1"; }
as_unit() {     # the same unit, with another command
	sed -e "s#^ExecStart=.*#ExecStart=$2#" -e 's/^Type=.*/Type=oneshot/' -e '/^WatchdogSec\|^Restart\|^StateDirectory\|^RuntimeDirectory/d' \
		-e 's#^\[Install\]#StandardOutput=truncate:/'"$1"'.out\nStandardError=inherit\nReadWritePaths=/var/lib/reputed\n[Install]#' \
		/lib/systemd/system/reputed.service > /run/systemd/system/$1.service
	systemctl daemon-reload; systemctl start $1.service; echo "== $1 $?"; cat /$1.out
}
echo "== state"; systemctl is-active postfix reputed
systemctl show -p ActiveState,SubState,NRestarts,StatusText reputed
wait_for 'systemctl show -p StatusText reputed | grep open'
echo "== journal"; journalctl -b -u reputed -o cat | head -40
# a block begins
sed -i '/^2026-11-03/d' /var/log/mail.log; cat /rest.log >> /var/log/mail.log
wait_for 'journalctl -b -u reputed -o cat | grep "has refused"'
wait_for 'grep -r "has refused" /var/mail/jo'
wait_for 'test -s /var/lib/reputed/told'
wait_for 'grep "has refused" /var/mail/ann'
printf 'From: a@far.example\nSubject: x\n\nx\n' > /home/jo/Maildir/new/1.plain
printf 'PK\003\004xx' > /home/jo/Maildir/new/2.zip
wait_for 'ls /var/lib/reputed/quarantine | grep .'
echo "== mail"; cat /var/mail/jo
echo "== told"; cat /var/lib/reputed/told
# the control socket
stat -c 'socket %a %U:%G' /var/lib/reputed/reputed.db-control; adduser jo reputed; cat /rest.log > /home/jo/own.log; chown jo /home/jo/own.log; chmod 600 /home/jo/own.log
echo "== member"; su jo -s /bin/sh -c 'reputed ingest --db /var/lib/reputed/reputed.db /home/jo/own.log; echo "exit $?"; reputed ingest --db /var/lib/reputed/reputed.db /etc/reputed/key; echo "exit $?"; cat /var/lib/reputed/reputed.db; ls /var/lib/reputed' 2>&1
echo "== root"; reputed ingest /home/jo/own.log 2>&1; echo "exit $?"
echo "== other"; su ann -s /bin/sh -c 'reputed forget --db /var/lib/reputed/reputed.db jo@example.com; echo "exit $?"' 2>&1
# bounces, as the README says: an alias, a mailbox of the service's user, and what root types then
cat /readme.aliases >> /etc/aliases; cat /readme.conf >> /etc/reputed/reputed.conf
echo "== readme"; sh -e /readme.commands; echo "exit code $?"
wait_for 'systemctl is-active reputed'
sendmail -f '<>' bounces@inside.example < /bounce
wait_for 'test -s /var/mail/reputed'; stat -c '%U %a' /var/mail/reputed
wait_for 'reputed trace jo@bounced.example | grep "no such user"'
echo "== trace"; reputed trace jo@bounced.example
# the queue
echo test | sendmail -f a@inside.example x@far.example; sleep 2
postqueue -j | grep -c queue_id
as_unit inside-queue '/usr/bin/reputed queue'
as_unit inside-sendmail '/bin/sh -c "echo test | timeout 10 /usr/sbin/sendmail -f a@inside.example jo@inside.example"'
gpasswd -d reputed postdrop; as_unit inside-noqueue '/usr/bin/reputed queue'; gpasswd -a reputed postdrop
as_unit inside-bounds '/bin/sh /bounds'
# reload, restart, watchdog
systemctl reload reputed; wait_for 'journalctl -b -u reputed -o cat | grep "was read again"'
mkdir -p /run/systemd/system/reputed.service.d; printf '[Service]\nWatchdogSec=2\n' > /run/systemd/system/reputed.service.d/w.conf
systemctl daemon-reload; systemctl restart reputed; wait_for 'systemctl is-active reputed'
kill -STOP $(systemctl show -p MainPID --value reputed)
wait_for 'systemctl show -p NRestarts --value reputed | grep -v "^0"'
wait_for 'systemctl is-active reputed'
systemctl stop reputed; systemctl show -p Result reputed
echo "watch /var/log/mail.log" > /etc/reputed/reputed.conf; mv /etc/reputed/reputed.conf /etc/reputed/x; systemctl start reputed; echo "== no configuration: $?"; systemctl is-active reputed; systemctl is-failed reputed
echo "== journal as a whole"; journalctl -b -u reputed -o cat | tail -60
echo "== end"
"""


BOUNDS = """touch /etc/x && echo OPEN etc
ls /home && echo OPEN home
ls -d /proc/1 && echo OPEN proc
cat /etc/shadow && echo OPEN shadow
unshare -U true && echo OPEN namespaces
ls /root && echo OPEN root
head -c1 /var/log/mail.log && echo read log
head -c1 /var/log/journal/*/system.journal >/dev/null && echo read journal
true
"""


def from_readme(first):
    """The block of the README that begins with this line."""
    return next(x for x in pasted.blocks("README.md") if x.startswith(first)) + "\n"


def service(tap, root):
    """Under a real systemd, with a real Postfix."""
    done = root.run("apt-get install -y -q --no-install-recommends systemd-sysv; systemctl enable postfix reputed; "
                    "useradd -m -s /bin/sh jo 2>/dev/null; useradd -m ann; mkdir -p /home/jo /var/log/journal; "
                    "rm -f /var/lib/reputed/reputed.db*; "
                    "mkdir -p /home/jo/Maildir/new && chown -R jo /home/jo && chmod 755 /home/jo; "
                    "postconf -e myhostname=mx1.inside.example 'mydestination=$myhostname, inside.example' inet_interfaces=127.0.0.1 "
                    "'mynetworks=127.0.0.0/8' relayhost= inet_protocols=ipv4 compatibility_level=3.6 "
                    "'default_transport=retry:no way' maillog_file=/var/log/postfix.log; "
                    "printf '#!/bin/sh\\ncat >> /var/lib/reputed/told\\n' > /usr/local/bin/told; "
                    "chmod 755 /usr/local/bin/told; chown root:adm /var/log/mail.log; chmod 640 /var/log/mail.log")
    root.write("/bounds", BOUNDS)
    root.write("/etc/reputed/reputed.conf", CONF)
    root.write("/etc/systemd/system/reputed.service.d/maildir.conf",
               "[Service]\nProtectHome=tmpfs\nBindReadOnlyPaths=/home/jo/Maildir\n")
    for name, first in (("aliases", "bounces: "), ("conf", "watch /var/mail"), ("commands", "newaliases")):
        root.write("/readme." + name, from_readme(first))
    root.write("/bounce", mails.dsn(1, "jo@bounced.example").replace(mails.AT, email.utils.formatdate()))
    lines = LOG.splitlines(True)
    root.write("/rest.log", "".join(x for x in lines if x.startswith("2026-11-03")))
    root.write("/var/log/mail.log", "".join(x for x in lines if not x.startswith("2026-11-03")), 0o640)
    root.run("chown root:adm /var/log/mail.log")
    out, told = root.boot(INSIDE, 300)
    if not tap.ok("== end" in out, "systemd starts in the root, and all was tried", told.splitlines()[-20:] + out.splitlines()[-20:]):
        return
    with open(os.environ.get("REPUTED_DEB_OUT", os.devnull), "w", encoding="utf-8") as file:
        file.write(out)
    part = {x.splitlines()[0].strip(): x for x in re.split(r"^== ", out, flags=re.M)[1:]}

    def held(words, name, section=None):
        tap.ok(words in (part.get(section, "") if section else out), name,
               (part.get(section, "no such part") if section else "\n".join(
                   x for x in out.splitlines() if x.startswith("NOT"))).splitlines()[:12])

    held("active\nactive", "the service runs beside Postfix", "state")
    tap.ok("landlock" not in out and "seccomp" not in out and "died" not in out,
           "its workers lock themselves inside the unit as outside", part.get("journal as a whole", "").splitlines())
    held('YES: journalctl -b -u reputed -o cat | grep "has refused"', "it reads /var/log/mail.log (group adm) and tells of the block")
    held('YES: grep -r "has refused" /var/mail/jo', "the alert arrives by SMTP (server smtp://127.0.0.1)")
    held("X-Reputed-Id: ", "as it was sent", "mail")
    held('YES: grep "has refused" /var/mail/ann', "and by sendmail, through the user's group")
    held("YES: test -s /var/lib/reputed/told", "and by a program")
    held("YES: ls /var/lib/reputed/quarantine | grep .", "a maildir below /home is read, by a drop-in")
    held("socket 660 reputed:reputed", "the control socket is the group's")
    held("exit 0", "who was put into the group hands over a file that the service cannot read", "member")
    held("exit 3", "but none that only the service reads", "member")
    tap.ok(part.get("member", "").count("Permission denied") == 3, "and neither the database nor its folder can be read",
           part.get("member", "").splitlines())
    held("exit 0", "root hands its work over", "root")
    held("adduser ann reputed", "who is not in the group is told how to get there", "other")
    held("exit 4", "and refused", "other")
    readme = part.get("readme", "")
    tap.ok("exit code 0" in readme and "reputed 600" in readme and "NOT" not in readme and
           "no such user" in part.get("trace", ""),
           "a bounce comes by the alias to the mailbox of the service's user, as the README has it, and is read there",
           readme.splitlines() + part.get("trace", "no trace").splitlines())
    held("1 message for 1 recipient", "inside the unit the queue of Postfix can be read (group postdrop)", "inside-queue 0")
    held("Permission denied", "without that group it cannot: the test can fail", "inside-noqueue 1")
    bounds = part.get("inside-bounds 0", "")
    tap.ok("OPEN" not in bounds and "read log" in bounds and "read journal" in bounds,
           "inside the unit logs and journal are open, /etc, /home, other processes and namespaces are not",
           bounds.splitlines())
    held('YES: journalctl -b -u reputed -o cat | grep "was read again"', "systemctl reload")
    held('YES: systemctl show -p NRestarts --value reputed | grep -v "^0"', "a service that hangs is started again (watchdog)")
    held("Result=success", "systemctl stop")
    held("inactive\ninactive", "without a configuration it does not start, and is no failed unit", "no configuration: 0")


def main():
    tap = check.Tap()
    reason = bare.why_not()
    if reason:
        print("1..0 # SKIP " + reason)
        return 0
    deb = os.path.abspath(sys.argv[1])
    where = tempfile.mkdtemp(prefix="reputed-test.")
    root = bare.Root()
    try:
        tap.note("bare Debian 12, %s" % version(deb))
        installed(tap, root, deb)
        postfix_later(tap, root)
        upgraded(tap, root, deb, where)
        removed(tap, root)
        adopted(tap, root)
        service(tap, root)
    finally:
        root.close()
        shutil.rmtree(where, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
