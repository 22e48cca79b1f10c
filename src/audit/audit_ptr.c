/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

const char *
rep_ptr_state_text(enum rep_ptr_state s)
{
	static const char *const text[] = { "own", "confirmed", "foreign", "generic", "unconfirmed",
		"missing", "unknown" };

	return text[s];
}

static uint16_t
forward_type(const struct rep_ip *ip)
{
	return ip->version == 6 ? REP_DNS_AAAA : REP_DNS_A;
}

static bool
leads_back(const struct rep_dns_answer *ans, const struct rep_ip *ip)
{
	for (size_t i = 0; i < ans->n; i++)
		if (rep_ip_eq(&ans->rr[i]->ip, ip))
			return true;
	return false;
}

/* Fills in NAME and ADDRESS of the recipe. */
static struct rep_str
recipe(struct rep_findings *f, struct rep_str text, struct rep_str name, struct rep_str ip)
{
	struct rep_buf b;
	struct rep_str out;

	rep_buf_init(&b, 4096);
	for (size_t i = 0; i < text.n;) {
		struct rep_str rest = rep_str_sub(text, i, text.n);

		if (rep_str_starts(rest, REP_S("NAME"))) {
			rep_buf_add(&b, name);
			i += 4;
		} else if (rep_str_starts(rest, REP_S("ADDRESS"))) {
			rep_buf_add(&b, ip);
			i += 7;
		} else {
			rep_buf_addc(&b, text.p[i++]);
		}
	}
	out = rep_arena_dup(f->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

/* How to give the address a name. For a known cloud, the exact call. */
static void
how_to(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip,
    const struct rep_name *domain, struct rep_str helo, const struct rep_cloud *cloud)
{
	char text[REP_IP_TEXT], name[REP_NAME_TEXT];
	struct rep_str ours = helo;

	if (ours.n == 0)
		ours = domain->n > 0 ? rep_finding_text(f, "mail.%s", rep_name_text(domain, name))
				     : REP_S("mail.example.com");
	rep_ip_text(ip, text);
	if (cloud != NULL && cloud->set.n > 0) {
		x->fix = recipe(f, cloud->set, ours, rep_str_c(text));
		return;
	}
	x->fix = rep_finding_text(f,
	    "publish this record, then set the PTR of the address to %.*s where you rent it (on "
	    "EC2: aws ec2 modify-address-attribute --allocation-id eipalloc-... --domain-name "
	    "%.*s)",
	    REP_PR(ours), REP_PR(ours));
	rep_finding_publish(
	    f, x, "%.*s. IN %s %s", REP_PR(ours), ip->version == 6 ? "AAAA" : "A", text);
}

static bool
look(const struct rep_ip *ip, const struct rep_clouds *clouds, const struct rep_dns_view *v,
    struct rep_audit_ptr *out)
{
	char text[REP_NAME_TEXT];
	bool known = true;

	(void)rep_name_arpa(ip, &out->arpa);
	if ((out->ptr = rep_dns_get(v, &out->arpa, REP_DNS_PTR)) == NULL)
		return false;
	for (size_t i = 0; i < out->ptr->n && i < REP_PTR_NAMES; i++) {
		struct rep_str host;

		out->name[i].name = *out->ptr->rr[i]->target;
		host = rep_str_c(rep_name_text(&out->name[i].name, text));
		out->name[i].cloud = rep_cloud_of(clouds, host);
		out->name[i].generic = out->name[i].cloud != NULL || rep_cloud_numbers(host, ip);
		out->name[i].forward = rep_dns_get(v, &out->name[i].name, forward_type(ip));
		if (out->name[i].forward == NULL)
			known = false;
		else
			out->name[i].confirmed = leads_back(out->name[i].forward, ip);
		out->names++;
	}
	return known;
}

static enum rep_ptr_state
judge(const struct rep_audit_ptr *p, const struct rep_name *domain)
{
	enum rep_ptr_state best = p->names > 0 ? REP_PTR_UNCONFIRMED : REP_PTR_MISSING, s;
	struct rep_name org, own;

	if (rep_dns_failed(p->ptr->state))
		return REP_PTR_UNKNOWN;
	if (domain->n > 0)
		rep_dmarc_org_psl(domain, &own);
	for (size_t i = 0; i < p->names; i++) {
		if (!p->name[i].confirmed) {
			if (rep_dns_failed(p->name[i].forward->state) &&
			    best == REP_PTR_UNCONFIRMED)
				best = REP_PTR_UNKNOWN;
			continue;
		}
		rep_dmarc_org_psl(&p->name[i].name, &org);
		if (p->name[i].generic)
			s = REP_PTR_GENERIC;
		else if (domain->n == 0)
			s = REP_PTR_CONFIRMED;
		else
			s = rep_name_eq(&org, &own) ? REP_PTR_OWN : REP_PTR_FOREIGN;
		if (s < best || best == REP_PTR_UNKNOWN)
			best = s;
	}
	return best;
}

static struct rep_str
names_seen(struct rep_findings *f, const struct rep_audit_ptr *p)
{
	struct rep_buf b;
	struct rep_str out;
	char text[REP_NAME_TEXT], ip[REP_IP_TEXT];

	rep_buf_init(&b, 4096);
	rep_buf_printf(&b, "PTR of %s: ", rep_name_text(&p->arpa, text));
	if (p->names == 0)
		rep_buf_printf(&b, "%s", rep_dns_state_text(p->ptr->state));
	for (size_t i = 0; i < p->names; i++) {
		const struct rep_dns_answer *a = p->name[i].forward;

		rep_buf_printf(
		    &b, "%s%s (", i > 0 ? ", " : "", rep_name_text(&p->name[i].name, text));
		if (a->n == 0)
			rep_buf_printf(&b, "%s", rep_dns_state_text(a->state));
		for (size_t k = 0; k < a->n && k < 8; k++)
			rep_buf_printf(
			    &b, "%s%s", k > 0 ? " " : "", rep_ip_text(&a->rr[k]->ip, ip));
		rep_buf_addc(&b, ')');
	}
	out = rep_arena_dup(f->a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

static void
findings(const struct rep_ip *ip, const struct rep_name *domain, struct rep_str helo,
    const struct rep_audit_ptr *p, struct rep_findings *f)
{
	static const enum rep_finding_id ids[] = { REP_FINDING_N, REP_FINDING_N,
		REP_FINDING_PTR_FOREIGN, REP_FINDING_PTR_GENERIC, REP_FINDING_PTR_UNCONFIRMED,
		REP_FINDING_PTR_MISSING, REP_FINDING_PTR_UNKNOWN };
	const struct rep_cloud *cloud = NULL;
	struct rep_finding *x;
	char text[REP_IP_TEXT];

	for (size_t i = 0; i < p->names && cloud == NULL; i++)
		cloud = p->name[i].cloud;
	rep_ip_text(ip, text);
	if (ids[p->state] != REP_FINDING_N) {
		x = rep_finding_add(f, ids[p->state], rep_str_c(text), names_seen(f, p));
		if (p->state != REP_PTR_UNKNOWN)
			how_to(f, x, ip, domain, helo, cloud);
	}
	if (p->names > 1)
		(void)rep_finding_add(
		    f, REP_FINDING_PTR_SEVERAL, rep_str_c(text), names_seen(f, p));
}

/* HELO must be a full name that leads to the address. */
static bool
greeting(const struct rep_ip *ip, struct rep_str helo, const struct rep_dns_view *v,
    struct rep_audit_ptr *out, struct rep_findings *f)
{
	struct rep_str shown = rep_shown(f->a, helo, 200);
	struct rep_finding *x;
	struct rep_name name;
	char text[REP_IP_TEXT];

	if (helo.n == 0)
		return true;
	rep_ip_text(ip, text);
	out->helo_syntax = rep_name_parse(helo, &name) && rep_name_labels(&name) >= 2;
	for (size_t i = 0; i < helo.n; i++)
		out->helo_syntax = out->helo_syntax &&
		    (rep_alnum(helo.p[i]) || helo.p[i] == '-' || helo.p[i] == '.');
	if (!out->helo_syntax) {
		x = rep_finding_add(f, REP_FINDING_HELO_SYNTAX, rep_str_c(text),
		    rep_finding_text(f, "HELO \"%.*s\"", REP_PR(shown)));
		x->fix =
		    REP_S("Postfix: set myhostname (or smtp_helo_name) to the full PTR name of "
			  "the address");
		return true;
	}
	if ((out->helo = rep_dns_get(v, &name, forward_type(ip))) == NULL)
		return false;
	out->helo_confirmed = leads_back(out->helo, ip);
	if (!out->helo_confirmed && !rep_dns_failed(out->helo->state)) {
		x = rep_finding_add(f, REP_FINDING_HELO_UNCONFIRMED, rep_str_c(text),
		    rep_finding_text(f, "HELO %.*s: %s, not %s", REP_PR(shown),
			out->helo->n > 0 ? "it resolves to other addresses"
					 : rep_dns_state_text(out->helo->state),
			text));
		rep_finding_publish(
		    f, x, "%.*s. IN %s %s", REP_PR(shown), ip->version == 6 ? "AAAA" : "A", text);
	}
	return true;
}

bool
rep_audit_ptr(const struct rep_ip *ip, const struct rep_name *domain, struct rep_str helo,
    const struct rep_clouds *clouds, const struct rep_dns_view *v, struct rep_audit_ptr *out,
    struct rep_findings *f)
{
	bool known;

	*out = (struct rep_audit_ptr){ .names = 0 };
	known = look(ip, clouds, v, out);
	known = greeting(ip, helo, v, out, f) && known;
	if (!known)
		return false;
	out->state = judge(out, domain);
	findings(ip, domain, helo, out, f);
	return true;
}
