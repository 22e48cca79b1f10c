/*
 * engine/trend.h -- the last 24 hours and 28 days of some mail, beside the same hours a week before.
 *
 * Made from a verdict set (hours and days of the store) and, for delays, from the single facts of
 * the hours that are shown and compared. Facts are kept for 90 days, and not at all with
 * --rollups-only: then there are no delays. Never writes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_ENGINE_TREND_H
#define REP_ENGINE_TREND_H

#include "engine/verdicts.h"
#include "judge/trend.h"

enum rep_trend_about {
	REP_TREND_ALL = 0,
	REP_TREND_PROVIDER,
	REP_TREND_SOURCE,
	REP_TREND_ROUTE,
	REP_TREND_STREAM,
	REP_TREND_HOST,
	REP_TREND_ABOUTS
};
const char *rep_trend_about_word(enum rep_trend_about a); /* "all", "provider" */

/* What a word means. In the arena of the set. */
struct rep_trend_subject {
	enum rep_trend_about about;
	struct rep_str name; /* as stored; several are joined by ", "; n == 0: all mail */
	struct rep_trend_mail mail;
};

/*
 * Finds the mail that a person means by a word: a provider by its id, the first part of it
 * ("microsoft") or a mail domain there ("hotmail.com", "hotmail"); a source by its address or
 * label; a relay; a stream; a small host by its domain. The first kind in this order that some mail
 * belongs to. n == 0: all mail. REP_ENOTFOUND, with the nearest name in the sentence when there is
 * one: nothing that was read is called that.
 */
enum rep_rc rep_trend_find(const struct rep_verdict_set *set, struct rep_str word,
    struct rep_trend_subject *out, struct rep_err *err) REP_NODISCARD;

struct rep_trend {
	/* The last hour is the one of now, and has only just begun. Days and hours are UTC. */
	int64_t hours_from_s, days_from_s;
	struct rep_trend_sum hours[REP_TREND_HOURS], days[REP_TREND_DAYS];
	struct rep_trend_delays delays[REP_TREND_HOURS];
	/* The whole hours among the 24, and the same ones a week before. */
	int64_t from_s, until_s;
	struct rep_trend_sum now, then;
	struct rep_trend_delays delays_now, delays_then;
	bool too_young; /* the log begins after the hours of a week before did */
	enum rep_trend_change slowed, refused, delay;
};

/* Whether the log that was read covers any of [from_s, from_s + step_s). */
bool rep_trend_known(const struct rep_verdict_set *set, int64_t from_s, int64_t step_s);

/*
 * Calls fn for each observation that a row of `status` counts: of the window (recent), or all there are. A row of small hosts
 * is without those that have a row of their own. Of a set with a window (REP_DEPTH_STATE or more).
 */
typedef void (*rep_trend_row_fn)(void *ctx, const struct rep_observation *o);
void rep_trend_row(const struct rep_verdict_set *set, const struct rep_cell *c, bool recent,
    rep_trend_row_fn fn, void *ctx);

/*
 * The last 24 hours of a row of `status`, up to now: [0] is the oldest hour, and the sum of all is
 * what the row counts. Of a set with a window (REP_DEPTH_STATE or more).
 */
void rep_trend_day(const struct rep_verdict_set *set, const struct rep_cell *c,
    struct rep_trend_sum hours[REP_TREND_HOURS]);

/* Only counts (a row of a table); rep_trend_make also reads the delays. */
void rep_trend_count(
    const struct rep_verdict_set *set, const struct rep_trend_mail *mail, struct rep_trend *out);
enum rep_rc rep_trend_make(struct rep_store *store, const struct rep_verdict_set *set,
    const struct rep_trend_mail *mail, struct rep_trend *out, struct rep_err *err) REP_NODISCARD;

#endif
