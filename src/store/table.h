/*
 * store/table.h -- rows in memory, with rollback. store/memory.c is built on it.
 *
 * All rows are in one hash table: (kind, key) -> value; key and value are bytes. Each change first
 * puts the old row on an undo list. rep_table_rollback restores the rows from it, rep_table_commit
 * frees them. A walk looks at every row: this is for thousands of rows, not for millions.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_TABLE_H
#define REP_STORE_TABLE_H

#include "store/backend.h"

struct rep_row {
	uint32_t kind, key_n;
	size_t n;
	char bytes[]; /* the key, then the value */
};

/* One of the two may be NULL: there was no row before, or there is none now. */
struct rep_old {
	struct rep_row *was; /* owned */
	struct rep_row *now; /* in the table, or in the `was` of a later entry */
};

struct rep_table {
	struct rep_row **slot; /* owned, with the rows; NULL: free */
	size_t n, nslot;
	struct rep_old *undo; /* owned */
	size_t nundo, undo_cap;
};

static inline struct rep_str
rep_row_key(const struct rep_row *r)
{
	return (struct rep_str){ r->bytes, r->key_n };
}

static inline struct rep_str
rep_row_value(const struct rep_row *r)
{
	return (struct rep_str){ r->bytes + r->key_n, r->n };
}

/* The bytes of a variable, as key or value. */
#define REP_BYTES(v) ((struct rep_str){ (const char *)&(v), sizeof(v) })

/*
 * Numbers as keys, the most significant byte first: the order of bytes is then the order of
 * numbers.
 */
struct rep_number_key {
	unsigned char b[8];
};
struct rep_number_key rep_number_key(uint64_t v);
int64_t rep_row_number(const struct rep_row *r);

bool rep_table_init(struct rep_table *m); /* false: out of memory */
void rep_table_fini(struct rep_table *m);
void rep_table_commit(struct rep_table *m);
void rep_table_rollback(struct rep_table *m);

/* Writes the sentence for REP_EMEM and returns it. */
enum rep_rc rep_table_no_memory(struct rep_err *err);

/* The row of a key. NULL: there is none. Valid until it is changed. */
const struct rep_row *rep_table_get(const struct rep_table *m, uint32_t kind, struct rep_str key);
/* Stores a copy. The old row goes on the undo list. REP_EMEM. */
enum rep_rc rep_table_put(struct rep_table *m, uint32_t kind, struct rep_str key,
    struct rep_str value, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_table_put_number(struct rep_table *m, uint32_t kind, int64_t id,
    struct rep_str value, struct rep_err *err) REP_NODISCARD;
/* Stores r itself (it is taken over, also on failure). NULL: the row is removed. REP_EMEM. */
enum rep_rc rep_table_change(struct rep_table *m, uint32_t kind, struct rep_str key,
    struct rep_row *r, struct rep_err *err) REP_NODISCARD;

/* Rows of a kind by key; with `numbers` those in [from, until). The caller frees *v. REP_EMEM. */
enum rep_rc rep_table_gather(struct rep_table *m, uint32_t kind, bool numbers, int64_t from,
    int64_t until, struct rep_row ***v, size_t *n, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_table_list(struct rep_table *m, uint32_t kind, struct rep_row ***v, size_t *n,
    struct rep_err *err) REP_NODISCARD;
/*
 * Calls fn for each row of a kind whose key is a number in [from, until). Any rc but REP_OK ends
 * it.
 */
enum rep_rc rep_table_walk(struct rep_table *m, uint32_t kind, int64_t from, int64_t until,
    rep_str_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

#endif
