/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/own_name.h"

/* Top labels that no public name has (RFC 6761, 6762, 9476 and what ICANN reserved). */
static const char *const inside[] = { "internal", "local", "localdomain", "localhost", "lan",
	"home", "corp", "intranet", "private", "invalid", "arpa" };

/* Names to try below the domain, the most usual first. */
static const char *const usual[] = { "mail", "mta", "out", "smtp-out", "mx-out" };

bool
rep_inside_name(struct rep_str name)
{
	for (size_t i = 0; i < REP_COUNT(inside); i++)
		if (rep_str_ends_nocase(name, rep_str_c(inside[i])) && name.n > strlen(inside[i]) &&
		    name.p[name.n - strlen(inside[i]) - 1] == '.')
			return true;
	return false;
}

enum fit { FREE = 0, LEADS_HERE, TAKEN, PENDING };

static bool
same_addresses(const struct rep_dns_answer *x, const struct rep_dns_answer *y)
{
	for (size_t i = 0; i < x->n; i++) {
		bool there = false;

		for (size_t k = 0; k < y->n; k++)
			there = there || rep_ip_eq(&x->rr[i]->ip, &y->rr[k]->ip);
		if (!there)
			return false;
	}
	return x->n == y->n;
}

/* A name that only a wildcard answers for is free: a record of its own comes before that. */
static enum fit
by_wildcard(const struct rep_dns_answer *four, const struct rep_dns_answer *six,
    const struct rep_name *domain, const struct rep_dns_view *v)
{
	const struct rep_dns_answer *any4, *any6;
	struct rep_name nobody;

	if (domain->n == 0 || !rep_name_join(REP_S("no-such-host-of-reputed"), domain, &nobody))
		return TAKEN;
	any4 = rep_dns_get(v, &nobody, REP_DNS_A);
	any6 = rep_dns_get(v, &nobody, REP_DNS_AAAA);
	if (any4 == NULL || any6 == NULL)
		return PENDING;
	return any4->n + any6->n > 0 && same_addresses(four, any4) && same_addresses(six, any6)
	    ? FREE
	    : TAKEN;
}

/* Whether a name can stand for the address: an alias or another host's name cannot. */
static enum fit
fits(const struct rep_name *name, const struct rep_ip *ip, const struct rep_name *domain,
    const struct rep_dns_view *v)
{
	const struct rep_dns_answer *four = rep_dns_get(v, name, REP_DNS_A),
				    *six = rep_dns_get(v, name, REP_DNS_AAAA),
				    *mine = ip->version == 6 ? six : four;

	if (four == NULL || six == NULL)
		return PENDING;
	if (four->cnames > 0 || six->cnames > 0 || rep_dns_failed(mine->state))
		return TAKEN;
	for (size_t i = 0; i < mine->n; i++)
		if (rep_ip_eq(&mine->rr[i]->ip, ip))
			return LEADS_HERE;
	if (four->n + six->n == 0)
		return FREE;
	return by_wildcard(four, six, domain, v);
}

static bool
of_org(const struct rep_name *name, const struct rep_name *domain)
{
	struct rep_name own, org;

	rep_dmarc_org_psl(domain, &own);
	rep_dmarc_org_psl(name, &org);
	return rep_name_eq(&own, &org);
}

/* Takes a name if it can be used. True: the search is over, *known false: for now only. */
static bool
take(const struct rep_name *name, const struct rep_ip *ip, const struct rep_name *domain,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_own_name *out, bool *known)
{
	enum fit f = fits(name, ip, domain, v);
	char text[REP_NAME_TEXT];

	if (f == PENDING)
		*known = false;
	if (f == TAKEN || f == PENDING)
		return f == PENDING;
	out->text = rep_arena_dup(a, rep_str_c(rep_name_text(name, text)));
	out->published = f == LEADS_HERE;
	return true;
}

bool
rep_own_name_find(const struct rep_ip *ip, const struct rep_name *domain, struct rep_str helo,
    const struct rep_audit_ptr *ptr, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_own_name *out)
{
	char text[REP_NAME_TEXT];
	struct rep_name name;
	bool known = true;

	*out = (struct rep_own_name){ .published = false };
	for (size_t i = 0; i < ptr->names && domain->n > 0; i++) {
		name = ptr->name[i].name;
		if (!ptr->name[i].generic && of_org(&name, domain) &&
		    rep_host_name(rep_str_c(rep_name_text(&name, text))) &&
		    take(&name, ip, domain, v, a, out, &known))
			return known;
	}
	if (rep_host_name(helo) && !rep_inside_name(helo) && !rep_cloud_numbers(helo, ip) &&
	    rep_name_parse(helo, &name) && (domain->n == 0 || of_org(&name, domain)) &&
	    take(&name, ip, domain, v, a, out, &known))
		return known;
	for (size_t i = 0; i < REP_COUNT(usual) && domain->n > 0; i++)
		if (rep_name_join(rep_str_c(usual[i]), domain, &name) &&
		    take(&name, ip, domain, v, a, out, &known))
			return known;
	return true;
}
