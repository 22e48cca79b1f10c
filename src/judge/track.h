/*
 * judge/track.h -- one cell's observations into stays of trouble.
 *
 * A cell is followed through time, bucket by bucket, once for each kind of trouble it has. A
 * block begins with its first reply. What is slowed, fails or is taken less than usual
 * begins when the share of such replies leaves what is usual for the cell (judge/usual.h),
 * and since the moment that explains it best. Each ends when such replies have been absent,
 * or no more than usual, for long enough while mail was accepted.
 *
 * Pure; memory for the buckets of one cell is kept between calls.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_TRACK_H
#define REP_JUDGE_TRACK_H

#include "judge/verdict.h"

/* What a trouble needs to count, and to be over. */
struct rep_trouble_terms {
	int64_t quiet_s;      /* no such reply for so long, while mail was accepted */
	uint64_t accepted;    /* and so many accepted since the last of them, at the least */
	uint64_t replies;     /* fewer do not count (a certain block: one) */
	int64_t for_s;	      /* from the first to the last of them; shorter is ordinary */
	int64_t theirs_for_s; /* the provider's own absence counts when it is longer; 0: any */
};
extern const struct rep_trouble_terms rep_trouble_terms[REP_TROUBLE_N];

/* One stay, and what the caller needs to judge it. */
struct rep_stay {
	struct rep_episode e;
	bool certain;	   /* a certain rule was among its replies */
	uint64_t theirs;   /* replies that say the provider was not there, or not able */
	bool away;	   /* nothing was taken for an hour: since_s and until_s are that gap's */
	uint64_t attempts; /* in the buckets of its replies, of all kinds */
};

struct rep_stays {
	struct rep_stay *v; /* oldest first; owned by the track */
	size_t n, cap;
};

struct rep_track;

/* Follows cells of these verdicts (borrowed). NULL: out of memory. */
struct rep_track *rep_track_new(const struct rep_verdicts *v);
void rep_track_free(struct rep_track *t);

/*
 * Follows one cell (observations of one key, by from_s). out[kind] is the track's, to be used (and
 * changed) until the next call. REP_EMEM.
 */
enum rep_rc rep_track_cell(struct rep_track *t, const struct rep_observation *obs, size_t n,
    struct rep_stays *out[REP_TROUBLE_N], struct rep_err *err) REP_NODISCARD;

#endif
