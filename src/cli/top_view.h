/*
 * cli/top_view.h -- what one reading of the database gives `reputed top` to show.
 *
 * Only what orders the lists is worked out at once: a large sender has 300,000 rows, of which a screen
 * shows twenty. The words and pictures of a row are made when it is shown first, and kept.
 *
 * Everything lives in the arena of the verdict set, which is borrowed and must exist as long.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_TOP_VIEW_H
#define REP_CLI_TOP_VIEW_H

#include "cli/why_groups.h"
#include "engine/trend.h"

/* An open trouble: what several receivers show together, or incidents that are told together. */
struct rep_top_trouble {
	const struct rep_across *across; /* NULL: incidents */
	const struct rep_why_group *group;
	struct rep_str headline; /* n == 0: not made yet */
};

struct rep_top_row {
	const struct rep_cell *cell;
	struct rep_trend_sum *hours; /* REP_TREND_HOURS; NULL: not counted yet */
	struct rep_str state;	     /* n == 0: not made yet */
};

/* What came in: replies of one kind, or complaints. */
struct rep_top_arrival {
	int64_t at_s;
	const struct rep_observation *reply; /* NULL: a complaint */
	const struct rep_complaint *complaint;
};

/* More than a screen has room for. */
enum { REP_TOP_ARRIVALS = 16 };

struct rep_top_view {
	const struct rep_verdict_set *set;
	size_t open; /* incidents */
	struct rep_top_trouble *troubles;
	size_t troubles_n;
	struct rep_top_row *rows; /* worst first */
	size_t rows_n;
	/* What was not accepted, the latest of each kind and cell, the newest first. */
	struct rep_top_arrival arrivals[REP_TOP_ARRIVALS];
	size_t arrivals_n;
	const struct rep_observation *accepted; /* the newest; NULL: none in the window */
};

/* REP_ELIMIT: the arena is too small. */
enum rep_rc rep_top_view_make(
    struct rep_top_view *v, const struct rep_verdict_set *set, struct rep_err *err) REP_NODISCARD;

/* In a sentence or two; "?" when memory is out. */
struct rep_str rep_top_headline(struct rep_top_view *v, size_t trouble);
/* What to do first about it, a sentence; n == 0: nothing is advised. */
struct rep_str rep_top_first_step(const struct rep_top_view *v, size_t trouble);

/* The 24 hours of a row, up to now. NULL: memory is out. */
const struct rep_trend_sum *rep_top_hours(struct rep_top_view *v, size_t row);
/* As rep_row_state; "?" when memory is out. */
struct rep_str rep_top_state(struct rep_top_view *v, size_t row);

/* Whether anything was read at all. */
bool rep_top_empty(const struct rep_top_view *v);

/*
 * What a person looks at, by what it is and not by where it stands: another reading has another order.
 * Items are the troubles, then the rows.
 */
struct rep_top_item {
	bool row;
	int64_t incident; /* of a trouble: the one that leads; 0: it has none (across) */
	struct rep_cell_key cell;
};
struct rep_top_item rep_top_item(const struct rep_top_view *v, size_t item);
/* Where it stands in a view. When it is gone: the same place, or the last. */
size_t rep_top_find(const struct rep_top_view *v, const struct rep_top_item *item, size_t place);

#endif
