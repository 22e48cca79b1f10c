/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/small.h"

#include <stdlib.h>

/* A domain of provider `other`. */
struct small {
	uint64_t refusals;
	uint32_t domain, cells;
	bool together;
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

static int
by_domain(const void *a, const void *b)
{
	const struct small *x = a, *y = b;

	return x->domain < y->domain ? -1 : x->domain > y->domain;
}

/* Decides who is counted together. Afterwards v has n domains by number. Returns n. */
static size_t
choose(struct small *v, uint32_t names_n, size_t *together)
{
	uint64_t cells = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < names_n; i++)
		if (v[i].cells > 0)
			v[n++] = v[i];
	qsort(v, n, sizeof *v, by_refusals);
	*together = 0;
	for (size_t i = 0; i < n; i++) {
		cells += v[i].cells;
		v[i].together = v[i].refusals == 0 || cells > REP_SMALL_CELLS_MAX;
		*together += v[i].together;
	}
	qsort(v, n, sizeof *v, by_domain);
	return n;
}

static void
change(struct rep_observation *o, size_t n, uint32_t other, const struct small *v, size_t v_n,
    uint32_t to)
{
	for (size_t i = 0; i < n; i++) {
		struct small key = { .domain = o[i].provider_domain };
		const struct small *s;

		if (o[i].provider != other || key.domain == 0)
			continue;
		s = bsearch(&key, v, v_n, sizeof *v, by_domain);
		if (s != NULL && s->together)
			o[i].provider_domain = to;
	}
}

/*
 * By cell, then by time: observations that got into one cell come from several. The other fields
 * make the order that of nothing but the observations.
 */
static int
by_cell(const void *a, const void *b)
{
	const struct rep_observation *x = a, *y = b;
	struct rep_cell_key xk = rep_cell_key_of(x), yk = rep_cell_key_of(y);
	int d = rep_cell_key_cmp(&xk, &yk);

	if (d != 0)
		return d;
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

enum rep_rc
rep_small_together(struct rep_judge_in *in, struct rep_observation *obs, size_t obs_n,
    struct rep_observation *recent, size_t recent_n, struct rep_arena *a, size_t *together,
    struct rep_err *err)
{
	uint32_t other = number_of(&in->names, REP_S("other")), to;
	struct small *v;
	enum rep_rc rc;

	*together = 0;
	if ((rc = rep_history_sort(obs, obs_n, err)) != REP_OK ||
	    (rc = rep_history_sort(recent, recent_n, err)) != REP_OK || other == 0)
		return rc;
	if ((v = calloc(in->names.n, sizeof *v)) == NULL)
		return rep_fail(err, REP_EMEM, "out of memory for small domains");
	if (count(obs, obs_n, other, v, in->names.n) > REP_SMALL_CELLS_MAX) {
		size_t n = choose(v, in->names.n, together);

		if ((to = rep_name_for_others(in, REP_OTHER_DOMAINS, a)) == 0)
			rc = rep_fail(err, REP_EMEM, "out of memory for small domains");
		change(obs, obs_n, other, v, n, to);
		change(recent, recent_n, other, v, n, to);
		qsort(obs, obs_n, sizeof *obs, by_cell);
		if (recent_n > 0)
			qsort(recent, recent_n, sizeof *recent, by_cell);
	}
	free(v);
	return rc;
}
