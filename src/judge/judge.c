/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/judge.h"
#include "judge/account.h"
#include "judge/across.h"
#include "judge/advice.h"
#include "judge/advised.h"
#include "judge/causes.h"
#include "judge/conduct.h"
#include "judge/evidence.h"
#include "judge/index.h"
#include "judge/request.h"
#include "judge/timeline.h"

#include <stdlib.h>

static uint64_t
cell_all(const struct rep_cell *c)
{
	uint64_t n = 0;

	for (int s = 0; s < REP_STATUS_N; s++)
		n += c->count[s];
	return n;
}

/* Worst first, then the most mail, then by key, so that equal input gives an equal order. */
static int
worse(const void *a, const void *b)
{
	const struct rep_cell *x = a, *y = b;
	uint64_t nx = cell_all(x), ny = cell_all(y);

	if (x->folded != y->folded)
		return x->folded ? 1 : -1;
	if (x->state != y->state)
		return x->state > y->state ? -1 : 1;
	if (nx != ny)
		return nx > ny ? -1 : 1;
	return rep_cell_key_cmp(&x->key, &y->key);
}

static int
trouble_rank(const struct rep_incident *i)
{
	static const int ranks[REP_TROUBLE_N] = { [REP_TROUBLE_BLOCK] = 0,
		[REP_TROUBLE_FAIL] = 1,
		[REP_TROUBLE_THROTTLE] = 2,
		[REP_TROUBLE_DROP] = 3 };

	return ranks[i->trouble];
}

/* Open before over, blocks before throttling, then newest first. */
static int
more_urgent(const void *a, const void *b)
{
	const struct rep_incident *x = a, *y = b;
	bool ox = !rep_incident_open(x), oy = !rep_incident_open(y);
	int64_t sx = x->episodes[x->episodes_n - 1].since_s;
	int64_t sy = y->episodes[y->episodes_n - 1].since_s;

	if (ox != oy)
		return ox ? 1 : -1;
	if (!ox && trouble_rank(x) != trouble_rank(y))
		return trouble_rank(x) - trouble_rank(y);
	if (sx != sy)
		return sx > sy ? -1 : 1;
	return rep_str_cmp(x->key, y->key);
}

/* Sorts the cells, and gives the incidents the new index of their cell. */
static enum rep_rc
sort_cells(struct rep_verdicts *v, struct rep_err *err)
{
	size_t *at = malloc((v->cells_n + 1) * sizeof *at);

	if (at == NULL)
		return rep_fail(err, REP_EMEM, "out of memory");
	for (size_t i = 0; i < v->cells_n; i++)
		v->cells[i].before = (uint32_t)i;
	qsort(v->cells, v->cells_n, sizeof *v->cells, worse);
	for (size_t i = 0; i < v->cells_n; i++)
		at[v->cells[i].before] = i;
	for (size_t n = 0; n < v->incidents_n; n++)
		v->incidents[n].cell = at[v->incidents[n].cell];
	free(at);
	return REP_OK;
}

static void
link_cell(struct rep_cell *c, const struct rep_incident *i, size_t n)
{
	if (rep_incident_open(i))
		c->incident = n;
	c->of[i->trouble] = n;
}

/* Sets the open incident of each cell, after sorting. */
static void
link_incidents(struct rep_verdicts *v)
{
	for (size_t c = 0; c < v->cells_n; c++) {
		v->cells[c].incident = 0;
		memset(v->cells[c].of, 0, sizeof v->cells[c].of);
	}
	for (size_t n = v->incidents_n; n > 0; n--) { /* newest first, so the newest is set last */
		const struct rep_incident *i = &v->incidents[n - 1];
		const struct rep_cell_key *k = &v->cells[i->cell].key;

		link_cell(&v->cells[i->cell], i, n);
		for (size_t c = 0; i->everywhere && c < v->cells_n; c++)
			if (rep_index_same_provider(&v->cells[c].key, k))
				link_cell(&v->cells[c], i, n);
	}
}

