/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/own_name.h"

/* Top labels that no public name has (RFC 6761, 6762, 9476 and what ICANN reserved). */
static const char *const inside[] = { "internal", "local", "localdomain", "localhost", "lan",
	"home", "corp", "intranet", "private", "invalid", "arpa" };

/* Names to try below the domain, the most usual first. */
static const char *const usual[] = { "mail", "mta", "out", "smtp-out", "mx-out" };

bool
rep_inside_name(struct rep_str name)
{
	for (size_t i = 0; i < REP_COUNT(inside); i++)
		if (rep_str_ends_nocase(name, rep_str_c(inside[i])) && name.n > strlen(inside[i]) &&
		    name.p[name.n - strlen(inside[i]) - 1] == '.')
			return true;
	return false;
}

enum fit {
	FREE = 0, /* the name has no address */
	LEADS_HERE,
	BESIDE, /* it is one of an own host, and lacks this address */
	TAKEN,
	PENDING
};

/* Where a name comes from tells how far it can be trusted to be meant for the address. */
enum name_origin { OF_PTR, OF_HELO, USUAL };

/* What is asked: a name for one of the own addresses. */
struct name_search {
	const struct rep_audit_in *in;
	const struct rep_ip *ip;
	struct rep_str helo; /* as the server says it */
	const struct rep_dns_view *v;
	struct rep_arena *a;
	struct rep_own_name *out;
	bool known;
};

static bool
same_addresses(const struct rep_dns_answer *x, const struct rep_dns_answer *y)
{
	for (size_t i = 0; i < x->n; i++) {
		bool there = false;

		for (size_t k = 0; k < y->n; k++)
			there = there || rep_ip_eq(&x->rr[i]->ip, &y->rr[k]->ip);
		if (!there)
			return false;
	}
	return x->n == y->n;
}

/* A name that only a wildcard answers for is free: a record of its own comes before that. */
static enum fit
by_wildcard(const struct name_search *s, const struct rep_dns_answer *four,
    const struct rep_dns_answer *six)
{
	const struct rep_dns_answer *any4, *any6;
	struct rep_name nobody;

	if (s->in->domain.n == 0 ||
	    !rep_name_join(REP_S("no-such-host-of-reputed"), &s->in->domain, &nobody))
		return TAKEN;
	any4 = rep_dns_get(s->v, &nobody, REP_DNS_A);
	any6 = rep_dns_get(s->v, &nobody, REP_DNS_AAAA);
	if (any4 == NULL || any6 == NULL)
		return PENDING;
	return any4->n + any6->n > 0 && same_addresses(four, any4) && same_addresses(six, any6)
	    ? FREE
	    : TAKEN;
}

static bool
is_own(const struct rep_audit_in *in, const struct rep_ip *ip)
{
	for (size_t i = 0; i < in->ip_n; i++)
		if (rep_ip_eq(&in->ip[i], ip))
			return true;
	for (size_t i = 0; i < in->known_n; i++)
		if (rep_ip_eq(&in->known[i].ip, ip))
			return true;
	return false;
}

static size_t
strangers(const struct rep_audit_in *in, const struct rep_dns_answer *ans)
{
	size_t n = 0;

	for (size_t i = 0; i < ans->n; i++)
		n += !is_own(in, &ans->rr[i]->ip);
	return n;
}

/* Names that lead to web pages, perhaps elsewhere: nothing is to change there for the sake of mail. */
static bool
of_pages(const struct rep_name *name, const struct rep_name *domain)
{
	char text[REP_NAME_TEXT];
	struct rep_name org;

	rep_dmarc_org_psl(name, &org);
	return rep_name_eq(name, domain) || rep_name_eq(name, &org) ||
	    rep_str_starts_nocase(rep_str_c(rep_name_text(name, text)), REP_S("www."));
}

/*
 * A name with other addresses. It can get this one too where all of them are own ones. Where the PTR
 * says the name already, it can have strangers of the other family; and if HELO says it too, the one
 * stranger of this family is what was left behind by a move.
 */
static enum fit
beside(const struct name_search *s, const struct rep_name *name, enum name_origin from,
    const struct rep_dns_answer *mine, size_t others)
{
	char text[REP_NAME_TEXT];

	if (others == 0)
		return from == USUAL ? TAKEN : BESIDE;
	if (from != OF_PTR || of_pages(name, &s->in->domain))
		return TAKEN;
	if (mine->n == 0)
		return BESIDE;
	if (mine->n > 1 || is_own(s->in, &mine->rr[0]->ip) ||
	    !rep_str_eq_nocase(s->helo, rep_str_c(rep_name_text(name, text))))
		return TAKEN;
	s->out->instead = mine->rr[0]->ip;
	return BESIDE;
}

