#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_check.py [REPUTED] -- `reputed check` against Debian's NSD on loopback: a healthy sender, and one
zone for each thing that can be wrong. Each finding is there on its zone, and on no other. TAP.
"""

import concurrent.futures
import ipaddress
import json
import os
import queue
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dkim_sign    # noqa: E402
import dns_stub     # noqa: E402
import nsd          # noqa: E402
import test_lists   # noqa: E402
import util         # noqa: E402

IP = "192.0.2.7"
# Where every sender is sound, and what each case puts in its place.
SOUND = {
    "spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -all"',
    "dkim": 'mail._domainkey IN TXT "v=DKIM1; k=rsa; " %(key)s',
    "dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@%(zone)s"',
    "mx": "@ IN MX 10 mx1", "host": "mx1 IN A 192.0.2.7",
}
NETS = ("192.0.2.", "192.0.3.")      # of the own addresses, a case each
IN_A_NET = 250
LONG = ".".join(["x" * 60] * 4 + ["example"])      # with "_25._tcp." it is no name


# Of cases(): findings whose weight is not that of the table.
SEVERITY = {
    "dmarc-syntax": {"dmarc-syntax": "critical"}, "alias-dead-sts": {"mta-sts-invalid": "info"}, "dmarc-no-p": {"dmarc-syntax": "warning"},
    "dmarc-np": {"dmarc-syntax": "warning"}, "dmarc-np-no-rua": {"dmarc-syntax": "serious"},
    "dmarc-new-tags": {"dmarc-syntax": "warning", "dmarc-tag": "warning"}, "dmarc-rua-semicolon": {"dmarc-syntax": "warning"},
}


# Of cases(): what is said about the SPF record, and the record itself. OWN: the address.
SPF = {
    "spf-none-fits": r"(?s)no record fits.*Until then put this first: ip4:OWN \(receivers",
    "spf-none-fits-first": r"(?s)^(?!.*Until then).*no record fits",
    "spf-half-first": r"(?s)stands behind all else.*owner.*v=spf1 ip4:OWN include:half\.spf-half-last\.example -all\"",
    "spf-half-last": r"no record of yours repairs this.*include:half\.spf-half-first\.example",
    "spf-half-no-ip": r"(?s)stands behind all else.*owner.*v=spf1 ip4:\S+ include:half\.spf-half-last\.example -all\"",
    "spf-half-several": r"(?s)stands behind all else.*v=spf1 ip4:OWN include:half\.spf-half-last\.example -all\"",
    "spf-bare-service": r"v=spf1 ip4:OWN include:mx1\.spf-refused-service\.example -all\"",
    "spf-cut-name": r"(?s)\"include:gone\.healthy\.example mx1\.spf-refused-service\.example\" cannot be read.*"
                    r"v=spf1 ip4:OWN ~all\"",
    "spf-bare-host": r"v=spf1 a:mx1\.spf-bare-host\.example ~all\"",
    "spf-void-service": r"(?s)stands behind all else.*v=spf1 ip4:OWN include:v\.spf-half-last\.example -all\"",
    "spf-dead-macro": r"(?s)Left out: include:%\{o\}\.gone\.healthy\.example .*v=spf1 ip4:OWN ~all\"",
    "spf-after-all-more": r"(?s)Left out: include:half\S+ .*ip4:203\.0\.113\.1 \(.*stood after it: include:mx1\S+, a:mx1\S+\. "
                          r".*include:mx1\.spf-refused-service\.example a:mx1\.spf-after-all-more\.example -all\"",
    "spf-several-joined": r"(?s)\"v=spf1\" stands in the middle.*v=spf1 ip4:OWN a:mx1\.spf-several-joined\.example ~all\"",
    "spf-redirect-own": r"v=spf1 ip4:OWN include:mx1\.spf-refused-service\.example (ip4|a):.* -all\"",
    "spf-all-sign": r"(?s)\"all-\" must be \"-all\".* -all\"", "spf-all-cut": r"(?s)\"-al\" must be \"-all\".* -all\"",
    "spf-all-space": r"(?s)\"- all\" has a space in the middle: it must be \"-all\".* -all\"",
    "spf-all-tilde": r"(?s)a typographic tilde in it, read as ~.* ~all\"",
    "spf-pass-exists": r"Left out: exists:\S+ \(it lets everybody pass\)(?s:.*)v=spf1 ip4:OWN ~all\"",
    "spf-pass-all": r"ends with ~all in place of \+all", "spf-all-neutral": r"ends with ~all in place of \?all",
    "spf-own-error": r"(?s)own record _spf\.spf-own-error\.example .*\"ip4:203\.0\.300\.1\" cannot be read and is left out",
    "spf-own-stays": r"your own record at _spf\.spf-own-stays\.example", "spf-ptr": r"ptr \(large receivers skip it\)",
    "spf-google-redirect": r"Google \S+ wants include:_spf\.google\.com",
    "spf-names-pasted": r"(?s)must be \"include:mx1\.spf-refused.*Written as a:.*include:mx1\.spf-refused-service\.example "
                        r"a:mx1\.spf-names-pasted\.example ~all\"",
    "spf-several-theirs": r"(?s)Then check reports spf-ptr \(.*record of p\.spf-half-last\S+ spf-too-broad .*its owner's to correct.*"
                          r"v=spf1 include:p\.spf-half-last\.example ip4:OWN include:w\.spf-half-last\.example ~all\"",
    "spf-range-blanks": r"(?s)is a range.*v=spf1 ip4:OWN ip4:198\.51\.100\.20/30 ip4:198\.51\.100\.24/30 ip4:198\.51\.100\.28/31 "
                        r"ip4:203\.0\.113\.8/30 -all\"",
    "spf-prefix-zeros": r"v=spf1 ip4:OWN a:mx1\.spf-prefix-zeros\.example/28 ip4:198\.51\.100\.0/24 ip4:203\.0\.113\.128/25 -all\"",
    "spf-prefix-guess": r"(?s)was read as \"ip4:198\.51\.100\.64\".*203\.0\.113\.0/33\" cannot be read.*v=spf1 ip4:OWN ip4:198\.51\.100\.64 ~all\"",
    "spf-void-others": r"Hosts of others(.|\n)*v=spf1 ip4:198\.51\.100\.1 ip4:198\.51\.100\.2 a:shop\.spf-void-others\.example ip4:OWN "
                       r"ip6:2001:db8::/48 -all\"",
    "spf-void-own": r"In your own record these do: a:m1\.spf-many-mx\.example, a:m2\S+, a:m3\.spf-many-mx\.example\. Write",
    "spf-many-mx-others": r"(?s)Hosts of others.*v=spf1 ip4:198\.51\.100\.1 .*ip4:198\.51\.100\.11 ip4:OWN -all\"",
    "spf-redirect-twice": r"each of them is written as an include(.|\n)*v=spf1 ip4:OWN include:mx1\.spf-refused-service\.example "
                          r"include:w\.spf-half-last\.example ~all\"",
    "spf-exp-twice": r"\"exp=b\.\S+ is left out: exp= may stand once(.|\n)*v=spf1 ip4:OWN exp=a\.spf-exp-twice\.example -all\"",
    "spf-inside": r"(?s)does nothing: (ip4:10\.1\.2\.3|ip6:fe80::1).*(ip4:10\.1\.2\.3|ip6:fe80::1) \(.*v=spf1 ip4:OWN ~all\"",
    "spf-refused-own": r"does nothing: -ip4:OWN \((.|\n)*v=spf1 ip4:OWN -all\"",
    "spf-nobody": r"v=spf1 -all\"",
    "spf-two-halves": r"is its second half(.|\n)*v=spf1 ip4:OWN ip4:203\.0\.113\.1 include:mx1\.spf-refused-service\.example -all\"",
    "spf-in-front": r"\"x-verification=abc\" stands in front(.|\n)*v=spf1 ip4:OWN -all\"",
    "spf-port": r"(?s):25\" must be \"ip4:OWN\".*ip4:OWN -all\"",
}


# Of cured(): the MX that is proposed.
DOTS = {
    "Google's without its dot": "1 aspmx.l.google.com.", "a host of others without its dot": "5 mx.y.example.",
    "dead, and not one of others": "10 mx.x.example.",
}
# Of cured(): the end of the SPF record, and words of the fix.
SLIPS = {
    "at Google, a slip in its include":
        ("include:_spf.google.com ~all", "Google (Gmail), so include:_spf.google.com stands in place of include:spf.google.com"),
    "at Microsoft, a slip in its include":
        ("include:spf.protection.outlook.com ~all", "so include:spf.protection.outlook.com stands in place of include:spf.protection.outlook.de"),
    "at Microsoft, and a dead include four letters from its own": ("~all", "Left out: include:spf.protection.outlook.info"),
    "at Google, and a dead include of another": ("~all", "Left out: include:spf.y.example"),
    "a name with a record in a:": ("include:ses.example ~all", "Written as include: instead: a:ses.example (that name has no address"),
    "a name with a record in mx:": ("include:ses.example ~all", "Written as include: instead: mx:ses.example (that name has no address"),
    "a name with a record of everybody in a:": ("-all", "Left out: a:ses.example"),
}


def quoted(text):
    return " ".join('"%s"' % text[i:i + 200] for i in range(0, len(text), 200))


# MTA-STS whose policy cannot be fetched, and the finding for that.
STS = (["mta-sts-invalid"], '_mta-sts IN TXT "v=STSv1; id=1"\n_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"\n')


# name: (findings expected, replaced parts, more records, options, PTR of its address)
def cases():
    many = " ".join('" "a:h%d.%%(zone)s' % i for i in range(11))     # a string each
    half = 'half IN TXT "v=spf1 ip4:198.51.100.0/24 include:gone.healthy.example ~all"'
    services = "\n".join('s%d IN TXT "v=spf1 ip4:203.0.113.%d -all"' % (i, i) for i in range(11))
    hosts = "\n".join("h%d IN A 198.51.100.%d" % (i, i) for i in range(11))
    return {
        "healthy": ([], {}, "", [], None),
        "spf-missing": (["spf-missing"], {"spf": ""}, "", [], None),
        "spf-several": (["spf-several"], {}, '@ IN TXT "v=spf1 -all"', [], None),
        "spf-syntax": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ipv4:1.2.3.4 -all"'}, "", [], None),
        "spf-too-many-lookups": (["spf-too-many-lookups"],
                                 {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 %s -all"' % many}, hosts, [], None),
        "spf-dead-include": (["spf-dead-include"],
                             {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 include:gone.%(zone)s -all"'}, "", [], None),
        "spf-half-first": (["spf-dead-include", "spf-does-not-cover"], {"spf":
                           '@ IN TXT "v=spf1 include:half.spf-half-last.example ip4:192.0.2.7 -all"'}, half, [], None),
        "spf-half-last": (["spf-dead-include"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 include:half.spf-half-first.example -all"'},
                          half + '\nv IN TXT "v=spf1 '
                          'a:v1.healthy.example a:v2.healthy.example a:v3.healthy.example ip4:198.51.100.7 -all"\n'
                          'p IN TXT "v=spf1 ptr:out.healthy.example ip4:198.51.100.0/24 ~all"\n'
                          'w IN TXT "v=spf1 ip4:20.0.0.0/8 -all"', [], None),
        "spf-half-no-ip": (["spf-dead-include"], {"spf": '@ IN TXT "v=spf1 include:half.spf-half-last.example ip4:192.0.2.7 -all"'},
                           "", ["no-ip"], None),
        "spf-half-several": (["spf-several"], {"spf": '@ IN TXT "v=spf1 include:half.spf-half-last.example ip4:192.0.2.7"'},
                             '@ IN TXT "v=spf1 -all"', [], None),
        "spf-several-theirs": (["spf-several"], {"spf": '@ IN TXT "v=spf1 include:p.spf-half-last.example ~all"'},
                               '@ IN TXT "v=spf1 ip4:192.0.2.7 include:w.spf-half-last.example -all"', [], None),
        "spf-range-blanks": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ip4:198.51.100.20 - 198.51.100.29 203.0.113.8- 11 -all"'},
                             "", [], None),
        "spf-prefix-zeros": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 a:mx1.%(zone)s/028 ip4:198.51.100.0/024 '
                             'ip4:203.0.113.128/ 25 -all"'}, "", [], None),
        "spf-prefix-guess": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ip4:198.51.100.64/ ip4:203.0.113.0/33 -all"'}, "", [], None),
        "spf-void-others": (["spf-syntax"], {"mx": "@ IN MX 10 m1.spf-many-mx.example.\n@ IN MX 20 m2.spf-many-mx.example.", "spf":
                            '@ IN TXT "v=spf1 mx a:shop.%(zone)s ip:192.0.2.7 ip6:2001:db8::/48 -all"'},
                            "shop IN CNAME m3.spf-many-mx.example.", [], None),
        "spf-void-own": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip:192.0.2.7 ip6:2001:db8::/48 a:m1.spf-many-mx.example '
                         'a:m2.spf-many-mx.example a:m3.spf-many-mx.example -all"'}, "", [], None),
        "spf-many-mx-others": (["spf-does-not-cover", "spf-many-mx"], {"mx": "\n".join("@ IN MX %d m%d.spf-many-mx.example." % (i, i)
                               for i in range(1, 12)), "spf": '@ IN TXT "v=spf1 mx ip4:192.0.2.7 -all"'}, "", [], None),
        "spf-redirect-twice": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 redirect=mx1.spf-refused-service.example '
                               'redirect=w.spf-half-last.example"'}, "", [], None),
        "spf-exp-twice": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 exp=a.%(zone)s exp=b.%(zone)s -all"'}, "", [], None),
        "spf-inside": (["spf-ptr"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ptr ip4:10.1.2.3 ip6:fe80::1 -all"'}, "", [], None),
        "spf-refused-own": (["spf-does-not-cover"], {"spf": '@ IN TXT "v=spf1 -ip4:192.0.2.7 -all"'}, "", [], None),
        "spf-nobody": (["dmarc-rua-no-mail", "spf-several"], {"spf": '@ IN TXT "v=spf1 -all"\n@ IN TXT "v=spf1 ~all"', "mx": "@ IN MX 0 .", "dkim": "",
                       "host": ""}, "", ["no-ip"], None),
        "spf-two-halves": (["spf-no-all"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ip4:203.0.113.1"'},
                           '@ IN TXT "include:mx1.spf-refused-service.example -all"', [], None),
        "spf-in-front": (["spf-missing"], {"spf": '@ IN TXT "\'x-verification=abc v=spf1.0 ip4:192.0.2.7 -all\'"'}, "", [], None),
        "spf-bare-service": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 mx1.spf-refused-service.example -all"'}, "", [], None),
        "spf-cut-name": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 include:gone.healthy.example mx1.spf-refused-service.example -all"'}, "", [], None),
        "spf-bare-host": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 mx1.%(zone)s -all"'}, "", [], None),
        "spf-dead-macro": (["spf-dead-include"] * 2, {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 include:%%{o}.gone.healthy.example '
                           'include:mx1.%%{d1r}.example -all"'}, 'mx1 IN TXT "v=spf1 redirect=%%{d2r}.%%{d}"', [], None),
        "spf-message-macro": ([], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 exists:%%{ir}.%%{v}.gone.%(zone)s '
                              'include:%%{i}.gone.%%{o} include:%%{l}.%%{d} -all"'}, "", [], None),
        "spf-does-not-cover": (["spf-does-not-cover"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.8 -all"'}, "", [], None),
        "spf-pass-all": (["spf-pass-all"], {"spf": '@ IN TXT "v=spf1 +all"'}, "", [], None),
        "spf-pass-exists": (["spf-pass-all"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 exists:%%{i}.wl.%(zone)s -all"'},
                            "*.wl IN A 127.0.0.2", [], None),
        "spf-too-broad": (["spf-too-broad"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.0.0/8 -all"'}, "", [], None),
        "spf-too-many-void": (["spf-dead-name"] * 3 + ["spf-too-many-void"],
                              {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 a:g1.%(zone)s a:g2.%(zone)s a:g3.%(zone)s -all"'},
                              "", [], None),
        "spf-dead-name": (["spf-dead-name"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 mx:gone.%(zone)s -all"'},
                          "", [], None),
        "spf-ptr": (["spf-ptr"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ptr -all"'}, "", [], None),
        "spf-many-mx": (["spf-many-mx"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 mx:many.%(zone)s -all"'},
                        "\n".join("many IN MX 10 m%d\nm%d IN A 198.51.100.%d" % (i, i, i) for i in range(1, 12)), [], None),
        "spf-no-all": (["spf-no-all"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7"'}, "", [], None),
        "spf-duplicate": (["spf-duplicate"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ip4:192.0.2.7 -all"'}, "", [], None),
        "spf-after-all": (["spf-after-all"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -all mx"'}, "", [], None),
        "spf-after-all-more": (["spf-after-all"] * 4, {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -all include:half.spf-half-last.example '
                               'include:mx1.spf-refused-service.example ip4:203.0.113.1 a:mx1.%(zone)s"'}, "", [], None),
        "spf-void-service": (["spf-dead-name"] * 3 + ["spf-does-not-cover", "spf-too-many-void"], {"spf":
                             '@ IN TXT "v=spf1 include:v.spf-half-last.example ip4:192.0.2.7 -all"'}, "", [], None),
        "spf-redirect-own": (["spf-too-many-lookups"], {"spf": '@ IN TXT "v=spf1 redirect=_spf.%%{d}"'},
                             hosts + '\n_spf IN TXT "v=spf1 redirect=_spf2.%(zone)s"\n_spf2 IN TXT "v=spf1 ip4:192.0.2.7 '
                             'include:mx1.spf-refused-service.example ' + many + ' -all"', [], None),
        "spf-all-sign": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 all-"'}, "", [], None),
        "spf-all-cut": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -al"'}, "", [], None),
        "spf-all-space": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 - all"'}, "", [], None),
        "spf-all-tilde": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 \\203\\156all"'}, "", [], None),
        "spf-all-neutral": (["spf-no-all"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ?all"'}, "", [], None),
        "spf-own-error": (["spf-dead-include"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 include:_spf.%(zone)s -all"'},
                          '_spf IN TXT "v=spf1 ip4:203.0.300.1 ip4:203.0.113.1 -all"', [], None),
        "spf-own-stays": (["spf-dead-name"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 redirect=_spf.%(zone)s"'},
                          '_spf IN TXT "v=spf1 -ip4:203.0.113.1 a:gone.%(zone)s -all"', [], None),
        "spf-google-redirect": (["spf-no-effect"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -all redirect=_spf.google.com"'}, "", [], None),
        "spf-names-pasted": (["spf-dead-include"] * 2, {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 include:@mx1.spf-refused-service.example '
                             'include:mx1.%(zone)s -all"'}, "", [], None),
        "spf-port": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7:25 -all"'}, "", [], None),
        "spf-several-joined": (["spf-syntax"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ~allv=spf1 a:mx1.%(zone)s -all"'}, "", [], None),
        "spf-no-effect": (["spf-no-effect"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 redirect=mx1.%(zone)s -all"'}, "", [], None),
        "spf-misnamed": (["spf-no-effect"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 a=mx1.%(zone)s -all"'}, "", [], None),
        "spf-refused-service": (["spf-refused-service"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -include:mx1.%(zone)s -all"'},
                                'mx1 IN TXT "v=spf1 ip4:192.0.2.99 -all"', [], None),
        "spf-beside": (["spf-beside"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 -all"'},
                       '@ IN TXT "v=spf1include:mx1.%(zone)s ~all"', [], None),
        "spf-overlap": (["spf-overlap"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 ip4:192.0.2.0/24 -all"'}, "", [], None),
        "spf-near-miss": (["spf-missing"], {"spf": '@ IN TXT "v=spf1; ip4:192.0.2.7 -all"'}, "", [], None),
        "spf-large": (["spf-large"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 " %s "-all"' %
                      " ".join('"ip4:198.51.%d.%d "' % (i // 9 * 8, i * 2) for i in range(36))}, "", [], None),
        "spf-none-fits": (["spf-does-not-cover", "spf-too-many-lookups"], {"spf": '@ IN TXT "v=spf1" %s " ip4:192.0.2.99 -all"' %
                          " ".join('" include:s%d.spf-none-fits-first.example"' % i for i in range(11))}, services, [], None),
        "spf-none-fits-first": (["spf-too-many-lookups"], {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7" %s " -all"' %
                                " ".join('" include:s%d.spf-none-fits.example"' % i for i in range(11))}, services, [], None),
        "spf-near-limit": (["spf-near-limit"],
                           {"spf": '@ IN TXT "v=spf1 ip4:192.0.2.7 %s -all"' % many.replace('" "a:h10.%(zone)s', "")},
                           hosts, [], None),
        "dkim-none-found": (["dkim-none-found"], {"dkim": ""}, "", [], None),
        "dkim-key-missing": (["dkim-key-missing"], {}, "", ["--selector", "nobody"], None),
        "dkim-key-syntax": (["dkim-key-syntax"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1; p=%%%%"'}, "", [], None),
        "dkim-pasted": (["dkim-key-syntax"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1, k=RSA; p=\\"%(k1)s" "\\" \\"%(k2)s\\""'},
                        "", [], None),
        "dkim-halves": (["dkim-key-several", "dkim-key-syntax"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1; k=rsa; p=%(k1)s"\n'
                        'mail._domainkey IN TXT "%(k2)s"'}, "", [], None),
        "dkim-key-revoked": (["dkim-key-revoked"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1; p="'}, "", [], None),
        "dkim-key-short": (["dkim-key-short"], {"dkim": "mail._domainkey IN TXT %(short)s"}, "", [], None),
        "dkim-key-weak": (["dkim-key-weak"], {"dkim": "mail._domainkey IN TXT %(weak)s"}, "", [], None),
        "dkim-only-ed25519": (["dkim-only-ed25519"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1; k=ed25519; p=%s="' % ("A" * 43)},
                              "", ["--selector", "mail"], None),
        "dkim-dead-alias": (["dkim-key-missing"], {}, "selector1._domainkey IN CNAME gone.service", [], None),
        "dkim-key-testing": (["dkim-key-testing"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1; t=y; " %(key)s'}, "", [], None),
        "dkim-key-sha1": (["dkim-key-sha1"], {"dkim": 'mail._domainkey IN TXT "v=DKIM1; h=sha1; " %(key)s'}, "", [], None),
        "dkim-key-not-email": (["dkim-key-not-email"],
                               {"dkim": 'mail._domainkey IN TXT "v=DKIM1; s=tlsrpt; " %(key)s'}, "", [], None),
        "dkim-key-several": (["dkim-key-several"], {}, 'mail._domainkey IN TXT "v=DKIM1; p="', [], None),
        "dkim-answer-large": (["dkim-answer-large"], {"dkim": SOUND["dkim"] + ' "; n=" ' +
                              quoted("x" * 1300)}, "", [], None),
        "dkim-cname-chain": (["dkim-cname-chain"], {"dkim": "mail._domainkey IN CNAME c1\nc1 IN CNAME c2\n"
                             'c2 IN TXT "v=DKIM1; k=rsa; " %(key)s'}, "", [], None),
        "dmarc-missing": (["dmarc-missing"], {"dmarc": ""}, "", [], None),
        "dmarc-several": (["dmarc-several"], {}, '_dmarc IN TXT "v=DMARC1; p=none"', [], None),
        "dmarc-several-foreign": (["dmarc-several"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:d@%(zone)s"'},
                                  '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:agg@healthy.example,mailto:g@gone.%(zone)s"', [], None),
        "dmarc-several-foreign-only": (["dmarc-several"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=none"'},
                                       '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:agg@healthy.example"', [], None),
        "dmarc-not-read": (["dmarc-not-read"], {}, '_dmarc IN TXT "v=DMARC1 p=none"', [], None),
        "dmarc-syntax": (["dmarc-syntax"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=rejct"'}, "", [], None),
        "dmarc-no-p": (["dmarc-none", "dmarc-syntax"], {"dmarc": '_dmarc IN TXT "v=DMARC1; rua=mailto:d@%(zone)s"'}, "", [], None),
        "dmarc-np": (["dmarc-syntax"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; np=bad; rua=mailto:d@%(zone)s"'},
                     "", [], None),
        "dmarc-np-no-rua": (["dmarc-no-rua", "dmarc-syntax"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; np=bad"'}, "", [], None),
        "dmarc-new-tags": (["dmarc-syntax", "dmarc-tag"], {"dmarc":
                           '_dmarc IN TXT "v=DMARC1; p=reject; np=bad; psd=x; t=maybe; rua=mailto:d@%(zone)s"'}, "", [], None),
        "dmarc-none": (["dmarc-none"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:d@%(zone)s"'}, "", [], None),
        "dmarc-no-rua": (["dmarc-no-rua"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject"'}, "", [], None),
        "dmarc-rua-unauthorized": (["dmarc-rua-unauthorized"], {"dmarc":
                                   '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@healthy.example"'}, "", [], None),
        "dmarc-rua-foreign-no-mail": (["dmarc-rua-no-mail"] * 2, {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; '
                                      'rua=mailto:d@%(zone)s,mailto:d@parked-complete.example,mailto:d@gone.healthy.example"'}, "", [], None),
        "dmarc-rua-slashes": (["dmarc-no-rua", "dmarc-rua-syntax"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto://d@%(zone)s"'}, "", [], None),
        "dmarc-rua-syntax": (["dmarc-rua-syntax"], {"dmarc":
                             '_dmarc IN TXT "v=DMARC1; p=reject; rua=d@%(zone)s,mailto:d@%(zone)s"'}, "", [], None),
        "dmarc-rua-blank": (["dmarc-rua-syntax"] * 2, {"dmarc":
                            '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@%(zone)s mailto:e@%(zone)s,mailto: f@%(zone)s,mailto:g@%(zone)s"'},
                            "", [], None),
        "dmarc-rua-glued": (["dmarc-no-rua", "dmarc-rua-syntax"], {"dmarc":
                            '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@%(zone)s pct=100 sp=none"'}, "", [], None),
        "dmarc-rua-semicolon": (["dmarc-syntax"], {"dmarc":
                                '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@%(zone)s; mailto:e@%(zone)s"'}, "", [], None),
        "dmarc-rua-empty": (["dmarc-rua-syntax"], {"dmarc":
                            '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@%(zone)s,"'}, "", [], None),
        "dmarc-old-tags": (["dmarc-old-tags"], {"dmarc":
                           '_dmarc IN TXT "v=DMARC1; p=reject; pct=100; ri=86400; rua=mailto:d@%(zone)s"'}, "", [], None),
        "dmarc-pct": (["dmarc-pct"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; pct=20; rua=mailto:d@%(zone)s"'},
                      "", [], None),
        "dmarc-tag": (["dmarc-tag"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; adkim=strict; rua=mailto:d@%(zone)s"'},
                      "", [], None),
        "dmarc-twice": (["dmarc-none", "dmarc-twice"], {"dmarc":
                        '_dmarc IN TXT "v=DMARC1; p=none; p=reject; rua=mailto:d@%(zone)s"'}, "", [], None),
        "dmarc-rua-no-mail": (["dmarc-rua-no-mail"], {"dmarc":
                              '_dmarc IN TXT "v=DMARC1; p=reject; rua=mailto:d@none.%(zone)s"'}, "none IN MX 0 .", [], None),
        "dmarc-testing": (["dmarc-testing"], {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; t=y; rua=mailto:d@%(zone)s"'},
                          "", [], None),
        "dmarc-subdomains-open": (["dmarc-subdomains-open"], {"dmarc":
                                  '_dmarc IN TXT "v=DMARC1; p=reject; sp=none; rua=mailto:d@%(zone)s"'}, "", [], None),
        "mx-missing": (["mx-missing"], {"mx": ""}, "", [], None),
        "mx-dead": (["mx-dead"], {"mx": "@ IN MX 10 mx1\n@ IN MX 20 gone"}, "", [], None),
        "mx-cname": (["mx-cname"], {"mx": "@ IN MX 10 other\nother IN CNAME mx1"}, "", [], None),
        "mx-null-sends": (["mx-null-sends"], {"mx": "@ IN MX 0 ."}, "", [], None),
        "mx-null-sends-no-ip": (["mx-null-sends"], {"mx": "@ IN MX 0 ."}, "", ["no-ip"], None),
        "mx-null-beside": (["mx-null-beside"], {"mx": "@ IN MX 10 mx1\n@ IN MX 0 ."}, "", [], None),
        "mx-private": (["mx-private"], {"mx": "@ IN MX 10 mx1\n@ IN MX 20 mx2\nmx2 IN A 10.0.0.5"}, "", [], None),
        "mx-private-only": (["mx-private"], {"mx": "@ IN MX 10 mx2\nmx2 IN A 127.0.0.1\nmx2 IN AAAA fd00::1"},
                            "", [], None),
        "mx-literal": (["mx-literal"], {"mx": "@ IN MX 10 %(ip)s."}, "", [], None),
        "mx-appended": (["mx-dead"], {"mx": "@ IN MX 10 mx1.%(zone)s"}, "", [], None),
        "mta-sts-invalid": (["mta-sts-invalid"], {}, '_mta-sts IN TXT "v=STSv1; id="\n'
                            '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"', [], None),
        "mta-sts-near": (["mta-sts-invalid"], {}, '_mta-sts IN TXT "v=STS1; id=1"', [], None),
        "mta-sts-policy-as-record": (["mta-sts-invalid"], {},
                                     '_mta-sts IN TXT "version: STSv1 mode: enforce mx: mx1.%(zone)s max_age: 86400"', [], None),
        "tls-rpt-missing": (["mta-sts-invalid", "tls-rpt-missing"], {}, '_mta-sts IN TXT "v=STSv1; id="', [], None),
        "tls-rpt-syntax": (["tls-rpt-syntax"], {}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=t@%(zone)s"', [], None),
        "tls-rpt-two": (["tls-rpt-syntax"], {}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"\n'
                        '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:u@%(zone)s"', [], None),
        "tls-rpt-near": (["tls-rpt-syntax"], {}, '_smtp._tls IN TXT "v=TLSRPT1; rua=mailto:t@%(zone)s"', [], None),
        "tls-rpt-elsewhere": (["record-at-wrong-name"], {}, '_tlsrpt IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"', [], None),
        "tls-rpt-turned": (["record-at-wrong-name"], {}, '_tls._smtp IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"', [], None),
        "tls-rpt-elsewhere-sts": (["mta-sts-invalid", "record-at-wrong-name", "tls-rpt-missing"], {},
                                  '_smtp-tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"\n_mta-sts IN TXT "v=STSv1; id="', [], None),
        "tls-rpt-rua-twice": ([], {}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s; rua=mailto:u@%(zone)s"', [], None),
        "tls-rpt-rua": (["tls-rpt-rua"], {}, '_smtp._tls IN TXT "v=TLSRPTv1; rua=mailto:t@gone.%(zone)s"', [], None),
        "tlsa-unusable": (["tlsa-no-dnssec", "tlsa-unusable"], {}, "_25._tcp.mx1 IN TLSA 1 1 1 " + "ab" * 32, [], None),
        "tlsa-no-dnssec": (["tlsa-no-dnssec"], {}, "_25._tcp.mx1 IN TLSA 3 1 1 " + "ab" * 32, [], None),
        "tlsa-signed": ([], {}, "_25._tcp.mx1 IN TLSA 3 1 1 " + "ab" * 32 +
                        "\nmx1 IN DS 1 13 2 " + "ab" * 32, [], None),
        "caa-some": ([], {}, '@ IN CAA 0 issue "ca.example; account=1"\n@ IN CAA 128 iodef "mailto:d@%(zone)s"', [], None),
        "caa-nobody": ([], {}, '@ IN CAA 0 issue ";"', [], None),
        "caa-forbids": (["caa-forbids"] + STS[0], {}, STS[1] + '@ IN CAA 0 issue ";"', [], None),
        "caa-critical": (["caa-forbids"] + STS[0], {}, STS[1] + '@ IN CAA 128 tbs "x"\n@ IN CAA 0 issue "ca.example"', [], None),
        "caa-wild": (STS[0], {}, STS[1] + 'mta-sts IN CAA 0 issue ";"\n@ IN CAA 0 issuewild "ca.example"', [], None),
        "caa-syntax": (["caa-syntax"] + STS[0], {}, STS[1] + '@ IN CAA 0 isue "ca.example"', [], None),
        "alias-dead-sts": (["mta-sts-invalid"], {}, "_mta-sts IN CNAME gone.healthy.example.", [], None),
        "alias-wildcard": ([], {}, "* IN CNAME gone.healthy.example.", [], None),
        "alias-wildcard-mta-sts": (["mta-sts-invalid", "tls-rpt-missing"], {}, '_mta-sts IN TXT "v=STSv1; id=1"\n'
                                   '* IN CNAME gone.healthy.example.', [], None),
        "alias-wildcard-dkim": (["dkim-none-found"], {"dkim": ""}, "* IN CNAME gone.healthy.example.", [], None),
        "alias-dead-tlsrpt": (["tls-rpt-syntax"], {}, "_smtp._tls IN CNAME gone.healthy.example.", [], None),
        "caa-syntax-critical": (["caa-syntax"], {}, '@ IN CAA 128 isue "ca.example"', [], None),
        "caa-unknown-critical": (["caa-syntax"], {}, '@ IN CAA 128 tbs "x"', [], None),
        "caa-one-label": (["caa-syntax"], {}, '@ IN CAA 0 issue "letsencrypt"', [], None),
        "caa-syntax-mx": (["caa-syntax"], {}, 'mx1 IN CAA 0 issue "https://ca.example/"', [], None),
        "caa-two": (["caa-forbids", "caa-syntax"] + STS[0], {}, STS[1] +
                    '@ IN CAA 0 issue "ca.example, \\"other.example\\""', [], None),
        "bimi-syntax": (["bimi-syntax"], {}, 'default._bimi IN TXT "v=BIMI1; l=http://x/logo.svg"', [], None),
        "bimi-policy": (["bimi-policy", "dmarc-none"],
                        {"dmarc": '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:d@%(zone)s"'},
                        'default._bimi IN TXT "v=BIMI1; l=https://x.example/logo.svg"', [], None),
        "bimi-pct": (["bimi-policy", "dmarc-pct"],
                     {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; pct=50; rua=mailto:d@%(zone)s"'},
                     'default._bimi IN TXT "v=BIMI1; l=https://x.example/logo.svg"', [], None),
        "bimi-sp": (["bimi-policy", "dmarc-subdomains-open"],
                    {"dmarc": '_dmarc IN TXT "v=DMARC1; p=reject; sp=none; rua=mailto:d@%(zone)s"'},
                    'default._bimi IN TXT "v=BIMI1; l=https://x.example/logo.svg"', [], None),
        "ptr-missing": (["ptr-missing"], {}, "", [], "none"),
        "ptr-unconfirmed": (["ptr-unconfirmed"], {}, "", [], "nowhere"),
        "ptr-generic": (["ptr-generic"], {}, "%(ptr)s IN A %(ip)s", [], "generic"),
        "ptr-foreign": (["ptr-foreign"], {}, "", [], "mx1.healthy.example."),
        "ptr-syntax": (["ptr-syntax"], {}, "mail_1 IN A 192.0.2.7", [], "underscore"),
        "helo-ec2": (["helo-unconfirmed"], {}, "", ["--helo", "ip-172-31-5-9.ec2.internal"], None),
        "ptr-several": (["ptr-several"], {}, "", [], "two"),
        "helo-syntax": (["helo-syntax"], {}, "", ["--helo", "localhost"], None),
        "helo-unconfirmed": (["helo-unconfirmed"], {}, "ns2 IN A 198.51.100.1", ["--helo", "ns2.%(zone)s"], None),
        "parked-complete": ([], {"spf": '@ IN TXT "v=spf1 -all"', "mx": "@ IN MX 0 .", "dkim": "", "host": "",
                                 "dmarc": '_dmarc IN TXT "v=DMARC1; p=reject"'}, "", ["no-ip"], None),
        "parked-incomplete": (["parked-incomplete"], {"spf": '@ IN TXT "v=spf1 -all"', "mx": "", "dkim": "",
                              "host": "", "dmarc": ""}, "", ["no-ip"], None),
        "parked-mx-nobody": (["parked-incomplete"], {"spf": '@ IN TXT "v=spf1 mx -all"', "mx": "@ IN MX 0 .", "dkim": "", "host": "",
                             "dmarc": ""}, "", ["no-ip"], None),
        "parked-perhaps": (["dkim-none-found", "dmarc-missing", "spf-missing"],
                           {"spf": "", "mx": "", "dkim": "", "dmarc": "", "host": "@ IN A 192.0.2.9"}, "", ["no-ip"], None),
        "parked-receives": ([], {"spf": '@ IN TXT "v=spf1 -all"', "dkim": ""}, "", ["no-ip"], None),
        "parked-watched": (["dmarc-none"], {"spf": '@ IN TXT "v=spf1 -all"', "dkim": "", "dmarc":
                           '_dmarc IN TXT "v=DMARC1; p=none; rua=mailto:d@%(zone)s"'}, "", ["no-ip"], None),
        "parked-key": (["dmarc-missing"], {"spf": '@ IN TXT "v=spf1 -all"', "dmarc": ""}, "", ["no-ip"], None),
        "wrong-name-spf": (["record-at-wrong-name", "spf-missing"],
                           {"spf": '%(zone)s IN TXT "v=spf1 ip4:192.0.2.7 -all"'}, "", [], None),
        "wrong-name-dmarc": (["dmarc-missing", "record-at-wrong-name"],
                             {"dmarc": '_dmarc.%(zone)s IN TXT "v=DMARC1; p=reject; rua=mailto:d@%(zone)s"'}, "", [], None),
        "wrong-name-dkim": (["dkim-none-found", "record-at-wrong-name"],
                            {"dkim": 'mail._domainkey.%(zone)s IN TXT "v=DKIM1; k=rsa; " %(key)s'}, "", [], None),
        "wrong-name-selector": (["dkim-key-missing", "record-at-wrong-name"], {},
                                'x7._domainkey.%(zone)s IN TXT "v=DKIM1; k=rsa; " %(key)s', ["--selector", "x7"], None),
        "wrong-name-sts": (["record-at-wrong-name"], {}, '_mta-sts.%(zone)s IN TXT "v=STSv1; id=1"', [], None),
        "wrong-name-tls-rpt": (["record-at-wrong-name"], {},
                               '_smtp._tls.%(zone)s IN TXT "v=TLSRPTv1; rua=mailto:t@%(zone)s"', [], None),
        "wrong-name-bimi": (["record-at-wrong-name"], {},
                            'default._bimi.%(zone)s IN TXT "v=BIMI1; l=https://x.example/l.svg"', [], None),
        "wrong-name-wildcard": (["spf-missing"], {"spf": '* IN TXT "v=spf1 ip4:192.0.2.7 -all"'}, "", [], None),
        "wrong-name-of-another": ([], {}, '_dmarc.%(zone)s IN TXT "v=DMARC1; p=none"', [], None),
        "listed-abuse": (["listed-abuse"], {}, "", ["zen.spamhaus.org", "127.0.0.2"], None),
        "listed-minor": (["listed-minor"], {}, "", ["all.s5h.net", "127.0.0.2"], None),
        "listed-policy": (["listed-policy"], {}, "", ["zen.spamhaus.org", "127.0.0.10"], None),
        "listed-range": (["listed-range"], {}, "", ["dnsbl-2.uceprotect.net", "127.0.0.2"], None),
        "listed-domain": (["listed-domain"], {}, "", ["dbl.spamhaus.org", "127.0.1.2"], None),
    }


def list_zones():
    """Every list of know/lists.lists as a zone with its test entries."""
    with open(util.TREE + "/know/lists.lists", encoding="utf-8") as file:
        text = file.read()
    zones = {}
    for zone, body in re.findall(r"^list (\S+) \{\n(.*?)^\}", text, re.S | re.M):
        fields = dict(re.findall(r"^ +(\w+) +(.*)$", body, re.M))
        if "dead" in fields or zone.startswith("KEY."):
            continue
        test, zones[zone] = fields["test"], ""
        if test == "none":
            continue
        if fields["about"] == "domain":
            zones[zone] = "%s IN A %s\n" % (test, "127.0.0.2" if "bit" in fields else "127.0.1.2")
        else:
            zones[zone] = "2.0.0.127 IN A %s\n" % ("127.0.0.99" if "suomi" in zone else "127.0.0.2")
    return zones


def build(keys, wanted_cases=None):
    """All zones for one NSD, and how each case is called."""
    zones, calls, arpa = list_zones(), {}, dict.fromkeys(NETS, "")
    for i, (name, (wanted, parts, more, options, ptr)) in enumerate((wanted_cases or cases()).items()):
        net, last = NETS[i // IN_A_NET], i % IN_A_NET + 1
        zone, ip = name + ".example", net + str(last)
        generic = "ec2-" + ip.replace(".", "-")
        fill = {"zone": zone, "ip": ip, "key": quoted("p=" + keys[0].p()), "k1": keys[0].p()[:200],
                "k2": keys[0].p()[200:], "short": quoted(keys[1].record()),
                "weak": quoted(keys[2].record()), "ptr": generic}
        text = "\n".join({**SOUND, **parts}.values()) + "\n" + more + "\n"
        zones[zone] = text % fill
        zones[zone] = re.sub(r"192\.0\.2\.7(?!\d)", ip, zones[zone]).replace("%%", "%")
        names = {None: "mx1.%s." % zone, "none": None, "nowhere": "gone.%s." % zone,
                 "generic": "%s.%s." % (generic, zone), "underscore": "mail_1.%s." % zone}.get(ptr, ptr)
        if ptr == "two":
            names = "mx1.%s." % zone
            arpa[net] += "%d IN PTR second.%s.\n" % (last, zone)
            zones[zone] += "second IN A %s\n" % ip
        if ptr == "mx1.healthy.example.":
            zones["healthy.example"] += "mx1 IN A %s\n" % ip
        if names:
            arpa[net] += "%d IN PTR %s\n" % (last, names)
        args = ["check", zone] + ([] if options == ["no-ip"] else ["--ip", ip])
        if options and options[0] in zones:
            rev = zone if options[1].startswith("127.0.1") else ".".join(reversed(ip.split(".")))
            zones[options[0]] += "%s IN A %s\n" % (rev, options[1])
        elif options and options != ["no-ip"]:
            args += [o % fill for o in options]
        calls[name] = (sorted(wanted), args)
    for net, names in arpa.items():
        zones[".".join(reversed(net.split(".")[:3])) + ".in-addr.arpa"] = names
    return zones, calls


AT_ONCE = 6


def looked(world, server, calls):
    """What each call (name: arguments) said; several at once, for most of the time goes into the pace of lists."""
    boxes = queue.Queue()
    for i in range(AT_ONCE):
        boxes.put(world.box("%s-%d" % (server.replace(":", "-"), i)))

    def one(call):
        box = boxes.get()
        try:
            util.write(box.path("list-usage"), "")
            return call[0], box.run(*call[1], "--json", "--server", server, "--timeout-ms", "1000")
        finally:
            boxes.put(box)
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(pool.map(one, calls.items()))


RECORD = re.compile(r"(\S+\. IN (?:A|AAAA|MX|TXT) .*?)(?:  \(|, (?:then|or) |$)", re.M)


def published(tap, fixes):
    """Each record that a finding says to publish, as a name server reads it."""
    checker = shutil.which("nsd-checkzone") or "/usr/sbin/nsd-checkzone"
    records = sorted({r for fix in fixes for r in RECORD.findall(fix) if " IN A (" not in r})
    wrong = []
    with tempfile.NamedTemporaryFile("w+", suffix=".zone") as zone:
        for record in records:
            zone.seek(0)
            zone.truncate()
            zone.write("$TTL 60\n. IN SOA ns.invalid. root.invalid. 1 60 60 60 60\n. IN NS ns.invalid.\n" +
                       record + "\n")
            zone.flush()
            done = subprocess.run([checker, ".", zone.name], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, check=False)
            if done.returncode != 0:
                wrong += [record, done.stdout]
    tap.ok(len(records) > 20 and not wrong, "%d records to publish: a name server takes them" %
           len(records), wrong or records)


def every_finding(tap, world):
    if nsd.PROGRAM is None:
        tap.skip("a zone for each finding", "Debian's nsd is not installed")
        return
    box = world.box("zones")
    keys = [dkim_sign.Key("rsa", 2048), dkim_sign.Key("rsa", 768), dkim_sign.Key("rsa", 1024)]
    try:
        zones, calls = build(keys)
    finally:
        for key in keys:
            key.remove()
    seen = set()
    with nsd.Nsd(zones) as dns:
        fixes, told = [], looked(world, dns.server, {name: args for name, (_, args) in calls.items()})
        for name, (wanted, args) in calls.items():
            done = told[name]
            found = done.json() if done.out else {"findings": []}
            got = sorted(f["id"] for f in found["findings"])
            trouble = any(f["severity"] != "info" for f in found["findings"])
            tap.ok(got == wanted and done.code == (1 if trouble else 0), "%s: %s" % (name, wanted or "nothing"),
                   ["got %s" % got] + ["%s: %s" % (f["id"], f["evidence"]) for f in found["findings"]] + done.told()[:1])
            seen |= set(got)
            fixes += [f["fix"] or "" for f in found["findings"]]
            if name in SPF:
                said = [(f["fix"] or "") for f in found["findings"] if f["id"].startswith("spf-")]
                tap.ok(any(re.search(SPF[name].replace("OWN", re.escape(args[-1])), x) for x in said), name + ": the words", said)
            if name == "spf-does-not-cover":
                tap.ok("for " + args[-1] + ": fail" in found["findings"][0]["evidence"],
                       name + ": the evidence names the address", found["findings"])
            for number, severity in SEVERITY.get(name, {}).items():
                tap.ok([f["severity"] for f in found["findings"] if f["id"] == number] == [severity],
                       "%s: %s is of weight %s" % (name, number, severity), found["findings"])
            whole = all(f[k] for f in found["findings"] for k in
                        ("id", "severity", "subject", "title", "evidence", "effect", "reference"))
            if not whole:
                tap.ok(False, name + ": every finding is whole", found["findings"])
        published(tap, fixes)
        tap.ok(found["lists"]["unknown"] == 0, "every list was proven alive", [found["lists"]])
        healthy = box.run("check", "healthy.example", "--ip", calls["healthy"][1][-1], "--server", dns.server)
        tap.ok(healthy.code == 0 and "DNS shows no problem" in healthy.out, "healthy, as text", healthy.told())
        bad = box.run("check", "dmarc-missing.example", "--server", dns.server)
        tap.ok(bad.code == 1 and '_dmarc.dmarc-missing.example. IN TXT "v=DMARC1; p=none' in bad.out and
               "550 5.7.515" in " ".join(bad.out.split()), "the record to publish and the effect are told", bad.told())
    return seen


def parked(tap, world):
    """A domain that sends no mail: only what is missing is printed, and nothing that works is taken away."""
    box = world.box("parked")
    none, mx, web = ("TXT", "v=spf1 -all"), ("MX", (10, "mx.x.example")), ("A", IP)
    for name, records, dmarc, wanted, word in (
            ("mail comes in, no DMARC", [none, mx], None, ['_dmarc.x.example. IN TXT "v=DMARC1; p=reject"'], "show the domain in From"),
            ("mail comes in, p=reject", [none, mx], "p=reject; rua=mailto:d@x.example", [], ""),
            ("mail comes in, p=none is watched", [none, mx], "p=none; rua=mailto:d@x.example", [], ""),
            ("no MX, p=none is watched", [none, web], "p=none; rua=mailto:d@x.example", ["x.example. IN MX 0 ."], "only after days"),
            ("no MX, p=reject", [none, web], "p=reject", ["x.example. IN MX 0 ."], "only after days"),
            ("null MX, nobody watches", [none, ("MX", (0, "."))], "p=quarantine; adkim=s; sp=reject",
             ['_dmarc.x.example. IN TXT "v=DMARC1; p=reject; adkim=s; sp=reject"'], "in place of"),
            ("null MX, another SPF", [("TXT", "v=spf1 ~all"), ("MX", (0, "."))], "p=reject",
             ['x.example. IN TXT "v=spf1 -all"'], "in place of"),
            ("nothing else is there", [none], None, ["x.example. IN MX 0 .", '_dmarc.x.example. IN TXT "v=DMARC1; p=reject"'],
             "only if nobody reads mail")):
        zone = {**test_lists.world_of_lists(), "x.example": records, "mx.x.example": [("A", IP)]}
        if dmarc:
            zone["_dmarc.x.example"] = [("TXT", "v=DMARC1; " + dmarc)]
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "x.example", "--json", "--server", dns.server, "--timeout-ms", "400")
        found = [f for f in done.json()["findings"] if f["id"] != "dmarc-none"]
        lines = [line for f in found for line in f["publish"]]
        tap.ok(lines == wanted and len(found) == bool(wanted) and
               (not found or word in found[0]["effect"] + found[0]["fix"]), "parked: " + name, [found] + done.told())


def perhaps_sends(tap, world):
    """What cannot be read, or is not answered now, may name a sender: nothing is taken away on that ground."""
    box = world.box("perhaps-sends")
    null, fails, mute = ("MX", (0, ".")), dns_stub.SERVFAIL, dns_stub.TIMEOUT
    for name, spf, more, parked in (
            ("an include that fails", "include:i.example -all", {"i.example": fails}, False),
            ("an include that is mute", "include:i.example -all", {"i.example": mute}, False),
            ("an include below an include", "include:i.example -all",
             {"i.example": [("TXT", "v=spf1 include:j.example -all")], "j.example": fails}, False),
            ("a redirect", "redirect=i.example", {"i.example": fails}, False),
            ("a name", "a:out.x.example -all", {"out.x.example": fails}, False),
            ("MX of a name", "mx:out.x.example -all", {"out.x.example": fails}, False),
            ("exists", "exists:e.x.example -all", {"e.x.example": fails}, False),
            ("an include with an error", "include:i.example -all", {"i.example": [("TXT", "v=spf1 ip4:1.2.3 -all")]}, False),
            ("an include for each sender", "include:%{l}.i.example -all", {}, False),
            ("two records", "ip4:192.0.2.9 -all", {"x.example": [("TXT", "v=spf1 ip4:192.0.2.9 -all"), ("TXT", "v=spf1 -all"), null]}, False),
            ("an error in the record", "ip4:192.0.2 -all", {}, False),
            ("the record itself", "-all", {"x.example": [mute, null]}, False),
            ("selectors of DKIM", "~all", {"s1._domainkey.x.example": fails}, False),
            ("two records that name nobody", "", {"x.example": [("TXT", "v=spf1 -all"), ("TXT", "v=spf1 ~all"), null]}, True),
            ("a name without address", "a:out.x.example -all", {}, True),
            ("an include without record", "include:i.example -all", {"i.example": [("TXT", "hello")]}, True)):
        zone = {**test_lists.world_of_lists(), "x.example": [("TXT", "v=spf1 %s" % spf), null], **more}
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "x.example", "--json", "--server", dns.server, "--timeout-ms", "200")
        found = done.json()["findings"]
        told = any(f["id"] == "parked-incomplete" or 'TXT "v=spf1 -all"' in " ".join(f["publish"]) or
                   'p=reject' in " ".join(f["publish"]) for f in found)
        tap.ok(told == parked, "%s: %s" % (name, "nobody sends" if parked else "somebody may send"), [found] + done.told())


def own_hosts(tap, world):
    """Which names in an SPF record are the sender's own, and for which family lookups find nothing."""
    box = world.box("own-hosts")
    two = [("A", "192.0.2.9")], [("AAAA", "2001:db8::9")]
    families = {"f%d.x.example" % i: two[0 if i < 4 else 1] for i in range(7)}
    for name, zone, number, words in (
            ("an MX that is an alias of another's host", {"mx.x.example": [("CNAME", "host.y.example")], "host.y.example": two[0]},
             "spf-missing", None),
            ("an MX with IPv6 only", {"mx.x.example": two[1]}, "spf-missing", 'x.example. IN TXT "v=spf1 mx ~all"'),
            ("an MX with IPv4 only", {"mx.x.example": two[0]}, "spf-missing", 'x.example. IN TXT "v=spf1 mx ~all"'),
            ("more is void over IPv6", {"x.example": [("TXT", "v=spf1 %s -all" % " ".join("a:" + x for x in families))], **families},
             "spf-too-many-void", "for mail over IPv6 4 lookups find nothing"),
            ("more is void over IPv4", {"x.example": [("TXT", "v=spf1 %s -all" % " ".join("a:" + x for x in families))],
                                        **{k: two[v is two[0]] for k, v in families.items()}},
             "spf-too-many-void", "for mail over IPv4 4 lookups find nothing")):
        with dns_stub.Stub({**test_lists.world_of_lists(), "x.example": [("MX", (10, "mx.x.example"))], **zone}) as dns:
            done = box.run("check", "x.example", "--json", "--server", dns.server, "--timeout-ms", "400")
        found = [f for f in done.json()["findings"] if f["id"] == number]
        tap.ok(len(found) == 1 and (words in found[0]["evidence"] + "\n".join(found[0]["publish"]) if words else
                                    not found[0]["publish"]), "own hosts: " + name, [found] + done.told())


