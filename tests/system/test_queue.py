# SPDX-License-Identifier: Apache-2.0
"""
test_queue.py [REPUTED] -- reputed queue: saved queues, broken ones, hostile ones, narrow terminals;
and the queue of a real private Postfix, with every command that is printed played on it.
"""

import json
import re
import sys

import ownpostfix
import test_terminal
import util
import util_schema
from test_json import schema

NOW = ("--now", "2026-11-03T12:00:00Z")
AT = 1793688131     # 2026-11-03T06:42:11Z
REPLIES = {
    "hotmail.com": "host hotmail-com.olc.protection.outlook.com[52.101.8.42] said: 550 5.7.1 "
                   "Unfortunately, messages from [203.0.113.10] weren't sent, part of their network "
                   "is on our block list (S3140). (in reply to MAIL FROM command)",
    "outlook.com": "deferred transport",
    "small.example": "connect to mx.small.example[192.0.2.7]:25: Connection timed out",
}


def message(i, domain, sender="news@shop.example", queue="deferred", at=AT, reason=None):
    to = {"address": "u%d@%s" % (i, domain)}
    reason = REPLIES.get(domain) if reason is None else reason
    if reason:
        to["delay_reason"] = reason
    return json.dumps({"queue_name": queue, "queue_id": "4F%05X" % i, "arrival_time": at,
                       "message_size": 1051, "forced_expire": False, "sender": sender,
                       "recipients": [to]}) + "\n"


def sent_on(tap, world):
    """Mail of others that is forwarded: counted by where it came from, however each sender is spelt."""
    box = world.box("sent-on")
    srs = ("SRS0=DD%df=6E=isp.example=jo@shop.example", "srs0+x%d=6E=ISP.example=a=b@shop.example",
           "SRS1=H%d=fwd.example==DDqf=6E=isp.example=jo@shop.example")
    text = "".join(message(i, "hotmail.com", sender=srs[i % 3] % i) for i in range(30))
    path = util.write(box.path("q.json"), text + message(31, "hotmail.com"))
    out = box.run("queue", *NOW, "--json", path).json()
    tap.ok(out["forwarded"] == 30 and out["senders"][0] == {"name": "SRS0=isp.example", "count": 30},
           "forwarded mail is counted by its origin", [str(out["senders"]), str(out["forwarded"])])
    said = " ".join(box.run("queue", *NOW, path).out.split())
    tap.ok("30 of 31 messages are mail that you forward for others" in said and
           "SRS[01][-+=]" in said and "of one sender" not in said, "and said, with the way out", [said])
    lone = util.write(box.path("lone.json"), message(1, "hotmail.com", sender="srs0shop@shop.example") +
                      message(2, "hotmail.com", sender=srs[1] % 2))
    out = box.run("queue", *NOW, "--json", lone).json()
    tap.ok(sorted(t["name"] for t in out["senders"]) == ["SRS0=isp.example", "srs0shop@shop.example"] and
           out["forwarded"] == 1, "a name that only begins like one", [str(out["senders"])])


def saved(tap, world):
    box = world.box("saved")
    text = "".join(message(i, d, at=AT - i) for i, d in enumerate(
        ["hotmail.com"] * 5 + ["outlook.com"] * 3 + ["small.example"] * 2))
    text += message(20, "there.example", queue="active") + message(21, "hotmail.com", queue="hold")
    text += message(22, "hotmail.com", sender="")
    path = util.write(box.path("q.json"), text)
    done = box.run("queue", *NOW, "--json", path)
    out = done.json()
    tap.ok(util_schema.errors(out, schema("queue"), closed=True) == [], "as its schema says",
           util_schema.errors(out, schema("queue"), closed=True))
    got = [(g["provider"], g["waits"], g["rule"], g["messages"]) for g in out["groups"]]
    want = [("microsoft-consumer", "refused", "microsoft-consumer.s3140", 6),
            ("microsoft-consumer", "deferred-transport", None, 3),
            ("other", "refused", "postfix.connect-timeout", 2)]
    tap.ok(got[:3] == want and sorted(got[3:]) == [("microsoft-consumer", "held", None, 1),
                                                   ("other", "new", None, 1)],
           "grouped by provider and reason", [str(got)])
    first = out["groups"][0]
    tap.ok(first["bounces"] == 1 and first["first_expires"] == "2026-11-08T06:42:07Z" and
           first["oldest"] == "2026-11-03T06:42:07Z" and first["oldest_id"] == "4F00004" and
           first["next_try_within_s"] == 4300, "oldest, expiry, next try", [str(first)])
    tap.ok(out["groups"][1]["next_try_within_s"] is None and out["times_are_defaults"],
           "what you hold is not tried; a saved queue has default times", [str(out)])
    tap.ok(box.run("queue", *NOW, "-", data=text.encode()).out == box.run("queue", *NOW, path).out,
           "standard input is the same")
    done = box.run("queue", *NOW, util.write(box.path("none"), ""))
    tap.ok(done.code == 0 and "The queue is empty" in done.out, "an empty queue", done.told())


