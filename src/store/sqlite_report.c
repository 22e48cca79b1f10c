/*
 * What receivers report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/sqlite_in.h"

enum rep_rc
rep_sqlite_report_put(struct rep_backend *b, uint64_t id, const struct rep_kept_report *r,
    uint64_t content, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_REPORT_PUT);

	bind(st, 1, (int64_t)id);
	bind(st, 2, r->kind);
	bind(st, 3, r->trust);
	bind(st, 4, r->begin_s);
	bind(st, 5, r->end_s);
	bind(st, 6, r->read_s);
	bind(st, 7, (int64_t)r->records);
	bind(st, 8, (int64_t)r->count);
	bind(st, 9, (int64_t)content);
	bind_text(st, 10, r->org);
	bind_text(st, 11, r->domain);
	bind_text(st, 12, r->report_id);
	bind_text(st, 13, r->reporter);
	bind_blob(st, 14, r->bytes);
	return run(self(b), st, err);
}

struct report_walk {
	rep_report_row_fn fn;
	void *ctx;
};

static enum rep_rc
on_report(sqlite3_stmt *st, void *p)
{
	const struct report_walk *w = p;
	struct rep_kept_report r = { .kind = (enum rep_kept_kind)sqlite3_column_int(st, 0),
		.trust = (enum rep_kept_trust)sqlite3_column_int(st, 1),
		.begin_s = sqlite3_column_int64(st, 2),
		.end_s = sqlite3_column_int64(st, 3),
		.read_s = sqlite3_column_int64(st, 4),
		.records = (uint64_t)sqlite3_column_int64(st, 5),
		.count = (uint64_t)sqlite3_column_int64(st, 6),
		.org = column(st, 8),
		.domain = column(st, 9),
		.report_id = column(st, 10),
		.reporter = column(st, 11),
		.bytes = column(st, 12) };

	return w->fn(w->ctx, &r, (uint64_t)sqlite3_column_int64(st, 7));
}

enum rep_rc
rep_sqlite_report_get(
    struct rep_backend *b, uint64_t id, rep_report_row_fn fn, void *ctx, struct rep_err *err)
{
	struct report_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_REPORT_GET);

	bind(st, 1, (int64_t)id);
	return walk(self(b), st, on_report, &w, err);
}

enum rep_rc
rep_sqlite_report_prove(
    struct rep_backend *b, uint64_t from, uint64_t to, int64_t at_s, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_REPORT_PROVE);

	bind(st, 1, (int64_t)to);
	bind(st, 2, REP_KEPT_PROVEN);
	bind(st, 3, at_s);
	bind(st, 4, (int64_t)from);
	return run(self(b), st, err);
}

enum rep_rc
rep_sqlite_report_drop(struct rep_backend *b, uint64_t id, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_REPORT_DROP);

	bind(st, 1, (int64_t)id);
	return run(self(b), st, err);
}

enum rep_rc
rep_sqlite_reports_prune(
    struct rep_backend *b, enum rep_kept_kind kind, int64_t before_s, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_REPORTS_PRUNE);

	bind(st, 1, kind);
	bind(st, 2, before_s);
	return run(self(b), st, err);
}

/* A database that is only read may be of an older version without this table: then there are none. */
enum rep_rc
rep_sqlite_reports(struct rep_backend *b, enum rep_kept_kind kind, int64_t from_s, int64_t until_s,
    bool bytes, rep_report_row_fn fn, void *ctx, struct rep_err *err)
{
	struct report_walk w = { fn, ctx };
	sqlite3_stmt *st;
	int64_t there = 0;
	enum rep_rc rc = number(self(b), query(self(b), REP_Q_REPORT_THERE), &there, err);

	if (rc != REP_OK || there == 0)
		return rc;
	st = query(self(b), bytes ? REP_Q_REPORTS : REP_Q_REPORT_HEADS);
	bind(st, 1, kind);
	bind(st, 2, from_s);
	bind(st, 3, until_s);
	return walk(self(b), st, on_report, &w, err);
}
