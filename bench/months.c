/*
 * bench/months.c -- how often an ordinary month is called trouble, and how soon trouble is seen.
 *
 *	months [SEEDS]
 *
 * Plays made-up months: 30 days, two sources at four providers, message by message, with what
 * is ordinary in them (weekends, hours, greylisting, full and dead mailboxes, stray refusals
 * and rate limits in small bursts, one campaign, one short outage of a provider). A third of
 * them holds nothing else; the others hold one trouble at one provider: slowed in words that
 * rules know, then blocked, unblocked, blocked again; or slowed in words that no rule knows.
 * Each month is read by the judge and by two naive detectors. Rates and sizes differ by seed.
 * Writes a table in Markdown to standard output.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/hash.h"
#include "judge/judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	MINUTE = 60,
	HOUR = 3600,
	DAY = 86400,
	DAYS = 30,
	HOURS = DAYS * 24,
	START = 1788220800, /* Tuesday 2026-09-01T00:00:00Z */
	SOURCES = 2,
	PROVIDERS = 4,
	CELLS = SOURCES * PROVIDERS,
	EVENTS_MAX = 1 << 20
};

/* --- chance ---------------------------------------------------------------------------------------- */

static uint64_t chance_state;

static uint64_t
next(void)
{
	return rep_hash_mix(chance_state += UINT64_C(0x9e3779b97f4a7c15));
}

static double
uniform(void)
{
	return (double)(next() >> 11) * 0x1p-53;
}

static double
between(double lo, double hi)
{
	return lo + (hi - lo) * uniform();
}

static int
poisson(double mean)
{
	double limit = exp(-fmin(mean, 500)), p = uniform();
	int n = 0;

	if (mean > 60) { /* near enough to normal */
		double u = sqrt(-2 * log(1 - uniform())) * cos(6.283185307179586 * uniform());

		return (int)fmax(0, mean + sqrt(mean) * u + 0.5);
	}
	while (p > limit) {
		p *= uniform();
		n++;
	}
	return n;
}

/* --- what is said ------------------------------------------------------------------------------------ */

enum said {
	TAKEN = 0,
	UNKNOWN_USER,
	FULL,
	GREY,
	SLOWED,
	BLOCKED,
	SPAM,
	POLICY,
	ODD,
	SILENT,
	BUSY,
	SAID_N
};

static const struct {
	enum rep_class class;
	enum rep_status status;
	enum rep_stage stage;
	bool certain;
} says[SAID_N] = {
	[TAKEN] = { REP_CLASS_ACCEPTED, REP_STATUS_SENT, REP_STAGE_DOT, true },
	[UNKNOWN_USER] = { REP_CLASS_RECIPIENT, REP_STATUS_BOUNCED, REP_STAGE_RCPT, true },
	[FULL] = { REP_CLASS_MAILBOX, REP_STATUS_DEFERRED, REP_STAGE_RCPT, true },
	[GREY] = { REP_CLASS_GREYLISTED, REP_STATUS_DEFERRED, REP_STAGE_RCPT, true },
	[SLOWED] = { REP_CLASS_THROTTLED, REP_STATUS_DEFERRED, REP_STAGE_MAIL, true },
	[BLOCKED] = { REP_CLASS_BLOCKED, REP_STATUS_BOUNCED, REP_STAGE_MAIL, true },
	[SPAM] = { REP_CLASS_CONTENT, REP_STATUS_BOUNCED, REP_STAGE_DOT, false },
	[POLICY] = { REP_CLASS_POLICY, REP_STATUS_BOUNCED, REP_STAGE_RCPT, false },
	[ODD] = { REP_CLASS_UNKNOWN, REP_STATUS_DEFERRED, REP_STAGE_MAIL, false },
	[SILENT] = { REP_CLASS_NETWORK, REP_STATUS_DEFERRED, REP_STAGE_CONNECT, true },
	[BUSY] = { REP_CLASS_CAPACITY, REP_STATUS_DEFERRED, REP_STAGE_MAIL, true },
};

