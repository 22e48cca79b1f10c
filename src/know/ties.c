/*
 * Finds rules that match the same reply with the same rank, and words of a rule by which it never
 * matches. `rules check` reports them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "know/inside.h"

#include <stdio.h>

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

/* Whether two rules look for the same words. */
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
	    rep_rule_bare_kind(a) == rep_rule_bare_kind(b) &&
	    rep_rule_bare_weight(a) == rep_rule_bare_weight(b);
}

unsigned
rep_know_ties(const struct rep_know *k, rep_problem_fn problem, void *ctx)
{
	unsigned n = 0;
	char msg[400];

	for (size_t i = 0; i < k->n; i++)
		for (size_t j = i + 1; j < k->n; j++) {
			const struct rep_rule *a = k->rules[i], *b = k->rules[j];

			if (a->speaker != b->speaker ||
			    rep_rule_conditions(a) != rep_rule_conditions(b) ||
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

unsigned
rep_know_dead_words(const struct rep_know *k, rep_problem_fn problem, void *ctx)
{
	unsigned n = 0;
	char msg[1600]; /* two patterns have at most 500 bytes each */

	for (size_t i = 0; i < k->n; i++) {
		const struct rep_rule *r = k->rules[i];

		for (size_t t = 0; t < r->texts_n; t++)
			for (size_t u = 0; u < r->unless_n; u++) {
				struct rep_str text = rep_pattern_text(r->texts[t]);
				struct rep_str kills = rep_pattern_text(r->unless[u]);

				if (!rep_pattern_implies(r->texts[t], r->unless[u]))
					continue;
				n++;
				snprintf(msg, sizeof msg,
				    "%s:%u:%u: rule %.*s never matches by its text \"%.*s\": its "
				    "unless \"%.*s\" is always in it",
				    r->file, r->line, r->col, REP_PR(r->id), REP_PR(text),
				    REP_PR(kills));
				problem(ctx, msg);
			}
	}
	return n;
}
