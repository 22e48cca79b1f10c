/*
 * store/seen.h -- remembers for ever which facts were counted, with 8 bytes for each.
 *
 * Identities are keyed hashes, in buckets of 1024 s by the time of the fact. A log that is read in
 * order uses one bucket at a time. A bucket is read when it is first used, and a few stay in
 * memory. The back end stores a bucket as chunks of little-endian numbers, to which it only
 * appends.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_SEEN_H
#define REP_STORE_SEEN_H

#include "store/backend.h"

enum {
	REP_SEEN_BUCKET_S = 1024,
	REP_SEEN_BUCKETS = 64,	 /* at most in memory */
	REP_SEEN_BYTES = 1 << 20 /* at most in memory, but always at least one bucket */
};

struct rep_seen_bucket {
	int64_t bucket;
	uint64_t *slot; /* owned; open addressing, 0: free */
	uint64_t *news; /* owned; not written to the back end yet */
	uint32_t n, nslot, nnews, news_cap;
	uint32_t chunk, chunk_n; /* number of the last chunk, and of the identities in it */
	uint64_t touched;
};

struct rep_seen {
	struct rep_seen_bucket b[REP_SEEN_BUCKETS];
	uint32_t n;
	uint32_t last; /* last use */
	uint64_t clock;
	size_t bytes;
};

void rep_seen_clear(struct rep_seen *s);
/* *fresh: the identity was not known. Now it is. */
enum rep_rc rep_seen_add(struct rep_seen *s, struct rep_backend *b, int64_t at_s, uint64_t id,
    bool *fresh, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_seen_flush(
    struct rep_seen *s, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/* Whether an id is known. It is not added. */
enum rep_rc rep_seen_has(struct rep_seen *s, struct rep_backend *b, int64_t at_s, uint64_t id,
    bool *has, struct rep_err *err) REP_NODISCARD;

#endif
