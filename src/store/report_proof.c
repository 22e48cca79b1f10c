/*
 * store/report_proof.c -- mails that may prove their reports, until that is decided.
 *
 * A note of each mail has what may prove it, once; a note of each of its reports has the number of that (8 bytes), and is empty
 * when it is decided. So what was decided stays decided when the mail is read again. Failure reports are not kept for ever, nor is
 * what was decided of them: their note then has the end of the report and its kind (9 bytes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "base/bytes.h"
#include "store/inside.h"

#include <stdlib.h>

enum { NOTE_BYTES = 64 << 10 }; /* the engine keeps less of a mail (engine/proof.h) */

enum { ORPHANS_MAX = 256 << 20 }; /* bytes of the numbers of notes that go at once */

enum { MAIL_HEAD = 16 }; /* before the proof: when it was read, and when asked */

enum { WAITS = 8, DECIDED_BYTES = 9 }; /* bytes of a note of a report */

static enum rep_rc
put_mail(struct rep_store *s, const struct rep_unproven *m, struct rep_err *err)
{
	char head[MAIL_HEAD];
	struct rep_buf b;
	enum rep_rc rc;

	rep_le_put(head, (uint64_t)m->read_s, 8);
	rep_le_put(head + 8, (uint64_t)m->asked_s, 8);
	rep_buf_init(&b, NOTE_BYTES);
	rep_buf_add(&b, (struct rep_str){ head, sizeof head });
	rep_buf_add(&b, m->proof);
	rc = b.full
	    ? rep_fail(err, REP_ELIMIT, "what may prove a mail has more than %d bytes", NOTE_BYTES)
	    : s->b->ops->note_put(s->b, REP_NOTE_PROOF, m->id, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

enum rep_rc
rep_store_proof_put(
    struct rep_store *s, uint64_t id, const struct rep_kept_report *r, struct rep_err *err)
{
	const struct rep_unproven m = {
		.id = rep_siphash(&s->key, r->proof), .read_s = r->read_s, .proof = r->proof
	};
	char number[WAITS];
	bool there;
	enum rep_rc rc;

	rep_le_put(number, m.id, sizeof number);
	if ((rc = s->b->ops->note_put(s->b, REP_NOTE_WAITING, id,
		 (struct rep_str){ number, sizeof number }, err)) != REP_OK ||
	    (rc = s->b->ops->note_has(s->b, REP_NOTE_PROOF, m.id, &there, err)) != REP_OK || there)
		return rc;
	return put_mail(s, &m, err);
}

/* --- what is not proven yet ----------------------------------------------------------------------------- */

struct unproven_walk {
	struct rep_store *s;
	rep_unproven_fn fn;
	rep_kept_fn on_report;
	void *ctx;
	struct rep_err *err;
};

static enum rep_rc
on_mail(void *ctx, int64_t id, struct rep_str bytes)
{
	const struct unproven_walk *w = ctx;
	struct rep_unproven m = { .id = (uint64_t)id };

	if (bytes.n < MAIL_HEAD)
		return REP_OK; /* damaged: it proves nothing */
	m.read_s = (int64_t)rep_le(bytes.p, 8);
	m.asked_s = (int64_t)rep_le(bytes.p + 8, 8);
	m.proof = rep_str_sub(bytes, MAIL_HEAD, SIZE_MAX);
	return w->fn(w->ctx, &m);
}

enum rep_rc
rep_store_unproven(struct rep_store *s, rep_unproven_fn fn, void *ctx, struct rep_err *err)
{
	struct unproven_walk w = { .s = s, .fn = fn, .ctx = ctx, .err = err };

	return s->b->ops->notes(s->b, REP_NOTE_PROOF, on_mail, &w, err);
}

static enum rep_rc
on_head(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	const struct unproven_walk *w = ctx;

	(void)content;
	return r->trust == REP_KEPT_UNSURE ? w->on_report(w->ctx, r) : REP_OK;
}

static enum rep_rc
on_waiting(void *ctx, int64_t id, struct rep_str bytes)
{
	struct unproven_walk *w = ctx;

	return bytes.n != WAITS
	    ? REP_OK
	    : w->s->b->ops->report_get(w->s->b, (uint64_t)id, on_head, w, w->err);
}

enum rep_rc
rep_store_waiting(struct rep_store *s, rep_kept_fn fn, void *ctx, struct rep_err *err)
{
	struct unproven_walk w = { .s = s, .on_report = fn, .ctx = ctx, .err = err };

	return s->b->ops->notes(s->b, REP_NOTE_WAITING, on_waiting, &w, err);
}

enum rep_rc
rep_store_unproven_asked(
    struct rep_store *s, const struct rep_unproven *m, int64_t at_s, struct rep_err *err)
{
	struct rep_unproven now = *m;
	enum rep_rc rc = rep_store_must_be_open(s, err);

	now.asked_s = at_s;
	if (rc == REP_OK)
		rc = put_mail(s, &now, err);
	return rep_store_mark(s, rc);
}

/* --- keeping house -------------------------------------------------------------------------------------- */

struct orphans {
	struct rep_store *s;
	int64_t before_s;
	struct rep_buf ids;
	bool there; /* the report of the note that is looked at */
	struct rep_err *err;
};

static enum rep_rc
on_there(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	(void)r;
	(void)content;
	((struct orphans *)ctx)->there = true;
	return REP_OK;
}

static enum rep_rc
on_note(void *ctx, int64_t id, struct rep_str bytes)
{
	struct orphans *o = ctx;
	enum rep_rc rc = REP_OK;

	o->there = true;
	if (bytes.n == DECIDED_BYTES)
		o->there = (int64_t)rep_le(bytes.p, 8) >= o->before_s;
	else if (bytes.n > 0) {
		o->there = false;
		rc = o->s->b->ops->report_get(o->s->b, (uint64_t)id, on_there, o, o->err);
	}
	if (rc == REP_OK && !o->there)
		rep_buf_add(&o->ids, (struct rep_str){ (const char *)&id, sizeof id });
	return o->ids.full ? rep_fail(o->err, REP_EMEM, "out of memory for what proves reports")
			   : rc;
}

enum rep_rc
rep_store_proofs_prune(struct rep_store *s, int64_t before_s, struct rep_err *err)
{
	struct orphans o = { .s = s, .before_s = before_s, .err = err };
	enum rep_rc rc;
	int64_t id;

	rep_buf_init(&o.ids, ORPHANS_MAX);
	rc = s->b->ops->notes(s->b, REP_NOTE_WAITING, on_note, &o, err);
	for (size_t i = 0; rc == REP_OK && i < o.ids.n; i += sizeof id) {
		memcpy(&id, o.ids.p + i, sizeof id);
		rc = s->b->ops->note_drop(s->b, REP_NOTE_WAITING, (uint64_t)id, err);
	}
	rep_buf_fini(&o.ids);
	return rc;
}

/* --- what is decided ------------------------------------------------------------------------------------ */

/* A report of a mail that is decided. */
struct decided_report {
	uint64_t id;
	int64_t read_s;
	bool proven;
};

struct deciding {
	const struct rep_decided *v; /* by id */
	size_t n;
	struct decided_report *reports; /* owned */
	size_t reports_n, cap;
	struct rep_err *err;
};

static int
by_mail(const void *a, const void *b)
{
	const struct rep_decided *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static int
by_reading(const void *a, const void *b)
{
	const struct decided_report *x = a, *y = b;

	if (x->read_s != y->read_s)
		return x->read_s < y->read_s ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static enum rep_rc
on_decided(void *ctx, int64_t id, struct rep_str bytes)
{
	struct deciding *d = ctx;
	struct rep_decided key = { .id = bytes.n == WAITS ? rep_le(bytes.p, WAITS) : 0 };
	const struct rep_decided *m =
	    bytes.n == WAITS ? bsearch(&key, d->v, d->n, sizeof key, by_mail) : NULL;

	if (m == NULL)
		return REP_OK;
	if (d->reports_n == d->cap) {
		size_t cap = d->cap == 0 ? 64 : d->cap * 2;
		struct decided_report *v = realloc(d->reports, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(
			    d->err, REP_EMEM, "out of memory for reports that are proven");
		d->reports = v;
		d->cap = cap;
	}
	d->reports[d->reports_n++] = (struct decided_report){ (uint64_t)id, m->read_s, m->proven };
	return REP_OK;
}

struct proving {
	const struct rep_store *s;
	struct rep_err *err;
	uint64_t to;
	int64_t read_s, at_s;
	bool wins;
	char note[DECIDED_BYTES]; /* what stays of it */
	size_t note_n;
};

static enum rep_rc
on_proving(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	struct proving *p = ctx;

	p->wins = r->trust == REP_KEPT_UNSURE;
	if (r->kind == REP_KEPT_FAILURE) {
		rep_le_put(p->note, (uint64_t)r->end_s, 8);
		p->note[8] = (char)r->kind;
		p->note_n = DECIDED_BYTES;
	}
	return rep_store_report_identity(p->s, r, content, &p->to, p->err);
}

/* One that was proven a moment ago, in this pass, was read before. */
static enum rep_rc
on_rival(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	struct proving *p = ctx;

	(void)content;
	p->wins = r->trust != REP_KEPT_PROVEN || r->read_s < p->read_s || r->read_s == p->at_s;
	return REP_OK;
}

static enum rep_rc
decide_report(
    struct rep_store *s, const struct decided_report *r, int64_t at_s, struct rep_err *err)
{
	struct proving p = { .s = s, .err = err, .read_s = r->read_s, .at_s = at_s };
	const struct rep_backend_ops *ops = s->b->ops;
	enum rep_rc rc = ops->report_get(s->b, r->id, on_proving, &p, err);

	if (rc == REP_OK)
		rc = ops->note_put(
		    s->b, REP_NOTE_WAITING, r->id, (struct rep_str){ p.note, p.note_n }, err);
	if (rc != REP_OK || !r->proven || !p.wins ||
	    (rc = ops->report_get(s->b, p.to, on_rival, &p, err)) != REP_OK)
		return rc;
	s->meta[REP_META_REPORTS]++;
	return p.wins ? ops->report_prove(s->b, r->id, p.to, at_s, err)
		      : ops->report_drop(s->b, r->id, err);
}

enum rep_rc
rep_store_decide(
    struct rep_store *s, struct rep_decided *v, size_t n, int64_t at_s, struct rep_err *err)
{
	struct deciding d = { .v = v, .n = n, .err = err };
	enum rep_rc rc = rep_store_must_be_open(s, err);

	if (n > 0)
		qsort(v, n, sizeof *v, by_mail);
	if (rc == REP_OK)
		rc = s->b->ops->notes(s->b, REP_NOTE_WAITING, on_decided, &d, err);
	if (d.reports_n > 0)
		qsort(d.reports, d.reports_n, sizeof *d.reports, by_reading);
	for (size_t i = 0; i < d.reports_n && rc == REP_OK; i++)
		rc = decide_report(s, &d.reports[i], at_s, err);
	for (size_t i = 0; i < n && rc == REP_OK; i++)
		rc = s->b->ops->note_drop(s->b, REP_NOTE_PROOF, v[i].id, err);
	free(d.reports);
	return rep_store_mark(s, rc);
}
