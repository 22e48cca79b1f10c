/*
 * judge/index.h -- what the parts of judge share: each cell's observations in order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_INDEX_H
#define REP_JUDGE_INDEX_H

#include "judge/judge.h"

struct rep_index {
	const struct rep_observation **obs; /* of cell 0, then of cell 1 ...; by time within */
	unsigned char *sender_rule;	    /* by number of name: the rule speaks of the sender */
	size_t rules_n;
};

/* Whether a reply is of a trouble that makes incidents, and of which. */
bool rep_index_trouble(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_trouble *t);

/* What was tried and what came of it. */
struct rep_sums {
	uint64_t attempts, accepted, recipient, trouble;
	int64_t first_s, last_s; /* of what was accepted */
};

enum { REP_ANY_STREAM = UINT32_MAX };

/* Adds a cell's observations whose first reply lies in [from_s, until_s). trouble: of `kind`. */
void rep_index_sum(const struct rep_verdicts *v, const struct rep_cell *c, int64_t from_s,
    int64_t until_s, uint32_t stream, enum rep_trouble kind, struct rep_sums *sums);

#endif
