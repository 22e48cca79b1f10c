/* All of a domain: the parts together, and what only shows between them. SPDX-License-Identifier: Apache-2.0 */
#include "audit/mail_inside.h"
#include "audit/wildcard.h"

static bool
same_subject(const struct rep_finding *x, const struct rep_ip *ip)
{
	char text[REP_IP_TEXT];

	return rep_str_eq(x->subject, rep_str_c(rep_ip_text(ip, text)));
}

/* Whether a finding says only that an answer is missing which the signatures hide. */
static bool
hidden(const struct rep_audit_in *in, const struct rep_audit_domain *d, const struct rep_finding *x)
{
	const struct rep_audit_dnssec *s = &d->dnssec;

	switch (x->number) {
	case REP_FINDING_SPF_UNKNOWN: return s->spf;
	case REP_FINDING_MX_UNKNOWN: return s->mx;
	case REP_FINDING_DMARC_UNKNOWN: return s->dmarc;
	case REP_FINDING_DKIM_NONE_FOUND: return s->state == REP_DNSSEC_BOGUS && d->dkim.failed > 0;
	case REP_FINDING_DKIM_NS_FAILING:
		for (size_t i = 0; i < d->dkim.n; i++)
			if (s->key[i] && rep_str_starts(x->subject, d->dkim.v[i].selector) &&
			    rep_str_chr(x->subject, '.', d->dkim.v[i].selector.n) ==
				d->dkim.v[i].selector.n)
				return true;
		return false;
	case REP_FINDING_PTR_UNKNOWN:
		for (size_t i = 0; i < in->ip_n; i++)
			if (s->ptr[i] && same_subject(x, &in->ip[i]))
				return true;
		return false;
	default: return false;
	}
}

/* One cause is one finding: dnssec-bogus names what could not be looked up because of it. */
static void
drop_hidden(const struct rep_audit_in *in, const struct rep_audit_domain *d, struct rep_findings *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		if (!hidden(in, d, &f->v[i]))
			f->v[n++] = f->v[i];
	f->n = n;
}

static bool
about_mx(enum rep_finding_id id)
{
	return id == REP_FINDING_MX_MISSING || id == REP_FINDING_MX_DEAD ||
	    id == REP_FINDING_MX_PRIVATE || id == REP_FINDING_MX_LITERAL ||
	    id == REP_FINDING_MX_NULL_SENDS;
}

/* Reports to the domain itself are lost for the reason that a finding about its MX tells already. */
static void
drop_own_rua(const struct rep_audit_in *in, bool parked, struct rep_findings *f)
{
	struct rep_str own = rep_finding_text(f, "@%.*s: ", REP_PR(in->domain_text));
	bool told = false;
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		told = told ||
		    (about_mx(f->v[i].number) &&
			!(parked && f->v[i].number == REP_FINDING_MX_MISSING));
	for (size_t i = 0; i < f->n; i++)
		if (!told || f->v[i].number != REP_FINDING_DMARC_RUA_NO_MAIL ||
		    rep_str_find_nocase(f->v[i].evidence, own, 0) == SIZE_MAX)
			f->v[n++] = f->v[i];
	f->n = n;
}

/* Whether a message from the address fails SPF, as far as receivers can tell for good. */
static bool
fails_spf(const struct rep_spf_check *c)
{
	return c->result != REP_SPF_PASS && c->result != REP_SPF_TEMPERROR;
}

/* Whether an SPF finding is the reason, for this address. */
static bool
is_reason(const struct rep_finding *x, const struct rep_ip *ip)
{
	return rep_str_starts(rep_str_c(x->id), REP_S("spf-")) && x->severity == REP_CRITICAL &&
	    (x->number != REP_FINDING_SPF_DOES_NOT_COVER || same_subject(x, ip));
}

/* "p=reject of _dmarc.example.com is in force"; n == 0: no policy is that refuses or junks mail. */
static struct rep_str
policy_in_force(const struct rep_audit_in *in, const struct rep_dmarc *d, struct rep_findings *f)
{
	struct rep_dmarc_force both = rep_dmarc_in_force(d, &in->domain);
	bool walk = both.walk >= both.psl;
	enum rep_dmarc_policy p = walk ? both.walk : both.psl;
	char name[REP_NAME_TEXT];

	if (p <= REP_DMARC_P_NONE)
		return (struct rep_str){ "", 0 };
	return rep_finding_text(f, "p=%s of _dmarc.%s is in force", rep_dmarc_policy_text(p),
	    rep_name_text(walk ? &d->by_walk->name : &d->by_psl->name, name));
}

/*
 * Where mail passes neither SPF nor DKIM, the DMARC policy is why it is refused. No part alone can
 * say so: SPF knows of no policy, and a missing DKIM key is information as long as SPF passes.
 */
