/*
 * unit/test_forecast.c -- the chance of a block or a return: compared with values computed by hand,
 * and with simulated worlds whose truth is known.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/forecast.h"
#include "story.h"

#include <math.h>

static bool
near(double a, double b, double by)
{
	return fabs(a - b) <= by;
}

/* --- the arithmetic --------------------------------------------------------------------------- */

static void
test_jeffreys(void)
{
	static const struct {
		double k, n, low, high;
	} rows[] = {
		{ 0.5, 1, 0.05, 0.95 },		/* Beta(1, 1) is flat */
		{ 1.5, 2, 0.223607, 0.974679 }, /* Beta(2, 1): the square root */
		{ 0.5, 2, 0.025321, 0.776393 }, /* Beta(1, 2) */
		{ 2, 7, 0.08812, 0.59288 },	/* by the trapezoid rule, like those below */
		{ 0, 5, 0, 0.30575 },		/* never happened: the interval begins at 0 */
		{ 4, 4, 0.63751, 1 },		/* always happened */
		{ 10, 50, 0.12060, 0.30439 },
		{ 3.3, 6.2, 0.23602, 0.81020 }, /* a censored case counts in part */
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		double low, high;

		rep_jeffreys(rows[i].k, rows[i].n, &low, &high);
		if (!ok(near(low, rows[i].low, 2e-5) && near(high, rows[i].high, 2e-5),
			"jeffreys: %g of %g", rows[i].k, rows[i].n))
			printf("#  %.6f to %.6f\n", low, high);
	}
}

/* The remission times of 21 patients (Freireich et al. 1963): the textbook's own example. */
static void
test_kaplan_meier(void)
{
	static const struct rep_case remission[] = { { 0, 0, 6, true }, { 0, 0, 6, true },
		{ 0, 0, 6, true }, { 0, 0, 6, false }, { 0, 0, 7, true }, { 0, 0, 9, false },
		{ 0, 0, 10, true }, { 0, 0, 10, false }, { 0, 0, 11, false }, { 0, 0, 13, true },
		{ 0, 0, 16, true }, { 0, 0, 17, false }, { 0, 0, 19, false }, { 0, 0, 20, false },
		{ 0, 0, 22, true }, { 0, 0, 23, true }, { 0, 0, 25, false }, { 0, 0, 32, false },
		{ 0, 0, 32, false }, { 0, 0, 34, false }, { 0, 0, 35, false } };
	struct rep_case v[REP_COUNT(remission)];
	double share, n;

	memcpy(v, remission, sizeof v);
	ok(rep_kaplan_meier(v, REP_COUNT(v), 0, 10, &share, &n) && near(share, 1 - 0.7529, 1e-4),
	    "kaplan-meier: at 10");
	/* The 13 that are still under observation stand for 13 / 0.7529 cases. */
	ok(near(n, 13 / 0.7529, 0.01), "kaplan-meier: of how many (%.2f)", n);
	ok(rep_kaplan_meier(v, REP_COUNT(v), 0, 22, &share, &n) && near(share, 1 - 0.5378, 1e-4),
	    "kaplan-meier: at 22");
	ok(rep_kaplan_meier(v, REP_COUNT(v), 0, 23, &share, &n) && near(share, 1 - 0.4482, 1e-4),
	    "kaplan-meier: at 23");
	ok(near(n, 5 / 0.4482, 0.01), "kaplan-meier: of how many at 23 (%.2f)", n);
	/* Of those ok at 10, a share of 0.4482 / 0.7529 is still ok at 23. */
	ok(rep_kaplan_meier(v, REP_COUNT(v), 10, 23, &share, &n) &&
		near(share, 1 - 0.4482 / 0.7529, 2e-4),
	    "kaplan-meier: of those that were well at 10");
	ok(!rep_kaplan_meier(v, REP_COUNT(v), 0, 36, &share, &n), "kaplan-meier: nobody so long");
	ok(!rep_kaplan_meier(v, REP_COUNT(v), 40, 50, &share, &n), "kaplan-meier: nobody left");
	ok(!rep_kaplan_meier(v, 0, 0, 5, &share, &n), "kaplan-meier: nobody at all");
	memcpy(v, (struct rep_case[]){ { 0, 0, 3, true }, { 0, 0, 4, true } }, 2 * sizeof *v);
	ok(rep_kaplan_meier(v, 2, 0, 30, &share, &n) && near(share, 1, 1e-9) && near(n, 2, 1e-9),
	    "kaplan-meier: all of them");
	memcpy(v,
	    (struct rep_case[]){ { 0, 0, 3, false }, { 0, 0, 40, false }, { 0, 0, 50, false } },
	    3 * sizeof *v);
	ok(rep_kaplan_meier(v, 3, 0, 30, &share, &n) && near(share, 0, 1e-9) && near(n, 2, 1e-9),
	    "kaplan-meier: none, and one that had not its time tells nothing");
}

