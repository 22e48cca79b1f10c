#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_cured.py [REPUTED] -- what each finding says to publish or to set is done, and looked at again. TAP.

The zones are those of test_check.py, and more with what people really publish (MORE). A finding must have records
(`publish`), or a command that this test knows, or a row in WORDS with the reason why it has only words. After its advice
was followed it is gone, and nothing new is there.
"""

import ipaddress
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import nsd          # noqa: E402
import test_check   # noqa: E402
import util         # noqa: E402

# Findings that have only words, and why no record or command can be printed.
KEY = "only the signer knows the key that belongs there"
FAILS = "DNS does not answer: first the name servers must"
LIST = "its operator removes the address, once the cause is gone"
WORDS = {
    "domain-missing": "a name is registered, or gets a record that only the owner knows",
    "spf-unknown": FAILS, "dmarc-unknown": FAILS, "mx-unknown": FAILS, "ptr-unknown": FAILS,
    "dkim-ns-failing": FAILS, "dkim-ns-no-tcp": FAILS, "dkim-ns-slow": FAILS,
    "dnssec-bogus-elsewhere": "the zone is somebody else's, and they are asked to sign it again",
    "dnssec-bogus": "the DS at the registrar or the keys of the zone are to be corrected",
    "lists-unknown": FAILS, "mx-address-unknown": FAILS, "ns-failing": FAILS,
    "ns-few": "where a second name server can be had is not known",
    "mta-sts-max-age": "the policy is a file of a web server", "tlsa-no-dnssec": "the zone is to be signed",
    "mx-no-tls": "the server is to be changed", "mx-certificate": "only the owner can get another certificate",
    "mx-tls-unknown": FAILS, "tlsa-mismatch": "test_starttls.py tries its record, on a real server",
    "tlsa-unusable": "the certificate is not known", "mx-private": "the public address is not known",
    "ptr-several": "its operator sets the PTR",
    "dkim-only-ed25519": KEY, "mx-null-beside": "which of the two is meant is the owner's choice",
    "spf-refused-service": "whether it sends is the owner's to know",
    "spf-beside": "whether what it names sends is the owner's to know",
    "spf-large": "what could be left out is the owner's choice",
    "dkim-none-found": "the selectors are not known",
    "dkim-key-revoked": KEY, "dkim-key-short": KEY, "dkim-key-weak": KEY,
    "dkim-cname-chain": "the service that is behind it changes it",
    "dmarc-none": "a stricter policy needs reports first", "dmarc-testing": "a stricter policy needs reports first",
    "dmarc-subdomains-open": "a stricter policy needs reports first",
    "dmarc-walk-differs": "which of two records is meant is the owner's choice",
    "dmarc-org-differs": "which of two domains is meant is the owner's choice",
    "mta-sts-invalid": "the policy is a file of a web server", "mta-sts-mx": "the policy is a file of a web server",
    "bimi-policy": "a stricter DMARC policy needs reports first",
    "listed-abuse": LIST, "listed-minor": LIST, "listed-policy": LIST, "listed-range": LIST, "listed-domain": LIST,
    "lists-refuse-resolver": "the resolver of the machine is to be changed",
}
# What may be there after the advice was followed, as the next step.
NEXT = {
    "dmarc-missing": {"dmarc-none", "dmarc-no-rua"}, "dmarc-syntax": {"dmarc-none"}, "dmarc-several": {"dmarc-none"},
    "spf-too-many-lookups": {"spf-near-limit"}, "dmarc-pct": {"dmarc-none"},
    "dmarc-twice": {"dmarc-none"},
}
# What the owner of another record has to repair: it stays, or shows only then.
OTHERS = {"spf-several-theirs": {"spf-ptr", "spf-too-broad"}, "spf-redirect-twice": {"spf-too-broad"},
          "spf-half-no-ip": {"spf-dead-include"}, "spf-half-several": {"spf-dead-include"}}
SIX = "8.b.d.0.1.0.0.2.ip6.arpa"


def dmarc(text, more=""):
    return {"dmarc": "_dmarc IN TXT " + text}, more


# name: (parts replaced, more records[, options[, PTR]]), as the cases of test_check.py, but for what is found.
MORE = {
    "dmarc no semicolon": dmarc('"v=DMARC1 p=reject"'),
    "dmarc no second semicolon": dmarc('"v=DMARC1; p=reject rua=mailto:d@%(zone)s"'),
    "dmarc p first": dmarc('"p=reject; v=DMARC1"'),
    "dmarc lower version": dmarc('"v=dmarc1; p=reject; rua=mailto:d@%(zone)s"'),
    "dmarc blank in rua": dmarc('"v=DMARC1; p=reject; rua=mailto: d@%(zone)s"'),
    "dmarc blanks": dmarc('"v=DMARC1; p=reject; rua=mailto:a@%(zone)s!10m mailto:b@%(zone)s, mailto: c@%(zone)s; " "'
                          'mailto:e@%(zone)s pct=100; hello; foo=bar; ruf=mailto: f@%(zone)s"'),
    "dmarc rua without mailto": dmarc('"v=DMARC1; p=reject; rua=d@%(zone)s"'),
    "dmarc no p": dmarc('"v=DMARC1; rua=mailto:d@%(zone)s"'),
    "dmarc no p no rua": dmarc('"v=DMARC1"'),
    "dmarc unknown sp": dmarc('"v=DMARC1; p=reject; sp=foo; rua=mailto:d@%(zone)s"'),
    "dmarc pct no number": dmarc('"v=DMARC1; p=reject; pct=all; rua=mailto:d@%(zone)s"'),
    "dmarc pct 0": dmarc('"v=DMARC1; p=quarantine; pct=0; rua=mailto:d@%(zone)s"'),
    "dmarc size in rua": dmarc('"v=DMARC1; p=reject; rua=mailto:d@%(zone)s!10m"'),
    "dmarc curly quotes": dmarc('"\\226\\128\\156v=DMARC1; p=reject; rua=mailto:d@%(zone)s\\226\\128\\157"'),
    "dmarc colon": dmarc('"v=DMARC1; p=reject; rua:mailto:d@%(zone)s"'),
    "dmarc question": dmarc('"v=DMARC1; p=reject; rua=mailto:d@%(zone)s?subject=x y"'),
    "dmarc utf-8": dmarc('"v=DMARC1; p=reject; rua=mailto:dm\\195\\164rc@%(zone)s"'),
    "dmarc dot": dmarc('"v=DMARC1. p=reject; rua=mailto:d@%(zone)s"'),
    "dmarc pct of sp": dmarc('"v=DMARC1; p=none; sp=reject; pct=50; rua=mailto:d@%(zone)s"'),
    "dmarc version 2": dmarc('"v=DMARC2; p=reject; rua=mailto:d@%(zone)s"'),
    "dmarc no such policy": dmarc('"v=DMARC1; p=\\"reject\\"; rua=mailto:d@%(zone)s"'),
    "dmarc same twice": dmarc('"v=DMARC1; p=reject; fo=1; rua=mailto:d@%(zone)s; p=reject; fo=1"'),
    "dmarc is spf": dmarc('"v=spf1 include:dmarc.%(zone)s -all"'),
    "dmarc two": dmarc('"v=DMARC1; p=reject; rua=mailto:d@%(zone)s"',
                       '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:e@%(zone)s"'),
    "dmarc three": dmarc('"v=DMARC1; p=none"', '_dmarc IN TXT "v=DMARC1; p=reject"\n_dmarc IN TXT "v=DMARC1; p=none; pct=5"'),
    "dmarc dead alias": ({"dmarc": "_dmarc IN CNAME gone.service"}, ""),
    "dmarc alias without record": ({"dmarc": "_dmarc IN CNAME mx1"}, ""),
    "dmarc alias of two": ({"dmarc": "_dmarc IN CNAME dd"}, 'dd IN TXT "v=DMARC1; p=none"\ndd IN TXT "v=DMARC1; p=reject"'),
    "dmarc alias by a wildcard": ({"dmarc": "* IN CNAME mx1.healthy.example."}, ""),
    "dmarc alias without rua": ({"dmarc": "_dmarc IN CNAME dd"}, 'dd IN TXT "v=DMARC1; p=reject"'),
    "dmarc p twice": dmarc('"v=DMARC1; p=reject; p=quarantine; rua=mailto:d@%(zone)s"'),
    "dmarc p twice and odd": dmarc('"v=DMARC1; p=reject; p=rejct; rua=mailto:d@%(zone)s"'),
    "dmarc all twice": dmarc('"v=DMARC1; v=DMARC1; p=reject; p=reject; sp=none; sp=reject; adkim=s; adkim=r; aspf=s; '
                             'aspf=s; pct=100; pct=20; fo=1; fo=0; rua=mailto:d@%(zone)s; rua=mailto:e@%(zone)s; x=1; x=2"'),
    "dmarc pct below": dmarc('"v=DMARC1; p=reject; sp=reject; pct=50; rua=mailto:d@%(zone)s"'),
    "dmarc np none": dmarc('"v=DMARC1; p=reject; np=none; rua=mailto:d@%(zone)s"'),
    "dmarc old and pct": dmarc('"v=DMARC1; p=quarantine; pct=50; rf=afrf; ri=3600; fo=1; adkim=s; rua=mailto:d@%(zone)s"'),
    "dmarc two foreign": dmarc('"v=DMARC1; p=reject; rua=mailto:a@healthy.example,mailto:b@parked-complete.example"'),
    "dmarc quotes": dmarc('"\\"v=DMARC1; p=reject; rua=mailto:d@%(zone)s\\""'),
    "dmarc backslashes": dmarc('"v=DMARC1\\\\\\; p=reject\\\\\\; rua=mailto:d@%(zone)s\\\\\\;"'),
    "dmarc zone line": dmarc('"_dmarc TXT \\"v=DMARC1; p=reject; rua=mailto:d@%(zone)s\\""'),
    "dmarc blank first": dmarc('" v=DMARC1; p=reject; rua=mailto:d@%(zone)s"'),
    "tls-rpt two": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"\n'
                        '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:u@%(zone)s"'),
    "tls-rpt no semicolon": ({}, '_smtp._tls IN TXT "v=TLSRPTv1 rua=mailto:t@%(zone)s"'),
    "tls-rpt lower case": ({}, '_smtp._tls IN TXT "v=tlsrptv1; rua=mailto:t@%(zone)s"'),
    "tls-rpt other version": ({}, '_smtp._tls IN TXT "v=TLSRPT1; rua=mailto:t@%(zone)s,mailto:u@%(zone)s"'),
    "tls-rpt no version": ({}, '_smtp._tls IN TXT "rua=mailto:t@%(zone)s"'),
    "tls-rpt blank": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto: t@%(zone)s"'),
    "tls-rpt slashes": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto://t@%(zone)s"'),
    "tls-rpt http": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=http://mx1.%(zone)s/t"'),
    "tls-rpt ruf": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; ruf=mailto:t@%(zone)s"'),
    "tls-rpt size": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s!10m"'),
    "tls-rpt quotes": ({}, '_smtp._tls IN TXT "\\"v=TLSRPTv1; rua=mailto:t@%(zone)s\\""'),
    "tls-rpt dmarc": ({}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s mailto:gone@null.%(zone)s"\nnull IN MX 0 .'),
    "tls-rpt at the domain": ({}, '@ IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"'),
    "tls-rpt at another name": ({}, '_tls-rpt IN TXT "v=TLSRPTv1 rua=t@%(zone)s"\n_mta-sts IN TXT "v=STSv1; id="'),
    "tls-rpt alias": ({}, '_smtp._tls IN CNAME rr\nrr IN TXT "v=TLSRPTv1 rua=mailto:t@%(zone)s"'),
    "tls-rpt alias of a service": ({}, '_smtp._tls IN CNAME k.tls-rpt-at-service.example'),
    "tls-rpt at service": ({}, 'k IN TXT "v=TLSRPTv1 rua=mailto:t@%(zone)s"'),
    "tls-rpt no rua": ({}, '_smtp._tls IN TXT "v=TLSRPTv1;"'),
    "tls-rpt dead alias": ({}, "_smtp._tls IN CNAME gone.service"),
    "caa quotes": ({}, test_check.STS[1] + 'mta-sts IN CAA 0 issue "\\"ca.example\\""\nmta-sts IN CAA 0 issuewild ";"\n'
                       'mta-sts IN CAA 0 iodef "mailto:d@%(zone)s"'),
    "caa blank": ({}, test_check.STS[1] + '@ IN CAA 0 issue "ca.example other.example"\n@ IN CAA 0 issue "third.example; a=b"'),
    "caa critical and near": ({}, test_check.STS[1] + '@ IN CAA 128 isue "ca.example"'),
    "caa dot": ({}, test_check.STS[1] + '@ IN CAA 0 issue "ca.example."'),
    "caa parameter": ({}, test_check.STS[1] + '@ IN CAA 0 issue "ca.example; other.example"'),
    "caa critical near": ({}, test_check.STS[1] + '@ IN CAA 128 issuer "ca.example"'),
    "caa riddle": ({}, test_check.STS[1] + '@ IN CAA 0 issue "%%%%%%%%"'),
    "dkim dead alias": ({"dkim": "mail._domainkey IN CNAME gone.service"}, "", ["--selector", "mail"]),
    "dkim alias without key": ({"dkim": "mail._domainkey IN CNAME mx1"}, "", ["--selector", "mail"]),
    "dkim alias to a sick key": ({"dkim": "mail._domainkey IN CNAME k"}, 'k IN TXT "v=DKIM1; p=%%%%"', ["--selector", "mail"]),
    "dkim name twice": ({"dkim": 'mail._domainkey.%(zone)s IN TXT "v=DKIM1; k=rsa; " %(key)s'}, "", ["--selector", "mail"]),
    "dkim limits": ({"dkim": 'mail._domainkey IN TXT "v=DKIM1; k=rsa; h=sha1; t=y:s; s=tlsrpt; g=*; n=" "%s" "; " %%(key)s' %
                     ("x" * 200)}, "", ["--selector", "mail"]),
    "dkim no p": ({"dkim": 'mail._domainkey IN TXT "v=DKIM1; k=rsa"'}, ""),
    "dkim pem": ({"dkim": 'mail._domainkey IN TXT "v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----\\\\n" "%(k1)s" "\\\\n%(k2)s" '
                          '"\\\\n-----END PUBLIC KEY-----"'}, ""),
    "dkim zone line": ({"dkim": 'mail._domainkey IN TXT "mail._domainkey IN TXT ( \\"v=DKIM1; k=rsa; \\"" "\\"p=%(k1)s\\"" '
                                '" \\"%(k2)s\\" ) ; ----- DKIM key mail for %(zone)s"'}, ""),
    "dkim key alone": ({"dkim": 'mail._domainkey IN TXT "%(k1)s" "%(k2)s"'}, "", ["--selector", "mail"]),
    "dkim word processor": ({"dkim": 'mail._domainkey IN TXT "\\226\\128\\156v=DKIM1;\\194\\160k=rsa;\\194\\160" "p=%(k1)s" '
                                     '"%(k2)s\\226\\128\\157"'}, ""),
    "dkim alias to a pasted key": ({"dkim": "mail._domainkey IN CNAME k"}, 'k IN TXT "v=DKIM1; k=Rsa; " %(key)s'),
    "dkim alias to a service": ({"dkim": "mail._domainkey IN CNAME k.dkim-pasted-at-service.example"}, "", ["--selector", "mail"]),
    "dkim pasted at service": ({}, 'k IN TXT "v=DKIM1; k=Rsa; " %(key)s'),
    "dkim testing and sha1": ({"dkim": 'mail._domainkey IN TXT "v=DKIM1; t=y; h=sha1; " %(key)s'}, ""),
    "mx null of a sender": ({"mx": "@ IN MX 0 ."}, ""),
    "mx null beside others": ({"mx": "@ IN MX 0 .\n@ IN MX 10 mx1"}, ""),
    "mx loopback": ({"mx": "@ IN MX 10 lo"}, "lo IN A 127.0.0.1"),
    "mx private": ({"mx": "@ IN MX 10 in"}, "in IN A 10.0.0.5"),
    "mx address as name": ({"mx": "@ IN MX 10 192.0.2.7."}, ""),
    "mx all dead": ({"mx": "@ IN MX 10 g1\n@ IN MX 20 g2"}, ""),
    "mx alias to nothing": ({"mx": "@ IN MX 10 other\nother IN CNAME gone"}, ""),
    "ptr internal name": ({}, "", ["--helo", "ip-172-31-5-9.ec2.internal"]),
    "ptr underscore": ({}, "my_host IN A %(ip)s", [], "my_host.%(zone)s."),
    "ptr one label": ({}, "", [], "localhost."),
    "helo literal": ({}, "", ["--helo", "[192.0.2.7]"]),
    "helo underscore": ({}, "my_host IN A %(ip)s", ["--helo", "my_host.%(zone)s"]),
    "helo gone": ({}, "", ["--helo", "gone.%(zone)s"]),
    "helo foreign": ({}, "", ["--helo", "mx.parked-complete.example"]),
    "six without ptr": ({}, "", ["--ip", "2001:db8::25"]),
    "six generic": ({"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ip6:2001:db8::26 -all"'}, "", ["--ip", "2001:db8::26"]),
    "private": ({}, "", ["--ip", "10.0.0.5"]),
    "parked with mx": ({"spf": '@ IN TXT "v=spf1 -all"', "dkim": "", "dmarc": ""}, "", ["no-ip"]),
    "parked without mx": ({"spf": '@ IN TXT "v=spf1 -all"', "mx": "", "dkim": ""}, "", ["no-ip"]),
    "parked with dmarc none": ({"spf": '@ IN TXT "v=spf1 -all"', "mx": "@ IN MX 0 .", "dkim": "", "host": "",
                                "dmarc": '_dmarc IN TXT "v=DMARC1; p=none"'}, "", ["no-ip"]),
    "nothing at all": ({"spf": "", "mx": "", "dkim": "", "host": "", "dmarc": ""}, ""),
    "nothing without ip": ({"spf": "", "mx": "", "dkim": "", "host": "", "dmarc": ""}, "", ["no-ip"]),
    "all at once": ({"spf": '@ IN TXT "v=spf1 ptr mx:gone.%(zone)s ?all"', "mx": "@ IN MX 10 gone",
                     "dmarc": '_dmarc IN TXT "v=DMARC1; p=none; pct=20"'},
                    '_smtp._tls IN TXT "v=TLSRPTv1; rua=t@%(zone)s"', [], "none"),
}

# Of MORE: what is there had no effect, and is quoted, so that nobody looks for a record that is missing.
QUOTED = ("dmarc-no-semicolon", "dmarc-p-first", "dmarc-lower-version", "dmarc-quotes")
# Of MORE and of test_check.py: what the DMARC record that is printed says, whole.
RECORDS = {
    "dmarc-blanks": "p=reject; rua=mailto:a@%(zone)s,mailto:b@%(zone)s,mailto:c@%(zone)s,mailto:e@%(zone)s; "
                               "ruf=mailto:f@%(zone)s",
    "dmarc-rua-blank": "p=reject; rua=mailto:d@%(zone)s,mailto:e@%(zone)s,mailto:f@%(zone)s,mailto:g@%(zone)s",
    "dmarc-rua-glued": "p=reject; rua=mailto:d@%(zone)s",
    "dmarc-several-foreign": "p=none; rua=mailto:d@%(zone)s",
    "dmarc-several-foreign-only": "p=none; rua=mailto:dmarc@%(zone)s",
    "dmarc-rua-foreign-no-mail": "p=reject; rua=mailto:d@%(zone)s",
    "dmarc-no-p": "p=none; rua=mailto:d@%(zone)s", "dmarc-np": "p=reject; rua=mailto:d@%(zone)s",
    "dmarc-np-no-rua": "p=reject; rua=mailto:dmarc@%(zone)s", "dmarc-new-tags": "p=reject; rua=mailto:d@%(zone)s",
    "dmarc-pct": "p=quarantine; rua=mailto:d@%(zone)s", "bimi-pct": "p=reject; rua=mailto:d@%(zone)s",
    "dmarc-pct-below": "p=quarantine; sp=quarantine; rua=mailto:d@%(zone)s",
    "dmarc-rua-semicolon": "p=reject; rua=mailto:d@%(zone)s,mailto:e@%(zone)s",
}
# Of MORE: what is said to have been wrong in the text.
CHANGED = {
    "dmarc-quotes": "no quotation marks belong into it", "dmarc-lower-version": "DMARC1 is written in capitals",
    "dmarc-p-first": "v=DMARC1 comes first", "dmarc-backslashes": "no backslashes belong into it",
    "dmarc-zone-line": "nothing belongs in front of v=DMARC1", "dmarc-blank-first": "no blank belongs in front of it",
}
# Of MORE: nothing is looked at, and the person is told why.
REFUSED = {"private": r"(?s)NAT.*public"}
NOT_GLOBAL = [ipaddress.ip_network(x) for x in ("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8",
              "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "::/127", "fc00::/7", "fe80::/10")]
ADDRESS = re.compile(r"(?<![\w.])\d+\.\d+\.\d+\.\d+|(?<![\w:])[0-9a-f]{0,4}:[0-9a-f:]*:[0-9a-f]{0,4}", re.I)
LINE = re.compile(r"^(\S+)\s+IN\s+(\S+)\s+(.*)$")
PTR = re.compile(r"PTR of (?:the address|[0-9a-f.:]+) to ([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
HELO = re.compile(r"(?:myhostname|smtp_helo_name)\s*=\s*'?([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")


class Zones:
    """Zones as lines with absolute names, so that records can be put in."""

    def __init__(self, zones):
        self.lines = {}
        for zone, text in zones.items():
            self.lines[zone] = []
            for line in text.splitlines():
                hit = LINE.match(line)
                if hit:
                    self.lines[zone].append([self.absolute(hit.group(1), zone), hit.group(2), hit.group(3)])
        self.lost = []

    @staticmethod
    def absolute(name, zone):
        return zone + "." if name == "@" else name if name.endswith(".") else "%s.%s." % (name, zone)

    def zone_of(self, owner):
        found = [z for z in self.lines if owner == z + "." or owner.endswith("." + z + ".")]
        return max(found, key=len) if found else None

    @staticmethod
    def replaces(kind, new, old_kind, old):
        """Whether a record takes the place of another at the same name."""
        if kind != old_kind or kind in ("A", "AAAA"):
            return False
        return kind != "TXT" or not new.startswith('"v=spf') or "spf" in old.lower()

    def publish(self, lines):
        """All records of one finding: what was there of their kind goes, they come. What cannot be: a sentence."""
        fresh = []
        for line in lines:
            hit = LINE.match(line)
            if not hit or "..." in line or "(" in line.replace("v=spf1", ""):
                return "no record that can be published: " + line
            owner, kind, value = hit.groups()
            zone = self.zone_of(owner)
            if not owner.endswith(".") or zone is None:
                return "in no zone of the test: " + line
            self.lines[zone] = [x for x in self.lines[zone]
                                if x[0] != owner or not self.replaces(kind, value, x[1], x[2]) or x in fresh]
            if any(x[0] == owner and x[1] == "CNAME" for x in self.lines[zone]):
                return "beside a CNAME: " + line
            fresh.append([owner, kind, value])
            if fresh[-1] not in self.lines[zone]:
                self.lines[zone].append(fresh[-1])
        return None

    def point(self, ip, name):
        """The PTR of an address."""
        owner = ipaddress.ip_address(ip).reverse_pointer + "."
        zone = self.zone_of(owner)
        self.lines[zone] = [x for x in self.lines[zone] if x[0] != owner] + [[owner, "PTR", name.rstrip(".") + "."]]

    def texts(self):
        return {zone: "".join("%s IN %s %s\n" % tuple(x) for x in lines) for zone, lines in self.lines.items()}


class Case:
    def __init__(self, name, args):
        self.name, self.args, self.wrong, self.followed = name, list(args), [], set()

    def sober(self, finding, names):
        """What no advice may say, whether it helps or not."""
        domain, lines = self.args[1], finding.get("publish") or []
        owners = [line.split(" ")[0].rstrip(".") for line in lines]
        for name in owners + names:
            if name != domain and not name.endswith("." + domain):
                self.wrong.append("%s: %s is not a name of the sender's" % (finding["id"], name))
        for text in ADDRESS.findall(" ".join(line.partition(" IN ")[2] for line in lines)):
            try:
                address = ipaddress.ip_address(text)
            except ValueError:
                continue
            if any(address in x for x in NOT_GLOBAL if x.version == address.version):
                self.wrong.append("%s: %s cannot be reached from outside" % (finding["id"], address))
        if ":" in finding["subject"] and "aws ec2" in (finding["fix"] or ""):
            self.wrong.append("%s: an Elastic IP is never IPv6" % finding["id"])

    def follow(self, finding, zones):
        """Does what the finding says; whether there was something to do."""
        did = False
        if finding.get("file"):     # a web server has to give it; test_check.py has one that does
            return False
        self.sober(finding, (PTR if finding["id"].startswith("ptr") else HELO).findall(finding["fix"] or ""))
        others = finding["publish_elsewhere"]   # whom it concerns has been asked, and does it
        if any(self.args[1] == zones.zone_of(line.split(" ")[0]) for line in others) or \
           (others and not re.search(r"ask whoever runs \S+ to publish this", finding["fix"])):
            self.wrong.append("%s: not for somebody else: %s" % (finding["id"], others))
        if finding.get("publish") or others:
            said = zones.publish(finding["publish"] + others)
            if said:
                self.wrong.append("%s: %s" % (finding["id"], said))
            did = True
        name = PTR.search(finding["fix"] or "")
        if name and finding["id"].startswith("ptr"):
            zones.point(finding["subject"], name.group(1))
            did = True
        name = HELO.search(finding["fix"] or "")
        if name and "--helo" in self.args:
            self.args[self.args.index("--helo") + 1] = name.group(1)
            did = True
        if did:
            self.followed.add(finding["id"])
        return did


def look(world, server, cases):
    """Name of a case to its findings."""
    told = test_check.looked(world, server, {case.name: case.args for case in cases})
    for case in cases:
        done = told[case.name]
        if not done.out and not (case.name in REFUSED and done.code == 2 and re.search(REFUSED[case.name], done.err)):
            raise RuntimeError("nothing said: %s" % done.told())
    return {name: done.json()["findings"] if done.out else [] for name, done in told.items()}


def build():
    """The zones and calls of test_check.py and of MORE."""
    keys = [dkim_sign.Key("rsa", 2048), dkim_sign.Key("rsa", 768), dkim_sign.Key("rsa", 1024)]
    all_cases = test_check.cases()
    for name, (parts, more, *rest) in MORE.items():
        options, ptr = (rest + [[], None][len(rest):])
        name = name.replace(" ", "-")
        all_cases[name] = ([], parts, more, options, ptr and ptr % {"zone": name + ".example"})
    try:
        zones, calls = test_check.build(keys, all_cases)
    finally:
        for key in keys:
            key.remove()
    zones[SIX] = "%s IN PTR customer-2001-db8-26.isp.parked-complete.example.\n" % ".".join("6200000000000000" + "0" * 8)
    return zones, calls


def ids():
    with open(util.TREE + "/src/fact/finding_id.h", encoding="utf-8") as file:
        return set(re.findall(r'X\([A-Z0-9_]+, "([a-z0-9-]+)"\)', file.read()))


def tables(tap, cured, wordy):
    """Each finding is cured here, or has a row that says why not."""
    missing = sorted(ids() - cured - set(WORDS))
    tap.ok(not missing, "a finding without records or command has a reason in WORDS", missing)
    stale = sorted(cured & set(WORDS))
    tap.ok(not stale, "what has records or a command has no row in WORDS", stale)
    dumb = sorted({f["id"] for f in wordy if f["severity"] != "info" and len((f["fix"] or "").split()) < 4})
    tap.ok(not dumb, "what has only words has some", dumb)
    unknown = sorted((set(WORDS) | set(NEXT)) - ids())
    tap.ok(not unknown, "the tables name findings that exist", unknown)


def compare(tap, case, before, after):
    had = {f["id"] for f in before}
    allowed = set().union(*(NEXT.get(x, set()) for x in case.followed))
    others = OTHERS.get(case.name, set())
    case.wrong += ["%s: still there" % x for x in sorted(case.followed & {f["id"] for f in after} - others)]
    case.wrong += ["%s: new: %s" % (f["id"], f["evidence"]) for f in after if f["id"] not in had | allowed | others]
    case.wrong += ["%s: printed again" % f["id"] for f in after if f["id"] in others and f["publish"]]
    tap.ok(not case.wrong, "%s: %s" % (case.name, ", ".join(sorted(case.followed))),
           case.wrong + ["published: %s" % line for f in before for line in f.get("publish") or ()] +
           ["said: %s: %s" % (f["id"], f["fix"]) for f in before])


def cured(tap, world):
    if nsd.PROGRAM is None:
        tap.skip("advice is followed", "Debian's nsd is not installed")
        return
    zones, calls = build()
    cases, wordy = [Case(name, args) for name, (_, args) in calls.items()], []
    with nsd.Nsd(zones) as dns:
        before = look(world, dns.server, cases)
    zones = Zones(zones)
    for case in cases:
        wordy += [f for f in before[case.name] if not case.follow(f, zones)]
    with nsd.Nsd(zones.texts()) as dns:
        after = look(world, dns.server, [c for c in cases if c.followed])
    for case in cases:
        if case.followed:
            compare(tap, case, before[case.name], after[case.name])
    for name in QUOTED:
        told = [f["evidence"] for f in before[name] if f["id"].startswith("dmarc")]
        tap.ok(any("reject" in x for x in told), name + ": what is there is quoted", told)
    for name, text in CHANGED.items():
        told = [f["fix"] for f in before[name] if f["id"] == "dmarc-missing"]
        tap.ok(len(told) == 1 and text in told[0] and re.search("mailto:d(marc)?@", told[0]), name + ": what was wrong is told", told)
    for name, text in RECORDS.items():
        want = '_dmarc.%s. IN TXT "v=DMARC1; %s"' % (name + ".example", text % {"zone": name + ".example"})
        got = {line.replace('" "', '') for f in before[name] if f["id"].startswith("dmarc") for line in f["publish"]}
        tap.ok(got == {want}, name + ": this record", [want] + sorted(got))
    done = set().union(*(c.followed for c in cases))
    tables(tap, done, [f for f in wordy if f["id"] not in done])


# Names that exist only by a wildcard. domain: (records of its zone, address, PTR, HELO, records to be printed for it, words)
WILD = {
    "kurse.wild-a.example": ('* IN A 192.0.2.80\n* IN AAAA 2001:db8::80\n* IN MX 10 mail\n* IN TXT "v=spf1 ip4:192.0.2.201 -all"\n'
                             '* IN TXT "other=1"', "192.0.2.201", None, "kurse.wild-a.example",
                             ["mail.kurse.wild-a.example. IN A 192.0.2.201", "mail.kurse.wild-a.example. IN MX 10 mail.wild-a.example.",
                              'mail.kurse.wild-a.example. IN TXT "other=1"',
                              'mail.kurse.wild-a.example. IN TXT "v=spf1 ip4:192.0.2.201 -all"',
                              "kurse.wild-a.example. IN A 192.0.2.80", "kurse.wild-a.example. IN AAAA 2001:db8::80",
                              "kurse.wild-a.example. IN MX 10 mail.wild-a.example.", 'kurse.wild-a.example. IN TXT "other=1"',
                              'kurse.wild-a.example. IN TXT "v=spf1 ip4:192.0.2.201 -all"',
                              "*.kurse.wild-a.example. IN A 192.0.2.80", "*.kurse.wild-a.example. IN AAAA 2001:db8::80",
                              "*.kurse.wild-a.example. IN MX 10 mail.wild-a.example.", '*.kurse.wild-a.example. IN TXT "other=1"',
                              '*.kurse.wild-a.example. IN TXT "v=spf1 ip4:192.0.2.201 -all"'],
                             "kurse.wild-a.example exists only by the wildcard *.wild-a.example: with a record below it"),
    "kurse.wild-b.example": ('* IN TXT "v=spf1 ip4:192.0.2.202 ip:192.0.2.9 -all"\n* IN TXT "other=1"\n* IN MX 10 mail',
                             "192.0.2.202", "mail.wild-b.example.", "mail.wild-b.example",
                             ['kurse.wild-b.example. IN TXT "v=spf1 ip4:192.0.2.202 ip4:192.0.2.9 -all"',
                              'kurse.wild-b.example. IN TXT "other=1"', "kurse.wild-b.example. IN MX 10 mail.wild-b.example."],
                             "with a record of its own it no longer gets those of the wildcard, so they are printed too; names below it, such as "
                             "www.kurse.wild-b.example, get none of them any more:\n"),
    "shop.wild-c.example": ("* IN A 192.0.2.80\n* IN MX 10 mail", "192.0.2.203", "mail.wild-c.example.", "mail.wild-c.example",
                            ['shop.wild-c.example. IN TXT "v=spf1 ip4:192.0.2.203 ~all"', "shop.wild-c.example. IN A 192.0.2.80",
                             "shop.wild-c.example. IN MX 10 mail.wild-c.example.",
                            "*.shop.wild-c.example. IN A 192.0.2.80", "*.shop.wild-c.example. IN MX 10 mail.wild-c.example."], "only by the wildcard *.wild-c.example: with a record of its own it no longer gets those of the "
                            "wildcard, so they are printed too; *.shop.wild-c.example gets them too, for names below it, such as www.shop.wild-c.example"),
    "shop.wild-d.example": ('* IN A 192.0.2.80\n* IN TXT "v=spf1 ~all"\n* IN MX 0 .', None, None, None,
                            ['shop.wild-d.example. IN TXT "v=spf1 -all"', "shop.wild-d.example. IN A 192.0.2.80",
                             "shop.wild-d.example. IN MX 0 .", "*.shop.wild-d.example. IN A 192.0.2.80",
                             '*.shop.wild-d.example. IN TXT "v=spf1 ~all"', "*.shop.wild-d.example. IN MX 0 ."], "only by the wildcard *.wild-d.example"),
    "wild-e.example": ("* IN CNAME web.wild-c.example.", "192.0.2.205", "out.wild-e.example.", "out.wild-e.example",
                       ["out.wild-e.example. IN A 192.0.2.205"], "publish this record"),
    "shop.wild-f.example": ("* IN CNAME web.wild-c.example.", "192.0.2.206", "mail.wild-f.example.", "mail.wild-f.example",
                            ['shop.wild-f.example. IN TXT "v=spf1 ip4:192.0.2.206 ~all"', "shop.wild-f.example. IN A 192.0.2.80",
                             "shop.wild-f.example. IN MX 10 mail.wild-c.example.", "*.shop.wild-f.example. IN CNAME web.wild-c.example."],
                            "is an alias (CNAME) of web.wild-c.example only by the wildcard *.wild-f.example"),
    "shop.wild-h.example": ('* IN CNAME web.wild-c.example.\nshop IN TXT "v=spf1 ip4:192.0.2.208 -all"\nshop IN MX 10 mail',
                            "192.0.2.208", "x.shop.wild-h.example.", "x.shop.wild-h.example",
                            ["x.shop.wild-h.example. IN A 192.0.2.208"], "the PTR is right"),
    "wild-i.example": ("* IN CNAME web.wild-c.example.", "192.0.2.209", "out.eu.wild-i.example.", "out.eu.wild-i.example",
                       ["out.eu.wild-i.example. IN A 192.0.2.209", "eu.wild-i.example. IN CNAME web.wild-c.example.",
                        "*.eu.wild-i.example. IN CNAME web.wild-c.example."],
                       "eu.wild-i.example exists only by the wildcard *.wild-i.example: with a record below it"),
    "wild-g.example": ("* IN A 192.0.2.80\n* IN MX 10 mail", "192.0.2.207", "out.wild-g.example.", "out.wild-g.example",
                       ["out.wild-g.example. IN A 192.0.2.207", "out.wild-g.example. IN MX 10 mail.wild-g.example."],
                       "out.wild-g.example exists only by the wildcard *.wild-g.example"),
}


def wildcards(tap, world):
    """A printed record ends the wildcard for its name, so what the name had by it is printed too (RFC 4592)."""
    if nsd.PROGRAM is None:
        tap.skip("names by a wildcard", "Debian's nsd is not installed")
        return
    zones, calls, arpa = test_check.list_zones(), [], ""
    for domain, (more, ip, ptr, helo, _, _) in WILD.items():
        zone = ".".join(domain.split(".")[-2:])
        zones[zone] = ('@ IN TXT "v=spf1 ip4:192.0.2.0/24 -all"\n@ IN MX 10 mail\nmail IN A %s\n_dmarc IN TXT "v=DMARC1; p=reject; "'
                       '"rua=mailto:d@%s"\n%s\n' % (ip or "192.0.2.200", zone, more)).replace("%%", "%")
        if domain in ("kurse.wild-a.example", "wild-e.example", "wild-g.example", "wild-i.example", "shop.wild-h.example"):     # nothing leads to the address
            zones[zone] = zones[zone].replace("mail IN A " + ip, "mail IN A 192.0.2.200")
        if ptr:
            arpa += "%s IN PTR %s\n" % (ip.rpartition(".")[2], ptr)
        calls.append(Case(domain, ["check", domain] + (["--ip", ip, "--helo", helo] if ip else [])))
    zones["2.0.192.in-addr.arpa"] = arpa
    with nsd.Nsd(zones) as dns:
        before = look(world, dns.server, calls)
    zones = Zones(zones)
    for case in calls:
        *_, wanted, words = WILD[case.name]
        lines = [line for f in before[case.name] for line in f["publish"]]
        told = before[case.name] + case.wrong
        tap.ok(sorted(set(lines)) == sorted(wanted), case.name + ": what is printed", sorted(set(lines)) + told)
        tap.ok(any(words in (f["fix"] or "") for f in before[case.name]), case.name + ": why", told)
        tap.ok(all(len(f["publish"]) == len(set(f["publish"])) for f in before[case.name]), case.name + ": no line twice", told)
        for finding in before[case.name]:
            case.follow(finding, zones)
    with nsd.Nsd(zones.texts()) as dns:
        after = look(world, dns.server, calls)
    for case in calls:
        compare(tap, case, before[case.name], after[case.name])


if __name__ == "__main__":
    sys.exit(util.main([cured, wildcards]))
