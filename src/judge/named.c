/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/named.h"
#include "judge/index.h"

bool
rep_only_bounces(const struct rep_verdicts *v)
{
	const struct rep_index *x = v->index;

	return x->labels_n == 1 && rep_index_by_bounces(x, x->labels[0].label);
}

bool
rep_named_in(const struct rep_verdicts *v, const struct rep_wording *w, struct rep_ip *ip)
{
	struct rep_reading r;

	if (!rep_only_bounces(v))
		return false;
	rep_know_read(v->in->know, w->host, w->text, &r);
	return r.rule != NULL && rep_str_eq(r.rule->id, w->rule) &&
	    (r.rule->speaker == REP_SPEAKER_PROVIDER || r.rule->speaker == REP_SPEAKER_SOFTWARE) &&
	    rep_ip_parse(r.capture[REP_CAPTURE_ADDRESS], ip) && !rep_ip_private(ip);
}

bool
rep_named_of(const struct rep_verdicts *v, const struct rep_incident *i, struct rep_ip *ip)
{
	const struct rep_cell_key *k = &v->cells[i->cell].key;
	const struct rep_wording *w =
	    rep_wording_of(v->in, k->provider, k->provider_domain, i->rule);

	return w != NULL && rep_named_in(v, w, ip);
}
