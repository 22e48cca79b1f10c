/*
 * audit/limit.h -- how often a list may be asked: queries in a second and in a day, over all runs.
 *
 * Pure: the caller passes the clock in milliseconds. The state is read and written as text, and the
 * caller keeps it in a file (engine/usage.c). The compiled-in maxima are in know/lists.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_AUDIT_LIMIT_H
#define REP_AUDIT_LIMIT_H

#include "base/arena.h"
#include "base/buf.h"

enum { REP_LIMIT_ZONES = 256 };

struct rep_limit_zone {
	struct rep_str zone;
	int64_t day;	 /* days since 1970 */
	uint64_t count;	 /* queries on that day */
	int64_t last_ms; /* time of the last one */
};

struct rep_limits {
	struct rep_arena *a; /* borrowed; names of zones live there */
	struct rep_limit_zone v[REP_LIMIT_ZONES];
	size_t n, last; /* last: where the last zone was found, because lists take turns */
	bool changed;
};

enum rep_limit_word { REP_LIMIT_GO = 0, REP_LIMIT_WAIT, REP_LIMIT_DAY };

/* Reads what rep_limits_write wrote. For a line that cannot be read, the day counts as used up. */
void rep_limits_read(struct rep_limits *l, struct rep_str text);
void rep_limits_write(const struct rep_limits *l, struct rep_buf *out);

/* May the zone be asked now? GO: yes, it is counted. WAIT: at *until_ms. DAY: not today. */
enum rep_limit_word rep_limit_take(struct rep_limits *l, struct rep_str zone, unsigned rate,
    unsigned daily, int64_t now_ms, int64_t *until_ms);

#endif
