/*
 * base/chart.h -- charts as SVG, for a page: stacked bars over time, and a bar in the row of a table.
 *
 * What is appended is well-formed XML and stands in HTML as it is. It names classes, no colours: the style of the page
 * has `.fig text`, `.grid`, and each class of a kind. Words are escaped (base/html.h). Numbers are counts of strangers: any of
 * them can be drawn.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_CHART_H
#define REP_BASE_CHART_H

#include "base/buf.h"

/* One of the kinds that a bar is stacked of. */
struct rep_chart_kind {
	const char *class, *name;
};

/* A word below the bar that it is about. */
struct rep_chart_label {
	size_t bar;
	const char *text;
};

struct rep_chart {
	const struct rep_chart_kind *kinds; /* the lowest first */
	size_t kinds_n;
	const uint64_t *values; /* of each bar, one after the other: its kinds */
	size_t bars_n;
	const struct rep_chart_label *labels; /* on a small screen every second one is left out */
	size_t labels_n;
	const char *told; /* what is to be seen, in words */
};

/* Nothing when there is no bar, or all are empty. */
void rep_chart(struct rep_buf *b, const struct rep_chart *c);

/* A small square of a kind and its name, for the words above a chart. */
void rep_chart_key(struct rep_buf *b, const struct rep_chart_kind *k);

/*
 * One bar along a row: values[i] of kinds[i], `most` is as long as there is room. It has no words: its numbers are in the
 * same row.
 */
void rep_chart_row(struct rep_buf *b, const struct rep_chart_kind *kinds, const uint64_t *values,
    size_t n, uint64_t most);

/* The distance of the lines across a chart up to `most`: 1, 2 or 5 times a power of ten, at most four of them. */
uint64_t rep_chart_step(uint64_t most);

#endif
