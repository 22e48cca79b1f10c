/*
 * judge/timeline.h -- from observations to cells, episodes and incidents: what happened, not why.
 *
 * Needs rep_index_begin, and leaves v->cells and v->incidents in the order they were found; who wants
 * them in another order sorts them. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TIMELINE_H
#define REP_JUDGE_TIMELINE_H

#include "judge/verdict.h"

enum rep_rc rep_judge_timeline(
    struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
