/*
 * report/alarm_silent.c -- reports that stopped: those of one receiver, or all.
 *
 * Only who reported on nearly each day is missed: 24 of 28. One is silent when others have gone on for a week; all are when
 * none came for four days more than in the longest pause before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/alarm.h"

enum {
	DAY_S = 86400,
	DAYS = 28,
	DAILY = 24, /* Judgement: then seven days without one are no chance */
	SILENT_S = 7 * DAY_S,
	/* Judgement: a day of the report itself, two until it is here, and one more. */
	STOPPED_S = 4 * DAY_S,
	/* Judgement: as with all that is recent, from the day on that it can be told. */
	RECENT_S = REP_ALARM_RECENT_DAYS * DAY_S,
	/* Judgement: one that began when another one stopped is the same under another name. */
	RENAMED_S = 3 * DAY_S
};

/* One receiver, by its reports of this domain. */
struct alarm_reporter {
	uint32_t name;
	int64_t first_s, last_s; /* begin and end */
	unsigned days;		 /* with a report, of the last 28 that it had */
};

/* v[0 .. n) are of one receiver, by begin; of several domains. False: none is of this one. */
static bool
reporter_of(const struct rep_alarm_asking *q, const struct rep_reported_period *v, size_t n,
    struct alarm_reporter *out)
{
	int64_t day = INT64_MIN;

	*out = (struct alarm_reporter){ .name = v->receiver, .first_s = INT64_MAX };
	for (size_t i = 0; i < n; i++) {
		if (v[i].policy_domain != q->domain)
			continue;
		out->first_s = v[i].begin_s < out->first_s ? v[i].begin_s : out->first_s;
		out->last_s = v[i].end_s > out->last_s ? v[i].end_s : out->last_s;
	}
	for (size_t i = 0; i < n; i++)
		if (v[i].policy_domain == q->domain &&
		    v[i].end_s > out->last_s - DAYS * (int64_t)DAY_S &&
		    v[i].begin_s / DAY_S != day) {
			day = v[i].begin_s / DAY_S;
			out->days++;
		}
	return out->last_s > 0;
}

static int64_t
newest_of(const struct alarm_reporter *v, size_t n)
{
	int64_t newest_s = 0;

	for (size_t i = 0; i < n; i++)
		newest_s = v[i].last_s > newest_s ? v[i].last_s : newest_s;
	return newest_s;
}

static bool
was_renamed(const struct alarm_reporter *v, size_t n, const struct alarm_reporter *r)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].first_s >= r->last_s - RENAMED_S && v[i].first_s <= r->last_s + RENAMED_S)
			return true;
	return false;
}

/* What the receiver (0: each) had in the four weeks before. */
static uint64_t
messages_of(const struct rep_alarm_asking *q, uint32_t receiver, int64_t last_s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];

		n += (receiver == 0 || r->receiver == receiver) &&
			r->end_s > last_s - DAYS * (int64_t)DAY_S
		    ? r->count
		    : 0;
	}
	return n;
}

static void
one_silent(struct rep_alarm_asking *q, const struct alarm_reporter *v, size_t n,
    const struct alarm_reporter *r)
{
	int64_t pause_s = newest_of(v, n) - r->last_s;

	if (r->days < DAILY || pause_s < SILENT_S || was_renamed(v, n, r))
		return;
	rep_alarm_add(q,
	    &(struct rep_report_alarm){ .kind = REP_ALARM_SILENT,
		.begins = pause_s < SILENT_S + RECENT_S,
		.since_s = r->last_s,
		.receiver = r->name,
		.days = r->days,
		.messages = messages_of(q, r->name, r->last_s) });
}

/* The longest time without any report of the domain, from the beginning of what is known. */
static int64_t
longest_pause(const struct rep_alarm_asking *q)
{
	uint64_t days = 0;
	int64_t most = 0, run = 0;
	bool any = false;

	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];

		for (unsigned d = rep_alarm_day(q, r->begin_s); d <= rep_alarm_day(q, r->end_s);
		     d++)
			days |= (uint64_t)1 << d;
	}
	for (unsigned d = 0; d < REP_ALARM_SPAN; d++) {
		bool has = (days >> d & 1) != 0;

		if (has && any && run > most)
			most = run;
		any = any || has;
		run = has ? 0 : run + 1;
	}
	return most * DAY_S;
}

static void
all_stopped(struct rep_alarm_asking *q, const struct alarm_reporter *v, size_t n)
{
	struct rep_report_alarm x = { .kind = REP_ALARM_STOPPED, .since_s = newest_of(v, n) };
	int64_t pause_s = q->now_s - x.since_s;

	for (size_t i = 0; i < n; i++)
		if (v[i].days >= DAILY && v[i].last_s >= x.since_s - SILENT_S) {
			x.receivers++;
			x.days = v[i].days > x.days ? v[i].days : x.days;
		}
	if (x.receivers == 0 || pause_s < STOPPED_S || pause_s < longest_pause(q) + STOPPED_S)
		return;
	x.begins = pause_s < STOPPED_S + RECENT_S;
	x.messages = messages_of(q, 0, x.since_s);
	rep_alarm_add(q, &x);
}

bool
rep_alarm_silent(struct rep_alarm_asking *q)
{
	const struct rep_reported *all = q->all;
	struct alarm_reporter *v = rep_arena_alloc(q->a, (all->periods_n + 1) * sizeof *v);
	size_t n = 0;

	if (v == NULL)
		return false;
	/* Periods are sorted by receiver. */
	for (size_t i = 0, k; i < all->periods_n; i = k) {
		for (k = i + 1;
		     k < all->periods_n && all->periods[k].receiver == all->periods[i].receiver;
		     k++)
			;
		n += reporter_of(q, &all->periods[i], k - i, &v[n]);
	}
	for (size_t i = 0; i < n; i++)
		one_silent(q, v, n, &v[i]);
	all_stopped(q, v, n);
	return true;
}
