/*
 * cli/report_out.h -- a report as JSON (doc/json.md, `ingest --dry-run --json`) and as a line of text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_REPORT_OUT_H
#define REP_CLI_REPORT_OUT_H

#include "base/json_out.h"
#include "engine/documents.h"
#include "engine/sources.h"
#include "intake/meaning.h"

/* sources may be NULL: then no own address is known. */
void rep_report_json(struct rep_buf *out, const struct rep_report *p, const struct rep_meaning *m,
    const struct rep_sources *sources, const struct rep_place *at);
void rep_report_text(struct rep_buf *out, const struct rep_report *p, const struct rep_meaning *m);

#endif
