/*
 * judge/given_up.h -- mail that waited too long and was returned to its sender: lost by waiting.
 *
 * Counted by provider (a small host: by its domain), over a week, because nobody looks every day.
 * The streams with most of it are named. It is shown whether or not there is an incident.
 *
 * Pure. Rows live in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_GIVEN_UP_H
#define REP_JUDGE_GIVEN_UP_H

#include "base/time.h"
#include "judge/verdict.h"

enum { REP_GIVEN_UP_S = 7 * REP_DAY_S, REP_GIVEN_UP_ROWS = 64, REP_GIVEN_UP_STREAMS = 3 };

struct rep_given_up {
	uint32_t provider, domain; /* names; domain 0: not of a small host */
	uint64_t n;		   /* recipients */
	int64_t first_s, last_s;
	struct {
		uint32_t stream;
		uint64_t n;
	} streams[REP_GIVEN_UP_STREAMS]; /* the most first; n == 0: unused; stream 0: not known */
};

struct rep_given_up_list {
	struct rep_given_up *v; /* most first */
	size_t n;
	uint64_t all; /* also of rows beyond REP_GIVEN_UP_ROWS */
};

/* REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_given_up(const struct rep_verdicts *v, struct rep_arena *a,
    struct rep_given_up_list *out, struct rep_err *err) REP_NODISCARD;

#endif
