/* How the lists see a domain and its addresses. SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"
#include "audit/own_name.h"

#include <stdio.h>

/* --- what they are asked about ------------------------------------------------------------------- */

struct list_subjects {
	struct rep_sweep_subject *v; /* room for all that can come */
	size_t n;
	struct rep_arena *a;
};

static void
add(struct list_subjects *s, struct rep_str text, const struct rep_ip *ip)
{
	for (size_t i = 0; i < s->n; i++)
		if (rep_str_eq_nocase(s->v[i].text, text))
			return;
	s->v[s->n].ip = ip != NULL ? *ip : (struct rep_ip){ .version = 0 };
	s->v[s->n++].text = rep_arena_dup(s->a, text);
}

/* The organizational domain of a name, unless it is the audited one's. */
static void
add_org(struct list_subjects *s, const struct rep_name *name, const struct rep_name *domain)
{
	struct rep_name org;
	char text[REP_NAME_TEXT];

	rep_dmarc_org_psl(name, &org);
	if (!rep_dmarc_same_org(name, domain) &&
	    rep_host_name(rep_str_c(rep_name_text(&org, text))))
		add(s, rep_str_c(text), NULL);
}

size_t
rep_audit_list_subjects(const struct rep_audit_in *in, struct rep_str helo,
    const struct rep_audit_domain *d, struct rep_arena *a, const struct rep_sweep_subject **out)
{
	struct list_subjects s = { .a = a };
	char text[REP_IP_TEXT];
	struct rep_name name;

	s.v = rep_arena_alloc(a, (2 + in->ip_n * (1 + REP_PTR_NAMES)) * sizeof *s.v);
	*out = s.v;
	if (s.v == NULL)
		return 0;
	add(&s, in->domain_text, NULL);
	for (size_t i = 0; i < in->ip_n; i++)
		add(&s, rep_str_c(rep_ip_text(&in->ip[i], text)), &in->ip[i]);
	if (rep_name_parse(helo, &name))
		add_org(&s, &name, &in->domain);
	for (size_t i = 0; i < in->ip_n && i < REP_AUDIT_MAX_IPS; i++)
		for (size_t k = 0; k < d->ptr[i].names; k++)
			if (!d->ptr[i].name[k].generic)
				add_org(&s, &d->ptr[i].name[k].name, &in->domain);
	return s.n;
}

/* --- what they say ------------------------------------------------------------------------------- */

/* Whether a receiver named the list when it refused: then it is no minor one here. */
static bool
named(const struct rep_sweep_hit *h, struct rep_str said)
{
	return rep_str_find_nocase(said, h->zone, 0) != SIZE_MAX ||
	    rep_str_find_nocase(said, h->list->name, 0) != SIZE_MAX;
}

bool
rep_audit_refused_kind(const struct rep_sweep_hit *h, struct rep_str said)
{
	return h->state == REP_SWEEP_LISTED && h->word == REP_LIST_POLICY &&
	    h->list->scope == REP_LIST_ADDRESS && (h->list->tier <= 1 || named(h, said));
}

struct rep_str
rep_audit_policy_words(struct rep_arena *a, const struct rep_sweep_hit *h, struct rep_str ip)
{
	return rep_arena_printf(a,
	    "Give the address a PTR name of your own first (reputed ptr %.*s).%s%.*s", REP_PR(ip),
	    h->list->delist.n > 0 ? " Then ask for removal: " : "", REP_PR(h->list->delist));
}

static enum rep_finding_id
listing_id(const struct rep_sweep_hit *h, struct rep_str said)
{
	if (h->list->scope == REP_LIST_RANGE || h->list->scope == REP_LIST_ASN)
		return REP_FINDING_LISTED_RANGE;
	if (h->word == REP_LIST_POLICY)
		return REP_FINDING_LISTED_POLICY;
	if (h->list->scope == REP_LIST_DOMAIN)
		return REP_FINDING_LISTED_DOMAIN;
	return h->list->tier <= 1 || named(h, said) ? REP_FINDING_LISTED_ABUSE
						    : REP_FINDING_LISTED_MINOR;
}

