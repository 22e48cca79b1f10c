/*
 * store/rollup.h -- counts by minute, hour and day, collected in memory.
 *
 * A cell is an observation. Its key is all its fields but count, first_s and last_s. Cells are
 * collected in memory until a flush. Then the cells of one bucket and one label are merged into
 * their row in the back end, a run of packed cells: a thousand facts change only a few rows. Days
 * are made of the hours at the flush. Minutes are stored without stream, so that there are few.
 *
 * What one picture of all mail needs is also counted for all labels together (rollup_all.c), in tables
 * of its own and in the same transaction.
 *
 * Rows come from outside. A damaged row is REP_EIO, when it is read and when something is to be
 * merged into it.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_ROLLUP_H
#define REP_STORE_ROLLUP_H

#include "base/time.h"
#include "store/backend.h"

enum {
	REP_CELLS_MAX = 65536 /* flush when there are so many */
};

/* The fields that, with level and from_s, distinguish cells. */
enum rep_cell_field {
	REP_CELL_LABEL,
	REP_CELL_ROUTE,
	REP_CELL_PROVIDER,
	REP_CELL_PROVIDER_DOMAIN,
	REP_CELL_STREAM,
	REP_CELL_RULE,
	REP_CELL_KIND, /* status, stage, class, evidence, certain, scope, quoted: rollup.c */
	REP_CELL_FIELDS
};

struct rep_count {
	int64_t from_s;
	uint32_t level, field[REP_CELL_FIELDS];
	uint32_t count, first, last; /* first and last: seconds after from_s */
};

/* Where a cell goes: its row, and its place in the row (rollup.c). */
struct rep_cell_place {
	uint64_t row, within;
	const struct rep_count *cell;
};

struct rep_cells {
	struct rep_count *v;	       /* owned */
	struct rep_cell_place *sorted; /* owned; room for cap, and half of that for sorting */
	uint64_t *slot; /* owned; index in v, plus 1, and above it the upper half of the hash */
	uint32_t n, cap, nslot;
};

void rep_cells_fini(struct rep_cells *c);
void rep_cells_clear(struct rep_cells *c);
/* Counts one cell more. False: out of memory. */
bool rep_cells_count(struct rep_cells *c, const struct rep_count *one);
/* The cell with this key. NULL: there is none. */
struct rep_count *rep_cells_find(const struct rep_cells *c, const struct rep_count *key);
static inline bool
rep_cells_full(const struct rep_cells *c)
{
	return c->n >= REP_CELLS_MAX;
}

/* Counts one fact at at_s. Of o, from_s, first_s, last_s and count are not used. */
enum rep_rc rep_cells_add(struct rep_cells *c, const struct rep_observation *o, int64_t at_s,
    struct rep_err *err) REP_NODISCARD;

/*
 * Writes the cells to the back end, and what they are of all labels together. Minutes and hours that prune would remove at newest_s are left
 * out.
 */
enum rep_rc rep_cells_flush(struct rep_cells *c, struct rep_backend *b, int64_t newest_s,
    struct rep_err *err) REP_NODISCARD;

/* The same of cells of any age, each in the table of its level. of: 0, or REP_CELLS_ALL. */
enum rep_rc rep_cells_put(
    struct rep_cells *c, uint32_t of, struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/*
 * Observations of a level. Those with the same from_s are ordered by all fields as in the struct. of:
 * 0, or REP_CELLS_ALL.
 */
enum rep_rc rep_cells_read(struct rep_backend *b, uint32_t of, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* Each cell of a row as it is in the back end. */
typedef enum rep_rc (*rep_count_fn)(void *ctx, const struct rep_count *cell);
enum rep_rc rep_cells_each(enum rep_level level, int64_t from_s, struct rep_str row,
    rep_count_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

/* The same of some labels: how many searches it takes, one for each label and bucket; and all of them. from_s is 0 or more. */
uint64_t rep_cells_searches(
    enum rep_level level, int64_t from_s, int64_t until_s, const struct rep_observed *of);
enum rep_rc rep_cells_read_of(struct rep_backend *b, enum rep_level level, int64_t from_s,
    int64_t until_s, const struct rep_observed *of, rep_observation_fn fn, void *ctx,
    struct rep_err *err) REP_NODISCARD;

/*
 * Reads a row as it is in the back end. False when it is damaged, or has a name of number names_n
 * or above. *sum grows by what it counts.
 */
bool rep_cells_valid(
    enum rep_level level, int64_t from_s, struct rep_str row, uint32_t names_n, uint64_t *sum);

/* --- all labels together (rollup_all.c) ------------------------------------------------------ */

/* Adds cells to what they are of all labels together. False: out of memory. */
bool rep_cells_together(struct rep_cells *all, const struct rep_cells *c);

/* Writes the tables of all labels together from those by label. They must be empty. */
enum rep_rc rep_cells_fill_all(struct rep_backend *b, struct rep_err *err) REP_NODISCARD;

/*
 * Compares a table of all labels together with the one by label. *differ: how many cells are missing, too
 * many or other than they should be; a row that cannot be read is one.
 */
enum rep_rc rep_cells_compare_all(struct rep_backend *b, enum rep_level level, uint32_t names_n,
    uint64_t *differ, struct rep_err *err) REP_NODISCARD;

#endif
