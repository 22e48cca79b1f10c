/*
 * tests/fuzz/fuzz_log_line.c -- lines within what containers and collectors write around them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "intake/log_line.h"
#include "intake/prefix.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_log_splitter split = { .mem = rep_arena_new(4 << 20) };
	struct rep_str all = { (const char *)data, size };

	MUST(split.mem != NULL);
	rep_stamper_init(&split.stamp, 1793700000, 1793700000);
	while (all.n > 0) {
		size_t nl = rep_str_chr(all, '\n', 0);
		struct rep_str line = rep_str_sub(all, 0, nl);
		struct rep_log_parts parts = { .at_s = 0 };
		struct rep_err err = { .msg = "" };

		MUST(rep_prefix_before(line) <= line.n && rep_prefix_after(line) <= line.n &&
		    rep_stamp_shape(line) <= line.n);
		if (rep_log_split(&split, line, &parts, &err) == REP_OK) {
			fuzz_touch(parts.host);
			fuzz_touch(parts.tag);
			fuzz_touch(parts.message);
		} else {
			MUST(err.msg[0] != '\0' || line.n == 0);
		}
		all = rep_str_sub(all, nl == SIZE_MAX ? all.n : nl + 1, all.n);
	}
	rep_arena_free(split.mem);
	return 0;
}
