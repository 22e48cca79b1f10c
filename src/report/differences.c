/*
 * report/differences.c -- one signature, or one domain of SPF, that fails: at some receivers, or at most of them.
 *
 * A key or a record that is wrong fails everywhere. What fails at some receivers only has its reason on the way to them: their
 * resolver cannot get a large answer or does not wait for a slow name server, or a gateway before them changes the mail.
 * Only mail that a sender of ours handed in counts: who forges a domain fails as he likes.
 *
 * Each receiver is compared with its own days before (report/shift.h) and with the others in the same time. One that names
 * no selectors is compared by all signatures of the domain.
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
	/* Others that see the same. One alone may be the one that is wrong. */
	OTHERS = 2,
	/* Judgement, of a thousand: so many receivers see it (broken), and so many others see nothing of it (differs). */
	MOST = 600,
	MOST_OTHERS = 750,
	/* Measured (bench/reports-differences.md), of a thousand: what begins at one receiver, and what was always so. */
	BEGAN_PART = 40,
	ALWAYS_PART = 80,
	/* Judgement: the same of most receivers; what was always so is as fails.h has it. */
	BROKEN_PART = 100,
	/* Judgement: others have a third of it at most. */
	TIMES = 3,
	/* Judgement: less than REP_FAILS_PART on one day only is one mailing. */
	DAYS = 2,
	/* Judgement: the calmest third of the receivers shows what is usual, also where half of them fail. */
	CALM = 3,
	/* Judgement: so often nothing fails and passes again; what comes after is not looked for, or it would take for ever. */
	SPANS = 64
};

/*
 * Of 1. Judgement: the least that is usual, and the most: forwarders that nobody recognises break some mail of each receiver.
 * Of most receivers: what is fine.
 */
static const double usual_least = 0.01, usual_most = 0.3, usual_broken = REP_FINE_PART / 1000.0;

/* One result of one record. */
struct seen_result {
	uint32_t domain, selector, receiver;
	bool dkim, failed, ours;
	uint8_t result;
	int64_t day;
	uint64_t count;
	uint8_t days; /* that its report is of */
};

/* A time in which it fails. */
struct seen_span {
	bool is;
	int64_t since_s; /* 0: from the start */
	int64_t until_s; /* the end of the last day; INT64_MAX: it fails still */
};

/* What one receiver saw of a signature: v[from .. from + n). */
struct seen_at {
	size_t from, n;
	double messages, failed; /* as rep_shift_cut */
	uint64_t all;		 /* messages */
	struct seen_span now, past;
	bool asked; /* it is compared; else it is only one of the others */
};

/* Room for one signature at a time. */
struct differing {
	struct seen_result *all;    /* of a domain, whatever the selector, or of one signature */
	size_t of_domain;	    /* where its rows of `healed` begin */
	struct rep_shift_day *days; /* of one receiver, or of all */
	struct seen_at *at, *sorted;
	struct rep_report_differs *differs;
	struct rep_report_broken *broken;
	struct rep_report_healed *healed;
	struct rep_report_answer *out;
};

static int
by_signature(const void *a, const void *b)
{
	const struct seen_result *x = a, *y = b;

	if (x->dkim != y->dkim)
		return x->dkim ? -1 : 1;
	if (x->domain != y->domain)
		return x->domain < y->domain ? -1 : 1;
	if (x->selector != y->selector)
		return x->selector < y->selector ? -1 : 1;
	if (x->receiver != y->receiver)
		return x->receiver < y->receiver ? -1 : 1;
	return x->day < y->day ? -1 : x->day > y->day;
}

