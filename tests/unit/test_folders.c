/*
 * unit/test_folders.c -- on which days a watched folder gave documents, and when it is silent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "engine/folders.h"
#include "store/store.h"
#include "tap.h"

#include <stdlib.h>

enum { START = 1788220800, HOUR = 3600, DAY = 86400, WEEKS = 9 };

static const struct rep_key key = { "a test's key...." };
static struct rep_arena *arena;

static bool
silent(const struct rep_folder *f, int day)
{
	int known, days, pause;

	return rep_folder_silent(f, START + (int64_t)day * DAY, &known, &days, &pause);
}

/* The first day on which it is silent; what came is of up to `last`. */
static int
begins(const struct rep_folder *f, int last)
{
	int day = last;

	while (day < last + 100 && !silent(f, day))
		day++;
	return day - last;
}

/* Documents on these days of the week, until a day. */
static struct rep_folder
week(const char *days, int until)
{
	struct rep_folder f = { .last_s = 0 };

	for (int d = 0; d < until; d++)
		if (days[d % 7] == 'x') {
			rep_folder_note(&f, START + (int64_t)d * DAY + 9 * HOUR);
			rep_folder_note(&f, START + (int64_t)d * DAY + 10 * HOUR);
		}
	return f;
}

static void
pauses(void)
{
	static const struct {
		const char *days, *what;
		int last, begins; /* 100: never */
	} rows[] = {
		{ "xxxxxxx", "each day", WEEKS * 7 - 1, 7 },
		{ "xxxxx--", "on working days", WEEKS * 7 - 3, 11 },
		{ "x-x-x--", "on three days of a week", WEEKS * 7 - 3, 11 },
		{ "x--x---", "on two days of a week: too few to tell", WEEKS * 7 - 4, 100 },
		{ "-------", "none at all", 0, 100 },
	};
	struct rep_folder f;

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		f = week(rows[i].days, WEEKS * 7);
		is_int(begins(&f, rows[i].last), rows[i].begins, "%s", rows[i].what);
	}
	f = week("xxxxxxx", REP_FOLDER_KNOWN);
	is_int(begins(&f, REP_FOLDER_KNOWN - 1), 7, "known for eight weeks");
	f = week("xxxxxxx", REP_FOLDER_KNOWN - 1);
	is_int(begins(&f, REP_FOLDER_KNOWN - 2), 100, "a day less");
	f = week("xxxxxxx", WEEKS * 7);
	rep_folder_note(&f, START + (WEEKS * 7 + 20) * DAY);
	ok(!silent(&f, WEEKS * 7 + 21), "a document ends it");
	is_int(begins(&f, WEEKS * 7 + 20), 47, "and then such a pause is known");
}

static void
notes(void)
{
	struct rep_folder f = week("xxxxxxx", 3), g = f, late = { .last_s = 0 };

	is_int((int64_t)f.days, 7, "three days");
	rep_folder_note(&f, START);
	rep_folder_note(&f, 0);
	ok(f.days == g.days && f.last_s == g.last_s, "what is read again changes nothing");
	rep_folder_note(&f, START - DAY);
	is_int((int64_t)f.days, 15, "an older one");
	rep_folder_note(&f, START - 100 * DAY);
	is_int((int64_t)f.days, 15, "one that is too old");
	rep_folder_note(&late, START + 5 * DAY);
	rep_folder_join(&late, &f);
	is_int((int64_t)late.days, 1 + 8 + 16 + 32 + 64, "what was known goes on");
	rep_folder_note(&f, START + 5 * DAY);
	ok(f.days == late.days && f.last_s == late.last_s, "in each order the same");
	rep_folder_note(&f, START + 5 * DAY + (int64_t)REP_FOLDER_DAYS * DAY);
	is_int((int64_t)f.days, 1, "nine weeks later nothing of it is left");
}

/* Random days, half of them with a document: how often that is a false alarm. */
static void
by_chance(void)
{
	enum { YEARS = 400 };
	struct rep_folder f = { .last_s = 0 };
	uint64_t state = 7;
	int alarms = 0, told = 0;

	for (int day = 0; day < YEARS * 365; day++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		if (state >> 63 != 0) {
			rep_folder_note(&f, START + (int64_t)day * DAY);
			told = 0;
		}
		if (told == 0 && silent(&f, day)) {
			told = 1;
			alarms++;
		}
	}
	ok(alarms <= 8, "%d false alarms in %d years", alarms, YEARS);
}

static struct rep_store *store;

/* What is kept of these paths, as "PATH DAYS, ..." */
static struct rep_str
kept(const struct rep_folder *v, size_t n)
{
	struct rep_str all = REP_S("");
	struct rep_folders out;
	struct rep_err err = { .msg = "" };

	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_folders_tend(v, n, store, arena, &out, &err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		return rep_arena_dup(arena, rep_str_c(err.msg));
	for (size_t i = 0; i < out.n; i++)
		all = rep_arena_printf(arena, "%.*s%s%.*s %llu", REP_PR(all), i > 0 ? ", " : "",
		    REP_PR(out.v[i].path), (unsigned long long)out.v[i].days);
	return all;
}

static void
stored(void)
{
	struct rep_folder v[] = { { .path = REP_S("/srv/bounces") },
		{ .path = REP_S("/srv/fbl in") }, { .path = REP_S("a\nb") } };
	struct rep_err err;

	if (rep_store_open_memory(0, &key, &store, &err) != REP_OK)
		abort();
	is_str(kept(v, 2), "/srv/bounces 0, /srv/fbl in 0", "nothing is known");
	rep_folder_note(&v[1], START);
	is_str(kept(v, 2), "/srv/bounces 0, /srv/fbl in 1", "one document");
	v[1].last_s = 0;
	v[1].days = 0;
	rep_folder_note(&v[1], START + DAY);
	is_str(kept(v, 2), "/srv/bounces 0, /srv/fbl in 3", "and one of a later pass");
	v[1].last_s = 0;
	v[1].days = 0;
	is_str(kept(v, 2), "/srv/bounces 0, /srv/fbl in 3", "a pass without");
	is_str(kept(v + 2, 1), "", "a path that cannot be shown");
	is_str(kept(v, 2), "/srv/bounces 0, /srv/fbl in 0", "what is not watched is forgotten");
	if (rep_store_begin(store, &err) != REP_OK ||
	    rep_store_state_put(store, "folders",
		REP_S(
		    "x\n1788220800\n0 5 /srv/bounces\n1788220800 18446744073709551615 /srv/bounces\n"
		    "1788220800 6 /srv/fbl in\n"),
		&err) != REP_OK ||
	    rep_store_commit(store, &err) != REP_OK)
		abort();
	is_str(kept(v, 2), "/srv/bounces 0, /srv/fbl in 7", "lines that cannot be read");
	rep_store_close(store);
}

int
main(void)
{
	arena = rep_arena_new(16 << 20);
	if (arena == NULL)
		return 1;
	pauses();
	notes();
	by_chance();
	stored();
	rep_arena_free(arena);
	return done();
}
