/*
 * cli/grid.h -- a table that fits the width of the terminal.
 *
 * Every row is kept until the table is printed, so that each column is as wide as its widest cell.
 * A table that is too wide is made to fit: first the columns that may be cut are cut, the widest
 * first, down to their least width ("..ple.com" or "weekly-of.."); then columns that may be left
 * out are left out, the last of them first; finally the text of the last column continues below its
 * row. Nothing is hidden from --json.
 *
 * Memory is the arena's. Cells are borrowed until the table is printed. Widths are columns of the
 * terminal, and count UTF-8 characters.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_GRID_H
#define REP_CLI_GRID_H

#include "base/arena.h"
#include "cli/out.h"

enum { REP_GRID_COLUMNS = 10 };

struct rep_grid_column {
	const char *title;
	bool right;  /* numbers */
	bool names;  /* it names its row: in HTML it is the head of it */
	bool may_go; /* may be left out where there is no room */
	bool
	    cut_head; /* a cell that is cut keeps its end if it is one word (a domain): words may say the opposite without
			  their beginning */
	size_t least; /* it may be cut down to this width; 0: it is never cut */
	size_t most;  /* it is never wider; 0: no limit */
};

struct rep_grid_row;

struct rep_grid {
	const struct rep_grid_column *columns; /* borrowed; the last column takes the rest */
	size_t columns_n;
	struct rep_arena *arena;
	struct rep_grid_row *first, *last;
	bool failed; /* the arena is full; rep_grid_print returns false */
};

void rep_grid_init(struct rep_grid *t, const struct rep_grid_column *columns, size_t n,
    struct rep_arena *a); /* n is at most REP_GRID_COLUMNS */

/* Adds a row, all cells empty. Cells past its end and of a row that has no room are ignored. */
void rep_grid_row(struct rep_grid *t);
void rep_grid_cell(struct rep_grid *t, size_t column, struct rep_str text);
void rep_grid_number(struct rep_grid *t, size_t column, uint64_t v); /* "1,204" */
/* The colour of the last column of this row. */
void rep_grid_paint(struct rep_grid *t, enum rep_paint paint);

/* How wide it is when nothing is cut, left out or wrapped. */
size_t rep_grid_width(const struct rep_grid *t);

/*
 * Appends the titles and all rows; as HTML it becomes a table. False when memory was out.
 */
bool rep_grid_print(const struct rep_grid *t, struct rep_buf *b);

#endif
