/*
 * store/rollup.h -- counts by minute, hour and day, gathered in memory.
 *
 * A cell is an observation: all its fields but count, first_s and last_s are its
 * key. Cells gather here from one flush to the next. Then those of one bucket of
 * time and one label are merged into the row that the back end has of them, a run
 * of packed cells: a thousand facts cost it a few rows. Days are made of the hours
 * when they are flushed. Minutes are kept without stream, to stay few.
 *
 * Rows come from outside: one that is damaged is REP_EIO, when it is read and when
 * something is to be merged into it.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_ROLLUP_H
#define REP_STORE_ROLLUP_H

#include "store/backend.h"

enum {
	REP_CELLS_MAX = 65536, /* flush when there are so many */
	REP_MINUTE_KEEP_S = 48 * 3600,
	REP_HOUR_KEEP_S = 90 * 86400
};

/* What, with level and from_s, tells one cell from another. */
enum rep_cell_field {
	REP_CELL_LABEL,
	REP_CELL_ROUTE,
	REP_CELL_PROVIDER,
	REP_CELL_PROVIDER_DOMAIN,
	REP_CELL_STREAM,
	REP_CELL_RULE,
	REP_CELL_KIND, /* status | stage << 4 | class << 8 | evidence << 16 | certain << 17 */
	REP_CELL_FIELDS
};

struct rep_rollup_cell {
	int64_t from_s;
	uint32_t level, field[REP_CELL_FIELDS];
	uint32_t count, first, last; /* first and last as seconds from from_s */
};

/* Where a cell goes: the row, and the place among the cells of it (rollup.c). */
struct rep_cell_place {
	uint64_t row, within;
	const struct rep_rollup_cell *cell;
};

struct rep_cells {
	struct rep_rollup_cell *v;     /* owned */
	struct rep_cell_place *sorted; /* owned; room for cap, and half of it to sort in */
	uint32_t *slot;		       /* owned; number in v, plus 1 */
	uint32_t n, cap, nslot;
};

void rep_cells_fini(struct rep_cells *c);
void rep_cells_clear(struct rep_cells *c);
static inline bool
rep_cells_full(const struct rep_cells *c)
{
	return c->n >= REP_CELLS_MAX;
}

/* Counts one fact: the fields of o but from_s, first_s, last_s and count, at at_s. */
enum rep_rc rep_cells_add(struct rep_cells *c, const struct rep_observation *o, int64_t at_s,
    struct rep_err *err) REP_NODISCARD;

/* Into the back end; minutes and hours that prune would drop at newest_s are left out. */
enum rep_rc rep_cells_flush(struct rep_cells *c, struct rep_backend *b, int64_t newest_s,
    struct rep_err *err) REP_NODISCARD;

/* Observations of a level, each from_s ordered by all fields in the order of the struct. */
enum rep_rc rep_cells_read(struct rep_backend *b, enum rep_level level, int64_t from_s,
    int64_t until_s, rep_observation_fn fn, void *ctx, struct rep_err *err) REP_NODISCARD;

#endif
