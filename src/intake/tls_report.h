/*
 * intake/tls_report.h -- a TLS report (RFC 8460 4.4), out of a JSON object. Runs in a worker.
 *
 * What the field sends is read, not only what the standard allows: members may be missing, null, of another type, in
 * another case; a word may be one that nobody knows; a time may have an offset, no zone, or be seconds. Each such fault is
 * noted with the path of its member, and nothing else is lost by it.
 *
 * Pure. Everything is in the arena, nothing in the tree.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_TLS_REPORT_H
#define REP_INTAKE_TLS_REPORT_H

#include "fact/tls_report.h"
#include "intake/faults.h"

#include <jansson.h>

/* Whether a document that begins so has members of a TLS report. */
bool rep_tls_begins(struct rep_str head);

/* False: the object is no TLS report. *out has no notes: these are in f, which gets more. */
bool rep_tls_report_of(
    const json_t *o, struct rep_arena *a, struct rep_faults *f, struct rep_tls_report *out);

#endif
