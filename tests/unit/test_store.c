/*
 * The store: the same tests for each back end.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* mkdtemp */
#include "store_world.h"

#include "fact/identity.h"

/* --- both back ends ------------------------------------------------------------------------- */

static void
test_once(struct world *w)
{
	struct rep_fact f = accepted(T, "jo@example.com"), g;
	struct {
		const char *what;
		bool fresh;
	} is[] = { { "again", false }, { "another host", true }, { "another queue id", true },
		{ "another recipient", true }, { "another original recipient", true },
		{ "the recipient in capitals", false },
		{ "of a recipient known by hashes only", false }, { "another second", true },
		{ "another status", true }, { "another text", false }, { "another stream", false },
		{ "a boundary moved", true } };

	begin(w);
	ok(add(w, &f), "%s: a new fact is fresh", w->name);
	for (size_t i = 0; i < REP_COUNT(is); i++) {
		g = f;
		switch (i) {
		case 1: g.log_host = REP_S("mx2"); break;
		case 2: g.queue_id = REP_S("4F2"); break;
		case 3: g.recipient = REP_S("al@example.com"); break;
		case 4: g.orig_to = REP_S("all@example.com"); break;
		case 5: g.recipient = REP_S("JO@Example.COM"); break;
		case 6:
			g.identity_hash = rep_recipient_identity(&key, g.recipient, g.orig_to);
			g.recipient_hash = rep_recipient_hash(&key, g.recipient);
			g.recipient = REP_S("");
			break;
		case 7: g.at_s++; break;
		case 8: g.status = REP_STATUS_DEFERRED; break;
		case 9: g.text = REP_S("else"); break;
		case 10: g.stream = REP_S("else"); break;
		case 11:
			g.log_host = REP_S("mx14");
			g.queue_id = REP_S("F1");
			break;
		default: break;
		}
		ok(add(w, &g) == is[i].fresh, "%s: %s is %s", w->name, is[i].what,
		    is[i].fresh ? "fresh" : "known");
	}
	commit(w);
	begin(w);
	ok(!add(w, &f), "%s: known after the commit", w->name);
	commit(w);
	reopen(w, 0);
	begin(w);
	ok(!add(w, &f), "%s: known in a store opened again", w->name);
	ok(!add(w, &g), "%s: and so is the last one", w->name);
	commit(w);
	is_int((int64_t)totals(w).counted, 8, "%s: each counts once", w->name);
	is_int((int64_t)totals(w).facts, 8, "%s: each has one row", w->name);
	is_int(
	    (int64_t)observations(w, REP_LEVEL_DAY).count, 8, "%s: the day has each once", w->name);
}

static void
test_once_many(struct world *w)
{
	char to[32], q[16];
	int fresh = 0, again = 0;
	struct rep_fact f;

	/* out of order, in more buckets than fit into memory, with many small commits */
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 6000; i++) {
			if (i % 500 == 0)
				begin(w);
			snprintf(to, sizeof to, "u%d@example.com", i);
			snprintf(q, sizeof q, "Q%d", i);
			f = accepted(T + (i * 7919 % 200) * 1024 + i % 3, to);
			f.queue_id = rep_str_c(q);
			*(round == 0 ? &fresh : &again) += add(w, &f);
			if (i % 500 == 499)
				commit(w);
			if (i == 3000) {
				commit(w);
				reopen(w, 0);
				begin(w);
			}
		}
	is_int(fresh, 6000, "%s: 6000 facts out of order are fresh", w->name);
	is_int(again, 0, "%s: and none of them again", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_DAY).count, 6000, "%s: all are in days", w->name);
}

/* The same rule, heard of the sender and quoted of somebody else: two counts, also in two commits. */
/* Late ones of one second, each from a process of its own, as messages of SNS come. */
static void
test_late(struct world *w)
{
	struct rep_fact f = accepted(T + HOUR, "jo@example.com");
	enum { N = 150 };
	char q[16];
	int fresh = 0;

	begin(w);
	(void)add(w, &f);
	commit(w);
	for (int i = 0; i < N; i++) {
		reopen(w, 0);
		snprintf(q, sizeof q, "4F%X", i);
		f = accepted(T, "al@example.com");
		f.queue_id = rep_str_c(q);
		begin(w);
		fresh += add(w, &f);
		commit(w);
	}
	is_int(fresh, N, "%s: many late ones of one second", w->name);
}

static void
test_scopes(struct world *w)
{
	struct rep_fact f;
	struct seen got;
	char q[16];

	for (size_t i = 0; i < 4; i++) {
		begin(w);
		snprintf(q, sizeof q, "s%zu", i);
		f = accepted(T + (int64_t)i, "jo@example.com");
		f.queue_id = rep_str_c(q);
		f.status = REP_STATUS_BOUNCED;
		f.class = REP_CLASS_POLICY;
		f.scope = i % 2 == 0 ? REP_SCOPE_SOURCE : REP_SCOPE_RECIPIENT;
		f.quoted = i % 2 != 0;
		add(w, &f);
		commit(w);
	}
	for (int l = REP_LEVEL_MINUTE; l < REP_LEVEL_N; l++) {
		got = observations(w, (enum rep_level)l);
		is_int((int64_t)got.n, 2, "%s: two scopes are two counts", w->name);
		ok(got.n == 2 && got.v[0].scope == REP_SCOPE_SOURCE && !got.v[0].quoted &&
			got.v[0].count == 2 && got.v[1].scope == REP_SCOPE_RECIPIENT &&
			got.v[1].quoted && got.v[1].count == 2,
		    "%s: with what was heard", w->name);
	}
}

