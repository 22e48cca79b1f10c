/*
 * Adds up the evidence: each cause gets one probability. The weight of each piece is in
 * know/judge.weights.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/causes.h"

#include <math.h>

/* What receivers report of authentication. */
static bool
is_reported(enum rep_evidence_id id)
{
	return id == REP_EVIDENCE_REPORTS_FELL || id == REP_EVIDENCE_REPORTS_FAILING ||
	    id == REP_EVIDENCE_REPORTS_PASS;
}

/* The product of one family for one cause. A name counts once. reports: those of receivers, too. */
static double
family_product(const struct rep_incident *i, struct rep_str family, int cause, bool reports)
{
	double product = 1;

	for (size_t n = 0; n < i->evidence_n; n++)
		if (i->evidence[n].weight != NULL && !i->evidence[n].again &&
		    (reports || !is_reported(i->evidence[n].id)) &&
		    rep_str_eq(i->evidence[n].weight->family, family))
			product *= i->evidence[n].ratio[cause];
	return product;
}

/* Marks the pieces that speak against the likeliest cause. */
static void
take_sides(struct rep_incident *i, int top)
{
	for (size_t n = 0; n < i->evidence_n; n++) {
		struct rep_evidence *e = &i->evidence[n];
		double rival = 1;

		for (int c = 0; c < REP_CAUSE_N; c++)
			if (c != top && !i->cannot_be[c] && e->ratio[c] > rival)
				rival = e->ratio[c];
		e->against = !i->nobody &&
		    (e->ratio[top] < 1 || (e->ratio[top] <= 1 && rival > 1) ||
			rival > e->ratio[top] * 1.2);
	}
}

/*
 * Reports come by mail, and people give them as files. They may close the way around, and never open one: without them no
 * cause of the sender's own may be likelier, and none of others less likely.
 */
static double
cautious(int cause, double with, double without)
{
	bool theirs = cause == REP_CAUSE_RANGE || cause == REP_CAUSE_PROVIDER;

	return theirs ? fmin(with, without) : fmax(with, without);
}

/* The odds are the prior's, times the product of each family, which stays between 1/cap and cap. */
enum rep_rc
rep_judge_causes(
    struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a, struct rep_err *err)
{
	const struct rep_weights *w = v->in->weights;
	int top = 0;

	i->prior = rep_weights_prior(w, i->class, i->scope);
	i->families = rep_arena_alloc(a, (w->families_n + 1) * sizeof *i->families);
	if (i->families == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	for (int c = 0; c < REP_CAUSE_N; c++) {
		double odds = i->prior[c] / (1 - i->prior[c]), unreported = odds;

		for (size_t f = 0; f < w->families_n; f++) {
			double product = family_product(i, w->families[f].name, c, true);
			double less = family_product(i, w->families[f].name, c, false);
			double cap = w->families[f].cap;

			i->families[f].product[c] = product;
			i->families[f].used[c] = fmin(fmax(product, 1 / cap), cap);
			odds *= i->families[f].used[c];
			unreported *= fmin(fmax(less, 1 / cap), cap);
		}
		i->probability[c] = i->cannot_be[c] ? 0 : odds / (1 + odds);
		i->cautious[c] = i->cannot_be[c]
		    ? 0
		    : cautious(c, i->probability[c], unreported / (1 + unreported));
		if (i->probability[c] > i->probability[top])
			top = c;
	}
	take_sides(i, top);
	return REP_OK;
}
