/*
 * unit/test_alert_kinds.c -- files of the catalogue of alerts, good and wrong.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/alert_kinds.h"
#include "file_told.h"
#include "tap.h"

#include <stdlib.h>

static struct rep_arena *arena;
static struct rep_alert_kinds k;

static unsigned
parse(const char *text)
{
	struct rep_err err;
	unsigned bad = 0;

	k = (struct rep_alert_kinds){ .a = arena };
	told_n = 0;
	if (rep_alert_kinds_parse(&k, "t.alerts", rep_str_c(text), on_problem, NULL, &bad, &err) !=
	    REP_OK)
		abort();
	return bad;
}

#define GOOD "title \"{subject} a\"; several \"{n} b\"; do \"c\"; weight week\n"

static void
good(void)
{
	const struct rep_alert_kind *x = &k.v[REP_KIND_DISK_FULL];

	is_int(parse("# a comment\nalert disk-full {\n" GOOD
		     "command \"e\"; why \"since\"; after 5m; quiet \"2 hours\"; once yes\n}\n"),
	    0, "no problem");
	ok(x->known && x->once && x->weight == REP_WEIGHT_WEEK, "it is known");
	is_str(x->title, "{subject} a", "title");
	is_str(x->several, "{n} b", "several");
	is_str(x->todo, "c", "do");
	is_str(x->command, "e", "command");
	is_str(x->why, "since", "why");
	is_int(x->after_s, 300, "after");
	is_int(x->quiet_s, 7200, "quiet");
	ok(!k.v[REP_KIND_PTR_LOST].known, "no other is");
	is_int(parse("alert disk-full {\n" GOOD "}\nalert disk-full {\n" GOOD "after 1d\n}\n"), 0,
	    "a later one replaces an earlier one");
	is_int(x->after_s, 86400, "with all of it");
	is_str(rep_alert_words(arena, REP_S("{n} of {subject} and {subject}"), REP_S("x"), 3),
	    "3 of x and x", "words in their places");
}

static void
wrong(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "alert disk-ful {\n" GOOD "}\n",
		    "t.alerts:1:7: no alert \"disk-ful\"; did you mean \"disk-full\"?" },
		{ "alert disk-full {\ntitle \"a\"; several \"b\"; do \"c\"\n}\n",
		    "t.alerts:1:7: alert disk-full lacks weight" },
		{ "alert disk-full {\nseveral \"b\"; do \"c\"; weight now\n}\n",
		    "t.alerts:1:7: alert disk-full lacks title" },
		{ "alert disk-full {\ntitle \"a\"; do \"c\"; weight now\n}\n",
		    "t.alerts:1:7: alert disk-full lacks several" },
		{ "alert disk-full {\ntitle \"a\"; several \"c\"; weight now\n}\n",
		    "t.alerts:1:7: alert disk-full lacks do" },
		{ "alert disk-full {\n" GOOD "weight heavy\n}\n",
		    "t.alerts:3:8: weight is now or week" },
		{ "alert disk-full {\n" GOOD "once perhaps\n}\n",
		    "t.alerts:3:6: once is no or yes" },
		{ "alert disk-full {\n" GOOD "after 32d\n}\n",
		    "t.alerts:3:7: after needs a length of time up to 31 days, such as 30m" },
		{ "alert disk-full {\n" GOOD "quiet\n}\n",
		    "t.alerts:3:1: quiet needs a length of time up to 31 days, such as 30m" },
		{ "alert disk-full {\n" GOOD "title \"{host} a\"\n}\n",
		    "t.alerts:3:7: title can have {subject} and {n}, and no other braces" },
		{ "alert disk-full {\n" GOOD "titel \"a\"\n}\n",
		    "t.alerts:3:1: an alert has no field \"titel\"; did you mean \"title\"?" },
		{ "alert disk-full {\n" GOOD "box { a b { c }\nd }\n}\n",
		    "t.alerts:3:1: an alert has no block \"box\"" },
		{ "alert disk-full {\n" GOOD "title a b\n}\n",
		    "t.alerts:3:1: title needs one text in quotes" },
		{ "rule x {\ny z\n}\nalert disk-full {\n" GOOD "}\n",
		    "t.alerts:1:1: expected alert NAME {, not \"rule\"" },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		is_int(parse(rows[i].text), 1, "one problem: %s", rows[i].want);
		is_str(told_first(), rows[i].want, "said");
	}
	ok(k.v[REP_KIND_DISK_FULL].known, "what comes after a problem is used");
}

int
main(void)
{
	arena = rep_arena_new(1 << 20);
	if (arena == NULL)
		return 1;
	good();
	wrong();
	rep_arena_free(arena);
	return done();
}
