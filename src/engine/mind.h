/*
 * engine/mind.h -- what reputed said about an incident before, and why it says something else now.
 *
 * After each ingest the verdicts are stored as texts (judge/told.h). The newest one that said
 * something else than today is what a person may have acted on. The reason for the change is the
 * evidence that was missing then and weighs most for the cause named now.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_MIND_H
#define REP_ENGINE_MIND_H

#include "engine/verdicts.h"

struct rep_mind {
	int64_t at_s;	      /* the moment for which that was said */
	enum rep_cause cause; /* the likeliest then */
	double probability;
	int64_t since_s; /* the first moment for which the present was said */
	/* What is heard since then and speaks most for the present cause; of the incident. NULL: nothing new. */
	const struct rep_evidence *because;
	bool reply; /* the class or the rule of the commonest reply is another one */
	bool ours;  /* rules, weights or the program are others */
};

/*
 * False: all that is stored of this stay of the trouble says the same as now, or nothing is stored. "The
 * same" means the same certainty in words and, where it is "probably" or surer, the same cause.
 */
bool rep_mind_before(
    const struct rep_verdict_set *set, const struct rep_incident *i, struct rep_mind *out);

#endif