static void
test_rollups(struct world *w)
{
	static const struct {
		int64_t at_s;
		const char *stream;
	} rows[] = { { T, "a" }, { T + 20, "b" }, { T + 5, "a" }, { T + 100, "a" },
		{ T + 2 * HOUR, "a" }, { T + DAY, "a" }, { T + 2, "a" } };
	struct rep_fact f;
	struct seen got;
	char q[16];

	begin(w);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		snprintf(q, sizeof q, "%zu", i);
		f = accepted(rows[i].at_s, "jo@example.com");
		f.queue_id = rep_str_c(q);
		f.stream = rep_str_c(rows[i].stream);
		add(w, &f);
		if (i == 3) {
			commit(w);
			begin(w);
		}
	}
	got = observations(w, REP_LEVEL_MINUTE);
	is_int((int64_t)got.n, 4, "%s: minutes, seen within the transaction", w->name);
	commit(w);
	got = observations(w, REP_LEVEL_MINUTE);
	is_int((int64_t)got.n, 4, "%s: minutes", w->name);
	is_int(got.v[0].from_s, T - 11, "%s: a minute begins at its second 0", w->name);
	is_int(got.v[0].count, 4, "%s: a minute joins streams", w->name);
	is_int(got.v[0].stream, 0, "%s: and names none", w->name);
	is_int(got.v[0].first_s, T, "%s: first of a minute", w->name);
	is_int(got.v[0].last_s, T + 20, "%s: last of a minute, of two commits", w->name);
	got = observations(w, REP_LEVEL_HOUR);
	is_int((int64_t)got.n, 4, "%s: hours", w->name);
	is_str(name_of(w, got.v[0].stream), "a", "%s: of the streams the one seen first is first",
	    w->name);
	is_int(got.v[0].count, 4, "%s: four of it", w->name);
	is_int(got.v[0].last_s, T + 100, "%s: last of an hour", w->name);
	is_str(name_of(w, got.v[1].stream), "b", "%s: then the other", w->name);
	is_int(got.v[1].first_s, T + 20, "%s: whose first is its own", w->name);
	got = observations(w, REP_LEVEL_DAY);
	is_int((int64_t)got.n, 3, "%s: days", w->name);
	is_int(got.v[0].from_s, T - T % DAY, "%s: a day begins at midnight UTC", w->name);
	is_int(got.v[0].count, 5, "%s: a day of two commits", w->name);
	is_int(got.v[0].first_s, T, "%s: first of a day", w->name);
	is_int(got.v[0].last_s, T + 2 * HOUR, "%s: last of a day", w->name);
	is_str(name_of(w, got.v[0].label), "mx1/postfix/out-a", "%s: the label", w->name);
	is_str(name_of(w, got.v[0].provider), "google", "%s: the provider", w->name);
	ok(got.v[0].status == REP_STATUS_SENT && got.v[0].class == REP_CLASS_ACCEPTED &&
		got.v[0].stage == REP_STAGE_DOT && got.v[0].evidence && got.v[0].certain,
	    "%s: status, class, stage and flags", w->name);
	got = (struct seen){ .n = 0 };
	NEED(rep_store_observations(w->s, REP_LEVEL_DAY, T - T % DAY + 1, T - T % DAY + DAY + 1,
	    on_observation, &got, &err));
	is_int((int64_t)got.n, 1, "%s: only what begins in the time asked for", w->name);
	is_int(totals(w).first_s, T, "%s: first of all", w->name);
	is_int(totals(w).last_s, T + DAY, "%s: last of all", w->name);
}

/* Minutes and hours of old facts are not written at all. */
static void
test_old_facts(struct world *w)
{
	static const int64_t ages[] = { 0, 47 * HOUR, 49 * HOUR, 89 * (int64_t)DAY,
		91 * (int64_t)DAY };
	struct rep_fact f;

	begin(w);
	for (size_t i = 0; i < REP_COUNT(ages); i++) {
		f = accepted(T - ages[i], "jo@example.com");
		add(w, &f);
	}
	commit(w);
	is_int((int64_t)observations(w, REP_LEVEL_MINUTE).n, 2, "%s: minutes of 48 h", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_HOUR).n, 4, "%s: hours of 90 days", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_DAY).n, 4, "%s: all days", w->name);
}

static enum rep_rc
on_stop(void *ctx, const struct rep_observation *o)
{
	(void)o;
	++*(int *)ctx;
	return REP_ENOTFOUND;
}

static void
test_order(struct world *w)
{
	struct rep_fact f;
	struct seen got;
	bool sorted = true;
	int calls = 0;
	char q[16], label[16];

	begin(w);
	for (int i = 0; i < 40; i++) {
		snprintf(q, sizeof q, "%d", i);
		snprintf(label, sizeof label, "l%d", i * 7 % 11);
		f = i % 3 ? accepted(T + i * 5 % 3, "jo@example.com")
			  : refused(T, "jo@example.com", "550 no");
		f.queue_id = rep_str_c(q);
		f.label = rep_str_c(label);
		add(w, &f);
	}
	commit(w);
	got = observations(w, REP_LEVEL_DAY);
	for (size_t i = 1; i < got.n; i++) {
		const struct rep_observation *a = &got.v[i - 1], *b = &got.v[i];

		sorted = sorted &&
		    (a->first_s < b->first_s ||
			(a->first_s == b->first_s &&
			    (a->last_s < b->last_s ||
				(a->last_s == b->last_s && a->label <= b->label))));
	}
	ok(got.n > 15 && sorted, "%s: ordered by the fields of the struct", w->name);
	ok(rep_store_observations(w->s, REP_LEVEL_DAY, 0, INT64_MAX, on_stop, &calls, &err) ==
		    REP_ENOTFOUND &&
		calls == 1,
	    "%s: a callback can end it", w->name);
}

struct all {
	struct rep_observation v[8192];
	size_t n;
};

static enum rep_rc
on_all(void *ctx, const struct rep_observation *o)
{
	struct all *a = ctx;

	if (a->n < REP_COUNT(a->v))
		a->v[a->n++] = *o;
	return REP_OK;
}

/* A random fact, of many kinds. */
static struct rep_fact
any_fact(int i, char q[16], char words[4][24])
{
	unsigned r = (unsigned)rep_hash_mix((uint64_t)i + 1);
	struct rep_fact f =
	    r % 3 == 0 ? refused(T, "jo@example.com", "550 no") : accepted(T, "jo@example.com");

	snprintf(q, 16, "%d", i);
	snprintf(words[0], 24, "label-%u", r >> 2 & 3);
	snprintf(words[1], 24, "stream-%u", r >> 4 & 15);
	snprintf(words[2], 24, "d%u.example", r >> 8 & 63);
	snprintf(words[3], 24, "rule-%u", r >> 14 & 7);
	f.queue_id = rep_str_c(q);
	f.label = rep_str_c(words[0]);
	f.stream = rep_str_c(words[1]);
	f.provider = r >> 17 & 1 ? REP_S("other") : REP_S("google");
	f.provider_domain = r >> 17 & 1 ? rep_str_c(words[2]) : REP_S("");
	f.rule = r % 3 == 0 ? rep_str_c(words[3]) : REP_S("");
	f.route = r >> 18 & 1 ? REP_S("relay") : REP_S("");
	f.at_s = T + (r >> 20) % (2 * HOUR);
	return f;
}

/* The counts are the same, whichever facts are in one transaction. */
static void
test_merge(struct world *w)
{
	static struct all one, many;
	struct world whole = { .name = w->name };
	char q[16], words[4][24];
	struct rep_fact f;

	open_world(&whole, "whole", false, 0);
	begin(&whole);
	begin(w);
	for (int i = 0; i < 6000; i++) {
		f = any_fact(i, q, words);
		add(&whole, &f);
		add(w, &f);
		if (i % 37 == 0 || i == 4000) {
			commit(w);
			if (i == 4000)
				reopen(w, 0);
			begin(w);
		}
	}
	commit(&whole);
	commit(w);
	for (int level = 0; level < REP_LEVEL_N; level++) {
		bool same;

		one.n = many.n = 0;
		NEED(rep_store_observations(
		    whole.s, (enum rep_level)level, 0, INT64_MAX, on_all, &one, &err));
		NEED(rep_store_observations(
		    w->s, (enum rep_level)level, 0, INT64_MAX, on_all, &many, &err));
		same = one.n == many.n;
		for (size_t i = 0; same && i < one.n; i++) {
			const struct rep_observation *a = &one.v[i], *b = &many.v[i];

			same = a->from_s == b->from_s && a->first_s == b->first_s &&
			    a->last_s == b->last_s && a->label == b->label &&
			    a->route == b->route && a->provider == b->provider &&
			    a->provider_domain == b->provider_domain && a->stream == b->stream &&
			    a->rule == b->rule && a->status == b->status && a->class == b->class &&
			    a->stage == b->stage && a->count == b->count;
		}
		ok(same && one.n > 1000, "%s: level %d, %zu observations, the same in one commit",
		    w->name, level, one.n);
	}
	rep_store_close(whole.s);
}

