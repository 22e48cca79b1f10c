/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/audit.h"

#include "auth/dkim_repair.h"

#include <stdio.h>

/* Selectors that mail servers and services use by default. Amazon SES makes random ones. */
static const char *const usual[] = { "default", "dkim", "mail", "smtp", "mx", "mta", "selector",
	"selector1", "selector2", "google", "s1", "s2", "k1", "k2", "k3", "key1", "key2", "sig1",
	"fm1", "fm2", "fm3", "mandrill", "mailjet", "zoho", "protonmail", "protonmail2",
	"protonmail3", "pm", "hs1", "hs2", "cm", "krs", "mg", "rsa", "ed25519", "dkim1", "dkim2" };

bool
rep_audit_dkim_usual(struct rep_str selector)
{
	for (size_t i = 0; i < REP_COUNT(usual); i++)
		if (rep_str_eq_nocase(selector, rep_str_c(usual[i])))
			return true;
	return false;
}

const char *
rep_audit_dkim_nth(size_t i)
{
	return i < REP_COUNT(usual) ? usual[i] : NULL;
}

/* A name that nobody uses. If it has a key, there is a wildcard. */
static const char none[] = "no-such-selector-of-reputed";

/* Nothing is at the selector: no record, or DNS did not answer. */
static bool
gone(const struct rep_audit_key *k)
{
	return k->answer->n == 0;
}

/* There is a key that receivers can use. */
static bool
fits(const struct rep_audit_key *k)
{
	return !gone(k) && k->key.state == REP_DKIM_KEY_OK;
}

static void
one_ns(const struct rep_dns_view *v, struct rep_audit_key *k, const struct rep_name *host,
    const struct rep_ip *ip, bool *known)
{
	struct rep_audit_ns *s;
	struct rep_dns_at at = { .ip = *ip };

	if (k->ns_n == REP_AUDIT_MAX_NS)
		return;
	s = &k->ns[k->ns_n++];
	s->host = *host;
	s->ip = *ip;
	s->udp = v->get(v->ctx, &at, &k->answer->canonical, REP_DNS_TXT);
	at.tcp = true;
	s->tcp = v->get(v->ctx, &at, &k->answer->canonical, REP_DNS_TXT);
	*known = *known && s->udp != NULL && s->tcp != NULL;
}

/* The name servers of the zone that holds the key: those of the next name above it that has any. */
static void
name_servers(const struct rep_dns_view *v, struct rep_audit_key *k, bool *known)
{
	static const uint16_t types[] = { REP_DNS_A, REP_DNS_AAAA };
	struct rep_name zone = k->answer->canonical;
	const struct rep_dns_answer *ns = NULL, *ip;

	while (rep_name_up(&zone, 1, &zone) && rep_name_labels(&zone) >= 2) {
		if ((ns = rep_dns_get(v, &zone, REP_DNS_NS)) == NULL) {
			*known = false;
			return;
		}
		if (ns->n > 0)
			break;
	}
	for (size_t i = 0; ns != NULL && i < ns->n && i < REP_AUDIT_MAX_NS; i++)
		for (size_t t = 0; t < REP_COUNT(types); t++) {
			if ((ip = rep_dns_get(v, ns->rr[i]->target, types[t])) == NULL) {
				*known = false;
				continue;
			}
			for (size_t j = 0; j < ip->n; j++)
				one_ns(v, k, ns->rr[i]->target, &ip->rr[j]->ip, known);
		}
}

