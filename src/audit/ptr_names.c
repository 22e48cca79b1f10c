/* Which name each own address is to have, and the proof that nothing is lost. SPDX-License-Identifier: Apache-2.0 */
#include "audit/ptr_inside.h"
#include "dns/overlay.h"

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
apart(const struct rep_ptr_run *r, size_t i)
{
	for (size_t k = 0; k < r->in->ip_n; k++)
		if (k != i && r->in->ip[k].version == r->in->ip[i].version &&
		    rep_str_eq_nocase(r->name[k].text, r->common))
			return true;
	return false;
}

/* The name that HELO says now, if it is good for any address; else the first good one. */
static bool
choose_common(struct rep_ptr_run *r)
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
bool
rep_ptr_choose(struct rep_ptr_run *r)
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
		(ans = rep_dns_get(v, &host, rep_ptr_forward_type(ip))) != NULL &&
		rep_ptr_leads_back(ans, ip));
}

/* With all records as they are proposed: each name leads to its address, and no address lost what it had. */
bool
rep_ptr_proven(const struct rep_ptr_run *r)
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
		good = rep_ptr_look(r, ip, &v, after) && rep_helo_look(r, ip, &v, after) &&
		    rep_ptr_judge(after, &r->in->domain) <= r->out[i].state &&
		    after->helo_confirmed >= r->out[i].helo_confirmed &&
		    leads(&r->name[i], ip, &v) && leads(&r->said[i], ip, &v);
	}
	return good;
}
