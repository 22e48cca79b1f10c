/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/weights.h"
#include "base/hash.h"
#include "know/embedded.h"

#include <math.h>
#include <stdlib.h>

struct weights_reading {
	struct rep_weights *w;
	struct rep_lex_reader in;
	struct rep_arena *a;
	unsigned used; /* used: blocks and limits that are in force now */
};

/* The range of a ratio and of a cap. Less would prove nothing, more would hide all else. */
static const double ratio_min = 0.01, ratio_max = 100, prior_min = 0.001, prior_max = 0.999;

/*
 * A plain positive decimal, "0.45", "4". Its digits are a whole number and the point a power of ten,
 * both exact in a double, so that one division rounds once: 0.75 is what the compiler calls 0.75.
 */
static bool
decimal(struct rep_str s, double *out)
{
	double digits = 0, unit = 1;
	bool fraction = false;

	if (s.n == 0 || s.n > 12)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' && !fraction && i > 0) {
			fraction = true;
			continue;
		}
		if (!rep_digit(s.p[i]))
			return false;
		if (fraction)
			unit *= 10;
		digits = digits * 10 + (s.p[i] - '0');
	}
	*out = digits / unit;
	return true;
}

static bool
value(struct weights_reading *r, const struct rep_lex_stmt *st, double min, double max, double *out)
{
	double v;

	if (st->n != 2 || !decimal(st->w[1].s, &v) || v < min || v > max) {
		rep_lex_tell(&r->in, &st->w[st->n > 1],
		    "expected a number from %g to %g after \"%.*s\"", min, max, REP_PR(st->w[0].s));
		return false;
	}
	*out = v;
	return true;
}

/* The next statement of a block. False: its end. There is no block in a block: one is told, and passed over. */
static bool
next(struct weights_reading *r, struct rep_lex_stmt *st)
{
	while (rep_lex_inside(&r->in, st)) {
		if (!st->opens)
			return true;
		rep_lex_tell(
		    &r->in, &st->w[0], "there is no block \"%.*s\" in a block", REP_PR(st->w[0].s));
		rep_lex_pass_over(&r->in);
	}
	return false;
}

/* The file that a value comes from, so that --trace can show it. NULL: built in. */
static const char *
file_of(const struct weights_reading *r)
{
	return r->w->builtin ? r->in.lex.file : NULL;
}

