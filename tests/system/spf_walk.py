# SPDX-License-Identifier: Apache-2.0
"""
spf_walk.py -- a second, small evaluator of SPF (RFC 7208), for tests: nothing of it comes from src/.

    walk = Walk(dns)                    a dns_ask.Ask
    walk.result(ip, domain)             -> Found(result, lookups, voids, term)
    walk.worst(domain, 4)               -> (lookups, voids, broken) of the path on which no term matches

result() follows the RFC with its limits; `lenient` leaves the limits out and takes an error in an include as "does
not match": what a record is meant to say. `record` replaces the record that the domain publishes. A void look-up is
counted for each question without an answer, also for the address of each MX host: the strictest of the known ways
to count (pyspf's). `ptr` never matches here; nothing that is proposed may need it.
"""

import collections
import ipaddress
import re

import dns_ask

LOOKUPS, VOIDS = 10, 2
Found = collections.namedtuple("Found", "result lookups voids term")
RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
MACRO = re.compile(r"%(?:%|_|-|\{([slodiphcrtv])(\d*)(r?)([-.+,/_=]*)\})", re.I)
MECHANISM = re.compile(r"([-+?~]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:([:/])(.*))?$", re.I | re.S)
MODIFIER = re.compile(r"([a-z][a-z0-9_.-]*)=([\x21-\x7e]*)$", re.I)
DUAL = re.compile(r"^(.*?)(?:/(\d{1,3}))?(?://(\d{1,3}))?$", re.S)
SPEC = re.compile(r"(?:%\{[slodiphcrtv]\d*r?[-.+,/_=]*\}|%[%_-]|[\x21-\x24\x26-\x7e])+$", re.I)
END = re.compile(r"(?:\.[a-z0-9-]*[a-z-][a-z0-9-]*\.?|%\{[slodiphcrtv]\d*r?[-.+,/_=]*\})$", re.I)


class Permerror(Exception):
    pass


class Temperror(Exception):
    pass


class Term:
    """One term, read strictly: Permerror if the grammar of RFC 7208 (12) does not have it."""

    def __init__(self, text):
        self.text, self.name, self.network = text, None, None
        self.prefix = {4: 32, 6: 128}
        hit = MECHANISM.match(text)
        if hit:
            self.sign, self.kind = hit.group(1) or "+", hit.group(2).lower()
            self.value = hit.group(4)
            getattr(self, "read_" + self.kind, self.read_host)(hit.group(3))
            return
        hit = MODIFIER.match(text)
        if not hit:
            raise Permerror("no term: " + text)
        self.sign, self.kind, self.value = None, hit.group(1).lower(), hit.group(2)
        if self.kind in ("redirect", "exp"):
            self.name = self.spec(self.value)

    def spec(self, name):
        if not name or not SPEC.match(name) or not END.search(name):
            raise Permerror("no domain-spec: " + self.text)
        return name

    def read_all(self, mark):
        if mark:
            raise Permerror("all with a value: " + self.text)

    def read_include(self, mark):
        if mark != ":":
            raise Permerror("no name: " + self.text)
        self.name = self.spec(self.value)

    read_exists = read_include

    def read_ptr(self, mark):
        self.name = self.spec(self.value) if mark == ":" else None
        if mark == "/":
            raise Permerror("ptr with a prefix: " + self.text)

    def read_address(self, mark, kind):
        if mark != ":":
            raise Permerror("no address: " + self.text)
        try:
            address, slash, size = self.value.partition("/")
            if slash and not re.match(r"(0|[1-9]\d{0,2})$", size):
                raise ValueError
            self.network = kind(address + (slash and "/" + size), strict=False)
        except ValueError as error:
            raise Permerror("no address: " + self.text) from error

    def read_ip4(self, mark):
        self.read_address(mark, ipaddress.IPv4Network)

    def read_ip6(self, mark):
        self.read_address(mark, ipaddress.IPv6Network)

    def read_host(self, mark):
        value = self.value if mark == ":" else "/" + self.value if mark else ""
        name, four, six = DUAL.match(value).groups()
        if mark == ":" or name:
            self.name = self.spec(name)
        for family, size, most in ((4, four, 32), (6, six, 128)):
            if size is not None:
                if int(size) > most or (len(size) > 1 and size[0] == "0"):
                    raise Permerror("prefix too long: " + self.text)
                self.prefix[family] = int(size)


def parse(record):
    """The terms of a record: mechanisms in order, and the modifiers redirect and exp."""
    if record.lower() != "v=spf1" and not record.lower().startswith("v=spf1 "):
        raise Permerror("no SPF record")
    terms = [Term(x) for x in record[6:].split(" ") if x]
    mechanisms = [t for t in terms if t.sign]
    modifiers = {}
    for term in terms:
        if not term.sign and term.kind in ("redirect", "exp"):
            if term.kind in modifiers:
                raise Permerror("twice: " + term.kind)
            modifiers[term.kind] = term
    return mechanisms, modifiers


def expand(spec, ip, domain, sender, helo):
    """Macros (RFC 7208, 7)."""
    dotted = str(ip) if ip.version == 4 else ".".join(ip.exploded.replace(":", ""))
    values = {"s": sender, "l": sender.rpartition("@")[0], "o": sender.rpartition("@")[2], "d": domain, "i": dotted,
              "p": "unknown", "h": helo, "v": "in-addr" if ip.version == 4 else "ip6", "c": str(ip), "r": "unknown",
              "t": "0"}

    def one(hit):
        if hit.group(1) is None:
            return {"%%": "%", "%_": " ", "%-": "%20"}[hit.group(0)]
        parts = re.split("[" + re.escape(hit.group(4) or ".") + "]", values[hit.group(1).lower()])
        if hit.group(3):
            parts.reverse()
        return ".".join(parts[-int(hit.group(2)):] if hit.group(2) else parts)
    return MACRO.sub(one, spec)


