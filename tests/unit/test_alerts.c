/*
 * unit/test_alerts.c -- which alert a message belongs to, and how the outbox keeps it until it is taken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/alerts.h"
#include "engine/outbox_kept.h"
#include "tap.h"

static const struct rep_key key = { "a test's key...." };
static const struct rep_str both[] = { { "ops", 3 }, { "hook", 4 } };
static struct rep_outbox_to to = { both, 2, 1700000000 };
static struct rep_arena *arena;
static struct rep_store *store;
static unsigned problems; /* that were reported */
static char said[300];	  /* the last of all reports */

static void
on_problem(void *ctx, const struct rep_problem *t)
{
	(void)ctx;
	problems += t->kind == REP_PROBLEM_INPUT;
	snprintf(said, sizeof said, "%s", t->text);
}

static const struct rep_session session = { .problem = on_problem };

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
	static bool busy[REP_COUNT(v)], told[REP_COUNT(v)];

	memset(alert, 0, sizeof alert);
	memset(of, 0, sizeof of);
	to.now_s = T;
	for (size_t k = 0; k < n; k++)
		v[k] = (struct rep_incident){ .id = (int64_t)k + 1, .life = REP_LIFE_ACTIVE };
	set = (struct rep_verdict_set){ .arena = arena,
		.in = { .now_s = T },
		.verdicts = { .incidents = v, .incidents_n = n } };
	news = (struct rep_news){ .of = of, .alert = alert, .busy = busy, .told = told };
	box = (struct rep_outbox){ .session = &session, .store = store, .arena = arena };
}

/* Tells of the incidents of `which` ("13": the first and the third) as one piece. */
static void
tell(const char *which, bool over)
{
	const struct rep_incident *group[REP_COUNT(v)];
	struct rep_alert_piece p = { group, strlen(which), over, "", REP_S(""), rep_str_c(which),
		REP_S("words\n") };
	struct rep_err err = { .msg = "" };

	memset(news.of, 0, REP_COUNT(v) * sizeof *news.of);
	memset(news.told, 0, REP_COUNT(v) * sizeof *news.told);
	for (size_t k = 0; k < p.n; k++) {
		size_t i = (size_t)(which[k] - '1');

		group[k] = &v[i];
		if (over)
			v[i].life = REP_LIFE_OVER;
		news.of[i] = over	 ? REP_NEWS_OVER
		    : news.alert[i] == 0 ? REP_NEWS_BEGAN
					 : REP_NEWS_NONE;
	}
	ok(rep_alerts_put(&set, &news, &p, p.n > 0, &to, &box, &err) == REP_OK, "told: %s%s", which,
	    over ? " is over" : "");
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
	tell("1", true);
	is("opened 1, updated 1, updated 1, resolved 1, opened 2, opened 3, resolved 2",
	    "each ends alone");
}

/* Which alerts are told of so soon after a message that it is too soon. */
static void
busy(void)
{
	begin(3);
	tell("1", false);
	rep_alerts_busy(&set, &news, &box, T, 900);
	ok(news.busy[0] && !news.busy[1] && news.busy_until_s == T + 900,
	    "an alert is busy when it was told just now");
	rep_alerts_busy(&set, &news, &box, T + 899, 900);
	ok(news.busy[0], "and for as long as was asked");
	rep_alerts_busy(&set, &news, &box, T + 900, 900);
	ok(!news.busy[0] && news.busy_until_s == 0, "no longer");
	rep_alerts_busy(&set, &news, &box, T - 5000, 900);
	ok(!news.busy[0], "nor when the clock was set back");
	box.alerts[0].acked = true;
	rep_alerts_busy(&set, &news, &box, T, 900);
	ok(!news.busy[0], "nor when a person has answered");
	box.alerts[0].acked = false;
	box.alerts[0].snoozed_s = T + 60;
	rep_alerts_busy(&set, &news, &box, T, 900);
	ok(!news.busy[0], "also for a while");
	box.alerts[0].snoozed_s = 0;
	tell("1", true);
	rep_alerts_busy(&set, &news, &box, T, 900);
	ok(!news.busy[0], "nor when it is resolved");
}

