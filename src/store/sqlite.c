/*
 * store/sqlite.c -- the back end in a file.
 *
 * WAL with synchronous=NORMAL. When the program is killed, the last commit is there. When the
 * machine loses power, the last commits may be missing, but a commit is never there in part.
 * Statements are prepared when they are first used. secure_delete is on, so what is deleted is
 * overwritten; scrub does the rest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/sqlite_in.h"

#include "base/buf.h"
#include "base/own_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

enum {
	WAIT_STEP_MS = 25,
	SAME_TRIES = 4 /* of numbers for a fact, before others are drawn */
};

/* --- transactions --------------------------------------------------------------------------- */

static void
rollback(struct rep_backend *b)
{
	/* after some errors (disk full) SQLite has already rolled back */
	if (!sqlite3_get_autocommit(self(b)->db))
		sqlite3_exec(self(b)->db, "ROLLBACK", NULL, NULL, NULL);
}

/* One step of waiting. False: it has taken long enough. */
static bool
wait_a_step(struct sqlite *s, int steps)
{
	const struct timespec step = { .tv_nsec = WAIT_STEP_MS * 1000000 };

	if (steps >= (int)s->b.wait_s * (1000 / WAIT_STEP_MS))
		return false;
	if (steps >= 1000 / WAIT_STEP_MS && !s->waited && s->b.waits != NULL) {
		s->waited = true;
		s->b.waits(s->b.waits_ctx);
	}
	(void)nanosleep(&step, NULL);
	return true;
}

/* SQLite calls this while another process writes. */
static int
on_busy(void *ctx, int steps)
{
	return wait_a_step(ctx, steps);
}

/*
 * Waits for its turn, then for the one who writes, then lets the next one take its place. One who
 * commits and begins again has to wait for its turn like the others: so a long ingest does not keep
 * out everybody else. A system that cannot lock here has no queue.
 */
static enum rep_rc
begin_in_turn(struct sqlite *s, struct rep_err *err)
{
	enum rep_rc rc;

	s->waited = false;
	for (int steps = 0; s->queue >= 0 && flock(s->queue, LOCK_EX | LOCK_NB) != 0; steps++)
		if (errno != EWOULDBLOCK || !wait_a_step(s, steps))
			break;
	rc = run(s, query(s, REP_Q_BEGIN), err);
	if (s->queue >= 0)
		(void)flock(s->queue, LOCK_UN);
	return rc;
}

static enum rep_rc
begin(struct rep_backend *b, bool *changed, struct rep_err *err)
{
	struct sqlite *s = self(b);
	int64_t version = s->data_version;
	enum rep_rc rc;

	if ((rc = begin_in_turn(s, err)) != REP_OK)
		return rc;
	if ((rc = number(s, query(s, REP_Q_DATA_VERSION), &version, err)) != REP_OK) {
		rollback(b);
		return rc;
	}
	*changed = version != s->data_version;
	s->data_version = version;
	s->last_fact = -1;
	return REP_OK;
}

static enum rep_rc
commit(struct rep_backend *b, struct rep_err *err)
{
	return run(self(b), query(self(b), REP_Q_COMMIT), err);
}

/* Nothing is locked: whoever writes adds to the write-ahead log, and we read what was before it. */
static enum rep_rc
read_begin(struct rep_backend *b, struct rep_err *err)
{
	struct sqlite *s = self(b);

	return sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK ? REP_OK
									   : failed(s, err);
}

static void
read_end(struct rep_backend *b)
{
	(void)sqlite3_exec(self(b)->db, "COMMIT", NULL, NULL, NULL);
}

static enum rep_rc
on_meta(sqlite3_stmt *st, void *p)
{
	int64_t *v = p, id = sqlite3_column_int64(st, 0);

	if (id >= 0 && id < REP_META_N)
		v[id] = sqlite3_column_int64(st, 1);
	return REP_OK;
}

static enum rep_rc
meta_get(struct rep_backend *b, int64_t v[REP_META_N], struct rep_err *err)
{
	memset(v, 0, REP_META_N * sizeof *v);
	return walk(self(b), query(self(b), REP_Q_META), on_meta, v, err);
}

