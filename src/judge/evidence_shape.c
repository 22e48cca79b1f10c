/*
 * Evidence from the shape of the trouble: how much of the mail it hits, and which streams.
 *
 * A provider that refuses an address or its network refuses everything; one that does not like what a
 * message says, or who is asked to mail too fast, takes some.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"
#include "judge/measure.h"

/* All of these are judgement; bench/worlds.md shows what the pieces do. */
enum {
	SHARE_FROM = 10,     /* attempts: with fewer, one more changes a tenth of the share */
	STREAM_FROM = 5,     /* attempts of a stream: with fewer, half of them is chance */
	OTHERS_FROM = 20,    /* messages of other streams: as for elsewhere_accepted */
	LATER_FROM = 8,	     /* replies: as many as a drop begins with */
	EARLY_S = 6 * 3600,  /* a campaign or a rush is over by then */
	LATER_S = 12 * 3600, /* so long ago it began, to say that it lasted or not */
};

static struct rep_sums
sums(const struct rep_hearing *h, uint32_t stream)
{
	struct rep_sums s = { 0 };

	rep_index_sum(h->v, h->cell, h->e->since_s, h->until_s, stream, h->i->trouble, &s);
	return s;
}

static void
share(struct rep_hearing *h, const struct rep_sums *all)
{
	double refused = rep_share(all->trouble, all->attempts);
	char p1[16], n1[32], n2[32];

	if (all->attempts < SHARE_FROM)
		return;
	rep_hear_measured(h, REP_EVIDENCE_REFUSED_SHARE, refused,
	    all->trouble == all->attempts
		? rep_arena_printf(h->a,
		      "everything that was tried there since then got such a reply (%s)",
		      rep_number_text(all->trouble, n1))
		: rep_arena_printf(h->a,
		      "%s of what was tried there since then got such a reply (%s of %s)",
		      rep_percent_text(refused, p1), rep_number_text(all->trouble, n1),
		      rep_number_text(all->attempts, n2)),
	    rep_arena_printf(h->a, "{\"refused\":%llu,\"attempts\":%llu}",
		(unsigned long long)all->trouble, (unsigned long long)all->attempts));
}

/* One stream alone, or several: what they share is the address, not the mail. */
static void
streams(struct rep_hearing *h, const struct rep_sums *all)
{
	uint64_t taken_of_refused = 0, others;
	struct rep_str last = { "", 0 };
	size_t refused = 0;
	char n1[32];

	for (size_t k = 0; k < h->i->streams_n; k++) {
		struct rep_sums s;

		if (h->i->streams[k].stream == 0 || h->i->streams[k].stream == REP_OTHER_STREAMS)
			continue;
		s = sums(h, h->i->streams[k].stream);
		if (s.attempts < STREAM_FROM || s.trouble * 2 < s.attempts)
			continue;
		refused++;
		last = rep_name(&h->in->names, h->i->streams[k].stream);
		taken_of_refused += s.accepted;
	}
	others = all->accepted > taken_of_refused ? all->accepted - taken_of_refused : 0;
	if (refused == 1 && others >= OTHERS_FROM)
		rep_hear_measured(h, REP_EVIDENCE_ONE_STREAM, (double)others,
		    rep_arena_printf(h->a,
			"it hits one stream (%.*s); of the others they accepted %s messages since",
			REP_PR(last), rep_number_text(others, n1)),
		    rep_arena_printf(h->a, "{\"accepted\":%llu}", (unsigned long long)others));
	else if (refused >= 2 && others < OTHERS_FROM)
		rep_hear_measured(h, REP_EVIDENCE_ALL_STREAMS, (double)refused,
		    rep_arena_printf(h->a, "it hits all %zu streams that were sent there", refused),
		    rep_arena_printf(h->a, "{\"streams\":%zu}", refused));
}

/*
 * How much of it came later than in the first hours. What is refused for a campaign or a rush is over with
 * that; a block, a record or a policy stays until somebody acts.
 */
static void
later(struct rep_hearing *h, const struct rep_sums *all)
{
	struct rep_sums early = { 0 };
	double part;
	char p1[16];

	if (h->in->now_s - h->e->since_s < LATER_S || all->trouble < LATER_FROM)
		return;
	rep_index_sum(h->v, h->cell, h->e->since_s, h->e->since_s + EARLY_S, REP_ANY_STREAM,
	    h->i->trouble, &early);
	part = early.trouble < all->trouble ? rep_share(all->trouble - early.trouble, all->trouble)
					    : 0;
	rep_hear_measured(h, REP_EVIDENCE_REFUSED_LATER, part,
	    rep_arena_printf(h->a, "%s of these replies came later than six hours after the first",
		rep_percent_text(part, p1)),
	    rep_arena_printf(
		h->a, "{\"later\":%.2f,\"replies\":%llu}", part, (unsigned long long)all->trouble));
}

void
rep_evidence_shape(struct rep_hearing *h)
{
	share(h, &h->here);
	streams(h, &h->here);
	later(h, &h->here);
}
