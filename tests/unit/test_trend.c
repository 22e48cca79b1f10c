/*
 * unit/test_trend.c -- attempts over time: which kind an attempt is, where it is counted, delays, and
 * what is better or worse.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/trend.h"

#include "tap.h"

enum { T = 1762128000, HOUR = 3600 }; /* 2025-11-03T00:00:00Z */

static void
test_kinds(void)
{
	static const struct {
		const char *name;
		uint8_t status, class;
		bool evidence;
		enum rep_trend_kind kind;
	} rows[] = {
		{ "sent", REP_STATUS_SENT, REP_CLASS_ACCEPTED, true, REP_TREND_ACCEPTED },
		{ "throttled", REP_STATUS_DEFERRED, REP_CLASS_THROTTLED, true, REP_TREND_SLOWED },
		{ "greylisted", REP_STATUS_DEFERRED, REP_CLASS_GREYLISTED, true, REP_TREND_SLOWED },
		{ "blocked with 4xx", REP_STATUS_DEFERRED, REP_CLASS_BLOCKED, true,
		    REP_TREND_SLOWED },
		{ "mailbox full", REP_STATUS_DEFERRED, REP_CLASS_MAILBOX, true, REP_TREND_OTHER },
		{ "blocked", REP_STATUS_BOUNCED, REP_CLASS_BLOCKED, true, REP_TREND_REFUSED },
		{ "unknown words", REP_STATUS_BOUNCED, REP_CLASS_UNKNOWN, true, REP_TREND_REFUSED },
		{ "no such user", REP_STATUS_BOUNCED, REP_CLASS_RECIPIENT, true, REP_TREND_OTHER },
		{ "waited too long", REP_STATUS_EXPIRED, REP_CLASS_THROTTLED, true,
		    REP_TREND_REFUSED },
		{ "nobody was asked", REP_STATUS_DEFERRED, REP_CLASS_NETWORK, false,
		    REP_TREND_OTHER },
		{ "a sample", REP_STATUS_NONE, REP_CLASS_BLOCKED, true, REP_TREND_KINDS },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_observation o = { .status = rows[i].status,
			.class = rows[i].class,
			.evidence = rows[i].evidence };

		is_int(rep_trend_of(&o), rows[i].kind, "kind: %s", rows[i].name);
	}
}

static struct rep_observation
some(int64_t at_s, uint32_t provider, uint8_t status, uint8_t class, uint32_t count)
{
	return (struct rep_observation){ .from_s = at_s - at_s % HOUR,
		.first_s = at_s,
		.last_s = at_s,
		.label = 1,
		.provider = provider,
		.status = status,
		.class = class,
		.evidence = true,
		.count = count };
}

static void
test_buckets(void)
{
	const bool second[] = { false, false, false, true };
	struct rep_trend_mail all = { .names_n = 4 }, one = { .provider = second, .names_n = 4 };
	struct rep_observation v[] = { some(T - 1, 2, REP_STATUS_SENT, REP_CLASS_ACCEPTED, 100),
		some(T, 2, REP_STATUS_SENT, REP_CLASS_ACCEPTED, 5),
		some(T + HOUR - 1, 3, REP_STATUS_BOUNCED, REP_CLASS_BLOCKED, 7),
		some(T + HOUR, 3, REP_STATUS_DEFERRED, REP_CLASS_THROTTLED, 9),
		some(T + 2 * HOUR, 2, REP_STATUS_SENT, REP_CLASS_ACCEPTED, 1000),
		some(T, 9, REP_STATUS_SENT, REP_CLASS_ACCEPTED, 3) };
	struct rep_trend_sum sums[2] = { 0 }, of_one[2] = { 0 };

	rep_trend_add(v, REP_COUNT(v), &all, T, HOUR, sums, 2);
	is_int((int64_t)sums[0].n[REP_TREND_ACCEPTED], 8,
	    "buckets: what was before or after is not in");
	is_int((int64_t)sums[0].n[REP_TREND_REFUSED], 7, "buckets: the last second of an hour");
	is_int((int64_t)sums[1].n[REP_TREND_SLOWED], 9, "buckets: the first second of the next");
	is_int(
	    (int64_t)rep_trend_attempts(&sums[1]), 9, "buckets: attempts are the sum of all kinds");
	rep_trend_add(v, REP_COUNT(v), &one, T, HOUR, of_one, 2);
	is_int((int64_t)rep_trend_attempts(&of_one[0]), 7, "buckets: of one provider alone");
}

