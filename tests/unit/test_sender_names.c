/*
 * unit/test_sender_names.c -- how receivers are spelt.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reported_world.h"

static struct rep_str
spelling(const struct reports *w, const char *name)
{
	for (uint32_t i = 1; i < w->reported.names_n; i++)
		if (rep_str_eq(rep_reported_name(&w->reported, i), rep_str_c(name)))
			return rep_reported_spelling(&w->reported, i);
	return REP_S("no such name");
}

static void
test_spelling(void)
{
	struct reports w;

	reports_begin(&w);
	report(&w, "Yahoo", 0);
	record(&w, "Yahoo", 0, "192.0.2.1", 1, "ds", "d:shop.example/S1=pass");
	report(&w, "yahoo.", 2);
	record(&w, "yahoo", 2, "192.0.2.1", 1, "ds", "");
	report(&w, "YAHOO", 1);
	report(&w, "Enterprise Outlook", 0);
	report(&w, "low.example", 0);
	ok(answer(&w, NULL), "it answers");
	is_int((int64_t)w.is.receivers_n, 3, "names are one whatever their case");
	is_str(spelling(&w, "yahoo"), "yahoo", "the newest spelling");
	is_str(spelling(&w, "enterprise outlook"), "Enterprise Outlook", "the only one");
	is_str(spelling(&w, "low.example"), "low.example", "in lower case");
	is_str(spelling(&w, "s1"), "s1", "of receivers only");
	reports_fini(&w);
	reports_begin(&w);
	report(&w, "low.example", 0);
	report(&w, "Low.Example", 1);
	for (int i = 0; i < 300; i++) {
		char org[32];

		snprintf(org, sizeof org, "R%d.example", i);
		report(&w, org, 2);
	}
	ok(answer(&w, NULL), "it answers");
	is_str(spelling(&w, "low.example"), "Low.Example", "a later one that is spelt otherwise");
	is_str(spelling(&w, "r299.example"), "R299.example", "of many");
	reports_fini(&w);
}

int
main(void)
{
	test_spelling();
	return done();
}
