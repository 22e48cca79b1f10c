/* The MX of a domain. SPDX-License-Identifier: Apache-2.0 */
#include "audit/mail_inside.h"
#include "audit/own_name.h"
#include "dns/bogus.h"

#include <stdio.h>

/*
 * Networks in which nobody on the Internet can be reached (RFC 6890 and the IANA registries behind it).
 * Those for documentation are left out: they stand for public addresses wherever a case is shown.
 */
static const struct {
	const char *what;
	int version, bits;
	unsigned char net[16];
} special[] = {
	{ "\"this host\"", 4, 8, { 0 } },
	{ "a private address (RFC 1918)", 4, 8, { 10 } },
	{ "a private address (RFC 1918)", 4, 12, { 172, 16 } },
	{ "a private address (RFC 1918)", 4, 16, { 192, 168 } },
	{ "an address behind a provider's NAT (RFC 6598)", 4, 10, { 100, 64 } },
	{ "a loopback address", 4, 8, { 127 } },
	{ "a link-local address", 4, 16, { 169, 254 } },
	{ "an address for protocols (RFC 6890)", 4, 24, { 192, 0, 0 } },
	{ "an address for benchmarks (RFC 2544)", 4, 15, { 198, 18 } },
	{ "a multicast address", 4, 4, { 224 } },
	{ "a reserved address", 4, 4, { 240 } },
	{ "no address (::)", 6, 128, { 0 } },
	{ "a loopback address", 6, 128, { [15] = 1 } },
	{ "a discard address (RFC 6666)", 6, 64, { 1 } },
	{ "a private address (RFC 4193)", 6, 7, { 0xfc } },
	{ "a link-local address", 6, 10, { 0xfe, 0x80 } },
	{ "a multicast address", 6, 8, { 0xff } },
};

const char *
rep_ip_special(const struct rep_ip *ip)
{
	for (size_t i = 0; i < REP_COUNT(special); i++)
		if (special[i].version == ip->version &&
		    rep_ip_same_bits(ip->b, special[i].net, special[i].bits))
			return special[i].what;
	return NULL;
}

/* --- what each MX is ----------------------------------------------------------------------------- */

static size_t
public_addresses(const struct rep_dns_answer *ans)
{
	size_t n = 0;

	for (size_t i = 0; i < ans->n; i++)
		n += rep_ip_special(&ans->rr[i]->ip) == NULL;
	return n;
}

static enum rep_mx_state
state_of(
    const struct rep_name *host, const struct rep_dns_answer *a, const struct rep_dns_answer *aaaa)
{
	char text[REP_NAME_TEXT];
	struct rep_ip ip;

	if (public_addresses(a) + public_addresses(aaaa) > 0)
		return REP_MX_GOOD;
	if (rep_ip_parse(rep_str_c(rep_name_text(host, text)), &ip))
		return REP_MX_LITERAL;
	if (rep_dns_failed(a->state) || rep_dns_failed(aaaa->state))
		return REP_MX_UNKNOWN;
	return a->n + aaaa->n > 0 ? REP_MX_INSIDE : REP_MX_DEAD;
}

void
rep_mx_judge(struct rep_audit_mail *m)
{
	bool good = false;

	for (size_t i = 0; i < m->n; i++) {
		m->v[i].state = state_of(&m->v[i].host, m->v[i].a, m->v[i].aaaa);
		m->usable += m->v[i].state <= REP_MX_UNKNOWN;
		good = good || m->v[i].state == REP_MX_GOOD;
	}
	if (m->mx->n == 0 && !rep_dns_failed(m->mx->state)) {
		good = public_addresses(m->a) + public_addresses(m->aaaa) > 0;
		m->takes = good ? REP_TAKES_MAIL
		    : rep_dns_failed(m->a->state) || rep_dns_failed(m->aaaa->state)
		    ? REP_TAKES_UNKNOWN
		    : REP_TAKES_NONE;
		return;
	}
	m->takes = good					    ? REP_TAKES_MAIL
	    : rep_dns_failed(m->mx->state) || m->usable > 0 ? REP_TAKES_UNKNOWN
							    : REP_TAKES_NONE;
}

/* Hosts that many domains have for their mail. */
static const char *const usual[] = { "mail", "mx", "mx1", "smtp" };

