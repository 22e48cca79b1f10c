/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/day_most.h"
#include "base/time.h"

/* No count and no time is larger. */
#define NUMBER_MAX ((uint64_t)1 << 48)

int64_t
rep_day_of(int64_t at_s)
{
	return at_s / REP_DAY_S;
}

static void
raise_to(int64_t most[2], const int64_t v[2])
{
	for (size_t k = 0; k < 2; k++)
		most[k] = v[k] > most[k] ? v[k] : most[k];
}

size_t
rep_days_most(const struct rep_day_most *v, size_t n, int64_t today, int64_t keep, int64_t most[2])
{
	size_t known = 0;

	most[0] = most[1] = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i].day >= today || v[i].day <= today - keep)
			continue;
		known++;
		raise_to(most, v[i].most);
	}
	return known;
}

size_t
rep_days_note(struct rep_day_most *v, size_t n, struct rep_day_most today, int64_t keep)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		struct rep_day_most d = v[i];

		if (d.day == today.day)
			raise_to(today.most, d.most);
		else if (d.day > today.day - keep && d.day < today.day)
			v[kept++] = d;
	}
	v[kept++] = today;
	return kept;
}

bool
rep_days_numbers(struct rep_str *s, int64_t *v, size_t n)
{
	uint64_t x;

	for (size_t k = 0; k < n; k++) {
		size_t end = rep_str_chr(*s, ' ', 1);

		if (s->n == 0 || s->p[0] != ' ')
			return false;
		end = end == SIZE_MAX ? s->n : end;
		if (!rep_str_u64(rep_str_sub(*s, 1, end - 1), NUMBER_MAX, &x))
			return false;
		v[k] = (int64_t)x;
		*s = rep_str_sub(*s, end, s->n);
	}
	return true;
}
