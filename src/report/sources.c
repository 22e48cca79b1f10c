/*
 * report/sources.c -- who sends as a domain: addresses grouped by what they prove of themselves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/place.h"
#include "base/time.h"

#include <stdlib.h>

/*
 * Judgement: who sends as us in more than half of so many parts of the time (a day at least each), to several receivers, is
 * used by us. Who forges a domain under an envelope of his own changes that sooner.
 */
enum { PARTS = 8, PARTS_SEEN = 5, RECEIVERS = 2 };
/* Judgement: the shortest newest part of the time that is looked at by itself, as long as the usual question. */
enum { NEWEST_DAYS = 30 };

/* Own addresses are a source each; of all others those with one name are one. */
static const struct rep_reported *sorted_all;

static int
by_group(const void *a, const void *b)
{
	const struct rep_placed *x = a, *y = b;
	const struct rep_reported_row *p = &sorted_all->rows[x->row],
				      *q = &sorted_all->rows[y->row];
	int ip;

	if (x->who != y->who)
		return x->who - y->who;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if ((ip = rep_placed_by_ip(&p->ip, &q->ip)) != 0)
		return ip;
	return x->row < y->row ? -1 : x->row > y->row;
}

static bool
same_group(const struct rep_placed *x, const struct rep_placed *y)
{
	return x->who == y->who && x->name == y->name &&
	    (x->who != REP_SENDER_OWN ||
		rep_ip_eq(&sorted_all->rows[x->row].ip, &sorted_all->rows[y->row].ip));
}

/* --- what is wrong with a half of alignment ----------------------------------------------------------- */

/*
 * What a row says of one half: of our own domain if there is anything of it, else of another one. *of: what that is said of;
 * NULL: nothing.
 */
static enum rep_report_half
half_of(const struct rep_reported *all, const struct rep_reported_row *r, bool dkim,
    const struct rep_reported_auth **of)
{
	enum rep_report_half best = REP_HALF_NONE, is;

	*of = NULL;
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];
		bool passes = p->result == REP_REPORTED_PASS, ours = rep_reported_ours(all, r, p);

		if (p->dkim != dkim || p->result == REP_REPORTED_NONE || p->result == 0)
			continue;
		if (ours && !passes)
			is = p->result == REP_REPORTED_TEMPERROR ||
				p->result == REP_REPORTED_PERMERROR
			    ? REP_HALF_ERROR
			    : REP_HALF_FAILS;
		else if (passes && best != REP_HALF_FAILS && best != REP_HALF_ERROR)
			is = REP_HALF_UNALIGNED;
		else if (best == REP_HALF_NONE)
			is = REP_HALF_FAILS;
		else
			continue;
		best = is;
		*of = p;
	}
	return best;
}

struct half_tally {
	uint64_t n[REP_HALF_ERROR + 1];
	uint64_t most[REP_HALF_ERROR + 1]; /* the row with the most messages names the domain */
	const struct rep_reported_auth *of[REP_HALF_ERROR + 1];
};

static void
count_half(struct half_tally *t, const struct rep_reported *all, const struct rep_reported_row *r,
    bool dkim)
{
	const struct rep_reported_auth *of;
	enum rep_report_half half = half_of(all, r, dkim, &of);

	t->n[half] += r->count;
	if (r->count > t->most[half]) {
		t->most[half] = r->count;
		t->of[half] = of;
	}
}

static enum rep_report_half
most_of(const struct half_tally *t)
{
	enum rep_report_half best = REP_HALF_FINE;

	for (int i = 1; i <= REP_HALF_ERROR; i++)
		if (t->n[i] > t->n[best])
			best = (enum rep_report_half)i;
	return best;
}

/* --- sources ------------------------------------------------------------------------------------------ */

/* How many receivers are among the rows. */
static uint64_t
receivers_of(
    const struct rep_reported *all, const struct rep_placed *v, size_t n, unsigned char *seen)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t name = all->rows[v[i].row].receiver;

		if ((seen[name / 8] >> name % 8 & 1) == 0) {
			seen[name / 8] |= (unsigned char)(1u << name % 8);
			count++;
		}
	}
	for (size_t i = 0; i < n; i++)
		seen[all->rows[v[i].row].receiver / 8] = 0;
	return count;
}

/* Whether it sends over most of the time from `from_s` on. */
static bool
is_steady_since(const struct rep_reported *all, const struct rep_placed *v, size_t n,
    int64_t from_s, int64_t until_s)
{
	int64_t length_s = (until_s - from_s) / PARTS + 1, parts = PARTS, seen = 0;
	unsigned bits = 0;

	if (length_s < REP_DAY_S) {
		length_s = REP_DAY_S;
		parts = (until_s - from_s) / REP_DAY_S + 1;
	}
	for (size_t i = 0; i < n; i++) {
		int64_t at = (all->rows[v[i].row].begin_s - from_s) / length_s;

		if (all->rows[v[i].row].end_s < from_s)
			continue;
		bits |= 1u << (at < 0 ? 0 : at >= parts ? parts - 1 : at);
	}
	for (; bits != 0; bits &= bits - 1)
		seen++;
	return seen * PARTS >= parts * PARTS_SEEN;
}