bool
rep_mx_host(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_mail *m)
{
	bool known = true;

	if (m->takes != REP_TAKES_NONE)
		return true;
	for (size_t i = 0; i < REP_COUNT(usual); i++) {
		const struct rep_dns_answer *a;
		struct rep_name host;

		if (!rep_name_join(rep_str_c(usual[i]), &in->domain, &host))
			continue;
		if ((a = rep_dns_get(v, &host, REP_DNS_A)) == NULL)
			known = false;
		else if (m->host.n == 0 && a->cnames == 0 && a->n > 0 &&
		    public_addresses(a) == a->n) {
			m->host = host;
			m->host_ip = a->rr[0]->ip;
		} else if (m->unused.n == 0 && a->state == REP_DNS_NXDOMAIN)
			m->unused = host;
	}
	return known;
}

/* --- findings ------------------------------------------------------------------------------------ */

/* A host with a new name, and the MX that names it. */
static void
new_host(const struct rep_audit_in *in, const struct rep_audit_mail *m, const struct rep_ip *ip,
    unsigned preference, struct rep_findings *f, struct rep_finding *x)
{
	char host[REP_NAME_TEXT], text[REP_IP_TEXT], type[16];

	rep_name_text(&m->unused, host);
	rep_finding_publish(f, x, "%s. IN %s %s", host,
	    rep_dns_type_text(rep_dns_address_type(ip), type), rep_ip_text(ip, text));
	rep_finding_publish(f, x, "%.*s. IN MX %u %s.", REP_PR(in->domain_text), preference, host);
}

/*
 * The MX to publish where there is none that works: a host of the domain that has an address, else
 * the first own address under a new name. Without either only words are left.
 */
static void
propose(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_str first,
    struct rep_findings *f, struct rep_finding *x)
{
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];

	if (m->host.n > 0) {
		rep_name_text(&m->host, host);
		x->fix = rep_finding_text(f,
		    "%.*slet the MX name the host that takes replies and bounces. If that is %s:",
		    REP_PR(first), host);
		rep_finding_publish(f, x, "%.*s. IN MX 10 %s.", REP_PR(in->domain_text), host);
		return;
	}
	for (size_t i = 0; i < in->ip_n && m->unused.n > 0; i++) {
		if (rep_ip_special(&in->ip[i]) != NULL)
			continue;
		x->fix = rep_finding_text(f,
		    "%.*slet the MX name the host that takes replies and bounces. If that is the "
		    "host at %s:",
		    REP_PR(first), rep_ip_text(&in->ip[i], ip));
		new_host(in, m, &in->ip[i], 10, f, x);
		return;
	}
	x->fix = rep_finding_text(f,
	    "%.*spublish an MX with the name of the host that takes replies and bounces; the host "
	    "needs an A or AAAA record.",
	    REP_PR(first));
}

/* An MX that does not work is serious only where no other does. */
static struct rep_finding *
add(const struct rep_audit_in *in, const struct rep_audit_mail *m, enum rep_finding_id id,
    struct rep_str evidence, struct rep_findings *f)
{
	struct rep_finding *x = rep_finding_add(f, id, in->domain_text, evidence);

	if (m->usable > 0)
		x->severity = REP_WARNING;
	return x;
}

/* Whether a name lies below one that people register: "mail" and "mx1.berlin" do not. */
static bool
below_registered(const struct rep_name *name)
{
	char text[REP_NAME_TEXT];
	struct rep_str host = rep_str_c(rep_name_text(name, text));

	return rep_name_labels(name) > 2 && rep_registered_domain(host).n < host.n;
}

/*
 * mx1.example.com.example.com where mx1.example.com has an address: the editor of the zone put the
 * domain behind the name. So it is with aspmx.l.google.com.example.com, where the rest is the MX of a known
 * provider, or a host of others with an address. False: not known yet.
 */
static bool
appended(const struct rep_audit_in *in, const struct rep_name *host, const struct rep_dns_view *v,
    struct rep_name *meant)
{
	const struct rep_dns_answer *a;
	struct rep_name end;
	char text[REP_NAME_TEXT];

