/*
 * store/joined.c -- recognises one failure that several logs and documents report.
 *
 * For each failure, keyed hashes are stored of the ways in which it can be recognised: queue id and
 * recipient; Message-ID and recipient; recipient, code and time. A document is known when any of
 * its ways is stored. A line of a log is known only when a document reported the failure before,
 * because two lines of a log are distinguished by their identity alone. The way by time is for
 * documents that have neither id.
 *
 * Ways of documents are notes of their own kind, because they are few: a log asks only for them,
 * with every failure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fact/identity.h"
#include "store/inside.h"

enum {
	SLOT_S = 600,
	JOINED_MAX = 524288 /* ways that wait to be written: 8 MB */
};

/* One way. Its hash also contains the origin: 'l' for a log, 'd' for a document. */
struct way {
	char kind; /* 'q' queue id, 'm' Message-ID, 't' time, 'w' time of a document without ids */
	struct rep_str id;
	int64_t number;
};

static uint64_t
hash(const struct rep_store *s, const struct way *w, char origin, uint64_t recipient)
{
	char buf[2 + 8 + 8 + 256];
	struct rep_str id = rep_str_sub(w->id, 0, 256);
	size_t n = 0;

	buf[n++] = w->kind;
	buf[n++] = origin;
	memcpy(buf + n, &recipient, 8);
	memcpy(buf + n + 8, &w->number, 8);
	n += 16;
	if (id.n > 0)
		memcpy(buf + n, id.p, id.n);
	/* The top bit is the sign in SQLite. */
	return rep_siphash(&s->key, (struct rep_str){ buf, n + id.n }) >> 1;
}

/* --- what is stored ---------------------------------------------------------------------------- */

/* The ways of documents, which every failure of a log is compared with, are held in memory. */
static enum rep_rc
on_document(void *ctx, int64_t id, struct rep_str bytes)
{
	(void)bytes;
	return rep_hashes_add(ctx, (uint64_t)id) ? REP_OK : REP_EMEM;
}

static enum rep_rc
load_documents(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc;

	if (s->documents_loaded)
		return REP_OK;
	rep_hashes_clear(&s->documents);
	rc = s->b->ops->notes(s->b, REP_NOTE_JOINED_DOCUMENT, on_document, &s->documents, err);
	s->documents_loaded = rc == REP_OK;
	return rc == REP_EMEM ? rep_fail(err, rc, "out of memory for bounces") : rc;
}

/* In databases of before version 5, those of documents are among those of logs. */
static enum rep_rc
has(struct rep_store *s, const struct way *w, char origin, uint64_t recipient, bool *known,
    struct rep_err *err)
{
	uint64_t id = hash(s, w, origin, recipient);
	enum rep_rc rc = REP_OK;
	bool found;

	if (!rep_hashes_has(origin == 'd' ? &s->documents : &s->joined, id, &found))
		return rep_fail(err, REP_EMEM, "out of memory for bounces");
	if (!found && (origin == 'l' || s->meta[REP_META_JOINED_MIXED] != 0))
		rc = s->b->ops->note_has(s->b, REP_NOTE_JOINED, id, &found, err);
	*known = *known || found;
	return rc;
}

/* Those of logs are many: they wait, and are written in order. */
static enum rep_rc
store_way(
    struct rep_store *s, const struct way *w, char origin, uint64_t recipient, struct rep_err *err)
{
	uint64_t id = hash(s, w, origin, recipient);

	if (!rep_hashes_add(origin == 'd' ? &s->documents : &s->joined, id))
		return rep_fail(err, REP_EMEM, "out of memory for bounces");
	if (origin == 'd')
		return s->b->ops->note_put(s->b, REP_NOTE_JOINED_DOCUMENT, id, REP_S(""), err);
	return s->joined.n < JOINED_MAX ? REP_OK : rep_store_joined_flush(s, err);
}

enum rep_rc
rep_store_joined_flush(struct rep_store *s, struct rep_err *err)
{
	enum rep_rc rc = REP_OK;

	rep_hashes_sort(&s->joined);
	for (size_t i = 0; i < s->joined.n && rc == REP_OK; i++)
		rc = s->b->ops->note_put(s->b, REP_NOTE_JOINED, s->joined.v[i], REP_S(""), err);
	rep_hashes_clear(&s->joined);
	return rc;
}

/* --- ways ------------------------------------------------------------------------------------ */

/* "<a@b>" and "a@b" are one Message-ID. */
static struct rep_str
bare(struct rep_str id)
{
	id = rep_str_trim(id);
	if (id.n > 1 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		return rep_str_sub(id, 1, id.n - 2);
	return id;
}

/* By queue id and Message-ID. A document looks at both origins, a log only at documents. */
static enum rep_rc
by_ids(struct rep_store *s, const struct rep_fact *f, uint64_t recipient, bool *known,
    struct rep_err *err)
{
	const struct way ways[] = { { 'q', f->queue_id, 0 }, { 'm', bare(f->message_id), 0 } };
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < REP_COUNT(ways) && rc == REP_OK; i++) {
		if (ways[i].id.n == 0)
			continue;
		if ((rc = has(s, &ways[i], 'd', recipient, known, err)) == REP_OK && f->document)
			rc = has(s, &ways[i], 'l', recipient, known, err);
		if (rc == REP_OK)
			rc = store_way(s, &ways[i], f->document ? 'd' : 'l', recipient, err);
	}
	return rc;
}

static int
first_digit(const struct rep_fact *f)
{
	return f->code >= 200 ? f->code : f->enh[0] * 100;
}

/*
 * By time, in slots of ten minutes that begin in the middle of a slot of the clock. A failure is
 * stored in its slot, and is looked for in that slot and those beside it.
 */
static enum rep_rc
by_time(struct rep_store *s, const struct rep_fact *f, uint64_t recipient, bool ids, bool *known,
    struct rep_err *err)
{
	int64_t code = first_digit(f), slot = (f->at_s - SLOT_S / 2) / SLOT_S;
	struct way w = { 't', { "", 0 }, 0 };
	enum rep_rc rc = REP_OK;

	for (int64_t near = slot - 1; near <= slot + 1 && rc == REP_OK; near++) {
		w = (struct way){ 'w', { "", 0 }, near * 1000 + code };
		rc = has(s, &w, 'd', recipient, known, err);
		w.kind = 't';
		if (rc == REP_OK && !ids)
			rc = has(s, &w, 'd', recipient, known, err);
		if (rc == REP_OK && !ids)
			rc = has(s, &w, 'l', recipient, known, err);
	}
	/* A document without ids that was already known is not stored again. */
	if (rc != REP_OK || (!ids && *known))
		return rc;
	w = (struct way){ ids ? 't' : 'w', { "", 0 }, slot * 1000 + code };
	return store_way(s, &w, f->document ? 'd' : 'l', recipient, err);
}

enum rep_rc
rep_store_find_failure(
    struct rep_store *s, const struct rep_fact *f, bool *known, struct rep_err *err)
{
	uint64_t recipient =
	    f->recipient.n > 0 ? rep_recipient_hash(&s->key, f->recipient) : f->recipient_hash;
	bool ids = f->queue_id.n > 0 || f->message_id.n > 0;
	enum rep_rc rc;

	*known = false;
	if ((rc = load_documents(s, err)) != REP_OK ||
	    (rc = by_ids(s, f, recipient, known, err)) != REP_OK)
		return rc;
	return by_time(s, f, recipient, ids, known, err);
}
