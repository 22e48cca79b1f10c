# SPDX-License-Identifier: Apache-2.0
"""
spf_cases.py -- SPF questions for tools/peers: records as people have them, and the corners of RFC 7208.

    zones, cases = make(count)      cases: (kind, address, domain, sender, helo)

Half are of tests/system/spf_situations.py, each asked about its own addresses and others. The other half go through
CORNERS, where a kind is one rule of the RFC. Every record is published at a name of its own.
"""

import ipaddress
import random

import spf_situations

OWN, OTHER, SIX, SIX_OTHER = "192.0.2.7", "203.0.113.9", "2001:db8::7", "2001:db8:1::9"

# What the corners refer to, below s.example.
NEIGHBOURS = """
out.s IN A 192.0.2.7
out.s IN AAAA 2001:db8::7
four.s IN A 192.0.2.7
six.s IN AAAA 2001:db8::7
v1.s IN A 198.51.100.1
v2.s IN A 198.51.100.2
alias.s IN CNAME out.s
alias2.s IN CNAME alias.s
dead.s IN CNAME gone.s
circle1.s IN CNAME circle2.s
circle2.s IN CNAME circle1.s
mx.s IN MX 10 out.s
mxalias.s IN MX 10 alias.s
mxdead.s IN MX 10 gone.s
mxnull.s IN MX 0 .
inc.s IN TXT "v=spf1 ip4:192.0.2.7 ip6:2001:db8::7 -all"
soft.s IN TXT "v=spf1 ip4:192.0.2.7 ~all"
neutral.s IN TXT "v=spf1 ?all"
noall.s IN TXT "v=spf1 ip4:192.0.2.7"
failown.s IN TXT "v=spf1 -ip4:192.0.2.7 +all"
norec.s IN A 192.0.2.80
other.s IN TXT "just text"
perm.s IN TXT "v=spf1 ip4:192.0.2 -all"
permlate.s IN TXT "v=spf1 ip4:192.0.2.7 foo -all"
two.s IN TXT "v=spf1 ip4:192.0.2.7 -all"
two.s IN TXT "v=spf1 -all"
loop.s IN TXT "v=spf1 include:loop.s.example -all"
incalias.s IN CNAME inc.s
why.s IN TXT "%{i} of %{d} is not ours"
macro.s IN TXT "v=spf1 exists:%{i}.%{d} -all"
redir.s IN TXT "v=spf1 redirect=inc.s.example"
redirnone.s IN TXT "v=spf1 redirect=norec.s.example"
*.wild.s IN A 192.0.2.7
split.s IN TXT "v=spf1 ip4:192.0." "2.7 -all"
7.2.0.192.l.s IN A 127.0.0.2
192.0.2.7.l.s IN A 127.0.0.2
jo.l.s IN A 127.0.0.2
ok.l.s IN AAAA 2001:db8::1
in-addr.l.s IN A 127.0.0.2
"""
TEN = " ".join("a:v%d.s.example" % (i % 2 + 1) for i in range(10))

