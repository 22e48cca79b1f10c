/*
 * cli/dmarc_page.h -- the page of reputed dmarc report --html, for somebody who does not know the terms.
 *
 * Its sentences are those of the text (cli/dmarc_report.h, dmarc_path.h), in another order, with figures and pictures between
 * them (dmarc_picture.h). It becomes HTML in cli/page.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_PAGE_H
#define REP_CLI_DMARC_PAGE_H

#include "engine/reports.h"
#include "report/strangers.h"

/* domain: as it was asked for; empty: all. REP_EMEM. */
enum rep_rc rep_dmarc_page(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_strangers *strangers, struct rep_str domain, bool all,
    struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
