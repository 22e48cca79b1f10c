/*
 * judge/causes.h -- from the evidence of an incident to one probability per cause.
 *
 * The prior is chosen by class and scope of the refusal; each family of evidence multiplies its odds,
 * within the family's cap. Sets prior, families, probability, and which pieces speak against the
 * likeliest cause. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_CAUSES_H
#define REP_JUDGE_CAUSES_H

#include "judge/verdict.h"

/* The incident's evidence was heard. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_causes(struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

#endif
