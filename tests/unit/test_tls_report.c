/*
 * unit/test_tls_report.c -- TLS reports: what the field sends, in every container, and what is hostile.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/tls_read.h"
#include "packed_doc.h"

#define TIMES \
	"\"date-range\":{\"start-datetime\":\"2026-11-02T00:00:00Z\",\"end-datetime\":\"2026-11-02T23:59:59Z\"}"
#define HEAD                                          \
	"{\"organization-name\":\"r.example\"," TIMES \
	",\"contact-info\":\"tls@r.example\",\"report-id\":\"7\","
#define NAMED "\"policy\":{\"policy-type\":\"sts\",\"policy-domain\":\"shop.example\"}"
#define SUMMED \
	"\"summary\":{\"total-successful-session-count\":12,\"total-failure-session-count\":3}"
#define POLICY "{" NAMED "," SUMMED "}"
#define FAILED(details) \
	HEAD "\"policies\":[{" NAMED "," SUMMED ",\"failure-details\":" details "}]}"
#define T \
	"T org=r.example id=7 contact=tls@r.example begin=2026-11-02T00:00:00Z end=2026-11-02T23:59:59Z\n"
#define P "P type=sts domain=shop.example good=12 failed=3\n"

static const struct {
	const char *name, *doc, *want;
} cases[] = {
#include "tls_cases.h"
};

static void
test_cases(void)
{
	struct rep_buf out;

	rep_buf_init(&out, 1 << 20);
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		show_document(rep_str_c(cases[i].doc), &out);
		is_str(rep_buf_str(&out), cases[i].want, "%s", cases[i].name);
	}
	rep_buf_fini(&out);
}

/* A NUL in a text, bytes that are no UTF-8. */
static void
test_bytes(void)
{
	static const char nul[] = "{\"organization-name\":\"a\\u0000b\"," TIMES
				  ",\"report-id\":\"7\",\"policies\":[]}\0\0";
	struct rep_buf out;

	rep_buf_init(&out, 1 << 20);
	show_document((struct rep_str){ nul, sizeof nul - 1 }, &out);
	ok(rep_str_find(rep_buf_str(&out), (struct rep_str){ "org=a\0b", 7 }, 0) == 2,
	    "a NUL in a text, and some behind the report");
	rep_buf_fini(&out);
}

/* A document made of a text again and again. */
static void
repeated(struct rep_buf *doc, const char *before, const char *again, size_t n, const char *after)
{
	rep_buf_clear(doc);
	rep_buf_add(doc, rep_str_c(before));
	for (size_t i = 0; i < n; i++)
		rep_buf_add(doc, rep_str_c(again));
	rep_buf_add(doc, rep_str_c(after));
}

static const struct {
	const char *name, *before, *again;
	size_t n;
	const char *after, *want; /* in what is shown */
} large[] = {
	{ "lists 100,000 deep: what comes before is used",
	    HEAD "\"policies\":[" POLICY "],\"x\":", "[", 100000, "", T P "N syntax at=" },
	{ "objects 100,000 deep, and nothing before: refused with the place",
	    "{\"organization-name\":", "{\"a\":", 100000, "",
	    "! line 1, byte 10257: not JSON: maximum parsing depth reached" },
	{ "a text of a megabyte: cut, and said",
	    "{\"report-id\":\"7\",\"policies\":[],\"organization-name\":\"", "0123456789", 100000,
	    "\"}", "N long of=organization-name" },
	{ "20,000 policies: 10,000, and said", HEAD "\"policies\":[" POLICY, "," POLICY, 19999,
	    "]}", "N long of=policies\n" },
	{ "110,000 failures: 100,000, and said",
	    HEAD "\"policies\":[{" NAMED "," SUMMED ",\"failure-details\":[{}", ",{}", 109999,
	    "]}]}", "N long of=policies[0].failure-details\n" },
	{ "5,000 hosts: 1,000, and said", HEAD "\"policies\":[{\"policy\":{\"mx-host\":[\"a\"",
	    ",\"a\"", 4999, "]}}]}", "N long of=policies[0].policy.mx-host\n" },
	{ "a member 100,000 times: the last counts, and that is said", HEAD "\"policies\":[]",
	    ",\"report-id\":\"8\"", 100000, "}", "T org=r.example id=8" },
	{ "members nobody knows: left out", HEAD "\"policies\":[" POLICY "]",
	    ",\"x\":[{},[],1,\"y\"]", 100000, "}", T P },
	{ "a digit a million times: no number, and the report is read",
	    HEAD "\"policies\":[" POLICY "],\"x\":", "9", 1000000, "}", T P "N number is=9999" },
	{ "17 MB: refused", HEAD "\"policies\":[", "          ", (17 << 20) / 10, "]}",
	    "! a TLS report of more than 16 MB" },
	{ "texts that are no report: after 16 the rest is left out",
	    HEAD "\"policies\":[" POLICY "]}\n", "{\"x\":1}\n", 1000, "",
	    "(16 such texts in all); what comes after it was not read" },
	{ "broken texts: as well", HEAD "\"policies\":[" POLICY "]}\n", "{\"x\":\n", 100000, "",
	    "not JSON" },
};

static void
test_large(void)
{
	struct rep_buf doc, out;

	rep_buf_init(&doc, 32 << 20);
	rep_buf_init(&out, 64 << 20);
	for (size_t i = 0; i < REP_COUNT(large); i++) {
		repeated(&doc, large[i].before, large[i].again, large[i].n, large[i].after);
		show_document(rep_buf_str(&doc), &out);
		if (!ok(rep_str_find(rep_buf_str(&out), rep_str_c(large[i].want), 0) != SIZE_MAX,
			"%s", large[i].name))
			printf("#  %.300s\n", out.p);
	}
	rep_buf_fini(&doc);
	rep_buf_fini(&out);
}

static void
test_kinds(void)
{
	static const struct {
		const char *name, *doc;
		enum rep_doc_kind kind;
	} kinds[] = {
		{ "a report", HEAD, REP_DOC_TLS },
		{ "a list behind a byte order mark", "\xef\xbb\xbf \n[" HEAD, REP_DOC_TLS },
		{ "one that begins with its policies",
		    "{\"policies\":[{\"policy\":{\"policy-type\":\"sts\"", REP_DOC_TLS },
		{ "in another case", "{\"Organization-Name\":1}", REP_DOC_TLS },
		{ "an event that quotes one",
		    "{\"eventType\":\"Bounce\",\"x\":\"\\\"policy-type\\\"\"}", REP_DOC_EVENTS },
		{ "a name that anybody may have", "{\"contact-info\":\"x\"}", REP_DOC_EVENTS },
		{ "the journal", "{\"__REALTIME_TIMESTAMP\":\"1\",\"MESSAGE\":\"x\"}",
		    REP_DOC_LOG },
	};

	for (size_t i = 0; i < REP_COUNT(kinds); i++)
		is_int(rep_document_kind(rep_str_c(kinds[i].doc)), kinds[i].kind, "%s: %s",
		    kinds[i].name, rep_document_word(kinds[i].kind));
}

int
main(void)
{
	test_cases();
	test_bytes();
	test_large();
	test_kinds();
	return done();
}
