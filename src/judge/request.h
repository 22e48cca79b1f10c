/*
 * judge/request.h -- the text of a request to a provider, or to the operator of a relay. A person
 * sends it.
 *
 * Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_REQUEST_H
#define REP_JUDGE_REQUEST_H

#include "judge/advice_found.h"

/* The incident that the advice is about. Everything is borrowed. */
struct rep_advice {
	const struct rep_verdicts *v;
	const struct rep_judge_in *in;
	struct rep_incident *i;
	const struct rep_cell *cell;
	const struct rep_episode *e; /* the last stay */
	const struct rep_rule *rule; /* NULL: none */
	struct rep_str provider;     /* as written in a sentence */
	struct rep_arena *a;
	bool small; /* the arena is used up */
};

/* The most addresses that a request lists. A person does not read more. */
enum { REP_TOGETHER_MAX = 32 };

/* To be called once, when all incidents are in their order. False: the arena is too small. */
bool rep_advice_begin(struct rep_verdicts *v, struct rep_arena *a);

/*
 * Sources in trouble together: the same provider, trouble and way, begun within a day. Returns how
 * many; at most `max` are in v, the newest first. *again gets the attempts refused after the first,
 * of all of them.
 */
size_t rep_advice_together(
    const struct rep_advice *d, const struct rep_incident **v, size_t max, uint64_t *again);

/* For judge/advice_found.h: the incidents told together, put into `group`. */
struct rep_found_of rep_advice_found(
    const struct rep_advice *d, const struct rep_incident *group[REP_TOGETHER_MAX]);

/*
 * The text. It goes to the provider or, for a route, to the operator of the relay. It has what was
 * measured, the own faults, and blanks for what only a person can state. p is NULL: the arena is
 * too small.
 */
struct rep_str rep_advice_request(const struct rep_advice *d);

/* Its part about the sender: what is known from DNS, and blanks. The same for one refusal alone. */
struct rep_str rep_request_about(const struct rep_found_of *of);
/* Its last sentence: what the provider is asked for. rule NULL: none is known. */
struct rep_str rep_request_please(const struct rep_rule *rule);

#endif
