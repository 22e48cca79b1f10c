/*
 * The page of `check`. Its lines are as cli/page.c reads them: bold begins a heading, two blanks and a
 * word a term, twelve blanks continue it, dashes end an article.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/check_page.h"
#include "base/time.h"
#include "cli/findings_show.h"
#include "cli/net.h"

#include <stdarg.h>
#include <stdio.h>

/* --- lines --------------------------------------------------------------------------------------- */

static void
article(struct rep_buf *b, const char *heading)
{
	rep_buf_printf(
	    b, "------------------------\n%s%s%s\n", rep_paint(REP_BOLD), heading, rep_unpaint());
}

/* Text with what servers said in it, made safe, as one line. */
static void line(struct rep_buf *b, const char *before, const char *fmt, va_list ap)
    REP_PRINTF(3, 0);
static void
line(struct rep_buf *b, const char *before, const char *fmt, va_list ap)
{
	struct rep_buf text;

	rep_buf_init(&text, b->max);
	rep_buf_vprintf(&text, fmt, ap);
	rep_buf_add(b, rep_str_c(before));
	rep_net_add(b, rep_buf_str(&text));
	rep_buf_addc(b, '\n');
	b->full |= text.full;
	rep_buf_fini(&text);
}

/* A term and its text. */
static void entry(struct rep_buf *b, const char *term, const char *fmt, ...) REP_PRINTF(3, 4);
static void
entry(struct rep_buf *b, const char *term, const char *fmt, ...)
{
	char before[32];
	va_list ap;

	snprintf(before, sizeof before, "  %-9s ", term);
	va_start(ap, fmt);
	line(b, before, fmt, ap);
	va_end(ap);
}

/* A line that belongs to the term above. */
static void more(struct rep_buf *b, const char *fmt, ...) REP_PRINTF(2, 3);
static void
more(struct rep_buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line(b, "            ", fmt, ap);
	va_end(ap);
}

/* --- how it stands -------------------------------------------------------------------------------- */

/* Whether a finding only says that something could not be looked up. */
static bool
only_unknown(const struct rep_finding *x)
{
	return rep_str_ends(rep_str_c(x->id), REP_S("-unknown"));
}

/* Findings of a severity, without those that only say that something is not known. */
static size_t
how_many(const struct rep_check_page *p, enum rep_severity s)
{
	size_t n = 0;

	for (size_t i = 0; i < p->findings->n; i++) {
		const struct rep_finding *x = &p->findings->v[i];

		n += x->severity == s && !only_unknown(x);
	}
	return n;
}

static void
things(struct rep_buf *b, size_t n, const char *more_word, const char *one, const char *many)
{
	rep_buf_printf(b, "%zu %s%s %s", n, more_word[0] != '\0' ? more_word : "thing",
	    more_word[0] != '\0' || n == 1 ? "" : "s", n == 1 ? one : many);
}

/* The sentence that somebody reads who reads no other. */
static void
verdict(struct rep_buf *b, const struct rep_check_page *p, size_t critical, size_t serious,
    size_t warnings, bool unknown)
{
	struct rep_str domain = p->in->domain_text;

	rep_buf_add(b, rep_str_c(rep_paint(REP_BOLD)));
	if (critical > 0) {
		things(b, critical, "", "makes", "make");
		rep_buf_printf(b, " receivers refuse mail of %.*s.", REP_PR(domain));
	} else if (serious > 0) {
		things(b, serious, "", "makes", "make");
		rep_buf_printf(b,
		    " receivers distrust mail of %.*s: it is junked, or will be refused.",
		    REP_PR(domain));
	} else if (warnings > 0) {
		rep_buf_printf(b, "Nothing found makes receivers refuse mail of %.*s today, but ",
		    REP_PR(domain));
		things(b, warnings, "", "should be fixed.", "should be fixed.");
	} else if (unknown) {
		rep_buf_printf(b,
		    "Nothing was found against mail of %.*s, but not everything could be looked up.",
		    REP_PR(domain));
	} else {
		rep_buf_printf(b, "Nothing was found that receivers hold against mail of %.*s.",
		    REP_PR(domain));
	}
	rep_buf_printf(b, "%s\n", rep_unpaint());
}