static size_t
collect(
    const struct rep_report_rows *rows, const struct rep_report_answer *out, struct seen_result *v)
{
	const struct rep_reported *all = rows->all;
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct rep_reported_row *r = &all->rows[rows->v[i]];
		enum rep_report_sender who = out->sources[out->source_of[rows->v[i]]].who;

		/*
		 * Handed on by somebody else: SPF fails for a reason that is known, and the body may be changed. And who passes as
		 * himself, or as nobody, may write any signature and envelope of ours.
		 */
		if (who != REP_SENDER_OWN && who != REP_SENDER_SIGNED && who != REP_SENDER_ALLOWED)
			continue;
		for (uint32_t k = 0; k < r->auth_n; k++) {
			const struct rep_reported_auth *p = &all->auth[r->auth + k];

			if (p->domain == 0 || p->result == 0 || p->result == REP_REPORTED_NONE ||
			    p->result == REP_SAID_ODD)
				continue;
			v[n++] = (struct seen_result){ .domain = p->domain,
				.selector = p->dkim ? p->selector : 0,
				.receiver = r->receiver,
				.dkim = p->dkim,
				.ours = rep_reported_ours(all, r, p),
				.failed = p->result != REP_REPORTED_PASS,
				.result = p->result,
				.day = rep_report_day_of(r) / REP_DAY_S,
				.days = (uint8_t)rep_report_days_in(r),
				.count = r->count };
		}
	}
	return n;
}

static bool
is_in(const struct seen_span *s, int64_t day)
{
	return day * REP_DAY_S >= s->since_s && day * REP_DAY_S < s->until_s;
}

/* What is said most often instead of pass in this time. */
static uint8_t
instead(const struct seen_result *v, size_t n, const struct seen_span *s)
{
	uint64_t count[16] = { 0 };
	uint8_t best = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].failed && v[i].result < REP_COUNT(count) && is_in(s, v[i].day)) {
			count[v[i].result] += v[i].count;
			if (best == 0 || count[v[i].result] > count[best])
				best = v[i].result;
		}
	return best;
}

/* Counts of v in this time. */
static void
sum(const struct seen_result *v, size_t n, const struct seen_span *s, uint64_t *messages,
    uint64_t *failed)
{
	*messages = *failed = 0;
	for (size_t i = 0; i < n; i++)
		if (is_in(s, v[i].day)) {
			*messages += v[i].count;
			*failed += v[i].failed ? v[i].count : 0;
		}
}

/* On how many days of it some fail; v is of one receiver. */
static unsigned
days_failed(const struct seen_result *v, size_t n, const struct seen_span *s)
{
	int64_t day = INT64_MIN;
	unsigned days = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].failed && is_in(s, v[i].day) && v[i].day != day) {
			day = v[i].day;
			days++;
		}
	return days;
}

/* --- when ------------------------------------------------------------------------------------------------ */

/* The days of v, each receiver of which speaks for itself. Returns how many. */
static size_t
days_of(const struct seen_result *v, size_t n, struct rep_shift_day *days)
{
	struct rep_shift_days s = { .v = days };

	for (size_t i = 0; i < n; i++) {
		if (i > 0 && v[i].receiver != v[i - 1].receiver)
			rep_shift_end(&s);
		rep_shift_add(&s, v[i].day, v[i].days, v[i].count, v[i].failed);
	}
	rep_shift_end(&s);
	rep_shift_join(&s);
	return s.n;
}

/* When it fails now, and in past[SPANS] when it failed and passed again. Returns how many of these. */
static size_t
find_spans(const struct rep_shift_day *days, size_t n, double usual, struct seen_span *now,
    struct seen_span *past)
{
	size_t start = 0, found = 0;
	struct seen_span s;
	struct rep_shift x;

	while (found < SPANS && start < n && rep_shift_find(days + start, n - start, usual, &x)) {
		s = (struct seen_span){ .is = true,
			.since_s = x.began || start > 0 ? days[start + x.from].day * REP_DAY_S : 0,
			.until_s = INT64_MAX };
		if (!x.over) {
			*now = s;
			break;
		}
		s.until_s = (days[start + x.until - 1].day + 1) * REP_DAY_S;
		past[found++] = s;
		start += x.until;
	}
	return found;
}

/* --- at one receiver -------------------------------------------------------------------------------------- */

static int
calmest_first(const void *a, const void *b)
{
	const struct seen_at *x = a, *y = b;
	double p = x->failed * y->messages, q = y->failed * x->messages;

	return p != q ? (p < q ? -1 : 1) : (x->from > y->from) - (x->from < y->from);
}

