/*
 * Evidence from complaints: what people at a provider reported about the mail before the trouble.
 *
 * A feed that never sent anything does not mean that there are no complaints: they stay unknown
 * (evidence_elsewhere.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/complaints.h"
#include "judge/hearing.h"
#include "judge/measure.h"

enum { QUIET_MESSAGES = 2000 };

void
rep_evidence_complaints(struct rep_hearing *h)
{
	struct rep_measure m;
	const struct rep_complaint_limit *limit;
	enum rep_evidence_id id;
	char p1[16], n1[32], n2[32];
	double share;

	if (h->in->complaints_n == 0 || !rep_hearing_complaints(h))
		return;
	m = rep_measure_complaints(h->v, h->cell, h->e->since_s);
	if (m.all < REP_RATE_MESSAGES)
		return;
	limit = rep_complaint_limit(
	    rep_know_providers(h->in->know), rep_name(&h->in->names, h->cell->key.provider));
	share = rep_share(m.part, m.all);
	if (share >= limit->act)
		id = REP_EVIDENCE_COMPLAINTS_HIGH;
	else if (share >= limit->warn)
		id = REP_EVIDENCE_COMPLAINTS_SOME;
	else if (m.all >= QUIET_MESSAGES)
		id = REP_EVIDENCE_COMPLAINTS_LOW;
	else
		return;
	rep_hear_measured(h, id, share,
	    rep_arena_printf(h->a,
		"recipients there complained about %s of the mail accepted in the week before (%s "
		"of %s; its feed is read)",
		rep_percent_text(share, p1), rep_number_text(m.part, n1),
		rep_number_text(m.all, n2)),
	    rep_arena_printf(h->a, "{\"complaints\":%llu,\"accepted\":%llu}",
		(unsigned long long)m.part, (unsigned long long)m.all));
}
