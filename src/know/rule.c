/* SPDX-License-Identifier: Apache-2.0 */
#include "know/rule.h"
#include "base/time.h"
#include "know/fold.h"

enum { MAX_LIST = 48 };

struct parser {
	struct rep_lex lex;
	struct rep_arena *a;
	rep_rule_fn rule;
	rep_problem_fn problem;
	void *ctx;
	unsigned bad;
	enum rep_speaker speaker;
	struct rep_str speaker_id;
	bool has_speaker;
	struct rep_rule defaults;
	struct rep_rule now; /* being read */
	bool skip;	     /* the block being read has an error */
	struct rep_err *err;
};

static void
problem(struct parser *p, const struct rep_err *e)
{
	p->bad++;
	if (p->problem != NULL)
		p->problem(p->ctx, e->msg);
}

static enum rep_rc
complain(struct parser *p, const struct rep_lex_word *w, const char *what, struct rep_str word,
    const char *near)
{
	struct rep_err e;

	(void)rep_lex_fail(&p->lex, w, &e, "no %s \"%.*s\"%s%s%s", what, REP_PR(word),
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "");
	problem(p, &e);
	return REP_ESYNTAX;
}

#define COMPLAIN(p, w, ...)                                           \
	do {                                                          \
		struct rep_err e_;                                    \
		(void)rep_lex_fail(&(p)->lex, (w), &e_, __VA_ARGS__); \
		problem((p), &e_);                                    \
	} while (0)

bool
rep_code_in(const struct rep_code_set *v, size_t n, int code)
{
	int d[3] = { code / 100, code / 10 % 10, code % 10 };

	for (size_t i = 0; i < n; i++) {
		bool in = true;

		for (int k = 0; k < 3; k++)
			in = in && (v[i].d[k] < 0 || v[i].d[k] == d[k]);
		if (in)
			return true;
	}
	return false;
}

bool
rep_enh_in(const struct rep_enh_set *v, size_t n, const int enh[3])
{
	for (size_t i = 0; i < n; i++) {
		bool class = v[i].class == -2 || v[i].class == enh[0] ||
		    (v[i].class == -1 && (enh[0] == 4 || enh[0] == 5));

		if (class && (v[i].subject < 0 || v[i].subject == enh[1]) &&
		    (v[i].detail_from < 0 ||
			(enh[2] >= v[i].detail_from && enh[2] <= v[i].detail_to)))
			return true;
	}
	return false;
}

static bool
code_set(struct rep_str s, struct rep_code_set *out)
{
	if (s.n != 3)
		return false;
	for (int k = 0; k < 3; k++) {
		if (s.p[k] == 'x' || s.p[k] == '.')
			out->d[k] = -1;
		else if (rep_digit(s.p[k]))
			out->d[k] = (signed char)(s.p[k] - '0');
		else
			return false;
	}
	return out->d[0] >= 2 && out->d[0] <= 5;
}

/* "5.7.1", "5.7.606-649", "4.7.*", "x.2.2" */
static bool
enh_set(struct rep_str s, struct rep_enh_set *out)
{
	size_t dot = rep_str_chr(s, '.', 0), dot2, dash;
	struct rep_str part;
	uint64_t v;

	if (dot == SIZE_MAX || (dot2 = rep_str_chr(s, '.', dot + 1)) == SIZE_MAX)
		return false;
	part = rep_str_sub(s, 0, dot);
	if (rep_str_eq(part, REP_S("x")))
		out->class = -1;
	else if (rep_str_eq(part, REP_S("*")))
		out->class = -2;
	else if (rep_str_u64(part, 5, &v))
		out->class = (int)v;
	else
		return false;
	part = rep_str_sub(s, dot + 1, dot2 - dot - 1);
	if (rep_str_eq(part, REP_S("*")))
		out->subject = -1;
	else if (rep_str_u64(part, 999, &v))
		out->subject = (int)v;
	else
		return false;
	part = rep_str_sub(s, dot2 + 1, s.n);
	if (rep_str_eq(part, REP_S("*"))) {
		out->detail_from = out->detail_to = -1;
		return true;
	}
	dash = rep_str_chr(part, '-', 0);
	if (!rep_str_u64(rep_str_sub(part, 0, dash == SIZE_MAX ? part.n : dash), 9999, &v))
		return false;
	out->detail_from = out->detail_to = (int)v;
	if (dash == SIZE_MAX)
		return true;
	if (!rep_str_u64(rep_str_sub(part, dash + 1, part.n), 9999, &v) ||
	    (int)v < out->detail_from)
		return false;
	out->detail_to = (int)v;
	return true;
}

