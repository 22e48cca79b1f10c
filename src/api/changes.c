/* SPDX-License-Identifier: Apache-2.0 */
#include "api/changes.h"

#include <stdlib.h>

struct change_event {
	int64_t at_s;
	const struct rep_found *f;
	bool came;
};

static int
record_cmp(const struct rep_found *a, const struct rep_found *b)
{
	int c = rep_str_cmp(a->subject, b->subject);

	if (c == 0)
		c = rep_str_cmp(a->id, b->id);
	return c != 0 ? c : rep_str_cmp(rep_found_selector(a), rep_found_selector(b));
}

/* By time, the newest first, then by record; what went before what came. */
static int
in_order(const void *a, const void *b)
{
	const struct change_event *x = a, *y = b;
	int c;

	if (x->at_s != y->at_s)
		return x->at_s > y->at_s ? -1 : 1;
	if ((c = record_cmp(x->f, y->f)) != 0)
		return c;
	if (x->came != y->came)
		return x->came ? 1 : -1;
	return rep_str_cmp(x->f->detail, y->f->detail);
}

static size_t
events(const struct rep_found *v, size_t n, struct rep_str subject, struct change_event *e)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (!v[i].record || (subject.n > 0 && !rep_str_eq(v[i].subject, subject)))
			continue;
		if (v[i].clear_s != 0)
			e[k++] = (struct change_event){ v[i].first_s, &v[i], true };
		if (v[i].gone_s != 0)
			e[k++] = (struct change_event){ v[i].gone_s, &v[i], false };
	}
	return k;
}

static bool
same(const struct change_event *a, const struct change_event *b)
{
	return a->at_s == b->at_s && record_cmp(a->f, b->f) == 0;
}

enum rep_rc
rep_api_changes(const struct rep_found *v, size_t n, struct rep_str subject, struct rep_arena *a,
    struct rep_api_change **out, size_t *out_n, struct rep_err *err)
{
	struct change_event *e = rep_arena_alloc(a, (2 * n + 1) * sizeof *e);
	const struct rep_found **values = rep_arena_alloc(a, (2 * n + 1) * sizeof *values);
	struct rep_api_change *c;
	size_t k = 0, all = 0;

	if (e == NULL || values == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for changes of records");
	all = events(v, n, subject, e);
	if ((c = rep_arena_alloc(a, (all + 1) * sizeof *c)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for changes of records");
	qsort(e, all, sizeof *e, in_order);
	for (size_t i = 0; i < all; i++) {
		values[i] = e[i].f;
		if (i == 0 || !same(&e[i - 1], &e[i]))
			c[k++] = (struct rep_api_change){ .at_s = e[i].at_s,
				.first = e[i].f,
				.was = &values[i],
				.now = &values[i] };
		if (e[i].came) {
			c[k - 1].now = c[k - 1].now_n == 0 ? &values[i] : c[k - 1].now;
			c[k - 1].now_n++;
		} else {
			c[k - 1].was_n++;
		}
		if (e[i].came && c[k - 1].after_s < e[i].f->clear_s)
			c[k - 1].after_s = e[i].f->clear_s;
		if (!e[i].came && c[k - 1].after_s < e[i].f->last_s)
			c[k - 1].after_s = e[i].f->last_s;
	}
	*out = c;
	*out_n = k;
	return REP_OK;
}
