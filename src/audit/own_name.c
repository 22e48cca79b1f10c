/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/own_name.h"

#include "audit/spf_own.h"
#include "dns/wildcard.h"

/* Top labels that no public name has (RFC 6761, 6762, 9476 and what ICANN reserved). */
static const char *const inside[] = { "internal", "local", "localdomain", "localhost", "lan",
	"home", "corp", "intranet", "private", "invalid", "arpa" };

/* Names that are new where they are free, the most usual first; and more that may lead to an address. */
static const char *const usual[] = { "mail", "mta", "out", "smtp-out", "mx-out" },
			 *const common[] = { "smtp", "relay", "outbound", "mailout", "mx1", "mx2",
				 "mail1", "mail2", "out1", "out2", "mail4", "mail6" };

enum { OWN_NAME_SPF_MAX = 16 };

bool
rep_inside_name(struct rep_str name)
{
	for (size_t i = 0; i < REP_COUNT(inside); i++)
		if (rep_str_ends_nocase(name, rep_str_c(inside[i])) && name.n > strlen(inside[i]) &&
		    name.p[name.n - strlen(inside[i]) - 1] == '.')
			return true;
	return false;
}

/* What a name is to the address. A set of them is what a search accepts. */
enum fit {
	TAKEN = 0,
	FREE = 1, /* it has no address */
	LEADS_HERE = 2,
	OTHER_FAMILY = 4, /* it has addresses, none of this family */
	SHARED = 8,	  /* it is that of other own addresses of this family */
	SHARED_MX = 16,	  /* the same, and a host of MX */
	STALE = 32,	  /* it has one address of this family, which is nobody's that is known */
	PENDING = 64
};

/* What is asked: a name for one of the own addresses. */
struct name_search {
	const struct rep_own_run *r;
	const struct rep_ip *ip;
	struct rep_own_name *out;
	bool known;
	bool is_ptr; /* the PTR of the address says the name */
};

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

/* Whose an address is that was not given, as its PTR tells. */
enum whose { SOMEBODY, PERHAPS_OWN, OWN };

/* OWN: the PTR says the name. PERHAPS_OWN: it is missing, generic, or of the own organization. */
static enum whose
whose_is(struct name_search *s, const struct rep_name *name, const struct rep_ip *ip)
{
	const struct rep_audit_in *in = s->r->in;
	const struct rep_dns_answer *ptr;
	enum whose w = PERHAPS_OWN;
	char text[REP_NAME_TEXT];
	struct rep_name arpa;

	if (is_own(in, ip))
		return OWN;
	if (in->domain.n == 0 || !rep_name_arpa(ip, &arpa))
		return SOMEBODY;
	if ((ptr = rep_dns_get(s->r->v, &arpa, REP_DNS_PTR)) == NULL) {
		s->known = false;
		return PERHAPS_OWN;
	}
	for (size_t i = 0; i < ptr->n; i++) {
		const struct rep_name *says = ptr->rr[i]->target;

		if (rep_name_eq(says, name))
			return OWN;
		if (!rep_dmarc_same_org(says, &in->domain) &&
		    !rep_cloud_numbers(rep_str_c(rep_name_text(says, text)), ip))
			w = SOMEBODY;
	}
	return w;
}

/* How many addresses are less than that to the sender. */
static size_t
less_than(struct name_search *s, const struct rep_name *name, const struct rep_dns_answer *ans,
    enum whose w)
{
	size_t n = 0;

