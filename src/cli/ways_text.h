/*
 * cli/ways_text.h -- stay or move, as text: the answer, its reasons, each option and its bill.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WAYS_H
#define REP_CLI_WAYS_H

#include "cli/out.h"
#include "engine/verdicts.h"
#include "judge/ways.h"

/*
 * `what` is what the user asked for; n == 0: everything that has trouble. Three providers are shown in
 * full, each with its three best ways out that would help; what is left out is counted, and the
 * command that shows it named. `all`: everything is shown.
 */
void rep_ways_text(struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_ways_out *o,
    struct rep_str what, bool trace, bool all);

/* Writes "1.12 USD" or "3.00-4.80 USD". */
void rep_money_text(struct rep_buf *b, double from, double to, const char *currency);

#endif
