/*
 * store/report.c -- keeps what receivers report: each report once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"
#include "store/inside.h"

enum { IDENTITY_MAX = 64 << 10 };

enum rep_rc
rep_store_report_identity(const struct rep_store *s, const struct rep_kept_report *r,
    uint64_t content, uint64_t *id, struct rep_err *err)
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

/* A report that may be proven later. Whether it waits or is decided: what was read before is known. */
static enum rep_rc
put_apart(struct rep_store *s, uint64_t id, const struct rep_kept_report *r, uint64_t content,
    enum rep_kept_came *came, struct rep_err *err)
{
	bool there;
	enum rep_rc rc = s->b->ops->note_has(s->b, REP_NOTE_WAITING, id, &there, err);

	*came = REP_KEPT_KNOWN;
	if (rc != REP_OK || there)
		return rc;
	*came = REP_KEPT_NEW;
	if ((rc = s->b->ops->report_put(s->b, id, r, content, err)) != REP_OK)
		return rc;
	s->meta[REP_META_REPORTS]++;
	return rep_store_proof_put(s, id, r, err);
}

enum rep_rc
rep_store_report_put(struct rep_store *s, const struct rep_kept_report *r, enum rep_kept_came *came,
    struct rep_err *err)
{
	uint64_t content = rep_siphash(&s->key, r->bytes), id = 0;
	struct before was = { .there = false };
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK ||
	    (rc = rep_store_report_identity(s, r, content, &id, err)) != REP_OK ||
	    (rc = s->b->ops->report_get(s->b, id, on_before, &was, err)) != REP_OK)
		return rep_store_mark(s, rc);
	*came = !was.there	     ? REP_KEPT_NEW
	    : was.trust > r->trust   ? REP_KEPT_KNOWN
	    : was.content != content ? REP_KEPT_REPLACED
	    : was.trust < r->trust   ? REP_KEPT_REPLACED
				     : REP_KEPT_KNOWN;
	if (r->trust == REP_KEPT_UNSURE && r->proof.n > 0) {
		/* What is there already, and is believed more, needs no proof. */
		if (!was.there || was.trust == REP_KEPT_UNSURE || was.content != content)
			rc = put_apart(s, apart(s, id, r->proof), r, content, came, err);
	} else if (*came != REP_KEPT_KNOWN) {
		rc = s->b->ops->report_put(s->b, id, r, content, err);
		s->meta[REP_META_REPORTS]++;
	}
	return rep_store_mark(s, rc);
}

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

/* --- what was reported -------------------------------------------------------------------------------------- */

struct report_check {
	rep_kept_fn fn;
	void *ctx;
	struct rep_err *err;
};

static enum rep_rc
on_report(void *ctx, const struct rep_kept_report *r, uint64_t content)
{
	const struct report_check *c = ctx;
	struct rep_kept_report x = *r;

	x.content = content;
	if (r->trust < REP_KEPT_UNSURE || r->trust > REP_KEPT_PROVEN ||
	    !rep_stored_time(r->begin_s) || !rep_stored_time(r->end_s) ||
	    !rep_stored_time(r->read_s) || !rep_stored_count(r->records))
		return rep_store_damaged(c->err, "a report of a receiver");
	return c->fn(c->ctx, &x);
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
