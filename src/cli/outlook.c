/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/outlook.h"
#include "base/time.h"
#include "judge/forecast.h"
#include "judge/ledger.h"

enum { WORTH_TELLING = 10 /* messages, or attempts */ };

/* --- the ledger ------------------------------------------------------------------------------- */

static void
line_json(struct rep_json *j, const struct rep_ledger *l, const struct rep_ledger_line *x)
{
	rep_json_int(j, "bounced", (int64_t)x->bounced);
	rep_json_int(j, "expired", (int64_t)x->expired);
	rep_json_int(j, "delayed_attempts", (int64_t)x->delayed);
	if (l->other_course) {
		rep_json_int(j, "would_be_waiting", (int64_t)x->waiting);
		rep_json_int(j, "attempts_not_made", (int64_t)x->not_made);
	} else {
		rep_json_null(j, "would_be_waiting");
		rep_json_null(j, "attempts_not_made");
	}
}

static void
sum_json(struct rep_json *j, const char *key, const struct rep_verdict_set *s,
    const struct rep_ledger *l, const struct rep_ledger_sum *sum)
{
	rep_json_obj(j, key);
	line_json(j, l, &sum->all);
	rep_json_arr(j, "streams");
	for (size_t n = 0; n < sum->streams_n; n++) {
		struct rep_str stream = rep_lost_stream_text(&s->in.names, sum->streams[n].stream);

		rep_json_obj(j, NULL);
		rep_json_str_or_null(j, "stream", stream);
		line_json(j, l, &sum->streams[n]);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

void
rep_ledger_json(struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i)
{
	struct rep_ledger l;

	if (!rep_ledger(&s->verdicts, i, s->arena, &l)) {
		rep_json_null(j, "ledger");
		return;
	}
	rep_json_obj(j, "ledger");
	rep_json_int(j, "stays", (int64_t)l.stays_n);
	sum_json(j, "last", s, &l, &l.last);
	sum_json(j, "all", s, &l, &l.stays);
	rep_json_end_obj(j);
}

void
rep_ledger_json_short(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i)
{
	struct rep_ledger l;

	if (i == NULL || !rep_ledger(&s->verdicts, i, s->arena, &l)) {
		rep_json_null(j, "ledger");
		return;
	}
	rep_json_obj(j, "ledger");
	rep_json_int(j, "stays", (int64_t)l.stays_n);
	line_json(j, &l, &l.last.all);
	rep_json_end_obj(j);
}

/* How many messages of each urgent stream would be waiting. */
struct urgent {
	struct {
		uint32_t stream;
		uint64_t waiting;
	} v[REP_STREAMS_TOLD];
	size_t n;
};

static void
add_urgent(const struct rep_verdict_set *s, const struct rep_ledger *l, struct urgent *u)
{
	for (size_t n = 0; n < l->last.streams_n; n++) {
		const struct rep_ledger_line *x = &l->last.streams[n];
		size_t k = 0;

		if (x->waiting == 0 || !rep_stream_urgent(&s->in, x->stream))
			continue;
		while (k < u->n && u->v[k].stream != x->stream)
			k++;
		if (k == REP_COUNT(u->v))
			continue;
		if (k == u->n) {
			u->v[k].stream = x->stream;
			u->v[u->n++].waiting = 0;
		}
		u->v[k].waiting += x->waiting;
	}
}

struct rep_str
rep_ledger_text(const struct rep_verdict_set *s, const struct rep_incident *const *v, size_t n)
{
	uint64_t waiting = 0, not_made = 0, stays_lost = 0, lost = 0, expired = 0;
	struct rep_str text = { "", 0 }, stream;
	struct urgent u = { .n = 0 };
	size_t top = 0;
	char n1[32], n2[32], n3[32];

	for (size_t k = 0; k < n; k++) {
		struct rep_ledger l;

		if (!rep_ledger(&s->verdicts, v[k], s->arena, &l))
			continue;
		waiting += l.last.all.waiting;
		not_made += l.last.all.not_made;
		lost += l.last.all.bounced + l.last.all.expired;
		expired += l.last.all.expired;
		stays_lost += l.stays.all.bounced + l.stays.all.expired;
		add_urgent(s, &l, &u);
	}
	for (size_t k = 1; k < u.n; k++)
		if (u.v[k].waiting > u.v[top].waiting)
			top = k;
	if (waiting >= WORTH_TELLING)
		text = rep_arena_printf(s->arena,
		    "Holding the mail from the first refusal on would have saved %s of these "
		    "messages",
		    rep_out_number(waiting, n1));
	else if (not_made >= WORTH_TELLING && lost > 0)
		text = rep_arena_printf(s->arena,
		    "Holding the mail from the first refusal on would have saved %s attempts",
		    rep_out_number(not_made, n1));
	if (text.n > 0 && u.n > 0) {
		stream = rep_name(&s->in.names, u.v[top].stream);
		text = rep_arena_printf(s->arena, "%.*s, %s of them of %.*s", REP_PR(text),
		    rep_out_number(u.v[top].waiting, n2), REP_PR(stream));
	}
	if (expired > 0)
		text = rep_arena_printf(s->arena,
		    "%.*s%s%s message%s waited too long in the queue and came back", REP_PR(text),
		    text.n > 0 ? ". " : "", rep_out_number(expired, n3), rep_plural(expired));
	if (stays_lost > lost)
		text =
		    rep_arena_printf(s->arena, "%.*s%sWith the earlier times, %s are lost in all",
			REP_PR(text), text.n > 0 ? ". " : "", rep_out_number(stays_lost, n3));
	return text.p != NULL ? text : (struct rep_str){ "", 0 };
}

/* --- the forecast -------------------------------------------------------------------------------- */

static bool
forecast(const struct rep_verdict_set *s, const struct rep_incident *i, struct rep_forecast *out)
{
	return s->book != NULL && rep_forecast(s->book, i, out);
}

void
rep_forecast_json(struct rep_json *j, const struct rep_verdict_set *s, const struct rep_incident *i)
{
	struct rep_forecast f;

	if (!forecast(s, i, &f)) {
		rep_json_null(j, "forecast");
		return;
	}
	rep_json_obj(j, "forecast");
	rep_json_cstr(j, "of", f.of == REP_FORECAST_OF_BLOCK ? "block" : "return");
	rep_json_real(j, "chance", f.chance, 2);
	rep_json_real(j, "low", f.low, 2);
	rep_json_real(j, "high", f.high, 2);
	rep_json_int(j, "horizon_s", f.horizon_s);
	rep_json_int(j, "rests_on", f.rests_on);
	rep_json_int(j, "happened", f.happened);
	rep_json_bool(j, "all_providers", f.all_providers);
	if (f.when) {
		rep_json_int(j, "next_s", f.next_s);
		rep_json_int(j, "next_low_s", f.next_low_s);
		rep_json_int(j, "next_high_s", f.next_high_s);
	} else {
		rep_json_null(j, "next_s");
		rep_json_null(j, "next_low_s");
		rep_json_null(j, "next_high_s");
	}
	rep_json_int(j, "gaps", f.gaps);
	rep_json_end_obj(j);
}

static int
percent(double p)
{
	return (int)(p * 100 + 0.5);
}

/*
 * What the forecast is based on: how often this happened before, here or everywhere, and what
 * followed.
 */
static struct rep_str
rests_on(const struct rep_verdict_set *s, const struct rep_forecast *f)
{
	bool block = f->of == REP_FORECAST_OF_BLOCK;
	const char *began = block ? "Mail was slowed" : "It was lifted";
	const char *where =
	    f->all_providers ? ", at all providers together (too few cases here)," : " here";
	char times[REP_TIMES_TEXT];

	if (f->rests_on == 1)
		return rep_arena_printf(s->arena, "%s once%s before, and %s", began, where,
		    block		  ? f->happened > 0 ? "a block followed within a day"
							    : "no block followed within a day"
			: f->happened > 0 ? "it came back within 30 days"
					  : "it did not come back within 30 days");
	return rep_arena_printf(s->arena, "%s %s%s before, and in %u of them %s", began,
	    rep_times(f->rests_on, times), where, f->happened,
	    block ? "a block followed within a day" : "it came back within 30 days");
}

struct rep_str
rep_forecast_text(const struct rep_verdict_set *s, const struct rep_incident *i)
{
	char t1[REP_TIME_TEXT], t2[REP_TIME_TEXT];
	struct rep_str text, grounds, none = { "", 0 };
	struct rep_forecast f;
	const char *what;

	if (!forecast(s, i, &f))
		return none;
	what = f.of == REP_FORECAST_OF_BLOCK ? "it becomes a block within a day of its beginning"
	    : !rep_incident_open(i)	     ? "it will be back within the next 30 days"
					     : "once it is lifted, it will be back within 30 days";
	grounds = rests_on(s, &f);
	text = rep_arena_printf(s->arena,
	    "%s with a chance of about %d %% (likely between %d and %d %%). %.*s", what,
	    percent(f.chance), percent(f.low), percent(f.high), REP_PR(grounds));
	if (text.p != NULL && f.when)
		text = rep_arena_printf(s->arena, "%.*s, after %s to %s", REP_PR(text),
		    rep_time_span(f.next_low_s, t1), rep_time_span(f.next_high_s, t2));
	return text.p != NULL ? text : none;
}
