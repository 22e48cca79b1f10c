/*
 * unit/test_condition_alerts.c -- what is told of conditions: once, together, again, and that it is over.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/condition_alerts.h"
#include "engine/digest.h"
#include "store/store.h"
#include "tap.h"

#include <stdlib.h>

static const struct rep_key key = { "a test's key...." };
static const struct rep_str ops[] = { { "ops", 3 } };
static struct rep_arena *arena;
static struct rep_store *store;
static struct rep_know *know;
static struct rep_outbox box;
static struct rep_condition_news news;
static bool written; /* by the last pass */

enum { T = 1700000000, MIN = 60, HOUR = 3600, DAY = 86400 };

static const struct {
	char letter;
	enum rep_kind kind;
	const char *subject;
} names[] = {
	{ 'p', REP_KIND_PTR_LOST, "192.0.2.1" },
	{ 'h', REP_KIND_PTR_LOST, "192.0.2.1" }, /* another name of it */
	{ 'q', REP_KIND_PTR_LOST, "192.0.2.2" },
	{ 'r', REP_KIND_PTR_LOST, "192.0.2.3" },
	{ 'd', REP_KIND_DISK_FULL, "/var" },
	{ 'c', REP_KIND_RECORD_CHANGED, "a.example" },
	{ 'g', REP_KIND_RECORD_GONE, "a.example" },
	{ 'b', REP_KIND_RECORD_BROKEN, "a.example" },
	{ 'l', REP_KIND_NEW_LISTING, "192.0.2.1" },
	{ 's', REP_KIND_LOG_SILENT, "mx1" },
	{ 'n', REP_KIND_BOUNCES_NEAR, "192.0.2.1" },
};

static void
start(void)
{
	struct rep_err err = { .msg = "" };

	rep_store_close(store);
	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK)
		abort();
	rep_arena_reset(arena);
	box = (struct rep_outbox){ .arena = arena };
}

/* What holds at a moment, by letter; '?': of its kind (the letter behind it) nothing is known; '!': nothing is told. */
static void
at(int64_t after_s, const char *what)
{
	struct rep_condition v[16];
	struct rep_conditions c = { .a = arena, .v = v };
	struct rep_outbox_to to = { ops, 1, T + after_s };
	struct rep_held_all held;
	struct rep_err err = { .msg = "" };
	bool silent = false, unknown;

	for (; *what != '\0'; what++) {
		silent = silent || *what == '!';
		unknown = *what == '?';
		what += unknown;
		for (size_t i = 0; i < REP_COUNT(names); i++)
			if (names[i].letter == *what && unknown)
				c.unknown[names[i].kind] = true;
			else if (names[i].letter == *what)
				v[c.n++] = (struct rep_condition){ .kind = names[i].kind,
					.subject = rep_str_c(names[i].subject),
					.of = names[i].letter == 'h' ? REP_S("helo") : REP_S(""),
					.since_s = T - 600,
					.text = REP_S("Seen.") };
	}
	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_held_load(store, arena, &held, &err) != REP_OK ||
	    rep_condition_alerts_put(know, &c, silent, &held, &to, &box, &news, &err) != REP_OK ||
	    ((written = rep_held_changed(&held)) && rep_held_save(&held, store, &err) != REP_OK) ||
	    rep_store_commit(store, &err) != REP_OK)
		ok(false, "told: %s", err.msg);
}

/* All messages so far: "opened 1, resolved 1". */
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

static struct rep_str
title(void)
{
	return box.messages_n == 0 ? REP_S("") : box.messages[box.messages_n - 1].title;
}

static void
one(void)
{
	start();
	at(0, "p");
	is("opened 1", "it begins");
	is_str(title(), "The PTR name of 192.0.2.1 is not right any more", "its headline");
	is_str(box.messages[0].text,
	    "The PTR name of 192.0.2.1 is not right any more.\n"
	    "Since 2023-11-14T22:03:20Z. Seen.\n"
	    "What to do: ask who runs the address to set it again:\n"
	    "  reputed ptr 192.0.2.1\n"
	    "Google, Microsoft and many others refuse mail from an address whose name is missing, "
	    "generic, or does not lead back to it.\n",
	    "what, since when and how much, what to do; then why");
	at(MIN, "p");
	at(DAY, "p");
	is("opened 1", "it is told once");
	at(DAY + MIN, "?p");
	is("opened 1", "what cannot be told is not over");
	at(DAY + 2 * MIN, "p");
	at(DAY + 2 * MIN, "");
	is("opened 1, resolved 1", "it is over, also within the second in which it was seen last");
	is_str(title(), "Over: The PTR name of 192.0.2.1 is not right any more", "and says so");
	at(DAY + 3 * MIN, "");
	is("opened 1, resolved 1", "once");
}

