#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_why.py [REPUTED] -- what why adds to a verdict: small hosts told together, weights of
one's own, the ledger and the forecast, what was said before, and what --replay finds. TAP.
"""

import datetime
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util     # noqa: E402

START = datetime.datetime(2026, 9, 1, tzinfo=datetime.timezone.utc)
S3140 = ("550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. Please contact your "
         "Internet service provider since part of their network is on our block list (S3140).")
SLOW = "421 RP-001 Unfortunately, some messages from 203.0.113.24 weren't sent, rate limit (S775)."


class Mail:
    """A Postfix log, made line by line."""

    def __init__(self):
        self.lines, self.n = [], 0

    def one(self, hour, to, relay, status, said, stream="news@shop.example", stage="MAIL FROM"):
        at = START + datetime.timedelta(seconds=hour * 3600 + self.n % 3000)
        self.n += 1
        queue = "4F%08X" % (0x10000000 + self.n)
        when = at.strftime("%Y-%m-%dT%H:%M:%S+00:00")
        host = "%s[192.0.2.%d]" % (relay, 1 + sum(relay.encode()) % 250)
        if status == "sent":
            what, dsn = "250 2.0.0 OK", "2.0.0"
        else:
            what = "host %s said: %s (in reply to %s command)" % (host, said, stage)
            dsn = ("5.7.1" if status == "bounced" else "4.7.1")
        self.lines.append((at, [
            "%s mx1 postfix/qmgr[2]: %s: from=<%s>, size=2000, nrcpt=1 (queue active)"
            % (when, queue, stream),
            "%s mx1 postfix/smtp[7]: %s: to=<%s>, relay=%s:25, delay=0.9, delays=0.1/0/0.4/0.4, "
            "dsn=%s, status=%s (%s)" % (when, queue, to, host, dsn, status, what),
            "%s mx1 postfix/qmgr[2]: %s: removed" % (when, queue)]))

    def many(self, hours, n, domain, relay, status="sent", said="", **more):
        for hour in hours:
            for k in range(n):
                self.one(hour, "p%d-%d@%s" % (hour, k, domain), relay, status, said, **more)

    def write(self, path):
        lines = [x for _, group in sorted(self.lines, key=lambda x: x[0]) for x in group]
        return util.write(path, "\n".join(lines) + "\n")


OUTLOOK = ("outlook.com", "outlook-com.olc.protection.outlook.com")


def small_hosts(tap, world):
    """Many small hosts that refuse by one list are one trouble of the source."""
    box, mail = world.box("small"), Mail()
    mail.many(range(0, 60), 4, *OUTLOOK)
    for k in range(12):
        relay = "mx.small%d.example" % k
        mail.many(range(48, 60), 2, "small%d.example" % k, relay, "bounced",
                  "554 5.7.1 Service unavailable; Client host [203.0.113.24] blocked using "
                  "zen.spamhaus.org")
    done = box.run("ingest", "--now", util.NOW, "--source", "203.0.113.24",
                   mail.write(box.path("mail.log")))
    tap.ok(done.code == 0, "small hosts: read", done.told())
    incidents = box.run("why", "--json").json()["incidents"]
    tap.ok(len(incidents) == 12 and {i["class"] for i in incidents} == {"listed"},
           "small hosts: twelve incidents", [len(incidents)])
    done = box.run("why")
    tap.ok("12 mail hosts (" in done.out and " and 9 more)" in done.out and
           done.out.count("\nWhy ") == 1, "small hosts: one trouble, counted, three named",
           [done.out[:1500]])
    tap.ok("have refused all mail from 203.0.113.24" in " ".join(done.out.split()), "small hosts: of one source",
           [done.out[:300]])


def own_weights(tap, world):
    """Weights in know.d are in force and named."""
    box, mail = world.box("weights"), Mail()
    mail.many(range(0, 30 * 24, 2), 3, *OUTLOOK)
    mail.many(range(30 * 24, 30 * 24 + 20), 5, *OUTLOOK, "bounced", S3140)
    box.run("ingest", "--now", util.NOW, "--source", "203.0.113.24",
            mail.write(box.path("mail.log")))
    before = box.run("why", "--json").json()
    tap.ok(before["own_weights"] == [], "weights: none of one's own", [before["own_weights"]])
    os.mkdir(box.path("know"))
    path = util.write(box.path("know/mine.weights"),
                      "# ours\nweight hygiene_low {\n\thygiene 3\n\torigin \"a test\"\n}\n")
    done = box.run("rules", "check", path)
    tap.ok(done.code == 0 and "0 problems" in done.out, "weights: rules check", done.told())
    after = box.run("why", "--json", "--know", box.path("know")).json()

    def hygiene(verdict):
        return [c["probability"] for c in verdict["incidents"][0]["causes"]
                if c["cause"] == "hygiene"][0]
    tap.ok(after["own_weights"] == [path] and hygiene(after) > hygiene(before),
           "weights: in force", [after["own_weights"], hygiene(before), hygiene(after)])
    done = box.run("why", "--trace", "--know", box.path("know"))
    tap.ok("your own weights are in use, from " + path in done.out and path + ":2" in done.out,
           "weights: why --trace names file and line", [done.out[-2500:]])
    util.write(path, "weight hygene_low { hygiene 3; origin x }\n")
    done = box.run("rules", "check", path)
    tap.ok(done.code == 3 and "did you mean \"hygiene_low\"?" in done.err,
           "weights: rules check tells the place", done.told())
    done = box.run("why", "--json", "--know", box.path("know"))
    tap.ok(done.code == 3 and hygiene(done.json()) == hygiene(before) and
           done.json()["own_weights"] == [], "weights: what is wrong is told and not used",
           done.told())


def ledger_and_forecast(tap, world):
    """What it cost, and what came after such blocks before."""
    box, mail = world.box("outlook"), Mail()
    blocks = (8, 18, 30, 42)
    for day in range(0, 44):
        for hour in range(day * 24, day * 24 + 24, 2):
            if hour // 24 in blocks and hour % 24 < 6:
                mail.many([hour], 20, *OUTLOOK, "bounced", S3140)
                mail.many([hour], 5, *OUTLOOK, "bounced", S3140, stream="reset-1@shop.example")
            elif hour < 42 * 24:
                mail.many([hour], 15, *OUTLOOK)
    util.append(box.config, "stream reset { from reset-*@shop.example; urgent yes }\n")
    box.run("ingest", "--now", util.NOW, "--source", "203.0.113.24",
            mail.write(box.path("mail.log")))
    done = box.run("why", "--json")
    one = done.json()["incidents"][0]
    tap.ok(one["returns"] == 3 and one["state"] == "active", "outlook: three returns",
           [one["returns"], one["state"]])
    last, total = one["ledger"]["last"], one["ledger"]["all"]
    tap.ok((last["bounced"], last["would_be_waiting"], last["attempts_not_made"]) == (75, 74, 74)
           and (total["bounced"], total["would_be_waiting"]) == (300, 296) and
           one["ledger"]["stays"] == 4, "ledger: the last stay, and all four", [one["ledger"]])
    tap.ok([(x["stream"], x["bounced"]) for x in last["streams"]] ==
           [("shop.example/news", 60), ("reset", 15)] and
           sum(x["would_be_waiting"] for x in last["streams"]) == 74,
           "ledger: by stream", [last["streams"]])
    cell = box.run("status", "--json", "--all").json()["cells"][0]
    tap.ok(cell["ledger"]["bounced"] == 75 and cell["ledger"]["stays"] == 4,
           "ledger: in status --json", [cell])
    text = " ".join(box.run("why").out.split())
    tap.ok("Holding the mail from the first refusal on would have saved 74 of these messages, 15 of "
           "them of reset. With the earlier times, 300 are lost in all"
           in text, "ledger: in words", [text[:900]])
    told = one["forecast"]
    tap.ok(told and told["of"] == "return" and told["rests_on"] == 3 and told["happened"] == 3 and
           told["gaps"] == 3 and 9 * 86400 < told["next_low_s"] < told["next_s"] + 1 <
           told["next_high_s"] + 2 < 12 * 86400 and told["low"] < told["chance"] < told["high"]
           and not told["all_providers"], "forecast: a return", [told])
    tap.ok("Expect once it is lifted, it will be back within 30 days with a chance of about 88 % "
           "(likely between 56 and 100 %). It was lifted 3 times here before, and in 3 of them it "
           "came back within 30 days, after 9 days to 11 days" in text,
           "forecast: in words", [text])
    early = box.run("why", "--json", "--now", "2026-09-19T12:00:00Z").json()["incidents"][0]
    tap.ok(early["forecast"] is None, "forecast: silent where there is too little", [early])


def blocked_box(world, name):
    """A month of mail to two providers, then a block, read in two parts."""
    box, first, then = world.box(name), Mail(), Mail()
    first.many(range(0, 30 * 24, 2), 3, *OUTLOOK)
    first.many(range(0, 30 * 24, 2), 3, "gmail.com", "gmail-smtp-in.l.google.com")
    first.many(range(30 * 24, 30 * 24 + 10), 5, *OUTLOOK, "bounced", S3140)
    then.n = first.n
    then.many(range(30 * 24 + 10, 30 * 24 + 20), 5, *OUTLOOK, "bounced", S3140)
    then.many(range(30 * 24 + 10, 30 * 24 + 20), 5, "gmail.com", "gmail-smtp-in.l.google.com")
    for n, mail in enumerate((first, then)):
        path = mail.write(box.path("mail.log.%d" % n))
        done = box.run("ingest", "--source", "203.0.113.24", path)
        assert done.code == 0, done.told()
    return box


def replayed(box, *more):
    done = box.run("why", "--replay", "--json", *more)
    return done, done.json()["recordings"] if done.code in (0, 1) else []


def fates(recordings):
    return [[i["verdict"] for i in r["incidents"]] for r in recordings]


def replay_same(tap, world):
    """What was told comes out the same, now and after a person is forgotten."""
    box = blocked_box(world, "same")
    done, told = replayed(box)
    tap.ok(done.code == 0 and fates(told) == [["same"], ["same"]], "replay: two times, the same",
           done.told())
    tap.ok(told[0]["told"] < told[1]["told"] and all(
        r["facts"]["read_differently"] == r["facts"]["late"] == r["facts"]["only_counted"] == 0 and
        r["facts"]["read"] > 1000 and not any(r["changed"].values()) for r in told),
        "replay: every fact was read, nothing has changed", told)
    tap.ok(done.raw == box.run("why", "--replay", "--json").raw, "replay: the same bytes again")
    text = box.run("why", "--replay")
    tap.ok(text.code == 0 and text.out.count("the same today") == 2, "replay: in words",
           text.told())
    done = box.run("forget", "p720-0@outlook.com")
    tap.ok(done.code == 0, "replay: a person is forgotten", done.told())
    done, told = replayed(box)
    tap.ok(done.code == 0 and fates(told) == [["same"], ["same"]] and
           told[1]["facts"]["only_counted"] > 0, "replay: of whom only the count is left",
           done.told())
    box.run("ingest", "--source", "203.0.113.24", box.path("mail.log.1"))
    done, told = replayed(box)
    tap.ok(len(told) == 2, "replay: nothing new read, nothing more kept", done.told())


def replay_rules(tap, world):
    """A rule or a weight of one's own changes what was told, and is named."""
    box = blocked_box(world, "rules")
    os.mkdir(box.path("know"))
    util.write(box.path("know/other.rules"),
               "speaker provider google\nrule x { token XYZZY; class blocked; meaning m; source s; "
               "certain yes }\n")
    done, told = replayed(box, "--know", box.path("know"))
    tap.ok(done.code == 0 and fates(told) == [["same"], ["same"]] and told[0]["changed"]["rules"]
           and told[1]["facts"]["read_differently"] == 0,
           "replay: a rule about something else changes nothing", done.told())
    util.write(box.path("know/other.rules"),
               "speaker provider microsoft-consumer\nrule mine { token S3140; stage mail; class "
               "listed; scope source; meaning \"ours\"; source \"a test\"; certain yes }\n"
               "rule s3140 { token S3140NEVER; class blocked; meaning m; source s; certain yes }\n")
    done, told = replayed(box, "--know", box.path("know"))
    tap.ok(done.code == 1 and fates(told) == [["changed"], ["changed"]], "replay: a class is another",
           done.told())
    change = {c["what"]: (c["before"], c["after"]) for c in told[1]["incidents"][0]["changes"]}
    tap.ok(change.get("class") == ("blocked", "listed") and
           change.get("rule") == ("microsoft-consumer.s3140", "microsoft-consumer.mine") and
           told[1]["readings"] == [{"before": "microsoft-consumer.s3140", "facts": 100,
                                    "after": "microsoft-consumer.mine"}] and
           told[1]["changed"] == {"rules": True, "weights": False, "sources": False,
                                  "found": False, "reports": False, "program": False},
           "replay: which rule, and how many replies", [change, told[1]["readings"],
                                                        told[1]["changed"]])
    text = box.run("why", "--replay", "--know", box.path("know"))
    tap.ok(text.code == 1 and "class: was blocked, is listed" in text.out and
           "the rules have changed: 100 of" in text.out and
           "microsoft-consumer.s3140, now microsoft-consumer.mine (100)" in text.out,
           "replay: in words", text.told())
    os.remove(box.path("know/other.rules"))
    util.write(box.path("know/mine.weights"), "weight hygiene_low { hygiene 5; origin test }\n")
    done, told = replayed(box, "--know", box.path("know"))
    change = {c["what"]: (c["before"], c["after"]) for c in told[1]["incidents"][0]["changes"]}
    tap.ok(done.code == 1 and told[1]["changed"]["weights"] and not told[1]["changed"]["rules"] and
           "cause.hygiene" in change and "evidence.hygiene_low" in change and "class" not in change,
           "replay: another weight", [change, told[1]["changed"]])
    text = box.run("why", "--replay", "--know", box.path("know"), "1").out
    tap.ok("why: the weights have changed" in text and "(unlikely)" in text,
           "replay: another weight, in words", [text])
    tap.ok("0 incidents" in box.run("why", "--replay", "7").out, "replay: of one that is not there")


