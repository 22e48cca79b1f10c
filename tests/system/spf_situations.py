# SPDX-License-Identifier: Apache-2.0
"""
spf_situations.py -- domains with SPF records as people have them, sound and broken, from a seed.

    world = make(seed, count)       -> World: situations, and zones for nsd.Nsd

Each situation is a domain, its addresses (`own`, for --ip; `known`, in the configuration only), what it publishes, and what it means to say: `meant` is
the record as its owner would write it without the fault (evaluated leniently by spf_walk.py). From that follow the
addresses that must pass after any proposal, and those that must not. `kind` is the fault that it is about. The same
seed gives the same bytes. All names are below .example, all addresses are for documentation or benchmarks.
"""

import ipaddress
import random

import spf_kinds

# Services with shapes as large ones have: include term, and records of its names.
SERVICES = {
    "include:_spf.google.example": {
        "_spf.google": [("TXT", "v=spf1 include:_netblocks.google.example include:_netblocks2.google.example "
                                "include:_netblocks3.google.example ~all")],
        "_netblocks.google": [("TXT", "v=spf1 ip4:198.18.16.0/20 ip4:198.18.32.0/19 ip4:198.18.64.0/19 ~all")],
        "_netblocks2.google": [("TXT", "v=spf1 ip6:2001:db8:4000::/36 ip6:2001:db8:5000::/36 ~all")],
        "_netblocks3.google": [("TXT", "v=spf1 ip4:198.18.96.0/20 ip4:198.18.112.0/21 ~all")]},
    "include:amazonses.example": {
        "amazonses": [("TXT", "v=spf1 ip4:198.18.128.0/18 ip4:198.18.192.0/20 -all")]},
    "include:servers.mcsv.example": {
        "servers.mcsv": [("TXT", "v=spf1 ip4:198.18.208.0/20 ip4:198.18.224.0/20 ?all")]},
    "include:mail.zendesk.example": {
        "mail.zendesk": [("TXT", "v=spf1 ip4:198.19.0.0/21 ip4:198.19.8.0/21 include:pool.zendesk.example ~all")],
        "pool.zendesk": [("TXT", "v=spf1 ip4:198.19.16.0/22 ~all")]},
    "include:1234567.spf04.hubspotemail.example": {
        "1234567.spf04.hubspotemail": [("TXT", "v=spf1 ip4:198.19.20.0/24 include:spf04a.hubspotemail.example -all")],
        "spf04a.hubspotemail": [("TXT", "v=spf1 ip4:198.19.21.0/24 ip4:198.19.22.0/24 -all")]},
    "include:spf.protection.outlook.example": {
        "spf.protection.outlook": [("TXT", "v=spf1 ip4:198.19.32.0/19 ip6:2001:db8:6000::/40 -all")]},
    "include:sendgrid.example": {
        "sendgrid": [("TXT", "v=spf1 ip4:198.19.64.0/20 ip4:198.19.80.0/21 ~all")]},
    "include:mailgun.example": {
        "mailgun": [("TXT", "v=spf1 include:_spf1.mailgun.example include:_spf2.mailgun.example ~all")],
        "_spf1.mailgun": [("TXT", "v=spf1 ip4:198.19.96.0/22 ~all")],
        "_spf2.mailgun": [("TXT", "v=spf1 ip4:198.19.100.0/22 ip4:198.19.104.0/24 ~all")]},
    "include:_spf.salesforce.example": {
        "_spf.salesforce": [("TXT", "v=spf1 exists:%{i}._spf.mta.salesforce.example -all")],
        "198.19.112.9._spf.mta.salesforce": [("A", "127.0.0.2")]},
    "include:spf.freshdesk.example": {
        "spf.freshdesk": [("TXT", "v=spf1 include:a.freshdesk.example ip4:198.19.120.0/24 ~all")],
        "a.freshdesk": [("TXT", "v=spf1 include:b.freshdesk.example ~all")],
        "b.freshdesk": [("TXT", "v=spf1 include:c.freshdesk.example ~all")],
        "c.freshdesk": [("TXT", "v=spf1 ip4:198.19.121.0/24 ~all")]},
    "include:mandrill.example": {"mandrill": [("TXT", "v=spf1 ip4:198.19.124.0/23 ?all")]},
    "a:relay.hoster.example": {"relay.hoster": [("A", "198.19.126.5"), ("AAAA", "2001:db8:7000::5")]},
}
COST = {"include:_spf.google.example": 4, "include:mail.zendesk.example": 2, "include:mailgun.example": 3,
        "include:1234567.spf04.hubspotemail.example": 2, "include:_spf.salesforce.example": 2,
        "include:spf.freshdesk.example": 4}

