#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_proposals.py [REPUTED] -- each SPF record that is proposed, published on a real NSD and looked at again. TAP.

SITUATIONS=150 of spf_situations.py (`make proposals`: 1,000), SEED=1, KINDS="dead_include ptr" for some kinds only.
`reputed check` and `spf check` are run on each; what they propose goes into a second NSD, and is evaluated there by
reputed, by spf_walk.py and, where they are installed, by pyspf and Mail::SPF. One test for each kind of fault.
"""

import concurrent.futures
import ipaddress
import os
import queue
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dns_ask          # noqa: E402
import nsd              # noqa: E402
import spf_situations   # noqa: E402
import spf_walk         # noqa: E402
import util             # noqa: E402

AT_ONCE = 8     # runs of `check` wait for the pace of lists most of the time
AT_MOST = 64    # addresses that one run of `spf check` takes
LONGEST = 512   # bytes of a record that fits into any answer (RFC 7208, 3.4)
STRING = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
LINE = re.compile(r'(\S+)\.\s+IN\s+TXT\s+((?:"(?:[^"\\]|\\.)*"\s*)+)$')
RANGE = re.compile(r"((?:\d+\.){3}\d+)-((?:\d+\.){3}\d+|\d+)")
ADDRESS = re.compile(r"(?:\d+\.){3}\d+(?:/\d+)?(?!\d|\.\d)|(?<![0-9a-z])(?:[0-9a-f]{1,4}:+){2,}[0-9a-f:]*(?:/\d+)?", re.I)


def unquoted(text):
    """The strings of a TXT line, as bytes."""
    out = []
    for part in STRING.findall(text):
        raw = re.sub(r"\\(\d{3}|.)", lambda m: chr(int(m.group(1))) if len(m.group(1)) == 3 else m.group(1), part)
        out.append(raw.encode("latin-1", "replace"))
    return out


def is_spf(name):
    return name.startswith("spf-")


class Case:
    """A situation, what reputed said about it, and what is wrong with that."""

    def __init__(self, situation):
        self.s, self.wrong = situation, []
        self.proposed, self.lines, self.before = None, None, set()
        self.printed, self.wordy = set(), []    # (id, subject) of findings with records, and of those without
        self.must, self.must_not = [], []

    def bad(self, what, *facts):
        self.wrong.append(what + (": " + ", ".join(str(x) for x in facts) if facts else ""))

    def told(self):
        return ["%s %s --ip %s; configured: %s" % (self.s.kind, self.s.domain, " --ip ".join(self.s.own),
                                                   " ".join(self.s.known) or "none"),
                "  zone:     " + " | ".join(self.s.lines()), "  proposed: %s" % self.proposed] + \
            ["  " + x[:600] for x in self.wrong]


# -- what is said before ---------------------------------------------------------------------------

def look(box, server, s):
    """The findings about SPF of `check`, and the whole of `spf check`."""
    own = [x for a in s.own for x in ("--ip", a)]
    util.write(box.path("list-usage"), "")
    util.write(box.config, 'database "%s"\nkey-file "%s"\n%s' % (box.db, box.key, "".join(
        "source out%d {\n    public %s\n}\n" % x for x in enumerate(s.known))))
    whole = box.run("check", s.domain, *own, "--json", "--server", server, "--timeout-ms", "1000")
    record = box.run("spf", "check", s.domain, *own, "--json", "--server", server, "--timeout-ms", "1000")
    if not whole.out or not record.out:
        raise RuntimeError("nothing said: %s" % (whole.told() + record.told()))
    return [f for f in whole.json()["findings"] if is_spf(f["id"])], record.json()


def first_look(case, box, server):
    findings, record = look(box, server, case.s)
    case.before = {f["id"] for f in findings + record["findings"]}
    case.proposed = record["proposed"]
    lines = {tuple(f.get("publish") or ()) for f in findings + record["findings"] if f.get("publish")}
    case.printed = {(f["id"], f["subject"]) for f in findings + record["findings"] if f.get("publish")}
    case.wordy = [(f["id"], f["subject"]) for f in findings if not f.get("publish")]
    if len(lines) > 1:
        case.bad("findings of one run propose different records", *lines)
    case.lines = list(sorted(lines)[0]) if lines else None
    trouble = [f for f in findings if f["severity"] != "info"]
    if case.proposed is None:
        if lines:
            case.bad("published although nothing is proposed", *lines)
        for f in trouble:
            if not f["fix"] or len(f["fix"].split()) < 5:
                case.bad("nothing is proposed, and not said why or what to do", f["id"], f["fix"])
        if trouble and case.s.proposable and case.s.own:
            case.bad("nothing is proposed, although a record fits", *sorted(case.before))
        if "spf-too-many-lookups" in case.before and not any(
                re.search(r"include:|redirect=|\b[a-z0-9.-]+\.example\b", (f["fix"] or "").replace(case.s.domain, ""))
                for f in trouble if f["id"] == "spf-too-many-lookups"):
            case.bad("nothing is proposed, and not said what to give up")
    elif trouble and not lines:
        case.bad("no finding has the lines of what is proposed", *sorted(case.before))


# -- what is proposed, as text ---------------------------------------------------------------------

def allowed(s):
    """What the domain's own zone names: networks that may be entered."""
    texts = [x if isinstance(x, str) else " ".join(x) for x in s.published()]
    texts += [value for _, kind, value in s.records if kind in ("TXT", "A", "AAAA")] + s.own + s.known
    found = {4: [], 6: []}
    for text in texts:
        for low, high in RANGE.findall(text):
            high = high if "." in high else "%s.%s" % (low.rpartition(".")[0], high)
            found[4] += ipaddress.summarize_address_range(ipaddress.IPv4Address(low), ipaddress.IPv4Address(high))
        for hit in ADDRESS.findall(text):
            try:
                network = ipaddress.ip_network(hit, strict=False)
            except ValueError:
                try:
                    network = ipaddress.ip_network(hit.split("/")[0])
                except ValueError:
                    continue
            found[network.version].append(network)
    return {k: list(ipaddress.collapse_addresses(v)) for k, v in found.items()}


