/* The names of own addresses: PTR and the way back. SPDX-License-Identifier: Apache-2.0 */
#include "audit/ptr_inside.h"

const char *
rep_ptr_state_text(enum rep_ptr_state s)
{
	static const char *const text[] = { "own", "confirmed", "foreign", "generic", "unconfirmed",
		"missing", "unknown" };

	return text[s];
}

bool
rep_ptr_leads_back(const struct rep_dns_answer *ans, const struct rep_ip *ip)
{
	for (size_t i = 0; i < ans->n; i++)
		if (rep_ip_eq(&ans->rr[i]->ip, ip))
			return true;
	return false;
}

/* Which of two PTR names comes first: that of HELO, then one of the own organization. */
static int
rank(const struct rep_ptr_run *r, const struct rep_name *name)
{
	char text[REP_NAME_TEXT];

	if (rep_str_eq_nocase(r->helo, rep_str_c(rep_name_text(name, text))))
		return 0;
	return r->in->domain.n > 0 && rep_dmarc_same_org(name, &r->in->domain) ? 1 : 2;
}

static bool
before(const struct rep_ptr_run *r, const struct rep_name *x, const struct rep_name *y)
{
	char a[REP_NAME_TEXT], b[REP_NAME_TEXT];

	if (rank(r, x) != rank(r, y))
		return rank(r, x) < rank(r, y);
	return rep_str_cmp(rep_str_c(rep_name_text(x, a)), rep_str_c(rep_name_text(y, b))) < 0;
}

/* The order of an answer changes from one to the next, and must change nothing here. */
static void
take_names(const struct rep_ptr_run *r, struct rep_audit_ptr *out)
{
	for (size_t i = 0; i < out->ptr->n; i++) {
		const struct rep_name *name = out->ptr->rr[i]->target;
		size_t at = out->names;

		while (at > 0 && before(r, name, &out->name[at - 1].name))
			at--;
		if (at == REP_PTR_NAMES)
			continue;
		out->names += out->names < REP_PTR_NAMES;
		for (size_t k = out->names - 1; k > at; k--)
			out->name[k].name = out->name[k - 1].name;
		out->name[at].name = *name;
	}
}

bool
rep_ptr_look(const struct rep_ptr_run *r, const struct rep_ip *ip, const struct rep_dns_view *v,
    struct rep_audit_ptr *out)
{
	char text[REP_NAME_TEXT];
	bool known = true;

	(void)rep_name_arpa(ip, &out->arpa);
	if ((out->ptr = rep_dns_get(v, &out->arpa, REP_DNS_PTR)) == NULL)
		return false;
	take_names(r, out);
	for (size_t i = 0; i < out->names; i++) {
		struct rep_str host = rep_str_c(rep_name_text(&out->name[i].name, text));

		out->name[i].cloud = rep_cloud_of(r->clouds, host);
		out->name[i].generic = out->name[i].cloud != NULL || rep_cloud_numbers(host, ip);
		out->name[i].forward = rep_dns_get(v, &out->name[i].name, rep_dns_address_type(ip));
		if (out->name[i].forward == NULL)
			known = false;
		else
			out->name[i].confirmed = rep_ptr_leads_back(out->name[i].forward, ip);
	}
	return known;
}