/* The part that fails for nothing, by the calmest receivers. */
static double
usual_of(const struct seen_at *at, size_t n, struct seen_at *sorted)
{
	double messages = 0, failed = 0, usual;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (at[i].messages >= REP_SHIFT_FEW)
			sorted[k++] = at[i];
	if (k > 0)
		qsort(sorted, k, sizeof *sorted, calmest_first);
	for (size_t i = 0; i < k && i < (k + CALM - 1) / CALM; i++) {
		messages += sorted[i].messages;
		failed += sorted[i].failed;
	}
	usual = messages > 0 ? 2 * failed / messages : 0;
	return usual < usual_least ? usual_least : usual > usual_most ? usual_most : usual;
}

/* Those where it fails come first, then those where it did, and of each the ones with the most mail. */
static int
to_compare_first(const void *a, const void *b)
{
	const struct seen_at *x = a, *y = b;

	if (x->now.is != y->now.is)
		return x->now.is ? -1 : 1;
	if (x->past.is != y->past.is)
		return x->past.is ? -1 : 1;
	if (x->all != y->all)
		return x->all > y->all ? -1 : 1;
	return (x->from > y->from) - (x->from < y->from);
}

/* Finds the receivers of a signature, and when it failed at each of those that are asked. Returns how many. */
static size_t
find_receivers(struct differing *w, const struct seen_result *v, size_t n, bool by_domain)
{
	struct seen_span past[SPANS];
	size_t receivers = 0, days;
	double usual;

	for (size_t i = 0, k; i < n; i = k) {
		struct seen_at *at = &w->at[receivers++];
		uint64_t named = 0;

		*at = (struct seen_at){ .from = i };
		for (k = i; k < n && v[k].receiver == v[i].receiver; k++) {
			named += v[k].selector != 0 ? v[k].count : 0;
			at->all += v[k].count;
		}
		at->n = k - i;
		/* Where some name selectors, those who name none for most of the mail are asked for the domain. */
		at->asked = !by_domain || !rep_report_share(named, at->all, 500);
		days = days_of(v + i, k - i, w->days);
		for (size_t d = 0; d < days; d++) {
			at->messages += w->days[d].messages;
			at->failed += w->days[d].failed;
		}
	}
	usual = usual_of(w->at, receivers, w->sorted);
	for (size_t r = 0; r < receivers; r++) {
		struct seen_at *at = &w->at[r];

		if (!at->asked || at->failed <= 0)
			continue;
		days = days_of(v + at->from, at->n, w->days);
		if ((days = find_spans(w->days, days, usual, &at->now, past)) > 0)
			at->past = past[days - 1];
	}
	if (receivers > 0)
		qsort(w->at, receivers, sizeof *w->at, to_compare_first);
	return receivers;
}

/* Whether enough fails in this time. */
static bool
fails_here(const struct seen_result *v, const struct seen_at *at, const struct seen_span *s,
    struct rep_report_differs *d)
{
	const struct seen_result *mine = v + at->from;

	if (!s->is)
		return false;
	*d = (struct rep_report_differs){ .dkim = mine->dkim,
		.domain = mine->domain,
		.receiver = mine->receiver,
		.since_s = s->since_s,
		.result = instead(mine, at->n, s) };
	sum(mine, at->n, s, &d->here, &d->here_failed);
	return d->here >= REP_FAILS_FEW &&
	    rep_report_share(d->here_failed, d->here, s->since_s > 0 ? BEGAN_PART : ALWAYS_PART) &&
	    (rep_report_share(d->here_failed, d->here, REP_FAILS_PART) ||
		days_failed(mine, at->n, s) >= DAYS);
}

/* Whether one is in the other, or begins on the day on which that ends. */
static bool
touch(const struct seen_span *x, int64_t since_s, int64_t until_s)
{
	return x->is && x->since_s <= until_s && since_s <= x->until_s;
}

