/*
 * engine/ingest_log.c -- one log, line by line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/ingest_inside.h"
#include "base/time.h"
#include "engine/positions.h"

#include <stdio.h>

enum {
	COMMIT_MS = 1000, /* of input that comes by and by */
	PAUSE_MS = 100,	  /* nothing came for this long: it pauses */
	COLLECT_BYTES = REP_READ_FULL / 2
};

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
		return rep_mail_log_entry(g->wire.log, &e->entry, rep_ingest_fact, g, err);
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

	if ((rc = rep_ingest_hold(g, err)) != REP_OK)
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
	return g->since_commit >= g->commit_lines ? rep_ingest_commit(g, err) : REP_OK;
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

	if (g->holds && rep_ingest_ms(g) - g->held_ms >= COMMIT_MS &&
	    (rc = rep_ingest_commit(g, err)) != REP_OK)
		return rc;
	while (g->holds && !rep_reader_wait(g->reader, PAUSE_MS))
		if ((rc = rep_ingest_commit(g, err)) != REP_OK)
			return rc;
	while (!g->holds && !rep_reader_ended(g->reader) &&
	    rep_reader_unread(g->reader) < COLLECT_BYTES && g->commits > 0 &&
	    (left = g->committed_ms + COMMIT_MS - rep_ingest_ms(g)) > 0)
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
	return rep_ingest_commit(g, err);
}

/* From where the input is. */
enum rep_rc
rep_ingest_log_on(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
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

enum rep_rc
rep_ingest_log_file(struct rep_ingest *g, struct rep_order_input *o, struct rep_err *err)
{
	enum rep_rc rc;

	if (g->store != NULL &&
	    (rc = rep_position_find(g->store, &g->key, g->reader, o, &g->in, err)) != REP_OK)
		return rc;
	return rep_ingest_log_on(g, o, err);
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
				rc = rep_mail_log_entry(
				    g->wire.log, &e.entry, rep_ingest_fact, g, err);
	rep_order_close(g->reader, o);
	return rc;
}

enum rep_rc
rep_ingest_learnt(struct rep_ingest *g, struct rep_err *err)
{
	g->give = true;
	return rep_wire_log_anew(&g->wire, err);
}
