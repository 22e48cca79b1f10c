/* SPDX-License-Identifier: Apache-2.0 */
#include "auth/dkim_later.h"
#include "auth/dkim_inside.h"

_Static_assert((int)REP_SIGNED_HASH == (int)REP_SHA256_BYTES, "the hash is SHA-256");
_Static_assert((int)REP_SIGNATURE_BYTES == (int)sizeof(((struct signature_bytes *)NULL)->b),
    "every signature that can be read has room");

void
rep_dkim_later_prepare(void)
{
	unsigned char hash[REP_SHA256_BYTES];

	(void)rep_dkim_hash(REP_S("x"), hash);
}

/* True: all that can be checked without the key is right. */
static bool
first_step(
    struct verify *w, size_t field, struct rep_signature_left *out, struct rep_dkim_signature *s)
{
	static const struct variant plain = { SIZE_MAX, SIZE_MAX, { NULL, 0 }, false };
	unsigned char body[REP_SHA256_BYTES];
	struct signature_bytes b;
	struct rep_tags tags;
	struct rep_buf bytes;
	size_t length;
	bool good;

	s->field = field;
	if (!rep_dkim_signature_parse(w->m->field[field].value, false, w->a, s) ||
	    rep_tags_parse(w->m->field[field].value, &tags, NULL) != REP_OK ||
	    !rep_dkim_bytes(&tags, false, &b))
		return false;
	rep_dkim_body(w, s, body, &length);
	/* With l=, anybody may have added to the body. */
	if (s->body_limit < length || memcmp(body, b.bh, sizeof body) != 0)
		return false;
	rep_buf_init(&bytes, REP_DKIM_SIGNED_MAX);
	rep_dkim_signed_bytes(w, s, &plain, &bytes);
	good = !bytes.full && rep_dkim_hash(rep_buf_str(&bytes), out->hash);
	rep_buf_fini(&bytes);
	out->domain = s->domain;
	out->selector = s->selector;
	out->identity = s->identity;
	out->ed25519 = s->ed25519;
	out->bytes = rep_arena_dup(w->a, (struct rep_str){ (const char *)b.b, b.b_n });
	return good;
}

enum rep_rc
rep_dkim_without_key(const struct rep_message *m, struct rep_arena *a, struct rep_signatures *out,
    struct rep_err *err)
{
	struct verify w = { .m = m, .a = a };
	size_t seen = 0;

	out->n = 0;
	for (size_t i = 0; i < m->n && seen < REP_SIGNED_MAX; i++) {
		struct rep_dkim_signature s = { .field = 0 };

		if (!rep_str_eq_nocase(m->field[i].name, REP_S("DKIM-Signature")))
			continue;
		seen++;
		if (!first_step(&w, i, &out->v[out->n], &s))
			continue;
		if (out->v[out->n++].bytes.p == NULL)
			return rep_fail(err, REP_EMEM, "out of memory for a signature");
	}
	return REP_OK;
}

bool
rep_dkim_with_key(const struct rep_signature_left *p, const struct rep_dns_view *v,
    struct rep_dkim_keys *keys, struct rep_arena *a, struct rep_dkim_signature *out)
{
	struct verify w = { .view = v, .keys = keys, .a = a };
	EVP_PKEY_CTX *key;

	*out = (struct rep_dkim_signature){ .domain = p->domain,
		.selector = p->selector,
		.identity = p->identity,
		.ed25519 = p->ed25519,
		.signed_s = -1,
		.expires_s = -1,
		.body_limit = SIZE_MAX };
	if ((key = rep_dkim_key_get(&w, out)) == NULL)
		return !w.pending;
	if (rep_dkim_holds_hash(out, key, p->bytes, p->hash))
		out->result = REP_DKIM_PASS;
	else
		(void)rep_dkim_say(out, REP_DKIM_FAIL, REP_DKIM_CAUSE_HEADER_OR_KEY,
		    REP_S("the key says that something else was signed"));
	rep_dkim_key_done(&w);
	return true;
}
