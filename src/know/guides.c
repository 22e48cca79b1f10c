/*
 * The guides of know: found by name, topic or rule, and a check of the links between them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/inside.h"

#include <stdio.h>
#include <stdlib.h>

static size_t
place_of(const struct rep_know *k, struct rep_str name)
{
	size_t i = 0;

	while (i < k->guides_n && !rep_str_eq(k->guides[i]->name, name))
		i++;
	return i;
}

enum rep_rc
rep_know_add_guide(struct rep_know *k, const char *file, struct rep_str text,
    rep_problem_fn problem, void *ctx, unsigned *bad, struct rep_err *err)
{
	struct rep_guide *g = rep_arena_alloc(k->a, sizeof *g);
	enum rep_rc rc;
	size_t i;

	if (g == NULL)
		return rep_fail(err, REP_ELIMIT, "%s: out of memory for guides", file);
	rc = rep_guide_parse(file, text, k->a, g, problem, ctx, bad, err);
	if (rc == REP_ENOTFOUND) /* reported already */
		return REP_OK;
	if (rc != REP_OK)
		return rc;
	i = place_of(k, g->name);
	if (i == k->guides_cap) {
		size_t cap = k->guides_cap == 0 ? 32 : k->guides_cap * 2;
		struct rep_guide **v = realloc(k->guides, cap * sizeof *v);

		if (v == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for guides");
		k->guides = v;
		k->guides_cap = cap;
	}
	k->guides[i] = g;
	k->guides_n += i == k->guides_n;
	return REP_OK;
}

size_t
rep_know_guides_n(const struct rep_know *k)
{
	return k->guides_n;
}

const struct rep_guide *
rep_know_guide_at(const struct rep_know *k, size_t i)
{
	return k->guides[i];
}

const struct rep_guide *
rep_know_guide(const struct rep_know *k, struct rep_str topic)
{
	char buf[REP_GUIDE_TOPIC];
	size_t i = place_of(k, rep_guide_topic(topic, buf));

	if (i < k->guides_n)
		return k->guides[i];
	for (i = k->guides_n; i > 0; i--) /* of two the later wins: the user's */
		if (rep_guide_has_topic(k->guides[i - 1], topic))
			return k->guides[i - 1];
	return NULL;
}

static bool
has_digit(struct rep_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (rep_digit(s.p[i]))
			return true;
	return false;
}

/* The guide for the first word of a name like "auth-515-spf" that is a topic. */
static const struct rep_guide *
by_words(const struct rep_know *k, struct rep_str name)
{
	const struct rep_guide *g = NULL;

	for (size_t i = 0, end; g == NULL && i < name.n; i = end + 1) {
		end = rep_str_chr(name, '-', i);
		if (end == SIZE_MAX)
			end = name.n;
		g = rep_know_guide(k, rep_str_sub(name, i, end - i));
	}
	return g;
}

const struct rep_guide *
rep_know_guide_of_rule(const struct rep_know *k, const struct rep_rule *r)
{
	size_t dot = rep_str_chr(r->id, '.', 0);
	struct rep_str last = dot == SIZE_MAX ? r->id : rep_str_sub(r->id, dot + 1, r->id.n);
	const struct rep_guide *g = has_digit(last) ? rep_know_guide(k, last) : NULL;

	if (g == NULL && r->class == REP_CLASS_AUTHENTICATION)
		g = by_words(k, last);
	for (size_t i = k->guides_n; g == NULL && i > 0; i--) /* the later wins: the user's */
		if (k->guides[i - 1]->classes & 1u << r->class)
			g = k->guides[i - 1];
	return g;
}

static void
say(rep_problem_fn problem, void *ctx, const struct rep_guide *g, const char *what,
    struct rep_str word, const struct rep_guide *other)
{
	struct rep_str topic_of = other != NULL ? other->name : REP_S("");
	char msg[400];

	if (problem == NULL)
		return;
	snprintf(msg, sizeof msg, "%s:%u:1: %s \"%.*s\"%s%.*s", g->file, g->line, what,
	    REP_PR(word), other != NULL ? ", which is a topic of guide " : "", REP_PR(topic_of));
	problem(ctx, msg);
}

unsigned
rep_know_guides_check(const struct rep_know *k, rep_problem_fn problem, void *ctx)
{
	unsigned n = 0;

	for (size_t i = 0; i < k->guides_n; i++) {
		const struct rep_guide *g = k->guides[i];

		for (size_t s = 0; s < g->see_n; s++)
			if (rep_know_guide(k, g->see[s]) == NULL) {
				say(problem, ctx, g,
				    "its \"see\" names a guide that does not exist:", g->see[s],
				    NULL);
				n++;
			}
		for (size_t o = 0; o < i; o++)
			for (size_t t = 0; t < g->topics_n; t++)
				if (rep_guide_has_topic(k->guides[o], g->topics[t])) {
					say(problem, ctx, g, "it claims the topic", g->topics[t],
					    k->guides[o]);
					n++;
				}
	}
	return n;
}

size_t
rep_know_guides_find(
    const struct rep_know *k, struct rep_str words, struct rep_guide_hit hits[REP_GUIDE_HITS])
{
	return rep_guides_find(
	    (const struct rep_guide *const *)k->guides, k->guides_n, words, hits);
}
