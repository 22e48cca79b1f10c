/*
 * reputed trend: the last 24 hours and 28 days as a picture, and better or worse than a week before.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"
#include "base/time.h"
#include "cli/strip.h"
#include "engine/trend.h"

#include <stdio.h>
#include <stdlib.h>

enum { HOUR = 3600, NAME = 11, ROOMY = 100, WITH_HALF = 110, ROWS_MAX = 12 };

/* One provider in the table below the strips. */
struct trend_row {
	uint32_t provider;
	struct rep_trend trend;
};

struct trend_view {
	struct rep_buf *b;
	const struct rep_verdict_set *set;
	struct rep_trend_subject subject;
	struct rep_trend trend;
	struct trend_row *rows; /* most mail first; only when all mail was asked for */
	size_t rows_n;
	size_t wide; /* characters that a column of a strip takes */
};

static double
share(const struct rep_trend_sum *s, enum rep_trend_kind k)
{
	uint64_t all = rep_trend_attempts(s);

	return all > 0 ? (double)s->n[k] / (double)all : 0;
}

/* "0.7 %", "12 %" */
static const char *
percent(double p, char buf[16])
{
	snprintf(buf, 16,
	    p > 0 && p < 0.0005 ? "<0.1 %%"
		: p < 0.0995	? "%.1f %%"
				: "%.0f %%",
	    100 * p);
	return buf;
}

/* "0.8 s", "41 s", "12 min" */
static const char *
seconds(double s, char buf[REP_TIME_TEXT])
{
	if (s < 9.95)
		snprintf(buf, REP_TIME_TEXT, "%.1f s", s);
	else
		rep_time_span((int64_t)(s + 0.5), buf);
	return buf;
}

/* "Tuesday 2026-10-27" */
static const char *
day_name(int64_t at_s, char buf[REP_TIME_TEXT])
{
	static const char *const days[] = { "Thursday", "Friday", "Saturday", "Sunday", "Monday",
		"Tuesday", "Wednesday" };
	char text[REP_TIME_TEXT];

	rep_time_text(at_s, text);
	snprintf(buf, REP_TIME_TEXT, "%s %.10s", days[at_s / REP_DAY_S % 7], text);
	return buf;
}

/* --- strips ------------------------------------------------------------------------------------------ */

/* The n numbers of a strip: attempts (REP_TREND_KINDS), or those of one kind. */
static void
numbers(const struct trend_view *v, const struct rep_trend_sum *sums, size_t n, int kind,
    int64_t from_s, int64_t step_s, uint64_t *out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = !rep_trend_known(v->set, from_s + (int64_t)i * step_s, step_s)
		    ? REP_STRIP_UNKNOWN
		    : kind == REP_TREND_KINDS ? rep_trend_attempts(&sums[i])
					      : sums[i].n[kind];
}

static void
line(const struct trend_view *v, const char *name, const uint64_t *n, size_t n_n, uint64_t most,
    enum rep_paint paint)
{
	rep_buf_printf(v->b, "  %-*s%s", NAME - 2, name, rep_paint(paint));
	rep_strip(v->b, n, n_n, most, v->wide);
	rep_buf_printf(v->b, "%s  ", paint != REP_PLAIN ? rep_unpaint() : "");
}

/* The strips of all kinds on one scale, so that a few refusals among much mail look like a few. */
static void
kinds(const struct trend_view *v, const struct rep_trend_sum *sums, size_t n, int64_t from_s,
    int64_t step_s)
{
	static const enum rep_paint paints[] = { REP_PLAIN, REP_YELLOW, REP_RED };
	uint64_t all[REP_TREND_DAYS], some[REP_TREND_DAYS], most;
	struct rep_trend_sum total = { { 0 } };
	char text[32], part[16];

	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < REP_TREND_KINDS; k++)
			total.n[k] += sums[i].n[k];
	numbers(v, sums, n, REP_TREND_KINDS, from_s, step_s, all);
	most = rep_strip_most(all, n);
	line(v, "attempts", all, n, most, REP_PLAIN);
	rep_buf_printf(v->b, "%9s\n", rep_out_number(rep_trend_attempts(&total), text));
	for (int k = REP_TREND_ACCEPTED; k <= REP_TREND_REFUSED; k++) {
		numbers(v, sums, n, k, from_s, step_s, some);
		line(v, rep_trend_word((enum rep_trend_kind)k), some, n, most,
		    total.n[k] > 0 ? paints[k] : REP_PLAIN);
		rep_buf_printf(v->b, "%9s", rep_out_number(total.n[k], text));
		if (total.n[k] > 0)
			rep_buf_printf(
			    v->b, " %7s", percent(share(&total, (enum rep_trend_kind)k), part));
		rep_buf_addc(v->b, '\n');
	}
}

