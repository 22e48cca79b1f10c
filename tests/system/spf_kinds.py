# SPDX-License-Identifier: Apache-2.0
"""
spf_kinds.py -- what is right or wrong with the SPF record of a situation: a function for each.

Used by spf_situations.py: each function gets a Situation and puts its fault there. KINDS are all, SECOND those that
can come on top of another.
"""

def healthy(s):
    s.covered()
    s.services(0, 3)


def not_covered(s):
    if s.chance.random() < 0.6:
        s.covered()
    s.services(0, 3)
    s.uncovered()


def several_own(s):
    for _ in range(s.chance.randint(1, 2)):
        s.covered()
    s.own4()
    s.own6()
    s.services(0, 2)
    if s.chance.random() < 0.5:
        s.own4()


def many_services(s):
    s.covered()
    s.too_many_services()
    s.proposable = None     # depends on what own terms cost


def many_own_includes(s):
    for i in range(s.chance.randint(10, 13)):
        s.records.append(("_s%d" % i, "TXT", "v=spf1 ip4:192.0.2.%d -all" % (130 + 4 * i)))
        s.add("include:_s%d.%s" % (i, s.domain))
    s.services(0, 1)
    if s.chance.random() < 0.5:
        s.covered()
    else:
        s.uncovered()


def many_nested_own(s):
    for i in range(3):
        inner = " ".join("include:_n%d-%d.%s" % (i, k, s.domain) for k in range(3))
        s.records.append(("_n%d" % i, "TXT", "v=spf1 %s -all" % inner))
        for k in range(3):
            s.records.append(("_n%d-%d" % (i, k), "TXT", "v=spf1 ip4:192.0.2.%d -all" % (130 + 4 * (3 * i + k))))
        s.add("include:_n%d.%s" % (i, s.domain))
    s.own.append("192.0.2.142")


def many_hosts(s):
    for i in range(s.chance.randint(9, 12)):
        s.host("h%d" % i, "192.0.2.%d" % (130 + 4 * i))
        s.add("a:h%d.%s" % (i, s.domain))
    s.mx(s.own4())
    s.add("mx", "a")
    s.host("@", "192.0.2.180") if s.chance.random() < 0.5 else None
    s.services(0, 2)


def many_mixed(s):
    s.mx(s.own4(), "192.0.2.125")
    s.host("@", "192.0.2.126")
    s.add("a", "mx")
    for i in range(4):
        s.host("h%d" % i, "192.0.2.%d" % (140 + 4 * i))
        s.add("a:h%d.%s" % (i, s.domain))
    s.add("include:_spf.google.example", "include:mail.zendesk.example")
    s.uncovered()


def many_mx_hosts(s):
    hosts = ["192.0.2.%d" % (130 + 4 * i) for i in range(12)]
    s.mx(*hosts)
    s.add("mx")
    s.own.append(hosts[s.chance.choice([0, 11])])
    s.neutral += hosts      # with 12 MX nobody passed (RFC 7208, 4.6.4)


def foreign_mx(s):
    """MX at a service: `mx` covers its incoming servers; they are not addresses of one's own."""
    s.records.append(("@", "MX", "10 relay.hoster.example."))
    s.add("mx")
    for i in range(10):
        s.host("h%d" % i, "192.0.2.%d" % (130 + 4 * i))
        s.add("a:h%d.%s" % (i, s.domain))
    s.uncovered()


def dead_include(s):
    s.covered()
    s.services(0, 3)
    s.fault("include:" + s.chance.choice(["gone.sick.example", "gone." + s.domain, "norecord.sick.example",
                                          "spf.closed-service.example"]))


def dead_includes(s):
    s.uncovered()
    s.services(0, 2)
    for name in ("gone1.sick.example", "gone2." + s.domain, "gone3.sick.example")[:s.chance.randint(2, 3)]:
        s.fault("include:" + name)


def dead_include_only(s):
    s.uncovered()
    s.fault("include:spf.closed-service.example")


def dead_redirect(s):
    s.covered()
    s.services(0, 1)
    s.all, s.redirect = None, "redirect=gone.sick.example"
    s.terms, s.meant = (s.terms, s.meant) if s.chance.random() < 0.7 else ([], [])


def redirect_beside_all(s):
    s.covered()
    s.services(0, 1)
    s.redirect = "redirect=_spf.google.example"
    s.neutral += ["198.18.16.1"]


def redirect_own(s):
    s.records.append(("_spf", "TXT", "v=spf1 ip4:192.0.2.140 ip4:192.0.2.144 -all"))
    s.all, s.redirect = None, "redirect=_spf." + s.domain
    s.own.append("192.0.2.140")
    if s.chance.random() < 0.7:
        s.uncovered()


