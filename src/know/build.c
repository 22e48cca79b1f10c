/*
 * Builds what readings need: the ranks, one finder for the literals of all rules, and chains by
 * code.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/hash.h"
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

static bool
chain_add(struct chain *c, const struct rep_rule *r, uint16_t who)
{
	if (c->n == c->cap) {
		size_t cap = c->cap == 0 ? 8 : c->cap * 2;
		struct bare *v = realloc(c->v, cap * sizeof *v);

		if (v == NULL)
			return false;
		c->v = v;
		c->cap = cap;
	}
	c->v[c->n++] = (struct bare){ r,
		rep_rule_rank(r, rep_rule_bare_kind(r), rep_rule_bare_weight(r)), who };
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
	uint16_t who = number_of(k, r);

	for (size_t e = 0; e < r->enhs_n; e++)
		for (size_t s = 0; s < SUBJECTS; s++)
			in[s] |=
			    r->enhs[e].subject < 0 || rep_subject_slot(r->enhs[e].subject) == s;
	for (size_t s = 0; s < SUBJECTS; s++)
		if (in[s] && !chain_add(&k->by_subject[s], r, who))
			return false;
	for (int code = 200; r->enhs_n == 0 && code < BY_CODE; code++)
		if (rep_code_in(r->codes, r->codes_n, code) &&
		    !chain_add(&k->by_code[code], r, who))
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

/* What is needed while the tables are built. */
struct building {
	struct rep_str *literals; /* each different one once */
	uint32_t *hooks_of;	  /* by literal: how many hooks need it */
	uint32_t *times;	  /* by literal: how often replies may have it, see count_literal */
	uint32_t *table;	  /* by hash of a literal: its index + 1; 0: free */
	uint32_t mask;
};

/* The number of a literal. */
static uint32_t
number_literal(struct rep_know *k, struct building *b, struct rep_str s)
{
	uint32_t i = (uint32_t)rep_hash(s) & b->mask;

	while (b->table[i] != 0 && !rep_str_eq(b->literals[b->table[i] - 1], s))
		i = (i + 1) & b->mask;
	if (b->table[i] == 0) {
		b->literals[k->literals_n] = s;
		b->table[i] = ++k->literals_n;
	}
	return b->table[i] - 1;
}

/* Makes a hook that needs these n literals. */
static void
add_hook(struct rep_know *k, struct building *b, struct hook h, const struct rep_str *lit, size_t n)
{
	h.needs = k->needs_n;
	h.needs_n = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		uint32_t l = number_literal(k, b, lit[i]);

		k->needs[k->needs_n++] = l;
		b->hooks_of[l]++;
		if (h.token != NULL)
			k->token_n[l] = (uint16_t)lit[i].n;
	}
	k->hooks[k->hooks_n++] = h;
}

/* Makes all hooks, and numbers the literals that they need. */
static void
make_hooks(struct rep_know *k, struct building *b)
{
	struct rep_str lit[REP_PATTERN_LITERALS];

	for (size_t i = 0; i < k->n; i++) {
		struct rep_rule *r = k->rules[i];
		uint16_t who = r->tokens_n + r->texts_n > 0 ? number_of(k, r) : ANYBODY;

		for (size_t t = 0; t < r->tokens_n; t++) {
			const struct rep_token *token = &r->tokens[t];
			uint32_t rank = rep_rule_rank(r, KIND_TOKEN, token->folded.n);

			add_hook(k, b, (struct hook){ r, token, NULL, rank, 0, 0, who },
			    &token->folded, 1);
		}
		for (size_t t = 0; t < r->texts_n; t++) {
			const struct rep_pattern *p = r->texts[t];
			uint32_t rank = rep_rule_rank(r, KIND_TEXT, rep_pattern_weight(p));

			add_hook(k, b, (struct hook){ r, NULL, p, rank, 0, 0, who }, lit,
			    rep_pattern_literals(p, lit));
		}
		/* Hooks of rank 0 (`unless`) are no candidates: they show when to test it. */
		r->unless_hook = k->hooks_n;
		for (size_t t = 0; t < r->unless_n; t++)
			add_hook(k, b, (struct hook){ r, NULL, r->unless[t], 0, 0, 0, who }, lit,
			    rep_pattern_literals(r->unless[t], lit));
	}
}

/* How many patterns have each literal, also within a longer one: how often replies may have it. */
struct occurring {
	uint32_t *times;
	uint32_t add;
};

static void
count_literal(void *ctx, uint32_t literal, size_t start)
{
	struct occurring *c = ctx;

	(void)start;
	c->times[literal] += c->add;
}

/* The finder of the literals, and how often replies may have each. */
static enum rep_rc
make_finder(struct rep_know *k, struct building *b, struct rep_err *err)
{
	struct occurring counting = { b->times, 0 };
	enum rep_rc rc = rep_finder_new(b->literals, k->literals_n, &k->finder, err);

	for (uint32_t l = 0; rc == REP_OK && l < k->literals_n; l++) {
		counting.add = b->hooks_of[l];
		rep_finder_scan(k->finder, b->literals[l], count_literal, &counting);
	}
	return rc;
}

