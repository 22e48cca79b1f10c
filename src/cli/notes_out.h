/*
 * cli/notes_out.h -- what is wrong with a report, and where it was read: the same for reports of all kinds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_NOTES_OUT_H
#define REP_CLI_NOTES_OUT_H

#include "base/json_out.h"
#include "engine/documents.h"

/* The keys "notes" and "notes_left_out". */
void rep_notes_json(struct rep_json *j, const struct rep_report_note *v, size_t n, uint64_t left);
/* The key "input". */
void rep_place_json(struct rep_json *j, const struct rep_place *at);
/* A line for each. */
void rep_notes_text(struct rep_buf *out, const struct rep_place *at,
    const struct rep_report_note *v, size_t n, uint64_t left);

#endif
