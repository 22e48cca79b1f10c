/*
 * Builds what readings need: the ranks, one finder for the literals of all rules, and chains by
 * code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/inside.h"

#include <stdlib.h>

/* --- rank ------------------------------------------------------------------------- */

unsigned
rep_rule_conditions(const struct rep_rule *r)
{
	return (unsigned)(r->codes_n > 0) + (r->enhs_n > 0) + (r->stages != 0) + (r->unless_n > 0);
}

/* One number from speaker, kind, literal, conditions, in this order. Larger wins. */
uint32_t
rep_rule_rank(const struct rep_rule *r, unsigned kind, size_t weight)
{
	if (weight > 0xffff)
		weight = 0xffff;
	return (uint32_t)r->speaker << 28 | kind << 24 | (uint32_t)weight << 4 |
	    rep_rule_conditions(r);
}

unsigned
rep_rule_bare_kind(const struct rep_rule *r)
{
	return r->enhs_n > 0 ? KIND_ENHANCED : KIND_CODE;
}

/* A narrow range of enhanced codes ranks before a wide one. */
size_t
rep_rule_bare_weight(const struct rep_rule *r)
{
	size_t best = 0, w;

	for (size_t i = 0; i < r->enhs_n; i++) {
		const struct rep_enh_set *e = &r->enhs[i];

		w = (size_t)(e->class >= 0) + (e->subject >= 0 ? 4 : 0);
		if (e->detail_from >= 0)
			w += e->detail_from == e->detail_to ? 4 : 2;
		if (w > best)
			best = w;
	}
	for (size_t i = 0; i < r->codes_n; i++) {
		w = 0;
		for (int d = 0; d < 3; d++)
			w += r->codes[i].d[d] >= 0;
		if (r->enhs_n == 0 && w > best)
			best = w;
	}
	return best;
}

/* --- building ----------------------------------------------------------------------- */

static bool
chain_add(struct chain *c, const struct rep_rule *r)
{
	if (c->n == c->cap) {
		size_t cap = c->cap == 0 ? 8 : c->cap * 2;
		struct bare *v = realloc(c->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n++] =
	    (struct bare){ r, rep_rule_rank(r, rep_rule_bare_kind(r), rep_rule_bare_weight(r)) };
	return true;
}

size_t
rep_subject_slot(int subject)
{
	return subject >= 0 && subject < SUBJECTS ? (size_t)subject : SUBJECTS - 1;
}

static bool
index_bare(struct rep_know *k, const struct rep_rule *r)
{
	bool in[SUBJECTS] = { false };

	for (size_t e = 0; e < r->enhs_n; e++)
		for (size_t s = 0; s < SUBJECTS; s++)
			in[s] |=
			    r->enhs[e].subject < 0 || rep_subject_slot(r->enhs[e].subject) == s;
	for (size_t s = 0; s < SUBJECTS; s++)
		if (in[s] && !chain_add(&k->by_subject[s], r))
			return false;
	for (int code = 200; r->enhs_n == 0 && code < BY_CODE; code++)
		if (rep_code_in(r->codes, r->codes_n, code) && !chain_add(&k->by_code[code], r))
			return false;
	return true;
}

static int
by_rank(const void *a, const void *b)
{
	const struct bare *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank > y->rank ? -1 : 1;
	if (x->rule->order == y->rule->order)
		return 0;
	/* Equal rank: in one file the earlier rule wins, of two files the later (the user's). */
	return (x->rule->order < y->rule->order) == (x->rule->file == y->rule->file) ? -1 : 1;
}

/* A literal and the hook that needs it, before equal literals are merged. */
struct wanted {
	struct rep_str literal;
	struct use use;
};

static int
by_literal(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;
	int d = rep_str_cmp(x->literal, y->literal);

	return d != 0 ? d : x->use.who - y->use.who;
}

/* The number that stands for the speaker of a rule. */
static uint16_t
number_of(struct rep_know *k, const struct rep_rule *r)
{
	size_t i;

	if (r->speaker != REP_SPEAKER_PROVIDER)
		return r->speaker == REP_SPEAKER_OWN ? OWN : ANYBODY;
	for (i = 0; i < k->speakers_n; i++)
		if (rep_str_eq(k->speakers[i], r->speaker_id))
			break;
	if (i == MAX_SPEAKERS)
		return (uint16_t)(FIRST_PROVIDER + MAX_SPEAKERS); /* matches nobody */
	if (i == k->speakers_n)
		k->speakers[k->speakers_n++] = r->speaker_id;
	return (uint16_t)(FIRST_PROVIDER + i);
}

/* Makes the hook of a pattern. Returns how many literals it needs. */
static size_t
pattern_hook(struct rep_know *k, const struct rep_rule *r, const struct rep_pattern *p, uint32_t rk,
    struct wanted *w)
{
	struct rep_str lit[REP_PATTERN_LITERALS];
	size_t n = rep_pattern_literals(p, lit);
	uint16_t who = number_of(k, r);

	for (size_t l = 0; l < n; l++)
		w[l] = (struct wanted){ lit[l],
			{ k->hooks_n, who, (uint8_t)(1u << l), false,
			    rk == 0 || rep_pattern_names(p) } };
	k->hooks[k->hooks_n++] = (struct hook){ r, NULL, p, rk, (1u << n) - 1 };
	return n;
}

/* Makes all hooks, and the list of literals that they need. Returns the length of the list. */
static size_t
make_hooks(struct rep_know *k, struct wanted *w)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++) {
		struct rep_rule *r = k->rules[i];

		for (size_t t = 0; t < r->tokens_n; t++) {
			struct rep_str token = r->tokens[t].folded;

			w[n++] = (struct wanted){ token,
				{ k->hooks_n, number_of(k, r), 1, true, true } };
			k->hooks[k->hooks_n++] = (struct hook){ r, &r->tokens[t], NULL,
				rep_rule_rank(r, KIND_TOKEN, token.n), 1 };
		}
		for (size_t t = 0; t < r->texts_n; t++)
			n += pattern_hook(k, r, r->texts[t],
			    rep_rule_rank(r, KIND_TEXT, rep_pattern_weight(r->texts[t])), w + n);
		/* Hooks of rank 0 (`unless`) are no candidates: they show when to test it. */
		r->unless_hook = k->hooks_n;
		for (size_t t = 0; t < r->unless_n; t++)
			n += pattern_hook(k, r, r->unless[t], 0, w + n);
	}
	return n;
}

