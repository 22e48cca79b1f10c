/*
 * engine/labels.h -- the own labels that a verdict looks at one by one.
 *
 * Each address is compared with its siblings, so the work grows with the square of their number, and
 * a log can be filled with invented labels (store/refusing.h). The judge looks at REP_LABELS_JUDGED:
 * those that the configuration names, then those that sent most. The others are counted together, as
 * the store does.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_LABELS_H
#define REP_ENGINE_LABELS_H

#include "config/config.h"
#include "engine/sources.h"
#include "judge/input.h"

/*
 * `why` takes 0.5 s with 1,024 of them in trouble at one provider, and took 8 s with 4,096 (measured):
 * it grows with the square. So half of 1,024 is a quarter of its time.
 */
enum { REP_LABELS_JUDGED = 512 };

/*
 * Changes the label of observations of which there are too many to REP_OTHER_LABELS, in obs and in
 * recent, before they are sorted by cell. in->names gets that name if needed; what it needs for that
 * is in `a`. *together: how many labels.
 */
enum rep_rc rep_labels_together(struct rep_judge_in *in, const struct rep_config *cfg,
    struct rep_observation *obs, size_t obs_n, struct rep_observation *recent, size_t recent_n,
    struct rep_arena *a, size_t *together, struct rep_err *err) REP_NODISCARD;

/*
 * Sets of a label all but its number: the address that is known of it, and what the configuration says of its source.
 * `known` has what the store knows (rep_sources_load), and gets what the configuration says.
 */
void rep_labels_known(const struct rep_config *cfg, struct rep_sources *known, struct rep_str name,
    struct rep_label *l);

#endif
