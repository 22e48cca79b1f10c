/*
 * judge/measure.h -- own conduct as measured: counts of the week before a moment.
 *
 * Taken directly from observations and complaints. No weight, limit or setting changes a number
 * here. Evidence reports them, and judge/conduct.h compares them with its limits. Inside src/judge
 * only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_MEASURE_H
#define REP_JUDGE_MEASURE_H

#include "base/time.h"
#include "judge/index.h"

enum {
	REP_MEASURE_WEEK_S = 7 * REP_DAY_S,
	REP_MEASURE_CONNECTED_S = 60 * REP_DAY_S,
	REP_MEASURE_TRAPS_S = 30 * REP_DAY_S
};

/* `part` of `all`. Both 0: nothing was measured. */
struct rep_measure {
	uint64_t part, all;
};

/* The share. 0 if `all` is 0. */
double rep_share(uint64_t part, uint64_t all);
/*
 * The lower and the upper end of the share: in nine of ten cases it is larger, or smaller (Wilson 1927). The fewer there
 * are, the further apart. 0 and 1 if `all` is 0.
 */
double rep_share_at_least(struct rep_measure m);
double rep_share_at_most(struct rep_measure m);

/*
 * The attempts of a label, bucket by bucket. If `key` goes through a relay and the label is its
 * own: all attempts through that relay. REP_ANY_LABEL: of all own sources.
 */
const struct rep_conduct *rep_measure_conduct(const struct rep_verdicts *v,
    const struct rep_cell_key *key, uint32_t label, int64_t from_s, int64_t until_s, size_t *n);

/*
 * Unknown recipients among all attempts in the week before, at all providers. Labels of one address
 * are one source. `key` is the cell that the question is about, as above.
 */
struct rep_measure rep_measure_unknown_recipients(
    const struct rep_verdicts *v, const struct rep_cell_key *key, uint32_t label, int64_t before_s);

/*
 * Complaints from people at the provider, and what it accepted in the week before. Of all own
 * sources, because a complaint does not say which one sent the message.
 */
struct rep_measure rep_measure_complaints(
    const struct rep_verdicts *v, const struct rep_cell *c, int64_t before_s);

/* Whether complaints of this provider reach us: one came in the 60 days before, or by until_s. */
bool rep_measure_complaints_watched(
    const struct rep_verdicts *v, uint32_t provider, int64_t before_s, int64_t until_s);

/*
 * Trap hits of an own label in the 30 days before, from a feed of the provider. False: no feed said
 * anything about it, which is not the same as no hits.
 */
bool rep_measure_traps(const struct rep_verdicts *v, uint32_t provider, uint32_t label,
    int64_t before_s, uint64_t *hits);
/* The same for all own labels at all providers. */
bool rep_measure_all_traps(const struct rep_verdicts *v, int64_t before_s, uint64_t *hits);

#endif
