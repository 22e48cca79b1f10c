/*
 * unit/test_window.c -- times of maintenance.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config/window.h"
#include "base/time.h"
#include "tap.h"

static int64_t
at(const char *text)
{
	int64_t s = 0;

	if (rep_time_parse(rep_str_c(text), &s, NULL, NULL) != REP_OK)
		ok(false, "a time: %s", text);
	return s;
}

int
main(void)
{
	static const struct {
		const char *window, *now;
		bool holds;
	} rows[] = {
		{ "2026-12-01T22:00:00Z/2026-12-02T02:00:00Z", "2026-12-01T21:59:59Z", false },
		{ "2026-12-01T22:00:00Z/2026-12-02T02:00:00Z", "2026-12-01T22:00:00Z", true },
		{ "2026-12-01T22:00:00Z/2026-12-02T02:00:00Z", "2026-12-02T01:59:59Z", true },
		{ "2026-12-01T22:00:00Z/2026-12-02T02:00:00Z", "2026-12-02T02:00:00Z", false },
		{ "2026-12-01/2026-12-02", "2026-12-01T12:00:00Z", true },
		{ "sun 02:00-04:00", "2026-11-29T01:59:59Z", false }, /* a Sunday */
		{ "sun 02:00-04:00", "2026-11-29T02:00:00Z", true },
		{ "Sun 02:00-04:00", "2026-11-29T03:59:59Z", true },
		{ "sun 02:00-04:00", "2026-11-29T04:00:00Z", false },
		{ "sun 02:00-04:00", "2026-11-30T03:00:00Z", false },
		{ "sun 22:00-04:00", "2026-11-29T23:00:00Z", true },
		{ "sun 22:00-04:00", "2026-11-30T03:59:59Z", true }, /* the Monday after */
		{ "sun 22:00-04:00", "2026-11-30T04:00:00Z", false },
		{ "sun 22:00-04:00", "2026-11-29T03:00:00Z", false },
		{ "mon 00:00-24:00", "2026-11-30T23:59:59Z", true },
	};
	static const char *const wrong[] = { "", "sun", "sun 2:00-04:00", "sun 02:00-04:60",
		"sun 02:00-25:00", "sun 02:00-24:01", "day 02:00-04:00", "sun 02:00 04:00",
		"2026-12-01T22:00:00Z", "2026-12-02T02:00:00Z/2026-12-01T22:00:00Z", "/",
		"2026-12-01T22:00:00Z/" };
	struct rep_window w;

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		ok(rep_window_parse(rep_str_c(rows[i].window), &w) &&
			rep_window_holds(&w, at(rows[i].now)) == rows[i].holds,
		    "%s at %s: %s", rows[i].window, rows[i].now,
		    rows[i].holds ? "holds" : "does not hold");
	for (size_t i = 0; i < REP_COUNT(wrong); i++)
		ok(!rep_window_parse(rep_str_c(wrong[i]), &w), "no window: \"%s\"", wrong[i]);
	return done();
}
