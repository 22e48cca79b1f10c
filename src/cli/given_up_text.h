/*
 * cli/given_up_text.h -- mail that was lost by waiting (judge/given_up.h), as text and JSON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_GIVEN_UP_TEXT_H
#define REP_CLI_GIVEN_UP_TEXT_H

#include "base/json_out.h"
#include "cli/asked.h"

/* A paragraph for each provider that is asked for. Returns how many. */
size_t rep_given_up_text(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_asked *asked);
size_t rep_given_up_count(const struct rep_verdict_set *s, const struct rep_asked *asked);
/* One line for `status`; nothing when there is none. */
void rep_given_up_line(struct rep_buf *b, const struct rep_verdict_set *s);
/* "given_up": [..] */
void rep_given_up_json(
    struct rep_json *j, const struct rep_verdict_set *s, const struct rep_asked *asked);

#endif
