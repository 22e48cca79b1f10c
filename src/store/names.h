/*
 * store/names.h -- the dictionary: each name has a number for the life of the database.
 *
 * Holds what rollups name: labels, routes, providers, streams, rules and the
 * domains of provider `other` that refused something. All of it is in memory.
 * Number 0 is the empty name; numbers are given in order and never change, so
 * the back end only needs the new ones appended.
 *
 * A name may be `watched` (store.h, rep_store_add).
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_NAMES_H
#define REP_STORE_NAMES_H

#include "base/arena.h"
#include "store/backend.h"

/*
 * All names are in memory. Anybody's mail can bring new streams and domains: from this many names on,
 * new ones are counted without their name (rep_store_totals: unnamed). Labels, routes, providers and
 * rules still get one.
 */
enum { REP_DICT_SOFT_MAX = 200000 };

struct rep_dict {
	struct rep_str *v; /* owned; texts in the arena */
	uint8_t *watched;  /* 1: watched, 2: and not yet written */
	uint64_t *slot;	   /* upper half of the hash, number; 0: free */
	uint32_t n, cap, nslot;
	uint32_t written;   /* names below are in the back end */
	uint32_t committed; /* and below here for good */
	bool watch_dirty;
	struct rep_arena *text; /* owned */
};

enum rep_rc rep_dict_init(struct rep_dict *d, struct rep_err *err) REP_NODISCARD;
void rep_dict_fini(struct rep_dict *d);

/* The number of a name; 0 when it has none. */
uint32_t rep_dict_find(const struct rep_dict *d, struct rep_str s);
/* The number of a name, new or not. */
enum rep_rc rep_dict_add(
    struct rep_dict *d, struct rep_str s, uint32_t *id, struct rep_err *err) REP_NODISCARD;
void rep_dict_watch(struct rep_dict *d, uint32_t id);

/* Reads what the back end has more. */
enum rep_rc rep_dict_load(
    struct rep_dict *d, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;
/* Writes what the back end has not. */
enum rep_rc rep_dict_flush(
    struct rep_dict *d, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;
void rep_dict_commit(struct rep_dict *d);
/* Back to the last commit. Watched ones are all forgotten: load them again. */
void rep_dict_rollback(struct rep_dict *d);

#endif