	*meant = (struct rep_name){ .n = 0 };
	if (!rep_name_before(host, &in->domain, &end) ||
	    (!rep_name_under(&end, &in->domain) && !below_registered(&end)))
		return true;
	if (in->providers != NULL &&
	    rep_provider_by_host(in->providers, rep_str_c(rep_name_text(&end, text))) != NULL) {
		*meant = end;
		return true;
	}
	if ((a = rep_dns_get(v, &end, REP_DNS_A)) == NULL)
		return false;
	if (a->n > 0 && a->cnames == 0 && public_addresses(a) == a->n)
		*meant = end;
	return true;
}

static bool
dead(const struct rep_audit_in *in, const struct rep_dns_view *v, const struct rep_audit_mail *m,
    size_t i, struct rep_findings *f)
{
	char host[REP_NAME_TEXT], meant[REP_NAME_TEXT];
	struct rep_finding *x;
	struct rep_name name;

	if (!appended(in, &m->v[i].host, v, &name))
		return false;
	rep_name_text(&m->v[i].host, host);
	x = add(in, m, REP_FINDING_MX_DEAD,
	    rep_finding_text(f, "MX %u %s: %s%s", m->v[i].preference, host,
		rep_dns_state_text(m->v[i].a->state),
		name.n == 0 ? ""
		    : rep_name_under(&name, &in->domain)
		    ? "; the domain is there twice, as some editors of zones append it"
		    : "; the own domain stands behind the name of another host, as it does where the "
		      "dot at its end is missing"),
	    f);
	if (name.n > 0) {
		x->fix = rep_finding_text(
		    f, "replace the MX %u %s (write a dot at its end):", m->v[i].preference, host);
		rep_finding_publish(f, x, "%.*s. IN MX %u %s.", REP_PR(in->domain_text),
		    m->v[i].preference, rep_name_text(&name, meant));
	} else if (m->usable > 0) {
		x->fix = rep_finding_text(f,
		    "remove the MX %u %s, or give the host its address (A or AAAA)",
		    m->v[i].preference, host);
	} else {
		propose(in, m,
		    rep_finding_text(f, "remove the MX %u %s, and ", m->v[i].preference, host), f,
		    x);
	}
	return true;
}

static void
inside(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, size_t i, struct rep_findings *f)
{
	const struct rep_dns_answer *ans[] = { m->v[i].a, m->v[i].aaaa };
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];
	struct rep_finding *x;
	struct rep_str text;
	struct rep_buf b;

	rep_buf_init(&b, 2048);
	for (size_t k = 0; k < REP_COUNT(ans); k++)
		for (size_t j = 0; j < ans[k]->n; j++) {
			const char *what = rep_ip_special(&ans[k]->rr[j]->ip);

			if (what != NULL)
				rep_buf_printf(&b, "%s%s is %s", b.n > 0 ? ", " : "",
				    rep_ip_text(&ans[k]->rr[j]->ip, ip), what);
		}
	text = rep_buf_str(&b);
	rep_name_text(&m->v[i].host, host);
	if (b.n > 0) {
		x = add(in, m, REP_FINDING_MX_PRIVATE,
		    rep_finding_text(f, "MX %u %s: %.*s%s", m->v[i].preference, host, REP_PR(text),
			m->v[i].state == REP_MX_GOOD ? "; it has a public address too" : ""),
		    f);
		if (rep_str_eq_nocase(rep_str_c(host), REP_S("localhost")) ||
		    rep_str_ends_nocase(rep_str_c(host), REP_S(".localhost"))) {
			x->fix =
			    rep_finding_text(f, "remove the MX %u %s", m->v[i].preference, host);
			rep_buf_fini(&b);
			return;
		}
		x->fix = rep_finding_text(f,
		    "give %s its public address only. If only your own resolver shows this one "
		    "(split DNS), look again with --server and a resolver outside.",
		    host);
	}
	rep_buf_fini(&b);
}

/* A host of the own domain that leads to the address stands in place of it, or is there already. */
static void
named(const struct rep_audit_in *in, const struct rep_audit_mail *m, size_t i, struct rep_str name,
    struct rep_findings *f, struct rep_finding *x)
{
	char host[REP_NAME_TEXT], other[REP_NAME_TEXT];