/* "dkim2.mcsv.net" as a TXT: the name of a host, and nothing else. */
static bool
only_a_name(struct rep_str data, struct rep_name *out)
{
	struct rep_str text = rep_str_trim(data);
	size_t dots = 0, last = 0;

	if (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--;
	for (size_t i = 0; i < text.n; i++) {
		char c = rep_lower(text.p[i]);

		dots += c == '.';
		last = c == '.' ? 0 : last + 1;
		if (c != '.' && c != '-' && c != '_' && !rep_digit(c) && (c < 'a' || c > 'z'))
			return false;
		if (rep_digit(c) && last == 1 && rep_str_chr(text, '.', i) == SIZE_MAX)
			return false; /* an address, or a number */
	}
	return dots >= 2 && last >= 2 && rep_name_parse(text, out);
}

/*
 * Fills in the end of a chain of aliases, as far as DNS answers: whose zone is silent there. Judgement: no chain of use
 * is longer than REP_AUDIT_MAX_ALIASES, and one may lead in a circle.
 */
static void
follow_aliases(const struct rep_dns_view *v, struct rep_audit_key *k, bool *known)
{
	const struct rep_name *at = &k->answer->name;
	const struct rep_dns_answer *there;

	for (size_t i = 0; i <= REP_AUDIT_MAX_ALIASES; i++) {
		if ((there = rep_dns_get(v, at, REP_DNS_CNAME)) == NULL)
			*known = false;
		if (there == NULL || there->n == 0)
			return;
		k->alias_more = i == REP_AUDIT_MAX_ALIASES;
		if (k->alias_more)
			return;
		at = there->rr[0]->target;
		k->alias = *at;
	}
}

/*
 * Fills in k->alias: the name in a TXT that was meant as a CNAME, or the target of a CNAME without the own domain, which
 * stands behind it where a final dot is missing, each only if a key is there; what DNS does not answer behind.
 */
static void
find_alias(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_key *k,
    bool *known)
{
	const struct rep_dns_answer *ans = k->answer, *there;
	struct rep_dkim_key key = { .state = REP_DKIM_KEY_SYNTAX };
	struct rep_name name;

	if (rep_dns_failed(ans->state)) {
		follow_aliases(v, k, known);
	} else if ((gone(k) && ans->cnames == 1 &&
		       rep_name_before(&ans->canonical, &in->domain, &name) &&
		       rep_name_labels(&name) > 2) ||
	    (ans->n == 1 && ans->cnames == 0 && k->key.state == REP_DKIM_KEY_SYNTAX &&
		only_a_name(ans->rr[0]->data, &name) && !rep_name_eq(&name, &ans->name))) {
		if ((there = rep_dns_get(v, &name, REP_DNS_TXT)) == NULL)
			*known = false;
		else if (there->n > 0)
			rep_dkim_key_parse(there->rr[0]->data, &key);
		if (key.state == REP_DKIM_KEY_OK)
			k->alias = name;
	}
}

/* Whether an alias that leads nowhere is that of all selectors: nobody meant a key with it. */
static bool
by_wildcard(const struct rep_audit_dkim *d, const struct rep_dns_answer *ans)
{
	return d->any != NULL && d->any->cnames == ans->cnames &&
	    rep_name_eq(&d->any->canonical, &ans->canonical);
}

static struct rep_audit_key *
try_selector(const struct rep_audit_in *in, const char *selector, bool named,
    const struct rep_dns_view *v, struct rep_audit_dkim *out, bool *known)
{
	const struct rep_dns_answer *ans;
	struct rep_audit_key *k;
	struct rep_name name, base;

	for (size_t i = 0; i < out->n; i++)
		if (rep_str_eq_nocase(out->v[i].selector, rep_str_c(selector)))
			return NULL;
	if (out->n == REP_AUDIT_MAX_KEYS ||
	    !rep_name_join(REP_S("_domainkey"), &in->domain, &base) ||
	    !rep_name_join(rep_str_c(selector), &base, &name))
		return NULL;
	out->tried++;
	if ((ans = rep_dns_get(v, &name, REP_DNS_TXT)) == NULL) {
		*known = false;
		return NULL;
	}
	out->failed += !named && rep_dns_failed(ans->state);
	if (!named && ans->n == 0 && (ans->cnames == 0 || by_wildcard(out, ans)))
		return NULL;
	k = &out->v[out->n++];
	*k = (struct rep_audit_key){
		.selector = rep_str_c(selector), .named = named, .answer = ans
	};
	for (size_t i = 0; i < ans->n; i++) {
		rep_dkim_key_parse(ans->rr[i]->data, &k->key);
		if (k->key.state == REP_DKIM_KEY_OK)
			break;
	}
	return k;
}

static bool
wildcard(const struct rep_audit_in *in, const struct rep_dns_view *v, struct rep_audit_dkim *out,
    bool *known)
{
	const struct rep_dns_answer *ans;
	struct rep_name name, base;

	if (!rep_name_join(REP_S("_domainkey"), &in->domain, &base) ||
	    !rep_name_join(REP_S(none), &base, &name))
		return false;
	if ((ans = rep_dns_get(v, &name, REP_DNS_TXT)) == NULL) {
		*known = false;
		return false;
	}
	out->any = ans;
	return ans->n > 0;
}

/* --- findings ---------------------------------------------------------------------------------- */

static struct rep_str
key_subject(const struct rep_audit_in *in, const struct rep_audit_key *k, struct rep_findings *f)
{
	return rep_finding_text(
	    f, "%.*s._domainkey.%.*s", REP_PR(k->selector), REP_PR(in->domain_text));
}

static void
publish_alias(const struct rep_audit_key *k, struct rep_str subject, struct rep_findings *f,
    struct rep_finding *x)
{
	char target[REP_NAME_TEXT];

	rep_finding_publish(
	    f, x, "%.*s. IN CNAME %s.", REP_PR(subject), rep_name_text(&k->alias, target));
}

/* No key: the name itself, or the alias that leads nowhere. Never TXT beside an alias. */
static void
no_key(const struct rep_audit_dkim *d, const struct rep_audit_key *k, struct rep_str subject,
    struct rep_findings *f)
{
	char target[REP_NAME_TEXT];
	struct rep_finding *x;

	rep_name_text(&k->answer->canonical, target);
	x = rep_finding_add(f, REP_FINDING_DKIM_KEY_MISSING, subject,
	    k->answer->cnames > 0
		? rep_finding_text(f, "%.*s is an alias (CNAME) of %s: %s%s", REP_PR(subject),
		      target, rep_dns_state_text(k->answer->state),
		      k->alias.n > 0
			  ? "; the own domain stands behind the name of another host, as it does "
			    "where the dot at its end is missing"
			  : "")
		: rep_finding_text(
		      f, "TXT of %.*s: %s", REP_PR(subject), rep_dns_state_text(k->answer->state)));
	if (!k->named)
		x->severity = REP_WARNING; /* it may be left over from a service of the past */
	if (k->alias.n > 0) {
		x->fix = rep_finding_text(
		    f, "replace the CNAME of %.*s (write a dot at its end):", REP_PR(subject));
		publish_alias(k, subject, f, x);
	} else if (k->answer->cnames > 0)
		x->fix = rep_finding_text(f,
		    "ask the service that signs for you to publish its key at %s (it may have to be "
		    "switched on there), or correct the CNAME of %.*s to the name that it gives you. "
		    "%s",
		    target, REP_PR(subject),
		    rep_dkim_has_key(d)
			? "Leave it as it is if it is the second of two that the service asked for: "
			  "some, such as Microsoft 365, publish that key later"
			: "No other selector that was found has a key, so now nothing that is signed "
			  "with one of them passes DKIM");
	else
		x->fix = rep_finding_text(f,
		    "publish the public key that the signer uses as TXT of %.*s: opendkim-genkey "
		    "and rspamadm dkim_keygen print the whole record (v=DKIM1; k=rsa; p=...)",
		    REP_PR(subject));
}

/*
 * The key that a record was meant to hold: of the only one, or of two that are the halves of a long
 * one, in either order.
 */
static void
repair(const struct rep_audit_key *k, struct rep_arena *a, struct rep_dkim_repair *out)
{
	struct rep_str first = k->answer->rr[0]->data, second;

	if (k->answer->n != 2) {
		*out = (struct rep_dkim_repair){ .notes = 0 };
		if (k->answer->n == 1)
			rep_dkim_repair(first, a, out);
		return;
	}
	second = k->answer->rr[1]->data;
	rep_dkim_repair(rep_arena_printf(a, "%.*s%.*s", REP_PR(first), REP_PR(second)), a, out);
	if (out->record.n == 0 && !out->secret)
		rep_dkim_repair(
		    rep_arena_printf(a, "%.*s%.*s", REP_PR(second), REP_PR(first)), a, out);
}

/* Whether the name is an alias of a name that is not the sender's. */
static bool
foreign(const struct rep_audit_in *in, const struct rep_audit_key *k)
{
	return k->answer->cnames > 0 && !rep_dmarc_same_org(&in->domain, &k->answer->canonical);
}

/* The record as it was meant, with what was wrong with it. */
static void
add_repaired(const struct rep_audit_in *in, const struct rep_audit_key *k,
    const struct rep_dkim_repair *r, struct rep_findings *f, struct rep_finding *x)
{
	struct rep_str quoted = rep_txt_quoted(f->a, r->record);
	char at[REP_NAME_TEXT];
	struct rep_buf b;

	rep_name_text(&k->answer->canonical, at);
	if (foreign(in, k)) {
		x->fix = rep_finding_text(f,
		    "the name is an alias (CNAME) of %s: ask who runs that to correct the record "
		    "there",
		    at);
		return;
	}
	rep_buf_init(&b, 2048);
	rep_buf_add(&b,
	    REP_S("the key itself is whole: publish it in this form, in place of what is there"));
	for (size_t i = 0; i < r->notes; i++)
		rep_buf_printf(&b, "%s%s", i == 0 ? ". What was wrong: " : "; ", r->note[i]);
	if (k->answer->n > 1)
		rep_buf_printf(&b, "%stwo records with a half of it each",
		    r->notes == 0 ? ". What was wrong: " : "; ");
	rep_buf_addc(&b, ':');
	x->fix = rep_shown(f->a, rep_buf_str(&b), b.n);
	rep_buf_fini(&b);
	rep_finding_publish(f, x, "%s. IN TXT %.*s", at, REP_PR(quoted));
}

/* A record that holds no key that can be read. */
static void
unreadable(const struct rep_audit_in *in, const struct rep_audit_key *k, struct rep_str subject,
    struct rep_dkim_repair *r, struct rep_findings *f)
{
	struct rep_str record;
	struct rep_finding *x;

	repair(k, f->a, r);
	record = rep_shown(f->a, k->answer->rr[0]->data, r->secret ? 60 : 300);
	x = rep_finding_add(f, REP_FINDING_DKIM_KEY_SYNTAX, subject,
	    rep_finding_text(f, "%s; the record: %.*s",
		r->secret ? "what is published is the private key, not the public one"
			  : k->key.reason,
		REP_PR(record)));
	if (r->secret)
		x->fix = rep_finding_text(f,
		    "everybody can read this key, and sign as your domain with it: remove the record, "
		    "create a new key under another selector, and never use this one again");
	else if (r->record.n > 0)
		add_repaired(in, k, r, f, x);
	else if (k->alias.n > 0) {
		x->fix = rep_finding_text(f,
		    "the record is only the name of a host, so it was meant as an alias: remove the "
		    "TXT of %.*s, and publish a CNAME in its place:",
		    REP_PR(subject));
		publish_alias(k, subject, f, x);
	} else
		x->fix = rep_finding_text(f,
		    "publish the key again, whole, as the signer's tool prints it (v=DKIM1; k=rsa; "
		    "p=...), as TXT of %.*s",
		    REP_PR(subject));
}

/* DNS does not answer: for the name itself, or for the one that it is an alias of. */
static void
no_answer(const struct rep_audit_key *k, struct rep_str subject, struct rep_findings *f)
{
	const char *state = rep_dns_state_text(k->answer->state);
	char target[REP_NAME_TEXT];
	struct rep_finding *x;
	struct rep_str zone;

	if (k->alias.n == 0) {
		x = rep_finding_add(f, REP_FINDING_DKIM_NS_FAILING, subject,
		    rep_finding_text(f, "TXT of %.*s: %s", REP_PR(subject), state));
		x->fix = REP_S("have the name servers of the zone checked: one of them does not "
			       "answer for this name");
		return;
	}
	rep_name_text(&k->alias, target);
	zone = rep_registered_domain(rep_str_c(target));
	x = rep_finding_add(f, REP_FINDING_DKIM_NS_FAILING, subject,
	    rep_finding_text(
		f, "%.*s is an alias (CNAME) of %s: %s", REP_PR(subject), target, state));
	if (k->alias_more) {
		x->fix = rep_finding_text(f,
		    "the alias leads over %d others to %s, which is an alias again, so that is a "
		    "circle, or more than DNS servers follow; what is behind was not looked at. Publish "
		    "an alias (CNAME) of the name that has the key",
		    REP_AUDIT_MAX_ALIASES - 1, target);
		return;
	}
	x->fix = rep_finding_text(f,
	    "ask whoever runs %.*s to check its name servers: the alias is there, but for %s, "
	    "which it leads to, they do not answer",
	    REP_PR(zone), target);
}

static void
state_findings(const struct rep_audit_in *in, const struct rep_audit_dkim *d,
    const struct rep_audit_key *k, struct rep_str subject, struct rep_findings *f)
{
	struct rep_dkim_repair r = { .notes = 0 };
	struct rep_finding *x;

	if (rep_dns_failed(k->answer->state)) {
		no_answer(k, subject, f);
		return;
	}
	if (gone(k)) {
		no_key(d, k, subject, f);
		return;
	}
	if (k->key.state == REP_DKIM_KEY_REVOKED) {
		x = rep_finding_add(f, REP_FINDING_DKIM_KEY_REVOKED, subject,
		    rep_shown(f->a, k->answer->rr[0]->data, 300));
		if (!k->named)
			x->severity = REP_INFO;
		x->fix =
		    REP_S("if a server still signs with this selector, give it another key; if "
			  "none does, nothing is to be done");
	} else if (k->key.state != REP_DKIM_KEY_OK) {
		unreadable(in, k, subject, &r, f);
	}
	if (k->answer->n > 1) {
		x = rep_finding_add(f, REP_FINDING_DKIM_KEY_SEVERAL, subject,
		    rep_finding_text(f, "%zu TXT records at %.*s", k->answer->n, REP_PR(subject)));
		x->fix = REP_S("keep the record with the key that the signer uses, and remove the "
			       "others");
		if (r.record.n > 0)
			add_repaired(in, k, &r, f, x);
	}
}

/* The record without what limits the key; where there is none to print, only words. */
static void
add_unlimited(const struct rep_audit_in *in, const struct rep_audit_key *k, struct rep_str words,
    struct rep_findings *f, struct rep_finding *x)
{
	bool large = k->answer->size > REP_DNS_UDP_SIZE;
	struct rep_str record = { "", 0 };
	char at[REP_NAME_TEXT];

	if (k->answer->n == 1)
		record = rep_dkim_unlimited(k->answer->rr[0]->data, large, f->a);
	rep_name_text(&k->answer->canonical, at);
	if (foreign(in, k)) {
		x->fix = rep_finding_text(f,
		    "%.*s. The name is an alias (CNAME) of %s: ask who runs that to do it",
		    REP_PR(words), at);
		return;
	}
	x->fix = words;
	if (record.n == 0)
		return;
	x->fix = rep_finding_text(
	    f, "%.*s. Publish this in place of the present record:", REP_PR(words));
	record = rep_txt_quoted(f->a, record);
	rep_finding_publish(f, x, "%s. IN TXT %.*s", at, REP_PR(record));
}

/* What makes a key that can be read worth less. */
static void
quality_findings(const struct rep_audit_in *in, const struct rep_audit_key *k,
    struct rep_str subject, struct rep_findings *f)
{
	struct rep_finding *x = NULL;

	if (!fits(k))
		return;
	if (k->key.type == REP_DKIM_RSA && k->key.bits < 2048) {
		x = rep_finding_add(f,
		    k->key.bits < 1024 ? REP_FINDING_DKIM_KEY_SHORT : REP_FINDING_DKIM_KEY_WEAK,
		    subject, rep_finding_text(f, "RSA, %u bits", k->key.bits));
		x->fix = k->answer->cnames > 0
		    ? REP_S(
			  "the key is that of the service behind the alias (CNAME): let it change to "
			  "2048 bits there (Microsoft 365: rotate the DKIM keys)")
		    : REP_S(
			  "create a key of 2048 bits under a new selector, sign with it, and empty "
			  "p= of this one a week later");
	}
	if (k->key.testing) {
		x = rep_finding_add(f, REP_FINDING_DKIM_KEY_TESTING, subject, REP_S("t=y"));
		add_unlimited(in, k, REP_S("remove t=y from the record"), f, x);
	}
	if (!k->key.sha256) {
		x = rep_finding_add(
		    f, REP_FINDING_DKIM_KEY_SHA1, subject, REP_S("h= does not name sha256"));
		add_unlimited(in, k,
		    REP_S("remove h= from the record, and let the signer use rsa-sha256"), f, x);
	}
	if (!k->key.email) {
		x = rep_finding_add(f, REP_FINDING_DKIM_KEY_NOT_EMAIL, subject,
		    REP_S("s= names neither * nor email"));
		add_unlimited(in, k,
		    REP_S("remove s= from the record, or create a key for mail under another "
			  "selector"),
		    f, x);
	}
	if (k->answer->size > REP_DNS_UDP_SIZE) {
		x = rep_finding_add(f, REP_FINDING_DKIM_ANSWER_LARGE, subject,
		    rep_finding_text(f, "the answer has %zu bytes; one UDP packet carries 1232",
			k->answer->size));
		add_unlimited(in, k,
		    REP_S("shorten the record: remove n= and other tags that are not needed, or "
			  "use a key of 2048 bits"),
		    f, x);
	}
	if (k->answer->cnames > 1) {
		x = rep_finding_add(f, REP_FINDING_DKIM_CNAME_CHAIN, subject,
		    rep_finding_text(f, "a chain of %u aliases (CNAME)", k->answer->cnames));
		x->fix = REP_S("let the CNAME point to the last name of the chain, if the service "
			       "that signs allows it");
	}
}

/* Large receivers do not verify ed25519: a sender with no other key counts there as unsigned. */
static void
only_ed25519(const struct rep_audit_in *in, const struct rep_audit_dkim *d, struct rep_findings *f)
{
	size_t good = 0, ed = 0, named = 0;
	struct rep_finding *x;

	for (size_t i = 0; i < d->n; i++) {
		const struct rep_audit_key *k = &d->v[i];

		if (!fits(k))
			continue;
		good++;
		ed += k->key.type == REP_DKIM_ED25519;
		named += k->named;
	}
	if (ed == 0 || ed < good)
		return;
	x = rep_finding_add(f, REP_FINDING_DKIM_ONLY_ED25519, in->domain_text,
	    rep_finding_text(
		f, "%zu DKIM key%s found, all of them ed25519", good, rep_plural(good)));
	if (named == 0)
		x->severity =
		    REP_WARNING; /* an RSA key may be under a selector that nobody named */
	x->fix =
	    REP_S("create an RSA key of 2048 bits under a selector of its own, and sign with both "
		  "(RFC 8463, 3)");
}

static bool
not_asked(const struct rep_dns_answer *a)
{
	return a->state == REP_DNS_LIMIT || a->state == REP_DNS_LATE;
}

/*
 * Over TCP: nobody is there, or nothing comes from one who is prompt over UDP. One who is slow over UDP
 * may only need longer than we waited.
 */
static bool
no_tcp(const struct rep_audit_ns *s)
{
	bool prompt = s->udp->truncated || s->udp->took_us / 1000 <= REP_AUDIT_SLOW_MS;

	return s->tcp->state == REP_DNS_NETWORK || (s->tcp->state == REP_DNS_TIMEOUT && prompt);
}

static void
one_ns_findings(const struct rep_audit_ns *s, struct rep_str subject, struct rep_findings *f)
{
	bool tcp_failed = s->tcp->rcode < 0;
	const char *tcp = rep_dns_state_text(s->tcp->state);
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];

	rep_name_text(&s->host, host);
	rep_ip_text(&s->ip, ip);
	if (s->ip.version == 6 && s->udp->state == REP_DNS_NETWORK)
		return; /* perhaps we have no IPv6 */
	if (not_asked(s->udp) || not_asked(s->tcp))
		return;
	if (s->udp->state != REP_DNS_YES && !s->udp->truncated)
		(void)rep_finding_add(f, REP_FINDING_DKIM_NS_FAILING, subject,
		    rep_finding_text(f, "%s (%s), asked over UDP: %s", host, ip,
			rep_dns_state_text(s->udp->state)));
	else if (s->tcp->state == REP_DNS_MALFORMED)
		(void)rep_finding_add(f, REP_FINDING_DKIM_NS_FAILING, subject,
		    rep_finding_text(f, "%s (%s), asked over TCP: %s", host, ip, tcp));
	else if (no_tcp(s))
		(void)rep_finding_add(f, REP_FINDING_DKIM_NS_NO_TCP, subject,
		    rep_finding_text(f, "%s (%s), asked over TCP: %s", host, ip, tcp));
	else if (s->udp->took_us / 1000 > REP_AUDIT_SLOW_MS)
		(void)rep_finding_add(f, REP_FINDING_DKIM_NS_SLOW, subject,
		    rep_finding_text(f, "%s (%s): %lld ms%s%s", host, ip,
			(long long)(s->udp->took_us / 1000), tcp_failed ? "; over TCP: " : "",
			tcp_failed ? tcp : ""));
}

