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

enum rep_rc
rep_store_domains(struct rep_store *s, int64_t from_s, const struct rep_domains_of *of, size_t n,
    size_t max, rep_domain_fn fn, void *ctx, struct rep_err *err)
{
	enum rep_rc rc = rep_store_flush(s, err);

	if (rc != REP_OK || n == 0)
		return rc;
	if (n > REP_DOMAINS_OF)
		return rep_fail(
		    err, REP_EUSAGE, "domains of more than %d providers", REP_DOMAINS_OF);
	return s->b->ops->domains(s->b, from_s, of, n, max, fn, ctx, err);
}
