/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/spf_own.h"

#include "auth/spf_meant.h"

bool
rep_spf_own_record(const struct rep_audit_in *in, const struct rep_spf_leaf *l)
{
	struct rep_name name;

	return l->depth == 0 || !rep_name_raw(l->domain, &name) ||
	    rep_dmarc_same_org(&name, &in->domain);
}

bool
rep_spf_own_host(const struct rep_audit_in *in, const struct rep_name *name,
    const struct rep_dns_view *v, bool *known)
{
	static const uint16_t types[] = { REP_DNS_A, REP_DNS_AAAA };
	const struct rep_dns_answer *ans[REP_COUNT(types)];
	size_t n = 0;

	if (!rep_dmarc_same_org(name, &in->domain))
		return false;
	for (size_t i = 0; i < REP_COUNT(types); i++) {
		ans[i] = rep_dns_get(v, name, types[i]);
		*known = *known && ans[i] != NULL;
	}
	for (size_t i = 0; i < REP_COUNT(types); i++) {
		if (ans[i] == NULL || rep_dns_failed(ans[i]->state) ||
		    (ans[i]->cnames > 0 && !rep_dmarc_same_org(&ans[i]->canonical, &in->domain)))
			return false;
		n += ans[i]->n;
	}
	return n > 0;
}

bool
rep_spf_own_mx(const struct rep_audit_in *in, const struct rep_name *name,
    const struct rep_dns_view *v, bool *known)
{
	const struct rep_dns_answer *mx = rep_dns_get(v, name, REP_DNS_MX);
	bool own = mx != NULL && mx->n > 0 && mx->n <= REP_SPF_MAX_MX;

	*known = *known && mx != NULL;
	for (size_t i = 0; mx != NULL && i < mx->n && i < REP_SPF_MAX_MX; i++)
		own = rep_spf_own_host(in, mx->rr[i]->target, v, known) && own;
	return own;
}

bool
rep_spf_next_host(struct rep_str record, size_t *at, struct rep_name *host)
{
	struct rep_str term;

	while (rep_spf_next_term(record, at, &term)) {
		(void)rep_spf_take_sign(&term);
		if (rep_str_starts_nocase(term, REP_S("a:")) &&
		    rep_name_parse(rep_str_sub(term, 2, term.n), host))
			return true;
	}
	return false;
}
