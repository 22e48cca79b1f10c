/*
 * unit/test_shift.c -- from when until when more fails than is usual.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/shift.h"
#include "base/str.h"
#include "tap.h"

enum { DAYS_MAX = 120 };

/* Stretches of days one after the other: so many, each with these messages, of which these fail; every: on each such day only. */
struct stretch {
	size_t days;
	double messages, failed;
	unsigned every;
};

static const struct {
	const char *name;
	struct stretch v[4];
	double usual;
	bool want, began, over;
	size_t from, until;
} cases[] = {
	{ "nothing fails", { { 60, 40, 0, 1 } }, 0.01, false, false, false, 0, 0 },
	{ "as much as is usual", { { 60, 40, 0.4, 1 } }, 0.01, false, false, false, 0, 0 },
	{ "a twentieth, for two weeks", { { 30, 40, 0, 1 }, { 14, 40, 2, 1 } }, 0.01, true, true,
	    false, 30, 44 },
	{ "a twentieth, for three days", { { 30, 40, 0, 1 }, { 3, 40, 2, 1 } }, 0.01, false, false,
	    false, 0, 0 },
	{ "a tenth, for four days", { { 30, 40, 0, 1 }, { 4, 40, 4, 1 } }, 0.01, true, true, false,
	    30, 34 },
	{ "a fifth, for two days", { { 30, 40, 0, 1 }, { 2, 40, 8, 1 } }, 0.01, true, true, false,
	    30, 32 },
	{ "all, on the last day", { { 30, 40, 0, 1 }, { 1, 40, 40, 1 } }, 0.01, true, true, false,
	    30, 31 },
	{ "all, of too few", { { 30, 40, 0, 1 }, { 1, 8, 8, 1 } }, 0.01, false, false, false, 0,
	    0 },
	{ "a part, always", { { 60, 40, 6, 1 } }, 0.01, true, false, false, 0, 60 },
	{ "a part, where as much is usual", { { 60, 40, 6, 1 } }, 0.15, false, false, false, 0, 0 },
	{ "for ten days, and it passes again",
	    { { 30, 40, 0, 1 }, { 10, 40, 20, 1 }, { 5, 40, 0, 1 } }, 0.01, true, true, true, 30,
	    40 },
	{ "too early to say that it is over",
	    { { 30, 40, 0, 1 }, { 10, 40, 20, 1 }, { 1, 8, 0, 1 } }, 0.01, true, true, false, 30,
	    41 },
	{ "it comes and goes: a good week says nothing",
	    { { 30, 40, 0, 1 }, { 28, 40, 40, 7 }, { 3, 40, 0, 1 } }, 0.01, true, true, false, 36,
	    61 },
	{ "single bad days all the time are how it is here", { { 60, 40, 4, 7 } }, 0.01, false,
	    false, false, 0, 0 },
};

static size_t
make(const struct stretch *s, struct rep_shift_day *v)
{
	size_t n = 0;

	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < s[k].days; i++, n++)
			v[n] = rep_shift_cut((int64_t)n, s[k].messages,
			    (i + 1) % s[k].every == 0 ? s[k].failed : 0, 1);
	return n;
}

/* Of one receiver a day of 100 messages, in two results, and one without; of another one a week, and the day after. */
static void
test_days(void)
{
	struct rep_shift_day v[8];
	struct rep_shift_days s = { .v = v };

	rep_shift_add(&s, 1, 1, 50, true);
	rep_shift_add(&s, 1, 1, 50, false);
	rep_shift_add(&s, 2, 7, 0, true);
	rep_shift_add(&s, 3, 1, 80, true);
	rep_shift_end(&s);
	rep_shift_add(&s, 1, 1, 100, false);
	rep_shift_add(&s, 1, 7, 100, true);
	rep_shift_add(&s, 4, 1, 3, false);
	rep_shift_end(&s);
	is_int((int64_t)s.n, 4, "each receiver has its own days, and those with messages only");
	rep_shift_join(&s);
	is_int((int64_t)s.n, 3, "of both together");
	ok(v[0].day == 1 && v[0].messages == 240 && v[0].failed == 120,
	    "one says forty messages of a day, the other one 280 of a week, and it has 200");
	ok(v[1].day == 3 && v[1].messages == 40 && v[1].failed == 40,
	    "a day without messages lends nothing to the next one");
	ok(v[2].day == 4 && v[2].messages == 3 && v[2].failed == 0, "and in order");
	s = (struct rep_shift_days){ .v = v };
	rep_shift_end(&s);
	rep_shift_join(&s);
	is_int((int64_t)s.n, 0, "nothing");
}

int
main(void)
{
	for (size_t i = 0; i < REP_COUNT(cases); i++) {
		struct rep_shift_day v[DAYS_MAX];
		struct rep_shift x = { .from = 0 };
		size_t n = make(cases[i].v, v);

		is_int(
		    rep_shift_find(v, n, cases[i].usual, &x), cases[i].want, "%s", cases[i].name);
		if (cases[i].want)
			ok(x.from == cases[i].from && x.until == cases[i].until &&
				x.began == cases[i].began && x.over == cases[i].over,
			    "%s: from %zu until %zu%s%s", cases[i].name, x.from, x.until,
			    x.began ? ", began" : "", x.over ? ", over" : "");
	}
	ok(!rep_shift_find(NULL, 0, 0.01, NULL), "of no days nothing is said");
	{
		struct rep_shift_day d = rep_shift_cut(3, 4000, 1000, 1),
				     week = rep_shift_cut(3, 4000, 1000, 7);

		ok(d.messages == 40 && d.failed == 10 && week.messages == 280 && week.failed == 70,
		    "a day speaks for 40 messages, a week for seven times as many");
	}
	test_days();
	return done();
}
