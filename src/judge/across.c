/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/across.h"
#include "judge/index.h"

#include <stdlib.h>

#define NO_INCIDENT SIZE_MAX

/* --- incidents of one source ---------------------------------------------------------------------- */

/* An incident, or a cell of too few refusals for one. */
struct member {
	size_t incident; /* index; NO_INCIDENT */
	size_t cell;	 /* index */
	int64_t since_s;
	uint32_t label;
	uint64_t receiver; /* who decided: the receiver, or the list that it goes by */
	enum rep_across_kind is;
};

static const struct rep_rule *
rule_of(const struct rep_verdicts *v, const struct rep_incident *i)
{
	return rep_know_rule(v->in->know, rep_name(&v->in->names, i->rule));
}

/* What the refusal is about. False: it is nothing that other receivers could share. */
static bool
kind_of(const struct rep_verdicts *v, const struct rep_incident *i, enum rep_across_kind *is)
{
	const struct rep_rule *r = rule_of(v, i);

	if (!rep_incident_open(i) || i->everywhere || i->theirs)
		return false;
	if (i->class == REP_CLASS_IDENTITY) {
		*is = REP_ACROSS_IDENTITY;
		return true;
	}
	if (i->scope == REP_SCOPE_RANGE || (r != NULL && r->cause == REP_CAUSE_RANGE)) {
		*is = REP_ACROSS_RANGE;
		return true;
	}
	*is = REP_ACROSS_OWN_MAIL;
	return i->trouble == REP_TROUBLE_BLOCK || i->trouble == REP_TROUBLE_THROTTLE ||
	    i->class == REP_CLASS_CONTENT;
}

bool
rep_across_may_be_own(const struct rep_verdicts *v, const struct rep_incident *i)
{
	enum rep_across_kind is;

	/* Words such as "part of their network" are used for one address as well. */
	return kind_of(v, i, &is) && is != REP_ACROSS_IDENTITY && i->scope != REP_SCOPE_RANGE &&
	    i->scope != REP_SCOPE_SUBNET && v->cells[i->cell].key.route == 0;
}

/* Receivers that go by one list are one judge of the source, not several. */
static uint64_t
receiver_of(const struct rep_verdicts *v, size_t cell, enum rep_class class, uint32_t rule)
{
	const struct rep_cell_key *k = &v->cells[cell].key;
	const struct rep_rule *r = rep_know_rule(v->in->know, rep_name(&v->in->names, rule));

	if (class == REP_CLASS_LISTED && r != NULL && r->speaker != REP_SPEAKER_PROVIDER)
		return (uint64_t)1 << 63 | rule;
	return (uint64_t)k->provider << 32 | k->provider_domain;
}

/* What a single refusal is about. False: nothing that other receivers could share. */
static bool
kind_of_reply(
    const struct rep_verdicts *v, const struct rep_observation *o, enum rep_across_kind *is)
{
	const struct rep_rule *r = rep_know_rule(v->in->know, rep_name(&v->in->names, o->rule));
	enum rep_trouble t;

	if (r == NULL || o->quoted || rep_index_counts(v, o, &t) != REP_COUNTS_TROUBLE)
		return false;
	*is = o->class == REP_CLASS_IDENTITY ? REP_ACROSS_IDENTITY
	    : rep_index_scope(v->in, o) == REP_SCOPE_RANGE || r->cause == REP_CAUSE_RANGE
	    ? REP_ACROSS_RANGE
	    : REP_ACROSS_OWN_MAIL;
	return t == REP_TROUBLE_BLOCK || t == REP_TROUBLE_THROTTLE || *is == REP_ACROSS_IDENTITY ||
	    (o->class == REP_CLASS_POLICY && *is == REP_ACROSS_RANGE);
}

/* Whether a cell refused in the window, accepted nothing, and no open incident says why. */
static bool
only_refuses(const struct rep_verdicts *v, const struct rep_cell *c)
{
	/* The counts first: they rule out nearly all cells, and there may be many. */
	if (c->count[REP_STATUS_SENT] > 0 ||
	    c->count[REP_STATUS_DEFERRED] + c->count[REP_STATUS_BOUNCED] == 0 ||
	    c->key.route != 0 || rep_index_by_bounces(v->index, c->key.label))
		return false;
	for (int t = 0; t < REP_TROUBLE_N; t++)
		if (c->of[t] != 0 && rep_incident_open(&v->incidents[c->of[t] - 1]))
			return false;
	return true;
}

/*
 * The first refusal in the window of a cell that only refuses. One reply is too little to say that
 * a receiver refuses everything. Beside others that say the same within the hour it is not.
 */
static bool
few_of(const struct rep_verdicts *v, size_t cell, struct member *m)
{
	const struct rep_judge_in *in = v->in;
	size_t n;
	const struct rep_observation *o;

	o = rep_index_obs(v, &v->cells[cell], &n);
	for (; n > 0; n--, o++) {
		if (o->first_s > in->now_s ||
		    (in->window_s != 0 && o->last_s <= in->now_s - in->window_s) ||
		    !kind_of_reply(v, o, &m->is))
			continue;
		*m = (struct member){ .incident = NO_INCIDENT,
			.cell = cell,
			.since_s = o->first_s,
			.label = o->label,
			.receiver = receiver_of(v, cell, (enum rep_class)o->class, o->rule),
			.is = m->is };
		return true;
	}
	return false;
}