/* Appends n items of a list, in the arena. */
static void *
append(struct parser *p, const void *old, size_t old_n, const void *more, size_t n, size_t size)
{
	char *v = rep_arena_alloc(p->a, (old_n + n) * size);

	if (v == NULL)
		return NULL;
	if (old_n > 0)
		memcpy(v, old, old_n * size);
	memcpy(v + old_n * size, more, n * size);
	return v;
}

static enum rep_rc
too_large(struct parser *p)
{
	return rep_fail(
	    p->err, REP_ELIMIT, "%s: more rules than memory is set aside for", p->lex.file);
}

#define APPEND(p, r, list, vals, n)                                                               \
	do {                                                                                      \
		void *v_ = append((p), (r)->list, (r)->list##_n, (vals), (n), sizeof *(r)->list); \
		if (v_ == NULL)                                                                   \
			return too_large(p);                                                      \
		(r)->list = v_;                                                                   \
		(r)->list##_n += (n);                                                             \
	} while (0)

static enum rep_rc
codes(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	struct rep_code_set v[MAX_LIST];
	size_t n = 0;

	for (size_t i = 1; i < st->n && n < MAX_LIST; i++) {
		if (code_set(st->w[i].s, &v[n]))
			n++;
		else
			COMPLAIN(p, &st->w[i], "\"%.*s\" is not a reply code (550, 55x, 5xx)",
			    REP_PR(st->w[i].s));
	}
	APPEND(p, r, codes, v, n);
	return REP_OK;
}

static enum rep_rc
enhs(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	struct rep_enh_set v[MAX_LIST];
	size_t n = 0;

	for (size_t i = 1; i < st->n && n < MAX_LIST; i++) {
		if (enh_set(st->w[i].s, &v[n]))
			n++;
		else
			COMPLAIN(p, &st->w[i],
			    "\"%.*s\" is not an enhanced code (5.7.1, 5.7.606-649, 4.7.*, x.2.2)",
			    REP_PR(st->w[i].s));
	}
	APPEND(p, r, enhs, v, n);
	return REP_OK;
}

static enum rep_rc
tokens(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	struct rep_token v[MAX_LIST];
	struct rep_folded f;
	size_t n = 0;

	for (size_t i = 1; i < st->n && n < MAX_LIST; i++) {
		rep_fold(st->w[i].s, 0, false, &f);
		if (f.n < 3) {
			COMPLAIN(p, &st->w[i], "a token needs at least three characters");
			continue;
		}
		v[n].folded = rep_arena_dup(p->a, (struct rep_str){ f.p, f.n });
		v[n].as_written = st->w[i].s;
		if (v[n].folded.p == NULL)
			return too_large(p);
		n++;
	}
	APPEND(p, r, tokens, v, n);
	return REP_OK;
}

static enum rep_rc
patterns(struct parser *p, const struct rep_lex_stmt *st, const struct rep_pattern **v, size_t *n)
{
	struct rep_err e;

	for (size_t i = 1; i < st->n && *n < MAX_LIST; i++) {
		switch (rep_pattern_compile(p->a, st->w[i].s, &v[*n], &e)) {
		case REP_OK: ++*n; break;
		case REP_EMEM: return too_large(p);
		default: COMPLAIN(p, &st->w[i], "%s", e.msg);
		}
	}
	return REP_OK;
}

static enum rep_rc
texts(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const struct rep_pattern *v[MAX_LIST];
	enum rep_rc rc;
	size_t n = 0;

	if ((rc = patterns(p, st, v, &n)) != REP_OK)
		return rc;
	APPEND(p, r, texts, v, n);
	return REP_OK;
}

static enum rep_rc
unless(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const struct rep_pattern *v[MAX_LIST];
	enum rep_rc rc;
	size_t n = 0;

	if ((rc = patterns(p, st, v, &n)) != REP_OK)
		return rc;
	APPEND(p, r, unless, v, n);
	return REP_OK;
}

static enum rep_rc
captures(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const struct rep_pattern *v[MAX_LIST];
	enum rep_rc rc;
	size_t n = 0;

	if ((rc = patterns(p, st, v, &n)) != REP_OK)
		return rc;
	APPEND(p, r, captures, v, n);
	return REP_OK;
}

static enum rep_rc
stages(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const char *near;
	enum rep_stage v;

	for (size_t i = 1; i < st->n; i++) {
		if (rep_stage_parse(st->w[i].s, &v, &near))
			r->stages |= 1u << v;
		else
			(void)complain(p, &st->w[i], "stage", st->w[i].s, near);
	}
	return REP_OK;
}

static enum rep_rc class(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st) {
	const char *near;

	if (!rep_class_parse(st->w[1].s, &r->class, &near)){
	    p->skip = true; (void)complain(p, &st->w[1], "class", st->w[1].s, near); }
return REP_OK;
}

static enum rep_rc
scope(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const char *near;

	if (!rep_scope_parse(st->w[1].s, &r->scope, &near))
		(void)complain(p, &st->w[1], "scope", st->w[1].s, near);
	return REP_OK;
}

static enum rep_rc
retry(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const char *near;

	r->retry_after_s = -1;
	if (!rep_retry_parse(st->w[1].s, &r->retry, &near))
		(void)complain(p, &st->w[1], "retry advice", st->w[1].s, near);
	if (st->n > 2 && !rep_time_length(st->w[2].s, &r->retry_after_s))
		COMPLAIN(p, &st->w[2], "\"%.*s\" is not a length of time (90s, 15m, 2h, 1d)",
		    REP_PR(st->w[2].s));
	return REP_OK;
}

static enum rep_rc
ends(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	if (!rep_time_length(st->w[1].s, &r->ends_s))
		COMPLAIN(p, &st->w[1], "\"%.*s\" is not a length of time (90s, 15m, 2h, 1d)",
		    REP_PR(st->w[1].s));
	return REP_OK;
}

static enum rep_rc
cause(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	const char *near;
	enum rep_cause v;

	if (rep_cause_parse(st->w[1].s, &v, &near))
		r->cause = (int)v;
	else
		(void)complain(p, &st->w[1], "cause", st->w[1].s, near);
	return REP_OK;
}

static enum rep_rc
certain(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	if (rep_str_eq(st->w[1].s, REP_S("yes")) || rep_str_eq(st->w[1].s, REP_S("no"))) {
		r->certain = st->w[1].s.n == 3;
		r->certain_given = true;
	} else {
		COMPLAIN(p, &st->w[1], "\"%.*s\": expected yes or no", REP_PR(st->w[1].s));
	}
	return REP_OK;
}

/* "direct no". A range that may send needs no line. */
static enum rep_rc
direct(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	if (rep_str_eq(st->w[1].s, REP_S("no")))
		r->no_direct = true;
	else
		COMPLAIN(p, &st->w[1], "\"%.*s\": expected no", REP_PR(st->w[1].s));
	return REP_OK;
}

static enum rep_rc
url(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	if (!rep_str_starts(st->w[1].s, REP_S("https:")) &&
	    !rep_str_starts(st->w[1].s, REP_S("http:")) &&
	    !rep_str_starts(st->w[1].s, REP_S("mailto:")))
		COMPLAIN(p, &st->w[1], "\"%.*s\": expected an https: or mailto: address",
		    REP_PR(st->w[1].s));
	r->form = rep_str_starts(st->w[1].s, REP_S("mailto:"));
	r->url = st->w[1].s;
	return REP_OK;
}

/* The same address, where a request can be made. */
static enum rep_rc
form(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	enum rep_rc rc = url(p, r, st);

	r->form = true;
	return rc;
}

#define AT(field) offsetof(struct rep_rule, field)

static const struct {
	const char *name;
	enum rep_rc (*read)(struct parser *, struct rep_rule *, const struct rep_lex_stmt *);
	size_t text; /* read is NULL: the rep_str of the rule that its value is kept in */
	size_t max;  /* most values allowed; 0: any number */
} fields[] = {
	{ "code", codes, 0, 0 },
	{ "enhanced", enhs, 0, 0 },
	{ "stage", stages, 0, 0 },
	{ "token", tokens, 0, 0 },
	{ "text", texts, 0, 0 },
	{ "unless", unless, 0, 0 },
	{ "capture", captures, 0, 0 },
	{ "class", class, 0, 1 },
	{ "scope", scope, 0, 1 },
	{ "retry", retry, 0, 2 },
	{ "ends", ends, 0, 1 },
	{ "cause", cause, 0, 1 },
	{ "called", NULL, AT(called), 1 },
	{ "meaning", NULL, AT(meaning), 1 },
	{ "remedy", NULL, AT(remedy), 1 },
	{ "first", NULL, AT(first), 1 },
	{ "letter", NULL, AT(letter), 1 },
	{ "request", NULL, AT(request), 1 },
	{ "way", NULL, AT(way), 1 },
	{ "url", url, 0, 1 },
	{ "form", form, 0, 1 },
	{ "source", NULL, AT(source), 1 },
	{ "certain", certain, 0, 1 },
	{ "direct", direct, 0, 1 },
};

static void
no_field(struct parser *p, const struct rep_lex_word *w)
{
	const char *names[REP_COUNT(fields)];

	for (size_t i = 0; i < REP_COUNT(fields); i++)
		names[i] = fields[i].name;
	(void)complain(p, w, "field", w->s, rep_word_nearest(w->s, names, REP_COUNT(names)));
}

static enum rep_rc
field(struct parser *p, struct rep_rule *r, const struct rep_lex_stmt *st)
{
	struct rep_str name = st->w[0].s;

	for (size_t i = 0; i < REP_COUNT(fields); i++) {
		if (name.n == 0 || name.p[0] != fields[i].name[0] ||
		    !rep_str_eq(name, rep_str_c(fields[i].name)))
			continue;
		if (st->n < 2) {
			COMPLAIN(p, &st->w[0], "\"%s\" needs a value", fields[i].name);
			return REP_OK;
		}
		if (fields[i].max != 0 && st->n > fields[i].max + 1)
			COMPLAIN(p, &st->w[fields[i].max + 1],
			    "\"%s\" takes %zu value%s; more words follow (is a quote missing?)",
			    fields[i].name, fields[i].max, rep_plural(fields[i].max));
		if (fields[i].read != NULL)
			return fields[i].read(p, r, st);
		memcpy((char *)r + fields[i].text, &st->w[1].s, sizeof st->w[1].s);
		return REP_OK;
	}
	no_field(p, &st->w[0]);
	return REP_OK;
}

/* "a.b". p is NULL when memory is out. */
static struct rep_str
joined(struct rep_arena *a, struct rep_str x, char between, struct rep_str y)
{
	char *p = rep_arena_alloc(a, x.n + 1 + y.n);

	if (p == NULL)
		return (struct rep_str){ NULL, 0 };
	memcpy(p, rep_str_p(&x), x.n);
	p[x.n] = between;
	memcpy(p + x.n + 1, rep_str_p(&y), y.n);
	return (struct rep_str){ p, x.n + 1 + y.n };
}

/* Hands over a finished rule, or reports what it lacks. */
static enum rep_rc
finish(struct parser *p, const struct rep_lex_word *at)
{
	struct rep_rule *r = &p->now;
	const char *missing = NULL;

	if (r->class == REP_CLASS_N)
		missing = "class";
	else if (r->meaning.n == 0)
		missing = "meaning";
	else if (r->source.n == 0)
		missing = "source";
	else if (!r->certain_given)
		missing = "certain (yes or no)";
	else if (r->codes_n + r->enhs_n + r->tokens_n + r->texts_n == 0)
		missing = "anything to match: code, enhanced, token or text";
	if (missing != NULL) {
		COMPLAIN(p, at, "rule %.*s lacks %s", REP_PR(r->id), missing);
		return REP_OK;
	}
	if (r->first.n > 0) { /* the remedy begins with it */
		r->remedy = joined(p->a, r->first, ' ', r->remedy);
		if (r->remedy.p == NULL)
			return rep_fail(
			    p->err, REP_ELIMIT, "more rules than memory is set aside for");
		r->first.p = r->remedy.p;
	}
	return p->rule(p->ctx, r, p->err);
}

/* The statements of a block; r == NULL skips them. */
static enum rep_rc
block(struct parser *p, struct rep_rule *r)
{
	struct rep_lex_stmt st;
	struct rep_err e;
	enum rep_rc rc;

	for (;;) {
		rc = rep_lex_next(&p->lex, &st, &e);
		if (rc == REP_ENOTFOUND)
			return REP_OK;
		if (rc != REP_OK) {
			problem(p, &e);
			if (p->lex.depth == 0)
				return REP_OK;
			continue;
		}
		if (st.closes)
			return REP_OK;
		if (st.opens) {
			COMPLAIN(p, &st.w[0], "no block is expected here");
			if ((rc = block(p, NULL)) != REP_OK)
				return rc;
		} else if (r != NULL && (rc = field(p, r, &st)) != REP_OK) {
			return rc;
		}
	}
}

static enum rep_rc
speaker(struct parser *p, const struct rep_lex_stmt *st)
{
	static const char *const kinds[] = { "own", "any", "software", "provider" };
	struct rep_str id = st->n > 2 ? st->w[2].s : (struct rep_str){ "", 0 };

	p->defaults = (struct rep_rule){ .class = REP_CLASS_N, .cause = -1, .retry_after_s = -1 };
	for (size_t i = 0; st->n > 1 && i < REP_COUNT(kinds); i++) {
		if (!rep_str_eq(st->w[1].s, rep_str_c(kinds[i])))
			continue;
		if ((i == REP_SPEAKER_ANY) != (id.n == 0)) {
			COMPLAIN(p, &st->w[1], "\"%.*s\" %s", REP_PR(st->w[1].s),
			    i == REP_SPEAKER_ANY ? "takes no id" : "needs an id after it");
			return REP_OK;
		}
		p->speaker = (enum rep_speaker)i;
		p->speaker_id = id;
		p->has_speaker = true;
		return REP_OK;
	}
	if (st->n < 2)
		COMPLAIN(p, &st->w[0], "who speaks? provider ID, software ID, any or own ID");
	else
		(void)complain(p, &st->w[1], "speaker", st->w[1].s,
		    rep_word_nearest(st->w[1].s, kinds, REP_COUNT(kinds)));
	return REP_OK;
}

static enum rep_rc
one_rule(struct parser *p, const struct rep_lex_stmt *st)
{
	struct rep_lex_word at = st->w[0];
	struct rep_rule *r = &p->now;
	enum rep_rc rc;

	*r = p->defaults;
	p->skip = !p->has_speaker || st->n != 2;
	if (!p->has_speaker)
		COMPLAIN(p, &at, "a \"speaker\" line must come before the first rule");
	else if (st->n != 2)
		COMPLAIN(p, &at, "a rule has one name: rule NAME { ... }");
	r->speaker = p->speaker;
	r->speaker_id = p->speaker_id;
	r->file = p->lex.file;
	r->line = at.line;
	r->col = at.col;
	if (!p->skip) {
		struct rep_str speaker = rep_str_or(r->speaker_id, REP_S("any"));

		r->id = joined(p->a, speaker, '.', st->w[1].s);
		if (r->id.p == NULL)
			return too_large(p);
	}
	if ((rc = block(p, r)) != REP_OK)
		return rc;
	return p->skip ? REP_OK : finish(p, &at);
}

static enum rep_rc
top(struct parser *p, const struct rep_lex_stmt *st)
{
	static const char *const known[] = { "speaker", "defaults", "rule" };
	struct rep_str w = st->w[0].s;

	if (rep_str_eq(w, REP_S("speaker")) && !st->opens)
		return speaker(p, st);
	if (rep_str_eq(w, REP_S("defaults")) && st->opens) {
		p->defaults =
		    (struct rep_rule){ .class = REP_CLASS_N, .cause = -1, .retry_after_s = -1 };
		return block(p, &p->defaults);
	}
	if (rep_str_eq(w, REP_S("rule")) && st->opens)
		return one_rule(p, st);
	(void)complain(p, &st->w[0], "statement", w, rep_word_nearest(w, known, REP_COUNT(known)));
	return st->opens ? block(p, NULL) : REP_OK;
}

enum rep_rc
rep_rules_parse(const char *file, struct rep_str text, struct rep_arena *a, rep_rule_fn rule,
    rep_problem_fn fn, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct parser p = { .a = a, .rule = rule, .problem = fn, .ctx = ctx, .err = err };
	struct rep_lex_stmt st;
	struct rep_err e;
	enum rep_rc rc;

	p.defaults = (struct rep_rule){ .class = REP_CLASS_N, .cause = -1, .retry_after_s = -1 };
	rep_lex_init(&p.lex, file, text, a);
	for (;;) {
		rc = rep_lex_next(&p.lex, &st, &e);
		if (rc == REP_ENOTFOUND)
			break;
		if (rc != REP_OK) {
			problem(&p, &e);
			continue;
		}
		if (st.n == 0)
			continue;
		if ((rc = top(&p, &st)) != REP_OK)
			return rc;
	}
	*bad = p.bad;
	return REP_OK;
}
