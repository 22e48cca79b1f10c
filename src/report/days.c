/* SPDX-License-Identifier: Apache-2.0 */
#include "report/days.h"
#include "base/time.h"

#include <stdlib.h>

enum { WEEK = 7, FOUR_WEEKS = 28 };

const char *
rep_day_class_word(enum rep_day_class v)
{
	static const char *const words[REP_DAY_CLASSES] = { "passed", "mend", "forwarded", "others",
		"unknown" };

	return (unsigned)v < REP_DAY_CLASSES ? words[v] : NULL;
}

enum rep_day_class
rep_report_failing(const struct rep_report_source *s)
{
	if (s->wanted)
		return REP_DAY_WANTED;
	return s->who == REP_SENDER_FORWARDER ? REP_DAY_FORWARDED
	    : s->who == REP_SENDER_UNKNOWN    ? REP_DAY_UNKNOWN
					      : REP_DAY_OTHERS;
}

uint64_t
rep_report_day_messages(const struct rep_report_day *d)
{
	uint64_t n = 0;

	for (size_t i = 0; i < REP_DAY_CLASSES; i++)
		n += d->n[i];
	return n;
}

int64_t
rep_report_day_of(const struct rep_reported_row *r)
{
	int64_t begin_s = r->begin_s < 0 ? 0 : r->begin_s,
		end_s = r->end_s < begin_s ? begin_s : r->end_s,
		middle_s = begin_s + (end_s - begin_s) / 2;

	return middle_s - middle_s % REP_DAY_S;
}

unsigned
rep_report_days_in(const struct rep_reported_row *r)
{
	int64_t begin_s = r->begin_s < 0 ? 0 : r->begin_s,
		end_s = r->end_s < begin_s ? begin_s : r->end_s, length_s = end_s - begin_s,
		days = length_s / REP_DAY_S + (length_s % REP_DAY_S >= REP_DAY_S / 2);

	return days < 1 ? 1 : days > WEEK ? WEEK : (unsigned)days;
}

static int
by_day(const void *a, const void *b)
{
	const struct rep_report_day *x = a, *y = b;

	return (x->day_s > y->day_s) - (x->day_s < y->day_s);
}

static void
add(struct rep_report_day *to, const struct rep_report_day *d)
{
	for (size_t i = 0; i < REP_DAY_CLASSES; i++)
		to->n[i] += d->n[i];
}

enum rep_rc
rep_report_days(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, const struct rep_report_day **out, size_t *n, struct rep_err *err)
{
	struct rep_report_day *list = rep_arena_alloc(a, (is->rows_n + 1) * sizeof *list);
	size_t rows = 0, days = 0;

	if (list == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", is->rows_n);
	for (size_t i = 0; i < is->rows_n; i++) {
		const struct rep_reported_row *r = &v->rows[is->rows[i]];
		enum rep_day_class class = rep_reported_passes(r)
		    ? REP_DAY_PASSED
		    : rep_report_failing(&is->sources[is->source_of[is->rows[i]]]);
		struct rep_report_day one = { .day_s = rep_report_day_of(r) };

		one.n[class] = r->count;
		/* Records of one report stand together, so most of them are added here. */
		if (rows > 0 && list[rows - 1].day_s == one.day_s)
			add(&list[rows - 1], &one);
		else
			list[rows++] = one;
	}
	if (rows > 0)
		qsort(list, rows, sizeof *list, by_day);
	for (size_t i = 0; i < rows; i++) {
		if (rep_report_day_messages(&list[i]) == 0)
			continue;
		if (days > 0 && list[days - 1].day_s == list[i].day_s)
			add(&list[days - 1], &list[i]);
		else
			list[days++] = list[i];
	}
	*out = list;
	*n = days;
	return REP_OK;
}

void
rep_report_spans(const struct rep_report_day *days, size_t n, struct rep_report_spans *out)
{
	int64_t last, first, length = 1;

	memset(out, 0, sizeof *out);
	out->length_days = 1;
	if (n == 0)
		return;
	first = days[0].day_s / REP_DAY_S;
	last = days[n - 1].day_s / REP_DAY_S;
	if (last - first >= REP_REPORT_SPANS_MAX)
		length = WEEK;
	if ((last - first) / length >= REP_REPORT_SPANS_MAX)
		length = FOUR_WEEKS;
	if ((last - first) / length >= REP_REPORT_SPANS_MAX)
		length *= (last - first) / length / REP_REPORT_SPANS_MAX + 1;
	out->length_days = length;
	out->n = (size_t)((last - first) / length) + 1;
	for (size_t i = 0; i < out->n; i++)
		out->v[i].day_s = i == 0 ? first * REP_DAY_S
					 : (last + 1 - (int64_t)(out->n - i) * length) * REP_DAY_S;
	for (size_t i = 0; i < n; i++)
		add(&out->v[out->n - 1 - (size_t)((last - days[i].day_s / REP_DAY_S) / length)],
		    &days[i]);
	for (size_t i = 0; i < out->n; i++)
		if (rep_report_day_messages(&out->v[i]) > out->most)
			out->most = rep_report_day_messages(&out->v[i]);
}
