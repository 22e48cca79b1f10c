/*
 * report/lost.c -- own addresses for which SPF fails: since when.
 *
 * DMARC still passes by the signature, so nothing else shows it: until the first message of which the signature breaks on
 * its way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/answer.h"
#include "base/time.h"
#include "report/days.h"
#include "report/fails.h"
#include "report/shift.h"

#include <stdlib.h>

enum {
	MOST =
	    500, /* Judgement, of a thousand: an address that the record lacks fails everywhere, */
	OTHERS =
	    2 /* so also at a second receiver, if there is one: else it is the way to the first */
};

static const double usual = REP_FINE_PART / 1000.0; /* of 1 */

/* SPF of our domain for one record of an own address. */
struct lost_row {
	uint32_t source, domain, receiver;
	int64_t day;
	uint64_t count;
	unsigned days; /* that its report is of */
	bool failed;
};

static int
by_source(const void *a, const void *b)
{
	const struct lost_row *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->receiver != y->receiver)
		return x->receiver < y->receiver ? -1 : 1;
	return x->day < y->day ? -1 : x->day > y->day;
}

/*
 * The result of SPF of our domain; NULL: the envelope was another one's, or nobody knows: an error of a name server says nothing of
 * what is in the record.
 */
static const struct rep_reported_auth *
spf_of_us(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];

		if (!p->dkim && p->result != 0 && p->result != REP_SAID_ODD &&
		    p->result != REP_REPORTED_TEMPERROR && rep_reported_ours(all, r, p))
			return p;
	}
	return NULL;
}

/* Counts of one address since a day. True: most of it fails, at enough of its receivers. */
static bool
count_lost(const struct lost_row *v, size_t n, struct rep_report_lost *lost)
{
	size_t receivers = 0, fails = 0;

	for (size_t i = 0, k; i < n; i = k) {
		uint64_t messages = 0, failed = 0;

		for (k = i; k < n && v[k].receiver == v[i].receiver; k++) {
			if (v[k].day * REP_DAY_S < lost->since_s)
				continue;
			messages += v[k].count;
			failed += v[k].failed ? v[k].count : 0;
			if (v[k].failed)
				lost->domain = v[k].domain;
		}
		lost->messages += messages;
		lost->failed += failed;
		receivers += messages > 0;
		fails += messages > 0 && rep_report_share(failed, messages, MOST);
	}
	return lost->messages >= REP_FAILS_FEW &&
	    rep_report_share(lost->failed, lost->messages, MOST) &&
	    fails >= (receivers < OTHERS ? receivers : OTHERS);
}

/* v[0 .. n): the rows of one address, by receiver and day. Each receiver speaks for itself. */
static void
one_address(
    const struct lost_row *v, size_t n, struct rep_shift_day *days, struct rep_report_source *s)
{
	struct rep_report_lost lost = { .is = true };
	struct rep_shift_days sum = { .v = days };
	struct rep_shift x;

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && v[i].receiver != v[i - 1].receiver)
			rep_shift_end(&sum);
		rep_shift_add(&sum, v[i].day, v[i].days, v[i].count, v[i].failed);
	}
	rep_shift_end(&sum);
	rep_shift_join(&sum);
	if (!rep_shift_find(days, sum.n, usual, &x) || x.over)
		return;
	lost.since_s = x.began ? days[x.from].day * REP_DAY_S : 0;
	if (count_lost(v, n, &lost))
		s->spf_lost = lost;
}

enum rep_rc
rep_report_lost(const struct rep_report_rows *rows, const uint32_t *source_of,
    struct rep_report_source *sources, struct rep_arena *a, struct rep_err *err)
{
	struct lost_row *v = rep_arena_alloc(a, (rows->n + 1) * sizeof *v);
	struct rep_shift_day *days = rep_arena_alloc(a, (rows->n + 1) * sizeof *days);
	size_t n = 0;

	if (v == NULL || days == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", rows->n);
	for (size_t i = 0; i < rows->n; i++) {
		const struct rep_reported_row *r = &rows->all->rows[rows->v[i]];
		uint32_t source = source_of[rows->v[i]];
		const struct rep_reported_auth *p =
		    sources[source].who == REP_SENDER_OWN ? spf_of_us(rows->all, r) : NULL;

		if (p != NULL)
			v[n++] = (struct lost_row){ .source = source,
				.domain = p->domain,
				.receiver = r->receiver,
				.day = rep_report_day_of(r) / REP_DAY_S,
				.count = r->count,
				.days = rep_report_days_in(r),
				.failed = p->result != REP_REPORTED_PASS };
	}
	if (n > 0)
		qsort(v, n, sizeof *v, by_source);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && v[k].source == v[i].source; k++)
			;
		one_address(v + i, k - i, days, &sources[v[i].source]);
	}
	return REP_OK;
}