# kind: records. {d} is the domain itself, s. is short for names of s.example.
CORNERS = {
    "a name with a trailing dot": ["v=spf1 a:out.s. -all", "v=spf1 include:inc.s. -all", "v=spf1 mx:mx.s. -all"],
    "alias": ["v=spf1 a:alias.s -all", "v=spf1 a:alias2.s -all", "v=spf1 include:incalias.s -all", "v=spf1 mx:mxalias.s -all"],
    "alias to nothing": ["v=spf1 a:dead.s -all", "v=spf1 include:dead.s -all"],
    "aliases in a circle": ["v=spf1 a:circle1.s -all", "v=spf1 include:circle1.s -all"],
    "all in the middle": ["v=spf1 -all ip4:192.0.2.7", "v=spf1 ~all foo:bar", "v=spf1 +all ip4:300.1.1.1", "v=spf1 ?all all"],
    "all with a value": ["v=spf1 -all:x", "v=spf1 all.", "v=spf1 -all/8", "v=spf1 all="],
    "address: four parts": ["v=spf1 ip4:192.0.2 -all", "v=spf1 ip4:192.0.2.7.1 -all", "v=spf1 ip4:192.0.2.300 -all",
                            "v=spf1 ip4:192.0.2. -all"],
    "address: leading zeros": ["v=spf1 ip4:192.000.002.007 -all", "v=spf1 ip4:192.0.02.7 -all"],
    "address: prefix": ["v=spf1 ip4:192.0.2.7/33 -all", "v=spf1 ip4:192.0.2.7/032 -all", "v=spf1 ip4:192.0.2.7/ -all",
                        "v=spf1 ip4:192.0.2.7/00 -all", "v=spf1 ip4:192.0.2.7/+24 -all", "v=spf1 ip4:192.0.2.99/0 -all",
                        "v=spf1 ip6:2001:db8::/129 -all", "v=spf1 ip6:2001:db8::/032 -all", "v=spf1 ip6:::/0 -all"],
    "address: family": ["v=spf1 ip4:2001:db8::7 -all", "v=spf1 ip6:192.0.2.7 -all", "v=spf1 ip6:::ffff:192.0.2.7 -all",
                        "v=spf1 ip4:192.0.2.7//24 -all", "v=spf1 ip6:2001:db8::7//64 -all"],
    "address: form of IPv6": ["v=spf1 ip6:2001:db8:0:0:0:0:0:7 -all", "v=spf1 ip6:2001:DB8::7 -all",
                              "v=spf1 ip6:2001:db8::0:7 -all", "v=spf1 ip6:2001:db8:::7 -all",
                              "v=spf1 ip6:[2001:db8::7] -all", "v=spf1 ip6:2001:db8::7%eth0 -all",
                              "v=spf1 ip6:2001:db8:0:0:0:0:7 -all", "v=spf1 ip6:02001:db8::7 -all"],
    "blanks": ["v=spf1  ip4:192.0.2.7   -all", "v=spf1 ip4:192.0.2.7 -all   ", "v=spf1\tip4:192.0.2.7 -all",
               "v=spf1 ip4:192.0.2.7\t-all", " v=spf1 ip4:192.0.2.7 -all", "v=spf1 ip4: 192.0.2.7 -all"],
    "capitals": ["V=SPF1 IP4:192.0.2.7 -ALL", "v=spf1 A:OUT.S.EXAMPLE -aLL", "v=SPF1 Include:INC.s -All",
                 "v=spf1 REDIRECT=inc.s", "v=spf1 EXP=why.s -all"],
    "dual prefix": ["v=spf1 a:out.s/24//64 -all", "v=spf1 a:out.s/24/64 -all", "v=spf1 a:out.s//64 -all",
                    "v=spf1 a:out.s/33 -all", "v=spf1 a:out.s//129 -all", "v=spf1 a:out.s/024 -all", "v=spf1 a/24 -all",
                    "v=spf1 mx:mx.s/24//64 -all", "v=spf1 a:out.s/ -all", "v=spf1 a:out.s// -all", "v=spf1 a:out.s/0 -all",
                    "v=spf1 a:out.s//0 -all", "v=spf1 a:out.s/24// -all"],
    "exists": ["v=spf1 exists:out.s -all", "v=spf1 exists:six.s -all", "v=spf1 exists:gone.s -all", "v=spf1 exists -all",
               "v=spf1 exists: -all", "v=spf1 exists:out.s/24 -all", "v=spf1 exists:alias.s -all", "v=spf1 exists:ok.l.s -all"],
    "exp": ["v=spf1 -all exp=why.s", "v=spf1 exp=why.s -all", "v=spf1 -all exp=", "v=spf1 -all exp=gone.s",
            "v=spf1 -all exp=why.s exp=why.s", "v=spf1 -all exp=%{z}.s", "v=spf1 ip4:192.0.2.7 -all exp=two.s"],
    "include: result": ["v=spf1 include:soft.s -all", "v=spf1 include:neutral.s -all", "v=spf1 include:noall.s -all",
                        "v=spf1 include:failown.s -all", "v=spf1 -include:inc.s +all", "v=spf1 ?include:inc.s -all",
                        "v=spf1 ~include:inc.s -all"],
    "include: without a record": ["v=spf1 include:norec.s -all", "v=spf1 include:gone.s -all", "v=spf1 include:other.s -all",
                                  "v=spf1 ip4:192.0.2.7 include:gone.s -all", "v=spf1 include:redirnone.s -all"],
    "include: an error in it": ["v=spf1 include:perm.s -all", "v=spf1 include:permlate.s -all", "v=spf1 include:two.s -all",
                                "v=spf1 include:x.servfail.example -all", "v=spf1 ip4:192.0.2.7 include:perm.s -all"],
    "include: no name": ["v=spf1 include -all", "v=spf1 include: -all", "v=spf1 include/24 -all", "v=spf1 include:inc.s/24 -all"],
    "loop": ["v=spf1 include:{d} -all", "v=spf1 include:loop.s -all", "v=spf1 redirect={d}", "v=spf1 ip4:192.0.2.7 redirect={d}"],
    "look-ups: ten": ["v=spf1 %s -all" % TEN, "v=spf1 %s ip4:192.0.2.7 -all" % TEN, "v=spf1 %s redirect=inc.s" % TEN],
    "look-ups: eleven": ["v=spf1 %s a:out.s -all" % TEN, "v=spf1 ip4:192.0.2.7 %s a:out.s -all" % TEN,
                         "v=spf1 a:out.s %s -all" % TEN, "v=spf1 %s a:v1.s ip4:192.0.2.7 -all" % TEN],
    "look-ups: through includes": ["v=spf1 " + "include:neutral.s " * 10 + "-all", "v=spf1 " + "include:redir.s " * 5 + "-all",
                                   "v=spf1 " + "include:redir.s " * 6 + "-all", "v=spf1 " + "include:neutral.s " * 11 + "-all"],
    "macro: letters": ["v=spf1 exists:%{i}.l.s -all", "v=spf1 exists:%{ir}.l.s -all", "v=spf1 exists:%{l}.l.s -all",
                       "v=spf1 exists:%{v}.l.s -all", "v=spf1 exists:%{h} -all", "v=spf1 exists:%{o} -all",
                       "v=spf1 exists:%{s} -all", "v=spf1 a:%{d} -all", "v=spf1 include:inc.%{d1r}.s -all"],
    "macro: only for exp": ["v=spf1 exists:%{c}.s -all", "v=spf1 exists:%{t}.s -all", "v=spf1 exists:%{r}.s -all",
                            "v=spf1 a:%{r}.s -all"],
    "macro: transformers": ["v=spf1 a:%{d1}.wild.s -all", "v=spf1 a:%{d0}.wild.s -all", "v=spf1 a:%{d99}.wild.s -all",
                            "v=spf1 a:%{dr}.wild.s -all", "v=spf1 a:%{d2r}.wild.s -all", "v=spf1 a:%{dr2}.wild.s -all",
                            "v=spf1 a:%{l-}.wild.s -all", "v=spf1 a:%{l1r+-}.wild.s -all", "v=spf1 a:%{D}.wild.s -all",
                            "v=spf1 a:%{d1r-}.wild.s -all"],
    "macro: syntax": ["v=spf1 a:%{z}.s -all", "v=spf1 a:%{.s -all", "v=spf1 a:%d.s -all", "v=spf1 a:%{d -all", "v=spf1 a:%% -all",
                      "v=spf1 a:%{}.s -all", "v=spf1 a:%%.wild.s -all", "v=spf1 a:%_.wild.s -all", "v=spf1 a:%-.wild.s -all",
                      "v=spf1 a:%{d.s}.s -all", "v=spf1 a:x%.s -all", "v=spf1 a:%{d!}.s -all"],
    "macro: p": ["v=spf1 exists:%{p}.wild.s -all", "v=spf1 a:%{p} -all"],
    "mechanism unknown": ["v=spf1 foo -all", "v=spf1 ip4:192.0.2.7 foo:bar -all", "v=spf1 ipv4:192.0.2.7 -all",
                          "v=spf1 ip:192.0.2.7 -all", "v=spf1 ip4:192.0.2.7 foo -all", "v=spf1 a:out.s, -all"],
    "modifier unknown": ["v=spf1 foo=bar ip4:192.0.2.7 -all", "v=spf1 ip4=192.0.2.7 -all", "v=spf1 include=inc.s -all",
                         "v=spf1 moo.cow-far_out=man:dog/cat ip4:192.0.2.7 -all", "v=spf1 foo= -all", "v=spf1 =x -all",
                         "v=spf1 a=%{z} -all", "v=spf1 default=deny -all", "v=spf1 1foo=bar -all", "v=spf1 f\u00f6=b -all",
                         "v=spf1 foo=%{d} ip4:192.0.2.7 -all", "v=spf1 foo=%x ip4:192.0.2.7 -all"],
    "modifier: redirect": ["v=spf1 redirect=inc.s", "v=spf1 redirect=inc.s -all", "v=spf1 redirect=inc.s ip4:203.0.113.9",
                           "v=spf1 redirect=norec.s", "v=spf1 redirect=gone.s", "v=spf1 redirect=perm.s", "v=spf1 redirect=",
                           "v=spf1 redirect=inc.s redirect=inc.s", "v=spf1 redirect=x.servfail.example", "v=spf1 redirect:inc.s",
                           "v=spf1 ip4:192.0.2.7 redirect=gone.s", "v=spf1 -all redirect=gone.s", "v=spf1 redirect=soft.s",
                           "v=spf1 redirect=inc.s/24", "v=spf1 +redirect=inc.s", "v=spf1 redirect=two.s"],
    "mx": ["v=spf1 mx:mx.s -all", "v=spf1 mx:mxdead.s -all", "v=spf1 mx:mxnull.s -all", "v=spf1 mx:gone.s -all", "v=spf1 mx -all",
           "v=spf1 mx:mxten.s -all", "v=spf1 mx:mxeleven.s -all", "v=spf1 mx: -all"],
    "names: not a host name": ["v=spf1 a:localhost -all", "v=spf1 a:example -all", "v=spf1 a:out.s.123 -all",
                               "v=spf1 a:out..s -all", "v=spf1 a:.s -all", "v=spf1 a:out_x.s -all", "v=spf1 a:192.0.2.7 -all",
                               "v=spf1 a:-out.s -all", "v=spf1 a:%s.s -all" % ("x" * 64), "v=spf1 include:inc -all",
                               "v=spf1 a:" + "x." * 126 + "s -all", "v=spf1 a:out.s.- -all", "v=spf1 a:o\u00fct.s -all",
                               "v=spf1 a:out.s? -all", "v=spf1 a:(out).s -all"],
    "ptr": ["v=spf1 ptr -all", "v=spf1 ptr:s.example -all", "v=spf1 ptr: -all", "v=spf1 ptr/24 -all", "v=spf1 ptr:gone.s -all"],
    "sign": ["v=spf1 ++ip4:192.0.2.7 -all", "v=spf1 --all", "v=spf1 +-all", "v=spf1 - all", "v=spf1 !all", "v=spf1 *all",
             "v=spf1 \u2013all", "v=spf1 ip4:192.0.2.7 \u2013all", "v=spf1 + -all"],
    "several records": ["v=spf1 ip4:192.0.2.7 -all|v=spf1 ip4:192.0.2.7 -all", "v=spf1 -all|V=SPF1 -all", "v=spf1 -all|v=spf10 -all",
                        "v=spf1 ip4:192.0.2.7 -all|text", "v=spf1 -all|v=spf1", "v=spf1 +all|spf2.0/pra -all"],
    "strings": ["S:v=spf1 ip4:192.0.2|.7 -all", "S:v=sp|f1 ip4:192.0.2.7 -all", "S:v=spf1 ip4:192.0.2.7|-all",
                "S:v=spf1| ip4:192.0.2.7 -all", "S:v=spf1 a:%{|d} -all"],
    "unusual bytes": ["v=spf1 ip4:192.0.2.7\u00a0-all", "v=spf1 ip4:192.0.2.7 -all \u00fc", "v=spf1 x=\u00fc ip4:192.0.2.7 -all",
                      "v=spf1 ip4:192.0.2.7 -all\x00", "v=spf1 ip4:192.0.2.7 -all\r\n", "v=spf1 \u200bip4:192.0.2.7 -all"],
    "version": ["v=spf1", "v=spf1 ", "v=spf10 ip4:192.0.2.7 -all", "v=spf1; ip4:192.0.2.7 -all", "v=spf2 +all", "spf1 +all",
                "v=spf1+all", "v = spf1 +all", "V=spf1 +all", "v=SPF1"],
    "void look-ups": ["v=spf1 a:gone1.s a:gone2.s ip4:192.0.2.7 -all", "v=spf1 a:gone1.s a:gone2.s a:gone3.s ip4:192.0.2.7 -all",
                      "v=spf1 exists:g1.s exists:g2.s exists:g3.s -all", "v=spf1 mx:g1.s mx:g2.s mx:g3.s ip4:192.0.2.7 -all",
                      "v=spf1 a:six.s a:six.s a:six.s a:four.s -all", "v=spf1 a:g1.s a:g1.s a:g1.s ip4:192.0.2.7 -all"],
    "void look-ups: of MX hosts": ["v=spf1 mx:mxdead.s mx:mxdead2.s mx:mxdead3.s ip4:192.0.2.7 -all",
                                   "v=spf1 mx:mxdead123.s ip4:192.0.2.7 -all"],
}
ASKED = {   # kinds that depend on the sender or the HELO name
    "macro: transformers": ["jo@{d}", "jo-b+x@{d}"], "macro: letters": ["jo@{d}", "Jo.B@{d}", "\u00fc@{d}"],
}


