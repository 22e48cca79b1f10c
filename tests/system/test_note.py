#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_note.py [REPUTED] -- what persons did about incidents: steps by number and by sentence, words, who and when;
through the daemon as the user of the command; answers to alerts; what `forget` does to it; what is no note. TAP.
"""

import json
import os
import pwd
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True

import util             # noqa: E402
import util_schema      # noqa: E402

ME = pwd.getpwuid(os.getuid()).pw_name


def morning(world, name):
    """A store with incident 1, and the steps of it."""
    box = world.box(name)
    box.ingest(*world.log("aws-morning", 10).files)
    why = box.run("why", "--json").json()
    return box, why["incidents"][0]


def notes(box, *args):
    return box.run("note", "list", *args, "--json").json()


def written(t, world):
    box, incident = morning(world, "written")
    number, steps = str(incident["id"]), [x["step"] for x in incident["next"]]
    done = box.run("note", number, "--done", "1", "sent", "by jo@example.com")
    t.ok(done.code == 0 and "Noted, as number 1, of incident %s." % number in done.out, "a step", done.told())
    t.ok(box.run("note", number, "--done", steps[1], "--by", "anna").code == 0, "a step by its sentence, by somebody else")
    t.ok(box.run("note", number, "--undone", "1").code == 0, "a step that is not done after all")
    t.ok(box.run("note", number, "called the hosting company").code == 0, "words alone")
    got = notes(box, number)
    with open(os.path.join(util.TREE, "doc/json/notes.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    wrong = util_schema.errors(got, schema, closed=True)
    t.ok(not wrong, "note list --json is as its schema says", wrong)
    t.ok([(x["note"], x["act"], x["who"]) for x in got["notes"]] ==
         [(4, "note", ME), (3, "undone", ME), (2, "done", "anna"), (1, "done", ME)], "all, the newest first", [str(got)])
    t.ok(got["notes"][3]["text"] == "sent by j***@example.com", "a person in it is masked", [str(got["notes"][3])])
    t.ok([(x["step"], x["done"], x["who"]) for x in got["steps"]] == [(steps[0], False, ME), (steps[1], True, "anna")],
         "where each step stands", [str(got["steps"])])
    text = box.run("note", "list").out
    t.ok(text.count("\n") >= 4 and "took back, incident %s" % number in text and "anna did" in text, "as text", [text])
    t.ok(notes(box, "999")["notes"] == [], "of another incident there is none")
    again = box.run("note", number, "--json", "once more").json()
    t.ok(again["notes"][0]["text"] == "once more", "--json answers with all notes of the incident", [str(again)])
    box.run("forget", "jo@example.com")
    t.ok(notes(box)["notes"][4]["text"] == "[forgotten]", "forget reaches it", [str(notes(box))])


def refused(t, world):
    box, incident = morning(world, "refused")
    number = str(incident["id"])
    for args, says in (((), "expected: reputed note INCIDENT"),
                       (("x",), "is not the number of an incident"),
                       ((number,), "what was done?"),
                       ((number, "--done", "1", "--undone", "1"), "not both"),
                       ((number, "--done", "77"), "has the steps 1 to"),
                       (("4711", "words"), "there is no incident 4711"),
                       ((number, "x" * 2001), "longer than 2000"),
                       (("list", "0"), "expected: reputed note INCIDENT")):
        done = box.run("note", *args)
        t.ok(done.code == 2 and says in done.err, "%s: a usage error" % " ".join(args)[:40], done.told())
    t.ok(notes(box)["notes"] == [], "nothing of it is stored", [str(notes(box))])
    done = world.box("empty").run("note", "1", "words")
    t.ok(done.code == 4 and "nothing was read yet" in done.err, "without a database", done.told())


if __name__ == "__main__":
    sys.exit(util.main([written, refused]))
