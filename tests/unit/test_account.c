/*
 * unit/test_account.c -- a login that jumps, where it is known only what it had before at most.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "story.h"

static struct rep_handed_hour daily[30], jumped[2];

/* An hour of `peak` before a block. before: its busiest hour until then; at_most: that is a limit. */
static void
block_after(struct story *s, uint32_t peak, uint32_t before, bool at_most)
{
	begin(s);
	source(s, "a", "203.0.113.10");
	well(s, 0, MONTH, "a", MS, "shop.example/people", 20);
	refused(s, MONTH, MONTH + 12, "a", MS, "shop.example/people", S3140, 20);
	for (unsigned d = 0; d < 30; d++)
		daily[d] = (struct rep_handed_hour){ .from_s = at(d * 24), .n = 3 };
	/* What is known as a limit comes from the hour before it had a place: within the window. */
	jumped[0] = (struct rep_handed_hour){
		.from_s = at(at_most ? MONTH - 4 : MONTH - 100), .n = before, .at_most = at_most
	};
	jumped[1] = (struct rep_handed_hour){ .from_s = at(MONTH - 3), .n = peak };
	s->handed[s->handed_n++] = (struct rep_handed){ REP_S("a"), REP_S("login jo"), daily, 30 };
	s->handed[s->handed_n++] = (struct rep_handed){ REP_S("a"), REP_S("login eve"), jumped, 2 };
	judge(s, MONTH + 12);
}

static void
test_at_most(void)
{
	static const struct {
		uint32_t peak, before;
		bool at_most, named;
	} rows[] = { { 60, 4, true, true }, { 19, 3, true, false }, { 60, 15, true, false },
		{ 60, 4, false, true }, { 60, 15, false, false } };

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;
		const struct rep_account *x;

		block_after(&s, rows[r].peak, rows[r].before, rows[r].at_most);
		x = s.v.accounts_n > 0 ? &s.v.accounts[0] : NULL;
		ok((x != NULL) == rows[r].named, "account: row %zu: named or not", r);
		ok(x == NULL ||
			(!x->fresh && x->before == rows[r].before && x->sum == rows[r].peak &&
			    x->at_most == rows[r].at_most),
		    "account: row %zu: not new, and the limit is no mail", r);
		end(&s);
	}
}

int
main(void)
{
	if (!story_open())
		return done();
	test_at_most();
	story_close();
	return done();
}