static void
summary(struct rep_buf *b, const struct rep_check_page *p, bool any_unknown)
{
	size_t critical = how_many(p, REP_CRITICAL), serious = how_many(p, REP_SERIOUS),
	       warnings = how_many(p, REP_WARNING);
	char t[REP_TIME_TEXT], ip[REP_IP_TEXT];

	verdict(b, p, critical, serious, warnings, any_unknown);
	if (critical > 0 && serious > 0) {
		things(b, serious, "more", "makes", "make");
		rep_buf_add(b, REP_S(" them distrust it: it is junked, or will be refused.\n"));
	}
	if (critical + serious > 0 && warnings > 0) {
		things(b, warnings, "more", "should", "should");
		rep_buf_printf(
		    b, " be fixed before %s harm.\n", warnings == 1 ? "it does" : "they do");
	}
	if (p->blind.n > 0)
		rep_buf_printf(
		    b, "Nothing is known of any blocklist, because %.*s.\n", REP_PR(p->blind));
	if (any_unknown)
		rep_buf_printf(b,
		    "%sWhat is not known is at the end of this page, and does not count as good.\n",
		    critical + serious + warnings > 0 ? "Not everything could be looked up. " : "");
	entry(b, "domain", "%.*s", REP_PR(p->in->domain_text));
	for (size_t i = 0; i < p->in->ip_n; i++)
		rep_buf_printf(b, "%s%s%s", i == 0 ? "  address   " : ", ",
		    rep_ip_text(&p->in->ip[i], ip), i + 1 == p->in->ip_n ? "\n" : "");
	if (p->in->ip_n == 0)
		entry(b, "address",
		    p->found->parked ? "none was given; the domain states that it sends no mail"
				     : "none was given");
	rep_time_text(p->in->now_s, t);
	entry(b, "checked", "%.10s %.5s UTC", t, t + 11);
}

/* --- findings ------------------------------------------------------------------------------------- */

static void
findings(struct rep_buf *b, const struct rep_check_page *p)
{
	static const struct {
		enum rep_paint paint;
		const char *text;
	} says[] = {
		[REP_CRITICAL] = { REP_RED, "mail is refused because of it" },
		[REP_SERIOUS] = { REP_YELLOW, "mail is junked, or will be refused" },
		[REP_WARNING] = { REP_BOLD, "should be fixed before it does harm" },
		[REP_INFO] = { REP_DIM, "worth knowing" },
	};

	for (size_t i = 0; i < p->findings->n; i++) {
		const struct rep_finding *x = &p->findings->v[i];

		rep_buf_printf(b, "------------------------\n%s%zu. %s: ", rep_paint(REP_BOLD),
		    i + 1, x->title);
		rep_net_add(b, x->subject);
		rep_buf_printf(b, "%s %s%s%s", rep_unpaint(), rep_paint(says[x->severity].paint),
		    rep_severity_text(x->severity), rep_unpaint());
		if (!only_unknown(x))
			rep_buf_printf(b, ": %s", says[x->severity].text);
		rep_buf_printf(b, " (%s)\n", x->id);
		rep_finding_parts(b, p->findings, i);
	}
	if (p->findings->dropped > 0)
		rep_buf_printf(b, "------------------------\n%zu more findings are not shown.\n",
		    p->findings->dropped);
}

/* --- what is in order ----------------------------------------------------------------------------- */

/*
 * Whether a finding whose id begins so is worse than information. subject: about this one; n == 0: about
 * anything.
 */
static bool
faulty(const struct rep_check_page *p, const char *prefix, struct rep_str subject)
{
	for (size_t i = 0; i < p->findings->n; i++) {
		const struct rep_finding *x = &p->findings->v[i];

		if (x->severity < REP_INFO && rep_str_starts(rep_str_c(x->id), rep_str_c(prefix)) &&
		    (subject.n == 0 || rep_str_eq_nocase(x->subject, subject)))
			return true;
	}
	return false;
}

static bool
any_faulty(const struct rep_check_page *p, const char *prefix)
{
	return faulty(p, prefix, (struct rep_str){ "", 0 });
}

static void
spf_order(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_spf_audit *o = &p->found->spf;
	char ip[REP_IP_TEXT];

	if (o->state != REP_SPF_STATE_OK || o->record.n == 0 || any_faulty(p, "spf-"))
		return;
	entry(b, "SPF", "%.*s", REP_PR(o->record));
	more(b, "needs %u of the 10 DNS lookups that are allowed", o->lookups);
	for (size_t i = 0; i < p->in->ip_n; i++)
		if (p->found->checks[i].result == REP_SPF_PASS)
			more(b, "%s passes", rep_ip_text(&p->in->ip[i], ip));
}

