/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/replay.h"
#include "base/time.h"
#include "base/version.h"
#include "judge/told.h"

#include <stdio.h>
#include <stdlib.h>

enum { LATELY = 7 * REP_DAY_S };

/* --- what is kept -------------------------------------------------------------------------------- */

/* A hash of the known sources: when it differs, other addresses were compared. */
static uint64_t
sources_hash(const struct rep_verdict_set *set)
{
	static const struct rep_key open = { { 0 } }; /* no secret: the same hash everywhere */
	uint64_t h = 1;

	for (size_t i = 0; i < set->in.labels_n; i++) {
		const struct rep_label *l = &set->in.labels[i];
		struct rep_str ip = { (const char *)l->public.b, l->public.version == 4 ? 4 : 16 };

		h = rep_hash_mix(h ^ rep_siphash(&open, rep_name(&set->in.names, l->label)));
		h = rep_hash_mix(h ^ (l->public.version != 0 ? rep_siphash(&open, ip) : 0));
		h = rep_hash_mix(
		    h ^ ((uint64_t)l->pool << 2 | (uint64_t)l->tenancy_told << 1 | l->own_range));
	}
	return h;
}

/* A hash of what DNS showed. */
static uint64_t
found_hash(const struct rep_verdict_set *set)
{
	static const struct rep_key open = { { 0 } };
	uint64_t h = 1;

	for (size_t i = 0; i < set->in.found_n; i++) {
		const struct rep_found *f = &set->in.found[i];
		const struct rep_str text[] = { f->subject, f->part, f->id, f->detail };

		for (size_t k = 0; k < REP_COUNT(text); k++)
			h = rep_hash_mix(h ^ rep_siphash(&open, text[k]));
		h = rep_hash_mix(h ^ (uint64_t)f->first_s);
		h = rep_hash_mix(h ^ (uint64_t)f->last_s);
		h = rep_hash_mix(h ^ (uint64_t)f->gone_s);
	}
	for (size_t i = 0; i < set->in.looked_n; i++)
		h = rep_hash_mix(h ^ (uint64_t)set->in.looked[i].known_s);
	return h;
}

static uint64_t
counted(const struct rep_verdict_set *set)
{
	uint64_t n = 0;

	for (size_t i = 0; i < set->in.obs_n; i++)
		if (set->in.obs[i].first_s <= set->in.now_s)
			n += set->in.obs[i].count;
	return n;
}

static struct rep_str
basis(const struct rep_verdict_set *set)
{
	return rep_arena_printf(set->arena,
	    "rules %016llx\nweights %016llx\nsources %016llx\nfound %016llx\nprogram %s\n"
	    "counted %llu\nreports %016llx\nread %lld\nended %lld\n",
	    (unsigned long long)rep_know_hash(set->in.know),
	    (unsigned long long)rep_weights_hash(&set->weights),
	    (unsigned long long)sources_hash(set), (unsigned long long)found_hash(set), REP_VERSION,
	    (unsigned long long)counted(set), (unsigned long long)set->reported.hash,
	    (long long)set->reported.read_s, (long long)set->reported.until.end_s);
}

/* The reports that a recording is based on. One of an older version was based on none. */
static struct rep_reported_auth_until
reports_until(struct rep_str basis)
{
	struct rep_reported_auth_until until = { .read_s = 1 };
	uint64_t v;

	if (rep_str_u64(rep_told_value(basis, REP_S("read")), INT64_MAX, &v) && v > 0)
		until.read_s = (int64_t)v;
	if (rep_str_u64(rep_told_value(basis, REP_S("ended")), INT64_MAX, &v))
		until.end_s = (int64_t)v;
	return until;
}

/* True when it is open, or has been over for less than a week. */
static bool
is_kept(const struct rep_verdict_set *set, const struct rep_incident *i)
{
	return rep_incident_open(i) ||
	    i->episodes[i->episodes_n - 1].until_s > set->in.now_s - LATELY;
}

static bool
last_said_the_same(const struct rep_told *old, size_t old_n, const struct rep_told *v, size_t n)
{
	size_t from = old_n;

	while (from > 0 && old[from - 1].recording == old[old_n - 1].recording)
		from--;
	if (old_n - from != n)
		return false;
	for (size_t k = 0; k < n; k++) {
		bool there = false;

		for (size_t m = from; m < old_n && !there; m++)
			there = old[m].incident == v[k].incident && old[m].now_s == v[k].now_s &&
			    rep_str_eq(old[m].text, v[k].text);
		if (!there)
			return false;
	}
	return true;
}