enum {
	NAME_LABEL = 1,
	NAME_PROVIDER = NAME_LABEL + SOURCES,
	NAME_NEWS = NAME_PROVIDER + PROVIDERS,
	NAME_RECEIPTS,
	NAME_RULE,
	NAMES = NAME_RULE + PROVIDERS + 1
};
#define NAME(s)                 \
	{                       \
		s, sizeof s - 1 \
	}
static const struct rep_str names[NAMES] = { { "", 0 }, NAME("mx1/out-a"), NAME("mx1/out-b"),
	NAME("microsoft-consumer"), NAME("google"), NAME("yahoo"), NAME("orange"),
	NAME("shop.example/news"), NAME("shop.example/receipts"), NAME("microsoft-consumer.s775"),
	NAME("google.rate-ip"), NAME("yahoo.tss04"), NAME("orange.104"),
	NAME("microsoft-consumer.s3140") };

/* --- a month ------------------------------------------------------------------------------------------ */

enum trouble { ORDINARY = 0, CODED, WORDLESS };

struct tally {
	uint32_t n;
	int64_t first_s, last_s;
};

struct event {
	int64_t at_s;
	uint8_t cell, said, stream;
};

struct world {
	enum trouble trouble;
	double per_day[CELLS], rate[PROVIDERS][SAID_N];
	int64_t campaign_s, outage_s, outage_until_s;
	int outage_at;
	int64_t burst_s[40]; /* small bursts of rate limits: an ordinary month has some */
	int burst_at[40], bursts;
	/* The truth about the trouble at provider 0; 0: none. */
	int64_t slow_s, slow_until_s, block_s, unblock_s, again_s, again_until_s;
	double slow_share;
	struct tally (*tally)[HOURS + 48][2][SAID_N]; /* by cell */
	struct event *events;			      /* at provider 0, of source 0 */
	size_t events_n;
};

static const double by_hour[24] = { 0.3, 0.2, 0.2, 0.2, 0.3, 0.6, 1, 1.3, 1.6, 1.7, 1.7, 1.6, 1.4,
	1.4, 1.5, 1.5, 1.5, 1.4, 1.3, 1.1, 0.9, 0.7, 0.5, 0.4 };

static void
plan(struct world *w, uint64_t seed, enum trouble trouble)
{
	static const double usual[SAID_N] = { [UNKNOWN_USER] = 0.008,
		[FULL] = 0.003,
		[GREY] = 0.02,
		[SLOWED] = 0.001,
		[SPAM] = 0.001,
		[POLICY] = 0.0007,
		[ODD] = 0.0005,
		[SILENT] = 0.002,
		[BUSY] = 0.0007 };
	double size;

	chance_state = rep_hash_mix(seed * 3 + (uint64_t)trouble + 1);
	w->trouble = trouble;
	size = exp(between(log(800), log(10000)));
	for (int c = 0; c < CELLS; c++)
		w->per_day[c] = size * between(0.1, 0.4) * (c < PROVIDERS ? 1 : between(0.3, 1));
	for (int p = 0; p < PROVIDERS; p++)
		for (int k = 0; k < SAID_N; k++)
			w->rate[p][k] = usual[k] * exp(between(-1.2, 1.2));
	w->campaign_s = START + (int64_t)between(4, 28) * DAY + (int64_t)between(8, 15) * HOUR;
	w->outage_at = 1 + (int)(next() % (PROVIDERS - 1));
	w->outage_s = START + (int64_t)between(2 * DAY, 28 * DAY);
	w->outage_until_s = w->outage_s + (int64_t)between(8 * MINUTE, 95 * MINUTE);
	w->bursts = 4 + (int)(next() % 12);
	for (int b = 0; b < w->bursts; b++) {
		w->burst_s[b] = START + (int64_t)between(DAY, DAYS * DAY);
		w->burst_at[b] = (int)(next() % PROVIDERS);
	}
	w->slow_s = w->block_s = w->unblock_s = w->again_s = 0;
	if (trouble == ORDINARY)
		return;
	w->slow_s = START + (int64_t)between(9 * DAY, 11 * DAY);
	w->slow_s -= w->slow_s % DAY;
	w->slow_s += (int64_t)between(7 * HOUR, 17 * HOUR);
	w->slow_share = between(0.2, 0.8);
	w->slow_until_s = w->slow_s + (int64_t)between(1.5 * DAY, 2.5 * DAY);
	if (trouble == WORDLESS)
		return;
	w->block_s = w->slow_until_s;
	w->unblock_s = w->block_s + (int64_t)between(2 * DAY, 4 * DAY);
	w->again_s = w->unblock_s + (int64_t)between(6 * DAY, 9 * DAY);
	w->again_until_s = w->again_s + (int64_t)between(2 * DAY, 3 * DAY);
}

