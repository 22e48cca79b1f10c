/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "audit/own_name.h"
#include "dns/overlay.h"

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

/* All own addresses together: what one of them needs must take nothing from another. */
struct ptr_run {
	const struct rep_audit_in *in;
	struct rep_str helo; /* as given; n == 0: not */
	const struct rep_clouds *clouds;
	const struct rep_dns_view *v;
	struct rep_audit_ptr *out; /* of each address, as all below */
	struct rep_findings *f;
	struct rep_str common;			     /* what smtp_helo_name in main.cf is to be */
	struct rep_own_name name[REP_AUDIT_MAX_IPS]; /* for the PTR */
	struct rep_own_name said[REP_AUDIT_MAX_IPS]; /* for HELO: common, or a name of its own */
};

/* The address record of a name, unless it is there. */
static void
publish(struct rep_findings *f, struct rep_finding *x, const struct rep_ip *ip,
    const struct rep_own_name *name)
{
	char text[REP_IP_TEXT];

	if (!name->published)
		rep_finding_publish(f, x, "%.*s. IN %s %s", REP_PR(name->text),
		    ip->version == 6 ? "AAAA" : "A", rep_ip_text(ip, text));
}

/* What is said before such a record; `why` is its beginning, "" or "..., ". */
static struct rep_str
record_words(struct rep_findings *f, const char *why, const struct rep_own_name *name)
{
	char old[REP_IP_TEXT];

	if (name->instead.version == 0)
		return rep_finding_text(f, "%spublish this record:", why);
	return rep_finding_text(f,
	    "%spublish this record in place of the one with %s (if a server of yours still has that "
	    "address, keep both, and give it with --ip too):",
	    why, rep_ip_text(&name->instead, old));
}

/* A text with every "." as a sed pattern has it. */
static struct rep_str
for_sed(struct rep_arena *a, struct rep_str s)
{
	struct rep_buf b;
	struct rep_str out;

	rep_buf_init(&b, 256);
	for (size_t i = 0; i < s.n; i++)
		rep_buf_printf(&b, "%s%c", s.p[i] == '.' ? "\\" : "", s.p[i]);
	out = rep_arena_dup(a, rep_buf_str(&b));
	rep_buf_fini(&b);
	return out;
}

/* Lets HELO say the name: all of Postfix, or what sends from this address alone. */
static void
say_name(struct ptr_run *r, struct rep_finding *x, size_t i)
{
	struct rep_str name = r->said[i].text, ip;
	char text[REP_IP_TEXT];

	if (name.n == 0)
		return;
	if (rep_str_eq_nocase(name, r->common)) {
		rep_finding_step(x,
		    rep_finding_text(r->f, "let HELO say %.*s; in Postfix:", REP_PR(name)),
		    rep_finding_text(
			r->f, "postconf -e 'smtp_helo_name = %.*s'\npostfix reload", REP_PR(name)));
		return;
	}
	rep_ip_text(&r->in->ip[i], text);
	ip = for_sed(r->f->a, rep_str_c(text));
	rep_finding_step(x,
	    rep_finding_text(r->f,
		"let HELO say %.*s where mail leaves from %s; your other addresses keep %.*s. In "
		"Postfix, for the transport in master.cf that has this smtp_bind_address (behind NAT "
		"put the inner address in; a server of its own has smtp_helo_name in main.cf):",
		REP_PR(name), text, REP_PR(r->common)),
	    rep_finding_text(r->f,
		"postconf -P | sed -n 's|/smtp_bind_address6* = %.*s$|/smtp_helo_name=%.*s|p' | xargs "
		"-r postconf -P\npostfix reload",
		REP_PR(ip), REP_PR(name)));
}

