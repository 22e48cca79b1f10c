/* SPDX-License-Identifier: Apache-2.0 */
#include "report/strangers.h"
#include "report/days.h"
#include "report/place.h"

#include <stdlib.h>

/* rows of the comparison; qsort hands nothing on */
static const struct rep_reported *sorted_all;

static int
by_address(const void *a, const void *b)
{
	const struct rep_reported_row *x = &sorted_all->rows[*(const uint32_t *)a],
				      *y = &sorted_all->rows[*(const uint32_t *)b];
	int ip = rep_placed_by_ip(&x->ip, &y->ip);
	int64_t day, other;

	if (ip != 0)
		return ip;
	day = rep_report_day_of(x);
	other = rep_report_day_of(y);
	return day != other ? (day < other ? -1 : 1)
			    : (x->receiver > y->receiver) - (x->receiver < y->receiver);
}

static bool
before(const struct rep_report_stranger *x, const struct rep_report_stranger *y)
{
	return x->steady != y->steady ? x->steady : x->messages > y->messages;
}

/* Keeps the first REP_STRANGERS_MAX of all, in their order. */
static void
keep_stranger(struct rep_report_stranger *list, const struct rep_report_stranger *s,
    struct rep_report_strangers *out)
{
	size_t at = out->n;

	if (at == REP_STRANGERS_MAX) {
		out->left_out++;
		if (!before(s, &list[at - 1]))
			return;
		at--;
	} else {
		out->n++;
	}
	for (; at > 0 && before(s, &list[at - 1]); at--)
		list[at] = list[at - 1];
	list[at] = *s;
}

/* One address, its rows by day. seen: a bit for each receiver, all 0. */
static struct rep_report_stranger
make_stranger(const struct rep_reported *v, const uint32_t *rows, size_t n, unsigned char *seen)
{
	struct rep_report_stranger s = { .ip = v->rows[rows[0]].ip };
	int64_t day;

	for (size_t i = 0; i < n; i++) {
		const struct rep_reported_row *r = &v->rows[rows[i]];

		day = rep_report_day_of(r);
		s.messages += r->count;
		s.days += i == 0 || day != s.last_s;
		s.first_s = i == 0 ? day : s.first_s;
		s.last_s = day;
		if ((seen[r->receiver / 8] >> r->receiver % 8 & 1) == 0)
			s.receivers++;
		seen[r->receiver / 8] |= (unsigned char)(1u << r->receiver % 8);
	}
	for (size_t i = 0; i < n; i++)
		seen[v->rows[rows[i]].receiver / 8] = 0;
	s.steady = s.days >= REP_STRANGER_STEADY_DAYS;
	return s;
}

enum rep_rc
rep_report_strangers(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, struct rep_report_strangers *out, struct rep_err *err)
{
	struct rep_report_stranger *list = rep_arena_alloc(a, REP_STRANGERS_MAX * sizeof *list);
	uint32_t *rows = rep_arena_alloc(a, (is->rows_n + 1) * sizeof *rows);
	unsigned char *seen = rep_arena_alloc(a, v->names_n / 8 + 1);
	size_t n = 0;

	*out = (struct rep_report_strangers){ .n = 0 };
	if (list == NULL || rows == NULL || seen == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", is->rows_n);
	for (size_t i = 0; i < is->rows_n; i++)
		if (is->sources[is->source_of[is->rows[i]]].who == REP_SENDER_UNKNOWN &&
		    v->rows[is->rows[i]].ip.version != 0)
			rows[n++] = is->rows[i];
	sorted_all = v;
	if (n > 0)
		qsort(rows, n, sizeof *rows, by_address);
	for (size_t i = 0, k; i < n; i = k) {
		struct rep_report_stranger s;

		for (k = i + 1; k < n && rep_ip_eq(&v->rows[rows[k]].ip, &v->rows[rows[i]].ip); k++)
			;
		s = make_stranger(v, rows + i, k - i, seen);
		keep_stranger(list, &s, out);
	}
	out->v = list;
	return REP_OK;
}
