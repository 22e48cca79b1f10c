/*
 * Evidence from what was sent: recipients that do not exist.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/measure.h"
#include "base/time.h"

#include <math.h>

enum { STREAMS = 260 }; /* as many as are told of a trouble, and a few */

/*
 * Attempts and unknown recipients of a label, by stream, in one stretch of time. [0] is the total.
 */
struct by_stream {
	struct {
		uint32_t stream;
		uint64_t attempts, recipient;
	} v[STREAMS];
	size_t n;
	size_t
	    next; /* where the stream of the next row is in most cases: rows are sorted by stream */
	bool more; /* streams beyond those are only in [0] */
};

static void
add_to_stream(struct by_stream *t, const struct rep_conduct *y)
{
	size_t k = t->next;

	t->v[0].attempts += y->attempts;
	t->v[0].recipient += y->recipient;
	if (k >= t->n || t->v[k].stream != y->stream)
		for (k = 1; k < t->n && t->v[k].stream != y->stream;)
			k++;
	if (k == STREAMS) {
		t->more = true;
		return;
	}
	if (k == t->n) {
		t->v[k].stream = y->stream;
		t->v[k].attempts = t->v[k].recipient = 0;
		t->n++;
	}
	t->v[k].attempts += y->attempts;
	t->v[k].recipient += y->recipient;
	t->next = k + 1;
}

static const struct rep_conduct *
conduct(const struct rep_hearing *h, uint32_t label, int64_t from_s, int64_t until_s, size_t *n)
{
	return rep_measure_conduct(h->v, &h->cell->key, label, from_s, until_s, n);
}

/* Sums of the source, or (everybody) of all own sources, which may all mail one list. */
static void
sum_by_stream(
    struct rep_hearing *h, bool everybody, int64_t from_s, int64_t until_s, struct by_stream *t)
{
	size_t rows;
	const struct rep_conduct *y =
	    conduct(h, everybody ? REP_ANY_LABEL : h->cell->key.label, from_s, until_s, &rows);

	t->v[0].stream = REP_ANY_STREAM;
	t->v[0].attempts = t->v[0].recipient = 0;
	t->n = t->next = 1;
	t->more = false;
	for (size_t r = 0; r < rows; r++)
		add_to_stream(t, &y[r]);
	h->i->too_many[REP_TOO_MANY_STREAMS] |= t->more;
}

/* The usual share of a stream. Of all streams, if this one has too little history. */
static double
usual_of(const struct by_stream *base, uint32_t stream)
{
	for (size_t k = 0; k < base->n; k++)
		if (base->v[k].stream == stream && base->v[k].attempts >= 200)
			return rep_share(base->v[k].recipient, base->v[k].attempts);
	return base->v[0].attempts >= 200 ? rep_share(base->v[0].recipient, base->v[0].attempts)
					  : 1;
}

static bool
sends(const struct by_stream *own, uint32_t stream)
{
	for (size_t k = 0; k < own->n; k++)
		if (own->v[k].stream == stream)
			return own->v[k].attempts > 0;
	return false;
}

/* The day and stream with the highest share in the week before, if it stands out. */
struct rise {
	double rate, usual;
	int64_t day_s;
	uint32_t stream;
};

/* Only streams that this source sends too, and only a rise that is too large for chance. */
static struct rise
rise(struct rep_hearing *h, const struct by_stream *own)
{
	int64_t since = h->e->since_s;
	struct rise worst = { 0 };
	struct by_stream base, day;

	sum_by_stream(h, true, since - 35 * REP_DAY_S, since - 7 * REP_DAY_S, &base);
	for (int64_t d = since - since % REP_DAY_S; d > since - 7 * REP_DAY_S; d -= REP_DAY_S) {
		sum_by_stream(h, true, d, d + REP_DAY_S < since ? d + REP_DAY_S : since, &day);
		for (size_t k = 0; k < day.n; k++) {
			double rate = rep_share(day.v[k].recipient, day.v[k].attempts);
			double usual = usual_of(&base, day.v[k].stream);
			double expected = usual * (double)day.v[k].attempts;

			if (day.v[k].recipient < 10 || rate <= worst.rate ||
			    rate < rep_hearing_limit(h, REP_LIMIT_UNKNOWN_NOTABLE) ||
			    rate < rep_hearing_limit(h, REP_LIMIT_RISE) * usual ||
			    (double)day.v[k].recipient < expected + 3 * sqrt(expected + 1) ||
			    !sends(own, day.v[k].stream))
				continue;
			worst = (struct rise){ rate, usual, d, day.v[k].stream };
		}
	}
	return worst;
}

/* The own source in the same subnet with the most unknown recipients. NULL: none is high. */
static const struct rep_label *
bad_sibling(const struct rep_hearing *h, double *rate)
{
	const struct rep_label *worst = NULL;

	*rate = rep_hearing_limit(h, REP_LIMIT_UNKNOWN_HIGH);
	for (size_t i = 0; i < h->in->labels_n; i++) {
		const struct rep_label *l = &h->in->labels[i];
		double share;

		if (!rep_label_neighbours(l, h->label) ||
		    (share = rep_hearing_unknown_share(h, l->label)) < *rate)
			continue;
		*rate = share;
		worst = l;
	}
	return worst;
}

