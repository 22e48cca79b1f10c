#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_report_bombs.py [REPUTED] -- aggregate reports that are made to hurt, and large ones that are not: what is
complete is read, what is not is refused or salvaged with a reason, and no process takes much memory. TAP.
"""

import gzip
import io
import json
import os
import sys
import zipfile
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import util             # noqa: E402
import util_schema      # noqa: E402

MIB = 1 << 20
# MiB of the largest process. What was measured with and without AddressSanitizer is about half.
PEAK, PEAK_SANITIZED = 64, 160
PEAK_ZIP, PEAK_ZIP_SANITIZED = 192, 400     # a document in an archive may be in memory as a whole: 32 MB, twice
# Runs a program and says what its largest process took, workers included, since it waits for them.
MEASURE = ("import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]); "
           "open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss));"
           " sys.exit(code if code >= 0 else 128 - code)")

HEAD = """<?xml version="1.0"?>
<feedback><report_metadata><org_name>%s</org_name><email>a@receiver.example</email><report_id>%s</report_id>
<date_range><begin>1793664000</begin><end>1793750399</end></date_range></report_metadata>
<policy_published><domain>shop.example</domain><p>none</p></policy_published>
"""
RECORD = """<record><row><source_ip>198.51.100.%d</source_ip><count>%s</count><policy_evaluated>
<disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row>
<identifiers><header_from>shop.example</header_from></identifiers><auth_results>
<dkim><domain>shop.example</domain><selector>s1</selector><result>pass</result></dkim>
<spf><domain>bounce.shop.example</domain><result>pass</result></spf></auth_results></record>
"""
END = "</feedback>\n"


def head(report_id="1", org="receiver.example"):
    return HEAD % (org, report_id)


def records(n, count="1"):
    return "".join(RECORD % (i % 250, count) for i in range(n))


def report(inside, report_id="1", org="receiver.example"):
    return (head(report_id, org) + inside + END).encode()


def packed(path, *parts):
    """A gzip file of parts, each (bytes, how often): one after the other, each a member of its own."""
    with open(path, "wb") as file:
        for data, times in parts:
            member = gzip.compress(data if isinstance(data, bytes) else data.encode(), 9, mtime=0)
            for _ in range(times):
                file.write(member)
    return path


def zipped(name, data):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, data)
    return out.getvalue()


def nested(depth, data):
    for i in range(depth):
        data = zipped("../%d.zip" % i, data)
    return data


def with_name(data, name):
    """gzip whose header has this name."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (b"\x1f\x8b\x08\x08\0\0\0\0\0\x03" + name + b"\0" + body.compress(data) + body.flush() +
            zlib.crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little"))


