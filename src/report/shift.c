/* SPDX-License-Identifier: Apache-2.0 */
#include "report/shift.h"
#include "base/str.h"

#include <math.h>
#include <stdlib.h>

/* Of 1: the parts that are tried. Between two of them the ratio loses a tenth at most. */
static const double raised[] = { 0.03, 0.05, 0.08, 0.13, 0.2, 0.3, 0.45, 0.65, 0.85, 0.97 };

/* Judgement: what was before has a third of the failures at most. SPREAD: days that show how much days differ. */
enum { TIMES = 3, SPREAD = 10 };

struct rep_shift_day
rep_shift_cut(int64_t day, double messages, double failed, double days)
{
	double most = REP_SHIFT_DAY * days, cut = messages > most ? most / messages : 1;

	return (struct rep_shift_day){ day, messages * cut, failed * cut };
}

void
rep_shift_end(struct rep_shift_days *s)
{
	if (s->open.messages > 0)
		s->v[s->n++] =
		    rep_shift_cut(s->open.day, s->open.messages, s->open.failed, s->length);
	s->open = (struct rep_shift_day){ 0, 0, 0 };
	s->length = 0;
}

void
rep_shift_add(struct rep_shift_days *s, int64_t day, double length, uint64_t messages, bool failed)
{
	if (s->length > 0 && day != s->open.day)
		rep_shift_end(s);
	s->open.day = day;
	s->length = length > s->length ? length : s->length;
	s->open.messages += (double)messages;
	s->open.failed += failed ? (double)messages : 0;
}

