/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/replay.h"
#include "base/time.h"
#include "cli/out.h"
#include "cli/recount.h"
#include "judge/told.h"

#include <stdio.h>
#include <stdlib.h>

enum { DAY = 86400, RECORD_MAX = 512, LATELY = 7 * DAY, CHANGES_MAX = 64, WIDTH = 100 };

/* --- what is kept -------------------------------------------------------------------------------- */

/* Of the known sources: another hash, other comparisons. */
static uint64_t
sources_hash(const struct rep_verdict_set *set)
{
	static const struct rep_key open = { { 0 } }; /* no secret: the same everywhere */
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

/* Of what DNS showed. */
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
	    "counted %llu\n",
	    (unsigned long long)rep_know_hash(set->in.know),
	    (unsigned long long)rep_weights_hash(&set->weights),
	    (unsigned long long)sources_hash(set), (unsigned long long)found_hash(set), REP_VERSION,
	    (unsigned long long)counted(set));
}

/* Open, or over for less than a week. */
static bool
is_kept(const struct rep_verdict_set *set, const struct rep_incident *i)
{
	return i->life != REP_LIFE_OVER ||
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
rep_replay_record(const struct rep_verdict_set *set, struct rep_store *store, struct rep_err *err)
{
	struct rep_told *v = rep_arena_alloc(set->arena, (RECORD_MAX + 1) * sizeof *v);
	const struct rep_told *old;
	size_t n = 1, old_n;
	enum rep_rc rc;

	if (v == NULL)
		return rep_fail(err, REP_ELIMIT, "out of memory to keep what is told");
	v[0] = (struct rep_told){ .now_s = set->in.now_s, .text = basis(set) };
	for (size_t k = 0; k < set->verdicts.incidents_n && n <= RECORD_MAX; k++) {
		const struct rep_incident *i = &set->verdicts.incidents[k];

		if (is_kept(set, i))
			v[n++] = (struct rep_told){ .incident = i->id,
				.now_s = set->in.now_s,
				.text = rep_told_text(&set->verdicts, i, set->arena) };
	}
	for (size_t k = 0; k < n; k++)
		if (v[k].text.n == 0)
			return rep_fail(err, REP_ELIMIT, "out of memory to keep what is told");
	if ((rc = rep_store_told(store, &old, &old_n, err)) != REP_OK)
		return rc;
	return last_said_the_same(old, old_n, v, n) ? REP_OK : rep_store_told_put(store, v, n, err);
}

/* --- judging again --------------------------------------------------------------------------------- */

enum fate { SAME, CHANGED, GONE, NEW };
static const char *const fates[] = { "same", "changed", "gone", "new" };

struct line {
	int64_t incident;
	struct rep_str key;
	enum fate fate;
	struct rep_told_change *changes; /* in the arena of the set */
	size_t n;			 /* of them; at most CHANGES_MAX are kept */
};

/* One recording, and what it comes to today. */
struct again {
	const struct rep_told *told; /* told[0] is what it rested on */
	size_t told_n;
	struct rep_verdict_set set;
	struct rep_recount count;
	struct line *lines; /* in the arena of the set */
	size_t lines_n, changed;
	bool rules, weights, sources, found, program;
	int64_t late; /* counted now and not then */
};

struct loading {
	struct rep_store *store;
	const struct rep_know *know;
	struct again *x;
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
	struct again *x = l->x;
	int64_t newest_s = set->totals.last_s;
	char buf[20];
	enum rep_rc rc;

	set->in.now_s = x->told[0].now_s;
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

/* The source, the route and the provider of a key; its kind and beginning may be others today. */
static struct rep_str
subject(struct rep_str key)
{
	size_t cut = rep_str_rchr(key, '|');
	struct rep_str s = rep_str_sub(key, 0, cut == SIZE_MAX ? key.n : cut);

	cut = rep_str_rchr(s, '|');
	return rep_str_sub(s, 0, cut == SIZE_MAX ? s.n : cut);
}

/* The incident of a key; else one of the same subject that no other text has. */
static const struct rep_incident *
counterpart(const struct again *x, struct rep_str key, const bool *taken)
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
compare(struct again *x, struct rep_err *err)
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
		struct line *l = &x->lines[x->lines_n++];
		const struct rep_incident *i;

		*l = (struct line){ x->told[t].incident,
			rep_told_value(x->told[t].text, REP_S("key")), GONE, NULL, 0 };
		if ((i = counterpart(x, l->key, taken)) == NULL)
			continue;
		taken[i - v->incidents] = true;
		l->changes = rep_arena_alloc(a, CHANGES_MAX * sizeof *l->changes);
		if (l->changes == NULL)
			return rep_fail(err, small, "more incidents than memory is set aside for");
		l->n = rep_told_compare(
		    x->told[t].text, rep_told_text(v, i, a), l->changes, CHANGES_MAX);
		l->fate = l->n == 0 ? SAME : CHANGED;
	}
	for (size_t n = 0; n < v->incidents_n && x->told_n <= RECORD_MAX; n++)
		if (!taken[n] && is_kept(&x->set, &v->incidents[n]))
			x->lines[x->lines_n++] =
			    (struct line){ 0, v->incidents[n].key, NEW, NULL, 0 };
	for (size_t n = 0; n < x->lines_n; n++)
		x->changed += x->lines[n].fate != SAME;
	return REP_OK;
}

