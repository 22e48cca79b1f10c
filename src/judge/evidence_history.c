/*
 * Evidence from the history of this trouble itself.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/measure.h"
#include "base/time.h"

/* "3 days, 9 days": how long it was well between one stay and the next. */
static struct rep_str
gaps_of(struct rep_hearing *h)
{
	const struct rep_incident *i = h->i;
	char span[REP_TIME_TEXT];
	struct rep_buf b;

	rep_buf_init(&b, 1 << 20);
	for (size_t n = 1; n < i->episodes_n; n++)
		rep_buf_printf(&b, "%s%s",
		    n == 1			? ""
			: n + 1 < i->episodes_n ? ", "
						: " and ",
		    rep_time_span(i->episodes[n].since_s - i->episodes[n - 1].until_s, span));
	return rep_arena_take(h->a, &b);
}

/* What came longer ago is not told as what came before it; judgement. */
enum { BEFORE_S = 3 * REP_DAY_S };

/*
 * Whether they refused or slowed a part of it in the days before. A receiver that counts what it thinks of
 * a sender does so step by step; a range that is listed, a broken record or a new policy comes at once.
 */
static void
refused_before(struct rep_hearing *h)
{
	enum { ATTEMPTS = 30, REFUSED = 3 }; /* judgement: fewer are chance */
	struct rep_sums s = { 0 };
	char p1[16], n1[32];

	rep_index_sum(h->v, h->cell, h->e->since_s - BEFORE_S, h->e->since_s, REP_ANY_STREAM,
	    h->i->trouble, &s);
	if (s.attempts < ATTEMPTS || s.refused < REFUSED)
		return;
	rep_hear_measured(h, REP_EVIDENCE_REFUSED_BEFORE, rep_share(s.refused, s.attempts),
	    rep_arena_printf(h->a,
		"they refused or slowed %s of the mail in the three days before it (%s attempts)",
		rep_percent_text(rep_share(s.refused, s.attempts), p1),
		rep_number_text(s.attempts, n1)),
	    rep_arena_printf(h->a, "{\"refused\":%llu,\"attempts\":%llu}",
		(unsigned long long)s.refused, (unsigned long long)s.attempts));
}

/* The last stay of a rate limit that began before this block, and was there in the days before. NULL: none. */
static const struct rep_episode *
slowed_before(const struct rep_hearing *h, const struct rep_incident *x)
{
	for (size_t n = x->episodes_n; n > 0; n--) {
		const struct rep_episode *e = &x->episodes[n - 1];

		if (e->since_s <= h->e->since_s)
			return e->last_s >= h->e->since_s - BEFORE_S ? e : NULL;
	}
	return NULL;
}

/* Whether a rate limit came before the block. It tells more of the same than refused_before. */
static bool
throttled_first(struct rep_hearing *h)
{
	char span[REP_TIME_TEXT];

	for (uint32_t n = h->v->index->first_of_cell[h->i->cell]; n != 0;
	     n = h->v->index->next_of_cell[n - 1]) {
		const struct rep_incident *x = &h->v->incidents[n - 1];
		const struct rep_episode *e =
		    x->trouble == REP_TROUBLE_THROTTLE ? slowed_before(h, x) : NULL;

		if (e == NULL)
			continue;
		rep_hear_measured(h, REP_EVIDENCE_THROTTLED_FIRST,
		    (double)(h->e->since_s - e->since_s) / REP_HOUR,
		    rep_arena_printf(h->a, "they began to slow it %s before they refused it (%s)",
			rep_time_span(h->e->since_s - e->since_s, span),
			x->rule != 0 ? rep_name(&h->in->names, x->rule).p : "rate limits"),
		    rep_arena_printf(h->a, "{\"replies\":%llu}", (unsigned long long)e->replies));
		return true;
	}
	return false;
}

void
rep_evidence_history(struct rep_hearing *h)
{
	const struct rep_incident *i = h->i;
	char s1[REP_TIME_TEXT], times[REP_TIMES_TEXT];
	struct rep_str gaps = gaps_of(h);

	if (gaps.p == NULL)
		return;
	if (i->episodes_n > 1)
		rep_hear_measured(h, REP_EVIDENCE_RETURNS, (double)(i->episodes_n - 1),
		    rep_arena_printf(h->a, "it was lifted %s before and came back after %.*s",
			rep_times(i->episodes_n - 1, times), REP_PR(gaps)),
		    rep_arena_printf(h->a, "{\"returns\":%zu}", i->episodes_n - 1));
	else if (i->trouble == REP_TROUBLE_BLOCK && h->cell->first_s < h->e->since_s &&
	    h->e->since_s - h->cell->first_s < 30 * REP_DAY_S)
		rep_hear_unknown(h, REP_UNKNOWN_BEFORE,
		    rep_arena_printf(h->a,
			"the log begins only %s before it; older logs would show earlier blocks. "
			"Read them: reputed ingest /var/log/mail.log*",
			rep_time_span(h->e->since_s - h->cell->first_s, s1))
			.p,
		    REP_CAUSE_RANGE, REP_CAUSE_RANGE);
	/* What hits everybody says nothing of the sender. */
	if (i->theirs || i->everywhere)
		return;
	if (!(i->trouble == REP_TROUBLE_BLOCK && throttled_first(h)))
		refused_before(h);
}