static bool
within(int64_t t, int64_t from, int64_t until)
{
	return from != 0 && t >= from && t < until;
}

/* What provider p says to an attempt at t. */
static enum said
answer(const struct world *w, int p, int64_t t, bool campaign)
{
	double u = uniform(), sum = 0;

	if (p == w->outage_at && within(t, w->outage_s, w->outage_until_s))
		return u < 0.8 ? SILENT : BUSY;
	if (p == 0 &&
	    (within(t, w->block_s, w->unblock_s) || within(t, w->again_s, w->again_until_s)))
		return BLOCKED;
	if (p == 0 && within(t, w->slow_s, w->slow_until_s) && u < w->slow_share)
		return w->trouble == CODED ? SLOWED : ODD;
	for (int b = 0; b < w->bursts; b++)
		if (p == w->burst_at[b] && within(t, w->burst_s[b], w->burst_s[b] + 10 * MINUTE) &&
		    uniform() < 0.25)
			return SLOWED;
	u = uniform();
	for (int k = UNKNOWN_USER; k < SAID_N; k++) {
		double more = campaign && (k == UNKNOWN_USER || k == SLOWED || k == SPAM) ? 3 : 1;

		if (u < (sum += w->rate[p][k] * more))
			return (enum said)k;
	}
	return TAKEN;
}

static void
note(struct world *w, int cell, int stream, int64_t t, enum said k)
{
	int64_t hour = (t - START) / HOUR;
	struct tally *y;

	if (hour >= HOURS)
		return;
	y = &w->tally[cell][hour][stream][k];
	if (y->n == 0 || t < y->first_s)
		y->first_s = t;
	if (t > y->last_s)
		y->last_s = t;
	y->n++;
	if (cell == 0 && w->events_n < EVENTS_MAX)
		w->events[w->events_n++] = (struct event){ t, 0, (uint8_t)k, (uint8_t)stream };
}

/* One message until it is taken, lost or given up; Postfix's back-off. */
static void
message(struct world *w, int cell, int stream, int64_t t, bool campaign)
{
	int64_t wait = 300;
	enum said k;
	bool full = false;

	for (int64_t end = t + 5 * DAY; t < end;
	     t += wait, wait = wait * 2 < 4000 ? wait * 2 : 4000) {
		k = full ? FULL : answer(w, cell % PROVIDERS, t, campaign);
		note(w, cell, stream, t, k);
		if (says[k].status != REP_STATUS_DEFERRED)
			return;
		full = k == FULL && uniform() < 0.9; /* a full box is full tomorrow too */
		if (t >= START + DAYS * DAY)
			return;
	}
}