static void
delays(const struct trend_view *v)
{
	const struct rep_trend *t = &v->trend;
	struct rep_trend_delays all = { .all = 0 };
	uint64_t n[REP_TREND_HOURS];
	char half[REP_TIME_TEXT], most[REP_TIME_TEXT];

	for (size_t i = 0; i < REP_TREND_HOURS; i++) {
		double d = rep_trend_delay(&t->delays[i], 0.95);

		n[i] = d < 0 ? REP_STRIP_UNKNOWN : (uint64_t)(d * 10);
		for (size_t k = 0; k < REP_TREND_DELAYS; k++)
			all.n[k] += t->delays[i].n[k];
		all.all += t->delays[i].all;
	}
	if (all.all == 0)
		return;
	line(v, "delay", n, REP_TREND_HOURS, rep_strip_most(n, REP_TREND_HOURS), REP_PLAIN);
	rep_buf_printf(v->b, "%9s for 95 %%", seconds(rep_trend_delay(&all, 0.95), most));
	if (rep_out_width() >= WITH_HALF)
		rep_buf_printf(v->b, ", half within %s", seconds(rep_trend_delay(&all, 0.5), half));
	rep_buf_addc(v->b, '\n');
}

/* The hours 00, 06, 12 and 18 above their columns; of days, the date of each Monday. */
static void
scale(const struct trend_view *v, int64_t from_s, int64_t step_s, size_t n)
{
	size_t at = 0;

	rep_buf_printf(v->b, "%*s", NAME, "");
	for (size_t i = 0; i < n; i++) {
		int64_t s = from_s + (int64_t)i * step_s;
		char text[REP_TIME_TEXT];
		bool mark = step_s == HOUR ? s / HOUR % 6 == 0 : s / REP_DAY_S % 7 == 4;
		size_t length = step_s == HOUR ? 2 : 5;

		if (!mark || i * v->wide + length > n * v->wide)
			continue;
		rep_time_text(s, text);
		rep_buf_printf(v->b, "%*s%.*s", (int)(i * v->wide - at), "", (int)length,
		    text + (step_s == HOUR ? 11 : 5));
		at = i * v->wide + length;
	}
	rep_buf_printf(v->b, "%*s  UTC\n", (int)(n * v->wide - at), "");
}

/* --- compared ---------------------------------------------------------------------------------------- */

static const enum rep_paint change_paints[] = { REP_DIM, REP_PLAIN, REP_GREEN, REP_RED };

static void
change(const struct trend_view *v, enum rep_trend_change c, const char *what, const char *now,
    const char *then)
{
	static const char *const words[] = { "?", "same", "better", "worse" };

	rep_buf_printf(v->b, "  %s%-9s%s%s %s, then %s\n", rep_paint(change_paints[c]), words[c],
	    rep_unpaint(), what, now, then);
}

static void
volume_line(const struct trend_view *v)
{
	const struct rep_trend *t = &v->trend;
	uint64_t a = rep_trend_attempts(&t->now), b = rep_trend_attempts(&t->then);
	double more = ((double)a - (double)b) / (double)b;
	char n1[32], n2[32];

	rep_buf_printf(v->b, "  %-9sattempts %s, then %s", "volume", rep_out_number(a, n1),
	    rep_out_number(b, n2));
	if (more >= 1)
		rep_buf_printf(v->b, " (%.1f times as many)", 1 + more);
	else
		rep_buf_printf(v->b, " (%+.0f %%)", 100 * more);
	rep_buf_addc(v->b, '\n');
}

