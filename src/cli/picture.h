/*
 * cli/picture.h -- pictures for pages: what became of the mail over time, as SVG.
 *
 * Drawn only while a page is made (rep_out_structured); for a terminal nothing is written. The
 * numbers of a picture are in the page as a table too, for those who cannot see it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_PICTURE_H
#define REP_CLI_PICTURE_H

#include "engine/trend.h"

/*
 * Incidents that are shown together: attempts at their provider from their sources, from some time
 * before the trouble up to now (89 days at most); below them all mail of these sources.
 */
void rep_picture(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *group, size_t n);

/* What the colours of rep_picture_day mean. */
void rep_picture_key(struct rep_buf *b);

/* 24 hours of a row of `status`. known[i]: the log covers that hour. */
void rep_picture_day(struct rep_buf *b, const struct rep_trend_sum hours[REP_TREND_HOURS],
    const bool known[REP_TREND_HOURS]);

#endif
