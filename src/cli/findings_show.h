/*
 * cli/findings_show.h -- shows findings (audit/finding.h): text and JSON.
 *
 * What servers said is made safe. Records to publish begin at the margin and are never wrapped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_FINDINGS_SHOW_H
#define REP_CLI_FINDINGS_SHOW_H

#include "audit/finding.h"
#include "base/json_out.h"

void rep_findings_text(struct rep_buf *b, const struct rep_findings *f);
void rep_findings_json(struct rep_json *j, const struct rep_findings *f);

#endif
