/*
 * cli/mind_text.h -- what was said of an incident before, and what changed it (engine/mind.h), for people
 * and in JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_MIND_TEXT_H
#define REP_CLI_MIND_TEXT_H

#include "base/json_out.h"
#include "engine/mind.h"

/* Sentences, in the arena of the set. n == 0: nothing else was said before. */
struct rep_str rep_mind_text(const struct rep_verdict_set *set, const struct rep_incident *i);

/* Adds "before". */
void rep_mind_json(
    struct rep_json *j, const struct rep_verdict_set *set, const struct rep_incident *i);

#endif
