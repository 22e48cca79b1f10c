/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/mind_text.h"
#include "base/time.h"
#include "judge/advised.h"

struct rep_str
rep_mind_text(const struct rep_verdict_set *set, const struct rep_incident *i)
{
	const struct rep_weights *w = &set->weights;
	struct rep_arena *a = set->arena;
	struct rep_str why = { "", 0 };
	char at[REP_TIME_TEXT];
	struct rep_mind m;
	const char *cause;

	if (!rep_mind_before(set, i, &m))
		return why;
	cause = rep_advised_words(&set->verdicts, i, m.cause);
	why = m.because != NULL
	    ? rep_arena_printf(a, "New since then: %.*s", REP_PR(m.because->sentence))
	    : m.reply ? REP_S("Since then most replies say something else")
	    : m.ours
	    ? REP_S("Since then reputed itself has changed: its version, its rules or its weights")
	    : REP_S("No single piece of evidence explains it; more: reputed why --replay");
	rep_time_text(m.at_s, at);
	return m.probability < w->probably
	    ? rep_arena_printf(a, "at %.10s %.5s UTC the log could not tell (most likely %s). %.*s",
		  at, at + 11, cause, REP_PR(why))
	    : rep_arena_printf(a, "at %.10s %.5s UTC it was %s %s. %.*s", at, at + 11,
		  rep_probability_words(w, m.probability), cause, REP_PR(why));
}

void
rep_mind_json(struct rep_json *j, const struct rep_verdict_set *set, const struct rep_incident *i)
{
	struct rep_mind m;

	if (!rep_mind_before(set, i, &m)) {
		rep_json_null(j, "before");
		return;
	}
	rep_json_obj(j, "before");
	rep_json_time(j, "at", m.at_s);
	rep_json_cstr(j, "cause", rep_cause_word(m.cause));
	rep_json_real(j, "probability", m.probability, 2);
	rep_json_cstr(j, "words", rep_probability_words(&set->weights, m.probability));
	rep_json_time(j, "until", m.since_s);
	if (m.because != NULL)
		rep_json_cstr(j, "because", m.because->name);
	else
		rep_json_null(j, "because");
	rep_json_bool(j, "reply_changed", m.reply);
	rep_json_bool(j, "reputed_changed", m.ours);
	rep_json_end_obj(j);
}
