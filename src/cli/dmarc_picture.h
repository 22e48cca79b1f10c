/*
 * cli/dmarc_picture.h -- the figures and pictures of the page of reputed dmarc report.
 *
 * Drawn only while a page is made (rep_out_structured). No word of a report is in them: numbers, days, and our own words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_PICTURE_H
#define REP_CLI_DMARC_PICTURE_H

#include "engine/reports.h"
#include "report/days.h"

/* How many messages, how many pass, how many of the others may be ours, and what was let through that is not. */
void rep_dmarc_figures(struct rep_buf *b, const struct rep_reports_answer *r);

/*
 * Messages over time, stacked by what became of them, and the same numbers as a table. Nothing when they are of one day:
 * the figures say as much.
 */
void rep_dmarc_chart(struct rep_buf *b, const struct rep_report_day *days, size_t n);

/* What passes and what fails of a source, beside the one with the `most` messages. For a cell; empty: out of memory. */
struct rep_str rep_dmarc_bar(struct rep_arena *a, const struct rep_report_source *s, uint64_t most);

#endif
