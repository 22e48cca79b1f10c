#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_api.py [REPUTED] -- doc/openapi.json is what tools/openapi makes, has every resource of the program with its parameters and
no other, and every path of it, asked of a real `reputed serve`, answers as its schema says. Every act is tried by nobody, with
each scope that it does not need, without and with a wrong CSRF token, from another site, with bodies that make no sense, and
as it should be. TAP.
"""

import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import test_web         # noqa: E402
import util             # noqa: E402
import util_schema      # noqa: E402

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
    t.ok(not set(said) - set(there), "and the program has every path of it", sorted(set(said) - set(there)))


# --- a real server ----------------------------------------------------------------------------------


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


def walked(t, d, p):
    """Every GET, with the questions above; what makes no sense is refused as said."""
    api, incident = contract(), incident_of(d.box)
    for path, methods in sorted(api["paths"].items()):
        name = path.replace("/api/v1/", "")
        if "get" not in methods or not path.startswith("/api/v1/") or name in ("events", "session"):
            continue
        for asked in ASKED.get(name, ("",)):
            asked = asked.format(incident=incident)
            done = p.ask("GET", path + ("?" + asked if asked else ""))
            # A subject that nobody has looked at, and reports that nobody has read, are not there.
            fine = done.code == 200 or (done.code in (400, 404) and name in ("looks", "dmarc/report", "dmarc/path", "tls/report")) or \
                (done.code == 503 and name == "queue")     # no Postfix here
            wrong = answers(api, methods["get"], done.code, done.body)
            t.ok(fine and not wrong and done.headers["Content-Type"].startswith("application/json"),
                 "GET %s?%s: %d, as its schema says" % (path, asked, done.code), wrong[:5] or done.told())
        for asked in WRONG.get(name, ()):
            done = p.ask("GET", path + "?" + asked)
            wrong = answers(api, methods["get"], done.code, done.body)
            t.ok(done.code in (400, 404) and not wrong, "GET %s?%s: refused, and says why" % (path, asked), done.told() + wrong[:3])


# --- what writes, and what asks for people ---------------------------------------------------------


SCOPES = ("read", "act", "trace", "metrics")
LONG = "x" * 5000       # more than any text may have


def noted(p, _body):
    got = p.get("notes?incident=%d" % p.incident).json()
    return [n["text"] for n in got["notes"]][:1] == ["called the hosting company"] and got["notes"][0]["who"] == "anna"


def acked(p, _body):
    return next(a for a in p.get("alerts").json()["alerts"] if a["alert"] == p.alert)["acknowledged"]


def snoozed(p, _body):
    return next(a for a in p.get("alerts").json()["alerts"] if a["alert"] == p.alert)["snoozed_until"]


def traced(_p, body):
    got = json.loads(body)
    return len(got["messages"]) == 1 and b"u1@outlook.com" not in body


def acts_of(p):
    """(method, path of the contract): scope, path, a body that is good, what is then so, and bodies that are not."""
    return {
        ("post", "/api/v1/notes"): ("act", "notes", {"incident": p.incident, "text": "called the hosting company"}, noted, (
            {}, {"text": "x"}, {"incident": p.incident}, {"incident": "list", "text": "x"}, {"incident": -1, "text": "x"},
            {"incident": 1.5, "text": "x"}, {"incident": [1], "text": "x"}, {"incident": 999999, "text": "x"},
            {"incident": p.incident, "text": LONG}, {"incident": p.incident, "text": "a\x00b"}, {"incident": p.incident, "text": "a\x1b[2J"},
            {"incident": p.incident, "done": "perhaps", "step": "x"}, {"incident": p.incident, "text": "x", "who": "root"})),
        ("post", "/api/v1/alerts/{alert}/snooze"): ("act", "alerts/%d/snooze" % p.alert, {"for": "4h"}, snoozed, (
            {}, {"for": ""}, {"for": "soon"}, {"for": "-4h"}, {"for": "31d"}, {"for": 4}, {"for": ["4h"]}, {"for": LONG},
            {"for": "4h", "alert": 999}, {"for": "4h", "by": "bob"})),
        ("post", "/api/v1/alerts/{alert}/ack"): ("act", "alerts/%d/ack" % p.alert, {}, acked, (
            {"for": "4h"}, {"alert": 999}, {"alert": [1]}, {"by": "bob"})),
        ("post", "/api/v1/trace"): ("trace", "trace", {"subject": "u1@outlook.com"}, traced, (
            {}, {"subject": ""}, {"subject": None}, {"subject": ["u1@outlook.com"]}, {"subject": LONG}, {"subject": "--db"},
            {"subject": "u1@outlook.com\n"}, {"subject": "u1@outlook.com", "all": "perhaps"}, {"subject": "u1@outlook.com", "json": True})),
    }


# Of no act: no JSON, no object, a key twice, one that is not there, too deep, too long.
NONSENSE = ((b"{", 400), (b"[]", 400), (b"null", 400), (b'"x"', 400), (b"\xff\xfe", 400), (b'{"text":"a","text":"b"}', 400), (b'{"nothing":1}', 400),
            (b'{"subject":' + b"[" * 5000, 400), (b'{"text":"' + b"x" * (16 << 10) + b'"}', 413))


def acts(t, d, p):
    api = contract()
    p.incident = int(incident_of(d.box))
    p.alert = p.get("alerts").json()["alerts"][0]["alert"]
    table = acts_of(p)
    wanted = {(m, path) for path, methods in api["paths"].items() for m in methods if m in ("post", "delete") and path != "/api/v1/session"}
    t.ok(wanted == set(table), "every act of the API is tried", ["%s" % sorted(wanted ^ set(table))])
    tokens = {}
    for scope in SCOPES:
        tokens[scope] = test_web.Page(d.port)
        tokens[scope].token = d.box.run("user", "token", "anna", "--scope", scope, "--json").json()["token"]
    nobody, other = test_web.Page(d.port), test_web.Page(d.port)
    other.cookie = p.cookie
    for key, (scope, path, body, so, bad) in sorted(table.items()):
        one, name, path = api["paths"][key[1]][key[0]], "%s %s" % key, "/api/v1/" + path

        def tried(who, what, code, sent, one=one, name=name, path=path, **more):
            done = who.ask("POST", path, sent, more)
            wrong = answers(api, one, done.code, done.body) if str(done.code) in one["responses"] else []
            error = done.json()["error"] if done.code >= 400 else None
            return t.ok(done.code == code and not wrong and (code < 400 or (error["title"] and error["why"])), "%s %s: %d" % (name, what, code),
                        done.told() + wrong[:3]) and done

        tried(nobody, "by nobody", 401, body)
        for wrong in SCOPES:
            if wrong != scope:
                tried(tokens[wrong], "with the scope " + wrong, 403, body)
        tried(other, "without a CSRF token", 403, body)
        tried(other, "with a wrong one", 403, body, **{"X-CSRF-Token": p.csrf[:-1] + ("A" if p.csrf[-1] != "A" else "B")})
        tried(p, "from another site", 403, body, Origin="https://evil.example")
        tried(p, "from nowhere", 403, body, Origin="null")
        tried(p, "as a form", 415, body, **{"Content-Type": "application/x-www-form-urlencoded"})
        for data, code in NONSENSE:
            tried(p, "with the body %r" % data[:24], code, data)
        for sent in bad:
            tried(p, "with %s" % json.dumps(sent)[:60], 400, sent)
        if key[1] == "/api/v1/trace":
            found = tried(p, "as it should be", 200, body)
            t.ok(found and so(p, found.body), "it has found the message, and does not repeat the address", found.told() if found else [])
        else:
            t.ok(not so(p, b""), "%s: nothing of all this was done" % name, p.get("notes").told())
            found = tried(p, "as it should be", 200, body)
            t.ok(found and test_web.comes(lambda so=so, found=found: so(p, found.body)), "it is done", p.get("alerts").told() + p.get("notes").told())
        tried(tokens[scope], "with a token for it", 200, body)
        done = p.ask("GET", path)
        t.ok(done.code == (200 if "get" in api["paths"][key[1]] else 405), "GET %s: %d" % (path, done.code), done.told())
    for path in ("alerts/0/ack", "alerts/999/ack", "alerts/999/snooze", "alerts/18446744073709551616/ack"):
        done = p.ask("POST", "/api/v1/" + path, {"for": "4h"} if "snooze" in path else {})
        t.ok(done.code == 400, "POST %s: no such alert" % path, done.told())
    for path in ("alerts//ack", "alerts/x/ack", "alerts/1/forget", "alerts/1"):
        done = p.ask("POST", "/api/v1/" + path, {})
        t.ok(done.code in (404, 405), "POST %s: no such path" % path, done.told())


def session(t, d, p):
    """Who logs in, who is there, and the end of it."""
    api = contract()["paths"]["/api/v1/session"]
    t.ok(set(api) == {"get", "post", "delete"}, "a session is begun, asked for and ended")
    nobody, mine = test_web.Page(d.port), test_web.Page(d.port)
    t.ok(nobody.ask("GET", "/api/v1/session").code == 401 and nobody.ask("DELETE", "/api/v1/session").code == 401, "nobody has none")
    done = nobody.ask("POST", "/api/v1/session", {"name": "anna", "password": test_web.PASSWORD}, {"Origin": "https://evil.example"})
    t.ok(done.code == 403 and "Set-Cookie" not in done.headers, "no page of another site logs anybody in", done.told())
    for data, code in NONSENSE:
        done = nobody.ask("POST", "/api/v1/session", data)
        t.ok(done.code == code and "Set-Cookie" not in done.headers, "a login with the body %r" % data[:24], done.told())
    done = mine.login()
    t.ok(done.code == 200 and not answers(contract(), api["post"], done.code, done.body), "a login, as its schema says", done.told())
    done = mine.get("session")
    t.ok(done.code == 200 and not answers(contract(), api["get"], done.code, done.body), "it is asked for again", done.told())
    right, mine.csrf = mine.csrf, None
    t.ok(mine.ask("DELETE", "/api/v1/session").code == 403 and mine.get("session").code == 200, "a logout without a CSRF token is none")
    mine.csrf = right
    t.ok(mine.ask("DELETE", "/api/v1/session").code == 200 and mine.get("session").code == 401, "a logout is the end")
    t.ok(p.get("session").code == 200, "of that session alone")


def served(t, world):
    with test_web.serving(world, "api") as d:
        p = test_web.Page(d.port)
        t.ok(p.login().code == 200, "logged in")
        walked(t, d, p)
        acts(t, d, p)
        session(t, d, p)


if __name__ == "__main__":
    sys.exit(util.main([the_file, served]))
