/* Whether mail to a domain can arrive. SPDX-License-Identifier: Apache-2.0 */
#include "audit/mail_inside.h"

enum { HOSTS = 8 }; /* of an MX that are looked up: one that has an address is enough */

/* A host for mail, by its addresses. False: not known yet. */
static bool
of_host(const struct rep_name *host, const struct rep_dns_view *v, enum rep_takes_mail *out)
{
	const struct rep_dns_answer *ans[] = { rep_dns_get(v, host, REP_DNS_A),
		rep_dns_get(v, host, REP_DNS_AAAA) };

	if (ans[0] == NULL || ans[1] == NULL)
		return false;
	*out = rep_dns_failed(ans[0]->state) || rep_dns_failed(ans[1]->state) ? REP_TAKES_UNKNOWN
									      : REP_TAKES_NONE;
	for (size_t k = 0; k < REP_COUNT(ans); k++)
		for (size_t i = 0; i < ans[k]->n; i++)
			if (rep_ip_special(&ans[k]->rr[i]->ip) == NULL)
				*out = REP_TAKES_MAIL;
	return true;
}

bool
rep_audit_takes_mail(const struct rep_name *domain, const struct rep_dns_view *v,
    enum rep_takes_mail *out, const char **why)
{
	const struct rep_dns_answer *mx = rep_dns_get(v, domain, REP_DNS_MX);
	enum rep_takes_mail one = REP_TAKES_NONE;
	bool known = true;

	if (mx == NULL)
		return false;
	*why = "none of its MX has a public address";
	*out = rep_dns_failed(mx->state) ? REP_TAKES_UNKNOWN : REP_TAKES_NONE;
	if (mx->n == 0 && *out == REP_TAKES_NONE) {
		*why = mx->state == REP_DNS_NXDOMAIN ? "there is no such domain"
						     : "it has no MX and no public address";
		return of_host(domain, v, out);
	}
	if (mx->n == 1 && mx->rr[0]->target->n <= 1)
		*why = "it takes no mail (null MX)";
	for (size_t i = 0; i < mx->n && i < HOSTS; i++) {
		if (mx->rr[i]->target->n <= 1)
			continue;
		if (!of_host(mx->rr[i]->target, v, &one))
			known = false;
		else if (one == REP_TAKES_MAIL)
			*out = REP_TAKES_MAIL;
		else if (one == REP_TAKES_UNKNOWN && *out == REP_TAKES_NONE)
			*out = REP_TAKES_UNKNOWN;
	}
	return known;
}