/*
 * The same of all of the time, or of its newest part: what began a month ago is no less ours when a year is asked for. Each part is
 * twice as long as the one before.
 */
static bool
is_steady(const struct rep_reported *all, const struct rep_placed *v, size_t n,
    const struct rep_report_answer *time)
{
	int64_t length_s = NEWEST_DAYS * (int64_t)REP_DAY_S;

	for (; length_s < time->until_s - time->from_s; length_s *= 2)
		if (is_steady_since(all, v, n, time->until_s - length_s, time->until_s))
			return true;
	return is_steady_since(all, v, n, time->from_s, time->until_s);
}

/*
 * A SERVICE is ours if it sends steadily, or signs as us elsewhere (below); else it is one of those who have an envelope of their own
 * and forge the domain. A forwarder's mail is wanted too, but nobody here mends it.
 */
static bool
is_wanted(const struct rep_reported *all, const struct rep_placed *v, size_t n,
    const struct rep_report_answer *time, uint64_t receivers, const struct rep_report_source *s)
{
	switch (s->who) {
	case REP_SENDER_OWN:
	case REP_SENDER_SIGNED:
	case REP_SENDER_ALLOWED: return true;
	case REP_SENDER_SERVICE:
		/* Of the domain in From, where alignment is strict. */
		if (all->registered[s->name] != 0 &&
		    all->registered[s->name] == all->registered[all->rows[v[0].row].from])
			return true;
		return (s->receivers >= RECEIVERS || s->receivers == receivers) &&
		    is_steady(all, v, n, time);
	default: return false;
	}
}

/* The first service of a domain that passes; 0: none. */
static uint16_t
service_of(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];

		if (p->result == REP_REPORTED_PASS && all->known[p->domain].service != 0)
			return all->known[p->domain].service;
	}
	return 0;
}

/* By its name; else by what else passes, if that is of one service for more than half of its messages. */
static void
find_service(const struct rep_reported *all, const struct rep_placed *v, size_t n,
    struct rep_report_source *s)
{
	uint64_t lead = 0, has = 0;
	uint16_t service = 0;

