/*
 * api/words.h -- what happened, in one sentence each, for lists and the timeline.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_WORDS_H
#define REP_API_WORDS_H

#include "engine/verdicts.h"

/* What a trouble does at one moment of its life. */
enum rep_web_tense {
	REP_WEB_IS = 0,	  /* "Orange slows down mail from 192.0.2.7" */
	REP_WEB_WAS,	  /* "Orange slowed down mail from 192.0.2.7" */
	REP_WEB_BEGAN,	  /* "Orange began to slow down mail from 192.0.2.7" */
	REP_WEB_RETURNED, /* "Orange slows down mail from 192.0.2.7 again" */
	REP_WEB_ENDED	  /* "Orange no longer slows down mail from 192.0.2.7" */
};

/* Without a full stop, in the arena; p == NULL: it is too small. */
struct rep_str rep_web_incident_words(const struct rep_verdicts *v, const struct rep_incident *i,
    enum rep_web_tense tense, struct rep_arena *a);

/* The provider as people call it; of a small host its domain. A view, or in the arena. */
struct rep_str rep_web_provider_name(
    const struct rep_judge_in *in, const struct rep_cell_key *k, struct rep_arena *a);

#endif
