/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/verdicts.h"
#include "base/time.h"
#include "engine/found.h"
#include "engine/labels.h"
#include "engine/small.h"
#include "engine/sources.h"
#include "engine/waiting.h"

#include <stdlib.h>

enum { ARENA_MAX = 512 << 20, WINDOW = REP_DAY_S };

struct collect {
	struct rep_observation *v;
	size_t n, cap;
};

static enum rep_rc
collect(void *ctx, const struct rep_observation *o)
{
	struct collect *to = ctx;

	if (to->n == to->cap) {
		size_t cap = to->cap == 0 ? 1024 : to->cap * 2;
		struct rep_observation *v = realloc(to->v, cap * sizeof *v);

		if (v == NULL)
			return REP_EMEM;
		to->v = v;
		to->cap = cap;
	}
	to->v[to->n++] = *o;
	return REP_OK;
}

static bool
windowed(enum rep_depth depth)
{
	return depth == REP_DEPTH_STATE || depth == REP_DEPTH_REASONS;
}

/* Loads days for the time before the hours begin, then hours; and the minutes of the window. */
static enum rep_rc
load(const struct rep_session *session, struct rep_store *store, enum rep_depth depth,
    struct rep_verdict_set *s, struct rep_err *err)
{
	int64_t now_s = s->in.now_s, hours_from = now_s - 89 * (int64_t)REP_DAY_S;
	struct collect all = { 0 }, recent = { 0 };
	enum rep_rc rc;

	hours_from -= hours_from % REP_DAY_S;
	rc = rep_store_observations(
	    store, REP_LEVEL_DAY, INT64_MIN / 2, hours_from, collect, &all, err);
	if (rc == REP_OK)
		rc = rep_store_observations(
		    store, REP_LEVEL_HOUR, hours_from, INT64_MAX / 2, collect, &all, err);
	if (rc == REP_OK && windowed(depth) && !session->all && s->totals.last_s - now_s < WINDOW)
		rc = rep_store_observations(
		    store, REP_LEVEL_MINUTE, now_s - WINDOW - 60, now_s + 1, collect, &recent, err);
	s->obs = all.v;
	s->recent = recent.v;
	if (rc == REP_OK)
		rc = rep_labels_together(&s->in, session->cfg, all.v, all.n, recent.v, recent.n,
		    s->arena, &s->labels_together, err);
	if (rc == REP_OK)
		rc = rep_small_together(
		    &s->in, all.v, all.n, recent.v, recent.n, s->arena, &s->small_together, err);
	s->in.hours_from_s = hours_from;
	s->in.obs = all.v;
	s->in.obs_n = all.n;
	s->in.window_s = session->all ? 0 : WINDOW;
	s->in.recent = recent.n > 0 ? recent.v : all.v;
	s->in.recent_n = recent.n > 0 ? recent.n : windowed(depth) ? all.n : 0;
	return rc;
}

/* Observations are sorted by label, so their labels come in ascending order. */
static enum rep_rc
labels(const struct rep_session *session, struct rep_store *store, struct rep_verdict_set *s,
    struct rep_err *err)
{
	struct rep_sources *known = rep_sources_new();
	const struct rep_observation *o = s->in.obs;
	struct rep_label *v = NULL;
	enum rep_rc rc = REP_EMEM;
	size_t n = 0, k = 0;

	for (size_t i = 0; i < s->in.obs_n; i++)
		n += i == 0 || o[i].label != o[i - 1].label;
	if (known == NULL || (v = rep_arena_alloc(s->arena, (n + 1) * sizeof *v)) == NULL)
		rc = rep_fail(err, REP_EMEM, "out of memory");
	else
		rc = rep_sources_load(known, store, err);
	for (size_t i = 0; rc == REP_OK && i < s->in.obs_n; i++) {
		if (i > 0 && o[i].label == o[i - 1].label)
			continue;
		v[k].label = o[i].label;
		rep_labels_known(session->cfg, known, rep_name(&s->in.names, o[i].label), &v[k++]);
	}
	s->in.labels = v;
	s->in.labels_n = k;
	rep_sources_free(known);
	return rc;
}

/* The streams that the configuration calls urgent. */
static enum rep_rc
urgent(const struct rep_session *session, struct rep_verdict_set *s, struct rep_err *err)
{
	struct rep_str *v = rep_arena_alloc(s->arena, (session->cfg->n_streams + 1) * sizeof *v);

	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < session->cfg->n_streams; i++)
		if (session->cfg->streams[i].urgent)
			v[s->in.urgent_n++] = session->cfg->streams[i].name;
	s->in.urgent = v;
	return REP_OK;
}

