#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_options.py [REPUTED] -- stay or move, on logs of genlog: the answer, the bill, the warnings,
and that the figures follow from the log, the configuration and know, and from nothing else. TAP.
"""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util     # noqa: E402

MS = "microsoft-consumer"


def boxes(world):
    """A blocked sender with a path elsewhere, one with a single address, one without trouble."""
    if not hasattr(world, "opt"):
        world.opt = {}
        for name, scenario in (("aws", "aws-morning"), ("single", "single"), ("well", "boring")):
            box = world.opt[name] = world.box("opt-" + name)
            if name == "aws":
                util.append(box.config, "source out-c { public 198.51.100.9 }\n")
            done = box.ingest(*world.log(scenario, 5).files)
            if done.code != 0:
                raise RuntimeError(done.told())
    return world.opt


def asked(box, *args, **more):
    done = box.run("options", "--json", *args, **more)
    if done.code != 0:
        raise RuntimeError(done.told())
    return done.json()


def option(found, name, provider=0):
    return next(o for o in found["providers"][provider]["options"] if o["option"] == name)


def configured(box, text, name="own.conf"):
    """A configuration like the box's with more in it: --config FILE."""
    path = util.write(box.path(name), util.read(box.config) + text.encode())
    return ["--config", path]


def without_prices(found):
    """What must stay when only a price of one option changes."""
    out = [(g["provider"], g["incidents"], g["volume"]) for g in found["providers"]]
    return out, [(o["option"], o["worth"], o["effects"], o["days"])
                 for g in found["providers"] for o in
                 sorted(g["options"], key=lambda o: o["option"])]


# --- words ---------------------------------------------------------------------------------------

def answers(tap, world):
    box = boxes(world)["aws"]
    done = box.run("options")
    lines = done.out.splitlines()
    first = " ".join(lines[:3])
    tap.ok(done.code == 0 and not done.err, "exit code 0, also with trouble", done.told())
    tap.ok(first.startswith("For Microsoft (Outlook.com, Hotmail): ask for delisting once more") and
           "198.51.100.9" in first and "prepare to move to" in first,
           "the first line is the answer: ask, use the path, prepare to leave", [first])
    tap.ok(max(map(len, lines)) <= 100, "100 columns", [x for x in lines if len(x) > 100])
    tap.ok("\x1b" not in done.out, "no colour beyond a terminal")
    for words in ("would ease incidents", "if the cause is the neighbourhood", "back after",
                  "in 30 days"):
        tap.ok(words in " ".join(done.out.split()), "it says: %s" % words, [done.out])
    whole = box.run("options", "--all")
    for words in ("Useless here", "it helps only at: microsoft-365"):
        tap.ok(words in " ".join(whole.out.split()) and words not in " ".join(done.out.split()),
               "it says with --all: %s" % words, [whole.out])
    flat = " ".join(done.out.split())
    tap.ok("request production access" in flat and "Possible" in whole.out,
           "what is to be prepared is told with what it needs first", [done.out])
    same = [box.run("options", w).out for w in (MS, "hotmail.com", "Outlook.com", MS.upper())]
    tap.ok(len(set(same)) == 1 and same[0] == done.out, "by id and by mail domain it is the same",
           [len(set(same))])
    traced = box.run("options", "--trace")
    tap.ok(re.search(r"worth +-?\d\.\d\d of what is likely in incident \d+: range 0\.\d\d", traced.out) and
           "https://aws.amazon.com/ses/pricing/" in traced.out and
           "know/ways.options:" in traced.out, "--trace has probabilities, sources and pages",
           traced.told())
    tap.ok(not re.search(r"\b0\.\d\d of what", done.out), "numbers of the judge only in --trace")
    done = box.run("options", "orange")
    tap.ok(done.code == 0 and "nothing to fix" in " ".join(done.out.split()) and
           "A second way out" in done.out,
           "a provider without trouble: nothing to fix", done.told())
    done = box.run("options", "nobody.example")
    tap.ok(done.code == 0 and 'This log shows no mail to "nobody.example"' in done.out,
           "a provider that got no mail", done.told())
    tap.ok(box.run("options", "a", "b").code == 2, "two providers are wrong use")


