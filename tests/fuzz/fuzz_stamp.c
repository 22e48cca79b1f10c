/*
 * tests/fuzz/fuzz_stamp.c -- time stamps of lines, one after the other.
 *
 * The first byte chooses a zone; the rest is lines. What is remembered of the line before must not
 * change the time of the next line.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <time.h>

#include "intake/stamp.h"

enum { NOW = 1793707200, DAY = 86400 }; /* 2026-11-03T12:00:00Z */

static const char *const zones[] = { "UTC", "Europe/Paris", "America/St_Johns",
	"Australia/Lord_Howe", "Pacific/Chatham" };

static void
choose(const char *name)
{
	static const char *current;

	if (current == name)
		return;
	setenv("TZ", name, 1);
	tzset();
	current = name;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str s = { (const char *)data, size };
	struct rep_stamper warm;

	if (size == 0)
		return 0;
	choose(zones[data[0] % REP_COUNT(zones)]);
	rep_stamper_init(&warm, 0, NOW);
	for (size_t i = 1, n; i <= s.n; i = n + 1) {
		struct rep_stamper cold;
		struct rep_str line;
		int64_t at[2] = { 0, 0 };
		size_t used[2] = { 0, 0 };
		enum rep_rc rc[2];
		struct rep_err err = { .msg = "" };

		n = rep_str_chr(s, '\n', i);
		n = n == SIZE_MAX ? s.n : n;
		line = rep_str_sub(s, i, n - i);
		rep_stamper_init(&cold, 0, NOW);
		cold.last_s = warm.last_s;
		rc[0] = rep_stamp_parse(&cold, line, &at[0], &used[0], &err);
		rc[1] = rep_stamp_parse(&warm, line, &at[1], &used[1], &err);
		MUST(rc[0] == rc[1]);
		if (rc[0] != REP_OK) {
			MUST(err.msg[0] != '\0');
			continue;
		}
		MUST(used[0] == used[1] && used[0] <= line.n);
		/* Only a minute at the limit of the allowed time may be split between two years. */
		MUST(at[0] == at[1] || (at[1] > NOW + DAY - 60 && at[1] < NOW + DAY + 120));
	}
	return 0;
}
