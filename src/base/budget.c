/* SPDX-License-Identifier: Apache-2.0 */
#include "base/budget.h"

int64_t
rep_budget_wait(struct rep_budget *b, const struct rep_budget_limit *limit, int64_t now)
{
	const int64_t most = limit->burst * limit->every;
	int64_t wait;

	if (b->full > now + most) /* the clock was set back */
		b->full = now + most;
	wait = b->full + limit->every - now - most;
	return wait > 0 ? wait : 0;
}

void
rep_budget_take(struct rep_budget *b, const struct rep_budget_limit *limit, int64_t now)
{
	b->full = (b->full > now ? b->full : now) + limit->every;
}
