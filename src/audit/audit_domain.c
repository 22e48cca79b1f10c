/* All of a domain: the parts together, and what only shows between them. SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include <stdio.h>
#include <stdlib.h>

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

/* --- lists ---------------------------------------------------------------------------------------- */

static enum rep_finding_id
listing_id(const struct rep_sweep_hit *h)
{
	if (h->list->scope == REP_LIST_RANGE || h->list->scope == REP_LIST_ASN)
		return REP_FINDING_LISTED_RANGE;
	if (h->word == REP_LIST_POLICY)
		return REP_FINDING_LISTED_POLICY;
	if (h->list->scope == REP_LIST_DOMAIN)
		return REP_FINDING_LISTED_DOMAIN;
	return h->list->tier <= 2 ? REP_FINDING_LISTED_ABUSE : REP_FINDING_LISTED_MINOR;
}

static void
one_hit(const struct rep_sweep *s, const struct rep_sweep_hit *h, struct rep_findings *f)
{
	char codes[REP_SWEEP_CODES * 16 + 1] = "";
	size_t n = 0;
	struct rep_finding *x;

	for (size_t i = 0; i < h->codes; i++)
		n += (size_t)snprintf(codes + n, sizeof codes - n, "%s%u.%u.%u.%u",
		    i > 0 ? " " : "", h->code[i] >> 24, h->code[i] >> 16 & 255,
		    h->code[i] >> 8 & 255, h->code[i] & 255);
	x = rep_finding_add(f, listing_id(h), s->subject[h->subject].text,
	    rep_finding_text(f, "%.*s (%.*s): %s, %.*s%s%.*s; scope: %s", REP_PR(h->list->name),
		REP_PR(h->zone), codes, REP_PR(h->means), h->text.n > 0 ? "; they say: " : "",
		REP_PR(h->text), rep_list_scope_text(h->list->scope)));
	x->detail = rep_arena_dup(f->a, h->zone);
	if (h->word == REP_LIST_ABUSE && h->list->delist.n > 0)
		x->fix = rep_finding_text(f,
		    "Find and stop the cause first (complaints, spam traps, a break-in). Then ask "
		    "for removal: %.*s",
		    REP_PR(h->list->delist));
	else if (h->word == REP_LIST_POLICY && h->list->scope == REP_LIST_ADDRESS)
		x->fix = rep_finding_text(f,
		    "Give the address a PTR name of your own first (reputed ptr %.*s).%s%.*s",
		    REP_PR(s->subject[h->subject].text),
		    h->list->delist.n > 0 ? " Then ask for "
					    "removal: "
					  : "",
		    REP_PR(h->list->delist));
}

void
rep_audit_lists(const struct rep_sweep *s, struct rep_findings *f)
{
	struct rep_buf zones;
	struct rep_finding *x;
	size_t refused = 0;

	rep_buf_init(&zones, 4096);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->subjects; k++)
			if (s->v[i].hit[k].state == REP_SWEEP_LISTED &&
			    s->v[i].hit[k].word != REP_LIST_GOOD)
				one_hit(s, &s->v[i].hit[k], f);
		if (s->v[i].by_code)
			rep_buf_printf(
			    &zones, "%s%.*s", refused++ > 0 ? ", " : "", REP_PR(s->v[i].shown));
	}
	if (refused > 0) {
		x = rep_finding_add(
		    f, REP_FINDING_LISTS_REFUSE_RESOLVER, REP_S("resolver"), rep_buf_str(&zones));
		x->fix = REP_S(
		    "apt-get install unbound, and use it: nameserver 127.0.0.1 in "
		    "/etc/resolv.conf (or --server 127.0.0.1). For Spamhaus on EC2 a free DQS key "
		    "in the file list-keys works too.");
	}
	rep_buf_fini(&zones);
}
