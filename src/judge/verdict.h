/*
 * judge/verdict.h -- the result of the judge, as types: cells, episodes, incidents with their
 * causes, evidence and next steps, and all of them together.
 *
 * No function here judges anything: rep_judge (judge/judge.h) does. Everything that a verdict
 * points to lives in the arena it was made in, or in the input.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_VERDICT_H
#define REP_JUDGE_VERDICT_H

#include "judge/evidence_id.h"
#include "judge/input.h"

enum rep_state {
	REP_STATE_UNKNOWN = 0,
	REP_STATE_WELL,
	REP_STATE_THROTTLED,
	REP_STATE_FAILING,
	REP_STATE_LISTED,
	REP_STATE_BLOCKED
};
const char *rep_state_word(enum rep_state s);

/*
 * The kinds of trouble that make an incident. For BLOCK, THROTTLE and FAIL the replies name the
 * kind. DROP means that less mail than usual is accepted, whatever the replies say.
 */
enum rep_trouble {
	REP_TROUBLE_BLOCK = 0,
	REP_TROUBLE_THROTTLE,
	REP_TROUBLE_FAIL,
	REP_TROUBLE_DROP,
	REP_TROUBLE_N
};
const char *rep_trouble_word(enum rep_trouble t); /* "block", "throttle", "fail", "drop" */

struct rep_cell {
	struct rep_cell_key key;
	uint32_t count[REP_STATUS_N]; /* attempts in the window */
	uint32_t classes[REP_CLASS_N];
	enum rep_state state;
	int64_t since_s;	  /* when the state began; 0: not known */
	uint32_t rule;		  /* the rule of the trouble; 0: none */
	size_t of[REP_TROUBLE_N]; /* index + 1 of the newest incident of each kind; 0: none */
	size_t incident;	  /* index + 1 of the open incident; 0: none */
	bool named;		  /* had an incident, so a small host keeps its own row */
	bool folded;		  /* counted in the row of all small hosts; do not show it */
	uint32_t before;	  /* its index before sorting */
	size_t place;		  /* in the history; SIZE_MAX: only in the window */
	int64_t first_s;	  /* its first observation; INT64_MAX: none */
};

enum rep_life { REP_LIFE_SUSPECTED = 0, REP_LIFE_ACTIVE, REP_LIFE_OVER };
const char *rep_life_word(enum rep_life l);

/* One stretch of trouble in a cell. */
struct rep_episode {
	int64_t since_s, until_s;   /* until_s 0: open */
	int64_t last_s;		    /* the last reply of the trouble */
	uint64_t replies;	    /* of the trouble */
	uint64_t bounced, deferred; /* messages that expired are in the ledger */
};

/* Streams of a trouble that are shown one by one; what is left of the others is one line. */
enum { REP_STREAMS_TOLD = 256 };
/* The stream of that line. */
#define REP_OTHER_STREAMS UINT32_MAX

struct rep_lost_stream {
	uint32_t stream; /* REP_OTHER_STREAMS: all others, always the last */
	uint64_t bounced, deferred;
};

/* The name of a stream, or "(others)"; n == 0: it has none. A view. */
struct rep_str rep_lost_stream_text(const struct rep_names *names, uint32_t stream);

/* What was too many to be compared one by one, so that evidence of it may be missing. */
enum rep_too_many {
	REP_TOO_MANY_STREAMS = 0, /* of own mail, in the time looked at */
	REP_TOO_MANY_PATHS,	  /* own addresses in other networks */
	REP_TOO_MANY_DOMAINS,	  /* of senders, for what DNS shows */
	REP_TOO_MANY_N
};
const char *rep_too_many_word(enum rep_too_many t); /* "streams" */

struct rep_evidence {
	enum rep_evidence_id id;
	const char *name, *family;	 /* name: the text of the id */
	struct rep_str sentence;	 /* for people */
	struct rep_str facts;		 /* JSON object of the numbers behind it */
	const struct rep_weight *weight; /* its ratio for each cause; NULL: not weighed */
	double measure; /* what its weight is a curve over; 0 where it measures nothing */
	double ratio[REP_CAUSE_N];
	bool against; /* points against the likeliest cause */
	bool again;   /* same name as an earlier piece; a name counts once */
	size_t more;  /* pieces of the same name that were not kept */
	const struct rep_found
	    *found;	       /* what DNS showed, with its fix; NULL: this piece is not from DNS */
	enum rep_cause cause;  /* the cause of that finding */
	struct rep_str domain; /* an own domain that it is about, and that fails; n == 0: none */
};

