/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What a row says of the effect must be from facts; where a provider is not named, we do not know. */
static const struct row {
	const char *id;
	enum rep_severity severity;
	const char *title, *effect, *reference;
} rows[] = {
	/* SPF */
	{ "spf-missing", REP_CRITICAL, "The domain has no SPF record",
	    "Microsoft (Outlook.com), Google and Yahoo demand SPF of everybody who sends them 5,000 "
	    "messages a day, Orange of every sender: mail is refused or junked (550 5.7.515 at "
	    "Outlook.com, 550 5.7.26 at Gmail).",
	    "RFC 7208, 3; sender rules of Google and Yahoo (2024), Microsoft (2025), Orange" },
	{ "spf-several", REP_CRITICAL, "The domain has more than one SPF record",
	    "Every receiver reads that as an error (permerror): as if there were no SPF.",
	    "RFC 7208, 3.2 and 4.5" },
	{ "spf-syntax", REP_CRITICAL, "The SPF record has an error",
	    "Every receiver reads that as an error (permerror): as if there were no SPF.",
	    "RFC 7208, 4.6" },
	{ "spf-too-many-lookups", REP_CRITICAL, "The SPF record looks up more than 10 names",
	    "Receivers stop with an error (permerror) at the eleventh: messages that match early pass, "
	    "all others lose SPF. Microsoft refuses some of them with 550 5.7.23.",
	    "RFC 7208, 4.6.4" },
	{ "spf-dead-include", REP_CRITICAL, "The SPF record includes what is not there",
	    "An include without a record is an error (permerror) for every message that does not match "
	    "before it.",
	    "RFC 7208, 5.2" },
	{ "spf-does-not-cover", REP_CRITICAL, "An own address is not covered by the SPF record",
	    "Mail from it fails SPF; with DMARC it then hangs on DKIM alone. Orange demands SPF.",
	    "RFC 7208, 2.4" },
	{ "spf-pass-all", REP_SERIOUS, "The SPF record lets the whole world send",
	    "Anybody may send as the domain, and what they send counts against it. Google and "
	    "Microsoft give no credit for such a pass.",
	    "RFC 7208, 5.1" },
	{ "spf-too-broad", REP_WARNING,
	    "The SPF record covers far more addresses than a sender has",
	    "Strangers in these ranges pass as the domain.", "RFC 7208, 10.1" },
	{ "spf-too-many-void", REP_SERIOUS, "More than 2 names in the SPF record lead to nothing",
	    "Receivers may stop with an error (permerror) at the third; Microsoft and Google do.",
	    "RFC 7208, 4.6.4" },
	{ "spf-dead-name", REP_WARNING, "A name in the SPF record leads to nothing",
	    "It costs a look-up and matches nobody; the third of them is an error.",
	    "RFC 7208, 4.6.4" },
	{ "spf-ptr", REP_WARNING, "The SPF record uses ptr",
	    "It is slow, fails at random, and large receivers skip it.", "RFC 7208, 5.5" },
	{ "spf-no-all", REP_WARNING, "The SPF record has no end",
	    "Without \"all\" everybody else is neutral: nothing is said of forgeries.",
	    "RFC 7208, 4.7" },
	{ "spf-duplicate", REP_INFO, "The SPF record says the same twice",
	    "It costs room, and look-ups where it costs one.", "RFC 7208, 4.6.4" },
	{ "spf-after-all", REP_WARNING, "Terms of the SPF record stand behind \"all\"",
	    "They are never looked at.", "RFC 7208, 5.1" },
	{ "spf-near-limit", REP_INFO, "The SPF record is near the limit of 10 look-ups",
	    "When a service that it includes adds one, all of it breaks.", "RFC 7208, 4.6.4" },
	{ "spf-unknown", REP_SERIOUS, "The SPF record could not be found out",
	    "Receivers that fail in the same way defer or distrust mail (temperror).",
	    "RFC 7208, 2.6.6" },
	/* DKIM */
	{ "dkim-none-found", REP_INFO, "No DKIM key was found under the usual selectors",
	    "Microsoft, Google and Yahoo demand DKIM of large senders. A selector of another name is "
	    "not seen from outside: name it with --selector.",
	    "RFC 6376, 3.6.2; sender rules of Google, Yahoo, Microsoft" },
	{ "dkim-key-missing", REP_CRITICAL, "There is no DKIM key under the selector named",
	    "Every signature made with it fails: \"no key for signature\".", "RFC 6376, 6.1.2" },
	{ "dkim-key-syntax", REP_CRITICAL, "A DKIM key cannot be read",
	    "Every signature made with it fails.", "RFC 6376, 3.6.1" },
	{ "dkim-key-revoked", REP_WARNING, "A DKIM key is revoked",
	    "Signatures made with it fail. Right for a retired selector.", "RFC 6376, 3.6.1" },
	{ "dkim-key-short", REP_CRITICAL, "A DKIM key is shorter than 1024 bits",
	    "Receivers must not accept its signatures; Google has not since 2012.",
	    "RFC 8301, 3.2" },
	{ "dkim-key-weak", REP_WARNING, "A DKIM key has fewer than 2048 bits",
	    "It is accepted today; signers should use 2048.", "RFC 8301, 3.2" },
	{ "dkim-key-testing", REP_WARNING, "A DKIM key says that it is in testing (t=y)",
	    "Receivers may treat its mail as unsigned.", "RFC 6376, 3.6.1" },
	{ "dkim-key-sha1", REP_CRITICAL, "A DKIM key allows SHA-1 only",
	    "Such signatures must not be accepted.", "RFC 8301, 3.1" },
	{ "dkim-key-several", REP_SERIOUS, "A selector has more than one DKIM key",
	    "Which one a receiver takes is chance: signatures fail now and then.",
	    "RFC 6376, 3.6.2.2" },
	{ "dkim-key-not-email", REP_CRITICAL, "A DKIM key is not for mail (s=)",
	    "Its signatures on mail are not accepted.", "RFC 6376, 3.6.1" },
	{ "dkim-answer-large", REP_WARNING,
	    "The answer with a DKIM key does not fit into one datagram",
	    "Above 1232 bytes it takes TCP. Outlook.com then sometimes says \"no key for signature\" "
	    "while others pass.",
	    "RFC 6376, 3.6.2; DNS flag day 2020" },
	{ "dkim-cname-chain", REP_WARNING, "A DKIM key hangs on a chain of aliases",
	    "Each alias is another name server that must answer in time; Outlook.com gives up early.",
	    "RFC 6376, 3.6.2" },
	{ "dkim-ns-failing", REP_SERIOUS, "A name server does not give the DKIM key",
	    "Outlook.com, asking that one, says \"no key for signature\" or temperror, while others "
	    "pass.",
	    "Microsoft, email authentication troubleshooting (2026)" },
	{ "dkim-ns-no-tcp", REP_WARNING, "A name server does not answer over TCP",
	    "Large answers are lost there.", "RFC 7766, 5" },
	{ "dkim-ns-slow", REP_WARNING, "A name server takes long for the DKIM key",
	    "Outlook.com gives up and says temperror.",
	    "Microsoft, email authentication troubleshooting (2026)" },
	/* DMARC */
	{ "dmarc-missing", REP_CRITICAL, "The domain has no DMARC record",
	    "Google, Yahoo and Microsoft demand one (p=none is enough) of large senders: "
	    "550 5.7.515 at Outlook.com, 550 5.7.26 at Gmail.",
	    "RFC 9989, 4.10; sender rules of Google, Yahoo, Microsoft" },
	{ "dmarc-several", REP_CRITICAL, "There is more than one DMARC record at one name",
	    "Receivers then use none of them.", "RFC 9989, 4.10; RFC 7489, 6.6.3" },
	{ "dmarc-syntax", REP_CRITICAL, "The DMARC record has an error",
	    "Receivers ignore it, or what is wrong in it.", "RFC 9989, 4.7" },
	{ "dmarc-unknown", REP_SERIOUS, "The DMARC record could not be found out",
	    "Receivers that fail in the same way say temperror.", "RFC 9989, 4.10" },
	{ "dmarc-none", REP_INFO, "The DMARC policy is none",
	    "Enough for the rules of Google, Yahoo and Microsoft; forgeries are delivered.",
	    "RFC 9989, 4.7" },
	{ "dmarc-no-rua", REP_WARNING, "Nobody gets the DMARC reports",
	    "Without rua= you learn of failures from bounces only.", "RFC 9989, 4.7" },
	{ "dmarc-rua-unauthorized", REP_SERIOUS, "A report address abroad has not agreed",
	    "Receivers send no reports there.", "RFC 9990, 4; RFC 7489, 7.1" },
	{ "dmarc-rua-syntax", REP_WARNING, "A report address is no mailto: URI",
	    "Receivers skip it.", "RFC 9989, 4.7" },
	{ "dmarc-old-tags", REP_INFO, "The DMARC record uses tags that are gone",
	    "pct, rf and ri mean nothing since RFC 9989; some receivers still read pct.",
	    "RFC 9989, appendix C" },
	{ "dmarc-pct", REP_WARNING, "The DMARC policy holds for a part of the mail only",
	    "pct below 100: receivers of RFC 9989 ignore it and apply the policy to all; others to a "
	    "part.",
	    "RFC 9989, appendix C; RFC 7489, 6.3" },
	{ "dmarc-walk-differs", REP_WARNING,
	    "The tree walk and the Public Suffix List find different records",
	    "Receivers that follow RFC 9989 and those that follow RFC 7489 treat the same message "
	    "differently.",
	    "RFC 9989, 4.10; RFC 7489, 3.2" },
	{ "dmarc-org-differs", REP_WARNING,
	    "The tree walk and the Public Suffix List disagree on the organizational domain",
	    "Relaxed alignment differs between receivers.", "RFC 9989, 4.10.2; RFC 7489, 3.2" },
	{ "dmarc-testing", REP_INFO, "The DMARC record says that it is a test (t=y)",
	    "Receivers of RFC 9989 apply the policy one step down.", "RFC 9989, 4.7" },
	{ "dmarc-subdomains-open", REP_WARNING, "Subdomains are less protected than the domain",
	    "Forgers use a subdomain.", "RFC 9989, 4.7 (sp, np)" },
	/* domains that send no mail */
	{ "parked-incomplete", REP_WARNING, "The domain sends no mail, but does not say so in full",
	    "Until it does, forgers may use it: \"-all\", a null MX and p=reject close it.",
	    "RFC 7208, 10.1.2; RFC 7505; RFC 9989, 4.7" },
	/* MX, TLS */
	{ "mx-missing", REP_SERIOUS, "The domain has neither MX nor address",
	    "Bounces and replies cannot reach it. Orange demands an MX or address of the sender domain; "
	    "Microsoft demands a From that can receive.",
	    "RFC 5321, 5.1; sender rules of Orange and Microsoft" },
	{ "mx-dead", REP_SERIOUS, "An MX leads to no address", "Mail to it waits or is lost.",
	    "RFC 5321, 5.1" },
	{ "mx-cname", REP_WARNING, "An MX leads to an alias", "Some servers refuse to follow it.",
	    "RFC 2181, 10.3" },
	{ "mx-unknown", REP_WARNING, "The MX could not be found out", "Others may fail as well.",
	    "RFC 5321, 5.1" },
	{ "mta-sts-invalid", REP_WARNING, "MTA-STS is announced, but its policy is not usable",
	    "Google and Microsoft send TLS-RPT failures, and with mode enforce and an old policy may "
	    "hold mail back.",
	    "RFC 8461, 3" },
	{ "mta-sts-mx", REP_SERIOUS, "An MX is not in the MTA-STS policy",
	    "With mode enforce Google and Microsoft deliver nothing to it.", "RFC 8461, 4.1" },
	{ "tls-rpt-missing", REP_INFO, "Nobody gets reports on TLS failures",
	    "You do not learn of failed deliveries to you.", "RFC 8460, 3" },
	{ "tls-rpt-syntax", REP_WARNING, "The TLS-RPT record has an error", "It is ignored.",
	    "RFC 8460, 3" },
	{ "bimi-syntax", REP_INFO, "The BIMI record has an error", "No logo is shown.",
	    "BIMI draft, 4.2" },
	{ "bimi-policy", REP_INFO, "BIMI is published, but DMARC is too weak for it",
	    "No logo is shown: Google and Yahoo want p=quarantine or p=reject.",
	    "BIMI draft, 7.1" },
	/* identity */
	{ "ptr-missing", REP_CRITICAL, "The address has no name (PTR)",
	    "Google refuses with 550 5.7.25, Orange and Yahoo refuse or defer; Outlook.com junks.",
	    "RFC 1912, 2.1; sender rules of Google, Yahoo, Orange" },
	{ "ptr-unconfirmed", REP_CRITICAL, "The name of the address does not lead back to it",
	    "Treated as no name: Google 550 5.7.25, Orange and Yahoo refuse or defer.",
	    "RFC 8601, 2.7.3; sender rules of Google, Yahoo, Orange" },
	{ "ptr-generic", REP_SERIOUS, "The address has the generic name of its cloud",
	    "Policy lists (Spamhaus PBL, Abusix, SPFBL) name such addresses, and Orange reads Abusix. "
	    "SNDS and Spamhaus want a name of yours.",
	    "M3AAWG sending practices; providers' sender rules" },
	{ "ptr-foreign", REP_WARNING, "The name of the address is somebody else's",
	    "The address answers for another organisation; a PTR below your own domain helps at "
	    "Microsoft (SNDS access) and Orange.",
	    "M3AAWG sending practices" },
	{ "ptr-several", REP_WARNING, "The address has several names",
	    "Receivers take any of them.", "RFC 1912, 2.1" },
	{ "ptr-unknown", REP_SERIOUS, "The name of the address could not be found out",
	    "Receivers that fail in the same way defer mail.", "RFC 8601, 2.7.3" },
	{ "helo-unconfirmed", REP_SERIOUS, "The HELO name does not lead to the address",
	    "Orange wants a real host name; Microsoft looks HELO up in Spamhaus (S8001).",
	    "RFC 5321, 4.1.1.1; sender rules of Orange" },
	{ "helo-syntax", REP_SERIOUS, "The HELO name is no full host name",
	    "Orange and many others refuse it.", "RFC 5321, 4.1.1.1" },
	/* lists */
	{ "listed-abuse", REP_CRITICAL, "The address is on a list of abuse",
	    "Microsoft 365 and Yahoo read Spamhaus, Orange Abusix and Spamhaus; mail is refused where "
	    "the list is read.",
	    "RFC 5782; the list itself" },
	{ "listed-minor", REP_WARNING, "The address is on a list few receivers read",
	    "Some smaller receivers refuse mail.", "RFC 5782; the list itself" },
	{ "listed-policy", REP_INFO, "The address is on a list of address policy",
	    "It says what kind of address it is, not what it did. On Spamhaus PBL: refused by receivers "
	    "of ZEN.",
	    "RFC 5782; the list itself" },
	{ "listed-range", REP_INFO, "The neighbourhood of the address is on a list",
	    "No large provider reads these lists. Nothing to do.", "RFC 5782; the list itself" },
	{ "listed-domain", REP_CRITICAL, "The domain is on a list",
	    "Microsoft and others refuse mail that names it.", "RFC 5782; the list itself" },
	{ "lists-refuse-resolver", REP_INFO, "Blocklists refuse your resolver",
	    "Not seen from here: whether you are listed there. Your mail server's own checks of incoming "
	    "mail are blind as well.",
	    "Spamhaus, 2022-09-22; URIBL, refused" },
};

