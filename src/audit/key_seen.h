/*
 * audit/key_seen.h -- what kind of key a DKIM record holds, as it was stored: for those who show it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_KEY_SEEN_H
#define REP_AUDIT_KEY_SEEN_H

#include "base/json_out.h"

/*
 * Writes {"type", "bits", "state"} under the key `name`. `record` is the text of a stay (fact/found.h), without its selector:
 * one that was cut there has no size.
 */
void rep_key_seen_json(struct rep_json *j, const char *name, struct rep_str record);

#endif
