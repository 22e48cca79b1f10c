/* How often a password may be tried: by address, by name, in all. SPDX-License-Identifier: Apache-2.0 */
#include "tap.h"

#include "web/logins.h"
#include "web/sessions.h"

#include <stdlib.h>

enum { NOW = 1793688131 };

static struct rep_logins *
table(void)
{
	struct rep_logins *l = malloc(sizeof *l);
	const struct rep_key key = { { 1, 2, 3 } };

	rep_logins_init(l, &key);
	return l;
}

static struct rep_ip
ip(const char *text)
{
	struct rep_ip x = { .version = 0 };

	(void)rep_ip_parse(rep_str_c(text), &x);
	return x;
}

/* 198.18.0.0/15, by number: the network for such tests (RFC 2544). */
static struct rep_ip
nth(unsigned i)
{
	return (struct rep_ip){ .b = { 198, (unsigned char)(18 + (i >> 16)),
				    (unsigned char)(i >> 8), (unsigned char)i },
		.version = 4 };
}

static void
by_address(void)
{
	static const int64_t waits[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900 };
	struct rep_logins *l = table();
	struct rep_ip from = ip("192.0.2.1"), other = ip("192.0.2.2");
	int64_t now = NOW;
	char name[16];

	for (unsigned i = 0; i < REP_COUNT(waits); i++) {
		snprintf(name, sizeof name, "u%u", i); /* names make no wait here */
		now += i > 0 ? waits[i - 1] - 1 : 0;
		if (i > 0)
			is_int(rep_logins_try(l, &from, rep_str_c(name), now), 1,
			    "a second before the wait of %lld s is over", (long long)waits[i - 1]);
		now += i > 0;
		is_int(rep_logins_try(l, &from, rep_str_c(name), now), 0, "try %u", i + 1);
		ok(rep_logins_try(l, &from, REP_S("other"), now) >= waits[i],
		    "then it waits %lld s", (long long)waits[i]);
	}
	is_int(rep_logins_try(l, &other, REP_S("jo"), now + 60), 0, "another address does not");
	is_int(
	    rep_logins_try(l, &from, REP_S("jo2"), now + 3600), 0, "after an hour it is forgotten");
	is_int(rep_logins_try(l, &from, REP_S("jo3"), now + 3600), 1, "and begins with a second");
	free(l);
}

static void
one_customer(void)
{
	struct rep_logins *l = table();
	struct rep_ip a = ip("2001:db8:1:2::1"), b = ip("2001:db8:1:2:ffff::9"),
		      c = ip("2001:db8:1:3::1"), none = { .version = 0 };

	is_int(rep_logins_try(l, &a, REP_S("a"), NOW), 0, "an address of version 6");
	is_int(rep_logins_try(l, &b, REP_S("b"), NOW), 1, "another of the same /64 waits");
	is_int(rep_logins_try(l, &c, REP_S("c"), NOW), 0, "one of the next /64 does not");
	is_int(rep_logins_try(l, &none, REP_S("d"), NOW), 0, "nobody knows where");
	is_int(rep_logins_try(l, &none, REP_S("e"), NOW), 1, "is one address, too");
	free(l);
}

static void
by_name(void)
{
	struct rep_logins *l = table();
	int64_t now = NOW, wait = 0;
	struct rep_ip from;

	for (unsigned i = 0; i < 9; i++) {
		from = nth(i);
		now += wait;
		is_int(rep_logins_try(l, &from, i % 2 ? REP_S("jo") : REP_S("JO"), now), 0,
		    "try %u of the same name from another address", i + 1);
		from = nth(100 + i);
		wait = rep_logins_try(l, &from, REP_S("jo"), now);
		is_int(wait, i < 6 ? 1 << i : 60, "the name waits, a minute at most");
	}
	free(l);
}