def broken(tap, world):
    box = world.box("broken")
    many = {"queue_name": "deferred", "queue_id": "4FBIG", "arrival_time": AT, "message_size": 1,
            "forced_expire": False, "sender": "a@b.example",
            "recipients": [{"address": "u%d@hotmail.com" % i,
                            "delay_reason": REPLIES["hotmail.com"]} for i in range(3000)]}
    text = message(1, "hotmail.com") + "Mail queue is empty\n" + json.dumps(many) + "\n" + \
        message(2, "hotmail.com")[:70]
    done = box.run("queue", *NOW, "--json", "-", data=text.encode())
    out = done.json()
    tap.ok(done.code == 3 and out["skipped"] == 2 and out["messages"] == 2 and
           out["recipients"] == 3001 and "standard input:2:" in done.err and
           "standard input:4:" in done.err, "broken lines are named, the rest is used", done.told())
    done = box.run("queue", *NOW, box.path("missing"))
    tap.ok(done.code == 4 and "missing" in done.err, "no such file", done.told())
    done = box.run("queue", *NOW, env={"PATH": box.path("nowhere")} if
                   ownpostfix.why_not() else {"MAIL_CONFIG": box.path("nowhere")})
    tap.ok(done.code == 4, "no queue of this machine", done.told())


def shown(tap, world):
    """Hostile bytes, and terminals of every width."""
    box = world.box("shown")
    evil = test_terminal.EVIL.decode("utf-8", "replace")
    text = "".join(message(i, "hotmail.com", sender="a\n%s@b.example" % evil,
                           reason=REPLIES["hotmail.com"] + evil + "\n1. x") for i in range(150))
    text += message(200, "x'; rm -rf y.example") * 3 + message(201, "outlook.com")
    path = util.write(box.path("q.json"), text)
    for args in ((), ("--json",)):
        done = box.run("queue", *NOW, *args, path)
        tap.ok(test_terminal.clean(done.out) == [] and done.out, "nothing hidden" + str(args),
               test_terminal.clean(done.out))
    out = box.run("queue", *NOW, path).out
    tap.ok("\n1. x" not in out and "rm -rf" not in "".join(
        x for x in out.splitlines() if x.startswith("post")), "no line and no command is smuggled in",
           [out[-2000:]])
    for width in (60, 80, 120):
        out = box.run("queue", *NOW, path, env={"COLUMNS": str(width)}).out
        long = [x for x in out.splitlines() if len(x) > width and not x.startswith("post")]
        tap.ok(not long and "\x1b" not in out, "fits %d columns, no colour in a pipe" % width, long)


def commands(out):
    return [x for x in out.splitlines() if re.match(r"post(queue|super|conf|cat) ", x)]


