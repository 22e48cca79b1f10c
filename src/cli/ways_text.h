/*
 * cli/ways_text.h -- stay or move, in words: the answer, what it rests on, each option and its bill.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WAYS_H
#define REP_CLI_WAYS_H

#include "cli/out.h"
#include "engine/verdicts.h"
#include "judge/ways.h"

/* `what` is what was asked for, n == 0: all with trouble. */
void rep_ways_text(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_ways_out *o,
    struct rep_str what, bool trace);

/* "1.12 USD", "3.00-4.80 USD" */
void rep_money_text(struct rep_buf *b, double from, double to, const char *currency);

#endif
