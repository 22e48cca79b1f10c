/* SPDX-License-Identifier: Apache-2.0 */
#include "api/series.h"
#include "base/time.h"
#include "engine/labels.h"
#include "fact/words.h"
#include "judge/trend.h"

#include <stdlib.h>

enum { MINUTE_S = 60, HOUR_S = 3600 };

static const char *const level_words[] = { "minute", "hour", "day" };
static const char *const group_words[] = { "none", "source", "provider", "class" };
static const char *const yes_words[] = { "no", "yes" };
static const int64_t step_of[] = { MINUTE_S, HOUR_S, REP_DAY_S };
/* What is shown when nobody says: what a person looks at of this grain. */
static const int64_t usual_s[] = { 3 * HOUR_S, REP_DAY_S, 90 * (int64_t)REP_DAY_S };

static const struct rep_param_row rows[] = {
	{ "source", REP_PARAM_LIST, offsetof(struct rep_series_ask, source), NULL, 0, 0 },
	{ "provider", REP_PARAM_LIST, offsetof(struct rep_series_ask, provider), NULL, 0, 0 },
	{ "class", REP_PARAM_LIST, offsetof(struct rep_series_ask, class), NULL, 0, 0 },
	{ "by", REP_PARAM_WORD, offsetof(struct rep_series_ask, by), level_words,
	    REP_COUNT(level_words), 0 },
	{ "group", REP_PARAM_WORD, offsetof(struct rep_series_ask, group), group_words,
	    REP_COUNT(group_words), 0 },
	{ "delays", REP_PARAM_WORD, offsetof(struct rep_series_ask, delays), yes_words,
	    REP_COUNT(yes_words), 0 },
	{ "from", REP_PARAM_TIME, offsetof(struct rep_series_ask, from_s), NULL, 0, 0 },
	{ "until", REP_PARAM_TIME, offsetof(struct rep_series_ask, until_s), NULL, 0, 0 },
};

enum rep_rc
rep_series_parse(
    const struct rep_param *v, size_t n, struct rep_series_ask *ask, struct rep_err *err)
{
	enum rep_class class;
	const char *near;
	enum rep_rc rc;

	*ask = (struct rep_series_ask){
		.by = REP_LEVEL_HOUR, .from_s = INT64_MIN, .until_s = INT64_MIN
	};
	if ((rc = rep_params_read(v, n, rows, REP_COUNT(rows), ask, err)) != REP_OK)
		return rc;
	for (size_t i = 0; i < ask->class.n; i++)
		if (!rep_class_parse(ask->class.v[i], &class, &near)) {
			struct rep_str word = rep_str_cut(ask->class.v[i], 60);

			return rep_fail(err, REP_EUSAGE,
			    "class: \"%.*s\" is no class of replies%s%s%s", REP_PR(word),
			    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			    near != NULL ? "\"?" : " (doc/words.md has them)");
		}
	if (ask->from_s != INT64_MIN && ask->until_s != INT64_MIN && ask->from_s >= ask->until_s)
		return rep_fail(err, REP_EUSAGE, "from: a time before until is expected");
	if (ask->delays == 1 && ask->group != REP_SERIES_NONE)
		return rep_fail(err, REP_EUSAGE,
		    "delays: only of one series; ask without group, for one source or provider");
	return REP_OK;
}

/* --- what is counted ----------------------------------------------------------------------------- */

struct series_cell {
	struct rep_trend_sum sum;
	uint64_t unknown, complaints;
};

struct series_one {
	struct rep_str name, label;
	uint32_t key;	      /* of its group; of a source that of its first label */
	struct rep_ip public; /* of a source; version 0: not known */
	bool rest;
	uint64_t attempts;
	struct series_cell sum, *at; /* of each bucket */
	struct rep_trend_delays *delays;
};

struct series {
	const struct rep_api_world *w;
	const struct rep_series_ask *ask;
	struct rep_names names;
	struct rep_store_totals totals;
	struct rep_sources *known; /* owned */
	int64_t now_s, from_s, until_s, step_s;
	size_t buckets;
	bool *label;			   /* by name: takes part; NULL: all do */
	uint32_t *labels;		   /* those that do */
	struct rep_ip *address, *of_label; /* that are asked for; of the labels */
	size_t labels_n, addresses, of_labels;
	bool *provider, *whole, *domain; /* by name; whole: with all its small hosts */
	bool class[REP_CLASS_N];
	uint64_t *attempts; /* by group key, of the first walk */
	uint32_t *place;    /* by group key: the series */
	size_t keys;
	struct series_one *v;
	size_t n, together;
};

