/*
 * cli/why_steps.h -- the steps of an incident, and below them what is pasted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WHY_STEPS_H
#define REP_CLI_WHY_STEPS_H

#include "base/json_out.h"
#include "cli/out.h"
#include "judge/verdict.h"

/*
 * Writes the steps; nothing when there is none. What a person pastes stands
 * below at column 0 and keeps its lines, so that it can be copied whole.
 */
void rep_why_steps(struct rep_buf *b, const struct rep_incident *i);

/* The steps of n, each line `at` columns in; and what is to be pasted for them. */
void rep_next_steps(struct rep_buf *b, const struct rep_next *v, size_t n, size_t at);
/* "next": [..] */
void rep_next_json(struct rep_json *j, const struct rep_next *v, size_t n);
void rep_next_paste(struct rep_buf *b, const struct rep_next *v, size_t n);

#endif