static void
too_little(const struct trend_view *v, const char *then)
{
	const struct rep_trend *t = &v->trend;
	char n1[32], n2[32], begins[REP_TIME_TEXT];

	if (t->too_young)
		rep_out_wrap(v->b,
		    rep_arena_printf(v->set->arena,
			"Nothing to compare with: the log begins at %s and does not cover the "
			"same hours of %s.",
			rep_time_text(v->set->totals.first_s, begins), then),
		    0, 0);
	else
		rep_out_wrap(v->b,
		    rep_arena_printf(v->set->arena,
			"Too little to compare: %s attempts in the last %d whole hours, and %s in "
			"the same hours of %s. A comparison needs %d in each.",
			rep_out_number(rep_trend_attempts(&t->now), n1), REP_TREND_HOURS - 1,
			rep_out_number(rep_trend_attempts(&t->then), n2), then, REP_TREND_LEAST),
		    0, 0);
	rep_buf_addc(v->b, '\n');
}

static void
compared(const struct trend_view *v)
{
	const struct rep_trend *t = &v->trend;
	char a[REP_TIME_TEXT], b[REP_TIME_TEXT], p1[16], p2[16];
	const char *then = day_name(v->set->in.now_s - 7 * REP_DAY_S, a);

	rep_buf_addc(v->b, '\n');
	if (t->refused == REP_TREND_TOO_LITTLE) {
		too_little(v, then);
		return;
	}
	rep_out_wrap(v->b,
	    rep_arena_printf(v->set->arena,
		"Compared with the same hours a week before (%d whole hours, the last on %s)",
		REP_TREND_HOURS - 1, then),
	    0, 0);
	rep_buf_addc(v->b, '\n');
	change(v, t->refused, "refused", percent(share(&t->now, REP_TREND_REFUSED), p1),
	    percent(share(&t->then, REP_TREND_REFUSED), p2));
	change(v, t->slowed, "slowed", percent(share(&t->now, REP_TREND_SLOWED), p1),
	    percent(share(&t->then, REP_TREND_SLOWED), p2));
	if (t->delay != REP_TREND_TOO_LITTLE)
		change(v, t->delay, "delay of 95 %",
		    seconds(rep_trend_delay(&t->delays_now, 0.95), a),
		    seconds(rep_trend_delay(&t->delays_then, 0.95), b));
	volume_line(v);
}

/* The answer in a line, above everything. */
static void
summary(const struct trend_view *v)
{
	const struct rep_trend *t = &v->trend;
	char p1[16], p2[16];

	if (t->refused == REP_TREND_TOO_LITTLE)
		return;
	if (t->refused != REP_TREND_SAME)
		rep_buf_printf(v->b, "%s than a week before: %s refused, then %s.\n",
		    t->refused == REP_TREND_WORSE ? "Worse" : "Better",
		    percent(share(&t->now, REP_TREND_REFUSED), p1),
		    percent(share(&t->then, REP_TREND_REFUSED), p2));
	else if (t->slowed != REP_TREND_SAME)
		rep_buf_printf(v->b, "%s than a week before: %s slowed, then %s.\n",
		    t->slowed == REP_TREND_WORSE ? "Worse" : "Better",
		    percent(share(&t->now, REP_TREND_SLOWED), p1),
		    percent(share(&t->then, REP_TREND_SLOWED), p2));
	else
		rep_buf_printf(v->b, "Like a week before: %s refused, %s slowed.\n",
		    percent(share(&t->now, REP_TREND_REFUSED), p1),
		    percent(share(&t->now, REP_TREND_SLOWED), p2));
}

/* --- by provider ----------------------------------------------------------------------------------- */

