/*
 * tests/fuzz/fuzz_mta_sts.c -- an MTA-STS policy and its records, with any content.
 *
 * The same text as TLS-RPT record: what is proposed instead of it is a good one, in printable ASCII.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "audit/audit.h"
#include "auth/mta_sts.h"

/* What is written of a good policy is read as the same policy. */
static void
again(const struct rep_sts_policy *p)
{
	struct rep_sts_policy q;
	struct rep_buf b;

	rep_buf_init(&b, REP_STS_POLICY_MAX);
	rep_sts_policy_write(p, &b);
	MUST(!b.full);
	rep_sts_policy_parse(rep_buf_str(&b), &q);
	MUST(q.good && q.mode == p->mode && q.max_age_s == p->max_age_s && q.mx_n == p->mx_n);
	for (size_t i = 0; i < q.mx_n; i++)
		MUST(rep_str_eq(q.mx[i], p->mx[i]));
	rep_buf_fini(&b);
}

static void
reports(struct rep_str in)
{
	struct rep_tlsrpt r;

	rep_tlsrpt_parse(in, &r);
	MUST(r.good == (r.why[0] == '\0') && r.n <= REP_TLSRPT_MAX_URIS && (!r.good || r.n > 0));
	for (size_t i = 0; i < r.n; i++) {
		MUST(!r.good || r.uri[i].host.n > 0);
		MUST(r.uri[i].uri.p >= in.p && r.uri[i].uri.p + r.uri[i].uri.n <= in.p + in.n);
	}
}

struct one {
	struct rep_dns_answer answer, none, host;
	struct rep_dns_rr rr, a;
	const struct rep_dns_rr *list[1], *hosts[1];
	struct rep_name at;
};

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct one *o = ctx;

	(void)at;
	if (type == REP_DNS_TXT && rep_name_eq(name, &o->at))
		return &o->answer;
	return type == REP_DNS_A ? &o->host : &o->none;
}

/* The text is published as TLS-RPT. Every name has an address. */
static void
propose(struct rep_str text)
{
	static const char head[] = "_smtp._tls.x.example. IN TXT \"v=TLSRPTv1; rua=";
	struct rep_audit_in in = { .domain_text = REP_S("x.example") };
	struct one o = { .answer = { .state = REP_DNS_YES, .n = 1 },
		.none = { .state = REP_DNS_NODATA },
		.host = { .state = REP_DNS_YES, .n = 1 } };
	struct rep_dns_view v = { .get = get, .ctx = &o };
	struct rep_audit_policy policy = { .wanted = false };
	struct rep_arena *a = rep_arena_new(32 << 20);
	struct rep_findings *f = rep_arena_alloc(a, sizeof *f);
	struct rep_audit_mail *m = rep_arena_alloc(a, sizeof *m);

	MUST(f != NULL && m != NULL && rep_name_parse(in.domain_text, &in.domain));
	MUST(rep_name_parse(REP_S("_smtp._tls.x.example"), &o.at));
	MUST(rep_ip_parse(REP_S("192.0.2.1"), &o.a.ip));
	o.rr.type = REP_DNS_TXT;
	o.rr.data = text;
	o.list[0] = &o.rr;
	o.answer.rr = o.list;
	o.a.type = REP_DNS_A;
	o.hosts[0] = &o.a;
	o.host.rr = o.hosts;
	rep_findings_init(f, a);
	MUST(rep_audit_mail(&in, &v, &policy, m, f));
	for (size_t i = 0; i < f->n; i++) {
		MUST(f->v[i].publish.n == 0 || rep_str_starts(f->v[i].publish, rep_str_c(head)));
		for (size_t k = 0; k < f->v[i].publish.n; k++)
			MUST(f->v[i].publish.p[k] >= ' ' && f->v[i].publish.p[k] <= '~');
	}
	rep_arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size };
	struct rep_sts_policy p;

	rep_sts_policy_parse(in, &p);
	MUST(p.good == (p.why[0] == '\0') && p.mx_n <= REP_STS_MAX_MX && p.mode <= REP_STS_ENFORCE);
	MUST(!p.good || p.mode == REP_STS_NONE || p.mx_n > 0);
	for (size_t i = 0; i < p.mx_n; i++) {
		MUST(p.mx[i].p >= in.p && p.mx[i].p + p.mx[i].n <= in.p + in.n);
		MUST(rep_sts_allows(&p, p.mx[i]));
	}
	if (p.good)
		again(&p);
	if (rep_sts_is_record(in))
		(void)rep_sts_record_fault(in);
	reports(in);
	if (size < 4096)
		propose(in);
	if (rep_bimi_is_record(in))
		(void)rep_bimi_record_fault(in);
	return 0;
}