enum rep_rc
rep_replay_record_set(
    const struct rep_verdict_set *set, struct rep_store *store, size_t *left, struct rep_err *err)
{
	struct rep_told *v = rep_arena_alloc(set->arena, (REP_REPLAY_INCIDENTS + 1) * sizeof *v);
	const struct rep_told *old;
	size_t n = 1, old_n;
	enum rep_rc rc;

	if (v == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory for recorded verdicts");
	v[0] = (struct rep_told){ .now_s = set->in.now_s, .text = basis(set) };
	*left = 0;
	for (size_t k = 0; k < set->verdicts.incidents_n; k++) {
		const struct rep_incident *i = &set->verdicts.incidents[k];

		if (!is_kept(set, i))
			continue;
		if (n > REP_REPLAY_INCIDENTS)
			++*left;
		else
			v[n++] = (struct rep_told){ .incident = i->id,
				.now_s = set->in.now_s,
				.text = rep_told_text(&set->verdicts, i, set->arena) };
	}
	for (size_t k = 0; k < n; k++)
		if (v[k].text.n == 0)
			return rep_fail(err, REP_ELIMIT, "out of memory for recorded verdicts");
	if ((rc = rep_store_told(store, &old, &old_n, err)) != REP_OK)
		return rc;
	return last_said_the_same(old, old_n, v, n) ? REP_OK : rep_store_told_put(store, v, n, err);
}

enum rep_rc
rep_replay_record(const struct rep_session *session, const struct rep_verdict_set *set,
    struct rep_store *store, struct rep_err *err)
{
	size_t left;
	enum rep_rc rc = rep_replay_record_set(set, store, &left, err);

	if (rc == REP_OK && left > 0)
		rep_session_say(session, REP_PROBLEM_NOTE,
		    "%zu incidents are shown but not kept for reputed why --replay: it has room "
		    "for %d",
		    left, REP_REPLAY_INCIDENTS);
	return rc;
}

/* --- judging again --------------------------------------------------------------------------------- */

struct loading {
	struct rep_store *store;
	const struct rep_know *know;
	struct rep_replayed *x;
};

static struct rep_str
hex(uint64_t v, char buf[20])
{
	int n = snprintf(buf, 20, "%016llx", (unsigned long long)v);

	return (struct rep_str){ buf, n > 0 ? (size_t)n : 0 };
}

static enum rep_rc
load(void *ctx, struct rep_verdict_set *set, struct rep_err *err)
{
	struct loading *l = ctx;
	struct rep_replayed *x = l->x;
	int64_t newest_s = set->totals.last_s;
	char buf[20];
	enum rep_rc rc;

	set->in.now_s = x->told[0].now_s;
	set->reports_until = reports_until(x->told[0].text);
	x->rules = !rep_str_eq(
	    rep_told_value(x->told[0].text, REP_S("rules")), hex(rep_know_hash(l->know), buf));
	rc = rep_recount(
	    l->store, l->know, x->rules, set->in.now_s, newest_s, set->arena, &x->count, err);
	if (rc != REP_OK)
		return rc;
	set->obs = x->count.obs;
	set->in.obs_n = x->count.n;
	set->in.hours_from_s = x->count.hours_from_s;
	set->in.names = x->count.names;
	return REP_OK;
}

/*
 * The source, the route and the provider of a key. The rest (kind, beginning) may be different
 * today.
 */
static struct rep_str
subject(struct rep_str key)
{
	size_t cut = rep_str_rchr(key, '|');
	struct rep_str s = rep_str_sub(key, 0, cut == SIZE_MAX ? key.n : cut);

	cut = rep_str_rchr(s, '|');
	return rep_str_sub(s, 0, cut == SIZE_MAX ? s.n : cut);
}

/* The incident with this key. If none: one of the same subject that belongs to no other text. */
static const struct rep_incident *
counterpart(const struct rep_replayed *x, struct rep_str key, const bool *taken)
{
	const struct rep_verdicts *v = &x->set.verdicts;

	for (size_t n = 0; n < v->incidents_n; n++)
		if (rep_str_eq(v->incidents[n].key, key))
			return &v->incidents[n];
	for (size_t n = 0; n < v->incidents_n; n++) {
		const struct rep_incident *i = &v->incidents[n];
		bool other = taken[n];

		for (size_t t = 1; t < x->told_n && !other; t++)
			other = rep_str_eq(rep_told_value(x->told[t].text, REP_S("key")), i->key);
		if (!other && is_kept(&x->set, i) && rep_str_eq(subject(i->key), subject(key)))
			return i;
	}
	return NULL;
}

static enum rep_rc
compare(struct rep_replayed *x, struct rep_err *err)
{
	const struct rep_verdicts *v = &x->set.verdicts;
	struct rep_arena *a = x->set.arena;
	bool *taken = rep_arena_alloc(a, v->incidents_n + 1);
	enum rep_rc small = REP_ELIMIT;

	x->lines = rep_arena_alloc(a, (x->told_n + v->incidents_n + 1) * sizeof *x->lines);
	if (taken == NULL || x->lines == NULL)
		return rep_fail(err, small, "more incidents than memory is set aside for");
	memset(taken, 0, v->incidents_n + 1);
	for (size_t t = 1; t < x->told_n; t++) {
		struct rep_replayed_line *l = &x->lines[x->lines_n++];
		const struct rep_incident *i;

		*l = (struct rep_replayed_line){ x->told[t].incident,
			rep_told_value(x->told[t].text, REP_S("key")), REP_REPLAYED_GONE, NULL, 0 };
		if ((i = counterpart(x, l->key, taken)) == NULL)
			continue;
		taken[i - v->incidents] = true;
		l->changes = rep_arena_alloc(a, REP_REPLAY_CHANGES * sizeof *l->changes);
		if (l->changes == NULL)
			return rep_fail(err, small, "more incidents than memory is set aside for");
		l->n = rep_told_compare(
		    x->told[t].text, rep_told_text(v, i, a), l->changes, REP_REPLAY_CHANGES);
		l->fate = l->n == 0 ? REP_REPLAYED_SAME : REP_REPLAYED_CHANGED;
	}
	for (size_t n = 0; n < v->incidents_n && x->told_n <= REP_REPLAY_INCIDENTS; n++)
		if (!taken[n] && is_kept(&x->set, &v->incidents[n]))
			x->lines[x->lines_n++] = (struct rep_replayed_line){ 0, v->incidents[n].key,
				REP_REPLAYED_NEW, NULL, 0 };
	for (size_t n = 0; n < x->lines_n; n++)
		x->changed += x->lines[n].fate != REP_REPLAYED_SAME;
	return REP_OK;
}

struct rep_replay_ours
rep_replay_ours(const struct rep_verdict_set *set, struct rep_str basis)
{
	char rules[20], weights[20];

	return (struct rep_replay_ours){
		!rep_str_eq(
		    rep_told_value(basis, REP_S("rules")), hex(rep_know_hash(set->in.know), rules)),
		!rep_str_eq(rep_told_value(basis, REP_S("weights")),
		    hex(rep_weights_hash(&set->weights), weights)),
		!rep_str_eq(rep_told_value(basis, REP_S("program")), REP_S(REP_VERSION)),
	};
}

static enum rep_rc
judge_again(const struct rep_session *s, const struct rep_know *know, struct rep_store *store,
    struct rep_replayed *x, struct rep_err *err)
{
	struct loading l = { store, know, x };
	struct rep_str b = x->told[0].text;
	struct rep_replay_ours ours;
	uint64_t then;
	char buf[20];
	enum rep_rc rc =
	    rep_verdicts_make_of(s, know, store, REP_DEPTH_TOLD, load, &l, &x->set, err);

	if (rc != REP_OK)
		return rc;
	ours = rep_replay_ours(&x->set, b);
	x->weights = ours.weights;
	x->program = ours.program;
	x->sources =
	    !rep_str_eq(rep_told_value(b, REP_S("sources")), hex(sources_hash(&x->set), buf));
	x->found = rep_told_value(b, REP_S("found")).n > 0 &&
	    !rep_str_eq(rep_told_value(b, REP_S("found")), hex(found_hash(&x->set), buf));
	x->reports = rep_told_value(b, REP_S("reports")).n > 0 &&
	    !rep_str_eq(rep_told_value(b, REP_S("reports")), hex(x->set.reported.hash, buf));
	if (rep_str_u64(rep_told_value(b, REP_S("counted")), INT64_MAX, &then))
		x->late = (int64_t)counted(&x->set) - (int64_t)then;
	return compare(x, err);
}

/* --- all together ------------------------------------------------------------------------------------------ */

/* Copies the texts: judging asks the store again, and then the views are no longer valid. */
static enum rep_rc
kept(const struct rep_session *s, struct rep_store *store, struct rep_told **v, size_t *n,
    struct rep_err *err)
{
	const struct rep_told *told;
	enum rep_rc rc = rep_store_told(store, &told, n, err);

	if (rc != REP_OK)
		return rc;
	if ((*v = rep_arena_alloc(s->arena, (*n + 1) * sizeof **v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < *n; i++) {
		(*v)[i] = told[i];
		(*v)[i].text = rep_arena_dup(s->arena, told[i].text);
		if ((*v)[i].text.p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
	}
	return REP_OK;
}

enum rep_rc
rep_replay(const struct rep_session *s, const struct rep_know *know, struct rep_store *store,
    rep_replay_fn each, void *ctx, struct rep_err *err)
{
	struct rep_told *told;
	enum rep_rc rc;
	size_t n;

	if ((rc = kept(s, store, &told, &n, err)) != REP_OK)
		return rc;
	for (size_t from = 0, to; from < n && rc == REP_OK; from = to) {
		struct rep_replayed x = { .told = &told[from] };

		for (to = from + 1; to < n && told[to].recording == told[from].recording;)
			to++;
		x.told_n = to - from;
		if (told[from].incident != 0 || (s->now_s != 0 && told[from].now_s > s->now_s))
			continue; /* damaged, or later than the moment asked about */
		if ((rc = judge_again(s, know, store, &x, err)) == REP_OK)
			rc = each(ctx, &x, err);
		rep_verdicts_free(&x.set);
	}
	return rc;
}
