/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/incidents.h"
#include "base/time.h"
#include "judge/index.h"

#include <stdlib.h>

enum { INCIDENT_GAP_S = 90 * REP_DAY_S };

static enum rep_rc
too_small(struct rep_err *err)
{
	return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
}

/* --- incidents ---------------------------------------------------------------------------------- */

/*
 * Kinds of reply that are counted at a time. When more come, the rarest makes room and its count
 * goes to the new one: so whatever makes up more than 1 of KINDS replies is never lost, and the
 * commonest is found unless it is that rare.
 */
enum { KINDS = 128 };

/* The kinds of replies of an episode while they are counted. */
struct reply_kind {
	uint32_t rule;
	uint8_t class, stage, scope;
	uint64_t n;
};

/* Rules other than the commonest one, with a tenth of the replies or more. */
static void
other_rules(struct rep_incident *i, const struct reply_kind *seen, size_t n)
{
	uint64_t all = 0;

	i->also_n = 0;
	for (size_t k = 0; k < n; k++)
		all += seen[k].n;
	for (size_t k = 0; k < n; k++) {
		struct rep_also one = { seen[k].rule, 0 };
		size_t at = 0;
		bool before = false;

		for (size_t m = 0; m < n; m++) {
			one.replies += seen[m].rule == one.rule ? seen[m].n : 0;
			before |= m < k && seen[m].rule == one.rule;
		}
		if (before || one.rule == 0 || one.rule == i->rule || one.replies * 10 < all)
			continue;
		while (at < i->also_n && i->also[at].replies >= one.replies)
			at++;
		if (at == REP_ALSO)
			continue;
		if (i->also_n < REP_ALSO)
			i->also_n++;
		memmove(&i->also[at + 1], &i->also[at], (i->also_n - 1 - at) * sizeof one);
		i->also[at] = one;
	}
}

/* Whether the class says what is wrong. */
static bool
tells(const struct reply_kind *k)
{
	return k->class != REP_CLASS_POLICY && k->class != REP_CLASS_UNKNOWN;
}

/*
 * The kind that stands for all of them: the commonest. Where that one only says "by a rule of ours",
 * one that says what is wrong and is nearly as common (four fifths of it; judgement) tells more.
 */
static size_t
stands_for_all(const struct reply_kind *seen, size_t n)
{
	size_t best = 0, telling = n;

	for (size_t k = 0; k < n; k++) {
		if (seen[k].n > seen[best].n)
			best = k;
		if (tells(&seen[k]) && (telling == n || seen[k].n > seen[telling].n))
			telling = k;
	}
	return telling < n && !tells(&seen[best]) && seen[telling].n * 5 >= seen[best].n * 4
	    ? telling
	    : best;
}

/* The rule, class, scope and stage of most replies of an episode. */
static void
commonest(const struct rep_verdicts *v, const struct rep_cell *c, const struct rep_episode *e,
    struct rep_incident *i)
{
	struct reply_kind seen[KINDS];
	size_t n = 0, best, k, obs_n;
	const struct rep_observation *obs = rep_index_obs(v, c, &obs_n);
	enum rep_trouble t;
	uint8_t scope;

	for (size_t o = 0; o < obs_n; o++) {
		const struct rep_observation *x = &obs[o];

		if (x->last_s < e->since_s || x->first_s > e->last_s ||
		    !rep_index_trouble(v, x, &t) || t != i->trouble)
			continue;
		scope = (uint8_t)rep_index_scope(v->in, x);
		i->certain |= x->certain;
		for (k = 0; k < n; k++)
			if (seen[k].rule == x->rule && seen[k].class == x->class &&
			    seen[k].stage == x->stage && seen[k].scope == scope)
				break;
		if (k == n) {
			if (n < KINDS)
				seen[n++].n = 0;
			else
				for (size_t r = k = 0; r < n; r++)
					k = seen[r].n < seen[k].n ? r : k;
			seen[k].rule = x->rule;
			seen[k].class = x->class;
			seen[k].stage = x->stage;
			seen[k].scope = scope;
		}
		seen[k].n += x->count;
	}
	if (n == 0)
		return;
	best = stands_for_all(seen, n);
	i->rule = seen[best].rule;
	i->class = (enum rep_class)seen[best].class;
	i->scope = (enum rep_scope)seen[best].scope;
	i->stage = (enum rep_stage)seen[best].stage;
	other_rules(i, seen, n);
}

