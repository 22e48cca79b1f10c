/*
 * api/world.h -- what a resource answers from: a database that was opened for reading, and, where it needs them, verdicts.
 *
 * A resource is a pure function of this and of what is asked: it reads no clock and writes nothing, and opens nothing but the folder
 * of documents in quarantine, beside the database (timeline.h, feeds.h). It appends
 * one JSON object and a line end to `out`, which has its maximum; whoever calls looks whether it is full. What it makes on the way is in
 * the arena.
 *
 * Errors: REP_EUSAGE, the question makes no sense (a status of 400); REP_ENOTFOUND, there is no such thing (404); all others are
 * troubles of the database or of memory (500). Each has its sentence. `out` may then have a part of an answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_WORLD_H
#define REP_API_WORLD_H

#include "base/json_out.h"
#include "engine/verdicts.h"
#include "store/store.h"

/* All is borrowed. */
struct rep_api_world {
	const struct rep_session *session; /* clock_s is the present */
	struct rep_store *store;
	const struct rep_know *know;	   /* NULL where the resource needs no verdicts */
	const struct rep_verdict_set *set; /* the same */
	struct rep_arena *arena;
};

/* Ends an answer: a line end. REP_ELIMIT: it is larger than the buffer may be, or memory ran out. */
enum rep_rc rep_api_done(struct rep_buf *out, const char *what, struct rep_err *err) REP_NODISCARD;

/* The moment an answer is about: the one asked for, else the newest fact; 0: nothing was read. */
int64_t rep_api_now(const struct rep_session *session, const struct rep_store_totals *totals);

#endif
