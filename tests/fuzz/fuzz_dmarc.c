/*
 * tests/fuzz/fuzz_dmarc.c -- a DMARC record with any content.
 *
 * Views stay inside the record, words are in their ranges, and the record is found for a subdomain.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "auth/dmarc.h"

struct one {
	struct rep_dns_answer answer, none;
	struct rep_dns_rr rr;
	const struct rep_dns_rr *list[1];
	struct rep_name at;
};

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct one *o = ctx;

	(void)at;
	return type == REP_DNS_TXT && rep_name_eq(name, &o->at) ? &o->answer : &o->none;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size };
	struct one o = { .answer = { .state = REP_DNS_YES, .n = 1 },
		.none = { .state = REP_DNS_NODATA } };
	struct rep_dns_view v = { .get = get, .ctx = &o };
	struct rep_dmarc_record r;
	struct rep_dmarc d;
	struct rep_name name;

	rep_dmarc_parse(in, &r);
	MUST(r.uris <= REP_DMARC_MAX_URIS && r.pct >= -1 && r.pct <= 100);
	MUST(r.p <= REP_DMARC_REJECT && r.sp <= REP_DMARC_REJECT && r.np <= REP_DMARC_REJECT);
	for (size_t i = 0; i < r.uris; i++)
		MUST(r.uri[i].uri.n == 0 ||
		    (r.uri[i].uri.p >= in.p && r.uri[i].uri.p + r.uri[i].uri.n <= in.p + in.n));
	MUST(rep_name_parse(REP_S("_dmarc.x.example"), &o.at) &&
	    rep_name_parse(REP_S("a.b.x.example"), &name));
	o.rr.data = in;
	o.list[0] = &o.rr;
	o.answer.rr = o.list;
	MUST(rep_dmarc_find(&name, &v, &d));
	MUST(d.steps <= REP_DMARC_WALK_MAX);
	MUST(d.by_walk == NULL || (rep_dmarc_is_record(in) && rep_dmarc_usable(&r)));
	return 0;
}