static void
test_prune(struct world *w)
{
	struct rep_fact f = accepted(T, "jo@example.com"), g = accepted(T + DAY, "jo@example.com");

	begin(w);
	add(w, &f);
	add(w, &g);
	commit(w);
	begin(w);
	NEED(rep_store_prune(w->s, T + 3 * DAY - HOUR, &err));
	commit(w);
	is_int(
	    (int64_t)observations(w, REP_LEVEL_MINUTE).n, 1, "%s: minutes go after 48 h", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_HOUR).n, 2, "%s: hours stay", w->name);
	is_int((int64_t)totals(w).facts, 2, "%s: facts stay", w->name);
	begin(w);
	NEED(rep_store_prune(w->s, T + 90 * DAY + HOUR, &err));
	commit(w);
	is_int(
	    (int64_t)observations(w, REP_LEVEL_HOUR).n, 1, "%s: hours go after 90 days", w->name);
	is_int((int64_t)totals(w).facts, 1, "%s: facts go after 90 days", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_DAY).n, 2, "%s: days stay for ever", w->name);
	reopen(w, 0);
	begin(w);
	ok(!add(w, &f), "%s: a fact that is gone still counts once only", w->name);
	commit(w);
}

/* A fact of a clock that is a year ahead, and the days that follow. */
static void
test_ages(struct world *w)
{
	const int64_t year = 365 * (int64_t)DAY;
	struct rep_fact f = accepted(T, "jo@example.com"), g = accepted(T + year, "jo@example.com"),
			h = accepted(T + DAY, "jo@example.com");
	int64_t from_s = 0;

	begin(w);
	add(w, &f);
	NEED(rep_store_ages(w->s, T, &from_s, &err));
	is_int(from_s - T, 0, "%s: ages count from the newest fact", w->name);
	commit(w);
	begin(w);
	add(w, &g);
	NEED(rep_store_ages(w->s, T + year, &from_s, &err));
	is_int(from_s - T, 0, "%s: not from one that is a year after all others", w->name);
	NEED(rep_store_prune(w->s, from_s, &err));
	commit(w);
	is_int((int64_t)totals(w).facts, 2, "%s: so nothing is removed", w->name);
	reopen(w, 0);
	begin(w);
	add(w, &h);
	NEED(rep_store_ages(w->s, T + DAY, &from_s, &err));
	is_int(from_s - T, DAY, "%s: but from the newest of the others", w->name);
	commit(w);
	is_int(
	    (int64_t)observations(w, REP_LEVEL_MINUTE).n, 3, "%s: whose minutes are kept", w->name);
	begin(w);
	for (int k = 1; k < REP_STORE_GAP_DAYS; k++) {
		g = accepted(T + year + k * (int64_t)DAY, "jo@example.com");
		add(w, &g);
		NEED(rep_store_ages(w->s, T + DAY, &from_s, &err));
		is_int(from_s - T, DAY, "%s: nor from several days ahead of the clock", w->name);
		if (k < REP_STORE_GAP_DAYS - 1) {
			NEED(rep_store_ages(w->s, g.at_s, &from_s, &err));
			is_int(from_s - T, DAY, "%s: nor from few days", w->name);
		}
	}
	NEED(rep_store_ages(w->s, g.at_s, &from_s, &err));
	is_int(from_s - g.at_s, 0, "%s: after three days it was no wrong clock", w->name);
	commit(w);
}

static void
test_rollups_only(struct world *w)
{
	struct rep_fact f = accepted(T, "jo@example.com");

	begin(w);
	ok(add(w, &f), "%s: fresh", w->name);
	commit(w);
	reopen(w, REP_STORE_ROLLUPS_ONLY);
	begin(w);
	ok(!add(w, &f), "%s: counts once", w->name);
	commit(w);
	is_int((int64_t)totals(w).facts, 0, "%s: no rows of facts", w->name);
	is_int((int64_t)totals(w).counted, 1, "%s: but counted", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_HOUR).n, 1, "%s: and rolled up", w->name);
}

static struct rep_fact
of_other(struct rep_fact f, const char *domain, const char *queue_id)
{
	f.provider = REP_S("other");
	f.provider_domain = rep_str_c(domain);
	f.queue_id = rep_str_c(queue_id);
	f.rule = REP_S("");
	return f;
}

static void
test_watched(struct world *w)
{
	struct rep_fact f;
	struct seen got;
	uint32_t watched;

	begin(w);
	f = of_other(accepted(T, "a@firm.example"), "firm.example", "1");
	add(w, &f);
	f = of_other(accepted(T, "b@else.example"), "else.example", "2");
	add(w, &f);
	/* not a refusal of us: a dead recipient does not make a domain watched */
	f = of_other(refused(T, "c@else.example", "550 5.1.1 unknown"), "else.example", "3");
	f.class = REP_CLASS_RECIPIENT;
	add(w, &f);
	f = of_other(accepted(T, "d@else.example"), "else.example", "4");
	add(w, &f);
	f = of_other(refused(T + 1, "a@firm.example", "550 blocked"), "firm.example", "5");
	add(w, &f);
	f = of_other(accepted(T + 2, "a@firm.example"), "firm.example", "6");
	add(w, &f);
	commit(w);
	reopen(w, 0);
	begin(w);
	f = of_other(accepted(T + 3, "a@firm.example"), "firm.example", "7");
	add(w, &f);
	f = of_other(accepted(T + 3, "b@else.example"), "else.example", "8");
	add(w, &f);
	commit(w);
	watched = rep_store_name_id(w->s, REP_S("firm.example"));
	ok(watched != 0, "%s: the domain that refused has a name", w->name);
	got = observations(w, REP_LEVEL_DAY);
	is_int((int64_t)got.n, 4, "%s: accepted, dead, refused, accepted again", w->name);
	for (size_t i = 0; i < got.n; i++) {
		const struct rep_observation *o = &got.v[i];

		if (o->class == REP_CLASS_ACCEPTED && o->provider_domain == 0)
			is_int(o->count, 4, "%s: small domains are one row", w->name);
		else if (o->class == REP_CLASS_ACCEPTED)
			ok(o->provider_domain == watched && o->count == 2,
			    "%s: from the refusal on accepted mail has its name", w->name);
		else if (o->class == REP_CLASS_BLOCKED)
			is_int(o->provider_domain, watched, "%s: a refusal has its name", w->name);
		else
			is_str(name_of(w, o->provider_domain), "else.example",
			    "%s: a dead recipient too", w->name);
	}
}