static bool
overlap(const struct seen_span *x, const struct seen_span *y)
{
	return x->is && x->since_s < y->until_s && y->since_s < x->until_s;
}

/* And passes at the others in the same time. Those where it fails too do not count. */
static bool
passes_there(const struct differing *w, const struct seen_result *v, size_t receivers, size_t me,
    const struct seen_span *s, struct rep_report_differs *d)
{
	uint64_t messages, failed, others = 0;

	for (size_t i = 0; i < receivers; i++) {
		const struct seen_at *at = &w->at[i];

		if (i == me || overlap(&at->now, s) || overlap(&at->past, s))
			continue;
		sum(v + at->from, at->n, s, &messages, &failed);
		d->there += messages;
		d->there_failed += failed;
		others += messages > 0;
		d->receivers += messages > 0 &&
		    (failed == 0 || !rep_report_share(failed, messages, REP_FINE_PART));
	}
	return d->receivers >= OTHERS && d->there >= REP_FAILS_FEW &&
	    rep_report_share(d->receivers, others, MOST_OTHERS) &&
	    (double)d->here_failed * (double)d->there >=
	    TIMES * (double)d->there_failed * (double)d->here;
}

static void
add_healed(struct differing *w, const struct rep_report_healed *x)
{
	if (w->out->healed_n == REP_REPORT_DIFFERS_MAX)
		w->out->healed_left_out++;
	else
		w->healed[w->out->healed_n++] = *x;
}

static void
add_differs(struct differing *w, const struct rep_report_differs *x)
{
	if (w->out->differs_n == REP_REPORT_DIFFERS_MAX)
		w->out->differs_left_out++;
	else
		w->differs[w->out->differs_n++] = *x;
}

/* Whether an outage at most receivers, which is over, is about this signature. Who names no selectors sees each of them. */
static bool
healed_of(const struct rep_report_healed *h, const struct seen_result *v)
{
	return h->receiver == 0 && (v->selector == 0 || v->selector == h->selector);
}

/* What fails for the same reason as everywhere, at one for longer, is told already. */
static bool
is_told(const struct differing *w, const struct seen_result *v, const struct seen_span *past)
{
	for (size_t i = w->of_domain; i < w->out->healed_n; i++)
		if (healed_of(&w->healed[i], v) &&
		    touch(past, w->healed[i].since_s, w->healed[i].until_s))
			return true;
	return false;
}

/*
 * Takes out the days on which it failed at most receivers: they would hide what fails at one of them at another time, or date it
 * there. Returns how many are left, in out.
 */
static size_t
without_healed(
    const struct differing *w, const struct seen_result *v, size_t n, struct seen_result *out)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		bool in = false;

		for (size_t k = w->of_domain; k < w->out->healed_n && !in; k++) {
			const struct rep_report_healed *h = &w->healed[k];

			in = healed_of(h, &v[i]) &&
			    is_in(&(struct seen_span){ true, h->since_s, h->until_s }, v[i].day);
		}
		if (!in)
			out[kept++] = v[i];
	}
	return kept;
}

/* Whether enough failed there for a time, and is not told as an outage at most of them. */
static bool
failed_here(const struct differing *w, const struct seen_result *v, const struct seen_at *at,
    struct rep_report_differs *d)
{
	return !is_told(w, v + at->from, &at->past) && fails_here(v, at, &at->past, d) &&
	    days_failed(v + at->from, at->n, &at->past) >= DAYS;
}