class Walk:
    def __init__(self, dns):
        self.dns = dns

    def records(self, domain):
        """The SPF records of a name."""
        rcode, values = self.dns.ask(domain, "TXT")
        if rcode not in (dns_ask.OK, dns_ask.NXDOMAIN):
            raise Temperror(domain)
        texts = [b"".join(v).decode("utf-8", "surrogateescape") for v in values]
        return [t for t in texts if t.lower() == "v=spf1" or t.lower().startswith("v=spf1 ")]

    def result(self, ip, domain, record=None, lenient=False):
        one = One(self, ipaddress.ip_address(ip), lenient)
        try:
            result = one.check(domain, record, 0)
        except Permerror:
            result = "permerror"
        except Temperror:
            result = "temperror"
        return Found(result, one.lookups, one.voids, one.term)

    def worst(self, domain, family, record=None):
        """Look-ups and voids where no term matches, and what is wrong on the way ("" if nothing)."""
        stranger = ipaddress.ip_address("233.252.0.77" if family == 4 else "2001:db8:ffff:fffe::77")
        one = One(self, stranger, False, limits=False)
        broken = ""
        try:
            one.check(domain, record, 0)
        except (Permerror, Temperror) as error:
            broken = "%s: %s" % (type(error).__name__, error)
        return one.lookups, one.voids, broken


class One:
    """One evaluation. `term`: the term of the first record that decided."""

    def __init__(self, walk, ip, lenient, limits=True):
        self.walk, self.ip, self.lenient = walk, ip, lenient
        self.limits = limits and not lenient
        self.lookups = self.voids = 0
        self.term, self.path = None, []     # of the record at the top; names that lead to where we are

    def count(self):
        self.lookups += 1
        if self.limits and self.lookups > LOOKUPS:
            raise Permerror("more than %d look-ups" % LOOKUPS)

    def ask(self, name, kind):
        rcode, values = self.walk.dns.ask(name, kind)
        if rcode not in (dns_ask.OK, dns_ask.NXDOMAIN):
            raise Temperror(name)
        if not values:
            self.void()
        return values

    def void(self):
        self.voids += 1
        if self.limits and self.voids > VOIDS:
            raise Permerror("more than %d void look-ups" % VOIDS)

    def addresses(self, name):
        return [ipaddress.ip_address(x) for x in self.ask(name, "A" if self.ip.version == 4 else "AAAA")]

    def near(self, term, name):
        size = term.prefix[self.ip.version]
        return any(self.ip in ipaddress.ip_network("%s/%d" % (a, size), strict=False) for a in self.addresses(name))

    def inside(self, name, depth):
        """An include or a redirect; None if there is no record."""
        if name.lower() in self.path:
            raise Permerror("a loop: " + name)
        found = self.walk.records(name)
        if not found:
            self.void()
            return None
        self.path.append(name.lower())
        try:
            return self.check(name, found, depth + 1)
        finally:
            self.path.pop()

    def match(self, term, domain, depth):
        target = expand(term.name, self.ip, domain, "jo@" + domain, "mx." + domain) if term.name else domain
        if term.kind == "all":
            return True
        if term.network:
            return self.ip in term.network if self.ip.version == term.network.version else False
        self.count()
        if term.kind == "a":
            return self.near(term, target)
        if term.kind == "mx":
            hosts = [host for _, host in self.ask(target, "MX") if host]
            if len(hosts) > 10 and self.limits:
                raise Permerror("more than 10 MX")
            return any([self.near(term, host) for host in hosts])
        if term.kind == "exists":
            rcode, values = self.walk.dns.ask(target, "A")
            if rcode not in (dns_ask.OK, dns_ask.NXDOMAIN):
                raise Temperror(target)
            if not values:
                self.void()
            return bool(values)
        if term.kind == "ptr":
            return False
        return self.included(target, depth)

    def matches(self, term, domain, depth):
        try:
            return self.match(term, domain, depth)
        except (Permerror, Temperror):
            if self.lenient:
                return False
            raise

    def included(self, target, depth):
        result = self.inside(target, depth)
        if result is None and not self.lenient:
            raise Permerror("no record: " + target)
        return result == "pass"

    def check(self, domain, record, depth):
        if depth == 0:
            self.path.append(domain.lower())
        records = [record] if isinstance(record, str) else record if record else self.walk.records(domain)
        if not records:
            return "none"
        if len(records) > 1:
            raise Permerror("several records: " + domain)
        mechanisms, modifiers = parse(records[0])
        for term in mechanisms:
            if self.matches(term, domain, depth):
                if depth == 0:
                    self.term = term.text
                return RESULTS[term.sign]
        if "redirect" in modifiers:
            self.count()
            target = expand(modifiers["redirect"].name, self.ip, domain, "jo@" + domain, "mx." + domain)
            result = self.inside(target, depth)
            if result is None:
                raise Permerror("no record: " + target)
            if depth == 0:
                self.term = modifiers["redirect"].text
            return result
        return "neutral"