static enum rep_rc
no_memory(struct rep_err *err)
{
	return rep_fail(err, REP_EMEM, "series: more than memory is set aside for");
}

/* The span, in whole buckets. */
static enum rep_rc
span(struct series *s, struct rep_err *err)
{
	int64_t step = step_of[s->ask->by], until = s->ask->until_s, from = s->ask->from_s;

	if (until == INT64_MIN)
		until = from != INT64_MIN && s->now_s < from ? from + 1 : s->now_s + 1;
	until += (step - (until % step + step) % step) % step;
	if (from == INT64_MIN)
		from = until - usual_s[s->ask->by];
	from -= (from % step + step) % step;
	if (from >= until)
		return rep_fail(err, REP_EUSAGE, "from: a time before until is expected");
	if ((until - from) / step > REP_SERIES_BUCKETS_MAX)
		return rep_fail(err, REP_EUSAGE,
		    "from, until: %lld %ss; at most %d are shown, so ask for less time or a coarser by",
		    (long long)((until - from) / step), level_words[s->ask->by],
		    REP_SERIES_BUCKETS_MAX);
	if (s->ask->delays == 1 && until - from > REP_SERIES_DELAY_DAYS * (int64_t)REP_DAY_S)
		return rep_fail(err, REP_EUSAGE,
		    "delays: at most %d days of them can be looked at; ask for less time",
		    REP_SERIES_DELAY_DAYS);
	s->step_s = step;
	s->from_s = from;
	s->until_s = until;
	s->buckets = (size_t)((until - from) / step);
	return REP_OK;
}

/* The address of a label, by what the store and the configuration know. Version 0: none is known, or several are. */
static struct rep_ip
public_of(struct series *s, uint32_t label)
{
	struct rep_label l = { .label = label };

	rep_labels_known(s->w->session->cfg, s->known, rep_name(&s->names, label), &l);
	return l.public;
}

static bool
public_is(struct series *s, uint32_t label, const struct rep_ip *ip)
{
	struct rep_ip public = public_of(s, label);

	return public.version != 0 && rep_ip_eq(&public, ip);
}

/* Whether a source of the configuration may mean this label: it names all of it, or its first or last part. */
static bool
may_be_of(const struct rep_config_source *c, struct rep_str label)
{
	for (size_t i = 0; i < c->labels.n; i++)
		if (rep_str_starts_nocase(label, c->labels.v[i]) ||
		    rep_str_ends_nocase(label, c->labels.v[i]))
			return true;
	return false;
}

/* Chooses the labels of an address. True: there is one. Only those that may have it are looked up. */
static bool
choose_address(struct series *s, const struct rep_source *v, size_t n, const struct rep_ip *ip)
{
	const struct rep_config *cfg = s->w->session->cfg;
	bool found = false;

	for (size_t i = 0; i < n; i++)
		if (rep_ip_eq(&v[i].public, ip) && v[i].label < s->names.n &&
		    public_is(s, v[i].label, ip))
			s->label[v[i].label] = found = true;
	for (size_t i = 0; i < cfg->n_sources; i++) {
		if (!rep_ip_eq(&cfg->sources[i].public, ip))
			continue;
		for (uint32_t k = 1; k < s->names.n; k++)
			if (may_be_of(&cfg->sources[i], rep_name(&s->names, k)) &&
			    public_is(s, k, ip))
				s->label[k] = found = true;
	}
	return found;
}

