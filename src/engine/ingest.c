/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/ingest.h"
#include "base/time.h"
#include "engine/positions.h"
#include "engine/quarantine.h"
#include "engine/replay.h"
#include "engine/stated.h"
#include "engine/waiting.h"
#include "engine/workers.h"

#include <malloc.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	STATE_MAX = 256 << 20, /* for open queue ids; with more, rep_wire_save fails */
	COMMIT_MS = 1000,      /* of input that comes by and by */
	PAUSE_MS = 100,	       /* nothing came for this long: it pauses */
	COLLECT_BYTES = REP_READ_FULL / 2,
	LISTING_BYTES = 96 << 20,
	APART_BYTES = 128 << 10 /* what is larger goes back to the system when it is freed */
};

struct rep_ingest {
	struct rep_ingest_params o;
	const struct rep_session *s;
	struct rep_know *know;
	struct rep_store *store; /* NULL in a dry run */
	struct rep_key key;
	struct rep_wire wire;
	struct rep_documents *documents;
	struct rep_reader *reader;
	bool sandbox_said;
	struct rep_quarantine quarantine;
	struct rep_kept kept; /* for documents */
	struct rep_received received;
	struct rep_buf state;
	bool give; /* in a dry run: facts are given (false: only learnt from) */
	uint64_t commit_lines, commits;
	bool holds;		       /* a transaction is open: nobody else can write */
	int64_t held_ms, committed_ms; /* when that began; the last commit */
	struct rep_err stopped;	       /* why a commit in a pause failed */
	/* For the input that is being read: */
	struct rep_input in;		      /* with the position behind what was read */
	bool placed;			      /* `in` has such a position */
	bool whole;			      /* all of the chunk was read */
	const struct rep_ingest_chunk *chunk; /* NULL: the input keeps no place of its own */
	const char *name;
	uint64_t lines, bad, bad_before, fresh, known, since_commit;
	uint64_t begun_lines; /* lines that it had when it was opened */
	uint64_t words;	      /* lines with a reply and no recipient, of all inputs */
	int64_t newest_s;     /* the newest fact of before */
};

/* --- facts and reports ------------------------------------------------------------------------- */

static enum rep_rc
on_fact(void *ctx, const struct rep_fact *f, struct rep_err *err)
{
	struct rep_ingest *g = ctx;
	bool fresh;
	enum rep_rc rc;

	if ((rc = rep_wire_fact(&g->wire, f, &fresh, err)) != REP_OK)
		return rc;
	if (g->store == NULL) {
		if (!g->give)
			return REP_OK;
		g->fresh++;
		return g->o.on.fact != NULL ? g->o.on.fact(g->o.on.ctx, f, g->wire.sources, err)
					    : REP_OK;
	}
	if (f->status == REP_STATUS_NONE)
		g->words++;
	else
		*(fresh ? &g->fresh : &g->known) += 1;
	return REP_OK;
}

/* --- the database, held only while there is something to write ------------------------------- */

static int64_t
now_ms(const struct rep_ingest *g)
{
	return g->s->clock_ms != NULL ? g->s->clock_ms() : 0;
}

/*
 * Begins a transaction. When another process wrote since the last one, the open queue ids are those
 * that it left, which began with ours.
 */
static enum rep_rc
hold(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;
	bool whole;

	if (g->holds || g->store == NULL)
		return REP_OK;
	if ((rc = rep_store_begin(g->store, err)) != REP_OK)
		return rc;
	g->holds = true;
	g->held_ms = now_ms(g);
	return rep_store_changed(g->store) ? rep_wire_resume(&g->wire, &whole, err) : REP_OK;
}

/* The position in the log that is being read; of a chunk, when all of it was read. */
static enum rep_rc
put_place(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;

	if (!g->placed || (g->in.head_n == 0 && g->chunk == NULL))
		return REP_OK;
	if ((rc = rep_store_input_put(g->store, &g->in, err)) != REP_OK || g->chunk == NULL)
		return rc;
	return rep_store_state_put(g->store, g->chunk->state, g->chunk->place, err);
}