static void
provider_row(const struct trend_view *v, const struct trend_row *r, bool strips)
{
	const struct rep_trend *t = &r->trend;
	struct rep_str id = rep_name(&v->set->in.names, r->provider);
	struct rep_trend_sum day = { { 0 } };
	uint64_t n[REP_TREND_HOURS], all[REP_TREND_HOURS];
	char n1[32], p1[16], p2[16] = "-";

	for (size_t i = 0; i < REP_TREND_HOURS; i++)
		for (int k = 0; k < REP_TREND_KINDS; k++)
			day.n[k] += t->hours[i].n[k];
	rep_buf_printf(v->b, "  %-18.*s ", (int)(id.n < 18 ? id.n : 18), id.p);
	if (strips) {
		numbers(v, t->hours, REP_TREND_HOURS, REP_TREND_KINDS, t->hours_from_s, HOUR, all);
		numbers(v, t->hours, REP_TREND_HOURS, REP_TREND_ACCEPTED, t->hours_from_s, HOUR, n);
		rep_strip(v->b, n, REP_TREND_HOURS, rep_strip_most(all, REP_TREND_HOURS), 1);
		rep_buf_addc(v->b, ' ');
	}
	if (!t->too_young && rep_trend_attempts(&t->then) > 0)
		percent(share(&t->then, REP_TREND_REFUSED), p2);
	rep_buf_printf(v->b, "%8s %8s %8s  %s%s%s\n", rep_out_number(rep_trend_attempts(&day), n1),
	    percent(share(&day, REP_TREND_REFUSED), p1), p2, rep_paint(change_paints[t->refused]),
	    rep_trend_change_word(t->refused), rep_unpaint());
}

static void
by_provider(const struct trend_view *v)
{
	bool strips = rep_out_width() >= 90;

	if (v->rows_n < 2)
		return;
	rep_buf_printf(v->b, "\n%s  %-18s %-*s%8s %8s %8s%s\n", rep_paint(REP_BOLD), "PROVIDER",
	    strips ? REP_TREND_HOURS + 1 : 0, strips ? "ACCEPTED, BY HOUR" : "", "24 H", "REFUSED",
	    "THEN", rep_unpaint());
	for (size_t i = 0; i < v->rows_n && i < ROWS_MAX; i++)
		provider_row(v, &v->rows[i], strips);
	if (v->rows_n > ROWS_MAX)
		rep_buf_printf(v->b,
		    "  and %zu more with less mail; one of them: reputed trend PROVIDER\n",
		    v->rows_n - ROWS_MAX);
}

/* --- all of it ------------------------------------------------------------------------------------- */

static void
as_text(const struct trend_view *v)
{
	static const char *const titles[] = { "", "Mail to", "Mail from", "Mail through the relay",
		"Mail of the stream", "Mail to the host" };
	const struct rep_trend *t = &v->trend;
	char now[REP_TIME_TEXT];

	if (v->set->totals.counted == 0) {
		rep_out_nothing_read(v->b, v->set->totals.lines);
		return;
	}
	rep_buf_printf(v->b, "%s", rep_paint(REP_BOLD));
	rep_out_wrap(v->b,
	    v->subject.about == REP_TREND_ALL
		? REP_S("All mail")
		: rep_arena_printf(
		      v->set->arena, "%s %.*s", titles[v->subject.about], REP_PR(v->subject.name)),
	    0, 0);
	rep_buf_printf(v->b, "%s\n", rep_unpaint());
	summary(v);
	rep_buf_printf(v->b, "\nThe last 24 hours, to %s\n", rep_time_text(v->set->in.now_s, now));
	scale(v, t->hours_from_s, HOUR, REP_TREND_HOURS);
	kinds(v, t->hours, REP_TREND_HOURS, t->hours_from_s, HOUR);
	delays(v);
	rep_buf_printf(v->b, "\nThe last %d days\n", REP_TREND_DAYS);
	scale(v, t->days_from_s, REP_DAY_S, REP_TREND_DAYS);
	kinds(v, t->days, REP_TREND_DAYS, t->days_from_s, REP_DAY_S);
	compared(v);
	by_provider(v);
}

static void
sum_json(struct rep_json *j, const struct rep_trend_sum *s, bool known)
{
	if (known)
		rep_json_int(j, "attempts", (int64_t)rep_trend_attempts(s));
	else
		rep_json_null(j, "attempts");
	for (int k = 0; k < REP_TREND_KINDS; k++)
		if (known)
			rep_json_int(j, rep_trend_word((enum rep_trend_kind)k), (int64_t)s->n[k]);
		else
			rep_json_null(j, rep_trend_word((enum rep_trend_kind)k));
}

