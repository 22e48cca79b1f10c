/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/verdict.h"

const char *
rep_trouble_word(enum rep_trouble t)
{
	static const char *const words[REP_TROUBLE_N] = { "block", "throttle", "fail", "drop" };

	return words[t];
}

const char *
rep_state_word(enum rep_state s)
{
	static const char *const words[] = { "unknown", "well", "throttled", "failing", "listed",
		"blocked" };

	return words[s];
}

const char *
rep_life_word(enum rep_life l)
{
	static const char *const words[] = { "suspected", "active", "over" };

	return words[l];
}

struct rep_str
rep_lost_stream_text(const struct rep_names *names, uint32_t stream)
{
	return stream == REP_OTHER_STREAMS ? REP_S("(others)") : rep_name(names, stream);
}

const char *
rep_too_many_word(enum rep_too_many t)
{
	static const char *const words[] = { "streams", "paths", "domains" };

	return words[t];
}

const char *
rep_probability_words(const struct rep_weights *w, double p)
{
	if (p >= w->almost_surely)
		return "almost surely";
	if (p >= w->probably)
		return "probably";
	return p <= w->unlikely ? "unlikely" : "cannot tell";
}

const struct rep_evidence *
rep_incident_evidence(const struct rep_incident *i, enum rep_evidence_id id)
{
	for (size_t n = 0; n < i->evidence_n; n++)
		if (i->evidence[n].id == id)
			return &i->evidence[n];
	return NULL;
}

const char *
rep_across_word(enum rep_across_kind k)
{
	static const char *const words[REP_ACROSS_N] = { "own-mail", "range", "identity",
		"way-out" };

	return words[k];
}

enum rep_state
rep_incident_state(const struct rep_incident *i, const struct rep_episode *e)
{
	switch (i->trouble) {
	case REP_TROUBLE_THROTTLE: return REP_STATE_THROTTLED;
	case REP_TROUBLE_FAIL: return REP_STATE_FAILING;
	case REP_TROUBLE_DROP:
		return !i->theirs && e->deferred > e->bounced ? REP_STATE_THROTTLED
							      : REP_STATE_FAILING;
	default: return i->class == REP_CLASS_LISTED ? REP_STATE_LISTED : REP_STATE_BLOCKED;
	}
}
