/*
 * Evidence from the past of the trouble itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "base/time.h"

void
rep_evidence_history(struct rep_hearing *h)
{
	const struct rep_incident *i = h->i;
	char s1[REP_TIME_TEXT];
	struct rep_str gaps = { "", 0 };

	for (size_t n = 1; n < i->episodes_n; n++) {
		int64_t well = i->episodes[n].since_s - i->episodes[n - 1].until_s;

		gaps = rep_arena_printf(
		    h->a, "%.*s%s%s", REP_PR(gaps), n > 1 ? ", " : "", rep_time_span(well, s1));
		if (gaps.p == NULL)
			return;
	}
	if (i->episodes_n > 1)
		rep_hear(h, REP_EVIDENCE_RETURNS,
		    rep_arena_printf(h->a,
			"it was lifted %zu time%s before and came back after %.*s",
			i->episodes_n - 1, i->episodes_n == 2 ? "" : "s", REP_PR(gaps)),
		    rep_arena_printf(h->a, "{\"returns\":%zu}", i->episodes_n - 1));
	else if (i->trouble == REP_TROUBLE_BLOCK && h->cell->first_s < h->e->since_s &&
	    h->e->since_s - h->cell->first_s < 30 * REP_DAY)
		rep_hear_unknown(h, REP_UNKNOWN_BEFORE,
		    rep_arena_printf(h->a,
			"the log begins only %s before it; older logs would tell of earlier blocks: "
			"reputed ingest /var/log/mail.log*",
			rep_time_span(h->e->since_s - h->cell->first_s, s1))
			.p,
		    REP_CAUSE_RANGE, REP_CAUSE_RANGE);
	if (i->trouble != REP_TROUBLE_BLOCK)
		return;
	for (uint32_t n = h->v->index->first_of_cell[i->cell]; n != 0;
	     n = h->v->index->next_of_cell[n - 1]) {
		const struct rep_incident *x = &h->v->incidents[n - 1];
		const struct rep_episode *e = &x->episodes[x->episodes_n - 1];

		if (x->trouble != REP_TROUBLE_THROTTLE || e->since_s > h->e->since_s ||
		    e->last_s < h->e->since_s - 3 * REP_DAY)
			continue;
		rep_hear(h, REP_EVIDENCE_THROTTLED_FIRST,
		    rep_arena_printf(h->a, "it was slowed for %s before it was refused (%s)",
			rep_time_span(h->e->since_s - e->since_s, s1),
			x->rule != 0 ? rep_name(&h->in->names, x->rule).p : "rate limits"),
		    rep_arena_printf(h->a, "{\"replies\":%llu}", (unsigned long long)e->replies));
		return;
	}
}