def and_more(tap, world):
    """Long lists in the words of SPF end with how many more there are."""
    box = world.box("and-more")
    many = ["n%d.x.example" % i for i in range(40)]
    for name, spf, zone, words in (
            ("left out", " ".join("a:" + x for x in many), {}, "a:n31.x.example [(]it has no address[)] and 8 more"),
            ("of no use", " ".join("ip4:10.%d.0.0/24" % (2 * i) for i in range(40)), {}, "does nothing: .* and 8 more"),
            ("services that do not fit", " ".join("include:i%d.y.example" % i for i in range(40)),
             {"i%d.y.example" % i: [("TXT", "v=spf1 ip4:198.51.100.%d -all" % i)] for i in range(40)}, "They cost: .*[)] and 8 more"),
            ("what is wrong with services", "ipv4:192.0.2.1 " + " ".join("include:i%d.y.example" % i for i in range(5)),
             {"i%d.y.example" % i: [("TXT", "v=spf1 ptr ip4:198.51.100.%d -all" % i)] for i in range(5)},
             "Then check reports spf-ptr .*, spf-ptr .*, spf-ptr .*[)] and 2 more: that is in a record")):
        with dns_stub.Stub({**test_lists.world_of_lists(), "x.example": [("TXT", "v=spf1 ip4:192.0.2.7 %s -all" % spf)], **zone}) as dns:
            done = box.run("check", "x.example", "--json", "--server", dns.server, "--timeout-ms", "400")
        fixes = sorted({f["fix"] or "" for f in done.json()["findings"] if f["id"].startswith("spf-")})
        tap.ok(any(re.search(words, x) for x in fixes), "and more: " + name, fixes + done.told())