static void
test_names(struct world *w)
{
	struct rep_names names;
	struct rep_fact f;
	char label[24], q[16];
	bool same = true;
	uint32_t a;

	is_str(name_of(w, 0), "", "%s: number 0 is the empty name", w->name);
	is_int(rep_store_name_id(w->s, REP_S("")), 0, "%s: which has number 0", w->name);
	is_int(rep_store_name_id(w->s, REP_S("never")), 0, "%s: no number for no name", w->name);
	begin(w);
	for (int i = 0; i < 3000; i++) {
		snprintf(label, sizeof label, "stream-%d", i);
		snprintf(q, sizeof q, "%d", i);
		f = accepted(T, "jo@example.com");
		f.stream = rep_str_c(label);
		f.queue_id = rep_str_c(q);
		add(w, &f);
	}
	commit(w);
	a = rep_store_name_id(w->s, REP_S("stream-2999"));
	reopen(w, REP_STORE_READ_ONLY);
	names = rep_store_names(w->s);
	for (int i = 0; i < 3000; i++) {
		snprintf(label, sizeof label, "stream-%d", i);
		same = same &&
		    rep_str_eq(rep_name(&names, rep_store_name_id(w->s, rep_str_c(label))),
			rep_str_c(label));
	}
	ok(same, "%s: 3000 names have their numbers", w->name);
	is_int(rep_store_name_id(w->s, REP_S("stream-2999")), a, "%s: the same ones", w->name);
	is_str(rep_name(&names, names.n + 7), "", "%s: past the end is the empty name", w->name);
}

/* Continues after test_samples. */
static void
test_more_samples(struct world *w)
{
	const struct rep_sample *v = NULL;
	struct rep_fact f;
	size_t n = 0;

	begin(w);
	f = refused(T + 9, "jo@hotmail.com", "550 5.7.1 [192.0.2.1] S3140 for <q@x.example> id 7");
	add(w, &f);
	f = (struct rep_fact){ .at_s = T,
		.provider = REP_S("gmx"),
		.text = REP_S("421 bye"),
		.code = 421,
		.class = REP_CLASS_THROTTLED };
	add(w, &f);
	add(w, &f);
	f.text = REP_S("421 farewell");
	add(w, &f);
	commit(w);
	NEED(rep_store_samples(
	    w->s, REP_S("microsoft-consumer"), REP_S(""), REP_S(""), 10, &v, &n, &err));
	ok(n == 2 && v[0].count == 5, "%s: a form goes on counting after it was read back",
	    w->name);
	NEED(rep_store_samples(w->s, REP_S("gmx"), REP_S(""), REP_S(""), 10, &v, &n, &err));
	ok(n == 2 && v[0].count == 1, "%s: a reply tied to nobody is a sample, once", w->name);
	is_int((int64_t)totals(w).counted, 9, "%s: and no fact", w->name);
}

static void
test_samples(struct world *w)
{
	static const char *const texts[] = {
		"550 5.7.1 [203.0.113.7] S3140 for <jo@hotmail.com> id 4f1a-22bc",
		"550 5.7.1 [203.0.113.24] S3140 for <al.bert@hotmail.com> id 11ab-0912",
		"550 5.7.1 [203.0.113.24] S3140 for <e@x.example> id 551e8400-e29b-41d4-a716-44665",
		"550 5.7.1 mailbox al.bert is full",
		"550 5.7.1 mailbox jo.smith is full",
	};
	static const char *const to[] = { "jo@hotmail.com", "al.bert@hotmail.com", "e@x.example",
		"al.bert@hotmail.com", "Jo.Smith@hotmail.com" };
	const struct rep_sample *v = NULL;
	struct rep_fact f;
	size_t n = 0;
	char q[16];

	begin(w);
	for (size_t i = 0; i < REP_COUNT(texts); i++) {
		f = refused(T + (int64_t)i, to[i], texts[i]);
		snprintf(q, sizeof q, "%zu", i);
		f.queue_id = rep_str_c(q);
		f.host = REP_S("mx1.hotmail.example");
		add(w, &f);
		add(w, &f);
	}
	f = refused(
	    T - 5, "zo@hotmail.com", "550 5.7.1 [203.0.113.99] S3140 for <zo@h.example> id 1-2");
	add(w, &f); /* older: it counts, but its wording is not the newest */
	f = accepted(T, "jo@example.com");
	add(w, &f);
	f = refused(T, "jo@yahoo.com", "553 no");
	f.provider = REP_S("yahoo");
	f.rule = REP_S("");
	add(w, &f);
	NEED(rep_store_samples(w->s, REP_S(""), REP_S(""), REP_S(""), 10, &v, &n, &err));
	is_int((int64_t)n, 3, "%s: three forms, seen within the transaction", w->name);
	commit(w);
	reopen(w, 0);
	NEED(rep_store_samples(
	    w->s, REP_S("microsoft-consumer"), REP_S(""), REP_S(""), 10, &v, &n, &err));
	is_int((int64_t)n, 2, "%s: two forms of one provider", w->name);
	is_int((int64_t)v[0].count, 4, "%s: the frequent one first, each fact once", w->name);
	is_int(v[0].first_s, T - 5, "%s: first seen", w->name);
	is_int(v[0].last_s, T + 2, "%s: last seen", w->name);
	is_str(v[0].text,
	    "550 5.7.1 [203.0.113.24] S3140 for <e***@x.example> id "
	    "551e8400-e29b-41d4-a716-44665",
	    "%s: the newest wording, masked", w->name);
	is_str(v[0].host, "mx1.hotmail.example", "%s: its host", w->name);
	is_str(v[0].rule, "microsoft-consumer.s3140", "%s: its rule", w->name);
	ok(v[0].class == REP_CLASS_BLOCKED && v[0].code == 550, "%s: class and code", w->name);
	is_str(v[1].text, "550 5.7.1 mailbox *** is full", "%s: a bare local part is taken out",
	    w->name);
	is_int((int64_t)v[1].count, 2, "%s: whoever it was", w->name);
	NEED(rep_store_samples(
	    w->s, REP_S(""), REP_S(""), REP_S("microsoft-consumer.s3140"), 1, &v, &n, &err));
	is_int((int64_t)n, 1, "%s: of a rule, at most one", w->name);
	NEED(rep_store_samples(w->s, REP_S("never"), REP_S(""), REP_S(""), 10, &v, &n, &err));
	is_int((int64_t)n, 0, "%s: of a provider that is not known", w->name);
	test_more_samples(w);
}

