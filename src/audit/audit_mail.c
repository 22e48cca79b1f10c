/* How a domain receives mail: MX, MTA-STS, TLS-RPT, BIMI, DANE. SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

static bool
get_below(const char *label, const struct rep_name *name, uint16_t type,
    const struct rep_dns_view *v, const struct rep_dns_answer **out)
{
	struct rep_name q;

	*out = NULL;
	if (!rep_name_join(rep_str_c(label), name, &q))
		return true;
	return (*out = rep_dns_get(v, &q, type)) != NULL;
}

static void
pick(
    const struct rep_dns_answer *ans, bool (*is)(struct rep_str), struct rep_str *record, size_t *n)
{
	for (size_t i = 0; ans != NULL && i < ans->n; i++)
		if (is(ans->rr[i]->data) && (*n)++ == 0)
			*record = ans->rr[i]->data;
}

static bool
look(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_mail *out)
{
	const struct rep_dns_answer *sts, *rpt, *bimi;
	size_t bimis = 0;
	bool known = true;

	out->mx = rep_dns_get(v, &in->domain, REP_DNS_MX);
	out->a = rep_dns_get(v, &in->domain, REP_DNS_A);
	out->aaaa = rep_dns_get(v, &in->domain, REP_DNS_AAAA);
	known = get_below("_mta-sts", &in->domain, REP_DNS_TXT, v, &sts) && known;
	known = get_below("_smtp._tls", &in->domain, REP_DNS_TXT, v, &rpt) && known;
	known = get_below("default._bimi", &in->domain, REP_DNS_TXT, v, &bimi) && known;
	if (!known || out->mx == NULL || out->a == NULL || out->aaaa == NULL)
		return false;
	out->sts_failed = sts != NULL && rep_dns_failed(sts->state);
	out->tlsrpt_failed = rpt != NULL && rep_dns_failed(rpt->state);
	out->bimi_failed = bimi != NULL && rep_dns_failed(bimi->state);
	pick(sts, rep_sts_is_record, &out->sts_record, &out->sts_records);
	pick(rpt, rep_tlsrpt_is_record, &out->tlsrpt_record, &out->tlsrpt_records);
	pick(bimi, rep_bimi_is_record, &out->bimi_record, &bimis);
	for (size_t i = 0; i < out->mx->n && i < REP_AUDIT_MAX_MX; i++) {
		const struct rep_name *host = out->mx->rr[i]->target;

		if (host->n <= 1) {
			out->null_mx = out->mx->n == 1;
			continue;
		}
		out->v[out->n].host = *host;
		out->v[out->n].preference = out->mx->rr[i]->number;
		out->v[out->n].a = rep_dns_get(v, host, REP_DNS_A);
		out->v[out->n].aaaa = rep_dns_get(v, host, REP_DNS_AAAA);
		known = get_below("_25._tcp", host, REP_DNS_TLSA, v, &out->v[out->n].tlsa) && known;
		known = known && out->v[out->n].a != NULL && out->v[out->n].aaaa != NULL;
		out->n++;
	}
	return known;
}

static void
mx_findings(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_finding *x;
	char host[REP_NAME_TEXT];

	if (rep_dns_failed(m->mx->state)) {
		(void)rep_finding_add(f, REP_FINDING_MX_UNKNOWN, in->domain_text,
		    rep_finding_text(f, "MX of %.*s: %s", REP_PR(in->domain_text),
			rep_dns_state_text(m->mx->state)));
		return;
	}
	if (m->mx->n == 0 && m->a->n == 0 && m->aaaa->n == 0 && !rep_dns_failed(m->a->state)) {
		x = rep_finding_add(f, REP_FINDING_MX_MISSING, in->domain_text,
		    rep_finding_text(f, "MX of %.*s: %s; no A or AAAA record either",
			REP_PR(in->domain_text), rep_dns_state_text(m->mx->state)));
		x->fix = rep_finding_text(f,
		    "%.*s. IN MX 10 mail.%.*s.  (the host that takes replies and bounces)",
		    REP_PR(in->domain_text), REP_PR(in->domain_text));
	}
	for (size_t i = 0; i < m->n; i++) {
		rep_name_text(&m->v[i].host, host);
		if (m->v[i].a->cnames > 0) {
			x = rep_finding_add(f, REP_FINDING_MX_CNAME, in->domain_text,
			    rep_finding_text(
				f, "MX %u %s is an alias (CNAME)", m->v[i].preference, host));
			x->fix = rep_finding_text(
			    f, "Let the MX point to the host behind the alias %s.", host);
		}
		if (m->v[i].a->n == 0 && m->v[i].aaaa->n == 0 &&
		    !rep_dns_failed(m->v[i].a->state) && !rep_dns_failed(m->v[i].aaaa->state)) {
			x = rep_finding_add(f, REP_FINDING_MX_DEAD, in->domain_text,
			    rep_finding_text(f, "MX %u %s: %s", m->v[i].preference, host,
				rep_dns_state_text(m->v[i].a->state)));
			x->fix =
			    rep_finding_text(f, "%s. IN A (its address), or remove the MX", host);
		}
	}
}

static void
sts_findings(const struct rep_audit_in *in, struct rep_audit_policy *policy,
    struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_str why = { "", 0 }, record;
	const char *fault;
	struct rep_finding *x;
	char host[REP_NAME_TEXT];

	policy->wanted = m->sts_records > 0;
	if (!policy->wanted)
		return;
	if (m->sts_records > 1)
		why = REP_S("there is more than one record");
	else if ((fault = rep_sts_record_fault(m->sts_record)) != NULL)
		why = rep_str_c(fault);
	else if (policy->fetched && policy->failure.n > 0)
		why = policy->failure;
	if (why.n == 0 && policy->fetched) {
		rep_sts_policy_parse(policy->text, &m->policy);
		if (!m->policy.good)
			why = rep_shown(f->a, rep_str_c(m->policy.why), 200);
	}
	if (why.n > 0) {
		record = rep_shown(f->a, m->sts_record, 120);
		x = rep_finding_add(f, REP_FINDING_MTA_STS_INVALID, in->domain_text,
		    rep_finding_text(f, "%.*s: %.*s", REP_PR(record), REP_PR(why)));
		x->fix = rep_finding_text(f,
		    "Fix https://mta-sts.%.*s/.well-known/mta-sts.txt, then change id= in "
		    "_mta-sts.%.*s",
		    REP_PR(in->domain_text), REP_PR(in->domain_text));
		return;
	}
	for (size_t i = 0; i < m->n && policy->fetched && m->policy.mode != REP_STS_NONE; i++)
		if (!rep_sts_allows(&m->policy, rep_str_c(rep_name_text(&m->v[i].host, host)))) {
			x = rep_finding_add(f, REP_FINDING_MTA_STS_MX, in->domain_text,
			    rep_finding_text(f, "MX %s is not in the policy (mode %s)", host,
				rep_sts_mode_text(m->policy.mode)));
			x->fix = rep_finding_text(f, "Add to the policy: mx: %s", host);
		}
}

static void
other_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_finding *x;
	struct rep_tlsrpt reports;

	rep_tlsrpt_parse(m->tlsrpt_record, &reports);
	if (m->tlsrpt_records > 1 || (m->tlsrpt_records == 1 && !reports.good)) {
		x = rep_finding_add(f, REP_FINDING_TLS_RPT_SYNTAX, in->domain_text,
		    rep_shown(f->a, m->tlsrpt_record, 200));
		x->fix = rep_finding_text(f,
		    "_smtp._tls.%.*s. IN TXT \"v=TLSRPTv1; rua=mailto:tlsrpt@%.*s\"",
		    REP_PR(in->domain_text), REP_PR(in->domain_text));
	} else if (m->tlsrpt_records == 0 && m->sts_records > 0) {
		x = rep_finding_add(f, REP_FINDING_TLS_RPT_MISSING, in->domain_text,
		    REP_S("there is MTA-STS, but no TLS-RPT"));
		x->fix = rep_finding_text(f,
		    "_smtp._tls.%.*s. IN TXT \"v=TLSRPTv1; rua=mailto:tlsrpt@%.*s\"",
		    REP_PR(in->domain_text), REP_PR(in->domain_text));
	}
	if (m->bimi_record.n > 0 && rep_bimi_record_fault(m->bimi_record) != NULL) {
		x = rep_finding_add(f, REP_FINDING_BIMI_SYNTAX, in->domain_text,
		    rep_shown(f->a, m->bimi_record, 200));
		x->fix = rep_finding_text(f,
		    "default._bimi.%.*s. IN TXT \"v=BIMI1; l=https://%.*s/logo.svg; a=\"",
		    REP_PR(in->domain_text), REP_PR(in->domain_text));
	}
}

bool
rep_audit_mail(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_audit_policy *policy, struct rep_audit_mail *out, struct rep_findings *f)
{
	*out = (struct rep_audit_mail){ .n = 0 };
	if (!look(in, v, out))
		return false;
	mx_findings(in, out, f);
	sts_findings(in, policy, out, f);
	other_findings(in, out, f);
	return true;
}
