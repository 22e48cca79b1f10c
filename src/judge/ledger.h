/*
 * judge/ledger.h -- what a trouble has cost, and what stopping at its first refusal would
 * have saved.
 *
 * Counted from the same replies as the incident itself. Lost is a message that was returned to
 * its sender (bounced, or expired after waiting); delayed counts attempts, for a message
 * that is put off is tried again and again. The other course is: not one attempt more after
 * the first refusal, and what comes waits. Mail that had to wait for longer than a mail server
 * keeps it (five days) would have been lost all the same, and is not counted as saved.
 *
 * Only of a block: mail that is slowed should be sent more slowly, not stopped.
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
	uint64_t bounced, expired; /* messages, for one recipient each: lost */
	uint64_t delayed;	   /* attempts that were put off */
	uint64_t waiting;  /* messages of those bounced that would be waiting, or sent by now */
	uint64_t not_made; /* attempts */
};

/* The last stay of the trouble, or all of them. */
struct rep_ledger_sum {
	struct rep_ledger_line all; /* stream is 0 */
	struct rep_ledger_line *streams;
	size_t streams_n; /* most lost first; REP_OTHER_STREAMS, if any, last */
};

struct rep_ledger {
	struct rep_ledger_sum last, stays;
	size_t stays_n;
	bool other_course; /* waiting and not_made mean something */
};

/* False: it was left out (rep_judge_has "ledger"), or the arena is too small. */
bool rep_ledger(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_arena *a,
    struct rep_ledger *out);

#endif
