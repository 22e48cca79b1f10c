/*
 * Evidence from complaints: what the people of a provider said of the mail that came before.
 *
 * A feed that never spoke is no sign of peace: then it stays unknown (evidence_elsewhere.c).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/complaints.h"
#include "judge/hearing.h"

enum { WEEK = 7 * REP_DAY, CONNECTED = 60 * REP_DAY, QUIET_MESSAGES = 2000 };

/* Complaints of the provider's people that count, in a stretch of time. */
static uint64_t
complaints(const struct rep_hearing *h, int64_t from_s, int64_t until_s)
{
	uint64_t n = 0;

	for (size_t k = 0; k < h->in->complaints_n; k++) {
		const struct rep_complaint *c = &h->in->complaints[k];

		if (c->matched && rep_feedback_counts(c->type) && c->at_s >= from_s &&
		    c->at_s < until_s && c->provider == h->cell->key.provider)
			n += c->count;
	}
	return n;
}

/* What the provider took from all own sources: complaints do not say by which one. */
static uint64_t
accepted(const struct rep_hearing *h, int64_t from_s, int64_t until_s)
{
	struct rep_sums s = { 0 };
	size_t n;
	const uint32_t *at = rep_index_at_provider(h->v, h->cell, &n);

	for (size_t k = 0; k < n; k++)
		rep_index_sum(
		    h->v, &h->v->cells[at[k]], from_s, until_s, REP_ANY_STREAM, h->i->trouble, &s);
	return s.accepted;
}

bool
rep_hearing_complaints(const struct rep_hearing *h)
{
	return complaints(h, h->e->since_s - CONNECTED, h->until_s) > 0;
}

void
rep_evidence_complaints(struct rep_hearing *h)
{
	int64_t from_s = h->e->since_s - WEEK;
	uint64_t n, mail;
	const struct rep_complaint_limit *limit;
	const char *name;
	char p1[16], n1[32], n2[32];
	double share;

	if (h->in->complaints_n == 0 || !rep_hearing_complaints(h))
		return;
	n = complaints(h, from_s, h->e->since_s);
	mail = accepted(h, from_s, h->e->since_s);
	if (mail < REP_RATE_MESSAGES)
		return;
	limit = rep_complaint_limit(rep_name(&h->in->names, h->cell->key.provider));
	share = (double)n / (double)mail;
	name = share >= limit->act   ? "complaints_high"
	    : share >= limit->warn   ? "complaints_some"
	    : mail >= QUIET_MESSAGES ? "complaints_low"
				     : NULL;
	if (name == NULL)
		return;
	rep_hear(h, name,
	    rep_arena_printf(h->a,
		"%s of the mail taken in the week before was complained of there (%s of %s; its feed is "
		"read)",
		rep_percent_text(share, p1), rep_count_text(n, n1), rep_count_text(mail, n2)),
	    rep_arena_printf(h->a, "{\"complaints\":%llu,\"accepted\":%llu}", (unsigned long long)n,
		(unsigned long long)mail));
}