static enum rep_rc
meta_put(struct rep_backend *b, enum rep_meta k, int64_t v, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_META_PUT);

	bind(st, 1, k);
	bind(st, 2, v);
	return run(self(b), st, err);
}

/* --- names ---------------------------------------------------------------------------------- */

static enum rep_rc
names(struct rep_backend *b, uint32_t from, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_NAMES);

	bind(st, 1, from);
	return walk(self(b), st, on_id_and_str, &w, err);
}

static enum rep_rc
name_add(struct rep_backend *b, uint32_t id, struct rep_str name, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_NAME_ADD);

	bind(st, 1, id);
	bind_text(st, 2, name);
	return run(self(b), st, err);
}

static enum rep_rc
watched(struct rep_backend *b, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_WATCHED), on_id_and_str, &w, err);
}

static enum rep_rc
watch_add(struct rep_backend *b, uint32_t id, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_WATCH_ADD);

	bind(st, 1, id);
	return run(self(b), st, err);
}

static enum rep_rc
domain_add(struct rep_backend *b, uint64_t id, struct rep_str name, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_DOMAIN_ADD);

	bind(st, 1, (int64_t)id);
	bind_text(st, 2, name);
	return run(self(b), st, err);
}

static enum rep_rc
domain_get(struct rep_backend *b, uint64_t id, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_DOMAIN_GET);

	bind(st, 1, (int64_t)id);
	return walk(self(b), st, on_id_and_str, &w, err);
}

/* --- facts ---------------------------------------------------------------------------------- */

enum { FACT_COLUMNS = 21 };

/* Binds row i of a statement. */
static void
bind_fact(sqlite3_stmt *st, int i, int64_t id, const struct rep_fact_row *f)
{
	int at = i * FACT_COLUMNS;

	bind(st, at + 1, id);
	bind_some(st, at + 2, f->label);
	bind_some(st, at + 3, f->route);
	bind_some(st, at + 4, f->provider);
	bind_some(st, at + 5, f->provider_domain);
	bind_some(st, at + 6, (int64_t)f->host);
	bind_some(st, at + 7, f->stream);
	bind_some(st, at + 8, (int64_t)f->recipient);
	bind_some(st, at + 9, (int64_t)f->domain);
	bind(st, at + 10, f->status);
	bind(st, at + 11, f->class);
	bind(st, at + 12, f->stage);
	bind(st, at + 13, f->scope);
	bind_some(st, at + 14, f->rule);
	bind_some(st, at + 15, f->code);
	bind_some(st, at + 16, f->enhanced);
	bind(st, at + 17, f->evidence | f->certain << 1 | f->quoted << 2);
	bind_text(st, at + 18, f->queue_id);
	bind_some(st, at + 19, (int64_t)f->message);
	if (f->delay_ms >= 0)
		bind(st, at + 20, f->delay_ms);
	else
		sqlite3_bind_null(st, at + 20);
	bind_some(st, at + 21, f->sample);
}

static int64_t
first_of(int64_t at_s)
{
	return at_s << SECOND_BITS;
}

static int64_t
last_of(int64_t at_s)
{
	return first_of(at_s) | ((1 << SECOND_BITS) - 1);
}

/* The number of a fact at the end of the table. False: there are newer ones, or no number is left. */
static bool
next_id(int64_t last_fact, int64_t at_s, int64_t *id)
{
	if (last_fact >= last_of(at_s))
		return false;
	*id = last_fact < first_of(at_s) ? first_of(at_s) : last_fact + 1;
	return true;
}

/*
 * A fact newer than all others goes to the end of the table. Other facts get a random number in
 * their second, and another one when that number is taken.
 */
