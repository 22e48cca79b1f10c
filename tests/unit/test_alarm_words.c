/*
 * unit/test_alarm_words.c -- what reports say that a person is told, in words.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/alarm_words.h"
#include "tap.h"

#include <stdlib.h>

static struct rep_arena *arena;

/* Each as a person reads it, behind its headline. Names: 1 the receiver, 2 our domain, 3 the selector, 4 the sender. */
static void
test_words(void)
{
	static const struct rep_str names[] = { { "", 0 }, { "r1.example", 10 },
		{ "shop.example", 12 }, { "s1", 2 }, { "esp.example", 11 } };
	static const struct rep_str spellings[] = { { "", 0 }, { "R1.Example", 10 } };
	static const struct rep_reported_known known[REP_COUNT(names)] = { [1] = {
									       .spelling = 1 } };
	static const struct {
		struct rep_report_alarm x;
		const char *of, *want;
	} rows[] = {
		{ { .kind = REP_ALARM_BROKEN,
		      .dkim = true,
		      .domain = 2,
		      .selector = 3,
		      .result = REP_REPORTED_FAIL,
		      .messages = 50,
		      .failed = 40,
		      .receivers = 1 },
		    "The signature of shop.example with selector s1",
		    "The signature of shop.example with selector s1 fails at 1 receiver: 40 of 50 messages "
		    "(fail), and it passed before. DMARC still passes, by SPF alone, but not where mail is "
		    "forwarded. What was changed on that day: the key, the signer, or something behind it?" },
		{ { .kind = REP_ALARM_BROKEN,
		      .domain = 2,
		      .result = REP_REPORTED_TEMPERROR,
		      .messages = 50,
		      .failed = 40,
		      .dmarc_failed = 30,
		      .receivers = 7 },
		    "SPF of shop.example",
		    "SPF of shop.example fails at 7 receivers: 40 of 50 messages (temperror), and it passed "
		    "before. DMARC fails for 30 of them. They get no answer from the name servers in time." },
		{ { .kind = REP_ALARM_DIFFERS,
		      .dkim = true,
		      .domain = 2,
		      .receiver = 1,
		      .result = REP_REPORTED_FAIL,
		      .messages = 50,
		      .failed = 40,
		      .dmarc_failed = 40,
		      .receivers = 3 },
		    "The signature of shop.example at r1.example",
		    "The signature of shop.example fails at R1.Example: 40 of 50 messages (fail). It passes at 3 "
		    "other receivers. DMARC fails for all of them. Something on the way to it changes the "
		    "messages." },
		{ { .kind = REP_ALARM_DIFFERS,
		      .receiver = 1,
		      .who = REP_SENDER_SIGNED,
		      .name = 4,
		      .ips = 2,
		      .messages = 50,
		      .failed = 40 },
		    "esp.example (192.0.2.1 and others) at r1.example",
		    "R1.Example says that mail of esp.example (192.0.2.1 and others) fails DMARC: 40 of 50 "
		    "messages, and it passed before. No other receiver says so." },
		{ { .kind = REP_ALARM_FAILS,
		      .who = REP_SENDER_OWN,
		      .ips = 1,
		      .messages = 50,
		      .failed = 40,
		      .receivers = 2 },
		    "own 192.0.2.1",
		    "Mail of 192.0.2.1 fails DMARC at 2 receivers: 40 of 50 messages, and it passed before. In "
		    "these no signature of yours passes, and SPF does not either." },
		{ { .kind = REP_ALARM_SENDER,
		      .who = REP_SENDER_SIGNED,
		      .name = 4,
		      .ips = 1,
		      .messages = 50,
		      .receivers = 3,
		      .days = 2 },
		    "signed esp.example",
		    "esp.example (192.0.2.1) sent 50 messages as shop.example on 2 days, at 3 receivers. It "
		    "passes DMARC: it has a key of yours to sign with. The log does not know it." },
		{ { .kind = REP_ALARM_SENDER,
		      .who = REP_SENDER_ALLOWED,
		      .ips = 1,
		      .messages = 50,
		      .receivers = 3,
		      .days = 2 },
		    "allowed 192.0.2.1",
		    "192.0.2.1 sent 50 messages as shop.example on 2 days, at 3 receivers. It passes DMARC: your "
		    "SPF record allows it. The log does not know it." },
		{ { .kind = REP_ALARM_STEADY,
		      .who = REP_SENDER_SERVICE,
		      .name = 4,
		      .ips = 1,
		      .messages = 50,
		      .receivers = 3,
		      .days = 10 },
		    "service esp.example",
		    "esp.example (192.0.2.1) sent 50 messages as shop.example on 10 days, at 3 receivers. It "
		    "fails DMARC. Who forges a domain seldom sends from one place for so long: it may be a "
		    "sender of yours that was forgotten." },
		{ { .kind = REP_ALARM_FORGED,
		      .most = 900,
		      .most_before = 12,
		      .messages = 1000,
		      .rejected = 700,
		      .quarantined = 200,
		      .let_through = 100,
		      .policy = REP_PUBLISHED_REJECT },
		    "",
		    "Up to 900 messages a day that nothing vouches for; never more than 12 on a day before. Of "
		    "1,000 since then receivers rejected 700, put 200 into spam, and let 100 through. Your policy "
		    "is reject, which asks them to refuse it. There is nothing more to do." },
		{ { .kind = REP_ALARM_FORGED, .most = 9, .messages = 9, .let_through = 9 }, "",
		    "Up to 9 messages a day that nothing vouches for; never more than 0 on a day before. Of 9 since then "
		    "receivers rejected 0, put 0 into spam, and let 9 through. No report says what your policy is." },
		{ { .kind = REP_ALARM_SILENT, .receiver = 1, .days = 28, .messages = 1 },
		    "r1.example",
		    "R1.Example reported on 28 of 28 days before that, on 1 message, and has stopped. Others "
		    "still report." },
		{ { .kind = REP_ALARM_STOPPED, .receivers = 1, .messages = 500 }, "",
		    "The last report of those that come each day ends then. Before that, 1 receiver reported each day, on "
		    "500 messages in four weeks." },
	};
	const struct rep_reported v = {
		.names = names, .names_n = REP_COUNT(names), .known = known, .spellings = spellings
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_report_alarm x = rows[i].x;
		struct rep_alarm a;

		if (!rep_ip_parse(REP_S("192.0.2.1"), &x.ip))
			abort();
		a = rep_alarm_words(&v, &x, names[2], arena);
		is_str(a.text, rows[i].want, "words %zu", i);
		is_str(a.of, rows[i].of, "words %zu: what it is of", i);
	}
}

