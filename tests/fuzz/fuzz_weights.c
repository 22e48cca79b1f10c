/*
 * tests/fuzz/fuzz_weights.c -- a file of weights with any content, over the built-in ones.
 *
 * Probabilities are always between 0 and 1, ratios and caps above 0.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "judge/judge.h"

static void
on_problem(void *ctx, const char *sentence)
{
	unsigned *n = ctx;

	MUST(strncmp(sentence, "fuzz.weights:", 13) == 0);
	++*n;
}

/* At, before, behind and between its points. */
static bool
fine(const struct rep_weight *v, enum rep_cause c)
{
	double at[2 * REP_CURVE_POINTS + 1] = { -1 };
	size_t n = 1;

	for (size_t k = 0; v->points > 1 && k < v->points; k++) {
		at[n++] = v->at[k];
		at[n++] = v->at[k] + 1e-3;
	}
	for (size_t k = 0; k < n; k++) {
		double ratio = rep_weight_ratio(v, c, at[k]);

		if (!(ratio >= 0.0099 && ratio <= 100.01))
			return false;
	}
	return true;
}

static void
weights_are_sane(const struct rep_weights *w)
{
	MUST(w->priors_n <= REP_PRIORS_MAX && w->families_n <= REP_FAMILIES_MAX);
	MUST(w->weights_n <= REP_EVIDENCE_N && w->limits_n <= REP_LIMIT_N);
	for (size_t i = 0; i < w->priors_n; i++)
		for (int c = 0; c < REP_CAUSE_N; c++)
			MUST(w->priors[i].p[c] > 0 && w->priors[i].p[c] < 1);
	for (size_t i = 0; i < w->families_n; i++)
		MUST(w->families[i].cap >= 1 && w->families[i].cap <= 1000);
	for (size_t i = 0; i < REP_EVIDENCE_N; i++)
		for (int c = 0; c < REP_CAUSE_N; c++)
			MUST(w->weights[i].name.n == 0 ||
			    (w->weights[i].points >= 1 &&
				w->weights[i].points <= REP_CURVE_POINTS &&
				fine(&w->weights[i], (enum rep_cause)c)));
	for (size_t i = 0; i < REP_LIMIT_N; i++)
		MUST(w->limits[i].v >= 0);
	for (int c = 0; c < REP_CLASS_N; c++)
		for (int s = 0; s < REP_SCOPE_N; s++)
			MUST(rep_weights_prior(w, (enum rep_class)c, (enum rep_scope)s) != NULL);
	for (double p = 0; p <= 1; p += 0.125)
		MUST(rep_probability_words(w, p) != NULL);
	MUST(rep_weights_cap(w, REP_S("siblings")) >= 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_weights w;
	struct rep_arena *a = rep_arena_new(4 << 20);
	unsigned told = 0;
	struct rep_err err;
	enum rep_rc rc;

	MUST(a != NULL);
	memset(&w, 0, sizeof w);
	MUST(rep_weights_builtin(&w, a, &err) == REP_OK);
	rc = rep_weights_parse(&w, "fuzz.weights", (struct rep_str){ (const char *)data, size }, a,
	    on_problem, &told, &err);
	MUST((rc == REP_OK) == (told == 0));
	weights_are_sane(&w);
	rep_arena_free(a);
	return 0;
}
