/*
 * cli/rate_text.h -- complaint rates by stream and provider, as a table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_RATE_TEXT_H
#define REP_CLI_RATE_TEXT_H

#include "cli/out.h"
#include "judge/complaints.h"
#include "know/know.h"

/* The id of its provider, or of the sending service. */
struct rep_str rep_rate_provider(
    const struct rep_know *know, const struct rep_names *names, const struct rep_rate *r);
/* False: out of memory. */
bool rep_rates_table(struct rep_buf *b, const struct rep_know *know, const struct rep_names *names,
    const struct rep_rate *v, size_t n, struct rep_arena *a);
enum { REP_RATES_NEAR_MOST = 8 }; /* rows. Judgement: what one can read at once, the worst first */

/* For the report: those near a limit or over it, REP_RATES_NEAR_MOST at most, and how many more. False: out of memory. */
bool rep_rates_near(struct rep_buf *b, const struct rep_know *know, const struct rep_names *names,
    const struct rep_rates *rates, struct rep_arena *a);

#endif
