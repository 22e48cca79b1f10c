/*
 * store/rollup_all.c -- counts of all labels together.
 *
 * A picture of all mail, or of all mail to one provider, would have to read the rows of each label. So
 * what it needs is counted once more: provider, domain, status, class and whether the reply is evidence.
 * Label, route, stream, rule and the rest are left out, so there are few cells, however many labels there are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/rollup.h"

/* What is left of REP_CELL_KIND (rollup.c): status, class, evidence. */
enum { KIND_ALL = 15 | 255 << 8 | 1 << 16 };

/* Judgement: so many cells are gathered at once, 3 MB; a day has some hundred. */
enum { GATHERED = 32768 };

static struct rep_count
together(const struct rep_count *cell)
{
	struct rep_count all = { .from_s = cell->from_s,
		.level = cell->level,
		.count = cell->count,
		.first = cell->first,
		.last = cell->last };

	all.field[REP_CELL_PROVIDER] = cell->field[REP_CELL_PROVIDER];
	all.field[REP_CELL_PROVIDER_DOMAIN] = cell->field[REP_CELL_PROVIDER_DOMAIN];
	all.field[REP_CELL_KIND] = cell->field[REP_CELL_KIND] & KIND_ALL;
	return all;
}

bool
rep_cells_together(struct rep_cells *all, const struct rep_cells *c)
{
	for (uint32_t i = 0; i < c->n; i++) {
		struct rep_count one = together(&c->v[i]);

		if (!rep_cells_count(all, &one))
			return false;
	}
	return true;
}

/* --- from what is stored by label ------------------------------------------------------------ */

struct all_gathering {
	struct rep_cells all;
	enum rep_level level;
	int64_t at_s;	/* of the row before */
	int64_t next_s; /* where it goes on */
	bool paused;
	struct rep_err *err;
};

static enum rep_rc
on_cell(void *ctx, const struct rep_count *cell)
{
	struct all_gathering *g = ctx;
	struct rep_count one = together(cell);

	return rep_cells_count(&g->all, &one)
	    ? REP_OK
	    : rep_fail(g->err, REP_EMEM, "out of memory for rollups");
}

static enum rep_rc
on_row(void *ctx, int64_t from_s, struct rep_str row)
{
	struct all_gathering *g = ctx;
	uint64_t sum = 0;

	/* A damaged row is left out, and everything else goes on: `store check` names it. */
	if (!rep_cells_valid(g->level, from_s, row, UINT32_MAX, &sum))
		return REP_OK;
	if (g->all.n >= GATHERED && from_s != g->at_s) {
		g->paused = true;
		g->next_s = from_s;
		return REP_ELIMIT; /* ends the walk */
	}
	g->at_s = from_s;
	return rep_cells_each(g->level, from_s, row, on_cell, g, g->err);
}

/* Gathers whole buckets of a level from next_s on. paused: there are more, from the new next_s on. */
static enum rep_rc
gather(struct rep_backend *b, struct all_gathering *g, struct rep_err *err)
{
	enum rep_rc rc;

	rep_cells_clear(&g->all);
	g->paused = false;
	g->err = err;
	rc = b->ops->cells(b, (uint32_t)g->level, g->next_s, INT64_MAX, on_row, g, err);
	return g->paused ? REP_OK : rc;
}

enum rep_rc
rep_cells_fill_all(struct rep_backend *b, struct rep_err *err)
{
	struct all_gathering g = { .paused = true };
	enum rep_rc rc = REP_OK;

	for (int level = 0; level < REP_LEVEL_N && rc == REP_OK; level++) {
		g.level = (enum rep_level)level;
		g.next_s = INT64_MIN;
		do {
			if ((rc = gather(b, &g, err)) == REP_OK)
				rc = rep_cells_put(&g.all, REP_CELLS_ALL, b, err);
		} while (g.paused && rc == REP_OK);
	}
	rep_cells_fini(&g.all);
	return rc;
}

/* --- comparing ------------------------------------------------------------------------------- */

struct all_comparing {
	struct all_gathering g;
	uint32_t names_n;
	uint64_t differ;
};

/* A cell that was found gets the count 0. */
static enum rep_rc
on_stored_cell(void *ctx, const struct rep_count *cell)
{
	struct all_comparing *c = ctx;
	struct rep_count *own = rep_cells_find(&c->g.all, cell);

	if (own == NULL || own->count != cell->count || own->first != cell->first ||
	    own->last != cell->last)
		c->differ++;
	if (own != NULL)
		own->count = 0;
	return REP_OK;
}

static enum rep_rc
on_stored_row(void *ctx, int64_t from_s, struct rep_str row)
{
	struct all_comparing *c = ctx;
	struct rep_err ignored;
	uint64_t sum = 0;

	if (!rep_cells_valid(c->g.level, from_s, row, c->names_n, &sum)) {
		c->differ++;
		return REP_OK;
	}
	return rep_cells_each(c->g.level, from_s, row, on_stored_cell, c, &ignored);
}

enum rep_rc
rep_cells_compare_all(struct rep_backend *b, enum rep_level level, uint32_t names_n,
    uint64_t *differ, struct rep_err *err)
{
	struct all_comparing c = { .g = { .level = level, .next_s = INT64_MIN },
		.names_n = names_n };
	enum rep_rc rc;

	do {
		int64_t from_s = c.g.next_s;

		if ((rc = gather(b, &c.g, err)) != REP_OK)
			break;
		rc = b->ops->cells(b, REP_CELLS_ALL + (uint32_t)level, from_s,
		    c.g.paused ? c.g.next_s : INT64_MAX, on_stored_row, &c, err);
		for (uint32_t i = 0; i < c.g.all.n; i++)
			c.differ += c.g.all.v[i].count != 0;
	} while (c.g.paused && rc == REP_OK);
	rep_cells_fini(&c.g.all);
	*differ = c.differ;
	return rc;
}
