/* report/cross.c -- sources by receivers. SPDX-License-Identifier: Apache-2.0 */
#include "report/answer.h"

#include <stdlib.h>

struct crossing {
	uint32_t source, receiver, row;
};

static int
by_source(const void *a, const void *b)
{
	const struct crossing *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return x->receiver != y->receiver ? (x->receiver < y->receiver ? -1 : 1)
					  : (x->row > y->row) - (x->row < y->row);
}

static int
most_first(const void *a, const void *b)
{
	const struct rep_report_cell *x = a, *y = b;

	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	if (x->sums.messages != y->sums.messages)
		return x->sums.messages > y->sums.messages ? -1 : 1;
	return (x->receiver > y->receiver) - (x->receiver < y->receiver);
}

static void
add(struct rep_report_cell *c, const struct rep_reported_row *r)
{
	rep_report_add(&c->sums, r);
	if (c->first_s == 0 || r->begin_s < c->first_s)
		c->first_s = r->begin_s;
	if (r->end_s > c->last_s)
		c->last_s = r->end_s;
}

enum rep_rc
rep_report_cross(const struct rep_reported *v, const struct rep_report_answer *is,
    struct rep_arena *a, const struct rep_report_cell **out, size_t *n, struct rep_err *err)
{
	struct crossing *x = rep_arena_alloc(a, (is->rows_n + 1) * sizeof *x);
	struct rep_report_cell *list;
	size_t cells = 0;

	if (x == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu records", is->rows_n);
	for (size_t i = 0; i < is->rows_n; i++)
		x[i] = (struct crossing){ is->source_of[is->rows[i]], v->rows[is->rows[i]].receiver,
			is->rows[i] };
	if (is->rows_n > 0)
		qsort(x, is->rows_n, sizeof *x, by_source);
	for (size_t i = 0; i < is->rows_n; i++)
		cells +=
		    i == 0 || x[i].source != x[i - 1].source || x[i].receiver != x[i - 1].receiver;
	if ((list = rep_arena_alloc(a, (cells + 1) * sizeof *list)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for %zu rows", cells);
	cells = 0;
	for (size_t i = 0; i < is->rows_n; i++) {
		if (i == 0 || x[i].source != x[i - 1].source || x[i].receiver != x[i - 1].receiver)
			list[cells++] = (struct rep_report_cell){ .source = x[i].source,
				.receiver = x[i].receiver };
		add(&list[cells - 1], &v->rows[x[i].row]);
	}
	if (cells > 0)
		qsort(list, cells, sizeof *list, most_first);
	*out = list;
	*n = cells;
	return REP_OK;
}
