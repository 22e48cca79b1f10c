/*
 * store/sqlite_in.h -- shared by the files of the SQLite back end: the open database, and functions
 * that run its statements.
 *
 * Inside src/store only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_STORE_SQLITE_IN_H
#define REP_STORE_SQLITE_IN_H

#include "store/backend.h"
#include "store/sqlite_open.h"
#include "store/sqlite_sql.h"

#include <sqlite3.h>

/* Bits of fact.id for the number in a second: room for 16.7 million facts in one second. */
enum { SECOND_BITS = 24 };

struct sqlite {
	struct rep_backend b;
	sqlite3 *db;
	char *path; /* owned; for messages */
	sqlite3_stmt *q[REP_Q_N];
	int queue;   /* descriptor of PATH-queue; -1: there is none */
	bool waited; /* in this begin, and `waits` was told */
	int64_t data_version;
	int64_t last_fact; /* the highest fact.id; -1: not known */
	uint64_t chance;   /* random numbers for facts that come out of order */
};

static inline struct sqlite *
self(struct rep_backend *b)
{
	return (struct sqlite *)b;
}

static inline enum rep_rc
failed(struct sqlite *s, struct rep_err *err)
{
	return rep_sqlite_fail(s->db, s->path, err);
}

/* --- statements ----------------------------------------------------------------------------- */

/* Prepares a statement. NULL when that fails. */
static inline sqlite3_stmt *
query(struct sqlite *s, int q)
{
	if (s->q[q] == NULL)
		sqlite3_prepare_v3(
		    s->db, rep_sqlite_sql[q], -1, SQLITE_PREPARE_PERSISTENT, &s->q[q], NULL);
	return s->q[q];
}

static inline void
bind(sqlite3_stmt *st, int i, int64_t v)
{
	sqlite3_bind_int64(st, i, v);
}

/* Binds NULL for 0: it needs a byte less, and means "none". */
static inline void
bind_some(sqlite3_stmt *st, int i, int64_t v)
{
	if (v != 0)
		sqlite3_bind_int64(st, i, v);
	else
		sqlite3_bind_null(st, i);
}

/* The bytes belong to the caller, and must be valid until the statement was run. */
static inline void
bind_text(sqlite3_stmt *st, int i, struct rep_str v)
{
	sqlite3_bind_text64(st, i, v.n == 0 ? "" : v.p, v.n, SQLITE_STATIC, SQLITE_UTF8);
}

static inline void
bind_blob(sqlite3_stmt *st, int i, struct rep_str v)
{
	sqlite3_bind_blob64(st, i, v.n == 0 ? "" : v.p, v.n, SQLITE_STATIC);
}

static inline struct rep_str
column(sqlite3_stmt *st, int i)
{
	const char *p = sqlite3_column_blob(st, i);

	return (struct rep_str){ p == NULL ? "" : p, (size_t)sqlite3_column_bytes(st, i) };
}

/* Runs a statement that returns no row. */
static inline enum rep_rc
run(struct sqlite *s, sqlite3_stmt *st, struct rep_err *err)
{
	if (st != NULL) {
		int got;

		sqlite3_step(st);
		got = sqlite3_reset(st);
		if (got == SQLITE_OK)
			return REP_OK;
	}
	return failed(s, err);
}

/*
 * Runs a statement that returns at most one row with one number. Without a row, *v is not changed.
 */
static inline enum rep_rc
number(struct sqlite *s, sqlite3_stmt *st, int64_t *v, struct rep_err *err)
{
	int64_t got = *v;

	if (st == NULL)
		return failed(s, err);
	if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_type(st, 0) != SQLITE_NULL)
		got = sqlite3_column_int64(st, 0);
	if (sqlite3_reset(st) != SQLITE_OK)
		return failed(s, err);
	*v = got;
	return REP_OK;
}

/* Gives one row after the other to `on`, until that returns another rc than REP_OK. */
typedef enum rep_rc (*row_fn)(sqlite3_stmt *st, void *fn_and_ctx);

static inline enum rep_rc
walk(struct sqlite *s, sqlite3_stmt *st, row_fn on, void *fn_and_ctx, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;
	int got = SQLITE_DONE;

	if (st == NULL)
		return failed(s, err);
	while (rc == REP_OK && (got = sqlite3_step(st)) == SQLITE_ROW)
		rc = on(st, fn_and_ctx);
	if (rc == REP_OK && got != SQLITE_DONE)
		rc = failed(s, err);
	sqlite3_reset(st);
	return rc;
}

struct str_walk {
	rep_str_fn fn;
	void *ctx;
};

static inline enum rep_rc
on_id_and_str(sqlite3_stmt *st, void *p)
{
	const struct str_walk *w = p;

	return w->fn(w->ctx, sqlite3_column_int64(st, 0), column(st, 1));
}

/* sqlite_told.c: facts that are read again, and what was said at the end of each ingest. */
enum rep_rc rep_sqlite_facts(struct rep_backend *b, int64_t from_s, int64_t until_s, rep_fact_fn fn,
    void *ctx, struct rep_err *err);
enum rep_rc rep_sqlite_domains(
    struct rep_backend *b, int64_t from_s, rep_fact_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_sqlite_trail(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_sqlite_messages(
    struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_sqlite_told_add(
    struct rep_backend *b, const struct rep_told *t, struct rep_err *err);
enum rep_rc rep_sqlite_told_drop(struct rep_backend *b, int64_t before, struct rep_err *err);
enum rep_rc rep_sqlite_told(struct rep_backend *b, rep_told_fn fn, void *ctx, struct rep_err *err);

/* sqlite_report.c: what receivers report. */
enum rep_rc rep_sqlite_report_put(struct rep_backend *b, uint64_t id,
    const struct rep_kept_report *r, uint64_t content, struct rep_err *err);
enum rep_rc rep_sqlite_report_get(
    struct rep_backend *b, uint64_t id, rep_report_row_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_sqlite_report_prove(
    struct rep_backend *b, uint64_t from, uint64_t to, int64_t at_s, struct rep_err *err);
enum rep_rc rep_sqlite_report_drop(struct rep_backend *b, uint64_t id, struct rep_err *err);
enum rep_rc rep_sqlite_reports_prune(
    struct rep_backend *b, enum rep_kept_kind kind, int64_t before_s, struct rep_err *err);
enum rep_rc rep_sqlite_reports(struct rep_backend *b, enum rep_kept_kind kind, int64_t from_s,
    int64_t until_s, bool bytes, rep_report_row_fn fn, void *ctx, struct rep_err *err);

/* sqlite_found.c: what looks at DNS found. */
enum rep_rc rep_sqlite_found_put(
    struct rep_backend *b, const struct rep_found *f, struct rep_err *err);
enum rep_rc rep_sqlite_found_drop(
    struct rep_backend *b, const struct rep_found *f, struct rep_err *err);
enum rep_rc rep_sqlite_found(
    struct rep_backend *b, rep_found_fn fn, void *ctx, struct rep_err *err);
enum rep_rc rep_sqlite_looked_put(
    struct rep_backend *b, const struct rep_looked *l, struct rep_err *err);
enum rep_rc rep_sqlite_looked(
    struct rep_backend *b, rep_looked_fn fn, void *ctx, struct rep_err *err);

#endif
