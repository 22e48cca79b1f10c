/* SPDX-License-Identifier: Apache-2.0 */
#include "audit/typed.h"

#include <stdarg.h>
#include <stdio.h>

static bool no(struct rep_typed *t, const char *fmt, ...) REP_PRINTF(2, 3);

static bool
no(struct rep_typed *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->problem, sizeof t->problem, fmt, ap);
	va_end(ap);
	return false;
}

static struct rep_str
without_edges(struct rep_str s, const char *edges)
{
	s = rep_str_trim(s);
	while (s.n > 0 && strchr(edges, s.p[0]) != NULL && s.p[0] != '\0')
		s = rep_str_sub(s, 1, s.n);
	while (s.n > 0 && s.p[s.n - 1] != '\0' && strchr(edges, s.p[s.n - 1]) != NULL)
		s.n--;
	return rep_str_trim(s);
}

static struct rep_str
after(struct rep_str s, size_t at, size_t skip)
{
	return at == SIZE_MAX ? s : rep_str_sub(s, at + skip, s.n);
}

/* The host in a URL, an address of mail, a name with a port. */
static struct rep_str
host_in(struct rep_str s)
{
	size_t at, colon;

	if (rep_str_starts_nocase(s, REP_S("mailto:")))
		s = rep_str_sub(s, 7, s.n);
	at = rep_str_find(s, REP_S("://"), 0);
	s = after(s, at, 3);
	if (at != SIZE_MAX && rep_str_starts_nocase(s, REP_S("www.")))
		s = rep_str_sub(s, 4, s.n); /* the page of the domain, not a name that sends mail */
	s = rep_str_sub(s, 0, rep_str_chr(s, '/', 0));
	s = rep_str_sub(s, 0, rep_str_chr(s, '?', 0));
	at = rep_str_rchr(s, '@');
	s = without_edges(after(s, at, 1), "<>\"'");
	colon = rep_str_chr(s, ':', 0);
	if (colon != SIZE_MAX && colon + 1 < s.n && rep_digit(s.p[colon + 1]) &&
	    rep_str_chr(s, ':', colon + 1) == SIZE_MAX)
		s.n = colon;
	while (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

/* Names of records that stand below a domain: what is left of the domain goes. */
static struct rep_str
owner_in(struct rep_str s, struct rep_str *selector)
{
	static const char *const below[] = { "_dmarc.", "_mta-sts.", "_smtp._tls.",
		"default._bimi.", "*." };
	size_t key = rep_str_find_nocase(s, REP_S("._domainkey."), 0);

	if (key != SIZE_MAX && key > 0) {
		*selector = rep_str_sub(s, 0, key);
		return rep_str_sub(s, key + 12, s.n);
	}
	if (rep_str_starts_nocase(s, REP_S("_domainkey.")))
		return rep_str_sub(s, 11, s.n);
	for (size_t i = 0; i < REP_COUNT(below); i++)
		if (rep_str_starts_nocase(s, rep_str_c(below[i])))
			return rep_str_sub(s, strlen(below[i]), s.n);
	return s;
}

/* The first label that no domain has. n == 0: all are fine. */
static struct rep_str
odd_label(struct rep_str s)
{
	for (size_t i = 0, end; i <= s.n; i = end + 1) {
		end = rep_str_chr(s, '.', i);
		end = end == SIZE_MAX ? s.n : end;
		if (!rep_host_label(rep_str_sub(s, i, end - i)))
			return end > i ? rep_str_sub(s, i, end - i) : REP_S("..");
	}
	return (struct rep_str){ "", 0 };
}

bool
rep_typed_domain(struct rep_str text, struct rep_typed *out)
{
	struct rep_str host, name, odd;
	char shown[REP_NAME_TEXT];
	struct rep_ip ip;

	*out = (struct rep_typed){ .read = false };
	if (text.n > 1000)
		return no(out, "it is too long");
	if (rep_str_trim(text).n == 0)
		return no(out, "nothing is there: give your domain, as in shop.example");
	host = host_in(without_edges(text, "<>\"'"));
	name = owner_in(host, &out->selector);
	if (rep_typed_ip(host, &ip) || rep_typed_ip(text, &ip))
		return no(
		    out, "that is an address; a domain is needed here, the address goes to --ip");
	if (rep_str_chr(name, ',', 0) != SIZE_MAX)
		return no(out, "it has a comma where a dot belongs, or it is more than one domain");
	if (rep_str_chr(name, ' ', 0) != SIZE_MAX)
		return no(out, "it has a space in it: one domain is needed");
	if (rep_str_find(name, REP_S(".."), 0) != SIZE_MAX)
		return no(out, "it has two dots in a row");
	if (!rep_name_person(name, &out->domain))
		return no(out, "it is no domain name");
	name = rep_str_c(rep_name_text(&out->domain, shown));
	odd = odd_label(name);
	if (odd.n > 0)
		return no(out, "\"%.*s\" in it cannot be part of a domain that sends mail",
		    (int)(odd.n > 63 ? 63 : odd.n), odd.p);
	if (rep_name_labels(&out->domain) < 2)
		return no(out, "it has no dot: the whole domain is needed, as in shop.example");
	/* "SHOP.example." is the domain itself; more was typed where something had to be left out. */
	out->read = host.n + 1 < rep_str_trim(text).n || out->selector.n > 0 || name.n + 1 < host.n;
	return true;
}

struct rep_str
rep_typed_selector(struct rep_str text, const struct rep_name *domain)
{
	struct rep_str s = without_edges(text, "<>\"';."), none = { "", 0 }, of;
	struct rep_name there;
	size_t key;

	if (rep_str_starts_nocase(s, REP_S("s=")))
		s = rep_str_sub(s, 2, s.n);
	if ((key = rep_str_find_nocase(s, REP_S("._domainkey"), 0)) != SIZE_MAX) {
		of = rep_str_sub(s, key + 11, s.n);
		s = rep_str_sub(s, 0, key);
		if (of.n > 1 &&
		    (of.p[0] != '.' || !rep_name_person(rep_str_sub(of, 1, of.n), &there) ||
			!rep_name_eq(&there, domain)))
			return none;
	}
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && strchr("-._", s.p[i]) == NULL)
			return none;
	return rep_str_starts_nocase(s, REP_S("_domainkey")) ? none : s;
}

struct rep_str
rep_typed_helo(struct rep_str text)
{
	static const char *const before[] = { "EHLO ", "HELO ",
		"EHLO=", "HELO=", "HELO:", "EHLO:" };
	struct rep_str s = without_edges(text, "<>\"'"), none = { "", 0 };

	for (size_t i = 0; i < REP_COUNT(before); i++)
		if (rep_str_starts_nocase(s, rep_str_c(before[i])))
			s = without_edges(rep_str_sub(s, strlen(before[i]), s.n), "<>\"'");
	if (rep_str_chr(s, '@', 0) != SIZE_MAX || rep_str_find(s, REP_S("://"), 0) != SIZE_MAX)
		s = host_in(s);
	while (s.n > 1 && s.p[s.n - 1] == '.')
		s.n--;
	for (size_t i = 0; i < s.n; i++)
		if (rep_blank(s.p[i]) || strchr(",$", s.p[i]) != NULL)
			return none;
	return s;
}

bool
rep_typed_network(struct rep_str text)
{
	struct rep_str s = without_edges(text, "<>\"'[]");
	struct rep_ip ip;

	return rep_str_chr(s, '/', 0) != SIZE_MAX &&
	    rep_typed_ip(rep_str_sub(s, 0, rep_str_chr(s, '/', 0)), &ip);
}

bool
rep_typed_ip(struct rep_str text, struct rep_ip *out)
{
	struct rep_str s = without_edges(text, "<>\"'[]");
	size_t slash;

	if (rep_str_starts_nocase(s, REP_S("ip4:")) || rep_str_starts_nocase(s, REP_S("ip6:")))
		s = rep_str_sub(s, 4, s.n);
	slash = rep_str_chr(s, '/', 0);
	if (!rep_ip_parse(rep_str_sub(s, 0, slash), out))
		return false;
	return slash == SIZE_MAX ||
	    rep_str_eq(
		rep_str_sub(s, slash + 1, s.n), out->version == 6 ? REP_S("128") : REP_S("32"));
}
