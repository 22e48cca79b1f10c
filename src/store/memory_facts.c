/*
 * Single deliveries in memory, each a row with its queue id behind it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/memory_in.h"

#include <stdlib.h>

static enum rep_rc
add(struct rep_backend *b, const struct rep_fact_row *row, struct rep_err *err)
{
	struct {
		struct rep_fact_row row;
		char queue_id[256]; /* behind the row; its length is in the row */
	} kept = { .row = *row };

	kept.row.queue_id = rep_str_sub(row->queue_id, 0, sizeof kept.queue_id);
	if (kept.row.queue_id.n > 0)
		memcpy(kept.queue_id, kept.row.queue_id.p, kept.row.queue_id.n);
	kept.row.queue_id.p = NULL; /* a view that nobody reads */
	return rep_table_put_number(&self(b)->t, FACT, (int64_t)self(b)->facts++,
	    (struct rep_str){
		(const char *)&kept, offsetof(__typeof__(kept), queue_id) + kept.row.queue_id.n },
	    err);
}

enum rep_rc
rep_memory_facts_add(
    struct rep_backend *b, const struct rep_fact_row *v, size_t n, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < n && rc == REP_OK; i++)
		rc = add(b, &v[i], err);
	return rc;
}

static int
by_at(const void *a, const void *b)
{
	struct rep_fact_row x, y;

	memcpy(&x, rep_row_value(*(struct rep_row *const *)a).p, sizeof x);
	memcpy(&y, rep_row_value(*(struct rep_row *const *)b).p, sizeof y);
	return x.at_s < y.at_s ? -1 : x.at_s > y.at_s;
}

enum rep_rc
rep_memory_trail(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	if (rc == REP_OK && n > 0)
		qsort(v, n, sizeof *v, by_at);
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_str value = rep_row_value(v[i]);
		struct rep_fact_row row;

		memcpy(&row, value.p, sizeof row);
		row.queue_id.p = value.p + value.n - row.queue_id.n;
		rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

enum rep_rc
rep_memory_facts(struct rep_backend *b, int64_t from_s, int64_t until_s, rep_fact_fn fn, void *ctx,
    struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_fact_row row;

		memcpy(&row, rep_row_value(v[i]).p, sizeof row);
		if (row.at_s >= from_s && row.at_s < until_s)
			rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

enum rep_rc
rep_memory_domains(
    struct rep_backend *b, int64_t from_s, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v = NULL;
	size_t n = 0;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_fact_row row;

		memcpy(&row, rep_row_value(v[i]).p, sizeof row);
		if (row.at_s >= from_s && row.domain != 0)
			rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

enum rep_rc
rep_memory_messages(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, FACT, &v, &n, err);

	while (rc == REP_OK && n-- > 0) {
		struct rep_fact_row row;

		memcpy(&row, rep_row_value(v[n]).p, sizeof row);
		if (row.status == REP_STATUS_SENT && row.message != 0)
			rc = fn(ctx, &row);
	}
	free(v);
	return rc;
}

enum rep_rc
rep_memory_drop_facts(
    struct memory *m, uint64_t recipient, int64_t before_s, uint64_t *facts_n, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&m->t, FACT, &v, &n, err);

	*facts_n = 0;
	for (size_t at = 0; at < n && rc == REP_OK; at++) {
		struct rep_fact_row kept;

		memcpy(&kept, rep_row_value(v[at]).p, sizeof kept);
		if (kept.at_s >= before_s || (recipient != 0 && kept.recipient != recipient))
			continue;
		rc = rep_table_change(&m->t, FACT, rep_row_key(v[at]), NULL, err);
		++*facts_n;
	}
	free(v);
	return rc;
}
