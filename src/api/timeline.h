/*
 * api/timeline.h -- everything that happened on one axis: incidents, alerts, changes of DNS, lists, conditions, documents that
 * could not be read, and what persons noted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_TIMELINE_H
#define REP_API_TIMELINE_H

#include "api/cursor.h"
#include "api/param.h"
#include "api/world.h"

enum {
	REP_TIMELINE_PAGE = 100, /* Judgement: three screens */
	/* Judgement: events in a span that can be paged through, the newest; twice as many are sorted, some 7 MB. */
	REP_TIMELINE_EVENTS_MAX = 50000,
	REP_TIMELINE_DAYS = 30 /* when nobody says from when */
};

enum rep_timeline_group {
	REP_TIMELINE_INCIDENT = 0,
	REP_TIMELINE_ALERT,
	REP_TIMELINE_DNS,
	REP_TIMELINE_LIST,
	REP_TIMELINE_REPORT,
	REP_TIMELINE_NOTE,
	REP_TIMELINE_CONDITION,
	REP_TIMELINE_GROUPS
};

struct rep_timeline_ask {
	int64_t from_s, until_s; /* INT64_MIN: not asked */
	uint64_t kinds;		 /* a bit for each group; 0: all */
	uint64_t incident;	 /* 0: all; else only what belongs to it */
	struct rep_str subject, page;
	struct rep_cursor after; /* of page */
	bool later;		 /* than the first page */
};

enum rep_rc rep_timeline_parse(const struct rep_param *v, size_t n, struct rep_timeline_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs verdicts, of any depth. Documents in quarantine are read from the folder beside the database. */
enum rep_rc rep_timeline_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_timeline_ask *ask, struct rep_err *err) REP_NODISCARD;

#endif
