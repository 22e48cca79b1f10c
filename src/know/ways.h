/*
 * know/ways.h -- what a person can do about a trouble: stay, fix, move. As data.
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
 *		limit  "no message is moved before hygiene is fixed"
 *	}
 *
 * The files end in ".options" (doc/options.md). An option replaces the one of the same id. What is
 * not known is left out and never guessed: a price that nobody guarantees is `cost ask URL`. All
 * memory belongs to the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_KNOW_WAYS_H
#define REP_KNOW_WAYS_H

#include "fact/cost.h"
#include "know/rule.h"

/* The effect of an option on a cause. */
enum rep_effect {
	REP_EFFECT_UNKNOWN = 0,
	REP_EFFECT_CURES,
	REP_EFFECT_EASES, /* for some time, or partly */
	REP_EFFECT_LEAVES,
	REP_EFFECT_WORSENS,
	REP_EFFECT_N
};
/* "cures", "eases", "leaves", "worsens"; "unknown" */
const char *rep_effect_word(enum rep_effect e);

/*
 * What a verdict is about, where that says more than its causes do. An option may have an effect of
 * its own for it, which comes before those for scope and cause.
 */
enum rep_way_about {
	REP_ABOUT_CAUSE = 0,	 /* nothing more */
	REP_ABOUT_UNKNOWN_THERE, /* they have not seen this address before */
	REP_ABOUT_NO_DIRECT,	 /* its range may not send mail directly */
	REP_ABOUT_PORT_CLOSED,	 /* no connection leaves on port 25 */
	REP_ABOUT_ENDS,		 /* they end it by themselves after some time */
	REP_ABOUT_N
};
/* "cause", "unknown-there", "no-direct-mail", "port-closed", "ends-by-itself" */
const char *rep_way_about_word(enum rep_way_about a);

enum rep_way_kind {
	REP_WAY_STAY = 0,  /* the mail leaves as it does now */
	REP_WAY_MEND,	   /* as it does now, after own faults are fixed */
	REP_WAY_PATH,	   /* another path that is already in use */
	REP_WAY_MOVE,	   /* a new route */
	REP_WAY_RECIPIENT, /* the recipient's side acts */
	REP_WAY_KIND_N
};
const char *rep_way_kind_word(enum rep_way_kind k);

struct rep_way_effect {
	enum rep_effect effect;
	struct rep_str why; /* text after "since"; n == 0 only if unknown */
};

struct rep_way_cost {
	struct rep_cost cost;
	struct rep_str source, date, url; /* date: "2026-07-22" */
};

/* A price that one has to ask for. */
struct rep_way_ask {
	struct rep_str url, what;
};

/* How long it takes. For some causes, for what the verdict is about, or at a provider; or always. */
struct rep_way_days {
	unsigned from, to;
	struct rep_str source;
	unsigned causes;	  /* bits 1 << enum rep_cause; 0: any */
	enum rep_way_about about; /* REP_ABOUT_CAUSE: any */
	struct rep_str at;	  /* provider id; n == 0: any */
};

enum {
	REP_WAYS_MAX = 64,
	REP_WAY_COSTS = 8,
	REP_WAY_ASKS = 4,
	REP_WAY_LINES = 12, /* at most this many each of needs, limits, providers */
	REP_WAY_ADDRESSES = 65536
};

struct rep_way {
	struct rep_str id, title, step;
	enum rep_way_kind kind;
	struct rep_way_effect cause[REP_CAUSE_N];
	struct rep_way_effect scope[REP_SCOPE_N]; /* by scope of the refusal; before causes */
	struct rep_way_effect about[REP_ABOUT_N]; /* by what the verdict is about; before both */
	struct rep_way_cost costs[REP_WAY_COSTS];
	struct rep_way_ask asks[REP_WAY_ASKS];
	size_t costs_n, asks_n;
	bool asks_them; /* a request to whoever refuses: only where they take one */
	bool free;	/* the file says "cost nothing" */
	struct rep_way_days days[REP_WAY_LINES]; /* the first that fits counts; one fits always */
	size_t days_n;
	unsigned addresses; /* at least this many are paid for; 0: as many as send now */
	struct rep_str needs[REP_WAY_LINES], limits[REP_WAY_LINES];
	size_t needs_n, limits_n;
	unsigned needs_for[REP_WAY_LINES]; /* bits 1 << enum rep_cause; 0: whatever the cause */
	/* What the verdict must be about; REP_ABOUT_CAUSE with causes: about nothing more. */
	enum rep_way_about needs_about[REP_WAY_LINES];
	struct rep_str at[REP_WAY_LINES]; /* only at these providers or kinds; none: at any */
	size_t at_n;
	struct rep_str route; /* provider id of the relay it uses; n == 0: none */
	const char *file;
	unsigned line;
};

/* cause: an enum rep_cause, or -1 when it is not known. provider: n == 0: none. Never NULL. */
const struct rep_way_days *rep_way_days_of(
    const struct rep_way *w, struct rep_str provider, int cause, enum rep_way_about about);

struct rep_ways; /* all of them */

struct rep_ways *rep_ways_new(struct rep_arena *a); /* NULL: out of memory */

/* Reads a file. As in rep_rules_parse all errors are reported and the rest is used. */
enum rep_rc rep_ways_parse(struct rep_ways *o, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err) REP_NODISCARD;

size_t rep_ways_n(const struct rep_ways *o);
const struct rep_way *rep_ways_at(const struct rep_ways *o, size_t i);
const struct rep_way *rep_way_by_id(const struct rep_ways *o, struct rep_str id);

#endif