/* The number of forms has a limit, and the oldest are removed. A text may have any length. */
static void
test_many_samples(struct world *w)
{
	const struct rep_sample *v = NULL;
	static char text[5000], words[64];
	struct rep_fact f;
	size_t n = 0;
	bool newest = false, oldest = false;

	for (int i = 0; i < 5000; i++) {
		if (i % 1000 == 0)
			begin(w);
		for (int k = 0, x = i; k < 6; k++, x /= 10) /* words, because digits are folded */
			snprintf(words + 3 * k, 4, "%c%c ", (char)('a' + x % 10), 'z');
		f = refused(T + i, "jo@example.com", words);
		add(w, &f);
		if (i % 1000 == 999)
			commit(w);
	}
	NEED(rep_store_samples(w->s, REP_S(""), REP_S(""), REP_S(""), 9999, &v, &n, &err));
	for (size_t i = 0; i < n; i++) {
		newest = newest || v[i].last_s == T + 4999;
		oldest = oldest || v[i].last_s == T;
	}
	ok(n <= 4096 && n > 3500, "%s: %zu forms of 5000 are kept", w->name, n);
	ok(newest && !oldest, "%s: the least recent went", w->name);
	is_int((int64_t)(totals(w).forms_dropped + n), 5000, "%s: and are counted", w->name);
	memset(text, 'x', sizeof text - 1);
	memcpy(text + 1000, " jo", 3);
	memcpy(text + 1040, "@example.net", 12);
	f = refused(T + 9999, "jo@example.com", text);
	f.provider = REP_S("yahoo");
	begin(w);
	add(w, &f);
	memset(text, '@', sizeof text - 1);
	f = refused(T + 10000, "jo@example.com", text);
	f.provider = REP_S("orange");
	add(w, &f);
	for (size_t i = 0; i + 1 < sizeof text; i++)
		text[i] = i % 2 ? '@' : 'a';
	f = refused(T + 10001, "jo@example.com", text);
	f.provider = REP_S("apple");
	add(w, &f);
	commit(w);
	NEED(rep_store_samples(w->s, REP_S("yahoo"), REP_S(""), REP_S(""), 1, &v, &n, &err));
	ok(n == 1 && v[0].text.n == 1006 && rep_str_ends(v[0].text, REP_S(" [...]")),
	    "%s: a long text is cut before a word, not within an "
	    "address",
	    w->name);
	NEED(rep_store_samples(w->s, REP_S("apple"), REP_S(""), REP_S(""), 1, &v, &n, &err));
	is_int((int64_t)n, 1, "%s: a text of nothing but addresses", w->name);
}

/* From 200,000 names on, a new stream is counted without its name, and the totals say how often. */
static void
test_names_limit(struct world *w)
{
	char stream[32];
	struct rep_fact f;
	int got = 0;

	begin(w);
	for (int i = 0; i < 200010; i++) {
		snprintf(stream, sizeof stream, "s%d", i);
		f = accepted(T + i / 100, "jo@example.com");
		f.queue_id = f.stream = rep_str_c(stream);
		add(w, &f);
	}
	commit(w);
	for (int i = 199980; i < 200010; i++) {
		snprintf(stream, sizeof stream, "s%d", i);
		got += rep_store_name_id(w->s, rep_str_c(stream)) != 0;
	}
	ok(got < 30, "%s: %d of the last 30 streams have a number", w->name, got);
	is_int((int64_t)totals(w).unnamed, 30 - got, "%s: the others are counted", w->name);
	reopen(w, 0);
	is_int((int64_t)totals(w).unnamed, 30 - got, "%s: for good", w->name);
}

static void
test_state(struct world *w)
{
	struct rep_str bytes = REP_S("x");
	const struct rep_input *in = NULL;
	size_t n = 0;
	struct rep_input a = { .head_n = 1,
		.tail_n = 2,
		.head = UINT64_MAX,
		.tail = 1ull << 63,
		.offset = 1ull << 40,
		.lines = 10,
		.bad = 1,
		.first_s = T,
		.last_s = T + 5,
		.read_s = T + 9,
		.name = "/var/log/mail.log" };
	struct rep_input b = { .lines = 5, .bad = 2, .read_s = T + 10, .name = "-" };

	NEED(rep_store_state_get(w->s, "postfix", &bytes, &err));
	is_int((int64_t)bytes.n, 0, "%s: no state yet", w->name);
	begin(w);
	NEED(rep_store_state_put(w->s, "postfix", REP_S("a\0b\xff"), &err));
	NEED(rep_store_state_put(w->s, "exim", REP_S("e"), &err));
	NEED(rep_store_input_put(w->s, &a, &err));
	NEED(rep_store_input_put(w->s, &b, &err));
	ok(a.id != 0 && b.id != 0 && a.id != b.id, "%s: inputs get numbers", w->name);
	commit(w);
	reopen(w, 0);
	NEED(rep_store_state_get(w->s, "postfix", &bytes, &err));
	ok(rep_str_eq(bytes, REP_S("a\0b\xff")), "%s: state is bytes", w->name);
	begin(w);
	NEED(rep_store_state_put(w->s, "postfix", REP_S("new"), &err));
	NEED(rep_store_state_put(w->s, "exim", REP_S(""), &err));
	a.lines = 20;
	a.read_s = T + 20;
	NEED(rep_store_input_put(w->s, &a, &err));
	commit(w);
	reopen(w, REP_STORE_READ_ONLY);
	NEED(rep_store_state_get(w->s, "postfix", &bytes, &err));
	is_str(bytes, "new", "%s: state is replaced", w->name);
	NEED(rep_store_state_get(w->s, "exim", &bytes, &err));
	is_int((int64_t)bytes.n, 0, "%s: no bytes, no state", w->name);
	NEED(rep_store_inputs(w->s, &in, &n, &err));
	is_int((int64_t)n, 2, "%s: two inputs", w->name);
	ok(in[0].id == a.id && in[1].id == b.id, "%s: the one read last comes first", w->name);
	ok(in[0].head == a.head && in[0].tail == a.tail && in[0].offset == a.offset &&
		in[0].head_n == 1 && in[0].tail_n == 2 && in[0].first_s == T &&
		in[0].last_s == T + 5 && strcmp(in[0].name, a.name) == 0,
	    "%s: all of it is kept", w->name);
	is_int((int64_t)totals(w).lines, 25, "%s: lines in all", w->name);
	is_int((int64_t)totals(w).bad, 3, "%s: bad ones in all", w->name);
}

