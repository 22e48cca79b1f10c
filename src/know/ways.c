/* SPDX-License-Identifier: Apache-2.0 */
#include "know/ways.h"
#include "base/time.h"

struct rep_ways {
	struct rep_arena *a; /* borrowed */
	struct rep_way *v[REP_WAYS_MAX];
	size_t n;
};

struct ways_reading {
	struct rep_ways *o;
	struct rep_lex_reader in;
	bool full; /* the arena is used up */
};

static const char *const effect_words[REP_EFFECT_N] = { "unknown", "cures", "eases", "leaves",
	"worsens" };
static const char *const kind_words[REP_WAY_KIND_N] = { "stay", "fix", "path", "move",
	"recipient" };

static const char *const about_words[REP_ABOUT_N] = { "cause", "unknown-there", "no-direct-mail",
	"port-closed", "ends-by-itself" };

const char *
rep_way_about_word(enum rep_way_about a)
{
	return (unsigned)a < REP_ABOUT_N ? about_words[a] : NULL;
}

const char *
rep_effect_word(enum rep_effect e)
{
	return (unsigned)e < REP_EFFECT_N ? effect_words[e] : NULL;
}

const char *
rep_way_kind_word(enum rep_way_kind k)
{
	return (unsigned)k < REP_WAY_KIND_N ? kind_words[k] : NULL;
}

struct rep_ways *
rep_ways_new(struct rep_arena *a)
{
	struct rep_ways *o = rep_arena_alloc(a, sizeof *o);

	if (o != NULL)
		o->a = a;
	return o;
}

size_t
rep_ways_n(const struct rep_ways *o)
{
	return o->n;
}

const struct rep_way *
rep_ways_at(const struct rep_ways *o, size_t i)
{
	return o->v[i];
}

const struct rep_way *
rep_way_by_id(const struct rep_ways *o, struct rep_str id)
{
	for (size_t i = 0; i < o->n; i++)
		if (rep_str_eq(o->v[i]->id, id))
			return o->v[i];
	return NULL;
}

/* --- reading ------------------------------------------------------------------------------------ */

static struct rep_str
keep(struct ways_reading *r, struct rep_str s)
{
	struct rep_str copy = rep_arena_dup(r->o->a, s);

	r->full = r->full || copy.p == NULL;
	return copy.p != NULL ? copy : (struct rep_str){ "", 0 };
}

/* One text after the keyword. */
static bool
one_text(struct ways_reading *r, const struct rep_lex_stmt *st, struct rep_str *to)
{
	if (st->n != 2 || st->w[1].s.n == 0) {
		rep_lex_tell(
		    &r->in, &st->w[0], "%.*s needs one text in quotes", REP_PR(st->w[0].s));
		return false;
	}
	*to = keep(r, st->w[1].s);
	return true;
}

static void
line(struct ways_reading *r, const struct rep_lex_stmt *st, struct rep_str *v, size_t *n)
{
	if (*n == REP_WAY_LINES)
		rep_lex_tell(&r->in, &st->w[0], "more than %d lines of %.*s", REP_WAY_LINES,
		    REP_PR(st->w[0].s));
	else if (one_text(r, st, &v[*n]))
		++*n;
}