/* --- worlds ------------------------------------------------------------------------------------ */

static uint64_t seed;

/* A random number above 0 and below 1. */
static double
chance(void)
{
	uint64_t x = seed += UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	x ^= x >> 31;
	return ((double)(x >> 11) + 0.5) / 9007199254740992.0;
}

/* How often the interval contains the true share, over all shares: nine in ten are promised. */
static void
test_coverage_share(void)
{
	enum { RUNS = 400 };

	seed = 1;
	for (int n = 4; n <= 32; n *= 2) {
		unsigned held = 0, all = 0;

		for (double p = 0.05; p < 0.96; p += 0.05)
			for (int r = 0; r < RUNS; r++, all++) {
				double low, high;
				int k = 0;

				for (int i = 0; i < n; i++)
					k += chance() < p;
				rep_jeffreys(k, n, &low, &high);
				held += low <= p && p <= high;
			}
		ok(held >= all * 86 / 100 && held <= all * 96 / 100,
		    "coverage: a share of %d cases: %.1f %%", n, 100.0 * held / all);
	}
}

/*
 * Returns after exponentially distributed times. Half of the cases were observed for under 45 days.
 */
static void
test_coverage_returns(void)
{
	enum { RUNS = 2000 };
	static const double means[] = { 10, 30, 90 };

	seed = 2;
	for (size_t m = 0; m < REP_COUNT(means); m++)
		for (size_t n = 6; n <= 24; n *= 2) {
			double truth = 1 - exp(-30 / means[m]);
			unsigned held = 0, said = 0;

			for (int r = 0; r < RUNS; r++) {
				struct rep_case v[24];
				double share, effective, low, high;

				for (size_t i = 0; i < n; i++) {
					double gap = -means[m] * log(chance()),
					       seen = 90 * chance();

					v[i] = (struct rep_case){ 0, 0,
						(int64_t)((gap < seen ? gap : seen) * DAY) + 1,
						gap < seen };
				}
				if (!rep_kaplan_meier(v, n, 0, 30 * DAY, &share, &effective))
					continue;
				rep_jeffreys(share * effective, effective, &low, &high);
				said++;
				held += low <= truth && truth <= high;
			}
			ok(said > RUNS / 2 && held >= said * 84 / 100 && held <= said * 98 / 100,
			    "coverage: %zu returns after %g days: %.1f %%", n, means[m],
			    100.0 * held / said);
		}
}

/* --- from a history -------------------------------------------------------------------------------- */

/* Slowed for three hours every fourth day. Of these, `blocked` become a block five hours later. */
static void
slow_history(struct story *s, const char *provider, unsigned times, unsigned blocked)
{
	for (unsigned k = 0; k < times; k++) {
		unsigned at = (10 + 4 * k) * 24;

		refused(s, at, at + 3, "a", provider, "x/news", "any.rate", 40);
		if (k < blocked)
			refused(s, at + 5, at + 7, "a", provider, "x/news", "any.ip-blocked", 40);
	}
}

