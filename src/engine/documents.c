/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/documents.h"
#include "engine/quarantine.h"
#include "engine/workers.h"
#include "intake/mbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	DOCUMENT_MAX = 32 << 20,
	/*
	 * Judgement: twenty times the largest report known (100,000 records in 55 MB). It bounds the time that a packed
	 * bomb takes, not memory.
	 */
	REPORTS_MAX = 1 << 30,
	KEPT_OF_LARGE = 64 << 10, /* enough to see what it was */
	CHUNK = 1 << 20,
	WHOLE_BYTES = 64 << 20, /* 100,000 failures of a TLS report take 20 MB */
	PLACES = 256
};
_Static_assert((int)PLACES >= (int)REP_POOL_FLIGHT, "each document in flight has a place");

struct origin {
	char *file; /* owned */
	uint64_t message;
};

struct rep_documents {
	struct rep_documents_params o;
	struct rep_pool *pool;
	struct origin places[PLACES]; /* of the documents in flight, a ring by tag */
	uint64_t next;
	struct rep_documents_counts n;
	uint64_t told;		 /* documents that could not be read completely */
	bool sandbox_said;	 /* also of the reader's, which is locked in the same way */
	struct rep_buf bytes;	 /* of the document that is being collected */
	struct rep_arena *arena; /* owned; of one report that came whole */
	uint64_t open;		 /* records of an aggregate report that came, and not its end */
};

/* --- what came of a document ------------------------------------------------------------------- */

/* Reports bad input, with the number of the document in its file. */
static void tell(struct rep_documents *d, const char *fmt, ...) REP_PRINTF(2, 3);

static void
tell(struct rep_documents *d, const char *fmt, ...)
{
	struct rep_problem p = { .kind = REP_PROBLEM_INPUT, .nth = ++d->told };
	char text[REP_SESSION_SENTENCE];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	p.text = text;
	rep_session_tell(d->o.session, &p);
}

/* Puts the document into the quarantine when there is room. Only a failing disk ends the ingest. */
static enum rep_rc
unreadable(struct rep_documents *d, const struct origin *p, const struct rep_job *job,
    const char *reason, struct rep_err *err)
{
	const char *kept = "left out";
	char where[64] = "", id[REP_QUARANTINE_ID];
	struct rep_err full = { .msg = "" };
	enum rep_rc rc;

	d->n.unreadable++;
	if (d->o.quarantine != NULL) {
		rc = rep_quarantine_put(
		    d->o.quarantine, job->bytes, p->file, reason, d->o.session->clock_s, id, &full);
		if (rc == REP_OK)
			kept = "kept in the quarantine: reputed quarantine list";
		else if (rc != REP_ELIMIT)
			return rep_fail(err, rc, "%s", full.msg);
	}
	if (p->message > 1)
		snprintf(where, sizeof where, " (message %llu)", (unsigned long long)p->message);
	tell(d, "%s%s: %s; %s%s%s", p->file, where, reason, kept, full.msg[0] != '\0' ? ", " : "",
	    full.msg);
	return REP_OK;
}

/* For a document that was read in part: says what was left out. */
static void
say_salvaged(struct rep_documents *d, const struct origin *p, const struct rep_result *res)
{
	if (res->reason.n == 0)
		return;
	tell(d, "%s: %.*s", p->file, REP_PR(res->reason));
}

static enum rep_rc
on_item(struct rep_documents *d, const struct rep_unpacked *item, const struct rep_place *at,
    struct rep_err *err)
{
	bool whole = item->tag == REP_PACKED_TLS || item->tag == REP_PACKED_FAILURE;
	rep_aggregate_fn take = whole ? d->o.whole : d->o.aggregate;

	d->n.aggregates += item->tag == REP_PACKED_END;
	d->n.tls_reports += item->tag == REP_PACKED_TLS;
	d->n.auth_failures += item->tag == REP_PACKED_FAILURE;
	if (!whole)
		d->open = item->tag == REP_PACKED_END ? 0 : d->open + 1;
	return take != NULL ? take(d->o.ctx, item, at, err) : REP_OK;
}

