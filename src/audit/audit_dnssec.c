/* Whether a domain is signed, and whether that makes it invisible. SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "dns/bogus.h"

#include <stdio.h>

enum { EVIDENCE_MAX = 65536 };

enum { FOREIGN_MAX = 8 };

struct look {
	const struct rep_dns_view *v;
	struct rep_buf names; /* of what is missing because of its signatures */
	bool known;
	/* The domain, if aliases of its names are to be followed; n == 0: they are not. */
	struct rep_name domain;
	/* Other organizations that an alias leads to, and whose signatures are the wrong ones. */
	struct foreign {
		struct rep_name org;
		struct rep_buf names;
	} foreign[FOREIGN_MAX];
	size_t foreign_n;
};

const char *
rep_dnssec_text(enum rep_dnssec s)
{
	static const char *const text[] = { NULL, "unsigned", "signed", "bogus" };

	return text[s];
}

/* The first name of a chain of aliases whose own signatures are wrong: each alias before it was validated. */
static struct rep_name
guilty(struct look *k, const struct rep_dns_answer *cd)
{
	struct rep_name at = cd->name;

	for (unsigned i = 0; i < cd->cnames && i < REP_DNS_CHAIN_MAX; i++) {
		const struct rep_dns_answer *alias = rep_dns_get(k->v, &at, REP_DNS_CNAME);

		k->known = k->known && alias != NULL;
		if (alias == NULL || alias->n != 1)
			break;
		at = *alias->rr[0]->target;
	}
	return at;
}

/* Where the name is noted: with those of the domain, or of the organization whose zone is wrong. NULL: no room. */
static struct rep_buf *
noted(struct look *k, const struct rep_dns_answer *cd)
{
	struct rep_name at, org;
	struct foreign *x;

	if (k->domain.n == 0 || cd->cnames == 0)
		return &k->names;
	at = guilty(k, cd);
	if (rep_dmarc_same_org(&k->domain, &at))
		return &k->names;
	rep_dmarc_org_psl(&at, &org);
	for (size_t i = 0; i < k->foreign_n; i++)
		if (rep_name_eq(&k->foreign[i].org, &org))
			return &k->foreign[i].names;
	if (k->foreign_n == FOREIGN_MAX)
		return NULL;
	x = &k->foreign[k->foreign_n++];
	x->org = org;
	rep_buf_init(&x->names, EVIDENCE_MAX);
	return &x->names;
}

/* Whether an answer is missing because of its signatures. Notes its name. */
static bool
bogus(struct look *k, const struct rep_dns_answer *a)
{
	const struct rep_dns_answer *cd = rep_dns_bogus(k->v, a, &k->known);
	char name[REP_NAME_TEXT], type[16];
	struct rep_buf *b;

	if (a == NULL || cd == NULL)
		return false;
	if ((b = noted(k, cd)) == NULL)
		return false; /* then it is told as a name that fails */
	rep_buf_printf(b, "%s%s of %s", b->n > 0 ? ", " : "", rep_dns_type_text(a->type, type),
	    rep_name_text(&a->name, name));
	if (cd->cnames > 0)
		rep_buf_printf(b, " (an alias of %s)", rep_name_text(&cd->canonical, name));
	return true;
}

/* Adds the finding for the names that were noted, and forgets them. */
static struct rep_finding *
found(struct rep_buf *noted, enum rep_finding_id id, struct rep_str subject, struct rep_str fix,
    struct rep_findings *f)
{
	const struct rep_str names = rep_buf_str(noted);
	struct rep_finding *x;

	x = rep_finding_add(f, id, subject,
	    rep_finding_text(f,
		"%.*s: SERVFAIL; asked without a check of the signatures (CD): an answer",
		REP_PR(names)));
	x->fix = fix;
	rep_buf_clear(noted);
	return x;
}

/* Names of the domain that are aliases into zones of others. The domain's own signatures are not what is wrong. */
static void
found_foreign(struct look *k, struct rep_findings *f)
{
	char org[REP_NAME_TEXT];

	for (size_t i = 0; i < k->foreign_n; i++) {
		rep_name_text(&k->foreign[i].org, org);
		(void)found(&k->foreign[i].names, REP_FINDING_DNSSEC_BOGUS_ELSEWHERE,
		    rep_finding_text(f, "%s", org),
		    rep_finding_text(f,
			"Send this to whoever runs %s: the DS record and the signatures of the zone do "
			"not fit each other. Until that is corrected, records of your own in place of the "
			"aliases are seen. Leave the DS record of your own domain as it is.",
			org),
		    f);
		rep_buf_fini(&k->foreign[i].names);
	}
	k->foreign_n = 0;
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
	found_foreign(k, f);
	if (k->names.n > 0) {
		out->state = REP_DNSSEC_BOGUS;
		(void)found(&k->names, REP_FINDING_DNSSEC_BOGUS, in->domain_text,
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
	k.domain = in->domain;
	look_at_domain(in, d, &k, out, f);
	k.domain.n = 0;
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++) {
		out->ptr[i] = bogus(&k, d->ptr[i].ptr);
		for (size_t n = 0; n < d->ptr[i].names; n++)
			out->ptr[i] = bogus(&k, d->ptr[i].name[n].forward) || out->ptr[i];
		if (k.names.n > 0 && out->state != REP_DNSSEC_BOGUS)
			found(&k.names, REP_FINDING_DNSSEC_BOGUS_ELSEWHERE,
			    rep_finding_text(f, "%s", rep_ip_text(&in->ip[i], ip)),
			    REP_S(
				"Send this to whoever runs that zone, for reverse names the hoster of the "
				"address: its DS record and its signatures do not fit each other."),
			    f)
			    ->effect =
			    "A receiver whose resolver checks signatures gets SERVFAIL for these names, so the "
			    "address has no PTR name there: mail is deferred or refused. Receivers that do "
			    "not check see nothing wrong.";
		rep_buf_clear(&k.names);
	}
	rep_buf_fini(&k.names);
	return k.known;
}
