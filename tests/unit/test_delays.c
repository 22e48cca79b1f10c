/*
 * unit/test_delays.c -- how late accepted mail is against its usual; and how full the queue is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/delays.h"
#include "engine/queue_groups.h"
#include "engine/queue_usual.h"
#include "store/store.h"
#include "tap.h"

#include <stdlib.h>

enum { START = 1788220800, HOUR = 3600, DAY = 86400 };

static const struct rep_key key = { "a test's key...." };
static struct rep_arena *arena;
static struct rep_store *store;

static void
fresh(void)
{
	struct rep_err err;

	rep_store_close(store);
	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK)
		abort();
}

/* --- delays ------------------------------------------------------------------------------------------- */

static struct rep_delays d;

/* An hour at google of n messages: 90 of 100 took `most` seconds, the others `slow`. */
static void
hour(int64_t at_s, size_t n, double most, double slow)
{
	double v[200];

	for (size_t i = 0; i < n; i++)
		v[i] = i % 10 == 0 ? slow : most;
	ok(rep_delays_hour(&d, REP_S("google"), at_s, n, v, n), "an hour");
}

static void
forget_all(void)
{
	d = (struct rep_delays){ .a = arena,
		.v = rep_arena_alloc(arena, REP_DELAYS_PROVIDERS * sizeof *d.v) };
}

static void
late(void)
{
	int64_t p50_s, p95_s;

	forget_all();
	for (int day = 0; day < 7; day++)
		hour(START + day * DAY, 100, 2, 250);
	is_int((int64_t)d.n, 1, "one provider");
	is_int(d.v[0].p50_s, 2, "half of them within");
	is_int(d.v[0].p95_s, 250, "one in twenty after");
	ok(!rep_delays_usual(&d.v[0], &p50_s, &p95_s), "six days before say too little");
	hour(START + 7 * DAY, 100, 2, 749);
	ok(rep_delays_usual(&d.v[0], &p50_s, &p95_s) && p50_s == 2 && p95_s == 250, "seven do not");
	is_int(d.v[0].late_since_s, 0, "less than three times the worst hour");
	hour(START + 8 * DAY, 49, 90, 90000);
	is_int(d.v[0].hour_s, START + 7 * DAY, "an hour with too little mail says nothing");
	hour(START + 8 * DAY, 100, 59, 300);
	is_int(d.v[0].late_since_s, 0, "less than a minute for half of the mail");
	d.v[0].days[d.v[0].days_n - 1].most[0] = 2;
	hour(START + 9 * DAY, 100, 60, 300);
	is_int(d.v[0].late_since_s, START + 9 * DAY, "a minute is late");
	hour(START + 9 * DAY + HOUR, 100, 2, 2247);
	is_int(d.v[0].late_since_s, START + 9 * DAY, "so is three times the p95, and it goes on");
	hour(START + 9 * DAY + 2 * HOUR, 100, 2, 2246);
	is_int(d.v[0].late_since_s, 0, "then it is over");
	ok(rep_delays_usual(&d.v[0], &p50_s, &p95_s) && p95_s == 749,
	    "what was late is not usual, nor is the day itself");
}

static void
late_for_ever(void)
{
	int64_t p50_s, p95_s;

	forget_all();
	for (int day = 0; day < 10; day++)
		hour(START + day * DAY, 100, 2, 250);
	for (int day = 10; day < 17; day++)
		hour(START + day * DAY, 100, 90, 250);
	is_int(d.v[0].late_since_s, START + 10 * DAY, "late on seven days");
	hour(START + 17 * DAY, 100, 90, 250);
	is_int(d.v[0].late_since_s, START + 10 * DAY, "on the eighth it still is");
	hour(START + 18 * DAY, 100, 90, 250);
	is_int(d.v[0].late_since_s, 0, "then that is usual");

	forget_all();
	for (int day = 0; day < 8; day++)
		hour(START + day * DAY, 100, 2, 250);
	hour(START + 29 * DAY, 100, 90, 250);
	ok(!rep_delays_usual(&d.v[0], &p50_s, &p95_s), "days of more than four weeks ago");
	is_int(d.v[0].late_since_s, 0, "are not compared with");
}

/* More providers than there are places. */
static void
many_providers(void)
{
	double v[REP_DELAYS_MESSAGES] = { 0 };
	char name[16];

	forget_all();
	for (unsigned k = 0; k <= REP_DELAYS_PROVIDERS; k++) {
		snprintf(name, sizeof name, "p%u", k);
		if (!rep_delays_hour(
			&d, rep_str_c(name), START, REP_DELAYS_MESSAGES, v, REP_DELAYS_MESSAGES))
			ok(false, "%s", name);
	}
	ok(d.n == REP_DELAYS_PROVIDERS && d.left_out == 1, "the 65th is left out, and counted");
	hour(START + 28 * DAY, 100, 2, 250);
	is_int((int64_t)d.left_out, 2, "while each of the others had mail in the last 28 days");
	hour(START + 28 * DAY + HOUR, 100, 2, 250);
	ok(d.left_out == 2 && rep_str_eq(d.v[REP_DELAYS_PROVIDERS - 1].provider, REP_S("google")),
	    "then it gets the place of one of them");
}

