/* What an own server says in HELO. SPDX-License-Identifier: Apache-2.0 */
#include "audit/ptr_inside.h"

/*
 * Another address has the name rightly, given or not, and this one has a name of its own: perhaps it says
 * that.
 */
static bool
of_another(const struct rep_ptr_run *r, size_t i)
{
	return r->out[i].state == REP_PTR_OWN && rep_str_eq_nocase(r->common, r->helo) &&
	    !rep_str_eq_nocase(r->name[i].text, r->helo) &&
	    (r->said[i].beside || !rep_str_eq_nocase(r->said[i].text, r->helo));
}

/* What HELO should be. */
static void
helo_fix(struct rep_ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_own_name *name = &r->said[i];
	char ip[REP_IP_TEXT];

	x->row = r->row[i];
	if (name->text.n == 0) {
		x->fix = REP_S("set smtp_helo_name (or myhostname) in Postfix's main.cf to the PTR "
			       "name of the address, a name in your own domain");
		return;
	}
	if (!name->published) {
		x->fix = rep_ptr_record_words(r->f,
		    of_another(r, i) ? rep_finding_text(r->f, "if mail from %s says %.*s too, ",
					   rep_ip_text(&r->in->ip[i], ip), REP_PR(r->helo))
					   .p
				     : "",
		    &r->in->ip[i], name);
		rep_ptr_publish(r->f, x, &r->in->ip[i], name);
	}
	if (!rep_str_eq_nocase(name->text, r->helo))
		rep_ptr_say_name(r, x, i);
}

/* It may be that nothing is wrong: how to see that, and what else holds for the other family. */
static void
alone(struct rep_ptr_run *r, struct rep_finding *x, size_t i)
{
	const struct rep_own_name *own = &r->name[i];
	bool one_name = r->out[i].helo->n == 0 && !rep_str_eq_nocase(r->said[i].text, r->helo);
	char ip[REP_IP_TEXT];
	struct rep_step *step;

	rep_ip_text(&r->in->ip[i], ip);
	step = rep_finding_step(x,
	    rep_finding_text(r->f,
		"look at this address alone, with its own name: reputed check %.*s --ip %s --helo %.*s%s",
		REP_PR(r->in->domain_text), ip, REP_PR(own->text),
		one_name
		    ? ". If it is the same Postfix that sends over both IP versions, it says one "
		      "name over both, which then needs a record for this address too"
		    : ""),
	    REP_S(""));
	step->apart = true;
}

static void
unconfirmed(struct rep_ptr_run *r, size_t i, struct rep_str shown)
{
	const struct rep_dns_answer *seen = r->out[i].helo;
	char ip[REP_IP_TEXT], other[REP_IP_TEXT], type[16];
	struct rep_finding *x;

	rep_ip_text(&r->in->ip[i], ip);
	x = rep_finding_add(r->f, REP_FINDING_HELO_UNCONFIRMED, rep_str_c(ip),
	    seen->n > 0
		? rep_finding_text(r->f, "HELO %.*s resolves to %s%s, not to %s", REP_PR(shown),
		      rep_ip_text(&seen->rr[0]->ip, other), seen->n > 1 ? " and others" : "", ip)
		: rep_finding_text(r->f, "HELO %.*s: its %s record: %s; it must lead to %s",
		      REP_PR(shown), rep_dns_type_text(rep_dns_address_type(&r->in->ip[i]), type),
		      rep_dns_state_text(seen->state), ip));
	helo_fix(r, x, i);
	if (!of_another(r, i))
		return;
	x->severity = REP_WARNING;
	alone(r, x, i);
}

/* HELO must be a full name that leads to the address. */
void
rep_helo_findings(struct rep_ptr_run *r, size_t i)
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
			!rep_ip_parse(r->helo, &literal) ? ""
			    : rep_str_starts(r->helo, REP_S("["))
			    ? ": an address; a name is wanted"
			    : ": an address needs brackets around it, and a name is better"));
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
bool
rep_helo_look(const struct rep_ptr_run *r, const struct rep_ip *ip, const struct rep_dns_view *v,
    struct rep_audit_ptr *out)
{
	struct rep_name name;
	struct rep_ip literal;

	out->helo_syntax = r->helo.n > 0 && !rep_ip_parse(r->helo, &literal) &&
	    rep_host_name(r->helo) && rep_name_parse(r->helo, &name);
	if (!out->helo_syntax || rep_inside_name(r->helo))
		return true;
	if ((out->helo = rep_dns_get(v, &name, rep_dns_address_type(ip))) == NULL)
		return false;
	out->helo_confirmed = rep_ptr_leads_back(out->helo, ip);
	return true;
}