/* An incident that is gone for a moment keeps its alert open. */
static void
gone_for_a_moment(void)
{
	uint64_t alert = 1;

	begin(1);
	tell("1", false);
	set.verdicts.incidents_n = 0;
	news.gone = &alert;
	news.gone_n = 1;
	tell("", false);
	is("opened 1", "what is gone for a moment is not over");
	news.gone_n = 0;
	tell("", false);
	is("opened 1, resolved 1", "then it is");
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

	problems = 0;
	ok(rep_store_begin(store, &err) == REP_OK && rep_outbox_commit(&box, &err) == REP_OK &&
		rep_outbox_load(&box, arena, &err) == REP_OK && problems == 0,
	    "stored and read: %s", err.msg);
}

static void
add(uint64_t alert, enum rep_alert_event event, int64_t now_s)
{
	struct rep_err err = { .msg = "" };

	to.now_s = now_s;
	ok(rep_outbox_add(&box, &alert, event, "", REP_S("a title\n with a line end"),
	       REP_S("two\nlines\n"), &to, &err) == REP_OK,
	    "a message");
}

/* The number of the message that the channel gets next, and when; 0: none waits. */
static void
is_next(const char *channel, int64_t now_s, uint64_t want, int64_t want_s, const char *what)
{
	int64_t due_s;
	const struct rep_outbox_message *m =
	    rep_outbox_next(&box, rep_str_c(channel), now_s, &due_s);

	ok((m == NULL ? 0 : m->n) == want && (want == 0 || due_s == want_s),
	    "%s: %s gets %llu, from %lld on", what, channel,
	    m == NULL ? 0ull : (unsigned long long)m->n, (long long)(due_s - T));
}

/* A try, and what came of it. */
static enum rep_outbox_state
tried(uint64_t n, const char *channel, int64_t now_s, bool taken, bool refused, const char *why)
{
	const struct rep_outbox_way *w;

	rep_outbox_try(&box, n, rep_str_c(channel), now_s);
	w = rep_outbox_tried(&box, n, rep_str_c(channel), now_s, taken, refused, rep_str_c(why));
	return w == NULL ? REP_OUTBOX_GIVEN_UP : w->state;
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
	is_next("ops", T, 1, T, "in their order");
	rep_outbox_try(&box, 1, REP_S("ops"), T + 1);
	again();
	is_next("ops", T + 1, 1, T + 11, "while nothing is known of a try, ten seconds later");
	(void)rep_outbox_tried(
	    &box, 1, REP_S("ops"), T + 7, false, false, REP_S("it did not answer"));
	is_next("ops", T + 7, 1, T + 17, "after a failure, too, and before all others");
	is_next("hook", T + 7, 1, T + 7, "the other channel does not wait for it");
	(void)tried(1, "ops", T + 17, false, false, "nor now");
	again();
	is_next("ops", T + 17, 1, T + 37, "then twice as long");
	for (int k = 1; k < 20; k++)
		(void)tried(1, "ops", T + 3600 * k, false, false, "nor now");
	is_next("ops", T + 3600 * 19, 1, T + 3600 * 20, "at most an hour");
	is_next("ops", T - 86400, 1, T - 86400, "at once when the clock was set back a day");
	to.now_s = T + 8;
	ok(rep_outbox_due(&box, &to) == T + 8, "the first of all is due at once");
	ok(tried(1, "hook", T + 8, true, false, "") == REP_OUTBOX_TAKEN, "the other took it");
	is_next("hook", T + 8, 2, T + 8, "what was taken is not sent again");
	ok(tried(1, "ops", T + REP_OUTBOX_TRY_S, false, false, "not yet") == REP_OUTBOX_WAITS,
	    "three days after it was found it still waits");
	ok(tried(1, "ops", T + 1 + REP_OUTBOX_TRY_S, false, false, "never") == REP_OUTBOX_GIVEN_UP,
	    "three days after the first try it is given up");
	again();
	is_next("ops", T + 9, 2, T + 9, "and the next one is sent");
	ok(rep_str_eq(box.messages[0].ways[0].why, REP_S("never")), "with the reason");
	(void)tried(2, "ops", T + 9, true, false, "");
	(void)tried(2, "hook", T + 9, true, false, "");
	is_next("ops", T + 9, 0, 0, "all is sent");
	ok(rep_outbox_due(&box, &to) == 0, "nothing is due");
}

