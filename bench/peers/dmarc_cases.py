# SPDX-License-Identifier: Apache-2.0
"""
dmarc_cases.py -- DMARC questions for tools/peers: records as people have them, the corners of the grammar, the walk.

    lines, cases = make()       zone lines below example., (kind, domain)

Each record of RECORDS is published at a domain of its own; asked about are the domain and a name two labels below it.
"""

D = "{d}"
RECORDS = {
    "usual": ["v=DMARC1; p=none", "v=DMARC1; p=quarantine; rua=mailto:a@{d}", "v=DMARC1; p=reject; rua=mailto:a@{d}; fo=1",
              "v=DMARC1;p=reject;sp=quarantine;adkim=s;aspf=s", "v=DMARC1; p=reject; pct=100; ri=86400; rf=afrf"],
    "subdomain policy": ["v=DMARC1; p=reject; sp=none", "v=DMARC1; p=none; sp=reject", "v=DMARC1; p=quarantine; np=reject",
                         "v=DMARC1; p=reject; sp=quarantine; np=none"],
    "alignment": ["v=DMARC1; p=none; adkim=s", "v=DMARC1; p=none; aspf=s", "v=DMARC1; p=none; adkim=r; aspf=r",
                  "v=DMARC1; p=none; adkim=strict", "v=DMARC1; p=none; aspf=x", "v=DMARC1; p=none; adkim=S",
                  "v=DMARC1; p=none; aspf="],
    "blanks": ["v=DMARC1;p=reject", "v=DMARC1 ; p=reject", "v = DMARC1; p = reject", "v=DMARC1;   p=reject ;",
               "v=DMARC1;\tp=reject", "v=DMARC1; p=reject   ", "v=DMARC1; p= reject", " v=DMARC1; p=reject",
               "v=DMARC1; p=re ject"],
    "capitals": ["V=DMARC1; p=reject", "v=dmarc1; p=reject", "v=DMARC1; P=reject", "v=DMARC1; p=REJECT", "v=Dmarc1; p=none",
                 "v=DMARC1; p=Quarantine; ADKIM=s", "v=DMARC1; p=none; SP=REJECT"],
    "version": ["v=DMARC2; p=reject", "v=DMARC10; p=reject", "v=DMARC; p=reject", "DMARC1; p=reject", "p=reject; v=DMARC1",
                "v=DMARC1p=reject", "v=DMARC1, p=reject", "v=DMARC1 p=reject", "v=DMARC1", "v=DMARC1;", "dmarc1 p=reject",
                "v=DMARC1.0; p=reject"],
    "p missing": ["v=DMARC1; rua=mailto:a@{d}", "v=DMARC1; sp=reject", "v=DMARC1; sp=reject; rua=mailto:a@{d}", "v=DMARC1; pct=50",
                  "v=DMARC1; adkim=s; rua=mailto:a@{d}", "v=DMARC1; rua=a@{d}"],
    "p unknown": ["v=DMARC1; p=rejct", "v=DMARC1; p=rejct; rua=mailto:a@{d}", "v=DMARC1; p=", "v=DMARC1; p=; rua=mailto:a@{d}",
                  "v=DMARC1; p=block; rua=mailto:a@{d}", "v=DMARC1; p=none,reject; rua=mailto:a@{d}", "v=DMARC1; p=\"reject\"",
                  "v=DMARC1; p=monitor; rua=a@{d}"],
    "sp unknown": ["v=DMARC1; p=reject; sp=foo", "v=DMARC1; p=reject; sp=foo; rua=mailto:a@{d}", "v=DMARC1; p=quarantine; sp=",
                   "v=DMARC1; p=reject; sp=nonw; rua=mailto:a@{d}"],
    "np unknown": ["v=DMARC1; p=reject; np=foo", "v=DMARC1; p=reject; np="],
    "p not second": ["v=DMARC1; rua=mailto:a@{d}; p=reject", "v=DMARC1; sp=none; p=reject", "v=DMARC1; pct=50; p=quarantine",
                     "v=DMARC1; foo=bar; p=reject"],
    "tags twice": ["v=DMARC1; p=none; p=reject", "v=DMARC1; p=reject; p=none", "v=DMARC1; p=reject; sp=none; sp=reject",
                   "v=DMARC1; v=DMARC1; p=reject", "v=DMARC1; p=none; adkim=r; adkim=s"],
    "unknown tags": ["v=DMARC1; p=reject; foo=bar", "v=DMARC1; p=reject; x", "v=DMARC1; p=reject; =x", "v=DMARC1; p=reject; foo=",
                     "v=DMARC1; p=reject; text here; sp=none", "v=DMARC1; p=reject; 1a=b", "v=DMARC1; p=reject; f-o=b"],
    "semicolons": ["v=DMARC1;; p=reject", "v=DMARC1; p=reject;;", "v=DMARC1; p=reject; ;sp=none", "v=DMARC1: p=reject",
                   "v=DMARC1; p:reject", "v=DMARC1\\; p=reject", "v=DMARC1; p=reject: sp=none", "v=DMARC1; p=none rua=mailto:a@{d}",
                   "v=DMARC1; p=reject sp=none", "v=DMARC1; p-reject"],
    "pct": ["v=DMARC1; p=reject; pct=0", "v=DMARC1; p=reject; pct=50", "v=DMARC1; p=reject; pct=101", "v=DMARC1; p=reject; pct=all",
            "v=DMARC1; p=reject; pct="],
    "testing": ["v=DMARC1; p=reject; t=y", "v=DMARC1; p=quarantine; t=y", "v=DMARC1; p=reject; t=n", "v=DMARC1; p=reject; t=x"],
    "reports": ["v=DMARC1; p=reject; rua=a@{d}", "v=DMARC1; p=reject; rua=mailto:a@{d}!10m", "v=DMARC1; p=reject; rua=http://x.example/",
                "v=DMARC1; p=reject; rua=mailto:a@{d},mailto:b@{d}", "v=DMARC1; p=reject; rua=mailto: a@{d}",
                "v=DMARC1; p=reject; rua=mailto:a@{d}; mailto:b@{d}", "v=DMARC1; p=reject; rua=", "v=DMARC1; p=reject; ruf=mailto:f@{d}",
                "v=DMARC1; p=reject; rua=mailto:a@other.example"],
    "bytes": ["v=DMARC1; p=reject; n=\u00fc", "v=DMARC1; p=\u00a0reject", "\u201cv=DMARC1; p=reject\u201d", '"v=DMARC1; p=reject"',
              "v=DMARC1; p=reject\x00", "\ufeffv=DMARC1; p=reject", "v=DMARC1; p=reject\r\n"],
    "public suffix domain": ["v=DMARC1; p=reject; psd=n", "v=DMARC1; p=reject; psd=y", "v=DMARC1; p=reject; psd=u",
                             "v=DMARC1; p=none; psd=x"],
    "several records": ["v=DMARC1; p=none|v=DMARC1; p=reject", "v=DMARC1; p=reject|v=DMARC1; p=reject", "v=DMARC1; p=reject|v=spf1 -all",
                        "v=DMARC1; p=reject|text", "v=DMARC1; p=reject|v=DMARC2; p=none", "v=DMARC1; p=reject|V=DMARC1; p=none"],
    "strings": ["S:v=DMARC1; p=re|ject", "S:v=DMARC1;| p=reject", "S:v=DM|ARC1; p=reject; sp=none"],
    "another text": ["v=spf1 -all", "just text", ""],
}
DEEPER = ("usual", "subdomain policy", "sp unknown", "np unknown", "testing", "public suffix domain")
# kind: (records by name below the domain, name asked about)
WALKS = {
    "walk: between": [({"_dmarc.b": "v=DMARC1; p=reject", "_dmarc": "v=DMARC1; p=none"}, "a.b"),
                      ({"_dmarc.b": "v=DMARC1; p=reject; sp=quarantine"}, "a.b"),
                      ({"_dmarc.c.b": "v=DMARC1; p=quarantine", "_dmarc": "v=DMARC1; p=none; sp=reject"}, "x.a.c.b")],
    "walk: own record": [({"_dmarc.a": "v=DMARC1; p=none", "_dmarc": "v=DMARC1; p=reject"}, "a"),
                         ({"_dmarc.a": "v=DMARC1; p=reject; sp=none"}, "a")],
    "walk: a broken own record": [({"_dmarc.a": "v=DMARC1; p=foo", "_dmarc": "v=DMARC1; p=reject"}, "a"),
                                  ({"_dmarc.a": "v=DMARC1", "_dmarc": "v=DMARC1; p=reject"}, "a"),
                                  ({"_dmarc.a": "text", "_dmarc": "v=DMARC1; p=reject"}, "a")],
    "walk: two records below": [({"_dmarc.a": "v=DMARC1; p=none|v=DMARC1; p=reject", "_dmarc": "v=DMARC1; p=quarantine"}, "a")],
    "walk: psd=n between": [({"_dmarc.b": "v=DMARC1; p=none; psd=n", "_dmarc": "v=DMARC1; p=reject"}, "a.b"),
                            ({"_dmarc.b": "v=DMARC1; psd=n; p=reject; sp=none", "_dmarc": "v=DMARC1; p=none"}, "a.b")],
    "walk: deep": [({"_dmarc": "v=DMARC1; p=reject"}, "a.b.c.d.e.f.g"), ({"_dmarc.g": "v=DMARC1; p=reject"}, "a.b.c.d.e.f.g"),
                   ({"_dmarc": "v=DMARC1; p=none; sp=reject"}, "a.b.c.d.e.f.g.h.i")],
    "walk: name that does not exist": [({"_dmarc": "v=DMARC1; p=none; sp=quarantine; np=reject"}, "nobody"),
                                       ({"_dmarc": "v=DMARC1; p=none; np=reject"}, "nobody")],
    "alias": [({"_dmarc": "C:x", "x": "v=DMARC1; p=reject"}, ""), ({"_dmarc": "C:gone"}, ""),
              ({"_dmarc": "C:x", "x": "v=DMARC1; p=none|v=DMARC1; p=reject"}, "")],
    "wildcard": [({"*": "v=DMARC1; p=reject"}, ""), ({"*": "v=DMARC1; p=reject"}, "a"), ({"*": "v=spf1 -all"}, "a")],
}


