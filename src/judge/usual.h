/*
 * judge/usual.h -- what is usual for one cell, and how much a bucket of time speaks against it.
 *
 * The share of one kind of reply among a cell's attempts is learnt from its own past, by
 * weekday and hour (UTC): an hour with little history leans on the same hour of other days,
 * and that on the whole. More mail than usual at that hour is allowed a larger share, since
 * limits follow volume. How unevenly such replies come (many in one bucket, none in the
 * next) is learnt too, and makes the test slower where they always came in bursts.
 *
 * The test is sequential (Page's CUSUM): each bucket adds the logarithm of how much likelier
 * its replies are at a share of `worse` than at the usual one; the sum never falls below 0,
 * and what it says counts when it reaches `bar`. If replies came as independently as assumed,
 * the mean time between false alarms of one cell would be at least e^bar buckets (Lorden 1971).
 *
 * Pure arithmetic, no allocation.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_USUAL_H
#define REP_JUDGE_USUAL_H

#include <stdbool.h>
#include <stdint.h>

/* What one kind of trouble is held against; shares are of attempts. */
struct rep_usual_terms {
	double least;  /* a usual share is never taken to be smaller */
	double step;   /* worse is at least the usual share and this, and four times the usual */
	double bar;    /* what the sum must reach */
	double bursts; /* how unevenly replies come, before anything is learnt; 1: independently */
};

enum { REP_USUAL_WEEK = 7 * 24, REP_USUAL_DAY = 24 };

struct rep_usual_slot {
	float x, n, buckets;
};

/* Zeroed: nothing is known yet. */
struct rep_usual {
	struct rep_usual_slot week[REP_USUAL_WEEK], day[REP_USUAL_DAY], all;
	double unevenness, learnt; /* sum of squared deviations, and of how many buckets */
};

/* One bucket: x such replies among n attempts (x <= n), from from_s; hourly, else of a day. */
struct rep_usual_bucket {
	int64_t from_s;
	bool hourly;
	uint64_t x, n;
};

/* The share that is usual for such a bucket, and the share that would be trouble. */
double rep_usual_share(const struct rep_usual *u, const struct rep_usual_terms *t,
    const struct rep_usual_bucket *b, double *worse);

/* What the bucket adds to the sum: above 0 it speaks for trouble. */
double rep_usual_score(const struct rep_usual *u, const struct rep_usual_terms *t,
    const struct rep_usual_bucket *b, double share, double worse);

/* The bucket was an ordinary one. */
void rep_usual_learn(
    struct rep_usual *u, const struct rep_usual_terms *t, const struct rep_usual_bucket *b);

#endif