static void
test_block_to_come(void)
{
	static const struct {
		const char *name;
		unsigned here, blocked, elsewhere;
		bool said, all;
		uint32_t rests_on, happened;
		double chance;
	} rows[] = {
		{ "six before, two of them a block", 6, 2, 0, true, false, 6, 2, 2.5 / 7 },
		{ "four before, none", 4, 0, 0, true, false, 4, 0, 0.5 / 5 },
		{ "three before are too few", 3, 1, 0, false, false, 0, 0, 0 },
		{ "three here, three elsewhere", 3, 1, 3, true, true, 6, 2, 2.5 / 7 },
	};

	for (size_t r = 0; r < REP_COUNT(rows); r++) {
		const struct rep_incident *i;
		struct rep_forecast_book *book = NULL;
		struct rep_forecast f = { .rests_on = 0 };
		struct rep_err err = { .msg = "" };
		struct story s;
		bool said;

		begin(&s);
		well(&s, 0, 40 * 24, "a", MS, "x/news", 30);
		well(&s, 0, 40 * 24, "a", "google", "x/news", 30);
		slow_history(&s, MS, rows[r].here, rows[r].blocked);
		slow_history(&s, "google", rows[r].elsewhere, 1);
		refused(&s, 40 * 24, 40 * 24 + 3, "a", MS, "x/news", "any.rate", 40);
		judge(&s, 40 * 24 + 3);
		i = incident(&s, "a", MS, REP_TROUBLE_THROTTLE);
		said = i != NULL && rep_forecast_book(&s.v, arena, &book, &err) == REP_OK &&
		    rep_forecast(book, i, &f);
		if (!ok(i != NULL && i->life == REP_LIFE_ACTIVE && said == rows[r].said &&
			    f.all_providers == rows[r].all && f.rests_on == rows[r].rests_on &&
			    f.happened == rows[r].happened &&
			    (!said || near(f.chance, rows[r].chance, 1e-9)) && f.low <= f.chance &&
			    f.chance <= f.high,
			"block to come: %s", rows[r].name))
			printf("#  %s, said %d, all %d, %u of %u, %.3f (%.3f to %.3f)\n",
			    i != NULL ? rep_life_word(i->life) : "none", said, f.all_providers,
			    f.happened, f.rests_on, f.chance, f.low, f.high);
		ok(!said || (f.of == REP_FORECAST_OF_BLOCK && f.horizon_s == DAY),
		    "block to come: within a day");
		end(&s);
	}
}

static void
test_return_to_come(void)
{
	static const unsigned begins[] = { 10, 20, 32, 46 }; /* days; each block lasts two hours */
	const struct rep_incident *i;
	struct rep_forecast_book *book = NULL;
	struct rep_forecast f = { .rests_on = 0 };
	struct rep_err err = { .msg = "" };
	static const char *const without[] = { "forecast" };
	struct story s;

	begin(&s);
	well(&s, 0, 60 * 24, "a", MS, "x/news", 30);
	well(&s, 0, 60 * 24, "b", MS, "x/news", 30);
	for (size_t k = 0; k < REP_COUNT(begins); k++)
		for (unsigned h = begins[k] * 24; h < begins[k] * 24 + 2; h++) {
			for (size_t o = 0; o < s.n; o++)
				if (s.obs[o].from_s == at(h))
					s.obs[o].count = 0;
			refused(&s, h, h + 1, "a", MS, "x/news", S3140, 40);
			refused(&s, h, h + 1, "b", MS, "x/news", S3140, 40);
		}
	judge(&s, 50 * 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->episodes_n == 4 && i->life == REP_LIFE_OVER,
	    "return: four blocks, over");
	ok(i != NULL && rep_forecast_book(&s.v, arena, &book, &err) == REP_OK &&
		rep_forecast(book, i, &f),
	    "return: is told");
	/*
	 * Not blocked for four days. The gaps are ten, twelve and fourteen days. Two siblings have
	 * each gap at the same time, which counts once. The last gap has lasted four days.
	 */
	ok(f.rests_on == 3 && f.happened == 3 && near(f.chance, 3.5 / 4, 1e-9) && f.high >= 1 &&
		f.low > 0.5 && f.low < 0.6,
	    "return: the chance, and what it rests on (%u, %.3f, %.3f to %.3f)", f.rests_on,
	    f.chance, f.low, f.high);
	ok(f.when && f.gaps == 3 && f.next_low_s / DAY == 9 && f.next_s / DAY == 11 &&
		f.next_high_s / DAY == 13,
	    "return: when (%lld, %lld, %lld)", (long long)f.next_low_s, (long long)f.next_s,
	    (long long)f.next_high_s);
	s.without = without;
	judge(&s, 50 * 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && rep_forecast_book(&s.v, arena, &book, &err) == REP_OK &&
		!rep_forecast(book, i, &f),
	    "return: can be left out");
	s.without = NULL;
	judge(&s, 25 * 24);
	i = incident(&s, "a", MS, REP_TROUBLE_BLOCK);
	ok(i != NULL && i->episodes_n == 2 &&
		rep_forecast_book(&s.v, arena, &book, &err) == REP_OK && !rep_forecast(book, i, &f),
	    "return: two unblocks are too few");
	end(&s);
}

int
main(void)
{
	test_jeffreys();
	test_kaplan_meier();
	test_coverage_share();
	test_coverage_returns();
	if (story_open()) {
		test_block_to_come();
		test_return_to_come();
		story_close();
	}
	return done();
}
