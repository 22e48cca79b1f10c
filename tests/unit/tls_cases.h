/* unit/tls_cases.h -- rows of test_tls_report.c: name, document, what is read. SPDX-License-Identifier: Apache-2.0 */
{ "a report as the standard has it",
	HEAD
	"\"policies\":[{\"policy\":{\"policy-type\":\"sts\",\"policy-string\":[\"version: STSv1\",\"mode: enforce\"],"
	"\"policy-domain\":\"shop.example\",\"mx-host\":[\"mx1.shop.example\",\"mx2.shop.example\"]}," SUMMED
	",\"failure-details\":[{\"result-type\":\"certificate-expired\",\"sending-mta-ip\":\"2001:db8:0012::1\","
	"\"receiving-mx-hostname\":\"mx1.shop.example\",\"receiving-mx-helo\":\"mx1\",\"receiving-ip\":\"192.0.2.7\","
	"\"failed-session-count\":3,\"additional-information\":\"https://r.example/7\","
	"\"failure-reason-code\":\"X509_V_ERR\"}]}]}",
	T
	"P type=sts domain=shop.example mx=mx1.shop.example mx=mx2.shop.example line=version: STSv1 line=mode: enforce"
	" good=12 failed=3\n"
	"F result=certificate-expired from=2001:db8:12::1 mx=mx1.shop.example helo=mx1 to=192.0.2.7 count=3"
	" reason=X509_V_ERR info=https://r.example/7\n" },
    { "contact-info null, as some send it",
	    "{\"organization-name\":\"r.example\"," TIMES
	    ",\"contact-info\":null,\"report-id\":\"7\",\"policies\":[" POLICY "]}",
	    "T org=r.example id=7 begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n" P
	    "N missing of=contact-info\n" },
    { "no sending-mta-ip, as Microsoft sent it",
	    FAILED("[{\"result-type\":\"starttls-not-supported\",\"failed-session-count\":3}]"),
	    T P "F result=starttls-not-supported count=3\n"
		"N missing of=policies[0].failure-details[0].sending-mta-ip\n" },
    { "a policy that could not be fetched has no address",
	    FAILED("[{\"result-type\":\"sts-policy-fetch-error\",\"failed-session-count\":3}]"),
	    T P "F result=sts-policy-fetch-error count=3\n" },
    { "no policy-domain, as a library for Postfix sent it",
	    HEAD "\"policies\":[{\"policy\":{\"policy-type\":\"no-policy-found\"}," SUMMED "}]}",
	    T
	    "P type=no-policy-found good=12 failed=3\nN missing of=policies[0].policy.policy-domain\n" },
    { "mx-host and policy-string as one text",
	    HEAD
	    "\"policies\":[{\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"shop.example\","
	    "\"policy-string\":\"version: STSv1\",\"mx-host\":\"*.shop.example\"}," SUMMED "}]}",
	    T
	    "P type=sts domain=shop.example mx=*.shop.example line=version: STSv1 good=12 failed=3\n"
	    "N type of=policies[0].policy.policy-string\n" },
    { "counts as text and with a fraction",
	    HEAD
	    "\"policies\":[{" NAMED
	    ",\"summary\":{\"total-successful-session-count\":\"12\",\"total-failure-session-count\":3.0}},{" NAMED
	    ",\"summary\":{\"total-successful-session-count\":\"12.0\",\"total-failure-session-count\":\"3\"}}]}",
	    T P P "N type of=policies[0].summary.total-successful-session-count is=12 times=2\n"
		  "N type of=policies[0].summary.total-failure-session-count is=3 times=2\n" },
    { "counts that nobody can believe",
	    HEAD
	    "\"policies\":[{" NAMED
	    ",\"summary\":{\"total-successful-session-count\":-1,\"total-failure-session-count\":1.5}},{" NAMED
	    ",\"summary\":{\"total-successful-session-count\":9007199254740993,"
	    "\"total-failure-session-count\":\"many\"}},{" NAMED
	    ",\"summary\":{\"total-successful-session-count\":true,\"total-failure-session-count\":null}}]}",
	    T
	    "P type=sts domain=shop.example\nP type=sts domain=shop.example\nP type=sts domain=shop.example\n"
	    "N number of=policies[0].summary.total-successful-session-count is=-1 times=2\n"
	    "N number of=policies[0].summary.total-failure-session-count is=1.5 times=2\n"
	    "N type of=policies[2].summary.total-successful-session-count\n"
	    "N missing of=policies[2].summary.total-failure-session-count\n" },
    { "counts of 2^64 and more: the parser takes none, and the report is read",
	    HEAD "\"policies\":[{" NAMED
		 ",\"summary\":{\"total-successful-session-count\":18446744073709551616,"
		 "\"total-failure-session-count\":1e999}}]}",
	    T "P type=sts domain=shop.example\nN number is=18446744073709551616 at=292 times=2\n"
	      "N missing of=policies[0].summary.total-successful-session-count\n"
	      "N missing of=policies[0].summary.total-failure-session-count\n" },
    { "a result that nobody knows, and one in another case",
	    FAILED(
		"[{\"result-type\":\"tls-broken\",\"sending-mta-ip\":\"192.0.2.1\",\"failed-session-count\":1},"
		"{\"result-type\":\"Certificate_Expired\",\"sending-mta-ip\":\"192.0.2.1\",\"failed-session-count\":1}]"),
	    T P "F result=tls-broken raw=tls-broken from=192.0.2.1 count=1\n"
		"F result=certificate-expired raw=Certificate_Expired from=192.0.2.1 count=1\n"
		"N word of=policies[0].failure-details[0].result-type is=tls-broken\n"
		"N word of=policies[0].failure-details[1].result-type is=Certificate_Expired\n" },
    { "an address that is none",
	    FAILED(
		"[{\"result-type\":\"validation-failure\",\"sending-mta-ip\":\"unknown\",\"receiving-ip\":\"192.0.2.256\","
		"\"failed-session-count\":1}]"),
	    T P "F result=validation-failure count=1\n"
		"N address of=policies[0].failure-details[0].sending-mta-ip is=unknown\n"
		"N address of=policies[0].failure-details[0].receiving-ip is=192.0.2.256\n" },
    { "one failure without a list, and one that is text",
	    HEAD
	    "\"policies\":[{" NAMED "," SUMMED
	    ",\"failure-details\":{\"result-type\":\"dane-required\",\"sending-mta-ip\":\"192.0.2.1\","
	    "\"failed-session-count\":1}},{" NAMED "," SUMMED
	    ",\"failure-details\":[\"x\"]},{" NAMED "," SUMMED ",\"failure-details\":null}]}",
	    T P "F result=dane-required from=192.0.2.1 count=1\n" P P
		"N type of=policies[0].failure-details\n"
		"N type of=policies[1].failure-details[0]\n" },
    { "times with an offset",
	    "{\"organization-name\":\"r\",\"date-range\":{\"start-datetime\":\"2026-11-02T02:00:00+02:00\","
	    "\"end-datetime\":\"2026-11-02T18:59:59.999-05:00\"},\"contact-info\":\"c\",\"report-id\":\"7\",\"policies\":[]}",
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n" },
    { "times without a zone are UTC; a blank for the T",
	    "{\"organization-name\":\"r\",\"date-range\":{\"start-datetime\":\"2026-11-02T00:00:00\","
	    "\"end-datetime\":\"2026-11-02 23:59:59\"},\"contact-info\":\"c\",\"report-id\":\"7\",\"policies\":[]}",
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n"
	    "N time of=date-range.start-datetime is=2026-11-02T00:00:00\n"
	    "N time of=date-range.end-datetime is=2026-11-02 23:59:59\n" },
    { "times in seconds, as number and as text; milliseconds; a date",
	    "[{\"organization-name\":\"r\",\"date-range\":{\"start-datetime\":1793577600,\"end-datetime\":\"1793663999\"},"
	    "\"contact-info\":\"c\",\"report-id\":\"7\",\"policies\":[]},{\"organization-name\":\"r\",\"date-range\":"
	    "{\"start-datetime\":1793577600000,\"end-datetime\":\"2026-11-02\"},\"contact-info\":\"c\",\"report-id\":\"7\","
	    "\"policies\":[]}]",
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n"
	    "N time of=date-range.start-datetime is=1793577600\nN time of=date-range.end-datetime is=1793663999\n"
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T00:00:00Z\n"
	    "N time of=date-range.start-datetime is=1793577600000\nN time of=date-range.end-datetime is=2026-11-02\n" },
    { "times that nobody can believe",
	    "{\"organization-name\":\"r\",\"date-range\":{\"start-datetime\":\"yesterday\","
	    "\"end-datetime\":\"9999-12-31T23:59:59Z\"},\"contact-info\":\"c\",\"report-id\":\"7\",\"policies\":[]}",
	    "T org=r id=7 contact=c\nN time of=date-range.start-datetime is=yesterday\n"
	    "N time of=date-range.end-datetime is=9999-12-31T23:59:59Z\n" },
    { "an end before its begin",
	    "{\"organization-name\":\"r\",\"date-range\":{\"start-datetime\":\"2026-11-02T00:00:00Z\","
	    "\"end-datetime\":\"2026-11-01T00:00:00Z\"},\"contact-info\":\"c\",\"report-id\":\"7\",\"policies\":[]}",
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-01T00:00:00Z\n"
	    "N time of=date-range.end-datetime\n" },
    { "no report-id, no times, no policies", "{\"organization-name\":\"r\",\"contact-info\":\"c\"}",
	    "T org=r contact=c\nN missing of=report-id\nN missing of=date-range\nN missing of=policies\n" },
    { "policies without anything in them", HEAD "\"policies\":[{},7,null]}",
	    T
	    "P\nN missing of=policies[0].policy\nN missing of=policies[0].summary\nN type of=policies[1] times=2\n" },
    { "numbers for texts, a list for a text",
	    "{\"organization-name\":7,\"contact-info\":[\"c\",\"d\"],\"report-id\":1.5," TIMES
	    ",\"policies\":\"none\"}",
	    "T org=7 id=1.5 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n"
	    "N type of=organization-name\nN type of=report-id\nN type of=contact-info\nN type of=policies\n" },
    { "names in another case and with '_'",
	    "{\"Organization-Name\":\"r\",\"contact_info\":\"c\",\"report-id\":\"7\"," TIMES
	    ",\"Policies\":[" POLICY "]}",
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n" P
	    "N name of=organization-name is=Organization-Name\nN name of=contact-info is=contact_info\n"
	    "N name of=policies is=Policies\n" },
    { "a member twice",
	    "{\"organization-name\":\"q\",\"organization-name\":\"r\",\"contact-info\":\"c\",\"report-id\":\"7\"," TIMES
	    ",\"policies\":[]}",
	    "T org=r id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n"
	    "N twice of=organization-name at=44\n" },
    { "a byte order mark, and bytes behind the report",
	    "\xef\xbb\xbf" HEAD "\"policies\":[]}\n-- \nSent by a gateway\n",
	    T "N encoding\nN behind is=-- \nSent by a gateway\n at=191\n" },
    { "several reports one after the other, in lines and in one",
	    HEAD "\"policies\":[]}\n" HEAD "\"policies\":[" POLICY "]}" HEAD "\"policies\":[]}",
	    T T P T },
    { "reports in a list, and what is none among them",
	    "[" HEAD "\"policies\":[" POLICY "]},{\"x\":1},7," HEAD "\"policies\":[]}]", T P T },
    { "a report that ends early: the policies that are complete",
	    HEAD "\"policies\":[" POLICY "," POLICY ",{" NAMED ",\"summary\":{\"total-succ",
	    T P P "N truncated at=558\n" },
    { "a report that ends early in its first policy: its head", HEAD "\"policies\":[{" NAMED,
	    T "N truncated at=247\n"
	      "N missing of=policies\n" },
    { "a report that ends early in a failure: the policy with its summary, and the failures that are complete",
	    HEAD
	    "\"policies\":[" POLICY ",{" NAMED "," SUMMED
	    ",\"failure-details\":[{\"result-type\":\"dane-required\","
	    "\"sending-mta-ip\":\"192.0.2.1\",\"failed-session-count\":1},{\"result-type\":\"sts-pol",
	    T P P "F result=dane-required from=192.0.2.1 count=1\nN truncated at=600\n" },
    { "a report that ends early in its first failure",
	    "[" HEAD "\"policies\":[{" NAMED "," SUMMED
	    ",\"failure-details\":[{\"result-type\":\"dane",
	    T P "N truncated at=368\n" },
    { "one that ends before anything is complete: refused with the place",
	    "{\"organization-name\":\"r.example\",\n\"date-range\":{\"start-da",
	    "! line 2, byte 57: not JSON: premature end of input near '\"start-da'\n" },
    { "what is broken in the middle: what comes before",
	    HEAD "\"policies\":[" POLICY ",{" NAMED "!" SUMMED "}]}", T P "N syntax at=391\n" },
    { "commas before nothing, a line feed in a text, no UTF-8",
	    "{\"organization-name\":\"r\n\xff.example\"," TIMES
	    ",\"contact-info\":\"c\",\"report-id\":\"7\",,\"policies\":[" POLICY ",],}",
	    "T org=r ?.example id=7 contact=c begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n" P
	    "N syntax at=23 times=4\nN encoding at=24\n" },
    { "a NUL in a name, half of a pair, an escape that there is not; and a whole pair",
	    "{\"organization-name\":\"a\\ud800b\\udc00c\\xd\\ud83d\\ude00\\\"\",\"contact\\u0000-info\":\"c\",\"report-id\":\"7\"," TIMES
	    ",\"policies\":[" POLICY "]}",
	    "T org=a\xef\xbf\xbd"
	    "b\xef\xbf\xbd"
	    "c?xd\xf0\x9f\x98\x80\" id=7 begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n" P
	    "N syntax at=23 times=4\nN missing of=contact-info\n" },
    { "JSON that is no report: refused", "{\"organization-name\":\"r.example\"}",
	    "! line 1, byte 0: not a TLS report\n" },
    { "a report, and an object that is none",
	    "{\"organization-name\":\"x\"}\n" HEAD "\"policies\":[]}\n",
	    T "# line 1, byte 0: not a TLS report (1 such text in all); the rest was used\n" },
    { "in a mail, of a type that says nothing",
	    "From: tls@r.example\nTo: tls@shop.example\nSubject: Report Domain: shop.example Submitter: r.example\n"
	    "MIME-Version: 1.0\nAuto-Submitted: auto-generated\n"
	    "Content-Type: multipart/report; report-type=\"tlsrpt\"; boundary=b\n\n--b\n\nThis is a TLS report.\n--b\n"
	    "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n"
	    "eyJvcmdhbml6YXRpb24tbmFtZSI6InIiLCJjb250YWN0LWluZm8iOiJjIiwicmVwb3J0LWlkIjoi\nNyIsImRhdGUtcmFuZ2UiOnt9LCJwb2xpY2llcyI6W119\n--b--\n",
	    "T org=r id=7 contact=c\nN missing of=date-range.start-datetime\nN missing of=date-range.end-datetime\n" },
    { "in a mail, encoded twice, without anything around it",
	    "From: tls@r.example\nSubject: Report Domain: shop.example\nMIME-Version: 1.0\nContent-Type: application/tlsrpt+json\n"
	    "Content-Transfer-Encoding: base64\n\n"
	    "ZXlKdmNtZGhibWw2WVhScGIyNHRibUZ0WlNJNkluSWlMQ0pqYjI1MFlXTjBMV2x1Wm04aU9pSmpJ\naXdpY21Wd2IzSjBMV2xrSWpvaU55SXNJ"
	    "bVJoZEdVdGNtRnVaMlVpT250OUxDSndiMnhwWTJsbGN5STZXMTE5\n",
	    "T org=r id=7 contact=c\nN missing of=date-range.start-datetime\nN missing of=date-range.end-datetime\n" },
    { "in a mail, and not to be read: the reason is the mail's",
	    "From: tls@r.example\nSubject: Report Domain: shop.example\nContent-Type: application/tlsrpt+json\n\n"
	    "{\"organization-name\":\"r.example\"\n",
	    "! line 2, byte 33: not JSON: '}' expected near end of file\n" },
