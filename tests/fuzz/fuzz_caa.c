/*
 * tests/fuzz/fuzz_caa.c -- the CAA records of a domain, with any content: one in each line.
 *
 * Views stay inside the data. What is proposed instead is a set that our parser takes, in printable ASCII.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "audit/audit.h"

enum { RECORDS = 8 };

struct one {
	struct rep_dns_answer caa, none, mx, host, sts;
	struct rep_dns_rr rr[RECORDS], a, m, t;
	const struct rep_dns_rr *list[RECORDS], *hosts[1], *mxs[1], *stss[1];
	struct rep_name domain, policy;
};

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct one *o = ctx;

	(void)at;
	if (type == REP_DNS_TXT && rep_name_eq(name, &o->policy))
		return &o->sts;
	if (type == REP_DNS_MX && rep_name_eq(name, &o->domain))
		return &o->mx;
	if (type == REP_DNS_CAA && rep_name_eq(name, &o->domain))
		return &o->caa;
	return type == REP_DNS_A ? &o->host : &o->none;
}

static void
parsed(struct rep_str raw)
{
	struct rep_caa c;
	struct rep_buf b;

	rep_caa_parse(raw, &c);
	MUST(c.good == (c.why[0] == '\0') && memchr(c.why, '\0', sizeof c.why) != NULL);
	MUST(c.tag.n == 0 || (c.tag.p >= raw.p && c.tag.p + c.tag.n <= raw.p + raw.n));
	MUST(c.value.n == 0 || (c.value.p >= raw.p && c.value.p + c.value.n <= raw.p + raw.n));
	MUST(c.issuer.n == 0 ||
	    (c.good && c.issuer.p >= c.value.p && c.issuer.n <= c.value.n &&
		(c.kind == REP_CAA_ISSUE || c.kind == REP_CAA_ISSUEWILD)));
	rep_buf_init(&b, 4096);
	if (rep_caa_issuers(c.value, &b))
		MUST(b.n > 0 && rep_str_chr(rep_buf_str(&b), '.', 0) != SIZE_MAX);
	rep_buf_fini(&b);
}

static void
audit(struct one *o)
{
	static const char head[] = "x.example. IN CAA ";
	struct rep_audit_in in = { .domain_text = REP_S("x.example"), .domain = o->domain };
	struct rep_dns_view v = { .get = get, .ctx = o };
	struct rep_audit_policy policy = { .wanted = false };
	struct rep_arena *a = rep_arena_new(32 << 20);
	struct rep_findings *f = rep_arena_alloc(a, sizeof *f);
	struct rep_audit_mail *m = rep_arena_alloc(a, sizeof *m);

	MUST(f != NULL && m != NULL);
	rep_findings_init(f, a);
	MUST(rep_audit_mail(&in, &v, &policy, m, f));
	MUST(m->caa_n == 2);
	for (size_t i = 0; i < f->n; i++) {
		const struct rep_finding *x = &f->v[i];

		if (x->number != REP_FINDING_CAA_FORBIDS && x->number != REP_FINDING_CAA_SYNTAX)
			continue;
		MUST(x->fix.n > 0);
		MUST(x->publish.n == 0 || rep_str_starts(x->publish, rep_str_c(head)));
		MUST(x->publish.n == 0 || x->publish.p[x->publish.n - 1] == '"');
		for (size_t k = 0; k < x->publish.n; k++)
			MUST(x->publish.p[k] == '\n' ||
			    (x->publish.p[k] >= ' ' && x->publish.p[k] <= '~'));
	}
	rep_arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size };
	struct one o = { .none = { .state = REP_DNS_NODATA } };
	size_t n = 0, end;

	if (size > 4096)
		return 0;
	for (size_t i = 0; i < in.n && n < RECORDS; i = end + 1) {
		end = rep_str_chr(in, '\n', i);
		if (end == SIZE_MAX)
			end = in.n;
		o.rr[n].type = REP_DNS_CAA;
		o.rr[n].data = rep_str_sub(in, i, end - i);
		parsed(o.rr[n].data);
		o.list[n] = &o.rr[n];
		n++;
	}
	MUST(rep_name_parse(REP_S("x.example"), &o.domain));
	MUST(rep_name_parse(REP_S("_mta-sts.x.example"), &o.policy));
	MUST(rep_ip_parse(REP_S("192.0.2.1"), &o.a.ip));
	o.a.type = REP_DNS_A;
	o.m.type = REP_DNS_MX;
	o.m.target = &o.domain;
	o.t.type = REP_DNS_TXT;
	o.t.data = REP_S("v=STSv1; id=1");
	o.hosts[0] = &o.a;
	o.mxs[0] = &o.m;
	o.stss[0] = &o.t;
	o.host = (struct rep_dns_answer){ .state = REP_DNS_YES, .n = 1, .rr = o.hosts };
	o.mx = (struct rep_dns_answer){ .state = REP_DNS_YES, .n = 1, .rr = o.mxs };
	o.sts = (struct rep_dns_answer){ .state = REP_DNS_YES, .n = 1, .rr = o.stss };
	o.caa = (struct rep_dns_answer){ .state = n > 0 ? REP_DNS_YES : REP_DNS_NODATA,
		.n = n,
		.rr = o.list,
		.canonical = o.domain };
	audit(&o);
	return 0;
}