	s->service = all->known[s->name].service;
	if (s->service != 0 || s->who == REP_SENDER_FORWARDER || s->who == REP_SENDER_OWN)
		return;
	/* Whatever has more than half of the messages leads at the end. */
	for (size_t i = 0; i < n; i++) {
		const struct rep_reported_row *r = &all->rows[v[i].row];
		uint16_t is = service_of(all, r);

		if (is == service) {
			lead += r->count;
		} else if (r->count > lead) {
			service = is;
			lead = r->count - lead;
		} else {
			lead -= r->count;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (service_of(all, &all->rows[v[i].row]) == service)
			has += all->rows[v[i].row].count;
	if (service == 0 || has <= s->sums.messages / 2)
		return;
	s->service = service;
	s->through = s->name != 0;
}

static void
make_source(const struct rep_reported *all, const struct rep_placed *v, size_t n,
    unsigned char *seen, int64_t fresh_s, struct rep_report_source *s)
{
	struct half_tally dkim = { .most = 0 }, spf = { .most = 0 };
	uint64_t of_ip = 0, most = 0, fails = 0, most_fails = 0, from_passed = 0, from_failed = 0;
	int64_t ends_s = 0;

	*s = (struct rep_report_source){ .who = (enum rep_report_sender)v[0].who,
		.name = v[0].name };
	for (size_t i = 0; i < n; i++) {
		const struct rep_reported_row *r = &all->rows[v[i].row];
		bool another = i == 0 || !rep_ip_eq(&r->ip, &all->rows[v[i - 1].row].ip),
		     fails_row = !rep_reported_passes(r);

		of_ip = another ? r->count : of_ip + r->count;
		fails = (another ? 0 : fails) + (fails_row ? r->count : 0);
		s->ips += another;
		/* Where something is to be fixed: the address of which most fails. */
		if (fails > most_fails || (most_fails == 0 && of_ip > most)) {
			most_fails = fails;
			most = of_ip;
			s->ip = r->ip;
		}
		if (fails_row ? r->count > from_failed
			      : from_failed == 0 && r->count > from_passed) {
			s->from = r->from;
			*(fails_row ? &from_failed : &from_passed) = r->count;
		}
		rep_report_add(&s->sums, r);
		/* Of the report that ends first: what a report of a week saw may be of its last day. */
		if (i == 0 || r->end_s < ends_s ||
		    (r->end_s == ends_s && r->begin_s > s->first_s)) {
			ends_s = r->end_s;
			s->first_s = r->begin_s;
		}
		if (r->end_s > s->last_s)
			s->last_s = r->end_s;
		if (fails_row) {
			count_half(&dkim, all, r, true);
			count_half(&spf, all, r, false);
		}
	}
	s->receivers = receivers_of(all, v, n, seen);
	s->dkim = most_of(&dkim);
	s->spf = most_of(&spf);
	if (dkim.of[s->dkim] != NULL) {
		s->dkim_domain = dkim.of[s->dkim]->domain;
		s->dkim_selector = dkim.of[s->dkim]->selector;
	}
	s->spf_domain = spf.of[s->spf] != NULL ? spf.of[s->spf]->domain : 0;
	s->dkim_other = s->dkim == REP_HALF_UNALIGNED ? s->dkim_domain : 0;
	s->spf_other = s->spf == REP_HALF_UNALIGNED ? s->spf_domain : 0;
	find_service(all, v, n, s);
	s->fresh = s->first_s > fresh_s;
}

/* What fails and can be mended first; then who is not ours, as far as we know; then what passes. Most messages first in each. */
static unsigned
rank(const struct rep_report_source *s)
{
	uint64_t failed = s->sums.messages - s->sums.passed;

	if (failed == 0)
		return 3;
	return s->wanted ? 0 : s->who == REP_SENDER_FORWARDER ? 2 : 1;
}

static int
worst_first(const struct rep_report_source *x, const struct rep_report_source *y)
{
	uint64_t p = x->sums.messages - x->sums.passed, q = y->sums.messages - y->sums.passed;
	unsigned i = rank(x), k = rank(y);

	if (i != k)
		return i < k ? -1 : 1;
	if (p != q)
		return p > q ? -1 : 1;
	if (x->sums.messages != y->sums.messages)
		return x->sums.messages > y->sums.messages ? -1 : 1;
	return x->who != y->who	 ? (int)x->who - (int)y->who
	    : x->name != y->name ? (x->name < y->name ? -1 : 1)
				 : rep_placed_by_ip(&x->ip, &y->ip);
}

/* A source with its records, v[first .. first + n). */
struct source_made {
	struct rep_report_source is;
	size_t first, n;
};

static int
worst_made_first(const void *a, const void *b)
{
	const struct source_made *x = a, *y = b;

	return worst_first(&x->is, &y->is);
}

enum rep_rc
rep_report_sources(const struct rep_report_rows *rows, const struct rep_report_own *own,
    struct rep_arena *a, struct rep_report_answer *out, struct rep_err *err)
{
	unsigned char *seen = rep_arena_alloc(a, rows->all->names_n / 8 + 1);
	uint32_t *source_of = rep_arena_alloc(a, (rows->all->rows_n + 1) * sizeof *source_of);
	struct rep_placed *v;
	struct source_made *made;
	struct rep_report_source *list;
	size_t groups = 0, n = 0;
	uint64_t receivers;
	enum rep_rc rc;

	if (seen == NULL || source_of == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", rows->n);
	if ((rc = rep_report_place(rows, own, a, &v, err)) != REP_OK)
		return rc;
	sorted_all = rows->all;
	if (rows->n > 0)
		qsort(v, rows->n, sizeof *v, by_group);
	for (size_t i = 0; i < rows->n; i++)
		groups += i == 0 || !same_group(&v[i - 1], &v[i]);
	list = rep_arena_alloc(a, (groups + 1) * sizeof *list);
	made = rep_arena_alloc(a, (groups + 1) * sizeof *made);
	if (list == NULL || made == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu sources", groups);
	receivers = receivers_of(rows->all, v, rows->n, seen);
	for (size_t i = 0, k; i < rows->n; i = k) {
		for (k = i + 1; k < rows->n && same_group(&v[i], &v[k]); k++)
			;
		make_source(rows->all, v + i, k - i, seen, out->fresh_s, &made[n].is);
		made[n].is.wanted = is_wanted(rows->all, v + i, k - i, out, receivers, &made[n].is);
		made[n].first = i;
		made[n++].n = k - i;
	}
	for (size_t i = 0; i < n; i++)
		if (made[i].is.who == REP_SENDER_SIGNED || made[i].is.who == REP_SENDER_ALLOWED)
			seen[made[i].is.name / 8] |= (unsigned char)(1u << made[i].is.name % 8);
	for (size_t i = 0; i < n; i++)
		if (made[i].is.who == REP_SENDER_SERVICE &&
		    (seen[made[i].is.name / 8] >> made[i].is.name % 8 & 1) != 0)
			made[i].is.wanted = true;
	if (n > 0)
		qsort(made, n, sizeof *made, worst_made_first);
	for (size_t i = 0; i < n; i++) {
		list[i] = made[i].is;
		for (size_t k = 0; k < made[i].n; k++)
			source_of[v[made[i].first + k].row] = (uint32_t)i;
	}
	out->sources = list;
	out->sources_n = n;
	out->source_of = source_of;
	return rep_report_lost(rows, source_of, list, a, err);
}
