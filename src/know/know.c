/* SPDX-License-Identifier: Apache-2.0 */
#include "know/know.h"
#include "know/automaton.h"
#include "know/embedded.h"
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_MAX = 32 << 20, BY_CODE = 600 };

/* One way for a rule to be found: a token, or a pattern whose literals were all seen. */
struct hook {
	const struct rep_rule *rule;
	const struct rep_token *token;	   /* or */
	const struct rep_pattern *pattern; /* one of the rule's texts */
	uint32_t rank;
	uint32_t need; /* a bit for each literal */
};

/* A literal of the automaton belongs to hooks: v[uses[l]] to v[uses[l + 1]]. */
struct use {
	uint32_t hook;
	uint16_t who; /* whose words: OWN, ANYBODY, or a provider's number */
	uint8_t bit;
	uint8_t offset; /* of the literal's window within the token */
	bool token;
};

enum { OWN = 0, ANYBODY = 1, FIRST_PROVIDER = 2, MAX_SPEAKERS = 1024 };

enum { MAX_CANDIDATES = 256 };

/* What one reading needs; there is one reader at a time. */
struct scratch {
	uint32_t now;
	uint32_t *stamp, *seen; /* by hook, owned */
	uint32_t candidates[MAX_CANDIDATES];
	size_t n;
};

/* A rule with neither token nor text, to be found by its codes. */
struct bare {
	const struct rep_rule *rule;
	uint32_t rank;
};

/* Best ranks first. */
struct chain {
	struct bare *v; /* owned */
	size_t n, cap;
};

enum { SUBJECTS = 10 }; /* of enhanced codes; the last is for all that lie beyond */

struct rep_know {
	struct rep_arena *a;
	struct rep_providers *providers;
	struct rep_rule **rules; /* owned array */
	size_t n, cap;
	struct hook *hooks; /* owned array */
	uint32_t hooks_n;
	struct use *uses;	 /* owned */
	uint32_t *uses_of;	 /* by literal, owned */
	struct scratch *scratch; /* owned */
	struct rep_str
	    speakers[MAX_SPEAKERS]; /* providers that have rules; number - FIRST_PROVIDER */
	size_t speakers_n;
	struct rep_automaton *automaton;
	struct chain by_code[BY_CODE];	   /* rules of a reply code alone */
	struct chain by_subject[SUBJECTS]; /* rules of an enhanced code, by its subject */
};

struct rep_know *
rep_know_new(void)
{
	struct rep_know *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->a = rep_arena_new(ARENA_MAX);
	k->providers = k->a == NULL ? NULL : rep_providers_new(k->a);
	if (k->providers == NULL) {
		rep_know_free(k);
		return NULL;
	}
	return k;
}

void
rep_know_free(struct rep_know *k)
{
	if (k == NULL)
		return;
	rep_automaton_free(k->automaton);
	rep_providers_free(k->providers);
	for (size_t i = 0; i < BY_CODE; i++)
		free(k->by_code[i].v);
	for (size_t i = 0; i < SUBJECTS; i++)
		free(k->by_subject[i].v);
	free(k->hooks);
	free(k->uses);
	free(k->uses_of);
	if (k->scratch != NULL) {
		free(k->scratch->stamp);
		free(k->scratch->seen);
	}
	free(k->scratch);
	free(k->rules);
	rep_arena_free(k->a);
	free(k);
}

struct adding {
	struct rep_know *k;
	rep_problem_fn problem;
	void *ctx;
	size_t first; /* rules of this file start here */
	unsigned bad;
};

static void
pass_problem(void *ctx, const char *sentence)
{
	struct adding *a = ctx;

	if (a->problem != NULL)
		a->problem(a->ctx, sentence);
}

