/*
 * intake/auth_failure.h -- reads a failure report of DMARC, SPF or DKIM (RFC 6591, RFC 9991). Runs in a worker.
 *
 * It is a feedback report (RFC 5965) with Feedback-Type auth-failure, or "dmarc" in old ones; or the plain text that Exim
 * (and so cPanel) writes. One message failed a check: nobody complained. Fields may be missing, doubled, or have words that
 * nobody knows: each such fault is noted, with the offset in the part that has the fields.
 *
 * Who was to get the message is not kept, nor its subject; addresses of others are masked.
 *
 * Pure, except for memory.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_AUTH_FAILURE_H
#define REP_INTAKE_AUTH_FAILURE_H

#include "intake/document.h"
#include "mail/mime.h"

/* True when message `root` (0: the outer one) is a failure report. Then it was read, and packed. */
bool rep_auth_failure_read(
    struct rep_document *d, const struct rep_mime *m, int root, struct rep_arena *a);

#endif