/* Commits everything that was read, together with the position in the log that is being read. */
static enum rep_rc
commit(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;

	if (g->store == NULL)
		return REP_OK;
	if ((rc = hold(g, err)) != REP_OK)
		return rc;
	if ((rc = put_place(g, err)) != REP_OK)
		return rc;
	rc = rep_wire_save(&g->wire, &g->state, err);
	rep_buf_fini(&g->state); /* the store needs the memory for what it writes now */
	if (rc != REP_OK || (rc = rep_store_commit(g->store, err)) != REP_OK)
		return rc;
	g->since_commit = 0;
	g->holds = false;
	g->committed_ms = now_ms(g);
	g->commits++;
	if (g->o.on.committed != NULL)
		g->o.on.committed(g->o.on.ctx, g->commits);
	return REP_OK;
}

static enum rep_rc
on_report(void *ctx, const struct rep_report *p, const struct rep_place *at, struct rep_err *err)
{
	static struct rep_meaning m; /* 20 KB */
	struct rep_ingest *g = ctx;
	uint64_t before = g->kept.bounces + g->kept.delays;
	enum rep_rc rc;

	rep_meaning_of(g->know, g->wire.hosts, g->wire.streams, p, &m);
	if (g->store == NULL)
		return g->o.on.report != NULL
		    ? g->o.on.report(g->o.on.ctx, p, &m, g->wire.sources, at, err)
		    : REP_OK;
	if ((rc = hold(g, err)) != REP_OK ||
	    (rc = rep_keep_report(&g->wire, p, &m, &g->kept, err)) != REP_OK)
		return rc;
	if (g->o.on.notice != NULL && g->kept.bounces + g->kept.delays > before)
		g->o.on.notice(g->o.on.ctx, p, &m);
	return ++g->since_commit >= g->commit_lines ? commit(g, err) : REP_OK;
}

static void
on_forget(void *ctx, const struct rep_place *at)
{
	struct rep_ingest *g = ctx;

	if (g->store != NULL)
		rep_reports_forget(&g->received.reports);
	else if (g->o.on.forget != NULL)
		g->o.on.forget(g->o.on.ctx, at);
}

/* Of what is kept of a report: never silently less than came. */
static void
say_left_out(const struct rep_ingest *g, uint64_t left, const struct rep_place *at)
{
	if (left > 0)
		rep_session_say(g->s, REP_PROBLEM_INPUT,
		    "%s: a report in it is too large to be kept whole: its last %llu records are left out",
		    at->file, (unsigned long long)left);
}

/* An item of a report of a receiver, to be kept. */
static enum rep_rc
keep_received(struct rep_ingest *g, const struct rep_unpacked *item, const struct rep_place *at,
    struct rep_err *err)
{
	uint64_t left = g->received.reports.n.left_out;
	bool completes = rep_received_completes(item);
	enum rep_rc rc;

	/* A report is kept when it has ended: its records alone are nothing that could be committed. */
	if ((completes && (rc = hold(g, err)) != REP_OK) ||
	    (rc = rep_received_item(&g->received, g->store, &g->s->cfg->authserv_ids, item, at,
		 g->s->clock_s, err)) != REP_OK ||
	    !completes)
		return rc;
	say_left_out(g, g->received.reports.n.left_out - left, at);
	return ++g->since_commit >= g->commit_lines ? commit(g, err) : REP_OK;
}

static enum rep_rc
on_aggregate(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct rep_ingest *g = ctx;

	if (g->store != NULL)
		return keep_received(g, item, at, err);
	return g->o.on.aggregate != NULL ? g->o.on.aggregate(g->o.on.ctx, item, at, err) : REP_OK;
}

static enum rep_rc
on_whole(
    void *ctx, const struct rep_unpacked *item, const struct rep_place *at, struct rep_err *err)
{
	struct rep_ingest *g = ctx;

	if (g->store != NULL)
		return keep_received(g, item, at, err);
	return g->o.on.whole != NULL ? g->o.on.whole(g->o.on.ctx, item, at, err) : REP_OK;
}

/* --- one input ---------------------------------------------------------------------------------- */

/* A line of a chunk has no number that says anything to a person. */
static void
tell_bad_entry(const struct rep_ingest *g, uint64_t line, const char *sentence, uint64_t nth)
{
	const struct rep_ingest_chunk *c = g->chunk;
	char text[sizeof((struct rep_err *)0)->msg + 64], when[REP_TIME_TEXT];

	snprintf(text, sizeof text, "the entry of %s is left out: %s",
	    line > 0 && line <= c->lines_n
		? rep_time_text((int64_t)(c->lines_us[line - 1] / 1000000), when)
		: "an unknown time",
	    sentence);
	rep_session_tell(g->s,
	    &(struct rep_problem){
		.kind = REP_PROBLEM_INPUT, .text = text, .file = g->name, .nth = nth });
}

