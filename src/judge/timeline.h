/*
 * judge/timeline.h -- from observations to cells, episodes and incidents: what happened, not why.
 *
 * Call rep_index_begin first. Leaves v->cells and v->incidents in the order in which they were
 * found. The caller sorts them. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TIMELINE_H
#define REP_JUDGE_TIMELINE_H

#include "judge/verdict.h"

enum rep_rc rep_judge_timeline(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