def words(tap, world):
    """What a person reads about records that nearly are what they should be."""
    box = world.box("words")
    host, spf = [("MX", (10, "mx.x.example"))], ("TXT", "v=spf1 mx -all")
    dmarc = lambda text: {"_dmarc.x.example": [("TXT", text)]}      # noqa: E731
    caa = lambda flags: ("CAA", bytes([flags, 4]) + b"isueca.example")      # noqa: E731
    for name, zone, number, field, wanted, never in (
            ("only sp= is none", dmarc("v=DMARC1; p=reject; sp=none; np=reject; rua=mailto:d@x.example"), "dmarc-subdomains-open",
             "fix", "remove sp=none;", "np=none"),
            ("only np= is none", dmarc("v=DMARC1; p=reject; np=none; rua=mailto:d@x.example"), "dmarc-subdomains-open",
             "fix", "remove np=none;", "sp=none"),
            ("a tag twice, alike", dmarc("v=DMARC1; p=reject; rua=mailto:d@x.example; p=reject"), "dmarc-twice",
             "fix", "each tag is there once", "weaker"),
            ("a tag twice, unlike", dmarc("v=DMARC1; p=reject; rua=mailto:d@x.example; p=none"), "dmarc-twice",
             "fix", "with the weaker of its values", "Outlook"),
            ("two lists of addresses", dmarc("v=DMARC1; p=reject; rua=mailto:d@x.example; rua=mailto:e@x.example"), "dmarc-twice",
             "fix", "each tag is there once", "weaker"),
            ("sp= under pct=", dmarc("v=DMARC1; p=quarantine; sp=reject; pct=50; rua=mailto:d@x.example"), "dmarc-pct",
             "fix", "v=DMARC1; p=none; sp=quarantine; rua", "sp=none"),
            ("sp= under pct=, p=none", dmarc("v=DMARC1; p=none; sp=reject; pct=50; rua=mailto:d@x.example"), "dmarc-pct",
             "fix", "sp=reject becomes sp=quarantine", "sp=none"),
            ("p=reject, sp= weaker, pct=", dmarc("v=DMARC1; p=reject; sp=quarantine; pct=50; rua=mailto:d@x.example"), "dmarc-pct",
             "fix", "v=DMARC1; p=quarantine; sp=quarantine; rua", "sp=none"),
            ("curly quotes", dmarc("\u201cv=DMARC1; p=reject; rua=mailto:d@x.example\u201d"), "dmarc-missing",
             "fix", "v=DMARC1; p=none; rua=mailto:d@x.example", "is no address"),
            ("a colon for =", dmarc("v=DMARC1; p=reject; rua:mailto:d@x.example"), "dmarc-syntax", "fix", "; rua=mailto:d@x.example", "dmarc@"),
            ("not in ASCII", dmarc("v=DMARC1; p=reject; rua=mailto:dm\u00e4rc@x.example"), "dmarc-rua-syntax", "evidence",
             "a character that no URI may have", "takes no mail"),
            ("p=none stands there", dmarc("v=DMARC1; p=none; sp=foo; rua=mailto:d@x.example"), "dmarc-syntax", "fix", "sp=foo", "Nothing was in force"),
            ("another version", dmarc("v=DMARC2; p=reject"), "dmarc-missing", "evidence", '"v=DMARC2; p=reject" resembles', "NXDOMAIN"),
            ("no such policy", dmarc("v=DMARC1; p=refuse; rua=mailto:d@x.example"), "dmarc-syntax", "fix", "p=refuse is no policy", "mailbox"),
            ("SPF in its place", dmarc("v=spf1 mx include:dmarc.x.example -all"), "dmarc-missing", "evidence", "is an SPF record", "resembles"),
            ("something else in its place", dmarc("hello"), "dmarc-missing", "evidence", '"hello" is no DMARC record', "SPF"),
            ("slashes behind mailto:", dmarc("v=DMARC1; p=reject; rua=mailto://d@x.example"), "dmarc-no-rua", "fix",
             "rua=mailto:d@x.example", "no address"),
            ("MTA-STS of another version", {"_mta-sts.x.example": [("TXT", "v=STS1; id=1")]}, "mta-sts-invalid", "fix",
             "remove that text", "IN TXT"),
            ("CAA, critical and mistyped", {"x.example": [*host, spf, caa(128)]}, "caa-syntax", "evidence",
             "because of the flag 128 they must not issue", "ignore"),
            ("CAA, mistyped", {"x.example": [*host, spf, caa(0)]}, "caa-syntax", "evidence", "they ignore it", "128"),
            ("one TLS-RPT address leads nowhere", {"_smtp._tls.x.example": [("TXT", "v=TLSRPTv1; rua=https://gone.x.example/,mailto:t@x.example"),
             ("TXT", "v=TLSRPTv1; rua=mailto:u@x.example")]}, "tls-rpt-syntax", "fix", "https://gone.x.example/: it has no address). So replace", "None"),
            ("an alias without a key, and no other key", {"selector1._domainkey.x.example": [("CNAME", "gone.y.example")]},
             "dkim-key-missing", "fix", "No other selector that was found has a key", "Leave it"),
            ("HELO says an address in brackets", {"helo": "[%s]" % IP}, "helo-syntax", "evidence", '"[192.0.2.7]": an address; a name is wanted', "needs"),
            ("HELO says an address", {"helo": IP}, "helo-syntax", "evidence", "needs brackets around it", "wanted"),
            ("one address, and HELO says another's name", {"helo": "out.y.example", "out.y.example": [("A", IP)], arpa(IP): [("PTR", "out.y.example")]},
             "ptr-foreign", "fix", "let HELO say mx.x.example; in Postfix:\npostconf -e", "your other addresses"),
            ("nothing sends, perhaps", {"x.example": [("A", IP)]}, "spf-missing", "fix", 'SPF "v=spf1 -all" and DMARC', "ask it")):
        helo = zone.pop("helo", None)
        zone = {**test_lists.world_of_lists(), "x.example": [*host, spf], "mx.x.example": [("A", IP)], **zone}
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "x.example", *(["--ip", IP, "--helo", helo] if helo else []), "--json", "--server", dns.server,
                           "--timeout-ms", "400")
        found = [f for f in done.json()["findings"] if f["id"] == number]
        tap.ok(len(found) == 1 and wanted in found[0][field] and never not in found[0][field], "words: " + name, [found] + done.told())


