/*
 * engine/small.h -- the small domains that a verdict looks at one by one.
 *
 * The store names few small domains (store/refusing.h), but for ever, and older databases named
 * them all. The judge looks at REP_SMALL_CELLS_MAX cells of small domains: those of the domains
 * that refused most. The others are counted together, as the store does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_SMALL_H
#define REP_ENGINE_SMALL_H

#include "judge/input.h"

enum { REP_SMALL_CELLS_MAX = 1024 };

/* The number of a name for what is counted together. 0: out of memory. An older database lacks it. */
uint32_t rep_name_for_others(struct rep_judge_in *in, struct rep_str name, struct rep_arena *a);

/*
 * Changes the domain of observations of which there are too many to REP_OTHER_DOMAINS, in obs and
 * in recent, and sorts both with rep_history_sort. in->names gets that name if needed; what it
 * needs for that is in `a`. *together: how many domains.
 */
enum rep_rc rep_small_together(struct rep_judge_in *in, struct rep_observation *obs, size_t obs_n,
    struct rep_observation *recent, size_t recent_n, struct rep_arena *a, size_t *together,
    struct rep_err *err) REP_NODISCARD;

#endif