/* Each different literal once, and the uses of each in a row. */
static enum rep_rc
make_finder(struct rep_know *k, struct wanted *w, size_t n, struct rep_err *err)
{
	struct rep_str *lit = calloc(n + 1, sizeof *lit);
	uint32_t lits = 0;
	enum rep_rc rc;

	if (lit == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for rules");
	qsort(w, n, sizeof *w, by_literal);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !rep_str_eq(w[i].literal, w[i - 1].literal)) {
			k->uses_of[lits] = (uint32_t)i;
			lit[lits++] = w[i].literal;
		}
		k->uses[i] = w[i].use;
	}
	k->uses_of[lits] = (uint32_t)n;
	k->literals_n = lits;
	rc = rep_finder_new(lit, lits, &k->finder, err);
	free(lit);
	return rc;
}

/* Gives each provider its number, so that a reading need not compare names. */
static bool
number_providers(struct rep_know *k)
{
	size_t n = rep_providers_n(k->providers);

	if ((k->who_of = calloc(n + 1, sizeof *k->who_of)) == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		k->who_of[i] = ANYBODY;
		for (size_t s = 0; s < k->speakers_n; s++)
			if (rep_str_eq(k->speakers[s], rep_providers_at(k->providers, i)->id))
				k->who_of[i] = (uint16_t)(FIRST_PROVIDER + s);
	}
	return true;
}

enum rep_rc
rep_know_ready(struct rep_know *k, struct rep_err *err)
{
	enum rep_rc rc = REP_EMEM;
	struct wanted *w;
	size_t all = 1;

	for (size_t i = 0; i < k->n; i++)
		all += k->rules[i]->tokens_n +
		    (k->rules[i]->texts_n + k->rules[i]->unless_n) * REP_PATTERN_LITERALS;
	k->hooks = calloc(all, sizeof *k->hooks);
	k->uses = calloc(all, sizeof *k->uses);
	k->uses_of = calloc(all + 1, sizeof *k->uses_of);
	k->scratch = calloc(1, sizeof *k->scratch);
	w = calloc(all, sizeof *w);
	if (k->scratch != NULL) {
		k->scratch->stamp = calloc(all, sizeof *k->scratch->stamp);
		k->scratch->seen = calloc(all, sizeof *k->scratch->seen);
		k->scratch->literal = calloc(all + 1, sizeof *k->scratch->literal);
	}
	if (k->hooks == NULL || k->uses == NULL || k->uses_of == NULL || w == NULL ||
	    k->scratch == NULL || k->scratch->stamp == NULL || k->scratch->seen == NULL ||
	    k->scratch->literal == NULL)
		goto out;
	for (size_t i = 0; i < k->n; i++)
		if (k->rules[i]->tokens_n + k->rules[i]->texts_n == 0 &&
		    !index_bare(k, k->rules[i]))
			goto out;
	for (int code = 0; code < BY_CODE; code++)
		if (k->by_code[code].n > 0)
			qsort(k->by_code[code].v, k->by_code[code].n, sizeof(struct bare), by_rank);
	for (int sub = 0; sub < SUBJECTS; sub++)
		if (k->by_subject[sub].n > 0)
			qsort(k->by_subject[sub].v, k->by_subject[sub].n, sizeof(struct bare),
			    by_rank);
	rc = make_finder(k, w, make_hooks(k, w), err);
	if (rc == REP_OK && !number_providers(k))
		rc = REP_EMEM;
out:
	free(w);
	return rc == REP_EMEM ? rep_fail(err, rc, "out of memory for rules") : rc;
}
