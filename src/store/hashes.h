/*
 * store/hashes.h -- a set of 64-bit hashes in memory, and names that wait to be written by hash.
 *
 * Rows with a hash as their key go all over a table. Written one by one, each costs a page of the
 * file. So they are collected here and written in the order of their keys.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_HASHES_H
#define REP_STORE_HASHES_H

#include "base/buf.h"
#include "store/backend.h"

/* Most are only collected, so the table for searching is made when somebody asks. */
struct rep_hashes {
	uint64_t *v; /* owned; may hold one twice */
	size_t n, cap;
	uint64_t *slot; /* owned; 0: free */
	size_t nslot;	/* 0: nobody has asked yet */
};

void rep_hashes_clear(struct rep_hashes *h); /* frees; it can be used again */
/* The hash 0 counts as 1. False: out of memory. */
bool rep_hashes_has(struct rep_hashes *h, uint64_t hash, bool *has) REP_NODISCARD;
bool rep_hashes_add(struct rep_hashes *h, uint64_t hash) REP_NODISCARD;
/* Puts v into ascending order, and each hash there once. */
void rep_hashes_sort(struct rep_hashes *h);

/* Names for the table `domain` that are not written yet. */
struct rep_domain_names {
	struct rep_domain_name *v; /* owned */
	size_t n, cap;
	struct rep_buf text;
};

void rep_domain_names_init(struct rep_domain_names *d);
void rep_domain_names_clear(struct rep_domain_names *d); /* frees; it can be used again */
/* Writes those that wait when there are many. */
enum rep_rc rep_domain_names_add(struct rep_domain_names *d, struct rep_backend *b, uint64_t id,
    struct rep_str name, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_domain_names_flush(
    struct rep_domain_names *d, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

#endif
