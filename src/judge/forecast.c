/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/forecast.h"
#include "base/time.h"

#include <math.h>
#include <stdlib.h>

/* --- shares ---------------------------------------------------------------------------------- */

/* The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
static double
beta_fraction(double a, double b, double x)
{
	const double tiny = 1e-300;
	double c = 1, d = 1 - (a + b) * x / (a + 1), f;

	d = 1 / (fabs(d) < tiny ? tiny : d);
	f = d;
	for (int m = 1; m <= 300; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		for (int k = 0; k < 2; k++) {
			double term = k == 0 ? even : odd;

			d = 1 + term * d;
			d = 1 / (fabs(d) < tiny ? tiny : d);
			c = 1 + term / c;
			c = fabs(c) < tiny ? tiny : c;
			f *= d * c;
		}
		if (fabs(d * c - 1) < 1e-14)
			break;
	}
	return f;
}

/* P(X <= x) where X has a Beta distribution. */
static double
beta_cdf(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x <= 0 ? 0 : 1;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
					 : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

static double
beta_quantile(double a, double b, double p)
{
	double lo = 0, hi = 1;

	for (int k = 0; k < 60; k++) {
		double mid = (lo + hi) / 2;

		if (beta_cdf(a, b, mid) < p)
			lo = mid;
		else
			hi = mid;
	}
	return (lo + hi) / 2;
}

void
rep_jeffreys(double k, double n, double *low, double *high)
{
	/* At the ends the interval reaches 0 or 1: what never happened may be impossible. */
	*low = k <= 0 ? 0 : beta_quantile(k + 0.5, n - k + 0.5, 0.05);
	*high = k >= n ? 1 : beta_quantile(k + 0.5, n - k + 0.5, 0.95);
}

/* --- cases ------------------------------------------------------------------------------------- */

static int
by_time(const void *a, const void *b)
{
	const struct rep_case *x = a, *y = b;

	if (x->time_s != y->time_s)
		return x->time_s < y->time_s ? -1 : 1;
	return x->happened == y->happened ? 0 : x->happened ? -1 : 1;
}

bool
rep_kaplan_meier(struct rep_case *v, size_t n, int64_t elapsed_s, int64_t horizon_s, double *share,
    double *effective_n)
{
	double well = 1;
	size_t first = 0, at_risk, happened = 0;

	qsort(v, n, sizeof *v, by_time);
	while (first < n && v[first].time_s <= elapsed_s)
		first++;
	if ((at_risk = n - first) == 0)
		return false;
	for (size_t i = first; i < n && v[i].time_s <= horizon_s; i++, at_risk--)
		if (v[i].happened) {
			happened++;
			well *= 1 - 1 / (double)at_risk;
		}
	if (at_risk == 0 && well > 0)
		return false; /* no case was observed for that long */
	*share = 1 - well;
	if (well >= 1) /* it never happened: only cases observed to the end show that */
		*effective_n = (double)at_risk;
	else if (well <= 0) /* always: cases whose time was cut short show little of that */
		*effective_n = (double)happened;
	else /* as many as the cases still at risk then stand for (Peto) */
		*effective_n = (double)at_risk / well;
	return true;
}

/* --- the book of cases ---------------------------------------------------------------------------- */

/* The beginning and end of a block in a cell. */
struct case_block {
	size_t cell;
	int64_t since_s, until_s; /* until_s 0: open */
};

struct rep_forecast_book {
	const struct rep_verdicts *v;
	struct case_block *blocks; /* by cell, then time */
	size_t blocks_n;
	struct {
		struct rep_case *v; /* by provider, then time */
		size_t n;
	} cases[2]; /* by enum rep_forecast_of */
	struct rep_case *scratch;
};

static int
by_cell(const void *a, const void *b)
{
	const struct case_block *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	return x->since_s < y->since_s ? -1 : x->since_s > y->since_s;
}

static int
by_provider(const void *a, const void *b)
{
	const struct rep_case *x = a, *y = b;

	if (x->provider != y->provider)
		return x->provider < y->provider ? -1 : 1;
	if (x->at_s != y->at_s)
		return x->at_s < y->at_s ? -1 : 1;
	return by_time(a, b);
}

/* The index of the first block of a cell that begins at or after at_s; else where it would be. */
static size_t
next_block(const struct rep_forecast_book *b, size_t cell, int64_t at_s)
{
	size_t lo = 0, hi = b->blocks_n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct case_block *x = &b->blocks[mid];

		if (x->cell < cell || (x->cell == cell && x->since_s < at_s))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void
add_case(struct rep_forecast_book *b, enum rep_forecast_of of, size_t cell, int64_t at_s)
{
	size_t k = next_block(b, cell, at_s);
	bool happened = k < b->blocks_n && b->blocks[k].cell == cell;
	const struct case_block *before = k > 0 ? &b->blocks[k - 1] : NULL;

	/* Throttling during a block does not predict another block. */
	if (of == REP_FORECAST_OF_BLOCK && before != NULL && before->cell == cell &&
	    (before->until_s == 0 || before->until_s > at_s))
		return;
	b->cases[of].v[b->cases[of].n++] = (struct rep_case){ b->v->cells[cell].key.provider, at_s,
		(happened ? b->blocks[k].since_s : b->v->in->now_s) - at_s, happened };
}

/* Cases within a day of the first are one case, which happened if any of them did. */
static size_t
one_a_day(struct rep_case *v, size_t n)
{
	size_t k = 0;

	qsort(v, n, sizeof *v, by_provider);
	for (size_t i = 0; i < n; i++) {
		struct rep_case *c = &v[k > 0 ? k - 1 : 0];

		if (k == 0 || v[i].provider != c->provider || v[i].at_s - c->at_s >= REP_DAY_S) {
			v[k++] = v[i];
			continue;
		}
		if (v[i].happened && (!c->happened || v[i].time_s < c->time_s))
			c->time_s = v[i].time_s;
		else if (!v[i].happened && !c->happened && v[i].time_s > c->time_s)
			c->time_s = v[i].time_s;
		c->happened = c->happened || v[i].happened;
	}
	return k;
}

static size_t
count(const struct rep_verdicts *v, enum rep_trouble kind)
{
	size_t n = 0;

	for (size_t k = 0; k < v->incidents_n; k++)
		n += v->incidents[k].trouble == kind ? v->incidents[k].episodes_n : 0;
	return n;
}

enum rep_rc
rep_forecast_book(const struct rep_verdicts *v, struct rep_arena *a, struct rep_forecast_book **out,
    struct rep_err *err)
{
	size_t blocks = count(v, REP_TROUBLE_BLOCK), slow = count(v, REP_TROUBLE_THROTTLE);
	struct rep_forecast_book *b = rep_arena_alloc(a, sizeof *b);

	if (b == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	*b = (struct rep_forecast_book){ .v = v };
	b->blocks = rep_arena_alloc(a, (blocks + 1) * sizeof *b->blocks);
	b->cases[REP_FORECAST_OF_BLOCK].v =
	    rep_arena_alloc(a, (slow + 1) * sizeof(struct rep_case));
	b->cases[REP_FORECAST_OF_RETURN].v =
	    rep_arena_alloc(a, (blocks + 1) * sizeof(struct rep_case));
	b->scratch = rep_arena_alloc(a, (blocks + slow + 1) * sizeof(struct rep_case));
	if (b->blocks == NULL || b->cases[0].v == NULL || b->cases[1].v == NULL ||
	    b->scratch == NULL)
		return rep_fail(err, REP_ELIMIT, "more incidents than memory is set aside for");
	for (size_t k = 0; k < v->incidents_n; k++) {
		const struct rep_incident *i = &v->incidents[k];

		for (size_t e = 0; i->trouble == REP_TROUBLE_BLOCK && e < i->episodes_n; e++)
			b->blocks[b->blocks_n++] = (struct case_block){ i->cell,
				i->episodes[e].since_s, i->episodes[e].until_s };
	}
	qsort(b->blocks, b->blocks_n, sizeof *b->blocks, by_cell);
	for (size_t k = 0; k < v->incidents_n; k++) {
		const struct rep_incident *i = &v->incidents[k];

		for (size_t e = 0; e < i->episodes_n; e++)
			if (i->trouble == REP_TROUBLE_THROTTLE)
				add_case(b, REP_FORECAST_OF_BLOCK, i->cell, i->episodes[e].since_s);
			else if (i->trouble == REP_TROUBLE_BLOCK && i->episodes[e].until_s != 0)
				add_case(
				    b, REP_FORECAST_OF_RETURN, i->cell, i->episodes[e].until_s);
	}
	for (int of = 0; of < 2; of++)
		b->cases[of].n = one_a_day(b->cases[of].v, b->cases[of].n);
	*out = b;
	return REP_OK;
}

/* --- what is said --------------------------------------------------------------------------------- */

/* From the gaps that were longer than the time since the unblock. v is sorted by time. */
static void
time_of_next(const struct rep_case *v, size_t n, int64_t elapsed_s, struct rep_forecast *f)
{
	int64_t before = 0;
	uint32_t k = 0, all = 0;

	for (size_t i = 0; i < n; i++)
		all += v[i].happened && v[i].time_s > elapsed_s;
	f->gaps = all;
	f->when = all >= REP_FORECAST_MIN_GAPS;
	for (size_t i = 0; f->when && i < n; i++) {
		if (!v[i].happened || v[i].time_s <= elapsed_s)
			continue;
		if (k == 0)
			f->next_low_s = v[i].time_s;
		if (k == all / 2)
			f->next_s = all % 2 == 1 ? v[i].time_s : (before + v[i].time_s) / 2;
		f->next_high_s = before = v[i].time_s;
		k++;
	}
}

/* Counts throttlings that are more than a day old, and how many became a block within that day. */
static bool
of_block(const struct rep_case *v, size_t n, int64_t now_s, struct rep_forecast *f)
{
	uint32_t all = 0, blocks = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].at_s > now_s - REP_FORECAST_BLOCK_S)
			continue; /* the block may still come */
		all++;
		blocks += v[i].happened && v[i].time_s <= REP_FORECAST_BLOCK_S;
	}
	if (all < REP_FORECAST_MIN_THROTTLES)
		return false;
	f->horizon_s = REP_FORECAST_BLOCK_S;
	f->rests_on = all;
	f->happened = blocks;
	f->chance = (blocks + 0.5) / (all + 1.0);
	rep_jeffreys(blocks, all, &f->low, &f->high);
	return true;
}

