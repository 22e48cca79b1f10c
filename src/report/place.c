/*
 * report/place.c -- who sent each record: by what it proves, then by what its address proves at other times.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/place.h"

#include <stdlib.h>

/* The pairs of domain and selector that sign the mail which leaves us directly, sorted. */
struct direct_keys {
	uint64_t *v;
	size_t n;
};

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static uint64_t
key_of(const struct rep_reported_auth *p)
{
	return (uint64_t)p->domain << 32 | p->selector;
}

static bool
is_own(const struct rep_report_own *own, const struct rep_ip *ip)
{
	for (size_t i = 0; i < own->n; i++)
		if (rep_ip_eq(&own->v[i], ip))
			return true;
	return false;
}

/*
 * The domain that a signature or SPF passed for although it is not aligned; 0: none. dkim first: it names who signs. But a domain
 * that a service shares among its customers says only through whom somebody sends: it comes last.
 */
static uint32_t
passed_as(const struct rep_reported *all, const struct rep_reported_row *r)
{
	uint32_t through = 0;

	for (int dkim = 1; dkim >= 0; dkim--)
		for (uint32_t i = 0; i < r->auth_n; i++) {
			const struct rep_reported_auth *p = &all->auth[r->auth + i];

			if (p->dkim != (dkim == 1) || p->result != REP_REPORTED_PASS ||
			    p->domain == 0 || rep_reported_ours(all, r, p))
				continue;
			if (all->known[p->domain].shared == 0)
				return p->domain;
			if (through == 0)
				through = rep_reported_stands(all, p->domain);
		}
	return through;
}

/* The domain that is not ours and that SPF passed for, of who handed the mail in; 0: none. */
static uint32_t
passed_envelope(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];

		if (!p->dkim && p->result == REP_REPORTED_PASS && p->domain != 0 &&
		    !rep_reported_ours(all, r, p))
			return rep_reported_stands(all, p->domain);
	}
	return 0;
}

/* The domain of SPF, whatever it gave; 0: none, or ours. */
static uint32_t
envelope_of(const struct rep_reported *all, const struct rep_reported_row *r)
{
	for (uint32_t i = 0; i < r->auth_n; i++)
		if (!all->auth[r->auth + i].dkim)
			return rep_reported_ours(all, r, &all->auth[r->auth + i])
			    ? 0
			    : rep_reported_stands(all, all->auth[r->auth + i].domain);
	return 0;
}

/* Whether the receiver itself says that somebody handed it on. */
static bool
said_forwarded(const struct rep_reported_row *r)
{
	const rep_overrides says = 1u << REP_OVERRIDE_FORWARDED |
	    1u << REP_OVERRIDE_TRUSTED_FORWARDER | 1u << REP_OVERRIDE_MAILING_LIST;

	return (r->overrides & says) != 0 || r->arc;
}

/* A signature of our domain, whatever it gave. */
static bool
signs_as_us(const struct rep_reported *all, const struct rep_reported_row *r,
    const struct rep_reported_auth *p)
{
	return p->dkim && p->result != 0 && p->result != REP_REPORTED_NONE &&
	    rep_reported_ours(all, r, p);
}

static void
find_direct(
    const struct rep_report_rows *rows, const struct rep_report_own *own, struct direct_keys *k)
{
	const struct rep_reported *all = rows->all;
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		const struct rep_reported_row *r = &all->rows[rows->v[i]];

		if (said_forwarded(r) || (r->spf != REP_EVALUATED_PASS && !is_own(own, &r->ip)))
			continue;
		for (uint32_t j = 0; j < r->auth_n; j++)
			if (signs_as_us(all, r, &all->auth[r->auth + j]))
				k->v[k->n++] = key_of(&all->auth[r->auth + j]);
	}
	if (k->n > 0)
		qsort(k->v, k->n, sizeof *k->v, by_number);
	for (size_t i = 0; i < k->n; i++)
		if (i == 0 || k->v[i] != k->v[i - 1])
			k->v[n++] = k->v[i];
	k->n = n;
}