static void
test_sources(struct world *w)
{
	struct rep_ip four, six, none = { .version = 0 };
	const struct rep_source *v = NULL;
	char text[REP_IP_TEXT];
	size_t n = 0;

	ok(rep_ip_parse(REP_S("203.0.113.24"), &four) && rep_ip_parse(REP_S("2001:db8::1"), &six),
	    "%s: addresses", w->name);
	begin(w);
	NEED(rep_store_source(w->s, REP_S("b"), &four, REP_KNOWN_LEARNT, T + 5, &err));
	NEED(rep_store_source(w->s, REP_S("a"), &six, REP_KNOWN_CONFIGURED, 0, &err));
	NEED(rep_store_source(w->s, REP_S("b"), &four, REP_KNOWN_LEARNT, T, &err));
	NEED(rep_store_source(w->s, REP_S("b"), &six, REP_KNOWN_LEARNT, T, &err));
	NEED(rep_store_source(w->s, REP_S("a"), &six, REP_KNOWN_CONFIGURED, 0, &err));
	commit(w);
	reopen(w, 0);
	begin(w);
	NEED(rep_store_source(w->s, REP_S("b"), &four, REP_KNOWN_LEARNT, T + 9, &err));
	commit(w);
	NEED(rep_store_sources(w->s, &v, &n, &err));
	is_int((int64_t)n, 3, "%s: three sources", w->name);
	is_str(name_of(w, v[0].label), "b", "%s: by label", w->name);
	is_str(rep_str_c(rep_ip_text(&v[0].public, text)), "203.0.113.24", "%s: then address",
	    w->name);
	is_int((int64_t)v[0].count, 3, "%s: replies that named it", w->name);
	ok(v[0].first_s == T && v[0].last_s == T + 9, "%s: first and last", w->name);
	is_str(rep_str_c(rep_ip_text(&v[1].public, text)), "2001:db8::1", "%s: version 6", w->name);
	ok(v[2].known_by == REP_KNOWN_CONFIGURED && v[2].count == 0 && v[2].first_s == 0,
	    "%s: a stated one counts nothing", w->name);
	begin(w);
	ok(rep_store_source(w->s, REP_S("a"), &none, REP_KNOWN_STATED, 0, &err) == REP_EUSAGE,
	    "%s: a source needs an address", w->name);
	rep_store_rollback(w->s);
}

static void
test_incidents(struct world *w)
{
	int64_t a = 0, b = 0, c = 0, d = 0;

	NEED(rep_store_incident_id(w->s, REP_S("a"), &a, &err));
	NEED(rep_store_incident_id(w->s, REP_S("b"), &b, &err));
	NEED(rep_store_incident_id(w->s, REP_S("a"), &c, &err));
	ok(a == 1 && b == 2 && c == a, "%s: numbers without a transaction", w->name);
	begin(w);
	NEED(rep_store_incident_id(w->s, REP_S("c"), &c, &err));
	NEED(rep_store_incident_id(w->s, REP_S("a"), &d, &err));
	ok(c == 3 && d == a, "%s: a number given stays in the transaction", w->name);
	commit(w);
	begin(w);
	NEED(rep_store_incident_id(w->s, REP_S("d"), &d, &err));
	is_int(d, 4, "%s: the next one", w->name);
	rep_store_rollback(w->s);
	NEED(rep_store_incident_id(w->s, REP_S("d"), &d, &err));
	is_int(d, 4, "%s: rolled back, but the same in this store", w->name);
	reopen(w, 0);
	NEED(rep_store_incident_id(w->s, REP_S("c"), &c, &err));
	NEED(rep_store_incident_id(w->s, REP_S("a"), &a, &err));
	ok(a == 1 && c == 3, "%s: kept ones last", w->name);
	begin(w);
	NEED(rep_store_incident_id(w->s, REP_S("e"), &d, &err));
	ok(d > 3, "%s: a new one is new", w->name);
	commit(w);
}

static void
test_rollback(struct world *w)
{
	struct rep_fact f = accepted(T, "jo@example.com"),
			g = refused(T + 1, "al@example.com", "550 5.7.1 blocked"), h;
	const struct rep_sample *v = NULL;
	const struct rep_input *in = NULL;
	const struct rep_source *src = NULL;
	struct rep_input input = { .name = "x" };
	struct rep_str bytes;
	struct rep_ip ip;
	size_t n = 0;
	uint32_t names;

	ok(rep_ip_parse(REP_S("192.0.2.1"), &ip), "%s: an address", w->name);
	begin(w);
	add(w, &f);
	commit(w);
	names = rep_store_names(w->s).n;
	begin(w);
	add(w, &g);
	h = of_other(refused(T, "a@firm.example", "550 blocked"), "firm.example", "5");
	add(w, &h);
	NEED(rep_store_input_put(w->s, &input, &err));
	NEED(rep_store_state_put(w->s, "postfix", REP_S("a"), &err));
	NEED(rep_store_source(w->s, REP_S("new"), &ip, REP_KNOWN_STATED, 0, &err));
	(void)observations(w, REP_LEVEL_DAY); /* so that everything is in the back end */
	rep_store_rollback(w->s);
	is_int((int64_t)totals(w).counted, 1, "%s: nothing counted", w->name);
	is_int((int64_t)totals(w).facts, 1, "%s: no row", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_DAY).count, 1, "%s: no observation", w->name);
	is_int(totals(w).last_s, T, "%s: no time", w->name);
	is_int(rep_store_names(w->s).n, names, "%s: no name", w->name);
	is_int(
	    rep_store_name_id(w->s, REP_S("firm.example")), 0, "%s: not even to be found", w->name);
	NEED(rep_store_samples(w->s, REP_S(""), REP_S(""), REP_S(""), 9, &v, &n, &err));
	is_int((int64_t)n, 0, "%s: no sample", w->name);
	NEED(rep_store_inputs(w->s, &in, &n, &err));
	is_int((int64_t)n, 0, "%s: no input", w->name);
	NEED(rep_store_sources(w->s, &src, &n, &err));
	is_int((int64_t)n, 0, "%s: no source", w->name);
	NEED(rep_store_state_get(w->s, "postfix", &bytes, &err));
	is_int((int64_t)bytes.n, 0, "%s: no state", w->name);
	begin(w);
	add(w, &g); /* and what is not written yet */
	rep_store_rollback(w->s);
	begin(w);
	ok(add(w, &g), "%s: a fact rolled back is fresh", w->name);
	ok(!add(w, &f), "%s: one committed before is not", w->name);
	h = of_other(accepted(T, "b@firm.example"), "firm.example", "6");
	add(w, &h);
	commit(w);
	is_int(
	    rep_store_name_id(w->s, REP_S("firm.example")), 0, "%s: nothing is watched", w->name);
	reopen(w, 0);
	is_int(
	    (int64_t)observations(w, REP_LEVEL_DAY).count, 3, "%s: and then all is there", w->name);
	n = 99;
	NEED(rep_store_check(w->s, NULL, NULL, &n, &err));
	is_int((int64_t)n, 0, "%s: each fact once", w->name);
	is_str(name_of(w, rep_store_name_id(w->s, REP_S("microsoft-consumer"))),
	    "microsoft-consumer", "%s: names too", w->name);
}

static void
test_usage(struct world *w)
{
	struct rep_fact f = accepted(T, "jo@example.com");

	ok(rep_store_add(w->s, &f, NULL, &err) == REP_EUSAGE, "%s: no fact without a transaction",
	    w->name);
	ok(rep_store_commit(w->s, &err) == REP_EUSAGE, "%s: nothing to commit", w->name);
	begin(w);
	ok(rep_store_begin(w->s, &err) == REP_EUSAGE, "%s: one transaction at a time", w->name);
	NEED(rep_store_add(w->s, &f, NULL, &err));
	f.at_s = INT64_MIN;
	NEED(rep_store_add(w->s, &f, NULL, &err));
	f.at_s = INT64_MAX;
	NEED(rep_store_add(w->s, &f, NULL, &err));
	commit(w);
	is_int((int64_t)totals(w).counted, 3, "%s: times that cannot be break nothing", w->name);
	rep_store_rollback(w->s);
	is_int((int64_t)totals(w).counted, 3, "%s: nothing to roll back", w->name);
}