def replay_late(tap, world):
    """Facts that came in later than what was told are named."""
    box, late = blocked_box(world, "late"), Mail()
    late.n = 5000
    late.many(range(30 * 24 - 48, 30 * 24), 5, *OUTLOOK, "bounced",
              "550 5.1.1 Requested action not taken: mailbox unavailable")
    done = box.run("ingest", "--source", "203.0.113.24", late.write(box.path("late.log")))
    tap.ok(done.code == 0, "late: read", done.told())
    done, told = replayed(box)
    tap.ok(done.code == 1 and fates(told) == [["changed"], ["changed"], ["same"]],
           "late: what was told before is another now, what is told since is not", done.told())
    tap.ok([r["facts"]["late"] for r in told] == [240, 240, 0] and
           any(c["what"] == "evidence.hygiene_high" and c["before"] is None
               for c in told[0]["incidents"][0]["changes"]),
           "late: how many, and what they bring", told)
    text = box.run("why", "--replay").out
    tap.ok("240 deliveries from before that moment were read after it" in text, "late: in words", [text])
    done, told = replayed(box, "--now", "2026-10-01T12:00:00Z")
    tap.ok(len(told) == 1, "late: only what was told by then", done.told())


def replay_without_facts(tap, world):
    """Counts alone: rules cannot be tried, the rest can."""
    box, mail = world.box("counts"), Mail()
    mail.many(range(0, 30 * 24, 2), 3, *OUTLOOK)
    mail.many(range(30 * 24, 30 * 24 + 10), 5, *OUTLOOK, "bounced", S3140)
    box.run("ingest", "--rollups-only", "--source", "203.0.113.24",
            mail.write(box.path("mail.log")))
    done, told = replayed(box)
    tap.ok(done.code == 0 and fates(told) == [["same"]] and told[0]["facts"]["read"] == 0 and
           told[0]["facts"]["only_counted"] == 1130, "counts only: the same", done.told())
    tap.ok("no single fact is kept" in box.run("why", "--replay").out, "counts only: and that is said")
    empty = world.box("nothing")
    empty.run("ingest", util.write(empty.path("mail.log"), ""))
    done = empty.run("why", "--replay")
    tap.ok(done.code == 0 and "0 incidents: the same today" in done.out, "replay: nothing was told",
           done.told())


