/*
 * report/alarm_new.c -- who began to send as us: one who passes, or one who fails day by day, as a sender that was forgotten
 * does.
 *
 * A sender with a name is as report/sources.c has it. Those without one are taken by their address, since the addresses
 * of all of them are one source there. Own addresses and forwarders are never new.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/alarm.h"
#include "base/time.h"
#include "report/strangers.h"
#include "report/fails.h"
#include "report/place.h"

#include <stdlib.h>

enum {
	WEEK_S = 7 * REP_DAY_S,
	/* Judgement: a test mail is none; what was sent on two days is meant. */
	DAYS = 2,
	/* Judgement: who tries a service sends a few to himself; who began to send with it has ten in two days. */
	PASSED = 10,
	STEADY_OF = 14, /* Judgement: REP_STRANGER_STEADY_DAYS of the last two weeks */
	/* Judgement: what began before is no news any more; a steady one has to be seen for ten days first. */
	RECENT_S = 28 * REP_DAY_S,
	/*
	 * Judgement: where so many addresses have come in the time, they come all the time: a provider with many of them sends
	 * for us.
	 */
	POOL = 4
};

static bool
many_receivers(const struct rep_alarm_asking *q, uint64_t receivers)
{
	return receivers >= REP_ALARM_RECEIVERS || receivers >= q->is->receivers_n;
}

/* Of a sender that is new: whether it is to be told, and as what. days: bits. */
static void
judge(struct rep_alarm_asking *q, struct rep_report_alarm *x, uint64_t days)
{
	bool ours = x->who == REP_SENDER_SIGNED || x->who == REP_SENDER_ALLOWED;
	uint64_t late = days >> (REP_ALARM_SPAN - STEADY_OF);

	x->days = rep_alarm_days(days);
	x->begins = x->since_s >= q->now_s - RECENT_S;
	if (!many_receivers(q, x->receivers))
		return;
	if (ours && x->days >= DAYS && x->messages - x->failed >= PASSED) {
		x->kind = REP_ALARM_SENDER;
		rep_alarm_add(q, x);
	} else if (!ours && rep_alarm_days(late) >= REP_STRANGER_STEADY_DAYS &&
	    x->messages >= REP_FAILS_FEW) {
		x->kind = REP_ALARM_STEADY;
		rep_alarm_add(q, x);
	}
}

/* --- with a name ----------------------------------------------------------------------------------------- */

static bool
may_be_new(const struct rep_report_source *s)
{
	return s->who == REP_SENDER_SIGNED || s->who == REP_SENDER_ALLOWED ||
	    s->who == REP_SENDER_SERVICE;
}

static bool
with_name(struct rep_alarm_asking *q)
{
	const struct rep_report_answer *is = q->is;
	uint64_t *days = rep_arena_alloc(q->a, (is->sources_n + 1) * sizeof *days);

	if (days == NULL)
		return false;
	for (size_t i = 0; i < is->rows_n; i++) {
		const struct rep_reported_row *r = &q->all->rows[is->rows[i]];

		days[is->source_of[is->rows[i]]] |= (uint64_t)1
		    << rep_alarm_day_of(q, r->begin_s, r->end_s);
	}
	for (size_t i = 0; i < is->sources_n; i++) {
		const struct rep_report_source *s = &is->sources[i];
		struct rep_report_alarm x = { .since_s = s->first_s,
			.who = s->who,
			.name = s->name,
			.ip = s->ip,
			.ips = s->ips,
			.messages = s->sums.messages,
			.failed = s->sums.messages - s->sums.passed,
			.receivers = s->receivers };

		if (s->fresh && s->name != 0 && may_be_new(s))
			judge(q, &x, days[i]);
	}
	return true;
}

/* --- by the address -------------------------------------------------------------------------------------- */

/* A record of somebody without a name. */
struct alarm_address {
	const struct rep_reported_row *row;
	enum rep_report_sender who;
};

static int
by_address(const void *a, const void *b)
{
	const struct alarm_address *x = a, *y = b;
	int ip = rep_placed_by_ip(&x->row->ip, &y->row->ip);

	if (x->who != y->who)
		return (int)x->who - (int)y->who;
	if (ip != 0)
		return ip;
	return (x->row->receiver > y->row->receiver) - (x->row->receiver < y->row->receiver);
}

static bool
same_address(const struct alarm_address *x, const struct alarm_address *y)
{
	return x->who == y->who && rep_ip_eq(&x->row->ip, &y->row->ip);
}

/* One address, v[0 .. n), sorted by receiver. Returns the days, as bits. */
static uint64_t
of_address(const struct rep_alarm_asking *q, const struct alarm_address *v, size_t n,
    struct rep_report_alarm *x)
{
	uint64_t days = 0;
	int64_t ends_s = 0;

	*x = (struct rep_report_alarm){ .who = v->who, .ip = v->row->ip, .ips = 1 };
	for (size_t i = 0; i < n; i++) {
		const struct rep_reported_row *r = v[i].row;

		x->receivers += i == 0 || r->receiver != v[i - 1].row->receiver;
		x->messages += r->count;
		x->failed += rep_reported_passes(r) ? 0 : r->count;
		/* Of the report that ends first, as of a sender with a name (sources.c). */
		if (i == 0 || r->end_s < ends_s ||
		    (r->end_s == ends_s && r->begin_s > x->since_s)) {
			ends_s = r->end_s;
			x->since_s = r->begin_s;
		}
		days |= (uint64_t)1 << rep_alarm_day_of(q, r->begin_s, r->end_s);
	}
	return days;
}

/* How many addresses of who passes came in the time. */
static size_t
how_many_new(
    const struct rep_alarm_asking *q, const struct alarm_address *v, size_t n, int64_t fresh_s)
{
	struct rep_report_alarm x;
	size_t new = 0;

	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && same_address(&v[i], &v[k]); k++)
			;
		(void)of_address(q, v + i, k - i, &x);
		new += x.since_s > fresh_s &&x.who != REP_SENDER_UNKNOWN;
	}
	return new;
}

static bool
by_addresses(struct rep_alarm_asking *q)
{
	const struct rep_report_answer *is = q->is;
	struct alarm_address *v = rep_arena_alloc(q->a, (is->rows_n + 1) * sizeof *v);
	struct rep_report_alarm x;
	int64_t fresh_s = is->fresh_s;
	size_t n = 0, new;

	if (v == NULL)
		return false;
	for (size_t i = 0; i < is->rows_n; i++) {
		const struct rep_report_source *s = &is->sources[is->source_of[is->rows[i]]];
		const struct rep_reported_row *r = &q->all->rows[is->rows[i]];

		if (s->name == 0 && r->ip.version != 0 &&
		    (may_be_new(s) || s->who == REP_SENDER_UNKNOWN))
			v[n++] = (struct alarm_address){ r, s->who };
	}
	if (n > 0)
		qsort(v, n, sizeof *v, by_address);
	new = how_many_new(q, v, n, fresh_s);
	for (size_t i = 0, k; i < n; i = k) {
		uint64_t days;

		for (k = i + 1; k < n && same_address(&v[i], &v[k]); k++)
			;
		days = of_address(q, v + i, k - i, &x);
		if (x.since_s > fresh_s && (x.who == REP_SENDER_UNKNOWN || new < POOL))
			judge(q, &x, days);
	}
	return true;
}

bool
rep_alarm_new(struct rep_alarm_asking *q)
{
	return with_name(q) && by_addresses(q);
}
