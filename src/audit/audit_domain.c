/* All of a domain: the parts together, and what only shows between them. SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

/* Whether the record is "v=spf1 -all" and nothing else. */
static bool
says_none(const struct rep_spf_audit *spf)
{
	return spf->state == REP_SPF_STATE_OK && spf->n == 1 && spf->all == '-';
}

static bool
rejects(const struct rep_audit_in *in, const struct rep_dmarc *d)
{
	return d->by_walk != NULL &&
	    rep_dmarc_applies(d, d->by_walk, &in->domain) == REP_DMARC_REJECT;
}

/* A domain that sends no mail should say so in three records. Reports what is missing. */
static void
parked(const struct rep_audit_in *in, struct rep_audit_domain *d, struct rep_findings *f)
{
	bool spf = says_none(&d->spf), mx = d->mail.null_mx, dmarc = rejects(in, &d->dmarc);
	struct rep_finding *x;

	d->parked = in->ip_n == 0 && (spf || mx);
	if (!d->parked || (spf && mx && dmarc))
		return;
	x = rep_finding_add(f, REP_FINDING_PARKED_INCOMPLETE, in->domain_text,
	    rep_finding_text(f, "SPF \"-all\" alone: %s; null MX: %s; DMARC p=reject: %s",
		spf ? "yes" : "no", mx ? "yes" : "no", dmarc ? "yes" : "no"));
	rep_finding_publish(f, x, "%.*s. IN TXT \"v=spf1 -all\"", REP_PR(in->domain_text));
	rep_finding_publish(f, x, "%.*s. IN MX 0 .", REP_PR(in->domain_text));
	rep_finding_publish(
	    f, x, "_dmarc.%.*s. IN TXT \"v=DMARC1; p=reject\"", REP_PR(in->domain_text));
}

/* Removes findings that matter only for a domain that sends mail. */
static void
drop_of_senders(struct rep_findings *f)
{
	static const enum rep_finding_id ids[] = { REP_FINDING_SPF_MISSING,
		REP_FINDING_DKIM_NONE_FOUND, REP_FINDING_DMARC_NO_RUA, REP_FINDING_DMARC_MISSING,
		REP_FINDING_MX_MISSING, REP_FINDING_DMARC_NONE };
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++) {
		bool drop = false;

		for (size_t k = 0; k < REP_COUNT(ids); k++)
			drop = drop || f->v[i].number == ids[k];
		if (!drop)
			f->v[n++] = f->v[i];
	}
	f->n = n;
}

static void
logo(const struct rep_audit_in *in, const struct rep_audit_domain *d, struct rep_findings *f)
{
	enum rep_dmarc_policy p = d->dmarc.by_walk == NULL
	    ? REP_DMARC_P_NONE
	    : rep_dmarc_applies(&d->dmarc, d->dmarc.by_walk, &in->domain);
	struct rep_finding *x;

	if (d->mail.bimi_record.n == 0 || p >= REP_DMARC_QUARANTINE)
		return;
	x = rep_finding_add(
	    f, REP_FINDING_BIMI_POLICY, in->domain_text, rep_shown(f->a, d->mail.bimi_record, 200));
	x->fix = REP_S("Bring DMARC to p=quarantine or p=reject first.");
}

bool
rep_audit_domain(const struct rep_audit_in *in, const struct rep_audit_more *more,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_audit_domain *out,
    struct rep_findings *f)
{
	bool known = true;

	known = rep_audit_spf(in, v, a, &out->spf, out->checks, &out->spf_proposed, f) && known;
	known = rep_audit_dkim(in, more->selectors, more->selectors_n, v, &out->dkim, f) && known;
	known = rep_audit_dmarc(in, v, &out->dmarc, f) && known;
	known = rep_audit_mail(in, v, &out->policy, &out->mail, f) && known;
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		known = rep_audit_ptr(&in->ip[i], &in->domain, more->helo, more->clouds, v,
			    &out->ptr[i], f) &&
		    known;
	if (!known)
		return false;
	parked(in, out, f);
	if (out->parked)
		drop_of_senders(f);
	logo(in, out, f);
	return true;
}
