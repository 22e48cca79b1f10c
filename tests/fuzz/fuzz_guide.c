/*
 * tests/fuzz/fuzz_guide.c -- a guide with any content; then a search for its own words.
 *
 * Problems have their place and are counted. A guide that is kept is complete, and its text is safe
 * for a terminal. A topic finds its guide.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "know/know.h"

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.guide:", 11) == 0 && rep_digit(sentence[11]));
	++*n;
}

static void
is_text(struct rep_str s, bool lines)
{
	MUST(s.n > 0);
	for (size_t i = 0; i < s.n; i++)
		MUST((unsigned char)s.p[i] >= 0x20 || s.p[i] == '\t' || (lines && s.p[i] == '\n'));
}

static void
is_whole(const struct rep_guide *g)
{
	MUST(g->name.n < REP_GUIDE_TOPIC && g->topics_n > 0 && g->views_n > 0);
	MUST(rep_str_eq(g->topics[0], g->name));
	is_text(g->name, false);
	is_text(g->title, false);
	is_text(g->summary, false);
	MUST(g->section[REP_GUIDE_WHAT].n > 0 && g->section[REP_GUIDE_DO].n > 0);
	for (size_t s = 0; s < REP_GUIDE_SECTIONS; s++)
		for (size_t i = 0; i < g->section[s].n; i++) {
			const struct rep_guide_block *b = &g->section[s].v[i];

			MUST(b->kind <= REP_BLOCK_PASTE);
			is_text(b->text, b->kind == REP_BLOCK_PASTE);
		}
	for (size_t i = 0; i < g->views_n; i++) {
		const struct rep_guide_view *v = &g->views[i];

		MUST(rep_view_kind_word(v->kind) != NULL && rep_view_sure_word(v->sure) != NULL);
		is_text(v->who, false);
		is_text(v->says, false);
		is_text(v->source, false);
		MUST(v->since.n == 4 || v->since.n == 7 || v->since.n == 10);
	}
}

static void
find(const struct rep_know *k, struct rep_str words)
{
	struct rep_guide_hit hits[REP_GUIDE_HITS];
	size_t n = rep_know_guides_find(k, words, hits);

	MUST(n <= rep_know_guides_n(k));
	for (size_t i = 0; i < n; i++)
		MUST(hits[i].matched > 0 && hits[i].matched <= hits[i].words && hits[i].score > 0);
	(void)rep_know_guide(k, words);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_know *k = rep_know_new();
	struct rep_str s = { (const char *)data, size };
	unsigned told = 0, bad = 0;
	struct rep_err err;

	MUST(k != NULL);
	if (rep_know_add(k, "fuzz.guide", s, on_problem, &told, &bad, &err) == REP_OK)
		MUST(bad == told && (told > 0 || rep_know_guides_n(k) == 1));
	if (rep_know_guides_n(k) == 1) {
		const struct rep_guide *g = rep_know_guide_at(k, 0);

		is_whole(g);
		for (size_t i = 0; i < g->topics_n; i++)
			MUST(rep_know_guide(k, g->topics[i]) == g);
		find(k, g->title);
		(void)rep_know_guides_check(k, NULL, NULL);
	}
	find(k, s);
	rep_know_free(k);
	return 0;
}
