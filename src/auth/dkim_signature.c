/*
 * Reads the tags of a DKIM signature (RFC 6376, 3.5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/dkim_inside.h"

bool
rep_dkim_key_name(struct rep_str selector, struct rep_str domain, struct rep_name *out)
{
	struct rep_name base;

	return rep_name_raw(domain, &base) && rep_name_join(REP_S("_domainkey"), &base, &base) &&
	    rep_name_join(selector, &base, out);
}

static bool
no(struct rep_dkim_signature *s, const char *why)
{
	(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_SYNTAX, rep_str_c(why));
	return false;
}

static bool
number(const struct rep_tags *t, const char *name, int64_t *out)
{
	const struct rep_str *v = rep_tag(t, name);
	uint64_t n;

	*out = -1;
	if (v == NULL)
		return true;
	if (!rep_str_u64(*v, INT64_MAX, &n))
		return false;
	*out = (int64_t)n;
	return true;
}

static bool
read_algorithm(struct rep_str a, struct rep_dkim_signature *s)
{
	s->algorithm = a;
	s->ed25519 = rep_str_eq_nocase(a, REP_S("ed25519-sha256"));
	if (s->ed25519 || rep_str_eq_nocase(a, REP_S("rsa-sha256")))
		return true;
	if (rep_str_eq_nocase(a, REP_S("rsa-sha1"))) {
		(void)rep_dkim_say(s, REP_DKIM_POLICY, REP_DKIM_CAUSE_POLICY,
		    REP_S("a=rsa-sha1 must not be accepted any more (RFC 8301, 3.1)"));
		return false;
	}
	return no(s, "the algorithm of a= is unknown");
}

static bool
read_canonicalization(const struct rep_str *c, struct rep_dkim_signature *s)
{
	struct rep_str header = REP_S("simple"), body = REP_S("simple");
	size_t slash;

	if (c != NULL) {
		slash = rep_str_chr(*c, '/', 0);
		header = rep_str_trim(rep_str_sub(*c, 0, slash == SIZE_MAX ? c->n : slash));
		if (slash != SIZE_MAX)
			body = rep_str_trim(rep_str_sub(*c, slash + 1, c->n));
	}
	s->relaxed_header = rep_str_eq_nocase(header, REP_S("relaxed"));
	s->relaxed_body = rep_str_eq_nocase(body, REP_S("relaxed"));
	return (s->relaxed_header || rep_str_eq_nocase(header, REP_S("simple"))) &&
	    (s->relaxed_body || rep_str_eq_nocase(body, REP_S("simple")));
}

bool
rep_dkim_identity_fits(struct rep_str identity, struct rep_str domain, bool strict)
{
	size_t at = rep_str_rchr(identity, '@');
	struct rep_str d;

	if (at == SIZE_MAX)
		return false;
	d = rep_str_sub(identity, at + 1, identity.n);
	if (rep_str_eq_nocase(d, domain))
		return true;
	return !strict && d.n > domain.n && rep_str_ends_nocase(d, domain) &&
	    d.p[d.n - domain.n - 1] == '.';
}

static bool
read_times(const struct rep_tags *t, struct rep_dkim_signature *s)
{
	int64_t limit;

	if (!number(t, "t", &s->signed_s) || !number(t, "x", &s->expires_s))
		return no(s, "t= or x= is not a number");
	if (s->signed_s >= 0 && s->expires_s >= 0 && s->expires_s <= s->signed_s)
		return no(s, "x= is not after t=");
	if (!number(t, "l", &limit))
		return no(s, "l= is not a number");
	s->body_limit = limit < 0 ? SIZE_MAX : (size_t)limit;
	return true;
}

bool
rep_dkim_signature_parse(
    struct rep_str value, bool arc, struct rep_arena *a, struct rep_dkim_signature *s)
{
	const struct rep_str *v, *d, *sel, *h;
	struct rep_tags tags;
	struct rep_name name;
	struct rep_err err;

	s->signed_s = s->expires_s = -1;
	s->body_limit = SIZE_MAX;
	if (rep_tags_parse(value, &tags, &err) != REP_OK) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_SYNTAX,
		    rep_arena_dup(a, rep_str_c(err.msg)));
		return false;
	}
	d = rep_tag(&tags, "d");
	sel = rep_tag(&tags, "s");
	h = rep_tag(&tags, "h");
	s->domain = d != NULL ? *d : (struct rep_str){ NULL, 0 };
	s->selector = sel != NULL ? *sel : (struct rep_str){ NULL, 0 };
	s->headers = h != NULL ? *h : (struct rep_str){ NULL, 0 };
	if (!read_canonicalization(rep_tag(&tags, "c"), s))
		return no(s, "the canonicalization of c= is unknown");
	if (!arc && ((v = rep_tag(&tags, "v")) == NULL || !rep_str_eq(*v, REP_S("1"))))
		return no(s, "v= is missing or not 1");
	if ((v = rep_tag(&tags, "a")) == NULL)
		return no(s, "a= is missing");
	if (!read_algorithm(*v, s))
		return false;
	if (d == NULL || sel == NULL || h == NULL || rep_tag(&tags, "b") == NULL ||
	    rep_tag(&tags, "bh") == NULL)
		return no(s, "one of b=, bh=, d=, h= and s= is missing");
	if (!rep_dkim_key_name(*sel, *d, &name))
		return no(s, "d= and s= do not form a domain name");
	if (!arc && !rep_tag_has(*h, ':', REP_S("from")))
		return no(s, "h= does not sign From");
	if ((v = rep_tag(&tags, "i")) != NULL && !arc) {
		s->identity = *v;
		if (!rep_dkim_identity_fits(*v, *d, false))
			return no(s, "the domain of i= is neither that of d= nor below it");
	}
	if ((v = rep_tag(&tags, "q")) != NULL && !rep_tag_has(*v, ':', REP_S("dns/txt")))
		return no(s, "q= does not name dns/txt");
	return read_times(&tags, s);
}

bool
rep_dkim_bytes(const struct rep_tags *tags, bool seal, struct signature_bytes *out)
{
	const struct rep_str *b = rep_tag(tags, "b"), *bh = rep_tag(tags, "bh");

	if (b == NULL || (out->b_n = rep_base64(*b, out->b, sizeof out->b)) == SIZE_MAX ||
	    out->b_n == 0)
		return false;
	return seal || (bh != NULL && rep_base64(*bh, out->bh, sizeof out->bh) == REP_SHA256_BYTES);
}
