/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/trend.h"
#include "base/time.h"

#include <stdlib.h>

enum { HOUR = 3600, WEEK = 7 * REP_DAY_S };

const char *
rep_trend_about_word(enum rep_trend_about a)
{
	static const char *const words[] = { "all", "provider", "source", "route", "stream",
		"host" };

	return words[a];
}

/* --- what a word means ---------------------------------------------------------------------------- */

/* Names by what they are the name of: a bit for each enum rep_trend_about. */
struct finding {
	const struct rep_judge_in *in;
	struct rep_str word;
	unsigned char *is;
	bool *chosen;
};

static void
gather(struct finding *f)
{
	for (size_t i = 0; i < f->in->obs_n; i++) {
		const struct rep_observation *o = &f->in->obs[i];
		const uint32_t names[REP_TREND_ABOUTS] = { 0, o->provider, o->label, o->route,
			o->stream, o->provider_domain };

		for (int a = REP_TREND_PROVIDER; a < REP_TREND_ABOUTS; a++)
			if (names[a] != 0 && names[a] < f->in->names.n)
				f->is[names[a]] |= (unsigned char)(1 << a);
	}
}

/* The last part of a name that has several: "out-a" of "mx1/postfix/out-a". */
static bool
last_part(struct rep_str name, struct rep_str word)
{
	return rep_str_ends_nocase(name, word) && name.n > word.n &&
	    name.p[name.n - word.n - 1] == '/';
}

static bool
means_provider(const struct finding *f, struct rep_str id)
{
	const struct rep_providers *all = rep_know_providers(f->in->know);
	const struct rep_provider *p = rep_provider_by_domain(all, f->word);
	struct rep_buf com;

	if (rep_str_eq_nocase(id, f->word) ||
	    (rep_str_starts_nocase(id, f->word) && id.n > f->word.n && id.p[f->word.n] == '-'))
		return true;
	if (p == NULL && rep_str_chr(f->word, '.', 0) == SIZE_MAX) {
		rep_buf_init(&com, 256);
		rep_buf_add(&com, f->word);
		rep_buf_add(&com, REP_S(".com"));
		if (!com.full)
			p = rep_provider_by_domain(all, rep_buf_str(&com));
		rep_buf_fini(&com);
	}
	return p != NULL && rep_str_eq(p->id, id);
}

static bool
means(const struct finding *f, enum rep_trend_about a, uint32_t n)
{
	struct rep_str name = rep_name(&f->in->names, n);
	char ip[REP_IP_TEXT];

	switch (a) {
	case REP_TREND_PROVIDER: return means_provider(f, name);
	case REP_TREND_SOURCE:
		return rep_str_eq_nocase(name, f->word) || last_part(name, f->word) ||
		    rep_str_eq_nocase(rep_source_text(f->in, n, ip), f->word);
	case REP_TREND_STREAM: return rep_str_eq_nocase(name, f->word) || last_part(name, f->word);
	default: return rep_str_eq_nocase(name, f->word);
	}
}

static void
choose(struct finding *f, struct rep_arena *a, struct rep_trend_subject *out)
{
	const bool **fields[REP_TREND_ABOUTS] = { NULL, &out->mail.provider, &out->mail.label,
		&out->mail.route, &out->mail.stream, &out->mail.provider_domain };

	for (int k = REP_TREND_PROVIDER; k < REP_TREND_ABOUTS && out->about == 0; k++)
		for (uint32_t n = 1; n < f->in->names.n; n++) {
			struct rep_str name = rep_name(&f->in->names, n);

			if (!(f->is[n] >> k & 1) || !means(f, (enum rep_trend_about)k, n))
				continue;
			f->chosen[n] = true;
			out->name = out->about == 0
			    ? name
			    : rep_arena_printf(a, "%.*s, %.*s", REP_PR(out->name), REP_PR(name));
			out->about = (enum rep_trend_about)k;
			*fields[k] = f->chosen;
		}
}