/* Whether it has a signature, whole or not, with a key that also signs mail which leaves us directly. */
static bool
carries_ours(
    const struct rep_reported *all, const struct rep_reported_row *r, const struct direct_keys *k)
{
	for (uint32_t i = 0; i < r->auth_n; i++) {
		const struct rep_reported_auth *p = &all->auth[r->auth + i];
		uint64_t key = key_of(p);

		if (signs_as_us(all, r, p) && k->n > 0 &&
		    bsearch(&key, k->v, k->n, sizeof *k->v, by_number) != NULL)
			return true;
	}
	return false;
}

static struct rep_placed
place(const struct rep_reported *all, uint32_t row, const struct rep_report_own *own,
    const struct direct_keys *k)
{
	const struct rep_reported_row *r = &all->rows[row];
	struct rep_placed p = { .row = row };
	uint32_t as = passed_as(all, r), envelope = passed_envelope(all, r);
	bool signed_by_us = r->dkim == REP_EVALUATED_PASS, allowed = r->spf == REP_EVALUATED_PASS;

	if (is_own(own, &r->ip)) {
		p.who = REP_SENDER_OWN;
	} else if (said_forwarded(r)) {
		p.who = REP_SENDER_FORWARDER;
		p.name = envelope_of(all, r);
	} else if (!allowed && (signed_by_us || envelope != 0) && carries_ours(all, r, k)) {
		/* What left us directly comes from somebody else: he handed it on, and broke the signature or not. */
		p.who = REP_SENDER_FORWARDER;
		p.name = envelope;
		p.guessed = true;
	} else if (signed_by_us) {
		p.who = REP_SENDER_SIGNED;
		p.name = as;
	} else if (allowed) {
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

/* --- the same address at other times --------------------------------------------------------------------- */

/* rows of the comparison; qsort hands nothing on */
static const struct rep_reported *sorted_all;

int
rep_placed_by_ip(const struct rep_ip *x, const struct rep_ip *y)
{
	return x->version != y->version ? x->version - y->version : memcmp(x->b, y->b, sizeof x->b);
}

static int
by_address(const void *a, const void *b)
{
	const struct rep_placed *x = a, *y = b;
	int ip = rep_placed_by_ip(&sorted_all->rows[x->row].ip, &sorted_all->rows[y->row].ip);

	return ip != 0 ? ip : x->row < y->row ? -1 : x->row > y->row;
}

/* One name is the other one, or below it, or one is not known. */
static bool
related(const struct rep_reported *all, uint32_t x, uint32_t y)
{
	struct rep_str a = all->names[x], b = all->names[y];

	if (x == y || x == 0 || y == 0)
		return true;
	if (a.n < b.n) {
		struct rep_str c = a;

		a = b;
		b = c;
	}
	return a.n > b.n && a.p[a.n - b.n - 1] == '.' && rep_str_ends(a, b);
}

enum { SIGNERS = 8 }; /* Judgement: senders of ours that share one address */

/* The row with the most messages of each kind; NULL: none. */
struct address_best {
	const struct rep_placed *of[REP_SENDER_N];
	uint32_t signers[SIGNERS]; /* names of those that are SIGNED */
	size_t signers_n;
};

static void
add_signer(struct address_best *best, uint32_t name)
{
	for (size_t i = 0; i < best->signers_n; i++)
		if (best->signers[i] == name)
			return;
	if (best->signers_n < SIGNERS)
		best->signers[best->signers_n++] = name;
}

static void
find_best(
    const struct rep_reported *all, const struct rep_placed *v, size_t n, struct address_best *best)
{
	memset(best, 0, sizeof *best);
	for (size_t i = 0; i < n; i++) {
		const struct rep_placed **p = &best->of[v[i].who];

		if (*p == NULL || all->rows[v[i].row].count > all->rows[(*p)->row].count)
			*p = &v[i];
		if (v[i].who == REP_SENDER_SIGNED)
			add_signer(best, v[i].name);
	}
}

/* What a row becomes: the kind and name of `to`. False: there is none, or it is somebody else. */
static bool
becomes(const struct rep_reported *all, struct rep_placed *p, const struct rep_placed *to)
{
	if (to == NULL || (p->who != REP_SENDER_UNKNOWN && !related(all, p->name, to->name)))
		return false;
	p->who = to->who;
	p->name = to->name;
	p->guessed = to->guessed;
	return true;
}

/* The same, where several senders of ours share the address. */
static bool
becomes_signed(
    const struct rep_reported *all, struct rep_placed *p, const struct address_best *best)
{
	const struct rep_placed *mine = best->of[REP_SENDER_SIGNED];

	if (becomes(all, p, mine))
		return true;
	for (size_t i = 0; i < best->signers_n; i++)
		if (best->signers[i] != 0 && related(all, p->name, best->signers[i])) {
			p->who = REP_SENDER_SIGNED;
			p->name = best->signers[i];
			p->guessed = false;
			return true;
		}
	return false;
}

/* Mail with a signature of ours, however broken, is of the sender of ours at the same address, whatever else it passes for. */
static bool
becomes_ours(const struct rep_reported *all, struct rep_placed *p, const struct address_best *best)
{
	const struct rep_reported_row *r = &all->rows[p->row];
	const struct rep_placed *to = best->of[REP_SENDER_SIGNED] != NULL
	    ? best->of[REP_SENDER_SIGNED]
	    : best->of[REP_SENDER_ALLOWED];

	for (uint32_t i = 0; to != NULL && i < r->auth_n; i++)
		if (signs_as_us(all, r, &all->auth[r->auth + i])) {
			p->who = to->who;
			p->name = to->name;
			return true;
		}
	return false;
}

/* The name of the row with the most messages stands for those that are above or below it. */
static void
one_name(const struct rep_reported *all, struct rep_placed *p, const struct rep_placed *best)
{
	if (best != NULL && related(all, p->name, best->name))
		p->name = best->name;
}

static void
join_address(const struct rep_reported *all, struct rep_placed *v, size_t n)
{
	struct address_best best;
	struct rep_placed is[REP_SENDER_N];

	find_best(all, v, n, &best);
	/* They are changed below. */
	for (int i = 0; i < REP_SENDER_N; i++)
		if (best.of[i] != NULL) {
			is[i] = *best.of[i];
			best.of[i] = &is[i];
		}
	for (size_t i = 0; i < n; i++) {
		struct rep_placed *p = &v[i];
		const struct rep_placed *mine = best.of[REP_SENDER_SIGNED],
					*may = best.of[REP_SENDER_ALLOWED],
					*on = best.of[REP_SENDER_FORWARDER];

		switch (p->who) {
		case REP_SENDER_ALLOWED:
			if (!becomes_signed(all, p, &best))
				one_name(all, p, may);
			break;
		case REP_SENDER_FORWARDER:
			if (!p->guessed || !becomes_signed(all, p, &best))
				one_name(all, p, on);
			break;
		case REP_SENDER_SERVICE:
			if (!becomes_signed(all, p, &best) && !becomes_ours(all, p, &best) &&
			    !becomes(all, p, on))
				one_name(all, p, best.of[REP_SENDER_SERVICE]);
			break;
		case REP_SENDER_UNKNOWN:
			if (!becomes(all, p, mine) && !becomes(all, p, may) && !becomes(all, p, on))
				(void)becomes(all, p, best.of[REP_SENDER_SERVICE]);
			break;
		case REP_SENDER_SIGNED: one_name(all, p, mine); break;
		default: break;
		}
	}
}

enum rep_rc
rep_report_place(const struct rep_report_rows *rows, const struct rep_report_own *own,
    struct rep_arena *a, struct rep_placed **out, struct rep_err *err)
{
	const struct rep_reported *all = rows->all;
	struct rep_placed *v = rep_arena_alloc(a, (rows->n + 1) * sizeof *v);
	struct direct_keys k = { .n = 0 };
	size_t most = 0;

	for (size_t i = 0; i < rows->n; i++)
		most += all->rows[rows->v[i]].auth_n;
	k.v = rep_arena_alloc(a, (most + 1) * sizeof *k.v);
	if (v == NULL || k.v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", rows->n);
	find_direct(rows, own, &k);
	for (size_t i = 0; i < rows->n; i++)
		v[i] = place(all, rows->v[i], own, &k);
	sorted_all = all;
	if (rows->n > 0)
		qsort(v, rows->n, sizeof *v, by_address);
	for (size_t i = 0, j; i < rows->n; i = j) {
		const struct rep_ip *ip = &all->rows[v[i].row].ip;

		for (j = i + 1; j < rows->n && rep_ip_eq(&all->rows[v[j].row].ip, ip); j++)
			;
		/* Records that do not say their address are nobody's. */
		if (ip->version != 0)
			join_address(all, v + i, j - i);
	}
	*out = v;
	return REP_OK;
}