static enum rep_rc
fact_add(struct sqlite *s, const struct rep_fact_row *row, struct rep_err *err)
{
	sqlite3_stmt *st = query(s, REP_Q_FACT_ADD);
	int64_t id;
	bool newest;

	if (st == NULL)
		return failed(s, err);
	newest = next_id(s->last_fact, row->at_s, &id);
	for (int tries = 0; tries < 64; tries++) {
		/* Taken by processes before this one, which began with the same numbers. */
		if (tries == SAME_TRIES)
			sqlite3_randomness((int)sizeof s->chance, &s->chance);
		if (!newest || tries > 0)
			id = first_of(row->at_s) |
			    (int64_t)(rep_hash_mix(++s->chance) & ((1 << SECOND_BITS) - 1));
		bind_fact(st, 0, id, row);
		sqlite3_step(st);
		if (sqlite3_reset(st) == SQLITE_OK) {
			if (id > s->last_fact)
				s->last_fact = id;
			return REP_OK;
		}
		if (sqlite3_extended_errcode(s->db) != SQLITE_CONSTRAINT_ROWID &&
		    sqlite3_extended_errcode(s->db) != SQLITE_CONSTRAINT_PRIMARYKEY)
			return failed(s, err);
	}
	return rep_fail(err, REP_ELIMIT, "%s: more facts in one second than it can hold", s->path);
}

/* The numbers of facts that all go to the end of the table. False: some do not. */
static bool
next_ids(const struct sqlite *s, const struct rep_fact_row *v, size_t n, int64_t *ids)
{
	int64_t last = s->last_fact;

	for (size_t i = 0; i < n; i++, last = ids[i - 1])
		if (!next_id(last, v[i].at_s, &ids[i]))
			return false;
	return true;
}

/* One statement for many keeps its place at the end of the table. */
static enum rep_rc
facts_add(struct rep_backend *b, const struct rep_fact_row *v, size_t n, struct rep_err *err)
{
	struct sqlite *s = self(b);
	int64_t ids[REP_FACTS_AT_ONCE];
	enum rep_rc rc = REP_OK;
	sqlite3_stmt *st;

	if (s->last_fact < 0) {
		s->last_fact = 0;
		if ((rc = number(s, query(s, REP_Q_FACT_LAST), &s->last_fact, err)) != REP_OK)
			return rc;
	}
	if (n < REP_FACTS_AT_ONCE || !next_ids(s, v, n, ids)) {
		for (size_t i = 0; i < n && rc == REP_OK; i++)
			rc = fact_add(s, &v[i], err);
		return rc;
	}
	if ((st = query(s, REP_Q_FACTS_ADD)) == NULL)
		return failed(s, err);
	for (size_t i = 0; i < n; i++)
		bind_fact(st, (int)i, ids[i], &v[i]);
	s->last_fact = ids[n - 1];
	return run(s, st, err);
}

/* --- cells ---------------------------------------------------------------------------------- */

static enum rep_rc
cells_get(struct rep_backend *b, uint32_t table, int64_t from_s, uint32_t part, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_CELLS_GET + (int)table);

	bind(st, 1, from_s);
	bind(st, 2, part);
	return walk(self(b), st, on_id_and_str, &w, err);
}

static enum rep_rc
cells_put(struct rep_backend *b, uint32_t table, int64_t from_s, uint32_t part,
    struct rep_str packed, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_CELLS_PUT + (int)table);

	bind(st, 1, from_s);
	bind(st, 2, part);
	bind_blob(st, 3, packed);
	return run(self(b), st, err);
}

static enum rep_rc
cells_of(struct rep_backend *b, enum rep_level level, int64_t from_s, uint32_t part, uint32_t n,
    rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_CELLS_OF + (int)level);

	bind(st, 1, from_s);
	bind(st, 2, part);
	bind(st, 3, (int64_t)part + n - 1);
	return walk(self(b), st, on_id_and_str, &w, err);
}

static enum rep_rc
cells(struct rep_backend *b, uint32_t table, int64_t from_s, int64_t until_s, rep_str_fn fn,
    void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_CELLS + (int)table);

	bind(st, 1, from_s);
	bind(st, 2, until_s);
	return walk(self(b), st, on_id_and_str, &w, err);
}

/* --- identities ----------------------------------------------------------------------------- */

static enum rep_rc
seen(struct rep_backend *b, int64_t bucket, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_SEEN);

	bind(st, 1, bucket << REP_SEEN_CHUNK_BITS);
	bind(st, 2, bucket << REP_SEEN_CHUNK_BITS | ((1 << REP_SEEN_CHUNK_BITS) - 1));
	return walk(self(b), st, on_id_and_str, &w, err);
}