static void
play(struct world *w)
{
	memset(w->tally, 0, (size_t)CELLS * sizeof *w->tally);
	w->events_n = 0;
	for (int cell = 0; cell < CELLS; cell++)
		for (int h = 0; h < HOURS; h++) {
			int64_t from = START + (int64_t)h * HOUR;
			int weekday = (h / 24 + 2) % 7; /* 0: Sunday */
			double mean = w->per_day[cell] / 24 * by_hour[h % 24] *
			    (weekday == 0 || weekday == 6 ? 0.35 : 1.2);
			bool campaign = within(from, w->campaign_s, w->campaign_s + 3 * HOUR);

			for (int stream = 0; stream < 2; stream++) {
				int n = poisson(mean * (stream == 0 ? 0.6 : 0.4) *
				    (campaign && stream == 0 ? 6 : 1));

				for (int m = 0; m < n; m++)
					message(w, cell, stream, from + (int64_t)(next() % HOUR),
					    campaign);
			}
		}
}

/* --- read by the judge ----------------------------------------------------------------------------------- */

static struct rep_know *know;
static struct rep_weights weights;
static struct rep_observation *obs;
static size_t obs_n;

static void
add(int cell, int stream, int hour, enum said k, const struct tally *y)
{
	struct rep_observation *o = &obs[obs_n++];
	int p = cell % PROVIDERS;

	*o = (struct rep_observation){ .from_s = START + (int64_t)hour * HOUR,
		.first_s = y->first_s,
		.last_s = y->last_s,
		.label = NAME_LABEL + (uint32_t)(cell / PROVIDERS),
		.provider = NAME_PROVIDER + (uint32_t)p,
		.stream = stream == 0 ? NAME_NEWS : NAME_RECEIPTS,
		.rule = k == SLOWED ? NAME_RULE + (uint32_t)p
		    : k == BLOCKED  ? NAMES - 1
				    : 0,
		.status = (uint8_t)says[k].status,
		.class = (uint8_t)says[k].class,
		.stage = (uint8_t)says[k].stage,
		.evidence = true,
		.certain = says[k].certain,
		.count = y->n };
}

/* All cells, or only cell 0 as it was known at `until`. */
static void
observations(const struct world *w, bool all, int64_t until)
{
	obs_n = 0;
	for (int cell = 0; cell < (all ? CELLS : 1); cell++)
		for (int h = 0; h < HOURS && START + (int64_t)(h + 1) * HOUR <= until; h++)
			for (int s = 0; s < 2; s++)
				for (int k = 0; k < SAID_N; k++)
					if (w->tally[cell][h][s][k].n > 0)
						add(cell, s, h, (enum said)k,
						    &w->tally[cell][h][s][k]);
}

static void
judge(struct rep_judge_in *in, struct rep_arena *a, struct rep_verdicts *v, int64_t now_s)
{
	struct rep_err err;

	*in = (struct rep_judge_in){ .now_s = now_s,
		.window_s = DAY,
		.know = know,
		.weights = &weights,
		.names = { names, NAMES },
		.obs = obs,
		.obs_n = obs_n };
	rep_arena_reset(a);
	if (rep_judge(in, a, v, &err) != REP_OK) {
		fprintf(stderr, "months: %s\n", err.msg);
		exit(4);
	}
}

static int
by_time(const void *x, const void *y)
{
	const struct event *a = x, *b = y;

	return a->at_s < b->at_s ? -1 : a->at_s > b->at_s;
}

/* The unfinished hour at `until`, from the single events. */
static void
last_hour(const struct world *w, int64_t until)
{
	struct tally y[2][SAID_N] = { 0 };
	int64_t from = until - (until - START) % HOUR;
	size_t lo = 0, hi = w->events_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (w->events[mid].at_s < from)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (size_t i = lo; i < w->events_n && w->events[i].at_s < until; i++) {
		struct tally *t = &y[w->events[i].stream][w->events[i].said];

		if (t->n++ == 0)
			t->first_s = w->events[i].at_s;
		t->last_s = w->events[i].at_s;
	}
	for (int s = 0; s < 2; s++)
		for (int k = 0; k < SAID_N; k++)
			if (y[s][k].n > 0)
				add(0, s, (int)((from - START) / HOUR), (enum said)k, &y[s][k]);
}

/* --- naive detectors ------------------------------------------------------------------------------------ */

