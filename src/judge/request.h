/*
 * judge/request.h -- the request to a provider, or to whoever runs a relay, ready to be sent by a person.
 *
 * Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_REQUEST_H
#define REP_JUDGE_REQUEST_H

#include "judge/verdict.h"

/* One incident that is advised on; all of it borrowed. */
struct rep_advice {
	const struct rep_verdicts *v;
	const struct rep_judge_in *in;
	struct rep_incident *i;
	const struct rep_cell *cell;
	const struct rep_episode *e; /* the last stay */
	const struct rep_rule *rule; /* NULL: none */
	struct rep_str provider;     /* as in a sentence */
	struct rep_arena *a;
	bool small; /* the arena is used up */
};

/* So many addresses are written out in a request; a person reads no more of them. */
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

/*
 * The request to the provider, or (of a route) to whoever runs the relay: what was measured, own
 * faults, and blanks for what only a person can state. p is NULL when the arena is too small.
 */
struct rep_str rep_advice_request(const struct rep_advice *d);

#endif
