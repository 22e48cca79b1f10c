/*
 * Records at the wrong name: many editors of zones put the domain behind every name, so that
 * "_dmarc.example.com" becomes _dmarc.example.com.example.com. Looked for only where the right record
 * is missing, and only if there is anything at example.com.example.com.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/dmarc_fix.h"
#include "audit/mail_inside.h"
#include "dns/overlay.h"

/* A name that nobody uses. If it has the record too, there is a wildcard. */
static const char none[] = "no-such-name-of-reputed";

/* What is searched, and what was found. */
struct misplaced_search {
	const struct rep_audit_in *in;
	const struct rep_dns_view *v;
	struct rep_arena *a;
	struct rep_audit_domain *d;
	struct rep_findings *f;
	bool known;
};

/* --- whether a record is good where it should be ----------------------------------------------------- */

static bool
nothing_wrong(const struct rep_findings *f)
{
	return !rep_findings_trouble(f);
}

static bool
good_spf(struct misplaced_search *s, const struct rep_dns_view *v, struct rep_str record,
    struct rep_findings *f)
{
	struct rep_spf_audit *spf = rep_arena_alloc(s->a, sizeof *spf);
	struct rep_spf_check *checks = rep_arena_alloc(s->a, REP_AUDIT_MAX_IPS * sizeof *checks);
	struct rep_str proposed;

	(void)record;
	if (spf == NULL || checks == NULL)
		return false;
	if (!rep_audit_spf(s->in, v, s->a, spf, checks, &proposed, f))
		s->known = false;
	return nothing_wrong(f);
}

static bool
good_dmarc(struct misplaced_search *s, const struct rep_dns_view *v, struct rep_str record,
    struct rep_findings *f)
{
	struct rep_dmarc *d = rep_arena_alloc(s->a, sizeof *d);

	(void)record;
	if (d == NULL)
		return false;
	if (!rep_audit_dmarc(s->in, v, d, f))
		s->known = false;
	return nothing_wrong(f);
}

static bool
good_key(struct misplaced_search *s, const struct rep_dns_view *v, struct rep_str record,
    struct rep_findings *f)
{
	struct rep_dkim_key k;

	(void)s;
	(void)v;
	(void)f;
	rep_dkim_key_parse(record, &k);
	return k.state == REP_DKIM_KEY_OK && !k.testing && k.sha256 && k.email &&
	    (k.type != REP_DKIM_RSA || k.bits >= 2048);
}

/* The audit of the mail with the record in it. */
static struct rep_audit_mail *
with(struct misplaced_search *s)
{
	struct rep_audit_mail *m = rep_arena_alloc(s->a, sizeof *m);

	if (m != NULL)
		*m = s->d->mail;
	return m;
}

static bool
good_reports(struct misplaced_search *s, const struct rep_dns_view *v, struct rep_str record,
    struct rep_findings *f)
{
	struct rep_audit_mail *m = with(s);

	if (m == NULL)
		return false;
	m->tlsrpt.v[0] = record;
	m->tlsrpt.n = 1;
	if (!rep_tlsrpt_findings(s->in, v, m, f))
		s->known = false;
	return nothing_wrong(f);
}

static bool
good_logo(struct misplaced_search *s, const struct rep_dns_view *v, struct rep_str record,
    struct rep_findings *f)
{
	struct rep_audit_mail *m = with(s);

	(void)v;
	if (m == NULL)
		return false;
	m->bimi.v[0] = record;
	m->bimi.n = 1;
	rep_bimi_findings(s->in, m, f);
	rep_bimi_policy(s->in, m, &s->d->dmarc, f);
	return f->n == 0;
}

/* --- kinds of records ------------------------------------------------------------------------------- */

/* Whether a TXT record is a DKIM key. */
static bool
is_key(struct rep_str txt)
{
	struct rep_dkim_key k;

	rep_dkim_key_parse(txt, &k);
	return k.state == REP_DKIM_KEY_OK;
}