static enum rep_rc
add(int64_t at_s, double delay_s, unsigned n, struct rep_err *err)
{
	char queue[16];
	struct rep_fact f = { .at_s = at_s,
		.log_host = REP_S("mx1"),
		.label = REP_S("mx1/postfix"),
		.recipient = REP_S("jo@gmail.com"),
		.recipient_domain = REP_S("gmail.com"),
		.sender_domain = REP_S("shop.example"),
		.stream = REP_S("shop.example/news"),
		.provider = REP_S("google"),
		.status = REP_STATUS_SENT,
		.class = REP_CLASS_ACCEPTED,
		.stage = REP_STAGE_DOT,
		.evidence = true,
		.code = 250,
		.delay_s = delay_s };

	snprintf(queue, sizeof queue, "Q%u", n);
	f.queue_id = rep_str_c(queue);
	return rep_store_add(store, &f, NULL, err);
}

static void
from_facts(void)
{
	struct rep_err err = { .msg = "" };
	enum rep_rc rc = REP_OK;
	bool changed = false;
	unsigned n = 0, passes = 0;

	fresh();
	rc = rep_store_begin(store, &err);
	for (int day = 0; day < 9 && rc == REP_OK; day++)
		for (int i = 0; i < 60 && rc == REP_OK; i++)
			rc = add(START + day * DAY + i * 10, day == 8 ? 90 : 3, n++, &err);
	ok(rc == REP_OK && rep_store_commit(store, &err) == REP_OK, "facts: %s", err.msg);
	ok(rep_delays_load(store, arena, &d, &err) == REP_OK && d.n == 0, "nothing is known yet");
	do {
		rc = rep_delays_count(&d, store, START + 8 * DAY + HOUR, &changed, &err);
		passes++;
	} while (rc == REP_OK && changed && passes < 100);
	ok(rc == REP_OK && passes == REP_DELAYS_DAYS + 1, "a day of hours in one pass");
	ok(d.n == 1 && d.v[0].late_since_s == START + 8 * DAY && d.v[0].messages == 60 &&
		d.v[0].p50_s == 90,
	    "the last hour is late");
	ok(rep_store_begin(store, &err) == REP_OK && rep_delays_save(&d, store, &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_delays_load(store, arena, &d, &err) == REP_OK,
	    "kept");
	ok(d.n == 1 && d.v[0].late_since_s == START + 8 * DAY && d.v[0].days_n == 8 &&
		d.v[0].days[0].most[0] == 3 && d.done_s == START + 8 * DAY + HOUR,
	    "and read again");
	ok(rep_store_begin(store, &err) == REP_OK &&
		rep_store_state_put(store, "delays", REP_S("t 5\nd 1 2 3\n"), &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_delays_load(store, arena, &d, &err) == REP_OK && d.n == 0 && d.done_s == 0,
	    "what is damaged is as if it were not there");
}

/* An hour with more mail than is kept: each ninth message is slow. */
static void
much_mail(void)
{
	struct rep_err err = { .msg = "" };
	enum rep_rc rc;
	bool changed = false;
	unsigned passes = 0;

	fresh();
	rc = rep_store_begin(store, &err);
	for (unsigned n = 0; n < 4500 && rc == REP_OK; n++)
		rc = add(START + n / 2, n % 9 == 0 ? 90 : 3, n, &err);
	ok(rc == REP_OK && rep_store_commit(store, &err) == REP_OK, "facts: %s", err.msg);
	forget_all();
	do
		rc = rep_delays_count(&d, store, START + HOUR, &changed, &err);
	while (rc == REP_OK && changed && passes++ < 100);
	ok(rc == REP_OK && d.n == 1 && d.v[0].messages == 4500, "all of them are counted");
	ok(d.n == 1 && d.v[0].p50_s == 3 && d.v[0].p95_s == 90, "and their shares are the same");
}

/* --- the queue ---------------------------------------------------------------------------------------- */

static struct rep_queue_usual u;

/* A reading of the queue at a time. */
static void
reading(int64_t at_s, uint64_t messages, uint64_t expiring, enum rep_wait wait)
{
	struct rep_queue_group g = {
		.wait = wait, .messages = messages, .expiring = expiring, .expires_s = at_s + HOUR
	};
	struct rep_queue_groups q = { .v = &g, .n = 1, .messages = messages };
	struct rep_err err = { .msg = "" };

	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_queue_usual_note(store, &q, at_s, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK ||
	    rep_queue_usual_load(store, arena, &u, &err) != REP_OK)
		ok(false, "a reading: %s", err.msg);
}

static void
queue(void)
{
	fresh();
	for (int day = 0; day < 7; day++)
		reading(START + day * DAY, 40, 20, REP_WAIT_REFUSED);
	reading(START + 6 * DAY + HOUR, 5000, 500, REP_WAIT_REFUSED);
	ok(!rep_queue_usual_grown(&u) && !rep_queue_usual_expires(&u), "six days say too little");
	fresh();
	for (int day = 0; day < 7; day++)
		reading(START + day * DAY, 40, 20, REP_WAIT_REFUSED);
	reading(START + 7 * DAY, 119, 59, REP_WAIT_REFUSED);
	ok(!rep_queue_usual_grown(&u) && !rep_queue_usual_expires(&u), "less than three times");
	reading(START + 8 * DAY, 357, 177, REP_WAIT_REFUSED);
	ok(rep_queue_usual_grown(&u) && rep_queue_usual_expires(&u), "three times the worst day");
	is_str(u.most_wait, "other mail hosts (357, unknown)", "and for whom it waits");
	reading(START + 9 * DAY, 356, 176, REP_WAIT_REFUSED);
	ok(!rep_queue_usual_grown(&u) && !rep_queue_usual_expires(&u), "a bit less");
	reading(START + 10 * DAY, 1068, 528, REP_WAIT_REFUSED);
	ok(rep_queue_usual_grown(&u), "what was too much did not become usual");
	reading(START + 10 * DAY - 1, 1, 1, REP_WAIT_REFUSED);
	is_int((int64_t)u.messages, 1, "a clock that was set back keeps no reading out");
	reading(START + 11 * DAY, 5, 0, REP_WAIT_TRANSPORT);
	ok(!rep_queue_usual_expires(&u), "mail that is held, and has time");
	reading(START + 12 * DAY, 5, 1, REP_WAIT_TRANSPORT);
	ok(rep_queue_usual_expires(&u) && u.own == 1, "one that is about to be returned");
	for (int day = 13; day < 60; day++)
		reading(START + day * DAY, 5, 1, REP_WAIT_REFUSED);
	is_int((int64_t)u.days_n, REP_QUEUE_DAYS, "old days go");
	fresh();
	for (int day = 0; day < 7; day++)
		reading(START + day * DAY, 40, 20, REP_WAIT_REFUSED);
	reading(START + 35 * DAY, 5000, 500, REP_WAIT_REFUSED);
	ok(!rep_queue_usual_grown(&u) && !rep_queue_usual_expires(&u),
	    "days of five weeks ago are not compared with");
	ok(u.grown_since_s == 0 && u.expires_since_s == 0 && u.days[u.days_n - 1].most[0] == 5000 &&
		u.days[u.days_n - 1].most[1] == 500,
	    "so what is noted is no less than what there is");
}

/* Much more than before, and it stays so. */
static void
grown_for_ever(void)
{
	uint64_t messages, expiring;

	fresh();
	for (int day = 0; day < 8; day++)
		reading(START + day * DAY, 40, 20, REP_WAIT_REFUSED);
	for (int day = 8; day < 15; day++)
		reading(START + day * DAY, 1000, 100, REP_WAIT_REFUSED);
	ok(rep_queue_usual_grown(&u) && rep_queue_usual_expires(&u), "grown on seven days");
	ok(rep_queue_usual_most(&u, &messages, &expiring) && messages == 40 && expiring == 20,
	    "which are noted as the most of the days before");
	ok(u.grown_since_s == START + 8 * DAY && u.expires_since_s == START + 8 * DAY,
	    "since then");
	reading(START + 15 * DAY, 1000, 100, REP_WAIT_REFUSED);
	ok(rep_queue_usual_grown(&u) && rep_queue_usual_expires(&u), "on the eighth it still is");
	reading(START + 16 * DAY, 1000, 100, REP_WAIT_REFUSED);
	ok(!rep_queue_usual_grown(&u) && !rep_queue_usual_expires(&u), "then that is usual");
	ok(u.grown_since_s == 0 && u.expires_since_s == 0, "and is not far above any more");
}

int
main(void)
{
	arena = rep_arena_new(64 << 20);
	if (arena == NULL)
		return 1;
	late();
	late_for_ever();
	many_providers();
	from_facts();
	much_mail();
	queue();
	grown_for_ever();
	rep_store_close(store);
	rep_arena_free(arena);
	return done();
}
