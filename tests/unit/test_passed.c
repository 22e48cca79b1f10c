/*
 * unit/test_passed.c -- mail that a source only passes on: a rise of it is not the sender's own volume.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/passed.h"
#include "story.h"

/*
 * A month of own mail and of forwarded mail. Then, for some hours, six times as much of one of them, and
 * the provider slows it.
 */
static const struct rep_incident *
rise_of(struct story *s, const char *stream, uint32_t times)
{
	begin(s);
	source(s, "a", "203.0.113.10");
	well(s, 0, MONTH, "a", MS, "shop.example/news", 20);
	well(s, 0, MONTH, "a", MS, "shop.example/srs", 20);
	well(s, MONTH, MONTH + 6, "a", MS, "shop.example/news", 10);
	for (unsigned h = MONTH; h < MONTH + 6; h++)
		said(s, h, "a", MS, stream, REP_CLASS_THROTTLED, 40 * times)->certain = true;
	judge(s, MONTH + 6);
	return incident(s, "a", MS, REP_TROUBLE_THROTTLE);
}

static void
test_rise(void)
{
	static const struct {
		const char *stream;
		uint32_t times;
		bool own, forwarded;
		const char *what;
	} rows[] = {
		{ "shop.example/news", 6, true, false, "own mail rises" },
		{ "shop.example/srs", 6, false, true, "forwarded mail rises" },
		{ "shop.example/forwarded", 6, false, true, "mail forwarded without SRS rises" },
		{ "<>/bounces", 6, true, false, "bounces rise" },
		{ "shop.example/srs", 1, false, false, "forwarded mail is as usual" },
	};
	double volume[REP_COUNT(rows)], reputation[REP_COUNT(rows)];

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		struct story s;
		const struct rep_incident *i = rise_of(&s, rows[r].stream, rows[r].times);

		ok(i != NULL && has(i, "volume_burst") == rows[r].own &&
			has(i, "forwarded_rise") == rows[r].forwarded,
		    "rise: %s", rows[r].what);
		ok(i != NULL &&
			(rep_passed_kind(&s.in, i) == REP_PASSED_FORWARDED) ==
			    (strstr(rows[r].stream, "bounces") == NULL &&
				strstr(rows[r].stream, "news") == NULL),
		    "rise: %s: what it is", rows[r].what);
		volume[r] = i != NULL ? i->probability[REP_CAUSE_VOLUME] : 0;
		reputation[r] = i != NULL ? i->probability[REP_CAUSE_OWN_REPUTATION] : 0;
		ok(!rows[r].forwarded ||
			(i != NULL && !i->conduct.way && !advises(i, "usual volume")),
		    "rise: %s: no other way, and slower is not the answer", rows[r].what);
		end(&s);
	}
	ok(volume[0] > volume[1] && volume[0] > reputation[0],
	    "rise: own mail: too much (%.2f, %.2f)", volume[0], reputation[0]);
	ok(reputation[1] > reputation[0] && reputation[1] > volume[1],
	    "rise: forwarded mail: what it is (%.2f, %.2f)", reputation[1], volume[1]);
}

int
main(void)
{
	if (!story_open())
		return done();
	test_rise();
	story_close();
	return done();
}