static enum rep_rc
seen_add(struct rep_backend *b, int64_t bucket, uint32_t chunk, struct rep_str bytes,
    struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_SEEN_ADD);

	bind(st, 1, bucket << REP_SEEN_CHUNK_BITS | (int64_t)chunk);
	bind_blob(st, 2, bytes);
	return run(self(b), st, err);
}

/* --- state and inputs ----------------------------------------------------------------------- */

static enum rep_rc
state_put(struct rep_backend *b, struct rep_str name, struct rep_str bytes, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), bytes.n == 0 ? REP_Q_STATE_DROP : REP_Q_STATE_PUT);

	bind_text(st, 1, name);
	if (bytes.n > 0)
		bind_blob(st, 2, bytes);
	return run(self(b), st, err);
}

static enum rep_rc
state_get(struct rep_backend *b, struct rep_str name, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st = query(self(b), REP_Q_STATE);

	bind_text(st, 1, name);
	return walk(self(b), st, on_id_and_str, &w, err);
}

struct state_walk {
	rep_state_fn fn;
	void *ctx;
};

static enum rep_rc
on_state(sqlite3_stmt *st, void *p)
{
	const struct state_walk *w = p;

	return w->fn(w->ctx, column(st, 0), column(st, 1));
}

static enum rep_rc
states(struct rep_backend *b, rep_state_fn fn, void *ctx, struct rep_err *err)
{
	struct state_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_STATES), on_state, &w, err);
}

static enum rep_rc
input_put(struct rep_backend *b, struct rep_input *in, struct rep_err *err)
{
	struct sqlite *s = self(b);
	sqlite3_stmt *st = query(s, REP_Q_INPUT_ADD);
	enum rep_rc rc;

	bind_some(st, 1, in->id); /* NULL: SQLite gives the next number */
	bind(st, 2, in->head_n);
	bind(st, 3, in->tail_n);
	bind(st, 4, (int64_t)in->head);
	bind(st, 5, (int64_t)in->tail);
	bind(st, 6, (int64_t)in->offset);
	bind(st, 7, (int64_t)in->lines);
	bind(st, 8, (int64_t)in->bad);
	bind(st, 9, in->first_s);
	bind(st, 10, in->last_s);
	bind(st, 11, in->read_s);
	bind_text(st, 12, rep_str_c(in->name));
	if ((rc = run(s, st, err)) == REP_OK && in->id == 0)
		in->id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static enum rep_rc
on_input(sqlite3_stmt *st, void *p)
{
	const struct rep_input_walk *w = p;
	struct rep_str name = column(st, 11);
	struct rep_input in = { .id = sqlite3_column_int64(st, 0),
		.head_n = (uint32_t)sqlite3_column_int64(st, 1),
		.tail_n = (uint32_t)sqlite3_column_int64(st, 2),
		.head = (uint64_t)sqlite3_column_int64(st, 3),
		.tail = (uint64_t)sqlite3_column_int64(st, 4),
		.offset = (uint64_t)sqlite3_column_int64(st, 5),
		.lines = (uint64_t)sqlite3_column_int64(st, 6),
		.bad = (uint64_t)sqlite3_column_int64(st, 7),
		.first_s = sqlite3_column_int64(st, 8),
		.last_s = sqlite3_column_int64(st, 9),
		.read_s = sqlite3_column_int64(st, 10) };

	if (name.n >= sizeof in.name)
		name.n = sizeof in.name - 1;
	memcpy(in.name, name.p, name.n);
	return w->fn(w->ctx, &in);
}

static enum rep_rc
inputs(struct rep_backend *b, rep_input_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_input_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_INPUTS), on_input, &w, err);
}

/* --- sources -------------------------------------------------------------------------------- */

static enum rep_rc
source_add(struct rep_backend *b, const struct rep_source *src, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_SOURCE_ADD);

	bind(st, 1, src->label);
	bind(st, 2, (int64_t)src->known_by);
	bind_blob(st, 3,
	    (struct rep_str){ (const char *)src->public.b, src->public.version == 6 ? 16 : 4 });
	bind(st, 4, src->first_s);
	bind(st, 5, src->last_s);
	bind(st, 6, (int64_t)src->count);
	return run(self(b), st, err);
}

struct source_walk {
	rep_source_fn fn;
	void *ctx;
};

