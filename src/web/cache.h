/*
 * web/cache.h -- answers of the API that were given already, for the next who asks.
 *
 * An entry is one question (web/resource.h) with its parameters, and the newest answer to it: as JSON, packed, and with its
 * ETag. It is fresh while the database is as it was and, when the answer depends on the present, for a minute. What took long
 * is given although it is not fresh any more, and is asked for anew behind it, so that nobody waits for a judgement of
 * everything twice; what took a moment is waited for.
 *
 * Bounded by entries and by bytes: what was wanted longest ago goes first, and what is on its way stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_WEB_CACHE_H
#define REP_WEB_CACHE_H

#include "base/buf.h"
#include "web/resource.h"

enum {
	REP_CACHE_ENTRIES_MAX = 256,
	REP_CACHE_BYTES_MAX = 48 << 20, /* of the 100 MiB that the page may have */
	/* An answer that depends on the present is made again after this. Judgement: times are shown in minutes. */
	REP_CACHE_MINUTE_MS = 60000,
	/* What took longer is shown once more while it is made anew. Half of what a person notices (0.1 s: Miller, 1968). */
	REP_CACHE_SLOW_MS = 50,
	/* Kept up to date as long after somebody wanted it. A page that is looked at asks again by its events. */
	REP_CACHE_HOT_MS = 15 * 60000,
	REP_CACHE_ETAG = 33
};

struct rep_cached {
	enum rep_resource resource;
	struct rep_buf key; /* the parameters, rep_cache_params */
	char *body, *gzip;  /* owned; NULL: none yet, or it is not worth packing */
	size_t n, gzip_n;
	char etag[REP_CACHE_ETAG]; /* without quotes */
	uint64_t generation;	   /* of the database that it was made from */
	uint64_t took_ms;
	int64_t made_ms, wanted_ms;
	uint64_t asked; /* the id of the question that is on its way; 0: none */
	bool used;
};

struct rep_cache {
	struct rep_cached v[REP_CACHE_ENTRIES_MAX];
	size_t bytes;
};

/* The entry of a question, made when there is none. NULL: all of them are on their way, or there is no memory. */
struct rep_cached *rep_cache_want(
    struct rep_cache *c, enum rep_resource r, const struct rep_params *p, int64_t now_ms);

/* The parameters of an entry; views into it. */
void rep_cache_params(const struct rep_cached *e, struct rep_params *p);

/* By the id of its question; NULL: it is none of an entry. */
struct rep_cached *rep_cache_asked(struct rep_cache *c, uint64_t id);

bool rep_cache_fresh(const struct rep_cached *e, uint64_t generation, int64_t now_ms);
/* Whether what it has is shown although it is not fresh: it took long, and is not older than REP_CACHE_HOT_MS. */
bool rep_cache_shown(const struct rep_cached *e, int64_t now_ms);

/*
 * The answer has come. `body` is malloc's, and becomes the entry's. Returns whether it is another one than before.
 * Others go when there are too many bytes.
 */
bool rep_cache_put(struct rep_cache *c, struct rep_cached *e, char *body, size_t n,
    uint64_t generation, uint64_t took_ms, int64_t now_ms);

/* Nothing came of the question: its answer of before is forgotten. */
void rep_cache_failed(struct rep_cache *c, struct rep_cached *e);

/* The next entry to make anew without being asked, of those made before a moment; NULL: none. */
struct rep_cached *rep_cache_stale(
    struct rep_cache *c, uint64_t generation, int64_t before_ms, int64_t now_ms);

void rep_cache_fini(struct rep_cache *c);

#endif
