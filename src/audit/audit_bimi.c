/* The logo (BIMI). SPDX-License-Identifier: Apache-2.0 */
#include "audit/mail_inside.h"

/* l=http://... is the one error for which the right record follows from the wrong one. */
static struct rep_str
with_https(struct rep_str record, struct rep_findings *f)
{
	static const struct rep_str none = { "", 0 };
	size_t at = rep_str_find_nocase(record, REP_S("l=http://"), 0);
	struct rep_str out, before, after;

	if (at == SIZE_MAX)
		return none;
	before = rep_str_sub(record, 0, at);
	after = rep_str_sub(record, at + 9, record.n);
	out = rep_finding_text(f, "%.*sl=https://%.*s", REP_PR(before), REP_PR(after));
	return rep_bimi_is_record(out) && rep_bimi_record_fault(out) == NULL ? out : none;
}

void
rep_bimi_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_str seen, right;
	struct rep_finding *x;
	const char *fault;

	if (m->bimi.n == 0)
		return;
	seen = rep_shown(f->a, m->bimi.v[0], 200);
	if (m->bimi.n > 1) {
		x = rep_finding_add(f, REP_FINDING_BIMI_SYNTAX, in->domain_text,
		    rep_finding_text(f,
			"%zu records, and receivers then use none of them: %.*s | ...", m->bimi.n,
			REP_PR(seen)));
		x->fix = REP_S("keep one of them and remove the others");
		return;
	}
	if ((fault = rep_bimi_record_fault(m->bimi.v[0])) == NULL)
		return;
	x = rep_finding_add(f, REP_FINDING_BIMI_SYNTAX, in->domain_text,
	    rep_finding_text(f, "%.*s: %s", REP_PR(seen), fault));
	right = with_https(m->bimi.v[0], f);
	if (right.n == 0) {
		x->fix =
		    REP_S("l= is the address of the logo, an SVG file, and begins with https://");
		return;
	}
	x->fix = REP_S("if the logo is there over HTTPS too:");
	right = rep_txt_quoted(f->a, right);
	rep_finding_publish(
	    f, x, "default._bimi.%.*s. IN TXT %.*s", REP_PR(in->domain_text), REP_PR(right));
}

/* What is wrong in a DMARC record for BIMI; NULL: nothing. */
static const char *
too_weak(const struct rep_dmarc_record *r)
{
	if (r->p <= REP_DMARC_P_NONE)
		return "p=none";
	if (r->sp == REP_DMARC_P_NONE)
		return "sp=none";
	return r->pct >= 0 && r->pct < 100 ? "pct= below 100" : NULL;
}

void
rep_bimi_policy(const struct rep_audit_in *in, const struct rep_audit_mail *m,
    const struct rep_dmarc *d, struct rep_findings *f)
{
	const struct rep_dmarc_at *at = d->by_walk != NULL ? d->by_walk : d->by_psl,
				  *org = d->psl.records == 1 ? &d->psl : at;
	struct rep_str logo, name;
	struct rep_finding *x;
	char text[REP_NAME_TEXT];
	const char *why;

	if (m->bimi.n == 0 || (at == NULL && d->failed))
		return;
	logo = rep_shown(f->a, m->bimi.v[0], 200);
	if (at == NULL) {
		x = rep_finding_add(f, REP_FINDING_BIMI_POLICY, in->domain_text,
		    rep_finding_text(f, "%.*s; there is no DMARC record", REP_PR(logo)));
		x->fix = REP_S("bring DMARC to p=quarantine or p=reject first");
		return;
	}
	if ((why = too_weak(&at->record)) == NULL) {
		at = org;
		why = too_weak(&at->record);
	}
	if (why == NULL)
		return;
	name = rep_finding_text(f, "_dmarc.%s", rep_name_text(&at->name, text));
	x = rep_finding_add(f, REP_FINDING_BIMI_POLICY, in->domain_text,
	    rep_finding_text(f, "%.*s; %.*s has %s", REP_PR(logo), REP_PR(name), why));
	x->fix = at->record.p <= REP_DMARC_P_NONE
	    ? rep_finding_text(
		  f, "bring DMARC at %.*s to p=quarantine or p=reject first", REP_PR(name))
	    : rep_finding_text(f, "remove %s from the DMARC record at %.*s",
		  at->record.sp == REP_DMARC_P_NONE ? "sp=none" : "pct=", REP_PR(name));
}
