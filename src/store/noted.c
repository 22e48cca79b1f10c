/*
 * store/noted.c -- what persons did about incidents and alerts: a log that only grows.
 *
 * A note of the back end for each, by its number: the time, incident, alert and act, the lengths of three texts, and these.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/bytes.h"
#include "mail/mask.h"
#include "store/inside.h"

#include <stdlib.h>

enum { HEAD = 8 + 8 + 8 + 1 + 3 * 2, MASK_MAX = 4 * REP_NOTED_TEXT_MAX };

static const struct rep_str mark = { "[forgotten]", 11 };

static enum rep_rc
put(struct rep_store *s, const struct rep_noted *x, struct rep_err *err)
{
	const struct rep_str *const texts[] = { &x->who, &x->step, &x->text };
	char head[HEAD], *p = head;
	struct rep_buf b;
	enum rep_rc rc;

	rep_le_put(p, (uint64_t)x->at_s, 8);
	rep_le_put(p + 8, (uint64_t)x->incident, 8);
	rep_le_put(p + 16, x->alert, 8);
	p[24] = (char)x->act;
	for (size_t k = 0; k < REP_COUNT(texts); k++)
		rep_le_put(p + 25 + 2 * k, texts[k]->n, 2);
	rep_buf_init(&b, HEAD + 3 * MASK_MAX);
	rep_buf_add(&b, (struct rep_str){ head, sizeof head });
	for (size_t k = 0; k < REP_COUNT(texts); k++)
		rep_buf_add(&b, *texts[k]);
	rc = b.full ? rep_fail(err, REP_EMEM, "out of memory for a note")
		    : s->b->ops->note_put(s->b, REP_NOTE_NOTED, x->n, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

static bool
get(int64_t id, struct rep_str bytes, struct rep_noted *x)
{
	struct rep_str *const texts[] = { &x->who, &x->step, &x->text };
	size_t at = HEAD;

	if (bytes.n < HEAD || id <= 0)
		return false;
	*x = (struct rep_noted){ .n = (uint64_t)id,
		.at_s = (int64_t)rep_le(bytes.p, 8),
		.incident = (int64_t)rep_le(bytes.p + 8, 8),
		.alert = rep_le(bytes.p + 16, 8),
		.act = (enum rep_noted_act)(unsigned char)bytes.p[24] };
	for (size_t k = 0; k < REP_COUNT(texts); k++) {
		size_t n = (size_t)rep_le(bytes.p + 25 + 2 * k, 2);

		if (n > bytes.n - at)
			return false;
		*texts[k] = rep_str_sub(bytes, at, n);
		at += n;
	}
	return at == bytes.n && x->act >= REP_NOTED_DONE && x->act < REP_NOTED_N &&
	    x->incident >= 0 && rep_stored_time(x->at_s);
}

/* --- reading ---------------------------------------------------------------------------------------- */

struct noted_walk {
	int64_t incident; /* 0: all */
	struct rep_arena *a;
	struct rep_noted *v;
	size_t n, cap;
	uint64_t last;
	struct rep_err *err;
};

static enum rep_rc
on_last(void *ctx, int64_t id, struct rep_str bytes)
{
	struct noted_walk *w = ctx;

	(void)bytes;
	w->n++;
	if (id > 0 && (uint64_t)id > w->last)
		w->last = (uint64_t)id;
	return REP_OK;
}

static enum rep_rc
on_note(void *ctx, int64_t id, struct rep_str bytes)
{
	struct noted_walk *w = ctx;
	struct rep_noted x, *v;

	if (!get(id, bytes, &x))
		return rep_store_damaged(w->err, "a note of a person");
	if (w->incident != 0 && x.incident != w->incident)
		return REP_OK;
	x.who = rep_arena_dup(w->a, x.who);
	x.step = rep_arena_dup(w->a, x.step);
	x.text = rep_arena_dup(w->a, x.text);
	v = rep_arena_more(w->a, w->v, w->n, &w->cap, sizeof *v);
	if (v == NULL || x.who.p == NULL || x.step.p == NULL || x.text.p == NULL)
		return rep_fail(w->err, REP_EMEM, "out of memory for notes");
	w->v = v;
	w->v[w->n++] = x;
	return REP_OK;
}

static int
by_number(const void *a, const void *b)
{
	const struct rep_noted *x = a, *y = b;

	return x->n < y->n ? -1 : x->n > y->n;
}

