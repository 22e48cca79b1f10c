/*
 * unit/test_store_all.c -- counts of all labels together: the sums of those by label, in both back ends; how long they are kept;
 * a database of a version without them; damage.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "store_world.h"

#include "base/hash.h"

#include <sqlite3.h>

/* --- comparing ---------------------------------------------------------------------------------- */

struct sums {
	struct rep_observation *v; /* owned; sorted by what is counted of all labels */
	size_t n, cap;
	bool plain; /* nothing but that is set */
};

static enum rep_rc
on_sum(void *ctx, const struct rep_observation *o)
{
	struct sums *s = ctx;

	s->plain = s->plain && o->label == 0 && o->route == 0 && o->stream == 0 && o->rule == 0 &&
	    o->stage == 0 && !o->certain && o->scope == 0 && !o->quoted;
	if (s->n == s->cap) {
		s->cap = s->cap == 0 ? 1024 : 2 * s->cap;
		if ((s->v = realloc(s->v, s->cap * sizeof *s->v)) == NULL)
			exit(1);
	}
	s->v[s->n] = (struct rep_observation){ .from_s = o->from_s,
		.first_s = o->first_s,
		.last_s = o->last_s,
		.provider = o->provider,
		.provider_domain = o->provider_domain,
		.status = o->status,
		.class = o->class,
		.evidence = o->evidence,
		.count = o->count };
	s->n++;
	return REP_OK;
}

static int
by_key(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	if (x->provider_domain != y->provider_domain)
		return x->provider_domain < y->provider_domain ? -1 : 1;
	if (x->status != y->status)
		return x->status < y->status ? -1 : 1;
	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	return x->evidence - y->evidence;
}

static void
add_up(struct sums *s)
{
	size_t n = 0;

	if (s->n > 0)
		qsort(s->v, s->n, sizeof *s->v, by_key);
	for (size_t i = 0; i < s->n; i++) {
		struct rep_observation *to = &s->v[n > 0 ? n - 1 : 0];

		if (n == 0 || by_key(to, &s->v[i]) != 0) {
			s->v[n++] = s->v[i];
			continue;
		}
		to->count += s->v[i].count;
		to->first_s = s->v[i].first_s < to->first_s ? s->v[i].first_s : to->first_s;
		to->last_s = s->v[i].last_s > to->last_s ? s->v[i].last_s : to->last_s;
	}
	s->n = n;
}

/* Whether the counts of all labels are the sums of those by label. *cells: how many there are. */
static bool
agree(struct world *w, enum rep_level level, size_t *cells, bool *plain)
{
	struct sums one = { .plain = true }, all = { .plain = true };
	size_t before;
	bool same;

	NEED(rep_store_observations(w->s, level, 0, INT64_MAX, on_sum, &one, &err));
	NEED(rep_store_observations_all(w->s, level, 0, INT64_MAX, on_sum, &all, &err));
	*plain = all.plain;
	*cells = before = all.n;
	add_up(&one);
	add_up(&all);
	same = one.n == all.n && one.n > 0 && (!all.plain || before == all.n);
	for (size_t i = 0; same && i < one.n; i++)
		same = by_key(&one.v[i], &all.v[i]) == 0 && one.v[i].count == all.v[i].count &&
		    one.v[i].first_s == all.v[i].first_s && one.v[i].last_s == all.v[i].last_s;
	free(one.v);
	free(all.v);
	return same;
}

static void
all_agree(struct world *w, const char *when, bool want_plain)
{
	for (int level = 0; level < REP_LEVEL_N; level++) {
		size_t n;
		bool plain, same = agree(w, (enum rep_level)level, &n, &plain);

		ok(same && plain == want_plain, "%s: %s: level %d: %zu cells", w->name, when, level,
		    n);
	}
}

static char damage[1024];

static void
on_damage(void *ctx, struct rep_str sentence)
{
	(void)ctx;
	if (damage[0] == '\0')
		snprintf(damage, sizeof damage, "%.*s", REP_PR(sentence));
}

static size_t
damaged(struct world *w)
{
	size_t n = 99;

	damage[0] = '\0';
	NEED(rep_store_check(w->s, on_damage, NULL, &n, &err));
	if (n > 0)
		printf("#  %s\n", damage);
	return n;
}