static bool
of_return(struct rep_case *v, size_t n, int64_t elapsed_s, struct rep_forecast *f)
{
	int64_t until_s = elapsed_s + REP_FORECAST_RETURN_S;
	double share, effective;
	uint32_t all = 0;

	for (size_t i = 0; i < n; i++) {
		all += v[i].time_s > elapsed_s;
		f->happened += v[i].time_s > elapsed_s && v[i].happened && v[i].time_s <= until_s;
	}
	if (all < REP_FORECAST_MIN_UNBLOCKS ||
	    !rep_kaplan_meier(v, n, elapsed_s, until_s, &share, &effective))
		return false;
	f->horizon_s = REP_FORECAST_RETURN_S;
	f->rests_on = all;
	f->chance = (share * effective + 0.5) / (effective + 1);
	rep_jeffreys(share * effective, effective, &f->low, &f->high);
	time_of_next(v, n, elapsed_s, f);
	return true;
}

/*
 * For throttling that has been open for less than a day, or for a block (over, or once it will be).
 */
static bool
asked_of(const struct rep_verdicts *v, const struct rep_incident *i, enum rep_forecast_of *of,
    int64_t *elapsed_s)
{
	const struct rep_episode *e = &i->episodes[i->episodes_n - 1];

	*of = i->trouble == REP_TROUBLE_THROTTLE ? REP_FORECAST_OF_BLOCK : REP_FORECAST_OF_RETURN;
	*elapsed_s = 0;
	if (i->trouble == REP_TROUBLE_THROTTLE)
		return e->until_s == 0 && v->in->now_s - e->since_s < REP_FORECAST_BLOCK_S;
	if (e->until_s != 0)
		*elapsed_s = v->in->now_s - e->until_s;
	return i->trouble == REP_TROUBLE_BLOCK && *elapsed_s >= 0;
}

