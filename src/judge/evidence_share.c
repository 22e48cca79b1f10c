/*
 * Evidence from the own share of the subnet: where most of it is one's own, the
 * neighbourhood is oneself.
 *
 * What others send from it cannot be seen; only how many of its addresses are known to be
 * one's own, and what the operator says (tenancy).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"

#include <stdio.h>

enum { BLOCKS = 256, MOST = 128 };

/* Which of the 256 addresses of a /24, or /56 of a /48, an address is. */
static unsigned char
place(const struct rep_ip *ip)
{
	return ip->version == 4 ? ip->b[3] : ip->b[6];
}

/* How many of them are known as own; 0: the address of the source is not known. */
static unsigned
own_places(const struct rep_hearing *h)
{
	bool seen[BLOCKS] = { false };
	unsigned n = 0;

	if (h->label == NULL || h->label->pool || h->label->public.version == 0)
		return 0;
	for (size_t i = 0; i < h->in->labels_n; i++) {
		const struct rep_label *l = &h->in->labels[i];

		if (l->pool || l->public.version != h->label->public.version ||
		    !rep_ip_same_subnet(&l->public, &h->label->public) || seen[place(&l->public)])
			continue;
		seen[place(&l->public)] = true;
		n++;
	}
	return n;
}

bool
rep_hearing_mostly_own(const struct rep_hearing *h)
{
	return rep_judge_has(h->in, "share") &&
	    ((h->label != NULL && h->label->own_range) || own_places(h) >= MOST);
}

void
rep_evidence_share(struct rep_hearing *h)
{
	unsigned own = own_places(h);
	bool said = h->label != NULL && h->label->own_range;
	char net[REP_IP_TEXT] = "the network";
	const char *of;

	if (h->i->trouble == REP_TROUBLE_FAIL || h->cell->key.route != 0)
		return;
	if (own > 0)
		rep_ip_subnet_text(&h->label->public, net);
	of = own > 0 && h->label->public.version == 6 ? "/56 blocks" : "addresses";
	if (said || own >= MOST) {
		rep_hear(h, "subnet_mostly_own",
		    said ? rep_arena_printf(h->a,
			       "the configuration says that %s is your own range: there are no "
			       "neighbours in it",
			       net)
			 : rep_arena_printf(h->a,
			       "%u of the 256 %s of %s are known as yours: there the neighbourhood "
			       "is mostly yourself",
			       own, of, net),
		    rep_arena_printf(h->a, "{\"own\":%u,\"of\":256,\"stated\":%s}", own,
			said ? "true" : "false"));
		return;
	}
	if (own == 0 || h->i->trouble != REP_TROUBLE_BLOCK)
		return; /* that the address is not known is told by the siblings */
	rep_hear_unknown(h, "own share of the network",
	    rep_arena_printf(h->a,
		"%u of the 256 %s of %s %s known as yours; what the others send is not known. %s",
		own, of, net, own == 1 ? "is" : "are",
		h->label->tenancy_told
		    ? "Who rents them to you can tell whether others there were reported"
		    : "If all of it is yours, or none but this, say tenancy in its source block of "
		      "the configuration")
		.p,
	    REP_CAUSE_RANGE, REP_CAUSE_RANGE);
}