/* The PTR name can only be wrong by its record, but whose it is was not said. */
static bool
perhaps_forward(struct ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_audit_ptr *p = &r->out[i];
	char host[REP_NAME_TEXT];

	if (r->in->domain.n > 0 || p->state != REP_PTR_UNCONFIRMED || p->names != 1 ||
	    p->name[0].generic || p->name[0].forward->cnames > 0 ||
	    !rep_host_name(rep_str_c(rep_name_text(&p->name[0].name, host))))
		return false;
	rep_finding_step(x,
	    rep_finding_text(r->f,
		"if %s is a name of your own, only its address record for this address is missing. "
		"reputed check DOMAIN --ip %.*s prints it. Otherwise set the PTR to a name in your own "
		"domain, where you rent the address",
		host, REP_PR(x->subject)),
	    REP_S(""));
	return true;
}

/* How to give the address a name. For a known cloud, the exact call. */
static void
how_to(struct ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_ip *ip = &r->in->ip[i];
	const struct rep_own_name *name = &r->name[i];
	const struct rep_audit_ptr *p = &r->out[i];
	const struct rep_cloud *cloud = NULL;
	struct rep_str set = { "", 0 }, run = { "", 0 }, host;
	bool no_domain = r->in->domain.n == 0;
	char text[REP_IP_TEXT];

	rep_ip_text(ip, text);
	for (size_t k = 0; k < p->names && cloud == NULL; k++)
		cloud = p->name[k].cloud;
	if (cloud != NULL && (cloud->fixed.n > 0 || (ip->version == 6 && cloud->fixed6.n > 0))) {
		x->fix = rep_str_or(cloud->fixed, cloud->fixed6);
		return;
	}
	if (perhaps_forward(r, x, i))
		return;
	host = rep_str_or(name->text, REP_S("mail.YOUR-DOMAIN"));
	if (cloud != NULL) {
		set = recipe(r->f, cloud->set, host, rep_str_c(text));
		if (ip->version == 4)
			run = recipe(r->f, cloud->run, host, rep_str_c(text));
	}
	if (name->text.n == 0) {
		x->fix = rep_finding_text(r->f,
		    "give the address a name in your own domain: first an address record for it, then "
		    "the PTR, where you rent the address%s%.*s%s%s%.*s%s%s%s",
		    set.n > 0 ? ": " : "", REP_PR(set),
		    set.n == 0 || !rep_str_ends(set, REP_S(".")) ? "." : "",
		    run.n > 0 ? " The call, with your name: " : "", REP_PR(run),
		    no_domain ? (run.n > 0 ? "; reputed check DOMAIN --ip "
					   : " reputed check DOMAIN --ip ")
			      : "",
		    no_domain ? text : "", no_domain ? " prints the record and the name" : "");
		return;
	}
	if (!name->published) {
		x->fix = record_words(r->f, "", name);
		publish(r->f, x, ip, name);
	}
	rep_finding_step(x,
	    rep_finding_text(r->f, "set the PTR of %s to %.*s where you rent the address%s%.*s",
		text, REP_PR(name->text), set.n > 0 ? ": " : "", REP_PR(set)),
	    run);
	/* If HELO is wrong too, its own finding says this. */
	if (r->helo.n == 0 || (p->helo_confirmed && !rep_str_eq_nocase(r->said[i].text, r->helo)))
		say_name(r, x, i);
}

/* --- the names that the address has ------------------------------------------------------------------ */

/* Which of two PTR names comes first: that of HELO, then one of the own organization. */
static int
rank(const struct ptr_run *r, const struct rep_name *name)
{
	char text[REP_NAME_TEXT];
	struct rep_name org, own;

	if (rep_str_eq_nocase(r->helo, rep_str_c(rep_name_text(name, text))))
		return 0;
	rep_dmarc_org_psl(name, &org);
	rep_dmarc_org_psl(&r->in->domain, &own);
	return r->in->domain.n > 0 && rep_name_eq(&org, &own) ? 1 : 2;
}

static bool
before(const struct ptr_run *r, const struct rep_name *x, const struct rep_name *y)
{
	char a[REP_NAME_TEXT], b[REP_NAME_TEXT];

	if (rank(r, x) != rank(r, y))
		return rank(r, x) < rank(r, y);
	return rep_str_cmp(rep_str_c(rep_name_text(x, a)), rep_str_c(rep_name_text(y, b))) < 0;
}

