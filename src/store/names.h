/*
 * store/names.h -- the dictionary: each name has a number that never changes.
 *
 * It has the names that rollups use: labels, routes, providers, streams, rules, and those domains
 * of provider `other` that refused something. All of it is in memory. Number 0 is the empty name.
 * Numbers are given in order and never change, so new names are only appended in the back end.
 *
 * A name can be `watched` (store.h, rep_store_add).
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
 * All names are in memory, and anybody's mail can bring new streams and domains. From this many
 * names on, new ones are counted without their name (rep_store_totals: unnamed). Labels, routes,
 * providers and rules still get a number.
 */
enum { REP_DICT_SOFT_MAX = 200000 };

struct rep_dict {
	struct rep_str *v; /* owned; the texts are in the arena */
	uint8_t *watched;  /* 1: watched; 2: watched, but not written yet */
	uint64_t *slot;	   /* upper half of the hash, and the number; 0: free */
	uint32_t n, cap, nslot;
	uint32_t written;   /* the back end has the names below this number */
	uint32_t committed; /* and these are committed */
	bool watch_dirty;
	struct rep_arena *text; /* owned */
};

enum rep_rc rep_dict_init(struct rep_dict *d, struct rep_err *err) REP_NODISCARD;
void rep_dict_fini(struct rep_dict *d);

/* The number of a name. 0 when it has none. */
uint32_t rep_dict_find(const struct rep_dict *d, struct rep_str s);
/* The number of a name. A new name gets one. */
enum rep_rc rep_dict_add(
    struct rep_dict *d, struct rep_str s, uint32_t *id, struct rep_err *err) REP_NODISCARD;
void rep_dict_watch(struct rep_dict *d, uint32_t id);

/* Reads the names that the back end has and the dictionary does not. */
enum rep_rc rep_dict_load(
    struct rep_dict *d, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;
/* Writes the names that the back end does not have. */
enum rep_rc rep_dict_flush(
    struct rep_dict *d, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;
void rep_dict_commit(struct rep_dict *d);
/* Goes back to the last commit. All watched marks are removed: load them again. */
void rep_dict_rollback(struct rep_dict *d);

#endif