static void
one_hit(const struct rep_sweep *s, const struct rep_sweep_hit *h, struct rep_str said,
    struct rep_findings *f)
{
	char codes[REP_SWEEP_CODES * 16 + 1] = "";
	size_t n = 0;
	struct rep_finding *x;

	for (size_t i = 0; i < h->codes; i++)
		n += (size_t)snprintf(codes + n, sizeof codes - n, "%s%u.%u.%u.%u",
		    i > 0 ? " " : "", h->code[i] >> 24, h->code[i] >> 16 & 255,
		    h->code[i] >> 8 & 255, h->code[i] & 255);
	x = rep_finding_add(f, listing_id(h, said), s->subject[h->subject].text,
	    rep_finding_text(f, "%.*s (%.*s): %s, %.*s%s%.*s; scope: %s", REP_PR(h->list->name),
		REP_PR(h->zone), codes, REP_PR(h->means), h->text.n > 0 ? "; they say: " : "",
		REP_PR(h->text), rep_list_scope_text(h->list->scope)));
	x->detail = rep_arena_dup(f->a, h->zone);
	/* Who asks about an own address sends from it; receivers refuse mail from such addresses. */
	if (x->number == REP_FINDING_LISTED_POLICY && rep_audit_refused_kind(h, said))
		x->severity = REP_SERIOUS;
	if (h->list->scope == REP_LIST_DOMAIN && h->word == REP_LIST_ABUSE && h->subject > 0) {
		/* Not the domain that sends: a name that its address or HELO shows. */
		x->fix = rep_finding_text(f,
		    "%.*s is not the domain you send as: give the address a PTR name and a HELO in "
		    "your own domain instead",
		    REP_PR(s->subject[h->subject].text));
		return;
	}
	if (h->word == REP_LIST_ABUSE && h->list->delist.n > 0)
		x->fix = rep_finding_text(f,
		    "Find and stop the cause first (complaints, spam traps, a break-in). Then ask "
		    "for removal: %.*s",
		    REP_PR(h->list->delist));
	else if (h->word == REP_LIST_POLICY && h->list->scope == REP_LIST_ADDRESS)
		x->fix = rep_audit_policy_words(f->a, h, s->subject[h->subject].text);
}

/* When nothing is known of any list, and none refused, which has a finding of its own. */
static void
blind(const struct rep_sweep *s, struct rep_findings *f)
{
	struct rep_finding *x;
	struct rep_str why;
	bool rewrites;

	if (!rep_sweep_blind(s, &why, &rewrites))
		return;
	x = rep_finding_add(f, REP_FINDING_LISTS_UNKNOWN, REP_S("resolver"), why);
	x->fix = rewrites
	    ? REP_S(
		  "Use a resolver that does not: apt-get install unbound, then --server 127.0.0.1 "
		  "(and nameserver 127.0.0.1 in /etc/resolv.conf).")
	    : REP_S(
		  "Look again with a resolver of your own: apt-get install unbound, then --server "
		  "127.0.0.1. reputed dnsbl IP shows the answer of each list.");
}

void
rep_audit_lists(const struct rep_sweep *s, struct rep_str said, struct rep_findings *f)
{
	struct rep_buf zones;
	struct rep_finding *x;
	size_t refused = 0;

	rep_buf_init(&zones, 4096);
	for (size_t i = 0; i < s->n; i++) {
		for (size_t k = 0; k < s->subjects; k++)
			if (s->v[i].hit[k].state == REP_SWEEP_LISTED &&
			    s->v[i].hit[k].word != REP_LIST_GOOD)
				one_hit(s, &s->v[i].hit[k], said, f);
		if (s->v[i].by_code)
			rep_buf_printf(
			    &zones, "%s%.*s", refused++ > 0 ? ", " : "", REP_PR(s->v[i].shown));
	}
	if (refused > 0) {
		x = rep_finding_add(
		    f, REP_FINDING_LISTS_REFUSE_RESOLVER, REP_S("resolver"), rep_buf_str(&zones));
		x->fix = REP_S(
		    "apt-get install unbound, and use it: nameserver 127.0.0.1 in "
		    "/etc/resolv.conf (or --server 127.0.0.1). For Spamhaus on EC2 a free DQS key "
		    "in the file list-keys works too.");
	}
	if (refused == 0)
		blind(s, f);
	rep_buf_fini(&zones);
}