static void
tell_bad(const struct rep_ingest *g, uint64_t line, const char *sentence, uint64_t nth)
{
	if (g->chunk != NULL) {
		tell_bad_entry(g, line, sentence, nth);
		return;
	}
	rep_session_tell(g->s,
	    &(struct rep_problem){ .kind = REP_PROBLEM_INPUT,
		.text = sentence,
		.file = g->name,
		.line = line,
		.nth = nth,
		.line_skipped = true });
}

/* Whether a sentence about lines that are not read was said of a chunk before. */
static bool
said_before(const struct rep_ingest *g, struct rep_str sentence)
{
	struct rep_ingest_origin *t;
	uint64_t id;

	if (g->chunk == NULL)
		return false;
	t = g->chunk->origin;
	id = rep_siphash(&g->key, sentence);
	for (size_t i = 0; i < t->unread_n; i++)
		if (t->unread[i] == id)
			return true;
	if (t->unread_n < REP_COUNT(t->unread))
		t->unread[t->unread_n++] = id;
	return false;
}

/* Its number among the bad lines that are reported of this input. */
static uint64_t
nth_bad(struct rep_ingest *g)
{
	g->bad++;
	return g->chunk != NULL ? ++g->chunk->origin->bad : g->bad - g->bad_before;
}

/* One thing that a line says, or why it could not be read. */
static enum rep_rc
one_entry(struct rep_ingest *g, const struct rep_read_entry *e, struct rep_err *err)
{
	struct rep_err why;

	if (e->kind == REP_LINE_OTHER)
		return rep_mail_log_entry(g->wire.log, &e->entry, on_fact, g, err);
	if (e->kind == REP_LINE_UNREAD && !said_before(g, e->why))
		rep_session_say(g->s, REP_PROBLEM_INPUT, "%s: %.*s", g->name, REP_PR(e->why));
	if (e->kind == REP_LINE_BAD) {
		(void)rep_fail(&why, REP_ESYNTAX, "%.*s", REP_PR(e->why));
		tell_bad(g, e->entry.number, why.msg, nth_bad(g));
	}
	return REP_OK;
}

/* What the lines of a batch say. *trusted is false when the rest of it makes no sense: see *why. */
static enum rep_rc
one_batch(struct rep_ingest *g, const struct rep_reader_input *in, const struct rep_read_batch *b,
    bool *trusted, struct rep_err *why, struct rep_err *err)
{
	static struct rep_read_entry e;
	size_t at = 0;
	enum rep_rc rc;

	if ((rc = hold(g, err)) != REP_OK)
		return rc;
	while ((rc = rep_reader_entry(g->reader, b, &at, &e, why)) == REP_OK)
		if ((rc = one_entry(g, &e, err)) != REP_OK)
			return rc;
	*trusted = rc == REP_ENOTFOUND;
	if (!*trusted)
		return REP_OK;
	g->lines += b->lines;
	g->since_commit += b->lines;
	if (b->first_s != 0 && (g->in.first_s == 0 || b->first_s < g->in.first_s))
		g->in.first_s = b->first_s;
	if (b->last_s > g->in.last_s)
		g->in.last_s = b->last_s;
	if (!b->whole)
		return REP_OK;
	if (g->o.on.read != NULL)
		g->o.on.read(g->o.on.ctx, g->name, b->mark.offset, g->lines - g->begun_lines);
	if (g->chunk == NULL) {
		rep_position_note(&g->in, &g->key, (struct rep_str){ in->head, in->head_n },
		    &b->mark, g->lines, g->bad, g->s->clock_s);
		g->placed = true;
	}
	return g->since_commit >= g->commit_lines ? commit(g, err) : REP_OK;
}

/*
 * For input that comes by and by: waits for the next batch. The database is not held meanwhile: what
 * was read is committed first, when nothing came for a moment, or after a second. Then lines are
 * collected for a second, so that a commit is not made for each.
 */
static enum rep_rc
wait_for_batch(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc;
	int64_t left;

	if (g->holds && now_ms(g) - g->held_ms >= COMMIT_MS && (rc = commit(g, err)) != REP_OK)
		return rc;
	while (g->holds && !rep_reader_wait(g->reader, PAUSE_MS))
		if ((rc = commit(g, err)) != REP_OK)
			return rc;
	while (!g->holds && !rep_reader_ended(g->reader) &&
	    rep_reader_unread(g->reader) < COLLECT_BYTES && g->commits > 0 &&
	    (left = g->committed_ms + COMMIT_MS - now_ms(g)) > 0)
		(void)rep_reader_more(g->reader, (int)left);
	return REP_OK;
}