/* Refused for more than the recipient's sake, and how much was tried, in an hour of a cell. */
static void
hour_of(const struct world *w, int cell, int h, uint64_t *bad, uint64_t *all)
{
	*bad = *all = 0;
	for (int s = 0; s < 2; s++)
		for (int k = 0; k < SAID_N; k++) {
			*all += w->tally[cell][h][s][k].n;
			*bad += k >= SLOWED ? w->tally[cell][h][s][k].n : 0;
		}
}

static bool
any_five(uint64_t bad, uint64_t all)
{
	(void)all;
	return bad >= 5;
}

static bool
fixed_share(uint64_t bad, uint64_t all)
{
	return all >= 20 && bad * 10 >= all;
}

/* --- the score -------------------------------------------------------------------------------------------- */

enum { MOST = 4096 };
struct score {
	const char *name;
	uint64_t months, alarms, months_alarmed; /* of ordinary months */
	uint64_t troubles, seen, exact,
	    extra;	      /* of months with trouble; extra: called, not there */
	double late[2][MOST]; /* minutes from the first sign; of the slowing, of the block */
	size_t late_n[2];
	uint64_t begun_right, begun_all; /* beginnings within a minute of the truth */
};

static int
by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;

	return a < b ? -1 : a > b;
}

static double
quantile(double *v, size_t n, double q)
{
	if (n == 0)
		return NAN;
	qsort(v, n, sizeof *v, by_size);
	return v[(size_t)(q * (double)(n - 1) + 0.5)];
}

/* Incidents of a naive detector: runs of hours that it calls bad, 6 quiet hours apart. */
static void
naive(struct world *w, bool (*bad_hour)(uint64_t, uint64_t), struct score *s)
{
	uint64_t bad, all, alarms = 0;
	bool seen = false;

	for (int cell = 0; cell < CELLS; cell++) {
		int last = -100;

		for (int h = 0; h < HOURS; h++) {
			int64_t from = START + (int64_t)h * HOUR;
			bool real = cell % PROVIDERS == 0 && w->slow_s != 0 &&
			    (within(from, w->slow_s - HOUR, w->slow_until_s + 6 * HOUR) ||
				within(from, w->block_s - HOUR, w->unblock_s + 6 * HOUR) ||
				within(from, w->again_s - HOUR, w->again_until_s + 6 * HOUR));

			hour_of(w, cell, h, &bad, &all);
			if (!bad_hour(bad, all))
				continue;
			if (!real)
				alarms += h - last > 6;
			else if (cell == 0 && !seen) {
				double late = (double)(from + HOUR - w->slow_s) / MINUTE;

				seen = true;
				s->late[0][s->late_n[0]++] = fmax(late, 0);
			}
			last = h;
		}
	}
	if (w->trouble == ORDINARY) {
		s->months++;
		s->alarms += alarms;
		s->months_alarmed += alarms > 0;
	} else {
		s->troubles++;
		s->seen += seen;
		s->extra += alarms;
		s->exact += seen && alarms == 0;
	}
}

/* The first reply of a kind in [from, until), at provider 0 to the first source; 0: none. */
static int64_t
first_said(const struct world *w, enum said k, int64_t from, int64_t until)
{
	for (size_t i = 0; i < w->events_n; i++)
		if (w->events[i].said == k && w->events[i].at_s >= from &&
		    w->events[i].at_s < until)
			return w->events[i].at_s;
	return 0;
}

/* Minutes from the first sign until the judge, asked every minute, first speaks of it. */
static double
lateness(const struct world *w, struct rep_arena *a, int64_t sign, enum rep_trouble kind)
{
	struct rep_judge_in in;
	struct rep_verdicts v;

	for (int m = 1; m <= 24 * 60; m++) {
		int64_t now = sign + (int64_t)m * MINUTE;

		observations(w, false, now);
		last_hour(w, now);
		judge(&in, a, &v, now);
		for (size_t n = 0; n < v.incidents_n; n++)
			if (v.incidents[n].trouble == kind && v.incidents[n].life != REP_LIFE_OVER)
				return m;
	}
	return NAN;
}

