/*
 * api/words.h -- what happened, in one sentence each, for lists and the timeline.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_WORDS_H
#define REP_API_WORDS_H

#include "engine/verdicts.h"

/* What a trouble does at one moment of its life. */
enum rep_api_tense {
	REP_API_IS = 0,	  /* "Orange slows down mail from 192.0.2.7" */
	REP_API_WAS,	  /* "Orange slowed down mail from 192.0.2.7" */
	REP_API_BEGAN,	  /* "Orange began to slow down mail from 192.0.2.7" */
	REP_API_RETURNED, /* "Orange slows down mail from 192.0.2.7 again" */
	REP_API_ENDED	  /* "Orange no longer slows down mail from 192.0.2.7" */
};

/* Without a full stop, in the arena; p == NULL: it is too small. */
struct rep_str rep_api_incident_words(const struct rep_verdicts *v, const struct rep_incident *i,
    enum rep_api_tense tense, struct rep_arena *a);

/* The provider as people call it; of a small host its domain. A view, or in the arena. */
struct rep_str rep_api_provider_name(
    const struct rep_judge_in *in, const struct rep_cell_key *k, struct rep_arena *a);

#endif