/* The nearest of the names that were read, among the first thousand. */
static enum rep_rc
not_found(const struct finding *f, struct rep_arena *a, struct rep_err *err)
{
	enum { LOOKED_AT = 1000 };
	const char **names = rep_arena_alloc(a, LOOKED_AT * sizeof *names), *near = NULL;
	size_t n = 0;

	for (uint32_t i = 1; names != NULL && i < f->in->names.n && n < LOOKED_AT; i++)
		if (f->is[i] != 0) {
			struct rep_str copy = rep_arena_dup(a, rep_name(&f->in->names, i));

			if (copy.p != NULL)
				names[n++] = copy.p;
		}
	if (n > 0)
		near = rep_word_nearest(f->word, names, n);
	return rep_fail(err, REP_ENOTFOUND,
	    "no mail was read for a provider, address, relay or stream called \"%.*s\"%s%s%s",
	    (int)(f->word.n < 100 ? f->word.n : 100), f->word.p,
	    near != NULL ? "; did you mean " : "", near != NULL ? near : "",
	    near != NULL ? "?" : "");
}

enum rep_rc
rep_trend_find(const struct rep_verdict_set *set, struct rep_str word,
    struct rep_trend_subject *out, struct rep_err *err)
{
	struct finding f = { .in = &set->in, .word = word };

	*out = (struct rep_trend_subject){ .mail.names_n = set->in.names.n };
	if (word.n == 0)
		return REP_OK;
	f.is = rep_arena_alloc(set->arena, set->in.names.n + 1);
	f.chosen = rep_arena_alloc(set->arena, (set->in.names.n + 1) * sizeof *f.chosen);
	if (f.is == NULL || f.chosen == NULL)
		return rep_fail(err, REP_ELIMIT, "more names than memory is set aside for");
	gather(&f);
	choose(&f, set->arena, out);
	return out->about != REP_TREND_ALL ? REP_OK : not_found(&f, set->arena, err);
}

/* --- counting -------------------------------------------------------------------------------------- */

bool
rep_trend_known(const struct rep_verdict_set *set, int64_t from_s, int64_t step_s)
{
	return set->totals.counted > 0 && from_s + step_s > set->totals.first_s &&
	    from_s <= set->totals.last_s;
}

static int64_t
begin_of(int64_t at_s, int64_t step_s)
{
	return at_s - at_s % step_s;
}

void
rep_trend_count(
    const struct rep_verdict_set *set, const struct rep_trend_mail *mail, struct rep_trend *t)
{
	const struct rep_judge_in *in = &set->in;

	*t = (struct rep_trend){ .until_s = begin_of(in->now_s, HOUR) };
	t->hours_from_s = t->from_s = t->until_s - (REP_TREND_HOURS - 1) * HOUR;
	t->days_from_s = begin_of(in->now_s, REP_DAY_S) - (REP_TREND_DAYS - 1) * (int64_t)REP_DAY_S;
	rep_trend_add(in->obs, in->obs_n, mail, t->hours_from_s, HOUR, t->hours, REP_TREND_HOURS);
	rep_trend_add(in->obs, in->obs_n, mail, t->days_from_s, REP_DAY_S, t->days, REP_TREND_DAYS);
	rep_trend_add(in->obs, in->obs_n, mail, t->from_s, t->until_s - t->from_s, &t->now, 1);
	rep_trend_add(
	    in->obs, in->obs_n, mail, t->from_s - WEEK, t->until_s - t->from_s, &t->then, 1);
	t->too_young = set->totals.first_s > t->from_s - WEEK;
	if (t->too_young)
		return;
	t->slowed = rep_trend_compare(&t->now, &t->then, REP_TREND_SLOWED);
	t->refused = rep_trend_compare(&t->now, &t->then, REP_TREND_REFUSED);
}

/* The first observation that is not before this cell; they are sorted by cell. */
static size_t
first_at(const struct rep_observation *v, size_t n, const struct rep_cell_key *k)
{
	size_t from = 0, until = n;

	while (from < until) {
		size_t mid = from + (until - from) / 2;
		struct rep_cell_key at = rep_cell_key_of(&v[mid]);

		if (rep_cell_key_cmp(&at, k) < 0)
			from = mid + 1;
		else
			until = mid;
	}
	return from;
}

