/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/long_heard.h"
#include "base/hash.h"
#include "base/time.h"
#include "engine/reporter.h"
#include "know/provider.h"

enum { SLOTS_FIRST = 1024 }; /* a power of two; more are made when half of them are used */

/* A registered domain: who has one makes any number of names below it. */
struct heard_domain {
	struct rep_str name; /* n == 0: free */
	int64_t first_s;
};

struct rep_long_heard {
	struct rep_arena *a;
	struct rep_providers *providers;
	int64_t until_s; /* heard by then is heard for long */
	struct heard_domain *v;
	size_t slots, n;
};

static struct rep_str
domain_of(const struct rep_kept_report *r)
{
	return rep_registered_domain(rep_reporter_domain(r->reporter, r->org));
}

static uint64_t
low_hash(struct rep_str s)
{
	uint64_t h = 0;

	for (size_t i = 0; i < s.n; i++)
		h = rep_hash_mix(h ^ (unsigned char)rep_lower(s.p[i])) + 1;
	return h;
}

/* Its place, or the free one where it belongs. */
static struct heard_domain *
place_of(const struct rep_long_heard *h, struct rep_str name)
{
	size_t k = low_hash(name) & (h->slots - 1);

	while (h->v[k].name.n > 0 && !rep_str_eq_nocase(h->v[k].name, name))
		k = (k + 1) & (h->slots - 1);
	return &h->v[k];
}

/* False: out of memory. */
static bool
make_room(struct rep_long_heard *h)
{
	struct rep_long_heard larger = *h;

	if (h->v != NULL && h->n < h->slots / 2)
		return true;
	larger.slots = h->v == NULL ? SLOTS_FIRST : h->slots * 2;
	if ((larger.v = rep_arena_alloc(h->a, larger.slots * sizeof *larger.v)) == NULL)
		return false;
	for (size_t i = 0; h->v != NULL && i < h->slots; i++)
		if (h->v[i].name.n > 0)
			*place_of(&larger, h->v[i].name) = h->v[i];
	*h = larger;
	return true;
}

static enum rep_rc
on_head(void *ctx, const struct rep_kept_report *r)
{
	struct rep_long_heard *h = ctx;
	int64_t at_s = r->trust == REP_KEPT_GIVEN ? r->begin_s : r->read_s;
	struct rep_str name = domain_of(r);
	struct heard_domain *d;

	if (r->trust == REP_KEPT_UNSURE || name.n == 0 || at_s <= 0)
		return REP_OK;
	if (!make_room(h))
		return REP_EMEM;
	d = place_of(h, name);
	if (d->name.n == 0) {
		*d = (struct heard_domain){ rep_arena_dup(h->a, name), at_s };
		if (d->name.p == NULL)
			return REP_EMEM;
		h->n++;
	}
	d->first_s = at_s < d->first_s ? at_s : d->first_s;
	return REP_OK;
}

enum rep_rc
rep_long_heard_load(struct rep_store *store, int64_t now_s, struct rep_arena *a,
    struct rep_long_heard **out, struct rep_err *err)
{
	static const enum rep_kept_kind kinds[] = { REP_KEPT_AGGREGATE, REP_KEPT_TLS };
	struct rep_long_heard *h = rep_arena_alloc(a, sizeof *h);
	enum rep_rc rc;

	if (h == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for who reports");
	*h = (struct rep_long_heard){ .a = a,
		.providers = rep_providers_new(a),
		.until_s = now_s - REP_HEARD_DAYS * (int64_t)REP_DAY_S };
	rc = h->providers == NULL ? REP_EMEM : rep_providers_builtin(h->providers, err);
	for (size_t i = 0; rc == REP_OK && i < REP_COUNT(kinds); i++)
		rc = rep_store_report_heads(store, kinds[i], INT64_MIN, INT64_MAX, on_head, h, err);
	if (rc == REP_OK) {
		*out = h;
		return REP_OK;
	}
	rep_long_heard_free(h);
	return rc == REP_EMEM ? rep_fail(err, rc, "out of memory for who reports") : rc;
}

void
rep_long_heard_free(struct rep_long_heard *h)
{
	if (h != NULL)
		rep_providers_free(h->providers);
}

/*
 * Whose domain is one of mailboxes, too (gmx.net), may be one of its users: that the address is one of the provider's own is
 * not known.
 */
static bool
is_provider(const struct rep_long_heard *h, const struct rep_kept_report *r)
{
	struct rep_str domain = rep_reporter_domain(r->reporter, r->org);

	return rep_provider_by_reporter(h->providers, domain, r->org) != NULL &&
	    rep_provider_by_domain(h->providers, rep_registered_domain(domain)) == NULL;
}

bool
rep_long_heard_counts(const struct rep_long_heard *h, const struct rep_kept_report *r)
{
	struct rep_str name = domain_of(r);

	if (r->trust != REP_KEPT_PROVEN)
		return r->trust == REP_KEPT_GIVEN;
	if (name.n == 0)
		return false;
	if (h->v != NULL) {
		const struct heard_domain *d = place_of(h, name);

		if (d->name.n > 0 && d->first_s <= h->until_s)
			return true;
	}
	return is_provider(h, r);
}
