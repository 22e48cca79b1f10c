/*
 * cli/looks_show.h -- shows what changed in DNS since the last look, as text and as JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_LOOKS_SHOW_H
#define REP_CLI_LOOKS_SHOW_H

#include "base/json_out.h"
#include "engine/looks.h"

/* Shows what is gone, and the records with their times. Nothing when nothing is stored. */
void rep_looks_text(struct rep_buf *b, const struct rep_looks *k);
/* Writes "history": null or an object. */
void rep_looks_json(struct rep_json *j, const struct rep_looks *k);

#endif