/* Names are of strangers: none may end a line, or begin a field. */
static void
test_hostile(void)
{
	static const struct rep_str names[] = { { "", 0 }, { "evil\t\n\x1b[2J.example", 18 } };
	static const struct rep_reported_known known[REP_COUNT(names)] = { { .spelling = 0 } };
	const struct rep_reported v = {
		.names = names, .names_n = REP_COUNT(names), .known = known
	};

	for (int kind = REP_ALARM_BROKEN; kind <= REP_ALARM_STOPPED; kind++) {
		const struct rep_report_alarm x = { .kind = (enum rep_report_alarm_kind)kind,
			.domain = 1,
			.dkim = true,
			.selector = 1,
			.receiver = 1,
			.who = REP_SENDER_SERVICE,
			.name = 1 };
		struct rep_alarm a = rep_alarm_words(&v, &x, names[1], arena);

		ok(a.text.n > 0 && rep_str_printable(a.text, true) && a.of.p != NULL &&
			rep_str_printable(a.of, true) && rep_str_printable(a.subject, true),
		    "kind %d: a hostile name is shown", kind);
	}
}

int
main(void)
{
	if ((arena = rep_arena_new(16 << 20)) == NULL)
		return 1;
	test_words();
	test_hostile();
	rep_arena_free(arena);
	return done();
}