/* Members, as many as there are. */
struct members {
	struct member *v; /* owned */
	size_t n, cap;
};

static bool
room_for(struct members *m, size_t more)
{
	struct member *v;

	if (m->cap - m->n >= more)
		return true;
	m->cap = m->n + (more > m->n ? more : m->n);
	if ((v = realloc(m->v, m->cap * sizeof *v)) == NULL)
		return false;
	m->v = v;
	return true;
}

/* One pass: there may be 300,000 cells, and each is a miss of the cache. */
static bool
find_few(const struct rep_verdicts *v, struct members *m)
{
	for (size_t c = 0; c < v->cells_n; c++)
		if (only_refuses(v, &v->cells[c])) {
			if (!room_for(m, 16))
				return false;
			m->n += few_of(v, c, &m->v[m->n]);
		}
	return true;
}

static int
by_label_time(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->since_s != y->since_s)
		return x->since_s < y->since_s ? -1 : 1;
	if (x->incident != y->incident)
		return x->incident < y->incident ? -1 : 1;
	return x->cell < y->cell ? -1 : x->cell > y->cell;
}

/* How many of m[0..n) are of this kind, by receiver; each receiver once. */
static size_t
receivers(const struct member *m, size_t n, enum rep_across_kind is)
{
	size_t all = 0;

	for (size_t i = 0; i < n; i++) {
		bool fresh = m[i].is == is;

		for (size_t k = 0; k < i && fresh; k++)
			fresh = m[k].is != is || m[k].receiver != m[i].receiver;
		all += fresh;
	}
	return all;
}

static bool
is_listed(const struct rep_verdicts *v, const struct member *m)
{
	return m->incident != NO_INCIDENT && v->incidents[m->incident].class == REP_CLASS_LISTED;
}

static bool
has_incident(const struct member *m, size_t n, enum rep_across_kind is)
{
	for (size_t i = 0; i < n; i++)
		if (m[i].is == is && m[i].incident != NO_INCIDENT)
			return true;
	return false;
}

