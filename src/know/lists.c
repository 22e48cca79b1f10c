/* SPDX-License-Identifier: Apache-2.0 */
#include "know/lists.h"
#include "base/bytes.h"
#include "base/lex.h"
#include "know/embedded.h"

static const char *const kinds[] = { "block", "mixed", "allow" };
static const char *const scopes[] = { "address", "range", "asn", "domain" };
static const char *const words[] = { "abuse", "policy", "allow" };

const char *
rep_list_scope_text(enum rep_list_scope s)
{
	return scopes[s];
}

const char *
rep_list_word_text(enum rep_list_word w)
{
	return words[w];
}

struct lists_reading {
	struct rep_lists *l;
	struct rep_lex_reader in;
};

static void
tell(struct lists_reading *r, const struct rep_lex_word *w, const char *what)
{
	rep_lex_tell(&r->in, w, "%s \"%.*s\"", what, REP_PR(w->s));
}

static bool
word_of(struct rep_str s, const char *const *table, size_t n, unsigned *out)
{
	for (size_t i = 0; i < n; i++)
		if (rep_str_eq(s, rep_str_c(table[i]))) {
			*out = (unsigned)i;
			return true;
		}
	return false;
}

static bool
address(struct rep_str s, uint32_t *out)
{
	struct rep_ip ip;

	if (!rep_ip_parse(s, &ip) || ip.version != 4)
		return false;
	*out = rep_be32(ip.b);
	return true;
}

/* "127.0.0.2" or "127.0.0.4-127.0.0.7" */
static bool
span(struct rep_str s, struct rep_list_code *c)
{
	size_t dash = rep_str_chr(s, '-', 0);

	if (!address(rep_str_sub(s, 0, dash == SIZE_MAX ? s.n : dash), &c->from))
		return false;
	c->to = c->from;
	return dash == SIZE_MAX ||
	    (address(rep_str_sub(s, dash + 1, s.n), &c->to) && c->to >= c->from);
}

/* code SPAN WORD "text"; bit NUMBER WORD "text"; error SPAN "text" */
static bool
read_code(struct lists_reading *r, const struct rep_lex_stmt *st, bool bit, bool error,
    struct rep_list_code *c)
{
	unsigned w = REP_LIST_ABUSE;
	uint64_t v;

	if (st->n < (error ? 2u : 3u))
		return false;
	if (bit) {
		if (!rep_str_u64(st->w[1].s, 255, &v) || v == 0)
			return false;
		c->from = c->to = (uint32_t)v;
	} else if (!span(st->w[1].s, c)) {
		return false;
	}
	if (!error && !word_of(st->w[2].s, words, REP_COUNT(words), &w))
		return false;
	c->word = (enum rep_list_word)w;
	c->text =
	    rep_arena_dup(r->l->a, st->n > (error ? 2u : 3u) ? st->w[error ? 2 : 3].s : REP_S(""));
	return c->text.p != NULL;
}

static bool
number(const struct rep_lex_stmt *st, uint64_t max, unsigned *out)
{
	uint64_t v;

	if (st->n != 2 || !rep_str_u64(st->w[1].s, UINT32_MAX, &v) || v == 0)
		return false;
	*out = (unsigned)(v > max ? max : v);
	return true;
}

static bool
read_terms(const struct rep_lex_stmt *st, struct rep_list *v)
{
	for (size_t i = 1; i + 1 < st->n; i += 2) {
		bool yes = rep_str_eq(st->w[i + 1].s, REP_S("yes"));

		if (rep_str_eq(st->w[i].s, REP_S("own")))
			v->own = yes;
		else if (rep_str_eq(st->w[i].s, REP_S("neighbours")))
			v->neighbours = yes;
		else if (rep_str_eq(st->w[i].s, REP_S("business")))
			v->business = yes;
		else
			return false;
	}
	return true;
}

/* A field with one text. */
static struct rep_str *
text_field(struct rep_list *v, struct rep_str w)
{
	const struct {
		const char *name;
		struct rep_str *at;
	} texts[] = { { "name", &v->name }, { "key", &v->key }, { "test", &v->test },
		{ "delist", &v->delist }, { "note", &v->note }, { "silence", &v->silence },
		{ "dead", &v->dead } };

	for (size_t i = 0; i < REP_COUNT(texts); i++)
		if (rep_str_eq(w, rep_str_c(texts[i].name)))
			return texts[i].at;
	return NULL;
}

