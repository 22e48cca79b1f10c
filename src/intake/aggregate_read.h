/*
 * intake/aggregate_read.h -- the reader of documents that are aggregate reports: packs what is in them. Runs in a worker.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_AGGREGATE_READ_H
#define REP_INTAKE_AGGREGATE_READ_H

#include "intake/document.h"

/* Reads d->bytes (intake/readers.h). */
enum rep_rc rep_aggregate_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

/*
 * The same of a document that comes in pieces, so that it is never in memory as a whole. first: this is its beginning;
 * last: its end. After anything but REP_OK no more pieces may come.
 */
enum rep_rc rep_aggregate_piece(struct rep_document *d, struct rep_str bytes, bool first, bool last,
    struct rep_err *err) REP_NODISCARD;

#endif
