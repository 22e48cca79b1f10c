/* SPDX-License-Identifier: Apache-2.0 */
#include "store/seen.h"

#include "base/bytes.h"

#include <stdlib.h>

enum {
	FIRST_SLOTS = 256,
	CHUNK_IDS = 256, /* a chunk with so many gets no more: a commit in each second must not
	                    make a row in each second, nor rewrite much */
	NEWS_MAX = 32768 /* written without waiting for the commit */
};

static size_t
bytes(const struct rep_seen_bucket *k)
{
	return (k->nslot + k->news_cap) * sizeof(uint64_t);
}

static void
drop(struct rep_seen *s, uint32_t i)
{
	s->bytes -= bytes(&s->b[i]);
	free(s->b[i].slot);
	free(s->b[i].news);
	s->b[i] = s->b[--s->n];
	s->last = 0;
}

void
rep_seen_clear(struct rep_seen *s)
{
	while (s->n > 0)
		drop(s, s->n - 1);
}

/* Adds an id. False when it was there. There must be room. */
static bool
put(struct rep_seen_bucket *k, uint64_t id)
{
	uint32_t mask = k->nslot - 1, i = (uint32_t)(id >> 32) & mask;

	for (; k->slot[i] != 0; i = (i + 1) & mask)
		if (k->slot[i] == id)
			return false;
	k->slot[i] = id;
	k->n++;
	return true;
}

/* Makes room for n more. At most 3/4 of the slots are used. */
static bool
room(struct rep_seen_bucket *k, size_t n)
{
	struct rep_seen_bucket old = *k;
	uint32_t nslot = k->nslot == 0 ? FIRST_SLOTS : k->nslot;

	while ((k->n + n) * 4 > (size_t)nslot * 3)
		nslot *= 2;
	if (nslot == k->nslot)
		return true;
	if ((k->slot = calloc(nslot, sizeof *k->slot)) == NULL) {
		k->slot = old.slot;
		return false;
	}
	k->nslot = nslot;
	k->n = 0;
	for (uint32_t i = 0; i < old.nslot; i++)
		if (old.slot[i] != 0)
			put(k, old.slot[i]);
	free(old.slot);
	return true;
}

static enum rep_rc
on_chunk(void *ctx, int64_t chunk, struct rep_str ids)
{
	struct rep_seen_bucket *k = ctx;

	k->chunk = (uint32_t)chunk;
	k->chunk_n = (uint32_t)(ids.n / 8);
	if (!room(k, ids.n / 8))
		return REP_EMEM;
	for (size_t i = 0; i + 8 <= ids.n; i += 8)
		put(k, rep_le64(ids.p + i));
	return REP_OK;
}

static enum rep_rc
flush(struct rep_seen_bucket *k, struct rep_backend *b, struct rep_err *err)
{
	struct rep_str raw = { (const char *)k->news, k->nnews * sizeof *k->news };
	enum rep_rc rc;

	if (k->nnews == 0)
		return REP_OK;
	for (uint32_t i = 0; i < k->nnews; i++)
		rep_le64_put(&k->news[i], k->news[i]);
	if (k->chunk_n >= CHUNK_IDS) {
		if ((k->chunk + 1) >> REP_SEEN_CHUNK_BITS != 0)
			return rep_fail(err, REP_ELIMIT,
			    "more facts within %d s than the database can hold", REP_SEEN_BUCKET_S);
		k->chunk++;
		k->chunk_n = 0;
	}
	if ((rc = b->ops->seen_add(b, k->bucket, k->chunk, raw, err)) != REP_OK)
		return rc;
	k->chunk_n += k->nnews;
	k->nnews = 0;
	return REP_OK;
}

enum rep_rc
rep_seen_flush(struct rep_seen *s, struct rep_backend *b, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (uint32_t i = 0; i < s->n && rc == REP_OK; i++)
		rc = flush(&s->b[i], b, err);
	return rc;
}