# Services that do harm.
SICK = {
    "norecord.sick": [("A", "198.51.100.80")],
    "self.sick": [("TXT", "v=spf1 ip4:198.51.100.81 include:self.sick.example -all")],
    "mutual1.sick": [("TXT", "v=spf1 ip4:198.51.100.82 include:mutual2.sick.example ~all")],
    "mutual2.sick": [("TXT", "v=spf1 ip4:198.51.100.83 include:mutual1.sick.example ~all")],
    "below.sick": [("TXT", "v=spf1 ip4:198.51.100.84 include:gone.sick.example -all")],
    "anybody.sick": [("TXT", "v=spf1 ip4:198.51.100.85 +all")],
    "deep.sick": [("TXT", "v=spf1 ip4:198.51.100.86 include:anybody.sick.example -all")],
    "void.sick": [("TXT", "v=spf1 ip4:198.51.100.87 a:v1.sick.example a:v2.sick.example a:v3.sick.example -all")],
    "four.sick": [("TXT", "v=spf1 a:f1.sick.example a:f2.sick.example a:f3.sick.example -all")],
    "f1.sick": [("A", "198.51.100.88")], "f2.sick": [("A", "198.51.100.89")], "f3.sick": [("A", "198.51.100.90")],
    "typo.sick": [("TXT", "v=spf1 ipv4:198.51.100.91 -all")],
    "two.sick": [("TXT", "v=spf1 ip4:198.51.100.92 -all"), ("TXT", "v=spf1 ip4:198.51.100.93 -all")],
    "eleven.sick": [("TXT", "v=spf1 " + " ".join("a:f%d.sick.example" % (i % 3 + 1) for i in range(11)) + " -all")],
    "broken.sick": [("TXT", "v=spf1 include:x.servfail.example ip4:198.51.100.94 -all")],
    "ptr.sick": [("TXT", "v=spf1 ip4:198.51.100.95 ptr -all")],
}
STRANGERS4 = ["203.0.113.%d" % i for i in (5, 66, 129, 200, 251)] + ["198.51.100.7", "198.51.100.201", "192.88.99.4"]
STRANGERS6 = ["2001:db8:ffff::1", "2001:db8:1234:5678::9", "2001:db8:fff0:1::25"]


def escaped(text):
    """Bytes as a zone file has them, in strings of at most 255; a list: these strings."""
    parts = text if isinstance(text, list) else [text]
    out = []
    for part in parts:
        raw = part if isinstance(part, bytes) else part.encode("utf-8")
        for i in range(0, max(len(raw), 1), 255):
            out.append('"%s"' % "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else "\\%03d" % b
                                        for b in raw[i:i + 255]))
    return " ".join(out)


