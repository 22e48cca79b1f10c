/*
 * report/alarm_silent.c -- reports that stopped: those of one receiver, or all.
 *
 * Only who reported on nearly each day is missed: 24 of 28. One is silent when others have gone on for a week; all are when
 * none of theirs came for four days more than in the longest pause before. Who reports now and then says neither that reports
 * arrive nor that they do not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/alarm.h"
#include "base/time.h"

#include <stdlib.h>

enum {
	DAYS = 28,
	DAILY = 24, /* Judgement: then seven days without one are no chance */
	BEGAN = 2,  /* Judgement: the pause of four days is over by then */
	SILENT_S = 7 * REP_DAY_S,
	/* Judgement: a day of the report itself, two until it is here, and one more. */
	STOPPED_S = 4 * REP_DAY_S,
	/* Judgement: as with all that is recent, from the day on that it can be told. */
	RECENT_S = REP_ALARM_RECENT_DAYS * REP_DAY_S,
	/* Judgement: one that began when another one stopped is the same under another name. */
	RENAMED_S = 3 * REP_DAY_S
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
	/* The day of a report is that of its middle, since receivers begin their days at other hours. */
	for (size_t i = 0; i < n; i++) {
		int64_t middle = (v[i].begin_s + (v[i].end_s - v[i].begin_s) / 2) / REP_DAY_S;

		if (v[i].policy_domain == q->domain &&
		    v[i].end_s > out->last_s - DAYS * (int64_t)REP_DAY_S && middle != day) {
			day = middle;
			out->days++;
		}
	}
	return out->last_s > 0;
}

/*
 * Whether it reports on each day, or has done so since it began a short while ago: else who goes on under another name would
 * not be seen to go on.
 */
static bool
is_daily(const struct alarm_reporter *r)
{
	int64_t span = (r->last_s - r->first_s + REP_DAY_S / 2) / REP_DAY_S;

	return r->days >= DAILY || (r->days >= BEGAN && r->days * (int64_t)DAYS >= span * DAILY);
}

static int64_t
newest_of(const struct alarm_reporter *v, size_t n)
{
	int64_t newest_s = 0;

	for (size_t i = 0; i < n; i++)
		if (is_daily(&v[i]) && v[i].last_s > newest_s)
			newest_s = v[i].last_s;
	return newest_s;
}

static int
by_time(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* All of them, and what is asked of each: by its name, so that the rows are read once. */
struct alarm_reporters {
	struct alarm_reporter *v;
	size_t n;
	int64_t *first_s;   /* of all, sorted */
	int64_t *last_s;    /* by name, of those who reported daily; 0: who did not */
	uint64_t *messages; /* by name, in the four weeks before its last report */
};

/* Whether one began to report when this one stopped. */
static bool
was_renamed(const struct alarm_reporters *all, const struct alarm_reporter *r)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (all->first_s[middle] < r->last_s - RENAMED_S)
			low = middle + 1;
		else
			high = middle;
	}
	return low < all->n && all->first_s[low] <= r->last_s + RENAMED_S;
}

static void
one_silent(struct rep_alarm_asking *q, const struct alarm_reporters *all, int64_t newest_s,
    const struct alarm_reporter *r)
{
	int64_t pause_s = newest_s - r->last_s;

	if (r->days < DAILY || pause_s < SILENT_S || was_renamed(all, r))
		return;
	rep_alarm_add(q,
	    &(struct rep_report_alarm){ .kind = REP_ALARM_SILENT,
		.begins = pause_s < SILENT_S + RECENT_S,
		.since_s = r->last_s,
		.receiver = r->name,
		.days = r->days,
		.messages = all->messages[r->name] });
}

/* The longest time without any report of who reports daily, from the beginning of what is known. */
static int64_t
longest_pause(const struct rep_alarm_asking *q, const struct alarm_reporters *all)
{
	uint64_t days = 0;
	int64_t most = 0, run = 0;
	bool any = false;

	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];

		if (all->last_s[r->receiver] == 0)
			continue;
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
	return most * REP_DAY_S;
}

static void
all_stopped(struct rep_alarm_asking *q, const struct alarm_reporters *all)
{
	struct rep_report_alarm x = { .kind = REP_ALARM_STOPPED,
		.since_s = newest_of(all->v, all->n) };
	int64_t pause_s = q->now_s - x.since_s;

	for (size_t i = 0; i < all->n; i++) {
		const struct alarm_reporter *r = &all->v[i];

		if (r->days < DAILY || r->last_s < x.since_s - SILENT_S)
			continue;
		x.receivers++;
		x.days = r->days > x.days ? r->days : x.days;
		x.messages += all->messages[r->name];
	}
	if (x.receivers == 0 || pause_s < STOPPED_S || pause_s < longest_pause(q, all) + STOPPED_S)
		return;
	x.begins = pause_s < STOPPED_S + RECENT_S;
	rep_alarm_add(q, &x);
}

/* What is known by name. False: out of memory. */
static bool
look_up(const struct rep_alarm_asking *q, struct alarm_reporters *all)
{
	all->first_s = rep_arena_alloc(q->a, (all->n + 1) * sizeof *all->first_s);
	all->last_s = rep_arena_alloc(q->a, (q->all->names_n + 1) * sizeof *all->last_s);
	all->messages = rep_arena_alloc(q->a, (q->all->names_n + 1) * sizeof *all->messages);
	if (all->first_s == NULL || all->last_s == NULL || all->messages == NULL)
		return false;
	for (size_t i = 0; i < all->n; i++) {
		all->first_s[i] = all->v[i].first_s;
		if (all->v[i].days >= DAILY)
			all->last_s[all->v[i].name] = all->v[i].last_s;
	}
	if (all->n > 0)
		qsort(all->first_s, all->n, sizeof *all->first_s, by_time);
	for (size_t i = 0; i < q->is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[q->is->rows[i]];
		int64_t last_s = all->last_s[r->receiver];

		if (last_s != 0 && r->end_s > last_s - DAYS * (int64_t)REP_DAY_S)
			all->messages[r->receiver] += r->count;
	}
	return true;
}

bool
rep_alarm_silent(struct rep_alarm_asking *q)
{
	const struct rep_reported *from = q->all;
	struct alarm_reporters all = { .v = rep_arena_alloc(
					   q->a, (from->periods_n + 1) * sizeof *all.v) };
	int64_t newest_s;

	if (all.v == NULL)
		return false;
	/* Periods are sorted by receiver. */
	for (size_t i = 0, k; i < from->periods_n; i = k) {
		for (k = i + 1;
		     k < from->periods_n && from->periods[k].receiver == from->periods[i].receiver;
		     k++)
			;
		all.n += reporter_of(q, &from->periods[i], k - i, &all.v[all.n]);
	}
	if (!look_up(q, &all))
		return false;
	newest_s = newest_of(all.v, all.n);
	for (size_t i = 0; i < all.n; i++)
		one_silent(q, &all, newest_s, &all.v[i]);
	all_stopped(q, &all);
	return true;
}