enum rep_ptr_state
rep_ptr_judge(const struct rep_audit_ptr *p, const struct rep_name *domain)
{
	enum rep_ptr_state best = p->names > 0 ? REP_PTR_UNCONFIRMED : REP_PTR_MISSING, s;

	if (rep_dns_failed(p->ptr->state))
		return REP_PTR_UNKNOWN;
	for (size_t i = 0; i < p->names; i++) {
		if (!p->name[i].confirmed) {
			if (rep_dns_failed(p->name[i].forward->state) &&
			    best == REP_PTR_UNCONFIRMED)
				best = REP_PTR_UNKNOWN;
			continue;
		}
		if (p->name[i].generic)
			s = REP_PTR_GENERIC;
		else if (domain->n == 0)
			s = REP_PTR_CONFIRMED;
		else
			s = rep_dmarc_same_org(&p->name[i].name, domain) ? REP_PTR_OWN
									 : REP_PTR_FOREIGN;
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

bool
rep_ptr_only_forward(const struct rep_audit_ptr *p, const struct rep_own_name *name)
{
	char text[REP_NAME_TEXT];

	for (size_t i = 0; i < p->names; i++)
		if (p->state == REP_PTR_UNCONFIRMED && !name->published &&
		    rep_str_eq(rep_str_c(rep_name_text(&p->name[i].name, text)), name->text))
			return true;
	return false;
}

/* The PTR name to keep: one that leads back, if any can stay. n == 0: none. */
static struct rep_str
to_keep(struct rep_ptr_run *r, size_t i)
{
	const struct rep_audit_ptr *p = &r->out[i];
	char text[REP_NAME_TEXT];

	if (p->state != REP_PTR_OWN && p->state != REP_PTR_CONFIRMED)
		return r->name[i].text;
	for (size_t k = 0; k < p->names; k++)
		if (p->name[k].confirmed && !p->name[k].generic)
			return rep_finding_text(r->f, "%s", rep_name_text(&p->name[k].name, text));
	return (struct rep_str){ "", 0 };
}

static void
several(struct rep_ptr_run *r, size_t i, struct rep_str subject)
{
	struct rep_finding *x =
	    rep_finding_add(r->f, REP_FINDING_PTR_SEVERAL, subject, names_seen(r->f, &r->out[i]));
	struct rep_str keep = to_keep(r, i);

	x->fix = keep.n > 0
	    ? rep_finding_text(r->f,
		  "leave only the PTR %.*s, and remove the others where you rent the "
		  "address",
		  REP_PR(keep))
	    : REP_S("leave one of them that leads back to the address, and remove the "
		    "others where you rent the address");
}

/* What does not answer: the reverse zone, or that of a name which the PTR gives. */
static struct rep_str
who_is_silent(struct rep_findings *f, const struct rep_audit_ptr *p)
{
	char text[REP_NAME_TEXT];

	for (size_t i = 0; i < p->names; i++) {
		struct rep_str host, zone;

		if (!rep_dns_failed(p->name[i].forward->state))
			continue;
		host = rep_str_c(rep_name_text(&p->name[i].name, text));
		zone = rep_registered_domain(host);
		return rep_finding_text(f,
		    "look again when DNS answers; if it stays so, ask whoever runs %.*s to check its "
		    "name servers: the PTR is there, but for %.*s, which it names, they do not answer",
		    REP_PR(zone), REP_PR(host));
	}
	return REP_S("look again when DNS answers; if it stays so, ask whoever rents you the "
		     "address: its reverse zone does not answer");
}

static void
findings(struct rep_ptr_run *r, size_t i)
{
	static const enum rep_finding_id ids[] = { REP_FINDING_N, REP_FINDING_N,
		REP_FINDING_PTR_FOREIGN, REP_FINDING_PTR_GENERIC, REP_FINDING_PTR_UNCONFIRMED,
		REP_FINDING_PTR_MISSING, REP_FINDING_PTR_UNKNOWN };
	const struct rep_audit_ptr *p = &r->out[i];
	char text[REP_IP_TEXT], host[REP_NAME_TEXT];
	struct rep_finding *x;

	rep_ip_text(&r->in->ip[i], text);
	if (ids[p->state] != REP_FINDING_N) {
		x = rep_finding_add(r->f, ids[p->state], rep_str_c(text), names_seen(r->f, p));
		if (p->state != REP_PTR_UNKNOWN)
			x->row = r->row[i];
		if (p->state != REP_PTR_UNKNOWN && rep_ptr_only_forward(p, &r->name[i])) {
			x->fix = rep_ptr_record_words(
			    r->f, "the PTR is right: ", &r->in->ip[i], &r->name[i]);
			rep_ptr_publish(r->f, x, &r->in->ip[i], &r->name[i]);
		} else if (p->state != REP_PTR_UNKNOWN) {
			rep_ptr_how_to(r, x, i);
		} else {
			x->fix = who_is_silent(r->f, p);
		}
	}
	for (size_t k = 0; k < p->names; k++) {
		if (rep_host_name(rep_str_c(rep_name_text(&p->name[k].name, host))))
			continue;
		x = rep_finding_add(r->f, REP_FINDING_PTR_SYNTAX, rep_str_c(text),
		    rep_finding_text(r->f, "PTR %s", host));
		rep_ptr_how_to(r, x, i);
	}
	if (p->names > 1)
		several(r, i, rep_str_c(text));
}

bool
rep_audit_ptr(const struct rep_audit_in *in, struct rep_str helo, const struct rep_clouds *clouds,
    const struct rep_dns_view *v, struct rep_audit_ptr *out, struct rep_findings *f)
{
	struct rep_ptr_run *r = rep_arena_alloc(f->a, sizeof *r);
	bool known = true;

	if (r == NULL)
		return false;
	if (helo.n > 0 && helo.p[helo.n - 1] == '.')
		helo.n--;
	*r = (struct rep_ptr_run){
		.in = in, .helo = helo, .clouds = clouds, .v = v, .out = out, .f = f
	};
	for (size_t i = 0; i < in->ip_n; i++) {
		out[i] = (struct rep_audit_ptr){ .names = 0 };
		known = rep_ptr_look(r, &in->ip[i], v, &out[i]) &&
		    rep_helo_look(r, &in->ip[i], v, &out[i]) && known;
	}
	if (!known)
		return false;
	for (size_t i = 0; i < in->ip_n; i++)
		out[i].state = rep_ptr_judge(&out[i], &in->domain);
	if (!rep_ptr_choose(r))
		return false;
	if (!rep_ptr_prove(r))
		return false;
	for (size_t i = 0; i < in->ip_n; i++) {
		rep_ptr_row(r, i);
		rep_helo_findings(r, i);
		findings(r, i);
	}
	return true;
}
