/*
 * base/budget.h -- so many at once, then one in so much time: a budget that fills again.
 *
 * Pure: the time is given. Times are all of one unit, seconds or milliseconds. A budget of zeros is full. A clock that is set
 * back makes nobody wait longer than for a whole budget.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_BUDGET_H
#define REP_BASE_BUDGET_H

#include <stdint.h>

/* What the limit is. */
struct rep_budget_limit {
	int64_t burst; /* at once, from 1 on */
	int64_t every; /* then one in this time */
};

struct rep_budget {
	int64_t full; /* when all of it is there again */
};

/* How long until there is one; 0: now. Nothing is taken. */
int64_t rep_budget_wait(struct rep_budget *b, const struct rep_budget_limit *limit, int64_t now);

/* Takes one, which rep_budget_wait said is there. */
void rep_budget_take(struct rep_budget *b, const struct rep_budget_limit *limit, int64_t now);

#endif
