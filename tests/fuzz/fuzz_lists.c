/*
 * tests/fuzz/fuzz_lists.c -- files of lists and clouds that a person edits, and counts of queries.
 *
 * No file can exceed the compiled-in limits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "audit/limit.h"
#include "know/clouds.h"
#include "know/lists.h"

/* What was read, written and read again is the same: nobody is asked more than before. */
static void
round_trip(const struct rep_limits *l)
{
	struct rep_limits *again = rep_arena_alloc(l->a, sizeof *again);
	struct rep_buf b, c;

	MUST(again != NULL);
	*again = (struct rep_limits){ .a = l->a };
	rep_buf_init(&b, 1 << 22);
	rep_buf_init(&c, 1 << 22);
	rep_limits_write(l, &b);
	MUST(!b.full);
	rep_limits_read(again, rep_buf_str(&b));
	rep_limits_write(again, &c);
	MUST(again->n == l->n && rep_str_eq(rep_buf_str(&b), rep_buf_str(&c)));
	for (size_t i = 0; i < l->n; i++)
		MUST(again->v[i].day == l->v[i].day &&
		    (l->v[i].day == INT64_MAX ||
			(again->v[i].count == l->v[i].count &&
			    again->v[i].last_ms == l->v[i].last_ms)));
	rep_buf_fini(&b);
	rep_buf_fini(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size };
	struct rep_arena *a = rep_arena_new(16 << 20);
	struct rep_lists *l = rep_arena_alloc(a, sizeof *l);
	struct rep_clouds *c = rep_arena_alloc(a, sizeof *c);
	struct rep_limits *u = rep_arena_alloc(a, sizeof *u);
	int64_t until = 0;
	struct rep_buf b;
	unsigned bad;

	MUST(l != NULL && c != NULL && u != NULL);
	l->a = c->a = u->a = a;
	if (rep_lists_parse(l, "fuzz.lists", in, NULL, NULL, &bad, NULL) == REP_OK)
		for (size_t i = 0; i < l->n; i++) {
			MUST(l->v[i].rate <= REP_LIST_RATE_MAX &&
			    l->v[i].daily <= REP_LIST_DAILY_MAX);
			MUST(l->v[i].codes <= REP_LIST_CODES && l->v[i].errors <= REP_LIST_CODES);
		}
	if (rep_clouds_parse(c, "fuzz.clouds", in, NULL, NULL, &bad, NULL) == REP_OK)
		(void)rep_cloud_of(c, rep_str_sub(in, 0, 200));
	rep_limits_read(u, in);
	round_trip(u);
	if (rep_limit_take(u, REP_S("a.example"), 10, 100, INT64_C(1700000000000), &until) ==
	    REP_LIMIT_GO) {
		MUST(rep_limit_take(u, REP_S("a.example"), 10, 100, INT64_C(1700000000050),
			 &until) != REP_LIMIT_GO);
		rep_buf_init(&b, 1 << 20);
		rep_limits_write(u, &b);
		MUST(b.n > 0);
		rep_buf_fini(&b);
	}
	rep_arena_free(a);
	return 0;
}
