/*
 * intake/report_pack.h -- TLS reports and failure reports as bytes, from a worker to the engine. Each comes whole.
 *
 * Pure, except for memory: lists of what is unpacked are in the arena of struct rep_packed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_REPORT_PACK_H
#define REP_INTAKE_REPORT_PACK_H

#include "fact/auth_failure.h"
#include "fact/tls_report.h"
#include "intake/packing.h"

/* With the tag. */
void rep_pack_tls(struct rep_pack *p, const struct rep_tls_report *r);
void rep_pack_failure(struct rep_pack *p, const struct rep_auth_failure *f);

/* Behind the tag. u->bad: it is not what was packed. */
void rep_packed_tls(struct rep_packed *u, struct rep_tls_report *out);
void rep_packed_failure(struct rep_packed *u, struct rep_auth_failure *out);

#endif
