/* SPDX-License-Identifier: Apache-2.0 */
#include "base/hash.h"
#include "know/embedded.h"
#include "know/inside.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA_MAX = 32 << 20 };

struct rep_know *
rep_know_new(void)
{
	struct rep_know *k = calloc(1, sizeof *k);

	if (k == NULL)
		return NULL;
	k->a = rep_arena_new(ARENA_MAX);
	k->providers = k->a == NULL ? NULL : rep_providers_new(k->a);
	k->ways = k->a == NULL ? NULL : rep_ways_new(k->a);
	if (k->providers == NULL || k->ways == NULL) {
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
	rep_finder_free(k->finder);
	rep_providers_free(k->providers);
	for (size_t i = 0; i < BY_CODE; i++)
		free(k->by_code[i].v);
	for (size_t i = 0; i < SUBJECTS; i++)
		free(k->by_subject[i].v);
	free(k->hooks);
	free(k->uses);
	free(k->uses_of);
	free(k->needs);
	free(k->token_n);
	free(k->who_of);
	if (k->scratch != NULL) {
		free(k->scratch->met);
		free(k->scratch->literals);
	}
	free(k->scratch);
	free(k->rules);
	free(k->guides);
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
		snprintf(msg, sizeof msg, "%s:%u:%u: rule %.*s is already on line %u", r->file,
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

static bool
holds_knowledge(struct rep_str name)
{
	return rep_str_ends(name, REP_S(".rules")) || rep_str_ends(name, REP_S(".providers")) ||
	    rep_str_ends(name, REP_S(".guide")) || rep_str_ends(name, REP_S(".options"));
}

enum rep_rc
rep_know_add(struct rep_know *k, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	static const struct rep_key open = { { 0 } }; /* not secret: the same everywhere */
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
	else if (rep_str_ends(name, REP_S(".guide")))
		rc = rep_know_add_guide(k, name.p, copy, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".options")))
		rc = rep_ways_parse(k->ways, name.p, copy, pass_problem, &add, &n, err);
	else
		return rep_fail(err, REP_EUSAGE,
		    "%s: the name must end in .rules, .providers, .guide, .options or .weights, "
		    "so that reputed knows what it contains",
		    file);
	if (rep_str_ends(name, REP_S(".rules")) || rep_str_ends(name, REP_S(".providers")))
		k->hash = rep_hash_mix(k->hash ^ rep_siphash(&open, copy));
	if (rc == REP_OK && bad != NULL)
		*bad = n + add.bad;
	return rc;
}

uint64_t
rep_know_hash(const struct rep_know *k)
{
	return k->hash;
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

		if (!holds_knowledge(name))
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

const struct rep_providers *
rep_know_providers(const struct rep_know *k)
{
	return k->providers;
}

const struct rep_ways *
rep_know_ways(const struct rep_know *k)
{
	return k->ways;
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