/* Reads all lines. *ended: REP_ENOTFOUND at the end, else why the rest cannot be read. */
static enum rep_rc
read_lines(struct rep_ingest *g, const struct rep_reader_input *in, enum rep_rc *ended,
    struct rep_err *why, struct rep_err *err)
{
	bool flows = in->flows && g->store != NULL, trusted = true;
	struct rep_read_batch b;
	enum rep_rc rc;

	*ended = rep_reader_lines(g->reader, in, g->in.offset > 0 ? g->in.last_s : 0, why);
	while (*ended == REP_OK) {
		if (flows && (rc = wait_for_batch(g, err)) != REP_OK)
			return rc;
		if ((*ended = rep_reader_next_batch(g->reader, &b, why)) != REP_OK)
			break;
		if ((rc = one_batch(g, in, &b, &trusted, why, err)) != REP_OK)
			return rc;
		if (!trusted)
			*ended = why->rc;
	}
	return REP_OK;
}

/*
 * The process that read the log is gone: another one reads on behind the last line that is known.
 * False when that cannot be: the log is a pipe, or is another one now.
 */
static bool
another_reads_on(struct rep_ingest *g, struct rep_order_input *o)
{
	if (o->reading->flows)
		return false;
	g->lines = g->in.lines;
	g->bad = g->in.bad;
	rep_order_close(g->reader, o);
	return rep_order_open(g->reader, o, 0, NULL) == REP_OK &&
	    (g->in.offset == 0 ||
		rep_position_goes_on(g->reader, o->reading, &g->key, &g->in, NULL));
}

/* All of a chunk is read: it counts, and its place is stored with it. */
static void
chunk_read(struct rep_ingest *g)
{
	g->in.lines = g->lines + g->chunk->left_out;
	g->in.bad = g->bad + g->chunk->left_out;
	g->in.read_s = g->s->clock_s;
	g->placed = g->whole = true;
}

/* Once it may die for a reason that is not the log's. */
static enum rep_rc
read_log(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	bool again = true, lost;
	struct rep_err why;
	enum rep_rc rc, ended;

	for (;;) {
		if ((rc = read_lines(g, o->reading, &ended, &why, err)) != REP_OK)
			return rc;
		if (ended == REP_ENOTFOUND)
			break;
		lost = !rep_reader_has(g->reader, o->reading);
		if (!lost || !again || !another_reads_on(g, o)) {
			/* The rest of the file cannot be read: what was read is used. */
			rep_session_say(g->s, rep_problem_of(&why), "%s", why.msg);
			break;
		}
		again = false;
		rep_session_say(g->s, REP_PROBLEM_NOTE, "%s; another one read on", why.msg);
	}
	if (g->chunk != NULL && ended == REP_ENOTFOUND)
		chunk_read(g);
	return commit(g, err);
}

/* From where the input is. */
static enum rep_rc
one_log_on(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	uint64_t lines;
	enum rep_rc rc;

	g->lines = lines = g->begun_lines = g->in.lines;
	g->bad = g->bad_before = g->in.bad;
	rep_mail_log_file(g->wire.log, o->name, o->reading->time_s);
	rc = read_log(g, o, err);
	g->placed = false;
	if (rc != REP_OK)
		return rc;
	if (g->o.on.log != NULL)
		g->o.on.log(g->o.on.ctx,
		    &(struct rep_ingest_log){ .name = o->name,
			.lines = g->lines - lines,
			.bad = g->bad - g->bad_before,
			.fresh = g->fresh,
			.known = g->known,
			.first_s = g->in.first_s,
			.last_s = g->in.last_s });
	return REP_OK;
}

static enum rep_rc
one_log(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	enum rep_rc rc;

	if (g->store != NULL &&
	    (rc = rep_position_find(g->store, &g->key, g->reader, o, &g->in, err)) != REP_OK)
		return rc;
	return one_log_on(g, o, err);
}

/*
 * The output of postqueue -j. It has no deliveries: what waits is counted, by provider and reason,
 * and takes the place of the listing before.
 */
