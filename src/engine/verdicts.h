/*
 * engine/verdicts.h -- the store's facts before the judge: what status, why and ingest share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_VERDICTS_H
#define REP_ENGINE_VERDICTS_H

#include "engine/session.h"
#include "judge/forecast.h"
#include "judge/judge.h"

/* All that a verdict rests on; freed together. */
struct rep_verdict_set {
	struct rep_arena *arena;
	struct rep_weights weights;
	struct rep_judge_in in;
	struct rep_verdicts verdicts;
	struct rep_store_totals totals;
	struct rep_forecast_book *book;	      /* NULL: reasons were not asked for */
	struct rep_observation *obs, *recent; /* owned */
	struct rep_complaint *complaints;     /* owned */
};

/* How deep to look. */
enum rep_depth {
	REP_DEPTH_NUMBERS, /* which incidents there are */
	REP_DEPTH_TOLD,	   /* evidence and causes too, as they are kept; no window */
	REP_DEPTH_STATE,   /* the counts of the window, the states */
	REP_DEPTH_REASONS  /* evidence, causes, advice */
};

/*
 * Loads and judges; incidents get their numbers. now is the session's now_s, else the newest fact. The store,
 * know and its names must live as long as the set.
 */
enum rep_rc rep_verdicts_make(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, enum rep_depth depth, struct rep_verdict_set *set,
    struct rep_err *err) REP_NODISCARD;
void rep_verdicts_free(struct rep_verdict_set *set);

/*
 * The same of observations that somebody else loads: `load` sets in.now_s, in.obs, in.hours_from_s
 * and, when it likes, in.names; what it allocates into set->obs is the set's.
 */
typedef enum rep_rc (*rep_verdicts_load_fn)(
    void *ctx, struct rep_verdict_set *set, struct rep_err *err);
enum rep_rc rep_verdicts_make_of(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, enum rep_depth depth, rep_verdicts_load_fn load, void *ctx,
    struct rep_verdict_set *set, struct rep_err *err) REP_NODISCARD;

#endif
