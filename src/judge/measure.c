/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/measure.h"

#include <math.h>

double
rep_share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (double)part / (double)all;
}

/* One end of the share that explains what was seen (Wilson 1927); z: nine of ten cases. */
static double
wilson(struct rep_measure m, double z)
{
	double n = (double)m.all, p = rep_share(m.part, m.all);
	double middle = p + z * z / (2 * n);

	return (middle + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n);
}

double
rep_share_at_least(struct rep_measure m)
{
	return m.all == 0 ? 0 : fmax(wilson(m, -1.28), 0);
}

double
rep_share_at_most(struct rep_measure m)
{
	return m.all == 0 ? 1 : fmin(wilson(m, 1.28), 1);
}

const struct rep_conduct *
rep_measure_conduct(const struct rep_verdicts *v, const struct rep_cell_key *key, uint32_t label,
    int64_t from_s, int64_t until_s, size_t *n)
{
	return key->route != 0 && label == key->label
	    ? rep_index_route_conduct(v, key->route, from_s, until_s, n)
	    : rep_index_conduct(v, label, from_s, until_s, n);
}

/* --- recipients that do not exist ----------------------------------------------------------------- */

/* Adds the week before, or takes it away again. */
static void
add_week(const struct rep_verdicts *v, const struct rep_cell_key *key, uint32_t label,
    int64_t before_s, bool away, struct rep_measure *m)
{
	size_t rows;
	const struct rep_conduct *y =
	    rep_measure_conduct(v, key, label, before_s - REP_MEASURE_WEEK_S, before_s, &rows);

	for (size_t r = 0; r < rows; r++) {
		m->all += away ? -(uint64_t)y[r].attempts : y[r].attempts;
		m->part += away ? -(uint64_t)y[r].recipient : y[r].recipient;
	}
}

struct rep_measure
rep_measure_unknown_recipients(
    const struct rep_verdicts *v, const struct rep_cell_key *key, uint32_t label, int64_t before_s)
{
	const struct rep_label *l = rep_label_of(v->in, label);
	struct rep_measure m = { 0 };

	if ((key->route != 0 && label == key->label) ||
	    !rep_index_address_sum(
		v, l, before_s - REP_MEASURE_WEEK_S, before_s, &m.all, &m.part)) {
		add_week(v, key, label, before_s, false, &m);
		return m;
	}
	if (key->route != 0 && rep_label_one_address(l, rep_label_of(v->in, key->label))) {
		const struct rep_cell_key direct = { .label = key->label };

		/* The label of the question stands there for its relay. */
		add_week(v, &direct, key->label, before_s, true, &m);
		add_week(v, key, key->label, before_s, false, &m);
	}
	return m;
}

/* --- complaints ----------------------------------------------------------------------------------- */

/* Complaints in a stretch of time, from people at the provider, of the types that count. */
static uint64_t
complaints(const struct rep_verdicts *v, uint32_t provider, int64_t from_s, int64_t until_s)
{
	uint64_t n = 0;

	for (size_t k = 0; k < v->in->complaints_n; k++) {
		const struct rep_complaint *c = &v->in->complaints[k];

		if (c->matched && rep_feedback_counts(c->type) && c->at_s >= from_s &&
		    c->at_s < until_s && c->provider == provider)
			n += c->count;
	}
	return n;
}

struct rep_measure
rep_measure_complaints(const struct rep_verdicts *v, const struct rep_cell *c, int64_t before_s)
{
	int64_t from_s = before_s - REP_MEASURE_WEEK_S;
	struct rep_sums s = { 0 };
	size_t n;
	const uint32_t *at = rep_index_at_provider(v, c, &n);

	for (size_t k = 0; k < n; k++)
		rep_index_sum(
		    v, &v->cells[at[k]], from_s, before_s, REP_ANY_STREAM, REP_TROUBLE_BLOCK, &s);
	return (struct rep_measure){ .part = complaints(v, c->key.provider, from_s, before_s),
		.all = s.accepted };
}

bool
rep_measure_complaints_watched(
    const struct rep_verdicts *v, uint32_t provider, int64_t before_s, int64_t until_s)
{
	return complaints(v, provider, before_s - REP_MEASURE_CONNECTED_S, until_s) > 0;
}

/* --- traps ---------------------------------------------------------------------------------------- */

bool
rep_measure_traps(const struct rep_verdicts *v, uint32_t provider, uint32_t label, int64_t before_s,
    uint64_t *hits)
{
	bool told = false;

	*hits = 0;
	for (size_t n = 0; n < v->in->traps_n; n++) {
		const struct rep_trap_count *t = &v->in->traps[n];

		if (t->provider != provider || t->label != label || t->day_s > before_s ||
		    t->day_s < before_s - REP_MEASURE_TRAPS_S)
			continue;
		told = true;
		*hits += t->hits;
	}
	return told;
}

bool
rep_measure_all_traps(const struct rep_verdicts *v, int64_t before_s, uint64_t *hits)
{
	*hits = 0;
	for (size_t n = 0; n < v->in->traps_n; n++)
		if (v->in->traps[n].day_s <= before_s &&
		    v->in->traps[n].day_s >= before_s - REP_MEASURE_TRAPS_S)
			*hits += v->in->traps[n].hits;
	return v->in->traps_n > 0;
}
