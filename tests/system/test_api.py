#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_api.py [REPUTED] -- doc/openapi.json is what tools/openapi makes, has every resource of the program with its parameters and
no other, and every path of it, asked of a real `reputed serve`, answers as its schema says. TAP.
"""

import contextlib
import http.client
import json
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util             # noqa: E402
import util_schema      # noqa: E402
from test_serve import SOON, Daemon, Mail, append, wait     # noqa: E402

PASSWORD = "correct horse battery"
# Questions that a path is asked with; without an entry it is asked as it is. {incident} is one that there is.
ASKED = {
    "why": ("", "subject={incident}", "subject=microsoft-consumer"),
    "explain": ("", "topic=S3140", "topic=dmarc"),
    "trend": ("", "of=microsoft-consumer"),
    "dmarc/path": ("domain=shop.example",),
    "series": ("", "by=minute", "by=day&group=provider", "provider=microsoft-consumer&delays=yes", "group=source", "group=class"),
    "strips": ("", "span=week", "span=quarter&provider=google"),
    "incidents": ("", "q=microsoft", "state=over", "q={incident}"),
    "replies": ("incident={incident}",),
    "bounces": ("", "days=7"),
    "timeline": ("", "kinds=incident,note", "incident={incident}", "subject=shop.example"),
    "looks": ("", "subject=shop.example", "subject=203.0.113.24"),
    "notes": ("", "incident={incident}"),
    "waiting": ("",), "feeds": ("",),
}
WRONG = {
    "series": ("by=week", "from=yesterday", "class=blockd", "provider=nobody", "bye=day", "delays=yes&group=class", "from=2020-01-01&by=minute"),
    "strips": ("span=year",), "incidents": ("page=x", "state=closed"), "timeline": ("kinds=weather", "incident=0"),
    "looks": ("subject=never.example",), "notes": ("incident=x",), "feeds": ("x=1",),
}


def contract():
    with open(os.path.join(util.TREE, "doc/openapi.json"), encoding="utf-8") as file:
        return json.load(file)


def resources():
    """{(method, path): parameters} of src/web/resource.c, and the paths of src/web/door.c that are no resource."""
    with open(os.path.join(util.TREE, "src/web/resource.c"), encoding="utf-8") as file:
        text = file.read()
    names = dict(re.findall(r'\[REP_QUERY_(\w+)\] = "(\w+)"', text))
    found = {}
    for path, post, row in re.findall(r'\[REP_RESOURCE_\w+\] = \{ "([\w/*]+)", (true|false), (.*?)\}', text, re.S):
        keys = {names[k] for k in re.findall(r"P\((\w+)\)", row)}
        found["post" if post == "true" else "get", "/api/v1/" + path.replace("*", "{alert}")] = keys
    with open(os.path.join(util.TREE, "src/web/door.c"), encoding="utf-8") as file:
        for path, method in re.findall(r'\{ "(/[\w/.]*)", "(GET|POST|DELETE)", REP_DOOR_(?!FILE)', file.read()):
            found[method.lower(), path] = set()
    return found


def the_file(t, _world):
    """The file itself: as it is made, and of the same resources as the program."""
    done = subprocess.run([os.path.join(util.TREE, "tools/openapi"), "--check"], check=False, stdout=subprocess.PIPE, text=True)
    t.ok(done.returncode == 0, "doc/openapi.json is what tools/openapi makes", [done.stdout])
    api, there = contract(), resources()
    said = {(method, path): one for path, methods in api["paths"].items() for method, one in methods.items()}
    t.ok(there and not set(there) - set(said), "every path of the program is in it", sorted(set(there) - set(said)))
    for key in sorted(set(said) & set(there)):
        if key[1] == "/api/v1/session":
            continue
        one = said[key]
        takes = {p["name"] for p in one.get("parameters", ())}
        takes |= set(one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {}).get("properties", ()))
        t.ok(takes == there[key], "%s %s: its parameters" % key, ["said %s, taken %s" % (sorted(takes), sorted(there[key]))])
    lacks = set(said) - set(there)
    for key in sorted(lacks):
        t.skip("%s %s" % key, "this program has no such path yet")


# --- a real server ----------------------------------------------------------------------------------


class Asker:
    """One with a token that may read, or with the cookie of a login."""

    def __init__(self, port):
        self.port, self.headers = port, {}

    def ask(self, method, target, body=None):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SOON)
        more = dict(self.headers)
        if body is not None:
            more["Content-Type"] = "application/json"
        with contextlib.closing(c):
            c.request(method, target, json.dumps(body) if body is not None else None, more)
            r = c.getresponse()
            return r.status, r.headers, r.read()

    def login(self):
        status, headers, body = self.ask("POST", "/api/v1/session", {"name": "anna", "password": PASSWORD})
        if status == 200:
            self.headers = {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": json.loads(body)["csrf"]}
        return status


@contextlib.contextmanager
def serving(world):
    box, port = world.box("api"), util.free_port()
    with open(box.config, "a", encoding="utf-8") as file:
        file.write("web 127.0.0.1:%d\n" % port)
    now, mail = int(time.time()), Mail()
    util.write(box.path("mail.log"), "")
    append(box.path("mail.log"), mail.lines(60, "203.0.113.24", True, now - 200000, now - 40000) +
           mail.lines(40, "203.0.113.24", False, now - 36000, now - 600))
    done = box.run("user", "add", "anna", data=PASSWORD.encode() + b"\n")
    assert done.code == 0, done.told()
    d = Daemon(box, box.path("mail.log"))
    try:
        def up():
            with contextlib.suppress(OSError):
                return Asker(port).ask("GET", "/healthz")[0] == 200
            return False
        assert wait(up), d.text
        d.says(r"New trouble")
        yield box, Asker(port)
    finally:
        if d.process.poll() is None:
            d.stop()


def incident_of(box):
    return str(box.run("why", "--json").json()["incidents"][0]["id"])


def answers(api, one, status, body):
    """What is wrong with an answer by what is said of its path."""
    said = one["responses"].get(str(status))
    if said is None:
        return ["status %d is not in it: %r" % (status, body[:300])]
    content = said.get("content", {}).get("application/json")
    if content is None:
        return []
    try:
        value = json.loads(body)
    except ValueError as error:
        return [repr(error), repr(body[:300])]
    schema = content["schema"]
    if "anyOf" in schema:       # an object of the first, or an array of any
        first, second, many = schema["anyOf"]
        each = value if isinstance(value, list) else [value]
        kinds = many["items"]["anyOf"] if isinstance(value, list) else [first, second]
        return ["no schema of the path fits: %s" % str(v)[:300] for v in each
                if all(util_schema.errors(v, k, api, closed=True) for k in kinds)]
    return util_schema.errors(value, schema, api, closed=True)


def walked(t, world):
    """Every GET, with the questions above; what makes no sense is refused as said."""
    api, there = contract(), resources()
    with serving(world) as (box, asker):
        t.ok(asker.login() == 200, "logged in")
        incident = incident_of(box)
        for path, methods in sorted(api["paths"].items()):
            name = path.replace("/api/v1/", "")
            if "get" not in methods or ("get", path) not in there or not path.startswith("/api/v1/") or name in ("events", "session"):
                continue
            for asked in ASKED.get(name, ("",)):
                asked = asked.format(incident=incident)
                status, headers, body = asker.ask("GET", path + ("?" + asked if asked else ""))
                # A subject that nobody has looked at, and reports that nobody has read, are not there.
                fine = status == 200 or (status in (400, 404) and name in ("looks", "dmarc/report", "dmarc/path", "tls/report")) or \
                    (status == 503 and name == "queue")     # no Postfix here
                wrong = answers(api, methods["get"], status, body)
                t.ok(fine and not wrong and headers["Content-Type"].startswith("application/json"),
                     "GET %s?%s: %d, as its schema says" % (path, asked, status), wrong[:5] or [repr(body[:300])])
            for asked in WRONG.get(name, ()):
                status, _, body = asker.ask("GET", path + "?" + asked)
                wrong = answers(api, methods["get"], status, body)
                t.ok(status in (400, 404) and not wrong, "GET %s?%s: refused, and says why" % (path, asked), [status, repr(body[:300])] + wrong[:3])
        acts(t, api, asker, there, incident)


def acts(t, api, asker, there, incident):
    """What writes: the note is there afterwards."""
    path = "/api/v1/notes"
    if ("post", path) not in there:
        t.skip("POST notes", "this program has no such path yet")
        return
    status, _, body = asker.ask("POST", path, {"incident": int(incident), "text": "called the hosting company"})
    wrong = answers(api, api["paths"][path]["post"], status, body)
    t.ok(status == 200 and not wrong, "POST notes", [status, repr(body[:300])] + wrong)
    _, _, body = asker.ask("GET", path + "?incident=" + incident)
    got = json.loads(body)["notes"]
    t.ok(got and got[0]["text"] == "called the hosting company" and got[0]["who"] == "anna", "it is there, with who wrote it", [repr(body[:400])])


if __name__ == "__main__":
    sys.exit(util.main([the_file, walked]))