/* The total of one family: the product of its ratios, and that product within the cap. */
struct rep_family_sum {
	double product[REP_CAUSE_N], used[REP_CAUSE_N];
};

/* clang-format off */
#define REP_UNKNOWN_NAMES(X) \
	X(STAGE, "the stage") \
	X(WORDS, "what their words mean") \
	X(OTHER_PROVIDERS, "other providers") \
	X(COMPLAINTS, "complaints") \
	X(OWN_CONDUCT, "own conduct before it") \
	X(VOLUME, "volume before it") \
	X(SIBLING, "a sibling in the same network") \
	X(SAME_STREAM, "the same stream through another network") \
	X(POOL, "which address of a pool") \
	X(ADDRESSES, "addresses of all own sources") \
	X(ANOTHER_NETWORK, "another network") \
	X(BEFORE, "whether it happened before") \
	X(OWN_SHARE, "your share of the network") \
	X(DNS, "what DNS shows about you") \
	X(REPORTS, "DMARC reports of this provider")
/* clang-format on */
#define REP_X(id, name) REP_UNKNOWN_##id,
enum rep_unknown_id {
	REP_UNKNOWN_NAMES(REP_X) REP_UNKNOWN_FEED, /* of the provider (know), in its own words */
	REP_UNKNOWN_N
};
#undef REP_X

/*
 * Whether own conduct allows another way for mail (judge/conduct.h has the rules). Shares are of
 * the week before the trouble or the week before now, whichever is worse. < 0: not measured.
 */
struct rep_conduct_answer {
	bool way;	/* what a person reads may name a way around */
	bool steer;	/* steering may move mail; never without `way` */
	bool own_fault; /* over a limit, or own conduct is a probable cause: fix that first */
	double unknown, complaints;
	bool traps_watched;
	uint64_t traps;
	struct rep_str why;	  /* reason for `way`: one sentence without its full stop */
	struct rep_str why_steer; /* reason for `steer`, in the same form */
};

struct rep_unknown {
	enum rep_unknown_id id;
	const char *what, *how;
	enum rep_cause tells[2];
	size_t tells_n;
};

struct rep_next {
	struct rep_str step, text, url; /* n == 0: none */
	struct rep_str undo;		/* commands that take the text back; n == 0: none */
	bool commands;			/* text is commands for a shell, not words for a person */
};

enum { REP_ALSO = 3 }; /* one reply in ten each: a person reads no more kinds */

/* Another kind of reply in the same trouble. */
struct rep_also {
	uint32_t rule;
	uint64_t replies;
};

