/*
 * tests/fuzz/fuzz_dkim.c -- a message with DKIM and ARC signatures, and one key for all names.
 *
 * The first line is the key record, the rest is the message. Views stay inside the message. A pass
 * means that body and headers were checked. Nothing passes without a key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "auth/dkim.h"

struct everywhere {
	struct rep_dns_answer answer;
	struct rep_dns_rr rr;
	const struct rep_dns_rr *list[1];
};

static const struct rep_dns_answer *
get(void *ctx, const struct rep_dns_at *at, const struct rep_name *name, uint16_t type)
{
	struct everywhere *e = ctx;

	(void)at;
	MUST(type == REP_DNS_TXT && name->n > 0);
	return &e->answer;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_str in = { (const char *)data, size };
	size_t nl = rep_str_chr(in, '\n', 0);
	struct everywhere e = { .answer = { .state = REP_DNS_YES, .n = 1 } };
	struct rep_dns_view v = { .get = get, .ctx = &e };
	struct rep_arena *a;
	struct rep_dkim_key key;
	struct rep_dkim_check k;
	struct rep_message m;

	if (size > 16384)
		return 0;
	a = rep_arena_new(64 << 20);
	MUST(a != NULL);
	e.rr.type = REP_DNS_TXT;
	e.rr.data = rep_str_sub(in, 0, nl == SIZE_MAX ? in.n : nl);
	e.list[0] = &e.rr;
	e.answer.rr = e.list;
	rep_dkim_key_parse(e.rr.data, &key);
	MUST(key.state != REP_DKIM_KEY_OK || key.bits > 0);
	MUST(key.p.n == 0 || (key.p.p >= in.p && key.p.p + key.p.n <= in.p + in.n));
	if (nl != SIZE_MAX &&
	    rep_message_parse(rep_str_sub(in, nl + 1, in.n), a, &m, NULL) == REP_OK) {
		for (size_t i = 0; i < m.n; i++)
			MUST(m.field[i].name.n > 0 && m.field[i].value.p >= m.field[i].whole.p);
		MUST(rep_dkim_verify(&m, 1700000000, &v, NULL, a, &k));
		for (size_t i = 0; i < k.n; i++) {
			MUST(k.v[i].result != REP_DKIM_PASS || key.state == REP_DKIM_KEY_OK);
			MUST(k.v[i].result != REP_DKIM_NONE);
			MUST((k.v[i].result == REP_DKIM_PASS) ==
			    (k.v[i].cause == REP_DKIM_CAUSE_NONE));
		}
		MUST(k.arc.result != REP_DKIM_PASS || k.arc.sets > 0);
	}
	rep_arena_free(a);
	return 0;
}