static void
in_all(void)
{
	struct rep_logins *l = table();
	unsigned done_n = 0, next = 0;
	char name[16];

	for (int64_t t = 0; t < 60; t++)
		for (unsigned i = 0; i < 20; i++) {
			struct rep_ip from = nth(next);

			snprintf(name, sizeof name, "u%u", next++);
			done_n += rep_logins_try(l, &from, rep_str_c(name), NOW + t) == 0;
		}
	is_int(done_n, 10 + 9, "1,200 tries from as many addresses in a minute: 19 are made");
	for (int64_t t = 60; t < 660; t++) {
		struct rep_ip from = nth(next);

		snprintf(name, sizeof name, "u%u", next++);
		done_n += rep_logins_try(l, &from, rep_str_c(name), NOW + t) == 0;
	}
	is_int(done_n, 10 + 9 + 100, "and 10 in each minute after it");
	free(l);
}

/* Whoever was here before is not kept out by a flood, whatever it names. */
static void
flood(void)
{
	struct rep_logins *l = table();
	struct rep_sessions *s = calloc(1, sizeof *s);
	struct rep_web_who jo = { .name = "jo", .scopes = REP_MAY_ALL };
	const unsigned char random[REP_SESSIONS_ID_BYTES] = { 7 };
	struct rep_ip home = ip("192.0.2.1");
	char cookie[REP_COOKIE_TEXT], name[16];
	unsigned made = 0;

	is_int(rep_logins_try(l, &home, REP_S("jo"), NOW), 0, "a first login");
	rep_logins_worked(l, &home, REP_S("jo"), NOW);
	(void)rep_sessions_begin(s, &jo, REP_S(""), random, NOW, cookie);
	for (unsigned i = 0; i < 1000; i++) {
		struct rep_ip from = nth(i);

		snprintf(name, sizeof name, "u%u", i);
		made +=
		    rep_logins_try(l, &from, i % 2 ? REP_S("jo") : rep_str_c(name), NOW + 10) == 0;
	}
	ok(made <= REP_LOGINS_BURST, "1,000 logins at once: %u are looked at", made);
	ok(rep_sessions_find(s, rep_str_c(cookie), NOW + 11) != NULL, "the session stays");
	is_int(rep_logins_try(l, &home, REP_S("jo"), NOW + 11), 0, "its owner can log in again");
	is_int(rep_logins_try(l, &home, REP_S("jo"), NOW + 11), 1, "not with many wrong passwords");
	is_int(rep_logins_try(l, &home, REP_S("jo"), NOW + 12), 0, "after a second again");
	ok(rep_logins_try(l, &home, REP_S("ann"), NOW + 13) > 0,
	    "for another name this address is like all others");
	free(l);
	free(s);
}

static void
right_ones(void)
{
	struct rep_logins *l = table();
	struct rep_ip from = ip("192.0.2.1");
	int64_t now = NOW;

	for (unsigned i = 0; i < 5; i++)
		for (now += 40; rep_logins_try(l, &from, REP_S("jo"), now) != 0; now++)
			continue;
	ok(rep_logins_try(l, &from, REP_S("jo"), now) == 16, "five wrong ones: 16 s");
	is_int(rep_logins_try(l, &from, REP_S("jo"), now + 16), 0, "the sixth is right");
	rep_logins_worked(l, &from, REP_S("jo"), now + 16);
	is_int(
	    rep_logins_try(l, &from, REP_S("jo"), now + 16), 0, "what failed before is forgotten");
	rep_logins_worked(l, &from, REP_S("jo"), now + 16);
	is_int(rep_logins_try(l, &from, REP_S("jo"), now + 16 + 29 * 86400), 0,
	    "for 29 days it is known");
	is_int(rep_logins_try(l, &from, REP_S("jo"), now + 17 + 29 * 86400), 0,
	    "after one wrong: 1 s");
	is_int(rep_logins_try(l, &from, REP_S("jo"), now + 18 + 29 * 86400), 1, "after two: 2 s");
	for (unsigned i = 0; i < 20; i++)
		(void)rep_logins_try(l, &from, REP_S("jo"), now + 18 + 29 * 86400 + 61 * i);
	ok(rep_logins_try(l, &from, REP_S("jo"), now + 18 + 29 * 86400 + 61 * 19) <= 60,
	    "after many: a minute");
	is_int(rep_logins_try(l, &from, REP_S("jo"), now + 18 + 31 * 86400), 0,
	    "after 31 days it is not known any more");
	is_int(rep_logins_try(l, &from, REP_S("ann"), now + 18 + 31 * 86400), 1,
	    "and its address waits for every name");
	free(l);
}

