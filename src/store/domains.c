/* SPDX-License-Identifier: Apache-2.0 */
#include "store/domains.h"
#include "store/inside.h"

#include <stdlib.h>

static int
by_id(const void *a, const void *b)
{
	const struct rep_named_domain *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_count(const void *a, const void *b)
{
	const struct rep_named_domain *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return rep_str_cmp(x->name, y->name);
}

size_t
rep_domains_merge(struct rep_named_domain *v, size_t n)
{
	size_t kept = 0;

	if (n == 0)
		return 0;
	qsort(v, n, sizeof *v, by_id);
	for (size_t i = 1; i < n; i++) {
		if (v[i].id == v[kept].id)
			v[kept].n += v[i].n;
		else
			v[++kept] = v[i];
	}
	return kept + 1;
}

void
rep_domains_sort(struct rep_named_domain *v, size_t n)
{
	if (n > 0)
		qsort(v, n, sizeof *v, by_count);
}

struct domain_reading {
	rep_domain_fn fn;
	void *ctx;
};

static enum rep_rc
on_domain(void *ctx, int64_t count, struct rep_str name)
{
	const struct domain_reading *r = ctx;

	return r->fn(r->ctx, name, (uint64_t)count);
}

enum rep_rc
rep_store_domains(struct rep_store *s, int64_t from_s, uint32_t provider, uint32_t provider_domain,
    size_t max, rep_domain_fn fn, void *ctx, struct rep_err *err)
{
	struct domain_reading r = { fn, ctx };
	enum rep_rc rc = rep_store_flush(s, err);

	return rc != REP_OK
	    ? rc
	    : s->b->ops->domains(s->b, from_s, provider, provider_domain, max, on_domain, &r, err);
}
