/*
 * Evidence from what was sent: how much, by the hour and by stream.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/measure.h"
#include "judge/passed.h"
#include "base/time.h"

#include <math.h>

/* Attempts of a label by hour of the day. */
struct by_hour {
	double n[24];
	double all;
	unsigned days;	      /* days with any mail in the stretch */
	unsigned days_at[24]; /* days with any mail in that hour */
};

static void
sum_by_hour(const struct rep_hearing *h, int64_t from_s, int64_t until_s, struct by_hour *t)
{
	uint64_t seen = 0, seen_at[24] = { 0 }; /* one bit for each day, 60 at most */

	size_t rows;
	const struct rep_conduct *y =
	    rep_measure_conduct(h->v, &h->cell->key, h->cell->key.label, from_s, until_s, &rows);

	*t = (struct by_hour){ .days = 0 };
	for (size_t r = 0; r < rows; r++) {
		size_t hour = (size_t)(y[r].from_s / REP_HOUR % 24);
		uint64_t day = UINT64_C(1) << ((y[r].from_s - from_s) / REP_DAY_S & 63);

		t->n[hour] += y[r].attempts;
		t->all += y[r].attempts;
		seen |= day;
		seen_at[hour] |= day;
	}
	t->days = (unsigned)__builtin_popcountll(seen);
	for (size_t hour = 0; hour < REP_COUNT(seen_at); hour++)
		t->days_at[hour] = (unsigned)__builtin_popcountll(seen_at[hour]);
}

/* Mail follows the week: what the same hours of the last two weeks had is no step, a campaign each Monday. */
enum { WEEKS_BACK = 2 };

/*
 * Compares the day before the trouble with the same hours of the 30 days before that day, or of the same
 * day one or two weeks before, whichever had more. Only hours that were busy then count (at least half of
 * the mean hour), so nights and gaps in the log do not mislead. The mean, because one campaign alone can
 * make its hour many times as busy as all others.
 */
static double
volume_step(const struct rep_hearing *h, double *now, double *before, uint64_t *messages)
{
	int64_t since = h->e->since_s;
	struct by_hour day, base, week[WEEKS_BACK];
	double same[WEEKS_BACK] = { 0 };

	sum_by_hour(h, since - REP_DAY_S, since, &day);
	sum_by_hour(h, since - 31 * REP_DAY_S, since - REP_DAY_S, &base);
	for (int w = 0; w < WEEKS_BACK; w++) {
		int64_t back_s = (w + 1) * REP_MEASURE_WEEK_S;

		sum_by_hour(h, since - back_s - REP_DAY_S, since - back_s, &week[w]);
	}
	*now = *before = 0;
	*messages = 0;
	for (int k = 0; k < 24; k++)
		*messages += (uint64_t)base.n[k];
	if (base.days < 5)
		return 0;
	for (int k = 0; k < 24; k++)
		if (base.n[k] * 48 >= base.all && base.n[k] > 0) {
			*now += day.n[k];
			*before += base.n[k] / base.days;
			for (int w = 0; w < WEEKS_BACK; w++)
				same[w] += week[w].n[k];
		}
	for (int w = 0; w < WEEKS_BACK; w++)
		*before = fmax(*before, same[w]);
	return *before > 0 ? *now / *before : 0;
}

/*
 * What one hour of the day usually has: the mean of the days that have mail in it, and at least the mean
 * hour in which a message leaves (each hour counts by its mail), as a quiet hour may be a gap in the log with some
 * late deliveries in it: a log of two hours a day is no quiet sender. < 0: it cannot be compared, because fewer than
 * three days have any.
 */
static double
usual_of_hour(const struct by_hour *base, size_t hour)
{
	enum { DAYS_LEAST = 3 };
	double typical = 0;

	for (size_t k = 0; k < REP_COUNT(base->n); k++)
		if (base->days_at[k] > 0)
			typical += base->n[k] / base->all * base->n[k] / base->days_at[k];
	return base->days_at[hour] >= DAYS_LEAST
	    ? fmax(base->n[hour] / base->days_at[hour], typical)
	    : -1;
}

/*
 * The largest step of the last hours: of 1, 2, 3 and 6, against the same hours of the 30 days before the
 * last one, and against those of the same day one and two weeks before. Only where it is more than chance explains: 20 messages, and four standard deviations of a
 * count that also varies by a third from day to day (judgement). 0: there is none.
 */