static void
together(void)
{
	start();
	at(0, "pq");
	is("opened 1", "two of a kind are one message");
	is_str(title(), "The PTR names of 2 addresses are not right any more", "with a count");
	ok(rep_str_find(box.messages[0].text,
	       REP_S("What to do: ask who runs the address to set it again:\n"
		     "  reputed ptr 192.0.2.1\n  reputed ptr 192.0.2.2\nGoogle"),
	       0) != SIZE_MAX,
	    "and a command for each: %.*s", REP_PR(box.messages[0].text));
	at(MIN, "pqr");
	is("opened 1, updated 1", "a third one goes on with it");
	is_str(title(), "More: The PTR name of 192.0.2.3 is not right any more", "and is named");
	at(2 * MIN, "qr");
	is("opened 1, updated 1", "that one of them is over is no message");
	at(3 * MIN, "r");
	at(4 * MIN, "");
	is("opened 1, updated 1, resolved 1", "the last one ends it");
}

/* An entry of one's own: subjects and their number stand in each of its sentences. */
static void
own_words(void)
{
	static const char *const entry =
	    "alert ptr-lost {\n\ttitle \"{subject} lost it\"; several \"{n} lost it\"; weight now\n"
	    "\tdo \"look at {subject} ({n})\"; command \"ask {subject} {n}\"; why \"{n}: {subject}\"\n}\n";
	struct rep_know *usual = know;
	struct rep_err err;
	unsigned bad = 0;

	if ((know = rep_know_new()) == NULL || rep_know_add_builtin(know, &err) != REP_OK ||
	    rep_know_add(know, "own.alerts", rep_str_c(entry), NULL, NULL, &bad, &err) != REP_OK ||
	    bad > 0)
		abort();
	start();
	at(0, "phq");
	is_str(box.messages[0].text,
	    "2 lost it.\n"
	    "- 192.0.2.1, since 2023-11-14T22:03:20Z: Seen.\n"
	    "- 192.0.2.1, since 2023-11-14T22:03:20Z: Seen.\n"
	    "- 192.0.2.2, since 2023-11-14T22:03:20Z: Seen.\n"
	    "What to do: look at each of them (2):\n"
	    "  ask 192.0.2.1 2\n"
	    "  ask 192.0.2.2 2\n"
	    "2: each of them\n",
	    "two subjects with three conditions");
	start();
	at(0, "ph");
	is_str(box.messages[0].text,
	    "192.0.2.1 lost it.\n"
	    "- 192.0.2.1, since 2023-11-14T22:03:20Z: Seen.\n"
	    "- 192.0.2.1, since 2023-11-14T22:03:20Z: Seen.\n"
	    "What to do: look at 192.0.2.1 (1):\n"
	    "  ask 192.0.2.1 1\n"
	    "1: 192.0.2.1\n",
	    "one subject with two conditions");
	rep_know_free(know);
	know = usual;
}

static void
waits(void)
{
	start();
	at(0, "d");
	at(4 * MIN, "d");
	is("", "what holds for a moment is not told");
	at(4 * MIN + 30, "");
	at(5 * MIN, "d");
	at(9 * MIN, "d");
	is("", "a gap begins it again");
	at(10 * MIN, "d");
	is("opened 1", "what holds for long enough is");
	at(11 * MIN, "");
	at(15 * MIN, "");
	is("opened 1", "it is not over at once");
	at(16 * MIN, "d");
	at(25 * MIN, "");
	is("opened 1", "when it comes back meanwhile, it was never over");
	at(26 * MIN, "");
	is("opened 1, resolved 1", "gone for long enough");
	at(30 * MIN, "d");
	at(36 * MIN, "d");
	is("opened 1, resolved 1", "one that comes back on the same day must hold longer");
	at(40 * MIN, "d");
	is("opened 1, resolved 1, opened 2", "than at first");
	at(50 * MIN, "");
	at(60 * MIN, "");
	at(60 * MIN + 2 * DAY, "d");
	at(65 * MIN + 2 * DAY, "d");
	is("opened 1, resolved 1, opened 2, resolved 2, opened 3", "days later it is new");
}

static void
told_once(void)
{
	start();
	at(0, "c");
	is("opened 1", "what has changed is told");
	ok(!box.alerts[0].open && box.alerts[0].resolved_s == T, "and is no open alert");
	at(DAY, "c");
	at(2 * DAY, "");
	is("opened 1", "nor does it end");
}

