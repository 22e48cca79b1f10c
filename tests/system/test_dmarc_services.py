#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""reputed dmarc report and path: who a source is, and what to do there.

By what it passes for (know/services.services, and files of one's own), and, of addresses that nothing names, by their
confirmed names in DNS: bounded, after the answer, and never a condition of it.
"""
import csv
import io
import json
import os
import pty
import re
import shlex
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dns_stub         # noqa: E402
import report_year      # noqa: E402
import util             # noqa: E402
import util_schema      # noqa: E402

OWN = "203.0.113.24"
SES, UNNAMED, CLOUD, CLAIMED, NAMELESS = "192.0.2.61", "198.51.100.20", "198.51.100.66", "198.51.100.67", "198.51.100.68"
EC2, OUT = "ec2-198-51-100-66.compute-1.amazonaws.com", "a24-1.smtp-out.amazonses.com"
CONFIG = "source s1 {\n    public %s\n}\n" % OWN
BOTH = "One of both is enough; the signature survives forwarding, too."


def records(day):
    """What each receiver sees on a day: address, messages, dkim, spf, signatures, SPF domain."""
    ours, d = ("shop.example", "s1", "pass"), "shop.example"
    yield OWN, 50, "pass", "pass", [ours], (d, "pass")
    yield SES, 9, "fail", "fail", [("amazonses.com", "k7", "pass")], ("eu-west-1.amazonses.com", "pass")
    yield "192.0.2.62", 2, "fail", "fail", [("amazonses.com", "k7", "pass")], ("us-east-1.amazonses.com", "pass")
    for i in (1, 2):
        host = "mail%d.suw11.mcsv.net" % i
        yield "192.0.2.7%d" % i, 4, "fail", "fail", [(host, "k2", "pass")], (host, "pass")
    yield "192.0.2.81", 3, "fail", "fail", [("contoso.onmicrosoft.com", "sel", "pass")], ("contoso.onmicrosoft.com", "pass")
    yield "192.0.2.82", 2, "fail", "fail", [("gmail.com", "g", "pass")], ("gmail.com", "pass")
    yield "192.0.2.83", 2, "fail", "fail", [("amazonses.com", "k7", "pass"), ("crm.example", "c", "pass")], ("b.crm.example", "pass")
    yield "192.0.2.84", 2, "fail", "fail", [("mill.example", "m", "pass")], ("mill.example", "pass")
    yield UNNAMED, 5, "pass", "pass", [("shop.example", "ses", "pass")], ("bounce.shop.example", "pass")
    good = day % 2 == 0
    yield ("192.0.2.85", 6, "pass" if good else "fail", "fail",
           [("shop.example", "s9", "pass" if good else "fail")] + [("desk.example", "x", "pass")], ("desk.example", "pass"))
    for ip, days in ((CLOUD, 12), (CLAIMED, 5), (NAMELESS, 1)):
        if day < days:
            yield ip, 3, "fail", "fail", [], (d, "fail")


def report(org, email, n, begin, rows):
    body = "".join(report_year.record(ip, count, "none", dkim, spf, report_year.auth(signed, [mfrom]))
                   for ip, count, dkim, spf, signed, mfrom in rows)
    return ("<feedback><report_metadata><org_name>%s</org_name><email>%s</email><report_id>%s</report_id><date_range>"
            "<begin>%d</begin><end>%d</end></date_range></report_metadata><policy_published><domain>shop.example</domain>"
            "<p>none</p></policy_published>%s</feedback>" % (org, email, n, begin, begin + 86399, body)).encode()


def write(folder, days=30):
    for day in range(days):
        begin = report_year.BEGIN + day * report_year.DAY
        for k, (org, email) in enumerate((("YAHOO" if day < 20 else "Yahoo", "d@yahoo.com"),
                                          ("Enterprise Outlook", "d@microsoft.com"), ("google.com", "n@google.com"),
                                          ("Gone!", "d@gone.example"))):
            if k == 3 and day > 12:
                continue
            util.write(os.path.join(folder, "%d-%d.xml" % (day, k)), report(org, email, "%d.%d" % (day, k), begin, records(day)))


def box_with(world, name, days=30):
    box = world.box(name)
    with open(box.config, "a", encoding="utf-8") as file:
        file.write(CONFIG)
    os.makedirs(box.path("reports"))
    write(box.path("reports"), days)
    box.run("ingest", box.path("reports"))
    return box


def ask(box, *words):
    done = box.run("dmarc", *words, "--json")
    return json.loads(done.out)


def schema(tap, name, value, what):
    with open(util.TREE + "/doc/json/%s.schema.json" % name, encoding="utf-8") as file:
        wrong = util_schema.errors(value, json.load(file), closed=True)
    tap.ok(not wrong, "%s: as its schema says" % what, wrong)


def flat(text):
    return " ".join(text.split())


def named(tap, world):
    """Sources are called by their services, beside the domain; what is shared is one, tenants are not."""
    box = box_with(world, "named")
    out = ask(box, "report", "shop.example")
    schema(tap, "dmarc_report", out, "report")
    got = {(s["who"], s["name"]): (s["service"], s["service_name"], s["mailboxes"], s["addresses"]) for s in out["sources"]}
    want = {("service", "amazonses.com"): ("amazon-ses", "Amazon SES", None, 2),
            ("service", "mcsv.net"): ("mailchimp", "Mailchimp", None, 2),
            ("service", "contoso.onmicrosoft.com"): ("microsoft-365", "Microsoft 365", None, 1),
            ("service", "gmail.com"): (None, None, "google", 1),
            ("service", "crm.example"): ("amazon-ses", "Amazon SES", None, 1),
            ("service", "mill.example"): (None, None, None, 1),
            ("signed", "desk.example"): (None, None, None, 1),
            ("signed", None): (None, None, None, 1), ("own", None): (None, None, None, 1),
            ("unknown", None): (None, None, None, 3)}
    tap.ok(got == want, "each source is what it is, once", sorted(set(got.items()) ^ set(want.items()), key=str))
    is_ = {s["name"]: (s["header_from"], s["dkim_fault"], s["dkim_domain"], s["dkim_selector"], s["spf_fault"], s["spf_domain"])
           for s in out["sources"] if s["name"]}
    tap.ok(is_["amazonses.com"] == ("shop.example", "unaligned", "amazonses.com", "k7", "unaligned", "eu-west-1.amazonses.com"),
           "which signature and which envelope it is about", is_["amazonses.com"])
    tap.ok(is_["desk.example"][1:4] == ("fails", "shop.example", "s9"), "the selector that fails", is_["desk.example"])
    text = box.run("dmarc", "report", "shop.example", "--all").out
    for want in ("Amazon SES (amazonses.com)", "Mailchimp (mcsv.net)", "Microsoft 365 (contoso.onmicrosoft.com)",
                 "crm.example (through Amazon SES)"):
        tap.ok(want in text, "the table says %s" % want, text.splitlines()[:20])
    rows = list(csv.DictReader(io.StringIO(box.run("dmarc", "report", "shop.example", "--csv").out, newline="")))
    is_ = {(r["source"], r["service"], r["service_name"]) for r in rows if r["source"].startswith("amazonses")}
    tap.ok(is_ == {("amazonses.com", "amazon-ses", "Amazon SES")}, "and so does CSV", is_)


CURES = {
    "Amazon SES (amazonses.com)":
        "DKIM passes for amazonses.com (selector k7) and SPF for eu-west-1.amazonses.com, not for shop.example. If you use Amazon "
        "SES (if not, somebody sends as you through it): DKIM: In the SES console, Configuration, Identities, shop.example: switch "
        "on Easy DKIM, and publish the three CNAME records that it shows. Each region that you send from has its own. SPF: Set a "
        "custom MAIL FROM domain there, such as bounce.shop.example, with the MX record that it shows and the TXT record v=spf1 "
        "include:amazonses.com ~all. " + BOTH + " More: "
        "https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html",
    "Mailchimp (mcsv.net)":
        "SPF: The envelope is always of the service, so SPF cannot align: the signature is the only way. More: "
        "https://mailchimp.com/help/set-up-email-domain-authentication/",
    "Microsoft 365 (contoso.onmicrosoft.com)": "SPF: Where the envelope is of shop.example too, put "
        "include:spf.protection.outlook.com into its SPF record. " + BOTH,
    "desk.example": "The signature of shop.example (selector s9) fails; SPF of desk.example passes, but that is not the domain in "
                    "From. The signature is broken, or the key is not the one that signs. Compare the key: reputed dkim check "
                    "shop.example --selector s9 If it is right, something behind the signer changes the message.",
    "gmail.com": "Somebody sends as shop.example from a mailbox at gmail.com. If it is one of your people: give them a mailbox of "
                 "shop.example, or let their mail program send through your own server. If not, it is forged.",
}
ADVICE = {
    "crm.example": "If you use this service, let it sign with shop.example, and publish the key that it gives you. If you do not, "
                   "somebody uses it to send as you.",
    "mcsv.net": "If you use Mailchimp (if not, somebody sends as you through it): DKIM: In Mailchimp, Account & billing, Domains: "
                "verify shop.example, then press Start authentication, and publish the two CNAME records that it shows "
                "(k2._domainkey.shop.example and k3._domainkey.shop.example in most accounts). To verify alone signs nothing. SPF: "
                "The envelope is always of the service, so SPF cannot align: the signature is the only way. More: "
                "https://mailchimp.com/help/set-up-email-domain-authentication/",
}


def cures(tap, world):
    """What to do is said for the service, with the selector and the domain; report and path say the same."""
    box = box_with(world, "cures")
    text = flat(box.run("dmarc", "path", "shop.example").out)
    more = flat(box.run("dmarc", "report", "shop.example").out)
    advice = {s["name"]: s["advice"] for s in ask(box, "path", "shop.example")["steps"][0]["sources"]}
    said = dict(re.findall(r"\d\. (.+?): [\d,]+ of [\d,]+ messages fail\. (.*?)(?= \d\. | and \d+ more | What to change )", text.split("What to fix first")[1]))
    for name, want in CURES.items():
        tap.ok(want in said.get(name, ""), "path: %s" % name, [said.get(name)])
        tap.ok(want in more, "report says the same of %s" % name, [more[:3000]])
    for name, want in ADVICE.items():
        tap.ok(advice[name] == want, "path --json: %s" % name, [advice[name]])
    tap.ok(advice["amazonses.com"] and "shop.example: switch on Easy DKIM" in advice["amazonses.com"], "and in JSON", advice)
    schema(tap, "dmarc_path", ask(box, "path", "shop.example"), "path")
    every = ("report", "path")
    for word in every:
        few, whole = (box.run("dmarc", word, "shop.example", *more).out for more in ((), ("--all",)))
        few, whole = (re.search(r"(?s)\nWhat to fix[^\n]*\n(.*?)\n\n", t).group(1) for t in (few, whole))
        items = [len(re.findall(r"(?m)^\d+\. ", t)) for t in (few, whole)]
        tap.ok(items == [5, 7] and "\nand 2 more: --all shows them" in few and "more:" not in whole,
               "%s: what is not shown is counted, and --all shows it" % word, [items, few, whole])
    # Without a domain each cure names the domain in From.
    text = flat(box.run("dmarc", "report").out)
    tap.ok("Identities, shop.example: switch on Easy DKIM" in text and "DOMAIN" not in text, "of all domains: the one in From", [text[:3000]])
    key = re.search(r"reputed (dkim check shop\.example --selector s9)", text)
    with dns_stub.Stub({"shop.example": [("TXT", "v=spf1 -all")]}) as dns:
        done = box.run(*key.group(1).split(), "--server", dns.server, "--timeout-ms", "400")
        asked = [q for q in dns.asked if b"s9._domainkey.shop.example" in str(q).encode()]
    tap.ok(done.code == 1 and asked and "s9" in done.out, "the printed command looks at that key", done.told())


def alone(tap, world):
    """A printed command is a line of its own, whole at any width: the raw line runs."""
    box = box_with(world, "alone")
    with dns_stub.Stub({"shop.example": [("TXT", "v=spf1 -all")]}) as dns:
        for words in (("report", "shop.example"), ("path", "shop.example")):
            seen = {}
            for columns in (60, 100):
                out = box.run("dmarc", *words, env={"COLUMNS": str(columns)}).out
                seen[columns] = re.findall(r"(?m)^ +(reputed [a-z].*)$", out)
                inside = re.findall(r"(?m)^.*\S +reputed (?:dkim|dmarc|spf|check|explain|ingest)\b.*$", out)
                tap.ok(not inside, "dmarc %s at %d columns: no command inside a sentence" % (words[0], columns), inside)
            tap.ok(seen[60] == seen[100] and "reputed dkim check shop.example --selector s9" in seen[60],
                   "dmarc %s: the same commands at each width" % words[0], seen)
            for line in sorted(set(seen[60])):
                more = ("--server", dns.server, "--timeout-ms", "400") if " check " in line or "--names" in line else ()
                done = box.run(*shlex.split(line)[1:], *more)
                tap.ok(done.code in (0, 1), "runs: %s" % line, done.told())


def paste(tap, world):
    """A selector that a stranger chose is not in a command that somebody pastes."""
    box = world.box("paste")
    rows = [("192.0.2.85", 6, "pass" if good else "fail", "fail", [("shop.example", "$(touch x)" if not good else "s9",
             "pass" if good else "fail"), ("desk.example", "x", "pass")], ("desk.example", "pass")) for good in (True, False)]
    box.run("ingest", util.write(box.path("r.xml"), report("a.example", "a@a.example", "1", report_year.BEGIN, rows)))
    text = flat(box.run("dmarc", "report", "shop.example").out)
    tap.ok("reputed dkim check" not in text and "The selector is no name that DNS can have" in text,
           "no command, which would look at other keys, and it is said why", [text])


def contradicts(tap, world):
    """A report that passes the signature of the domain in From, and fails DMARC all the same, is no fault of the sender."""
    box = world.box("contradicts")
    rows = [(OWN, 6, "fail", "fail", [("shop.example", "s1", "pass")], ("shop.example", "pass"))]
    util.append(box.config, CONFIG)
    box.run("ingest", util.write(box.path("r.xml"), report("a.example", "a@a.example", "1", report_year.BEGIN, rows)))
    text = flat(box.run("dmarc", "report", "shop.example").out)
    tap.ok("Of 6 the reports contradict themselves: a signature of the domain in From passes, and does not count." in text and
           "What to fix" not in text and "somebody else sends as you" not in text, "it is said so, and nothing is to be fixed", [text])


def own_service(tap, world):
    """A file of one's own names a service, and replaces a built-in one."""
    box = box_with(world, "own", 10)
    os.mkdir(box.path("know"))
    util.write(box.path("know/mine.services"),
               'service mill { name "The Mill"; domains mill.example; fix { dkim "Ask the miller to sign with DOMAIN." } }\n'
               'service amazon-ses { name "Our SES"; shared amazonses.com; fix { dkim "Ask Jo about DOMAIN."; spf never } }\n')
    text = flat(box.run("dmarc", "report", "shop.example", "--know", box.path("know"), "--all").out)
    for want in ("The Mill (mill.example)", "Our SES (amazonses.com)", "Ask Jo about shop.example."):
        tap.ok(want in text, "with it: %s" % want, [text[:2500]])
    tap.ok("Easy DKIM" not in text, "what it replaces is gone")
    util.write(box.path("know/mine.services"), 'service amazon-ses { name "Our SES"; shared amazonses.com }\n')
    text = flat(box.run("dmarc", "report", "shop.example", "--know", box.path("know")).out)
    tap.ok("If one of your people sends through Our SES: reputed does not know how such mail passes for shop.example." in text,
           "one without a fix", [text[:2500]])


def zone(mute=False):
    gone = dns_stub.TIMEOUT
    names = {CLOUD: [("PTR", EC2)], CLAIMED: [("PTR", "mail-wr1-f41.google.com")],
             UNNAMED: [("PTR", OUT)], SES: [("PTR", OUT)]}
    out = {".".join(reversed(ip.split("."))) + ".in-addr.arpa": gone if mute else v for ip, v in names.items()}
    out.update({EC2: [("A", CLOUD)], OUT: [("A", UNNAMED)], "mail-wr1-f41.google.com": [("A", "192.0.2.250")]})
    return out


def on_terminal(box, *args):
    """What a person sees whose terminal is 200 wide."""
    ours, theirs = pty.openpty()
    done = box.start(*args, stdout=theirs)
    os.close(theirs)
    out = b""
    while True:
        try:
            more = os.read(ours, 65536)
        except OSError:
            break
        if not more:
            break
        out += more
    os.close(ours)
    with done:
        return done.wait(), out.decode()


def names(tap, world):
    """Names of addresses: confirmed ones only, of those that nothing names, when they are asked for, or on a terminal."""
    box = box_with(world, "names")
    with dns_stub.Stub(zone()) as dns:
        server = ("--server", dns.server, "--timeout-ms", "300")
        text = flat(box.run("dmarc", "path", "shop.example", *server).out)
        tap.ok(not dns.asked and "Who runs them, by their names in DNS: reputed dmarc path shop.example --names" in text,
               "a pipe asks nothing, and says how", [text[-1500:]])
        text = box.run("dmarc", "path", "shop.example", "--since", "8w").out
        tap.ok("\n  reputed dmarc path shop.example --since 56d --names\n" in text, "for the time that was asked", [text[-1500:]])
        text = box.run("dmarc", "path", "shop.example", "--names", *server).out
        asked = {str(q) for q in dns.asked}
        tap.ok("Amazon EC2: " + EC2 in flat(text), "the cloud, by a name that leads back", text.splitlines()[-20:])
        tap.ok("google" not in text.split("Nothing vouches")[1], "a name that does not lead back says nothing")
        tap.ok(not any("61.2.0.192" in q for q in asked), "what has a name is not asked", sorted(asked)[:20])
        out = ask(box, "report", "shop.example", "--names", *server)
        schema(tap, "dmarc_report", out, "with names")
        is_ = {s["address"]: (s["hostname"], s["cloud"], s["run_by"]) for s in out["strangers"]}
        tap.ok(is_ == {CLOUD: (EC2, "aws-ec2", "Amazon EC2"), CLAIMED: (None,) * 3, NAMELESS: (None,) * 3}, "in JSON", is_)
        is_ = [(s["hostname"], s["run_by"]) for s in out["sources"] if s["address"] == UNNAMED]
        tap.ok(is_ == [(OUT, "Amazon SES")], "a source without a name of its own", is_)
        text = box.run("dmarc", "report", "shop.example", "--names", "--all", *server).out
        tap.ok("Amazon SES (%s)" % UNNAMED in text, "is called by who runs its address", text.splitlines()[:25])
        before = len(dns.asked)
        code, text = on_terminal(box, "dmarc", "report", "shop.example", *server)
        tap.ok(len(dns.asked) > before and EC2 in text and code == 1, "on a terminal without being told to", [code, text[-2000:]])


def away(tap, world):
    """DNS that does not answer costs the names, and nothing else."""
    box = box_with(world, "away")
    plain = box.run("dmarc", "report", "shop.example")
    with dns_stub.Stub(zone(mute=True)) as dns:
        done = box.run("dmarc", "report", "shop.example", "--names", "--server", dns.server, "--budget-ms", "400")
    tap.ok(done.code == plain.code == 1 and not done.err, "the exit code is that of the reports", done.told())
    head = plain.out.split("Nothing vouches")[0]
    tap.ok(done.out.startswith(head), "the answer is the same", done.told())
    done = box.run("dmarc", "report", "shop.example", "--names", "--server", "127.0.0.1:9", "--budget-ms", "400")
    tap.ok(done.code == 1 and "DNS did not answer in time, so no address has a name here." in flat(done.out),
           "and it is said that none has a name", done.told())
    done = box.run("dmarc", "report", "shop.example", "--names", "--server", "no such server")
    tap.ok(done.code == 2 and "no such server" in done.err, "a server that is none is an error", done.told())


def spelt(tap, world):
    """Organisations are shown as their newest report spells them, and are one whatever the case."""
    box = box_with(world, "spelt")
    out = ask(box, "report", "shop.example")
    is_ = sorted(r["name"] for r in out["receivers"])
    tap.ok(is_ == ["Enterprise Outlook (microsoft.com)", "Gone! (gone.example)", "Yahoo (yahoo.com)", "google.com"], "in JSON", is_)
    text = box.run("dmarc", "report", "shop.example").out
    tap.ok("Yahoo (yahoo.com)" in text and "YAHOO" not in text and "Gone! (gone.example): its last report ends on" in text,
           "in the text", text.splitlines()[-25:])
    is_ = {r["receiver"] for r in csv.DictReader(io.StringIO(box.run("dmarc", "report", "shop.example", "--csv").out, newline=""))}
    tap.ok("Yahoo (yahoo.com)" in is_, "in CSV", is_)


def future(tap, world):
    """A report of a time to come is not counted, and that is said."""
    box = box_with(world, "future", 5)
    box.run("ingest", util.write(box.path("r.xml"), report("a.example", "a@a.example", "9", 4070908800, records(0))))
    out = ask(box, "report", "shop.example")
    tap.ok(out["future_reports"] == 1 and "a.example" not in [r["name"] for r in out["receivers"]], "one, not counted", [out["future_reports"]])
    for words in (("report", "shop.example"), ("path", "shop.example"), ("report",)):
        text = flat(box.run("dmarc", *words).out)
        tap.ok("1 report is not counted: its time ends after today (the last on 2099-01-0" in text, "said by %s" % " ".join(words), [text[-900:]])
    tap.ok(ask(box, "report", "other.example")["future_reports"] == 0, "not of another domain")


if __name__ == "__main__":
    sys.exit(util.main([named, cures, alone, paste, contradicts, own_service, names, away, spelt, future]))
