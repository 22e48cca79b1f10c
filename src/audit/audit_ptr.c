/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "audit/own_name.h"

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

/* How to let HELO say the same name. n == 0: it does. */
static struct rep_str
helo_words(struct rep_findings *f, struct rep_str helo, struct rep_str name)
{
	if (rep_str_eq_nocase(helo, name))
		return (struct rep_str){ "", 0 };
	return rep_finding_text(f,
	    "%s let HELO say the same name; in Postfix's main.cf: smtp_helo_name = %.*s (or "
	    "myhostname, if no other program uses that)",
	    helo.n > 0 ? "Then" : "Also", REP_PR(name));
}

/* The address record of the name, unless it is there. */
static void
publish(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip,
    const struct rep_own_name *name)
{
	char text[REP_IP_TEXT];

	if (!name->published)
		rep_finding_publish(f, x, "%.*s. IN %s %s", REP_PR(name->text),
		    ip->version == 6 ? "AAAA" : "A", rep_ip_text(ip, text));
}

/* How to give the address a name. For a known cloud, the exact call. */
static void
how_to(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip, struct rep_str helo,
    const struct rep_audit_ptr *p, const struct rep_own_name *name)
{
	const struct rep_cloud *cloud = NULL;
	struct rep_str set = { "", 0 }, words;
	char text[REP_IP_TEXT];

	rep_ip_text(ip, text);
	for (size_t i = 0; i < p->names && cloud == NULL; i++)
		cloud = p->name[i].cloud;
	if (cloud != NULL && (cloud->fixed.n > 0 || (ip->version == 6 && cloud->fixed6.n > 0))) {
		x->fix = rep_str_or(cloud->fixed, cloud->fixed6);
		return;
	}
	if (name->text.n == 0) {
		if (cloud != NULL)
			set = recipe(f, cloud->set, REP_S("mail.YOUR-DOMAIN"), rep_str_c(text));
		x->fix = rep_finding_text(f,
		    "give the address a name in your own domain: first an address record for it, then "
		    "the PTR, where you rent the address%s%.*s%s reputed check DOMAIN --ip %s prints "
		    "the record and the name",
		    set.n > 0 ? ": " : "", REP_PR(set),
		    set.n == 0 || !rep_str_ends(set, REP_S(".")) ? "." : "", text);
		return;
	}
	if (cloud != NULL)
		set = recipe(f, cloud->set, name->text, rep_str_c(text));
	words = helo_words(f, helo, name->text);
	x->fix = rep_finding_text(f,
	    "%sset the PTR of %s to %.*s where you rent the address%s%.*s%s%.*s",
	    name->published ? "" : "publish this record, then ", text, REP_PR(name->text),
	    set.n > 0 ? ": " : "", REP_PR(set),
	    words.n == 0				     ? ""
		: set.n > 0 && rep_str_ends(set, REP_S(".")) ? " "
							     : ". ",
	    REP_PR(words));
	publish(f, x, ip, name);
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

/* A name of the own organization whose address record is missing: only that is to be done. */
static bool
only_forward(const struct rep_audit_ptr *p, const struct rep_own_name *name)
{
	char text[REP_NAME_TEXT];

	for (size_t i = 0; i < p->names; i++)
		if (p->state == REP_PTR_UNCONFIRMED && !name->published &&
		    rep_str_eq(rep_str_c(rep_name_text(&p->name[i].name, text)), name->text))
			return true;
	return false;
}

static void
findings(const struct rep_ip *ip, struct rep_str helo, const struct rep_audit_ptr *p,
    const struct rep_own_name *name, struct rep_findings *f)
{
	static const enum rep_finding_id ids[] = { REP_FINDING_N, REP_FINDING_N,
		REP_FINDING_PTR_FOREIGN, REP_FINDING_PTR_GENERIC, REP_FINDING_PTR_UNCONFIRMED,
		REP_FINDING_PTR_MISSING, REP_FINDING_PTR_UNKNOWN };
	char text[REP_IP_TEXT], host[REP_NAME_TEXT];
	struct rep_finding *x;

	rep_ip_text(ip, text);
	if (ids[p->state] != REP_FINDING_N) {
		x = rep_finding_add(f, ids[p->state], rep_str_c(text), names_seen(f, p));
		if (p->state != REP_PTR_UNKNOWN && only_forward(p, name))
			publish(f, x, ip, name);
		else if (p->state != REP_PTR_UNKNOWN)
			how_to(f, x, ip, helo, p, name);
		else
			x->fix =
			    REP_S("look again when DNS answers; if it stays so, ask whoever rents "
				  "you the address: its reverse zone does not answer");
	}
	for (size_t i = 0; i < p->names; i++) {
		if (rep_host_name(rep_str_c(rep_name_text(&p->name[i].name, host))))
			continue;
		x = rep_finding_add(f, REP_FINDING_PTR_SYNTAX, rep_str_c(text),
		    rep_finding_text(f, "PTR %s", host));
		how_to(f, x, ip, helo, p, name);
	}
	if (p->names > 1) {
		x = rep_finding_add(f, REP_FINDING_PTR_SEVERAL, rep_str_c(text), names_seen(f, p));
		x->fix = name->text.n > 0
		    ? rep_finding_text(f,
			  "keep the PTR %.*s, and remove the others where you rent "
			  "the address",
			  REP_PR(name->text))
		    : REP_S("keep one of them, and remove the others where you rent the address");
	}
}

/* What HELO should be: the PTR name when it is good, else the name that the address should have. */
static void
helo_fix(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip,
    const struct rep_own_name *name, bool own)
{
	if (name->text.n == 0) {
		x->fix = REP_S("set smtp_helo_name (or myhostname) in Postfix's main.cf to the PTR "
			       "name of the address, a name in your own domain");
		return;
	}
	if (own) /* the HELO name itself lacks its record */
		x->fix = REP_S("publish the address record of the HELO name:");
	else
		x->fix = rep_finding_text(f,
		    "set the HELO name in Postfix's main.cf: smtp_helo_name = %.*s (or myhostname, "
		    "if no other program uses that)%s",
		    REP_PR(name->text), name->published ? "" : ". Its record:");
	publish(f, x, ip, name);
}

/* HELO must be a full name that leads to the address. */
static bool
greeting(const struct rep_ip *ip, struct rep_str helo, const struct rep_own_name *own,
    const struct rep_dns_view *v, struct rep_audit_ptr *out, struct rep_findings *f)
{
	struct rep_str shown = rep_shown(f->a, helo, 200);
	struct rep_finding *x;
	struct rep_name name;
	char text[REP_IP_TEXT];

	if (helo.n == 0)
		return true;
	rep_ip_text(ip, text);
	out->helo_syntax = rep_host_name(helo) && rep_name_parse(helo, &name);
	if (!out->helo_syntax) {
		x = rep_finding_add(f, REP_FINDING_HELO_SYNTAX, rep_str_c(text),
		    rep_finding_text(f, "HELO \"%.*s\"", REP_PR(shown)));
		helo_fix(f, x, ip, own, false);
		return true;
	}
	if (rep_inside_name(helo)) { /* nothing to ask: no resolver outside knows it */
		x = rep_finding_add(f, REP_FINDING_HELO_UNCONFIRMED, rep_str_c(text),
		    rep_finding_text(f, "HELO %.*s: this name exists only inside of its network",
			REP_PR(shown)));
		helo_fix(f, x, ip, own, false);
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
		helo_fix(f, x, ip, own, rep_str_eq_nocase(own->text, helo));
	}
	return true;
}

bool
rep_audit_ptr(const struct rep_ip *ip, const struct rep_name *domain, struct rep_str helo,
    const struct rep_clouds *clouds, const struct rep_dns_view *v, struct rep_audit_ptr *out,
    struct rep_findings *f)
{
	struct rep_own_name name;

	*out = (struct rep_audit_ptr){ .names = 0 };
	if (helo.n > 0 && helo.p[helo.n - 1] == '.')
		helo.n--;
	if (!look(ip, clouds, v, out))
		return false;
	out->state = judge(out, domain);
	if (!rep_own_name_find(ip, domain, helo, out, v, f->a, &name) ||
	    !greeting(ip, helo, &name, v, out, f))
		return false;
	findings(ip, helo, out, &name, f);
	return true;
}
