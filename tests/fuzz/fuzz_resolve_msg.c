/*
 * tests/fuzz/fuzz_resolve_msg.c -- what the process that asks DNS sends, read by who asked, and what it
 * is sent.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "serve/resolve_msg.h"

static const uint16_t types[] = { REP_DNS_A, REP_DNS_TXT, REP_DNS_MX, REP_DNS_AAAA, REP_DNS_PTR,
	REP_DNS_SOA, REP_DNS_TLSA };

static bool
inside(struct rep_str s, struct rep_str in)
{
	return s.n == 0 || (s.p >= in.p && s.p + s.n <= in.p + in.n);
}

/* A name as the rest of the program takes for granted. */
static void
one_name(const struct rep_name *name)
{
	char text[REP_NAME_TEXT];
	struct rep_name back;

	MUST(name->n > 0 && name->w[name->n - 1] == 0);
	MUST(rep_name_parse(rep_str_c(rep_name_text(name, text)), &back) &&
	    rep_name_eq(name, &back));
}

static void
one_record(const struct rep_dns_answer *a, const struct rep_dns_rr *rr)
{
	MUST(rr->type == a->type && rr->section == REP_DNS_ANSWER && rr->ttl_s <= INT32_MAX);
	MUST(rep_name_eq(rr->name, &a->canonical) && rr->data.p != NULL && rr->data.n <= 65535);
	MUST((rr->ip.version == 4) == (a->type == REP_DNS_A) &&
	    (rr->ip.version == 6) == (a->type == REP_DNS_AAAA));
	MUST((rr->target != NULL) ==
	    (a->type == REP_DNS_MX || a->type == REP_DNS_PTR || a->type == REP_DNS_SOA));
	MUST((rr->strings > 0) == (a->type == REP_DNS_TXT));
	if (rr->target != NULL)
		one_name(rr->target);
}

/* What was taken apart and is put together again says the same. */
static void
again(const struct rep_asker_answer *x, const struct rep_asker_question *q, struct rep_arena *a)
{
	struct rep_asker_answer y;
	struct rep_buf out;
	struct rep_msg m;
	size_t used;

	rep_buf_init(&out, REP_RESOLVE_MAX);
	rep_resolve_put_answer(&out, 5, x);
	MUST(!out.full && rep_msg_take(rep_buf_str(&out), &m, &used, NULL) == REP_OK &&
	    used == out.n && m.id == 5);
	MUST(rep_resolve_get_answer(&m, q, REP_DNS_SERVERS, a, &y, NULL) == REP_OK);
	MUST(y.a.n == x->a.n && y.a.state == x->a.state && y.a.rcode == x->a.rcode &&
	    y.a.took_us == x->a.took_us && y.a.size == x->a.size && y.a.ttl_s == x->a.ttl_s &&
	    y.server == x->server && y.any == x->any && y.recursed == x->recursed &&
	    y.a.cnames == x->a.cnames && y.a.chain_loops == x->a.chain_loops);
	for (size_t i = 0; i < x->a.n; i++) {
		one_record(&x->a, x->a.rr[i]);
		MUST(rep_str_eq(x->a.rr[i]->data, y.a.rr[i]->data) &&
		    x->a.rr[i]->number == y.a.rr[i]->number &&
		    x->a.rr[i]->strings == y.a.rr[i]->strings &&
		    rep_ip_eq(&x->a.rr[i]->ip, &y.a.rr[i]->ip) &&
		    (x->a.rr[i]->target == NULL ||
			rep_name_eq(x->a.rr[i]->target, y.a.rr[i]->target)));
	}
	rep_buf_fini(&out);
}

/* As the answer to each type of question, to the servers and to a name server by itself. */
static void
one_answer(const struct rep_msg *m, struct rep_arena *a)
{
	struct rep_asker_question q = { .tcp = false };
	struct rep_asker_answer x;

	MUST(rep_name_parse(REP_S("a.example"), &q.name));
	for (size_t i = 0; i < 2 * REP_COUNT(types); i++) {
		q.type = types[i / 2];
		q.at = (struct rep_dns_server){ .ip.version = i % 2 == 0 ? 0 : 4, .port = 53 };
		rep_arena_reset(a);
		if (rep_resolve_get_answer(m, &q, REP_DNS_SERVERS, a, &x, NULL) != REP_OK)
			continue;
		MUST(x.a.state < REP_DNS_LATE && (x.a.n > 0) == (x.a.state == REP_DNS_YES));
		MUST(x.a.n <= REP_RESOLVE_RECORDS_MAX && x.a.server == NULL && x.a.rcode >= -1);
		MUST(x.a.type == q.type && rep_name_eq(&x.a.name, &q.name));
		MUST(x.server < REP_DNS_SERVERS || x.server == REP_ASKER_NOBODY ||
		    (x.server == REP_ASKER_AT && i % 2 == 1));
		one_name(&x.a.canonical);
		again(&x, &q, a);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct rep_arena *a;
	struct rep_str s = { (const char *)data, size }, why;
	struct rep_asker_question q;
	struct rep_resolve_begin begin;
	struct rep_dns_server to;
	enum rep_rc rc;
	struct rep_msg m;
	size_t used;
	int error;
	bool tcp;

	if (a == NULL)
		a = rep_arena_new(16 << 20);
	MUST(a != NULL);
	for (; rep_msg_take(s, &m, &used, NULL) == REP_OK; s = rep_str_sub(s, used, s.n)) {
		MUST(used > 0 && used == REP_MSG_HEADER + m.payload.n && inside(m.payload, s));
		one_answer(&m, a);
		if (rep_resolve_get_begun(&m, &rc, &why, NULL) == REP_OK)
			MUST(inside(why, m.payload) && rc <= REP_EUSAGE);
		if (rep_resolve_get_connect(&m, &to, &tcp, NULL) == REP_OK)
			MUST(to.ip.version == 4 || to.ip.version == 6);
		if (rep_resolve_get_connected(&m, &error, NULL) == REP_OK)
			MUST(error >= 0 && error <= 4095);
		if (rep_resolve_get_begin(&m, &begin, NULL) == REP_OK)
			MUST(begin.servers_n > 0 && begin.servers_n <= REP_DNS_SERVERS &&
			    begin.timeout_ms > 0);
		if (rep_resolve_get_ask(&m, &q, NULL) == REP_OK) {
			MUST(m.id < REP_ASKER_WINDOW);
			one_name(&q.name);
		}
	}
	return 0;
}