def redirect_service(s):
    s.all, s.redirect = None, s.chance.choice(["redirect=_spf.google.example", "redirect=amazonses.example"])
    s.uncovered()


def loop_self(s):
    s.covered()
    s.services(0, 2)
    s.fault("include:" + s.domain)


def loop_mutual(s):
    s.records.append(("_l", "TXT", "v=spf1 ip4:192.0.2.140 include:%s -all" % s.domain))
    s.fault("include:_l." + s.domain, meant="ip4:192.0.2.140")
    s.uncovered()
    s.services(0, 1)


def loop_redirect(s):
    s.covered()
    s.all, s.redirect = None, "redirect=" + s.domain


def loop_below_service(s):
    s.covered()
    s.fault("include:" + s.chance.choice(["self.sick.example", "mutual1.sick.example"]))
    s.neutral += ["198.51.100.81", "198.51.100.82", "198.51.100.83"]
    s.proposable, s.half = None, True
    s.services(0, 1)


def ptr(s):
    s.covered()
    s.fault(s.chance.choice(["ptr", "ptr:" + s.domain, "?ptr"]))
    s.services(0, 1)


def ptr_only(s):
    """Own addresses pass by ptr alone: NSD has the names (make() adds them)."""
    s.own += ["192.0.2.200"]
    s.fault("ptr:ptrland.example")
    s.strangers += ["192.0.2.201"]


def pass_all(s):
    s.uncovered()
    s.services(0, 2)
    if s.chance.random() < 0.5:
        s.covered()
    s.all = s.chance.choice(["+all", "all", "+ALL"])


def pass_all_in_front(s):
    s.uncovered()
    s.services(0, 2)
    s.fault("+all", at=0)


def pass_all_by_network(s):
    s.uncovered()
    s.fault(s.chance.choice(["ip4:0.0.0.0/0", "ip4:0.0.0.0/1", "a:relay.hoster.example/0"]))
    if s.chance.random() < 0.5:
        s.fault("ip6:::/0")
    s.services(0, 1)


def pass_all_nested(s):
    s.covered()
    s.fault("include:" + s.chance.choice(["anybody.sick.example", "deep.sick.example"]))
    s.neutral += ["198.51.100.85", "198.51.100.86"]
    s.proposable = None


def too_broad(s):
    s.uncovered()
    s.fault(s.chance.choice(["ip4:192.0.0.0/8", "ip4:192.0.0.0/10", "ip4:192.0.0.0/12"]))
    s.strangers += ["192.0.77.7", "192.3.4.5"]
    s.services(0, 2)


def too_broad_six(s):
    s.own6()
    s.own4()
    s.fault(s.chance.choice(["ip6:2001::/20", "ip6:2001::/16"]))
    s.services(0, 1)


def too_broad_host(s):
    own = s.own4()
    s.host("out", own)
    s.fault("a:out.%s/8" % s.domain)
    s.strangers += ["192.44.3.2"]
    s.neutral += [own]


def after_all(s):
    s.covered()
    s.services(0, 1)
    late = ["ip4:192.0.2.150", "include:amazonses.example", "mx"]
    s.neutral += ["192.0.2.150", "198.18.128.1", "198.18.192.1", "192.0.2.190"]
    if not any(t == "MX" for _, t, _ in s.records):
        s.mx("192.0.2.190")
    if "include:amazonses.example" in s.terms or "mx" in s.terms:
        late = late[:1]
    s.txts = [" ".join(["v=spf1"] + s.terms + [s.all] + late[:s.chance.randint(1, 3)])]


def own_after_all(s):
    s.covered()
    own = s.own4()
    s.txts = [" ".join(["v=spf1"] + s.terms + [s.all, "ip4:" + own])]


def two_alls(s):
    s.covered()
    s.uncovered()
    s.txts = [" ".join(["v=spf1"] + s.terms + ["~all", "-all"])]


def repeated(s):
    s.covered()
    s.services(1, 2)
    for term in s.chance.sample(s.terms, min(len(s.terms), s.chance.randint(1, 2))):
        s.fault(s.chance.choice([term, term.upper() if term[:2] in ("a:", "mx") else term, "+" + term]))
    if s.chance.random() < 0.5:
        s.uncovered()


def overlapping(s):
    own = s.own4()
    s.add("ip4:192.0.2.0/24")
    s.fault("ip4:%s" % own, "ip4:192.0.2.128/25", "ip4:192.0.2.64/26")
    s.neutral += ["192.0.2.%d" % i for i in range(256)]
    s.services(0, 1)


