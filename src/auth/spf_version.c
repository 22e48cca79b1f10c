/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_version.h"
#include "auth/spf_meant.h"
#include "auth/spf_record.h"

bool
rep_spf_of_another(struct rep_str w)
{
	size_t n = 0;

	while (n < w.n && (rep_alnum(w.p[n]) || w.p[n] == '-' || w.p[n] == '_'))
		n++;
	return n > 1 && n < w.n && w.p[n] == '=';
}

/* A word that people paste from a zone file or a guide with the record: owner, TTL, class, type. */
static bool
of_zone_line(struct rep_str w)
{
	uint64_t ttl;

	return rep_spf_of_another(w) || rep_str_eq_nocase(w, REP_S("txt")) ||
	    rep_str_eq_nocase(w, REP_S("spf")) || rep_str_eq_nocase(w, REP_S("in")) ||
	    rep_str_eq(w, REP_S("@")) || rep_str_u64(w, UINT32_MAX, &ttl) ||
	    rep_spf_host(rep_str_sub(w, 0, rep_str_rchr(w, '.') + 1 == w.n ? w.n - 1 : w.n));
}

/* The length of a zone line before the record itself, "@ IN TXT v=spf1 ...". 0: there is none. */
static size_t
zone_line(struct rep_str s)
{
	size_t at = rep_str_find_nocase(s, REP_S("v=spf1"), 0);

	if (at == SIZE_MAX)
		return 0;
	for (size_t i = 0, end; i < at; i = end + 1) {
		end = rep_str_chr(s, ' ', i);
		if (end == SIZE_MAX || end > at ||
		    (end > i && !of_zone_line(rep_str_sub(s, i, end - i))))
			return 0;
	}
	return at;
}

size_t
rep_spf_version_len(struct rep_str s)
{
	size_t before = zone_line(s);

	static const char *const forms[] = { "v=spf1.0", "v=spf1", "v=spf 1", "v =spf1", "v= spf1",
		"v = spf1", "v:spf1", "v=spfl", "v=sfp1", "v=spf2", "v=spf", "v spf1", "spf1",
		"=spf1" };

	for (size_t k = 0; k < REP_COUNT(forms); k++) {
		size_t n = before + rep_str_c(forms[k]).n;

		if (!rep_str_starts_nocase(rep_str_sub(s, before, s.n), rep_str_c(forms[k])))
			continue;
		while (
		    n < s.n && (s.p[n] == ';' || s.p[n] == ',' || s.p[n] == '.' || s.p[n] == ':'))
			n++;
		return n;
	}
	return 0;
}

size_t
rep_spf_versions(struct rep_str s)
{
	size_t n = 0;

	for (size_t at = 0; (at = rep_str_find_nocase(s, REP_S("v=spf1"), at)) != SIZE_MAX; at += 6)
		n++;
	return n;
}

bool
rep_spf_has_terms(struct rep_str rest)
{
	static const char *const words[] = { "include", "ip4", "ip6", "all", "redirect", "mx",
		"ptr", "a ", "a:" };

	if (rest.n > 0 && rep_digit(rest.p[0]))
		return false;
	return rep_str_has_any_nocase(rest, words, REP_COUNT(words));
}

/* Whether a text is a record, and its only `all` or redirect= is an `all` at the end. */
static bool
ends_with_all(struct rep_str text, struct rep_arena *a)
{
	struct rep_spf_record rec;
	struct rep_err err;

	if (rep_spf_record_parse(text, a, &rec, &err) != REP_OK || rec.n == 0)
		return false;
	for (size_t i = 0; i + 1 < rec.n; i++)
		if (rec.terms[i].mech == REP_SPF_ALL || rec.terms[i].mech == REP_SPF_REDIRECT)
			return false;
	return rec.terms[rec.n - 1].mech == REP_SPF_ALL;
}

struct rep_str
rep_spf_with_second_half(struct rep_str first, const struct rep_dns_rr **rr, size_t n,
    struct rep_arena *a, struct rep_str *half)
{
	struct rep_str both, none = { "", 0 }, out = none;

	if (ends_with_all(first, a))
		return none;
	for (size_t i = 0; i < n; i++) {
		struct rep_str s = rep_str_trim(rr[i]->data);

		/* The `all` must be of the second one. */
		if (rep_spf_is_record(s) || !rep_str_ends_nocase(s, REP_S("all")))
			continue;
		both = rep_arena_printf(a, "%.*s %.*s", REP_PR(first), REP_PR(s));
		if (!ends_with_all(both, a))
			both = rep_arena_printf(a, "%.*s%.*s", REP_PR(first), REP_PR(s));
		if (!ends_with_all(both, a))
			continue;
		if (out.n > 0)
			return none;
		out = both;
		*half = s;
	}
	return out;
}
