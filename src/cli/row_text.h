/*
 * cli/row_text.h -- a row of `status` and `top` in words: whose mail, to whom, and how it stands.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ROW_TEXT_H
#define REP_CLI_ROW_TEXT_H

#include "cli/out.h"
#include "engine/verdicts.h"

/* Whether it has a row: something was sent in the window, or there is an open incident. */
bool rep_row_shown(const struct rep_cell *c);
/* All attempts in the window, whatever became of them. */
uint64_t rep_row_attempts(const struct rep_cell *c);

/* The relay that the mail goes through, else the address of the source (in buf), else its label. */
struct rep_str rep_row_source(
    const struct rep_judge_in *in, const struct rep_cell *c, char buf[REP_IP_TEXT]);
/* The provider. For a small host, its domain instead. */
struct rep_str rep_row_provider(const struct rep_judge_in *in, const struct rep_cell *c);

/* "blocked since 06:42, s3140, incident 7". In the set's arena; p is NULL when that is too small. */
struct rep_str rep_row_state(const struct rep_verdict_set *s, const struct rep_cell *c);
enum rep_paint rep_row_paint(enum rep_state s);

#endif
