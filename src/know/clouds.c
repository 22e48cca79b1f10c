/* SPDX-License-Identifier: Apache-2.0 */
#include "know/clouds.h"
#include "base/lex.h"
#include "know/embedded.h"

#include <stdio.h>

static void
tell(struct rep_lex *lex, const struct rep_lex_word *w, const char *what, rep_problem_fn problem,
    void *ctx, unsigned *bad)
{
	struct rep_err e;

	(void)rep_lex_fail(lex, w, &e, "%s \"%.*s\"", what, REP_PR(w->s));
	++*bad;
	if (problem != NULL)
		problem(ctx, e.msg);
}

/* NULL: it was one, and is used. Else what is wrong with it. */
static const char *
field(struct rep_clouds *c, struct rep_cloud *v, const struct rep_lex_stmt *st)
{
	struct rep_str w = st->w[0].s, val = st->n > 1 ? st->w[1].s : REP_S("");

	if (rep_str_eq(w, REP_S("name"))) {
		v->name = rep_arena_dup(c->a, val);
	} else if (rep_str_eq(w, REP_S("set"))) {
		v->set = rep_arena_dup(c->a, val);
	} else if (rep_str_eq(w, REP_S("run"))) {
		v->run = rep_arena_dup(c->a, val);
	} else if (rep_str_eq(w, REP_S("fixed"))) {
		v->fixed = rep_arena_dup(c->a, val);
	} else if (rep_str_eq(w, REP_S("fixed6"))) {
		v->fixed6 = rep_arena_dup(c->a, val);
	} else if (rep_str_eq(w, REP_S("pattern"))) {
		for (size_t i = 1; i < st->n; i++) {
			if (v->patterns == REP_CLOUD_PATTERNS)
				return "too many patterns; the rest is ignored, from";
			v->pattern[v->patterns++] = rep_arena_dup(c->a, st->w[i].s);
		}
	} else {
		return rep_str_eq(w, REP_S("source")) ? NULL : "unknown field";
	}
	return NULL;
}

enum rep_rc
rep_clouds_parse(struct rep_clouds *c, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct rep_cloud *v = NULL;
	struct rep_lex_stmt st;
	struct rep_lex lex;
	struct rep_err e;
	enum rep_rc rc;

	*bad = 0;
	rep_lex_init(&lex, file, text, c->a);
	while ((rc = rep_lex_next(&lex, &st, &e)) != REP_ENOTFOUND) {
		if (rc != REP_OK) {
			++*bad;
			if (problem != NULL)
				problem(ctx, e.msg);
			if (lex.depth == 0)
				v = NULL;
		} else if (st.closes) {
			v = NULL;
		} else if (st.n > 0 && v != NULL) {
			const char *wrong = field(c, v, &st);

			if (wrong != NULL)
				tell(&lex, &st.w[0], wrong, problem, ctx, bad);
		} else if (st.n == 2 && st.opens && rep_str_eq(st.w[0].s, REP_S("cloud"))) {
			if (c->n == REP_CLOUDS_MAX)
				return rep_fail(
				    err, REP_ELIMIT, "more than %d clouds", REP_CLOUDS_MAX);
			v = &c->v[c->n++];
			*v = (struct rep_cloud){ .id = rep_arena_dup(c->a, st.w[1].s) };
		} else if (st.n > 0) {
			tell(&lex, &st.w[0], "expected cloud ID {, not", problem, ctx, bad);
		}
	}
	return REP_OK;
}

enum rep_rc
rep_clouds_builtin(struct rep_clouds *c, struct rep_err *err)
{
	const struct rep_embedded *e;
	enum rep_rc rc = REP_OK;
	unsigned bad = 0;

	for (size_t i = 0; rc == REP_OK && (e = rep_embedded_next(REP_S(".clouds"), &i)) != NULL;) {
		rc = rep_clouds_parse(
		    c, e->name, (struct rep_str){ e->text, e->n }, NULL, NULL, &bad, err);
		if (rc == REP_OK && bad > 0)
			rc = rep_fail(
			    err, REP_ESYNTAX, "%s: %u problem%s", e->name, bad, rep_plural(bad));
	}
	return rc;
}

/* '*' is any run of bytes. Ignores case. After a mismatch, matching goes on at the last star. */
static bool
matches(struct rep_str s, struct rep_str p)
{
	size_t i = 0, k = 0, star = SIZE_MAX, from = 0;

	while (i < s.n) {
		if (k < p.n && p.p[k] == '*') {
			star = k++;
			from = i;
		} else if (k < p.n && rep_lower(p.p[k]) == rep_lower(s.p[i])) {
			k++;
			i++;
		} else if (star != SIZE_MAX) {
			k = star + 1;
			i = ++from;
		} else {
			return false;
		}
	}
	while (k < p.n && p.p[k] == '*')
		k++;
	return k == p.n;
}

const struct rep_cloud *
rep_cloud_of(const struct rep_clouds *c, struct rep_str host)
{
	for (size_t i = 0; i < c->n; i++)
		for (size_t k = 0; k < c->v[i].patterns; k++)
			if (matches(host, c->v[i].pattern[k]))
				return &c->v[i];
	return NULL;
}

/* Finds the numbers in the name that are whole words, at most n. */
static size_t
numbers_in(struct rep_str host, unsigned *out, size_t n)
{
	size_t k = 0;
	uint64_t v;

	for (size_t i = 0, from; i < host.n && k < n; i++) {
		if (!rep_digit(host.p[i]))
			continue;
		for (from = i; i < host.n && rep_digit(host.p[i]);)
			i++;
		if (rep_str_u64(rep_str_sub(host, from, i - from), 255, &v))
			out[k++] = (unsigned)v;
	}
	return k;
}

bool
rep_cloud_numbers(struct rep_str host, const struct rep_ip *ip)
{
	unsigned v[32];
	char hex[16];
	size_t n;

	if (ip->version != 4)
		return false;
	snprintf(hex, sizeof hex, "%02x%02x%02x%02x", ip->b[0], ip->b[1], ip->b[2], ip->b[3]);
	if (rep_str_find_nocase(host, rep_str_c(hex), 0) != SIZE_MAX)
		return true;
	n = numbers_in(host, v, REP_COUNT(v));
	for (size_t i = 0; i + 4 <= n; i++) {
		bool forth = true, back = true;

		for (size_t k = 0; k < 4; k++) {
			forth = forth && v[i + k] == ip->b[k];
			back = back && v[i + k] == ip->b[3 - k];
		}
		if (forth || back)
			return true;
	}
	return false;
}
