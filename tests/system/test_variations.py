#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_variations.py [REPUTED] -- what mail servers and gateways on the way do to a notice does not
change what it says: notices of every family (families.py) with other line ends, foldings,
charsets, encodings, envelopes. The facts must stay. TAP.
"""

import base64
import json
import os
import quopri
import re
import sys
import textwrap

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import families     # noqa: E402
import util         # noqa: E402

KEYS = ("kind", "action", "recipient", "original_recipient", "sender", "code", "enhanced", "class",
        "scope", "provider", "host", "reporting_mta", "message_id", "queue_id", "time",
        "feedback_type", "source_ip", "reported_domain", "redacted", "original")


# --- alterations: a text in, a text or bytes out, None where it cannot be done -----------------------

def split(mail):
    head, _, body = mail.partition("\n\n")
    return head + "\n", body


def is_multipart(mail):
    return re.search(r"(?im)^content-type: *multipart/", split(mail)[0]) is not None


def crlf(mail):
    return mail.replace("\n", "\r\n")


def mixed_ends(mail):
    head, body = split(mail)
    return head.replace("\n", "\r\n") + "\r\n" + body


def carriage_returns(mail):
    return mail.replace("\n", "\r\r\n")


def more_received(mail):
    hop = ("Received: from mx%d.other.example (mx%d.other.example [192.0.2.%d])\n\tby "
           "in%d.shop.example (Postfix) with ESMTPS id 9QZ%dX\n\tfor <bounce-7@shop.example>; Tue, 3 "
           "Nov 2026 06:42:2%d +0000\n")
    return "".join(hop % (i, i, i, i, i, i) for i in range(6)) + mail


def scanner(mail):
    return ("X-Spam-Status: No, score=-2.0 required=5.0 tests=BAYES_00,\n\tMISSING_MID autolearn=no\n"
            "X-Virus-Scanned: by jo-scanner at shop.example\nDelivered-To: bounces@shop.example\n"
            "Authentication-Results: in1.shop.example; spf=none smtp.helo=mx1.other.example\n" + mail)


def field_names(case):
    """The names of fields, in the header and in the parts."""
    def alter(mail):
        return re.sub(r"(?m)^([A-Za-z][A-Za-z0-9-]+)(?=: )", lambda m: case(m.group(1))
                      if "-" in m.group(1) or m.group(1) in ("Status", "Action", "From", "To", "Date",
                                                              "Subject", "Version") else m.group(1),
                      mail)
    return alter


def unfolded(mail):
    head, body = split(mail)
    return re.sub(r"\n[ \t]+", " ", head) + "\n" + body


def folded(mail):
    """Folded at every blank that a header field has."""
    head, body = split(mail)
    lines = re.sub(r"\n[ \t]+", " ", head).splitlines()
    out = []
    for line in lines:
        name, _, value = line.partition(": ")
        out.append(name + ": " + re.sub(r" (?=\S)", "\n ", value))
    return "\n".join(out) + "\n\n" + body


def status_part(change):
    def alter(mail):
        found = re.search(r"(Content-Type: message/(?:delivery-status|feedback-report)\n\n)(.*?\n)"
                          r"(?=\n--=_b/7\n)", mail, re.S)
        if not found:
            return None
        made = change(found.group(2))
        return None if made is None else mail[:found.start(2)] + made + mail[found.end(2):]
    return alter


def fold_fields(fields):
    joined = re.sub(r"\n[ \t]+", " ", fields)
    return re.sub(r"(?m)^(\S+:) (\S.{8,}?) (?=\S)", "\\1 \\2\n\t", joined)


def fold_after_name(fields):
    joined = re.sub(r"\n[ \t]+", " ", fields)
    return re.sub(r"(?m)^(Diagnostic-Code|Original-Mail-From): ", "\\1:\n ", joined)


def no_parting(fields):
    return fields.replace("\n\n", "\n") if "\n\n" in fields else None


def more_parting(fields):
    return "\n" + fields.replace("\n\n", "\n\n\n") + "\n\n"


def tight(fields):
    return re.sub(r"(?m)^(\S+:) +", "\\1", fields).replace("; ", ";")


def wide(fields):
    return re.sub(r"(?m)^(\S+:) *(\S+?); *", "\\1  \\2 ;   ", fields)


def trailing(mail):
    head, body = split(mail)
    return head + "\n" + re.sub(r"(?m)(?<=.)$", "  ", body) if not is_multipart(mail) else re.sub(
        r"(?m)^(?!--)(.*[a-z.])$", "\\1 ", mail)


def encoded(encoding, code):
    """The words, where they are a mail of their own; each leaf, where it is a report."""
    def alter(mail):
        if not is_multipart(mail):
            head, body = split(mail)
            return head + "Content-Transfer-Encoding: %s\n\n" % encoding + code(body)

        def part(m):
            return m.group(1) + "Content-Transfer-Encoding: %s\n\n" % encoding + code(m.group(2))
        return re.sub(r"(?s)(--=_b/7\nContent-Type: (?:text/plain|message/delivery-status|message/"
                      r"feedback-report|text/rfc822-headers)[^\n]*\n)\n(.*?\n)(?=\n?--=_b/7)", part,
                      mail)
    return alter


def to_base64(text):
    return base64.encodebytes(text.encode()).decode()


def to_quoted(text):
    return quopri.encodestring(text.encode(), quotetabs=False).decode()


def to_quoted_all(text):
    """Every byte that may be escaped, lines cut after 60."""
    raw = "".join("\n" if c == "\n" else "=%02X" % ord(c) if c in "@<>=.:;_" else c for c in text)
    return "\n".join("=\n".join(re.findall(r"(?:=..|[^=]){1,50}", x)) if x else x
                     for x in raw.split("\n"))


def charset(name):
    def alter(mail):
        if "ISO-2022-JP" in mail:
            return None
        if "charset=us-ascii" in mail:
            return mail.replace("charset=us-ascii", "charset=" + name)
        head, body = split(mail)
        if re.search("(?im)^content-type:", head):
            return re.sub("(?m)^Content-Type: text/plain$", "Content-Type: text/plain; charset=" + name,
                          mail, count=1)
        return head + "Content-Type: text/plain; charset=%s\n\n" % name + body
    return alter


def utf16(mail):
    """The words in UTF-16, as base64."""
    def words(text):
        return base64.encodebytes(b"\xff\xfe" + text.encode("utf-16-le")).decode()
    if is_multipart(mail):
        return re.sub(r"(?s)(--=_b/7\nContent-Type: text/plain); charset=us-ascii\n\n(.*?\n)(?=--=_b/7)",
                      lambda m: m.group(1) + "; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" +
                      words(m.group(2)), mail, count=1)
    head, body = split(mail)
    if re.search("(?im)^content-type:", head):
        return None
    return head + ("Content-Type: text/plain; charset=utf-16\nContent-Transfer-Encoding: base64\n\n" +
                   words(body))


def attached(mail):
    return ("From: Al <al@shop.example>\nTo: help@shop.example\nSubject: what is this?\nDate: Wed, 4 "
            "Nov 2026 09:00:00 +0000\nMIME-Version: 1.0\nContent-Type: multipart/mixed; "
            "boundary=\"fw\"\n\n--fw\nContent-Type: text/plain\n\nPlease look at this, what do I do?\n"
            "\n--fw\nContent-Type: message/rfc822\nContent-Disposition: attachment; "
            "filename=\"x.eml\"\n\n" + mail + "\n--fw--\n")


def attached_twice(mail):
    return attached(attached(mail).replace("\"fw\"", "\"fx\"").replace("--fw", "--fx"))


def with_footer(mail):
    """A gateway put the whole body into a multipart/mixed of its own, and a footer below."""
    head, body = split(mail)
    lines = re.split(r"\n(?![ \t])", head.rstrip("\n"))
    own = [x for x in lines if x.lower().startswith("content-")]
    rest = [x for x in lines if not x.lower().startswith(("content-", "mime-version"))]
    return ("\n".join(rest) + "\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=gw\n\n"
            "--gw\n" + "\n".join(own or ["Content-Type: text/plain"]) + "\n\n" + body +
            "\n--gw\nContent-Type: text/plain\n\n-- \nThis mail was scanned.\n--gw--\n")


def with_html(mail):
    """The words also as HTML, as many servers send them."""
    def both(words):
        html = "<html><body><p>%s</p></body></html>" % words.replace("&", "&amp;").replace(
            "<", "&lt;").replace(">", "&gt;").replace("\n", "<br>\n")
        return ("Content-Type: multipart/alternative; boundary=alt\n\n--alt\nContent-Type: text/plain\n\n"
                "%s\n--alt\nContent-Type: text/html\n\n%s\n--alt--\n" % (words, html))
    if is_multipart(mail):
        return re.sub(r"(?s)(--=_b/7\n)Content-Type: text/plain; charset=us-ascii\n\n(.*?\n)(?=--=_b/7)",
                      lambda m: m.group(1) + both(m.group(2)), mail, count=1)
    head, body = split(mail)
    if re.search("(?im)^content-type:", head):
        return None
    return head + "MIME-Version: 1.0\n" + both(body)


def boundary(new, quoted):
    def alter(mail):
        if "=_b/7" not in mail:
            return None
        return mail.replace("boundary=\"=_b/7\"", "boundary=" + ("\"%s\"" % new if quoted else new)
                            ).replace("--=_b/7", "--" + new)
    return alter


def type_case(mail):
    if not is_multipart(mail):
        return None
    return mail.replace("multipart/report; report-type=delivery-status;\n\t",
                        "Multipart/REPORT;\n\tReport-Type=\"Delivery-Status\"; ").replace(
        "message/delivery-status", "Message/Delivery-Status").replace("boundary=", "BOUNDARY=")


def no_report_type(mail):
    if not is_multipart(mail):
        return None
    return mail.replace("multipart/report; report-type=delivery-status", "multipart/mixed")


def no_mime_version(mail):
    return re.sub("(?m)^MIME-Version: 1.0\n", "", mail) if "MIME-Version" in mail else None


def preamble(mail):
    if not is_multipart(mail):
        return None
    head, body = split(mail)
    return head + "\nThis is a MIME-encapsulated message.\n\n" + body


def never_closed(mail):
    return mail.replace("\n--=_b/7--\n", "") if is_multipart(mail) else None


def cut_off(mail):
    """Only the beginning of the original came back."""
    at = mail.find("\nHi,\n")
    return mail[:at] if at > 0 else None


def global_types(mail):
    """RFC 6533."""
    if "message/delivery-status" not in mail:
        return None
    return mail.replace("message/delivery-status", "message/global-delivery-status").replace(
        "Content-Type: message/rfc822\n", "Content-Type: message/global\n")


def empty_lines_first(mail):
    return "\n\n" + mail


def mailbox_line(mail):
    return "From MAILER-DAEMON Tue Nov  3 06:42:11 2026\n" + mail


def quoted_from(mail):
    return ">From MAILER-DAEMON Tue Nov  3 06:42:11 2026\n" + mail


def no_return_path(mail):
    return mail.replace("Return-Path: <>\n", "", 1) if mail.startswith("Return-Path: <>") else None


def subject_in_words(mail):
    head, body = split(mail)
    return re.sub("(?m)^Subject: (.*)$", lambda m: "Subject: =?utf-8?B?%s?=" % base64.b64encode(
        m.group(1).encode()).decode(), head) + "\n" + body


def narrow(mail):
    """Words wrapped at 56 columns, as a gateway does with long lines; the original stays."""
    head, body = split(mail)
    if is_multipart(mail):
        return re.sub(r"(?s)(--=_b/7\nContent-Type: text/plain[^\n]*\n\n)(.*?)(?=\n--=_b/7)",
                      lambda m: m.group(1) + wrapped(m.group(2)), mail, count=1)
    at = body.find("Return-Path: <bounce-7")
    at = at if at >= 0 else len(body)
    return head + "\n" + wrapped(body[:at]) + body[at:]


def wrapped(text):
    out = []
    for line in text.split("\n"):
        indent = re.match(r"\s*", line).group(0)
        out += textwrap.wrap(line, 56, subsequent_indent=indent, break_long_words=False,
                             break_on_hyphens=False) or [line]
    return "\n".join(out)


def indented(mail):
    """A person's program put the words in by four."""
    if is_multipart(mail):
        return None
    head, body = split(mail)
    at = body.find("Return-Path: <bounce-7")
    at = at if at >= 0 else len(body)
    return head + "\n" + re.sub("(?m)^(?=.)", "  ", body[:at]) + body[at:]