/* True when a file contains these bytes, in any case. */
static bool
holds(const char *path, struct rep_str needle)
{
	FILE *f = fopen(path, "rb");
	struct rep_str all;
	static char bytes[4 << 20];
	bool found;

	if (f == NULL)
		return false;
	all = (struct rep_str){ bytes, fread(bytes, 1, sizeof bytes, f) };
	found = rep_str_find_nocase(all, needle, 0) != SIZE_MAX;
	fclose(f);
	return found;
}

static bool
any_holds(const struct world *w, struct rep_str needle)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	char path[160];
	bool found = false;

	for (size_t i = 0; i < REP_COUNT(ends); i++) {
		snprintf(path, sizeof path, "%s%s", w->path, ends[i]);
		found = found || holds(path, needle);
	}
	return found;
}

/* What the store has of a person, and must lose: see test_forget. */
static void
remember(struct world *w, struct rep_str hashes)
{
	struct rep_fact f;
	char to[40], q[16];

	begin(w);
	for (int i = 0; i < 300; i++) {
		snprintf(to, sizeof to, "u%d@example.com", i);
		snprintf(q, sizeof q, "Q%d", i);
		f = accepted(T + i, i % 100 == 7 ? "Zoe.Unusual@gone.example" : to);
		f.queue_id = rep_str_c(q);
		add(w, &f);
	}
	f = refused(T, "zoe.unusual@gone.example", "550 <zoe.unusual@gone.example> blocked");
	add(w, &f);
	f = refused(T, "al@example.com", "550 <al@example.com> is blocked too");
	add(w, &f);
	f = accepted(T, "");
	f.recipient_hash = rep_recipient_hash(&key, REP_S("zoe.unusual@gone.example"));
	f.identity_hash = 1;
	add(w, &f);
	NEED(rep_store_state_put(w->s, "text", REP_S("q=zoe.UNUSUAL@gone.example;"), &err));
	NEED(rep_store_state_put(w->s, "hash", hashes, &err));
	NEED(rep_store_state_put(w->s, "else", REP_S("untouched"), &err));
	commit(w);
}

/* Eight bytes, least significant first or last. */
static struct rep_str
bytes_of(uint64_t v, char to[8], bool least_first)
{
	for (int i = 0; i < 8; i++)
		to[i] = (char)(v >> (least_first ? 8 * i : 56 - 8 * i));
	return (struct rep_str){ to, 8 };
}

static void
test_forget(struct world *w)
{
	static const char was[] = "queue 4F1 ........ ........ and 4F2 ........";
	struct rep_str who = REP_S("zoe.unusual@gone.example"), bytes = REP_S("");
	uint64_t h = rep_recipient_hash(&key, who), facts = 0,
		 id = rep_recipient_identity(&key, who, REP_S(""));
	char state[sizeof was], le[8], be[8];
	struct rep_str hash = bytes_of(h, le, true), in_row = bytes_of(h, be, false);
	const struct rep_sample *v = NULL;
	size_t n = 0;

	memcpy(state, was, sizeof was);
	memcpy(state + 10, hash.p, 8);
	memcpy(state + 36, hash.p, 8);
	(void)bytes_of(id, state + 19, true);
	remember(w, (struct rep_str){ state, sizeof state });
	if (w->file)
		ok(any_holds(w, REP_S("zoe.unusual")) && any_holds(w, hash) &&
			any_holds(w, in_row) && any_holds(w, REP_S("z***@gone.example")),
		    "%s: the files hold them", w->name);
	NEED(rep_store_forget(w->s, REP_S(" <zoe.unusual@GONE.example>"), &facts, &err));
	is_int((int64_t)facts, 5, "%s: five facts went", w->name);
	is_int((int64_t)totals(w).facts, 298, "%s: the others stay", w->name);
	is_int((int64_t)observations(w, REP_LEVEL_DAY).count, 303, "%s: counts stay", w->name);
	NEED(rep_store_samples(w->s, REP_S(""), REP_S(""), REP_S(""), 9, &v, &n, &err));
	is_int((int64_t)n, 1, "%s: one sample stays", w->name);
	NEED(rep_store_state_get(w->s, "text", &bytes, &err));
	is_int((int64_t)bytes.n, 0, "%s: a state that holds the address is dropped", w->name);
	NEED(rep_store_state_get(w->s, "hash", &bytes, &err));
	memcpy(state, was, sizeof was);
	memset(state + 10, 0, 8);
	memset(state + 19, 0, 8);
	memset(state + 36, 0, 8);
	ok(rep_str_eq(bytes, (struct rep_str){ state, sizeof state }),
	    "%s: one that holds hashes has zeros for them", w->name);
	NEED(rep_store_state_get(w->s, "else", &bytes, &err));
	is_str(bytes, "untouched", "%s: another is as it was", w->name);
	if (w->file) {
		ok(!any_holds(w, REP_S("zoe.unusual")), "%s: no file holds the address", w->name);
		ok(!any_holds(w, REP_S("z***@gone")), "%s: nor the masked one", w->name);
		ok(!any_holds(w, REP_S("gone.example")), "%s: nor a domain nobody else uses",
		    w->name);
		ok(!any_holds(w, hash) && !any_holds(w, in_row) &&
			!any_holds(w, bytes_of(id, le, true)),
		    "%s: nor a hash", w->name);
		ok(any_holds(w, REP_S("a***@example.com")), "%s: but the others", w->name);
	}
	reopen(w, 0);
	NEED(rep_store_forget(w->s, REP_S("nobody@example.com"), &facts, &err));
	is_int((int64_t)facts, 0, "%s: nobody to forget", w->name);
	ok(rep_store_forget(w->s, REP_S("nobody"), &facts, &err) == REP_EUSAGE, "%s: no address",
	    w->name);
	remember(w, REP_S("queue"));
	is_int((int64_t)totals(w).facts, 298, "%s: known facts do not come back", w->name);
}

struct told_domains {
	char text[256];
	uint64_t counts;
};

static enum rep_rc
on_domain(void *ctx, size_t k, struct rep_str domain, uint64_t count)
{
	struct told_domains *t = ctx;
	size_t n = strlen(t->text);

	snprintf(t->text + n, sizeof t->text - n, "%s%.*s %d, ",
	    k == 0 ? "" : "next: ", REP_PR(domain), (int)count);
	t->counts += count;
	return REP_OK;
}

