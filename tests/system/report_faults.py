# SPDX-License-Identifier: Apache-2.0
"""Aggregate reports of many receivers in which one thing fails at some of them, or nothing does.

Unlike report_year.py and report_other.py these have chance in them: mail of a day is a Poisson count of a receiver's own size
(sizes are a power law), and a signature fails at each receiver for a small part of the mail, another part at each, more on
some days than on others. So what is found can be found by luck, and what is told of a quiet year is told for nothing.

A world is made from its seed and its options, always the same. Mail of shop.example: an own address signs with s1, a service
with s2 (aligned by its signature only, on working days), another own address signs with s1 and a key of its own (s3). The fault
is of s1 (or of SPF) from one day on until another one, for `rate` of the mail, at the receivers `at`; "all" stands for each.
Some receivers name no selectors, some report once a week, some only now and then.
"""
import os
import random

from report_year import DAY, auth, record

BEGIN = 1704067200      # 2024-01-01T00:00:00Z, a Monday
OWN = ("203.0.113.24", "203.0.113.25")
SERVICE = "192.0.2.10"


class World:
    def __init__(self, seed, receivers=20, volume=4000, noise=0.004, nameless=(), weekly=(), rare=(), fault=None, lost=10 ** 6):
        """volume: messages a day to all receivers. noise: the part that fails for nothing, of half of the receivers. lost: the
        day from which SPF fails for the second own address, of which the signature passes."""
        self.chance = random.Random(seed)
        self.n, self.fault, self.lost = receivers, fault, lost
        self.nameless, self.weekly, self.rare = set(nameless), set(weekly), set(rare)
        weights = [1 / (1 + i) for i in range(receivers)]
        self.size = [volume * w / sum(weights) for w in weights]
        self.noise = [min(0.03, noise * self.chance.lognormvariate(0, 0.8)) for _ in range(receivers)]
        self.held = [[] for _ in range(receivers)]

    def poisson(self, mean):
        if mean > 60:
            return max(0, round(self.chance.gauss(mean, mean ** 0.5)))
        n, p, least = 0, self.chance.random(), 2.718281828459045 ** -mean
        while p > least:
            n, p = n + 1, p * self.chance.random()
        return n

    def some(self, n, part):
        """How many of n, where each has this chance."""
        if n > 300 and 0.02 < part < 0.98:
            return min(n, max(0, round(self.chance.gauss(n * part, (n * part * (1 - part)) ** 0.5))))
        return sum(self.chance.random() < part for _ in range(n)) if n < 3000 else min(n, self.poisson(n * part))

    def fails(self, day, receiver, what):
        """The part of the mail of that day for which s1, s2, s3 or spf does not pass."""
        base = self.noise[receiver] * self.chance.gammavariate(0.5, 2)      # of some days nothing, of others several times as much
        f = self.fault
        if f and f["what"] == what and f["begin"] <= day < f.get("end", 10 ** 6) and (f["at"] == "all" or receiver in f["at"]):
            return min(1, base + f["rate"])
        return min(0.2, base)

    def said(self, receiver, selector):
        return "" if receiver in self.nameless else selector

    def rows(self, day, receiver):
        mean = self.size[receiver] * (1 if day % 7 < 5 else 0.4)
        word = self.fault["result"] if self.fault else "fail"
        for i, (ip, part, keys) in enumerate(((OWN[0], 0.6, ("s1",)), (OWN[1], 0.15, ("s1", "s3")), (SERVICE, 0.25, ("s2",)))):
            if ip == SERVICE and day % 7 > 4:
                continue
            n = self.poisson(mean * part)
            bad = self.some(n, self.fails(day, receiver, keys[0]))
            no_spf = self.some(n - bad, self.fails(day, receiver, "spf")) if ip != SERVICE else 0
            spf = [("bounce.mailer.example", "pass")] if ip == SERVICE else [
                ("shop.example", "fail" if ip == OWN[1] and day >= self.lost else "pass")]
            for count, result, spf_is in ((n - bad - no_spf, "pass", spf), (bad, word if i != 2 else "fail", spf),
                                          (no_spf, "pass", [("shop.example", "temperror")])):
                if count > 0:
                    # Where nothing is wrong with s1 but noise, the message was changed, and all its signatures break.
                    third = [("shop.example", self.said(receiver, k), "pass") for k in keys[1:] if result == "pass" or self.fault]
                    dkim = [("shop.example", self.said(receiver, keys[0]), result)] + third
                    yield record(ip, count, "none", "pass" if result == "pass" or third else "fail",
                                 "pass" if ip != SERVICE and spf_is[0][1] == "pass" else "fail", auth(dkim, spf_is))
        if self.chance.random() < 0.5 and mean > 5:
            yield record("198.51.100.200", 1 + self.poisson(mean / 200), "none", "fail", "fail",
                         auth([("shop.example", self.said(receiver, "s1"), "fail")], [("lists.example", "pass")]),
                         "<reason><type>forwarded</type></reason>")

    def day(self, day):
        """The reports that end on this day; days are asked for one after the other."""
        out = []
        for receiver in range(self.n):
            self.held[receiver] += self.rows(day, receiver)
            sends = day % 7 == receiver % 7 if receiver in self.weekly else (
                self.chance.random() < 0.4 if receiver in self.rare else True)
            if receiver in self.weekly and not sends:
                continue
            if not sends or not self.held[receiver]:
                self.held[receiver] = []        # who reports now and then leaves days out
                continue
            length = 7 if receiver in self.weekly else 1
            begin = BEGIN + (day + 1 - length) * DAY
            out.append("<?xml version=\"1.0\"?><feedback><report_metadata><org_name>r%02d.example</org_name><email>d@r%02d.example"
                       "</email><report_id>%d.%d</report_id><date_range><begin>%d</begin><end>%d</end></date_range>"
                       "</report_metadata><policy_published><domain>shop.example</domain><adkim>r</adkim><aspf>r</aspf><p>none</p>"
                       "</policy_published>%s</feedback>" % (receiver, receiver, day, receiver, begin, begin + length * DAY - 1,
                                                             "".join(self.held[receiver])))
            self.held[receiver] = []
        return out


def write(folder, world, days):
    """One file for each day, with its reports one after the other."""
    os.makedirs(folder, exist_ok=True)
    for day in days:
        with open(os.path.join(folder, "%04d.xml" % day), "w", encoding="utf-8") as file:
            file.write("\n".join(world.day(day)))