static enum rep_rc
on_source(sqlite3_stmt *st, void *p)
{
	const struct source_walk *w = p;
	struct rep_str address = column(st, 2);
	int64_t label = sqlite3_column_int64(st, 0), by = sqlite3_column_int64(st, 1);
	/* What is out of range stays so, and the store says it. */
	struct rep_source src = { .label = label >= 0 && label < UINT32_MAX ? (uint32_t)label
									    : UINT32_MAX,
		.known_by = by >= 0 && by <= REP_KNOWN_CONFIGURED ? (enum rep_known_by)by : 0,
		.public.version = address.n == 16 ? 6
		    : address.n == 4		  ? 4
						  : 0,
		.first_s = sqlite3_column_int64(st, 3),
		.last_s = sqlite3_column_int64(st, 4),
		.count = (uint64_t)sqlite3_column_int64(st, 5) };

	if (src.public.version != 0) /* else it is damaged, which the store says */
		memcpy(src.public.b, address.p, address.n);
	return w->fn(w->ctx, &src);
}

static enum rep_rc
sources(struct rep_backend *b, rep_source_fn fn, void *ctx, struct rep_err *err)
{
	struct source_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_SOURCES), on_source, &w, err);
}

/* --- samples -------------------------------------------------------------------------------- */

static enum rep_rc
sample_put(struct rep_backend *b, const struct rep_sample_row *row, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_SAMPLE_PUT);

	bind(st, 1, row->id);
	bind(st, 2, (int64_t)row->form);
	bind(st, 3, row->provider);
	bind(st, 4, row->provider_domain);
	bind(st, 5, row->rule);
	bind(st, 6, row->class);
	bind(st, 7, row->code);
	bind(st, 8, (int64_t)row->count);
	bind(st, 9, row->first_s);
	bind(st, 10, row->last_s);
	bind_text(st, 11, row->host);
	bind_text(st, 12, row->text);
	return run(self(b), st, err);
}

static enum rep_rc
sample_drop(struct rep_backend *b, int64_t id, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_SAMPLE_DROP);

	bind(st, 1, id);
	return run(self(b), st, err);
}

static enum rep_rc
on_sample(sqlite3_stmt *st, void *p)
{
	const struct rep_sample_walk *w = p;
	struct rep_sample_row row = { .id = sqlite3_column_int64(st, 0),
		.form = (uint64_t)sqlite3_column_int64(st, 1),
		.provider = (uint32_t)sqlite3_column_int64(st, 2),
		.provider_domain = (uint32_t)sqlite3_column_int64(st, 3),
		.rule = (uint32_t)sqlite3_column_int64(st, 4),
		.class = sqlite3_column_int(st, 5),
		.code = sqlite3_column_int(st, 6),
		.count = (uint64_t)sqlite3_column_int64(st, 7),
		.first_s = sqlite3_column_int64(st, 8),
		.last_s = sqlite3_column_int64(st, 9),
		.host = column(st, 10),
		.text = column(st, 11) };

	return w->fn(w->ctx, &row);
}

static enum rep_rc
samples(struct rep_backend *b, rep_sample_fn fn, void *ctx, struct rep_err *err)
{
	struct rep_sample_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_SAMPLES), on_sample, &w, err);
}

/* --- notes ---------------------------------------------------------------------------------- */

static enum rep_rc
note_has(struct rep_backend *b, enum rep_note kind, uint64_t id, bool *has, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_NOTE_HAS);
	int64_t one = 0;
	enum rep_rc rc;

	bind(st, 1, kind);
	bind(st, 2, (int64_t)id);
	rc = number(self(b), st, &one, err);
	*has = one == 1;
	return rc;
}

static enum rep_rc
note_put(struct rep_backend *b, enum rep_note kind, uint64_t id, struct rep_str bytes,
    struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_NOTE_PUT);

	bind(st, 1, kind);
	bind(st, 2, (int64_t)id);
	bind_blob(st, 3, bytes);
	return run(self(b), st, err);
}

static enum rep_rc
note_drop(struct rep_backend *b, enum rep_note kind, uint64_t id, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_NOTE_DROP);

	bind(st, 1, kind);
	bind(st, 2, (int64_t)id);
	return run(self(b), st, err);
}