static enum rep_rc
one_listing(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	struct rep_arena *a = rep_arena_new(LISTING_BYTES);
	struct rep_queue_from from = { o->name, g->reader, o->reading };
	int64_t at_s = o->reading->time_s, now_s = rep_session_present(g->s);
	struct rep_queue_groups q;
	enum rep_rc rc;

	if (a == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	at_s = at_s == 0 || at_s > now_s ? now_s : at_s;
	rc = rep_queue_group_all(g->s, g->know, &from, at_s, a, &q, err);
	if (rc == REP_OK && g->store != NULL && (rc = hold(g, err)) == REP_OK &&
	    (rc = rep_waits_put(g->store, &q, at_s, err)) == REP_OK)
		rc = commit(g, err);
	if (rc == REP_OK && g->o.on.listing != NULL)
		g->o.on.listing(g->o.on.ctx, o->name, q.messages);
	rep_arena_free(a);
	return rc;
}

/* Opens the input when it is not open. False: it cannot be opened, and that was reported. */
static bool
is_open(const struct rep_ingest *g, struct rep_order_input *o)
{
	struct rep_err why;

	if (o->bad)
		return false;
	if (o->reading == NULL && rep_order_open(g->reader, o, REP_LINES_ALL, &why) != REP_OK) {
		rep_session_say(g->s, rep_problem_of(&why), "%s", why.msg);
		o->bad = true;
	}
	return !o->bad;
}

/* It is open: the one before is forgotten. */
static void
begin_input(struct rep_ingest *g, const struct rep_order_input *o)
{
	size_t n = strlen(o->name), cut = n >= sizeof g->in.name ? n - sizeof g->in.name + 1 : 0;

	if (!g->sandbox_said)
		rep_workers_say(g->s, rep_reader_sandbox(g->reader));
	g->sandbox_said = true;
	memset(&g->in, 0, sizeof g->in);
	memcpy(g->in.name, o->name + cut, n - cut);
	g->name = o->name;
	g->lines = g->bad = g->fresh = g->known = 0;
}

static enum rep_rc
one_document(struct rep_ingest *g, const struct rep_order_input *o, struct rep_err *err)
{
	if (g->o.on.document != NULL)
		g->o.on.document(g->o.on.ctx, o);
	return rep_documents_input(g->documents, o->name, g->reader, o->reading, err);
}

enum rep_rc
rep_ingest_input(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	enum rep_rc rc;

	if (!is_open(g, o))
		return REP_OK;
	begin_input(g, o);
	rc = rep_postqueue_is((struct rep_str){ o->reading->head, o->reading->head_n })
	    ? one_listing(g, o, err)
	    : rep_document_is(o->reading->kind) ? one_document(g, o, err)
						: one_log(g, o, err);
	rep_order_close(g->reader, o);
	if (rc == REP_OK && g->stopped.rc != REP_OK)
		rc = rep_fail(err, g->stopped.rc, "%s", g->stopped.msg);
	return rc;
}

/* --- chunks of what keeps its own place ---------------------------------------------------------- */

enum rep_rc
rep_ingest_place(
    struct rep_ingest *g, const char *state, char *place, size_t room, struct rep_err *err)
{
	struct rep_str s;
	enum rep_rc rc = rep_store_state_get(g->store, state, &s, err);

	if (rc != REP_OK)
		return rc;
	s.n = s.n < room ? s.n : 0;
	if (s.n > 0)
		memcpy(place, s.p, s.n);
	place[s.n] = '\0';
	return REP_OK;
}

/* What was read of the same origin before. It has no first bytes, so no file is taken for it. */
static enum rep_rc
find_origin(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_ingest_origin *t = g->chunk->origin;
	uint64_t id = rep_siphash(&g->key, rep_str_c(g->chunk->state));
	const struct rep_input *v;
	size_t n = 0;
	enum rep_rc rc;

	if (t->found)
		return REP_OK;
	if ((rc = rep_store_inputs(g->store, &v, &n, err)) != REP_OK)
		return rc;
	t->in = g->in;
	t->in.head = id;
	for (size_t i = 0; i < n; i++)
		if (v[i].head_n == 0 && v[i].head == id)
			t->in = v[i];
	t->found = true;
	return REP_OK;
}

static enum rep_rc
one_chunk(struct rep_ingest *g, struct rep_order_input *o, uint64_t *lines, struct rep_err *err)
{
	struct rep_ingest_origin *t = g->chunk->origin;
	enum rep_rc rc;

	if ((rc = find_origin(g, err)) != REP_OK)
		return rc;
	g->in = t->in;
	if ((rc = one_log_on(g, o, err)) != REP_OK)
		return rc;
	*lines = g->lines - t->in.lines;
	if (g->whole)
		t->in = g->in;
	return REP_OK;
}

enum rep_rc
rep_ingest_chunk(struct rep_ingest *g, const struct rep_ingest_chunk *p, bool *whole,
    uint64_t *lines, struct rep_err *err)
{
	char path[32];
	struct rep_order_input o = { .path = path, .name = p->name, .given = true };
	enum rep_rc rc;

	snprintf(path, sizeof path, "/proc/self/fd/%d", p->fd);
	*lines = 0;
	*whole = g->whole = false;
	if ((rc = rep_order_open(g->reader, &o, REP_LINES_ALL, err)) != REP_OK)
		return rc;
	begin_input(g, &o);
	g->chunk = p;
	rc = one_chunk(g, &o, lines, err);
	*whole = rc == REP_OK && g->whole;
	g->chunk = NULL;
	rep_order_close(g->reader, &o);
	return rc;
}

/* --- a dry run ------------------------------------------------------------------------------------ */

/* Reports nothing: the second reading reports what is wrong. */
enum rep_rc
rep_ingest_learn(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	static struct rep_read_entry e;
	struct rep_read_batch b;
	enum rep_rc rc = REP_OK;

	if (o->bad || o->document ||
	    (o->reading == NULL && rep_order_open(g->reader, o, 0, NULL) != REP_OK) ||
	    rep_reader_lines(g->reader, o->reading, 0, NULL) != REP_OK)
		return REP_OK;
	rep_mail_log_file(g->wire.log, o->name, o->reading->time_s);
	while (rc == REP_OK && rep_reader_next_batch(g->reader, &b, NULL) == REP_OK)
		for (size_t at = 0;
		     rc == REP_OK && rep_reader_entry(g->reader, &b, &at, &e, NULL) == REP_OK;)
			if (e.kind == REP_LINE_OTHER)
				rc = rep_mail_log_entry(g->wire.log, &e.entry, on_fact, g, err);
	rep_order_close(g->reader, o);
	return rc;
}

struct rep_reader *
rep_ingest_reader(const struct rep_ingest *g)
{
	return g->reader;
}

enum rep_rc
rep_ingest_learnt(struct rep_ingest *g, struct rep_err *err)
{
	g->give = true;
	return rep_wire_log_anew(&g->wire, err);
}

/* --- the end -------------------------------------------------------------------------------------- */

/* What could not be remembered or told apart of the logs: never silently. */
static void
tell_limits(const struct rep_ingest *g)
{
	struct rep_queue_limits q = rep_mail_log_limits(g->wire.log);
	struct rep_streams_limits s = rep_streams_limits(g->wire.streams);

	if (rep_sources_full(g->wire.sources))
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "more than %d of your addresses were given: further labels are shown without "
		    "an address",
		    REP_SOURCES_MAX);
	if (q.forgotten > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "more than %d messages were in the queue at once: the %llu oldest were "
		    "forgotten, and their later deliveries count without a stream",
		    REP_QUEUE_MAX, (unsigned long long)q.forgotten);
	if (q.hosts > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "more than %d hosts wrote these logs: deliveries of further hosts count "
		    "without a stream",
		    REP_QUEUE_HOSTS_MAX);
	if (q.long_ids > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "queue ids longer than %d bytes were not kept: their deliveries count without "
		    "a stream",
		    REP_QUEUE_ID_MAX);
	if (q.pending > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "%llu recipients of messages with more than %d waiting recipients are not "
		    "tracked: if they expire, that is not counted",
		    (unsigned long long)q.pending, REP_QUEUE_PENDING_MAX);
	if (s.folded > 0)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "%.*s%s more than %d streams: further ones are counted as the stream "
		    "\"other\"; stream blocks in reputed.conf give them names",
		    REP_PR(s.first), s.folded > 1 ? " and other domains have" : " has",
		    REP_STREAMS_PER_DOMAIN);
	if (s.full)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "too many sender domains to count one by one: further ones are counted as the "
		    "stream \"other/other\"");
}

