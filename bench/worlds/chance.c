/* SPDX-License-Identifier: Apache-2.0 */
/* chance.c -- chance that a seed decides, and the ranges with their two halves. */
#include "worlds.h"

#include <math.h>

enum scale { LIN, LOG };

static const struct {
	const char *name;
	double low, high;
	enum scale scale;
	const char *what;
} ranges[] = {
#define RANGE(name, low, high, scale, what) { #name, low, high, scale, what },
#include "ranges.inc"
#undef RANGE
};

#define PARTS 8

/* splitmix64 */
uint64_t
chance(struct world *w)
{
	uint64_t z = w->chance += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

double
unit(struct world *w)
{
	return (double)(chance(w) >> 11) * 0x1p-53;
}

bool
happens(struct world *w, double probability)
{
	return unit(w) < probability;
}

unsigned
below(struct world *w, unsigned n)
{
	return (unsigned)(unit(w) * n);
}

double
draw(struct world *w, enum range r)
{
	unsigned part = 2 * below(w, PARTS / 2) + (w->split == HELD ? 1 : 0);
	double u = (part + unit(w)) / PARTS, low = ranges[r].low, high = ranges[r].high;

	return ranges[r].scale == LOG ? low * pow(high / low, u) : low + (high - low) * u;
}

unsigned
poisson(struct world *w, double mean)
{
	unsigned n = 0;

	for (; mean > 30; mean -= 30) { /* in pieces, so that exp() does not end at 0 */
		double p = 1, end = exp(-30.0);
		while ((p *= unit(w)) > end)
			n++;
	}
	for (double p = unit(w), end = exp(-mean); p > end; p *= unit(w))
		n++;
	return n;
}

unsigned
weighted(struct world *w, const double *weight, unsigned n)
{
	double sum = 0, u;

	for (unsigned i = 0; i < n; i++)
		sum += weight[i];
	u = unit(w) * sum;
	for (unsigned i = 0; i + 1 < n; i++) {
		if (u < weight[i])
			return i;
		u -= weight[i];
	}
	for (unsigned i = n; i-- > 0;)
		if (weight[i] > 0)
			return i;
	return 0;
}

/* One row a part: name, split, low and high of the part, unit. */
void
print_ranges(void)
{
	for (unsigned r = 0; r < N_RANGES; r++)
		for (unsigned i = 0; i < PARTS; i++) {
			double low = ranges[r].low, high = ranges[r].high, e[2];

			for (unsigned k = 0; k < 2; k++) {
				double u = (double)(i + k) / PARTS;
				e[k] = ranges[r].scale == LOG ? low * pow(high / low, u)
							      : low + (high - low) * u;
			}
			printf("%s\t%s\t%.4g\t%.4g\t%s\n", ranges[r].name, i % 2 ? "held" : "fit",
			    e[0], e[1], ranges[r].what);
		}
}