/* --- facts -------------------------------------------------------------------------------------- */

static void
add_any(struct world *w, unsigned i, unsigned seconds)
{
	uint64_t r = rep_hash_mix((uint64_t)i + 1);
	bool no = r % 3 == 0, small = r >> 17 & 1;
	struct rep_fact f =
	    no ? refused(T, "jo@example.com", "550 no") : accepted(T, "jo@example.com");
	char q[16], label[24], stream[24], domain[24], rule[24];

	snprintf(q, sizeof q, "%u", i);
	snprintf(label, sizeof label, "label-%u", (unsigned)(r >> 2 & 7));
	snprintf(stream, sizeof stream, "stream-%u", (unsigned)(r >> 5 & 15));
	snprintf(domain, sizeof domain, "d%u.example", (unsigned)(r >> 9 & 63));
	snprintf(rule, sizeof rule, "rule-%u", (unsigned)(r >> 15 & 3));
	f.queue_id = rep_str_c(q);
	f.label = i % 11 == 0 ? REP_S("") : rep_str_c(label);
	f.stream = rep_str_c(stream);
	f.provider = small ? REP_S("other") : r >> 18 & 1 ? REP_S("google") : REP_S("yahoo");
	f.provider_domain = small ? rep_str_c(domain) : REP_S("");
	f.rule = no ? rep_str_c(rule) : REP_S("");
	f.route = r >> 19 & 1 ? REP_S("relay") : REP_S("");
	f.evidence = r >> 20 & 1;
	f.at_s = T - (int64_t)((r >> 24) % seconds);
	add(w, &f);
}

/* Whichever facts are in one transaction, and after a rollback. */
static void
test_sums(const char *name, bool file)
{
	struct world w;

	open_world(&w, name, file, 0);
	begin(&w);
	for (unsigned i = 0; i < 3000; i++) {
		add_any(&w, i, 40 * HOUR);
		if (i % 271 == 0) {
			commit(&w);
			if (i % 542 == 0)
				reopen(&w, 0);
			begin(&w);
		}
		if (i == 1500) {
			rep_store_rollback(w.s);
			begin(&w);
		}
	}
	all_agree(&w, "within a transaction", true);
	commit(&w);
	all_agree(&w, "committed", true);
	is_int((int64_t)damaged(&w), 0, "%s: no damage is seen", name);
	reopen(&w, REP_STORE_READ_ONLY);
	all_agree(&w, "for reading only", true);
	rep_store_close(w.s);
}

static struct seen
of_all(struct world *w, enum rep_level level)
{
	struct seen got = { .n = 0 };

	NEED(rep_store_observations_all(w->s, level, 0, INT64_MAX, on_observation, &got, &err));
	return got;
}

/* They are kept as long as those by label, and what is too old when it comes is not kept. */
static void
test_kept(const char *name, bool file)
{
	struct rep_fact f = accepted(T, "jo@example.com"), late = f;
	struct world w;

	open_world(&w, name, file, 0);
	begin(&w);
	add(&w, &f);
	commit(&w);
	begin(&w);
	late.at_s = T + 3 * DAY;
	add(&w, &late);
	NEED(rep_store_prune(w.s, late.at_s, &err));
	commit(&w);
	is_int((int64_t)of_all(&w, REP_LEVEL_MINUTE).n, 1, "%s: minutes go after 48 h", name);
	is_int((int64_t)of_all(&w, REP_LEVEL_HOUR).n, 2, "%s: hours stay", name);
	begin(&w);
	for (int day = 31; day <= 91; day += 30) {
		late.at_s = T + day * DAY;
		add(&w, &late);
	}
	NEED(rep_store_prune(w.s, late.at_s, &err));
	f.queue_id = REP_S("old");
	add(&w, &f);
	commit(&w);
	is_int((int64_t)of_all(&w, REP_LEVEL_HOUR).n, 4, "%s: hours go after 90 days", name);
	is_int((int64_t)of_all(&w, REP_LEVEL_DAY).count, 6, "%s: days stay", name);
	all_agree(&w, "pruned", true);
	is_int((int64_t)damaged(&w), 0, "%s: no damage is seen", name);
	rep_store_close(w.s);
}

/* --- files -------------------------------------------------------------------------------------- */