	rep_name_text(&m->v[i].host, host);
	for (size_t k = 0; k < m->n; k++)
		if (rep_str_eq_nocase(name, rep_str_c(rep_name_text(&m->v[k].host, other)))) {
			x->fix = rep_finding_text(f,
			    "remove the MX %u %s: the MX %u %.*s leads to that address already",
			    m->v[i].preference, host, m->v[k].preference, REP_PR(name));
			return;
		}
	x->fix =
	    rep_finding_text(f, "publish this in place of the MX %u %s:", m->v[i].preference, host);
	rep_finding_publish(f, x, "%.*s. IN MX %u %.*s.", REP_PR(in->domain_text),
	    m->v[i].preference, REP_PR(name));
}

/* False: not known yet. */
static bool
literal(const struct rep_audit_in *in, const struct rep_dns_view *v, const struct rep_audit_mail *m,
    size_t i, struct rep_findings *f)
{
	const struct rep_own_run run = { .in = in, .v = v, .a = f->a };
	char host[REP_NAME_TEXT], good[REP_NAME_TEXT];
	struct rep_own_name name = { .published = false };
	struct rep_finding *x;
	struct rep_ip ip;
	bool usable;

	rep_name_text(&m->v[i].host, host);
	x = add(in, m, REP_FINDING_MX_LITERAL,
	    rep_finding_text(f, "MX %u %s is an address; an MX must be the name of a host",
		m->v[i].preference, host),
	    f);
	usable = rep_ip_parse(rep_str_c(host), &ip) && rep_ip_special(&ip) == NULL;
	if (usable && !rep_own_name_leading(&run, &ip, &name))
		return false;
	if (name.text.n > 0) {
		named(in, m, i, name.text, f, x);
		return true;
	}
	if (!usable || m->usable > 0 || m->host.n + m->unused.n == 0) {
		x->fix = rep_finding_text(f,
		    "remove the MX %u %s, or replace it by the name of the host that has the "
		    "address",
		    m->v[i].preference, host);
		return true;
	}
	x->fix = rep_finding_text(f, "replace the MX %u %s:", m->v[i].preference, host);
	if (m->unused.n > 0 && (m->host.n == 0 || !rep_ip_eq(&m->host_ip, &ip)))
		new_host(in, m, &ip, m->v[i].preference, f, x);
	else
		rep_finding_publish(f, x, "%.*s. IN MX %u %s.", REP_PR(in->domain_text),
		    m->v[i].preference, rep_name_text(&m->host, good));
	return true;
}

static void
alias(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, size_t i, struct rep_findings *f)
{
	char host[REP_NAME_TEXT], canonical[REP_NAME_TEXT];
	struct rep_finding *x;

	rep_name_text(&m->v[i].host, host);
	x = rep_finding_add(f, REP_FINDING_MX_CNAME, in->domain_text,
	    rep_finding_text(f, "MX %u %s is an alias (CNAME)", m->v[i].preference, host));
	if (m->v[i].state != REP_MX_GOOD || m->sts.n > 0) {
		x->fix = rep_finding_text(f, "let the MX point to the host behind the alias %s%s",
		    host, m->sts.n > 0 ? "; add that host to the policy of MTA-STS first" : "");
		return;
	}
	x->fix = rep_finding_text(f, "replace the MX %u %s:", m->v[i].preference, host);
	rep_finding_publish(f, x, "%.*s. IN MX %u %s.", REP_PR(in->domain_text), m->v[i].preference,
	    rep_name_text(&m->v[i].a->canonical, canonical));
}

