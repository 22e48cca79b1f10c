/*
 * Absences of providers: did all own sources meet one at the same time, and for how long?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/outage.h"
#include "judge/index.h"

#include <stdlib.h>

enum { HOUR = 3600, ACTIVE = 3 /* fewer attempts do not count as asking */ };

bool
rep_outages_note(struct rep_outages *o, size_t cell, const struct rep_stay *stay)
{
	if (o->n == o->cap) {
		size_t cap = o->cap == 0 ? 16 : o->cap * 2;
		struct rep_absence *more = realloc(o->v, cap * sizeof *more);

		if (more == NULL)
			return false;
		o->v = more;
		o->cap = cap;
	}
	o->v[o->n++] = (struct rep_absence){ cell, *stay };
	return true;
}

void
rep_outages_fini(struct rep_outages *o)
{
	free(o->v);
	*o = (struct rep_outages){ .v = NULL };
}

/* Absences by provider, then by time. */
struct sorted {
	const struct rep_absence *a;
	const struct rep_cell_key *key;
};

static bool
one_provider(const struct rep_cell_key *x, const struct rep_cell_key *y)
{
	return rep_index_same_provider(x, y) && x->route == y->route;
}

static int
by_provider_time(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	if (x->key->provider != y->key->provider)
		return x->key->provider < y->key->provider ? -1 : 1;
	if (x->key->provider_domain != y->key->provider_domain)
		return x->key->provider_domain < y->key->provider_domain ? -1 : 1;
	if (x->key->route != y->key->route)
		return x->key->route < y->key->route ? -1 : 1;
	if (x->a->stay.e.since_s != y->a->stay.e.since_s)
		return x->a->stay.e.since_s < y->a->stay.e.since_s ? -1 : 1;
	return x->a->cell < y->a->cell ? -1 : x->a->cell > y->a->cell;
}

static int64_t
end_of(const struct rep_verdicts *v, const struct rep_episode *e)
{
	return e->until_s != 0 ? e->until_s : v->in->now_s;
}

/* If mail was accepted meanwhile, stray failures blur both ends: it must last twice as long. */
static bool
long_enough(const struct rep_verdicts *v, const struct rep_stay *s)
{
	int64_t for_s = rep_trouble_terms[REP_TROUBLE_DROP].theirs_for_s;

	return end_of(v, &s->e) - s->e.since_s > (s->away ? for_s : 2 * for_s);
}

static bool
among(const struct sorted *s, size_t n, size_t cell)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].a->cell == cell)
			return true;
	return false;
}

/* Whether a source outside the cluster asked during that time, and its mail was accepted. */
static bool
taken_elsewhere(
    const struct rep_verdicts *v, const struct sorted *s, size_t n, const struct rep_episode *whole)
{
	for (size_t c = 0; c < v->cells_n; c++) {
		struct rep_sums sums = { 0 };

		if (!one_provider(&v->cells[c].key, s[0].key) || among(s, n, c))
			continue;
		rep_index_sum(v, &v->cells[c], whole->since_s, end_of(v, whole), REP_ANY_STREAM,
		    REP_TROUBLE_DROP, &sums);
		if (sums.attempts >= ACTIVE && sums.accepted * 2 >= sums.attempts)
			return true;
	}
	return false;
}

/* One stay that reaches from the first stay of a cluster to the last. */
static struct rep_stay
whole_of(const struct sorted *s, size_t n, size_t *lead)
{
	struct rep_stay w = s[0].a->stay;

	*lead = 0;
	for (size_t i = 1; i < n; i++) {
		const struct rep_stay *x = &s[i].a->stay;

		if (x->e.replies > s[*lead].a->stay.e.replies)
			*lead = i;
		if (x->e.since_s < w.e.since_s)
			w.e.since_s = x->e.since_s;
		if (x->e.last_s > w.e.last_s)
			w.e.last_s = x->e.last_s;
		if (x->e.until_s == 0 || (w.e.until_s != 0 && x->e.until_s > w.e.until_s))
			w.e.until_s = x->e.until_s;
		w.e.replies += x->e.replies;
		w.e.bounced += x->e.bounced;
		w.e.deferred += x->e.deferred;
		w.theirs += x->theirs;
		w.attempts += x->attempts;
		w.certain |= x->certain;
		w.away |= x->away;
	}
	return w;
}