static struct rep_str
stream_of(const struct rep_hearing *h, const struct rise *worst)
{
	return worst->stream == REP_ANY_STREAM ? REP_S("all mail")
					       : rep_name(&h->in->names, worst->stream);
}

static void
tell_rise(struct rep_hearing *h, const struct rise *worst, struct rep_str facts)
{
	struct rep_str stream = stream_of(h, worst);
	char p1[16], p2[16], when[REP_TIME_TEXT];

	rep_hear_measured(h, REP_EVIDENCE_HYGIENE_RISE, worst->rate,
	    rep_arena_printf(h->a, "unknown recipients rose from %s to %s on %.10s (stream: %.*s)",
		rep_percent_text(worst->usual, p1), rep_percent_text(worst->rate, p2),
		rep_time_text(worst->day_s, when), REP_PR(stream)),
	    facts);
}

/* How far a share is above what the same stream always had: a list that was always so is no news to them. */
static void
tell_times(struct rep_hearing *h, const struct rise *worst, struct rep_str facts)
{
	const double least =
	    0.002; /* judgement: of fewer, one more would be many times the usual */
	double times = worst->rate / fmax(worst->usual, least);
	struct rep_str stream = stream_of(h, worst);
	char when[REP_TIME_TEXT];

	rep_hear_measured(h, REP_EVIDENCE_HYGIENE_TIMES, times,
	    rep_arena_printf(h->a,
		"on %.10s the share of recipients that do not exist was %s%.1f times that of the "
		"four weeks before (stream: %.*s)",
		rep_time_text(worst->day_s, when), worst->usual < least ? "more than " : "", times,
		REP_PR(stream)),
	    facts);
}

static void
tell_sibling(struct rep_hearing *h, struct rep_str sibling, double rate, double theirs)
{
	char p1[16];

	rep_hear_measured(h, REP_EVIDENCE_HYGIENE_HIGH_SIBLING, theirs,
	    rep_arena_printf(h->a,
		"%.*s, in the same network, had %s unknown recipients in the week before it; that "
		"alone can get a network refused",
		REP_PR(sibling), rep_percent_text(theirs, p1)),
	    rep_arena_printf(h->a, "{\"week\":%.4f,\"sibling\":\"%.*s\",\"theirs\":%.4f}", rate,
		REP_PR(sibling), theirs));
}

void
rep_evidence_hygiene(struct rep_hearing *h)
{
	int64_t since = h->e->since_s;
	const struct rep_label *sibling;
	struct by_stream week;
	struct rep_str facts;
	struct rise worst;
	double rate = h->i->unknown_share, theirs;
	double dead = rep_hearing_limit(h, REP_LIMIT_UNKNOWN_DEAD);
	bool high = rate >= rep_hearing_limit(h, REP_LIMIT_UNKNOWN_HIGH);
	char p1[16];

	if (rate < 0) {
		rep_hear_unknown(h, REP_UNKNOWN_OWN_CONDUCT,
		    "the log has too little mail from before the trouble to count unknown "
		    "recipients; read older logs: reputed ingest /var/log/mail.log*",
		    REP_CAUSE_HYGIENE, REP_CAUSE_VOLUME);
		return;
	}
	sum_by_stream(h, false, since - 7 * REP_DAY_S, since, &week);
	worst = rise(h, &week);
	facts = rep_arena_printf(h->a,
	    "{\"week\":%.4f,\"attempts\":%llu,\"worst_day\":%.4f,\"usual\":%.4f}", rate,
	    (unsigned long long)week.v[0].attempts, worst.rate, worst.usual);
	sibling = bad_sibling(h, &theirs);
	if (high && fmax(rate, worst.rate) >= dead)
		rep_hear_measured(h, REP_EVIDENCE_HYGIENE_DEAD, fmax(rate, worst.rate),
		    rep_arena_printf(h->a,
			"on the worst day %s did not exist: a list in regular use does not look "
			"like that, so it was bought, copied or unused for years",
			rep_percent_text(fmax(rate, worst.rate), p1)),
		    facts);
	if (high)
		rep_hear_measured(h, REP_EVIDENCE_HYGIENE_HIGH, rate,
		    rep_arena_printf(h->a,
			"unknown recipients were %s of the week before it; over 5 %% looks like a "
			"bought or dead list",
			rep_percent_text(rate, p1)),
		    facts);
	if (worst.rate > 0)
		tell_times(h, &worst, facts);
	if (high)
		return;
	if (sibling != NULL)
		tell_sibling(h, rep_hearing_source(h, sibling->label), rate, theirs);
	else if (worst.rate > 0)
		tell_rise(h, &worst, facts);
	else if (rate < rep_hearing_limit(h, REP_LIMIT_UNKNOWN_LOW))
		rep_hear_measured(h, REP_EVIDENCE_HYGIENE_LOW, rate,
		    rep_arena_printf(h->a,
			"unknown recipients were %s in the week before it, which is normal",
			rep_percent_text(rate, p1)),
		    facts);
}
