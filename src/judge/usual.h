/*
 * judge/usual.h -- what is usual for one cell, and how strongly a bucket of time deviates from it.
 *
 * The share of one kind of reply among a cell's attempts is learnt from its own past, by weekday
 * and hour (UTC). An hour with little history borrows from the same hour of other days, and that
 * from the total. If there is more mail than usual at that hour, a larger share is allowed, because
 * limits follow volume. How unevenly such replies come (many in one bucket, none in the next) is
 * learnt too. Where they always came in bursts, the test reacts more slowly.
 *
 * The test is sequential (Page's CUSUM). Each bucket adds the log likelihood ratio of its replies:
 * at a share of `worse` against the usual one. The sum never falls below 0, and the result counts
 * when it reaches `bar`. If replies were as independent as assumed, the mean time between false
 * alarms of one cell would be at least e^bar buckets (Lorden 1971).
 *
 * Pure arithmetic, no allocation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_USUAL_H
#define REP_JUDGE_USUAL_H

#include <stdbool.h>
#include <stdint.h>

/* The terms of one kind of trouble. Shares are of attempts. */
struct rep_usual_terms {
	double least;  /* the usual share is never taken as less */
	double step;   /* worse is at least the usual share plus this, and four times it */
	double bar;    /* the sum that counts */
	double bursts; /* how unevenly replies come before anything is learnt; 1: independently */
};

enum { REP_USUAL_WEEK = 7 * 24, REP_USUAL_DAY = 24 };

struct rep_usual_slot {
	float x, n, buckets;
};

/* Zeroed: nothing is learnt yet. */
struct rep_usual {
	struct rep_usual_slot week[REP_USUAL_WEEK], day[REP_USUAL_DAY], all;
	double unevenness, learnt; /* sum of squared deviations, and the number of buckets in it */
};

/* One bucket of an hour or a day: x such replies among n attempts (x <= n). */
struct rep_usual_bucket {
	int64_t from_s;
	bool hourly;
	uint64_t x, n;
};

/* The usual share for such a bucket, and the share that would be trouble. */
double rep_usual_share(const struct rep_usual *u, const struct rep_usual_terms *t,
    const struct rep_usual_bucket *b, double *worse);

/* What the bucket adds to the sum. Above 0 it points to trouble. */
double rep_usual_score(const struct rep_usual *u, const struct rep_usual_terms *t,
    const struct rep_usual_bucket *b, double share, double worse);

/* Learns from a usual bucket. */
void rep_usual_learn(
    struct rep_usual *u, const struct rep_usual_terms *t, const struct rep_usual_bucket *b);

#endif