enum rep_rc
rep_ingest_settle(struct rep_ingest *g, struct rep_err *err)
{
	enum rep_rc rc = rep_documents_drain(g->documents, err);

	if (rc != REP_OK)
		return rc;
	tell_limits(g);
	if (g->kept.waiting != NULL) {
		if ((rc = hold(g, err)) != REP_OK ||
		    (rc = rep_keep_settle(&g->wire, &g->kept, err)) != REP_OK)
			return rc;
		rep_keep_fini(&g->kept);
		g->since_commit++;
	}
	return g->since_commit > 0 ? commit(g, err) : REP_OK;
}

void
rep_ingest_counts(const struct rep_ingest *g, struct rep_ingest_counts *n)
{
	rep_documents_counts(g->documents, &n->documents);
	n->kept = g->kept;
	n->kept.waiting = NULL;
	n->reports = g->received.reports.n;
	n->tls = g->received.tls;
	n->words = g->words;
}

enum rep_rc
rep_ingest_waits(
    struct rep_ingest *g, struct rep_arena *a, struct rep_waits *out, struct rep_err *err)
{
	/* All of it is stored, and the list needs the memory. */
	rep_mail_log_free(g->wire.log);
	g->wire.log = NULL;
	return rep_waits_load(g->store, g->s->now_s, a, out, err);
}

