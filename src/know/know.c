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
	k->alerts.a = k->a;
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
	free(k->by_id);
	free(k->read);
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

/* The place in by_id of the rule of this name, or the free place for it. */
static uint32_t *
place_of(const struct rep_know *k, struct rep_str id)
{
	size_t mask = k->cap * 2 - 1;

	for (size_t i = rep_hash(id) & mask;; i = (i + 1) & mask)
		if (k->by_id[i] == 0 || rep_str_eq(k->rules[k->by_id[i] - 1]->id, id))
			return &k->by_id[i];
}

/* Room for one rule more. by_id has twice as many places as there may be rules. */
static bool
grow(struct rep_know *k)
{
	size_t cap = k->cap == 0 ? 2048 : k->cap * 2;
	struct rep_rule **v;

	if (k->n < k->cap)
		return true;
	if ((v = realloc(k->rules, cap * sizeof *v)) == NULL)
		return false;
	k->rules = v;
	free(k->by_id);
	if ((k->by_id = calloc(cap * 2, sizeof *k->by_id)) == NULL)
		return false;
	k->cap = cap;
	for (size_t i = 0; i < k->n; i++)
		*place_of(k, k->rules[i]->id) = (uint32_t)i + 1;
	return true;
}

static enum rep_rc
add_rule(void *ctx, const struct rep_rule *r, struct rep_err *err)
{
	struct adding *add = ctx;
	struct rep_know *k = add->k;
	struct rep_rule *copy;
	uint32_t *place;
	char msg[400];
	size_t i;

	if (!grow(k))
		return rep_fail(err, REP_EMEM, "out of memory for rules");
	place = place_of(k, r->id);
	i = *place > 0 ? *place - 1 : k->n;
	if (i < k->n && i >= add->first) {
		snprintf(msg, sizeof msg, "%s:%u:%u: rule %.*s is already on line %u", r->file,
		    r->line, r->col, REP_PR(r->id), k->rules[i]->line);
		pass_problem(add, msg);
		add->bad++;
		return REP_OK;
	}
	if ((copy = rep_arena_alloc(k->a, sizeof *copy)) == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory for rules");
	*copy = *r;
	copy->order = (uint32_t)k->n;
	k->rules[i] = copy;
	*place = (uint32_t)i + 1;
	k->n += i == k->n;
	return REP_OK;
}

static bool
holds_knowledge(struct rep_str name)
{
	return rep_str_ends(name, REP_S(".rules")) || rep_str_ends(name, REP_S(".providers")) ||
	    rep_str_ends(name, REP_S(".guide")) || rep_str_ends(name, REP_S(".options")) ||
	    rep_str_ends(name, REP_S(".alerts"));
}

/* What replies are read by has been read: rep_know_hash tells one such text from another. */
static bool
note_read(struct rep_know *k, struct rep_str text)
{
	struct rep_str *v = realloc(k->read, (k->read_n + 1) * sizeof *v);

	if (v == NULL)
		return false;
	k->read = v;
	k->read[k->read_n++] = text;
	return true;
}

/* file and text live as long as k. */
static enum rep_rc
add_lasting(struct rep_know *k, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	struct adding add = { k, problem, ctx, k->n, 0 };
	struct rep_str name = rep_str_c(file);
	unsigned n = 0;
	enum rep_rc rc;

	if (rep_str_ends(name, REP_S(".rules")))
		rc = rep_rules_parse(file, text, k->a, add_rule, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".providers")))
		rc = rep_providers_parse(k->providers, file, text, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".guide")))
		rc = rep_know_add_guide(k, file, text, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".options")))
		rc = rep_ways_parse(k->ways, file, text, pass_problem, &add, &n, err);
	else if (rep_str_ends(name, REP_S(".alerts")))
		rc = rep_alert_kinds_parse(&k->alerts, file, text, pass_problem, &add, &n, err);
	else
		return rep_fail(err, REP_EUSAGE,
		    "%s: the name must end in .rules, .providers, .guide, .options, .alerts, .services or .weights, "
		    "so that reputed knows what it contains",
		    file);
	if ((rep_str_ends(name, REP_S(".rules")) || rep_str_ends(name, REP_S(".providers"))) &&
	    !note_read(k, text))
		return rep_fail(err, REP_EMEM, "out of memory for rules");
	if (rc == REP_OK && bad != NULL)
		*bad = n + add.bad;
	return rc;
}

enum rep_rc
rep_know_add(struct rep_know *k, const char *file, struct rep_str text, rep_problem_fn problem,
    void *ctx, unsigned *bad, struct rep_err *err)
{
	struct rep_str name = rep_arena_dup(k->a, rep_str_c(file));
	struct rep_str copy = rep_arena_dup(k->a, text);

	if (name.p == NULL || copy.p == NULL)
		return rep_fail(err, REP_ELIMIT, "%s: too large", file);
	return add_lasting(k, name.p, copy, problem, ctx, bad, err);
}

uint64_t
rep_know_hash(const struct rep_know *k)
{
	static const struct rep_key open = { { 0 } }; /* not secret: the same everywhere */
	uint64_t hash = 0;

	for (size_t i = 0; i < k->read_n; i++)
		hash = rep_hash_mix(hash ^ rep_siphash(&open, k->read[i]));
	return hash;
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

/*
 * The text of a built-in file, of its rules only those that have the word. They all begin with "rule"
 * and end with "}" at the start of a line. p is NULL when memory is out.
 */
static struct rep_str
rules_about(struct rep_know *k, struct rep_str text, struct rep_str word)
{
	size_t at = 0, rule, end;
	struct rep_str block;
	struct rep_buf b;

	if (rep_str_find_nocase(text, word, 0) == SIZE_MAX)
		return REP_S("");
	rep_buf_init(&b, text.n);
	while ((rule = rep_str_find(text, REP_S("\nrule "), at)) != SIZE_MAX) {
		end = rep_str_find(text, REP_S("\n}"), rule);
		block = rep_str_sub(text, rule, end == SIZE_MAX ? text.n : end + 2 - rule);
		rep_buf_add(&b, rep_str_sub(text, at, rule - at));
		if (rep_str_find_nocase(block, word, 0) != SIZE_MAX)
			rep_buf_add(&b, block);
		at = rule + block.n;
	}
	rep_buf_add(&b, rep_str_sub(text, at, text.n));
	return rep_arena_take(k->a, &b);
}

enum rep_rc
rep_know_add_builtin(struct rep_know *k, struct rep_err *err)
{
	return rep_know_add_builtin_about(k, REP_S(""), err);
}

enum rep_rc
rep_know_add_builtin_about(struct rep_know *k, struct rep_str word, struct rep_err *err)
{
	struct first_problem first = { "" };
	enum rep_rc rc;
	unsigned bad;

	for (size_t i = 0; i < rep_embedded_know_n; i++) {
		const struct rep_embedded *e = &rep_embedded_know[i];
		struct rep_str name = rep_str_c(e->name), text = { e->text, e->n };

		if (!holds_knowledge(name))
			continue;
		if (word.n > 0 && rep_str_ends(name, REP_S(".rules")) &&
		    (text = rules_about(k, text, word)).p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for rules");
		rc = add_lasting(k, e->name, text, keep_first, &first, &bad, err);
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

const struct rep_alert_kind *
rep_know_alert(const struct rep_know *k, enum rep_kind kind)
{
	return &k->alerts.v[kind];
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
	uint32_t place = k->n == 0 ? 0 : *place_of(k, id);

	return place > 0 ? k->rules[place - 1] : NULL;
}