static enum rep_rc
add_rule(void *ctx, const struct rep_rule *r, struct rep_err *err)
{
	struct adding *add = ctx;
	struct rep_know *k = add->k;
	struct rep_rule *copy;
	char msg[400];
	size_t i;

	for (i = 0; i < k->n; i++)
		if (rep_str_eq(k->rules[i]->id, r->id))
			break;
	if (i < k->n && i >= add->first) {
		snprintf(msg, sizeof msg, "%s:%u:%u: rule %.*s stands on line %u already", r->file,
		    r->line, r->col, REP_PR(r->id), k->rules[i]->line);
		pass_problem(add, msg);
		add->bad++;
		return REP_OK;
	}
	if (k->n == k->cap) {
		size_t cap = k->cap == 0 ? 512 : k->cap * 2;
		struct rep_rule **v = realloc(k->rules, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for rules");
		k->rules = v;
		k->cap = cap;
	}
	if ((copy = rep_arena_alloc(k->a, sizeof *copy)) == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory for rules");
	*copy = *r;
	copy->order = (uint32_t)k->n;
	k->rules[i < k->n ? i : k->n++] = copy;
	return REP_OK;
}

enum rep_rc
rep_know_add(struct rep_know *k, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	struct adding add = { k, problem, ctx, k->n, 0 };
	struct rep_str name = rep_arena_dup(k->a, rep_str_c(file));
	struct rep_str copy = rep_arena_dup(k->a, text);
	unsigned n = 0;
	enum rep_rc rc;

	if (name.p == NULL || copy.p == NULL)
		return rep_fail(err, REP_ELIMIT, "%s: too large", file);
	if (rep_str_ends(name, REP_S(".rules")))
		rc = rep_rules_parse(name.p, copy, k->a, add_rule, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".providers")))
		rc = rep_providers_parse(k->providers, name.p, copy, pass_problem, &add, &n, err);
	else
		return rep_fail(err, REP_EUSAGE,
		    "%s: the name must end in .rules or .providers, to tell what it holds", file);
	if (rc == REP_OK && bad != NULL)
		*bad = n + add.bad;
	return rc;
}

struct first_problem {
	char text[400];
};

static void
keep_first(void *ctx, const char *sentence)
{
	struct first_problem *f = ctx;

	if (f->text[0] == '\0')
		snprintf(f->text, sizeof f->text, "%s", sentence);
}

enum rep_rc
rep_know_add_builtin(struct rep_know *k, struct rep_err *err)
{
	struct first_problem first = { "" };
	enum rep_rc rc;
	unsigned bad;

	for (size_t i = 0; i < rep_embedded_know_n; i++) {
		const struct rep_embedded *e = &rep_embedded_know[i];
		struct rep_str name = rep_str_c(e->name);

		if (!rep_str_ends(name, REP_S(".rules")) &&
		    !rep_str_ends(name, REP_S(".providers")))
			continue;
		rc = rep_know_add(
		    k, e->name, (struct rep_str){ e->text, e->n }, keep_first, &first, &bad, err);
		if (rc != REP_OK)
			return rc;
		if (bad > 0)
			return rep_fail(err, REP_ESYNTAX, "built in: %s", first.text);
	}
	return REP_OK;
}

/* --- rank ------------------------------------------------------------------------- */

enum { KIND_CODE = 1, KIND_ENHANCED, KIND_TEXT, KIND_TOKEN };

static unsigned
conditions(const struct rep_rule *r)
{
	return (unsigned)(r->codes_n > 0) + (r->enhs_n > 0) + (r->stages != 0) + (r->unless_n > 0);
}

/* speaker, then kind, then literal, then conditions: one number, larger wins. */
static uint32_t
rank(const struct rep_rule *r, unsigned kind, size_t weight)
{
	if (weight > 0xffff)
		weight = 0xffff;
	return (uint32_t)r->speaker << 28 | kind << 24 | (uint32_t)weight << 4 | conditions(r);
}

static unsigned
bare_kind(const struct rep_rule *r)
{
	return r->enhs_n > 0 ? KIND_ENHANCED : KIND_CODE;
}

/* A closer range of enhanced codes ranks before a wide one. */
static size_t
bare_weight(const struct rep_rule *r)
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
	c->v[c->n++] = (struct bare){ r, rank(r, bare_kind(r), bare_weight(r)) };
	return true;
}