def same_network(s):
    s.add("ip4:192.0.2.128/25", "ip4:192.0.2.0/25")
    s.fault("ip4:192.0.2.130/25", "ip4:192.0.2.1/24")
    s.own += ["192.0.2.9"]
    s.neutral += ["192.0.2.%d" % i for i in range(256)]


def six_with_four_hosts(s):
    s.own6()
    for i in range(s.chance.randint(2, 4)):
        s.host("h%d" % i, "192.0.2.%d" % (130 + 4 * i))
        s.add("a:h%d.%s" % (i, s.domain))
    s.services(0, 1)


def six_with_four_mx(s):
    s.mx("192.0.2.130", "192.0.2.134", "192.0.2.138")
    s.add("mx")
    s.own6()
    s.services(0, 1)


def four_with_six_hosts(s):
    s.own4()
    for i in range(3):
        s.host("h%d" % i, "2001:db8:a:ff%d::1" % i)
        s.add("a:h%d.%s" % (i, s.domain))


def six_below_service(s):
    s.covered()
    s.own6()
    s.fault("include:four.sick.example", meant="include:four.sick.example")
    s.proposable, s.half = None, True


def many_void(s):
    s.covered() if s.chance.random() < 0.5 else s.uncovered()
    for i in range(s.chance.randint(2, 5)):
        s.fault(s.chance.choice(["a:gone%d.%s", "mx:gone%d.%s"]) % (i, s.domain))
    s.services(0, 1)


def dead_name(s):
    s.covered()
    s.fault(s.chance.choice(["a:gone." + s.domain, "mx:gone." + s.domain, "a:gone.sick.example"]))


def empty_mx(s):
    """`a` and `mx` of a domain that has neither."""
    s.own4()
    s.fault("a", "mx")
    s.services(0, 2)


def void_below_service(s):
    s.covered()
    s.fault("include:void.sick.example")
    s.neutral += ["198.51.100.87"]
    s.proposable, s.half = None, True
    s.services(0, 1)


def several_records(s):
    s.covered()
    first = " ".join(["v=spf1"] + s.terms + ["-all"])
    more, had = [], list(s.terms)
    s.services(1, 2)
    news = [t for t in s.terms if t not in had]
    more.append(" ".join(["v=spf1"] + news + ["~all"]))
    if s.chance.random() < 0.4:
        more.append("v=spf1 ip4:192.0.2.150 -all")
        s.meant.append("ip4:192.0.2.150")
    if s.chance.random() < 0.3:
        more.append(first)
    s.txts = [first] + more
    if s.chance.random() < 0.5:
        s.uncovered()


def several_same(s):
    s.covered()
    text = " ".join(["v=spf1"] + s.terms + ["-all"])
    s.txts = [text, text + " "]


def several_with_redirect(s):
    s.covered()
    s.txts = [" ".join(["v=spf1"] + s.terms + ["-all"]), "v=spf1 redirect=amazonses.example"]
    s.meant.append("include:amazonses.example")


def typo_network(s):
    own = s.own4()
    form = s.chance.choice(["ipv4:%s", "ip:%s", "ip4=%s", "ip4%s", "ipv4=%s", "%s", "IP4 %s", "ip4: %s"])
    s.fault(form % own)
    s.services(0, 2)


def typo_six(s):
    own = s.own6()
    s.fault(s.chance.choice(["ipv6:%s", "ip4:%s", "ip6:%s/129"]) % own)
    s.services(0, 2)


def typo_prefix(s):
    own = s.own4()
    s.fault(s.chance.choice(["ip4:%s/33", "ip4:%s/", "ip4:%s//32", "ip4:%s/032"]) % own)
    s.services(0, 1)


def typo_address(s):
    s.uncovered()
    s.fault(s.chance.choice(["ip4:192.0.2", "ip4:192.0.2.300", "ip4:mail.%s", "ip4:192.0.2.1-192.0.2.9",
                             "ip4:192.0.2.7.", "ip4:192.0.2.140,192.0.2.144"]) .replace("%s", s.domain))
    s.neutral += ["192.0.2.1", "192.0.2.7", "192.0.2.140", "192.0.2.144"]
    s.services(0, 1)


def typo_dash(s):
    s.covered()
    s.services(0, 1)
    s.all = s.chance.choice(["\u2013all", "\u2014all", "\u2212all", "\uff5eall"])


