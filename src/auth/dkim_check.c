/*
 * Checks one signature with a usable key: first the body, then the headers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "auth/dkim_inside.h"

void
rep_dkim_body(struct verify *w, struct rep_dkim_signature *s, unsigned char hash[REP_SHA256_BYTES],
    size_t *length)
{
	int kind = s->relaxed_body;

	if (s->body_limit != SIZE_MAX) {
		rep_dkim_body_hash(w->m->body, s->relaxed_body, s->body_limit, hash, length);
		return;
	}
	if (!w->hashed[kind]) {
		rep_dkim_body_hash(
		    w->m->body, s->relaxed_body, SIZE_MAX, w->hash[kind], &w->length[kind]);
		w->hashed[kind] = true;
	}
	memcpy(hash, w->hash[kind], REP_SHA256_BYTES);
	*length = w->length[kind];
}

void
rep_dkim_check_one(struct verify *w, struct rep_dkim_signature *s, const struct signature_bytes *b,
    EVP_PKEY_CTX *key)
{
	static const struct variant plain = { SIZE_MAX, SIZE_MAX, { NULL, 0 }, false };
	unsigned char hash[REP_SHA256_BYTES];
	struct rep_buf bytes;
	size_t length;
	bool good;

	rep_dkim_body(w, s, hash, &length);
	if (s->body_limit != SIZE_MAX && s->body_limit > length) {
		(void)rep_dkim_say(s, REP_DKIM_PERMERROR, REP_DKIM_CAUSE_BODY,
		    rep_arena_printf(w->a,
			"l=%zu is more than the %zu bytes of the body: some are missing",
			s->body_limit, length));
		return;
	}
	s->unsigned_body = s->body_limit == SIZE_MAX ? 0 : length - s->body_limit;
	rep_buf_init(&bytes, REP_DKIM_SIGNED_MAX);
	rep_dkim_signed_bytes(w, s, &plain, &bytes);
	good = !bytes.full && rep_dkim_holds(s, key, b, rep_buf_str(&bytes));
	rep_buf_fini(&bytes);
	if (memcmp(hash, b->bh, sizeof hash) != 0) {
		struct rep_str why = rep_dkim_why_body(w, s, b);

		(void)rep_dkim_say(s, REP_DKIM_FAIL, REP_DKIM_CAUSE_BODY,
		    rep_arena_printf(w->a, "body hash did not verify: %.*s%s", REP_PR(why),
			good ? "; the headers are unchanged" : ""));
		return;
	}
	if (!good) {
		rep_dkim_why_header(w, s, b, key);
		return;
	}
	s->result = REP_DKIM_PASS;
	if (s->unsigned_body > 0)
		s->reason = rep_arena_printf(
		    w->a, "%zu bytes at the end of the body are not signed (l=)", s->unsigned_body);
	else if (s->key.testing)
		s->reason = REP_S("the key is marked as a test (t=y)");
}
