/*
 * engine/delays.h -- how late accepted mail is at each provider, hour by hour, against its usual.
 *
 * One value of the store (the state "delays"): for each provider the last hour with enough mail, and for each of the last
 * 28 days the worst hour. The delay is that of the log, from the moment the message came in to its acceptance, so it
 * has greylisting and tries that were put off in it. Counts of facts do not have it, so it is taken from the facts
 * of each hour once that hour is over. An hour that is far above all days is not noted: what is wrong does not become
 * usual, unless it has been so for a week.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_DELAYS_H
#define REP_ENGINE_DELAYS_H

#include "base/arena.h"
#include "base/err.h"
#include "engine/day_most.h"

struct rep_store;

/*
 * Judgement, all of it; how often it is wrong in ordinary months is in doc/alerts.md. An hour has 50 messages or more. It
 * is late if its p50 or its p95 is three times that of the worst hour of any of the days known, seven or more, and
 * longer than people notice: a minute for half of the mail, ten minutes for a twentieth.
 */
enum {
	REP_DELAYS_DAYS = 28,
	REP_DELAYS_DAYS_LEAST = 7,
	/*
	 * The first that had an hour with enough mail; know has some 45. A new one takes the place of one that had no
	 * such hour in all the days; where there is none, it is left out and counted.
	 */
	REP_DELAYS_PROVIDERS = 64,
	REP_DELAYS_MESSAGES = 50,
	REP_DELAYS_TIMES = 3,
	REP_DELAYS_P50_S = 60,
	REP_DELAYS_P95_S = 600,
	REP_DELAYS_LASTS_S = 7 * 86400, /* late for so long is usual */
	REP_DELAYS_OLD_S = 6 * 3600,	/* after this time an hour says nothing of now */
	REP_DELAYS_HOURS = 24 /* so many are counted in one pass: the rest in later ones */
};

struct rep_delays_of {
	struct rep_str provider; /* an id of know */
	int64_t hour_s;		 /* the last hour that had enough mail */
	int64_t late_since_s;	 /* the first of the late hours up to it; 0: it is not late */
	uint64_t messages;
	int64_t p50_s, p95_s;
	struct rep_day_most days[REP_DELAYS_DAYS]; /* most: p50_s, p95_s */
	size_t days_n;
};

struct rep_delays {
	struct rep_arena *a;	 /* borrowed */
	int64_t done_s;		 /* all hours before it were counted; 0: none was */
	struct rep_delays_of *v; /* room for REP_DELAYS_PROVIDERS */
	size_t n;
	uint64_t left_out; /* hours of providers without a place, in this count; not stored */
};

/* Nothing is known when there is none, or it is damaged. */
enum rep_rc rep_delays_load(struct rep_store *store, struct rep_arena *a, struct rep_delays *out,
    struct rep_err *err) REP_NODISCARD;
/* Counts hours that are over since the last time. *changed: there were some. */
enum rep_rc rep_delays_count(struct rep_delays *d, struct rep_store *store, int64_t now_s,
    bool *changed, struct rep_err *err) REP_NODISCARD;
/* Needs a transaction. */
enum rep_rc rep_delays_save(
    const struct rep_delays *d, struct rep_store *store, struct rep_err *err) REP_NODISCARD;

/*
 * Pure. Notes one hour of a provider with so many messages; delays in seconds, which are sorted: of all of them, or of
 * every second, fourth ... one. Where there is no place for it, it is left out. False: out of memory.
 */
bool rep_delays_hour(struct rep_delays *d, struct rep_str provider, int64_t hour_s,
    uint64_t messages, double *delay_s, size_t n);
/* The worst of the days before that of the last hour. False: too few are known. */
bool rep_delays_usual(const struct rep_delays_of *x, int64_t *p50_s, int64_t *p95_s);

#endif
