/*
 * judge/index.h -- what the stages of the judge share: the observations of cells, found and summed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_INDEX_H
#define REP_JUDGE_INDEX_H

#include "judge/verdict.h"

/*
 * Attempts of one stream in one bucket, at all providers; of them, how many recipients were unknown,
 * and how many messages were refused for what they say.
 */
struct rep_conduct {
	int64_t from_s;
	uint32_t stream, attempts, recipient, content;
};

/* The cells of a label. They follow one another in the history. */
struct rep_label_cells {
	uint32_t label;
	uint32_t route;	 /* 0: mail that leaves directly; else the relay it goes through */
	size_t first, n; /* places in the history */
	int64_t first_s; /* its first observation; INT64_MAX: none */
	const struct rep_conduct *conduct; /* NULL: not gathered yet */
	size_t conduct_n;
};

/* Running sums of the labels of one address, by time: one entry for each bucket. */
struct rep_running {
	int64_t from_s;
	uint64_t attempts, recipient; /* of this bucket and all before it */
};

struct rep_address_sums {
	const struct rep_running *v; /* NULL: not gathered yet */
	size_t n;
};

/* An incident among those that are advised on together (judge/request.h). */
struct rep_alike {
	uint32_t key[5];      /* trouble, life, provider, provider_domain, route */
	uint32_t incident;    /* index; in one key the newest stay comes first */
	uint64_t tried_again; /* of this one and all before it in the array */
};

/* A trouble and when it began (evidence_named.c). */
struct rep_begun {
	uint32_t of[3]; /* what it is found by: a cause and a stream, for example */
	uint64_t party; /* a source or a provider: to troubles of its own it says nothing */
	int64_t since_s;
	uint32_t incident; /* index */
	/* Those beside it that have the same `of` and `party`: they are passed over in one step. */
	uint32_t run_first, run_end;
};

struct rep_begun_list {
	struct rep_begun *v; /* by `of`, then by time; NULL: not gathered yet */
	size_t n;
};

/* A time in which words about recipients are about the source (judge/mute.h). */
struct rep_mute {
	struct rep_cell_key key;
	unsigned classes;	 /* a bit for each class whose words are meant */
	int64_t from_s, until_s; /* until_s: INT64_MAX while it lasts */
};

struct rep_index {
	struct rep_history history;
	size_t *cell_at;		/* by place in the history: index in the cells */
	struct rep_label_cells *labels; /* by label */
	size_t labels_n;
	struct rep_label_cells everybody; /* all labels together, as one */
	struct rep_label_cells *routes;	  /* all labels through one relay; those asked for so far */
	size_t routes_n;
	const struct rep_label **by_address; /* labels with a known address, without pools */
	size_t by_address_n;
	struct rep_address_sums *address_sums; /* at the place of the first label of an address */
	uint32_t *at_provider; /* indices of cells, by provider and provider_domain */
	size_t at_provider_n;
	int64_t first_s;	  /* of all observations; INT64_MAX: none */
	unsigned char *rule_says; /* by number of name; see rep_index_counts */
	size_t rules_n;
	struct rep_mute *mutes; /* by key, as cells are looked at in that order */
	size_t mutes_n, mutes_cap;
	bool other_known;
	uint32_t other;		 /* the name of hosts that nobody knows */
	uint32_t bounces;	 /* the label of facts that only bounces tell; 0: there are none */
	uint32_t other_domains;	 /* REP_OTHER_DOMAINS; 0: not among the names */
	uint32_t *next_of_cell;	 /* by incident: the next one of its cell, plus 1; 0: none */
	uint32_t *first_of_cell; /* by cell, as above */
	const int8_t *named;	 /* by incident: the cause its words name, -1: none */
	struct rep_begun_list begun;	     /* troubles by time */
	struct rep_begun_list named_here;    /* those that name a cause, by source and route */
	struct rep_begun_list named_of_mail; /* those that name a cause of mail, by stream */
	struct rep_alike *alike;	     /* as many as incidents; rep_advice_begin */
	struct rep_arena *a;
	bool small; /* the arena was used up */
};

