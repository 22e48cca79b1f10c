/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/wildcard.h"

/* A name that nobody uses. */
static const char nobody[] = "no-such-host-of-reputed";

static const uint16_t types[] = { REP_DNS_A, REP_DNS_AAAA, REP_DNS_MX, REP_DNS_TXT };

static bool
same_record(const struct rep_dns_rr *x, const struct rep_dns_rr *y, uint16_t type)
{
	switch (type) {
	case REP_DNS_MX: return x->number == y->number && rep_name_eq(x->target, y->target);
	case REP_DNS_TXT: return rep_str_eq(x->data, y->data);
	default: return rep_ip_eq(&x->ip, &y->ip);
	}
}

static bool
same_answer(const struct rep_dns_answer *x, const struct rep_dns_answer *y)
{
	if (rep_dns_failed(x->state) || rep_dns_failed(y->state) || x->cnames != y->cnames)
		return false;
	if (x->cnames > 0) /* what is behind an alias may be another address each time */
		return rep_name_eq(&x->canonical, &y->canonical);
	for (size_t i = 0; i < x->n; i++) {
		bool there = false;

		for (size_t k = 0; k < y->n; k++)
			there = there || same_record(x->rr[i], y->rr[k], x->type);
		if (!there)
			return false;
	}
	return x->n == y->n;
}

bool
rep_dns_by_wildcard(const struct rep_dns_view *v, const struct rep_name *name, bool *known)
{
	const struct rep_dns_answer *mine[REP_COUNT(types)], *any[REP_COUNT(types)];
	bool all = true;
	struct rep_name up, other;
	size_t n = 0;

	if (rep_name_labels(name) < 2 || !rep_name_up(name, 1, &up) ||
	    !rep_name_join(rep_str_c(nobody), &up, &other) || rep_name_eq(&other, name))
		return false;
	if ((any[0] = rep_dns_get(v, &other, types[0])) == NULL) {
		*known = false;
		return false;
	}
	if (any[0]->state == REP_DNS_NXDOMAIN && any[0]->cnames == 0)
		return false;
	for (size_t i = 0; i < REP_COUNT(types); i++) {
		any[i] = rep_dns_get(v, &other, types[i]);
		mine[i] = rep_dns_get(v, name, types[i]);
		all = all && any[i] != NULL && mine[i] != NULL;
	}
	if (!all) {
		*known = false;
		return false;
	}
	for (size_t i = 0; i < REP_COUNT(types); i++) {
		if (!same_answer(mine[i], any[i]))
			return false;
		n += any[i]->n + any[i]->cnames;
	}
	return n > 0;
}
