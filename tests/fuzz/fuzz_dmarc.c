/*
 * tests/fuzz/fuzz_dmarc.c -- a DMARC record with any content.
 *
 * Views stay inside the record, words are in their ranges, and the record is found for a subdomain.
 * What is proposed instead of it is a record that receivers use, in printable ASCII.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "audit/audit.h"
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

/* The text between the quotes of the one TXT line that a finding says to publish. */
static struct rep_str
text_of(struct rep_arena *a, struct rep_str line)
{
	size_t from = rep_str_chr(line, '"', 0), n = 0;
	char *p = rep_arena_alloc(a, line.n + 1);

	MUST(from != SIZE_MAX && p != NULL);
	for (size_t i = from + 1; i < line.n && line.p[i] != '\n'; i++) {
		if (rep_str_starts(rep_str_sub(line, i, line.n), REP_S("\" \"")))
			i += 2;
		else if (line.p[i] != '"')
			p[n++] = line.p[i];
	}
	return (struct rep_str){ p, n };
}

static void
propose(const struct rep_dns_view *v)
{
	struct rep_audit_in in = { .domain_text = REP_S("x.example") };
	struct rep_arena *a = rep_arena_new(32 << 20);
	struct rep_findings *f = rep_arena_alloc(a, sizeof *f);
	struct rep_dmarc_record r;
	struct rep_dmarc d;

	MUST(f != NULL && rep_name_parse(in.domain_text, &in.domain));
	rep_findings_init(f, a);
	MUST(rep_audit_dmarc(&in, v, &d, f));
	for (size_t i = 0; i < f->n; i++) {
		struct rep_str text, line = f->v[i].publish;

		if (rep_str_starts(line, REP_S("_dmarc.x.example. IN TXT \"v=DMARC1; p="))) {
			text = text_of(a, line);
			rep_dmarc_parse(text, &r);
			MUST(rep_dmarc_is_record(text) && rep_dmarc_usable(&r) && !r.syntax &&
			    !r.twice && !r.odd && !r.old);
		}
		for (size_t k = 0; k < line.n; k++)
			MUST(line.p[k] == '\n' || (line.p[k] >= ' ' && line.p[k] <= '~'));
	}
	rep_arena_free(a);
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
	propose(&v);
	return 0;
}