static const struct misplaced {
	const char *label; /* before the domain; "": none. DKIM: a selector is before it */
	bool (*is)(struct rep_str txt);
	/* Whether nothing is wrong with it at its right name. NULL: that cannot be told from DNS. */
	bool (*good)(struct misplaced_search *s, const struct rep_dns_view *v,
	    struct rep_str record, struct rep_findings *f);
	enum rep_finding_id missing; /* the finding that says that the right one is missing */
	enum rep_severity severity;
} kinds[] = {
	{ "", rep_spf_is_record, good_spf, REP_FINDING_SPF_MISSING, REP_SERIOUS },
	{ "_dmarc", rep_dmarc_is_record, good_dmarc, REP_FINDING_DMARC_MISSING, REP_SERIOUS },
	{ "_domainkey", is_key, good_key, REP_FINDING_DKIM_KEY_MISSING, REP_SERIOUS },
	{ "_mta-sts", rep_sts_is_record, NULL, REP_FINDING_N, REP_WARNING },
	{ "_smtp._tls", rep_tlsrpt_is_record, good_reports, REP_FINDING_TLS_RPT_MISSING,
	    REP_WARNING },
	{ "default._bimi", rep_bimi_is_record, good_logo, REP_FINDING_N, REP_INFO },
};

enum { SPF, DMARC, DKIM, STS, REPORTS, LOGO };

static bool
is_missing(const struct rep_audit_domain *d, size_t kind)
{
	const struct rep_dmarc *dmarc = &d->dmarc;

	switch (kind) {
	case SPF: return d->spf.state == REP_SPF_STATE_NONE;
	case DMARC:
		return dmarc->steps > 0 && dmarc->step[0].records == 0 &&
		    dmarc->step[0].answer != NULL && !rep_dns_failed(dmarc->step[0].answer->state);
	case STS: return d->mail.sts.n == 0 && !d->mail.sts.failed;
	case REPORTS: return d->mail.tlsrpt.n == 0 && !d->mail.tlsrpt.failed;
	case LOGO: return d->mail.bimi.n == 0 && !d->mail.bimi.failed;
	default: return false;
	}
}

/* --- the search ------------------------------------------------------------------------------------ */

/* "label.DOMAIN"; an empty label gives the domain. False: too long. */
static bool
name_of(struct rep_str label, const struct rep_name *domain, struct rep_name *out)
{
	if (label.n > 0)
		return rep_name_join(label, domain, out);
	*out = *domain;
	return true;
}

static struct rep_str
record_in(const struct rep_dns_answer *ans, const struct misplaced *k)
{
	for (size_t i = 0; i < ans->n; i++)
		if (k->is(ans->rr[i]->data))
			return ans->rr[i]->data;
	return (struct rep_str){ "", 0 };
}

/* Whether any name below the domain has this record. */
static bool
wildcard(struct misplaced_search *s, struct rep_str record)
{
	const struct rep_dns_answer *ans;
	struct rep_name name;

	if (!rep_name_join(REP_S(none), &s->in->domain, &name))
		return false;
	if ((ans = rep_dns_get(s->v, &name, REP_DNS_TXT)) == NULL) {
		s->known = false;
		return true;
	}
	for (size_t i = 0; i < ans->n; i++)
		if (rep_str_eq(ans->rr[i]->data, record))
			return true;
	return false;
}

/* Whether the record, at its right name, leaves nothing wrong. */
static bool
proven(struct misplaced_search *s, const struct misplaced *k, const struct rep_name *right,
    struct rep_str record)
{
	struct rep_dns_overlay o;
	struct rep_dns_view v;
	struct rep_findings *f = rep_arena_alloc(s->a, sizeof *f);

	rep_dns_overlay_init(&o, s->a, s->v);
	if (k->good == NULL || f == NULL || !rep_dns_overlay_txt(&o, right, k->is, record))
		return false;
	v = rep_dns_overlay_view(&o);
	rep_findings_init(f, s->a);
	return k->good(s, &v, record, f);
}

/* The finding that the right record is missing names the same record as ours: one proposal, not two. */
static void
same_advice(struct rep_findings *f, enum rep_finding_id missing, const struct rep_finding *ours,
    struct rep_str wrong)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].number == missing && ours->publish.n > 0 &&
		    (missing != REP_FINDING_DKIM_KEY_MISSING ||
			rep_str_starts(ours->publish, f->v[i].subject))) {
			f->v[i].fix = rep_finding_text(f,
			    "it is at the wrong name (%.*s); this is the right one:",
			    REP_PR(wrong));
			f->v[i].publish = ours->publish;
		}
}

