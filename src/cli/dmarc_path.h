/*
 * cli/dmarc_path.h -- the path to reject, as text and as JSON (reputed dmarc path).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_DMARC_PATH_H
#define REP_CLI_DMARC_PATH_H

#include "engine/reports.h"
#include "report/path.h"

/* domain: as it was asked for. False: out of memory. */
bool rep_dmarc_path_text(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_path *p, struct rep_str domain, bool all, struct rep_arena *a);
/* The part of it about the next step: the answer, and what the step would lose. */
bool rep_dmarc_path_next(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_path *p, struct rep_str domain, bool all, struct rep_arena *a);
void rep_dmarc_path_json(struct rep_buf *b, const struct rep_reports_answer *r,
    const struct rep_report_path *p, struct rep_str domain, struct rep_arena *a);
/* Whether the next step is safe, or there is none. */
bool rep_dmarc_path_safe(const struct rep_report_path *p);

/* --- the parts of both ----------------------------------------------------------------------------------- */

/* "quarantine"; what is not said, or no policy, is none. */
const char *rep_dmarc_policy_word(unsigned v);
/* Appends a record as far as reports show it. */
void rep_dmarc_record(struct rep_buf *b, const struct rep_reported_policy *p);

struct rep_dmarc_change {
	const char *tag;
	char from[12];
	const char *to; /* NULL: the tag goes */
};
struct rep_dmarc_changes {
	struct rep_dmarc_change v[5];
	size_t n;
};
void rep_dmarc_changes(const struct rep_reported_policy *now,
    const struct rep_reported_policy *next, struct rep_dmarc_changes *c);
/* What to change in the record for the next step, and what to keep. */
void rep_dmarc_change_text(struct rep_buf *out, const struct rep_report_path *p,
    struct rep_str domain, struct rep_arena *a);

#endif