static void
a_storm(void)
{
	start();
	at(0, "pglsq");
	is("opened 1, opened 2, opened 3, opened 4", "four kinds are four messages");
	start();
	at(0, "pglsbq");
	is("opened 1", "five are one");
	is_str(title(),
	    "5 things at once. The first: a.example has lost a record that receivers ask for",
	    "with a count");
	ok(rep_str_starts(box.messages[0].text,
	       REP_S("5 things at once:\n"
		     "- a.example has lost a record that receivers ask for\n"
		     "- A record of a.example does not work any more\n"
		     "- The PTR names of 2 addresses are not right any more\n"
		     "- 192.0.2.1 is on a blocklist\n"
		     "- The log of mx1 has gone silent\n"
		     "\n"
		     "a.example has lost a record that receivers ask for.\n"
		     "Since 2023-11-14T22:03:20Z. Seen.\n"
		     "What to do: publish it again; what to write is in:\n"
		     "  reputed check a.example\n")),
	    "the headline of each, then each as it is told alone: %.*s",
	    REP_PR(box.messages[0].text));
	ok(rep_str_find(box.messages[0].text,
	       REP_S("\n\nThe PTR names of 2 addresses are not right any more.\n"
		     "- 192.0.2.1, since 2023-11-14T22:03:20Z: Seen.\n"),
	       0) != SIZE_MAX &&
		rep_str_find(box.messages[0].text, REP_S("  reputed ptr 192.0.2.2\n"), 0) !=
		    SIZE_MAX,
	    "with its commands");
	at(MIN, "pgl");
	is("opened 1", "some of them are over");
	at(2 * MIN, "pglr");
	is("opened 1, updated 1", "one more of a kind goes on with it");
	at(3 * MIN, "");
	is("opened 1, updated 1, resolved 1", "all of them");
	start();
	at(0, "cglsb");
	is("opened 1", "one that is told once is among five");
	ok(rep_str_find(box.messages[0].text,
	       REP_S("What to do: nothing, if that was you. Else find out who can change the zone, "
		     "and look at it:\n"
		     "  reputed check a.example\n"),
	       0) != SIZE_MAX,
	    "with what to do: %.*s", REP_PR(box.messages[0].text));
}

static void
answered(void)
{
	start();
	at(0, "p");
	rep_outbox_ack(&box, &box.alerts[0], T);
	at(MIN, "pq");
	is("opened 1, opened 2", "new trouble beside an answered alert opens another one");
	at(2 * MIN, "q");
	is("opened 1, opened 2, resolved 1", "each ends by itself");
	at(3 * MIN, "");
	is("opened 1, opened 2, resolved 1, resolved 2", "the other one");
}

static void
maintenance(void)
{
	start();
	at(0, "p");
	at(MIN, "gl!");
	is("opened 1", "in a time of maintenance nothing is told");
	at(2 * MIN, "l!");
	at(3 * MIN, "l");
	is("opened 1, opened 2, resolved 1", "after it what is still so is, and what is over");
	is_str(box.messages[1].title, "192.0.2.1 is on a blocklist", "what was over before is not");
}

/* What the passes of an hour write. */
static void
writes(void)
{
	start();
	at(0, "p");
	ok(written, "what is told is written");
	at(1, "p");
	ok(!written, "that it still holds is not");
	at(59, "p");
	ok(!written, "within a minute");
	at(MIN, "p");
	ok(written, "then it is");
	at(MIN + 1, "?p");
	ok(!written, "nor is what is not known");
	at(MIN + 2, "pq");
	ok(written, "another one is");
	at(MIN + 3, "q");
	ok(written, "so is an end");
	at(0, "q");
	ok(written, "and a clock that was set back");
}

/* The clock was ten days ahead, and is right again. */
static void
set_back(void)
{
	start();
	at(10 * DAY, "d");
	at(0, "d");
	at(5 * MIN, "d");
	is("opened 1", "what began in times to come begins now");
	start();
	at(10 * DAY, "p");
	at(0, "");
	at(MIN, "");
	is("opened 1, resolved 1", "what was seen in times to come ends");
	start();
	at(10 * DAY, "p");
	at(10 * DAY + MIN, "");
	at(0, "");
	at(2 * DAY, "p");
	at(3 * DAY, "p");
	is("opened 1, resolved 1, opened 2", "what was over in times to come is told again");
}

/* --- the digest of a week ------------------------------------------------------------------------------- */