/* One finding of those of m[0..n) for which `takes` holds. */
static enum rep_rc
add(struct rep_verdicts *v, const struct member *m, size_t n, enum rep_across_kind is,
    bool with_listed, struct rep_arena *a, struct rep_err *err)
{
	struct rep_across *x = &v->across[v->across_n];

	*x = (struct rep_across){ .is = is,
		.label = m[0].label,
		.incidents = rep_arena_alloc(a, n * sizeof *x->incidents),
		.few = rep_arena_alloc(a, n * sizeof *x->few) };
	if (x->incidents == NULL || x->few == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	for (size_t i = 0; i < n; i++) {
		struct rep_incident *in =
		    m[i].incident != NO_INCIDENT ? &v->incidents[m[i].incident] : NULL;

		if ((in != NULL && in->across != 0) ||
		    (m[i].is != is && !(with_listed && is_listed(v, &m[i]))))
			continue;
		x->first_s = x->n + x->few_n == 0 ? m[i].since_s : x->first_s;
		x->last_s = m[i].since_s;
		if (in != NULL) {
			x->incidents[x->n++] = m[i].incident;
			in->across = (uint32_t)v->across_n + 1;
		} else {
			x->few[x->few_n++] = m[i].cell;
		}
	}
	v->across_n += x->n + x->few_n > 1;
	return REP_OK;
}

/* The members that began within an hour of the first: m[0..n) is sorted by time. */
static enum rep_rc
one_hour(struct rep_verdicts *v, const struct member *m, size_t n, struct rep_arena *a,
    struct rep_err *err)
{
	size_t ranges = receivers(m, n, REP_ACROSS_RANGE), listed = 0;
	enum rep_rc rc = REP_OK;

	for (size_t i = 0; i < n; i++)
		listed += m[i].is == REP_ACROSS_OWN_MAIL && is_listed(v, &m[i]);
	if (ranges + (listed > 0) >= REP_ACROSS_SAME && ranges > 0)
		rc = add(v, m, n, REP_ACROSS_RANGE, true, a, err);
	if (rc == REP_OK && receivers(m, n, REP_ACROSS_IDENTITY) >= REP_ACROSS_SAME)
		rc = add(v, m, n, REP_ACROSS_IDENTITY, false, a, err);
	/* Slowed here and there is everyday: one of them at least must be sure. */
	if (rc == REP_OK && receivers(m, n, REP_ACROSS_OWN_MAIL) >= REP_ACROSS_OWN &&
	    has_incident(m, n, REP_ACROSS_OWN_MAIL))
		rc = add(v, m, n, REP_ACROSS_OWN_MAIL, false, a, err);
	return rc;
}

/* --- the way out ------------------------------------------------------------------------------------ */

/* Attempts of a label in the window, and how many of them reached no host. */
struct reached {
	uint64_t all, none;
	uint32_t providers[2]; /* two different ones suffice */
	size_t providers_n;
	int64_t first_s, last_s;
};

/* A connection that never came to be: it ended before a greeting, and DNS had answered. */
static bool
found_closed(const struct rep_verdicts *v, const struct rep_observation *o)
{
	return o->class == REP_CLASS_NETWORK &&
	    (o->stage == REP_STAGE_NONE || o->stage == REP_STAGE_CONNECT) &&
	    rep_index_scope(v->in, o) != REP_SCOPE_DOMAIN;
}

static void
reach(const struct rep_verdicts *v, const struct rep_cell *c, struct reached *r)
{
	const struct rep_judge_in *in = v->in;
	size_t n;
	const struct rep_observation *o = rep_index_obs(v, c, &n);

	for (size_t i = 0; i < n; i++) {
		if (!o[i].evidence || o[i].first_s > in->now_s ||
		    (in->window_s != 0 && o[i].last_s <= in->now_s - in->window_s))
			continue;
		r->all += o[i].count;
		if (!found_closed(v, &o[i]))
			continue;
		r->none += o[i].count;
		if (r->first_s == 0 || o[i].first_s < r->first_s)
			r->first_s = o[i].first_s;
		if (o[i].last_s > r->last_s)
			r->last_s = o[i].last_s;
		if (r->providers_n == 0 ||
		    (r->providers_n == 1 && r->providers[0] != c->key.provider))
			r->providers[r->providers_n++] = c->key.provider;
	}
}

/* The finding that nothing at all leaves a label, to two providers or more. */
static enum rep_rc
add_way_out(struct rep_verdicts *v, uint32_t label, const struct reached *r, struct rep_arena *a,
    struct rep_err *err)
{
	struct rep_across *x = &v->across[v->across_n];

	*x = (struct rep_across){ .is = REP_ACROSS_WAY_OUT,
		.label = label,
		.first_s = r->first_s,
		.last_s = r->last_s,
		.attempts = r->all,
		.incidents = rep_arena_alloc(a, (v->incidents_n + 1) * sizeof *x->incidents) };
	if (x->incidents == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	v->across_n++;
	for (size_t n = 0; n < v->incidents_n; n++)
		if (v->cells[v->incidents[n].cell].key.label == label &&
		    rep_incident_open(&v->incidents[n]) && v->incidents[n].theirs) {
			v->incidents[n].across = (uint32_t)v->across_n;
			x->incidents[x->n++] = n;
		}
	return REP_OK;
}

static enum rep_rc
all_ways_out(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct reached *of = calloc(v->in->labels_n + 1, sizeof *of);
	enum rep_rc rc = REP_OK;

	if (of == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t c = 0; c < v->cells_n; c++) {
		const struct rep_label *l = rep_label_of(v->in, v->cells[c].key.label);

		if (l != NULL && v->cells[c].key.route == 0)
			reach(v, &v->cells[c], &of[l - v->in->labels]);
	}
	for (size_t n = 0; rc == REP_OK && n < v->in->labels_n; n++)
		if (of[n].providers_n >= REP_ACROSS_SAME && of[n].none == of[n].all)
			rc = add_way_out(v, v->in->labels[n].label, &of[n], a, err);
	free(of);
	return rc;
}

/* --- all of it -------------------------------------------------------------------------------------- */

enum rep_rc
rep_judge_across(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct members few = { .v = NULL };
	struct member *m;
	enum rep_rc rc = REP_OK;
	size_t n, end;

	if (!rep_judge_has(v->in, "across"))
		return REP_OK;
	if (!find_few(v, &few) || !room_for(&few, v->incidents_n + 1)) {
		free(few.v);
		return rep_fail(err, REP_EMEM, "out of memory");
	}
	m = few.v;
	n = few.n;
	/* Each finding has an incident or two of these cells, or is that of a label. */
	v->across =
	    rep_arena_alloc(a, (v->incidents_n + n / 2 + v->in->labels_n + 1) * sizeof *v->across);
	if (v->across == NULL) {
		rc = rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
		goto out;
	}
	rc = all_ways_out(v, a, err);
	for (size_t i = 0; i < v->incidents_n; i++) {
		const struct rep_incident *in = &v->incidents[i];
		uint32_t label = v->cells[in->cell].key.label;

		if (in->across != 0 || !kind_of(v, in, &m[n].is) ||
		    v->cells[in->cell].key.route != 0 || rep_index_by_bounces(v->index, label))
			continue;
		m[n].incident = i;
		m[n].cell = in->cell;
		m[n].since_s = rep_incident_last(in)->since_s;
		m[n].label = label;
		m[n++].receiver = receiver_of(v, in->cell, in->class, in->rule);
	}
	qsort(m, n, sizeof *m, by_label_time);
	for (size_t i = 0; rc == REP_OK && i < n; i = end) {
		for (end = i + 1; end < n && m[end].label == m[i].label &&
		     m[end].since_s - m[i].since_s <= REP_ACROSS_APART_S;)
			end++;
		rc = one_hour(v, m + i, end - i, a, err);
	}
out:
	free(m);
	return rc;
}