def same(term):
    """A term in one form."""
    if term.network:
        return "%s%s" % (term.sign, term.network)
    if not term.sign:
        return term.text.lower()
    return "%s%s:%s/%d/%d" % (term.sign, term.kind, (term.name or "").lower().rstrip("."), term.prefix[4], term.prefix[6])


def shortest(case):
    """The length of what is meant, with each network once, and the own addresses that it does not cover."""
    terms, networks = [], []
    for text in dict.fromkeys(case.s.meant):
        term = spf_walk.Term(text)
        if term.network and term.sign == "+":
            networks.append(term.network)
        else:
            terms.append(text)
    for version in (4, 6):
        for network in ipaddress.collapse_addresses([n for n in networks if n.version == version]):
            terms.append("ip%d:%s" % (version, str(network).replace("/32", "").replace("/128", "")))
    terms += ["ip4:" + a for a in case.s.own + case.s.known]
    return len(" ".join(["v=spf1"] + terms + ["-all"]))


def read(case):
    """Whether it can be published at all; what is wrong with its text."""
    joined = None
    for line in case.lines or ['%s. IN TXT %s' % (case.s.domain, spf_situations.escaped(case.proposed))]:
        hit = LINE.match(line)
        if not hit or not (hit.group(1) + ".").endswith("." + case.s.domain + ".") and hit.group(1) != case.s.domain:
            case.bad("no line of this zone", line)
            return False
        strings = unquoted(hit.group(2))
        if max(len(x) for x in strings) > 255:
            case.bad("a string of more than 255 bytes", line)
            return False
        if hit.group(1) == case.s.domain:
            joined = b"".join(strings).decode("utf-8", "replace")
    if joined != case.proposed:
        case.bad("the line is not the record", joined)
    try:
        mechanisms, modifiers = spf_walk.parse(case.proposed)
    except spf_walk.Permerror as error:
        case.bad("its syntax is wrong", error)
        return joined is not None
    forms = [same(t) for t in mechanisms]
    if len(set(forms)) < len(forms):
        case.bad("a term is there twice", *sorted(x for x in set(forms) if forms.count(x) > 1))
    networks = [t.network for t in mechanisms if t.network and t.sign == "+"]
    sorted_out = any(t.sign != "+" and t.kind != "all" for t in mechanisms)     # the order may need it twice
    for a in networks:
        if not sorted_out and any(a is not b and a.version == b.version and a != b and a.subnet_of(b) for b in networks):
            case.bad("a network inside another", a)
    if not (mechanisms and mechanisms[-1].kind == "all") and "redirect" not in modifiers:
        case.bad("it has no all")
    if mechanisms and mechanisms[-1].kind == "all" and (mechanisms[-1].sign == "+" or "redirect" in modifiers or
                                                        any(t.kind == "all" for t in mechanisms[:-1])):
        case.bad("all is +all, not the only one, or beside redirect")
    for term in case.s.terms if case.s.temporary else ():
        if re.search(r":(x\.servfail|broken\.sick)\.example$", term) and term not in case.proposed.split(" "):
            case.bad("a term that could not be looked up was taken out", term)
    own = allowed(case.s)
    for network in [t.network for t in mechanisms if t.network]:
        if not any(network.subnet_of(x) for x in own[network.version]):
            case.bad("an address that the domain does not name", network)
    if len(case.proposed) > LONGEST and shortest(case) <= LONGEST:
        case.bad("%d bytes, although %d are enough" % (len(case.proposed), shortest(case)))
    return joined is not None