def odd_identities():
    """Senders, HELO names and addresses beside the usual, about a sound record: (kind, ip, domain, sender, helo)."""
    d = "inc.s.example"
    yield "identity: null sender", OWN, d, "<>", d
    yield "identity: null sender", OTHER, d, "<>", d
    yield "identity: null sender", OWN, d, "<>", "norec.s.example"
    yield "identity: no local part", OWN, d, "@" + d, "mx." + d
    yield "identity: an IPv4 address in IPv6", "::ffff:" + OWN, d, "jo@" + d, "mx." + d
    yield "identity: an IPv4 address in IPv6", "::ffff:" + OTHER, d, "jo@" + d, "mx." + d
    yield "identity: capitals", OWN, d.upper(), "Jo@" + d.upper(), "MX." + d
    yield "identity: dot at the end", OWN, d, "jo@" + d + ".", "mx." + d
    yield "identity: no domain", OWN, "localhost", "jo@localhost", "localhost"
    yield "identity: no domain", OWN, "[192.0.2.7]", "jo@[192.0.2.7]", "[192.0.2.7]"
    yield "identity: no domain", OWN, "a..b.example", "jo@a..b.example", "mx.example"
    yield "identity: no domain", OWN, "x" * 64 + ".example", "jo@" + "x" * 64 + ".example", "mx.example"
    yield "identity: no such domain", OWN, "nobody.s.example", "jo@nobody.s.example", "mx.s.example"
    yield "identity: SERVFAIL", OWN, "x.servfail.example", "jo@x.servfail.example", "mx.s.example"
    yield "identity: record behind an alias", OWN, "incalias.s.example", "jo@incalias.s.example", "mx.s.example"
    yield "identity: record in two strings", OWN, "split.s.example", "jo@split.s.example", "mx.s.example"


