# SPDX-License-Identifier: Apache-2.0
"""
dkim_cases.py -- signed messages for tools/peers: what signers write, what happens on the way, and odd keys.

    lines, cases, keys = make()     zone lines, (kind, message), keys to remove()

Every message is signed with the openssl command (tests/system/dkim_sign.py). What changes it afterwards, what is odd
in the tags, and what is odd in the key record are three tables; each row is tried in all forms that fit.
"""

import base64
import re
import subprocess

import dkim_sign

FORMS = ("relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple")
D = "k.example"
HEAD = (b"From: Jo Doe <jo@k.example>\r\nTo: an@r.example\r\nSubject: Your order\r\n"
        b"Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@k.example>\r\n")
BODY = b"Your order has been shipped.\r\n\r\nRegards,\r\nThe shop\r\n"

# kind: message before it is signed.
BEFORE = {
    "body: usual": HEAD + b"\r\n" + BODY,
    "body: empty": HEAD + b"\r\n",
    "body: only empty lines": HEAD + b"\r\n\r\n\r\n\r\n",
    "body: empty lines at the end": HEAD + b"\r\n" + BODY + b"\r\n\r\n",
    "body: blanks at line ends": HEAD + b"\r\n" + BODY.replace(b"\r\n", b"  \t\r\n"),
    "body: a line of blanks at the end": HEAD + b"\r\n" + BODY + b"  \r\n",
    "body: blanks within": HEAD + b"\r\nYour \t order   has\tbeen shipped\r\n",
    "body: blanks in front": HEAD + b"\r\n   Your order\r\n\tRegards\r\n",
    "body: a long line": HEAD + b"\r\n" + b"x" * 3000 + b"\r\n",
    "body: eight bits": HEAD + "\r\nGrüße, 50 €\r\n".encode(),
    "body: dots": HEAD + b"\r\n.\r\n..\r\n.x\r\n",
    "header: folded": HEAD.replace(b"Your order", b"Your\r\n order\r\n\tnumber 7") + b"\r\n" + BODY,
    "header: blanks": HEAD.replace(b"Subject: Your order", b"Subject:   Your \t order  ") + b"\r\n" + BODY,
    "header: no blank after the colon": HEAD.replace(b"Subject: ", b"Subject:") + b"\r\n" + BODY,
    "header: blank before the colon": HEAD.replace(b"Subject:", b"Subject :") + b"\r\n" + BODY,
    "header: empty": HEAD.replace(b"Your order", b"") + b"\r\n" + BODY,
    "header: eight bits": HEAD.replace(b"Your order", "Grüße".encode()) + b"\r\n" + BODY,
    "header: names in capitals": HEAD.replace(b"Subject", b"SUBJECT").replace(b"From", b"FROM") + b"\r\n" + BODY,
    "header: subject twice": HEAD + b"Subject: second\r\n\r\n" + BODY,
    "header: from twice": HEAD + b"From: second <b@k.example>\r\n\r\n" + BODY,
    "header: folded to an empty line": HEAD.replace(b"Your order", b"Your order\r\n ") + b"\r\n" + BODY,
}
# kind: what happens to it after it was signed.
AFTER = {
    "changed: a line more": lambda m: m + b"-- \r\nA list\r\n",
    "changed: empty lines more": lambda m: m + b"\r\n\r\n",
    "changed: last line end lost": lambda m: m[:-2],
    "changed: blanks at a line end": lambda m: m.replace(b"shipped.\r\n", b"shipped.  \r\n"),
    "changed: a word": lambda m: m.replace(b"shipped", b"stopped"),
    "changed: subject": lambda m: m.replace(b"Subject: Your", b"Subject: [list] Your"),
    "changed: subject folded": lambda m: m.replace(b"Your order\r\n", b"Your\r\n order\r\n", 1),
    "changed: name in capitals": lambda m: m.replace(b"Subject:", b"SUBJECT:"),
    "changed: a field in front": lambda m: b"Received: from x by y; Tue, 24 Nov 2026 10:00:01 +0000\r\n" + m,
    "changed: a From in front": lambda m: b"From: evil <x@e.example>\r\n" + m,
    "changed: a From behind": lambda m: m.replace(b"Message-ID:", b"From: evil <x@e.example>\r\nMessage-ID:"),
    "changed: a field lost": lambda m: m.replace(b"To: an@r.example\r\n", b""),
    "changed: fields in another order": lambda m: m.replace(b"To: an@r.example\r\n", b"").replace(
        b"Message-ID:", b"To: an@r.example\r\nMessage-ID:"),
    "changed: date in local time": lambda m: m.replace(b"10:00:00 +0000", b"11:00:00 +0100"),
    "changed: only LF": lambda m: m.replace(b"\r\n", b"\n"),
    "changed: signature refolded": lambda m: re.sub(rb"\r\n\tb=", b" b=", m, count=1),
    "changed: b= in one line": lambda m: re.sub(rb"(b=)([A-Za-z0-9+/=\r\n\t]+?)(\r\nFrom)", lambda h: h.group(1) + re.sub(
        rb"\s", b"", h.group(2)) + h.group(3), m, count=1),
    "changed: signature name in capitals": lambda m: m.replace(b"DKIM-Signature:", b"DKIM-SIGNATURE:"),
}
# kind: tags of sign(), or a change of the message that was signed (a function of bytes).
TAGS = {
    "tags: expired": {"more": "t=1700000000; x=1700000100; "},
    "tags: not yet expired": {"more": "t=1700000000; x=4000000000; "},
    "tags: x before t": {"more": "t=4000000100; x=4000000000; "},
    "tags: signed in the future": {"more": "t=4000000000; "},
    "tags: x is no number": {"more": "x=soon; "}, "tags: t is no number": {"more": "t=now; "},
    "tags: x in many digits": {"more": "x=999999999999; "}, "tags: x empty": {"more": "x=; "},
    "tags: v=2": {"version": "v=2; "}, "tags: no v": {"version": ""}, "tags: v=1.0": {"version": "v=1.0; "},
    "tags: sha1": {"digest": "sha1"},
    "tags: l, all of it": {"limit": len(BODY)}, "tags: l, a part": {"limit": 10}, "tags: l=0": {"limit": 0},
    "tags: l longer than the body": {"more": "l=100000; "}, "tags: l is no number": {"more": "l=all; "},
    "tags: l negative": {"more": "l=-1; "},
    "tags: i of the domain": {"more": "i=jo@k.example; "}, "tags: i below it": {"more": "i=jo@mail.k.example; "},
    "tags: i without local part": {"more": "i=@k.example; "}, "tags: i elsewhere": {"more": "i=jo@other.example; "},
    "tags: i ends alike": {"more": "i=jo@xk.example; "}, "tags: i without @": {"more": "i=k.example; "},
    "tags: i in capitals": {"more": "i=jo@K.EXAMPLE; "},
    "tags: q": {"more": "q=dns/txt; "}, "tags: q of two": {"more": "q=foo/bar:dns/txt; "}, "tags: q unknown": {"more": "q=foo; "},
    "tags: z": {"more": "z=From:Jo|To:an@r.example; "}, "tags: unknown": {"more": "foo=bar; "},
    "tags: twice": {"more": "t=1700000000; t=1700000001; "}, "tags: d twice": {"more": "d=k.example; "},
    "tags: no =": {"more": "foo; "}, "tags: empty name": {"more": "=x; "}, "tags: empty tag": {"more": "; "},
    "tags: name with a digit first": {"more": "1x=y; "}, "tags: value with a blank": {"more": "foo=a b; "},
    "tags: h without from": {"h": "to:subject:date"}, "tags: h has From in capitals": {"h": "From:To:Subject"},
    "tags: h over-signed": {"h": "from:from:to:subject:subject:date"}, "tags: h has what is not there": {"h": "from:x-no:to"},
    "tags: h with blanks": {"h": "from : to : subject"}, "tags: h with the signature": {"h": "from:dkim-signature"},
    "tags: h with an empty name": {"h": "from::to"}, "tags: h ends with a colon": {"h": "from:to:"},
    "tags: d in capitals": {"domain": "K.EXAMPLE"}, "tags: d with a dot": {"domain": "k.example."},
    "tags: s with a dot": {"selector": "a.b"}, "tags: s in capitals": {"selector": "R"},
    "tags: c=relaxed": {"c": "relaxed"}, "tags: c=simple": {"c": "simple"},
    "tags: algorithm unknown": {"algorithm": "dsa"},
    "tags: no bh": lambda m: re.sub(rb"bh=[^;]*;", b"", m, count=1), "tags: bh changed": lambda m: re.sub(rb"bh=.", b"bh=!", m, count=1),
    "tags: no b": lambda m: re.sub(rb"\tb=[^:]*\r\nFrom", b"\tn=1\r\nFrom", m, count=1),
    "tags: b empty": lambda m: re.sub(rb"\tb=[^:]*\r\nFrom", b"\tb=\r\nFrom", m, count=1),
    "tags: b is no base64": lambda m: m.replace(b"\tb=", b"\tb=!", 1), "tags: no a": lambda m: re.sub(rb"a=[^;]*; ", b"", m, count=1),
    "tags: no d": lambda m: re.sub(rb" d=[^;]*;", b"", m, count=1), "tags: no s": lambda m: re.sub(rb" s=[^;]*;", b"", m, count=1),
    "tags: no h": lambda m: re.sub(rb"\th=[^;]*;", b"\t", m, count=1),
    "tags: semicolon at the end": lambda m: re.sub(rb"(\r\nFrom)", rb";\1", m, count=1),
    "tags: b cut": lambda m: re.sub(rb"[^\s=]{8}=*(\r\nFrom)", rb"\1", m, count=1),
    "tags: c unknown": lambda m: re.sub(rb"c=\w+", b"c=nowsp", m, count=1),
    "tags: two signatures, the first broken": lambda m: re.sub(rb"bh=.", b"bh=A", m, count=1),
}
# kind: text of the key record; %(p)s is the key, %(r)s the whole record.
KEYS = {
    "key: usual": "%(r)s", "key: only p": "p=%(p)s", "key: no v": "k=rsa; p=%(p)s", "key: semicolon at the end": "%(r)s;",
    "key: blanks": "v = DKIM1 ;  k = rsa ; p = %(p)s ", "key: v=DKIM2": "v=DKIM2; k=rsa; p=%(p)s",
    "key: v=dkim1": "v=dkim1; k=rsa; p=%(p)s", "key: v last": "k=rsa; p=%(p)s; v=DKIM1", "key: v empty": "v=; p=%(p)s",
    "key: k=RSA": "v=DKIM1; k=RSA; p=%(p)s", "key: k unknown": "v=DKIM1; k=dsa; p=%(p)s", "key: k empty": "v=DKIM1; k=; p=%(p)s",
    "key: k of the other kind": "v=DKIM1; k=ed25519; p=%(p)s",
    "key: h=sha256": "v=DKIM1; h=sha256; p=%(p)s", "key: h=sha1": "v=DKIM1; h=sha1; p=%(p)s",
    "key: h of two": "v=DKIM1; h=sha1:sha256; p=%(p)s", "key: h unknown": "v=DKIM1; h=md5; p=%(p)s", "key: h empty": "v=DKIM1; h=; p=%(p)s",
    "key: s=email": "v=DKIM1; s=email; p=%(p)s", "key: s=*": "v=DKIM1; s=*; p=%(p)s", "key: s=tlsrpt": "v=DKIM1; s=tlsrpt; p=%(p)s",
    "key: s of two": "v=DKIM1; s=tlsrpt:email; p=%(p)s", "key: s empty": "v=DKIM1; s=; p=%(p)s",
    "key: t=y": "v=DKIM1; t=y; p=%(p)s", "key: t=s": "v=DKIM1; t=s; p=%(p)s", "key: t of two": "v=DKIM1; t=y:s; p=%(p)s",
    "key: t unknown": "v=DKIM1; t=q; p=%(p)s", "key: n": "v=DKIM1; n=a note; p=%(p)s", "key: unknown tag": "v=DKIM1; foo=bar; p=%(p)s",
    "key: g": "v=DKIM1; g=jo; p=%(p)s", "key: g of another": "v=DKIM1; g=an; p=%(p)s", "key: g empty": "v=DKIM1; g=; p=%(p)s",
    "key: p empty": "v=DKIM1; k=rsa; p=", "key: p missing": "v=DKIM1; k=rsa", "key: p is no base64": "v=DKIM1; p=%%%%",
    "key: p is no key": "v=DKIM1; p=aGVsbG8gd29ybGQ=", "key: p with blanks": "v=DKIM1; p=%(spaced)s", "key: p twice": "%(r)s; p=%(p)s",
    "key: p cut": "v=DKIM1; p=%(cut)s", "key: p in quotes": 'v=DKIM1; p="%(p)s"', "key: no =": "v=DKIM1; foo; p=%(p)s",
    "key: capitals": "V=DKIM1; K=rsa; P=%(p)s", "key: bare RSA key": "v=DKIM1; k=rsa; p=%(bare)s",
    "key: another text": "google-site-verification=x", "key: backslashes": "v=DKIM1\\; k=rsa\\; p=%(p)s",
    "key: of another": "v=DKIM1; k=rsa; p=%(other)s", "key: eight bits": "v=DKIM1; n=\u00fc; p=%(p)s",
}