static enum rep_rc
judge_again(struct rep_cli *c, const struct rep_know *know, struct rep_store *store,
    struct again *x, struct rep_err *err)
{
	struct loading l = { store, know, x };
	struct rep_str b = x->told[0].text;
	uint64_t then;
	char buf[20];
	enum rep_rc rc =
	    rep_verdicts_make_of(c, know, store, REP_DEPTH_TOLD, load, &l, &x->set, err);

	if (rc != REP_OK)
		return rc;
	x->weights = !rep_str_eq(
	    rep_told_value(b, REP_S("weights")), hex(rep_weights_hash(&x->set.weights), buf));
	x->sources =
	    !rep_str_eq(rep_told_value(b, REP_S("sources")), hex(sources_hash(&x->set), buf));
	x->found = rep_told_value(b, REP_S("found")).n > 0 &&
	    !rep_str_eq(rep_told_value(b, REP_S("found")), hex(found_hash(&x->set), buf));
	x->program = !rep_str_eq(rep_told_value(b, REP_S("program")), REP_S(REP_VERSION));
	if (rep_str_u64(rep_told_value(b, REP_S("counted")), INT64_MAX, &then))
		x->late = (int64_t)counted(&x->set) - (int64_t)then;
	return compare(x, err);
}

/* --- in words ------------------------------------------------------------------------------------------ */

/* The nth part of a key, between its bars. */
static struct rep_str
part(struct rep_str key, size_t n)
{
	for (; n > 0; n--) {
		size_t bar = rep_str_chr(key, '|', 0);

		key = rep_str_sub(key, bar == SIZE_MAX ? key.n : bar + 1, key.n);
	}
	return rep_str_sub(key, 0, rep_str_chr(key, '|', 0));
}

static struct rep_str
source_of(const struct again *x, struct rep_str key, char ip[REP_IP_TEXT])
{
	struct rep_str label = part(key, 0);

	for (size_t i = 0; i < x->set.in.labels_n; i++)
		if (rep_str_eq(rep_name(&x->set.in.names, x->set.in.labels[i].label), label))
			return rep_source_text(&x->set.in, x->set.in.labels[i].label, ip);
	return label;
}

static bool
asked_for(const struct again *x, const struct line *l, struct rep_str what)
{
	char ip[REP_IP_TEXT];
	uint64_t number;

	if (what.n == 0)
		return true;
	if (rep_str_u64(what, INT64_MAX, &number))
		return l->incident == (int64_t)number;
	return rep_str_eq_nocase(what, part(l->key, 0)) ||
	    rep_str_eq_nocase(what, part(l->key, 2)) || rep_str_eq_nocase(what, part(l->key, 3)) ||
	    rep_str_eq_nocase(what, source_of(x, l->key, ip));
}

/* "0.4700" as "0.47 (cannot tell)", seconds as a time, the rest as it is. */
static struct rep_str
shown(const struct again *x, const struct rep_told_change *c, struct rep_str value)
{
	char t[REP_TIME_TEXT];
	uint64_t n;

	if (value.n == 0)
		return REP_S("not there");
	if (rep_str_starts(c->name, REP_S("cause.")) && value.n == 6)
		return rep_arena_printf(x->set.arena, "%.4s (%s)", value.p,
		    rep_probability_words(x->set.in.weights,
			(double)(value.p[0] - '0') + (value.p[2] - '0') / 10.0 +
			    (value.p[3] - '0') / 100.0 + (value.p[4] - '0') / 1000.0));
	if ((rep_str_eq(c->name, REP_S("since")) || rep_str_eq(c->name, REP_S("until"))) &&
	    rep_str_u64(value, INT64_MAX, &n))
		return n == 0 ? REP_S("open")
			      : rep_arena_printf(x->set.arena, "%s", rep_time_text((int64_t)n, t));
	return value;
}

static void
changes_text(struct rep_buf *b, const struct again *x, const struct line *l)
{
	for (size_t n = 0; n < l->n && n < CHANGES_MAX; n++) {
		const struct rep_told_change *c = &l->changes[n];
		struct rep_str name = c->name;

		if (rep_str_eq(name, REP_S("key")))
			continue;
		if (rep_str_starts(name, REP_S("cause.")))
			name = rep_str_sub(name, 6, name.n);
		rep_buf_printf(b, "    %.*s: was %.*s, is %.*s\n", REP_PR(name),
		    REP_PR(shown(x, c, c->before)), REP_PR(shown(x, c, c->after)));
	}
}