static void
sqlite_do(const struct world *w, const char *text)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open(w->path, &db);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, text, NULL, NULL, NULL);
	ok(rc == SQLITE_OK, "%s: %s: %s", w->name, text, db != NULL ? sqlite3_errmsg(db) : "");
	sqlite3_close(db);
}

static const char step_back[] = "DROP TABLE minute_all; DROP TABLE hour_all; DROP TABLE day_all;"
				"DELETE FROM meta WHERE id = 13; PRAGMA user_version=6";

/* More cells than are gathered at once: 2,820 minutes with a dozen each. */
static void
test_older(void)
{
	struct world w;

	open_world(&w, "older", true, REP_STORE_ROLLUPS_ONLY);
	begin(&w);
	for (unsigned i = 0; i < 60000; i++)
		add_any(&w, i, 47 * HOUR);
	commit(&w);
	rep_store_close(w.s);
	sqlite_do(&w, step_back);
	NEED(rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &w.s, &err));
	all_agree(&w, "read as it is", false);
	is_int((int64_t)damaged(&w), 0, "older: no damage is seen");
	rep_store_close(w.s);
	NEED(rep_store_open(w.path, REP_STORE_ROLLUPS_ONLY, &key, &w.s, &err));
	all_agree(&w, "before the first transaction", false);
	begin(&w);
	rep_store_rollback(w.s);
	all_agree(&w, "a transaction that was rolled back", false);
	begin(&w);
	add_any(&w, 60000, 47 * HOUR);
	all_agree(&w, "in the first transaction", true);
	commit(&w);
	all_agree(&w, "brought up to date", true);
	begin(&w);
	add_any(&w, 60001, 47 * HOUR);
	commit(&w);
	all_agree(&w, "and used", true);
	is_int((int64_t)damaged(&w), 0, "older: no damage is seen, brought up to date");
	rep_store_close(w.s);
}

/* Of a database with a damaged row all others are added up, and it can be written; `store check` names the damage. */
static void
test_older_damaged(void)
{
	struct world w;

	open_world(&w, "broken", true, REP_STORE_ROLLUPS_ONLY);
	begin(&w);
	for (unsigned i = 0; i < 50; i++)
		add_any(&w, i, HOUR);
	commit(&w);
	rep_store_close(w.s);
	sqlite_do(&w, step_back);
	sqlite_do(&w, "UPDATE hour SET cells = x'01'");
	NEED(rep_store_open(w.path, REP_STORE_ROLLUPS_ONLY, &key, &w.s, &err));
	begin(&w);
	add_any(&w, 60000, 5 * HOUR);
	commit(&w);
	is_int((int64_t)totals(&w).counted, 51, "broken: a damaged row stops nothing");
	ok(damaged(&w) > 0, "broken: and the damage is seen");
	rep_store_close(w.s);
}

static void
test_damage(void)
{
	static const struct {
		const char *what, *text, *says;
	} rows[] = { { "a count too few",
			 "UPDATE day_all SET cells = (SELECT cells FROM hour_all LIMIT 1)",
			 "by day of all sources together" },
		{ "a row that is gone", "DELETE FROM hour_all", "by hour of all sources" },
		{ "a row too many", "UPDATE minute_all SET from_s = from_s + 864000", "by minute" },
		{ "a row that cannot be read", "UPDATE day_all SET cells = x'01'", "by day" },
		{ "tables that are gone", "DROP TABLE day_all", "no such table" } };

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		char name[16];
		struct world w;

		snprintf(name, sizeof name, "damage%zu", i);
		open_world(&w, name, true, 0);
		begin(&w);
		for (unsigned k = 0; k < 40; k++)
			add_any(&w, k, HOUR);
		commit(&w);
		rep_store_close(w.s);
		sqlite_do(&w, rows[i].text);
		NEED(rep_store_open(w.path, REP_STORE_READ_ONLY, &key, &w.s, &err));
		ok(damaged(&w) > 0 && strstr(damage, rows[i].says) != NULL, "%s: %s is seen", name,
		    rows[i].what);
		rep_store_close(w.s);
	}
}

int
main(void)
{
	make_dir();
	test_sums("sums-memory", false);
	test_sums("sums-file", true);
	test_kept("kept-memory", false);
	test_kept("kept-file", true);
	test_older();
	test_older_damaged();
	test_damage();
	drop_dir();
	return done();
}
