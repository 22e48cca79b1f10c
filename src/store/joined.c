/*
 * store/joined.c -- recognises one failure that several logs and documents report.
 *
 * For each failure, keyed hashes are stored of the ways in which it can be recognised: queue id and
 * recipient; Message-ID and recipient; recipient, code and time. A document is known when any of
 * its ways is stored. A line of a log is known only when a document reported the failure before,
 * because two lines of a log are distinguished by their identity alone. The way by time is for
 * documents that have neither id.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fact/identity.h"
#include "store/inside.h"

enum { SLOT_S = 600 };

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

static enum rep_rc
has(struct rep_store *s, const struct way *w, char origin, uint64_t recipient, bool *known,
    struct rep_err *err)
{
	bool found = false;
	enum rep_rc rc =
	    s->b->ops->note_has(s->b, REP_NOTE_JOINED, hash(s, w, origin, recipient), &found, err);

	*known = *known || found;
	return rc;
}

static enum rep_rc
store_way(
    struct rep_store *s, const struct way *w, char origin, uint64_t recipient, struct rep_err *err)
{
	return s->b->ops->note_put(
	    s->b, REP_NOTE_JOINED, hash(s, w, origin, recipient), REP_S(""), err);
}

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

/* By time, in slots of ten minutes. The two nearest slots are looked at. */
static enum rep_rc
by_time(struct rep_store *s, const struct rep_fact *f, uint64_t recipient, bool ids, bool *known,
    struct rep_err *err)
{
	int64_t code = first_digit(f), near[2] = { f->at_s - SLOT_S / 2, f->at_s + SLOT_S / 2 };
	enum rep_rc rc = REP_OK;

	for (int i = 0; i < 2 && rc == REP_OK; i++) {
		struct way w = { 'w', { "", 0 }, (near[i] / SLOT_S) * 1000 + code };

		rc = has(s, &w, 'd', recipient, known, err);
		w.kind = 't';
		if (rc == REP_OK && !ids)
			rc = has(s, &w, 'd', recipient, known, err);
		if (rc == REP_OK && !ids)
			rc = has(s, &w, 'l', recipient, known, err);
	}
	/* A document without ids that was already known is not stored again. */
	if (!ids && *known)
		return rc;
	/* Each time is stored in the two slots around it. */
	for (int i = 0; i < 2 && rc == REP_OK; i++) {
		struct way w = { ids ? 't' : 'w', { "", 0 }, (near[i] / SLOT_S) * 1000 + code };

		rc = store_way(s, &w, f->document ? 'd' : 'l', recipient, err);
	}
	return rc;
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
	if ((rc = by_ids(s, f, recipient, known, err)) != REP_OK)
		return rc;
	return by_time(s, f, recipient, ids, known, err);
}