static void
line_text(struct rep_buf *b, const struct again *x, const struct line *l)
{
	static const char *const words[] = { "", "is another today", "is none today",
		"would be told today, and was not" };
	struct rep_str domain = part(l->key, 3);
	char ip[REP_IP_TEXT];

	rep_buf_add(b, REP_S("  "));
	if (l->incident != 0)
		rep_buf_printf(b, "incident %lld, ", (long long)l->incident);
	rep_buf_printf(b, "%.*s at %.*s: %s\n", REP_PR(source_of(x, l->key, ip)),
	    REP_PR(domain.n > 0 ? domain : part(l->key, 2)), words[l->fate]);
	changes_text(b, x, l);
}

static struct rep_str
rule_name(const struct again *x, uint32_t rule)
{
	struct rep_str s = rep_name(&x->count.names, rule);

	return s.n > 0 ? s : REP_S("no rule");
}

/* What is other than it was then; one line each. */
static void
reasons_text(struct rep_buf *b, const struct again *x)
{
	char n1[32], n2[32], t[REP_TIME_TEXT];
	size_t before = b->n;

	if (x->rules) {
		rep_buf_printf(b,
		    "  why: the rules have changed: %s of %s replies are read differently\n",
		    rep_out_number(x->count.differ, n1), rep_out_number(x->count.facts, n2));
		for (size_t k = 0; k < x->count.rules_n; k++)
			rep_buf_printf(b, "       %.*s, now %.*s (%s)\n",
			    REP_PR(rule_name(x, x->count.rules[k].was)),
			    REP_PR(rule_name(x, x->count.rules[k].is)),
			    rep_out_number(x->count.rules[k].n, n1));
	}
	if (x->weights)
		rep_buf_add(b, REP_S("  why: the weights have changed\n"));
	if (x->sources)
		rep_buf_add(b,
		    REP_S(
			"  why: own addresses are known otherwise (learnt, told or configured)\n"));
	if (x->found)
		rep_buf_add(
		    b, REP_S("  why: what reputed check found in DNS is known otherwise\n"));
	if (x->program)
		rep_buf_add(b, REP_S("  why: reputed itself is of another version\n"));
	if (x->late > 0)
		rep_buf_printf(b, "  why: %s deliveries of before that moment came in after it\n",
		    rep_out_number((uint64_t)x->late, n1));
	if (b->n == before)
		rep_buf_printf(b,
		    "  why: nothing that is kept explains it; days before %.10s are only counted\n",
		    rep_time_text(x->count.hours_from_s, t));
}

static void
again_text(struct rep_buf *b, const struct again *x, struct rep_str what)
{
	size_t all = 0, other = 0;
	char t[REP_TIME_TEXT], n1[32], n2[32];

	for (size_t n = 0; n < x->lines_n; n++) {
		all += asked_for(x, &x->lines[n], what);
		other += asked_for(x, &x->lines[n], what) && x->lines[n].fate != SAME;
	}
	rep_buf_printf(b, "Told as of %s, %zu incident%s: ", rep_time_text(x->told[0].now_s, t),
	    all, all == 1 ? "" : "s");
	if (other == 0)
		rep_buf_add(b, REP_S("the same today"));
	else
		rep_buf_printf(b, "%zu other today", other);
	rep_buf_printf(b, " (%s facts read one by one", rep_out_number(x->count.facts, n1));
	if (x->count.only_counted > 0)
		rep_buf_printf(b, ", %s only counted", rep_out_number(x->count.only_counted, n2));
	rep_buf_add(b, REP_S(")\n"));
	if (x->count.facts == 0)
		rep_buf_add(b,
		    REP_S(
			"  no single fact is kept (--rollups-only, or older than 90 days): only the "
			"weights and the configuration were tried anew, not the rules\n"));
	if (other == 0)
		return;
	for (size_t n = 0; n < x->lines_n; n++)
		if (x->lines[n].fate != SAME && asked_for(x, &x->lines[n], what))
			line_text(b, x, &x->lines[n]);
	reasons_text(b, x);
}

/* --- as JSON --------------------------------------------------------------------------------------------- */

static void
value_json(struct rep_json *j, const char *key, struct rep_str v)
{
	rep_json_str(j, key, v.n > 0 ? v : (struct rep_str){ NULL, 0 });
}

