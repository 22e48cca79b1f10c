#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""
test_spf_suites.py [REPUTED] -- the openspf suites of the shared corpus (../shared beside the clone),
each test through `reputed spf check` against a DNS server on loopback: every result that the suite
allows, and its explanation. Skipped where the corpus or python3-yaml is not there. TAP.
"""

import glob
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import dns_stub     # noqa: E402
import util         # noqa: E402

SUITES = ("rfc7208-tests.yml", "rfc4408-tests.yml", "test.yml")
# RFC 7208 took type 99 and with it these back; the suite of RFC 4408 still has them (12.1, 3.1).
OLD = {
    "rfc4408-tests.yml": {
        "both": "two records of type 99", "multispf1": "type 99", "multispf2": "type 99",
        "multitxt2": "type 99", "spfonly": "type 99", "spftimeout": "type 99",
        "spfoverride": "type 99", "nospftxttimeout": "type 99"},
    # pyspf's own: "default=" was a modifier before RFC 4408, and "ambiguous" is no result.
    "test.yml": {"default-modifier": "default= of 2003", "default-modifier-harsh": "default="},
}


def suites():
    where = os.path.join(os.path.dirname(util.TREE), "shared", "corpus", "auth")
    return [f for name in SUITES for f in sorted(glob.glob(where + "/**/" + name, recursive=True))]


def zone_of(data):
    """Of a suite's zonedata: records of type SPF are served as TXT where there is no TXT."""
    zone = {}
    for name, values in (data or {}).items():
        out = []
        texts = any(isinstance(v, dict) and "TXT" in v for v in values)
        for v in values:
            if v == "TIMEOUT":
                out.append(dns_stub.TIMEOUT)
                continue
            for kind, value in v.items():
                if kind == "TXT" and value == "NONE":
                    continue
                if kind == "SPF":
                    if texts:
                        continue
                    kind = "TXT"
                if kind == "MX":
                    value = (value[0], value[1] or "")
                if kind in ("TXT",) and isinstance(value, list):
                    value = [latin(x) for x in value]
                elif kind == "TXT":
                    value = latin(value)
                out.append((kind, value))
        zone[str(name)] = out
    return zone


def latin(text):
    return str(text).encode("latin-1", "replace")


def run(tap, world, path, yaml):
    box = world.box(os.path.basename(path))
    skipped = OLD.get(os.path.basename(path), {})
    with open(path, encoding="utf-8") as file:
        for scenario in yaml.safe_load_all(file):
            if not scenario or "tests" not in scenario:
                continue
            with dns_stub.Stub(zone_of(scenario.get("zonedata"))) as dns:
                for name, test in scenario["tests"].items():
                    what = "%s: %s" % (os.path.basename(path), name)
                    if name in skipped:
                        tap.skip(what, "withdrawn by RFC 7208: " + skipped[name])
                        continue
                    wanted = test["result"]
                    wanted = wanted if isinstance(wanted, list) else [wanted]
                    done = box.run("spf", "check", "--server", dns.server, "--timeout-ms", "300",
                                   "--json", "--ip", str(test["host"]), "--from",
                                   str(test.get("mailfrom") or ""), "--helo",
                                   str(test.get("helo") or ""))
                    got = done.json() if done.out else {"result": None}
                    good = got["result"] in wanted
                    told = test.get("explanation")
                    if good and told and told != "DEFAULT" and got["result"] == "fail":
                        good = got["explanation"] == told
                    elif good and told == "DEFAULT":
                        good = got["explanation"] is None
                    tap.ok(good, what, ["wanted %s, %r" % (wanted, told), done.out[:700]])


def all_suites(tap, world):
    try:
        import yaml
    except ImportError:
        tap.skip("the openspf suites", "python3-yaml is not installed")
        return
    if not suites():
        tap.skip("the openspf suites", "no ../shared/corpus/auth beside the clone")
    for path in suites():
        run(tap, world, path, yaml)


if __name__ == "__main__":
    sys.exit(util.main([all_suites]))