void
rep_findings_init(struct rep_findings *f, struct rep_arena *a)
{
	f->a = a;
	f->n = f->dropped = 0;
}

static const struct row *
row_of(const char *id)
{
	for (size_t i = 0; i < REP_COUNT(rows); i++)
		if (strcmp(rows[i].id, id) == 0)
			return &rows[i];
	return NULL;
}

struct rep_finding *
rep_finding_add(
    struct rep_findings *f, const char *id, struct rep_str subject, struct rep_str evidence)
{
	static struct rep_finding nowhere;
	const struct row *r = row_of(id);

	assert(r != NULL);
	/* Whoever forgot rep_shown: what is safe already stays as it is. */
	subject = rep_shown(f->a, subject, subject.n);
	evidence = rep_shown(f->a, evidence, evidence.n);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].id == r->id && rep_str_eq(f->v[i].subject, subject) &&
		    rep_str_eq(f->v[i].evidence, evidence))
			return &f->v[i];
	if (f->n == REP_FINDINGS_MAX) {
		f->dropped++;
		return &nowhere;
	}
	f->v[f->n] = (struct rep_finding){ .id = r->id,
		.severity = r->severity,
		.title = r->title,
		.effect = r->effect,
		.reference = r->reference,
		.subject = subject,
		.evidence = evidence };
	return &f->v[f->n++];
}