static size_t
subject_of(int subject)
{
	return subject >= 0 && subject < SUBJECTS ? (size_t)subject : SUBJECTS - 1;
}

static bool
index_bare(struct rep_know *k, const struct rep_rule *r)
{
	bool in[SUBJECTS] = { false };

	for (size_t e = 0; e < r->enhs_n; e++)
		for (size_t s = 0; s < SUBJECTS; s++)
			in[s] |= r->enhs[e].subject < 0 || subject_of(r->enhs[e].subject) == s;
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
	/* Equal: within a file the earlier, of two files the later (the user's). */
	return (x->rule->order < y->rule->order) == (x->rule->file == y->rule->file) ? -1 : 1;
}

/* A literal with the hook it is for, before equal ones are put together. */
struct wanted {
	struct rep_str literal;
	struct use use;
};

static int
by_literal(const void *a, const void *b)
{
	return rep_str_cmp(
	    ((const struct wanted *)a)->literal, ((const struct wanted *)b)->literal);
}

/* The number of whoever says a rule's words. */
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

/* A hook for a pattern; returns how many literals it wants to see. */
static size_t
pattern_hook(struct rep_know *k, const struct rep_rule *r, const struct rep_pattern *p, uint32_t rk,
    struct wanted *w)
{
	struct rep_str lit[REP_PATTERN_LITERALS];
	size_t n = rep_pattern_literals(p, lit);
	uint16_t who = number_of(k, r);

	for (size_t l = 0; l < n; l++)
		w[l] = (struct wanted){ lit[l], { k->hooks_n, who, (uint8_t)(1u << l), 0, false } };
	k->hooks[k->hooks_n++] = (struct hook){ r, NULL, p, rk, (1u << n) - 1 };
	return n;
}

/* All hooks, and what they want to see; returns how many wants. */
static size_t
make_hooks(struct rep_know *k, struct wanted *w)
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++) {
		struct rep_rule *r = k->rules[i];

		for (size_t t = 0; t < r->tokens_n; t++) {
			struct rep_str token = r->tokens[t].folded;

			w[n++] =
			    (struct wanted){ token, { k->hooks_n, number_of(k, r), 1, 0, true } };
			k->hooks[k->hooks_n++] = (struct hook){ r, &r->tokens[t], NULL,
				rank(r, KIND_TOKEN, token.n), 1 };
		}
		for (size_t t = 0; t < r->texts_n; t++)
			n += pattern_hook(k, r, r->texts[t],
			    rank(r, KIND_TEXT, rep_pattern_weight(r->texts[t])), w + n);
		/* Hooks of rank 0 are no candidates: they only tell whether to look closer. */
		r->unless_hook = k->hooks_n;
		for (size_t t = 0; t < r->unless_n; t++)
			n += pattern_hook(k, r, r->unless[t], 0, w + n);
	}
	return n;
}

/*
 * Of each literal the window that the fewest others hold: "recipient address rejected" and
 * "recipient unknown" are then told apart by what is particular to them.
 */
static void
choose_windows(struct wanted *w, size_t n, uint16_t *times)
{
	enum { MASK = UINT16_MAX };

	for (size_t i = 0; i < n; i++)
		for (size_t o = 0; o + REP_AUTOMATON_MAX <= w[i].literal.n; o++) {
			uint16_t *t =
			    &times[rep_hash(rep_str_sub(w[i].literal, o, REP_AUTOMATON_MAX)) &
				MASK];

			*t = (uint16_t)(*t + (*t < UINT16_MAX));
		}
	for (size_t i = 0; i < n; i++) {
		size_t best = 0;
		unsigned least = UINT16_MAX + 1u, t;

		for (size_t o = 0; o + REP_AUTOMATON_MAX <= w[i].literal.n && o < 200; o++) {
			t = times[rep_hash(rep_str_sub(w[i].literal, o, REP_AUTOMATON_MAX)) & MASK];
			if (t < least) {
				least = t;
				best = o;
			}
		}
		w[i].literal = rep_str_sub(w[i].literal, best, REP_AUTOMATON_MAX);
		w[i].use.offset = (uint8_t)best;
	}
}