/* If none can be reached, our own network is the problem, so nothing is said about them. */
static void
ns_findings(const struct rep_audit_key *k, struct rep_str subject, struct rep_findings *f)
{
	size_t reached = 0;

	for (size_t i = 0; i < k->ns_n; i++)
		reached +=
		    k->ns[i].udp->rcode >= 0 || k->ns[i].udp->truncated || k->ns[i].tcp->rcode >= 0;
	for (size_t i = 0; i < k->ns_n && reached > 0; i++)
		one_ns_findings(&k->ns[i], subject, f);
}

/* Nobody said that it signs: a key under a usual selector may be left over, as a dead alias may. */
static void
perhaps_left_over(const struct rep_audit_key *k, size_t from, struct rep_findings *f)
{
	for (size_t i = from; i < f->n && !k->named; i++)
		if (f->v[i].severity == REP_CRITICAL)
			f->v[i].severity = REP_WARNING;
}

bool
rep_audit_dkim(const struct rep_audit_in *in, const char *const *selectors, size_t selectors_n,
    const struct rep_dns_view *v, struct rep_audit_dkim *out, struct rep_findings *f)
{
	bool known = true;
	struct rep_audit_key *k;
	struct rep_str subject;

	out->n = 0;
	out->any = NULL;
	out->tried = 0;
	out->failed = 0;
	for (size_t i = 0; i < selectors_n; i++)
		(void)try_selector(in, selectors[i], true, v, out, &known);
	out->wildcard = wildcard(in, v, out, &known);
	for (size_t i = 0; i < REP_COUNT(usual) && !out->wildcard; i++)
		(void)try_selector(in, usual[i], false, v, out, &known);
	for (size_t i = 0; i < out->n; i++) {
		find_alias(in, v, &out->v[i], &known);
		if (!gone(&out->v[i]))
			name_servers(v, &out->v[i], &known);
	}
	if (!known)
		return false;
	for (size_t i = 0; i < out->n; i++) {
		size_t from = f->n;

		k = &out->v[i];
		subject = key_subject(in, k, f);
		state_findings(in, out, k, subject, f);
		quality_findings(in, k, subject, f);
		ns_findings(k, subject, f);
		perhaps_left_over(k, from, f);
	}
	only_ed25519(in, out, f);
	if (out->n == 0)
		(void)rep_finding_add(f, REP_FINDING_DKIM_NONE_FOUND, in->domain_text,
		    out->failed > 0
			? rep_finding_text(f, "%u selectors tried; no answer about %u of them",
			      out->tried, out->failed)
			: rep_finding_text(f, "%u selectors tried%s", out->tried,
			      out->wildcard ? "; every name below _domainkey has the same answer"
					    : ""));
	return true;
}

bool
rep_dkim_has_key(const struct rep_audit_dkim *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (fits(&d->v[i]))
			return true;
	return false;
}
