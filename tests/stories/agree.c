/*
 * What no story may break: `reputed why` and `reputed options` say the same of an incident. No way
 * out that the steps call useless is recommended, and both have the same words for the cause.
 *
 * Compares what a person reads, so that it holds whatever both are made from.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"
#include "cli/why_summary.h"
#include "judge/ways.h"
#include "know/know.h"

static bool
fails(
    struct story_scene *scene, const struct rep_incident *i, const char *what, struct rep_str *why)
{
	*why = rep_arena_printf(
	    scene->a, "why and options disagree on incident %lld: %s", (long long)i->id, what);
	if (why->p == NULL)
		*why = REP_S("why and options disagree");
	return false;
}

static bool
a_step_says(const struct rep_incident *i, struct rep_str words)
{
	for (size_t n = 0; n < i->next_n; n++)
		if (rep_str_find_nocase(i->next[n].step, words, 0) != SIZE_MAX)
			return true;
	return false;
}

static bool
helps(const struct rep_way_verdict *r)
{
	return r->effect == REP_EFFECT_CURES || r->effect == REP_EFFECT_EASES;
}

/* Both texts name the cause: "if the cause is PHRASE (..." there, and the sentence of why here. */
static bool
same_cause(struct story_scene *scene, const struct rep_way_verdict *r)
{
	struct rep_str begin = REP_S(" if the cause is "), phrase, told;
	size_t end;

	if (r->effect == REP_EFFECT_UNKNOWN || !rep_str_starts(r->tail, begin) ||
	    r->incident->nobody)
		return true;
	phrase = rep_str_sub(r->tail, begin.n, r->tail.n);
	end = rep_str_find(phrase, REP_S(" ("), 0);
	phrase = rep_str_sub(phrase, 0, end);
	if (rep_str_starts(phrase, REP_S("that ")))
		phrase = rep_str_sub(phrase, strlen("that "), phrase.n);
	told = rep_str_c(rep_why_cause(&scene->set->verdicts, r->incident));
	return rep_str_find(told, phrase, 0) != SIZE_MAX;
}

static bool
one_agrees(struct story_scene *scene, const struct rep_choice *c, const struct rep_way_verdict *r,
    struct rep_str *why)
{
	const struct rep_incident *i = r->incident;
	bool asks = c->option->asks_them;

	if (i->life == REP_LIFE_OVER)
		return true;
	if (asks && helps(r) && a_step_says(i, REP_S("delisting does not help")))
		return fails(scene, i, "asking for delisting", why);
	if (c->option->kind == REP_WAY_MOVE && c->advice <= REP_ADVICE_PREPARE &&
	    a_step_says(i, REP_S("do not move this mail elsewhere")))
		return fails(scene, i, "moving the mail", why);
	if (!same_cause(scene, r))
		return fails(scene, i, "the words for the cause", why);
	return true;
}

bool
story_agrees(struct story_scene *scene, struct rep_str *why)
{
	struct rep_ways_in in = { .v = &scene->set->verdicts };
	struct rep_ways_out out;
	struct rep_err err;

	in.know = rep_know_ways(scene->set->in.know);
	if (rep_judge_ways(&in, scene->a, &out, &err) != REP_OK) {
		*why = REP_S("the ways out have no room");
		return false;
	}
	for (size_t g = 0; g < out.groups_n; g++)
		for (size_t c = 0; c < out.groups[g].choices_n; c++)
			for (size_t n = 0; n < out.groups[g].incidents_n; n++)
				if (!one_agrees(scene, &out.groups[g].choices[c],
					&out.groups[g].choices[c].verdicts[n], why))
					return false;
	return true;
}
