# SPDX-License-Identifier: Apache-2.0
"""
verdicts.py -- who is right where tools/peers finds a difference, judged by hand.

A row: the area, the kinds (a regular expression), what somebody says (tool: a regular expression; all must fit), who is
right, where that is written, and why in one sentence. The first row that fits counts. `nobody`: the text leaves it
open. `neither`: none of them does what is written.
"""

import re

TABLE = [
    # -- SPF --
    ("SPF", "as published: many mx hosts|mx", {"pyspf": "permerror", "reputed": "permerror"}, "reputed, pyspf",
     "RFC 7208, 4.6.4", "more than ten names behind one mx is a permerror; Mail::SPF takes the first ten"),
    ("SPF", "as published: loop self", {"pyspf": "permerror"}, "reputed, Mail::SPF", "RFC 7208, 4.6.2",
     "terms are evaluated from left to right until one matches; pyspf refuses a record that includes itself unseen"),
    ("SPF", "aliases in a circle", {"reputed": "temperror"}, "nobody", "RFC 1034, 3.6.2",
     "a circle is an error of DNS; reputed says so as a resolver would (SERVFAIL), the peers take an authoritative "
     "server's answer as no address"),
    ("SPF", "address: (prefix|family)", {"Mail::SPF": "pass"}, "reputed, pyspf", "RFC 7208, 5.6",
     "ip6 never matches an IPv4 client; Mail::SPF maps the client into IPv6"),
    ("SPF", "capitals", {"pyspf": "neutral"}, "reputed, Mail::SPF", "RFC 7208, 12",
     "names of modifiers do not depend on case; pyspf ignores REDIRECT="),
    ("SPF", "macro: transformers", {"reputed": "permerror", "Mail::SPF": "permerror"}, "reputed, Mail::SPF", "RFC 7208, 7.1 and 7.3",
     "the number must not be zero, and `r` comes after the number"),
    ("SPF", "macro: syntax", {"reputed": "permerror", "pyspf": "fail"}, "reputed, Mail::SPF", "RFC 7208, 7.1",
     "a `%` that begins no macro is a syntax error"),
    ("SPF", "macro: syntax", {"reputed": "fail", "pyspf": "permerror"}, "reputed, Mail::SPF", "RFC 7208, 7.1",
     "a domain-spec may end with any macro-expand, also with `%%`"),
    ("SPF", "modifier unknown", {"Mail::SPF": "fail"}, "reputed, pyspf", "RFC 7208, 6 and 12",
     "an unknown modifier is ignored only if it has the form name=macro-string"),
    ("SPF", "names: not a host name|identity: no domain", {"Mail::SPF": "died"}, "reputed, pyspf", "RFC 7208, 4.3 and 4.8",
     "a malformed domain has the result none, as the target of a term it does not match; Mail::SPF ends with an error of "
     "its DNS library"),
    ("SPF", "identity: dot at the end", {"pyspf": "none"}, "reputed, Mail::SPF", "RFC 7208, 4.3",
     "only a zero-length label that is not at the end is malformed"),

    # -- DKIM --
    ("DKIM", "header: blank before the colon", {"dkimpy": "no pass"}, "reputed, Mail::DKIM", "RFC 6376, 3.4.2",
     "white space before the colon is part of the field (simple) or removed (relaxed); dkimpy does not find the field"),
    ("DKIM", "header: from twice|changed: a From .*", {"dkimpy": "no pass"}, "nobody", "RFC 6376, 3.8 and 8.15",
     "the signature is right; whether a message with two From fields counts at all is the verifier's choice"),
    ("DKIM", "changed: only LF", {"Mail::DKIM": "no pass"}, "nobody", "RFC 6376, 5.3",
     "the text is about CRLF; Mail::DKIM leaves it to its caller to make it so"),
    ("DKIM", "changed: last line end lost", {"Mail::DKIM": "no pass"}, "reputed, dkimpy", "RFC 6376, 3.4.3",
     "if the body does not end with CRLF, one is added"),
    ("DKIM", "tags: x before t", {}, "reputed, dkimpy", "RFC 6376, 3.5", "x= must be greater than t="),
    ("DKIM", "tags: signed in the future", {}, "nobody", "RFC 6376, 3.5", "a verifier may ignore a signature of the future"),
    ("DKIM", "tags: t is no number", {}, "reputed, dkimpy", "RFC 6376, 3.5", "t= is a number"),
    ("DKIM", "tags: no v", {}, "reputed, dkimpy", "RFC 6376, 3.5", "v= is required"),
    ("DKIM", "tags: sha1", {"reputed": "no pass"}, "reputed", "RFC 8301, 3.1", "rsa-sha1 must not be verified"),
    ("DKIM", "tags: l longer than the body", {"reputed": "no pass"}, "reputed", "RFC 6376, 3.5",
     "l= must not be larger than the body"),
    ("DKIM", "tags: l=0", {"Mail::DKIM": "no pass"}, "reputed, dkimpy", "RFC 6376, 3.5", "l=0 is allowed: nothing of the body is signed"),
    ("DKIM", "tags: i without @", {"dkimpy": "died"}, "reputed, Mail::DKIM", "RFC 6376, 3.5",
     "i= needs an @; dkimpy ends with an exception of Python"),
    ("DKIM", "tags: bh changed", {"dkimpy": "died"}, "reputed, Mail::DKIM", "RFC 6376, 6.1.1",
     "a value that is no base64 makes the signature invalid; dkimpy ends with an exception of Python"),
    ("DKIM", "tags: q of two", {"dkimpy": "no pass"}, "reputed, Mail::DKIM", "RFC 6376, 3.5",
     "q= is a list; unknown methods are ignored"),
    ("DKIM", "tags: (twice|d twice)", {}, "reputed, dkimpy", "RFC 6376, 3.2", "a tag that is there twice makes the list invalid"),
    ("DKIM", "tags: (no =|empty name|empty tag|name with a digit first)", {}, "reputed, dkimpy", "RFC 6376, 3.2",
     "that is no tag list; Mail::DKIM passes over it or dies"),
    ("DKIM", "tags: h without from", {"reputed": "no pass"}, "reputed", "RFC 6376, 6.1.1", "a signature without From is ignored"),
    ("DKIM", "tags: b is no base64", {"Mail::DKIM": "pass"}, "reputed, dkimpy", "RFC 6376, 3.5", "b= is base64"),
    ("DKIM", "key: v last", {"reputed": "no pass"}, "reputed", "RFC 6376, 3.6.1", "v= must be the first tag of a key record"),
    ("DKIM", "key: v empty", {"Mail::DKIM": "pass"}, "reputed, dkimpy", "RFC 6376, 3.6.1",
     "a record that begins with any other v= than DKIM1 is discarded"),
    ("DKIM", "key: k empty", {"Mail::DKIM": "pass"}, "reputed, dkimpy", "RFC 6376, 3.6.1", "an empty k= names no kind of key"),
    ("DKIM", "key: h(=sha1| unknown)", {"dkimpy": "pass"}, "reputed, Mail::DKIM", "RFC 6376, 6.1.2",
     "a hash that h= of the key does not have must not be accepted"),
    ("DKIM", "key: h empty", {"reputed": "no pass"}, "reputed", "RFC 6376, 3.6.1", "h= has at least one hash"),
    ("DKIM", "key: s of two", {"dkimpy": "no pass"}, "reputed, Mail::DKIM", "RFC 6376, 3.6.1", "s= is a list; email is in it"),
    ("DKIM", "key: s empty", {"Mail::DKIM": "pass"}, "reputed, dkimpy", "RFC 6376, 3.6.1", "s= has at least one service"),
    ("DKIM", "key: t.*, i= below d=", {"dkimpy": "pass"}, "reputed, Mail::DKIM", "RFC 6376, 3.6.1",
     "with t=s the domain of i= must be d= itself"),
    ("DKIM", "key: g( of another| empty)?", {"Mail::DKIM": "no pass"}, "reputed, dkimpy", "RFC 6376, 3.2",
     "unknown tags are ignored, and g= of RFC 4871 is one since"),
    ("DKIM", "key: p twice", {"Mail::DKIM": "pass"}, "reputed, dkimpy", "RFC 6376, 3.2",
     "a tag that is there twice makes the list invalid"),
    ("DKIM", "key: p in quotes", {"reputed": "no pass"}, "reputed", "RFC 6376, 3.6.1",
     "p= is base64, which has no quotes; the peers skip what they do not know"),
    ("DKIM", "key: bare RSA key", {"Mail::DKIM": "no pass"}, "reputed, dkimpy", "RFC 6376, 3.6.1",
     "the text says RSAPublicKey; the other form is what everybody publishes"),
    ("DKIM", "key: two records", {}, "nobody", "RFC 6376, 3.6.2.2 and 6.1.2",
     "undefined: a verifier takes one of them or tries each; reputed tries each"),
    ("DKIM", r"key: (768|512) bits", {"Mail::DKIM": "pass"}, "reputed, dkimpy", "RFC 8301, 3.2",
     "an RSA key of less than 1024 bits must not be accepted"),

    # -- DMARC: reputed shows what applies by RFC 9989, Mail::DMARC is of RFC 7489 --
    ("DMARC", "(subdomain policy, of a name|walk: name) that does not exist", {}, "reputed", "RFC 9989, 4.10.1",
     "np= is for names that do not exist; RFC 7489 did not have it"),
    ("DMARC", "blanks.*", {"reputed": "reject"}, "reputed", "RFC 9989, 4.8", "blanks around = are allowed, also in v="),
    ("DMARC", "(blanks|bytes).*", {"reputed": "none found"}, "reputed", "RFC 9989, 4.10.1",
     "the value of p= is not valid and there is no rua=; Mail::DMARC removes all white space first"),
    ("DMARC", "capitals.*", {"reputed": "none found"}, "reputed", "RFC 9989, 4.7", "DMARC1 must match exactly, in capitals"),
    ("DMARC", "p unknown.*", {"reputed": "none "}, "reputed", "RFC 9989, 4.10.1",
     "without a valid p=, but with rua=, it is p=none"),
    ("DMARC", "sp unknown, of a name.*", {"reputed": "none "}, "reputed", "RFC 9989, 4.10.1",
     "with a wrong sp= and a rua= the whole record is p=none; Mail::DMARC applies the word as it stands"),
    ("DMARC", "[sn]p unknown.*", {"reputed": "none found"}, "reputed", "RFC 9989, 4.10.1",
     "with a wrong sp= or np= and no rua= the record is not applied; RFC 7489 did not have np="),
    ("DMARC", "semicolons.*", {"reputed": "none found"}, "reputed", "RFC 9989, 4.8",
     "tags are separated by ; and have a =; Mail::DMARC repairs what is often mistyped"),
    ("DMARC", "tags twice.*", {}, "neither", "RFC 9989, 4.7, as RFC 6376, 3.2",
     "a tag that is there twice makes the list invalid; receivers differ, and reputed shows the weaker value and says so (dmarc-twice)"),
    ("DMARC", "strings.*", {"Mail::DMARC": "none found"}, "reputed", "RFC 9989, 4.7, as RFC 6376, 3.6.2.2",
     "strings of one record are joined before anything else"),
    ("DMARC", "walk: two records below", {}, "reputed", "RFC 9989, 4.10", "several are discarded, and the walk goes on; in RFC 7489 it ended"),
    ("DMARC", "walk: (between|deep|psd=n between)", {}, "reputed", "RFC 9989, 4.10 and 4.10.2",
     "the walk finds records between the name and its organizational domain, and psd=n ends it; RFC 7489 had the Public Suffix List"),
]


def of(area, kind, said):
    """(right, where, why), or None where nobody has judged yet."""
    for where, kinds, answers, right, text, why in TABLE:
        if where == area and re.fullmatch(kinds, kind) and all(re.match(v, said[k]) for k, v in answers.items()):
            return right, text, why
    return None
