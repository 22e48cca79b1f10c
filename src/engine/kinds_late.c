/*
 * engine/kinds_late.c -- mail that a provider accepts, but later than ever before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions.h"
#include "base/time.h"

static void
one(const struct rep_conditions_in *c, const struct rep_delays_of *x, struct rep_conditions *out)
{
	char half[REP_TIME_TEXT], most[REP_TIME_TEXT], usual[REP_TIME_TEXT],
	    usual_most[REP_TIME_TEXT];
	int64_t p50_s, p95_s;

	(void)rep_delays_usual(x, &p50_s, &p95_s);
	rep_condition_add(out, REP_KIND_MAIL_LATE, rep_condition_provider(c, x->provider),
	    REP_S(""), x->late_since_s,
	    rep_arena_printf(out->a,
		"Half of %llu messages took %s or more, one in twenty %s or more. In the worst "
		"hour of the weeks before it was %s and %s.",
		(unsigned long long)x->messages, rep_time_span(x->p50_s, half),
		rep_time_span(x->p95_s, most), rep_time_span(p50_s, usual),
		rep_time_span(p95_s, usual_most)));
}

static bool
is_now(const struct rep_conditions_in *c, const struct rep_delays_of *x)
{
	return c->in->now_s - x->hour_s <= REP_DELAYS_OLD_S;
}

/* While no new hour has enough mail, nothing says that it is over; until no day is left to compare with. */
static bool
goes_on(
    const struct rep_conditions_in *c, const struct rep_delays_of *x, struct rep_conditions *out)
{
	return c->in->now_s - x->hour_s <= REP_DELAYS_DAYS * (int64_t)REP_DAY_S &&
	    rep_condition_held(c, out, REP_KIND_MAIL_LATE, rep_condition_provider(c, x->provider));
}

void
rep_conditions_late(const struct rep_conditions_in *c, struct rep_conditions *out)
{
	/* While hours are still being counted, the last one is not the present. */
	if (c->delays == NULL || c->in->now_s - c->delays->done_s > REP_DELAYS_OLD_S) {
		out->unknown[REP_KIND_MAIL_LATE] = true;
		return;
	}
	for (size_t i = 0; i < c->delays->n; i++) {
		const struct rep_delays_of *x = &c->delays->v[i];

		if (x->late_since_s != 0 && (is_now(c, x) || goes_on(c, x, out)))
			one(c, x, out);
	}
}
