/*
 * engine/day_most.h -- what was the most on each of the last days: shared by what is compared with its usual (delays, the
 * queue).
 *
 * Pure. A day has two numbers, and the most that each was on it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_DAY_MOST_H
#define REP_ENGINE_DAY_MOST_H

#include "base/str.h"

struct rep_day_most {
	int64_t day; /* since 1970 */
	int64_t most[2];
};

int64_t rep_day_of(int64_t at_s);

/* The most of the days before `today`, of the last `keep` with it. Returns how many such days there are. */
size_t rep_days_most(
    const struct rep_day_most *v, size_t n, int64_t today, int64_t keep, int64_t most[2]);
/* Notes a day, or more of one that is there. Those that are not of the `keep` days up to it go. Returns how many stay. */
size_t rep_days_note(struct rep_day_most *v, size_t n, struct rep_day_most today, int64_t keep);

/* For what is stored: takes `n` numbers from the front, each behind a blank. False: they are not there. */
bool rep_days_numbers(struct rep_str *s, int64_t *v, size_t n);

#endif