static enum rep_rc
notes(struct rep_backend *b, enum rep_note kind, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };
	sqlite3_stmt *st;

	/* A database that is only read may not have this table yet. */
	if (sqlite3_table_column_metadata(
		self(b)->db, NULL, "note", NULL, NULL, NULL, NULL, NULL, NULL) != SQLITE_OK)
		return REP_OK;
	st = query(self(b), REP_Q_NOTES);
	bind(st, 1, kind);
	return walk(self(b), st, on_id_and_str, &w, err);
}

/* --- incidents ------------------------------------------------------------------------------ */

static enum rep_rc
incident_find(struct rep_backend *b, struct rep_str key, int64_t *id, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_INCIDENT);

	*id = 0;
	bind_text(st, 1, key);
	return number(self(b), st, id, err);
}

static enum rep_rc
incident_last(struct rep_backend *b, int64_t *id, struct rep_err *err)
{
	return number(self(b), query(self(b), REP_Q_INCIDENT_LAST), id, err);
}

static enum rep_rc
incident_taken(struct rep_backend *b, int64_t id, bool *taken, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_INCIDENT_TAKEN);
	int64_t found = 0;
	enum rep_rc rc;

	bind(st, 1, id);
	if ((rc = number(self(b), st, &found, err)) == REP_OK)
		*taken = found != 0;
	return rc;
}

static enum rep_rc
incident_add(struct rep_backend *b, int64_t id, struct rep_str key, struct rep_err *err)
{
	sqlite3_stmt *st = query(self(b), REP_Q_INCIDENT_ADD);

	bind(st, 1, id);
	bind_text(st, 2, key);
	return run(self(b), st, err);
}

/* --- keeping house -------------------------------------------------------------------------- */

static enum rep_rc
check(struct rep_backend *b, rep_str_fn fn, void *ctx, struct rep_err *err)
{
	struct str_walk w = { fn, ctx };

	return walk(self(b), query(self(b), REP_Q_CHECK), on_id_and_str, &w, err);
}

static enum rep_rc
prune(struct rep_backend *b, int64_t facts_s, int64_t minutes_s, int64_t hours_s, uint64_t *facts,
    struct rep_err *err)
{
	struct sqlite *s = self(b);
	const struct {
		int q;
		int64_t before;
	} cut[] = { { REP_Q_PRUNE_MINUTES, minutes_s }, { REP_Q_PRUNE_MINUTES_ALL, minutes_s },
		{ REP_Q_PRUNE_HOURS, hours_s }, { REP_Q_PRUNE_HOURS_ALL, hours_s },
		{ REP_Q_PRUNE_FACTS, facts_s < 0 ? 0 : facts_s << SECOND_BITS } };
	enum rep_rc rc;

	for (size_t i = 0; i < REP_COUNT(cut); i++) {
		sqlite3_stmt *st = query(s, cut[i].q);

		bind(st, 1, cut[i].before);
		if ((rc = run(s, st, err)) != REP_OK)
			return rc;
		*facts = (uint64_t)sqlite3_changes64(s->db);
	}
	return REP_OK;
}

static enum rep_rc
forget(struct rep_backend *b, uint64_t recipient, uint64_t *facts, struct rep_err *err)
{
	struct sqlite *s = self(b);
	sqlite3_stmt *st = query(s, REP_Q_FORGET_FACTS);
	enum rep_rc rc;

	bind(st, 1, (int64_t)recipient);
	if ((rc = run(s, st, err)) != REP_OK)
		return rc;
	*facts = (uint64_t)sqlite3_changes64(s->db);
	return run(s, query(s, REP_Q_FORGET_DOMAINS), err);
}

static enum rep_rc
scrub(struct rep_backend *b, struct rep_err *err)
{
	struct sqlite *s = self(b);
	int rc;

	if (sqlite3_exec(s->db, "VACUUM", NULL, NULL, NULL) != SQLITE_OK)
		return failed(s, err);
	rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_LOCKED)
		return rep_fail(err, REP_EIO,
		    "%s: what was asked for is deleted, but another program is reading the database, so "
		    "bytes of it may remain in %s-wal; stop that program and run this again",
		    s->path, s->path);
	return rc == SQLITE_OK ? REP_OK : failed(s, err);
}

