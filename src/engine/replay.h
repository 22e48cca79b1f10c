/*
 * engine/replay.h -- what was said of incidents is stored, and can be judged again.
 *
 * At the end of each ingest the verdicts are stored as texts (judge/told.h), together with what
 * they were based on: hashes of the rules, the weights and the known sources, and how much was
 * counted. A replay judges again for those moments, from the single facts (engine/recount.h) and
 * with today's rules, weights and configuration. It gives the differences and their reasons as
 * data, not as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_REPLAY_H
#define REP_ENGINE_REPLAY_H

#include "engine/recount.h"
#include "engine/verdicts.h"
#include "judge/told.h"

enum {
	/*
	 * In one recording; the worst are kept. Each needs about 1 KB in the database, eight times.
	 */
	REP_REPLAY_INCIDENTS = 512,
	REP_REPLAY_CHANGES = 64 /* of one incident: more than a text of judge/told.h has lines */
};

/*
 * Stores what is said of the incidents that are open or ended less than a week ago. `set` was made with
 * REP_DEPTH_TOLD or deeper. Needs a transaction. _record says how many did not fit in
 * REP_REPLAY_INCIDENTS to the session, _record_set in *left.
 */
enum rep_rc rep_replay_record(const struct rep_session *session, const struct rep_verdict_set *set,
    struct rep_store *store, struct rep_err *err) REP_NODISCARD;
enum rep_rc rep_replay_record_set(const struct rep_verdict_set *set, struct rep_store *store,
    size_t *left, struct rep_err *err) REP_NODISCARD;

/* What of reputed itself is another one than when a recording was made; `basis` is its text without incident. */
struct rep_replay_ours {
	bool rules, weights, program;
};
struct rep_replay_ours rep_replay_ours(const struct rep_verdict_set *set, struct rep_str basis);

/* What happened to a verdict: the same today, different, no longer there, or there only today. */
enum rep_replayed_fate {
	REP_REPLAYED_SAME,
	REP_REPLAYED_CHANGED,
	REP_REPLAYED_GONE,
	REP_REPLAYED_NEW
};

struct rep_replayed_line {
	int64_t incident; /* its permanent number; 0: none (REP_REPLAYED_NEW) */
	struct rep_str key;
	enum rep_replayed_fate fate;
	struct rep_told_change *changes; /* in the arena of the set */
	size_t n;			 /* all; `changes` has REP_REPLAY_CHANGES at most */
};

/* One recording, and the verdicts of today for the same moment. */
struct rep_replayed {
	const struct rep_told *told; /* told[0] is what it was based on */
	size_t told_n;
	struct rep_verdict_set set;
	struct rep_recount count;
	struct rep_replayed_line *lines; /* in the arena of the set */
	size_t lines_n, changed;
	bool rules, weights, sources, found, reports, program; /* what has changed since then */
	int64_t late;					       /* counted now, but not then */
};

/*
 * Called for each recording, the oldest first. x is valid during the call. Another rc than REP_OK
 * ends it.
 */
typedef enum rep_rc (*rep_replay_fn)(void *ctx, const struct rep_replayed *x, struct rep_err *err);

/* Judges every recording again. If the session has a now_s, only recordings up to that time. */
enum rep_rc rep_replay(const struct rep_session *s, const struct rep_know *know,
    struct rep_store *store, rep_replay_fn each, void *ctx, struct rep_err *err) REP_NODISCARD;

#endif