def typo_blank(s):
    s.covered()
    s.uncovered()
    s.services(1, 1)
    text = " ".join(["v=spf1"] + s.terms + ["-all"])
    at = text.index(" ", 8)
    s.txts = [text[:at] + s.chance.choice(["\u00a0", "\t", "\u200b "]) + text[at + 1:]]


def typo_blank_first(s):
    s.covered()
    s.txts = ["v=spf1\u00a0" + " ".join(s.terms + ["-all"])]


def typo_joined(s):
    """Strings that should have a blank between them."""
    s.covered()
    s.services(1, 2)
    s.txts = [["v=spf1 " + " ".join(s.terms[:1]), " ".join(s.terms[1:]) + " -all"]]


def typo_joined_all(s):
    s.covered()
    s.services(0, 2)
    s.txts = [["v=spf1 " + " ".join(s.terms), "-all"]]


def typo_colon(s):
    s.covered()
    s.fault(s.chance.choice(["include amazonses.example", "includeamazonses.example", "include:", "a;mx",
                             "include=amazonses.example", "include= amazonses.example", "include;amazonses.example",
                             "include:http://amazonses.example/", "include:amazonses.example."]))
    s.neutral += ["198.18.128.1", "198.18.192.1", "192.0.2.126"]


def typo_commas(s):
    s.own4()
    s.txts = ["v=spf1 ip4:%s, include:amazonses.example, -all" % s.own[0]]
    s.meant += ["ip4:" + s.own[0], "include:amazonses.example"]
    s.neutral += ["198.18.128.1", "198.18.192.1"]


def typo_word(s):
    s.covered()
    s.fault(s.chance.choice(["foo", "mail." + s.domain, "a:", "mx/33", "all:x", "exists", "ip4", "\"", "ptr/24",
                             "include:amazonses.example/24", "exp=", "redirect"]))
    s.neutral += ["198.18.128.1", "198.18.192.1"]


def typo_quotes(s):
    s.covered()
    s.txts = ['"%s"' % " ".join(["v=spf1"] + s.terms + ["-all"])]


def typo_all(s):
    s.covered()
    s.services(0, 1)
    s.all = s.chance.choice(["-all.", "-al", "- all", "--all", "-all;", "all-"])


def typo_two_modifiers(s):
    s.covered()
    s.all = None
    s.txts = [" ".join(["v=spf1"] + s.terms + ["redirect=amazonses.example redirect=sendgrid.example"])]
    s.neutral += ["198.18.128.1", "198.18.192.1", "198.19.64.1", "198.19.80.1"]
    s.proposable = None     # which of the two is meant is the owner's choice


def neutral_all(s):
    s.covered()
    s.services(0, 2)
    if s.chance.random() < 0.5:
        s.uncovered()
    s.all = "?all"


def no_all(s):
    s.covered()
    s.services(0, 2)
    s.all = None


def only_version(s):
    s.uncovered()
    s.all = None


def explained(s):
    s.covered()
    s.records.append(("_why", "TXT", "%{i} may not send for %{d}"))
    text = " ".join(["v=spf1"] + s.terms + ["-all", "exp=_why." + s.domain])
    s.txts = [text]
    s.uncovered()


def macros(s):
    s.covered()
    s.records.append(("192.0.2.150._ok", "A", "127.0.0.2"))
    s.add("exists:%{i}._ok." + s.domain)
    s.uncovered()
    s.services(0, 1)


def macro_include(s):
    s.covered()
    s.add("include:_spf.%{d2}" if s.chance.random() < 0.5 else "include:_spf.%{d}")
    s.records.append(("_spf", "TXT", "v=spf1 ip4:192.0.2.150 -all"))
    s.uncovered()


def negative_first(s):
    own = s.own4()
    s.host("mail", own)
    s.fault(s.chance.choice(["-ip4:%s" % own, "-a:mail." + s.domain, "~ip4:%s" % own, "?ip4:%s" % own,
                             "-ip4:192.0.2.0/25"]), at=0)
    s.add("ip4:" + own if s.chance.random() < 0.5 else "a:mail." + s.domain)
    s.services(0, 1)


def negative_other(s):
    """One address of the own network must not send; it stays so."""
    own = s.own4()
    bad = "192.0.2.%d" % (int(own.rpartition(".")[2]) + 1)
    s.add("-ip4:" + bad, "ip4:192.0.2.0/25")
    s.strangers.append(bad)
    s.uncovered()
    s.services(0, 1)


def negative_include(s):
    s.own.append("198.19.64.9")
    s.fault("-include:sendgrid.example", at=0)
    s.proposable = None     # whether the sign is meant, only its owner knows
    s.neutral += ["198.19.64.1", "198.19.80.1"]
    s.covered()


