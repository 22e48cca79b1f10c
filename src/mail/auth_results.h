/*
 * mail/auth_results.h -- reads Authentication-Results (RFC 8601): who checked a message, and which signatures passed.
 *
 * Anybody can write such a field into a message. What it says is worth something only if our own server wrote it: it stands
 * above the Received field of that server, and has its name. So only those at the top are read, up to the first field of
 * another kind that is none of what filters add, and who asks compares the name.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_MAIL_AUTH_RESULTS_H
#define REP_MAIL_AUTH_RESULTS_H

#include "fact/auth_results.h"
#include "mail/header.h"

/* Of the fields at the top of a message, those with the name of the first of them. Views of the header. */
void rep_auth_results_of(const struct rep_headers *h, struct rep_auth_results *out);
/* Of one field. False: it has no name, or says "none". */
bool rep_auth_results_read(struct rep_str value, struct rep_auth_results *out);

#endif
