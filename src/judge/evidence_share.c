/*
 * Evidence from the own share of the subnet. If most of its addresses are your own, you are the
 * neighbourhood.
 *
 * What others send from the subnet cannot be seen. Only two things are known: how many of its
 * addresses are your own, and what the operator says (tenancy).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "judge/hearing.h"

void
rep_evidence_share(struct rep_hearing *h)
{
	unsigned own = rep_hearing_own_places(h);
	bool said = h->label != NULL && h->label->own_range;
	char net[REP_IP_TEXT] = "the network";
	const char *of;

	if (h->i->trouble == REP_TROUBLE_FAIL || h->cell->key.route != 0)
		return;
	if (own > 0)
		rep_ip_subnet_text(&h->label->public, net);
	of = own > 0 && h->label->public.version == 6 ? "/56 blocks" : "addresses";
	if (said || own >= REP_PLACES_MOST) {
		rep_hear(h, REP_EVIDENCE_SUBNET_MOSTLY_OWN,
		    said ? rep_arena_printf(h->a,
			       "the configuration says that %s is your own range, so it has no "
			       "neighbours",
			       net)
			 : rep_arena_printf(h->a,
			       "%u of the 256 %s of %s are known to be yours: the neighbourhood "
			       "there is mostly you",
			       own, of, net),
		    rep_arena_printf(h->a, "{\"own\":%u,\"of\":256,\"stated\":%s}", own,
			said ? "true" : "false"));
		return;
	}
	if (own == 0 || h->i->trouble != REP_TROUBLE_BLOCK)
		return; /* evidence_siblings.c reports that the address is not known */
	rep_hear_unknown(h, REP_UNKNOWN_OWN_SHARE,
	    rep_arena_printf(h->a,
		"%u of the 256 %s of %s %s known to be yours; what the others send is not known. "
		"%s",
		own, of, net, own == 1 ? "is" : "are",
		h->label->tenancy_told
		    ? "Ask whoever rents them to you whether others there were reported"
		    : "If the whole network is yours, or only this address, set tenancy in its "
		      "source block (man reputed.conf)")
		.p,
	    REP_CAUSE_RANGE, REP_CAUSE_RANGE);
}