	for (size_t i = 0; i < ans->n; i++)
		n += i >= REP_OWN_NAME_ASKED || whose_is(s, name, &ans->rr[i]->ip) < w;
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

static bool
is_mx(struct name_search *s, const struct rep_name *name)
{
	const struct rep_dns_answer *mx;

	if (s->r->in->domain.n == 0)
		return false;
	if ((mx = rep_dns_get(s->r->v, &s->r->in->domain, REP_DNS_MX)) == NULL) {
		s->known = false;
		return false;
	}
	for (size_t i = 0; i < mx->n; i++)
		if (rep_name_eq(mx->rr[i]->target, name))
			return true;
	return false;
}

bool
rep_own_name_is_mx(const struct rep_own_run *r, struct rep_str text)
{
	struct name_search s = { .r = r, .known = true };
	struct rep_name name;

	return rep_name_parse(text, &name) && is_mx(&s, &name);
}

/* Whether a host of MX gets another address of this family in this run already: one is enough. */
static bool
given_mx(struct name_search *s, const struct rep_name *name)
{
	char text[REP_NAME_TEXT];

	rep_name_text(name, text);
	for (size_t i = 0; i < s->r->in->ip_n && s->r->given != NULL; i++)
		if (s->r->given[i].takes_mail && !rep_ip_eq(&s->r->in->ip[i], s->ip) &&
		    s->r->in->ip[i].version == s->ip->version &&
		    rep_str_eq_nocase(s->r->given[i].text, rep_str_c(text)))
			return true;
	return false;
}

/* A name with addresses that are not this one: `mine` are those of its family. */
static enum fit
with_others(struct name_search *s, const struct rep_name *name, const struct rep_dns_answer *mine,
    const struct rep_dns_answer *other)
{
	bool pages = s->r->in->domain.n == 0 || of_pages(name, &s->r->in->domain);

	if (pages && less_than(s, name, mine, OWN) + less_than(s, name, other, OWN) > 0)
		return TAKEN;
	if (mine->n == 0 && given_mx(s, name))
		return SHARED_MX;
	if (mine->n == 0)
		return !s->is_ptr && less_than(s, name, other, PERHAPS_OWN) > 0 ? TAKEN
										: OTHER_FAMILY;
	if (less_than(s, name, mine, OWN) == 0)
		return less_than(s, name, other, PERHAPS_OWN) > 0 ? TAKEN
		    : is_mx(s, name)				  ? SHARED_MX
								  : SHARED;
	if (mine->n > 1)
		return TAKEN;
	s->out->instead = mine->rr[0]->ip;
	return STALE;
}

/* A name that only a wildcard answers for is free: a record of its own comes before that. */
static bool
by_wildcard(struct name_search *s, const struct rep_name *name)
{
	return s->r->in->domain.n > 0 && !of_pages(name, &s->r->in->domain) &&
	    rep_dns_by_wildcard(s->r->v, name, &s->known);
}

/* What the name is to the address: an alias or another host's name cannot stand for it. */
static enum fit
fits(struct name_search *s, const struct rep_name *name, unsigned accepted)
{
	const struct rep_dns_answer *four = rep_dns_get(s->r->v, name, REP_DNS_A),
				    *six = rep_dns_get(s->r->v, name, REP_DNS_AAAA),
				    *mine = s->ip->version == 6 ? six : four;
	bool alias, wild;
	enum fit f;

	if (four == NULL || six == NULL)
		return PENDING;
	if (rep_dns_failed(mine->state))
		return TAKEN;
	alias = four->cnames > 0 || six->cnames > 0;
	for (size_t i = 0; i < mine->n && !alias; i++)
		if (rep_ip_eq(&mine->rr[i]->ip, s->ip))
			return LEADS_HERE;
	if (four->n + six->n == 0 && !alias)
		return !s->is_ptr && of_pages(name, &s->r->in->domain) ? TAKEN : FREE;
	if ((accepted & ~(unsigned)LEADS_HERE) == 0)
		return TAKEN;
	wild = by_wildcard(s, name);
	if (!s->known)
		return PENDING;
	if (wild || alias || (accepted & ~(unsigned)(LEADS_HERE | FREE)) == 0)
		return wild ? FREE : TAKEN;
	f = with_others(s, name, mine, mine == six ? four : six);
	return s->known ? f : PENDING;
}

/* Takes a name if it is one of `accepted`. True: the search is over; s->known false: for now only. */
static bool
take(struct name_search *s, const struct rep_name *name, unsigned accepted)
{
	char text[REP_NAME_TEXT];
	enum fit f;

	*s->out = (struct rep_own_name){ .published = false };
	f = fits(s, name, accepted);
	if (f == PENDING) {
		s->known = false;
		return true;
	}
	if ((f & accepted) == 0)
		return false;
	s->out->text = rep_arena_dup(s->r->a, rep_str_c(rep_name_text(name, text)));
	s->out->published = f == LEADS_HERE;
	s->out->beside = f == OTHER_FAMILY || f == SHARED || f == SHARED_MX;
	s->out->other_family = f == OTHER_FAMILY;
	s->out->takes_mail = f != LEADS_HERE && is_mx(s, name);
	if (f != STALE)
		s->out->instead.version = 0;
	return true;
}

/* A PTR name that could be kept: one of the own organization that a person gave. */
static bool
keepable(const struct rep_audit_in *in, const struct rep_audit_ptr *p, size_t i)
{
	char text[REP_NAME_TEXT];

	return in->domain.n > 0 && !p->name[i].generic &&
	    rep_dmarc_same_org(&p->name[i].name, &in->domain) &&
	    rep_host_name(rep_str_c(rep_name_text(&p->name[i].name, text)));
}

/* A name that a server says, if the world can use it. */
static bool
usable(const struct rep_audit_in *in, struct rep_str helo, const struct rep_ip *ip,
    struct rep_name *name)
{
	return rep_host_name(helo) && !rep_inside_name(helo) && !rep_cloud_numbers(helo, ip) &&
	    rep_name_parse(helo, name) &&
	    (in->domain.n == 0 || rep_dmarc_same_org(name, &in->domain));
}

/* A name that may lead to the address already. Every one is asked for before the first is judged. */
static bool
leads(struct name_search *s, const struct rep_name *name, bool ask)
{
	const struct rep_audit_in *in = s->r->in;
	char text[REP_NAME_TEXT];

	if (!rep_dmarc_same_org(name, &in->domain) || of_pages(name, &in->domain) ||
	    !rep_host_name(rep_str_c(rep_name_text(name, text))))
		return false;
	if (!ask)
		return take(s, name, LEADS_HERE);
	(void)rep_dns_get(s->r->v, name, REP_DNS_A);
	(void)rep_dns_get(s->r->v, name, REP_DNS_AAAA);
	return false;
}

/* The hosts that the domain's own SPF record names by `a:`. */
static bool
spf_leads(struct name_search *s, bool ask)
{
	const struct rep_dns_answer *txt = rep_dns_get(s->r->v, &s->r->in->domain, REP_DNS_TXT);
	struct rep_name name;
	size_t n = 0;

	for (size_t i = 0; txt != NULL && i < txt->n; i++) {
		size_t at = 0;

		while (rep_str_starts_nocase(txt->rr[i]->data, REP_S("v=spf1")) &&
		    n < OWN_NAME_SPF_MAX && rep_spf_next_host(txt->rr[i]->data, &at, &name)) {
			n++;
			if (leads(s, &name, ask))
				return true;
		}
	}
	s->known = s->known && txt != NULL;
	return txt == NULL;
}

static bool
labels_lead(struct name_search *s, const char *const *label, size_t n, bool ask)
{
	struct rep_name name;

	for (size_t i = 0; i < n; i++)
		if (rep_name_join(rep_str_c(label[i]), &s->r->in->domain, &name) &&
		    leads(s, &name, ask))
			return true;
	return false;
}

/* All known names of the own domain, one after the other. */
static bool
known_leads(struct name_search *s, bool ask)
{
	const struct rep_audit_in *in = s->r->in;
	const struct rep_dns_answer *mx = rep_dns_get(s->r->v, &in->domain, REP_DNS_MX);
	const struct rep_dns_rr *first[REP_AUDIT_MAX_MX];
	size_t n = mx == NULL ? 0 : rep_dns_mx_first(mx, first, REP_AUDIT_MAX_MX);

	for (size_t i = 0; i < n; i++)
		if (leads(s, first[i]->target, ask))
			return true;
	for (size_t i = 0; i < in->ip_n && s->r->ptr != NULL; i++)
		for (size_t k = 0; k < s->r->ptr[i].names; k++)
			if (keepable(in, &s->r->ptr[i], k) &&
			    leads(s, &s->r->ptr[i].name[k].name, ask))
				return true;
	s->known = s->known && mx != NULL;
	return mx == NULL || spf_leads(s, ask) || labels_lead(s, usual, REP_COUNT(usual), ask) ||
	    labels_lead(s, common, REP_COUNT(common), ask);
}

/* Its PTR names. `confirmed`: those alone that lead back. */
static bool
ptr_name(struct name_search *s, const struct rep_audit_ptr *p, bool confirmed, unsigned accepted)
{
	bool found = false;

	s->is_ptr = true;
	for (size_t i = 0; i < p->names && !found; i++)
		found = (p->name[i].confirmed || !confirmed) && keepable(s->r->in, p, i) &&
		    take(s, &p->name[i].name, accepted);
	s->is_ptr = false;
	return found;
}

/* The PTR name that HELO says too, and that leads to one address that nobody knows: a move was left half done. */
static bool
moved(struct name_search *s, const struct rep_audit_ptr *p)
{
	char text[REP_NAME_TEXT];

	for (size_t i = 0; i < p->names; i++)
		if (keepable(s->r->in, p, i) &&
		    rep_str_eq_nocase(
			s->r->helo, rep_str_c(rep_name_text(&p->name[i].name, text))) &&
		    take(s, &p->name[i].name, STALE))
			return true;
	return false;
}

/* The first usual name that is free. */
static bool
usual_name(struct name_search *s)
{
	struct rep_name name;

	for (size_t k = 0; k < REP_COUNT(usual) && s->r->in->domain.n > 0; k++)
		if (rep_name_join(rep_str_c(usual[k]), &s->r->in->domain, &name) &&
		    take(s, &name, FREE))
			return true;
	return false;
}

/*
 * Keeps what moved() found as the other choice: whether all that uses that name moved too cannot be seen. It
 * is the first one where no other name is left.
 */
static bool
beside_moved(struct name_search *s)
{
	struct rep_own_name old = *s->out;

	if (!s->known || !usual_name(s)) {
		*s->out = old;
		return true;
	}
	s->out->kept = old.text;
	s->out->kept_ip = old.instead;
	return true;
}

/* What leads to the address already. Where PTR and HELO say another name, that is the other choice. */
static bool
leading(struct name_search *s, const struct rep_audit_ptr *p, const struct rep_name *helo)
{
	struct rep_own_name found;

	if (s->r->in->domain.n == 0)
		return helo != NULL && take(s, helo, LEADS_HERE);
	(void)known_leads(s, true);
	if (!s->known)
		return true;
	if (!(helo != NULL && take(s, helo, LEADS_HERE)) && !known_leads(s, false))
		return false;
	if (!s->known)
		return true;
	found = *s->out;
	if (moved(s, p) && s->known) {
		found.kept = s->out->text;
		found.kept_ip = s->out->instead;
	}
	*s->out = found;
	return true;
}

bool
rep_own_name_find(const struct rep_own_run *r, size_t i, struct rep_own_name *out)
{
	struct name_search s = { r, &r->in->ip[i], out, .known = true };
	const struct rep_audit_ptr *p = &r->ptr[i];
	struct rep_name said;
	const struct rep_name *helo = usable(r->in, r->helo, s.ip, &said) ? &said : NULL;

	*out = (struct rep_own_name){ .published = false };
	if (ptr_name(&s, p, true, LEADS_HERE) || ptr_name(&s, p, false, FREE | OTHER_FAMILY) ||
	    leading(&s, p, helo) || ptr_name(&s, p, false, SHARED) ||
	    (moved(&s, p) && beside_moved(&s)) ||
	    (helo != NULL && take(&s, helo, FREE | OTHER_FAMILY | SHARED)) || usual_name(&s))
		return s.known;
	if (!ptr_name(&s, p, false, SHARED_MX) && !(helo != NULL && take(&s, helo, SHARED_MX)))
		*out = (struct rep_own_name){ .published = false };
	return s.known;
}

/* What the PTR of an address says that is not of the run. */
static bool
ptr_leads(struct name_search *s)
{
	const struct rep_dns_answer *ptr;
	struct rep_name arpa;

	if (!rep_name_arpa(s->ip, &arpa))
		return false;
	if ((ptr = rep_dns_get(s->r->v, &arpa, REP_DNS_PTR)) == NULL) {
		s->known = false;
		return true;
	}
	for (size_t i = 0; i < ptr->n && i < REP_OWN_NAME_ASKED; i++)
		if (leads(s, ptr->rr[i]->target, false))
			return true;
	return false;
}

bool
rep_own_name_leading(const struct rep_own_run *r, const struct rep_ip *ip, struct rep_own_name *out)
{
	struct name_search s = { r, ip, out, .known = true };

	*out = (struct rep_own_name){ .published = false };
	(void)known_leads(&s, true);
	if (s.known && !ptr_leads(&s) && !known_leads(&s, false))
		*out = (struct rep_own_name){ .published = false };
	return s.known;
}

bool
rep_own_name_of(
    const struct rep_own_run *r, size_t i, struct rep_str text, struct rep_own_name *out)
{
	struct name_search s = { r, &r->in->ip[i], out, .known = true };
	struct rep_name name;

	*out = (struct rep_own_name){ .published = false };
	if (!usable(r->in, text, s.ip, &name) ||
	    !take(&s, &name, LEADS_HERE | FREE | OTHER_FAMILY | SHARED | SHARED_MX))
		*out = (struct rep_own_name){ .published = false };
	return s.known;
}
