/* SPDX-License-Identifier: Apache-2.0 */
#include "web/cache.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

enum {
	KEY_MAX = 16 << 10,
	PACK_LEAST = 1024, /* a smaller answer is one packet anyhow */
	GZIP = 15 + 16,	   /* zlib: the largest window, and gzip around it */
	LEVEL = 6
};

static void
make_key(struct rep_buf *b, const struct rep_params *p)
{
	for (int i = 0; i < REP_QUERY_N; i++)
		if (p->v[i].p != NULL) {
			rep_buf_addc(b, (char)i);
			rep_buf_addc(b, (char)(p->v[i].n & 255));
			rep_buf_addc(b, (char)(p->v[i].n >> 8 & 255));
			rep_buf_add(b, p->v[i]);
		}
}

void
rep_cache_params(const struct rep_cached *e, struct rep_params *p)
{
	const unsigned char *k = (const unsigned char *)e->key.p;

	*p = (struct rep_params){ .v = { { NULL, 0 } } };
	for (size_t at = 0; at + 3 <= e->key.n;) {
		size_t n = k[at + 1] | (size_t)k[at + 2] << 8;

		p->v[k[at]] = (struct rep_str){ e->key.p + at + 3, n };
		at += 3 + n;
	}
}

static void
drop_answer(struct rep_cache *c, struct rep_cached *e)
{
	c->bytes -= e->n + e->gzip_n;
	free(e->body);
	free(e->gzip);
	e->body = e->gzip = NULL;
	e->n = e->gzip_n = 0;
}

static void
drop(struct rep_cache *c, struct rep_cached *e)
{
	drop_answer(c, e);
	rep_buf_fini(&e->key);
	*e = (struct rep_cached){ .used = false };
}

/* A free entry, or the one that was wanted longest ago and is not on its way. */
static struct rep_cached *
room(struct rep_cache *c)
{
	struct rep_cached *oldest = NULL;

	for (size_t i = 0; i < REP_COUNT(c->v); i++) {
		struct rep_cached *e = &c->v[i];

		if (!e->used)
			return e;
		if (e->asked == 0 && (oldest == NULL || e->wanted_ms < oldest->wanted_ms))
			oldest = e;
	}
	if (oldest != NULL)
		drop(c, oldest);
	return oldest;
}

struct rep_cached *
rep_cache_want(struct rep_cache *c, enum rep_resource r, const struct rep_params *p, int64_t now_ms)
{
	struct rep_cached *e = NULL;
	struct rep_buf key;

	rep_buf_init(&key, KEY_MAX);
	make_key(&key, p);
	if (key.full) {
		rep_buf_fini(&key);
		return NULL;
	}
	for (size_t i = 0; i < REP_COUNT(c->v) && e == NULL; i++)
		if (c->v[i].used && c->v[i].resource == r &&
		    rep_str_eq(rep_buf_str(&c->v[i].key), rep_buf_str(&key)))
			e = &c->v[i];
	if (e != NULL) {
		rep_buf_fini(&key);
	} else if ((e = room(c)) != NULL) {
		*e = (struct rep_cached){ .used = true, .resource = r, .key = key };
	} else {
		rep_buf_fini(&key);
		return NULL;
	}
	e->wanted_ms = now_ms;
	return e;
}

struct rep_cached *
rep_cache_asked(struct rep_cache *c, uint64_t id)
{
	for (size_t i = 0; i < REP_COUNT(c->v); i++)
		if (c->v[i].used && c->v[i].asked == id)
			return &c->v[i];
	return NULL;
}

bool
rep_cache_fresh(const struct rep_cached *e, uint64_t generation, int64_t now_ms)
{
	return e->body != NULL && e->generation == generation &&
	    !(rep_resources[e->resource].moves && now_ms - e->made_ms >= REP_CACHE_MINUTE_MS);
}

