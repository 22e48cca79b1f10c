/*
 * store/report.c -- keeps what receivers report: each report once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "store/inside.h"

enum { IDENTITY_MAX = 64 << 10 };

/* What makes two reports the same. A domain and an organisation are the same in any case. */
static enum rep_rc
identity(const struct rep_store *s, const struct rep_kept_report *r, uint64_t content, uint64_t *id,
    struct rep_err *err)
{
	/* What a failure report says has its time; that of reading, where it says none, is not a part of it. */
	bool single = r->kind == REP_KEPT_FAILURE;
	struct rep_buf b;
	enum rep_rc rc = REP_OK;

	rep_buf_init(&b, IDENTITY_MAX);
	rep_buf_printf(&b, "report %d %lld %lld ", (int)r->kind,
	    single ? 0LL : (long long)r->begin_s, single ? 0LL : (long long)r->end_s);
	/* The reporter, not the organisation that it names: else anybody could take the place of another's report. */
	for (size_t i = 0; i < r->reporter.n; i++)
		rep_buf_addc(&b, rep_lower(r->reporter.p[i]));
	rep_buf_addc(&b, '\0');
	for (size_t i = 0; i < r->domain.n; i++)
		rep_buf_addc(&b, rep_lower(r->domain.p[i]));
	rep_buf_addc(&b, '\0');
	rep_buf_add(&b, r->report_id);
	if (single || (r->reporter.n == 0 && r->report_id.n == 0))
		rep_buf_printf(&b, "%llu", (unsigned long long)content);
	if (b.full)
		rc = rep_fail(
		    err, REP_ELIMIT, "a report with a name of more than %d bytes", IDENTITY_MAX);
	else
		*id = rep_siphash(&s->key, rep_buf_str(&b));
	rep_buf_fini(&b);
	return rc;
}

/*
 * Reports that may be proven later are kept apart until then, each by itself: else a forged one could take the place of the
 * true one before that is proven.
 */
static uint64_t
apart(const struct rep_store *s, uint64_t id, struct rep_str proof)
{
	return id ^ rep_siphash(&s->key, proof);
}

struct before {
	bool there;
	uint64_t content;
	enum rep_kept_trust trust;
};

static enum rep_rc
on_before(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	*(struct before *)ctx = (struct before){ true, content, r->trust };
	return REP_OK;
}

enum rep_rc
rep_store_report_put(struct rep_store *s, const struct rep_kept_report *r, enum rep_kept_came *came,
    struct rep_err *err)
{
	uint64_t content = rep_siphash(&s->key, r->bytes), id = 0;
	bool provable = r->trust == REP_KEPT_UNSURE && r->proof.n > 0;
	struct before was = { .there = false };
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK ||
	    (rc = identity(s, r, content, &id, err)) != REP_OK ||
	    (rc = s->b->ops->report_get(s->b, id, on_before, &was, err)) != REP_OK)
		return rep_store_mark(s, rc);
	*came = REP_KEPT_KNOWN;
	if (provable && was.there && was.trust > r->trust && was.content == content)
		return REP_OK;
	if (provable) {
		was.there = false;
		id = apart(s, id, r->proof);
		rc = s->b->ops->report_get(s->b, id, on_before, &was, err);
	}
	*came = !was.there	     ? REP_KEPT_NEW
	    : was.trust > r->trust   ? REP_KEPT_KNOWN
	    : was.content != content ? REP_KEPT_REPLACED
	    : was.trust < r->trust   ? REP_KEPT_REPLACED
				     : REP_KEPT_KNOWN;
	if (rc == REP_OK && *came != REP_KEPT_KNOWN) {
		rc = s->b->ops->report_put(s->b, id, r, content, err);
		s->meta[REP_META_REPORTS]++;
	}
	if (rc == REP_OK && provable)
		rc = s->b->ops->note_put(s->b, REP_NOTE_UNPROVEN, id, r->proof, err);
	return rep_store_mark(s, rc);
}

/* --- what is not proven yet ----------------------------------------------------------------------------- */

struct unproven {
	struct rep_store *s;
	rep_unproven_fn fn;
	void *ctx;
	struct rep_err *err;
	uint64_t id;
	struct rep_str proof;
};

static enum rep_rc
on_unproven(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	const struct unproven *u = ctx;

	(void)content;
	return r->trust == REP_KEPT_UNSURE ? u->fn(u->ctx, u->id, r, u->proof) : REP_OK;
}

