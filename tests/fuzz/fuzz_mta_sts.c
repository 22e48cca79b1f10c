/*
 * tests/fuzz/fuzz_mta_sts.c -- an MTA-STS policy and its records, with any content.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "auth/mta_sts.h"

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
	if (rep_sts_is_record(in))
		(void)rep_sts_record_good(in);
	if (rep_tlsrpt_is_record(in))
		(void)rep_tlsrpt_record_good(in);
	if (rep_bimi_is_record(in))
		(void)rep_bimi_record_good(in);
	return 0;
}