struct rep_str
rep_finding_text(struct rep_findings *f, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || (p = rep_arena_alloc(f->a, (size_t)n + 1)) == NULL)
		return (struct rep_str){ "", 0 };
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return (struct rep_str){ p, (size_t)n };
}

static int
by_rank(const void *x, const void *y)
{
	const struct rep_finding *a = x, *b = y;
	const struct row *ra = row_of(a->id), *rb = row_of(b->id);

	if (a->severity != b->severity)
		return a->severity < b->severity ? -1 : 1;
	if (ra != rb)
		return ra < rb ? -1 : 1;
	return rep_str_cmp(a->subject, b->subject);
}

void
rep_findings_sort(struct rep_findings *f)
{
	qsort(f->v, f->n, sizeof *f->v, by_rank);
}

bool
rep_findings_trouble(const struct rep_findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].severity < REP_INFO)
			return true;
	return false;
}

const char *
rep_severity_text(enum rep_severity s)
{
	static const char *const text[] = { "critical", "serious", "warning", "info" };

	return text[s];
}

struct rep_str
rep_shown(struct rep_arena *a, struct rep_str s, size_t max)
{
	size_t shown = s.n > max ? max : s.n, n = 0;
	char *p = rep_arena_alloc(a, shown * 4 + 32);

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	for (size_t i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c >= 0x20 && c < 0x7f)
			p[n++] = (char)c;
		else
			n += (size_t)snprintf(p + n, 5, "\\x%02x", c);
	}
	if (s.n > shown)
		n += (size_t)snprintf(p + n, 32, "... (%zu bytes)", s.n);
	return (struct rep_str){ p, n };
}

struct rep_str
rep_txt_quoted(struct rep_arena *a, struct rep_str text)
{
	size_t n = 0;
	char *p = rep_arena_alloc(a, text.n * 4 + text.n / 255 * 3 + 4);

	if (p == NULL)
		return (struct rep_str){ "", 0 };
	p[n++] = '"';
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (i > 0 && i % 255 == 0) {
			p[n++] = '"';
			p[n++] = ' ';
			p[n++] = '"';
		}
		if (c < 0x20 || c >= 0x7f) {
			p[n++] = '\\';
			p[n++] = (char)('0' + c / 100);
			p[n++] = (char)('0' + c / 10 % 10);
			p[n++] = (char)('0' + c % 10);
			continue;
		}
		if (c == '"' || c == '\\')
			p[n++] = '\\';
		p[n++] = (char)c;
	}
	p[n++] = '"';
	return (struct rep_str){ p, n };
}
