/*
 * cli/findings_show.h -- shows findings (audit/finding.h): text for a terminal, parts of a page, JSON.
 *
 * What servers said is made safe. Records to publish begin at the margin and are never wrapped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_FINDINGS_SHOW_H
#define REP_CLI_FINDINGS_SHOW_H

#include "audit/finding.h"
#include "base/json_out.h"

/*
 * What was seen of finding `at`, since when, its effect, what to do, and the source. What is to be pasted and
 * stood at an earlier finding is not repeated. On a page each set of records is a block of its own, and
 * findings are called by their number, at + 1.
 */
void rep_finding_parts(struct rep_buf *b, const struct rep_findings *f, size_t at);
void rep_findings_text(struct rep_buf *b, const struct rep_findings *f);
void rep_findings_json(struct rep_json *j, const struct rep_findings *f);

#endif
