/*
 * tests/fuzz/fuzz_usual.c -- the short way for the usual line finds what the plain way finds.
 *
 * Two splitters get the same lines, one of them without the short way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "intake/log_line.h"

enum { NOW = 1793700000 };

static void
begin(struct rep_log_splitter *split)
{
	struct rep_arena *mem = split->mem != NULL ? split->mem : rep_arena_new(4 << 20);

	MUST(mem != NULL);
	memset(split, 0, sizeof *split);
	split->mem = mem;
	split->file_s = NOW;
	rep_stamper_init(&split->stamp, NOW, NOW);
}

static void
same_line(struct rep_log_splitter *quick, struct rep_log_splitter *plain, struct rep_str line)
{
	const struct rep_str none = { "", 0 };
	struct rep_log_parts a = { .host = none, .tag = none, .message = none, .pid = none }, b = a;
	struct rep_err err;

	if (line.n == 0)
		return;
	if (rep_log_split_plainly(plain, line, &b, &err) != REP_OK) {
		MUST(rep_log_split(quick, line, &a, &err) != REP_OK);
		return;
	}
	MUST(rep_log_split(quick, line, &a, &err) == REP_OK);
	MUST(a.at_s == b.at_s && a.timeless == b.timeless);
	MUST(rep_str_eq(a.host, b.host) && rep_str_eq(a.tag, b.tag) && rep_str_eq(a.pid, b.pid) &&
	    rep_str_eq(a.message, b.message));
	MUST(a.of->format == b.of->format && a.of->says.daemon == b.of->says.daemon &&
	    rep_str_eq(a.of->says.name, b.of->says.name));
	MUST(quick->stamped == plain->stamped && quick->exim_s == plain->exim_s &&
	    quick->stamp.zoned == plain->stamp.zoned && quick->stamp.last_s == plain->stamp.last_s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_log_splitter quick, plain;
	static unsigned executions;
	struct rep_str all = { (const char *)data, size };

	if (fuzz_anew(&executions)) {
		begin(&quick);
		begin(&plain);
	}
	while (all.n > 0) {
		size_t nl = rep_str_chr(all, '\n', 0);

		same_line(&quick, &plain, rep_str_sub(all, 0, nl));
		all = rep_str_sub(all, nl == SIZE_MAX ? all.n : nl + 1, all.n);
	}
	return 0;
}