/* The labels that an address or a label names. */
static enum rep_rc
choose_labels(struct series *s, struct rep_err *err)
{
	const struct rep_param_list *list = &s->ask->source;
	const struct rep_source *v;
	size_t n;
	enum rep_rc rc = rep_store_sources(s->w->store, &v, &n, err);

	for (size_t i = 0; i < list->n && rc == REP_OK; i++) {
		uint32_t id = rep_store_name_id(s->w->store, list->v[i]);
		struct rep_ip ip;
		bool found = id != 0;

		if (id != 0 && id < s->names.n)
			s->label[id] = true;
		if (rep_ip_parse(list->v[i], &ip)) {
			found = choose_address(s, v, n, &ip) || found;
			s->address[s->addresses++] = ip;
		}
		if (!found)
			rc = rep_fail(err, REP_ENOTFOUND, "no mail was read of a source \"%.*s\"",
			    REP_PR(list->v[i]));
	}
	return rc;
}

/* What is asked for, as labels and as addresses. */
static enum rep_rc
choose_sources(struct series *s, struct rep_err *err)
{
	const struct rep_param_list *list = &s->ask->source;
	enum rep_rc rc;

	if (list->n == 0)
		return REP_OK;
	s->label = rep_arena_alloc(s->w->arena, s->names.n + 1);
	s->labels = rep_arena_alloc(s->w->arena, (s->names.n + 1) * sizeof *s->labels);
	s->address = rep_arena_alloc(s->w->arena, list->n * sizeof *s->address);
	if (s->label == NULL || s->labels == NULL || s->address == NULL)
		return no_memory(err);
	if ((rc = choose_labels(s, err)) != REP_OK)
		return rc;
	for (uint32_t k = 1; k < s->names.n; k++)
		if (s->label[k])
			s->labels[s->labels_n++] = k;
	/* Complaints are about an address: that of each label, too. */
	s->of_label = rep_arena_alloc(s->w->arena, (s->labels_n + 1) * sizeof *s->of_label);
	if (s->of_label == NULL)
		return no_memory(err);
	for (size_t i = 0; i < s->labels_n; i++) {
		s->of_label[s->of_labels] = public_of(s, s->labels[i]);
		s->of_labels += s->of_label[s->of_labels].version != 0;
	}
	return REP_OK;
}

static enum rep_rc
choose_providers(struct series *s, struct rep_err *err)
{
	const struct rep_param_list *list = &s->ask->provider;
	bool *v;

	if (list->n == 0)
		return REP_OK;
	if ((v = rep_arena_alloc(s->w->arena, 3 * ((size_t)s->names.n + 1))) == NULL)
		return no_memory(err);
	s->provider = v;
	s->whole = v + s->names.n + 1;
	s->domain = s->whole + s->names.n + 1;
	for (size_t i = 0; i < list->n; i++) {
		size_t slash = rep_str_chr(list->v[i], '/', 0);
		struct rep_str id = rep_str_sub(list->v[i], 0, slash),
			       domain = slash == SIZE_MAX
		    ? REP_S("")
		    : rep_str_sub(list->v[i], slash + 1, SIZE_MAX);
		uint32_t p = rep_store_name_id(s->w->store, id),
			 d = domain.n > 0 ? rep_store_name_id(s->w->store, domain) : 0;

		if (p == 0 || p >= s->names.n || (domain.n > 0 && (d == 0 || d >= s->names.n)))
			return rep_fail(err, REP_ENOTFOUND,
			    "no mail was read for a provider \"%.*s\" (an id such as google; of a "
			    "small host: other/example.net)",
			    REP_PR(list->v[i]));
		s->provider[p] = true;
		if (domain.n == 0)
			s->whole[p] = true;
		else
			s->domain[d] = true;
	}
	return REP_OK;
}

static bool
takes_part(const struct series *s, const struct rep_observation *o)
{
	if (o->label >= s->names.n || o->provider >= s->names.n ||
	    o->provider_domain >= s->names.n || (s->label != NULL && !s->label[o->label]) ||
	    (s->ask->class.n > 0 && !s->class[o->class]))
		return false;
	return s->provider == NULL ||
	    (s->provider[o->provider] && (s->whole[o->provider] || s->domain[o->provider_domain]));
}

static uint32_t
key_of(const struct series *s, const struct rep_observation *o)
{
	switch (s->ask->group) {
	case REP_SERIES_SOURCE: return o->label;
	case REP_SERIES_PROVIDER: return o->provider;
	case REP_SERIES_CLASS: return o->class;
	default: return 0;
	}
}

/* --- the groups ----------------------------------------------------------------------------------- */

