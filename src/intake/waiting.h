/*
 * intake/waiting.h -- what the open queue ids show: mail that waits, and mail whose deliveries are
 * not in the input.
 *
 * Waiting is each recipient that was deferred and is not yet settled. A server writes a line about
 * it every hour or so; what was silent for a day is left out, because its end was not logged.
 *
 * Unseen is mail that the queue manager of Postfix gave to a delivery agent, and of which no line
 * of any agent was read: it left the queue, or was sent three times, each time with five minutes or
 * more in between. Mail that is only recent, or waits, is not among it. Then the log of some
 * transport is missing, or its lines were dropped.
 *
 * Pure. Rows are in the arena, and their views are those of the queue.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_INTAKE_WAITING_H
#define REP_INTAKE_WAITING_H

#include "base/arena.h"
#include "fact/waiting.h"
#include "intake/queue.h"

enum { REP_WAITING_ROWS = 256, REP_UNSEEN_HOSTS = 16 };

/* How long a mail server tries. */
struct rep_waiting_times {
	int64_t lifetime_s, bounce_lifetime_s;
};

struct rep_waiting_list {
	struct rep_waiting_mail *v; /* most messages first */
	size_t n;
	uint64_t left_out; /* recipients beyond REP_WAITING_ROWS */
	int64_t newest_s;  /* the newest line of any open message; 0: none */
	struct rep_unseen *unseen;
	size_t unseen_n;
	uint64_t forwarded; /* open messages that are forwarded with SRS */
};

/* now_s: what "within a day" counts from. False: the arena is too small. */
bool rep_waiting_of(const struct rep_queue *q, const struct rep_waiting_times *t, int64_t now_s,
    struct rep_arena *a, struct rep_waiting_list *out);

#endif
