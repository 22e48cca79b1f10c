/*
 * report/alarm_forged.c -- much more mail than ever before that nothing vouches for.
 *
 * Counted is what fails DMARC and does not look like a sender of ours, day by day. A day is unusual if it has a hundred such
 * messages or more, three times as many as the worst day before it, and a twentieth of all mail of the day. Two weeks of
 * days must be known before it. It goes on as long as one of four days has half of that. Two such days are told, or one with
 * five times as much: what was little, and is over when its report comes, is no news.
 *
 * A receiver that began to report does not count in its first weeks: what it sees was there before, and anybody can begin
 * to report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/alarm.h"
#include "base/time.h"

enum {
	/* All of them judgement; how often they are wrong in ordinary years is in doc/alerts.md. */
	MESSAGES = 100,
	TIMES = 3,
	PART = 20,
	DAYS_BEFORE = 14,
	/* Longer than what is recent: that it began is no burst. */
	NEW_S = (REP_ALARM_RECENT_DAYS + 2) * REP_DAY_S,
	FROM_START_S = 7 * REP_DAY_S, /* who reports once a week does so, too */
	/* Reports are up to two days late, and a forger rests on two days of a week. */
	GOES_ON_DAYS = 4,
	DAYS_FEW = 2,
	AT_ONCE = 5
};

/* By day; a report of a week is a seventh of it on each. */
struct forged_days {
	double forged[REP_ALARM_SPAN], all[REP_ALARM_SPAN];
};

/* Of each receiver, by its name, whether it counts. NULL: out of memory. */
static bool *
who_counts(const struct rep_alarm_asking *q)
{
	const struct rep_reported *all = q->all;
	int64_t *from_s = rep_arena_alloc(q->a, (all->names_n + 1) * sizeof *from_s),
		first_s = INT64_MAX;
	bool *counts = rep_arena_alloc(q->a, all->names_n + 1);

	if (from_s == NULL || counts == NULL)
		return NULL;
	for (size_t i = 0; i < all->periods_n; i++) {
		const struct rep_reported_period *p = &all->periods[i];

		if (p->policy_domain != q->domain)
			continue;
		first_s = p->begin_s < first_s ? p->begin_s : first_s;
		if (from_s[p->receiver] == 0 || p->begin_s < from_s[p->receiver])
			from_s[p->receiver] = p->begin_s;
	}
	for (size_t i = 0; i < all->names_n; i++)
		counts[i] = from_s[i] <= first_s + FROM_START_S || from_s[i] < q->now_s - NEW_S;
	return counts;
}

static bool
is_forged(const struct rep_alarm_asking *q, uint32_t row)
{
	const struct rep_report_source *s = &q->is->sources[q->is->source_of[row]];

	return !rep_reported_passes(&q->all->rows[row]) &&
	    (s->who == REP_SENDER_UNKNOWN || (s->who == REP_SENDER_SERVICE && !s->wanted));
}

static void
spread(const struct rep_alarm_asking *q, const struct rep_reported_row *r, double *days)
{
	int64_t n = (r->end_s - r->begin_s + REP_DAY_S / 2) / REP_DAY_S;

	if (n <= 1) {
		days[rep_alarm_day_of(q, r->begin_s, r->end_s)] += (double)r->count;
		return;
	}
	for (int64_t d = 0; d < n; d++)
		days[rep_alarm_day(q, r->begin_s + d * REP_DAY_S + REP_DAY_S / 2)] +=
		    (double)r->count / (double)n;
}

/* A burst: its first day, what is too much, and the worst day before it. */
struct forged_burst {
	unsigned first, last;
	double limit, before;
};

/* The last one that goes on. False: there is none. */
static bool
find_burst(const struct forged_days *v, struct forged_burst *out)
{
	double worst = 0;
	unsigned known = 0, end = REP_ALARM_SPAN;
	bool on = false;

	/* Of a day without a report nobody knows whether it is over. */
	while (end > 0 && v->all[end - 1] <= 0)
		end--;
	for (unsigned d = 0; d < end; d++) {
		double limit = worst * TIMES > MESSAGES ? worst * TIMES : MESSAGES;

		if (on && v->forged[d] * 2 >= out->limit)
			out->last = d;
		on = on && d - out->last < GOES_ON_DAYS;
		if (!on && known >= DAYS_BEFORE && v->forged[d] >= limit &&
		    v->forged[d] * PART >= v->all[d]) {
			on = true;
			*out = (struct forged_burst){ d, d, limit, worst };
		}
		known += v->all[d] > 0;
		worst = v->forged[d] > worst ? v->forged[d] : worst;
	}
	return on;
}

/* Whether it is worth telling: see above. */
static bool
is_large(const struct forged_days *v, const struct forged_burst *b)
{
	unsigned days = 0;
	double most = 0;

	for (unsigned d = b->first; d <= b->last; d++) {
		days += v->forged[d] >= b->limit;
		most = v->forged[d] > most ? v->forged[d] : most;
	}
	return days >= DAYS_FEW || most >= b->limit * AT_ONCE;
}

/* What p= asks for by the newest report that says it. */
static uint8_t
policy_of(const struct rep_alarm_asking *q)
{
	int64_t newest_s = 0;
	uint8_t p = 0;

	for (size_t i = 0; i < q->all->periods_n; i++) {
		const struct rep_reported_period *v = &q->all->periods[i];

		if (v->policy_domain == q->domain && v->known && v->policy.p != 0 &&
		    v->end_s > newest_s) {
			newest_s = v->end_s;
			p = v->policy.p > REP_PUBLISHED_REJECT
			    ? 0
			    : (uint8_t)rep_reported_asks(&v->policy, v->policy.p);
		}
	}
	return p;
}

bool
rep_alarm_forged(struct rep_alarm_asking *q)
{
	struct forged_days *v = rep_arena_alloc(q->a, sizeof *v);
	struct rep_report_alarm x = { .kind = REP_ALARM_FORGED };
	struct rep_report_sums sums = { .messages = 0 };
	const bool *counts = who_counts(q);
	struct forged_burst b;

	if (v == NULL || counts == NULL)
		return false;
	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];

		if (!counts[r->receiver])
			continue;
		spread(q, r, v->all);
		if (is_forged(q, q->is->rows[i]))
			spread(q, r, v->forged);
	}
	if (!find_burst(v, &b))
		return true;
	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];

		if (is_forged(q, q->is->rows[i]) && counts[r->receiver] &&
		    rep_alarm_day_of(q, r->begin_s, r->end_s) >= b.first)
			rep_report_add(&sums, r);
	}
	x.since_s = q->base_s + b.first * (int64_t)REP_DAY_S;
	x.begins = rep_alarm_recent(q, x.since_s) && is_large(v, &b);
	for (unsigned d = b.first; d < REP_ALARM_SPAN; d++)
		x.most = v->forged[d] > (double)x.most ? (uint64_t)v->forged[d] : x.most;
	x.most_before = (uint64_t)b.before;
	x.messages = x.failed = sums.messages;
	x.quarantined = sums.quarantined;
	x.rejected = sums.rejected;
	x.let_through = sums.let_through;
	x.policy = policy_of(q);
	rep_alarm_add(q, &x);
	return true;
}