/* The receivers of one signature, v[0 .. n), one by one. by_domain: of all signatures of the domain. */
static void
each_receiver(struct differing *w, const struct seen_result *v, size_t n, bool by_domain)
{
	size_t receivers = find_receivers(w, v, n, by_domain);
	struct rep_report_differs d;

	for (size_t i = 0; i < receivers && (w->at[i].now.is || w->at[i].past.is); i++) {
		const struct seen_at *at = &w->at[i];

		/* Each is compared with all others: no more than can be told, or many reports would take for ever. */
		if (i >= REP_REPORT_DIFFERS_MAX) {
			if (fails_here(v, at, &at->now, &d))
				w->out->differs_left_out++;
			else if (failed_here(w, v, at, &d))
				w->out->healed_left_out++;
			continue;
		}
		if (fails_here(v, at, &at->now, &d) &&
		    passes_there(w, v, receivers, i, &at->now, &d)) {
			d.selector = by_domain ? 0 : v->selector;
			d.by_domain = by_domain;
			add_differs(w, &d);
		} else if (failed_here(w, v, at, &d) &&
		    passes_there(w, v, receivers, i, &at->past, &d)) {
			add_healed(w,
			    &(struct rep_report_healed){ .dkim = d.dkim,
				.domain = d.domain,
				.selector = by_domain ? 0 : v->selector,
				.receiver = d.receiver,
				.receivers = 1,
				.result = d.result,
				.since_s = d.since_s,
				.until_s = at->past.until_s,
				.messages = d.here,
				.failed = d.here_failed });
		}
	}
}

/* --- at most of them --------------------------------------------------------------------------------------- */

/* Whether it fails in this time at most receivers, which are OTHERS or more. */
static bool
fails_at_most(
    const struct seen_result *v, size_t n, const struct seen_span *s, struct rep_report_broken *d)
{
	uint64_t messages, failed, all = 0;
	double share;

	if (!s->is)
		return false;
	*d = (struct rep_report_broken){ .dkim = v->dkim,
		.domain = v->domain,
		.selector = v->selector,
		.since_s = s->since_s,
		.result = instead(v, n, s) };
	sum(v, n, s, &d->messages, &d->failed);
	if (d->messages < REP_FAILS_FEW ||
	    !rep_report_share(
		d->failed, d->messages, s->since_s > 0 ? BROKEN_PART : REP_FAILS_PART))
		return false;
	share = (double)d->failed / (double)d->messages;
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && v[k].receiver == v[i].receiver; k++)
			;
		sum(v + i, k - i, s, &messages, &failed);
		/* Of few messages none may fail by chance. */
		if (messages == 0 || (failed == 0 && (double)messages * share < 2))
			continue;
		all++;
		d->receivers += (double)failed >= (double)messages * share / 2;
	}
	return d->receivers >= OTHERS && rep_report_share(d->receivers, all, MOST);
}

/* SPF of a domain that is not ours fails for reasons that are not ours. */
static bool
is_about_us(const struct seen_result *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].ours)
			return true;
	return false;
}

/* True: it fails at most receivers. An outage that is over says nothing of what fails now. */
static bool
at_most(struct differing *w, const struct seen_result *v, size_t n)
{
	struct seen_span now = { .is = false }, past[SPANS];
	struct rep_report_broken b;
	size_t healed = find_spans(w->days, days_of(v, n, w->days), usual_broken, &now, past);

	/* The last one that most saw. */
	while (healed > 0 && !fails_at_most(v, n, &past[healed - 1], &b))
		healed--;
	if (healed > 0)
		add_healed(w,
		    &(struct rep_report_healed){ .dkim = b.dkim,
			.domain = b.domain,
			.selector = b.selector,
			.receivers = b.receivers,
			.result = b.result,
			.since_s = b.since_s,
			.until_s = past[healed - 1].until_s,
			.messages = b.messages,
			.failed = b.failed });
	if (!fails_at_most(v, n, &now, &b))
		return false;
	if (w->out->broken_n == REP_REPORT_DIFFERS_MAX)
		w->out->differs_left_out++;
	else
		w->broken[w->out->broken_n++] = b;
	return true;
}

/* --- all --------------------------------------------------------------------------------------------------- */

static int
more_failed_first(const void *a, const void *b)
{
	const struct rep_report_broken *x = a, *y = b;

	return x->failed != y->failed ? (x->failed > y->failed ? -1 : 1)
				      : (x->domain > y->domain) - (x->domain < y->domain);
}

static int
most_failed_first(const void *a, const void *b)
{
	const struct rep_report_differs *x = a, *y = b;

	return x->here_failed != y->here_failed
	    ? (x->here_failed > y->here_failed ? -1 : 1)
	    : (x->receiver > y->receiver) - (x->receiver < y->receiver);
}