/* A try while the clock is a year ahead, or just before it is. */
static void
jumped(void)
{
	const int64_t year = 365 * 86400;

	begin(0);
	add(0, REP_ALERT_OPENED, T);
	(void)tried(1, "ops", T, false, false, "not now");
	ok(tried(1, "ops", T + year, false, false, "nor now") == REP_OUTBOX_WAITS,
	    "a clock that jumps gives up nothing");
	is_next("ops", T + 1, 1, T + 1, "and when it is right again it is tried at once");
	for (int k = 0; k < REP_OUTBOX_TRY_LEAST; k++)
		(void)tried(1, "ops", T + 1 + 3600 * k, false, false, "nor now");
	ok(tried(1, "ops", T + 1 + REP_OUTBOX_TRY_S, false, false, "never") == REP_OUTBOX_GIVEN_UP,
	    "three days and some tries later it is given up");
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	(void)tried(1, "ops", T + year, false, false, "not now");
	for (int k = 0; k < REP_OUTBOX_TRY_LEAST; k++)
		(void)tried(1, "ops", T + 3600 * k, false, false, "nor now");
	ok(tried(1, "ops", T + REP_OUTBOX_TRY_S, false, false, "never") == REP_OUTBOX_GIVEN_UP,
	    "also when the first try was in the next year");
}

/* What is due in an hour, and what brings it to now. */
static void
brought(void)
{
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	for (int k = 0; k < 12; k++)
		(void)tried(1, "ops", T, false, false, "nor now");
	add(1, REP_ALERT_UPDATED, T + 1);
	is_next("ops", T + 1, 1, T + REP_OUTBOX_AGAIN_MAX_S, "an update waits behind what failed");
	add(0, REP_ALERT_OPENED, T + 2);
	again();
	is_next(
	    "ops", T + 2, 1, T + 2, "for an alert that opens it is tried at once, in its order");
	(void)tried(1, "ops", T + 2, false, true, "no such topic");
	add(0, REP_ALERT_OPENED, T + 3);
	(void)tried(2, "ops", T + 3, true, false, "");
	(void)tried(3, "ops", T + 3, true, false, "");
	(void)tried(4, "ops", T + 3, true, false, "");
	is_next("ops", T + 3, 1, T + 2 + REP_OUTBOX_AGAIN_MAX_S, "but not what was refused");
	rep_outbox_bring(&box, REP_S("ops"), T + 4);
	is_next("ops", T + 4, 1, T + 4, "which a new configuration brings");
}

/* What a receiver refuses for good. */
static void
refused(void)
{
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	add(0, REP_ALERT_OPENED, T);
	ok(tried(1, "ops", T, false, true, "no such topic") == REP_OUTBOX_WAITS, "it is kept");
	again();
	is_next("ops", T + 1, 2, T + 1, "what is refused holds back nothing");
	(void)tried(2, "ops", T + 1, true, false, "");
	is_next("ops", T + 2, 1, T + REP_OUTBOX_AGAIN_MAX_S, "and is tried each hour");
}

