# SPDX-License-Identifier: Apache-2.0
"""A made-up year of aggregate reports, in which what happens is known.

40 receivers report each day on mail of shop.example. It has thirteen senders: two own addresses, six more of its own that
the log does not know, four services (three of which sign as shop.example, one of these with no signature of its own under its
own envelope), and a forwarder. What goes wrong, each on its day:

    KEY        the key of selector s2 is rotated badly: signatures with it fail at all receivers from then on
    SPOOF      somebody without any authentication sends as shop.example, from 60 addresses
    STOPS      receiver-7 sends no report any more
    SLOW       receiver-3 gets no answer for the key of s1 in time: temperror there, pass everywhere else
    SERVICE    letters.example sends without signing as shop.example from the beginning

Everything is computed from the day and the numbers of receiver and source: no chance, no clock.
"""
import gzip
import os

DAY = 86400
BEGIN = 1735689600      # 2025-01-01T00:00:00Z
DAYS = 365
RECEIVERS = 40
KEY, SPOOF, STOPS, SLOW = 300, 340, 330, 345
OWN = ("203.0.113.24", "203.0.113.25")


def auth(dkim, spf):
    out = "".join("<dkim><domain>%s</domain><selector>%s</selector><result>%s</result></dkim>" % d for d in dkim)
    return out + "".join("<spf><domain>%s</domain><scope>mfrom</scope><result>%s</result></spf>" % s for s in spf)


def record(ip, count, disposition, dkim, spf, results, reason=""):
    return ("<record><row><source_ip>%s</source_ip><count>%d</count><policy_evaluated><disposition>%s</disposition>"
            "<dkim>%s</dkim><spf>%s</spf>%s</policy_evaluated></row><identifiers><header_from>shop.example</header_from>"
            "</identifiers><auth_results>%s</auth_results></record>" % (ip, count, disposition, dkim, spf, reason, results))


def records(day, receiver):
    """What receiver sees on that day."""
    weight = 1 + 40 // (1 + receiver)       # a few are large
    s1 = "temperror" if receiver == 3 and day >= SLOW else "pass"
    s2 = "fail" if day >= KEY else "pass"
    mine = ("shop.example", "pass")
    for i, ip in enumerate(OWN):
        yield record(ip, 6 * weight, "none", "pass" if s1 == "pass" else "fail", "pass",
                     auth([("shop.example", "s1", s1)], [mine]))
    for i in range(6):
        yield record("198.51.100.%d" % (10 + i), 2 * weight, "none", "pass" if s2 == "pass" else "fail", "pass",
                     auth([("shop.example", "s2", s2)], [mine]))
    for name, ip in (("mailer.example", "192.0.2.10"), ("desk.example", "192.0.2.20")):
        yield record(ip, 3 * weight, "none", "pass", "fail",
                     auth([("shop.example", "svc", "pass"), (name, "k", "pass")], [("bounce." + name, "pass")]))
    yield record("192.0.2.50", 2 * weight, "none", "pass", "fail",
                 auth([("shop.example", "bulk", "pass")], [("bulk.example", "pass")]))
    yield record("192.0.2.30", weight, "none", "fail", "fail",
                 auth([("letters.example", "k", "pass")], [("letters.example", "pass")]))
    if (day + receiver) % 3 == 0:
        yield record("192.0.2.40", 1, "none", "pass", "fail", auth([("shop.example", "s1", "pass")], [("list.example", "pass")]),
                     "<reason><type>mailing_list</type><comment>arc=pass</comment></reason>")
    if day >= SPOOF:
        for i in range(3):
            yield record("100.64.%d.%d" % (receiver, (day * 3 + i) % 60 + 1), 4 * weight, "none", "fail", "fail",
                         auth([], [("shop.example", "fail")]))


def report(day, receiver):
    begin = BEGIN + day * DAY
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><feedback><version>1.0</version><report_metadata><org_name>"
            "receiver-%d.example</org_name><email>dmarc@receiver-%d.example</email><report_id>%d.%d</report_id>"
            "<date_range><begin>%d</begin><end>%d</end></date_range></report_metadata><policy_published>"
            "<domain>shop.example</domain><adkim>r</adkim><aspf>r</aspf><p>none</p><pct>100</pct></policy_published>"
            "%s</feedback>" % (receiver, receiver, day, receiver, begin, begin + DAY - 1, "".join(records(day, receiver))))


def write(folder, days=range(DAYS), receivers=range(RECEIVERS)):
    """Each report a file as receivers name it (RFC 7489 7.2.1.1). Returns how many."""
    os.makedirs(folder, exist_ok=True)
    n = 0
    for day in days:
        for receiver in receivers:
            if receiver == 7 and day >= STOPS:
                continue
            begin = BEGIN + day * DAY
            name = "receiver-%d.example!shop.example!%d!%d.xml.gz" % (receiver, begin, begin + DAY - 1)
            with open(os.path.join(folder, name), "wb") as file:
                file.write(gzip.compress(report(day, receiver).encode(), 1, mtime=0))
            n += 1
    return n