class Keys:
    def __init__(self):
        self.all = {"r": dkim_sign.Key("rsa", 2048), "e": dkim_sign.Key("ed25519"), "b1024": dkim_sign.Key("rsa", 1024),
                    "b768": dkim_sign.Key("rsa", 768), "b512": dkim_sign.Key("rsa", 512), "b4096": dkim_sign.Key("rsa", 4096),
                    "other": dkim_sign.Key("rsa", 2048)}

    def remove(self):
        for key in self.all.values():
            key.remove()

    def fill(self, name):
        key = self.all[name]
        p = key.p()
        bare = subprocess.run(["openssl", "rsa", "-in", key.path, "-RSAPublicKey_out", "-outform", "DER"], check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout if key.kind == "rsa" else b""
        return {"p": p, "r": key.record(), "spaced": " ".join(p[i:i + 40] for i in range(0, len(p), 40)), "cut": p[:-20],
                "bare": base64.b64encode(bare).decode(), "other": self.all["other"].p()}


def forms(key, cases):
    for c in FORMS:
        for what, message in BEFORE.items():
            cases.append((what, dkim_sign.sign(message, key, D, "r", c=c)))
        plain = dkim_sign.sign(BEFORE["body: usual"], key, D, "r", c=c)
        for what, change in AFTER.items():
            cases.append((what, change(plain)))


def tags(keys, cases):
    for name in ("r", "e"):
        key = keys.all[name]
        for what, how in TAGS.items():
            if name == "e" and (what == "tags: sha1" or what == "tags: algorithm unknown"):
                continue
            args = {"domain": D, "selector": name, **({} if callable(how) else how)}
            if what.startswith("tags: s ") and name == "e":
                continue
            made = dkim_sign.sign(BEFORE["body: usual"], key, **args)
            if "first broken" in what:
                made = how(made) if name == "r" else how(dkim_sign.sign(made, key, **args))
            elif callable(how):
                made = how(made)
            cases.append((what, made))


def records(keys, cases, escaped):
    lines, fill, other = [], keys.fill("r"), keys.fill("e")
    for i, (what, text) in enumerate(KEYS.items()):
        lines.append("q%d._domainkey.k IN TXT %s" % (i, escaped(text.replace("%%", "%%%%") % fill)))
        for more in ("", "i=jo@mail.k.example; ") if what.startswith("key: t") else ("",):
            cases.append((what + (", i= below d=" if more else ""), dkim_sign.sign(
                BEFORE["body: usual"], keys.all["r"], D, "q%d" % i, more=more)))
    texts = {"key: two records": ['TXT "v=DKIM1; p=%(p)s"' % other, "TXT " + escaped(fill["r"])],
             "key: and another text": ["TXT " + escaped(fill["r"]), 'TXT "x=y"'], "key: alias": ["CNAME r._domainkey.k"],
             "key: alias to nothing": ["CNAME gone.k"], "key: no TXT": ["A 192.0.2.7"], "key: no such name": [],
             "key: in small strings": ["TXT " + " ".join('"%s"' % fill["r"][k:k + 50] for k in range(0, len(fill["r"]), 50))]}
    for i, (what, values) in enumerate(texts.items()):
        lines += ["u%d._domainkey.k IN %s" % (i, v) for v in values]
        cases.append((what, dkim_sign.sign(BEFORE["body: usual"], keys.all["r"], D, "u%d" % i)))
    for name, key in keys.all.items():
        lines.append("%s._domainkey.k IN TXT %s" % (name, escaped(key.record())))
        if name.startswith("b"):
            cases.append(("key: %s bits" % name[1:], dkim_sign.sign(BEFORE["body: usual"], key, D, name)))
    lines += ["a.b._domainkey.k IN TXT " + escaped(fill["r"])]
    cases.append(("key: SERVFAIL", dkim_sign.sign(BEFORE["body: usual"], keys.all["r"], "servfail.example", "r")))
    cases.append(("key: Ed25519, PKIX form", dkim_sign.sign(BEFORE["body: usual"], keys.all["e"], D, "pkix")))
    lines.append("pkix._domainkey.k IN TXT \"v=DKIM1; k=ed25519; p=%s\"" % base64.b64encode(keys.all["e"].der).decode())
    return lines


def make(escaped):
    """`escaped`: text to the strings of a zone file."""
    keys, cases = Keys(), []
    forms(keys.all["r"], cases)
    tags(keys, cases)
    lines = records(keys, cases, escaped)
    return lines, cases, keys


