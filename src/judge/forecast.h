/*
 * judge/forecast.h -- what came of it before: the chance of a block, or of a return.
 *
 * Own history is all there is to go by, so it says how little that is: each chance has an
 * interval, and the number of cases it rests on; with fewer than a stated minimum nothing is
 * said. It is counted, not explained: that it happened before does not say why.
 *
 * A case is a time that trouble began (throttling) or ended (an unblock) at a provider, for
 * all own sources; those within a day of one another are one case, for they are not apart.
 * What has not had its time yet (unblocked two days ago) counts for the time it had and no
 * more (Kaplan and Meier 1958, with the variance of Peto et al. 1977). Intervals are Jeffreys'
 * for a share, of nine in ten; tests/unit/test_forecast.c measures how often they hold.
 *
 * Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_JUDGE_FORECAST_H
#define REP_JUDGE_FORECAST_H

#include "base/time.h"
#include "judge/verdict.h"

enum {
	REP_FORECAST_BLOCK_S = REP_DAY_S,	/* after throttling: a block within a day */
	REP_FORECAST_RETURN_S = 30 * REP_DAY_S, /* after an unblock: a return within a month */
	REP_FORECAST_MIN_THROTTLES = 4,		/* fewer cases: silent */
	REP_FORECAST_MIN_UNBLOCKS = 3,
	REP_FORECAST_MIN_GAPS = 2 /* for the time of the next */
};

enum rep_forecast_of { REP_FORECAST_OF_BLOCK = 0, REP_FORECAST_OF_RETURN };

struct rep_forecast {
	enum rep_forecast_of of;
	double chance, low, high; /* low to high: nine in ten */
	int64_t horizon_s;  /* from the beginning of the throttling; from now, or the unblock */
	uint32_t rests_on;  /* cases */
	uint32_t happened;  /* among them, within the horizon */
	bool all_providers; /* this provider alone has too few */
	bool when;	    /* the rest is known */
	int64_t next_s, next_low_s, next_high_s; /* from the unblock: median and range of gaps */
	uint32_t gaps;
};

struct rep_forecast_book; /* all cases there are; in the arena */

/* REP_ELIMIT when the arena is too small. */
enum rep_rc rep_forecast_book(const struct rep_verdicts *v, struct rep_arena *a,
    struct rep_forecast_book **out, struct rep_err *err) REP_NODISCARD;

/* False: nothing is said (too little history, or a trouble of another kind). */
bool rep_forecast(
    struct rep_forecast_book *b, const struct rep_incident *i, struct rep_forecast *out);

/* --- the arithmetic, for tests --------------------------------------------------------------- */

/* Jeffreys' interval of nine in ten for a share: k of n, which need not be whole. */
void rep_jeffreys(double k, double n, double *low, double *high);

/* One case: how long it was looked at, and whether it happened then. */
struct rep_case {
	uint32_t provider;
	int64_t at_s; /* when it began */
	int64_t time_s;
	bool happened;
};

/*
 * The share of cases in which it happened by `horizon_s`, of those in which it had not by
 * `elapsed_s`. effective_n: of how many that is worth. False when no case was looked at for so long.
 * The cases are sorted anew.
 */
bool rep_kaplan_meier(struct rep_case *v, size_t n, int64_t elapsed_s, int64_t horizon_s,
    double *share, double *effective_n);

#endif
