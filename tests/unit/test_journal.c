/*
 * unit/test_journal.c -- one entry of the journal as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/journal.h"
#include "tap.h"

#define TIME "\"__REALTIME_TIMESTAMP\":\"1793688131000000\""
#define WHO "\"_HOSTNAME\":\"mx1\",\"SYSLOG_IDENTIFIER\":\"postfix/smtp\""

static const struct {
	const char *name, *line;
	int64_t at_s; /* -1: an error */
	const char *host, *tag, *message;
} rows[] = {
	{ "plain", "{" TIME "," WHO ",\"MESSAGE\":\"4F1: removed\"}", 1793688131, "mx1",
	    "postfix/smtp", "4F1: removed" },
	{ "the source's own time comes first",
	    "{" TIME ",\"_SOURCE_REALTIME_TIMESTAMP\":\"1793688120999999\"," WHO
	    ",\"MESSAGE\":\"x\"}",
	    1793688120, "mx1", "postfix/smtp", "x" },
	{ "a source time that is none",
	    "{" TIME ",\"_SOURCE_REALTIME_TIMESTAMP\":\"x\"," WHO ",\"MESSAGE\":\"x\"}", 1793688131,
	    "mx1", "postfix/smtp", "x" },
	{ "no message", "{" TIME "," WHO "}", 1793688131, "mx1", "postfix/smtp", "" },
	{ "null for a message that was too large", "{" TIME "," WHO ",\"MESSAGE\":null}",
	    1793688131, "mx1", "postfix/smtp", "" },
	{ "nobody named", "{" TIME ",\"MESSAGE\":\"x\"}", 1793688131, "", "", "x" },
	{ "a pid in the tag",
	    "{" TIME ",\"SYSLOG_IDENTIFIER\":\"postfix/smtp[77]\",\"MESSAGE\":\"x\"}", 1793688131,
	    "", "postfix/smtp", "x" },
	{ "bytes", "{" TIME "," WHO ",\"MESSAGE\":[114,233,112]}", 1793688131, "mx1",
	    "postfix/smtp", "r\xe9p" },
	{ "bytes beyond a byte", "{" TIME ",\"MESSAGE\":[321,-1]}", 1793688131, "", "", "A\xff" },
	{ "bytes that are none", "{" TIME ",\"MESSAGE\":[65,\"x\"]}", 1793688131, "", "", NULL },
	{ "a field given twice", "{" TIME ",\"MESSAGE\":[\"first\",\"second\"]}", 1793688131, "",
	    "", "first" },
	{ "an empty list", "{" TIME ",\"MESSAGE\":[]}", 1793688131, "", "", "" },
	{ "UTF-8", "{" TIME ",\"MESSAGE\":\"r\xc3\xa9p \\u00e9\"}", 1793688131, "", "",
	    "r\xc3\xa9p \xc3\xa9" },
	{ "blanks around", "  { " TIME " , \"MESSAGE\" : \"x\" }  ", 1793688131, "", "", "x" },
	{ "a NUL within", "{" TIME ",\"MESSAGE\":\"a\\u0000b\"}", 1793688131, "", "", NULL },
	{ "the epoch", "{\"__REALTIME_TIMESTAMP\":\"0\"}", 0, "", "", "" },
	{ "a time as a number", "{\"__REALTIME_TIMESTAMP\":1793688131000000}", -1, NULL, NULL,
	    NULL },
	{ "a time below zero", "{\"__REALTIME_TIMESTAMP\":\"-5\"}", -1, NULL, NULL, NULL },
	{ "a time beyond all", "{\"__REALTIME_TIMESTAMP\":\"99999999999999999999\"}", -1, NULL,
	    NULL, NULL },
	{ "no time", "{" WHO ",\"MESSAGE\":\"x\"}", -1, NULL, NULL, NULL },
	{ "a list", "[" TIME "]", -1, NULL, NULL, NULL },
	{ "a word", "\"x\"", -1, NULL, NULL, NULL },
	{ "cut", "{" TIME ",\"MESSAGE\":\"x", -1, NULL, NULL, NULL },
	{ "something after it", "{" TIME "} x", -1, NULL, NULL, NULL },
	{ "no UTF-8", "{" TIME ",\"MESSAGE\":\"r\xe9p\"}", -1, NULL, NULL, NULL },
	{ "nothing", "", -1, NULL, NULL, NULL },
};

static const struct {
	const char *line;
	int near;
} near[] = {
	{ "{" TIME "}", -1 },
	{ "{\"__REALTIME_TIMESTAMP\":\"1793688131049999\"}", -1 },
	{ "{\"__REALTIME_TIMESTAMP\":\"1793688131050000\"}", 0 },
	{ "{\"__REALTIME_TIMESTAMP\":\"1793688131949999\"}", 0 },
	{ "{\"__REALTIME_TIMESTAMP\":\"1793688131950000\"}", 1 },
	{ "{" TIME ",\"_SOURCE_REALTIME_TIMESTAMP\":\"1793688131500000\"}", 0 },
};

int
main(void)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_journal_entry e;
	struct rep_err err;
	static char deep[100001];

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		enum rep_rc rc;
		bool same;

		rep_arena_reset(a);
		e = (struct rep_journal_entry){ .at_s = 7 };
		rc = rep_journal_parse(rep_str_c(rows[i].line), a, &e, &err);
		if (rows[i].at_s < 0) {
			ok(rc == REP_ESYNTAX && e.at_s == 7 && err.msg[0] != '\0', "refused: %s",
			    rows[i].name);
			continue;
		}
		same = rc == REP_OK && e.at_s == rows[i].at_s &&
		    rep_str_eq(e.host, rep_str_c(rows[i].host)) &&
		    rep_str_eq(e.tag, rep_str_c(rows[i].tag)) &&
		    (rows[i].message == NULL || rep_str_eq(e.message, rep_str_c(rows[i].message)));
		if (!ok(same, "read: %s", rows[i].name))
			printf("#  %s; %lld \"%.*s\" \"%.*s\" \"%.*s\"\n",
			    rc == REP_OK ? "" : err.msg, (long long)e.at_s, REP_PR(e.host),
			    REP_PR(e.tag), REP_PR(e.message));
	}
	for (size_t i = 0; i < REP_COUNT(near); i++) {
		rep_arena_reset(a);
		ok(rep_journal_parse(rep_str_c(near[i].line), a, &e, &err) == REP_OK &&
			e.at_s == 1793688131 && e.near == near[i].near,
		    "near another second: %d", near[i].near);
	}
	memset(deep, '[', sizeof deep - 1);
	ok(rep_journal_parse((struct rep_str){ deep, sizeof deep - 1 }, a, &e, &err) == REP_ESYNTAX,
	    "refused: deep nesting");
	rep_arena_free(a);
	return done();
}
