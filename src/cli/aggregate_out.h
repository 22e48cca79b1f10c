/*
 * cli/aggregate_out.h -- an aggregate report as JSON (doc/json.md) or as a line of text, as it is read.
 *
 * The records of a report come before its end, so the object is written in that order: its records first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_AGGREGATE_OUT_H
#define REP_CLI_AGGREGATE_OUT_H

#include "base/json_out.h"
#include "engine/documents.h"

/* Of one report after the other. Begins with zeros. */
struct rep_aggregate_out {
	bool open; /* the object of a report is open */
	struct rep_json j;
};

/* Adds an item to `out`; with its end the object is complete, and a line end follows. */
void rep_aggregate_json(struct rep_aggregate_out *o, struct rep_buf *out,
    const struct rep_unpacked *item, const struct rep_place *at);
/* Completes the object of a report whose end could not be read: whose it is was not said. */
void rep_aggregate_json_broken(
    struct rep_aggregate_out *o, struct rep_buf *out, const struct rep_place *at);
/* Adds a line at the end of a report, and one for each kind of fault in it. */
void rep_aggregate_text(
    struct rep_buf *out, const struct rep_unpacked *item, const struct rep_place *at);

#endif
