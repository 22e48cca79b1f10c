/*
 * judge/index.h -- what the parts of judge share: each cell's observations in order.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_INDEX_H
#define REP_JUDGE_INDEX_H

#include "judge/judge.h"

/* What a label tried in one bucket, by stream, at all providers; and how many did not exist. */
struct rep_conduct {
	int64_t from_s;
	uint32_t label, stream, attempts, recipient;
};

struct rep_index {
	struct rep_conduct *conduct; /* by label, then time, then stream */
	size_t conduct_n;
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

/* The conduct of a label with from_s in [from_s, until_s): first row and how many. */
const struct rep_conduct *rep_index_conduct(
    const struct rep_verdicts *v, uint32_t label, int64_t from_s, int64_t until_s, size_t *n);

/* Fills index->conduct. */
enum rep_rc rep_index_build(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
