/* Which name each own address is to have, and the proof that nothing is lost. SPDX-License-Identifier: Apache-2.0 */
#include "audit/ptr_inside.h"
#include "dns/overlay.h"

/* For the search of names. */
static struct rep_own_run
own_run(const struct rep_ptr_run *r)
{
	return (struct rep_own_run){ r->in, r->helo, r->out, r->v, r->f->a, r->name };
}

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

/* Whether HELO is good for any address as it is, or lacks nothing but the other family's record. */
static bool
helo_stays(const struct rep_ptr_run *r, size_t i, bool *known)
{
	struct rep_own_run own = own_run(r);
	struct rep_own_name now;

	*known = rep_own_name_of(&own, i, r->helo, &now) && *known;
	return now.published || now.beside || rep_str_eq_nocase(r->name[i].text, r->helo);
}

/* Whether the PTR of an address, which need not be in the run, says the name. */
static bool
has_ptr(struct rep_str text, const struct rep_ip *ip, const struct rep_dns_view *v, bool *known)
{
	const struct rep_dns_answer *ptr;
	struct rep_name arpa, name;

	if (!rep_name_arpa(ip, &arpa) || !rep_name_parse(text, &name))
		return false;
	if ((ptr = rep_dns_get(v, &arpa, REP_DNS_PTR)) == NULL) {
		*known = false;
		return false;
	}
	for (size_t i = 0; i < ptr->n; i++)
		if (rep_name_eq(ptr->rr[i]->target, &name))
			return true;
	return false;
}

/* Whether HELO is the name of any address as its PTR says, given or not: it may not change for all of Postfix. */
static bool
helo_is_taken(const struct rep_ptr_run *r, bool *known)
{
	static const uint16_t types[] = { REP_DNS_A, REP_DNS_AAAA };
	const struct rep_dns_answer *ans;
	struct rep_name helo;
	bool taken = false;

	if (r->helo.n == 0 || !rep_host_name(r->helo) || rep_inside_name(r->helo) ||
	    !rep_name_parse(r->helo, &helo))
		return false;
	for (size_t t = 0; t < REP_COUNT(types); t++) {
		if ((ans = rep_dns_get(r->v, &helo, types[t])) == NULL) {
			*known = false;
			continue;
		}
		/* Of so many addresses one will need it. */
		taken = taken || ans->n > REP_AUDIT_MAX_IPS;
		for (size_t i = 0; i < ans->n && ans->n <= REP_AUDIT_MAX_IPS; i++)
			taken = has_ptr(r->helo, &ans->rr[i]->ip, r->v, known) || taken;
	}
	return taken;
}

/* The name that HELO says now, if it is good for any address; else the first good one. */
static bool
choose_common(struct rep_ptr_run *r)
{
	bool known = true;

	for (size_t i = 0; i < r->in->ip_n && r->helo.n > 0; i++)
		if (helo_stays(r, i, &known))
			r->common = r->helo;
	if (r->common.n == 0 && helo_is_taken(r, &known))
		r->common = r->helo;
	for (size_t i = 0; i < r->in->ip_n && r->common.n == 0; i++)
		if (r->out[i].state == REP_PTR_OWN)
			r->common = r->name[i].text;
	for (size_t i = 0; i < r->in->ip_n && r->common.n == 0; i++)
		if (r->name[i].published)
			r->common = r->name[i].text;
	for (size_t i = 0; i < r->in->ip_n && r->common.n == 0; i++)
		r->common = r->name[i].text;
	return known;
}

/*
 * Whether the common name can be had by this address too. It is not, where it is that of another address of
 * the same family, or where both names are hosts of MX: those are two servers.
 */
static bool
to_share(const struct rep_ptr_run *r, size_t i, const struct rep_own_name *shared)
{
	struct rep_own_run own = own_run(r);

	if (shared->text.n == 0 || (shared->beside && !shared->other_family))
		return false;
	return !shared->takes_mail || !r->name[i].published ||
	    !rep_own_name_is_mx(&own, r->name[i].text);
}

/* A name for each PTR, and one for each HELO. False: not known yet. */
bool
rep_ptr_choose(struct rep_ptr_run *r)
{
	struct rep_own_run own = own_run(r);
	struct rep_own_name other;
	bool known = true;

	/* What a PTR says comes before what HELO says: only one of them gets the address of an MX. */
	for (int has_ptr = 1; has_ptr >= 0; has_ptr--)
		for (size_t i = 0; i < r->in->ip_n; i++)
			if ((r->out[i].names > 0) == has_ptr)
				known = rep_own_name_find(&own, i, &r->name[i]) && known;
	if (!known || !choose_common(r))
		return false;
	for (size_t i = 0; i < r->in->ip_n; i++) {
		r->said[i] = r->name[i];
		if (rep_str_eq_nocase(r->name[i].text, r->common) || apart(r, i))
			continue;
		known = rep_own_name_of(&own, i, r->common, &other) && known;
		if (!to_share(r, i, &other))
			continue;
		r->said[i] = other;
		if (!is_ptr_name(&r->out[i], r->name[i].text))
			r->name[i] = other;
	}
	return known;
}