/* Whether a host of the cell answered, with a refusal too: then the way out is open. */
static bool
answered(const struct rep_verdicts *v, const struct rep_cell *c, const struct rep_episode *whole)
{
	size_t n;
	const struct rep_observation *o = rep_index_obs(v, c, &n);

	for (size_t k = 0; k < n; k++)
		if (o[k].evidence && o[k].class != REP_CLASS_NETWORK &&
		    o[k].class != REP_CLASS_TLS && o[k].first_s >= whole->since_s &&
		    o[k].last_s <= end_of(v, whole))
			return true;
	return false;
}

/* Whether no other provider answered during that time, though at least one was asked. */
static bool
nobody_reached(
    const struct rep_verdicts *v, const struct sorted *s, const struct rep_episode *whole)
{
	bool asked = false;

	for (size_t c = 0; c < v->cells_n; c++) {
		struct rep_sums sums = { 0 };

		if (v->cells[c].key.provider == s[0].key->provider ||
		    v->cells[c].key.route != s[0].key->route)
			continue;
		rep_index_sum(v, &v->cells[c], whole->since_s, end_of(v, whole), REP_ANY_STREAM,
		    REP_TROUBLE_DROP, &sums);
		if (sums.accepted > 0 || answered(v, &v->cells[c], whole))
			return false;
		asked = asked || sums.attempts >= ACTIVE;
	}
	return asked;
}

/* Adds the incidents of one cluster: absences at one provider that overlap. */
static enum rep_rc
one_cluster(struct rep_incident_list *l, const struct sorted *s, size_t n, struct rep_err *err)
{
	size_t lead;
	struct rep_stay whole = whole_of(s, n, &lead);
	enum rep_rc rc = REP_OK;

	if (!long_enough(l->v, &whole))
		return REP_OK;
	if (rep_judge_has(l->v->in, "outage") && !taken_elsewhere(l->v, s, n, &whole.e)) {
		rc = rep_incidents_add(l, s[lead].a->cell, REP_TROUBLE_DROP, &whole, 1, true, err);
		if (rc == REP_OK)
			l->v->incidents[l->v->incidents_n - 1].nobody =
			    nobody_reached(l->v, s, &whole.e);
		return rc;
	}
	for (size_t i = 0; rc == REP_OK && i < n; i++)
		if (long_enough(l->v, &s[i].a->stay))
			rc = rep_incidents_add(
			    l, s[i].a->cell, REP_TROUBLE_DROP, &s[i].a->stay, 1, false, err);
	return rc;
}

enum rep_rc
rep_outages_add_incidents(struct rep_outages *o, struct rep_incident_list *l, struct rep_err *err)
{
	size_t n = o->n;
	struct sorted *s = malloc((n + 1) * sizeof *s);
	enum rep_rc rc = REP_OK;

	if (s == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < n; i++)
		s[i] = (struct sorted){ &o->v[i], &l->v->cells[o->v[i].cell].key };
	qsort(s, n, sizeof *s, by_provider_time);
	for (size_t from = 0, to; rc == REP_OK && from < n; from = to) {
		int64_t end_s = end_of(l->v, &s[from].a->stay.e);

		for (to = from + 1; to < n && one_provider(s[to].key, s[from].key) &&
		     s[to].a->stay.e.since_s <= end_s + HOUR;
		     to++)
			if (end_of(l->v, &s[to].a->stay.e) > end_s)
				end_s = end_of(l->v, &s[to].a->stay.e);
		rc = one_cluster(l, s + from, to - from, err);
	}
	free(s);
	return rc;
}
