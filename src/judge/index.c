/*
 * Sums over observations, prepared once where many incidents ask for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/index.h"

#include <stdlib.h>

void
rep_index_sum(const struct rep_verdicts *v, const struct rep_cell *c, int64_t from_s,
    int64_t until_s, uint32_t stream, enum rep_trouble kind, struct rep_sums *s)
{
	enum rep_trouble t;

	for (size_t n = c->obs_from; n < c->obs_from + c->obs_n; n++) {
		const struct rep_observation *o = v->index->obs[n];

		if (o->first_s < from_s || o->first_s >= until_s || !o->evidence ||
		    (stream != REP_ANY_STREAM && o->stream != stream))
			continue;
		s->attempts += o->count;
		if (o->class == REP_CLASS_ACCEPTED) {
			s->accepted += o->count;
			if (s->first_s == 0 || o->first_s < s->first_s)
				s->first_s = o->first_s;
			if (o->last_s > s->last_s)
				s->last_s = o->last_s;
		}
		s->recipient += o->class == REP_CLASS_RECIPIENT ? o->count : 0;
		if (rep_index_trouble(v, o, &t) && t == kind)
			s->trouble += o->count;
	}
}

static int
by_label_time(const void *a, const void *b)
{
	const struct rep_conduct *x = a, *y = b;

	if (x->label != y->label)
		return x->label < y->label ? -1 : 1;
	if (x->from_s != y->from_s)
		return x->from_s < y->from_s ? -1 : 1;
	return x->stream < y->stream ? -1 : x->stream > y->stream;
}

enum rep_rc
rep_index_build(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_conduct *all = calloc(v->in->obs_n + 1, sizeof *all), *kept;
	size_t n = 0, k = 0;

	if (all == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < v->in->obs_n; i++) {
		const struct rep_observation *o = &v->in->obs[i];

		if (o->evidence && o->route == 0 && o->first_s <= v->in->now_s)
			all[n++] = (struct rep_conduct){ o->from_s, o->label, o->stream, o->count,
				o->class == REP_CLASS_RECIPIENT ? o->count : 0 };
	}
	qsort(all, n, sizeof *all, by_label_time);
	for (size_t i = 0; i < n; i++) {
		if (k > 0 && by_label_time(&all[k - 1], &all[i]) == 0) {
			all[k - 1].attempts += all[i].attempts;
			all[k - 1].recipient += all[i].recipient;
		} else {
			all[k++] = all[i];
		}
	}
	kept = rep_arena_alloc(a, (k + 1) * sizeof *kept);
	if (kept != NULL) {
		memcpy(kept, all, k * sizeof *kept);
		v->index->conduct = kept;
		v->index->conduct_n = k;
	}
	free(all);
	return kept != NULL
	    ? REP_OK
	    : rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
}

/* The first row not before (label, from_s). */
static size_t
lower_bound(const struct rep_index *x, uint32_t label, int64_t from_s)
{
	size_t lo = 0, hi = x->conduct_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct rep_conduct *c = &x->conduct[mid];

		if (c->label < label || (c->label == label && c->from_s < from_s))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct rep_conduct *
rep_index_conduct(
    const struct rep_verdicts *v, uint32_t label, int64_t from_s, int64_t until_s, size_t *n)
{
	size_t first = lower_bound(v->index, label, from_s);

	*n = lower_bound(v->index, label, until_s) - first;
	return &v->index->conduct[first];
}
