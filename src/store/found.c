/*
 * store/found.c -- stores what a look at DNS found as stays: a stay begins, continues or ends.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "mail/mask.h"
#include "store/inside.h"

#include <stdlib.h>

enum { TEXTS_MAX = 64 << 20, GONE_DAYS = 400 };

/* --- all that is kept ------------------------------------------------------------------------------ */

struct gathering {
	struct rep_store *s;
	size_t n, cap, looked_n, looked_cap;
	bool small;
	struct rep_err *err;
};

/* Copies a view into the arena. */
static struct rep_str
copy_text(struct gathering *g, struct rep_str v)
{
	struct rep_str out = rep_arena_dup(g->s->found_texts, v);

	g->small = g->small || out.p == NULL;
	return out;
}

/* Makes room for one more of `size` bytes. NULL: out of memory. */
static void *
room(void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap == 0 ? 64 : *cap * 2;
	return realloc(v, *cap * size);
}

static enum rep_rc
no_room(struct gathering *g)
{
	if (g->small)
		return rep_fail(g->err, REP_ELIMIT,
		    "the findings of DNS checks in the database are larger than 64 MiB");
	return rep_fail(g->err, REP_EMEM, "out of memory for findings of DNS checks");
}

static enum rep_rc
on_found(void *ctx, const struct rep_found *f)
{
	struct gathering *g = ctx;
	struct rep_found *v;

	if (f->severity > REP_INFO || !rep_stored_time(f->first_s) ||
	    !rep_stored_time(f->clear_s) || !rep_stored_time(f->last_s) ||
	    !rep_stored_time(f->gone_s))
		return rep_store_damaged(g->err, "what a look at DNS found");
	v = room(g->s->found, g->n, &g->cap, sizeof *v);
	if (v == NULL)
		return no_room(g);
	g->s->found = v;
	v = &v[g->n++];
	*v = *f;
	v->subject = copy_text(g, f->subject);
	v->part = copy_text(g, f->part);
	v->id = copy_text(g, f->id);
	v->detail = copy_text(g, f->detail);
	v->text = copy_text(g, f->text);
	v->fix = copy_text(g, f->fix);
	return g->small ? no_room(g) : REP_OK;
}

static enum rep_rc
on_looked(void *ctx, const struct rep_looked *l)
{
	struct gathering *g = ctx;
	struct rep_looked *v;

	if (!rep_stored_time(l->known_s) || !rep_stored_time(l->failed_s))
		return rep_store_damaged(g->err, "a look at DNS");
	v = room(g->s->looked, g->looked_n, &g->looked_cap, sizeof *v);
	if (v == NULL)
		return no_room(g);
	g->s->looked = v;
	v = &v[g->looked_n++];
	*v = *l;
	v->subject = copy_text(g, l->subject);
	v->part = copy_text(g, l->part);
	v->kind = copy_text(g, l->kind);
	v->why = copy_text(g, l->why);
	return g->small ? no_room(g) : REP_OK;
}

enum rep_rc
rep_store_found(struct rep_store *s, struct rep_found_all *out, struct rep_err *err)
{
	struct gathering g = { .s = s, .err = err };
	enum rep_rc rc;

	if (s->found_texts == NULL && (s->found_texts = rep_arena_new(TEXTS_MAX)) == NULL)
		return no_room(&g);
	rep_arena_reset(s->found_texts);
	free(s->found);
	free(s->looked);
	s->found = NULL;
	s->looked = NULL;
	if ((rc = s->b->ops->found(s->b, on_found, &g, err)) != REP_OK ||
	    (rc = s->b->ops->looked(s->b, on_looked, &g, err)) != REP_OK)
		return rc;
	*out = (struct rep_found_all){ s->found, g.n, s->looked, g.looked_n };
	return REP_OK;
}

/* --- one look --------------------------------------------------------------------------------------- */

struct look_write {
	struct rep_store *s;
	const struct rep_look *look;
	struct rep_found_all all;
	struct rep_err *err;
};

static bool
same_thing(const struct rep_found *a, const struct rep_found *b)
{
	return a->record == b->record && rep_str_eq(a->subject, b->subject) &&
	    rep_str_eq(a->part, b->part) && rep_str_eq(a->id, b->id) &&
	    rep_str_eq(a->detail, b->detail);
}

static const struct rep_looked *
looked_at(const struct rep_looked *v, size_t n, struct rep_str subject, struct rep_str part)
{
	for (size_t i = 0; i < n; i++)
		if (rep_str_eq(v[i].subject, subject) && rep_str_eq(v[i].part, part))
			return &v[i];
	return NULL;
}

static bool
is_older(const struct look_write *l)
{
	for (size_t i = 0; i < l->look->asked_n; i++) {
		const struct rep_looked *q = &l->look->asked[i],
					*was = looked_at(
					    l->all.looked, l->all.looked_n, q->subject, q->part);

		if (was != NULL && (was->known_s > l->look->at_s || was->failed_s > l->look->at_s))
			return true;
	}
	return false;
}

/* The open stay of this finding. NULL: there is none. */
static const struct rep_found *
open_stay(const struct look_write *l, const struct rep_found *f)
{
	for (size_t i = 0; i < l->all.n; i++)
		if (l->all.v[i].gone_s == 0 && same_thing(&l->all.v[i], f))
			return &l->all.v[i];
	return NULL;
}

