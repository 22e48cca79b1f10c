/*
 * judge/advice.h -- the next steps of an incident, in the order of their effect.
 *
 * Looks at all verdicts, so the causes of every incident must be set. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_ADVICE_H
#define REP_JUDGE_ADVICE_H

#include "judge/verdict.h"

/* Sets the steps. An incident that is over gets none. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_advice(struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

#endif
