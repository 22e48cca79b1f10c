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

#include "audit/audit.h"
#include "dns/overlay.h"
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

/* What is proposed is good: it parses, the own address passes, and the limits hold. */
static void
propose(struct rep_zone_memory *z, struct rep_arena *a)
{
	struct rep_dns_view v = rep_zone_memory_view(z), changed;
	struct rep_audit_in in = { .domain_text = REP_S("t.example"), .ip_n = 1 };
	struct rep_spf_query q = { .sender = REP_S("jo@t.example"), .helo = REP_S("t.example") };
	struct rep_findings *f = rep_arena_alloc(a, sizeof *f);
	struct rep_spf_check checks[REP_AUDIT_MAX_IPS];
	struct rep_dns_overlay overlay;
	struct rep_spf_audit o;
	struct rep_str record;

	MUST(f != NULL && rep_ip_parse(REP_S("192.0.2.1"), &q.ip));
	MUST(rep_name_parse(in.domain_text, &in.domain));
	in.ip = &q.ip;
	rep_findings_init(f, a);
	MUST(rep_audit_spf(&in, &v, a, &o, checks, &record, f));
	if (record.n == 0)
		return;
	rep_dns_overlay_init(&overlay, a, &v);
	MUST(rep_dns_overlay_txt(&overlay, &in.domain, rep_spf_is_record, record));
	changed = rep_dns_overlay_view(&overlay);
	MUST(rep_spf_eval(&q, &changed, a, &checks[0]) && checks[0].result == REP_SPF_PASS);
	MUST(rep_spf_audit(&in.domain, &changed, a, &o) && o.state == REP_SPF_STATE_OK);
	MUST(o.lookups <= REP_SPF_MAX_LOOKUPS && o.all != 0 && o.all != '+' && o.all != '?');
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size }, record;
	size_t nl = rep_str_chr(in, '\n', 0);
	struct rep_zone_memory *z = rep_zone_memory_new(8 << 20);
	struct rep_arena *a = rep_arena_new(32 << 20);
	struct rep_spf_record r;
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
	propose(z, a);
	rep_buf_fini(&b);
	rep_zone_memory_free(z);
	rep_arena_free(a);
	return 0;
}