def long_record(s):
    for i in range(s.chance.randint(28, 40)):
        s.add("ip4:192.0.2.%d" % (121 + 3 * i))
    s.uncovered()
    s.services(0, 1)


def long_mergeable(s):
    """Above 512 bytes only because neighbours are named one by one."""
    for i in range(32):
        s.add("ip4:192.0.2.%d" % (128 + i))
    s.uncovered()


def long_repeated(s):
    s.covered()
    terms = ["ip4:192.0.2.%d" % (121 + 5 * i) for i in range(16)]
    s.add(*terms)
    for term in terms:
        s.fault(term)


def servfail_include(s):
    s.covered()
    s.fault("include:" + s.chance.choice(["x.servfail.example", "broken.sick.example"]))
    s.neutral += ["198.51.100.94"]
    s.uncovered()
    s.proposable, s.temporary = None, True


def servfail_host(s):
    s.covered()
    s.fault("a:x.servfail.example")
    s.proposable, s.temporary = None, True


def service_typo(s):
    s.covered()
    s.fault("include:" + s.chance.choice(["typo.sick.example", "two.sick.example"]))
    s.neutral += ["198.51.100.91", "198.51.100.92", "198.51.100.93"]
    s.proposable = None


def service_below(s):
    s.covered()
    s.fault("include:below.sick.example")
    s.neutral += ["198.51.100.84"]
    s.proposable, s.half = None, True


def service_eleven(s):
    s.covered()
    s.fault("include:eleven.sick.example")
    s.neutral += ["198.51.100.88", "198.51.100.89", "198.51.100.90"]
    s.proposable = None


def service_ptr(s):
    s.covered()
    s.fault("include:ptr.sick.example", meant="include:ptr.sick.example")
    s.uncovered()
    s.proposable = None     # the service's own ptr stays


def missing(s):
    s.uncovered()
    if s.chance.random() < 0.5:
        s.mx(s.own[0])
    s.txts = s.chance.choice([[], ["google-site-verification=x"]])
    s.records.append(("@", "A", "198.51.100.99"))   # without any record the domain would not exist


def near_miss(s):
    s.covered()
    text = " ".join(s.terms + ["-all"])
    s.txts = [s.chance.choice(["v=spf1;%s", "spf1 %s", "v=spf 1 %s", "v = spf1 %s", "v=spf2 %s", " v=spf1 %s",
                               "v=spf1: %s", "\ufeffv=spf1 %s", "v=spfl %s", "spf2.0/pra %s"]) % text]
    # what is written there had no effect: neither demanded nor forbidden
    s.neutral += ["*"]


def no_own(s):
    """Without --ip: only what is broken is put right."""
    s.chance.choice([dead_include, many_hosts, repeated, after_all, typo_dash, no_all, dead_name])(s)
    s.own = []


def parked(s):
    s.own4()
    s.txts = ["v=spf1 -all"]


def upper(s):
    s.covered()
    s.services(1, 2)
    s.txts = [" ".join(["V=SPF1"] + [t.upper() if "%" not in t else t for t in s.terms] + ["-ALL"])]
    s.uncovered()


KINDS = [healthy, not_covered, several_own, many_services, many_own_includes, many_nested_own, many_hosts, many_mixed,
         many_mx_hosts, foreign_mx, dead_include, dead_includes, dead_include_only, dead_redirect,
         redirect_beside_all, redirect_own, redirect_service, loop_self, loop_mutual, loop_redirect,
         loop_below_service, ptr, ptr_only, pass_all, pass_all_in_front, pass_all_by_network, pass_all_nested,
         too_broad, too_broad_six, too_broad_host, after_all, own_after_all, two_alls, repeated, overlapping,
         same_network, six_with_four_hosts, six_with_four_mx, four_with_six_hosts, six_below_service, many_void,
         dead_name, empty_mx, void_below_service, several_records, several_same, several_with_redirect,
         typo_network, typo_six, typo_prefix, typo_address, typo_dash, typo_blank, typo_blank_first, typo_joined,
         typo_joined_all, typo_colon, typo_commas, typo_word, typo_quotes, typo_all, typo_two_modifiers,
         neutral_all, no_all, only_version, explained, macros, macro_include, negative_first, negative_other,
         negative_include, long_record, long_mergeable, long_repeated, servfail_include, servfail_host,
         service_typo, service_below, service_eleven, service_ptr, missing, near_miss, no_own, parked, upper]
# Faults that can be put into any other situation as a second one.
SECOND = [dead_include, dead_name, repeated, ptr, many_void, too_broad, no_all, pass_all, overlapping]
