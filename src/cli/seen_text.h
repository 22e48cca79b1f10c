/*
 * cli/seen_text.h -- failures that make no incident, as text and JSON: what they mean, what to do.
 *
 * judge/seen.h finds them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CLI_SEEN_TEXT_H
#define REP_CLI_SEEN_TEXT_H

#include "base/json_out.h"
#include "engine/verdicts.h"

/* Which rows to tell: those for which `chosen` is true. NULL: all. */
struct rep_seen_asked {
	bool (*chosen)(const void *ctx, const struct rep_seen_row *r);
	const void *ctx;
};

/* "Microsoft (Outlook.com, Hotmail)", "list.example and other hosts" */
struct rep_str rep_seen_who(const struct rep_verdict_set *s, const struct rep_seen_row *r);
/* Tells the rows, one paragraph each. Returns how many were chosen. */
size_t rep_seen_text(struct rep_buf *b, const struct rep_verdict_set *s,
    const struct rep_seen_asked *asked, bool all);
/* How many rows are chosen. */
size_t rep_seen_count(const struct rep_verdict_set *s, const struct rep_seen_asked *asked);
/*
 * The worst of them in a sentence, if its words are clear. False: there is none, and nothing was
 * written.
 */
bool rep_seen_summary(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_asked *asked);
/* That they failed and make no incident, in a sentence or two. There is at least one. */
void rep_seen_failed(
    struct rep_buf *b, const struct rep_verdict_set *s, const struct rep_seen_asked *asked);
/* One line for `status`: how much was seen that makes no incident; nothing when there is none. */
void rep_seen_line(struct rep_buf *b, const struct rep_verdict_set *s);
/* "seen": [..]; with the steps, for which the words must have been read. */
void rep_seen_json(struct rep_json *j, const struct rep_verdict_set *s,
    const struct rep_seen_asked *asked, bool steps);

/*
 * What is wrong with the header of a message that came back, as a sentence; n == 0: nothing, or the
 * class of the reply is not about that. In the arena.
 */
struct rep_str rep_seen_header(struct rep_arena *a, enum rep_class class, rep_header_faults faults);

#endif
