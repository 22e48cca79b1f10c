/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/small.h"

#include <stdlib.h>

/* A domain of provider `other`. */
struct small {
	uint64_t refusals;
	uint32_t domain, cells;
};

static uint32_t
number_of(const struct rep_names *names, struct rep_str name)
{
	for (uint32_t i = 1; i < names->n; i++)
		if (rep_str_eq(names->v[i], name))
			return i;
	return 0;
}

uint32_t
rep_name_for_others(struct rep_judge_in *in, struct rep_str name, struct rep_arena *a)
{
	uint32_t got = number_of(&in->names, name);
	struct rep_str *v;

	if (got != 0 || (v = rep_arena_alloc(a, (in->names.n + (size_t)1) * sizeof *v)) == NULL)
		return got;
	memcpy(v, in->names.v, in->names.n * sizeof *v);
	v[in->names.n] = name;
	in->names.v = v;
	return in->names.n++;
}

static bool
refuses(uint8_t class)
{
	return class == REP_CLASS_THROTTLED || class == REP_CLASS_BLOCKED ||
	    class == REP_CLASS_LISTED || class == REP_CLASS_AUTHENTICATION ||
	    class == REP_CLASS_IDENTITY;
}

/* Counts cells and refusals of each domain; v is indexed by the number of its name. */
static uint64_t
count(const struct rep_observation *o, size_t n, uint32_t other, struct small *v, uint32_t names_n)
{
	struct rep_cell_key was = { 0 }, key;
	uint64_t cells = 0;

	for (size_t i = 0; i < n; i++) {
		if (o[i].provider != other || o[i].provider_domain == 0 ||
		    o[i].provider_domain >= names_n)
			continue;
		key = rep_cell_key_of(&o[i]);
		if (rep_cell_key_cmp(&key, &was) != 0) {
			v[key.provider_domain].cells++;
			cells++;
		}
		was = key;
		v[key.provider_domain].domain = key.provider_domain;
		v[key.provider_domain].refusals += refuses(o[i].class) ? o[i].count : 0;
	}
	return cells;
}

/* Those that refused most first. Among equals, those that refused first: they have lower numbers. */
static int
by_refusals(const void *a, const void *b)
{
	const struct small *x = a, *y = b;

	if (x->refusals != y->refusals)
		return x->refusals > y->refusals ? -1 : 1;
	return x->domain < y->domain ? -1 : x->domain > y->domain;
}

struct joining {
	uint32_t other;
	uint32_t to; /* the number of the name for all, which the store may use already */
	uint32_t names_n;
	bool *v; /* whether the domain with this number is counted together with others */
};

static bool
joins(const struct joining *j, const struct rep_observation *o)
{
	return o->provider == j->other &&
	    (o->provider_domain == j->to ||
		(o->provider_domain < j->names_n && j->v[o->provider_domain]));
}

/* Decides which domains are counted together. Returns how many. */
static size_t
choose(struct small *v, const struct joining *j)
{
	uint64_t cells = 0;
	size_t n = 0, count = 0;

	for (uint32_t i = 0; i < j->names_n; i++)
		if (v[i].cells > 0 && i != j->to)
			v[n++] = v[i];
	qsort(v, n, sizeof *v, by_refusals);
	for (size_t i = 0; i < n; i++) {
		cells += v[i].cells;
		if (v[i].refusals == 0 || cells > REP_SMALL_CELLS_MAX) {
			j->v[v[i].domain] = true;
			count++;
		}
	}
	return count;
}

/*
 * By cell, then by time: observations that got into one cell come from several. The other fields
 * make the order that of nothing but the observations. All have the same provider and domain.
 */
static int
by_time(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->route != y->route)
		return x->route < y->route ? -1 : 1;
	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
	if (x->first_s != y->first_s)
		return x->first_s < y->first_s ? -1 : 1;
	if (x->stream != y->stream)
		return x->stream < y->stream ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return memcmp(&x->status, &y->status, 3);
}

/*
 * Gives the observations of domains that are counted together the domain j->to. o is ordered by
 * cell, before and after.
 */
static enum rep_rc
move(struct rep_observation *o, size_t n, const struct joining *j, struct rep_err *err)
{
	struct rep_observation *moved = malloc((n + 1) * sizeof *moved);
	size_t kept = 0, m = 0;

	if (moved == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for small domains");
	for (size_t i = 0; i < n; i++) {
		if (joins(j, &o[i])) {
			moved[m] = o[i];
			moved[m++].provider_domain = j->to;
		} else {
			o[kept++] = o[i];
		}
	}
	if (m > 0)
		qsort(moved, m, sizeof *moved, by_time);
	while (m > 0) { /* from the end, so that none is overwritten before it is placed */
		struct rep_cell_key last = rep_cell_key_of(&moved[m - 1]), key = last;

		if (kept > 0)
			key = rep_cell_key_of(&o[kept - 1]);
		if (kept > 0 && rep_cell_key_cmp(&key, &last) > 0)
			o[--n] = o[--kept];
		else
			o[--n] = moved[--m];
	}
	free(moved);
	return REP_OK;
}

enum rep_rc
rep_small_together(struct rep_judge_in *in, struct rep_observation *obs, size_t obs_n,
    struct rep_observation *recent, size_t recent_n, struct rep_arena *a, size_t *together,
    struct rep_err *err)
{
	struct joining j = { .other = number_of(&in->names, REP_S("other")),
		.names_n = in->names.n };
	struct small *v;
	enum rep_rc rc;

	*together = 0;
	if ((rc = rep_history_sort(obs, obs_n, err)) != REP_OK ||
	    (rc = rep_history_sort(recent, recent_n, err)) != REP_OK || j.other == 0)
		return rc;
	v = calloc(j.names_n, sizeof *v);
	j.v = calloc(j.names_n, sizeof *j.v);
	if (v == NULL || j.v == NULL) {
		rc = rep_fail(err, REP_EMEM, "out of memory for small domains");
	} else if (count(obs, obs_n, j.other, v, j.names_n) > REP_SMALL_CELLS_MAX) {
		j.to = rep_name_for_others(in, REP_OTHER_DOMAINS, a);
		if (j.to != 0)
			*together = choose(v, &j);
		rc = j.to == 0 ? rep_fail(err, REP_EMEM, "out of memory for small domains")
			       : move(obs, obs_n, &j, err);
		if (rc == REP_OK)
			rc = move(recent, recent_n, &j, err);
	}
	free(j.v);
	free(v);
	return rc;
}