def arpa(ip):
    return ipaddress.ip_address(ip).reverse_pointer


class Named:
    """Addresses and their names before and after what check says is done."""

    def __init__(self, box, zone):
        self.box = box
        page, hosts = zone.pop("page", False), zone.pop("mx", ["mx.x.example"])
        spf = "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8:7::/64 -all"
        self.zone = {**test_lists.world_of_lists(), "mx.x.example": [("A", "192.0.2.9")], "x.example":
                     [("TXT", spf)] + [("MX", (10 + i, host)) for i, host in enumerate(hosts)] +
                     ([("A", "198.51.100.99")] if page else []),
                     "_dmarc.x.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@x.example")], **zone}

    def look(self, dns, ips, said):
        more = [x for ip in ips for x in ("--ip", ip)] + (["--helo", said] if said else [])
        done = self.box.run("check", "x.example", *more, "--json", "--server", dns.server, "--timeout-ms", "400")
        return [f for f in done.json()["findings"] if f["id"].startswith(("ptr-", "helo-"))], done

    def follow(self, dns, found):
        """Names of HELO: of all of Postfix, and by address."""
        lines = [line for f in found for line in f["run"]]
        for f in found:
            old = re.search(r"in place of the one with ([0-9a-f.:]+)", f["fix"] or "")
            for host, kind, value in {parsed(line) for line in f["publish"]}:
                have = [x for x in dns.zone.get(host.encode(), []) if not old or old.group(1) not in str(x[1])]
                dns.put(host, [x for x in have if x != (kind, value)] + [(kind, value)])
            for ip, host in re.findall(r"set the PTR of (\S+) to (\S+) where", f["fix"]):
                dns.put(arpa(ip), [("PTR", host)])
            for host in re.findall(r"leave only the PTR (\S+),", f["fix"]):
                dns.put(arpa(f["subject"]), [("PTR", host)])
        return (sorted({x for line in lines for x in re.findall(r"postconf -e 'smtp_helo_name = (\S+)'", line)}),
                {ip.replace("\\", ""): host for line in lines for ip, host in
                 re.findall(r"smtp_bind_address6\* = (\S+)\$\|/smtp_helo_name=([^|]+)\|p", line)})


def names_done(tap, box, case, own=None):
    """What is found and said, and that nothing is left afterwards. `own`: names of HELO for one address."""
    name, ips, helo, zone, wanted, lines, helos, word = case
    world = Named(box, zone)
    with dns_stub.Stub(world.zone) as dns:
        before, done = world.look(dns, ips, helo)
        got = {parsed(line) for f in before for line in f["publish"]}
        set_to, apart = world.follow(dns, before)
        tap.ok(" ".join(sorted({f["id"] for f in before})) == wanted and got == set(lines) and set_to == helos and
               any(word in f["fix"] for f in before) and (own is None or apart == own), "names: " + name,
               [before, sorted(got), set_to, apart] + done.told()[:1])
        together = [ip for ip in ips if ip not in apart]
        after = world.look(dns, together, helos[0] if helos else helo)[0] if together else []
        for ip, said in apart.items():
            after += world.look(dns, [ip], said)[0]
        tap.ok(not after, name + ": done, and nothing is left", after)


def names(tap, world):
    """PTR and HELO of all addresses together: what is said for one takes nothing from another."""
    box = world.box("names")
    a, b, six, old = "192.0.2.7", "192.0.2.8", "2001:db8:7::9", "198.51.100.99"
    mail, out, move = "mail.x.example", "out2.x.example", "in place of the one with " + old
    ptr = lambda **more: {arpa(k.replace("v4", a).replace("b4", b).replace("v6", six)): [("PTR", x) for x in (  # noqa: E731
        v if isinstance(v, list) else [v])] for k, v in more.items()}
    both, two = [a, six], [a, b]
    for name, ips, helo, zone, wanted, lines, helos, word in (
            ("only the AAAA is missing", both, mail, {mail: [("A", a)], **ptr(v4=mail, v6=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "AAAA", six)], [], "the PTR is right"),
            ("only the A is missing", both, mail, {mail: [("AAAA", six)], **ptr(v4=mail, v6=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "A", a)], [], "the PTR is right"),
            ("no PTR for IPv6, no HELO given", both, None, {mail: [("A", a)], **ptr(v4=mail)},
             "ptr-missing", [(mail, "AAAA", six)], [mail], "set the PTR of %s to %s" % (six, mail)),
            ("IPv6 has a good name of its own", both, mail, {mail: [("A", a)], out: [("AAAA", six)], **ptr(v4=mail, v6=out)},
             "helo-unconfirmed", [(mail, "AAAA", six)], [], ""),
            ("two addresses, one name", two, mail, {mail: [("A", a)], **ptr(v4=mail, b4=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "A", b)], [], "the PTR is right"),
            ("two addresses, no PTR of the second", two, mail, {mail: [("A", a)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [(mail, "A", b)], [], "set the PTR of %s to %s" % (b, mail)),
            ("a stale A after a move", [a], out, {out: [("A", old)], **ptr(v4=out)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "A", a)], [mail], "let that name lead to %s instead of %s" % (a, old)),
            ("a stale A after a move, and no name is free", [a], out, {out: [("A", old)], **ptr(v4=out), **{
                "%s.x.example" % x: [("A", "198.51.100.1")] for x in ("mail", "mta", "out", "smtp-out", "mx-out")}},
             "helo-unconfirmed ptr-unconfirmed", [(out, "A", a)], [], move),
            ("a stale A, and HELO says another name", [a], mail, {out: [("A", old)], mail: [("A", a)], **ptr(v4=out)},
             "ptr-unconfirmed", [], [], "set the PTR of %s to %s" % (a, mail)),
            ("the domain itself, its page is elsewhere", [a], "x.example", {"page": True, **ptr(v4="x.example")},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "A", a)], [mail], "set the PTR of %s to %s" % (a, mail)),
            ("several, the dead one comes first", [a], None, {mail: [("A", a)], **ptr(v4=["dead.x.example", mail])},
             "ptr-several", [], [], "leave only the PTR %s," % mail),
            ("several, the dead one comes last", [a], None, {mail: [("A", a)], **ptr(v4=[mail, "zdead.x.example"])},
             "ptr-several", [], [], "leave only the PTR %s," % mail),
            ("several good ones, HELO says the last", [a], out, {mail: [("A", a)], out: [("A", a)], **ptr(v4=[mail, out])},
             "ptr-several", [], [], "leave only the PTR %s," % out),
            ("several good ones, HELO says the first", [a], mail, {mail: [("A", a)], out: [("A", a)], **ptr(v4=[out, mail])},
             "ptr-several", [], [], "leave only the PTR %s," % mail),
            ("HELO is no name, both addresses have one", two, "localhost",
             {mail: [("A", a)], out: [("A", b)], **ptr(v4=mail, b4=out)}, "helo-syntax", [], [mail], "/smtp_helo_name=" + out)):
        names_done(tap, box, (name, ips, helo, zone, wanted, lines, helos, word))
    # the other one of two addresses that each have a name: its own transport says it
    world_of = {**test_lists.world_of_lists(), mail: [("A", a)], out: [("A", b)], **ptr(v4=mail, b4=out)}
    with dns_stub.Stub(world_of) as dns:
        done = box.run("check", "x.example", "--ip", a, "--ip", b, "--helo", mail, "--json", "--server", dns.server)
        plain = box.run("check", "x.example", "--ip", a, "--ip", b, "--helo", mail, "--server", dns.server)
    found = [f for f in done.json()["findings"] if f["id"].startswith(("ptr-", "helo-"))]
    tap.ok([(f["subject"], f["severity"], f["publish"]) for f in found] == [(b, "warning", [])] and "postconf -e" not in done.out and
           "smtp_helo_name=%s|p" % out in found[0]["run"][0], "names: a name for each address, and one of them in HELO", found)
    tap.ok(all(line in plain.out.splitlines() for line in found[0]["run"]), "what is to be run stands at the margin", plain.told())


