/*
 * know/ways.h -- what a person may do about a trouble: stay, mend, move; as data.
 *
 *	option ses-shared {
 *		title  "Amazon SES, addresses shared with its other customers"
 *		step   "send this mail through Amazon SES"
 *		kind   move
 *		cures  range "the mail leaves from another network"
 *		leaves own-reputation "complaints follow the mail"
 *		days   1-3 "AWS: a first answer within a day"
 *		cost   0.10-0.16 USD per-1000-messages {
 *			source "AWS price list, us-east-1"
 *			date   2026-07-22
 *			url    https://aws.amazon.com/ses/pricing/
 *		}
 *		needs  "leave the sandbox"
 *		limit  "no message is moved before hygiene is mended"
 *	}
 *
 * The files end in ".options" (doc/options.md); an option of an id already there replaces it.
 * What is not known is left out, never guessed: a price that nobody can be held to is `cost
 * ask URL`. All memory is the arena's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_WAYS_H
#define REP_KNOW_WAYS_H

#include "fact/cost.h"
#include "know/rule.h"

/* What an option does for a cause. */
enum rep_effect {
	REP_EFFECT_UNKNOWN = 0,
	REP_EFFECT_CURES,
	REP_EFFECT_EASES, /* for a time, or in part */
	REP_EFFECT_LEAVES,
	REP_EFFECT_WORSENS,
	REP_EFFECT_N
};
/* "cures", "eases", "leaves", "worsens"; "unknown" */
const char *rep_effect_word(enum rep_effect e);

enum rep_way_kind {
	REP_WAY_STAY = 0,  /* the mail leaves as it does now */
	REP_WAY_MEND,	   /* as it does now, and what is one's own is mended */
	REP_WAY_PATH,	   /* another path that is in use already */
	REP_WAY_MOVE,	   /* a new route */
	REP_WAY_RECIPIENT, /* the recipient's side does it */
	REP_WAY_KIND_N
};
const char *rep_way_kind_word(enum rep_way_kind k);

struct rep_way_effect {
	enum rep_effect effect;
	struct rep_str why; /* what follows "since"; n == 0 only when unknown */
};

struct rep_way_cost {
	struct rep_cost cost;
	struct rep_str source, date, url; /* date: "2026-07-22" */
};

/* A price that must be asked for. */
struct rep_way_ask {
	struct rep_str url, what;
};

enum {
	REP_WAYS_MAX = 64,
	REP_WAY_COSTS = 8,
	REP_WAY_ASKS = 4,
	REP_WAY_LINES = 12, /* needs, limits, providers: of each */
	REP_WAY_ADDRESSES = 65536
};

struct rep_way {
	struct rep_str id, title, step;
	enum rep_way_kind kind;
	struct rep_way_effect cause[REP_CAUSE_N];
	struct rep_way_effect scope[REP_SCOPE_N]; /* of the refusal: stands above the causes */
	struct rep_way_cost costs[REP_WAY_COSTS];
	struct rep_way_ask asks[REP_WAY_ASKS];
	size_t costs_n, asks_n;
	bool free; /* "cost nothing" was said */
	unsigned days_from, days_to;
	bool days_told;
	struct rep_str days_source;
	unsigned addresses; /* at least so many are paid for; 0: as many as send now */
	struct rep_str needs[REP_WAY_LINES], limits[REP_WAY_LINES];
	size_t needs_n, limits_n;
	struct rep_str at[REP_WAY_LINES]; /* only at these providers or kinds of them; 0: any */
	size_t at_n;
	struct rep_str route; /* provider id of the relay it sends through; n == 0: none */
	const char *file;
	unsigned line;
};

struct rep_ways; /* all of them */

struct rep_ways *rep_ways_new(struct rep_arena *a); /* NULL: out of memory */

/* Reads a file. As rep_rules_parse: all problems are told, *bad counts them, what is right counts. */
enum rep_rc rep_ways_parse(struct rep_ways *o, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;

size_t rep_ways_n(const struct rep_ways *o);
const struct rep_way *rep_ways_at(const struct rep_ways *o, size_t i);
const struct rep_way *rep_way_by_id(const struct rep_ways *o, struct rep_str id);

#endif
