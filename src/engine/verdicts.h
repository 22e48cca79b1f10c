/*
 * engine/verdicts.h -- gives the facts of the store to the judge. Used by status, why and ingest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_VERDICTS_H
#define REP_ENGINE_VERDICTS_H

#include "engine/reported_auth.h"
#include "engine/session.h"
#include "judge/forecast.h"
#include "judge/given_up.h"
#include "judge/judge.h"
#include "judge/seen.h"

/* Everything that a verdict is based on. Freed together. */
struct rep_verdict_set {
	struct rep_arena *arena;
	struct rep_weights weights;
	struct rep_judge_in in;
	struct rep_verdicts verdicts;
	struct rep_store_totals totals;
	struct rep_seen_list seen;	   /* for STATE and REASONS only */
	struct rep_given_up_list given_up; /* the same */
	struct rep_forecast_book *book;	   /* NULL: reasons were not asked for */
	const struct rep_told *told;	   /* for REASONS: what was said before; the store's */
	size_t told_n;
	struct rep_observation *obs, *recent; /* owned */
	struct rep_complaint *complaints;     /* owned */
	size_t small_together;		      /* small domains that are counted as one */
	size_t labels_together;		      /* own labels that are counted as one */
	const struct rep_cell_key *apart;     /* small hosts with a row of their own, by key */
	size_t apart_n;
	struct rep_reported_auth_until reports_until; /* a load function may change it */
	struct rep_reported_auth_loaded reported;
};

/* How much to do. */
enum rep_depth {
	REP_DEPTH_NUMBERS, /* which incidents there are */
	REP_DEPTH_TOLD,	   /* also evidence and causes, for storing; no window */
	REP_DEPTH_STATE,   /* the counts of the window and the states */
	REP_DEPTH_REASONS  /* evidence, causes, advice */
};

/*
 * Loads and judges. Incidents get their numbers. `now` is the session's now_s, else the newest
 * fact. The store, know and its names must exist as long as the set.
 */
enum rep_rc rep_verdicts_make(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, enum rep_depth depth, struct rep_verdict_set *set,
    struct rep_err *err) REP_NODISCARD;
/* Whether something is wrong: an open incident, or a cell most of whose mail fails. */
bool rep_verdicts_trouble(const struct rep_verdict_set *set);
void rep_verdicts_free(struct rep_verdict_set *set);

/*
 * The same, but the caller's `load` gets the observations. It sets in.now_s, in.obs,
 * in.hours_from_s and, if it wants, in.names. What it allocates for set->obs belongs to the set.
 */
typedef enum rep_rc (*rep_verdicts_load_fn)(
    void *ctx, struct rep_verdict_set *set, struct rep_err *err);
enum rep_rc rep_verdicts_make_of(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, enum rep_depth depth, rep_verdicts_load_fn load, void *ctx,
    struct rep_verdict_set *set, struct rep_err *err) REP_NODISCARD;

#endif
