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
		return; /* evidence_siblings.c reports that the address is not known */
	rep_hear_unknown(h, REP_UNKNOWN_OWN_SHARE,
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
