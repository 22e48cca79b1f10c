/*
 * intake/original.h -- the message that came back: what its header fields say.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_ORIGINAL_H
#define REP_INTAKE_ORIGINAL_H

#include "mail/header_check.h"
#include "mail/mime.h"

/* What the original message says about itself, as far as it came back. */
struct rep_original {
	struct rep_headers headers;
	struct rep_str message_id, from, to, subject, list_id, feedback_id, return_path;
	rep_header_faults faults; /* of its header */
};
void rep_original_of(const struct rep_headers *h, struct rep_arena *a, struct rep_original *o);

/* The first part of that type in message `root` (0: the outer one); NULL: there is none. */
const struct rep_mime_part *rep_original_part(const struct rep_mime *m, int root, const char *type);
/* The message, or its header fields, in the parts of the report `root`. *o stays as it is when there are none. */
void rep_original_in(
    const struct rep_mime *m, int root, struct rep_arena *a, struct rep_original *o);

#endif