static void
add(struct misplaced_search *s, const struct misplaced *k, const struct rep_name *right,
    struct rep_str wrong, struct rep_str record)
{
	struct rep_str seen = rep_shown(s->f->a, record, 300);
	struct rep_str right_one =
	    k->is == rep_dmarc_is_record ? rep_dmarc_begin(s->f->a, record) : record;
	struct rep_str quoted = rep_txt_quoted(s->f->a, right_one);
	struct rep_finding *x =
	    rep_finding_add(s->f, REP_FINDING_RECORD_AT_WRONG_NAME, s->in->domain_text,
		rep_finding_text(s->f, "TXT of %.*s (the domain is there twice): \"%.*s\"",
		    REP_PR(wrong), REP_PR(seen)));
	char name[REP_NAME_TEXT];

	rep_name_text(right, name);
	x->severity = k->severity;
	if (!proven(s, k, right, right_one)) {
		x->fix = rep_finding_text(s->f,
		    "remove it there. The record belongs at %s: in the editor write the name "
		    "without the domain, or with a dot at its end",
		    name);
		return;
	}
	x->fix = rep_finding_text(s->f,
	    "remove it there, and publish it here; in the editor write the name without the "
	    "domain, or with a dot at its end%s:",
	    right_one.p == record.p
		? ""
		: ". It was never in force, so it begins with p=none. When the reports show that all "
		  "your own mail passes, set the policy that you wanted");
	rep_finding_publish(s->f, x, "%s. IN TXT %.*s", name, REP_PR(quoted));
	same_advice(s->f, k->missing, x, wrong);
}

/* Looks for one record at label.DOMAIN.DOMAIN. */
static void
look(struct misplaced_search *s, const struct misplaced *k, struct rep_str label,
    const struct rep_name *twice)
{
	struct rep_name right, name;
	const struct rep_dns_answer *ans;
	char text[REP_NAME_TEXT];
	struct rep_str record;

	if (!name_of(label, &s->in->domain, &right) || !name_of(label, twice, &name))
		return;
	if ((ans = rep_dns_get(s->v, &name, REP_DNS_TXT)) == NULL) {
		s->known = false;
		return;
	}
	record = record_in(ans, k);
	if (record.n == 0 || wildcard(s, record))
		return;
	add(s, k, &right, rep_arena_dup(s->a, rep_str_c(rep_name_text(&name, text))), record);
}

/* Named selectors that have no key; the usual ones where no key was found at all. */
static void
look_keys(struct misplaced_search *s, const struct rep_name *twice)
{
	const struct rep_audit_dkim *d = &s->d->dkim;
	const char *usual;

	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].named && d->v[i].answer->n == 0 &&
		    !rep_dns_failed(d->v[i].answer->state))
			look(s, &kinds[DKIM],
			    rep_arena_printf(s->a, "%.*s._domainkey", REP_PR(d->v[i].selector)),
			    twice);
	for (size_t i = 0; d->n == 0 && !d->wildcard && (usual = rep_audit_dkim_nth(i)) != NULL;
	     i++)
		look(s, &kinds[DKIM], rep_arena_printf(s->a, "%s._domainkey", usual), twice);
}

void
rep_audit_misplaced_ask(const struct rep_audit_in *in, const struct rep_dns_view *v)
{
	struct rep_name twice;

	if (rep_name_join(in->domain_text, &in->domain, &twice))
		(void)rep_dns_get(v, &twice, REP_DNS_TXT);
}

bool
rep_audit_misplaced(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_arena *a, struct rep_audit_domain *d, struct rep_findings *f)
{
	struct misplaced_search s = { in, v, a, d, f, true };
	const struct rep_dns_answer *ans;
	struct rep_name twice;

	d->misplaced_failed = false;
	if (!rep_name_join(in->domain_text, &in->domain, &twice))
		return true;
	if ((ans = rep_dns_get(v, &twice, REP_DNS_TXT)) == NULL)
		return false;
	d->misplaced_failed = rep_dns_failed(ans->state);
	/* Nothing is below a name that is not there (RFC 8020). */
	if (d->misplaced_failed || ans->state == REP_DNS_NXDOMAIN)
		return true;
	for (size_t i = 0; i < REP_COUNT(kinds); i++)
		if (is_missing(d, i))
			look(&s, &kinds[i], rep_str_c(kinds[i].label), &twice);
	look_keys(&s, &twice);
	return s.known;
}
