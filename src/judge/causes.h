/*
 * judge/causes.h -- from the evidence of an incident to one probability per cause.
 *
 * Class and scope of the refusal choose the prior. Each family of evidence multiplies the odds,
 * within the family's cap. This sets the prior, the families and the probabilities, and marks the
 * pieces that speak against the likeliest cause. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_CAUSES_H
#define REP_JUDGE_CAUSES_H

#include "judge/verdict.h"

/* Call it after rep_judge_evidence. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_causes(struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

#endif