def make(escaped):
    lines, cases, number = [], [], 0
    for kind, records in RECORDS.items():
        for record in records:
            domain = "m%d.example" % number
            number += 1
            texts = [record[2:].replace(D, domain).split("|")] if record.startswith("S:") else record.replace(D, domain).split("|")
            lines += ["_dmarc.%s. IN TXT %s" % (domain, escaped(x)) for x in texts]
            lines += ["%s. IN A 192.0.2.7" % domain, "a.%s. IN A 192.0.2.7" % domain]
            cases += [(kind, domain), (kind + ", of a name below", "a." + domain)]
            if kind in DEEPER:
                cases.append((kind + ", of a name that does not exist", "x.y." + domain))
    for kind, worlds in WALKS.items():
        for names, asked in worlds:
            domain = "m%d.example" % number
            number += 1
            for name, record in names.items():
                if record.startswith("C:"):
                    lines.append("%s.%s. IN CNAME %s.%s." % (name, domain, record[2:], domain))
                else:
                    lines += ["%s.%s. IN TXT %s" % (name, domain, escaped(x)) for x in record.split("|")]
            if asked and asked != "nobody":
                lines.append("%s.%s. IN A 192.0.2.7" % (asked, domain))
            cases.append((kind, asked + "." + domain if asked else domain))
    return lines, cases