/* Whether only bounces tell of a label: no log was read of it. */
static inline bool
rep_index_by_bounces(const struct rep_index *x, uint32_t label)
{
	return x->bounces != 0 && label == x->bounces;
}

/* How a reply counts. */
enum rep_counts_as {
	REP_COUNTS_NOT = 0, /* no provider was asked */
	REP_COUNTS_ACCEPTED,
	REP_COUNTS_ATTEMPT, /* only an attempt: about the recipient, a greylist or a link */
	REP_COUNTS_TROUBLE  /* of the kind in *t */
};
enum rep_counts_as rep_index_counts(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t);

/*
 * What a reply is about: as its words were heard, else as its rule says (counts of older databases).
 */
enum rep_scope rep_index_scope(const struct rep_judge_in *in, const struct rep_observation *o);

/* True for classes that are about one recipient: it does not exist, is full, is asked to try again. */
bool rep_class_of_recipient(enum rep_class c);

/* True for classes which say that the provider could not be reached or could not work. */
bool rep_class_theirs(enum rep_class c);

/* Whether a reply belongs to a trouble that makes incidents, and to which kind. */
bool rep_index_trouble(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t);

/* A cell's observations by from_s, a view until the next call. NULL and 0: there are none. */
const struct rep_observation *rep_index_obs(
    const struct rep_verdicts *v, const struct rep_cell *c, size_t *n);

/* Attempts and their results. */
struct rep_sums {
	uint64_t attempts, accepted, recipient;
	uint64_t trouble;	 /* of the kind that was asked for */
	uint64_t refused;	 /* of every kind, but those that reached nobody (network) */
	int64_t first_s, last_s; /* of the accepted ones */
};

#define REP_ANY_STREAM UINT32_MAX
#define REP_ANY_LABEL UINT32_MAX

/* Adds observations whose first reply is in [from_s, until_s). sums->trouble: those of `kind`. */
void rep_index_sum(const struct rep_verdicts *v, const struct rep_cell *c, int64_t from_s,
    int64_t until_s, uint32_t stream, enum rep_trouble kind, struct rep_sums *sums);

/*
 * The conduct of a label (REP_ANY_LABEL: of all labels together) with from_s in [from_s, until_s).
 * Returns the first row and sets how many there are.
 */
const struct rep_conduct *rep_index_conduct(
    const struct rep_verdicts *v, uint32_t label, int64_t from_s, int64_t until_s, size_t *n);

/* The same for all mail that goes through a relay. */
const struct rep_conduct *rep_index_route_conduct(
    const struct rep_verdicts *v, uint32_t route, int64_t from_s, int64_t until_s, size_t *n);

/* Whether both cells are at one provider; of small hosts, at one domain. */
static inline bool
rep_index_same_provider(const struct rep_cell_key *x, const struct rep_cell_key *y)
{
	return x->provider == y->provider && x->provider_domain == y->provider_domain;
}

/* The cells of a label; NULL when it has none. */
const struct rep_label_cells *rep_index_label(const struct rep_verdicts *v, uint32_t label);

/*
 * Sums of all labels that share the address of this one, itself included, with from_s in
 * [from_s, until_s): they are one source. False: its address is not known, or it is a pool. What it
 * costs does not grow with the labels, except for the first time that an address is asked about.
 */
bool rep_index_address_sum(const struct rep_verdicts *v, const struct rep_label *l, int64_t from_s,
    int64_t until_s, uint64_t *attempts, uint64_t *recipient);

/* The number of a source: equal for labels that are one source. */
uint32_t rep_index_source(const struct rep_verdicts *v, uint32_t label);

/* Indices of all cells at its provider (and domain of a small host), itself included. */
const uint32_t *rep_index_at_provider(
    const struct rep_verdicts *v, const struct rep_cell *c, size_t *n);

/*
 * rep_index_begin comes before the timeline and prepares the history and how replies count.
 * rep_index_build comes after it and makes the tables to find cells.
 */
enum rep_rc rep_index_begin(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_index_build(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