ALTERATIONS = (
    ("line ends of Windows", crlf),
    ("line ends of Windows in the header alone", mixed_ends),
    ("line ends doubled on the way", carriage_returns),
    ("six more Received fields", more_received),
    ("fields of a scanner", scanner),
    ("field names in small letters", field_names(str.lower)),
    ("field names in capitals", field_names(str.upper)),
    ("unfolded", unfolded),
    ("folded at every blank", folded),
    ("status fields folded", status_part(fold_fields)),
    ("a status field folded after its name", status_part(fold_after_name)),
    ("no empty line between the groups", status_part(no_parting)),
    ("more empty lines between the groups", status_part(more_parting)),
    ("status fields without blanks", status_part(tight)),
    ("status fields with more blanks", status_part(wide)),
    ("blanks at the ends of lines", trailing),
    ("base64", encoded("base64", to_base64)),
    ("quoted-printable", encoded("quoted-printable", to_quoted)),
    ("quoted-printable, all that may be quoted", encoded("Quoted-Printable", to_quoted_all)),
    ("utf-8", charset("utf-8")),
    ("windows-1252", charset("\"Windows-1252\"")),
    ("a charset that is none", charset("x-unknown-8bit")),
    ("utf-16", utf16),
    ("sent on as an attachment", attached),
    ("sent on as an attachment of an attachment", attached_twice),
    ("a footer below", with_footer),
    ("the words also as HTML", with_html),
    ("a boundary with odd letters", boundary("'()+_,-./:=?x", True)),
    ("a boundary without quotes", boundary("b7", False)),
    ("types in other letters", type_case),
    ("a report that does not call itself one", no_report_type),
    ("no MIME-Version", no_mime_version),
    ("a preamble", preamble),
    ("the last boundary missing", never_closed),
    ("the original cut off", cut_off),
    ("types of RFC 6533", global_types),
    ("empty lines first", empty_lines_first),
    ("the line of a mailbox", mailbox_line),
    ("the line of a mailbox, quoted", quoted_from),
    ("no Return-Path", no_return_path),
    ("an encoded subject", subject_in_words),
    ("narrow lines", narrow),
    ("the words put in", indented),
)