def one_of_two(tap, world):
    """Names of addresses that are not given, of hosts of MX and of senders that take no mail: none loses its own."""
    box = world.box("one-of-two")
    a, b, six, old = "192.0.2.7", "192.0.2.8", "2001:db8:7::9", "192.0.2.99"
    mail, mx, mx1, mx2 = "mail.x.example", "mx.x.example", "mx1.x.example", "mx2.x.example"
    relay, mta, also = "relay.x.example", "mta.x.example", "incoming mail then also goes to this address"
    ptr = lambda **more: {arpa({"v4": a, "b4": b, "v6": six, "o4": old}[k]): [("PTR", v)] for k, v in more.items()}  # noqa: E731
    for name, ips, helo, zone, wanted, lines, helos, word, own in (
            # the other IP version was not given
            ("IPv6 alone, no PTR", [six], mail, {mail: [("A", a)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [(mail, "AAAA", six)], [], "beside its A record", {}),
            ("IPv6 alone, the MX", [six], mail, {"mx": [mail], mail: [("A", a)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [(mail, "AAAA", six)], [], also, {}),
            ("IPv6 alone, no PTR at all", [six], mail, {"mx": [mx], mail: [("A", a)], mx: [("A", a)]},
             "helo-unconfirmed ptr-missing", [(mail, "AAAA", six)], [], "beside its A record", {}),
            ("IPv6 alone, its PTR is there", [six], mail, {mail: [("A", a)], **ptr(v4=mail, v6=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "AAAA", six)], [], "the PTR is right: publish this record beside its A", {}),
            ("IPv4 alone, no PTR", [a], mail, {mail: [("AAAA", six)], **ptr(v6=mail)},
             "helo-unconfirmed ptr-missing", [(mail, "A", a)], [], "beside its AAAA record", {}),
            ("IPv4 alone, its PTR is there", [a], mail, {mail: [("AAAA", six)], **ptr(v4=mail, v6=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "A", a)], [], "the PTR is right", {}),
            ("IPv6 alone has a name of its own", [six], mail, {mail: [("A", a)], relay: [("AAAA", six)], **ptr(v4=mail, v6=relay)},
             "helo-unconfirmed", [(mail, "AAAA", six)], [], "if mail from %s says %s too, publish" % (six, mail), {}),
            ("HELO leads to the mail host of somebody else", [six], mail, {mail: [("A", a)], **ptr(v4="mx4.hoster.example")},
             "helo-unconfirmed ptr-missing", [(mta, "AAAA", six)], [mta], "", {}),
            # a second address of the same IP version, and the MX
            ("a sender has a name", [a, b], mail, {"mx": [mail], mail: [("A", a)], relay: [("A", b)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [], [], "set the PTR of %s to %s" % (b, relay), {b: relay}),
            ("a sender has a name and its hoster's PTR", [a, b], mail, {"mx": [mail], mail: [("A", a)], relay: [("A", b)],
             **ptr(v4=mail, b4="v22.hoster.example")}, "helo-unconfirmed ptr-unconfirmed", [], [],
             "set the PTR of %s to %s" % (b, relay), {b: relay}),
            ("a sender has no name", [a, b], mail, {"mx": [mail], mail: [("A", a)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [(mta, "A", b)], [], "set the PTR of %s to %s" % (b, mta), {b: mta}),
            ("a sender has the PTR of the MX", [a, b], mail, {"mx": [mail], mail: [("A", a)], **ptr(v4=mail, b4=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mta, "A", b)], [], "set the PTR of %s to %s" % (b, mta), {b: mta}),
            ("a sender alone, HELO is another's", [b], mail, {"mx": [mail], mail: [("A", a)], relay: [("A", b)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [], [], "set the PTR of %s to %s" % (b, relay), {b: relay}),
            ("HELO is stale here, and another's over IPv6", [b], relay, {"mx": [mx1], mx1: [("A", b)],
             relay: [("A", old), ("AAAA", six)], **ptr(b4=mx1, v6=relay)}, "helo-unconfirmed", [], [], "look at this address alone", {b: mx1}),
            ("SPF names the host", [b], mail, {"x.example": [("TXT", "v=spf1 ip4:192.0.2.0/24 +a:web7.x.example a:e9.x.example -all"),
             ("MX", (10, mail))], mail: [("A", a)], "e9.x.example": [("A", b)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [], [], "set the PTR of %s to e9.x.example" % b, {b: "e9.x.example"}),
            ("nothing but the MX is left", [a, b], mail, {"mx": [mail], mail: [("A", a)], **ptr(v4=mail), **{
                "%s.x.example" % x: [("A", "198.51.100.1")] for x in ("mta", "out", "smtp-out", "mx-out")}},
             "helo-unconfirmed ptr-missing", [(mail, "A", b)], [], also, {}),
            ("two of the other IP version, one MX", [a, six, "2001:db8:7::a"], mail, {"mx": [mail], mail: [("A", a)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-missing", [(mail, "AAAA", six), (mta, "AAAA", "2001:db8:7::a")], [], also, {"2001:db8:7::a": mta}),
            ("HELO is the domain, which has no address", [a], "x.example", {}, "helo-unconfirmed ptr-missing", [(mail, "A", a)], [mail],
             "set the PTR of %s to %s" % (a, mail), {}),
            ("a name that leads there comes before one to publish", [six, a], "localhost", {"mx": [mx1], mx1: [("A", a)], **ptr(v6=relay)},
             "helo-syntax ptr-missing ptr-unconfirmed", [(relay, "AAAA", six), (mx1, "AAAA", six)], [mx1],
             "set the PTR of %s to %s" % (a, mx1), {}),
            # PTR names that stand at the wrong address
            ("two PTR exchanged", [a, b], mx1, {"mx": [mx1, mx2], mx1: [("A", a)], mx2: [("A", b)], **ptr(v4=mx2, b4=mx1)},
             "helo-unconfirmed ptr-unconfirmed", [], [], "set the PTR of %s to %s" % (a, mx1), {b: mx2}),
            ("two PTR exchanged, no MX", [a, b], "out1.x.example", {"out1.x.example": [("A", a)], "out2.x.example": [("A", b)],
             **ptr(v4="out2.x.example", b4="out1.x.example")}, "helo-unconfirmed ptr-unconfirmed", [], [],
             "set the PTR of %s to out2.x.example" % b, {b: "out2.x.example"}),
            ("the MX leads there already", [a], mail, {"mx": [mx1], mail: [("A", old)], mx1: [("A", a)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-unconfirmed", [], [mx1], "let that name lead to %s instead of %s" % (a, old), {}),
            ("a stale A of the MX", [a], mail, {"mx": [mail], mail: [("A", old)], **ptr(v4=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mta, "A", a)], [mta], "let that name lead to %s instead of %s" % (a, old), {}),
            ("not stale: it has the PTR", [a], mail, {mail: [("A", old)], **ptr(v4=mail, o4=mail)},
             "helo-unconfirmed ptr-unconfirmed", [(mail, "A", a)], [], "beside the one that is there, which stays", {}),
            ("two hosts of MX, one of each IP version", [a, six], mx1, {"mx": [mx1, mx2], mx1: [("A", a)], mx2: [("AAAA", six)],
             **ptr(v4=mx1, v6=mx2)}, "helo-unconfirmed", [], [], "the same Postfix that sends over both", {six: mx2})):
        names_done(tap, box, (name, ips, helo, zone, wanted, lines, helos, word), own)
    # the other IP version has a good name of its own: perhaps it says that
    for zone in ({"mx": [mx1, mx2], mx1: [("A", a)], mx2: [("AAAA", six)], **ptr(v4=mx1, v6=mx2)},
                 {mx1: [("A", a)], mx2: [("AAAA", six)], **ptr(v4=mx1, v6=mx2)}):
        for ips in ([a, six], [six]):
            world_of = Named(box, dict(zone))
            with dns_stub.Stub(world_of.zone) as dns:
                found, done = world_of.look(dns, ips, mx1)
            tap.ok([(f["subject"], f["severity"]) for f in found] == [(six, "warning")], "HELO of the other IP version is a warning",
                   [found] + done.told()[:1])


def many(tap, world):
    """Twelve addresses: one table, one block of records, one of commands, at each width; and it works as it stands."""
    box = world.box("many")
    mail, six = "mail.x.example", ["2001:db8:7::9", "2001:db8:7:0:1234:5678:9abc:def0"]
    ips = ["192.0.2.%d" % i for i in range(10, 20)] + six
    cloud = "ec2-192-0-2-13.eu-central-1.compute.amazonaws.com"
    zone = {"mx": [mail], mail: [("A", ips[0]), ("AAAA", six[0])], "relay.x.example": [("A", ips[1])], "out5.x.example": [("A", ips[5])],
            arpa(ips[0]): [("PTR", mail)], arpa(six[0]): [("PTR", mail)], arpa(ips[3]): [("PTR", cloud)],
            arpa(ips[5]): [("PTR", "out5.x.example")], arpa(ips[6]): [("PTR", "newsletter-outbound-7.x.example")]}
    named_world, asked = Named(box, zone), [x for ip in ips for x in ("--ip", ip)] + ["--helo", mail]
    with dns_stub.Stub(named_world.zone) as dns:
        found, done = named_world.look(dns, ips, mail)
        rows = {r["ip"]: r for r in done.json()["names"]}
        records, runs = ({x for f in found for x in f[key]} for key in ("publish", "run"))
        tap.ok(sorted(rows) == sorted(x for x in ips if x not in (ips[0], six[0])) and
               {x for r in rows.values() for x in r["publish"]} == records, "many: names has a row for each", [rows, records])
        tap.ok(rows[ips[1]] == {"ip": ips[1], "ptr": None, "ptr_to_set": "relay.x.example", "publish": [], "helo": "relay.x.example"} and
               rows[ips[6]]["ptr_to_set"] is None and rows[ips[5]]["helo"] == "out5.x.example" and rows[ips[3]]["ptr"] == cloud,
               "many: what each is to have", rows)
        for width in ("60", "80", "120"):
            out = box.run("check", "x.example", *asked, "--server", dns.server, "--timeout-ms", "400", env={"COLUMNS": width}).out
            lines = out.split("\n")
            head = [i for i, line in enumerate(lines) if line.startswith("ADDRESS ")]
            body = lines[head[0] + 1:lines.index("", head[0])] if len(head) == 1 else []
            cells = {line.split()[0]: line.split()[-1] for line in body if not line.startswith(" ")}
            under = {line.strip() for line in body if line.startswith(" ")}
            wanted = {ip: r["ptr_to_set"] or "(stays)" for ip, r in rows.items()}
            tap.ok(sorted(cells) == sorted(rows) and all(cells[ip] == x or x in under for ip, x in wanted.items()) and
                   max(len(x) for x in body) <= int(width), "many: the table at %s columns" % width, body or lines)
            tap.ok(all(lines.count(x) == 1 for x in records | runs), "many: each record and command once, at the margin (%s)" % width,
                   [x for x in records | runs if lines.count(x) != 1])
            free = [x for x in lines if len(x) > int(width) and " " in x.strip() and x not in records | runs]
            tap.ok(not free, "many: nothing else is wider than %s" % width, free)
        few = box.run("check", "x.example", *asked[:4], "--helo", mail, "--server", dns.server, "--timeout-ms", "400").out
        tap.ok("PTR TO SET" not in few and "set the PTR of %s to relay.x.example" % ips[1] in re.sub(r"\s+", " ", few),
               "many: two addresses have no table", few[:900])
        set_to, apart = named_world.follow(dns, found)
        left = named_world.look(dns, [ips[0], six[0]], mail)[0]
        for ip, said in apart.items():
            left += named_world.look(dns, [ip], said)[0]
        tap.ok(not left and not set_to and sorted(apart) == sorted(rows), "many: done, and nothing is left", [left, set_to, apart])


def many_kinds(tap, world):
    """What a table of many addresses must not lose: each cloud, what holds for one address, and which are new."""
    box = world.box("many-kinds")
    mail, ips = "mail.x.example", ["192.0.2.%d" % i for i in range(10, 18)]
    flat = lambda text: re.sub(r"\s+", " ", text)      # noqa: E731
    ask = lambda dns, *more: box.run("check", "x.example", *[x for ip in ips for x in ("--ip", ip)], *more,     # noqa: E731
                                     "--server", dns.server, "--timeout-ms", "400")
    clouds = {arpa(ips[i]): [("PTR", "ec2-%s.eu-central-1.compute.amazonaws.com" % ips[i].replace(".", "-"))] for i in (1, 2)}
    clouds.update({arpa(ips[i]): [("PTR", "static.%s.clients.your-server.de" % ips[i])] for i in (3, 4, 5)})
    with dns_stub.Stub(Named(box, clouds).zone) as dns:
        out = flat(ask(dns).out)
    tap.ok("set the PTR of %s to" % ips[1] in out and "only an Elastic IP" in out and "The same way for %s " % ips[2] in out,
           "many: the first cloud, and whom it is for", [out])
    tap.ok("set the PTR of %s to" % ips[3] in out and "by hcloud." in out and "The same way for %s, %s " % (ips[4], ips[5]) in out,
           "many: the second cloud too", [out])
    own = {"out%d.x.example" % i: [("A", ip)] for i, ip in enumerate(ips)}
    own.update({arpa(ip): [("PTR", "out%d.x.example" % i)] for i, ip in enumerate(ips)})
    with dns_stub.Stub(Named(box, own).zone) as dns:
        out = flat(ask(dns, "--helo", "out0.x.example").out)
    tap.ok("PTR TO SET" in out or "let HELO say the names" in out, "many: HELO of each as a table", [out])
    alone = re.findall(r"check x.example --ip (\S+) --helo (\S+?)[. ]", out)
    tap.ok(sorted({ip for ip, _ in alone}) == ips[1:], "many: each is to be looked at alone", [alone, out])
    zone = Named(box, {mail: [("A", ips[0])], arpa(ips[0]): [("PTR", mail)], "out5.x.example": [("A", ips[5])],
                            arpa(ips[5]): [("PTR", "out5.x.example")]}).zone
    with dns_stub.Stub(zone) as dns:
        ask(dns, "--db", box.path("h.db"), "--now", "2026-11-01T10:00:00Z")
        dns.put(arpa(ips[5]), [("PTR", "gone.x.example")])
        out = flat(ask(dns, "--db", box.path("h.db"), "--now", "2026-11-03T10:00:00Z").out)
        same = out.count("not all of them")
        dns.put(arpa(ips[5]), [])
        third = flat(ask(dns, "--db", box.path("h.db"), "--now", "2026-11-05T10:00:00Z").out)
    tap.ok("since new: %s; the others were there before" % ips[5] in third and not same, "many: which of them is new", [out, third])


def wildcard_rows(tap, world):
    """What a wildcard says for the names of an address is in its row, of PTR and of HELO; and no limit is silent."""
    box = world.box("wildcard-rows")
    a, six = "192.0.2.7", "2001:db8:7::9"
    zone = {"*.x.example": [("MX", (10, "mx.x.example"))], arpa(a): [("PTR", "w1.x.example")], arpa(six): [("PTR", "w2.x.example")]}
    named = Named(box, zone)
    with dns_stub.Stub(named.zone) as dns:
        found, done = named.look(dns, [a, six], "w1.x.example")
    rows = {r["ip"]: set(r["publish"]) for r in done.json()["names"]}
    wanted = {ip: {x for f in found if f["subject"] == ip for x in f["publish"]} for ip in (a, six)}
    both = {"w%d.x.example. IN MX 10 mx.x.example." % i for i in (1, 2)}
    tap.ok(rows == wanted and both <= rows[six] and {f["id"] for f in found} == {"helo-unconfirmed", "ptr-unconfirmed"},
           "a row has what the wildcard says for both names", [rows, found])
    ips = ["192.0.2.%d" % i for i in range(1, 65)]
    for deep, told in ((2, False), (3, True)):
        labels = ".".join("abc"[:deep - 1])
        named = Named(box, {"*.x.example": [("MX", (10, "mx.x.example"))],
                                 **{arpa(ip): [("PTR", "%s.h%d.x.example" % (labels, i))] for i, ip in enumerate(ips)}})
        with dns_stub.Stub(named.zone) as dns:
            found, done = named.look(dns, ips, None)
        words = [f["fix"] for f in found if "More than 128 names" in f["fix"]]
        kept = {x.split()[0] for f in found for x in f["publish"] if " MX " in x}
        tap.ok(len(words) == told and (len(kept) == 128), "%d names by a wildcard: %s" % (64 * deep, "told" if told else "all"),
               [words, len(kept), len(found)] + done.told())


def many_names(tap, world):
    """The order of an answer changes nothing, and a name with many addresses is looked at whole."""
    box = world.box("many-names")
    ip, hosts = "192.0.2.7", ["mx%02d.x.example" % i for i in range(40)]
    zone = {"x.example": [("TXT", "v=spf1 ip4:192.0.2.0/24 -all")] + [("MX", (50 - i, h)) for i, h in enumerate(hosts)],
            **{h: [("A", ip)] for h in hosts}}
    named = Named(box, zone)
    with dns_stub.Stub(named.zone) as dns:
        found, done = named.look(dns, [ip], None)
    tap.ok("set the PTR of %s to mx39.x.example " % ip in found[0]["fix"], "the name of the MX that is tried first", found)
    shown = [m["host"] for m in done.json()["seen"]["mx"]]
    tap.ok(shown == hosts[:7:-1], "of 40 MX the first 32 are looked at", shown)
    others = ["198.51.100.%d" % i for i in range(1, 31)]
    named = Named(box, {"out.x.example": [("A", x) for x in others], "mail.x.example": [("A", ip)],
                              arpa(others[-1]): [("PTR", "out.x.example")], arpa(ip): [("PTR", "mail.x.example")]})
    with dns_stub.Stub(named.zone) as dns:
        found, done = named.look(dns, [ip], "out.x.example")
        set_to, apart = named.follow(dns, found)
    tap.ok(not set_to and apart == {ip: "mail.x.example"}, "HELO is the name of one of 30 other addresses: it stays for them",
           [found, set_to, apart])


def left_over(tap, world):
    """A key that cannot be used is critical where somebody named it, and a warning where nobody did."""
    box = world.box("left-over")
    short = dkim_sign.Key("rsa", 768)
    zone = {**test_lists.world_of_lists(), "x.example": [("TXT", "v=spf1 ip4:%s -all" % IP)],
            "default._domainkey.x.example": [("TXT", "v=DKIM1; p=%%%%")], "k1._domainkey.x.example": [("TXT", short.record())]}
    short.remove()
    with dns_stub.Stub(zone) as dns:
        for more, wanted in (([], "warning"), (["--selector", "default", "--selector", "k1"], "critical")):
            done = box.run("check", "x.example", *more, "--json", "--server", dns.server, "--timeout-ms", "400")
            got = {f["id"]: f["severity"] for f in done.json()["findings"] if f["id"].startswith("dkim-")}
            tap.ok(got == {"dkim-key-syntax": wanted, "dkim-key-short": wanted}, "left over: " + wanted, [got] + done.told())


def others(tap, world):
    """What no zone of NSD's can show: servers that fail, a resolver that lists refuse, odd trees."""
    box = world.box("others")
    sound = {"x.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.x.example"))],
             "mx.x.example": [("A", IP)], "_dmarc.x.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@x.example")],
             "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")]}

    def ids(domain, change, *more):
        zone = {**test_lists.world_of_lists(), **sound, **change}
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", domain, *more, "--json", "--server", dns.server, "--timeout-ms", "400")
        return {f["id"] for f in done.json()["findings"]} - {"dkim-none-found"}, done

    for name, domain, change, more, wanted in (
            ("sound", "x.example", {}, ["--ip", IP], set()),
            ("its servers fail", "x.example", {"x.example": dns_stub.SERVFAIL}, [], {"spf-unknown", "mx-unknown"}),
            ("the address of an MX fails", "x.example", {"mx.x.example": dns_stub.SERVFAIL}, [], {"mx-address-unknown"}),
            ("no MX, and a private address", "x.example", {"x.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"),
             ("A", "192.168.1.2")]}, [], {"mx-private"}),
            ("the name of an MX is too long to ask its TLSA", "x.example", {"x.example": [
             ("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, LONG))], LONG: [("A", IP)]}, [], set()),
            ("reports to a host without mail", "x.example", {"_smtp._tls.x.example":
             [("TXT", "v=TLSRPTv1; rua=mailto:t@null.example,https://gone.example/t")],
             "null.example": [("MX", (0, "."))]}, [], {"tls-rpt-rua"}),
            ("reports to a host that fails", "x.example", {"_smtp._tls.x.example":
             [("TXT", "v=TLSRPTv1; rua=mailto:t@fails.example")], "fails.example": dns_stub.SERVFAIL}, [], set()),
            ("DMARC fails", "x.example", {"_dmarc.x.example": dns_stub.SERVFAIL}, [], {"dmarc-unknown"}),
            ("an include fails", "x.example", {"x.example": [("TXT", "v=spf1 include:i.example -all"),
             ("MX", (10, "mx.x.example"))], "i.example": dns_stub.SERVFAIL}, [], {"spf-unknown"}),
            ("Spamhaus refuses the resolver", "x.example", {"2.0.0.127.zen.spamhaus.org": [("A", "127.255.255.254")]},
             ["--ip", IP], {"lists-refuse-resolver"}),
            ("a record between", "a.b.x.example", {"a.b.x.example": sound["x.example"],
             "_dmarc.b.x.example": sound["_dmarc.x.example"], "_dmarc.x.example": [("A", IP)]}, [],
             {"dmarc-walk-differs"}),
            ("a unit cut off", "b.x.example", {"b.x.example": sound["x.example"], "_dmarc.b.x.example":
             [("TXT", "v=DMARC1; p=reject; psd=n; rua=mailto:d@x.example")]}, [], {"dmarc-org-differs"})):
        got, done = ids(domain, change, *more)
        tap.ok(got == wanted, "others: " + name, [sorted(got)] + done.told())


def subdomains(tap, world):
    """A near miss, and two records, at a subdomain whose parent has a policy."""
    box = world.box("subdomains")
    sound = {"news.x.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.x.example"))],
             "mx.x.example": [("A", IP)], "x.example": [("MX", (10, "mx.x.example"))],
             "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")]}
    where = "_dmarc.news.x.example"
    for name, parent, texts, wanted, record in (
            ("two records", "p=reject; rua=mailto:d@x.example", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], "dmarc-several",
             "p=none; rua=mailto:dmarc@x.example"),
            ("three records", "p=reject; rua=mailto:d@x.example", ["v=DMARC1; p=none", "v=DMARC1; p=reject", "v=DMARC1"],
             "dmarc-several", "p=none; rua=mailto:dmarc@x.example"),
            ("a near miss", "p=reject; rua=mailto:d@x.example", ["v=DMARC1 p=none"], "dmarc-not-read",
             "p=reject; rua=mailto:d@x.example"),
            ("one below sp=", "p=reject; sp=quarantine; adkim=s; rua=mailto:d@x.example",
             ["v=DMARC1 p=reject sp=reject aspf=s rua=mailto:n@x.example"], "dmarc-not-read",
             "p=quarantine; adkim=s; rua=mailto:n@x.example"),
            ("one below p=none", "p=none; rua=mailto:d@x.example", ["p=reject; v=DMARC1"], "dmarc-not-read",
             "p=none; rua=mailto:d@x.example"),
            ("one below a test", "p=reject; t=y; rua=mailto:d@x.example", ["v=dmarc1; p=none"], "dmarc-not-read",
             "p=reject; t=y; rua=mailto:d@x.example")):
        zone = {**test_lists.world_of_lists(), **sound, "_dmarc.x.example": [("TXT", "v=DMARC1; " + parent)],
                where: [("TXT", x) for x in texts]}
        with dns_stub.Stub(zone) as dns:
            def look():
                done = box.run("check", "news.x.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", "400")
                return [f for f in done.json()["findings"] if f["severity"] != "info"], done
            before, done = look()
            ok = [f["id"] for f in before] == [wanted] and before[0]["publish"] == ['%s. IN TXT "v=DMARC1; %s"' % (where, record)]
            tap.ok(ok, "subdomain: %s: %s" % (name, wanted), [before] + done.told())
            told = before[0]["evidence"] + before[0]["effect"] if before else ""
            tap.ok("of _dmarc.x.example" in told, name + ": what is in force is told", before)
            if wanted == "dmarc-several":
                done = box.run("dmarc", "check", "news.x.example", "--server", dns.server)
                tap.ok(all(x in done.out for x in texts), name + ": the walk shows all", done.told())
            dns.put(where, [("TXT", "v=DMARC1; " + record)])
            after, done = look()
            tap.ok(not after, name + ": published, and nothing is left", [after] + done.told())


def in_force(tap, world):
    """p=reject or p=quarantine is the reason why mail is refused that passes neither SPF nor DKIM."""
    box = world.box("in-force")
    key = dkim_sign.Key("rsa", 2048)
    signed = {"mail._domainkey.news.x.example": [("TXT", key.record())]}
    key.remove()
    for name, policy, spf, more, refused in (
            ("SPF does not cover it", "p=reject", "ip4:192.0.2.8 -all", {}, "receivers refuse mail from 192.0.2.7"),
            ("that of subdomains", "p=none; sp=quarantine", "ip4:192.0.2.8 -all", {}, "junk or refuse mail from 192.0.2.7"),
            ("neutral", "p=reject", "ip4:192.0.2.8", {}, "receivers refuse mail from 192.0.2.7"),
            ("no SPF", "p=reject", None, {}, "receivers refuse mail from 192.0.2.7"),
            ("an error in SPF", "p=reject", "ip4:192.0.2.7 ipv4:1 -all", {}, "receivers refuse mail from 192.0.2.7"),
            ("a key", "p=reject", "ip4:192.0.2.8 -all", signed, None),
            ("p=none", "p=none", "ip4:192.0.2.8 -all", {}, None),
            ("SPF covers it", "p=reject", "ip4:192.0.2.7 -all", {}, None)):
        zone = {**test_lists.world_of_lists(), "mx.x.example": [("A", IP)], "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")],
                "news.x.example": [("MX", (10, "mx.x.example"))] + ([("TXT", "v=spf1 " + spf)] if spf else []),
                "x.example": [("MX", (10, "mx.x.example"))],
                "_dmarc.x.example": [("TXT", "v=DMARC1; %s; rua=mailto:d@x.example" % policy)], **more}
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "news.x.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", "400")
        found = {f["id"]: f for f in done.json()["findings"]}
        told = [f for f in found.values() if refused and f["id"].startswith("spf-") and refused in f["effect"] and
                "of _dmarc.x.example is in force" in f["effect"]]
        named = [f["id"] for f in found.values() if "is in force" in f["effect"]]
        dkim = found.get("dkim-none-found")
        if refused:
            tap.ok(told and dkim and dkim["severity"] == "serious" and "is in force" in dkim["effect"] and dkim["fix"],
                   "in force: " + name, [list(found.values())] + done.told())
        else:
            tap.ok(not named and (dkim is None or dkim["severity"] == "info"), "not the reason: " + name,
                   [list(found.values())] + done.told())


def not_there(tap, world):
    """A domain that does not exist: one finding, and nothing to publish."""
    box = world.box("not-there")
    zone = {**test_lists.world_of_lists(), "x.example": [("MX", (10, "mx.x.example"))], "mx.x.example": [("A", IP)],
            "_dmarc.x.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@x.example")],
            "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")]}
    with dns_stub.Stub(zone) as dns:
        for domain in ("gone.example", "news.gone.example"):
            done = box.run("check", domain, "--json", "--server", dns.server, "--timeout-ms", "400")
            found = done.json()["findings"]
            tap.ok([(f["id"], f["publish"]) for f in found] == [("domain-missing", [])] and done.code == 1,
                   domain + " does not exist", [found] + done.told())
        for ptr in ("mx.x.example", "mx.gone.example", None):
            dns.put("7.2.0.192.in-addr.arpa", [("PTR", ptr)] if ptr else [])
            for more in ([], ["--helo", "mx.x.example"], ["--helo", "mx.gone.example"], ["--helo", "localhost"]):
                done = box.run("check", "gone.example", "--ip", IP, *more, "--json", "--server", dns.server,
                               "--timeout-ms", "400")
                found = [(f["id"], f["publish"], f["run"]) for f in done.json()["findings"]]
                tap.ok(found == [("domain-missing", [], [])], "with an address too: no name is proposed (%s, %s)" % (ptr, more),
                       [found] + done.told())
        dns.put("7.2.0.192.in-addr.arpa", [("PTR", "mx.x.example")])
        done = box.run("check", "news.x.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", "400")
        found = {f["id"]: f for f in done.json()["findings"]}
        tap.ok("domain-missing" not in found and found["spf-missing"]["publish"] ==
               ['news.x.example. IN TXT "v=spf1 ip4:%s ~all"' % IP], "a new name below a domain gets its records", found)
        done = box.run("dmarc", "check", "gone.example", "--json", "--server", dns.server)
        found = done.json()["findings"]
        tap.ok([(f["id"], f["publish"]) for f in found] == [("dmarc-missing", [])] and "does not exist" in found[0]["fix"],
               "dmarc check of it proposes no record", [found] + done.told())
        dns.put("new.example", [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.x.example"))])
        done = box.run("check", "new.example", "--json", "--server", dns.server, "--timeout-ms", "400")
        found = {f["id"]: f for f in done.json()["findings"]}
        tap.ok("dmarc@new.example must exist" in found["dmarc-missing"]["fix"], "a made up mailbox must exist", found)


def parsed(line):
    """A line of a zone file, as the stub takes it."""
    name, kind, value = re.match(r"(\S+)\. IN (A|AAAA|CNAME|MX|TXT) (.*)$", line).groups()
    if kind == "MX":
        preference, host = value.split(" ")
        return name, kind, (int(preference), host.rstrip("."))
    return name, kind, "".join(re.findall(r'"([^"]*)"', value)) if kind == "TXT" else value.rstrip(".")


def cured(tap, world):
    """What a finding says to publish is published: the finding is gone, and no other is there."""
    box = world.box("cured")
    sound = {"x.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.x.example"))],
             "mx.x.example": [("A", IP)], "_dmarc.x.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@y.example")],
             "x.example._report._dmarc.y.example": [("TXT", "v=DMARC1")], "y.example": [("A", IP)],
             "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")]}
    spf, two = sound["x.example"][0], "v=TLSRPTv1; rua=mailto:%s@y.example"
    signer = dkim_sign.Key("rsa", 2048)
    key = {"dkim2.y.example": [("TXT", signer.record())]}
    signer.remove()
    tls, gone = "_smtp._tls.x.example", "mailto:t@gone.example"
    for name, wanted, change in (
            ("no MX, a host is there", "mx-missing", {"x.example": [spf]}),
            ("no MX, no host", "mx-missing", {"x.example": [spf], "mx.x.example": [("AAAA", "2001:db8::1")],
                                              "7.2.0.192.in-addr.arpa": [("PTR", "h.x.example")], "h.x.example": [("A", IP)]}),
            ("a null MX", "mx-null-sends", {"x.example": [spf, ("MX", (0, "."))]}),
            ("an address", "mx-literal", {"x.example": [spf, ("MX", (10, "192.0.2.7"))]}),
            ("an address of another host", "mx-literal", {"x.example": [spf, ("MX", (10, "192.0.2.9"))]}),
            ("an address beside an MX that works", "mx-literal",
             {"x.example": [spf, ("MX", (10, "192.0.2.9")), ("MX", (20, "mx.x.example"))], "mail.x.example": [("A", "192.0.2.9")]}),
            ("an address whose PTR says its host", "mx-literal",
             {"x.example": [spf, ("MX", (10, "192.0.2.9")), ("MX", (20, "mx.x.example"))], "h7.x.example": [("A", "192.0.2.9")],
              "9.2.0.192.in-addr.arpa": [("PTR", "h7.x.example")]}),
            ("the domain twice", "mx-dead", {"x.example": [spf, ("MX", (10, "mx.x.example.x.example"))]}),
            ("Google's without its dot", "mx-dead", {"x.example": [spf, ("MX", (1, "aspmx.l.google.com.x.example"))],
                                                     "aspmx.l.google.com": [("A", "192.0.2.99")]}),
            ("a host of others without its dot", "mx-dead", {"x.example": [spf, ("MX", (5, "mx.y.example.x.example"))],
                                                             "mx.y.example": [("A", "192.0.2.99")]}),
            ("dead, and not one of others", "mx-dead", {"x.example": [spf, ("MX", (5, "y.example.x.example"))]}),
            ("dead, a host is there", "mx-dead", {"x.example": [spf, ("MX", (10, "gone.x.example"))]}),
            ("a key without its dot", "dkim-key-missing",
             {**key, "k1._domainkey.x.example": [("CNAME", "dkim2.y.example.x.example")]}),
            ("a key's name as TXT", "dkim-key-syntax", {**key, "k1._domainkey.x.example": [("TXT", "dkim2.y.example.")]}),
            ("an alias", "mx-cname", {"x.example": [spf, ("MX", (10, "alias.x.example"))],
                                      "alias.x.example": [("CNAME", "mx.x.example")]}),
            ("no MX, a private address", "mx-private", {"x.example": [spf, ("A", "10.1.2.3")]}),
            ("two TLS-RPT records", "tls-rpt-syntax", {tls: [("TXT", two % "a"), ("TXT", two % "b")]}),
            ("TLS-RPT without mailto:", "tls-rpt-syntax", {tls: [("TXT", "v=TLSRPTv1; rua=t@y.example")]}),
            ("TLS-RPT without rua=", "tls-rpt-syntax", {tls: [("TXT", "v=TLSRPTv1;")]}),
            ("one of two addresses is lost", "tls-rpt-rua", {tls: [("TXT", two % "a" + "," + gone)]}),
            ("the only address is lost", "tls-rpt-rua", {tls: [("TXT", "v=TLSRPTv1; rua=" + gone)]}),
            ("SPF", "record-at-wrong-name spf-missing", {"x.example": sound["x.example"][1:], "x.example.x.example": [spf]}),
            ("DMARC", "record-at-wrong-name dmarc-missing", {"_dmarc.x.example": [("A", IP)],
             "_dmarc.x.example.x.example": sound["_dmarc.x.example"]}),
            ("no SPF, the mailboxes are at Google", "spf-missing",
             {"x.example": [("MX", (1, "aspmx.l.google.com"))], "aspmx.l.google.com": [("A", "192.0.2.99")],
              "_spf.google.com": [("TXT", "v=spf1 ip4:192.0.2.96/28 ~all")]}),
            ("no SPF, and what Google's MX wants included is gone", "spf-missing",
             {"x.example": [("MX", (1, "aspmx.l.google.com"))], "aspmx.l.google.com": [("A", "192.0.2.99")]}),
            ("SPF that includes what Google does not have", "spf-dead-include",
             {"x.example": [("TXT", "v=spf1 ip4:%s include:spf.google.com -all" % IP), ("MX", (10, "mx.x.example"))]}),
            ("at Google, a slip in its include", "spf-dead-include", {"_spf.google.com": [("TXT", "v=spf1 ip4:192.0.2.96/28 ~all")],
             "x.example": [("TXT", "v=spf1 ip4:%s include:spf.google.com -all" % IP), ("MX", (1, "aspmx.l.google.com"))],
             "aspmx.l.google.com": [("A", "192.0.2.99")]}),
            ("at Microsoft, a slip in its include", "spf-dead-include", {"x-example.mail.protection.outlook.com": [("A", "192.0.2.99")],
             "x.example": [("TXT", "v=spf1 ip4:%s include:spf.protection.outlook.de -all" % IP),
                           ("MX", (0, "x-example.mail.protection.outlook.com"))],
             "spf.protection.outlook.com": [("TXT", "v=spf1 ip4:192.0.2.96/28 -all")]}),
            ("at Microsoft, and a dead include four letters from its own", "spf-dead-include",
             {"x-example.mail.protection.outlook.com": [("A", "192.0.2.99")],
              "x.example": [("TXT", "v=spf1 ip4:%s include:spf.protection.outlook.info -all" % IP),
                            ("MX", (0, "x-example.mail.protection.outlook.com"))],
              "spf.protection.outlook.com": [("TXT", "v=spf1 ip4:192.0.2.96/28 -all")]}),
            ("at Google, and a dead include of another", "spf-dead-include", {"aspmx.l.google.com": [("A", "192.0.2.99")],
             "x.example": [("TXT", "v=spf1 ip4:%s include:spf.y.example -all" % IP), ("MX", (1, "aspmx.l.google.com"))],
             "_spf.google.com": [("TXT", "v=spf1 ip4:192.0.2.96/28 ~all")]}),
            ("a name with a record in a:", "spf-dead-name", {"ses.example": [("TXT", "v=spf1 ip4:192.0.2.96/28 -all")],
             "x.example": [("TXT", "v=spf1 ip4:%s a:ses.example -all" % IP), ("MX", (10, "mx.x.example"))]}),
            ("a name with a record in mx:", "spf-dead-name", {"ses.example": [("TXT", "v=spf1 ip4:192.0.2.96/28 -all")],
             "x.example": [("TXT", "v=spf1 ip4:%s mx:ses.example -all" % IP), ("MX", (10, "mx.x.example"))]}),
            ("a name with a record of everybody in a:", "spf-dead-name", {"ses.example": [("TXT", "v=spf1 +all")],
             "x.example": [("TXT", "v=spf1 ip4:%s a:ses.example -all" % IP), ("MX", (10, "mx.x.example"))]}),
            ("DMARC that was never in force", "dmarc-missing",
             {"_dmarc.x.example": [("TXT", "v=DMARC1 p=reject; sp=reject; np=reject; rua=mailto:d@y.example")]}),
            ("TLS-RPT", "record-at-wrong-name", {tls + ".x.example": [("TXT", two % "a")]}),
            ("a logo", "record-at-wrong-name", {"default._bimi.x.example.x.example":
             [("TXT", "v=BIMI1; l=https://x.example/l.svg")]}),
            ("a logo over HTTP", "bimi-syntax", {"default._bimi.x.example":
             [("TXT", "v=BIMI1; l=http://x.example/l.svg; a=")]})):
        zone = {**test_lists.world_of_lists(), **sound, **change}
        with dns_stub.Stub(zone) as dns:
            def look():
                done = box.run("check", "x.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", "400")
                return [f for f in done.json()["findings"] if f["id"] not in ("dkim-none-found", "dmarc-none")], done
            before, done = look()
            ok = [f["id"] for f in before] == wanted.split() and before[0]["publish"] == before[-1]["publish"] != []
            if not tap.ok(ok, "%s: %s, with records" % (name, wanted), [before] + done.told()):
                continue
            new = [parsed(line) for line in before[0]["publish"]]
            for host, kind, value in new:
                same = [v for v in dns.zone.get(host.encode(), []) if kind == "CNAME" or
                        v[0] == kind and (kind != "TXT" or v[1][:6] == value[:6])]
                dns.put(host, [v for v in dns.zone.get(host.encode(), []) if v not in same] + [(kind, value)])
            after, done = look()
            tap.ok(not after, name + ": published, and nothing is left", [after, new] + done.told()[:1])
            if name.startswith("SPF that includes"):
                tap.ok("wants include:_spf.google.com" in before[0]["fix"] and new[0][2].endswith("~all"), name, before)
            elif name in DOTS:
                tap.ok(before[0]["publish"] == ["x.example. IN MX " + DOTS[name]], name, before)
            elif name in SLIPS:
                record, fix = SLIPS[name]
                tap.ok(new[0][2] == "v=spf1 ip4:%s %s" % (IP, record) and fix in before[0]["fix"], name, before)
            elif "Google" in name:
                tap.ok(("include:_spf.google.com" in new[0][2]) == ("gone" not in name) and IP in new[0][2],
                       name + ": it includes their record", new)
            if "DMARC" in name:
                tap.ok(new[0][2].startswith("v=DMARC1; p=none") and "reject" not in new[0][2], name + ": it begins with p=none", new)
            if name == "two TLS-RPT records":
                tap.ok(new[0][2] == "v=TLSRPTv1; rua=mailto:a@y.example,mailto:b@y.example", "and no address is lost", new)


