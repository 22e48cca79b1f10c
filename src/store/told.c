/*
 * store/told.c -- facts that are read again, and what was said at the end of each ingest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store/inside.h"

#include <stdlib.h>

enum { TEXTS_MAX = 64 << 20 };

/* --- facts ---------------------------------------------------------------------------------------- */

/* The texts of forms, by number. */
struct form_text {
	int64_t id;
	struct rep_str text, host; /* in the arena */
};

struct reading_back {
	struct rep_arena *a; /* owned */
	struct form_text *v; /* owned */
	size_t n, cap;
	rep_stored_fact_fn fn;
	void *ctx;
	struct rep_err *err;
};

static enum rep_rc
on_form(void *ctx, const struct rep_sample_row *row)
{
	struct reading_back *r = ctx;
	struct form_text *more = r->v;

	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 256 : r->cap * 2;
		if ((more = realloc(r->v, r->cap * sizeof *more)) == NULL)
			return rep_fail(r->err, REP_EMEM, "out of memory for samples");
		r->v = more;
	}
	r->v[r->n++] = (struct form_text){ row->id, rep_arena_dup(r->a, row->text),
		rep_arena_dup(r->a, row->host) };
	return r->v[r->n - 1].text.p != NULL && r->v[r->n - 1].host.p != NULL
	    ? REP_OK
	    : rep_fail(r->err, REP_ELIMIT,
		  "the texts of replies are larger than 64 MiB, or memory ran out");
}

static int
by_id(const void *a, const void *b)
{
	const struct form_text *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

static enum rep_rc
on_fact(void *ctx, const struct rep_fact_row *row)
{
	struct reading_back *r = ctx;
	struct form_text key = { .id = row->sample };
	const struct form_text *form =
	    row->sample == 0 || r->n == 0 ? NULL : bsearch(&key, r->v, r->n, sizeof key, by_id);
	struct rep_stored_fact f = { .o = { .first_s = row->at_s,
					 .last_s = row->at_s,
					 .label = row->label,
					 .route = row->route,
					 .provider = row->provider,
					 .provider_domain = row->provider_domain,
					 .stream = row->stream,
					 .rule = row->rule,
					 .status = row->status,
					 .class = row->class,
					 .stage = row->stage,
					 .evidence = row->evidence,
					 .certain = row->certain,
					 .scope = row->scope,
					 .quoted = row->quoted,
					 .count = 1 },
		.scope = (enum rep_scope)row->scope,
		.form = row->sample,
		.delay_s = row->delay_ms < 0 ? -1 : (double)row->delay_ms / 1000 };

	if (row->status >= REP_STATUS_N || row->class >= REP_CLASS_N || row->stage >= REP_STAGE_N ||
	    row->scope >= REP_SCOPE_N)
		return rep_fail(r->err, REP_EIO,
		    "the database is damaged (a fact of %lld); rebuild it from the logs: reputed "
		    "store rebuild PATH...",
		    (long long)row->at_s);
	if (form != NULL) {
		f.text = form->text;
		f.host = form->host;
	}
	return r->fn(r->ctx, &f);
}

enum rep_rc
rep_store_facts(struct rep_store *s, int64_t from_s, int64_t until_s, rep_stored_fact_fn fn,
    void *ctx, struct rep_err *err)
{
	struct reading_back r = { .fn = fn, .ctx = ctx, .err = err, .a = rep_arena_new(TEXTS_MAX) };
	enum rep_rc rc = r.a != NULL ? rep_store_flush(s, err)
				     : rep_fail(err, REP_EMEM, "out of memory for samples");

	if (rc == REP_OK)
		rc = s->b->ops->samples(s->b, on_form, &r, err);
	if (rc == REP_OK && r.n > 0)
		qsort(r.v, r.n, sizeof *r.v, by_id);
	if (rc == REP_OK)
		rc = s->b->ops->facts(s->b, from_s, until_s, on_fact, &r, err);
	free(r.v);
	rep_arena_free(r.a);
	return rc;
}

/* --- what was told ----------------------------------------------------------------------------------- */

struct told_list {
	struct rep_store *s;
	size_t n, cap;
	struct rep_err *err;
};

static enum rep_rc
on_told(void *ctx, const struct rep_told *t)
{
	struct told_list *g = ctx;
	struct rep_told *more;

	if (t->recording < 0 || !rep_stored_count((uint64_t)t->recording) || t->incident < 0 ||
	    !rep_stored_count((uint64_t)t->incident) || !rep_stored_time(t->now_s))
		return rep_store_damaged(g->err, "a recorded verdict");
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 64 : g->cap * 2;
		if ((more = realloc(g->s->told, g->cap * sizeof *more)) == NULL)
			return rep_fail(g->err, REP_EMEM, "out of memory for recorded verdicts");
		g->s->told = more;
	}
	g->s->told[g->n] = *t;
	g->s->told[g->n].text = rep_arena_dup(g->s->told_texts, t->text);
	return g->s->told[g->n++].text.p != NULL
	    ? REP_OK
	    : rep_fail(g->err, REP_ELIMIT,
		  "the recorded verdicts are larger than 64 MiB, or memory ran out");
}

enum rep_rc
rep_store_told(struct rep_store *s, const struct rep_told **v, size_t *n, struct rep_err *err)
{
	struct told_list g = { .s = s, .err = err };
	enum rep_rc rc;

	if (s->told_texts == NULL && (s->told_texts = rep_arena_new(TEXTS_MAX)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for recorded verdicts");
	rep_arena_reset(s->told_texts);
	free(s->told);
	s->told = NULL;
	if ((rc = s->b->ops->told(s->b, on_told, &g, err)) != REP_OK)
		return rc;
	*v = s->told;
	*n = g.n;
	return REP_OK;
}

static enum rep_rc
on_last(void *ctx, const struct rep_told *t)
{
	int64_t *last = ctx;

	if (t->recording > *last && rep_stored_count((uint64_t)t->recording))
		*last = t->recording;
	return REP_OK;
}

enum rep_rc
rep_store_told_put(struct rep_store *s, const struct rep_told *v, size_t n, struct rep_err *err)
{
	int64_t last = 0;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK ||
	    (rc = s->b->ops->told(s->b, on_last, &last, err)) != REP_OK)
		return rep_store_mark(s, rc);
	for (size_t i = 0; i < n && rc == REP_OK; i++) {
		struct rep_told t = v[i];

		t.recording = last + 1;
		rc = s->b->ops->told_add(s->b, &t, err);
	}
	if (rc == REP_OK)
		rc = s->b->ops->told_drop(s->b, last + 2 - REP_TOLD_KEEP, err);
	return rep_store_mark(s, rc);
}