/* Equal literals once; their uses in a row. */
static enum rep_rc
make_automaton(struct rep_know *k, struct wanted *w, size_t n, struct rep_err *err)
{
	struct rep_str *lit = calloc(n + 1, sizeof *lit);
	uint16_t *times = calloc(UINT16_MAX + 1u, sizeof *times);
	uint32_t lits = 0;
	enum rep_rc rc;

	if (lit == NULL || times == NULL) {
		free(lit);
		free(times);
		return rep_fail(err, REP_EMEM, "out of memory for rules");
	}
	choose_windows(w, n, times);
	free(times);
	qsort(w, n, sizeof *w, by_literal);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || !rep_str_eq(w[i].literal, w[i - 1].literal)) {
			k->uses_of[lits] = (uint32_t)i;
			lit[lits++] = w[i].literal;
		}
		k->uses[i] = w[i].use;
	}
	k->uses_of[lits] = (uint32_t)n;
	rc = rep_automaton_new(lit, lits, &k->automaton, err);
	free(lit);
	return rc;
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
	}
	if (k->hooks == NULL || k->uses == NULL || k->uses_of == NULL || w == NULL ||
	    k->scratch == NULL || k->scratch->stamp == NULL || k->scratch->seen == NULL)
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
	rc = make_automaton(k, w, make_hooks(k, w), err);
out:
	free(w);
	return rc == REP_EMEM ? rep_fail(err, rc, "out of memory for rules") : rc;
}

const struct rep_providers *
rep_know_providers(const struct rep_know *k)
{
	return k->providers;
}

size_t
rep_know_rules_n(const struct rep_know *k)
{
	return k->n;
}

const struct rep_rule *
rep_know_rule_at(const struct rep_know *k, size_t i)
{
	return k->rules[i];
}

const struct rep_rule *
rep_know_rule(const struct rep_know *k, struct rep_str id)
{
	for (size_t i = 0; i < k->n; i++)
		if (rep_str_eq(k->rules[i]->id, id))
			return k->rules[i];
	return NULL;
}

/* --- ties ------------------------------------------------------------------------------ */

static bool
codes_meet(const struct rep_rule *a, const struct rep_rule *b)
{
	if (a->codes_n == 0 || b->codes_n == 0)
		return true;
	for (int code = 200; code < BY_CODE; code++)
		if (rep_code_in(a->codes, a->codes_n, code) &&
		    rep_code_in(b->codes, b->codes_n, code))
			return true;
	return false;
}

static bool
enh_sets_meet(const struct rep_enh_set *a, const struct rep_enh_set *b)
{
	bool class = a->class == b->class || a->class == -2 || b->class == -2 ||
	    (a->class == -1 && b->class >= 4) || (b->class == -1 && a->class >= 4);

	return class && (a->subject < 0 || b->subject < 0 || a->subject == b->subject) &&
	    (a->detail_from < 0 || b->detail_from < 0 ||
		(a->detail_from <= b->detail_to && b->detail_from <= a->detail_to));
}

static bool
enhs_meet(const struct rep_rule *a, const struct rep_rule *b)
{
	if (a->enhs_n == 0 || b->enhs_n == 0)
		return true;
	for (size_t i = 0; i < a->enhs_n; i++)
		for (size_t j = 0; j < b->enhs_n; j++)
			if (enh_sets_meet(&a->enhs[i], &b->enhs[j]))
				return true;
	return false;
}