static bool
said_before(const struct rep_look *look, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_thing(&look->v[k], &look->v[i]))
			return true;
	return false;
}

/* A text as it is stored. When it is too long it is cut, ends in "[...]", and is in `room`. */
static struct rep_str
shortened(struct rep_str s, char room[REP_FOUND_TEXT_MAX])
{
	static const char mark[] = " [...]";
	size_t n;

	if (s.n <= REP_FOUND_TEXT_MAX)
		return s;
	n = rep_str_cut(s, REP_FOUND_TEXT_MAX - (sizeof mark - 1)).n;
	memcpy(room, s.p, n);
	memcpy(room + n, mark, sizeof mark - 1);
	return (struct rep_str){ room, n + sizeof mark - 1 };
}

/* For what the look found: its stay continues, or a new one begins. */
static enum rep_rc
present(struct look_write *l, const struct rep_found *f)
{
	const struct rep_found *was = open_stay(l, f);
	const struct rep_looked *before =
	    looked_at(l->all.looked, l->all.looked_n, f->subject, f->part);
	struct rep_found row = *f;
	char text[REP_FOUND_TEXT_MAX];

	row.text = shortened(f->text, text);
	if (row.fix.n > REP_FOUND_FIX_MAX)
		row.fix = (struct rep_str){ "", 0 };
	row.first_s = was != NULL ? was->first_s : l->look->at_s;
	row.clear_s = was != NULL ? was->clear_s : before != NULL ? before->known_s : 0;
	row.last_s = l->look->at_s;
	row.gone_s = 0;
	return l->s->b->ops->found_put(l->s->b, &row, l->err);
}

/*
 * For an open stay that the look did not find: it ends if its part answered. Stays that ended long
 * ago are removed.
 */
static enum rep_rc
past(struct look_write *l, const struct rep_found *was)
{
	const struct rep_look *look = l->look;
	const struct rep_looked *q;
	struct rep_found row = *was;

	if (was->gone_s != 0)
		return was->gone_s < look->at_s - (int64_t)GONE_DAYS * REP_DAY_S
		    ? l->s->b->ops->found_drop(l->s->b, was, l->err)
		    : REP_OK;
	for (size_t i = 0; i < look->n; i++)
		if (same_thing(&look->v[i], was))
			return REP_OK;
	q = looked_at(look->asked, look->asked_n, was->subject, was->part);
	if (q == NULL || q->known_s == 0)
		return REP_OK;
	row.gone_s = look->at_s;
	return l->s->b->ops->found_put(l->s->b, &row, l->err);
}

static enum rep_rc
note_asked(struct look_write *l, const struct rep_looked *q)
{
	const struct rep_looked *was =
	    looked_at(l->all.looked, l->all.looked_n, q->subject, q->part);
	struct rep_looked row = *q;
	bool known = q->known_s != 0;
	char why[REP_FOUND_TEXT_MAX];

	row.known_s = known ? l->look->at_s : was != NULL ? was->known_s : 0;
	row.failed_s = !known ? l->look->at_s : was != NULL ? was->failed_s : 0;
	row.why = known ? (struct rep_str){ "", 0 } : shortened(q->why, why);
	return l->s->b->ops->looked_put(l->s->b, &row, l->err);
}

enum rep_rc
rep_store_look_put(
    struct rep_store *s, const struct rep_look *look, bool *kept, struct rep_err *err)
{
	struct look_write l = { .s = s, .look = look, .err = err };
	bool older = false;
	enum rep_rc rc;

	if ((rc = rep_store_must_be_open(s, err)) == REP_OK &&
	    (rc = rep_store_found(s, &l.all, err)) == REP_OK)
		older = is_older(&l);
	for (size_t i = 0; i < look->n && rc == REP_OK && !older; i++)
		if (!said_before(look, i))
			rc = present(&l, &look->v[i]);
	for (size_t i = 0; i < l.all.n && rc == REP_OK && !older; i++)
		rc = past(&l, &l.all.v[i]);
	for (size_t i = 0; i < look->asked_n && rc == REP_OK && !older; i++)
		rc = note_asked(&l, &look->asked[i]);
	if (rc == REP_OK && kept != NULL)
		*kept = !older;
	return rep_store_mark(s, rc);
}

/* --- forgetting --------------------------------------------------------------------------------------- */

enum rep_rc
rep_store_found_forget(struct rep_store *s, struct rep_str address, struct rep_err *err)
{
	struct rep_found_all all;
	enum rep_rc rc = rep_store_found(s, &all, err);

	for (size_t i = 0; i < all.n && rc == REP_OK; i++)
		if (rep_mask_has(all.v[i].text, address) ||
		    rep_mask_has(all.v[i].detail, address) || rep_mask_has(all.v[i].fix, address))
			rc = s->b->ops->found_drop(s->b, &all.v[i], err);
	/* the answer of the last call is still in memory, and contains the address */
	if (s->found_texts != NULL)
		rep_arena_reset(s->found_texts);
	free(s->found);
	s->found = NULL;
	return rc;
}