/* The Mondays of these rows are counted from one: its day 0, 07:00 UTC. */
static void
digest_at(int64_t after_s)
{
	static struct rep_verdict_set set;
	static struct rep_own own;
	struct rep_outbox_to to = { ops, 1, rep_digest_monday(T) + after_s };
	struct rep_err err = { .msg = "" };

	box.store = store;
	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_digest_tend(&set, &own, &to, &box, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		ok(false, "a digest: %s", err.msg);
}

static void
digests(void)
{
	start();
	digest_at(5 * DAY);
	digest_at(7 * DAY);
	is("", "of a week that was seen in part there is none");
	digest_at(14 * DAY - 1);
	is("", "nor before a week is over");
	digest_at(17 * DAY);
	is("digest 1", "one that is late");
	digest_at(21 * DAY - 1);
	is("digest 1", "is the only one of its week");
	digest_at(21 * DAY);
	is("digest 1, digest 2", "and leaves the next one where it was");
	start();
	digest_at(300 * DAY);
	digest_at(0);
	digest_at(7 * DAY);
	is("digest 1", "after a clock that was ahead they go on");
}

/* Two records that are alike for longer than is quoted. */
static void
digest_changes(void)
{
	static struct rep_found found[] = {
		{ .text = { "v=spf1 ip4:192.0.2.0/24 include:_spf.shop.example -all", 54 } },
		{ .text = { "v=spf1 ip4:192.0.2.0/24 include:_spf.shop.example ~all", 54 } },
	};
	static const struct rep_own own = { .domains = { { "a.example", 9 } }, .domains_n = 1 };
	static struct rep_verdict_set set = { .in = { .found = found, .found_n = 2 } };
	int64_t monday_s = rep_digest_monday(T);
	struct rep_str text;

	start();
	for (size_t i = 0; i < 2; i++) {
		found[i].subject = own.domains[0];
		found[i].id = REP_S("spf");
		found[i].record = true;
		found[i].clear_s = monday_s - 2 * DAY;
		found[i].first_s = monday_s - DAY;
	}
	found[0].first_s = monday_s - 2 * DAY;
	found[0].clear_s = 0;
	found[0].gone_s = monday_s - DAY;
	text = rep_digest_text(&set, &own, &box, monday_s, arena);
	ok(rep_str_find(text,
	       REP_S("Changed in DNS\n"
		     "  a.example, spf is gone: ....0.2.0/24 include:_spf.shop.example -all\n"
		     "  a.example, spf is new: ....0.2.0/24 include:_spf.shop.example ~all\n"),
	       0) != SIZE_MAX,
	    "records are quoted where they differ: %.*s", REP_PR(text));
}

/* A line that a later program wrote, or nobody, is left out. */
static void
damaged(void)
{
	struct rep_held_all held;
	struct rep_err err;

	start();
	at(0, "pq");
	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_store_state_put(store, "conditions",
		REP_S("ptr-lost\t192.0.2.1\t\t5\t6\t7\t0\t1\t1\t\nnonsense\nptr-lost\tx\t\t1\t\n"
		      "some-other\ta\t\t1\t1\t1\t1\t1\t1\t\n"),
		&err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK ||
	    rep_held_load(store, arena, &held, &err) != REP_OK)
		abort();
	is_int((int64_t)held.n, 1, "one line is good");
	ok(held.n == 1 && held.v[0].first_s == 5 && held.v[0].seen_s == 6 &&
		held.v[0].told_s == 7 && held.v[0].alert == 1 && held.v[0].back,
	    "and has what it says");
	is_int(held.v[0].so_s, 0, "but not since when it is so: older versions did not keep it");
}

/* Since when it is so, as it was told, is often before the first look. */
static void
since(void)
{
	struct rep_held_all held;
	struct rep_err err;

	start();
	at(0, "p");
	if (rep_held_load(store, arena, &held, &err) != REP_OK)
		abort();
	is_int((int64_t)held.n, 1, "one holds");
	is_int(held.v[0].so_s, held.v[0].told_s == 0 ? 0 : T - 600,
	    "since when it is so is kept when it is told");
	at(600, "p");
	if (rep_held_load(store, arena, &held, &err) != REP_OK)
		abort();
	ok(held.v[0].told_s != 0, "it was told");
	is_int(held.v[0].so_s, T - 600, "with since when it is so");
}

int
main(void)
{
	struct rep_err err;

	arena = rep_arena_new(64 << 20);
	know = rep_know_new();
	if (arena == NULL || know == NULL || rep_know_add_builtin(know, &err) != REP_OK)
		return 1;
	for (int k = 0; k < REP_KIND_N; k++)
		ok(rep_know_alert(know, (enum rep_kind)k)->known, "the catalogue has %s",
		    rep_kind_names[k]);
	one();
	together();
	own_words();
	waits();
	told_once();
	a_storm();
	answered();
	maintenance();
	writes();
	set_back();
	digests();
	digest_changes();
	damaged();
	since();
	rep_store_close(store);
	rep_know_free(know);
	rep_arena_free(arena);
	return done();
}