/* All rows in use: nobody new, but whoever is known. */
static void
full(void)
{
	struct rep_logins *l = table();
	struct rep_ip home = ip("192.0.2.1"), from;
	int64_t now = NOW, wait;
	char name[16];

	is_int(rep_logins_try(l, &home, REP_S("jo"), now), 0, "a first login");
	rep_logins_worked(l, &home, REP_S("jo"), now);
	for (unsigned i = 0; i < REP_LOGINS_ROWS_MAX; i++) {
		from = nth(i);
		snprintf(name, sizeof name, "u%u", i);
		now += REP_LOGINS_EVERY_S;
		if (rep_logins_try(l, &from, rep_str_c(name), now) != 0)
			ok(false, "row %u", i);
	}
	from = nth(5000);
	now += REP_LOGINS_EVERY_S;
	wait = rep_logins_try(l, &from, REP_S("new"), now);
	ok(wait > 1 && wait < REP_LOGINS_FORGET_S,
	    "all 512 rows in use: somebody new waits until one is forgotten, %lld s",
	    (long long)wait);
	is_int(rep_logins_try(l, &home, REP_S("jo"), now), 0, "who is known does not");
	is_int(
	    rep_logins_try(l, &from, REP_S("new"), now + wait - 1), 1, "a second before it waits");
	is_int(rep_logins_try(l, &from, REP_S("new"), now + wait), 0, "then it is let in");
	free(l);
}

static void
pairs(void)
{
	struct rep_logins *l = table();
	struct rep_ip from;
	int64_t now = NOW;
	char name[16];
	unsigned known = 0;

	for (unsigned i = 0; i < REP_LOGINS_PAIRS_MAX + 1; i++) {
		from = nth(i);
		snprintf(name, sizeof name, "u%u", i);
		rep_logins_worked(l, &from, rep_str_c(name), now++);
	}
	for (unsigned i = 0; i < REP_LOGINS_PAIRS_MAX; i++)
		known += l->pair[i].who != 0;
	is_int(known, REP_LOGINS_PAIRS_MAX, "512 pairs are known");
	is_int(
	    l->pair[0].worked_s, now - 1, "the one that logged in longest ago went for one more");
	free(l);
}

static void
clock_back(void)
{
	struct rep_logins *l = table();
	struct rep_ip from = ip("192.0.2.1"), other = ip("192.0.2.2");

	for (unsigned i = 0; i < REP_LOGINS_BURST; i++) {
		struct rep_ip x = nth(i);
		char name[16];

		snprintf(name, sizeof name, "u%u", i);
		(void)rep_logins_try(l, &x, rep_str_c(name), NOW);
	}
	is_int(rep_logins_try(l, &from, REP_S("jo"), NOW - 86400), REP_LOGINS_EVERY_S,
	    "a clock that is set back by a day: 6 s, not a day");
	is_int(rep_logins_try(l, &from, REP_S("jo"), NOW - 86400 + 6), 0, "then it is tried");
	is_int(rep_logins_try(l, &other, REP_S("jo"), NOW - 90000), REP_LOGINS_EVERY_S,
	    "set back again: no longer than that");
	is_int(rep_logins_try(l, &from, REP_S("ann"), NOW - 90000 + 6), 1, "nor by address");
	free(l);
}

int
main(void)
{
	by_address();
	one_customer();
	by_name();
	in_all();
	flood();
	right_ones();
	full();
	pairs();
	clock_back();
	return done();
}
