/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/named.h"
#include "judge/index.h"

bool
rep_only_bounces(const struct rep_verdicts *v)
{
	const struct rep_index *x = v->index;

	return x->bounces != 0 && x->labels_n == 1 && x->labels[0].label == x->bounces;
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
	const struct rep_names *names = &v->in->names;
	const struct rep_cell_key *k = &v->cells[i->cell].key;

	for (size_t n = 0; n < v->in->wordings_n; n++) {
		const struct rep_wording *w = &v->in->wordings[n];

		if (rep_str_eq(w->provider, rep_name(names, k->provider)) &&
		    rep_str_eq(w->provider_domain, rep_name(names, k->provider_domain)) &&
		    rep_str_eq(w->rule, rep_name(names, i->rule)))
			return rep_named_in(v, w, ip);
	}
	return false;
}