/* The order of an answer changes from one to the next, and must change nothing here. */
static void
take_names(const struct ptr_run *r, struct rep_audit_ptr *out)
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

static bool
look(const struct ptr_run *r, const struct rep_ip *ip, const struct rep_dns_view *v,
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
		out->name[i].forward = rep_dns_get(v, &out->name[i].name, forward_type(ip));
		if (out->name[i].forward == NULL)
			known = false;
		else
			out->name[i].confirmed = leads_back(out->name[i].forward, ip);
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

/* The PTR name to keep: one that leads back, if any can stay. n == 0: none. */
static struct rep_str
to_keep(struct ptr_run *r, size_t i)
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
several(struct ptr_run *r, size_t i, struct rep_str subject)
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

static void
findings(struct ptr_run *r, size_t i)
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
		if (p->state != REP_PTR_UNKNOWN && only_forward(p, &r->name[i])) {
			x->fix = record_words(r->f, "the PTR is right: ", &r->name[i]);
			publish(r->f, x, &r->in->ip[i], &r->name[i]);
		} else if (p->state != REP_PTR_UNKNOWN) {
			how_to(r, x, i);
		} else {
			x->fix =
			    REP_S("look again when DNS answers; if it stays so, ask whoever rents "
				  "you the address: its reverse zone does not answer");
		}
	}
	for (size_t k = 0; k < p->names; k++) {
		if (rep_host_name(rep_str_c(rep_name_text(&p->name[k].name, host))))
			continue;
		x = rep_finding_add(r->f, REP_FINDING_PTR_SYNTAX, rep_str_c(text),
		    rep_finding_text(r->f, "PTR %s", host));
		how_to(r, x, i);
	}
	if (p->names > 1)
		several(r, i, rep_str_c(text));
}

/* --- HELO ------------------------------------------------------------------------------------------- */

/* What HELO should be. */
static void
helo_fix(struct ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_own_name *name = &r->said[i];

	if (name->text.n == 0) {
		x->fix = REP_S("set smtp_helo_name (or myhostname) in Postfix's main.cf to the PTR "
			       "name of the address, a name in your own domain");
		return;
	}
	if (!name->published) {
		x->fix = record_words(r->f, "", name);
		publish(r->f, x, &r->in->ip[i], name);
	}
	if (!rep_str_eq_nocase(name->text, r->helo))
		say_name(r, x, i);
}

/* Another own address says the name rightly, and this one has a name of its own: perhaps it says that. */
static bool
of_another(const struct ptr_run *r, size_t i)
{
	return r->out[i].state == REP_PTR_OWN && rep_str_eq_nocase(r->common, r->helo) &&
	    !rep_str_eq_nocase(r->said[i].text, r->helo);
}

static void
unconfirmed(struct ptr_run *r, size_t i, struct rep_str shown)
{
	const struct rep_dns_answer *seen = r->out[i].helo;
	char ip[REP_IP_TEXT], other[REP_IP_TEXT];
	struct rep_finding *x;

	rep_ip_text(&r->in->ip[i], ip);
	x = rep_finding_add(r->f, REP_FINDING_HELO_UNCONFIRMED, rep_str_c(ip),
	    seen->n > 0
		? rep_finding_text(r->f, "HELO %.*s resolves to %s%s, not to %s", REP_PR(shown),
		      rep_ip_text(&seen->rr[0]->ip, other), seen->n > 1 ? " and others" : "", ip)
		: rep_finding_text(r->f, "HELO %.*s: its %s record: %s; it must lead to %s",
		      REP_PR(shown), r->in->ip[i].version == 6 ? "AAAA" : "A",
		      rep_dns_state_text(seen->state), ip));
	helo_fix(r, x, i);
	if (!of_another(r, i))
		return;
	x->severity = REP_WARNING;
	rep_finding_step(x,
	    rep_finding_text(r->f,
		"look at this address alone, with its own name: reputed check %.*s --ip %s --helo %.*s",
		REP_PR(r->in->domain_text), ip, REP_PR(r->said[i].text)),
	    REP_S(""));
}

