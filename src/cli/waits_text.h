/*
 * cli/waits_text.h -- what waits in the queue, what its own server holds, and mail whose deliveries
 * are not in the input, as text and JSON.
 *
 * engine/waiting.h has the numbers. Mail that is held is never told as refused.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_WAITS_TEXT_H
#define REP_CLI_WAITS_TEXT_H

#include "base/json_out.h"
#include "cli/asked.h"
#include "engine/verdicts.h"

/*
 * Tells of mail that its own server holds or cannot send, one paragraph for each provider, first
 * what is most. Providers with an incident among `told` are left out: their incident says it.
 * Returns how many paragraphs there are.
 */
size_t rep_waits_own_text(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_incident *const *told, size_t told_n, const struct rep_asked *asked);

/* "812 messages still wait for them ...". n == 0: none is known to wait. */
struct rep_str rep_waits_sentence(const struct rep_verdict_set *s, const struct rep_cell *c);

/* One line for each provider with held mail, and one of unseen deliveries: for `status`. */
void rep_waits_lines(struct rep_buf *b, const struct rep_verdict_set *s);

/* Deliveries that are not in the input: how many, since when, what to add. Nothing when none are. */
void rep_waits_unseen_text(struct rep_buf *b, const struct rep_waits *w);

/* "queue": {..}, or null when nothing is known of it */
void rep_waits_json(struct rep_json *j, const struct rep_waits *w);

#endif
