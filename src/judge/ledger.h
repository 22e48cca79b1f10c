/*
 * judge/ledger.h -- what a trouble cost, and what could have been saved by stopping at its first
 * refusal.
 *
 * Counted from the same replies as the incident itself. Lost: messages that were returned to the
 * sender (bounced, or expired after waiting). Delayed: attempts, because a deferred message is
 * tried again and again. The other course of action is: not one more attempt after the first
 * refusal, and all mail waits in the queue. Mail that would have had to wait longer than a mail
 * server keeps it (five days) would have been lost anyway, and does not count as saved.
 *
 * The other course is only for a block. Mail that is throttled should be sent more slowly, not
 * stopped.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_LEDGER_H
#define REP_JUDGE_LEDGER_H

#include "base/time.h"
#include "judge/verdict.h"

enum { REP_LEDGER_KEPT_S = 5 * REP_DAY_S };

struct rep_ledger_line {
	uint32_t stream;
	uint64_t bounced, expired; /* messages to one recipient each: lost */
	uint64_t delayed;	   /* deferred attempts */
	uint64_t waiting;	   /* of the bounced, those that would be waiting or sent now */
	uint64_t not_made;	   /* attempts that would not have been made */
};

/* For the last stay of the trouble, or for all of them. */
struct rep_ledger_sum {
	struct rep_ledger_line all; /* stream is 0 */
	struct rep_ledger_line *streams;
	size_t streams_n; /* most lost first; REP_OTHER_STREAMS, if any, last */
};

struct rep_ledger {
	struct rep_ledger_sum last, stays;
	size_t stays_n;
	bool other_course; /* false: ignore waiting and not_made */
};

/* False: it is left out (rep_judge_has "ledger"), or the arena is too small. */
bool rep_ledger(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_arena *a,
    struct rep_ledger *out);

#endif
