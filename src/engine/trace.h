/*
 * engine/trace.h -- follows one message, or all mail to one person, from acceptance to now.
 *
 * What happened comes from the store, what waits from the queue of Postfix (engine/postfix.h). A
 * message that got a new queue id (a content filter, a re-queue) is followed by its Message-ID,
 * where the log has it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_TRACE_H
#define REP_ENGINE_TRACE_H

#include "engine/queue_groups.h"
#include "store/trail.h"

enum { REP_TRACE_WAITING_MAX = 5000 };

/* A recipient that waits in the queue. */
struct rep_trace_waiting {
	struct rep_str queue_id, reason; /* reason: masked; n == 0: not tried yet */
	enum rep_queue_name queue;
	enum rep_wait wait;
	enum rep_class class;
	const struct rep_rule *rule;		     /* NULL: none */
	int64_t arrival_s, expires_s, next_within_s; /* 0: not by itself */
	size_t message; /* which of the messages it belongs to; SIZE_MAX: none in the store */
};

/* Steps of one message: steps[i].message says whose. */
struct rep_trace_message {
	int64_t accepted_s; /* when the mail server took it; 0: not known */
	size_t last;	    /* its last step */
	size_t steps_n;
};

struct rep_trace {
	struct rep_trail_step *steps; /* by time */
	size_t *of;		      /* the message of each step */
	size_t steps_n;
	uint64_t left_out;
	struct rep_trace_message *messages; /* by their first step */
	size_t messages_n;
	struct rep_trace_waiting *waiting;
	size_t waiting_n;
	uint64_t waiting_left_out;
	bool queue_read;
	struct rep_postfix_times times;
	struct rep_store_totals totals;
};

/*
 * `asked` is an address, a queue id or a Message-ID: all of them are looked for. queue: as the path
 * of rep_postfix_queue; when it is NULL and there is no Postfix here, queue_read is false. The store
 * must have been opened with its key.
 */
enum rep_rc rep_trace_make(const struct rep_session *s, const struct rep_know *know,
    struct rep_store *store, struct rep_str asked, const char *queue, int64_t now_s,
    struct rep_arena *a, struct rep_trace *out, struct rep_err *err) REP_NODISCARD;

#endif
