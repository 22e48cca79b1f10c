/* SPDX-License-Identifier: Apache-2.0 */
#include "store/names.h"

#include "base/hash.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 1024, TEXT_MAX = 1 << 28 };

enum rep_rc
rep_dict_init(struct rep_dict *d, struct rep_err *err)
{
	*d = (struct rep_dict){ .n = 1, .cap = FIRST_SLOTS / 2, .nslot = FIRST_SLOTS };
	d->written = d->committed = 1;
	d->v = calloc(d->cap, sizeof *d->v);
	d->watched = calloc(d->cap, sizeof *d->watched);
	d->slot = calloc(d->nslot, sizeof *d->slot);
	d->text = rep_arena_new(TEXT_MAX);
	if (d->v == NULL || d->watched == NULL || d->slot == NULL || d->text == NULL) {
		rep_dict_fini(d);
		return rep_fail(err, REP_EMEM, "out of memory for names");
	}
	d->v[0] = REP_S("");
	return REP_OK;
}

void
rep_dict_fini(struct rep_dict *d)
{
	free(d->v);
	free(d->watched);
	free(d->slot);
	rep_arena_free(d->text);
	*d = (struct rep_dict){ 0 };
}

static void
place(struct rep_dict *d, uint64_t hash, uint32_t id)
{
	uint32_t mask = d->nslot - 1, i = (uint32_t)hash & mask;

	while (d->slot[i] != 0)
		i = (i + 1) & mask;
	d->slot[i] = (hash & ~(uint64_t)UINT32_MAX) | id;
}

static void
place_all(struct rep_dict *d)
{
	memset(d->slot, 0, d->nslot * sizeof *d->slot);
	for (uint32_t id = 1; id < d->n; id++)
		place(d, rep_hash(d->v[id]), id);
}

static uint32_t
find(const struct rep_dict *d, struct rep_str s, uint64_t hash)
{
	uint32_t mask = d->nslot - 1;

	for (uint32_t i = (uint32_t)hash & mask; d->slot[i] != 0; i = (i + 1) & mask) {
		uint32_t id = (uint32_t)d->slot[i];

		if ((d->slot[i] ^ hash) >> 32 == 0 && rep_str_eq(d->v[id], s))
			return id;
	}
	return 0;
}

uint32_t
rep_dict_find(const struct rep_dict *d, struct rep_str s)
{
	return s.n == 0 ? 0 : find(d, s, rep_hash(s));
}

/* Doubles the room for names and slots. At most half of the slots are used. */
static bool
grow(struct rep_dict *d)
{
	uint32_t cap = d->cap * 2;
	struct rep_str *v = realloc(d->v, cap * sizeof *v);
	uint8_t *watched;
	uint64_t *slot;

	if (v == NULL)
		return false;
	d->v = v;
	if ((watched = realloc(d->watched, cap)) == NULL)
		return false;
	d->watched = watched;
	if ((slot = calloc(cap * 2, sizeof *slot)) == NULL)
		return false;
	free(d->slot);
	d->slot = slot;
	d->cap = cap;
	d->nslot = cap * 2;
	place_all(d);
	return true;
}

enum rep_rc
rep_dict_add(struct rep_dict *d, struct rep_str s, uint32_t *id, struct rep_err *err)
{
	struct rep_str copy;
	uint64_t hash;
	uint32_t got;

	if (s.n == 0) {
		*id = 0;
		return REP_OK;
	}
	hash = rep_hash(s);
	if ((got = find(d, s, hash)) != 0) {
		*id = got;
		return REP_OK;
	}
	if (d->n == d->cap && !grow(d))
		return rep_fail(err, REP_EMEM, "out of memory for names");
	if ((copy = rep_arena_dup(d->text, s)).p == NULL)
		return rep_fail(err, REP_ELIMIT,
		    "the names of labels, streams and domains are larger than 256 MiB, or memory "
		    "ran out");
	d->v[d->n] = copy;
	d->watched[d->n] = 0;
	place(d, hash, d->n);
	*id = d->n++;
	return REP_OK;
}

void
rep_dict_watch(struct rep_dict *d, uint32_t id)
{
	if (id == 0 || d->watched[id] != 0)
		return;
	d->watched[id] = 2;
	d->watch_dirty = true;
}

struct load {
	struct rep_dict *d;
	struct rep_err *err;
};

static enum rep_rc
on_name(void *ctx, int64_t id, struct rep_str s)
{
	struct load *l = ctx;
	uint32_t got = 0;
	enum rep_rc rc = rep_dict_add(l->d, s, &got, l->err);

	if (rc == REP_OK && got != id)
		return rep_fail(l->err, REP_EIO,
		    "the names of the database are damaged at number %lld", (long long)id);
	return rc;
}

static enum rep_rc
on_watched(void *ctx, int64_t id, struct rep_str s)
{
	struct load *l = ctx;

	(void)s;
	if (id > 0 && id < l->d->n)
		l->d->watched[id] = 1;
	return REP_OK;
}

enum rep_rc
rep_dict_load(struct rep_dict *d, struct rep_backend *b, struct rep_err *err)
{
	struct load l = { d, err };
	enum rep_rc rc = b->ops->names(b, d->n, on_name, &l, err);

	d->written = d->committed = d->n;
	return rc != REP_OK ? rc : b->ops->watched(b, on_watched, &l, err);
}

enum rep_rc
rep_dict_flush(struct rep_dict *d, struct rep_backend *b, struct rep_err *err)
{
	enum rep_rc rc;

	for (; d->written < d->n; d->written++)
		if ((rc = b->ops->name_add(b, d->written, d->v[d->written], err)) != REP_OK)
			return rc;
	for (uint32_t id = 1; d->watch_dirty && id < d->n; id++) {
		if (d->watched[id] != 2)
			continue;
		if ((rc = b->ops->watch_add(b, id, err)) != REP_OK)
			return rc;
		d->watched[id] = 1;
	}
	d->watch_dirty = false;
	return REP_OK;
}

void
rep_dict_commit(struct rep_dict *d)
{
	d->committed = d->written;
}

void
rep_dict_rollback(struct rep_dict *d)
{
	d->n = d->written = d->committed;
	memset(d->watched, 0, d->cap);
	d->watch_dirty = false;
	place_all(d);
}