static void
no_such(struct ways_reading *r, const struct rep_lex_word *w, const char *what, const char *near)
{
	rep_lex_tell(&r->in, w, "no %s \"%.*s\"%s%s%s", what, REP_PR(w->s),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

/* The causes in the words from `from` to before `until`, as bits. False: one is none, and was told. */
static bool
causes_in(struct ways_reading *r, const struct rep_lex_stmt *st, size_t from, size_t until,
    unsigned *bits)
{
	const char *near = NULL;
	enum rep_cause cause;

	*bits = 0;
	for (size_t i = from; i < until; i++) {
		if (!rep_cause_parse(st->w[i].s, &cause, &near)) {
			no_such(r, &st->w[i], "cause", near);
			return false;
		}
		*bits |= 1u << cause;
	}
	return true;
}

static bool
is_url(struct rep_str s)
{
	if (!rep_str_starts(s, REP_S("https://")) && !rep_str_starts(s, REP_S("http://")) &&
	    !rep_str_starts(s, REP_S("mailto:")))
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return s.n > 8;
}

static bool
is_date(struct rep_str s)
{
	struct rep_err err;
	int64_t at_s;

	return s.n == 10 && rep_time_parse(s, &at_s, NULL, &err) == REP_OK;
}

/* "verdict ABOUT". False: there is no such one. */
static bool
about(struct rep_str name, enum rep_way_about *out, const char **near)
{
	for (int k = REP_ABOUT_CAUSE + 1; k < REP_ABOUT_N; k++)
		if (rep_str_eq(name, rep_str_c(about_words[k]))) {
			*out = (enum rep_way_about)k;
			return true;
		}
	*near = rep_word_nearest(name, about_words + 1, REP_ABOUT_N - 1);
	return false;
}

static bool
verdict_at(struct ways_reading *r, const struct rep_lex_word *w, enum rep_way_about *out)
{
	const char *near = NULL;

	if (about(w->s, out, &near))
		return true;
	no_such(r, w, "verdict", near);
	return false;
}

/* "needs "what"", and before it the causes or the verdict that it is needed for. */
static void
needs(struct ways_reading *r, struct rep_way *v, const struct rep_lex_stmt *st)
{
	struct rep_lex_stmt rest = *st;
	enum rep_way_about verdict = REP_ABOUT_CAUSE;
	unsigned bits = 0;

	if (st->n == 4 && rep_str_eq(st->w[1].s, REP_S("verdict"))) {
		if (!verdict_at(r, &st->w[2], &verdict))
			return;
	} else if (!causes_in(r, st, 1, st->n > 0 ? st->n - 1 : 0, &bits)) {
		return;
	}
	if (st->n > 2) {
		rest.w[1] = st->w[st->n - 1];
		rest.n = 2;
	}
	if (v->needs_n < REP_WAY_LINES) {
		v->needs_for[v->needs_n] = bits;
		v->needs_about[v->needs_n] = verdict;
	}
	line(r, &rest, v->needs, &v->needs_n);
}

/* The effect that is meant by "CAUSE", "scope SCOPE" or "verdict ABOUT". NULL: there is none. */
static struct rep_way_effect *
subject(struct rep_way *v, const char *what, struct rep_str name, const char **near)
{
	enum rep_way_about verdict;
	enum rep_scope scope;
	enum rep_cause cause;

	if (strcmp(what, "scope") == 0)
		return rep_scope_parse(name, &scope, near) ? &v->scope[scope] : NULL;
	if (strcmp(what, "cause") == 0)
		return rep_cause_parse(name, &cause, near) ? &v->cause[cause] : NULL;
	return about(name, &verdict, near) ? &v->about[verdict] : NULL;
}

/* "cures CAUSE "why"", "leaves scope SCOPE "why"", "leaves verdict ABOUT "why"" */
static void
effect(struct ways_reading *r, struct rep_way *v, enum rep_effect e, const struct rep_lex_stmt *st)
{
	const char *what = st->n > 1 && rep_str_eq(st->w[1].s, REP_S("scope")) ? "scope"
	    : st->n > 1 && rep_str_eq(st->w[1].s, REP_S("verdict"))	       ? "verdict"
									       : "cause";
	size_t at = strcmp(what, "cause") == 0 ? 1 : 2;
	struct rep_way_effect *to;
	const char *near = NULL;

	if (st->n != at + 2 || st->w[at + 1].s.n == 0) {
		rep_lex_tell(&r->in, &st->w[0],
		    "expected %s CAUSE \"why\" or %s scope SCOPE \"why\"", effect_words[e],
		    effect_words[e]);
		return;
	}
	if ((to = subject(v, what, st->w[at].s, &near)) == NULL) {
		no_such(r, &st->w[at], what, near);
		return;
	}
	if (to->effect != REP_EFFECT_UNKNOWN) {
		rep_lex_tell(&r->in, &st->w[at], "what it does for %.*s was already said",
		    REP_PR(st->w[at].s));
		return;
	}
	*to = (struct rep_way_effect){ e, keep(r, st->w[at + 1].s) };
}

/* The words of a statement from `from` on, joined by one space. */
static struct rep_str
joined(const struct rep_lex_stmt *st, size_t from, char buf[160])
{
	size_t n = 0;

	for (size_t i = from; i < st->n; i++) {
		struct rep_str w = st->w[i].s;

		if (n + w.n + 1 >= 160)
			return (struct rep_str){ buf, n };
		if (n > 0)
			buf[n++] = ' ';
		memcpy(buf + n, w.p, w.n);
		n += w.n;
	}
	return (struct rep_str){ buf, n };
}

static void
cost_field(struct ways_reading *r, struct rep_way_cost *c, const struct rep_lex_stmt *st)
{
	static const char *const names[] = { "source", "date", "url" };
	struct rep_str *const to[] = { &c->source, &c->date, &c->url };
	const char *near;

	for (size_t i = 0; i < REP_COUNT(names); i++) {
		if (!rep_str_eq(st->w[0].s, rep_str_c(names[i])))
			continue;
		if (i == 1 && (st->n != 2 || !is_date(st->w[1].s)))
			rep_lex_tell(
			    &r->in, &st->w[st->n > 1], "date needs a day such as 2026-07-22");
		else if (i == 2 && (st->n != 2 || !is_url(st->w[1].s)))
			rep_lex_tell(
			    &r->in, &st->w[st->n > 1], "url needs https:, http: or mailto:");
		else
			(void)one_text(r, st, to[i]);
		return;
	}
	near = rep_word_nearest(st->w[0].s, names, REP_COUNT(names));
	rep_lex_tell(&r->in, &st->w[0], "a cost has no field \"%.*s\"%s%s%s", REP_PR(st->w[0].s),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

/* Passes each statement of a block to `fn`. One that opens a block is skipped. */
static void
block(struct ways_reading *r, void (*fn)(struct ways_reading *, void *, struct rep_lex_stmt *),
    void *to)
{
	unsigned depth = r->in.lex.depth;
	struct rep_lex_stmt st;
	struct rep_err e;
	enum rep_rc rc;

	while ((rc = rep_lex_next(&r->in.lex, &st, &e)) != REP_ENOTFOUND) {
		if (rc == REP_ELIMIT || rc == REP_EMEM) {
			r->full = true;
			return;
		}
		if (rc != REP_OK) {
			r->in.bad++;
			if (r->in.problem != NULL)
				r->in.problem(r->in.ctx, e.msg);
			if (r->in.lex.depth < depth)
				return;
			continue;
		}
		if (st.closes && r->in.lex.depth < depth)
			return;
		if (st.n > 0)
			fn(r, to, &st);
	}
}

static void
in_cost(struct ways_reading *r, void *to, struct rep_lex_stmt *st)
{
	if (st->opens) {
		rep_lex_tell(&r->in, &st->w[0], "a cost cannot contain blocks");
		rep_lex_pass_over(&r->in);
		return;
	}
	cost_field(r, to, st);
}

/* "cost nothing", "cost ask URL ["what"]", "cost AMOUNT CURRENCY UNIT [above N] { .. }" */
static void
cost(struct ways_reading *r, struct rep_way *v, struct rep_lex_stmt *st)
{
	struct rep_lex_word at = st->w[st->n > 1];
	struct rep_way_cost c = { .source = { "", 0 } };
	char buf[160], why[REP_COST_WHY];
	bool fine;

	if (!st->opens && st->n == 2 && rep_str_eq(at.s, REP_S("nothing"))) {
		v->free = true;
		return;
	}
	if (!st->opens && st->n > 1 && rep_str_eq(at.s, REP_S("ask"))) {
		if (st->n < 3 || st->n > 4 || !is_url(st->w[2].s))
			rep_lex_tell(
			    &r->in, &at, "cost ask needs a URL, and can say what to ask for");
		else if (v->asks_n == REP_WAY_ASKS)
			rep_lex_tell(&r->in, &at, "more than %d prices to ask for", REP_WAY_ASKS);
		else
			v->asks[v->asks_n++] = (struct rep_way_ask){ keep(r, st->w[2].s),
				st->n == 4 ? keep(r, st->w[3].s) : (struct rep_str){ "", 0 } };
		return;
	}
	fine = rep_cost_parse(joined(st, 1, buf), &c.cost, why);
	if (!fine)
		rep_lex_tell(&r->in, &at, "cost: %s", why);
	if (st->opens)
		block(r, in_cost, &c);
	if (!fine)
		return;
	if (c.source.n == 0 || c.date.n == 0 || c.url.n == 0)
		rep_lex_tell(&r->in, &at,
		    "a cost has { source \"..\"; date DAY; url URL }, or is: cost ask URL");
	else if (v->costs_n == REP_WAY_COSTS)
		rep_lex_tell(&r->in, &at, "more than %d costs", REP_WAY_COSTS);
	else
		v->costs[v->costs_n++] = c;
}

/* "days FROM-TO "who"", and before the days: causes, "verdict ABOUT" or "at PROVIDER". */
static void
days(struct ways_reading *r, struct rep_way *v, const struct rep_lex_stmt *st)
{
	struct rep_way_days d = { .about = REP_ABOUT_CAUSE };
	size_t n = st->n;

	if (n < 3 || !rep_days_parse(st->w[n - 2].s, &d.from, &d.to) || st->w[n - 1].s.n == 0) {
		rep_lex_tell(&r->in, &st->w[0], "expected days FROM[-TO] \"who says so\"");
		return;
	}
	if (n == 5 && rep_str_eq(st->w[1].s, REP_S("at"))) {
		d.at = keep(r, st->w[2].s);
	} else if (n == 5 && rep_str_eq(st->w[1].s, REP_S("verdict"))) {
		if (!verdict_at(r, &st->w[2], &d.about))
			return;
	} else if (!causes_in(r, st, 1, n - 2, &d.causes)) {
		return;
	}
	d.source = keep(r, st->w[n - 1].s);
	if (v->days_n == REP_WAY_LINES)
		rep_lex_tell(&r->in, &st->w[0], "more than %d lines of days", REP_WAY_LINES);
	else
		v->days[v->days_n++] = d;
}

static bool
fits_always(const struct rep_way_days *d)
{
	return d->causes == 0 && d->about == REP_ABOUT_CAUSE && d->at.n == 0;
}

const struct rep_way_days *
rep_way_days_of(
    const struct rep_way *w, struct rep_str provider, int cause, enum rep_way_about is_about)
{
	size_t k = 0;

	for (; k + 1 < w->days_n; k++) {
		const struct rep_way_days *d = &w->days[k];

		if (fits_always(d) || (d->at.n > 0 && rep_str_eq(d->at, provider)) ||
		    (d->about != REP_ABOUT_CAUSE && d->about == is_about) ||
		    (cause >= 0 && (d->causes & 1u << cause) != 0))
			break;
	}
	return &w->days[k];
}

static void
kind(struct ways_reading *r, struct rep_way *v, const struct rep_lex_stmt *st)
{
	const char *near;

	for (size_t k = 0; st->n == 2 && k < REP_WAY_KIND_N; k++)
		if (rep_str_eq(st->w[1].s, rep_str_c(kind_words[k]))) {
			v->kind = (enum rep_way_kind)k;
			return;
		}
	near = rep_word_nearest(st->w[st->n > 1].s, kind_words, REP_WAY_KIND_N);
	rep_lex_tell(&r->in, &st->w[st->n > 1],
	    "kind must be stay, fix, path, move or recipient%s%s%s",
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

static void
addresses(struct ways_reading *r, struct rep_way *v, const struct rep_lex_stmt *st)
{
	uint64_t n;

	if (st->n != 2 || !rep_str_u64(st->w[1].s, REP_WAY_ADDRESSES, &n) || n == 0)
		rep_lex_tell(&r->in, &st->w[st->n > 1], "addresses needs a number from 1 to %d",
		    REP_WAY_ADDRESSES);
	else
		v->addresses = (unsigned)n;
}

static void
only_at(struct ways_reading *r, struct rep_way *v, const struct rep_lex_stmt *st)
{
	for (size_t i = 1; i < st->n; i++) {
		if (v->at_n == REP_WAY_LINES) {
			rep_lex_tell(&r->in, &st->w[i], "more than %d providers", REP_WAY_LINES);
			return;
		}
		v->at[v->at_n++] = keep(r, st->w[i].s);
	}
}

struct draft {
	struct rep_way *v;
	bool kind;
};

static void
field(struct ways_reading *r, void *to, struct rep_lex_stmt *st)
{
	static const char *const names[] = { "title", "step", "kind", "cures", "eases", "leaves",
		"worsens", "days", "cost", "addresses", "needs", "limit", "at", "route", "asks" };
	struct draft *d = to;
	struct rep_way *v = d->v;
	struct rep_str w = st->w[0].s;
	const char *near;

	if (rep_str_eq(w, REP_S("cost"))) {
		cost(r, v, st);
		return;
	}
	if (st->opens) {
		rep_lex_tell(&r->in, &st->w[0], "an option has no block \"%.*s\"", REP_PR(w));
		rep_lex_pass_over(&r->in);
		return;
	}
	for (int e = REP_EFFECT_CURES; e < REP_EFFECT_N; e++)
		if (rep_str_eq(w, rep_str_c(effect_words[e]))) {
			effect(r, v, (enum rep_effect)e, st);
			return;
		}
	if (rep_str_eq(w, REP_S("title")))
		(void)one_text(r, st, &v->title);
	else if (rep_str_eq(w, REP_S("step")))
		(void)one_text(r, st, &v->step);
	else if (rep_str_eq(w, REP_S("route")))
		(void)one_text(r, st, &v->route);
	else if (rep_str_eq(w, REP_S("kind"))) {
		kind(r, v, st);
		d->kind = true;
	} else if (rep_str_eq(w, REP_S("days")))
		days(r, v, st);
	else if (rep_str_eq(w, REP_S("addresses")))
		addresses(r, v, st);
	else if (rep_str_eq(w, REP_S("needs")))
		needs(r, v, st);
	else if (rep_str_eq(w, REP_S("limit")))
		line(r, st, v->limits, &v->limits_n);
	else if (rep_str_eq(w, REP_S("asks"))) {
		if (st->n == 2 && rep_str_eq(st->w[1].s, REP_S("yes")))
			v->asks_them = true;
		else
			rep_lex_tell(&r->in, &st->w[0], "expected asks yes");
	} else if (rep_str_eq(w, REP_S("at")))
		only_at(r, v, st);
	else {
		near = rep_word_nearest(w, names, REP_COUNT(names));
		rep_lex_tell(&r->in, &st->w[0], "an option has no field \"%.*s\"%s%s%s", REP_PR(w),
		    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
		    near != NULL ? "\"?" : "");
	}
}

/* Checks that an option has everything it must have. */
static bool
whole(struct ways_reading *r, const struct draft *d, const struct rep_lex_word *place)
{
	const struct rep_way *v = d->v;
	const char *missing = v->title.n == 0			      ? "title"
	    : v->step.n == 0					      ? "step"
	    : !d->kind						      ? "kind"
	    : v->days_n == 0 || !fits_always(&v->days[v->days_n - 1]) ? "days"
	    : v->costs_n + v->asks_n == 0 && !v->free		      ? "cost"
								      : NULL;

	if (missing == NULL)
		return true;
	rep_lex_tell(&r->in, place, "option %.*s lacks %s", REP_PR(v->id), missing);
	return false;
}

static void
option(struct ways_reading *r, const struct rep_lex_stmt *open)
{
	struct draft d = { .v = rep_arena_alloc(r->o->a, sizeof *d.v) };
	struct rep_lex_word name = open->w[open->n > 1];
	size_t i = 0;

	if (d.v == NULL) {
		r->full = true;
		return;
	}
	d.v->id = keep(r, name.s);
	d.v->file = r->in.lex.file;
	d.v->line = name.line;
	block(r, field, &d);
	if (!whole(r, &d, &name))
		return;
	while (i < r->o->n && !rep_str_eq(r->o->v[i]->id, d.v->id))
		i++;
	if (i == REP_WAYS_MAX) {
		rep_lex_tell(&r->in, &name, "more than %d options", REP_WAYS_MAX);
		return;
	}
	r->o->v[i] = d.v;
	if (i == r->o->n)
		r->o->n++;
}

static void
at_top(struct ways_reading *r, void *to, struct rep_lex_stmt *st)
{
	(void)to;
	if (st->n == 2 && st->opens && rep_str_eq(st->w[0].s, REP_S("option"))) {
		option(r, st);
		return;
	}
	rep_lex_tell(&r->in, &st->w[0], "expected option NAME {, not \"%.*s\"", REP_PR(st->w[0].s));
	if (st->opens)
		rep_lex_pass_over(&r->in);
}

enum rep_rc
rep_ways_parse(struct rep_ways *o, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	struct ways_reading r = { .o = o, .in = { .problem = problem, .ctx = ctx } };

	rep_lex_init(&r.in.lex, file, text, o->a);
	block(&r, at_top, NULL);
	if (r.full)
		return rep_fail(err, REP_ELIMIT, "%s: more options than there is room for", file);
	*bad = r.in.bad;
	return REP_OK;
}
