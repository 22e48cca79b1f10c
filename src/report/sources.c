/*
 * report/sources.c -- who sends as a domain: addresses grouped by what they prove of themselves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/answer.h"

#include <stdlib.h>

/* A row with the group that it belongs to. */
struct placed {
	uint32_t row;
	uint8_t who;
	uint32_t name;
};

static bool
is_own(const struct rep_report_own *own, const struct rep_ip *ip)
{
	for (size_t i = 0; i < own->n; i++)
		if (rep_ip_eq(&own->v[i], ip))
			return true;
	return false;
}

/* The domain that a signature or SPF passed for although it is not aligned; 0: none. dkim first: it names who signs. */
static uint32_t
passed_as(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (int dkim = 1; dkim >= 0; dkim--)
		for (uint32_t i = 0; i < r->auth_n; i++) {
			const struct rep_reported_auth *p = &all->auth[r->auth + i];

			if (p->dkim == (dkim == 1) && p->result == REP_REPORTED_PASS &&
			    p->domain != 0 && !rep_reported_ours(all, r, p->domain))
				return p->domain;
		}
	return 0;
}

/* The domain of SPF, of who handed the mail in; 0: none. */
static uint32_t
envelope_of(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (uint32_t i = 0; i < r->auth_n; i++)
		if (!all->auth[r->auth + i].dkim)
			return all->auth[r->auth + i].domain;
	return 0;
}

static bool
was_forwarded(const struct rep_reported_row *r)
{
	const rep_overrides says = 1u << REP_OVERRIDE_FORWARDED |
	    1u << REP_OVERRIDE_TRUSTED_FORWARDER | 1u << REP_OVERRIDE_MAILING_LIST;

	return (r->overrides & says) != 0 || r->arc;
}

static struct placed
place(const struct rep_reported *all, uint32_t row, const struct rep_report_own *own)
{
	const struct rep_reported_row *r = &all->rows[row];
	struct placed p = { .row = row };
	uint32_t as = passed_as(all, r), envelope = envelope_of(all, r);

	if (is_own(own, &r->ip)) {
		p.who = REP_SENDER_OWN;
	} else if (was_forwarded(r) ||
	    (r->dkim == REP_EVALUATED_PASS && as != 0 && as == envelope)) {
		/* Or it arrived under another envelope, which passes as itself, with our signature whole. */
		p.who = REP_SENDER_FORWARDER;
		p.name = envelope != 0 && !rep_reported_ours(all, r, envelope) ? envelope : 0;
	} else if (r->dkim == REP_EVALUATED_PASS) {
		p.who = REP_SENDER_SIGNED;
		p.name = as;
	} else if (r->spf == REP_EVALUATED_PASS) {
		p.who = REP_SENDER_ALLOWED;
		p.name = as;
	} else if (as != 0) {
		p.who = REP_SENDER_SERVICE;
		p.name = as;
	} else {
		p.who = REP_SENDER_UNKNOWN;
	}
	return p;
}

/* Own addresses are a source each; of all others those with one name are one. */
static const struct rep_reported *sorted_all;

static int
by_ip(const void *a, const void *b)
{
	const struct rep_ip *x = a, *y = b;

	return x->version != y->version ? x->version - y->version : memcmp(x->b, y->b, sizeof x->b);
}

static int
by_group(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	const struct rep_reported_row *p = &sorted_all->rows[x->row],
				      *q = &sorted_all->rows[y->row];
	int ip;

	if (x->who != y->who)
		return x->who - y->who;
	if (x->name != y->name)
		return x->name < y->name ? -1 : 1;
	if ((ip = by_ip(&p->ip, &q->ip)) != 0)
		return ip;
	return x->row < y->row ? -1 : x->row > y->row;
}

static int
by_address(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int ip = by_ip(&sorted_all->rows[x->row].ip, &sorted_all->rows[y->row].ip);

	return ip != 0 ? ip : x->row < y->row ? -1 : x->row > y->row;
}

/*
 * An address that proved at some time that it sends for us is the same sender when it proves less: a key that breaks makes
 * no new sender. v is sorted by address.
 */
static void
join_addresses(const struct rep_reported *all, struct placed *v, size_t n)
{
	for (size_t i = 0, k; i < n; i = k) {
		const struct placed *best = &v[i];

		for (k = i; k < n && rep_ip_eq(&all->rows[v[k].row].ip, &all->rows[v[i].row].ip);
		     k++)
			if (v[k].who == REP_SENDER_SIGNED ||
			    (v[k].who == REP_SENDER_ALLOWED && best->who != REP_SENDER_SIGNED))
				best = &v[k];
		if (best->who != REP_SENDER_SIGNED && best->who != REP_SENDER_ALLOWED)
			continue;
		for (size_t j = i; j < k; j++)
			if (v[j].who == REP_SENDER_ALLOWED || v[j].who == REP_SENDER_UNKNOWN) {
				v[j].who = best->who;
				v[j].name = best->name;
			}
	}
}

static bool
same_group(const struct placed *x, const struct placed *y)
{
	return x->who == y->who && x->name == y->name &&
	    (x->who != REP_SENDER_OWN ||
		rep_ip_eq(&sorted_all->rows[x->row].ip, &sorted_all->rows[y->row].ip));
}

/* --- what is wrong with a half of alignment ----------------------------------------------------------- */

