/*
 * How a domain receives mail: what is looked up. The findings are in audit_mx.c, audit_tls.c,
 * audit_tlsrpt.c, audit_tlsa.c, audit_caa.c and audit_bimi.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/mail_inside.h"
#include "dns/wildcard.h"

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

/* The records of one kind among the TXT records at label.DOMAIN. False: not known yet. */
static bool
get_txt(const char *label, const struct rep_audit_in *in, bool (*is)(struct rep_str),
    const struct rep_dns_view *v, struct rep_audit_txt *out)
{
	const struct rep_dns_answer *ans;
	bool known = true;

	if (!get_below(label, &in->domain, REP_DNS_TXT, v, &ans))
		return false;
	/* An alias of a wildcard was not meant for this name. */
	if (ans != NULL && ans->cnames > 0 && rep_dns_by_wildcard(v, &ans->name, &known))
		ans = NULL;
	if (!known)
		return false;
	out->answer = ans;
	out->failed = ans != NULL && rep_dns_failed(ans->state);
	for (size_t i = 0; ans != NULL && i < ans->n; i++)
		if (is(ans->rr[i]->data) && out->n++ < REP_AUDIT_MAX_TXT)
			out->v[out->n - 1] = ans->rr[i]->data;
	return true;
}

bool
rep_txt_dead_alias(const struct rep_audit_txt *t)
{
	return t->answer != NULL && t->answer->cnames > 0 && t->answer->n == 0 && !t->failed;
}

struct rep_str
rep_dead_alias_text(struct rep_findings *f, const struct rep_audit_txt *t, const char *label,
    const struct rep_audit_in *in)
{
	char target[REP_NAME_TEXT];

	return rep_finding_text(f, "%s.%.*s is an alias (CNAME) of %s: %s", label,
	    REP_PR(in->domain_text), rep_name_text(&t->answer->canonical, target),
	    rep_dns_state_text(t->answer->state));
}

static bool
look_mx(const struct rep_dns_view *v, struct rep_audit_mail *out)
{
	const struct rep_dns_rr *first[REP_AUDIT_MAX_MX];
	size_t n = rep_dns_mx_first(out->mx, first, REP_AUDIT_MAX_MX);
	bool known = true;

	for (size_t i = 0; i < out->mx->n; i++)
		if (out->mx->rr[i]->target->n <= 1) {
			out->null_mx = out->mx->n == 1;
			out->null_beside = out->mx->n > 1;
		}
	for (size_t i = 0; i < n; i++) {
		const struct rep_name *host = first[i]->target;

		out->v[out->n].host = *host;
		out->v[out->n].preference = first[i]->number;
		out->v[out->n].a = rep_dns_get(v, host, REP_DNS_A);
		out->v[out->n].aaaa = rep_dns_get(v, host, REP_DNS_AAAA);
		known = get_below("_25._tcp", host, REP_DNS_TLSA, v, &out->v[out->n].tlsa) && known;
		known = known && out->v[out->n].a != NULL && out->v[out->n].aaaa != NULL;
		out->n++;
	}
	return known;
}

static bool
look(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_mail *out)
{
	bool known = true;

	out->mx = rep_dns_get(v, &in->domain, REP_DNS_MX);
	out->a = rep_dns_get(v, &in->domain, REP_DNS_A);
	out->aaaa = rep_dns_get(v, &in->domain, REP_DNS_AAAA);
	known = get_txt("_mta-sts", in, rep_sts_is_record, v, &out->sts) && known;
	known = get_txt("_smtp._tls", in, rep_tlsrpt_is_record, v, &out->tlsrpt) && known;
	known = get_txt("default._bimi", in, rep_bimi_is_record, v, &out->bimi) && known;
	if (!known || out->mx == NULL || out->a == NULL || out->aaaa == NULL)
		return false;
	return look_mx(v, out);
}

bool
rep_audit_mail(const struct rep_audit_in *in, const struct rep_dns_view *v,
    struct rep_audit_policy *policy, struct rep_audit_mail *out, struct rep_findings *f)
{
	bool known = true;

	*out = (struct rep_audit_mail){ .n = 0 };
	if (!look(in, v, out))
		return false;
	rep_mx_judge(out);
	known = rep_mx_host(in, v, out) && known;
	known = rep_tlsa_look(v, out) && known;
	known = rep_caa_look(in, v, out) && known;
	if (!known)
		return false;
	known = rep_mx_findings(in, v, out, f) && known;
	rep_sts_findings(in, policy, out, f);
	known = rep_tlsrpt_findings(in, v, out, f) && known;
	rep_tlsa_findings(in, out, f);
	rep_caa_findings(in, out, f);
	rep_bimi_findings(in, out, f);
	return known;
}
