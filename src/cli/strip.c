/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/strip.h"

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

uint64_t
rep_strip_most(const uint64_t *v, size_t n)
{
	uint64_t most = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i] != REP_STRIP_UNKNOWN && v[i] > most)
			most = v[i];
	return most;
}