/* Whether the two look for one and the same thing. */
static bool
same_words(const struct rep_rule *a, const struct rep_rule *b)
{
	for (size_t i = 0; i < a->tokens_n; i++)
		for (size_t j = 0; j < b->tokens_n; j++)
			if (rep_str_eq(a->tokens[i].folded, b->tokens[j].folded))
				return true;
	for (size_t i = 0; i < a->texts_n; i++)
		for (size_t j = 0; j < b->texts_n; j++)
			if (rep_pattern_weight(a->texts[i]) == rep_pattern_weight(b->texts[j]) &&
			    rep_str_eq(rep_pattern_literal(a->texts[i]),
				rep_pattern_literal(b->texts[j])) &&
			    rep_pattern_match(a->texts[i], rep_pattern_literal(b->texts[j]), NULL))
				return true;
	return a->tokens_n + a->texts_n + b->tokens_n + b->texts_n == 0 &&
	    bare_kind(a) == bare_kind(b) && bare_weight(a) == bare_weight(b);
}

unsigned
rep_know_ties(const struct rep_know *k, rep_problem_fn problem, void *ctx)
{
	unsigned n = 0;
	char msg[400];

	for (size_t i = 0; i < k->n; i++)
		for (size_t j = i + 1; j < k->n; j++) {
			const struct rep_rule *a = k->rules[i], *b = k->rules[j];

			if (a->speaker != b->speaker || conditions(a) != conditions(b) ||
			    (a->speaker == REP_SPEAKER_PROVIDER &&
				!rep_str_eq(a->speaker_id, b->speaker_id)) ||
			    (a->stages != 0 && b->stages != 0 && (a->stages & b->stages) == 0) ||
			    !same_words(a, b) || !codes_meet(a, b) || !enhs_meet(a, b))
				continue;
			n++;
			snprintf(msg, sizeof msg,
			    "%s:%u:%u: rule %.*s ties with %.*s (%s:%u); the first of them wins",
			    b->file, b->line, b->col, REP_PR(b->id), REP_PR(a->id), a->file,
			    a->line);
			problem(ctx, msg);
		}
	return n;
}

/* --- reading a reply -------------------------------------------------------------------- */

struct search {
	const struct rep_know *k;
	const struct rep_provider *provider;
	bool host_known;
	const struct rep_smtp_reply *reply;
	struct rep_str text; /* folded */
	const struct rep_rule *best;
	const struct hook *by;
	uint32_t rank;
	unsigned who; /* the provider's number; ANYBODY: none, or one without rules */
};

/* Without a reply code the class of the enhanced code stands for its first digit. */
static bool
code_fits(const struct rep_rule *r, const struct rep_smtp_reply *y)
{
	if (y->code != 0)
		return rep_code_in(r->codes, r->codes_n, y->code);
	if (y->enh[0] == 0)
		return true;
	for (size_t i = 0; i < r->codes_n; i++)
		if (r->codes[i].d[0] < 0 || r->codes[i].d[0] == y->enh[0])
			return true;
	return false;
}

/* Whether the rule's speaker may be this one, and its conditions hold. */
static bool
applies(const struct search *s, const struct rep_rule *r, bool by_token)
{
	const struct rep_smtp_reply *y = s->reply;

	if (y->own != (r->speaker == REP_SPEAKER_OWN))
		return false;
	if (r->speaker == REP_SPEAKER_PROVIDER) {
		if (s->provider != NULL ? !rep_str_eq(s->provider->id, r->speaker_id)
					: s->host_known || !by_token)
			return false;
	}
	if (r->codes_n > 0 && !code_fits(r, y))
		return false;
	if (r->enhs_n > 0) {
		if (y->enh[0] == 0 ? r->tokens_n + r->texts_n == 0
				   : !rep_enh_in(r->enhs, r->enhs_n, y->enh))
			return false;
	}
	if (r->stages != 0 && y->stage != REP_STAGE_NONE && (r->stages & 1u << y->stage) == 0)
		return false;
	for (uint32_t i = 0; i < r->unless_n; i++) {
		uint32_t h = r->unless_hook + i;

		if (s->k->scratch->stamp[h] == s->k->scratch->now &&
		    s->k->scratch->seen[h] == s->k->hooks[h].need &&
		    rep_pattern_match(r->unless[i], s->text, NULL))
			return false;
	}
	return true;
}

