/*
 * engine/queue_usual.h -- how much usually waits in the queue, by the busiest moment of each day.
 *
 * One value of the store (the state "queue-usual"): what the last reading of the queue showed, and for each of the last
 * 35 days the most that waited, and the most that was about to expire. A reading that is far above all of them is
 * noted as the most of them: what is wrong does not become usual, unless it has been so for a week.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_QUEUE_USUAL_H
#define REP_ENGINE_QUEUE_USUAL_H

#include "base/arena.h"
#include "base/err.h"
#include "engine/day_most.h"

struct rep_store;
struct rep_queue_groups;

/*
 * Judgement, all of it: a month has its monthly newsletter, and a week its weekly one. Three times the most of any of
 * these days, and 100 messages or more, are no day like them.
 */
enum {
	REP_QUEUE_DAYS = 35,
	REP_QUEUE_DAYS_LEAST = 7,
	REP_QUEUE_TIMES = 3,
	REP_QUEUE_LEAST = 100,
	REP_QUEUE_EXPIRING_LEAST = 50,
	REP_QUEUE_LASTS_S = 7 * 86400, /* far above for so long is usual */
	REP_QUEUE_OLD_S = 2 * 3600     /* a reading says nothing of now after this time */
};

struct rep_queue_usual {
	int64_t at_s; /* of the last reading; 0: there was none */
	uint64_t messages;
	uint64_t expiring; /* given up within a day, if nothing changes */
	uint64_t own;	   /* of them, those that wait because their own server does not try */
	int64_t expires_s; /* when the first of them is; 0: none */
	int64_t grown_since_s, expires_since_s; /* far above the usual since then; 0: it is not */
	struct rep_str most_wait; /* for whom most of it waits, as a sentence; in the arena */
	struct rep_day_most days[REP_QUEUE_DAYS]; /* most: messages, expiring */
	size_t days_n;
};

/* Nothing is known when there is none, or it is damaged. Text is in the arena. */
enum rep_rc rep_queue_usual_load(struct rep_store *store, struct rep_arena *a,
    struct rep_queue_usual *out, struct rep_err *err) REP_NODISCARD;
/* Notes a reading. Needs a transaction. */
enum rep_rc rep_queue_usual_note(struct rep_store *store, const struct rep_queue_groups *q,
    int64_t at_s, struct rep_err *err) REP_NODISCARD;

/* Pure. The most of the 35 days up to the reading, without its own; false: too few are known. */
bool rep_queue_usual_most(const struct rep_queue_usual *u, uint64_t *messages, uint64_t *expiring);
bool rep_queue_usual_grown(const struct rep_queue_usual *u);
bool rep_queue_usual_expires(const struct rep_queue_usual *u);

#endif
