/*
 * tests/fuzz/fuzz_log_line.c -- lines within what containers and collectors write around them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "intake/log_line.h"
#include "intake/prefix.h"

/* As for one long file; after some executions it begins another. */
static struct rep_log_splitter *
the_splitter(void)
{
	static struct rep_log_splitter split;
	static unsigned executions;
	struct rep_arena *mem = split.mem != NULL ? split.mem : rep_arena_new(4 << 20);

	MUST(mem != NULL);
	if (fuzz_anew(&executions)) {
		memset(&split, 0, sizeof split);
		split.mem = mem;
		rep_stamper_init(&split.stamp, 1793700000, 1793700000);
	}
	return &split;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_log_splitter *split = the_splitter();
	struct rep_str all = { (const char *)data, size };

	while (all.n > 0) {
		size_t nl = rep_str_chr(all, '\n', 0);
		struct rep_str line = rep_str_sub(all, 0, nl);
		struct rep_log_parts parts = { .at_s = 0 };
		struct rep_err err = { .msg = "" };

		MUST(rep_prefix_before(line) <= line.n && rep_prefix_after(line) <= line.n &&
		    rep_stamp_shape(line) <= line.n);
		if (rep_log_split(split, line, &parts, &err) == REP_OK) {
			fuzz_touch(parts.host);
			fuzz_touch(parts.tag);
			fuzz_touch(parts.message);
		} else {
			MUST(err.msg[0] != '\0' || line.n == 0);
		}
		all = rep_str_sub(all, nl == SIZE_MAX ? all.n : nl + 1, all.n);
	}
	return 0;
}