/* The incidents of each cell, in their order. */
static enum rep_rc
chain_incidents(struct rep_verdicts *v, struct rep_arena *a, struct rep_err *err)
{
	struct rep_index *x = v->index;

	x->next_of_cell = rep_arena_alloc(a, (v->incidents_n + 1) * sizeof *x->next_of_cell);
	x->first_of_cell = rep_arena_alloc(a, (v->cells_n + 1) * sizeof *x->first_of_cell);
	if (x->next_of_cell == NULL || x->first_of_cell == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	memset(x->first_of_cell, 0, (v->cells_n + 1) * sizeof *x->first_of_cell);
	for (size_t n = v->incidents_n; n > 0; n--) {
		size_t cell = v->incidents[n - 1].cell;

		x->next_of_cell[n - 1] = x->first_of_cell[cell];
		x->first_of_cell[cell] = (uint32_t)n;
	}
	return REP_OK;
}

/* Evidence, causes and conduct of one incident; `compiled`: the same input with the weights of the binary. */
static enum rep_rc
find_reasons(struct rep_verdicts *v, const struct rep_judge_in *compiled, struct rep_incident *i,
    struct rep_arena *a, struct rep_err *err)
{
	struct rep_verdicts same = *v;
	struct rep_incident twin;
	enum rep_rc rc;

	i->ends_s = rep_advised_ends(v, i);
	twin = *i;
	if ((rc = rep_judge_evidence(v, i, a, err)) != REP_OK ||
	    (rc = rep_judge_causes(v, i, a, err)) != REP_OK)
		return rc;
	if (compiled != NULL) {
		same.in = compiled;
		if ((rc = rep_judge_evidence(&same, &twin, a, err)) != REP_OK ||
		    (rc = rep_judge_causes(&same, &twin, a, err)) != REP_OK)
			return rc;
	}
	memcpy(i->compiled, compiled != NULL ? twin.cautious : i->cautious, sizeof i->compiled);
	return rep_conduct_judge(v, i, a)
	    ? REP_OK
	    : rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
}

/* The input with the compiled-in weights. *out NULL: no own weights are in force. */
static enum rep_rc
with_compiled_weights(const struct rep_judge_in *in, struct rep_arena *a,
    const struct rep_judge_in **out, struct rep_err *err)
{
	struct rep_judge_in *same;
	struct rep_weights *w;
	enum rep_rc rc;

	*out = NULL;
	if (in->weights->own_n == 0)
		return REP_OK;
	same = rep_arena_alloc(a, sizeof *same);
	w = rep_arena_alloc(a, sizeof *w);
	if (same == NULL || w == NULL)
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	memset(w, 0, sizeof *w);
	if ((rc = rep_weights_builtin(w, a, err)) != REP_OK)
		return rc;
	*same = *in;
	same->weights = w;
	*out = same;
	return REP_OK;
}

enum rep_rc
rep_judge(const struct rep_judge_in *in, struct rep_arena *a, struct rep_verdicts *out,
    struct rep_err *err)
{
	struct rep_verdicts v = { .in = in };
	const struct rep_judge_in *compiled;
	enum rep_rc rc;

	if ((rc = rep_index_begin(&v, a, err)) != REP_OK ||
	    (rc = rep_judge_timeline(&v, a, err)) != REP_OK || (rc = sort_cells(&v, err)) != REP_OK)
		return rc;
	if (v.incidents_n > 1)
		qsort(v.incidents, v.incidents_n, sizeof *v.incidents, more_urgent);
	link_incidents(&v);
	if ((rc = chain_incidents(&v, a, err)) != REP_OK ||
	    (rc = rep_judge_across(&v, a, err)) != REP_OK ||
	    (rc = rep_judge_account(&v, a, err)) != REP_OK)
		return rc;
	if (in->reasons && (rc = rep_index_build(&v, a, err)) != REP_OK)
		return rc;
	if ((rc = with_compiled_weights(in, a, &compiled, err)) != REP_OK)
		return rc;
	if (in->reasons)
		v.conduct = rep_conduct_of_all(&v, a);
	for (size_t n = 0; in->reasons && n < v.incidents_n; n++)
		if ((rc = find_reasons(&v, compiled, &v.incidents[n], a, err)) != REP_OK)
			return rc;
	if (in->reasons)
		rep_conduct_close(&v);
	if (v.index->small || (in->reasons && v.conduct.why.p == NULL))
		return rep_fail(err, REP_ELIMIT, "more history than memory is set aside for");
	if (in->reasons && !rep_advice_begin(&v, a))
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	/* Advice looks at all verdicts. */
	for (size_t n = 0; in->reasons && rep_judge_has(in, "advice") && n < v.incidents_n; n++)
		if ((rc = rep_judge_advice(&v, &v.incidents[n], a, err)) != REP_OK)
			return rc;
	*out = v;
	return REP_OK;
}
