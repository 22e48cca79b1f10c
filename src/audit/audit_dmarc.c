/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

static struct rep_str
name_text(struct rep_findings *f, const struct rep_name *n)
{
	char buf[REP_NAME_TEXT];

	return rep_finding_text(f, "%s", rep_name_text(n, buf));
}

static struct rep_str
record_at(struct rep_findings *f, const struct rep_dmarc_at *at)
{
	struct rep_str name = name_text(f, &at->name), text = rep_shown(f->a, at->record.text, 300);

	return rep_finding_text(f, "_dmarc.%.*s TXT \"%.*s\"", REP_PR(name), REP_PR(text));
}

static void
publish(const struct rep_audit_in *in, struct rep_findings *f, struct rep_finding *x,
    const char *policy)
{
	rep_finding_publish(f, x, "_dmarc.%.*s. IN TXT \"v=DMARC1; p=%s; rua=mailto:dmarc@%.*s\"",
	    REP_PR(in->domain_text), policy, REP_PR(in->domain_text));
}

static void
missing(const struct rep_audit_in *in, const struct rep_dmarc *d, struct rep_findings *f)
{
	const struct rep_dmarc_at *own = d->steps > 0 ? &d->step[0] : &d->psl;
	const struct rep_dns_answer *failed = NULL;
	struct rep_finding *x;
	struct rep_str seen;

	/* A failed query above the organization (at a public suffix) does not matter here. */
	if (own->answer != NULL && rep_dns_failed(own->answer->state))
		failed = own->answer;
	else if (d->psl.answer != NULL && rep_dns_failed(d->psl.answer->state))
		failed = d->psl.answer;
	if (own->records == 0 && d->psl.records > 0)
		own = &d->psl;
	if (own->records > 1) {
		seen = name_text(f, &own->name);
		x = rep_finding_add(f, REP_FINDING_DMARC_SEVERAL, in->domain_text,
		    rep_finding_text(f, "%zu records at _dmarc.%.*s", own->records, REP_PR(seen)));
		x->fix = REP_S("Keep one of them and remove the others.");
	} else if (own->records == 1) {
		seen = record_at(f, own);
		x = rep_finding_add(f, REP_FINDING_DMARC_SYNTAX, in->domain_text,
		    rep_finding_text(f, "%.*s: %s", REP_PR(seen),
			own->record.syntax ? own->record.why : "it has neither p= nor rua="));
		publish(in, f, x, "none");
	} else if (failed != NULL) {
		(void)rep_finding_add(f, REP_FINDING_DMARC_UNKNOWN, in->domain_text,
		    rep_finding_text(f, "TXT of _dmarc.%.*s: %s", REP_PR(in->domain_text),
			rep_dns_state_text(failed->state)));
	} else {
		x = rep_finding_add(f, REP_FINDING_DMARC_MISSING, in->domain_text,
		    rep_finding_text(f, "TXT of _dmarc.%.*s: %s; none above it either",
			REP_PR(in->domain_text),
			own->answer != NULL ? rep_dns_state_text(own->answer->state) : "no name"));
		publish(in, f, x, "none");
	}
}

static void
of_record(const struct rep_audit_in *in, const struct rep_dmarc *d, const struct rep_dmarc_at *at,
    struct rep_findings *f)
{
	const struct rep_dmarc_record *r = &at->record;
	struct rep_str seen = record_at(f, at), name;
	bool rua = false;
	struct rep_finding *x;

	if (r->syntax || r->p == REP_DMARC_UNSAID) {
		x = rep_finding_add(f, REP_FINDING_DMARC_SYNTAX, in->domain_text,
		    rep_finding_text(f, "%.*s: %s", REP_PR(seen),
			r->syntax ? r->why : "p= is missing, so it counts as p=none"));
		x->fix = REP_S("Fix this, then check again.");
	}
	if (rep_dmarc_applies(d, at, &in->domain) == REP_DMARC_P_NONE && !r->p_bad) {
		x = rep_finding_add(f, REP_FINDING_DMARC_NONE, in->domain_text, seen);
		x->fix = REP_S(
		    "When the reports show that all your own mail passes, set p=quarantine, later "
		    "p=reject.");
	}
	if (r->p > REP_DMARC_P_NONE && (r->sp == REP_DMARC_P_NONE || r->np == REP_DMARC_P_NONE)) {
		x = rep_finding_add(f, REP_FINDING_DMARC_SUBDOMAINS_OPEN, in->domain_text, seen);
		x->fix = REP_S(
		    "Remove sp=none and np=none; give subdomains that need it their own record.");
	}
	if (r->pct >= 0 && r->pct < 100) {
		x = rep_finding_add(f, REP_FINDING_DMARC_PCT, in->domain_text, seen);
		x->fix = REP_S("Remove pct=; t=y is the test mode of RFC 9989.");
	} else if (r->old) {
		x = rep_finding_add(f, REP_FINDING_DMARC_OLD_TAGS, in->domain_text, seen);
		x->fix = REP_S("Remove pct=, rf= and ri=.");
	}
	if (r->test)
		(void)rep_finding_add(f, REP_FINDING_DMARC_TESTING, in->domain_text, seen);
	for (size_t i = 0; i < r->uris; i++) {
		struct rep_str uri;

		if (r->uri[i].domain.n > 0) {
			rua = rua || !r->uri[i].forensic;
			continue;
		}
		uri = rep_shown(f->a, r->uri[i].uri, 120);
		(void)rep_finding_add(f, REP_FINDING_DMARC_RUA_SYNTAX, in->domain_text,
		    rep_finding_text(f, "\"%.*s\"", REP_PR(uri)));
	}
	if (!rua) {
		x = rep_finding_add(f, REP_FINDING_DMARC_NO_RUA, in->domain_text, seen);
		name = name_text(f, &at->name);
		x->fix =
		    rep_finding_text(f, "Add rua=mailto:dmarc@%.*s to that record.", REP_PR(name));
	}
}