static bool
word_field(const struct rep_lex_stmt *st, struct rep_list *v, bool *known)
{
	struct rep_str w = st->w[0].s, val = st->n > 1 ? st->w[1].s : REP_S("");
	unsigned k = 0;
	bool good = true;

	*known = true;
	if (rep_str_eq(w, REP_S("kind"))) {
		good = word_of(val, kinds, REP_COUNT(kinds), &k);
		v->kind = (enum rep_list_kind)k;
	} else if (rep_str_eq(w, REP_S("scope"))) {
		good = word_of(val, scopes, REP_COUNT(scopes), &k);
		v->scope = (enum rep_list_scope)k;
	} else if (rep_str_eq(w, REP_S("about"))) {
		v->domains = rep_str_eq(val, REP_S("domain"));
		good = v->domains || rep_str_eq(val, REP_S("address"));
	} else if (rep_str_eq(w, REP_S("family"))) {
		for (size_t i = 1; i < st->n; i++) {
			v->v4 = v->v4 || rep_str_eq(st->w[i].s, REP_S("v4"));
			v->v6 = v->v6 || rep_str_eq(st->w[i].s, REP_S("v6"));
		}
	} else if (rep_str_eq(w, REP_S("tier"))) {
		if (rep_str_eq(val, REP_S("info")))
			v->tier = REP_LIST_INFO;
		else
			good = number(st, 3, &v->tier);
	} else if (rep_str_eq(w, REP_S("rate"))) {
		good = number(st, REP_LIST_RATE_MAX, &v->rate);
	} else if (rep_str_eq(w, REP_S("daily"))) {
		good = number(st, REP_LIST_DAILY_MAX, &v->daily);
	} else if (rep_str_eq(w, REP_S("terms"))) {
		good = read_terms(st, v);
	} else {
		*known = false;
	}
	return good;
}

static void
field(struct lists_reading *r, struct rep_list *v, const struct rep_lex_stmt *st)
{
	struct rep_str w = st->w[0].s, *text = text_field(v, w);
	bool bit = rep_str_eq(w, REP_S("bit")), error = rep_str_eq(w, REP_S("error")), known, good;

	if (text != NULL) {
		*text = rep_arena_dup(r->l->a, st->n > 1 ? st->w[1].s : REP_S(""));
	} else if (bit || error || rep_str_eq(w, REP_S("code"))) {
		size_t *n = error ? &v->errors : &v->codes;

		v->mask = v->mask || bit;
		if (*n == REP_LIST_CODES ||
		    !read_code(r, st, bit, error, error ? &v->error[*n] : &v->code[*n]))
			tell(r, &st->w[0], "no code, or too many:");
		else
			++*n;
	} else if (rep_str_eq(w, REP_S("good"))) {
		for (size_t i = 1; i < st->n; i++)
			if (v->goods == REP_LIST_CODES || !span(st->w[i].s, &v->good[v->goods]))
				tell(r, &st->w[i], "no code, or too many:");
			else
				v->goods++;
	} else {
		good = word_field(st, v, &known);
		if (!known && !rep_str_eq(w, REP_S("source")))
			tell(r, &st->w[0], "no field");
		else if (!good)
			tell(r, &st->w[st->n > 1], "no value for this field:");
	}
}

static enum rep_rc
one_list(struct lists_reading *r, const struct rep_lex_stmt *open, struct rep_err *err)
{
	struct rep_lists *l = r->l;
	struct rep_lex_stmt st;
	size_t i;

	for (i = 0; i < l->n && !rep_str_eq(l->v[i].zone, open->w[1].s);)
		i++;
	if (i == REP_LISTS_MAX)
		return rep_fail(err, REP_ELIMIT, "more than %d lists", REP_LISTS_MAX);
	l->v[i] = (struct rep_list){
		.zone = rep_arena_dup(l->a, open->w[1].s), .tier = 3, .rate = 1, .daily = 100
	};
	if (l->v[i].zone.p == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory for lists");
	if (i == l->n)
		l->n++;
	while (rep_lex_inside(&r->in, &st)) {
		field(r, &l->v[i], &st);
		if (st.opens)
			rep_lex_pass_over(&r->in);
	}
	if (l->v[i].name.n == 0)
		l->v[i].name = l->v[i].zone;
	return REP_OK;
}

enum rep_rc
rep_lists_parse(struct rep_lists *l, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	struct lists_reading r = { .l = l, .in = { .problem = problem, .ctx = ctx } };
	struct rep_lex_stmt st;
	enum rep_rc rc;

	rep_lex_init(&r.in.lex, file, text, l->a);
	while (rep_lex_inside(&r.in, &st)) {
		if (st.n == 2 && st.opens && rep_str_eq(st.w[0].s, REP_S("list"))) {
			if ((rc = one_list(&r, &st, err)) != REP_OK)
				return rc;
		} else {
			tell(&r, &st.w[0], "expected list ZONE {, not");
			if (st.opens)
				rep_lex_pass_over(&r.in);
		}
	}
	*bad = r.in.bad;
	return REP_OK;
}

enum rep_rc
rep_lists_builtin(struct rep_lists *l, struct rep_err *err)
{
	const struct rep_embedded *e;
	enum rep_rc rc = REP_OK;
	unsigned bad = 0;

	for (size_t i = 0; rc == REP_OK && (e = rep_embedded_next(REP_S(".lists"), &i)) != NULL;) {
		rc = rep_lists_parse(
		    l, e->name, (struct rep_str){ e->text, e->n }, NULL, NULL, &bad, err);
		if (rc == REP_OK && bad > 0)
			rc = rep_fail(
			    err, REP_ESYNTAX, "%s: %u problem%s", e->name, bad, rep_plural(bad));
	}
	return rc;
}
