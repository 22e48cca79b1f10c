/*
 * cli/looks_show.h -- what changed in DNS since the look before, for people and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_LOOKS_SHOW_H
#define REP_CLI_LOOKS_SHOW_H

#include "base/json_out.h"
#include "engine/looks.h"

/* What is gone, and the records with their times; nothing when nothing is stored. */
void rep_looks_text(struct rep_buf *b, const struct rep_looks *k);
/* "history": null, or an object. */
void rep_looks_json(struct rep_json *j, const struct rep_looks *k);

#endif
