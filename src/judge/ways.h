/*
 * judge/ways.h -- stay or move: what each option would fix here, and what it costs here. Pure.
 *
 * Made from verdicts (incidents with their causes, and the observations behind them), from the
 * options of know, and from the operator's own figures. For each provider with an open incident, or
 * with one that came back before, it gives: what every option would do for each incident, the cost
 * of a month for the mail concerned, and an order. Every number comes from one of these sources.
 * Nothing is assumed.
 *
 * Other ways are named only if own conduct allows it (judge/conduct.h). If not, they are left out,
 * except those that would be useless anyway, and the answer says why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_WAYS_H
#define REP_JUDGE_WAYS_H

#include "judge/verdict.h"
#include "judge/volume.h"
#include "know/ways.h"

/* The operator's own figures for an option. They replace those of know. */
struct rep_way_own {
	struct rep_str option;	      /* its id */
	const struct rep_cost *costs; /* borrowed; costs_n 0: those of know are used */
	size_t costs_n;
	unsigned days_from, days_to;
	bool days_told;
	bool ruled_out;
	struct rep_str note; /* n == 0: none */
};

struct rep_ways_in {
	const struct rep_verdicts *v;
	const struct rep_ways *know;
	const struct rep_way_own *own;
	size_t own_n;
	/* What was asked for: a provider, or its hosts by domain. Both n == 0: all with trouble. */
	struct rep_str provider, provider_domain;
	bool failed; /* some mail failed without an incident (judge/seen.h) */
};

/* What one option does for one incident. */
struct rep_way_verdict {
	const struct rep_incident *incident;
	enum rep_effect effect; /* UNKNOWN: it cannot be told */
	int cause;		/* the likeliest, enum rep_cause; -1: none can be named */
	enum rep_effect by_cause[REP_CAUSE_N]; /* these decide `effect` */
	unsigned causes;	   /* bits 1 << enum rep_cause: those that are spoken of */
	struct rep_str lead, tail; /* "would fix", " if the cause is ..." */
};

/* One line of a bill. */
struct rep_bill {
	struct rep_cost cost;
	double quantity;	 /* of the unit, for this mail: thousands, addresses, hours */
	double from, to;	 /* for a month, or once */
	double all_from, all_to; /* the same if all mail took that way */
	bool once, own;
	bool told;			/* false: the volume is not known well enough */
	const struct rep_way_cost *row; /* the row in know; NULL: the operator's own */
};

/* The sum of bills in one currency. */
struct rep_money {
	char currency[4];
	double from, to, all_from, all_to;
	bool once;
};

/* What to do with an option, best first. */
enum rep_way_advice {
	REP_ADVICE_DO = 0,    /* now */
	REP_ADVICE_PREPARE,   /* now, so that it is ready when needed */
	REP_ADVICE_POSSIBLE,  /* it would work, but something is better or too little is known */
	REP_ADVICE_FIX_FIRST, /* own conduct is a probable cause: the trouble would move along */
	REP_ADVICE_NO_USE,    /* it fixes nothing that is likely here */
	REP_ADVICE_RULED_OUT, /* the operator ruled it out */
	REP_ADVICE_N
};
/* "do", "prepare", "possible", "fix-first", "no-use", "ruled-out" */
const char *rep_way_advice_word(enum rep_way_advice a);

struct rep_choice {
	const struct rep_way *option;
	const struct rep_way_own *own; /* NULL: none */
	enum rep_way_advice advice;
	double worth; /* the share of likely causes that it fixes in the worst incident, -1 to 1 */
	struct rep_way_verdict *verdicts; /* one for each incident of the group */
	struct rep_str why;		  /* the verdicts in words; equal ones are merged */
	unsigned causes; /* bits 1 << enum rep_cause that `why` speaks of in the worst incident */
	enum rep_way_about about; /* what the worst incident is about */
	struct rep_bill *bills;
	size_t bills_n;
	struct rep_money *money;
	size_t money_n;
	unsigned days_from, days_to;
	struct rep_str days_source;  /* who says so; n == 0: the operator */
	const struct rep_path *path; /* for kind path: the path; else NULL */
	double path_day;	     /* messages that it carries in a day */
};

/* A provider, and what can be done there. */
struct rep_way_group {
	struct rep_str provider, provider_domain; /* both n == 0: all mail, no trouble */
	struct rep_cell_key key;		  /* numbers of their names; else 0 */
	struct rep_str in_sentence;
	const struct rep_incident **incidents; /* open or with returns; worst first */
	size_t incidents_n, open_n;
	bool own_conduct;		   /* a probable cause, or over a limit */
	struct rep_conduct_answer conduct; /* while `way` is closed, no choice names another way */
	size_t hidden;			   /* choices that are not named for that reason */
	struct rep_volume
	    volume;	  /* of the sources in trouble there; if none, of all that send there */
	size_t addresses; /* number of these addresses */
	struct rep_choice *choices; /* best first */
	size_t choices_n;
	struct rep_str answer;
	struct rep_warning *warnings;
	size_t warnings_n;
};

/* Whether what option->needs[n] says is needed here: for a cause that may be at work. */
bool rep_choice_needs(const struct rep_choice *c, size_t n);

/* At most this many providers are shown at once, worst first. Ask for others by name. */
enum { REP_WAY_GROUPS = 64 };

struct rep_ways_out {
	struct rep_volume volume; /* all mail */
	size_t addresses;
	struct rep_path *paths; /* most mail first */
	size_t paths_n;
	struct rep_way_group *groups;
	size_t groups_n;
	size_t left_out;	      /* incidents at providers beyond REP_WAY_GROUPS */
	struct rep_warning *warnings; /* about all mail */
	size_t warnings_n;
};

/* Allocates from the arena. `in` and what it points to must live as long as *out. */
enum rep_rc rep_judge_ways(const struct rep_ways_in *in, struct rep_arena *a,
    struct rep_ways_out *out, struct rep_err *err) REP_NODISCARD;

#endif
