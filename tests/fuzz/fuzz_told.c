/*
 * tests/fuzz/fuzz_told.c -- texts of verdicts, as a damaged database may return them.
 *
 * The input is two texts with a NUL between them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "judge/told.h"

static bool
within(struct rep_str v, struct rep_str s)
{
	return v.n == 0 || (v.p >= s.p && v.p + v.n <= s.p + s.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };
	size_t cut = rep_str_chr(s, '\0', 0);
	struct rep_str a = rep_str_sub(s, 0, cut),
		       b = rep_str_sub(s, cut == SIZE_MAX ? s.n : cut + 1, s.n);
	struct rep_told_change v[64];
	size_t n = rep_told_compare(a, b, v, REP_COUNT(v));

	MUST(rep_told_compare(a, a, v, 0) == 0);
	MUST(rep_told_compare(b, b, v, 0) == 0);
	MUST(rep_told_compare(a, b, v, REP_COUNT(v)) == n);
	for (size_t i = 0; i < n && i < REP_COUNT(v); i++) {
		MUST(within(v[i].before, a) && within(v[i].after, b));
		MUST(v[i].name.n > 0 && (within(v[i].name, a) || within(v[i].name, b)));
		MUST(!rep_str_eq(v[i].before, v[i].after));
	}
	return 0;
}
