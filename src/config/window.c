/* SPDX-License-Identifier: Apache-2.0 */
#include "config/window.h"
#include "base/time.h"

enum { WEEK_S = 7 * REP_DAY_S };

/* "02:00", up to "24:00". */
static bool
clock_of(struct rep_str s, int64_t *out_s)
{
	uint64_t hour, min;

	if (s.n != 5 || s.p[2] != ':' || !rep_str_u64(rep_str_sub(s, 0, 2), 24, &hour) ||
	    !rep_str_u64(rep_str_sub(s, 3, 2), 59, &min) || (hour == 24 && min > 0))
		return false;
	*out_s = (int64_t)(hour * 3600 + min * 60);
	return true;
}

/* "sun 02:00-04:00" */
static bool
weekly(struct rep_str s, struct rep_window *out)
{
	static const char *const days[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
	int64_t from_s, until_s, day = 0;

	while (day < 7 && !rep_str_starts_nocase(s, rep_str_c(days[day])))
		day++;
	if (day == 7 || s.n != 15 || s.p[3] != ' ' || s.p[9] != '-' ||
	    !clock_of(rep_str_sub(s, 4, 5), &from_s) || !clock_of(rep_str_sub(s, 10, 5), &until_s))
		return false;
	*out = (struct rep_window){ .weekly = true,
		.from_s = day * REP_DAY_S + from_s,
		.until_s = day * REP_DAY_S + until_s + (until_s <= from_s ? REP_DAY_S : 0) };
	return true;
}

bool
rep_window_parse(struct rep_str s, struct rep_window *out)
{
	size_t slash = rep_str_chr(s, '/', 0);
	struct rep_window w = { .weekly = false };

	if (slash == SIZE_MAX)
		return weekly(s, out);
	if (rep_time_parse(rep_str_sub(s, 0, slash), &w.from_s, NULL, NULL) != REP_OK ||
	    rep_time_parse(rep_str_sub(s, slash + 1, s.n), &w.until_s, NULL, NULL) != REP_OK ||
	    w.until_s <= w.from_s)
		return false;
	*out = w;
	return true;
}

bool
rep_window_holds(const struct rep_window *w, int64_t now_s)
{
	int64_t at_s;

	if (!w->weekly)
		return now_s >= w->from_s && now_s < w->until_s;
	/* 1970 began on a Thursday. */
	at_s = (now_s + 3 * REP_DAY_S) % WEEK_S;
	return (at_s >= w->from_s && at_s < w->until_s) ||
	    (at_s + WEEK_S >= w->from_s && at_s + WEEK_S < w->until_s);
}

bool
rep_config_maintenance(const struct rep_config *cfg, int64_t now_s)
{
	struct rep_window w;

	for (size_t i = 0; i < cfg->maintenance.n; i++)
		if (rep_window_parse(cfg->maintenance.v[i], &w) && rep_window_holds(&w, now_s))
			return true;
	return false;
}