static void
dkim_order(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_audit_dkim *d = &p->found->dkim;
	char name[REP_NAME_TEXT];

	for (size_t i = 0; i < d->n; i++) {
		const struct rep_audit_key *k = &d->v[i];

		if (k->answer->n == 0 || k->key.state != REP_DKIM_KEY_OK ||
		    faulty(p, "dkim-", rep_str_c(rep_name_text(&k->answer->name, name))))
			continue;
		entry(b, "DKIM", "selector %.*s: %s, %u bits", REP_PR(k->selector),
		    k->key.type == REP_DKIM_RSA ? "RSA" : "ed25519", k->key.bits);
	}
}

static void
dmarc_order(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_dmarc *d = &p->found->dmarc;
	const struct rep_dmarc_at *at = d->by_walk != NULL ? d->by_walk : d->by_psl;
	const char *asks;
	char name[REP_NAME_TEXT];

	/* A question further up that failed matters only if the record is not the domain's own. */
	if (at == NULL || any_faulty(p, "dmarc-") ||
	    (d->failed && !rep_name_eq(&at->name, &p->in->domain)))
		return;
	entry(b, "DMARC", "%.*s", REP_PR(at->record.text));
	asks = rep_dmarc_policy_text(rep_dmarc_applies(d, at, &p->in->domain));
	more(b, "at _dmarc.%s; asks receivers for: %s", rep_name_text(&at->name, name),
	    asks != NULL ? asks : "none");
}

static void
mx_order(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_audit_mail *m = &p->found->mail;
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];

	if (any_faulty(p, "mx-") || rep_dns_failed(m->mx->state))
		return;
	if (m->null_mx)
		entry(b, "MX", "the domain states that it takes no mail (null MX)");
	else if (m->n == 0 && m->a->n > 0)
		entry(b, "MX", "none; mail goes to the address of the domain, %s",
		    rep_ip_text(&m->a->rr[0]->ip, ip));
	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].state == REP_MX_GOOD)
			entry(b, "MX", "%u %s%s%s%s", m->v[i].preference,
			    rep_name_text(&m->v[i].host, host), m->v[i].a->n > 0 ? ", IPv4" : "",
			    m->v[i].aaaa->n > 0 ? ", IPv6" : "",
			    m->v[i].tlsa != NULL && m->v[i].tlsa->n > 0 &&
				    !any_faulty(p, "tlsa-") && m->v[i].signed_zone
				? ", DANE"
				: "");
}

static void
other_records(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_audit_mail *m = &p->found->mail;

	if (m->policy.good && !any_faulty(p, "mta-sts-"))
		entry(b, "MTA-STS", "a policy, in mode %s", rep_sts_mode_text(m->policy.mode));
	if (m->tlsrpt.n == 1 && !any_faulty(p, "tls-rpt-"))
		entry(b, "TLS-RPT", "%.*s", REP_PR(m->tlsrpt.v[0]));
}

static void
names_order(struct rep_buf *b, const struct rep_check_page *p)
{
	char ip[REP_IP_TEXT], name[REP_NAME_TEXT];

	for (size_t i = 0; i < p->in->ip_n; i++) {
		const struct rep_audit_ptr *r = &p->found->ptr[i];

		rep_ip_text(&p->in->ip[i], ip);
		if (r->state <= REP_PTR_CONFIRMED && !faulty(p, "ptr-", rep_str_c(ip)))
			entry(b, "PTR", "%s has the name %s, which leads back to it", ip,
			    rep_name_text(&r->name[0].name, name));
		if (r->helo_confirmed && !faulty(p, "helo-", rep_str_c(ip)))
			entry(b, "HELO", "%.*s resolves to %s", REP_PR(p->helo), ip);
	}
}

static void
zone_order(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_audit_zone *z = &p->found->zone;
	char name[REP_NAME_TEXT];

	if (p->found->dnssec.state == REP_DNSSEC_SIGNED)
		entry(b, "DNSSEC", "the domain is signed, and the signatures are right");
	else if (p->found->dnssec.state == REP_DNSSEC_UNSIGNED)
		entry(b, "DNSSEC", "the domain is not signed; receivers do not ask for that");
	if (z->asked_n == 0 || any_faulty(p, "ns-") || any_faulty(p, "dkim-ns-"))
		return;
	for (size_t i = 0; i < z->asked_n; i++)
		if (z->asked[i].soa->state == REP_DNS_YES)
			entry(b, "server", "%s answers for the domain",
			    rep_name_text(&z->v[z->asked[i].host].host, name));
}

/* Whether a hit is one of the subject's kind, on a list that is asked for what is wrong. */
static bool
counts(const struct rep_sweep *s, const struct rep_sweep_hit *h, size_t subject)
{
	return (s->subject[subject].ip.version == 0) == h->list->domains &&
	    h->list->kind != REP_LIST_ALLOW;
}