def three_best(tap, world):
    """Three ways out of each provider, the rest counted; --all and JSON have all of them."""
    for name, box in boxes(world).items():
        for group in asked(box)["providers"]:
            word = [group["provider"]] if group["provider"] else []
            good = [o["title"] for o in group["options"]
                    if o["advice"] not in ("no-use", "ruled-out")]
            done, whole = box.run("options", *word), box.run("options", "--all", *word)
            shown = re.findall(r"^  -  (.*)", done.out, re.M)
            tap.ok(len(shown) == min(3, len(good)) and
                   all(s.startswith(g) for s, g in zip(shown, good)),
                   "%s: the three best are shown" % name, [shown, good])
            left = [n for n in (len(good) - len(shown), len(group["options"]) - len(good)) if n]
            line = re.search(r"^(\d+) .*?(?:and (\d+) .*)?: (reputed options.*--all)$", done.out, re.M)
            tap.ok(not left and not line or line and
                   [int(x) for x in line.groups()[:2] if x] == left and
                   line.group(3) == " ".join(["reputed", "options"] + word + ["--all"]),
                   "%s: how many more, and how to see them" % name, [left, done.out])
            all_shown = re.findall(r"^  -  (.*)", whole.out, re.M)
            tap.ok(len(all_shown) == len(group["options"]) and "--all" not in whole.out,
                   "%s: --all has all" % name, [all_shown])
        tap.ok(asked(box) == asked(box, "--all"), "%s: JSON is the same with --all" % name)