static double
burst(const struct rep_hearing *h, unsigned *hours, double *mail)
{
	enum { MESSAGES = 20, DEVIATIONS = 4, LONGEST = 6 };
	static const unsigned windows[] = { 1, 2, 3, LONGEST }; /* with the hour that it began in */
	int64_t since_s = h->e->since_s, hour_s = since_s - since_s % REP_HOUR;
	struct by_hour base, now, week[WEEKS_BACK];
	double most = 0;

	sum_by_hour(h, hour_s - 31 * REP_DAY_S, hour_s - REP_DAY_S, &base);
	sum_by_hour(h, hour_s - (LONGEST - 1) * REP_HOUR, since_s + 1, &now);
	for (int k = 0; k < WEEKS_BACK; k++) {
		int64_t back_s = (k + 1) * REP_MEASURE_WEEK_S;

		sum_by_hour(
		    h, hour_s - back_s - (LONGEST - 1) * REP_HOUR, since_s - back_s + 1, &week[k]);
	}
	for (size_t w = 0; w < REP_COUNT(windows); w++) {
		int64_t from_s = hour_s - (int64_t)(windows[w] - 1) * REP_HOUR;
		double got = 0, usual = 0, same[WEEKS_BACK] = { 0 };
		bool known = true;

		for (unsigned k = 0; k < windows[w]; k++) {
			size_t hour = (size_t)(from_s / REP_HOUR + k) % 24;

			got += now.n[hour];
			known = known && usual_of_hour(&base, hour) >= 0;
			usual += usual_of_hour(&base, hour);
			for (int b = 0; b < WEEKS_BACK; b++)
				same[b] += week[b].n[hour];
		}
		for (int b = 0; b < WEEKS_BACK; b++)
			usual = fmax(usual, same[b]);
		if (known && got >= MESSAGES && got / usual > most &&
		    got > usual + DEVIATIONS * sqrt(usual + usual * usual / 10)) {
			most = got / usual;
			*hours = windows[w];
			*mail = got;
		}
	}
	return most;
}

static void
tell_burst(struct rep_hearing *h, double times, unsigned hours, double mail)
{
	char n1[32];

	rep_hear_measured(h, REP_EVIDENCE_VOLUME_BURST, times,
	    rep_arena_printf(h->a,
		"when it began, %s messages were sent within %u hour%s, %.1f times the usual",
		rep_number_text((uint64_t)(mail + 0.5), n1), hours, rep_plural(hours), times),
	    rep_arena_printf(
		h->a, "{\"hours\":%u,\"messages\":%.0f,\"step\":%.2f}", hours, mail, times));
}

/* Refusals for what messages say, anywhere, in the week before. */
static void
content_before(struct rep_hearing *h)
{
	enum { FROM = 5 };
	uint64_t content = 0, all = 0;
	size_t rows;
	const struct rep_conduct *y = rep_measure_conduct(h->v, &h->cell->key, h->cell->key.label,
	    h->e->since_s - REP_MEASURE_WEEK_S, h->e->since_s, &rows);
	char p1[16];

	for (size_t r = 0; r < rows; r++) {
		content += y[r].content;
		all += y[r].attempts;
	}
	if (content >= FROM && rep_hearing_enough(h, all))
		rep_hear_measured(h, REP_EVIDENCE_CONTENT_BEFORE, rep_share(content, all),
		    rep_arena_printf(h->a,
			"%s of the mail in the week before was refused for its content",
			rep_percent_text(rep_share(content, all), p1)),
		    rep_arena_printf(h->a, "{\"content\":%llu,\"attempts\":%llu}",
			(unsigned long long)content, (unsigned long long)all));
}

/* What appears so long after the beginning of the log is new, if it sends nearly every day since. */
enum { NEW_AFTER_S = 3 * REP_DAY_S };

/* Whether the source sent on two days of three since then: one that pauses for days was there before. */
static bool
most_days(const struct rep_hearing *h, int64_t first_s)
{
	int64_t first_day = first_s / REP_DAY_S, last_day = h->e->since_s / REP_DAY_S;
	int64_t days = last_day - first_day + 1, seen = 0;

	for (int64_t d = first_day; d <= last_day; d++) {
		size_t rows;

		(void)rep_measure_conduct(h->v, &h->cell->key, h->cell->key.label, d * REP_DAY_S,
		    (d + 1) * REP_DAY_S, &rows);
		seen += rows > 0;
	}
	return seen * 3 >= days * 2;
}

/*
 * One stream that meets most of the trouble, and that nobody sent before: a new campaign, a form that was
 * found by somebody.
 */
