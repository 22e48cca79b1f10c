# SPDX-License-Identifier: Apache-2.0
"""Twelve weeks of aggregate reports of other shapes than those of report_year.py, in which what happens is known.

Nine receivers, one of which reports twice a day, one once a week, one only on Mondays, and one that names no selectors.
Mail of shop.example: an own address of IPv6 and one of IPv4, a newsletter on Mondays, two services at one shared address,
somebody who forwards, a mailing list that breaks signatures. What happens, each on its day:

    CRM     crm.example begins to send, signed as shop.example
    GATE    a gateway before gate.example changes bodies: our signature fails there, and nowhere else
    KEY     the key of the newsletter is rotated badly; the first mail that fails is that of the Monday after it
    BURST   for three days somebody forges the domain from 40 addresses, with far more mail than our own: SPF softfail
    STOPS   gone.example sends no report any more

Everything is computed from the day and the names: no chance, no clock.
"""
import gzip
import os

from report_year import DAY, auth, record

BEGIN = 1709535600      # 2024-03-04T07:00:00Z, a Monday
DAYS = 84
CRM, GATE, KEY, BURST, STOPS = 37, 44, 50, 59, 66
OWN = ("2001:db8:10::25", "203.0.113.60")
RECEIVERS = ("big.example", "second.example", "gate.example", "gone.example", "plain.example", "noselector.example",
             "twice.example", "weekly.example", "monday.example")


def mine(domain, selector, result, receiver):
    return (domain, "" if receiver == "noselector.example" else selector, result)


def records(day, receiver, part=1):
    """What receiver sees on that day, or in one of two halves of it."""
    weight = {"big.example": 40, "second.example": 12}.get(receiver, 4)
    gate = "fail" if receiver == "gate.example" and day >= GATE else "pass"
    key = "fail" if day >= KEY else "pass"
    for i, ip in enumerate(OWN):
        yield record(ip, (3 - i) * weight, "none", gate, "pass",
                     auth([mine("shop.example", "mail", gate, receiver)], [("shop.example", "pass")]))
    if day % 7 == 0 and part == 1:
        yield record("192.0.2.99", 20 * weight, "none", key, "fail",
                     auth([mine("shop.example", "k1", key, receiver), ("bulk.example", "b", "pass")],
                          [("bulk.example", "pass")]))
    if day >= CRM:
        yield record("192.0.2.99", weight, "none", "pass", "fail",
                     auth([mine("shop.example", "crm1", "pass", receiver)], [("crm.example", "pass")]))
    if day % 2 == 0:        # forwarded with the envelope of the sender; every tenth day it is broken too
        broken = day % 10 == 0
        yield record("2001:db8:77::1", 1, "none", "fail" if broken else "pass", "fail",
                     auth([mine("shop.example", "mail", "fail" if broken else "pass", receiver)], [("shop.example", "fail")]))
    if day % 3 == 0:
        yield record("198.51.100.200", 2, "none", "fail", "fail",
                     auth([mine("shop.example", "mail", "fail", receiver)], [("lists.example", "pass")]))
    if BURST <= day < BURST + 3:
        for i in range(40):
            yield record("2001:db8:bad:%x::1" % i, 30 * weight, "none", "fail", "fail", auth([], [("shop.example", "softfail")]))


def report(receiver, begin, length, number, rows, policy):
    return ("<?xml version=\"1.0\"?><feedback xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"><report_metadata><org_name>%s"
            "</org_name><email>d@%s</email><report_id>%d</report_id><date_range><begin>%d</begin><end>%d</end></date_range>"
            "</report_metadata><policy_published><domain>shop.example</domain><p>%s</p></policy_published>%s</feedback>"
            % (receiver, receiver, number, begin, begin + length - 1, policy, "".join(rows)))


def reports(days, policy):
    """(receiver, begin, text) of every report."""
    for receiver in RECEIVERS:
        for day in days:
            begin = BEGIN + day * DAY
            if (receiver == "gone.example" and day >= STOPS) or (receiver == "monday.example" and day % 7 != 0):
                continue
            if receiver == "weekly.example":
                if day % 7 == 0:
                    rows = [x for d in range(day, day + 7) for x in records(d, receiver)]
                    yield receiver, begin, report(receiver, begin, 7 * DAY, day, rows, policy(day))
            elif receiver == "twice.example":
                for half in range(2):
                    yield receiver, begin + half * DAY // 2, report(
                        receiver, begin + half * DAY // 2, DAY // 2, day * 2 + half,
                        records(day, receiver, half), policy(day))
            else:
                yield receiver, begin, report(receiver, begin, DAY, day, records(day, receiver), policy(day))


def write(folder, days=range(DAYS), policy=lambda day: "none"):
    os.makedirs(folder, exist_ok=True)
    for receiver, begin, text in reports(days, policy):
        with open(os.path.join(folder, "%s!shop.example!%d.xml.gz" % (receiver, begin)), "wb") as file:
            file.write(gzip.compress(text.encode(), 1, mtime=0))