class Bombs:
    """Runs ingest on files, and says what came of it."""

    def __init__(self, tap, world, name):
        self.tap, self.box = tap, world.box(name)
        self.sanitized = b"__asan_" in util.read(world.reputed)

    def ingest(self, name, path, *more, env=None, peak=(PEAK, PEAK_SANITIZED)):
        env = dict(env or {})
        # What was freed is kept by AddressSanitizer for a while, and is no matter of this.
        env["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=8"
        with self.box.start("ingest", "--now", util.NOW, *more, path, env=env,
                            prefix=[sys.executable, "-c", MEASURE, self.box.path("rss")]) as process:
            out, err = process.communicate()
        done = self.box.look(("ingest", *more), process.returncode, out, err)
        took, most = int(util.read(self.box.path("rss"))) // 1024, peak[self.sanitized]
        self.tap.ok(done.code in (0, 3) and took < most, "%s: through, and no process took %d MiB (%d)" %
                    (name, most, took), done.told())
        return done

    def dry(self, name, path, **more):
        done = self.ingest(name, path, "--dry-run", "--json", **more)
        said = [json.loads(x) for x in done.out.splitlines()]
        with open(util.TREE + "/doc/json/dmarc_aggregate.schema.json", encoding="utf-8") as file:
            schema = json.load(file)
        wrong = [e for x in said for e in util_schema.errors(x, schema, closed=True)]
        self.tap.ok(not wrong, "%s: as its schema says" % name, wrong)
        return said, done

    def file(self, name, data):
        return util.write(self.box.path(name), data)


def counted(said):
    return [len(x["records"]) for x in said]


def faults(said):
    return {(n["fault"], n["element"]) for x in said for n in x["notes"]}


def packed_bombs(tap, world):
    b = Bombs(tap, world, "packed")
    blanks = " " * MIB
    path = packed(b.box.path("comment.gz"), (head() + records(2) + "<!--", 1), (blanks, 250),
                  ("-->" + records(1) + END, 1))
    tap.ok(os.path.getsize(path) < 300000, "250 MB in %d bytes" % os.path.getsize(path))
    said, done = b.dry("250 MB of a comment", path)
    tap.ok(counted(said) == [3] and done.code == 0, "250 MB of a comment: its records are read", done.told())
    path = packed(b.box.path("blanks.gz"), (head() + records(2), 1), (blanks, 250), (records(1) + END, 1))
    said, done = b.dry("250 MB of blanks", path)
    tap.ok(counted(said) == [3] and done.code == 0, "250 MB of blanks: its records are read", done.told())
    path = packed(b.box.path("value.gz"), (head() + records(2) + "<record><row><count>", 1), (b"1" * MIB, 250),
                  ("</count></row></record>" + END, 1))
    said, done = b.dry("250 MB of one value", path)
    tap.ok(counted(said) == [3] and ("long", "count") in faults(said),
           "250 MB of one value: it is cut, and noted", done.told())
    path = packed(b.box.path("ten.gz"), (head() + records(3) + "<!--", 1), (blanks, 10 * 1024))
    said, done = b.dry("10 GB", path)
    tap.ok(counted(said) == [3] and done.code == 3 and "larger than 1024 MB" in done.err,
           "10 GB: the records before are used, with the reason", done.told())
    path = packed(b.box.path("zeros.gz"), (b"\0" * MIB, 2 * 1024))
    done = b.ingest("2 GB of zeros", path)
    tap.ok(done.code == 3 and "zeros.gz: a line of more than 1024 MB" in done.err, "2 GB of zeros: there is a reason",
           done.told())


def many_records(tap, world):
    """What is only large is read whole."""
    b = Bombs(tap, world, "many")
    thousand = records(1000)
    times = 250 * MIB // len(thousand)
    path = packed(b.box.path("many.xml.gz"), (head("many"), 1), (thousand, times), (END, 1))
    done = b.ingest("250 MB of records", path, "--dry-run")
    tap.ok(done.code == 0 and "{:,} records, {:,} messages".format(times * 1000, times * 1000) in done.out,
           "250 MB of records: all are read", done.told())
    plain = b.file("plain.xml", gzip.decompress(util.read(packed(
        b.box.path("x.gz"), (head("plain"), 1), (thousand, 100), (END, 1)))))
    done = b.ingest("100,000 records in a plain file", plain)
    tap.ok(done.code == 0 and "1 new aggregate report" in done.out, "they are kept", done.told())
    done = b.ingest("the same, packed", b.box.path("x.gz"))
    tap.ok("1 aggregate report known already" in done.out, "the same, packed: known already", done.told())
    cut = b.file("cut.xml.gz", util.read(packed(
        b.box.path("y.gz"), (head("cut"), 1), (thousand, 3), (END, 1)))[:-200])
    said, done = b.dry("cut off", cut)
    tap.ok(done.code == 3 and len(said) == 1 and 2000 <= counted(said)[0] <= 3000 and said[0]["report_id"] == "cut",
           "cut off: every complete record is used, and it is said", done.told() + [str(counted(said))])


def killed(tap, world):
    """The process that reads a report dies in it: its records are nobody's, and the next report is whole."""
    b = Bombs(tap, world, "killed")
    b.file("a.xml", report(records(5000), "a"))
    os.mkdir(b.box.path("both"))
    for name in ("both/1.xml", "both/2.xml"):
        b.file(name, report(records(3000), name))
    b.file("both/3.xml", report(records(1), "small"))
    env = {"REPUTED_KILL_READER_AT": "2"}
    said, done = b.dry("killed", b.box.path("a.xml"), env=env)
    tap.ok(done.code == 3 and "died" in done.err and "records are left out" in done.err,
           "killed: it is said, and how many records are lost", done.told())
    tap.ok(len(said) == 1 and said[0]["org"] is None and faults(said) == {("truncated", None)},
           "killed: the object ends, and says that it is not complete", [str(x)[-300:] for x in said])
    done = b.ingest("killed, kept", b.box.path("both"), env=env)
    tap.ok(done.code == 3 and done.err.count("died") == 2 and "1 new aggregate report" in done.out,
           "killed: none of them is kept in part, and the small one is", done.told())
    done = b.ingest("read again", b.box.path("both"))
    tap.ok(done.code == 0 and "2 new aggregate reports, 1 aggregate report known already" in done.out,
           "read again: they are kept", done.told())


def xml(tap, world):
    b = Bombs(tap, world, "xml")
    much = "<!--" + " " * 100000 + "-->"        # so that it is not a small document
    laughs = "".join('<!ENTITY l%d "%s">' % (i, "&l%d;" % (i - 1) * 10) for i in range(1, 10))
    outside = '<!ENTITY l9 SYSTEM "file:///etc/passwd"><!ENTITY %% p SYSTEM "http://127.0.0.1:1/x"> %%p;'
    for name, declared in (("laughs", '<!ENTITY l0 "ha">' + laughs), ("outside", outside)):
        for size, more in (("small", ""), ("large", much)):
            text = '<?xml version="1.0"?>%s<!DOCTYPE feedback [%s]>' % (more, declared)
            path = b.file("%s-%s.xml" % (name, size), text + report("<record>&l9;</record>").decode()[21:])
            said, done = b.dry("%s, %s" % (name, size), path)
            tap.ok(not said and done.code == 3 and "it declares entities" in done.err and "root:" not in done.out,
                   "%s, %s: refused, with the reason" % (name, size), done.told())
    deep = b.file("deep.xml", report("<a>" * 100000 + "</a>" * 100000 + records(2)))
    said, done = b.dry("100,000 deep", deep)
    tap.ok(counted(said) == [2] and any(f == "long" for f, _ in faults(said)),
           "100,000 deep: left out and noted, the records are read", done.told())
    open_ = b.file("open.xml", report("<record>" * 100000))
    said, done = b.dry("100,000 records in one another", open_)
    tap.ok(len(said) == 1 and ("unclosed", "record") in faults(said), "100,000 records in one another: noted",
           done.told())
    path = packed(b.box.path("attributes.gz"), (head() + records(1) + "<record", 1), (' a="b"' * 10000, 1000),
                  ("></record>" + records(1) + END, 1))
    said, done = b.dry("10,000,000 attributes", path)
    tap.ok(counted(said) == [2] and ("stray", "record") in faults(said),
           "10,000,000 attributes: the tag is text, and noted; the records are read",
           done.told() + [str(counted(said)), str(faults(said))])
    # It took a second for each megabyte.
    begun = b.file("begun.xml", report(records(1) + "<?" * (8 * MIB) + "?>" + records(1)))
    said, done = b.dry("8 million instructions", begun)
    tap.ok(counted(said) == [2], "8 million instructions: the records are read", done.told() + [str(counted(said))])
    ends = b.file("ends.xml", "<feedback></feedback>" * 200000)
    done = b.ingest("200,000 reports of nothing", ends, "--dry-run")
    tap.ok(done.out.count("aggregate report of") == 200000, "200,000 reports of nothing: each is one")
    said_ = "<dkim><domain>%s</domain><selector>%s</selector><result>%s</result></dkim>" % (("\u00fc" * 4000,) * 3)
    wide = b.file("wide.xml", report(records(1) + "<record><row><count>1</count></row><auth_results>" +
                                     said_ * 300 + "</auth_results></record>" + records(1)))
    said, done = b.dry("a record of 7 MB", wide)
    tap.ok(counted(said) == [3] and {("long", "record"), ("long", "dkim")} <= faults(said),
           "a record of 7 MB: what has no room is left out, and noted", done.told() + [str(faults(said))])


def numbers(tap, world):
    b = Bombs(tap, world, "numbers")
    for count in (str(2**64), str(2**64 - 1), "-1", "-" + "9" * 30, "1e9", "0x10"):
        said, done = b.dry("count %s" % count, b.file("n.xml", report(records(1, count))))
        tap.ok(counted(said) == [1] and said[0]["records"][0]["count"] == 1 and ("number", "count") in faults(said),
               "count %s: it is one message, and the number is noted" % count, done.told())
    late = report(records(1)).replace(b"1793750399", b"253402300799").replace(b"1793664000", b"9999-12-31T23:59:59Z")
    said, done = b.dry("the year 9999", b.file("late.xml", late))
    tap.ok(said[0]["begin"] is None and said[0]["end"] is None and
           {("time", "begin"), ("time", "end")} <= faults(said), "the year 9999: noted, and not believed", done.told())
    done = b.ingest("the year 9999, kept", b.box.path("late.xml"))
    tap.ok("1 new aggregate report" in done.out, "the year 9999: kept", done.told())


def names(tap, world):
    b = Bombs(tap, world, "names")
    peak = (PEAK_ZIP, PEAK_ZIP_SANITIZED)
    mark = "/tmp/reputed-bomb-%d" % os.getpid()
    fine = report(records(2))
    for i, name in enumerate((b"../../../.." + mark.encode(), mark.encode(), b"a\0b", b"a" * 60000)):
        said, done = b.dry("gzip with name %d" % i, b.file("g%d" % i, with_name(fine, name.split(b"\0")[0])))
        tap.ok(counted(said) == [2], "gzip with name %d: its report is read" % i, done.told())
        said, done = b.dry("zip with name %d" % i, b.file("z%d" % i, zipped("N" * len(name), fine).replace(
            b"N" * len(name), name)), peak=peak)
        tap.ok(counted(said) == [2], "zip with name %d: its report is read" % i, done.told())
    odd = report(records(1), "../../1\0\1", "a\0../b\x1b[31m")
    said, done = b.dry("names in it", b.file("odd.xml", odd))
    tap.ok(counted(said) == [1], "names in it: read", done.told())
    done = b.ingest("names in it, as text", b.box.path("odd.xml"), "--dry-run")
    tap.ok("\x1b" not in done.out + done.err and "\0" not in done.out, "names in it: nothing reaches the terminal",
           done.told())
    tap.ok(not os.path.exists(mark), "nothing was written where a name pointed")


def archives(tap, world):
    b = Bombs(tap, world, "archives")
    peak = (PEAK_ZIP, PEAK_ZIP_SANITIZED)
    fine = report(records(2))
    said, done = b.dry("zips, 3 deep", b.file("3.zip", nested(3, fine)), peak=peak)
    tap.ok(counted(said) == [2], "zips, 3 deep: its report is read", done.told())
    said, done = b.dry("zips, 10 deep", b.file("10.zip", nested(10, fine)), peak=peak)
    tap.ok(not said and done.code == 3 and "nested deeper" in done.err, "zips, 10 deep: refused, with the reason",
           done.told())
    bomb = zipped("a.xml", report(records(2) + "<!--" + " " * (250 * MIB) + "-->" + records(1)))
    for name, data in (("a zip of 250 MB", bomb), ("a zip of it in a zip", zipped("b.zip", bomb))):
        said, done = b.dry(name, b.file("bomb.zip", data), peak=peak)
        tap.ok(done.code == 3 and "archive bomb" in done.err, "%s: there is a reason" % name, done.told())


if __name__ == "__main__":
    sys.exit(util.main([packed_bombs, many_records, killed, xml, numbers, names, archives]))