static enum rep_rc
wordings(struct rep_store *store, struct rep_verdict_set *s, struct rep_err *err)
{
	const struct rep_sample *v;
	struct rep_str any = { "", 0 };
	struct rep_wording *w;
	enum rep_rc rc;
	size_t n;

	if ((rc = rep_store_samples(store, any, any, any, 4096, &v, &n, err)) != REP_OK)
		return rc;
	if ((w = rep_arena_alloc(s->arena, (n + 1) * sizeof *w)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		w[i] = (struct rep_wording){ rep_arena_dup(s->arena, v[i].provider),
			rep_arena_dup(s->arena, v[i].provider_domain),
			rep_arena_dup(s->arena, v[i].rule), rep_arena_dup(s->arena, v[i].host),
			rep_arena_dup(s->arena, v[i].text), v[i].last_s, v[i].header_faults };
	s->in.wordings = w;
	s->in.wordings_n = n;
	return REP_OK;
}

enum { REACH_DAYS = 30, REACH_TROUBLES = 16, REACH_MAX = 500 };

struct reaching {
	struct rep_verdict_set *s;
	struct rep_reach *v;
	size_t n;
	struct rep_domains_of of[REACH_TROUBLES];
};

static enum rep_rc
on_domain(void *ctx, size_t k, struct rep_str domain, uint64_t count)
{
	struct reaching *r = ctx;
	struct rep_str name = rep_arena_dup(r->s->arena, domain);

	if (name.p == NULL)
		return REP_EMEM;
	r->v[r->n++] =
	    (struct rep_reach){ r->of[k].provider, r->of[k].provider_domain, name, count };
	return REP_OK;
}

static bool
refuses(const struct rep_observation *o)
{
	return o->class == REP_CLASS_BLOCKED || o->class == REP_CLASS_LISTED;
}

/* The providers that refused mail since from_s, those that did so last first. */
static size_t
refusing(const struct rep_judge_in *in, int64_t from_s, struct rep_domains_of of[REACH_TROUBLES])
{
	size_t n = 0;

	for (size_t i = in->obs_n; i-- > 0 && n < REACH_TROUBLES;) {
		const struct rep_observation *o = &in->obs[i];
		size_t k = 0;

		if (!refuses(o) || o->last_s < from_s)
			continue;
		while (k < n &&
		    (of[k].provider != o->provider || of[k].provider_domain != o->provider_domain))
			k++;
		if (k == n)
			of[n++] = (struct rep_domains_of){ o->provider, o->provider_domain };
	}
	return n;
}

/*
 * The domains that mail went to at the providers that refuse it. Only for them, because facts have
 * no index for this.
 */
static enum rep_rc
reach(struct rep_store *store, struct rep_verdict_set *s, struct rep_err *err)
{
	struct reaching r = { .s = s };
	int64_t from_s = s->in.now_s - REACH_DAYS * (int64_t)REP_DAY_S;
	size_t n = refusing(&s->in, from_s, r.of);
	enum rep_rc rc;

	if (n == 0)
		return REP_OK;
	r.v = rep_arena_alloc(s->arena, n * REACH_MAX * sizeof *r.v);
	if (r.v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	rc = rep_store_domains(store, from_s, r.of, n, REACH_MAX, on_domain, &r, err);
	s->in.reach = r.v;
	s->in.reach_n = r.n;
	return rc;
}

static bool
duplicate(struct rep_arena *a, struct rep_str *v)
{
	*v = rep_arena_dup(a, *v);
	return v->p != NULL;
}

static enum rep_rc
found(const struct rep_session *session, struct rep_store *store, struct rep_verdict_set *s,
    struct rep_err *err)
{
	struct rep_found_all all;
	enum rep_rc rc = rep_found_load(session, store, s->arena, &all, err);

	s->in.found = all.v;
	s->in.found_n = all.n;
	s->in.looked = all.looked;
	s->in.looked_n = all.looked_n;
	return rc;
}

/* Who handed mail in. The store may be closed while the verdicts are told. */
static enum rep_rc
handed(struct rep_store *store, struct rep_verdict_set *s, struct rep_err *err)
{
	const struct rep_handed *all;
	struct rep_handed *v;
	size_t n;
	enum rep_rc rc = rep_store_handed(store, &all, &n, err);

	if (rc != REP_OK)
		return rc;
	if ((v = rep_arena_alloc(s->arena, (n + 1) * sizeof *v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct rep_handed_hour *hours =
		    rep_arena_alloc(s->arena, all[i].hours_n * sizeof *hours);

		v[i] = all[i];
		if (hours == NULL || !duplicate(s->arena, &v[i].host) ||
		    !duplicate(s->arena, &v[i].who))
			return rep_fail(err, REP_EMEM, "out of memory");
		memcpy(hours, all[i].hours, all[i].hours_n * sizeof *hours);
		v[i].hours = hours;
	}
	s->in.handed = v;
	s->in.handed_n = n;
	return REP_OK;
}

/* What providers report of own mail. */
static enum rep_rc
reported(const struct rep_session *session, struct rep_store *store, struct rep_verdict_set *s,
    struct rep_err *err)
{
	enum rep_rc rc = rep_reported_auth_load(
	    session, store, s->reports_until, &s->in, s->arena, &s->reported, err);

	if (rc == REP_OK && s->reported.left_out > 0)
		rep_session_say(session, REP_PROBLEM_NOTE,
		    "%llu records of old DMARC reports are no evidence: there is room for %d",
		    (unsigned long long)s->reported.left_out, REP_REPORTED_AUTH_RECORDS_MAX);
	if (rc == REP_OK && s->reported.damaged > 0)
		rep_session_say(session, REP_PROBLEM_NOTE,
		    "%llu damaged DMARC report%s no evidence: reputed store check",
		    (unsigned long long)s->reported.damaged,
		    s->reported.damaged == 1 ? " is" : "s are");
	return rc;
}

/*
 * The parts of the judge to leave out. For verdicts that are only stored also the advice, which
 * nobody reads.
 */
static enum rep_rc
without(const struct rep_session *session, enum rep_depth depth, struct rep_verdict_set *s,
    struct rep_err *err)
{
	const char **v = rep_arena_alloc(s->arena, (session->without_n + 1) * sizeof *v);

	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < session->without_n; i++)
		v[i] = session->without[i];
	v[session->without_n] = "advice";
	s->in.without = v;
	s->in.without_n = session->without_n + (depth == REP_DEPTH_TOLD);
	return REP_OK;
}

static enum rep_rc
prepare(const struct rep_session *session, const struct rep_know *know, struct rep_store *store,
    enum rep_depth depth, struct rep_verdict_set *s, struct rep_err *err)
{
	enum rep_rc rc;

	if ((s->arena = rep_arena_new(ARENA_MAX)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	if ((rc = rep_session_weights(session, &s->weights, s->arena, err)) != REP_OK ||
	    (rc = rep_store_totals(store, &s->totals, err)) != REP_OK)
		return rc;
	/* Mail of a clock that was wrong is not the present. */
	if (s->totals.last_s > session->clock_s + REP_DAY_S &&
	    s->totals.ages_s <= session->clock_s + REP_DAY_S)
		s->totals.last_s = s->totals.ages_s;
	s->in.now_s = session->now_s != 0 ? session->now_s : s->totals.last_s;
	s->reports_until.end_s = session->now_s;
	s->in.know = know;
	s->in.reasons = depth == REP_DEPTH_REASONS || depth == REP_DEPTH_TOLD;
	s->in.weights = &s->weights;
	s->in.names = rep_store_names(store);
	if (depth != REP_DEPTH_NUMBERS &&
	    (rc = rep_store_complaints(store, s->in.now_s - 89 * (int64_t)REP_DAY_S,
		 s->in.now_s + 1, &s->complaints, &s->in.complaints_n, err)) != REP_OK)
		return rc;
	s->in.complaints = s->complaints;
	return without(session, depth, s, err);
}

static int
by_since(const void *a, const void *b)
{
	const struct rep_incident *x = *(struct rep_incident *const *)a;
	const struct rep_incident *y = *(struct rep_incident *const *)b;

	if (x->episodes[0].since_s != y->episodes[0].since_s)
		return x->episodes[0].since_s < y->episodes[0].since_s ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* Numbers incidents in the order in which they began, so that the first trouble is number 1. */
static enum rep_rc
number(struct rep_store *store, struct rep_verdict_set *s, struct rep_err *err)
{
	size_t n = s->verdicts.incidents_n;
	struct rep_incident **v = rep_arena_alloc(s->arena, (n + 1) * sizeof *v);
	enum rep_rc rc = REP_OK;

	if (v == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		v[i] = &s->verdicts.incidents[i];
	qsort(v, n, sizeof *v, by_since);
	for (size_t i = 0; i < n && rc == REP_OK; i++)
		rc = rep_store_incident_id(store, v[i]->key, &v[i]->id, err);
	return rc;
}

static int
by_key(const void *a, const void *b)
{
	return rep_cell_key_cmp(a, b);
}

/* What the row of all small hosts does not count (rep_trend_row). */
static enum rep_rc
apart(struct rep_verdict_set *s, struct rep_err *err)
{
	const struct rep_verdicts *v = &s->verdicts;
	struct rep_cell_key *keys;
	size_t n = 0;

	for (size_t i = 0; i < v->cells_n; i++)
		n += v->cells[i].key.provider_domain != 0 && !v->cells[i].folded;
	if ((keys = rep_arena_alloc(s->arena, (n + 1) * sizeof *keys)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for small hosts");
	for (size_t i = 0; i < v->cells_n; i++)
		if (v->cells[i].key.provider_domain != 0 && !v->cells[i].folded)
			keys[s->apart_n++] = v->cells[i].key;
	if (n > 0)
		qsort(keys, n, sizeof *keys, by_key);
	s->apart = keys;
	return REP_OK;
}

static enum rep_rc
judge(const struct rep_session *session, struct rep_store *store, enum rep_depth depth,
    struct rep_verdict_set *s, struct rep_err *err)
{
	enum rep_rc rc;

	if ((rc = labels(session, store, s, err)) != REP_OK ||
	    (rc = urgent(session, s, err)) != REP_OK ||
	    (s->in.reasons && (rc = found(session, store, s, err)) != REP_OK) ||
	    (s->in.reasons && (rc = handed(store, s, err)) != REP_OK) ||
	    (s->in.reasons && (rc = reported(session, store, s, err)) != REP_OK) ||
	    (windowed(depth) &&
		(rc = rep_waits_load(store, session->now_s, s->arena, &s->in.waits, err)) !=
		    REP_OK) ||
	    (depth == REP_DEPTH_REASONS && (rc = wordings(store, s, err)) != REP_OK) ||
	    (depth == REP_DEPTH_REASONS && (rc = reach(store, s, err)) != REP_OK) ||
	    (depth == REP_DEPTH_REASONS &&
		(rc = rep_store_told(store, &s->told, &s->told_n, err)) != REP_OK) ||
	    (rc = rep_judge(&s->in, s->arena, &s->verdicts, err)) != REP_OK ||
	    (windowed(depth) && (rc = apart(s, err)) != REP_OK) ||
	    (windowed(depth) &&
		(rc = rep_judge_seen(&s->verdicts, s->arena, &s->seen, err)) != REP_OK) ||
	    (windowed(depth) &&
		(rc = rep_judge_given_up(&s->verdicts, s->arena, &s->given_up, err)) != REP_OK) ||
	    (depth == REP_DEPTH_REASONS &&
		(rc = rep_forecast_book(&s->verdicts, s->arena, &s->book, err)) != REP_OK))
		return rc;
	return number(store, s, err);
}

enum rep_rc
rep_verdicts_make(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, enum rep_depth depth, struct rep_verdict_set *s, struct rep_err *err)
{
	enum rep_rc rc = rep_store_read_begin(store, err);

	memset(s, 0, sizeof *s);
	if (rc != REP_OK)
		return rc;
	if ((rc = prepare(session, know, store, depth, s, err)) == REP_OK &&
	    (rc = load(session, store, depth, s, err)) == REP_OK)
		rc = judge(session, store, depth, s, err);
	rep_store_read_end(store);
	return rc;
}

enum rep_rc
rep_verdicts_make_of(const struct rep_session *session, const struct rep_know *know,
    struct rep_store *store, enum rep_depth depth, rep_verdicts_load_fn from, void *ctx,
    struct rep_verdict_set *s, struct rep_err *err)
{
	enum rep_rc rc;

	memset(s, 0, sizeof *s);
	if ((rc = prepare(session, know, store, depth, s, err)) != REP_OK ||
	    (rc = from(ctx, s, err)) != REP_OK ||
	    (rc = rep_labels_together(&s->in, session->cfg, s->obs, s->in.obs_n, NULL, 0, s->arena,
		 &s->labels_together, err)) != REP_OK ||
	    (rc = rep_small_together(&s->in, s->obs, s->in.obs_n, NULL, 0, s->arena,
		 &s->small_together, err)) != REP_OK)
		return rc;
	s->in.obs = s->obs;
	return judge(session, store, depth, s, err);
}

bool
rep_verdicts_trouble(const struct rep_verdict_set *s)
{
	for (size_t n = 0; n < s->verdicts.incidents_n; n++)
		if (rep_incident_open(&s->verdicts.incidents[n]))
			return true;
	for (size_t n = 0; n < s->verdicts.cells_n; n++)
		if (s->verdicts.cells[n].state == REP_STATE_FAILING)
			return true;
	return s->verdicts.across_n > 0;
}

void
rep_verdicts_free(struct rep_verdict_set *s)
{
	rep_arena_free(s->arena);
	free(s->obs);
	free(s->complaints);
	free(s->recent);
	memset(s, 0, sizeof *s);
}
