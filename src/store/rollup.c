/* SPDX-License-Identifier: Apache-2.0 */
#include "store/rollup.h"

#include <assert.h>
#include <stdlib.h>

enum { FIRST_CELLS = 512, DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };

static_assert(offsetof(struct rep_cell, count) == 40, "the key of a cell has no holes");

void
rep_cells_fini(struct rep_cells *c)
{
	free(c->v);
	free(c->slot);
	*c = (struct rep_cells){ 0 };
}

void
rep_cells_clear(struct rep_cells *c)
{
	if (c->n > 0)
		memset(c->slot, 0, c->nslot * sizeof *c->slot);
	c->n = 0;
}

static uint64_t
hash(const struct rep_cell *cell)
{
	uint64_t h = UINT64_C(0x9e3779b97f4a7c15), w[5];

	memcpy(w, cell, sizeof w);
	for (size_t i = 0; i < REP_COUNT(w); i++) {
		h = (h ^ w[i]) * UINT64_C(0x9fb21c651e98df25);
		h ^= h >> 32;
	}
	return h;
}

static void
place(struct rep_cells *c, uint32_t at)
{
	uint32_t mask = c->nslot - 1, i = (uint32_t)hash(&c->v[at]) & mask;

	while (c->slot[i] != 0)
		i = (i + 1) & mask;
	c->slot[i] = at + 1;
}

static bool
grow(struct rep_cells *c)
{
	uint32_t cap = c->cap == 0 ? FIRST_CELLS : c->cap * 2;
	struct rep_cell *v = realloc(c->v, cap * sizeof *v);
	uint32_t *slot;

	if (v == NULL)
		return false;
	c->v = v;
	if ((slot = calloc((size_t)cap * 2, sizeof *slot)) == NULL)
		return false;
	free(c->slot);
	c->slot = slot;
	c->cap = cap;
	c->nslot = cap * 2;
	for (uint32_t i = 0; i < c->n; i++)
		place(c, i);
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct rep_cell *x = a, *y = b;

	if (x->level != y->level)
		return x->level < y->level ? -1 : 1;
	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
#define BY(field)                 \
	if (x->field != y->field) \
	return x->field < y->field ? -1 : 1
	BY(label);
	BY(provider);
	BY(kind);
	BY(stream);
	BY(rule);
	BY(provider_domain);
	BY(route);
#undef BY
	return 0;
}

static bool
same_key(const struct rep_cell *a, const struct rep_cell *b)
{
	return memcmp(a, b, offsetof(struct rep_cell, count)) == 0;
}

static void
join(struct rep_cell *into, const struct rep_cell *from)
{
	into->count += from->count;
	if (from->first < into->first)
		into->first = from->first;
	if (from->last > into->last)
		into->last = from->last;
}

static bool
count(struct rep_cells *c, const struct rep_cell *one)
{
	uint32_t mask, i;

	if (c->n == c->cap && !grow(c))
		return false;
	mask = c->nslot - 1;
	i = (uint32_t)hash(one) & mask;
	for (; c->slot[i] != 0; i = (i + 1) & mask)
		if (same_key(&c->v[c->slot[i] - 1], one)) {
			join(&c->v[c->slot[i] - 1], one);
			return true;
		}
	c->v[c->n] = *one;
	c->slot[i] = ++c->n;
	return true;
}

enum rep_rc
rep_cells_add(
    struct rep_cells *c, const struct rep_observation *o, int64_t at_s, struct rep_err *err)
{
	struct rep_cell one = { .level = REP_LEVEL_HOUR,
		.label = o->label,
		.route = o->route,
		.provider = o->provider,
		.provider_domain = o->provider_domain,
		.stream = o->stream,
		.rule = o->rule,
		.kind = rep_kind_pack(o),
		.count = 1 };

	one.first = one.last = (uint32_t)(at_s % HOUR_S);
	one.from_s = at_s - one.first;
	if (!count(c, &one))
		return rep_fail(err, REP_EMEM, "out of memory for rollups");
	one.level = REP_LEVEL_MINUTE;
	one.stream = 0;
	one.first = one.last = (uint32_t)(at_s % MINUTE_S);
	one.from_s = at_s - one.first;
	if (!count(c, &one))
		return rep_fail(err, REP_EMEM, "out of memory for rollups");
	return REP_OK;
}

static enum rep_rc
put(struct rep_backend *b, const struct rep_cell *cell, struct rep_err *err)
{
	struct rep_observation o = { .from_s = cell->from_s,
		.first_s = cell->from_s + cell->first,
		.last_s = cell->from_s + cell->last,
		.label = cell->label,
		.route = cell->route,
		.provider = cell->provider,
		.provider_domain = cell->provider_domain,
		.stream = cell->stream,
		.rule = cell->rule,
		.count = cell->count };

	rep_kind_unpack(cell->kind, &o);
	return b->ops->cell_add(b, (enum rep_level)cell->level, &o, err);
}

