/*
 * STARTTLS of the MX, as their servers showed it, with DANE and MTA-STS, which promise it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "audit/mail_inside.h"
#include "base/time.h"

/* What senders of mail to an MX are promised, and what came of it. */
struct promise {
	bool enforce, testing; /* MTA-STS */
	bool dane;	       /* a TLSA record that a sender can use, in a signed zone */
	bool fits;	       /* one of them has what the server showed */
};

/* DANE-EE wants the server's own certificate or key, and no name (RFC 7672, 3.1.1). */
static bool
fits(const struct rep_tlsa *t, const struct rep_starttls *s)
{
	size_t n = t->usage == 3 && s->chain_n > 1 ? 1 : s->chain_n;

	if (t->usage == 2 && !(s->named && s->in_time))
		return false;
	for (size_t i = 0; i < n; i++)
		if (rep_tlsa_fits(t, s->chain[i].certificate, s->chain[i].key))
			return true;
	return false;
}

static struct promise
promised(const struct rep_audit_mail *m, const struct rep_audit_shown *x)
{
	struct promise p = { .enforce = false };
	struct rep_tlsa t;

	if (m->policy.good) {
		p.enforce = m->policy.mode == REP_STS_ENFORCE;
		p.testing = m->policy.mode == REP_STS_TESTING;
	}
	for (size_t i = 0; i < m->n; i++) {
		const struct rep_dns_answer *ans = m->v[i].tlsa;

		if (!rep_name_eq(&m->v[i].host, &x->host) || ans == NULL || !m->v[i].signed_zone)
			continue;
		for (size_t k = 0; k < ans->n; k++) {
			rep_tlsa_parse(ans->rr[k]->data, &t);
			p.dane = p.dane || t.usable;
			p.fits = p.fits || fits(&t, &x->seen);
		}
	}
	return p;
}

/* "mx1.shop.example (192.0.2.7)" */
static struct rep_str
name_of(const struct rep_audit_shown *x, struct rep_findings *f)
{
	char host[REP_NAME_TEXT], ip[REP_IP_TEXT];

	return rep_finding_text(
	    f, "%s (%s)", rep_name_text(&x->host, host), rep_ip_text(&x->ip, ip));
}

static void
no_tls(const struct rep_audit_in *in, const struct rep_audit_shown *x, const struct promise *p,
    struct rep_findings *f)
{
	struct rep_str name = name_of(x, f), why = rep_shown(f->a, x->seen.why, 200);
	struct rep_finding *y = rep_finding_add(f, REP_FINDING_MX_NO_TLS, in->domain_text,
	    x->seen.state == REP_STARTTLS_NOT_OFFERED
		? rep_finding_text(f, "%.*s offers no STARTTLS", REP_PR(name))
		: rep_finding_text(
		      f, "%.*s offers STARTTLS, but it fails: %.*s", REP_PR(name), REP_PR(why)));

	if (p->enforce || p->dane) {
		y->severity = REP_SERIOUS;
		y->effect = p->dane
		    ? "Senders that check DANE deliver nothing to it: its TLSA record "
		      "promises TLS."
		    : "MTA-STS is in mode enforce: Google and Microsoft deliver "
		      "nothing to it.";
	}
	y->fix = x->seen.state == REP_STARTTLS_NOT_OFFERED
	    ? REP_S("give the server a certificate, and switch STARTTLS on (Postfix: "
		    "smtpd_tls_security_level = may, with smtpd_tls_chain_files)")
	    : REP_S(
		  "look into the server's log for the reason: often the file of the key cannot be "
		  "read or does not belong to the certificate");
}

static void
certificate(const struct rep_audit_in *in, const struct rep_audit_shown *x, const struct promise *p,
    struct rep_findings *f)
{
	const struct rep_starttls *s = &x->seen;
	struct rep_str name = name_of(x, f), why = rep_shown(f->a, s->why, 120),
		       names = rep_shown(f->a, s->names, 200);
	char host[REP_NAME_TEXT], until[REP_TIME_TEXT];
	struct rep_finding *y;

	if (names.n == 0)
		names = REP_S("none");
	y = rep_finding_add(f, REP_FINDING_MX_CERTIFICATE, in->domain_text,
	    rep_finding_text(f, "%.*s: %.*s%s; names: %.*s; valid until %s", REP_PR(name),
		REP_PR(why), s->trusted || s->named ? "" : ", and it does not have this name",
		REP_PR(names), rep_time_text(s->until_s, until)));

