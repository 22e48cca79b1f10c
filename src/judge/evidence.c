/*
 * The sum of the evidence: every piece is heard, then each cause gets one probability.
 * The pieces stand in evidence_*.c, what each weighs in know/judge.weights.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"

#include <math.h>
#include <stdio.h>

enum { MAX_EVIDENCE = 40, MAX_UNKNOWN = 12, MAX_OF_ONE_NAME = 3 };

/* --- measures ------------------------------------------------------------------------------------ */

double
rep_share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (double)part / (double)all;
}

double
rep_hearing_limit(const struct rep_hearing *h, const char *name, double otherwise)
{
	return rep_weights_limit(h->in->weights, name, otherwise);
}

bool
rep_hearing_enough(const struct rep_hearing *h, uint64_t messages)
{
	return (double)messages >= rep_hearing_limit(h, "compared-messages", REP_COMPARED);
}

const char *
rep_percent_text(double v, char buf[16])
{
	int n = v >= 1 ? 1000 : (int)(v * 1000 + 0.5);

	snprintf(buf, 16, "%d.%d %%", n / 10, n % 10);
	return buf;
}

const char *
rep_count_text(uint64_t v, char buf[32])
{
	char digits[24];
	size_t n = 0, k = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) > 0);
	while (n > 0) {
		buf[k++] = digits[--n];
		if (n > 0 && n % 3 == 0)
			buf[k++] = ',';
	}
	buf[k] = '\0';
	return buf;
}

struct rep_str
rep_hearing_source(const struct rep_hearing *h, uint32_t label)
{
	char buf[REP_IP_TEXT];
	struct rep_str s = rep_arena_dup(h->a, rep_source_text(h->in, label, buf));

	/* It stands in JSON too (facts), and a label is what a log says. */
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < ' ' || s.p[i] > '~' || s.p[i] == '"' || s.p[i] == '\\')
			((char *)(uintptr_t)s.p)[i] = '?';
	return s;
}

const struct rep_incident *
rep_hearing_trouble(const struct rep_hearing *h, const struct rep_cell *c)
{
	const struct rep_incident *x;
	const struct rep_episode *e;

	if (c->of[h->i->trouble] == 0)
		return NULL;
	x = &h->v->incidents[c->of[h->i->trouble] - 1];
	e = &x->episodes[x->episodes_n - 1];
	return e->since_s <= h->until_s && (e->until_s == 0 || e->until_s >= h->e->since_s) ? x
											    : NULL;
}

/* --- hearing a piece ------------------------------------------------------------------------------ */

static struct rep_evidence *
hear(struct rep_hearing *h, const char *name, struct rep_str sentence, struct rep_str facts)
{
	struct rep_evidence *e, *last = NULL;
	size_t alike = 0;

	if (sentence.p == NULL || facts.p == NULL) {
		h->small = true;
		return NULL;
	}
	for (size_t n = 0; n < h->i->evidence_n; n++)
		if (strcmp(h->i->evidence[n].name, name) == 0) {
			last = &h->i->evidence[n];
			alike++;
		}
	if (alike >= MAX_OF_ONE_NAME || h->i->evidence_n == MAX_EVIDENCE) {
		if (last != NULL)
			last->more++;
		return NULL;
	}
	e = &h->i->evidence[h->i->evidence_n++];
	*e = (struct rep_evidence){ .name = name,
		.family = "stage",
		.sentence = sentence,
		.facts = facts,
		.again = alike > 0,
		.weight = rep_weight(h->in->weights, name) };
	for (int c = 0; c < REP_CAUSE_N; c++)
		e->ratio[c] = e->weight != NULL ? e->weight->ratio[c] : 1;
	if (e->weight != NULL)
		e->family = e->weight->family.p;
	return e;
}

void
rep_hear(struct rep_hearing *h, const char *name, struct rep_str sentence, struct rep_str facts)
{
	(void)hear(h, name, sentence, facts);
}

void
rep_hear_counted(
    struct rep_hearing *h, const char *name, struct rep_str sentence, struct rep_str facts)
{
	struct rep_evidence *e = hear(h, name, sentence, facts);

	if (e == NULL)
		return;
	e->weight = NULL;
	for (int c = 0; c < REP_CAUSE_N; c++)
		e->ratio[c] = 1;
}

void
rep_hear_unknown(
    struct rep_hearing *h, const char *what, const char *how, enum rep_cause a, enum rep_cause b)
{
	struct rep_unknown *u;

	if (what == NULL || how == NULL)
		h->small = true;
	if (what == NULL || how == NULL || h->i->unknown_n == MAX_UNKNOWN)
		return;
	for (size_t n = 0; n < h->i->unknown_n; n++)
		if (strcmp(h->i->unknown[n].what, what) == 0)
			return; /* once is enough */
	u = &h->i->unknown[h->i->unknown_n++];
	*u = (struct rep_unknown){
		.what = what, .how = how, .tells = { a, b }, .tells_n = a == b ? 1 : 2
	};
}

