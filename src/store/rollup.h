/*
 * store/rollup.h -- counts by minute, hour and day, gathered in memory.
 *
 * A cell is an observation: all its fields but count, first_s and last_s are its
 * key. Cells gather here from one flush to the next, so that a thousand facts of
 * one kind cost the back end one row. Days are made of the hours when they are
 * flushed. Minutes are kept without stream, to stay few.
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

struct rep_cell {
	int64_t from_s;
	uint32_t level, label, route, provider, provider_domain, stream, rule, kind;
	uint32_t count, first, last; /* first and last as seconds from from_s */
};

struct rep_cells {
	struct rep_cell *v; /* owned */
	uint32_t *slot;	    /* owned; number in v, plus 1 */
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
