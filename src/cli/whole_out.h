/*
 * cli/whole_out.h -- a TLS report or a failure report, as JSON (doc/json.md) or as lines of text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WHOLE_OUT_H
#define REP_CLI_WHOLE_OUT_H

#include "cli/notes_out.h"

/* One object, and a line end. */
void rep_whole_json(
    struct rep_buf *out, const struct rep_unpacked *item, const struct rep_place *at);
/* A line for the report, one for each failure in it, and one for each kind of fault. */
void rep_whole_text(
    struct rep_buf *out, const struct rep_unpacked *item, const struct rep_place *at);

#endif