/* What a row says of one half: of our own domain if there is anything of it, else of another one. */
static enum rep_report_half
half_of(
    const struct rep_reported *all, const struct rep_reported_row *r, bool dkim, uint32_t *other)
{
	enum rep_report_half best = REP_HALF_NONE;

	*other = 0;
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];
		bool passes = p->result == REP_REPORTED_PASS,
		     ours = rep_reported_ours(all, r, p->domain);

		if (p->dkim != dkim || p->result == REP_REPORTED_NONE || p->result == 0)
			continue;

		if (ours && !passes)
			best = p->result == REP_REPORTED_TEMPERROR ||
				p->result == REP_REPORTED_PERMERROR
			    ? REP_HALF_ERROR
			    : REP_HALF_FAILS;
		else if (passes && best != REP_HALF_FAILS && best != REP_HALF_ERROR) {
			best = REP_HALF_UNALIGNED;
			*other = p->domain;
		} else if (best == REP_HALF_NONE) {
			best = REP_HALF_FAILS;
		}
	}
	return best;
}

struct half_tally {
	uint64_t n[REP_HALF_ERROR + 1];
	uint64_t most; /* of UNALIGNED: the row with the most messages names the domain */
	uint32_t other;
};

static void
count_half(struct half_tally *t, const struct rep_reported *all, const struct rep_reported_row *r,
    bool dkim)
{
	uint32_t other;
	enum rep_report_half half = half_of(all, r, dkim, &other);

	t->n[half] += r->count;
	if (half == REP_HALF_UNALIGNED && r->count > t->most) {
		t->most = r->count;
		t->other = other;
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
receivers_of(const struct rep_reported *all, const struct placed *v, size_t n, unsigned char *seen)
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

static void
make_source(const struct rep_reported *all, const struct placed *v, size_t n, unsigned char *seen,
    int64_t fresh_s, struct rep_report_source *s)
{
	struct half_tally dkim = { .most = 0 }, spf = { .most = 0 };
	uint64_t of_ip = 0, most = 0;

	*s = (struct rep_report_source){ .who = (enum rep_report_sender)v[0].who,
		.name = v[0].name };
	for (size_t i = 0; i < n; i++) {
		const struct rep_reported_row *r = &all->rows[v[i].row];
		bool another = i == 0 || !rep_ip_eq(&r->ip, &all->rows[v[i - 1].row].ip);

		of_ip = another ? r->count : of_ip + r->count;
		s->ips += another;
		if (of_ip > most) {
			most = of_ip;
			s->ip = r->ip;
		}
		rep_report_add(&s->sums, r);
		if (s->first_s == 0 || r->begin_s < s->first_s)
			s->first_s = r->begin_s;
		if (r->end_s > s->last_s)
			s->last_s = r->end_s;
		if (!rep_reported_passes(r)) {
			count_half(&dkim, all, r, true);
			count_half(&spf, all, r, false);
		}
	}
	s->receivers = receivers_of(all, v, n, seen);
	s->dkim = most_of(&dkim);
	s->spf = most_of(&spf);
	s->dkim_other = s->dkim == REP_HALF_UNALIGNED ? dkim.other : 0;
	s->spf_other = s->spf == REP_HALF_UNALIGNED ? spf.other : 0;
	s->fresh = s->first_s > fresh_s;
}

/* What fails and can be mended first; then who is not known; then what passes. Most messages first in each. */
static unsigned
rank(const struct rep_report_source *s)
{
	uint64_t failed = s->sums.messages - s->sums.passed;

	if (failed == 0)
		return 3;
	return s->who == REP_SENDER_UNKNOWN ? 1 : s->who == REP_SENDER_FORWARDER ? 2 : 0;
}

static int
worst_first(const void *a, const void *b)
{
	const struct rep_report_source *x = a, *y = b;
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
				 : by_ip(&x->ip, &y->ip);
}

enum rep_rc
rep_report_sources(const struct rep_report_rows *rows, const struct rep_report_own *own,
    int64_t fresh_s, struct rep_arena *a, struct rep_report_answer *out, struct rep_err *err)
{
	struct placed *v = rep_arena_alloc(a, (rows->n + 1) * sizeof *v);
	unsigned char *seen = rep_arena_alloc(a, rows->all->names_n / 8 + 1);
	struct rep_report_source *list;
	size_t groups = 0, n = 0;

	if (v == NULL || seen == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", rows->n);
	for (size_t i = 0; i < rows->n; i++)
		v[i] = place(rows->all, rows->v[i], own);
	sorted_all = rows->all;
	if (rows->n > 0) {
		qsort(v, rows->n, sizeof *v, by_address);
		join_addresses(rows->all, v, rows->n);
		qsort(v, rows->n, sizeof *v, by_group);
	}
	for (size_t i = 0; i < rows->n; i++)
		groups += i == 0 || !same_group(&v[i - 1], &v[i]);
	if ((list = rep_arena_alloc(a, (groups + 1) * sizeof *list)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu sources", groups);
	for (size_t i = 0, k; i < rows->n; i = k) {
		for (k = i + 1; k < rows->n && same_group(&v[i], &v[k]); k++)
			;
		make_source(rows->all, v + i, k - i, seen, fresh_s, &list[n++]);
	}
	if (n > 0)
		qsort(list, n, sizeof *list, worst_first);
	out->sources = list;
	out->sources_n = n;
	return REP_OK;
}
