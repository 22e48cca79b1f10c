/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/trend.h"

#include <math.h>

const char *
rep_trend_word(enum rep_trend_kind k)
{
	static const char *const words[] = { "accepted", "slowed", "refused", "other" };

	return words[k];
}

const char *
rep_trend_change_word(enum rep_trend_change c)
{
	static const char *const words[] = { "too little", "same", "better", "worse" };

	return words[c];
}

uint64_t
rep_trend_attempts(const struct rep_trend_sum *s)
{
	uint64_t all = 0;

	for (int k = 0; k < REP_TREND_KINDS; k++)
		all += s->n[k];
	return all;
}

enum rep_trend_kind
rep_trend_of(const struct rep_observation *o)
{
	bool person = o->class == REP_CLASS_RECIPIENT || o->class == REP_CLASS_MAILBOX;

	switch (o->status) {
	case REP_STATUS_SENT: return o->evidence ? REP_TREND_ACCEPTED : REP_TREND_OTHER;
	case REP_STATUS_DEFERRED:
		return person || !o->evidence ? REP_TREND_OTHER : REP_TREND_SLOWED;
	case REP_STATUS_BOUNCED:
	case REP_STATUS_EXPIRED:
		return person || !o->evidence ? REP_TREND_OTHER : REP_TREND_REFUSED;
	default: return REP_TREND_KINDS;
	}
}

static bool
takes_part(const struct rep_trend_mail *m, const bool *names, uint32_t name)
{
	return names == NULL || (name < m->names_n && names[name]);
}

bool
rep_trend_counts(const struct rep_trend_mail *m, const struct rep_observation *o)
{
	return takes_part(m, m->label, o->label) && takes_part(m, m->route, o->route) &&
	    takes_part(m, m->provider, o->provider) &&
	    takes_part(m, m->provider_domain, o->provider_domain) &&
	    takes_part(m, m->stream, o->stream);
}

void
rep_trend_add(const struct rep_observation *v, size_t v_n, const struct rep_trend_mail *m,
    int64_t from_s, int64_t step_s, struct rep_trend_sum *sums, size_t n)
{
	for (size_t i = 0; i < v_n; i++) {
		enum rep_trend_kind k = rep_trend_of(&v[i]);
		int64_t at = v[i].first_s - from_s;

		if (k == REP_TREND_KINDS || at < 0 || at / step_s >= (int64_t)n ||
		    !rep_trend_counts(m, &v[i]))
			continue;
		sums[at / step_s].n[k] += v[i].count;
	}
}

/* --- delays -------------------------------------------------------------------------------------- */

static const double least_s = 0.1;
enum { AN_OCTAVE = 8 }; /* classes: 2^(1/8) is 1.09 */

void
rep_trend_delay_add(struct rep_trend_delays *d, double delay_s)
{
	double at = delay_s <= least_s ? 0 : ceil(log2(delay_s / least_s) * AN_OCTAVE);

	d->n[at < REP_TREND_DELAYS ? (size_t)at : REP_TREND_DELAYS - 1]++;
	d->all++;
}

double
rep_trend_delay(const struct rep_trend_delays *d, double share)
{
	uint64_t below = 0;

	if (d->all == 0)
		return -1;
	for (size_t i = 0; i < REP_TREND_DELAYS; i++) {
		below += d->n[i];
		if ((double)below >= share * (double)d->all)
			return least_s * exp2((double)i / AN_OCTAVE);
	}
	return -1;
}

/* --- comparing ------------------------------------------------------------------------------------ */

enum rep_trend_change
rep_trend_compare(
    const struct rep_trend_sum *now, const struct rep_trend_sum *then, enum rep_trend_kind k)
{
	const double errors = 3.3, points = 0.005;
	double n = (double)rep_trend_attempts(now), m = (double)rep_trend_attempts(then);
	double p, q, both, error;

	if (n < REP_TREND_LEAST || m < REP_TREND_LEAST)
		return REP_TREND_TOO_LITTLE;
	p = (double)now->n[k] / n;
	q = (double)then->n[k] / m;
	both = ((double)now->n[k] + (double)then->n[k]) / (n + m);
	error = sqrt(both * (1 - both) * (1 / n + 1 / m));
	if (fabs(p - q) < points || fabs(p - q) <= errors * error)
		return REP_TREND_SAME;
	return (p > q) == (k == REP_TREND_ACCEPTED) ? REP_TREND_BETTER : REP_TREND_WORSE;
}

enum rep_trend_change
rep_trend_compare_delays(const struct rep_trend_delays *now, const struct rep_trend_delays *then)
{
	const double share = 0.95, times = 2, seconds = 30;
	double a = rep_trend_delay(now, share), b = rep_trend_delay(then, share);

	if (now->all < REP_TREND_LEAST || then->all < REP_TREND_LEAST)
		return REP_TREND_TOO_LITTLE;
	if (a >= b * times && a - b >= seconds)
		return REP_TREND_WORSE;
	return b >= a * times && b - a >= seconds ? REP_TREND_BETTER : REP_TREND_SAME;
}
