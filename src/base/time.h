/*
 * base/time.h -- instants and civil time, without a clock.
 *
 * An instant is int64_t seconds since 1970-01-01T00:00:00Z ("at_s"). Pure, except for rep_zone,
 * which asks the C library for the local offset of a named zone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_TIME_H
#define REP_BASE_TIME_H

#include "base/err.h"

enum { REP_DAY_S = 86400 }; /* seconds in a day; leap seconds are not counted */

/* How long to wait after `failed` failures in a row (from 1): `first`, doubled each time, at most `most`. Any unit. */
int64_t rep_doubled(int64_t first, uint64_t failed, int64_t most);

enum { REP_TIME_TEXT = 32 }; /* room for any text made here and its NUL */

struct rep_civil {
	int year, month, day; /* month 1..12, day 1..31 */
	int hour, min, sec;   /* sec 0..60 */
};

/* Seconds since the epoch of a civil time in UTC. */
int64_t rep_time_from_civil(const struct rep_civil *c);
void rep_time_to_civil(int64_t at_s, struct rep_civil *c);

/* False when c is not a date and a time of day that exist. */
bool rep_civil_valid(const struct rep_civil *c);

/*
 * Reads RFC 3339 (with 'T', 't' or a blank between date and time; 'Z' or an offset). A fraction of
 * a second is skipped. `used` gets the bytes read, so that a log line can begin with a time. When
 * `used` is NULL, a date alone (2026-11-03) is read as its midnight.
 */
enum rep_rc rep_time_parse(
    struct rep_str s, int64_t *at_s, size_t *used, struct rep_err *err) REP_NODISCARD;

/* Writes "2026-11-03T06:42:11Z". */
const char *rep_time_text(int64_t at_s, char buf[REP_TIME_TEXT]);

/* Writes "45 s", "12 min", "3 h 20 min" or "9 days": for people, rounded down. */
const char *rep_time_span(int64_t span_s, char buf[REP_TIME_TEXT]);

/*
 * Reads a length of time as people and servers write it: "90s", "2 hours", "3.2 days", "1w"; in
 * seconds. False: it is none, or longer than ten years, and *length_s stays as it is.
 */
bool rep_time_length(struct rep_str s, int64_t *length_s);

/*
 * Local time in the zone of the process (TZ in the environment, which main sets from --timezone).
 * Turns civil local time into an instant. When clocks were put back, two instants are possible: the
 * later one is taken when it is nearer to `not_before`, else the earlier. The result for the last
 * minute is kept for the next call.
 */
struct rep_zone {
	int64_t minute; /* the local minute that the other fields are for */
	int64_t offset_s;
	int64_t again_s; /* when a local time happens twice: seconds from the first to the second */
	bool known, twofold;
};
int64_t rep_zone_instant(struct rep_zone *z, const struct rep_civil *local, int64_t not_before);

#endif
