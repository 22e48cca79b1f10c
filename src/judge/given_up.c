/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/given_up.h"
#include "judge/index.h"

#include <stdlib.h>

static struct rep_given_up *
row_of(struct rep_given_up_list *l, const struct rep_cell_key *k)
{
	for (size_t n = 0; n < l->n; n++)
		if (l->v[n].provider == k->provider && l->v[n].domain == k->provider_domain)
			return &l->v[n];
	if (l->n == REP_GIVEN_UP_ROWS)
		return NULL;
	l->v[l->n] = (struct rep_given_up){
		.provider = k->provider, .domain = k->provider_domain, .first_s = INT64_MAX
	};
	return &l->v[l->n++];
}

/* Counts a stream. One that comes when all places are taken takes that of the least. */
static void
note_stream(struct rep_given_up *r, uint32_t stream, uint64_t n)
{
	size_t k = 0;

	while (k < REP_GIVEN_UP_STREAMS && r->streams[k].n > 0 && r->streams[k].stream != stream)
		k++;
	if (k == REP_GIVEN_UP_STREAMS) {
		if (n <= r->streams[--k].n)
			return;
		r->streams[k].n = 0;
	}
	r->streams[k].stream = stream;
	r->streams[k].n += n;
	for (; k > 0 && r->streams[k - 1].n < r->streams[k].n; k--) {
		uint32_t s = r->streams[k].stream;
		uint64_t m = r->streams[k].n;

		r->streams[k] = r->streams[k - 1];
		r->streams[k - 1].stream = s;
		r->streams[k - 1].n = m;
	}
}

static void
add(struct rep_given_up_list *l, const struct rep_cell *c, const struct rep_observation *o)
{
	struct rep_given_up *r = row_of(l, &c->key);

	l->all += o->count;
	if (r == NULL)
		return;
	r->n += o->count;
	if (o->first_s < r->first_s)
		r->first_s = o->first_s;
	if (o->last_s > r->last_s)
		r->last_s = o->last_s;
	note_stream(r, o->stream, o->count);
}

static int
most(const void *a, const void *b)
{
	const struct rep_given_up *x = a, *y = b;

	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	return (x->domain > y->domain) - (x->domain < y->domain);
}

enum rep_rc
rep_judge_given_up(const struct rep_verdicts *v, struct rep_arena *a, struct rep_given_up_list *out,
    struct rep_err *err)
{
	*out = (struct rep_given_up_list){ .v = rep_arena_alloc(
					       a, REP_GIVEN_UP_ROWS * sizeof *out->v) };
	if (out->v == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	for (size_t c = 0; c < v->cells_n; c++) {
		size_t n;
		const struct rep_observation *o = rep_index_obs(v, &v->cells[c], &n);

		for (size_t k = 0; k < n; k++)
			if (o[k].status == REP_STATUS_EXPIRED && o[k].first_s <= v->in->now_s &&
			    (v->in->window_s == 0 || o[k].last_s > v->in->now_s - REP_GIVEN_UP_S))
				add(out, &v->cells[c], &o[k]);
	}
	if (out->n > 1)
		qsort(out->v, out->n, sizeof *out->v, most);
	return REP_OK;
}
