/*
 * unit/test_alerts.c -- which alert a message belongs to, and how the outbox keeps it until it is taken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/alerts.h"
#include "tap.h"

static const struct rep_key key = { "a test's key...." };
static const struct rep_str both[] = { { "ops", 3 }, { "hook", 4 } };
static struct rep_arena *arena;
static struct rep_store *store;

enum { T = 1700000000 };

/* --- a world: incidents, and what is told of them in one pass ---------------------------------------- */

static struct rep_incident v[6];
static struct rep_verdict_set set;
static struct rep_news news;
static struct rep_outbox box;

static void
begin(size_t n)
{
	static enum rep_news_kind of[REP_COUNT(v)];
	static uint64_t alert[REP_COUNT(v)];

	memset(alert, 0, sizeof alert);
	for (size_t k = 0; k < n; k++)
		v[k] = (struct rep_incident){ .id = (int64_t)k + 1, .life = REP_LIFE_ACTIVE };
	set = (struct rep_verdict_set){ .arena = arena,
		.in = { .now_s = T },
		.verdicts = { .incidents = v, .incidents_n = n } };
	news = (struct rep_news){ .of = of, .alert = alert };
	box = (struct rep_outbox){ .arena = arena };
}

/* Tells of the incidents of `which` ("13": the first and the third) as one piece. */
static void
tell(const char *which, bool over)
{
	const struct rep_incident *group[REP_COUNT(v)];
	struct rep_alert_piece p = { group, strlen(which), over, rep_str_c(which),
		REP_S("words\n") };
	struct rep_err err = { .msg = "" };

	for (size_t k = 0; k < p.n; k++) {
		group[k] = &v[which[k] - '1'];
		if (over)
			v[which[k] - '1'].life = REP_LIFE_OVER;
	}
	ok(rep_alerts_put(&set, &news, &p, p.n > 0, both, 2, &box, &err) == REP_OK, "told: %s%s",
	    which, over ? " is over" : "");
}

/* All messages so far: "opened 1, updated 1, resolved 1". */
static void
is(const char *want, const char *what)
{
	struct rep_str got = REP_S("");

	for (size_t i = 0; i < box.messages_n; i++)
		got = rep_arena_printf(arena, "%.*s%s%s %llu", REP_PR(got), i > 0 ? ", " : "",
		    rep_alert_event_word(box.messages[i].event),
		    (unsigned long long)box.messages[i].alert);
	is_str(got, want, "%s", what);
}

static void
an_alert(void)
{
	begin(4);
	tell("1", false);
	is("opened 1", "an incident opens an alert");
	tell("12", false);
	is("opened 1, updated 1", "a second one beside it is an update");
	tell("1", true);
	is("opened 1, updated 1, updated 1", "that one of two is over is an update");
	tell("2", true);
	is("opened 1, updated 1, updated 1, resolved 1", "the last one resolves it");
	v[0].life = REP_LIFE_ACTIVE;
	tell("1", false);
	is("opened 1, updated 1, updated 1, resolved 1, opened 2",
	    "one that returns opens another one");
	tell("34", false);
	is("opened 1, updated 1, updated 1, resolved 1, opened 2, opened 3", "others their own");
	tell("134", true);
	is("opened 1, updated 1, updated 1, resolved 1, opened 2, opened 3, resolved 2, resolved 3",
	    "a piece that ends two alerts is told in both");
}

static void
gone(void)
{
	begin(2);
	tell("1", false);
	tell("2", false);
	v[0] = v[1];
	news.alert[0] = news.alert[1];
	set.verdicts.incidents_n = 1;
	tell("", false);
	is("opened 1, opened 2, resolved 1", "an incident that is gone resolves its alert");
}

/* --- the outbox --------------------------------------------------------------------------------------- */

/* Stores it and reads it again. */
static void
again(void)
{
	struct rep_err err = { .msg = "" };
	bool damaged = true;

	ok(rep_store_begin(store, &err) == REP_OK && rep_outbox_save(&box, store, &err) == REP_OK &&
		rep_store_commit(store, &err) == REP_OK &&
		rep_outbox_load(store, arena, &box, &damaged, &err) == REP_OK && !damaged,
	    "stored and read: %s", err.msg);
}