# -- who must pass, and who must not ---------------------------------------------------------------

def samples(walk, domain, record, seen):
    """An address or two of each network and host below a record."""
    out = []
    try:
        mechanisms, modifiers = spf_walk.parse(record)
    except spf_walk.Permerror:
        return out
    for term in mechanisms + list(modifiers.values()):
        if term.network:
            out += [str(term.network.network_address + (term.network.num_addresses > 1)),
                    str(term.network[term.network.num_addresses * 2 // 3])]
        name = (term.name or domain).replace("%{d2}", domain).replace("%{d}", domain)
        if term.kind in ("a", "mx"):
            hosts = [h for _, h in walk.dns.ask(name, "MX")[1] if h] if term.kind == "mx" else [name]
            out += [a for h in hosts for kind in ("A", "AAAA") for a in walk.dns.ask(h, kind)[1]]
        elif term.kind == "exists":
            out += ["198.19.112.9", "192.0.2.150"]
        elif term.kind in ("include", "redirect") and name not in seen:
            seen.add(name)
            for text in walk.records(name):
                out += samples(walk, name, text, seen)
    return out


def expect(case, walk):
    s = case.s
    meaning = s.meaning()
    still = [a for a in s.known if walk.result(a, s.domain).result == "pass"]
    if "*" in s.neutral:
        case.must = s.own + still
    else:
        known = [a for a in dict.fromkeys(samples(walk, s.domain, meaning, set())) if a not in s.neutral]
        case.must = s.own + still + [a for a in known if a not in s.own + s.known and
                                   walk.result(a, s.domain, meaning, lenient=True).result == "pass"][:24]
    if s.half:      # who passes up to the error still does; pyspf refuses all of a record that names itself
        case.must += [a for a in s.neutral if a.startswith("198.51.100.") and a != "198.51.100.81" and
                      walk.result(a, s.domain).result == "pass"]
    case.must_not = [a for a in dict.fromkeys(s.strangers) if a not in s.own + s.known + s.neutral and
                     walk.result(a, s.domain, meaning, lenient=True).result != "pass"][:AT_MOST - len(case.must)]


# -- what holds once it is published ---------------------------------------------------------------

def held(case, who, results):
    """results: address to result."""
    for a in case.must:
        late = case.s.temporary and a not in case.s.own and results.get(a) == "temperror"
        if results.get(a) != "pass" and not late:
            case.bad("%s %s gets %s from %s" % ("own" if a in case.s.own else "known" if a in case.s.known else "kept", a, results.get(a), who))
    for a in case.must_not:
        if results.get(a) == "pass":
            case.bad("a stranger passes", a, who)
        elif results.get(a) not in ("fail", "softfail", "neutral") and not (
                case.s.temporary and results.get(a) == "temperror") and not (
                    case.s.half and results.get(a) == "permerror"):
            case.bad("a stranger gets %s from %s" % (results.get(a), who), a)


def second_look(case, box, server, walk):
    s = case.s
    rcode, values = walk.dns.ask(s.domain, "TXT")
    texts = [b"".join(v).decode("utf-8", "replace") for v in values]
    if case.proposed not in texts:
        case.bad("NSD does not have it", rcode, texts)
        return
    findings, record = look(box, server, s)
    after = [(f["id"], f["subject"]) for f in findings]
    for what in sorted(case.printed):
        if after.count(what) > case.wordy.count(what) and not case.s.half:
            case.bad("the finding is still there", *what)
    new = {f["id"] for f in findings + record["findings"]} - case.before
    if "spf-too-many-lookups" in case.before:
        new.discard("spf-near-limit")
    if shortest(case) > LONGEST:
        new.discard("spf-large")
    if new:
        case.bad("a new finding", *sorted(new))
    ask = [x for a in case.must + case.must_not for x in ("--ip", a)]
    done = box.run("spf", "check", s.domain, *ask, "--json", "--server", server, "--timeout-ms", "1000")
    if not done.out:
        raise RuntimeError("nothing said: %s" % done.told())
    held(case, "reputed", {x["ip"]: x["result"] for x in done.json()["addresses"]})
    held(case, "spf_walk", {a: walk.result(a, s.domain).result for a in case.must + case.must_not})
    for family in (4, 6):
        lookups, voids, broken = walk.worst(s.domain, family)
        if case.s.half:
            continue
        if lookups > spf_walk.LOOKUPS or voids > spf_walk.VOIDS or \
                broken.partition(":")[0] not in ("", "Temperror" if s.temporary else ""):
            case.bad("IPv%d that matches nothing: %d look-ups, %d void %s" % (family, lookups, voids, broken))


PEERS = (("pyspf", "peer_spf.py", [shutil.which("python3", path="/usr/bin") or "python3"], ["-c", "import spf"]),
         ("Mail::SPF", "peer_spf.pl", [shutil.which("perl") or "perl"], ["-MMail::SPF", "-e1"]))


def peers(cases, server):
    """What implementations of others say; the names of those that are installed."""
    asked = [(case, a) for case in cases for a in case.must + case.must_not]
    lines = "".join("%s %s jo@%s mx.%s\n" % (a, c.s.domain, c.s.domain, c.s.domain) for c, a in asked)
    there = []
    for name, program, runner, probe in PEERS:
        if subprocess.run(runner + probe, stderr=subprocess.DEVNULL, check=False).returncode:
            continue
        done = subprocess.run(runner + [util.TREE + "/bench/peers/" + program] + server.split(":"), text=True,
                              stdout=subprocess.PIPE, check=True, input=lines)
        there.append(name)
        results = {}
        for (case, a), result in zip(asked, done.stdout.splitlines()):
            results.setdefault(case.s.number, {})[a] = result
        for case in cases:
            held(case, name, results.get(case.s.number, {}))
    return there


# -- all of it -------------------------------------------------------------------------------------

def each(cases, boxes, work):
    """work(case, box) for each, several at once."""
    def one(case):
        box = boxes.get()
        try:
            work(case, box)
        except Exception as error:      # pylint: disable=broad-except
            case.bad("%s: %s" % (type(error).__name__, error))
        finally:
            boxes.put(box)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, cases))


def report(tap, cases):
    kinds = {}
    for case in cases:
        kinds.setdefault(case.s.kind.partition("+")[0], []).append(case)
    for kind, mine in sorted(kinds.items()):
        wrong = [c for c in mine if c.wrong]
        proposed = sum(c.proposed is not None for c in mine)
        wrong.sort(key=lambda c: len(" ".join(c.s.lines())))
        tap.ok(not wrong, "%s: %d situations, %d records" % (kind, len(mine), proposed),
               ["%d of them wrong" % len(wrong)] + [x for c in wrong[:2] for x in c.told()])


def proposals(tap, world):
    if nsd.PROGRAM is None:
        tap.skip("SPF records are proven", "Debian's nsd is not installed")
        return
    count, seed = int(os.environ.get("SITUATIONS", "150")), os.environ.get("SEED", "1")
    made = spf_situations.make(seed, count, os.environ.get("KINDS", "").split())
    cases = [Case(s) for s in made.situations]
    boxes = queue.Queue()
    for i in range(AT_ONCE):
        boxes.put(world.box("box%d" % i))
    with nsd.Nsd(made.zones()) as dns:
        ask = dns_ask.Ask(dns.server)
        each(cases, boxes, lambda case, box: first_look(case, box, dns.server))
        walk = spf_walk.Walk(ask)
        for case in cases:
            expect(case, walk)
        ask.close()
    good = [c for c in cases if c.proposed is not None and read(c)]
    texts = {c.s.number: c.lines or ["%s. IN TXT %s" % (c.s.domain, spf_situations.escaped(c.proposed))] for c in good}
    with nsd.Nsd(made.zones(texts)) as dns:
        ask = dns_ask.Ask(dns.server)
        walk = spf_walk.Walk(ask)
        each(good, boxes, lambda case, box: second_look(case, box, dns.server, walk))
        there = peers(good, dns.server)
        ask.close()
    report(tap, cases)
    tap.ok(len(good) > len(cases) // 3, "%d of %d situations got a record, evaluated by reputed, spf_walk%s" % (
        len(good), len(cases), "".join(", " + p for p in there)))
    summary = {}
    for case in cases:
        for what in {re.sub(r"[0-9a-f:.]{7,}", "ADDRESS", w.partition(":")[0]) for w in case.wrong}:
            summary.setdefault(what, []).append(case)
    for what, mine in sorted(summary.items(), key=lambda x: -len(x[1])):
        tap.note("%4d  %s  (%s)" % (len(mine), what, " ".join(sorted({c.s.kind.partition("+")[0] for c in mine}))[:200]))


if __name__ == "__main__":
    sys.exit(util.main([proposals]))
