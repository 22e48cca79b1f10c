/*
 * unit/test_store_told.c -- facts that are read again, and what was told: both back ends, and
 * a database of a version without this table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store_world.h"
#include "store/backend.h"

#include <sqlite3.h>

struct back {
	struct rep_stored_fact v[16];
	char text[16][120];
	size_t n;
};

static enum rep_rc
on_fact(void *ctx, const struct rep_stored_fact *f)
{
	struct back *b = ctx;

	if (b->n < REP_COUNT(b->v)) {
		b->v[b->n] = *f;
		snprintf(b->text[b->n], sizeof b->text[0], "%.*s", REP_PR(f->text));
	}
	b->n++;
	return REP_OK;
}

static struct back
facts(struct world *w, int64_t from_s, int64_t until_s)
{
	static struct back b;

	b.n = 0;
	NEED(rep_store_facts(w->s, from_s, until_s, on_fact, &b, &err));
	return b;
}

static bool
same(const struct rep_observation *a, const struct rep_observation *b)
{
	return a->from_s == b->from_s && a->first_s == b->first_s && a->last_s == b->last_s &&
	    a->label == b->label && a->route == b->route && a->provider == b->provider &&
	    a->provider_domain == b->provider_domain && a->stream == b->stream &&
	    a->rule == b->rule && a->status == b->status && a->class == b->class &&
	    a->stage == b->stage && a->evidence == b->evidence && a->certain == b->certain &&
	    a->count == b->count;
}

/* What is read again of a fact is what it adds to its cell. */
static void
test_facts(const char *name, bool file)
{
	struct rep_fact f = accepted(T, "jo@example.com");
	struct back b;
	struct world w;
	struct seen hours;

	open_world(&w, name, file, 0);
	begin(&w);
	add(&w, &f);
	f = refused(T + 60, "ann@hotmail.com", "550 5.7.1 list (S3140) for ann@hotmail.com");
	f.delay_s = -1;
	add(&w, &f);
	f = accepted(T + 90, "bo@small.example");
	f.provider = REP_S("other");
	f.provider_domain = REP_S("small.example");
	add(&w, &f);
	commit(&w);
	reopen(&w, REP_STORE_READ_ONLY);
	b = facts(&w, 0, INT64_MAX);
	is_int((int64_t)b.n, 3, "%s: facts: all of them", name);
	is_int((int64_t)facts(&w, T + 1, T + 90).n, 1, "%s: facts: between two moments", name);
	hours = observations(&w, REP_LEVEL_HOUR);
	is_int((int64_t)hours.n, 3, "%s: facts: and as many cells", name);
	for (size_t k = 0; k < hours.n; k++) {
		bool found = false;

		for (size_t n = 0; n < b.n; n++) {
			struct rep_observation o = b.v[n].o;

			o.from_s = hours.v[k].from_s;
			found = found || same(&o, &hours.v[k]);
		}
		ok(found, "%s: facts: cell %zu is what a fact adds to it", name, k);
	}
	for (size_t n = 0; n < b.n; n++)
		if (b.v[n].o.class == REP_CLASS_BLOCKED)
			ok(b.v[n].form != 0 && b.v[n].scope == REP_SCOPE_SOURCE_OR_SUBNET &&
				strstr(b.text[n], "S3140") != NULL &&
				strstr(b.text[n], "ann@") == NULL,
			    "%s: facts: with its words, masked (%s)", name, b.text[n]);
		else
			ok(b.v[n].form == 0 && b.v[n].text.n == 0, "%s: facts: accepted, no words",
			    name);
	ok(b.v[0].delay_s > 1.1 && b.v[0].delay_s < 1.3 && b.v[1].delay_s < 0,
	    "%s: facts: their delay, where it is known", name);
	reopen(&w, 0);
	begin(&w);
	NEED(rep_store_prune(w.s, T + 91 * DAY, &err));
	commit(&w);
	is_int((int64_t)facts(&w, 0, INT64_MAX).n, 0, "%s: facts: none after 90 days", name);
	rep_store_close(w.s);
}

static void
tell(struct world *w, int64_t now_s, const char *basis, const char *text)
{
	struct rep_told v[] = { { .incident = 0, .now_s = now_s, .text = rep_str_c(basis) },
		{ .incident = 7, .now_s = now_s, .text = rep_str_c(text) } };

	NEED(rep_store_told_put(w->s, v, REP_COUNT(v), &err));
}

