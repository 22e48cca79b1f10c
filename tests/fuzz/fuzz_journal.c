/*
 * tests/fuzz/fuzz_journal.c -- a line of journalctl -o json.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "intake/journal.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_arena *a = rep_arena_new(1 << 20);
	struct rep_str s = { (const char *)data, size };
	struct rep_journal_entry e = { .at_s = -7 };
	struct rep_err err = { .msg = "" };

	MUST(a != NULL);
	if (rep_journal_parse(s, a, &e, &err) == REP_OK) {
		MUST(e.at_s >= 0 && e.at_s < INT64_MAX / 1000000);
		fuzz_touch(e.host);
		fuzz_touch(e.tag);
		fuzz_touch(e.message);
		MUST(rep_str_chr(e.tag, '[', 0) == SIZE_MAX);
	} else {
		MUST(e.at_s == -7 && err.msg[0] != '\0');
	}
	rep_arena_free(a);
	return 0;
}