def three_providers(tap, world):
    box = world.box("opt-many")
    lines = []
    for i in range(500):
        lines.append("2026-11-03T%02d:%02d:00Z mx1 postfix/smtp[7]: %X: to=<u%d@mail%d.example>, "
                     "relay=mx.mail%d.example[192.0.2.%d]:25, delay=1, delays=0/0/0/1, dsn=5.7.1, "
                     "status=bounced (host mx.mail%d.example[192.0.2.%d] said: 554 5.7.1 your address "
                     "is blocked here (in reply to MAIL FROM command))\n" %
                     (i // 60, i % 60, 0xD0000 + i, i, i % 5, i % 5, 10 + i % 5, i % 5, 10 + i % 5))
    box.ingest(util.write(box.path("mail.log"), "".join(lines)))
    groups = len(asked(box)["providers"])
    done, whole = box.run("options"), box.run("options", "--all")
    told = re.findall(r"^For (?!  )", done.out, re.M)
    tap.ok(groups > 3 and len(told) == 3 and
           "\n%d more provider%s. One in full: reputed options PROVIDER; all: reputed options --all\n" %
           (groups - 3, "" if groups == 4 else "s") in done.out,
           "three of %d providers in full, the rest a line each" % groups, [done.out])
    tap.ok(len(re.findall(r"^For (?!  )", whole.out, re.M)) == groups, "--all has all of them",
           [whole.out])


def well_and_empty(tap, world):
    done = boxes(world)["well"].run("options")
    tap.ok(done.code == 0 and " ".join(done.out.split()).startswith(
               "No provider refuses or slows your mail: nothing to fix. "
               "Here is what you depend on.") and
           "A second way out" in done.out and "Stay, and ask" not in done.out,
           "without trouble: what you depend on", done.told())
    box = world.box("opt-empty")
    box.ingest(util.write(box.path("mail.log"),
                          "2026-11-03T06:00:00Z mx1 postfix/master[1]: daemon started\n"))
    done = box.run("options")
    tap.ok(done.code == 0 and "Nothing to show yet" in done.out and "reputed ingest" in done.out,
           "an empty store says so", done.told())
    found = asked(box)
    tap.ok(found["now"] is None and found["providers"] == [] and found["volume"]["messages"] == 0,
           "and in JSON", [found])
    done = world.box("opt-none").run("options")
    tap.ok(done.code == 4 and "reputed ingest" in done.err and not done.out,
           "nothing read: what to do", done.told())


def warnings(tap, world):
    found = asked(boxes(world)["single"])
    kinds = [w["kind"] for w in found["warnings"]]
    tap.ok(kinds == ["one-source"], "one address alone is warned of", [found["warnings"]])
    tap.ok("all your mail leaves from one address" in
           " ".join(boxes(world)["single"].run("options").out.split()), "and in words")
    box = boxes(world)["aws"]
    found = asked(box)
    tap.ok(found["warnings"] == [] and len(found["paths"]) == 2,
           "two networks: no warning", [found["warnings"], found["paths"]])
    shares = sum(p["messages"] for p in found["paths"])
    tap.ok(shares == found["volume"]["messages"], "paths add up to all mail", [found["paths"]])
    near = world.box("opt-near")
    util.append(near.config, "source out-c { public 203.0.113.40 }\n")
    near.ingest(*world.log("aws-morning", 5).files)
    found = asked(near)
    tap.ok([w["kind"] for w in found["warnings"]] == ["one-subnet"] and
           "the 3 addresses that send are all in" in found["warnings"][0]["sentence"],
           "the same three in one network are warned of", [found["warnings"]])
    tap.ok(all(o["option"] != "own-path" for o in found["providers"][0]["options"]),
           "and there is no path of one's own any more")


# --- figures -------------------------------------------------------------------------------------

def arithmetic(tap, world):
    """Each sum is what its row says: quantity times price."""
    for name in boxes(world):
        wrong = []
        for group in asked(boxes(world)[name])["providers"]:
            month, addresses = group["volume"]["month"], group["volume"]["addresses"]
            for o in group["options"]:
                for row in o["cost"]["rows"]:
                    want = {"per-1000-messages": max(0, month - row["above"]) / 1000,
                            "per-month": 1, "once": 1}.get(row["unit"])
                    if want is not None and abs(row["quantity"] - want) > 0.002:
                        wrong.append("%s: quantity %s, not %s" % (o["option"], row["quantity"], want))
                    if row["unit"].startswith("per-address") and row["quantity"] < addresses:
                        wrong.append("%s: %s addresses" % (o["option"], row["quantity"]))
                    if abs(row["from"] - row["quantity"] * row["price_from"]) > 0.01:
                        wrong.append("%s: %s" % (o["option"], row))
                    if not row["own"] and not (row["source"] and row["date"] and row["url"]):
                        wrong.append("%s: a price without a source" % o["option"])
                for money in o["cost"]["sums"]:
                    rows = [r for r in o["cost"]["rows"] if r["currency"] == money["currency"] and
                            ("once" in r["unit"]) == money["once"]]
                    if abs(sum(r["from"] for r in rows) - money["from"]) > 0.01:
                        wrong.append("%s: %s" % (o["option"], money))
        tap.ok(not wrong, "%s: every sum follows from its rows, every row from the mail" % name,
               wrong)


def counted(tap, world):
    """The volume is that of the log: as status counts it, retries left out."""
    box = boxes(world)["aws"]
    found = asked(box)
    group = found["providers"][0]
    status = box.run("status", "--json", "--all").json()
    labels = {i["subject"]["source_label"] for i in box.run("why", "--json").json()["incidents"]
              if i["state"] != "over" and i["provider"] == MS}
    # aws-morning is 32 days long, so that --all is a little more than the 30 days counted here
    most = sum(c["sent"] + c["bounced"] + c["expired"] for c in status["cells"]
               if c["provider"] == MS and c["source_label"] in labels)
    n = group["volume"]["messages"]
    tap.ok(0.85 * most <= n <= most, "the mail concerned is that of the log (%d of %d)" % (n, most))
    tap.ok(group["volume"]["addresses"] == len(labels), "and its addresses", [labels])


def log_moves(tap, world):
    """Twice the mail at that provider: twice the bill there. Mail elsewhere: no change there."""
    box = world.box("opt-more")
    util.append(box.config, "source out-c { public 198.51.100.9 }\n")
    box.ingest(*world.log("aws-morning", 5).files)
    before = asked(box)
    provider = before["providers"][0]
    lines = ["2026-11-03T09:%02d:%02dZ mx1 postfix/out-c/smtp[77]: %X: to=<u%d@example.org>, "
             "relay=mx.example.org[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
             "(250 2.0.0 Ok: queued as Z%d)\n" % (i // 60 % 60, i % 60, 0xA0000 + i, i, i)
             for i in range(300)]
    done = box.ingest(util.write(box.path("more.log"), "".join(lines)))
    tap.ok("300 new deliveries" in done.out, "300 more messages, to others", done.told())
    after = asked(box)
    tap.ok(after["volume"]["messages"] == before["volume"]["messages"] + 300 and
           after["providers"][0]["volume"] == provider["volume"],
           "all mail moved by 300; the mail concerned stayed", [after["volume"], before["volume"]])
    one, two = option(before, "ses-shared"), option(after, "ses-shared")
    tap.ok(one["cost"]["rows"] == two["cost"]["rows"] and
           two["cost"]["sums"][0]["all_mail_to"] > one["cost"]["sums"][0]["all_mail_to"],
           "so the bill stayed, and that of all mail grew", [one["cost"], two["cost"]])
    lines = ["2026-11-03T09:%02d:%02dZ mx1 postfix/out-a/smtp[77]: %X: to=<u%d@hotmail.com>, "
             "relay=hotmail-com.olc.protection.outlook.com[104.47.0.33]:25, delay=1, "
             "delays=0/0/0/1, dsn=5.7.1, status=bounced (host "
             "hotmail-com.olc.protection.outlook.com[104.47.0.33] said: 550 5.7.1 Unfortunately, "
             "messages from [203.0.113.24] weren't sent. Please contact your Internet service "
             "provider since part of their network is on our block list (S3140). (in reply to MAIL "
             "FROM command))\n" % (i // 60 % 60, i % 60, 0xB0000 + i, i) for i in range(500)]
    box.ingest(util.write(box.path("ms.log"), "".join(lines)))
    third = asked(box)
    want = provider["volume"]["messages"] + 500
    tap.ok(third["providers"][0]["volume"]["messages"] == want and
           option(third, "ses-shared")["cost"]["sums"][0]["to"] >
           two["cost"]["sums"][0]["to"] + 0.07,
           "500 more to the provider that refuses: the bill grows",
           [third["providers"][0]["volume"], option(third, "ses-shared")["cost"]])


def own_figures(tap, world):
    box = boxes(world)["aws"]
    before = asked(box)
    args = configured(box, 'option ses-shared { cost "2 EUR per-1000-messages" "9.50 EUR per-month"\n'
                           'days 21; note "our contract" }\n')
    after = asked(box, *args)
    o = option(after, "ses-shared")
    thousands = after["providers"][0]["volume"]["month"] / 1000
    tap.ok(len(o["cost"]["rows"]) == 2 and all(r["own"] for r in o["cost"]["rows"]) and
           abs(o["cost"]["sums"][0]["from"] - (2 * thousands + 9.5)) < 0.01 and
           o["cost"]["sums"][0]["currency"] == "EUR" and o["cost"]["rows"][0]["source"] is None,
           "own costs replace the list price", [o["cost"]])
    tap.ok(o["days"] == {"from": 21, "to": 21, "source": None, "own": True} and
           o["note"] == "our contract", "own days and note", [o["days"], o["note"]])
    left = [x for x in without_prices(before)[1] if x[0] != "ses-shared"]
    right = [x for x in without_prices(after)[1] if x[0] != "ses-shared"]
    tap.ok(left == right and without_prices(before)[0] == without_prices(after)[0],
           "nothing else moved")
    out = " ".join(box.run("options", *args).out.split())
    tap.ok("(your own figures)" in out and "our contract" in out and "your own figure" in out,
           "people are told whose figures these are", [out])
    first = [option(x, "ses-shared")["advice"] for x in (before, after)]
    tap.ok(first == ["prepare", "possible"] or first == ["prepare", "prepare"],
           "the dearer it is, the less it is advised", first)
    dear = asked(box, *configured(box, 'option ses-shared { cost "900 USD per-month" }\n', "d.conf"))
    best = [o["option"] for o in dear["providers"][0]["options"] if o["advice"] == "prepare"]
    tap.ok(best and best != ["ses-shared"], "at 900 a month another way is prepared", [best])
    out = asked(box, *configured(box, "option ses-shared { rule-out yes }\n", "r.conf"))
    o = option(out, "ses-shared")
    tap.ok(o["advice"] == "ruled-out" and out["providers"][0]["options"][-1]["option"] == "ses-shared"
           and "SES, " not in out["providers"][0]["answer"],
           "what is ruled out comes last and is in no answer", [out["providers"][0]["answer"]])
    for text, place in (('option ses-shared { cost "2 EUR monthly" }\n', r":\d+:26: cost: expected a unit"),
                        ('option ses-shared { days soon }\n', r":\d+:26: days needs days"),
                        ('option ses-shared { cots "1 USD once" }\n', r"did you mean \"cost\""),
                        ('option ses-sharde { days 3 }\n', r"did you mean \"ses-shared\"")):
        done = box.run("options", *configured(box, text, "bad.conf"))
        tap.ok(done.code == 3 and re.search(place, done.err) and "Do now" in done.out,
               "%s: said, and the rest is used" % text.strip(), done.told())


def own_know(tap, world):
    box = boxes(world)["aws"]
    folder = box.path("know.d")
    os.mkdir(folder)
    good = ('option ses-shared {\n\ttitle "Ours"; step "move to ours"; kind move; days 2 "us"\n'
            '\tcures range "ours"; cost 5 USD per-month { source "us"; date 2026-11-01\n'
            '\t\turl https://x.example/ }\n}\n'
            'option lamp { title "A lamp"; step "light a lamp"; kind move; days 1 "us"; cost nothing\n'
            '\tleaves range "it is a lamp" }\n')
    mine = util.write(os.path.join(folder, "mine.options"), good)
    found = asked(box, "--know", folder)
    tap.ok(option(found, "ses-shared")["title"] == "Ours" and
           option(found, "lamp")["advice"] == "no-use",
           "an option of one's own replaces, another is added")
    done = box.run("rules", "check", mine)
    tap.ok(done.code == 0 and "15 options with this file, 0 problems" in done.out,
           "rules check reads options", done.told())
    util.write(mine, good.replace("cures range", "cures rnage").replace("kind move; days 1", "days 1"))
    done = box.run("rules", "check", mine)
    tap.ok(done.code == 3 and '%s:3:8: no cause "rnage"; did you mean "range"?' % mine in done.err and
           "%s:6:8: option lamp lacks kind" % mine in done.err,
           "and names what is wrong, with its place", done.told())
    done = box.run("options", "--all", "--know", folder)
    tap.ok(done.code == 3 and "Ours" in done.out and "rnage" in done.err,
           "what is right in it is used all the same", done.told())


def conduct(tap, world):
    """A block while every fifth recipient does not exist: fix first, and nothing is moved."""
    box = world.box("opt-conduct")
    host = "hotmail-com.olc.protection.outlook.com[104.47.0.33]"
    said = "dsn=%s, status=bounced (host " + host + " said: %s (in reply to %s command))"
    unknown = said % ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", "RCPT TO")
    block = said % ("5.7.1", "550 5.7.1 Unfortunately, messages from [203.0.113.24] weren't sent. "
                    "Please contact your Internet service provider since part of their network is on "
                    "our block list (S3140).", "MAIL FROM")
    fine = "dsn=2.0.0, status=sent (250 2.6.0 <x> Queued mail for delivery -> 250 2.1.5)"
    lines = []
    for i in range(1500):
        day, hour, minute = 24 + i // 288, i % 288 // 12, i % 12 * 5
        month = 10 if day <= 31 else 11
        end = block if i >= 1400 else unknown if i % 5 == 0 else fine
        lines.append("2026-%02d-%02dT%02d:%02d:00Z mx1 postfix/smtp[7]: %X: to=<u%d@hotmail.com>, "
                     "relay=%s:25, delay=1, delays=0/0/0/1, %s\n" %
                     (month, day, hour, minute, 0xC0000 + i, i, host, end))
    done = box.ingest(util.write(box.path("mail.log"), "".join(lines)))
    tap.ok(done.code == 0, "a list with dead recipients is read", done.told())
    found = asked(box)
    group = found["providers"][0]
    moves = {o["advice"] for o in group["options"] if o["kind"] in ("move", "path")}
    tap.ok(group["own_conduct"] and moves <= {"no-use"} and
           group["options"][0]["option"] == "fix" and group["options"][0]["advice"] == "do",
           "fixing is first, and no way to move is advised",
           [group["answer"], [(o["option"], o["advice"]) for o in group["options"]]])
    done = box.run("options")
    tap.ok("fix what is yours first: moving now would move the trouble too" in
           " ".join(done.out.split()).partition("Do now")[0] and
           "Only once your own faults are fixed" not in done.out, "in words", done.told())


def replay(tap, world):
    for name, box in boxes(world).items():
        tap.ok(len({box.run("options", "--json").raw for _ in range(2)}) == 1,
               "%s: the same facts, the same bytes" % name)


def main():
    return util.main([answers, three_best, three_providers, well_and_empty, warnings, arithmetic, counted, log_moves, own_figures,
                      own_know, conduct, replay])


if __name__ == "__main__":
    sys.exit(main())
