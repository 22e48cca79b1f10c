/*
 * tests/fuzz/fuzz_alert_kinds.c -- a file of the catalogue of alerts with any content.
 *
 * Every problem is reported with its place and counted, and what is kept is complete.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/alert_kinds.h"

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.alerts:", 12) == 0);
	++*n;
}

static void
is_whole(const struct rep_alert_kind *v, struct rep_arena *a)
{
	struct rep_str title = rep_alert_words(a, v->title, REP_S("subject"), 2);

	MUST(v->title.n > 0 && v->several.n > 0 && v->todo.n > 0);
	MUST(v->after_s >= 0 && v->after_s <= REP_ALERT_WAIT_MAX_S);
	MUST(v->quiet_s >= 0 && v->quiet_s <= REP_ALERT_WAIT_MAX_S);
	MUST(title.p == NULL || rep_str_chr(title, '{', 0) == SIZE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(4 << 20);
	struct rep_alert_kinds k = { .a = a };
	struct rep_str s = { (const char *)data, size };
	unsigned told = 0, bad = 0;
	struct rep_err err;

	MUST(a != NULL);
	if (rep_alert_kinds_parse(&k, "fuzz.alerts", s, on_problem, &told, &bad, &err) == REP_OK)
		MUST(bad == told);
	for (size_t i = 0; i < REP_KIND_N; i++)
		if (k.v[i].known)
			is_whole(&k.v[i], a);
	rep_arena_free(a);
	return 0;
}
