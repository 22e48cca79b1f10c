/* SPDX-License-Identifier: Apache-2.0 */
#include "store/hashes.h"

#include <stdlib.h>

enum {
	FIRST_SLOTS = 1024,
	NAMES_MAX = 262144, /* names that wait: some 14 MB */
	NAME_BYTES_MAX = 8 << 20
};

/* --- a set -------------------------------------------------------------------------------------- */

void
rep_hashes_clear(struct rep_hashes *h)
{
	free(h->v);
	free(h->slot);
	*h = (struct rep_hashes){ 0 };
}

/* Hashes are random already. The upper bits are used, because some have a bit less. */
static size_t
place(const uint64_t *slot, size_t nslot, uint64_t hash)
{
	size_t i = (hash >> 24) & (nslot - 1);

	while (slot[i] != 0 && slot[i] != hash)
		i = (i + 1) & (nslot - 1);
	return i;
}

/* A table in which at most half is used. */
static bool
index_all(struct rep_hashes *h)
{
	size_t nslot = FIRST_SLOTS;
	uint64_t *slot;

	while (nslot < 4 * h->n)
		nslot *= 2;
	if ((slot = calloc(nslot, sizeof *slot)) == NULL)
		return false;
	for (size_t i = 0; i < h->n; i++)
		slot[place(slot, nslot, h->v[i])] = h->v[i];
	free(h->slot);
	h->slot = slot;
	h->nslot = nslot;
	return true;
}

bool
rep_hashes_has(struct rep_hashes *h, uint64_t hash, bool *has)
{
	hash += hash == 0;
	*has = false;
	if (h->n == 0)
		return true;
	if (h->nslot == 0 && !index_all(h))
		return false;
	*has = h->slot[place(h->slot, h->nslot, hash)] == hash;
	return true;
}

bool
rep_hashes_add(struct rep_hashes *h, uint64_t hash)
{
	size_t cap = h->cap == 0 ? FIRST_SLOTS : h->cap * 2;
	uint64_t *v;

	hash += hash == 0;
	if (h->n == h->cap) {
		if ((v = realloc(h->v, cap * sizeof *v)) == NULL)
			return false;
		h->v = v;
		h->cap = cap;
	}
	h->v[h->n++] = hash;
	if (h->nslot == 0)
		return true;
	if (2 * h->n <= h->nslot) {
		h->slot[place(h->slot, h->nslot, hash)] = hash;
		return true;
	}
	if (index_all(h))
		return true;
	h->n--;
	return false;
}

static int
by_hash(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void
rep_hashes_sort(struct rep_hashes *h)
{
	size_t n = 0;

	if (h->n > 0)
		qsort(h->v, h->n, sizeof *h->v, by_hash);
	for (size_t i = 0; i < h->n; i++)
		if (n == 0 || h->v[i] != h->v[n - 1])
			h->v[n++] = h->v[i];
	h->n = n;
}

/* --- names that wait ------------------------------------------------------------------------ */

struct rep_domain_name {
	uint64_t id;
	uint32_t at, len; /* in text */
};

void
rep_domain_names_init(struct rep_domain_names *d)
{
	*d = (struct rep_domain_names){ 0 };
	rep_buf_init(&d->text, NAME_BYTES_MAX);
}

void
rep_domain_names_clear(struct rep_domain_names *d)
{
	free(d->v);
	rep_buf_fini(&d->text);
	rep_domain_names_init(d);
}

static int
by_id(const void *a, const void *b)
{
	const struct rep_domain_name *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

enum rep_rc
rep_domain_names_flush(struct rep_domain_names *d, struct rep_backend *b, struct rep_err *err)
{
	struct rep_str text = rep_buf_str(&d->text);
	enum rep_rc rc = REP_OK;

	if (d->n > 0)
		qsort(d->v, d->n, sizeof *d->v, by_id);
	for (size_t i = 0; i < d->n && rc == REP_OK; i++)
		if (i == 0 || d->v[i].id != d->v[i - 1].id)
			rc = b->ops->domain_add(
			    b, d->v[i].id, rep_str_sub(text, d->v[i].at, d->v[i].len), err);
	d->n = 0;
	rep_buf_clear(&d->text);
	return rc;
}

enum rep_rc
rep_domain_names_add(struct rep_domain_names *d, struct rep_backend *b, uint64_t id,
    struct rep_str name, struct rep_err *err)
{
	enum rep_rc rc;

	if ((d->n == NAMES_MAX || d->text.n + name.n > NAME_BYTES_MAX) &&
	    (rc = rep_domain_names_flush(d, b, err)) != REP_OK)
		return rc;
	if (d->n == d->cap) {
		size_t cap = d->cap == 0 ? 1024 : d->cap * 2;
		struct rep_domain_name *v = realloc(d->v, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for names of domains");
		d->v = v;
		d->cap = cap;
	}
	d->v[d->n] = (struct rep_domain_name){ id, (uint32_t)d->text.n, (uint32_t)name.n };
	rep_buf_add(&d->text, name);
	if (d->text.full)
		return rep_fail(err, REP_EMEM, "out of memory for names of domains");
	d->n++;
	return REP_OK;
}