struct rep_incident {
	size_t cell;	 /* index; if `everywhere`, of the source with the most replies */
	bool everywhere; /* at all own sources at once, so its subject is the provider */
	bool theirs;	 /* the provider could not be reached or could not work */
	bool nobody;	 /* no other provider was reached either: probably your own network */
	enum rep_trouble trouble;
	enum rep_class class;
	enum rep_scope scope; /* as those replies were heard; NONE: not known */
	uint32_t rule;	      /* the most frequent rule of the last episode; 0: none */
	/* Other rules that at least a tenth of its replies are of, the most frequent first. */
	struct rep_also also[REP_ALSO];
	size_t also_n;
	enum rep_stage stage;
	bool certain;
	enum rep_life life;
	uint64_t lifted;  /* accepted after the last refusal, none refused: looks lifted; 0: not */
	int64_t lifted_s; /* the first of them */
	int64_t ends_s;	  /* it ends by itself then (judge/advised.h); 0: nobody says so */
	uint32_t across;  /* index + 1 of the finding that it is a part of; 0: none */
	bool account;	  /* one of `accounts` of its label may be the reason */
	const struct rep_episode *episodes; /* oldest first */
	size_t episodes_n;		    /* one more than the number of returns */
	struct rep_lost_stream *streams;    /* of the last episode, most bounced first */
	size_t streams_n;
	uint64_t tried_again; /* attempts refused after the first refusal of the last episode */
	double unknown_share; /* of recipients, in the week before; < 0: too little mail to tell */
	const double *prior;  /* by cause; borrowed from the weights */
	struct rep_family_sum *families; /* in the order of the weights */
	double probability[REP_CAUSE_N];
	/*
	 * The same where reports of receivers do not speak for a way around: the gate of conduct (judge/conduct.h) looks at
	 * this one, and at the same with the compiled-in weights.
	 */
	double cautious[REP_CAUSE_N];
	double compiled[REP_CAUSE_N];
	struct rep_conduct_answer conduct;
	struct rep_evidence *evidence;
	size_t evidence_n;
	bool cannot_be[REP_CAUSE_N];
	struct rep_unknown *unknown;
	size_t unknown_n;
	bool too_many[REP_TOO_MANY_N];
	struct rep_next *next;
	size_t next_n;
	struct rep_str key; /* identifies it, so that its number never changes */
	int64_t id;	    /* set by the caller; 0: none yet */
};

/* What several receivers show together (judge/across.h). */
enum rep_across_kind {
	REP_ACROSS_OWN_MAIL = 0, /* what leaves the source: a stolen login, a form, forwarding */
	REP_ACROSS_RANGE,	 /* the range of its address may not send */
	REP_ACROSS_IDENTITY,	 /* its name: PTR or HELO */
	REP_ACROSS_WAY_OUT,	 /* no connection leaves: port 25 is closed on the way out */
	REP_ACROSS_N
};
const char *rep_across_word(enum rep_across_kind k);

struct rep_across {
	enum rep_across_kind is;
	uint32_t label;
	size_t *incidents, n; /* indices, oldest first; none are needed for WAY_OUT */
	size_t *few, few_n;   /* cells that have too few refusals for an incident, oldest first */
	int64_t first_s, last_s; /* when the first and the last of them began */
	uint64_t attempts;	 /* WAY_OUT: how many reached nobody */
};

/* Who submitted an unusual amount of mail when a trouble began (judge/account.h). */
struct rep_account {
	const struct rep_handed *of; /* in the input */
	uint32_t label;
	bool fresh;	    /* not seen before at all */
	int64_t since_s;    /* when the trouble began */
	int64_t peak_s;	    /* its busiest hour around that */
	uint64_t peak, sum; /* recipients in that hour, and in all hours around it */
	uint64_t before;    /* in the busiest hour before */
	bool at_most;	    /* `before` was not counted: no hour had more than that */
	int64_t known_s;    /* since when the input says who submitted mail */
};

struct rep_verdicts {
	const struct rep_judge_in *in;
	struct rep_index *index;
	struct rep_cell *cells; /* worst first */
	size_t cells_n;
	struct rep_incident *incidents; /* open ones first, then the newest */
	size_t incidents_n;
	struct rep_across *across;
	size_t across_n;
	struct rep_account *accounts; /* by label, then the one with most mail */
	size_t accounts_n;
	uint64_t totals[REP_STATUS_N];	   /* in the window */
	struct rep_conduct_answer conduct; /* for all own mail, where nothing is wrong */
};

/* "almost surely", "probably", "cannot tell", "unlikely" */
const char *rep_probability_words(const struct rep_weights *w, double p);

/* The first piece of an id. NULL: there is none. */
const struct rep_evidence *rep_incident_evidence(
    const struct rep_incident *i, enum rep_evidence_id id);

/* The last episode of an incident. There is always one. */
static inline const struct rep_episode *
rep_incident_last(const struct rep_incident *i)
{
	return &i->episodes[i->episodes_n - 1];
}

/* The state of its cell while one of its episodes lasts. */
enum rep_state rep_incident_state(const struct rep_incident *i, const struct rep_episode *e);

/* It is not over. What is only suspected is open too, and is told as suspected. */
static inline bool
rep_incident_open(const struct rep_incident *i)
{
	return i->life != REP_LIFE_OVER;
}

#endif
