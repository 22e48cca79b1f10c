/*
 * tests/fuzz/fuzz_spf.c -- an SPF record and its macros, with any content.
 *
 * The first line is the record of t.example, the others are more of the zone. The check is made for
 * two addresses. Counts stay within the limits, the text shown of an explanation is printable, and
 * the same question gets the same answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "auth/spf_audit.h"
#include "dns/zone.h"

static void
check(struct rep_zone_memory *z, struct rep_arena *a, const char *ip)
{
	struct rep_dns_view v = rep_zone_memory_view(z);
	struct rep_spf_query q = { .sender = REP_S("jo.smith+x@t.example"),
		.helo = REP_S("h.t.example") };
	struct rep_spf_check k, again;

	MUST(rep_ip_parse(rep_str_c(ip), &q.ip));
	MUST(rep_spf_eval(&q, &v, a, &k));
	MUST(k.lookups <= REP_SPF_MAX_LOOKUPS + 1 && k.void_lookups <= REP_SPF_MAX_VOID + 1);
	MUST(k.lookups <= REP_SPF_MAX_LOOKUPS || k.result == REP_SPF_PERMERROR);
	for (size_t i = 0; i < k.explanation.n; i++)
		MUST(k.explanation.p[i] >= 0x20 && k.explanation.p[i] <= 0x7e);
	MUST(k.explanation.n == 0 || k.result == REP_SPF_FAIL);
	MUST(rep_spf_eval(&q, &v, a, &again) && again.result == k.result &&
	    again.lookups == k.lookups && again.n == k.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size }, record;
	size_t nl = rep_str_chr(in, '\n', 0);
	struct rep_zone_memory *z = rep_zone_memory_new(8 << 20);
	struct rep_arena *a = rep_arena_new(32 << 20);
	struct rep_spf_audit_in audit = { .own_n = 0 };
	struct rep_spf_record r;
	struct rep_spf_audit o;
	struct rep_dns_view v;
	struct rep_buf b;
	struct rep_err err;

	if (size > 20000) {
		rep_zone_memory_free(z);
		rep_arena_free(a);
		return 0;
	}
	record = rep_str_sub(in, 0, nl == SIZE_MAX ? in.n : nl);
	if (rep_spf_record_parse(record, a, &r, &err) == REP_OK)
		for (size_t i = 0; i < r.n; i++)
			MUST(r.terms[i].text.p >= record.p &&
			    r.terms[i].text.p + r.terms[i].text.n <= record.p + record.n);
	rep_buf_init(&b, 65536);
	rep_buf_add(&b, REP_S("t.example TXT "));
	rep_buf_add(&b, record);
	rep_buf_addc(&b, '\n');
	if (nl != SIZE_MAX)
		rep_buf_add(&b, rep_str_sub(in, nl + 1, in.n));
	if (rep_zone_memory_add(z, rep_buf_str(&b), &err) != REP_OK) {
		/* the lines before the wrong line are in the zone */
	}
	check(z, a, "192.0.2.1");
	check(z, a, "2001:db8::1");
	v = rep_zone_memory_view(z);
	MUST(rep_name_parse(REP_S("t.example"), &audit.domain));
	MUST(rep_spf_audit(&audit, &v, a, &o));
	MUST(!o.proposed_fits || o.proposed_lookups <= REP_SPF_MAX_LOOKUPS);
	rep_buf_fini(&b);
	rep_zone_memory_free(z);
	rep_arena_free(a);
	return 0;
}
