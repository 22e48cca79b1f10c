/*
 * unit/test_store_found.c -- what looks at DNS found, as stays: both back ends, forgetting, and
 * a database of a version without these tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store_world.h"

#include <sqlite3.h>

#define LIT(text)                        \
	{                                \
		(text), sizeof(text) - 1 \
	}

static const struct rep_found missing = { .subject = LIT("shop.example"),
	.part = LIT("dmarc"),
	.id = LIT("dmarc-missing"),
	.text = LIT("TXT of _dmarc.shop.example: no such name"),
	.fix = LIT("_dmarc.shop.example. IN TXT \"v=DMARC1; p=none\"") };
static const struct rep_found old_spf = { .subject = LIT("shop.example"),
	.part = LIT("spf"),
	.id = LIT("spf"),
	.detail = LIT("v=spf1 mx -all"),
	.text = LIT("v=spf1 mx -all"),
	.record = true };
static const struct rep_found new_spf = { .subject = LIT("shop.example"),
	.part = LIT("spf"),
	.id = LIT("spf"),
	.detail = LIT("v=spf1 -all"),
	.text = LIT("v=spf1 -all"),
	.record = true };
static const struct rep_found listed = { .subject = LIT("192.0.2.7"),
	.part = LIT("zen.example"),
	.id = LIT("listed-abuse"),
	.detail = LIT("zen.example"),
	.text = LIT("zen.example: 127.0.0.2"),
	.severity = 2 };

/* A look at parts of shop.example and 192.0.2.7. "spf dmarc" answered, "!zen.example" did not. */
static bool
look(struct world *w, int64_t at_s, const char *parts, const struct rep_found *const *v, size_t n)
{
	struct rep_looked asked[8];
	struct rep_found found[8];
	struct rep_look l = { .at_s = at_s, .v = found, .n = n, .asked = asked };
	struct rep_str rest = rep_str_c(parts), part;
	bool kept = false;

	for (size_t i = 0; i < n; i++)
		found[i] = *v[i];
	while (rest.n > 0) {
		size_t end = rep_str_chr(rest, ' ', 0);
		bool failed;

		part = rep_str_sub(rest, 0, end);
		failed = part.p[0] == '!';
		part = rep_str_sub(part, failed, part.n);
		asked[l.asked_n++] =
		    (struct rep_looked){ .subject = rep_str_eq(part, REP_S("zen.example"))
				? REP_S("192.0.2.7")
				: REP_S("shop.example"),
			    .part = part,
			    .kind = REP_S("abuse"),
			    .why = failed ? REP_S("no answer") : REP_S(""),
			    .known_s = !failed,
			    .failed_s = failed };
		rest = rep_str_sub(rest, end == SIZE_MAX ? rest.n : end + 1, rest.n);
	}
	begin(w);
	NEED(rep_store_look_put(w->s, &l, &kept, &err));
	commit(w);
	return kept;
}

#define LOOK(w, at, parts, ...)                                               \
	look((w), (at), (parts), (const struct rep_found *[]){ __VA_ARGS__ }, \
	    sizeof((const struct rep_found *[]){ __VA_ARGS__ }) / sizeof(void *))

static struct rep_found_all
found(struct world *w)
{
	struct rep_found_all all;

	NEED(rep_store_found(w->s, &all, &err));
	return all;
}

/* Stay n of a finding. All zero when there is none. */
static struct rep_found
stay(struct world *w, const struct rep_found *f, size_t nth)
{
	struct rep_found_all all = found(w);

	for (size_t i = 0; i < all.n; i++)
		if (rep_str_eq(all.v[i].id, f->id) && rep_str_eq(all.v[i].detail, f->detail) &&
		    nth-- == 0)
			return all.v[i];
	return (struct rep_found){ .first_s = 0 };
}

