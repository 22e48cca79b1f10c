/*
 * mail/auth_results.h -- reads Authentication-Results (RFC 8601): which signatures passed, as which server says.
 *
 * Anybody can write such a field into a message. What it says is worth something only if our own server wrote it. Our server
 * puts its fields above the Received field of the connection from outside, so only those above it are read. What it hands to
 * itself (over LMTP, or back from a content filter on loopback) adds Received fields too: these are passed over. Whose name
 * counts, says who asks.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_AUTH_RESULTS_H
#define REP_MAIL_AUTH_RESULTS_H

#include "fact/auth_results.h"
#include "mail/header.h"

/* Of the fields at the top of a message. Views of the header. */
void rep_auth_results_of(const struct rep_headers *h, struct rep_auth_results *out);

#endif