	if (p->enforce) {
		y->severity = REP_SERIOUS;
		y->effect =
		    "MTA-STS is in mode enforce: Google and Microsoft deliver nothing to it.";
	} else if (p->testing) {
		y->severity = REP_WARNING;
		y->effect =
		    "In mode testing senders deliver all the same, and report it by TLS-RPT. "
		    "With mode enforce they would deliver nothing to it.";
	}
	y->fix = !s->named
	    ? rep_finding_text(f,
		  "give the server a certificate of a public authority that names %s",
		  rep_name_text(&x->host, host))
	    : !s->in_time
	    ? REP_S("renew the certificate, and let the server load it (Postfix: postfix reload)")
	    : REP_S(
		  "use a certificate of a public authority, and put the certificates between into "
		  "the same file (fullchain.pem)");
}

static void
mismatch(const struct rep_audit_in *in, const struct rep_audit_shown *x, struct rep_findings *f)
{
	char host[REP_NAME_TEXT], hash[REP_TLSA_HEX];
	struct rep_str name = name_of(x, f);
	struct rep_finding *y;

	rep_tlsa_sha256(x->seen.chain[0].key, hash);
	y = rep_finding_add(f, REP_FINDING_TLSA_MISMATCH, in->domain_text,
	    rep_finding_text(f, "%.*s: its public key has the SHA-256 %s, and no TLSA record fits",
		REP_PR(name), hash));
	y->fix =
	    REP_S("if that is the server's key, add this record, and remove those that do not fit "
		  "after their TTL (before the next change of keys: first the record, then the "
		  "certificate):");
	rep_finding_publish(
	    f, y, "_25._tcp.%s. IN TLSA 3 1 1 %s", rep_name_text(&x->host, host), hash);
}

/* One finding for all that could not be asked: the reason is mostly one. */
static void
unknown(const struct rep_audit_in *in, const struct rep_audit_tls *tls, struct rep_findings *f)
{
	struct rep_finding *y;
	struct rep_buf b;

	rep_buf_init(&b, 8192);
	for (size_t i = 0; i < tls->n; i++)
		if (tls->v[i].seen.state < REP_STARTTLS_NOT_OFFERED) {
			struct rep_str name = name_of(&tls->v[i], f),
				       why = rep_shown(f->a, tls->v[i].seen.why, 200);

			rep_buf_printf(
			    &b, "%s%.*s: %.*s", b.n > 0 ? "; " : "", REP_PR(name), REP_PR(why));
		}
	if (tls->more > 0)
		rep_buf_printf(&b, "%s%zu more address%s not asked (%d at most)",
		    b.n > 0 ? "; " : "", tls->more, tls->more == 1 ? " was" : "es were",
		    REP_AUDIT_MAX_SHOWN);
	if (b.n > 0) {
		y = rep_finding_add(
		    f, REP_FINDING_MX_TLS_UNKNOWN, in->domain_text, rep_buf_str(&b));
		y->fix =
		    REP_S("if the port is closed only here, run the command on another machine");
	}
	rep_buf_fini(&b);
}

void
rep_starttls_findings(const struct rep_audit_in *in, const struct rep_audit_mail *m,
    const struct rep_audit_tls *tls, struct rep_findings *f)
{
	if (!tls->asked)
		return;
	for (size_t i = 0; i < tls->n; i++) {
		const struct rep_audit_shown *x = &tls->v[i];
		struct promise p = promised(m, x);

		if (x->seen.state < REP_STARTTLS_NOT_OFFERED)
			continue;
		if (x->seen.state != REP_STARTTLS_ENCRYPTED) {
			no_tls(in, x, &p, f);
			continue;
		}
		if (p.dane && !p.fits)
			mismatch(in, x, f);
		/* Who has DANE needs no authority, unless MTA-STS promises one as well. */
		if (!(x->seen.trusted && x->seen.named) && (!p.fits || p.enforce || p.testing))
			certificate(in, x, &p, f);
	}
	unknown(in, tls, f);
}

/* The k-th address of an MX, IPv4 first; NULL: it has no more. */
static const struct rep_ip *
address(const struct rep_audit_mail *m, size_t i, size_t k)
{
	const struct rep_dns_answer *a = m->v[i].a, *aaaa = m->v[i].aaaa;

	if (a != NULL && k < a->n)
		return &a->rr[k]->ip;
	k -= a != NULL ? a->n : 0;
	return aaaa != NULL && k < aaaa->n ? &aaaa->rr[k]->ip : NULL;
}

void
rep_audit_tls_begin(const struct rep_audit_mail *m, struct rep_audit_tls *out)
{
	struct rep_audit_tls t = { .asked = true };
	bool any = true;

	for (size_t k = 0; any; k++) {
		any = false;
		for (size_t i = 0; i < m->n; i++) {
			const struct rep_ip *ip = address(m, i, k);

			if (ip == NULL)
				continue;
			any = true;
			if (t.n == REP_AUDIT_MAX_SHOWN) {
				t.more++;
				continue;
			}
			t.v[t.n].host = m->v[i].host;
			t.v[t.n].ip = *ip;
			t.v[t.n++].seen.why = REP_S("there was no time left");
		}
	}
	*out = t;
}