# What an alteration takes away cannot be said any more.
LOSES = {
    "six more Received fields": (),
    "sent on as an attachment": ("time",),
    "sent on as an attachment of an attachment": ("time",),
}


def facts_by_file(box, folder):
    done = box.ingest("--dry-run", "--json", folder)
    found = {}
    for line in done.out.splitlines():
        fact = json.loads(line)
        found.setdefault(os.path.basename(fact["input"]["file"]), []).append(fact)
    return done, found


def said(fact, without=()):
    return {k: fact.get(k) for k in KEYS if k not in without}


def variations(tap, world):
    for n, family in enumerate(families.FAMILIES):
        box = world.box("family-%d" % n)
        folder = box.path("mails")
        os.mkdir(folder)
        util.write(folder + "/plain", family.mail)
        names = {}
        for k, (name, alter) in enumerate(ALTERATIONS):
            made = alter(family.mail)
            if made is not None and made != family.mail:
                names["v%02d" % k] = name
                util.write("%s/v%02d" % (folder, k), made)
        done, found = facts_by_file(box, folder)
        plain = found.get("plain", [])
        want = {k: v for k, v in family.want.items() if v is not None}
        wrong = ["%d facts" % len(plain)] if len(plain) != 1 else util.differences(
            want, {k: plain[0].get(k) for k in want})
        if not tap.ok(len(plain) == 1 and not {k for k in want if plain[0].get(k) != want[k]},
                      "%s: what it says" % family.name, wrong + done.told()):
            continue
        tap.ok(done.code == 0 and not done.err, "%s: nothing is refused" % family.name, done.told())
        for file, name in names.items():
            got, without = found.get(file, []), LOSES.get(name, ())
            wrong = ["%d facts" % len(got)]
            if len(got) == 1:
                first, now = said(plain[0], without), said(got[0], without)
                wrong = util.differences(first, now) if first != now else []
            tap.ok(not wrong, "%s: %s" % (family.name, name), wrong)


if __name__ == "__main__":
    sys.exit(util.main([variations]))
