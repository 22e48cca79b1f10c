/*
 * tests/fuzz/fuzz_main_cf.c -- a change of main.cf or master.cf, and the change back.
 *
 * The input is the file as it was found and, behind a NUL, lines that a person adds afterwards. Without those every byte
 * must come back; with them, every byte and they. Of a file that a person has written anew, what comes back is no longer
 * than both. The first byte chooses main.cf, or the option of a service of master.cf.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "steer/main_cf.h"

static const struct rep_cf_change changes[] = {
	{ { "", 0 }, { "", 0 }, { "transport_maps", 14 }, { "hash:/r/hold", 12 } },
	{ { "smtp", 4 }, { "unix", 4 }, { "filter", 6 }, { "regexp:/r/softened", 18 } },
};

static void
undo(struct rep_str before, struct rep_str after, struct rep_str now, const struct rep_cf_change *c,
    struct rep_buf *out)
{
	struct rep_cf_texts t = { before, after, now };

	rep_buf_clear(out);
	(void)rep_cf_undo(&t, c, 1, out);
	MUST(!out->full && out->n <= now.n + before.n + 1); /* 1: a line end that was missing */
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str all = { (const char *)data + 1, size - 1 }, before, added, after;
	struct rep_buf set, now, out;
	const struct rep_cf_change *c;
	size_t nul, rest;

	if (size == 0)
		return 0;
	c = &changes[data[0] % 2];
	nul = rep_str_chr(all, '\0', 0);
	before = rep_str_sub(all, 0, nul);
	added = nul == SIZE_MAX ? rep_str_sub(all, all.n, 0) : rep_str_sub(all, nul + 1, all.n);
	rep_buf_init(&set, SIZE_MAX);
	rep_buf_init(&now, SIZE_MAX);
	rep_buf_init(&out, SIZE_MAX);

	/* what a person wrote instead of it */
	undo(before, before, added, c, &out);
	undo(before, added, before, c, &out);
	if (c->service.n == 0) {
		rep_cf_set(before, c, c->part, &set);
		after = rep_buf_str(&set);
		undo(before, after, after, c, &out);
		MUST(rep_str_eq(rep_buf_str(&out), before));
		/* a line of another parameter behind it, which does not continue ours */
		rep_buf_add(&now, after);
		if (after.p[after.n - 1] != '\n')
			rep_buf_addc(&now, '\n');
		rest = now.n;
		rep_buf_add(&now, REP_S("other = "));
		for (size_t i = 0; i < added.n && added.p[i] != '\n'; i++)
			rep_buf_addc(&now, added.p[i]);
		rep_buf_addc(&now, '\n');
		undo(before, after, rep_buf_str(&now), c, &out);
		rep_buf_clear(&set);
		rep_buf_add(&set, before);
		if (before.n > 0 && before.p[before.n - 1] != '\n')
			rep_buf_addc(&set, '\n');
		rep_buf_add(&set, rep_str_sub(rep_buf_str(&now), rest, now.n));
		MUST(rep_str_eq(rep_buf_str(&out), rep_buf_str(&set)));
	}
	rep_buf_fini(&out);
	rep_buf_fini(&now);
	rep_buf_fini(&set);
	return 0;
}