/* Reports a name in an own file that is not built in, with the nearest name. */
static void
no_such(struct weights_reading *r, const struct rep_lex_word *at, const char *what,
    const char *const *names, size_t n)
{
	const char *near = rep_word_nearest(at->s, names, n);

	rep_lex_tell(&r->in, at, "no %s \"%.*s\"%s%s%s", what, REP_PR(at->s),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

static void
no_cause(struct weights_reading *r, const struct rep_lex_word *at, const char *near)
{
	rep_lex_tell(&r->in, at, "no cause \"%.*s\"%s%s%s", REP_PR(at->s),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
}

/* The statements of a prior. */
static void
prior_causes(struct weights_reading *r, double p[REP_CAUSE_N], struct rep_str *origin)
{
	struct rep_lex_stmt st;
	enum rep_cause c;
	const char *near;

	while (next(r, &st)) {
		if (rep_str_eq(st.w[0].s, REP_S("origin")) && st.n == 2)
			*origin = rep_arena_dup(r->a, st.w[1].s);
		else if (rep_cause_parse(st.w[0].s, &c, &near))
			(void)value(r, &st, prior_min, prior_max, &p[c]);
		else
			no_cause(r, &st.w[0], near);
	}
}

/* The points of a curve. */
static void
points(struct weights_reading *r, const struct rep_lex_stmt *st, struct rep_weight *v)
{
	size_t n = st->n - 1;

	if (n < 2 || n > REP_CURVE_POINTS) {
		rep_lex_tell(
		    &r->in, &st->w[0], "expected 2 to %d numbers after \"at\"", REP_CURVE_POINTS);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!decimal(st->w[1 + i].s, &v->at[i]) || (i > 0 && v->at[i] <= v->at[i - 1])) {
			rep_lex_tell(
			    &r->in, &st->w[1 + i], "expected a number, larger than the one before");
			return;
		}
	v->points = n;
}

/* The ratios of a cause: one for each point of the curve, or one for all. */
static void
ratios(struct weights_reading *r, const struct rep_lex_stmt *st, const struct rep_weight *v,
    double ratio[REP_CURVE_POINTS])
{
	size_t given = st->n - 1;

	if (given != 1 && given != v->points) {
		if (v->points == 1)
			rep_lex_tell(&r->in, &st->w[given > 0],
			    "expected a number from %g to %g after \"%.*s\"", ratio_min, ratio_max,
			    REP_PR(st->w[0].s));
		else
			rep_lex_tell(&r->in, &st->w[0], "expected 1 or %zu numbers after \"%.*s\"",
			    v->points, REP_PR(st->w[0].s));
		return;
	}
	for (size_t i = 0; i < given; i++)
		if (!decimal(st->w[1 + i].s, &ratio[i]) || ratio[i] < ratio_min ||
		    ratio[i] > ratio_max) {
			rep_lex_tell(&r->in, &st->w[1 + i],
			    "expected a number from %g to %g after \"%.*s\"", ratio_min, ratio_max,
			    REP_PR(st->w[0].s));
			return;
		}
	for (size_t i = given; given == 1 && i < REP_CURVE_POINTS; i++)
		ratio[i] = ratio[0];
}

/* The statements of a weight. */
static void
weight_causes(struct weights_reading *r, struct rep_weight *v)
{
	struct rep_lex_stmt st;
	enum rep_cause c;
	const char *near;

	while (next(r, &st)) {
		if (rep_str_eq(st.w[0].s, REP_S("origin")) && st.n == 2)
			v->origin = rep_arena_dup(r->a, st.w[1].s);
		else if (rep_str_eq(st.w[0].s, REP_S("family")) && st.n == 2)
			v->family = rep_arena_dup(r->a, st.w[1].s);
		else if (rep_str_eq(st.w[0].s, REP_S("at")))
			points(r, &st, v);
		else if (rep_cause_parse(st.w[0].s, &c, &near))
			ratios(r, &st, v, v->ratio[c]);
		else
			no_cause(r, &st.w[0], near);
	}
}

static void
prior(struct weights_reading *r, const struct rep_lex_stmt *st)
{
	struct rep_lex_word at = st->w[0];
	struct rep_weights *w = r->w;
	enum rep_class class = REP_CLASS_UNKNOWN;
	enum rep_scope scope = REP_SCOPE_NONE;
	struct rep_str origin = { "", 0 };
	double p[REP_CAUSE_N] = { 0 };
	const char *near = NULL;
	unsigned bad = r->in.bad;
	size_t i;

	if (st->n < 2 || st->n > 3)
		rep_lex_tell(&r->in, &at, "expected prior CLASS [SCOPE] {");
	else if (!rep_class_parse(st->w[1].s, &class, &near) ||
	    (st->n == 3 && !rep_scope_parse(st->w[2].s, &scope, &near)))
		rep_lex_tell(&r->in, &st->w[class == REP_CLASS_UNKNOWN ? 1 : 2],
		    "no class or scope of that name%s%s%s", near != NULL ? "; did you mean \"" : "",
		    near != NULL ? near : "", near != NULL ? "\"?" : "");
	for (i = 0; i < REP_CAUSE_N; i++)
		p[i] = 0.02;
	prior_causes(r, p, &origin);
	for (i = 0; i < w->priors_n; i++)
		if (w->priors[i].class == class && w->priors[i].scope == scope)
			break;
	if (r->in.bad == bad && origin.n == 0)
		rep_lex_tell(&r->in, &at,
		    "this prior needs an origin: who says so, or from which experience");
	if (r->in.bad == bad && i == REP_PRIORS_MAX)
		rep_lex_tell(&r->in, &at, "more than %d priors", REP_PRIORS_MAX);
	if (r->in.bad > bad)
		return;
	w->priors[i].class = class;
	w->priors[i].scope = scope;
	w->priors[i].file = file_of(r);
	w->priors[i].line = at.line;
	memcpy(w->priors[i].p, p, sizeof p);
	if (i == w->priors_n)
		w->priors_n++;
	r->used++;
}

/* The index of a family. families_n: there is none. */
static size_t
family_index(const struct rep_weights *w, struct rep_str name)
{
	size_t i = 0;

	while (i < w->families_n && !rep_str_eq(w->families[i].name, name))
		i++;
	return i;
}

static void
family_names(const struct rep_weights *w, const char *names[REP_FAMILIES_MAX])
{
	for (size_t i = 0; i < w->families_n; i++)
		names[i] = w->families[i].name.p;
}

/* Checks what a weight needs besides numbers. Without a family it keeps the present one. */
static void
weight_needs(struct weights_reading *r, const struct rep_lex_word *name, struct rep_weight *v,
    bool known, enum rep_evidence_id id)
{
	const struct rep_weights *w = r->w;

	if (!known) {
		no_such(r, name, "evidence", rep_evidence_names, REP_EVIDENCE_N);
	} else if (v->origin.n == 0) {
		rep_lex_tell(&r->in, name,
		    "this weight needs an origin: who says so, or from which experience");
	} else if (v->family.n == 0 && w->weights[id].name.n > 0) {
		v->family = w->weights[id].family;
	} else if (v->family.n == 0 || family_index(w, v->family) == w->families_n) {
		const char *names[REP_FAMILIES_MAX];
		struct rep_lex_word at = *name;

		at.s = v->family;
		family_names(w, names);
		no_such(r, &at, "family", names, w->families_n);
	}
}

static void
weight(struct weights_reading *r, const struct rep_lex_stmt *st)
{
	struct rep_lex_word at = st->w[st->n > 1];
	struct rep_weight v = { .name = st->n > 1 ? rep_arena_dup(r->a, st->w[1].s)
						  : (struct rep_str){ "", 0 },
		.file = file_of(r),
		.line = st->w[0].line };
	enum rep_evidence_id id = REP_EVIDENCE_N;
	bool known = rep_evidence_id_parse(v.name, &id);
	unsigned bad = r->in.bad;

	if (st->n != 2)
		rep_lex_tell(&r->in, &st->w[0], "expected weight EVIDENCE {");
	at.s = v.name;
	v.points = 1;
	for (size_t i = 0; i < REP_CAUSE_N; i++)
		for (size_t k = 0; k < REP_CURVE_POINTS; k++)
			v.ratio[i][k] = 1;
	weight_causes(r, &v);
	if (r->in.bad == bad)
		weight_needs(r, &at, &v, known, id);
	if (r->in.bad == bad && v.points > 1 && rep_evidence_measures[id] == NULL)
		rep_lex_tell(
		    &r->in, &at, "%s measures nothing, so it has no curve", rep_evidence_names[id]);
	if (r->in.bad > bad || !known)
		return;
	r->w->weights_n += r->w->weights[id].name.n == 0;
	r->w->weights[id] = v;
	r->used++;
}

static void
family(struct weights_reading *r, const struct rep_lex_stmt *open)
{
	struct rep_weights *w = r->w;
	struct rep_str name = rep_arena_dup(r->a, open->n > 1 ? open->w[1].s : REP_S("?"));
	struct rep_lex_word at = open->w[open->n > 1];
	const char *names[REP_FAMILIES_MAX];
	size_t i = family_index(w, name);
	unsigned bad = r->in.bad;
	struct rep_lex_stmt st;
	double cap = 0;

	at.s = name;
	if (w->builtin && i == w->families_n) {
		family_names(w, names);
		no_such(r, &at, "family", names, w->families_n);
	}
	while (next(r, &st)) {
		if (rep_str_eq(st.w[0].s, REP_S("cap")))
			(void)value(r, &st, 1, ratio_max, &cap);
		else
			rep_lex_tell(&r->in, &st.w[0], "expected cap NUMBER, not \"%.*s\"",
			    REP_PR(st.w[0].s));
	}
	if (r->in.bad == bad && (cap < 1 || i == REP_FAMILIES_MAX))
		rep_lex_tell(&r->in, &at,
		    "expected family NAME { cap NUMBER } (%d families at most)", REP_FAMILIES_MAX);
	if (r->in.bad > bad)
		return;
	w->families[i].name = name;
	w->families[i].cap = cap;
	if (i == w->families_n)
		w->families_n++;
	r->used++;
}

static void
words(struct weights_reading *r, const struct rep_lex_word *open)
{
	double surely = r->w->almost_surely, probably = r->w->probably, unlikely = r->w->unlikely;
	struct rep_lex_word at = *open;
	unsigned bad = r->in.bad;
	struct rep_lex_stmt st;

	while (next(r, &st)) {
		if (rep_str_eq(st.w[0].s, REP_S("almost-surely")))
			(void)value(r, &st, 0.5, 1, &surely);
		else if (rep_str_eq(st.w[0].s, REP_S("probably")))
			(void)value(r, &st, 0.5, 1, &probably);
		else if (rep_str_eq(st.w[0].s, REP_S("unlikely")))
			(void)value(r, &st, 0, 0.5, &unlikely);
		else
			rep_lex_tell(
			    &r->in, &st.w[0], "expected almost-surely, probably or unlikely");
	}
	if (r->in.bad == bad && !(unlikely < probably && probably < surely))
		rep_lex_tell(
		    &r->in, &at, "unlikely must be under probably, and that under almost-surely");
	if (r->in.bad > bad)
		return;
	r->w->almost_surely = surely;
	r->w->probably = probably;
	r->w->unlikely = unlikely;
	r->used++;
}

static void
limit(struct weights_reading *r, const struct rep_lex_stmt *st)
{
	enum rep_limit_id id;
	double v;

	if (st->n != 3 || !decimal(st->w[2].s, &v)) {
		rep_lex_tell(&r->in, &st->w[0], "expected limit NAME NUMBER");
		return;
	}
	if (!rep_limit_id_parse(st->w[1].s, &id)) {
		no_such(r, &st->w[1], "limit", rep_limit_names, REP_LIMIT_N);
		return;
	}
	r->w->limits_n += !r->w->limits[id].given;
	r->w->limits[id].v = v;
	r->w->limits[id].given = true;
	r->used++;
}

enum rep_rc
rep_weights_parse(struct rep_weights *w, const char *file, struct rep_str text, struct rep_arena *a,
    void (*problem)(void *, const char *), void *ctx, struct rep_err *err)
{
	struct weights_reading r = { .w = w, .a = a, .in = { .problem = problem, .ctx = ctx } };
	struct rep_lex_stmt st;

	rep_lex_init(&r.in.lex, file, text, a);
	while (rep_lex_inside(&r.in, &st)) {
		if (st.opens && rep_str_eq(st.w[0].s, REP_S("prior"))) {
			prior(&r, &st);
		} else if (st.opens && rep_str_eq(st.w[0].s, REP_S("weight"))) {
			weight(&r, &st);
		} else if (st.opens && rep_str_eq(st.w[0].s, REP_S("family"))) {
			family(&r, &st);
		} else if (st.opens && rep_str_eq(st.w[0].s, REP_S("words"))) {
			words(&r, &st.w[0]);
		} else if (!st.opens && rep_str_eq(st.w[0].s, REP_S("limit"))) {
			limit(&r, &st);
		} else {
			rep_lex_tell(
			    &r.in, &st.w[0], "expected prior, family, weight, words or limit");
			if (st.opens)
				rep_lex_pass_over(&r.in);
		}
	}
	if (w->builtin && r.used > 0 && w->own_n < REP_OWN_WEIGHTS_MAX)
		w->own[w->own_n++] = file;
	return r.in.bad == 0
	    ? REP_OK
	    : rep_fail(err, REP_ESYNTAX, "%s: %u problem%s", file, r.in.bad, rep_plural(r.in.bad));
}

struct weights_problem {
	char text[400];
};

static void
keep_first(void *ctx, const char *sentence)
{
	struct weights_problem *f = ctx;
	size_t n = strlen(sentence);

	if (f->text[0] != '\0')
		return;
	n = n < sizeof f->text - 1 ? n : sizeof f->text - 1;
	memcpy(f->text, sentence, n);
	f->text[n] = '\0';
}

enum rep_rc
rep_weights_builtin(struct rep_weights *w, struct rep_arena *a, struct rep_err *err)
{
	struct weights_problem first = { "" };
	const struct rep_embedded *e;

	w->almost_surely = 0.95;
	w->probably = 0.75;
	w->unlikely = 0.35;
	for (size_t i = 0; (e = rep_embedded_next(REP_S(".weights"), &i)) != NULL;)
		if (rep_weights_parse(w, e->name, (struct rep_str){ e->text, e->n }, a, keep_first,
			&first, NULL) != REP_OK)
			return rep_fail(err, REP_ESYNTAX, "built in: %s", first.text);
	w->builtin = true;
	return REP_OK;
}

const struct rep_weight *
rep_weight(const struct rep_weights *w, enum rep_evidence_id id)
{
	return w->weights[id].name.n > 0 ? &w->weights[id] : NULL;
}

double
rep_weight_ratio(const struct rep_weight *w, enum rep_cause c, double measure)
{
	const double *at = w->at, *ratio = w->ratio[c];
	size_t i = 1;
	double part;

	if (w->points == 1 || measure <= at[0])
		return ratio[0];
	while (i < w->points && measure > at[i])
		i++;
	if (i == w->points)
		return ratio[i - 1];
	part = (measure - at[i - 1]) / (at[i] - at[i - 1]);
	return exp(log(ratio[i - 1]) + part * (log(ratio[i]) - log(ratio[i - 1])));
}

double
rep_weights_cap(const struct rep_weights *w, struct rep_str name)
{
	for (size_t i = 0; i < w->families_n; i++)
		if (rep_str_eq(w->families[i].name, name))
			return w->families[i].cap;
	return 4;
}

const double *
rep_weights_prior(const struct rep_weights *w, enum rep_class c, enum rep_scope s)
{
	static const double even[REP_CAUSE_N] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 };
	const double *any = even;

	for (size_t i = 0; i < w->priors_n; i++) {
		if (w->priors[i].class != c)
			continue;
		if (w->priors[i].scope == s)
			return w->priors[i].p;
		if (w->priors[i].scope == REP_SCOPE_NONE)
			any = w->priors[i].p;
	}
	return any;
}

double
rep_weights_limit(const struct rep_weights *w, enum rep_limit_id id)
{
	return w->limits[id].given ? w->limits[id].v : rep_limit_values[id];
}

/* The key is no secret: the hash must be the same everywhere and in every version. */
static uint64_t
mix(uint64_t h, struct rep_str s)
{
	static const struct rep_key open = { { 0 } };

	return rep_hash_mix(h ^ rep_siphash(&open, s));
}

static uint64_t
mix_numbers(uint64_t h, const double *v, size_t n)
{
	/* Numbers in a file have at most six digits after the point. */
	for (size_t i = 0; i < n; i++)
		h = rep_hash_mix(h ^ (uint64_t)(v[i] * 1e6 + 0.5));
	return h;
}

static uint64_t
mix_weight(uint64_t h, const struct rep_weight *v)
{
	h = mix(mix(h, v->name), v->family);
	if (v->points > 1)
		h = mix_numbers(h, v->at, v->points);
	for (size_t c = 0; c < REP_CAUSE_N; c++)
		h = mix_numbers(h, v->ratio[c], v->points);
	return h;
}

uint64_t
rep_weights_hash(const struct rep_weights *w)
{
	const double words[] = { w->almost_surely, w->probably, w->unlikely };
	uint64_t h = mix_numbers(1, words, REP_COUNT(words));

	for (size_t i = 0; i < w->priors_n; i++)
		h = mix_numbers(
		    rep_hash_mix(
			h ^ ((uint64_t)w->priors[i].class << 8 | (uint64_t)w->priors[i].scope)),
		    w->priors[i].p, REP_CAUSE_N);
	for (size_t i = 0; i < w->families_n; i++)
		h = mix_numbers(mix(h, w->families[i].name), &w->families[i].cap, 1);
	for (size_t i = 0; i < REP_EVIDENCE_N; i++)
		if (w->weights[i].name.n > 0)
			h = mix_weight(h, &w->weights[i]);
	for (size_t i = 0; i < REP_LIMIT_N; i++) {
		double v = rep_weights_limit(w, (enum rep_limit_id)i);

		h = mix_numbers(mix(h, rep_str_c(rep_limit_names[i])), &v, 1);
	}
	return h;
}