/* The domains that mail went to at one provider: most frequent first, since a time, at most some. */
static void
domains(struct world *w)
{
	static const char *const to[] = { "a@hotmail.com", "b@outlook.com", "c@outlook.com",
		"d@kunde.example", "e@outlook.com", "f@hotmail.com" };
	struct told_domains all = { 0 }, two = { 0 }, late = { 0 }, other = { 0 }, both = { 0 };
	struct rep_domains_of of[2] = { { 0 } }, small = { 0 };

	begin(w);
	for (size_t i = 0; i < REP_COUNT(to); i++) {
		struct rep_fact f = refused(T + (int64_t)i, to[i], "550 5.7.1 no (S3140)");

		add(w, &f);
	}
	struct rep_fact f = accepted(T, "g@gmail.com");
	add(w, &f);
	commit(w);
	reopen(w, 0);
	of[0].provider = rep_store_name_id(w->s, REP_S("microsoft-consumer"));
	of[1].provider = rep_store_name_id(w->s, REP_S("google"));
	small = (struct rep_domains_of){ of[0].provider, 7 };
	NEED(rep_store_domains(w->s, T, of, 1, 9, on_domain, &all, &err));
	is_str(rep_str_c(all.text), "outlook.com 3, hotmail.com 2, kunde.example 1, ",
	    "%s: domains", w->name);
	NEED(rep_store_domains(w->s, T, of, 1, 2, on_domain, &two, &err));
	is_str(rep_str_c(two.text), "outlook.com 3, hotmail.com 2, ", "%s: at most two domains",
	    w->name);
	NEED(rep_store_domains(w->s, T + 5, of, 1, 9, on_domain, &late, &err));
	is_str(rep_str_c(late.text), "hotmail.com 1, ", "%s: domains since a time", w->name);
	NEED(rep_store_domains(w->s, T, &small, 1, 9, on_domain, &other, &err));
	is_str(rep_str_c(other.text), "", "%s: no domains of another host", w->name);
	NEED(rep_store_domains(w->s, T, of, 2, 1, on_domain, &both, &err));
	ok(both.counts == 4 && strstr(both.text, "outlook.com 3, ") != NULL &&
		strstr(both.text, "next: gmail.com 1, ") != NULL,
	    "%s: of two providers, each with its own limit: %s", w->name, both.text);
}

/* A log that has the second before, or after, is one of the same attempt; any other second is another attempt. */
static void
near_seconds(struct world *w)
{
	static const struct {
		int near, first, then; /* seconds after T */
		bool fresh;
	} rows[] = { { 1, 0, 1, false }, { 1, 0, -1, true }, { -1, 0, -1, false },
		{ -1, 0, 1, true }, { 0, 0, 1, true }, { 1, 0, 2, true }, { 1, 0, 0, false } };
	struct rep_fact f;
	bool fresh;

	NEED(rep_store_begin(w->s, &err));
	for (size_t i = 0; i < 2 * REP_COUNT(rows); i++) {
		size_t k = i / 2, journal_first = i % 2;
		char id[16];

		snprintf(id, sizeof id, "NEAR%zu", i);
		f = accepted(T, "jo@example.com");
		f.queue_id = rep_str_c(id);
		f.at_s = T + (journal_first ? rows[k].first : rows[k].then);
		f.near = journal_first ? rows[k].near : 0;
		NEED(rep_store_add(w->s, &f, &fresh, &err));
		f.at_s = T + (journal_first ? rows[k].then : rows[k].first);
		f.near = journal_first ? 0 : rows[k].near;
		NEED(rep_store_add(w->s, &f, &fresh, &err));
		ok(fresh == rows[k].fresh, "%s: near %d, then %d, %s first", w->name, rows[k].near,
		    rows[k].then, journal_first ? "the journal" : "the log");
	}
	NEED(rep_store_commit(w->s, &err));
}

struct counted_of {
	uint32_t label, provider; /* 0: all */
	uint64_t n, replies;
};

static enum rep_rc
count_of(void *ctx, const struct rep_observation *o)
{
	struct counted_of *c = ctx;

	if ((c->label == 0 || o->label == c->label) &&
	    (c->provider == 0 || o->provider == c->provider)) {
		c->n++;
		c->replies += o->count;
	}
	return REP_OK;
}

/* What is found row by row is what a walk over everything finds. */
static void
test_of(struct world *w)
{
	static const char *const labels[] = { "mx1/a", "mx1/b", "mx2" };
	static const char *const providers[] = { "google", "microsoft-consumer", "orange" };

	begin(w);
	for (int i = 0; i < 200; i++) {
		struct rep_fact f = accepted(T - i * 1000, "a@gmail.example");

		f.label = rep_str_c(labels[i % 3]);
		f.provider = rep_str_c(providers[i / 3 % 3]);
		f.queue_id = rep_str_c(providers[i % 2]);
		add(w, &f);
	}
	commit(w);
	for (int level = 0; level < REP_LEVEL_N; level++)
		for (int k = 0; k < 9; k++) {
			uint32_t label = rep_store_name_id(w->s, rep_str_c(labels[k % 3]));
			struct counted_of all = { label,
				k < 6 ? 0 : rep_store_name_id(w->s, rep_str_c(providers[k / 3])), 0,
				0 };
			struct counted_of few = all;
			struct rep_observed of = { &label, 1, all.provider };

			NEED(rep_store_observations(w->s, (enum rep_level)level, T - 150000,
			    T - 20000, count_of, &all, &err));
			NEED(rep_store_observations_of(w->s, (enum rep_level)level, T - 150000,
			    T - 20000, &of, count_of, &few, &err));
			ok(all.replies > 0 && all.n == few.n && all.replies == few.replies,
			    "%s: of a label: level %d, %d", w->name, level, k);
		}
}

static const struct {
	const char *name;
	void (*fn)(struct world *);
	unsigned flags;
} tests[] = { { "of", test_of, 0 }, { "once", test_once, 0 }, { "once_many", test_once_many, 0 },
	{ "late", test_late, 0 }, { "near_seconds", near_seconds, 0 },
	{ "rollups", test_rollups, 0 }, { "scopes", test_scopes, 0 },
	{ "old_facts", test_old_facts, 0 }, { "order", test_order, 0 }, { "merge", test_merge, 0 },
	{ "prune", test_prune, 0 }, { "ages", test_ages, 0 },
	{ "rollups_only", test_rollups_only, REP_STORE_ROLLUPS_ONLY },
	{ "watched", test_watched, 0 }, { "names", test_names, 0 },
	{ "names_limit", test_names_limit, REP_STORE_ROLLUPS_ONLY }, { "samples", test_samples, 0 },
	{ "many_samples", test_many_samples, 0 }, { "state", test_state, 0 },
	{ "sources", test_sources, 0 }, { "incidents", test_incidents, 0 },
	{ "rollback", test_rollback, 0 }, { "usage", test_usage, 0 }, { "forget", test_forget, 0 },
	{ "domains", domains, 0 } };

int
main(void)
{
	char name[64];
	struct world w;

	make_dir();
	for (int file = 0; file < 2; file++)
		for (size_t i = 0; i < REP_COUNT(tests); i++) {
			snprintf(
			    name, sizeof name, "%s-%s", file ? "sqlite" : "memory", tests[i].name);
			open_world(&w, name, file != 0, tests[i].flags);
			tests[i].fn(&w);
			rep_store_close(w.s);
		}
	rep_store_close(NULL);
	drop_dir();
	return done();
}
