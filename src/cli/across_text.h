/*
 * cli/across_text.h -- what several receivers show together, shown once, before the incidents.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_ACROSS_TEXT_H
#define REP_CLI_ACROSS_TEXT_H

#include "base/json_out.h"
#include "engine/verdicts.h"

/* Each finding with its first steps. Returns how many were shown. */
size_t rep_across_text(struct rep_buf *b, const struct rep_verdict_set *s);
/* What one of them is, in a few sentences. In the set's arena; p is NULL when that is too small. */
struct rep_str rep_across_headline(const struct rep_verdict_set *s, const struct rep_across *x);
/* "across": [..] */
void rep_across_json(struct rep_json *j, const struct rep_verdict_set *s);

#endif