static enum rep_rc
on_first(void *ctx, const struct rep_observation *o)
{
	struct series *s = ctx;

	if (takes_part(s, o) && rep_trend_of(o) != REP_TREND_KINDS)
		s->attempts[key_of(s, o)] += o->count;
	return REP_OK;
}

struct series_key {
	uint32_t key;
	uint64_t attempts;
	struct rep_str name, label;
	struct rep_ip public;
};

static int
by_name(const void *a, const void *b)
{
	const struct series_key *x = a, *y = b;
	int c = rep_str_cmp(x->name, y->name);

	return c != 0 ? c : x->key < y->key ? -1 : x->key > y->key;
}

static int
by_attempts(const void *a, const void *b)
{
	const struct series_one *x = a, *y = b;

	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	return rep_str_cmp(x->name, y->name);
}

static bool
name_key(struct series *s, struct series_key *k)
{
	struct rep_str text = rep_name(&s->names, k->key);
	char ip[REP_IP_TEXT];

	if (s->ask->group == REP_SERIES_CLASS) {
		k->name = rep_str_c(rep_class_word((enum rep_class)k->key));
		return true;
	}
	k->name = text;
	if (s->ask->group != REP_SERIES_SOURCE)
		return true;
	k->label = text;
	k->public = public_of(s, k->key);
	if (k->public.version == 0)
		(void)rep_ip_parse(text, &k->public); /* a label that is an address */
	else
		k->name = rep_arena_dup(s->w->arena, rep_str_c(rep_ip_text(&k->public, ip)));
	return k->name.p != NULL;
}

/* The series: those with most attempts, and one of the others. */
static enum rep_rc
make_series(struct series *s, struct series_key *keys, size_t n, struct rep_err *err)
{
	struct series_one *v = rep_arena_alloc(s->w->arena, (n + 1) * sizeof *v);
	size_t *of = rep_arena_alloc(s->w->arena, (n + 1) * sizeof *of), all = 0;

	if (v == NULL || of == NULL)
		return no_memory(err);
	/* Labels of one address are one source. */
	for (size_t i = 0; i < n; i++) {
		if (all == 0 || !rep_str_eq(v[all - 1].name, keys[i].name))
			v[all++] = (struct series_one){ .name = keys[i].name,
				.label = keys[i].label,
				.key = keys[i].key,
				.public = keys[i].public };
		v[all - 1].attempts += keys[i].attempts;
	}
	qsort(v, all, sizeof *v, by_attempts);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < all && k < REP_SERIES_MAX && !rep_str_eq(v[k].name, keys[i].name))
			k++;
		s->place[keys[i].key] = (uint32_t)k;
	}
	s->n = all;
	if (all > REP_SERIES_MAX) {
		s->together = all - REP_SERIES_MAX;
		s->n = REP_SERIES_MAX + 1;
		v[REP_SERIES_MAX] = (struct series_one){ .rest = true };
	}
	s->v = v;
	return REP_OK;
}

/* The one provider that is asked for, whose rows are found by its number; 0: several, or small hosts. */
static uint32_t
only_provider(const struct series *s)
{
	if (s->ask->provider.n != 1 || rep_str_starts(s->ask->provider.v[0], REP_S("other")))
		return 0;
	return rep_store_name_id(s->w->store, s->ask->provider.v[0]);
}

static enum rep_rc
walk(struct series *s, rep_observation_fn fn, struct rep_err *err)
{
	struct rep_observed of = { .provider = only_provider(s) };
	enum rep_level level = (enum rep_level)s->ask->by;

	/* What all sources sent together is counted apart, in few rows. */
	if (s->label == NULL && s->ask->group != REP_SERIES_SOURCE)
		return rep_store_observations_all(
		    s->w->store, level, s->from_s, s->until_s, fn, s, err);
	if (s->label == NULL || s->from_s < 0)
		return rep_store_observations(
		    s->w->store, level, s->from_s, s->until_s, fn, s, err);
	of.labels = s->labels;
	of.labels_n = s->labels_n;
	return rep_store_observations_of(
	    s->w->store, level, s->from_s, s->until_s, &of, fn, s, err);
}