/* --- the sum -------------------------------------------------------------------------------------------- */

/* The product of one family for one cause; a name counts once. */
static double
family_product(const struct rep_incident *i, struct rep_str family, int cause)
{
	double product = 1;

	for (size_t n = 0; n < i->evidence_n; n++)
		if (i->evidence[n].weight != NULL && !i->evidence[n].again &&
		    rep_str_eq(i->evidence[n].weight->family, family))
			product *= i->evidence[n].ratio[cause];
	return product;
}

/* Which pieces speak against the likeliest cause. */
static void
take_sides(struct rep_incident *i, int top)
{
	for (size_t n = 0; n < i->evidence_n; n++) {
		struct rep_evidence *e = &i->evidence[n];
		double rival = 1;

		for (int c = 0; c < REP_CAUSE_N; c++)
			if (c != top && e->ratio[c] > rival)
				rival = e->ratio[c];
		e->against = !i->nobody &&
		    (e->ratio[top] < 1 || (e->ratio[top] <= 1 && rival > 1) ||
			rival > e->ratio[top] * 1.2);
	}
}

/* odds x the product of each family, which stays between 1/cap and cap. */
static enum rep_rc
weigh(struct rep_hearing *h, struct rep_err *err)
{
	const struct rep_weights *w = h->in->weights;
	struct rep_incident *i = h->i;
	int top = 0;

	i->prior =
	    rep_weights_prior(w, i->class, h->rule != NULL ? h->rule->scope : REP_SCOPE_NONE);
	i->families = rep_arena_alloc(h->a, (w->families_n + 1) * sizeof *i->families);
	if (i->families == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	for (int c = 0; c < REP_CAUSE_N; c++) {
		double odds = i->prior[c] / (1 - i->prior[c]);

		for (size_t f = 0; f < w->families_n; f++) {
			double product = family_product(i, w->families[f].name, c);
			double cap = w->families[f].cap;

			i->families[f].product[c] = product;
			i->families[f].used[c] = fmin(fmax(product, 1 / cap), cap);
			odds *= i->families[f].used[c];
		}
		i->probability[c] = i->cannot_be[c] ? 0 : odds / (1 + odds);
		if (i->probability[c] > i->probability[top])
			top = c;
	}
	take_sides(i, top);
	return REP_OK;
}

enum rep_rc
rep_judge_evidence(
    struct rep_verdicts *v, struct rep_incident *i, struct rep_arena *a, struct rep_err *err)
{
	static const struct {
		const char *name;
		void (*hear)(struct rep_hearing *);
		bool of_absence; /* tells something where the provider was not there, too */
	} parts[] = {
		{ "siblings", rep_evidence_siblings, true },
		{ "stage", rep_evidence_stage, false },
		{ "wording", rep_evidence_wording, true },
		{ "elsewhere", rep_evidence_elsewhere, true },
		{ "hygiene", rep_evidence_hygiene, false },
		{ "volume", rep_evidence_volume, false },
		{ "history", rep_evidence_history, true },
		{ "share", rep_evidence_share, false },
		{ "complaints", rep_evidence_complaints, false },
		{ "audit", rep_evidence_audit, false },
		{ "not_watched", rep_evidence_not_watched, false },
	};
	const struct rep_cell *cell = &v->cells[i->cell];
	struct rep_hearing h = { .v = v,
		.in = v->in,
		.i = i,
		.cell = cell,
		.a = a,
		.e = &i->episodes[i->episodes_n - 1],
		.label = rep_label_of(v->in, cell->key.label),
		.rule = rep_know_rule(v->in->know, rep_name(&v->in->names, i->rule)) };
	enum rep_rc rc;

	h.until_s = h.e->until_s != 0 ? h.e->until_s : v->in->now_s + 1;
	i->evidence = rep_arena_alloc(a, MAX_EVIDENCE * sizeof *i->evidence);
	i->unknown = rep_arena_alloc(a, MAX_UNKNOWN * sizeof *i->unknown);
	if (i->evidence == NULL || i->unknown == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	h.provider = rep_provider_text(v->in, &cell->key, a);
	i->unknown_share =
	    rep_judge_has(v->in, "hygiene") ? rep_hearing_unknown_share(&h, cell->key.label) : -1;
	for (size_t n = 0; n < REP_COUNT(parts); n++)
		if (rep_judge_has(v->in, parts[n].name) && (!i->theirs || parts[n].of_absence))
			parts[n].hear(&h);
	if ((rc = weigh(&h, err)) != REP_OK)
		return rc;
	return h.small ? rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for")
		       : REP_OK;
}
