/*
 * What receivers report, in memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "base/bytes.h"
#include "store/memory_in.h"

#include <stdlib.h>

/* A row: the struct, whose views are not used; the hash of its content; its strings, and the bytes. */
struct report_row {
	struct rep_kept_report r;
	uint64_t content;
};

enum { ROW_MAX = 64 << 20 };

enum rep_rc
rep_memory_report_put(struct rep_backend *b, uint64_t id, const struct rep_kept_report *r,
    uint64_t content, struct rep_err *err)
{
	struct report_row row = { *r, content };
	struct rep_buf value;
	enum rep_rc rc;

	rep_buf_init(&value, ROW_MAX);
	rep_buf_add(&value, REP_BYTES(row));
	rep_buf_add(&value, r->org);
	rep_buf_add(&value, r->domain);
	rep_buf_add(&value, r->report_id);
	rep_buf_add(&value, r->reporter);
	rep_buf_add(&value, r->bytes);
	rc = value.full
	    ? rep_table_no_memory(err)
	    : rep_table_put_number(&self(b)->t, REPORT, (int64_t)id, rep_buf_str(&value), err);
	rep_buf_fini(&value);
	return rc;
}

/* Takes the next n bytes. */
static struct rep_str
next(struct rep_str *rest, size_t n)
{
	struct rep_str s = rep_str_sub(*rest, 0, n);

	*rest = rep_str_sub(*rest, n, SIZE_MAX);
	return s;
}

static struct report_row
row_of(const struct rep_row *v, bool bytes)
{
	struct rep_str value = rep_row_value(v);
	struct report_row row;

	memcpy(&row, next(&value, sizeof row).p, sizeof row);
	row.r.org = next(&value, row.r.org.n);
	row.r.domain = next(&value, row.r.domain.n);
	row.r.report_id = next(&value, row.r.report_id.n);
	row.r.reporter = next(&value, row.r.reporter.n);
	row.r.bytes = bytes ? value : (struct rep_str){ "", 0 };
	return row;
}

enum rep_rc
rep_memory_report_get(
    struct rep_backend *b, uint64_t id, rep_report_row_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_number_key key = rep_number_key(id);
	const struct rep_row *v = rep_table_get(&self(b)->t, REPORT, REP_BYTES(key));
	struct report_row row;

	(void)err;
	if (v == NULL)
		return REP_OK;
	row = row_of(v, false);
	return fn(ctx, &row.r, row.content);
}

enum rep_rc
rep_memory_report_drop(struct rep_backend *b, uint64_t id, struct rep_err *err)
{
	struct rep_number_key key = rep_number_key(id);

	return rep_table_change(&self(b)->t, REPORT, REP_BYTES(key), NULL, err);
}

enum rep_rc
rep_memory_report_prove(
    struct rep_backend *b, uint64_t from, uint64_t to, int64_t at_s, struct rep_err *err)
{
	struct rep_number_key key = rep_number_key(from);
	const struct rep_row *v = rep_table_get(&self(b)->t, REPORT, REP_BYTES(key));
	struct report_row row;
	enum rep_rc rc;

	if (v == NULL)
		return REP_OK;
	row = row_of(v, true);
	row.r.trust = REP_KEPT_PROVEN;
	row.r.read_s = at_s;
	/* The views are of the old row, which stays on the list of what may be undone. */
	if ((rc = rep_memory_report_put(b, to, &row.r, row.content, err)) == REP_OK && to != from)
		rc = rep_memory_report_drop(b, from, err);
	return rc;
}

enum rep_rc
rep_memory_reports_prune(
    struct rep_backend *b, enum rep_kept_kind kind, int64_t before_s, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, REPORT, &v, &n, err);

	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct report_row row = row_of(v[i], false);

		if (row.r.kind == kind && row.r.end_s < before_s)
			rc = rep_table_change(&self(b)->t, REPORT, rep_row_key(v[i]), NULL, err);
	}
	free(v);
	return rc;
}

static int
by_begin(const void *a, const void *b)
{
	struct report_row x = row_of(*(struct rep_row *const *)a, false),
			  y = row_of(*(struct rep_row *const *)b, false);
	int64_t p = rep_row_number(*(struct rep_row *const *)a),
		q = rep_row_number(*(struct rep_row *const *)b);

	return x.r.begin_s != y.r.begin_s ? (x.r.begin_s < y.r.begin_s ? -1 : 1)
	    : p < q			  ? -1
					  : p > q;
}

enum rep_rc
rep_memory_reports(struct rep_backend *b, enum rep_kept_kind kind, int64_t from_s, int64_t until_s,
    bool bytes, rep_report_row_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_row **v;
	size_t n;
	enum rep_rc rc = rep_table_list(&self(b)->t, REPORT, &v, &n, err);

	if (rc == REP_OK && n > 0)
		qsort(v, n, sizeof(*v), by_begin);
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct report_row row = row_of(v[i], bytes);

		if (row.r.kind == kind && row.r.end_s >= from_s && row.r.begin_s < until_s)
			rc = fn(ctx, &row.r, row.content);
	}
	free(v);
	return rc;
}
