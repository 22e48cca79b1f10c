/* SPDX-License-Identifier: Apache-2.0 */
#include "dns/answer.h"

static const struct rep_dns_rr *
alias_of(const struct rep_dns_msg *m, const struct rep_name *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->rr[i].section == REP_DNS_ANSWER && m->rr[i].type == REP_DNS_CNAME &&
		    rep_name_eq(m->rr[i].name, name))
			return &m->rr[i];
	return NULL;
}

static size_t
pick(const struct rep_dns_msg *m, struct rep_dns_answer *out, const struct rep_dns_rr **rr)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->rr[i].section != REP_DNS_ANSWER || m->rr[i].type != out->type ||
		    !rep_name_eq(m->rr[i].name, &out->canonical))
			continue;
		if (rr != NULL)
			rr[n] = &m->rr[i];
		if (out->ttl_s > m->rr[i].ttl_s)
			out->ttl_s = m->rr[i].ttl_s;
		n++;
	}
	return n;
}

static enum rep_dns_state
state_of(int rcode, size_t records)
{
	switch (rcode) {
	case 0: return records > 0 ? REP_DNS_YES : REP_DNS_NODATA;
	case 2: return REP_DNS_SERVFAIL;
	case 3: return records > 0 ? REP_DNS_YES : REP_DNS_NXDOMAIN;
	case 5: return REP_DNS_REFUSED;
	default: return REP_DNS_OTHER_RCODE;
	}
}

bool
rep_dns_answer_from(const struct rep_dns_msg *m, struct rep_arena *a, struct rep_dns_answer *out)
{
	const struct rep_dns_rr *alias;

	if (m->question && (m->qtype != out->type || !rep_name_eq(&m->qname, &out->name)))
		return false;
	out->rcode = m->rcode;
	out->authoritative = m->authoritative;
	out->authentic = m->authentic;
	out->truncated = m->truncated;
	out->canonical = out->name;
	out->ttl_s = UINT32_MAX;
	while (out->type != REP_DNS_CNAME && (alias = alias_of(m, &out->canonical)) != NULL) {
		if (out->cnames == REP_DNS_CHAIN_MAX || rep_name_eq(alias->target, &out->name)) {
			out->chain_loops = true;
			break;
		}
		out->cnames++;
		out->canonical = *alias->target;
		if (out->ttl_s > alias->ttl_s)
			out->ttl_s = alias->ttl_s;
	}
	out->n = out->chain_loops ? 0 : pick(m, out, NULL);
	out->state = out->chain_loops ? REP_DNS_SERVFAIL : state_of(m->rcode, out->n);
	if (out->state != REP_DNS_YES)
		out->n = 0; /* what comes with an error is no answer */
	if (out->n > 0) {
		out->rr = rep_arena_alloc(a, out->n * sizeof *out->rr);
		if (out->rr == NULL) {
			out->n = 0;
			out->state = REP_DNS_LIMIT;
		} else {
			(void)pick(m, out, out->rr);
		}
	}
	if (out->state == REP_DNS_NODATA || out->state == REP_DNS_NXDOMAIN)
		for (size_t i = 0; i < m->n; i++)
			if (m->rr[i].section == REP_DNS_AUTHORITY && m->rr[i].type == REP_DNS_SOA)
				out->ttl_s = m->rr[i].number < m->rr[i].ttl_s ? m->rr[i].number
									      : m->rr[i].ttl_s;
	if (rep_dns_failed(out->state) || out->ttl_s == UINT32_MAX)
		out->ttl_s = 0;
	return true;
}

const char *
rep_dns_state_text(enum rep_dns_state s)
{
	static const char *const text[REP_DNS_STATE_N] = {
		[REP_DNS_YES] = "an answer",
		[REP_DNS_NODATA] = "no such record",
		[REP_DNS_NXDOMAIN] = "NXDOMAIN, no such name",
		[REP_DNS_SERVFAIL] = "SERVFAIL, the server failed",
		[REP_DNS_REFUSED] = "REFUSED, the server will not answer",
		[REP_DNS_OTHER_RCODE] = "an error of the server",
		[REP_DNS_TIMEOUT] = "no answer in time",
		[REP_DNS_NETWORK] = "the server cannot be reached",
		[REP_DNS_MALFORMED] = "an answer that cannot be read",
		[REP_DNS_LIMIT] = "not asked, a limit of reputed",
		[REP_DNS_LATE] = "not known, the time for all questions was over",
	};

	return text[s];
}

static bool
mx_before(const struct rep_dns_rr *x, const struct rep_dns_rr *y)
{
	char a[REP_NAME_TEXT], b[REP_NAME_TEXT];

	if (x->number != y->number)
		return x->number < y->number;
	return rep_str_cmp(rep_str_c(rep_name_text(x->target, a)),
		   rep_str_c(rep_name_text(y->target, b))) < 0;
}

size_t
rep_dns_mx_first(const struct rep_dns_answer *mx, const struct rep_dns_rr **out, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < mx->n; i++) {
		size_t at = n;

		if (mx->rr[i]->target->n <= 1)
			continue;
		while (at > 0 && mx_before(mx->rr[i], out[at - 1]))
			at--;
		if (at == max)
			continue;
		n += n < max;
		for (size_t k = n - 1; k > at; k--)
			out[k] = out[k - 1];
		out[at] = mx->rr[i];
	}
	return n;
}