/* The token stands there in full, and not within a longer run of letters and digits. */
static bool
token_at(struct rep_str t, struct rep_str token, size_t at)
{
	if (t.n - at < token.n || memcmp(t.p + at, token.p, token.n) != 0)
		return false;
	if (at > 0 && rep_alnum(token.p[0]) && rep_alnum(t.p[at - 1]))
		return false;
	return at + token.n == t.n || !rep_alnum(token.p[token.n - 1]) ||
	    !rep_alnum(t.p[at + token.n]);
}

static void
candidate(struct scratch *sc, uint32_t hook)
{
	if (sc->n < MAX_CANDIDATES)
		sc->candidates[sc->n++] = hook;
}

/* A literal was seen: hooks whose literals were all seen become candidates. */
static void
on_hit(void *ctx, uint32_t literal, size_t end)
{
	struct search *s = ctx;
	const struct rep_know *k = s->k;
	struct scratch *sc = k->scratch;

	for (uint32_t u = k->uses_of[literal]; u < k->uses_of[literal + 1]; u++) {
		const struct use *use = &k->uses[u];
		uint32_t n = use->hook, seen;
		const struct hook *h;

		if (s->reply->own != (use->who == OWN) ||
		    (use->who >= FIRST_PROVIDER && use->who != s->who &&
			(s->host_known || s->provider != NULL || !use->token)))
			continue;
		h = &k->hooks[n];
		if (sc->stamp[n] != sc->now) {
			sc->stamp[n] = sc->now;
			sc->seen[n] = 0;
		}
		seen = sc->seen[n];
		if (seen == h->need)
			continue;
		if (h->token != NULL) {
			size_t window = h->token->folded.n < REP_AUTOMATON_MAX ? h->token->folded.n
									       : REP_AUTOMATON_MAX;

			if (end < window + use->offset ||
			    !token_at(s->text, h->token->folded, end - window - use->offset))
				continue;
		}
		sc->seen[n] = seen | use->bit;
		if (sc->seen[n] == h->need && h->rank != 0)
			candidate(sc, n);
	}
}

/* Equal ranks: within a file the earlier rule, of two files the later (the user's). */
static bool
before(const struct hook *a, const struct hook *b)
{
	if (a->rank != b->rank)
		return a->rank > b->rank;
	if (a->rule->file == b->rule->file)
		return a->rule->order < b->rule->order;
	return a->rule->order > b->rule->order;
}

/* The candidates from the best rank down, until one holds. */
static void
try_candidates(struct search *s)
{
	struct scratch *sc = s->k->scratch;

	while (sc->n > 0) {
		size_t best = 0;
		const struct hook *h;

		for (size_t i = 1; i < sc->n; i++)
			if (before(&s->k->hooks[sc->candidates[i]],
				&s->k->hooks[sc->candidates[best]]))
				best = i;
		h = &s->k->hooks[sc->candidates[best]];
		sc->candidates[best] = sc->candidates[--sc->n];
		if (!applies(s, h->rule, h->token != NULL))
			continue;
		if (h->pattern != NULL && !rep_pattern_match(h->pattern, s->text, NULL))
			continue;
		s->best = h->rule;
		s->rank = h->rank;
		s->by = h;
		return;
	}
}

static void
bare_chain(struct search *s, const struct chain *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (s->best != NULL && c->v[i].rank <= s->rank)
			return;
		if (!applies(s, c->v[i].rule, false))
			continue;
		s->best = c->v[i].rule;
		s->rank = c->v[i].rank;
		s->by = NULL;
		return;
	}
}

static void
bare_rules(struct search *s)
{
	int code = s->reply->code;

	if (s->reply->enh[0] != 0)
		bare_chain(s, &s->k->by_subject[subject_of(s->reply->enh[1])]);
	if (code >= 200 && code < BY_CODE)
		bare_chain(s, &s->k->by_code[code]);
}