static void
new_stream(struct rep_hearing *h)
{
	enum { NEW_S = 3 * REP_DAY_S, MOST = 80 /* percent of the trouble */ };
	const struct rep_lost_stream *x = h->i->streams;
	uint64_t all = 0, most = 0;
	uint32_t stream = 0;
	int64_t first_s = INT64_MAX;
	size_t rows;
	const struct rep_conduct *y;
	struct rep_str name;
	char when[REP_TIME_TEXT];

	for (size_t k = 0; k < h->i->streams_n; k++) {
		uint64_t n = x[k].bounced + x[k].deferred;

		all += n;
		stream = n > most ? x[k].stream : stream;
		most = n > most ? n : most;
	}
	if (most * 100 < all * MOST || stream == 0 || stream == REP_OTHER_STREAMS)
		return;
	y = rep_measure_conduct(h->v, &h->cell->key, REP_ANY_LABEL, INT64_MIN, h->until_s, &rows);
	for (size_t r = 0; r < rows && first_s == INT64_MAX; r++)
		if (y[r].stream == stream)
			first_s = y[r].from_s;
	if (first_s > h->e->since_s || h->e->since_s - first_s >= NEW_S ||
	    first_s - h->v->index->first_s <= NEW_AFTER_S)
		return;
	name = rep_name(&h->in->names, stream);
	rep_hear_measured(h, REP_EVIDENCE_NEW_STREAM, (double)(h->e->since_s - first_s) / REP_HOUR,
	    rep_arena_printf(h->a,
		"the stream that it hits (%.*s) is new: nothing of it was sent before %s",
		REP_PR(name), rep_time_text(first_s, when)),
	    rep_arena_printf(
		h->a, "{\"hours\":%lld}", (long long)((h->e->since_s - first_s) / REP_HOUR)));
}

/*
 * More than usual, and most of what is refused is forwarded. Then others sent more, not the sender, and
 * what they sent is what the receiver judges.
 */
static bool
forwarded_rise(struct rep_hearing *h, double times)
{
	if (times < rep_hearing_limit(h, REP_LIMIT_VOLUME_SOME) ||
	    rep_passed_kind(h->in, h->i) != REP_PASSED_FORWARDED)
		return false;
	rep_hear_measured(h, REP_EVIDENCE_FORWARDED_RISE, times,
	    rep_arena_printf(h->a,
		"there was %.1f times the usual mail, and most of what is refused is forwarded: "
		"spam that you pass on counts as yours",
		times),
	    rep_arena_printf(h->a, "{\"step\":%.2f}", times));
	return true;
}

void
rep_evidence_volume(struct rep_hearing *h)
{
	const struct rep_label_cells *of = rep_index_label(h->v, h->cell->key.label);
	int64_t since = h->e->since_s, first_of_all = h->v->index->first_s;
	int64_t first_here = h->cell->key.route != 0 ? h->cell->first_s
	    : of != NULL			     ? of->first_s
						     : since;
	int64_t first = first_here < since ? first_here : since;
	uint64_t messages;
	double now, before, step = volume_step(h, &now, &before, &messages);
	char span[REP_TIME_TEXT], n1[32], n2[32];
	struct rep_str facts;
	double times, mail = 0;
	unsigned hours = 0;
	bool known;

	times = burst(h, &hours, &mail);
	content_before(h);
	new_stream(h);
	known = before >= 20 && rep_hearing_enough(h, messages);
	if (forwarded_rise(h, known ? fmax(times, step) : times))
		return;
	if (times > 0)
		tell_burst(h, times, hours, mail);
	facts = rep_arena_printf(
	    h->a, "{\"day_before\":%.0f,\"usual\":%.0f,\"step\":%.2f}", now, before, step);
	if ((double)(since - first) < rep_hearing_limit(h, REP_LIMIT_NEW_DAYS) * REP_DAY_S &&
	    first - first_of_all > NEW_AFTER_S && most_days(h, first)) {
		rep_hear_measured(h, REP_EVIDENCE_NEW_SOURCE, (double)(since - first) / REP_DAY_S,
		    rep_arena_printf(h->a, "this source had sent for only %s when it was refused",
			rep_time_span(since - first, span)),
		    facts);
		return;
	}
	if (!known) {
		rep_hear_unknown(h, REP_UNKNOWN_VOLUME,
		    "the log does not go back far enough to show whether volume grew; read older "
		    "logs: reputed ingest /var/log/mail.log*",
		    REP_CAUSE_VOLUME, REP_CAUSE_VOLUME);
		return;
	}
	if (step >= rep_hearing_limit(h, REP_LIMIT_VOLUME_SOME))
		rep_hear_measured(h,
		    step >= rep_hearing_limit(h, REP_LIMIT_VOLUME_BIG)
			? REP_EVIDENCE_VOLUME_BIG_STEP
			: REP_EVIDENCE_VOLUME_STEP,
		    step,
		    rep_arena_printf(h->a,
			"the day before had %.1f times the usual mail (%s messages in the busy "
			"hours, usually %s)",
			step, rep_number_text((uint64_t)(now + 0.5), n1),
			rep_number_text((uint64_t)(before + 0.5), n2)),
		    facts);
	else if (step > 0.5 && times < rep_hearing_limit(h, REP_LIMIT_VOLUME_SOME))
		rep_hear_measured(h, REP_EVIDENCE_VOLUME_STEADY, step,
		    rep_arena_printf(h->a,
			"volume was steady (%s messages in the busy hours of the day before, "
			"usually %s)",
			rep_number_text((uint64_t)(now + 0.5), n1),
			rep_number_text((uint64_t)(before + 0.5), n2)),
		    facts);
}