static void
known(void)
{
	struct rep_err err = { .msg = "" };

	begin(0);
	add(0, REP_ALERT_OPENED, T);
	add(1, REP_ALERT_UPDATED, T + 1);
	rep_outbox_ack(&box, rep_outbox_alert(&box, 1), T + 2);
	ok(box.messages[1].ways[0].state == REP_OUTBOX_GIVEN_UP &&
		box.messages[0].ways[0].state == REP_OUTBOX_WAITS,
	    "what waits of an alert that is acknowledged is given up, but for its opening");
	add(1, REP_ALERT_UPDATED, T + 3);
	add(1, REP_ALERT_RESOLVED, T + 4);
	again();
	ok(box.messages[2].ways_n == 0 && box.messages[3].ways_n == 2,
	    "it gets no updates, and its end");
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	(void)tried(1, "ops", T, true, false, "");
	to.now_s = T;
	ok(rep_outbox_snooze(&box, rep_outbox_alert(&box, 1), T + 3600, &to, &err) == REP_OK &&
		rep_outbox_snooze(&box, rep_outbox_alert(&box, 1), T + 28800, &to, &err) == REP_OK,
	    "snoozed, and then for longer");
	again();
	is_next("ops", T + 1, 3, T + 28800, "one message reminds of it, at the end");
	ok(rep_str_starts(box.messages[2].title, REP_S("Still: a title")), "by its title");
	add(1, REP_ALERT_UPDATED, T + 1);
	is_next("ops", T + 1, 3, T + 28800, "an update waits as well");
	add(0, REP_ALERT_OPENED, T + 2);
	is_next("ops", T + 2, 5, T + 2, "and neither holds back another alert");
	add(1, REP_ALERT_RESOLVED, T + 3);
	(void)tried(5, "ops", T + 3, true, false, "");
	is_next("ops", T + 3, 6, T + 3, "when it is over, neither is sent");
}

/* New trouble beside an alert that a person has answered. */
static void
answered(void)
{
	begin(4);
	tell("1", false);
	rep_outbox_ack(&box, rep_outbox_alert(&box, 1), T);
	tell("12", false);
	is("opened 1, updated 1", "more of what is known is an update");
	ok(box.messages[1].ways_n == 0, "that nobody gets");
	v[2].life = REP_LIFE_ACTIVE;
	news.alert[2] = 1; /* it was in the alert, was over, and is back */
	news.of[2] = REP_NEWS_RETURNED;
	{
		const struct rep_incident *group[] = { &v[2], &v[3] };
		struct rep_alert_piece p = { group, 2, false, "", REP_S(""), REP_S("new"),
			REP_S("x\n") };
		struct rep_err err = { .msg = "" };

		news.of[3] = REP_NEWS_BEGAN;
		ok(rep_alerts_put(&set, &news, &p, 1, &to, &box, &err) == REP_OK, "told: new");
	}
	is("opened 1, updated 1, opened 2", "what is all new opens another alert");
	begin(1);
	tell("1", false);
	rep_outbox_ack(&box, rep_outbox_alert(&box, 1), T);
	{
		const struct rep_incident *group[] = { &v[0] };
		struct rep_alert_piece p = { group, 1, false, "Back: ", REP_S(""), REP_S("it"),
			REP_S("x\n") };
		struct rep_err err = { .msg = "" };

		news.of[0] = REP_NEWS_RETURNED;
		ok(rep_alerts_put(&set, &news, &p, 1, &to, &box, &err) == REP_OK, "told: back");
	}
	is("opened 1, opened 2, resolved 1", "one that is back unseen: the new alert stays open");
	ok(rep_outbox_snooze(&box, rep_outbox_alert(&box, 2), T + 60, &to,
	       &(struct rep_err){ .msg = "" }) == REP_OK &&
		box.messages[3].ways_n == 2,
	    "snoozed: it is reminded of");
}

