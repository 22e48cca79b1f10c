/*
 * cli/dmarc_behind.h -- what reputed saw in DNS when a signature or SPF began to fail at receivers, as text and JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_BEHIND_H
#define REP_CLI_DMARC_BEHIND_H

#include "base/json_out.h"
#include "engine/reports.h"
#include "report/behind.h"

void rep_dmarc_behind_differs(
    const struct rep_reports_answer *r, const struct rep_report_differs *d, struct rep_behind *out);
void rep_dmarc_behind_broken(
    const struct rep_reports_answer *r, const struct rep_report_broken *d, struct rep_behind *out);

/* Sentences, each with a blank at its end. False: nothing is known. */
bool rep_dmarc_behind_text(
    struct rep_buf *b, const struct rep_behind *v, bool dkim, struct rep_arena *a);
/* Members of an object that is open: "change", "unchanged_since", "findings". */
void rep_dmarc_behind_json(struct rep_json *j, const struct rep_behind *v);

#endif