static void
test_told(const char *name, bool file)
{
	const struct rep_told *v;
	struct world w;
	size_t n;
	char text[32];

	open_world(&w, name, file, 0);
	NEED(rep_store_told(w.s, &v, &n, &err));
	is_int((int64_t)n, 0, "%s: told: nothing yet", name);
	is_int(rep_store_told_put(w.s, NULL, 0, &err), REP_EUSAGE,
	    "%s: told: in a transaction only", name);
	for (int k = 1; k <= 11; k++) {
		begin(&w);
		snprintf(text, sizeof text, "class blocked\ntime %d\n", k);
		tell(&w, T + k, "weights 1\n", text);
		commit(&w);
	}
	begin(&w);
	tell(&w, T, "x", "y");
	rep_store_rollback(w.s);
	reopen(&w, REP_STORE_READ_ONLY);
	NEED(rep_store_told(w.s, &v, &n, &err));
	ok(n == 2 * REP_TOLD_KEEP && v[0].recording == 4 && v[0].incident == 0 &&
		v[0].now_s == T + 4 && rep_str_eq(v[0].text, REP_S("weights 1\n")),
	    "%s: told: the newest eight stay (%zu)", name, n);
	ok(v[n - 1].recording == 11 && v[n - 1].incident == 7 &&
		rep_str_eq(v[n - 1].text, REP_S("class blocked\ntime 11\n")),
	    "%s: told: in order, and what was rolled back is not there", name);
	rep_store_close(w.s);
}

/* Undoes every step after the first. */
static bool
make_older(const char *path)
{
	sqlite3 *db = NULL, *first = NULL;
	sqlite3_stmt *tables = NULL, *known = NULL;
	char drop[2000] = "PRAGMA user_version=1; DELETE FROM meta WHERE id = 13;";
	bool done = sqlite3_open(path, &db) == SQLITE_OK &&
	    sqlite3_open(":memory:", &first) == SQLITE_OK &&
	    sqlite3_exec(first, rep_schema[0], NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type='table'", -1, &tables,
		NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(
		first, "SELECT 1 FROM sqlite_master WHERE name=?", -1, &known, NULL) == SQLITE_OK;

	while (done && sqlite3_step(tables) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(tables, 0);
		size_t n = strlen(drop);

		sqlite3_reset(known);
		sqlite3_bind_text(known, 1, name, -1, SQLITE_TRANSIENT);
		if (sqlite3_step(known) != SQLITE_ROW && strncmp(name, "sqlite_", 7) != 0)
			snprintf(drop + n, sizeof drop - n, "DROP TABLE %s;", name);
	}
	sqlite3_finalize(tables);
	sqlite3_finalize(known);
	done = done && sqlite3_exec(db, drop, NULL, NULL, NULL) == SQLITE_OK;
	sqlite3_close(db);
	sqlite3_close(first);
	return done;
}

/* A database of an older version: a reader uses it as it is, a writer brings it up to date. */
static void
test_older(void)
{
	struct rep_fact f = accepted(T, "jo@example.com");
	const struct rep_told *v;
	struct world w;
	size_t n = 99;

	open_world(&w, "older", true, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	rep_store_close(w.s);
	ok(make_older(w.path), "older: a database of version 1");
	NEED(rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &w.s, &err));
	NEED(rep_store_told(w.s, &v, &n, &err));
	ok(n == 0 && totals(&w).counted == 1, "older: is read, and nothing was told");
	rep_store_close(w.s);
	NEED(rep_store_open(w.path, 0, &key, &w.s, &err));
	begin(&w);
	f = accepted(T + 5, "bo@example.com");
	add(&w, &f);
	tell(&w, T + 5, "b", "t");
	commit(&w);
	NEED(rep_store_told(w.s, &v, &n, &err));
	ok(n == 2 && totals(&w).counted == 2,
	    "older: is brought up to date, and keeps what it had");
	rep_store_close(w.s);
}

int
main(void)
{
	make_dir();
	test_facts("facts-memory", false);
	test_facts("facts-file", true);
	test_told("told-memory", false);
	test_told("told-file", true);
	test_older();
	drop_dir();
	return done();
}