/* Several pieces that end one alert in one pass. */
static void
ended(void)
{
	const struct rep_incident *one[] = { &v[0] }, *two[] = { &v[1] };
	struct rep_alert_piece p[] = { { one, 1, true, "", REP_S(""), REP_S("one"), REP_S("x\n") },
		{ two, 1, true, "", REP_S(""), REP_S("two"), REP_S("x\n") } };
	struct rep_err err = { .msg = "" };

	begin(2);
	tell("12", false);
	for (size_t k = 0; k < 2; k++) {
		news.told[k] = false; /* by this pass */
		v[k].life = REP_LIFE_OVER;
		news.of[k] = REP_NEWS_OVER;
	}
	ok(rep_alerts_put(&set, &news, p, 2, &to, &box, &err) == REP_OK, "both end");
	is("opened 1, updated 1, resolved 1", "each is told, and the last one resolves it");
	is_str(box.alerts[0].title, "12", "the alert keeps the title that opened it");
}

/* A channel that was taken out of the configuration. */
static void
unknown(void)
{
	begin(0);
	add(0, REP_ALERT_OPENED, T);
	to.n = 1;
	rep_outbox_channels(&box, &to);
	rep_outbox_channels(&box, &to);
	to.n = 2;
	again();
	ok(strncmp(said, "1 message of alerts waited for a channel", 40) == 0, "said: %s", said);
	said[0] = '\0';
	again();
	ok(said[0] == '\0', "once");
	is_next("hook", T, 0, 0, "nothing waits for it");
	is_next("ops", T, 1, T, "and the others wait on");
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

		to.now_s = T + k;
		if (rep_outbox_add(&box, &alert, REP_ALERT_OPENED, "", REP_S("t"), REP_S("x\n"),
			&to, &err) != REP_OK)
			ok(false, "%s", err.msg);
	}
	for (size_t i = 0; i < box.messages_n; i++)
		waiting += box.messages[i].ways[0].state == REP_OUTBOX_WAITS;
	ok(waiting == REP_OUTBOX_WAITING_MAX, "%zu wait", waiting);
	ok(box.crowded == 50, "%zu are given up, which is to be said", box.crowded);
	for (size_t i = 0; i < box.messages_n; i++)
		for (size_t k = 0; k < 2; k++)
			(void)rep_outbox_tried(
			    &box, box.messages[i].n, both[k], T, true, false, REP_S(""));
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
		{ "w 0 0 0 0 0 0 0 0\n\n\n", 0, 0 },
		{ "o 9 9", 0, 0 },
		{ "q", 0, 0 },
		{ "o 9 9 7\nm 1 1 0 5 1 2\nt\nx\n\nw 7 0 0 0 0 0 1 0\na\n\n", 1, 0 },
		{ "o 9 9 7\nm 1 1 0 9223372036854775807 1 2\nt\nx\n\n", 0, 0 },
	};
	struct rep_err err = { .msg = "" };

	box = (struct rep_outbox){ .session = &session, .store = store };
	for (size_t k = 0; k < REP_COUNT(rows); k++) {
		problems = 0;
		ok(rep_store_begin(store, &err) == REP_OK &&
			rep_store_state_put(store, "outbox", rep_str_c(rows[k].value), &err) ==
			    REP_OK &&
			rep_store_commit(store, &err) == REP_OK &&
			rep_outbox_begin(&box, arena, &err) == REP_OK && problems == (k > 1) &&
			box.messages_n == rows[k].messages && box.alerts_n == rows[k].alerts,
		    "value %zu: %zu messages, %zu alerts", k, box.messages_n, box.alerts_n);
		ok(rep_outbox_commit(&box, &err) == REP_OK &&
			rep_outbox_load(&box, arena, &err) == REP_OK && problems == (k > 1) &&
			box.messages_n == rows[k].messages && box.alerts_n == rows[k].alerts,
		    "value %zu: once saved it is whole", k);
	}
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
	busy();
	gone_for_a_moment();
	ways();
	refused();
	jumped();
	brought();
	known();
	answered();
	ended();
	unknown();
	many();
	damaged();
	rep_store_close(store);
	rep_arena_free(arena);
	return done();
}
