/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/strip.h"
#include "cli/out.h"
#include "cli/picture.h"

#include <stdlib.h>

enum { LEVELS = 8 };

bool
rep_strip_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	struct rep_str v = { "", 0 };

	for (size_t i = 0; i < REP_COUNT(names) && v.n == 0; i++)
		v = rep_str_c(getenv(names[i]));
	return rep_str_find_nocase(v, REP_S("utf-8"), 0) != SIZE_MAX ||
	    rep_str_find_nocase(v, REP_S("utf8"), 0) != SIZE_MAX;
}

/* 0 for nothing, else 1 to LEVELS. */
static size_t
level(uint64_t v, uint64_t most)
{
	size_t l;

	if (v == 0 || most == 0)
		return 0;
	l = (size_t)((double)v / (double)most * LEVELS + 0.5);
	return l < 1 ? 1 : l > LEVELS ? LEVELS : l;
}

void
rep_strip(struct rep_buf *b, const uint64_t *v, size_t n, uint64_t most, size_t wide)
{
	/* U+00B7, and U+2581 to U+2588 */
	static const char *const blocks[] = { "\u00b7", "\u2581", "\u2582", "\u2583", "\u2584",
		"\u2585", "\u2586", "\u2587", "\u2588" };
	static const char *const ascii[] = { ".", "_", "-", "~", "=", "+", "*", "#", "@" };
	const char *const *shapes = rep_strip_utf8() ? blocks : ascii;

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < wide; k++)
			rep_buf_add(b,
			    v[i] == REP_STRIP_UNKNOWN ? REP_S(" ")
						      : rep_str_c(shapes[level(v[i], most)]));
}

void
rep_strip_day(struct rep_buf *b, const struct rep_verdict_set *set, const struct rep_cell *c)
{
	enum { HOUR = 3600 };
	struct rep_trend_sum hours[REP_TREND_HOURS];
	uint64_t taken[REP_TREND_HOURS], tried[REP_TREND_HOURS];
	bool known[REP_TREND_HOURS];

	rep_trend_day(set, c, hours);
	for (size_t i = 0; i < REP_TREND_HOURS; i++) {
		int64_t from_s = set->in.now_s - (int64_t)(REP_TREND_HOURS - i) * HOUR;

		known[i] = rep_trend_known(set, from_s, HOUR);
		taken[i] = known[i] ? hours[i].n[REP_TREND_ACCEPTED] : REP_STRIP_UNKNOWN;
		tried[i] = known[i] ? rep_trend_attempts(&hours[i]) : REP_STRIP_UNKNOWN;
	}
	if (rep_out_structured()) {
		rep_picture_day(b, hours, known);
		return;
	}
	rep_strip(b, taken, REP_TREND_HOURS, rep_strip_most(tried, REP_TREND_HOURS), 1);
}

uint64_t
rep_strip_most(const uint64_t *v, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i] != REP_STRIP_UNKNOWN && v[i] > most)
			most = v[i];
	return most;
}