static enum rep_rc
open_store(struct rep_ingest *g, struct rep_err *err)
{
	unsigned flags = REP_STORE_CREATE | (g->o.rollups_only ? REP_STORE_ROLLUPS_ONLY : 0u);

	return rep_session_open(g->s, flags, &g->key, &g->store, err);
}

static enum rep_rc
judge(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_verdict_set set;
	bool record = true;
	enum rep_rc rc = rep_verdicts_make(g->s, g->know, g->store, REP_DEPTH_TOLD, &set, err);

	if (rc == REP_OK && g->o.on.judged != NULL)
		rc = g->o.on.judged(g->o.on.ctx, &set, g->store, &record, err);
	if (rc == REP_OK && record)
		rc = rep_replay_record(g->s, &set, g->store, err);
	rep_verdicts_free(&set);
	return rc;
}

/* Said when the newest day is another one than before, so that who reads every second does not repeat it. */
static void
say_ahead(const struct rep_ingest *g, int64_t last_s, int64_t ages_s)
{
	char newest[REP_TIME_TEXT], before[REP_TIME_TEXT];

	if (last_s == ages_s || last_s / REP_DAY_S == g->newest_s / REP_DAY_S)
		return;
	rep_session_say(g->s, REP_PROBLEM_NOTE,
	    "the newest mail is of %s, and the newest before it of %s: was a clock wrong? What is "
	    "old is kept until %d days have mail after that gap",
	    rep_time_text(last_s, newest), rep_time_text(ages_s, before), REP_STORE_GAP_DAYS);
}

enum rep_rc
rep_ingest_finish(struct rep_ingest *g, uint64_t *counted, struct rep_err *err)
{
	struct rep_store_totals totals;
	int64_t ages_s;
	enum rep_rc rc;

	/*
	 * Nothing is read any more, and the judge needs the memory, also that of the store's
	 * caches.
	 */
	rep_wire_close(&g->wire);
	rep_buf_fini(&g->state);
	rep_store_close(g->store);
	g->store = NULL;
	(void)malloc_trim(0);
	if ((rc = open_store(g, err)) != REP_OK ||
	    (rc = rep_store_begin(g->store, err)) != REP_OK ||
	    (rc = rep_store_totals(g->store, &totals, err)) != REP_OK ||
	    (rc = rep_store_ages(g->store, rep_session_present(g->s), &ages_s, err)) != REP_OK ||
	    (rc = rep_store_prune(g->store, ages_s, err)) != REP_OK ||
	    (rc = rep_stated_keep(g->s, g->store, g->o.stated, g->o.stated_n, err)) != REP_OK ||
	    /* judged on its own: when that fails, what is too old is gone all the same */
	    (rc = rep_store_commit(g->store, err)) != REP_OK ||
	    (rc = rep_store_begin(g->store, err)) != REP_OK || (rc = judge(g, err)) != REP_OK ||
	    (rc = rep_store_commit(g->store, err)) != REP_OK)
		return rc;
	*counted = totals.counted;
	say_ahead(g, totals.last_s, ages_s);
	return REP_OK;
}

/* --- life ------------------------------------------------------------------------------------------ */

static bool
filled(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
}