bool
rep_cache_shown(const struct rep_cached *e, int64_t now_ms)
{
	/* Metrics are read by programs, which do not ask a second time. */
	return e->body != NULL && e->took_ms > REP_CACHE_SLOW_MS &&
	    now_ms - e->made_ms < REP_CACHE_HOT_MS && e->resource != REP_RESOURCE_METRICS;
}

static void
pack(struct rep_cached *e)
{
	z_stream z = { .zalloc = NULL };
	uLong most;

	if (e->n < PACK_LEAST ||
	    deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return;
	most = deflateBound(&z, (uLong)e->n);
	if ((e->gzip = malloc(most)) != NULL) {
		z.next_in = (Bytef *)e->body;
		z.avail_in = (uInt)e->n;
		z.next_out = (Bytef *)e->gzip;
		z.avail_out = (uInt)most;
		if (deflate(&z, Z_FINISH) == Z_STREAM_END) {
			char *less = realloc(e->gzip, z.total_out);

			e->gzip = less != NULL ? less : e->gzip;
			e->gzip_n = z.total_out;
		} else {
			free(e->gzip);
			e->gzip = NULL;
		}
	}
	(void)deflateEnd(&z);
}

/* SHA-256, the half of it: no two answers have the same by chance. Empty when there is no memory: never the same. */
static void
make_etag(struct rep_cached *e)
{
	unsigned char hash[EVP_MAX_MD_SIZE];

	e->etag[0] = '\0';
	if (EVP_Digest(e->body, e->n, hash, NULL, EVP_sha256(), NULL) == 1)
		for (size_t i = 0; i < (REP_CACHE_ETAG - 1) / 2; i++)
			snprintf(e->etag + 2 * i, 3, "%02x", hash[i]);
}

static void
make_room(struct rep_cache *c, const struct rep_cached *keep)
{
	while (c->bytes > REP_CACHE_BYTES_MAX) {
		struct rep_cached *oldest = NULL;

		for (size_t i = 0; i < REP_COUNT(c->v); i++) {
			struct rep_cached *e = &c->v[i];

			if (e->used && e != keep && e->body != NULL && e->asked == 0 &&
			    (oldest == NULL || e->wanted_ms < oldest->wanted_ms))
				oldest = e;
		}
		if (oldest == NULL)
			return;
		drop(c, oldest);
	}
}

bool
rep_cache_put(struct rep_cache *c, struct rep_cached *e, char *body, size_t n, uint64_t generation,
    uint64_t took_ms, int64_t now_ms)
{
	char before[REP_CACHE_ETAG];

	memcpy(before, e->etag, sizeof before);
	drop_answer(c, e);
	e->body = body;
	e->n = n;
	e->generation = generation;
	e->took_ms = took_ms;
	e->made_ms = now_ms;
	e->asked = 0;
	make_etag(e);
	pack(e);
	c->bytes += e->n + e->gzip_n;
	make_room(c, e);
	return e->etag[0] == '\0' || strcmp(before, e->etag) != 0;
}

void
rep_cache_failed(struct rep_cache *c, struct rep_cached *e)
{
	drop_answer(c, e); /* what was so before may not be so any more */
	e->asked = 0;
	e->wanted_ms = INT64_MIN / 2; /* not again by itself */
}

struct rep_cached *
rep_cache_stale(struct rep_cache *c, uint64_t generation, int64_t before_ms, int64_t now_ms)
{
	for (size_t i = 0; i < REP_COUNT(c->v); i++) {
		struct rep_cached *e = &c->v[i];

		if (e->used && e->asked == 0 && e->body != NULL && e->made_ms < before_ms &&
		    now_ms - e->wanted_ms < REP_CACHE_HOT_MS &&
		    !rep_cache_fresh(e, generation, now_ms))
			return e;
	}
	return NULL;
}

void
rep_cache_fini(struct rep_cache *c)
{
	for (size_t i = 0; i < REP_COUNT(c->v); i++)
		if (c->v[i].used)
			drop(c, &c->v[i]);
}