def changed_mind(tap, world):
    """What was said before, and what is new since then."""
    box, log = world.box("mind"), world.log("aws-morning", 5)
    with open(log.files[-1], encoding="utf-8") as f:
        lines = f.readlines()
    refused = [n for n, x in enumerate(lines) if "S3140" in x]
    first = util.write(box.path("mail.log"), "".join(lines[:refused[0] + 1]))
    moment = lines[refused[0]].split()[0][:19] + "Z"
    box.run("ingest", *log.files[:-1], first)
    done = box.run("why", "microsoft-consumer", "--json", "--now", moment)
    lead = done.json()["incidents"][0]
    tap.ok(lead["before"] is None and lead["causes"][0]["words"] == "cannot tell",
           "mind: at the first refusal nothing can be told, and nothing was told before", [lead["causes"][0]])
    box.run("ingest", log.files[-1])
    done = box.run("why", "microsoft-consumer", "--json")
    leads = [i for i in done.json()["incidents"] if i["before"] is not None]
    tap.ok(len(leads) == 1 and leads[0]["causes"][0]["words"] == "probably" and
           {k: leads[0]["before"][k] for k in ("at", "words", "because", "reply_changed", "reputed_changed")} ==
           {"at": moment, "words": "cannot tell", "because": "siblings_together_alike",
            "reply_changed": False, "reputed_changed": False},
           "mind: it is probable now, as the sibling is refused too", [i["before"] for i in done.json()["incidents"]])
    text = box.run("why", "microsoft-consumer").out
    tap.ok("before   at %s %s UTC the log could not tell" % (moment[:10], moment[11:16]) in text and
           "New since then: 203.0.113." in " ".join(text.split()), "mind: in words", [text[:3000]])
    util.write(box.path("mine.weights"), "weight siblings_together_alike { range 1; origin test }\n"
               "weight siblings_together_unlike { range 1; origin test }\n")
    os.mkdir(box.path("know"))
    os.rename(box.path("mine.weights"), box.path("know/mine.weights"))
    done = box.run("why", "microsoft-consumer", "--json", "--know", box.path("know"))
    one = [i["before"] for i in done.json()["incidents"] if i["before"] is not None]
    tap.ok(all(b["reputed_changed"] for b in one) and (not one or one[0]["because"] != "siblings_together_alike"),
           "mind: other weights are named, and what weighs nothing is no reason", one)


def main():
    return util.main([changed_mind, small_hosts, own_weights, ledger_and_forecast, replay_same, replay_rules,
                      replay_late, replay_without_facts])


if __name__ == "__main__":
    sys.exit(main())
