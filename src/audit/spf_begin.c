/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/spf_begin.h"
#include "audit/spf_own.h"

/*
 * Who runs the mailboxes of the domain, and says what to include. People write from mailboxes, so mail
 * leaves there too. *out is NULL: nobody is known.
 */
static bool
mailboxes(
    const struct rep_audit_in *in, const struct rep_dns_view *v, const struct rep_provider **out)
{
	const struct rep_dns_answer *mx = rep_dns_get(v, &in->domain, REP_DNS_MX);
	const struct rep_dns_rr *first[REP_AUDIT_MAX_MX];
	size_t n = mx == NULL ? 0 : rep_dns_mx_first(mx, first, REP_AUDIT_MAX_MX);
	char host[REP_NAME_TEXT];

	*out = NULL;
	for (size_t i = 0; in->providers != NULL && i < n && *out == NULL; i++) {
		rep_name_text(first[i]->target, host);
		*out = rep_provider_by_host(in->providers, rep_str_c(host));
		if (*out != NULL && (*out)->spf.n == 0)
			*out = NULL;
	}
	return mx != NULL;
}

bool
rep_spf_begin(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_arena *a,
    const struct rep_spf_repair *read, struct rep_spf_begin *out)
{
	bool known = true, mx;

	*out = (struct rep_spf_begin){ .mx_only = false };
	if (read->no_domain || read->alias || read->too_long) {
		out->why = read->no_domain ? REP_S("the domain does not exist")
		    : read->too_long
		    ? REP_S(
			  "the record is too long to be read as it was meant: correct its mistakes first")
		    : REP_S("the name is an alias (CNAME), which can have no records of its own: "
			    "publish SPF at the name that it leads to, or send as another domain");
		return true;
	}
	if (!mailboxes(in, v, &out->hosts))
		return false;
	out->record = read->record;
	if (out->record.n > 0)
		return true;
	if (out->hosts != NULL) {
		out->record =
		    rep_arena_printf(a, "v=spf1 include:%.*s ~all", REP_PR(out->hosts->spf));
		return true;
	}
	if (in->ip_n > 0) {
		out->record = REP_S("v=spf1 ~all");
		return true;
	}
	mx = rep_spf_own_mx(in, &in->domain, v, &known);
	if (!known)
		return false;
	out->mx_only = mx;
	if (mx)
		out->record = REP_S("v=spf1 mx ~all");
	else
		out->why = REP_S(
		    "give each address that sends with --ip; a mail service that you use tells you what to include");
	return true;
}