static void
delay_json(struct rep_json *j, const struct rep_trend_delays *d)
{
	static const struct {
		const char *key;
		double share;
	} parts[] = { { "delay_half_s", 0.5 }, { "delay_95_s", 0.95 } };

	for (size_t i = 0; i < REP_COUNT(parts); i++)
		if (d->all > 0)
			rep_json_real(j, parts[i].key, rep_trend_delay(d, parts[i].share), 1);
		else
			rep_json_null(j, parts[i].key);
}

static void
buckets_json(struct rep_json *j, const struct trend_view *v, const char *key,
    const struct rep_trend *t, bool hours, bool with_delays)
{
	int64_t step_s = hours ? HOUR : REP_DAY_S;

	rep_json_arr(j, key);
	for (int64_t i = 0; i < (hours ? REP_TREND_HOURS : REP_TREND_DAYS); i++) {
		int64_t from_s = (hours ? t->hours_from_s : t->days_from_s) + i * step_s;

		rep_json_obj(j, NULL);
		rep_json_time(j, "from", from_s);
		sum_json(
		    j, hours ? &t->hours[i] : &t->days[i], rep_trend_known(v->set, from_s, step_s));
		if (with_delays)
			delay_json(j, &t->delays[i]);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
}

static void
change_json(struct rep_json *j, const char *key, enum rep_trend_change c)
{
	if (c != REP_TREND_TOO_LITTLE)
		rep_json_cstr(j, key, rep_trend_change_word(c));
	else
		rep_json_null(j, key);
}

static void
compared_json(struct rep_json *j, const struct rep_trend *t, bool with_delays)
{
	rep_json_obj(j, "compared");
	rep_json_time(j, "from", t->from_s);
	rep_json_time(j, "until", t->until_s);
	rep_json_obj(j, "now");
	sum_json(j, &t->now, true);
	if (with_delays)
		delay_json(j, &t->delays_now);
	rep_json_end_obj(j);
	rep_json_obj(j, "then");
	sum_json(j, &t->then, !t->too_young);
	if (with_delays)
		delay_json(j, &t->delays_then);
	rep_json_end_obj(j);
	change_json(j, "refused", t->refused);
	change_json(j, "slowed", t->slowed);
	if (with_delays)
		change_json(j, "delay", t->delay);
	rep_json_end_obj(j);
}

static void
as_json(const struct trend_view *v)
{
	struct rep_json j;

	rep_json_init(&j, v->b);
	rep_json_obj(&j, NULL);
	if (v->set->totals.counted > 0)
		rep_json_time(&j, "now", v->set->in.now_s);
	else
		rep_json_null(&j, "now");
	if (v->set->totals.counted > 0)
		rep_json_time(&j, "log_from", v->set->totals.first_s);
	else
		rep_json_null(&j, "log_from");
	rep_json_obj(&j, "of");
	rep_json_cstr(&j, "kind", rep_trend_about_word(v->subject.about));
	rep_json_str_or_null(&j, "name", v->subject.name);
	rep_json_end_obj(&j);
	buckets_json(&j, v, "hours", &v->trend, true, true);
	buckets_json(&j, v, "days", &v->trend, false, false);
	compared_json(&j, &v->trend, true);
	rep_json_arr(&j, "providers");
	for (size_t i = 0; i < v->rows_n; i++) {
		rep_json_obj(&j, NULL);
		rep_json_str(&j, "provider", rep_name(&v->set->in.names, v->rows[i].provider));
		buckets_json(&j, v, "hours", &v->rows[i].trend, true, false);
		compared_json(&j, &v->rows[i].trend, false);
		rep_json_end_obj(&j);
	}
	rep_json_end_arr(&j);
	rep_json_end_obj(&j);
	rep_buf_addc(v->b, '\n');
}

static int
by_volume(const void *a, const void *b)
{
	const struct trend_row *x = a, *y = b;
	uint64_t n = 0, m = 0;

	for (size_t i = 0; i < REP_TREND_HOURS; i++) {
		n += rep_trend_attempts(&x->trend.hours[i]);
		m += rep_trend_attempts(&y->trend.hours[i]);
	}
	if (n != m)
		return n > m ? -1 : 1;
	return x->provider < y->provider ? -1 : x->provider > y->provider;
}

/* A row for each provider that mail was sent to in the 24 hours. */
static bool
rows(struct trend_view *v)
{
	const struct rep_judge_in *in = &v->set->in;
	bool *one = rep_arena_alloc(v->set->arena, in->names.n + 1);
	bool *tried = rep_arena_alloc(v->set->arena, in->names.n + 1);
	struct rep_trend_mail mail = { .provider = one, .names_n = in->names.n };
	size_t n = 0, k = 0;

	if (one == NULL || tried == NULL)
		return false;
	for (size_t i = 0; i < in->obs_n; i++) {
		const struct rep_observation *o = &in->obs[i];

		if (o->first_s < v->trend.hours_from_s || o->provider >= in->names.n ||
		    tried[o->provider] || rep_trend_of(o) == REP_TREND_KINDS)
			continue;
		tried[o->provider] = true;
		n++;
	}
	if ((v->rows = rep_arena_alloc(v->set->arena, (n + 1) * sizeof *v->rows)) == NULL)
		return false;
	for (uint32_t p = 0; p < in->names.n && k < n; p++) {
		if (!tried[p])
			continue;
		one[p] = true;
		v->rows[k].provider = p;
		rep_trend_count(v->set, &mail, &v->rows[k++].trend);
		one[p] = false;
	}
	v->rows_n = k;
	qsort(v->rows, v->rows_n, sizeof *v->rows, by_volume);
	return true;
}

static enum rep_rc
look(struct rep_cli *c, struct rep_store *store, const struct rep_know *know,
    struct rep_verdict_set *set, struct trend_view *v, struct rep_err *err)
{
	struct rep_str word = c->args_n > 0 ? rep_str_c(c->args[0]) : (struct rep_str){ "", 0 };
	enum rep_rc rc;

	if ((rc = rep_verdicts_make(&c->session, know, store, REP_DEPTH_STATE, set, err)) !=
		REP_OK ||
	    (rc = rep_trend_find(set, word, &v->subject, err)) != REP_OK ||
	    (rc = rep_trend_make(store, set, &v->subject.mail, &v->trend, err)) != REP_OK)
		return rc;
	if (v->subject.about == REP_TREND_ALL && !rows(v))
		return rep_fail(err, REP_ELIMIT, "more names than memory is set aside for");
	return REP_OK;
}

int
rep_cmd_trend(struct rep_cli *c)
{
	struct rep_verdict_set set = { 0 };
	struct rep_store *store;
	struct rep_know *know = NULL;
	struct rep_err err;
	struct rep_buf b;
	struct trend_view v = { .b = &b, .set = &set, .wide = rep_out_width() >= ROOMY ? 2 : 1 };
	enum rep_rc rc;

	if (c->args_n > 1) {
		rep_cli_say("give one PROVIDER, SOURCE or STREAM at a time");
		return REP_EXIT_USAGE;
	}
	if ((store = rep_cli_reading(c)) == NULL)
		return c->worst;
	rep_buf_init(&b, 64 << 20);
	if ((rc = rep_session_know(&c->session, &know, &err)) != REP_OK ||
	    (rc = look(c, store, know, &set, &v, &err)) != REP_OK) {
		rep_cli_fail(c, rc == REP_ENOTFOUND ? REP_EXIT_USAGE : REP_EXIT_FAILED, &err);
	} else {
		if (c->json)
			as_json(&v);
		else
			as_text(&v);
		if (!rep_out_flush(&b))
			rep_cli_note(c, REP_EXIT_FAILED);
	}
	rep_buf_fini(&b);
	rep_verdicts_free(&set);
	rep_know_free(know);
	rep_store_close(store);
	return c->worst;
}