static bool
near(int64_t got, int64_t want)
{
	return got - want < MINUTE && want - got < MINUTE;
}

/* For whoever tunes: MONTHS_TELL=1 names what was called trouble and was none. */
static void
tell(const struct rep_incident *i, size_t e)
{
	if (getenv("MONTHS_TELL") != NULL)
		fprintf(stderr, "not there: %.*s, stay %zu of %zu, day %.2f, %llu replies\n",
		    REP_PR(i->key), e + 1, i->episodes_n,
		    (double)(i->episodes[e].since_s - START) / DAY,
		    (unsigned long long)i->episodes[e].replies);
}

/* Both stays began and ended in the minute of the first reply that shows it. */
static bool
block_right(const struct world *w, const struct rep_incident *i)
{
	const struct rep_episode *e = i->episodes;

	return near(e[0].since_s, first_said(w, BLOCKED, w->block_s, w->unblock_s)) &&
	    near(e[0].until_s, first_said(w, TAKEN, w->unblock_s, w->again_s)) &&
	    near(e[1].since_s, first_said(w, BLOCKED, w->again_s, w->again_until_s)) &&
	    near(e[1].until_s, first_said(w, TAKEN, w->again_until_s, INT64_MAX));
}

static void
ours(struct world *w, struct rep_arena *a, struct score *s)
{
	enum rep_trouble slow = w->trouble == CODED ? REP_TROUBLE_THROTTLE : REP_TROUBLE_DROP;
	enum said word = w->trouble == CODED ? SLOWED : ODD;
	struct rep_judge_in in;
	struct rep_verdicts v;
	uint64_t extra = 0;
	bool slowed[SOURCES] = { false }, blocked[SOURCES] = { false }, right = true;

	observations(w, true, START + DAYS * DAY);
	judge(&in, a, &v, START + DAYS * DAY);
	for (size_t n = 0; n < v.incidents_n; n++) {
		const struct rep_incident *i = &v.incidents[n];
		const struct rep_cell_key *k = &v.cells[i->cell].key;
		size_t source = k->label - NAME_LABEL;
		bool here = w->slow_s != 0 && k->provider == NAME_PROVIDER;

		if (here && w->block_s != 0 && i->trouble == REP_TROUBLE_BLOCK &&
		    i->episodes_n == 2) {
			blocked[source] = true;
			right &= source != 0 || block_right(w, i);
			continue;
		}
		for (size_t e = 0; e < i->episodes_n; e++) {
			int64_t since = i->episodes[e].since_s;

			if (!here || i->trouble != slow || slowed[source] ||
			    !within(since, w->slow_s - 3 * HOUR, w->slow_until_s)) {
				extra++;
				tell(i, e);
				continue;
			}
			slowed[source] = true;
			s->begun_all += source == 0;
			s->begun_right += source == 0 &&
			    near(since, first_said(w, word, w->slow_s, w->slow_until_s));
		}
	}
	if (w->trouble == ORDINARY) {
		s->months++;
		s->alarms += extra;
		s->months_alarmed += extra > 0;
		return;
	}
	s->troubles++;
	s->seen += slowed[0] && (w->block_s == 0 || blocked[0]);
	s->extra += extra;
	s->exact += slowed[0] && slowed[1] && extra == 0 && right &&
	    (w->block_s == 0 || (blocked[0] && blocked[1]));
	s->late[0][s->late_n[0]] =
	    lateness(w, a, first_said(w, word, w->slow_s, w->slow_until_s), slow);
	s->late_n[0] += isnan(s->late[0][s->late_n[0]]) ? 0 : 1;
	if (w->block_s == 0)
		return;
	s->late[1][s->late_n[1]] =
	    lateness(w, a, first_said(w, BLOCKED, w->block_s, w->unblock_s), REP_TROUBLE_BLOCK);
	s->late_n[1] += isnan(s->late[1][s->late_n[1]]) ? 0 : 1;
}

