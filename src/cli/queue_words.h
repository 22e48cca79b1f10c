/*
 * cli/queue_words.h -- who keeps mail waiting and why, in the words and JSON keys that trace and queue share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_QUEUE_WORDS_H
#define REP_CLI_QUEUE_WORDS_H

#include "base/json_out.h"
#include "engine/queue_groups.h"

/*
 * The keys waits, class, rule, meaning and text. Only who was refused has a class. rule: NULL for none;
 * text: what the server said, n == 0: nothing.
 */
void rep_queue_why_json(struct rep_json *j, enum rep_wait wait, enum rep_class class,
    const struct rep_rule *rule, struct rep_str text);

/* The key next_try_within_s; 0: not by itself. */
void rep_queue_next_json(struct rep_json *j, int64_t next_within_s);

/* "means: throttled. Outlook.com takes little mail ... (reputed explain microsoft-consumer.s775)" */
void rep_queue_means(struct rep_buf *b, enum rep_class class, const struct rep_rule *rule);

#endif