/* Captures of the winner, cut from the text as it was before folding. */
static void
cut_captures(const struct search *s, struct rep_reading *out)
{
	const struct rep_rule *r = s->best;
	struct rep_captures caps = { 0 };
	struct rep_str token;

	if (s->by != NULL && s->by->pattern != NULL)
		(void)rep_pattern_match(s->by->pattern, s->text, &caps);
	for (size_t i = 0; i < r->captures_n; i++)
		(void)rep_pattern_match(r->captures[i], s->text, &caps);
	for (int c = 0; c < REP_CAPTURE_N; c++) {
		size_t from = caps.v[c].from, n = caps.v[c].n;

		if (n == 0)
			continue;
		from = out->folded.at[from];
		n = out->folded.at[caps.v[c].from + n - 1] + 1u - from;
		out->capture[c] = rep_str_sub(out->reply.text, from, n);
	}
	if (out->capture[REP_CAPTURE_CODE].n == 0 && s->by != NULL && s->by->token != NULL) {
		token = s->by->token->as_written;
		if (token.n > 2 && (token.p[0] == '[' || token.p[0] == '('))
			token = rep_str_sub(token, 1, token.n - 2);
		if (rep_str_chr(token, ' ', 0) == SIZE_MAX &&
		    rep_str_chr(token, '@', 0) == SIZE_MAX &&
		    (rep_str_chr(token, '.', 0) == SIZE_MAX || rep_digit(token.p[0])))
			out->capture[REP_CAPTURE_CODE] = token;
	}
}

void
rep_know_read_reply(const struct rep_know *k, const struct rep_provider *provider, bool host_known,
    const struct rep_smtp_reply *reply, struct rep_reading *out)
{
	struct search s = {
		.k = k, .provider = provider, .host_known = host_known, .reply = reply
	};

	out->reply = *reply;
	out->provider = provider;
	out->rule = NULL;
	out->class = REP_CLASS_UNKNOWN;
	out->scope = REP_SCOPE_NONE;
	out->certain = false;
	memset(out->capture, 0, sizeof out->capture);
	if (reply->code >= 200 && reply->code < 300) {
		out->class = REP_CLASS_ACCEPTED;
		out->certain = true;
		return;
	}
	rep_fold(reply->text, reply->code, reply->multi, &out->folded);
	s.text = (struct rep_str){ out->folded.p, out->folded.n };
	s.who = ANYBODY;
	for (size_t i = 0; provider != NULL && i < k->speakers_n; i++)
		if (rep_str_eq(k->speakers[i], provider->id))
			s.who = FIRST_PROVIDER + (unsigned)i;
	k->scratch->now++;
	k->scratch->n = 0;
	rep_automaton_scan(k->automaton, s.text, on_hit, &s);
	try_candidates(&s);
	bare_rules(&s);
	if (s.best == NULL)
		return;
	out->rule = s.best;
	out->class = s.best->class;
	out->scope = s.best->scope;
	out->certain = s.best->certain && (host_known || s.best->speaker == REP_SPEAKER_OWN);
	if (provider == NULL && !host_known && s.best->speaker == REP_SPEAKER_PROVIDER)
		out->provider = rep_provider_by_id(k->providers, s.best->speaker_id);
	cut_captures(&s, out);
}

void
rep_know_read(
    const struct rep_know *k, struct rep_str host, struct rep_str text, struct rep_reading *out)
{
	const struct rep_provider *provider;
	struct rep_smtp_reply reply;
	bool said;

	rep_smtp_reply_find(text, &reply);
	said = reply.own && host.n > 0 && reply.host.n == 0;
	if (host.n == 0)
		host = reply.host;
	reply.host = host;
	provider = host.n == 0 ? NULL : rep_provider_by_host(k->providers, host);
	rep_know_read_reply(k, provider, host.n > 0, &reply, out);
	/* No code in it, and no words of our own server: then somebody's, who was told of. */
	if (reply.own && out->rule == NULL) {
		reply.own = false;
		if (!said)
			reply.host = (struct rep_str){ "", 0 };
		rep_know_read_reply(k, said ? provider : NULL, said, &reply, out);
	}
}
