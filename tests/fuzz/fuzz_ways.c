/*
 * tests/fuzz/fuzz_ways.c -- a file of options with any content, over the built-in ones.
 *
 * Every problem is reported with its place and counted, what is kept is complete, and a cost that
 * was read is written so that it can be read again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/ways.h"

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.options:", 13) == 0);
	++*n;
}

static void
cost_is_sane(const struct rep_cost *c)
{
	char text[REP_COST_TEXT], again[REP_COST_TEXT], why[REP_COST_WHY];
	struct rep_cost copy;

	MUST(c->from >= 0 && c->to >= c->from && c->unit < REP_UNIT_N);
	MUST(c->currency[3] == '\0' && strlen(c->currency) == 3);
	MUST(rep_cost_parse(rep_str_c(rep_cost_text(c, text)), &copy, why));
	MUST(strcmp(rep_cost_text(&copy, again), text) == 0);
}

static void
option_is_whole(const struct rep_way *v)
{
	MUST(v->title.n > 0 && v->step.n > 0 && v->days_n > 0);
	for (size_t k = 0; k < v->days_n; k++)
		MUST(v->days[k].to >= v->days[k].from);
	for (int k = 0; k < REP_ABOUT_N; k++)
		MUST(rep_way_days_of(v, v->days[0].at, k, (enum rep_way_about)k) != NULL);
	MUST(v->costs_n + v->asks_n > 0 || v->free);
	MUST(v->costs_n <= REP_WAY_COSTS && v->asks_n <= REP_WAY_ASKS);
	MUST(v->needs_n <= REP_WAY_LINES && v->limits_n <= REP_WAY_LINES);
	MUST(v->at_n <= REP_WAY_LINES && v->addresses <= REP_WAY_ADDRESSES);
	MUST(rep_way_kind_word(v->kind) != NULL);
	for (int c = 0; c < REP_CAUSE_N; c++)
		MUST((v->cause[c].effect == REP_EFFECT_UNKNOWN) == (v->cause[c].why.n == 0));
	for (int s = 0; s < REP_SCOPE_N; s++)
		MUST(rep_effect_word(v->scope[s].effect) != NULL);
	for (size_t i = 0; i < v->costs_n; i++) {
		cost_is_sane(&v->costs[i].cost);
		MUST(v->costs[i].source.n > 0 && v->costs[i].url.n > 8 && v->costs[i].date.n == 10);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(4 << 20);
	struct rep_ways *o = a == NULL ? NULL : rep_ways_new(a);
	struct rep_str s = { (const char *)data, size };
	char why[REP_COST_WHY];
	unsigned told = 0, bad = 0, from = 0, to = 0;
	struct rep_cost c;
	struct rep_err err;

	MUST(o != NULL);
	if (rep_ways_parse(o, "fuzz.options", s, on_problem, &told, &bad, &err) == REP_OK)
		MUST(bad == told);
	MUST(rep_ways_n(o) <= REP_WAYS_MAX);
	for (size_t i = 0; i < rep_ways_n(o); i++) {
		option_is_whole(rep_ways_at(o, i));
		MUST(rep_way_by_id(o, rep_ways_at(o, i)->id) != NULL);
	}
	if (rep_cost_parse(s, &c, why))
		cost_is_sane(&c);
	if (rep_days_parse(s, &from, &to))
		MUST(from <= to && to <= 3650);
	rep_arena_free(a);
	return 0;
}
