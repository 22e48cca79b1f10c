/*
 * unit/test_weights.c -- own weights over the built-in ones: problems, and what is in force.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/judge.h"
#include "tap.h"

#include <math.h>

static struct rep_arena *arena;

struct told {
	unsigned n;
	char text[2000];
};

static void
tell(void *ctx, const char *sentence)
{
	struct told *t = ctx;
	size_t at = strlen(t->text);

	t->n++;
	snprintf(t->text + at, sizeof t->text - at, "%s\n", sentence);
}

static bool
read_over(struct rep_weights *w, const char *text, struct told *t)
{
	struct rep_err err;

	*t = (struct told){ .n = 0 };
	memset(w, 0, sizeof *w);
	if (rep_weights_builtin(w, arena, &err) != REP_OK) {
		ok(false, "built in: %s", err.msg);
		return false;
	}
	return rep_weights_parse(w, "own.weights", rep_str_c(text), arena, tell, t, &err) == REP_OK;
}

static void
test_wrong(void)
{
	static const char *const rows[][2] = {
		{ "weight sibling_wel { range 2; origin x }",
		    "own.weights:1:8: no evidence \"sibling_wel\"; did you mean \"sibling_well\"?" },
		{ "weight { range 2; origin x }", "own.weights:1:1: expected weight EVIDENCE {" },
		{ "weight returns { range 0; origin x }",
		    "own.weights:1:24: expected a number from 0.01 to 100 after \"range\"" },
		{ "weight returns { range 101; origin x }", "from 0.01 to 100" },
		{ "weight returns { rnage 2; origin x }",
		    "own.weights:1:18: no cause \"rnage\"; did you mean \"range\"?" },
		{ "weight returns { range 2 }", "own.weights:1:8: this weight needs an origin" },
		{ "weight returns { family histry; origin x }",
		    "own.weights:1:8: no family \"histry\"; did you mean \"history\"?" },
		{ "prior blocked { range 1; origin x }", "a number from 0.001 to 0.999" },
		{ "prior blocked { range 0; origin x }", "a number from 0.001 to 0.999" },
		{ "prior blocked { range 0.3 }", "own.weights:1:1: this prior needs an origin" },
		{ "prior blokced { range 0.3; origin x }",
		    "own.weights:1:7: no class or scope of that name; did you mean \"blocked\"?" },
		{ "prior blocked subent { range 0.3; origin x }", "did you mean \"subnet\"?" },
		{ "prior { range 0.3; origin x }", "expected prior CLASS [SCOPE] {" },
		{ "family sibling { cap 3 }", "no family \"sibling\"; did you mean \"siblings\"?" },
		{ "family siblings { cap 0.9 }", "a number from 1 to 100" },
		{ "family siblings { }", "expected family NAME { cap NUMBER }" },
		{ "family siblings { cpa 3 }", "expected cap NUMBER, not \"cpa\"" },
		{ "limit raise 3", "own.weights:1:7: no limit \"raise\"; did you mean \"rise\"?" },
		{ "limit rise", "expected limit NAME NUMBER" },
		{ "weight returns { at 1; range 2; origin x }",
		    "expected 2 to 8 numbers after \"at\"" },
		{ "weight returns { at 1 2 3 4 5 6 7 8 9; range 2; origin x }", "2 to 8 numbers" },
		{ "weight returns { at 2 1; range 2 3; origin x }",
		    "own.weights:1:23: expected a number, larger than the one before" },
		{ "weight returns { at 1 2; range 2 3 4; origin x }",
		    "expected 1 or 2 numbers after \"range\"" },
		{ "weight returns { at 1 2; range 2 200; origin x }", "from 0.01 to 100" },
		{ "weight audit_helo { at 1 2; identity 2 3; origin x }",
		    "audit_helo measures nothing, so it has no curve" },
		{ "words { probably 0.99 }", "unlikely must be under probably" },
		{ "words { maybe 0.5 }", "expected almost-surely, probably or unlikely" },
		{ "wieght returns { range 2; origin x }",
		    "own.weights:1:1: expected prior, family, weight, words or limit" },
		{ "family history { cap 2", "the file ends inside a block" },
	};
	struct rep_weights built;
	struct told t;

	(void)read_over(&built, "", &t);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		struct rep_weights w;
		bool same = true;

		ok(!read_over(&w, rows[i][0], &t) && t.n >= 1 && strstr(t.text, rows[i][1]) != NULL,
		    "told: %s (%.80s)", rows[i][1], t.text);
		for (size_t k = 0; k < REP_EVIDENCE_N; k++)
			same = same &&
			    memcmp(w.weights[k].ratio, built.weights[k].ratio,
				sizeof built.weights[k].ratio) == 0;
		for (size_t k = 0; k < w.priors_n; k++)
			same = same &&
			    memcmp(w.priors[k].p, built.priors[k].p, sizeof built.priors[k].p) == 0;
		ok(same && w.weights_n == built.weights_n && w.priors_n == built.priors_n &&
			w.families_n == built.families_n && w.limits_n == built.limits_n &&
			w.own_n == 0,
		    "and nothing of it is in force");
	}
	ok(!read_over(&built, "weight returns { odd { a 1 } range 2; origin x }", &t) &&
		strstr(t.text, "no block \"odd\" in a block") != NULL &&
		strstr(t.text, "expected prior") == NULL &&
		strstr(t.text, "needs an origin") == NULL,
	    "a block in a block does not end the outer one: %s", t.text);
	ok(!read_over(&built, "odd { a 1; b { c 2 } }\nlimit rise 3", &t) && t.n == 1,
	    "of a block that is not known, nothing more is told: %s", t.text);
}

static void
test_over(void)
{
	struct rep_weights w;
	const struct rep_weight *v;
	struct told t;

	ok(read_over(&w,
	       "# ours\nweight returns { range 3; origin \"what we saw\" }\n"
	       "weight nothing_such { range 3; origin x }\n"
	       "prior blocked subnet { range 0.6; origin x }\n"
	       "prior policy { own-reputation 0.4; origin x }\n"
	       "family siblings { cap 5 }\nlimit rise 2.5\nwords { probably 0.7 }\n",
	       &t) == false &&
		t.n == 1,
	    "own: one problem does not undo the rest");
	v = rep_weight(&w, REP_EVIDENCE_RETURNS);
	ok(v != NULL && v->ratio[REP_CAUSE_RANGE][0] > 2.99 &&
		v->ratio[REP_CAUSE_RANGE][0] < 3.01 && rep_str_eq(v->family, REP_S("history")) &&
		strcmp(v->file != NULL ? v->file : "", "own.weights") == 0 && v->line == 2,
	    "own: the ratio is another, the family the same, and where it stands is known");
	ok(rep_weight(&w, REP_EVIDENCE_SIBLING_WELL)->file == NULL, "own: the others are built in");
	ok(rep_weights_prior(&w, REP_CLASS_BLOCKED, REP_SCOPE_SUBNET)[REP_CAUSE_RANGE] < 0.61 &&
		rep_weights_prior(
		    &w, REP_CLASS_BLOCKED, REP_SCOPE_SUBNET)[REP_CAUSE_OWN_REPUTATION] < 0.03,
	    "own: a prior is replaced whole");
	ok(rep_weights_prior(&w, REP_CLASS_POLICY, REP_SCOPE_NONE)[REP_CAUSE_OWN_REPUTATION] > 0.39,
	    "own: a prior for another class");
	ok(rep_weights_cap(&w, REP_S("siblings")) < 5.1 &&
		rep_weights_limit(&w, REP_LIMIT_RISE) > 2.4 && w.probably > 0.69,
	    "own: caps, limits and words");
	ok(w.own_n == 1 && strcmp(w.own[0], "own.weights") == 0, "own: the file is named");
}

static bool
near(double v, double want)
{
	return v > want * 0.999 && v < want * 1.001;
}

static void
test_curve(void)
{
	static const struct {
		double measure, hygiene;
	} rows[] = { { -1, 2 }, { 0, 2 }, { 0.05, 2 }, { 0.075, 3.4641 }, { 0.1, 6 },
		{ 0.15, 8.4853 }, { 0.2, 12 }, { 0.9, 12 } };
	struct rep_weights w, other;
	const struct rep_weight *v;
	struct told t;

	ok(read_over(&w,
	       "weight hygiene_high { at 0.05 0.1 0.2; hygiene 2 6 12; range 0.5; origin x }\n",
	       &t) &&
		(v = rep_weight(&w, REP_EVIDENCE_HYGIENE_HIGH)) != NULL && v->points == 3,
	    "curve: read");
	for (size_t i = 0; i < REP_COUNT(rows); i++)
		ok(near(rep_weight_ratio(v, REP_CAUSE_HYGIENE, rows[i].measure), rows[i].hygiene) &&
			near(rep_weight_ratio(v, REP_CAUSE_RANGE, rows[i].measure), 0.5) &&
			near(rep_weight_ratio(v, REP_CAUSE_CONTENT, rows[i].measure), 1),
		    "curve: at %g", rows[i].measure);
	ok(read_over(&other,
	       "weight hygiene_high { at 0.05 0.1 0.3; hygiene 2 6 12; range 0.5; origin x }\n",
	       &t) &&
		rep_weights_hash(&other) != rep_weights_hash(&w),
	    "curve: other points are other weights");
}

/* Pieces without a weight are only told. Each of them is listed here. */
static void
test_every_name_has_a_weight(void)
{
	struct rep_weights w;
	struct told t;

	ok(read_over(&w, "", &t), "the built-in file is read");
	for (int i = 0; i < REP_EVIDENCE_N; i++)
		ok((rep_weight(&w, (enum rep_evidence_id)i) != NULL) ==
			(i != REP_EVIDENCE_STAGE_BEFORE_MESSAGE),
		    "%s has a weight, but for the stage, which only rules out",
		    rep_evidence_names[i]);
	for (int i = 0; i < REP_LIMIT_N; i++)
		ok(w.limits[i].given && fabs(w.limits[i].v - rep_limit_values[i]) < 1e-9,
		    "limit %s: the file says what is compiled in", rep_limit_names[i]);
}

int
main(void)
{
	arena = rep_arena_new(64 << 20);
	test_every_name_has_a_weight();
	test_wrong();
	test_over();
	test_curve();
	rep_arena_free(arena);
	return done();
}