/* HELO must be a full name that leads to the address. */
static void
greeting(struct ptr_run *r, size_t i)
{
	struct rep_str shown = rep_shown(r->f->a, r->helo, 200);
	struct rep_audit_ptr *p = &r->out[i];
	struct rep_finding *x;
	char text[REP_IP_TEXT];
	struct rep_ip literal;

	if (r->helo.n == 0)
		return;
	rep_ip_text(&r->in->ip[i], text);
	if (!p->helo_syntax) {
		x = rep_finding_add(r->f, REP_FINDING_HELO_SYNTAX, rep_str_c(text),
		    rep_finding_text(r->f, "HELO \"%.*s\"%s", REP_PR(shown),
			rep_ip_parse(r->helo, &literal)
			    ? ": an address needs brackets around it, and a name is better"
			    : ""));
		helo_fix(r, x, i);
	} else if (p->helo == NULL) { /* nothing to ask: no resolver outside knows it */
		x = rep_finding_add(r->f, REP_FINDING_HELO_UNCONFIRMED, rep_str_c(text),
		    rep_finding_text(r->f, "HELO %.*s: this name exists only inside of its network",
			REP_PR(shown)));
		helo_fix(r, x, i);
	} else if (!p->helo_confirmed && !rep_dns_failed(p->helo->state)) {
		unconfirmed(r, i, shown);
	}
}

/* False: not known yet. */
static bool
look_helo(const struct ptr_run *r, const struct rep_ip *ip, const struct rep_dns_view *v,
    struct rep_audit_ptr *out)
{
	struct rep_name name;
	struct rep_ip literal;

	out->helo_syntax = r->helo.n > 0 && !rep_ip_parse(r->helo, &literal) &&
	    rep_host_name(r->helo) && rep_name_parse(r->helo, &name);
	if (!out->helo_syntax || rep_inside_name(r->helo))
		return true;
	if ((out->helo = rep_dns_get(v, &name, forward_type(ip))) == NULL)
		return false;
	out->helo_confirmed = leads_back(out->helo, ip);
	return true;
}

/* --- which names ------------------------------------------------------------------------------------ */

static bool
is_ptr_name(const struct rep_audit_ptr *p, struct rep_str name)
{
	char text[REP_NAME_TEXT];

	for (size_t i = 0; i < p->names; i++)
		if (rep_str_eq_nocase(rep_str_c(rep_name_text(&p->name[i].name, text)), name))
			return true;
	return false;
}

/*
 * Whether another address of the same family has the common name. Postfix sends from a second address of
 * a family only by a transport of its own, which can say a name of its own.
 */
static bool
apart(const struct ptr_run *r, size_t i)
{
	for (size_t k = 0; k < r->in->ip_n; k++)
		if (k != i && r->in->ip[k].version == r->in->ip[i].version &&
		    rep_str_eq_nocase(r->name[k].text, r->common))
			return true;
	return false;
}

/* The name that HELO says now, if it is good for any address; else the first good one. */
static bool
choose_common(struct ptr_run *r)
{
	struct rep_own_name now;
	bool known = true;

	for (size_t i = 0; i < r->in->ip_n && r->helo.n > 0; i++) {
		known =
		    rep_own_name_of(r->in, &r->in->ip[i], r->helo, r->v, r->f->a, &now) && known;
		if (now.published || rep_str_eq_nocase(r->name[i].text, r->helo))
			r->common = r->helo;
	}
	for (size_t i = 0; i < r->in->ip_n && r->common.n == 0; i++)
		if (r->out[i].state == REP_PTR_OWN)
			r->common = r->name[i].text;
	for (size_t i = 0; i < r->in->ip_n && r->common.n == 0; i++)
		r->common = r->name[i].text;
	return known;
}