static void
test_delays(void)
{
	struct rep_trend_delays d = { .all = 0 };
	double half, most;

	ok(rep_trend_delay(&d, 0.5) < 0, "delays: none is not zero");
	for (int i = 0; i < 90; i++)
		rep_trend_delay_add(&d, 2);
	for (int i = 0; i < 10; i++)
		rep_trend_delay_add(&d, 3600);
	half = rep_trend_delay(&d, 0.5);
	most = rep_trend_delay(&d, 0.95);
	ok(half >= 2 && half < 2.2, "delays: half within 2 s (%.2f)", half);
	ok(most >= 3600 && most < 3930, "delays: 95 %% within an hour (%.0f)", most);
	rep_trend_delay_add(&d, 0);
	rep_trend_delay_add(&d, 1e9);
	ok(rep_trend_delay(&d, 1) > 500000, "delays: longer than a week is a week or more");
}

static struct rep_trend_sum
sum_of(uint64_t accepted, uint64_t slowed, uint64_t refused)
{
	return (struct rep_trend_sum){ { accepted, slowed, refused, 0 } };
}

static void
test_compare(void)
{
	static const struct {
		const char *name;
		uint64_t now[3], then[3];
		enum rep_trend_change refused;
	} rows[] = {
		{ "ten in a hundred after none", { 90, 0, 10 }, { 100, 0, 0 }, REP_TREND_SAME },
		{ "as many, of a thousand", { 900, 0, 100 }, { 1000, 0, 0 }, REP_TREND_WORSE },
		{ "the other way round", { 1000, 0, 0 }, { 900, 0, 100 }, REP_TREND_BETTER },
		{ "49 attempts", { 0, 0, 49 }, { 1000, 0, 0 }, REP_TREND_TOO_LITTLE },
		{ "none before", { 0, 0, 1000 }, { 0, 0, 0 }, REP_TREND_TOO_LITTLE },
		{ "0.4 points of a million", { 996000, 0, 4000 }, { 1000000, 0, 0 },
		    REP_TREND_SAME },
		{ "0.6 points of a million", { 994000, 0, 6000 }, { 1000000, 0, 0 },
		    REP_TREND_WORSE },
		{ "all and all", { 0, 0, 500 }, { 0, 0, 500 }, REP_TREND_SAME },
	};
	struct rep_trend_delays quick = { .all = 0 }, slow = { .all = 0 };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_trend_sum now = sum_of(rows[i].now[0], rows[i].now[1], rows[i].now[2]),
				     then =
					 sum_of(rows[i].then[0], rows[i].then[1], rows[i].then[2]);

		is_int(rep_trend_compare(&now, &then, REP_TREND_REFUSED), rows[i].refused,
		    "compare: %s", rows[i].name);
	}
	for (int i = 0; i < 100; i++) {
		rep_trend_delay_add(&quick, 2);
		rep_trend_delay_add(&slow, 60);
	}
	is_int(rep_trend_compare_delays(&slow, &quick), REP_TREND_WORSE, "compare: slower");
	is_int(rep_trend_compare_delays(&quick, &slow), REP_TREND_BETTER, "compare: quicker");
	is_int(rep_trend_compare_delays(&quick, &quick), REP_TREND_SAME, "compare: as quick");
}

int
main(void)
{
	test_kinds();
	test_buckets();
	test_delays();
	test_compare();
	return done();
}
