/*
 * config/window.h -- a time of maintenance: one stretch of time, or one of each week.
 *
 *	2026-12-01T22:00:00Z/2026-12-02T02:00:00Z
 *	"sun 02:00-04:00"
 *
 * All times are UTC. A weekly one that ends at or before its beginning ends on the day after. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef REP_CONFIG_WINDOW_H
#define REP_CONFIG_WINDOW_H

#include "config/settings.h"

struct rep_window {
	bool weekly;
	int64_t from_s,
	    until_s; /* of a weekly one: seconds after Monday 00:00, until_s behind from_s */
};

/* False: it is none. */
bool rep_window_parse(struct rep_str s, struct rep_window *out);
bool rep_window_holds(const struct rep_window *w, int64_t now_s);

/* Whether any of the configuration holds. */
bool rep_config_maintenance(const struct rep_config *cfg, int64_t now_s);

#endif