/* A name for each PTR, and one for each HELO. False: not known yet. */
static bool
choose(struct ptr_run *r)
{
	struct rep_own_name other;
	bool known = true;

	for (size_t i = 0; i < r->in->ip_n; i++)
		known = rep_own_name_find(r->in, &r->in->ip[i], r->helo, &r->out[i], r->v, r->f->a,
			    &r->name[i]) &&
		    known;
	known = choose_common(r) && known;
	for (size_t i = 0; i < r->in->ip_n; i++) {
		bool same = rep_str_eq_nocase(r->name[i].text, r->common);

		r->said[i] = r->name[i];
		if (same || apart(r, i))
			continue;
		known = rep_own_name_of(r->in, &r->in->ip[i], r->common, r->v, r->f->a, &other) &&
		    known;
		if (other.text.n == 0)
			continue;
		r->said[i] = other;
		if (!is_ptr_name(&r->out[i], r->name[i].text))
			r->name[i] = other;
	}
	return known;
}

/* --- the proof -------------------------------------------------------------------------------------- */

static bool
in_overlay(struct rep_dns_overlay *o, const struct rep_own_name *name, const struct rep_ip *ip)
{
	struct rep_name host;

	return name->text.n == 0 || name->published ||
	    (rep_name_parse(name->text, &host) &&
		rep_dns_overlay_address(o, &host, ip, &name->instead));
}

static bool
leads(const struct rep_own_name *name, const struct rep_ip *ip, const struct rep_dns_view *v)
{
	const struct rep_dns_answer *ans;
	struct rep_name host;

	return name->text.n == 0 ||
	    (rep_name_parse(name->text, &host) &&
		(ans = rep_dns_get(v, &host, forward_type(ip))) != NULL && leads_back(ans, ip));
}

/* With all records as they are proposed: each name leads to its address, and no address lost what it had. */
static bool
proven(const struct ptr_run *r)
{
	struct rep_dns_overlay *o = rep_arena_alloc(r->f->a, sizeof *o);
	struct rep_audit_ptr *after = rep_arena_alloc(r->f->a, sizeof *after);
	struct rep_dns_view v;
	bool good = o != NULL && after != NULL;

	if (!good)
		return false;
	rep_dns_overlay_init(o, r->f->a, r->v);
	for (size_t i = 0; i < r->in->ip_n; i++)
		good = good && in_overlay(o, &r->name[i], &r->in->ip[i]) &&
		    in_overlay(o, &r->said[i], &r->in->ip[i]);
	v = rep_dns_overlay_view(o);
	for (size_t i = 0; i < r->in->ip_n && good; i++) {
		const struct rep_ip *ip = &r->in->ip[i];

		*after = (struct rep_audit_ptr){ .names = 0 };
		good = look(r, ip, &v, after) && look_helo(r, ip, &v, after) &&
		    judge(after, &r->in->domain) <= r->out[i].state &&
		    after->helo_confirmed >= r->out[i].helo_confirmed &&
		    leads(&r->name[i], ip, &v) && leads(&r->said[i], ip, &v);
	}
	return good;
}

bool
rep_audit_ptr(const struct rep_audit_in *in, struct rep_str helo, const struct rep_clouds *clouds,
    const struct rep_dns_view *v, struct rep_audit_ptr *out, struct rep_findings *f)
{
	struct ptr_run *r = rep_arena_alloc(f->a, sizeof *r);
	bool known = true;

	if (r == NULL)
		return false;
	if (helo.n > 0 && helo.p[helo.n - 1] == '.')
		helo.n--;
	*r = (struct ptr_run){ in, helo, clouds, v, out, f, .common = { "", 0 } };
	for (size_t i = 0; i < in->ip_n; i++) {
		out[i] = (struct rep_audit_ptr){ .names = 0 };
		known = look(r, &in->ip[i], v, &out[i]) && look_helo(r, &in->ip[i], v, &out[i]) &&
		    known;
	}
	if (!known)
		return false;
	for (size_t i = 0; i < in->ip_n; i++)
		out[i].state = judge(&out[i], &in->domain);
	if (!choose(r))
		return false;
	if (!proven(r)) /* then only words */
		for (size_t i = 0; i < in->ip_n; i++)
			r->name[i] = r->said[i] = (struct rep_own_name){ .published = false };
	for (size_t i = 0; i < in->ip_n; i++) {
		greeting(r, i);
		findings(r, i);
	}
	return true;
}
