/*
 * report/receivers.c -- who reports, how regularly, and who has stopped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/answer.h"

#include <stdlib.h>

enum {
	/* Judgement: with fewer reports nobody can say what is usual. */
	REGULAR = 5,
	/*
	 * Judgement: three times the usual time, twice what only one of twenty took longer than, and three days at least:
	 * weekends, a lost mail, and a receiver that reports only when there was mail are no silence.
	 */
	TIMES = 3,
	LONGEST_TIMES = 2,
	LONGEST_OF = 20,
	LEAST_S = 3 * 86400
};

static int
by_number(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static int
by_begin(const void *a, const void *b)
{
	return by_number(&(*(const struct rep_reported_period *const *)a)->begin_s,
	    &(*(const struct rep_reported_period *const *)b)->begin_s);
}

/* The middle of the times between the reports of one receiver, which are sorted by begin, and a long one. 0: too few. */
static int64_t
usual_of(const struct rep_reported_period **v, size_t n, int64_t *gaps, int64_t *longer_s)
{
	size_t k = 0;

	for (size_t i = 1; i < n; i++)
		if (v[i]->begin_s > v[i - 1]->begin_s)
			gaps[k++] = v[i]->begin_s - v[i - 1]->begin_s;
	if (k + 1 < REGULAR)
		return 0;
	qsort(gaps, k, sizeof *gaps, by_number);
	*longer_s = gaps[k - 1 - k / LONGEST_OF];
	return gaps[k / 2];
}

static int
most_first(const void *a, const void *b)
{
	const struct rep_report_receiver *x = a, *y = b;

	if (x->sums.messages != y->sums.messages)
		return x->sums.messages > y->sums.messages ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

static void
of_periods(struct rep_report_receiver *r, const struct rep_reported_period **v, size_t n,
    int64_t *gaps, int64_t from_s, int64_t now_s)
{
	int64_t most, longer_s = 0;

	qsort(v, n, sizeof(*v), by_begin);
	r->first_s = v[0]->begin_s;
	for (size_t i = 0; i < n; i++) {
		r->reports += v[i]->end_s >= from_s;
		r->overlaps += v[i]->end_s >= from_s && v[i]->overlaps;
		if (v[i]->end_s > r->last_s)
			r->last_s = v[i]->end_s;
	}
	r->usual_s = usual_of(v, n, gaps, &longer_s);
	most = TIMES * r->usual_s > LEAST_S ? TIMES * r->usual_s : LEAST_S;
	most = LONGEST_TIMES * longer_s > most ? LONGEST_TIMES * longer_s : most;
	r->silent = r->usual_s > 0 && now_s - r->last_s > most;
}

enum rep_rc
rep_report_receivers(const struct rep_report_rows *rows, uint32_t domain, int64_t from_s,
    struct rep_arena *a, struct rep_report_answer *out, struct rep_err *err)
{
	const struct rep_reported *all = rows->all;
	const struct rep_reported_period **v =
	    rep_arena_alloc(a, (all->periods_n + 1) * sizeof(*v));
	int64_t *gaps = rep_arena_alloc(a, (all->periods_n + 1) * sizeof *gaps);
	uint32_t *of = rep_arena_alloc(
	    a, all->names_n * sizeof *of); /* of a name: its place in the list, + 1 */
	struct rep_report_receiver *list = rep_arena_alloc(a, (all->periods_n + 1) * sizeof *list);
	size_t n = 0;

	if (v == NULL || gaps == NULL || of == NULL || list == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu reports", all->periods_n);
	/* Periods are sorted by receiver. */
	for (size_t i = 0, k; i < all->periods_n; i = k) {
		size_t mine = 0;

		for (k = i;
		     k < all->periods_n && all->periods[k].receiver == all->periods[i].receiver;
		     k++)
			if (domain == 0 || all->periods[k].policy_domain == domain)
				v[mine++] = &all->periods[k];
		if (mine == 0)
			continue;
		list[n].name = all->periods[i].receiver;
		of_periods(&list[n], v, mine, gaps, from_s, out->until_s);
		/* Who stopped long before is no news. */
		if (list[n].reports == 0 && !list[n].silent) {
			memset(&list[n], 0, sizeof list[n]);
			continue;
		}
		of[list[n].name] = (uint32_t)n + 1;
		n++;
	}
	for (size_t i = 0; i < rows->n; i++) {
		const struct rep_reported_row *r = &all->rows[rows->v[i]];

		if (of[r->receiver] != 0)
			rep_report_add(&list[of[r->receiver] - 1].sums, r);
	}
	if (n > 0)
		qsort(list, n, sizeof *list, most_first);
	out->receivers = list;
	out->receivers_n = n;
	return REP_OK;
}
