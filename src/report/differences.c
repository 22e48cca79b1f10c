/*
 * report/differences.c -- one signature, or one domain of SPF, that fails: at one receiver, or at most of them.
 *
 * A key or a record that is wrong fails everywhere. What fails at one receiver only has its reason on the way to it: its
 * resolver cannot get a large answer or does not wait for a slow name server, or a gateway before it changes the mail.
 * Only mail that a sender of ours handed in counts: who forges a domain fails as he likes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/answer.h"
#include "base/time.h"
#include "report/fails.h"

#include <stdlib.h>

enum {
	/* Others that see the same. One alone may be the one that is wrong. */
	OTHERS = 2,
	/* Judgement, of a thousand: so many receivers see it (broken), and so many others see nothing of it (differs). */
	MOST = 600,
	MOST_OTHERS = 750
};

/* One result of one record. */
struct seen_result {
	uint32_t domain, selector, receiver;
	bool dkim, failed, ours;
	uint8_t result;
	int64_t day;
	uint64_t count;
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

static bool
same_signature(const struct seen_result *x, const struct seen_result *y)
{
	return x->dkim == y->dkim && x->domain == y->domain && x->selector == y->selector;
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
				.day = r->begin_s / REP_DAY_S,
				.count = r->count };
		}
	}
	return n;
}

/* Since when it fails, of results by day; 0: from the first day on. False: it does not, or not any more. */
static bool
fails_since(const struct seen_result *v, size_t n, int64_t *since_s)
{
	struct rep_fails_since is = { 0, 0, 0, 0 };

	*since_s = 0;
	for (size_t k = n, i; k > 0; k = i) {
		double passed = 0, failed = 0;

		for (i = k; i > 0 && v[i - 1].day == v[k - 1].day; i--)
			*(v[i - 1].failed ? &failed : &passed) += (double)v[i - 1].count;
		if (rep_fails_day(&is, passed, failed))
			*since_s = i > 0 ? v[i].day * REP_DAY_S : 0;
	}
	return rep_fails_now(&is);
}

/* What is said most often instead of pass. */
static uint8_t
instead(const struct seen_result *v, size_t n)
{
	uint64_t count[16] = { 0 };
	uint8_t best = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].failed && v[i].result < REP_COUNT(count)) {
			count[v[i].result] += v[i].count;
			if (best == 0 || count[v[i].result] > count[best])
				best = v[i].result;
		}
	return best;
}

/* Counts of v from the day on. */
static void
sum(const struct seen_result *v, size_t n, int64_t from_s, uint64_t *messages, uint64_t *failed)
{
	*messages = *failed = 0;
	for (size_t i = 0; i < n; i++)
		if (v[i].day * REP_DAY_S >= from_s) {
			*messages += v[i].count;
			*failed += v[i].failed ? v[i].count : 0;
		}
}

/* Whether it fails at one receiver, of which v is. */
static bool
fails_here(const struct seen_result *v, size_t n, struct rep_report_differs *d)
{
	int64_t since_s;

	if (!fails_since(v, n, &since_s))
		return false;
	*d = (struct rep_report_differs){ .dkim = v->dkim,
		.domain = v->domain,
		.selector = v->selector,
		.receiver = v->receiver,
		.since_s = since_s,
		.result = instead(v, n) };
	sum(v, n, since_s, &d->here, &d->here_failed);
	return d->here >= REP_FAILS_FEW &&
	    rep_report_share(d->here_failed, d->here, REP_FAILS_PART);
}

/* And passes at the others in the same time: v is of the whole signature, v[from] the first of this receiver. */
static bool
passes_there(const struct seen_result *v, size_t n, size_t from, struct rep_report_differs *d)
{
	uint64_t messages, failed, others = 0;

	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && v[k].receiver == v[i].receiver; k++)
			;
		if (i == from)
			continue;
		sum(v + i, k - i, d->since_s, &messages, &failed);
		d->there += messages;
		d->there_failed += failed;
		others += messages > 0;
		d->receivers += messages > 0 &&
		    (failed == 0 || !rep_report_share(failed, messages, REP_FINE_PART));
	}
	return d->receivers >= OTHERS && d->there >= REP_FAILS_FEW &&
	    rep_report_share(d->receivers, others, MOST_OTHERS);
}

