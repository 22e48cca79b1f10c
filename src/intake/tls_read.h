/*
 * intake/tls_read.h -- the reader of documents that are TLS reports: packs what is in them. Runs in a worker.
 *
 * A document may have several reports, one after the other or in a list, and something behind them. What a parser of JSON
 * refuses is repaired where nothing has to be guessed (intake/json_repair.h), and the policies before the place where a
 * report breaks off are used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_TLS_READ_H
#define REP_INTAKE_TLS_READ_H

#include "intake/document.h"

/* Judgement: real reports have some KB, and the tree of 16 MB fits into a worker. Texts: that are no report, or repaired. */
enum { REP_TLS_BYTES_MAX = 16 << 20, REP_TLS_BAD_MAX = 16 };

/* Reads d->bytes (intake/readers.h). */
enum rep_rc rep_tls_read(
    struct rep_document *d, struct rep_arena *a, struct rep_err *err) REP_NODISCARD;

#endif