static void
test_stays(const char *name, bool file)
{
	struct rep_found f;
	struct rep_found_all all;
	struct world w;

	open_world(&w, name, file, 0);
	is_int((int64_t)found(&w).n, 0, "%s: nothing yet", name);
	is_int(rep_store_look_put(w.s, &(struct rep_look){ .at_s = T }, NULL, &err), REP_EUSAGE,
	    "%s: in a transaction only", name);
	rep_store_rollback(w.s);
	ok(LOOK(&w, T, "spf dmarc zen.example", &missing, &old_spf, &listed, &missing),
	    "%s: the first look is kept", name);
	f = stay(&w, &missing, 0);
	ok(f.first_s == T && f.last_s == T && f.clear_s == 0 && f.gone_s == 0 && !f.record &&
		rep_str_eq(f.text, missing.text) && rep_str_eq(f.fix, missing.fix) &&
		found(&w).n == 3,
	    "%s: there, since then; the same twice is once", name);
	ok(LOOK(&w, T + DAY, "spf dmarc !zen.example", &missing, &new_spf), "%s: the second", name);
	reopen(&w, REP_STORE_READ_ONLY);
	f = stay(&w, &missing, 0);
	ok(f.first_s == T && f.last_s == T + DAY && f.gone_s == 0, "%s: it goes on", name);
	f = stay(&w, &old_spf, 0);
	ok(f.record && f.last_s == T && f.gone_s == T + DAY, "%s: the old record is gone", name);
	f = stay(&w, &new_spf, 0);
	ok(f.record && f.first_s == T + DAY && f.clear_s == T,
	    "%s: the new one was not there a day before", name);
	f = stay(&w, &listed, 0);
	ok(f.last_s == T && f.gone_s == 0 && f.severity == 2,
	    "%s: a list that does not answer ends nothing", name);
	all = found(&w);
	ok(all.looked_n == 3 && rep_str_eq(all.looked[0].subject, REP_S("192.0.2.7")) &&
		all.looked[0].known_s == T && all.looked[0].failed_s == T + DAY &&
		rep_str_eq(all.looked[0].why, REP_S("no answer")) &&
		rep_str_eq(all.looked[0].kind, REP_S("abuse")),
	    "%s: when it answered last, and why not now", name);
	reopen(&w, 0);
	ok(LOOK(&w, T + 2 * DAY, "spf zen.example", &old_spf), "%s: the third", name);
	f = stay(&w, &missing, 0);
	ok(f.gone_s == 0 && f.last_s == T + DAY, "%s: what was not asked for stays", name);
	f = stay(&w, &old_spf, 1);
	ok(f.first_s == T + 2 * DAY && f.clear_s == T + DAY && stay(&w, &old_spf, 0).first_s == T,
	    "%s: what comes back is a stay of its own", name);
	is_int(stay(&w, &listed, 0).gone_s, T + 2 * DAY, "%s: a list that answers ends it", name);
	ok(found(&w).looked[0].why.n == 0, "%s: and why it did not is gone", name);
	ok(!LOOK(&w, T + DAY, "spf", &new_spf) && stay(&w, &new_spf, 0).gone_s == T + 2 * DAY,
	    "%s: a look of before the last is not kept", name);
	ok(LOOK(&w, T + 410 * DAY, "dmarc", &missing) && stay(&w, &listed, 0).first_s == 0 &&
		stay(&w, &missing, 0).first_s == T && stay(&w, &old_spf, 0).gone_s == 0,
	    "%s: what ended 400 days ago goes, what stays stays", name);
	begin(&w);
	NEED(rep_store_look_put(w.s,
	    &(struct rep_look){ T + 411 * DAY, NULL, 0,
		(struct rep_looked[]){ { .subject = missing.subject,
		    .part = missing.part,
		    .kind = REP_S(""),
		    .why = REP_S(""),
		    .known_s = 1 } },
		1 },
	    NULL, &err));
	is_int(stay(&w, &missing, 0).gone_s, T + 411 * DAY, "%s: gone within a transaction", name);
	rep_store_rollback(w.s);
	is_int(stay(&w, &missing, 0).gone_s, 0, "%s: and rolled back", name);
	rep_store_close(w.s);
}