def logo(tap, world):
    """pct= goes: the stronger policy where a logo needs it, the weaker one where it is in vain."""
    box, rest = world.box("logo"), "; rua=mailto:d@x.example"
    for more, shown in (("", "v=DMARC1; p=quarantine"), ("; sp=none", "v=DMARC1; p=none; sp=none")):
        zone = {**test_lists.world_of_lists(), "x.example": [("TXT", "v=spf1 ip4:%s -all" % IP), ("MX", (10, "mx.x.example"))],
                "mx.x.example": [("A", IP)], "7.2.0.192.in-addr.arpa": [("PTR", "mx.x.example")],
                "_dmarc.x.example": [("TXT", "v=DMARC1; p=quarantine; pct=50" + more + rest)],
                "default._bimi.x.example": [("TXT", "v=BIMI1; l=https://x.example/l.svg; a=")]}
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "x.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", "400")
        got = [f["publish"] for f in done.json()["findings"] if f["id"] == "dmarc-pct"]
        tap.ok(got == [['_dmarc.x.example. IN TXT "%s"' % (shown + rest)]], "pct and a logo%s: %s" % (more, shown), got + done.told())


def name_servers(tap, world):
    """A name server of the domain that is dead, lame or refuses, beside a good one."""
    box = world.box("ns")
    key = dkim_sign.Key("rsa", 2048)
    zone = {**test_lists.world_of_lists(), "x.example": [("TXT", "v=spf1 ip4:192.0.2.7 -all"), ("MX", (10, "mx.x.example")),
            ("NS", "a.example"), ("NS", "b.example"), ("SOA", dns_stub.wire_name("a.example") * 2 + b"\0\0\0\1" * 5)],
            "mx.x.example": [("A", IP)], "_dmarc.x.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@x.example")],
            "a.example": [("A", "127.0.0.1")], "b.example": []}
    signed, ips = {"mail._domainkey.x.example": [("TXT", key.record())]}, []
    key.remove()
    with dns_stub.Stub(zone) as dns:
        def ids(wanted, name, other):
            ips.append("127.0.0.%d" % (81 + len(ips)))     # a port that was just closed cannot be had again
            dns.put("b.example", [("A", ips[-1])])
            with dns_stub.Stub(other, ip=ips[-1], port=dns.port):
                done = box.run("check", "x.example", "--json", "--server", dns.server, "--timeout-ms", "400")
            got = [f["id"] for f in done.json()["findings"] if f["id"] != "dkim-none-found"]
            tap.ok(got == wanted, "name servers: %s: %s" % (name, wanted or "nothing"), [done.json()["findings"]] + done.told())
        ids([], "two good ones", zone)
        ids(["ns-failing"], "one refuses", {"x.example": dns_stub.REFUSED})
        ids(["ns-failing"], "one is silent", {"x.example": dns_stub.TIMEOUT})
        ids(["ns-failing"], "one is no authority", {"x.example": lambda q: [q.reply(
            [(b"\xc0\x0c", 6, 60, zone["x.example"][-1][1])], flags=0x8180)]})
        ids(["ns-failing"], "one does not have the zone", {"x.example": [("A", IP)]})
        for name, value in signed.items():
            dns.put(name, value)
        ids(["dkim-ns-failing"], "one refuses, and has a key", {"x.example": dns_stub.REFUSED,
                                                               "mail._domainkey.x.example": dns_stub.REFUSED})
        dns.put("a.example", [("A", "127.0.0.80")])
        dns.put("mail._domainkey.x.example", [("A", IP)])
        ids([], "none can be reached from here", {"x.example": dns_stub.REFUSED})


