/*
 * What looks at DNS found, and which parts were looked at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/sqlite_in.h"

static void
bind_key(sqlite3_stmt *st, const struct rep_found *f)
{
	bind_text(st, 1, f->subject);
	bind_text(st, 2, f->part);
	bind_text(st, 3, f->id);
	bind_text(st, 4, f->detail);
	bind(st, 5, f->first_s);
}

enum rep_rc
rep_sqlite_found_put(struct rep_backend *b, const struct rep_found *f, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_FOUND_PUT);

	bind_key(st, f);
	bind_some(st, 6, f->clear_s);
	bind(st, 7, f->last_s);
	bind_some(st, 8, f->gone_s);
	if (f->record)
		sqlite3_bind_null(st, 9);
	else
		bind(st, 9, f->severity);
	bind_text(st, 10, f->text);
	bind_text(st, 11, f->fix);
	return run(self(b), st, err);
}

enum rep_rc
rep_sqlite_found_drop(struct rep_backend *b, const struct rep_found *f, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_FOUND_DROP);

	bind_key(st, f);
	return run(self(b), st, err);
}

/*
 * A database that is only read may be of an older version without these tables: then nothing was
 * found.
 */
static enum rep_rc
there(struct rep_backend *b, bool *is, struct rep_err *err)
{
	int64_t n = 0;
	enum rep_rc rc = number(self(b), query(self(b), REP_Q_FOUND_THERE), &n, err);

	*is = n > 0;
	return rc;
}

struct found_walk {
	rep_found_fn found;
	rep_looked_fn looked;
	void *ctx;
};

static enum rep_rc
on_found(sqlite3_stmt *st, void *p)
{
	const struct found_walk *w = p;
	int64_t severity = sqlite3_column_int64(st, 8);
	struct rep_found f = { .subject = column(st, 0),
		.part = column(st, 1),
		.id = column(st, 2),
		.detail = column(st, 3),
		.first_s = sqlite3_column_int64(st, 4),
		.clear_s = sqlite3_column_int64(st, 5),
		.last_s = sqlite3_column_int64(st, 6),
		.gone_s = sqlite3_column_int64(st, 7),
		.record = sqlite3_column_type(st, 8) == SQLITE_NULL,
		.severity = severity >= 0 && severity < UINT8_MAX ? (uint8_t)severity : UINT8_MAX,
		.text = column(st, 9),
		.fix = column(st, 10) };

	return w->found(w->ctx, &f);
}

enum rep_rc
rep_sqlite_found(struct rep_backend *b, rep_found_fn fn, void *ctx, struct rep_err *err)
{
	struct found_walk w = { .found = fn, .ctx = ctx };
	bool is;
	enum rep_rc rc = there(b, &is, err);

	return rc != REP_OK || !is ? rc
				   : walk(self(b), query(self(b), REP_Q_FOUND), on_found, &w, err);
}

enum rep_rc
rep_sqlite_looked_put(struct rep_backend *b, const struct rep_looked *l, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_LOOKED_PUT);

	bind_text(st, 1, l->subject);
	bind_text(st, 2, l->part);
	bind_text(st, 3, l->kind);
	bind_text(st, 4, l->why);
	bind_some(st, 5, l->known_s);
	bind_some(st, 6, l->failed_s);
	return run(self(b), st, err);
}

static enum rep_rc
on_looked(sqlite3_stmt *st, void *p)
{
	const struct found_walk *w = p;
	struct rep_looked l = { .subject = column(st, 0),
		.part = column(st, 1),
		.kind = column(st, 2),
		.why = column(st, 3),
		.known_s = sqlite3_column_int64(st, 4),
		.failed_s = sqlite3_column_int64(st, 5) };

	return w->looked(w->ctx, &l);
}

enum rep_rc
rep_sqlite_looked(struct rep_backend *b, rep_looked_fn fn, void *ctx, struct rep_err *err)
{
	struct found_walk w = { .looked = fn, .ctx = ctx };
	bool is;
	enum rep_rc rc = there(b, &is, err);

	return rc != REP_OK || !is
	    ? rc
	    : walk(self(b), query(self(b), REP_Q_LOOKED), on_looked, &w, err);
}