static int
by_day(const void *a, const void *b)
{
	const struct seen_result *x = a, *y = b;

	return x->day < y->day ? -1 : x->day > y->day;
}

/* All receivers of a signature, which are OTHERS or more. Sorts v by day. */
static bool
is_broken(struct seen_result *v, size_t n, struct rep_report_broken *d)
{
	int64_t since_s;
	uint64_t messages, failed, all = 0;
	bool fails;

	*d = (struct rep_report_broken){
		.dkim = v->dkim, .domain = v->domain, .selector = v->selector
	};
	qsort(v, n, sizeof *v, by_day);
	fails = fails_since(v, n, &since_s);
	qsort(v, n, sizeof *v, by_signature);
	if (!fails)
		return false;
	d->since_s = since_s;
	sum(v, n, since_s, &d->messages, &d->failed);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && v[k].receiver == v[i].receiver; k++)
			;
		sum(v + i, k - i, since_s, &messages, &failed);
		all += messages > 0;
		d->receivers += messages > 0 && rep_report_share(failed, messages, REP_FAILS_PART);
	}
	d->result = instead(v, n);
	return d->messages >= REP_FAILS_FEW &&
	    rep_report_share(d->failed, d->messages, REP_FAILS_PART) && d->receivers >= OTHERS &&
	    rep_report_share(d->receivers, all, MOST);
}

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

/* The receivers of one signature, v[0 .. n), one by one. */
static void
each_receiver(const struct seen_result *v, size_t n, struct rep_report_differs *list,
    struct rep_report_answer *out)
{
	struct rep_report_differs d;
	size_t compared = 0;

	for (size_t from = 0, until; from < n; from = until) {
		for (until = from; until < n && v[until].receiver == v[from].receiver; until++)
			;
		if (!fails_here(v + from, until - from, &d))
			continue;
		/* Each is compared with all others: no more than can be told, or many reports would take for ever. */
		if (++compared > REP_REPORT_DIFFERS_MAX)
			return;
		if (!passes_there(v, n, from, &d))
			continue;
		if (out->differs_n == REP_REPORT_DIFFERS_MAX)
			out->differs_left_out++;
		else
			list[out->differs_n++] = d;
	}
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

enum rep_rc
rep_report_differences(const struct rep_report_rows *rows, struct rep_arena *a,
    struct rep_report_answer *out, struct rep_err *err)
{
	size_t most = 0, n;
	struct seen_result *v;
	struct rep_report_differs *list = rep_arena_alloc(a, REP_REPORT_DIFFERS_MAX * sizeof *list);
	struct rep_report_broken *broken =
				     rep_arena_alloc(a, REP_REPORT_DIFFERS_MAX * sizeof *broken),
				 b;

	for (size_t i = 0; i < rows->n; i++)
		most += rows->all->rows[rows->v[i]].auth_n;
	v = rep_arena_alloc(a, (most + 1) * sizeof *v);
	if (v == NULL || list == NULL || broken == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu results", most);
	n = collect(rows, out, v);
	if (n > 0)
		qsort(v, n, sizeof *v, by_signature);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i; k < n && same_signature(&v[i], &v[k]); k++)
			;
		each_receiver(v + i, k - i, list, out);
		if (!is_about_us(v + i, k - i) || !is_broken(v + i, k - i, &b))
			continue;
		if (out->broken_n == REP_REPORT_DIFFERS_MAX)
			out->differs_left_out++;
		else
			broken[out->broken_n++] = b;
	}
	if (out->differs_n > 0)
		qsort(list, out->differs_n, sizeof *list, most_failed_first);
	if (out->broken_n > 0)
		qsort(broken, out->broken_n, sizeof *broken, more_failed_first);
	out->differs = list;
	out->broken = broken;
	return REP_OK;
}