static enum rep_rc
find_groups(struct series *s, struct rep_err *err)
{
	struct series_key *keys;
	size_t n = 0;
	enum rep_rc rc;

	s->keys = s->ask->group == REP_SERIES_NONE ? 1
	    : s->ask->group == REP_SERIES_CLASS	   ? REP_CLASS_N
						   : s->names.n + 1;
	s->attempts = rep_arena_alloc(s->w->arena, s->keys * sizeof *s->attempts);
	s->place = rep_arena_alloc(s->w->arena, s->keys * sizeof *s->place);
	if (s->attempts == NULL || s->place == NULL)
		return no_memory(err);
	if (s->ask->group == REP_SERIES_NONE) {
		s->n = 1;
		s->v = rep_arena_alloc(s->w->arena, sizeof *s->v);
		return s->v != NULL ? REP_OK : no_memory(err);
	}
	if ((rc = walk(s, on_first, err)) != REP_OK)
		return rc;
	for (size_t k = 0; k < s->keys; k++)
		n += s->attempts[k] > 0;
	if ((keys = rep_arena_alloc(s->w->arena, (n + 1) * sizeof *keys)) == NULL)
		return no_memory(err);
	n = 0;
	for (size_t k = 0; k < s->keys; k++)
		if (s->attempts[k] > 0) {
			keys[n] =
			    (struct series_key){ .key = (uint32_t)k, .attempts = s->attempts[k] };
			if (!name_key(s, &keys[n++]))
				return no_memory(err);
		}
	qsort(keys, n, sizeof *keys, by_name);
	return make_series(s, keys, n, err);
}

/* --- the buckets ---------------------------------------------------------------------------------- */

static void
count(struct series_cell *c, enum rep_trend_kind kind, const struct rep_observation *o)
{
	c->sum.n[kind] += o->count;
	if (o->class == REP_CLASS_RECIPIENT)
		c->unknown += o->count;
}

static enum rep_rc
on_second(void *ctx, const struct rep_observation *o)
{
	struct series *s = ctx;
	enum rep_trend_kind kind = rep_trend_of(o);
	struct series_one *one;

	if (kind == REP_TREND_KINDS || !takes_part(s, o))
		return REP_OK;
	one = &s->v[s->place[key_of(s, o)]];
	count(&one->at[(o->from_s - s->from_s) / s->step_s], kind, o);
	count(&one->sum, kind, o);
	return REP_OK;
}

static enum rep_rc
on_delay(void *ctx, const struct rep_stored_fact *f)
{
	struct series *s = ctx;
	int64_t at_s = f->o.first_s;

	if (f->delay_s >= 0 && at_s >= s->from_s && at_s < s->until_s &&
	    rep_trend_of(&f->o) == REP_TREND_ACCEPTED && takes_part(s, &f->o))
		rep_trend_delay_add(&s->v[0].delays[(at_s - s->from_s) / s->step_s], f->delay_s);
	return REP_OK;
}

/* Complaints have a provider and an address, and no label: of a source that has none, none is known. */
static bool
has_complaints(const struct series *s)
{
	return s->ask->class.n == 0 && s->ask->group != REP_SERIES_CLASS;
}

/* Whether the address that a complaint is about is one of the sources asked for. */
static bool
of_sources(const struct series *s, const struct rep_complaint *c)
{
	for (size_t i = 0; i < s->addresses; i++)
		if (rep_ip_eq(&s->address[i], &c->source_ip))
			return true;
	for (size_t i = 0; i < s->of_labels; i++)
		if (rep_ip_eq(&s->of_label[i], &c->source_ip))
			return true;
	return s->ask->source.n == 0;
}

static struct series_one *
one_of(struct series *s, const struct rep_complaint *c)
{
	if (s->ask->group == REP_SERIES_NONE)
		return &s->v[0];
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].rest ||
		    (s->ask->group == REP_SERIES_PROVIDER ? s->v[i].key == c->provider
							  : c->source_ip.version != 0 &&
				rep_ip_eq(&s->v[i].public, &c->source_ip)))
			return &s->v[i];
	return NULL;
}