/* Drops the buckets that were used longest ago, until there is room for one more. */
static enum rep_rc
make_room(struct rep_seen *s, struct rep_backend *b, struct rep_err *err)
{
	while (s->n == REP_SEEN_BUCKETS || (s->n > 0 && s->bytes > REP_SEEN_BYTES)) {
		uint32_t old = 0;
		enum rep_rc rc;

		for (uint32_t i = 1; i < s->n; i++)
			if (s->b[i].touched < s->b[old].touched)
				old = i;
		if ((rc = flush(&s->b[old], b, err)) != REP_OK)
			return rc;
		drop(s, old);
	}
	return REP_OK;
}

static enum rep_rc
load(struct rep_seen *s, struct rep_backend *b, int64_t bucket, struct rep_err *err)
{
	struct rep_seen_bucket *k;
	enum rep_rc rc;

	if ((rc = make_room(s, b, err)) != REP_OK)
		return rc;
	k = &s->b[s->n];
	*k = (struct rep_seen_bucket){ .bucket = bucket };
	if (!room(k, 1))
		return rep_fail(err, REP_EMEM, "out of memory for identities");
	rc = b->ops->seen(b, bucket, on_chunk, k, err);
	if (rc != REP_OK) {
		free(k->slot);
		return rc == REP_EMEM ? rep_fail(err, rc, "out of memory for identities") : rc;
	}
	s->last = s->n++;
	s->bytes += bytes(k);
	return REP_OK;
}

/* The bucket, from memory or else from the back end. */
static enum rep_rc
touch(struct rep_seen *s, struct rep_backend *b, int64_t bucket, struct rep_seen_bucket **k,
    struct rep_err *err)
{
	enum rep_rc rc;
	uint32_t i = s->last;

	if (i >= s->n || s->b[i].bucket != bucket) {
		for (i = 0; i < s->n && s->b[i].bucket != bucket; i++)
			;
		if (i < s->n)
			s->last = i;
		else if ((rc = load(s, b, bucket, err)) != REP_OK)
			return rc;
	}
	*k = &s->b[s->last];
	(*k)->touched = ++s->clock;
	return REP_OK;
}

enum rep_rc
rep_seen_add(struct rep_seen *s, struct rep_backend *b, int64_t at_s, uint64_t id, bool *fresh,
    struct rep_err *err)
{
	struct rep_seen_bucket *k = NULL;
	size_t before;
	enum rep_rc rc;

	if (id == 0)
		id = 1; /* 0 marks a free slot */
	if ((rc = touch(s, b, at_s / REP_SEEN_BUCKET_S, &k, err)) != REP_OK)
		return rc;
	before = bytes(k);
	if (k->nnews == NEWS_MAX && (rc = flush(k, b, err)) != REP_OK)
		return rc;
	if (!room(k, 1))
		return rep_fail(err, REP_EMEM, "out of memory for identities");
	if (k->nnews == k->news_cap) {
		uint32_t cap = k->news_cap == 0 ? 64 : k->news_cap * 2;
		uint64_t *news = realloc(k->news, cap * sizeof *news);

		if (news == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for identities");
		k->news = news;
		k->news_cap = cap;
	}
	s->bytes += bytes(k) - before;
	if ((*fresh = put(k, id)))
		k->news[k->nnews++] = id;
	return REP_OK;
}

enum rep_rc
rep_seen_has(struct rep_seen *s, struct rep_backend *b, int64_t at_s, uint64_t id, bool *has,
    struct rep_err *err)
{
	struct rep_seen_bucket *k = NULL;
	enum rep_rc rc;
	uint32_t i;

	id += id == 0;
	if ((rc = touch(s, b, at_s / REP_SEEN_BUCKET_S, &k, err)) != REP_OK)
		return rc;
	for (i = (uint32_t)(id >> 32) & (k->nslot - 1); k->slot[i] != 0 && k->slot[i] != id;)
		i = (i + 1) & (k->nslot - 1);
	*has = k->slot[i] == id;
	return REP_OK;
}
