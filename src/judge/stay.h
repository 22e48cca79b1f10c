/*
 * judge/stay.h -- one stay of a trouble in a cell, and how several become one.
 *
 * Pure. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_STAY_H
#define REP_JUDGE_STAY_H

#include "judge/verdict.h"

/* One stay, and what the caller needs to judge it. */
struct rep_stay {
	struct rep_episode e;
	bool certain;	 /* one of its replies matched a certain rule */
	uint64_t theirs; /* replies that say the provider could not be reached or could not work */
	bool away;	 /* nothing was accepted for an hour: since_s and until_s are of that gap */
	uint64_t attempts; /* all attempts in the buckets of its replies */
};

struct rep_stays {
	struct rep_stay *v; /* oldest first; owned by the track */
	size_t n, cap;
};

/*
 * stays[0..whole) are those of the whole cell, the others those of its single streams, in any order. Drops those
 * of streams that overlap one of the cell, joins those that overlap one another (they are one trouble), and
 * sorts all by time. Returns how many are left.
 */
size_t rep_stays_join(struct rep_stay *stays, size_t whole, size_t n);

#endif
