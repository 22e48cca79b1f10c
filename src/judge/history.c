/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/history.h"
#include "base/hash.h"

#include <stdlib.h>

int
rep_cell_key_cmp(const struct rep_cell_key *a, const struct rep_cell_key *b)
{
	if (a->label != b->label)
		return a->label < b->label ? -1 : 1;
	if (a->provider != b->provider)
		return a->provider < b->provider ? -1 : 1;
	if (a->provider_domain != b->provider_domain)
		return a->provider_domain < b->provider_domain ? -1 : 1;
	if (a->route != b->route)
		return a->route < b->route ? -1 : 1;
	return 0;
}

struct rep_cell_key
rep_cell_key_of(const struct rep_observation *o)
{
	return (struct rep_cell_key){ o->label, o->route, o->provider, o->provider_domain };
}

/* --- sorting: number the keys, sort the few keys, then place each observation once ----------- */

struct numbered_key {
	struct rep_cell_key key;
	size_t n, to; /* observations, and the place of the next one */
};

struct numbers {
	struct numbered_key *v;
	size_t n, cap;
	uint32_t *slot; /* index + 1 */
	size_t slots;	/* a power of two, over twice cap */
};

static size_t
slot_of(const struct numbers *t, const struct rep_cell_key *k)
{
	size_t i = rep_hash_mix(((uint64_t)k->label << 32 | k->provider) ^
		       rep_hash_mix((uint64_t)k->route << 32 | k->provider_domain)) &
	    (t->slots - 1);

	while (t->slot[i] != 0 && rep_cell_key_cmp(&t->v[t->slot[i] - 1].key, k) != 0)
		i = (i + 1) & (t->slots - 1);
	return i;
}

static bool
grow(struct numbers *t)
{
	size_t cap = t->cap == 0 ? 256 : t->cap * 2;
	struct numbered_key *v = realloc(t->v, cap * sizeof *v);
	uint32_t *slot;

	if (v == NULL)
		return false;
	t->v = v;
	if ((slot = calloc(cap * 4, sizeof *slot)) == NULL)
		return false;
	free(t->slot);
	t->slot = slot;
	t->slots = cap * 4;
	t->cap = cap;
	for (size_t i = 0; i < t->n; i++)
		t->slot[slot_of(t, &t->v[i].key)] = (uint32_t)i + 1;
	return true;
}

static struct numbered_key *
number(struct numbers *t, const struct rep_cell_key *k)
{
	size_t i;

	if (t->n == t->cap && !grow(t))
		return NULL;
	i = slot_of(t, k);
	if (t->slot[i] == 0) {
		t->v[t->n] = (struct numbered_key){ .key = *k };
		t->slot[i] = (uint32_t)++t->n;
	}
	return &t->v[t->slot[i] - 1];
}

static int
by_key(const void *a, const void *b)
{
	const struct numbered_key *x = *(struct numbered_key *const *)a,
				  *y = *(struct numbered_key *const *)b;

	return rep_cell_key_cmp(&x->key, &y->key);
}

enum rep_rc
rep_history_sort(struct rep_observation *v, size_t n, struct rep_err *err)
{
	struct numbers t = { 0 };
	struct numbered_key **order = NULL, *one;
	struct rep_observation *sorted = malloc((n + 1) * sizeof *sorted);
	enum rep_rc rc = REP_EMEM;

	if (sorted == NULL)
		goto out;
	for (size_t i = 0; i < n; i++) {
		struct rep_cell_key k = rep_cell_key_of(&v[i]);

		if ((one = number(&t, &k)) == NULL)
			goto out;
		one->n++;
	}
	if ((order = malloc((t.n + 1) * sizeof *order)) == NULL)
		goto out;
	for (size_t i = 0; i < t.n; i++)
		order[i] = &t.v[i];
	qsort(order, t.n, sizeof *order, by_key);
	for (size_t i = 0, sum = 0; i < t.n; i++) {
		order[i]->to = sum;
		sum += order[i]->n;
	}
	for (size_t i = 0; i < n; i++) {
		struct rep_cell_key k = rep_cell_key_of(&v[i]);

		sorted[number(&t, &k)->to++] = v[i];
	}
	if (n > 0)
		memcpy(v, sorted, n * sizeof *v);
	rc = REP_OK;
out:
	free(order);
	free(sorted);
	free(t.v);
	free(t.slot);
	return rc == REP_OK ? rc : rep_fail(err, rc, "out of memory for %zu observations", n);
}

/* --- an array as a history -------------------------------------------------------------------- */

struct array {
	const struct rep_observation *v;
	size_t *from; /* cells_n + 1: where each cell begins */
};

static const struct rep_observation *
of_array(void *ctx, size_t cell, struct rep_cell_key *key, size_t *n)
{
	const struct array *a = ctx;
	const struct rep_observation *v = &a->v[a->from[cell]];

	*key = rep_cell_key_of(v);
	*n = a->from[cell + 1] - a->from[cell];
	return v;
}

enum rep_rc
rep_history_of_array(const struct rep_observation *v, size_t n, struct rep_arena *a,
    struct rep_history *out, struct rep_err *err)
{
	struct array *array = rep_arena_alloc(a, sizeof *array);
	size_t cells = 0;

	for (size_t i = 0; i < n; i++) {
		struct rep_cell_key x = { 0 }, y = rep_cell_key_of(&v[i]);
		int d = -1;

		if (i > 0) {
			x = rep_cell_key_of(&v[i - 1]);
			d = rep_cell_key_cmp(&x, &y);
		}
		if (d > 0 || (d == 0 && v[i - 1].from_s > v[i].from_s))
			return rep_fail(
			    err, REP_EUSAGE, "observation %zu is not in the order of cells", i);
		cells += d != 0;
	}
	if (array == NULL ||
	    (array->from = rep_arena_alloc(a, (cells + 1) * sizeof *array->from)) == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	array->v = v;
	cells = 0;
	for (size_t i = 0; i < n; i++) {
		struct rep_cell_key x = { 0 }, y = rep_cell_key_of(&v[i]);

		if (i > 0)
			x = rep_cell_key_of(&v[i - 1]);
		if (i == 0 || rep_cell_key_cmp(&x, &y) != 0)
			array->from[cells++] = i;
	}
	array->from[cells] = n;
	*out = (struct rep_history){ .cells_n = cells, .of = of_array, .ctx = array };
	return REP_OK;
}
