/*
 * judge/track.h -- turns the observations of one cell into stays of trouble.
 *
 * It follows a cell through time, bucket by bucket, once for each kind of trouble. A block begins
 * with its first reply. Throttling, failures and drops begin when the share of such replies leaves
 * what is usual for the cell (judge/usual.h). The start is then set to the moment that explains the
 * share best. A stay ends when mail was accepted for long enough with no such replies, or no more
 * than usual. Drops are followed once more for each stream alone, at times when the cell has none: a stream
 * that is a tenth of the mail hardly moves the share of the whole.
 *
 * Pure; memory for the buckets of one cell is kept between calls.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TRACK_H
#define REP_JUDGE_TRACK_H

#include "judge/stay.h"

/* What a trouble needs to count, and to be over. */
struct rep_trouble_terms {
	int64_t quiet_s;      /* over: no such reply for this long, while mail was accepted */
	uint64_t accepted;    /* over: and at least this many accepted since the last reply */
	uint64_t replies;     /* fewer do not count (a certain block: one) */
	int64_t for_s;	      /* from the first to the last reply; a shorter one is usual */
	int64_t theirs_for_s; /* an absence of the provider must last longer; 0: any length */
};
/*
 * How many bounces make a trouble where only bounces show it. They are claims, show only what
 * failed, and a few of one kind are normal. Judgement.
 */
enum { REP_BOUNCES_MAKE = 10 };
extern const struct rep_trouble_terms rep_trouble_terms[REP_TROUBLE_N];

struct rep_track;

/* For the cells of these verdicts (borrowed). NULL: out of memory. */
struct rep_track *rep_track_new(const struct rep_verdicts *v);
void rep_track_free(struct rep_track *t);

/*
 * Follows one cell (observations of one key, by from_s). out[kind] belongs to the track. The caller
 * may use and change it until the next call. REP_EMEM: out of memory.
 */
enum rep_rc rep_track_cell(struct rep_track *t, const struct rep_observation *obs, size_t n,
    struct rep_stays *out[REP_TROUBLE_N], struct rep_err *err) REP_NODISCARD;

#endif