static void
close_db(struct rep_backend *b)
{
	struct sqlite *s = self(b);

	for (int i = 0; i < REP_Q_N; i++)
		sqlite3_finalize(s->q[i]);
	sqlite3_close(s->db);
	if (s->queue >= 0)
		(void)close(s->queue);
	free(s->path);
	free(s);
}

static enum rep_rc
open_queue(struct sqlite *s, unsigned flags, struct rep_err *err)
{
	struct rep_buf path;

	sqlite3_busy_handler(s->db, on_busy, s);
	if (flags & REP_STORE_READ_ONLY)
		return REP_OK;
	rep_buf_init(&path, strlen(s->path) + sizeof "-queue");
	rep_buf_printf(&path, "%s-queue", s->path);
	if (path.full) {
		rep_buf_fini(&path);
		return rep_fail(err, REP_EMEM, "out of memory to open %s", s->path);
	}
	s->queue = rep_own_file_open(path.p, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	rep_buf_fini(&path);
	return REP_OK;
}

static const struct rep_backend_ops ops = { .close = close_db,
	.begin = begin,
	.commit = commit,
	.rollback = rollback,
	.read_begin = read_begin,
	.read_end = read_end,
	.meta_get = meta_get,
	.meta_put = meta_put,
	.names = names,
	.name_add = name_add,
	.watched = watched,
	.watch_add = watch_add,
	.domain_add = domain_add,
	.domain_get = domain_get,
	.facts_add = facts_add,
	.cells_get = cells_get,
	.cells_put = cells_put,
	.cells_of = cells_of,
	.cells = cells,
	.seen = seen,
	.seen_add = seen_add,
	.state_put = state_put,
	.state_get = state_get,
	.states = states,
	.note_has = note_has,
	.note_put = note_put,
	.note_drop = note_drop,
	.notes = notes,
	.input_put = input_put,
	.inputs = inputs,
	.source_add = source_add,
	.sources = sources,
	.samples = samples,
	.sample_put = sample_put,
	.sample_drop = sample_drop,
	.incident_find = incident_find,
	.incident_last = incident_last,
	.incident_taken = incident_taken,
	.incident_add = incident_add,
	.facts = rep_sqlite_facts,
	.domains = rep_sqlite_domains,
	.messages = rep_sqlite_messages,
	.trail = rep_sqlite_trail,
	.told_add = rep_sqlite_told_add,
	.told_drop = rep_sqlite_told_drop,
	.told = rep_sqlite_told,
	.found_put = rep_sqlite_found_put,
	.found_drop = rep_sqlite_found_drop,
	.found = rep_sqlite_found,
	.looked_put = rep_sqlite_looked_put,
	.looked = rep_sqlite_looked,
	.report_put = rep_sqlite_report_put,
	.report_get = rep_sqlite_report_get,
	.report_prove = rep_sqlite_report_prove,
	.report_drop = rep_sqlite_report_drop,
	.reports_prune = rep_sqlite_reports_prune,
	.reports = rep_sqlite_reports,
	.check = check,
	.prune = prune,
	.forget = forget,
	.scrub = scrub };

enum rep_rc
rep_sqlite_open(const char *path, unsigned flags, struct rep_backend **out, struct rep_err *err)
{
	struct sqlite *s = calloc(1, sizeof *s);
	enum rep_rc rc;

	if (s == NULL || (s->path = strdup(path)) == NULL) {
		free(s);
		return rep_fail(err, REP_EMEM, "out of memory to open %s", path);
	}
	s->b.ops = &ops;
	s->b.wait_s = REP_STORE_WAIT_S;
	s->last_fact = -1;
	s->queue = -1;
	rc = rep_sqlite_connect(path, flags, &s->db, err);
	if (rc == REP_OK)
		rc = open_queue(s, flags, err);
	if (rc == REP_OK)
		rc = number(s, query(s, REP_Q_DATA_VERSION), &s->data_version, err);
	if (rc != REP_OK) {
		close_db(&s->b);
		return rc;
	}
	*out = &s->b;
	return REP_OK;
}