static void
add(uint64_t alert, enum rep_alert_event event, int64_t now_s)
{
	struct rep_err err = { .msg = "" };

	ok(rep_outbox_add(&box, &alert, event, now_s, REP_S("a title\n with a line end"),
	       REP_S("two\nlines\n"), both, 2, &err) == REP_OK,
	    "a message");
}

/* The number of the message that the channel gets next, and when; 0: none. */
static void
is_next(const char *channel, uint64_t want, int64_t want_s, const char *what)
{
	int64_t due_s;
	const struct rep_outbox_message *m = rep_outbox_next(&box, rep_str_c(channel), &due_s);

	ok((m == NULL ? 0 : m->n) == want && (want == 0 || due_s == want_s),
	    "%s: %s gets %llu, from %lld on", what, channel,
	    m == NULL ? 0ull : (unsigned long long)m->n, (long long)(due_s - T));
}

static void
ways(void)
{
	struct rep_alert_message shown;
	struct rep_str first;

	begin(0);
	add(0, REP_ALERT_OPENED, T);
	add(1, REP_ALERT_RESOLVED, T + 5);
	first = rep_outbox_shown(&box, &box.messages[0], REP_S("mx1")).id;
	again();
	shown = rep_outbox_shown(&box, &box.messages[0], REP_S("mx1"));
	ok(rep_str_eq(first, shown.id) &&
		rep_str_eq(shown.title, REP_S("a title\n with a line end")) &&
		rep_str_eq(shown.text, REP_S("two\nlines\n")) && shown.at_s == T,
	    "a message is the same, with the same id");
	is_next("ops", 1, T, "in their order");
	rep_outbox_tried(&box, 1, REP_S("ops"), T + 7, false, REP_S("it did not answer"));
	again();
	is_next("ops", 1, T + 17, "after a failure ten seconds later, and before all others");
	is_next("hook", 1, T, "the other channel does not wait for it");
	rep_outbox_tried(&box, 1, REP_S("ops"), T + 17, false, REP_S("nor now"));
	is_next("ops", 1, T + 37, "then twice as long");
	for (int k = 0; k < 20; k++)
		rep_outbox_tried(&box, 1, REP_S("ops"), T + 3600 * k, false, REP_S("nor now"));
	is_next("ops", 1, T + 3600 * 20, "at most an hour");
	ok(rep_outbox_due(&box, both, 2) == T, "the first of all is due at once");
	rep_outbox_tried(&box, 1, REP_S("hook"), T + 8, true, REP_S(""));
	is_next("hook", 2, T + 5, "what was taken is not sent again");
	rep_outbox_tried(&box, 1, REP_S("ops"), T + REP_OUTBOX_TRY_S, false, REP_S("never"));
	again();
	is_next("ops", 2, T + 5, "after three days it is given up");
	ok(box.messages[0].ways[0].state == REP_OUTBOX_GIVEN_UP &&
		rep_str_eq(box.messages[0].ways[0].why, REP_S("never")),
	    "with the reason");
	rep_outbox_tried(&box, 2, REP_S("ops"), T + 9, true, REP_S(""));
	rep_outbox_tried(&box, 2, REP_S("hook"), T + 9, true, REP_S(""));
	is_next("ops", 0, 0, "all is sent");
	ok(rep_outbox_due(&box, both, 2) == 0, "nothing is due");
}

static void
known(void)
{
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	rep_outbox_alert(&box, 1)->acked = true;
	add(1, REP_ALERT_UPDATED, T + 1);
	add(1, REP_ALERT_RESOLVED, T + 2);
	again();
	ok(box.messages_n == 3 && box.messages[1].ways_n == 0 && box.messages[2].ways_n == 2,
	    "an alert that is acknowledged gets no updates, and its end");
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	rep_outbox_tried(&box, 1, REP_S("ops"), T, true, REP_S(""));
	rep_outbox_alert(&box, 1)->snoozed_s = T + 3600;
	again();
	add(1, REP_ALERT_UPDATED, T + 1);
	is_next("ops", 2, T + 3600, "one that is snoozed gets its update later");
	add(0, REP_ALERT_OPENED, T + 2);
	is_next("ops", 3, T + 2, "and holds back no other alert");
	add(1, REP_ALERT_RESOLVED, T + 3);
	rep_outbox_tried(&box, 3, REP_S("ops"), T + 3, true, REP_S(""));
	is_next("ops", 4, T + 3, "when it is over, the update is not sent");
}

