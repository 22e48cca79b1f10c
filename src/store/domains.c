/*
 * The domains that mail went to at some providers. Facts have no index for this, and grouping them
 * in the back end costs three times as much as walking over them; so they are counted here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/hash.h"
#include "store/inside.h"

#include <stdlib.h>
#include <string.h>

/* How many facts name a domain at of[k]. n 0: a free slot. */
struct domain_count {
	uint64_t domain, n;
	uint32_t k;
};

struct domain_counts {
	const struct rep_domains_of *of;
	size_t of_n;
	struct domain_count *v; /* owned; a table of cap slots, found by hash */
	size_t n, cap;		/* cap: a power of two, at least twice n */
};

enum { SLOTS_FIRST = 256 };

static struct domain_count *
slot(const struct domain_counts *c, uint32_t k, uint64_t domain)
{
	size_t i = (size_t)rep_hash_mix(domain + k) & (c->cap - 1);

	while (c->v[i].n != 0 && (c->v[i].domain != domain || c->v[i].k != k))
		i = (i + 1) & (c->cap - 1);
	return &c->v[i];
}

static bool
grow(struct domain_counts *c)
{
	struct domain_counts bigger = { .cap = c->cap > 0 ? 2 * c->cap : SLOTS_FIRST };

	bigger.v = calloc(bigger.cap, sizeof *bigger.v);
	if (bigger.v == NULL)
		return false;
	for (size_t i = 0; i < c->cap; i++)
		if (c->v[i].n != 0)
			*slot(&bigger, c->v[i].k, c->v[i].domain) = c->v[i];
	free(c->v);
	c->v = bigger.v;
	c->cap = bigger.cap;
	return true;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact_row *f)
{
	struct domain_counts *c = ctx;
	struct domain_count *s;
	size_t k = 0;

	while (k < c->of_n &&
	    (c->of[k].provider != f->provider || c->of[k].provider_domain != f->provider_domain))
		k++;
	if (k == c->of_n)
		return REP_OK;
	if (2 * c->n >= c->cap && !grow(c))
		return REP_EMEM;
	s = slot(c, (uint32_t)k, f->domain);
	if (s->n == 0) {
		*s = (struct domain_count){ .domain = f->domain, .k = (uint32_t)k };
		c->n++;
	}
	s->n++;
	return REP_OK;
}

/* By provider, then the most frequent first; equal ones by number, because names are not read yet. */
static int
by_count(const void *a, const void *b)
{
	const struct domain_count *x = a, *y = b;

	if (x->k != y->k)
		return x->k < y->k ? -1 : 1;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->domain < y->domain ? -1 : x->domain > y->domain;
}

struct domain_named {
	struct rep_str name;
	uint64_t n;
};

/* The most frequent first; equal ones by name. */
static int
by_name(const void *a, const void *b)
{
	const struct domain_named *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return rep_str_cmp(x->name, y->name);
}

struct name_read {
	struct rep_arena *arena;
	struct rep_str name;
};

static enum rep_rc
on_name(void *ctx, int64_t id, struct rep_str name)
{
	struct name_read *n = ctx;

	(void)id;
	n->name = rep_arena_dup(n->arena, name);
	return n->name.p != NULL ? REP_OK : REP_EMEM;
}

/* Tells the first max of one provider: v[0..n), ordered by_count. */
static enum rep_rc
tell_one(struct rep_store *s, const struct domain_count *v, size_t n, rep_domain_fn fn, void *ctx,
    struct rep_arena *arena, struct rep_err *err)
{
	struct domain_named *named = rep_arena_alloc(arena, n * sizeof *named);
	struct name_read read = { .arena = arena };
	enum rep_rc rc = REP_OK;
	size_t m = 0;

	if (named == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		read.name = (struct rep_str){ "", 0 };
		rc = s->b->ops->domain_get(s->b, v[i].domain, on_name, &read, err);
		if (read.name.n > 0)
			named[m++] = (struct domain_named){ read.name, v[i].n };
	}
	qsort(named, m, sizeof *named, by_name);
	for (size_t i = 0; i < m && rc == REP_OK; i++)
		rc = fn(ctx, v[0].k, named[i].name, named[i].n);
	return rc;
}

static enum rep_rc
tell(struct rep_store *s, struct domain_counts *c, size_t max, rep_domain_fn fn, void *ctx,
    struct rep_err *err)
{
	struct rep_arena *arena = rep_arena_new(SIZE_MAX); /* at most max names of each provider */
	enum rep_rc rc = REP_OK;
	size_t n = 0, many;

	if (arena == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < c->cap; i++)
		if (c->v[i].n != 0)
			c->v[n++] = c->v[i];
	qsort(c->v, n, sizeof *c->v, by_count);
	for (size_t i = 0; i < n && rc == REP_OK; i += many) {
		for (many = 1; i + many < n && c->v[i + many].k == c->v[i].k;)
			many++;
		rc = tell_one(s, &c->v[i], many < max ? many : max, fn, ctx, arena, err);
	}
	rep_arena_free(arena);
	return rc;
}

enum rep_rc
rep_store_domains(struct rep_store *s, int64_t from_s, const struct rep_domains_of *of, size_t n,
    size_t max, rep_domain_fn fn, void *ctx, struct rep_err *err)
{
	struct domain_counts c = { .of = of, .of_n = n };
	enum rep_rc rc = rep_store_flush(s, err);

	if (rc == REP_OK && n > 0)
		rc = s->b->ops->domains(s->b, from_s, on_fact, &c, err);
	if (rc == REP_OK && c.n > 0)
		rc = tell(s, &c, max, fn, ctx, err);
	free(c.v);
	return rc;
}
