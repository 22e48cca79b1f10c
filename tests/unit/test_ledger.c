/*
 * unit/test_ledger.c -- how much mail a trouble has cost, and how much stopping would have saved.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/ledger.h"
#include "story.h"

static bool
is_line(const struct rep_ledger_line *l, uint64_t bounced, uint64_t expired, uint64_t delayed,
    uint64_t waiting, uint64_t not_made)
{
	if (l->bounced == bounced && l->expired == expired && l->delayed == delayed &&
	    l->waiting == waiting && l->not_made == not_made)
		return true;
	printf("#  bounced %llu, expired %llu, delayed %llu, waiting %llu, not made %llu\n",
	    (unsigned long long)l->bounced, (unsigned long long)l->expired,
	    (unsigned long long)l->delayed, (unsigned long long)l->waiting,
	    (unsigned long long)l->not_made);
	return false;
}

/* Two stays with two streams, with mail deferred as well as bounced, and some that expired. */
static void
test_block(void)
{
	const struct rep_incident *i;
	struct rep_observation *o;
	struct rep_ledger l;
	struct story s;

	begin(&s);
	well(&s, 0, 48, "a", MS, "x/news", 50);
	refused(&s, 48, 50, "a", MS, "x/news", S3140, 40); /* the first stay: 80 */
	well(&s, 50, 100, "a", MS, "x/news", 50);
	refused(&s, 100, 103, "a", MS, "x/news", S3140, 30); /* the second: 90 and 15 */
	refused(&s, 101, 104, "a", MS, "x/reset", S3140, 5);
	refused(&s, 102, 103, "a", MS, "x/reset", S3140, 7);
	s.obs[s.n - 1].status = REP_STATUS_DEFERRED;
	o = said(&s, 110, "a", MS, "x/reset", REP_CLASS_BLOCKED, 2); /* of the deferred, 2 expire */
	o->status = REP_STATUS_EXPIRED;
	o->evidence = false;
	o = said(&s, 110, "a", MS, "x/reset", REP_CLASS_MAILBOX, 9); /* a full mailbox: no loss */
	judge(&s, 112);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	if (!ok(i != NULL && i->episodes_n == 2 && rep_ledger(&s.v, i, arena, &l),
		"block: a ledger"))
		return;
	ok(l.other_course && l.stays_n == 2, "block: of two stays");
	/*
	 * 90 + 15 bounced. Of these and the 7 deferred, the first was needed to notice the block.
	 */
	ok(is_line(&l.last.all, 105, 2, 7, 104, 111), "block: the last stay");
	ok(is_line(&l.stays.all, 185, 2, 7, 183, 190), "block: all stays");
	ok(l.last.streams_n == 2 && l.last.streams[0].stream == name(&s, "x/news") &&
		is_line(&l.last.streams[0], 90, 0, 0, 89, 89) &&
		is_line(&l.last.streams[1], 15, 2, 7, 15, 22),
	    "block: by stream, most lost first");
	ok(l.stays.streams_n == 2 && is_line(&l.stays.streams[0], 170, 0, 0, 168, 168),
	    "block: by stream, all stays");
	s.without = (const char *const[]){ "ledger" };
	judge(&s, 112);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && !rep_ledger(&s.v, i, arena, &l), "block: can be left out");
	end(&s);
}

/* Mail that would have waited for more than five days is lost in any case. */
static void
test_too_long(void)
{
	const struct rep_incident *i;
	struct rep_ledger l;
	struct story s;

	begin(&s);
	well(&s, 0, 48, "a", MS, "x/news", 50);
	refused(&s, 48, 49, "a", MS, "x/news", S3140, 40);
	refused(&s, 48 + 7 * 24, 49 + 7 * 24, "a", MS, "x/news", S3140, 25);
	judge(&s, 50 + 7 * 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && rep_ledger(&s.v, i, arena, &l) && i->episodes_n == 1 &&
		is_line(&l.last.all, 65, 0, 0, 25, 64),
	    "too long: only what is younger than five days would be waiting");
	end(&s);
}

static void
test_slowed(void)
{
	const struct rep_incident *i;
	struct rep_ledger l;
	struct story s;

	begin(&s);
	well(&s, 0, 48, "a", MS, "x/news", 50);
	refused(&s, 48, 52, "a", MS, "x/news", S775, 40);
	judge(&s, 52);
	i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
	ok(i != NULL && rep_ledger(&s.v, i, arena, &l) && !l.other_course &&
		is_line(&l.last.all, 0, 0, 160, 0, 0),
	    "slowed: delayed, and stopping is no other course");
	end(&s);
}

int
main(void)
{
	if (!story_open())
		return done();
	test_block();
	test_too_long();
	test_slowed();
	story_close();
	return done();
}