/* Its address did not come. False: why is not known yet. */
static bool
unknown(const struct rep_audit_in *in, const struct rep_dns_view *v, const struct rep_audit_mail *m,
    size_t i, struct rep_findings *f)
{
	const struct rep_dns_answer *a =
	    rep_dns_failed(m->v[i].a->state) ? m->v[i].a : m->v[i].aaaa;
	char host[REP_NAME_TEXT];
	struct rep_finding *x;
	bool bogus, known = true;

	bogus = rep_dns_bogus(v, a, &known) != NULL;
	if (!known)
		return false;
	rep_name_text(&m->v[i].host, host);
	x = rep_finding_add(f,
	    bogus ? REP_FINDING_DNSSEC_BOGUS_ELSEWHERE : REP_FINDING_MX_ADDRESS_UNKNOWN,
	    in->domain_text,
	    rep_finding_text(f, "MX %u %s: %s%s", m->v[i].preference, host,
		rep_dns_state_text(a->state),
		bogus ? "; asked without a check of the signatures (CD): an answer" : ""));
	if (!bogus) {
		x->fix =
		    rep_finding_text(f, "find out why the name servers of %s do not answer", host);
		return true;
	}
	x->severity = REP_WARNING; /* mail that comes in, to one of the hosts */
	x->effect = "The DNSSEC signatures of its name are wrong (bogus). Senders whose resolver "
		    "checks signatures find no address, try again later, and return the mail after "
		    "some days. The others deliver.";
	x->fix = rep_finding_text(f,
	    "send this to whoever runs the zone of %s: its DS record and its signatures do not fit "
	    "each other",
	    host);
	return true;
}

static bool
one(const struct rep_audit_in *in, const struct rep_dns_view *v, const struct rep_audit_mail *m,
    size_t i, struct rep_findings *f)
{
	if (m->v[i].a->cnames > 0)
		alias(in, m, i, f);
	switch (m->v[i].state) {
	case REP_MX_LITERAL: return literal(in, v, m, i, f);
	case REP_MX_UNKNOWN: inside(in, m, i, f); return unknown(in, v, m, i, f);
	case REP_MX_DEAD: return dead(in, v, m, i, f);
	case REP_MX_GOOD:
	case REP_MX_INSIDE: inside(in, m, i, f);
	}
	return true;
}

/* No MX, so mail goes to the address of the domain itself (RFC 5321, 5.1). */
static void
no_mx(const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	const struct rep_dns_answer *ans = m->a->n > 0 ? m->a : m->aaaa;
	char ip[REP_IP_TEXT];
	struct rep_finding *x;

	if (m->takes != REP_TAKES_NONE)
		return;
	if (ans->n > 0) {
		x = rep_finding_add(f, REP_FINDING_MX_PRIVATE, in->domain_text,
		    rep_finding_text(f, "no MX, so mail goes to %.*s: %s is %s",
			REP_PR(in->domain_text), rep_ip_text(&ans->rr[0]->ip, ip),
			rep_ip_special(&ans->rr[0]->ip)));
		propose(in, m, REP_S(""), f, x);
		return;
	}
	x = rep_finding_add(f, REP_FINDING_MX_MISSING, in->domain_text,
	    rep_finding_text(f, "MX of %.*s: %s; no A or AAAA record either",
		REP_PR(in->domain_text), rep_dns_state_text(m->mx->state)));
	propose(in, m, REP_S(""), f, x);
}

bool
rep_mx_findings(const struct rep_audit_in *in, const struct rep_dns_view *v,
    const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_finding *x;
	bool known = true;

	if (rep_dns_failed(m->mx->state)) {
		x = rep_finding_add(f, REP_FINDING_MX_UNKNOWN, in->domain_text,
		    rep_finding_text(f, "MX of %.*s: %s", REP_PR(in->domain_text),
			rep_dns_state_text(m->mx->state)));
		x->fix =
		    REP_S("look again when the name servers of the domain answer; until they do, "
			  "bounces and replies wait");
		return true;
	}
	if (m->mx->n == 0)
		no_mx(in, m, f);
	if (m->null_beside) {
		x = rep_finding_add(f, REP_FINDING_MX_NULL_BESIDE, in->domain_text,
		    rep_finding_text(f, "MX \".\" and %zu other MX", m->mx->n - 1));
		x->fix = REP_S("remove the MX record \"0 .\"; the others stay");
	}
	for (size_t i = 0; i < m->n; i++)
		known = one(in, v, m, i, f) && known;
	return known;
}

void
rep_mx_null_sends(
    const struct rep_audit_in *in, const struct rep_audit_mail *m, struct rep_findings *f)
{
	struct rep_finding *x = rep_finding_add(f, REP_FINDING_MX_NULL_SENDS, in->domain_text,
	    rep_finding_text(f, "%.*s. IN MX 0 .", REP_PR(in->domain_text)));

	propose(in, m, REP_S("remove the null MX, and "), f, x);
}