static int
newest_first(const void *a, const void *b)
{
	const struct rep_report_healed *x = a, *y = b;

	if (x->until_s != y->until_s)
		return x->until_s > y->until_s ? -1 : 1;
	return x->failed != y->failed ? (x->failed > y->failed ? -1 : 1)
				      : (x->receiver > y->receiver) - (x->receiver < y->receiver);
}

static int
by_receiver(const void *a, const void *b)
{
	const struct seen_result *x = a, *y = b;

	if (x->receiver != y->receiver)
		return x->receiver < y->receiver ? -1 : 1;
	return x->day != y->day		 ? (x->day < y->day ? -1 : 1)
	    : x->selector != y->selector ? (x->selector < y->selector ? -1 : 1)
					 : 0;
}

/* All signatures of one domain, v[0 .. n), those without a selector first; or SPF of it. */
static void
one_domain(struct differing *w, const struct seen_result *v, size_t n)
{
	bool some_named = v[n - 1].selector != 0;

	w->of_domain = w->out->healed_n;
	for (size_t i = 0, k; i < n; i = k) {
		bool is_nameless = some_named && v[i].selector == 0;

		for (k = i; k < n && v[k].selector == v[i].selector; k++)
			;
		/* What those who name no selectors see is one of the other signatures. */
		if (is_nameless)
			continue;
		if (!is_about_us(v + i, k - i) || !at_most(w, v + i, k - i))
			each_receiver(w, w->all, without_healed(w, v + i, k - i, w->all), false);
	}
	if (!v->dkim || !some_named || v->selector != 0)
		return;
	if ((n = without_healed(w, v, n, w->all)) == 0)
		return;
	qsort(w->all, n, sizeof *w->all, by_receiver);
	each_receiver(w, w->all, n, true);
}

enum rep_rc
rep_report_differences(const struct rep_report_rows *rows, struct rep_arena *a,
    struct rep_report_answer *out, struct rep_err *err)
{
	struct differing w = { .out = out,
		.differs = rep_arena_alloc(a, REP_REPORT_DIFFERS_MAX * sizeof *w.differs),
		.broken = rep_arena_alloc(a, REP_REPORT_DIFFERS_MAX * sizeof *w.broken),
		.healed = rep_arena_alloc(a, REP_REPORT_DIFFERS_MAX * sizeof *w.healed) };
	size_t most = 0, n;
	struct seen_result *v;

	for (size_t i = 0; i < rows->n; i++)
		most += rows->all->rows[rows->v[i]].auth_n;
	v = rep_arena_alloc(a, (most + 1) * sizeof *v);
	w.all = rep_arena_alloc(a, (most + 1) * sizeof *w.all);
	w.days = rep_arena_alloc(a, (most + 1) * sizeof *w.days);
	w.at = rep_arena_alloc(a, rows->all->names_n * sizeof *w.at);
	w.sorted = rep_arena_alloc(a, rows->all->names_n * sizeof *w.sorted);
	if (v == NULL || w.differs == NULL || w.broken == NULL || w.healed == NULL ||
	    w.all == NULL || w.days == NULL || w.at == NULL || w.sorted == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu results", most);
	n = collect(rows, out, v);
	if (n > 0)
		qsort(v, n, sizeof *v, by_signature);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && v[k].dkim == v[i].dkim && v[k].domain == v[i].domain; k++)
			;
		one_domain(&w, v + i, k - i);
	}
	if (out->differs_n > 0)
		qsort(w.differs, out->differs_n, sizeof *w.differs, most_failed_first);
	if (out->broken_n > 0)
		qsort(w.broken, out->broken_n, sizeof *w.broken, more_failed_first);
	if (out->healed_n > 0)
		qsort(w.healed, out->healed_n, sizeof *w.healed, newest_first);
	out->differs = w.differs;
	out->broken = w.broken;
	out->healed = w.healed;
	return REP_OK;
}
