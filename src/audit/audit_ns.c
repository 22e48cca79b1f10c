/*
 * The name servers of the domain. Receivers look up SPF, DKIM and DMARC there for every message: when
 * they do not answer, mail is deferred.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/mail_inside.h"

/* --- what is looked up ---------------------------------------------------------------------------- */

/* The first address of each family is asked: a host has seldom more, and they are one server. */
static void
ask(const struct rep_dns_view *v, const struct rep_dns_answer *ans, struct rep_audit_zone *z,
    size_t host, bool *known)
{
	struct rep_dns_at at = { .tcp = false };

	if (ans == NULL) {
		*known = false;
		return;
	}
	if (ans->n == 0 || z->asked_n == REP_AUDIT_MAX_NS)
		return;
	at.ip = ans->rr[0]->ip;
	z->asked[z->asked_n].host = host;
	z->asked[z->asked_n].ip = at.ip;
	z->asked[z->asked_n].soa = v->get(v->ctx, &at, &z->name, REP_DNS_SOA);
	*known = *known && z->asked[z->asked_n].soa != NULL;
	z->asked_n++;
}

static bool
look(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_zone *z)
{
	bool known = true;

	z->name = in->domain;
	do {
		if ((z->ns = rep_dns_get(v, &z->name, REP_DNS_NS)) == NULL)
			return false;
	} while (z->ns->n == 0 && !rep_dns_failed(z->ns->state) && rep_name_labels(&z->name) > 2 &&
	    rep_name_up(&z->name, 1, &z->name));
	for (size_t i = 0; i < z->ns->n && i < REP_AUDIT_MAX_NS; i++) {
		z->v[i].host = *z->ns->rr[i]->target;
		z->v[i].a = rep_dns_get(v, &z->v[i].host, REP_DNS_A);
		z->v[i].aaaa = rep_dns_get(v, &z->v[i].host, REP_DNS_AAAA);
		ask(v, z->v[i].a, z, i, &known);
		ask(v, z->v[i].aaaa, z, i, &known);
		z->n++;
	}
	return known;
}

/* --- findings ------------------------------------------------------------------------------------ */

/* Why a server does not answer for the zone; NULL: it does. */
static const char *
fault(const struct rep_dns_answer *soa)
{
	if (soa->state == REP_DNS_YES)
		return soa->authoritative ? NULL
					  : "it answers, but not as an authority for the zone";
	if (soa->state == REP_DNS_NODATA)
		return "it does not have the zone";
	return rep_dns_state_text(soa->state);
}

/* Whether a finding about a DKIM key says already that this server fails. */
static bool
said(const struct rep_audit_dkim *d, const struct rep_ip *ip)
{
	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->v[i].ns_n; k++)
			if (rep_ip_eq(&d->v[i].ns[k].ip, ip) && d->v[i].ns[k].udp != NULL &&
			    d->v[i].ns[k].udp->state != REP_DNS_YES)
				return true;
	return false;
}

/* Without one that answers, the way from here may be the problem, so nothing is said. */
static bool
any_good(const struct rep_audit_zone *z)
{
	for (size_t i = 0; i < z->asked_n; i++)
		if (fault(z->asked[i].soa) == NULL)
			return true;
	return false;
}

static void
failing(const struct rep_audit_in *in, const struct rep_audit_zone *z,
    const struct rep_audit_dkim *dkim, struct rep_findings *f)
{
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];
	struct rep_finding *x;

	for (size_t i = 0; i < z->n; i++) {
		if (z->v[i].a->n + z->v[i].aaaa->n > 0 || rep_dns_failed(z->v[i].a->state) ||
		    rep_dns_failed(z->v[i].aaaa->state))
			continue;
		rep_name_text(&z->v[i].host, host);
		x = rep_finding_add(f, REP_FINDING_NS_FAILING, in->domain_text,
		    rep_finding_text(f, "%s: %s", host, rep_dns_state_text(z->v[i].a->state)));
		x->fix = rep_finding_text(
		    f, "remove %s from the name servers of the zone, or give it an address", host);
	}
	for (size_t i = 0; i < z->asked_n && any_good(z); i++) {
		const struct rep_dns_answer *soa = z->asked[i].soa;

		/* Over IPv6 perhaps we have no way out. */
		if (fault(soa) == NULL || said(dkim, &z->asked[i].ip) ||
		    (z->asked[i].ip.version == 6 &&
			(soa->state == REP_DNS_NETWORK || soa->state == REP_DNS_TIMEOUT)))
			continue;
		rep_name_text(&z->v[z->asked[i].host].host, host);
		x = rep_finding_add(f, REP_FINDING_NS_FAILING, in->domain_text,
		    rep_finding_text(f, "%s (%s), asked for the SOA: %s", host,
			rep_ip_text(&z->asked[i].ip, ip), fault(soa)));
		x->fix = rep_finding_text(f,
		    "let %s answer for the zone, or remove it from the zone's name servers, "
		    "at the registrar too",
		    host);
	}
}

/* Different addresses of all servers; SIZE_MAX: one is not public, so this is a view from inside. */
static size_t
addresses(const struct rep_audit_zone *z)
{
	size_t n = 0;

	for (size_t i = 0; i < z->asked_n; i++) {
		bool again = false;

		if (rep_ip_special(&z->asked[i].ip) != NULL)
			return SIZE_MAX;
		for (size_t k = 0; k < i; k++)
			again = again || rep_ip_eq(&z->asked[i].ip, &z->asked[k].ip) ||
			    z->asked[i].host == z->asked[k].host;
		n += !again;
	}
	return n;
}

static void
few(const struct rep_audit_in *in, const struct rep_audit_zone *z, struct rep_findings *f)
{
	char host[REP_NAME_TEXT], zone[REP_NAME_TEXT];
	struct rep_finding *x;
	size_t n = addresses(z);

	if (n == SIZE_MAX || (z->n >= 2 && n != 1))
		return;
	rep_name_text(&z->v[0].host, host);
	x = rep_finding_add(f, REP_FINDING_NS_FEW, in->domain_text,
	    z->n == 1 ? rep_finding_text(
			    f, "%s has one name server: %s", rep_name_text(&z->name, zone), host)
		      : rep_finding_text(f, "%s has %zu name servers with one address",
			    rep_name_text(&z->name, zone), z->n));
	x->fix = REP_S("add a second name server, in another network; most registrars offer one");
}

bool
rep_audit_zone(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_dkim *dkim, struct rep_audit_zone *out, struct rep_findings *f)
{
	*out = (struct rep_audit_zone){ .n = 0 };
	if (!look(in, v, out))
		return false;
	for (size_t i = 0; i < out->n; i++)
		if (out->v[i].a == NULL || out->v[i].aaaa == NULL)
			return false;
	if (out->n == 0)
		return true;
	failing(in, out, dkim, f);
	few(in, out, f);
	return true;
}