/* RFC 9990, 4: who receives reports about another domain must publish that they want them. */
static bool
destinations(const struct rep_audit_in *in, const struct rep_dmarc_at *at,
    const struct rep_dns_view *v, struct rep_findings *f)
{
	struct rep_str own = name_text(f, &at->name), dest, uri, name;
	struct rep_name org, there, there_org, q;
	const struct rep_dns_answer *ans;
	bool known = true, agreed;
	struct rep_finding *x;

	rep_dmarc_org_psl(&at->name, &org);
	for (size_t i = 0; i < at->record.uris; i++) {
		dest = at->record.uri[i].domain;
		if (dest.n == 0 || !rep_name_raw(dest, &there))
			continue;
		rep_dmarc_org_psl(&there, &there_org);
		if (rep_name_eq(&org, &there_org))
			continue;
		if (!rep_name_join(REP_S("_report._dmarc"), &there, &q) ||
		    !rep_name_join(own, &q, &q))
			continue;
		if ((ans = rep_dns_get(v, &q, REP_DNS_TXT)) == NULL) {
			known = false;
			continue;
		}
		agreed = rep_dns_failed(ans->state);
		for (size_t k = 0; k < ans->n; k++)
			agreed = agreed || rep_dmarc_is_record(ans->rr[k]->data);
		if (agreed)
			continue;
		uri = rep_shown(f->a, at->record.uri[i].uri, 120);
		name = name_text(f, &q);
		x = rep_finding_add(f, REP_FINDING_DMARC_RUA_UNAUTHORIZED, in->domain_text,
		    rep_finding_text(f, "%.*s: TXT of %.*s: %s", REP_PR(uri), REP_PR(name),
			rep_dns_state_text(ans->state)));
		x->fix = REP_S("not in your zone, but in that of the report address:");
		rep_finding_publish(f, x, "%.*s. IN TXT \"v=DMARC1\"", REP_PR(name));
	}
	return known;
}

static bool
same_record(const struct rep_dmarc_at *a, const struct rep_dmarc_at *b)
{
	return a == b || (a != NULL && b != NULL && rep_name_eq(&a->name, &b->name));
}

static struct rep_str
both_ways(struct rep_findings *f, struct rep_str walk, struct rep_str psl)
{
	return rep_finding_text(f, "by the tree walk: %.*s; by the Public Suffix List: %.*s",
	    REP_PR(walk), REP_PR(psl));
}

static void
differences(const struct rep_audit_in *in, const struct rep_dmarc *d, struct rep_findings *f)
{
	if (!same_record(d->by_walk, d->by_psl))
		(void)rep_finding_add(f, REP_FINDING_DMARC_WALK_DIFFERS, in->domain_text,
		    both_ways(f, d->by_walk != NULL ? record_at(f, d->by_walk) : REP_S("none"),
			d->by_psl != NULL ? record_at(f, d->by_psl) : REP_S("none")));
	else if (d->by_walk != NULL && !rep_name_eq(&d->org_walk, &d->org_psl))
		(void)rep_finding_add(f, REP_FINDING_DMARC_ORG_DIFFERS, in->domain_text,
		    both_ways(f, name_text(f, &d->org_walk), name_text(f, &d->org_psl)));
}

bool
rep_audit_dmarc(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_dmarc *out,
    struct rep_findings *f)
{
	const struct rep_dmarc_at *at;
	bool known = true;

	if (!rep_dmarc_find(&in->domain, v, out))
		return false;
	at = out->by_walk != NULL ? out->by_walk : out->by_psl;
	if (at == NULL) {
		missing(in, out, f);
	} else {
		of_record(in, out, at, f);
		known = destinations(in, at, v, f);
	}
	differences(in, out, f);
	return known;
}
