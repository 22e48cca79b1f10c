/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/stay.h"

#include <stdlib.h>

static int64_t
end_of(const struct rep_stay *x)
{
	return x->e.until_s != 0 ? x->e.until_s : INT64_MAX;
}

static bool
overlap(const struct rep_stay *x, const struct rep_stay *y)
{
	return x->e.since_s < end_of(y) && y->e.since_s < end_of(x);
}

/* y begins no earlier than x. */
static void
join(struct rep_stay *x, const struct rep_stay *y)
{
	if (end_of(y) > end_of(x))
		x->e.until_s = y->e.until_s;
	if (y->e.last_s > x->e.last_s)
		x->e.last_s = y->e.last_s;
	x->e.replies += y->e.replies;
	x->e.bounced += y->e.bounced;
	x->e.deferred += y->e.deferred;
	x->certain |= y->certain;
	x->theirs += y->theirs;
	x->attempts += y->attempts;
}

static int
by_since(const void *a, const void *b)
{
	const struct rep_stay *x = a, *y = b;

	return x->e.since_s < y->e.since_s ? -1 : x->e.since_s > y->e.since_s;
}

size_t
rep_stays_join(struct rep_stay *stays, size_t whole, size_t n)
{
	size_t kept = whole;

	for (size_t i = whole; i < n; i++) {
		size_t with = 0;

		while (with < whole && !overlap(&stays[with], &stays[i]))
			with++;
		if (with == whole)
			stays[kept++] = stays[i];
	}
	n = kept;
	if (n > 1)
		qsort(stays, n, sizeof *stays, by_since);
	kept = 0;
	for (size_t i = 0; i < n; i++)
		if (kept > 0 && overlap(&stays[kept - 1], &stays[i]))
			join(&stays[kept - 1], &stays[i]);
		else
			stays[kept++] = stays[i];
	return kept;
}
