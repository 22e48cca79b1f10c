/*
 * tests/fuzz/fuzz_dkim.c -- a message with DKIM and ARC signatures, and one key for all names.
 *
 * The first line is the key record, the rest is the message. Views stay inside the message. A pass
 * means that body and headers were checked. Nothing passes without a key. The hash of a body is that
 * of its canonical form, which is made here byte by byte.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include "auth/dkim.h"
#include "auth/dkim_canon.h"
#include "auth/dkim_repair.h"

#include <openssl/evp.h>

/* The canonical form by RFC 6376, 3.4.3 and 3.4.4, one byte after another. */
static void
plain_body(struct rep_str body, bool relaxed, struct rep_buf *out)
{
	size_t line = 0,
	       content = 0; /* where the line begins; the end of the last one with words */
	bool blank = false;

	for (size_t i = 0; i <= body.n; i++) {
		bool end = i == body.n, lf = !end && body.p[i] == '\n';
		bool cr = !end && body.p[i] == '\r' && i + 1 < body.n && body.p[i + 1] == '\n';

		if (cr || (end && out->n == line && !blank))
			continue;
		if (lf || end) {
			if (out->n > line)
				content = out->n + 2;
			rep_buf_add(out, REP_S("\r\n"));
			line = out->n;
			blank = false;
		} else if (relaxed && (body.p[i] == ' ' || body.p[i] == '\t')) {
			blank = true;
		} else {
			if (blank)
				rep_buf_addc(out, ' ');
			rep_buf_addc(out, body.p[i]);
			blank = false;
		}
	}
	out->n = content;
	if (content == 0 && !relaxed)
		rep_buf_add(out, REP_S("\r\n"));
}

static void
check_body(struct rep_str body, size_t limit)
{
	unsigned char hash[REP_SHA256_BYTES], plain[REP_SHA256_BYTES];
	size_t length, n;
	struct rep_buf b;

	for (int relaxed = 0; relaxed <= 1; relaxed++) {
		rep_buf_init(&b, 1 << 20);
		plain_body(body, relaxed != 0, &b);
		rep_dkim_body_hash(body, relaxed != 0, limit, hash, &length);
		n = limit < b.n ? limit : b.n;
		MUST(!b.full && length == b.n);
		MUST(EVP_Digest(b.p, n, plain, NULL, EVP_sha256(), NULL) == 1);
		MUST(memcmp(hash, plain, sizeof hash) == 0);
		rep_buf_fini(&b);
	}
}

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

/* What is proposed instead of a record is a key that may be used, in printable ASCII. */
static void
repaired(struct rep_str txt, struct rep_arena *a)
{
	struct rep_dkim_repair r;
	struct rep_dkim_key k;

	rep_dkim_repair(txt, a, &r);
	MUST(r.notes <= REP_DKIM_REPAIR_NOTES);
	if (r.record.n == 0)
		return;
	rep_dkim_key_parse(r.record, &k);
	MUST(!r.secret && k.state == REP_DKIM_KEY_OK && k.sha256 && k.email);
	MUST(k.type == REP_DKIM_ED25519 || (k.bits >= 1024 && k.bits <= 4096 && !k.pkcs1));
	for (size_t i = 0; i < r.record.n; i++)
		MUST(r.record.p[i] >= ' ' && r.record.p[i] <= '~');
}

/* A record without what limits its key has the same key, and nothing that limits it. */
static void
unlimited(struct rep_str txt, struct rep_arena *a)
{
	struct rep_str out = rep_dkim_unlimited(txt, txt.n % 2 == 0, a);
	struct rep_dkim_key before, after;

	if (out.n == 0)
		return;
	rep_dkim_key_parse(txt, &before);
	rep_dkim_key_parse(out, &after);
	MUST(before.state == REP_DKIM_KEY_OK && rep_str_eq(before.p, after.p));
	MUST(after.state == REP_DKIM_KEY_OK && after.sha256 && after.email && !after.testing);
	MUST(after.strict == before.strict && out.n <= 2 * txt.n);
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
	if (key.state != REP_DKIM_KEY_OK)
		repaired(e.rr.data, a);
	unlimited(e.rr.data, a);
	if (nl != SIZE_MAX &&
	    rep_message_parse(rep_str_sub(in, nl + 1, in.n), a, &m, NULL) == REP_OK) {
		for (size_t i = 0; i < m.n; i++)
			MUST(m.field[i].name.n > 0 && m.field[i].value.p >= m.field[i].whole.p);
		check_body(m.body, SIZE_MAX);
		check_body(m.body, m.body.n / 2);
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