/* Makes the rarest literal of the hook its anchor; of equals the first, which is the longest. */
static void
choose_anchor(struct rep_know *k, const struct hook *h, const uint32_t *times)
{
	uint32_t *v = k->needs + h->needs, best = 0, anchor;

	for (uint32_t i = 1; i < h->needs_n; i++)
		if (times[v[i]] < times[v[best]])
			best = i;
	anchor = v[best];
	v[best] = v[0];
	v[0] = anchor;
}

static int
by_speaker(const void *a, const void *b)
{
	const struct use *x = a, *y = b;

	if (x->who != y->who)
		return x->who < y->who ? -1 : 1;
	return x->hook < y->hook ? -1 : x->hook > y->hook;
}

/* The uses of each literal in a row. */
static void
make_uses(struct rep_know *k, const uint32_t *times)
{
	for (uint32_t i = 0; i < k->hooks_n; i++) {
		choose_anchor(k, &k->hooks[i], times);
		k->uses_of[k->needs[k->hooks[i].needs]] += k->hooks[i].rank > 0;
	}
	for (uint32_t l = 0; l < k->literals_n; l++) /* where its row ends, while it is empty */
		k->uses_of[l + 1] += k->uses_of[l];
	for (uint32_t i = k->hooks_n; i-- > 0;) {
		const struct hook *h = &k->hooks[i];

		if (h->rank == 0)
			continue;
		k->uses[--k->uses_of[k->needs[h->needs]]] =
		    (struct use){ i, h->rank, h->needs + 1, h->who, (uint8_t)(h->needs_n - 1),
			    h->token != NULL, h->token != NULL || rep_pattern_names(h->pattern) };
	}
	for (uint32_t l = 0; l < k->literals_n; l++)
		if (k->uses_of[l + 1] - k->uses_of[l] > 1)
			qsort(&k->uses[k->uses_of[l]], k->uses_of[l + 1] - k->uses_of[l],
			    sizeof *k->uses, by_speaker);
}

/* At most `all` literals, equal ones included. */
static bool
make_room(struct rep_know *k, struct building *b, size_t all)
{
	struct scratch *sc = k->scratch = calloc(1, sizeof *k->scratch);

	k->hooks = calloc(all, sizeof *k->hooks);
	k->uses = calloc(all, sizeof *k->uses);
	k->uses_of = calloc(all + 1, sizeof *k->uses_of);
	k->needs = calloc(all, sizeof *k->needs);
	k->token_n = calloc(all, sizeof *k->token_n);
	for (b->mask = 1; b->mask < all * 2;)
		b->mask *= 2;
	b->table = calloc(b->mask--, sizeof *b->table);
	b->literals = calloc(all, sizeof *b->literals);
	b->hooks_of = calloc(all, sizeof *b->hooks_of);
	b->times = calloc(all, sizeof *b->times);
	if (sc == NULL)
		return false;
	sc->met = calloc(all, sizeof *sc->met);
	sc->literals = calloc(all, sizeof *sc->literals);
	return k->hooks != NULL && k->uses != NULL && k->uses_of != NULL && k->needs != NULL &&
	    k->token_n != NULL && b->table != NULL && b->literals != NULL && b->hooks_of != NULL &&
	    b->times != NULL && sc->met != NULL && sc->literals != NULL;
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

/* The rules without words, by their codes. */
static bool
make_chains(struct rep_know *k)
{
	for (size_t i = 0; i < k->n; i++)
		if (k->rules[i]->tokens_n + k->rules[i]->texts_n == 0 &&
		    !index_bare(k, k->rules[i]))
			return false;
	for (int code = 0; code < BY_CODE; code++)
		if (k->by_code[code].n > 0)
			qsort(k->by_code[code].v, k->by_code[code].n, sizeof(struct bare), by_rank);
	for (int sub = 0; sub < SUBJECTS; sub++)
		if (k->by_subject[sub].n > 0)
			qsort(k->by_subject[sub].v, k->by_subject[sub].n, sizeof(struct bare),
			    by_rank);
	return true;
}

enum rep_rc
rep_know_ready(struct rep_know *k, struct rep_err *err)
{
	struct building b = { NULL };
	enum rep_rc rc = REP_EMEM;
	size_t all = 1;

	for (size_t i = 0; i < k->n; i++)
		all += k->rules[i]->tokens_n +
		    (k->rules[i]->texts_n + k->rules[i]->unless_n) * REP_PATTERN_LITERALS;
	if (!make_room(k, &b, all) || !make_chains(k))
		goto out;
	make_hooks(k, &b);
	rc = make_finder(k, &b, err);
	if (rc == REP_OK)
		make_uses(k, b.times);
	if (rc == REP_OK && !number_providers(k))
		rc = REP_EMEM;
out:
	free(b.table);
	free(b.literals);
	free(b.hooks_of);
	free(b.times);
	return rc == REP_EMEM ? rep_fail(err, rc, "out of memory for rules") : rc;
}