static enum rep_rc
on_complaint(void *ctx, const struct rep_complaint *c)
{
	struct series *s = ctx;
	struct series_one *one;

	if (!rep_feedback_counts(c->type) ||
	    (s->provider != NULL &&
		(c->provider >= s->names.n || !s->provider[c->provider] ||
		    !s->whole[c->provider])) ||
	    !of_sources(s, c) || (one = one_of(s, c)) == NULL)
		return REP_OK;
	one->at[(c->at_s - s->from_s) / s->step_s].complaints += c->count;
	one->sum.complaints += c->count;
	return REP_OK;
}

static enum rep_rc
fill(struct series *s, struct rep_err *err)
{
	enum rep_rc rc;

	for (size_t i = 0; i < s->n; i++)
		if ((s->v[i].at = rep_arena_alloc(s->w->arena, s->buckets * sizeof *s->v[i].at)) ==
		    NULL)
			return no_memory(err);
	if ((rc = walk(s, on_second, err)) != REP_OK)
		return rc;
	if (has_complaints(s) &&
	    (rc = rep_store_each_complaint(
		 s->w->store, s->from_s, s->until_s, on_complaint, s, err)) != REP_OK)
		return rc;
	if (s->ask->delays == 0)
		return REP_OK;
	s->v[0].delays = rep_arena_alloc(s->w->arena, s->buckets * sizeof *s->v[0].delays);
	return s->v[0].delays == NULL
	    ? no_memory(err)
	    : rep_store_facts(s->w->store, s->from_s, s->until_s, on_delay, s, err);
}

/* --- the answer ----------------------------------------------------------------------------------- */

/* Since when buckets of this grain are kept. */
static int64_t
kept_from(const struct series *s)
{
	switch (s->ask->by) {
	case REP_LEVEL_MINUTE: return s->totals.ages_s - REP_MINUTE_KEEP_S;
	case REP_LEVEL_HOUR: return s->totals.ages_s - REP_HOUR_KEEP_S;
	default: return INT64_MIN;
	}
}

static bool
covered(const struct series *s, size_t bucket)
{
	int64_t from_s = s->from_s + (int64_t)bucket * s->step_s;

	return s->totals.counted > 0 && from_s + s->step_s > s->totals.first_s &&
	    from_s <= s->totals.last_s && from_s >= kept_from(s);
}

enum column { ATTEMPTS, ACCEPTED, SLOWED, REFUSED, OTHER, UNKNOWN, COMPLAINTS, COLUMNS };
static const char *const column_names[] = { "attempts", "accepted", "slowed", "refused", "other",
	"unknown_recipients", "complaints" };

static uint64_t
value(const struct series_cell *c, int column)
{
	switch (column) {
	case ATTEMPTS: return rep_trend_attempts(&c->sum);
	case UNKNOWN: return c->unknown;
	case COMPLAINTS: return c->complaints;
	default: return c->sum.n[column - ACCEPTED + REP_TREND_ACCEPTED];
	}
}

/* Complaints come by mail of their own, so they are known of times that the log does not cover. */
static bool
known(const struct series *s, const struct series_one *one, size_t bucket, int column)
{
	if (column != COMPLAINTS)
		return covered(s, bucket);
	return one->at[bucket].complaints > 0 ||
	    s->from_s + (int64_t)bucket * s->step_s <= rep_session_present(s->w->session);
}

static void
column(struct rep_json *j, const struct series *s, const struct series_one *one, int which)
{
	if (which == COMPLAINTS && !has_complaints(s)) {
		rep_json_null(j, column_names[which]);
		return;
	}
	rep_json_arr(j, column_names[which]);
	for (size_t i = 0; i < s->buckets; i++)
		if (known(s, one, i, which))
			rep_json_int(j, NULL, (int64_t)value(&one->at[i], which));
		else
			rep_json_null(j, NULL);
	rep_json_end_arr(j);
}

static void
delay_column(struct rep_json *j, const struct series *s, const struct series_one *one,
    const char *name, double share)
{
	if (one->delays == NULL) {
		rep_json_null(j, name);
		return;
	}
	rep_json_arr(j, name);
	for (size_t i = 0; i < s->buckets; i++) {
		double d = rep_trend_delay(&one->delays[i], share);

		if (d < 0)
			rep_json_null(j, NULL);
		else
			rep_json_real(j, NULL, d, 1);
	}
	rep_json_end_arr(j);
}