static void
row(const char *month, struct score *s, bool ordinary)
{
	double q[4] = { quantile(s->late[0], s->late_n[0], 0.5),
		quantile(s->late[0], s->late_n[0], 0.95), quantile(s->late[1], s->late_n[1], 0.5),
		quantile(s->late[1], s->late_n[1], 0.95) };

	if (ordinary) {
		printf("| %s | %s | %llu | %.4f | %llu |\n", month, s->name,
		    (unsigned long long)s->months,
		    (double)s->alarms / (double)(s->months * SOURCES),
		    (unsigned long long)s->months_alarmed);
		return;
	}
	printf("| %s | %s | %llu | %llu | %.0f / %.0f | ", month, s->name,
	    (unsigned long long)s->troubles, (unsigned long long)(s->troubles - s->seen), q[0],
	    q[1]);
	if (s->late_n[1] > 0)
		printf("%.0f / %.0f", q[2], q[3]);
	printf(" | %.3f | ", (double)s->extra / (double)(s->troubles * SOURCES));
	if (s->begun_all > 0)
		printf("%llu of %llu | %llu |\n", (unsigned long long)s->begun_right,
		    (unsigned long long)s->begun_all, (unsigned long long)s->exact);
	else
		printf("| |\n");
}

int
main(int argc, char **argv)
{
	static struct score scores[3][3];
	static const char *const detectors[3] = { "reputed", "any 5 refusals an hour",
		"10 % of an hour refused" };
	static const char *const months[3] = { "ordinary", "slowed, blocked, lifted, back",
		"slowed in words no rule knows" };
	struct rep_arena *a = rep_arena_new(256 << 20), *keep = rep_arena_new(8 << 20);
	struct world w = { .events = malloc(EVENTS_MAX * sizeof *w.events) };
	uint64_t seeds = 200;
	struct rep_err err;

	if (argc > 1 && (!rep_str_u64(rep_str_c(argv[1]), MOST, &seeds) || seeds == 0)) {
		fprintf(stderr, "usage: months [SEEDS]\n");
		return 2;
	}
	w.tally = calloc(CELLS, sizeof *w.tally);
	obs = malloc((size_t)CELLS * (HOURS + 48) * 2 * SAID_N * sizeof *obs);
	know = rep_know_new();
	if (a == NULL || keep == NULL || w.events == NULL || w.tally == NULL || obs == NULL ||
	    know == NULL || rep_know_add_builtin(know, &err) != REP_OK ||
	    rep_know_ready(know, &err) != REP_OK ||
	    rep_weights_builtin(&weights, keep, &err) != REP_OK) {
		fprintf(stderr, "months: not enough memory, or what is built in is wrong\n");
		return 4;
	}
	for (uint64_t seed = 1; seed <= seeds; seed++)
		for (int t = 0; t < 3; t++) {
			plan(&w, seed, (enum trouble)t);
			play(&w);
			qsort(w.events, w.events_n, sizeof *w.events, by_time);
			ours(&w, a, &scores[t][0]);
			naive(&w, any_five, &scores[t][1]);
			naive(&w, fixed_share, &scores[t][2]);
		}
	for (int t = 0; t < 3; t++)
		for (int d = 0; d < 3; d++)
			scores[t][d].name = detectors[d];
	printf(
	    "| month | detector | months | false incidents per source-month | months with any |\n"
	    "| --- | --- | ---: | ---: | ---: |\n");
	for (int d = 0; d < 3; d++)
		row(months[0], &scores[0][d], true);
	printf(
	    "\n| month | detector | months | missed | minutes to the slowing, p50 / p95 | to the "
	    "block | false incidents per source-month | began at the right minute | exactly those |\n"
	    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
	for (int t = 1; t < 3; t++)
		for (int d = 0; d < 3; d++)
			row(months[t], &scores[t][d], false);
	rep_arena_free(a);
	rep_arena_free(keep);
	rep_know_free(know);
	free(w.tally);
	free(w.events);
	free(obs);
	return 0;
}
