/*
 * api/strips.h -- a strip of 90 cells for each source and provider: when mail flowed, and when it did not.
 *
 * The rows are those of `status`, the worst first. The state of a cell is that of the worst incident that lasted in it, else
 * what its counts say. Quiet (nothing was sent) and null (the log does not cover it, or it is not over yet) are not well.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_STRIPS_H
#define REP_API_STRIPS_H

#include "api/param.h"
#include "api/world.h"

enum {
	REP_STRIPS_CELLS = 90,
	/* Judgement: nobody looks through more strips; some 600 kB of JSON, 25 kB packed. */
	REP_STRIPS_ROWS_MAX = 200
};

enum rep_strips_span { REP_STRIPS_DAY = 0, REP_STRIPS_WEEK, REP_STRIPS_QUARTER };

struct rep_strips_ask {
	int span; /* enum rep_strips_span */
	struct rep_param_list source, provider;
};

enum rep_rc rep_strips_parse(const struct rep_param *v, size_t n, struct rep_strips_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs verdicts of REP_DEPTH_STATE or more. */
enum rep_rc rep_strips_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_strips_ask *ask, struct rep_err *err) REP_NODISCARD;

/* Whether a row is asked for: no list, or one of its items names the source, its label or its route; and the provider. */
bool rep_api_row_asked(const struct rep_judge_in *in, const struct rep_cell_key *key,
    const struct rep_param_list *source, const struct rep_param_list *provider);

#endif