static void
one_json(struct rep_json *j, const struct series *s, const struct series_one *one)
{
	rep_json_obj(j, NULL);
	rep_json_str_or_null(j, "name", one->name);
	rep_json_str_or_null(j, "label", one->label);
	rep_json_bool(j, "rest", one->rest);
	rep_json_obj(j, "sum");
	for (int k = 0; k < COLUMNS; k++)
		if (k == COMPLAINTS && !has_complaints(s))
			rep_json_null(j, column_names[k]);
		else
			rep_json_int(j, column_names[k], (int64_t)value(&one->sum, k));
	rep_json_end_obj(j);
	for (int k = 0; k < COLUMNS; k++)
		column(j, s, one, k);
	delay_column(j, s, one, "delay_half_s", 0.5);
	delay_column(j, s, one, "delay_95_s", 0.95);
	rep_json_end_obj(j);
}

static void
list_json(struct rep_json *j, const char *key, const struct rep_param_list *list)
{
	rep_json_arr(j, key);
	for (size_t i = 0; i < list->n; i++)
		rep_json_str(j, NULL, list->v[i]);
	rep_json_end_arr(j);
}

static void
json(struct rep_buf *out, const struct series *s)
{
	struct rep_json j;

	rep_json_init(&j, out);
	rep_json_obj(&j, NULL);
	rep_json_time_or_null(&j, "now", s->now_s);
	rep_json_cstr(&j, "by", level_words[s->ask->by]);
	rep_json_int(&j, "step_s", s->step_s);
	rep_json_time(&j, "from", s->from_s);
	rep_json_time(&j, "until", s->until_s);
	rep_json_int(&j, "buckets", (int64_t)s->buckets);
	rep_json_time_or_null(&j, "log_from", s->totals.first_s);
	rep_json_time_or_null(&j, "log_until", s->totals.last_s);
	rep_json_obj(&j, "of");
	list_json(&j, "source", &s->ask->source);
	list_json(&j, "provider", &s->ask->provider);
	list_json(&j, "class", &s->ask->class);
	rep_json_end_obj(&j);
	rep_json_cstr(&j, "group", group_words[s->ask->group]);
	rep_json_arr(&j, "series");
	for (size_t i = 0; i < s->n; i++)
		one_json(&j, s, &s->v[i]);
	rep_json_end_arr(&j);
	rep_json_obj(&j, "limits");
	rep_json_int(&j, "buckets", REP_SERIES_BUCKETS_MAX);
	rep_json_int(&j, "series", REP_SERIES_MAX);
	rep_json_int(&j, "series_together", (int64_t)s->together);
	rep_json_int(&j, "delay_days", REP_SERIES_DELAY_DAYS);
	rep_json_end_obj(&j);
	rep_json_end_obj(&j);
}

static enum rep_rc
make(struct series *s, struct rep_err *err)
{
	enum rep_rc rc;

	s->names = rep_store_names(s->w->store);
	if ((rc = rep_store_totals(s->w->store, &s->totals, err)) != REP_OK ||
	    (rc = rep_sources_load(s->known, s->w->store, err)) != REP_OK)
		return rc;
	s->now_s = rep_api_now(s->w->session, &s->totals);
	for (size_t i = 0; i < s->ask->class.n; i++) {
		enum rep_class c;

		if (rep_class_parse(s->ask->class.v[i], &c, NULL))
			s->class[c] = true;
	}
	if ((rc = span(s, err)) != REP_OK || (rc = choose_sources(s, err)) != REP_OK ||
	    (rc = choose_providers(s, err)) != REP_OK || (rc = find_groups(s, err)) != REP_OK)
		return rc;
	return fill(s, err);
}

enum rep_rc
rep_series_json(struct rep_buf *out, const struct rep_api_world *w,
    const struct rep_series_ask *ask, struct rep_err *err)
{
	struct series s = { .w = w, .ask = ask, .known = rep_sources_new() };
	enum rep_rc rc = s.known != NULL ? rep_store_read_begin(w->store, err) : no_memory(err);

	if (rc == REP_OK) {
		rc = make(&s, err);
		rep_store_read_end(w->store);
	}
	if (rc == REP_OK)
		json(out, &s);
	rep_sources_free(s.known);
	return rc == REP_OK ? rep_api_done(out, "series", err) : rc;
}