def page(tap, _world):
    """doc/audit.md has every finding with its severity, and each has a zone or a test of its own."""
    with open(util.TREE + "/src/fact/finding_id.h", encoding="utf-8") as file:
        names = dict(re.findall(r'X\(([A-Z0-9_]+), "([a-z0-9-]+)"\)', file.read()))
    with open(util.TREE + "/src/audit/finding.c", encoding="utf-8") as file:
        rows = {names[k]: v for k, v in re.findall(r"\[REP_FINDING_([A-Z0-9_]+)\] = \{ REP_([A-Z]+),", file.read())}
    with open(util.TREE + "/doc/audit.md", encoding="utf-8") as file:
        told = dict(re.findall(r"^\| `([a-z0-9-]+)` \| (\w+) \|", file.read(), re.M))
    tap.ok(told == {k: v.lower() for k, v in rows.items()}, "doc/audit.md has every finding, as it is",
           util.differences({k: v.lower() for k, v in rows.items()}, told))
    tested = {x for wanted, *_ in cases().values() for x in wanted}
    for path in ("test_check.py", "test_dkim.py", "test_dns.py", "test_lists.py", "test_audit_json.py", "test_starttls.py"):
        with open(os.path.join(HERE, path), encoding="utf-8") as file:
            tested |= set(re.findall(r'"([a-z0-9]+-[a-z0-9-]+)"', file.read()))
    tested.add("ns-few")    # in tests/unit/test_audit.c: it needs public addresses
    tap.ok(not set(rows) - tested, "every finding is met by a test", sorted(set(rows) - tested))


def unreachable(tap, world):
    box = world.box("dead")
    done = box.run("check", "example.com", "--ip", IP, "--server", "127.0.0.1:1", "--timeout-ms", "200", "--json")
    tap.ok(done.code == 4 and "DNS does not work" in done.err, "no DNS: exit code 4, and it says so", done.told())
    for args in (["check"], ["check", "a..b"], ["check", "x.example", "--ip", "nope"],
                 ["check", "x.example", "--server", "not an address"], ["check", "x.example", "--timeout-ms", "0"]):
        done = box.run(*args)
        tap.ok(done.code == 2 and done.err, "usage: " + " ".join(args), done.told())


