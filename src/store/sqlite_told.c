/*
 * Facts that are read again one by one, and what was said at the end of each ingest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/sqlite_in.h"

/* The lowest id of a fact in this second. */
static int64_t
first_of(int64_t at_s)
{
	const int64_t most = INT64_MAX >> SECOND_BITS;

	return at_s >= most ? INT64_MAX : (at_s < 0 ? 0 : at_s) * (1 << SECOND_BITS);
}

struct fact_walk {
	rep_fact_fn fn;
	void *ctx;
};

static struct rep_fact_row
row_of(sqlite3_stmt *st)
{
	int64_t flags = sqlite3_column_int64(st, 11);

	return (struct rep_fact_row){ .at_s = sqlite3_column_int64(st, 0) >> SECOND_BITS,
		.label = (uint32_t)sqlite3_column_int64(st, 1),
		.route = (uint32_t)sqlite3_column_int64(st, 2),
		.provider = (uint32_t)sqlite3_column_int64(st, 3),
		.provider_domain = (uint32_t)sqlite3_column_int64(st, 4),
		.stream = (uint32_t)sqlite3_column_int64(st, 5),
		.rule = (uint32_t)sqlite3_column_int64(st, 6),
		.status = (uint8_t)sqlite3_column_int(st, 7),
		.class = (uint8_t)sqlite3_column_int(st, 8),
		.scope = (uint8_t)sqlite3_column_int(st, 9),
		.stage = (uint8_t)sqlite3_column_int(st, 10),
		.evidence = (flags & 1) != 0,
		.certain = (flags & 2) != 0,
		.quoted = (flags & 4) != 0,
		.code = sqlite3_column_int(st, 12),
		.sample = sqlite3_column_int64(st, 13),
		.delay_ms = -1 };
}

static enum rep_rc
on_fact(sqlite3_stmt *st, void *p)
{
	const struct fact_walk *w = p;
	struct rep_fact_row row = row_of(st);

	if (sqlite3_column_type(st, 14) != SQLITE_NULL)
		row.delay_ms = sqlite3_column_int64(st, 14);

	return w->fn(w->ctx, &row);
}

static enum rep_rc
on_step(sqlite3_stmt *st, void *p)
{
	const struct fact_walk *w = p;
	struct rep_fact_row row = row_of(st);

	row.recipient = (uint64_t)sqlite3_column_int64(st, 14);
	row.message = (uint64_t)sqlite3_column_int64(st, 15);
	row.queue_id = column(st, 16);
	row.enhanced = sqlite3_column_int(st, 17);
	if (sqlite3_column_type(st, 18) != SQLITE_NULL)
		row.delay_ms = sqlite3_column_int64(st, 18);
	return w->fn(w->ctx, &row);
}

enum rep_rc
rep_sqlite_trail(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct fact_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_TRAIL), on_step, &w, err);
}

enum rep_rc
rep_sqlite_facts(struct rep_backend *b, int64_t from_s, int64_t until_s, rep_fact_fn fn, void *ctx,
    struct rep_err *err)
{
	struct fact_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_FACTS);

	bind(st, 1, first_of(from_s));
	bind(st, 2, first_of(until_s));
	return walk(self(b), st, on_fact, &w, err);
}

static enum rep_rc
on_domain(sqlite3_stmt *st, void *p)
{
	const struct fact_walk *w = p;
	struct rep_fact_row row = { .provider = (uint32_t)sqlite3_column_int64(st, 0),
		.provider_domain = (uint32_t)sqlite3_column_int64(st, 1),
		.domain = (uint64_t)sqlite3_column_int64(st, 2) };

	return w->fn(w->ctx, &row);
}

enum rep_rc
rep_sqlite_domains(
    struct rep_backend *b, int64_t from_s, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct fact_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_DOMAINS);

	bind(st, 1, first_of(from_s));
	return walk(self(b), st, on_domain, &w, err);
}

static enum rep_rc
on_message(sqlite3_stmt *st, void *p)
{
	const struct fact_walk *w = p;
	struct rep_fact_row row = { .at_s = sqlite3_column_int64(st, 0) >> SECOND_BITS,
		.label = (uint32_t)sqlite3_column_int64(st, 1),
		.provider = (uint32_t)sqlite3_column_int64(st, 2),
		.stream = (uint32_t)sqlite3_column_int64(st, 3),
		.message = (uint64_t)sqlite3_column_int64(st, 4),
		.status = REP_STATUS_SENT,
		.delay_ms = -1 };

	return w->fn(w->ctx, &row);
}

enum rep_rc
rep_sqlite_messages(struct rep_backend *b, rep_fact_fn fn, void *ctx, struct rep_err *err)
{
	struct fact_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_MESSAGES);

	bind(st, 1, REP_STATUS_SENT);
	return walk(self(b), st, on_message, &w, err);
}

/* --- what was told ------------------------------------------------------------------------------ */

enum rep_rc
rep_sqlite_told_add(struct rep_backend *b, const struct rep_told *t, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_TOLD_ADD);

	bind(st, 1, t->recording);
	bind(st, 2, t->incident);
	bind(st, 3, t->now_s);
	bind_text(st, 4, t->text);
	return run(self(b), st, err);
}

enum rep_rc
rep_sqlite_told_drop(struct rep_backend *b, int64_t before, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_TOLD_DROP);

	bind(st, 1, before);
	return run(self(b), st, err);
}

struct told_walk {
	rep_told_fn fn;
	void *ctx;
};

static enum rep_rc
on_told(sqlite3_stmt *st, void *p)
{
	const struct told_walk *w = p;
	struct rep_told t = { sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1),
		sqlite3_column_int64(st, 2), column(st, 3) };

	return w->fn(w->ctx, &t);
}

/*
 * A database that is only read may be of an older version without this table: then nothing was
 * told.
 */
enum rep_rc
rep_sqlite_told(struct rep_backend *b, rep_told_fn fn, void *ctx, struct rep_err *err)
{
	struct told_walk w = { fn, ctx };
	int64_t there = 0;
	enum rep_rc rc = number(self(b), query(self(b), REP_Q_TOLD_THERE), &there, err);

	if (rc != REP_OK || there == 0)
		return rc;
	return walk(self(b), query(self(b), REP_Q_TOLD), on_told, &w, err);
}
