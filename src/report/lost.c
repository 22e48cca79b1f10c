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
	MOST = 500
}; /* Judgement, of a thousand: an address that the record lacks fails everywhere */

/* Of 1, as REP_FINE_PART. */
static const double usual = 0.05;

/* SPF of our domain for one record of an own address. */
struct lost_row {
	uint32_t source, domain;
	int64_t day;
	uint64_t count;
	bool failed;
};

static int
by_source(const void *a, const void *b)
{
	const struct lost_row *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->day < y->day ? -1 : x->day > y->day;
}

/* The result of SPF of our domain; NULL: the envelope was another one's. */
static const struct rep_reported_auth *
spf_of_us(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];

		if (!p->dkim && p->result != 0 && p->result != REP_SAID_ODD &&
		    rep_reported_ours(all, r, p))
			return p;
	}
	return NULL;
}

/* v[0 .. n): the rows of one address, by day. */
static void
one_address(
    const struct lost_row *v, size_t n, struct rep_shift_day *days, struct rep_report_source *s)
{
	struct rep_report_lost lost = { .is = true };
	struct rep_shift_days sum = { .v = days };
	struct rep_shift x;

	for (size_t i = 0; i < n; i++)
		rep_shift_add(&sum, v[i].day, 1, v[i].count, v[i].failed);
	rep_shift_end(&sum);
	if (!rep_shift_find(days, sum.n, usual, &x) || x.over)
		return;
	lost.since_s = x.began ? days[x.from].day * REP_DAY_S : 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i].day * REP_DAY_S < lost.since_s)
			continue;
		lost.messages += v[i].count;
		lost.failed += v[i].failed ? v[i].count : 0;
		if (v[i].failed)
			lost.domain = v[i].domain;
	}
	if (lost.messages >= REP_FAILS_FEW && rep_report_share(lost.failed, lost.messages, MOST))
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
			v[n++] =
			    (struct lost_row){ source, p->domain, rep_report_day_of(r) / REP_DAY_S,
				    r->count, p->result != REP_REPORTED_PASS };
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