def real(tap, world):
    if ownpostfix.why_not():
        tap.skip("the queue of a real Postfix", ownpostfix.why_not())
        return
    box = world.box("real")
    mta = ownpostfix.OwnPostfix(world.path("mta"))
    env = {"MAIL_CONFIG": mta.etc, "PATH": mta.env["PATH"]}
    try:
        mta.start()
        for to, sender, n in (("jo@hotmail.com", "stolen@shop.example", 150),
                              ("jo@full.example", "a@shop.example", 20),
                              ("jo@elsewhere.example", "a@shop.example", 10)):
            mta.send(to, sender, n)
        settled = mta.wait(lambda q: q.count(b'"delay_reason"') == 180)
        tap.ok(settled, "180 messages wait", [mta.log()[-800:]])
        done = box.run("queue", "--json", env=env)
        out = done.json()
        got = {(g["provider"], g["rule"] or g["waits"]): g["messages"] for g in out["groups"]}
        tap.ok(got == {("microsoft-consumer", "microsoft-consumer.s775"): 150,
                       ("other", "any.mailbox-full"): 20, ("other", "deferred-transport"): 10} and
               out["lifetime_s"] == 3 * 86400 and not out["times_are_defaults"],
               "live: grouped, and how long this Postfix tries", done.told())
        for width in (60, 80, 120):
            text = box.run("queue", env=dict(env, COLUMNS=str(width))).out
            long = [x for x in text.splitlines() if len(x) > width and not x.startswith("post")]
            tap.ok(not long and "\x1b" not in text and "\n\n\n" not in text + "\n" and
                   "none within a day" in text, "%d columns, no colour in a pipe" % width,
                   long + [text])
        text = box.run("queue", env=env).out
        pasted = commands(text)
        tap.ok(len(pasted) == 5, "commands to paste", [text])
        # the way is open again: what the provider would take now
        mta.transports({"hotmail.com": "discard:", "full.example": "retry:" + ownpostfix.FULL})
        mta.run("postfix", "reload")
        play(tap, mta, pasted)
        mta.run("postsuper", "-h", "ALL")
        text = box.run("queue", env=env).out
        pasted = [x for x in commands(text) if "-H" in x]
        before = mta.queue().count(b'"hold"')
        for line in pasted:
            mta.run("sh", "-c", line)
        tap.ok(len(pasted) == 2 and mta.wait(lambda q: q.count(b'"hold"') == before - 21),
               "from the hold queue: one, then 20", [text[-1500:], mta.queue().decode()[:300]])
        mta.run("postsuper", "-d", "ALL")
        for sender in ("SRS0=a%dQ+=6E=isp.example=jo@shop.example", "a%d@shop.example"):
            for k in range(3):
                mta.send("jo@full.example", sender % k, 1)
        mta.wait(lambda q: q.count(b'"delay_reason"') == 6)
        line = [x for x in commands(box.run("queue", env=env).out) if "SRS[01]" in x]
        mta.run("sh", "-c", line[0] if line else "false")
        kept = [json.loads(x) for x in mta.queue().decode().splitlines() if '"hold"' in x]
        tap.ok(len(kept) == 3 and all(m["sender"].startswith("SRS0=") for m in kept),
               "forwarded mail is put on hold, and no other", line + [str(kept)])
    finally:
        mta.remove()


def play(tap, mta, pasted):
    by = {"try": [x for x in pasted if x.startswith("postqueue -i")],
          "batch": [x for x in pasted if "xargs" in x],
          "stop": [x for x in pasted if "postsuper -h -" in x]}

    def left(q):
        return q.count(b"@hotmail.com")
    mta.run("sh", "-c", by["try"][0])
    tap.ok(mta.wait(lambda q: left(q) == 149), "postqueue -i lets one go", [by["try"][0]])
    mta.run("sh", "-c", by["batch"][0])
    tap.ok(mta.wait(lambda q: left(q) == 129), "a batch of 20 goes", [by["batch"][0]])
    mta.run("sh", "-c", by["stop"][0])
    tap.ok(mta.queue().count(b'"hold"') == 129, "the sender's mail is on hold", [by["stop"][0]])
    for line in (x for x in pasted if x.startswith("postconf")):
        tap.ok(mta.run("sh", "-c", line).returncode == 0, "runs: " + line)


if __name__ == "__main__":
    sys.exit(util.main([sent_on, saved, broken, shown, real]))