/* Whether a name can stand for the address: an alias or another host's name cannot. */
static enum fit
fits(const struct name_search *s, const struct rep_name *name, enum name_origin from)
{
	const struct rep_dns_answer *four = rep_dns_get(s->v, name, REP_DNS_A),
				    *six = rep_dns_get(s->v, name, REP_DNS_AAAA),
				    *mine = s->ip->version == 6 ? six : four;
	enum fit f;

	if (four == NULL || six == NULL)
		return PENDING;
	if (four->cnames > 0 || six->cnames > 0 || rep_dns_failed(mine->state))
		return TAKEN;
	for (size_t i = 0; i < mine->n; i++)
		if (rep_ip_eq(&mine->rr[i]->ip, s->ip))
			return LEADS_HERE;
	if (four->n + six->n == 0)
		return FREE;
	f = by_wildcard(s, four, six);
	return f == TAKEN
	    ? beside(s, name, from, mine, strangers(s->in, four) + strangers(s->in, six))
	    : f;
}

static bool
of_org(const struct rep_name *name, const struct rep_name *domain)
{
	struct rep_name own, org;

	rep_dmarc_org_psl(domain, &own);
	rep_dmarc_org_psl(name, &org);
	return rep_name_eq(&own, &org);
}

/* Takes a name if it can be used. True: the search is over; s->known false: for now only. */
static bool
take(struct name_search *s, const struct rep_name *name, enum name_origin from)
{
	char text[REP_NAME_TEXT];
	enum fit f;

	s->out->instead.version = 0;
	f = fits(s, name, from);
	if (f == PENDING)
		s->known = false;
	if (f == TAKEN || f == PENDING)
		return f == PENDING;
	s->out->text = rep_arena_dup(s->a, rep_str_c(rep_name_text(name, text)));
	s->out->published = f == LEADS_HERE;
	return true;
}

/* A PTR name that could be kept: one of the own organization that a person gave. */
static bool
keepable(const struct rep_audit_in *in, const struct rep_audit_ptr *p, size_t i)
{
	char text[REP_NAME_TEXT];

	return in->domain.n > 0 && !p->name[i].generic && of_org(&p->name[i].name, &in->domain) &&
	    rep_host_name(rep_str_c(rep_name_text(&p->name[i].name, text)));
}

/* A name that a server says, if the world can use it. */
static bool
usable(const struct rep_audit_in *in, struct rep_str helo, const struct rep_ip *ip,
    struct rep_name *name)
{
	return rep_host_name(helo) && !rep_inside_name(helo) && !rep_cloud_numbers(helo, ip) &&
	    rep_name_parse(helo, name) && (in->domain.n == 0 || of_org(name, &in->domain));
}

bool
rep_own_name_find(const struct rep_audit_in *in, const struct rep_ip *ip, struct rep_str helo,
    const struct rep_audit_ptr *ptr, const struct rep_dns_view *v, struct rep_arena *a,
    struct rep_own_name *out)
{
	struct name_search s = { in, ip, helo, v, a, out, true };
	struct rep_name name;

	*out = (struct rep_own_name){ .published = false };
	for (size_t i = 0; i < ptr->names; i++)
		if (ptr->name[i].confirmed && keepable(in, ptr, i) &&
		    take(&s, &ptr->name[i].name, OF_PTR))
			return s.known;
	for (size_t i = 0; i < ptr->names; i++)
		if (keepable(in, ptr, i) && take(&s, &ptr->name[i].name, OF_PTR))
			return s.known;
	if (usable(in, helo, ip, &name) && take(&s, &name, OF_HELO))
		return s.known;
	for (size_t i = 0; i < REP_COUNT(usual) && in->domain.n > 0; i++)
		if (rep_name_join(rep_str_c(usual[i]), &in->domain, &name) &&
		    take(&s, &name, USUAL))
			return s.known;
	return s.known;
}

bool
rep_own_name_of(const struct rep_audit_in *in, const struct rep_ip *ip, struct rep_str text,
    const struct rep_dns_view *v, struct rep_arena *a, struct rep_own_name *out)
{
	struct name_search s = { in, ip, text, v, a, out, true };
	struct rep_name name;

	*out = (struct rep_own_name){ .published = false };
	if (usable(in, text, ip, &name))
		(void)take(&s, &name, OF_HELO);
	return s.known;
}