static enum rep_rc
on_proof(void *ctx, int64_t id, struct rep_str bytes)
{
	struct unproven *u = ctx;

	u->id = (uint64_t)id;
	u->proof = bytes;
	return u->s->b->ops->report_get(u->s->b, u->id, on_unproven, u, u->err);
}

enum rep_rc
rep_store_unproven(struct rep_store *s, rep_unproven_fn fn, void *ctx, struct rep_err *err)
{
	struct unproven u = { .s = s, .fn = fn, .ctx = ctx, .err = err };

	return s->b->ops->notes(s->b, REP_NOTE_UNPROVEN, on_proof, &u, err);
}

enum rep_rc
rep_store_report_disprove(struct rep_store *s, uint64_t id, struct rep_err *err)
{
	enum rep_rc rc = rep_store_must_be_open(s, err);

	if (rc == REP_OK)
		rc = s->b->ops->note_drop(s->b, REP_NOTE_UNPROVEN, id, err);
	return rep_store_mark(s, rc);
}

struct proving {
	const struct rep_store *s;
	struct rep_err *err;
	uint64_t to;
	int64_t read_s;
	bool wins;
};

static enum rep_rc
on_proving(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	struct proving *p = ctx;

	p->wins = r->trust == REP_KEPT_UNSURE;
	p->read_s = r->read_s;
	return identity(p->s, r, content, &p->to, p->err);
}

static enum rep_rc
on_rival(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	struct proving *p = ctx;

	(void)content;
	p->wins = r->trust != REP_KEPT_PROVEN || r->read_s < p->read_s;
	return REP_OK;
}

enum rep_rc
rep_store_report_prove(struct rep_store *s, uint64_t id, int64_t at_s, struct rep_err *err)
{
	struct proving p = { .s = s, .err = err };
	const struct rep_backend_ops *ops = s->b->ops;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK ||
	    (rc = ops->report_get(s->b, id, on_proving, &p, err)) != REP_OK ||
	    (rc = ops->note_drop(s->b, REP_NOTE_UNPROVEN, id, err)) != REP_OK || !p.wins)
		return rep_store_mark(s, rc);
	if (p.to != id)
		rc = ops->report_get(s->b, p.to, on_rival, &p, err);
	s->meta[REP_META_REPORTS]++;
	if (rc == REP_OK)
		rc = p.wins ? ops->report_prove(s->b, id, p.to, at_s, err)
			    : ops->report_drop(s->b, id, err);
	return rep_store_mark(s, rc);
}

/* --- what was reported -------------------------------------------------------------------------------------- */

enum rep_rc
rep_store_reports_put(struct rep_store *s, uint64_t *times, struct rep_err *err)
{
	int64_t meta[REP_META_N];
	enum rep_rc rc = REP_OK;

	memcpy(meta, s->meta, sizeof meta);
	if (!s->open)
		rc = rep_store_meta(s, meta, err);
	*times = rc == REP_OK ? (uint64_t)meta[REP_META_REPORTS] : 0;
	return rc;
}

struct report_check {
	rep_kept_fn fn;
	void *ctx;
	struct rep_err *err;
};

static enum rep_rc
on_report(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	const struct report_check *c = ctx;

	(void)content;
	if (r->trust < REP_KEPT_UNSURE || r->trust > REP_KEPT_PROVEN ||
	    !rep_stored_time(r->begin_s) || !rep_stored_time(r->end_s) ||
	    !rep_stored_time(r->read_s) || !rep_stored_count(r->records))
		return rep_store_damaged(c->err, "a report of a receiver");
	return c->fn(c->ctx, r);
}

static enum rep_rc
each_report(struct rep_store *s, enum rep_kept_kind kind, int64_t from_s, int64_t until_s,
    bool bytes, rep_kept_fn fn, void *ctx, struct rep_err *err)
{
	struct report_check c = { fn, ctx, err };

	return s->b->ops->reports(s->b, kind, from_s, until_s, bytes, on_report, &c, err);
}

enum rep_rc
rep_store_reports(struct rep_store *s, enum rep_kept_kind kind, int64_t from_s, int64_t until_s,
    rep_kept_fn fn, void *ctx, struct rep_err *err)
{
	return each_report(s, kind, from_s, until_s, true, fn, ctx, err);
}

enum rep_rc
rep_store_report_heads(struct rep_store *s, enum rep_kept_kind kind, int64_t from_s,
    int64_t until_s, rep_kept_fn fn, void *ctx, struct rep_err *err)
{
	return each_report(s, kind, from_s, until_s, false, fn, ctx, err);
}
