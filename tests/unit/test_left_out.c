/*
 * unit/test_left_out.c -- what is too much to be told is counted in the text, also where nothing else is told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/dmarc_report.h"
#include "cli/rate_text.h"
#include "tap.h"

enum { MORE = 3 };

static struct rep_arena *arena;

static void
test_rates(void)
{
	const struct rep_complaint_limit limit = {
		.who = REP_S("Yahoo"), .acts = REP_S("blocks"), .act = 0.003
	};
	const struct rep_str words[] = { REP_S(""), REP_S("news") };
	const struct rep_names names = { .v = words, .n = REP_COUNT(words) };
	struct rep_rate v[REP_RATES_NEAR_MOST + MORE];
	struct rep_rates rates = { .v = v };
	struct rep_buf b;

	for (size_t i = 0; i < REP_COUNT(v); i++)
		v[i] = (struct rep_rate){
			.route = 1, .share = 0.004, .state = REP_RATE_OVER, .limit = &limit
		};
	for (size_t near = 0; near <= REP_COUNT(v); near++) {
		char want[64];
		size_t rows = 0;
		bool said, all = near <= REP_RATES_NEAR_MOST;

		/* What is well, behind those that are not. */
		rates.n = near == REP_COUNT(v) ? near : near + 1;
		if (near < rates.n)
			v[near].state = REP_RATE_WELL;
		rep_buf_init(&b, 1 << 16);
		ok(rep_rates_near(&b, NULL, &names, &rates, arena), "%zu rates", near);
		for (size_t at = 0;
		     (at = rep_str_find(rep_buf_str(&b), REP_S("0.40 %"), at)) != SIZE_MAX; at++)
			rows++;
		is_int((int64_t)rows, (int64_t)(all ? near : REP_RATES_NEAR_MOST), "so many rows");
		snprintf(want, sizeof want, "and %zu more: reputed complaints",
		    near - (all ? near : rows));
		said =
		    rep_str_find(rep_buf_str(&b), rep_str_c(all ? " more" : want), 0) != SIZE_MAX;
		ok(said == !all, "how many more is said where there are");
		rep_buf_fini(&b);
		if (near < rates.n)
			v[near].state = REP_RATE_OVER;
	}
}

/* Receivers that were too many to be compared, while the others had nothing to tell. */
static void
test_healed(void)
{
	struct rep_reports_answer r = { .is = { .healed_left_out = 0 } };
	struct rep_buf b;

	rep_buf_init(&b, 1 << 16);
	rep_dmarc_faults_text(&b, &r, arena);
	is_str(rep_buf_str(&b), "", "nothing failed");
	r.is.healed_left_out = 44;
	rep_dmarc_faults_text(&b, &r, arena);
	is_str(rep_buf_str(&b), "\nFailed for a time, and passes again\n44 more\n",
	    "what is left out is said");
	rep_buf_fini(&b);
}

int
main(void)
{
	arena = rep_arena_new(1 << 20);
	test_rates();
	test_healed();
	rep_arena_free(arena);
	return done();
}
