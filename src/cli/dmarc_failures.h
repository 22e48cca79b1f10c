/*
 * cli/dmarc_failures.h -- what failure reports show of single messages, as text and JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_FAILURES_H
#define REP_CLI_DMARC_FAILURES_H

#include "base/json_out.h"
#include "report/failures.h"

/* Nothing where there are none. */
void rep_dmarc_failures_text(
    struct rep_buf *out, const struct rep_failures_answer *f, bool all, struct rep_arena *a);
/* Members of an object that is open: "failures", "failures_left_out", "unproven_failures". */
void rep_dmarc_failures_json(struct rep_json *j, const struct rep_failures_answer *f);

#endif
