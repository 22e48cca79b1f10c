/*
 * api/series.h -- how much was tried, accepted, slowed and refused over time, in columns as a picture needs them.
 *
 * By minute, hour or day, as the store keeps them (48 hours, 90 days, for ever), in buckets of UTC. An attempt is in exactly
 * one of accepted, slowed, refused and other (judge/trend.h). A bucket that the log does not cover, or that is no longer
 * kept, holds null: that is not the same as no mail.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_API_SERIES_H
#define REP_API_SERIES_H

#include "api/param.h"
#include "api/world.h"

enum {
	/* Judgement: more than any screen has pixels; 90 days of hours are 2,160. */
	REP_SERIES_BUCKETS_MAX = 2200,
	/* Judgement: more lines in one picture are not told apart. The others are one more. */
	REP_SERIES_MAX = 32,
	/* Delays are of single facts, which are walked through: a million in some 0.3 s. */
	REP_SERIES_DELAY_DAYS = 7
};

enum rep_series_group {
	REP_SERIES_NONE = 0,
	REP_SERIES_SOURCE,
	REP_SERIES_PROVIDER,
	REP_SERIES_CLASS,
	REP_SERIES_GROUPS
};

struct rep_series_ask {
	struct rep_param_list source;	/* addresses or labels */
	struct rep_param_list provider; /* ids; of a small host "other/DOMAIN" */
	struct rep_param_list class;
	int by;			 /* enum rep_level */
	int group;		 /* enum rep_series_group */
	int delays;		 /* 1: also delays */
	int64_t from_s, until_s; /* INT64_MIN: not asked */
};

enum rep_rc rep_series_parse(const struct rep_param *v, size_t n, struct rep_series_ask *ask,
    struct rep_err *err) REP_NODISCARD;
/* Needs no verdicts. REP_ENOTFOUND: no mail was read of such a source or provider. */
enum rep_rc rep_series_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_series_ask *ask, struct rep_err *err) REP_NODISCARD;

#endif