/* A channel that was taken out of the configuration. */
static void
unknown(void)
{
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	rep_outbox_channels(&box, both, 1, T + 1);
	is_next("hook", 0, 0, "nothing waits for a channel that is no more");
	is_next("ops", 1, T, "and the others wait on");
	ok(box.messages[0].ways[1].state == REP_OUTBOX_GIVEN_UP &&
		box.messages[0].ways[1].why.n > 0,
	    "with the reason");
}

/* However much happens, what is kept has a limit. */
static void
many(void)
{
	size_t waiting = 0;

	begin(0);
	for (int k = 0; k < REP_OUTBOX_WAITING_MAX + 50; k++) {
		struct rep_err err;
		uint64_t alert = 0;

		if (rep_outbox_add(&box, &alert, REP_ALERT_OPENED, T + k, REP_S("t"), REP_S("x\n"),
			both, 2, &err) != REP_OK)
			ok(false, "%s", err.msg);
	}
	for (size_t i = 0; i < box.messages_n; i++)
		waiting += box.messages[i].ways[0].state == REP_OUTBOX_WAITS;
	ok(waiting == REP_OUTBOX_WAITING_MAX, "%zu wait", waiting);
	for (size_t i = 0; i < box.messages_n; i++)
		for (size_t k = 0; k < 2; k++)
			rep_outbox_tried(&box, box.messages[i].n, both[k], T, true, REP_S(""));
	for (size_t i = 0; i < box.alerts_n; i++)
		box.alerts[i].open = false;
	again();
	ok(box.messages_n == REP_OUTBOX_KEEP && box.alerts_n == REP_OUTBOX_KEEP &&
		box.messages[0].n == REP_OUTBOX_WAITING_MAX + 50 - REP_OUTBOX_KEEP + 1,
	    "of what is done, the newest %zu are kept", box.messages_n);
}

/* Whatever stands in the value is read up to the damage. */
static void
damaged(void)
{
	static const struct {
		const char *value;
		size_t messages, alerts;
	} rows[] = {
		{ "", 0, 0 },
		{ "o 9 9 7\na 1 1 0 5 0 0 1\nt\nm 1 1 0 5 1 2\nt\nx\n\n", 1, 1 },
		{ "o 9 9 7\na 1 1 0 5 0 0 1\nt\nm 1 1 0 5 1 99999\nt\nx\n\n", 0, 1 },
		{ "o 9 9 7\na 1 1 0 5 0 0 18446744073709551615\nt\n", 0, 0 },
		{ "o 9 9 7\nm 1 1 9 5 1 2\nt\nx\n\n", 0, 0 },
		{ "o 9 9 7\nm 10 1 0 5 1 2\nt\nx\n\n", 0, 0 },
		{ "w 0 0 0 0 0 0\n\n\n", 0, 0 },
		{ "o 9 9", 0, 0 },
		{ "q", 0, 0 },
		{ "o 9 9 7\nm 1 1 0 5 1 2\nt\nx\n\nw 7 0 0 0 1 0\na\n\n", 1, 0 },
	};
	struct rep_err err = { .msg = "" };
	bool bad;

	for (size_t k = 0; k < REP_COUNT(rows); k++)
		ok(rep_store_begin(store, &err) == REP_OK &&
			rep_store_state_put(store, "outbox", rep_str_c(rows[k].value), &err) ==
			    REP_OK &&
			rep_store_commit(store, &err) == REP_OK &&
			rep_outbox_load(store, arena, &box, &bad, &err) == REP_OK &&
			bad == (k > 1) && box.messages_n == rows[k].messages &&
			box.alerts_n == rows[k].alerts,
		    "value %zu: %zu messages, %zu alerts", k, box.messages_n, box.alerts_n);
}

int
main(void)
{
	struct rep_err err = { .msg = "" };

	arena = rep_arena_new(64 << 20);
	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK)
		return 1;
	an_alert();
	gone();
	ways();
	known();
	unknown();
	many();
	damaged();
	rep_store_close(store);
	rep_arena_free(arena);
	return done();
}