/* Copies the cases of one provider, or of all. Returns how many. */
static size_t
pick(struct rep_forecast_book *b, enum rep_forecast_of of, uint32_t provider, bool all)
{
	const struct rep_case *v = b->cases[of].v;
	size_t lo = 0, hi = b->cases[of].n, end;

	while (!all && lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (v[mid].provider < provider)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < b->cases[of].n && (all || v[end].provider == provider);)
		end++;
	if (end > lo)
		memcpy(b->scratch, v + lo, (end - lo) * sizeof *v);
	return end - lo;
}

bool
rep_forecast(struct rep_forecast_book *b, const struct rep_incident *i, struct rep_forecast *out)
{
	const struct rep_verdicts *v = b->v;
	uint32_t provider = v->cells[i->cell].key.provider;
	enum rep_forecast_of of;
	int64_t elapsed_s;

	if (!rep_judge_has(v->in, "forecast") || !asked_of(v, i, &of, &elapsed_s))
		return false;
	for (int all = 0; all < 2; all++) {
		struct rep_forecast f = { .of = of, .all_providers = all != 0 };
		size_t n = pick(b, of, provider, all != 0);

		if (of == REP_FORECAST_OF_BLOCK ? of_block(b->scratch, n, v->in->now_s, &f)
						: of_return(b->scratch, n, elapsed_s, &f)) {
			*out = f;
			return true;
		}
	}
	return false;
}
