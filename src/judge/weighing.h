/*
 * judge/weighing.h -- what the files behind rep_judge_ways share. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_WEIGHING_H
#define REP_JUDGE_WEIGHING_H

#include "judge/ways.h"

struct rep_weighing {
	const struct rep_ways_in *in;
	const struct rep_judge_in *facts;
	const struct rep_verdicts *v;
	struct rep_ways_out *out;
	struct rep_arena *a;
	bool small; /* the arena is used up; checked once, at the end */
};

/* A text for which there is no room stays empty to the end. */
#define REP_MAKE(d, ...) rep_weighing_made((d), rep_arena_printf((d)->a, __VA_ARGS__))
struct rep_str rep_weighing_made(struct rep_weighing *d, struct rep_str s);

/* NULL: the incident has no cell. */
const struct rep_cell *rep_weighing_cell(
    const struct rep_weighing *d, const struct rep_incident *i);

/* What an option does for an incident: the effect, and the sentence about it. */
void rep_weighing_effect(struct rep_weighing *d, const struct rep_way *o,
    const struct rep_incident *i, struct rep_way_verdict *r);
/* Sets the effect LEAVES, with `why` as its reason. */
void rep_weighing_leaves(struct rep_way_verdict *r, struct rep_str why);
/* The share of the likely causes of an incident that an option fixes, -1 to 1. */
double rep_weighing_worth(
    const struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i);
/* The verdicts in words. Incidents with the same words are merged. */
struct rep_str rep_weighing_told(struct rep_weighing *d, const struct rep_way_verdict *v, size_t n);

/* Sets bills and money of a choice. False: the arena is used up. */
bool rep_way_bills(struct rep_choice *c, const struct rep_ways_out *out,
    const struct rep_way_group *g, struct rep_arena *a);
/*
 * The price of a month, only for sorting. What is paid once is spread over twelve months, and
 * amounts in different currencies are compared without conversion. Very large if no price is known.
 */
double rep_way_price(const struct rep_choice *c);

#endif
