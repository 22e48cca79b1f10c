/*
 * cli/dmarc_report.h -- what the reports of receivers answer, as text and as JSON (reputed dmarc report).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_REPORT_H
#define REP_CLI_DMARC_REPORT_H

#include "engine/reports.h"

/* domain: as it was asked for; empty: all. False: out of memory. */
bool rep_dmarc_report_text(struct rep_buf *b, const struct rep_reports_answer *r,
    struct rep_str domain, bool all, struct rep_arena *a);
void rep_dmarc_report_json(
    struct rep_buf *b, const struct rep_reports_answer *r, struct rep_str domain);
/* Whether something is to be mended: own mail fails, a receiver differs from others, or has stopped. */
bool rep_dmarc_report_trouble(const struct rep_reports_answer *r);

#endif