/* The lists that were tested, asked, and do not have a subject. */
static void
lists_order(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_sweep *s = p->sweep;

	for (size_t k = 0; s != NULL && k < s->subjects; k++) {
		size_t n = 0, listed = 0;

		for (size_t i = 0; i < s->n; i++) {
			const struct rep_sweep_hit *h = &s->v[i].hit[k];

			n += counts(s, h, k) && h->state == REP_SWEEP_CLEAN;
			listed += counts(s, h, k) && h->state == REP_SWEEP_LISTED;
			if (h->list->kind == REP_LIST_ALLOW && h->state == REP_SWEEP_LISTED)
				entry(b, "lists", "%.*s is on the allow list %.*s",
				    REP_PR(s->subject[k].text), REP_PR(h->list->name));
		}
		if (n == 0)
			continue;
		entry(b, "lists", "%.*s is not on %s %zu list%s, tested just now and working:",
		    REP_PR(s->subject[k].text), listed > 0 ? "these other" : "these", n,
		    rep_plural(n));
		rep_buf_add(b, REP_S("            "));
		for (size_t i = 0, said = 0; i < s->n; i++)
			if (counts(s, &s->v[i].hit[k], k) &&
			    s->v[i].hit[k].state == REP_SWEEP_CLEAN)
				rep_buf_printf(b, "%s%.*s", said++ > 0 ? ", " : "",
				    REP_PR(s->v[i].list->name));
		rep_buf_addc(b, '\n');
	}
}

/* --- what is not known ---------------------------------------------------------------------------- */

static const struct rep_sweep_hit *
first_unknown(const struct rep_sweep *s, size_t i)
{
	for (size_t k = 0; k < s->subjects; k++)
		if (counts(s, &s->v[i].hit[k], k) && s->v[i].hit[k].state == REP_SWEEP_UNKNOWN)
			return &s->v[i].hit[k];
	return NULL;
}

/* Each reason once, with the lists of which nothing is known because of it. */
static void
lists_unknown(struct rep_buf *b, const struct rep_sweep *s)
{
	for (size_t i = 0; s != NULL && i < s->n; i++) {
		const struct rep_sweep_hit *h = first_unknown(s, i), *other;
		bool again = false;
		size_t n = 0;

		if (h == NULL)
			continue;
		for (size_t m = 0; m < i && !again; m++)
			again =
			    (other = first_unknown(s, m)) != NULL && rep_str_eq(other->why, h->why);
		if (again)
			continue;
		entry(b, "lists", "%.*s:", REP_PR(h->why));
		rep_buf_add(b, REP_S("            "));
		for (size_t m = i; m < s->n; m++)
			if ((other = first_unknown(s, m)) != NULL && rep_str_eq(other->why, h->why))
				rep_buf_printf(
				    b, "%s%.*s", n++ > 0 ? ", " : "", REP_PR(s->v[m].list->name));
		rep_buf_addc(b, '\n');
	}
}

static void
records_unknown(struct rep_buf *b, const struct rep_audit_domain *d)
{
	const struct {
		const char *term;
		const struct rep_audit_txt *txt;
	} other[] = { { "MTA-STS", &d->mail.sts }, { "TLS-RPT", &d->mail.tlsrpt },
		{ "BIMI", &d->mail.bimi } };
	char name[REP_NAME_TEXT];

	if (d->spf.state == REP_SPF_STATE_FAILED)
		entry(b, "SPF", "%.*s", REP_PR(d->spf.reason));
	for (size_t i = 0; i < d->dkim.n; i++)
		if (rep_dns_failed(d->dkim.v[i].answer->state))
			entry(b, "DKIM", "selector %.*s: %s", REP_PR(d->dkim.v[i].selector),
			    rep_dns_state_text(d->dkim.v[i].answer->state));
	if (d->dkim.failed > 0)
		entry(b, "DKIM", "%u of %u usual selectors: DNS did not answer", d->dkim.failed,
		    d->dkim.tried);
	if (d->dmarc.failed)
		entry(
		    b, "DMARC", "at the domain or above it: %s", rep_dns_state_text(d->dmarc.why));
	if (rep_dns_failed(d->mail.mx->state))
		entry(b, "MX", "%s", rep_dns_state_text(d->mail.mx->state));
	for (size_t i = 0; i < d->mail.n; i++)
		if (d->mail.v[i].state == REP_MX_UNKNOWN)
			entry(b, "MX", "the address of %s: %s",
			    rep_name_text(&d->mail.v[i].host, name),
			    rep_dns_state_text(rep_dns_failed(d->mail.v[i].a->state)
				    ? d->mail.v[i].a->state
				    : d->mail.v[i].aaaa->state));
	for (size_t i = 0; i < REP_COUNT(other); i++)
		if (other[i].txt->failed)
			entry(b, other[i].term, "DNS did not answer");
	if (d->zone.ns != NULL && rep_dns_failed(d->zone.ns->state))
		entry(b, "servers", "%s", rep_dns_state_text(d->zone.ns->state));
	if (d->misplaced_failed)
		entry(b, "names", "whether records are at a wrong name: DNS did not answer");
}

