/*
 * judge/forecast.h -- what followed before: the chance of a block, or of a return.
 *
 * It knows only your own history, so it says how little that is: each chance has an interval and
 * the number of cases that it rests on. With fewer cases than a stated minimum it says nothing. It
 * only counts: that something happened before does not say why.
 *
 * A case is a moment at which trouble began (throttling) or ended (an unblock) at a provider, over
 * all own sources. Those within a day of one another are one case, because they are not
 * independent. A case whose time is not over yet (unblocked two days ago) counts for the time that
 * has passed and no more (Kaplan and Meier 1958, with the variance of Peto et al. 1977). Intervals
 * are Jeffreys' intervals for a share, at 90 %. tests/unit/test_forecast.c measures how often they
 * hold.
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
	REP_FORECAST_MIN_GAPS = 2 /* for the time of the next return */
};

enum rep_forecast_of { REP_FORECAST_OF_BLOCK = 0, REP_FORECAST_OF_RETURN };

struct rep_forecast {
	enum rep_forecast_of of;
	double chance, low, high; /* low to high: the 90 % interval */
	int64_t horizon_s;	  /* block: from the throttling; return: from now, or the unblock */
	uint32_t rests_on;	  /* cases */
	uint32_t happened;	  /* of these, how many happened within the horizon */
	bool all_providers;	  /* this provider alone has too few cases */
	bool when;		  /* the fields below are known */
	int64_t next_s, next_low_s, next_high_s; /* from the unblock: median and range of gaps */
	uint32_t gaps;
};

struct rep_forecast_book; /* all known cases; in the arena */

/* REP_ELIMIT when the arena is too small. */
enum rep_rc rep_forecast_book(const struct rep_verdicts *v, struct rep_arena *a,
    struct rep_forecast_book **out, struct rep_err *err) REP_NODISCARD;

/* False: nothing is said (too little history, or another kind of trouble). */
bool rep_forecast(
    struct rep_forecast_book *b, const struct rep_incident *i, struct rep_forecast *out);

/* --- the arithmetic, for tests --------------------------------------------------------------- */

/* Jeffreys' 90 % interval for a share: k of n. They need not be whole numbers. */
void rep_jeffreys(double k, double n, double *low, double *high);

/* One case: how long it was observed, and whether the event happened in that time. */
struct rep_case {
	uint32_t provider;
	int64_t at_s; /* when it began */
	int64_t time_s;
	bool happened;
};

/*
 * The share of cases in which the event happened by `horizon_s`, among those in which it had not
 * happened by `elapsed_s`. effective_n: how many fully observed cases that is worth. False if no
 * case was observed for that long. Sorts v.
 */
bool rep_kaplan_meier(struct rep_case *v, size_t n, int64_t elapsed_s, int64_t horizon_s,
    double *share, double *effective_n);

#endif