def full(record, domain):
    """Names of s.example written out."""
    out = []
    for term in record.replace("{d}", domain).split(" "):
        head, colon, tail = term.partition(":") if ":" in term and "=" not in term.partition(":")[0] else term.partition("=")
        bare = tail.split("/")[0].rstrip(".?")
        if colon and bare.endswith(".s") and head.lstrip("+-?~").lower() in (
                "a", "mx", "include", "exists", "ptr", "redirect", "exp"):
            term = head + colon + bare + ".example" + tail[len(bare):]
        out.append(term)
    return " ".join(out)


def corners():
    """Zone lines and cases."""
    lines, cases, number = [], [], 0
    for kind, records in CORNERS.items():
        for record in records:
            domain = "c%d.example" % number
            number += 1
            if record.startswith("S:"):
                texts = [[full(x, domain) for x in record[2:].split("|")]]
            else:
                texts = [full(x, domain) for x in record.split("|")]
            lines += ["%s. IN TXT %s" % (domain, spf_situations.escaped(x)) for x in texts]
            lines += ["%s. IN A 192.0.2.7" % domain, "%s. IN AAAA 2001:db8::7" % domain, "%s. IN MX 10 out.s" % domain,
                      "mx.%s. IN A 192.0.2.7" % domain]
            for ip in (OWN, OTHER, SIX):
                for sender in ASKED.get(kind, ["jo@{d}"]):
                    cases.append((kind, ip, domain, sender.replace("{d}", domain), "mx." + domain))
    return lines, cases