/* Text has a maximum. A record to publish is complete or not there. */
static void
test_limits(const char *name, bool file)
{
	static char big[REP_FOUND_FIX_MAX + 100];
	struct rep_found f = missing;
	struct world w;

	memset(big, 'x', sizeof big);
	f.text = f.fix = (struct rep_str){ big, sizeof big };
	open_world(&w, name, file, 0);
	(void)LOOK(&w, T, "dmarc", &f);
	f = stay(&w, &missing, 0);
	ok(f.text.n == REP_FOUND_TEXT_MAX && f.fix.n == 0, "%s: cut, and left out", name);
	ok(rep_str_ends(f.text, REP_S(" [...]")), "%s: and it says that it was cut", name);
	rep_store_close(w.s);
}

static void
test_forget(const char *name, bool file)
{
	struct rep_found f = missing;
	struct world w;
	uint64_t facts;

	f.id = f.detail = REP_S("dmarc-no-rua");
	f.text = REP_S("v=DMARC1; p=none; ruf=mailto:Jo@Example.com");
	open_world(&w, name, file, 0);
	(void)LOOK(&w, T, "dmarc spf", &missing, &f, &old_spf);
	NEED(rep_store_forget(w.s, REP_S("jo@example.com"), &facts, &err));
	ok(stay(&w, &f, 0).first_s == 0 && found(&w).n == 2,
	    "%s: what names a person goes with the person", name);
	rep_store_close(w.s);
}

#define ALL_BACK                                                          \
	"DROP TABLE minute_all; DROP TABLE hour_all; DROP TABLE day_all;" \
	"DELETE FROM meta WHERE id = 13;"

/* A database of each older version: a reader uses it as it is, a writer brings it up to date. */
static void
test_older(void)
{
	static const char *const back[] = { ALL_BACK
		"DROP TABLE report; DROP TABLE finding; DROP TABLE looked; PRAGMA user_version=3",
		ALL_BACK
		"DROP TABLE report; DROP TABLE finding; DROP TABLE looked; DROP TABLE note; PRAGMA user_version=2",
		(ALL_BACK
		    "DROP TABLE report; DROP TABLE finding; DROP TABLE looked; DROP TABLE note; DROP TABLE verdict;"
		    "PRAGMA user_version=1") };
	struct rep_fact fact = accepted(T, "jo@example.com");
	const struct rep_told *told;
	sqlite3 *db;
	struct world w;
	char name[16];
	size_t n;

	for (size_t v = 0; v < REP_COUNT(back); v++) {
		snprintf(name, sizeof name, "older%zu", v);
		open_world(&w, name, true, 0);
		begin(&w);
		add(&w, &fact);
		commit(&w);
		rep_store_close(w.s);
		ok(sqlite3_open(w.path, &db) == SQLITE_OK &&
			sqlite3_exec(db, back[v], NULL, NULL, NULL) == SQLITE_OK,
		    "%s: a database of an older version", name);
		sqlite3_close(db);
		NEED(rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &w.s, &err));
		ok(found(&w).n == 0 && found(&w).looked_n == 0 && totals(&w).counted == 1,
		    "%s: is read, and nothing was found", name);
		rep_store_close(w.s);
		NEED(rep_store_open(w.path, 0, &key, &w.s, &err));
		ok(LOOK(&w, T, "dmarc", &missing) && found(&w).n == 1 && totals(&w).counted == 1,
		    "%s: is brought up to date, and keeps what it had", name);
		NEED(rep_store_told(w.s, &told, &n, &err));
		rep_store_close(w.s);
	}
}

int
main(void)
{
	make_dir();
	test_stays("found-memory", false);
	test_stays("found-file", true);
	test_limits("limits-memory", false);
	test_limits("limits-file", true);
	test_forget("forget-memory", false);
	test_forget("forget-file", true);
	test_older();
	drop_dir();
	return done();
}
