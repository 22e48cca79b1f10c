/*
 * unit/test_told.c -- a verdict as text, and the differences between two verdicts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/told.h"
#include "story.h"

static void
test_compare(void)
{
	static const struct {
		const char *name, *before, *after, *changes; /* "name:before>after " each */
	} rows[] = {
		{ "the same", "class blocked\nrule a.b\n", "class blocked\nrule a.b\n", "" },
		{ "another order", "class blocked\nrule a.b\n", "rule a.b\nclass blocked\n", "" },
		{ "another class", "class blocked\n", "class listed\n", "class:blocked>listed " },
		{ "gained and lost", "a 1\nb 2\n", "b 2\nc 3\n", "a:1> c:>3 " },
		{ "nearly as likely", "cause.range 0.7812\n", "cause.range 0.7850\n", "" },
		{ "less likely", "cause.range 0.7812\n", "cause.range 0.7750\n",
		    "cause.range:0.7812>0.7750 " },
		{ "no number", "cause.range x\n", "cause.range 0.1000\n", "cause.range:x>0.1000 " },
		{ "damaged", "\n\nclass\n blocked\nclass blocked", "class blocked\n\377\376 \n",
		    "" },
		{ "nothing", "", "", "" },
		{ "only before", "a 1\n", "", "a:1> " },
		{ "only after", "", "a 1\n", "a:>1 " },
		{ "twice", "a 1\na 2\n", "a 1\n", "" },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct rep_told_change v[8];
		char got[200] = "";
		size_t n = rep_told_compare(
		    rep_str_c(rows[r].before), rep_str_c(rows[r].after), v, REP_COUNT(v));

		for (size_t k = 0, at = 0; k < n; k++)
			at += (size_t)snprintf(got + at, sizeof got - at, "%.*s:%.*s>%.*s ",
			    REP_PR(v[k].name), REP_PR(v[k].before), REP_PR(v[k].after));
		if (!ok(strcmp(got, rows[r].changes) == 0, "compare: %s", rows[r].name))
			printf("#  \"%s\"\n", got);
	}
	ok(rep_told_compare(REP_S("a 1\nb 1\n"), REP_S("c 1\n"), NULL, 0) == 3,
	    "compare: all are counted, whatever there is room for");
}

static void
test_text(void)
{
	const struct rep_incident *i;
	struct rep_told_change v[8];
	struct rep_str first, second;
	struct story s;

	begin(&s);
	source(&s, "a", "203.0.113.10");
	well(&s, 0, MONTH, "a", MS, "x/news", 20);
	refused(&s, MONTH, MONTH + 24, "a", MS, "x/news", S3140, 20);
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	if (!ok(i != NULL, "text: a block"))
		return;
	first = rep_told_text(&s.v, i, rules_arena);
	ok(rep_str_eq(rep_told_value(first, REP_S("class")), REP_S("blocked")) &&
		rep_str_eq(rep_told_value(first, REP_S("rule")), REP_S(S3140)) &&
		rep_str_eq(rep_told_value(first, REP_S("until")), REP_S("0")) &&
		rep_str_eq(rep_told_value(first, REP_S("key")), i->key) &&
		rep_told_value(first, REP_S("cause.range")).n == 6 &&
		rep_told_value(first, REP_S("cause.content")).n == 0 &&
		rep_str_eq(rep_told_value(first, REP_S("evidence.hygiene_low")),
		    REP_S("range 1.10 own-reputation 0.61 hygiene 0.08")),
	    "text: what it says");
	ok(rep_str_find(first, REP_S("x/news"), 0) == SIZE_MAX, "text: no stream");
	s.without = (const char *const[]){ "hygiene" };
	judge(&s, MONTH + 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	second = rep_told_text(&s.v, i, rules_arena);
	ok(rep_told_compare(first, second, v, REP_COUNT(v)) >= 2 &&
		rep_told_compare(first, first, v, REP_COUNT(v)) == 0,
	    "text: without a piece it differs, and from itself it does not");
	end(&s);
}

int
main(void)
{
	test_compare();
	if (story_open()) {
		test_text();
		story_close();
	}
	return done();
}
