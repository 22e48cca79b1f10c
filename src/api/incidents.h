/*
 * api/incidents.h -- search of all incidents that are known: open ones and those that are over, with their returns.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_INCIDENTS_H
#define REP_API_INCIDENTS_H

#include "api/cursor.h"
#include "api/param.h"
#include "api/world.h"

enum {
	REP_INCIDENTS_PAGE = 50, /* Judgement: two screens */
	REP_INCIDENTS_WORDS = 8	 /* of q; more are an error */
};

enum rep_incidents_state { REP_INCIDENTS_ALL = 0, REP_INCIDENTS_OPEN, REP_INCIDENTS_OVER };

struct rep_incidents_ask {
	struct rep_str q, page;
	struct rep_str provider, source;	   /* as strips have them; n == 0: all */
	struct rep_str words[REP_INCIDENTS_WORDS]; /* of q; all must be found */
	size_t words_n;
	int state;		 /* enum rep_incidents_state */
	int64_t from_s, until_s; /* INT64_MIN: not asked */
	struct rep_cursor after; /* of page */
	bool later;		 /* than the first page */
};

enum rep_rc rep_incidents_parse(const struct rep_param *v, size_t n, struct rep_incidents_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs verdicts. Their causes are null without REP_DEPTH_TOLD or more. */
enum rep_rc rep_incidents_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_incidents_ask *ask, struct rep_err *err) REP_NODISCARD;

#endif
