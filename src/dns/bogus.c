/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/bogus.h"

bool
rep_dns_validates(const struct rep_dns_view *v, bool *known)
{
	static const struct rep_name root = { .n = 1 };
	const struct rep_dns_answer *a = rep_dns_get(v, &root, REP_DNS_SOA);

	*known = *known && a != NULL;
	return a != NULL && !rep_dns_failed(a->state) && a->authentic;
}

const struct rep_dns_answer *
rep_dns_bogus(const struct rep_dns_view *v, const struct rep_dns_answer *a, bool *known)
{
	static const struct rep_dns_at unchecked = { .unchecked = true };
	const struct rep_dns_answer *cd;

	if (a == NULL || a->state != REP_DNS_SERVFAIL || a->chain_loops)
		return NULL;
	if ((cd = v->get(v->ctx, &unchecked, &a->name, a->type)) == NULL) {
		*known = false;
		return NULL;
	}
	return !rep_dns_failed(cd->state) && rep_dns_validates(v, known) ? cd : NULL;
}