static void
refused(const struct rep_audit_in *in, const struct rep_audit_domain *d, struct rep_findings *f)
{
	struct rep_str force = policy_in_force(in, &d->dmarc, f), first = { "", 0 };
	const char *then = rep_str_find_nocase(force, REP_S("p=reject"), 0) == 0
	    ? "receivers refuse"
	    : "receivers put into junk or refuse";

	if (force.n == 0 || rep_dkim_has_key(&d->dkim) || d->dkim.failed > 0 || d->dkim.wildcard)
		return;
	for (size_t k = 0; k < in->ip_n && k < REP_AUDIT_MAX_IPS; k++) {
		char ip[REP_IP_TEXT];

		if (!fails_spf(&d->checks[k]))
			continue;
		rep_ip_text(&in->ip[k], ip);
		if (first.n == 0)
			first = rep_finding_text(f, "%s", ip);
		for (size_t i = 0; i < f->n; i++)
			if (is_reason(&f->v[i], &in->ip[k]) &&
			    strstr(f->v[i].effect, force.p) == NULL)
				f->v[i].effect = rep_finding_text(f,
				    "%.*s: %s mail from %s, for it passes neither SPF nor DKIM (no DKIM key "
				    "was found). %s",
				    REP_PR(force), then, ip, f->v[i].effect)
						     .p;
	}
	for (size_t i = 0; first.n > 0 && i < f->n; i++) {
		if (f->v[i].number != REP_FINDING_DKIM_NONE_FOUND)
			continue;
		f->v[i].severity = REP_SERIOUS;
		f->v[i].effect = rep_finding_text(f,
		    "%.*s, and %.*s does not pass SPF: unless its mail is signed with a key that was not "
		    "found here, %s it. %s",
		    REP_PR(force), REP_PR(first), then, f->v[i].effect)
				     .p;
		f->v[i].fix =
		    REP_S("correct SPF first: one of the two is enough for DMARC. Then sign with "
			  "DKIM too; if you do already, give the selector with --selector");
	}
}

bool
rep_audit_gone(const struct rep_audit_in *in, const struct rep_dns_view *v, bool *gone)
{
	const struct rep_dns_answer *own = rep_dns_get(v, &in->domain, REP_DNS_TXT), *above;
	struct rep_name org;

	*gone = own != NULL && own->state == REP_DNS_NXDOMAIN;
	if (!*gone)
		return own != NULL;
	rep_dmarc_org_psl(&in->domain, &org);
	above = rep_dns_get(v, &org, REP_DNS_TXT);
	*gone = above != NULL && above->state == REP_DNS_NXDOMAIN;
	return above != NULL;
}

/* Of a domain that does not exist this is all there is to say: names of addresses are judged by the domain. */
static void
only_missing(const struct rep_audit_in *in, struct rep_findings *f)
{
	struct rep_finding *x;

	f->n = 0;
	x = rep_finding_add(f, REP_FINDING_DOMAIN_MISSING, in->domain_text,
	    rep_finding_text(
		f, "%.*s: %s", REP_PR(in->domain_text), rep_dns_state_text(REP_DNS_NXDOMAIN)));
	x->fix = REP_S(
	    "correct the name if it is mistyped. If it is yours, look whether the registration has "
	    "ended, or add a record for the name to the zone above it. PTR and HELO of your addresses "
	    "are looked at with a domain that exists");
}

bool
rep_audit_domain(const struct rep_audit_in *in, const struct rep_audit_more *more,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_audit_domain *out,
    struct rep_findings *f)
{
	bool known = true;

	rep_audit_misplaced_ask(in, v);
	known = rep_audit_spf(in, v, a, &out->spf, out->checks, &out->spf_proposed, f) && known;
	known = rep_audit_dkim(in, more->selectors, more->selectors_n, v, &out->dkim, f) && known;
	known = rep_audit_dmarc(in, v, &out->dmarc, f) && known;
	known = rep_audit_zone(in, v, &out->dkim, &out->zone, f) && known;
	known = rep_audit_mail(in, v, &out->policy, &out->mail, f) && known;
	known = rep_audit_ptr(in, more->helo, more->clouds, v, out->ptr, f) && known;
	known = known && rep_audit_dnssec(in, v, out, &out->dnssec, f);
	known = known && rep_audit_gone(in, v, &out->gone);
	if (!known)
		return false;
	if (out->gone) {
		only_missing(in, f);
		return true;
	}
	drop_hidden(in, out, f);
	out->sends = rep_parked_sends(in, out);
	out->parked = rep_parked_says(out);
	if (out->mail.null_mx && out->sends == REP_SENDS_MAIL)
		rep_mx_null_sends(in, &out->mail, f);
	drop_own_rua(in, out->parked, f);
	rep_starttls_findings(in, &out->mail, &out->tls, f);
	rep_bimi_policy(in, &out->mail, &out->dmarc, f);
	refused(in, out, f);
	if (!rep_audit_misplaced(in, v, a, out, f))
		return false;
	rep_parked_findings(
	    in, out, f); /* last: what others propose for a name is not proposed again */
	return rep_wildcard_kept(v, f);
}
