# SPDX-License-Identifier: Apache-2.0
"""
dkim_sign.py -- signs messages for the tests, with the openssl command: not with the code under test.

    key = Key("rsa", 2048);  key.record()  "v=DKIM1; k=rsa; p=..."
    sign(message, key, "example.com", "sel", c="relaxed/simple", h="from:to", more="x=5; ")

Messages are bytes with CRLF.
"""

import base64
import hashlib
import os
import re
import subprocess
import tempfile


class Key:
    def __init__(self, kind, bits=0):
        self.kind = kind
        handle, self.path = tempfile.mkstemp(prefix="reputed-key.")
        os.close(handle)
        args = ["-algorithm", "ED25519"] if kind == "ed25519" else \
            ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:%d" % bits]
        subprocess.run(["openssl", "genpkey", "-out", self.path] + args, check=True,
                       stderr=subprocess.DEVNULL)
        self.der = subprocess.run(["openssl", "pkey", "-in", self.path, "-pubout", "-outform", "DER"],
                                  check=True, stdout=subprocess.PIPE).stdout

    def p(self):
        return base64.b64encode(self.der[-32:] if self.kind == "ed25519" else self.der).decode()

    def record(self, more=""):
        return "v=DKIM1; k=%s; %sp=%s" % (self.kind, more, self.p())

    def sign(self, data, digest="sha256"):
        if self.kind == "ed25519":
            with tempfile.NamedTemporaryFile() as file:
                file.write(hashlib.sha256(data).digest())
                file.flush()
                return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.path,
                                       "-in", file.name], check=True, stdout=subprocess.PIPE).stdout
        return subprocess.run(["openssl", "dgst", "-" + digest, "-sign", self.path], input=data,
                              check=True, stdout=subprocess.PIPE).stdout

    def remove(self):
        os.unlink(self.path)


def split(message):
    head, _, body = message.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    return fields, body


def field(raw, relaxed):
    if not relaxed:
        return raw
    name, _, value = raw.partition(b":")
    value = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" \t")
    return name.strip(b" \t").lower() + b":" + value


def body_of(body, relaxed):
    lines = body.split(b"\r\n")
    if lines and lines[-1] == b"":
        lines.pop()
    if relaxed:
        lines = [re.sub(rb"[ \t]+", b" ", x).rstrip(b" ") for x in lines]
    while lines and lines[-1] == b"":
        lines.pop()
    if not lines:
        return b"" if relaxed else b"\r\n"
    return b"\r\n".join(lines) + b"\r\n"


def sign(message, key, domain, selector, c="relaxed/relaxed", h="from:to:subject:date", more="",
         algorithm=None, limit=None, version="v=1; ", digest="sha256", name=b"DKIM-Signature"):
    """The message with a signature on top."""
    header, _, body_form = c.partition("/")
    relaxed = header == "relaxed"
    fields, body = split(message)
    canonical = body_of(body, body_form == "relaxed")
    if limit is not None:
        canonical = canonical[:limit]
        more += "l=%d; " % limit
    left = list(reversed(fields))
    data = b""
    for wanted in h.encode().lower().split(b":"):
        for i, raw in enumerate(left):
            if raw.partition(b":")[0].strip().lower() == wanted.strip():
                data += field(raw, relaxed) + b"\r\n"
                del left[i]
                break
    tags = "%sa=%s-%s; c=%s; d=%s; s=%s;\r\n\th=%s; %sbh=%s;\r\n\tb=" % (
        version, algorithm or key.kind, digest, c, domain, selector, h, more,
        base64.b64encode(hashlib.new(digest, canonical).digest()).decode())
    own = name + b": " + tags.encode()
    signature = base64.b64encode(key.sign(data + field(own, relaxed), digest)).decode()
    folded = "\r\n\t".join(signature[i:i + 70] for i in range(0, len(signature), 70))
    return own + folded.encode() + b"\r\n" + message