static int
by_loss(const void *a, const void *b)
{
	const struct rep_lost_stream *x = a, *y = b;

	if ((x->stream == REP_OTHER_STREAMS) != (y->stream == REP_OTHER_STREAMS))
		return x->stream == REP_OTHER_STREAMS ? 1 : -1;
	if (x->bounced != y->bounced)
		return x->bounced > y->bounced ? -1 : 1;
	if (x->deferred != y->deferred)
		return x->deferred > y->deferred ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

static enum rep_rc
lost(struct rep_verdicts *v, const struct rep_cell *c, struct rep_incident *i, struct rep_arena *a,
    struct rep_err *err)
{
	const struct rep_episode *e = &i->episodes[i->episodes_n - 1];
	struct rep_lost_stream all[REP_STREAMS_TOLD + 1] = { 0 };
	enum rep_trouble t;
	size_t k, n;
	const struct rep_observation *obs = rep_index_obs(v, c, &n);

	for (size_t o = 0; o < n; o++) {
		const struct rep_observation *x = &obs[o];

		if (x->last_s < e->since_s || x->first_s > e->last_s ||
		    !rep_index_trouble(v, x, &t) || t != i->trouble)
			continue;
		for (k = 0; k < i->streams_n && k < REP_STREAMS_TOLD && all[k].stream != x->stream;)
			k++;
		if (k == i->streams_n)
			all[i->streams_n++] = (struct rep_lost_stream){
				.stream = k < REP_STREAMS_TOLD ? x->stream : REP_OTHER_STREAMS
			};
		if (x->status == REP_STATUS_BOUNCED)
			all[k].bounced += x->count;
		else
			all[k].deferred += x->count;
	}
	if ((i->streams = rep_arena_alloc(a, (i->streams_n + 1) * sizeof *all)) == NULL)
		return too_small(err);
	if (i->streams_n > 0)
		memcpy(i->streams, all, i->streams_n * sizeof *all);
	qsort(i->streams, i->streams_n, sizeof *i->streams, by_loss);
	return REP_OK;
}

/* Makes room for one more incident. */
static enum rep_rc
room(struct rep_incident_list *l, struct rep_err *err)
{
	struct rep_verdicts *v = l->v;
	size_t more = l->cap == 0 ? 32 : l->cap * 2;
	struct rep_incident *p;

	if (v->incidents_n < l->cap)
		return REP_OK;
	if ((p = rep_arena_alloc(l->a, more * sizeof *p)) == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	if (v->incidents_n > 0)
		memcpy(p, v->incidents, v->incidents_n * sizeof *p);
	v->incidents = p;
	l->cap = more;
	return REP_OK;
}

static enum rep_life
life_of(enum rep_trouble kind, const struct rep_stay *last)
{
	if (last->e.until_s != 0)
		return REP_LIFE_OVER;
	return kind != REP_TROUBLE_BLOCK || last->certain ||
		last->e.replies >= rep_trouble_terms[kind].replies
	    ? REP_LIFE_ACTIVE
	    : REP_LIFE_SUSPECTED;
}

/* "LABEL|ROUTE|PROVIDER|DOMAIN|TROUBLE|SINCE": the same at the next judgement. */
static struct rep_str
key_of(struct rep_incident_list *l, const struct rep_cell *c, const struct rep_incident *i)
{
	const struct rep_names *names = &l->v->in->names;
	struct rep_str label = i->everywhere ? REP_S("*") : rep_name(names, c->key.label);
	struct rep_str route = rep_name(names, c->key.route);
	struct rep_str provider = rep_name(names, c->key.provider);
	struct rep_str domain = rep_name(names, c->key.provider_domain);

	return rep_arena_printf(l->a, "%.*s|%.*s|%.*s|%.*s|%d|%lld", REP_PR(label), REP_PR(route),
	    REP_PR(provider), REP_PR(domain), (int)i->trouble, (long long)i->episodes[0].since_s);
}

enum rep_rc
rep_incidents_add(struct rep_incident_list *l, size_t cell, enum rep_trouble kind,
    const struct rep_stay *stays, size_t n, bool everywhere, struct rep_err *err)
{
	struct rep_verdicts *v = l->v;
	const struct rep_cell *c = &v->cells[cell];
	const struct rep_stay *last = &stays[n - 1];
	struct rep_episode *e = rep_arena_alloc(l->a, n * sizeof *e);
	struct rep_incident *i;
	enum rep_rc rc;

	if (e == NULL)
		return too_small(err);
	if ((rc = room(l, err)) != REP_OK)
		return rc;
	for (size_t k = 0; k < n; k++)
		e[k] = stays[k].e;
	i = &v->incidents[v->incidents_n];
	*i = (struct rep_incident){ .cell = cell,
		.trouble = kind,
		.everywhere = everywhere,
		.theirs = last->theirs * 2 > last->e.replies,
		.episodes = e,
		.episodes_n = n,
		.life = life_of(kind, last),
		.tried_again = last->e.replies > 0 ? last->e.replies - 1 : 0 };
	commonest(v, c, &e[n - 1], i);
	i->key = key_of(l, c, i);
	if (i->key.p == NULL)
		return too_small(err);
	v->incidents_n++;
	return lost(v, c, i, l->a, err);
}

/* Episodes at most 90 days apart are one incident with returns. */
enum rep_rc
rep_incidents_add_returning(struct rep_incident_list *l, size_t cell, enum rep_trouble kind,
    const struct rep_stay *stays, size_t n, struct rep_err *err)
{
	bool returns = rep_judge_has(l->v->in, "returns");
	enum rep_rc rc;

	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; returns && to < n &&
		     stays[to].e.since_s - stays[to - 1].e.until_s <= INCIDENT_GAP_S;)
			to++;
		rc = rep_incidents_add(l, cell, kind, stays + from, to - from, false, err);
		if (rc != REP_OK)
			return rc;
	}
	return REP_OK;
}