/* What is there of this level, sorted: rows near each other are written together. */
static enum rep_rc
put_sorted(struct rep_cells *c, struct rep_backend *b, int64_t newest_s, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	qsort(c->v, c->n, sizeof *c->v, by_key);
	for (uint32_t i = 0; i < c->n && rc == REP_OK; i++) {
		const struct rep_cell *cell = &c->v[i];

		if ((cell->level == REP_LEVEL_MINUTE &&
			cell->from_s < newest_s - REP_MINUTE_KEEP_S) ||
		    (cell->level == REP_LEVEL_HOUR && cell->from_s < newest_s - REP_HOUR_KEEP_S))
			continue;
		rc = put(b, cell, err);
	}
	return rc;
}

/* Hours become days; the minutes go. */
static void
to_days(struct rep_cells *c)
{
	uint32_t n = 0, kept = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		struct rep_cell day = c->v[i];
		uint32_t into_day;

		if (day.level != REP_LEVEL_HOUR)
			continue;
		into_day = (uint32_t)(day.from_s % DAY_S);
		day.level = REP_LEVEL_DAY;
		day.from_s -= into_day;
		day.first += into_day;
		day.last += into_day;
		c->v[n++] = day;
	}
	qsort(c->v, n, sizeof *c->v, by_key);
	for (uint32_t i = 0; i < n; i++) {
		if (kept > 0 && same_key(&c->v[kept - 1], &c->v[i]))
			join(&c->v[kept - 1], &c->v[i]);
		else
			c->v[kept++] = c->v[i];
	}
	c->n = kept;
}

enum rep_rc
rep_cells_flush(struct rep_cells *c, struct rep_backend *b, int64_t newest_s, struct rep_err *err)
{
	enum rep_rc rc;

	if (c->n == 0)
		return REP_OK;
	if ((rc = put_sorted(c, b, newest_s, err)) != REP_OK)
		return rc;
	to_days(c);
	rc = put_sorted(c, b, newest_s, err);
	memset(c->slot, 0, c->nslot * sizeof *c->slot);
	c->n = 0;
	return rc;
}

/* --- reading: one from_s after the other, each sorted as the struct is ---------------------- */

struct reading {
	struct rep_observation *v; /* owned; all of one from_s */
	size_t n, cap;
	rep_observation_fn fn;
	void *ctx;
};

static int
by_fields(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

#define BY(field)                 \
	if (x->field != y->field) \
	return x->field < y->field ? -1 : 1
	BY(first_s);
	BY(last_s);
	BY(label);
	BY(route);
	BY(provider);
	BY(provider_domain);
	BY(stream);
	BY(rule);
	BY(status);
	BY(class);
	BY(stage);
	BY(evidence);
	BY(certain);
#undef BY
	return 0;
}

static enum rep_rc
hand_out(struct reading *r)
{
	enum rep_rc rc = REP_OK;

	qsort(r->v, r->n, sizeof *r->v, by_fields);
	for (size_t i = 0; i < r->n && rc == REP_OK; i++)
		rc = r->fn(r->ctx, &r->v[i]);
	r->n = 0;
	return rc;
}

static enum rep_rc
on_cell(void *ctx, const struct rep_observation *o)
{
	struct reading *r = ctx;
	enum rep_rc rc;

	if (r->n > 0 && r->v[0].from_s != o->from_s && (rc = hand_out(r)) != REP_OK)
		return rc;
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 256 : r->cap * 2;
		struct rep_observation *v = realloc(r->v, cap * sizeof *v);

		if (v == NULL)
			return REP_EMEM;
		r->v = v;
		r->cap = cap;
	}
	r->v[r->n++] = *o;
	return REP_OK;
}

enum rep_rc
rep_cells_read(struct rep_backend *b, enum rep_level level, int64_t from_s, int64_t until_s,
    rep_observation_fn fn, void *ctx, struct rep_err *err)
{
	struct reading r = { .fn = fn, .ctx = ctx };
	enum rep_rc rc;

	if (err != NULL)
		*err = (struct rep_err){ 0 };
	rc = b->ops->cells(b, level, from_s, until_s, on_cell, &r, err);
	if (rc == REP_OK && r.n > 0)
		rc = hand_out(&r);
	free(r.v);
	if (rc == REP_EMEM && err != NULL && err->rc == REP_OK)
		return rep_fail(err, rc, "out of memory for observations");
	return rc;
}
