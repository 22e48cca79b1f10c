/*
 * intake/postqueue.h -- reads the output of `postqueue -j`: one JSON object a line, a message each.
 *
 * A message may have 50,000 recipients, each with the last words of a server, so a line may be many
 * megabytes long. It is read in place, without a tree: memory does not grow with the line. The whole
 * line is checked before anything of it is given, so a broken line gives nothing.
 *
 * All bytes are hostile: senders, recipients and replies come from strangers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_POSTQUEUE_H
#define REP_INTAKE_POSTQUEUE_H

#include "base/err.h"

/* A longer line is refused (by the caller, who gathers it): no queue file of Postfix needs more. */
enum { REP_POSTQUEUE_LINE_MAX = 32 << 20 };

enum rep_queue_name {
	REP_QUEUE_OTHER = 0,
	REP_QUEUE_ACTIVE,
	REP_QUEUE_DEFERRED,
	REP_QUEUE_HOLD,
	REP_QUEUE_INCOMING,
	REP_QUEUE_MAILDROP
};

/* A message. The views point into the line; n == 0: not said. */
struct rep_queue_message {
	enum rep_queue_name queue;
	struct rep_str queue_id, sender; /* sender: n == 0 is a bounce */
	int64_t arrival_s, size;
	bool forced; /* postsuper -e was used: it is returned at the next attempt */
	/* For rep_postqueue_next: */
	struct rep_str recipients;
	size_t at;
};

struct rep_waiting_recipient {
	struct rep_str address;
	struct rep_str reason; /* why it was not delivered the last time; n == 0: not tried yet */
};

/*
 * Reads a line, in which escapes of strings are replaced (they become shorter). REP_ESYNTAX with a
 * sentence that has the column when it is no message of postqueue.
 */
enum rep_rc rep_postqueue_read(
    char *line, size_t n, struct rep_queue_message *out, struct rep_err *err) REP_NODISCARD;

/* Whether a text begins like the output of postqueue -j. */
bool rep_postqueue_is(struct rep_str head);

/* The next recipient. False: there are no more. */
bool rep_postqueue_next(struct rep_queue_message *m, struct rep_waiting_recipient *out);

/* "deferred"; NULL for OTHER. */
const char *rep_queue_word(enum rep_queue_name queue);

#endif