/* No more items come of a document. Whose records they are is said by the end of a report: without it they are nobody's. */
static void
no_more_items(struct rep_documents *d, const struct rep_place *at)
{
	if (d->open == 0)
		return;
	tell(d, "%s: the end of a report in it could not be read; its %llu record%s left out",
	    at->file, (unsigned long long)d->open, d->open == 1 ? " is" : "s are");
	if (d->o.forget != NULL)
		d->o.forget(d->o.ctx, at);
	d->open = 0;
}

/*
 * The aggregate, TLS and failure reports of a document. What makes no sense of them is bad input: the worker that wrote it
 * may be lost.
 */
static enum rep_rc
packed_reports(
    struct rep_documents *d, struct rep_str packed, const struct rep_place *at, struct rep_err *err)
{
	static struct rep_unpacked item; /* 60 KB */
	struct rep_packed u;
	struct rep_err why;
	enum rep_rc rc, said;

	rep_packed_begin(&u, packed, d->arena);
	while ((rc = rep_packed_next(&u, &item, &why)) == REP_OK)
		if ((said = on_item(d, &item, at, err)) != REP_OK)
			return said;
	if (rc != REP_ENOTFOUND)
		tell(d, "%s: %s", at->file, why.msg);
	no_more_items(d, at);
	return REP_OK;
}

static enum rep_rc
on_outcome(void *ctx, uint64_t tag, const struct rep_job *job, enum rep_outcome outcome,
    const char *reason, const struct rep_result *res, struct rep_err *err)
{
	struct rep_documents *d = ctx;
	struct origin *p = &d->places[tag % PLACES];
	struct rep_place at = { .file = p->file,
		.message = p->message,
		.mailed = res != NULL && res->mailed,
		.auth = res != NULL && res->auth.passed_n > 0 ? &res->auth : NULL,
		.signed_by = res != NULL && res->signed_by.n > 0 ? &res->signed_by : NULL };
	enum rep_rc rc = REP_OK;
	char why[300];

	if (!d->sandbox_said)
		rep_workers_say(d->o.session, rep_pool_sandbox(d->pool));
	d->sandbox_said = true;
	d->n.documents++;
	if (outcome != REP_OUTCOME_READ) {
		rc = unreadable(d, p, job, reason, err);
	} else if (!res->readable) {
		snprintf(why, sizeof why, "%.*s", (int)(res->reason.n < 290 ? res->reason.n : 290),
		    res->reason.p);
		rc = unreadable(d, p, job, why, err);
	} else {
		d->n.nothing += res->skipped;
		say_salvaged(d, p, res);
	}
	for (size_t i = 0; i < res->n && rc == REP_OK; i++) {
		d->n.reports++;
		rc = d->o.report(d->o.ctx, &res->reports[i], &at, err);
	}
	if (rc == REP_OK && outcome == REP_OUTCOME_READ && res->readable)
		rc = packed_reports(d, res->packed, &at, err);
	free(p->file);
	p->file = NULL;
	return rc;
}

/* --- documents of an input --------------------------------------------------------------------------- */

static enum rep_rc
submit(struct rep_documents *d, const char *name, uint64_t message, const struct rep_job *job,
    struct rep_err *err)
{
	struct origin *p = &d->places[d->next % PLACES];