def real(count):
    """Of spf_situations.py: zones and cases."""
    world = spf_situations.make("peers", count)
    cases = []
    for s in world.situations:
        chance = random.Random(s.number)
        asked = (s.own + s.known)[:2] + chance.sample(s.strangers, min(2, len(s.strangers)))
        for ip in asked:
            if ipaddress.ip_address(ip).is_unspecified:
                continue
            cases.append(("as published: " + s.kind.partition("+")[0].replace("_", " "), ip, s.domain, "jo@" + s.domain,
                          "mx." + s.domain))
    return world.zones(), cases


def make(count=200):
    zones, cases = real(count)
    lines, more = corners()
    extra = ["mxten.s IN MX 10 x%d.s\nx%d.s IN A 198.51.100.%d" % (i, i, i) for i in range(9)]
    extra += ["mxten.s IN MX 20 out.s"]
    extra += ["mxeleven.s IN MX 10 x%d.s" % i for i in range(9)] + ["x9.s IN A 198.51.100.9", "mxeleven.s IN MX 10 x9.s",
                                                                    "mxeleven.s IN MX 20 out.s"]
    extra += ["mxdead%d.s IN MX 10 gone%d.s" % (i, i) for i in (2, 3)]
    extra += ["mxdead123.s IN MX 10 gone%d.s" % i for i in (1, 2, 3)]
    zones["example"] += NEIGHBOURS + "\n".join(extra + lines) + "\n"
    zones["in-addr.arpa"] += "7.2.0.192 IN PTR out.s.example.\n"
    return zones, cases + more + list(odd_identities())
