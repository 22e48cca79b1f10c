/*
 * judge/weighing.h -- what the parts of rep_judge_ways share. Between the files of this room.
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
	bool small; /* the arena is used up: looked at once, at the end */
};

/* What could not be made stays empty till the end. */
#define REP_MAKE(d, ...) rep_weighing_made((d), rep_arena_printf((d)->a, __VA_ARGS__))
struct rep_str rep_weighing_made(struct rep_weighing *d, struct rep_str s);

/* NULL: an incident without a cell. */
const struct rep_cell *rep_weighing_cell(
    const struct rep_weighing *d, const struct rep_incident *i);
/* The likeliest cause of those that can be; -1: none. */
int rep_weighing_likeliest(const struct rep_incident *i);

/* What an option does for an incident, in a word and in words. */
void rep_weighing_effect(struct rep_weighing *d, const struct rep_way *o,
    const struct rep_incident *i, struct rep_way_verdict *r);
/* As effect, but for its word: LEAVES, and why. */
void rep_weighing_leaves(struct rep_way_verdict *r, struct rep_str why);
/* Of what is likely in an incident: the part that is cured, -1 to 1. */
double rep_weighing_worth(
    const struct rep_weighing *d, const struct rep_way *o, const struct rep_incident *i);
/* The verdicts in words; alike ones are told together. */
struct rep_str rep_weighing_told(struct rep_weighing *d, const struct rep_way_verdict *v, size_t n);

/* Fills bills and money of a choice. False: the arena is used up. */
bool rep_way_bills(struct rep_choice *c, const struct rep_ways_out *out,
    const struct rep_way_group *g, struct rep_arena *a);
/*
 * A month's price for the order alone: what is paid once is spread over twelve months, and amounts
 * of different currencies are taken as they stand. Very large when no price is known.
 */
double rep_way_price(const struct rep_choice *c);

#endif
