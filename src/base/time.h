/*
 * base/time.h -- instants and civil time, without a clock.
 *
 * An instant is int64_t seconds since 1970-01-01T00:00:00Z ("at_s"). Pure except
 * rep_zone, which asks the C library for the local offset of a named zone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_BASE_TIME_H
#define REP_BASE_TIME_H

#include "base/err.h"

enum { REP_DAY_S = 86400 }; /* seconds in a day; UTC has no leap seconds here */

enum { REP_TIME_TEXT = 32 }; /* room for any text made here, with its NUL */

struct rep_civil {
	int year, month, day; /* month 1..12, day 1..31 */
	int hour, min, sec;   /* sec 0..60 */
};

/* Seconds since the epoch of a civil time read as UTC. */
int64_t rep_time_from_civil(const struct rep_civil *c);
void rep_time_to_civil(int64_t at_s, struct rep_civil *c);

/* Days in a month; false when the civil time is no date or no time of day. */
bool rep_civil_valid(const struct rep_civil *c);

/*
 * RFC 3339 (with 'T', 't' or a blank between; fraction skipped; 'Z' or an offset).
 * `used` gets the bytes read, so that a log line can begin with it. A bare date
 * (2026-11-03) is read as its midnight when `used` is NULL.
 */
enum rep_rc rep_time_parse(
    struct rep_str s, int64_t *at_s, size_t *used, struct rep_err *err) REP_NODISCARD;

/* "2026-11-03T06:42:11Z" */
const char *rep_time_text(int64_t at_s, char buf[REP_TIME_TEXT]);

/* "45 s", "12 min", "3 h 20 min", "9 days": for people, rounded down. */
const char *rep_time_span(int64_t span_s, char buf[REP_TIME_TEXT]);

/*
 * Local time of the process's zone (the environment's TZ, set by main from
 * --timezone). Civil local time to an instant; of two possible instants (clocks were
 * put back, by an hour or by half of one) the later when `not_before` lies nearer to
 * it, else the earlier. Caches what it found out for the minute it worked on.
 */
struct rep_zone {
	int64_t minute; /* local minute that the rest is for */
	int64_t offset_s;
	int64_t again_s; /* twofold: so much later it is the same local time again */
	bool known, twofold;
};
int64_t rep_zone_instant(struct rep_zone *z, const struct rep_civil *local, int64_t not_before);

#endif