class Situation:
    def __init__(self, number, kind, chance):
        self.number, self.kind, self.chance = number, kind, chance
        self.domain = "d%d.example" % number
        self.own, self.terms, self.meant = [], [], []
        self.known = []         # own addresses that only the configuration has
        self.records, self.strangers, self.neutral = [], [], []
        self.all, self.txts, self.redirect = chance.choice(["-all", "-all", "~all"]), None, None
        self.proposable = True  # None: perhaps a record fits, perhaps something must be given up
        self.half = False       # a service works up to an error: it stays, behind all else
        self.temporary = False  # a name server fails: a term that stays gives temperror

    # -- what kinds are made of --

    def host(self, name, *addresses):
        for a in addresses:
            self.records.append((name, "AAAA" if ":" in a else "A", a))
        return name + "." + self.domain

    def own4(self):
        taken = [int(x.rpartition(".")[2]) for x in self.own if ":" not in x]
        free = [x for x in range(10, 120) if all(abs(x - y) > 2 for y in taken)]
        self.own.append("192.0.2.%d" % self.chance.choice(free))
        return self.own[-1]

    def own6(self):
        self.own.append("2001:db8:a:%x::25" % self.chance.randrange(1, 65535))
        return self.own[-1]

    def add(self, *terms, at=None):
        """Terms that are published and meant."""
        for term in terms:
            place = len(self.terms) if at is None else at
            self.terms.insert(place, term)
            self.meant.insert(len(self.meant) if at is None else at, term)

    def fault(self, *terms, at=None, meant=None):
        """Terms that are published, and what is meant by them, if anything."""
        for term in terms:
            place = self.chance.randrange(len(self.terms) + 1) if at is None else at
            self.terms.insert(place, term)
        if meant:
            self.meant.append(meant)

    def covered(self, address=None):
        """A sound term for an own address."""
        a = address or (self.own6() if self.chance.random() < 0.2 else self.own4())
        kind = "ip6" if ":" in a else "ip4"
        what = self.chance.random()
        if what < 0.5:
            self.add("%s:%s" % (kind, a))
        elif what < 0.7:
            name = "out%d" % len(self.records)
            self.host(name, a)
            self.add("a:%s.%s" % (name, self.domain))
        elif what < 0.85 and not any(t == "MX" for _, t, _ in self.records):
            self.mx(a)
            self.add("mx")
        else:
            name = "_spf%d" % len(self.records)
            self.records.append((name, "TXT", "v=spf1 %s:%s -all" % (kind, a)))
            self.add("include:%s.%s" % (name, self.domain))
        return a

    def mx(self, *addresses):
        for i, a in enumerate(addresses):
            name = "mx%d-%d" % (i, len(self.records))
            self.records.append(("@", "MX", "%d %s" % (10 * (i + 1), name)))
            self.host(name, a)

    def services(self, low, high):
        names = [x for x in SERVICES if x not in self.terms]
        budget = 7 - sum(COST.get(x, 1) for x in self.terms if x[:2] not in ("ip",))
        self.chance.shuffle(names)
        wanted = self.chance.randint(low, high)
        for name in names:
            if wanted and COST.get(name, 1) <= budget:
                wanted -= 1
                budget -= COST.get(name, 1)
                self.add(name)

    def too_many_services(self):
        names = list(SERVICES)
        self.chance.shuffle(names)
        total = sum(COST.get(t, 1) for t in self.terms if not t.startswith("ip"))
        for name in names:
            if total <= 10:
                self.add(name)
                total += COST.get(name, 1)

    def uncovered(self):
        return self.own6() if self.chance.random() < 0.2 else self.own4()

    # -- what comes out --

    def published(self):
        """The SPF texts of the domain."""
        if self.txts is not None:
            return self.txts
        tail = [self.redirect] if self.redirect else []
        return [" ".join(["v=spf1"] + self.terms + ([self.all] if self.all else []) + tail)]

    def meaning(self):
        end = [self.redirect] if self.redirect and not self.all else ["-all"]
        return " ".join(["v=spf1"] + self.meant + end)

    def lines(self, texts=None):
        """Zone lines with absolute names; `texts`: zone lines in place of the SPF records."""
        out = list(texts) if texts is not None else \
            ["%s. IN TXT %s" % (self.domain, escaped(x)) for x in self.published()]
        for name, kind, value in self.records:
            owner = self.domain + "." if name == "@" else "%s.%s." % (name, self.domain)
            if kind == "MX":
                preference, host = value.split()
                value = "%s %s" % (preference, host if host.endswith(".") else "%s.%s." % (host, self.domain))
            elif kind == "TXT":
                value = escaped(value)
            out.append("%s IN %s %s" % (owner, kind, value))
        return out


class World:
    def __init__(self, situations):
        self.situations = situations

    def zones(self, texts=None):
        """For nsd.Nsd; `texts`: number of a situation to the zone lines in place of its SPF records."""
        texts, lines = texts or {}, []
        for names in list(SERVICES.values()) + [SICK]:
            for name, records in names.items():
                lines += ["%s IN %s %s" % (name, kind, escaped(value) if kind == "TXT" else value)
                          for kind, value in records]
        lines += ["mail.ptrland IN A 192.0.2.200", "mail2.ptrland IN A 192.0.2.201"]
        for s in self.situations:
            lines += s.lines(texts.get(s.number))
        return {"example": "\n".join(lines) + "\n",
                "in-addr.arpa": "200.2.0.192 IN PTR mail.ptrland.example.\n201.2.0.192 IN PTR mail2.ptrland.example.\n",
                "ip6.arpa": "",
                # not a zone: NSD answers SERVFAIL for it
                "servfail.example": "@ IN A this is no address\n"}


def make(seed, count, only=None):
    kinds = [k for k in spf_kinds.KINDS if not only or k.__name__ in only]
    situations = []
    for number in range(count):
        chance = random.Random("%s/%d" % (seed, number))
        maker = kinds[number % len(kinds)]
        s = Situation(number, maker.__name__, chance)
        maker(s)
        if s.txts is None and number >= len(kinds) and chance.random() < 0.3:
            second = chance.choice([k for k in spf_kinds.SECOND if k is not maker])
            second(s)
            s.kind += "+" + second.__name__
        if len(s.own) > 1 and chance.random() < 0.3:
            s.known.append(s.own.pop(chance.randrange(len(s.own))))
        s.strangers += beside(s)
        situations.append(s)
    return World(situations)


def beside(s):
    """Strangers: random ones, and the neighbours of each own address."""
    out = s.chance.sample(STRANGERS4, 3) + s.chance.sample(STRANGERS6, 1)
    for a in s.own + s.known:
        address = ipaddress.ip_address(a)
        out += [str(address + 1), str(address - 1)]
    return out
