/* SPDX-License-Identifier: Apache-2.0 */
#include "store/table.h"

#include "base/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 1024 }; /* a power of two */

static size_t
home(const struct rep_table *m, uint32_t kind, struct rep_str key)
{
	return (size_t)(rep_hash(key) + kind * UINT64_C(0x9e3779b97f4a7c15)) & (m->nslot - 1);
}

static size_t
find(const struct rep_table *m, uint32_t kind, struct rep_str key)
{
	size_t i = home(m, kind, key);

	while (m->slot[i] != NULL &&
	    (m->slot[i]->kind != kind || !rep_str_eq(rep_row_key(m->slot[i]), key)))
		i = (i + 1) & (m->nslot - 1);
	return i;
}

enum rep_rc
rep_table_no_memory(struct rep_err *err)
{
	return rep_fail(err, REP_EMEM, "out of memory for the store");
}

static bool
grow(struct rep_table *m)
{
	struct rep_row **old = m->slot;
	size_t n = m->nslot;

	if ((m->slot = calloc(n * 2, sizeof *m->slot)) == NULL) {
		m->slot = old;
		return false;
	}
	m->nslot = n * 2;
	for (size_t i = 0; i < n; i++)
		if (old[i] != NULL)
			m->slot[find(m, old[i]->kind, rep_row_key(old[i]))] = old[i];
	free(old);
	return true;
}

/* Empties slot i. Rows that were put after it because it was taken move up. */
static void
vacate(struct rep_table *m, size_t i)
{
	size_t mask = m->nslot - 1;

	m->slot[i] = NULL;
	m->n--;
	for (size_t j = (i + 1) & mask; m->slot[j] != NULL; j = (j + 1) & mask) {
		struct rep_row *r = m->slot[j];

		m->slot[j] = NULL;
		m->slot[find(m, r->kind, rep_row_key(r))] = r;
	}
}

/* Puts r (NULL: nothing) in the place of the row with this key. Returns the old row. */
static struct rep_row *
set(struct rep_table *m, uint32_t kind, struct rep_str key, struct rep_row *r)
{
	size_t i = find(m, kind, key);
	struct rep_row *was = m->slot[i];

	if (r != NULL) {
		m->n += was == NULL;
		m->slot[i] = r;
	} else if (was != NULL) {
		vacate(m, i);
	}
	return was;
}

/* Like set, but rollback can undo it. */
enum rep_rc
rep_table_change(
    struct rep_table *m, uint32_t kind, struct rep_str key, struct rep_row *r, struct rep_err *err)
{
	if (m->nundo == m->undo_cap) {
		size_t cap = m->undo_cap == 0 ? 64 : m->undo_cap * 2;
		struct rep_old *undo = realloc(m->undo, cap * sizeof *undo);

		if (undo == NULL) {
			free(r);
			return rep_table_no_memory(err);
		}
		m->undo = undo;
		m->undo_cap = cap;
	}
	if (m->n * 2 >= m->nslot && !grow(m)) {
		free(r);
		return rep_table_no_memory(err);
	}
	m->undo[m->nundo++] = (struct rep_old){ set(m, kind, key, r), r };
	return REP_OK;
}

enum rep_rc
rep_table_put(struct rep_table *m, uint32_t kind, struct rep_str key, struct rep_str value,
    struct rep_err *err)
{
	struct rep_row *r;

	if ((r = malloc(sizeof *r + key.n + value.n)) == NULL)
		return rep_table_no_memory(err);
	r->kind = kind;
	r->key_n = (uint32_t)key.n;
	r->n = value.n;
	memcpy(r->bytes, key.p, key.n);
	if (value.n > 0)
		memcpy(r->bytes + key.n, value.p, value.n);
	return rep_table_change(m, kind, key, r, err);
}

const struct rep_row *
rep_table_get(const struct rep_table *m, uint32_t kind, struct rep_str key)
{
	return m->slot[find(m, kind, key)];
}

static int
by_key(const void *a, const void *b)
{
	const struct rep_row *const *x = a, *const *y = b;

	return rep_str_cmp(rep_row_key(*x), rep_row_key(*y));
}

struct rep_number_key
rep_number_key(uint64_t v)
{
	struct rep_number_key k;

	for (int i = 0; i < 8; i++)
		k.b[i] = (unsigned char)(v >> (56 - 8 * i));
	return k;
}

int64_t
rep_row_number(const struct rep_row *r)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | (unsigned char)r->bytes[i];
	return (int64_t)v;
}

enum rep_rc
rep_table_put_number(
    struct rep_table *m, uint32_t kind, int64_t id, struct rep_str value, struct rep_err *err)
{
	struct rep_number_key k = rep_number_key((uint64_t)id);

	return rep_table_put(m, kind, REP_BYTES(k), value, err);
}

/* The rows of a kind that pass, sorted by key. The caller frees *v. Other rows are not sorted. */
enum rep_rc
rep_table_gather(struct rep_table *m, uint32_t kind, bool numbers, int64_t from, int64_t until,
    struct rep_row ***v, size_t *n, struct rep_err *err)
{
	*n = 0;
	if ((*v = malloc((m->n + 1) * sizeof **v)) == NULL)
		return rep_table_no_memory(err);
	for (size_t i = 0; i < m->nslot; i++) {
		struct rep_row *r = m->slot[i];

		if (r != NULL && r->kind == kind &&
		    (!numbers || (rep_row_number(r) >= from && rep_row_number(r) < until)))
			(*v)[(*n)++] = r;
	}
	qsort(*v, *n, sizeof **v, by_key);
	return REP_OK;
}

enum rep_rc
rep_table_list(
    struct rep_table *m, uint32_t kind, struct rep_row ***v, size_t *n, struct rep_err *err)
{
	return rep_table_gather(m, kind, false, 0, 0, v, n, err);
}

/* Rows of a kind whose key is a number in [from, until). */
enum rep_rc
rep_table_walk(struct rep_table *m, uint32_t kind, int64_t from, int64_t until, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_gather(m, kind, true, from, until, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++)
		rc = fn(ctx, rep_row_number(v[i]), rep_row_value(v[i]));
	free(v);
	return rc;
}

bool
rep_table_init(struct rep_table *m)
{
	*m = (struct rep_table){ .nslot = FIRST_SLOTS };
	return (m->slot = calloc(m->nslot, sizeof *m->slot)) != NULL;
}

void
rep_table_commit(struct rep_table *m)
{
	for (size_t i = 0; i < m->nundo; i++)
		free(m->undo[i].was);
	m->nundo = 0;
}

void
rep_table_rollback(struct rep_table *m)
{
	while (m->nundo > 0) {
		const struct rep_old *old = &m->undo[--m->nundo];
		const struct rep_row *either = old->now != NULL ? old->now : old->was;

		/* this removes `now`: free it only after its key was used */
		if (either != NULL)
			free(set(m, either->kind, rep_row_key(either), old->was));
	}
}

void
rep_table_fini(struct rep_table *m)
{
	rep_table_rollback(m);
	for (size_t i = 0; i < m->nslot; i++)
		free(m->slot[i]);
	free(m->slot);
	free(m->undo);
}