def typed(tap, world):
    """What people type for a domain, a selector and an address is understood or refused."""
    box = world.box("typed")
    zone = {**test_lists.world_of_lists(), "shop.example": [("TXT", "v=spf1 ip4:%s -all" % IP),
            ("MX", (10, "mx.shop.example"))], "mx.shop.example": [("A", IP)],
            "_dmarc.shop.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@shop.example")],
            "7.2.0.192.in-addr.arpa": [("PTR", "mx.shop.example")]}
    with dns_stub.Stub(zone) as dns:
        def run(*args):
            return box.run("check", *args, "--json", "--server", dns.server, "--timeout-ms", "400")
        for text in ("jo@shop.example", "https://shop.example/x", "shop.example.", "SHOP.Example", "_dmarc.shop.example"):
            done = run(text)
            tap.ok(done.code == 0 and done.json()["domain"] == "shop.example", "understood: " + text, done.told())
        done = run("s9._domainkey.shop.example")
        tap.ok([f["subject"] for f in done.json()["findings"] if f["id"] == "dkim-key-missing"] ==
               ["s9._domainkey.shop.example"] and "selector s9" in done.err, "a key's name: its domain and selector", done.told())
        done = run("shop.example", "--selector", "s9._domainkey.shop.example", "--ip", "[%s]" % IP)
        tap.ok([f["subject"] for f in done.json()["findings"]][:1] == ["s9._domainkey.shop.example"],
               "a key's name as selector", done.told())
        done = run("shop.example", "--selector", "s8,s9", "--ip", IP + ",192.0.2.8", "--helo", IP)
        got = {(f["id"], f["subject"]) for f in done.json()["findings"]}
        tap.ok({("dkim-key-missing", "s%d._domainkey.shop.example" % i) for i in (8, 9)} < got and
               {("helo-syntax", IP), ("helo-syntax", "192.0.2.8")} < got and "needs brackets" in done.out,
               "lists with a comma; an address as HELO", done.told())
        done = run("shop.example", "--helo", "mx.shop.example")
        tap.ok(done.code == 0 and "not looked at without --ip" in done.err, "HELO without an address", done.told())
        done = run("shop.example", "--ip", IP, "--helo", "EHLO mx.shop.example.")
        tap.ok(not [f for f in done.json()["findings"] if f["id"].startswith("helo-")], "a HELO line as HELO", done.told())
        before = len(dns.asked)
        for args, word in ((("shop,example",), "comma"), (("shop",), "no dot"), (("192.0.2.7",), "--ip"),
                           (("x_y.shop.example",), "x_y"), (("shop.example", "--selector", "a b"), "--selector"),
                           (("shop.example", "--selector", "s1._domainkey.other.example"), "--selector"),
                           (("shop.example", "--selector", "_domainkey"), "--selector"), (("shop..example",), "two dots"),
                           (("shop.example", "--helo", "$myhostname"), "postconf"), (("shop.example", IP), "goes to --ip"),
                           (("shop.example", "--ip", IP + "/24"), "is a network"), (("shop.example", "--ip", "0.0.0.0"), "no address"),
                           (("shop.example", "--ip", "127.0.0.1"), "loopback"), (("shop.example", "--ip", "::1"), "loopback"),
                           (("shop.example", "--ip", "224.0.0.1"), "multicast"), (("shop.example", "--ip", "127.0.0.2"), "test entry"),
                           (("",), "nothing is there"), (("shop.example", "--helo", "mail shop"), "--helo"),
                           (("shop.example", "--ip", "172.31.5.9"), "NAT"), (("shop.example", "--ip", "fd00::1"), "NAT")):
            done = run(*args)
            tap.ok(done.code == 2 and word in done.err and not done.out, "refused: " + " ".join(args), done.told())
        for command in ("ptr", "dnsbl"):
            done = box.run(command, "10.0.0.7", "--server", dns.server)
            tap.ok(done.code == 2 and "Elastic IP" in done.err, command + " of a private address", done.told())
            done = box.run(command, "check", "10.0.0.7", "--server", dns.server)
            tap.ok(done.code == 2 and "Elastic IP" in done.err, command + " check of one", done.told())
            done = box.run(command, "shop.example", "--server", dns.server)
            tap.ok(done.code == 2 and "is a name" in done.err, command + " of a domain", done.told())
        for args, word in ((("spf", "shop.example"), "reputed spf check shop.example"), (("dmarc", "shop.example"), "dmarc check"),
                           (("dkim", "shop.example"), "dkim check"), (("mx", "shop.example"), "reputed check shop.example"),
                           (("shop.example",), "reputed check shop.example"), ((IP,), "reputed dnsbl")):
            done = box.run(*args)
            tap.ok(done.code == 2 and word in done.err, "meant: " + " ".join(args), done.told())
        tap.ok(len(dns.asked) == before, "and nothing is asked about them", dns.asked[before:])


def named(tap, world):
    """A list that few receivers use is a minor one, until a receiver names it when it refuses."""
    box = world.box("named")
    zone = {**test_lists.world_of_lists(), "7.2.0.192.psbl.surriel.com": [("A", "127.0.0.2")],
            "7.2.0.192.in-addr.arpa": [("PTR", "mx.shop.example")], "mx.shop.example": [("A", IP)]}
    log = util.write(box.path("mail.log"), "Nov 20 10:00:00 mx1 postfix/smtp[7]: 4ABC: to=<a@small.example>, "
                     "relay=mx.small.example[198.51.100.7]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host "
                     "mx.small.example[198.51.100.7] said: 550 5.7.1 Service unavailable; client [192.0.2.7] blocked using "
                     "psbl.surriel.com (in reply to RCPT TO command))\n")

    def look():
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "shop.example", "--ip", IP, "--json", "--server", dns.server, "--timeout-ms", "400")
        return [f["id"] for f in done.json()["findings"] if f["id"].startswith("listed-")], done

    got, done = look()
    tap.ok(got == ["listed-minor"], "PSBL alone: a minor list", [got] + done.told())
    box.run("ingest", log)
    got, done = look()
    tap.ok(got == ["listed-abuse"], "a receiver refused by it: no minor one", [got] + done.told())


def below(tap, world):
    """DMARC that a subdomain lacks belongs to its organization: one record covers all below."""
    box = world.box("below")
    zone = {**test_lists.world_of_lists(), "news.shop.example": [("TXT", "v=spf1 ip4:%s -all" % IP),
            ("MX", (10, "mx.shop.example"))], "mx.shop.example": [("A", IP)],
            "shop.example": [("MX", (10, "mx.shop.example"))], "7.2.0.192.in-addr.arpa": [("PTR", "mx.shop.example")]}

    def look():
        with dns_stub.Stub(zone) as dns:
            done = box.run("check", "news.shop.example", "--json", "--server", dns.server, "--timeout-ms", "400")
        return {f["id"]: f for f in done.json()["findings"]}, done

    found, done = look()
    lines = found.get("dmarc-missing", {}).get("publish")
    tap.ok(lines == ['_dmarc.shop.example. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@shop.example"'],
           "the record is that of the organization", [lines] + done.told())
    zone["_dmarc.shop.example"] = [("TXT", "v=DMARC1; p=none; rua=mailto:dmarc@shop.example")]
    found, done = look()
    tap.ok(set(found) == {"dmarc-none", "dkim-none-found"}, "and with it nothing is missing", [sorted(found)] + done.told())


def policy_server(top, text):
    """HTTPS on a loopback address, port 443, with a CA of its own. None: not allowed here."""
    import http.server
    run = lambda *a: subprocess.run(a, check=True, cwd=top, stdout=subprocess.DEVNULL,   # noqa: E731
                                    stderr=subprocess.DEVNULL)
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
        "-days", "2", "-subj", "/CN=mta-sts.sts.example", "-addext", "subjectAltName=DNS:mta-sts.sts.example")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):   # pylint: disable=invalid-name
            self.send_response(text["status"])
            self.send_header("Content-Type", "text/plain")
            self.send_header("Location", "https://evil.example/")
            self.end_headers()
            self.wfile.write(text["body"].encode())

        def log_message(self, *_):  # pylint: disable=arguments-differ
            pass

    try:
        server = util.HttpServer(("127.0.0.44", 443), Handler)
    except OSError:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(top + "/cert.pem", top + "/key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def followed(tap, box, dns, text, name, finding):
    """The file and the record of a finding are published: nothing is left of it, and nothing is new."""
    old = dns.zone[b"_mta-sts.sts.example"]
    where, record = re.match(r'(\S+)\. IN TXT "(.*)"$', finding["publish"][0]).groups()
    dns.put(where, [("TXT", record)])
    text.update(status=200, body=finding["file"]["text"])
    done = box.run("check", "sts.example", "--json", "--server", dns.server, env={"SSL_CERT_FILE": box.path("cert.pem")})
    left = [f["id"] for f in done.json()["findings"] if f["id"] != "dkim-none-found"]
    tap.ok(not left and where == "_mta-sts.sts.example" and record != old[0][1] and
           finding["file"]["at"] == "https://mta-sts.sts.example/.well-known/mta-sts.txt",
           "MTA-STS: %s: what is to be published fixes it" % name, [left, finding])
    dns.put(where, old)


def caa(tap, box, dns, text, good):
    """CAA lets nobody issue for the MX: it matters if a policy in mode enforce names that MX."""
    nobody, some = b"\x00\x05issue;", b"\x00\x05issueca.example"
    dns.put("mta-sts.sts.example", dns.zone[b"mta-sts.sts.example"] + [("CAA", some)])
    for name, mode, host, above, wanted, by in (
            ("nobody, mode enforce", "enforce", [nobody], [nobody], ["caa-forbids"], ("nobody", [])),
            ("nobody, mode testing", "testing", [nobody], [nobody], [], ("nobody", [])),
            ("nobody, but a wildcard above", "enforce", [nobody], [nobody, b"\x00\x09issuewildca.example"], [], ("nobody", [])),
            ("nobody, but above it nothing is said", "enforce", [nobody], [], [], ("nobody", [])),
            ("one, whom the domain names", "enforce", [], [some], [], ("some", ["ca.example"])),
            ("an alias, and its own records", "enforce", None, [nobody], ["caa-forbids"], ("nobody", [])),
            ("DNS fails for the host", "enforce", "fails", [nobody], [], (None, []))):
        dns.put("mx1.sts.example", [("CNAME", "away.example")] if host is None else
                [("A", "192.0.2.7")] + [("CAA", x) for x in host] if host != "fails" else dns_stub.SERVFAIL)
        dns.put("away.example", [("A", "192.0.2.7"), ("CAA", nobody)])
        dns.put("sts.example", [x for x in dns.zone[b"sts.example"] if x[0] != "CAA"] + [("CAA", x) for x in above])
        text.update(status=200, body=good.replace("enforce", mode) % "mx1.sts.example")
        done = box.run("check", "sts.example", "--json", "--server", dns.server, env={"SSL_CERT_FILE": box.path("cert.pem")})
        got, seen = done.json()["findings"], {x["host"]: x for x in done.json()["seen"]["caa"]}
        mx = seen["mx1.sts.example"]
        tap.ok([f["id"] for f in got if f["id"].startswith("caa")] == wanted and (mx["may_issue"], mx["authorities"]) == by,
               "CAA: %s: %s" % (name, wanted or "nothing"), [got, seen] + done.told())
        if host is None:
            tap.ok(any("behind an alias" in (f["fix"] or "") for f in got) and not any(f["publish"] for f in got),
                   "and nothing is published beside an alias", got)


def mta_sts(tap, world):
    box = world.box("sts")
    text = {"status": 200, "body": ""}
    server = policy_server(box.top, text) if shutil.which("openssl") else None
    if server is None:
        tap.skip("the MTA-STS policy over HTTPS", "port 443 of 127.0.0.44 is not ours, or no openssl")
        return
    zone = {"sts.example": [("TXT", "v=spf1 mx -all"), ("MX", (10, "mx1.sts.example"))],
            "mx1.sts.example": [("A", "192.0.2.7")], "mta-sts.sts.example": [("A", "127.0.0.44")],
            "_mta-sts.sts.example": [("TXT", "v=STSv1; id=1;")],
            "_smtp._tls.sts.example": [("TXT", "v=TLSRPTv1; rua=mailto:t@sts.example")],
            "_dmarc.sts.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:d@sts.example")]}
    good = "version: STSv1\r\nmode: enforce\r\nmx: %s\r\nmax_age: 86400\r\n"
    with dns_stub.Stub({**test_lists.world_of_lists(), **zone}) as dns:
        for name, status, body, ca, wanted in (
                ("good", 200, good % "mx1.sts.example", True, []),
                ("a star", 200, good % "*.sts.example", True, []),
                ("the MX is not in it", 200, good % "other.sts.example", True, ["mta-sts-mx"]),
                ("testing, the MX is not in it", 200, good.replace("enforce", "testing") % "other.sts.example", True,
                 ["mta-sts-mx"]),
                ("a minute", 200, good.replace("86400", "60") % "mx1.sts.example", True, ["mta-sts-max-age"]),
                ("a minute, and the MX is not in it", 200, good.replace("86400", "60") % "other.sts.example", True,
                 ["mta-sts-mx", "mta-sts-max-age"]),
                ("a minute, to end it", 200, "version: STSv1\nmode: none\nmax_age: 60\n", True, []),
                ("a host that is none", 200, good % "smtp://mx1.sts.example", True, ["mta-sts-invalid"]),
                ("no mode", 200, "version: STSv1\nmx: a\nmax_age: 1\n", True, ["mta-sts-invalid"]),
                ("not found", 404, good, True, ["mta-sts-invalid"]),
                ("a redirect", 302, good, True, ["mta-sts-invalid"]),
                ("too large", 200, "x" * 70000, True, ["mta-sts-invalid"]),
                ("a certificate nobody knows", 200, good % "mx1.sts.example", False, ["mta-sts-invalid"])):
            text.update(status=status, body=body)
            done = box.run("check", "sts.example", "--json", "--server", dns.server,
                           env={"SSL_CERT_FILE": box.path("cert.pem")} if ca else None)
            found = [f for f in done.json()["findings"] if f["id"].startswith("mta-sts")]
            tap.ok([f["id"] for f in found] == wanted, "MTA-STS: " + name, [found] + done.told())
            if found and ca:
                followed(tap, box, dns, text, name, found[0])
            if name == "a minute, and the MX is not in it":
                text.update(status=status, body=body)
                plain = box.run("check", "sts.example", "--server", dns.server, env={"SSL_CERT_FILE": box.path("cert.pem")})
                lines = plain.out.splitlines()
                tap.ok(found[0]["file"] == found[1]["file"] and lines.count("max_age: 604800") == 1 and
                       lines.count("mode: enforce") == 1 and "mx: mx1.sts.example" in lines and
                       "the same as above" in " ".join(plain.out.split()), "one policy for both, printed once, at the margin", plain.told())
            if name == "testing, the MX is not in it":
                tap.ok(found[0]["severity"] == "warning" and "mode testing" in found[0]["effect"],
                       "and that is a warning", found)
        kept = dict(dns.zone)
        dns.put("mta-sts.sts.example", [])
        done = box.run("check", "sts.example", "--json", "--server", dns.server)
        fixes = [f["fix"] for f in done.json()["findings"] if f["id"] == "mta-sts-invalid"]
        tap.ok(len(fixes) == 1 and fixes[0].startswith("first give mta-sts.sts.example the address") and
               "in place of the present record" in fixes[0], "MTA-STS: no address: that comes first", fixes + done.told())
        again = box.run("check", "sts.example", "--json", "--server", dns.server)
        ids = [re.findall(r"id=(\d{8})", " ".join(f["publish"])) for x in (done, again) for f in x.json()["findings"]
               if f["id"] == "mta-sts-invalid"]
        tap.ok(len(ids) == 2 and ids[0] == ids[1] != [], "MTA-STS: the same id again", ids)
        dns.put("_mta-sts.sts.example", [("TXT", "v=STSv1; id=1"), ("TXT", "v=STSv1; id=2")])
        done = box.run("check", "sts.example", "--json", "--server", dns.server)
        fixes = [f["fix"] for f in done.json()["findings"] if f["id"] == "mta-sts-invalid"]
        tap.ok(len(fixes) == 1 and "in place of all present" in fixes[0], "MTA-STS: two records, no address", fixes)
        dns.zone.update(kept)
        caa(tap, box, dns, text, good)
    server.shutdown()
    server.server_close()


def fetching():
    """The process that fetches a policy: its id, and what the kernel says of it."""
    for pid in util.workers(b"fetch-worker"):
        try:
            lines = util.read("/proc/%d/status" % pid).decode().splitlines()
        except OSError:
            continue    # it ended
        return pid, dict(x.split(":\t", 1) for x in lines if ":\t" in x)
    return 0, {}


def mta_sts_apart(tap, world):
    """A web server that is silent sees a locked process; when that dies, it is said, and the rest is shown."""
    box, seen = world.box("apart"), {}
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind(("127.0.0.45", 443))
    except OSError:
        tap.skip("who fetches an MTA-STS policy", "port 443 of 127.0.0.45 is not ours")
        return
    listening.listen()

    def serve():
        peer = listening.accept()[0]
        if peer.recv(1):    # the beginning of TLS
            pid, status = fetching()
            seen.update(status)
            if pid:
                os.kill(pid, signal.SIGKILL)
        peer.close()

    threading.Thread(target=serve, daemon=True).start()
    zone = {"sts.example": [("TXT", "v=spf1 -all")], "mta-sts.sts.example": [("A", "127.0.0.45")],
            "_mta-sts.sts.example": [("TXT", "v=STSv1; id=1;")]}
    with dns_stub.Stub({**test_lists.world_of_lists(), **zone}) as dns:
        done = box.run("check", "sts.example", "--json", "--server", dns.server)
    listening.close()
    own = str(os.geteuid())
    uid = seen.get("Uid", "").split()[:1]
    tap.ok(uid and (uid != ["0"] if own == "0" else uid == [own]), "who fetches a policy is not root", [seen.get("Uid")])
    tap.ok([seen.get(x) for x in ("CapPrm", "CapEff", "NoNewPrivs")] == ["0" * 16, "0" * 16, "1"], "and has no capability",
           [seen])
    if seen.get("Seccomp") == "0":
        tap.skip("its calls are filtered", "this kernel has no seccomp")
    else:
        tap.ok(seen.get("Seccomp") == "2", "its calls are filtered", [seen.get("Seccomp")])
    evidence = [f["evidence"] for f in done.json()["findings"] if f["id"] == "mta-sts-invalid"]
    tap.ok(len(evidence) == 1 and "the process that fetched it died (signal 9)" in evidence[0],
           "when it dies, that is the reason", evidence + done.told())


if __name__ == "__main__":
    sys.exit(util.main([page, every_finding, parked, perhaps_sends, own_hosts, and_more, words, names, one_of_two, many, many_kinds, wildcard_rows, many_names, left_over, others, subdomains, in_force, not_there, cured, logo, name_servers, typed, unreachable, mta_sts, mta_sts_apart]))
