/*
 * judge/across.h -- what several receivers show together, and none of them shows alone.
 *
 * Receivers that have nothing to do with each other do not refuse one source within the same hour by
 * chance. What they share is the source: what leaves it, its name, the range it is in, or the way
 * out of its network. Each finding is shown once, on top, and is evidence in the incidents that
 * it is made of.
 *
 * Pure. Called after the timeline, before the evidence.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ACROSS_H
#define REP_JUDGE_ACROSS_H

#include "judge/verdict.h"

/* How many unrelated receivers make a finding about what leaves the source. Judgement. */
enum { REP_ACROSS_OWN = 3, REP_ACROSS_SAME = 2, REP_ACROSS_APART_S = 3600 };

/*
 * Whether the mail that leaves the source may be the reason. It is not when the scope of the
 * refusal is a range or subnet, when it is about a name, or when the fault is theirs. Words that
 * fit an address as well as its network do not rule it out.
 */
bool rep_across_may_be_own(const struct rep_verdicts *v, const struct rep_incident *i);

/* Fills v->across and the incidents' `across`. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_across(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
