/*
 * tests/fuzz/fuzz_mta_sts.c -- an MTA-STS policy and its records, with any content.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

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
	if (rep_bimi_is_record(in))
		(void)rep_bimi_record_fault(in);
	return 0;
}
