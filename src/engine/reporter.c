/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reporter.h"
#include "know/provider.h"

#include <stdio.h>

/* "google.com", but not "Yahoo" or "Enterprise Outlook". */
static bool
is_domain(struct rep_str s)
{
	size_t dot = rep_str_rchr(s, '.');

	if (dot == SIZE_MAX || dot == 0 || dot + 2 >= s.n)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!rep_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' &&
		    (unsigned char)s.p[i] < 0x80)
			return false;
	return true;
}

/* The domain of the address of a report. Some write more than the address. */
static struct rep_str
domain_of(struct rep_str email)
{
	size_t at = rep_str_rchr(email, '@'), n = 0;
	struct rep_str s;

	if (at == SIZE_MAX)
		return (struct rep_str){ "", 0 };
	s = rep_str_sub(email, at + 1, SIZE_MAX);
	while (n < s.n &&
	    (rep_alnum(s.p[n]) || s.p[n] == '.' || s.p[n] == '-' || (unsigned char)s.p[n] >= 0x80))
		n++;
	return rep_str_sub(s, 0, n);
}

/* In relaxed alignment (RFC 9989 4.10): the same registered domain. */
static bool
aligned(struct rep_str a, struct rep_str b)
{
	struct rep_str x = rep_registered_domain(a), y = rep_registered_domain(b);

	return a.n > 0 && b.n > 0 &&
	    (rep_str_eq_nocase(a, b) || (x.n > 0 && rep_str_eq_nocase(x, y)));
}

bool
rep_reporter_proven(const struct rep_aggregate *h, const struct rep_auth_results *auth,
    const struct rep_config_list *ids)
{
	struct rep_str domain = domain_of(h->email);
	bool ours = false;

	for (size_t i = 0; i < ids->n; i++)
		ours = ours || rep_str_eq_nocase(ids->v[i], auth->id);
	for (size_t i = 0; i < auth->passed_n && ours; i++)
		if (aligned(auth->passed[i], domain) &&
		    (!is_domain(h->org) || aligned(auth->passed[i], h->org)))
			return true;
	return false;
}

struct rep_str
rep_reporter_name(const struct rep_aggregate *h, char room[REP_REPORTER_NAME])
{
	struct rep_str org = rep_str_cut(h->org, 200),
		       domain = rep_str_cut(domain_of(h->email), 253);
	int n;

	if (is_domain(org) || domain.n == 0)
		n = snprintf(room, REP_REPORTER_NAME, "%.*s", REP_PR(org));
	else if (org.n == 0)
		n = snprintf(room, REP_REPORTER_NAME, "%.*s", REP_PR(domain));
	else
		n = snprintf(room, REP_REPORTER_NAME, "%.*s (%.*s)", REP_PR(org), REP_PR(domain));
	return (struct rep_str){ room, n < 0 ? 0 : (size_t)n };
}
