/*
 * api/bounces.h -- unknown recipients by stream, against the limit of own conduct.
 *
 * Whole days of UTC up to now, as the store keeps them for ever. A stream with few attempts has a share, but no state: chance
 * alone could put it over the limit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_BOUNCES_H
#define REP_API_BOUNCES_H

#include "api/param.h"
#include "api/world.h"

enum {
	REP_BOUNCES_DAYS = 30, /* when nobody says how many */
	/* Judgement: who looks back further looks at a trend. */
	REP_BOUNCES_DAYS_MAX = 365,
	/* Judgement: more than anybody reads; the worst come first. */
	REP_BOUNCES_ROWS_MAX = 200
};

struct rep_bounces_ask {
	uint64_t days;
};

enum rep_rc rep_bounces_parse(const struct rep_param *v, size_t n, struct rep_bounces_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs no verdicts. */
enum rep_rc rep_bounces_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_bounces_ask *ask, struct rep_err *err) REP_NODISCARD;

#endif