	if ((p->file = strdup(name)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	p->message = message;
	return rep_pool_submit(d->pool, job, d->next++, err);
}

/* Submits what was collected so far as one document. */
static enum rep_rc
gathered(struct rep_documents *d, const char *name, uint64_t message, enum rep_doc_kind kind,
    uint32_t line, int64_t file_s, struct rep_err *err)
{
	struct rep_job job = { .kind = (uint32_t)kind, .line = line, .file_s = file_s };
	enum rep_rc rc;

	if (d->bytes.full) {
		struct origin p = { (char *)(uintptr_t)name, message };

		job.bytes = rep_str_sub(rep_buf_str(&d->bytes), 0, KEPT_OF_LARGE);
		rc = unreadable(
		    d, &p, &job, "larger than 32 MB; only its first 64 KB are kept", err);
		rep_buf_clear(&d->bytes); /* last, because it overwrites the bytes */
		return rc;
	}
	job.bytes = rep_buf_str(&d->bytes);
	rc = job.bytes.n > 0 ? submit(d, name, message, &job, err) : REP_OK;
	rep_buf_clear(&d->bytes);
	return rc;
}

/* Reading stopped early. This is reported, and what was read is used. */
static enum rep_rc
broken(struct rep_documents *d, enum rep_rc rc, const struct rep_err *why)
{
	if (rc == REP_ENOTFOUND)
		return REP_OK;
	rep_session_say(d->o.session, REP_PROBLEM_INPUT, "%s", why->msg);
	return REP_OK;
}

enum { PAUSE_MS = 100 };

/* An input that is being read. */
struct source {
	const char *name;
	struct rep_reader *reader;
	const struct rep_reader_input *in;
};

/* The next bytes. When none come for a moment, the caller can do what should not wait for them. */
static enum rep_rc
next_bytes(
    struct rep_documents *d, const struct source *from, struct rep_str *s, struct rep_err *why)
{
	if (d->o.pause != NULL && from->in->flows && !rep_reader_wait(from->reader, PAUSE_MS))
		d->o.pause(d->o.ctx);
	return rep_reader_next_bytes(from->reader, s, why);
}

static enum rep_rc
next_items(struct rep_documents *d, const struct source *from, struct rep_packed *items,
    struct rep_err *why)
{
	if (d->o.pause != NULL && from->in->flows && !rep_reader_wait(from->reader, PAUSE_MS))
		d->o.pause(d->o.ctx);
	return rep_reader_next_items(from->reader, items, why);
}

/* The whole input is one document. */
static enum rep_rc
whole(
    struct rep_documents *d, const struct source *from, enum rep_doc_kind kind, struct rep_err *err)
{
	struct rep_err why;
	struct rep_str s;
	enum rep_rc rc;

	while ((rc = next_bytes(d, from, &s, &why)) == REP_OK)
		rep_buf_add(&d->bytes, s);
	if (!d->bytes.full && (rc = broken(d, rc, &why)) != REP_OK)
		return rc;
	return gathered(d, from->name, 1, kind, 0, from->in->time_s, err);
}

/* All items of aggregate reports. *ended: REP_ENOTFOUND at the end, else why there are no more. */
static enum rep_rc
items(struct rep_documents *d, const struct source *from, const struct rep_place *at,
    enum rep_rc *ended, struct rep_err *why, struct rep_err *err)
{
	static struct rep_unpacked item; /* 60 KB */
	struct rep_packed packed;
	enum rep_rc rc;

	while ((*ended = next_items(d, from, &packed, why)) == REP_OK) {
		while ((*ended = rep_reader_item(from->reader, &packed, &item, why)) == REP_OK)
			if ((rc = on_item(d, &item, at, err)) != REP_OK)
				return rc;
		if (*ended != REP_ENOTFOUND)
			break;
	}
	no_more_items(d, at);
	return REP_OK;
}

/* The whole input is one document of aggregate reports, of any length: its reader says what is in it. */
static enum rep_rc
reports(struct rep_documents *d, const struct source *from, struct rep_err *err)
{
	struct origin o = { (char *)(uintptr_t)from->name, 1 };
	struct rep_place at = { .file = from->name, .message = 1 };
	struct rep_job job = { .bytes = { from->in->head, from->in->head_n } };
	uint64_t before = d->n.aggregates;
	struct rep_err why;
	enum rep_rc rc, ended;
	char text[sizeof why.msg + 64];

	/* The records of two reports must not mix. */
	if ((rc = rep_pool_drain(d->pool, err)) != REP_OK)
		return rc;
	if ((ended = rep_reader_items(from->reader, from->in, REPORTS_MAX, &why)) == REP_OK &&
	    (rc = items(d, from, &at, &ended, &why, err)) != REP_OK)
		return rc;
	d->n.documents++;
	if (ended == REP_EMEM)
		(void)rep_fail(
		    &why, ended, "%s: out of memory; what came before was used", from->name);
	if (ended == REP_EMEM || ended == REP_EIO) {
		d->n.unreadable += d->n.aggregates == before;
		rep_session_say(d->o.session, rep_problem_of(&why), "%s", why.msg);
		return REP_OK;
	}
	if (ended == REP_ELIMIT)
		(void)rep_fail(&why, ended, "larger than %d MB unpacked", REPORTS_MAX >> 20);
	if (ended != REP_ENOTFOUND && d->n.aggregates == before) {
		snprintf(text, sizeof text, "%s; only its first %zu bytes are kept", why.msg,
		    job.bytes.n);
		return unreadable(d, &o, &job, text, err);
	}
	if (ended != REP_ENOTFOUND)
		tell(d, "%s: %s; what came before was used", from->name, why.msg);
	return REP_OK;
}

/* Takes lines of any length, with their ends, out of runs of bytes. */
struct splitter {
	struct rep_documents *d;
	const struct source *from;
	struct rep_str rest;
	bool begins; /* the next piece begins a line */
	enum rep_rc rc;
	struct rep_err why;
};

/* The next piece: a line with its end, or a part of a line where the buffer ends. */
static bool
next_piece(struct splitter *s, struct rep_str *piece, bool *begins, bool *ends)
{
	size_t nl;

	if (s->rest.n == 0 && (s->rc = next_bytes(s->d, s->from, &s->rest, &s->why)) != REP_OK)
		return false;
	nl = rep_str_chr(s->rest, '\n', 0);
	*begins = s->begins;
	*ends = nl != SIZE_MAX;
	*piece = rep_str_sub(s->rest, 0, *ends ? nl + 1 : s->rest.n);
	s->rest = rep_str_sub(s->rest, piece->n, s->rest.n);
	s->begins = *ends;
	return true;
}

static enum rep_rc
mbox(struct rep_documents *d, const struct source *from, struct rep_err *err)
{
	struct rep_mbox split = { .within = false };
	struct rep_str bytes = { "", 0 }, piece;
	uint64_t message = 0;
	enum rep_rc rc = REP_OK;
	struct rep_err why;
	bool begins;

	for (;;) {
		if (!rep_mbox_piece(&split, &bytes, &piece, &begins)) {
			if (rc == REP_OK && (rc = next_bytes(d, from, &bytes, &why)) == REP_OK)
				continue;
			if (!rep_mbox_rest(&split, &piece, &begins))
				break;
		}
		if (begins && d->bytes.n > 0) {
			enum rep_rc sent = gathered(
			    d, from->name, message, REP_DOC_MAIL, 0, from->in->time_s, err);

			if (sent != REP_OK)
				return sent;
		}
		message += begins;
		rep_buf_add(&d->bytes, piece);
	}
	if ((rc = broken(d, rc, &why)) != REP_OK)
		return rc;
	return gathered(d, from->name, message, REP_DOC_MAIL, 0, from->in->time_s, err);
}

/* Splits into chunks of whole lines. The first line of a CSV is repeated before each chunk. */
static enum rep_rc
chunks(
    struct rep_documents *d, const struct source *from, enum rep_doc_kind kind, struct rep_err *err)
{
	struct splitter s = { .d = d, .from = from, .begins = true };
	bool begins, ends, csv = kind != REP_DOC_EVENTS;
	struct rep_str piece;
	struct rep_buf head;
	uint32_t line = 1, first = 1;
	enum rep_rc rc = REP_OK;

	rep_buf_init(&head, 64 << 10);
	while (rc == REP_OK && next_piece(&s, &piece, &begins, &ends)) {
		/*
		 * An object may have several lines. A new one begins with a '{' at the start of a
		 * line.
		 */
		if (begins && d->bytes.n >= CHUNK && (csv || piece.p[0] == '{')) {
			rc = gathered(d, from->name, 0, kind, first, from->in->time_s, err);
			first = line;
		}
		if (csv && line == 1)
			rep_buf_add(&head, piece);
		if (csv && d->bytes.n == 0 && line > 1)
			rep_buf_add(&d->bytes, rep_buf_str(&head));
		rep_buf_add(&d->bytes, piece);
		line += ends;
	}
	rep_buf_fini(&head);
	if (rc != REP_OK || (rc = broken(d, s.rc, &s.why)) != REP_OK)
		return rc;
	return gathered(d, from->name, 0, kind, first, from->in->time_s, err);
}

enum rep_rc
rep_documents_input(struct rep_documents *d, const char *name, struct rep_reader *reader,
    const struct rep_reader_input *in, struct rep_err *err)
{
	const struct source from = { name, reader, in };
	bool one = in->kind != REP_DOC_MBOX && in->kind != REP_DOC_EVENTS &&
	    in->kind != REP_DOC_PMTA && in->kind != REP_DOC_SPAMCSV;
	struct rep_err why;
	enum rep_rc rc;

	rep_buf_clear(&d->bytes);
	d->sandbox_said = true;
	if (in->kind == REP_DOC_AGGREGATE && in->all == NULL)
		return reports(d, &from, err);
	/* Of one that is too large, no more is wanted than shows it. */
	if ((rc = rep_reader_bytes(reader, in, one ? DOCUMENT_MAX + 1 : UINT64_MAX, &why)) !=
	    REP_OK)
		return broken(d, rc, &why);
	return one		       ? whole(d, &from, in->kind, err)
	    : in->kind == REP_DOC_MBOX ? mbox(d, &from, err)
				       : chunks(d, &from, in->kind, err);
}

enum rep_rc
rep_documents_one(struct rep_documents *d, const char *name, struct rep_str bytes, int64_t file_s,
    struct rep_err *err)
{
	struct rep_job job = { .kind = REP_DOC_NONE, .file_s = file_s, .bytes = bytes };

	return submit(d, name, 1, &job, err);
}

enum rep_rc
rep_documents_drain(struct rep_documents *d, struct rep_err *err)
{
	return rep_pool_drain(d->pool, err);
}

/* --- life ------------------------------------------------------------------------------------------------ */

enum rep_rc
rep_documents_new(
    const struct rep_documents_params *o, struct rep_documents **out, struct rep_err *err)
{
	struct rep_pool_params po = rep_workers_parse();
	struct rep_documents *d = calloc(1, sizeof *d);
	enum rep_rc rc;

	if (d == NULL || (d->arena = rep_arena_new(WHOLE_BYTES)) == NULL) {
		free(d);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	d->o = *o;
	po.kill_at = o->faults.kill_at;
	po.jobs_each = o->faults.jobs_each;
	po.timeout_ms = o->faults.timeout_ms;
	rep_buf_init(&d->bytes, DOCUMENT_MAX);
	if ((rc = rep_pool_new(&po, on_outcome, d, &d->pool, err)) != REP_OK) {
		rep_arena_free(d->arena);
		free(d);
		return rc;
	}
	*out = d;
	return REP_OK;
}

void
rep_documents_free(struct rep_documents *d)
{
	if (d == NULL)
		return;
	rep_pool_free(d->pool);
	for (size_t i = 0; i < PLACES; i++)
		free(d->places[i].file);
	rep_buf_fini(&d->bytes);
	rep_arena_free(d->arena);
	free(d);
}

void
rep_documents_counts(const struct rep_documents *d, struct rep_documents_counts *n)
{
	*n = d->n;
}