enum rep_rc
rep_store_noted(struct rep_store *s, int64_t incident, struct rep_arena *a, struct rep_noted **v,
    size_t *n, struct rep_err *err)
{
	struct noted_walk w = { .incident = incident, .a = a, .err = err };
	enum rep_rc rc = s->b->ops->notes(s->b, REP_NOTE_NOTED, on_note, &w, err);

	if (rc != REP_OK)
		return rc;
	if (w.n > 0)
		qsort(w.v, w.n, sizeof *w.v, by_number);
	*v = w.v;
	*n = w.n;
	return REP_OK;
}

/* --- writing ---------------------------------------------------------------------------------------- */

/* The text as it is stored: addresses of people are masked. REP_EUSAGE: it is too long. */
static enum rep_rc
masked(struct rep_buf *b, struct rep_str *text, const char *what, size_t max, struct rep_err *err)
{
	size_t from = b->n;

	if (text->n > max)
		return rep_fail(
		    err, REP_EUSAGE, "%s of %zu bytes is longer than %zu", what, text->n, max);
	rep_mask(b, *text);
	*text = (struct rep_str){ NULL, b->n - from };
	return REP_OK;
}

enum rep_rc
rep_store_noted_put(struct rep_store *s, struct rep_noted *x, struct rep_err *err)
{
	struct noted_walk w = { .err = err };
	struct rep_noted kept = *x;
	struct rep_buf b;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) != REP_OK)
		return rc;
	if ((rc = s->b->ops->notes(s->b, REP_NOTE_NOTED, on_last, &w, err)) != REP_OK)
		return rep_store_mark(s, rc);
	if (w.n >= REP_NOTED_MAX)
		return rep_fail(err, REP_ELIMIT,
		    "the database has %d notes, and takes no more of them", REP_NOTED_MAX);
	rep_buf_init(&b, 3 * MASK_MAX);
	rc = masked(&b, &kept.who, "a name", REP_NOTED_WHO_MAX, err);
	if (rc == REP_OK)
		rc = masked(&b, &kept.step, "a step", REP_NOTED_STEP_MAX, err);
	if (rc == REP_OK)
		rc = masked(&b, &kept.text, "a note", REP_NOTED_TEXT_MAX, err);
	if (rc == REP_OK && b.full)
		rc = rep_fail(err, REP_EMEM, "out of memory for a note");
	if (rc == REP_OK) {
		kept.who.p = b.p != NULL ? b.p : "";
		kept.step.p = kept.who.p + kept.who.n;
		kept.text.p = kept.step.p + kept.step.n;
		kept.n = w.last + 1;
		rc = rep_store_mark(s, put(s, &kept, err));
	}
	rep_buf_fini(&b);
	if (rc == REP_OK)
		x->n = kept.n;
	return rc;
}

/* --- forgetting -------------------------------------------------------------------------------------- */

struct noted_forget {
	struct rep_str address, local, masked;
};

/* As the address, as it is masked, or as the login that is its local part. */
static bool
is_who(const struct noted_forget *f, struct rep_str who)
{
	return rep_str_eq_nocase(who, f->address) || rep_str_eq_nocase(who, f->local) ||
	    rep_str_eq_nocase(who, f->masked);
}

/*
 * What else a text says about a person cannot be told from the rest of it: all of the text goes. A masked address may be that of
 * another person whose name begins alike; then that text goes as well.
 */
static bool
clean(const struct noted_forget *f, struct rep_noted *x)
{
	bool who = is_who(f, x->who), step = rep_mask_has(x->step, f->masked),
	     text = rep_mask_has(x->text, f->masked) || rep_mask_has(x->text, f->address);

	x->who = who ? mark : x->who;
	x->step = step ? mark : x->step;
	x->text = text ? mark : x->text;
	return who || step || text;
}

enum rep_rc
rep_store_noted_forget(struct rep_store *s, struct rep_str address, struct rep_err *err)
{
	struct noted_forget f = { address, rep_str_sub(address, 0, rep_str_rchr(address, '@')),
		{ NULL, 0 } };
	struct rep_arena *a = rep_arena_new(REP_NOTED_MAX * (size_t)4096);
	struct rep_noted *v = NULL;
	struct rep_buf b;
	size_t n = 0;
	enum rep_rc rc;

	rep_buf_init(&b, 4096);
	rep_mask_address(&b, address);
	f.masked = rep_buf_str(&b);
	rc = a == NULL || b.full ? rep_fail(err, REP_EMEM, "out of memory for notes")
				 : rep_store_noted(s, 0, a, &v, &n, err);
	for (size_t i = 0; rc == REP_OK && i < n; i++)
		if (clean(&f, &v[i]))
			rc = put(s, &v[i], err);
	rep_buf_fini(&b);
	rep_arena_free(a);
	return rc;
}