static int
by_key(const void *a, const void *b)
{
	return rep_cell_key_cmp(a, b);
}

/* Whether a small host has a row of its own beside the row of all. */
static bool
is_apart(const struct rep_verdict_set *set, const struct rep_cell_key *k)
{
	return set->apart_n > 0 && bsearch(k, set->apart, set->apart_n, sizeof *k, by_key) != NULL;
}

void
rep_trend_row(const struct rep_verdict_set *set, const struct rep_cell *c, bool recent,
    rep_trend_row_fn fn, void *ctx)
{
	const struct rep_observation *v = recent ? set->in.recent : set->in.obs;
	size_t n = recent ? set->in.recent_n : set->in.obs_n;
	struct rep_cell_key last = c->key;
	bool counts = true;

	/* The row of small hosts has the number 0 for their domain, and comes first. */
	for (size_t i = first_at(v, n, &c->key); i < n; i++) {
		struct rep_cell_key k = rep_cell_key_of(&v[i]);

		if (k.label != c->key.label || k.provider != c->key.provider ||
		    (c->key.provider_domain != 0 && k.provider_domain != c->key.provider_domain))
			break;
		if (rep_cell_key_cmp(&k, &last) != 0) {
			last = k;
			counts = k.route == c->key.route && !is_apart(set, &k);
		}
		if (counts)
			fn(ctx, &v[i]);
	}
}

struct day_counting {
	const struct rep_judge_in *in;
	struct rep_trend_sum *hours;
};

static void
on_day(void *ctx, const struct rep_observation *o)
{
	const struct day_counting *d = ctx;
	int64_t from_s = d->in->now_s - REP_DAY_S, hour = (o->first_s - from_s - 1) / HOUR;
	enum rep_trend_kind k = rep_trend_of(o);

	if (k != REP_TREND_KINDS && o->last_s > from_s && o->first_s <= d->in->now_s)
		d->hours[hour < 0 ? 0 : hour].n[k] += o->count; /* a bucket may begin before */
}

void
rep_trend_day(const struct rep_verdict_set *set, const struct rep_cell *c,
    struct rep_trend_sum hours[REP_TREND_HOURS])
{
	struct day_counting d = { &set->in, hours };

	memset(hours, 0, REP_TREND_HOURS * sizeof *hours);
	rep_trend_row(set, c, true, on_day, &d);
}

struct delay_reading {
	const struct rep_trend_mail *mail;
	struct rep_trend *t;
};

static enum rep_rc
on_fact(void *ctx, const struct rep_stored_fact *f)
{
	const struct delay_reading *r = ctx;
	struct rep_trend *t = r->t;
	int64_t at_s = f->o.first_s, hour = (at_s - t->hours_from_s) / HOUR;

	if (f->delay_s < 0 || rep_trend_of(&f->o) != REP_TREND_ACCEPTED ||
	    !rep_trend_counts(r->mail, &f->o))
		return REP_OK;
	if (at_s >= t->hours_from_s && hour < REP_TREND_HOURS)
		rep_trend_delay_add(&t->delays[hour], f->delay_s);
	if (at_s >= t->from_s && at_s < t->until_s)
		rep_trend_delay_add(&t->delays_now, f->delay_s);
	else if (at_s < t->hours_from_s)
		rep_trend_delay_add(&t->delays_then, f->delay_s);
	return REP_OK;
}

enum rep_rc
rep_trend_make(struct rep_store *store, const struct rep_verdict_set *set,
    const struct rep_trend_mail *mail, struct rep_trend *t, struct rep_err *err)
{
	struct delay_reading r = { mail, t };
	enum rep_rc rc;

	rep_trend_count(set, mail, t);
	if ((rc = rep_store_facts(store, t->hours_from_s, set->in.now_s + 1, on_fact, &r, err)) !=
		REP_OK ||
	    (rc = rep_store_facts(store, t->from_s - WEEK, t->until_s - WEEK, on_fact, &r, err)) !=
		REP_OK)
		return rc;
	if (!t->too_young)
		t->delay = rep_trend_compare_delays(&t->delays_now, &t->delays_then);
	return REP_OK;
}