/* Opens know, the key and the store, and the wire with the queue ids that are still open. */
static enum rep_rc
set_up(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_store_totals totals = { 0 };
	struct rep_wire_params o = { .cfg = g->s->cfg,
		.stated = g->o.stated,
		.stated_n = g->o.stated_n,
		.key = &g->key,
		.now_s = rep_session_present(g->s) };
	enum rep_rc rc;
	bool whole;

	if ((rc = rep_session_know(g->s, &g->know, err)) != REP_OK)
		return rc;
	if (!g->o.dry_run &&
	    ((rc = rep_session_key(g->s, !filled(rep_session_db(g->s)), &g->key, err)) != REP_OK ||
		(rc = open_store(g, err)) != REP_OK ||
		(rc = rep_store_totals(g->store, &totals, err)) != REP_OK))
		return rc;
	g->newest_s = totals.last_s;
	o.know = g->know;
	o.store = g->store;
	if ((rc = rep_wire_open(&g->wire, &o, g->s->arena, err)) != REP_OK ||
	    (rc = rep_wire_resume(&g->wire, &whole, err)) != REP_OK)
		return rc;
	if (!whole)
		rep_session_say(g->s, REP_PROBLEM_NOTE,
		    "%s; deliveries of messages queued before count without a stream", err->msg);
	return REP_OK;
}

/* A pipe with documents pauses: what came so far is read and committed. */
static void
on_pause(void *ctx)
{
	struct rep_ingest *g = ctx;

	if (g->stopped.rc == REP_OK && rep_documents_drain(g->documents, &g->stopped) == REP_OK &&
	    g->since_commit > 0)
		(void)commit(g, &g->stopped);
}

static enum rep_rc
set_up_documents(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_documents_params docs = { .session = g->s,
		.faults = g->o.faults,
		.report = on_report,
		.aggregate = on_aggregate,
		.forget = on_forget,
		.whole = on_whole,
		.pause = on_pause,
		.ctx = g };
	enum rep_rc rc;
	size_t gone;

	if (!g->o.dry_run) {
		const char *folder = rep_quarantine_folder(g->s->arena, rep_session_db(g->s));

		if ((rc = rep_quarantine_purge(folder,
			 g->s->clock_s - (int64_t)REP_QUARANTINE_DAYS * REP_DAY_S, &gone, err)) !=
			REP_OK ||
		    (rc = rep_quarantine_open(&g->quarantine, folder, err)) != REP_OK)
			return rc;
		if (gone > 0)
			rep_session_say(g->s, REP_PROBLEM_NOTE,
			    "%zu of the documents in the quarantine were older than %d days, and are "
			    "removed",
			    gone, REP_QUARANTINE_DAYS);
		docs.quarantine = &g->quarantine;
	}
	return rep_documents_new(&docs, &g->documents, err);
}

static enum rep_rc
set_up_reader(struct rep_ingest *g, struct rep_err *err)
{
	struct rep_reader_params o = rep_workers_read(g->s);

	o.lines = g->commit_lines; /* so that a batch ends where a commit is due */
	o.kill_at = g->o.faults.kill_reader_at;
	o.kill_open_at = g->o.faults.kill_open_at;
	return rep_reader_new(&o, &g->reader, err);
}

enum rep_rc
rep_ingest_open(const struct rep_ingest_params *o, struct rep_ingest **out, struct rep_err *err)
{
	struct rep_ingest *g = calloc(1, sizeof *g);
	enum rep_rc rc;

	if (g == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	g->o = *o;
	g->s = o->session;
	g->commit_lines = o->commit_lines != 0 ? o->commit_lines : REP_INGEST_COMMIT_LINES;
	rep_buf_init(&g->state, STATE_MAX);
	rep_received_begin(&g->received);
	(void)mallopt(M_MMAP_THRESHOLD, APART_BYTES);
	if ((rc = set_up_reader(g, err)) != REP_OK || (rc = set_up_documents(g, err)) != REP_OK ||
	    (rc = set_up(g, err)) != REP_OK) {
		rep_ingest_close(g);
		return rc;
	}
	*out = g;
	return REP_OK;
}

void
rep_ingest_close(struct rep_ingest *g)
{
	if (g == NULL)
		return;
	rep_buf_fini(&g->state);
	rep_documents_free(g->documents);
	rep_reader_free(g->reader);
	rep_keep_fini(&g->kept);
	rep_received_fini(&g->received);
	rep_wire_close(&g->wire);
	rep_store_close(g->store);
	rep_know_free(g->know);
	free(g);
}
