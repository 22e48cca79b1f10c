/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/held.h"
#include "store/store.h"

#define STATE "conditions" /* rep_store_state_put */

/*
 * A line: nine fields and a tab behind each, and a tenth where it is known since when it is so. None of them has tabs or line
 * ends in it (rep_shown).
 */
enum { STATE_MAX = 4 << 20 };

/* --- reading ------------------------------------------------------------------------------------------ */

/* Takes the field before the next tab. */
static bool
field(struct rep_str *s, struct rep_str *out)
{
	size_t tab = rep_str_chr(*s, '\t', 0);

	if (tab == SIZE_MAX)
		return false;
	*out = rep_str_sub(*s, 0, tab);
	*s = rep_str_sub(*s, tab + 1, s->n);
	return true;
}

static bool
number(struct rep_str *s, uint64_t *out)
{
	struct rep_str text;

	return field(s, &text) && rep_str_u64(text, INT64_MAX, out);
}

static bool
line(struct rep_str s, struct rep_held *out)
{
	struct rep_str kind;
	uint64_t v[6], so_s;

	if (!field(&s, &kind) || !rep_kind_parse(kind, &out->kind, NULL) ||
	    !field(&s, &out->subject) || !field(&s, &out->of))
		return false;
	for (size_t i = 0; i < REP_COUNT(v); i++)
		if (!number(&s, &v[i]))
			return false;
	out->first_s = (int64_t)v[0];
	out->seen_s = (int64_t)v[1];
	out->told_s = (int64_t)v[2];
	out->over_s = (int64_t)v[3];
	out->alert = v[4];
	out->back = v[5] != 0;
	out->so_s = number(&s, &so_s) ? (int64_t)so_s : 0;
	return true;
}

enum rep_rc
rep_held_load(
    struct rep_store *store, struct rep_arena *a, struct rep_held_all *out, struct rep_err *err)
{
	struct rep_held *stored;
	struct rep_str text, s;
	enum rep_rc rc = rep_store_state_get(store, STATE, &text, err);

	if (rc != REP_OK)
		return rc;
	*out =
	    (struct rep_held_all){ .a = a, .v = rep_arena_alloc(a, REP_HELD_MAX * sizeof *out->v) };
	text = rep_arena_dup(a, text);
	if (out->v == NULL || text.p == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	while (out->n < REP_HELD_MAX && rep_str_take_line(&text, &s))
		out->n += line(s, &out->v[out->n]);
	if ((stored = rep_arena_alloc(a, (out->n + 1) * sizeof *stored)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	memcpy(stored, out->v, out->n * sizeof *stored);
	out->stored = stored;
	out->stored_n = out->n;
	return REP_OK;
}

/* --- writing ------------------------------------------------------------------------------------------ */

static bool
same(const struct rep_held *x, const struct rep_held *y)
{
	return x->kind == y->kind && rep_str_eq(x->subject, y->subject) &&
	    rep_str_eq(x->of, y->of) && x->first_s == y->first_s && x->told_s == y->told_s &&
	    x->so_s == y->so_s && x->over_s == y->over_s && x->alert == y->alert &&
	    x->back == y->back && x->seen_s >= y->seen_s && x->seen_s - y->seen_s < REP_HELD_SEEN_S;
}

bool
rep_held_changed(const struct rep_held_all *held)
{
	for (size_t i = 0; i < held->n && i < held->stored_n; i++)
		if (!same(&held->v[i], &held->stored[i]))
			return true;
	return held->n != held->stored_n;
}

enum rep_rc
rep_held_save(const struct rep_held_all *held, struct rep_store *store, struct rep_err *err)
{
	struct rep_buf b;
	enum rep_rc rc;

	rep_buf_init(&b, STATE_MAX);
	for (size_t i = 0; i < held->n; i++) {
		const struct rep_held *h = &held->v[i];

		rep_buf_printf(&b, "%s\t%.*s\t%.*s\t%llu\t%llu\t%llu\t%llu\t%llu\t%d\t",
		    rep_kind_names[h->kind], REP_PR(h->subject), REP_PR(h->of),
		    (unsigned long long)h->first_s, (unsigned long long)h->seen_s,
		    (unsigned long long)h->told_s, (unsigned long long)h->over_s,
		    (unsigned long long)h->alert, h->back);
		if (h->so_s != 0)
			rep_buf_printf(&b, "%llu\t", (unsigned long long)h->so_s);
		rep_buf_addc(&b, '\n');
	}
	rc = b.full ? rep_fail(err, REP_ELIMIT, "more conditions than are remembered")
		    : rep_store_state_put(store, STATE, rep_buf_str(&b), err);
	rep_buf_fini(&b);
	return rc;
}

struct rep_str
rep_held_key(const struct rep_condition *c)
{
	return rep_str_or(c->key, c->subject);
}

struct rep_held *
rep_held_find(const struct rep_held_all *held, const struct rep_condition *c)
{
	for (size_t i = 0; i < held->n; i++)
		if (held->v[i].kind == c->kind && rep_str_eq(held->v[i].subject, rep_held_key(c)) &&
		    rep_str_eq(held->v[i].of, c->of))
			return &held->v[i];
	return NULL;
}
