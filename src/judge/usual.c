/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/usual.h"

#include <math.h>
#include <stddef.h>

enum {
	HOUR = 3600,
	DAY = 86400,
	PRIOR = 200,	    /* attempts; weight of `least` before anything is learnt */
	LEAN = 100,	    /* attempts; weight of the wider slot in a narrower one */
	FEW = 10,	    /* attempts; fewer are too little volume to compare */
	SURGE_MAX = 4,	    /* a surge of volume raises the allowed share at most this many times */
	BURST_BUCKETS = 20, /* buckets; weight of the first guess of `bursts` */
	BURSTS_MAX = 40
};

static size_t
hour_of(int64_t from_s)
{
	return (size_t)(from_s / HOUR % 24);
}

static size_t
hour_of_week(int64_t from_s)
{
	return (size_t)(from_s / DAY % 7) * 24 + hour_of(from_s);
}

static double
leaning(const struct rep_usual_slot *s, double wider)
{
	return ((double)s->x + LEAN * wider) / ((double)s->n + LEAN);
}

/* Attempts that are usual for a bucket at this time; 0: not known. */
static double
usual_volume(const struct rep_usual *u, const struct rep_usual_bucket *b)
{
	const struct rep_usual_slot *w = &u->week[hour_of_week(b->from_s)];
	const struct rep_usual_slot *d = &u->day[hour_of(b->from_s)];

	if (!b->hourly)
		return 0;
	if (w->buckets >= 2)
		return (double)(w->n / w->buckets);
	return d->buckets >= 3 ? (double)(d->n / d->buckets) : 0;
}

double
rep_usual_share(const struct rep_usual *u, const struct rep_usual_terms *t,
    const struct rep_usual_bucket *b, double *worse)
{
	double share = ((double)u->all.x + PRIOR * t->least) / ((double)u->all.n + PRIOR);
	double volume = usual_volume(u, b), slot;

	if (b->hourly) {
		slot = leaning(&u->day[hour_of(b->from_s)], share);
		slot = leaning(&u->week[hour_of_week(b->from_s)], slot);
		share = fmax(share, slot);
	}
	share = fmax(share, t->least);
	if (volume > 0)
		share *= fmin(fmax((double)b->n / fmax(volume, FEW), 1), SURGE_MAX);
	share = fmin(share, 0.5);
	*worse = fmin(fmax(4 * share, share + t->step), 0.95);
	return share;
}

double
rep_usual_score(const struct rep_usual *u, const struct rep_usual_terms *t,
    const struct rep_usual_bucket *b, double share, double worse)
{
	double bursts = (BURST_BUCKETS * t->bursts + u->unevenness) / (BURST_BUCKETS + u->learnt);
	double x = (double)b->x, rest = (double)(b->n - b->x);

	bursts = fmin(fmax(bursts, t->bursts), BURSTS_MAX);
	return (x * log(worse / share) + rest * log((1 - worse) / (1 - share))) / bursts;
}

static void
add(struct rep_usual_slot *s, const struct rep_usual_bucket *b)
{
	s->x += (float)b->x;
	s->n += (float)b->n;
	s->buckets++;
}

void
rep_usual_learn(
    struct rep_usual *u, const struct rep_usual_terms *t, const struct rep_usual_bucket *b)
{
	double worse, share = rep_usual_share(u, t, b, &worse);
	double expected = (double)b->n * share, off = (double)b->x - expected;

	u->unevenness += off * off / fmax(expected * (1 - share), 1);
	u->learnt++;
	add(&u->all, b);
	if (b->hourly) {
		add(&u->week[hour_of_week(b->from_s)], b);
		add(&u->day[hour_of(b->from_s)], b);
	}
}
