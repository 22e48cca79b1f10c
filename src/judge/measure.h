/*
 * judge/measure.h -- own conduct as it was measured: counts of the week before a moment.
 *
 * Straight from observations and complaints; no weight, limit or setting changes a number here. Evidence
 * tells of them, and judge/conduct.h holds them against its limits. Inside src/judge only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_MEASURE_H
#define REP_JUDGE_MEASURE_H

#include "judge/index.h"

enum {
	REP_MEASURE_WEEK_S = 7 * 86400,
	REP_MEASURE_CONNECTED_S = 60 * 86400,
	REP_MEASURE_TRAPS_S = 30 * 86400
};

/* So many of so many; all 0: nothing was measured. */
struct rep_measure {
	uint64_t part, all;
};

/* 0 of nothing. */
double rep_share(uint64_t part, uint64_t all);

/*
 * What a label tried, bucket by bucket; of the label of `key`, where that goes through a relay,
 * all that went through the relay. REP_ANY_LABEL: of all own sources.
 */
const struct rep_conduct *rep_measure_conduct(const struct rep_verdicts *v,
    const struct rep_cell_key *key, uint32_t label, int64_t from_s, int64_t until_s, size_t *n);

/*
 * Recipients that do not exist, of all attempts in the week before, at all providers. Labels of one
 * address are one source. `key`: the cell the question is about, as above.
 */
struct rep_measure rep_measure_unknown_recipients(
    const struct rep_verdicts *v, const struct rep_cell_key *key, uint32_t label, int64_t before_s);

/*
 * Complaints of the provider's people, of what it accepted in the week before, from all own sources:
 * complaints do not say by which one they came.
 */
struct rep_measure rep_measure_complaints(
    const struct rep_verdicts *v, const struct rep_cell *c, int64_t before_s);

/* Whether complaints of this provider reach us: one came in the 60 days before, or until then. */
bool rep_measure_complaints_watched(
    const struct rep_verdicts *v, uint32_t provider, int64_t before_s, int64_t until_s);

/*
 * Trap hits that a feed of the provider told of an own label in the 30 days before. False: no feed
 * told anything of it, which is not the same as none.
 */
bool rep_measure_traps(const struct rep_verdicts *v, uint32_t provider, uint32_t label,
    int64_t before_s, uint64_t *hits);
/* The same of all own labels at all providers. */
bool rep_measure_all_traps(const struct rep_verdicts *v, int64_t before_s, uint64_t *hits);

#endif
