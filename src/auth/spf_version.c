/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/spf_version.h"
#include "auth/spf_meant.h"

/* A word that people paste from a zone file or a guide with the record: owner, TTL, class, type. */
static bool
of_zone_line(struct rep_str w)
{
	uint64_t ttl;

	return rep_str_eq_nocase(w, REP_S("txt")) || rep_str_eq_nocase(w, REP_S("spf")) ||
	    rep_str_eq_nocase(w, REP_S("in")) || rep_str_eq(w, REP_S("@")) ||
	    rep_str_u64(w, UINT32_MAX, &ttl) ||
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

	static const char *const forms[] = { "v=spf1", "v=spf 1", "v =spf1", "v= spf1", "v = spf1",
		"v:spf1", "v=spfl", "v=sfp1", "v=spf2", "v=spf", "v spf1", "spf1", "=spf1" };

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
	for (size_t k = 0; k < REP_COUNT(words); k++)
		if (rep_str_find_nocase(rest, rep_str_c(words[k]), 0) != SIZE_MAX)
			return true;
	return false;
}
