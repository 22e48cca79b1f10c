/* The TLSA records (DANE) of the MX. SPDX-License-Identifier: Apache-2.0 */
#include "audit/mail_inside.h"
#include "auth/tlsa.h"

enum { DS = 43 }; /* RFC 4034, 5 */

/*
 * Whether the name may be in a signed zone. A resolver that validates says so of its answer. One
 * that does not still finds the DS record of a signed zone above the name; where there is none up to
 * the domain of two labels, the zone is not signed. False: not known yet.
 */
static bool
maybe_signed(const struct rep_name *host, const struct rep_dns_answer *tlsa,
    const struct rep_dns_view *v, bool *out)
{
	const struct rep_dns_answer *ds;
	struct rep_name name = *host;
	bool known = true;

	*out = tlsa->authentic;
	for (; !*out && rep_name_labels(&name) >= 2; (void)rep_name_up(&name, 1, &name)) {
		if (name.w[1] == '_')
			continue; /* no zone begins at _25._tcp */
		if ((ds = rep_dns_get(v, &name, DS)) == NULL)
			known = false;
		else if (ds->n > 0 || rep_dns_failed(ds->state))
			*out = true;
	}
	return known;
}

bool
rep_tlsa_look(const struct rep_dns_view *v, struct rep_audit_mail *m)
{
	bool known = true;

	for (size_t i = 0; i < m->n; i++) {
		const struct rep_dns_answer *t = m->v[i].tlsa;

		if (t != NULL && t->n > 0)
			known = maybe_signed(&t->canonical, t, v, &m->v[i].signed_zone) && known;
	}
	return known;
}

static void
unusable(const struct rep_audit_in *in, const char *host, const struct rep_dns_answer *ans,
    struct rep_findings *f)
{
	struct rep_finding *x;
	struct rep_tlsa t;
	size_t good = 0;

	for (size_t i = 0; i < ans->n; i++) {
		rep_tlsa_parse(ans->rr[i]->data, &t);
		good += t.usable;
	}
	for (size_t i = 0; i < ans->n; i++) {
		rep_tlsa_parse(ans->rr[i]->data, &t);
		if (t.usable)
			continue;
		x = rep_finding_add(f, REP_FINDING_TLSA_UNUSABLE, in->domain_text,
		    rep_finding_text(f, "_25._tcp.%s TLSA %u %u %u: %s", host, t.usage, t.selector,
			t.matching, t.why));
		x->fix = good > 0
		    ? rep_finding_text(f,
			  "remove this record; the other TLSA record%s of %s can be used",
			  rep_plural(good), host)
		    : rep_finding_text(f,
			  "publish 3 1 1 and the SHA-256 of the public key of the certificate that "
			  "%s has, or remove the record",
			  host);
	}
}

void
rep_tlsa_findings(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	char host[REP_NAME_TEXT];
	struct rep_finding *x;

	for (size_t i = 0; i < m->n; i++) {
		const struct rep_dns_answer *t = m->v[i].tlsa;

		if (t == NULL || t->n == 0)
			continue;
		rep_name_text(&m->v[i].host, host);
		unusable(in, host, t, f);
		if (m->v[i].signed_zone)
			continue;
		x = rep_finding_add(f, REP_FINDING_TLSA_NO_DNSSEC, in->domain_text,
		    rep_finding_text(
			f, "_25._tcp.%s has a TLSA record, and no DS record is above it", host));
		x->fix = rep_finding_text(
		    f, "sign the zone of %s with DNSSEC, or remove the TLSA record", host);
	}
}
