/*
 * engine/replay.h -- what was told of incidents is kept, and judged again when asked for.
 *
 * At the end of each ingest the verdicts are kept as texts (judge/told.h) with what they rested
 * on: hashes of the rules, the weights and the known sources, and how much was counted. A replay
 * judges again as of those moments, from the single facts read anew (engine/recount.h) by
 * today's rules, weights and configuration, and says what differs and why: as data, whose words
 * are somebody else's.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPLAY_H
#define REP_ENGINE_REPLAY_H

#include "engine/recount.h"
#include "engine/verdicts.h"
#include "judge/told.h"

enum {
	/* Of one recording, the worst first. Each is some 1 KB in the database, eight times. */
	REP_REPLAY_INCIDENTS = 512,
	REP_REPLAY_CHANGES = 64 /* of one incident: more than a text of judge/told.h has lines */
};

/*
 * After an ingest, in its transaction: judges, gives new incidents their lasting numbers, and
 * records what is said of those that are open or ended less than a week ago.
 */
enum rep_rc rep_replay_record(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, struct rep_err *err) REP_NODISCARD;
/* The same of verdicts that are made. *left: how many did not fit in REP_REPLAY_INCIDENTS. */
enum rep_rc rep_replay_record_set(const struct rep_verdict_set *set, struct rep_store *store,
    size_t *left, struct rep_err *err) REP_NODISCARD;

/* What became of a verdict: told the same today, otherwise, not at all; or told only today. */
enum rep_replayed_fate {
	REP_REPLAYED_SAME,
	REP_REPLAYED_CHANGED,
	REP_REPLAYED_GONE,
	REP_REPLAYED_NEW
};

struct rep_replayed_line {
	int64_t incident; /* its lasting number; 0: none (REP_REPLAYED_NEW) */
	struct rep_str key;
	enum rep_replayed_fate fate;
	struct rep_told_change *changes; /* in the arena of the set */
	size_t n;			 /* of them; at most REP_REPLAY_CHANGES are there */
};

/* One recording, and what it comes to today. */
struct rep_replayed {
	const struct rep_told *told; /* told[0] is what it rested on */
	size_t told_n;
	struct rep_verdict_set set;
	struct rep_recount count;
	struct rep_replayed_line *lines; /* in the arena of the set */
	size_t lines_n, changed;
	bool rules, weights, sources, found, program; /* what is other than it was then */
	int64_t late;				      /* counted now and not then */
};

/* Each recording, oldest first; it lives until the callback returns, which ends it by its rc. */
typedef enum rep_rc (*rep_replay_fn)(void *ctx, const struct rep_replayed *x, struct rep_err *err);

/* Judges all that is kept again; with the session's now_s only what was told until then. */
enum rep_rc rep_replay(const struct rep_session *s, const struct rep_know *know,
    struct rep_store *store, rep_replay_fn each, void *ctx, struct rep_err *err) REP_NODISCARD;

#endif
