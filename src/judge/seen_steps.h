/*
 * judge/seen_steps.h -- what to do about a refusal that makes no incident, where its words are clear.
 *
 * Somebody who holds one bounce with an unmistakable word needs the next steps, not more bounces.
 * What one reply cannot show is how much of the mail is refused, and nothing here claims it: no way
 * around is named, and no request is offered while authentication or identity is in doubt.
 *
 * Pure. What it makes lives in the arena.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_SEEN_STEPS_H
#define REP_JUDGE_SEEN_STEPS_H

#include "judge/seen.h"

/* The words that a row stands for; the latest. NULL: they were not kept. */
const struct rep_wording *rep_seen_wording(
    const struct rep_verdicts *v, const struct rep_seen_row *r);

/*
 * Whether the words say plainly what is refused and why: a rule that is sure of them, or one that
 * knows a code in them. Failures that reached nobody, and those that are not about us, are never clear.
 */
bool rep_seen_is_clear(const struct rep_verdicts *v, const struct rep_seen_row *r);

/* The own address that is refused, as text; n == 0: not known. */
struct rep_str rep_seen_address(
    const struct rep_verdicts *v, const struct rep_seen_row *r, char buf[REP_IP_TEXT]);

enum { REP_SEEN_STEPS = 8 };

/*
 * The steps of a clear row that is about the sender: its address, identity, authentication or pace.
 * *n is 0 for all others: their rule's remedy is all there is to do. False: the arena is too small.
 */
bool rep_seen_steps(const struct rep_verdicts *v, const struct rep_seen_list *seen,
    const struct rep_seen_row *r, struct rep_arena *a, struct rep_next next[REP_SEEN_STEPS],
    size_t *n);

#endif
