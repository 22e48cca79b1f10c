/*
 * api/metrics.h -- what a monitoring system reads: OpenMetrics 1.0, the one form there is.
 *
 * Labels are bounded: own sources, providers of know ("other" for all small hosts together), classes, states, causes and feeds.
 * No recipient, no domain of one, no stream and no queue id is ever in one. At most REP_METRICS_SOURCES sources have rows, the
 * ones in the worst trouble first. How many others there are is said as reputed_sources_left_out, and how many rows of a source
 * and a provider would have been theirs as reputed_rows_left_out; in what is counted by provider they are all.
 *
 * Counters are of all that was ever counted, so they only grow, and end in _total. A database that is made anew begins at zero, which
 * readers take as a restart.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_METRICS_H
#define REP_API_METRICS_H

#include "api/world.h"

enum {
	/* Judgement: times some 30 providers these are 3,000 rows of states, which is what one server should give. */
	REP_METRICS_SOURCES = 100,
	/* Judgement: know has some thirty, and one row of them is "other", where all that are more are counted. */
	REP_METRICS_PROVIDERS = 512
};

/* Needs verdicts of REP_DEPTH_STATE or more. */
enum rep_rc rep_metrics_text(
    struct rep_buf *out, const struct rep_api_world *w, struct rep_err *err) REP_NODISCARD;

/* A label value as the format wants it: backslash, quote and line end escaped; what is not UTF-8 replaced. */
void rep_metrics_value(struct rep_buf *out, struct rep_str s);

#endif