static void
line_json(struct rep_json *j, const struct again *x, const struct line *l)
{
	char ip[REP_IP_TEXT];

	rep_json_obj(j, NULL);
	if (l->incident != 0)
		rep_json_int(j, "id", l->incident);
	else
		rep_json_null(j, "id");
	rep_json_str(j, "source", source_of(x, l->key, ip));
	rep_json_str(j, "source_label", part(l->key, 0));
	rep_json_str(j, "provider", part(l->key, 2));
	value_json(j, "provider_domain", part(l->key, 3));
	rep_json_cstr(j, "verdict", fates[l->fate]);
	rep_json_arr(j, "changes");
	for (size_t n = 0; n < l->n && n < CHANGES_MAX; n++) {
		rep_json_obj(j, NULL);
		rep_json_str(j, "what", l->changes[n].name);
		value_json(j, "before", l->changes[n].before);
		value_json(j, "after", l->changes[n].after);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

static void
again_json(struct rep_json *j, const struct again *x, struct rep_str what)
{
	rep_json_obj(j, NULL);
	rep_json_time(j, "told", x->told[0].now_s);
	rep_json_obj(j, "facts");
	rep_json_int(j, "read", (int64_t)x->count.facts);
	rep_json_int(j, "read_differently", (int64_t)x->count.differ);
	rep_json_int(j, "only_counted", (int64_t)x->count.only_counted);
	rep_json_int(j, "late", x->late > 0 ? x->late : 0);
	rep_json_end_obj(j);
	rep_json_obj(j, "changed");
	rep_json_bool(j, "rules", x->rules);
	rep_json_bool(j, "weights", x->weights);
	rep_json_bool(j, "sources", x->sources);
	rep_json_bool(j, "found", x->found);
	rep_json_bool(j, "program", x->program);
	rep_json_end_obj(j);
	rep_json_arr(j, "readings");
	for (size_t k = 0; k < x->count.rules_n; k++) {
		rep_json_obj(j, NULL);
		value_json(j, "before", rep_name(&x->count.names, x->count.rules[k].was));
		value_json(j, "after", rep_name(&x->count.names, x->count.rules[k].is));
		rep_json_int(j, "facts", (int64_t)x->count.rules[k].n);
		rep_json_end_obj(j);
	}
	rep_json_end_arr(j);
	rep_json_arr(j, "incidents");
	for (size_t n = 0; n < x->lines_n; n++)
		if (asked_for(x, &x->lines[n], what))
			line_json(j, x, &x->lines[n]);
	rep_json_end_arr(j);
	rep_json_end_obj(j);
}

/* --- all together ------------------------------------------------------------------------------------------ */

/* Texts as they are now: judging asks the store again, and a view lives until then. */
static enum rep_rc
kept(
    struct rep_cli *c, struct rep_store *store, struct rep_told **v, size_t *n, struct rep_err *err)
{
	const struct rep_told *told;
	enum rep_rc rc = rep_store_told(store, &told, n, err);

	if (rc != REP_OK)
		return rc;
	if ((*v = rep_arena_alloc(c->arena, (*n + 1) * sizeof **v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < *n; i++) {
		(*v)[i] = told[i];
		(*v)[i].text = rep_arena_dup(c->arena, told[i].text);
		if ((*v)[i].text.p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory");
	}
	return REP_OK;
}

enum rep_rc
rep_replay(struct rep_cli *c, const struct rep_know *know, struct rep_store *store,
    struct rep_str what, struct rep_buf *out, size_t *changed, struct rep_err *err)
{
	struct rep_told *told;
	struct rep_json j;
	enum rep_rc rc;
	size_t n, shown_n = 0;

	*changed = 0;
	if ((rc = kept(c, store, &told, &n, err)) != REP_OK)
		return rc;
	rep_json_init(&j, out);
	if (c->json) {
		rep_json_obj(&j, NULL);
		rep_json_arr(&j, "recordings");
	}
	for (size_t from = 0, to; from < n && rc == REP_OK; from = to) {
		struct again x = { .told = &told[from] };

		for (to = from + 1; to < n && told[to].recording == told[from].recording;)
			to++;
		x.told_n = to - from;
		if (told[from].incident != 0 || (c->now_s != 0 && told[from].now_s > c->now_s))
			continue; /* damaged; or after the moment that is asked about */
		if ((rc = judge_again(c, know, store, &x, err)) == REP_OK) {
			shown_n++;
			for (size_t k = 0; k < x.lines_n; k++)
				*changed +=
				    x.lines[k].fate != SAME && asked_for(&x, &x.lines[k], what);
			if (c->json)
				again_json(&j, &x, what);
			else
				again_text(out, &x, what);
		}
		rep_verdicts_free(&x.set);
	}
	if (c->json) {
		rep_json_end_arr(&j);
		rep_json_end_obj(&j);
		rep_buf_addc(out, '\n');
	} else if (shown_n == 0 && rc == REP_OK) {
		rep_buf_add(out,
		    REP_S(
			"No verdict is kept yet: each ingest keeps what it told of incidents, the "
			"last eight times.\n"));
	}
	return rc;
}
