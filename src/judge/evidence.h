/*
 * judge/evidence.h -- every piece of evidence looks at one incident and reports what it finds.
 *
 * Sets evidence, what is unknown, what cannot be, and the share of unknown recipients. It weighs
 * nothing: judge/causes.h does. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_EVIDENCE_H
#define REP_JUDGE_EVIDENCE_H

#include "judge/verdict.h"

/* Needs rep_index_build. REP_ELIMIT: the arena is too small. */
enum rep_rc rep_judge_evidence(struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a,
    struct rep_err *err) REP_NODISCARD;

#endif
