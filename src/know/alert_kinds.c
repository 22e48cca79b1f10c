/* SPDX-License-Identifier: Apache-2.0 */
#include "know/alert_kinds.h"
#include "base/time.h"

struct alerts_reading {
	struct rep_alert_kinds *k;
	struct rep_lex_reader in;
	bool full; /* the arena is used up */
};

/* Whether every "{...}" of a form is one that can be replaced. */
static bool
fits(struct rep_str s)
{
	static const struct rep_str names[] = { { "{subject}", 9 }, { "{n}", 3 } };

	for (size_t at = 0; (at = rep_str_chr(s, '{', at)) != SIZE_MAX; at++) {
		struct rep_str rest = rep_str_sub(s, at, s.n);

		if (!rep_str_starts(rest, names[0]) && !rep_str_starts(rest, names[1]))
			return false;
	}
	return true;
}

static void
words(struct alerts_reading *r, const struct rep_lex_stmt *st, struct rep_str *to)
{
	if (st->n != 2 || st->w[1].s.n == 0) {
		rep_lex_tell(
		    &r->in, &st->w[0], "%.*s needs one text in quotes", REP_PR(st->w[0].s));
		return;
	}
	if (!fits(st->w[1].s)) {
		rep_lex_tell(&r->in, &st->w[1],
		    "%.*s can have {subject} and {n}, and no other braces", REP_PR(st->w[0].s));
		return;
	}
	*to = rep_arena_dup(r->k->a, st->w[1].s);
	r->full = r->full || to->p == NULL;
}

static void
span(struct alerts_reading *r, const struct rep_lex_stmt *st, int64_t *to)
{
	int64_t s;

	if (st->n != 2 || !rep_time_length(st->w[1].s, &s) || s > REP_ALERT_WAIT_MAX_S)
		rep_lex_tell(&r->in, &st->w[st->n > 1],
		    "%.*s needs a length of time up to %d days, such as 30m", REP_PR(st->w[0].s),
		    REP_ALERT_WAIT_MAX_S / REP_DAY_S);
	else
		*to = s;
}

/* One of two words. False: it is none of them (told). */
static bool
one_of(struct alerts_reading *r, const struct rep_lex_stmt *st, const char *a, const char *b,
    bool *second)
{
	*second = st->n == 2 && rep_str_eq(st->w[1].s, rep_str_c(b));
	if (*second || (st->n == 2 && rep_str_eq(st->w[1].s, rep_str_c(a))))
		return true;
	rep_lex_tell(&r->in, &st->w[st->n > 1], "%.*s is %s or %s", REP_PR(st->w[0].s), a, b);
	return false;
}

static void
field(struct alerts_reading *r, const struct rep_lex_stmt *st, struct rep_alert_kind *v,
    bool *weighed)
{
	static const char *const names[] = { "title", "several", "do", "command", "why", "after",
		"quiet", "weight", "once" };
	struct rep_str *const text[] = { &v->title, &v->several, &v->todo, &v->command, &v->why };
	const char *near = NULL;
	bool second = false;
	size_t k = 0;

	while (k < REP_COUNT(names) && !rep_str_eq(st->w[0].s, rep_str_c(names[k])))
		k++;
	if (st->opens || k == REP_COUNT(names)) {
		near = st->opens ? NULL : rep_word_nearest(st->w[0].s, names, REP_COUNT(names));
		rep_lex_tell(&r->in, &st->w[0], "an alert has no %s \"%.*s\"%s%s%s",
		    st->opens ? "block" : "field", REP_PR(st->w[0].s),
		    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		    near != NULL ? "\"?" : "");
		if (st->opens)
			rep_lex_pass_over(&r->in);
	} else if (k < REP_COUNT(text)) {
		words(r, st, text[k]);
	} else if (k == 5 || k == 6) {
		span(r, st, k == 5 ? &v->after_s : &v->quiet_s);
	} else if (k == 7) {
		*weighed = one_of(r, st, "now", "week", &second) || *weighed;
		v->weight = second ? REP_WEIGHT_WEEK : REP_WEIGHT_NOW;
	} else if (one_of(r, st, "no", "yes", &second)) {
		v->once = second;
	}
}

static void
one_alert(struct alerts_reading *r, const struct rep_lex_stmt *open)
{
	struct rep_alert_kind v = { .known = true };
	struct rep_lex_word name = open->w[1];
	const char *near = NULL, *missing;
	bool weighed = false, known;
	struct rep_lex_stmt st;
	enum rep_kind kind;

	known = rep_kind_parse(name.s, &kind, &near);
	if (!known)
		rep_lex_tell(&r->in, &name, "no alert \"%.*s\"%s%s%s", REP_PR(name.s),
		    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		    near != NULL ? "\"?" : "");
	while (rep_lex_inside(&r->in, &st))
		field(r, &st, &v, &weighed);
	if (!known)
		return;
	missing = v.title.n == 0 ? "title"
	    : v.several.n == 0	 ? "several"
	    : v.todo.n == 0	 ? "do"
	    : !weighed		 ? "weight"
				 : NULL;
	if (missing != NULL)
		rep_lex_tell(&r->in, &name, "alert %.*s lacks %s", REP_PR(name.s), missing);
	else
		r->k->v[kind] = v;
}

enum rep_rc
rep_alert_kinds_parse(struct rep_alert_kinds *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct alerts_reading r = { .k = k, .in = { .problem = problem, .ctx = ctx } };
	struct rep_lex_stmt st;

	rep_lex_init(&r.in.lex, file, text, k->a);
	while (rep_lex_inside(&r.in, &st)) {
		if (st.n == 2 && st.opens && rep_str_eq(st.w[0].s, REP_S("alert"))) {
			one_alert(&r, &st);
			continue;
		}
		rep_lex_tell(
		    &r.in, &st.w[0], "expected alert NAME {, not \"%.*s\"", REP_PR(st.w[0].s));
		if (st.opens)
			rep_lex_pass_over(&r.in);
	}
	*bad = r.in.bad;
	return r.full ? rep_fail(err, REP_ELIMIT, "%s: more alerts than there is room for", file)
		      : REP_OK;
}

struct rep_str
rep_alert_words(struct rep_arena *a, struct rep_str form, struct rep_str subject, size_t n)
{
	struct rep_str out = REP_S("");

	while (form.n > 0) {
		size_t at = rep_str_chr(form, '{', 0);
		struct rep_str before = rep_str_sub(form, 0, at == SIZE_MAX ? form.n : at);

		form = rep_str_sub(form, before.n, form.n);
		if (rep_str_starts(form, REP_S("{subject}"))) {
			out = rep_arena_printf(
			    a, "%.*s%.*s%.*s", REP_PR(out), REP_PR(before), REP_PR(subject));
			form = rep_str_sub(form, 9, form.n);
		} else if (rep_str_starts(form, REP_S("{n}"))) {
			out = rep_arena_printf(a, "%.*s%.*s%zu", REP_PR(out), REP_PR(before), n);
			form = rep_str_sub(form, 3, form.n);
		} else {
			out = rep_arena_printf(a, "%.*s%.*s", REP_PR(out), REP_PR(before));
		}
		if (out.p == NULL)
			return out;
	}
	return out;
}
