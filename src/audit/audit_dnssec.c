/* Whether a domain is signed, and whether that makes it invisible. SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "dns/bogus.h"

#include <stdio.h>

enum { EVIDENCE_MAX = 65536 };

struct look {
	const struct rep_dns_view *v;
	struct rep_buf names; /* of what is missing because of its signatures */
	bool known;
};

const char *
rep_dnssec_text(enum rep_dnssec s)
{
	static const char *const text[] = { NULL, "unsigned", "signed", "bogus" };

	return text[s];
}

/* Whether an answer is missing because of its signatures. Notes its name. */
static bool
bogus(struct look *k, const struct rep_dns_answer *a)
{
	const struct rep_dns_answer *cd = rep_dns_bogus(k->v, a, &k->known);
	char name[REP_NAME_TEXT], type[16];

	if (a == NULL || cd == NULL)
		return false;
	rep_buf_printf(&k->names, "%s%s of %s", k->names.n > 0 ? ", " : "",
	    rep_dns_type_text(a->type, type), rep_name_text(&a->name, name));
	if (cd->cnames > 0)
		rep_buf_printf(&k->names, " (an alias of %s)", rep_name_text(&cd->canonical, name));
	return true;
}

/* Adds the finding for the names that were noted, and forgets them. */
static void
found(struct look *k, struct rep_str subject, struct rep_str fix, struct rep_findings *f)
{
	const struct rep_str names = rep_buf_str(&k->names);
	struct rep_finding *x;

	x = rep_finding_add(f, REP_FINDING_DNSSEC_BOGUS, subject,
	    rep_finding_text(f,
		"%.*s: SERVFAIL; asked without a check of the signatures (CD): an answer",
		REP_PR(names)));
	x->fix = fix;
	rep_buf_clear(&k->names);
}

static void
look_at_domain(const struct rep_audit_in *in, const struct rep_audit_domain *d, struct look *k,
    struct rep_audit_dnssec *out, struct rep_findings *f)
{
	const struct rep_dns_answer *own[3] = { NULL };
	struct rep_name dmarc;

	own[0] = rep_dns_get(k->v, &in->domain, REP_DNS_TXT);
	own[1] = rep_dns_get(k->v, &in->domain, REP_DNS_MX);
	if (rep_name_join(REP_S("_dmarc"), &in->domain, &dmarc))
		own[2] = rep_dns_get(k->v, &dmarc, REP_DNS_TXT);
	k->known = k->known && own[0] != NULL && own[1] != NULL;
	if (!k->known)
		return;
	out->spf = bogus(k, own[0]);
	out->mx = bogus(k, own[1]);
	out->dmarc = bogus(k, own[2]);
	for (size_t i = 0; i < d->dkim.n; i++)
		out->key[i] = bogus(k, d->dkim.v[i].answer);
	if (k->names.n > 0) {
		out->state = REP_DNSSEC_BOGUS;
		found(k, in->domain_text,
		    rep_finding_text(f,
			"Compare the DS record at the registrar with the keys of the zone: dig DS "
			"%.*s, and dig +cd DNSKEY %.*s. If the zone moved to another DNS hoster, or is "
			"not signed any more, let the registrar remove the DS record: the domain is "
			"unsigned then, and seen again when the old record has expired (its TTL). If it "
			"is to stay signed, let the DNS hoster sign the zone again, because signatures "
			"expire, and give the DS record of the current key to the registrar.",
			REP_PR(in->domain_text), REP_PR(in->domain_text)),
		    f);
		return;
	}
	for (size_t i = 0; i < REP_COUNT(own); i++)
		if (own[i] != NULL && !rep_dns_failed(own[i]->state)) {
			out->state = own[i]->authentic		 ? REP_DNSSEC_SIGNED
			    : rep_dns_validates(k->v, &k->known) ? REP_DNSSEC_UNSIGNED
								 : REP_DNSSEC_UNKNOWN;
			return;
		}
}

bool
rep_audit_dnssec(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_domain *d, struct rep_audit_dnssec *out, struct rep_findings *f)
{
	struct look k = { .v = v, .known = true };
	char ip[REP_IP_TEXT];

	*out = (struct rep_audit_dnssec){ .state = REP_DNSSEC_UNKNOWN };
	rep_buf_init(&k.names, EVIDENCE_MAX);
	look_at_domain(in, d, &k, out, f);
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++) {
		out->ptr[i] = bogus(&k, d->ptr[i].ptr);
		for (size_t n = 0; n < d->ptr[i].names; n++)
			out->ptr[i] = bogus(&k, d->ptr[i].name[n].forward) || out->ptr[i];
		if (k.names.n > 0 && out->state != REP_DNSSEC_BOGUS)
			found(&k, rep_finding_text(f, "%s", rep_ip_text(&in->ip[i], ip)),
			    REP_S(
				"Send this to whoever runs that zone, for reverse names the hoster of the "
				"address: its DS record and its signatures do not fit each other."),
			    f);
		rep_buf_clear(&k.names);
	}
	rep_buf_fini(&k.names);
	return k.known;
}