static int
by_day(const void *a, const void *b)
{
	const struct rep_shift_day *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

void
rep_shift_join(struct rep_shift_days *s)
{
	size_t n = 0;

	if (s->n > 0)
		qsort(s->v, s->n, sizeof *s->v, by_day);
	for (size_t i = 0; i < s->n; i++)
		if (n > 0 && s->v[n - 1].day == s->v[i].day) {
			s->v[n - 1].messages += s->v[i].messages;
			s->v[n - 1].failed += s->v[i].failed;
		} else {
			s->v[n++] = s->v[i];
		}
	s->n = n;
}

static double
sure(double part)
{
	return part < 0.001 ? 0.001 : part > 0.97 ? 0.97 : part;
}

/* The logarithm of how likely so many are where each fails with this chance. */
static double
likely(double messages, double failed, double part)
{
	return failed * log(part) + (messages - failed) * log1p(-part);
}

/* The same with the chance that fits best. */
static double
fits(double messages, double failed)
{
	return messages > 0 ? likely(messages, failed, sure(failed / messages)) : 0;
}

static void
sum(const struct rep_shift_day *v, size_t from, size_t until, double *messages, double *failed)
{
	*messages = *failed = 0;
	for (size_t i = from; i < until; i++) {
		*messages += v[i].messages;
		*failed += v[i].failed;
	}
}

/* The stretch with the largest ratio. */
static double
best_stretch(const struct rep_shift_day *v, size_t n, double usual, size_t *from, size_t *until)
{
	double best = 0;

	for (size_t k = 0; k < REP_COUNT(raised); k++) {
		double fail = log(raised[k] / usual), pass = log1p(-raised[k]) - log1p(-usual),
		       run = 0;
		size_t start = 0;

		if (raised[k] < usual * 3 / 2)
			continue;
		for (size_t i = 0; i < n; i++) {
			if (run <= 0) {
				run = 0;
				start = i;
			}
			run += v[i].failed * fail + (v[i].messages - v[i].failed) * pass;
			if (run > best) {
				best = run;
				*from = start;
				*until = i + 1;
			}
		}
	}
	return best;
}

/* Where one part before and another one until then fit best. False: they fit no better than one part of all. */
static bool
began(const struct rep_shift_day *v, size_t until, size_t *from)
{
	double all, all_failed, messages = 0, failed = 0, best = 0, one, gain;
	double before = 0, before_failed = 0, after, after_failed;
	size_t at = 0;

	sum(v, 0, until, &all, &all_failed);
	one = fits(all, all_failed);
	for (size_t i = 0; i < until; i++) {
		/* v[i] is the first day after it; a day on which nothing fails begins nothing. */
		if (i > 0 && v[i].failed > 0) {
			gain = fits(messages, failed) + fits(all - messages, all_failed - failed) -
			    one;
			if (gain > best &&
			    failed * (all - messages) < (all_failed - failed) * messages) {
				best = gain;
				at = i;
			}
		}
		messages += v[i].messages;
		failed += v[i].failed;
	}
	if (best < REP_SHIFT_SURE)
		return false;
	sum(v, 0, at, &before, &before_failed);
	after = all - before;
	after_failed = all_failed - before_failed;
	if (before_failed * after * TIMES > after_failed * before)
		return false;
	*from = at;
	return true;
}

/* Whether it passes again since v[until]: it comes and goes, so after more days than it passed in between. */
static bool
is_over(const struct rep_shift_day *v, size_t n, size_t from, size_t until)
{
	double messages, failed, here, here_failed, part;
	size_t pause = 0, longest = 0;

	for (size_t i = from; i < until; i++) {
		pause = v[i].failed > 0 ? 0 : pause + 1;
		longest = pause > longest ? pause : longest;
	}
	sum(v, until, n, &messages, &failed);
	sum(v, from, until, &here, &here_failed);
	part = sure(here_failed / here);
	return n - until > longest && messages >= REP_SHIFT_FEW &&
	    failed * TIMES <= messages * part &&
	    fits(messages, failed) - likely(messages, failed, part) >= REP_SHIFT_SURE;
}

static bool
is_enough(const struct rep_shift_day *v, size_t from, size_t until)
{
	double messages, failed;

	sum(v, from, until, &messages, &failed);
	return messages >= REP_SHIFT_FEW && failed >= REP_SHIFT_FEW_FAILED;
}

/* The part that fails in the other days; 0: there are too few to say. */
static double
outside(const struct rep_shift_day *v, size_t n, size_t from, size_t until)
{
	double before, before_failed, after, after_failed, messages;

	sum(v, 0, from, &before, &before_failed);
	sum(v, until, n, &after, &after_failed);
	messages = before + after;
	return messages >= REP_SHIFT_FEW ? sure((before_failed + after_failed) / messages) : 0;
}

/* Pearson's chi-squared of days with one part of failures. */
static double
spread(const struct rep_shift_day *v, size_t from, size_t until)
{
	double messages, failed, part, off, sum_of = 0;

	sum(v, from, until, &messages, &failed);
	if (failed <= 0 || failed >= messages)
		return 0;
	part = failed / messages;
	for (size_t i = from; i < until; i++) {
		off = v[i].failed - v[i].messages * part;
		sum_of += off * off / (v[i].messages * part * (1 - part));
	}
	return sum_of;
}

/*
 * How many times as much the days differ, before, in and after the stretch, than single messages would make them: 1 or more (the
 * dispersion of a quasi-likelihood: Wedderburn, Biometrika 61, 1974). Of fewer than SPREAD days that is not known.
 */
static double
dispersion(const struct rep_shift_day *v, size_t n, size_t from, size_t until)
{
	double is = spread(v, 0, from) + spread(v, from, until) + spread(v, until, n);

	return n >= SPREAD && is > (double)(n - 3) ? is / (double)(n - 3) : 1;
}

bool
rep_shift_find(const struct rep_shift_day *v, size_t n, double usual, struct rep_shift *out)
{
	struct rep_shift is = { .until = n };
	size_t from = 0, until = 0;
	double ratio = best_stretch(v, n, usual, &from, &until), mine;

	if (ratio < REP_SHIFT_FOUND)
		return false;
	/* Where more than that is usual at other times, it is compared with these. */
	mine = outside(v, n, from, until);
	if (mine > usual)
		ratio = best_stretch(v, n, mine, &from, &until);
	if (ratio < REP_SHIFT_FOUND || ratio < REP_SHIFT_FOUND * dispersion(v, n, from, until))
		return false;
	is.over = until < n && is_over(v, n, from, until);
	is.until = is.over ? until : n;
	is.began = began(v, until, &is.from);
	if (!is.began)
		is.from = 0;
	if (!is_enough(v, is.from, is.until))
		return false;
	*out = is;
	return true;
}
