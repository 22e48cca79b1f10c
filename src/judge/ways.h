/*
 * judge/ways.h -- stay or move: what each option would cure here, what it costs here. Pure.
 *
 * Made from verdicts (incidents with their causes, the observations behind them), the options
 * of know and the operator's own figures. For each provider with an open incident, or one that
 * came back before: what every option would do for each incident, the bill of a month for the
 * mail concerned, and an order. Every number comes from one of these; nothing is assumed.
 *
 * Other ways are named only where own conduct allows it (judge/conduct.h): else they are left out, but
 * for those that are of no use, and the answer says why.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_WAYS_H
#define REP_JUDGE_WAYS_H

#include "judge/verdict.h"
#include "judge/volume.h"
#include "know/ways.h"

/* The operator's own figures of an option: they stand above those of know. */
struct rep_way_own {
	struct rep_str option;	      /* its id */
	const struct rep_cost *costs; /* borrowed; costs_n 0: know's hold */
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
	/* What is asked for: a provider, or its hosts by domain; both n == 0: all with trouble. */
	struct rep_str provider, provider_domain;
};

/* Of one incident and one option. */
struct rep_way_verdict {
	const struct rep_incident *incident;
	enum rep_effect effect; /* UNKNOWN: cannot tell */
	int cause;		/* the likeliest, enum rep_cause; -1: none can be named */
	enum rep_effect by_cause[REP_CAUSE_N]; /* what the word comes from */
	struct rep_str lead, tail;	       /* "would cure", " if the cause is ..." */
};

/* One line of a bill. */
struct rep_bill {
	struct rep_cost cost;
	double quantity; /* of the unit, for the mail concerned: thousands, addresses, hours */
	double from, to; /* in a month, or once */
	double all_from, all_to; /* the same if all mail went that way */
	bool once, own;
	bool told;			/* false: the volume is not known well enough */
	const struct rep_way_cost *row; /* of know; NULL: the operator's own */
};

/* The sum of bills in one currency. */
struct rep_money {
	char currency[4];
	double from, to, all_from, all_to;
	bool once;
};

/* What is to be done with an option, best first. */
enum rep_way_advice {
	REP_ADVICE_DO = 0,   /* now */
	REP_ADVICE_PREPARE,  /* now, so that it is there when it is needed */
	REP_ADVICE_POSSIBLE, /* it would work, something better is there, or too little is known */
	REP_ADVICE_MEND_FIRST, /* own conduct is a probable cause: the trouble would move along */
	REP_ADVICE_NO_USE,     /* it cures nothing that is likely here */
	REP_ADVICE_RULED_OUT,  /* the operator said so */
	REP_ADVICE_N
};
/* "do", "prepare", "possible", "mend-first", "no-use", "ruled-out" */
const char *rep_way_advice_word(enum rep_way_advice a);

struct rep_choice {
	const struct rep_way *option;
	const struct rep_way_own *own; /* NULL: none */
	enum rep_way_advice advice;
	double worth; /* of what is likely in the worst incident: the part it would cure, -1 to 1 */
	struct rep_way_verdict *verdicts; /* one an incident of the group */
	struct rep_str why;		  /* the verdicts in words; alike ones told together */
	struct rep_bill *bills;
	size_t bills_n;
	struct rep_money *money;
	size_t money_n;
	unsigned days_from, days_to;
	const struct rep_path *path; /* of kind path: which; NULL else */
	double path_day;	     /* messages a day that it carries */
};

/* A provider and what may be done there. */
struct rep_way_group {
	struct rep_str provider, provider_domain; /* both n == 0: all mail, no trouble */
	struct rep_cell_key key;		  /* their numbers; 0 then */
	struct rep_str in_sentence;
	const struct rep_incident **incidents; /* open or returned; the worst first */
	size_t incidents_n, open_n;
	bool own_conduct;		   /* a probable cause, or over a limit */
	struct rep_conduct_answer conduct; /* while it closes `way`, choices name no other way */
	struct rep_volume
	    volume;	  /* of the sources in trouble there; of all that send there if none */
	size_t addresses; /* how many those are */
	struct rep_choice *choices; /* best first */
	size_t choices_n;
	struct rep_str answer;
	struct rep_warning *warnings;
	size_t warnings_n;
};

/* Providers that are told of at once, the worst first; of others one asks by name. */
enum { REP_WAY_GROUPS = 64 };

struct rep_ways_out {
	struct rep_volume volume; /* all mail */
	size_t addresses;
	struct rep_path *paths; /* most mail first */
	size_t paths_n;
	struct rep_way_group *groups;
	size_t groups_n;
	size_t left_out;	      /* incidents at providers beyond these */
	struct rep_warning *warnings; /* of all mail */
	size_t warnings_n;
};

/* Everything is made in the arena; `in` and what it points to must live as long. */
enum rep_rc rep_judge_ways(const struct rep_ways_in *in, struct rep_arena *a,
    struct rep_ways_out *out, struct rep_err *err) REP_NODISCARD;

#endif
