/*
 * unit/test_conditions_tend.c -- conditions in a pass: numbers of alerts, and what is left out, which is said once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/conditions_tend.h"
#include "engine/outbox_kept.h"
#include "store/store.h"
#include "tap.h"

#include <stdlib.h>

enum { T = 1700000000, DAY = 86400 };

static const struct rep_key key = { "a test's key...." };
static struct rep_arena *arena;
static struct rep_store *store;
static struct rep_know *know;
static struct rep_limp limps[REP_CONDITIONS_MAX + 1];
static struct rep_str said; /* by the last pass */

static void
on_problem(void *ctx, const struct rep_problem *t)
{
	(void)ctx;
	said = rep_arena_printf(arena, "%.*s%s\n", REP_PR(said), t->text);
}

static void
start(void)
{
	struct rep_err err = { .msg = "" };

	rep_store_close(store);
	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK)
		abort();
}

/* --- a pass ------------------------------------------------------------------------------------------- */

/* With so many conditions, at a time. */
static void
pass(int64_t after_s, size_t n)
{
	static const struct rep_config cfg = { .n_domains = 0 };
	const struct rep_session session = { .cfg = &cfg, .problem = on_problem };
	const struct rep_conditions_tend o = {
		.session = &session, .limps = limps, .limps_n = n, .host = REP_S("mx1")
	};
	struct rep_verdict_set set = { .in = { .know = know, .now_s = T + after_s } };
	const struct rep_outbox_to to = { .now_s = T + after_s };
	struct rep_outbox box = { .session = &session, .store = store };
	struct rep_condition_news news;
	struct rep_held_all held;
	struct rep_err err = { .msg = "" };

	said = REP_S("");
	if (rep_outbox_begin(&box, arena, &err) != REP_OK ||
	    rep_conditions_numbers(&box, &held, &err) != REP_OK ||
	    rep_conditions_tend(&o, &set, &to, &held, &box, &news, &err) != REP_OK ||
	    rep_outbox_commit(&box, &err) != REP_OK)
		ok(false, "a pass: %s", err.msg);
}

/* What is stored of a condition that a test stored; NULL: nothing. */
static const struct rep_held *
stored(enum rep_kind kind, struct rep_str subject, struct rep_held_all *held)
{
	const struct rep_condition c = { .kind = kind, .subject = subject };
	struct rep_err err;

	if (rep_held_load(store, arena, held, &err) != REP_OK)
		abort();
	return rep_held_find(held, &c);
}

static void
put(struct rep_held h)
{
	const struct rep_held_all held = { .v = &h, .n = 1 };
	struct rep_err err;

	if (rep_store_begin(store, &err) != REP_OK || rep_held_save(&held, store, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		abort();
}

static void
put_state(const char *name, const char *text)
{
	struct rep_err err;

	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_store_state_put(store, name, rep_str_c(text), &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		abort();
}

/* --- tests -------------------------------------------------------------------------------------------- */

static void
numbers(void)
{
	struct rep_outbox box = { .arena = arena };
	struct rep_held_all held;
	struct rep_err err = { .msg = "" };

	start();
	box.store = store;
	ok(rep_conditions_numbers(&box, &held, &err) == REP_OK && held.n == 0 &&
		box.alerts_last == 0,
	    "nothing was told");
	put((struct rep_held){ .kind = REP_KIND_LOG_SILENT,
	    .subject = REP_S("mx1"),
	    .of = REP_S(""),
	    .told_s = T,
	    .alert = 7 });
	box.alerts_last = 3;
	ok(rep_conditions_numbers(&box, &held, &err) == REP_OK && box.alerts_last == 7,
	    "a number that was given is not given again");
	ok(held.n == 1 && held.v[0].alert == 7, "what was told is loaded");
	box.alerts_last = 9;
	ok(rep_conditions_numbers(&box, &held, &err) == REP_OK && box.alerts_last == 9,
	    "a larger one stays");
}

static void
too_many(void)
{
	const struct rep_str mx1 = REP_S("mx1");
	struct rep_held_all held;
	const struct rep_held *h;

	start();
	put((struct rep_held){ .kind = REP_KIND_LOG_SILENT,
	    .subject = mx1,
	    .of = REP_S(""),
	    .first_s = T - DAY,
	    .seen_s = T - DAY,
	    .told_s = T - DAY,
	    .alert = 1 });
	pass(0, REP_CONDITIONS_MAX + 1);
	is_str(said, "more than 1000 conditions hold; the last 1 are not told\n",
	    "one more than there is room for is said");
	h = stored(REP_KIND_LOG_SILENT, mx1, &held);
	ok(h != NULL && h->over_s == 0, "and nothing is over meanwhile");
	is_int((int64_t)held.n, REP_CONDITIONS_MAX + 1, "all others are remembered");
	pass(60, REP_CONDITIONS_MAX + 1);
	is_str(said, "", "it is said once");
	pass(120, REP_CONDITIONS_MAX);
	is_str(said, "", "as many as there is room for");
	h = stored(REP_KIND_LOG_SILENT, mx1, &held);
	ok(h != NULL && h->over_s == T + 120, "and what does not hold is over");
	pass(180, REP_CONDITIONS_MAX + 1);
	is_str(said, "more than 1000 conditions hold; the last 1 are not told\n",
	    "when it begins again, it is said again");
}

static void
others_left_out(void)
{
	start();
	put_state("certificates", "t 5 2\n");
	pass(0, 0);
	is_str(said,
	    "Postfix has more than 8 files of certificates; when the last 2 expire is not told\n",
	    "certificates that are not looked at");
	pass(60, 0);
	is_str(said, "", "are said once");
}

int
main(void)
{
	struct rep_err err;

	arena = rep_arena_new(256 << 20);
	know = rep_know_new();
	if (arena == NULL || know == NULL || rep_know_add_builtin(know, &err) != REP_OK ||
	    rep_know_ready(know, &err) != REP_OK)
		return 1;
	for (size_t i = 0; i < REP_COUNT(limps); i++)
		limps[i] = (struct rep_limp){ rep_arena_printf(arena, "do part %zu", i), T,
			REP_S("It failed.") };
	numbers();
	too_many();
	others_left_out();
	rep_store_close(store);
	rep_know_free(know);
	rep_arena_free(arena);
	return done();
}
