/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/reporter.h"
#include "engine/proof.h"
#include "know/provider.h"

#include <stdio.h>

/* Of each part of a reporter's name. A character of more than one byte is cut as a whole: what is shorter than CUT is whole. */
enum { PART_BYTES = 200, PART_CUT = PART_BYTES - 3 };
/* Judgement: of the domain in From a mail has one or two, of two algorithms. */
enum { SIGNATURES = 4 };

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

static bool
is_own(const struct rep_config_list *ids, struct rep_str id)
{
	for (size_t i = 0; i < ids->n; i++)
		if (rep_str_eq_nocase(ids->v[i], id))
			return true;
	return false;
}

/* Whether one of our own servers says that a signature of the domain in From passed. */
static bool
passed(const struct rep_auth_results *auth, const struct rep_config_list *ids)
{
	for (size_t i = 0; auth != NULL && i < auth->passed_n; i++)
		if (is_own(ids, auth->passed[i].id) && aligned(auth->passed[i].domain, auth->from))
			return true;
	return false;
}

/* "@mail.example" of "jo@mail.example". */
static struct rep_str
from_at(struct rep_str s)
{
	size_t at = rep_str_rchr(s, '@');

	return at == SIZE_MAX ? (struct rep_str){ "", 0 } : rep_str_sub(s, at, SIZE_MAX);
}

/* The signatures of the domain in From: nobody else's proves anything. */
static bool
may_prove(const struct rep_signatures *by, struct rep_buf *proof)
{
	struct rep_signatures own = { .n = 0 };

	if (by == NULL)
		return false;
	own.from = by->from;
	for (size_t i = 0; i < by->n && own.n < SIGNATURES; i++)
		if (aligned(by->v[i].domain, by->from)) {
			own.v[own.n] = by->v[i];
			/* Of i= only the domain is needed (RFC 6376 3.6.1, t=s). */
			own.v[own.n].identity = from_at(by->v[i].identity);
			own.n++;
		}
	if (own.n == 0)
		return false;
	rep_proof_pack(&own, proof);
	return !proof->full;
}

struct rep_reporter
rep_reporter_of(bool mailed, const struct rep_auth_results *auth, const struct rep_signatures *by,
    const struct rep_config_list *ids, struct rep_str email, struct rep_buf *proof)
{
	struct rep_reporter r = { .trust = mailed ? REP_KEPT_UNSURE : REP_KEPT_GIVEN,
		.domain = domain_of(email) };

	if (mailed && passed(auth, ids)) {
		r.trust = REP_KEPT_PROVEN;
		r.domain = auth->from;
	} else if (mailed && may_prove(by, proof)) {
		r.domain = by->from;
		r.proof = rep_buf_str(proof);
	}
	return r;
}

struct rep_str
rep_reporter_name(struct rep_str org, struct rep_str domain, char room[REP_REPORTER_NAME])
{
	int n;

	org = rep_str_cut(org, PART_BYTES);
	domain = rep_str_cut(domain, PART_BYTES);
	if (domain.n == 0 || rep_str_eq_nocase(org, domain))
		n = snprintf(room, REP_REPORTER_NAME, "%.*s", REP_PR(org));
	else if (org.n == 0)
		n = snprintf(room, REP_REPORTER_NAME, "%.*s", REP_PR(domain));
	else
		n = snprintf(room, REP_REPORTER_NAME, "%.*s (%.*s)", REP_PR(org), REP_PR(domain));
	return (struct rep_str){ room, n < 0 ? 0 : (size_t)n };
}

struct rep_str
rep_reporter_domain(struct rep_str name, struct rep_str org)
{
	org = rep_str_cut(org, PART_BYTES);
	/* "ORG (DOMAIN)", "ORG" where that is the domain, or "DOMAIN". */
	if (org.n > 0 && name.n > org.n + 3 && rep_str_starts(name, org) &&
	    rep_str_starts(rep_str_sub(name, org.n, name.n), REP_S(" (")) &&
	    name.p[name.n - 1] == ')')
		name = rep_str_sub(name, org.n + 2, name.n - org.n - 3);
	/* One that was cut may be called like any other. */
	return is_domain(name) && name.n < PART_CUT ? name : (struct rep_str){ "", 0 };
}