/* --- the proof -------------------------------------------------------------------------------------- */

bool
rep_ptr_is_set(const struct rep_ptr_run *r, size_t i)
{
	return r->name[i].text.n > 0 && r->out[i].state > REP_PTR_CONFIRMED &&
	    r->out[i].state < REP_PTR_UNKNOWN;
}

static bool
in_overlay(struct rep_dns_overlay *o, const struct rep_own_name *name, const struct rep_ip *ip)
{
	struct rep_name host;

	return name->text.n == 0 || name->published ||
	    (rep_name_parse(name->text, &host) &&
		rep_dns_overlay_address(o, &host, ip, &name->instead));
}

/* The records and the PTR of one address. False: there is no room, or one of them is no name. */
static bool
published(const struct rep_ptr_run *r, size_t i, struct rep_dns_overlay *o)
{
	struct rep_name name;

	return in_overlay(o, &r->name[i], &r->in->ip[i]) &&
	    in_overlay(o, &r->said[i], &r->in->ip[i]) &&
	    (!rep_ptr_is_set(r, i) ||
		(rep_name_parse(r->name[i].text, &name) &&
		    rep_dns_overlay_ptr(o, &r->out[i].arpa, &name)));
}

static bool
leads(struct rep_str text, const struct rep_ip *ip, const struct rep_dns_view *v)
{
	const struct rep_dns_answer *ans;
	struct rep_name host;

	return text.n == 0 ||
	    (rep_name_parse(text, &host) &&
		(ans = rep_dns_get(v, &host, rep_dns_address_type(ip))) != NULL &&
		rep_ptr_leads_back(ans, ip));
}

/* No address whose PTR says a name loses its record there. */
static bool
takes_none(const struct rep_own_name *name, const struct rep_dns_view *v)
{
	bool known = true;

	return name->text.n == 0 || name->instead.version == 0 ||
	    (!has_ptr(name->text, &name->instead, v, &known) && known);
}

/* Whether an address has what it is to have, and lost nothing, over a view with all that is proposed. */
static bool
good(const struct rep_ptr_run *r, size_t i, const struct rep_dns_view *v,
    struct rep_audit_ptr *after, bool *known)
{
	const struct rep_ip *ip = &r->in->ip[i];

	*after = (struct rep_audit_ptr){ .names = 0 };
	if (!rep_ptr_look(r, ip, v, after) || !rep_helo_look(r, ip, v, after)) {
		*known = false;
		return true;
	}
	return rep_ptr_judge(after, &r->in->domain) <=
	    (rep_ptr_is_set(r, i) ? REP_PTR_CONFIRMED : r->out[i].state) &&
	    after->helo_confirmed >= r->out[i].helo_confirmed && leads(r->name[i].text, ip, v) &&
	    leads(r->said[i].text, ip, v) && takes_none(&r->name[i], r->v) &&
	    takes_none(&r->said[i], r->v);
}

/* The first address for which what is proposed does not do. in->ip_n: it does for all. */
static size_t
unproven(const struct rep_ptr_run *r, struct rep_dns_overlay *o, struct rep_audit_ptr *after,
    bool *known)
{
	struct rep_dns_view v;
	size_t n = r->in->ip_n;

	rep_dns_overlay_init(o, r->f->a, r->v);
	for (size_t i = 0; i < n; i++)
		if (!published(r, i, o))
			return i;
	v = rep_dns_overlay_view(o);
	for (size_t i = 0; i < n; i++)
		if (!good(r, i, &v, after, known))
			return i;
	return n;
}

/* Then there are only words. */
static void
no_names(struct rep_ptr_run *r)
{
	for (size_t i = 0; i < r->in->ip_n; i++)
		r->name[i] = r->said[i] = (struct rep_own_name){ .published = false };
}

bool
rep_ptr_prove(struct rep_ptr_run *r)
{
	struct rep_dns_overlay *o = rep_arena_alloc(r->f->a, sizeof *o);
	struct rep_audit_ptr *after = rep_arena_alloc(r->f->a, sizeof *after);
	bool known = true, room = o != NULL && after != NULL;

	/* What one loses may change the others: each round looks at all again, and takes one away. */
	while (room) {
		size_t wrong = unproven(r, o, after, &known);

		if (!known || wrong == r->in->ip_n)
			return known;
		if (r->name[wrong].text.n + r->said[wrong].text.n == 0)
			break; /* it loses by one of the others, and which is not told */
		r->name[wrong] = r->said[wrong] = (struct rep_own_name){ .published = false };
	}
	no_names(r);
	return true;
}