static void
addresses_unknown(struct rep_buf *b, const struct rep_check_page *p)
{
	const struct rep_audit_domain *d = p->found;
	char ip[REP_IP_TEXT], name[REP_NAME_TEXT];

	for (size_t i = 0; i < p->in->ip_n; i++) {
		const struct rep_audit_ptr *r = &d->ptr[i];

		rep_ip_text(&p->in->ip[i], ip);
		if (d->checks[i].result == REP_SPF_TEMPERROR &&
		    d->spf.state != REP_SPF_STATE_FAILED)
			entry(b, "SPF", "whether %s passes: %.*s", ip, REP_PR(d->checks[i].reason));
		if (rep_dns_failed(r->ptr->state))
			entry(
			    b, "PTR", "the name of %s: %s", ip, rep_dns_state_text(r->ptr->state));
		for (size_t k = 0; k < r->names; k++)
			if (rep_dns_failed(r->name[k].forward->state))
				entry(b, "PTR", "the addresses of %s: %s",
				    rep_name_text(&r->name[k].name, name),
				    rep_dns_state_text(r->name[k].forward->state));
		if (r->helo != NULL && rep_dns_failed(r->helo->state))
			entry(b, "HELO", "%.*s: %s", REP_PR(p->helo),
			    rep_dns_state_text(r->helo->state));
	}
}

/* What would be known after more was given, or with another resolver: nothing that went wrong. */
static void
not_asked(struct rep_buf *b, const struct rep_check_page *p)
{
	if (p->found->dnssec.state == REP_DNSSEC_UNKNOWN)
		entry(b, "DNSSEC",
		    "the resolver does not check signatures, or the domain did not answer");
	if (p->in->ip_n == 0 && !p->found->parked)
		entry(b, "address",
		    "none was given, so no PTR name, no list of addresses and no SPF result was "
		    "looked up");
}

/* --- the page ------------------------------------------------------------------------------------- */

/* What a former look found, and this one does not. */
static void
no_longer(struct rep_buf *b, const struct rep_looks *k)
{
	char t[REP_TIME_TEXT];

	for (size_t i = 0; k->stored && k->before_s != 0 && i < k->history_n; i++) {
		const struct rep_found *f = &k->history[i];

		if (f->record || f->gone_s != k->at_s)
			continue;
		rep_time_text(f->first_s, t);
		rep_buf_add(b, REP_S("  fixed     "));
		rep_net_add(b, f->id);
		rep_buf_add(b, REP_S(" of "));
		rep_net_add(b, f->subject);
		rep_buf_printf(b, ", there since %.10s\n", t);
	}
}

/* An article of these terms, when there are any. */
static void
section(struct rep_buf *b, const char *heading, struct rep_buf *terms)
{
	if (terms->n > 0) {
		article(b, heading);
		rep_buf_add(b, rep_buf_str(terms));
	}
	b->full |= terms->full;
	rep_buf_clear(terms);
}

void
rep_check_page(struct rep_buf *b, const struct rep_check_page *p)
{
	struct rep_buf terms, unknown;

	rep_buf_init(&terms, b->max);
	rep_buf_init(&unknown, b->max);
	records_unknown(&unknown, p->found);
	addresses_unknown(&unknown, p);
	lists_unknown(&unknown, p->sweep);
	summary(b, p, unknown.n > 0);
	not_asked(&unknown, p);
	findings(b, p);
	no_longer(&terms, p->kept);
	section(b, "No longer found since the last check", &terms);
	spf_order(&terms, p);
	dkim_order(&terms, p);
	dmarc_order(&terms, p);
	mx_order(&terms, p);
	other_records(&terms, p);
	names_order(&terms, p);
	lists_order(&terms, p);
	zone_order(&terms, p);
	section(b, "Found in order", &terms);
	section(b, "Not known", &unknown);
	rep_buf_fini(&unknown);
	rep_buf_fini(&terms);
}
